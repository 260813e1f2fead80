"""Who is who: the id of an article, derived from what it says and never chosen by anybody.

The id covers everything that may end in a table: had two articles of one id different texts or times, the result would
depend on which came first. So the settled event time is part of the content.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

CLOCK_TOLERANCE = timedelta(hours=1)
TRACKING_PARAMETERS = frozenset({"fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ref_src"})
DEFAULT_PORTS = {"http": 80, "https": 443}


def event_time(*, published_at: datetime | None, fetched_at: datetime) -> datetime:
    """When the article appeared: `published_at`, but never later than an hour after it was fetched."""
    if published_at is None or published_at > fetched_at + CLOCK_TOLERANCE:
        return fetched_at
    return published_at


def canonical_url(url: str) -> str:
    """The URL without what changes between two visits of one page: fragment, tracking parameters, default port, case.

    A URL that cannot be taken apart is returned as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url.strip()
    if not host:
        return url.strip()
    scheme = parts.scheme.lower()
    netloc = host if port is None or DEFAULT_PORTS.get(scheme) == port else f"{host}:{port}"
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith("utm_") and name.lower() not in TRACKING_PARAMETERS
    ]
    return urlunsplit((scheme, netloc, parts.path.rstrip("/") or "/", urlencode(sorted(kept)), ""))


def article_id(
    *,
    source: str,
    external_id: str | None,
    url: str | None,
    event_time: datetime,
    title: str,
    text: str,
    html: str | None,
    language: str,
    byline: str | None,
    section: str | None,
    utc_offset_minutes: int | None,
) -> str:
    """32 hexadecimal digits: SHA-256 over source, external id, canonical URL and content, cut to 128 bits.

    The offset is content, for it decides which day أمس was; articles without one keep the ids of before there was any.
    """
    page = canonical_url(url) if url else None
    zone = () if utc_offset_minutes is None else (str(utc_offset_minutes),)
    return _digest(
        "article",
        source,
        external_id,
        page,
        event_time.isoformat(),
        title,
        text,
        html,
        language,
        byline,
        section,
        *zone,
    )


def part_id(*, page: str, text: str) -> str:
    """The id of an article embedded in the page `page`."""
    return _digest("part", page, text)


def _digest(*fields: str | None) -> str:
    parts = []
    for field in fields:
        data = b"" if field is None else field.encode("utf-8", "surrogatepass")
        parts.append(b"-" if field is None else b"%d:" % len(data))
        parts.append(data)
    return sha256(b"".join(parts)).hexdigest()[:32]
