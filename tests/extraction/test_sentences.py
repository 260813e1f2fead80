"""Where sentences and words of a clean text begin and end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extraction.sentences import ends, sentences, tokens

CASES = [
    ["وصل الوزير صباحا.", "وقال إن الرصيف جاهز."],
    ["هل ينجح المشروع؟", "نعم!", "هكذا قال الوزير."],
    ["قال د. محمد العلي إن الرصيف جاهز.", "وأضاف أ.د. سمير أن العمل انتهى."],
    ["افتتح عام 2024 م.", "وأضاف الوزير أن العمل انتهى."],
    ["بلغ الطول 3.5 كيلومترات.", "وبلغ العرض 20 مترا."],
    ["ذكرت أ.ف.ب أن السفينة وصلت.", "ثم غادرت."],
    ['قال "هذا ممكن".', "وأضاف «سنرى»."],
    ["كان الأمر مُستمرًّا.", "فإذا كان كذلك فلا بأس."],
    ["قال إن الأمر انتهى...", "ثم صمت…", "وغادر."],
    ["بلينكن يصل..", "والسيسي يلتقيه"],
    ["سطر بلا نقطة", "وسطر ثان"],
    ["1. طول الرصيف 400 متر.", "2. عرضه 20 مترا."],
    ["راجعت صفحة khabar.example أمس.", "ولم أجد شيئا."],
    ["Mr. Smith paid 3.5 million to Acme Inc.", "The U.S. Congress agreed.", "He left the U.S.", "The next day it rained."],
    ['"Will you come?" he asked.', '"No!"', "She left... and never came back."],
    ["J. K. Rowling and Gen. John B. Good wrote it.", "Dr. No read it at 10 a.m. on Sunday."],
    ["He lives in St. Louis, No. 5, e.g. with friends.", "They pay Jan. 5 and so on, etc.", "Nobody knows."],
]  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(["د.", "قال", "U.S.", "The", ".", "..", "؟", '"', "\n", " ", "3.5", "Mr.", "وأضاف", "غزة", "،", "J.", "ً", "…"]),
        max_size=30,
    ).map("".join),
)  # fmt: skip


@pytest.mark.parametrize("expected", CASES, ids=lambda case: case[0][:30])
def test_a_text_comes_apart_into_its_sentences(expected: list[str]) -> None:
    text = " ".join(expected) if expected[0] != "سطر بلا نقطة" else "\n".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_glued_sentences_come_apart_and_initials_do_not() -> None:
    text = "دخل غزة.وأضاف الوزير. رأيت أ.ف.ب"
    assert [text[start:end] for start, end in sentences(text)] == ["دخل غزة.", "وأضاف الوزير.", "رأيت أ.ف.ب"]


def test_words_carry_their_marks_and_leave_punctuation() -> None:
    text = "قال مُحمّدٌ: «3.5 مليون» – U.S.-led"
    assert [text[start:end] for start, end in tokens(text)] == ["قال", "مُحمّدٌ", "3", "5", "مليون", "U", "S", "led"]


@given(text=TEXTS)
@settings(max_examples=400, deadline=None)
def test_sentences_and_words_are_in_order_and_miss_nothing(text: str) -> None:
    for spans in (sentences(text), tokens(text)):
        done = 0
        for start, end in spans:
            assert done <= start < end <= len(text)
            done = end
    left = 0
    for start, end in sentences(text):
        assert text[left:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        left = end
    assert text[left:].strip() == ""
    assert list(ends(text)) == sorted(set(ends(text)))


@pytest.mark.parametrize("unit", [".", ". ", "J. ", "د. ", "\n", " ", "..", "غزة.", "1. ", "Mr. ", '"." ', "؟"])
def test_a_megabyte_is_cut_in_seconds(unit: str) -> None:
    text = " " * 1_000 + unit * (1_000_000 // len(unit))
    started = time.process_time()
    sentences(text)
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    "unit", [".", '!"', "؟", "…", '."', ".!", '"', "J.", ".\u064b", "د.", "..a", '. "', "1.", "«.", ".»x"]
)
@pytest.mark.parametrize("last", ["x", "", "غ", "\n"])
def test_four_times_the_marks_are_about_four_times_the_work(unit: str, last: str) -> None:
    def seconds(units: int) -> float:
        text = unit * units + last
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            sentences(text)
            best = min(best, time.process_time() - started)
        return best

    # Squared, it would be sixteen times. The tenth is for timers on texts that cost next to nothing.
    assert seconds(24_000) < 9 * seconds(6_000) + 0.1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said no...x and left. Then it rained.", ["He said no...x and left.", "Then it rained."]),
        ('A "word!"x is none. He knew.', ['A "word!"x is none.', "He knew."]),
        ("خطأ..وأضاف أن هذا صحيح", ["خطأ..", "وأضاف أن هذا صحيح"]),
        ("?!?!?!x", ["?!?!?!x"]),
    ],
)
def test_a_run_of_marks_ends_a_sentence_or_is_passed_as_a_whole(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected
