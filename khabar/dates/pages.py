"""When a page says it appeared, where its publisher's feed does not: what it declares, its URL, the date line under its headline.

Only what is stated counts; a page that states several days without saying which is its own states none. No clock is asked:
the bounds come with `fetched_at`. Markup is read with lxml and nothing in it is guessed at (htmldate, which trafilatura brings
along, falls back on any date it sees, and on the clock).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from khabar.dates.lines import DateLine, read_line
from khabar.dates.written import written_date
from khabar.identity import CLOCK_TOLERANCE

EARLIEST_YEAR: Final = 1995
"""Before it there were no news pages: an older date is that of something else, or of a clock that was not set."""
MAX_LINES: Final = 6
"""The date line stands among so many lines at the top of a text."""
MAX_JSON_CHARACTERS: Final = 500_000
MAX_JSON_NODES: Final = 2_000
ZONE_TOLERANCE: Final = timedelta(hours=14)
"""A day without a time may begin so far ahead of UTC: it is the day where the publisher is."""

_META: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publication_date", "publish-date", "publish_date",
    "publishdate", "pubdate", "originalpublicationdate", "article_date_original", "dcterms.issued", "dc.date.issued",
    "dcterms.date", "dc.date", "date",
)  # fmt: skip
"""Names of meta tags, the surest first."""
_ARTICLE_TYPE: Final = re.compile(
    r"(?:https?://(?:www\.)?schema\.org/)?(?:\w*Article|(?:Live)?BlogPosting|SocialMediaPosting|Report)"
)
_NESTED: Final = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where the page's own article may stand. Not in lists of other articles."""
_MARKUP: Final = re.compile(r"<(?:!doctype|html|head|meta|script|body|article|time|div|p)\b", re.IGNORECASE)
_URL_DAYS: Final = (
    re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?=[/_-]|$)"),
    re.compile(r"/((?:19|20)\d{2})-(\d{2})-(\d{2})(?=/|$)"),
)
"""Days that are segments of a path."""
_SLUG_DAYS: Final = (
    re.compile(r"(?<!\d)(?<!\d-)((?:19|20)\d{2})-(\d{2})-(\d{2})(?!\d)(?!-\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"),
)
"""Digits that are a day, or what an article is about, or its number."""
_UNSURE_AGE: Final = timedelta(days=300)
"""What may be the day a page is about is taken for its own only where the page would be no older: no anniversary."""
_COMMENT: Final = re.compile(r"(?:^|[\s_-])comment(?:s|list)?(?![a-z])(?![_-](?:open|closed|enabled|disabled|count))")
_PUBLISHED: Final = re.compile("publish(?!er)|pubdate", re.IGNORECASE)
_BESIDE: Final = frozenset({"aside", "footer", "nav"})
_HOUR: Final = re.compile(r"\dT\d")
_UNSEEN: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Origin(StrEnum):
    """What of a page said when it appeared."""

    JSON_LD = "json-ld"
    META = "meta"
    ITEMPROP = "itemprop"
    TIME = "time"
    DATE_LINE = "date-line"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDate:
    """When a page appeared, in UTC, and what of it says so. A date without a time is the beginning of its day.

    `utc_offset_minutes`: how far the zone that the page gives its time in is ahead of UTC; None where it gives none.
    """

    time: datetime
    origin: Origin
    day_only: bool
    utc_offset_minutes: int | None = None


class _Moment(NamedTuple):
    time: datetime
    day_only: bool
    utc_offset_minutes: int | None = None


def page_date(
    *, html: str | None, text: str, url: str | None, fetched_at: datetime, not_after: datetime | None = None
) -> PageDate | None:
    """The date the page gives itself; None where it gives none that can be.

    It can be where it is not before 1995 and not later than an hour after `not_after`, by default `fetched_at` (both aware); a
    day without a time not later than 14 hours after it. Of several origins the surest
    speaks: JSON-LD, meta tags, itemprop, time elements, a date line at the top of the text, the URL's path. `text` may be
    markup, too.
    """
    for origin, times in _stated(html, text, url, fetched_at):
        # two moments of one origin contradict each other unless only one of them can be
        # sorted: of one time told twice the same telling has to win in every process
        told = sorted(times, key=lambda moment: (moment.time, not moment.day_only, moment.utc_offset_minutes or 0))
        possible = {moment.time: moment for moment in told if _can_be(moment, not_after or fetched_at)}
        if len(possible) == 1:
            (moment,) = possible.values()
            return PageDate(
                time=moment.time,
                origin=origin,
                day_only=moment.day_only,
                utc_offset_minutes=moment.utc_offset_minutes,
            )
    return None


def _can_be(moment: _Moment, not_after: datetime) -> bool:
    tolerance = ZONE_TOLERANCE if moment.day_only else CLOCK_TOLERANCE
    return moment.time.year >= EARLIEST_YEAR and moment.time - not_after <= tolerance


def _stated(
    html: str | None, text: str, url: str | None, fetched_at: datetime
) -> Iterator[tuple[Origin, Iterable[_Moment]]]:
    markup = html if html and html.strip() else text if _MARKUP.search(text[:5_000]) else ""
    if markup:
        yield from _declared(markup)
    if markup != text and (line := _top_line(text, fetched_at)) is not None:
        yield Origin.DATE_LINE, (line,)
    if url is not None and (day := _url_day(url, fetched_at)) is not None:
        yield Origin.URL, (_Moment(day, True),)


def _declared(markup: str) -> Iterator[tuple[Origin, Iterable[_Moment]]]:
    tree = _tree(markup)
    if tree is None:
        return
    yield Origin.JSON_LD, _json_ld(tree)
    content: dict[str, str] = {}
    for tag in tree.xpath("/html/head//meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        if name in _META:
            content.setdefault(name, tag.get("content") or "")
    for name in _META:
        if (time := _time(content.get(name, ""))) is not None:
            yield Origin.META, (time,)
    marked = [tag for tag in tree.xpath("/html/body//*[@itemprop='datePublished']") if _is_articles(tag)]
    yield Origin.ITEMPROP, _times(tag.get("datetime") or tag.get("content") or tag.text_content() for tag in marked)
    chosen = [tag for tag in tree.iter("time") if _says_published(tag) and not _is_beside(tag)]
    yield Origin.TIME, _times(tag.get("datetime") or "" for tag in chosen)


def _is_articles(tag: Any) -> bool:
    """Whether what `tag` is a property of is an article: not a comment, a film, an event. Meta tags have to be told so."""
    if _is_beside(tag):
        return False
    scope = next((above for above in tag.iterancestors() if above.get("itemscope") is not None), None)
    if scope is None:
        return str(tag.tag) != "meta"
    return any(_ARTICLE_TYPE.fullmatch(name.rstrip("/")) for name in (scope.get("itemtype") or "").split())


def _says_published(tag: Any) -> bool:
    if tag.get("pubdate") is not None:
        return True
    # itemprop has been asked before
    said = (f"{name} {value}" for name, value in tag.attrib.items() if name not in ("itemprop", "datetime", "title"))
    return any(_PUBLISHED.search(words) for words in said)


def _is_beside(tag: Any) -> bool:
    """Whether `tag` stands beside the article: in a margin, a footer, a menu, a reader's comment."""
    for above in (tag, *tag.iterancestors()):
        if above.tag in _BESIDE:
            return True
        if above.tag in ("html", "body"):
            return False
        if _COMMENT.search(f"{above.get('class') or ''} {above.get('id') or ''}".lower()):
            return True
        if "Comment" in (above.get("itemtype") or ""):
            return True
    return False


def _json_ld(tree: Any) -> set[_Moment]:
    """When the page's own article was published: nodes of an article's type, not those in lists of other articles."""
    found: set[_Moment] = set()
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        for node in _nodes(script.text):
            types = node.get("@type")
            names = types if isinstance(types, list) else [types]
            published = node.get("datePublished")
            article = any(isinstance(name, str) and _ARTICLE_TYPE.fullmatch(name) for name in names)
            if article and isinstance(published, str) and (time := _time(published)) is not None:
                found.add(time)
    return found


def _nodes(script: str) -> Iterator[dict[str, Any]]:
    try:
        # strict=False: publishers leave line ends in their strings
        waiting = [json.loads(script.strip().rstrip(";")[:MAX_JSON_CHARACTERS], strict=False)]
    except (ValueError, RecursionError):
        return
    looked_at = 0
    while waiting and looked_at < MAX_JSON_NODES:
        looked_at += 1
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[:MAX_JSON_NODES]
        elif isinstance(value, dict):
            yield value
            waiting += [value[name] for name in _NESTED if name in value]


def _times(texts: Iterable[str]) -> set[_Moment]:
    return {time for text in texts if (time := _time(text)) is not None}


def _time(text: str) -> _Moment | None:
    """A time as pages write it for machines, or in words as on a date line."""
    text = " ".join(_UNSEEN.sub("", text[:200]).split())
    if not text:
        return None
    if (written := written_date(text)) is not None:
        return _Moment(written.time, ":" not in text and _HOUR.search(text) is None, written.utc_offset_minutes)
    line = read_line(text)
    return None if line is None or line.updated else _Moment(line.time, line.day_only)


def _top_line(text: str, fetched_at: datetime) -> _Moment | None:
    """The day of the date lines at the top of `text`, if they agree on one."""
    filled = (tidy for line in text[:5_000].split("\n") if (tidy := " ".join(_UNSEEN.sub("", line).split())))
    lines: list[DateLine] = [
        line for tidy in islice(filled, MAX_LINES) if (line := read_line(tidy)) is not None and not line.updated
    ]
    if len({line.time.date() for line in lines}) != 1:
        return None
    # a date and nothing else may be a heading: what the page is about
    if not any(line.marked for line in lines) and fetched_at - lines[0].time > _UNSURE_AGE:
        return None
    exact = {line.time for line in lines if not line.day_only}
    if len(exact) == 1:
        return _Moment(exact.pop(), False)
    return _Moment(lines[0].time.replace(hour=0, minute=0), True)


def _url_day(url: str, fetched_at: datetime) -> datetime | None:
    """The day in the path of `url`, if it is one day."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for pattern in _URL_DAYS:
        days = {day for match in pattern.finditer(path) if (day := _midnight(*map(int, match.groups()))) is not None}
        if days:
            return days.pop() if len(days) == 1 else None
    for pattern in _SLUG_DAYS:
        days = {day for match in pattern.finditer(path) if (day := _midnight(*map(int, match.groups()))) is not None}
        if days:
            recent = [day for day in days if fetched_at - day <= _UNSURE_AGE]
            return recent[0] if len(days) == len(recent) == 1 else None
    return None


def _midnight(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _tree(markup: str) -> Any:
    # Most articles are text with a date: producers of those need no parser.
    from lxml import etree, html

    # bytes: lxml refuses a str that declares an encoding; the parser is told the true one
    data = markup.replace("\0", "").encode("utf-8", "replace")
    try:
        return html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None
