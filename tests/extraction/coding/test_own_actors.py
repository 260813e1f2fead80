"""A user's own table of actors: what it may hold, what it takes precedence over, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import load_coder
from processors.extraction.coding.tables import TableError

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
LINE = "my-mayor\tperson\tDEU\tGOV\tMy Mayor\tعمدة خيالي\tالخيالي الأكبر\tخيالي\tmayor 2020-05..\n"


def ids(text: str, table: str) -> list[str]:
    coder = load_coder(("own.tsv", table))
    return [actor.id for actor in coder.code(title="", text=text, language="ar", event_time=NOON).actors]


def test_a_users_actors_are_found() -> None:
    assert ids("قال الخيالي الأكبر إن الخطة جاهزة", LINE) == ["my-mayor"]


def test_a_users_name_takes_precedence_over_a_shipped_one() -> None:
    table = LINE.replace("الخيالي الأكبر", "بايدن")
    assert ids("قال بايدن إن الخطة جاهزة", table) == ["my-mayor"]
    assert ids("قال جو بايدن إن الخطة جاهزة", table) == ["joe-biden"]


def test_a_users_id_replaces_the_shipped_line() -> None:
    table = "joe-biden\tperson\tUSA\tOPP\tJoe Biden\tجو بايدن\n"
    coder = load_coder(("own.tsv", table))
    (actor,) = coder.code(title="", text="قال جو بايدن كلاما", language="ar", event_time=NOON).actors
    assert (actor.id, actor.sector) == ("joe-biden", "OPP")
    assert ids("قال بايدن كلاما", table) == []


def test_a_user_gives_a_state_further_names() -> None:
    table = "japan\tstate\tJPN\tGOV\tJapan\tاليابان\tبلاد الشمس المشرقة\n"
    assert ids("رفضت بلاد الشمس المشرقة الاقتراح", table) == ["japan"]
    assert ids("رفض الوفد الياباني الاقتراح", table) == ["japan"]


def test_a_users_name_is_no_shipped_phrase_that_shadows_names() -> None:
    assert ids("قالت وول ستريت كلاما", LINE.replace("الخيالي الأكبر", "وول ستريت")) == ["my-mayor"]


def test_the_table_is_in_the_version() -> None:
    versions = {load_coder(table).version for table in (None, ("a", LINE), ("b", LINE), ("a", LINE + "# more\n"))}
    assert len(versions) == 3


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (LINE + LINE, r"own\.tsv:2: id 'my-mayor' stands in own\.tsv:1 already"),
        ("# c\n" + LINE + LINE.replace("my-mayor", "other"), r"own\.tsv:3: .* names my-mayor already \(own\.tsv:2\)"),
        (LINE.replace("\tperson\t", "\thuman\t"), r"own\.tsv:1: unknown kind 'human'"),
        (LINE.replace("GOV", "BOSS"), r"own\.tsv:1: unknown sector 'BOSS'"),
        (LINE.replace("DEU", "deu"), r"own\.tsv:1: malformed code 'deu'"),
        (LINE.replace("DEU", "QQQ"), r"own\.tsv:1: unknown code 'QQQ'"),
        (LINE.replace("mayor 2020", "boss 2020"), r"own\.tsv:1: unknown office 'boss'"),
        (LINE.replace("2020-05..", "2020-13.."), r"own\.tsv:1: '2020-13' is no date"),
        (LINE.replace("2020-05..", "soon.."), r"own\.tsv:1: 'soon' is no date"),
        (LINE.replace("2020-05..", "2020-05..2019"), r"own\.tsv:1: .* ends before it begins"),
        (LINE.replace("mayor 2020-05..", "mayor 2020-05"), r"own\.tsv:1: .* is not written as"),
        (LINE.replace("\n", "\tmore\n"), r"own\.tsv:1: 10 cells"),
        ("my-mayor\tperson\tDEU\n", r"own\.tsv:1: unknown sector ''"),
        (LINE.replace("عمدة خيالي", "؟؟"), r"own\.tsv:1: a name has no letters"),
        ("japan\tperson\tJPN\tGOV\tJapan\tاليابان\n", r"own\.tsv:1: japan is a state"),
    ],
)
def test_a_bad_line_is_refused_with_its_file_and_number(table: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        load_coder(("own.tsv", table))
