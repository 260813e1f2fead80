"""Deaths at a message: whom they make suspect, when it is spared, and what never counts against it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from processors.faust_engine.attempts import Attempt, Turns, excused, is_deadly, next_attempt, suspected


@dataclass
class Partition:
    """A partition as its owners go through it, one process after another. `kills`: messages at which the process dies."""

    messages: int
    kills: set[int]
    batch: int = 8
    marker: int = -1
    attempt: Attempt | None = None
    spared: list[int] = field(default_factory=list)
    attempts_written: int = 0

    def start(self, *, dies_after: int | None = None) -> bool:
        """One process, as `StageWorker` works; whether it came to the end. `dies_after`: killed by somebody after so many
        batches and attempts.
        """
        begun, done = False, 0

        def go(first: int, last: int, *, note: bool) -> bool:
            nonlocal done
            if note:
                self.attempt = next_attempt(self.attempt, first, last)
                self.attempts_written += 1
                done += 1
                if done == dies_after:
                    return False
            if self.kills & set(range(first, last + 1)):
                return False
            self.marker = last
            done += 1
            return done != dies_after

        while self.marker < self.messages - 1:
            first = self.marker + 1
            last = min(first + self.batch, self.messages) - 1
            if suspected(self.attempt, first):
                if is_deadly(self.attempt, first):
                    self.spared.append(first)
                    self.marker = first
                elif not go(first, first, note=True):
                    return False
            elif not go(first, last, note=not begun):
                return False
            begun = True
        return True

    def starts_needed(self) -> int:
        for number in range(1, 100):
            if self.start():
                return number
        raise AssertionError("it never comes to the end")


def test_a_message_that_comes_first_is_spared_at_the_third_start() -> None:
    partition = Partition(messages=20, kills={0})
    assert partition.starts_needed() == 3
    assert partition.spared == [0]


@pytest.mark.parametrize("place", range(1, 8))
def test_one_amid_a_first_batch_takes_one_start_more_to_be_told_from_its_neighbours(place: int) -> None:
    partition = Partition(messages=20, kills={place})
    assert partition.starts_needed() == 4
    assert partition.spared == [place]


def test_several_are_spared_one_after_another_and_nobody_else_is() -> None:
    partition = Partition(messages=40, kills={3, 4, 17, 39})
    partition.starts_needed()
    assert partition.spared == [3, 4, 17, 39]


def test_a_start_that_goes_well_writes_one_attempt_however_much_it_does() -> None:
    partition = Partition(messages=1000, kills=set())
    assert partition.starts_needed() == 1
    assert partition.attempts_written == 1


def test_whoever_is_killed_from_outside_at_each_place_once_spares_nobody() -> None:
    for moment in range(1, 30):
        partition = Partition(messages=20, kills=set())
        partition.start(dies_after=moment)
        assert partition.starts_needed() == 1
        assert partition.spared == []


def test_two_kills_from_outside_spare_a_message_only_where_both_hit_the_very_same() -> None:
    wrongly: list[tuple[int, int]] = []
    for first in range(1, 20):
        for second in range(1, 40):
            partition = Partition(messages=20, kills=set())
            if partition.start(dies_after=first) or partition.start(dies_after=second):
                continue
            assert partition.starts_needed() == 1
            if partition.spared:
                wrongly.append((first, second))
    assert wrongly == [(1, 1)]


def test_an_end_on_purpose_is_taken_back() -> None:
    attempt = next_attempt(None, 5, 9)
    attempt = excused(attempt)
    assert suspected(attempt, 5)  # slower, but nothing counts against it
    for _ in range(5):
        attempt = excused(next_attempt(attempt, 5, 5))
        assert not is_deadly(attempt, 5)


def test_an_attempt_behind_the_marker_says_nothing() -> None:
    attempt = Attempt(offset=5, through=9, starts=2)
    assert not suspected(attempt, 10)
    assert not suspected(attempt, 4)
    assert next_attempt(attempt, 10, 12) == Attempt(offset=10, through=12, starts=1)
    assert not is_deadly(attempt, 6)


def test_beginnings_take_turns_and_nobody_steps_beside_one_that_is_suspected() -> None:
    happened: list[str] = []

    async def begin(turns: Turns, name: str, *, alone: bool) -> None:
        async with turns.beginning(alone=alone):
            happened.append(f"{name} begins")
            await asyncio.sleep(0.01)
            happened.append(f"{name} ends")

    async def steps(turns: Turns) -> None:
        for _ in range(3):
            await turns.step()
            happened.append("step")
            await asyncio.sleep(0)

    async def run() -> None:
        turns = Turns()
        suspects = [begin(turns, f"suspect {n}", alone=True) for n in range(3)]
        await asyncio.gather(begin(turns, "first", alone=False), *suspects, steps(turns))

    asyncio.run(run())
    for name in ("first", "suspect 0", "suspect 1", "suspect 2"):
        begins, ends = happened.index(f"{name} begins"), happened.index(f"{name} ends")
        between = set(happened[begins + 1 : ends])
        assert between <= ({"step"} if name == "first" else set())
    assert happened.count("step") == 3
