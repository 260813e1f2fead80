"""What the engine's tests do with a broker: topics of a fresh generation, workers as processes, a steady producer, reading
a topic to its end.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka import Message as KafkaMessage
from confluent_kafka.admin import AdminClient

from khabar import topic_admin
from khabar.topics import Retention, Topic, changelog_name, topic_name

_generations = itertools.count(int(time.time()) % 1_000_000 * 10)


def fresh_generation() -> int:
    """A generation no other test uses."""
    return next(_generations)


def create_topics(brokers: str, generation: int, partitions: int) -> None:
    """All topics of `generation`. The broker must have none of another partition count: see the fixture `empty_kafka`."""
    topic_admin.create(
        AdminClient({"bootstrap.servers": brokers}),
        generation=generation,
        partitions=partitions,
        replication_factor=1,
        retention=Retention(),
    )


@dataclass(slots=True)
class Worker:
    """A worker process under test. `command` is what to run."""

    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def again(self) -> Worker:
        """The same worker, started again with the same data directory."""
        return Worker(self.command, self.log)

    def terminate(self, timeout: float = 30) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout)


@contextlib.contextmanager
def cleaned_up(workers: list[Worker]) -> Iterator[None]:
    """Whatever happens, no worker outlives the test."""
    try:
        yield
    finally:
        for worker in workers:
            if worker.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    worker.signal(signal.SIGCONT)
                worker.kill()


def python_worker(module: str, *arguments: object, log: Path) -> Worker:
    """A worker that is a Python module of the tests or the project."""
    return Worker([sys.executable, "-m", module, *map(str, arguments)], log)


def produce(brokers: str, topic: str, values: Sequence[tuple[bytes, bytes]], *, rate: float) -> None:
    """Send at a steady rate, and wait for every confirmation."""
    producer = Producer(
        {"bootstrap.servers": brokers, "enable.idempotence": True, "partitioner": "murmur2_random", "linger.ms": 5}
    )
    failures: list[object] = []
    started = time.monotonic()
    for number, (key, value) in enumerate(values):
        ahead = started + number / rate - time.monotonic()
        if ahead > 0:
            producer.poll(ahead)
        producer.produce(
            topic, value, key, on_delivery=lambda error, _: failures.append(error) if error is not None else None
        )
        producer.poll(0)
    producer.flush()
    assert not failures


def read_topic(brokers: str, topic: str) -> list[KafkaMessage]:
    """Everything that stands on the topic now, partition by partition in offset order."""
    return list(each_message(brokers, topic))


def each_message(brokers: str, topic: str) -> Iterator[KafkaMessage]:
    """As `read_topic`, one after the other."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "tests-read",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ends = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10) for p in partitions}
        open_ends = {p: high for p, (low, high) in ends.items() if high > low}
        consumer.assign([TopicPartition(topic, p, ends[p][0]) for p in open_ends])
        at_end: set[int] = set()
        while at_end != set(open_ends):
            for message in consumer.consume(1000, timeout=1):
                if message.error() is not None:
                    at_end.add(message.partition() or 0)
                else:
                    yield message
    finally:
        consumer.close()


def end_offsets(brokers: str, topic: str) -> dict[int, int]:
    """Partition to the offset behind its last message."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "tests-ends", "log_level": 0})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        return {p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10)[1] for p in partitions}
    finally:
        consumer.close()


def markers(brokers: str, generation: int, stage: str) -> dict[int, int]:
    """Partition to the source offset its last marker names, as the changelog has it."""
    from khabar.codec import decode
    from processors.faust_engine.batch_log import Marker

    positions: dict[int, int] = {}
    for message in read_topic(brokers, changelog_name(stage, generation)):
        key, value = message.key(), message.value()
        if key is not None and key.startswith(b"@marker/") and value is not None:
            positions[message.partition() or 0] = decode(value, Marker).position or 0
    return positions


def wait_until_applied(brokers: str, generation: int, sources: dict[str, Topic], *, timeout: float) -> None:
    """Wait until every stage of `sources` has its marker at the end of its topic, twice in a row."""
    deadline = time.monotonic() + timeout
    behind: dict[str, object] = {}
    while time.monotonic() < deadline:
        behind = {}
        for stage, topic in sources.items():
            ends = end_offsets(brokers, topic_name(topic, generation))
            applied = markers(brokers, generation, stage)
            late = {p: (applied.get(p, -1), end) for p, end in ends.items() if applied.get(p, -1) < end - 1}
            if late:
                behind[stage] = late
        if not behind:
            return
        time.sleep(1)
    raise AssertionError(f"not drained after {timeout} s: (marker, end) by partition {behind}")
