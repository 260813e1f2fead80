"""Two texts side by side: where in them stands what their fingerprints were taken of, and what exactly they share.

For people who look at two texts; deduplication compares fingerprints. Knows text; not articles or times. Places are counted
in words, as fingerprints count them, ends exclusive. Time is linear in the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from processors.fingerprints.kernels import (
    CONTEXT,
    KEY_WORDS,
    MIN_WORDS,
    NO_CONTEXT,
    SKETCH_WORDS,
    Hashes,
    compare_numbers,
    number_at,
    shingle_hashes,
)
from processors.fingerprints.words import UTF_16, encoded, hashed_words, word_spans

CONTEXT_WORDS = 2
"""A number's context is so many words before it, or after it."""
MAX_CANDIDATES = 16
"""A passage is looked for at the first so many places at which the other text has its first words."""

Places = tuple[int, int]
"""First word, and the one after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedText:
    """A text with its words: `spans` of characters, `hashes`, and `figures`, what `tokenise` tells of those of digits."""

    text: str
    spans: NDArray[np.int64]
    hashes: Hashes
    figures: Hashes

    def __len__(self) -> int:
        return len(self.hashes)

    def characters(self, first: int, end: int) -> Places:
        """Where in the text the words from `first` to `end`, at least one, stand: first character, and the one after the
        last.
        """
        return int(self.spans[first, 0]), int(self.spans[end - 1, 1])

    def figure_places(self) -> frozenset[int]:
        """Which words are of digits."""
        return frozenset((self.figures[::2] >> np.uint64(1)).tolist())

    def quote(self, first: int, end: int) -> str:
        """The words from `first` to `end` as they stand, in one line."""
        start, stop = self.characters(first, end)
        return " ".join(self.text[start:stop].split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Distinct 4-word sequences: in both texts, in the one, in the other. Nothing where a text has fewer than 12 words, as
    those are compared for identity only.
    """

    shared: int
    in_a: int
    in_b: int

    @property
    def similarity(self) -> float:
        """Jaccard, from 0 to 1."""
        either = self.in_a + self.in_b - self.shared
        return self.shared / either if either else 0.0

    @property
    def containment(self) -> float:
        """Of the shorter text in the longer, from 0 to 1."""
        shorter = min(self.in_a, self.in_b)
        return self.shared / shorter if shorter else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """As many `words` in a row in both texts, from the places `a` and `b`."""

    a: int
    b: int
    words: int


class Values(StrEnum):
    """How two texts compare in what numbers stand in a context they share. A year in common tells nothing."""

    AGREE = "agree"
    DIFFER = "differ"
    SAME_YEAR = "same_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPlace:
    """A number and the words of one of its contexts: `first` to `end` are the number's, `start` to `stop` both together."""

    first: int
    end: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberContext:
    """A context of numbers that both texts have, and where each has it first; of values that agree, where each has that."""

    values: Values
    a: NumberPlace
    b: NumberPlace


def worded(text: str) -> WordedText:
    """The text, cut into words. Any string is good; two halves of a surrogate pair become the character that they encode."""
    text = encoded(text).decode(UTF_16, "surrogatepass")
    hashes, figures = hashed_words(text)
    return WordedText(text=text, spans=word_spans(text), hashes=hashes, figures=figures)


def phrases(text: WordedText, keys: Iterable[int]) -> dict[int, Places]:
    """By key, where the five words that it is the hash of stand first. A key that is the hash of the whole text is left out."""
    wanted = np.array(sorted(keys), dtype=np.uint64)
    shingles = shingle_hashes(text.hashes, KEY_WORDS)
    found: dict[int, Places] = {}
    for place in np.flatnonzero(np.isin(shingles, wanted)).tolist():
        found.setdefault(int(shingles[place]), (place, place + KEY_WORDS))
    return found


def exact_overlap(a: WordedText, b: WordedText) -> Overlap:
    """What sketches estimate, counted."""
    if min(len(a), len(b)) < MIN_WORDS:
        return Overlap(shared=0, in_a=0, in_b=0)
    one, other = np.unique(_sketched(a)), np.unique(_sketched(b))
    return Overlap(shared=len(np.intersect1d(one, other, assume_unique=True)), in_a=len(one), in_b=len(other))


def shared_words(a: WordedText, b: WordedText) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each text, which words belong to a 4-word sequence that stands in the other."""
    one, other = _sketched(a), _sketched(b)
    return _covered(np.isin(one, other), len(a)), _covered(np.isin(other, one), len(b))


def shared_passages(a: WordedText, b: WordedText) -> list[Passage]:
    """Passages of four words or more that stand in both, in the order of `a`, where none overlaps another: from the
    beginning of `a` on, at each place the longest. In `b` they may overlap, where `a` says twice what `b` says once.
    """
    one, other = _sketched(a).tolist(), _sketched(b).tolist()
    places: dict[int, list[int]] = {}
    for place, shingle in enumerate(other):
        found = places.setdefault(shingle, [])
        if len(found) < MAX_CANDIDATES:
            found.append(place)
    passages: list[Passage] = []
    at = reached = 0
    while at < len(one):
        candidates = places.get(one[at])
        if candidates is None:
            at += 1
            continue
        # Of equally long ones that which goes on from the passage before.
        length, _, place = max((_run(one, at, other, place), place >= reached, -place) for place in candidates)
        words = length + SKETCH_WORDS - 1
        passages.append(Passage(a=at, b=-place, words=words))
        at += words
        reached = words - place
    return passages


def compared_numbers(
    a: WordedText, b: WordedText, sample_a: NDArray[np.uint32], sample_b: NDArray[np.uint32]
) -> list[NumberContext]:
    """The contexts of numbers that both samples have (`numbers` of their fingerprints), in the order of `a`."""
    one, other = _places(a), _places(b)
    found = []
    for context in np.intersect1d(sample_a & CONTEXT, sample_b & CONTEXT):
        in_a, in_b = sample_a[sample_a & CONTEXT == context], sample_b[sample_b & CONTEXT == context]
        agree, differ = compare_numbers(in_a, len(in_a), in_b, len(in_b))
        values = Values.AGREE if agree else Values.DIFFER if differ else Values.SAME_YEAR
        told_a, told_b = set(in_a.tolist()), set(in_b.tolist())
        if values is not Values.DIFFER:
            told_a = told_b = told_a & told_b
        found.append(NumberContext(values=values, a=_first(one, told_a), b=_first(other, told_b)))
    return sorted(found, key=lambda context: (context.a.start, context.a.stop))


def _sketched(text: WordedText) -> Hashes:
    hashes: Hashes = shingle_hashes(text.hashes, SKETCH_WORDS)
    return hashes


def _covered(shared: NDArray[np.bool_], words: int) -> NDArray[np.bool_]:
    covered = np.zeros(words, dtype=np.bool_)
    for place in range(SKETCH_WORDS):
        covered[place : place + len(shared)] |= shared
    return covered


def _run(one: Sequence[int], at: int, other: Sequence[int], place: int) -> int:
    """How many shingles in a row are equal from these places on."""
    length = 0
    end = min(len(one) - at, len(other) - place)
    while length < end and one[at + length] == other[place + length]:
        length += 1
    return length


def _places(text: WordedText) -> Mapping[int, list[NumberPlace]]:
    """By entry of a sample of numbers, all places of `text` that give it."""
    places: dict[int, list[NumberPlace]] = {}
    for entry, place in _numbers(text):
        places.setdefault(entry, []).append(place)
    return places


def _numbers(text: WordedText) -> Iterator[tuple[int, NumberPlace]]:
    at = 0
    while 2 * at < len(text.figures):
        last, first, end, before, after = number_at(text.hashes, text.figures, at)
        if before != NO_CONTEXT:
            yield before, NumberPlace(first=first, end=end, start=max(0, first - CONTEXT_WORDS), stop=end)
        if after != NO_CONTEXT:
            stop = min(len(text), end + CONTEXT_WORDS)
            yield after, NumberPlace(first=first, end=end, start=first, stop=stop)
        at = last + 1


def _first(places: Mapping[int, list[NumberPlace]], entries: Iterable[int]) -> NumberPlace:
    return min((places[entry][0] for entry in entries), key=lambda place: place.first)
