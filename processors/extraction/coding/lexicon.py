"""All that recognition looks up, in one trie of folded words: actors' names, institutions' heads, triggers of events.

Knows the tables' meaning and checks it. Must not know texts. Clitics are expanded when the lexicon is built, and only
for forms that are no word of the lexicon themselves: so بايدن is never ب + ايدن, and a text costs one lookup a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from khabar.records import ActorKind, MentionedActor
from processors.extraction.coding.morphology import clitic_forms, is_arabic, nisba_forms
from processors.extraction.coding.patterns import Trigger
from processors.extraction.coding.tables import Row, rows
from processors.extraction.folding import key

STATE_COLUMNS: Final = ("id", "code", "english", "arabic", "aliases", "metonyms", "adjectives", "demonyms")
ACTOR_COLUMNS: Final = ("id", "kind", "code", "sector", "english", "arabic", "aliases", "short")
INSTITUTION_COLUMNS: Final = ("id", "sector", "gender", "english", "arabic", "aliases")
PLACE_COLUMNS: Final = ("code", "places")
PHRASE_COLUMNS: Final = ("phrase",)

SECTORS: Final = frozenset({"GOV", "MIL", "LEG", "JUD", "OPP", "REB", "MED", "CVL", "BUS", "NGO", "IGO"})
_KINDS: Final = frozenset(get_args(ActorKind))
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE: Final = re.compile(r"[A-Z]{3}|(IGO|NSA|NGO|COM|MEDIA):[A-Z0-9]+(-[A-Z0-9]+)*")

Form = Literal["name", "place", "adjective", "short", "scene"]
"""How a word names its actor: by name; by a state's own or its capital's name, which may be a mere place; by a nisba; by a
surname that counts only once the full name has stood there; by a city that only tells whom an act falls upon."""


@dataclass(frozen=True, slots=True)
class Naming:
    """One reading of a phrase: which actor, named how."""

    actor: str
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A head that needs a state: وزارة الخارجية, الجيش."""

    id: str
    sector: str
    feminine: bool
    name: str


class Node:
    """A place in the trie. Built once by build_lexicon, read only afterwards."""

    __slots__ = ("institution", "namings", "next", "stop", "trigger")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.namings: tuple[Naming, ...] = ()
        self.institution: Institution | None = None
        self.trigger: Trigger | None = None
        self.stop = False

    @property
    def means(self) -> bool:
        """Whether a phrase ends here."""
        return bool(self.namings or self.institution or self.trigger or self.stop)


@dataclass(frozen=True, slots=True)
class Entry:
    """How a text's word enters the trie: letters of clitics to cut, the preposition among them ("" for none), the node."""

    cut: int
    preposition: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The trie by first word, and every actor by id (mentions empty)."""

    first: Mapping[str, Entry]
    actors: Mapping[str, MentionedActor]
    states: Mapping[str, MentionedActor]
    adjectives: Mapping[str, str]

    def institution(self, head: Institution, state: MentionedActor) -> MentionedActor:
        """The actor that `head` means with `state`: egypt-foreign-ministry, as the tables have it, or made by rule."""
        listed = self.actors.get(f"{state.id}-{head.id}")
        if listed is not None:
            return listed
        adjective = self.adjectives.get(state.id)
        if adjective:
            agreeing = " ".join(f"ال{word}{'ة' if head.feminine else ''}" for word in adjective.split())
            name = f"{head.name} {agreeing}"
        else:
            name = f"{head.name} {state.name}"
        return MentionedActor(
            id=f"{state.id}-{head.id}", name=name, kind="organisation", code=state.code, sector=head.sector
        )


def build_lexicon(
    *,
    states: tuple[str, str],
    actors: Iterable[tuple[str, str]],
    institutions: tuple[str, str],
    places: tuple[str, str],
    not_actors: tuple[str, str],
    triggers: Mapping[tuple[str, ...], Trigger],
) -> Lexicon:
    """Build the lexicon from tables, each given as (file name, text).

    Raises:
        TableError: with file and line, for a duplicate id or alias, an unknown kind or sector, a malformed slug or code.
    """
    builder = _Builder()
    for row in rows(states[1], file=states[0], columns=STATE_COLUMNS):
        builder.add_state(row)
    for file, text in actors:
        for row in rows(text, file=file, columns=ACTOR_COLUMNS):
            builder.add_actor(row)
    for row in rows(places[1], file=places[0], columns=PLACE_COLUMNS):
        builder.add_places(row)
    for row in rows(institutions[1], file=institutions[0], columns=INSTITUTION_COLUMNS):
        builder.add_institution(row)
    for row in rows(not_actors[1], file=not_actors[0], columns=PHRASE_COLUMNS):
        builder.node(key(row["phrase"])).stop = True
    for phrase, trigger in triggers.items():
        builder.node(phrase).trigger = trigger
    return builder.finish(triggers)


class _Builder:
    def __init__(self) -> None:
        self.roots: dict[str, Node] = {}
        self.actors: dict[str, MentionedActor] = {}
        self.states: dict[str, MentionedActor] = {}
        self.adjectives: dict[str, str] = {}
        self.ids: dict[str, Row] = {}
        self.owners: dict[tuple[str, ...], tuple[str, Row]] = {}

    def node(self, phrase: tuple[str, ...]) -> Node:
        node = self.roots.setdefault(phrase[0], Node())
        for word in phrase[1:]:
            node = node.next.setdefault(word, Node())
        return node

    def add_state(self, row: Row) -> None:
        state = self._actor(row, kind="state", sector="GOV")
        if state.code in self.states:
            raise row.error(f"code {state.code} belongs to {self.states[state.code].id} already")
        self.states[state.code] = state
        for name in (row["english"], row["arabic"], *row.items("aliases"), *row.items("metonyms")):
            self._name(row, state.id, key(name), "place")
        for word in row.items("demonyms"):
            self._name(row, state.id, key(word), "adjective")
        for adjective in row.items("adjectives"):
            words = key(adjective)
            if not words:
                raise row.error(f"adjective {adjective!r} has no letters")
            if is_arabic(words[0]):
                self.adjectives.setdefault(state.id, adjective)
                forms = nisba_forms(adjective)
            else:
                forms = iter([words, (*words[:-1], words[-1] + "s")])
            for form in forms:
                # an adjective yields to a name: where both are one word (تشيلي), or two states share one (كونغولي)
                if form not in self.owners:
                    self._name(row, state.id, form, "adjective")

    def add_actor(self, row: Row) -> None:
        actor = self._actor(row, kind=row["kind"], sector=row["sector"])
        for name in (row["english"], row["arabic"], *row.items("aliases")):
            self._name(row, actor.id, key(name), "name")
        for name in row.items("short"):
            phrase = key(name)
            if not phrase:
                raise row.error(f"short name {name!r} has no letters")
            node = self.node(phrase)
            node.namings = (*node.namings, Naming(actor.id, "short"))

    def add_places(self, row: Row) -> None:
        state = self.states.get(row["code"])
        if state is None:
            raise row.error(f"no state has the code {row['code']!r}")
        for name in row.items("places"):
            self._name(row, state.id, key(name), "scene")

    def add_institution(self, row: Row) -> None:
        if row["gender"] not in ("m", "f"):
            raise row.error(f"gender {row['gender']!r} is neither m nor f")
        if row["sector"] not in SECTORS:
            raise row.error(f"unknown sector {row['sector']!r}; known: {' '.join(sorted(SECTORS))}")
        head = Institution(id=row["id"], sector=row["sector"], feminine=row["gender"] == "f", name=row["arabic"])
        for name in (row["arabic"], *row.items("aliases")):
            node = self.node(key(name))
            if node.institution:
                raise row.error(f"{name!r} is a head of {node.institution.id} already")
            node.institution = head

    def finish(self, triggers: Mapping[tuple[str, ...], Trigger]) -> Lexicon:
        first = {word: Entry(0, "", node) for word, node in self.roots.items()}
        verbs = {phrase[0] for phrase, trigger in triggers.items() if not any(sense.noun for sense in (trigger, *trigger.senses))}
        for word, node in self.roots.items():
            for form, cut, preposition in clitic_forms(word):
                # a verb takes conjunctions only: بيدين is no form of يدين
                if form not in first and not (preposition and word in verbs and not node.namings):
                    first[form] = Entry(cut, preposition, node)
        return Lexicon(first=first, actors=self.actors, states=self.states, adjectives=self.adjectives)

    def _actor(self, row: Row, *, kind: str, sector: str) -> MentionedActor:
        slug, code = row["id"], row["code"]
        if not _SLUG.fullmatch(slug):
            raise row.error(f"id {slug!r} is no slug (a-z, 0-9 and hyphens)")
        if slug in self.ids:
            first = self.ids[slug]
            raise row.error(f"id {slug!r} stands in {first.file}:{first.line} already")
        if not _CODE.fullmatch(code):
            raise row.error(f"malformed code {code!r}: three capitals, or IGO:, NSA:, NGO:, COM:, MEDIA: and a name")
        if kind not in _KINDS:
            raise row.error(f"unknown kind {kind!r}; known: {' '.join(sorted(_KINDS))}")
        if sector not in SECTORS:
            raise row.error(f"unknown sector {sector!r}; known: {' '.join(sorted(SECTORS))}")
        if not row["english"] or not row["arabic"]:
            raise row.error("an actor needs an English and an Arabic name")
        actor = MentionedActor(id=slug, name=row["arabic"], kind=cast("ActorKind", kind), code=code, sector=sector)
        self.ids[slug] = row
        self.actors[slug] = actor
        return actor

    def _name(self, row: Row, actor: str, phrase: tuple[str, ...], form: Form) -> None:
        if not phrase:
            raise row.error("a name has no letters")
        owner = self.owners.get(phrase)
        if owner and owner[0] != actor:
            other = owner[1]
            raise row.error(f"{' '.join(phrase)!r} names {owner[0]} already ({other.file}:{other.line})")
        self.owners[phrase] = (actor, row)
        node = self.node(phrase)
        naming = Naming(actor, form)
        if all(known.actor != actor or known.form == "short" for known in node.namings):
            node.namings = (naming, *node.namings)
