"""The fingerprints of the window, in flat arrays: about a kilobyte an article. Knows messages by their offset only.

A message has an *anchor*, the time from which its age is reckoned: its newest event time, or the watermark when it arrived
if that was later. It expires, whole, once its anchor is older than the cutoff. So what comes late stays as long as what
comes in time, reckoned from its arrival, and copies that come late together find each other.

Rows stand in the order of their messages. Removed rows stay as dead ones until there are too many; then the rest moves
together and the tables are built anew, so that removing costs a constant on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from processors.deduplication.arrivals import anchor_messages, nothing_seen
from processors.deduplication.postings import DEAD, FOREVER, find_ids, move_together, post, post_ids
from processors.deduplication.rows import ROW, Rows
from processors.fingerprints.kernels import KEYS

MAX_DEAD_SHARE: Final = 0.07
MIN_DEAD: Final = 1024
ROOM_SHARE: Final = 32
"""Arrays grow by a thirty-second: they are resized in place, which moves pages, not bytes, once they are large."""


class Index:
    """What the partition's table holds, ready for comparison. Made for one writer; readers see it between writes."""

    __slots__ = (
        "_dead",
        "_ids",
        "_message_count",
        "_messages",
        "_oldest",
        "_taken",
        "anchors",
        "heads",
        "largest",
        "older",
        "rows",
        "size",
    )

    rows: Rows
    """All rows; the first `size` are in use, dead ones among them."""
    anchors: NDArray[np.int64]
    """The anchor of each row's message; DEAD where it was removed."""
    heads: NDArray[np.uint32]
    older: NDArray[np.uint32]
    """Chains of postings, as postings.py describes them."""
    largest: NDArray[np.int64]
    """By origin, the largest event time seen, in seconds since 1970."""

    def __init__(self, partitions: int) -> None:
        self.largest = nothing_seen(partitions)
        self.size = 0
        self.rows = np.empty(64, dtype=ROW)
        self.anchors = np.full(64, DEAD, dtype=np.int64)
        self.older = np.empty((64, KEYS), dtype=np.uint32)
        self.heads = np.zeros(2048, dtype=np.uint32)
        self._ids = np.zeros(256, dtype=np.uint32)
        self._taken = 0
        self._dead = 0
        # Per message: offset, end of its rows (they start where those of the one before end), anchor or FOREVER once it
        # is removed.
        self._messages = np.empty((64, 3), dtype=np.int64)
        self._message_count = 0
        self._oldest = FOREVER

    def __len__(self) -> int:
        return self.size - self._dead

    @property
    def memory_bytes(self) -> int:
        """What the arrays occupy, room for growth included."""
        arrays = (self.rows, self.anchors, self.older, self.heads, self._ids, self._messages)
        return sum(array.nbytes for array in arrays)

    def anchors_of(self, asked: Rows) -> NDArray[np.int64]:
        """The anchors of the rows that have the ids of `asked`; DEAD where an id is not here."""
        found = np.full(len(asked), DEAD, dtype=np.int64)
        find_ids(self.rows, self._ids, self.anchors, asked, found)
        return found

    def add(self, offsets: Sequence[int], counts: Sequence[int], rows: Rows) -> None:
        """Add messages, as `append` does, and make them findable."""
        first = self.size
        self.append(offsets, counts, rows)
        if 3 * (self._taken + len(rows) * KEYS) > 2 * len(self.heads) or 3 * self.size > 2 * len(self._ids):
            self.post_all()
            return
        self._taken += post(self.rows, self.heads, self.older, first, self.size)
        post_ids(self.rows, self._ids, first, self.size)

    def append(self, offsets: Sequence[int], counts: Sequence[int], rows: Rows) -> None:
        """Add messages: their offsets, ascending and above all that are here, how many rows each has, and the rows.

        They are found once `post_all` was called: of many messages, each table is then built once.

        Messages that were removed, or never added because the batch that brought them also made them due, may be missing
        before and between these: the anchors come out as they were decided. Suppose the watermark at a message's arrival
        is reckoned too low without them. Then one of them held an origin's largest time, which was not older than the
        true watermark; that one is due, so the true watermark is older than the cutoff. If the message is not due itself,
        its anchor is not the watermark but its own newest time, then as now.
        """
        first, end = self.size, self.size + len(rows)
        _make_room(self.rows, end)
        _make_room(self.anchors, end)
        _make_room(self.older, end)
        self.rows[first:end] = rows
        self.size = end
        messages = self._message_count + len(offsets)
        _make_room(self._messages, messages)
        ends = np.cumsum(counts)
        anchor_messages(self.rows[first:end], ends, self.largest, self.anchors[first:end])
        added = self._messages[self._message_count : messages]
        added[:, 0] = offsets
        added[:, 1] = first + ends
        added[:, 2] = self.anchors[added[:, 1] - 1]
        self._message_count = messages
        self._oldest = min(self._oldest, int(added[:, 2].min(initial=FOREVER)))

    def expired(self, cutoff: int) -> list[int]:
        """The offsets of the messages whose anchors are older than `cutoff`, in seconds since 1970.

        Looks at the messages only when there may be one; so with a cutoff that moves in steps it costs next to nothing.
        """
        if cutoff <= self._oldest:
            return []
        messages = self._messages[: self._message_count]
        found: list[int] = messages[messages[:, 2] < cutoff, 0].tolist()
        return found

    def remove(self, offsets: Sequence[int]) -> None:
        """Remove messages. An offset that is not here is no error: a crash may have cut the removal before."""
        messages = self._messages[: self._message_count]
        for offset in offsets:
            place = int(np.searchsorted(messages[:, 0], offset))
            if place == len(messages) or messages[place, 0] != offset or messages[place, 2] == FOREVER:
                continue
            start = int(messages[place - 1, 1]) if place else 0
            end = int(messages[place, 1])
            self.anchors[start:end] = DEAD
            messages[place, 2] = FOREVER
            self._dead += end - start
        self._oldest = int(messages[:, 2].min()) if len(messages) else FOREVER
        if self._dead > max(MIN_DEAD, MAX_DEAD_SHARE * self.size):
            self.compact()

    def compact(self) -> None:
        """Give back the room of removed rows. Done by itself when there are many."""
        alive_before = np.cumsum(self.anchors[: self.size] != DEAD)
        messages = self._messages[: self._message_count]
        left = messages[messages[:, 2] != FOREVER]
        left[:, 1] = alive_before[left[:, 1] - 1]
        self._messages = left
        self._message_count = len(left)
        self.size = move_together(self.rows, self.anchors, self.size)
        self._dead = 0
        for array in (self.rows, self.anchors, self.older):
            array.resize((self.size, *array.shape[1:]), refcheck=False)
        self.post_all()

    def post_all(self) -> None:
        """Make the tables anew, which must stay at most two thirds full."""
        # Free the old tables before there are new ones.
        self.heads = self._ids = np.empty(0, dtype=np.uint32)
        self.heads = np.zeros(_power_of_two(2 * self.size * KEYS), dtype=np.uint32)
        self._ids = np.zeros(_power_of_two(2 * self.size), dtype=np.uint32)
        self._taken = post(self.rows, self.heads, self.older, 0, self.size)
        post_ids(self.rows, self._ids, 0, self.size)


def _power_of_two(least: int) -> int:
    return max(256, 1 << (least - 1).bit_length())


def _make_room(array: NDArray[Any], size: int) -> None:
    """Lengthen `array` in place where `size` does not fit, and then by some more.

    Its memory may move, unchecked: nobody may hold a view of it. numpy's own check counts this call as a holder.
    """
    if size > len(array):
        array.resize((size + size // ROOM_SHARE, *array.shape[1:]), refcheck=False)
