"""The act that a trigger and its parties make: who is meant where a side is not named, and what makes no act at all.

Knows types of acts, places and states. Must not know word order or the words of a sentence beyond classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from khabar.records import EventStatus, EventType, MentionedActor
from processors.extraction.coding.frames import FALLING
from processors.extraction.coding.parties import Party
from processors.extraction.coding.patterns import Trigger, Words
from processors.extraction.coding.reality import natural, threat
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.spots import Cue

_T = TypeVar("_T")
_LEGAL: Final[frozenset[EventType]] = frozenset({"ACCUSE", "COERCE", "REJECT", "SANCTION"})
"""Types of acts of courts."""
_ARMED: Final = ("MIL", "REB")
"""Sectors of persons who attack with more than words."""
SAID: Final[frozenset[EventType]] = frozenset({"AGREE", "SUPPORT", "REQUEST", "ACCUSE", "REJECT", "THREATEN"})
"""Types of acts that are words: what was not said is no event."""
_SHOT: Final = frozenset(
    ("برصاص", "بالرصاص", "بنيران", "بصاروخ", "بصواريخ", "بقصف", "بغاره", "بغارات", "بقذيفه", "بقذايف", "بقنبله", "طعنا")
)
"""Weapons of which nobody dies by accident, folded."""
_CLOSING: Final = frozenset(("الطواري", "طواري", "اغلاق", "اخلا", "يغلق", "تغلق", "اغلقت", "اغلق"))
"""What also a storm brings about, folded."""
_AIMS: Final = frozenset(("علي", "باتجاه", "تجاه", "صوب", "نحو"))
"""Prepositions before what is shot at, folded."""
_MILLIONS: Final = frozenset(("مليون", "مليونا", "ملايين", "مليوني"))
"""Numbers of dead that no attack leaves, folded."""
_FOES: Final = ("مع", "ضد")
"""Prepositions before whom a battle is with."""
_AIM_REACH: Final = 8
_SCENE_REACH: Final = 16
_PLACE_REACH: Final = 4
"""Who is arrested and where stand so near each other."""
_NEAR: Final = 4
_WEAPON_REACH: Final = 3
"""A weapon that is the subject opens its clause, but for أن and a number."""
_OF_SEVERAL: Final = ("هم", "هما")
"""Pronouns of several people."""
_OUTWARD: Final[frozenset[EventType]] = frozenset({"THREATEN", "AID", "MOBILIZE"})
"""Types of acts that a state does not do to itself."""


class Act(Struct, frozen=True, kw_only=True, gc=False):
    """One event as read from one sentence, before the article's acts are merged.

    `companion`: the token of the noun that a light verb's meaning hangs on (شنت ... غارات). `teller`: that noun where it tells
    the act by itself, so that it and no mere شنت is shown as the trigger. `open`: no target is to be guessed. `guessed`: the source or target
    only follows from the place or from what the act is about, so another telling may know better.
    """

    type: EventType
    source: tuple[MentionedActor, ...]
    target: tuple[MentionedActor, ...]
    status: EventStatus
    cue: Cue
    sentence: tuple[int, int]
    companion: int | None = None
    teller: Cue | None = None
    open: bool = False
    source_guessed: bool = False
    target_guessed: bool = False


class Past:
    """Who and where the sentences before the one that is read were about. Few sentences ask, so it is found out only then.

    Keeps scopes, which know nothing of a thread: what leads back to itself is not freed at once, or never.
    """

    def __init__(self, topic: Party | None, scene: Party | None = None) -> None:
        self._topic = topic
        self._scene = scene
        self._topics: list[Scope] = []
        self._scenes: list[Scope] = []
        self._bodies: list[Scope] = []
        self._body: MentionedActor | None = None

    def add(self, sentence: Scope) -> None:
        """Another sentence has been read."""
        self._topics.append(sentence)
        self._scenes.append(sentence)
        self._bodies.append(sentence)

    def body(self) -> MentionedActor | None:
        """The armed group or organisation named last."""
        self._body = _latest(self._bodies, Scope.body) or self._body
        return self._body

    def topic(self) -> Party | None:
        """Who the last sentence with a topic was about."""
        self._topic = _latest(self._topics, Scope.topic) or self._topic
        return self._topic

    def scene(self) -> Party | None:
        """The place of the last sentence with one."""
        self._scene = _latest(self._scenes, Scope.scene) or self._scene
        return self._scene


def _latest(sentences: list[Scope], told: Callable[[Scope], _T | None]) -> _T | None:
    """What the last of `sentences` that tells it tells; none of them need be asked again, and they are forgotten."""
    while sentences:
        found = told(sentences.pop())
        if found is not None:
            sentences.clear()
            return found
    return None


class Thread(Struct, frozen=True, kw_only=True, gc=False):
    """What a sentence goes on from: what those before it were about, who heads the headline, an accident?

    `speaker`: who heads it with a colon, and says what follows. `place`: that is a state's bare name, which may only tell where.
    `addressee`: to whom he says it (كينيا لإثيوبيا: نرفض).
    """

    past: Past
    header: Party | None = None
    accident: bool = False
    headline: bool = False
    speaker: Party | None = None
    addressee: Party | None = None
    place: bool = False

    @property
    def topic(self) -> Party | None:
        """Who the sentence before was about."""
        return self.past.topic()

    @property
    def scene(self) -> Party | None:
        """Where it all happens."""
        return self.past.scene()


def _mere_warner(actor: MentionedActor) -> bool:
    """Whether `actor` has nothing to threaten with: the UN and relief organisations warn of what others do."""
    return actor.code == "IGO:UN" or actor.code.startswith("NGO:")


def _with_words(givers: tuple[MentionedActor, ...], takers: tuple[MentionedActor, ...]) -> bool:
    """Whether people who bear no arms attack, or a person is attacked by no fighters: with words, then."""
    if any(actor.kind in ("armed_group", "group") or actor.sector in _ARMED for actor in givers):
        return False
    return all(actor.kind == "person" for actor in givers) or (
        bool(takers) and all(actor.kind == "person" for actor in takers)
    )


def _blames_at_home(trigger: Trigger) -> bool:
    """Whether it is a plain word of blame in the present, by which a headline may tell of somebody without a code."""
    return (
        trigger.type == "ACCUSE"
        and trigger.present
        and trigger.claims
        and "T" not in trigger.needs
        and not (trigger.noun or trigger.undergone or trigger.speech or trigger.bound or trigger.companions)
    )


def _one_state(source: Party, target: Party) -> bool:
    return _of_one_side(source.actors, target.actors)


def _of_one_side(givers: tuple[MentionedActor, ...], takers: tuple[MentionedActor, ...]) -> bool:
    return {actor.code for actor in givers} == {actor.code for actor in takers}


def combined(found: list[Act]) -> list[Act]:
    """Two acts of a sentence that each lack what the other has are one: مصرع قيادي في طالبان بغارة باكستانية."""
    for victim in found:
        if victim.type == "ASSAULT" and victim.cue.trigger.casualty and victim.source and victim.target:
            both_sides = {actor.code for actor in (*victim.source, *victim.target)}
            found = [act for act in found if act is victim or not _fought(act, both_sides)]
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
                sides = (*blow.source, *(() if blow.target_guessed else blow.target))
                doers = tuple(actor for actor in sides if actor.code not in hit)
            else:
                doers = blow.source if blow.source != victim.target else ()
            if doers:
                both = replace(victim, source=doers)
                return [both if act is victim else act for act in found if act is not blow]
    return found


def _fought(act: Act, sides: set[str]) -> bool:
    """Whether an act is the battle between two sides of which one's losses are told already."""
    if act.type != "ASSAULT" or not act.cue.trigger.joint or not act.source:
        return False
    return sides.issuperset([actor.code for actor in (*act.source, *act.target)])


class Acts:
    """Makes the acts of one sentence."""

    def __init__(
        self,
        scope: Scope,
        words: Words,
        states: Mapping[str, MentionedActor],
        thread: Thread,
        companions: Mapping[int, int],
    ) -> None:
        self.scope = scope
        self.words = words
        self.states = states
        self.thread = thread
        self.companions = companions

    def make(
        self, cue: Cue, source: Party | None, target: Party | None, *, status: EventStatus, told: bool, guessed: bool
    ) -> Act | None:
        trigger = cue.trigger
        if trigger.fixed:
            target = self._state(trigger.fixed, cue)
        if trigger.type == "THREATEN" and source is not None and all(map(_mere_warner, source.actors)):
            return None
        if trigger.fighters and (source is None or all(actor.kind != "armed_group" for actor in source.actors)):
            return None
        if trigger.flight and not self._flees(cue, source):
            return None
        if trigger.casualty and (status == "denied" or self._accident(cue) or self._sum(cue)):
            return None
        if trigger.place and trigger.type == "COERCE" and self._emergency(cue):
            return None
        if source is None and trigger.type == "ASSAULT" and (trigger.casualty or trigger.undergone):
            source = self._armed(cue, target)
        if source is None and trigger.type == "ASSAULT" and trigger.noun:
            source = self._victor(target)
        companion = self.companions.get(cue.start)
        if trigger.joint and companion is not None and source is not None and source.start <= companion < source.end:
            source = None  # تبادل الأسرى: what is exchanged exchanges nothing
        named = source, target
        foreign = trigger.domestic and source is None and self._of_two_sides(cue)
        if foreign and (target is None or target.weak or target.scene):
            return None
        if trigger.place and trigger.type in FALLING and (source is None or target is None):
            source, target = self._placed(cue, source, target)
        if source is target:
            target = None
        if (
            source is None
            and target is not None
            and _blames_at_home(trigger)
            and not target.weak
            and not any(party.end == cue.start for party in self.scope.before(cue))
        ):
            # ناشطات ينتقدن الحزبين: who has no code is of the same country
            source = self._state(target.actors[0].code, cue)
        if trigger.usual and (source is None or (target is not None and _one_state(source, target))):
            source = self._state(trigger.usual, cue)
        if trigger.type == "PROTEST" and source is None and target is not None:
            source = self._state(target.actors[0].code, cue)  # who is protested against has a people
        held = trigger.domestic and trigger.type in ("COERCE", "CONCEDE") and target is not None
        if held and target is not None and (trigger.noun or source is None):
            source = self._holder(cue, source, target)
        if trigger.domestic and not foreign and (source is None or target is None):
            source, target = self._at_home(cue, source, target)
        reported = trigger.type in FALLING or (trigger.type == "ACCUSE" and (trigger.noun or trigger.domestic))
        if source is not None and reported and all(actor.kind == "media" for actor in source.actors):
            source = None  # a medium only reports
        givers = source.actors if source else ()
        # an army may act upon its own country's towns, where the place tells
        same = target is not None and (cue.start in (target.start, source.start if source else -1) or target.scene)
        takers = tuple([actor for actor in target.actors if same or actor not in givers]) if target else ()
        own = {actor.code for actor in givers}
        others = tuple([actor for actor in takers if actor.code not in own])
        # على لسان وزيرها: nobody threatens himself
        takers = others if others or trigger.type in _OUTWARD else takers
        if not givers and not takers and not (trigger.sure and told):
            return None
        if not takers and givers and trigger.type in _LEGAL and all(a.sector == "JUD" for a in givers):
            takers = tuple(filter(None, (self.states.get(givers[0].code),)))  # a court tries its own people
            guessed = True
        if trigger.type == "CONSULT" and takers and all(a.code in own for a in takers):
            within = all(a.kind == "state" for a in takers) or all(a.kind == "state" for a in givers)
            if within:
                return None  # who comes home visits nobody, and no state meets its own president
        together = (trigger.joint and len(givers) > 1) or (
            trigger.type == "CONSULT"
            and not trigger.noun
            and not trigger.place
            and all(actor.kind == "igo" for actor in givers)
        )  # الاتحاد الأوروبي يبحث الأزمة
        # الوزراء خلال اجتماعهم: among themselves
        together = together or (trigger.joint and trigger.bound and self.scope.keys[cue.start].endswith(_OF_SEVERAL))
        dealt = trigger.type == "AGREE" and trigger.joint and companion is not None and bool(takers or len(givers) > 1)
        if status == "denied" and (not givers or (trigger.type in SAID and not dealt)):
            return None  # but لم نعقد صفقة مع is a deal that was not made
        lacking = ("S" in trigger.needs and not givers and not (takers and self._shot(cue))) or (
            "T" in trigger.needs and not takers and not together
        )
        if lacking and not (trigger.sure and told):
            return None
        type_ = trigger.type
        if type_ == "CONSULT" and status == "planned":
            type_ = "AGREE"  # a meeting that is agreed upon is not yet held
        own_ground = all(actor.code in own for actor in takers)
        at_nobody = own_ground and _AIMS.isdisjoint(
            self.scope.keys[cue.end : min(cue.end + _AIM_REACH, self.scope.end)]
        )
        if trigger.launch and givers and at_nobody and all(a.kind != "armed_group" for a in givers):
            type_, takers = "MOBILIZE", ()  # أطلقت كوريا الشمالية صاروخا: a test
        if givers and not _of_one_side(givers, takers) and threat(self.scope, cue):
            type_, status = "THREATEN", "actual"
        if trigger.verbal and givers and _with_words(givers, takers):
            type_ = "ACCUSE"  # ترامب يهاجم رئيس كندا
        if (
            type_ == "PROTEST"
            and trigger.verbal
            and source is not None
            and source is named[0]
            and self._cabinet(source)
        ):
            type_ = "ACCUSE"  # احتجت طوكيو على: not in the streets
        if type_ == "SANCTION" and givers and all(a.sector == "JUD" for a in givers):
            type_ = "COERCE"  # محكمة تدرج المئات على قائمة الإرهاب: an order of a court
        if type_ == "SUPPORT" and status == "planned" and trigger.joint:
            type_ = "AGREE"  # nor is a treaty signed
        return Act(
            type=type_,
            source=givers,
            target=takers,
            status=status,
            cue=cue,
            sentence=(self.scope.start, self.scope.end),
            companion=self.companions.get(cue.start),
            teller=self._teller(cue),
            open=trigger.open,
            source_guessed=source is not named[0],
            target_guessed=guessed
            or target is not named[1]
            or (target is not None and (target.scene or (target.weak and all(a.code in own for a in target.actors)))),
        )

    def _flees(self, cue: Cue, source: Party | None) -> bool:
        """Whether armed men give way, or a headline tells that many people flee: one man on the run retreats from nobody."""
        if source is None:
            return False
        if any(actor.kind == "armed_group" or actor.sector in _ARMED for actor in source.actors):
            return True
        return self.thread.headline and not cue.trigger.bound and all(a.kind != "person" for a in source.actors)

    def _teller(self, cue: Cue) -> Cue | None:
        """The companion of the trigger where it is a trigger of the same type itself: أجرى محادثات."""
        companion = self.companions.get(cue.start)
        if companion is None or self.scope.keys[companion].startswith("لل"):
            return None  # متوجها للمحادثات
        return next(
            (
                other
                for other in self.scope.cues
                if other.start == companion
                and any(
                    sense.noun and sense.type == cue.trigger.type for sense in (other.trigger, *other.trigger.senses)
                )
            ),
            None,
        )

    def _armed(self, cue: Cue, victim: Party | None) -> Party | None:
        """Whose weapon it was: أصيب فلسطينيان بالرصاص الإسرائيلي, في غارة أميركية."""
        known = self.words["weapon"]
        for party in self.scope.after(cue):
            # بغارات في تعز: a place owns no weapon
            if (
                party is not victim
                and not party.weak
                and any(self.scope.keys[token] in known for token in range(max(party.start - 2, cue.end), party.name))
            ):
                return party
            if party is not victim and not party.weak and party.preposition in _FOES and self._battle(cue, party):
                return party
        return None

    def _battle(self, cue: Cue, party: Party) -> bool:
        """Whether whom a battle is with stands behind it: قتل مسلحون في المواجهات مع الجيش."""
        return any(
            other.trigger.joint
            and other.trigger.type == "ASSAULT"
            and other.start >= cue.end
            and 0 <= party.start - other.end <= _NEAR
            for other in self.scope.cues
        )

    def _victor(self, victim: Party | None) -> Party | None:
        """Who kills, where an army or alliance reports the deaths of armed men at the head of a headline: الجيش: مقتل مسلحين."""
        header = self.thread.header
        if header is None or victim is None or any(actor.kind != "armed_group" for actor in victim.actors):
            return None
        fights = all(actor.sector == "MIL" or actor.code.endswith("COALITION") for actor in header.actors)
        return header if fights and self.thread.headline and not _one_state(header, victim) else None

    def _cabinet(self, source: Party) -> bool:
        """Whether a state acts as one, or an official: its people (السودانيون) are many."""
        words = self.scope.keys[source.start : source.end]
        if any(word.endswith(("ون", "ين")) and word.startswith("ال") for word in words):
            return False
        return not source.weak and all(
            a.kind == "state" or (a.kind == "person" and a.sector == "GOV") for a in source.actors
        )

    def _shot(self, cue: Cue) -> bool:
        """Whether a weapon is what strikes, whosever it is: صواريخ تستهدف الرياض."""
        if cue.trigger.type != "ASSAULT" or cue.trigger.noun:
            return False
        first = self.scope.clause(cue.start).start
        return self.scope.any_in("weapon", range(first, min(cue.start, first + _WEAPON_REACH)))

    def _accident(self, cue: Cue) -> bool:
        """Whether the deaths are nobody's act: مقتل ثلاثة في حادث سير."""
        scope = self.scope
        blows = (cue for cue in scope.cues if cue.trigger.type == "ASSAULT" and not cue.trigger.casualty)
        if any(not natural(scope, blow) for blow in blows):
            return False
        if not _SHOT.isdisjoint(scope.keys[scope.start : scope.end]):
            return False  # صياد على قارب قتل برصاص
        return self.thread.accident or scope.any_in("accident", range(scope.start, scope.end))

    def _emergency(self, cue: Cue) -> bool:
        """Whether a storm or the like is why something is closed or an emergency declared: إعلان الطوارئ مع اقتراب الإعصار."""
        companion = self.companions.get(cue.start, cue.start)
        if _CLOSING.isdisjoint(self.scope.keys[cue.start : max(cue.end, companion + 1)]):
            return False
        return self.thread.accident or self.scope.any_in("nature", range(self.scope.start, self.scope.end))

    def _sum(self, cue: Cue) -> bool:
        """Whether the dead are those of a whole war: 32 ألف قتيل."""
        if not cue.trigger.noun:
            return False
        behind = self.scope.keys[cue.end : min(cue.end + _NEAR, self.scope.end)]
        if not _MILLIONS.isdisjoint(behind):
            return True  # مقتل أكثر من نصف مليون
        keys = self.scope.keys[max(self.scope.start, cue.start - 3) : cue.start]
        return bool(keys) and (
            not self.words["thousand"].isdisjoint(keys) or (keys[-1].isdigit() and len(keys[-1]) > 3)
        )

    def _of_two_sides(self, cue: Cue) -> bool:
        """Whether it is done to a crossing between two states or to hostages: the place tells neither side."""
        reach = range(max(self.scope.start, cue.start - _NEAR), min(self.scope.end, cue.end + _NEAR))
        return self.scope.any_in("crossing", reach) or self.scope.any_in("hostage", reach)

    def _placed(self, cue: Cue, source: Party | None, target: Party | None) -> tuple[Party | None, Party | None]:
        """The roles with the place of the act for who is not named: of a protest who makes it, else who suffers it."""
        weak = [
            party
            for party in self.scope.parties
            if party.weak and party.actors[0].kind == "state" and not party.adjective
            and party is not source and party is not target
            # أطلق صاروخا من اليمن: where it comes from is not where it falls
            and not (party.preposition == "من" and (cue.trigger.reversed or cue.trigger.launch))
        ]  # fmt: skip
        behind = next((party for party in weak if party.start >= cue.end), None)
        if behind is not None and behind.start - cue.end > _SCENE_REACH and self.thread.scene is not None:
            behind = self.thread.scene  # what else is told of, not where this happened
        # whom a missile that was intercepted would have hit is not where the interceptors stand
        scene = behind or (None if cue.trigger.reversed else next(iter(weak), None))
        scene = scene or (self.thread.scene if source is None and target is None else None)
        if scene is None:
            return source, target
        return (source or scene, target) if cue.trigger.type == "PROTEST" else (source, target or scene)

    def _holder(self, cue: Cue, source: Party | None, target: Party) -> Party | None:
        """Who holds those who are arrested abroad: the state where it happened (اعتقال روسية في أميركا)."""
        held = {actor.code for actor in target.actors}
        if target.weak or (source is not None and not held & {actor.code for actor in source.actors}):
            return source
        for party in self.scope.after(cue):
            if party.start - target.end > _PLACE_REACH:
                break
            if party.weak and not party.scene and not party.adjective and party.actors[0].kind == "state":
                return party if party.actors[0].code not in held else source
        header = self.thread.header
        headed = header if header is not None and header.actors[0].kind == "state" else None
        scene = (self.thread.scene or headed) if source is None and self.thread.headline else None
        # إفشال اعتداء في فرنسا.. وتوقيف مصريين
        return scene if scene is not None and scene.actors[0].code not in held else source

    def _at_home(self, cue: Cue, source: Party | None, target: Party | None) -> tuple[Party | None, Party | None]:
        """The roles of an act within one state, of which one side is told."""
        known = source or target
        home = self._state(known.actors[0].code, cue) if known else None
        return source or home, target or home

    def _state(self, code: str, cue: Cue) -> Party | None:
        """The state of a code as a party that no word names."""
        state = self.states.get(code)
        if state is None:
            return None
        return Party(actors=(state,), start=cue.start, name=cue.start, end=cue.end, preposition="", weak=False)
