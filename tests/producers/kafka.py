"""What the tests with a real Kafka share: topics, the command as a process of its own, and what stands in a topic."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import orjson
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

COMMAND = [sys.executable, "-c", "from khabar.cli import main; main()"]
PARTITIONS = 4
LARGEST = 16 * 1024 * 1024


def ensure_topics(brokers: str, names: Sequence[str] = ("articles", "dead-letters")) -> None:
    """Create what is missing and wait until every partition has a leader."""
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 0})
    existing = admin.list_topics(timeout=10).topics
    new = [
        NewTopic(name, PARTITIONS, 1, config={"max.message.bytes": str(LARGEST)})
        for name in names
        if name not in existing
    ]
    for created in (admin.create_topics(new) if new else {}).values():
        created.result(timeout=30)
    deadline = time.monotonic() + 30
    while True:
        topics = admin.list_topics(timeout=10).topics
        if all(name in topics and all(p.leader >= 0 for p in topics[name].partitions.values()) for name in names):
            return
        assert time.monotonic() < deadline, "topics were created and have no leaders"
        time.sleep(0.05)


def environment(home: Path, brokers: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    return {**inherited, "KHABAR_HOME": str(home), "KHABAR_BROKERS": brokers}


def khabar(
    *arguments: str, home: Path, brokers: str, stdin: bytes = b"", timeout: float = 60
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        timeout=timeout,
        env=environment(home, brokers),
        check=False,
    )


def ends(brokers: str, topic: str) -> dict[int, int]:
    """The next offset of each partition."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"test-{uuid.uuid4()}"})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        return {number: _end(consumer, TopicPartition(topic, number)) for number in partitions}
    finally:
        consumer.close()


def _end(consumer: Consumer, partition: TopicPartition) -> int:
    deadline = time.monotonic() + 10
    while True:
        try:
            return consumer.get_watermark_offsets(partition, timeout=10)[1]
        except KafkaException:  # a new topic whose leader does not know it yet
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def messages_since(brokers: str, topic: str, begin: dict[int, int]) -> list[Message]:
    """What was written after `begin`, as `ends` gave it."""
    until = ends(brokers, topic)
    missing = {number: until[number] - begin[number] for number in until if until[number] > begin[number]}
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"test-{uuid.uuid4()}"})
    found: list[Message] = []
    try:
        consumer.assign([TopicPartition(topic, number, begin[number]) for number in missing])
        deadline = time.monotonic() + 30
        while len(found) < sum(missing.values()):
            assert time.monotonic() < deadline, f"{topic} does not give what it holds"
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error() is not None:
                raise KafkaException(message.error())
            found.append(message)
    finally:
        consumer.close()
    return found


def summary(finished: subprocess.CompletedProcess[bytes]) -> dict[str, object]:
    document: dict[str, object] = orjson.loads(finished.stdout)
    return document
