"""The words of dates in one language, folded as texts are, and ready to be looked up by their first word.

Knows how words are matched, not what dates they make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from khabar.dates.tables import LANGUAGES, Row, table
from processors.extraction.folding import key

ANCHORS: Final = ("weekday", "relative", "month", "hijri", "period", "ago", "year")
"""The kinds of words a date is found by, in order of precedence: all else is looked for beside them only."""
_YEARS: Final = range(1900, 2100)
_HIJRI_YEARS: Final = range(1300, 1500)
_DIGITS: Final = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_PREFIXES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("weekday", "relative", "month", "year", "since", "bound", "said"), "وف"), "named": "وفلب", "memory": "ولب",
}  # fmt: skip
"""What may be written in front of words of a kind."""

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""First word -> phrases that begin with it, longest first, each with its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """`anchors`: word -> kind, for the words a text is searched for. `phrases`: the words of each kind.

    `day_first`: how dates of numbers alone are written; None where either is. `openers`: what a written date may begin with besides a
    number. `governors`: words before a date that make it another's. `sides`: words like الماضي -> their kind. These and `memory`
    are single words, taken from `phrases` because they are asked for at every date. `remembered`: month and day -> the
    one day that they stand for.
    """

    language: str
    anchors: Mapping[str, str]
    phrases: Mapping[str, Phrases]
    day_first: bool | None
    openers: frozenset[str]
    governors: frozenset[str]
    memory: frozenset[str]
    sides: Mapping[str, str]
    remembered: Mapping[tuple[int, int], date]

    def match(self, kind: str, words: list[str], at: int) -> tuple[str, int] | None:
        """The value of the longest phrase of `kind` at word `at`, and the word after it."""
        if not 0 <= at < len(words):
            return None
        for phrase, value in self.phrases[kind].get(words[at], ()):
            end = at + len(phrase)
            if len(phrase) == 1 or tuple(words[at + 1 : end]) == phrase[1:]:
                return value, end
        return None

    def has(self, kind: str, words: list[str], at: int) -> bool:
        """Whether a word of `kind` stands at `at`; phrases of several words count by their last word."""
        return 0 <= at < len(words) and words[at] in self.phrases[kind]

    def words(self, kind: str) -> Mapping[str, str]:
        """The single words of `kind` with their values."""
        return {
            first: value
            for first, phrases in self.phrases.get(kind, {}).items()
            for phrase, value in phrases
            if len(phrase) == 1
        }


@cache
def vocabulary(language: str) -> Vocabulary | None:
    """The words for a BCP 47 `language`; None where there is no table for it.

    Numbers alone: day first in Arabic; in English month first in the United States, day first where another region is
    named, and open where none is.
    """
    spoken, _, region = language.partition("-")
    if spoken not in LANGUAGES:
        return None
    rows = table(spoken)
    phrases = {kind: _phrases(rows, kind, spoken) for kind in {row.kind for row in rows}}
    anchors = {year + suffix: "number" for year in _year_words() for suffix in ("", "م", "ه")}
    for kind in reversed(ANCHORS):
        anchors.update(dict.fromkeys(phrases.get(kind, {}), kind))
    day_first = True if spoken == "ar" else {"": None, "US": False}.get(region.upper(), True)
    return Vocabulary(
        language=spoken,
        anchors=anchors,
        phrases=phrases,
        day_first=day_first,
        openers=frozenset(phrases["month" if spoken == "en" else "day"]),
        governors=frozenset().union(*(phrases[kind] for kind in ("since", "bound", "named"))),
        memory=frozenset(phrases["memory"]),
        sides={word: kind for kind in ("next", "this", "last") for word in phrases[kind]},
        remembered={(day.month, day.day): day for day in _remembered(rows)},
    )


def _remembered(rows: Iterable[Row]) -> Iterator[date]:
    return (date.fromisoformat(row.value) for row in rows if row.kind == "remembered")


def _year_words() -> Iterator[str]:
    for digits in _DIGITS:
        spelt = str.maketrans(_DIGITS[0], digits)
        for year in (*_YEARS, *_HIJRI_YEARS):
            yield str(year).translate(spelt)


def _phrases(rows: Iterable[Row], kind: str, language: str) -> Phrases:
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for row in rows:
        if row.kind != kind:
            continue
        for spelt in row.words:
            for phrase in _forms(key(spelt), kind, language):
                found.setdefault(phrase[0], {}).setdefault(phrase, row.value)
    return {first: tuple(sorted(phrases.items(), key=lambda item: -len(item[0]))) for first, phrases in found.items()}


def _forms(phrase: tuple[str, ...], kind: str, language: str) -> Iterator[tuple[str, ...]]:
    yield phrase
    first, *others = phrase
    if language == "en":
        yield (first.capitalize(), *others)
        yield tuple(word.upper() for word in phrase)
        return
    for letter in _PREFIXES.get(kind, ""):
        yield (letter + first, *others)
