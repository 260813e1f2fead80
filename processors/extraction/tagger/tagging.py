"""Applies a model: tags of tokenised sentences, names in a text.

Knows how a text becomes tokens as CoNLL data have them. Must not know how models are trained.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from processors.extraction.folding import FILLER, Tokens, fold
from processors.extraction.sentences import ends
from processors.extraction.tagger import features
from processors.extraction.tagger.conll import entities
from processors.extraction.tagger.features import Vocabulary, folded
from processors.extraction.tagger.gazetteer import Gazetteer, package_gazetteer
from processors.extraction.tagger.library import crfsuite
from processors.extraction.tagger.model import Model, load
from processors.extraction.tagger.names import Name, NameKind
from processors.extraction.tagger.pieces import cut

KINDS: Final[dict[str, NameKind]] = {"PER": "person", "ORG": "organisation"}
"""The types of entities that are actors; others are tagged, and left to the lists."""
_CONJUNCTIONS: Final = "وف"
_PREPOSITIONS: Final = "بلك"
_SHORTEST_NAME: Final = 3


class _Token(NamedTuple):
    """A word or mark of a text. `number` counts words, and is -1 for a mark."""

    text: str
    start: int
    end: int
    number: int


class Tagger:
    """Tags by one model and one gazetteer: a NameFinder. Deterministic; the work is linear in the text."""

    def __init__(self, model: Model, gazetteer: Gazetteer) -> None:
        """Raises LibraryMissing."""
        library: Any = crfsuite()
        self._gazetteer = gazetteer
        self._crf = model.crf  # the library reads it where it lies, and does not keep it alive
        self._vocabulary = Vocabulary(model.vocabulary)
        self._library_tagger = library.Tagger()
        self._library_tagger.open_inmemory(self._crf)
        self._version = hashlib.sha256(f"{model.digest} {gazetteer.digest}".encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """Twelve hex digits that depend on the model and the gazetteer."""
        return self._version

    def tag(self, text: Sequence[Sequence[str]]) -> list[list[str]]:
        """The tags of the sentences of a text, each a sequence of tokens, none of them empty."""
        pieces = [piece for sentence in text for piece in cut(sentence)]
        looks = features.look(pieces, self._gazetteer, self._vocabulary, training=False)
        tagged = map(self._library_tagger.tag, looks)
        return [[tag for _ in cut(sentence) for tag in next(tagged)] for sentence in text]

    def find_names(self, text: str, tokens: Tokens) -> list[Name]:
        """Persons and organisations in `text`; `tokens` are folding.tokens(text). Never raises on any text."""
        sentences = list(_sentences(text, tokens))
        words = frozenset(tokens.words)
        found = []
        for sentence, tags in zip(sentences, self.tag([[t.text for t in s] for s in sentences]), strict=True):
            for entity in entities(tags):
                inside = [token for token in sentence[entity.start : entity.end] if token.number >= 0]
                if inside and entity.type in KINDS:
                    begin = self._begin(text, inside[0], words)
                    found.append(Name(begin, inside[-1].end, KINDS[entity.type]))
        return found

    def _begin(self, text: str, token: _Token, words: frozenset[str]) -> int:
        """Where the name begins in its first token: behind clitics, if only without them it is a word that is known.

        So لبوش gives up its letter where بوش is listed or stands in the text, and بوش never does.
        """
        word = folded(token.text)
        if self._known(word):
            return token.start
        for letters in _clitics(word):
            bare = word[letters:]
            if len(bare) >= _SHORTEST_NAME and (bare in words or self._known(bare)):
                return _skip(text, token.start, letters)
        return token.start

    def _known(self, word: str) -> bool:
        return self._gazetteer.begins(word)


def load_tagger(path: Path, gazetteer: Gazetteer | None = None) -> Tagger:
    """The tagger of a model file, with the gazetteer that ships with the package if none is given.

    Raises:
        ModelError: the file is no model, is damaged, or of another version of the features.
        LibraryMissing: python-crfsuite is not installed.
    """
    return Tagger(load(path), gazetteer or package_gazetteer())


def _clitics(word: str) -> Iterator[int]:
    """How many letters may be clitics, the fewest first."""
    if word[0] in _CONJUNCTIONS:
        yield 1
        if word[1:2] in tuple(_PREPOSITIONS):
            yield 2
    elif word[0] in _PREPOSITIONS:
        yield 1


def _skip(text: str, start: int, letters: int) -> int:
    """Where the word goes on after `letters` letters, and after the marks on them."""
    while letters:
        start += 1
        letters -= 1
        while fold(text[start]) == FILLER and text[start] != "ء":
            start += 1
    return start


def _sentences(text: str, tokens: Tokens) -> Iterator[list[_Token]]:
    """The sentences of `text` that have tokens: its words, and each mark between them as one more."""
    found = list(_tokens(text, tokens))
    starts = [token.start for token in found]
    bounds = sorted({0, *(bisect_left(starts, end) for end in ends(text)), len(found)})
    for begin, end in pairwise(bounds):
        yield found[begin:end]


def _tokens(text: str, tokens: Tokens) -> Iterator[_Token]:
    done = 0
    for index, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
        yield from _marks(text, done, start)
        yield _Token(text[start:end], start, end, index)
        done = end
    yield from _marks(text, done, len(text))


def _marks(text: str, start: int, end: int) -> Iterator[_Token]:
    for at in range(start, end):
        if not text[at].isspace() and text[at].isprintable():
            yield _Token(text[at], at, at + 1, -1)
