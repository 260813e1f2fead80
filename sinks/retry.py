"""What an answer of Elasticsearch means for the documents that were sent. Pure: decides, does nothing.

Acting on a verdict (waiting, sending again, dead letters, stopping) is the writer's.
"""

from __future__ import annotations

from enum import StrEnum

FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 30.0

INDEX_ERRORS = frozenset({"index_closed_exception", "invalid_index_name_exception"})
"""Answered with 400, like a document that cannot be parsed, but no document is at fault."""


class Verdict(StrEnum):
    """What becomes of one document of a bulk."""

    WRITTEN = "written"
    STALE = "stale"
    """A higher revision stands in the index already, which is fine."""
    RETRY = "retry"
    REJECT = "reject"
    """This document will never be accepted: it becomes a dead letter."""
    STOP = "stop"
    """No document will be accepted before a person does something."""


class RequestVerdict(StrEnum):
    """What becomes of a whole bulk."""

    READ = "read"
    """It was taken: each item has a status of its own."""
    RETRY = "retry"
    SPLIT = "split"
    """Something in it, or its size, was refused as a whole: halves tell which. A single document is rejected."""
    STOP = "stop"


def judge_item(status: int, error: str | None) -> Verdict:
    """The verdict on one item of a bulk, by its HTTP status and the type of its error."""
    if 200 <= status < 300:
        return Verdict.WRITTEN
    if status == 409:
        return Verdict.STALE
    if status == 429 or status >= 500:
        return Verdict.RETRY
    if status in (401, 403, 404) or error in INDEX_ERRORS:
        return Verdict.STOP
    return Verdict.REJECT


def judge_request(status: int) -> RequestVerdict:
    """The verdict on a bulk, by the HTTP status of the whole answer."""
    if 200 <= status < 300:
        return RequestVerdict.READ
    if status in (408, 429) or status >= 500:
        return RequestVerdict.RETRY
    if status in (400, 413):
        return RequestVerdict.SPLIT
    return RequestVerdict.STOP


def delay_seconds(attempt: int, jitter: float) -> float:
    """How long to wait after the failed attempt number `attempt`, from 0: doubles up to 30 s.

    `jitter`, between 0 and 1, takes up to half of it away, so that several sinks do not come back at once.
    """
    # Beyond 2^16 the bound holds anyway, and the power would overflow after days of waiting.
    whole = min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(attempt, 16))
    return whole * (1 - jitter / 2)
