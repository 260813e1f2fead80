"""Finds actors and triggers in a text: which, where, and where its sentences end.

Knows the lexicon and how names stand in Arabic and English sentences. Must not know event types.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from khabar.records import MentionedActor
from processors.extraction.coding.context import Context
from processors.extraction.coding.lexicon import Descriptor, Entry, Form, Lexicon, Naming, Node, Title
from processors.extraction.coding.morphology import clitic_forms, is_arabic
from processors.extraction.coding.naming import Name, NameReader, slug, surname
from processors.extraction.coding.patterns import Trigger, Words
from processors.extraction.coding.spots import Cue, Reading, Spot
from processors.extraction.coding.titles import TitlePhrase, TitleReader
from processors.extraction.folding import FILLER, Tokens, fold, tokens
from processors.extraction.sentences import ends

__all__ = ["Cue", "Reading", "Spot", "read"]

_DATELINE: Final = re.compile(r"[^\n.:؛]{0,80}?\([^()\n]{2,40}\)\s{0,3}[-—–]+|[^\n.:؛]{2,40}? [-—–]+ ")
_MAX_SENTENCE_TOKENS: Final = 250
"""A "sentence" longer than this is a list or a broken page; it is cut, so that work per sentence stays bounded."""
_BELONGING: Final = frozenset(("من", "تابعون", "تابعين", "ينتمون", "موالون", "موالين"))
_SAME_LETTERS: Final = {"والي": "والي"}
"""Words that fold like a commoner one (وإلى): they are meant only where they are spelled so."""


class _Open(NamedTuple):
    """Somebody whose state or person only the article tells, at tokens start..end."""

    start: int
    end: int
    cut: int
    preposition: str
    descriptor: Descriptor | None
    title: Title | None
    name: Name | None
    weak: bool


def read(text: str, lexicon: Lexicon, words: Words, *, body: int, day: date) -> Reading:
    """Recognise actors and triggers in `text`, whose title ends before character `body` (0: no title); `day`: of the event."""
    return _Scan(text, lexicon, words, body, day).reading()


class _Scan:
    """One text. Lives for one call."""

    def __init__(self, text: str, lexicon: Lexicon, words: Words, body: int, day: date) -> None:
        self.text = text
        self.lexicon = lexicon
        self.words = words
        self.body = body
        self.day = day
        self.found = tokens(text)
        self.keys = self.found.words
        dateline = _DATELINE.match(text, body)
        self.silent = range(body, dateline.end()) if dateline else range(0)
        self.dateline = ""
        self.spots: list[Spot] = []
        self.cues: list[Cue] = []
        self.open: list[_Open] = []
        self.late: list[tuple[int, int, Entry, Node]] = []
        self.seen: dict[str, MentionedActor] = {}
        self.claimed: dict[int, int] = {}
        self.names = NameReader(self.found, text, lexicon, words)
        self.titles = TitleReader(self.found, lexicon, words, self.names)

    def reading(self) -> Reading:
        keys, first = self.keys, self.lexicon.first
        done = 0
        for index in [i for i, word in enumerate(keys) if word in first]:
            if index >= done:
                done = self._at(index, first[keys[index]])
        bounds = _bounds(self.found, self.text, self.body)
        self._settle_surnames()
        if self.open:
            self._settle_open(bounds)
        return Reading(tokens=self.found, spots=self.spots, cues=self.cues, bounds=bounds)

    def _at(self, index: int, entry: Entry) -> int:
        """Reads what stands at token `index`; gives the token to go on with."""
        claimed = self.claimed.get(index)
        if claimed is not None:
            return claimed
        node, end = self.lexicon.longest(entry, self.keys, index)
        if node is None or node.stop:
            return end
        if node.title is not None and self._titled(node.title, entry, index, end):
            return end
        named = self._institution(node, index, end) if node.institution else None
        if named is None and node.descriptor is not None:
            after = self._described(node.descriptor, entry, index, end)
            if after:
                if node.trigger is not None:
                    self._cue(node.trigger, entry, index, end)  # المتظاهرون are people and tell of a protest
                return after
        if named is None and node.namings:
            named = self._named(entry, node, index, end)
        if named is not None:
            actor, end, form, weak = named
            self._add(actor, entry, index, end, form, weak=weak)
        elif node.trigger is not None:
            self._cue(node.trigger, entry, index, end)
        elif node.title is None:
            return index + 1
        return end

    def _cue(self, trigger: Trigger, entry: Entry, index: int, end: int) -> None:
        self.cues.append(
            Cue(
                trigger=trigger, start=index, end=end, begin=self._begin(index, entry.cut),
                finish=self.found.ends[end - 1], conjoined=self._conjoined(index, entry.cut),
            )
        )  # fmt: skip

    def _add(self, actor: MentionedActor, entry: Entry, index: int, end: int, form: Form, *, weak: bool) -> None:
        if form == "adjective" and self.spots and self.spots[-1].actor.kind == "media" and self.spots[-1].end == index:
            weak = True  # صحيفة الغارديان البريطانية
        if self._begin(index, entry.cut) in self.silent:
            if actor.code in self.lexicon.states:
                self.dateline = self.dateline or actor.code
            return
        self.seen[actor.id] = actor
        self._spot(
            actor, index, end, cut=entry.cut, preposition=entry.preposition, weak=weak,
            adjective=form == "adjective", scene=form == "scene",
        )  # fmt: skip

    def _spot(
        self, actor: MentionedActor, start: int, end: int, *, cut: int, preposition: str, weak: bool,
        adjective: bool = False, scene: bool = False,
    ) -> None:  # fmt: skip
        self.spots.append(
            Spot(
                actor=actor, start=start, end=end, begin=self._begin(start, cut), finish=self.found.ends[end - 1],
                preposition=preposition, conjoined=self._conjoined(start, cut), weak=weak, adjective=adjective, scene=scene,
            )
        )  # fmt: skip

    # ---- titles

    def _titled(self, title: Title, entry: Entry, index: int, end: int) -> bool:
        """What a title leads to. Whether it means somebody by itself; who is named behind it is read on its own."""
        if self._misspelled(index) or self._begin(index, entry.cut) in self.silent:
            return False
        owner = None
        if self.spots and self.spots[-1].end == index and not is_arabic(self.keys[index]):
            owner = self.spots[-1].actor if self.spots[-1].actor.kind == "state" else None
        phrase = self.titles.read(title, index, end, owner)
        if phrase.listed:
            self.seen.setdefault(phrase.listed, self.lexicon.actors[phrase.listed])
            return False
        for name in phrase.names:
            self._discovered(phrase, name)
        if phrase.holds and phrase.owner is not None:
            holder = self.lexicon.holders.holder(phrase.owner.code, title.offices, self.day)
            if holder is not None:
                actor = self.lexicon.actors[holder]
                self.seen[holder] = actor
                self._spot(actor, index, phrase.owner_end, cut=entry.cut, preposition=entry.preposition, weak=False)
                return True
        if title.alone and phrase.open and not phrase.names and not phrase.former:
            self._leave_open(entry, index, end, title=title)
            return True
        return bool(phrase.names) and phrase.names[0].start >= end

    def _discovered(self, phrase: TitlePhrase, name: Name) -> None:
        if any(token in self.claimed for token in (name.start, name.end - 1)):
            return
        while self.spots and self.spots[-1].end > name.start:
            last = self.spots[-1]
            if last.actor.kind == "person" and last.start < name.end:
                return  # a list knows the name before a title
            if last.start < name.start:
                return
            if last.start >= name.end:
                break
            self.spots.pop()
        while self.cues and self.cues[-1].start >= name.start:
            self.cues.pop()
        self.claimed[name.start] = name.end
        owner = phrase.owner
        cut = 0 if self.names.begins(name.start) or not self.names.joined(name.start) else 1
        if owner is None:
            self.open.append(
                _Open(name.start, name.end, cut, "", None, phrase.title, name, weak=False)
            )  # fmt: skip
            return
        sector = phrase.title.sector
        if owner.kind != "state" and sector in ("", "GOV", "CVL"):
            sector = owner.sector
        actor = self._person(owner.code, name, cut, sector)
        self._spot(actor, name.start, name.end, cut=cut, preposition="", weak=False)

    def _person(self, code: str, name: Name, cut: int, sector: str) -> MentionedActor:
        """The actor of a discovered name; one already found whose first and last word are the same is the same person."""
        keys = [self.keys[name.start][cut:], *self.keys[name.start + 1 : name.end]]
        begin = self._begin(name.start, cut)
        written = " ".join(self.text[begin : self.found.ends[name.end - 1]].replace("_", " ").replace("#", " ").split())
        identity = slug(code, keys)
        while identity in self.lexicon.actors:
            identity += "-2"
        return MentionedActor(id=identity, name=written, kind="person", code=code, sector=sector or "GOV")

    # ---- people without a name

    def _described(self, descriptor: Descriptor, entry: Entry, index: int, end: int) -> int:
        """The people that a descriptor means; the token behind them, 0 where they are nobody by themselves."""
        keys, state = self.keys, None
        following = self.lexicon.first.get(keys[end]) if end < len(keys) and self.found.gaps[end] == " " else None
        if following is not None and not following.cut and not following.preposition:
            node, after = self.lexicon.longest(following, keys, end)
            naming = node.namings[0] if node is not None and node.namings else None
            owner = self.lexicon.actors[naming.actor] if naming is not None and naming.form != "short" else None
            if owner is not None and naming is not None:
                definite = keys[index][entry.cut :].startswith("ال") or keys[index].startswith(("لل", "ولل"))
                if owner.kind != "state":
                    return 0 if descriptor.institution else end  # مسلحو داعش: the group itself follows
                if naming.form == "adjective":
                    if descriptor.institution or descriptor.of_state:
                        return 0
                    state = owner
                elif not definite and not descriptor.of_state:
                    state = owner
                else:
                    naming = None
                if state is not None and naming is not None and not descriptor.institution:
                    self._people(descriptor, state, entry, index, after, weak=naming.form == "scene")
                    return after
        if end < len(keys) and keys[end] in _BELONGING and self._armed_ahead(end + 1):
            return end
        if descriptor.code and descriptor.code not in self.lexicon.states:
            self._people(descriptor, None, entry, index, end, weak=not descriptor.strong)
        elif descriptor.code:
            self._people(
                descriptor, self.lexicon.states[descriptor.code], entry, index, end, weak=not descriptor.strong
            )  # fmt: skip
        else:
            self._leave_open(entry, index, end, descriptor=descriptor)
        return end

    def _people(
        self, descriptor: Descriptor, state: MentionedActor | None, entry: Entry, index: int, end: int, *, weak: bool
    ) -> None:
        if self._begin(index, entry.cut) in self.silent:
            return
        actor = self.lexicon.actors[descriptor.id] if state is None else self.lexicon.group(descriptor, state)
        self.seen[actor.id] = actor
        self._spot(actor, index, end, cut=entry.cut, preposition=entry.preposition, weak=weak)

    def _armed_ahead(self, start: int) -> bool:
        for token in range(start, min(start + 4, len(self.keys))):
            entry = self.lexicon.first.get(self.keys[token])
            node = self.lexicon.longest(entry, self.keys, token)[0] if entry else None
            if node is not None and node.namings:
                return self.lexicon.actors[node.namings[0].actor].kind == "armed_group"
        return False

    def _leave_open(
        self, entry: Entry, index: int, end: int, *, descriptor: Descriptor | None = None, title: Title | None = None
    ) -> None:
        if self._begin(index, entry.cut) in self.silent:
            return
        before = self.keys[index - 1] if index else ""
        weak = descriptor is not None and (
            not descriptor.strong or entry.preposition == "ب" or before in self.words["place"]
        )
        self.open.append(_Open(index, end, entry.cut, entry.preposition, descriptor, title, None, weak))

    def _settle_open(self, bounds: list[int]) -> None:
        """Gives everybody left open a state or a person, in reading order, by what the article has said until there."""
        settled = sorted(self.spots, key=_place)
        context = Context(settled, bounds, self.lexicon.states, self.dateline)
        in_office: dict[str, tuple[int, MentionedActor]] = {}
        institutions: dict[str, MentionedActor] = {}
        self.spots = []
        spots = iter(settled)
        spot = next(spots, None)
        for waiting in sorted(self.open, key=lambda item: item.start):
            while spot is not None and _place(spot) < (waiting.start, -waiting.end):
                self._note(spot.actor, spot.start, context, in_office, institutions)
                self.spots.append(spot)
                spot = next(spots, None)
            actor = self._settled(waiting, context, in_office, institutions)
            if actor is not None:
                self._spot(
                    actor, waiting.start, waiting.end, cut=waiting.cut, preposition=waiting.preposition, weak=waiting.weak
                )  # fmt: skip
                self._note(actor, waiting.start, context, in_office, institutions)
                if waiting.name is not None and waiting.title is not None:
                    for office in waiting.title.offices:
                        in_office[office] = (waiting.start, actor)
        while spot is not None:
            self.spots.append(spot)
            spot = next(spots, None)

    def _note(
        self, actor: MentionedActor, token: int, context: Context,
        in_office: dict[str, tuple[int, MentionedActor]], institutions: dict[str, MentionedActor],
    ) -> None:  # fmt: skip
        context.saw(actor)
        if actor.kind == "person":
            for office in self.lexicon.holders.ever(actor.id):
                in_office[office] = (token, actor)
        elif actor.kind == "organisation":
            state = self.lexicon.states.get(actor.code)
            if state is not None and actor.id.startswith(state.id + "-"):
                institutions[actor.id[len(state.id) + 1 :]] = actor

    def _settled(
        self, waiting: _Open, context: Context,
        in_office: dict[str, tuple[int, MentionedActor]], institutions: dict[str, MentionedActor],
    ) -> MentionedActor | None:  # fmt: skip
        descriptor = waiting.descriptor
        if descriptor is None and waiting.name is None:
            held = [in_office[office] for office in waiting.title.offices if office in in_office] if waiting.title else []
            return max(held, key=lambda item: item[0])[1] if held else None
        if descriptor is not None and descriptor.institution is not None and descriptor.id in institutions:
            return institutions[descriptor.id]
        state = context.state(waiting.start)
        if state is None:
            return None
        if waiting.name is not None:
            sector = waiting.title.sector if waiting.title else ""
            return self._person(state.code, waiting.name, waiting.cut, sector)
        if descriptor is None:
            return None
        if descriptor.actors:
            listed = descriptor.actors.get(state.code)
            if listed is not None:
                return self.lexicon.actors[listed]
            if descriptor.id == "coalition":
                return None
        if descriptor.institution is not None:
            return self.lexicon.institution(descriptor.institution, state)
        return state if descriptor.of_state else self.lexicon.group(descriptor, state)

    # ---- surnames

    def _settle_surnames(self) -> None:
        """Surnames that stood in the headline before their full name, and those of discovered persons anywhere."""
        for index, end, entry, node in self.late:
            candidates = {naming.actor for naming in node.namings if naming.actor in self.seen}
            if len(candidates) == 1:
                actor = self.seen[candidates.pop()]
                self._spot(actor, index, end, cut=entry.cut, preposition=entry.preposition, weak=False)
        if self.claimed:
            self._settle_discovered()
        if self.late or self.claimed:
            self.spots.sort(key=_place)

    def _settle_discovered(self) -> None:
        forms: dict[str, tuple[int, str, int]] = {}
        names = sorted(self.claimed.items())
        for number, (start, end) in enumerate(names):
            word = surname(self.lexicon.names, self.keys[start:end])
            for form, cut, preposition in clitic_forms(word) if word else ():
                forms.setdefault(form, (cut, preposition, number))
        if not forms:
            return
        known = {spot.start: spot for spot in self.spots}
        waiting = {item.start: item for item in self.open if item.name is not None}
        taken = {token for spot in self.spots for token in range(spot.start, spot.end)}
        taken.update(token for start, end in names for token in range(start, end))
        for token, key in enumerate(self.keys):
            found = forms.get(key)
            if found is None or token in taken:
                continue
            cut, preposition, number = found
            start = names[number][0]
            if start in known:
                self._spot(known[start].actor, token, token + 1, cut=cut, preposition=preposition, weak=False)
            elif start in waiting:
                full = waiting[start]
                self.open.append(full._replace(start=token, end=token + 1, cut=cut, preposition=preposition, name=full.name))

    # ---- names

    def _institution(self, node: Node, index: int, end: int) -> tuple[MentionedActor, int, Form, bool] | None:
        """The head at index..end with the state that follows at once, if one does: وزارة الخارجية المصرية, جيش ميانمار."""
        head, keys, lexicon = node.institution, self.keys, self.lexicon
        if head is None or end >= len(keys) or self.found.gaps[end] != " ":
            return None
        if index and keys[index - 1] in self.words["minister"]:
            return None  # وزير الخارجية المصري is a person, the ministry only his office
        following = lexicon.first.get(keys[end])
        if following is None or following.cut or following.preposition:
            return None
        owner, owner_end = lexicon.longest(following, keys, end)
        if owner is None or not owner.namings:
            return None
        naming = owner.namings[0]
        state = lexicon.actors[naming.actor]
        if state.kind != "state":
            return None
        if naming.form == "adjective":
            agrees = keys[end].endswith("ه") == head.feminine or not is_arabic(keys[end])
        else:
            agrees = not keys[end - 1].startswith("ال")
        return (lexicon.institution(head, state), owner_end, "name", False) if agrees else None

    def _named(self, entry: Entry, node: Node, index: int, end: int) -> tuple[MentionedActor, int, Form, bool] | None:
        naming = _choose(node.namings, self.seen)
        if naming is None:
            if self.found.ends[end - 1] < self.body:
                self.late.append((index, end, entry, node))
            return None
        words, keys = self.words, self.keys
        actor = self.lexicon.actors[naming.actor]
        before = keys[index - 1] if index else ""
        weak = actor.kind == "media"
        if naming.form == "scene":
            weak = True
        elif naming.form == "place":
            weak = entry.preposition == "ب" or before in words["place"]
        elif naming.form == "adjective":
            earlier = keys[index - 2] if index > 1 else ""
            weak = before in words["reporting"] or any(
                word in words["place"] and word not in words["preposition"] for word in (before, earlier)
            )
        elif actor.kind == "igo":
            weak = before in ("في", "in", "at")
        return actor, end, naming.form, weak

    # ---- characters

    def _begin(self, index: int, letters: int) -> int:
        """Where the word at `index` goes on after `letters` letters, and after the marks on them."""
        start = self.found.starts[index]
        while letters:
            start += 1
            letters -= 1
            while fold(self.text[start]) == FILLER and self.text[start] != "ء":
                start += 1
        return start

    def _conjoined(self, index: int, cut: int) -> bool:
        return cut > 0 and self.keys[index][0] in "وف"

    def _misspelled(self, index: int) -> bool:
        spelling = _SAME_LETTERS.get(self.keys[index])
        return spelling is not None and self.text[self.found.starts[index] : self.found.ends[index]] != spelling


def _place(spot: Spot) -> tuple[int, int]:
    """Reading order; of two that start together the longer one first (الرئيس الأميركي, then الأميركي)."""
    return spot.start, -spot.end


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
