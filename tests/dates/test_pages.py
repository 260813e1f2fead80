"""When a page says it appeared: what is believed, in which order, and what is not. All pages were written for this test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.dates.pages import Origin, PageDate, page_date

FETCHED = datetime(2024, 3, 11, 12, 0, tzinfo=UTC)
BODY = "<p>افتتح المعرض أبوابه أمام الزوار.</p>"
TENTH = datetime(2024, 3, 10, 6, 30, tzinfo=UTC)
TENTH_DAY = datetime(2024, 3, 10, tzinfo=UTC)


def found(
    html: str | None = None, *, text: str = "", url: str | None = None, fetched_at: datetime = FETCHED
) -> tuple[datetime, str] | None:
    date = page_date(html=html, text=text, url=url, fetched_at=fetched_at)
    return None if date is None else (date.time, date.origin.value)


def page(head: str, body: str = BODY) -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def json_ld(json: str) -> str:
    return page(f'<script type="application/ld+json">{json}</script>')


@pytest.mark.parametrize(
    ("html", "origin"),
    [
        (json_ld('{"@type": "NewsArticle", "datePublished": "2024-03-10T09:30:00+03:00"}'), "json-ld"),
        (
            json_ld('[{"@type": "Organization"}, {"@type": "Article", "datePublished": "2024-03-10T06:30:00Z"}]'),
            "json-ld",
        ),
        (json_ld('{"@graph": [{"@type": ["NewsArticle"], "datePublished": "2024-03-10T06:30Z"}]}'), "json-ld"),
        (
            json_ld(
                '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "datePublished": "2024-03-10T06:30Z"}}'
            ),
            "json-ld",
        ),
        (page('<meta property="article:published_time" content="2024-03-10T09:30:00+03:00">'), "meta"),
        (page('<meta name="pubdate" content="Sun, 10 Mar 2024 06:30:00 GMT">'), "meta"),
        (page('<meta itemprop="datePublished" content="2024-03-10T06:30:00Z">'), "meta"),
        (page("", '<span itemprop="datePublished" content="2024-03-10T06:30:00Z">10 مارس</span>' + BODY), "itemprop"),
        (page("", '<span itemprop="datePublished">10 مارس 2024 06:30</span>' + BODY), "itemprop"),
        (page("", '<time pubdate datetime="2024-03-10T06:30:00Z">الأحد</time>' + BODY), "time"),
        (
            page(
                "",
                '<div itemscope itemtype="https://schema.org/NewsArticle">'
                '<meta itemprop="datePublished" content="2024-03-10T06:30:00Z"></div>',
            ),
            "itemprop",
        ),
        (
            page(
                "",
                '<time class="published" datetime="2024-03-10T06:30Z"></time>'
                + BODY
                + '<time datetime="2024-03-09"></time>',
            ),
            "time",
        ),
    ],
)
def test_what_a_page_declares_is_believed(html: str, origin: str) -> None:
    assert found(html) == (TENTH, origin)


def test_the_surest_origin_speaks() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-10T06:30:00Z"}</script>'
        '<meta property="article:published_time" content="2024-03-09T06:30:00Z">'
    )
    assert found(page(head), url="https://a.example/2024/03/08/x") == (TENTH, "json-ld")


@pytest.mark.parametrize(
    "html",
    [
        # the dates of other articles
        json_ld('{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2024-03-10"}]}'),
        json_ld('{"@type": "WebSite", "datePublished": "2024-03-10"}'),
        json_ld(
            '[{"@type": "Article", "datePublished": "2024-03-10"}, {"@type": "Article", "datePublished": "2024-03-09"}]'
        ),
        json_ld('{"@type": "NewsArticle", "dateModified": "2024-03-10"}'),
        json_ld('{"@type": "NewsArticle", "datePublished": "2024-03-10"'),
        json_ld('{"@type": "NewsArticle", "datePublished": 20240310}'),
        json_ld("[" * 100_000),
        page('<meta property="article:modified_time" content="2024-03-10T06:30:00Z">'),
        page('<meta property="article:published_time" content="soon">'),
        page("", '<time datetime="2024-03-10"></time><time datetime="2024-03-09"></time>'),
        # the page does not say what happened then
        page("", '<time datetime="2024-03-10">10 مارس</time>'),
        page("", '<aside><time class="published" datetime="2024-03-10"></time></aside>'),
        page("", '<nav><time pubdate datetime="2024-03-10"></time></nav>'),
        page("", '<footer><span itemprop="datePublished">2024-03-10</span></footer>'),
        page("", '<ol class="comment-list"><li><time class="published" datetime="2024-03-10"></time></li></ol>'),
        page("", '<div id="comments"><span itemprop="datePublished">2024-03-10</span></div>'),
        # of a film, of a reader's words, of nothing
        page(
            "",
            '<div itemscope itemtype="https://schema.org/Movie"><i itemprop="datePublished">2024-03-10</i></div>',
        ),
        page(
            "",
            '<div itemscope itemtype="https://schema.org/NewsArticle"><p itemscope'
            ' itemtype="https://schema.org/Comment"><meta itemprop="datePublished" content="2024-03-10"></p></div>',
        ),
        page("", '<meta itemprop="datePublished" content="2024-03-10">'),
        page("", '<p>x</p><meta property="article:published_time" content="2024-03-10">'),
        page("", '<span itemprop="datePublished">Updated: 10 March 2024</span>'),
        json_ld('{"@type": "JobPosting", "datePublished": "2024-03-10"}'),
        "",
        "<",
        "<!-- -->",
    ],
)
def test_what_is_not_sure_is_no_date(html: str) -> None:
    assert found(html) is None


def test_a_declared_date_that_cannot_be_gives_way_to_the_next_origin() -> None:
    for impossible in ("1970-01-01T00:00:00Z", "2024-03-11T13:00:01Z", "2031-01-01"):
        head = f'<meta property="article:published_time" content="{impossible}"><meta name="date" content="2024-03-10">'
        assert found(page(head)) == (TENTH_DAY, "meta")


def test_an_hour_ahead_of_the_clock_can_be() -> None:
    head = '<meta property="article:published_time" content="2024-03-11T13:00:00Z">'
    assert found(page(head)) == (FETCHED + timedelta(hours=1), "meta")


@pytest.mark.parametrize(
    "path",
    [
        "/2024/03/10/an-exhibition",
        "/2024/3/10-an-exhibition",
        "/news/2024/3/10",
        "/news/2024-03-10-exhibition",
        "/news/20240310/exhibition",
        "/news/exhibition-20240310.html",
    ],
)
def test_the_day_in_a_urls_path_is_the_last_resort(path: str) -> None:
    assert found(text="كلام", url=f"https://a.example{path}") == (TENTH_DAY, "url")


@pytest.mark.parametrize(
    "path",
    [
        "/2024/13/10/x",
        "/2024/02/30/x",
        "/2024/03/x",
        "/article/1202403105",
        "/2024-03-10/2024-03-09",
        "/news/20010115",  # the number of an article
        "/1-2024-03-10-5",
        "/2024/03/13/tomorrow",
        # what the page is about
        "/news/what-happened-on-2001-09-11",
        "/2022-10-07-attack-one-year-on",
        "/news/the-attack-of-2023-03-10-a-year-on",
        "/1994/03/10/x",
        "/x?date=2024-03-10",
        "/2024/03/101",
        "",
    ],
)
def test_other_numbers_in_a_url_are_no_day(path: str) -> None:
    assert found(text="كلام", url=f"https://a.example{path}") is None


def test_a_day_that_is_a_segment_of_a_urls_path_may_be_of_any_age() -> None:
    old = datetime(2001, 9, 11, tzinfo=UTC)
    for path in ("/2001-09-11/x", "/news/2001-09-11", "/2001/09/11/x", "/2001-09-11/what-became-of-2001-08-01"):
        assert found(text="كلام", url=f"https://a.example{path}") == (old, "url")


def test_a_day_without_a_time_may_be_that_of_a_zone_ahead() -> None:
    late = datetime(2024, 3, 10, 10, 0, tzinfo=UTC)
    next_day = page('<meta name="date" content="2024-03-11">')
    assert found(next_day, fetched_at=late) == (datetime(2024, 3, 11, tzinfo=UTC), "meta")
    assert found(next_day, fetched_at=late - timedelta(seconds=1)) is None
    assert found(page('<meta name="date" content="2024-03-11T00:00:00Z">'), fetched_at=late) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("معرض\nنشر في 10 مارس 2024\nآخر تحديث: 11 مارس 2024\nافتتح.", TENTH_DAY),
        ("معرض\nآخر تحديث: 11 مارس 2024\n10 مارس 2024\nافتتح.", TENTH_DAY),
        ("Fair\nUpdated: March 11, 2024\nPublished: March 10, 2024 6:30 am\nIt opened.", TENTH),
        ("معرض\n10 مارس 2024\n10 مارس 2024 - 06:30\nافتتح.", TENTH),
        ("Fair\nSat, March 9, 2013\nIt opened.", datetime(2013, 3, 9, tzinfo=UTC)),
        ("معرض\nنشر في 10 مارس 2013\nافتتح.", datetime(2013, 3, 10, tzinfo=UTC)),
        # two days, and none of them said to be the page's
        ("معرض\n10 مارس 2024\n9 مارس 2024\nافتتح.", None),
        ("معرض\nآخر تحديث 10 مارس 2024\nافتتح.", None),
        ("Fair\nLast modified on March 10, 2024\nIt opened.", None),
        # a heading
        ("11 سبتمبر 2001\nما الذي حدث في ذلك اليوم", None),
    ],
)
def test_date_lines_count_where_they_agree_and_are_no_heading_or_update(text: str, expected: datetime | None) -> None:
    assert found(text=text) == (None if expected is None else (expected, "date-line"))


@pytest.mark.parametrize(
    "text",
    [
        "معرض جديد\nالأحد 10 مارس 2024\nافتتح المعرض أبوابه.",
        "معرض جديد\n\n\u200fنشر في: ١٠ آذار ٢٠٢٤\nافتتح المعرض أبوابه.",
        "10 مارس / آذار 2024\nافتتح المعرض أبوابه.",
    ],
)
def test_a_date_line_at_the_top_of_a_text_is_the_pages_date(text: str) -> None:
    assert found(text=text) == (TENTH_DAY, "date-line")


@pytest.mark.parametrize(
    "text",
    [
        "افتتح المعرض أبوابه يوم الأحد 10 مارس 2024 أمام الزوار.",
        "سطر\n" * 6 + "10 مارس 2024",
        "10/03/2024",
    ],
)
def test_a_date_in_the_running_text_is_not(text: str) -> None:
    assert found(text=text) is None


def test_markup_in_the_text_is_read_as_a_page() -> None:
    assert found(text=page('<meta name="date" content="2024-03-10T06:30:00Z">')) == (TENTH, "meta")


@settings(max_examples=150, deadline=None)
@given(
    html=st.none()
    | st.text()
    | st.text().map(json_ld)
    | st.text().map(lambda value: page(f'<meta name="date" content="{value}">')),
    text=st.text(),
    url=st.none() | st.text() | st.from_regex(r"https://a\.example/[0-9/-]{0,12}", fullmatch=True),
)
def test_no_page_raises_and_every_date_can_be(html: str | None, text: str, url: str | None) -> None:
    date = page_date(html=html, text=text, url=url, fetched_at=FETCHED)
    assert date is None or (
        isinstance(date, PageDate) and isinstance(date.origin, Origin) and 1995 <= date.time.year <= 2024
    )
