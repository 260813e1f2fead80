"""How a process begins at a partition whose last owner may have died of the very message that comes next.

Before its first batch there a process writes down, durably, where it begins. A batch that succeeds takes the marker beyond
that; so whoever finds an attempt at the position where it resumes knows that the process before it ended there. It then goes on
message by message, each with an attempt of its own, to the end of what was in flight; and spares the stage a message that stands
alone and has been begun at twice.

What ends a process need not be the message: an operator's kill -9, or a machine that stops. That is why a death in a batch blames
nobody, and why a single message has to be the next one at two starts: others end a process at one message twice in a row only by
a rare chance. What ends by itself, on purpose, takes its attempt back (see `StageWorker._excuse`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from msgspec import Struct

DEADLY_STARTS = 2


class Attempt(Struct, frozen=True, kw_only=True):
    """A start begins at the source offset `offset`, with messages up to `through`, for the `starts`th time."""

    offset: int
    through: int
    starts: int = 1


def suspected(found: Attempt | None, offset: int) -> bool:
    """Whether the message at `offset`, the next one, was in flight when the process before this one ended, or may have been."""
    return found is not None and found.offset <= offset <= found.through


def is_deadly(found: Attempt | None, offset: int) -> bool:
    """Whether enough starts have begun at this very message to be sure of it."""
    return found is not None and found.offset == offset and found.starts >= DEADLY_STARTS


def next_attempt(found: Attempt | None, first: int, last: int) -> Attempt:
    """What to write before the messages `first` to `last` of the source are processed."""
    if found is None or not suspected(found, first):
        return Attempt(offset=first, through=last)
    return Attempt(
        offset=first, through=max(found.through, last), starts=found.starts + 1 if found.offset == first else 1
    )


def excused(attempt: Attempt) -> Attempt:
    """The attempt as it was before this start, which ended for another reason."""
    return Attempt(offset=attempt.offset, through=attempt.through, starts=attempt.starts - 1)


class Turns:
    """Whose turn it is in a process, for all its stages: partitions begin one after another, so that a death makes one of them
    suspect and not all; and while a message that is suspected is in hand, no other step is taken, so that it alone is to blame.
    """

    def __init__(self) -> None:
        self._beginning = asyncio.Lock()
        self._open = asyncio.Event()
        self._open.set()

    @contextlib.asynccontextmanager
    async def beginning(self, *, alone: bool) -> AsyncIterator[None]:
        """To be held from before an attempt is written until its batch is applied. `alone`: no step beside it."""
        async with self._beginning:
            if not alone:
                yield
                return
            await asyncio.sleep(0)  # the others have waited: one step each
            self._open.clear()
            try:
                yield
            finally:
                self._open.set()

    async def step(self) -> None:
        """To be awaited right before a step that is not in a turn of its own."""
        while not self._open.is_set():
            await self._open.wait()
