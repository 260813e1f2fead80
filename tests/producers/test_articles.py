"""From what a publisher says to an article, and every way in which it may be none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any, TypeVar

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.codec import decode
from khabar.errors import InvalidRecord
from khabar.records import MAX_ARTICLE_BYTES, MAX_HTML_CHARACTERS, MAX_TEXT_CHARACTERS, Article
from producers.articles import NAMES, Accepted, Place, from_html, from_json, from_text, parse_date, rules
from producers.refused import Reason

T = TypeVar("T")
NOW = datetime(2024, 3, 10, 12, 0, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
RULES = rules()
NOWHERE = Place(folder="archive", modified=None)
TEXT = "افتتح المعرض السنوي للكتاب أبوابه أمام الزوار"


def accepted(document: Any, *, place: Place = NOWHERE, **options: Any) -> Article:
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    return from_json(data, rules(**options), place, NOW).article


def reason(document: Any, *, place: Place = NOWHERE) -> str:
    with pytest.raises(InvalidRecord) as refusal:
        accepted(document, place=place)
    assert str(refusal.value)
    return refusal.value.reason


def verdict(attempt: Callable[[], T]) -> T | str:
    try:
        return attempt()
    except InvalidRecord as refusal:
        return refusal.reason


def test_every_field_of_the_contract_is_taken_over() -> None:
    given_fields = {
        "schema_version": 1,
        "source": "Daily",
        "url": "https://daily.example/1",
        "title": "المعرض",
        "text": TEXT,
        "html": "<p>x</p>",
        "language": "ar",
        "published_at": "2024-03-09T08:00:00Z",
        "fetched_at": "2024-03-09T08:05:00Z",
        "external_id": "d-1",
        "byline": "سعاد",
        "section": "ثقافة",
    }
    article = accepted(given_fields)
    assert orjson.loads(orjson.dumps({name: getattr(article, name) for name in given_fields})) == {
        **given_fields,
        "published_at": "2024-03-09T08:00:00+00:00",
        "fetched_at": "2024-03-09T08:05:00+00:00",
    }
    assert article.extra == {}


@pytest.mark.parametrize(
    ("field", "name"),
    [(field, name) for field, names in NAMES.items() for name in names if field not in ("extra", "schema_version")],
)
def test_a_field_is_found_under_each_of_its_names(field: str, name: str) -> None:
    values: dict[str, Any] = {
        "published_at": "2024-03-09",
        "fetched_at": "2024-03-09",
        "language": "fa",
        "url": "http://a.example/",
        "utc_offset_minutes": 180,
    }
    value = values.get(field, "كلام")
    article = accepted({"text": TEXT} | {name: value} if field != "text" else {name: value})
    taken = getattr(article, field)
    assert taken == (datetime(2024, 3, 9, tzinfo=UTC) if field in ("published_at", "fetched_at") else value)
    assert article.extra == {}


def test_the_first_name_in_the_table_wins_and_the_others_are_kept() -> None:
    for document in ({"body": "no", "text": TEXT, "content": 1}, {"content": 1, "text": TEXT, "body": "no"}):
        article = accepted(document)
        assert article.text == TEXT
        assert article.extra == {"body": "no", "content": 1}


def test_a_null_under_a_better_name_does_not_hide_a_worse_one() -> None:
    assert accepted({"text": None, "body": TEXT}).text == TEXT


def test_a_name_of_ones_own_goes_before_all_others() -> None:
    article = accepted({"text": "teaser", "story": TEXT}, fields={"text": "story"})
    assert article.text == TEXT
    assert article.extra == {"text": "teaser"}


def test_fields_nobody_knows_are_kept_under_extra() -> None:
    article = accepted({"text": TEXT, "lede": "x", "tags": ["a", {"b": None}], "extra": {"desk": 4}})
    assert article.extra == {"lede": "x", "tags": ["a", {"b": None}], "desk": 4}


def test_an_id_in_the_json_is_the_publishers_own() -> None:
    article = accepted({"id": "0" * 32, "text": TEXT})
    assert article.external_id == "0" * 32
    assert article.id != article.external_id


@pytest.mark.parametrize(
    ("given_value", "field", "expected"),
    [
        ({"id": 17}, "external_id", "17"),
        ({"author": ["سعاد", "بشير"]}, "byline", "سعاد, بشير"),
        ({"source": {"id": None, "name": "Daily"}}, "source", "Daily"),
        ({"language": "AR_EG"}, "language", "ar-EG"),
        ({"url": "  "}, "url", None),
    ],
)
def test_habits_of_publishers_are_understood(given_value: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(accepted({"text": TEXT, **given_value}), field) == expected


def test_a_missing_source_is_the_option_then_the_host_then_the_folder() -> None:
    url = {"text": TEXT, "url": "https://www.daily.example:443/a"}
    assert accepted(url, source="Given").source == "Given"
    assert accepted({**url, "source": "Own"}, source="Given").source == "Own"
    assert accepted(url).source == "daily.example"
    assert accepted({"text": TEXT, "url": "//["}).source == "archive"
    assert accepted({"text": TEXT}).source == "archive"


def test_a_missing_language_is_the_option_then_und() -> None:
    assert accepted({"text": TEXT}, language="ar").language == "ar"
    assert accepted({"text": TEXT, "lang": "en"}, language="ar").language == "en"
    assert accepted({"text": TEXT}).language == "und"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03-10T09:30:00Z", datetime(2024, 3, 10, 9, 30, tzinfo=UTC)),
        ("2024-03-10T09:30:00.987654+02:00", datetime(2024, 3, 10, 7, 30, tzinfo=UTC)),
        ("2024-03-10 09:30:00", datetime(2024, 3, 10, 9, 30, tzinfo=UTC)),
        ("2024-03-10 09:30:00 +0300", datetime(2024, 3, 10, 6, 30, tzinfo=UTC)),
        ("2024-03-10", datetime(2024, 3, 10, tzinfo=UTC)),
        ("Sun, 10 Mar 2024 09:30:00 +0200", datetime(2024, 3, 10, 7, 30, tzinfo=UTC)),
        ("Sun, 10 Mar 2024 09:30:00 GMT", datetime(2024, 3, 10, 9, 30, tzinfo=UTC)),
        ("1969-12-31T23:59:59.5Z", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_dates_become_whole_seconds_in_utc(written: str, expected: datetime) -> None:
    assert parse_date(written) == expected
    assert parse_date(written).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "written",
    ["2024-02-31", "1899-12-31T23:00:00Z", "2201-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
     "yesterday", "31/02/2024", "2024-03-10T25:00:00Z", "1710063000", "Sun, 31 Feb 2024 09:30:00 +0200", "\u0000"],
)  # fmt: skip
def test_a_date_that_cannot_be_is_refused(written: str) -> None:
    assert reason({"text": TEXT, "published_at": written}) == Reason.INVALID_DATE


@pytest.mark.parametrize("written", [1710063000, 1.5, True, ["2024-03-10"], {}])
def test_a_date_that_is_no_string_is_refused(written: object) -> None:
    assert reason({"text": TEXT, "published_at": written}) == Reason.INVALID_DATE


@pytest.mark.parametrize(
    ("given_fields", "minutes"),
    [
        ({"published_at": "2024-03-10T00:30:00+03:00"}, 180),
        ({"published_at": "2024-03-10 00:30:00 -0430"}, -270),
        ({"published_at": "Sun, 10 Mar 2024 00:30:00 +0200"}, 120),
        ({"published_at": "2024-03-10T00:30:00Z"}, None),
        ({"published_at": "2024-03-10T00:30:00+00:00"}, None),
        ({"published_at": "2024-03-10"}, None),
        ({"published_at": "2024-03-10T00:30:00+23:00"}, None),  # no zone on Earth
        ({"published_at": "2024-03-10T00:30:00Z", "utc_offset_minutes": 180}, 180),  # as Khabar's own records say it
        ({"published_at": "2024-03-10T00:30:00Z", "utc_offset_minutes": 0}, None),
    ],
)
def test_the_publishers_zone_is_kept_where_it_gives_one(given_fields: dict[str, object], minutes: int | None) -> None:
    assert accepted({"text": TEXT, **given_fields}).utc_offset_minutes == minutes


def test_the_zone_of_the_date_that_a_page_gives_itself_is_kept() -> None:
    page = '<html><head><meta property="article:published_time" content="2024-03-10T00:30:00+03:00"></head><body>'
    article = accepted({"html": f"{page}<p>{TEXT}</p></body></html>", "fetched_at": "2024-03-10T09:00:00Z"})
    assert article.published_at == datetime(2024, 3, 9, 21, 30, tzinfo=UTC)
    assert article.utc_offset_minutes == 180


@pytest.mark.parametrize("offset", [841, -841, "180", 1.5])
def test_a_zone_that_is_none_is_refused(offset: object) -> None:
    assert reason({"text": TEXT, "utc_offset_minutes": offset}) == Reason.INVALID_FIELD


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_string_is_a_date_in_utc_or_refused(written: str) -> None:
    parsed = verdict(lambda: parse_date(written))
    if isinstance(parsed, str):
        assert parsed == Reason.INVALID_DATE
    else:
        assert 1900 <= parsed.year <= 2200
        assert parsed.microsecond == 0
        assert parsed.utcoffset() == timedelta(0)


@settings(deadline=None)
@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 30)),  # noqa: DTZ001 - the offset is drawn beside it
    st.integers(-14 * 60, 14 * 60),
)
def test_the_same_moment_written_with_any_offset_is_the_same_time(moment: datetime, minutes: int) -> None:
    utc = moment.replace(tzinfo=UTC)
    there = utc.astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_date(there.isoformat()) == utc.replace(microsecond=0)


def test_fetched_at_is_the_files_time_unless_the_article_is_younger() -> None:
    place = Place(folder="archive", modified=YESTERDAY)
    assert accepted({"text": TEXT}, place=place).fetched_at == YESTERDAY
    old = {"text": TEXT, "published_at": (YESTERDAY + timedelta(minutes=60)).isoformat()}
    assert accepted(old, place=place).fetched_at == YESTERDAY
    young = {"text": TEXT, "published_at": (YESTERDAY + timedelta(minutes=61)).isoformat()}
    assert accepted(young, place=place).fetched_at == NOW
    assert accepted({"text": TEXT}).fetched_at == NOW
    own = {"text": TEXT, "fetched_at": "2024-01-01T00:00:00Z"}
    assert accepted(own, place=place).fetched_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_publication_an_hour_ahead_of_the_clock_is_refused_unless_fetched_at_is_given() -> None:
    ahead = (NOW + timedelta(hours=1, seconds=1)).isoformat()
    assert reason({"text": TEXT, "published_at": ahead}) == Reason.DATE_IN_FUTURE
    assert accepted({"text": TEXT, "published_at": (NOW + timedelta(hours=1)).isoformat()}).published_at is not None
    assert accepted({"text": TEXT, "published_at": ahead, "fetched_at": NOW.isoformat()}).fetched_at == NOW


def test_nothing_was_fetched_in_the_future() -> None:
    ahead = (NOW + timedelta(hours=1, seconds=1)).isoformat()
    assert reason({"text": TEXT, "fetched_at": ahead}) == Reason.DATE_IN_FUTURE


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b"{bad", Reason.INVALID_JSON),
        (b'{"text": "cut', Reason.INVALID_JSON),
        (b'{"text": NaN}', Reason.INVALID_JSON),
        (b"", Reason.INVALID_JSON),
        (b'{"text": "\xff"}', Reason.INVALID_UTF8),
        (b'{"text": "\\ud800"}', Reason.INVALID_UTF8),
        (b'{"text": "\\udc00 x"}', Reason.INVALID_UTF8),
        (b"{" * 100_000, Reason.INVALID_JSON),
        (b"[1]", Reason.INVALID_FIELD),
        (b'"text"', Reason.INVALID_FIELD),
        ({}, Reason.EMPTY_TEXT),
        ({"title": "only"}, Reason.EMPTY_TEXT),
        ({"text": None}, Reason.EMPTY_TEXT),
        ({"text": " \n\u00a0"}, Reason.EMPTY_TEXT),
        ({"text": "", "html": "  "}, Reason.EMPTY_TEXT),
        ({"text": 5}, Reason.INVALID_FIELD),
        ({"text": TEXT, "title": "t" * 2001}, Reason.INVALID_FIELD),
        ({"text": TEXT, "source": "s" * 201}, Reason.INVALID_FIELD),
        ({"text": TEXT, "language": "Arabic"}, Reason.INVALID_FIELD),
        ({"text": TEXT, "id": True}, Reason.INVALID_FIELD),
        ({"text": TEXT, "schema_version": 2}, Reason.UNKNOWN_SCHEMA_VERSION),
        ({"text": TEXT, "schema_version": "1"}, Reason.UNKNOWN_SCHEMA_VERSION),
        ({"text": TEXT, "schema_version": True}, Reason.UNKNOWN_SCHEMA_VERSION),
        ({"text": "ب" * (MAX_TEXT_CHARACTERS + 1)}, Reason.TEXT_TOO_LONG),
        ({"html": "x" * (MAX_HTML_CHARACTERS + 1)}, Reason.HTML_TOO_LONG),
        ({"text": TEXT, "junk": "x" * MAX_ARTICLE_BYTES}, Reason.ARTICLE_TOO_LARGE),
        ({"text": "\u0000" * 800_000}, Reason.ARTICLE_TOO_LARGE),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(document: Any, expected: Reason) -> None:
    assert reason(document) == expected


def test_a_text_over_the_limit_is_told_the_limit() -> None:
    with pytest.raises(InvalidRecord, match="1,000,000"):
        accepted({"text": "x" * (MAX_TEXT_CHARACTERS + 1)})


def test_a_text_at_the_limit_passes() -> None:
    assert len(accepted({"text": "ب" * MAX_TEXT_CHARACTERS}).text) == MAX_TEXT_CHARACTERS


@pytest.mark.parametrize("text", ["a\u0000b", "a\u001b[31mb", "\u202eabc", "<p>بيان</p><script>x()</script>"])
def test_control_characters_and_html_in_the_text_go_through(text: str) -> None:
    assert accepted({"text": text}).text == text


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert from_text(b"\xef\xbb\xbf" + TEXT.encode(), RULES, NOWHERE, NOW).article.text == TEXT
    assert accepted(b"\xef\xbb\xbf" + orjson.dumps({"text": TEXT})).text == TEXT


def test_an_html_file_is_kept_as_the_page() -> None:
    article = from_html(b"<html><p>x</p></html>", RULES, NOWHERE, NOW).article
    assert (article.html, article.text) == ("<html><p>x</p></html>", "")


def test_a_text_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InvalidRecord) as refusal:
        from_text(TEXT.encode("cp1256"), RULES, NOWHERE, NOW)
    assert refusal.value.reason == Reason.INVALID_UTF8


PAGE = '<html><head><meta property="article:published_time" content="2024-03-09T09:30:00+03:00"></head><p>x</p></html>'


def test_a_page_without_a_date_of_the_publishers_has_the_one_it_gives_itself() -> None:
    article = accepted({"html": PAGE, "fetched_at": "2024-03-10", "desk": 4})
    assert article.published_at == datetime(2024, 3, 9, 6, 30, tzinfo=UTC)
    assert article.extra == {"desk": 4, "published_at_from": "meta"}


def test_the_publishers_own_date_is_not_held_against_the_page() -> None:
    article = accepted({"html": PAGE, "published_at": "2024-03-08", "fetched_at": "2024-03-10"})
    assert (article.published_at, article.extra) == (datetime(2024, 3, 8, tzinfo=UTC), {})


def test_a_page_dated_after_it_was_fetched_stays_without_a_date() -> None:
    article = accepted({"html": PAGE, "fetched_at": "2024-03-09T05:00:00Z"})
    assert (article.published_at, article.extra) == (None, {})


def test_a_page_that_dates_itself_is_one_article_however_often_it_is_fetched() -> None:
    first, again = (accepted({"html": PAGE, "fetched_at": day}) for day in ("2024-03-09T08:00Z", "2024-03-10"))
    assert first.id == again.id


def test_what_said_when_a_page_appeared_is_khabars_word_and_never_the_publishers() -> None:
    article = accepted({"text": TEXT, "published_at": "2024-03-08", "published_at_from": "desk"})
    assert article.extra == {"publisher_published_at_from": "desk"}
    article = accepted({"html": PAGE, "extra": {"published_at_from": "desk"}})
    assert article.extra == {"publisher_published_at_from": "desk", "published_at_from": "meta"}


def test_a_file_older_than_the_page_in_it_says_nothing_of_when_it_was_fetched() -> None:
    place = Place(folder="archive", modified=datetime(2024, 3, 1, tzinfo=UTC))
    article = accepted({"html": PAGE}, place=place)
    assert article.published_at is not None
    assert article.fetched_at == NOW
    later = Place(folder="archive", modified=NOW - timedelta(hours=1))
    again = accepted({"html": PAGE}, place=later)
    assert (again.id, again.fetched_at) == (article.id, later.modified)


def test_a_page_of_tomorrow_by_its_zone_is_accepted() -> None:
    evening = NOW.replace(hour=22)
    page = b'<html><head><meta name="date" content="2024-03-11"></head><p>x</p></html>'
    article = from_html(page, RULES, Place(folder="a", modified=evening), evening).article
    assert article.published_at == datetime(2024, 3, 11, tzinfo=UTC)
    assert article.fetched_at == evening


def test_a_file_whose_time_is_ahead_vouches_for_no_date_of_a_page() -> None:
    page = b'<html><head><meta name="date" content="2024-03-13"></head><p>x</p></html>'
    article = from_html(page, RULES, Place(folder="a", modified=NOW + timedelta(days=5)), NOW).article
    assert article.published_at is None


def test_the_same_document_with_its_fields_in_another_order_has_the_same_id() -> None:
    document = {"text": TEXT, "title": "المعرض", "source": "Daily", "date": "2024-03-09", "id": 4}
    turned = dict(reversed(document.items()))
    assert accepted(document).id == accepted(turned).id


def test_unknown_fields_to_rename_are_refused() -> None:
    with pytest.raises(InvalidRecord, match="headline2"):
        rules(fields={"headline2": "x"})


names = st.sampled_from([name for known in NAMES.values() for name in known]) | st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("2024-03-09"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(names, json_values, max_size=8) | json_values)
def test_any_json_is_an_article_that_decodes_to_itself_or_refused(document: Any) -> None:
    try:
        data = orjson.dumps(document)
    except TypeError:  # integers JSON readers do not take
        return
    outcome = verdict(lambda: from_json(data, RULES, NOWHERE, NOW))
    if isinstance(outcome, str):
        assert outcome in set(Reason)
    else:
        assert decode(outcome.value, Article) == outcome.article


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_article_or_refused(data: bytes) -> None:
    for reader in (from_json, from_text, from_html):
        outcome = verdict(partial(reader, data, RULES, NOWHERE, NOW))
        assert isinstance(outcome, Accepted) or outcome in set(Reason)
