"""What is explained is what the stage does: its edges, in whichever order two articles come, on any number of partitions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.codec import decode
from khabar.records import CopyEdge, Fingerprint
from processors.deduplication.explanation import Explanation, Later, Rule, Which, explain
from processors.deduplication.verification import MIN_SHARED
from processors.fingerprints import key_partitions
from processors.fingerprints.stop_list import built_in_phrases
from tests.deduplication.articles import HOUR, NOON, WINDOW_HOURS, all_edges, article, story
from tests.explain.texts import MARKET, MONDAY, PORT, PORT_COPY, PORT_EXCERPT, QUAY, QUAY_COPY, SUNDAY

SHORT = "تأجيل المباراة إلى يوم الجمعة"
KINDS = (Rule.IDENTICAL, Rule.COPY, Rule.EXCERPT, Rule.REVISION)
LONG = story(2_000, seed=1)
"""So long that a passage of it shares no key with all of it."""


def explained(a: Fingerprint, b: Fingerprint) -> Explanation:
    return explain(a, b, window_hours=WINDOW_HOURS)


def edges(records: Sequence[Fingerprint], partitions: int) -> list[CopyEdge]:
    return [decode(edge, CopyEdge) for edge in all_edges(records, partitions=partitions)]


def differently_worded(text: str, every: int) -> str:
    """`text` with every so manieth word replaced."""
    words = text.split()
    own = story(len(words), seed=every).split()
    return " ".join(own[place] if place % every == every - 1 else word for place, word in enumerate(words))


PAIRS: dict[Rule, tuple[Fingerprint, Fingerprint]] = {
    Rule.IDENTICAL: (article(PORT, name="a"), article(PORT.replace("أ", "ا"), name="b", time=NOON + HOUR)),
    Rule.COPY: (article(PORT), article(PORT_COPY, time=NOON + HOUR)),
    Rule.EXCERPT: (article(PORT), article(PORT_EXCERPT, time=NOON + HOUR)),
    Rule.REVISION: (article(SUNDAY, page="p"), article(MONDAY, page="p", time=NOON + HOUR)),
    Rule.ONE_ARTICLE: (article(PORT), article(PORT)),
    Rule.NO_WORDS: (article("…", name="a"), article("!", name="b")),
    Rule.SHORT_TEXT: (article(SHORT), article(SHORT.replace("الجمعة", "السبت"))),
    Rule.NO_SHARED_KEY: (article(LONG), article(" ".join(LONG.split()[800:1_100]))),
    Rule.OUTSIDE_WINDOW: (article(PORT), article(PORT_COPY, time=NOON + 73 * HOUR)),
    Rule.BOTH_UNDATED: (article(PORT, dated=False), article(PORT_COPY, dated=False)),
    Rule.TOO_FEW_IN_SAMPLES: (article(PORT), article(f"{' '.join(PORT.split()[64:70])} {MARKET}")),
    Rule.TOO_LITTLE_SHARED: (article(PORT), article(f"{' '.join(PORT.split()[:22])} {MARKET}")),
    Rule.OTHER_NUMBERS: (article(SUNDAY), article(MONDAY, time=NOON + HOUR)),
}


@pytest.mark.parametrize("rule", Rule)
def test_each_rule_decides_where_it_should_and_says_so(rule: Rule) -> None:
    a, b = PAIRS[rule]
    for pair in ((a, b), (b, a)):
        found = explained(*pair)
        assert found.rule is rule
        assert found.is_copy == (rule in KINDS)
        assert found.kind == (rule.value if rule in KINDS else None)
        assert rule.sentence.endswith(".")


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("partitions", [1, 3])
def test_each_rule_is_what_the_stage_does(rule: Rule, partitions: int) -> None:
    for pair in (PAIRS[rule], PAIRS[rule][::-1]):
        assert_same(explained(*pair), edges(pair, partitions))


def assert_same(found: Explanation, emitted: Sequence[CopyEdge]) -> None:
    if not found.is_copy:
        assert emitted == []
        return
    [edge] = emitted
    later, earlier = (found.a, found.b) if found.later is Which.A else (found.b, found.a)
    assert (edge.later, edge.earlier, edge.kind) == (later.id, earlier.id, found.kind)
    if found.sample is None:
        assert (edge.similarity, edge.containment) == (1, 1)
    else:
        assert edge.similarity == round(found.sample.similarity, 4)
        assert edge.containment == round(found.sample.containment, 4)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text that is made of another, so that two of them often have something in common."""
    base = draw(st.sampled_from([PORT, PORT_COPY, SUNDAY, MONDAY, MARKET, QUAY, QUAY_COPY, LONG, SHORT, ""]))
    words = base.split()
    first = draw(st.integers(0, len(words)))
    end = draw(st.integers(first, len(words)))
    parts = draw(
        st.sampled_from(
            [
                words,
                words[first:end],
                words[:end],
                [*words[first:], *words[:first]],
                [*words[first:end], *MARKET.split()],
            ]
        )
    )
    text = " ".join(parts)
    every = draw(st.sampled_from([0, 0, 3, 5, 9]))
    if every:
        text = differently_worded(text, every)
    return text + draw(st.sampled_from(["", " 2024", " 37 شخصا", f" {built_in_phrases()[0]}"]))


@st.composite
def records(draw: st.DrawFn) -> Fingerprint:
    return article(
        draw(texts()),
        time=NOON + draw(st.sampled_from([0, 1, HOUR, WINDOW_HOURS * HOUR, WINDOW_HOURS * HOUR + 1])),
        name=draw(st.sampled_from([None, "a", "b"])),
        page=draw(st.sampled_from([None, None, "p", "q"])),
        dated=draw(st.sampled_from([True, True, False])),
        order=draw(st.sampled_from([b"", b"1", b"2"])),
    )


@settings(max_examples=300, deadline=None)
@given(records(), records(), st.sampled_from([1, 2, 5, 16]))
def test_the_verdict_is_the_edge_that_the_stage_emits(a: Fingerprint, b: Fingerprint, partitions: int) -> None:
    found, turned = explained(a, b), explained(b, a)
    if a.id == b.id and a != b:
        return  # no two articles have one id
    assert_same(found, edges([a, b], partitions))
    assert_same(found, edges([b, a], partitions))
    assert_same(turned, edges([a, b], partitions))
    assert (turned.rule, turned.against, turned.shared_keys) == (found.rule, found.against, found.shared_keys)


@settings(max_examples=100, deadline=None)
@given(records(), records())
def test_the_figures_say_what_the_rule_says(a: Fingerprint, b: Fingerprint) -> None:
    found = explained(a, b)
    reasons = (found.rule, *found.against)
    assert len(set(reasons)) == len(reasons)
    if found.rule is not Rule.ONE_ARTICLE:
        assert (Rule.OUTSIDE_WINDOW in reasons) == (not found.is_copy and not found.within_window)
    sample = found.sample
    if sample is None:
        assert min(a.words, b.words) < 12
        return
    enough = sample.is_similar or sample.is_contained
    if found.if_met in (Rule.COPY, Rule.EXCERPT):
        assert enough
        assert not found.numbers_against
    elif found.if_met is Rule.OTHER_NUMBERS:
        assert enough
        assert found.numbers_against
    elif found.if_met is Rule.TOO_LITTLE_SHARED:
        assert not enough
    elif found.if_met is Rule.TOO_FEW_IN_SAMPLES:
        assert sample.shared < MIN_SHARED


def test_two_that_share_no_key_never_meet_though_they_are_alike() -> None:
    found = explained(*PAIRS[Rule.NO_SHARED_KEY])
    assert found.if_met is Rule.EXCERPT
    assert found.shared_keys == ()
    assert found.partition(4) is None
    assert found.against == ()


def test_all_that_speaks_against_a_copy_is_told_in_the_order_of_the_stage() -> None:
    found = explained(article(SUNDAY, dated=False), article(MONDAY, dated=False, time=NOON + 100 * HOUR))
    assert (found.rule, *found.against) == (Rule.OUTSIDE_WINDOW, Rule.BOTH_UNDATED, Rule.OTHER_NUMBERS)


@pytest.mark.parametrize("partitions", [1, 4, 64])
def test_the_partition_that_compares_two_is_one_that_gets_both(partitions: int) -> None:
    a, b = PAIRS[Rule.COPY]
    owner = explained(a, b).partition(partitions)
    assert owner in key_partitions(a.keys, partitions) & key_partitions(b.keys, partitions)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (article(PORT), article(PORT_COPY, dated=False, time=NOON - HOUR), Later.UNDATED),
        (article(PORT, order=b"2"), article(PORT_COPY, order=b"1", time=NOON + 1), Later.TIME),
        (article(PORT, order=b"1"), article(PORT_COPY, order=b"2"), Later.PUBLISHERS_ID),
        (article(PORT, name="b"), article(PORT_COPY, name="a"), Later.ID),
    ],
)
def test_why_one_is_the_later(a: Fingerprint, b: Fingerprint, reason: Later) -> None:
    found = explained(a, b)
    assert found.later_by is reason
    assert reason.sentence
    if reason is not Later.ID:
        assert found.later is Which.B


def test_a_text_of_stock_phrases_only_is_found_by_its_equal_only() -> None:
    stock = article(next(phrase for phrase in built_in_phrases() if len(phrase.split()) >= 12))
    found = explained(stock, article(PORT))
    assert found.rule is Rule.NO_SHARED_KEY
    assert (found.a.keyed_by_text, found.b.keyed_by_text) == (True, False)
