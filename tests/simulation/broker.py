"""A broker in memory: logs of topics and changelogs, offsets, what a framework commits, and compaction."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from typing import NamedTuple

from khabar.topics import Topic
from processors.faust_engine.batch_log import LogRecord, Tag

Partition = tuple[Topic, int]
Lane = tuple[str, int]
"""A stage and a partition of its source."""


class Delivered(NamedTuple):
    """A message as a consumer gets it; named as the client library names its parts."""

    offset: int
    key: bytes | None
    value: bytes


class Changelog:
    """One partition of a changelog. Compaction takes records away; offsets stay."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []
        self.next_offset = 0

    def append(self, key: bytes, value: bytes | None, tag: Tag) -> int:
        offset = self.next_offset
        self.records.append(LogRecord(offset, key, value, tag))
        self.next_offset += 1
        return offset

    def compact(self, below: int) -> None:
        """Keep of each key the last record among those under offset `below`, and all that follow."""
        last = {record.key: record.offset for record in self.records if record.offset < below}
        self.records = [r for r in self.records if r.offset >= below or last[r.key] == r.offset]


class Broker:
    """What survives every crash of a worker.

    `edges_apart`: copy edges go to a topic of their own, and whoever reads findings merges the two as they come. It stands here
    as a break of the law.
    """

    def __init__(self, *, edges_apart: bool = False) -> None:
        self._edges_apart = edges_apart
        self._apart: defaultdict[int, tuple[deque[Delivered], deque[Delivered]]] = defaultdict(
            lambda: (deque(), deque())
        )
        self._merged: defaultdict[int, list[int]] = defaultdict(list)
        self.topics: defaultdict[Partition, list[Delivered]] = defaultdict(list)
        self.changelogs: defaultdict[Lane, Changelog] = defaultdict(Changelog)
        self.committed: defaultdict[Lane, int] = defaultdict(int)
        """The next offset by the framework's word: at times behind what was applied, at times ahead of it."""

    def publish(self, topic: Topic, partition: int, key: bytes | None, value: bytes, *, sender: str = "") -> None:
        if topic is Topic.FINDINGS and self._edges_apart:
            self._apart[partition][sender == "deduplication"].append(Delivered(-1, key, value))
            return
        log = self.topics[topic, partition]
        log.append(Delivered(len(log), key, value))

    def end(self, topic: Topic, partition: int) -> int:
        end = len(self.topics[topic, partition])
        if self._edges_apart and topic is Topic.FINDINGS:
            end += sum(map(len, self._apart[partition]))
        return end

    def values(self, topic: Topic) -> list[bytes]:
        """All values of a topic, partition by partition."""
        found = sorted(place for place in self.topics if place[0] is topic)
        return [message.value for place in found for message in self.topics[place]]

    def fetch(self, topic: Topic, partition: int, wanted: int, rng: random.Random) -> list[Delivered]:
        """A few messages from about `wanted` on: at times some that were delivered before, at times with some left out."""
        log = self.topics[topic, partition]
        if topic is Topic.FINDINGS and self._edges_apart:
            while len(log) < wanted + 4 and any(self._apart[partition]):
                side = rng.choice([index for index, waiting in enumerate(self._apart[partition]) if waiting])
                self._merged[partition].append(side)
                log.append(self._apart[partition][side].popleft()._replace(offset=len(log)))
        start = max(0, wanted - (rng.randint(1, 3) if rng.random() < 0.2 else 0))
        messages = log[start : wanted + rng.randint(1, 8)]
        if rng.random() < 0.1 and len(messages) > 1:
            del messages[rng.randrange(len(messages) - 1)]
        return messages

    def forget_merging(self, topic: Topic, partition: int, offset: int) -> None:
        """A reader of two topics begins again at `offset`: what it had merged beyond, it merges anew."""
        if topic is Topic.FINDINGS and self._edges_apart:
            log = self.topics[topic, partition]
            while len(log) > offset:
                self._apart[partition][self._merged[partition].pop()].appendleft(log.pop())
