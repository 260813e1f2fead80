"""What is made of pairs that differ: difference, set aside, or unsettled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from khabar.cli.audit_compare import Because, Cause, Lags, Letter
from khabar.cli.audit_judge import Circumstances, Findings, Judge
from khabar.cli.audit_tables import AuditTables, Scope
from khabar.partitioning import partition_for
from khabar.topics import Topic
from processors.aggregation import hour_key
from sinks.documents import count_id
from tests.audit.things import NOON, article, line, name

EGYPT = hour_key("egypt", NOON)
LETTER = Letter("extraction", "stage_raised", "", "0:1")
NAMES = {Topic.RESOLVED_ARTICLES: "g1.resolved-articles", Topic.ACTOR_COUNTS: "g1.actor-counts"}
GIVEN = Circumstances(scope=Scope(), partitions=4, lags=Lags(), sink_targets={}, last_pass=2, letters_are_whole=True)


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[AuditTables]:
    tables = AuditTables(tmp_path / "audit.db")
    yield tables
    tables.close()


def judged(tables: AuditTables, given: Circumstances = GIVEN, *, index: bool = False, limit: int = 10) -> Findings:
    judge = Judge(tables, given, names=NAMES, hours_of=lambda _: {EGYPT}, limit=limit)
    return judge.all(index=index, check_stop=lambda: None)


def expect(tables: AuditTables, *numbers: int, number: int = 1) -> None:
    articles = [article(one) for one in numbers]
    tables.expect(articles, watermark=0, lateness=0, number=number)


def expect_count(tables: AuditTables, *, number: int = 1) -> None:
    counted = line(2, 3)
    tables.expect_counts([(count_id(counted), EGYPT, counted)], number=number)


def set_aside(tables: AuditTables, number: int) -> None:
    tables.add_letter("article", name(number), LETTER, topic="articles", partition=0, place=number)


def by_cause(findings: Findings) -> Mapping[tuple[Cause, Because], int]:
    return findings.differences


def test_what_the_last_pass_touched_is_unsettled(tables: AuditTables) -> None:
    expect(tables, 1, number=2)
    expect_count(tables, number=2)
    tables.refuse(0, 9, "x", "invalid_json", number=2)
    findings = judged(tables)
    assert (findings.unsettled, findings.differences) == (3, {})


def test_a_count_follows_the_article_that_differs(tables: AuditTables) -> None:
    expect(tables, 1)
    expect_count(tables)
    findings = judged(tables)
    assert by_cause(findings) == {
        (Cause.MISSING_IN_TOPIC, Because.UNKNOWN): 1,
        (Cause.MISSING_IN_TOPIC, Because.FOLLOWS): 1,
    }
    assert name(1) in next(one for one in findings.samples if one.kind == "count").reason.detail


def test_an_article_in_dead_letters_and_its_hours_are_set_aside(tables: AuditTables) -> None:
    expect(tables, 1)
    expect_count(tables)
    set_aside(tables, 1)
    findings = judged(tables)
    assert (findings.differences, findings.aside) == ({}, {Cause.MISSING_IN_TOPIC: 2})


def test_a_copy_of_what_stands_in_dead_letters_is_set_aside(tables: AuditTables) -> None:
    expect(tables, 1)
    tables.expect([article(2, copy_of=1)], watermark=0, lateness=0, number=1)
    tables.found_articles([(article(2), 0, 0)])
    set_aside(tables, 1)
    assert judged(tables).aside == {Cause.MISSING_IN_TOPIC: 1, Cause.DIFFERENT_IN_TOPIC: 1}
    tables.found_articles([(article(1), 0, 1)])
    assert by_cause(judged(tables)) == {(Cause.DIFFERENT_IN_TOPIC, Because.UNKNOWN): 1}, "it came through after all"


def test_a_letter_does_not_excuse_another_text(tables: AuditTables) -> None:
    expect(tables, 1)
    set_aside(tables, 1)
    tables.found_articles([(msgspec.structs.replace(article(1), title="عنوان آخر"), 0, 0)])
    findings = judged(tables)
    assert by_cause(findings) == {(Cause.DIFFERENT_IN_TOPIC, Because.UNKNOWN): 1}
    assert findings.samples[0].fields == ("title",)


def test_what_came_behind_the_point_the_sink_was_waited_for_is_unsettled(tables: AuditTables) -> None:
    expect(tables, 1, 2)
    tables.found_articles([(article(1), 3, 7), (article(2), 3, 8)])
    given = replace(GIVEN, sink_targets={("g1.resolved-articles", 3): 8})
    findings = judged(tables, given, index=True)
    assert by_cause(findings) == {(Cause.MISSING_IN_INDEX, Because.UNKNOWN): 1}
    assert findings.unsettled == 1


def test_what_lags_is_named(tables: AuditTables) -> None:
    expect(tables, 1)
    own = partition_for(name(1), 4)
    findings = judged(tables, replace(GIVEN, lags=Lags(stages={("extraction", own): 3})))
    assert by_cause(findings) == {(Cause.MISSING_IN_TOPIC, Because.WORKER_BEHIND): 1}
    assert findings.samples[0].reason.detail == f"extraction has 3 messages of partition {own} to apply"


def test_samples_are_bounded_and_numbers_are_not(tables: AuditTables) -> None:
    expect(tables, *range(1, 31))
    findings = judged(tables, limit=4)
    assert (len(findings.samples), findings.differences.total()) == (4, 30)


def test_what_dead_letters_no_longer_hold_cannot_be_missed(tables: AuditTables) -> None:
    tables.refuse(0, 9, "x", "invalid_json", number=1)
    assert by_cause(judged(tables)) == {(Cause.NOT_IN_DEAD_LETTERS, Because.UNKNOWN): 1}
    assert by_cause(judged(tables, replace(GIVEN, letters_are_whole=False))) == {}
