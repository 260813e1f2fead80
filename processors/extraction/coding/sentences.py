"""Reads the acts of one sentence: which sense a trigger has, whether what it tells happened, who is a party.

Knows what makes a trigger's words an act. Must not know word order (verbs, masdars), how actors are found, how tables
are read, or what the article's other sentences say beyond a Thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from khabar.records import EventStatus, EventType, MentionedActor
from processors.extraction.coding.frames import FALLING
from processors.extraction.coding.masdars import noun_roles
from processors.extraction.coding.parties import Party
from processors.extraction.coding.patterns import Company, Trigger, Words
from processors.extraction.coding.spots import Cue, Spot
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.verbs import verb_roles
from processors.extraction.folding import Tokens

_MAX_CUES: Final = 14
"""More triggers than this in one sentence are a list of headlines, not a sentence; the first ones are read."""
_COMPANION_REACH: Final = 14
_COMPANION_BEFORE: Final = 5
_STRANGER_REACH: Final = 5
_HARD: Final = frozenset("؛;\n")
_STATUS_REACH: Final = 3
_PURPOSES: Final[frozenset[EventType]] = frozenset({"COERCE", "SANCTION", "ASSAULT", "CONCEDE", "AID", "COOPERATE"})
"""Types of acts that behind ل are what something is for, not what happened."""
_LEGAL: Final[frozenset[EventType]] = frozenset({"ACCUSE", "COERCE"})
_HYPOTHETICAL_REACH: Final = 3


class Act(Struct, frozen=True, kw_only=True):
    """One event as read from one sentence, before the article's acts are merged.

    `companion`: the token of the noun that a light verb's meaning hangs on (شنت ... غارات). `guessed`: the source or target
    only follows from the place or from what the act is about, so another telling may know better.
    """

    type: EventType
    source: tuple[MentionedActor, ...]
    target: tuple[MentionedActor, ...]
    status: EventStatus
    cue: Cue
    sentence: tuple[int, int]
    companion: int | None = None
    source_guessed: bool = False
    target_guessed: bool = False


class Thread(Struct, frozen=True, kw_only=True):
    """What a sentence goes on from: who the one before was about, who heads the headline, where it all happens, an accident?"""

    topic: Party | None = None
    header: Party | None = None
    scene: Party | None = None
    accident: bool = False
    headline: bool = False


def _combined(found: list[Act]) -> list[Act]:
    """Two acts of a sentence that each lack what the other has are one: مصرع قيادي في طالبان بغارة باكستانية."""
    for victim in found:
        if victim.type != "ASSAULT" or victim.source or not victim.target:
            continue
        for blow in found:
            if blow is victim or blow.type != "ASSAULT" or blow.status != victim.status:
                continue
            if blow.cue.trigger.joint and not victim.cue.trigger.casualty:
                continue
            if blow.cue.trigger.joint:
                # of a battle, the side whose losses are not told inflicts those of the other
                hit = {actor.code for actor in victim.target}
                doers = tuple(actor for actor in (*blow.source, *blow.target) if actor.code not in hit)
            else:
                doers = blow.source if blow.source != victim.target else ()
            if doers:
                both = replace(victim, source=doers)
                return [both if act is victim else act for act in found if act is not blow]
    return found


class Sentence:
    """One sentence with its parties and triggers."""

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
        thread: Thread,
    ) -> None:
        self.words = words
        self.states = states
        self.thread = thread
        self.scope = Scope(tokens, words, spots, cues[:_MAX_CUES], start=start, end=end, verb_first=verb_first)
        self.windows: dict[int, list[str]] = {}
        self.companions: dict[int, int] = {}
        self.consumed: set[int] = set()
        self.last: Party | None = None
        self.ahead = False
        self.scope.parties = sorted([*self.scope.parties, *self._homelands()], key=lambda party: party.start)

    def _homelands(self) -> Iterator[Party]:
        """بلاده as the state of whoever was named before it."""
        scope = self.scope
        known = self.words["homeland"]
        if known.isdisjoint(scope.keys[scope.start : scope.end]):
            return
        for token in range(scope.start, scope.end):
            word = scope.keys[token]
            if word not in known or token in scope.occupied:
                continue
            before = scope.free(party for party in scope.parties if party.end <= token)
            owner = before[0] if before else self.thread.topic
            state = self.states.get(owner.actors[0].code) if owner else None
            if state is None:
                continue
            governor = scope.keys[token - 1] if token > scope.start else ""
            preposition = word[0] if word[0] == "ل" or word.startswith("بب") else ""
            if governor in self.words["preposition"]:
                preposition = governor
            yield Party(actors=(state,), start=token, name=token, end=token + 1, preposition=preposition, weak=False)

    def topic(self) -> Party | None:
        """Who the sentence is about: the first party that no preposition governs."""
        return next(iter(self.scope.free(self.scope.parties)), None)

    def accident(self) -> bool:
        """Whether the sentence tells of an accident and of no attack."""
        tokens = range(self.scope.start, self.scope.end)
        return self.scope.any_in("accident", tokens) and not any(cue.trigger.type == "ASSAULT" and not cue.trigger.casualty for cue in self.scope.cues)

    def scene(self) -> Party | None:
        """The first place of the sentence."""
        return next((party for party in self.scope.parties if party.weak), None)

    def acts(self) -> list[Act]:
        """The acts in reading order."""
        return _combined(list(self._acts()))

    def _acts(self) -> Iterator[Act]:
        content_until = self.scope.start
        senses = [(cue, self._meant(cue)) for cue in self.scope.cues]
        for cue, meant in senses:
            if meant is None:
                continue
            trigger = meant.trigger
            if trigger.noun and (cue.start < content_until or cue.start in self.consumed or self._hypothetical(meant)):
                continue
            if not trigger.noun and self._unreal(meant):
                continue
            act = self._noun(meant) if trigger.noun else self._verb(meant)
            if act is None or (not trigger.noun and self._alleged(cue, content_until)):
                continue
            yield act
            if trigger.claims:
                content_until = self._content_end(cue)

    # which sense

    def _meant(self, cue: Cue) -> Cue | None:
        """`cue` with the sense that its place and its clause allow, if one is allowed."""
        if cue.trigger.senses:
            senses = [sense for sense in (cue.trigger, *cue.trigger.senses) if self._fits(cue, sense)]
            nouns = sum(sense.noun for sense in senses)
            if 0 < nouns < len(senses):
                verbal = self._verbal(cue)
                senses = [sense for sense in senses if sense.noun is not verbal]
        else:
            senses = [cue.trigger] if self._fits(cue, cue.trigger) else []
        for sense in senses:
            companion = self._companion(cue, sense.companions) if sense.companions is not None else None
            if companion is not None and not self._strange(cue, sense):
                self.companions[cue.start] = companion
                self.consumed.add(companion)
                return self._as(cue, sense)
        for sense in senses:
            if sense.companions is None and not self._strange(cue, sense):
                return self._as(cue, sense)
        return None

    def _as(self, cue: Cue, sense: Trigger) -> Cue | None:
        if sense.none:
            return None
        return cue if sense is cue.trigger else replace(cue, trigger=sense)

    def _fits(self, cue: Cue, sense: Trigger) -> bool:
        """A participle goes on with a sentence behind a comma or و only."""
        if not sense.noun and cue.start > self.scope.start and not cue.conjoined:
            before = self.scope.keys[cue.start - 1]
            if before in self.words["preposition"] and before not in self.words["particle"]:
                return False  # هرب من سجنه: a noun that looks like a verb
        if not sense.participle or cue.conjoined or self.scope.broken(cue.start, cue.start + 1, "،,"):
            return True
        return self.scope.keys[cue.start].endswith("ا")

    def _companion(self, cue: Cue, company: Company) -> int | None:
        """Where one of the companions stands behind the trigger; before it, where a pronoun takes it up (غارة شنتها)."""
        if cue.trigger.bound and not cue.trigger.noun:
            first = max(self.scope.start, cue.start - _COMPANION_BEFORE)
            found = company.find(self.scope.keys[first : cue.start])
            if found is not None:
                return first + found
        found = company.find(self._window(cue))
        return None if found is None else cue.end + found

    def _strange(self, cue: Cue, sense: Trigger) -> bool:
        """Whether a word close behind the trigger rules the sense out."""
        if sense.strangers is None:
            return False
        return sense.strangers.find(self._window(cue)[:_STRANGER_REACH]) is not None

    def _window(self, cue: Cue) -> list[str]:
        """The words behind a trigger in which its companions may stand."""
        found = self.windows.get(cue.start)
        if found is None:
            last = min(self.scope.end, cue.end + _COMPANION_REACH)
            for offset, gap in enumerate(self.scope.gaps[cue.end : last]):
                if gap != " " and not _HARD.isdisjoint(gap):
                    last = cue.end + offset
                    break
            found = self.windows[cue.start] = self.scope.keys[cue.end : last]
        return found

    def _verbal(self, cue: Cue) -> bool:
        """Whether a form that is verb and masdar alike stands where a verb stands: first, or after its subject or أن."""
        scope = self.scope
        if cue.trigger.bound:
            return cue.start > scope.start and scope.keys[cue.start - 1] in self.words["relative"]
        following = next((party for party in scope.parties if party.name == cue.end), None)
        if following is not None and following.adjective and not scope.keys[following.name].startswith("ال"):
            return False  # رفض أميركي
        if cue.start == scope.start or cue.conjoined:
            return True
        before = scope.keys[cue.start - 1]
        if before in self.words["clause"] or before in self.words["particle"]:
            return True
        party = next((party for party in scope.parties if party.end == cue.start and not party.preposition), None)
        if party is None:
            return False
        first = party.name
        while first > scope.start and scope.keys[first - 1] in self.words["title"]:
            first -= 1
        if first == scope.start or scope.gaps[first] != " ":
            return True
        return scope.keys[first - 1] in self.words["clause"]

    # whether it happened

    def _content_end(self, cue: Cue) -> int:
        """Where what is asked, refused or alleged ends and the report goes on."""
        background = self.words["background"]
        scope = self.scope
        return next((token for token in range(cue.end, scope.end) if scope.keys[token] in background), scope.end)

    def _hypothetical(self, cue: Cue) -> bool:
        """Whether a masdar names what is wanted or feared, not what happened: سبل وقف الغارات."""
        first = max(self.scope.start, cue.start - _HYPOTHETICAL_REACH)
        word = self.scope.keys[cue.start]
        if word.startswith(("ل", "ول")) and not word.startswith(("لل", "ولل", "لق")) and cue.trigger.type in _PURPOSES:
            if not cue.trigger.casualty:
                return True  # خطة لترحيل المهاجرين
        return self.scope.any_in("hypothetical", range(first, cue.start))

    def _unreal(self, cue: Cue) -> bool:
        """Whether a verb tells a condition, a wish or a demand; من المقرر أن and the like are plans."""
        scope = self.scope
        clause = scope.clause(cue.start)
        if scope.any_in("conditional", range(max(clause.start - 1, scope.start), min(clause.start + 2, cue.start))):
            return True
        if clause.start > scope.start and scope.keys[clause.start - 1] in ("منذ", "since"):
            return True  # عادت للمرة الأولى منذ أن هاجمها: long ago
        if not cue.trigger.present or cue.start == scope.start:
            return False
        if scope.keys[cue.start - 1] == "قد":
            return True  # قد يقصف: it may
        if scope.keys[cue.start - 1] not in self.words["subjunctive"]:
            return False
        earlier = scope.keys[max(scope.start, cue.start - 4) : cue.start - 1]
        return not any(word in self.words["planned"] or word in ("قبل", "بعد") for word in earlier)

    def _alleged(self, cue: Cue, content_until: int) -> bool:
        """Whether a verb only tells what is asked, refused or alleged: نفى أن يكون قد أمر."""
        return cue.start < content_until and self.scope.clause(cue.start).kind == "content"

    def _status(self, cue: Cue) -> EventStatus:
        scope, planned = self.scope, cue.trigger.planned or (self.ahead and not cue.trigger.noun)
        for token in range(cue.start - 1, max(scope.start, cue.start - _STATUS_REACH) - 1, -1):
            word = scope.keys[token]
            bare = word[1:] if word[:1] in ("و", "ف") and len(word) > 2 else word
            if token in scope.occupied:
                break
            if bare in self.words["absence"] and token < cue.start - 1:
                continue
            if bare in self.words["negation"]:
                if scope.keys[token + 1] in self.words["ongoing"]:
                    break  # لا يزال يقصف
                return "denied"
            if bare in self.words["planned"]:
                planned = True
        if cue.trigger.noun:
            behind = range(cue.end, min(scope.end, cue.end + 2))
            planned = planned or scope.any_in("planned", behind)
        return "planned" if planned else "actual"

    # who is a party

    def _verb(self, cue: Cue) -> Act | None:
        told = verb_roles(self.scope, cue, self.last or self._former(cue))
        if told is None:
            return None
        self.last = told.subject or self.last
        # سيزور موسكو ويلتقي لافروف: what is to come goes on
        self.ahead = cue.trigger.planned or (self.ahead and cue.conjoined and cue.trigger.present)
        source, target = told.source, told.target
        if source is None and cue.trigger.undergone and cue.trigger.claims:
            source = self._speaker(cue, target)
        if target is None and cue.trigger.claims and self.thread.headline and not self.scope.after(cue):
            target = self._headed(told.source)
        return self._act(cue, source, target, told=True, guessed=told.guessed)

    def _speaker(self, cue: Cue, target: Party | None) -> Party | None:
        """Who says it of `target`: قال الجبير إن إيران تتدخل, or the headline's الجبير: إيران تتدخل."""
        if self.scope.clause(cue.start).kind == "content":
            return next((party for party in self.scope.free(self.scope.before(cue)) if party is not target), None)
        return self.thread.header

    def _headed(self, source: Party | None) -> Party | None:
        """Whom a headline without an object means: صواريخ إيران.. واشنطن تندد."""
        topic = self.thread.topic
        if source is None or topic is None or {a.code for a in topic.actors} & {a.code for a in source.actors}:
            return None
        return topic

    def _former(self, cue: Cue) -> Party | None:
        """Who the sentence goes on with: of its own parties if it has named one, else whom the one before was about."""
        if cue.trigger.ours:
            return self.thread.header or self.topic() or self.thread.topic
        if self.scope.free(self.scope.before(cue)):
            return None
        return self.thread.header or self.thread.topic

    def _noun(self, cue: Cue) -> Act | None:
        crowd = next((party for party in self.scope.parties if party.name <= cue.start < party.end), None)
        if crowd is not None:
            return self._act(cue, crowd, None, told=True, guessed=False)
        tail = self.companions.get(cue.start)
        told = noun_roles(self.scope, cue, self.last, self.thread.header, tail=cue.end if tail is None else tail + 1)
        if told is None or self._attribute(cue):
            return None
        if not told.told and self.scope.keys[cue.start].startswith("ال"):
            return None  # المحادثات, الهجوم: spoken of, not told
        act = self._act(cue, told.source, told.target, told=told.told, guessed=told.guessed)
        return replace(act, source_guessed=True) if act is not None and told.carried else act

    def _attribute(self, cue: Cue) -> bool:
        """Whether a masdar with its pronoun only describes somebody: المعروف بمعارضته لبوتين."""
        if not cue.trigger.bound or cue.start == self.scope.start:
            return False
        return self.scope.keys[cue.start].startswith("ب") and self.scope.keys[cue.start - 1].startswith("ال")

    def _act(
        self, cue: Cue, source: Party | None, target: Party | None, *, told: bool, guessed: bool
    ) -> Act | None:
        trigger, status = cue.trigger, self._status(cue)
        if trigger.casualty and (status == "denied" or self._accident(cue)):
            return None
        if source is None and trigger.type == "ASSAULT" and (trigger.casualty or trigger.undergone):
            source = self._armed(cue, target)
        named = source, target
        if trigger.place and trigger.type in FALLING and (source is None or target is None):
            source, target = self._placed(cue, source, target)
        if source is target:
            target = None
        if trigger.domestic and (source is None or target is None):
            source, target = self._at_home(cue, source, target)
        givers = source.actors if source else ()
        # an army may act upon its own country's towns, where the place tells
        same = target is not None and (target.start == cue.start or (target.scene and target is not named[1]))
        takers = tuple(actor for actor in target.actors if same or actor not in givers) if target else ()
        own = {actor.code for actor in givers}
        takers = tuple(actor for actor in takers if actor.code not in own) or takers
        if not givers and not takers and not (trigger.sure and told):
            return None
        if not takers and givers and trigger.type in _LEGAL and all(a.sector == "JUD" for a in givers):
            takers = tuple(filter(None, (self.states.get(givers[0].code),)))  # a court tries its own people
            guessed = True
        if trigger.type == "CONSULT" and takers and all(a.kind == "state" and a.code in own for a in takers):
            return None  # who comes home visits nobody
        together = trigger.joint and len(givers) > 1
        if status == "denied" and not givers:
            return None
        if ("S" in trigger.needs and not givers) or ("T" in trigger.needs and not takers and not together):
            if not (trigger.sure and told):
                return None
        type_ = trigger.type
        if type_ == "CONSULT" and status == "planned":
            type_ = "AGREE"  # a meeting that is agreed upon is not yet held
        return Act(
            type=type_,
            source=givers,
            target=takers,
            status=status,
            cue=cue,
            sentence=(self.scope.start, self.scope.end),
            companion=self.companions.get(cue.start),
            source_guessed=source is not named[0],
            target_guessed=guessed or target is not named[1] or (target is not None and target.scene),
        )

    def _armed(self, cue: Cue, victim: Party | None) -> Party | None:
        """Whose weapon it was: أصيب فلسطينيان بالرصاص الإسرائيلي, في غارة أميركية."""
        known = self.words["weapon"]
        for party in self.scope.after(cue):
            if party is not victim and any(
                self.scope.keys[token] in known for token in range(max(party.start - 1, cue.end), party.name)
            ):
                return party
        return None

    def _accident(self, cue: Cue) -> bool:
        """Whether the deaths are nobody's act: مقتل ثلاثة في حادث سير."""
        return self.thread.accident or self.scope.any_in("accident", range(self.scope.start, self.scope.end))

    def _placed(self, cue: Cue, source: Party | None, target: Party | None) -> tuple[Party | None, Party | None]:
        """The roles with the place of the act for who is not named: of a protest who makes it, else who suffers it."""
        weak = [
            party
            for party in self.scope.parties
            if party.weak and party.actors[0].kind == "state" and not party.adjective
            and party is not source and party is not target
        ]  # fmt: skip
        scene = next((party for party in weak if party.start >= cue.end), None) or next(iter(weak), None)
        scene = scene or (self.thread.scene if source is None and target is None else None)
        if scene is None:
            return source, target
        return (source or scene, target) if cue.trigger.type == "PROTEST" else (source, target or scene)

    def _at_home(self, cue: Cue, source: Party | None, target: Party | None) -> tuple[Party | None, Party | None]:
        """The roles of an act within one state, of which one side is told."""
        known = source or target
        own = self.states.get(known.actors[0].code) if known else None
        if own is None:
            return source, target
        home = Party(actors=(own,), start=cue.start, name=cue.start, end=cue.end, preposition="", weak=False)
        return source or home, target or home
