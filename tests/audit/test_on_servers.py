"""`khabar audit` beside real servers: nothing differs, and then what was spoilt by hand is told with its cause.

One generation for all of it, for it takes a minute to make one; each part leaves the tables as they should be but the last.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from click.testing import CliRunner
from confluent_kafka import Producer
from elasticsearch import Elasticsearch

from khabar.cli import khabar
from khabar.codec import decode, encode
from khabar.dead_letter_admin import ANY_PARTITION
from khabar.dead_letters import to_headers
from khabar.demo import NOW, lay_out
from khabar.errors import ContractViolation, DependencyUnavailable
from khabar.identity import article_id, event_time
from khabar.kafka import producer_config
from khabar.partitioning import partition_for
from khabar.records import ActorHour, Article, DeadLetter, ResolvedArticle
from khabar.settings import Settings
from khabar.topics import Topic, topic_name
from processors import pipeline
from processors.aggregation import hour_key
from producers.articles import Accepted
from producers.articles import rules as rules_for
from producers.files import read
from sinks.elasticsearch import index_name
from tests.engines.tables import LATENESS_HOURS
from tests.engines.test_same_tables import SOURCES, start
from tests.faust_engine.cluster import (
    cleaned_up,
    create_topics,
    end_offsets,
    fresh_generation,
    produce,
    read_topic,
    wait_until_applied,
)
from tests.sinks.running import elasticsearch_sink, run_elasticsearch_sink

pytestmark = [pytest.mark.kafka, pytest.mark.elasticsearch]
PARTITIONS = 2


@dataclass(frozen=True)
class Live:
    """A generation and where its worker lives. `folder`: for the audit's temporary files."""

    settings: Settings
    folder: Path
    home: Path

    @property
    def options(self) -> list[str]:
        servers = ["--brokers", self.settings.brokers, "--elasticsearch", self.settings.elasticsearch]
        return [*servers, "--generation", str(self.settings.generation), "--directory", str(self.folder)]

    def audit(self, *more: str) -> tuple[int, dict[str, Any]]:
        result = CliRunner().invoke(khabar, ["audit", *self.options, "--json", *more])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert list(self.folder.iterdir()) == [], "temporary files were left"
        return result.exit_code, orjson.loads(result.stdout)

    def process(self) -> None:
        """A worker until nothing is left, then the sink."""
        worker = start(self.settings.brokers, self.settings.generation, self.home, "a", "memory")
        with cleaned_up([worker]):
            wait_until_applied(self.settings.brokers, self.settings.generation, SOURCES, timeout=180)
            assert worker.terminate() == 0
        run_elasticsearch_sink(self.settings)

    def all(self, topic: Topic, record: type[Any]) -> list[Any]:
        """The highest revision of everything on the topic."""
        name = topic_name(topic, self.settings.generation)
        found = [(m.key(), decode(m.value() or b"", record)) for m in read_topic(self.settings.brokers, name)]
        return list(dict(sorted(found, key=lambda one: one[1].revision)).values())

    def put(
        self,
        topic: Topic,
        key: bytes,
        value: bytes,
        *,
        like: str | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """By its key, or to the partition of the key `like`."""
        producer = Producer(producer_config(self.settings))
        partition = ANY_PARTITION if like is None else partition_for(like, PARTITIONS)
        producer.produce(
            topic_name(topic, self.settings.generation),
            key=key,
            value=value,
            partition=partition,
            headers=list(headers),
        )
        assert producer.flush(30) == 0


def causes(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(line["cause"], line["because"]): line["number"] for line in found["by_cause"]}


@pytest.fixture
def samples(tmp_path: Path) -> list[tuple[str, bytes]]:
    (tmp_path / "samples").mkdir()
    folder = lay_out(tmp_path / "samples")
    rules = rules_for(source=None, language=None, fields={})
    found = read([str(folder)], rules=rules, clock=lambda: NOW, progress=lambda _: None)
    return [(item.article.id, item.value) for item in found if isinstance(item, Accepted)]


@pytest.mark.long
def test_an_audit_finds_nothing_until_something_is_spoilt(
    empty_kafka: str,
    elasticsearch_url: str,
    tmp_path: Path,
    samples: list[tuple[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KHABAR_HOME", str(tmp_path))
    settings = Settings(
        brokers=empty_kafka,
        elasticsearch=elasticsearch_url,
        generation=fresh_generation(),
        window_hours=72,
        home=Path("/nowhere"),
    )
    create_topics(settings.brokers, settings.generation, PARTITIONS)
    messages = [(key.encode(), value) for key, value in [*samples, *samples[:20]]]
    random.Random(7).shuffle(messages)
    articles = topic_name(Topic.ARTICLES, settings.generation)
    produce(settings.brokers, articles, [*messages, (b"0" * 32, b"no article")], rate=1_000)
    (tmp_path / "files").mkdir()
    live = Live(settings, tmp_path / "files", tmp_path)
    live.process()

    nothing_differs(live, samples)
    nothing_differs_while_articles_keep_coming(live, decode(samples[2][1], Article))
    what_cannot_be_compared_is_said(live)
    what_the_index_has_wrong_is_told(live, samples)
    what_was_not_processed_is_told_with_who_is_behind(live, decode(samples[2][1], Article))
    what_the_topics_have_wrong_is_told(live)


def nothing_differs(live: Live, samples: list[tuple[str, bytes]]) -> None:
    code, found = live.audit()
    assert (code, found["differences"], found["unsettled"]) == (0, 0, 0), found
    assert found["articles"] == {"read": len(samples) + 21, "before_range": 0, "refused": 1}
    assert found["compared"]["articles"] == found["compared"]["topic_articles"] >= 50
    assert found["compared"]["indexed_articles"] == found["compared"]["articles"]
    assert found["compared"]["counts"] == found["compared"]["indexed_counts"] >= 100
    assert found["lateness_hours"] == LATENESS_HOURS, "taken from the markers"

    times = sorted(one.published_at or one.fetched_at for one in (decode(value, Article) for _, value in samples))
    middle = times[len(times) // 2].isoformat()
    code, later = live.audit("--from", middle, "--no-index")
    assert (code, later["differences"]) == (0, 0), later
    code, earlier = live.audit("--to", middle)
    assert (code, earlier["differences"]) == (0, 0), earlier
    assert 0 < earlier["compared"]["indexed_articles"] == earlier["compared"]["articles"]
    assert later["compared"]["articles"] + earlier["compared"]["articles"] == found["compared"]["articles"]


def nothing_differs_while_articles_keep_coming(live: Live, like: Article) -> None:
    articles = topic_name(Topic.ARTICLES, live.settings.generation)
    enough = threading.Event()

    def publish() -> None:
        for first in range(100, 10_000, 10):
            coming = [another(like, number) for number in range(first, first + 10)]
            produce(live.settings.brokers, articles, [(one.id.encode(), encode(one)) for one in coming], rate=5)
            if enough.is_set():
                return

    publisher = threading.Thread(target=publish)
    worker = start(live.settings.brokers, live.settings.generation, live.home, "a", "memory")
    with cleaned_up([worker]), elasticsearch_sink(live.settings) as sink:
        publisher.start()
        try:
            meanwhile = [live.audit("--patience", "120") for _ in range(2)]
        finally:
            enough.set()
            publisher.join()
        wait_until_applied(live.settings.brokers, live.settings.generation, SOURCES, timeout=180)
        code, last = live.audit()
        assert worker.terminate() == 0
        assert sink.error is None
    for audited, found in [*meanwhile, (code, last)]:
        assert (audited, found["differences"]) == (0, 0), found
    read = [found["articles"]["read"] for _, found in meanwhile]
    assert read[0] < read[1] < last["articles"]["read"], "articles came all the time"
    assert last["unsettled"] == 0


def what_cannot_be_compared_is_said(live: Live) -> None:
    arguments = ["audit", "--brokers", live.settings.brokers, "--generation", str(live.settings.generation)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pipeline, "COPY_RULES", pipeline.COPY_RULES + 1)
        result = CliRunner().invoke(khabar, [*arguments, "--no-index"])
        assert isinstance(result.exception, ContractViolation)
        assert f"rules {pipeline.COPY_RULES}" in str(result.exception)
    result = CliRunner().invoke(khabar, [*arguments, "--elasticsearch", "http://127.0.0.1:1"])
    assert isinstance(result.exception, DependencyUnavailable)


def what_the_index_has_wrong_is_told(live: Live, samples: list[tuple[str, bytes]]) -> None:
    articles = index_name(Topic.RESOLVED_ARTICLES, live.settings.generation)
    gone, changed = samples[0][0], samples[1][0]
    with Elasticsearch(live.settings.elasticsearch) as client:
        client.delete(index=articles, id=gone)
        client.update(index=articles, id=changed, doc={"title": "عنوان آخر"})
        client.index(index=articles, id="nobody's", document={"id": "nobody's", "revision": 1})
        code, found = live.audit()
        assert code == 1
        assert causes(found) == {
            ("missing_in_index", "unknown"): 1,
            ("different_in_index", "unknown"): 1,
            ("extra_in_index", "unknown"): 1,
        }
        assert {one["key"] for one in found["samples"]} == {gone, changed, "nobody's"}
        assert next(one for one in found["samples"] if one["key"] == changed)["fields"] == ["title"]
        code, found = live.audit("--no-index")
        assert (code, found["differences"]) == (0, 0)
        client.indices.delete(index=articles)
    run_elasticsearch_sink(live.settings)
    assert live.audit()[0] == 0


def what_was_not_processed_is_told_with_who_is_behind(live: Live, like: Article) -> None:
    waiting, aside = another(like, 1), another(like, 2)
    articles = topic_name(Topic.ARTICLES, live.settings.generation)
    place = partition_for(aside.id, PARTITIONS)
    letter = DeadLetter(
        topic=articles,
        partition=place,
        offset=end_offsets(live.settings.brokers, articles)[place],
        stage="extraction",
        error="stage_raised",
        message="by hand",
        time=datetime.now(UTC),
        key=aside.id.encode(),
        value=encode(aside),
    )
    live.put(Topic.ARTICLES, aside.id.encode(), encode(aside))
    live.put(Topic.DEAD_LETTERS, aside.id.encode(), letter.value, headers=to_headers(letter))
    live.put(Topic.ARTICLES, waiting.id.encode(), encode(waiting))
    live.put(Topic.ARTICLES, b"1" * 32, b"no article either")
    code, found = live.audit("--patience", "1")
    assert code == 1
    assert causes(found)["not_in_dead_letters", "worker_behind"] == 1
    assert {because for _, because in causes(found)} == {"worker_behind"}
    missing = [one for one in found["samples"] if one["cause"] == "missing_in_topic" and one["kind"] == "article"]
    assert [one["key"] for one in missing] == [waiting.id]
    assert missing[0]["detail"].startswith("extraction has ")
    assert found["set_aside"]["articles"] == 2, "the second one, and what was refused at the start"
    assert aside.id in {one["key"] for one in found["set_aside"]["samples"]}
    assert {line["stage"] for line in found["lag"]} == {"extraction"}

    stopped_it_leaves_nothing_behind(live)

    live.process()
    code, found = live.audit()
    assert (code, found["differences"]) == (0, 0), found
    assert found["letters_of_what_is_in_the_tables"] == 1


def stopped_it_leaves_nothing_behind(live: Live) -> None:
    command = [sys.executable, "-m", "khabar", "audit", *live.options, "--no-index", "--patience", "300"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("waiting for extraction"):
                assert list(live.folder.iterdir()) != []
                os.kill(process.pid, signal.SIGTERM)
        assert process.wait(30) == 143
    assert list(live.folder.iterdir()) == []


def what_the_topics_have_wrong_is_told(live: Live) -> None:
    hours = [one for one in live.all(Topic.ACTOR_COUNTS, ActorHour) if one.counts[0].articles]
    hour = max(hours, key=lambda one: (len(one.counts), one.actor))
    line = msgspec.structs.replace(hour.counts[0], articles=hour.counts[0].articles + 1)
    wrong = msgspec.structs.replace(hour, revision=hour.revision + 1, counts=(line, *hour.counts[1:]))
    live.put(Topic.ACTOR_COUNTS, hour_key(hour.actor, hour.hour).encode(), encode(wrong), like=hour.actor)
    invented = msgspec.structs.replace(live.all(Topic.RESOLVED_ARTICLES, ResolvedArticle)[0], id="f" * 32)
    live.put(Topic.RESOLVED_ARTICLES, invented.id.encode(), encode(invented))
    code, found = live.audit("--patience", "1")
    assert (code, causes(found)) == (
        1,
        {
            ("different_in_topic", "unknown"): 1,
            ("extra_in_topic", "unknown"): 1,
            ("missing_in_index", "sink_behind"): 1,
            ("stale_in_index", "sink_behind"): len(hour.counts),
        },
    )
    run_elasticsearch_sink(live.settings)
    code, found = live.audit()
    assert (code, causes(found)) == (1, {("different_in_topic", "unknown"): 1, ("extra_in_topic", "unknown"): 1})


def another(like: Article, number: int) -> Article:
    """An article of the same time with a text of its own."""
    text = f"{like.text}\n\n" + " ".join(f"كلمة{number}{place}" for place in range(60))
    identity = article_id(
        source=like.source,
        external_id=None,
        url=None,
        event_time=event_time(published_at=like.published_at, fetched_at=like.fetched_at),
        title=like.title,
        text=text,
        html=None,
        language=like.language,
        byline=None,
        section=None,
        utc_offset_minutes=None,
    )
    return Article(
        id=identity,
        source=like.source,
        title=like.title,
        text=text,
        language=like.language,
        published_at=like.published_at,
        fetched_at=like.fetched_at,
    )
