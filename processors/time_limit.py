"""A limit on the time that a piece of Python may take, kept by a timer signal.

The interpreter looks for signals between two operations, and so does `re`. Compiled code that does not come back (a numba kernel,
a parser in C, the compiled coder) is interrupted only when it returns. Signals reach the main thread alone: elsewhere there is no limit.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.5
"""Where the first interruption was swallowed, by a finalizer for instance, so many seconds later comes the next."""


class StepTooLong(BaseException):
    """A step ran longer than it may. No Exception, so that the code which it interrupts does not take it for one of its own."""


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise StepTooLong in the block once it has taken `seconds`; None sets no limit. Not to be nested."""
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        # The signal may have been caught, and not yet handled, when the block ended.
        if armed:
            raise StepTooLong(f"it took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
