"""Sentences and words of a clean text, as places in it: for reading, for coding, for whoever shows a text.

Knows marks and the words of data/sentences.tsv; must not know actors, events or pages. Every function takes any str, is linear
in its length and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

_WORD = re.compile("(?:[^\\W_]|[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed])+")
_CLOSERS = "\"'”’»)\\]"
_MARK = re.compile(r"[.!?؟…\n]")
# Nine of ten: a full stop behind a word of two and more Arabic letters, before a space and no small letter.
_PLAIN_END = re.compile(r"(?<=[\u0621-\u064a]{2})\.(?=\n|$| [\u0621-\u064a\d])")
# Possessive, and what may follow is asked behind the match: a run of marks that ends nothing is read once.
_MARKS = re.compile(rf"(?P<marks>[.!?؟…]++)[{_CLOSERS}]*+")
_SPACE_OR_LETTER = re.compile(r"\s|$|(?P<letter>[\u0621-\u064a])")
# Two Arabic words that were glued together: غزة.وأضاف; but not س.إن.إن, 3.5 or khabar.example.
_GLUED = re.compile(r"(?<=[\u0621-\u064a]{3})\.(?=[\u0621-\u064a]{3})")
_OPENERS = re.compile(r"[\s\"'“‘«(\[–—-]*")
_LAST_WORD_CHARACTERS = 24
_LAST_WORD = re.compile(r"(?:^|[^\w.\u064b-\u0652])([\w.\u064b-\u0652]+)$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_NUMBERED = re.compile(r"\s{0,20}[(\[]?\d{1,3}\)?")


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int


def tokens(text: str) -> tuple[Span, ...]:
    """The words and numbers of `text`, in order: letters, digits and the marks on them. All else stands between them."""
    return tuple(Span(*match.span()) for match in _WORD.finditer(text))


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text`, in order, each with its marks and quotes and without spaces around it.

    A line's end ends a sentence. Full stops of abbreviations, initials, decimals and numbered points do not; neither does a mark
    behind which a small letter goes on ("Will you come?" he asked).
    """
    found = []
    start = 0
    for end in (*ends(text), len(text)):
        sentence = text[start:end]
        stripped = sentence.strip()
        if stripped:
            begin = start + len(sentence) - len(sentence.lstrip())
            found.append(Span(begin, begin + len(stripped)))
        start = end
    return tuple(found)


def ends(text: str) -> Iterator[int]:
    """Where sentences end: the position behind the last character of each but the last."""
    start = done = 0
    for candidate in _MARK.finditer(text):
        at = candidate.start()
        if at < done:
            continue
        if candidate[0] == "\n" or _PLAIN_END.match(text, at):
            done = at + 1
        else:
            marks = _MARKS.match(text, at)
            assert marks is not None  # the candidate is one of them
            done = marks.end()
            following = _SPACE_OR_LETTER.match(text, done)
            if following is None:
                continue
            if not (_is_end(text, start, marks) if following["letter"] is None else _is_glued(text, marks)):
                continue
        start = done
        if done < len(text):
            yield done


def _is_glued(text: str, match: re.Match[str]) -> bool:
    """Whether marks without a space behind them stand between two sentences: خطأ..وأضاف, خطأ .وأضاف, غزة.وأضاف; not أ.ف.ب"""
    at = match.start()
    if match["marks"] == "." and match.end() == at + 1 and at and text[at - 1].isalnum():
        return _GLUED.match(text, at) is not None
    return True


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    opening = _OPENERS.match(text, match.end())
    following = text[opening.end() : opening.end() + 1] if opening else ""
    if following.islower():
        return False
    if match["marks"] != "." or match.end() != match.end("marks"):
        return True
    at = match.start()
    if _NUMBERED.fullmatch(text, start, at):
        return False
    before = _LAST_WORD.search(text[max(start, at - _LAST_WORD_CHARACTERS) : at])
    if before is None:
        return True
    word = before[1]
    kinds = _kinds()
    if word in kinds["joins"]:
        return False
    if word in kinds["either"]:
        return following.isupper()
    if _INITIALS.fullmatch(word) is None:
        return True
    # 2024 م. ends a sentence, J. and د. do not; U.S. does before a word that opens one.
    if text[max(start, at - len(word) - 3) : at - len(word)].rstrip()[-1:].isdigit():
        return True
    word_after = _WORD.search(text, match.end())
    return word_after is not None and word_after[0] in kinds["opens"] and len(word) > 1


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {"joins": set(), "either": set(), "opens": set()}
    table = resources.files("processors.extraction").joinpath("data", "sentences.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            kind, _, words = line.split("\t")
            found[kind].update(words.split("|"))
    return {kind: frozenset(words) for kind, words in found.items()}
