"""Finds actors and triggers in a text: which, where, and where its sentences end.

Knows the lexicon and how names stand in Arabic and English sentences. Must not know event types.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import Final

from msgspec import Struct

from khabar.records import MentionedActor
from processors.extraction.coding.lexicon import Entry, Form, Lexicon, Naming, Node
from processors.extraction.coding.morphology import is_arabic
from processors.extraction.coding.patterns import Trigger, Words
from processors.extraction.folding import FILLER, Tokens, fold, tokens
from processors.extraction.sentences import ends

_DATELINE: Final = re.compile(r"[^\n.:؛]{0,80}?\([^()\n]{2,40}\)\s{0,3}[-—–]+|[^\n.:؛]{2,40}? [-—–]+ ")
_MAX_SENTENCE_TOKENS: Final = 250
"""A "sentence" longer than this is a list or a broken page; it is cut, so that work per sentence stays bounded."""


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


def read(text: str, lexicon: Lexicon, words: Words, *, body: int) -> Reading:
    """Recognise actors and triggers in `text`, whose title ends before character `body` (0: no title)."""
    found = tokens(text)
    keys, first = found.words, lexicon.first
    dateline = _DATELINE.match(text, body)
    silent = range(body, dateline.end()) if dateline else range(0)
    spots: list[Spot] = []
    cues: list[Cue] = []
    seen: dict[str, MentionedActor] = {}
    done = 0
    for index in [i for i, word in enumerate(keys) if word in first]:
        if index < done:
            continue
        entry = first[keys[index]]
        node, end = _longest(entry, keys, index)
        if node is None:
            continue
        done = end
        if node.stop:
            continue
        begin = _skip(text, found.starts[index], entry.cut)
        named = None
        if node.institution:
            named = _institution(lexicon, words, found, node, index, end)
        if named is None and node.namings:
            named = _named(lexicon, words, found, entry, node, index, end, seen)
        if named is not None:
            actor, end, form, weak = named
            if form == "adjective" and spots and spots[-1].actor.kind == "media" and spots[-1].end == index:
                weak = True  # صحيفة الغارديان البريطانية
            done = end
            if begin in silent:
                continue
            seen[actor.id] = actor
            spots.append(
                Spot(
                    actor=actor, start=index, end=end, begin=begin, finish=found.ends[end - 1],
                    preposition=entry.preposition, conjoined=_conjoined(entry, keys[index]),
                    weak=weak, adjective=form == "adjective",
 scene=form == "scene",
                )
            )  # fmt: skip
        elif node.trigger:
            cues.append(
                Cue(
                    trigger=node.trigger, start=index, end=end, begin=begin, finish=found.ends[end - 1],
                    conjoined=_conjoined(entry, keys[index]),
                )
            )  # fmt: skip
        else:
            done = index + 1
    return Reading(tokens=found, spots=spots, cues=cues, bounds=_bounds(found, text, body))


def _longest(entry: Entry, keys: list[str], index: int) -> tuple[Node | None, int]:
    node = entry.node
    best, best_end = (node, index + 1) if node.means else (None, index + 1)
    position = index + 1
    while node.next and position < len(keys):
        following = node.next.get(keys[position])
        if following is None:
            break
        node = following
        position += 1
        if node.means:
            best, best_end = node, position
    return best, best_end


def _institution(
    lexicon: Lexicon, words: Words, found: Tokens, node: Node, index: int, end: int
) -> tuple[MentionedActor, int, Form, bool] | None:
    """The head at index..end with the state that follows at once, if one does: وزارة الخارجية المصرية, جيش ميانمار."""
    head = node.institution
    if head is None or end >= len(found.words) or found.gaps[end] != " ":
        return None
    if index and found.words[index - 1] in words["minister"]:
        return None  # وزير الخارجية المصري is a person, the ministry only his office
    following = lexicon.first.get(found.words[end])
    if following is None or following.cut or following.preposition:
        return None
    owner, owner_end = _longest(following, found.words, end)
    if owner is None or not owner.namings:
        return None
    naming = owner.namings[0]
    state = lexicon.actors[naming.actor]
    if state.kind != "state":
        return None
    if naming.form == "adjective":
        agrees = found.words[end].endswith("ه") == head.feminine or not is_arabic(found.words[end])
    else:
        agrees = not found.words[end - 1].startswith("ال")
    return (lexicon.institution(head, state), owner_end, "name", False) if agrees else None


def _named(
    lexicon: Lexicon,
    words: Words,
    found: Tokens,
    entry: Entry,
    node: Node,
    index: int,
    end: int,
    seen: dict[str, MentionedActor],
) -> tuple[MentionedActor, int, Form, bool] | None:
    naming = _choose(node.namings, seen)
    if naming is None:
        return None
    actor = lexicon.actors[naming.actor]
    before = found.words[index - 1] if index else ""
    weak = actor.kind == "media"
    if naming.form == "scene":
        weak = True
    elif naming.form == "place":
        weak = entry.preposition == "ب" or before in words["place"]
    elif naming.form == "adjective":
        earlier = found.words[index - 2] if index > 1 else ""
        weak = before in words["reporting"] or any(
            word in words["place"] and word not in words["preposition"] for word in (before, earlier)
        )
    elif actor.kind == "igo":
        weak = before in ("في", "in", "at")
    return actor, end, naming.form, weak


def _choose(namings: tuple[Naming, ...], seen: dict[str, MentionedActor]) -> Naming | None:
    """The first reading that holds by itself, else the surname of whoever was named last."""
    if namings[0].form != "short":
        return namings[0]
    candidates = {naming.actor: naming for naming in namings}
    if len(candidates) == 1:
        return namings[0] if namings[0].actor in seen else None
    for actor in reversed(seen):
        if actor in candidates:
            return candidates[actor]
    return None


def _skip(text: str, start: int, letters: int) -> int:
    """Where the word goes on after `letters` letters, and after the marks on them."""
    while letters:
        start += 1
        letters -= 1
        while fold(text[start]) == FILLER and text[start] != "ء":
            start += 1
    return start


def _conjoined(entry: Entry, word: str) -> bool:
    return entry.cut > 0 and word[0] in "وف"


def _bounds(found: Tokens, text: str, body: int) -> list[int]:
    """Where sentences start. In a headline a colon ends one: what stands before it is who speaks or where it happens."""
    starts, count = found.starts, len(found.words)
    bounds, token = [0], 0
    for end in ends(text):
        token = bisect_left(starts, end, token)
        if bounds[-1] < token < count:
            bounds.append(token)
    if ":" in text[:body]:
        colons = (bisect_left(starts, at) for at, character in enumerate(text[:body]) if character == ":")
        bounds = sorted({*bounds, *(token for token in colons if token < count and found.ends[token] < body)})
    bounds.append(count)
    return _cut_long(bounds) if count > _MAX_SENTENCE_TOKENS else bounds


def _cut_long(bounds: list[int]) -> list[int]:
    cut = [0]
    for start, end in pairwise(bounds):
        cut.extend(range(start + _MAX_SENTENCE_TOKENS, end, _MAX_SENTENCE_TOKENS))
        cut.append(end)
    return cut
