"""`khabar topics` against a real broker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from khabar.cli.topics import topics
from khabar.errors import ContractViolation
from khabar.topics import Retention

pytestmark = pytest.mark.kafka


def run(brokers: str, *arguments: str) -> Result:
    return CliRunner().invoke(topics, [*arguments, "--brokers", brokers])


def answer(brokers: str, *arguments: str) -> Any:
    result = run(brokers, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_create_makes_every_topic_with_the_partitions_asked_for(empty_kafka: str) -> None:
    done = answer(empty_kafka, "create", "--partitions", "3", "--generation", "2")
    metadata = AdminClient({"bootstrap.servers": empty_kafka}).list_topics(timeout=10).topics

    assert len(done["created"]) == 11
    assert {name: len(metadata[name].partitions) for name in done["created"]} == dict.fromkeys(done["created"], 3)


def test_create_twice_changes_nothing(empty_kafka: str) -> None:
    first = answer(empty_kafka, "create")
    second = answer(empty_kafka, "create")

    assert second == {"created": [], "existing": first["created"], "differences": []}


def test_a_second_generation_shares_articles_and_dead_letters(empty_kafka: str) -> None:
    answer(empty_kafka, "create", "--generation", "1")
    second = answer(empty_kafka, "create", "--generation", "2")

    assert set(second["existing"]) == {"articles", "dead-letters"}
    assert len(second["created"]) == 9


def test_another_partition_count_is_refused_and_nothing_is_created(empty_kafka: str) -> None:
    answer(empty_kafka, "create", "--partitions", "2")
    refusal = run(empty_kafka, "create", "--partitions", "4", "--generation", "2").exception
    names = [topic["name"] for topic in answer(empty_kafka, "list")]

    assert isinstance(refusal, ContractViolation)
    assert refusal.exit_code == 4
    assert "articles has 2" in str(refusal)
    assert not any(name.startswith("g2.") for name in names)


def test_a_topic_that_somebody_else_made_with_other_partitions_is_refused(empty_kafka: str) -> None:
    admin = AdminClient({"bootstrap.servers": empty_kafka})
    admin.create_topics([NewTopic("g1.findings", num_partitions=7)])["g1.findings"].result(timeout=30)

    refusal = run(empty_kafka, "create").exception

    assert isinstance(refusal, ContractViolation)
    assert "g1.findings has 7" in str(refusal)


def test_a_shorter_retention_is_reported_and_not_applied_to_existing_topics(empty_kafka: str) -> None:
    answer(empty_kafka, "create", "--articles-days", "30")
    again = answer(empty_kafka, "create", "--articles-days", "1")
    articles = answer(empty_kafka, "describe", "articles")

    assert [(one["topic"], one["setting"]) for one in again["differences"]] == [("articles", "retention.ms")]
    assert articles["config"]["retention.ms"] == str(30 * 24 * 3600 * 1000)


def test_more_replicas_than_brokers_are_refused_in_words(empty_kafka: str) -> None:
    refusal = run(empty_kafka, "create", "--replication-factor", "3").exception

    assert "--replication-factor" in str(refusal)


def test_list_shows_each_topic_with_cleanup_retention_and_messages(empty_kafka: str) -> None:
    answer(empty_kafka, "create", "--internal-days", "5")
    publish(empty_kafka, "articles", 7)

    listed = {topic["name"]: topic for topic in answer(empty_kafka, "list")}

    assert len(listed) == 11
    assert listed["articles"]["messages"] == 7
    assert listed["articles"]["generation"] is None
    assert listed["g1.findings"] == {
        "name": "g1.findings",
        "generation": 1,
        "partitions": 4,
        "replication_factor": 1,
        "cleanup": "delete",
        "retention_days": 5.0,
        "messages": 0,
    }
    assert listed["g1.actor-counts"]["cleanup"] == "compact"
    assert listed["g1.actor-counts"]["retention_days"] is None


def test_list_on_an_empty_broker_says_how_to_create_topics(empty_kafka: str) -> None:
    assert "khabar topics create" in run(empty_kafka, "list").stdout


def test_describe_takes_a_role_and_shows_offsets_by_partition(empty_kafka: str) -> None:
    answer(empty_kafka, "create", "--partitions", "2", "--generation", "5")
    publish(empty_kafka, "g5.findings", 3, partition=1)

    found = answer(empty_kafka, "describe", "findings", "--generation", "5")

    assert found["name"] == "g5.findings"
    assert [(one["partition"], one["low"], one["high"]) for one in found["partitions"]] == [(0, 0, 0), (1, 0, 3)]
    assert found["own_config"]["cleanup.policy"] == "delete"


def test_describe_of_an_unknown_topic_names_those_that_exist(empty_kafka: str) -> None:
    answer(empty_kafka, "create")
    refusal = run(empty_kafka, "describe", "artciles").exception

    assert isinstance(refusal, ContractViolation)
    assert "articles" in str(refusal)


def test_the_tables_for_people_name_every_topic_and_partition(empty_kafka: str) -> None:
    created = run(empty_kafka, "create", "--partitions", "2")
    listed = run(empty_kafka, "list")
    described = run(empty_kafka, "describe", "articles")

    assert "created  articles" in created.stdout
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:3]] == ["articles", "dead-letters"]
    assert f"retention.ms = {Retention().articles_days * 24 * 3600 * 1000}" in described.stdout
    assert [line.split()[0] for line in described.stdout.splitlines()[-2:]] == ["0", "1"]


def publish(brokers: str, topic: str, messages: int, *, partition: int = 0) -> None:
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 0})
    for number in range(messages):
        producer.produce(topic, value=b"%d" % number, partition=partition)
    assert producer.flush(30) == 0
