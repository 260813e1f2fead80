"""How pairs that differ are found in the audit's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from khabar.cli.audit_compare import Count, Letter
from khabar.cli.audit_tables import AuditTables, Scope
from khabar.records import ActorHour, HourCount
from processors.aggregation import hour_key
from sinks.documents import count_id
from tests.audit.things import NOON, article, line, name

ALL = Scope()
HOUR = 3_600
NOON_SECONDS = int(NOON.timestamp())
EGYPT = hour_key("egypt", NOON)


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[AuditTables]:
    tables = AuditTables(tmp_path / "audit.db")
    yield tables
    tables.close()


def expect(tables: AuditTables, *articles: object, number: int = 1, watermark: int = NOON_SECONDS) -> None:
    tables.expect(articles, watermark=watermark, lateness=HOUR, number=number)  # type: ignore[arg-type]


def differing(tables: AuditTables, scope: Scope = ALL, last_pass: int = 9) -> list[str]:
    return sorted(pair.id for pair in tables.differing_articles(scope, last_pass=last_pass))


def hour(revision: int, *lines: tuple[int, int]) -> ActorHour:
    types = ("AID", "AGREE")
    counts = tuple(
        HourCount(type=type_, quad=1, role="source", articles=articles, events=events)  # type: ignore[arg-type]
        for type_, (articles, events) in zip(types, lines, strict=False)
    )
    return ActorHour(
        actor="egypt", actor_name="مصر", kind="state", code="EGY", hour=NOON, revision=revision, counts=counts
    )


def find_hour(tables: AuditTables, found: ActorHour, place: int = 0) -> None:
    from sinks.documents import flatten

    tables.found_hours([(EGYPT, found, 0, place)], [(count_id(one), EGYPT, one) for one in flatten(found)])


def test_the_highest_revision_is_compared_whenever_it_came(tables: AuditTables) -> None:
    expect(tables, article(1, copy_of=7))
    tables.found_articles([(article(1, copy_of=7, revision=2), 0, 4), (article(1, revision=1), 0, 5)])
    assert differing(tables) == []


def test_missing_different_and_extra_articles_are_found(tables: AuditTables) -> None:
    expect(tables, article(1), article(2), article(3))
    tables.found_articles([(article(1), 0, 0), (article(2, copy_of=1), 0, 1), (article(4), 0, 2)])
    assert differing(tables) == [name(2), name(3), name(4)]


def test_what_the_last_pass_touched_is_moving(tables: AuditTables) -> None:
    expect(tables, article(1), article(2), number=1)
    expect(tables, article(2, copy_of=1), number=2)
    moving = {pair.id: pair.moving for pair in tables.differing_articles(ALL, last_pass=2)}
    assert moving == {name(1): False, name(2): True}


def test_an_article_that_was_late_explains_those_that_repeat_it(tables: AuditTables) -> None:
    expect(tables, article(1), article(2, copy_of=3), watermark=NOON_SECONDS)
    expect(tables, article(3), watermark=NOON_SECONDS + 2 * HOUR)
    tables.found_articles([(article(1), 0, 0), (article(2), 0, 1), (article(3), 0, 2)])
    assert [(pair.id, pair.late) for pair in tables.differing_articles(ALL, last_pass=9)] == [(name(2), name(3))]


def test_only_the_range_is_compared(tables: AuditTables) -> None:
    expect(tables, article(1, hours=-1), article(2), article(3, hours=1))
    assert differing(tables, Scope(since=NOON_SECONDS, until=NOON_SECONDS + HOUR)) == [name(2)]


def test_extra_articles_of_what_retention_took_are_not_told(tables: AuditTables) -> None:
    tables.found_articles([(article(1), 0, 0), (article(2, hours=1), 0, 1)])
    assert differing(tables, Scope(known_from=NOON_SECONDS + HOUR, whole=False)) == [name(2)]


@pytest.mark.parametrize(
    ("since", "until", "inside"), [(0, 3_600, True), (1, 7_200, False), (0, 3_599, False), (-1, 3_601, True)]
)
def test_hours_are_compared_that_lie_wholly_inside(since: int, until: int, inside: bool) -> None:
    assert Scope(since=NOON_SECONDS + since, until=NOON_SECONDS + until).has_hour(NOON) is inside


def test_counts_are_compared_with_zeros_as_nothing(tables: AuditTables) -> None:
    same, zero, less = line(2, 3), line(0, 0, hours=1), line(2, 3, hours=2)
    tables.expect_counts([(count_id(one), "hour", one) for one in (same, zero, less)], number=1)
    find_hour(tables, hour(4, (2, 3)))
    pairs = list(tables.differing_counts(ALL, last_pass=9))
    assert [(pair.id, pair.expected, pair.found) for pair in pairs] == [(count_id(less), Count(2, 3), None)]


def test_a_line_that_the_newest_record_of_an_hour_lacks_is_not_found(tables: AuditTables) -> None:
    find_hour(tables, hour(1, (2, 3), (1, 1)))
    find_hour(tables, hour(2, (2, 3)), place=1)
    extra = [pair.id for pair in tables.differing_counts(ALL, last_pass=9)]
    assert extra == [count_id(line(0, 0))]


def test_documents_are_compared_by_revision_version_and_content(tables: AuditTables) -> None:
    tables.found_articles([(article(n, revision=2), 0, n) for n in range(1, 6)])
    tables.indexed_articles(
        [
            (name(1), article(1, revision=2), 2),
            (name(2), article(2, revision=1), 1),
            (name(3), article(3, revision=2), 3),
            (name(4), None, 2),
            ("x", None, 1),
        ]
    )
    assert [pair.id for pair in tables.differing_documents(ALL)] == [name(2), name(3), name(4), name(5), "x"]


def test_indexed_counts_that_nobody_published_are_found(tables: AuditTables) -> None:
    find_hour(tables, hour(3, (2, 3)))
    own, other = line(2, 3, revision=3), line(1, 1, hours=1)
    tables.indexed_counts([(count_id(one), "hour", one, one.revision) for one in (own, other)])
    assert [pair.id for pair in tables.differing_documents(ALL)] == [count_id(other)]


def test_a_letter_of_the_sink_counts_for_the_newest_record_only(tables: AuditTables) -> None:
    letter = Letter("sink-elasticsearch", "mapping", "message g1.resolved-articles/0@5", "0:1")
    tables.add_letter("indexed", name(1), letter, topic="g1.resolved-articles", partition=0, place=5)
    assert tables.sink_letter(name(1), partition=0, since_place=5) == letter
    assert tables.sink_letter(name(1), partition=0, since_place=6) is None
    assert tables.sink_letter(name(1), partition=1, since_place=5) is None


def test_articles_in_dead_letters_are_counted_by_whether_they_are_in_the_topic(tables: AuditTables) -> None:
    letter = Letter("extraction", "stage_raised", "", "0:1")
    for number in (1, 2):
        for place in (number, number + 10):  # one article twice
            tables.add_letter("article", name(number), letter, topic="articles", partition=0, place=place)
    tables.add_letter("unreadable", "", letter, topic="g1.findings", partition=0, place=9)
    tables.found_articles([(article(1), 0, 0)])
    assert tables.letter_numbers() == (1, 1, 1)


def test_a_refused_article_is_known_by_its_place(tables: AuditTables) -> None:
    letter = Letter("extraction", "invalid_json", "", "0:1")
    tables.add_letter("article", "x", letter, topic="articles", partition=1, place=7)
    tables.refuse(1, 7, "x", "invalid_json", number=1)
    tables.refuse(1, 8, "x", "invalid_json", number=2)
    assert list(tables.refused_without_letter()) == [(1, 8, "x", "invalid_json", 2)]
