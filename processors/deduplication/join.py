"""Which new rows are copies of which others: each pair is looked at once, by one partition. Knows rows and arrays only."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from processors.deduplication.index import Index
from processors.deduplication.postings import newest_posting, post
from processors.deduplication.rows import ORDER_BYTES, Rows
from processors.deduplication.verification import IDENTICAL, TABLE, forget_sketch, judge, remember_sketch
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import KEYS

MAX_POSTINGS: Final = 1000
"""A row is compared with the newest so many that hold a key; see `find_copies`."""

NEW: Final = 0
OTHER: Final = 1
OTHER_IS_NEW: Final = 2
NEW_IS_LATER: Final = 3
KIND: Final = 4
SHARED: Final = 5
EITHER: Final = 6
SHORTER: Final = 7
COLUMNS: Final = 8
"""Columns of a found pair: the new row, the other row, whether that is a new one too or one of the index, the verdict."""


def find_copies(
    new: Rows,
    *,
    anchors: NDArray[np.int64],
    cutoffs: NDArray[np.int64],
    index: Index,
    partition: int,
    partitions: int,
    window_seconds: int,
) -> tuple[NDArray[np.int64], int]:
    """The pairs of a new row and an earlier one, of the index or new itself, that are copies; and how many key look-ups
    met the bound. `new` is in order of arrival, with the anchor of each and the cutoff at its arrival; what has an anchor
    older than that is expired, and does not exist for the row.

    A pair belongs to the partition of the smallest key it shares, and is met at that key, so it comes out once. A row
    sees at most MAX_POSTINGS unexpired rows under one key, the last that arrived: keys that so many share are stock
    phrases that the stop-list lacks, or one text many times over, where any of a thousand originals will do. A pair whose
    smallest shared key is so crowded is met, here too, at its next shared key that is not. The bound follows from the order
    of messages alone, not from batches; but only below it do all orders of arrival give the same edges.
    """
    return _find(
        new,
        anchors,
        cutoffs,
        index.rows,
        index.anchors,
        index.heads,
        index.older,
        np.uint64(partition),
        np.uint64(partitions),
        window_seconds,
        MAX_POSTINGS,
    )


@kernel
def _meeting_key(
    a: np.void, b: np.void, crowded: NDArray[np.bool_], partition: np.uint64, partitions: np.uint64
) -> int:
    """At which of its keys `a` meets `b`; -1 where another partition sees to the pair."""
    first = -1
    left, right = 0, 0
    while left < a["key_count"] and right < b["key_count"]:
        x, y = a["keys"][left], b["keys"][right]
        if x == y:
            if first < 0:
                if x % partitions != partition:
                    return -1
                first = left
            if not crowded[left]:
                return left
        if x <= y:
            left += 1
        if y <= x:
            right += 1
    return first


@kernel
def _is_later(a: np.void, b: np.void) -> bool:
    """Whether `a` comes after `b`. A text without a date of its own can only repeat; at equal times the publisher's id tells,
    which a correction leaves as it is, and then Khabar's, which it does not.
    """
    if a["undated"] != b["undated"]:
        return bool(a["undated"])
    if a["time"] != b["time"]:
        return bool(a["time"] > b["time"])
    for part in range(ORDER_BYTES // 8):
        if a["order"][part] != b["order"][part]:
            return bool(a["order"][part] > b["order"][part])
    if a["id"][0] != b["id"][0]:
        return bool(a["id"][0] > b["id"][0])
    return bool(a["id"][1] > b["id"][1])


@kernel
def _with_room(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    if count < len(pairs):
        return pairs
    larger = np.empty((2 * count, COLUMNS), dtype=np.int64)
    larger[:count] = pairs
    return larger


@kernel
def _holders(
    rows: Rows,
    heads: NDArray[np.uint32],
    older: NDArray[np.uint32],
    anchors: NDArray[np.int64],
    key: np.uint64,
    cutoff: int,
    are_new: bool,
    met: NDArray[np.int64],
    count: int,
) -> int:
    """Put the unexpired rows that hold `key` into `met` from `count`, the newest first; the new count, one more than there is
    room for if not all went in. A new row's place is told from one in the index by its sign.
    """
    posting = newest_posting(rows, heads, key)
    while posting != 0 and count <= len(met):
        other, column = divmod(posting - 1, KEYS)
        if anchors[other] >= cutoff:
            if count < len(met):
                met[count] = -1 - other if are_new else other
            count += 1
        posting = np.int64(older[other, column])
    return count


@kernel
def _find(
    new: Rows,
    new_anchors: NDArray[np.int64],
    cutoffs: NDArray[np.int64],
    rows: Rows,
    anchors: NDArray[np.int64],
    heads: NDArray[np.uint32],
    older: NDArray[np.uint32],
    partition: np.uint64,
    partitions: np.uint64,
    window_seconds: int,
    max_postings: int,
) -> tuple[NDArray[np.int64], int]:
    pairs = np.empty((256, COLUMNS), dtype=np.int64)
    count = 0
    crowds = 0
    # The new rows so far, in tables like those of the index.
    size = 256
    while size < 2 * len(new) * KEYS:
        size *= 2
    new_heads = np.zeros(size, dtype=np.uint32)
    new_older = np.empty((len(new), KEYS), dtype=np.uint32)
    met = np.empty((KEYS, max_postings), dtype=np.int64)
    met_count = np.zeros(KEYS, dtype=np.int64)
    crowded = np.zeros(KEYS, dtype=np.bool_)
    sketch = np.zeros(TABLE, dtype=np.uint32)
    for place in range(len(new)):
        row = new[place]
        met_count[:] = 0
        crowded[:] = False
        own_crowds = 0
        # All that hold a key of this partition are here with all of their keys. So where a crowd hides some under their own
        # key, the keys of other partitions find them; and the number of partitions makes no difference.
        for own in (True, False):
            if not own and own_crowds == 0:
                break
            for column in range(row["key_count"]):
                key = row["keys"][column]
                if (key % partitions == partition) != own:
                    continue
                count_met = _holders(new, new_heads, new_older, new_anchors, key, cutoffs[place], True, met[column], 0)
                count_met = _holders(rows, heads, older, anchors, key, cutoffs[place], False, met[column], count_met)
                crowded[column] = count_met > max_postings
                met_count[column] = min(count_met, max_postings)
                own_crowds += own and crowded[column]
        crowds += own_crowds
        remember_sketch(row, sketch)
        for column in range(row["key_count"]):
            for other in met[column, : met_count[column]]:
                is_new = other < 0
                other = -1 - other if is_new else other
                candidate = new[other] if is_new else rows[other]
                if abs(row["time"] - candidate["time"]) > window_seconds:
                    continue
                if row["undated"] and candidate["undated"]:
                    continue
                if _meeting_key(row, candidate, crowded, partition, partitions) != column:
                    continue
                verdict, shared, either, shorter = judge(row, sketch, candidate)
                if verdict < IDENTICAL:
                    continue
                pairs = _with_room(pairs, count)
                pairs[count, NEW] = place
                pairs[count, OTHER] = other
                pairs[count, OTHER_IS_NEW] = is_new
                pairs[count, NEW_IS_LATER] = _is_later(row, candidate)
                pairs[count, KIND] = verdict
                pairs[count, SHARED] = shared
                pairs[count, EITHER] = either
                pairs[count, SHORTER] = shorter
                count += 1
        forget_sketch(row, sketch)
        post(new, new_heads, new_older, place, place + 1)
    return pairs[:count], crowds
