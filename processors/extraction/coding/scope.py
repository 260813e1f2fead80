"""One sentence as the rules see it: its words, parties and clauses.

Knows where clauses begin and which party is free to be a subject. Must not know event types, frames or roles.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import compress
from typing import Final

from msgspec import Struct

from khabar.records import MentionedActor
from processors.extraction.coding.parties import Party, find_parties
from processors.extraction.coding.patterns import ClauseKind, Words
from processors.extraction.coding.spots import Cue, Spot
from processors.extraction.folding import Tokens

_HEAD_REACH: Final = 10
"""A subject without a code stands at most so many tokens before its verb."""
_NO_HEADS: Final = ("preposition", "particle", "time", "occasion", "place")
"""Classes of words that are no subject where they open a clause."""
_BODIES: Final = ("armed_group", "organisation")
"""Kinds of actors that are taken up by what they are: الحركة."""
_OF_STATES: Final = ("MIL", "GOV", "JUD", "LEG")
"""Sectors of bodies that are no movement, party or group."""
_STOP_MARKS: Final = frozenset(".؛;:\n")
COMMAS: Final = frozenset("،,")
_ALL_MARKS: Final = COMMAS | _STOP_MARKS


class Clause(Struct, frozen=True, kw_only=True, gc=False):
    """Tokens start..end (exclusive), the word that opens it included."""

    kind: ClauseKind
    start: int
    end: int


class Scope:
    """A sentence at tokens start..end with its parties, its triggers and its clauses. Lives for one reading."""

    def __init__(
        self,
        tokens: Tokens,
        words: Words,
        spots: list[Spot],
        cues: list[Cue],
        *,
        start: int,
        end: int,
        verb_first: bool,
    ) -> None:
        self.tokens = tokens
        self.keys = tokens.words
        self.gaps = tokens.gaps
        self.words = words
        self.start = start
        self.end = end
        self.verb_first = verb_first
        self.cues = cues
        self.occupied: set[int] = set()
        for cue in cues:
            if cue.trigger.speech and cue.trigger.noun:
                continue  # نددوا بجريمة إسرائيل: a common word, unless somebody says it of somebody
            self.occupied.update(range(cue.start, cue.end))
        if self.occupied:
            self.occupied.difference_update(*[range(spot.start, spot.end) for spot in spots])
        self._clauses: list[Clause] = []
        self._starts: list[int] = []
        self._marks: list[int] | None = None
        self._spots = spots
        self._parties: list[Party] | None = None

    @property
    def parties(self) -> list[Party]:
        """The parties in reading order, made when first asked for, as the clauses are."""
        if self._parties is None:
            self._parties = find_parties(
                self.tokens, self.words, self._spots, start=self.start, occupied=self.occupied
            )  # fmt: skip
        return self._parties

    def join(self, parties: Iterable[Party]) -> None:
        """Adds parties that no name stands for."""
        self._parties = sorted([*self.parties, *parties], key=lambda party: party.start)

    def topic(self) -> Party | None:
        """Who the sentence is about: the first party that no preposition governs."""
        return next(iter(self.free(self.parties)), None)

    def scene(self) -> Party | None:
        """The first place of the sentence."""
        return next((party for party in self.parties if party.weak and party.actors[0].kind == "state"), None)

    def body(self, until: int | None = None) -> MentionedActor | None:
        """The armed group or organisation named last, before the token `until`."""
        last = self.end if until is None else until
        for party in reversed(self.parties):
            if party.end <= last:
                for actor in reversed(party.actors):
                    if actor.kind in _BODIES and actor.sector not in _OF_STATES:
                        return actor
        return None

    @property
    def marks(self) -> list[int]:
        """The tokens before which more than a space stands."""
        if self._marks is None:
            gaps = enumerate(self.gaps[self.start : self.end], self.start)
            self._marks = [token for token, gap in gaps if gap != " "]
        return self._marks

    @property
    def clauses(self) -> list[Clause]:
        """The clauses in reading order, made when first asked for: many a sentence has triggers, but none that tells anything."""
        if not self._clauses:
            self._divide()
        return self._clauses

    def clause(self, token: int) -> Clause:
        """The clause that `token` stands in."""
        clauses = self._clauses or self.clauses
        return clauses[bisect_right(self._starts, token) - 1] if len(clauses) > 1 else clauses[0]

    def after(self, cue: Cue, *, until: int | None = None) -> list[Party]:
        """The parties behind `cue`, in its sentence or before the token `until`."""
        last = self.end if until is None else until
        return [party for party in self.parties if cue.end <= party.start < last]

    def before(self, cue: Cue, *, since: int | None = None) -> list[Party]:
        """The parties that end before `cue`, in its sentence or from the token `since`."""
        first = self.start if since is None else since
        return [party for party in self.parties if first <= party.start and party.end <= cue.start]

    def free(self, parties: Iterable[Party]) -> list[Party]:
        """Those of `parties` that may be a subject: no preposition governs them, no masdar owns them."""
        occupied = self.occupied  # only behind a trigger somebody may be owned: spares most calls
        return [
            party
            for party in parties
            if not party.preposition
            and (not party.weak or party.acting)
            and (party.start - 1 not in occupied or not self.owned(party))
        ]

    def heads_itself(self, cue: Cue) -> bool:
        """Whether a trigger's clause starts with a subject without a code: أن صواريخ استهدفت, هذه الدول قطعت."""
        clause = self.clause(cue.start)
        first = clause.start
        if clause.kind == "content":
            if self.keys[first].endswith(("ه", "ها", "هم")):
                return False
            first += 1
        elif clause.kind == "side":
            first += 1
        elif clause.kind != "main":
            return False
        if cue.start - first > _HEAD_REACH:
            return False
        if first >= cue.start:
            return cue.trigger.noun and clause.kind == "content"
        if self.leads(cue) or self.broken(cue.start, cue.start + 1, COMMAS):
            return False
        word = self.keys[first]
        if word[:1] == "و" and len(word) > 2:
            word = word[1:]
        return word not in self.words.any_of(_NO_HEADS)

    def leads(self, cue: Cue) -> bool:
        """Whether a verb stands first in its clause, but for particles and the like."""
        first = self.clause(cue.start).start
        particles, times = self.words["particle"], self.words["time"]
        return all(
            word in particles
            or word in times
            or word in self.words["clause"]
            or (word[:1] == "و" and word[1:] in times)
            for word in self.keys[first : cue.start]
        )

    def broken(self, first: int, last: int, marks: frozenset[str]) -> bool:
        """Whether one of `marks` stands before a token of first..last."""
        return not marks.isdisjoint("".join(self.gaps[first:last]))

    def apart(self, first: int, last: int) -> bool:
        """Whether any mark parts the tokens."""
        return self.broken(first, last, _ALL_MARKS)

    def any_in(self, name: str, tokens: range) -> bool:
        """Whether one of `tokens` belongs to the class of words `name`."""
        return not self.words[name].isdisjoint(self.keys[tokens.start : tokens.stop])

    def verb_between(self, first: int, last: int) -> bool:
        """Whether a trigger that can be no noun, or a verb with its pronoun (شنها), starts at a token of first..last."""
        return any(
            first <= cue.start < last and (not cue.trigger.nominal or (cue.trigger.bound and not cue.trigger.noun))
            for cue in self.cues
        )

    def anothers(self, cue: Cue, party: Party) -> bool:
        """Whether the party belongs to a noun between: بعد مكالمة بين, or to the very one that its preposition follows: اتفاق بين."""
        background = self.words["background"]
        light = cue.trigger.companions is not None
        return any(
            cue.end <= other.start < party.start
            and (
                (other.start > cue.end and self.keys[other.start - 1] in background)
                or (other.trigger.noun and other.end == self._governed(party) and not light)
            )
            for other in self.cues
        )

    def kept(self, party: Party, cue: Cue) -> bool:
        """Whether the agent is that of a participle in between: المساعدات إلى غزة المحاصرة من قبل إسرائيل."""
        return party.start > cue.end and self.keys[party.start - 1] in self.words["kept"]

    def _governed(self, party: Party) -> int:
        """Where the preposition stands that governs the party, if it is a word of its own."""
        return party.start - 1 if self.keys[party.start - 1] == party.preposition else party.start

    def owned(self, party: Party) -> bool:
        """Whether the party is the genitive of a masdar that is only the occasion of something: بعد لقاء السيسي."""
        if party.start - 1 not in self.occupied or party.preposition:
            return False
        for cue in self.cues:
            if cue.end == party.start and self.keys[cue.start] in self.words["mediation"]:
                return True  # نجحت وساطة قطرية في إقرار هدنة
            if cue.end == party.start and cue.trigger.noun and cue.start > self.start:
                prefixed = self.keys[cue.start][:1] in ("ب", "ل") and self.keys[cue.start] not in self.words["radical"]
                return prefixed or self.keys[cue.start - 1] in self.words["occasion"]
        return False

    def _divide(self) -> None:
        first = self.start + 1
        found: dict[int, ClauseKind] = {
            cue.start: "joined"
            for cue in self.cues
            if cue.conjoined and not cue.trigger.noun and cue.start >= first
        }  # fmt: skip
        openers, keys = self.words.openers, self.keys
        opened = map(openers.get, keys[first : self.end])
        found.update({token: openers[keys[token]] for token in compress(range(first, self.end), opened)})
        for token in self.marks:
            # a full stop without a space is that of a number
            if token >= first and len(self.gaps[token]) > 1 and not _STOP_MARKS.isdisjoint(self.gaps[token]):
                found[token] = "main"
        self._starts = [self.start, *sorted(found)]
        kinds: list[ClauseKind] = ["main", *(found[token] for token in self._starts[1:])]
        self._clauses = [
            Clause(kind=kind, start=start, end=end)
            for kind, start, end in zip(kinds, self._starts, [*self._starts[1:], self.end], strict=True)
        ]
