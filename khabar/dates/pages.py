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
from typing import Any, Final
from urllib.parse import urlsplit

from khabar.dates.lines import date_line
from khabar.dates.written import written_date
from khabar.identity import CLOCK_TOLERANCE

EARLIEST_YEAR: Final = 1995
"""Before it there were no news pages: an older date is that of something else, or of a clock that was not set."""
MAX_LINES: Final = 6
"""The date line stands among so many lines at the top of a text."""
MAX_JSON_CHARACTERS: Final = 500_000
MAX_JSON_NODES: Final = 2_000

_META: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publication_date", "publish-date", "publish_date",
    "publishdate", "pubdate", "originalpublicationdate", "article_date_original", "dcterms.issued", "dc.date.issued",
    "dcterms.date", "dc.date", "date",
)  # fmt: skip
"""Names of meta tags, the surest first."""
_ARTICLE_TYPE: Final = re.compile(r"(?:https?://schema\.org/)?(?:\w*Article|\w*Posting|Report)")
_NESTED: Final = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where the page's own article may stand. Not in lists of other articles."""
_MARKUP: Final = re.compile(r"<(?:!doctype|html|head|meta|script|body|article|time|div|p)\b", re.IGNORECASE)
_URL_DAYS: Final = (
    re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?=[/_-]|$)"),
    re.compile(r"(?<!\d)(?<!\d-)((?:19|20)\d{2})-(\d{2})-(\d{2})(?!\d)(?!-\d)"),
)
_URL_DIGITS: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_DIGITS_AGE: Final = timedelta(days=366)
"""Eight digits may as well be the number of an article; taken for a day only where the page would be no older than this."""
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
    """When a page appeared, in UTC, and what of it says so. A date without a time is the beginning of its day."""

    time: datetime
    origin: Origin


def page_date(*, html: str | None, text: str, url: str | None, fetched_at: datetime) -> PageDate | None:
    """The date the page gives itself; None where it gives none that can be.

    It can be where it is not before 1995 and not later than an hour after `fetched_at` (aware). Of several origins the surest
    speaks: JSON-LD, meta tags, itemprop, time elements, a date line at the top of the text, the URL's path. `text` may be
    markup, too.
    """
    for origin, times in _stated(html, text, url, fetched_at):
        # two moments of one origin contradict each other unless only one of them can be
        possible = {time for time in times if _can_be(time, fetched_at)}
        if len(possible) == 1:
            return PageDate(time=possible.pop(), origin=origin)
    return None


def _can_be(time: datetime, fetched_at: datetime) -> bool:
    return time.year >= EARLIEST_YEAR and time <= fetched_at + CLOCK_TOLERANCE


def _stated(
    html: str | None, text: str, url: str | None, fetched_at: datetime
) -> Iterator[tuple[Origin, Iterable[datetime]]]:
    markup = html if html and html.strip() else text if _MARKUP.search(text[:5_000]) else ""
    if markup:
        yield from _declared(markup)
    if markup != text and (line := _top_line(text)) is not None:
        yield Origin.DATE_LINE, (line,)
    if url is not None and (day := _url_day(url, fetched_at)) is not None:
        yield Origin.URL, (day,)


def _declared(markup: str) -> Iterator[tuple[Origin, Iterable[datetime]]]:
    tree = _tree(markup)
    if tree is None:
        return
    yield Origin.JSON_LD, _json_ld(tree)
    content: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        if name in _META:
            content.setdefault(name, tag.get("content") or "")
    for name in _META:
        if (time := _time(content.get(name, ""))) is not None:
            yield Origin.META, (time,)
    marked = tree.xpath("//*[@itemprop='datePublished']")
    yield Origin.ITEMPROP, _times(tag.get("datetime") or tag.get("content") or tag.text_content() for tag in marked)
    elements = list(tree.iter("time"))
    chosen = [
        tag for tag in elements if tag.get("pubdate") is not None or "publish" in (tag.get("class") or "").lower()
    ]
    yield Origin.TIME, _times(tag.get("datetime") or "" for tag in chosen or elements)


def _json_ld(tree: Any) -> set[datetime]:
    """When the page's own article was published: nodes of an article's type, not those in lists of other articles."""
    found: set[datetime] = set()
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


def _times(texts: Iterable[str]) -> set[datetime]:
    return {time for text in texts if (time := _time(text)) is not None}


def _time(text: str) -> datetime | None:
    """A time as pages write it for machines, or in words as on a date line."""
    text = " ".join(_UNSEEN.sub("", text[:200]).split())
    return (written_date(text) or date_line(text)) if text else None


def _top_line(text: str) -> datetime | None:
    lines = (" ".join(_UNSEEN.sub("", line).split()) for line in text[:5_000].split("\n"))
    for index, line in enumerate(filter(None, lines)):
        if index >= MAX_LINES:
            return None
        if (time := date_line(line)) is not None:
            return time
    return None


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
    days = {day for match in _URL_DIGITS.finditer(path) if (day := _midnight(*map(int, match.groups()))) is not None}
    recent = [day for day in days if fetched_at - day <= _DIGITS_AGE]
    return recent[0] if len(days) == len(recent) == 1 else None


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
