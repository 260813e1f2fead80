"""Where words stand in a text, as fingerprints count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.fingerprints.words import key_shingles, word_spans
from tests.fingerprints import reference

ALPHABET = "ابتأإىةءؤ ـًّ۱٢3 .,،abcÀÉßﻼﷺ½②㎡Б한각ア中文ไทยกำ\u200b\u200c\ud800\n019"
TEXTS = st.text(alphabet=ALPHABET, max_size=120) | st.text(max_size=60)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compiling takes seconds, and hypothesis would take them for the first example's."""
    key_shingles("")
    word_spans("")


def spans(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in word_spans(text).tolist()]


@given(TEXTS)
def test_there_is_a_span_for_each_word_and_it_holds_the_word(text: str) -> None:
    words = reference.words(text)
    found = spans(text)
    assert len(found) == len(words)
    for (start, end), word in zip(found, words, strict=True):
        assert 0 <= start < end <= len(text)
        assert word in reference.words(text[start:end])


@given(TEXTS, st.data())
def test_a_text_cut_at_words_has_the_words_between(text: str, data: st.DataObject) -> None:
    words = reference.words(text)
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    found = spans(text)
    cut = reference.words(text[found[first][0] : found[last][1]])
    wanted = words[first : last + 1]
    assert any(cut[place : place + len(wanted)] == wanted for place in range(len(cut)))


@given(TEXTS)
def test_shingles_are_those_of_the_definition(text: str) -> None:
    assert set(key_shingles(text).tolist()) == reference.shingles(text, 5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("قال: «نعم»، وجُرحَ 15.", ["قال", "نعم", "وجُرحَ", "15"]),
        ("كوفيد19 و15", ["كوفيد", "19", "و", "15"]),
        ("中國政府 宣布", ["中", "國", "政", "府", "宣", "布"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("सरकार ने कहा।", ["सरकार", "ने", "कहा"]),
    ],
)
def test_words_are_cut_after_their_last_mark(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text)] == words


def test_a_text_of_many_words_is_cut_throughout() -> None:
    text = "كلمة 中 " * 3_000
    assert len(spans(text)) == 6_000
