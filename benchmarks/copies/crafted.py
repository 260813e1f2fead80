"""Texts that nobody would write: is their time linear in their length, and that of a crowd in its size?"""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Sequence

import msgspec

from benchmarks.copies.methods import Article, fingerprints
from khabar.codec import encode
from khabar.records import Fingerprint, FingerprintsEnvelope
from processors.deduplication import Deduplication
from processors.fingerprints import fingerprint_texts
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
    for name, unit in {**UNITS, "all different": ""}.items():
        found[name] = []
        for size in MEGABYTES:
            wanted = int(size * 1_000_000)
            text = unit * (wanted // len(unit.encode())) if unit else _different(chance, wanted)
            found[name].append(round(_best([text]) / len(text.encode()) * 1e9, 1))
    return found


def microseconds_an_article_of_a_crowd() -> list[float]:
    """CPU time an article takes in the stage, for each of CROWDS, where all articles share one key and nothing else."""
    return [round(_crowd_seconds(size) / size * 1e6, 1) for size in CROWDS]


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
