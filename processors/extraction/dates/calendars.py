"""Days: which ones words can mean, seen from the day of publication. Arithmetic only; knows no words.

No function raises: a day that does not exist, or lies outside the years 1 to 9999, is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum

HIJRI_EPOCH = 227_015
"""1 Muharram 1 AH as a proleptic Gregorian ordinal (16 July 622, Julian)."""
_LEAP_CYCLE_YEARS = 4
"""How many years around the publication are tried for a day without a year: 29 February comes every fourth."""


class Side(Enum):
    """Which of the possible days the words choose."""

    OPEN = "open"
    LAST = "last"
    THIS = "this"
    NEXT = "next"


def day_of(year: int, month: int, day: int) -> date | None:
    """That day, if there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def shifted(day: date, days: int) -> date | None:
    """`days` later, earlier where negative."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def month_shifted(day: date, months: int) -> tuple[int, int] | None:
    """Year and month, `months` after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return (year, month + 1) if 1 <= year <= 9_999 else None


def weekday_near(today: date, weekday: int, side: Side) -> tuple[date | None, date | None]:
    """The day that an ISO `weekday` (1: Monday) means, and the one it means of what is yet to come.

    Open: the last such day up to `today`; ahead the first from `today` on. LAST is before today, NEXT after it: on a
    Wednesday neither الأربعاء الماضي nor الأربعاء المقبل is today. THIS is ahead, or today (this Friday).
    """
    back = (today.isoweekday() - weekday) % 7
    forth = (weekday - today.isoweekday()) % 7
    if side is Side.LAST:
        return shifted(today, -(back or 7)), None
    if side is Side.NEXT:
        coming = shifted(today, forth or 7)
        return coming, coming
    if side is Side.THIS:
        return shifted(today, forth), shifted(today, forth)
    return shifted(today, -back), shifted(today, forth)


def day_near(
    today: date, month: int, day: int, *, weekday: int | None, side: Side, past: bool
) -> tuple[date | None, date | None]:
    """The day that a day and month without a year mean, and the one they mean of what is yet to come.

    Open: the nearest such day, for a writer leaves the year out where it goes without saying; `past` (since that day): the last
    one. `weekday`: the ISO weekday the text gives it; where the day falls on another, one of the two is wrong and there is none.
    """
    around = range(today.year - _LEAP_CYCLE_YEARS, today.year + _LEAP_CYCLE_YEARS + 1)
    days = [found for year in around if (found := day_of(year, month, day)) is not None]
    chosen, ahead = _chosen(days, today, side=side, past=past)
    if weekday is None:
        return chosen, ahead
    if chosen is None or chosen.isoweekday() != weekday:
        return None, None
    return chosen, ahead if ahead is not None and ahead.isoweekday() == weekday else None


def _chosen(days: Sequence[date], today: date, *, side: Side, past: bool) -> tuple[date | None, date | None]:
    # 10 فبراير الماضي is the last one even in February: agencies write so of what is a week ago
    if side is Side.LAST:
        return max((found for found in days if found < today), default=None), None
    if side is Side.NEXT:
        coming = min((found for found in days if found > today), default=None)
        return coming, coming
    if side is Side.THIS:
        running = next((found for found in days if (found.year, found.month) == (today.year, today.month)), None)
        return running, running
    before = max((found for found in days if found <= today), default=None)
    after = min((found for found in days if found >= today), default=None)
    if past or after is None:
        return before, None if past else after
    if before is None or after - today < today - before:
        return after, after
    return before, after


def month_near(today: date, month: int, side: Side) -> tuple[int, int] | None:
    """Year and month that a month's name with الماضي, الجاري, المقبل means: never the running month with the first and last."""
    if side is Side.THIS:
        return (today.year, month) if month == today.month else None
    if side is Side.LAST:
        return today.year - (month >= today.month), month
    return today.year + (month <= today.month), month


def from_hijri(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a day of the tabular Islamic calendar (civil epoch, leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26
    and 29 of 30). What was sighted, or Umm al-Qura, may differ by a day or two.

    Source: Reingold and Dershowitz, Calendrical Calculations, "fixed-from-islamic".
    """
    if not (1 <= month <= 12 and 1 <= day <= 30 and 1 <= year <= 9_000):
        return None
    ordinal = HIJRI_EPOCH - 1 + (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(ordinal) if ordinal <= date.max.toordinal() else None
