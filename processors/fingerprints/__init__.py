"""Fingerprints: what deduplication compares instead of texts. Knows text; not articles, times or partitions of topics.

Bottom-k sketches (A. Broder, "On the resemblance and containment of documents", 1997; E. Cohen and H. Kaplan, "Summarizing
data using bottom-k sketches", 2007) over word shingles. Equal on every machine, Python version and batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khabar.records import Fingerprint
from processors.fingerprints.kernels import KEYS, NUMBERS, SKETCH, fingerprint_batch
from processors.fingerprints.stop_list import StopList, built_in
from processors.fingerprints.words import code_units, encoded, folding_table

BATCH_CHARACTERS = 4_000_000
"""Texts are handed to the kernel in groups of about this size, to bound memory: 2 to 4 bytes a character, twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFingerprint:
    """The fields of a `Fingerprint` record that come from the text. Integers in `bytes` are little-endian.

    `keys`: up to 16 uint64, ascending: of the hashes of word 5-shingles that are no stock phrase, the 12 smallest and the 4
    smallest of the first 40 words; for a text of fewer than 12 words, or of stock phrases only, its `text_hash`; for one
    without words, nothing. `sketch`: up to 128 uint32, ascending: the high halves of the smallest hashes of word 4-shingles
    (empty below 12 words); fewer than 128 means that all are there. `shingles`: how many distinct 4-shingles there are.
    `numbers`: up to 24 uint32, ascending: numbers in their contexts, as `kernels.sample_numbers` takes them. `text_hash`:
    8 bytes, equal where all words are equal.
    """

    keys: bytes
    sketch: bytes
    shingles: int
    words: int
    numbers: bytes
    text_hash: bytes

    def record(
        self,
        *,
        id: str,  # noqa: A002 - the field's name
        time: int,
        origin: int,
        order: bytes = b"",
        page_hash: bytes | None = None,
        dated: bool = True,
    ) -> Fingerprint:
        """The record, with what does not come from the text; see `Fingerprint`."""
        return Fingerprint(
            id=id,
            time=time,
            origin=origin,
            keys=self.keys,
            sketch=self.sketch,
            shingles=self.shingles,
            words=self.words,
            numbers=self.numbers,
            text_hash=self.text_hash,
            page_hash=page_hash,
            order=order,
            dated=dated,
        )


def fingerprint_texts(texts: Sequence[str], stop_list: StopList | None = None) -> list[TextFingerprint]:
    """The fingerprint of each text, each independent of the others. Any string is good, unpaired surrogates included.

    `stop_list`: whose shingles are never keys; None is the built-in one. Compare fingerprints of one list only.
    """
    chosen = stop_list or built_in()
    return [fingerprint for group in _groups(texts) for fingerprint in _fingerprint_group(group, chosen)]


def key_partitions(keys: bytes, partitions: int) -> frozenset[int]:
    """The partitions of `fingerprints` that a text with these keys goes to."""
    return frozenset(int(key) % partitions for key in np.frombuffer(keys, dtype="<u8"))


def number_sample(fingerprint: TextFingerprint) -> NDArray[np.uint32]:
    """`numbers` as kernels take them."""
    return np.frombuffer(fingerprint.numbers, dtype="<u4").astype(np.uint32)


def _groups(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    first = characters = 0
    for place, text in enumerate(texts):
        if characters and characters + len(text) > BATCH_CHARACTERS:
            yield texts[first:place]
            first, characters = place, 0
        characters += len(text)
    if first < len(texts):
        yield texts[first:]


def _fingerprint_group(texts: Sequence[str], stop_list: StopList) -> Iterator[TextFingerprint]:
    size = len(texts)
    table = folding_table()
    units = [encoded(text) for text in texts]
    keys = np.empty((size, KEYS), np.uint64)
    sketches = np.empty((size, SKETCH), np.uint32)
    numbers = np.empty((size, NUMBERS), np.uint32)
    text_hashes = np.empty(size, np.uint64)
    counts = np.zeros((size, 5), np.int64)
    fingerprint_batch(
        code_units(b"".join(units)),
        np.cumsum([len(text) for text in units]) // 2,
        table.table,
        table.pool,
        stop_list.table,
        keys,
        sketches,
        numbers,
        text_hashes,
        counts,
    )
    key_bytes = keys.astype("<u8", copy=False).tobytes()
    sketch_bytes = sketches.astype("<u4", copy=False).tobytes()
    number_bytes = numbers.astype("<u4", copy=False).tobytes()
    hash_bytes = text_hashes.astype("<u8", copy=False).tobytes()
    for row, (key_count, sketch_count, number_count, shingles, words) in enumerate(counts.tolist()):
        yield TextFingerprint(
            keys=key_bytes[row * 8 * KEYS : row * 8 * KEYS + 8 * key_count],
            sketch=sketch_bytes[row * 4 * SKETCH : row * 4 * SKETCH + 4 * sketch_count],
            shingles=shingles,
            words=words,
            numbers=number_bytes[row * 4 * NUMBERS : row * 4 * NUMBERS + 4 * number_count],
            text_hash=hash_bytes[row * 8 : row * 8 + 8],
        )
