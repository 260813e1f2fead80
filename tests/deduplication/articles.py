"""Invented articles for these tests, as fingerprints, and a partition of the stage to send them through."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from khabar.codec import decode, encode
from khabar.records import CopyEdge, FindingsEnvelope, Fingerprint, FingerprintsEnvelope
from khabar.topics import Topic
from processors.deduplication import Deduplication, Index
from processors.deduplication.rows import from_bytes
from processors.fingerprints import fingerprint_texts, key_partitions
from processors.stage import Message, State, Step

NOON = 1_700_000_000
HOUR = 3600
WINDOW_HOURS = 72
LATENESS_HOURS = 48


def story(words: int, *, seed: int) -> str:
    """A text of its own: shares no shingle with that of another seed."""
    chance = random.Random(seed)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    return " ".join("".join(chance.choices(letters, k=chance.randint(3, 7))) for _ in range(words))


def article(
    text: str,
    *,
    time: int = NOON,
    name: str | None = None,
    page: str | None = None,
    dated: bool = True,
    order: bytes = b"",
    origin: int = 0,
) -> Fingerprint:
    """A fingerprint record of `text`; `name` stands for all that makes two articles of one text differ."""
    return fingerprint_texts([text])[0].record(
        id=sha256((name or text).encode()).hexdigest()[:32],
        time=time,
        origin=origin,
        page_hash=sha256(page.encode()).digest()[:8] if page else None,
        order=order,
        dated=dated,
    )


@dataclass(slots=True, kw_only=True)
class Partition:
    """One partition of the stage with its table, driven as an engine does it."""

    number: int = 0
    partitions: int = 1
    table: dict[bytes, bytes] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    offset: int = 0
    stage: Deduplication = field(init=False)
    memory: Index = field(init=False)

    def __post_init__(self) -> None:
        self.stage = Deduplication(partitions=self.partitions, window_hours=WINDOW_HOURS, lateness_hours=LATENESS_HOURS)
        self.memory = self.stage.load(self.table.items())

    def send(self, *messages: Sequence[Fingerprint]) -> list[CopyEdge]:
        """One batch of messages of these records each; the edges it gives."""
        return self.send_bytes(*(encode(FingerprintsEnvelope(records=tuple(records))) for records in messages))

    def send_bytes(self, *values: bytes) -> list[CopyEdge]:
        batch = [Message(offset=self.offset + place, value=value) for place, value in enumerate(values)]
        self.offset += len(batch)
        step = self.stage.step(State(self.table.get, self.memory), self.number, batch)
        self.steps.append(step)
        for key, value in step.writes.items():
            if value is None:
                self.table.pop(key, None)
            else:
                self.table[key] = value
        self.memory = self.stage.absorb(self.memory, step.writes)
        return edges_of(step)


def ids_in(value: bytes) -> list[str]:
    """The ids in a value of the table."""
    return [f"{int(high):016x}{int(low):016x}" for high, low in from_bytes(value)["id"]]


def edges_of(step: Step) -> list[CopyEdge]:
    found: list[CopyEdge] = []
    for output in step.outputs:
        assert output.topic is Topic.FINDINGS
        for record in decode(output.value, FindingsEnvelope).records:
            assert isinstance(record, CopyEdge)
            found.append(record)
    return found


def edges_between(*records: Fingerprint) -> list[CopyEdge]:
    """The edges of these records on one partition, each in a message of its own."""
    return Partition().send(*([record] for record in records))


def all_edges(records: Sequence[Fingerprint], *, partitions: int, cuts: Iterable[int] = ()) -> list[bytes]:
    """The edges of `records`, in that order, on all partitions, as sorted bytes; a batch ends before each of `cuts`."""
    found: list[bytes] = []
    for number in range(partitions):
        own = [[record] for record in records if number in key_partitions(record.keys, partitions)]
        partition = Partition(number=number, partitions=partitions)
        bounds = sorted({0, len(own), *(cut for cut in cuts if cut < len(own))})
        for start, end in pairwise(bounds):
            found += [encode(edge) for edge in partition.send(*own[start:end])]
    return sorted(found)
