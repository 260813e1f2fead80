"""Faust's queues between the consumer and an agent, bounded by bytes too.

Faust bounds them by messages alone, and 4,096 envelopes may be 4 GB. Here a queue that holds BUFFER_BYTES counts as full: its
partitions are not fetched until two fifths are left, as Faust does with messages; what a fetch has brought already is put in when
there is room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import faust
from mode.utils.queues import ThrowableQueue

BUFFER_MESSAGES = 4_096
BUFFER_BYTES = 8 * 1024 * 1024
DROP_BYTES = BUFFER_BYTES * 2 // 5


class BoundedQueue(ThrowableQueue):  # type: ignore[misc]  # mode is not typed for us
    """A queue of Faust events. `waiting_bytes`: their keys and values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.waiting_bytes = 0
        super().__init__(*args, **kwargs)

    def full(self) -> bool:
        return bool(self.waiting_bytes >= BUFFER_BYTES or super().full())

    def clear(self) -> None:
        super().clear()
        self.waiting_bytes = 0

    def in_pressure_high_state(self, callback: Callable[[], None]) -> bool:
        if self.waiting_bytes >= BUFFER_BYTES and callback not in self._pending_pressure_drop_callbacks:
            self._pending_pressure_drop_callbacks.add(callback)
            return True
        return bool(super().in_pressure_high_state(callback))

    def maybe_endorse_pressure_drop(self) -> None:
        if self.waiting_bytes <= DROP_BYTES:
            super().maybe_endorse_pressure_drop()

    def _put(self, item: Any) -> None:
        super()._put(item)
        self.waiting_bytes += _size(item)

    def _get(self) -> Any:
        item = super()._get()
        self.waiting_bytes -= _size(item)
        return item


class App(faust.App):  # type: ignore[misc]  # Faust is not typed for us
    """A Faust app whose queues are bounded by bytes."""

    def FlowControlQueue(  # noqa: N802 - Faust's name for it
        self, maxsize: int | None = None, *, clear_on_resume: bool = False
    ) -> BoundedQueue:
        return BoundedQueue(maxsize=maxsize, flow_control=self.flow_control, clear_on_resume=clear_on_resume)


def _size(event: Any) -> int:
    message = getattr(event, "message", None)
    return 0 if message is None else len(message.value or b"") + len(message.key or b"")
