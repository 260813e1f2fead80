"""A fingerprint as a row of fixed size, the form in which kernels compare and in which the table keeps it. Knows the record
and its bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from khabar.errors import InvalidRecord
from khabar.records import Fingerprint, FingerprintsEnvelope
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import KEYS, NUMBERS, SKETCH

Rows = NDArray[np.void]

ORDER_BYTES: Final = 32

ROW: Final = np.dtype(
    [
        ("id", np.uint64, (2,)),
        ("order", np.uint64, (ORDER_BYTES // 8,)),
        ("time", np.int64),
        ("text_hash", np.uint64),
        ("page_hash", np.uint64),
        ("keys", np.uint64, (KEYS,)),
        ("sketch", np.uint32, (SKETCH,)),
        ("numbers", np.uint32, (NUMBERS,)),
        ("shingles", np.uint32),
        ("origin", np.uint16),
        ("key_count", np.uint8),
        ("sketch_count", np.uint8),
        ("number_count", np.uint8),
        ("undated", np.uint8),
        ("unused", np.uint8, (6,)),
    ],
    align=True,
)
"""824 bytes. `id` and `order`: their bytes as big-endian integers, so that comparing numbers compares the hexadecimal ids,
and the publishers' ids by code points. `page_hash`: 0 where there is none. `unused` fills it up: bytes that belong to no
field are not copied, and equal rows would differ in them.
"""
_STORED: Final = ROW.newbyteorder("<")


def to_bytes(rows: Rows) -> bytes:
    """Rows as the table keeps them: one after another, little-endian."""
    return rows.astype(_STORED, copy=False).tobytes()


def from_bytes(data: bytes) -> Rows:
    """The rows in `data`, of one or several values of the table."""
    return np.frombuffer(data, dtype=_STORED).astype(ROW, copy=False)


MAX_RECORDS: Final = 16_000
"""More in one message would be more than a message of the changelog holds, as rows; extraction packs far fewer."""


def check_envelope(envelope: FingerprintsEnvelope, *, partitions: int) -> None:
    """What the types of an envelope leave open, but for what `malformed` sees. Raises InvalidRecord, `invalid_field`."""
    if len(envelope.records) > MAX_RECORDS:
        raise InvalidRecord(
            "invalid_field", f"records: {len(envelope.records)}; at most {MAX_RECORDS} go into one message"
        )
    for record in envelope.records:
        check(record, partitions=partitions)


def check(fingerprint: Fingerprint, *, partitions: int) -> None:
    """What the record's type leaves open. Raises InvalidRecord with reason `invalid_field`."""
    if len(fingerprint.keys) % 8:
        raise InvalidRecord("invalid_field", f"keys: {len(fingerprint.keys)} bytes are no 64-bit integers")
    if len(fingerprint.sketch) % 4 or len(fingerprint.numbers) % 4:
        raise InvalidRecord(
            "invalid_field",
            f"sketch, numbers: {len(fingerprint.sketch)} and {len(fingerprint.numbers)} bytes, expected 32-bit integers",
        )
    if fingerprint.origin >= partitions:
        raise InvalidRecord("invalid_field", f"origin: {fingerprint.origin} is not one of {partitions} partitions")


def to_rows(fingerprints: Sequence[Fingerprint]) -> Rows:
    """The rows of checked fingerprints, in order."""
    rows = np.zeros(len(fingerprints), dtype=ROW)
    if not fingerprints:
        return rows
    rows["id"] = _integers(bytes.fromhex("".join([f.id for f in fingerprints])), ">u8", 2)
    if any(f.order for f in fingerprints):
        rows["order"] = _integers(b"".join([f.order.ljust(ORDER_BYTES, b"\0") for f in fingerprints]), ">u8", 4)
    rows["time"] = [f.time for f in fingerprints]
    rows["text_hash"] = _integers(b"".join([f.text_hash for f in fingerprints]), "<u8", 1)[:, 0]
    rows["page_hash"] = _integers(b"".join([f.page_hash or bytes(8) for f in fingerprints]), "<u8", 1)[:, 0]
    rows["keys"] = _integers(b"".join([f.keys.ljust(8 * KEYS, b"\0") for f in fingerprints]), "<u8", KEYS)
    rows["sketch"] = _integers(b"".join([f.sketch.ljust(4 * SKETCH, b"\0") for f in fingerprints]), "<u4", SKETCH)
    rows["numbers"] = _integers(b"".join([f.numbers.ljust(4 * NUMBERS, b"\0") for f in fingerprints]), "<u4", NUMBERS)
    rows["shingles"] = [f.shingles for f in fingerprints]
    rows["origin"] = [f.origin for f in fingerprints]
    rows["key_count"] = [len(f.keys) // 8 for f in fingerprints]
    rows["sketch_count"] = [len(f.sketch) // 4 for f in fingerprints]
    rows["number_count"] = [len(f.numbers) // 4 for f in fingerprints]
    rows["undated"] = [not f.dated for f in fingerprints]
    return rows


@kernel
def malformed(rows: Rows, found: NDArray[np.bool_]) -> None:
    """Set `found` where keys, sketch or numbers do not ascend, or the sketch does not fit the count of shingles.

    Kernels rely on it: a repeated hash would make more of two texts alike than there is of them.
    """
    for place in range(len(rows)):
        row = rows[place]
        bad = (row["sketch_count"] == 0) != (row["shingles"] == 0) or row["sketch_count"] > row["shingles"]
        bad = bad or (row["sketch_count"] > 0 and row["sketch"][0] == 0)
        for after in range(1, row["key_count"]):
            bad = bad or row["keys"][after - 1] >= row["keys"][after]
        for after in range(1, row["sketch_count"]):
            bad = bad or row["sketch"][after - 1] >= row["sketch"][after]
        for after in range(1, row["number_count"]):
            bad = bad or row["numbers"][after - 1] >= row["numbers"][after]
        found[place] = bad


def _integers(data: bytes, dtype: str, width: int) -> NDArray[Any]:
    return np.frombuffer(data, dtype=dtype).reshape(-1, width)
