"""The arithmetic of fingerprints, compiled. Knows arrays only; times, ids and records are unknown here.

Texts come as UTF-16 code units in native byte order, for that is how Python hands most texts out fastest. Hashes are defined
on code points, so neither encoding nor byte order matters:
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
BUCKETS = 512
CRAFTED = 8
"""This many times more small hashes than a text of its length has by chance are no chance."""
MAX_PROBES = 8
"""Nor are so many probes a word in a table half full: the hashes are public, and a text can be made to meet in one place."""
NUMBERS = 24
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
_BASE_CUBED = np.uint64(0x9E3779B97F4A7C15**3 % 2**64)
_SHIFT_33 = np.uint64(33)
_SHIFT_32 = np.uint64(32)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_MOST = np.uint64(0xFFFFFFFFFFFFFFFF)
_MOST_HALF = np.uint64(0xFFFFFFFF)
_HIGH_SURROGATE = np.uint32(0xD800)
_LOW_SURROGATE = np.uint32(0xDC00)
_AFTER_SURROGATES = np.uint32(0xE000)
_FIRST_BEYOND = np.uint32(0x10000)
_SHIFT_10 = np.uint32(10)
_AFTER_DIGITS = np.uint32(ord("9") + 1)
_GAP = np.uint32(GAP)
_NOTHING = np.uint32(NOTHING)
_ALONE = np.uint32(ALONE)
_EXPANDED = np.uint32(EXPANDED)
_BEFORE = np.uint64(0xB4C59B1D1F3A5E7D)
_AFTER = np.uint64(0x6A09E667F3BCC909)
_NO_WORD = np.uint64(0)
_A_NUMBER = np.uint64(0x9B05688C2B3E6C1F)
CONTEXT = np.uint32(0xFFFFFF00)
"""The bits of an entry of `numbers` that are its context."""
NO_CONTEXT = -1
_VALUE = np.uint32(0xFE)
_DIGIT_ZERO = np.uint32(ord("0"))
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
    place = count
    if count == room:
        if value >= best[room - 1]:
            return count
        place -= 1
    while place > 0 and best[place - 1] > value:
        place -= 1
    if place > 0 and best[place - 1] == value:
        return count
    last = min(count, room - 1)
    for moved in range(last, place, -1):
        best[moved] = best[moved - 1]
    best[place] = value
    return last + 1


@kernel
def hash_set(hashes: Hashes) -> Hashes:
    """The hashes, none of them 0, as a table that `is_in` looks them up in: open addressing, at most a quarter full."""
    size = 16
    while size < 4 * len(hashes):
        size *= 2
    table = np.zeros(size, dtype=np.uint64)
    for h in hashes:
        slot = h & np.uint64(size - 1)
        while table[slot] != _ZERO:
            slot = (slot + _ONE) & np.uint64(size - 1)
        table[slot] = h
    return table


@kernel
def is_in(table: Hashes, h: np.uint64) -> bool:
    """Whether `h` is in the table that `hash_set` made."""
    slot = h & np.uint64(len(table) - 1)
    while table[slot] != _ZERO:
        if table[slot] == h:
            return True
        slot = (slot + _ONE) & np.uint64(len(table) - 1)
    return False


@kernel
def _with_room(array: NDArray[Any], count: int) -> NDArray[Any]:
    """`array`, or its copy of twice the size where it is full."""
    if count < len(array):
        return array
    larger = np.empty(2 * count, dtype=array.dtype)
    larger[: len(array)] = array
    return larger


@kernel
def tokenise(
    units: NDArray[np.uint16],
    table: NDArray[np.uint32],
    pool: NDArray[np.uint32],
    words: Hashes,
    figures: Hashes,
) -> tuple[Hashes, int, Hashes, int]:
    """The hashes of the words of a text, and how many; which of them are of digits, and how many. Both in the arrays given
    or, where those are too small, in larger ones. Of a word of digits there are two entries: twice its place, one more if it
    is a year; and a hash of all digits up to here since the last word of letters, without zeros in front, so that 1,200 and
    1200 are one.
    """
    count = 0
    figure_count = 0
    word = _FNV_OFFSET
    length = 0
    numeric = False
    value = 0
    digits = _FNV_OFFSET
    # Unsigned, so that the compiler need not look for places counted from the end.
    position = _ZERO
    end = np.uint64(len(units))
    words = _with_room(words, len(units))
    while True:
        entry = _GAP
        if position >= end:
            if length == 0:
                break
        else:
            code = np.uint32(units[position])
            position += _ONE
            entry = table[code]
            if _AFTER_DIGITS <= entry < _ALONE and not numeric:
                # A letter after a letter or a gap: most of any text, so it does not go the long way; nor does a word's end.
                word = (word ^ np.uint64(entry)) * _FNV_PRIME
                while position < end:
                    entry = table[units[position]]
                    if not (_AFTER_DIGITS <= entry < _ALONE):
                        break
                    word = (word ^ np.uint64(entry)) * _FNV_PRIME
                    position += _ONE
                length = 1
                if position < end and entry == _GAP and not (_HIGH_SURROGATE <= units[position] < _LOW_SURROGATE):
                    position += _ONE
                    words[count] = finalise(word)
                    count += 1
                    word = _FNV_OFFSET
                    length = 0
                continue
            if _HIGH_SURROGATE <= code < _LOW_SURROGATE and position < end:
                low = np.uint32(units[position])
                if _LOW_SURROGATE <= low < _AFTER_SURROGATES:
                    position += _ONE
                    code = ((code - _HIGH_SURROGATE) << _SHIFT_10) + (low - _LOW_SURROGATE) + _FIRST_BEYOND
                    entry = table[code]
        place = 0
        pieces = 1
        if entry >= _EXPANDED:
            place = int(entry & ~_EXPANDED) + 1
            pieces = int(pool[place - 1])
            words = _with_room(words, count + pieces + int(end - position))
        for piece in range(pieces):
            if place > 0:
                entry = pool[place + piece]
            if entry == _NOTHING:
                continue
            alone = (entry & _ALONE) != 0
            digit = bool(48 <= entry <= 57)
            # Digits are words apart, because Arabic writes "and 15" in one: و15.
            if length > 0 and (entry == _GAP or alone or digit != numeric):
                words[count] = finalise(word)
                count += 1
                if numeric:
                    figures = _with_room(figures, 2 * figure_count + 1)
                    year = length == YEAR_DIGITS and FIRST_YEAR <= value <= LAST_YEAR
                    figures[2 * figure_count] = np.uint64(2 * (count - 1) + year)
                    figures[2 * figure_count + 1] = digits
                    figure_count += 1
                word = _FNV_OFFSET
                length = 0
                numeric = False
                value = 0
            if entry == _GAP:
                continue
            if alone:
                words[count] = finalise((_FNV_OFFSET ^ np.uint64(entry & ~_ALONE)) * _FNV_PRIME)
                count += 1
                continue
            word = (word ^ np.uint64(entry)) * _FNV_PRIME
            length += 1
            numeric = digit
            if digit:
                if length == 1 and (figure_count == 0 or figures[2 * figure_count - 2] >> _ONE != np.uint64(count - 1)):
                    digits = _FNV_OFFSET
                if length <= YEAR_DIGITS:
                    value = value * 10 + int(entry) - 48
                if entry != _DIGIT_ZERO or digits != _FNV_OFFSET:
                    digits = (digits ^ np.uint64(entry)) * _FNV_PRIME
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
def sample_numbers(words: Hashes, figures: Hashes, numbers: NDArray[np.uint32]) -> int:
    """Put the numbers of a text, each twice with a context, into `numbers`: the smallest if there are more; how many.

    Words of digits that follow one another are one number (100-96, 3.5, 1,200, 12/5/2018). It stands in two contexts: the two
    words before it, and the two after it; another number among them counts as "some number". So two reports on one form
    have their contexts in common and their values not, and rewording breaks one context of a number rather than both.
    An entry has the context in its upper 24 bits, so what a text samples depends on its contexts, not on its values.
    """
    count = 0
    total = len(figures) // 2
    first = 0
    while first < total:
        last, _, _, before, after = number_at(words, figures, first)
        if before != NO_CONTEXT:
            count = insert_distinct(numbers, count, np.uint32(before))
        if after != NO_CONTEXT:
            count = insert_distinct(numbers, count, np.uint32(after))
        first = last + 1
    return count


@kernel
def number_at(words: Hashes, figures: Hashes, first: int) -> tuple[int, int, int, int, int]:
    """The number that begins with word `first` of those of digits: which of these is its last; its first word among all and
    the one after its last; and its entry with the words before it and with those after it, NO_CONTEXT where there are none.
    """
    total = len(figures) // 2
    last = first
    years = True
    while True:
        years = years and figures[2 * last] & _ONE == _ONE
        if last + 1 == total or figures[2 * last + 2] >> _ONE != (figures[2 * last] >> _ONE) + _ONE:
            break
        last += 1
    start, end = int(figures[2 * first] >> _ONE), int(figures[2 * last] >> _ONE) + 1
    low = np.uint32(finalise(figures[2 * last + 1]) & np.uint64(_VALUE)) | np.uint32(years)
    before = after = NO_CONTEXT
    if start > 0:
        further = _NO_WORD
        if start > 1:
            numeric = first > 0 and int(figures[2 * first - 2] >> _ONE) == start - 2
            further = _A_NUMBER if numeric else words[start - 2]
        context = finalise((words[start - 1] * _BASE + further) ^ _BEFORE)
        before = int((np.uint32(context >> _SHIFT_32) & CONTEXT) | low)
    if end < len(words):
        further = _NO_WORD
        if end + 1 < len(words):
            numeric = last + 1 < total and int(figures[2 * last + 2] >> _ONE) == end + 1
            further = _A_NUMBER if numeric else words[end + 1]
        context = finalise((words[end] * _BASE + further) ^ _AFTER)
        after = int((np.uint32(context >> _SHIFT_32) & CONTEXT) | low)
    return last, start, end, before, after


@kernel
def compare_numbers(a: NDArray[np.uint32], a_count: int, b: NDArray[np.uint32], b_count: int) -> tuple[int, int]:
    """Of the contexts in both samples: in how many a value agrees, in how many none does. A year in common tells nothing,
    for all reports of a year share it.
    """
    agree, differ = 0, 0
    left, right = 0, 0
    while left < a_count and right < b_count:
        x, y = a[left] & CONTEXT, b[right] & CONTEXT
        if x < y:
            left += 1
            continue
        if y < x:
            right += 1
            continue
        left_end, right_end = left, right
        while left_end < a_count and a[left_end] & CONTEXT == x:
            left_end += 1
        while right_end < b_count and b[right_end] & CONTEXT == x:
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
def _sample_shingles(
    words: Hashes,
    stop: Hashes,
    seen: Hashes,
    halves: NDArray[np.uint32],
    bucket_ends: NDArray[np.int32],
    keys: Hashes,
    sketch: NDArray[np.uint32],
) -> tuple[int, int, int]:
    """Put the smallest hashes of 5-shingles that are not in `stop` into `keys`, ascending: of the whole text, and of its first
    words; and the smallest of 4-shingles into `sketch`. How many keys, how many in the sketch, how many distinct 4-shingles.

    At least KEY_WORDS words. `seen`: a power of two long, to be at most half used, and all zero; `halves`: two rows with room
    for a number of each word.
    """
    mask = np.uint64(len(seen) - 1)
    distinct = 0
    probes = 0
    key_count, lede_count = 0, 0
    lede = np.empty(LEDE_KEYS, dtype=np.uint64)
    key_bound, lede_bound = _MOST, _MOST
    last = len(words) - SKETCH_WORDS
    h = ((words[0] * _BASE + words[1]) * _BASE + words[2]) * _BASE + words[3]
    for start in range(last + 1):
        four = finalise(h)
        if four == _ZERO:
            four = _ONE
        if probes <= MAX_PROBES * len(words):
            slot = four & mask
            while seen[slot] != _ZERO and seen[slot] != four:
                slot = (slot + _ONE) & mask
                probes += 1
            if seen[slot] == _ZERO:
                seen[slot] = four
                halves[0, distinct] = _half(four)
                distinct += 1
        if start == last:
            break
        h = h * _BASE + words[start + SKETCH_WORDS]
        five = finalise(h)
        h -= words[start] * _BASE_CUBED * _BASE
        in_lede = start <= LEDE_WORDS - KEY_WORDS
        if (five < key_bound or (in_lede and five < lede_bound)) and not is_in(stop, five):
            if five < key_bound:
                key_count = insert_distinct(keys[:SMALLEST_KEYS], key_count, five)
                if key_count == SMALLEST_KEYS:
                    key_bound = keys[SMALLEST_KEYS - 1]
            if in_lede and five < lede_bound:
                lede_count = insert_distinct(lede, lede_count, five)
                if lede_count == LEDE_KEYS:
                    lede_bound = lede[LEDE_KEYS - 1]
    for five in lede[:lede_count]:
        key_count = insert_distinct(keys, key_count, five)
    if probes > MAX_PROBES * len(words):
        distinct = _distinct_by_sorting(words, halves[0])
    return key_count, smallest_distinct(halves[0, :distinct], halves[1], bucket_ends, sketch), distinct


@kernel
def _half(h: np.uint64) -> np.uint32:
    """What a sketch keeps of a hash: its upper half, and never 0, which stands for an empty place in tables."""
    return max(np.uint32(h >> _SHIFT_32), np.uint32(1))


@kernel
def _distinct_by_sorting(words: Hashes, halves: NDArray[np.uint32]) -> int:
    """Put the halves of the distinct 4-shingles into `halves`; how many. By radix, which no text can make slow."""
    count = len(words) - SKETCH_WORDS + 1
    hashes = np.empty(count, dtype=np.uint64)
    room = np.empty(count, dtype=np.uint64)
    for start in range(count):
        hashes[start] = max(_shingle(words, start, SKETCH_WORDS), _ONE)
    for byte in range(8):
        shift = np.uint64(8 * byte)
        ends = np.zeros(257, dtype=np.int64)
        for h in hashes:
            ends[((h >> shift) & np.uint64(255)) + _ONE] += 1
        for digit in range(256):
            ends[digit + 1] += ends[digit]
        for h in hashes:
            own = (h >> shift) & np.uint64(255)
            room[ends[own]] = h
            ends[own] += 1
        hashes, room = room, hashes
    distinct = 0
    for place in range(count):
        if place == 0 or hashes[place] != hashes[place - 1]:
            halves[distinct] = _half(hashes[place])
            distinct += 1
    return distinct


@kernel
def smallest_distinct(
    values: NDArray[np.uint32], sorted_: NDArray[np.uint32], ends: NDArray[np.int32], smallest: NDArray[np.uint32]
) -> int:
    """Put the smallest distinct of `values` into `smallest`, ascending; how many. `sorted_` has room for all, `ends` for one
    more than there are buckets and another.

    Values are hashes, so the smallest 128 of n almost surely lie below 192 / n of their range; what does is spread over
    buckets of equal width, all else goes into one, and only within buckets is there anything left to sort.
    """
    wanted = len(smallest)
    buckets = np.uint64(len(ends) - 2)
    limit = _MOST_HALF
    if len(values) > wanted:
        limit = min(limit, np.uint64(0x180000000) * np.uint64(wanted) // np.uint64(len(values)))
    while True:
        scale = (buckets << _SHIFT_32) // (limit + _ONE)
        ends[:] = 0
        for value in values:
            ends[min((np.uint64(value) * scale) >> _SHIFT_32, buckets) + _ONE] += 1
        for bucket in range(int(buckets)):
            ends[bucket + 1] += ends[bucket]
        below = ends[int(buckets)]
        for value in values:
            own = min((np.uint64(value) * scale) >> _SHIFT_32, buckets)
            sorted_[ends[own]] = value
            ends[own] += 1
        if below > CRAFTED * wanted:
            # Nobody's hashes are like that by chance, and sorting them by insertion would be what the text was made for.
            count = 0
            for value in values:
                count = insert_distinct(smallest, count, value)
            return count
        for after in range(1, below):
            value = sorted_[after]
            place = after
            while place > 0 and sorted_[place - 1] > value:
                sorted_[place] = sorted_[place - 1]
                place -= 1
            sorted_[place] = value
        count = 0
        for value in sorted_[:below]:
            if count == wanted:
                break
            if count == 0 or smallest[count - 1] != value:
                smallest[count] = value
                count += 1
        if count == wanted or limit == _MOST_HALF:
            return count
        limit = _MOST_HALF


@kernel
def _text_hash(words: Hashes) -> np.uint64:
    h = _FNV_OFFSET
    for word in words:
        h = h * _BASE + word
    return finalise(h)


@kernel
def fingerprint_batch(
    units: NDArray[np.uint16],
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
    """Fingerprint the texts `units[:ends[0]]`, `units[ends[0]:ends[1]]`, … into the rows of the last five arrays.

    `stop`: as `hash_set` makes it. `counts` has per text: keys, sketch entries, numbers, distinct 4-shingles, words. Time is
    linear in the text.
    """
    words = np.empty(4096, dtype=np.uint64)
    figures = np.empty(512, dtype=np.uint64)
    seen = np.zeros(8192, dtype=np.uint64)
    halves = np.empty((2, 4096), dtype=np.uint32)
    bucket_ends = np.empty(BUCKETS + 2, dtype=np.int32)
    start = 0
    for text in range(len(ends)):
        words, count, figures, figure_count = tokenise(units[start : ends[text]], table, pool, words, figures)
        start = ends[text]
        own = words[:count]
        text_hashes[text] = _text_hash(own)
        counts[text, 4] = count
        if count >= MIN_WORDS:
            size = 16
            while size < 2 * count:
                size *= 2
            if size > len(seen):
                seen = np.zeros(size, dtype=np.uint64)
            else:
                seen[:size] = _ZERO
            if count > halves.shape[1]:
                halves = np.empty((2, 2 * count), dtype=np.uint32)
            key_count, kept, distinct = _sample_shingles(
                own, stop, seen[:size], halves, bucket_ends, keys[text], sketches[text]
            )
            counts[text, 0] = key_count
            counts[text, 1] = kept
            counts[text, 2] = sample_numbers(own, figures[: 2 * figure_count], numbers[text])
            counts[text, 3] = distinct
        # A text that is short, or of stock phrases throughout, can still be found by one that says exactly the same.
        if count > 0 and counts[text, 0] == 0:
            keys[text, 0] = text_hashes[text]
            counts[text, 0] = 1
