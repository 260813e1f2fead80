"""Who does what where a noun tells it: the genitive of a masdar, its adjective, its prepositions, the verb that carries it.

Knows phrases around nouns. Must not know the order of verbs and subjects, nor other sentences.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec.structs import replace

from khabar.records import MentionedActor
from processors.extraction.coding.frames import complement, role
from processors.extraction.coding.parties import BY, Party
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.spots import Cue

# How many tokens a party may stand away from its masdar, as what a preposition brings and as who carries it.
_NOUN_REACH: Final = 12
_NEAR_REACH: Final = 9
_BOTH_REACH: Final = 5
_SENDER_REACH: Final = 2
_JUDGED_REACH: Final = 6
"""What is condemned or welcomed stands so near behind the word for it."""
_SOURCES: Final = ("مصدر", "مصادر", "المصادر", "المصدر")
"""Heads of those who only report an attack: كشفت مصادر يمنية عن مقتل."""
_CARRIERS: Final = frozenset({"CONSULT", "AGREE", "COOPERATE"})
"""Types of acts of which a sentence's subject is a party also where they are only the occasion: قال خلال لقائه."""
_ADDRESSED: Final = frozenset({"REQUEST", "ACCUSE", "THREATEN"})
"""Types of acts that are said to whom ل brings, not by him."""


_SPOKEN_AGAINST: Final = frozenset({"ACCUSE", "REJECT"})
_LEAVING: Final = frozenset({"SANCTION", "RETREAT"})
"""Types of acts that leave something."""
_TO_WHOM: Final = ("له", "لها", "لهم")
_FROM: Final = ("منه", "منها")
_DOERS: Final = ("state", "organisation", "armed_group", "group", "igo")
_HOLDERS: Final = ("state", "organisation", "armed_group")
_HELD: Final = frozenset({"COERCE", "CONCEDE"})
"""Types of acts by which people are held or let go, which other people do not do."""
_FEATS: Final = ("تحرير", "تدمير", "تصفيه", "دحر", "استعاده", "السيطره", "سيطره", "تطهير", "انتزاع")
"""What an army announces of itself, folded."""
_HERSELF: Final = ("انه", "انها", "انهم", "بانه", "بانها", "بانهم")
"""أن with the pronoun of whoever speaks, folded."""
_MANAGED: Final = ("تمكن", "تمكنت", "يتمكن", "تتمكن", "تمكنوا", "تمكنه", "تمكنها")
"""Verbs before من: the masdar behind it was done, folded."""
_AGAIN: Final = (
    "للمره",
    "لليوم",
    "للاسبوع",
    "للشهر",
    "للعام",
    "للحصول",
    "للضغط",
    "للمطالبه",
    "للتحقيق",
    "للاشتباه",
    "للان",
    "للتو",
)
"""ل with these tells when or why, and is no object: استهداف دمشق للمرة الثانية."""
_OF_PEOPLE: Final = ("خطف", "اختطاف", "اغتيال", "طعن", "ذبح", "دهس")
"""Masdars of what befalls people only, folded."""
_ANSWERED: Final = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"})
"""Types of acts that others protest against or answer."""
_ANSWERS: Final = ("احتجاجا", "تنديدا", "رفضا", "استنكارا", "ردا", "انتقاما")
"""Adverbs before على, ب or ل and what somebody else has done, folded."""
_ON: Final = "علي"
_ANSWER_REACH: Final = 5
_OWN: Final = frozenset({"AGREE", "SANCTION"})
"""Types of acts that somebody may do about his own people, and is the source all the same."""


class NounRoles(NamedTuple):
    """Who acts and who is acted upon.

    `told`: the noun has a party of its own, it is no mere mention (الهجوم). `guessed`: the target is whoever stands in what
    the act is about. `carried`: the source is whose verb carries the noun, who may only tell of it (أعلن الإفراج عن).
    """

    source: Party | None
    target: Party | None
    told: bool
    guessed: bool = False
    carried: bool = False


def noun_roles(scope: Scope, cue: Cue, last: Party | None, header: Party | None, *, tail: int) -> NounRoles | None:
    """The roles that the noun at `cue` gives.

    Args:
        scope: the sentence.
        cue: the noun.
        last: the subject of the verb before.
        header: who or what heads a headline.
        tail: where the noun with its companion ends (حصد أرواح): a genitive may follow there.
    """
    return _Masdar(scope, cue, last, header, tail).roles()


class _Masdar:
    def __init__(self, scope: Scope, cue: Cue, last: Party | None, header: Party | None, tail: int) -> None:
        self.tail = tail
        self.scope = scope
        self.cue = cue
        self.trigger = cue.trigger
        self.last = last
        self.header = header
        self.after = scope.after(cue, until=self._end())

    def roles(self) -> NounRoles | None:
        trigger = self.trigger
        genitive: Party | None = self._genitive()
        both = self._both()
        if both is not None:
            return NounRoles(both, None, True)
        rest = [party for party in self.after if party is not genitive]
        agent = self._agent(rest)
        if genitive is not None and trigger.type == "CONSULT" and trigger.joint and genitive.weak and _bare(genitive):
            genitive = None  # قمة هلسنكي: only where they meet
        if trigger.genitive in ("target", "either"):
            return self._befallen(genitive, rest, agent)
        if genitive is not None and trigger.type == "CONSULT" and trigger.place and _visited(genitive):
            return NounRoles(self._carrier(), genitive, True)
        if genitive is None and agent is None and not trigger.bound and self._owner(rest):
            return self._owned(rest)
        what = genitive if genitive is not None and self._of_thing(genitive) else None
        if what is not None:
            genitive = None  # شجب قرار الولايات المتحدة
            rest = [party for party in rest if party is not what]
        target = what or (self._left() if trigger.type in _LEAVING else None)
        target = target or role(self.scope, self.cue, rest, trigger.targets, _NOUN_REACH) or self._met(rest)
        if target is None and trigger.type == "SANCTION" and self.tail > self.cue.end:
            target = self._treaty(rest)
        if (
            genitive is not None
            and trigger.type == "ASSAULT"
            and (genitive.scene or (target is None and _bare(genitive)))
        ):
            target = target or genitive  # مذبحة غزة, هجوم باريس
            genitive = None
        spoken_of = trigger.type == "ASSAULT" and self._definite() and not self._achieved()
        agent = agent or (None if genitive else self._sender(rest))
        carrier = None if agent or genitive or spoken_of else self._carrier()
        if carrier is not None and target is not None and _share(carrier, target):
            if trigger.type in _OWN or self._achieved():
                target = None  # مستعد لإبقاء جنوده: of his own; تمكن الجيش من السيطرة على مدينة: of his country
            else:
                carrier = None
        source = agent or genitive or carrier or (None if trigger.type == "ASSAULT" else self._heading())
        told = genitive is not None or target is not None or agent is not None
        told = told or (trigger.domestic and self._heading() is not None)
        told = told or (carrier is not None and carrier is self._decider())
        told = told or (carrier is not None and trigger.bound and trigger.type == "CONSULT")  # قال خلال لقائه
        if trigger.givers and target is None:
            giver = role(self.scope, self.cue, rest, trigger.givers, _NEAR_REACH)
            if giver is not None and source is not None:
                return NounRoles(giver, source, True)
        if target is not None and target.preposition in ("بين", "between"):
            return NounRoles(target, None if len(target.actors) > 1 else source, True)
        if trigger.reversed and target is None and self._repelled(genitive):
            return NounRoles(genitive, self._carrier(), told)
        if trigger.reversed:
            if target is None and genitive is not None and trigger.type == "CONSULT":
                return NounRoles(genitive, agent or self._carrier(), told)  # تستعد بريطانيا لاستقبال ترامب
            return NounRoles(target, source, told)
        if trigger.type == "ASSAULT" and not told:
            # an attack spoken of: who is named nearby need not have made it
            carried = source if trigger.bound or self._carried() else None
            return NounRoles(carried, None if carried else self._scene(), carried is not None)
        if target is None and trigger.claims:
            return NounRoles(source, complement(self.scope, self.cue, source), told or self._carried(), guessed=True)
        return NounRoles(source, target, told or self._carried(), carried=carrier is not None and not trigger.bound)

    def _both(self) -> Party | None:
        """The two sides that a word in the dual takes up: المفاوضات بين البلدين, مكالمة هاتفية بينهما."""
        scope, cue = self.scope, self.cue
        if not self.trigger.joint or self.trigger.type not in _CARRIERS:
            return None
        known = scope.words["both"]
        end = min(self._end(), cue.end + _BOTH_REACH)
        dual = next((token for token in range(cue.end, end) if scope.keys[token] in known), end)
        if dual == end or any(party.start < dual for party in self.after) or scope.apart(cue.end, dual + 1):
            return None
        before = scope.before(cue)
        sides: dict[str, MentionedActor] = {}
        for party in sorted(before, key=lambda party: party.weak):
            for actor in party.actors:
                sides.setdefault(actor.code, actor)
        return replace(before[0], actors=tuple(sides.values())[:2]) if len(sides) > 1 else None

    def _befallen(self, genitive: Party | None, rest: list[Party], agent: Party | None) -> NounRoles | None:
        """The roles of a masdar whose genitive is the victim: اعتقال ناشط, اغتيال إسرائيل قياديا, استهداف إسرائيلي لدمشق."""
        trigger = self.trigger
        if trigger.bound:
            near = rest[0] if rest and rest[0].preposition == "ل" and rest[0].start == self.cue.end else None
            if near is not None and not self.scope.keys[self.cue.start].endswith("نا"):
                return NounRoles(agent or self._carrier(), near, True)  # أعلنت كينيا اعتقالها لجندي إثيوبي
            # اعتقاله: whom the pronoun means is not known, unless the sentence is about one only
            return NounRoles(agent, self.header or self.last, False) if agent else None
        if genitive is not None:
            following = rest[0] if rest and rest[0].start == genitive.end and rest[0].preposition in ("", "ل") else None
            if following is not None and (_share(genitive, following) or self._joined(following)):
                following = None
            doers = _HOLDERS if trigger.type in _HELD else _DOERS
            counted = self.scope.keys[genitive.start].isdigit()  # مقتل 20 مسلحا و3 جنود: the dead
            doer = genitive.actors[0].kind in doers and not counted
            attribute = genitive.adjective and genitive.name == self.cue.end
            # استهداف الطيران الإسرائيلي للمنطقة: an army with something behind it that it does it to
            forces = self.scope.keys[genitive.start] in self.scope.words["force"]
            doer = doer or forces
            if (attribute and trigger.genitive == "either") or (
                doer and (following or self._governs(genitive.end)) and (forces or not genitive.adjective)
            ):
                target = following or role(self.scope, self.cue, rest, trigger.targets, _NEAR_REACH)
                if (target is None or target.weak) and attribute and self.scope.keys[self.cue.start] in _OF_PEOPLE:
                    return NounRoles(agent, genitive, True)  # خطف كوري في ليبيا: he is whom it befell
                return NounRoles(genitive, target, True)
        target = genitive or role(self.scope, self.cue, rest, trigger.targets, _NEAR_REACH)
        carrier = self._carrier() if agent is None and not (trigger.casualty or trigger.undergone) else None
        if trigger.type == "ASSAULT" and carrier is not None and target is not None and _share(carrier, target):
            if target.actors[0].kind == "state" and self._achieved():
                # تمكن الجيش من استعادة المدينة من المتمردين: from whom, not the ground
                others = (party for party in rest if party.preposition == "من" and not _share(carrier, party))
                return NounRoles(carrier, next(others, None), True, carried=True)
            carrier = None  # طرد دبلوماسيين روس إثر تسميم جاسوس روسي
        source = agent or carrier
        # البحرين.. السجن لثلاثة متهمين: what a headline starts with, it tells
        told = target is not None or agent is not None or self._carried() or self._heading() is not None
        if trigger.type == "ASSAULT":
            return NounRoles(source, target or self._scene(), told, carried=carrier is not None)
        heading = None if trigger.undergone else self._heading()  # اليمن.. الشكوك تحوم حول: nobody is said to suspect
        return NounRoles(source or heading, target, told, carried=carrier is not None)

    def _of_thing(self, genitive: Party) -> bool:
        """Whether a thing of somebody's is condemned or refused, so that he is who is meant: شجب قرار كينيا, not رفض الرئيس الكيني."""
        if self.trigger.type not in _SPOKEN_AGAINST or genitive.adjective or genitive.name == genitive.start:
            return False
        return self.scope.keys[genitive.start] in self.scope.words["thing"]

    def _governs(self, token: int) -> bool:
        """Whether what the masdar is done to stands at `token` after ل."""
        return token < self.scope.end and (
            self.scope.keys[token] in _TO_WHOM
            or (self.scope.keys[token].startswith("لل") and self.scope.keys[token] not in _AGAIN)
        )

    def _meant_by_pronoun(self, subject: Party) -> Party:
        """Whom the masdar's pronoun means: the subject, but تعهدها is no man's, so the state named last."""
        if subject.actors[-1].kind != "person" or not self.scope.keys[self.cue.start].endswith("ها"):
            return subject
        others = (party for party in reversed(self.scope.before(self.cue)) if party.actors[-1].kind != "person")
        return next(others, subject)

    def _agent(self, rest: list[Party]) -> Party | None:
        """The agent that the noun itself has (اغتيال قيادي على يد ...), not that of another trigger behind it."""
        party = next((party for party in rest if party.preposition == BY), None)
        if party is None or self.scope.verb_between(self.cue.end, party.start) or self.scope.kept(party, self.cue):
            return None
        if self.trigger.claims and "ب" in self.trigger.targets and self.scope.keys[party.start].startswith("ب"):
            return None  # تنديدا بقصف الصومال: what is condemned
        return None if self._killed_before(party) else party

    def _killed_before(self, party: Party) -> bool:
        """Whether an agent is that of deaths told in between: احتجاجات قتل فيها العشرات برصاص الشرطة."""
        return self.trigger.type != "ASSAULT" and any(
            other.trigger.casualty and self.cue.end <= other.start < party.start for other in self.scope.cues
        )

    def _met(self, rest: list[Party]) -> Party | None:
        """Whom somebody meets or visits, right behind the masdar with his pronoun: خلال لقائه لافروف."""
        if not self.trigger.bound or self.trigger.type != "CONSULT" or not rest:
            return None
        return rest[0] if rest[0].start == self.cue.end and not rest[0].preposition else None

    def _repelled(self, genitive: Party | None) -> bool:
        """Whether the adjective belongs to the attack that is warded off, not to who does it: صد الهجوم التركي."""
        if genitive is None or self.trigger.type != "ASSAULT":
            return False
        return genitive.adjective and genitive.start >= self.tail

    def _sender(self, rest: list[Party]) -> Party | None:
        """Who sends what the noun names, just behind it: تهديد من روسيا لبريطانيا."""
        if "من" in self.trigger.targets or "من" in self.trigger.givers or self.trigger.bound or not rest:
            return None
        party = rest[0]
        near = party.preposition == "من" and party.start - self.cue.end <= _SENDER_REACH and not party.scene
        return party if near and not self.scope.apart(self.cue.end, party.start + 1) else None

    def _left(self) -> Party | None:
        """Whose treaty is meant by the pronoun behind a withdrawal: الاتفاق الإيراني بعد الانسحاب الأميركي منه."""
        if self.scope.keys[self.tail - 1] not in _FROM or self.tail <= self.cue.end:
            return None
        before = self.scope.before(self.cue)
        return before[-1] if before else None

    def _treaty(self, rest: list[Party]) -> Party | None:
        """Whose treaty or sanctions the companion names: الانسحاب من الاتفاق النووي الإيراني."""
        party = next((party for party in rest if party.start >= self.tail), None)
        if party is None or not party.adjective or party.start - self.tail > 1:
            return None
        return party

    def _scene(self) -> Party | None:
        """Where a headline says it happened: اليمن.. اغتيال. Who speaks there is nobody's victim."""
        return self.header if self.header is not None and self.header.actors[0].kind == "state" else None

    def _heading(self) -> Party | None:
        """Who heads the headline that the noun begins: المغرب.. تفكيك خلية."""
        return self.header if self.cue.start <= self.scope.start + 1 else None

    def _end(self) -> int:
        """Where the noun's own phrase may end: with its clause."""
        return self.scope.clause(self.cue.start).end

    def _genitive(self) -> Party | None:
        if not self.after or self.trigger.bound:
            return None
        party = self.after[0]
        governed = self.scope.any_in("preposition", range(self.cue.end, self.tail))  # الانسحاب من الاتفاق الإيراني
        end = self.tail if party.start >= self.tail and not governed else self.cue.end
        if any(token in self.scope.occupied for token in range(end, party.start)) or self._joined(party):
            return None
        if self.cue.end <= self.tail - 1 < party.end and party.start < self.tail and self.trigger.joint:
            return None  # تبادل الأسرى: what is exchanged exchanges nothing
        if party.preposition or party.start - end > 3 or self.scope.apart(self.cue.end, party.start + 1):
            return None
        return party

    def _joined(self, party: Party) -> bool:
        """Whether و parts the party from the noun: احتجاجات وجيش إسرائيل."""
        word = self.scope.keys[party.start]
        if word in self.scope.words["title"] and not word.startswith("وو"):
            return False  # استقالة وزير: its own letter
        return word.startswith("و") and (party.start < party.name or party.actors[0].kind != "state")

    def _owner(self, rest: list[Party]) -> bool:
        if not rest or rest[0].preposition != "ل" or rest[0].start - self.cue.end > 1:
            return False
        # هجوم للحوثيين, but not: عملية لمواجهة القاعدة
        head = self.scope.keys[rest[0].start]
        return rest[0].start == rest[0].name or head.startswith("لل") or head[1:] in self.scope.words["title"]

    def _owned(self, rest: list[Party]) -> NounRoles:
        """A masdar whose doer follows after ل (هجوم للحوثيين), unless somebody else does it to them (وجه نداء لمصر)."""
        owner = rest[0]
        target = role(self.scope, self.cue, rest[1:], self.trigger.targets, _NOUN_REACH)
        doer = self._carrier()
        if self.trigger.type == "ASSAULT" and target is None:
            # الجيش يصد هجوما لطالبان
            return NounRoles(owner, doer if doer is not None and self.cue.start - doer.end <= 1 else None, True)
        if self.trigger.type in _ADDRESSED and target is None:
            return NounRoles(doer, owner, True)  # مناشدات لتونس
        if target is not None or doer is None or "ل" not in self.trigger.targets:
            return NounRoles(owner, target, True)
        return NounRoles(doer, owner, True)

    def _carried(self) -> bool:
        """Whether the noun is what somebody does (قام بقصف), rather than the occasion of something else (بعد الهجوم)."""
        return (not self._definite() and not self._occasion()) or self._achieved()

    def _achieved(self) -> bool:
        """Whether somebody manages to do it: تمكن الجيش، بإسناد جوي، من السيطرة على, نجح الجيش في استعادة."""
        scope, start = self.scope, self.cue.start
        before = scope.keys[start - 1] if start > scope.start else ""
        if before == "في":
            return scope.keys[start - 2] in scope.words["engaged"] or self._manages(start - 1)
        if before != "من":
            return False
        first = max(scope.clause(start).start, start - _NOUN_REACH - 2)
        return any(word.lstrip("و") in _MANAGED for word in scope.keys[first : start - 1])

    def _definite(self) -> bool:
        return self.scope.keys[self.cue.start].lstrip("وفبك").startswith(("ال", "لل"))

    def _occasion(self) -> bool:
        scope, start = self.scope, self.cue.start
        first = max(scope.start, start - 2)
        if first < start - 1 and scope.keys[start - 1] == "في" and scope.keys[first] in scope.words["engaged"]:
            return False  # نجح في دحر القاعدة
        if scope.keys[start - 1] == "في" and self._manages(start - 1):
            return False  # نجح الجيش، في دحر القاعدة
        if self.trigger.genitive == "either" and scope.keys[start - 1] == "في" and self._used_by():
            return False  # صواريخ استخدمها الجيش في ضرب قاعدة
        return scope.any_in("occasion", range(first, start)) and not self._achieved()

    def _boasted(self, party: Party) -> bool:
        """Whether an army announces what only the winner would: أعلن الجيش عن تحرير القرية."""
        scope, start = self.scope, self.cue.start
        if scope.keys[start - 1] != "عن" or scope.keys[start] not in _FEATS:
            return False
        return any(scope.keys[token] in scope.words["force"] for token in range(party.start, party.end))

    def _manages(self, token: int) -> bool:
        """Whether who stands before `token` is the subject of a verb that he does the masdar by: نجح الجيش في."""
        scope, engaged = self.scope, self.scope.words["engaged"]
        return any(
            party.end == token
            and any(word.lstrip("و") in engaged for word in scope.keys[max(party.start - 1, scope.start) : party.name])
            for party in scope.parties
        )

    def _used_by(self) -> bool:
        """Whether somebody stands just before the preposition."""
        return any(0 < self.cue.start - party.end <= 2 for party in self.scope.free(self.scope.before(self.cue)))

    def _decider(self) -> Party | None:
        """Who decides upon the act, just before it: إعلان كينيا الخميس تقديم مساعدات, قرار الرئيس الكيني الانسحاب."""
        scope, at = self.scope, self.cue.start
        while at > scope.start and scope.keys[at - 1] in scope.words["time"]:
            at -= 1
        decider = next((party for party in scope.parties if party.end == at and party.acting), None)
        if decider is None:
            return None
        head = range(max(decider.start - 1, scope.start), max(decider.name, decider.start))
        return decider if scope.any_in("deciding", head) else None

    def _judged(self) -> bool:
        """Whether somebody only condemns or welcomes what the noun names: تدين قصف المدينة, رحبت بالإفراج عن."""
        before = [other for other in self.scope.cues if other.end <= self.cue.start]
        if not before or self.trigger.bound:
            return False
        near = self.cue.start - before[-1].end <= _JUDGED_REACH
        return near and any(
            sense.claims and sense.fact and not sense.speech and sense.companions is None
            for sense in (before[-1].trigger, *before[-1].trigger.senses)
        )

    def _answered(self) -> bool:
        """Whether the noun is what the sentence's act only answers: احتجاجا على اقتحام, تنديدا بقصف, ردا على هجوم."""
        scope, start = self.scope, self.cue.start
        if self.trigger.type not in _ANSWERED or self.trigger.bound:
            return False
        first = max(scope.clause(start).start, start - _ANSWER_REACH)
        for at in range(start - 1, first - 1, -1):
            if scope.keys[at] in _ANSWERS:
                following = scope.keys[at + 1]
                return (following == _ON or following.startswith(("ب", "ل"))) and not scope.verb_between(at + 1, start)
        return False

    def _opposed(self) -> Party | None:
        """Against whom the act is that answers the noun, and who so is said to have done it: استدعت السفير الإثيوبي احتجاجا على."""
        scope = self.scope
        before = scope.before(self.cue)
        subject = self.last or next(iter(scope.free(before)), None)
        if subject is None:
            return None
        others = [party for party in before if not party.weak and party is not subject and not _share(party, subject)]
        return others[-1] if others else None

    def _carrier(self) -> Party | None:
        """The subject of the verb that carries the noun (أجرى لافروف محادثات مع), of the whole sentence after خلال."""
        scope, cue = self.scope, self.cue
        clause = scope.clause(cue.start)
        decider = self._decider()
        if decider is not None:
            return decider
        if self._judged():
            return None
        if self._answered():
            return self._opposed()
        free = scope.free(scope.before(cue, since=clause.start))
        if not free and scope.heads_itself(cue):
            return None
        free = free or scope.free(scope.before(cue))
        if clause.kind == "content" and free and free[-1].end == clause.start and scope.keys[clause.start] in _HERSELF:
            return free[-1]  # تصر كينيا على شرطها، فيما تقول إثيوبيا إنها مستعدة
        if cue.trigger.type == "ASSAULT":
            free = [party for party in free if scope.keys[party.start] not in _SOURCES]
        before = scope.before(cue)
        if before and before[-1].end == cue.start and before[-1].acting:
            near = before[-1]
            if self._definite() and not near.preposition:
                return near  # قرار ترامب الانسحاب من
        if free and self._boasted(free[-1]):
            return free[-1]
        if self._occasion():
            if self.trigger.type not in _CARRIERS and not self.trigger.bound and not self.trigger.joint:
                return None
            if self.trigger.bound and self.trigger.type == "CONSULT" and self.last is not None:
                return self.last  # انتقد كيم اليابان، مطالبا أوروبا بضمانات، خلال لقائه
            return free[0] if free else None
        if not free:
            return self.last if clause.kind == "joined" or self.trigger.bound else None
        if self.trigger.bound:
            # تدخلات إيران ودعمها: the pronoun takes up who stands just before
            near = scope.before(cue)[-1]
            return near if cue.conjoined and cue.start - near.end <= 1 else self._meant_by_pronoun(free[0])
        nearest = free[-1]
        if len(free) > 1 and nearest.actors[0].kind == "state" and nearest.start - free[-2].end <= 3:
            nearest = free[-2]  # غادر لافروف أنقرة: the second is what he left
        if cue.start - nearest.end <= _NOUN_REACH:
            return nearest
        # وأجرى اتصالات مع: a further verb of the same subject
        return free[0] if cue.start > scope.start and scope.keys[cue.start - 1].startswith("و") else None


def _share(one: Party, other: Party) -> bool:
    return bool({actor.code for actor in one.actors} & {actor.code for actor in other.actors})


def _bare(party: Party) -> bool:
    """Whether it is a country or capital by its name alone."""
    return (
        party.actors[0].kind == "state" and len(party.actors) == 1 and not party.adjective and party.start == party.name
    )


def _visited(party: Party) -> bool:
    """Whether the genitive of a visit is where it leads: زيارة القاهرة, not زيارة بلينكن."""
    return party.actors[0].kind == "state" and party.end - party.start == 1 and not party.adjective
