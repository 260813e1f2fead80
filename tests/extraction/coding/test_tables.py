"""Tables are checked when they are loaded, and errors say where."""

from __future__ import annotations

from collections import Counter

import pytest

from processors.extraction.coding import Coder
from processors.extraction.coding.building import ACTOR_COLUMNS, build_lexicon
from processors.extraction.coding.lexicon import Lexicon
from processors.extraction.coding.patterns import arabic_triggers, function_words
from processors.extraction.coding.tables import TableError, package_folder, rows

STATE = "egypt\tEGY\tEgypt\tمصر\t\tالقاهرة\tمصري|Egyptian\t\n"
PERSON = "person-one\tperson\tEGY\tGOV\tPerson One\tشخص أول\tالأول المصري\t\n"


def lexicon(*, states: str = STATE, actors: str = PERSON, institutions: str = "", places: str = "") -> Lexicon:
    return build_lexicon(
        states=("states.tsv", states),
        actors=[("persons.tsv", actors)],
        institutions=("institutions.tsv", institutions),
        places=("places.tsv", places),
        not_actors=("not_actors.tsv", ""),
        triggers={},
    )


def test_the_shipped_tables_hold_what_a_newsroom_needs(coder: Coder) -> None:
    kinds = Counter(
        row["kind"]
        for folder in ("persons", "organisations")
        for name, text in package_folder(folder)
        for row in rows(text, file=name, columns=ACTOR_COLUMNS)
    )
    assert len(coder.states) >= 195
    assert kinds["person"] >= 100
    assert kinds["armed_group"] >= 30
    assert kinds["igo"] >= 30
    assert sum(kinds.values()) + len(coder.states) >= 700
    assert {"PSE", "XKX", "EGY", "USA"} <= set(coder.states)
    assert coder.states["EGY"].id == "egypt"
    assert coder.states["EGY"].mentions == ()


def test_comments_and_empty_lines_are_no_rows() -> None:
    assert list(rows("# a comment\n\n  \n", file="x.tsv", columns=("a",))) == []


@pytest.mark.parametrize(
    ("actors", "message"),
    [
        (PERSON + PERSON, r"persons\.tsv:2: id 'person-one' stands in persons\.tsv:1 already"),
        (PERSON + PERSON.replace("person-one", "person-two"), r"persons\.tsv:2: .* names person-one already"),
        ("# c\n" + PERSON.replace("\tperson\t", "\thero\t"), r"persons\.tsv:2: unknown kind 'hero'"),
        (PERSON.replace("EGY", "Egy"), r"persons\.tsv:1: malformed code 'Egy'"),
        (PERSON.replace("EGY", "NSA:"), r"persons\.tsv:1: malformed code 'NSA:'"),
        (PERSON.replace("GOV", "KING"), r"persons\.tsv:1: unknown sector 'KING'"),
        (PERSON.replace("person-one", "Person One"), r"persons\.tsv:1: id 'Person One' is no slug"),
        (PERSON.replace("الأول المصري", "a||b"), r"persons\.tsv:1: column aliases: an empty item"),
        (PERSON.rstrip("\n") + "\tx\tx\tx\n", r"persons\.tsv:1: 11 cells"),
        (PERSON.replace("شخص أول", ""), r"persons\.tsv:1: an actor needs"),
        (PERSON.replace("شخص أول", "..."), r"persons\.tsv:1: a name has no letters"),
    ],
)
def test_a_bad_line_is_refused_with_its_file_and_number(actors: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        lexicon(actors=actors)


def test_an_alias_that_differs_in_hamza_or_marks_only_is_a_duplicate() -> None:
    other = "person-two\tperson\tEGY\tGOV\tPerson Two\tشخصٌ اوّل\t\t\n"
    with pytest.raises(TableError, match=r"persons\.tsv:2: 'شخص اول' names person-one already"):
        lexicon(actors=PERSON + other)


def test_two_states_with_one_code_are_refused() -> None:
    with pytest.raises(TableError, match=r"states\.tsv:2: code EGY belongs to egypt already"):
        lexicon(states=STATE + "egypt-two\tEGY\tEgypt Two\tمصر الثانية\t\t\t\t\n")


def test_a_place_of_no_state_is_refused() -> None:
    with pytest.raises(TableError, match=r"places\.tsv:1: no state has the code 'XXX'"):
        lexicon(places="XXX\tغزة\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("GREET\tحيا\t\t\tO\t\tS\t\t", r"t\.tsv:1: unknown type 'GREET'"),
        ("CONSULT\tحيا\t\t\tO\tX\tS\t\t", r"t\.tsv:1: genitive 'X'"),
        ("CONSULT\tحيا\t\t\tO\t\tQ\t\t", r"t\.tsv:1: needs 'Q'"),
        ("CONSULT\tحيا\t\t\tO\t\tS\tloud\t", r"t\.tsv:1: unknown flag 'loud'"),
        ("CONSULT\tحيا\t\t\tO\t\tS\t\tفي قمة كبرى", r"t\.tsv:1: with: .* has more than two words"),
    ],
)
def test_a_bad_trigger_is_refused_with_its_file_and_number(line: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        arabic_triggers(("t.tsv", line))


def test_an_unknown_class_of_words_is_refused() -> None:
    with pytest.raises(TableError, match=r"w\.tsv:1: unknown class 'verbs'"):
        function_words("w.tsv", "verbs\tقال")
