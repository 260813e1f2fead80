"""Which phrases are found to be stock, in what form, and which never are."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.errors import SettingsError
from processors.fingerprints.words import key_shingles
from processors.stock_phrases.counting import Estimates, ExactCounts, distinct_shingles
from processors.stock_phrases.phrases import PhraseCollector
from processors.stock_phrases.search import Found, Thresholds, find_stock_phrases
from processors.stock_phrases.spool import CHUNK_TEXTS, Spool
from tests.stock_phrases.corpus import CHINESE, FOOTER, LATIN, body, chinese_body

HOUR = 3_600
NOON = 1_700_000_000


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compiling takes seconds, and hypothesis would take them for the first example's."""
    search([(f"{body(n)} {FOOTER}", n) for n in range(5)])


def search(texts: list[tuple[str, int]], *, min_articles: int = 5, min_share: float = 0.0) -> Found:
    """What is found in texts, each with its hour."""
    with Spool() as spool:
        for text, hour in texts:
            spool.add(text, NOON + hour * HOUR)
        spool.finish()
        return find_stock_phrases(
            spool, thresholds=Thresholds(min_articles=min_articles, min_share=min_share), window_hours=72
        )


def phrases(found: Found) -> dict[str, int]:
    return {phrase.text: phrase.articles for phrase in found.phrases}


@pytest.mark.parametrize("footer", [FOOTER, LATIN, CHINESE])
def test_a_footer_of_many_unrelated_articles_is_found_whole(footer: str) -> None:
    found = search([(f"{body(n)}\n{footer}.", n) for n in range(12)])
    assert phrases(found) == {footer: 12}
    assert (found.originals, found.least, found.shingles) == (12, 5, len(distinct_shingles(footer)))


def test_scripts_without_spaces_are_found_without_spaces() -> None:
    found = search([(f"{chinese_body(n)}{CHINESE}。", n) for n in range(12)])
    assert phrases(found) == {CHINESE: 12}


def test_white_space_in_a_phrase_becomes_single_spaces() -> None:
    broken = FOOTER.replace(" ", "\n\t ", 3)
    assert phrases(search([(f"{body(n)} {broken}", n) for n in range(6)])) == {FOOTER: 6}


def test_copies_of_one_story_do_not_make_it_stock() -> None:
    story = body(1)
    copies = [(f"{body(100 + n, words=8)} {story} {body(200 + n, words=8)}", n) for n in range(30)]
    found = search(copies)
    assert found.originals == 1
    assert found.phrases == ()


def test_a_text_that_comes_again_and_again_counts_once_however_late() -> None:
    found = search([(body(1), 1_000 * n) for n in range(30)])
    assert (found.originals, found.phrases) == (1, ())


def test_copies_add_nothing_to_the_count_of_a_footer() -> None:
    originals = [(f"{body(n)}\n{FOOTER}", n) for n in range(6)]
    copies = [(f"{body(1)}\n{FOOTER}\n{body(50 + n, words=5)}", 10 + n) for n in range(20)]
    found = search(originals + copies)
    assert (found.originals, phrases(found)) == (6, {FOOTER: 6})


def test_a_phrase_within_another_gives_one_line() -> None:
    part = " ".join(FOOTER.split()[3:12])
    found = search(
        [(f"{body(n)} {part} {body(900 + n, 20)}", n) for n in range(10)]
        + [(f"{body(20 + n)} {FOOTER}", 20 + n) for n in range(10)]
    )
    assert phrases(found) == {FOOTER: 10}


def test_overlapping_phrases_are_both_kept_where_both_are_needed() -> None:
    words = FOOTER.split()
    left, right = " ".join(words[:11]), " ".join(words[5:])
    found = search([(f"{body(n)} {left}", n) for n in range(8)] + [(f"{body(20 + n)} {right}", n) for n in range(9)])
    assert phrases(found) == {right: 9, left: 8}


def test_the_most_frequent_come_first_and_equals_by_text() -> None:
    alef, beh, jeem = (f"{word} عن كل ما جرى من حولنا" for word in ("ألف", "باء", "جيم"))
    texts = [(f"{body(3 * n + place)} {phrase}", n) for n in range(6) for place, phrase in enumerate([jeem, beh, alef])]
    found = search([*texts, (f"{body(50)} {jeem}", 7)], min_articles=6)
    assert [(phrase.text, phrase.articles) for phrase in found.phrases] == [(jeem, 7), (alef, 6), (beh, 6)]


@pytest.mark.parametrize(
    ("min_articles", "min_share", "originals", "least"),
    [(20, 0.001, 100, 20), (20, 0.001, 20_000, 20), (20, 0.001, 20_001, 21), (2, 0.07, 100, 7), (5, 0.0, 10**6, 5)],
)
def test_a_shingle_is_stock_if_it_reaches_both_thresholds(
    min_articles: int, min_share: float, originals: int, least: int
) -> None:
    assert Thresholds(min_articles=min_articles, min_share=min_share).least(originals) == least


def test_what_too_few_articles_carry_is_no_stock_phrase() -> None:
    texts = [(f"{body(n)} {FOOTER}", n) for n in range(6)] + [(body(100 + n), n) for n in range(14)]
    assert phrases(search(texts, min_articles=7)) == {}
    assert phrases(search(texts, min_articles=2, min_share=0.31)) == {}
    assert phrases(search(texts, min_articles=6, min_share=0.3)) == {FOOTER: 6}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    texts = [(f"{body(n % 40)} {FOOTER if n % 2 else LATIN} {body(1_000 + n, words=n % 9)}", n % 90) for n in range(80)]
    shuffled = texts + texts[:30]
    random.Random(seed).shuffle(shuffled)
    assert search(shuffled) == search(texts)


def test_a_corpus_of_more_than_one_chunk_is_gone_over_in_full() -> None:
    count = CHUNK_TEXTS + 10
    found = search([(f"{body(n, words=30)} {FOOTER if n % 50 == 0 else ''}", n) for n in range(count)])
    assert (found.originals, phrases(found)) == (count, {FOOTER: count // 50 + 1})


WORDS = ["الف", "باء", "جيم", "دال", "one", "two", "三", "四", "5"]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), max_size=12), st.integers(2, 4))
def test_every_frequent_shingle_stands_in_a_phrase_and_no_phrase_can_be_spared(texts: list[str], least: int) -> None:
    counts: dict[int, int] = {}
    for text in texts:
        for shingle in distinct_shingles(text).tolist():
            counts[shingle] = counts.get(shingle, 0) + 1
    frequent = sorted(shingle for shingle, count in counts.items() if count >= least)
    collector = PhraseCollector(
        np.array(frequent, dtype=np.uint64), np.array([counts[shingle] for shingle in frequent], dtype=np.int64)
    )
    for text in texts:
        collector.add(text)
    found = collector.phrases()
    held = [set(key_shingles(phrase.text).tolist()) for phrase in found]
    assert set().union(*held) == set(frequent)
    for place, phrase in enumerate(found):
        assert set().union(*held[:place], *held[place + 1 :]) != set(frequent)
        assert phrase.articles == min(counts[shingle] for shingle in held[place])


@given(st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=20), max_size=30))
def test_an_estimate_is_never_too_low_and_its_table_never_grows(texts: list[set[int]]) -> None:
    estimates = Estimates(counters=64)
    size = estimates.size_bytes
    counts: dict[int, int] = {}
    for text in texts:
        estimates.add(np.array(sorted(text), dtype=np.uint64))
        for shingle in text:
            counts[shingle] = counts.get(shingle, 0) + 1
    shingles = np.array(sorted(counts), dtype=np.uint64)
    assert (estimates.of(shingles) >= np.array([counts[shingle] for shingle in sorted(counts)])).all()
    assert estimates.size_bytes == size == 64 * 4


def test_exact_counts_hold_no_more_than_they_may() -> None:
    estimates = Estimates(counters=64)
    shingles = np.arange(500, dtype=np.uint64)
    estimates.add(shingles)
    exact = ExactCounts(estimates, least=1, max_candidates=499)
    exact.add(shingles[:499])
    with pytest.raises(SettingsError, match="--min-articles"):
        exact.add(shingles)


def test_an_estimate_that_is_too_high_makes_nothing_frequent() -> None:
    estimates = Estimates(counters=2)
    texts = [np.array([n], dtype=np.uint64) for n in range(40)] + [np.array([7], dtype=np.uint64)]
    for shingles in texts:
        estimates.add(shingles)
    exact = ExactCounts(estimates, least=2)
    for shingles in texts:
        exact.add(shingles)
    frequent, counts = exact.frequent()
    assert (frequent.tolist(), counts.tolist()) == ([7], [2])
