"""What a stage is: a pure function of state and input. Both engines run it; neither it nor this module does any I/O.

A stage sees the rows of one partition of its table and a batch of messages in offset order, and says what to publish and
what to write. The engine publishes, waits for the acknowledgements, writes, and remembers how far it has got. Killed in
between, it starts the same batch, or one cut differently, again: so a step must decide by message, never by batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from khabar.topics import Topic
from processors.time_limit import StepTooLong

Memory = TypeVar("Memory")
Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of the stage's source topic."""

    offset: int
    key: bytes | None = None
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One message to publish, to that very partition."""

    topic: Topic
    partition: int
    key: bytes | None = None
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that cannot be processed: the engine sends its original bytes to dead-letters."""

    offset: int
    error: str
    message: str


class Outcome(StrEnum):
    """What became of an article. Each article of the input is counted once under one of the first five."""

    ORIGINAL = "original"
    COPY = "copy"
    PART = "part"
    REPEAT = "repeat"
    DEAD_LETTER = "dead_letter"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a batch comes to. `writes`: key to new value, None deletes. The rest is for metrics only: articles by outcome,
    edges by kind of copy, how often a list of candidates was cut at its bound, `late`: fingerprints that arrived behind the
    watermark by more than the lateness (their copies from then may be gone), newest event time by source (epoch seconds),
    `languages`: articles by language, of those with events; all others are `other`, and `und` what no language was told of.
    """

    outputs: Sequence[Output] = ()
    writes: Mapping[bytes, bytes | None] = field(default_factory=dict)
    rejected: Sequence[Rejected] = ()
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    copies: Mapping[str, int] = field(default_factory=dict)
    crowded: int = 0
    late: int = 0
    newest: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State(Generic[Memory]):
    """What a step may look at: rows of its partition of the table, and what the stage keeps in memory beside them."""

    row: Callable[[bytes], bytes | None]
    memory: Memory


class Stage(Protocol[Memory]):
    """One of the four. `source` is the topic it reads; `name` names its agent, its table and its metrics."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> Topic: ...

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> Memory:
        """Build the memory of a partition from all rows of its table, in any order."""
        ...

    def step(self, state: State[Memory], partition: int, messages: Sequence[Message]) -> Step:
        """Decide. Must not change `state`."""
        ...

    def absorb(self, memory: Memory, writes: Mapping[bytes, bytes | None]) -> Memory:
        """The memory after `writes` were written; may change `memory` in place."""
        ...


def poisoned(stage: Stage[Memory], message: Message, error: Exception | StepTooLong) -> Step:
    """The step for a single message that made its stage raise, or run too long: it goes to dead-letters, its neighbours go on."""
    if isinstance(error, StepTooLong):
        return _without(stage, Rejected(offset=message.offset, error="time_limit", message=str(error)))
    text = f"{type(error).__name__}: {error}"
    return _without(stage, Rejected(offset=message.offset, error="stage_raised", message=text))


def deadly(stage: Stage[Memory], message: Message, starts: int) -> Step:
    """The step for a single message at which the process ended each time that it began there: it is not tried again."""
    text = f"the process died {starts} times with this message in hand"
    return _without(stage, Rejected(offset=message.offset, error="killed_the_process", message=text))


def _without(stage: Stage[Memory], rejected: Rejected) -> Step:
    return Step(rejected=[rejected], outcomes={Outcome.DEAD_LETTER: 1} if stage.source is Topic.ARTICLES else {})


def parts(batch: Sequence[Piece], error: Exception | StepTooLong) -> list[Sequence[Piece]]:
    """How to go on with a batch of several messages that failed: in halves; where it ran out of time, message by message, for
    each half that holds the slow one would run out of time again.
    """
    size = 1 if isinstance(error, StepTooLong) else (len(batch) + 1) // 2
    return [batch[start : start + size] for start in range(0, len(batch), size)]
