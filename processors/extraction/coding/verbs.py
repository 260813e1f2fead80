"""Who does what where a verb tells it: subject before or after it, object, agent of a passive, clauses that hang on a name.

Knows word order and agreement. Must not know event types beyond what a trigger's frame says, nor other sentences.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from processors.extraction.coding.frames import ADDRESSED, ADDRESSED_REACH, complement, role
from processors.extraction.coding.parties import BY, Party, titled
from processors.extraction.coding.patterns import Trigger
from processors.extraction.coding.scope import COMMAS, Scope
from processors.extraction.coding.spots import Cue

# How many tokens a party may stand away from its verb, as subject and as object.
_SUBJECT_REACH: Final = 9
_OBJECT_REACH: Final = 18
_PLURAL_RELATIVES: Final = ("الذين", "والذين", "اللذين", "ممن")
_NO_SUBJECTS: Final = (
    "time",
    "title",
    "anaphor",
    "preposition",
    "particle",
    "clause",
    "occasion",
    "victim",
    "resumptive",
)
"""Classes of words that behind a verb are no subject of their own, or one that an earlier party may be."""
_BLOODLESS: Final = ("COERCE", "SANCTION", "ACCUSE", "PROTEST", "THREATEN", "AID")
_BLOW_REACH: Final = 4
"""Whose blow it is stands so near before the verb that takes it up: غارات للتحالف شنتها."""
_HEADLINE_START: Final = 5
"""A headline's verb stands nearer to its start than so many tokens."""
_PRONOUN_REACH: Final = 3
_SELF: Final = ("انه", "انها", "انهم")
"""Ends of أن with a pronoun that means who speaks, folded."""
_OWN_REACH: Final = 2
"""Who stands so near behind a verb and its subject is its object, also of the subject's own side."""
_PRONOUNS: Final = {
    preposition + ending: preposition
    for preposition in ("من", "ل", "الي", "علي", "ب", "مع", "ضد")
    for ending in ("ه", "ها", "هم", "هما")
}
"""Prepositions with a pronoun -> the preposition, folded."""
_OWN_T: Final = ("صوت", "ثبت", "اثبت", "سكت", "اسكت", "شتت", "كبت", "بات", "مات", "التفت", "نعت")
"""Verbs of which ت is a letter of their own, folded."""
_LINKS: Final = ("ل", "في", "باسم")
"""What ties an office to whose it is."""
_ENGLISH_PASSIVES: Final = ("was", "were", "been", "being", "be", "are", "is")


class Roles(NamedTuple):
    """Who acts and who is acted upon; `subject` is who a further verb without a subject of its own goes on with.

    `guessed`: the target is whoever stands in what the act is about.
    """

    source: Party | None
    target: Party | None
    subject: Party | None
    guessed: bool = False


def verb_roles(scope: Scope, cue: Cue, last: Party | None) -> Roles | None:
    """The roles that the verb at `cue` gives; None where it tells no act. `last`: the subject of the verb before."""
    return _Verb(scope, cue, last).roles()


class _Verb:
    def __init__(self, scope: Scope, cue: Cue, last: Party | None) -> None:
        self.scope = scope
        self.cue = cue
        self.trigger: Trigger = cue.trigger
        self.last = last
        self.clause = scope.clause(cue.start)
        self.after = scope.after(cue, until=self._object_end())
        self.relative = self._relative()

    def roles(self) -> Roles | None:
        trigger = self.trigger
        if (
            self.relative
            and trigger.present
            and (
                trigger.type == "ASSAULT" or (trigger.type == "COERCE" and trigger.bound and trigger.companions is None)
            )
        ):
            return None  # الرهائن الذين تحتجزهم; الذين يسيطرون على المدينة: what goes on, not what happened
        if trigger.type == "ASSAULT" and trigger.present and not trigger.bound and self._describes():
            return None  # أنشطة تستهدف المؤسسات: what they are, not what happened
        if trigger.type == "ASSAULT" and self._blow() in _BLOODLESS and not self.cue.conjoined:
            return None  # حملة اعتقالات استهدفت ناشطين: the noun tells it
        if self.relative and trigger.undergone and trigger.type == "COERCE":
            return None  # الواعظ الذي أدين: who he is
        subject = self._subject()
        kept = self.scope.kept
        agent = next((party for party in self.after if party.preposition == BY and not kept(party, self.cue)), None)
        if trigger.undergone:
            giver = agent or self._giver(self._rest(subject))
            victim = subject or self._placed()
            return Roles(giver, victim, subject)
        if self._by_behind() or (trigger.passive and self._is_passive(subject)):
            victim = self._counted() or (subject if subject and not trigger.bound else self._placed())
            return Roles(agent, victim or self._free_object(), subject)
        rest = self._rest(subject)
        if subject is not None:
            behind = [party for party in rest[:2] if not party.preposition]
            if behind and self._names(subject, behind[0]):
                # رئيس المركز الروسي في سوريا فلان
                subject, rest = behind[0], [party for party in rest if party.start > behind[0].start]
        target = self._object(subject) if trigger.bound and trigger.companions is None else None
        target = target or role(self.scope, self.cue, rest, trigger.targets, _OBJECT_REACH)
        if target is not None and trigger.type in ADDRESSED and self._within_demand(target, subject):
            target = None
        if target is None and trigger.bound and self.relative and trigger.type == "ASSAULT":
            target = self._antecedent()  # الطائرة الإيرانية التي أسقطناها
        if trigger.givers and target is None:
            giver = self._giver(rest)
            if giver is not None:
                return Roles(giver, subject, subject)
        meant = self._taken_up(subject) if target is None or target.start - self.cue.end > _PRONOUN_REACH else None
        if meant is not None:
            return Roles(meant, subject, subject) if trigger.reversed else Roles(subject, meant, subject, guessed=True)
        if subject is None and target is not None and target.preposition == "بين" and len(target.actors) > 1:
            return Roles(target, None, None)  # القمة التي جمعت بين بوتين وترامب
        if trigger.reversed:
            return Roles(target, subject, subject)
        if trigger.claims and target is not None and subject is not None and self._own_affair(subject, target):
            target = None
        if target is None and trigger.claims and trigger.type != "CONSULT" and not trigger.open:
            return Roles(subject, complement(self.scope, self.cue, subject), subject, guessed=True)
        within = trigger.claims and target is not None and self._within(target)
        return Roles(subject, target, subject, guessed=within)

    def _object_end(self) -> int:
        """Where objects end: at the next clause, but a relative clause may stand between a verb and its object."""
        clauses = self.scope.clauses
        at = clauses.index(self.clause)
        while at + 1 < len(clauses) and clauses[at + 1].kind == "relative" and clauses[at].kind != "joined":
            at += 1
        return clauses[at].end

    def _relative(self) -> bool:
        scope, cue = self.scope, self.cue
        # but تنفي الاتهامات ضدها: the pronoun belongs to the object
        reach = cue.end + (1 if cue.end in scope.occupied else 2)
        if scope.any_in("resumptive", range(cue.end, min(scope.end, reach))) and not scope.leads(cue):
            return not cue.conjoined  # منطقة تسيطر عليها المعارضة
        first = self.clause.start
        return self.clause.kind == "relative" and all(
            self.scope.keys[token] in self.scope.words["particle"] for token in range(first + 1, self.cue.start)
        )

    def _subject(self) -> Party | None:
        scope, cue = self.scope, self.cue
        if self.trigger.participle:
            # it goes on with the main clause: قال قرقاش إن إيران ...، داعيا
            return next(iter(scope.free(scope.before(cue))), None) or self.last
        if self.trigger.ours:
            return self.last
        if self.trigger.bound and self.trigger.companions is not None:
            close = (party for party in scope.before(cue) if cue.start - party.end <= _BLOW_REACH)
            before = [party for party in close if party.preposition in ("", "ل")]
            return self._subject_after() or (before[-1] if before else None)
        if self.relative:
            resumed = self.trigger.bound or scope.any_in("resumptive", range(cue.end, min(scope.end, cue.end + 3)))
            if not resumed:
                return self._antecedent()
            # حذر هولاند ماكرون الذي يتهمه: who has spoken of him before
            return self._subject_after() or (self._former_speaker() if self.trigger.type == "ACCUSE" else None)
        if self.trigger.bound:
            named = self._subject_after()
            if named is not None:
                return named  # أطفال جندهم الحوثيون
        if self.last is not None and not scope.verb_first and self._joined():
            return self.last  # Kenya shot down a Somali jet and accused Ethiopia: who does both
        near = self._near() or self._said_of_self()
        if near is not None:
            return near
        if self._of_noun():
            return None
        if scope.verb_first and scope.broken(cue.start, cue.start + 1, COMMAS) and self._introduced():
            named = self._subject_after()
            if named is not None and named.start == cue.end:
                return named  # بعد وصول لودريان، ندد ظريف
        before = scope.free(scope.before(cue, since=self._clause_start()))
        if not scope.verb_first:
            return before[-1] if before else self.last
        if before and not scope.leads(cue):
            return before[0]
        if scope.heads_itself(cue):
            return None
        named = None if self._goes_on() else self._subject_after()
        if named is not None:
            return named
        inherited = self._inherited()
        return None if inherited is not None and self._disagrees(inherited) else inherited

    def _disagrees(self, party: Party) -> bool:
        """Whether a further verb cannot be that of a feminine subject before: قالت الشرطة إن انفجارا وقع وجرح ثمانية."""
        if self.trigger.plural or self.trigger.ours or not self.cue.conjoined or not self.trigger.passive:
            return False
        head = range(party.start, party.name + 1)
        return not self._feminine() and self.scope.any_in("feminine", head)

    def _feminine(self) -> bool:
        """Whether the verb's form is feminine."""
        scope, cue = self.scope, self.cue
        word = scope.keys[cue.start]
        negated = word in scope.words["negation"] and cue.end - cue.start > 1
        if negated:
            word = scope.keys[cue.start + 1]  # لم توافق
        if self.trigger.present or self.trigger.planned or negated:
            return word.lstrip("وف").lstrip("س").startswith("ت")
        return word.endswith("ت") and word.lstrip("و") not in _OWN_T

    def _former_speaker(self) -> Party | None:
        """Who the sentence is about, if not whom the relative clause hangs on."""
        hung = self._antecedent()
        before = next(iter(self.scope.free(self.scope.before(self.cue))), None) or self.last
        return None if hung is None or before is None or before.actors == hung.actors else before

    def _said_of_self(self) -> Party | None:
        """Who says of himself what he did: أعلنت كينيا، الخميس، أنها أرسلت سفينة."""
        scope, start = self.scope, self.cue.start
        word = scope.keys[start - 1] if start > scope.start else ""
        if word not in scope.words["content"] or not word.endswith(_SELF):
            return None
        before = scope.free(scope.before(self.cue))
        if word.endswith("ها"):
            before = [party for party in before if party.actors[-1].kind != "person"]
        if not before or (len(before) > 1 and scope.verb_between(before[-1].end, start - 1)):
            return None  # وقالت إنها: whoever has said it
        return before[-1]

    def _describes(self) -> bool:
        """Whether a verb within a sentence hangs on an indefinite noun just before it, as a relative clause without a relative."""
        scope, start = self.scope, self.cue.start
        if (
            self.cue.conjoined
            or start - scope.start < _HEADLINE_START
            or start in (self.clause.start, self.clause.start + 1)
        ):
            return False
        word = scope.keys[start - 1]
        if word.startswith("ال") or start - 1 in scope.occupied or len(word) < 4 or scope.apart(start, start + 1):
            return False
        if any(party.start < start <= party.end for party in scope.parties):
            return False
        return not any(
            word in scope.words[name] for name in ("particle", "clause", "time", "preposition", "negation", "maybe")
        )

    def _goes_on(self) -> bool:
        """Whether a headline's second verb has the first one's subject, and an object behind it: أميركا تحذر وتهدد سوريا."""
        scope, cue = self.scope, self.cue
        if not (cue.conjoined and self.trigger.present and "O" in self.trigger.targets and scope.verb_first):
            return False
        if cue.start == scope.start and self.last is not None and self._following().isdigit():
            return True  # الجيش يدمر مركبات.. ويقتل 100 مسلح
        opens = any(party.start == scope.start and party.acting and not party.preposition for party in scope.parties)
        return opens and sum(not party.preposition for party in self.after) == 1

    def _introduced(self) -> bool:
        """Whether the sentence starts with when or why: بعد لقاء السيسي، نددت إيران."""
        scope = self.scope
        first = scope.keys[scope.start]
        return not self.cue.conjoined and any(
            first in scope.words[name] for name in ("preposition", "occasion", "time")
        )

    def _of_noun(self) -> bool:
        """Whether the verb describes a blow that was named just before it: هجوم انتحاري استهدف كنيسة."""
        cue = self.cue
        if cue.conjoined or self.trigger.type != "ASSAULT":
            return False
        return self._blow() == "ASSAULT"

    def _blow(self) -> str:
        """The type of the noun just before the verb: هجوم استهدف, عقوبات استهدفت; "" without one."""
        near = (other for other in self.scope.cues if other.trigger.noun and 0 <= self.cue.start - other.end <= 2)
        return next((other.trigger.type for other in near), "")

    def _clause_start(self) -> int:
        """Where the verb's own clause starts: behind a relative clause, the one that it interrupts goes on."""
        clauses = self.scope.clauses
        at = clauses.index(self.clause)
        while at and clauses[at].kind == "relative":
            at -= 1
        return clauses[at].start

    def _inherited(self) -> Party | None:
        """Who the sentence is about, where the verb names no subject of its own."""
        if self._has_other_subject():
            return None
        if self._told_by_himself():
            return next(iter(self.scope.free(self.scope.before(self.cue))), None) or self.last
        if self.last is not None:
            return self.last
        return next(iter(self.scope.free(self.scope.before(self.cue))), None)

    def _told_by_himself(self) -> bool:
        """Whether somebody says of himself what he does, without being named again: وقالت إنها سترد."""
        scope, first = self.scope, self.clause.start
        return (
            self.clause.kind == "content"
            and first > scope.start
            and scope.keys[first].endswith(("ه", "ها", "هم"))
            and scope.keys[first - 1] in scope.words["saying"]
        )

    def _has_other_subject(self) -> bool:
        """Whether a subject without a code follows the verb: أغارت المقاتلات على مواقع."""
        end, scope = self.cue.end, self.scope
        if end >= scope.end or scope.apart(end, end + 1) or self.trigger.bound or not scope.verb_first:
            return False
        if any(party.start <= end < party.end for party in scope.parties):
            return False
        if end in scope.occupied:
            # دمر انفجار متجرا: the blow is the subject
            return any(
                blow.start == end and blow.trigger.noun and blow.trigger.type == self.trigger.type == "ASSAULT"
                for blow in scope.cues
            )
        word = scope.keys[end]
        if self.trigger.undergone and (word.isdigit() or word in scope.words["sufferer"]):
            return True  # وأصيب 11 آخرون
        if word in scope.words.any_of(_NO_SUBJECTS):
            return False
        if word.startswith("ال"):
            # وحاصرت المقاومة ميليشيا الحوثي; but وأدان الهجوم has the subject of the verb before
            followed = any(party.start == end + 1 and not party.preposition for party in self.after)
            return followed or not (self.cue.conjoined and "O" in self.trigger.targets)
        return not self.cue.conjoined and len(word) > 3 and word[:1] not in ("ب", "ل", "ك", "و", "ف")

    def _joined(self) -> bool:
        """Whether "and" stands right before the verb, which then has the subject of the one before."""
        return self.cue.start > self.scope.start and self.scope.keys[self.cue.start - 1] == "and"

    def _near(self) -> Party | None:
        """The subject of a verb that follows it at once: السيسي يلتقي."""
        before = self.scope.before(self.cue)
        if not before or self.cue.conjoined:
            return None
        party = before[-1]
        distance = self.cue.start - party.end
        if party.weak and party.preposition and len(before) > 1 and party.start - before[-2].end <= 1:
            party = before[-2]  # الفلسطينيون في غزة يتوعدون
        if party.weak and self.scope.free(before[:-1]) and not self.trigger.noun:
            return None  # أن وفدا يضم مسؤولين سيلتقي
        if party.preposition or not party.acting or distance > (2 if self.scope.verb_first else 6):
            return None
        if self.scope.verb_first and self.scope.apart(party.end, self.cue.start + 1):
            return None
        if self.clause.start >= party.end and self.clause.kind == "side":
            return None  # واستدعت سفير لندن لديها فيما طلبت
        return party

    def _antecedent(self) -> Party | None:
        """The party a relative clause hangs on: الحوثيون، الذين أطلقوا. A plural does not hang on a state's name."""
        plural = self.scope.keys[self.clause.start] in _PLURAL_RELATIVES
        for party in reversed(self.scope.before(self.cue)[-3:]):
            if plural and party.actors[-1].kind == "state" and not party.adjective:
                continue
            return party if self.clause.start - party.end <= (4 if plural else 1) else None
        return None

    def _subject_after(self) -> Party | None:
        party = next((party for party in self.after if party.preposition != BY), None)
        if party is None or party.preposition or party.start - self.cue.end > _SUBJECT_REACH:
            return None
        if any(token in self.scope.occupied for token in range(self.cue.end, party.start)):
            return party if self._whose(party) else None
        last = self.cue.end - 1
        if last > self.cue.start and self.scope.keys[last] in self.scope.words["preposition"]:
            return None  # حكم على: whoever stands behind it is the object
        if party.start > self.cue.end and self._has_other_subject():
            return None
        return party if self._agrees(party) else None

    def _whose(self, party: Party) -> bool:
        """Whether a nationality tells whose the thing is that arrives, and is told of: وصلت قافلة مساعدات كينية."""
        return party.adjective and any(
            cue.end == party.start and cue.trigger.noun and cue.trigger.type == self.trigger.type == "AID"
            for cue in self.scope.cues
        )

    def _agrees(self, party: Party) -> bool:
        """Whether verb and subject agree in gender, as far as both tell: ودعا إيران إلى has another subject."""
        if self.trigger.plural:
            return False
        feminine = self._feminine()
        if party.start != self.cue.end or self.trigger.bound:
            return True
        head = self.scope.keys[party.start]
        if party.actors[0].kind in ("group", "armed_group") and head.endswith("ين"):
            return False  # يلتقي مسؤولين: an accusative
        if party.adjective and party.start == party.name and head.endswith("يا"):
            return False  # اعتقلت تونسيا: an accusative
        if head.endswith("ا") and (head in self.scope.words["victim"] or head in self.scope.words["quantity"]):
            return False
        if head in self.scope.words["feminine"]:
            return feminine
        if head in self.scope.words["masculine"]:
            return not feminine
        state = party.actors[0].kind == "state" and not party.adjective and party.name == party.start
        return feminine or not state or head.startswith("ال") or head == "لبنان"

    def _rest(self, subject: Party | None) -> list[Party]:
        rest = [party for party in self.after if party is not subject and party.preposition != BY]
        if subject is not None and subject.start >= self.cue.end:
            rest = [party for party in rest if party.start >= subject.end]
            if rest and self._office(subject, rest[0]):
                rest = rest[1:]
        return rest

    def _names(self, subject: Party, person: Party) -> bool:
        """Whether `person` is who `subject` is: مبعوث الأمم المتحدة إلى ليبيا غسان سلامة."""
        scope = self.scope
        return (
            not person.preposition
            and person.start - subject.end < _SUBJECT_REACH
            and person.actors[0].kind == "person"
            and all(actor.kind != "person" for actor in subject.actors)
            and person.actors[0].code == subject.actors[-1].code
            and titled(scope.keys, scope.words, scope.occupied, subject, scope.start)
        )

    def _office(self, subject: Party, party: Party) -> bool:
        """Whether the party only stands in what the subject is, right behind his name: فلان، الأمين العام لحزب الله."""
        between = range(subject.end, party.name)
        titles = self.scope.words["title"]
        return (
            bool(between)
            and party.actors[0].kind != "person"  # أقال نتنياهو وزير الدفاع فلانا
            and _same_side(subject, party)
            and all(self.scope.keys[token] in titles or self.scope.keys[token] in _LINKS for token in between)
        )

    def _giver(self, rest: list[Party]) -> Party | None:
        return role(self.scope, self.cue, rest, self.trigger.givers, _OBJECT_REACH)

    def _object(self, subject: Party | None) -> Party | None:
        """Whom a pronoun written with the verb means: the antecedent, else who the sentence was about before."""
        before = self.scope.before(self.cue)
        if self.relative:
            return self._antecedent()
        if self.trigger.type == "REJECT":
            return None  # وهو ما نفته موسكو
        if before and before[-1].end == self.cue.start and before[-1] is not subject:
            return before[-1]
        free = self.scope.free(before)
        found = free[0] if free else self.last
        if subject is not None and found is not None and self.trigger.type in ADDRESSED and _same_side(found, subject):
            # القوات تحاصر المسلحين ودعتهم إلى الاستسلام: nobody asks or threatens himself
            others = [party for party in before if not party.weak and not _same_side(party, subject)]
            found = others[-1] if others else None
        return found if found is not subject else None

    def _within(self, target: Party) -> bool:
        """Whether the target stands in the act that is asked or refused: تطلب فرض عقوبات على شخصيات."""
        return any(other.trigger.noun and self.cue.end <= other.start < target.start for other in self.scope.cues)

    def _within_demand(self, target: Party, subject: Party | None) -> bool:
        """Whether somebody only stands in what is asked for, and is not who is asked: طالب بتحقيق في هجوم الحوثيين."""
        end = self.cue.end if subject is None else max(self.cue.end, subject.end)
        if target.preposition:
            return target.start - end > ADDRESSED_REACH
        return self.scope.any_in("preposition", range(end, target.start))

    def _own_affair(self, subject: Party, target: Party) -> bool:
        """Whether the target only stands in what is said, and is of the subject's side: نفت موسكو أنباء عن قاذفات روسية."""
        own = {actor.code for actor in subject.actors}
        end = max(subject.end, self.cue.end)
        return target.start - end > _OWN_REACH and own.issuperset(actor.code for actor in target.actors)

    def _taken_up(self, subject: Party | None) -> Party | None:
        """Whom a pronoun means that one of the frame's prepositions is written with: طلبت منها توضيحات."""
        cue, scope = self.cue, self.scope
        if self.relative or subject is None or not self.trigger.claims:
            return None
        reach = range(cue.end, min(self.clause.end, cue.end + _PRONOUN_REACH))
        if not any(
            scope.keys[token] in _PRONOUNS and _PRONOUNS[scope.keys[token]] in self.trigger.targets for token in reach
        ):
            return None
        own = {actor.code for actor in subject.actors}
        before = [
            party for party in scope.before(cue) if not party.weak and own.isdisjoint(a.code for a in party.actors)
        ]
        return before[-1] if before else None

    def _counted(self) -> Party | None:
        """Of whose people a number was killed: وقتل خمسة من حركة الشباب."""
        scope, end = self.scope, self.cue.end
        if not self.trigger.casualty or end >= scope.end:
            return None
        if not scope.keys[end].isdigit() and scope.keys[end] not in scope.words["sufferer"]:
            return None
        of = next((party for party in self.after if party.preposition == "من"), None)
        return of if of is not None and not of.weak and of.start - end <= _PRONOUN_REACH else None

    def _placed(self) -> Party | None:
        # اعتداءات شنها مسلحون: who stands behind a further verb is not who was hit
        near = [party for party in self.after if not self.scope.verb_between(self.cue.end, party.start)]
        return role(self.scope, self.cue, near, self.trigger.targets, _OBJECT_REACH)

    def _free_object(self) -> Party | None:
        return next((party for party in self.after if party.preposition != BY), None)

    def _by_behind(self) -> bool:
        """Whether its agent stands right behind the verb, which then is a passive: اتهم من قبل نساء."""
        scope, end = self.scope, self.cue.end
        return end + 1 < scope.end and scope.keys[end] == "من" and f"من {scope.keys[end + 1]}" in scope.words["by"]

    def _is_passive(self, subject: Party | None) -> bool:
        scope, cue = self.scope, self.cue
        if not scope.verb_first:
            return cue.start > scope.start and scope.keys[cue.start - 1] in _ENGLISH_PASSIVES
        if self.trigger.bound or self.trigger.participle:
            return False
        if subject is None or any(party.preposition == BY for party in self.after):
            return True
        if (
            cue.conjoined
            and self.trigger.casualty
            and cue.end < scope.end
            and scope.keys[cue.end] in scope.words["sufferer"]
        ):
            return True  # قتل 54 حوثيا وجرح عدد آخر
        if subject.start < cue.end:
            # ثلاثة جنود أتراك قتلوا, القيادي قتل في معارك: without an object, who stands before is the victim
            alone = not self._has_object(cue.end) and not self._has_thing(cue.end)
            people = subject.actors[-1].kind in ("person", "group", "armed_group")
            return alone and (self.trigger.plural or (people and not self.trigger.present))
        if self._has_object(subject.end):
            return False
        if self.trigger.casualty:
            return True  # جرح وزير الدفاع: who kills or wounds has an object
        following = self._following()
        if following in scope.words["victim"] or following.isdigit():
            return True
        return not (following.startswith("ال") or subject.name == cue.end or following in scope.words["title"])

    def _has_thing(self, token: int) -> bool:
        """Whether a thing stands at `token` as a direct object: يحرقون مسجدا, يداهمون قرية, but قتلوا برصاص."""
        scope = self.scope
        if token >= scope.end or scope.apart(token, token + 1):
            return False
        word = scope.keys[token]
        if word in scope.words.any_of(_NO_SUBJECTS):
            return False
        prefixed = word[:1] in ("ب", "ل", "ف", "و") and word not in scope.words["radical"]
        return len(word) > 3 and not prefixed

    def _following(self) -> str:
        """The first word behind the verb that tells no time: قتل الثلاثاء الصحافي."""
        times, keys = self.scope.words["time"], self.scope.keys
        return next((keys[token] for token in range(self.cue.end, self.clause.end) if keys[token] not in times), "")

    def _has_object(self, token: int) -> bool:
        """Whether a direct object stands at `token`: a party without preposition, or a victim without a code."""
        if any(party.start == token and not party.preposition and not party.adjective for party in self.after):
            return True
        if any(
            party.start == token and party.adjective and self.scope.keys[token][-2:] == "ين" for party in self.after
        ):
            return not self.scope.keys[token].startswith("ال")  # قتلت القوات الكينية إثيوبيين
        if token >= self.scope.end or self.scope.apart(token, token + 1):
            return False
        word = self.scope.keys[token]
        return word in self.scope.words["victim"] or word.isdigit()


def _same_side(one: Party, other: Party) -> bool:
    return {actor.code for actor in one.actors} == {actor.code for actor in other.actors}
