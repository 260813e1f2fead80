"""The arithmetic of fingerprints, compiled. Knows arrays only; times, ids and records are unknown here.

Hashes are defined on code points, so neither encoding nor byte order matters:
    word     a run of letters or of digits: FNV-1a over its folded code points, each taken whole (h ^= c; h *= prime,
             64 bits), then finalised
    shingle  ((w1 * B + w2) * B + w3) ... mod 2^64, then finalised
    text     the same polynomial over all words
    number   32 bits: 24 of a context, 7 of the value, and whether the value is a year; see `sample_numbers`
    finaliser: fmix64 of MurmurHash3 (A. Appleby, public domain)
tests/fingerprints has the test vectors and a second implementation in plain Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.fingerprints.compiling import kernel
from processors.fingerprints.folding import ALONE, EXPANDED, GAP, NOTHING

Hashes = NDArray[np.uint64]

SMALLEST_KEYS = 12
LEDE_KEYS = 4
KEYS = SMALLEST_KEYS + LEDE_KEYS
LEDE_WORDS = 40
"""News is cut from the end: the smallest hashes of a long text are all over it, so those of its beginning are kept besides."""
SKETCH = 128
NUMBERS = 32
MIN_WORDS = 12
"""A text with fewer words is only compared for identity."""
KEY_WORDS = 5
SKETCH_WORDS = 4
YEAR_DIGITS = 4
FIRST_YEAR, LAST_YEAR = 1900, 2100

# Typed constants: in numba an int64 mixed with a uint64 becomes a float.
_FNV_OFFSET = np.uint64(0xCBF29CE484222325)
_FNV_PRIME = np.uint64(0x100000001B3)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT_33 = np.uint64(33)
_SHIFT_32 = np.uint64(32)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_AFTER_DIGITS = np.uint32(ord("9") + 1)
_GAP = np.uint32(GAP)
_NOTHING = np.uint32(NOTHING)
_ALONE = np.uint32(ALONE)
_EXPANDED = np.uint32(EXPANDED)
_BEFORE = np.uint64(0xB4C59B1D1F3A5E7D)
_AFTER = np.uint64(0x6A09E667F3BCC909)
_NO_WORD = np.uint64(0)
_A_NUMBER = np.uint64(0x9B05688C2B3E6C1F)
_CONTEXT = np.uint32(0xFFFFFF00)
_VALUE = np.uint32(0xFE)
_YEAR = np.uint32(1)


@kernel
def finalise(h: np.uint64) -> np.uint64:
    """fmix64: every bit of the result depends on every bit of `h`."""
    h ^= h >> _SHIFT_33
    h *= _MIX_1
    h ^= h >> _SHIFT_33
    h *= _MIX_2
    h ^= h >> _SHIFT_33
    return h


@kernel
def insert_distinct(best: NDArray[Any], count: int, value: Any) -> int:
    """Put `value` into `best[:count]`, ascending and distinct, if it is among the len(best) smallest; the new count."""
    room = len(best)
    if count == room and value >= best[room - 1]:
        return count
    low, high = 0, count
    while low < high:
        middle = (low + high) >> 1
        if best[middle] < value:
            low = middle + 1
        else:
            high = middle
    if low < count and best[low] == value:
        return count
    if count < room:
        count += 1
    for place in range(count - 1, low, -1):
        best[place] = best[place - 1]
    best[low] = value
    return count


@kernel
def _contains(ascending: Hashes, value: np.uint64) -> bool:
    place = np.searchsorted(ascending, value)
    return bool(place < len(ascending) and ascending[place] == value)


@kernel
def _with_room(array: NDArray[Any], count: int) -> NDArray[Any]:
    """`array`, or its copy of twice the size where it is full."""
    if count < len(array):
        return array
    larger = np.empty(2 * count, dtype=array.dtype)
    larger[:count] = array
    return larger


@kernel
def tokenise(
    codes: NDArray[np.uint32],
    table: NDArray[np.uint32],
    pool: NDArray[np.uint32],
    words: Hashes,
    figures: NDArray[np.int64],
) -> tuple[Hashes, int, NDArray[np.int64], int]:
    """The hashes of the words of `codes`, and how many; which of them are of digits, and how many: twice the place of the
    word, one more if it is a year. Both in the arrays given or, where those are too small, in larger ones.
    """
    count = 0
    figure_count = 0
    word = _FNV_OFFSET
    length = 0
    numeric = False
    value = 0
    for position in range(len(codes) + 1):
        entry = table[codes[position]] if position < len(codes) else _GAP
        if _AFTER_DIGITS <= entry < _ALONE and not numeric:
            # A letter after a letter or a gap: most of any text, so it does not go the long way.
            word = (word ^ np.uint64(entry)) * _FNV_PRIME
            length += 1
            continue
        place = 0
        units = 1
        if entry >= _EXPANDED:
            place = int(entry & ~_EXPANDED) + 1
            units = int(pool[place - 1])
        for unit in range(units):
            if place > 0:
                entry = pool[place + unit]
            if entry == _NOTHING:
                continue
            alone = (entry & _ALONE) != 0
            digit = bool(48 <= entry <= 57)
            # Digits are words apart, because Arabic writes "and 15" in one: و15.
            if length > 0 and (entry == _GAP or alone or digit != numeric):
                words = _with_room(words, count)
                words[count] = finalise(word)
                count += 1
                if numeric:
                    figures = _with_room(figures, figure_count)
                    year = length == YEAR_DIGITS and FIRST_YEAR <= value <= LAST_YEAR
                    figures[figure_count] = 2 * (count - 1) + year
                    figure_count += 1
                word = _FNV_OFFSET
                length = 0
                numeric = False
                value = 0
            if entry == _GAP:
                continue
            if alone:
                words = _with_room(words, count)
                words[count] = finalise((_FNV_OFFSET ^ np.uint64(entry & ~_ALONE)) * _FNV_PRIME)
                count += 1
                continue
            word = (word ^ np.uint64(entry)) * _FNV_PRIME
            length += 1
            numeric = digit
            if digit and length <= YEAR_DIGITS:
                value = value * 10 + int(entry) - 48
    return words, count, figures, figure_count


@kernel
def _shingle(words: Hashes, start: int, length: int) -> np.uint64:
    h = words[start]
    for place in range(start + 1, start + length):
        h = h * _BASE + words[place]
    return finalise(h)


@kernel
def shingle_hashes(words: Hashes, length: int) -> Hashes:
    """All shingles of `length` words, in text order, repeats kept."""
    count = max(0, len(words) - length + 1)
    hashes = np.empty(count, dtype=np.uint64)
    for start in range(count):
        hashes[start] = _shingle(words, start, length)
    return hashes


@kernel
def _smallest_keys(words: Hashes, stop: Hashes, keys: Hashes) -> int:
    """Put the smallest hashes of 5-shingles into `keys`, ascending: of the whole text, and of its first words; how many."""
    smallest = np.empty(SMALLEST_KEYS, dtype=np.uint64)
    lede = np.empty(LEDE_KEYS, dtype=np.uint64)
    smallest_count, lede_count = 0, 0
    for start in range(len(words) - KEY_WORDS + 1):
        h = _shingle(words, start, KEY_WORDS)
        for_lede = start <= LEDE_WORDS - KEY_WORDS and (lede_count < LEDE_KEYS or h < lede[LEDE_KEYS - 1])
        for_all = smallest_count < SMALLEST_KEYS or h < smallest[SMALLEST_KEYS - 1]
        if not (for_lede or for_all) or _contains(stop, h):
            continue
        if for_lede:
            lede_count = insert_distinct(lede, lede_count, h)
        if for_all:
            smallest_count = insert_distinct(smallest, smallest_count, h)
    count = smallest_count
    keys[:count] = smallest[:count]
    for h in lede[:lede_count]:
        count = insert_distinct(keys, count, h)
    return count


@kernel
def sample_numbers(words: Hashes, figures: NDArray[np.int64], numbers: NDArray[np.uint32]) -> int:
    """Put the numbers of a text, each twice with a context, into `numbers`: the smallest if there are more; how many.

    Words of digits that follow one another are one number (100-96, 3.5, 12/5/2018). It stands in two contexts: the two
    words before it, and the two after it; another number among them counts as "some number". So two reports on one form
    have their contexts in common and their values not, and rewording breaks one context of a number rather than both.
    An entry has the context in its upper 24 bits, so what a text samples depends on its contexts, not on its values.
    """
    count = 0
    first = 0
    while first < len(figures):
        last = first
        years = True
        value = _ZERO
        while True:
            value = value * _BASE + words[figures[last] >> 1]
            years = years and (figures[last] & 1) == 1
            if last + 1 == len(figures) or figures[last + 1] >> 1 != (figures[last] >> 1) + 1:
                break
            last += 1
        start, end = figures[first] >> 1, (figures[last] >> 1) + 1
        low = np.uint32(finalise(value) & np.uint64(_VALUE)) | np.uint32(years)
        if start > 0:
            further = _NO_WORD
            if start > 1:
                numeric = first > 0 and figures[first - 1] >> 1 == start - 2
                further = _A_NUMBER if numeric else words[start - 2]
            context = finalise((words[start - 1] * _BASE + further) ^ _BEFORE)
            count = insert_distinct(numbers, count, (np.uint32(context >> _SHIFT_32) & _CONTEXT) | low)
        if end < len(words):
            further = _NO_WORD
            if end + 1 < len(words):
                numeric = last + 1 < len(figures) and figures[last + 1] >> 1 == end + 1
                further = _A_NUMBER if numeric else words[end + 1]
            context = finalise((words[end] * _BASE + further) ^ _AFTER)
            count = insert_distinct(numbers, count, (np.uint32(context >> _SHIFT_32) & _CONTEXT) | low)
        first = last + 1
    return count


@kernel
def compare_numbers(a: NDArray[np.uint32], a_count: int, b: NDArray[np.uint32], b_count: int) -> tuple[int, int]:
    """Of the contexts in both samples: in how many a value agrees, in how many none does. A year in common tells nothing,
    for all reports of a year share it.
    """
    agree, differ = 0, 0
    left, right = 0, 0
    while left < a_count and right < b_count:
        x, y = a[left] & _CONTEXT, b[right] & _CONTEXT
        if x < y:
            left += 1
            continue
        if y < x:
            right += 1
            continue
        left_end, right_end = left, right
        while left_end < a_count and a[left_end] & _CONTEXT == x:
            left_end += 1
        while right_end < b_count and b[right_end] & _CONTEXT == x:
            right_end += 1
        common, telling = False, False
        for value in a[left:left_end]:
            for other in b[right:right_end]:
                if value == other:
                    common = True
                    telling = telling or value & _YEAR == 0
        if telling:
            agree += 1
        elif not common:
            differ += 1
        left, right = left_end, right_end
    return agree, differ


@kernel
def _smallest_sketch(
    words: Hashes, seen: Hashes, halves: NDArray[np.uint32], sketch: NDArray[np.uint32]
) -> tuple[int, int]:
    """The distinct 4-shingles: how many in all, and how many in `sketch`. `seen` is a power of two long, at most half
    of which will be used, and all zero; `halves` has room for a number of each word.
    """
    mask = np.uint64(len(seen) - 1)
    distinct = 0
    for start in range(len(words) - SKETCH_WORDS + 1):
        h = _shingle(words, start, SKETCH_WORDS)
        if h == _ZERO:
            h = _ONE
        slot = h & mask
        while seen[slot] != _ZERO and seen[slot] != h:
            slot = (slot + _ONE) & mask
        if seen[slot] == _ZERO:
            seen[slot] = h
            halves[distinct] = np.uint32(h >> _SHIFT_32)
            distinct += 1
    return distinct, _smallest(halves[:distinct], sketch)


@kernel
def _smallest(values: NDArray[np.uint32], smallest: NDArray[np.uint32]) -> int:
    """Put the smallest distinct of `values` into `smallest`, ascending; how many. Overwrites `values`.

    Values are hashes, so the smallest 128 of n almost surely lie below 192 / n of their range, and sorting those is enough.
    """
    wanted = len(smallest)
    limit = np.uint64(0x180000000) * np.uint64(wanted) // np.uint64(max(1, len(values)))
    below = 0
    for place in range(len(values)):
        value = values[place]
        if value <= limit:
            values[place] = values[below]
            values[below] = value
            below += 1
    count = _distinct_ascending(np.sort(values[:below]), smallest)
    if count < wanted and below < len(values):
        count = _distinct_ascending(np.sort(values), smallest)
    return count


@kernel
def _distinct_ascending(ascending: NDArray[np.uint32], out: NDArray[np.uint32]) -> int:
    count = 0
    for value in ascending:
        if count == len(out):
            break
        if count == 0 or out[count - 1] != value:
            out[count] = value
            count += 1
    return count


@kernel
def _text_hash(words: Hashes) -> np.uint64:
    h = _FNV_OFFSET
    for word in words:
        h = h * _BASE + word
    return finalise(h)


@kernel
def fingerprint_batch(
    codes: NDArray[np.uint32],
    ends: NDArray[np.int64],
    table: NDArray[np.uint32],
    pool: NDArray[np.uint32],
    stop: Hashes,
    keys: Hashes,
    sketches: NDArray[np.uint32],
    numbers: NDArray[np.uint32],
    text_hashes: Hashes,
    counts: NDArray[np.int64],
) -> None:
    """Fingerprint the texts `codes[:ends[0]]`, `codes[ends[0]:ends[1]]`, … into the rows of the last five arrays.

    `counts` has per text: keys, sketch entries, numbers, distinct 4-shingles, words. Time is linear in the text.
    """
    words = np.empty(4096, dtype=np.uint64)
    figures = np.empty(256, dtype=np.int64)
    seen = np.zeros(8192, dtype=np.uint64)
    halves = np.empty(4096, dtype=np.uint32)
    start = 0
    for text in range(len(ends)):
        words, count, figures, figure_count = tokenise(codes[start : ends[text]], table, pool, words, figures)
        start = ends[text]
        own = words[:count]
        text_hashes[text] = _text_hash(own)
        counts[text, 4] = count
        if count >= MIN_WORDS:
            counts[text, 0] = _smallest_keys(own, stop, keys[text])
            counts[text, 2] = sample_numbers(own, figures[:figure_count], numbers[text])
            size = 16
            while size < 2 * count:
                size *= 2
            if size > len(seen):
                seen = np.zeros(size, dtype=np.uint64)
            else:
                seen[:size] = _ZERO
            if count > len(halves):
                halves = np.empty(2 * count, dtype=np.uint32)
            distinct, kept = _smallest_sketch(own, seen[:size], halves, sketches[text])
            counts[text, 1] = kept
            counts[text, 3] = distinct
        # A text that is short, or of stock phrases throughout, can still be found by one that says exactly the same.
        if count > 0 and counts[text, 0] == 0:
            keys[text, 0] = text_hashes[text]
            counts[text, 0] = 1
