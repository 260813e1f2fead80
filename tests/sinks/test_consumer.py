"""The loop itself, with a scripted writer and a Kafka of its own that freezes: what is committed, and what is not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from prometheus_client import CollectorRegistry

from khabar import stack
from khabar.errors import ContractViolation, DependencyUnavailable
from khabar.metrics import SinkMetrics
from khabar.settings import Settings
from khabar.topics import Topic
from sinks import consumer
from sinks.consumer import Sink
from sinks.documents import Partition
from sinks.writer import Abandoned, Batch, Rejected, Settled
from tests.sinks.running import Running, until
from tests.sinks.topics import article, committed, dead_letters, ends, new_generation, publish

pytestmark = pytest.mark.kafka


class ScriptedWriter:
    """Settles a batch when the script says so."""

    name = "scripted"

    def __init__(self, script: Callable[[Batch], Settled], *, concurrency: int = 2) -> None:
        self.concurrency = concurrency
        self._script = script

    def prepare(self) -> None:
        pass

    def offsets(self) -> dict[Partition, int] | None:
        return None

    def destination(self, topic: Topic) -> str:
        return "the only one"

    def write(self, batch: Batch) -> Settled:
        return self._script(batch)

    def close(self) -> None:
        pass


def accept(batch: Batch) -> Settled:
    return Settled(written={"article": len(batch.records)})


def run(settings: Settings, script: Callable[[Batch], Settled], **more: Any) -> Running:
    return Running(settings, ScriptedWriter(script), threading.Event(), **more)


@pytest.fixture
def settings(kafka: str) -> Settings:
    return new_generation(kafka)


def test_a_later_batch_that_is_settled_first_is_not_committed_before_the_earlier(settings: Settings) -> None:
    first_may_end, order = threading.Event(), []

    def script(batch: Batch) -> Settled:
        order.append(batch)
        if batch is order[0]:
            first_may_end.wait(30)
        return accept(batch)

    publish(settings, [article(n) for n in range(100)])
    running = run(settings, script, until_idle_seconds=1.0)
    until(lambda: len(order) >= 2)
    time.sleep(1)
    assert committed(settings, "scripted") == {}
    first_may_end.set()
    assert running.join().written["article"] == 100
    assert committed(settings, "scripted") == ends(settings)


def test_nothing_of_a_batch_that_fails_or_comes_after_it_is_committed(settings: Settings) -> None:
    calls = []

    def script(batch: Batch) -> Settled:
        calls.append(batch)
        if len(calls) == 1:
            raise ContractViolation("a person has to do something")
        return accept(batch)

    publish(settings, [article(n) for n in range(200)])
    with pytest.raises(ContractViolation, match="a person"):
        run(settings, script).join()
    assert committed(settings, "scripted") == {}


def test_of_one_batch_only_the_newest_revisions_are_written(settings: Settings) -> None:
    written: list[int] = []

    def script(batch: Batch) -> Settled:
        written.extend(one.record.revision for one in batch.records)
        return accept(batch)

    publish(settings, [article(1, revision=revision) for revision in (1, 3, 2)])
    totals = run(settings, script, until_idle_seconds=1.0).join()
    assert written == [3]
    assert (totals.written["article"], totals.stale["article"]) == (1, 2)


def test_what_a_writer_refuses_is_a_dead_letter_before_it_is_committed(settings: Settings) -> None:
    def script(batch: Batch) -> Settled:
        rejected = [Rejected(message=one.message, error="odd", detail="too odd") for one in batch.records]
        return Settled(rejected=rejected)

    publish(settings, [article(n) for n in range(10)])
    totals = run(settings, script, until_idle_seconds=1.0).join()
    assert totals.dead_letters == 10
    assert {(letter.stage, letter.error) for letter in dead_letters(settings)} == {("sink-scripted", "odd")}
    assert committed(settings, "scripted") == ends(settings)


def test_a_writer_that_takes_longer_than_the_session_keeps_its_partitions(settings: Settings) -> None:
    calls = []

    def script(batch: Batch) -> Settled:
        calls.append(batch)
        time.sleep(13)
        return accept(batch)

    publish(settings, [article(n) for n in range(10)])
    totals = run(settings, script, until_idle_seconds=1.0).join()
    assert totals.written["article"] == 10
    assert len(calls) <= 3
    assert committed(settings, "scripted") == ends(settings)


def test_a_sink_that_held_its_partitions_back_at_a_rebalance_reads_on_after_it(settings: Settings) -> None:
    may_write, waiting = threading.Event(), []

    def script(batch: Batch) -> Settled:
        waiting.append(batch)
        may_write.wait(60)
        return accept(batch)

    publish(settings, [article(n) for n in range(2_000)])
    first = run(settings, script, handover_seconds=1.0)
    until(lambda: len(waiting) >= 2)
    time.sleep(3)  # both threads are busy and the next batch is full: nothing more is fetched
    second = run(settings, accept)
    try:
        time.sleep(5)
        may_write.set()
        until(lambda: committed(settings, "scripted") == ends(settings))
    finally:
        may_write.set()
        first.end()
        second.end()


def test_who_insists_on_the_end_gets_it_without_an_error_and_without_a_commit(settings: Settings) -> None:
    abandon, writing = threading.Event(), threading.Event()

    def script(batch: Batch) -> Settled:
        writing.set()
        abandon.wait(30)
        raise Abandoned

    publish(settings, [article(n) for n in range(10)])
    running = Running(settings, ScriptedWriter(script), abandon)
    assert writing.wait(30)
    running.stop.set()
    abandon.set()
    assert running.join().written.total() == 0
    assert committed(settings, "scripted") == {}


class Awakening:
    """A client of a broker that has just been started: it knows of no leaders for a while."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals

    def get_watermark_offsets(self, place: TopicPartition, timeout: float) -> tuple[int, int]:
        self.refusals -= 1
        if self.refusals >= 0:
            raise KafkaException(KafkaError(KafkaError.NOT_LEADER_FOR_PARTITION))
        return 0, 9


def test_a_store_is_read_on_when_the_broker_has_found_its_leaders(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=Path())
    sink = Sink(
        settings,
        ScriptedWriter(accept),
        metrics=SinkMetrics.create(CollectorRegistry()),
        stop=threading.Event(),
        abandon=threading.Event(),
    )
    sink._consumer = Awakening(2)  # type: ignore[assignment]
    assert sink._stored_start("g1.resolved-articles", 0, {("g1.resolved-articles", 0): 5}) == 5
    monkeypatch.setattr(consumer, "BROKER_SECONDS", 0.5)
    sink._consumer = Awakening(1_000)  # type: ignore[assignment]
    with pytest.raises(DependencyUnavailable, match="leader"):
        sink._stored_start("g1.resolved-articles", 0, {("g1.resolved-articles", 0): 5})


class FrozenKafka:
    """A Kafka of this test's own, which can be stopped in its tracks."""

    def __init__(self, brokers: str, process: int) -> None:
        self.brokers = brokers
        self._process = process

    def freeze(self) -> None:
        os.kill(self._process, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._process, signal.SIGCONT)


@pytest.fixture
def own_kafka(kafka: str, tmp_path: Path) -> Iterator[FrozenKafka]:
    addresses = stack.start(tmp_path, elasticsearch=False, usual_ports=False)
    (process,) = [one.started.identity.pid for one in stack.status(tmp_path) if one.started is not None]
    assert addresses.brokers is not None
    server = FrozenKafka(addresses.brokers, process)
    yield server
    server.thaw()
    stack.reset(tmp_path)


def test_a_kafka_that_freezes_before_the_commit_is_waited_for(own_kafka: FrozenKafka) -> None:
    settings = new_generation(own_kafka.brokers)
    writing, may_end = threading.Event(), threading.Event()

    def script(batch: Batch) -> Settled:
        writing.set()
        may_end.wait(30)
        return accept(batch)

    publish(settings, [article(n) for n in range(30)])
    running = run(settings, script, until_idle_seconds=5.0)
    assert writing.wait(30)
    own_kafka.freeze()
    may_end.set()
    time.sleep(3)
    own_kafka.thaw()
    assert running.join().written["article"] == 30
    assert committed(settings, "scripted") == ends(settings)


def test_a_frozen_kafka_does_not_keep_the_sink_from_stopping(own_kafka: FrozenKafka) -> None:
    settings = new_generation(own_kafka.brokers)
    writing, may_end = threading.Event(), threading.Event()

    def script(batch: Batch) -> Settled:
        writing.set()
        may_end.wait(30)
        return accept(batch)

    publish(settings, [article(n) for n in range(30)])
    running = run(settings, script, handover_seconds=2.0)
    assert writing.wait(30)
    own_kafka.freeze()
    may_end.set()
    time.sleep(1)
    started = time.monotonic()
    running.stop.set()
    running.join()
    assert time.monotonic() - started < 20
    own_kafka.thaw()
    run_again(settings)
    assert committed(settings, "scripted") == ends(settings)


def run_again(settings: Settings, seconds: float = 60) -> None:
    """Start as a supervisor would: a broker that has just come back may take longer than a start waits for it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            run(settings, accept, until_idle_seconds=1.0).join()
            return
        except DependencyUnavailable:
            if time.monotonic() > deadline:
                raise
