"""Event patterns: the triggers of the 16 PLOVER types with their frames, and the function words that status hangs on.

Knows the columns of the trigger tables. Must not know actors or texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from khabar.records import QUAD, EventType
from processors.extraction.coding.morphology import bound_forms, noun_forms, past_forms, present_forms
from processors.extraction.coding.tables import Row, rows
from processors.extraction.folding import key

TRIGGER_COLUMNS: Final = ("type", "past", "present", "nouns", "targets", "genitive", "needs", "flags", "with")
WORD_COLUMNS: Final = ("class", "words")

FLAGS: Final = frozenset({"reversed", "passive", "place", "claims", "joint", "domestic"})
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
        "head",
        "relative",
        "subjunctive",
        "minister",
        "background",
        "content",
    }
)
Genitive = Literal["source", "target", ""]
_GENITIVES: Final[Mapping[str, Genitive]] = {"S": "source", "T": "target", "": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A word or phrase that tells an event, and where its actors stand.

    `targets`: prepositions before the target, "O" for a direct object. `givers`: prepositions before the source where the
    grammatical subject is the target (تلقى اتصالا من). `genitive`: what the noun after a masdar is. `needs`: the roles
    without which there is no event. `companions`: words of which one must follow in the clause (a light verb's noun).
    `bound`: a pronoun is written with the masdar, so no genitive follows. `masdar`: what the same letters mean as a noun.
    """

    type: EventType
    noun: bool
    targets: frozenset[str]
    givers: frozenset[str]
    genitive: Genitive
    needs: frozenset[str]
    companions: frozenset[str]
    reversed: bool
    passive: bool
    place: bool
    claims: bool
    joint: bool
    domestic: bool
    planned: bool = False
    present: bool = False
    bound: bool = False
    masdar: Trigger | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Function words of one language, by class."""

    by_class: Mapping[str, frozenset[str]]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.by_class[name]


def arabic_triggers(file: str, text: str) -> dict[tuple[str, ...], Trigger]:
    """Folded phrase -> trigger, all forms by rule.

    Raises:
        TableError: with file and line.
    """
    found: dict[tuple[str, ...], Trigger] = {}
    for row in rows(text, file=file, columns=TRIGGER_COLUMNS):
        verb, noun = _trigger(row, noun=False), _trigger(row, noun=True)
        for past in row.items("past"):
            _put(found, past_forms(past), verb)
        for present in row.items("present"):
            forms = present_forms(present)
            _put(found, forms, replace(verb, present=True))
            _put(found, tuple("س" + form for form in forms), replace(verb, planned=True))
        for masdar in row.items("nouns"):
            # the table writes ة, so a final ه is a pronoun (تقديره)
            _put(found, noun_forms(masdar), replace(noun, bound=masdar.endswith(("ه", "ها", "هم"))))
            _put(found, bound_forms(masdar), replace(noun, bound=True))
    return found


def english_triggers(file: str, text: str) -> dict[tuple[str, ...], Trigger]:
    """Folded phrase -> trigger, forms as they stand and capitalised. `past` holds all forms of the verbs."""
    found: dict[tuple[str, ...], Trigger] = {}
    for row in rows(text, file=file, columns=TRIGGER_COLUMNS):
        for column, trigger in (("past", _trigger(row, noun=False)), ("nouns", _trigger(row, noun=True))):
            for phrase in row.items(column):
                _put(found, (phrase, phrase[0].upper() + phrase[1:]), trigger)
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
    return Words(by_class={name: frozenset(words) for name, words in found.items()})


def _trigger(row: Row, *, noun: bool) -> Trigger:
    if row["type"] not in QUAD:
        raise row.error(f"unknown type {row['type']!r}; known: {' '.join(QUAD)}")
    if row["genitive"] not in _GENITIVES:
        raise row.error(f"genitive {row['genitive']!r} is neither S nor T")
    if set(row["needs"]) - {"S", "T"}:
        raise row.error(f"needs {row['needs']!r} holds other letters than S and T")
    flags = row.items("flags")
    if unknown := sorted(set(flags) - FLAGS):
        raise row.error(f"unknown flag {unknown[0]!r}; known: {' '.join(sorted(FLAGS))}")
    roles = row.items("targets")
    return Trigger(
        type=row["type"],  # type: ignore[arg-type]  # checked above
        noun=noun,
        targets=frozenset(_preposition(role) for role in roles if not role.startswith("<")),
        givers=frozenset(_preposition(role[1:]) for role in roles if role.startswith("<")),
        genitive=_GENITIVES[row["genitive"]],
        needs=frozenset(row["needs"]),
        companions=frozenset(word for item in row.items("with") for word in key(item)),
        reversed="reversed" in flags,
        passive="passive" in flags,
        place="place" in flags,
        claims="claims" in flags,
        joint="joint" in flags,
        domestic="domestic" in flags,
    )


def _preposition(role: str) -> str:
    return role if role == "O" else " ".join(key(role))


def _put(found: dict[tuple[str, ...], Trigger], forms: Iterable[str], trigger: Trigger) -> None:
    for form in forms:
        # the first row wins: rows stand in order of preference, and rules over-generate
        phrase = key(form)
        known = found.setdefault(phrase, trigger)
        if trigger.noun and not known.noun and known.masdar is None:
            found[phrase] = replace(known, masdar=trigger)
