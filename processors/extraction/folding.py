"""Letters: brings spellings of one word to one form, without moving any character, and cuts text into tokens.

Knows Arabic orthography. Must not know actors or events. Folding is one to one in characters, so offsets into the
folded text are offsets into the text; what a word loses (marks, tatweel, hamza) becomes FILLER and leaves its key only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

FILLER: Final = "ـ"
_LETTERS: Final = (
    ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"), ("ی", "ي"), ("ک", "ك"), ("ھ", "ه"), ("ہ", "ه"),
    ("ة", "ه"), ("ؤ", "و"), ("ئ", "ي"), ("ء", FILLER), ("_", " "),
)  # fmt: skip
_MARKS: Final = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
JOINERS: Final = "\u00ad\u200c\u200d\u2060\ufeff"
"""Invisible between two letters of one word; anywhere else they are a space."""
_JOINED: Final = re.compile(f"(?<=[^\\W_])[{JOINERS}]+(?=[^\\W_])")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_TOKEN: Final = re.compile(r"(\w+)")
"""Letters and digits; a folded text has no _."""


class Tokens(NamedTuple):
    """`words[i]` is the folded key of the token at `starts[i]:ends[i]`; `gaps[i]` stands before it, the last one after all."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]


def fold(text: str) -> str:
    """`text` with one form per letter; as long as `text`, character for character."""
    for letter, plain in _LETTERS:
        text = text.replace(letter, plain)
    text = _MARKS.sub(FILLER, text)
    if _INVISIBLE.search(text) is None:  # as in most texts
        return text
    text = _JOINED.sub(lambda joined: FILLER * len(joined[0]), text)
    return _INVISIBLE.sub(" ", text)


@lru_cache(maxsize=4096)
def key(text: str) -> tuple[str, ...]:
    """The folded words of a name, as tokens() would give them. The names of those in office are asked for again and again."""
    return tuple(word for word in tokens(text).words if word)


def tokens(text: str) -> Tokens:
    """Tokens of `text` with their offsets. Letters and digits make tokens; all else is in the gaps."""
    pieces = _TOKEN.split(fold(text))
    edges = list(accumulate(map(len, pieces)))
    words = pieces[1::2]
    if FILLER in "".join(words):
        words = [word.replace(FILLER, "") if FILLER in word else word for word in words]
    return Tokens(words, edges[0:-1:2], edges[1::2], pieces[0::2])
