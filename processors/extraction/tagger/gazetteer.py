"""What the tables already know, as classes of words and phrases: hints for the tagger, never a verdict.

Knows the tables' columns. Must not know texts, tags or the model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Final

from processors.extraction.coding.building import ACTOR_COLUMNS, PLACE_COLUMNS, STATE_COLUMNS
from processors.extraction.coding.morphology import clitic_forms, is_arabic, nisba_forms
from processors.extraction.coding.tables import rows
from processors.extraction.folding import key

WORD_COLUMNS: Final = ("class", "words")
_WORDS: Final = "tagger.ar.tsv"


class _Node:
    __slots__ = ("classes", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.classes: set[str] = set()


class Gazetteer:
    """Classes of phrases: state, nisba, place, person, organisation, surname, and those of the words table.

    Immutable after construction. `digest` tells its tables from others.
    """

    def __init__(self, phrases: Iterator[tuple[str, str]], *, digest: str) -> None:
        self.digest = digest
        self._roots: dict[str, _Node] = {}
        for name, phrase in phrases:
            self._add(name, key(phrase))
        self._own = frozenset(self._roots)
        for word, node in list(self._roots.items()):
            for form, _, _ in clitic_forms(word):
                self._roots.setdefault(form, node)  # a form that is a word itself is that word

    def begins(self, word: str) -> bool:
        """Whether a phrase begins with the folded `word` as it stands, without clitics."""
        return word in self._own

    def _add(self, name: str, phrase: tuple[str, ...]) -> None:
        if not phrase:
            return
        node = self._roots.setdefault(phrase[0], _Node())
        for word in phrase[1:]:
            node = node.next.setdefault(word, _Node())
        node.classes.add(name)

    def classes(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """For each folded word the classes of the phrases it stands in, each as `B-class` or `I-class`, sorted."""
        found: list[set[str]] = [set() for _ in words]
        for index, word in enumerate(words):
            node = self._roots.get(word)
            position = index
            while node is not None:
                for name in node.classes:
                    found[index].add(f"B-{name}")
                    for inner in range(index + 1, position + 1):
                        found[inner].add(f"I-{name}")
                position += 1
                node = node.next.get(words[position]) if position < len(words) else None
        return [tuple(sorted(names)) for names in found]


def package_gazetteer() -> Gazetteer:
    """The gazetteer of the tables that ship with the package.

    Raises:
        TableError: a table cannot be used; says file and line.
    """
    tables = list(_tables())
    digest = hashlib.sha256("\0".join(text for _, text in tables).encode())
    return Gazetteer(_phrases(tables), digest=digest.hexdigest())


def _tables() -> Iterator[tuple[str, str]]:
    """The tables of names, each one file or a folder of files, in a fixed order."""
    data = resources.files("processors.extraction").joinpath("data")
    for name in ("states", "persons", "organisations", "places"):
        if (file := data / f"{name}.tsv").is_file():
            yield f"{name}.tsv", file.read_text(encoding="utf-8")
        if (folder := data / name).is_dir():
            for part in sorted(folder.iterdir(), key=lambda part: part.name):
                if part.name.endswith(".tsv"):
                    yield f"{name}/{part.name}", part.read_text(encoding="utf-8")
    yield _WORDS, (data / _WORDS).read_text(encoding="utf-8")


def _phrases(tables: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(class, phrase) of all tables."""
    for file, text in tables:
        if file == _WORDS:
            for row in rows(text, file=file, columns=WORD_COLUMNS):
                yield from ((row["class"], word) for word in row.items("words"))
        elif file == "places.tsv":
            for row in rows(text, file=file, columns=PLACE_COLUMNS):
                yield from (("place", name) for name in row.items("places"))
        elif file == "states.tsv":
            for row in rows(text, file=file, columns=STATE_COLUMNS):
                names = (row["arabic"], *row.items("aliases"))
                yield from (("state", name) for name in names)
                yield from (("place", name) for name in row.items("metonyms"))
                for adjective in row.items("adjectives"):
                    if is_arabic("".join(key(adjective)[:1])):
                        yield from (("nisba", " ".join(form)) for form in nisba_forms(adjective))
                yield from (("nisba", name) for name in row.items("demonyms"))
        else:
            kind = "person" if file.startswith("persons") else "organisation"
            short = "surname" if kind == "person" else "short"
            for row in rows(text, file=file, columns=ACTOR_COLUMNS):
                names = (row["arabic"], *row.items("aliases"))
                yield from ((kind, name) for name in names)
                yield from ((short, name) for name in row.items("short"))
                if kind == "person":
                    # its parts are parts of other persons' names too
                    yield from _parts(row["arabic"])


def _parts(name: str) -> Iterator[tuple[str, str]]:
    words = name.split()
    if len(words) > 1:
        yield "first", words[0]
        yield "last", words[-1]
