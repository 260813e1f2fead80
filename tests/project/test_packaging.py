"""The wheel, the locks and the licence."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.project.locks import pins, without_hash

ROOT = Path(__file__).parents[2]
PACKAGES = ("khabar", "producers", "processors", "sinks")
LOCKS = ("requirements.lock", "deploy/runtime.lock", "deploy/build.lock")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(
        build, capture_output=True, text=True, check=False, timeout=600
    )  # it may have to compile the coder
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("khabar-*.whl"))


def tracked(package: str) -> set[str]:
    """The files of a package as they stand in the checkout, without what Python leaves behind."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_four_packages(wheel: Path) -> None:
    contents = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert contents == set().union(*(tracked(package) for package in PACKAGES))


def test_the_wheel_says_that_it_is_typed_and_brings_command_and_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    assert all(f"{package}/py.typed" in names for package in PACKAGES)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    entry_points = next(name for name in names if name.endswith("entry_points.txt"))
    assert "khabar = khabar.cli:main" in archive.read(entry_points).decode()


def test_the_wheel_says_which_versions_of_python_and_dependencies_it_needs(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(next(name for name in archive.namelist() if name.endswith("METADATA"))).decode()
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert metadata.count("\nRequires-Dist: ") >= len(needed)


def test_the_version_is_told_once(wheel: Path) -> None:
    from khabar import __version__

    assert wheel.name.startswith(f"khabar-{__version__}-")


def test_a_wheel_with_compiled_modules_is_for_one_python_and_platform(wheel: Path) -> None:
    compiled = any("/__compiled__/" in name for name in zipfile.ZipFile(wheel).namelist())
    assert compiled == (not wheel.name.endswith("-py3-none-any.whl"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    assert pins(ROOT / lock), "the lock is empty"
    assert without_hash(ROOT / lock) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|^-i ", text, flags=re.MULTILINE)


def test_the_lock_pins_every_requirement_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    names = {re.split(r"[<>=!~\[; ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted}
    assert names <= set(pins(ROOT / "requirements.lock"))


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability" in text
    assert "APPENDIX: How to apply the Apache License to your work." in text
