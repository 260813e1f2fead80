"""One worker process: the Faust app, and the stages on it."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Any, Literal

import faust
from aiokafka.errors import KafkaError

from khabar.metrics import WorkerMetrics
from khabar.sparing import Sparingly
from khabar.topics import MAX_MESSAGE_BYTES, app_id
from processors.faust_engine.attempts import Turns
from processors.faust_engine.buffer import BUFFER_MESSAGES, App
from processors.faust_engine.catching_up import CatchingUpTables, catches_up
from processors.faust_engine.exit import stop_process
from processors.faust_engine.in_hand import InHand
from processors.faust_engine.publishing import Publisher
from processors.faust_engine.pulse import Pulse
from processors.faust_engine.stage_worker import StageWorker
from processors.stage import Stage

SESSION_TIMEOUT_SECONDS = 10.0
"""Bounds the pause of a partition whose worker was killed. A worker paused for longer is no longer the owner."""
STOP_SECONDS = 10.0
REBALANCE_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker process needs to know. `data_directory` belongs to this process alone; `layout` says what the
    generation holds fixed; `step_limit_seconds`: what takes a stage longer goes to dead-letters; `quick_recovery`: see
    `catching_up`.
    """

    brokers: str
    generation: int
    partitions: int
    store: Literal["rocksdb", "memory"]
    data_directory: Path
    layout: str
    step_limit_seconds: float | None = None
    quick_recovery: bool = True


def create_app(
    settings: WorkerSettings, stages: Sequence[Stage[Any]], metrics: WorkerMetrics
) -> tuple[faust.App, list[StageWorker]]:
    """A Faust app with one agent and one table per stage, both named after it; and what runs the stages in it."""
    app = App(
        app_id(settings.generation),
        broker=[f"kafka://{address.strip()}" for address in settings.brokers.split(",")],
        datadir=str(settings.data_directory),
        store="memory://" if settings.store == "memory" else "rocksdb://",
        web_enabled=False,
        topic_partitions=settings.partitions,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=SESSION_TIMEOUT_SECONDS,
        broker_heartbeat_interval=2.0,
        # A rebalance waits for the batch in flight, and a step in it may take its limit.
        broker_rebalance_timeout=max(REBALANCE_TIMEOUT_SECONDS, 2 * (settings.step_limit_seconds or 0)),
        broker_max_poll_records=1000,
        consumer_max_fetch_size=256 * 1024,
        producer_acks=-1,
        producer_max_request_size=MAX_MESSAGE_BYTES + 1024 * 1024,
        producer_max_batch_size=256 * 1024,
        stream_buffer_maxsize=BUFFER_MESSAGES,
        stream_wait_empty=False,
        **({"TableManager": CatchingUpTables} if settings.quick_recovery and catches_up() else {}),
        recovery_consistency_check=False,  # the table checks it, and drops a copy that does not fit
        worker_redirect_stdouts=False,
    )
    publisher, pulse, turns = Publisher(app), Pulse(), Turns()
    in_hand = InHand(settings.data_directory, settings.generation)
    return app, [
        StageWorker(
            app=app,
            stage=stage,
            generation=settings.generation,
            partitions=settings.partitions,
            layout=settings.layout,
            metrics=metrics,
            publisher=publisher,
            pulse=pulse,
            turns=turns,
            in_hand=in_hand,
            step_limit_seconds=settings.step_limit_seconds,
        )
        for stage in stages
    ]


def run_worker(app: faust.App, stage_workers: Sequence[StageWorker], *, loglevel: str) -> None:
    """Run until SIGTERM or Ctrl-C: batches in flight finish, offsets are committed. Ends the process."""
    logging.getLogger().setLevel(loglevel)
    for name in ("aiokafka", "faust.transport.drivers.aiokafka"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Sparingly("aiokafka"))
    worker = _Worker(app, loglevel=loglevel, quiet=True, redirect_stdouts=False, override_logging=False)
    worker.stage_workers = stage_workers
    worker.spinner = None
    worker.execute_from_commandline()


class _Worker(faust.Worker):  # type: ignore[misc]  # Faust is not typed for us
    """Hands over before Faust begins to stop; what Faust does afterwards may not hold the process up."""

    stage_workers: Sequence[StageWorker] = ()

    async def start(self) -> None:
        try:
            await super().start()
        except KafkaError as error:
            stop_process(f"Kafka went away while it started: {error}")

    async def _stop_on_signal(self, signal: Signals) -> None:
        await asyncio.gather(*[stage_worker.leave() for stage_worker in self.stage_workers])
        # Two workers that stop in one rebalance can keep Faust waiting for ever.
        overdue = threading.Timer(STOP_SECONDS, os._exit, (0,))
        overdue.daemon = True
        overdue.start()
        await super()._stop_on_signal(signal)
