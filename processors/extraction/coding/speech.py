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
_SHORT: Final = 2
"""A word of so few letters is no noun that is asked for."""
_NO_DEMANDS: Final = ("preposition", "clause", "content", "time", "particle", "background", "relative")
"""Classes of words that behind على and a name are not what is asked for."""
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
_ON: Final = "علي"
"""على, folded."""
_REPROACH_REACH: Final = 5
"""Words that blame stand at most so many tokens before or behind whom they blame."""
_STOPS: Final = frozenset(".؛;:\n")
_DISAPPROVING: Final = ("reproach", "negation", "spurned")
"""Classes of words that make an opinion of somebody a bad one: what he does not do, or does against others."""
_TOLD: Final[frozenset[EventType]] = frozenset(
    {"AGREE", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"}
)
"""Types of acts by which a speaker says himself what he thinks of somebody."""
_WHERE: Final = ("في", "داخل", "خارج", "قرب")
"""Before a place, which is not whom a speaker thinks badly of: أي عملية في رفح ستكون خطأ."""
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
    """What a speaker asks for with على إيران أن, قال إن على إيران وقف."""
    for party in scope.parties:
        if party.preposition != _ON or party.end >= scope.end:
            continue
        masdar = scope.keys[party.end] not in scope.words["demand"]
        if masdar and (party.adjective or not _may_be_asked(scope, party.end)):
            continue
        said = speaker(scope, party.start, thread, last)
        on = next((at for at in range(party.name - 1, scope.start - 1, -1) if scope.keys[at] == _ON), scope.start)
        first = (
            on == scope.start
            or scope.keys[on - 1] in scope.words["content"]
            or (scope.keys[on - 1] in scope.words["must"] and not masdar)
        )
        if said is None or not first or {a.code for a in said[0].actors} & {a.code for a in party.actors}:
            continue
        yield _act(_DEMAND, said[0], party, scope)


def _may_be_asked(scope: Scope, token: int) -> bool:
    """Whether a noun of its own stands right behind على and a name, which is then what they are to do."""
    word = scope.keys[token]
    if scope.apart(token, token + 1) or len(word) <= _SHORT or word.isdigit():
        return False
    return not word.startswith(("ال", "و", "في", "لل")) and word not in scope.words.any_of(_NO_DEMANDS)


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


def judged(found: list[Act], scope: Scope, last: Party | None, topic: Party | None) -> Iterator[Act]:
    """The reproach in what a speaker says of somebody else without accusing him by a word of its own.

    What he thinks is one where words of blame or refusal stand anywhere in it (اعتبر أن كينيا تخلت عن دورها), what he says
    only where words of blame stand near; neither if it is friendly.
    """
    content, saying = scope.words["content"], scope.words["saying"]
    for at in range(scope.start + 1, scope.end):
        if scope.keys[at] not in content:
            continue
        verb = next((token for token in range(at - 1, scope.start - 1, -1) if scope.keys[token] in saying), None)
        if verb is None or not content.isdisjoint(scope.keys[verb:at]) or scope.broken(verb + 1, at + 1, _STOPS):
            continue
        before = scope.free(party for party in scope.parties if party.end <= at)
        named = next((party for party in before if party.start > verb), None)
        who = named or next(iter(before), None) or last or topic
        if who is None or who.actors[-1].kind == "media":
            continue
        whom = _reproached(scope, at, who, opinion=scope.keys[verb] in scope.words["opinion"])
        end = _said_end(scope, at)
        told = (at < act.cue.start < end and (act.type in _TOLD or act.status != "actual") for act in found)
        if whom is not None and not any(told):
            yield _act(_CLAIM, who, whom, scope)


def _said_end(scope: Scope, opener: int) -> int:
    """Where what is said behind the token `opener` ends: at the next أن, or where the report goes on."""
    content, background = scope.words["content"], scope.words["background"]
    ends = (at for at in range(opener + 1, scope.end) if scope.keys[at] in content or scope.keys[at] in background)
    return next(ends, scope.end)


def _reproached(scope: Scope, opener: int, who: Party, *, opinion: bool) -> Party | None:
    """Of whom the words behind `opener` are, if he is not of the side of `who` and they blame him."""
    end = _said_end(scope, opener)
    whom = next((party for party in scope.parties if opener < party.start < end), None)
    own = {actor.code for actor in who.actors}
    if (
        whom is None
        or whom.preposition in _WHERE
        or any(actor.code in own or actor.code == _UNKNOWN for actor in whom.actors)
    ):
        return None
    if not scope.words["friendly"].isdisjoint(scope.keys[opener:end]):
        return None
    if opinion:
        said = scope.keys[opener:end]
        return None if scope.words.any_of(_DISAPPROVING).isdisjoint(said) else whom
    near = scope.keys[max(opener, whom.start - _REPROACH_REACH) : min(end, whom.end + _REPROACH_REACH)]
    blames = who.actors[-1].kind != "igo" and not scope.words["reproach"].isdisjoint(near)
    return whom if blames else None


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
        finish=tokens.ends[target.end if trigger is _DEMAND else target.end - 1], conjoined=False,
    )  # fmt: skip
    return Act(
        type=trigger.type,
        source=source.actors,
        target=target.actors,
        status="actual",
        cue=cue,
        sentence=(scope.start, scope.end),
    )
