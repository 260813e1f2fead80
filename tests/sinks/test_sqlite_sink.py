"""The SQLite sink on a real Kafka: the file knows how far it has got, and never says more than it holds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import orjson
import pytest

from khabar.errors import ContractViolation, DependencyUnavailable
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.sqlite import Store
from sinks.sqlite_writer import SqliteWriter
from tests.sinks.running import Running, until
from tests.sinks.topics import article, committed, dead_letters, ends, hour, new_generation, publish, publish_raw

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka: str) -> Settings:
    return new_generation(kafka)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def run(settings: Settings, path: Path) -> dict[str, int]:
    abandon = threading.Event()
    writer = SqliteWriter(path, generation=settings.generation, abandon=abandon)
    return dict(Running(settings, writer, abandon, until_idle_seconds=0.5).join().written)


def offsets(path: Path) -> dict[tuple[str, int], int]:
    store = Store.open(path)
    found = store.offsets()
    store.close()
    return found


def test_the_file_holds_all_and_the_offsets_and_the_group_none(settings: Settings, path: Path) -> None:
    articles, hours = [article(n) for n in range(80)], [hour(n) for n in range(20)]
    publish(settings, [*articles, *hours])
    assert run(settings, path) == {"article": 80, "count": 40}
    store = Store.open(path)
    assert list(store.articles()) == articles
    assert len(list(store.actor_counts())) == 40
    assert store.offsets() == ends(settings)
    store.close()
    assert committed(settings, "sqlite") == {}


def test_started_again_it_goes_on_where_the_file_is(settings: Settings, path: Path, tmp_path: Path) -> None:
    publish(settings, [article(n) for n in range(30)])
    run(settings, path)
    publish(settings, [article(n) for n in range(30, 35)])
    assert run(settings, path)["article"] == 5
    assert run(settings, tmp_path / "another.db")["article"] == 35


def test_what_is_no_record_is_a_dead_letter(settings: Settings, path: Path) -> None:
    publish(settings, [article(1)])
    publish_raw(settings, Topic.RESOLVED_ARTICLES, [b"\xff"])
    run(settings, path)
    (letter,) = dead_letters(settings)
    assert (letter.stage, letter.error, letter.value) == ("sink-sqlite", "invalid_utf8", b"\xff")
    assert offsets(path) == ends(settings)


def test_a_store_that_is_ahead_of_the_topic_is_refused(settings: Settings, path: Path) -> None:
    publish(settings, [article(1)])
    run(settings, path)
    store = Store.open(path)
    store.write_offsets({(f"g{settings.generation}.resolved-articles", 0): 1_000})
    store.commit()
    store.close()
    with pytest.raises(ContractViolation, match="made anew"):
        run(settings, path)


def test_missing_topics_are_named_with_the_command_that_makes_them(kafka: str, path: Path) -> None:
    with pytest.raises(ContractViolation, match="khabar topics create --generation 6999"):
        run(Settings(brokers=kafka, generation=6_999, home=path.parent), path)


def test_no_kafka_at_the_address_is_told_within_fifteen_seconds(path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(DependencyUnavailable, match="KHABAR_BROKERS"):
        run(Settings(brokers="127.0.0.1:1", home=path.parent), path)
    assert time.monotonic() - started < 15


def command(settings: Settings, path: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-c", "from khabar.cli import main; main()", "sink", "sqlite", "--store", str(path)),
        *("--brokers", settings.brokers, "--generation", str(settings.generation), "--batch-documents", "20", *more),
    ]


def start(settings: Settings, path: Path, *more: str) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], "KHABAR_HOME": str(path.parent)}
    return subprocess.Popen(
        command(settings, path, *more), env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def test_killed_again_and_again_rows_and_offsets_agree(settings: Settings, path: Path) -> None:
    chance = random.Random(3)
    Store.open(path).close()
    for round_number in range(4):
        publish(settings, [article(n) for n in range(round_number * 300, (round_number + 1) * 300)])
        before = offsets(path)
        process = start(settings, path)
        until(lambda before=before: offsets(path) != before, seconds=60)  # type: ignore[misc]
        time.sleep(chance.random() / 20)
        process.kill()
        process.communicate()
        store = Store.open(path)
        # Every message held an article of its own, so the file must hold exactly as many as it says it has read.
        assert len(list(store.articles())) == sum(store.offsets().values())
        store.close()
    run(settings, path)
    assert offsets(path) == ends(settings)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_in_order(settings: Settings, path: Path, number: signal.Signals, code: int) -> None:
    publish(settings, [article(n) for n in range(50)])
    Store.open(path).close()
    process = start(settings, path, "--json")
    until(lambda: offsets(path) == ends(settings), seconds=60)
    process.send_signal(number)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == code
    assert orjson.loads(printed)["written"] == {"article": 50, "count": 0}
