"""The SQLite writer under what a disk does, and in front of files that are not its own."""

from __future__ import annotations

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from khabar.codec import encode
from khabar.errors import ContractViolation
from khabar.records import ResolvedArticle
from sinks.documents import Arrived, Message
from sinks.sqlite import Store
from sinks.sqlite_writer import SqliteWriter
from sinks.writer import Abandoned, Batch
from tests.sinks.strategies import EPOCH

TOPIC = "g1.resolved-articles"


def batch(first: int, count: int = 1, *, revision: int = 1) -> Batch:
    records = []
    for offset in range(first, first + count):
        article = ResolvedArticle(
            id=f"{offset:032x}",
            source="agency",
            title="",
            text="نص " * 2_000,
            language="ar",
            fetched_at=EPOCH,
            event_time=EPOCH,
            revision=revision,
        )
        message = Message(topic=TOPIC, partition=0, offset=offset, value=encode(article))
        records.append(Arrived(record=article, message=message))
    return Batch(records=records, next_offsets={(TOPIC, 0): first + count})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def abandon() -> threading.Event:
    return threading.Event()


@pytest.fixture
def writer(path: Path, abandon: threading.Event) -> Iterator[SqliteWriter]:
    writer = SqliteWriter(path, generation=1, abandon=abandon, retry_seconds=0.01)
    writer.prepare()
    yield writer
    writer.close()


def articles_in(path: Path) -> int:
    with sqlite3.connect(path) as reader:
        return int(reader.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_rows_and_offsets_stand_in_the_file_when_a_batch_is_settled(writer: SqliteWriter, path: Path) -> None:
    settled = writer.write(batch(0, 3))
    assert settled.written == {"article": 3, "count": 0}
    assert writer.offsets() == {(TOPIC, 0): 3}
    assert articles_in(path) == 3


def test_what_is_read_again_changes_nothing(writer: SqliteWriter, path: Path) -> None:
    writer.write(batch(0, 3, revision=2))
    settled = writer.write(batch(0, 2, revision=1))
    assert settled.stale == {"article": 2, "count": 0}
    assert articles_in(path) == 3
    assert writer.offsets() == {(TOPIC, 0): 3}


def set_size_limit(writer: SqliteWriter, pages: int) -> None:
    # SQLite itself then answers SQLITE_FULL, as it does on a disk without room.
    writer._store.connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_waited_for_and_then_the_whole_batch_stands(writer: SqliteWriter, path: Path) -> None:
    writer.write(batch(0))
    set_size_limit(writer, 1)
    thread = threading.Thread(target=writer.write, args=(batch(1, 50),))
    thread.start()
    time.sleep(0.2)
    assert thread.is_alive()
    assert articles_in(path) == 1
    set_size_limit(writer, 1_000_000)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert articles_in(path) == 51
    assert writer.offsets() == {(TOPIC, 0): 51}


def set_file_limit(size: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


def test_a_limit_on_files_is_waited_for_like_a_full_disk(writer: SqliteWriter, path: Path) -> None:
    # A quota answers the same way: SQLite calls an error of writing what is no lack of room to it.
    writer.write(batch(0))
    set_file_limit(64 * 1024)
    try:
        thread = threading.Thread(target=writer.write, args=(batch(1, 50),))
        thread.start()
        time.sleep(0.2)
        assert thread.is_alive()
        assert articles_in(path) == 1
    finally:
        set_file_limit(resource.RLIM_INFINITY)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert articles_in(path) == 51
    assert writer.offsets() == {(TOPIC, 0): 51}


def test_a_full_disk_does_not_keep_the_sink_from_stopping(
    writer: SqliteWriter, abandon: threading.Event, path: Path
) -> None:
    set_size_limit(writer, 1)
    abandon.set()
    with pytest.raises(Abandoned):
        writer.write(batch(0, 50))
    assert articles_in(path) == 0
    assert writer.offsets() == {}


def test_a_store_of_another_generation_is_refused(writer: SqliteWriter, path: Path, abandon: threading.Event) -> None:
    writer.write(batch(0))
    other = SqliteWriter(path, generation=2, abandon=abandon)
    with pytest.raises(ContractViolation, match="one generation"):
        other.prepare()
    other.close()


def test_a_store_that_was_not_filled_from_topics_is_refused(path: Path, abandon: threading.Event) -> None:
    store = Store.open(path)
    store.write_articles([one.record for one in batch(0).records if isinstance(one.record, ResolvedArticle)])
    store.commit()
    store.close()
    writer = SqliteWriter(path, generation=1, abandon=abandon)
    with pytest.raises(ContractViolation, match="not filled from topics"):
        writer.prepare()
    writer.close()
