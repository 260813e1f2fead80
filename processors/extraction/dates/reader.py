"""Reads the dates of a text off its tokens: words of the vocabulary are anchors, and what makes a date with them stands beside.

Knows the grammar of dates in Arabic and English; which words there are is the tables', which day is meant the calendars'.
Work is linear in the text: each anchor looks at a bounded number of words around it. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import compress
from typing import Final, NamedTuple

from processors.extraction.dates.calendars import (
    Side,
    day_near,
    day_of,
    from_hijri,
    month_near,
    month_shifted,
    shifted,
    weekday_near,
)
from processors.extraction.dates.spans import Basis, DateSpan, Precision, Relation
from processors.extraction.dates.vocabulary import Vocabulary, vocabulary
from processors.extraction.folding import Tokens, tokens

# Between the parts of one date: "7/أكتوبر", "أكتوبر (تشرين الأول)", "الأحد، 7". No more, and no line end.
_JOINT: Final = re.compile(r" {0,3}[,،/()–-]? {0,3}\(?")
_TIGHT: Final = re.compile(r" {1,3}| ?[/–-] ?")
_NUMERIC: Final = re.compile(r" ?[/.-] ?")
_DASH: Final = re.compile(r" ?[–-] ?")
_QUOTED: Final = re.compile(r" ?[\"'«“(]? ?")
_DAY_NUMBER: Final = re.compile(r"[وفبلك]{0,2}(?:ال)?(\d{1,2})(?:st|nd|rd|th)?")
_PLAIN_NUMBER: Final = re.compile(r"(\d{1,2})(?:T\d{2}|م|ه)?")
_COUNT: Final = re.compile(r"\d{1,3}")
_YEAR: Final = re.compile(r"(\d{4})([مه]|هجري|ميلادي)?")
_YEARS: Final = range(1900, 2100)
_HIJRI_YEARS: Final = range(1300, 1500)
_DAY_WORDS: Final = 4
"""A day before a month has at most so many words: الحادي والعشرين من شهر."""
_MEMORY_REACH: Final = 4
_PART_REACH: Final = 3
_ANNIVERSARY: Final = timedelta(days=14)
"""So near its anniversary a remembered day without a year may be the anniversary."""
_CONJUNCTIONS: Final = frozenset({"and", "or"})


class _Year(NamedTuple):
    year: int
    hijri: bool
    said: bool
    end: int


class _Day(NamedTuple):
    """A day as written, before it is resolved. `said`: the year is a number; `side`: الماضي or the like behind it."""

    day: int
    month: int
    hijri: bool
    year: int | None
    said: bool
    side: Side
    end: int


class _Found(NamedTuple):
    first: int
    end: int
    value: str
    ahead: str | None
    precision: Precision
    basis: Basis
    anchored: bool
    relation: Relation
    yearless: bool = False


def find_dates(text: str, *, published: datetime, language: str) -> tuple[DateSpan, ...]:
    """The dates in `text`, in order, none overlapping another.

    Args:
        text: any text; offsets count its characters.
        published: timezone-aware. Its day in its own zone is what أمس is before: nothing is converted.
        language: BCP 47. Languages without a table have no dates.
    """
    names = vocabulary(language)
    if names is None:
        return ()
    found = tokens(text)
    return dates_in(found, text, published=published.date(), names=names, within=[(0, len(found.words))])


def dates_in(
    found: Tokens, text: str, *, published: date, names: Vocabulary, within: Iterable[tuple[int, int]]
) -> tuple[DateSpan, ...]:
    """As `find_dates`, for a `text` whose tokens are known.

    `published`: the day of publication. `within`: where to look, as ascending ranges of tokens (end exclusive).
    """
    anchors, words = names.anchors, found.words
    hits = [at for start, end in within for at in compress(range(start, end), map(anchors.get, words[start:end]))]
    if not hits:
        return ()
    reader = _Reader(words, found.gaps, names, published)
    return tuple(_span(date_, found, text, published, anchors) for date_ in reader.dates(hits))


def _span(found: _Found, where: Tokens, text: str, published: date, anchors: Iterable[str]) -> DateSpan:
    start, end = where.starts[found.first], where.ends[found.end - 1]
    word = where.words[found.first]
    begun = len(word) > 1 and (word[1:] in anchors or word[1].isdecimal())
    if begun and word[0] in "وف" and text[start] == word[0] and text[start + 1].isalnum():
        start += 1  # the conjunction is no part of the date
    if text.count("(", start, end) > text.count(")", start, end) and text.startswith(")", end):
        end += 1
    return DateSpan(
        start=start,
        end=end,
        words=text[start:end],
        value=found.value,
        ahead=found.ahead,
        precision=found.precision,
        basis=found.basis,
        anchor=published.isoformat() if found.anchored else None,
        relation=found.relation,
        yearless=found.yearless,
    )


class _Reader:
    """The tokens of one text, seen from one day."""

    def __init__(self, words: list[str], gaps: list[str], names: Vocabulary, today: date) -> None:
        self.words = words
        self.gaps = gaps
        self.names = names
        self.today = today

    def dates(self, hits: Iterable[int]) -> list[_Found]:
        found: list[_Found] = []
        done = 0
        for at in hits:
            if at < done:
                continue
            end, date_ = self._at(at, done)
            if end > at:
                done = end
            if date_ is not None:
                found.append(date_)
        return self._lists_apart(found)

    def _at(self, at: int, floor: int) -> tuple[int, _Found | None]:
        """What stands at the anchor `at`, and the word up to which it is settled, date or not; `at` where nothing is."""
        kind = self.names.anchors[self.words[at]]
        if kind == "weekday":
            return self._weekday(at)
        if kind == "relative":
            return self._relative(at)
        if kind in ("month", "hijri"):
            return self._month_anchor(at, floor)
        if kind == "period":
            end, found = self._period(at, floor)
            return (end, found) if found else self._year_alone(at)
        if kind == "ago":
            return self._ago(at)
        if kind == "year":
            return self._year_alone(at)
        return self._numeric_anchor(at, floor)

    # Anchors

    def _weekday(self, at: int) -> tuple[int, _Found | None]:
        matched = self.names.match("weekday", self.words, at)
        if matched is None:
            return at, None
        weekday, end = int(matched[0]), matched[1]
        first, side, end = self._sided(at, end)
        if self.names.has("habit", self.words, first - 1):
            return end, None
        if (written := self._calendar(self._joined(end))) is not None:
            return self._written(first, written, weekday=weekday)
        day, ahead = weekday_near(self.today, weekday, side)
        return end, self._day_found(first, end, day, ahead, Basis.RESOLVED)

    def _relative(self, at: int) -> tuple[int, _Found | None]:
        matched = self.names.match("relative", self.words, at)
        if matched is None:
            return at, None
        offset, end = int(matched[0]), matched[1]
        day = shifted(self.today, offset)
        if day is None:
            return end, None
        after = end
        while self.names.has("part", self.words, after) and self.gaps[after] == " " and after - end < 2:
            after += 1
        named = self.names.match("weekday", self.words, after) if self._joins(after) else None
        # «أمس، والأحد» and «أمس، الأحد المقبل» are two days, «أمس، الأحد» one
        if named is not None and (self._conjoined(after) or self._side(named[1])[0] is not Side.OPEN):
            named = None
        if named is not None:
            end = named[1]
            if day.isoweekday() != int(named[0]):
                return end, None
        elif offset == 0 and not self._is_today(at, end):
            return end, None
        if (written := self._calendar(self._joined(end))) is not None and not self._conjoined(end):
            settled, found = self._written(at, written, weekday=day.isoweekday())
            return settled, found if found is not None and found.value == day.isoformat() else None
        return end, self._day_found(at, end, day, day if offset >= 0 else None, Basis.RESOLVED)

    def _is_today(self, at: int, end: int) -> bool:
        """Whether اليوم is today, and not a day of something or somebody's name."""
        before = self.names.has("not_today_after", self.words, at - 1) and self.gaps[at] == " "
        after = self.names.has("not_today_before", self.words, end) and self.gaps[end] == " "
        return not before and not after

    def _month_anchor(self, at: int, floor: int) -> tuple[int, _Found | None]:
        first = self._day_start(at, floor)
        written = self._calendar(first)
        if written is not None and written.end > at:
            return self._written(first, written, weekday=None)
        month = self._month(at)
        if month is None:
            return at + 1, None
        number, hijri, end = month
        if hijri or not number:
            return end, None
        year = self._year_after(end)
        if year is not None and not year.hijri:
            basis = Basis.EXPLICIT if year.said else Basis.RESOLVED
            return year.end, self._found(at, year.end, _month_value(year.year, number), Precision.MONTH, basis)
        first, side, end = self._sided(at, end)
        if side is Side.OPEN:
            return end, None
        near = month_near(self.today, number, side)
        value = _month_value(*near) if near else None
        return end, self._found(first, end, value, Precision.MONTH, Basis.RESOLVED)

    def _period(self, at: int, floor: int) -> tuple[int, _Found | None]:
        """الشهر الماضي, and the fifth of it."""
        matched = self.names.match("period", self.words, at)
        if matched is None:
            return at, None
        unit, end = matched
        first, side, end = self._sided(at, end)
        if side is Side.OPEN:
            return at, None
        step = {Side.LAST: -1, Side.THIS: 0, Side.NEXT: 1}[side]
        if unit == "month" and (start := self._day_start(at, floor)) < at:
            day, near = self._day(start), month_shifted(self.today, step)
            if day is not None and near is not None and self.names.has("of", self.words, day[1]):
                exact = day_of(*near, day[0])
                return end, self._day_found(start, end, exact, exact, Basis.RESOLVED)
        value = self._period_value(unit, step)
        return end, self._found(first, end, value, Precision(unit), Basis.RESOLVED)

    def _ago(self, at: int) -> tuple[int, _Found | None]:
        """قبل ثلاثة أيام, منذ يومين, three days ago."""
        matched = self.names.match("ago", self.words, at)
        if matched is None:
            return at, None
        relation = Relation.ON if matched[0] == "on" else Relation.BOUND
        if self.names.language == "en":
            start = next((start for start in (at - 2, at - 1) if start >= 0 and self._duration(start)), None)
            length = None if start is None else self._duration(start)
            if start is None or length is None or length[2] != at:
                return at + 1, None
            first, end = start, at + 1
            about = self.names.has("about", self.words, first - 1)
        else:
            about = self.names.has("about", self.words, at + 1) and self._spaced(at + 1)
            counted = at + 1 + about
            first, length = at, self._duration(counted) if self._spaced(counted) else None
            if length is None:
                return at + 1, None
            end = length[2]
            if self.names.has("from", self.words, end) or self._year(end) is not None:
                return at + 1, None  # منذ عام 1936 is no year ago
        unit, count, _ = length
        if about:
            relation = Relation.BOUND  # near that day, not on it
        if unit == "day":
            day = shifted(self.today, -count)
            found = self._day_found(first, end, day, None, Basis.RESOLVED)
        else:
            found = self._found(first, end, self._period_value(unit, -count), Precision(unit), Basis.RESOLVED)
        return end, found._replace(relation=relation) if found else None

    def _duration(self, at: int) -> tuple[str, int, int] | None:
        """Unit, how many, and the word after, of «ثلاثة أيام» or «يومين» at word `at`."""
        count, unit_at = 0, at
        if at < len(self.words) and _COUNT.fullmatch(self.words[at]):
            count, unit_at = int(self.words[at]), at + 1
        elif number := self.names.match("number", self.words, at):
            count, unit_at = int(number[0]), number[1]
        matched = self.names.match("days", self.words, unit_at) if self._spaced(unit_at) else None
        if matched is None:
            return None
        unit, _, own = matched[0].partition(" ")
        count = count or int(own)
        return (unit, count, matched[1]) if count else None

    def _year_alone(self, at: int) -> tuple[int, _Found | None]:
        matched = self.names.match("year", self.words, at)
        year = self._year(matched[1]) if matched is not None and self._spaced(matched[1]) else None
        if year is None or year.hijri:
            return at, None
        # a year that a date of numbers goes on with: in 2023-10-07
        if self._separated(year.end):
            return at, None
        return year.end, self._found(at, year.end, f"{year.year:04}", Precision.YEAR, Basis.EXPLICIT)

    def _numeric_anchor(self, at: int, floor: int) -> tuple[int, _Found | None]:
        for first in (at - 2, at):
            if first >= floor and (written := self._numeric(first)) is not None:
                return self._written(first, written, weekday=None)
        return at, None

    # Parts of a written date

    def _calendar(self, at: int) -> _Day | None:
        """The date that is written from word `at` on, in numbers or with a month's name."""
        if not 0 <= at < len(self.words):
            return None
        word = self.words[at]
        # most words begin no date: this costs least to see
        numeric = word[:1].isdecimal() or word[-1:].isdecimal() or word[1:2].isdecimal()
        if not numeric and word not in self.names.openers:
            return None
        return self._numeric(at) or self._worded(at)

    def _numeric(self, at: int) -> _Day | None:
        """7/10/2023 and 2023-10-07; None where it may be two days."""
        if at < 0 or at + 3 > len(self.words) or self._separated(at) or self._separated(at + 3):
            return None
        gaps = self.gaps[at + 1].strip(), self.gaps[at + 2].strip()
        if gaps[0] != gaps[1] or not self._separated(at + 1):
            return None
        if (year := self._year(at)) is not None:
            month, day = _number(self.words[at + 1]), _number(self.words[at + 2])
        elif (year := self._year(at + 2)) is not None:
            one, two = _number(_DAY_NUMBER.sub(r"\1", self.words[at])), _number(self.words[at + 1])
            if one is None or two is None:
                return None
            day, month = (two, one) if self.names.day_first is False else (one, two)
            if self.names.day_first is None and one != two:
                if one <= 12 and two <= 12:
                    return None
                day, month = max(one, two), min(one, two)
        else:
            return None
        if month is None or day is None or not 1 <= month <= 12:
            return None
        return _Day(
            day=day, month=month, hijri=year.hijri, year=year.year, said=True, side=Side.OPEN, end=at + 3
        )  # fmt: skip

    def _worded(self, at: int) -> _Day | None:
        """7 أكتوبر 2023, السابع من أكتوبر, 5 من الشهر, October 7."""
        day = self._day(at)
        if day is not None:
            number, end = day
            month = self._month(self._past_of(end)) if _TIGHT.fullmatch(self.gaps[end]) else None
        else:
            month = self._month(at) if self.names.language == "en" else None
            following = self._day(month[2]) if month is not None else None
            if month is None or following is None or not self._day_follows(month[2], following[1]):
                return None
            number, month = following[0], (month[0], month[1], following[1])
        if month is None or not month[0]:
            return None
        end = month[2]
        year = self._year_after(end)
        if year is not None:
            if year.hijri != month[1] and year.said:
                return None
            return _Day(number, month[0], month[1], year.year, year.said, Side.OPEN, year.end)
        side, end = self._side(end)
        return _Day(number, month[0], month[1], None, False, side, end)

    def _day_follows(self, at: int, end: int) -> bool:
        """Whether the number after an English month is its day: not May 5,000 and not May 2.5."""
        gap = self.gaps[at]
        short = len(self.words[at - 1]) <= 4 and gap == ". "
        thousands = end < len(self.words) and self.gaps[end] in (",", ".") and self.words[end].isdecimal()
        return (gap == " " or short) and not thousands

    def _day(self, at: int) -> tuple[int, int] | None:
        """A day of a month at word `at`, in digits or words, and the word after it."""
        if not 0 <= at < len(self.words):
            return None
        if matched := self.names.match("day", self.words, at) if "day" in self.names.phrases else None:
            return None if self.names.has("portion", self.words, at - 1) else (int(matched[0]), matched[1])
        number = _DAY_NUMBER.fullmatch(self.words[at])
        if number is None or not 1 <= int(number[1]) <= 31:
            return None
        # the 5 of 2,5 and 10:05 is no day
        if at and self.gaps[at] in (".", ",", ":", "٫", "٬") and self.words[at - 1][-1:].isdecimal():
            return None
        return int(number[1]), at + 1

    def _day_start(self, at: int, floor: int) -> int:
        """Where the day begins that stands before the month or الشهر at word `at`; `at` where none does."""
        for start in range(max(floor, at - _DAY_WORDS), at):
            day = self._day(start)
            if day is not None and self._past_of(day[1]) == at and _TIGHT.fullmatch(self.gaps[day[1]]):
                return start
        return at

    def _month(self, at: int) -> tuple[int, bool, int] | None:
        """Number of the month at word `at`, whether it is Hijri, and the word after it. Of a pair both must mean one month; where they do not, the number is 0."""
        matched, hijri = self.names.match("month", self.words, at), False
        if matched is None and "hijri" in self.names.phrases:
            matched, hijri = self.names.match("hijri", self.words, at), True
        if matched is None:
            return None
        value, end = matched
        if end < len(self.words) and _JOINT.fullmatch(self.gaps[end]) and self.gaps[end].strip(" ،,"):
            other = self.names.match("month", self.words, end)
            if other is not None and not hijri:
                value, end = (value if other[0] == value else "0"), other[1]
        return int(value), hijri, end

    def _year(self, at: int) -> _Year | None:
        if not 0 <= at < len(self.words):
            return None
        matched = _YEAR.fullmatch(self.words[at])
        if matched is None:
            return None
        year = int(matched[1])
        if year in _HIJRI_YEARS and matched[2] not in ("م", "ميلادي"):
            return _Year(year, True, True, at + 1)
        if year in _YEARS and matched[2] not in ("ه", "هجري"):
            return _Year(year, False, True, at + 1)
        return None

    def _year_after(self, at: int) -> _Year | None:
        """The year that goes with what ends before word `at`: 2023, عام 2023, من العام الماضي."""
        if at >= len(self.words) or not (_JOINT.fullmatch(self.gaps[at]) or self._is_abbreviated(at)):
            return None
        if (year := self._year(at)) is not None:
            end = year.end
            if end < len(self.words) and self.words[end] == "ه" and year.hijri and self.gaps[end].strip() == "":
                end += 1
            return year._replace(end=end)
        if not self._spaced(at):
            return None
        of = self.names.match("of", self.words, at)
        starts = (at, of[1]) if of else (at,)
        for start in starts:
            word = self.names.match("year", self.words, start)
            if word is not None and self._spaced(word[1]) and (year := self._year(word[1])) is not None:
                return year
            if of is not None and start == of[1] and (year := self._year(start)) is not None:
                return year
            side, end = self._year_side(start)
            if side is not Side.OPEN:
                step = {Side.LAST: -1, Side.THIS: 0, Side.NEXT: 1}[side]
                return _Year(self.today.year + step, False, False, end)
        return None

    def _year_side(self, at: int) -> tuple[Side, int]:
        """Which year العام الماضي or "last year" at word `at` is, and the word after it."""
        before = at
        if self.names.language == "en":
            side, before = next(
                ((_SIDES[kind], found[1]) for kind in _SIDES if (found := self.names.match(kind, self.words, at))),
                (Side.OPEN, at),
            )
        period = self.names.match("period", self.words, before)
        if period is None or period[0] != "year":
            return Side.OPEN, at
        return (side, period[1]) if self.names.language == "en" else self._side(period[1])

    def _is_abbreviated(self, at: int) -> bool:
        """Whether the point before word `at` is that of a month's short name: Dec. 2023."""
        if not at or self.gaps[at] != ". ":
            return False
        short, months = self.words[at - 1], self.names.words("month")
        number = months.get(short)
        return number is not None and any(
            len(short) < len(name) and name.startswith(short) and number == value for name, value in months.items()
        )

    # Words around

    def _sided(self, at: int, end: int) -> tuple[int, Side, int]:
        """Where the date at `at`..`end` begins and ends with its الماضي or "last", and which side that is."""
        if self.names.language == "en":
            for start in (at - 2, at - 1):
                for kind, side in _SIDES.items():
                    matched = self.names.match(kind, self.words, start)
                    if matched is not None and matched[1] == at and self._spaced(at):
                        return start, side, end
            return at, Side.OPEN, end
        side, end = self._side(end)
        return at, side, end

    def _side(self, at: int) -> tuple[Side, int]:
        """The side that a word at `at` chooses, and the word after it."""
        if self.names.language == "ar" and self._spaced(at) and (kind := self.names.sides.get(self.words[at])):
            return _SIDES[kind], at + 1
        return Side.OPEN, at

    def _joined(self, at: int) -> int:
        """Where a date goes on after what ends before word `at`: after الموافق, a comma, a bracket; -1 where it does not."""
        if not self._joins(at):
            return -1
        matched = self.names.match("meets", self.words, at) if "meets" in self.names.phrases else None
        return matched[1] if matched else at

    def _past_of(self, at: int) -> int:
        matched = self.names.match("of", self.words, at)
        return matched[1] if matched and self._spaced(at) and self._spaced(matched[1]) else at

    def _spaced(self, at: int) -> bool:
        return at < len(self.words) and self.gaps[at].strip(" ") == ""

    def _joins(self, at: int) -> bool:
        return at < len(self.words) and (self.gaps[at] == " " or _JOINT.fullmatch(self.gaps[at]) is not None)

    def _separated(self, at: int) -> bool:
        """Whether the words before and at `at` are two numbers of one row: 7/10."""
        return (
            0 < at < len(self.words)
            and _NUMERIC.fullmatch(self.gaps[at]) is not None
            and self.words[at][:1].isdecimal()
            and self.words[at - 1][-1:].isdecimal()
        )

    def _conjoined(self, at: int) -> bool:
        """Whether و is written with the word at `at`: what it begins is a further date."""
        return at < len(self.words) and self.words[at][:1] == "و" and self.words[at][1:] in self.names.anchors

    # Results

    def _written(self, first: int, written: _Day, *, weekday: int | None) -> tuple[int, _Found | None]:
        """The day that is written, with the same day in another calendar behind it."""
        end = written.end
        other = self._calendar(self._joined(end))
        if other is not None and other.hijri != written.hijri and not self._conjoined(end):
            end = other.end
            written = other if written.hijri else written
        past = self._relation(first)[1] or self._names_what_follows(end)
        if written.hijri:
            day = self._from_hijri(written, weekday)
            found = self._day_found(first, end, day, day, Basis.RESOLVED)
            # which day it is hangs on the calendar, not on the publication
            return end, found._replace(anchored=False) if found else None
        if written.year is not None:
            day = day_of(written.year, written.month, written.day)
            if day is not None and weekday not in (None, day.isoweekday()):
                day = None
            return end, self._day_found(first, end, day, day, Basis.EXPLICIT if written.said else Basis.RESOLVED)
        if written.side is Side.OPEN:
            first, side, _ = self._sided(first, end) if self.names.language == "en" else (first, Side.OPEN, end)
            written = written._replace(side=side)
        day, ahead = day_near(
            self.today, written.month, written.day, weekday=weekday, side=written.side, past=past
        )  # fmt: skip
        memory = False
        own = None if weekday is not None else self.names.remembered.get((written.month, written.day))
        if own is not None and day is not None and own <= self.today and written.side is Side.OPEN:
            if past or abs(day - self.today) > _ANNIVERSARY:
                day, ahead = own, None
            memory = day != own
        found = self._day_found(first, end, day, ahead, Basis.RESOLVED)
        if found is None:
            return end, None
        if memory and found.relation is Relation.ON:
            found = found._replace(relation=Relation.NAMED)
        return end, found._replace(yearless=written.side is Side.OPEN)

    def _names_what_follows(self, end: int) -> bool:
        """Whether the date that ends before word `end` names the noun there: the October 7 attack."""
        if self.names.language != "en" or end >= len(self.words) or self.gaps[end] != " ":
            return False
        return self.names.match("named", self.words, end) is not None

    def _from_hijri(self, written: _Day, weekday: int | None) -> date | None:
        """The day by the tabular calendar, or the one beside it that is the weekday the text gives it."""
        day = None if written.year is None else from_hijri(written.year, written.month, written.day)
        if day is None or weekday is None:
            return day
        beside = (shifted(day, days) for days in (0, 1, -1))
        return next((other for other in beside if other is not None and other.isoweekday() == weekday), None)

    def _day_found(self, first: int, end: int, day: date | None, ahead: date | None, basis: Basis) -> _Found | None:
        if day is None:
            return None
        coming = ahead.isoformat() if ahead is not None else None
        found = self._found(first, end, day.isoformat(), Precision.DAY, basis)
        return found._replace(ahead=coming) if found else None

    def _found(self, first: int, end: int, value: str | None, precision: Precision, basis: Basis) -> _Found | None:
        if value is None:
            return None
        relation = self._relation(first)[0]
        if precision is Precision.DAY and self.words[end - 1] not in self.names.phrases["weekday"]:
            relation = Relation.NAMED if relation is Relation.ON and self._names_what_follows(end) else relation
        if self.gaps[end].strip() in ("'", "’") and end < len(self.words) and self.words[end] == "s":
            relation = Relation.NAMED  # Sunday's attack
        elif self._is_range(first, end):
            relation = Relation.BOUND
        return _Found(
            first=first, end=end, value=value, ahead=None, precision=precision, basis=basis,
            anchored=basis is Basis.RESOLVED, relation=relation,
        )  # fmt: skip

    def _is_range(self, first: int, end: int) -> bool:
        """Whether a further day stands before or after: 7-10 أكتوبر, 7 و8 أكتوبر, October 7-10."""
        if (
            first
            and self.words[first - 1][-1:].isdecimal()
            and _number(_DAY_NUMBER.sub(r"\1", self.words[first - 1])) is not None
        ):
            listed = self.words[first][:1] == "و" and self.words[first][-1:].isdecimal()
            if listed or _DASH.fullmatch(self.gaps[first]):
                return True
        if (
            end < len(self.words)
            and self.gaps[end] != " "
            and _DASH.fullmatch(self.gaps[end])
            and _number(self.words[end]) is not None
        ):
            return True
        following = self.words[end : end + 2]
        return len(following) == 2 and following[0] in _CONJUNCTIONS and _number(following[1]) is not None

    def _relation(self, first: int) -> tuple[Relation, bool]:
        """What governs the date that begins at word `first`, and whether that makes it one of the past."""
        at = first - 1
        while at >= 0 and first - at <= _PART_REACH and self._governs(at) and self.names.has("part", self.words, at):
            at -= 1
        if at < 0 or not self._governs(at):
            return Relation.ON, False
        if not self.names.memory.isdisjoint(self.words[max(0, at - _MEMORY_REACH + 1) : at + 1]):
            return Relation.NAMED, True
        if self.words[at] not in self.names.governors:
            return Relation.ON, False
        if self.names.has("since", self.words, at):
            return Relation.BOUND, True
        if self.names.has("bound", self.words, at):
            late = at and self.words[at] == "من" and self.names.has("late", self.words, at - 1)
            return (Relation.ON if late else Relation.BOUND), False
        if named := self.names.match("named", self.words, at):
            return Relation.NAMED, named[0] == "past"
        return Relation.ON, False

    def _governs(self, at: int) -> bool:
        gap = self.gaps[at + 1]
        return gap == " " or _QUOTED.fullmatch(gap) is not None

    def _period_value(self, unit: str, step: int) -> str | None:
        if unit == "week":
            day = shifted(self.today, 7 * step)
            return None if day is None else "{:04}-W{:02}".format(*day.isocalendar()[:2])
        if unit == "month":
            near = month_shifted(self.today, step)
            return None if near is None else _month_value(*near)
        year = self.today.year + step
        return f"{year:04}" if 1 <= year <= 9_999 else None

    def _lists_apart(self, found: list[_Found]) -> list[_Found]:
        """Days that stand in one list (الثلاثاء والأربعاء, ليل السبت - الأحد) are no single day: each is a bound."""
        for index in range(len(found) - 1):
            one, other = found[index], found[index + 1]
            between = other.first - one.end
            near = between == 0 and (self.gaps[other.first].strip(" ") in ("", "-", "–", "/"))
            near = near or (between == 1 and self.words[one.end] in _CONJUNCTIONS)
            if near and one.value != other.value:
                found[index] = one._replace(relation=Relation.BOUND)
                found[index + 1] = other._replace(relation=Relation.BOUND)
        return found


_SIDES: Final = {"last": Side.LAST, "this": Side.THIS, "next": Side.NEXT}


def _number(word: str) -> int | None:
    """A day or a month in digits of any kind."""
    matched = _PLAIN_NUMBER.fullmatch(word)
    return int(matched[1]) if matched and 1 <= int(matched[1]) <= 31 else None


def _month_value(year: int, month: int) -> str | None:
    return f"{year:04}-{month:02}" if 1 <= year <= 9_999 else None
