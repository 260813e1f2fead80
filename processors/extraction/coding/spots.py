"""What recognition finds in a text: actors and triggers at their places.

Knows tokens and their characters. Must not know what words mean.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from msgspec import Struct

from khabar.records import MentionedActor
from processors.extraction.coding.lexicon import Descriptor, Name, Shared, Title
from processors.extraction.coding.patterns import Trigger
from processors.extraction.folding import FILLER, JOINERS, Tokens, fold, tokens

_MARKS: Final = frozenset({*(mark for mark in map(chr, range(0x600, 0x700)) if fold(mark) == FILLER), *JOINERS} - {"ء"})
"""What stands on a letter or between two of a word: all that folding takes out of a word but hamza, which is a letter."""


# Of spots, cues and what is made of them there are many, and none leads back to itself: the collector need not know them (gc=False).


class Spot(Struct, frozen=True, kw_only=True, gc=False):
    """An actor at tokens start..end (exclusive), characters begin..finish.

    `preposition` and `conjoined`: what is written together with it. `weak`: by itself no actor (a mere place, the source of
    a report), unless an event takes it. `adjective`: a nisba, which may belong to any noun.
    `scene`: a city that only fixes the state an act falls upon.
    """

    actor: MentionedActor
    start: int
    end: int
    begin: int
    finish: int
    preposition: str
    conjoined: bool
    weak: bool
    adjective: bool
    scene: bool


class Cue(Struct, frozen=True, kw_only=True, gc=False):
    """A trigger at tokens start..end (exclusive), characters begin..finish. `conjoined`: و or ف is written with it."""

    trigger: Trigger
    start: int
    end: int
    begin: int
    finish: int
    conjoined: bool


class Reading(Struct, frozen=True, kw_only=True):
    """What stands in a text. `bounds`: the token where each sentence starts, and last the number of tokens. `sports`: it is about
    sports, where a clash is a match.
    """

    tokens: Tokens
    spots: list[Spot]
    cues: list[Cue]
    bounds: list[int]
    sports: bool = False


class Waiting(NamedTuple):
    """Somebody at tokens start..end whose state, or who altogether, only the article tells.

    Unnamed people (`descriptor`), one of several states with one name (`shared`), a person named with a title that says no state (`name`), or a title alone (`title`).
    `told`: what a tagger takes the `name` for, that no list and no title explains.
    """

    start: int
    end: int
    cut: int
    preposition: str
    weak: bool
    descriptor: Descriptor | None = None
    shared: tuple[Shared, ...] = ()
    title: Title | None = None
    name: Name | None = None
    told: Literal["", "person", "organisation"] = ""


class Page:
    """A text with its tokens; makes spots of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.keys = self.tokens.words

    def spot(
        self,
        actor: MentionedActor,
        start: int,
        end: int,
        *,
        cut: int,
        preposition: str,
        weak: bool = False,
        adjective: bool = False,
        scene: bool = False,
    ) -> Spot:
        """The spot of an actor at tokens start..end, of whose first word `cut` letters are clitics."""
        return Spot(
            actor=actor, start=start, end=end, begin=self.begin(start, cut) if cut else self.tokens.starts[start],
            finish=self.tokens.ends[end - 1], preposition=preposition, conjoined=cut > 0 and self.conjoined(start, cut),
            weak=weak, adjective=adjective, scene=scene,
        )  # fmt: skip

    def begin(self, index: int, letters: int) -> int:
        """Where the word at `index` goes on after `letters` letters, and after the marks on them."""
        start = self.tokens.starts[index]
        while letters:
            start += 1
            letters -= 1
            while self.text[start] in _MARKS:
                start += 1
        return start

    def conjoined(self, index: int, cut: int) -> bool:
        """Whether و or ف is among the letters cut from the word at `index`."""
        return cut > 0 and self.keys[index][0] in "وف"
