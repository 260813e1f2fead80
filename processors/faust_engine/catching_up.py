"""Reading changelogs after a start, quicker than Faust does.

Faust's recovery makes two tasks and three timers a record: some thousand records a second. Here the records are read with a
consumer of our own, thousands at a time, just before Faust works out from where to read; it then finds nothing left to do. What
counts is decided by the same `LogTable`, which checks afterwards that the state is complete and that the end was reached.

`CatchingUp` overrides two methods of a Faust class that are not meant for it. Hence the exact version of Faust in pyproject.toml;
with another, `catches_up` says no, and recovery is Faust's own, slower and just as right.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP

LOG = logging.getLogger(__name__)
KNOWN_FAUST = "0.15.3"
RECORDS_AT_ONCE = 2_000
PARTITION_FETCH_BYTES = 1024 * 1024
FETCH_BYTES = 8 * 1024 * 1024
POLL_MILLISECONDS = 500


def catches_up() -> bool:
    """Whether this Faust is the one that this module was made and tested for."""
    return str(faust.__version__) == KNOWN_FAUST


class CatchingUpTables(TableManager):  # type: ignore[misc]  # Faust is not typed for us
    """Faust's table manager with the recovery below."""

    _recovery: CatchingUp | None

    @property
    def recovery(self) -> CatchingUp:
        if self._recovery is None:
            self._recovery = CatchingUp(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery


class CatchingUp(Recovery):  # type: ignore[misc]
    """Faust's recovery, with its tables read before it looks."""

    async def _build_offsets(self, consumer: Any, tps: set[TP], destination: Any, title: str) -> None:
        if title == "active":
            try:
                overtaken = await self._catch_up(tps, destination)
            except KafkaError as error:
                LOG.warning("reading the changelogs broke off (%r); Faust goes on with it, slower", error)
            else:
                if overtaken:
                    # Going on would let Faust read for the old generation amid the new one. Its signal ends this.
                    await asyncio.Event().wait()
        await super()._build_offsets(consumer, tps, destination, title)

    async def _wait(self, coro: Any, timeout: Any = None) -> None:
        # A large state takes longer than a request may; after a timeout Faust would go on as if it had its answer.
        reading = getattr(coro, "__name__", "") == self._build_offsets.__name__
        await super()._wait(coro, timeout=None if reading else timeout)

    async def _catch_up(self, tps: Iterable[TP], destination: Any) -> bool:
        """Read each changelog partition up to its highwater, which Faust has asked for just before. Whether a rebalance came in
        between: then recovery begins again behind it.
        """
        generation = self._generation_id
        tables = {tp: self.tp_to_table[tp] for tp in tps}

        def overtaken() -> bool:
            return any(table.generation != generation for table in tables.values())

        if overtaken():
            return True
        ends = {tp: self.active_highwaters[tp] for tp in tables}
        starts = {tp: table.begin_reading(tp.partition) for tp, table in tables.items()}
        open_tps = {tp for tp in ends if starts[tp] <= ends[tp]}
        if not open_tps:
            return False
        reader = AIOKafkaConsumer(
            bootstrap_servers=[f"{url.host}:{url.port}" for url in self.app.conf.broker],
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # compaction may have taken the record we would begin at
            max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
            fetch_max_bytes=FETCH_BYTES,
        )
        await reader.start()
        bulk = contextlib.ExitStack()
        try:
            for tp in open_tps:
                bulk.enter_context(tables[tp].written_in_bulk(tp.partition))
            reader.assign([TopicPartition(tp.topic, tp.partition) for tp in open_tps])
            for tp in open_tps:
                reader.seek(TopicPartition(tp.topic, tp.partition), starts[tp])
            while open_tps:
                found = await reader.getmany(timeout_ms=POLL_MILLISECONDS, max_records=RECORDS_AT_ONCE)
                if overtaken():
                    return True
                for at, records in found.items():
                    tp = TP(at.topic, at.partition)
                    wanted = [record for record in records if record.offset <= ends[tp]]
                    tables[tp].replay(tp.partition, wanted, generation=generation)
                    destination[tp] = min(records[-1].offset, ends[tp])
                for tp in list(open_tps):
                    at = TopicPartition(tp.topic, tp.partition)
                    position = await reader.position(at)
                    if overtaken():
                        return True
                    if position > ends[tp]:
                        open_tps.discard(tp)
                        destination[tp] = ends[tp]
                        reader.pause(at)
            return False
        finally:
            bulk.close()
            await reader.stop()
