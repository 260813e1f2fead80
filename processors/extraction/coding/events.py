"""The events of an article: the acts of its sentences, told once each.

Knows what makes two acts one event, and an event's key. Must not know how a sentence is read.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, takewhile
from typing import Final

from msgspec.structs import replace

from khabar.records import QUAD, Event, EventStatus, EventType, MentionedActor
from processors.extraction.coding.acts import SAID, Act, Past, Thread
from processors.extraction.coding.dating import Dated, Dates
from processors.extraction.coding.frames import FALLING
from processors.extraction.coding.parties import Party, backs
from processors.extraction.coding.patterns import Words, stated
from processors.extraction.coding.sentences import Sentence
from processors.extraction.coding.spots import Cue, Reading, Spot
from processors.extraction.coding.strangers import by_strangers
from processors.extraction.folding import Tokens
from processors.extraction.sentences import Span

MAX_EVENTS: Final = 100
MAX_SENTENCE_CHARACTERS: Final = 500
MAX_TRIGGER_CHARACTERS: Final = 200
SYMMETRIC: Final[frozenset[EventType]] = frozenset({"CONSULT", "COOPERATE", "AGREE"})
"""Types in which it does not matter who is called source: both directions are one event."""
_AIMED: Final[frozenset[EventType]] = frozenset(
    {"REQUEST", "ACCUSE", "SANCTION", "ASSAULT", "COERCE", "SUPPORT", "THREATEN", "REJECT", "AID"}
)
"""Types of acts that somebody suffers or enjoys. A protest is against whom it says."""
_REPORTERS: Final = ("media", "ngo")
"""Kinds of actors that are named for what they report."""
_HOME: Final[frozenset[EventType]] = frozenset({"COERCE", "ACCUSE", "PROTEST", "REQUEST", "THREATEN"})
"""Types of acts that happen within one state where nobody from abroad is named: arrests, charges, protests, appeals."""
_UNNAMED: Final[frozenset[EventType]] = frozenset({"REQUEST", "PROTEST"})
"""Types of acts of which nobody need be the target: a demand to nobody in particular, a march for a cause."""
_BLOWS: Final = QUAD["ASSAULT"]
_GUESSED: Final = _AIMED | _HOME
_OF_A_COUNTRY: Final[frozenset[EventType]] = frozenset({"PROTEST", "COERCE"})
"""Types of acts that the country of an article does or suffers where no side is named."""
_SPEAKERS: Final = ("organisation", "igo", "armed_group", "ngo")
_OFFICIAL: Final = ("GOV", "MIL", "LEG", "OPP", "REB")
"""Kinds of actors, and sectors of persons, that speak where a headline names them before a colon; a state may be the place."""
_OBSERVERS: Final = ("NGO:SOHR",)
"""Codes of those who only count what others do."""
_ACCUSED: Final = ("state", "organisation", "armed_group", "group", "person", "igo")
_SPOKEN: Final[frozenset[EventType]] = frozenset(
    {"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "ACCUSE", "REQUEST", "REJECT", "THREATEN"}
)
"""Types of acts by which a headline says itself what its speaker does, or tells of something peaceful."""
_FRIENDLY: Final[frozenset[EventType]] = frozenset({"SUPPORT", "COOPERATE", "AID"})
"""Types of acts that nobody does beside killing the same side: an army that mourns the dead, or searches for them."""
_ALLIES: Final = ("IGO:SAUDI-COALITION", "IGO:ANTI-ISIS-COALITION")
"""Alliances that fight in other countries than their own, and not against these."""
_FREEING: Final = ("تحرير", "استعاده", "تطهير")
"""What is done to a town of one's own that others hold, folded."""
_CONDEMNED_REACH: Final = 6
_MEANWHILE: Final = ("فيما", "بينما", "حين", "كما")
"""What opens a clause in which somebody else acts, folded."""
_ATTACKS: Final = frozenset(
    attack
    for noun in ("قصف", "هجوم", "هجمات", "غاره", "غارات", "عمليه", "اعتدا", "ضربه", "ضربات", "استهداف", "توغل", "عدوان")
    for attack in (f"ال{noun}", f"بال{noun}")
)
"""Attacks with the article, of which one has heard before, folded."""
_HEADER_TOKENS: Final = 4
_SPEAKER_TOKENS: Final = 8


def acts(
    reading: Reading,
    words: Words,
    *,
    body: int,
    verb_first: bool,
    states: Mapping[str, MentionedActor],
    stranger: MentionedActor | None = None,
) -> list[Act]:
    """Every act of the text in reading order.

    Args:
        reading: what recognition found.
        words: the function words of the text's language.
        body: the character where the title has ended, 0 without one.
        verb_first: the language puts verbs before subjects (Arabic).
        states: the state actor of each code, for acts within one state.
        stranger: who attacks where an attacker is spoken of, but nobody named.
    """
    found: list[Act] = []
    spot = 0
    cue = 0
    spots, cues, bounds = reading.spots, reading.cues, reading.bounds
    cue_starts = [cue.start for cue in cues]
    header = _header(reading, body)
    past = Past(header, _headed_scene(reading, body) if header is None else None)
    accident = _accident(reading, words)
    # قضية فلان: who stands in the heading does not speak
    topical = bool(reading.tokens.words) and reading.tokens.words[0] in words["affair"]
    while cue < len(cues) and len(found) < 3 * MAX_EVENTS:
        # bounds ascend; jump to the sentence of the next cue, so sentences without one cost nothing
        index = bisect_left(bounds, cue_starts[cue] + 1) - 1
        start, end = bounds[index], bounds[index + 1]
        next_cue = bisect_left(cue_starts, end, cue)
        here, cue = cues[cue:next_cue], next_cue
        while spot < len(spots) and spots[spot].end <= start:
            spot += 1
        last = spot
        while last < len(spots) and spots[last].start < end:
            last += 1
        heading = header if (not index or index == 1) and not (topical and _is_person(header)) else None
        headline = reading.tokens.starts[start] < body
        spoken = (
            headline
            and heading is not None
            and not topical
            and ":" in reading.tokens.gaps[bounds[1]]
            and start >= bounds[1]
        )
        thread = Thread(
            past=past, header=heading, accident=accident, headline=headline,
            speaker=heading if spoken else None, place=spoken and _bare(reading),
            addressee=_addressee(reading, heading) if spoken and heading is not None else None,
        )  # fmt: skip
        sentence = Sentence(reading.tokens, words, spots[spot:last], here, start, end, verb_first, states, thread)
        found += sentence.acts()
        past.add(sentence.scope)
        accident = accident or sentence.accident()
        spot = last
    if reading.sports:
        found = [act for act in found if not _match(act)]
    statement = None if topical else _statement(found, reading, words, header)
    found = [statement, *found] if statement is not None else found
    found = by_strangers(_against_rebels(found, reading, states), reading, words, stranger)
    return _aimed(found, reading, words, states, body, header)


def _statement(found: Sequence[Act], reading: Reading, words: Words, header: Party | None) -> Act | None:
    """The accusation in a headline whose speaker starts with somebody else and says nothing friendly."""
    if header is None or ":" not in reading.tokens.gaps[header.end]:
        return None
    speaker, (start, end) = header.actors[0], reading.bounds[1:3]
    keys, titles = reading.tokens.words, words["title"]
    official = speaker.kind in _SPEAKERS or (speaker.kind == "person" and speaker.sector in _OFFICIAL)
    official = official or (speaker.kind == "state" and not titles.isdisjoint(keys[:start]))  # رئيس الشيشان
    if speaker.code in _OBSERVERS or not official:
        return None
    spoken = next((spot for spot in reading.spots if spot.start >= start), None)
    if spoken is None or spoken.actor.code == speaker.code or any(cue.start < start for cue in reading.cues):
        return None
    opens = all(keys[token] in titles for token in range(start, spoken.start))
    opens = opens and (spoken.start == start or not spoken.adjective)
    if spoken.scene or (not opens and words["reproach"].isdisjoint(keys[start:end])):
        return None  # فلان: سياسة كينيا فاشلة
    if spoken.preposition or spoken.actor.kind not in _ACCUSED or spoken.end >= end:
        return None
    if spoken.actor.kind == "group" and not keys[spoken.start].startswith("ال"):
        return None  # فلان: مقاتلون يغادرون المدينة
    if any(act.sentence[0] == start and (act.type in _SPOKEN or act.status != "actual") for act in found):
        return None
    if not words["friendly"].isdisjoint(keys[start:end]):
        return None
    cue = Cue(
        trigger=stated(), start=spoken.start, end=spoken.end, begin=spoken.begin, finish=spoken.finish, conjoined=False
    )
    return Act(
        type="ACCUSE", source=(speaker,), target=(spoken.actor,), status="actual", cue=cue, sentence=(start, end)
    )


def _accident(reading: Reading, words: Words) -> bool:
    """Whether a headline starts with an accident before it goes on to the dead: زلزال في إندونيسيا: مقتل 14."""
    first, second = reading.bounds[0], reading.bounds[1]
    cues = reading.cues
    if cues and cues[0].start < second:
        return False  # read as any sentence
    return not words["accident"].isdisjoint(reading.tokens.words[first:second])


def _match(act: Act) -> bool:
    """Whether what looks like a clash is one of teams: مواجهة بين فريقين, إصابة لاعب."""
    return act.type == "ASSAULT" and (not act.source or act.cue.trigger.joint)


def _aimed(
    found: list[Act],
    reading: Reading,
    words: Words,
    states: Mapping[str, MentionedActor],
    body: int,
    header: Party | None,
) -> list[Act]:
    """The acts, with a guess for whom those fall upon that name only who does them: few acts have nobody for a target.

    Somebody of another code: behind the trigger in its sentence, else before it, else in the title. Else an act of the law is one
    within its own country.
    """
    starts = [spot.start for spot in reading.spots]
    titled = list(takewhile(lambda spot: spot.finish <= body, reading.spots))
    firm = [act for act in found if act.source and act.target and not act.source_guessed and not act.target_guessed]
    aimed: list[Act] = []
    for act in found:
        if (
            not act.source
            and not act.target
            and act.type in _OF_A_COUNTRY
            and (only := _only_state(reading, titled, states))
        ):
            aimed.append(replace(act, source=(only,), target=(only,), source_guessed=True, target_guessed=True))
            continue
        if act.type == "ACCUSE" and act.source_guessed and act.cue.trigger.undergone and act.target:
            accuser = next((other.source for other in firm if _side(other.target) & _side(act.target)), ())
            act = act if not accuser else replace(act, source=accuser)  # whoever imposes sanctions on them accuses them
        if (
            act.type == "ASSAULT"
            and not act.source
            and act.target
            and not act.target_guessed
            and act.status == "actual"
        ):
            act = _struck(act, firm, found, reading)
        own = _side(act.source)
        if body and _pledged(act) and (only := _only_state(reading, (), states)) and own == {only.code}:
            act = replace(act, target=(only,), target_guessed=True)  # of a country's own affairs
        if act.type == "ACCUSE" and (act.target_guessed or not act.target) and act.cue.trigger.fact:
            blow = _condemned(act, found)
            blow = blow if blow is not None and blow.source else _told_before(act, found, reading) or blow
            if blow is not None:
                aimed.append(replace(act, target=blow.source, target_guessed=True))
                continue
        if (
            not act.source
            or act.target
            or (act.type not in _GUESSED and not _with_somebody(act))
            or (act.cue.trigger.joint and act.type != "AGREE")
            or len(own) > 1
            or act.open
        ):
            aimed.append(act)
            continue
        first, at, last = (bisect_left(starts, token) for token in (act.sentence[0], act.cue.end, act.sentence[1]))
        if act.type == "ASSAULT":
            # قال ماكرون إن الأسد نفذ هجوما: who says it was not hit
            content = words["content"]
            said = (
                token
                for token in range(act.cue.start - 1, act.sentence[0], -1)
                if reading.tokens.words[token] in content
            )
            first = max(first, bisect_left(starts, next(said, 0)))
            own |= _side(header.actors) if header is not None and header.actors[0].kind != "state" else frozenset()
        nearest = chain(reading.spots[at:last], reversed(reading.spots[first:at]), titled)
        others = [
            spot
            for spot in nearest
            if spot.actor.code not in own
            and spot.actor.kind not in _REPORTERS
            and not backs(reading.tokens.words, words, spot)
            and not _of_another_clause(act, spot, found, reading)
            and not _faced(reading, words, spot, "ضد")
            and not (spot.end <= act.cue.start and act.type in SAID and _faced(reading, words, spot, "مع"))
        ]
        if act.type not in FALLING:
            others.sort(key=lambda spot: spot.weak or spot.scene)  # a mere place only for want of anybody else
        home = states.get(act.source[0].code) if act.type in _HOME else None
        if act.type in _UNNAMED:
            # who else stands there is seldom who is asked, and a protest may be against either
            protest = act.type == "PROTEST"
            reason = _spurned(reading, words, act, reading.spots[at:last]) if protest else None
            # who only speaks of a protest, or calls for calm, is not whom it is against; the UN asks everybody
            foes = [other for other in firm if QUAD[other.type] == _BLOWS or not protest] if home is not None else []
            alone = all(act.sentence[0] > spot.start or spot.start >= act.sentence[1] for spot in others)
            guess = reason or _opponent(act, foes) or (home if alone else None)
        else:
            guess = (others[0].actor if others else None) or _opponent(act, firm) or home
        aimed.append(act if guess is None else replace(act, target=(guess,), target_guessed=True))
    if body:
        # in an article, whose headline tells who it is about, an act of nobody upon nobody is mere talk
        aimed = [act for act in aimed if act.source or act.target]
    return aimed


def _pledged(act: Act) -> bool:
    """Whether somebody pledges or offers something to nobody that is named."""
    return act.type == "AGREE" and act.cue.trigger.type == "AGREE" and act.cue.trigger.claims and not act.target


def _struck(act: Act, firm: Sequence[Act], found: Sequence[Act], reading: Reading) -> Act:
    """An attack of nobody told, with whoever besieges, arrests or disperses its victims elsewhere in the article.

    Else, of deaths, with the one army of another country that the article names, unless it stands by somebody.
    """
    hit = _side(act.target)
    doer = next((other.source for other in firm if other.type == "COERCE" and hit == _side(other.target)), ())
    if not doer and act.cue.trigger.casualty:
        spared = hit.union(*(_side(other.source) for other in found if other.type in _FRIENDLY))
        armies = {
            spot.actor.code: spot.actor
            for spot in reading.spots
            if spot.actor.sector == "MIL" and not spot.weak and spot.actor.code not in spared
        }
        doer = tuple(armies.values()) if len(armies) == 1 else ()
    return act if not doer else replace(act, source=doer, source_guessed=True)


def _with_somebody(act: Act) -> bool:
    """Whether it is an agreement or consent, which takes another side: وافقت كينيا, أعلنت كينيا التوصل إلى اتفاق. A pledge may be made to all."""
    trigger = act.cue.trigger
    return trigger.type == "AGREE" and not trigger.claims and act.status == "actual" and len(_side(act.source)) == 1


def _faced(reading: Reading, words: Words, spot: Spot, preposition: str) -> bool:
    """Whether `spot` is only whom somebody else stands against or beside: التحالف ضد داعش, مؤتمر صحفي مع نظيره الكيني."""
    keys, before = reading.tokens.words, spot.start - 1
    while before > 0 and keys[before] in words["title"]:
        before -= 1
    return before >= 0 and keys[before] == preposition


def _condemned(act: Act, found: Sequence[Act]) -> Act | None:
    """The attack that is condemned: nobody is to blame where it has no doer (دانت فرنسا الهجوم)."""
    return next(
        (
            blow
            for blow in found
            if blow.type == "ASSAULT"
            and blow.cue.trigger.noun
            and 0 <= blow.cue.start - act.cue.end <= _CONDEMNED_REACH
        ),
        None,
    )


def _of_another_clause(act: Act, spot: Spot, found: Sequence[Act], reading: Reading) -> bool:
    """Whether `spot` only stands in what somebody else does meanwhile: رحبت كينيا بالاتفاق، فيما قصفت إثيوبيا الصومال."""
    keys = reading.tokens.words
    if act.sentence[0] <= spot.start < act.cue.start:
        return act.type == "SUPPORT" and keys[act.cue.start - 1] in _MEANWHILE  # قصفت إثيوبيا الصومال، فيما رحبت كينيا
    if spot.start < act.cue.end or spot.start >= act.sentence[1]:
        return False
    return any(
        other.sentence == act.sentence
        and act.cue.end < other.cue.start < spot.start
        and not other.cue.trigger.noun
        and (other.cue.conjoined or keys[other.cue.start - 1] in _MEANWHILE)
        and any(actor.code == spot.actor.code for actor in (*other.source, *other.target))
        and _side(act.source).isdisjoint(_side(other.source))
        for other in found
    )


def _told_before(act: Act, found: Sequence[Act], reading: Reading) -> Act | None:
    """The attack that a condemnation takes up with the article, told just before it: قصفت إثيوبيا المدينة. وأدانت كينيا القصف."""
    keys, end = reading.tokens.words, min(act.cue.end + _CONDEMNED_REACH, act.sentence[1])
    taken_up = next((token for token in range(act.cue.end, end) if keys[token] in _ATTACKS), end)
    if taken_up == end:
        return None
    if any(
        taken_up < spot.start < act.sentence[1] and spot.start - taken_up <= _CONDEMNED_REACH for spot in reading.spots
    ):
        return None  # نددت بالهجوم على كينيا: it tells itself which
    bounds = reading.bounds
    before = bounds[max(bisect_left(bounds, act.sentence[0]) - 1, 0)]
    blows = [
        blow
        for blow in found
        if blow.type == "ASSAULT" and blow.status == "actual" and before <= blow.cue.start < act.cue.start
    ]
    if not blows or blows[-1].source_guessed or not _side(blows[-1].source).isdisjoint(_side(act.source)):
        return None
    return blows[-1] if blows[-1].source else None


def _spurned(reading: Reading, words: Words, act: Act, spots: Sequence[Spot]) -> MentionedActor | None:
    """Whom a protest is against where its reason follows: إضراب احتجاجا على قرار إسرائيل."""
    keys, known = reading.tokens.words, words["spurned"]
    reason = next((token for token in range(act.cue.end, act.sentence[1]) if keys[token] in known), act.sentence[1])
    own = _side(act.source)
    return next((spot.actor for spot in spots if spot.start > reason and spot.actor.code not in own), None)


def _opponent(act: Act, firm: Sequence[Act]) -> MentionedActor | None:
    """Whom the source has to do with elsewhere in the article, where one act names both."""
    own = _side(act.source)
    for other in firm:
        if own & _side(other.source) and not own & _side(other.target):
            return other.target[0]
    for other in firm:
        if own & _side(other.target) and not own & _side(other.source):
            return other.source[0]
    return None


def _only_state(
    reading: Reading, titled: Sequence[Spot], states: Mapping[str, MentionedActor]
) -> MentionedActor | None:
    """The state that an article is about: the only one that it names, else that its headline names."""
    for spots in (reading.spots, titled):
        codes = {spot.actor.code for spot in spots if spot.actor.kind not in _REPORTERS and spot.actor.code in states}
        if len(codes) == 1:
            return states[codes.pop()]
    return None


def _against_rebels(found: list[Act], reading: Reading, states: Mapping[str, MentionedActor]) -> list[Act]:
    """The acts, with the armed group of the article as the target of an army that advances in its own country."""
    rebels = next((spot.actor for spot in reading.spots if spot.actor.kind == "armed_group"), None)
    if rebels is None:
        return found
    return [_of_the_war(act, rebels, reading, states) for act in found]


def _of_the_war(act: Act, rebels: MentionedActor, reading: Reading, states: Mapping[str, MentionedActor]) -> Act:
    """The act, with `rebels` for whom an attack falls upon that names only a place: الجيش يستعيد المدينة, تحرير المدينة."""
    if act.type != "ASSAULT" or act.status == "denied":
        return act
    if any(actor.kind == "armed_group" for actor in (*act.source, *act.target)):
        return act
    if act.source:
        return replace(act, target=(rebels,), target_guessed=True) if _at_home(act) else act
    freed = reading.tokens.words[act.cue.start].removeprefix("و").removeprefix("ب") in _FREEING
    home = states.get(act.target[0].code) if freed and act.target_guessed else None
    if home is None:
        return act
    return replace(act, source=(home,), target=(rebels,), source_guessed=True, target_guessed=True)


def _at_home(act: Act) -> bool:
    """Whether an attack by a state or an alliance falls upon nobody that is told, or only upon a place of theirs."""
    if not act.target:
        return True
    allied = all(actor.code in _ALLIES for actor in act.source)
    return act.target_guessed and (allied or _side(act.target) <= _side(act.source))


def _header(reading: Reading, body: int) -> Party | None:
    """Who or where a headline says it is about before it starts: كينيا.. اعتقال, لافروف: نرفض."""
    bounds = reading.bounds
    if len(bounds) < 3 or reading.tokens.starts[bounds[1]] >= body:
        return None
    if bounds[1] > (_SPEAKER_TOKENS if ":" in reading.tokens.gaps[bounds[1]] else _HEADER_TOKENS):
        return None
    named = [spot.actor for spot in reading.spots[:4] if spot.end <= reading.bounds[1] and not spot.weak]
    if not named:
        return None
    # who speaks stands first (ترامب عن خاشقجي), his state before him (الرئيس التركي أردوغان)
    speaker = [actor for actor in named if actor.code == named[0].code][-1]
    return Party(actors=(speaker,), start=0, name=0, end=reading.bounds[1], preposition="", weak=False)


def _headed_scene(reading: Reading, body: int) -> Party | None:
    """The place that a headline starts with: نيروبي.. تشديد الإجراءات الأمنية."""
    bounds = reading.bounds
    if len(bounds) < 3 or bounds[1] > _HEADER_TOKENS or reading.tokens.starts[bounds[1]] >= body or not reading.spots:
        return None
    spot = reading.spots[0]
    if spot.end > bounds[1] or not spot.weak or spot.actor.kind != "state":
        return None
    return Party(actors=(spot.actor,), start=spot.start, name=spot.start, end=spot.end, preposition="", weak=True)


def _addressee(reading: Reading, speaker: Party) -> Party | None:
    """Whom the speaker of a headline turns to: كينيا لإثيوبيا: نرفض."""
    codes = {actor.code for actor in speaker.actors}
    for spot in reading.spots[:4]:
        if spot.end > reading.bounds[1]:
            break
        if spot.preposition == "ل" and spot.actor.code not in codes:
            return Party(
                actors=(spot.actor,), start=spot.start, name=spot.start, end=spot.end, preposition="ل", weak=False
            )
    return None


def _is_person(header: Party | None) -> bool:
    return header is not None and header.actors[0].kind == "person"


def _bare(reading: Reading) -> bool:
    """Whether a headline starts with the name of a state and nothing else."""
    first = reading.spots[0]
    return first.actor.kind == "state" and not first.adjective and first.start == 0 and first.end == reading.bounds[1]


def events(found: Iterable[Act], text: str, tokens: Tokens, *, dates: Dates) -> tuple[tuple[Event, Span], ...]:
    """The article's events, each with the place of its trigger: acts of one type, source and target, told in title and body, are one."""
    merged: list[list[Act]] = []
    for act in found:
        if dates.is_past(act):
            continue
        if _held(act) and dates.is_ahead(act):
            act = replace(act, type="AGREE", status="planned")
        for tellings in merged:
            if _same(act, tellings[0]):
                # the telling that says most stands for the event, the others may still know its day
                tellings.insert(0 if _says_more(act, tellings[0]) else len(tellings), act)
                break
        else:
            merged.append([act])
    whole = [_full(tellings) for tellings in merged]
    return tuple(
        _event(act, text, tokens, dates.settled([telling for telling in tellings if _firm(telling)] or tellings))
        for act, tellings in zip(whole, merged, strict=True)
        if not any(_part_of(act, other) for other in whole)
    )[:MAX_EVENTS]


def _held(act: Act) -> bool:
    """Whether a meeting is told in the present or by a noun, which a day to come may make one that is only planned."""
    return act.type == "CONSULT" and act.status == "actual" and (act.cue.trigger.present or act.cue.trigger.noun)


def _part_of(act: Act, other: Act) -> bool:
    """Whether an attack of which one side is unknown is another one of the article, whose sides both are known."""
    if act is other or act.type != "ASSAULT" or other.type != "ASSAULT" or act.status != other.status:
        return False
    if act.source and act.target and not act.target_guessed:
        return False
    if not (other.source and other.target) or (other.target_guessed and act.source and act.target):
        return False  # two guesses do not swallow each other
    known = _side(act.source) | (frozenset() if act.target_guessed else _side(act.target))
    return other is not act and known <= _side(other.source) | _side(other.target)


def _full(tellings: list[Act]) -> Act:
    """The telling that says most, with what only another one says."""
    best = tellings[0]
    if _held(best):
        # a meeting in a headline's present, or named there, may be one to come, as the text tells: يلتقي غدا, سيلتقي
        ahead = (other for other in tellings[1:] if other.status == "planned" and other.sentence[0] > best.sentence[0])
        coming = next(ahead, None)
        best = best if coming is None else replace(best, type=coming.type, status="planned")
    for other in tellings[1:]:
        if other.source and not other.source_guessed and (best.source_guessed or not best.source):
            best = replace(best, source=other.source, source_guessed=False)
        if other.source and _domestic(best) and _side(other.source) != _side(best.source):
            best = replace(best, source=other.source)  # أعلنت ليبيا القبض على مصري, told before without a source
        if other.target and not other.target_guessed and (best.target_guessed or not best.target):
            best = replace(best, target=other.target, target_guessed=False)
        if best.type == "ASSAULT" and best.source and other.source and _ground_of(best, other):
            best = best if best.target[0].kind == "armed_group" else replace(best, target=other.target)
    return best


def _domestic(act: Act) -> bool:
    """Whether the source only follows from the target: somebody arrested, by his own state for want of another."""
    return act.source_guessed and not act.target_guessed and _side(act.source) == _side(act.target)


def event_key(
    type_: str,
    source_codes: Iterable[str],
    target_codes: Iterable[str],
    date: str,
    *,
    status: EventStatus = "actual",
    sentence: str = "",
) -> str:
    """16 hexadecimal digits that two articles share where they tell an act of the same type, parties, day and status.

    Of symmetric types it does not matter who is called source. Acts of which no party is known have their `sentence` in
    common or nothing.
    """
    source, target = sorted(source_codes), sorted(target_codes)
    if type_ in SYMMETRIC:
        source, target = sorted({*source, *target}), []
    parts = [type_, "|".join(source), "|".join(target), date]
    if status != "actual":
        parts.append(status)
    if not source and not target:
        parts.append(sentence)
    told = "\n".join(parts)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _codes(actors: Iterable[MentionedActor]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(actor.code for actor in actors))


def _says_more(act: Act, other: Act) -> bool:
    """Whether `act` names more sides than `other`, or the same ones more exactly: a minister for his state."""
    mine, theirs = _detail(act), _detail(other)
    if mine[0] != theirs[0]:
        return mine[0] > theirs[0]
    return mine > theirs and _side(act.source) == _side(other.source) and _side(act.target) == _side(other.target)


def _detail(act: Act) -> tuple[int, int]:
    """How much an act tells: parties named, then persons and institutions rather than states."""
    named = 2 * (bool(act.source) + bool(act.target)) - act.source_guessed - act.target_guessed
    return named, sum([actor.kind != "state" for actor in (*act.source, *act.target)])


def _same(one: Act, other: Act) -> bool:
    """One type and no party that speaks against it: each side alike, or told by one of the two only, or only guessed."""
    # a meeting that one telling has ahead and the other reports is one
    if one.cue.trigger.type != other.cue.trigger.type or (one.status == "denied") != (other.status == "denied"):
        return False
    if one.cue.trigger.open != other.cue.trigger.open:
        return False  # a veto is no other refusal
    sources = _side(one.source), _side(other.source)
    targets = _side(one.target), _side(other.target)
    if one.type in SYMMETRIC:
        mine, theirs = sources[0] | targets[0], sources[1] | targets[1]
        return (mine <= theirs or theirs <= mine) and not _others_met(one, other)
    if not _firm(one) or not _firm(other):
        return True  # no party for certain: the act that the others tell of
    if one.type == "ASSAULT" and sources[0] and sources[0] == sources[1] and _ground_of(one, other):
        return True
    source = _agree(*sources, guessed=one.source_guessed or other.source_guessed)
    target = _agree(*targets, guessed=one.target_guessed or other.target_guessed)
    if source is False or target is False:
        return False
    return bool(source or target) or _complete(one, other)


def _ground_of(one: Act, other: Act) -> bool:
    """Whether one telling of an attack names the country where it fell, the other whom it hit there: غارات على صنعاء, على الحوثيين."""
    kinds = [{actor.kind for actor in act.target} for act in (one, other)]
    return kinds in ([{"state"}, {"armed_group"}], [{"armed_group"}, {"state"}])


def _others_met(one: Act, other: Act) -> bool:
    """Whether two tellings send different persons of one state to a meeting: the president's call is not the minister's visit."""
    if one.cue.trigger.type != "CONSULT":  # of a meeting to come, too
        return False
    mine, theirs = ({(a.code, a.id) for a in (*act.source, *act.target) if a.kind == "person"} for act in (one, other))
    both = {code for code, _ in mine} & {code for code, _ in theirs}
    return any(not {m for m in mine if m[0] == code} & {t for t in theirs if t[0] == code} for code in both)


def _complete(one: Act, other: Act) -> bool:
    """Whether two sentences that follow each other tell one side each: إحالة لبنانية إلى المحاكمة. أحالت النيابة المصرية."""
    if one.type == "ASSAULT" or (one.sentence[1] != other.sentence[0] and other.sentence[1] != one.sentence[0]):
        return False
    doers = [act for act in (one, other) if act.source and not act.source_guessed]
    sufferers = [act for act in (one, other) if act.target and not act.target_guessed]
    return len(doers) == len(sufferers) == 1 and doers[0] is not sufferers[0]


def _firm(act: Act) -> bool:
    """Whether the telling itself names a party."""
    return bool((act.source and not act.source_guessed) or (act.target and not act.target_guessed))


def _side(actors: Iterable[MentionedActor]) -> frozenset[str]:
    return frozenset([actor.code for actor in actors])


def _agree(mine: frozenset[str], theirs: frozenset[str], *, guessed: bool) -> bool | None:
    """Whether two tellings name the same side; None where one does not name it or only guesses."""
    if mine & theirs:
        return mine <= theirs or theirs <= mine or len(mine & theirs) > 1
    return None if guessed or not mine or not theirs else False


def _event(act: Act, text: str, tokens: Tokens, dated: Dated) -> tuple[Event, Span]:
    source_codes, target_codes = _codes(act.source), _codes(act.target)
    first, last = act.sentence
    begin = tokens.starts[first]
    finish = tokens.ends[last - 1]
    teller = act.teller or act.cue
    trigger = Span(teller.begin, min(teller.finish, teller.begin + MAX_TRIGGER_CHARACTERS))
    if finish - begin > MAX_SENTENCE_CHARACTERS:
        # keep the trigger in sight
        begin = max(begin, min(trigger.start - 100, finish - MAX_SENTENCE_CHARACTERS))
        finish = min(finish, begin + MAX_SENTENCE_CHARACTERS)
    event = Event(
        type=act.type,
        quad=QUAD[act.type],
        source=tuple(dict.fromkeys(actor.id for actor in act.source)),
        source_codes=source_codes,
        target=tuple(dict.fromkeys(actor.id for actor in act.target)),
        target_codes=target_codes,
        status=act.status,
        date=dated.day,
        date_basis=dated.basis,
        trigger=text[trigger.start : trigger.end],
        sentence=text[begin:finish],
        event_key=event_key(
            act.type, source_codes, target_codes, dated.day, status=act.status, sentence=text[begin:finish]
        ),
    )
    return event, trigger
