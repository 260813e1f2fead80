"""Ctrl-C and SIGTERM: the first asks to stop cleanly, the second ends the process at once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequested(Exception):  # noqa: N818 - nothing is wrong
    """Raised amid long work by whoever finds that the user wants it to end."""


class Stop:
    """Whether SIGINT or SIGTERM came, and when (monotonic seconds)."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.at_seconds = 0.0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take both signals over while the block runs."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def requested(self) -> bool:
        return self.signal is not None

    def may_wait(self, seconds: float) -> bool:
        """False once `seconds` have passed since the request."""
        return self.signal is None or time.monotonic() - self.at_seconds < seconds

    @property
    def exit_code(self) -> int:
        """130 after Ctrl-C, 143 after SIGTERM, 0 before either."""
        return 0 if self.signal is None else 128 + self.signal

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.signal is not None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.signal = number
        self.at_seconds = time.monotonic()
