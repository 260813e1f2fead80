"""Two workers, a third joins, one is killed with -9 and comes back: nothing is lost and nothing counts twice."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import orjson
import pytest
from confluent_kafka import Producer

from khabar.codec import decode
from khabar.records import ActorHour, ContributionsEnvelope
from khabar.topics import Topic, changelog_name, topic_name
from processors.faust_engine.batch_log import TAG_HEADER, Tag
from tests.faust_engine.cluster import (
    Worker,
    cleaned_up,
    create_topics,
    end_offsets,
    fresh_generation,
    produce,
    python_worker,
    read_topic,
    wait_until_applied,
)
from tests.faust_engine.relay import LOAD_SECONDS

PARTITIONS = 4
SOURCES = {"extraction": Topic.ARTICLES, "aggregation": Topic.CONTRIBUTIONS}

pytestmark = pytest.mark.kafka


def start(brokers: str, generation: int, store: str, directory: Path, name: str) -> Worker:
    data = directory / name
    data.mkdir(exist_ok=True)
    return python_worker(
        "tests.faust_engine.relay", brokers, generation, PARTITIONS, store, data, log=directory / f"{name}.log"
    )


def messages(count: int, seed: int) -> list[tuple[bytes, bytes]]:
    rng = random.Random(seed)
    return [
        (b"%d" % rng.randrange(10**9), orjson.dumps({"n": n, "actor": f"actor-{rng.randrange(500)}"}))
        for n in range(count)
    ]


def counts(brokers: str, generation: int) -> dict[str, int]:
    newest: dict[str, ActorHour] = {}
    for message in read_topic(brokers, topic_name(Topic.ACTOR_COUNTS, generation)):
        hour = decode(message.value() or b"", ActorHour)
        if hour.actor not in newest or hour.revision >= newest[hour.actor].revision:
            newest[hour.actor] = hour
    return {actor: sum(line.articles for line in hour.counts) for actor, hour in newest.items()}


def causes(brokers: str, generation: int) -> set[tuple[int, int]]:
    return {
        (record.cause_partition, record.cause_offset)
        for message in read_topic(brokers, topic_name(Topic.CONTRIBUTIONS, generation))
        for record in decode(message.value() or b"", ContributionsEnvelope).records
    }


def check(brokers: str, generation: int, sent: list[tuple[bytes, bytes]]) -> None:
    offsets = {
        (p, o) for p, end in end_offsets(brokers, topic_name(Topic.ARTICLES, generation)).items() for o in range(end)
    }
    assert len(offsets) == len(sent)
    assert offsets - causes(brokers, generation) == set(), "source offsets without their output"
    assert counts(brokers, generation) == Counter(orjson.loads(value)["actor"] for _, value in sent)


@pytest.mark.parametrize(("rate", "store"), [pytest.param(500, "memory", marks=pytest.mark.long), (3000, "rocksdb")])
def test_nothing_is_lost_or_doubled_when_workers_join_die_and_come_back(
    empty_kafka: str, tmp_path: Path, rate: int, store: str
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    sent = messages(rate * 30, seed=rate)
    workers = [start(empty_kafka, generation, store, tmp_path, name) for name in ("a", "b")]
    with cleaned_up(workers):
        feed = threading.Thread(
            target=produce, args=(empty_kafka, topic_name(Topic.ARTICLES, generation), sent), kwargs={"rate": rate}
        )
        feed.start()
        time.sleep(9)
        workers.append(start(empty_kafka, generation, store, tmp_path, "c"))
        time.sleep(8)
        workers[0].kill()
        time.sleep(4)
        workers.append(workers[0].again())
        feed.join()
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=120)
        for worker in workers[1:]:
            assert worker.terminate() == 0
    check(empty_kafka, generation, sent)


def test_a_worker_frozen_beyond_its_session_leaves_without_touching_what_is_no_longer_its_own(
    empty_kafka: str, tmp_path: Path
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    sent = messages(12_000, seed=7)
    workers = [start(empty_kafka, generation, "memory", tmp_path, name) for name in ("a", "b")]
    with cleaned_up(workers):
        feed = threading.Thread(
            target=produce, args=(empty_kafka, topic_name(Topic.ARTICLES, generation), sent), kwargs={"rate": 400}
        )
        feed.start()
        time.sleep(8)
        workers[0].signal(signal.SIGSTOP)
        time.sleep(14)
        workers[0].signal(signal.SIGCONT)
        assert workers[0].process.wait(30) == 75
        feed.join()
        # What the frozen worker had in its socket may stand in the other's changelog: then that one asks for a restart too.
        workers.append(workers[0].again())
        if workers[1].process.poll() == 75:
            workers.append(workers[1].again())
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=90)
        for worker in workers[2:]:
            assert worker.terminate() == 0
    check(empty_kafka, generation, sent)


@pytest.mark.long
def test_a_start_that_takes_longer_than_a_session_is_no_pause(
    empty_kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    sent = messages(400, seed=9)
    topic = topic_name(Topic.ARTICLES, generation)
    worker = start(empty_kafka, generation, "memory", tmp_path, "a")
    with cleaned_up([worker]):
        produce(empty_kafka, topic, sent[:200], rate=100_000)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=60)
        assert worker.terminate() == 0
    # A batch that a crash cut short: the next worker writes to its changelog before anything else.
    producer = Producer({"bootstrap.servers": empty_kafka})
    torn: list[tuple[str, str | bytes | None]] = [(TAG_HEADER, Tag(1_000_000, "crashed").encode())]
    producer.produce(changelog_name("extraction", generation), b"7", b"0/seen", 0, headers=torn)
    assert producer.flush(30) == 0
    monkeypatch.setenv(LOAD_SECONDS, str(12 / PARTITIONS))
    worker = start(empty_kafka, generation, "memory", tmp_path, "b")
    with cleaned_up([worker]):
        produce(empty_kafka, topic, sent[200:], rate=100_000)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=90)
        assert worker.terminate() == 0
    check(empty_kafka, generation, sent)


def test_a_poisoned_message_goes_to_dead_letters_and_its_neighbours_go_through(
    empty_kafka: str, tmp_path: Path
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    good = messages(300, seed=3)
    poisoned = [*good[:100], (b"1", b"poison"), (b"2", b"{not json"), *good[100:]]
    worker = start(empty_kafka, generation, "memory", tmp_path, "a")
    with cleaned_up([worker]):
        produce(empty_kafka, topic_name(Topic.ARTICLES, generation), poisoned, rate=100_000)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=60)
        assert worker.terminate() == 0
    letters = read_topic(empty_kafka, Topic.DEAD_LETTERS)
    found = {
        (letter.value(), dict(letter.headers() or [])["stage"], dict(letter.headers() or [])["error"])
        for letter in letters
    }
    assert found == {(b"poison", b"extraction", b"stage_raised"), (b"{not json", b"extraction", b"invalid_json")}
    assert counts(empty_kafka, generation) == Counter(orjson.loads(value)["actor"] for _, value in good)
