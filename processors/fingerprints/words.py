"""The words of a text as fingerprints see them: their hashes, their shingles, and where in the text they stand."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np
from numpy.typing import NDArray

from processors.fingerprints.compiling import kernel
from processors.fingerprints.folding import ALONE, EXPANDED, GAP, NOTHING, Folding, load_folding
from processors.fingerprints.kernels import KEY_WORDS, Hashes, shingle_hashes, tokenise

UTF_16 = f"utf-16-{sys.byteorder[0]}e"
"""In native byte order, as kernels need it."""

# Typed, as the table's entries are: see kernels.py.
_GAP = np.uint32(GAP)
_NOTHING = np.uint32(NOTHING)
_ALONE = np.uint32(ALONE)
_EXPANDED = np.uint32(EXPANDED)


@cache
def folding_table() -> Folding:
    """The table in folding.tsv, read once."""
    return load_folding()


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of any string, unpaired surrogates included."""
    # A copy, because numba compiles once more for an array that is read-only; native byte order, as kernels need it.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)


def encoded(text: str) -> bytes:
    """Any string as `code_units` takes it. Unpaired surrogates stay; a pair makes the character that it encodes."""
    return text.encode(UTF_16, "surrogatepass")


def code_units(text: bytes) -> NDArray[np.uint16]:
    """The UTF-16 code units of an encoded text. Always read-only: numba would compile once more for an array that is not."""
    return np.frombuffer(text, dtype=np.uint16)


def hashed_words(text: str) -> tuple[Hashes, Hashes]:
    """The hashes of the words of `text`, in order; and what `tokenise` tells of those of digits, two entries each."""
    table = folding_table()
    words, count, figures, figure_count = tokenise(
        code_units(encoded(text)), table.table, table.pool, np.empty(1024, np.uint64), np.empty(64, np.uint64)
    )
    return words[:count], figures[: 2 * figure_count]


def key_shingles(text: str) -> Hashes:
    """The hashes of the word 5-shingles of `text`, in text order, repeats kept: those that keys are chosen from."""
    words, _ = hashed_words(text)
    return shingle_hashes(words, KEY_WORDS)


def word_spans(text: str) -> NDArray[np.int64]:
    """Where each word of `text` stands: a row of first character and the one after the last, as `tokenise` counts words.

    A pair of surrogates that a str holds apart is two gaps here. Two words may share a character that stands for several
    letters. Marks that fingerprints leave out belong to the word
    before them, so that a text cut at the end of a word is cut after its last mark.
    """
    table = folding_table()
    return _word_spans(code_points(text), table.table, table.pool)


@kernel
def _with_room(spans: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """`spans`, or its copy of twice the size where it is full."""
    if count < len(spans):
        return spans
    larger = np.empty((2 * count, 2), dtype=np.int64)
    larger[:count] = spans
    return larger


@kernel
def _word_spans(codes: NDArray[np.uint32], table: NDArray[np.uint32], pool: NDArray[np.uint32]) -> NDArray[np.int64]:
    # Words begin and end where they do in `tokenise`; a test holds the two together.
    spans = np.empty((1024, 2), dtype=np.int64)
    count = 0
    start = 0
    length = 0
    numeric = False
    for position in range(len(codes) + 1):
        entry = table[codes[position]] if position < len(codes) else _GAP
        place = 0
        units = 1
        if entry >= _EXPANDED:
            place = int(entry & ~_EXPANDED) + 1
            units = int(pool[place - 1])
        elif entry == _NOTHING:
            if length == 0 and count > 0 and spans[count - 1, 1] == position:
                spans[count - 1, 1] = position + 1
            continue
        for unit in range(units):
            if place > 0:
                entry = pool[place + unit]
            if entry == _NOTHING:
                continue
            alone = (entry & _ALONE) != 0
            digit = bool(48 <= entry <= 57)
            if length > 0 and (entry == _GAP or alone or digit != numeric):
                # What follows in the same character is the next word's, but the character is also this one's.
                spans = _with_room(spans, count)
                spans[count, 0] = start
                spans[count, 1] = position + 1 if unit > 0 else position
                count += 1
                length = 0
                numeric = False
            if entry == _GAP:
                continue
            if alone:
                spans = _with_room(spans, count)
                spans[count, 0] = position
                spans[count, 1] = position + 1
                count += 1
                continue
            if length == 0:
                start = position
            length += 1
            numeric = digit
    return spans[:count]
