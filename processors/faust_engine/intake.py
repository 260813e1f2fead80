"""One owned partition of a source topic: takes messages strictly in offset order and hands them on in batches.

What is below the next offset was applied before the marker was written; what is above it means that Faust dropped
something, and is not taken: it will be read again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from faust.types import TP

from processors.faust_engine.attempts import Attempt

BATCH_MESSAGES = 500
BATCH_BYTES = 1024 * 1024
BUFFERED_BATCHES = 4
GATHER_SECONDS = 0.015
"""How long a batch waits for what arrives together with its first message."""


class Verdict(Enum):
    """What intake made of a message."""

    TAKEN = auto()
    REPEAT = auto()
    GAP = auto()


@dataclass(slots=True, kw_only=True, eq=False)
class Intake:
    """The partition between two rebalances. `position`: last applied source offset; `next_offset`: the next to take."""

    tp: TP
    position: int
    next_offset: int
    memory: Any
    committed: int
    moved: float
    """Loop time at which the partition last took or applied something."""
    attempt: Attempt | None = None
    """Where a start has begun last, as the table has it."""
    begun: bool = False
    """Whether this process has applied something here since the partition came to it."""
    stopped: bool = False
    last_stray: float = 0.0
    refetch: asyncio.Task[None] | None = None
    waiting: deque[Any] = field(default_factory=deque)
    waiting_bytes: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    room: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()
        self.room.set()

    def offer(self, message: Any) -> Verdict:
        """Take the message if it is the next one."""
        if message.offset < self.next_offset:
            return Verdict.REPEAT
        if message.offset > self.next_offset:
            return Verdict.GAP
        self.waiting.append(message)
        self.waiting_bytes += len(message.value or b"")
        self.next_offset = message.offset + 1
        self.arrived.set()
        if (
            len(self.waiting) >= BUFFERED_BATCHES * BATCH_MESSAGES
            or self.waiting_bytes >= BUFFERED_BATCHES * BATCH_BYTES
        ):
            self.room.clear()
        return Verdict.TAKEN

    async def batch(self) -> list[Any]:
        """The next messages to process, at least one; empty once the partition is stopped."""
        await self.arrived.wait()
        if len(self.waiting) < BATCH_MESSAGES and self.waiting_bytes < BATCH_BYTES and not self.stopped:
            await asyncio.sleep(GATHER_SECONDS)
        batch: list[Any] = []
        size = 0
        while self.waiting and len(batch) < BATCH_MESSAGES and (not batch or size < BATCH_BYTES):
            message = self.waiting.popleft()
            batch.append(message)
            size += len(message.value or b"")
        self.waiting_bytes -= size
        if not self.waiting and not self.stopped:
            self.arrived.clear()
        self.room.set()
        return [] if self.stopped else batch

    def stop(self) -> None:
        """The partition is no longer ours, or soon will not be: take nothing more, wake whoever waits."""
        self.stopped = True
        self.waiting.clear()
        self.waiting_bytes = 0
        self.arrived.set()
        self.room.set()
