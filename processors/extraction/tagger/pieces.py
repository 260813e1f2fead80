"""Bounds of work: a sentence that is too long for one is cut, and joined again behind the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

MAX_TOKENS: Final = 200
"""A "sentence" longer than this is a list or a broken page."""


def cut(sentence: Sequence[str]) -> Iterator[Sequence[str]]:
    """`sentence` in pieces of at most MAX_TOKENS; an empty one gives none."""
    for start in range(0, len(sentence), MAX_TOKENS):
        yield sentence[start : start + MAX_TOKENS]
