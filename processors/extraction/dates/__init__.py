"""Dates in running text: what day, month or year the words mean, and how they come to mean it.

`find_dates` reads a text; the words are the tables of `khabar.dates`, one per language, and docs/dates.md says the rules.
Knows neither actors, events nor pages, and asks no clock: the time of publication is an argument.
"""

from processors.extraction.dates.reader import dates_in, find_dates
from processors.extraction.dates.spans import Basis, DateSpan, Precision, Relation
from processors.extraction.dates.vocabulary import Vocabulary, vocabulary

__all__ = [
    "Basis",
    "DateSpan",
    "Precision",
    "Relation",
    "Vocabulary",
    "dates_in",
    "find_dates",
    "vocabulary",
]
