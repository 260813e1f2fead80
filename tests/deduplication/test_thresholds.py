"""The rules of docs/copies.md, written down a second time, against the compiled ones; exact where sketches are complete."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from khabar.records import Fingerprint
from processors.deduplication.rows import to_rows
from processors.deduplication.verification import (
    COPY,
    EXCERPT,
    OTHER_NUMBERS,
    REVISION,
    TABLE,
    TOO_LITTLE_SHARED,
    judge,
    remember_sketch,
)


def record(shingles: range, numbers: dict[int, int], page: bytes | None) -> Fingerprint:
    """A text whose 4-shingles are these; `numbers`: value by context."""
    entries = sorted(context << 8 | value << 1 for context, value in numbers.items())
    return Fingerprint(
        id=f"{shingles.start:032x}",
        time=0,
        origin=0,
        keys=b"",
        sketch=struct.pack(f"<{len(shingles)}I", *shingles),
        shingles=len(shingles),
        words=len(shingles) + 3,
        numbers=struct.pack(f"<{len(entries)}I", *entries),
        text_hash=struct.pack("<Q", shingles.start),
        page_hash=page,
    )


def verdict(a: Fingerprint, b: Fingerprint) -> int:
    rows = to_rows([a, b])
    found = []
    for one, other in ((0, 1), (1, 0)):
        table = np.zeros(TABLE, dtype=np.uint32)
        remember_sketch(rows[one], table)
        found.append(judge(rows[one], table, rows[other])[0])
    assert found[0] == found[1], "the same verdict whichever comes first"
    return int(found[0])


def by_the_book(a: int, b: int, shared: int, agree: int, differ: int, *, same_page: bool) -> int:
    if shared < 4:
        return TOO_LITTLE_SHARED
    if same_page:
        return REVISION
    similarity, containment = shared / (a + b - shared), shared / min(a, b)
    common = containment * min(a, b)
    alike = similarity >= 0.2 + 2 / common
    taken = common >= 10 and containment >= min(0.8, 0.4 + 12 / common)
    if not alike and not taken:
        return TOO_LITTLE_SHARED
    if differ and agree < 0.4 * (agree + differ) and (differ > 1 or (similarity < 0.6 and containment < 0.9)):
        return OTHER_NUMBERS
    return EXCERPT if containment >= 0.65 and min(a, b) < 0.7 * max(a, b) else COPY


sizes = st.integers(1, 127)


@settings(deadline=None)
@given(sizes, sizes, sizes, st.integers(0, 6), st.integers(0, 6), st.booleans())
@example(12, 90, 9, 0, 0, False)
@example(12, 90, 10, 0, 0, False)
@example(100, 100, 75, 0, 1, False)
@example(100, 100, 74, 0, 1, False)
@example(30, 100, 27, 0, 1, False)
@example(30, 100, 26, 0, 1, False)
@example(60, 60, 40, 2, 3, False)
@example(60, 60, 40, 1, 2, False)
@example(20, 20, 4, 0, 9, True)
def test_the_verdict_is_the_one_of_the_document(
    a: int, b: int, shared: int, agree: int, differ: int, same_page: bool
) -> None:
    shared = min(shared, a, b)
    page = b"a page, " if same_page else None
    one = record(range(1, a + 1), dict.fromkeys(range(agree + differ), 1), page)
    other = record(
        range(a - shared + 1, a - shared + 1 + b), {n: 1 if n < agree else 2 for n in range(agree + differ)}, page
    )
    if one.text_hash == other.text_hash:
        return
    assert verdict(one, other) == by_the_book(a, b, shared, agree, differ, same_page=same_page)
