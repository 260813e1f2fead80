"""Texts that nobody would write: is their time linear in their length, and that of a crowd in its size?"""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.copies.methods import Article, fingerprints
from khabar.codec import encode
from khabar.records import Fingerprint, FingerprintsEnvelope
from processors.deduplication import Deduplication
from processors.fingerprints import fingerprint_texts
from processors.fingerprints.kernels import Hashes, shingle_hashes
from processors.fingerprints.words import hashed_words
from processors.stage import Message, State

MEGABYTES = (1.25, 2.5, 5.0)
CROWDS = (2_000, 4_000, 8_000)
MESSAGE = 100
ROUNDS = 3
UNITS = {
    "one word": "كلمة ",
    "no space": "طويلجدا",
    "marks": "\u064b",
    "digits": "1 22 333 ",
    "emoji": "😀 ",
    "Chinese": "中文字",
    "ligatures": "ﷺ",
}


def nanoseconds_a_byte() -> dict[str, list[float]]:
    """CPU time of a fingerprint by the text's size, for each of MEGABYTES; equal numbers mean linear time."""
    fingerprint_texts(["warm " * 20])
    chance = random.Random(1)
    found: dict[str, list[float]] = {}
    makers: dict[str, Callable[[int], str]] = {name: partial(_repeated, unit) for name, unit in UNITS.items()}
    makers |= {"all different": partial(_different, chance), "one place": partial(_of_one_place, chance)}
    for name, make in makers.items():
        found[name] = []
        for size in MEGABYTES:
            text = make(int(size * 1_000_000))
            found[name].append(round(_best([text]) / len(text.encode()) * 1e9, 1))
    return found


def microseconds_an_article_of_a_crowd() -> list[float]:
    """CPU time an article takes in the stage, for each of CROWDS, where all articles share one key and nothing else."""
    return [round(_crowd_seconds(size) / size * 1e6, 1) for size in CROWDS]


def _repeated(unit: str, size: int) -> str:
    return unit * (size // len(unit.encode()))


def _of_one_place(chance: random.Random, size: int) -> str:
    """Each word is chosen so that the hash of the four words it ends has ten zeros at its end: all fall into one place."""
    letters = "ابتثجحخدذرزسشصضطظعغف"
    words = [f"{a}{b}{c}" for a in letters for b in letters for c in letters]
    hashes, _ = hashed_words(" ".join(words))
    chosen = np.array([chance.randrange(len(words)) for _ in range(size // 7)])
    _choose(hashes, chosen)
    return " ".join(words[place] for place in chosen.tolist())


@njit  # type: ignore[untyped-decorator]
def _choose(hashes: Hashes, chosen: NDArray[np.int64]) -> None:
    four = np.empty(4, dtype=np.uint64)
    for place in range(3, len(chosen)):
        for before in range(3):
            four[before] = hashes[chosen[place - 3 + before]]
        start = chosen[place]
        for turn in range(len(hashes)):
            candidate = (start + turn) % len(hashes)
            four[3] = hashes[candidate]
            if shingle_hashes(four, 4)[0] & np.uint64(1023) == np.uint64(0):
                chosen[place] = candidate
                break


def _different(chance: random.Random, size: int) -> str:
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    return " ".join("".join(chance.choices(letters, k=6)) for _ in range(size // 13))


def _best(texts: Sequence[str]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        fingerprint_texts(texts)
        seconds.append(time.process_time() - start)
    return min(seconds)


def _crowd_seconds(size: int) -> float:
    chance = random.Random(2)
    articles = [Article(id=str(n), time=1_700_000_000 + n, text=_different(chance, 400)) for n in range(size)]
    records = [_with_key(record, 1) for record in fingerprints(articles)]
    stage = Deduplication(partitions=1, window_hours=72, lateness_hours=48)
    index = stage.load([])
    start = time.process_time()
    for offset, first in enumerate(range(0, size, MESSAGE)):
        value = encode(FingerprintsEnvelope(records=tuple(records[first : first + MESSAGE])))
        step = stage.step(State(lambda key: None, index), 0, [Message(offset=offset, value=value)])
        index = stage.absorb(index, step.writes)
    return time.process_time() - start


def _with_key(record: Fingerprint, key: int) -> Fingerprint:
    return msgspec.structs.replace(record, keys=struct.pack("<Q", key) + record.keys[: 8 * 15])
