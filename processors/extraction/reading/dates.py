"""A line that is nothing but a date, as pages print it under a headline. Not dates in running text, and never a guess.

A date without a zone is taken as UTC, one without a time as the beginning of its day.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

MAX_LINE_CHARACTERS = 80

_MONTHS = (
    "يناير|كانون الثاني|january|jan", "فبراير|شباط|february|feb", "مارس|آذار|اذار|march|mar",
    "أبريل|ابريل|إبريل|نيسان|april|apr", "مايو|أيار|ايار|may", "يونيو|يونيه|حزيران|june|jun", "يوليو|يوليه|تموز|july|jul",
    "أغسطس|اغسطس|آب|august|aug", "سبتمبر|أيلول|ايلول|september|sept|sep", "أكتوبر|اكتوبر|تشرين الأول|تشرين الاول|october|oct",
    "نوفمبر|تشرين الثاني|november|nov", "ديسمبر|كانون الأول|كانون الاول|december|dec",
)  # fmt: skip
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))
_BEFORE = (
    r"(?:(?:نشر(?:ت)?(?: في)?|تاريخ النشر|آخر تحديث|published(?: on| at)?|posted(?: on)?|updated|date) ?:? ?)?"
    r"(?:(?:الأحد|الاحد|السبت|الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|mon|tue|wed|thu|fri|sat|sun)\.?,?،? ?)?"
)
_TIME = r"(?:[ ,،|T–-]{1,3}(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?: ?(?P<half>am|pm|ص|م|صباحا|مساء))?(?: ?(?:Z|UTC|GMT|جرينتش|غرينتش))?)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})م?"
_LINE = tuple(
    re.compile(_BEFORE + body + _TIME, re.IGNORECASE)
    for body in (
        r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? ?[/-]? ?(?:{_MONTH})\.?(?: ?/ ?[\w ]{{3,12}})?[,،]? ?[/-]? ?{_YEAR}",
        rf"(?:{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
    )
)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def date_line(line: str) -> datetime | None:
    """The date that `line` (stripped, with single spaces) consists of, in UTC; None where it is anything else.

    Dates of numbers alone are read only with the year in front: 03/04/2024 is in April or in March.
    """
    if len(line) > MAX_LINE_CHARACTERS:
        return None
    line = line.translate(_DIGITS)
    for pattern in _LINE:
        if match := pattern.fullmatch(line):
            return _moment(match.groupdict())
    return None


def _moment(found: dict[str, str | None]) -> datetime | None:
    month = found.get("month") or next(
        name[1:] for name, value in found.items() if name[0] == "m" and name[1:].isdigit() and value
    )
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    half = (found["half"] or "").lower()
    if half in {"pm", "م", "مساء"} and hour < 12:
        hour += 12
    elif half in {"am", "ص", "صباحا"} and hour == 12:
        hour = 0
    try:
        return datetime(int(found["year"] or 0), int(month), int(found["day"] or 0), hour, minute, tzinfo=UTC)
    except ValueError:
        return None
