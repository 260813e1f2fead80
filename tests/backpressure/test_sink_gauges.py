"""What a sink tells of its queues."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import orjson
from prometheus_client import CollectorRegistry

from khabar.metrics import SinkMetrics
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.consumer import Sink
from sinks.documents import Partition
from sinks.writer import Batch, Settled


class Nowhere:
    name = "nowhere"
    concurrency = 1

    def prepare(self) -> None: ...

    def offsets(self) -> Mapping[Partition, int] | None:
        return None

    def destination(self, topic: Topic) -> str:
        return topic.value

    def write(self, batch: Batch) -> Settled:
        return Settled()

    def close(self) -> None: ...


def test_partitions_share_one_queue_and_each_tells_its_size() -> None:
    registry = CollectorRegistry()
    sink = Sink(
        Settings(home=Path()),
        Nowhere(),
        metrics=SinkMetrics.create(registry),
        stop=threading.Event(),
        abandon=threading.Event(),
    )
    of_all = {"fetchq_cnt": 7, "fetchq_size": 7_000}
    idle = {"fetchq_cnt": 0, "fetchq_size": 0}
    topics = {"g1.resolved-articles": {"partitions": {"0": of_all, "1": of_all, "-1": idle}}}
    sink._on_statistics(orjson.dumps({"topics": topics}).decode())
    assert registry.get_sample_value("khabar_sink_queued_messages") == 7
    assert registry.get_sample_value("khabar_sink_queued_bytes") == 7_000
    sink._on_statistics('{"topics": {}}')
    assert registry.get_sample_value("khabar_sink_queued_bytes") == 0
