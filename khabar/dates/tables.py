"""The words that dates are said with, per language, read from the tables that an editor extends (ar.tsv, en.tsv).

Knows the shape of the tables and which kinds there are; what the words mean together is for their readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from khabar.errors import KhabarError

LANGUAGES: Final = ("ar", "en")

KINDS: Final[Mapping[str, frozenset[str] | range | type[date] | None]] = {
    "month": range(1, 13), "hijri": range(1, 13), "weekday": range(1, 8), "short_weekday": range(1, 8),
    "day": range(1, 32), "number": range(1, 1_000),
    "relative": range(-31, 32), "last": None, "this": None, "next": None, "period": frozenset({"week", "month", "year"}),
    "ago": frozenset({"on", "bound"}), "about": None,
    "days": frozenset(f"{unit} {count}" for unit in ("day", "week", "month", "year") for count in range(3)),
    "year": None, "of": None, "meets": None, "part": None, "since": None,
    "bound": frozenset({"away", "mere"}), "from": None, "late": None, "named": frozenset({"past", "open"}), "memory": None,
    "topic": None, "said": None, "habit": None, "not_today_after": None, "not_today_before": None,
    "portion": None, "posted": None, "updated": None, "am": None, "pm": None,
    "remembered": date,
}  # fmt: skip
"""Each kind of word with the values it may have; None: no value, `date`: a day, ISO 8601."""


class DateTableError(KhabarError):
    """A line of a date table cannot be used. The text names the file and the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table. `value` is "" for kinds without one; `words` as the editor spelt them."""

    kind: str
    value: str
    words: tuple[str, ...]


@cache
def table(language: str) -> tuple[Row, ...]:
    """The rows for `language`, one of LANGUAGES.

    Raises:
        DateTableError: with file and line.
    """
    return parsed(source(language), file=f"{language}.tsv")


def source(language: str) -> str:
    """The text of the table for `language`, one of LANGUAGES: what a version of rules is a digest of."""
    return files(__package__).joinpath(f"{language}.tsv").read_text(encoding="utf-8")


def parsed(text: str, *, file: str) -> tuple[Row, ...]:
    """The rows of a table.

    Raises:
        DateTableError: an unknown kind, a value its kind cannot have, an empty word, more than three cells.
    """
    found: list[Row] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > 3:
            raise DateTableError(
                f"{file}:{number}: {len(cells)} cells, but the table has 3 columns: kind, value, words"
            )
        kind, value, words = cells + [""] * (3 - len(cells))
        if kind not in KINDS:
            raise DateTableError(f"{file}:{number}: unknown kind {kind!r}; known: {' '.join(KINDS)}")
        if not _fits(kind, value):
            raise DateTableError(f"{file}:{number}: a {kind} cannot have the value {value!r}")
        items = tuple(word.strip() for word in words.split("|")) if words else ()
        if not all(items):
            raise DateTableError(f"{file}:{number}: an empty word between two |")
        found.append(Row(kind=kind, value=value, words=items))
    return tuple(found)


def words(kind: str, *, value: str | None = None) -> tuple[str, ...]:
    """The words of one kind (and value) in all languages, in the tables' order."""
    return tuple(
        word
        for language in LANGUAGES
        for row in table(language)
        if row.kind == kind and value in (None, row.value)
        for word in row.words
    )


def _fits(kind: str, value: str) -> bool:
    known = KINDS[kind]
    if known is None:
        return value == ""
    if isinstance(known, range):
        return value.removeprefix("-").isdecimal() and int(value) in known
    if isinstance(known, frozenset):
        return value in known
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
