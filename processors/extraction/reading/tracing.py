"""Where the characters of a cleaned text stood before it was cleaned.

Knows replacements in strings and nothing of pages. Cleaning itself keeps no account, as most pages are never asked about:
what it replaced is worked out again, by the same patterns, when somebody asks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

Pass: TypeAlias = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
"""A pattern and what stands in place of each match: a text of which nothing is a group, or a function of the match."""


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int


class _Edit(NamedTuple):
    """Characters `start`..`end` of the text after a pass stand in place of `old_start`..`old_end` before it."""

    start: int
    end: int
    old_start: int
    old_end: int


class Traced:
    """A text and how it came about. Immutable; linear in the text's length to make, logarithmic to ask."""

    def __init__(self, text: str, passes: Sequence[Pass] = ()) -> None:
        self.text = text
        self._edits: tuple[tuple[list[int], list[_Edit]], ...] = ()
        for pattern, replacement in passes:
            self._apply(pattern, replacement)

    def origin(self, start: int, end: int) -> Span:
        """The characters of the first text that became `start`..`end` (at least one) of this one; none, where all of these
        were put in.

        Raises ValueError where this text has no such characters.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"characters {start} to {end} of a text of {len(self.text)}")
        for starts, edits in reversed(self._edits):
            start, end = _before(starts, edits, start)[0], _before(starts, edits, end - 1)[1]
        return Span(start, max(start, end))

    def _apply(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> None:
        edits: list[_Edit] = []
        pieces: list[str] = []
        done = length = 0
        for match in pattern.finditer(self.text):
            new = replacement if isinstance(replacement, str) else replacement(match)
            # What stays at its beginning is no change: the space put behind a full stop comes from nothing.
            same = 0
            while same < len(new) and match[0][same : same + 1] == new[same]:
                same += 1
            kept = self.text[done : match.start()]
            length += len(kept)
            edits.append(_Edit(length + same, length + len(new), match.start() + same, match.end()))
            pieces += (kept, new)
            length += len(new)
            done = match.end()
        if edits:
            pieces.append(self.text[done:])
            self.text = "".join(pieces)
            self._edits = (*self._edits, ([edit.start for edit in edits], edits))


def _before(starts: list[int], edits: list[_Edit], position: int) -> tuple[int, int]:
    """The characters before a pass that the character at `position` after it comes from."""
    index = bisect_right(starts, position) - 1
    if index < 0:
        return position, position + 1
    edit = edits[index]
    if position < edit.end:
        return edit.old_start, edit.old_end
    old = position - edit.end + edit.old_end
    return old, old + 1
