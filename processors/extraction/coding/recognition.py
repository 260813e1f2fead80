"""Finds actors and triggers in a text: which, where, and where its sentences end.

Knows the lexicon and how names stand in Arabic and English sentences. Must not know event types.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right
from datetime import date
from itertools import compress, pairwise
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from khabar.records import MentionedActor
from processors.extraction.coding.lexicon import Descriptor, Entry, Form, Lexicon, Name, Naming, Node, Shared, Title
from processors.extraction.coding.morphology import is_arabic
from processors.extraction.coding.naming import NameReader
from processors.extraction.coding.patterns import Trigger, Words
from processors.extraction.coding.settling import Settling
from processors.extraction.coding.spots import Cue, Page, Reading, Spot, Waiting
from processors.extraction.coding.titles import TitlePhrase, TitleReader
from processors.extraction.folding import Tokens, key
from processors.extraction.sentences import ends

if TYPE_CHECKING:
    from processors.extraction.tagger.names import NameFinder

__all__ = ["Cue", "Reading", "Spot", "read"]

_DATELINE: Final = re.compile(r"[^\n.:؛]{0,80}?\([^()\n]{2,40}\)\s{0,3}[-—–]+|[^\n.:؛]{2,40}? [-—–]+ ")
_MAX_SENTENCE_TOKENS: Final = 250
"""A "sentence" longer than this is a list or a broken page; it is cut, so that work per sentence stays bounded."""
_SPORT_WORDS: Final = 2
_CITIZEN: Final = Title(offices=frozenset(), sector="CVL", alone=False, listed=True, indefinite=False)
_BELONGING: Final = frozenset(("من", "تابعون", "تابعين", "ينتمون", "موالون", "موالين"))
_OWNED: Final = frozenset({"company", "armed_group"})
"""Whose nationality, behind their name, is no mention of the state."""
_UPON: Final = frozenset({"علي", "تطبيق", "منصه", "منصات", "خدمه", "حساب", "حسابه", "حسابها", "صفحته", "الاجتماعي"})
"""Before the name of a firm they make it the place where something is said: على تويتر."""
_PARTICLES: Final = ("انها", "لانها", "بانها")
"""أنها and إنها, folded."""
_BACKED: Final = frozenset(
    {
        "المدعومه",
        "المدعوم",
        "المدعومين",
        "المدعومون",
        "مدعومه",
        "مدعوم",
        "مدعومين",
        "بدعم",
        "بايعاز",
        "بتمويل",
        "بطلب",
        "بضغط",
        "بتحريض",
    }
)
"""Before من: the state behind it does something."""
_THROUGH: Final = frozenset({"علي", "عبر", "في", "الاجتماعي"})
_GOVERNING: Final = frozenset({"officials", "lawmakers", "diplomats"})
"""People who act for the state that they are in: مسؤولون في بولندا."""
_SPELLED: Final = {"والي": "والي"}
"""Words that fold like a commoner one (وإلى): they are meant only where they are spelled so."""
_TOWN: Final = "اباد"
"""What names of towns end in, which folds like a verb: أحمد آباد."""


def read(
    text: str, lexicon: Lexicon, words: Words, *, body: int, day: date, finder: NameFinder | None = None
) -> Reading:
    """Recognise actors and triggers in `text`, whose title ends before character `body` (0: no title).

    `day`: of the event. `finder` adds names that the lists lack.
    """
    return _Scan(text, lexicon, words, body, day).reading(finder)


class _Scan:
    """One text, read from its first token to its last. Lives for one call."""

    def __init__(self, text: str, lexicon: Lexicon, words: Words, body: int, day: date) -> None:
        self.lexicon = lexicon
        self.words = words
        self.body = body
        self.day = day
        self.page = Page(text)
        self.found = self.page.tokens
        self.keys = self.page.keys
        self.entries = list(map(lexicon.first.get, self.keys))
        dateline = _DATELINE.match(text, body)
        self.silent = range(body, dateline.end()) if dateline else range(0)
        self.dateline = ""
        self.sports = len(lexicon.names.sport.intersection(self.keys)) >= _SPORT_WORDS
        self.spots: list[Spot] = []
        self.persons: list[Spot] = []
        self.cues: list[Cue] = []
        self.waiting: list[Waiting] = []
        self.early: list[tuple[int, int, Entry, Node]] = []
        self.seen: dict[str, int] = {}
        self.bearers: dict[tuple[str, str], str] = {}
        self.presumed: dict[int, tuple[str, Title]] = {}
        self.claimed: dict[int, int] = {}
        self.last_claimed = 0
        self.titled: dict[int, str] = {}
        self.names = NameReader(self.found, text, lexicon, words)
        self.titles = TitleReader(self.found, lexicon, words, self.names)
        self.settling = Settling(self.page, lexicon, self.names, day)

    def reading(self, finder: NameFinder | None) -> Reading:
        keys, entries, claimed, longest = self.keys, self.entries, self.claimed, self.lexicon.longest
        done, count = 0, len(keys)
        for index in compress(range(count), entries):
            if index < done:
                continue
            if index in claimed:
                done = claimed[index]
                continue
            entry = entries[index]
            assert entry is not None  # or compress() had left it out
            node: Node | None = entry.node
            end = index + 1
            if end < count and keys[end] in entry.node.next:
                node, end = longest(entry, keys, index)
            # most of these words only begin a longer phrase, which is not there
            if node is None or not node.means:
                joined = self._joined(index)
                if joined is None:
                    continue
                entry, node, end = joined
            if node.tells and node.trigger is not None:
                self._cue(node.trigger, entry, index, end)
                done = end
            else:
                done = self._at(index, entry, node, end)
        bounds = _bounds(self.found, self.page.text, self.body)
        spots = self.spots + self.persons
        if self.presumed and self.bearers:
            spots = self._as_borne(spots)
        for index, end, entry, node in self.early:
            candidates = {naming.actor for naming in node.namings if naming.actor in self.seen}
            if len(candidates) == 1:
                actor = self.lexicon.actors[candidates.pop()]
                spots.append(self.page.spot(actor, index, end, cut=entry.cut, preposition=entry.preposition))
        self._standing(spots)
        if finder is not None:
            self._told_by(finder, spots)
        if self.claimed:
            spots = self.settling.surnames(spots, self.waiting, self.claimed)
        if self.sports:
            spots = [replace(spot, weak=True) if spot.actor.kind == "state" else spot for spot in spots]
        if self.waiting or len(spots) > len(self.spots):
            spots = self.settling.settle(spots, self.waiting, bounds, self.dateline)
        return Reading(tokens=self.found, spots=spots, cues=self.cues, bounds=bounds, sports=self.sports)

    def _joined(self, index: int) -> tuple[Entry, Node, int] | None:
        """A name of two words and more behind و, where both make a word that begins other names: وسام ألتمان."""
        word = self.keys[index]
        entry = self.lexicon.first.get(word[1:]) if word[0] == "و" else None
        if entry is None or entry.cut:
            return None
        node, end = self.lexicon.longest(entry, self.keys, index)
        if node is None or end - index < 2 or not node.namings or node.namings[0].form != "name":
            return None
        return Entry(1, "", entry.node), node, end

    def _standing(self, spots: list[Spot]) -> None:
        """Leaves to the end of the article whose people they are that no list and no title explains, only their given names."""
        if self.sports:
            return
        taken = self._taken(spots)
        for name in self.names.standing(taken):
            if self.found.starts[name.start] in self.silent or not taken.isdisjoint(range(name.start, name.end - 1)):
                continue
            if name.end - 1 in taken and not self._surname_alone(spots, name.end - 1):
                continue
            self.cues = [cue for cue in self.cues if not name.start <= cue.start < name.end]
            self.waiting.append(
                Waiting(name.start, name.end, name.cut, preposition="", weak=False, name=name, told="person")
            )
            self.claimed[name.start] = name.end

    def _surname_alone(self, spots: list[Spot], token: int) -> bool:
        """Whether all that was read at `token` is the surname of the name that ends there (المصري, الحوثي); it is read so no more."""
        there = [spot for spot in spots if spot.start <= token < spot.end]
        if not there or any(
            spot.end - spot.start > 1 or spot.preposition or not self._is_nisba_word(token) for spot in there
        ):
            return False
        spots[:] = [spot for spot in spots if spot not in there]
        return True

    def _is_nisba_word(self, token: int) -> bool:
        return self.keys[token].startswith("ال") and self.keys[token].endswith("ي")

    def _taken(self, spots: list[Spot]) -> set[int]:
        """The tokens of all who have been found."""
        taken: set[int] = set()
        for spot in spots:
            taken.update(range(spot.start, spot.end))
        for start, end in self.claimed.items():
            taken.update(range(start, end))
        for item in self.waiting:
            taken.update(range(item.start, item.end))
        return taken

    def _told_by(self, finder: NameFinder, spots: list[Spot]) -> None:
        """Leaves to the end of the article who they are that only `finder` knows: names of two words and more, none of them taken."""
        taken = self._taken(spots)
        starts = self.found.starts
        for told in finder.find_names(self.page.text, self.found):
            start, end = bisect_right(starts, told.start) - 1, bisect_left(starts, told.end)
            if end - start < 2 or told.start in self.silent or not taken.isdisjoint(range(start, end)):
                continue
            name = Name(start, end, given=False, cut=told.start - starts[start])
            self.waiting.append(Waiting(start, end, name.cut, preposition="", weak=False, name=name, told=told.kind))
            if told.kind == "person":
                self.claimed[start] = end

    def _at(self, index: int, entry: Entry, node: Node, end: int) -> int:
        """Reads the phrase `node` that stands at tokens index..end and is more than a trigger; gives the token to go on with."""
        if node.stop:
            # هجوم انتحاري is nobody, but an attack all the same
            trigger, last = (node.trigger, end) if node.trigger else (entry.node.trigger, index + 1)
            if trigger is not None:
                self._cue(trigger, entry, index, last)
            return end
        if node.title is not None and self._titled(node.title, entry, index, end):
            return end
        if node.shared and not (node.namings and self._choose(node.namings, index)):
            self._same_name(node.shared, entry, index, end)
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
            if form == "adjective":
                self._national(actor, index, end)
        elif node.trigger is not None:
            self._cue(node.trigger, entry, index, end)
        elif node.title is None:
            return index + 1
        return end

    def _cue(self, trigger: Trigger, entry: Entry, index: int, end: int) -> None:
        if entry.preposition and not trigger.nominal:
            return  # كلاما is no form of لام, though a name may be written with ك
        if self.keys[index] in _PARTICLES and self.found.ends[index] - self.found.starts[index] == len(
            self.keys[index]
        ):
            return  # إنها is not إنهاء, of which folding takes the hamza
        if self.keys[index] == _TOWN and self.page.text[self.found.starts[index]] == "آ":
            return
        if trigger.leading:
            led = self._led(trigger, end)
            if led is None:
                return
            trigger = led
        cut, page = entry.cut, self.page
        self.cues.append(
            Cue(
                trigger=trigger, start=index, end=end, begin=page.begin(index, cut) if cut else self.found.starts[index],
                finish=self.found.ends[end - 1], conjoined=cut > 0 and page.conjoined(index, cut),
            )
        )  # fmt: skip

    def _led(self, trigger: Trigger, end: int) -> Trigger | None:
        """The trigger without the senses that ask for a clitic preposition which the word at `end` does not start with."""
        following = self.keys[end] if end < len(self.keys) else ""
        uses = [use for use in (trigger, *trigger.senses) if following.startswith(use.led)]
        if len(uses) == 1 + len(trigger.senses):
            return trigger
        return dataclasses.replace(uses[0], senses=tuple(uses[1:])) if uses else None

    def _add(self, actor: MentionedActor, entry: Entry, index: int, end: int, form: Form, *, weak: bool) -> None:
        if weak and actor.kind == "company" and not _THROUGH.isdisjoint(self.keys[max(0, index - 2) : index]):
            return  # على تويتر, عبر تطبيق واتساب, but: حظر منصة يوتيوب
        last = self.spots[-1] if self.spots else None
        if form == "adjective" and last is not None and last.end == index:
            if last.scene or last.actor.kind in _OWNED:
                return  # ولاية كاليفورنيا الأميركية, مليشيات الحوثي الإيرانية
            weak = weak or last.actor.kind == "media"  # صحيفة الغارديان البريطانية
        if self.page.begin(index, entry.cut) in self.silent:
            # CNN's datelines name where it is, not what it tells of
            if actor.code in self.lexicon.states and "CNN" not in self.page.text[self.silent.start : self.silent.stop]:
                self.dateline = self.dateline or actor.code
            return
        self.seen[actor.id] = index
        self.spots.append(
            self.page.spot(
                actor, index, end, cut=entry.cut, preposition=entry.preposition, weak=weak,
                adjective=form == "adjective", scene=form == "scene",
            )
        )  # fmt: skip

    def _put(self, actor: MentionedActor, entry: Entry, index: int, end: int, *, weak: bool = False) -> None:
        self.seen[actor.id] = index
        self.spots.append(self.page.spot(actor, index, end, cut=entry.cut, preposition=entry.preposition, weak=weak))

    # ---- titles

    def _titled(self, title: Title, entry: Entry, index: int, end: int) -> bool:
        """What a title leads to. Whether it means somebody by itself; who is named behind it is read on its own."""
        if self._misspelled(index) or self.page.begin(index, entry.cut) in self.silent:
            return False
        phrase = self.titles.read(title, index, end, self._state_before(index))
        if phrase.listed:
            self.seen.setdefault(phrase.listed, index)
            self.titled[phrase.listed_at] = phrase.listed
            self.settling.bears(phrase.listed, title)
            if not phrase.former:
                code = self.lexicon.actors[phrase.listed].code
                self.bearers.update(((code, office), phrase.listed) for office in title.offices)
            return False
        for name in phrase.names:
            self._discovered(phrase, name)
        if phrase.holds and phrase.owner is not None:
            holder = self._bearer(phrase.owner.code, title) or self.lexicon.holders.holder(
                phrase.owner.code, title.offices, self.day
            )
            if holder is not None:
                self.presumed[index] = phrase.owner.code, title
                self._put(self.lexicon.actors[holder], entry, index, phrase.owner_end)
                return True
        if title.alone and phrase.open and not phrase.names and not phrase.former:
            self._leave(entry, index, end, title=title)
            return True
        return bool(phrase.names) and phrase.names[0].start >= end

    def _bearer(self, code: str, title: Title) -> str | None:
        """Whom the article has named with the title, as far as all its offices are his: its day may be another than that of a copy."""
        borne = {self.bearers.get((code, office)) for office in title.offices}
        return borne.pop() if len(borne) == 1 else None

    def _as_borne(self, spots: list[Spot]) -> list[Spot]:
        """The same, but for titles that stood before the article said who bears them: he does, not who held the office on its day."""
        named = {spot.actor.id for spot in spots if spot.start not in self.presumed}
        settled = []
        for spot in spots:
            code, title = self.presumed.get(spot.start, ("", None))
            bearer = self._bearer(code, title) if title is not None and spot.actor.id not in named else None
            settled.append(spot if bearer is None else replace(spot, actor=self.lexicon.actors[bearer]))
        return settled

    def _national(self, state: MentionedActor, index: int, end: int) -> None:
        """A person named right behind a nationality: الشاب الفلسطيني فلان الفلاني."""
        before = self.keys[index - 1] if index else ""
        definite = self.keys[index].startswith(("ال", "لل")) and self.keys[index].endswith(("ي", "يه"))
        names = self.lexicon.names
        if self.sports or not definite or end in self.claimed or before in names.apart or before in names.aside:
            return
        if not before.startswith(("ال", "لل")) or self.found.gaps[index] != " ":
            return  # ضد الروسية فلانة: mostly of sports
        if not self.names.begins(end) or self.found.gaps[end] not in (" ", " #"):
            return
        name, (naming, _) = self.names.at(end), self._following(end)
        if name is None or (naming is not None and self.lexicon.actors[naming.actor].kind == "person"):
            return
        phrase = TitlePhrase(
            title=_CITIZEN, start=index, end=end, owner=state, owner_end=end, former=True, names=(name,), listed="", open=False
        )  # fmt: skip
        self._discovered(phrase, name)

    def _state_before(self, index: int) -> Spot | None:
        """The state whose adjective stands right before a word in Latin letters: Egyptian police."""
        last = self.spots[-1] if self.spots else None
        before = (
            last is not None and last.end == index and last.actor.kind == "state" and not is_arabic(self.keys[index])
        )
        return last if before else None

    def _discovered(self, phrase: TitlePhrase, name: Name) -> None:
        """A person that no list has, unless a list knows what stands there."""
        if self.sports and (phrase.title.listed or phrase.title.sector == "MIL"):
            return  # captains and teams
        if name.start in self.claimed and phrase.owner is not None:
            self._reclaim(phrase, name.start)
        if name.start in self.claimed or name.start < self.last_claimed:
            return
        holder = self._holder(phrase)
        same = holder is not None and not set(key(holder.name)).isdisjoint(self.keys[name.start : name.end])
        if holder is not None and not same and not name.given:
            return  # where a list knows who is in office, other words than a given name are none
        while self.spots and self.spots[-1].end > name.start:
            last = self.spots[-1]
            if last.actor.kind == "person" or last.start < name.start:
                return
            self.spots.pop()
        while self.cues and self.cues[-1].start >= name.start:
            self.cues.pop()
        self.claimed[name.start] = self.last_claimed = name.end
        owner = phrase.owner
        if owner is None:
            self.waiting.append(
                Waiting(name.start, name.end, name.cut, preposition="", weak=False, title=phrase.title, name=name)
            )
            return
        if holder is not None and same:
            # another spelling of his name (فلاديمير بوتن)
            self.seen[holder.id] = name.start
            self.persons.append(self.page.spot(holder, name.start, name.end, cut=name.cut, preposition=""))
            return
        general = owner.kind != "state" and phrase.title.sector in ("", "GOV", "CVL")
        sector = (owner.sector if general else phrase.title.sector) or "GOV"
        actor = self.settling.person(owner.code, name, phrase.title, sector)
        self.persons.append(self.page.spot(actor, name.start, name.end, cut=name.cut, preposition=""))

    def _reclaim(self, phrase: TitlePhrase, start: int) -> None:
        """Gives a person whose state was open the one of a second title: العميد فلان، المتحدث باسم الجيش الليبي."""
        item = self.waiting[-1] if self.waiting else None
        if item is not None and item.name is not None and item.start == start and phrase.owner is not None:
            actor = self.settling.person(phrase.owner.code, item.name, phrase.title, phrase.title.sector or "GOV")
            self.persons.append(self.page.spot(actor, start, item.end, cut=item.cut, preposition=""))
            self.waiting.pop()

    def _holder(self, phrase: TitlePhrase) -> MentionedActor | None:
        """The listed person who holds the title's office on the day."""
        if phrase.owner is None or phrase.former or not phrase.title.offices:
            return None
        holder = self.lexicon.holders.holder(phrase.owner.code, phrase.title.offices, self.day)
        return self.lexicon.actors[holder] if holder is not None else None

    # ---- people without a name

    def _described(self, descriptor: Descriptor, entry: Entry, index: int, end: int) -> int:
        """The people that a descriptor means; the token behind them, 0 where they are nobody by themselves."""
        keys, states = self.keys, self.lexicon.states
        definite = keys[index][entry.cut :].startswith(("ال", "لل")) or keys[index].endswith("حي")  # مسلحي التنظيم
        before = self._state_before(index)
        if before is not None:
            state = before.actor
            if descriptor.institution is not None:
                self._people(self.lexicon.institution(descriptor.institution, state), entry, index, end, weak=False)
            elif not descriptor.of_state:
                self._people(self.lexicon.group(descriptor, state), entry, index, end, weak=False)
            return end
        naming, after = self._following(end)
        if naming is not None:
            owner = self.lexicon.actors[naming.actor]
            if owner.kind != "state":
                return 0 if descriptor.institution else end  # مسلحو داعش: the group itself follows
            adjective = naming.form == "adjective" or self._is_nisba(end, owner)
            if adjective and (descriptor.institution or descriptor.of_state):
                return 0  # السلطات المصرية: the state itself follows
            # منفذ هجوم نيروبي: the name belongs to the deed
            own = not definite and not (descriptor.code and end - index > 1)
            if not descriptor.institution and not descriptor.of_state and (adjective or own):
                self._people(self.lexicon.group(descriptor, owner), entry, index, after, weak=naming.form == "scene")
                return after
        if end < len(keys) and keys[end] in _BELONGING and self._armed_ahead(end + 1):
            return end
        if descriptor.id in _GOVERNING and end < len(keys) and keys[end] == "في":
            naming, _ = self._following(end + 1)
            if naming is not None and self.lexicon.actors[naming.actor].kind != "state":
                return end  # مسؤولون في التحالف
            if naming is not None and naming.form == "place":
                group = self.lexicon.group(descriptor, self.lexicon.actors[naming.actor])
                self._people(group, entry, index, end, weak=False)
                return end
        if index and definite and keys[index].endswith("يه") and not self._heads(index):
            return 0  # شؤونها الداخلية is no ministry
        if index and keys[index].endswith("ه") and keys[index - 1].startswith("ال") and not self._heads(index):
            return 0  # القوى المعارضة: an adjective
        if not descriptor.code or (definite and descriptor.code not in states):
            self._leave(entry, index, end, descriptor=descriptor)
        elif descriptor.code in states:
            group = self.lexicon.group(descriptor, states[descriptor.code])
            self._people(group, entry, index, end, weak=not descriptor.strong)
        else:
            self._people(self.lexicon.actors[descriptor.id], entry, index, end, weak=not descriptor.strong)
        return end

    def _heads(self, index: int) -> bool:
        """Whether a word that is a noun or an adjective begins a phrase: behind a verb or a mark, at a sentence's start."""
        return self.found.gaps[index] not in (" ", " #") or self.names.after_verb(index)

    def _following(self, start: int) -> tuple[Naming | None, int]:
        """The name that stands at token `start` without a clitic, right behind what is before it, and the token behind it."""
        if start >= len(self.keys) or self.found.gaps[start] != " ":
            return None, start
        entry = self.entries[start]
        if entry is None or entry.cut or entry.preposition:
            return None, start
        node, end = self.lexicon.longest(entry, self.keys, start)
        if node is None or not node.namings or node.namings[0].form == "short":
            return None, start
        return node.namings[0], end

    def _people(self, actor: MentionedActor, entry: Entry, index: int, end: int, *, weak: bool) -> None:
        if self.page.begin(index, entry.cut) not in self.silent:
            self._put(actor, entry, index, end, weak=weak)

    def _armed_ahead(self, start: int) -> bool:
        """Whether an armed group is named within a few tokens: مسلحون من حركة طالبان."""
        for token in range(start, min(start + 4, len(self.keys))):
            entry = self.entries[token]
            node = self.lexicon.longest(entry, self.keys, token)[0] if entry else None
            if node is not None and node.namings:
                return self.lexicon.actors[node.namings[0].actor].kind == "armed_group"
        return False

    def _leave(
        self, entry: Entry, index: int, end: int, *, descriptor: Descriptor | None = None, title: Title | None = None
    ) -> None:
        """Leaves to the end of the article who this is."""
        if self.page.begin(index, entry.cut) in self.silent:
            return
        before = self.keys[index - 1] if index else ""
        weak = descriptor is not None and (
            not descriptor.strong or entry.preposition == "ب" or before in self.words["place"]
        )
        self.waiting.append(Waiting(index, end, entry.cut, entry.preposition, weak, descriptor, title=title))

    # ---- names

    def _institution(self, node: Node, index: int, end: int) -> tuple[MentionedActor, int, Form, bool] | None:
        """The head at index..end with the state that follows at once, if one does: وزارة الخارجية المصرية, جيش ميانمار."""
        head = node.institution
        naming, owner_end = self._following(end)
        if head is None or naming is None:
            return None
        if index and self.keys[index - 1] in self.words["minister"]:
            return None  # وزير الخارجية المصري is a person, the ministry only his office
        state = self.lexicon.actors[naming.actor]
        if state.kind != "state":
            return None
        if naming.form == "adjective" or (head.feminine and self._is_nisba(end, state)):
            agrees = self.keys[end].endswith("ه") == head.feminine or not is_arabic(self.keys[end])
        else:
            agrees = not self.keys[end - 1].startswith("ال")
        return (self.lexicon.institution(head, state), owner_end, "name", False) if agrees else None

    def _is_nisba(self, index: int, state: MentionedActor) -> bool:
        """Whether a state's name is its adjective too: السعودية."""
        adjective = self.lexicon.adjectives.get(state.id)
        return adjective is not None and self.keys[index] == f"ال{key(adjective)[0]}ه"

    def _named(self, entry: Entry, node: Node, index: int, end: int) -> tuple[MentionedActor, int, Form, bool] | None:
        naming = self._choose(node.namings, index)
        if naming is None:
            if self.found.ends[end - 1] < self.body:
                self.early.append((index, end, entry, node))
            return None
        actor = self.lexicon.actors[naming.actor]
        if naming.form == "name" and actor.kind == "person":
            following = self.keys[end] if end < len(self.keys) else ""
            if following.startswith(("السابق", "الاسبق")) or self._relative(actor, index, end):
                return None  # أمير قطر السابق is not whom أمير قطر means
        return actor, end, naming.form, self._is_weak(actor, naming.form, entry, index)

    def _is_weak(self, actor: MentionedActor, form: Form, entry: Entry, index: int) -> bool:
        """Whether what is named at `index` is a mere place, a medium, a source, or of no public life."""
        words, keys, apart = self.words, self.keys, self.lexicon.names.apart
        before = keys[index - 1] if index else ""
        earlier = keys[index - 2] if index > 1 else ""
        if form == "place":
            each = before == "من" and (
                earlier.endswith("كل") or earlier in _BACKED
            )  # كل من مصر وقطر, المدعومة من إيران
            return (
                entry.preposition == "ب"
                or (before in words["place"] and not each)
                or before in apart
                or self._listed_place(entry, index)
                or (earlier in words["place"] and earlier not in words["preposition"] and self._is_nisba(index, actor))
            )
        if form == "adjective":
            places, prepositions = words["place"], words["preposition"]
            return (
                before in words["reporting"]
                or before in self.lexicon.names.source
                or earlier in self.lexicon.names.source
                or (before in places and before not in prepositions)
                or (earlier in places and earlier not in prepositions)
                or before in apart
                or earlier in apart
                or before in self.lexicon.names.aside
                or self._of_medium(index)
            )
        if actor.kind == "igo":
            return before in ("في", "in", "at")
        if actor.kind == "company":
            return (
                before in words["place"] or before in words["reporting"] or before in _UPON or entry.preposition == "ب"
            )
        return form == "scene" or actor.kind == "media"

    def _same_name(self, shared: tuple[Shared, ...], entry: Entry, index: int, end: int) -> None:
        """A name of several states: at once if its marks tell which one, else left to the article."""
        begin = self.page.begin(index, entry.cut)
        if begin in self.silent:
            return
        raw = self.page.text[begin : self.found.ends[end - 1]]
        told = next((one for one in shared if one.spelled == raw), None) if not raw.isalpha() else None
        actor = self.lexicon.actors[(told or shared[0]).actor]
        weak = self._is_weak(actor, shared[0].form, entry, index)
        if told is not None:
            self._add(actor, entry, index, end, told.form, weak=weak)
        else:
            self.waiting.append(Waiting(index, end, entry.cut, entry.preposition, weak, shared=shared))

    def _relative(self, person: MentionedActor, index: int, end: int) -> bool:
        """Whether a surname that always means one person stands behind another's given name: فانيسا ترامب."""
        if (
            end - index > 1
            or not index
            or self.found.gaps[index] not in (" ", " #")
            or not self.names.begins(index - 1)
            or self.names.after_verb(index)
        ):
            return False  # ورد ترامب: he answers
        return self.keys[index - 1] not in key(person.name)

    def _listed_place(self, entry: Entry, index: int) -> bool:
        """Whether what stands right before is a place and this another one: في سوريا والعراق, العاصمة البريطانية لندن."""
        last = self.spots[-1] if self.spots else None
        if last is None or last.end != index or not last.weak or last.actor.kind != "state":
            return False
        return self.page.conjoined(index, entry.cut) or last.adjective

    def _of_medium(self, index: int) -> bool:
        """Whether an adjective belongs to a medium or firm whose name stands between: صحيفة "لوموند" الفرنسية."""
        source = self.lexicon.names.source
        for token in range(index - 1, max(-1, index - 7), -1):
            if self.keys[token] in source:
                return any('"' in gap or "»" in gap or "”" in gap for gap in self.found.gaps[token + 1 : index + 1])
        return False

    def _choose(self, namings: tuple[Naming, ...], index: int) -> Naming | None:
        """The first reading that holds by itself, else the surname of whoever was named last.

        A surname that is an adjective too (السويدي) is one where no noun stands before it that it could belong to.
        """
        if namings[0].form != "short":
            group = len(namings) > 1 and namings[0].form == "name" and self._is_nisba_word(index)
            if group and self.lexicon.actors[namings[0].actor].kind != "armed_group":
                return namings[0]
            if len(namings) == 1 or not (namings[0].form == "adjective" or group):
                return namings[0]
            if not self._substantive(index, group=group):
                return namings[0]
            named = [naming for naming in namings[1:] if naming.actor in self.seen]
            return max(named, key=lambda naming: self.seen[naming.actor]) if named else namings[0]
        named = [naming for naming in namings if naming.actor in self.seen]
        return max(named, key=lambda naming: self.seen[naming.actor]) if named else None

    def _substantive(self, index: int, *, group: bool) -> bool:
        """Whether a nisba stands where a person does: behind his title, a verb, a preposition, another person and و.

        `group`: it may be one too, to which most can be done that is done to a person (من الحوثي).
        """
        if index in self.titled or self.names.after_verb(index):
            return True
        if group:
            return False
        entry = self.entries[index]
        before = self.keys[index - 1] if index else ""
        if entry is None or not index or self.found.gaps[index] != " ":
            return False
        if entry.preposition:
            return before not in self.words["preposition"]
        last = self.spots[-1] if self.spots else None
        if last is not None and last.end == index and last.actor.kind == "person":
            return self.page.conjoined(index, entry.cut) or self.names.after_verb(last.start)  # التقى أردوغان السوداني
        return not entry.cut and before in self.words["preposition"] and before not in self.words["particle"]

    def _misspelled(self, index: int) -> bool:
        spelling = _SPELLED.get(self.keys[index])
        return spelling is not None and self.page.text[self.found.starts[index] : self.found.ends[index]] != spelling


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
