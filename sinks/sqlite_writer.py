"""The writer behind `khabar sink sqlite`: rows and offsets of a batch in one transaction of the store."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from khabar.errors import ContractViolation
from khabar.records import ActorHour, ResolvedArticle
from khabar.topics import Topic, topic_name
from sinks.documents import Partition
from sinks.sqlite import Store
from sinks.writer import Abandoned, Batch, Settled

LOG = logging.getLogger("khabar.sink")

RETRY_SECONDS = 5.0
QUIET_SECONDS = 60.0
NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
"""The disk is full, or a quota or a limit on the size of files is reached, which SQLite calls an error of writing."""
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Somebody else writes to the file for long. The low byte of an error."""


class SqliteWriter:
    """One batch at a time: a transaction is committed before the next begins."""

    name = "sqlite"
    concurrency = 1

    def __init__(
        self,
        path: Path,
        *,
        generation: int,
        abandon: threading.Event,
        retried: Callable[[str], None] = lambda reason: None,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """`retried` is told the reason of each attempt that failed, for metrics."""
        self._path = path
        self._topics = frozenset(
            topic_name(topic, generation) for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS)
        )
        self._abandon = abandon
        self._retried = retried
        self._retry_seconds = retry_seconds
        self._store = Store.open(path)

    def prepare(self) -> None:
        """Raises ContractViolation where the file holds something else than what this generation's topics said."""
        offsets = self._store.offsets()
        others = sorted({topic for topic, _ in offsets} - self._topics)
        if others:
            raise ContractViolation(
                f"{self._path} is filled from {', '.join(others)}; a store holds one generation. Name another file."
            )
        if not offsets and not self._store.is_empty():
            raise ContractViolation(
                f"{self._path} was not filled from topics (by `khabar batch`, perhaps); name another file."
            )

    def offsets(self) -> Mapping[Partition, int]:
        """Where each partition goes on, as the last transaction left it."""
        return self._store.offsets()

    def destination(self, topic: Topic) -> str:
        """Offsets stand in the file itself, so they cannot be mistaken for another's."""
        return topic.value

    def write(self, batch: Batch) -> Settled:
        """See Writer. Waits while the disk is full."""
        articles = [one.record for one in batch.records if isinstance(one.record, ResolvedArticle)]
        hours = [one.record for one in batch.records if isinstance(one.record, ActorHour)]
        lines = sum(len(hour.counts) for hour in hours)
        stale_articles, stale_lines = self._write(articles, hours, batch.next_offsets)
        return Settled(
            written={"article": len(articles) - stale_articles, "count": lines - stale_lines},
            stale={"article": stale_articles, "count": stale_lines},
        )

    def close(self) -> None:
        self._store.close()

    def _write(
        self, articles: Sequence[ResolvedArticle], hours: Sequence[ActorHour], offsets: Mapping[Partition, int]
    ) -> tuple[int, int]:
        since, said = time.monotonic(), 0.0
        while True:
            try:
                stale = self._store.write_articles(articles), self._store.write_actor_hours(hours)
                self._store.write_offsets(offsets)
                self._store.commit()
            except sqlite3.OperationalError as error:
                self._store.rollback()
                no_room = error.sqlite_errorcode in NO_ROOM
                if not no_room and error.sqlite_errorcode & 0xFF not in BUSY:
                    raise ContractViolation(f"{self._path} cannot be written: {error}") from None
                self._retried("disk_full" if no_room else "busy")
                now = time.monotonic()
                if not said or now - said >= QUIET_SECONDS:
                    said = now
                    LOG.warning(
                        "%s cannot be written (%s); for %.0f s now; waiting and trying again%s",
                        self._path,
                        error,
                        now - since,
                        ". Make room on its disk" if no_room else "",
                    )
                if self._abandon.wait(self._retry_seconds):
                    raise Abandoned from None
            else:
                if said:
                    LOG.warning("%s is written again, after %.1f s", self._path, time.monotonic() - since)
                return stale
