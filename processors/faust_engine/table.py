"""A Faust table that counts whole batches of its changelog and proves its state complete.

It subclasses faust.Table and uses its hooks; no function of Faust is replaced. Rows are bytes; a row's key carries its
partition, because Faust's memory store keeps all partitions in one dict. Never written by `table[key] = value`.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import faust
from faust.types import TP
from rocksdict import WriteOptions

from khabar.codec import decode, encode
from processors.faust_engine.attempts import Attempt
from processors.faust_engine.batch_log import TAG_HEADER, BatchLog, LogRecord, Marker, Tag, next_batch, row_digest
from processors.faust_engine.exit import stop_process

LOG = logging.getLogger(__name__)
ROCKSDB_OPTIONS = {
    "write_buffer_size": 8 * 1024 * 1024,
    "max_write_buffer_number": 2,
    "block_cache_size": 8 * 1024 * 1024,
}
"""Of each stage and partition. Faust's own, 192 MB of buffers and a cache of 2 GB, have no bound that a machine would notice."""


class LogTable(faust.Table):  # type: ignore[misc]  # Faust is not typed for us
    """The table of one stage. `recovered` is called after every recovery with the partitions that are ours."""

    recovered: Callable[[set[int]], Awaitable[None]]
    generation: int = -1
    """The consumer group's, in which the partitions were given out last."""
    _logs: dict[int, BatchLog] | None = None
    _proven: frozenset[int] = frozenset()

    # ---- rows ----

    @property
    def in_memory(self) -> bool:
        return not hasattr(self.data, "_dbs")

    def row(self, partition: int, key: bytes) -> bytes | None:
        """The row as this process has applied it: never newer than the changelog."""
        found: bytes | None = self._raw(partition, _prefix(partition) + key)
        return found

    def rows(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """All rows of the stage in the partition, in any order: without the engine's own, the marker and the attempt."""
        prefix, own = _prefix(partition), (_marker_key(partition), _attempt_key(partition))
        if self.in_memory:
            owner = self.data._key_partition
            items: Iterable[tuple[bytes, bytes]] = (
                (key, value) for key, value in self.data.data.items() if owner.get(key) == partition
            )
        else:
            items = self.data._visible_items(self.data._db_for_partition(partition))
        return ((key[len(prefix) :], value) for key, value in items if key not in own)

    def marker(self, partition: int) -> Marker:
        """How far the partition has got."""
        found = self._raw(partition, _marker_key(partition))
        return Marker() if found is None else decode(found, Marker)

    def attempt(self, partition: int) -> Attempt | None:
        """Where a start has begun last."""
        found = self._raw(partition, _attempt_key(partition))
        return None if found is None else decode(found, Attempt)

    def batch_log(self, partition: int) -> BatchLog:
        """The state of this process's reading of the changelog partition."""
        if self._logs is None:
            self._logs = {}
        if partition not in self._logs:
            persisted = self.data.persisted_offset(TP(self.changelog_topic_name, partition))
            self._logs[partition] = BatchLog(
                marker_key=_marker_key(partition),
                sequence=self.marker(partition).sequence,
                seen=-1 if persisted is None else persisted,
                counted=persisted,
            )
        return self._logs[partition]

    def apply(self, partition: int, records: Iterable[LogRecord]) -> None:
        """Bring counted records of the log into the local store."""
        tp = TP(self.changelog_topic_name, partition)
        self.data.apply_changelog_batch(
            [
                SimpleNamespace(
                    key=record.key,
                    value=record.value,
                    message=SimpleNamespace(
                        tp=tp, partition=partition, offset=record.offset, key=record.key, value=record.value
                    ),
                )
                for record in records
            ],
            to_key=self._to_key,
            to_value=self._to_value,
        )

    def batch(
        self,
        partition: int,
        writes: dict[bytes, bytes | None],
        position: int,
        layout: str,
        attempt: Attempt | None = None,
    ) -> tuple[list[tuple[bytes, bytes | None]], tuple[bytes, bytes], Marker]:
        """What to send for a batch: its changed rows, its marker record, and the marker."""
        prefix = _prefix(partition)
        records, marker = next_batch(
            self.batch_log(partition),
            self.marker(partition),
            lambda full_key: self._raw(partition, full_key),
            {prefix + key: value for key, value in writes.items()},
            position=position,
            layout=layout,
            uncounted={} if attempt is None else {_attempt_key(partition): encode(attempt)},
        )
        return records, (_marker_key(partition), encode(marker)), marker

    def _raw(self, partition: int, full_key: bytes) -> bytes | None:
        found: bytes | None = (
            self.data.data.get(full_key) if self.in_memory else self.data._db_for_partition(partition).get(full_key)
        )
        return found

    # ---- Faust's hooks ----

    def persisted_offset(self, tp: TP) -> int:
        """Where recovery begins. For the memory store too: a partition kept through a rebalance is not read again.

        Never None: of a partition that is kept, Faust would go on where it had read to, and a batch would lose its beginning.
        """
        counted = self.batch_log(tp.partition).counted
        return -1 if counted is None else counted

    async def on_rebalance(self, assigned: Any, revoked: Any, newly_assigned: Any, generation_id: int = 0) -> None:
        # First: a recovery of the generation before may still be reading, and what it reads from here on has lost its beginning.
        self.generation = generation_id
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)
        for partition in list(self._logs or ()):
            if TP(self.changelog_topic_name, partition) not in assigned:
                self._forget(partition)
            elif self.batch_log(partition).pending:
                self.batch_log(partition).rewind()

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        """Recovery and standby: called by Faust with records of the changelog, sometimes with strays."""
        recovery = self.app.tables.recovery
        ours = recovery.active_tps | recovery.standby_tps
        for event in batch:
            message = event.message
            if message.topic == self.changelog_topic_name and TP(message.topic, message.partition) in ours:
                self.replay(message.partition, [message], generation=message.generation_id)

    def begin_reading(self, partition: int) -> int:
        """The offset from which the changelog is to be read: behind the last batch that counted."""
        log = self.batch_log(partition)
        log.rewind()
        return log.seen + 1

    @contextlib.contextmanager
    def written_in_bulk(self, partition: int) -> Iterator[None]:
        """Meanwhile RocksDB keeps no log of its own: after a crash its copy is older, and the changelog is read from there."""
        if self.in_memory:
            yield
            return
        database = self.data._db_for_partition(partition)
        unlogged = WriteOptions()
        unlogged.disable_wal = True
        database.set_write_options(unlogged)
        try:
            yield
        finally:
            database.set_write_options(WriteOptions())
            database.flush()

    def replay(self, partition: int, messages: Sequence[Any], *, generation: int) -> None:
        """Take the next records of the changelog, in order; what was seen before is passed over.

        `generation`: that in which they were read. A rebalance forgets the unfinished batch at the end, so records of an earlier
        reading are not the next ones: with them the batch would count without its beginning.
        """
        if generation != self.generation:
            return
        try:
            log = self.batch_log(partition)
            counted: list[LogRecord] = []
            for message in messages:
                if message.offset > log.seen:
                    counted += log.feed(_record(message))
            if counted:
                self._proven -= {partition}
                self.apply(partition, counted)
        except Exception as error:  # noqa: BLE001 - Faust would only log it, and work on what it has
            stop_process(f"{self.name}: replaying the changelog failed: {error!r}")

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        recovery, app = self.app.tables.recovery, self.app
        if recovery.signal_recovery_start.is_set() or recovery._generation_id != app.consumer_generation_id:
            return  # overtaken by another rebalance, recovery is unfinished; Faust calls again
        try:
            # The memory store drops what is not in the first set: standby rows must be in it.
            await self.data.on_recovery_completed(active_tps | standby_tps, standby_tps)
            ours = {tp.partition for tp in active_tps}
            for partition in ours:
                log = self.batch_log(partition)
                end = recovery.active_highwaters.get(TP(self.changelog_topic_name, partition), -1)
                if log.seen > end:
                    self._drop_local_copy(partition)
                    stop_process(
                        f"{self.name}/{partition}: the local copy is ahead of the changelog ({log.seen}, {end}): the topics were "
                        "made anew. It was dropped; start the worker again"
                    )
                if log.seen < end:
                    stop_process(f"{self.name}/{partition}: recovery ended at {log.seen}, the changelog at {end}")
                if partition not in self._proven:
                    self._prove(partition)
                log.close()
            self._proven &= ours
            await self.recovered(ours)
            await self.call_recover_callbacks()
        except Exception as error:
            LOG.exception("recovery failed")
            stop_process(f"{self.name}: recovery failed: {error!r}")

    def _prove(self, partition: int) -> None:
        rows = digest = 0
        prefix = _prefix(partition)
        for key, value in self.rows(partition):
            rows, digest = rows + 1, digest ^ row_digest(prefix + key, value)
        marker = self.marker(partition)
        if (rows, digest) != (marker.rows, marker.digest):
            self._drop_local_copy(partition)
            stop_process(
                f"{self.name}/{partition}: the recovered state has {rows} rows, its marker says {marker.rows} and another "
                "digest; the local copy was dropped and will be read anew from the changelog at the next start"
            )
        self._proven |= {partition}

    def _drop_local_copy(self, partition: int) -> None:
        if self.in_memory:
            return
        self.data._dbs.pop(partition, None)
        gc.collect()
        shutil.rmtree(self.data.partition_path(partition), ignore_errors=True)

    def _forget(self, partition: int) -> None:
        if self._logs is not None:
            self._logs.pop(partition, None)
        self._proven -= {partition}
        if self.in_memory:
            owner = self.data._key_partition
            for key in [key for key, owned_by in owner.items() if owned_by == partition]:
                self.data.data.pop(key, None)
                owner.pop(key, None)


def _prefix(partition: int) -> bytes:
    return b"%d/" % partition


def _marker_key(partition: int) -> bytes:
    return b"@marker/%d" % partition


def _attempt_key(partition: int) -> bytes:
    return b"@attempt/%d" % partition


def _record(message: Any) -> LogRecord:
    tag = dict(message.headers or ()).get(TAG_HEADER)
    if tag is None:
        raise ValueError(f"changelog record {message.offset} has no {TAG_HEADER} header: not written by this engine")
    return LogRecord(message.offset, message.key, message.value, Tag.decode(tag))
