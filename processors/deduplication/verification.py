"""Is one text a copy of the other, by which rule, and of what kind? Knows two rows; the same verdict whichever comes first.

Estimates from bottom-k sketches: below the lower of the two greatest hashes both sketches are complete, so what they share
there is a fair sample of what the texts share (E. Cohen and H. Kaplan, "Summarizing data using bottom-k sketches", 2007).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from khabar.records import CopyKind
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import SKETCH, compare_numbers

MIN_SHARED: Final = 4
MIN_SIMILARITY: Final = 0.2
SIMILARITY_MARGIN: Final = 2.0
MIN_COMMON: Final = 10.0
MIN_CONTAINMENT: Final = 0.4
CONTAINMENT_MARGIN: Final = 12.0
ENOUGH_CONTAINMENT: Final = 0.8
EXCERPT_CONTAINMENT: Final = 0.65
EXCERPT_SHARE: Final = 0.7
MIN_AGREEMENT: Final = 0.4
SURE_SIMILARITY: Final = 0.6
SURE_CONTAINMENT: Final = 0.9

TABLE: Final = 4096
_MASK: Final = np.uint64(TABLE - 1)
_ONE: Final = np.uint64(1)

KINDS: Final[tuple[CopyKind, ...]] = ("identical", "copy", "excerpt", "revision")
IDENTICAL: Final = 0
COPY: Final = 1
EXCERPT: Final = 2
REVISION: Final = 3
"""Verdicts from 0 are places in KINDS; the others say why two texts are no copies."""
TOO_LITTLE_SHARED: Final = -1
OTHER_NUMBERS: Final = -2


@kernel
def remember_sketch(a: np.void, table: NDArray[np.uint32]) -> None:
    """Put the sketch of `a` into `table`, TABLE long and all zero, for `overlap` to look in: open addressing.

    A row is compared with many, and looking up does not wait for the last look-up as merging does: four times as fast.
    """
    for value in a["sketch"][: a["sketch_count"]]:
        slot = np.uint64(value) & _MASK
        while table[slot] != 0:
            slot = (slot + _ONE) & _MASK
        table[slot] = value


@kernel
def forget_sketch(a: np.void, table: NDArray[np.uint32]) -> None:
    """Make `table` all zero again."""
    for value in a["sketch"][: a["sketch_count"]]:
        slot = np.uint64(value) & _MASK
        while table[slot] != 0:
            table[slot] = 0
            slot = (slot + _ONE) & _MASK


@kernel
def overlap(a: np.void, table: NDArray[np.uint32], b: np.void) -> tuple[int, int, int]:
    """Of the two sketches, below the lower of their greatest hashes: how many are in both, in `a`, in `b`."""
    one, other = a["sketch"], b["sketch"]
    in_a, in_b = int(a["sketch_count"]), int(b["sketch_count"])
    bound = np.uint32(0xFFFFFFFF)
    if in_a == SKETCH:
        bound = min(bound, one[SKETCH - 1])
    if in_b == SKETCH:
        bound = min(bound, other[SKETCH - 1])
    while in_a > 0 and one[in_a - 1] > bound:
        in_a -= 1
    while in_b > 0 and other[in_b - 1] > bound:
        in_b -= 1
    shared = 0
    for value in other[:in_b]:
        slot = np.uint64(value) & _MASK
        while table[slot] != 0 and table[slot] != value:
            slot = (slot + _ONE) & _MASK
        shared += table[slot] == value
    return shared, in_a, in_b


@kernel
def similarity_needed(common: float) -> float:
    """The Jaccard similarity from which two texts are alike that have about `common` shingles in common."""
    return MIN_SIMILARITY + SIMILARITY_MARGIN / common


@kernel
def containment_needed(common: float) -> float:
    """The containment from which the shorter text is taken from the longer. The less there is in common, the more of it
    must be there: half of a long text is reuse, and of a lede anything short of nearly all may be a form filled in anew.
    """
    return min(ENOUGH_CONTAINMENT, MIN_CONTAINMENT + CONTAINMENT_MARGIN / common)


@kernel
def is_similar(common: float, similarity: float) -> bool:
    """Whether two texts are alike as wholes."""
    return similarity >= similarity_needed(common)


@kernel
def is_contained(common: float, containment: float) -> bool:
    """Whether the shorter text is taken from the longer."""
    return common >= MIN_COMMON and containment >= containment_needed(common)


@kernel
def numbers_disagree(agree: int, differ: int, similarity: float, containment: float) -> bool:
    """Whether two texts are reports on one form (executions, interceptions, weather, prices): words are the same around
    numbers that are not. One corrected number in texts that are nearly equal makes no other report.
    """
    if differ == 0 or agree >= MIN_AGREEMENT * (agree + differ):
        return False
    return differ > 1 or (similarity < SURE_SIMILARITY and containment < SURE_CONTAINMENT)


@kernel
def judge(a: np.void, table: NDArray[np.uint32], b: np.void) -> tuple[int, int, int, int]:
    """The verdict on `a`, whose sketch is in `table`, and `b`; then, of the sample: shingles in both, in either, in the
    shorter.
    """
    if a["text_hash"] == b["text_hash"]:
        return IDENTICAL, 1, 1, 1
    shared, in_a, in_b = overlap(a, table, b)
    either = in_a + in_b - shared
    in_shorter = in_a if a["shingles"] < b["shingles"] else in_b
    if a["shingles"] == b["shingles"]:
        in_shorter = max(in_a, in_b)
    if shared < MIN_SHARED:
        return TOO_LITTLE_SHARED, shared, either, in_shorter
    if a["page_hash"] != 0 and a["page_hash"] == b["page_hash"]:
        # A page that is rewritten, or corrects its figures, is still that page.
        return REVISION, shared, either, in_shorter
    similarity = shared / either
    containment = shared / in_shorter
    fewer = min(a["shingles"], b["shingles"])
    more = max(a["shingles"], b["shingles"])
    common = containment * fewer
    if not is_contained(common, containment) and not is_similar(common, similarity):
        return TOO_LITTLE_SHARED, shared, either, in_shorter
    agree, differ = compare_numbers(a["numbers"], a["number_count"], b["numbers"], b["number_count"])
    if numbers_disagree(agree, differ, similarity, containment):
        return OTHER_NUMBERS, shared, either, in_shorter
    if containment >= EXCERPT_CONTAINMENT and fewer < EXCERPT_SHARE * more:
        return EXCERPT, shared, either, in_shorter
    return COPY, shared, either, in_shorter
