"""What holds of every text: nothing raises, offsets point at what they say, spelling does not matter, time is linear."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.dates.tables import words
from processors.extraction.dates import Precision, find_dates
from processors.extraction.dates.calendars import from_hijri

NOON = datetime(2024, 10, 9, 12, 0, tzinfo=UTC)
KINDS = (
    "month",
    "hijri",
    "weekday",
    "day",
    "relative",
    "last",
    "this",
    "next",
    "period",
    "ago",
    "days",
    "year",
    "of",
    "meets",
)
PIECES = sorted({word for kind in (*KINDS, "part", "bound", "number") for word in words(kind)})
PIECES += [
    "7",
    "٧",
    "31",
    "2023",
    "١٤٤٥هـ",
    "/",
    "-",
    "(",
    ")",
    "،",
    "\n",
    "و",
    "29 فبراير",
    "7/10/2023",
    "s",
    "'",
    "ء",
    "ـ",
    "ً",
    "_",
    "2023-",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).flatmap(
    lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])
)
moments = st.datetimes(timezones=st.just(UTC)) | st.sampled_from(
    [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), NOON]
)
languages = st.sampled_from(["ar", "ar-EG", "en", "en-US", "fr", "und", ""])


@settings(max_examples=400, deadline=None)
@given(text=texts | st.text(), published=moments, language=languages)
def test_no_text_raises_and_offsets_point_at_what_they_say(text: str, published: datetime, language: str) -> None:
    end = 0
    for span in find_dates(text, published=published, language=language):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.words
        assert "\n" not in span.words
        assert span.anchor in (None, published.date().isoformat())
        if span.precision is Precision.DAY:
            assert date.fromisoformat(span.value)
        end = span.end


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_spelling_and_the_kind_of_digits_do_not_matter(text: str) -> None:
    variant = text.translate(str.maketrans("0123456789أإآةى", "٠١٢٣٤٥٦٧٨٩اااهي"))
    found = find_dates(text, published=NOON, language="ar")
    assert [(span.start, span.end, span.value, span.basis, span.relation) for span in found] == [
        (span.start, span.end, span.value, span.basis, span.relation)
        for span in find_dates(variant, published=NOON, language="ar")
    ]


@given(day=st.dates(min_value=date(1, 1, 10), max_value=date(9998, 1, 1)))
def test_a_found_day_is_found_again_when_it_is_written_out(day: date) -> None:
    if 1900 <= day.year < 2100:
        (span,) = find_dates(f"في {day.isoformat()}", published=NOON, language="ar")
        assert span.value == day.isoformat()


@given(days=st.integers(0, 354 * 200))
def test_hijri_days_follow_upon_one_another(days: int) -> None:
    """Every day of a span of years is one day of the calendar: conversion has neither gaps nor doubles."""
    first = date(1900, 4, 30)  # 1 Muharram 1318
    wanted = first + timedelta(days=days)
    hits = [
        (year, month, day)
        for year in {1318 + int(days / 354.37) + step for step in (-1, 0, 1)}
        for month in range(1, 13)
        for day in range(1, 31 if month % 2 or (month == 12 and (14 + 11 * year) % 30 < 11) else 30)
        if from_hijri(year, month, day) == wanted
    ]
    assert len(hits) == 1


@pytest.mark.parametrize(
    "piece",
    ["7 ", "7/", "2023-", "الأحد ", "أكتوبر/", "قبل ", "منذ مساء يوم ", "7 من ", "الحادي والعشرين من ", "أمس (", "و"],
)
def test_time_grows_with_the_text_and_not_faster(piece: str) -> None:
    def seconds(repeats: int) -> float:
        text = piece * repeats
        begin = process_time()
        find_dates(text, published=NOON, language="ar")
        return process_time() - begin

    seconds(10)
    assert seconds(20_000) < 2
