"""What dates in English mean: one trap a case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.dates import DateSpan, find_dates

WEDNESDAY = datetime(2024, 10, 9, 12, 0, tzinfo=UTC)


def dates(text: str, language: str = "en") -> tuple[DateSpan, ...]:
    return find_dates(text, published=WEDNESDAY, language=language)


@pytest.mark.parametrize(
    ("text", "words", "value", "basis"),
    [
        ("It opened on March 4, 2024 in the port", "March 4, 2024", "2024-03-04", "explicit"),
        ("It opened on 4 March 2024", "4 March 2024", "2024-03-04", "explicit"),
        ("It opened on the 4th of March 2024", "4th of March 2024", "2024-03-04", "explicit"),
        ("It opened on 13/3/2024", "13/3/2024", "2024-03-13", "explicit"),
        ("It opened on 2024-03-04", "2024-03-04", "2024-03-04", "explicit"),
        ("It opened in March 2024", "March 2024", "2024-03", "explicit"),
        ("It opened in 2019", "in 2019", "2019", "explicit"),
        ("It opened on Friday, Oct. 4", "Friday, Oct. 4", "2024-10-04", "resolved"),
        ("It opened on Tuesday", "Tuesday", "2024-10-08", "resolved"),
        ("It opened yesterday", "yesterday", "2024-10-08", "resolved"),
        ("It opened the day before yesterday", "the day before yesterday", "2024-10-07", "resolved"),
        ("It opened last Friday", "last Friday", "2024-10-04", "resolved"),
        ("It opens next Wednesday", "next Wednesday", "2024-10-16", "resolved"),
        ("It opened three days ago", "three days ago", "2024-10-06", "resolved"),
        ("It opened last March", "last March", "2024-03", "resolved"),
        ("It opens this Friday", "this Friday", "2024-10-11", "resolved"),
        ("It opened this past Friday", "this past Friday", "2024-10-04", "resolved"),
        ("It opened in Dec. 2023", "Dec. 2023", "2023-12", "explicit"),
        ("It opened on October 7 last year", "October 7 last year", "2023-10-07", "resolved"),
        ("It opened last October 7", "last October 7", "2024-10-07", "resolved"),
        ("It opens next January 6", "next January 6", "2025-01-06", "resolved"),
        ("It opened on January 6", "January 6", "2021-01-06", "resolved"),
        ("It opened last week", "last week", "2024-W40", "resolved"),
    ],
)
def test_english_dates(text: str, words: str, value: str, basis: str) -> None:
    (span,) = dates(text)
    assert (span.words, span.value, span.basis) == (words, value, basis)


@pytest.mark.parametrize(
    "text",
    [
        "It opened on 4/3/2024",  # in March or in April
        "It may march 5 times",
        "May 5,000 people came",
        "It opened on Friday, March 4, 2024",  # that was a Monday
        "every Monday they meet",
        "It polled a sample of 2019 people",
        "They met in May. 2023 people came",
        "He sat in the Sun",
        "Sat down",
    ],
)
def test_what_is_no_sure_date_is_none(text: str) -> None:
    assert dates(text) == ()


@pytest.mark.parametrize(
    ("language", "value"), [("en-US", "2024-04-03"), ("en-GB", "2024-03-04"), ("ar", "2024-03-04")]
)
def test_the_language_may_say_which_number_is_the_month(language: str, value: str) -> None:
    (span,) = dates("4/3/2024", language)
    assert span.value == value


@pytest.mark.parametrize(
    "text", ["since Monday", "by Monday", "about three days ago", "October 7-10", "Monday and Tuesday"]
)
def test_bounds_are_told_from_days(text: str) -> None:
    assert {span.relation for span in dates(text)} == {"bound"}


@pytest.mark.parametrize(
    "text", ["Sunday's attack", "the anniversary of the October 7 attack", "the Oct. 3 attack", "the Jan. 6 riot"]
)
def test_names_are_told_from_days(text: str) -> None:
    assert [span.relation for span in dates(text)] == ["named"]


def test_a_language_without_a_table_has_no_dates() -> None:
    assert dates("2024-03-04", "fr") == () == dates("2024-03-04", "und")
