"""One message that makes a stage raise, or run too long, is set aside by the local engine; its neighbours go through."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from khabar.topics import Topic
from processors.local_engine import LocalEngine, MemoryTables
from processors.stage import Message, Outcome, State, Step, parts
from processors.time_limit import StepTooLong

NOW = datetime(2031, 3, 1, tzinfo=UTC)


class Fragile:
    """Writes a row a message; `raise` makes it raise, `sleep` makes it run for ever."""

    name = "extraction"
    source = Topic.ARTICLES

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> None: ...

    def absorb(self, memory: None, writes: Mapping[bytes, bytes | None]) -> None: ...

    def step(self, state: State[None], partition: int, messages: Sequence[Message]) -> Step:
        for message in messages:
            if message.value == b"raise":
                raise RecursionError("too deep")
            while message.value == b"sleep":
                pass
        return Step(writes={message.value: b"" for message in messages})


@pytest.mark.parametrize(("value", "error"), [(b"raise", "stage_raised"), (b"sleep", "time_limit")])
@pytest.mark.parametrize("place", [0, 41, 299])
def test_the_message_is_a_dead_letter_and_its_neighbours_are_processed(value: bytes, error: str, place: int) -> None:
    tables = MemoryTables()
    engine = LocalEngine(
        stages=[Fragile()], partitions=1, tables=tables, clock=lambda: NOW, step_limit_seconds=0.2
    )  # fmt: skip
    messages = [(str(n), b"%d" % n) for n in range(299)]
    messages.insert(place, ("bad", value))
    started = time.monotonic()
    results = engine.process(messages)
    assert time.monotonic() - started < 10
    [letter] = results.dead_letters
    assert (letter.error, letter.value, letter.key, letter.offset, letter.stage) == (
        error, value, b"bad", place, "extraction",
    )  # fmt: skip
    assert results.outcomes == {Outcome.DEAD_LETTER: 1}
    assert {key for key, _ in tables.rows("extraction", 0)} - {b"@position"} == {b"%d" % n for n in range(299)}


def test_a_batch_that_raises_is_halved_and_one_that_is_too_slow_goes_message_by_message() -> None:
    assert parts([1, 2, 3, 4, 5], ValueError()) == [[1, 2, 3], [4, 5]]
    assert parts([1, 2], ValueError()) == [[1], [2]]
    assert parts([1, 2, 3], StepTooLong()) == [[1], [2], [3]]
