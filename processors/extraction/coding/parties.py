"""Joins the actors of a sentence to phrases: titles before a name, appositions, coordination, the preposition that governs.

Knows phrases. Must not know triggers or events.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from khabar.records import MentionedActor
from processors.extraction.coding.patterns import Words
from processors.extraction.coding.spots import Spot
from processors.extraction.folding import Tokens

BY: Final = "by"
_TITLE_REACH: Final = 6
_CLITICS: Final = ("و", "ف", "ب", "ل")
"""Stands for every phrase that names the agent of a passive (من قبل, على يد)."""
_MAX_ACTORS: Final = 8
_JOIN_REACH: Final = 5
"""At most so many tokens stand between two names of one phrase."""
_STOPS: Final = frozenset(".:؛\n")
_PARTS: Final = frozenset("،,؛;:\n")
"""Marks that a preposition does not reach over."""
_SHORT: Final = 4
"""A word of so few letters that starts with لل is not ل and an article."""
_MOST: Final = ("الغالبيه", "الاغلبيه", "الاكثريه", "غالبيه", "اغلبيه")
"""Words behind which stands who lives there, folded."""
_DAYS: Final = frozenset(("الاحد", "الاثنين", "الثلاثا", "الاربعا", "الخميس", "الجمعه", "السبت", "اليوم", "امس", "غدا"))
"""Days, folded."""
_OWN_REACH: Final = 2
"""So many words stand between a party and who backs it."""
_ENDLESS: Final = ("title", "victim", "time")
"""Classes of definite nouns behind which their phrase goes on."""
_HONORIFICS: Final = ("الامير", "الرييس", "الوزير", "الملك", "الشيخ", "الجنرال", "السفير", "الدكتور", "السيد", "اللوا")
"""Titles that open a phrase of their own behind a definite noun: لحقوق الإنسان | الأمير زيد, folded."""
_PEOPLES: Final = ("الشعب", "شعب", "القياده", "قياده", "الحكومه", "حكومه", "الجيش", "الدوله", "الملك", "الرييس")
"""Heads of a phrase that a further one of the same state joins (مع الشعب والحكومة الأفغانية), folded."""
_OF: Final = ("في", "من", "باسم", "لدي", "عن", "ل")
"""Prepositions that tie somebody to whom he speaks or fights for."""
_PRESENT: Final = ("ي", "ت")
"""First letters of a verb in the present."""


class Party(Struct, frozen=True, kw_only=True, gc=False):
    """Actors that stand as one phrase, coordinated or not: one grammatical subject or object.

    `preposition`: what governs the phrase, "" for none. `start`, `end`: its tokens, titles before the name included;
    `name`: where the first name starts.
    """

    actors: tuple[MentionedActor, ...]
    start: int
    name: int
    end: int
    preposition: str
    weak: bool
    adjective: bool = False
    scene: bool = False

    @property
    def acting(self) -> bool:
        """Whether it may act: not a mere place or source, but people without a name may (سكان)."""
        return not self.weak or (self.actors[-1].kind == "group" and not self.scene)


def find_parties(tokens: Tokens, words: Words, spots: list[Spot], *, start: int, occupied: set[int]) -> list[Party]:
    """The phrases of a sentence that starts at token `start`, in reading order. `occupied`: tokens of its triggers."""
    return _Phrases(tokens, words, start, occupied).parties(spots)


def backs(keys: list[str], words: Words, spot: Spot) -> bool:
    """Whether `spot` only stands behind somebody: ميليشيات الحوثي المدعومة من إيران, قوات موالية للنظام."""
    known, before = words["backed"], spot.start - 1
    if before < 1:
        return False
    if spot.adjective and keys[before] in _MOST:
        return True  # المدينة ذات الغالبية الكردية
    return keys[before] in known if spot.preposition == "ل" else keys[before] == "من" and keys[before - 1] in known


def titled(keys: list[str], words: Words, occupied: Container[int], party: Party, floor: int) -> bool:
    """Whether a title of one person stands with the party, so that a name behind it may be his: وزير الخارجية المصري فلان.

    Without one a body or a country only acts upon him: اعتقلت الشرطة التركية فلانا.
    """
    known = words["holder"]
    for token in range(party.name - 1, max(floor, party.name - _TITLE_REACH) - 1, -1):
        if token in occupied:
            return False
        if keys[token] in known or (keys[token][:1] in _CLITICS and keys[token][1:] in known):
            return True
    return False


class _Phrases:
    """The sentence whose phrases are found. Lives for one call."""

    def __init__(self, tokens: Tokens, words: Words, start: int, occupied: set[int]) -> None:
        self.keys = tokens.words
        self.gaps = tokens.gaps
        self.words = words
        self.start = start
        self.occupied = occupied

    def parties(self, spots: list[Spot]) -> list[Party]:
        parties: list[Party] = []
        for spot in spots:
            if backs(self.keys, self.words, spot):
                if parties and spot.start - parties[-1].end <= _OWN_REACH:
                    parties[-1] = replace(parties[-1], end=spot.end)
                continue
            if parties and spot.start - parties[-1].end <= _JOIN_REACH:
                last = parties[-1]
                between = range(last.end, spot.start)
                if self._apposed(last, spot, between):
                    parties[-1] = self._merged(last, spot, replace_last=True)
                    continue
                if self._belongs(last, spot, between):
                    parties[-1] = self._merged(last, spot, replace_last=True)
                    continue
                if self._coordinated(last, spot, between) and len(last.actors) < _MAX_ACTORS:
                    parties[-1] = self._merged(last, spot, replace_last=False)
                    continue
            start, preposition = self._governor(spot, parties[-1].end if parties else self.start)
            parties.append(
                Party(
                    actors=(spot.actor,),
                    start=start,
                    name=spot.start,
                    end=spot.end,
                    preposition=preposition,
                    weak=spot.weak and spot.actor.kind != "media" and not self._members(spot),
                    adjective=spot.adjective,
                    scene=spot.scene,
                )
            )
        return parties

    def _merged(self, party: Party, spot: Spot, *, replace_last: bool) -> Party:
        kept = party.actors
        if replace_last:
            # الرئيس المصري عبد الفتاح السيسي is Sisi; السيسي الرئيس المصري too
            head = spot.actor if spot.actor.kind != "state" else kept[-1]
            kept = kept[:-1]
        else:
            head = spot.actor
        actors = kept if head in kept else (*kept, head)
        return Party(
            actors=actors, start=party.start,
 name=party.name, end=spot.end, preposition=party.preposition,
            weak=party.weak and spot.weak, adjective=not replace_last and party.adjective and spot.adjective,
        )  # fmt: skip

    def _apposed(self, party: Party, spot: Spot, between: range) -> bool:
        """Whether `spot` names the same party again, or more exactly: a state's adjective and its minister."""
        last = party.actors[-1]
        if spot.conjoined or spot.preposition or len(between) > 4 or last.code != spot.actor.code:
            return False
        if last.id == spot.actor.id and not between and not self._stopped(party.end, spot.start):
            return True  # ولي العهد السعودي، الأمير محمد بن سلمان
        if spot.actor.kind == "group" and not party.adjective:
            return False  # نشرت بولندا قوات
        named = (
            last.kind == "armed_group" and spot.actor.kind == "person" and not between and not party.preposition
        )  # القيادي الحوثي فلان
        if last.kind not in ("state", "organisation", "igo") and spot.actor.kind != "state" and not named:
            return False
        if self._stopped(party.end, spot.start):
            return False
        if spot.actor.kind == "person" and not named and not self._holds(party, between):
            return False  # اعتقلت السلطات المصرية الناشط فلانا
        titles = self.words["title"]
        return not between or all(self.keys[token] in titles and token not in self.occupied for token in between)

    def _holds(self, party: Party, between: range) -> bool:
        """Whether the person behind the party has an office of it. In English the title stands between: Egyptian President."""
        known, keys = self.words["holder"], self.keys
        if party.adjective and any(keys[token].isascii() and keys[token] in known for token in between):
            return True
        return titled(keys, self.words, self.occupied, party, self.start)

    def _stopped(self, first: int, last: int) -> bool:
        """Whether a stop stands before one of the tokens first..last (inclusive)."""
        return not _STOPS.isdisjoint("".join(self.gaps[first : last + 1]))

    def _belongs(self, party: Party, spot: Spot, between: range) -> bool:
        """Whether `spot` is whose people the party before it are: مسلحون من داعش, مسؤولون من كوريا الشمالية."""
        if party.actors[-1].kind != "group" or party.adjective or spot.conjoined:
            return False
        if spot.preposition == "ب":
            return not between and not spot.weak  # موظفون بالأمم المتحدة
        if len(between) != 1 or self.gaps[spot.start] != " ":
            return False
        link = self.keys[between[0]]
        # ضابط في الاستخبارات القطرية
        return link == "من" or (link == "في" and spot.actor.kind in ("organisation", "armed_group"))

    def _coordinated(self, last: Party, spot: Spot, between: range) -> bool:
        """Whether `spot` joins the party before it: مصر وقطر, بين إسرائيل وحركة حماس, وزير الخارجية ورئيس قطر."""
        if len(between) > _JOIN_REACH or spot.preposition or self._stopped(min(last.end, spot.start), spot.start):
            return False
        if last.preposition and self._opens(spot):
            return False
        if not between:
            # القمة الفرنسية الألمانية
            if spot.conjoined:
                return True
            # but قتلت القوات الكينية إثيوبيين
            alike = self.keys[last.name].startswith("ال") == self.keys[spot.start].startswith("ال")
            return alike and spot.adjective and last.adjective and spot.actor.code != last.actors[-1].code
        first = self.keys[between[0]]
        titles = self.words["title"]
        joins = first in ("و", "and") or (
            first.startswith("و") and (first[1:] in titles or first[1:] in self.words["quantity"])
        )
        return joins and all(
            token not in self.occupied and self.keys[token] not in self.words["preposition"] for token in between
        )

    def _opens(self, spot: Spot) -> bool:
        """Whether a verb in the present stands right behind, of which `spot` is the subject: قصف على غزة ومصر تندد."""
        return (
            spot.end in self.occupied
            and spot.end < len(self.gaps)
            and self.gaps[spot.end] == " "
            and self.keys[spot.end].startswith(_PRESENT)
        )

    def _ends_another(self, token: int) -> bool:
        """Whether a definite noun closes a phrase before the one that starts behind it: المقاومة | ميليشيات الحوثي."""
        word, following = self.keys[token], self.keys[token + 1]
        if not word.startswith("ال") or (following.startswith("ال") and following not in _HONORIFICS):
            return False
        return word not in self.words.any_of(_ENDLESS)

    def _prefixed(self, word: str) -> bool:
        """Whether a noun is written with ب or ل: بإطلاق مستشار; but these may be its own letters (بيان)."""
        return (
            word[:1] in ("ب", "ل")
            and len(word) > 3
            and word not in self.words["radical"]
            and (word not in self.words["title"])
        )

    def _members(self, spot: Spot) -> bool:
        """Whether the members of a body act, not something within it: دول أعضاء في الاتحاد الأوروبي."""
        before = spot.start - 2
        return spot.actor.kind == "igo" and before >= self.start and self.keys[before] in self.words["representative"]

    def _speaks(self, spot: Spot, floor: int) -> int:
        """Where somebody or something that speaks for the party stands before it: بيان رئاسي لمجلس الأمن; 0 without."""
        for token in range(spot.start - 1, max(floor, spot.start - 3) - 1, -1):
            if token in self.occupied or self.gaps[token + 1] != " ":
                break
            if self.keys[token] in self.words["representative"]:
                before = self.keys[token - 1] if token > self.start else ""
                return 0 if before in self.words["preposition"] else token
        return 0

    def _governor(self, spot: Spot, floor: int) -> tuple[int, str]:
        """Where the phrase of `spot` starts, and the preposition before it."""
        if spot.preposition in ("ل", "ب") and not spot.conjoined and (head := self._speaks(spot, floor)):
            return head, ""
        if spot.preposition or spot.conjoined:
            return spot.start, spot.preposition
        if self.keys[spot.start].startswith("لل") and len(self.keys[spot.start]) > _SHORT:
            return spot.start, "ل"  # للاجئين
        keys, gaps, occupied, words = self.keys, self.gaps, self.occupied, self.words
        prepositions, clauses, by, by_ends = words["preposition"], words["clause"], words["by"], words.by_ends
        start = spot.start
        for token in range(spot.start - 1, max(floor, spot.start - 8) - 1, -1):
            word = keys[token]
            if token in occupied and word not in by_ends:
                break
            gap = gaps[token + 1]
            if gap != " " and not _PARTS.isdisjoint(gap):
                break
            if word[:1] == "و" and word[1:] in prepositions:
                return start, word[1:]
            if word in by_ends and (word in by or (token > self.start and f"{keys[token - 1]} {word}" in by)):
                return (token if word in by else token - 1), BY
            if word == "نحو" and self.keys[token + 1].isdigit():
                start = token
                continue  # نحو 20 مسلحا: about, not towards
            if word in prepositions:
                if word in _OF and token > floor and self.keys[token - 1] in self.words["representative"]:
                    continue  # مسؤول في حزب الاتحاد: who speaks is the party
                if token == self.start or self.keys[token - 1] not in self.words["quantity"]:
                    return start, word
            elif word in clauses:
                break
            elif word.startswith("لل") and len(word) > 3:
                return token, "ل"
            elif self._prefixed(word):
                return token, word[:1]
            elif word in _DAYS or self._ends_another(token):
                break  # في بيان الاثنين موسكو: nobody's phrase goes on behind the day
            start = token
            if word[:1] == "و" and word[1:] in self.words["title"]:
                # ووزير الخارجية: another phrase begins, but مع الشعب والحكومة goes on
                joined = token - 2 >= floor and keys[token - 1] in _PEOPLES and keys[token - 2] in prepositions
                return (token - 1, keys[token - 2]) if joined else (start, "")
        return start, ""
