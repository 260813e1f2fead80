"""Why two articles are copies of one another, or why not: what the stage makes of the two alone, and the figures it goes by.

Knows fingerprints and times, never texts. Decides nothing: the verdict is that of `find_copies`, the reasons are those of the
kernels it calls. What depends on further articles is unknown here: keys that a thousand others have too, what is expired,
and which of several originals an article is finally said to repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

from khabar.records import CopyKind, Fingerprint
from processors.deduplication import join
from processors.deduplication.arrivals import HOUR_SECONDS
from processors.deduplication.index import Index
from processors.deduplication.join import find_copies
from processors.deduplication.postings import NEVER
from processors.deduplication.rows import Rows, to_rows
from processors.deduplication.verification import (
    COPY,
    EXCERPT,
    EXCERPT_CONTAINMENT,
    EXCERPT_SHARE,
    IDENTICAL,
    KINDS,
    MIN_SHARED,
    OTHER_NUMBERS,
    REVISION,
    TABLE,
    TOO_LITTLE_SHARED,
    containment_needed,
    is_contained,
    is_similar,
    judge,
    numbers_disagree,
    overlap,
    remember_sketch,
    similarity_needed,
)
from processors.fingerprints.kernels import MIN_WORDS, SKETCH_WORDS, compare_numbers


class Rule(StrEnum):
    """What decided. The first four make a copy, of that kind; each of the others is enough to make none."""

    IDENTICAL = "identical"
    COPY = "copy"
    EXCERPT = "excerpt"
    REVISION = "revision"
    ONE_ARTICLE = "one_article"
    NO_WORDS = "no_words"
    SHORT_TEXT = "short_text"
    NO_SHARED_KEY = "no_shared_key"
    OUTSIDE_WINDOW = "outside_window"
    BOTH_UNDATED = "both_undated"
    TOO_FEW_IN_SAMPLES = "too_few_in_samples"
    TOO_LITTLE_SHARED = "too_little_shared"
    OTHER_NUMBERS = "other_numbers"

    @property
    def sentence(self) -> str:
        """The rule in plain words."""
        return _SENTENCES[self]


_SENTENCES: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.IDENTICAL: "All words are the same; marks, punctuation and spelling variants do not count.",
        Rule.COPY: "Enough of the words is shared, and the numbers in them do not speak against it.",
        Rule.EXCERPT: (
            f"At least {EXCERPT_CONTAINMENT:.0%} of the shorter text stands in the longer, and the longer says much else: the "
            f"shorter has less than {EXCERPT_SHARE:.0%} as many {SKETCH_WORDS}-word sequences."
        ),
        Rule.REVISION: (
            "Both are one page, with the same source and the same address, and have words in common. A page that is "
            "rewritten, or corrects its numbers, is still that page."
        ),
        Rule.ONE_ARTICLE: "Both are one article, with one id: it is taken once, and is no copy of itself.",
        Rule.NO_WORDS: "A text without words is compared with nothing.",
        Rule.SHORT_TEXT: (
            f"A text of fewer than {MIN_WORDS} words is a copy only where all words are the same, and here they are not."
        ),
        Rule.NO_SHARED_KEY: "They share no key, so they never meet, whatever else they have in common.",
        Rule.OUTSIDE_WINDOW: "They lie further apart in time than the window is long.",
        Rule.BOTH_UNDATED: (
            "Both were embedded in other pages without a date of their own, so neither can be the original."
        ),
        Rule.TOO_FEW_IN_SAMPLES: (
            f"Their samples have fewer than {MIN_SHARED} of the {SKETCH_WORDS}-word sequences in common; so few come about by "
            "chance."
        ),
        Rule.TOO_LITTLE_SHARED: (
            "Too few of the words are shared: neither are the texts alike enough, nor is the shorter taken from the longer."
        ),
        Rule.OTHER_NUMBERS: (
            "The words are alike, but other numbers stand in them: two reports on one form, not one report twice."
        ),
    }
)
_JUDGED: Final[Mapping[int, Rule]] = MappingProxyType(
    {
        IDENTICAL: Rule.IDENTICAL,
        COPY: Rule.COPY,
        EXCERPT: Rule.EXCERPT,
        REVISION: Rule.REVISION,
        TOO_LITTLE_SHARED: Rule.TOO_LITTLE_SHARED,
        OTHER_NUMBERS: Rule.OTHER_NUMBERS,
    }
)
_KINDS: Final[Mapping[Rule, CopyKind]] = MappingProxyType(
    {_JUDGED[verdict]: kind for verdict, kind in enumerate(KINDS)}
)


class Which(StrEnum):
    """One of the two articles."""

    A = "a"
    B = "b"


class Later(StrEnum):
    """Why one of two articles is the later, and so the copy: the first of these in which they differ."""

    UNDATED = "undated"
    TIME = "time"
    PUBLISHERS_ID = "publishers_id"
    ID = "id"

    @property
    def sentence(self) -> str:
        """The reason in words that go on after "It is the later: "."""
        return _LATER[self]


_LATER: Final[Mapping[Later, str]] = MappingProxyType(
    {
        Later.UNDATED: "it has no date of its own, so it can only repeat",
        Later.TIME: "it appeared later",
        Later.PUBLISHERS_ID: "the times are equal, and its publisher's id is the greater",
        Later.ID: "times and publisher's ids are equal, and its id is the greater",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One article as it is compared. `time`: seconds since 1970. `keys`: 64-bit integers, ascending. `keyed_by_text`: its
    only key is the hash of all its words, for it is short or of stock phrases only. `shingles`: distinct 4-word sequences;
    `sampled`: how many of them its sketch holds.
    """

    id: str
    time: int
    dated: bool
    words: int
    shingles: int
    sampled: int
    keys: tuple[int, ...]
    keyed_by_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the two sketches tell. `shared` of `in_a` and `in_b` are the hashes that can be compared. `similarity` (Jaccard)
    and `containment`, of the shorter in the longer, are estimates from 0 to 1, `common` is one of how many 4-word sequences
    the texts share. Each of the two is enough if it is met; what is needed depends on `common`, and is None where that is 0.
    """

    shared: int
    in_a: int
    in_b: int
    similarity: float
    containment: float
    common: float
    similarity_needed: float | None
    containment_needed: float | None
    is_similar: bool
    is_contained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The verdict on two articles and all it rests on.

    `rule` decided; `against` are further rules, each of which would be enough to make no copy; `if_met` is what the texts
    come to where they meet, within the window and dated. `kind`, `later` and `later_by` are None where `rule` makes no copy.
    `sample` is None where one of the texts has no sketch. `numbers_agree`, `numbers_differ`: contexts of numbers that both
    texts have, with a common value and without; `numbers_against`: whether too many differ. `apart_seconds`: between the
    two times.
    """

    a: Side
    b: Side
    window_hours: int
    apart_seconds: int
    shared_keys: tuple[int, ...]
    sample: Sample | None
    numbers_agree: int
    numbers_differ: int
    numbers_against: bool
    same_page: bool
    rule: Rule
    against: tuple[Rule, ...]
    if_met: Rule
    kind: CopyKind | None
    later: Which | None
    later_by: Later | None

    @property
    def is_copy(self) -> bool:
        """Whether one of the two is a copy of the other."""
        return self.kind is not None

    @property
    def within_window(self) -> bool:
        return self.apart_seconds <= self.window_hours * HOUR_SECONDS

    def partition(self, partitions: int) -> int | None:
        """Which of so many partitions of `fingerprints` compares the two; None where they never meet."""
        return self.shared_keys[0] % partitions if self.shared_keys else None


def explain(a: Fingerprint, b: Fingerprint, *, window_hours: int) -> Explanation:
    """What the stage makes of `a` and `b`, whose fingerprints `check` finds nothing wrong with, and why."""
    rows = to_rows([a, b])
    sides = (_side(a), _side(b))
    shared_keys = tuple(sorted(set(sides[0].keys) & set(sides[1].keys)))
    apart_seconds = abs(a.time - b.time)
    sample = _sample(rows)
    agree, differ = compare_numbers(
        rows[0]["numbers"], rows[0]["number_count"], rows[1]["numbers"], rows[1]["number_count"]
    )
    if_met = _judged(rows, sample)
    reasons: tuple[Rule, ...] = (Rule.ONE_ARTICLE,)
    later = None
    if a.id != b.id:
        pairs, _ = find_copies(
            rows,
            anchors=rows["time"].copy(),
            cutoffs=np.full(2, NEVER, dtype=np.int64),
            index=Index(1),
            partition=0,
            partitions=1,
            window_seconds=window_hours * HOUR_SECONDS,
        )
        if len(pairs):
            reasons = (_JUDGED[int(pairs[0, join.KIND])],)
            # Each row is compared with those before it, so the new one of the pair is `b`.
            later = Which.B if pairs[0, join.NEW_IS_LATER] else Which.A
        else:
            out_of_window = apart_seconds > window_hours * HOUR_SECONDS
            reasons = tuple(_reasons(*sides, shared_keys, if_met, out_of_window=out_of_window))
    return Explanation(
        a=sides[0],
        b=sides[1],
        window_hours=window_hours,
        apart_seconds=apart_seconds,
        shared_keys=shared_keys,
        sample=sample,
        numbers_agree=agree,
        numbers_differ=differ,
        numbers_against=numbers_disagree(
            agree, differ, sample.similarity if sample else 0.0, sample.containment if sample else 0.0
        ),
        same_page=a.page_hash is not None and a.page_hash == b.page_hash,
        rule=reasons[0],
        against=reasons[1:],
        if_met=if_met,
        kind=_KINDS.get(reasons[0]),
        later=later,
        later_by=None if later is None else _later_by(a, b),
    )


def _side(fingerprint: Fingerprint) -> Side:
    keys = tuple(np.frombuffer(fingerprint.keys, dtype="<u8").tolist())
    return Side(
        id=fingerprint.id,
        time=fingerprint.time,
        dated=fingerprint.dated,
        words=fingerprint.words,
        shingles=fingerprint.shingles,
        sampled=len(fingerprint.sketch) // 4,
        keys=keys,
        keyed_by_text=fingerprint.keys == fingerprint.text_hash,
    )


def _sample(rows: Rows) -> Sample | None:
    if not rows[0]["sketch_count"] or not rows[1]["sketch_count"]:
        return None
    table = np.zeros(TABLE, dtype=np.uint32)
    remember_sketch(rows[0], table)
    shared, in_a, in_b = overlap(rows[0], table, rows[1])
    _, both, either, in_shorter = judge(rows[0], table, rows[1])
    # Where the longer text is much the longer, its sample may end below all that the shorter one has.
    similarity, containment = both / max(1, either), both / max(1, in_shorter)
    common = containment * int(min(rows[0]["shingles"], rows[1]["shingles"]))
    return Sample(
        shared=shared,
        in_a=in_a,
        in_b=in_b,
        similarity=similarity,
        containment=containment,
        common=common,
        similarity_needed=similarity_needed(common) if common else None,
        containment_needed=containment_needed(common) if common else None,
        is_similar=common > 0 and is_similar(common, similarity),
        is_contained=common > 0 and is_contained(common, containment),
    )


def _judged(rows: Rows, sample: Sample | None) -> Rule:
    table = np.zeros(TABLE, dtype=np.uint32)
    remember_sketch(rows[0], table)
    rule = _JUDGED[judge(rows[0], table, rows[1])[0]]
    if rule is Rule.TOO_LITTLE_SHARED and sample is not None and sample.shared < MIN_SHARED:
        return Rule.TOO_FEW_IN_SAMPLES
    return rule


def _reasons(a: Side, b: Side, shared_keys: tuple[int, ...], if_met: Rule, *, out_of_window: bool) -> Iterator[Rule]:
    """All that speaks against a copy, in the order in which the stage comes upon it."""
    if not a.words or not b.words:
        yield Rule.NO_WORDS
    elif if_met not in _KINDS and min(a.words, b.words) < MIN_WORDS:
        yield Rule.SHORT_TEXT
    elif not shared_keys:
        yield Rule.NO_SHARED_KEY
    if out_of_window:
        yield Rule.OUTSIDE_WINDOW
    if not a.dated and not b.dated:
        yield Rule.BOTH_UNDATED
    if if_met not in _KINDS and min(a.words, b.words) >= MIN_WORDS:
        yield if_met


def _later_by(a: Fingerprint, b: Fingerprint) -> Later:
    if a.dated != b.dated:
        return Later.UNDATED
    if a.time != b.time:
        return Later.TIME
    return Later.PUBLISHERS_ID if a.order != b.order else Later.ID
