"""Is one text a copy of the other, and of what kind? Knows two rows; the same verdict whichever comes first.

Estimates from bottom-k sketches: below the lower of the two greatest hashes both sketches are complete, so what they share
there is a fair sample of what the texts share (E. Cohen and H. Kaplan, "Summarizing data using bottom-k sketches", 2007).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from khabar.records import CopyKind
from processors.deduplication.rows import SAMPLED_NUMBERS
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import SKETCH

MIN_SHARED: Final = 4
MIN_SIMILARITY: Final = 0.22
MIN_CONTAINMENT: Final = 0.65
MIN_SHARED_SHINGLES: Final = 16
EXCERPT_SHARE: Final = 0.7
MIN_EXPECTED_NUMBERS: Final = 1.2
MIN_AGREEMENT: Final = 0.4
SURE_SIMILARITY: Final = 0.6
SURE_CONTAINMENT: Final = 0.8

NO_COPY: Final = -1
KINDS: Final[tuple[CopyKind, ...]] = ("identical", "copy", "excerpt", "revision")
IDENTICAL: Final = 0
COPY: Final = 1
EXCERPT: Final = 2
REVISION: Final = 3


@kernel
def overlap(a: np.void, b: np.void) -> tuple[int, int, int]:
    """Of the two sketches, below the lower of their greatest hashes: how many are in both, in `a`, in `b`."""
    bound = np.uint32(0xFFFFFFFF)
    if a["sketch_count"] == SKETCH:
        bound = min(bound, a["sketch"][SKETCH - 1])
    if b["sketch_count"] == SKETCH:
        bound = min(bound, b["sketch"][SKETCH - 1])
    return _common(a["sketch"], a["sketch_count"], b["sketch"], b["sketch_count"], bound)


@kernel
def common_numbers(a: np.void, b: np.void) -> tuple[int, int, int]:
    """Of the two samples of numbers, as far down as both are complete: how many are in both, in `a`, in `b`."""
    bound = np.uint32(0xFFFFFFFF)
    if a["number_count"] == SAMPLED_NUMBERS:
        bound = min(bound, a["numbers"][SAMPLED_NUMBERS - 1])
    if b["number_count"] == SAMPLED_NUMBERS:
        bound = min(bound, b["numbers"][SAMPLED_NUMBERS - 1])
    return _common(a["numbers"], a["number_count"], b["numbers"], b["number_count"], bound)


@kernel
def _common(
    a: NDArray[np.uint32], a_count: int, b: NDArray[np.uint32], b_count: int, bound: np.uint32
) -> tuple[int, int, int]:
    left, right, shared = 0, 0, 0
    while left < a_count and right < b_count:
        x, y = a[left], b[right]
        if min(x, y) > bound:
            break
        if x == y:
            shared += 1
        if x <= y:
            left += 1
        if y <= x:
            right += 1
    while left < a_count and a[left] <= bound:
        left += 1
    while right < b_count and b[right] <= bound:
        right += 1
    return shared, left, right


@kernel
def _lacks_numbers(numbers: int, shared_numbers: int, containment: float) -> bool:
    expected = numbers * containment
    return bool(expected >= MIN_EXPECTED_NUMBERS and shared_numbers < MIN_AGREEMENT * expected)


@kernel
def numbers_disagree(a: np.void, b: np.void, a_containment: float, b_containment: float) -> bool:
    """Whether two texts are reports on one template (executions, interceptions, weather, prices): the words are the same
    and the numbers are not. Of a text that is in the other by a share, that share of its numbers should be there too.
    """
    shared, in_a, in_b = common_numbers(a, b)
    return _lacks_numbers(in_a, shared, a_containment) or _lacks_numbers(in_b, shared, b_containment)


@kernel
def judge(a: np.void, b: np.void) -> tuple[int, int, int, int]:
    """The kind of copy, a place in KINDS, or NO_COPY; then, of the sample: shingles in both, in either, in the shorter."""
    if a["text_hash"] == b["text_hash"]:
        return IDENTICAL, 1, 1, 1
    shared, in_a, in_b = overlap(a, b)
    either = in_a + in_b - shared
    in_shorter = in_a if a["shingles"] < b["shingles"] else in_b
    if a["shingles"] == b["shingles"]:
        in_shorter = max(in_a, in_b)
    if shared < MIN_SHARED:
        return NO_COPY, shared, either, in_shorter
    similarity = shared / either
    containment = shared / in_shorter
    fewer = min(a["shingles"], b["shingles"])
    more = max(a["shingles"], b["shingles"])
    contained = containment >= MIN_CONTAINMENT
    if similarity < MIN_SIMILARITY and not (contained and containment * fewer >= MIN_SHARED_SHINGLES):
        return NO_COPY, shared, either, in_shorter
    same_page = a["page_hash"] != 0 and a["page_hash"] == b["page_hash"]
    # A page that corrects its figures is still that page: numbers only tell different pages apart.
    unsure = similarity < SURE_SIMILARITY and containment < SURE_CONTAINMENT
    if unsure and not same_page and numbers_disagree(a, b, shared / in_a, shared / in_b):
        return NO_COPY, shared, either, in_shorter
    if same_page:
        return REVISION, shared, either, in_shorter
    if contained and fewer < EXCERPT_SHARE * more:
        return EXCERPT, shared, either, in_shorter
    return COPY, shared, either, in_shorter
