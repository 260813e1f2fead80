"""Characters no reader sees, odd spaces and glued sentences."""

from __future__ import annotations

import pytest

from tests.extraction.reading.pages import PORT, page, read


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("قال\u00a0الوزير  إن\tالرصيف\u2009جاهز", "قال الوزير إن الرصيف جاهز"),
        ("\ufeffقال\u200b الو\u00adزير\u200f", "قال الوزير"),
        ("قال\x00 الو\x07زير\x1b\x85", "قال الوزير"),
        ("سطر أول\r\nسطر ثان\rسطر ثالث\u2028سطر رابع", "سطر أول\nسطر ثان\nسطر ثالث\nسطر رابع"),
        ("قال\ud800 الوزير\udfff", "قال الوزير"),
        ("قال &quot;نعم&quot;&nbsp;ثم &amp;quot;لا&amp;quot;", 'قال "نعم" ثم "لا"'),
        ("فقرة أولى\n\n \n\u00a0\nفقرة ثانية", "فقرة أولى\nفقرة ثانية"),
    ],
)
def test_dirt_goes_and_words_stay(dirty: str, clean: str) -> None:
    assert read(dirty, language="ar").text == clean


def test_persian_keeps_the_joiners_it_spells_with_and_arabic_does_not() -> None:
    assert read("می\u200cخواهد", language="fa").text == "می\u200cخواهد"
    assert read("الو\u200cزير", language="ar").text == "الوزير"


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("كان ذلك خطأ.وأضاف الوزير", "كان ذلك خطأ. وأضاف الوزير"),
        ('قال "هذا ممكن".وقال أيضا', 'قال "هذا ممكن". وقال أيضا'),
        ("هل ينجح؟سؤال صعب", "هل ينجح؟ سؤال صعب"),
        ("عام 2023.وأضاف", "عام 2023. وأضاف"),
        ("It was a mistake.The council agreed", "It was a mistake. The council agreed"),
    ],
)
def test_glued_sentences_come_apart(glued: str, apart: str) -> None:
    assert read(glued, language="ar").text == apart


@pytest.mark.parametrize(
    "text", ["وكالة أ.ف.ب للأنباء", "د.محمد", "موقع بيت.كوم للتوظيف", "3.5 مليون", "www.Example.com", "e.g. Tea"]
)
def test_what_belongs_together_stays_together(text: str) -> None:
    assert read(text, language="ar").text == text


def test_a_clean_article_is_not_touched() -> None:
    assert read(page(*PORT), language="ar").text == page(*PORT)
