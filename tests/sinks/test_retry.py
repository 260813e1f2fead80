"""What an answer means, and how long to wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.retry import (
    FIRST_DELAY_SECONDS,
    MAX_DELAY_SECONDS,
    RequestVerdict,
    Verdict,
    delay_seconds,
    judge_item,
    judge_request,
)


@pytest.mark.parametrize(
    ("status", "error", "verdict"),
    [
        (200, None, Verdict.WRITTEN),
        (201, None, Verdict.WRITTEN),
        (409, "version_conflict_engine_exception", Verdict.STALE),
        (429, "es_rejected_execution_exception", Verdict.RETRY),
        (429, "cluster_block_exception", Verdict.RETRY),
        (500, "exception", Verdict.RETRY),
        (503, "unavailable_shards_exception", Verdict.RETRY),
        (400, "document_parsing_exception", Verdict.REJECT),
        (400, "mapper_parsing_exception", Verdict.REJECT),
        (413, "circuit_breaking_exception", Verdict.REJECT),
        (400, "index_closed_exception", Verdict.STOP),
        (401, "security_exception", Verdict.STOP),
        (403, "security_exception", Verdict.STOP),
        (404, "index_not_found_exception", Verdict.STOP),
    ],
)
def test_an_item_is_judged_by_status_and_error(status: int, error: str | None, verdict: Verdict) -> None:
    assert judge_item(status, error) is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, RequestVerdict.READ),
        (408, RequestVerdict.RETRY),
        (429, RequestVerdict.RETRY),
        (500, RequestVerdict.RETRY),
        (502, RequestVerdict.RETRY),
        (503, RequestVerdict.RETRY),
        (504, RequestVerdict.RETRY),
        (400, RequestVerdict.SPLIT),
        (413, RequestVerdict.SPLIT),
        (301, RequestVerdict.STOP),
        (401, RequestVerdict.STOP),
        (403, RequestVerdict.STOP),
        (404, RequestVerdict.STOP),
        (406, RequestVerdict.STOP),
    ],
)
def test_a_request_is_judged_by_its_status(status: int, verdict: RequestVerdict) -> None:
    assert judge_request(status) is verdict


@given(st.integers(100, 599), st.none() | st.text(max_size=5))
def test_only_a_success_counts_as_written(status: int, error: str | None) -> None:
    assert (judge_item(status, error) is Verdict.WRITTEN) == (200 <= status < 300)


@given(st.integers(0, 100_000), st.floats(0, 1))
def test_a_delay_is_positive_and_bounded_even_after_days(attempt: int, jitter: float) -> None:
    assert FIRST_DELAY_SECONDS / 2 <= delay_seconds(attempt, jitter) <= MAX_DELAY_SECONDS


@given(st.integers(0, 50), st.floats(0, 1))
def test_delays_grow_and_jitter_only_shortens(attempt: int, jitter: float) -> None:
    assert delay_seconds(attempt, 0) <= delay_seconds(attempt + 1, 0)
    assert delay_seconds(attempt, 0) / 2 <= delay_seconds(attempt, jitter) <= delay_seconds(attempt, 0)
