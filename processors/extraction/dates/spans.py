"""What is found: a date, where it stands, how precise it is, and what it was resolved from."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Precision(StrEnum):
    """What the words name. A month is never dressed up as one of its days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """How the words come to mean the date."""

    EXPLICIT = "explicit"
    """They say all of it: day, month and year, or month and year, or a year."""
    RESOLVED = "resolved"
    """It takes the day of publication (أمس), or another calendar, to know what they mean."""


class Relation(StrEnum):
    """What the date is to what is told around it."""

    ON = "on"
    """When something is."""
    BOUND = "bound"
    """What a time starts or ends with, or lies before: منذ الأحد, قبل 7 أكتوبر, between two dates."""
    NAMED = "named"
    """Part of a name or a memory: ذكرى 7 أكتوبر, هجوم الأحد, the October 7 attack; and a remembered day on its anniversary."""


class DateSpan(Struct, frozen=True, kw_only=True):
    """A date at characters `start`..`end` (exclusive) of the text; `words` is what stands there.

    `value` is ISO 8601: 2023-10-07, 2023-W40, 2023-10 or 2023 by precision. `ahead` is the day they
    mean if what is told is yet to come: another than `value` where the words leave it open (a bare weekday), None where they
    say that it is past (أمس) and for what is longer than a day. `anchor`: the day of publication, in the
    zone of the publication time, that a resolved date was resolved against; None where the date does not depend on it.
    `yearless`: a day and month whose year nothing in the words says (7 أكتوبر, but not 7 أكتوبر الماضي): it may be another year's.
    """

    start: int
    end: int
    words: str
    value: str
    ahead: str | None
    precision: Precision
    basis: Basis
    anchor: str | None
    relation: Relation
    yearless: bool
