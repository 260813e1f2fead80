"""Exports: what a line holds, in which order, and that it does not matter where it was read."""

from __future__ import annotations

import csv
import io
import random
import threading
from pathlib import Path

import msgspec
import orjson
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.cli.export import export
from khabar.codec import encode
from khabar.errors import ContractViolation, SettingsError
from khabar.records import ActorHour, HourCount, ResolvedArticle
from sinks.sqlite import Store
from sinks.sqlite_writer import SqliteWriter
from tests.sinks.running import Running
from tests.sinks.strategies import resolved_articles
from tests.sinks.topics import article, hour, new_generation, publish

TABLES = ("articles", "actor-counts", "copies")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(export, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def lines(*arguments: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in run(*arguments).stdout_bytes.splitlines()]


def stored(path: Path, records: list[ResolvedArticle | ActorHour]) -> str:
    store = Store.open(path)
    store.write_articles(record for record in records if isinstance(record, ResolvedArticle))
    store.write_actor_hours(record for record in records if isinstance(record, ActorHour))
    store.commit()
    store.close()
    return str(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def test_articles_are_the_records_themselves(path: Path) -> None:
    found = [article(2), article(1, revision=2)]
    exported = run("articles", "--store", stored(path, list(found))).stdout_bytes
    assert exported == b"".join(encode(one) + b"\n" for one in sorted(found, key=lambda one: one.id))


def test_counts_have_no_revision_and_no_line_that_was_taken_back(path: Path) -> None:
    one = msgspec.structs.replace(
        hour(1, revision=3),
        counts=(
            HourCount(type="AID", quad=2, role="target", articles=0, events=0),
            HourCount(type="AID", quad=2, role="source", articles=2, events=3),
        ),
    )
    assert lines("actor-counts", "--store", stored(path, [one])) == [
        {
            "actor": "actor-1", "actor_name": "مصر", "kind": "state", "code": "EGY", "hour": "2024-01-01T00:00:00Z",
            "type": "AID", "quad": 2, "role": "source", "articles": 2, "events": 3,
        }
    ]  # fmt: skip


def test_copies_have_a_line_an_article_sorted_by_id(path: Path) -> None:
    store = stored(path, [article(2, revision=2), article(0), article(1)])
    assert lines("copies", "--store", store) == [
        {"id": f"{0:032x}", "copy_of": None},
        {"id": f"{1:032x}", "copy_of": None},
        {"id": f"{2:032x}", "copy_of": f"{0:032x}"},
    ]


def named(number: int, external_id: str | None, copy_of: int | None = None, *, later: int = 0) -> ResolvedArticle:
    one = article(number)
    return msgspec.structs.replace(
        one,
        external_id=external_id,
        copy_of=None if copy_of is None else f"{copy_of:032x}",
        event_time=one.event_time.replace(hour=later),
    )


def test_external_ids_leave_out_articles_without_one_also_as_originals(path: Path) -> None:
    store = stored(path, [named(1, None), named(2, "b", copy_of=1), named(3, "c", copy_of=2), named(4, "a")])
    assert lines("copies", "--store", store, "--ids", "external") == [
        {"id": "a", "copy_of": None},
        {"id": "b", "copy_of": None},
        {"id": "c", "copy_of": "b"},
    ]


def test_of_articles_that_share_an_external_id_the_earliest_speaks(path: Path) -> None:
    store = stored(path, [named(1, "same", copy_of=3, later=2), named(2, "same", later=1), named(3, "other")])
    assert lines("copies", "--store", store, "--ids", "external") == [
        {"id": "other", "copy_of": None},
        {"id": "same", "copy_of": None},
    ]


@settings(max_examples=25)
@given(st.lists(resolved_articles, unique_by=lambda one: one.id, max_size=8))
def test_external_ids_are_unique_and_sorted(found: list[ResolvedArticle]) -> None:
    with CliRunner().isolated_filesystem():
        exported = lines("copies", "--store", stored(Path("news.db"), list(found)), "--ids", "external")
    ids = [line["id"] for line in exported]
    assert ids == sorted({one.external_id for one in found if one.external_id is not None})


def test_csv_has_a_header_and_the_flat_columns(path: Path) -> None:
    store = stored(path, [article(1, text='سطر،\n"ثان"'), hour(1)])
    (row,) = csv.DictReader(io.StringIO(run("articles", "--store", store, "--format", "csv").stdout_bytes.decode()))
    assert (row["text"], row["actors"], row["events"], row["copy_of"]) == ('سطر،\n"ثان"', "egypt", "AID", "")
    rows = csv.DictReader(io.StringIO(run("actor-counts", "--store", store, "--format", "csv").stdout_bytes.decode()))
    assert [(row["actor"], row["type"], row["articles"]) for row in rows] == [
        ("actor-1", "AID", "1"),
        ("actor-1", "MENTION", "1"),
    ]


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_store_gives_an_empty_table(path: Path, table: str) -> None:
    assert run(table, "--store", stored(path, [])).stdout_bytes == b""


def test_a_missing_store_is_told_and_not_created(path: Path) -> None:
    with pytest.raises(ContractViolation, match="khabar batch"):
        run("articles", "--store", str(path))
    assert not path.exists()


def test_from_store_needs_a_store() -> None:
    with pytest.raises(SettingsError, match="--store"):
        run("articles", "--from", "store")


def test_the_output_file_appears_when_it_is_whole(path: Path, tmp_path: Path) -> None:
    store = stored(path, [article(1)])
    output = tmp_path / "articles.jsonl"
    assert run("articles", "--store", store, "--output", str(output)).stdout_bytes == b""
    assert output.read_bytes() == encode(article(1)) + b"\n"
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


@pytest.mark.kafka
def test_topics_and_store_give_the_same_bytes(kafka: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_HOME", str(path.parent))
    own = new_generation(kafka)
    records = [make(n, revision=revision) for make in (article, hour) for n in range(40) for revision in (1, 2, 3)]
    random.Random(5).shuffle(records)
    publish(own, records)
    abandon = threading.Event()
    writer = SqliteWriter(path, generation=own.generation, abandon=abandon)
    Running(own, writer, abandon, until_idle_seconds=0.5).join()
    topics = ("--from", "kafka", "--brokers", kafka, "--generation", str(own.generation))
    for table in TABLES:
        for form in ("jsonl", "csv"):
            from_topics = run(table, "--format", form, *topics).stdout_bytes
            assert from_topics == run(table, "--format", form, "--store", str(path)).stdout_bytes
            assert from_topics.count(b"\n") >= 40
