"""Whatever stands on a page: reading does not fail, does not change what is clean, and takes time by its length."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extraction.reading.rules import with_sentences_apart
from tests.extraction.reading.pages import ENGLISH, LIBRARY, LIBRARY_TITLE, PORT, page, read

LINES = st.sampled_from(
    [
        *PORT, *LIBRARY, *ENGLISH, LIBRARY_TITLE, "إقرأ أيضاً:", "اقرأ أيضا: خبر آخر", "مقالات مشابهة", "المصدر: وكالة", "كلمات دلالية: أ ب",
        "• خبر", "سلمى النجار", "2024-05-12", "شارك", "خطأ.وأضاف", "", " ", "\u200b", "---", "<p>", "</p>", "<br>", "&nbsp;", "&amp;quot;",
        "القاهرة (أ ف ب) -", "القاهرة (أ ف ب) - وصل الوزير", "(رويترز)", "القاهرة - رويترز", "رويترز: ", "القاهرة - إعلان", "القاهرة - وصل الوزير إلى الميناء القديم.",
        "المصدر: رويترز", "وصل الوزير. (رويترز)", "شاهد.. خبر", "صورة من المكان", "عنوان بلا نقطة", "Read more", "Source: us", "... اقرأ المزيد", " -", "a.Bc d", "<!--", "&lt;p&gt;",
        "&#11;", "a&#12;b", "<div>&#x1b;</div>", "<p>a&#x1b;b</p>&#0;&#xd800;", "<br>&#11;<br>", "القاهرة (أ ف ب) - " * 5, " ... اقرأ المزيد" * 9, "(رويترز) " * 3,
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.lists(LINES, max_size=14).map("\n".join),
    st.lists(LINES, max_size=10).map("".join),
    st.text(alphabet="<>p/ br!-\n\u200b&;amquot.A\u00a0#x1b2"),
    st.lists(
        st.sampled_from(["<div>", "</div>", "<p>", "<br>", "&#11;", "&#12;", "&#x1b;", "a", "Word. "]), max_size=20
    ).map("".join),
)


@given(title=TEXTS, text=TEXTS, html=st.none() | TEXTS, language=st.sampled_from(["und", "ar", "fa", "en"]))
@settings(max_examples=400, deadline=None)
def test_a_clean_page_stays_as_it_is(title: str, text: str, html: str | None, language: str) -> None:
    once = read(text, title=title, html=html, language=language)
    again = read(once.text, title=once.title, language=once.language)
    assert (again.title, again.text, again.language, again.parts) == (once.title, once.text, once.language, ())
    for part in once.parts:
        alone = read(part.text, title=part.title, language=once.language)
        assert (alone.title, alone.text, alone.parts) == (part.title, part.text, ())


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_nothing_unseen_is_left(text: str) -> None:
    clean = read(text, title=text, language="ar")
    for character in clean.title + clean.text:
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert character == " " or not character.isspace() or character == "\n"
        assert character not in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    clean.text.encode()


@given(text=st.text())
@settings(max_examples=200, deadline=None)
def test_taking_sentences_apart_adds_spaces_and_nothing_else(text: str) -> None:
    assert with_sentences_apart(text).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "unit",
    ["\n", "•\n", "• a\n", " ", "\u00a0", "<", "<p ", "<!--", "&amp;", ".", "ab.Ab ", "اقرأ أيضا\n", "المصدر: x\nاقرأ أيضا\n", "ا", "x. - ", "a\n", "«"],
)  # fmt: skip
def test_a_megabyte_of_anything_is_read_in_seconds(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    "unit",
    [
        "القاهرة (أ ف ب) - ",
        "واشنطن - رويترز: ",
        "(رويترز) ",
        " ... اقرأ المزيد",
        " * نقلا عن الساحل",
        " -",
        "كلمة. (رويترز)",
    ],
)
def test_four_times_as_many_datelines_or_tails_in_a_line_are_about_four_times_the_work(unit: str) -> None:
    def seconds(units: int) -> float:
        text = page(PORT[0], unit * units + PORT[1] + unit * units)
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            read(text)
            best = min(best, time.process_time() - started)
        return best

    # Squared, it would be sixteen times. The tenth is for timers on texts that cost next to nothing.
    assert seconds(32_000) < 9 * seconds(8_000) + 0.1


def test_a_few_datelines_and_tails_go_and_a_chain_of_them_stays_whole() -> None:
    few, many = 4 * "القاهرة (أ ف ب) - ", 5 * "القاهرة (أ ف ب) - "
    assert read(page(few + PORT[0], *PORT[1:])).text == page(*PORT)
    assert read(page(many + PORT[0], *PORT[1:])).text == page(many + PORT[0], *PORT[1:])
    assert read(page(*PORT) + 8 * " ... اقرأ المزيد").text == page(*PORT)
    assert read(page(*PORT) + 9 * " ... اقرأ المزيد").text == page(*PORT) + 9 * " ... اقرأ المزيد"
