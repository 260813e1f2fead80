"""Compares tags with those of a person: precision, recall and F1 of whole entities, as conlleval counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from processors.extraction.tagger.conll import entities

OVERALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`right` entities have the same tokens and type in both; `said` are the tagger's, `wanted` the person's."""

    right: int
    said: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.said + self.wanted) if self.right else 0.0


def score(gold: Iterable[Sequence[str]], said: Iterable[Sequence[str]]) -> dict[str, Score]:
    """By type, in alphabetical order, and last OVERALL."""
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for gold_tags, said_tags in zip(gold, said, strict=True):
        ours, theirs = set(entities(said_tags)), set(entities(gold_tags))
        for counter, group in ((right, ours & theirs), (told, ours), (wanted, theirs)):
            for entity in group:
                counter.update((entity.type, OVERALL))
    types = [*sorted({*told, *wanted} - {OVERALL}), OVERALL]
    return {type_: Score(right=right[type_], said=told[type_], wanted=wanted[type_]) for type_ in types}
