"""Reads the acts of one sentence off its parties and triggers: frames, word order, status, reported content.

Knows how Arabic and English say who acts upon whom (verb first, subject first, masdar with genitive). Must not know how
actors are found, how tables are read, or what the article's other sentences say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from khabar.records import EventStatus, EventType, MentionedActor
from processors.extraction.coding.parties import BY, Party, find_parties
from processors.extraction.coding.patterns import Words
from processors.extraction.coding.recognition import Cue, Spot
from processors.extraction.folding import Tokens

FALLING: Final[frozenset[EventType]] = frozenset({"PROTEST", "MOBILIZE", "COERCE", "ASSAULT", "AID"})
"""Types of acts that fall upon a place: the state of the city or region that is named is the target."""
_MAX_CUES: Final = 12
"""More triggers than this in one sentence are a list of headlines, not a sentence; the first ones are read."""
# How many tokens an actor may stand away from its trigger: as subject, as object of a verb, of a masdar; and a status word.
_SUBJECT_REACH: Final = 9
_OBJECT_REACH: Final = 18
_NOUN_REACH: Final = 12
_STATUS_REACH: Final = 3


class Act(Struct, frozen=True, kw_only=True):
    """One event as read from one sentence, before the article's acts are merged."""

    type: EventType
    source: tuple[MentionedActor, ...]
    target: tuple[MentionedActor, ...]
    status: EventStatus
    cue: Cue
    sentence: tuple[int, int]


def _combined(found: list[Act]) -> list[Act]:
    """Two acts of a sentence that each lack what the other has are one: مصرع قيادي في طالبان بغارة باكستانية."""
    for victim in found:
        if victim.type != "ASSAULT" or victim.source or not victim.target:
            continue
        for blow in found:
            if blow.type == "ASSAULT" and blow.source and blow.status == victim.status and blow.source != victim.target:
                both = replace(victim, source=blow.source)
                return [both if act is victim else act for act in found if act is not blow]
    return found


class Sentence:
    """One sentence with its parties and triggers, and the rules that join them."""

    def __init__(
        self,
        tokens: Tokens,
        words: Words,
        spots: list[Spot],
        cues: list[Cue],
        start: int,
        end: int,
        verb_first: bool,
        states: Mapping[str, MentionedActor],
    ) -> None:
        self.keys = tokens.words
        self.gaps = tokens.gaps
        self.words = words
        self.start = start
        self.end = end
        self.verb_first = verb_first
        self.states = states
        self.cues = cues[:_MAX_CUES]
        self.occupied = {token for cue in self.cues for token in range(cue.start, cue.end)}
        self.parties = find_parties(tokens, words, spots, start=start, occupied=self.occupied)

    def topic(self) -> Party | None:
        """Who the sentence is about: the first party that no preposition governs."""
        return next((party for party in self.parties if not party.preposition and not party.weak), None)

    def acts(self, previous: Party | None, header: Party | None) -> list[Act]:
        """The acts in reading order. `previous`: who the sentence before is about; `header`: who stands before a headline."""
        found: list[Act] = []
        content_until = self.start
        for cue in self.cues:
            trigger = cue.trigger
            if trigger.masdar is not None and not self._verbal(cue):
                cue = replace(cue, trigger=trigger.masdar)
                trigger = trigger.masdar
            if trigger.noun and (cue.start < content_until or self._hypothetical(cue)):
                continue
            if trigger.companions and not self._accompanied(cue):
                continue
            if trigger.present and self._wished(cue):
                continue
            act = self._noun(cue, header) if trigger.noun else self._verb(cue, previous)
            if act is None:
                continue
            found.append(act)
            if trigger.claims:
                content_until = self._content_end(cue)
        return _combined(found)

    def _content_end(self, cue: Cue) -> int:
        """Where what is asked, refused or alleged ends and the report goes on."""
        background = self.words["background"]
        return next((token for token in range(cue.end, self.end) if self.keys[token] in background), self.end)

    def _verb(self, cue: Cue, previous: Party | None) -> Act | None:
        trigger = cue.trigger
        after = [party for party in self.parties if party.start >= cue.end]
        before = [party for party in self.parties if party.end <= cue.start]
        agent = next((party for party in after if party.preposition == BY), None)
        subject = None
        relative = cue.start > self.start and self.keys[cue.start - 1] in self.words["relative"]
        near = self._antecedent(cue, before) if relative else self._near_before(cue, before)
        if relative and trigger.present and trigger.type == "ASSAULT":
            return None  # الذين يسيطرون على المدينة: what goes on, not what happened
        if near is None and self.verb_first:
            subject = self._subject_after(cue, after)
        if subject is None:
            subject = near if near or relative else self._topic_before(cue, before)
        if trigger.passive and self._is_passive(cue, subject, after):
            return self._act(cue, source=agent, target=subject or (after[0] if after else None))
        if subject is None and self.verb_first and cue.start <= self.start + 1:
            subject = previous
        rest = [party for party in after if party is not subject and party.preposition != BY]
        if subject is not None and subject.start >= cue.end:
            rest = [party for party in rest if party.start >= subject.end]
        if subject is not None and rest and self._names(subject, rest[0]):
            subject, rest = rest[0], rest[1:]
        target = self._target(cue, rest, frames=trigger.targets, reach=_OBJECT_REACH)
        if trigger.givers and target is None:
            giver = self._target(cue, rest, frames=trigger.givers, reach=_OBJECT_REACH)
            if giver is not None:
                return self._act(cue, source=giver, target=subject)
        if trigger.reversed:
            subject, target = target, subject
        return self._act(cue, source=subject, target=target)

    def _names(self, subject: Party, person: Party) -> bool:
        """Whether `person` is who `subject` is: مبعوث الأمم المتحدة إلى ليبيا غسان سلامة."""
        return (
            not person.preposition
            and person.start - subject.end < _SUBJECT_REACH
            and person.actors[0].kind == "person"
            and all(actor.kind != "person" for actor in subject.actors)
            and person.actors[0].code == subject.actors[-1].code
        )

    def _antecedent(self, cue: Cue, before: list[Party]) -> Party | None:
        """The party a relative clause hangs on: الحوثيون، الذين أطلقوا. A plural does not hang on a state's name."""
        plural = self.keys[cue.start - 1] in ("الذين", "والذين")
        for party in reversed(before[-3:]):
            if plural and party.actors[-1].kind == "state":
                continue
            return party if cue.start - party.end <= (5 if plural else 2) else None
        return None

    def _verbal(self, cue: Cue) -> bool:
        """Whether a form that is verb and masdar alike stands where a verb stands: first, or after its subject or أن."""
        if cue.start == self.start or cue.conjoined:
            return True
        before = self.keys[cue.start - 1]
        if before in self.words["clause"] or before in ("قد", "لقد", "كان", "و", "كما"):
            return True
        party = next((party for party in self.parties if party.end == cue.start and not party.preposition), None)
        if party is None:
            return False
        first = party.name
        while first > self.start and self.keys[first - 1] in self.words["title"]:
            first -= 1
        if first == self.start or self.gaps[first] != " ":
            return True
        return self.keys[first - 1] in self.words["clause"]

    def _wished(self, cue: Cue) -> bool:
        """Whether the present after أن is a wish or a demand, not a fact; من المقرر أن and the like are plans."""
        if cue.start == self.start or self.keys[cue.start - 1] not in self.words["subjunctive"]:
            return False
        earlier = self.keys[max(self.start, cue.start - 4) : cue.start - 1]
        return not any(word in self.words["planned"] or word in ("قبل", "بعد") for word in earlier)

    def _noun(self, cue: Cue, header: Party | None) -> Act | None:
        trigger = cue.trigger
        after = [party for party in self.parties if party.start >= cue.end]
        before = [party for party in self.parties if party.end <= cue.start]
        if trigger.bound and (trigger.genitive == "target" or trigger.type == "ACCUSE"):
            return None  # إدانته, اعتقاله: the pronoun is the target, and whom it means is not known here
        genitive = self._genitive(cue, after)
        rest = [party for party in after if party is not genitive]
        agent = next((party for party in rest if party.preposition == BY), None)
        if trigger.genitive == "target":
            if genitive is None:
                genitive = self._target(cue, rest, frames=trigger.targets, reach=_SUBJECT_REACH)
            source = agent or self._light_subject(cue, before) or header
            return self._act(cue, source=source, target=genitive)
        if genitive is not None and trigger.type == "CONSULT" and trigger.place and self._visited(genitive):
            return self._act(cue, source=self._light_subject(cue, before), target=genitive)
        subject = genitive
        owned = bool(rest) and rest[0].preposition == "ل" and rest[0].start - cue.end <= 1
        if subject is None and owned and not trigger.bound:
            return self._owned(cue, before, rest)
        target = self._target(cue, rest, frames=trigger.targets, reach=_NOUN_REACH)
        if trigger.type == "CONSULT" and target is None and subject is None and self.keys[cue.start].startswith("ال"):
            return None  # المحادثات: talks spoken of, not told
        subject = subject or self._light_subject(cue, before)
        if trigger.givers and target is None:
            giver = self._target(cue, rest, frames=trigger.givers, reach=_SUBJECT_REACH)
            if giver is not None and subject is not None:
                return self._act(cue, source=giver, target=subject)
        if target is not None and target.preposition == "بين":
            return self._act(cue, source=target, target=None if len(target.actors) > 1 else subject)
        if trigger.reversed:
            subject, target = target, subject
        if trigger.type == "ASSAULT" and target is None and genitive is None:
            subject, target = None, header  # an attack spoken of: who is named nearby need not have made it
        return self._act(cue, source=subject, target=target)

    def _owned(self, cue: Cue, before: list[Party], rest: list[Party]) -> Act | None:
        """A masdar whose doer follows after ل (هجوم للحوثيين), unless somebody else does it to them (وجه نداء لمصر)."""
        owner = rest[0]
        target = self._target(cue, rest[1:], frames=cue.trigger.targets, reach=_NOUN_REACH)
        doer = self._light_subject(cue, before)
        if target is not None or doer is None or "ل" not in cue.trigger.targets:
            return self._act(cue, source=owner, target=target)
        if cue.trigger.type == "ASSAULT" and cue.start - doer.end <= 1:
            return self._act(cue, source=owner, target=doer)  # الجيش يصد هجوما لطالبان
        return self._act(cue, source=doer, target=owner)

    def _visited(self, party: Party) -> bool:
        """Whether the genitive of a visit is where it leads: زيارة القاهرة, not زيارة بلينكن."""
        return party.actors[0].kind == "state" and party.end - party.start == 1 and not party.adjective

    def _genitive(self, cue: Cue, after: list[Party]) -> Party | None:
        if not after or cue.trigger.bound:
            return None
        party = after[0]
        if any(token in self.occupied for token in range(cue.end, party.start)):
            return None
        if party.preposition or party.start - cue.end > 3 or self._broken(cue.end, party.start + 1, "،,؛:\n"):
            return None
        return party

    def _near_before(self, cue: Cue, before: list[Party]) -> Party | None:
        """The subject of a verb that follows it at once: السيسي يلتقي, الحوثيون الذين أطلقوا."""
        if not before or cue.conjoined:
            return None
        party = before[-1]
        distance = cue.start - party.end
        if party.preposition or party.weak or distance > (2 if self.verb_first else 6):
            return None
        if self.verb_first and self._broken(party.end, cue.start + 1, "،,؛:\n"):
            return None
        return party

    def _subject_after(self, cue: Cue, after: list[Party]) -> Party | None:
        if not after:
            return None
        party = after[0]
        if party.preposition or party.start - cue.end > _SUBJECT_REACH:
            return None
        clauses = self.words["clause"]
        for token in range(cue.end, party.start):
            if self.keys[token] in clauses or token in self.occupied:
                return None
        return party

    def _topic_before(self, cue: Cue, before: list[Party]) -> Party | None:
        """Who the sentence is about, where the verb names no subject of its own."""
        return next(iter(self._free(cue, before)), None)

    def _free(self, cue: Cue, before: list[Party]) -> list[Party]:
        """The parties before the cue that no preposition governs; of what is said, its own if it has any: قال س إن ص طالب."""
        free = [party for party in before if not party.preposition and not party.weak]
        content = self.words["content"]
        said = next(
            (token for token in range(cue.start - 1, self.start, -1) if self.keys[token] in content), self.start
        )
        return [party for party in free if party.name > said] or free

    def _light_subject(self, cue: Cue, before: list[Party]) -> Party | None:
        """The subject of the verb that carries a masdar: أجرى لافروف محادثات مع; of the whole sentence after في, خلال."""
        free = self._free(cue, before)
        if not free:
            return None
        if cue.start > self.start and self.keys[cue.start - 1] in ("في", "خلال", "اثناء", "ضمن", "لدي", "اطار"):
            return free[0]
        if cue.trigger.bound:
            return free[0]
        nearest = free[-1]
        if len(free) > 1 and nearest.actors[0].kind == "state" and nearest.start - free[-2].end <= 3:
            nearest = free[-2]  # غادر لافروف أنقرة: the second is what he left
        if cue.start - nearest.end <= _NOUN_REACH:
            return nearest
        # وأجرى اتصالات مع: a further verb of the same subject
        return free[0] if cue.start > self.start and self.keys[cue.start - 1].startswith("و") else None

    def _target(self, cue: Cue, parties: list[Party], *, frames: frozenset[str], reach: int) -> Party | None:
        clauses, relatives = self.words["clause"], self.words["relative"]
        for party in parties:
            if party.start - cue.end > reach:
                break
            role = party.preposition or "O"
            if role not in frames:
                continue
            if role == "O" and any(
                self.keys[token] in clauses and self.keys[token] not in relatives
                for token in range(cue.end, party.start)
            ):
                break
            if cue.trigger.noun and self._broken(cue.end, party.start + 1, ".،,؛:\n"):
                break
            if party.scene and cue.trigger.type not in FALLING:
                continue
            if party.weak and role == "في" and not cue.trigger.place:
                continue
            return party
        return None

    def _is_passive(self, cue: Cue, subject: Party | None, after: list[Party]) -> bool:
        if not self.verb_first:
            return cue.start > self.start and self.keys[cue.start - 1] in ("was", "were", "been", "being", "be", "are")
        reach = range(cue.end, min(self.end - 1, cue.end + _SUBJECT_REACH))
        by = self.words["by"]
        if subject is None or any(f"{self.keys[token]} {self.keys[token + 1]}" in by for token in reach):
            return True
        if subject.start < cue.end:
            return False
        following = self.keys[cue.end] if cue.end < self.end else ""
        definite = following.startswith("ال") or subject.name == cue.end or following in self.words["title"]
        return not definite

    def _act(self, cue: Cue, *, source: Party | None, target: Party | None) -> Act | None:
        trigger = cue.trigger
        if trigger.place and trigger.type in FALLING and (source is None or target is None):
            scene = next((party for party in self.parties if party.weak and party.start >= cue.end), None)
            scene = scene or next((party for party in self.parties if party.weak), None)
            if scene is not None and scene is not source and scene is not target:
                if trigger.type == "PROTEST":
                    source = source or scene
                else:
                    target = target or scene
        if source is target:
            target = None
        if trigger.domestic and (source is None or target is None):
            known = source or target
            own = self.states.get(known.actors[0].code) if known else None
            if own is not None:
                home = Party(actors=(own,), start=cue.start, name=cue.start, end=cue.end, preposition="", weak=False)
                source, target = source or home, target or home
        givers = source.actors if source else ()
        same = target is not None and target.start == cue.start
        takers = tuple(actor for actor in target.actors if same or actor not in givers) if target else ()
        if not givers and not takers:
            return None
        together = trigger.type in ("CONSULT", "COOPERATE") and len(givers) > 1
        if ("S" in trigger.needs and not givers) or ("T" in trigger.needs and not takers and not together):
            return None
        type_, status = trigger.type, self._status(cue)
        if type_ == "CONSULT" and status == "planned":
            type_ = "AGREE"  # a meeting that is agreed upon is not yet held
        return Act(
            type=type_, source=givers, target=takers, status=status, cue=cue, sentence=(self.start, self.end)
        )  # fmt: skip

    def _status(self, cue: Cue) -> EventStatus:
        planned = cue.trigger.planned
        for token in range(cue.start - 1, max(self.start, cue.start - _STATUS_REACH) - 1, -1):
            word = self.keys[token]
            bare = word[1:] if word[:1] in ("و", "ف") and len(word) > 2 else word
            if token in self.occupied:
                break
            if bare in self.words["negation"]:
                return "denied"
            if bare in self.words["planned"]:
                planned = True
        return "planned" if planned else "actual"

    def _hypothetical(self, cue: Cue) -> bool:
        """Whether a masdar names what is wanted or feared, not what happened: سبل وقف الغارات."""
        hypothetical = self.words["hypothetical"]
        return any(self.keys[token] in hypothetical for token in range(max(self.start, cue.start - 3), cue.start))

    def _accompanied(self, cue: Cue) -> bool:
        companions = cue.trigger.companions
        reach = min(self.end, cue.end + 14)
        return any(self.keys[token] in companions for token in range(cue.end, reach))

    def _broken(self, first: int, last: int, marks: str) -> bool:
        return any(gap != " " and any(mark in gap for mark in marks) for gap in self.gaps[first:last])
