"""Running a sink in a test: to its idle end, or in a thread until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import Elasticsearch
from prometheus_client import CollectorRegistry

from khabar.metrics import SinkMetrics
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.consumer import Limits, Sink, Totals
from sinks.elasticsearch import ElasticsearchWriter, index_name
from sinks.writer import Writer

LIMITS = Limits(documents=50, seconds=0.1)


class Running:
    """A sink in a thread. `error` is what it ended with, if it did."""

    def __init__(self, settings: Settings, writer: Writer, abandon: threading.Event, **more: Any) -> None:
        self.stop = threading.Event()
        self.registry = CollectorRegistry()
        self.totals: Totals | None = None
        self.error: BaseException | None = None
        self._sink = Sink(
            settings,
            writer,
            metrics=SinkMetrics.create(self.registry),
            stop=self.stop,
            abandon=abandon,
            **{"limits": LIMITS, **more},
        )
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.totals = self._sink.run()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.error = error

    def join(self, timeout: float = 60) -> Totals:
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "the sink did not end"
        if self.error is not None:
            raise self.error
        assert self.totals is not None
        return self.totals

    def end(self) -> None:
        self.stop.set()
        self._thread.join(60)


@contextmanager
def elasticsearch_sink(settings: Settings, *, promote: bool = False, **more: Any) -> Iterator[Running]:
    abandon = threading.Event()
    writer = ElasticsearchWriter(settings, abandon=abandon, promote=promote, request_seconds=2.0)
    running = Running(settings, writer, abandon, **more)
    try:
        yield running
    finally:
        running.end()


def run_elasticsearch_sink(settings: Settings, **more: Any) -> Totals:
    """Until caught up and idle for a second."""
    with elasticsearch_sink(settings, until_idle_seconds=1.0, **more) as running:
        return running.join()


def indexed(url: str, settings: Settings, topic: Topic) -> dict[str, dict[str, Any]]:
    """Every document of the index, by id, with its `_version`."""
    index = index_name(topic, settings.generation)
    with Elasticsearch(url) as client:
        client.indices.refresh(index=index)
        hits = client.search(index=index, size=10_000, version=True)["hits"]["hits"]
    return {hit["_id"]: {**hit["_source"], "_version": hit["_version"]} for hit in hits}


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
