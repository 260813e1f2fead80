"""From what a publisher says to an article: names, dates, defaults, limits. Values in, values out: no file, no clock.

Whatever is wrong with the input is raised as InvalidRecord with a `Reason`. Nothing else is ever raised for bad input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, NoReturn
from urllib.parse import urlsplit

import msgspec
import orjson
from msgspec import Meta, Struct

from khabar.codec import encode
from khabar.dates.pages import ZONE_TOLERANCE, page_date
from khabar.dates.written import Written, written_date
from khabar.errors import InvalidRecord
from khabar.identity import CLOCK_TOLERANCE, article_id, event_time
from khabar.records import (
    MAX_ARTICLE_BYTES,
    MAX_HTML_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    SCHEMA_VERSION,
    Article,
    Identifier,
    Language,
    Source,
    Title,
    Url,
    UtcOffset,
)
from producers.refused import Reason

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("source",),
    "url": ("url", "link"),
    "title": ("title", "headline"),
    "text": ("text", "body", "content"),
    "html": ("html",),
    "language": ("language", "lang"),
    "published_at": ("published_at", "published", "publishedAt", "pubDate", "date_published", "date"),
    "utc_offset_minutes": ("utc_offset_minutes",),
    "fetched_at": ("fetched_at", "fetched"),
    "external_id": ("external_id", "id", "docno", "guid"),
    "byline": ("byline", "author"),
    "section": ("section", "category"),
    "schema_version": ("schema_version",),
    "extra": ("extra",),
}
"""Fields of an article, each with the names publishers give it. The first name present and not null is taken."""

_VERBATIM = frozenset({"title", "text", "html", "schema_version", "utc_offset_minutes"})
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
PUBLISHED_AT_FROM: Final = "published_at_from"
"""The name under `extra` that says what of the page `published_at` was taken from, where the publisher gave none."""
_PUBLISHERS_OWN: Final = f"publisher_{PUBLISHED_AT_FROM}"
"""What a publisher's own key of that name becomes: PUBLISHED_AT_FROM is Khabar's word."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How to read the input. `source` and `language` stand in where it has none; `fields`: the publisher's
    own names, as given; `slots`: every name to its (field, precedence).
    """

    source: str | None
    language: str | None
    fields: Mapping[str, str]
    slots: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of an input besides its bytes: its folder's name and when it was last modified (UTC)."""

    folder: str
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An article and its encoding, as it goes to topic `articles`."""

    article: Article
    value: bytes


class _Draft(Struct, kw_only=True):
    source: Source | None = None
    url: Url | None = None
    title: Title = ""
    text: str = ""
    html: str | None = None
    language: Language = "und"
    published_at: str | None = None
    utc_offset_minutes: UtcOffset | None = None
    fetched_at: str | None = None
    external_id: Identifier | None = None
    byline: Annotated[str, Meta(max_length=1_000)] | None = None
    section: Annotated[str, Meta(max_length=500)] | None = None


def rules(*, source: str | None = None, language: str | None = None, fields: Mapping[str, str] | None = None) -> Rules:
    """Rules with the publisher's own names in front: `fields` maps a field of NAMES to the name it has in the input.

    Raises InvalidRecord where `fields` names an unknown field or `language` is no BCP 47 code.
    """
    own = fields or {}
    unknown = sorted(set(own) - set(NAMES))
    if unknown:
        raise InvalidRecord(Reason.INVALID_FIELD, f"no such field: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    slots = {
        name: (field, precedence) for field, names in NAMES.items() for precedence, name in enumerate(names, start=1)
    }
    slots |= {name: (field, 0) for field, name in own.items()}
    return Rules(
        source=source,
        language=None if language is None else _language(language),
        fields=dict(own),
        slots=slots,
    )


def from_json(value: bytes, rules: Rules, place: Place, now: datetime) -> Accepted:
    """The article in one JSON object. Fields that Khabar does not know are kept under `extra`."""
    given, extra = _sorted_out(_parsed(value), rules)
    version = given.pop("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION or isinstance(version, bool | float):
        raise InvalidRecord(
            Reason.UNKNOWN_SCHEMA_VERSION,
            f"schema_version {version!r} is not known to this version of Khabar (known: {SCHEMA_VERSION})",
        )
    try:
        draft = msgspec.convert(given, _Draft)
    except msgspec.ValidationError as error:
        raise InvalidRecord(Reason.INVALID_FIELD, str(error)) from None
    return _accepted(draft, extra, rules, place, now)


def from_text(value: bytes, rules: Rules, place: Place, now: datetime) -> Accepted:
    """A file whose whole content is the text of one article."""
    return _accepted(_Draft(text=_decoded(value)), {}, rules, place, now)


def from_html(value: bytes, rules: Rules, place: Place, now: datetime) -> Accepted:
    """A file that is the page of one article; extraction will take the text out."""
    return _accepted(_Draft(html=_decoded(value)), {}, rules, place, now)


def parse_date(text: str) -> datetime:
    """A date as publishers write it (ISO 8601, RFC 3339, RFC 2822), in UTC, cut to whole seconds.

    Without an offset it is taken as UTC, without a time as midnight. Raises InvalidRecord (`invalid_date`).
    """
    return _written(text).time


def _written(text: str) -> Written:
    written = written_date(text)
    if written is None:
        raise InvalidRecord(Reason.INVALID_DATE, f"{text[:100]!r} is no date (ISO 8601 or RFC 2822)")
    if not EARLIEST_YEAR <= written.time.year <= LATEST_YEAR:
        raise InvalidRecord(
            Reason.INVALID_DATE, f"{text[:100]!r}: the year is not between {EARLIEST_YEAR} and {LATEST_YEAR}"
        )
    return written


def _parsed(value: bytes) -> dict[str, Any]:
    try:
        parsed = orjson.loads(value.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        _decoded(value)
        if "surrogate" in str(error):
            raise InvalidRecord(Reason.INVALID_UTF8, f"not Unicode: {error}") from None
        raise InvalidRecord(Reason.INVALID_JSON, f"not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise InvalidRecord(Reason.INVALID_FIELD, f"an article is a JSON object, this is a {type(parsed).__name__}")
    return parsed


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InvalidRecord(Reason.INVALID_UTF8, f"not UTF-8: {error.reason} at byte {error.start}") from None


def _sorted_out(parsed: dict[str, Any], rules: Rules) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of the article, and all the rest."""
    slots = rules.slots
    given: dict[str, Any] = {}
    taken: dict[str, tuple[int, str]] = {}
    extra: dict[str, Any] = {}
    for name, value in parsed.items():
        slot = slots.get(name)
        if slot is None:
            extra[name] = value
            continue
        if value is None:
            continue
        field, precedence = slot
        if field in taken:
            other_precedence, other_name = taken[field]
            if other_precedence < precedence:
                extra[name] = value
                continue
            extra[other_name] = given[field]
        given[field] = value
        taken[field] = precedence, name
    nested = given.pop("extra", None)
    if isinstance(nested, dict):
        extra = nested | extra
    elif nested is not None:
        extra["extra"] = nested
    return _tidied(given), extra


def _tidied(given: dict[str, Any]) -> dict[str, Any]:
    """Publishers' habits: numbers as ids, several authors, a source with a name, blanks for nothing."""
    tidied = {}
    for field, value in given.items():
        if field in _VERBATIM:
            tidied[field] = value
            continue
        if not isinstance(value, str):
            value = _in_words(field, value)
        if not isinstance(value, str):
            tidied[field] = value
        elif word := value.strip():
            tidied[field] = _language(word) if field == "language" else word
    return tidied


def _in_words(field: str, value: Any) -> Any:
    """A value that is no string, made one where its meaning is plain; otherwise as it is, to be refused by its type."""
    if field in ("published_at", "fetched_at"):
        raise InvalidRecord(Reason.INVALID_DATE, f"{field} is {str(value)[:100]}, which is no date in words")
    if field == "external_id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if field in ("source", "byline", "section"):
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            return value["name"]
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return ", ".join(value)
    return value


def _language(code: str) -> str:
    primary, *others = code.replace("_", "-").split("-")
    tidy = "-".join([primary.lower(), *others])
    try:
        return msgspec.convert(tidy, Language)
    except msgspec.ValidationError:
        raise InvalidRecord(
            Reason.INVALID_FIELD, f"language {code[:100]!r} is no BCP 47 code such as ar, ar-EG or en"
        ) from None


def _accepted(draft: _Draft, extra: dict[str, Any], rules: Rules, place: Place, now: datetime) -> Accepted:
    _check_sizes(draft)
    published_at, offset = (None, None) if draft.published_at is None else _written(draft.published_at)
    # Khabar's own records say the zone beside a time in UTC
    offset = offset or (draft.utc_offset_minutes or None)
    fetched_at = _fetched_at(draft, published_at, place, now)
    if PUBLISHED_AT_FROM in extra:
        extra = {_PUBLISHERS_OWN if name == PUBLISHED_AT_FROM else name: value for name, value in extra.items()}
    if published_at is None:
        found = page_date(
            html=draft.html, text=draft.text, url=draft.url, fetched_at=fetched_at,
            not_after=fetched_at if draft.fetched_at is not None else now,
        )  # fmt: skip
        if found is not None:
            published_at = found.time
            offset = offset or found.utc_offset_minutes
            tolerance = ZONE_TOLERANCE if found.day_only else CLOCK_TOLERANCE
            fetched_at = _fetched_at(draft, published_at, place, now, tolerance)
            extra = extra | {PUBLISHED_AT_FROM: found.origin.value}
    source = draft.source or rules.source or _host(draft.url) or place.folder or "unknown"
    language = rules.language if draft.language == "und" and rules.language else draft.language
    article = Article(
        id=article_id(
            source=source,
            external_id=draft.external_id,
            url=draft.url,
            event_time=event_time(published_at=published_at, fetched_at=fetched_at),
            title=draft.title,
            text=draft.text,
            html=draft.html,
            language=language,
            byline=draft.byline,
            section=draft.section,
            utc_offset_minutes=offset,
        ),
        source=source,
        url=draft.url,
        title=draft.title,
        text=draft.text,
        html=draft.html,
        language=language,
        published_at=published_at,
        utc_offset_minutes=offset,
        fetched_at=fetched_at,
        external_id=draft.external_id,
        byline=draft.byline,
        section=draft.section,
        extra=extra,
    )
    return Accepted(article, _encoded(article))


def _check_sizes(draft: _Draft) -> None:
    if len(draft.text) > MAX_TEXT_CHARACTERS:
        _too_long(Reason.TEXT_TOO_LONG, "text", len(draft.text), MAX_TEXT_CHARACTERS)
    if draft.html is not None and len(draft.html) > MAX_HTML_CHARACTERS:
        _too_long(Reason.HTML_TOO_LONG, "html", len(draft.html), MAX_HTML_CHARACTERS)
    if (not draft.text or draft.text.isspace()) and (not draft.html or draft.html.isspace()):
        raise InvalidRecord(Reason.EMPTY_TEXT, "neither text nor html: the article says nothing")


def _too_long(reason: Reason, field: str, length: int, limit: int) -> NoReturn:
    raise InvalidRecord(reason, f"{field} has {length:,} characters; the limit is {limit:,}")


def _fetched_at(
    draft: _Draft,
    published_at: datetime | None,
    place: Place,
    now: datetime,
    tolerance: timedelta = CLOCK_TOLERANCE,
) -> datetime:
    """As given, else the file's time, unless the article is younger than that: then it came just now."""
    if draft.fetched_at is not None:
        fetched_at = parse_date(draft.fetched_at)
        if fetched_at > now + CLOCK_TOLERANCE:
            raise InvalidRecord(Reason.DATE_IN_FUTURE, f"fetched_at {draft.fetched_at[:100]} lies in the future")
        return fetched_at
    if published_at is not None and published_at > now + tolerance:
        raise InvalidRecord(Reason.DATE_IN_FUTURE, f"published_at {draft.published_at} lies in the future")
    if place.modified is not None and (published_at is None or published_at <= place.modified + tolerance):
        return place.modified
    return now.astimezone(UTC).replace(microsecond=0)


def _host(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.")[:200] if host else None


def _encoded(article: Article) -> bytes:
    try:
        value = encode(article)
    except RecursionError:
        raise InvalidRecord(Reason.INVALID_FIELD, "extra is nested too deeply") from None
    if len(value) > MAX_ARTICLE_BYTES:
        raise InvalidRecord(
            Reason.ARTICLE_TOO_LARGE, f"the article takes {len(value):,} bytes; the limit is {MAX_ARTICLE_BYTES:,}"
        )
    return value
