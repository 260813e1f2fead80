"""Both engines run the same stages and come to the same tables, whatever the order, repeats and partitions."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from khabar.demo import NOW, lay_out
from khabar.topics import Topic, topic_name
from producers.articles import Accepted
from producers.articles import rules as rules_for
from producers.files import read
from tests.engines.tables import LATENESS_HOURS, Tables, tables_locally, tables_on_kafka
from tests.faust_engine.cluster import (
    Worker,
    cleaned_up,
    create_topics,
    fresh_generation,
    produce,
    wait_until_applied,
)

SOURCES = {
    "extraction": Topic.ARTICLES,
    "deduplication": Topic.FINGERPRINTS,
    "resolution": Topic.FINDINGS,
    "aggregation": Topic.CONTRIBUTIONS,
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    folder = lay_out(tmp_path_factory.mktemp("samples"))
    rules = rules_for(source=None, language=None, fields={})
    found = read([str(folder)], rules=rules, clock=lambda: NOW, progress=lambda _: None)
    return [(item.article.id, item.value) for item in found if isinstance(item, Accepted)]


@pytest.fixture(scope="module")
def expected(samples: list[tuple[str, bytes]]) -> Tables:
    return tables_locally(samples, partitions=1)


def shuffled_with_repeats(samples: list[tuple[str, bytes]], seed: int) -> list[tuple[str, bytes]]:
    rng = random.Random(seed)
    messages = [*samples, *rng.choices(samples, k=len(samples) // 2)]
    rng.shuffle(messages)
    return messages


def test_the_samples_have_what_the_tests_below_are_about(expected: Tables) -> None:
    assert sum(article.copy_of is not None for article in expected.articles.values()) >= 15
    assert sum(article.part_of is not None for article in expected.articles.values()) >= 1
    assert len(expected.counts) >= 50


@pytest.mark.parametrize("partitions", [1, 2, 4, 8])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_local_engine_gives_the_same_tables_in_any_order_and_layout(
    samples: list[tuple[str, bytes]], expected: Tables, partitions: int, seed: int
) -> None:
    assert tables_locally(shuffled_with_repeats(samples, seed), partitions) == expected


@pytest.mark.kafka
@pytest.mark.parametrize("partitions", [1, 4])
def test_the_faust_engine_gives_the_same_tables_as_the_local_one(
    empty_kafka: str, tmp_path: Path, samples: list[tuple[str, bytes]], expected: Tables, partitions: int
) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, partitions)
    messages = [(key.encode(), value) for key, value in shuffled_with_repeats(samples, seed=partitions)]
    workers = [
        start(empty_kafka, generation, tmp_path, name, store) for name, store in (("a", "memory"), ("b", "rocksdb"))
    ]
    with cleaned_up(workers):
        articles = topic_name(Topic.ARTICLES, generation)
        produce(empty_kafka, articles, messages[: len(messages) // 2], rate=20)
        workers[0].kill()
        workers.append(workers[0].again())
        produce(empty_kafka, articles, messages[len(messages) // 2 :], rate=20)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=120)
        for worker in workers[1:]:
            assert worker.terminate() == 0
    assert tables_on_kafka(empty_kafka, generation) == expected


def start(brokers: str, generation: int, directory: Path, name: str, store: str) -> Worker:
    command = ["env", f"KHABAR_HOME={directory}", f"KHABAR_LATENESS_HOURS={LATENESS_HOURS}"]
    command += [sys.executable, "-m", "khabar", "process", "--brokers", brokers, "--generation", str(generation)]
    command += ["--store", store, "--data-directory", str(directory / name)]
    return Worker(command, directory / f"{name}.log")
