"""From a key to the rows that hold it, and from an id to its row: hash tables over rows, compiled. Knows arrays only.

A posting is a row's place and a key's place in it: `row * KEYS + key + 1`, with 0 for none. The postings of a key are a
chain, newest first: `heads` (open addressing; the key itself stands in the row) leads to the newest, `older` to the next.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from processors.deduplication.rows import Rows
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import KEYS, finalise

Table = NDArray[np.uint32]

FOREVER: Final = 2**62
NEVER: Final = -FOREVER
DEAD: Final = NEVER - 1
"""Times, in seconds since 1970, past all others. DEAD, the anchor of a removed row, is older than any cutoff, NEVER included."""


@kernel
def _place_of(rows: Rows, heads: Table, key: np.uint64) -> np.int64:
    """Where in `heads` the chain of `key` starts, or would start. `heads` is a power of two long and never full."""
    mask = np.uint64(len(heads) - 1)
    place = finalise(key) & mask
    while True:
        posting = heads[place]
        if posting == 0:
            break
        row, column = divmod(np.int64(posting) - 1, KEYS)
        if rows[row]["keys"][column] == key:
            break
        place = (place + np.uint64(1)) & mask
    return np.int64(place)


@kernel
def newest_posting(rows: Rows, heads: Table, key: np.uint64) -> np.int64:
    """The newest posting of `key`, or 0."""
    return np.int64(heads[_place_of(rows, heads, key)])


@kernel
def post(rows: Rows, heads: Table, older: Table, first: int, end: int) -> int:
    """Put the keys of the rows from `first` to `end` into the tables; how many places of `heads` this took."""
    taken = 0
    for row in range(first, end):
        for column in range(rows[row]["key_count"]):
            place = _place_of(rows, heads, rows[row]["keys"][column])
            if heads[place] == 0:
                taken += 1
            older[row, column] = heads[place]
            heads[place] = row * KEYS + column + 1
    return taken


@kernel
def post_ids(rows: Rows, ids: Table, first: int, end: int) -> None:
    """Put the ids of the rows from `first` to `end` into `ids`, a power of two long and never full: row + 1, 0 for none."""
    mask = np.uint64(len(ids) - 1)
    for row in range(first, end):
        place = finalise(rows[row]["id"][1]) & mask
        while ids[place] != 0:
            place = (place + np.uint64(1)) & mask
        ids[place] = row + 1


@kernel
def find_ids(rows: Rows, ids: Table, anchors: NDArray[np.int64], asked: Rows, found: NDArray[np.int64]) -> None:
    """Set `found[i]` to the anchor of the living row that has the id of `asked[i]`; leave it where there is none."""
    mask = np.uint64(len(ids) - 1)
    for question in range(len(asked)):
        place = finalise(asked[question]["id"][1]) & mask
        while ids[place] != 0:
            row = np.int64(ids[place]) - 1
            same = rows[row]["id"][0] == asked[question]["id"][0] and rows[row]["id"][1] == asked[question]["id"][1]
            if same and anchors[row] != DEAD:
                found[question] = anchors[row]
                break
            place = (place + np.uint64(1)) & mask


@kernel
def move_together(rows: Rows, anchors: NDArray[np.int64], size: int) -> int:
    """Move the living of the first `size` rows, and their anchors, to the front, in order; how many. In place, for a copy
    would need the memory of all of them once more.
    """
    kept = 0
    for place in range(size):
        if anchors[place] != DEAD:
            rows[kept] = rows[place]
            anchors[kept] = anchors[place]
            kept += 1
    return kept
