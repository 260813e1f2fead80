"""Attackers of whom only is said that there was one: شاب يطلق النار, المهاجم, منفذ الهجوم.

Knows the words for them. Must not know how a sentence is read.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from khabar.records import MentionedActor
from processors.extraction.coding.acts import Act
from processors.extraction.coding.patterns import Words
from processors.extraction.coding.spots import Cue, Reading

_REACH: Final = 4
"""Somebody stands at most so many tokens before what he does."""
_MARKS: Final = frozenset(".:؛;\n")


def by_strangers(found: list[Act], reading: Reading, words: Words, stranger: MentionedActor | None) -> list[Act]:
    """The acts, with `stranger` as the source of attacks that nobody is named for, where the article speaks of who did it."""
    if stranger is None or not any(_orphan(act) for act in found):
        return found
    code = stranger.code
    somebody = _spoken_of(reading, words, code)
    told: list[Act] = []
    for act in found:
        if _orphan(act) and all(actor.code != code for actor in act.target):
            subject = _subject(reading, words, act.cue)
            if somebody or subject:
                act = replace(act, source=(stranger,), source_guessed=not subject)
        told.append(act)
    return told


def _orphan(act: Act) -> bool:
    return act.type == "ASSAULT" and not act.source and bool(act.target) and act.status == "actual"


def _spoken_of(reading: Reading, words: Words, code: str) -> bool:
    """Whether the article speaks of the one who did it, and of no group that may have done it."""
    if any(spot.actor.kind == "armed_group" and spot.actor.code != code for spot in reading.spots):
        return False
    if any(spot.actor.code == code for spot in reading.spots):
        return True
    return not words["attacker"].isdisjoint(reading.tokens.words)


def _subject(reading: Reading, words: Words, cue: Cue) -> bool:
    """Whether somebody stands before the verb as its subject: رجل يطعن, شخص حاول دهس."""
    trigger = cue.trigger
    if trigger.casualty or trigger.undergone:
        return False
    keys, gaps = reading.tokens.words, reading.tokens.gaps
    known, attempts = words["somebody"], words["attempt"]
    tried = not trigger.noun
    for token in range(cue.start - 1, max(-1, cue.start - 1 - _REACH), -1):
        if not _MARKS.isdisjoint(gaps[token + 1]):
            return False
        if keys[token] in attempts:
            tried = True
        elif keys[token] in known:
            return tried and keys[token - 1 if token else 0] not in words["preposition"]
    return False
