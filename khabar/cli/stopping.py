"""Ctrl-C and SIGTERM: the first asks to stop cleanly, the second ends the process at once."""

from __future__ import annotations

import signal
import time
from types import FrameType


class Stop:
    """Whether SIGINT or SIGTERM came, and when (monotonic seconds)."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.at_seconds = 0.0

    def listen(self) -> None:
        """Take both signals over."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

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
