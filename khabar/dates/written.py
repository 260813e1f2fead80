"""A date as machines and publishers write it: ISO 8601, RFC 3339, RFC 2822. Words and languages are for `lines`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

_ISO_WITH_SPACED_OFFSET: Final = re.compile(r"(\d{4}-\d\d-\d\d\S*(?:\s\S+)?)\s([+-]\d\d:?\d\d)")


MAX_OFFSET_MINUTES: Final = 14 * 60
"""No zone on Earth lies farther from UTC."""


class Written(NamedTuple):
    """A time in UTC, whole seconds, and how many minutes the zone it was written in is ahead of UTC. None where it says no zone;
    also where it says UTC, for systems say that of any time.
    """

    time: datetime
    utc_offset_minutes: int | None


def written_date(text: str) -> Written | None:
    """The time that `text` is; None where it is none. Without an offset it is taken as UTC, without a time as midnight."""
    try:
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            spaced = _ISO_WITH_SPACED_OFFSET.fullmatch(text)
            parsed = datetime.fromisoformat(spaced[1] + spaced[2]) if spaced else parsedate_to_datetime(text)
        utc = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    offset = parsed.utcoffset()
    minutes = int(offset.total_seconds() / 60) if offset else 0
    return Written(utc.replace(microsecond=0), minutes if 0 < abs(minutes) <= MAX_OFFSET_MINUTES else None)
