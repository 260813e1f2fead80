"""What recognition may be given beside its lists: something that finds names in a text. Must not know how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from processors.extraction.folding import Tokens

NameKind = Literal["person", "organisation"]


class Name(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, without clitics where they can be told from the name."""

    start: int
    end: int
    kind: NameKind


class NameFinder(Protocol):
    """Finds names that no list need have. Deterministic; never raises on any text."""

    @property
    def version(self) -> str:
        """Changes with whatever changes the names found: part of the coder's version."""

    def find_names(self, text: str, tokens: Tokens) -> Sequence[Name]:
        """The names in `text`, in order and without overlap; `tokens` are folding.tokens(text)."""
