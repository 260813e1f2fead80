"""What the model sees of a token: its letters, its classes in the gazetteer, its neighbours, and the word elsewhere nearby.

Knows Arabic spelling. Must not know the library. A change here is a change of VERSION: a model that was trained with other
features would silently tag worse.

A name is told in full once and by its last word afterwards, so a token also sees how its word stands in the sentences
around: behind a title, behind a given name … A second model that learns from the tags of the first was tried: it cost five
trainings, and what it gained was unclear (two folds up by .01 in a first form, one fold even or down, development up by .004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from processors.extraction.folding import FILLER, fold
from processors.extraction.tagger.gazetteer import Gazetteer

VERSION: Final = "1"
AROUND_SENTENCES: Final = 30
"""So many sentences before and after count as nearby: about an article."""

Features = list[list[str]]
"""For each token of a sentence what is true of it."""

_CONJUNCTIONS: Final = "وف"
_PREPOSITIONS: Final = "بلكس"
_ENDINGS: Final = ("يون", "يين", "يه", "ات", "ون", "ين", "ان", "ها", "هم", "ه", "ي", "ا")
_QUOTES: Final = frozenset("\"'«»“”")
_SHORTEST_STEM: Final = 3
_LONGEST_AFFIX: Final = 4
_CACHED_WORDS: Final = 1 << 16
_TELLING: Final = {
    "B-given": "given", "B-first": "given", "B-title": "title", "B-organisation-head": "organisation",
    "B-place-head": "place", "B-particle": "particle",
}  # fmt: skip
_RARITIES: Final = (1, 3, 10)


class Vocabulary:
    """How often words and stems stand in the training data: a word that is rare there is likelier a name."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts

    @classmethod
    def of(cls, text: Iterable[Sequence[str]]) -> Vocabulary:
        """The counts of `text`; what stands there once is left out, and the rest is not counted further than needed."""
        counts: Counter[str] = Counter()
        for tokens in text:
            for token in tokens:
                word = folded(token)
                counts.update({word, _stem(_bare(word)[-1])})
        most = _RARITIES[-1] + 1
        return cls({word: min(count, most) for word, count in sorted(counts.items()) if count > 1})

    def rarity(self, word: str, *, seen: int) -> int:
        """0 (unknown) to 3. `seen` is what the asking itself adds: 1 for a token of the training data, else 0."""
        times = max(self.counts.get(word, 0), self.counts.get(_stem(_bare(word)[-1]), 0)) - seen
        return sum(times >= limit for limit in _RARITIES)


def folded(token: str) -> str:
    """The token's key: one form per letter, without marks, tatweel and invisible characters; never empty."""
    word = fold(token).replace(FILLER, "").replace(" ", "")
    return word.lower() or token


def look(
    text: Sequence[Sequence[str]], gazetteer: Gazetteer, vocabulary: Vocabulary, *, training: bool
) -> Iterator[Features]:
    """The features of each sentence of `text`, in order. `training`: the vocabulary was counted on this text."""
    words = [[folded(token) for token in tokens] for tokens in text]
    classes = [gazetteer.classes(sentence) for sentence in words]
    hints = [_hints(*sentence) for sentence in zip(words, classes, strict=True)]
    elsewhere = _elsewhere(words, hints)
    for sentence, known, other in zip(words, classes, elsewhere, strict=True):
        rarities = [vocabulary.rarity(word, seen=training) for word in sentence]
        yield _sentence(sentence, known, rarities, other)


def _sentence(
    words: Sequence[str],
    classes: Sequence[tuple[str, ...]],
    rarities: Sequence[int],
    elsewhere: Sequence[Iterable[str]],
) -> Features:
    own = [_word(word) for word in words]
    count = len(words)
    found: Features = []
    quoted = False
    for index in range(count):
        listed = ["bias", *own[index][0], *(f"g={name}" for name in classes[index])]
        listed.append(f"r={rarities[index]}")
        listed.extend(f"e={hint}" for hint in elsewhere[index])
        if words[index] in _QUOTES:
            quoted = not quoted
        elif quoted:
            listed.append("quoted")
        for distance in (-2, -1, 1, 2):
            at = index + distance
            if not 0 <= at < count:
                listed.append(f"{distance}:edge")
                continue
            near = abs(distance) == 1
            listed.extend(f"{distance}:{feature}" for feature in own[at][1 if near else 2])
            listed.extend(f"{distance}:g={name}" for name in classes[at])
            if near:
                listed.append(f"{distance}:r={rarities[at]}")
        if index:
            listed.append(f"-1w|w={words[index - 1]}|{words[index]}")
            listed.extend(f"-1g|g={one}|{other}" for one in classes[index - 1] for other in classes[index])
            listed.append(f"-1h|h={own[index - 1][3]}|{own[index][3]}")
            listed.append(f"-1r|r={rarities[index - 1]}|{rarities[index]}")
        if index + 1 < count:
            listed.append(f"w|1w={words[index]}|{words[index + 1]}")
        found.append(listed)
    return found


def _hints(words: Sequence[str], classes: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """How each word stands in its sentence: what may tell another occurrence of it apart."""
    found = []
    for index in range(len(words)):
        hints = {"seen"}
        if index:
            hints.update(_TELLING[name] for name in classes[index - 1] if name in _TELLING)
            if words[index - 1] == "في":
                hints.add("in")
        if index + 1 < len(words) and "B-family" in classes[index + 1]:
            hints.add("family")
        if "I-person" in classes[index]:
            hints.add("person")
        found.append(tuple(sorted(hints)))
    return found


def _elsewhere(
    words: Sequence[Sequence[str]], hints: Sequence[Sequence[Sequence[str]]]
) -> Iterator[list[tuple[str, ...]]]:
    """For each sentence and token: the hints of the word's other occurrences in the sentences around, without its clitics.

    One count is carried along, so the work is linear in the text.
    """
    counts: dict[str, Counter[str]] = {}

    def count(at: int, times: int) -> None:
        if 0 <= at < len(words):
            for word, given in zip(words[at], hints[at], strict=True):
                of_word = counts.setdefault(word, Counter())
                for hint in given:
                    of_word[hint] += times

    for at in range(AROUND_SENTENCES):
        count(at, 1)
    for at, sentence in enumerate(words):
        count(at + AROUND_SENTENCES, 1)
        count(at - AROUND_SENTENCES - 1, -1)
        yield [_others(word, own, counts) for word, own in zip(sentence, hints[at], strict=True)]


def _others(word: str, own: Sequence[str], counts: Mapping[str, Counter[str]]) -> tuple[str, ...]:
    if not word[0].isalpha():
        return ()
    found: set[str] = set()
    for form in _bare(word):
        for hint, times in counts.get(form, Counter()).items():
            if times > (form == word and hint in own):
                found.add(hint)
    return tuple(sorted(found))


@lru_cache(maxsize=_CACHED_WORDS)
def _word(word: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]:
    """Features of a word for itself, for its neighbours, for those two words off, and its shape."""
    shape = _shape(word)
    bare = _bare(word)
    own = [f"w={word}", f"h={shape}", f"n={min(len(word), 10)}"]
    if any(map(str.isdigit, word)):
        own.append("d=" + "".join("0" if character.isdigit() else character for character in word))
        return tuple(own), (f"h={shape}",), (f"h={shape}",), shape
    for length in range(1, min(_LONGEST_AFFIX, len(word)) + 1):
        own.append(f"p={word[:length]}")
        own.append(f"s={word[-length:]}")
    own.extend(f"b={form}" for form in bare)
    stem = _stem(bare[-1])
    own.append(f"t={stem}")
    own.extend(f"bp={bare[-1][:length]}" for length in (2, 3))
    near = (
        f"w={word}",
        f"b={bare[-1]}",
        f"t={stem}",
        f"h={shape}",
        f"s={word[-2:]}",
        f"p={word[:2]}",
        f"s={word[-3:]}",
    )
    far = (f"w={word}", f"b={bare[-1]}", f"h={shape}")
    return tuple(own), near, far, shape


def _shape(word: str) -> str:
    """How a word looks: its script, its article or digits; a mark is its own shape."""
    first = word[0]
    if first.isdigit():
        return "number"
    if not first.isalpha():
        return word[:2]
    if first.isascii():
        return "latin"
    if word.startswith("ال"):
        return "article"
    if word[1:].startswith(("ال", "لل")) or word.startswith("لل"):
        return "clitic+article"
    return "short" if len(word) < _SHORTEST_STEM else "word"


def _bare(word: str) -> tuple[str, ...]:
    """The word with ever fewer clitics: as it stands, without conjunction, preposition, article."""
    forms = [word]
    if len(word) > _SHORTEST_STEM and word[0] in _CONJUNCTIONS:
        forms.append(word[1:])
    last = forms[-1]
    if len(last) > _SHORTEST_STEM + 1 and last.startswith("لل"):
        forms.append(last[2:])
    elif len(last) > _SHORTEST_STEM and last[0] in _PREPOSITIONS:
        forms.append(last[1:])
    last = forms[-1]
    if len(last) > _SHORTEST_STEM + 1 and last.startswith("ال"):
        forms.append(last[2:])
    return tuple(forms)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
