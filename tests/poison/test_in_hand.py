"""What a process notes of the step that it is in, and what the next one makes of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from processors.faust_engine.in_hand import InHand, file_name

NEVER_LEFT: list[object] = []


def die_in_step(process: InHand, first: int, last: int) -> None:
    """A step from which the process never comes back."""
    step = process.step("extraction", 0, first, last)
    step.__enter__()
    NEVER_LEFT.append(step)


def test_a_message_that_kills_two_processes_is_set_aside_by_the_third(tmp_path: Path) -> None:
    first = InHand(tmp_path, 1)
    assert not first.suspects("extraction", 0, 120)
    die_in_step(first, 100, 349)
    second = InHand(tmp_path, 1)
    assert [second.suspects("extraction", 0, offset) for offset in (99, 100, 349, 350)] == [False, True, True, False]
    assert not second.suspects("extraction", 1, 120)
    assert not second.suspects("resolution", 0, 120)
    assert not second.is_deadly("extraction", 0, 120)
    with second.step("extraction", 0, 100, 100):
        pass  # its neighbours go through
    die_in_step(second, 101, 101)
    third = InHand(tmp_path, 1)
    assert third.is_deadly("extraction", 0, 101)
    assert third.deaths_of("extraction", 0, 101) == 2
    assert not third.suspects("extraction", 0, 102)


def test_a_batch_is_never_deadly_as_a_whole(tmp_path: Path) -> None:
    for _ in range(5):
        die_in_step(InHand(tmp_path, 1), 0, 9)
    found = InHand(tmp_path, 1)
    assert found.suspects("extraction", 0, 0)
    assert not any(found.is_deadly("extraction", 0, offset) for offset in range(10))


def test_a_process_that_ends_outside_of_a_step_blames_nobody(tmp_path: Path) -> None:
    process = InHand(tmp_path, 1)
    with process.step("extraction", 0, 0, 9):
        pass
    with pytest.raises(ValueError, match="of the stage"), process.step("extraction", 0, 10, 19):
        raise ValueError("of the stage")
    after = InHand(tmp_path, 1)
    assert not any(after.suspects("extraction", 0, offset) for offset in range(20))


def test_one_death_alone_is_not_enough(tmp_path: Path) -> None:
    die_in_step(InHand(tmp_path, 1), 5, 5)
    assert not InHand(tmp_path, 1).is_deadly("extraction", 0, 5)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 40, b'{"stage":"extraction","partition":0,"fir', b"[]", b"{}", b"\xff\xfe"]
)
def test_a_note_cut_short_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / file_name(1)).write_bytes(data)
    found = InHand(tmp_path, 1)
    assert not found.suspects("extraction", 0, 0)
    with found.step("extraction", 0, 0, 0):
        pass
    assert (tmp_path / file_name(1)).read_bytes() == b""


def test_a_start_that_ends_before_its_first_step_neither_adds_a_death_nor_forgets_one(tmp_path: Path) -> None:
    die_in_step(InHand(tmp_path, 1), 5, 5)
    for _ in range(3):
        found = InHand(tmp_path, 1)
        assert found.deaths_of("extraction", 0, 5) == 1
    die_in_step(found, 5, 5)
    assert InHand(tmp_path, 1).is_deadly("extraction", 0, 5)


def test_another_generation_knows_nothing_of_it(tmp_path: Path) -> None:
    die_in_step(InHand(tmp_path, 1), 5, 5)
    assert not InHand(tmp_path, 2).suspects("extraction", 0, 5)


def test_a_disk_that_takes_no_note_is_no_fault_of_the_message(tmp_path: Path) -> None:
    process = InHand(tmp_path, 1)
    os.close(process._file)
    taken = False
    with process.step("extraction", 0, 5, 5):
        taken = True
    assert taken
