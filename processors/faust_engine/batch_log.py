"""A changelog partition as a log of batches: which of its records count.

Pure. A batch is any number of rows and then a marker, all with the header tag `sequence:writer`. Two things make it
count: the marker at its end, and a sequence higher than that of any batch that counted before. What a crash cut short has no
marker; what a writer adds after it slept through a rebalance has a sequence that is used up. All readers get the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

TAG_HEADER = "batch"


class Tag(NamedTuple):
    """Which batch, of which writer, a changelog record belongs to."""

    sequence: int
    writer: str

    def encode(self) -> bytes:
        return f"{self.sequence}:{self.writer}".encode()

    @classmethod
    def decode(cls, data: bytes) -> Tag:
        sequence, _, writer = data.decode().partition(":")
        return cls(int(sequence), writer)


class Marker(Struct, frozen=True, kw_only=True):
    """The last record of a batch. `position`: the source offset now applied, None before the first batch.

    `rows` is the number of the partition's rows, `digest` their checksum; recovered rows have to agree with both.
    `layout` says with what the rows were made: window, lateness, rules.
    """

    sequence: int = 0
    position: int | None = None
    rows: int = 0
    digest: int = 0
    layout: str = ""


class LogRecord(NamedTuple):
    """A record of the changelog partition. `value` None deletes the row."""

    offset: int
    key: bytes
    value: bytes | None
    tag: Tag


def row_digest(key: bytes, value: bytes | None) -> int:
    """64 bits that stand for one row; those of a partition are combined with XOR, so their order does not matter."""
    if value is None:
        return 0
    return int.from_bytes(blake2b(b"%d:%s%s" % (len(key), key, value), digest_size=8).digest(), "big")


@dataclass(slots=True, kw_only=True)
class BatchLog:
    """One reader's view of one changelog partition."""

    marker_key: bytes
    sequence: int = 0
    seen: int = -1
    counted: int | None = None
    pending: list[LogRecord] = field(default_factory=list)
    stale: set[bytes] = field(default_factory=set)
    """Keys whose newest record in the log does not count. The next batch writes them anew, or compaction would keep the
    wrong one."""

    def feed(self, record: LogRecord) -> list[LogRecord]:
        """Take the next record of the log; returns those that count from now on, in the order of the log."""
        self.seen = record.offset
        if record.key != self.marker_key:
            self.pending.append(record)
            return []
        sequence = record.tag.sequence
        if sequence <= self.sequence:
            self._void(r for r in self.pending if r.tag == record.tag)
            self.pending = [r for r in self.pending if r.tag != record.tag]
            self.stale.add(self.marker_key)
            return []
        # A later sequence than the next means that compaction removed markers in between; what they covered counts. The
        # digest in the marker proves that nothing else is missing.
        compacted = sequence > self.sequence + 1
        good, undecided = [], []
        for pending in self.pending:
            if pending.tag == record.tag or (compacted and pending.tag.sequence < sequence):
                good.append(pending)
                self.stale.discard(pending.key)
            elif pending.tag.sequence > sequence:
                # This marker came late, from a writer that slept; the one of these rows stood before it, and compaction took it.
                undecided.append(pending)
            else:
                self.stale.add(pending.key)
        self.stale.discard(self.marker_key)
        self.pending = undecided
        self.sequence, self.counted = sequence, record.offset
        return [*good, record]

    def rewind(self) -> None:
        """Forget the unfinished batch at the end: it will be read again."""
        self.seen = -1 if self.counted is None else self.counted
        # what waits for a marker that compaction took stands before the last that counted, and is not read again
        self.pending = [record for record in self.pending if record.offset < self.seen]

    def close(self) -> None:
        """The end of the log is reached and this process is the writer now: what is unfinished will never be finished."""
        self._void(self.pending)
        self.pending.clear()

    def wrote(self, marker: LogRecord) -> None:
        """This process has written a whole batch, `marker` its last record."""
        self.sequence, self.counted, self.seen = marker.tag.sequence, marker.offset, marker.offset
        self.stale.clear()

    def _void(self, records: Iterable[LogRecord]) -> None:
        self.stale.update(record.key for record in records)


def next_batch(
    log: BatchLog,
    before: Marker,
    row: Callable[[bytes], bytes | None],
    writes: Mapping[bytes, bytes | None],
    *,
    position: int,
    layout: str,
    uncounted: Mapping[bytes, bytes] = MappingProxyType({}),
) -> tuple[list[tuple[bytes, bytes | None]], Marker]:
    """The rows of the next batch and its marker, which is to follow them.

    `row`: the rows as they stand, whose marker is `before`. Beside `writes` the batch holds what the log has to be told again.
    `uncounted`: rows that are none of the stage's.
    """
    rows, digest = before.rows, before.digest
    records: dict[bytes, bytes | None] = {}
    for key, value in writes.items():
        old = row(key)
        rows += (value is not None) - (old is not None)
        digest ^= row_digest(key, old) ^ row_digest(key, value)
        records[key] = value
    for key in sorted(log.stale - records.keys() - {log.marker_key}):
        records[key] = row(key)
    records |= uncounted
    marker = Marker(sequence=log.sequence + 1, position=position, rows=rows, digest=digest, layout=layout)
    return list(records.items()), marker


def follows(seen: int, offsets: Sequence[int]) -> bool:
    """Whether records written at `offsets` stand right behind the record `seen`. If not, somebody else writes here, too."""
    return sorted(offsets) == list(range(seen + 1, seen + 1 + len(offsets)))
