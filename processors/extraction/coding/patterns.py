"""Event patterns: the triggers of the 16 PLOVER types with their frames, and the function words that status hangs on.

Knows the columns of the trigger tables. Must not know actors or texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Final, Literal

from khabar.records import QUAD, EventType
from processors.extraction.coding.conjugation import (
    bound_masdar_forms,
    bound_past_forms,
    bound_past_ours_forms,
    bound_present_forms,
    first_person_form,
    masdar_forms,
    participle_forms,
    past_forms,
    past_ours_forms,
    past_plural_forms,
    present_forms,
    present_plural_forms,
)
from processors.extraction.coding.tables import Row, rows
from processors.extraction.folding import key

TRIGGER_COLUMNS: Final = (
    "type",
    "past",
    "present",
    "nouns",
    "targets",
    "genitive",
    "needs",
    "flags",
    "with",
    "participles",
)
WORD_COLUMNS: Final = ("class", "words")

FLAGS: Final = frozenset(
    {
        "reversed",
        "passive",
        "undergone",
        "place",
        "claims",
        "joint",
        "domestic",
        "sure",
        "casualty",
        "none",
        "fact",
        "verbal",
        "launch",
        "open",
        "speech",
        "denial",
        "verdict",
        "fighters",
        "flight",
    }
)
WORD_CLASSES: Final = frozenset(
    {
        "preposition",
        "negation",
        "planned",
        "clause",
        "hypothetical",
        "by",
        "place",
        "time",
        "title",
        "reporting",
        "relative",
        "subjunctive",
        "minister",
        "background",
        "content",
        "victim",
        "accident",
        "occasion",
        "radical",
        "particle",
        "feminine",
        "masculine",
        "conditional",
        "resumptive",
        "quantity",
        "anaphor",
        "body",
        "ongoing",
        "engaged",
        "maybe",
        "weapon",
        "absence",
        "representative",
        "homeland",
        "force",
        "memorial",
        "backed",
        "meanwhile",
        "friendly",
        "sufferer",
        "nature",
        "deciding",
        "spurned",
        "effort",
        "eve",
        "both",
        "outcome",
        "span",
        "office",
        "thousand",
        "crossing",
        "since",
        "document",
        "hostage",
        "mediation",
        "demand",
        "saying",
        "affair",
        "copula",
        "rumour",
        "must",
        "harmed",
        "twin",
        "opinion",
        "thing",
        "reproach",
        "attacker",
        "somebody",
        "attempt",
        "kept",
        "holder",
        "light",
        "airborne",
        "striking",
        "marching",
    }
)
ClauseKind = Literal["main", "content", "relative", "side", "joined"]
"""What opens a clause: a stop; أن and the like; الذي; another conjunction (حيث, بينما); و with a verb."""
Genitive = Literal["source", "target", "either", ""]
_GENITIVES: Final[Mapping[str, Genitive]] = {"S": "source", "T": "target", "A": "either", "": ""}
_SAID: Final[frozenset[EventType]] = frozenset({"AGREE", "SUPPORT", "REQUEST", "ACCUSE", "REJECT", "THREATEN"})
"""Types of acts that are done by saying so: نرفض, نطالب."""
_SPEAKERS: Final = ("لن ن", "لن أ", "لا ن", "يجب على", "ينبغي على", "يتعين على", "يتوجب على")
"""Starts of phrases that are the speaker's own act: لن ننزع, يجب على إيران."""
_LEADERS: Final = ("ب", "ل")
"""Prepositions of one letter, which a phrase of the tables may end in."""
_CLITICS: Final = ("", "و", "ب", "ل", "ال", "وال", "بال", "لل")


@dataclass(frozen=True, slots=True)
class Company:
    """Words and phrases of two words, as a clause may write them: with clitics, a single word in the accusative too."""

    words: frozenset[str]
    phrases: frozenset[str]
    _openers: frozenset[str] = field(init=False, repr=False, compare=False)
    signs: frozenset[str] = field(init=False, repr=False, compare=False)
    """Where none of these words stands, nothing is to be found."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_openers", frozenset(phrase.partition(" ")[0] for phrase in self.phrases))
        object.__setattr__(self, "signs", self.words | self._openers if self._openers else self.words)

    def find(self, window: list[str]) -> int | None:
        """Where in `window` the first of them stands."""
        if self.signs.isdisjoint(window):
            return None
        words, openers = self.words, self._openers
        for offset, word in enumerate(window):
            if word in words or (word in openers and " ".join(window[offset : offset + 2]) in self.phrases):
                return offset
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A word or phrase that tells an event, and where its actors stand.

    `targets`: prepositions before the target, "O" for a direct object. `givers`: prepositions before the source where the
    grammatical subject is the target (تلقى اتصالا من). `genitive`: what the noun after a masdar is; "either": an adjective
    is the source (استهداف إسرائيلي), all else the target. `needs`: the roles without which there is no event.
    `companions`: words of which one must follow in the clause (a light verb's noun); `strangers`: of which none may.
    `bound`: a pronoun is written with it, so a masdar has no genitive, and the verb's object was named before.
    `plural`: the verb's form follows its subject (قتلوا). `ours`: the verb stands in the first person plural. `participle`: it goes on with the sentence (متهما).
    `fact`: what is condemned or welcomed did happen; of a noun, it did itself. `open`: a target that is not named is not guessed.
    `verbal`: a person who is no soldier does it with words. `launch`: at nobody it is a test. `fixed`: the code of the state
    that is the target, whoever is named; `usual`: that of the source where none is.
    `speech`: the source is who says it, the target of whom it is said (الجبير: إيران تزعزع الاستقرار). `denial`: what stands behind it did not happen.
    `fighters`: only armed men do it, of others it tells nothing (مقاتلون يغادرون). `flight`: so they do, or many people whose flight is the headline.
    `verdict`: it is said of what somebody does, so whoever stands in that is meant (نقل السفارة الأميركية استفزاز).
    `led`: the clitic preposition that the next word must start with (يحتفي بالثقافة), of a phrase that ends in one.
    `senses`: what the same letters may mean otherwise, in the order of the table: as a noun, or with other companions.
    """

    type: EventType
    noun: bool
    targets: frozenset[str]
    givers: frozenset[str]
    genitive: Genitive
    needs: frozenset[str]
    companions: Company | None
    strangers: Company | None
    reversed: bool
    passive: bool
    undergone: bool
    place: bool
    claims: bool
    joint: bool
    domestic: bool
    sure: bool
    casualty: bool
    none: bool
    fact: bool
    verbal: bool
    launch: bool
    open: bool
    fixed: str
    speech: bool
    denial: bool
    verdict: bool
    usual: str
    fighters: bool = False
    flight: bool = False
    planned: bool = False
    present: bool = False
    bound: bool = False
    plural: bool = False
    ours: bool = False
    participle: bool = False
    led: str = ""
    senses: tuple[Trigger, ...] = ()
    leading: bool = field(init=False, repr=False, compare=False)
    """Whether any of its senses asks for a clitic preposition behind it."""
    nominal: bool = field(init=False, repr=False, compare=False)
    """Whether any of its senses is a noun."""
    asked: frozenset[str] | None = field(init=False, repr=False, compare=False)
    """Words without any of which near it nothing is told, as every sense that tells something asks for company; None where one does not."""

    def __post_init__(self) -> None:
        uses = (self, *self.senses)
        object.__setattr__(self, "nominal", any(use.noun for use in uses))
        object.__setattr__(self, "leading", any(use.led for use in uses))
        signs = tuple(use.companions.signs for use in uses if use.companions is not None)
        asking = signs and all(use.companions is not None or use.none for use in uses)
        object.__setattr__(self, "asked", _union(signs) if asking else None)


@cache
def _union(sets: tuple[frozenset[str], ...]) -> frozenset[str]:
    """The sets' union, one object for all the forms of a trigger."""
    return sets[0] if len(sets) == 1 else frozenset().union(*sets)


def stated() -> Trigger:
    """The accusation that lies in what a headline's speaker states of somebody else: لودريان: إيران تلعب بالنار."""
    return Trigger(
        type="ACCUSE", noun=False, targets=frozenset(), givers=frozenset(), genitive="", needs=frozenset(), companions=None,
        strangers=None, reversed=False, passive=False, undergone=False, place=False, claims=True, joint=False, domestic=False,
        sure=False, casualty=False, none=False, fact=False, open=False, verbal=False, launch=False, speech=False, denial=False,
        verdict=False, fixed="", usual="",
    )  # fmt: skip


class Words(dict[str, frozenset[str]]):
    """Function words of one language, by class. `openers`: those that open a clause. `by_ends`: last words of the class `by`.

    Never changed once it is built. A dict itself, because several classes are asked for at every word.
    """

    __slots__ = ("_unions", "by_ends", "openers")

    def __init__(self, by_class: Mapping[str, Iterable[str]], openers: Mapping[str, ClauseKind]) -> None:
        super().__init__((name, frozenset(words)) for name, words in by_class.items())
        self.openers = openers
        self.by_ends = frozenset(phrase.rpartition(" ")[2] for phrase in self["by"])
        self._unions: dict[tuple[str, ...], frozenset[str]] = {}

    def any_of(self, names: tuple[str, ...]) -> frozenset[str]:
        """The words of several classes; put together once for each set of names that the rules have."""
        found = self._unions.get(names)
        if found is None:
            found = self._unions[names] = frozenset().union(*(self[name] for name in names))
        return found


def arabic_triggers(*tables: tuple[str, str]) -> dict[tuple[str, ...], Trigger]:
    """Folded phrase -> trigger, all forms by rule, of tables as (file name, text); earlier tables win.

    Raises:
        TableError: with file and line.
    """
    found: dict[tuple[str, ...], Trigger] = {}
    listed = chain.from_iterable(rows(text, file=file, columns=TRIGGER_COLUMNS) for file, text in tables)
    for row in listed:
        verb, noun = _trigger(row, noun=False), _trigger(row, noun=True)
        for past in row.items("past"):
            _put(found, past_forms(past), replace(verb, ours=past.startswith(_SPEAKERS)))
            _put(found, past_plural_forms(past), replace(verb, plural=True))
            _put(found, past_ours_forms(past), replace(verb, ours=True))
            if _takes_object(verb):
                _put(found, bound_past_forms(past), replace(verb, bound=True))
                _put(found, bound_past_ours_forms(past), replace(verb, ours=True, bound=True))
        for present in row.items("present"):
            for forms, plural in ((present_forms(present), False), (present_plural_forms(present), True)):
                _put(found, forms, replace(verb, present=True, plural=plural))
                _put(found, tuple("س" + form for form in forms), replace(verb, planned=True, plural=plural))
            if verb.type in _SAID:
                ours = first_person_form(present)
                _put(found, (ours,), replace(verb, present=True, ours=True))
                _put(found, ("س" + ours,), replace(verb, planned=True, ours=True))
            if _takes_object(verb):
                _put(found, bound_present_forms(present), replace(verb, present=True, bound=True))
        for participle in row.items("participles"):
            _put(found, participle_forms(participle), replace(verb, participle=True))
        for masdar in row.items("nouns"):
            if noun.speech:
                _put(found, (masdar,), noun)  # a predicate as it stands: المسؤول عن is an attribute
                continue
            # the table writes ة, so a final ه is a pronoun (تقديره)
            _put(found, masdar_forms(masdar), replace(noun, bound=masdar.endswith(("ه", "ها", "هم"))))
            _put(found, bound_masdar_forms(masdar), replace(noun, bound=True))
    return found


def english_triggers(file: str, text: str) -> dict[tuple[str, ...], Trigger]:
    """Folded phrase -> trigger, forms as they stand and capitalised. `past` holds all forms of the verbs."""
    found: dict[tuple[str, ...], Trigger] = {}
    for row in rows(text, file=file, columns=TRIGGER_COLUMNS):
        for column, trigger in (("past", _trigger(row, noun=False)), ("nouns", _trigger(row, noun=True))):
            for phrase in row.items(column):
                _put(found, (phrase, phrase[0].upper() + phrase[1:]), trigger)
        for phrase in row.items("participles"):
            _put(found, (phrase, phrase[0].upper() + phrase[1:]), replace(_trigger(row, noun=False), participle=True))
    return found


def function_words(file: str, text: str) -> Words:
    """The classes of a words table, folded.

    Raises:
        TableError: an unknown class.
    """
    found: dict[str, set[str]] = {name: set() for name in WORD_CLASSES}
    for row in rows(text, file=file, columns=WORD_COLUMNS):
        if row["class"] not in WORD_CLASSES:
            raise row.error(f"unknown class {row['class']!r}; known: {' '.join(sorted(WORD_CLASSES))}")
        for item in row.items("words"):
            found[row["class"]].add(" ".join(key(item)))
    found["accident"].update([clitic + word for word in found["accident"] for clitic in _CLITICS])
    openers: dict[str, ClauseKind] = dict.fromkeys(found["clause"], "side")
    openers.update(dict.fromkeys(found["content"], "content"))
    openers.update(dict.fromkeys(found["relative"], "relative"))
    return Words(found, openers)


def _trigger(row: Row, *, noun: bool) -> Trigger:
    if row["type"] not in QUAD:
        raise row.error(f"unknown type {row['type']!r}; known: {' '.join(QUAD)}")
    if row["genitive"] not in _GENITIVES:
        raise row.error(f"genitive {row['genitive']!r} is neither S, T nor A")
    if set(row["needs"]) - {"S", "T"}:
        raise row.error(f"needs {row['needs']!r} holds other letters than S and T")
    flags = row.items("flags")
    if unknown := sorted(set(flags) - FLAGS):
        raise row.error(f"unknown flag {unknown[0]!r}; known: {' '.join(sorted(FLAGS))}")
    long = next((word for word in row.items("with") if len(key(word.removeprefix("!"))) > 2), None)
    if long is not None:
        raise row.error(f"with: {long!r} has more than two words, so it would never be found")
    roles = row.items("targets")
    words = row.items("with")
    return Trigger(
        type=row["type"],  # type: ignore[arg-type]  # checked above
        noun=noun,
        targets=frozenset(_preposition(role) for role in roles if role[0] not in "<=@"),
        givers=frozenset(_preposition(role[1:]) for role in roles if role.startswith("<")),
        genitive=_GENITIVES[row["genitive"]],
        needs=frozenset(row["needs"]),
        companions=_company(word for word in words if not word.startswith("!")),
        strangers=_company(word[1:] for word in words if word.startswith("!")),
        reversed="reversed" in flags,
        passive="passive" in flags,
        undergone="undergone" in flags,
        place="place" in flags,
        claims="claims" in flags,
        joint="joint" in flags,
        domestic="domestic" in flags,
        sure="sure" in flags,
        casualty="casualty" in flags,
        none="none" in flags,
        fact="fact" in flags,
        verbal="verbal" in flags,
        launch="launch" in flags,
        open="open" in flags,
        speech="speech" in flags,
        denial="denial" in flags,
        verdict="verdict" in flags,
        fighters="fighters" in flags,
        flight="flight" in flags,
        fixed=next((role[1:] for role in roles if role.startswith("=")), ""),
        usual=next((role[1:] for role in roles if role.startswith("@")), ""),
    )


def _takes_object(verb: Trigger) -> bool:
    """Whether a pronoun may be written with the verb: whom it is done to, or a light verb's noun (صاروخ أطلقه)."""
    light = verb.companions is not None and verb.type != "MOBILIZE"
    return not verb.undergone and ("O" in verb.targets or light)


def _company(items: Iterable[str]) -> Company | None:
    words: set[str] = set()
    phrases: set[str] = set()
    for item in items:
        phrase = " ".join(key(item))
        if " " in phrase:
            phrases.update(clitic + phrase for clitic in _CLITICS)
        else:
            # the table writes ة, so a final ه is a pronoun: دعمه stands for دعمها, دعمهما too
            endings = ("", "ا", "م", "ما") if item.endswith("ه") else ("",) if phrase.startswith("ال") else ("", "ا")
            words.update(clitic + phrase + ending for clitic in _CLITICS for ending in endings)
    return Company(frozenset(words), frozenset(phrases)) if words or phrases else None


def _preposition(role: str) -> str:
    return role if role == "O" else " ".join(key(role))


def _put(found: dict[tuple[str, ...], Trigger], forms: Iterable[str], trigger: Trigger) -> None:
    for form in forms:
        # rows stand in order of preference, and rules over-generate: of two that ask for the same, the first wins
        phrase = key(form)
        _add(found, phrase, trigger)
        if len(phrase) > 1 and phrase[-1] in _LEADERS:
            _add(found, phrase[:-1], replace(trigger, led=phrase[-1]))  # the preposition is written with the next word


def _add(found: dict[tuple[str, ...], Trigger], phrase: tuple[str, ...], trigger: Trigger) -> None:
    known = found.get(phrase)
    if known is None:
        found[phrase] = trigger
    elif not any(_same_use(sense, trigger) for sense in (known, *known.senses)):
        found[phrase] = replace(known, senses=(*known.senses, trigger))


def _same_use(one: Trigger, other: Trigger) -> bool:
    return (
        one.noun == other.noun
        and one.led == other.led
        and one.companions == other.companions
        and one.strangers == other.strangers
    )
