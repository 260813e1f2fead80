"""Builds the lexicon from its tables and checks them.

Knows the tables' columns. Must not know texts. Clitics are expanded here, and only for forms that are no word of the
lexicon themselves: so بايدن is never ب + ايدن, and a text costs one lookup a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast, get_args

from khabar.records import ActorKind, MentionedActor
from processors.extraction.coding.lexicon import (
    Descriptor,
    Entry,
    Form,
    Institution,
    Lexicon,
    Names,
    Naming,
    Node,
    Shared,
    Title,
)
from processors.extraction.coding.morphology import clitic_forms, is_arabic, nisba_forms, past_forms, present_forms
from processors.extraction.coding.offices import OFFICES, Holders, Term, terms
from processors.extraction.coding.patterns import Trigger
from processors.extraction.coding.tables import Row, rows
from processors.extraction.coding.territories import territory_names
from processors.extraction.folding import key

STATE_COLUMNS: Final = ("id", "code", "english", "arabic", "aliases", "metonyms", "adjectives", "demonyms")
ACTOR_COLUMNS: Final = ("id", "kind", "code", "sector", "english", "arabic", "aliases", "short", "offices")
INSTITUTION_COLUMNS: Final = ("id", "sector", "gender", "english", "arabic", "aliases", "alone", "weak", "instead")
PLACE_COLUMNS: Final = ("code", "places")
PHRASE_COLUMNS: Final = ("phrase",)
DESCRIPTOR_COLUMNS: Final = ("id", "sector", "code", "flags", "name", "forms", "actors")
TITLE_COLUMNS: Final = ("offices", "sector", "flags", "heads", "complements")
NAME_COLUMNS: Final = ("class", "words")

SECTORS: Final = frozenset({"GOV", "MIL", "LEG", "JUD", "OPP", "REB", "MED", "CVL", "BUS", "NGO", "IGO"})
_KINDS: Final = frozenset(get_args(ActorKind))
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE: Final = re.compile(r"[A-Z]{3}|(IGO|NSA|NGO|COM|MEDIA):[A-Z0-9]+(-[A-Z0-9]+)*")
_DESCRIPTOR_FLAGS: Final = frozenset({"strong", "state", "listed"})
_TITLE_FLAGS: Final = frozenset({"alone", "listed", "indefinite"})
_NAME_CLASSES: Final = frozenset(
    {
        "given",
        "everyday",
        "particle",
        "past",
        "present",
        "word",
        "modifier",
        "former",
        "posting",
        "relation",
        "bearer",
        "source",
        "surname",
        "apart",
        "aside",
        "sport",
    }
)

Table = tuple[str, str]
"""A table's file name and its text."""


def build_lexicon(
    *,
    states: Table,
    actors: Iterable[Table],
    institutions: Table,
    places: Table,
    not_actors: Table,
    triggers: Mapping[tuple[str, ...], Trigger],
    descriptors: Iterable[Table] = (),
    titles: Iterable[Table] = (),
    names: Iterable[Table] = (),
    own: Table | None = None,
) -> Lexicon:
    """Build the lexicon from tables.

    Args:
        states: what the others' codes refer to.
        actors: persons and organisations.
        institutions: heads that a state's adjective or name follows.
        places: cities and regions that fix the state an act falls upon.
        not_actors: phrases that shadow the names inside them.
        triggers: the events' triggers by folded phrase.
        descriptors: words for unnamed people.
        titles: offices and callings that stand with names.
        names: words of personal names, and words that are in none.
        own: a user's actors, in the columns of `actors`; their ids and names take precedence over the others'.

    Raises:
        TableError: with file and line, for a duplicate id or alias, an unknown kind, sector, code or office, a malformed slug.
    """
    builder = _Builder()
    for row in rows(states[1], file=states[0], columns=STATE_COLUMNS):
        builder.add_state(row)
    builder.add_territories()
    for file, text in names:
        for row in rows(text, file=file, columns=NAME_COLUMNS):
            builder.add_names(row)
    if own is not None:
        for row in rows(own[1], file=own[0], columns=ACTOR_COLUMNS):
            builder.add_own(row)
    for file, text in actors:
        for row in rows(text, file=file, columns=ACTOR_COLUMNS):
            builder.add_actor(row)
    for row in rows(places[1], file=places[0], columns=PLACE_COLUMNS):
        builder.add_places(row)
    for row in rows(institutions[1], file=institutions[0], columns=INSTITUTION_COLUMNS):
        builder.add_institution(row)
    for file, text in descriptors:
        for row in rows(text, file=file, columns=DESCRIPTOR_COLUMNS):
            builder.add_descriptor(row)
    for file, text in titles:
        for row in rows(text, file=file, columns=TITLE_COLUMNS):
            builder.add_title(row)
    for row in rows(not_actors[1], file=not_actors[0], columns=PHRASE_COLUMNS):
        builder.add_stop(row)
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
        self.shared: dict[tuple[str, ...], list[Shared]] = {}
        self.refused: set[tuple[str, ...]] = set()
        self.institutions: dict[str, Institution] = {}
        self.spelled: dict[str, str] = {}
        self.groups: dict[str, Row] = {}
        self.own_file = ""
        self.terms: list[Term] = []
        self.shorts: list[tuple[str, tuple[str, ...]]] = []
        self.words: dict[str, set[str]] = {name: set() for name in _NAME_CLASSES}

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
            if name.startswith("?"):
                self._share(row, state.id, name, "place", (key(name),))
            elif name.startswith("-"):
                self.refused.add(key(name))
            else:
                self._name(row, state.id, key(name), "place")
        for word in row.items("demonyms"):
            self._name(row, state.id, key(word), "adjective")
        for adjective in row.items("adjectives"):
            words = key(adjective)
            if not words:
                raise row.error(f"adjective {adjective!r} has no letters")
            if adjective.startswith("?"):
                self._share(row, state.id, adjective, "adjective", nisba_forms(adjective.lstrip("?")))
                continue
            if is_arabic(words[0]):
                self.adjectives.setdefault(state.id, adjective)
                forms = nisba_forms(adjective)
            else:
                forms = iter([words, (*words[:-1], words[-1] + "s")])
            for form in forms:
                # an adjective yields to a name: where both are one word (تشيلي), or two states share one (غيني)
                if form not in self.owners:
                    self._name(row, state.id, form, "adjective")

    def add_territories(self) -> None:
        """CLDR's names of the states; the tables' own stand before them."""
        for code, state in self.states.items():
            for name in territory_names(code):
                phrase = key(name)
                known = phrase in self.owners or phrase in self.refused or phrase in self.shared
                if phrase and not known:
                    self._name(self.ids[state.id], state.id, phrase, "place")

    def _share(self, row: Row, state: str, name: str, form: Form, phrases: Iterable[tuple[str, ...]]) -> None:
        for phrase in phrases:
            if not phrase:
                raise row.error("a name has no letters")
            shared = Shared(state, form, name.lstrip("?"), otherwise=not name.startswith("??"))
            self.shared.setdefault(phrase, []).append(shared)

    def add_names(self, row: Row) -> None:
        """Words by class; verbs with all their forms in the third person."""
        if row["class"] not in _NAME_CLASSES:
            raise row.error(f"unknown class {row['class']!r}; known: {' '.join(sorted(_NAME_CLASSES))}")
        found = self.words[row["class"]]
        for item in row.items("words"):
            if row["class"] == "past":
                found.update(past_forms(item))
            elif row["class"] == "present":
                found.update(present_forms(item))
            else:
                found.update(key(item))
            if row["class"] in ("given", "particle") and len(key(item)) == 1:
                self.spelled.setdefault(key(item)[0], item)

    def add_own(self, row: Row) -> None:
        """A user's actor. One with a state's id gives the state further names and another name to show."""
        self.own_file = row.file
        known = self.actors.get(row["id"])
        if known is not None and known.kind == "state":
            if (row["kind"], row["code"]) != ("state", known.code):
                raise row.error(f"{row['id']} is a state: its kind stays state, its code {known.code}")
            del self.ids[row["id"]]
            self.states[known.code] = self._actor(row, kind="state", sector=row["sector"])
            self._names(row, row["id"], "place")
        else:
            self.add_actor(row)

    def add_actor(self, row: Row) -> None:
        if row.file != self.own_file and row["id"] in self.ids and self.ids[row["id"]].file == self.own_file:
            return  # the user's own line stands for it
        actor = self._actor(row, kind=row["kind"], sector=row["sector"])
        self.terms.extend(terms(row))
        self._names(row, actor.id, "name")
        if actor.kind == "person":
            for name in (row["arabic"], row["english"]):
                if short := self._surname(key(name)):
                    self.shorts.append((actor.id, short))

    def _names(self, row: Row, actor: str, form: Form) -> None:
        for name in (row["english"], row["arabic"], *row.items("aliases")):
            self._name(row, actor, key(name), form)
        for name in row.items("short"):
            phrase = key(name)
            if not phrase:
                raise row.error(f"short name {name!r} has no letters")
            self.shorts.append((actor, phrase))

    def _surname(self, name: tuple[str, ...]) -> tuple[str, ...]:
        """The last word of a name, with its particle (بن سلمان); none where the word alone may be anybody or anything."""
        if len(name) < 2:
            return ()
        last, before = name[-1], name[-2]
        if before in self.words["particle"] and before not in ("ال", "el", "Al"):
            return name[-2:]
        common = last in self.words["given"] or last in self.words["word"] or last in self.words["surname"]
        return () if common or len(last) < 3 or before == "ال" else (last,)

    def _nisba_surnames(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The surnames that are a state's adjective or his group's name too (السوداني, الحوثي): the place of the word tells whose."""
        for actor in self.actors.values():
            words = key(actor.name) if actor.kind == "person" else ()
            if len(words) > 1 and is_arabic(words[-1]) and words[-1].startswith("ال"):
                node = self.roots.get(words[-1])
                naming = node.namings[0] if node is not None and node.namings else None
                if naming is None:
                    continue
                group = self.actors[naming.actor]
                ours = group.kind == "armed_group" and group.code == actor.code and words[-1].endswith("ي")
                if naming.form == "adjective" or ours:
                    yield actor.id, words[-1:]

    def add_places(self, row: Row) -> None:
        state = self.states.get(row["code"])
        if state is None:
            raise row.error(f"no state has the code {row['code']!r}")
        for name in row.items("places"):
            self._name(row, state.id, key(name), "scene")

    def add_institution(self, row: Row) -> None:
        if row["gender"] not in ("m", "f"):
            raise row.error(f"gender {row['gender']!r} is neither m nor f")
        self._sector(row)
        feminine = row["gender"] == "f"
        # an id has one name, whichever of its heads stands in a text: that of its first line
        first = self.institutions.get(row["id"])
        head = Institution(
            id=row["id"],
            sector=row["sector"],
            feminine=feminine,
            name=first.name if first else row["arabic"],
            name_feminine=first.feminine if first else feminine,
        )
        self.institutions.setdefault(head.id, head)
        for name in (row["arabic"], *row.items("aliases")):
            node = self.node(key(name))
            if node.institution:
                raise row.error(f"{name!r} is a head of {node.institution.id} already")
            node.institution = head
        instead = self._by_state(row, "instead")
        for column, strong in (("alone", True), ("weak", False)):
            for name in row.items(column):
                self.node(key(name)).descriptor = Descriptor(
                    id=head.id, name=head.name, sector=head.sector, code="", strong=strong,
                    of_state=False, institution=head, actors=instead,
                )  # fmt: skip

    def _by_state(self, row: Row, column: str) -> dict[str, str]:
        """A cell of CODE=ID: an actor's id by a state's code."""
        found: dict[str, str] = {}
        for item in row.items(column):
            code, _, actor = item.partition("=")
            if code not in self.states or actor not in self.actors:
                raise row.error(f"{item!r} is not CODE=ID with a state's code and an actor's id")
            found[code] = actor
        return found

    def add_descriptor(self, row: Row) -> None:
        self._sector(row)
        flags = self._flags(row, _DESCRIPTOR_FLAGS)
        if row["code"] and not _CODE.fullmatch(row["code"]):
            raise row.error(f"malformed code {row['code']!r}")
        actors = self._by_state(row, "actors")
        # what an id shows is a function of it: its first line says
        first = self.groups.setdefault(row["id"], row)
        descriptor = Descriptor(
            id=row["id"], name=first["name"], sector=row["sector"], code=row["code"], strong="strong" in flags,
            of_state="state" in flags, institution=self.institutions.get(row["id"]), actors=actors, listed="listed" in flags,
        )  # fmt: skip
        if row["code"]:
            group = MentionedActor(
                id=row["id"], name=row["name"], kind="group", code=row["code"], sector=row["sector"]
            )  # fmt: skip
            self.actors.setdefault(row["id"], group)
        for form in row.items("forms"):
            for phrase in _cases(key(form)):
                node = self.node(phrase)
                if node.descriptor:
                    raise row.error(f"{form!r} describes {node.descriptor.id} already")
                node.descriptor = descriptor

    def add_title(self, row: Row) -> None:
        flags = self._flags(row, _TITLE_FLAGS)
        if row["sector"]:
            self._sector(row)
        offices = () if row["offices"] == "-" else row.items("offices")
        if unknown := sorted(set(offices) - OFFICES):
            raise row.error(f"unknown office {unknown[0]!r}; known: {' '.join(sorted(OFFICES))}")
        title = Title(
            offices=frozenset(offices), sector=row["sector"], alone="alone" in flags,
            listed="listed" in flags, indefinite="indefinite" in flags,
        )  # fmt: skip
        for head in row.items("heads"):
            for complement in row.items("complements") or ("",):
                for phrase in _cases(key(f"{head} {complement}")):
                    # the first row wins: rows stand in order of preference
                    node = self.node(phrase)
                    node.title = node.title or title

    def add_stop(self, row: Row) -> None:
        phrase = key(row["phrase"])
        if not phrase:
            raise row.error("a phrase has no letters")
        if phrase in self.owners and self.owners[phrase][1].file == self.own_file:
            return
        self.node(phrase).stop = True

    def finish(self, triggers: Mapping[tuple[str, ...], Trigger]) -> Lexicon:
        for phrase, states in self.shared.items():
            if phrase not in self.owners:
                self.node(phrase).shared = tuple(states)
        for actor, phrase in dict.fromkeys([*self.shorts, *self._nisba_surnames()]):
            node = self.node(phrase)
            if all(naming.actor != actor for naming in node.namings):
                node.namings = (*node.namings, Naming(actor, "short"))
        nodes = list(self.roots.values())
        while nodes:
            node = nodes.pop()
            node.settle()
            nodes.extend(node.next.values())
        first = {word: Entry(0, "", node) for word, node in self.roots.items()}
        nouns = {phrase[0] for phrase, known in triggers.items() if any(use.noun for use in (known, *known.senses))}
        verbs = {phrase[0] for phrase in triggers} - nouns
        for word, node in self.roots.items():
            for form, cut, preposition in clitic_forms(word):
                # a verb takes conjunctions only: بيدين is no form of يدين
                if form not in first and not (preposition and word in verbs and not node.namings):
                    first[form] = Entry(cut, preposition, node)
        words = {name: frozenset(found) for name, found in self.words.items()}
        barred = words["past"] | words["present"] | words["word"] | words["modifier"] | words["former"]
        barred |= {letter + word for word in barred for letter in ("وفبل" if len(word) > 2 else "وف")}
        names = Names(
            given=words["given"], everyday=words["everyday"], standing=_standing(words["given"], words["everyday"], first), bearer=_with_clitics(words["bearer"]), source=_with_clitics(words["source"]), verbs=words["past"] | words["present"], particle=words["particle"], modifier=words["modifier"], former=words["former"],
            posting=words["posting"], relation=words["relation"], apart=_with_clitics(words["apart"]), aside=_with_clitics(words["aside"]), sport=words["sport"], spelled=self.spelled,
            barred=barred - words["given"],
        )  # fmt: skip
        return Lexicon(
            first=first, actors=self.actors, states=self.states, adjectives=self.adjectives,
            holders=Holders(self.terms), names=names,
        )  # fmt: skip

    def _sector(self, row: Row) -> None:
        if row["sector"] not in SECTORS:
            raise row.error(f"unknown sector {row['sector']!r}; known: {' '.join(sorted(SECTORS))}")

    def _flags(self, row: Row, known: frozenset[str]) -> tuple[str, ...]:
        flags = row.items("flags")
        if unknown := sorted(set(flags) - known):
            raise row.error(f"unknown flag {unknown[0]!r}; known: {' '.join(sorted(known))}")
        return flags

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
        if ":" not in code and kind != "state" and code not in self.states:
            raise row.error(f"unknown code {code!r}: no state has it")
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
            if other.file == self.own_file != row.file:
                return  # the user's own name stands before the shipped one
            if row.file != self.own_file or other.file == self.own_file:
                raise row.error(f"{' '.join(phrase)!r} names {owner[0]} already ({other.file}:{other.line})")
        self.owners[phrase] = (actor, row)
        node = self.node(phrase)
        naming = Naming(actor, form)
        if all(known.actor != actor or known.form == "short" for known in node.namings):
            node.namings = (naming, *node.namings)


def _cases(phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A phrase as it stands; one in Latin letters with small initials and with a capital first one too."""
    if not phrase or is_arabic(phrase[0]):
        yield phrase
        return
    small = tuple(word[0].lower() + word[1:] for word in phrase)
    yield from dict.fromkeys((phrase, small, (small[0][0].upper() + small[0][1:], *small[1:])))


def _standing(given: frozenset[str], everyday: frozenset[str], first: Mapping[str, Entry]) -> dict[str, int]:
    """Given names as they are written, with the letters of clitics: only forms that are no word of the lexicon.

    Of two names that a form may hold (ولحسن), the one with fewer letters before it.
    """
    forms = dict.fromkeys(given, 0)
    for word in given - everyday:  # a set has no order, so nothing may hang on which comes first
        for form, cut, _ in clitic_forms(word):
            known = first.get(form)
            if cut and (known is None or (word in first and known.node is first[word].node)):
                forms[form] = min(cut, forms.get(form, cut))
    return forms


def _with_clitics(words: Iterable[str]) -> frozenset[str]:
    """Words as they are looked up beside a name, where no trie cuts their clitics."""
    return frozenset(form for word in words for form, _, _ in clitic_forms(word))
