"""Reading again what Faust dropped: stop fetching, wait until Faust's queue holds nothing of the partition, rewind, go on.

The wait matters: a record from beyond the gap that is delivered later than the rewind takes Faust's position with it, and the
gap is there again. A hole that no rewind fills was made by retention (or compaction): it is logged as an error and passed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from processors.faust_engine.intake import Intake

LOG = logging.getLogger(__name__)
QUIET_SECONDS = 0.05
DRAIN_SECONDS = 2.0
PROBE_SECONDS = 10.0


async def refetch(
    intake: Intake, *, consumer: Any, brokers: str, on_attempt: Callable[[], None], on_lost: Callable[[int], None]
) -> None:
    """Bring the next offset of `intake` to delivery, or find that it no longer exists."""
    attempts = 0
    while not intake.stopped:
        wanted = intake.next_offset
        attempts += 1
        on_attempt()
        if attempts > 2:
            await _step_over_hole(intake, consumer=consumer, brokers=brokers, on_lost=on_lost)
            wanted = intake.next_offset
        consumer.pause_partitions({intake.tp})
        await _drain(intake)
        if intake.stopped:
            return
        await consumer.seek_wait({intake.tp: wanted})
        if intake.stopped:
            return
        consumer.resume_partitions({intake.tp})
        for _ in range(25):
            await asyncio.sleep(0.1)
            if intake.stopped or intake.next_offset > wanted:
                return


async def _drain(intake: Intake) -> None:
    loop = asyncio.get_running_loop()
    intake.last_stray = began = loop.time()
    while loop.time() - intake.last_stray < QUIET_SECONDS and loop.time() - began < DRAIN_SECONDS:
        await asyncio.sleep(0.01)


async def _step_over_hole(intake: Intake, *, consumer: Any, brokers: str, on_lost: Callable[[int], None]) -> None:
    wanted = intake.next_offset
    start = (await consumer.earliest_offsets(intake.tp))[intake.tp]
    exists = start if start > wanted else await _first_existing(intake, brokers, wanted)
    if exists > wanted and intake.next_offset == wanted and not intake.stopped:
        LOG.error(
            "%s: offsets %d to %d are gone (the log starts at %d): retention removed them before they were processed",
            intake.tp, wanted, exists - 1, start,
        )  # fmt: skip
        on_lost(exists - wanted)
        intake.next_offset = exists


async def _first_existing(intake: Intake, brokers: str, offset: int) -> int:
    """Where the log goes on from `offset`, asked of the broker without Faust. `offset` itself if no answer comes."""
    probe = AIOKafkaConsumer(bootstrap_servers=brokers.split(","), enable_auto_commit=False)
    await probe.start()
    try:
        tp = TopicPartition(intake.tp.topic, intake.tp.partition)
        probe.assign([tp])
        probe.seek(tp, offset)
        record = await asyncio.wait_for(probe.getone(tp), PROBE_SECONDS)
        return int(record.offset)
    except TimeoutError:
        return offset
    finally:
        await probe.stop()
