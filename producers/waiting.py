"""Input that may not be there yet: standard input that stays open, and a file that grows, as `tail -F` reads it.

While there is nothing to read, `wait` is called again and again; it sleeps a little, and raises Stopped to end the
reading. So a signal never has to interrupt anything but a wait.
"""

from __future__ import annotations

import io
import os
import select
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from producers.reading import BUFFER_BYTES

TAIL_BYTES = 256
"""So much of what was read last is compared, to notice that a file was cut."""


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """Raised by a `wait` to say that nothing more shall be read."""


class _Pipe(io.RawIOBase):
    def __init__(self, descriptor: int, wait: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._wait = wait

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not select.select([self._descriptor], [], [], 0)[0]:
            self._wait()
        return os.readv(self._descriptor, [buffer])


class _Growing(io.RawIOBase):
    def __init__(self, path: str, progress: Callable[[int], None], wait: Callable[[], None]) -> None:
        self._path = path
        self._file = io.FileIO(path)
        self._progress = progress
        self._wait = wait
        self._tail = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._cut():
            replaced = self._replaced()  # asked first: what was written before the change is still read
            taken = self._file.readinto(buffer) or 0
            if taken or replaced:
                self._tail = bytes(buffer[max(0, taken - TAIL_BYTES) : taken]) or self._tail
                self._progress(taken)
                return taken
            self._wait()
        return 0

    def close(self) -> None:
        self._file.close()
        super().close()

    def _cut(self) -> bool:
        """What was read last no longer stands there: the file was cut, and may have grown again since."""
        begin = self._file.tell() - len(self._tail)
        return os.pread(self._file.fileno(), len(self._tail), begin) != self._tail

    def _replaced(self) -> bool:
        """Another file has taken the name."""
        try:
            there = Path(self._path).stat()
        except FileNotFoundError:  # between the two moves of a rotation
            return False
        here = os.fstat(self._file.fileno())
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)


def open_pipe(descriptor: int, wait: Callable[[], None]) -> BinaryIO:
    """A stream over a pipe or terminal that can be left while it waits. Does not close the descriptor."""
    return cast("BinaryIO", io.BufferedReader(_Pipe(descriptor, wait), BUFFER_BYTES))


def follow(path: str, *, progress: Callable[[int], None], wait: Callable[[], None]) -> Iterator[BinaryIO]:
    """A stream for each file that comes to stand under `path`, from its beginning; ends only by Stopped.

    A stream ends when the file was replaced or cut; the next one begins anew. Waits for a file that is not there yet.
    """
    while True:
        try:
            growing = _Growing(path, progress, wait)
        except FileNotFoundError:
            wait()
            continue
        with io.BufferedReader(growing, BUFFER_BYTES) as stream:
            yield cast("BinaryIO", stream)
