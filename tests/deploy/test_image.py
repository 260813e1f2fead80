"""deploy/Dockerfile: pinned, hashed, not root; and its locks in step with the project's."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from khabar.settings import VARIABLES
from tests.project.locks import pins

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def test_base_images_are_pinned_to_a_version() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert len(bases) == 2, "one stage builds, one runs"
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base) for base in bases), bases


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert users, "no USER"
    assert users[-1] not in ("root", "0")


def test_everything_that_pip_fetches_has_a_hash() -> None:
    installs = re.findall(r"pip install ([^\\\n]+)", DOCKERFILE)
    assert installs, "nothing is installed"
    assert all("--require-hashes" in install or "--no-index" in install for install in installs), installs


def test_settings_in_the_image_are_known() -> None:
    assert set(re.findall(r"\b(KHABAR_[A-Z_]+)=", DOCKERFILE)) <= VARIABLES


def test_what_the_image_copies_exists_and_is_let_through() -> None:
    ignore = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    copied = {
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
        for path in line.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / path).exists() for path in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
    assert set(packages) <= copied


@pytest.mark.parametrize("name", ["deploy/runtime.lock", "deploy/build.lock"])
def test_the_image_pins_what_the_project_pins(name: str) -> None:
    whole = pins(ROOT / "requirements.lock")
    part = pins(ROOT / name)
    assert part, name
    assert {package: whole.get(package) for package in part} == part
