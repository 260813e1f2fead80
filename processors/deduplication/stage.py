"""The deduplication stage: messages of fingerprints in, copy edges out. Knows envelopes, rows of the table and the window.

A row of the table is one message: its offset, and the envelope with those of its records that were new. All that happens
is decided message by message, in order: how they come in batches changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from khabar.codec import decode, encode
from khabar.errors import InvalidRecord
from khabar.partitioning import partition_for
from khabar.records import CopyEdge, Finding, FindingsEnvelope, Fingerprint, FingerprintsEnvelope
from khabar.topics import Topic
from processors.deduplication import join
from processors.deduplication.index import Index
from processors.deduplication.join import find_copies
from processors.deduplication.postings import NEVER
from processors.deduplication.rows import Rows, check, to_rows
from processors.deduplication.verification import KINDS
from processors.envelopes import pack
from processors.stage import Message, Rejected, State, Step

HOUR_SECONDS = 3600
MESSAGES_AT_ONCE = 1024
"""How many messages are decoded together when an index is built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """A message with what is new in it, and its anchor, as index.py explains it."""

    offset: int
    value: bytes
    records: int
    new: tuple[Fingerprint, ...]
    anchor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The arrivals of a batch; place among all its records, anchor, and cutoff at its arrival of each new record; how many
    of them came late; and the cutoff after the batch.
    """

    arrivals: list[_Arrival]
    places: list[int]
    anchors: list[int]
    cutoffs: list[int]
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
            _add(index, chunk)
        return index

    def step(self, state: State[Index], partition: int, messages: Sequence[Message]) -> Step:
        index = state.memory
        decoded, rejected = self._decode(messages)
        rows = to_rows([record for _, records in decoded for record in records])
        batch = self._sort_out(index, decoded, rows)
        rows = rows[batch.places]
        pairs, crowded = find_copies(
            rows,
            anchors=np.array(batch.anchors, dtype=np.int64),
            cutoffs=np.array(batch.cutoffs, dtype=np.int64),
            index=index,
            partition=partition,
            partitions=self._partitions,
            window_seconds=self._window_seconds,
        )
        edges = _edges(pairs, rows, index)
        return Step(
            outputs=pack(
                Topic.FINDINGS,
                _addressed(edges, self._partitions),
                lambda records: FindingsEnvelope(records=records),
            ),
            writes=_writes(batch.arrivals, index, batch.last_cutoff),
            rejected=rejected,
            copies=Counter(edge.kind for edge in edges),
            crowded=crowded,
            late=batch.late,
        )

    def absorb(self, memory: Index, writes: Mapping[bytes, bytes | None]) -> Index:
        added = sorted((key, value) for key, value in writes.items() if value is not None)
        removed = sorted(int(key) for key, value in writes.items() if value is None)
        if added:
            _add(memory, added)
        if removed:
            memory.remove(removed)
        return memory

    def _decode(
        self, messages: Sequence[Message]
    ) -> tuple[list[tuple[Message, tuple[Fingerprint, ...]]], list[Rejected]]:
        decoded: list[tuple[Message, tuple[Fingerprint, ...]]] = []
        rejected: list[Rejected] = []
        for message in messages:
            try:
                records = decode(message.value, FingerprintsEnvelope).records
                for record in records:
                    check(record, partitions=self._partitions)
            except InvalidRecord as error:
                rejected.append(Rejected(offset=message.offset, error=error.reason, message=str(error)))
            else:
                decoded.append((message, records))
        return decoded, rejected

    def _sort_out(
        self, index: Index, decoded: Sequence[tuple[Message, tuple[Fingerprint, ...]]], rows: Rows
    ) -> _Sorted:
        """What is new in each message. A record is known while the message that brought its id is not expired."""
        clock = index.clock.copy()
        known = index.anchors_of(rows).tolist()
        anchor_of_message: list[int] = []
        message_of_id: dict[str, int] = {}
        arrivals: list[_Arrival] = []
        places: list[int] = []
        anchors: list[int] = []
        cutoffs: list[int] = []
        late = 0
        place = -1
        watermark = clock.watermark
        cutoff = self._cutoff(watermark)
        for number, (message, records) in enumerate(decoded):
            new: list[Fingerprint] = []
            anchor = watermark
            for record in records:
                place += 1
                if known[place] >= cutoff:
                    continue
                before = message_of_id.get(record.id)
                if before is not None and (before == number or anchor_of_message[before] >= cutoff):
                    continue
                message_of_id[record.id] = number
                new.append(record)
                places.append(place)
                anchor = max(anchor, record.time)
                late += record.time < watermark - self._lateness_seconds
            anchor_of_message.append(anchor)
            if not new:
                continue
            anchors += [anchor] * len(new)
            cutoffs += [cutoff] * len(new)
            arrivals.append(
                _Arrival(
                    offset=message.offset, value=message.value, records=len(records), new=tuple(new), anchor=anchor
                )
            )
            for record in new:
                clock.saw(record.origin, record.time)
            watermark = clock.watermark
            cutoff = self._cutoff(watermark)
        return _Sorted(
            arrivals=arrivals, places=places, anchors=anchors, cutoffs=cutoffs, late=late, last_cutoff=cutoff
        )

    def _cutoff(self, watermark: int) -> int:
        """What is older is expired. Whole hours, so that expiry looks for work once an hour of event time."""
        if watermark == NEVER:
            return NEVER
        return (watermark - self._window_seconds - self._lateness_seconds) // HOUR_SECONDS * HOUR_SECONDS


def row_key(offset: int) -> bytes:
    """The table's key of the message at `offset`; keys sort as offsets do."""
    return b"%016d" % offset


def _add(index: Index, rows: Sequence[tuple[bytes, bytes]]) -> None:
    envelopes = [decode(value, FingerprintsEnvelope).records for _, value in rows]
    records = [record for envelope in envelopes for record in envelope]
    index.add(
        [int(key) for key, _ in rows],
        [len(envelope) for envelope in envelopes],
        to_rows(records),
        [record.origin for record in records],
    )


def _writes(arrivals: Sequence[_Arrival], index: Index, cutoff: int) -> dict[bytes, bytes | None]:
    writes: dict[bytes, bytes | None] = {row_key(offset): None for offset in index.expired(cutoff)}
    for arrival in arrivals:
        if arrival.anchor < cutoff:
            continue
        whole = len(arrival.new) == arrival.records
        writes[row_key(arrival.offset)] = arrival.value if whole else encode(FingerprintsEnvelope(records=arrival.new))
    return writes


def _edges(pairs: NDArray[np.int64], new: Rows, index: Index) -> list[CopyEdge]:
    """The edges of the pairs that `find_copies` found, by (later, earlier)."""
    in_index = pairs[:, join.OTHER_IS_NEW] == 0
    others = np.where(in_index, 0, pairs[:, join.OTHER])
    new_sides = _sides(new[pairs[:, join.NEW]])
    other_sides = _sides(new[others])
    for place, side in zip(np.flatnonzero(in_index), _sides(index.rows[pairs[in_index, join.OTHER]]), strict=True):
        other_sides[place] = side
    edges: list[CopyEdge] = []
    for pair, one, other in zip(pairs.tolist(), new_sides, other_sides, strict=True):
        (later, _), (earlier, earlier_time) = (one, other) if pair[join.NEW_IS_LATER] else (other, one)
        edges.append(
            CopyEdge(
                later=later,
                earlier=earlier,
                earlier_time=datetime.fromtimestamp(earlier_time, UTC),
                kind=KINDS[pair[join.KIND]],
                similarity=round(pair[join.SHARED] / pair[join.EITHER], 4),
                containment=round(pair[join.SHARED] / pair[join.SHORTER], 4),
            )
        )
    edges.sort(key=lambda edge: (edge.later, edge.earlier))
    return edges


def _sides(rows: Rows) -> list[tuple[str, int]]:
    """Id and time of each row."""
    digits = rows["id"].astype(">u8").tobytes().hex()
    return [(digits[32 * place : 32 * place + 32], time) for place, time in enumerate(rows["time"].tolist())]


def _addressed(edges: Sequence[CopyEdge], partitions: int) -> Iterator[tuple[int, Finding]]:
    """Each edge with the partition of its later article. Edges of one article follow one another."""
    for later, group in groupby(edges, key=lambda edge: edge.later):
        partition = partition_for(later, partitions)
        for edge in group:
            yield partition, edge
