"""What two texts share, and where: against the definition of fingerprints in plain Python."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.fingerprints import fingerprint_texts, number_sample
from processors.fingerprints.comparison import (
    NumberContext,
    Values,
    WordedText,
    compared_numbers,
    exact_overlap,
    phrases,
    shared_passages,
    shared_words,
    worded,
)
from processors.fingerprints.kernels import compare_numbers
from tests.explain.texts import MONDAY, PORT, PORT_COPY, PORT_EXCERPT, QUAY, QUAY_COPY, SUNDAY
from tests.fingerprints import reference

FEW_WORDS = st.lists(st.sampled_from(["قال", "إن", "مدينة", "14", "2024", "و15", "中", "ships"]), max_size=40).map(
    " ".join
)
ANY_TEXT = st.text(alphabet="ابتـًّ ۱٢3.abcÉ½中ไ\u200b\u200c\ud800\ud801\udc00\n09", max_size=60)
MANY_CHARACTERS = 1_000_000


def compared(one: str, other: str) -> list[NumberContext]:
    prints = fingerprint_texts([one, other])
    return compared_numbers(worded(one), worded(other), number_sample(prints[0]), number_sample(prints[1]))


def hashes(text: WordedText) -> list[int]:
    found: list[int] = text.hashes.tolist()
    return found


def runs(text: str) -> list[tuple[str, ...]]:
    words = reference.words(text)
    return [tuple(words[place : place + 4]) for place in range(len(words) - 3)]


@settings(deadline=None)
@given(ANY_TEXT)
def test_there_is_a_hash_and_a_span_for_each_word(text: str) -> None:
    found = worded(text)
    assert hashes(found) == [reference.word_hash(word) for word in reference.words(text)]
    assert len(found.spans) == len(found)


@settings(deadline=None)
@given(FEW_WORDS, FEW_WORDS)
def test_passages_are_in_both_and_none_overlaps_another_in_the_first(one: str, other: str) -> None:
    a, b = worded(one), worded(other)
    end = 0
    for passage in shared_passages(a, b):
        assert passage.words >= 4
        assert passage.a >= end
        end = passage.a + passage.words
        assert hashes(a)[passage.a : end] == hashes(b)[passage.b : passage.b + passage.words]
        assert (
            end == len(a)
            or passage.b + passage.words == len(b)
            or hashes(a)[end] != hashes(b)[passage.b + passage.words]
        )


@settings(deadline=None)
@given(FEW_WORDS, FEW_WORDS)
def test_words_are_shared_that_stand_in_four_in_a_row_of_both(one: str, other: str) -> None:
    a, b = worded(one), worded(other)
    in_a, in_b = shared_words(a, b)
    for text, against, found in ((one, other, in_a), (other, one, in_b)):
        known = set(runs(against))
        wanted = [
            any(run in known for run in runs(text)[max(0, place - 3) : place + 1])
            for place in range(len(reference.words(text)))
        ]
        assert found.tolist() == wanted
    for passage in shared_passages(a, b):
        assert in_a[passage.a : passage.a + passage.words].all()
        assert in_b[passage.b : passage.b + passage.words].all()
    if in_a.any():
        assert shared_passages(a, b)


@pytest.mark.parametrize(("one", "other"), [(PORT, PORT_COPY), (PORT, PORT_EXCERPT), (QUAY, QUAY_COPY), (PORT, QUAY)])
def test_the_exact_figures_are_those_of_the_definition(one: str, other: str) -> None:
    found = exact_overlap(worded(one), worded(other))
    a, b = reference.shingles(one, 4), reference.shingles(other, 4)
    assert (found.shared, found.in_a, found.in_b) == (len(a & b), len(a), len(b))
    assert found.similarity == len(a & b) / len(a | b)
    assert found.containment == len(a & b) / min(len(a), len(b))


def test_short_texts_have_nothing_to_count() -> None:
    found = exact_overlap(worded("تأجيل المباراة"), worded(PORT))
    assert (found.shared, found.similarity, found.containment) == (0, 0, 0)


@pytest.mark.parametrize("text", [PORT, QUAY, SUNDAY])
def test_each_key_has_its_five_words(text: str) -> None:
    own = worded(text)
    keys = np.frombuffer(fingerprint_texts([text])[0].keys, "<u8").tolist()
    found = phrases(own, keys)
    assert set(found) == set(keys)
    for key, (first, end) in found.items():
        assert reference.shingles(own.quote(first, end), 5) == {key}


def test_the_key_of_a_whole_text_is_no_phrase() -> None:
    text = "تأجيل المباراة إلى يوم الجمعة بسبب المطر"
    keys = np.frombuffer(fingerprint_texts([text])[0].keys, "<u8").tolist()
    assert phrases(worded(text), keys) == {}


@pytest.mark.parametrize(("one", "other"), [(SUNDAY, MONDAY), (PORT, PORT_COPY), (QUAY, QUAY_COPY), (SUNDAY, SUNDAY)])
def test_contexts_of_numbers_are_counted_as_deduplication_does(one: str, other: str) -> None:
    assert_counted(one, other)
    assert compared(one, other)


@settings(deadline=None)
@given(FEW_WORDS, FEW_WORDS)
def test_contexts_of_any_numbers_are_counted_as_deduplication_does(one: str, other: str) -> None:
    assert_counted(one, other)


def assert_counted(one: str, other: str) -> None:
    a, b = (number_sample(found) for found in fingerprint_texts([one, other]))
    values = [context.values for context in compared(one, other)]
    assert (values.count(Values.AGREE), values.count(Values.DIFFER)) == compare_numbers(a, len(a), b, len(b))


def test_numbers_are_shown_with_the_words_around_them() -> None:
    a, b = worded(SUNDAY), worded(MONDAY)
    contexts = compared(SUNDAY, MONDAY)
    assert {context.values for context in contexts} == {Values.DIFFER}
    told = {(a.quote(one.a.first, one.a.end), b.quote(one.b.first, one.b.end)) for one in contexts}
    assert told == {("37", "41"), ("112", "156"), ("64", "90"), ("210", "385"), ("85", "140")}
    assert a.quote(contexts[0].a.start, contexts[0].a.stop) == "أودت بحياة 37"


def test_a_year_in_common_is_neither_agreement_nor_difference() -> None:
    one, other = f"{PORT} في عام 2024 وما", f"{PORT} في عام 2024 لكن"
    assert Values.SAME_YEAR in {context.values for context in compared(one, other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قال رئيس الوزراء اليوم 15 مرة ", "قال رئيس الوزراء اليوم 16 مرة "),
        ("a b c d ", "a b c d "),
        ("الكلمة ", "الكلمة "),
    ],
)
def test_the_longest_texts_take_seconds(one: str, other: str) -> None:
    one, other = (text * (MANY_CHARACTERS // len(text)) for text in (one, other))
    compared("1", "1")
    started = time.process_time()
    a, b = worded(one), worded(other)
    assert shared_passages(a, b)
    shared_words(a, b)
    exact_overlap(a, b)
    compared(one, other)
    assert time.process_time() - started < 20
