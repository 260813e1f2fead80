"""Every piece of a page: what it is, why it is gone, and where it stood in what was given."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extraction.reading import Label, Page
from processors.extraction.reading.characters import plain
from processors.extraction.reading.markup import without_tags
from processors.extraction.reading.rules import rules
from processors.extraction.reading.tracing import Traced
from tests.extraction.reading.pages import LIBRARY, LIBRARY_TITLE, PORT, page, read
from tests.extraction.reading.test_properties import TEXTS

AGGREGATED = page(
    "رصيف جديد في الميناء القديم",
    "السبت 18 مايو 2024",
    f"القاهرة (أ ف ب) -\u00a0{PORT[0]}",
    "  اقرأ أيضا: بلدية الساحل ترفع الرسوم",
    PORT[1],
    f"{PORT[2]} (أ ف ب)",
    "المصدر: وكالات",
    "----",
    "إقرأ أيضاً:",
    LIBRARY_TITLE,
    *LIBRARY,
    "مقالات مشابهة",
    "• خبر أول",
    "شارك الخبر",
)


def shown(found: Page) -> list[tuple[str, int, str]]:
    return [(piece.removes or piece.label.value, piece.part, piece.text) for piece in found.places().pieces]


def dense(text: str) -> str:
    """`text` without spaces: what is between words may be anything."""
    return re.sub(r"\s", "", text)


def test_every_piece_of_a_page_is_labelled_in_order() -> None:
    assert shown(read(AGGREGATED, title="رصيف جديد في الميناء القديم")) == [
        ("repeated title", 0, "رصيف جديد في الميناء القديم"),
        ("page date", 0, "السبت 18 مايو 2024"),
        ("dateline", 0, "القاهرة (أ ف ب) -"),
        ("body", 0, PORT[0]),
        ("related links", 0, "اقرأ أيضا: بلدية الساحل ترفع الرسوم"),
        ("body", 0, PORT[1]),
        ("body", 0, PORT[2]),
        ("agency credit", 0, "(أ ف ب)"),
        ("source line", 0, "المصدر: وكالات"),
        ("nothing but marks", 0, "----"),
        ("related links", 0, "إقرأ أيضاً:"),
        ("title", 1, LIBRARY_TITLE),
        *(("body", 1, line) for line in LIBRARY),
        ("related links", 1, "مقالات مشابهة"),
        ("related link", 1, "• خبر أول"),
        ("share buttons", 1, "شارك الخبر"),
    ]


def test_a_piece_that_a_rule_removed_names_the_rule() -> None:
    patterns = {rule.pattern: rule.removes for rule in rules()}
    removed = [piece for piece in read(AGGREGATED).places().pieces if piece.rule]
    assert [piece.text for piece in removed] == [
        "اقرأ أيضا: بلدية الساحل ترفع الرسوم", "المصدر: وكالات", "إقرأ أيضاً:", "مقالات مشابهة", "شارك الخبر",
    ]  # fmt: skip
    assert all(patterns[piece.rule] == piece.removes for piece in removed)


@pytest.mark.parametrize(
    ("lines", "removes"),
    [
        ((*PORT[:2], f"{PORT[2]} ... اقرأ المزيد"), "link to the rest"),
        (("سلمى النجار", f"قالت سلمى النجار: {PORT[0]}", *PORT[1:]), "caption"),
        ((PORT[0], *PORT), "repeated line"),
        ((*PORT, "المصدر: أ", "إقرأ أيضاً:", "خبر قصير", "وهذه جملة واحدة من خبر قصير."), "teaser of another article"),
        ((*PORT, "عدسة: كمال الصياد"), "caption"),
        ((*PORT, "هذا الموقع", "© 2024"), "copyright"),
    ],
)
def test_what_was_removed_is_said_in_words(lines: tuple[str, ...], removes: str) -> None:
    assert removes in {piece.removes for piece in read(page(*lines)).places().pieces}


def test_offsets_lead_through_entities_odd_spaces_and_glued_sentences() -> None:
    given_text = "\ufeff قال\u00a0&quot;نعم&quot;.\u200b\r\n\r\n\tكان ذلك  خطأ.وأضاف الوزير"
    found = read(given_text, language="ar")
    assert found.text == 'قال "نعم".\nكان ذلك خطأ. وأضاف الوزير'
    places = found.places()
    for words, was in [
        ("نعم", "نعم"),
        ('"نعم"', "&quot;نعم&quot;"),
        ("ذلك خطأ", "ذلك  خطأ"),
        ("خطأ. وأضاف", "خطأ.وأضاف"),
    ]:
        start = found.text.index(words)
        span = places.origin(start, start + len(words))
        assert given_text[span.start : span.end] == was


def test_offsets_of_html_count_in_the_text_that_the_extractor_made() -> None:
    html = "<html><body><article>" + "".join(f"<p>{line}</p>" for line in PORT) + "</article></body></html>"
    found = read("", html=html)
    assert found.text == page(*PORT)
    for piece in found.places().pieces:
        assert found.original[piece.start : piece.end] == piece.text


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-1, 3), (5, 4), (0, 10_000)])
def test_a_span_that_the_text_has_not_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="characters"):
        read(page(*PORT)).places().origin(start, end)


def test_a_page_of_nothing_has_no_pieces() -> None:
    assert read(" \n ").places().pieces == ()


@given(title=TEXTS, text=TEXTS, html=st.none() | TEXTS, language=st.sampled_from(["und", "ar", "fa", "en"]))
@settings(max_examples=300, deadline=None)
def test_pieces_are_in_order_miss_nothing_and_stand_where_they_say(
    title: str, text: str, html: str | None, language: str
) -> None:
    found = read(text, title=title, html=html, language=language)

    def visible(characters: str) -> str:
        return dense(plain(without_tags(plain(characters, language)), language))

    done = 0
    pieces = found.places().pieces
    for piece in pieces:
        assert done <= piece.start < piece.end
        assert visible(found.original[done : piece.start]) == ""
        assert dense(plain(found.original[piece.start : piece.end], language)) == dense(piece.text)
        done = piece.end
    assert visible(found.original[done:]) == ""
    for part, clean in enumerate([found.text, *(part.text for part in found.parts)]):
        body = [piece for piece in pieces if piece.part == part and piece.label is Label.BODY]
        assert "\n".join(piece.text for piece in body) == clean
        assert all(piece.clean and clean[piece.clean.start : piece.clean.end] == piece.text for piece in body)


@given(text=TEXTS, data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_stretch_of_the_clean_text_leads_back_to_what_it_was(text: str, data: st.DataObject) -> None:
    found = read(text, language="ar")
    if not found.text:
        return
    start = data.draw(st.integers(0, len(found.text) - 1))
    end = data.draw(st.integers(start + 1, len(found.text)))
    span = found.places().origin(start, end)
    bodies = [piece for piece in found.places().pieces if piece.label is Label.BODY and piece.part == 0]
    kept = "".join(
        found.original[max(span.start, piece.start) : max(span.start, piece.start, min(span.end, piece.end))]
        for piece in bodies
    )
    assert dense(plain(kept, "ar")) == dense(found.text[start:end])


@given(
    text=st.text(alphabet="ab.\u00a0 \n&;"),
    passes=st.lists(st.sampled_from(["aa", "b", r"\.", "ab?", " +"]), max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_a_traced_text_is_the_text_that_its_passes_make(text: str, passes: list[str]) -> None:
    compiled = [(re.compile(pattern), new) for pattern, new in zip(passes, ["", "x", "..", "a"], strict=False)]
    expected = text
    for pattern, new in compiled:
        expected = pattern.sub(new, expected)
    traced = Traced(text, compiled)
    assert traced.text == expected
    ends = [traced.origin(at, at + 1) for at in range(len(expected))]
    assert all(0 <= span.start <= span.end <= len(text) for span in ends)
    assert all(one.start <= other.start and one.end <= other.end for one, other in pairwise(ends))
