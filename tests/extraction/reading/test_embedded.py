"""A second article on the page becomes a part; links in the middle of an article do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.extraction.reading.pages import LIBRARY, LIBRARY_TITLE, NOON, PORT, page, read

END = "المصدر: وكالة الساحل"


def test_an_article_below_the_end_of_the_first_is_cut_off_with_its_title() -> None:
    found = read(page(*PORT, END, "إقرأ أيضاً:", LIBRARY_TITLE, *LIBRARY))
    assert found.text == page(*PORT)
    assert [(part.title, part.text) for part in found.parts] == [(LIBRARY_TITLE, page(*LIBRARY))]


def test_tags_say_as_well_as_a_source_that_the_article_is_over() -> None:
    found = read(page(*PORT, "كلمات دلالية: ميناء", "إقرأ أيضاً:", LIBRARY_TITLE, *LIBRARY))
    assert (found.text, len(found.parts)) == (page(*PORT), 1)


def test_the_title_may_stand_in_the_line_of_the_heading() -> None:
    found = read(page(*PORT, END, f"إقرأ أيضاً: {LIBRARY_TITLE}", *LIBRARY))
    assert [(part.title, part.text) for part in found.parts] == [(LIBRARY_TITLE, page(*LIBRARY))]


def test_links_below_the_embedded_article_belong_to_neither() -> None:
    found = read(page(*PORT, END, "إقرأ أيضاً:", LIBRARY_TITLE, *LIBRARY, "مقالات مشابهة", "• خبر أول", "• خبر ثان"))
    assert (found.text, found.parts[0].text) == (page(*PORT), page(*LIBRARY))


def test_an_article_embedded_in_an_html_page_is_cut_off() -> None:
    lines = (*PORT, END, "إقرأ أيضاً:", LIBRARY_TITLE, *LIBRARY)
    found = read(
        "", html="<html><body><article>" + "".join(f"<p>{line}</p>" for line in lines) + "</article></body></html>"
    )
    assert (found.text, [part.text for part in found.parts]) == (page(*PORT), [page(*LIBRARY)])


def test_a_third_article_is_a_part_of_its_own() -> None:
    port_title = "رصيف جديد في الميناء"
    found = read(page(*LIBRARY, END, "إقرأ أيضاً:", port_title, *PORT, END, "إقرأ أيضاً:", LIBRARY_TITLE, *LIBRARY))
    assert [part.title for part in found.parts] == [port_title, LIBRARY_TITLE]


def test_an_article_that_goes_on_below_its_links_is_one_article() -> None:
    found = read(page(PORT[0], "إقرأ أيضاً:", LIBRARY_TITLE, *PORT[1:], END))
    assert (found.text, found.parts) == (page(*PORT), ())


def test_a_teaser_below_the_end_is_no_article() -> None:
    found = read(page(*PORT, END, "إقرأ أيضاً:", LIBRARY_TITLE, "قررت الإدارة تمديد العمل."))
    assert (found.text, found.parts) == (page(*PORT), ())


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2024-05-12 08:30", datetime(2024, 5, 12, 8, 30, tzinfo=UTC)),
        ("الأحد 12 مايو 2024", datetime(2024, 5, 12, tzinfo=UTC)),
        ("نشر في: ١٢ أيار ٢٠٢٤ - 8:30 م", datetime(2024, 5, 12, 20, 30, tzinfo=UTC)),
        ("12 كانون الثاني/ يناير 2024", datetime(2024, 1, 12, tzinfo=UTC)),
        ("May 12, 2024", datetime(2024, 5, 12, tzinfo=UTC)),
        ("Published: 12 May 2024 20:30 GMT", datetime(2024, 5, 12, 20, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("above_title", [True, False])
def test_an_embedded_article_has_the_date_that_stands_by_its_title(
    line: str, date: datetime, above_title: bool
) -> None:
    heading = (line, LIBRARY_TITLE) if above_title else (LIBRARY_TITLE, line)
    (part,) = read(page(*PORT, END, "إقرأ أيضاً:", *heading, *LIBRARY)).parts
    assert (part.title, part.text, part.published_at) == (LIBRARY_TITLE, page(*LIBRARY), date)


@pytest.mark.parametrize("line", ["31 فبراير 2024", "12/05/2024", "12 مايو", "25 يونيو 2024"])
def test_a_date_that_cannot_be_or_that_is_not_sure_is_no_date(line: str) -> None:
    (part,) = read(page(*PORT, END, "إقرأ أيضاً:", LIBRARY_TITLE, line, *LIBRARY), event_time=NOON).parts
    assert part.published_at is None
