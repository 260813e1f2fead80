"""Settles who is meant where only the whole article tells: unnamed people, titles alone, surnames of persons found in it.

Knows what has been said before. Must not know how words are looked up in a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from khabar.records import MentionedActor
from processors.extraction.coding.context import Context
from processors.extraction.coding.lexicon import Descriptor, Lexicon, Name, Title
from processors.extraction.coding.morphology import clitic_forms
from processors.extraction.coding.naming import NameReader, person_slug, shown, surname
from processors.extraction.coding.spots import Page, Spot, Waiting

_ARMED: Final = "armed-men"
_ABROAD: Final = ("embassy", "consulate")
"""Institutions that stand in another state than their own."""
_LOCAL: Final = ("protesters",)
"""People who are of the place rather than of the state whose ministry speaks of them."""
_UNTITLED: Final = Title(offices=frozenset(), sector="CVL", alone=False, listed=True, indefinite=False)
_SOVEREIGN: Final = frozenset({"foreign-ministry", "presidency", "cabinet", "parliament"})
_FIGHTING: Final = frozenset({_ARMED, "fighters", "militias"})
"""People who are the armed group named before, if one was."""


class Settling:
    """The people of one article that wait to be known. Lives for one article."""

    def __init__(self, page: Page, lexicon: Lexicon, names: NameReader, day: date) -> None:
        self._page = page
        self._lexicon = lexicon
        self._names = names
        self._day = day
        self._persons: dict[int, MentionedActor] = {}
        self._in_office: dict[str, tuple[int, MentionedActor]] = {}
        self._once: dict[str, tuple[int, MentionedActor]] = {}
        self._offices: dict[str, frozenset[str]] = {}
        self._held: dict[str, frozenset[str]] = {}
        self._bodies: dict[str, MentionedActor] = {}
        self._last: dict[str, int] = {}

    def person(self, code: str, name: Name, title: Title, sector: str) -> MentionedActor:
        """The actor of a person that no list has, found by `title`."""
        keys = self._page.keys
        words = [keys[name.start][name.cut :], *keys[name.start + 1 : name.end]]
        known = self._patronymic(words)
        if known is not None:
            return known
        identity = person_slug(code, words)
        while identity in self._lexicon.actors:
            identity += "-2"
        self._offices[identity] = title.offices
        shown_name = shown(self._lexicon.names, words)
        return MentionedActor(id=identity, name=shown_name, kind="person", code=code, sector=sector)

    def _patronymic(self, words: list[str]) -> MentionedActor | None:
        """The listed person whose given name and surname are the first and the last of `words`: مهدي محمد حسين المشاط."""
        entry = self._lexicon.first.get(words[0])
        node = entry.node.next.get(words[-1]) if entry is not None and not entry.cut and len(words) > 2 else None
        if node is None or not node.namings or node.namings[0].form != "name":
            return None
        actor = self._lexicon.actors[node.namings[0].actor]
        return actor if actor.kind == "person" else None

    def told(self, code: str, name: Name, kind: Literal["person", "organisation"]) -> MentionedActor:
        """The actor of a name that only a tagger knows, of the state that the article speaks of there."""
        if kind == "person":
            return self.person(code, name, _UNTITLED, "CVL")
        keys = self._page.keys
        words = [keys[name.start][name.cut :], *keys[name.start + 1 : name.end]]
        return MentionedActor(
            id=f"body-{person_slug(code, words)}",
            name=shown(self._lexicon.names, words),
            kind="organisation",
            code=code,
            sector="CVL",
        )

    def bears(self, person: str, title: Title) -> None:
        """A person of the lexicon is given a title here: الرئيس after it may mean him, whatever the tables know."""
        known = self._offices.get(person) or self._lexicon.holders.on(person, self._day)
        self._offices[person] = known | title.offices

    def surnames(self, spots: list[Spot], waiting: list[Waiting], claimed: Mapping[int, int]) -> list[Spot]:
        """Adds to both lists where the article goes on to speak of those whose names, at tokens `claimed`, no list has."""
        names = sorted(claimed.items())
        forms: dict[str, tuple[int, str, int]] = {}
        for start, end in names:
            word = surname(self._lexicon.names, self._page.keys[start:end])
            for form, cut, preposition in clitic_forms(word) if word else ():
                forms.setdefault(form, (cut, preposition, start))
        if not forms:
            return spots
        known = {spot.start: spot.actor for spot in spots}
        open_ = {item.start: item for item in waiting if item.name is not None}
        # السويدي behind a verb is the man, not Sweden
        loose = {spot.start for spot in spots if spot.adjective and self._names.after_verb(spot.start)}
        taken = {token for spot in spots for token in range(spot.start, spot.end)} - loose
        taken.update(token for start, end in names for token in range(start, end))
        replaced: set[int] = set()
        added: list[Spot] = []
        for token, key in enumerate(self._page.keys):
            found = forms.get(key)
            if found is None or token in taken:
                continue
            cut, preposition, start = found
            if start in known:
                added.append(self._page.spot(known[start], token, token + 1, cut=cut, preposition=preposition))
            elif start in open_:
                waiting.append(open_[start]._replace(start=token, end=token + 1, cut=cut, preposition=preposition))
            replaced.add(token)
        return [*(spot for spot in spots if spot.start not in replaced), *added]

    def settle(
        self, spots: Sequence[Spot], waiting: Sequence[Waiting], bounds: Sequence[int], dateline: str
    ) -> list[Spot]:
        """All spots in reading order, those among them who were waiting for the article to tell."""
        # of two spots that start together the longer one comes first (الرئيس الأميركي, then الأميركي)
        places = sorted([(spot.start, -spot.end, at) for at, spot in enumerate(spots)])
        ordered = [spots[at] for _, _, at in places]
        context = Context(ordered, bounds, self._lexicon.states, dateline, self._page.keys)
        settled: list[Spot] = []
        next_ = 0
        for item in sorted(waiting, key=lambda item: (item.start, -item.end)):
            while next_ < len(ordered) and places[next_] < (item.start, -item.end):
                self._note(ordered[next_], context)
                settled.append(ordered[next_])
                next_ += 1
            actor = self._settled(item, context)
            if actor is not None:
                spot = self._page.spot(
                    actor, item.start, item.end, cut=item.cut, preposition=item.preposition, weak=item.weak,
                    adjective=bool(item.shared) and item.shared[0].form == "adjective",
                )  # fmt: skip
                settled.append(spot)
                self._note(spot, context)
        return [*settled, *ordered[next_:]]

    def _note(self, spot: Spot, context: Context) -> None:
        actor = spot.actor
        context.saw(actor, spot.start)
        self._last[actor.id] = spot.start
        if actor.kind == "person":
            holders, here = self._lexicon.holders, (spot.start, actor)
            for office in holders.ever(actor.id):
                self._once[office] = here
            offices = self._offices.get(actor.id) or self._held.get(actor.id)
            if offices is None:
                offices = self._held[actor.id] = holders.on(actor.id, self._day)
            for office in offices:
                self._in_office[office] = here
        elif actor.kind == "armed_group":
            self._bodies[_ARMED] = actor
        elif actor.kind == "organisation":
            state = self._lexicon.states.get(actor.code)
            if state is not None and actor.id.startswith(state.id + "-"):
                self._bodies[actor.id[len(state.id) + 1 :]] = actor

    def _settled(self, item: Waiting, context: Context) -> MentionedActor | None:
        if item.name is not None:
            return self._named(item, item.name, context)
        if item.shared:
            return self._lexicon.actors[context.likeliest(item.shared, self._lexicon.actors).actor]
        if item.descriptor is not None:
            return self._described(item.descriptor, item.start, context)
        offices = item.title.offices if item.title else frozenset()
        # who holds it on the day goes before who held it once
        known = self._in_office if not offices.isdisjoint(self._in_office) else self._once
        held = [known[office] for office in offices if office in known]
        return max(held, key=lambda one: one[0])[1] if held else self._unnamed(offices, context)

    def _unnamed(self, offices: frozenset[str], context: Context) -> MentionedActor | None:
        """Who is meant by an office that few have, where nobody was named with it: the head of a state rather than of a church there.

        Nobody, where the article is about the other's state.
        """
        holders = self._lexicon.holders
        known = holders.rare(offices, self._day) if offices else {}
        if not known:
            return None
        named = [holder for code, holder in known.items() if context.names(code)]
        chiefs = [holder for holder in known.values() if "president" in holders.ever(holder)]
        if len(chiefs) != 1 or (named and chiefs[0] not in named):
            return None
        return self._lexicon.actors[chiefs[0]]

    def _named(self, item: Waiting, name: Name, context: Context) -> MentionedActor | None:
        person = self._persons.get(name.start)
        if item.told and person is None:
            code = context.side(item.start)
            if code:
                person = self._persons[name.start] = self.told(code, name, item.told)
        if item.title is None or person is not None:
            return person
        # whoever bears a mere calling need not be of the state that the article is about, but mostly is
        near = item.title.calling or item.title.sector == "MIL"
        state = (context.state_in_sentence(item.start) if near else None) or context.state_before()
        code = state.code if state is not None else context.side(item.start)
        if code:
            person = self._persons[name.start] = self.person(code, name, item.title, item.title.sector or "GOV")
        return person

    def _described(self, descriptor: Descriptor, token: int, context: Context) -> MentionedActor | None:
        if descriptor.institution is not None and descriptor.id in self._bodies:
            return self._bodies[descriptor.id]
        if descriptor.id in _FIGHTING and _ARMED in self._bodies:
            return self._bodies[_ARMED]
        if descriptor.code:
            return self._lexicon.actors[descriptor.id]
        before = [known for known in descriptor.actors.values() if known in self._last]
        nearest = self._lexicon.actors[max(before, key=self._last.__getitem__)] if before else None
        if nearest is not None and nearest.kind != "state":
            return nearest
        abroad = descriptor.institution is not None and descriptor.institution.id in _ABROAD
        # of a place a government may be anywhere, but its foreign ministry is whose the article is
        state = context.state_before() if descriptor.id in _SOVEREIGN else None
        if state is None:
            state = context.state_owning(token) if abroad else context.state(token, body=descriptor.id not in _LOCAL)
        if state is None:
            return None
        if state.code in descriptor.actors:
            listed = self._lexicon.actors[descriptor.actors[state.code]]
            if listed.kind != "state":
                return listed
            state = listed if context.names(listed.code) else state
        if descriptor.listed:
            return None
        if descriptor.institution is not None:
            return self._lexicon.institution(descriptor.institution, state)
        return state if descriptor.of_state else self._lexicon.group(descriptor, state)
