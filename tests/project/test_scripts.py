"""What `make test` and `make setup` say on machines that lack something."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"
EVERYWHERE = ("bash", "env", "sed", "head", "dirname")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder for PATH that holds the plainest tools and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in EVERYWHERE:
        found = shutil.which(tool)
        assert found is not None, tool
        (folder / tool).symlink_to(found)
    return folder


def install(machine: Path, name: str, script: str) -> None:
    path = machine / name
    path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def run(machine: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": str(machine), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_machine_with_neither_java_nor_maven_lacks_both(machine: Path) -> None:
    result = run(machine, str(SCRIPTS / "missing-for-servers"))
    assert result.stdout.splitlines() == ["Java 17 or newer", "Maven (mvn)"]


def test_an_old_java_is_named(machine: Path) -> None:
    install(machine, "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    install(machine, "mvn", "true")
    result = run(machine, str(SCRIPTS / "missing-for-servers"))
    assert result.stdout.splitlines() == ["Java 17 or newer (java is Java 11)"]


def test_a_new_java_and_maven_are_enough(machine: Path) -> None:
    install(machine, "java", """echo 'openjdk version "21" 2023-09-19' >&2""")
    install(machine, "mvn", "true")
    assert run(machine, str(SCRIPTS / "missing-for-servers")).stdout == ""


def test_java_is_also_found_by_java_home(machine: Path, tmp_path: Path) -> None:
    home = tmp_path / "jdk"
    (home / "bin").mkdir(parents=True)
    install(home / "bin", "java", """echo 'openjdk version "17.0.1" 2021-10-19' >&2""")
    install(machine, "mvn", "true")
    assert run(machine, str(SCRIPTS / "missing-for-servers"), JAVA_HOME=str(home)).stdout == ""


def test_in_continuous_integration_a_missing_server_fails_before_anything_runs(machine: Path) -> None:
    result = run(machine, str(SCRIPTS / "test"), "no-such-folder", CI="1")
    assert result.returncode == 1
    assert "Java 17 or newer" in result.stdout
    assert "CI is set" in result.stderr


def test_elsewhere_the_rest_runs_and_what_does_not_is_said_before_and_after(machine: Path, tmp_path: Path) -> None:
    install(machine, "make", "true")
    install(tmp_path, "python", 'echo "pytest got: $*"')
    result = run(machine, str(SCRIPTS / "test"), str(tmp_path))
    assert result.returncode == 0, result.stderr
    before, ran, after = result.stdout.partition("pytest got: ")
    assert ran
    assert "NOT RUN" in before
    assert "not kafka and not elasticsearch" in after
    assert "NOT RUN" in after


def test_a_failure_of_the_tests_is_the_exit_code_of_make_test(machine: Path, tmp_path: Path) -> None:
    install(machine, "make", "true")
    install(tmp_path, "python", "exit 3")
    assert run(machine, str(SCRIPTS / "test"), str(tmp_path)).returncode == 3


def test_without_a_usable_python_the_set_up_says_what_to_install(machine: Path, tmp_path: Path) -> None:
    install(machine, "python3", "exit 1")
    result = run(machine, str(SCRIPTS / "setup"), str(tmp_path / "venv"))
    assert result.returncode != 0
    assert "Python 3.11 or newer" in result.stderr
    assert "python3-venv" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_a_script_names_no_host_but_documentation() -> None:
    for path in [ROOT / ".ci" / "run", ROOT / "Makefile", *SCRIPTS.iterdir()]:
        addresses = re.findall(r"https?://([^/\s}\"]+)", path.read_text(encoding="utf-8"))
        assert set(addresses) <= {"docs.astral.sh"}, path
        assert path.name == "Makefile" or os.access(path, os.X_OK), path
