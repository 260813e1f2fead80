"""From found pairs to the copy edges that tell of them, each on its way to the partition of its later article. Knows rows,
records and partitions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from khabar.records import CopyEdge, FindingsEnvelope
from khabar.topics import Topic
from processors.deduplication import join
from processors.deduplication.index import Index
from processors.deduplication.rows import ORDER_BYTES, Rows
from processors.deduplication.verification import KINDS
from processors.envelopes import pack_lists
from processors.fingerprints.compiling import kernel
from processors.stage import Output

ID_DIGITS: Final = 32
_M: Final = np.uint32(0x5BD1E995)


def edge_outputs(
    pairs: NDArray[np.int64], new: Rows, index: Index, partitions: int
) -> tuple[list[Output], Counter[str]]:
    """The envelopes of the edges of the pairs that `find_copies` found, in each by (later, earlier); edges by kind."""
    if not len(pairs):
        return [], Counter()
    later = np.empty((len(pairs), 2), dtype=np.uint64)
    earlier = np.empty((len(pairs), 2), dtype=np.uint64)
    orders = np.empty((len(pairs), ORDER_BYTES // 8), dtype=np.uint64)
    times = np.empty(len(pairs), dtype=np.int64)
    _sides(pairs, new, index.rows, later, earlier, orders, times)
    destinations = np.empty(len(pairs), dtype=np.int64)
    find_partitions(later, partitions, destinations)
    sequence = np.lexsort((earlier[:, 1], earlier[:, 0], later[:, 1], later[:, 0], destinations))
    pairs = pairs[sequence]
    edges = [
        CopyEdge(
            later=later_id,
            earlier=earlier_id,
            earlier_time=_utc(time),
            earlier_order=order,
            kind=KINDS[kind],
            similarity=similarity,
            containment=containment,
        )
        for later_id, earlier_id, time, order, kind, similarity, containment in zip(
            _hexadecimal(later[sequence]),
            _hexadecimal(earlier[sequence]),
            times[sequence].tolist(),
            _texts(orders[sequence]),
            pairs[:, join.KIND].tolist(),
            (pairs[:, join.SHARED] / pairs[:, join.EITHER]).round(4).tolist(),
            (pairs[:, join.SHARED] / pairs[:, join.SHORTER]).round(4).tolist(),
            strict=True,
        )
    ]
    wanted, starts = np.unique(destinations[sequence], return_index=True)
    bounds = [*starts.tolist(), len(edges)]
    by_partition = {
        partition: edges[bounds[place] : bounds[place + 1]] for place, partition in enumerate(wanted.tolist())
    }
    counts = np.bincount(pairs[:, join.KIND], minlength=len(KINDS)).tolist()
    return (
        pack_lists(Topic.FINDINGS, by_partition, lambda records: FindingsEnvelope(records=records)),
        Counter({kind: count for kind, count in zip(KINDS, counts, strict=True) if count}),
    )


@lru_cache(maxsize=4096)
def _utc(seconds: int) -> datetime:
    """An original has as many edges as copies, soon after one another."""
    return datetime.fromtimestamp(seconds, UTC)


def _hexadecimal(ids: NDArray[np.uint64]) -> list[str]:
    digits = ids.astype(">u8").tobytes().hex()
    return [digits[start : start + ID_DIGITS] for start in range(0, len(digits), ID_DIGITS)]


def _texts(orders: NDArray[np.uint64]) -> Sequence[bytes]:
    """The bytes in lines of big-endian integers, without the zeros at their ends."""
    found: Sequence[bytes] = orders.astype(">u8").view(f"S{ORDER_BYTES}")[:, 0].tolist()
    return found


@kernel
def _sides(
    pairs: NDArray[np.int64],
    new: Rows,
    rows: Rows,
    later: NDArray[np.uint64],
    earlier: NDArray[np.uint64],
    orders: NDArray[np.uint64],
    times: NDArray[np.int64],
) -> None:
    """Set ids of the later and the earlier of each pair, and order and time of the earlier."""
    for place in range(len(pairs)):
        one = new[pairs[place, join.NEW]]
        other = new[pairs[place, join.OTHER]] if pairs[place, join.OTHER_IS_NEW] else rows[pairs[place, join.OTHER]]
        if pairs[place, join.NEW_IS_LATER]:
            first, second = other, one
        else:
            first, second = one, other
        later[place] = second["id"]
        earlier[place] = first["id"]
        orders[place] = first["order"]
        times[place] = first["time"]


@kernel
def find_partitions(ids: NDArray[np.uint64], partitions: int, found: NDArray[np.int64]) -> None:
    """Set `found` to what `khabar.partitioning.partition_for` gives for each id, which here is two integers."""
    letters = np.empty(ID_DIGITS, dtype=np.uint32)
    for row in range(len(ids)):
        for place in range(ID_DIGITS):
            digit = np.uint32((ids[row, place // 16] >> np.uint64(60 - 4 * (place % 16))) & np.uint64(15))
            letters[place] = digit + np.uint32(48) if digit < 10 else digit + np.uint32(87)
        h = np.uint32(0x9747B28C) ^ np.uint32(ID_DIGITS)
        for place in range(0, ID_DIGITS, 4):
            k = letters[place] | letters[place + 1] << np.uint32(8)
            k |= letters[place + 2] << np.uint32(16) | letters[place + 3] << np.uint32(24)
            k = np.uint32(k * _M)
            k = np.uint32((k ^ (k >> np.uint32(24))) * _M)
            h = np.uint32(np.uint32(h * _M) ^ k)
        h = np.uint32((h ^ (h >> np.uint32(13))) * _M)
        h = h ^ (h >> np.uint32(15))
        found[row] = np.int64(h & np.uint32(0x7FFFFFFF)) % partitions
