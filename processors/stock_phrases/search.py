"""The search for stock phrases, from spooled texts to phrases. Knows the order of the passes; each step is another module's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from processors.stock_phrases.counting import Estimates, ExactCounts, distinct_shingles
from processors.stock_phrases.originals import originals
from processors.stock_phrases.phrases import PhraseCollector, StockPhrase
from processors.stock_phrases.spool import Spool

PASSES: Final = 3
"""How often `find_stock_phrases` goes over the spool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """In how many originals a shingle must stand: at least `min_articles`, and at least `min_share` (0 to 1) of them."""

    min_articles: int
    min_share: float

    def least(self, originals: int) -> int:
        """The number of articles that both come to."""
        # Rounded first: 0.07 of 100 is a little more than 7.
        return max(self.min_articles, math.ceil(round(self.min_share * originals, 6)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`originals`: texts that are no copies. `least`: in how many of them a shingle had to stand. `shingles`: how many do."""

    originals: int
    least: int
    shingles: int
    phrases: tuple[StockPhrase, ...]


def find_stock_phrases(
    spool: Spool,
    *,
    thresholds: Thresholds,
    window_hours: int,
    progress: Callable[[int], None] = lambda size: None,
) -> Found:
    """The phrases that many originals in `spool`, which is finished, have in common.

    Copies are told as in a pipeline with this window. `progress` is told PASSES times of every byte of text; what it raises
    ends the search. Raises SettingsError where too much is frequent.
    """
    estimates = Estimates()
    is_original = bytearray()
    for judged in originals(spool, window_hours=window_hours, progress=progress):
        for text, original in judged:
            is_original.append(original)
            if original:
                estimates.add(distinct_shingles(text))
    count = sum(is_original)
    least = thresholds.least(count)
    exact = ExactCounts(estimates, least)
    _each_original(spool, is_original, lambda text: exact.add(distinct_shingles(text)), progress)
    frequent, counts = exact.frequent()
    collector = PhraseCollector(frequent, counts)
    _each_original(spool, is_original, collector.add, progress)
    return Found(originals=count, least=least, shingles=len(frequent), phrases=tuple(collector.phrases()))


def _each_original(
    spool: Spool, is_original: bytearray, take: Callable[[str], None], progress: Callable[[int], None]
) -> None:
    place = 0
    for chunk in spool.chunks(progress):
        for text in chunk:
            if is_original[place]:
                take(text.text)
            place += 1
