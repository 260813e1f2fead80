"""The Elasticsearch sink on real servers, healthy and spoilt: what is committed stands in the index, always."""

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
from elasticsearch import Elasticsearch

from khabar.codec import encode
from khabar.errors import ContractViolation, DependencyUnavailable, SettingsError
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.elasticsearch import ElasticsearchWriter, index_name
from tests.sinks import faulty
from tests.sinks.running import elasticsearch_sink, indexed, run_elasticsearch_sink, until
from tests.sinks.topics import article, committed, dead_letters, ends, hour, new_generation, publish, publish_raw

pytestmark = [pytest.mark.kafka, pytest.mark.elasticsearch]


@pytest.fixture
def settings(kafka: str, elasticsearch_url: str) -> Settings:
    return new_generation(kafka, elasticsearch_url)


def through(proxy: faulty.FaultyElasticsearch, settings: Settings) -> Settings:
    return Settings(
        brokers=settings.brokers, elasticsearch=proxy.url, generation=settings.generation, home=settings.home
    )


def source(document: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in document.items() if name != "_version"}


def test_articles_and_counts_stand_in_their_indices_and_are_committed(
    settings: Settings, elasticsearch_url: str
) -> None:
    articles, hours = [article(n) for n in range(120)], [hour(n) for n in range(40)]
    publish(settings, [*articles, *hours])
    totals = run_elasticsearch_sink(settings)
    assert totals.written == {"article": 120, "count": 80}
    found = indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES)
    assert {key: source(document) for key, document in found.items()} == {
        one.id: orjson.loads(encode(one)) for one in articles
    }
    counts = indexed(elasticsearch_url, settings, Topic.ACTOR_COUNTS)
    assert set(counts) == {
        f"actor-{n}|2024-01-01T00|{line}" for n in range(40) for line in ("AID|source", "MENTION|mention")
    }
    assert committed(settings, "elasticsearch") == ends(settings)


def test_the_highest_revision_stands_in_whatever_order_they_come(settings: Settings, elasticsearch_url: str) -> None:
    records = [make(n, revision=revision) for make in (article, hour) for n in range(30) for revision in range(1, 6)]
    random.Random(1).shuffle(records)
    for start in range(0, len(records), 60):
        publish(settings, records[start : start + 60])
        run_elasticsearch_sink(settings)
    for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS):
        found = indexed(elasticsearch_url, settings, topic)
        assert {(document["_version"], document["revision"]) for document in found.values()} == {(5, 5)}
    assert {document["articles"] for document in indexed(elasticsearch_url, settings, Topic.ACTOR_COUNTS).values()} == {
        5
    }


@pytest.mark.parametrize(
    "faults",
    [
        [faulty.answering(429)] * 3,
        [faulty.answering(503, b"<html>Service Unavailable</html>")] * 3,
        [faulty.answering(200, b"{}")],
        [faulty.cut, faulty.cut],
        [faulty.losing_the_answer, faulty.losing_the_answer],
        [faulty.hanging(3)],
        [faulty.refusing_items(429, every=3), faulty.refusing_items(503, every=2)],
    ],
    ids=["429", "503", "no items", "cut", "answer lost", "timeout", "items refused"],
)
def test_a_spoilt_bulk_is_sent_until_every_document_stands(
    settings: Settings, elasticsearch_url: str, faults: list[faulty.Fault]
) -> None:
    publish(settings, [article(n) for n in range(100)])
    with faulty.before(elasticsearch_url) as proxy:
        proxy.faults.extend(faults)
        totals = run_elasticsearch_sink(through(proxy, settings))
        assert not proxy.faults
    assert totals.written["article"] == 100
    assert len(indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES)) == 100
    assert committed(settings, "elasticsearch") == ends(settings)
    assert dead_letters(settings) == []


def test_while_elasticsearch_takes_nothing_nothing_is_committed_and_then_it_goes_on(
    settings: Settings, elasticsearch_url: str
) -> None:
    publish(settings, [article(n) for n in range(300)])
    with faulty.before(elasticsearch_url) as proxy:
        proxy.faults.extend([faulty.answering(503)] * 10_000)
        with elasticsearch_sink(through(proxy, settings), until_idle_seconds=1.0) as running:
            until(lambda: proxy.bulks >= 6)
            assert committed(settings, "elasticsearch") == {}
            proxy.faults.clear()
            assert running.join().written["article"] == 300
    assert committed(settings, "elasticsearch") == ends(settings)


def test_a_sink_that_waits_for_elasticsearch_stops_when_told_and_commits_nothing(
    settings: Settings, elasticsearch_url: str
) -> None:
    publish(settings, [article(n) for n in range(100)])
    with faulty.before(elasticsearch_url) as proxy:
        proxy.faults.extend([faulty.answering(503)] * 10_000)
        with elasticsearch_sink(through(proxy, settings), handover_seconds=0.5) as running:
            until(lambda: proxy.bulks >= 2)
            started = time.monotonic()
            running.stop.set()
            running.join()
            assert time.monotonic() - started < 15
    assert committed(settings, "elasticsearch") == {}


def test_what_the_index_cannot_parse_is_a_dead_letter_and_the_rest_is_written(
    settings: Settings, elasticsearch_url: str
) -> None:
    # A record by its type, but with more nested documents than Elasticsearch takes.
    bad = article(3, events=10_001)
    publish(settings, [article(1), article(2), bad, article(4)])
    publish_raw(settings, Topic.RESOLVED_ARTICLES, [b"not JSON", None])
    publish_raw(settings, Topic.ACTOR_COUNTS, [b'{"actor":"egypt"}'])
    totals = run_elasticsearch_sink(settings)
    assert totals.written["article"] == 3
    assert totals.dead_letters == 4
    letters = dead_letters(settings)
    assert {letter.error: letter.value for letter in letters} == {
        "document_parsing_exception": encode(bad),
        "invalid_json": b"not JSON",
        "tombstone": b"",
        "invalid_field": b'{"actor":"egypt"}',
    }
    assert {letter.stage for letter in letters} == {"sink-elasticsearch"}
    assert {letter.topic for letter in letters} == {
        f"g{settings.generation}.resolved-articles",
        f"g{settings.generation}.actor-counts",
    }
    assert committed(settings, "elasticsearch") == ends(settings)
    assert len(indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES)) == 3


def test_a_bulk_refused_as_a_whole_is_halved_until_the_culprit_is_alone(
    settings: Settings, elasticsearch_url: str
) -> None:
    publish(settings, [article(n) for n in range(8)])
    with faulty.before(elasticsearch_url) as proxy:
        # One bulk of eight, its first four, their first two, the first alone: all refused; the rest goes through.
        proxy.faults.extend([faulty.answering(413, b"{}")] * 4)
        totals = run_elasticsearch_sink(through(proxy, settings))
    assert totals.written["article"] == 7
    assert [letter.error for letter in dead_letters(settings)] == ["too_large"]


def test_an_index_deleted_under_the_sink_is_not_created_in_passing(settings: Settings, elasticsearch_url: str) -> None:
    publish(settings, [article(1)])
    with elasticsearch_sink(settings) as running, Elasticsearch(elasticsearch_url) as client:
        until(lambda: committed(settings, "elasticsearch") == ends(settings))
        client.indices.delete(index=index_name(Topic.RESOLVED_ARTICLES, settings.generation))
        publish(settings, [article(2)])
        with pytest.raises(ContractViolation, match="Start the sink again"):
            running.join()
        assert not client.indices.exists(index=index_name(Topic.RESOLVED_ARTICLES, settings.generation))


def test_a_new_index_is_filled_from_the_beginning_whatever_was_committed(
    settings: Settings, elasticsearch_url: str
) -> None:
    publish(settings, [article(n) for n in range(50)])
    run_elasticsearch_sink(settings)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=index_name(Topic.RESOLVED_ARTICLES, settings.generation))
    assert run_elasticsearch_sink(settings).written["article"] == 50
    assert len(indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES)) == 50


def test_started_again_a_sink_goes_on_where_it_was(settings: Settings) -> None:
    publish(settings, [article(n) for n in range(50)])
    run_elasticsearch_sink(settings)
    publish(settings, [article(n) for n in range(50, 60)])
    assert run_elasticsearch_sink(settings).written == {"article": 10}


def test_the_alias_is_never_taken_from_another_generation_unasked(kafka: str, elasticsearch_url: str) -> None:
    first, second = new_generation(kafka, elasticsearch_url), new_generation(kafka, elasticsearch_url)
    with Elasticsearch(elasticsearch_url) as client:
        if client.indices.exists_alias(name="khabar-articles"):
            client.indices.delete_alias(index="_all", name=["khabar-articles", "khabar-actor-counts"])

        def shown() -> set[str]:
            return set(client.indices.get_alias(name="khabar-articles")) | set(
                client.indices.get_alias(name="khabar-actor-counts")
            )

        run_elasticsearch_sink(first)
        of_first = {f"khabar-g{first.generation}-articles", f"khabar-g{first.generation}-actor-counts"}
        assert shown() == of_first
        run_elasticsearch_sink(second)
        assert shown() == of_first
        run_elasticsearch_sink(second, promote=True)
        assert shown() == {f"khabar-g{second.generation}-articles", f"khabar-g{second.generation}-actor-counts"}


def test_events_can_be_asked_for_one_by_one_and_plotted_flat(settings: Settings, elasticsearch_url: str) -> None:
    publish(settings, [article(1)])
    run_elasticsearch_sink(settings)
    index = index_name(Topic.RESOLVED_ARTICLES, settings.generation)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.refresh(index=index)
        both = {"bool": {"must": [{"term": {"events.type": "AID"}}, {"term": {"events.target": "sudan"}}]}}
        assert client.count(index=index, query={"nested": {"path": "events", "query": both}})["count"] == 1
        types = client.search(index=index, size=0, aggs={"types": {"terms": {"field": "events.type"}}})
        assert [bucket["key"] for bucket in types["aggregations"]["types"]["buckets"]] == ["AID"]
        assert client.count(index=index, query={"match": {"text": "الخبر"}})["count"] == 1


def test_an_index_that_is_not_ours_is_refused(settings: Settings, elasticsearch_url: str) -> None:
    index = index_name(Topic.RESOLVED_ARTICLES, settings.generation)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=index)
    with pytest.raises(ContractViolation, match="made by something else"):
        run_elasticsearch_sink(settings)


def test_nobody_at_the_address_is_told_within_fifteen_seconds(settings: Settings) -> None:
    nowhere = Settings(
        brokers=settings.brokers,
        elasticsearch="http://user:secret@127.0.0.1:1",
        generation=settings.generation,
        home=settings.home,
    )
    started = time.monotonic()
    with pytest.raises(DependencyUnavailable, match=r"http://127\.0\.0\.1:1 .*KHABAR_ELASTICSEARCH") as caught:
        run_elasticsearch_sink(nowhere)
    assert time.monotonic() - started < 15
    assert "secret" not in str(caught.value)


def test_an_address_without_a_scheme_is_told(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="KHABAR_ELASTICSEARCH"):
        ElasticsearchWriter(Settings(elasticsearch="localhost", home=settings.home), abandon=threading.Event())


def test_refused_credentials_stop_the_sink_and_name_the_setting(settings: Settings, elasticsearch_url: str) -> None:
    publish(settings, [article(1)])
    with faulty.before(elasticsearch_url) as proxy:
        proxy.faults.append(faulty.answering(401, b'{"error":{"type":"security_exception","reason":"no"}}'))
        with pytest.raises(SettingsError, match="KHABAR_ELASTICSEARCH_API_KEY"):
            run_elasticsearch_sink(through(proxy, settings))
    assert committed(settings, "elasticsearch") == {}


def test_end_to_end_seconds_are_measured_from_the_published_header(settings: Settings) -> None:
    publish(settings, [article(1)], published=int(time.time() * 1000) - 40_000)
    with elasticsearch_sink(settings, until_idle_seconds=1.0) as running:
        running.join()
    total = running.registry.get_sample_value("khabar_end_to_end_seconds_sum", {"to": "index"})
    assert total is not None
    assert 40 <= total < 70


def test_two_sinks_share_the_work_and_one_may_leave(settings: Settings, elasticsearch_url: str) -> None:
    publish(settings, [article(n) for n in range(200)])
    with elasticsearch_sink(settings) as first:
        until(lambda: bool(committed(settings, "elasticsearch")))
        with elasticsearch_sink(settings):
            publish(settings, [article(n) for n in range(200, 600)])
            time.sleep(1)
            first.end()
            publish(settings, [article(n) for n in range(600, 800)])
            until(lambda: committed(settings, "elasticsearch") == ends(settings), seconds=90)
    assert len(indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES)) == 800


def test_killed_again_and_again_it_loses_nothing(settings: Settings, elasticsearch_url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    expected = 0
    command = [
        *(sys.executable, "-c", "from khabar.cli import main; main()", "sink", "elasticsearch"),
        *(
            "--brokers",
            settings.brokers,
            "--elasticsearch",
            elasticsearch_url,
            "--generation",
            str(settings.generation),
        ),
        *("--batch-documents", "20", "--batch-seconds", "0.05"),
    ]
    environment = {"PATH": os.environ["PATH"], "KHABAR_HOME": str(tmp_path)}
    for _ in range(3):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        publish(settings, [article(n) for n in range(expected, expected + 500)])
        expected += 500
        before = committed(settings, "elasticsearch")
        until(lambda before=before: committed(settings, "elasticsearch") != before, seconds=60)  # type: ignore[misc]
        time.sleep(chance.random() / 2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        reached = sum(committed(settings, "elasticsearch").values())
        assert reached <= len(indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES))
    run_elasticsearch_sink(settings)
    assert len(indexed(elasticsearch_url, settings, Topic.RESOLVED_ARTICLES)) == expected
    assert committed(settings, "elasticsearch") == ends(settings)
