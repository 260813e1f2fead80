"""Time, as a partition sees it: the watermark, what is late, what is new, what is over. Knows rows, compiled.

The watermark is the least of the largest event times seen from each origin, a partition of `articles`, and there is none
until every origin was seen. With the largest of all instead, partitions that are replayed at different speeds would expire
each other's articles: one that is a week ahead would drop from the window what the others are only about to compare.

It needs no row of its own in the table. Whatever holds an origin's largest time is not older than the least of these
largest times, so it is never expired, and `largest` can always be read off the rows that are left.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from processors.deduplication.postings import NEVER
from processors.deduplication.rows import Rows
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import finalise

HOUR_SECONDS: Final = 3600


def nothing_seen(partitions: int) -> NDArray[np.int64]:
    """`largest` before the first article: by origin, the largest event time in seconds since 1970."""
    return np.full(partitions, NEVER, dtype=np.int64)


@kernel
def watermark_of(largest: NDArray[np.int64]) -> int:
    """In seconds since 1970; NEVER before every origin was seen."""
    return int(largest.min())


@kernel
def cutoff_of(watermark: int, remembered_seconds: int) -> int:
    """What is older is expired. Whole hours, so that expiry looks for work once an hour of event time."""
    if watermark == NEVER:
        return NEVER
    return (watermark - remembered_seconds) // HOUR_SECONDS * HOUR_SECONDS


@kernel
def anchor_messages(
    rows: Rows, ends: NDArray[np.int64], largest: NDArray[np.int64], anchors: NDArray[np.int64]
) -> None:
    """Set `anchors` of rows in order of arrival, whose messages end before `ends`; and `largest` after them.

    The anchor of a message is its newest event time, or the watermark when it arrived if that was later.
    """
    start = 0
    for end in ends:
        anchor = largest.min()
        for place in range(start, end):
            anchor = max(anchor, rows[place]["time"])
        for place in range(start, end):
            anchors[place] = anchor
            origin = rows[place]["origin"]
            largest[origin] = max(largest[origin], rows[place]["time"])
        start = end


@kernel
def admit(
    rows: Rows,
    ends: NDArray[np.int64],
    known: NDArray[np.int64],
    largest: NDArray[np.int64],
    remembered_seconds: int,
    lateness_seconds: int,
    is_new: NDArray[np.bool_],
    anchors: NDArray[np.int64],
    cutoffs: NDArray[np.int64],
) -> tuple[int, int]:
    """Decide, message by message, which rows of a batch are new: an id is known while the message that brought it is not
    expired. `known`: the anchor of each row's id in the index, or DEAD. Sets `is_new`, the anchor of each row's message and
    the cutoff at its arrival, and `largest` after the batch. How many new rows are late; the cutoff after the batch.
    """
    size = 64
    while size < 2 * len(rows):
        size *= 2
    mask = np.uint64(size - 1)
    # By id, the last new row that has it, plus one.
    slots = np.zeros(size, dtype=np.int64)
    watermark = largest.min()
    cutoff = cutoff_of(watermark, remembered_seconds)
    late = 0
    start = 0
    for end in ends:
        anchor = watermark
        for place in range(start, end):
            is_new[place] = False
            if known[place] >= cutoff:
                continue
            slot = finalise(rows[place]["id"][1]) & mask
            while slots[slot] != 0:
                before = slots[slot] - 1
                if rows[before]["id"][0] == rows[place]["id"][0] and rows[before]["id"][1] == rows[place]["id"][1]:
                    break
                slot = (slot + np.uint64(1)) & mask
            if slots[slot] != 0 and (slots[slot] > start or anchors[slots[slot] - 1] >= cutoff):
                continue
            slots[slot] = place + 1
            is_new[place] = True
            anchor = max(anchor, rows[place]["time"])
            late += rows[place]["time"] < watermark - lateness_seconds
        for place in range(start, end):
            anchors[place] = anchor
            cutoffs[place] = cutoff
            if is_new[place]:
                origin = rows[place]["origin"]
                largest[origin] = max(largest[origin], rows[place]["time"])
        watermark = largest.min()
        cutoff = cutoff_of(watermark, remembered_seconds)
        start = end
    return late, cutoff
