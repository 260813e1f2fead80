"""Recognising and ending processes that outlive the command that started them."""

from __future__ import annotations

import dataclasses
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from khabar.stack import child
from khabar.stack.child import Identity, User
from khabar.stack.errors import StackError


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Identity]:
    identity = start(tmp_path, "exec sleep 60")
    yield identity
    child.terminate(identity, patience_seconds=5)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """pytest's own temporary folders are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def start(folder: Path, script: str) -> Identity:
    return child.spawn(
        ["/bin/sh", "-c", script],
        environment={"PATH": os.environ["PATH"]},
        folder=folder,
        console=folder / "console.log",
    )


def wait_for(path: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_running_process_is_recognised(sleeper: Identity) -> None:
    assert child.is_alive(sleeper)


def test_a_process_killed_with_9_is_noticed(sleeper: Identity) -> None:
    os.killpg(sleeper.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while child.is_alive(sleeper) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not child.is_alive(sleeper)


@pytest.mark.parametrize("change", [{"start_ticks": 1}, {"boot_id": "another boot"}])
def test_another_process_with_the_same_pid_is_neither_taken_for_it_nor_ended(
    sleeper: Identity, change: dict[str, int | str]
) -> None:
    """After a crash or a reboot the pid that was written down may be anybody's."""
    stale = dataclasses.replace(sleeper, **change)  # type: ignore[arg-type]

    assert not child.is_alive(stale)
    assert child.terminate(stale, patience_seconds=1)
    assert child.is_alive(sleeper)


def test_a_process_that_heeds_sigterm_goes_by_itself(sleeper: Identity) -> None:
    assert child.terminate(sleeper, patience_seconds=10)
    assert not child.is_alive(sleeper)


def test_a_process_that_ignores_sigterm_is_killed_and_its_children_with_it(tmp_path: Path) -> None:
    identity = start(tmp_path, "trap '' TERM; sleep 61 & echo child $!; while :; do sleep 1; done")
    wait_for(tmp_path / "console.log", "child")
    grandchild = int((tmp_path / "console.log").read_text().split()[1])

    went_by_itself = child.terminate(identity, patience_seconds=0.5)

    assert not went_by_itself
    assert not child.is_alive(identity)
    assert child.identify(grandchild) is None


def test_a_child_sees_nothing_of_our_environment_but_what_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHABAR_ELASTICSEARCH_PASSWORD", "secret")
    identity = start(tmp_path, "env; echo done; exec sleep 60")
    wait_for(tmp_path / "console.log", "done")
    child.terminate(identity, patience_seconds=5)

    assert "secret" not in (tmp_path / "console.log").read_text()


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="/nowhere/java"):
        child.spawn(["/nowhere/java"], environment={}, folder=tmp_path, console=tmp_path / "console.log")


@pytest.mark.parametrize(("mode", "enters"), [(0o755, True), (0o750, False), (0o711, True)])
def test_a_user_enters_a_folder_only_through_parents_open_to_him(open_folder: Path, mode: int, enters: bool) -> None:
    stranger = User(name="stranger", uid=54321, gid=54321)
    parent = open_folder / "parent"
    folder = parent / "folder"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    parent.chmod(mode)

    assert child.can_enter(folder, stranger) is enters
