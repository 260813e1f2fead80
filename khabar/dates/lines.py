"""A line that is nothing but a date, as pages print it under a headline. Not dates in running text, and never a guess.

Knows the shapes of such lines; months, weekdays and what stands before a date are the tables'. A date without a zone is taken
as UTC, one without a time as the beginning of its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Final, NamedTuple

from khabar.dates.tables import words

MAX_LINE_CHARACTERS: Final = 80

_SPELLINGS: Final = {
    "ا": "[اأإآ]",
    "أ": "[اأ]",
    "إ": "[اإأ]",
    "آ": "[اآأ]",
    "ة": "[ةه]",
    "ى": "[ىي]",
    "ي": "[يى]",
    "ء": "ء?",
}
_TIME: Final = (
    r"(?:[ ,،|T–-]{{1,3}}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::\d{{2}})?(?: ?(?:(?P<am>{am})|(?P<pm>{pm})))?"
    r"(?: ?(?:Z|UTC|GMT|جرينتش|غرينتش))?)?"
)
_YEAR: Final = r"(?P<year>(?:19|20)\d{2})م?"
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class DateLine(NamedTuple):
    """A date line. `day_only`: it gives no time. `marked`: something in it says that it is a date line, and not a heading: what
    stands before a date, a weekday, a time. `updated`: it says when the page was changed, not when it appeared.
    """

    time: datetime
    day_only: bool
    marked: bool
    updated: bool


def date_line(line: str) -> datetime | None:
    """The date that `line` (stripped, with single spaces) consists of, in UTC; None where it is anything else."""
    found = read_line(line)
    return None if found is None else found.time


def read_line(line: str) -> DateLine | None:
    """As `date_line`, with what else the line says.

    Dates of numbers alone are read only with the year in front: 03/04/2024 is in April or in March.
    """
    if len(line) > MAX_LINE_CHARACTERS:
        return None
    line = line.translate(_DIGITS)
    for pattern in _patterns():
        if match := pattern.fullmatch(line):
            found = match.groupdict()
            time = _moment(found)
            if time is None:
                return None
            marked = any(found[name] for name in ("posted", "updated", "weekday", "hour"))
            return DateLine(time, not found["hour"], marked, bool(found["updated"]))
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = "|".join(f"(?P<m{number}>{_any(words('month', value=str(number)))})" for number in range(1, 13))
    weekdays = _any((*words("weekday"), *words("short_weekday")))
    said = rf"(?:(?P<posted>{_any(words('posted'))})|(?P<updated>{_any(words('updated'))}))"
    before = rf"(?:{said} ?:? ?)?(?:(?P<weekday>{weekdays})\.?,?،? ?)?"
    time = _TIME.format(am=_any(words("am")), pm=_any(words("pm")))
    bodies = (
        r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? ?[/-]? ?(?:{month})\.?(?: ?/ ?[\w ]{{3,12}})?[,،]? ?[/-]? ?{_YEAR}",
        rf"(?:{month})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
    )
    return tuple(re.compile(before + body + time, re.IGNORECASE) for body in bodies)


def _any(spelt: Iterable[str]) -> str:
    """A pattern for any of the words in any of their spellings, longer ones first."""
    longest_first = sorted(spelt, key=lambda word: (-len(word), word))
    return "|".join("".join(_SPELLINGS.get(letter, re.escape(letter)) for letter in word) for word in longest_first)


def _moment(found: dict[str, str | None]) -> datetime | None:
    month = found.get("month") or next(
        name[1:] for name, value in found.items() if name[0] == "m" and name[1:].isdigit() and value
    )
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    if found["pm"] and hour < 12:
        hour += 12
    elif found["am"] and hour == 12:
        hour = 0
    try:
        return datetime(int(found["year"] or 0), int(month), int(found["day"] or 0), hour, minute, tzinfo=UTC)
    except ValueError:
        return None
