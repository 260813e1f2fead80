"""What a writer is, as the consumer loop sees it: something that settles batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from khabar.topics import Topic
from sinks.documents import Arrived, Message, Partition


class Abandoned(Exception):  # noqa: N818 - not an error: the loop asked for it
    """The loop told the writer to give up waiting; the batch is not settled, and will be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message the destination will never take, for dead-letters. `error` is from a bounded vocabulary."""

    message: Message
    error: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records to write, each once and in its highest revision, and where each partition goes on after them."""

    records: Sequence[Arrived]
    next_offsets: Mapping[Partition, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the documents of a batch: numbers by kind (`article`, `count`), and messages that were refused."""

    written: Mapping[str, int] = field(default_factory=dict)
    stale: Mapping[str, int] = field(default_factory=dict)
    rejected: Sequence[Rejected] = ()


class Writer(Protocol):
    """A destination. `name` names its consumer group and its metrics; `concurrency` how many batches it takes at once."""

    @property
    def name(self) -> str: ...

    @property
    def concurrency(self) -> int: ...

    def prepare(self) -> None:
        """Make the destination ready. Raises KhabarError; DependencyUnavailable within 15 s where nobody answers."""
        ...

    def offsets(self) -> Mapping[Partition, int] | None:
        """How far the destination itself knows it has got; None where the consumer group keeps that."""
        ...

    def destination(self, topic: Topic) -> str:
        """Names what the topic's records go to, so that offsets reached in another one are not mistaken for this one's."""
        ...

    def write(self, batch: Batch) -> Settled:
        """Write, and return when every document is settled, however long that takes.

        Raises KhabarError where a person has to do something, Abandoned where the loop asked to give up.
        """
        ...

    def close(self) -> None: ...
