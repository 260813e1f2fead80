"""One worker process: the Faust app, and the stages on it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import faust

from khabar.metrics import WorkerMetrics
from khabar.topics import MAX_MESSAGE_BYTES, app_id
from processors.faust_engine.stage_worker import StageWorker
from processors.stage import Stage

SESSION_TIMEOUT_SECONDS = 10.0
"""Bounds the pause of a partition whose worker was killed. A worker paused for longer is no longer the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker process needs to know. `data_directory` belongs to this process alone."""

    brokers: str
    generation: int
    partitions: int
    store: Literal["rocksdb", "memory"]
    data_directory: Path


def create_app(settings: WorkerSettings, stages: Sequence[Stage[Any]], metrics: WorkerMetrics) -> faust.App:
    """A Faust app with one agent and one table per stage, both named after it."""
    app = faust.App(
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
        broker_max_poll_records=1000,
        producer_acks=-1,
        producer_compression_type="lz4",
        producer_max_request_size=MAX_MESSAGE_BYTES + 1024 * 1024,
        producer_max_batch_size=256 * 1024,
        stream_wait_empty=False,
        worker_redirect_stdouts=False,
    )
    for stage in stages:
        StageWorker(
            app=app, stage=stage, generation=settings.generation, partitions=settings.partitions, metrics=metrics
        )
    return app


def run_worker(app: faust.App, *, loglevel: str) -> None:
    """Run until SIGTERM or Ctrl-C: batches in flight finish, offsets are committed. Ends the process."""
    logging.getLogger("aiokafka").setLevel(logging.ERROR)
    logging.getLogger("faust.transport.drivers.aiokafka").setLevel(logging.ERROR)
    worker = faust.Worker(app, loglevel=loglevel, quiet=True, redirect_stdouts=False, override_logging=False)
    worker.execute_from_commandline()
