"""Which sense of a trigger its place and its clause allow: verb or noun, with the companions that a sense asks for.

Knows companions, and where verbs stand. Must not know roles or whether anything happened.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from processors.extraction.coding.patterns import Company, Trigger, Words
from processors.extraction.coding.scope import COMMAS, Scope
from processors.extraction.coding.spots import Cue

# How many tokens a companion may stand behind its trigger, before it where a pronoun takes it up; and one that forbids it.
_COMPANION_REACH: Final = 14
_COMPANION_BEFORE: Final = 5
_STRANGER_REACH: Final = 8
_TIMES: Final = frozenset(("قبل", "قبيل", "عشيه", "خلال", "عقب", "بعد", "اثر"))
"""Words before the time of an act, folded: what stands behind them is no light verb's noun."""
_DRONE: Final = "مسيرات"
"""What marches and drones alike are called where they are many."""
_DRONE_REACH: Final = 8
_HARD: Final = frozenset("؛;\n")
"""Marks beyond which no companion stands."""


class Senses:
    """The senses of one sentence's triggers.

    `companions`: for each trigger so read, the token of its companion (شنت ... غارات).
    """

    def __init__(self, scope: Scope, words: Words, *, headline: bool = False) -> None:
        self.scope = scope
        self.headline = headline
        self.words = words
        self.companions: dict[int, int] = {}
        self._windows: dict[int, list[str]] = {}
        self._hard: list[int] | None = None

    def meant(self, cue: Cue) -> Cue | None:
        """`cue` with the sense that its place and its clause allow, if one is allowed."""
        asked = cue.trigger.asked
        if asked is not None:
            # most light verbs and the like stand without the company that would make them tell something
            scope = self.scope
            first, last = cue.start - _COMPANION_BEFORE, cue.end + _COMPANION_REACH
            if asked.isdisjoint(scope.keys[max(scope.start, first) : min(scope.end, last)]):
                return None
        if cue.trigger.type == "PROTEST" and self._drones(cue):
            return None
        if not cue.trigger.senses:
            return self._only(cue, cue.trigger)
        governed = self._governed(cue)
        senses = [
            sense
            for sense in (cue.trigger, *cue.trigger.senses)
            if (sense.noun or not governed) and (not sense.participle or self._continues(cue))
        ]
        going_on = [sense for sense in senses if sense.participle]
        if going_on and not self.scope.keys[cue.start].startswith("ال"):
            senses = going_on  # تحاصر المقر، مطالبة بتسليمهم
        nouns = sum([sense.noun for sense in senses])
        if 0 < nouns < len(senses):
            # no text starts with a verb that has a pronoun: رحلة, not رحله
            opening = cue.start == self.scope.start and all(sense.noun or sense.bound for sense in senses)
            verbal = not opening and self._verbal(cue) and not self._headless(cue, senses)
            senses = [sense for sense in senses if sense.noun is not verbal]
        if len(senses) > 1 and any(sense.bound and not sense.noun for sense in senses):
            # شكوى رفعتها: what the pronoun takes up goes before what follows
            senses.sort(key=lambda sense: not self._takes_up(cue, sense))
        for sense in senses:
            if sense.companions is None:
                continue
            companion = self._companion(cue, sense.companions)
            if companion is not None and not self._strange(cue, sense, companion - cue.end):
                self.companions[cue.start] = companion
                return self._as(cue, sense)
        for sense in senses:
            if sense.companions is None and not self._strange(cue, sense):
                return self._as(cue, sense)
        return None

    def _drones(self, cue: Cue) -> bool:
        """Whether مسيرات are no marches but fly: by what is around them, and by an attack that they make or are shot in."""
        scope, words = self.scope, self.words
        keys, word = scope.keys, scope.keys[cue.start]
        if cue.end - cue.start > 1 or not word.endswith(_DRONE):
            return False
        first, last = max(scope.start, cue.start - _DRONE_REACH), min(scope.end, cue.end + _DRONE_REACH)
        around = keys[first : cue.start] + keys[cue.end : last]
        if not words["marching"].isdisjoint(around):
            return False
        if not words["airborne"].isdisjoint(around):
            return True
        striking = words["striking"]
        if word.removeprefix("و").startswith("ب"):
            return not striking.isdisjoint(keys[first : cue.start])  # هاجموا المدينة بمسيرات
        beside = keys[max(first, cue.start - 1) : cue.start] + keys[cue.end : min(last, cue.end + 3)]
        return not striking.isdisjoint(beside)

    def _only(self, cue: Cue, sense: Trigger) -> Cue | None:
        """`cue` if its one sense is allowed. Most triggers have one."""
        if (not sense.noun and self._governed(cue)) or (sense.participle and not self._continues(cue)):
            return None
        companion = None
        if sense.companions is not None:
            companion = self._companion(cue, sense.companions)
            if companion is None:
                return None
        within = 0 if companion is None else companion - cue.end
        if sense.strangers is not None and self._strange(cue, sense, within):
            return None
        if companion is not None:
            self.companions[cue.start] = companion
        return None if sense.none else cue

    def _headless(self, cue: Cue, senses: list[Trigger]) -> bool:
        """Whether a form that is verb and masdar alike opens a text with its object right behind it: فرض عقوبات, تبادل أسرى."""
        if cue.start > self.scope.start or cue.conjoined:
            return False
        return any(
            sense.noun and sense.companions is not None and self._companion(cue, sense.companions) == cue.end
            for sense in senses
        )

    def _as(self, cue: Cue, sense: Trigger) -> Cue | None:
        if sense.none:
            return None
        return cue if sense is cue.trigger else replace(cue, trigger=sense)

    def _governed(self, cue: Cue) -> bool:
        """Whether a preposition stands before it, so that it is no verb, though it looks like one: هرب من سجنه."""
        if cue.conjoined or cue.start == self.scope.start:
            return False
        before = self.scope.keys[cue.start - 1]
        return before in self.words["preposition"] and before not in self.words["particle"]

    def _continues(self, cue: Cue) -> bool:
        """Whether a participle goes on with a sentence there: behind a comma or و only."""
        if cue.start > self.scope.start and self.scope.keys[cue.start - 1].isdigit():
            return False  # السجن لـ24 متهما
        if cue.conjoined or self.scope.broken(cue.start, cue.start + 1, COMMAS):
            return True
        return self.scope.keys[cue.start].endswith("ا")

    def _companion(self, cue: Cue, company: Company) -> int | None:
        """Where one of the companions stands behind the trigger; before it, where a pronoun or a relative takes it up (غارة شنتها)."""
        relative = cue.start > self.scope.start and self.scope.keys[cue.start - 1] in self.words["relative"]
        if (cue.trigger.bound or relative) and not cue.trigger.noun:
            first = max(self.scope.start, cue.start - _COMPANION_BEFORE)
            found = company.find(self.scope.keys[first : cue.start])
            if found is not None:
                return first + found
        found = company.find(self._window(cue))
        if found is None or (found and not cue.trigger.noun and self.scope.keys[cue.end + found - 1] in _TIMES):
            return None  # تجري كينيا تجاربها قبل قمة: when, not what
        return cue.end + found

    def _takes_up(self, cue: Cue, sense: Trigger) -> bool:
        """Whether one of the sense's companions stands before the trigger."""
        first = max(self.scope.start, cue.start - _COMPANION_BEFORE)
        return sense.companions is not None and sense.companions.find(self.scope.keys[first : cue.start]) is not None

    def _strange(self, cue: Cue, sense: Trigger, companion: int = 0) -> bool:
        """Whether a word close behind the trigger, or before its companion there, rules the sense out."""
        if sense.strangers is None:
            return False
        return sense.strangers.find(self._window(cue)[: max(_STRANGER_REACH, companion + 2)]) is not None

    def _window(self, cue: Cue) -> list[str]:
        """The words behind a trigger in which its companions may stand."""
        found = self._windows.get(cue.start)
        if found is None:
            scope = self.scope
            if self._hard is None:
                self._hard = [token for token in reversed(scope.marks) if not _HARD.isdisjoint(scope.gaps[token])]
            last = min(scope.end, cue.end + _COMPANION_REACH)
            for mark in self._hard:
                if cue.end <= mark < last:
                    last = mark
            found = self._windows[cue.start] = scope.keys[cue.end : last]
        return found

    def _verbal(self, cue: Cue) -> bool:
        """Whether a form that is verb and masdar alike stands where a verb stands: first, or after its subject or أن."""
        scope = self.scope
        if cue.trigger.bound:
            # الهجوم الذي شنته, هجوم شنته
            last = cue.start - 1
            # بعدما أدانته محكمة: it stands where a clause opens
            opened = last >= scope.start and (
                scope.keys[last] in self.words["relative"] or scope.keys[last] in self.words["clause"]
            )
            return last >= scope.start and (opened or last in scope.occupied)
        following = next((party for party in scope.parties if party.name == cue.end), None)
        if following is not None and following.adjective and not scope.keys[following.name].startswith("ال"):
            return False  # رفض أميركي
        if cue.start == scope.start and self.headline:
            return False  # منع مهاجرين من العبور: headlines start with nouns
        if cue.start == scope.start or cue.conjoined or (scope.verb_first and scope.leads(cue)):
            return True
        before = scope.keys[cue.start - 1]
        if before in self.words["clause"] or before in self.words["particle"]:
            return True
        if scope.broken(cue.start, cue.start + 1, COMMAS):
            first, times = cue.start - 1, self.words["time"]
            while first > scope.start and scope.keys[first] in times:
                first -= 1
            if scope.keys[first][:1] == "و" and scope.keys[first][1:] in times:
                return True  # ومساء الجمعة، تلقى
        party = next((party for party in scope.parties if party.end == cue.start and not party.preposition), None)
        if party is None:
            return False
        if not scope.verb_first:
            return scope.gaps[cue.start] == " " and (
                cue.end >= scope.end or scope.keys[cue.end] not in self.words["preposition"]
            )
        first = party.name
        while first > scope.start and scope.keys[first - 1] in self.words["title"]:
            first -= 1
        if first == scope.start or scope.gaps[first] != " ":
            return True
        return scope.keys[first - 1] in self.words["clause"]
