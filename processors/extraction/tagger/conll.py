"""Reads and checks CoNLL data: one token and its IOB2 tag a line, a blank line between sentences.

Knows the format. Must not know what the tags are used for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khabar.errors import KhabarError

OUTSIDE: Final = "O"
_TAG: Final = re.compile(r"O|[BI]-[A-Z][A-Z0-9_]*")


class ConllError(KhabarError):
    """A line of a CoNLL file cannot be used. The text names the file and the line."""

    exit_code = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Tokens and their tags, of one length."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """Tokens `start` to `end` (exclusive) of a sentence."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A file's sentences, and the lines with an I- that continued nothing: it is read as B-, as conlleval does."""

    sentences: tuple[Sentence, ...]
    mended_lines: tuple[int, ...]


def read_conll(path: Path) -> Corpus:
    """What stands in the file.

    Raises:
        ConllError: with file and line, for what is not UTF-8, a line that is not token TAB tag, a tag that is not IOB2; or
            the file cannot be read, or holds no sentence.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConllError(f"{path} cannot be read: {error.strerror}") from None
    return parse_conll(data, file=str(path))


def parse_conll(data: bytes, *, file: str) -> Corpus:
    """What stands in `data`; `file` is named in errors. A byte order mark and CR before LF are passed over.

    Raises:
        ConllError: see read_conll.
    """
    sentences: list[Sentence] = []
    mended: list[int] = []
    tokens: list[str] = []
    tags: list[str] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        place = f"{file}:{number}"
        try:
            line = raw.decode("utf-8").removesuffix("\r")
        except UnicodeDecodeError:
            raise ConllError(f"{place}: not UTF-8") from None
        if not line.strip():
            if tokens:
                sentences.append(Sentence(tokens=tuple(tokens), tags=tuple(tags)))
                tokens, tags = [], []
            continue
        token, tag = _cells(line, place)
        if tag.startswith("I-") and (not tags or tags[-1][1:] != tag[1:]):
            tag = f"B-{tag[2:]}"
            mended.append(number)
        tokens.append(token)
        tags.append(tag)
    if tokens:
        sentences.append(Sentence(tokens=tuple(tokens), tags=tuple(tags)))
    if not sentences:
        raise ConllError(f"{file}: there is no sentence in it")
    return Corpus(sentences=tuple(sentences), mended_lines=tuple(mended))


def entities(tags: Sequence[str]) -> tuple[Entity, ...]:
    """The entities that `tags` mark. An I- that continues nothing begins one, as conlleval has it."""
    found: list[Entity] = []
    start, type_ = 0, ""
    for index, tag in enumerate((*tags, OUTSIDE)):
        if type_ and tag != f"I-{type_}":
            found.append(Entity(start, index, type_))
            type_ = ""
        if tag != OUTSIDE and not type_:
            start, type_ = index, tag[2:]
    return tuple(found)


def _cells(line: str, place: str) -> tuple[str, str]:
    cells = line.split("\t")
    if len(cells) != 2:
        raise ConllError(f"{place}: {len(cells)} columns; a line is a token, a TAB and a tag")
    token, tag = cells[0].strip(), cells[1].strip()
    if not token:
        raise ConllError(f"{place}: the token is empty")
    if not _TAG.fullmatch(tag):
        raise ConllError(f"{place}: {tag!r} is no IOB2 tag: O, or B- or I- and a type in capitals, as B-PER")
    return token, tag
