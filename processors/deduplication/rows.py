"""A fingerprint as a row of fixed size, the form in which kernels compare. Knows the record and its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from khabar.errors import InvalidRecord
from khabar.records import Fingerprint
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import KEYS, SKETCH, finalise, insert_distinct

Rows = NDArray[np.void]

SAMPLED_NUMBERS: Final = 32
MAX_NUMBERS: Final = 64
MAX_TIME: Final = 253_402_300_799
"""9999-12-31T23:59:59Z, in seconds since 1970; the earliest time is the first second of year 1."""
MIN_TIME: Final = -62_135_596_800

ROW: Final = np.dtype(
    [
        ("id", np.uint64, (2,)),
        ("time", np.int64),
        ("text_hash", np.uint64),
        ("page_hash", np.uint64),
        ("keys", np.uint64, (KEYS,)),
        ("sketch", np.uint32, (SKETCH,)),
        ("numbers", np.uint32, (SAMPLED_NUMBERS,)),
        ("shingles", np.uint32),
        ("key_count", np.uint8),
        ("sketch_count", np.uint8),
        ("number_count", np.uint8),
        ("undated", np.uint8),
    ],
    align=True,
)
"""816 bytes. `id`: its two halves, so that comparing numbers compares the hexadecimal ids. `page_hash`: 0 where there is
none. `numbers`: the 32 smallest hashes of the numbers, a fair sample where there are more, as the smallest numbers are not:
they are the days and scores that any two reports may share.
"""


def check(fingerprint: Fingerprint, *, partitions: int) -> None:
    """Raises InvalidRecord with reason `invalid_field` where a field cannot be what its name says."""
    if len(fingerprint.keys) % 8 or len(fingerprint.keys) > 8 * KEYS:
        raise InvalidRecord("invalid_field", f"keys: {len(fingerprint.keys)} bytes are not up to {KEYS} uint64")
    if len(fingerprint.sketch) % 4 or len(fingerprint.sketch) > 4 * SKETCH:
        raise InvalidRecord("invalid_field", f"sketch: {len(fingerprint.sketch)} bytes are not up to {SKETCH} uint32")
    if len(fingerprint.text_hash) != 8:
        raise InvalidRecord("invalid_field", f"text_hash: {len(fingerprint.text_hash)} bytes, expected 8")
    if not MIN_TIME <= fingerprint.time <= MAX_TIME:
        raise InvalidRecord("invalid_field", f"time: {fingerprint.time} is not in the years 1 to 9999")
    if not 0 <= fingerprint.origin < partitions:
        raise InvalidRecord("invalid_field", f"origin: {fingerprint.origin} is not one of {partitions} partitions")
    if not 0 <= fingerprint.shingles < 2**32:
        raise InvalidRecord("invalid_field", f"shingles: {fingerprint.shingles} is not a count")
    if len(fingerprint.numbers) > MAX_NUMBERS or any(not 0 <= number < 2**53 for number in fingerprint.numbers):
        raise InvalidRecord("invalid_field", f"numbers: expected at most {MAX_NUMBERS}, from 0 to 2^53")


def to_rows(fingerprints: Sequence[Fingerprint]) -> Rows:
    """The rows of checked fingerprints, in order."""
    rows = np.zeros(len(fingerprints), dtype=ROW)
    if not fingerprints:
        return rows
    rows["id"] = _integers(bytes.fromhex("".join(f.id for f in fingerprints)), ">u8", 2)
    rows["time"] = [f.time for f in fingerprints]
    rows["text_hash"] = _integers(b"".join(f.text_hash for f in fingerprints), "<u8", 1)[:, 0]
    rows["page_hash"] = _integers(b"".join((f.page_hash or b"")[:8].ljust(8, b"\0") for f in fingerprints), "<u8", 1)[
        :, 0
    ]
    rows["keys"] = _integers(b"".join(f.keys.ljust(8 * KEYS, b"\0") for f in fingerprints), "<u8", KEYS)
    rows["sketch"] = _integers(b"".join(f.sketch.ljust(4 * SKETCH, b"\0") for f in fingerprints), "<u4", SKETCH)
    rows["shingles"] = [f.shingles for f in fingerprints]
    rows["key_count"] = [len(f.keys) // 8 for f in fingerprints]
    rows["sketch_count"] = [len(f.sketch) // 4 for f in fingerprints]
    rows["undated"] = [not f.dated for f in fingerprints]
    _sample_numbers(
        rows,
        np.array([number for f in fingerprints for number in f.numbers], dtype=np.uint64),
        np.cumsum([len(f.numbers) for f in fingerprints]),
    )
    return rows


def _integers(data: bytes, dtype: str, width: int) -> NDArray[Any]:
    return np.frombuffer(data, dtype=dtype).reshape(-1, width)


@kernel
def _sample_numbers(rows: Rows, numbers: NDArray[np.uint64], ends: NDArray[np.int64]) -> None:
    start = 0
    for place in range(len(rows)):
        count = 0
        for number in numbers[start : ends[place]]:
            count = insert_distinct(rows[place]["numbers"], count, np.uint32(finalise(number) >> np.uint64(32)))
        rows[place]["number_count"] = count
        start = ends[place]
