"""What recognition finds in a text: actors and triggers at their places."""

from __future__ import annotations

from msgspec import Struct

from khabar.records import MentionedActor
from processors.extraction.coding.patterns import Trigger
from processors.extraction.folding import Tokens


class Spot(Struct, frozen=True, kw_only=True):
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


class Cue(Struct, frozen=True, kw_only=True):
    """A trigger at tokens start..end (exclusive), characters begin..finish. `conjoined`: و or ف is written with it."""

    trigger: Trigger
    start: int
    end: int
    begin: int
    finish: int
    conjoined: bool


class Reading(Struct, frozen=True, kw_only=True):
    """What stands in a text. `bounds`: the token where each sentence starts, and last the number of tokens."""

    tokens: Tokens
    spots: list[Spot]
    cues: list[Cue]
    bounds: list[int]
