"""Reads the acts of one sentence: its triggers in reading order, each with its sense, its roles and its status.

Knows what goes on from one trigger to the next. Must not know word order (verbs, masdars), how actors are found, how
tables are read, or what the article's other sentences say beyond a Thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from khabar.records import MentionedActor
from processors.extraction.coding.acts import SAID, Act, Acts, Thread, combined
from processors.extraction.coding.frames import sufferers
from processors.extraction.coding.masdars import NounRoles, noun_roles
from processors.extraction.coding.parties import Party
from processors.extraction.coding.patterns import Words
from processors.extraction.coding.reality import (
    HOPED,
    alleged,
    attribute,
    beside,
    content_end,
    hypothetical,
    in_a_name,
    natural,
    status,
    striven_for,
    unreal,
)
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.senses import Senses
from processors.extraction.coding.speech import blamed, demanded, denies, judged, neutral, speech_roles
from processors.extraction.coding.spots import Cue, Spot
from processors.extraction.coding.verbs import verb_roles
from processors.extraction.folding import Tokens

_EVIDENT: Final = ("PROTEST", "ASSAULT")
"""Types of acts that also happened where they are only spoken of: الهجوم, المتظاهرون."""
_TWINS: Final = ("KOR", "PRK")
"""The states that one word in the dual names: الكوريتان."""
_RARE: Final = ("homeland", "accident", "demand", "twin", "body")
"""Classes of words that few sentences have, and that are looked for in every one."""
_BLAMING: Final = ("opinion", "reproach")
"""Classes of words by which somebody blames without accusing."""
_JOINED_REACH: Final = 12
_ANSWERED_REACH: Final = 9
"""An accusation that is answered stands so near behind the answer, the subject between: نفت وزارة الخارجية في بيان اتهامات."""
_MAX_CUES: Final = 14
"""More triggers than this in one sentence are a list of headlines, not a sentence; the first ones are read."""


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
        self.senses = Senses(self.scope, words, headline=thread.headline)
        self.making = Acts(self.scope, words, states, thread, self.senses.companions)
        self.last: Party | None = None
        self.ahead = False
        self._plain = words.any_of(_RARE).isdisjoint(tokens.words[start:end])
        homelands = list(self._homelands())
        if homelands:
            self.scope.join(homelands)
        bodies = list(self._bodies())
        if bodies:
            self.scope.join(bodies)
        if not self._plain:
            self._pair_twins()

    def _homelands(self) -> Iterator[Party]:
        """بلاده as the state of whoever was named before it."""
        scope = self.scope
        known = self.words["homeland"]
        if self._plain:
            return
        for token in range(scope.start, scope.end):
            word = scope.keys[token]
            if word not in known or token in scope.occupied:
                continue
            before = scope.free(party for party in scope.parties if party.end <= token)
            # of several who speak, the nearest: فيما قال فلان إن بلاده
            clause = scope.clause(token)
            since = scope.clause(clause.start - 1).start if clause.start > scope.start else scope.start
            speakers = [party for party in before if party.start >= since] if clause.kind == "content" else []
            owner = (speakers or before)[0] if before else self.thread.topic
            state = self.states.get(owner.actors[0].code) if owner else None
            if state is None:
                continue
            governor = scope.keys[token - 1] if token > scope.start else ""
            preposition = word[:1] if word[:1] == "ل" or word.startswith("بب") else ""
            if governor in self.words["preposition"]:
                preposition = governor
            yield Party(actors=(state,), start=token, name=token, end=token + 1, preposition=preposition, weak=False)

    def _bodies(self) -> Iterator[Party]:
        """الحركة as the group named before, where it is the subject or object of a verb: واتهمت الحركة كينيا."""
        scope, known = self.scope, self.words["body"]
        if self._plain or known.isdisjoint(scope.keys[scope.start : scope.end]):
            return
        saying = self.words["saying"]
        verbs = {cue.end for cue in scope.cues if not cue.trigger.noun}
        for token in range(scope.start + 1, scope.end):
            if scope.keys[token] not in known or token in scope.occupied or scope.apart(token, token + 1):
                continue
            if any(party.start <= token < party.end for party in scope.parties) or self._named_on(token + 1):
                continue
            ahead = next((party for party in scope.parties if party.end == token and not party.preposition), None)
            at = token if ahead is None else ahead.start
            if at not in verbs and scope.keys[at - 1] not in saying:
                continue
            actor = scope.body(until=token) or self.thread.past.body()
            if actor is not None and (ahead is None or actor not in ahead.actors):
                yield Party(actors=(actor,), start=token, name=token, end=token + 1, preposition="", weak=False)

    def _named_on(self, token: int) -> bool:
        """Whether an adjective at `token` tells which group is meant: الحركة الإسلامية."""
        scope = self.scope
        if token >= scope.end or scope.apart(token, token + 1):
            return False
        word = scope.keys[token]
        return word.startswith("ال") and word.endswith(("ي", "يه"))

    def _pair_twins(self) -> None:
        """Both states for a word that names them in the dual, of which recognition knows one."""
        both = tuple(self.states[code] for code in _TWINS if code in self.states)
        for at, party in enumerate(self.scope.parties):
            if self.scope.keys[party.name] in self.words["twin"] and len(party.actors) == 1:
                self.scope.parties[at] = replace(party, actors=both, weak=False, adjective=False)

    def accident(self) -> bool:
        """Whether the sentence tells of an accident and of no attack."""
        if self._plain:
            return False
        tokens = range(self.scope.start, self.scope.end)
        return self.scope.any_in("accident", tokens) and not any(
            cue.trigger.type == "ASSAULT" and not cue.trigger.casualty and not natural(self.scope, cue)
            for cue in self.scope.cues
        )

    def acts(self) -> list[Act]:
        """The acts in reading order."""
        found = self._without_slogans(combined(self._acts()))
        demands = list(demanded(self.scope, self.thread, self.last))
        if demands:
            asked = {demand.cue.end for demand in demands}  # على إيران سحب قواتها: what is asked for is no act yet
            found = [act for act in found if act.cue.start not in asked] + demands
        if not self.words.any_of(_BLAMING).isdisjoint(self.scope.keys[self.scope.start : self.scope.end]):
            found += judged(list(found), self.scope, self.last, self.thread.topic)
        return list(blamed(found, self.scope, self.thread)) if self.thread.speaker else found

    @staticmethod
    def _without_slogans(found: list[Act]) -> list[Act]:
        """The acts without what a protest is for: اعتصام للمطالبة بإطلاق سراحه; but يتظاهرون ويطالبون tells both."""
        if not any(act.type == "PROTEST" for act in found):
            return found
        return [
            act
            for act in found
            if act.type != "REQUEST"
            or act.cue.conjoined
            or not (act.cue.trigger.noun or act.cue.trigger.participle or act.cue.trigger.plural)
        ]

    def _acts(self) -> list[Act]:
        scope = self.scope
        found: list[Act] = []
        denial: Act | None = None
        content_until = scope.start
        hoped_until = scope.start
        # all senses first: a noun that a light verb before or behind it takes tells no act of its own
        senses = [(cue, self.senses.meant(cue)) for cue in scope.cues]
        consumed = set(self.senses.companions.values())
        for cue, meant in senses:
            if meant is None:
                continue
            trigger = meant.trigger
            if trigger.type == "ASSAULT" and natural(scope, cue):
                continue
            if denial is not None and cue.start < content_until and denies(scope, denial.cue, meant):
                act = self._noun(meant) if trigger.noun else self._verb(meant)
                if act is not None:
                    if neutral(act):
                        found.remove(denial)
                    found.append(self._denied(act, denial))
                    denial = None
                continue
            if trigger.noun:
                charge = self._answered(meant, found[-1]) if found else None
                if charge is not None:
                    answer = found[-1]
                    if not answer.target or answer.target_guessed:
                        found[-1] = replace(answer, target=charge.source, target_guessed=False)
                    found.append(charge)
                    continue
                spoken = cue.start < content_until and not beside(scope, meant) and not self._of_state(meant)
                if (spoken and not trigger.fact) or cue.start in consumed or in_a_name(scope, meant):
                    continue
                # جهود وقف إطلاق النار وتبادل الأسرى
                hoped = cue.conjoined and cue.start <= hoped_until and trigger.type in HOPED
                if hoped or (not trigger.fact and hypothetical(scope, meant)):
                    hoped_until = cue.end + _JOINED_REACH
                    continue
                act = self._noun(meant)
                if spoken and act is not None and act.source_guessed:
                    act = replace(act, source=())  # ترفض اتهامها بتسميم: who speaks of it has not done it
            else:
                # أولوية تحقيق هدنة وفتح المعابر: no verb, though it looks like one
                wish = cue.conjoined and cue.trigger.nominal and trigger.type in HOPED and striven_for(scope, meant)
                act = None if wish or unreal(scope, meant) else self._verb(meant)
                if alleged(scope, cue, content_until):
                    continue
                if act is None and self._withheld(meant):
                    content_until = content_end(scope, cue)
            if act is None:
                continue
            if trigger.denial and trigger.speech:
                found = [self._denied(told, act) if self._told_of(told, act) else told for told in found]
            elif trigger.denial:
                denial = act
            found.append(act)
            if trigger.claims and not trigger.fact:
                content_until = content_end(scope, cue)
        return found

    def _of_state(self, cue: Cue) -> bool:
        """Whether it is a known state's embassy that is moved, whoever speaks of it: دعا إلى الاحتجاج على نقل السفارة الكينية."""
        if not cue.trigger.fixed:
            return False
        return any(party.start == cue.end and party.adjective for party in self.scope.parties)

    def _withheld(self, cue: Cue) -> bool:
        """Whether a verb says that somebody does not back something, which so is nothing that he does: لن تدعم قصف إثيوبيا."""
        trigger = cue.trigger
        if trigger.type not in ("SUPPORT", "AGREE") or not trigger.claims or trigger.fact:
            return False
        return status(self.scope, cue, ahead=False) == "denied"

    def _answered(self, cue: Cue, answer: Act) -> Act | None:
        """The accusation that somebody answers, where it says whose it is: ترفض اتهامات كينيا."""
        near = 0 <= cue.start - answer.cue.end <= _ANSWERED_REACH
        if cue.trigger.type != "ACCUSE" or answer.type != "REJECT" or not near:
            return None
        charge = self._noun(cue)
        if charge is None or not charge.source or charge.source_guessed:
            return None
        if not set(charge.source).isdisjoint(answer.source):
            return None
        return replace(charge, target=answer.source, target_guessed=False)

    @staticmethod
    def _told_of(act: Act, denial: Act) -> bool:
        """Whether an act is what the sentence calls untrue: ما قيل عن احتجازنا للحريري غير صحيح."""
        own = {actor.code for actor in denial.source}
        return act.status == "actual" and not own.isdisjoint(actor.code for actor in act.source)

    @staticmethod
    def _denied(act: Act, denial: Act) -> Act:
        """The act as one that did not happen; who denies it would have done it, if nobody else is named."""
        if act.source:
            return replace(act, status="denied")
        target = tuple(actor for actor in act.target if actor not in denial.source)
        return replace(act, status="denied", source=denial.source, target=target, source_guessed=True)

    def _verb(self, cue: Cue) -> Act | None:
        if cue.trigger.speech:
            told = speech_roles(self.scope, cue, self.thread, self.last)
        else:
            told = verb_roles(self.scope, cue, self.last or self._former(cue))
        if told is None:
            return None
        if self.last is None or told.subject is None or not self._aside(cue, told.subject):
            self.last = told.subject or self.last
        # سيزور موسكو ويلتقي لافروف: what is to come goes on
        hanging = cue.conjoined or self.scope.clause(cue.start).kind in ("relative", "side") or self._accompanies(cue)
        self.ahead = cue.trigger.planned or (self.ahead and hanging and cue.trigger.present)
        source, target = told.source, told.target
        if source is None and cue.trigger.undergone and cue.trigger.claims:
            source = self._speaker(cue, target)
        if source is None and cue.trigger.type != "ASSAULT" and not cue.trigger.undergone:
            source = self._country()
        refuses = cue.trigger.claims and cue.trigger.type != "REQUEST"  # a demand is not for whom the headline is about
        if target is None and refuses and self.thread.headline and not self.scope.after(cue):
            target = self._headed(told.source)
        act = self._act(cue, source, target, guessed=told.guessed)
        self.ahead = self.ahead or (act is not None and act.status == "planned")
        return act

    def _aside(self, cue: Cue, subject: Party) -> bool:
        """Whether a verb with a subject of its own only describes a thing: رفضت روسيا المهلة التي منحتها بريطانيا واستدعت."""
        clause = self.scope.clause(cue.start)
        return clause.kind == "relative" and subject.start > clause.start

    def _accompanies(self, cue: Cue) -> bool:
        """Whether a verb says what is done meanwhile: في زيارة يبحث خلالها."""
        return self.scope.any_in("meanwhile", range(cue.end, min(cue.end + 2, self.scope.end)))

    def _country(self) -> Party | None:
        """The country that a headline starts with, for a subject without a code: تركيا: أربعة أحزاب تتحالف."""
        header = self.thread.header
        return header if self.thread.headline and header and header.actors[0].kind == "state" else None

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
            before = self.scope.free(self.scope.before(cue))
            return self.thread.header or next(iter(before), None) or self.thread.topic
        if self.scope.free(self.scope.before(cue)):
            return None
        return self.thread.header or self.thread.topic

    def _noun(self, cue: Cue) -> Act | None:
        if cue.trigger.speech:
            said = speech_roles(self.scope, cue, self.thread, self.last)
            return None if said is None else self._act(cue, said.source, said.target)
        people = next((party for party in self.scope.parties if party.name <= cue.start < party.end), None)
        if people is not None:
            return self._act(cue, people, None)
        tail = self.senses.companions.get(cue.start)
        told = noun_roles(self.scope, cue, self.last, self.thread.header, tail=cue.end if tail is None else tail + 1)
        if told is None or attribute(self.scope, cue) or self._career(cue, told.source):
            return None
        sure = cue.trigger.sure and cue.trigger.type in _EVIDENT and not self._general(cue, told)
        if cue.trigger.casualty and self.scope.keys[cue.start].startswith("ال"):
            return None  # من بين القتلى, عدد القتلى: whose death is told elsewhere
        # الإفراج عن صحافي في مصر: the news itself
        opens = cue.trigger.domestic and self.thread.headline and cue.start == self.scope.start
        # القضاء على: the article belongs to the phrase
        spoken_of = cue.end - cue.start == 1 and self.scope.keys[cue.start].startswith("ال")
        # كينيا تعلن التوصل إلى هدنة: so does it to the deal that is reached
        spoken_of = spoken_of and not (cue.trigger.type == "AGREE" and tail is not None and told.carried)
        if not told.told and not sure and not opens and spoken_of:
            return None  # المحادثات: spoken of, not told
        source = told.source
        if (
            source is None
            and cue.conjoined
            and cue.start == self.scope.start
            and self.thread.headline
            and cue.trigger.claims
        ):
            source = self.thread.topic  # شكوى كينية.. وتنديد بإثيوبيا: of the same
        act = self._act(cue, source, told.target, told=told.told or sure, guessed=told.guessed)
        return replace(act, source_guessed=True) if act is not None and told.carried else act

    def _general(self, cue: Cue, told: NounRoles) -> bool:
        """Whether a masdar that needs a victim names a kind of act, not one that happened: مكافحة الاغتصاب, جريمة الخطف."""
        befallen = cue.trigger.genitive in ("target", "either") and not cue.trigger.undergone
        return befallen and not told.told and self.scope.keys[cue.start].startswith("ال")

    def _career(self, cue: Cue, source: Party | None) -> bool:
        """Whether a march is that of one man through his life: مسيرة ترامب."""
        if cue.trigger.type != "PROTEST" or source is None or source.preposition or source.start - cue.end > 1:
            return False
        return cue.end <= source.start and len(source.actors) == 1 and source.actors[0].kind == "person"

    def _act(
        self, cue: Cue, source: Party | None, target: Party | None, *, told: bool = True, guessed: bool = False
    ) -> Act | None:
        if target is None and self.thread.addressee is not None and cue.trigger.type in SAID:
            target = self.thread.addressee
        happened = status(self.scope, cue, ahead=self.ahead)
        act = self.making.make(cue, source, target, status=happened, told=told, guessed=guessed)
        return replace(act, open=True) if act is not None and sufferers(self.scope, cue) else act
