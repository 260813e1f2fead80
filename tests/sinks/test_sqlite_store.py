"""The store gives back what was put in, whatever the order, and knows its own files."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.errors import ContractViolation
from khabar.records import ActorHour, DeadLetter, ResolvedArticle
from sinks.documents import flatten
from sinks.sqlite import SCHEMA_VERSION, Store
from tests.sinks.strategies import EPOCH, actor_hours, resolved_articles

R = TypeVar("R")


def with_all_lines(hours: list[ActorHour]) -> list[ActorHour]:
    """As aggregation writes them: a line of an older revision stays, with zeros, in every newer one."""
    whole = []
    for hour in hours:
        older = [other for other in hours if (other.actor, other.hour) == (hour.actor, hour.hour)]
        lines = {
            (line.type, line.role): msgspec.structs.replace(line, articles=0, events=0)
            for other in older
            if other.revision < hour.revision
            for line in other.counts
        }
        lines |= {(line.type, line.role): line for line in hour.counts}
        whole.append(msgspec.structs.replace(hour, counts=tuple(lines.values())))
    return whole


def shuffled(records: list[R], order: random.Random) -> list[R]:
    order.shuffle(records)
    return records


@given(st.lists(resolved_articles, max_size=8))
def test_articles_come_back_as_they_were_sorted_by_time_and_id(articles: list[ResolvedArticle]) -> None:
    store = Store.open(":memory:")
    latest = {article.id: article for article in sorted(articles, key=lambda article: article.revision)}
    store.write_articles(latest.values())
    assert list(store.articles()) == sorted(latest.values(), key=lambda article: (article.event_time, article.id))
    store.close()


@given(st.lists(resolved_articles, max_size=8), st.lists(actor_hours, max_size=8), st.randoms(use_true_random=False))
def test_the_order_and_the_number_of_writes_do_not_matter(
    articles: list[ResolvedArticle], hours: list[ActorHour], order: random.Random
) -> None:
    articles = list({(article.id, article.revision): article for article in articles}.values())
    hours = list({(hour.actor, hour.hour, hour.revision): hour for hour in hours}.values())
    hours = with_all_lines(hours)
    first, second = Store.open(":memory:"), Store.open(":memory:")
    first.write_articles(articles)
    first.write_actor_hours(hours)
    second.write_articles(shuffled([*articles, *articles], order))
    second.write_actor_hours(shuffled([*hours, *hours], order))
    assert list(first.articles()) == list(second.articles())
    assert list(first.actor_counts()) == list(second.actor_counts())
    assert first.search("قال") == second.search("قال")
    first.close()
    second.close()


@given(st.lists(actor_hours, max_size=8, unique_by=lambda hour: (hour.actor, hour.hour)))
def test_counts_are_flat_sorted_and_without_lines_taken_back(hours: list[ActorHour]) -> None:
    store = Store.open(":memory:")
    store.write_actor_hours(hours)
    lines = [line for hour in hours for line in flatten(hour) if line.articles or line.events]
    assert list(store.actor_counts()) == sorted(
        lines, key=lambda line: (line.actor.encode(), line.hour, line.type, line.role)
    )
    store.close()


@given(actor_hours)
def test_an_older_revision_of_an_hour_changes_nothing(hour: ActorHour) -> None:
    store = Store.open(":memory:")
    newer = msgspec.structs.replace(hour, revision=hour.revision + 1, actor_name="newer")
    assert store.write_actor_hours([newer]) == 0
    assert store.write_actor_hours([hour]) == len(hour.counts)
    assert {line.actor_name for line in store.actor_counts()} <= {"newer"}
    store.close()


def article(title: str = "", text: str = "", **more: object) -> ResolvedArticle:
    fields = {"id": "0" * 32, "source": "agency", "language": "ar", "revision": 1, "title": title, "text": text}
    return msgspec.convert({**fields, "fetched_at": EPOCH, "event_time": EPOCH, **more}, ResolvedArticle)


def test_a_stale_article_is_told_and_not_written() -> None:
    store = Store.open(":memory:")
    assert store.write_articles([article("second", revision=2)]) == 0
    assert store.write_articles([article("first", revision=1)]) == 1
    assert [found.title for found in store.articles()] == ["second"]


@pytest.mark.parametrize("asked", ["حكومة", "الحُكُومَة حكومه", "القاهرة", "2024", "CAFÉ", "cafe"])
def test_search_finds_a_word_however_it_is_spelt(asked: str) -> None:
    store = Store.open(":memory:")
    store.write_articles([article("حكومه الحكومة", "في القاهره عام ٢٠٢٤ café")])
    assert len(store.search(asked)) == 1


@pytest.mark.parametrize("asked", ["", "   ", '"', "a OR b", "text:x", "NEAR(", "غائب"])
def test_search_takes_any_words_literally(asked: str) -> None:
    store = Store.open(":memory:")
    store.write_articles([article("عنوان", "نص")])
    assert store.search(asked) == []


def test_a_text_that_changed_is_found_by_its_new_words_only() -> None:
    store = Store.open(":memory:")
    store.write_articles([article("قديم", "نص")])
    store.write_articles([article("جديد", "نص", revision=2)])
    assert store.search("قديم") == []
    assert [found.title for found in store.search("جديد")] == ["جديد"]


def test_dead_letters_are_kept_once() -> None:
    store = Store.open(":memory:")
    letter = DeadLetter(
        topic="articles",
        partition=1,
        offset=7,
        stage="extraction",
        error="invalid_json",
        message="not JSON",
        time=datetime(2024, 1, 1, tzinfo=UTC),
        key=None,
        value=b"\xff\x00",
    )
    other = msgspec.structs.replace(letter, offset=8, key=b"\xfe")
    store.write_dead_letters([letter, other])
    store.write_dead_letters([letter])
    assert list(store.dead_letters()) == [letter, other]


def test_rows_and_offsets_that_were_not_committed_are_gone_together(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    store = Store.open(path)
    store.write_articles([article("kept")])
    store.write_offsets({("g1.resolved-articles", 0): 1})
    store.commit()
    store.write_articles([article("lost", revision=2)])
    store.write_offsets({("g1.resolved-articles", 0): 2})
    store.close()
    again = Store.open(path)
    assert [found.title for found in again.articles()] == ["kept"]
    assert again.offsets() == {("g1.resolved-articles", 0): 1}


def test_the_file_is_in_wal_mode(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "news.db")
    assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    store = Store.open(path)
    store.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    store.close()
    with pytest.raises(ContractViolation, match="upgrade Khabar"):
        Store.open(path)


def test_a_store_of_an_earlier_khabar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    store = Store.open(path)
    store.connection.execute("PRAGMA user_version = 1")
    store.close()
    with pytest.raises(ContractViolation, match="earlier Khabar"):
        Store.open(path)


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE t (x)")
    foreign.close()
    with pytest.raises(ContractViolation, match="no Khabar store"):
        Store.open(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, " * 100)
    with pytest.raises(ContractViolation, match="cannot be used"):
        Store.open(path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContractViolation, match="folder"):
        Store.open(tmp_path / "missing" / "news.db")


def test_the_queries_of_the_documentation_run() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sinks.md").read_text(encoding="utf-8")
    block = text.partition("```sql")[2].partition("```")[0]
    queries = [query for query in block.split(";") if query.strip()]
    store = Store.open(":memory:")
    store.write_articles(
        [
            article(
                "الحكومة",
                events=[
                    {
                        "type": "ASSAULT", "quad": 4, "target": ["syria"], "date": "2024-01-01", "trigger": "",
                        "sentence": "", "event_key": "",
                    }
                ],
            )
        ]
    )  # fmt: skip
    assert [store.connection.execute(query).fetchall() for query in queries] == [
        [("0" * 32, "الحكومة")],
        [("syria", 1)],
    ]
