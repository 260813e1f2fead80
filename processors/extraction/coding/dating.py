"""When an act happened: which of a text's dates is its own, if one is.

Knows acts and date spans. Must not know how dates are read. A date belongs to an act where nothing between the two words
begins to tell of something else; where that is not sure, none does, and the article's day stands in (docs/dates.md).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from khabar.dates.tables import DateTableError
from khabar.records import DateBasis
from processors.extraction.coding.acts import Act
from processors.extraction.coding.patterns import Words
from processors.extraction.coding.spots import Reading
from processors.extraction.dates import DateSpan, Precision, Relation, Vocabulary, dates_in, vocabulary

REACH_TOKENS = 30
"""A date that stands farther from the word that tells the act belongs to something else."""
NOUN_REACH_TOKENS = 1
"""A noun that tells an act takes a date from before it only where so many words lie between: the date is the verb's."""
SAYING_TOKENS = 14
"""How far before a date the verb of saying stands that it belongs to."""
NEWS_DAYS = 7
"""Of an act told twice, once without a date: a date older than this is that of a former act of the same kind."""
YEARLESS_DAYS = 60
"""A day without a year that is older than this may be another year's, and dates nothing."""
PAST_MONTHS = 3
"""An act of a month or a year that ended longer ago is history, not news."""
_BARRIERS = ("clause", "content", "relative", "background")
"""Classes of words after which a sentence tells of something else. A date beyond is not the act's."""
_PARTING = ("topic", "memory", "since")
"""Kinds of the date tables that do the same."""
_ENDS = ":؛;\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """The words of one language's dates, and those that part a date from an act.

    `barriers`: a date beyond one of them is not the act's. `away`: likewise, but after a mere preposition (من قبل الشرطة).
    """

    names: Vocabulary
    barriers: frozenset[str]
    away: frozenset[str]
    mere: frozenset[str]
    said: frozenset[str]


def date_words(words: Words, language: str) -> DateWords:
    """The words for a `language` that has events, whose function words are `words`.

    Raises:
        DateTableError: it has no table of dates.
    """
    names = vocabulary(language)
    if names is None:
        raise DateTableError(f"no table of dates for {language!r}: add khabar/dates/{language}.tsv")
    bound = names.words("bound")
    barriers = frozenset().union(*(words[name] for name in _BARRIERS), *(names.words(kind) for kind in _PARTING))
    away = frozenset(word for word, value in bound.items() if value == "away")
    return DateWords(
        names=names,
        barriers=barriers - away,
        away=away,
        mere=frozenset(bound) - away,
        said=frozenset(names.words("said")),
    )


class Dated(NamedTuple):
    """The day of an event, ISO 8601, and how it is known."""

    day: str
    basis: DateBasis


class _Placed(NamedTuple):
    start: int
    end: int
    span: DateSpan


class Dates:
    """The dates in the sentences of an article's acts, by token."""

    def __init__(self, acts: Iterable[Act], reading: Reading, text: str, words: DateWords, *, published: date) -> None:
        self._keys = reading.tokens.words
        self._gaps = reading.tokens.gaps
        self._today = published.isoformat()
        self._published = published
        sentences = sorted({act.sentence for act in acts})
        spans = dates_in(reading.tokens, text, published=published, names=words.names, within=sentences)
        self._placed = _placed(spans, reading)
        self._words = words
        self._cue_ends = [cue.end for cue in reading.cues] if spans else []
        self._cues = {token for cue in reading.cues for token in range(cue.start, cue.end)} if spans else set()

    def of(self, act: Act) -> Dated | None:
        """The date that belongs to `act`; None where no date of its sentence does.

        An act that happened (or is denied) has a date up to the day of publication, a planned one from then on: in
        «يلتقي الأربعاء» the Wednesday is the coming one.
        """
        first, last = act.sentence
        nearest: tuple[int, Dated] | None = None
        for placed in self._placed:
            if placed.start < first or placed.end > last:
                continue
            distance = self._distance(act, placed)
            if distance > REACH_TOKENS or (nearest and distance >= nearest[0]):
                continue
            day = self._day(act, placed)
            if day is not None and self._belongs(act, placed):
                nearest = distance, Dated(day, "explicit" if placed.span.basis == "explicit" else "resolved")
        return nearest[1] if nearest else None

    def is_past(self, act: Act) -> bool:
        """Whether a year or a month says that `act` is history: it has no day to be counted on, and is no news."""
        first, last = act.sentence
        for placed in self._placed:
            span = placed.span
            if placed.start < first or placed.end > last or span.precision not in (Precision.YEAR, Precision.MONTH):
                continue
            if self._distance(act, placed) > REACH_TOKENS or not self._belongs(act, placed):
                continue
            year, month = int(span.value[:4]), int(span.value[5:7]) if span.precision is Precision.MONTH else 12
            if (self._published.year - year) * 12 + self._published.month - month > PAST_MONTHS:
                return True
        return False

    def is_ahead(self, act: Act) -> bool:
        """Whether a day to come says that a meeting told in the present or by a noun is not yet held: يعقد الخميس اجتماعا.

        Of a bare Thursday only who convenes tells that it is the coming one; else a date without another reading counts.
        """
        first, last = act.sentence
        for placed in self._placed:
            if placed.start < first or placed.end > last or placed.span.precision is not Precision.DAY:
                continue
            convened = act.cue.trigger.present and act.companion is not None
            day = placed.span.ahead if convened else placed.span.value
            if day is None or day <= self._today or self._distance(act, placed) > REACH_TOKENS:
                continue
            if self._belongs(act, placed):
                return True
        return False

    def settled(self, tellings: Sequence[Act]) -> Dated:
        """The date of one event from all its tellings, the one that stands for it first."""
        for index, act in enumerate(tellings):
            found = self.of(act)
            if found is None:
                continue
            recent = (self._published - date.fromisoformat(found.day)).days <= NEWS_DAYS
            if index == 0 or recent:
                return found
        return Dated(self._today, "article")

    def _distance(self, act: Act, placed: _Placed) -> int:
        return placed.start - act.cue.end if placed.start >= act.cue.end else act.cue.start - placed.end

    def _day(self, act: Act, placed: _Placed) -> str | None:
        """The reading that `act` can have happened on."""
        span = placed.span
        if span.precision is not Precision.DAY:
            return None
        if act.status == "planned":
            if span.ahead is None or span.ahead < self._today:
                return None
            # أبدت، الأحد، استعدادها لمحادثات: said on a Sunday that is today, not planned for it
            return None if span.ahead == self._today and placed.end <= act.cue.start else span.ahead
        if act.cue.trigger.present and span.ahead not in (None, span.value):
            return None  # «تلتقي البرازيل بلجيكا الجمعة»: the last Friday or the next, and the verb does not tell
        if span.yearless and (self._published - date.fromisoformat(span.value)).days > YEARLESS_DAYS:
            return None
        return span.value if span.value <= self._today else None

    def _belongs(self, act: Act, placed: _Placed) -> bool:
        if placed.span.relation is Relation.BOUND:
            return False
        if placed.span.relation is Relation.NAMED:
            # هجوم الأحد is when that attack happened, and says nothing of any other act
            # (but هجوم 7 أكتوبر may be that of any year)
            beside = act.cue.end == placed.start or placed.end == act.cue.start
            return act.cue.trigger.noun and beside and not placed.span.yearless
        start, end = (act.cue.end, placed.start) if placed.start >= act.cue.end else (placed.end, act.cue.start)
        for token in range(start, end):
            word = self._keys[token]
            # the noun of a light verb parts nothing: شنت غارات أمس
            if (token in self._cues and token != act.companion) or word in self._words.barriers:
                return False
            if word in self._words.away and self._keys[token - 1] not in self._words.mere:
                return False
        # شهدت الخميس إضرابا, but not: اعترف الأربعاء بمسؤوليته عن غارة
        behind = act.cue.trigger.noun and placed.end <= act.cue.start
        if behind and (end - start > NOUN_REACH_TOKENS or self._is_said(act, placed)):
            return False
        if placed.end <= act.cue.start and self._is_another_acts(act, placed):
            return False
        # in 1980 this, and on the same day of 2016 that
        if any(start <= other.start and other.end <= end for other in self._placed if other is not placed):
            return False
        gaps = self._gaps[start : end + 1]
        return not any(gap != " " and any(mark in gap for mark in _ENDS) for gap in gaps)

    def _is_another_acts(self, act: Act, placed: _Placed) -> bool:
        """Whether a date before the act stands nearer to an act before it: بعد تسميم سكريبال في 4 مارس، وجهت ماي."""
        at = bisect_right(self._cue_ends, placed.start) - 1
        return at >= 0 and act.sentence[0] < self._cue_ends[at] > placed.start - (act.cue.start - placed.end)

    def _is_said(self, act: Act, placed: _Placed) -> bool:
        """Whether the date is when somebody told of the act: أعلن الجيش، الجمعة، اقتحام."""
        first = max(act.sentence[0], placed.start - SAYING_TOKENS)
        return any(self._keys[token] in self._words.said for token in range(first, placed.start))


def _placed(spans: Iterable[DateSpan], reading: Reading) -> list[_Placed]:
    starts, ends = reading.tokens.starts, reading.tokens.ends
    return [
        _Placed(start=bisect_left(ends, span.start + 1), end=bisect_left(starts, span.end), span=span) for span in spans
    ]
