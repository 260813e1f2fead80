"""Messages that run too long or kill the process: they go to dead-letters, their neighbours go through."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import orjson
import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from khabar.codec import decode
from khabar.partitioning import partition_for
from khabar.topics import MAX_MESSAGE_BYTES, Topic, changelog_name, topic_name
from processors.faust_engine.attempts import Attempt
from tests.faust_engine.cluster import (
    Worker,
    cleaned_up,
    create_topics,
    fresh_generation,
    markers,
    produce,
    python_worker,
    read_topic,
    wait_until_applied,
)
from tests.faust_engine.relay import DEADLY, ENDLESS
from tests.faust_engine.test_rebalances import SOURCES, counts, messages

PARTITIONS = 2

pytestmark = [pytest.mark.kafka, pytest.mark.long]


def start(brokers: str, generation: int, store: str, directory: Path, *more: object) -> Worker:
    data = directory / "a"
    data.mkdir(exist_ok=True)
    log = directory / "a.log"
    return python_worker("tests.faust_engine.relay", brokers, generation, PARTITIONS, store, data, *more, log=log)


def key_of(partition: int, seed: bytes) -> bytes:
    """A key that the producer sends to `partition`."""
    return next(
        key
        for key in (b"%s%d" % (seed, n) for n in range(1000))
        if partition_for(key.decode(), PARTITIONS) == partition
    )


def letters(brokers: str) -> list[tuple[object, object, object]]:
    found = [(letter.value(), dict(letter.headers() or [])) for letter in read_topic(brokers, Topic.DEAD_LETTERS)]
    return [(value, headers["stage"], headers["error"]) for value, headers in found]


def attempts(brokers: str, generation: int, stage: str) -> list[tuple[int, Attempt]]:
    """All attempts in the changelog of a stage, with their partitions."""
    return [
        (message.partition() or 0, decode(message.value() or b"", Attempt))
        for message in read_topic(brokers, changelog_name(stage, generation))
        if (message.key() or b"").startswith(b"@attempt/")
    ]


@pytest.mark.parametrize(
    ("store", "place", "disk", "most_starts"),
    [("memory", 0, "kept", 3), ("rocksdb", 1_500, "kept", 3), ("rocksdb", 1_500, "lost", 5)],
)
def test_a_message_that_kills_the_process_is_set_aside_and_its_neighbours_go_through(
    empty_kafka: str, tmp_path: Path, store: str, place: int, disk: str, most_starts: int
) -> None:
    """At the third start, wherever it stands; a little later where the process comes back with nothing but the changelog."""
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    good = messages(1_800, seed=5)
    sent = [*good[:place], (key_of(0, b"deadly"), DEADLY), *good[place:]]
    produce(empty_kafka, topic_name(Topic.ARTICLES, generation), sent, rate=100_000)
    workers = [start(empty_kafka, generation, store, tmp_path)]
    with cleaned_up(workers):
        deadline = time.monotonic() + 120
        while b"killed_the_process" not in {error for _, _, error in letters(empty_kafka)}:
            assert time.monotonic() < deadline, workers[-1].log.read_text()
            if workers[-1].process.poll() is not None:
                if disk == "lost":
                    shutil.rmtree(tmp_path / "a")
                    (tmp_path / "a").mkdir()
                workers.append(workers[-1].again())
            time.sleep(0.3)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=60)
        assert workers[-1].terminate() == 0
    assert len(workers) <= most_starts
    assert letters(empty_kafka) == [(DEADLY, b"extraction", b"killed_the_process")]
    assert counts(empty_kafka, generation) == Counter(orjson.loads(value)["actor"] for _, value in good)


def test_a_message_without_end_is_set_aside_and_the_worker_keeps_its_partitions(
    empty_kafka: str, tmp_path: Path
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    good = messages(300, seed=6)
    sent = [*good[:100], (key_of(1, b"endless"), ENDLESS), *good[100:]]
    beyond_the_session_timeout = 12
    worker = start(empty_kafka, generation, "memory", tmp_path, beyond_the_session_timeout)
    with cleaned_up([worker]):
        produce(empty_kafka, topic_name(Topic.ARTICLES, generation), sent, rate=100_000)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=120)
        assert worker.terminate() == 0, worker.log.read_text()
    assert letters(empty_kafka) == [(ENDLESS, b"extraction", b"time_limit")]
    assert counts(empty_kafka, generation) == Counter(orjson.loads(value)["actor"] for _, value in good)


def test_starts_that_go_well_write_one_attempt_a_partition_and_leave_nobody_suspect(
    empty_kafka: str, tmp_path: Path
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    for seed in (1, 2):
        worker = start(empty_kafka, generation, "memory", tmp_path)
        with cleaned_up([worker]):
            produce(empty_kafka, topic_name(Topic.ARTICLES, generation), messages(600, seed=seed), rate=300)
            wait_until_applied(empty_kafka, generation, SOURCES, timeout=60)
            assert worker.terminate() == 0
    for stage in SOURCES:
        found = attempts(empty_kafka, generation, stage)
        assert Counter(partition for partition, _ in found) == {0: 2, 1: 2}
        assert {attempt.starts for _, attempt in found} == {1}
        applied = markers(empty_kafka, generation, stage)
        assert all(applied[partition] >= attempt.through for partition, attempt in found)


def test_a_worker_that_ends_because_the_broker_refuses_its_outputs_blames_no_message(
    empty_kafka: str, tmp_path: Path
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    sent = messages(50, seed=8)
    allow(empty_kafka, topic_name(Topic.CONTRIBUTIONS, generation), 100)
    produce(empty_kafka, topic_name(Topic.ARTICLES, generation), sent, rate=100_000)
    workers = [start(empty_kafka, generation, "memory", tmp_path)]
    with cleaned_up(workers):
        for _ in range(3):
            assert workers[-1].process.wait(60) == 75
            workers.append(workers[-1].again())
        allow(empty_kafka, topic_name(Topic.CONTRIBUTIONS, generation), MAX_MESSAGE_BYTES)
        if workers[-1].process.poll() is not None:
            workers.append(workers[-1].again())
        deadline = time.monotonic() + 60
        while not counts(empty_kafka, generation) and time.monotonic() < deadline:
            if workers[-1].process.poll() is not None:
                workers.append(workers[-1].again())
            time.sleep(1)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=60)
        assert workers[-1].terminate() == 0
    assert letters(empty_kafka) == []
    assert max(attempt.starts for _, attempt in attempts(empty_kafka, generation, "extraction")) == 1
    assert counts(empty_kafka, generation) == Counter(orjson.loads(value)["actor"] for _, value in sent)


def allow(brokers: str, topic: str, largest: int) -> None:
    """Set the size of the largest message that the broker takes for a topic."""
    entry = ConfigEntry("max.message.bytes", str(largest), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": brokers})
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(30)
