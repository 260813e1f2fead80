"""A worker whose disk was lost, is older than it should be, or damaged: it comes back to the state of its changelogs."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest
from rocksdict import AccessType, Options, Rdict

from khabar.demo import NOW, lay_out
from khabar.topics import Topic, topic_name
from producers.articles import Accepted
from producers.articles import rules as rules_for
from producers.files import read
from tests.engines.tables import LATENESS_HOURS, tables_locally, tables_on_kafka
from tests.engines.test_same_tables import SOURCES
from tests.faust_engine.cluster import (
    Worker,
    cleaned_up,
    create_topics,
    fresh_generation,
    produce,
    wait_until_applied,
)

PARTITIONS = 2

pytestmark = [pytest.mark.kafka, pytest.mark.long]


def samples(folder: Path) -> list[tuple[str, bytes]]:
    """The demo's articles, shuffled: copies come in one part of them, originals in another."""
    rules = rules_for(source=None, language=None, fields={})
    folder.mkdir()
    found = read([str(lay_out(folder))], rules=rules, clock=lambda: NOW, progress=lambda _: None)
    messages = [(item.article.id, item.value) for item in found if isinstance(item, Accepted)]
    random.Random(11).shuffle(messages)
    return messages


def start(brokers: str, generation: int, folder: Path, *more: str) -> Worker:
    command = ["env", f"KHABAR_HOME={folder}", f"KHABAR_LATENESS_HOURS={LATENESS_HOURS}"]
    command += [sys.executable, "-m", "khabar", "process", "--brokers", brokers, "--generation", str(generation)]
    return Worker([*command, "--data-directory", str(folder / "disk"), *more], folder / "worker.log")


def damage(disk: Path) -> None:
    """Take one row out of a table of resolution, behind the engine's back."""
    path = next(path for path in sorted(disk.rglob("resolution-*.db")) if path.is_dir())
    database = Rdict(str(path), options=Options(raw_mode=True), access_type=AccessType.read_write())
    row = next(key for key in database.keys() if bytes(key)[:1].isdigit())  # noqa: SIM118 - it is no dict
    del database[row]
    database.close()


@pytest.mark.parametrize("disk", ["lost", "stale", "damaged", "lost, Faust's own recovery"])
def test_a_worker_comes_back_to_the_state_that_it_left(empty_kafka: str, tmp_path: Path, disk: str) -> None:
    generation = fresh_generation()
    create_topics(empty_kafka, generation, PARTITIONS)
    messages = samples(tmp_path / "samples")
    third = len(messages) // 3
    parts = [messages[:third], messages[third : 2 * third], messages[2 * third :]]
    workers = [start(empty_kafka, generation, tmp_path, *(["--faust-recovery"] if "Faust" in disk else []))]

    def work(part: list[tuple[str, bytes]]) -> None:
        encoded = [(key.encode(), value) for key, value in part]
        produce(empty_kafka, topic_name(Topic.ARTICLES, generation), encoded, rate=200)
        wait_until_applied(empty_kafka, generation, SOURCES, timeout=120)

    with cleaned_up(workers):
        work(parts[0])
        assert workers[-1].terminate() == 0
        shutil.copytree(tmp_path / "disk", tmp_path / "older")
        workers.append(workers[-1].again())
        work(parts[1])
        workers[-1].kill()
        if disk == "damaged":
            damage(tmp_path / "disk")
            workers.append(workers[-1].again())
            assert workers[-1].process.wait(90) == 75, "it must notice, drop its copy, and ask for a start"
            assert "another digest" in workers[-1].log.read_text()
        else:
            shutil.rmtree(tmp_path / "disk")
        if disk == "stale":
            shutil.move(tmp_path / "older", tmp_path / "disk")
        workers.append(workers[-1].again())
        work(parts[2])
        assert workers[-1].terminate() == 0
    # Copies in the last part have originals in the others: they are found only by an index that has come back whole.
    assert tables_on_kafka(empty_kafka, generation) == tables_locally(messages, partitions=1)
