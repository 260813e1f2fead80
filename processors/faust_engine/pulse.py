"""Whether the process stood still: frozen by a signal, by its machine, or by compiled code that lets nothing else run.

A thread of its own beats, for a stage that works long in Python keeps the event loop waiting, too, and is no reason to leave:
the thread that answers the broker's group coordinator goes on meanwhile.
"""

from __future__ import annotations

import threading
import time

BEAT_SECONDS = 0.5


class Pulse:
    """Beats from `start` on."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._beat_at = time.monotonic()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to beat; once is enough."""
        if self._thread is None:
            self._beat_at = time.monotonic()
            self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)
            self._thread.start()

    def longest_pause(self) -> float:
        """Seconds without a beat, the longest so far; one that has just ended counts before the thread has seen it.

        None before `start`: Faust starts tasks after the recovery, and there may be something to write before that.
        """
        if self._thread is None:
            return 0.0
        return max(self._longest, time.monotonic() - self._beat_at)

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_SECONDS)
            now = time.monotonic()
            self._longest = max(self._longest, now - self._beat_at)
            self._beat_at = now
