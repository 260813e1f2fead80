"""What counts as a difference, and what is said to be behind it: by cases."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from khabar.cli.audit_compare import (
    UNREADABLE,
    Because,
    Cause,
    Count,
    Lags,
    Letter,
    Version,
    changed_fields,
    explain_article,
    explain_count,
    explain_indexed,
    explain_refused,
    judge_article,
    judge_count,
    judge_indexed_article,
    judge_indexed_count,
    known_from,
    same_content,
    signature,
)
from khabar.records import ResolvedArticle
from tests.audit.things import article

A, B = signature(article(1)), signature(article(2))
IN_TIME = Lags()
LETTER = Letter("resolution", "stage_raised", "message g1.findings/0@7", "0:3")


def test_the_revision_is_no_part_of_what_an_article_says() -> None:
    assert signature(article(1)) == signature(article(1, revision=9))


@pytest.mark.parametrize("field", [name for name in ResolvedArticle.__struct_fields__ if name != "revision"])
def test_any_other_field_is_and_is_named(field: str) -> None:
    plain, later = article(1), article(1, hours=1).event_time
    values: dict[str, Any] = {
        "event_time": later,
        "fetched_at": later,
        "published_at": None,
        "actors": ("x",),
        "events": ("x",),
    }
    value = 0.25 if field in ("copy_similarity", "copy_containment") else values.get(field, "x")
    changed = msgspec.structs.replace(plain, **{field: value})
    assert changed_fields(signature(plain), signature(changed)) == (field,)
    assert same_content(signature(plain), signature(changed)) == field.startswith("copy_")


def test_what_is_no_article_differs_from_all_and_in_nothing() -> None:
    assert changed_fields(A, UNREADABLE) == ()
    assert judge_indexed_article(Version(1, A), Version(1, UNREADABLE, 1)) is Cause.DIFFERENT_IN_INDEX


@pytest.mark.parametrize(
    ("expected", "found", "cause"),
    [
        (None, None, None),
        (A, A, None),
        (A, None, Cause.MISSING_IN_TOPIC),
        (None, A, Cause.EXTRA_IN_TOPIC),
        (A, B, Cause.DIFFERENT_IN_TOPIC),
    ],
)
def test_an_article(expected: bytes | None, found: bytes | None, cause: Cause | None) -> None:
    assert judge_article(expected, found) is cause


def test_an_article_whose_originals_may_be_gone_is_compared_but_for_copies() -> None:
    copy = signature(article(1, copy_of=7))
    assert judge_article(A, copy) is Cause.DIFFERENT_IN_TOPIC
    assert judge_article(A, copy, content_only=True) is None
    assert judge_article(A, B, content_only=True) is Cause.DIFFERENT_IN_TOPIC


@pytest.mark.parametrize(
    ("topic", "index", "cause"),
    [
        (Version(3, A), Version(3, A, 3), None),
        (Version(3, A), None, Cause.MISSING_IN_INDEX),
        (None, Version(3, A, 3), Cause.EXTRA_IN_INDEX),
        (Version(3, A), Version(2, A, 2), Cause.STALE_IN_INDEX),
        (Version(3, A), Version(4, A, 4), Cause.DIFFERENT_IN_INDEX),
        (Version(3, A), Version(3, B, 3), Cause.DIFFERENT_IN_INDEX),
        (Version(3, A), Version(3, A, 4), Cause.DIFFERENT_IN_INDEX),
    ],
)
def test_a_document(topic: Version | None, index: Version | None, cause: Cause | None) -> None:
    assert judge_indexed_article(topic, index) is cause


@pytest.mark.parametrize(
    ("expected", "found", "cause"),
    [
        (Count(2, 3), Count(2, 3, 7), None),
        (Count(0, 0), None, None),
        (None, Count(0, 0, 7), None),
        (Count(2, 3), None, Cause.MISSING_IN_TOPIC),
        (Count(2, 3), Count(0, 0, 7), Cause.MISSING_IN_TOPIC),
        (None, Count(1, 0, 7), Cause.EXTRA_IN_TOPIC),
        (Count(0, 0), Count(1, 0, 7), Cause.EXTRA_IN_TOPIC),
        (Count(2, 3), Count(2, 4, 7), Cause.DIFFERENT_IN_TOPIC),
    ],
)
def test_a_count(expected: Count | None, found: Count | None, cause: Cause | None) -> None:
    assert judge_count(expected, found) is cause


@pytest.mark.parametrize(
    ("topic", "index", "cause"),
    [
        (Count(2, 3, 7), Count(2, 3, 7), None),
        (Count(0, 0, 7), None, None),
        (Count(2, 3, 7), None, Cause.MISSING_IN_INDEX),
        (None, Count(2, 3, 7), Cause.EXTRA_IN_INDEX),
        (None, Count(0, 0, 7), None),
        (Count(2, 3, 7), Count(2, 3, 6), Cause.STALE_IN_INDEX),
        (Count(2, 3, 7), Count(2, 3, 8), Cause.DIFFERENT_IN_INDEX),
        (Count(2, 3, 7), Count(1, 3, 7), Cause.DIFFERENT_IN_INDEX),
    ],
)
def test_an_indexed_count(topic: Count | None, index: Count | None, cause: Cause | None) -> None:
    assert judge_indexed_count(topic, index) is cause


@pytest.mark.parametrize(
    ("cause", "lags", "because"),
    [
        (Cause.MISSING_IN_TOPIC, {("extraction", 3): 5}, Because.WORKER_BEHIND),
        (Cause.MISSING_IN_TOPIC, {("extraction", 2): 5}, Because.UNKNOWN),
        (Cause.MISSING_IN_TOPIC, {("resolution", 1): 5}, Because.WORKER_BEHIND),
        (Cause.MISSING_IN_TOPIC, {("deduplication", 0): 5}, Because.UNKNOWN),
        (Cause.DIFFERENT_IN_TOPIC, {("deduplication", 0): 5}, Because.WORKER_BEHIND),
        (Cause.DIFFERENT_IN_TOPIC, {("aggregation", 1): 5}, Because.UNKNOWN),
        (Cause.EXTRA_IN_TOPIC, {("extraction", 3): 5}, Because.UNKNOWN),
    ],
)
def test_an_article_waits_for_its_own_partitions_and_copies_for_any(
    cause: Cause, lags: dict[tuple[str, int], int], because: Because
) -> None:
    reason = explain_article(cause, letter=None, late=None, lags=Lags(stages=lags), page_partition=3, partition=1)
    assert reason.because is because


def test_a_letter_explains_best_and_lateness_only_what_is_different() -> None:
    def explained(cause: Cause, letter: Letter | None, lags: Lags = IN_TIME) -> Because:
        return explain_article(cause, letter=letter, late="x", lags=lags, page_partition=0, partition=0).because

    behind = Lags(stages={("resolution", 0): 1})
    assert explained(Cause.DIFFERENT_IN_TOPIC, LETTER, behind) is Because.DEAD_LETTER
    assert explained(Cause.DIFFERENT_IN_TOPIC, None, behind) is Because.WORKER_BEHIND
    assert explained(Cause.DIFFERENT_IN_TOPIC, None) is Because.LATE
    assert explained(Cause.MISSING_IN_TOPIC, None) is Because.UNKNOWN


def test_a_letter_is_told_with_its_place() -> None:
    reason = explain_count(letter=LETTER, follows=None, lags=Lags(), partition=0)
    assert reason.because is Because.DEAD_LETTER
    assert "resolution (stage_raised), message g1.findings/0@7" in reason.detail
    assert "khabar dead-letters show 0:3" in reason.detail


def test_a_count_waits_for_its_actor_and_all_before_and_else_follows_an_article() -> None:
    def explained(lags: Lags, follows: str | None = "x") -> Because:
        return explain_count(letter=None, follows=follows, lags=lags, partition=1).because

    assert explained(Lags(stages={("aggregation", 1): 2})) is Because.WORKER_BEHIND
    assert explained(Lags(stages={("aggregation", 0): 2})) is Because.FOLLOWS
    assert explained(Lags(stages={("extraction", 0): 2})) is Because.WORKER_BEHIND
    assert explained(Lags(), follows=None) is Because.UNKNOWN


def test_a_document_waits_for_the_sink_on_its_partition() -> None:
    lags = Lags(sink={("g1.actor-counts", 1): 4})

    def explained(cause: Cause, partition: int) -> Because:
        place = ("g1.actor-counts", partition)
        return explain_indexed(cause, letter=None, lags=lags, place=place).because

    assert explained(Cause.STALE_IN_INDEX, 1) is Because.SINK_BEHIND
    assert explained(Cause.MISSING_IN_INDEX, 1) is Because.SINK_BEHIND
    assert explained(Cause.MISSING_IN_INDEX, 0) is Because.UNKNOWN
    assert explained(Cause.DIFFERENT_IN_INDEX, 1) is Because.UNKNOWN
    assert explain_indexed(Cause.EXTRA_IN_INDEX, letter=None, lags=lags, place=None).because is Because.UNKNOWN


def test_a_refused_article_waits_for_extraction() -> None:
    lags = Lags(stages={("extraction", 1): 4})
    assert explain_refused(lags=lags, partition=1).because is Because.WORKER_BEHIND
    assert explain_refused(lags=lags, partition=0).because is Because.UNKNOWN


def test_all_is_known_from_an_hour_and_a_window_behind_the_oldest_message_left() -> None:
    first = {0: 1_000 * 3_600_000 + 1, 1: 2_000 * 3_600_000}

    def known(kept: dict[int, tuple[int, int]]) -> int | None:
        return known_from(kept, first, window_hours=72, now_seconds=5_000 * 3_600)

    assert known({0: (0, 9), 1: (0, 9)}) is None
    assert known({0: (3, 9), 1: (0, 9)}) == (1_000 + 1 + 72 + 1) * 3_600, "the next full hour"
    assert known({0: (3, 9), 1: (3, 9)}) == (2_000 + 1 + 72) * 3_600
    assert known({0: (3, 9), 2: (9, 9)}) == (5_000 + 1 + 72) * 3_600, (
        "what a partition held that is empty now nobody knows"
    )
