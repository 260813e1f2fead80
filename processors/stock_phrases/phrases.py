"""From frequent shingles back to words: the phrases that hold them, as they stand in the texts. Knows one text at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.fingerprints.kernels import KEY_WORDS, Hashes
from processors.fingerprints.words import key_shingles, word_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPhrase:
    """`text` is one line. `articles`: the originals that hold those five of its words that fewest of them hold."""

    text: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Words of a text with the shingles they make, as places among the frequent ones, distinct."""

    text: str
    shingles: NDArray[np.int64]


class PhraseCollector:
    """Takes texts, and keeps so many phrases that each of the frequent shingles in them stands in one.

    `frequent`: ascending; `counts`: in how many originals each of them stands. At most one phrase a shingle is held.
    """

    def __init__(self, frequent: Hashes, counts: NDArray[np.int64]) -> None:
        self._frequent = frequent
        self._counts = counts
        self._covered = np.zeros(len(frequent), dtype=np.bool_)
        self._runs: list[_Run] = []

    def add(self, text: str) -> None:
        """Keep those phrases of `text` that hold a frequent shingle for the first time.

        A phrase goes on as long as its shingles are frequent. Where a later text has it within a longer one, the longer
        brings a new shingle at the place where it goes on, so that it is kept too, and `phrases` can drop the shorter.
        """
        if self._covered.all():
            return
        shingles = key_shingles(text)
        places = np.searchsorted(self._frequent, shingles)
        places[places == len(self._frequent)] = 0
        is_frequent = self._frequent[places] == shingles
        if self._covered[places[is_frequent]].all():
            return
        spans = word_spans(text)
        for first, end in _runs(is_frequent):
            own = np.unique(places[first:end])
            if not self._covered[own].all():
                self._covered[own] = True
                words = text[spans[first, 0] : spans[end + KEY_WORDS - 2, 1]]
                self._runs.append(_Run(text=" ".join(words.split()), shingles=own))

    def phrases(self) -> list[StockPhrase]:
        """The phrases, those of most articles first, then by text; none that the others could do without."""
        covers = np.zeros(len(self._frequent), dtype=np.int64)
        for run in self._runs:
            covers[run.shingles] += 1
        kept = []
        for run in sorted(self._runs, key=lambda run: (len(run.shingles), run.text)):
            if (covers[run.shingles] > 1).all():
                covers[run.shingles] -= 1
            else:
                kept.append(StockPhrase(text=run.text, articles=int(self._counts[run.shingles].min())))
        return sorted(kept, key=lambda phrase: (-phrase.articles, phrase.text))


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and one past the last place of each unbroken run of True."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
