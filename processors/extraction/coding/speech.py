"""What somebody says of others: who speaks, of whom, and what he denies. الجبير: إيران تزعزع الاستقرار.

Knows headlines that quote and clauses behind قال إن. Must not know types of triggers beyond the acts they make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from khabar.records import QUAD, EventType
from processors.extraction.coding.acts import Act, Thread
from processors.extraction.coding.frames import role
from processors.extraction.coding.parties import Party
from processors.extraction.coding.patterns import Trigger, arabic_triggers
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.spots import Cue
from processors.extraction.coding.verbs import Roles

_OF_REACH: Final = 6
"""Of whom something is said stands at most so many tokens away from it."""
_PREDICATE_REACH: Final = 2
"""And what somebody is called right behind him: إيران "هي" العدو."""
_DENIED_REACH: Final = 4
"""A masdar that is denied stands at most so many tokens behind the denial: نفى وجود أي تواصل."""
_OBSERVERS: Final = frozenset({"media", "ngo", "igo"})
"""Kinds of speakers whose reports of what others do accuse nobody."""
_HOSTILE: Final[frozenset[EventType]] = frozenset({"ASSAULT", "COERCE", "THREATEN"})
"""Types of acts that an opponent who tells of them blames for."""
_UNKNOWN: Final = "NSA:UNKNOWN-ARMED"
"""Attackers whom nobody knows are no opponent."""
_COOPERATIVE: Final = (1, 2)
"""Quads of acts that nobody is accused of: who denies one denies a report."""
_SHORTEST: Final = 3
"""No masdar is shorter."""
ON: Final = "علي"
"""على, folded."""
_QUOTES: Final = frozenset("\"«»“”„'")
_CLAIM, _DEMAND = (
    next(iter(arabic_triggers(("speech.py", line)).values()))
    for line in ("ACCUSE\tاتهم\t\t\t\t\tST", "REQUEST\tعلى\t\t\tO\t\tST\tclaims")
)


def speaker(scope: Scope, token: int, thread: Thread, last: Party | None) -> tuple[Party, int] | None:
    """Who says what stands at `token`, and where what he says starts; None where nobody is known to."""
    content, saying = scope.words["content"], scope.words["saying"]
    opener = next((at for at in range(scope.start + 1, token) if scope.keys[at] in content), None)
    if opener is None:
        return None if thread.speaker is None else (thread.speaker, scope.start)
    if saying.isdisjoint(scope.keys[scope.start : opener]):
        return None  # تبين أن, إلا أن
    named = next(iter(scope.free(party for party in scope.parties if party.end <= opener)), None)
    who = named or thread.speaker or last or thread.topic
    return None if who is None or who.actors[-1].kind == "media" else (who, opener)


def speech_roles(scope: Scope, cue: Cue, thread: Thread, last: Party | None) -> Roles | None:
    """The roles of what is said: the speaker, and of whom, who must be somebody else."""
    said = speaker(scope, cue.start, thread, last)
    if said is None:
        return None
    who, since = said
    own = {actor.code for actor in who.actors}
    if cue.start > scope.start and _attribute(scope, cue):
        return None
    target = next(
        (party for party in _spoken_of(scope, cue, since) if own.isdisjoint(a.code for a in party.actors)), None
    )
    return Roles(who, target, who)


def _spoken_of(scope: Scope, cue: Cue, since: int) -> Iterator[Party]:
    """Who may be meant, the likeliest first: the subject of the clause; else whoever stands in what is called untrue."""
    before = [party for party in scope.parties if since <= party.start and party.end <= cue.start]
    if cue.trigger.targets:
        reach = _PREDICATE_REACH if cue.trigger.type == "REQUEST" else _OF_REACH
        found = role(scope, cue, scope.after(cue), cue.trigger.targets, reach)
        if found is not None:
            yield found
    if cue.trigger.verdict:
        # الهجوم على سوريا جريمة: whom it falls upon is not to blame
        doers = [party for party in before if party.preposition not in scope.words["harmed"]]
        yield from (party for party in doers if not party.weak)
        yield from (party for party in doers if party.weak)
        return
    reach = _PREDICATE_REACH if cue.trigger.noun else _OF_REACH
    subject = next((party for party in reversed(scope.free(before)) if cue.start - party.end <= reach), None)
    if subject is not None:
        if not scope.verb_between(subject.end, cue.start) and not scope.apart(subject.end, cue.start + 1):
            yield subject
    elif not before and scope.keys[since].startswith("بان") and len(scope.keys[since]) > len("بان"):
        # وصف الحوثيين بأنهم أداة: who stands just before
        yield from (party for party in reversed(scope.parties) if 0 <= since - party.end <= _PREDICATE_REACH)
    elif not before and not cue.trigger.noun and not cue.trigger.targets:
        yield from (
            party for party in scope.after(cue) if not party.preposition and party.acting and party.start == cue.end
        )


def _attribute(scope: Scope, cue: Cue) -> bool:
    """Whether a word only stands in what is said, and is no verdict on it: بطريقة غير صحيحة, في جريمة هزت البلاد."""
    before = scope.keys[cue.start - 1]
    if not cue.trigger.noun:
        return before in scope.words["absence"] or before == "لا"
    if before in scope.words["preposition"]:
        return True
    if not cue.trigger.verdict or cue.trigger.type != "ACCUSE" or scope.keys[cue.start] == "غير":
        return False
    quoted = not _QUOTES.isdisjoint(scope.gaps[cue.start])
    return not quoted and cue.end < scope.end and before not in scope.words["copula"]


def demanded(scope: Scope, thread: Thread, last: Party | None) -> Iterator[Act]:
    """What a speaker asks for with على إيران أن, or على إيران and a masdar where that is all he says: إن على إيران سحب قواتها."""
    for party in scope.parties:
        if party.preposition != ON or party.end >= scope.end:
            continue
        on = next((at for at in range(party.name - 1, scope.start - 1, -1) if scope.keys[at] == ON), scope.start)
        opens = on == scope.start or scope.keys[on - 1] in scope.words["content"]
        if scope.keys[party.end] not in scope.words["demand"] and not (opens and _done(scope, on, party.end)):
            continue
        said = speaker(scope, party.start, thread, last)
        first = opens or scope.keys[on - 1] in scope.words["must"]
        if said is None or not first or {a.code for a in said[0].actors} & {a.code for a in party.actors}:
            continue
        yield _act(_DEMAND, said[0], party, scope)


def _done(scope: Scope, on: int, token: int) -> bool:
    """Whether what somebody is to do may stand at `token`, right behind whom على names."""
    word = scope.keys[token]
    if scope.keys[on] != ON or scope.gaps[token] != " " or len(word) < _SHORTEST:
        return False
    return word not in scope.words["preposition"] and word not in scope.words["particle"] and word[:1] not in "وفبل"


def blamed(found: Iterable[Act], scope: Scope, thread: Thread) -> Iterator[Act]:
    """The acts of a headline in which somebody tells what his opponent does, with the accusation that this is."""
    who = thread.speaker
    own = {actor.code for actor in who.actors} if who else set()
    told = who is None or thread.place or who.actors[-1].kind in _OBSERVERS
    for act in found:
        blames = (
            act.type in _HOSTILE and act.status == "actual" and act.source and not act.source_guessed
            and not act.cue.trigger.casualty
            and not (act.type == "THREATEN" and scope.keys[act.cue.start].startswith("س")) and own.isdisjoint(actor.code for actor in act.source)
            and all(actor.code != _UNKNOWN for actor in act.source)
        )  # fmt: skip
        if told or who is None or not blames:
            yield act
            continue
        if act.type != "THREATEN" or scope.keys[min(act.cue.end, scope.end - 1)].startswith("ب"):
            yield act  # طهران تهدد بإغلاق المضيق: a threat of its own
        told = True  # one accusation is enough
        cue = replace(act.cue, trigger=_CLAIM)
        yield replace(act, type="ACCUSE", source=who.actors, target=act.source, cue=cue, target_guessed=False)


def denies(scope: Scope, denial: Cue, cue: Cue) -> bool:
    """Whether what `cue` tells is what is denied, not something further on."""
    if cue.trigger.casualty or cue.trigger.type in ("REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST"):
        return False
    clause = scope.clause(cue.start)
    if clause.kind == "content" and clause.start >= denial.end:
        return clause.start - denial.end <= _DENIED_REACH
    between = scope.keys[denial.end : cue.start]
    reports = not between or between[0] in scope.words["rumour"]  # نفى أنباء عن محادثات; but نفى مسؤوليته عن الهجوم
    aside = any(word in scope.words["occasion"] and not (reports and word == "عن") for word in between)
    return (
        cue.trigger.noun and len(between) <= _DENIED_REACH and not aside and not scope.apart(denial.end, cue.start + 1)
    )


def neutral(act: Act) -> bool:
    """Whether nobody is blamed for the act: its denial is no more than that it did not happen."""
    return QUAD[act.type] in _COOPERATIVE or act.type == "MOBILIZE"


def _act(trigger: Trigger, source: Party, target: Party, scope: Scope) -> Act:
    tokens = scope.tokens
    cue = Cue(
        trigger=trigger, start=target.start, end=target.end, begin=tokens.starts[target.start],
        finish=tokens.ends[target.end], conjoined=False,
    )  # fmt: skip
    return Act(
        type=trigger.type,
        source=source.actors,
        target=target.actors,
        status="actual",
        cue=cue,
        sentence=(scope.start, scope.end),
    )
