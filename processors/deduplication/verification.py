"""Is one text a copy of the other, and of what kind? Knows two rows; the same verdict whichever comes first.

Estimates from bottom-k sketches: below the lower of the two greatest hashes both sketches are complete, so what they share
there is a fair sample of what the texts share (E. Cohen and H. Kaplan, "Summarizing data using bottom-k sketches", 2007).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from khabar.records import CopyKind
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import SKETCH

MIN_SHARED: Final = 4
MIN_SIMILARITY: Final = 0.22
MIN_CONTAINMENT: Final = 0.65
MIN_SHARED_SHINGLES: Final = 16
EXCERPT_SHARE: Final = 0.7
MIN_NUMBERS: Final = 2
MIN_AGREEMENT: Final = 0.4
SURE_SIMILARITY: Final = 0.5
SURE_CONTAINMENT: Final = 0.8

NO_COPY: Final = -1
KINDS: Final[tuple[CopyKind, ...]] = ("identical", "copy", "excerpt", "revision")
IDENTICAL: Final = 0
COPY: Final = 1
EXCERPT: Final = 2
REVISION: Final = 3


@kernel
def overlap(a: np.void, b: np.void) -> tuple[int, int, int]:
    """Of the two sketches, below the lower of their greatest hashes: shared, in either, in the shorter text's."""
    bound = np.uint32(0xFFFFFFFF)
    if a["sketch_count"] == SKETCH:
        bound = min(bound, a["sketch"][SKETCH - 1])
    if b["sketch_count"] == SKETCH:
        bound = min(bound, b["sketch"][SKETCH - 1])
    left, right, shared = 0, 0, 0
    while left < a["sketch_count"] and right < b["sketch_count"]:
        x, y = a["sketch"][left], b["sketch"][right]
        if x > bound and y > bound:
            break
        if x == y:
            shared += 1
        if x <= y:
            left += 1
        if y <= x:
            right += 1
    while left < a["sketch_count"] and a["sketch"][left] <= bound:
        left += 1
    while right < b["sketch_count"] and b["sketch"][right] <= bound:
        right += 1
    if a["shingles"] < b["shingles"]:
        shorter = left
    elif b["shingles"] < a["shingles"]:
        shorter = right
    else:
        shorter = max(left, right)
    return shared, left + right - shared, shorter


@kernel
def numbers_agree(a: np.void, b: np.void) -> bool:
    """False where both texts have numbers and few of them are in both: two reports on one template."""
    if a["number_count"] < MIN_NUMBERS or b["number_count"] < MIN_NUMBERS:
        return True
    room = len(a["numbers"])
    bound = np.uint32(0xFFFFFFFF)
    if a["number_count"] == room:
        bound = min(bound, a["numbers"][room - 1])
    if b["number_count"] == room:
        bound = min(bound, b["numbers"][room - 1])
    left, right, shared = 0, 0, 0
    while left < a["number_count"] and a["numbers"][left] <= bound:
        left += 1
    while right < b["number_count"] and b["numbers"][right] <= bound:
        right += 1
    for x in a["numbers"][:left]:
        for y in b["numbers"][:right]:
            if x == y:
                shared += 1
    return bool(shared >= MIN_AGREEMENT * min(left, right))


@kernel
def judge(a: np.void, b: np.void) -> tuple[int, int, int, int]:
    """The kind of copy, a place in KINDS, or NO_COPY; and shared, in either, in the shorter, as `overlap` gives them."""
    if a["text_hash"] == b["text_hash"]:
        return IDENTICAL, 1, 1, 1
    shared, either, shorter = overlap(a, b)
    if shared < MIN_SHARED:
        return NO_COPY, shared, either, shorter
    similarity = shared / either
    containment = shared / shorter
    fewer = min(a["shingles"], b["shingles"])
    more = max(a["shingles"], b["shingles"])
    contained = containment >= MIN_CONTAINMENT
    if similarity < MIN_SIMILARITY and not (contained and containment * fewer >= MIN_SHARED_SHINGLES):
        return NO_COPY, shared, either, shorter
    same_page = a["page_hash"] != 0 and a["page_hash"] == b["page_hash"]
    # A page that corrects its figures is still that page: numbers only tell different pages apart.
    unsure = similarity < SURE_SIMILARITY and containment < SURE_CONTAINMENT
    if unsure and not same_page and not numbers_agree(a, b):
        return NO_COPY, shared, either, shorter
    if same_page:
        return REVISION, shared, either, shorter
    if contained and fewer < EXCERPT_SHARE * more:
        return EXCERPT, shared, either, shorter
    return COPY, shared, either, shorter
