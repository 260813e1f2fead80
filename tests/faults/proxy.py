"""What stands between a sink and the real Elasticsearch: `tests.sinks.faulty`, and what a run adds to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from tests.sinks.faulty import Answer, Fault, FaultyElasticsearch, Forward

POLL_SECONDS = 0.1


def slow(seconds: float) -> Fault:
    """Everything goes through, late."""

    def wait(forward: Forward) -> Answer:
        time.sleep(seconds)
        return forward()

    return wait


def silent_after_indexing(seconds: float) -> Fault:
    """The real server has done it; the answer never comes."""

    def keep(forward: Forward) -> None:
        forward()
        time.sleep(seconds)

    return keep


def after_indexing(act: Callable[[], object]) -> Fault:
    """`act` comes between the real server's answer and its arrival at the sink, so before any commit."""

    def both(forward: Forward) -> None:
        forward()
        act()

    return both


def spoil(proxy: FaultyElasticsearch, faults: list[Fault], *, seconds: float) -> bool:
    """Let `faults` meet the next bulks; whether any of them did within the time."""
    met: list[float] = []

    def counted(fault: Fault) -> Fault:
        def meet(forward: Forward) -> Answer | None:
            met.append(time.monotonic())
            return fault(forward)

        return meet

    mine = [counted(fault) for fault in faults]
    proxy.faults.extend(mine)
    deadline = time.monotonic() + seconds
    while len(met) < len(mine) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for fault in mine:
        with suppress(ValueError):  # it has met its bulk
            proxy.faults.remove(fault)
    return bool(met)
