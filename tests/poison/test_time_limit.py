"""The limit on a step's time: what it interrupts, what it leaves alone."""

from __future__ import annotations

import contextlib
import re
import signal
import threading
import time

import pytest

from processors.time_limit import StepTooLong, limited


def busy(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def swallowing(kind: type[BaseException]) -> None:
    with contextlib.suppress(kind):
        busy(30)
    busy(30)


def test_what_runs_too_long_is_interrupted() -> None:
    started = time.monotonic()
    with pytest.raises(StepTooLong, match=r"longer than 0\.1 s"), limited(0.1):
        busy(30)
    assert time.monotonic() - started < 5


def test_a_regular_expression_that_does_not_end_is_interrupted() -> None:
    with pytest.raises(StepTooLong), limited(0.1):
        re.match(r"(a+)+$", "a" * 40 + "b")


def test_code_that_swallows_every_exception_does_not_swallow_this_one() -> None:
    with pytest.raises(StepTooLong), limited(0.1):
        swallowing(Exception)


def test_one_that_was_swallowed_all_the_same_comes_again() -> None:
    with pytest.raises(StepTooLong), limited(0.1):
        swallowing(BaseException)


def test_nothing_happens_after_the_block_and_the_handler_before_is_back() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with limited(0.05):
        pass
    busy(0.1)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_without_a_limit_and_outside_the_main_thread_nothing_is_interrupted() -> None:
    ended: list[str] = []

    def elsewhere() -> None:
        with limited(0.01):
            busy(0.1)
        ended.append("whole")

    with limited(None):
        busy(0.05)
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert ended == ["whole"]
