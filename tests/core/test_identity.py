"""The id of an article covers all that may end in a table, and nothing that differs between two fetches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.identity import article_id, canonical_url, event_time, part_id

NOW = datetime(2031, 3, 5, 12, tzinfo=UTC)
ARTICLE: dict[str, Any] = {
    "source": "wire", "external_id": "7", "url": "https://wire.example/a?b=1", "event_time": NOW, "title": "t",
    "text": "x", "html": None, "language": "ar", "byline": None, "section": None, "utc_offset_minutes": None,
}  # fmt: skip


def test_an_id_is_32_hexadecimal_digits_and_stays_what_it_is() -> None:
    assert article_id(**ARTICLE) == article_id(**ARTICLE)
    assert len(article_id(**ARTICLE)) == 32
    assert set(article_id(**ARTICLE)) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "other"), ("external_id", "8"), ("external_id", None), ("url", "https://wire.example/b"),
        ("event_time", NOW + timedelta(seconds=1)), ("title", "u"), ("text", "y"), ("html", ""), ("language", "en"),
        ("byline", ""), ("section", "s"), ("utc_offset_minutes", 180),
    ],
)  # fmt: skip
def test_an_article_with_other_content_is_another_article(field: str, value: object) -> None:
    assert article_id(**{**ARTICLE, field: value}) != article_id(**ARTICLE)


def test_fields_do_not_run_into_one_another() -> None:
    assert article_id(**{**ARTICLE, "title": "tx", "text": ""}) != article_id(**{**ARTICLE, "title": "t", "text": "x"})


@pytest.mark.parametrize(
    "url",
    [
        "https://wire.example/a?b=1#top", "HTTPS://WIRE.example:443/a/?b=1", "https://wire.example/a?utm_source=x&b=1",
        " https://wire.example/a?b=1&fbclid=1 ",
    ],
)  # fmt: skip
def test_spellings_of_one_url_give_one_article(url: str) -> None:
    assert article_id(**{**ARTICLE, "url": url}) == article_id(**ARTICLE)


@given(st.text(max_size=60))
def test_any_text_may_stand_for_a_url_and_canonical_form_is_stable(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


def test_event_time_is_publication_but_no_clock_runs_ahead_of_the_fetch() -> None:
    assert event_time(published_at=NOW - timedelta(days=9), fetched_at=NOW) == NOW - timedelta(days=9)
    assert event_time(published_at=NOW + timedelta(hours=1), fetched_at=NOW) == NOW + timedelta(hours=1)
    assert event_time(published_at=NOW + timedelta(hours=1, seconds=1), fetched_at=NOW) == NOW
    assert event_time(published_at=None, fetched_at=NOW) == NOW


def test_a_part_is_told_from_its_page_and_from_the_same_part_elsewhere() -> None:
    assert len({part_id(page="a", text="x"), part_id(page="b", text="x"), part_id(page="a", text="y")}) == 3
