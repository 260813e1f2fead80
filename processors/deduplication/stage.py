"""The deduplication stage: messages of fingerprints in, copy edges out. Knows envelopes, rows of the table and the window.

A row of the table is one message: its offset, and those of its records that were new, as rows of fixed size. All that
happens is decided message by message, in order: how they come in batches changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from khabar.codec import decode
from khabar.errors import InvalidRecord
from khabar.records import Fingerprint, FingerprintsEnvelope
from khabar.topics import Topic
from processors.deduplication.arrivals import HOUR_SECONDS, admit
from processors.deduplication.edges import edge_outputs
from processors.deduplication.index import Index
from processors.deduplication.join import find_copies
from processors.deduplication.rows import ROW, Rows, check_envelope, from_bytes, malformed, to_bytes, to_rows
from processors.stage import Message, Rejected, State, Step

MESSAGES_AT_ONCE = 1024
"""How many messages are read together when an index is built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """The new rows of a batch in order of arrival, with the anchor of each and the cutoff at its arrival; the messages that
    brought some: offset, end of their new rows, anchor; how many rows are late; and the cutoff after the batch.
    """

    rows: Rows
    anchors: NDArray[np.int64]
    cutoffs: NDArray[np.int64]
    messages: Sequence[tuple[int, int, int]]
    late: int
    last_cutoff: int


class Deduplication:
    """Stage[Index]. Emits a copy edge for each pair of articles at most `window_hours` apart of which one repeats the
    other, in whichever order they arrive. An article is remembered until it is `lateness_hours` out of every window, and one
    that comes late until the watermark has advanced by window and lateness since.
    """

    name = "deduplication"
    source = Topic.FINGERPRINTS

    def __init__(self, *, partitions: int, window_hours: int, lateness_hours: int) -> None:
        self._partitions = partitions
        self._window_seconds = window_hours * HOUR_SECONDS
        self._lateness_seconds = lateness_hours * HOUR_SECONDS

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> Index:
        index = Index(self._partitions)
        ordered = iter(sorted(rows))
        while chunk := list(islice(ordered, MESSAGES_AT_ONCE)):
            index.append(*_messages(chunk))
        index.post_all()
        return index

    def step(self, state: State[Index], partition: int, messages: Sequence[Message]) -> Step:
        index = state.memory
        decoded, rejected = self._decode(messages)
        arrived, rows, malformed_ones = self._well_formed(decoded)
        batch = self._admit(index, arrived, rows)
        pairs, crowded = find_copies(
            batch.rows,
            anchors=batch.anchors,
            cutoffs=batch.cutoffs,
            index=index,
            partition=partition,
            partitions=self._partitions,
            window_seconds=self._window_seconds,
        )
        outputs, kinds = edge_outputs(pairs, batch.rows, index, self._partitions)
        return Step(
            outputs=outputs,
            writes=_writes(batch, index),
            rejected=[*rejected, *malformed_ones],
            copies=kinds,
            crowded=crowded,
            late=batch.late,
        )

    def absorb(self, memory: Index, writes: Mapping[bytes, bytes | None]) -> Index:
        added = sorted((key, value) for key, value in writes.items() if value is not None)
        removed = sorted(int(key) for key, value in writes.items() if value is None)
        if added:
            memory.add(*_messages(added))
        if removed:
            memory.remove(removed)
        return memory

    def _decode(self, messages: Sequence[Message]) -> tuple[list[tuple[int, tuple[Fingerprint, ...]]], list[Rejected]]:
        decoded: list[tuple[int, tuple[Fingerprint, ...]]] = []
        rejected: list[Rejected] = []
        for message in messages:
            try:
                envelope = decode(message.value, FingerprintsEnvelope)
                check_envelope(envelope, partitions=self._partitions)
            except InvalidRecord as error:
                rejected.append(Rejected(offset=message.offset, error=error.reason, message=str(error)))
            else:
                decoded.append((message.offset, envelope.records))
        return decoded, rejected

    def _well_formed(
        self, decoded: Sequence[tuple[int, tuple[Fingerprint, ...]]]
    ) -> tuple[list[tuple[int, int]], Rows, list[Rejected]]:
        """Offset and number of rows of each message whose rows are all well-formed, these rows, and the other messages."""
        rows = to_rows([record for _, records in decoded for record in records])
        bad = np.empty(len(rows), dtype=np.bool_)
        malformed(rows, bad)
        counts = [(offset, len(records)) for offset, records in decoded]
        if not bad.any():
            return counts, rows, []
        kept, rejected = [], []
        keep = np.ones(len(rows), dtype=np.bool_)
        start = 0
        for offset, count in counts:
            if bad[start : start + count].any():
                keep[start : start + count] = False
                place = int(np.flatnonzero(bad[start : start + count])[0])
                rejected.append(
                    Rejected(
                        offset=offset,
                        error="invalid_field",
                        message=f"records[{place}]: keys, sketch or numbers do not ascend, or shingles does not fit the sketch",
                    )
                )
            else:
                kept.append((offset, count))
            start += count
        return kept, rows[keep], rejected

    def _admit(self, index: Index, arrived: Sequence[tuple[int, int]], rows: Rows) -> _Batch:
        """What is new in messages that are told by offset and number of rows."""
        ends = np.cumsum([count for _, count in arrived], dtype=np.int64)
        is_new = np.empty(len(rows), dtype=np.bool_)
        anchors = np.empty(len(rows), dtype=np.int64)
        cutoffs = np.empty(len(rows), dtype=np.int64)
        late, last_cutoff = admit(
            rows,
            ends,
            index.anchors_of(rows),
            index.largest.copy(),
            self._window_seconds + self._lateness_seconds,
            self._lateness_seconds,
            is_new,
            anchors,
            cutoffs,
        )
        new_before = np.concatenate(([0], np.cumsum(is_new)))
        messages = []
        start = 0
        for (offset, _), end in zip(arrived, ends.tolist(), strict=True):
            if new_before[end] > new_before[start]:
                messages.append((offset, int(new_before[end]), int(anchors[start])))
            start = end
        return _Batch(
            rows=rows[is_new],
            anchors=anchors[is_new],
            cutoffs=cutoffs[is_new],
            messages=messages,
            late=late,
            last_cutoff=last_cutoff,
        )


def row_key(offset: int) -> bytes:
    """The table's key of the message at `offset`; keys sort as offsets do."""
    return b"%016d" % offset


def _messages(rows: Sequence[tuple[bytes, bytes]]) -> tuple[list[int], list[int], Rows]:
    """What the index is told of rows of the table: offsets, how many rows each message has, and the rows."""
    return (
        [int(key) for key, _ in rows],
        [len(value) // ROW.itemsize for _, value in rows],
        from_bytes(b"".join([value for _, value in rows])),
    )


def _writes(batch: _Batch, index: Index) -> dict[bytes, bytes | None]:
    writes: dict[bytes, bytes | None] = {row_key(offset): None for offset in index.expired(batch.last_cutoff)}
    start = 0
    for offset, end, anchor in batch.messages:
        if anchor >= batch.last_cutoff:
            writes[row_key(offset)] = to_bytes(batch.rows[start:end])
        start = end
    return writes
