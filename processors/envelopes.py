"""Packing records into envelopes: one destination partition each, in order, closed at about a size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from khabar.codec import encode
from khabar.topics import MAX_ENVELOPE_BYTES, Topic
from processors.stage import Output

R = TypeVar("R", bound=msgspec.Struct)


def pack(
    topic: Topic, records: Iterable[tuple[int, R]], envelope: Callable[[tuple[R, ...]], msgspec.Struct]
) -> list[Output]:
    """Envelopes for `records`, each given with its destination partition. Order within a partition is kept."""
    by_partition: dict[int, list[R]] = {}
    for partition, record in records:
        by_partition.setdefault(partition, []).append(record)
    return pack_lists(topic, by_partition, envelope)


def pack_lists(
    topic: Topic, by_partition: Mapping[int, Sequence[R]], envelope: Callable[[tuple[R, ...]], msgspec.Struct]
) -> list[Output]:
    """The same for records that stand by their destination partition."""
    return [
        Output(topic=topic, partition=partition, value=value)
        for partition in sorted(by_partition)
        for value in _split(by_partition[partition], envelope)
    ]


def _split(records: Sequence[R], envelope: Callable[[tuple[R, ...]], msgspec.Struct]) -> Iterator[bytes]:
    value = encode(envelope(tuple(records)))
    if len(value) <= MAX_ENVELOPE_BYTES or len(records) == 1:
        yield value
        return
    middle = len(records) // 2
    yield from _split(records[:middle], envelope)
    yield from _split(records[middle:], envelope)
