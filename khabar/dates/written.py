"""A date as machines and publishers write it: ISO 8601, RFC 3339, RFC 2822. Words and languages are for `lines`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_ISO_WITH_SPACED_OFFSET: Final = re.compile(r"(\d{4}-\d\d-\d\d\S*(?:\s\S+)?)\s([+-]\d\d:?\d\d)")


def written_date(text: str) -> datetime | None:
    """The time that `text` is, in UTC, cut to whole seconds; None where it is none.

    Without an offset it is taken as UTC, without a time as midnight.
    """
    try:
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            spaced = _ISO_WITH_SPACED_OFFSET.fullmatch(text)
            parsed = datetime.fromisoformat(spaced[1] + spaced[2]) if spaced else parsedate_to_datetime(text)
        utc = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return utc.replace(microsecond=0)
