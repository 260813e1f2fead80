"""Texts that nobody would write, or only to do harm: no error, and what can be said of them is said.

That none takes more than its length's share of time is measured by `python -m benchmarks.copies crafted`.
"""

from __future__ import annotations

import random
import struct

import msgspec
import numpy as np
import pytest

from khabar.records import Fingerprint
from processors.deduplication.join import MAX_POSTINGS
from processors.fingerprints import fingerprint_texts
from processors.fingerprints.kernels import SKETCH, shingle_hashes, smallest_distinct
from processors.fingerprints.words import hashed_words
from tests.deduplication.articles import HOUR, NOON, Partition, article, edges_between, story
from tests.fingerprints import reference

FIVE_MEGABYTES = 5_000_000
BASE = story(100, seed=1)


def kinds_of_two(text: str, other: str) -> list[str]:
    return [edge.kind for edge in edges_between(article(text, name="a"), article(other, name="b", time=NOON + HOUR))]


@pytest.mark.parametrize(
    "text", ["", " \n\t ", "ًٌٍَُِّْ" * 500, "…؟!،«»" * 300, "\u202e\u202d\u2067\u200f" * 200, "\ud83d\udc00\udc00 \ud83d"],
    ids=["empty", "blanks", "marks", "punctuation", "controls", "surrogates"],
)  # fmt: skip
def test_a_text_without_words_is_a_copy_of_nothing(text: str) -> None:
    assert fingerprint_texts([text])[0].keys == b""
    assert kinds_of_two(text, text) == []


def test_one_word_is_identical_with_itself_only() -> None:
    assert kinds_of_two("عاجل", "«عاجل»") == ["identical"]
    assert kinds_of_two("عاجل", "خبر") == []


def test_a_word_a_hundred_thousand_times_is_found_by_the_same_again() -> None:
    assert kinds_of_two("كلمة " * 100_000, "كلمة " * 100_000) == ["identical"]
    assert kinds_of_two("كلمة " * 100_000, BASE) == []


def test_of_a_word_repeated_two_lengths_share_too_little_to_say_anything() -> None:
    assert kinds_of_two("كلمة " * 100_000, "كلمة " * 50_000) == []


@pytest.mark.parametrize("unit", ["كلمة ", "خبر 12 جديد من الميدان. ", "طويلجدا", "\u064b", "😀 ", "中"])
def test_five_megabytes_are_a_text_like_any_other(unit: str) -> None:
    text = unit * (FIVE_MEGABYTES // len(unit.encode()))
    [one, other] = fingerprint_texts([text, f"{text} {BASE}"])
    assert one.words <= other.words - 100
    assert kinds_of_two(text, text) == (["identical"] if one.words else [])


def test_five_megabytes_of_a_real_text_still_have_their_excerpt() -> None:
    long = story(500_000, seed=3)
    words = long.split()
    assert len(long.encode()) > FIVE_MEGABYTES
    assert kinds_of_two(long, " ".join(words[:100_000])) == ["excerpt"]


@pytest.mark.parametrize("joiner", ["\u200f", "\u202e", "\u2066", "\u200e\u202c", "\u200c", "\ufeff", "ـ"])
def test_invisible_signs_within_words_make_no_difference(joiner: str) -> None:
    marked = " ".join(word[:2] + joiner + word[2:] for word in BASE.split())
    assert kinds_of_two(BASE, marked) == ["identical"]


def test_unpaired_surrogates_part_words_and_do_no_harm() -> None:
    for broken in ("\ud800", "\udfff", "\udfff\ud800"):
        assert kinds_of_two(BASE, BASE.replace(" ", broken)) == ["identical"]


def test_hashes_crafted_to_fall_into_one_place_are_sorted_all_the_same() -> None:
    crafted = np.arange(300_000, 0, -1, dtype=np.uint32)
    smallest = np.empty(SKETCH, dtype=np.uint32)
    room = np.empty(len(crafted), dtype=np.uint32)
    assert smallest_distinct(crafted, room, np.empty(514, dtype=np.int32), smallest) == SKETCH
    assert smallest.tolist() == list(range(1, SKETCH + 1))


def test_shingles_crafted_to_meet_in_one_place_are_counted_all_the_same() -> None:
    """Each word is chosen so that the shingle it ends has ten zeros at the end of its hash: all want the same places."""
    letters = "ابتثجحخدذرزسشصضطظعغف"
    words = [f"{a}{b}{c}" for a in letters for b in letters for c in letters[:5]]
    hashes, _ = hashed_words(" ".join(words))
    chance = random.Random(1)
    chosen = [chance.randrange(len(words)) for _ in range(3)]
    for _ in range(3000):
        ends = np.array([[*(hashes[place] for place in chosen[-3:]), last] for last in hashes], dtype=np.uint64)
        fit = [n for n, four in enumerate(ends) if not int(shingle_hashes(four, 4)[0]) & 1023]
        chosen.append(chance.choice(fit) if fit else chance.randrange(len(words)))
    text = " ".join(words[place] for place in chosen)
    [found] = fingerprint_texts([text])
    fours = reference.shingles(text, 4)
    assert sum(not four & 1023 for four in fours) > 2000
    assert found.shingles == len(fours)
    assert found.sketch == struct.pack("<128I", *sorted({max(1, four >> 32) for four in fours})[:128])


def with_key(record: Fingerprint, key: int) -> Fingerprint:
    """`record` as if its text had been crafted to have `key` as its smallest."""
    return msgspec.structs.replace(record, keys=struct.pack("<Q", key) + record.keys[: 8 * 15])


@pytest.mark.parametrize("partitions", [1, 4, 16])
def test_texts_crafted_to_share_a_key_are_bounded_and_counted_and_pairs_found_by_another(partitions: int) -> None:
    partition = Partition(number=1 % partitions, partitions=partitions)
    original = with_key(article(BASE, time=NOON - HOUR), 1)
    crowd = [with_key(article(story(30, seed=n)), 1) for n in range(10, 10 + 2 * MAX_POSTINGS)]
    partition.send([original], crowd)
    copies = [
        with_key(article(text, name=str(n), time=NOON + (n + 1) * HOUR), 1)
        for n, text in enumerate((BASE + " زيادة", " ".join(BASE.split()[:40]), f"لندن (وكالات) {BASE}"))
    ]
    for copy in copies:
        assert (copy.id, original.id) in {(edge.later, edge.earlier) for edge in partition.send([copy])}
        assert partition.steps[-1].crowded == 1


def test_texts_whose_keys_are_all_one_are_compared_with_the_newest_thousand() -> None:
    """Each of the crowd has that key only: there is no other to find it by."""
    partition = Partition()
    crowd = [
        msgspec.structs.replace(article(BASE, name=str(n), time=NOON + n), keys=struct.pack("<Q", 1))
        for n in range(MAX_POSTINGS + 50)
    ]
    for start in range(0, len(crowd), 150):
        partition.send(crowd[start : start + 150])
    last = msgspec.structs.replace(article(BASE, name="last", time=NOON + HOUR), keys=struct.pack("<Q", 1))
    edges = partition.send([last])
    assert {edge.earlier for edge in edges} == {record.id for record in crowd[-MAX_POSTINGS:]}
    assert partition.steps[-1].crowded == 1
