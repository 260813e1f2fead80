"""What a step is being taken with, noted in the process's data directory from right before the step to right behind it.

Who finds a note there at its start knows that the process before it ended within a step, and of which messages: no attempt in a
changelog says that so well, for those are written once a start, and what they cover includes waiting for the broker. So a message
that kills in the middle of the day is found at the second start, among those of its batch, and set aside at the third. The note
helps only where the next start has the same disk and gets the same partition; attempts help everywhere (see `attempts`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from khabar.codec import decode, encode
from khabar.errors import InvalidRecord
from processors.faust_engine.attempts import DEADLY_STARTS

_LARGEST_BYTES = 1024


class Note(Struct, frozen=True, kw_only=True):
    """The messages `first` to `last` of a stage's source partition. `deaths`: of processes that had all of them in hand.
    `counted`: whether the last of them is among those, and the process since has taken no step.
    """

    stage: str
    partition: int
    first: int
    last: int
    deaths: int = 0
    counted: bool = False

    def holds(self, stage: str, partition: int, offset: int) -> bool:
        return (self.stage, self.partition) == (stage, partition) and self.first <= offset <= self.last


class InHand:
    """The note of one process. Steps are taken one at a time, so there is one."""

    def __init__(self, directory: Path, generation: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._file = os.open(directory / file_name(generation), os.O_RDWR | os.O_CREAT, 0o644)
        self._found = _read(self._file)
        if self._found is not None:
            self._write(self._found)  # for the next start, should this one end before its first step

    def suspects(self, stage: str, partition: int, offset: int) -> bool:
        """Whether the process before this one ended in a step with the message."""
        return self._found is not None and self._found.holds(stage, partition, offset)

    def deaths_of(self, stage: str, partition: int, offset: int) -> int:
        """How many processes have ended in a step with this message, if it was alone in the last one; else 0."""
        found = self._found
        if found is None or not found.holds(stage, partition, offset) or found.first != found.last:
            return 0
        return found.deaths

    def is_deadly(self, stage: str, partition: int, offset: int) -> bool:
        """Whether that is often enough to be sure of it."""
        return self.deaths_of(stage, partition, offset) >= DEADLY_STARTS

    @contextlib.contextmanager
    def step(self, stage: str, partition: int, first: int, last: int) -> Iterator[None]:
        """To be held while a step is taken with the messages `first` to `last`."""
        known = self._found if first == last else None
        deaths = known.deaths if known is not None and known.holds(stage, partition, first) else 0
        self._write(Note(stage=stage, partition=partition, first=first, last=last, deaths=deaths))
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, 0)

    def _write(self, note: Note) -> None:
        # A disk that takes no note is not the message's fault; without one there are still the attempts.
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, encode(note), 0)


def file_name(generation: int) -> str:
    """Of the note in a data directory. Offsets mean something else in another generation."""
    return f"in-hand-g{generation}"


def _read(file: int) -> Note | None:
    """What the process before noted, with its own death; None if it ended otherwise, or was cut short while it wrote."""
    try:
        note = decode(os.pread(file, _LARGEST_BYTES, 0), Note)
    except (InvalidRecord, OSError):
        return None
    return note if note.counted else replace(note, deaths=note.deaths + 1, counted=True)
