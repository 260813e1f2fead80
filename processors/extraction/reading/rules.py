"""The rules of rules.tsv: which lines of a page are not the article, and what a line that is one may end in.

Knows lines, one at a time: what a line is never depends on its neighbours. Must not know where in a page it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from processors.extraction.reading.characters import fold

HEAD_CHARACTERS = 120
"""What a rule looks at of a line: its beginning, so that a long line costs no more than a short one."""
TAIL_CHARACTERS = 120
MAX_LINE_CHARACTERS = {"heading": 160, "end": 500, "start": 300}
"""A longer line is a paragraph, whatever it begins with: no body is lost to a rule."""

_KINDS = frozenset({"heading", "link", "end", "start", "whole", "tail", "prose", "glued"})
# What may stand around a rule's words: bullets, quotes, brackets, arrows, emoji.
_AROUND = r"\W{0,12}"
_SEPARATOR = r" ?(?:[:：|/»>–—-]|\.{2,4}|…)"
# The mark comes first: a search can skip to it, where a lookbehind in front would be tried at every character.
_ARABIC_LETTER = "[\u0621-\u0652\\d]"
_ARABIC_MARK = f'[.!؟?](?:(?<={_ARABIC_LETTER}{{2}}[.!؟?])|(?<={_ARABIC_LETTER}["”»)][.!؟?]))[.!؟?]{{0,2}}'
_LATIN_MARK = '[.!?](?:(?<=[a-z]{2}[.!?])|(?<=[a-z]["”»)][.!?]))[.!?]{0,2}'


class Kind(Enum):
    """What a line is."""

    BODY = "body"
    HEADING = "heading"
    """Opens a list of links."""
    LINK = "link"
    """Such a heading with the link itself."""
    END = "end"
    """Not the article, and the article is over."""
    NOISE = "noise"
    """Not the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table. `kind` says what `pattern` is held against, `removes` is for people."""

    kind: str
    language: str
    pattern: str
    removes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    lines: re.Pattern[str]
    tail: re.Pattern[str]
    prose: re.Pattern[str]
    glued: re.Pattern[str]


def rules() -> tuple[Rule, ...]:
    """The table, in its order. Raises ValueError where a line has not four columns or a kind that is not known."""
    table = files(__package__).joinpath("rules.tsv").read_text(encoding="utf-8")
    found = tuple(
        Rule(kind=kind, language=language, pattern=pattern, removes=removes)
        for kind, language, pattern, removes in (
            line.split("\t") for line in table.splitlines() if line and not line.startswith("#")
        )
    )
    if unknown := {rule.kind for rule in found} - _KINDS:
        raise ValueError(f"rules.tsv: unknown kind {', '.join(sorted(unknown))}; known are {', '.join(sorted(_KINDS))}")
    return found


def kind_of(line: str) -> Kind:
    """What `line` (stripped, with single spaces) is by itself."""
    head = line[:HEAD_CHARACTERS]
    match = _compiled().lines.match(fold(head))
    if match is None:
        return Kind.BODY
    name = match.lastgroup or ""
    if name in {"whole", "heading", "nothing"}:
        # These match up to the end of what they see, which must be the end of the line.
        if len(line) > HEAD_CHARACTERS:
            return Kind.BODY
        return Kind.HEADING if name == "heading" else Kind.NOISE
    if name == "link":
        return Kind.LINK if len(line) <= MAX_LINE_CHARACTERS["heading"] else Kind.BODY
    if len(line) > MAX_LINE_CHARACTERS[name]:
        return Kind.BODY
    return Kind.END if name == "end" else Kind.NOISE


def is_prose(line: str) -> bool:
    """Whether `line` begins as a paragraph in the middle of an article does, and a headline does not."""
    return _compiled().prose.match(fold(line[:HEAD_CHARACTERS])) is not None


def link_title(line: str) -> str:
    """The title in a line of kind LINK."""
    return re.split(_SEPARATOR, line, maxsplit=1)[-1].strip(" :|/»>–—-.…")


def without_tail(line: str) -> str:
    """`line` without what the tail rules take off its end, however often they apply."""
    tail = _compiled().tail
    while True:
        start = max(0, len(line) - TAIL_CHARACTERS)
        # A removed tail is found in the folded text, whose characters are fewer: count from the end of the words before it.
        match = tail.search(fold(line[start:]))
        if match is None:
            return line
        line = line[: start + _unfolded(line[start:], match.start())].rstrip()


def with_sentences_apart(text: str) -> str:
    """`text` with a space after each full stop, question or exclamation mark that stands between two glued sentences."""
    return _compiled().glued.sub(r"\g<0> ", text)


def _unfolded(text: str, folded_characters: int) -> int:
    position = 0
    for count, character in enumerate(text):
        if position == folded_characters:
            return count
        position += len(fold(character))
    return len(text)


@cache
def _compiled() -> _Compiled:
    by_kind: Mapping[str, list[str]] = {kind: [] for kind in _KINDS}
    for rule in rules():
        by_kind[rule.kind].append(rule.pattern if rule.kind == "glued" else fold(rule.pattern))
    any_of = {kind: "(?:" + "|".join(patterns) + ")" for kind, patterns in by_kind.items()}
    heading, link = any_of["heading"], any_of["link"]
    lines = "|".join(
        (
            r"(?P<nothing>\W*$)",
            rf"(?P<heading>{_AROUND}{heading}\W*$)",
            rf"(?P<link>{_AROUND}(?:{heading}|{link}){_SEPARATOR}\W*\w)",
            rf"(?P<whole>{_AROUND}{any_of['whole']}\W*$)",
            rf"(?P<end>{_AROUND}{any_of['end']})",
            rf"(?P<start>{_AROUND}{any_of['start']})",
        )
    )
    arabic_next = f'(?=["«“(]?(?!{any_of["glued"]})[\u0621-\u064a]{{2}})'
    latin_next = f"(?=[\"«“(]?(?!(?i:{any_of['glued']}))[A-Z][a-z]*[ ,'’])"
    return _Compiled(
        lines=re.compile(lines, re.IGNORECASE),
        tail=re.compile(rf"{any_of['tail']}\W{{0,12}}$", re.IGNORECASE),
        prose=re.compile(any_of["prose"], re.IGNORECASE),
        glued=re.compile(f"{_ARABIC_MARK}{arabic_next}|{_LATIN_MARK}{latin_next}"),
    )
