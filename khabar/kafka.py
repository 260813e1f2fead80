"""Connections to Kafka: client configuration, a check at start, and the layout of a generation as it stands on the broker."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from khabar.errors import ContractViolation, DependencyUnavailable
from khabar.settings import Settings
from khabar.sparing import Sparingly
from khabar.topics import Topic, topic_name

START_TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = 0.5
LOG = logging.getLogger("khabar.kafka")
LOG.addFilter(Sparingly(LOG.name))


def client_config(settings: Settings, **more: Any) -> dict[str, Any]:
    """What every librdkafka client of Khabar has in common."""
    return {
        "bootstrap.servers": settings.brokers,
        "client.id": "khabar",
        "logger": LOG,
        # librdkafka's own ten seconds are as long as a start waits for the broker: one dropped connection too many, and it gives up.
        "reconnect.backoff.max.ms": 1_000,
        **more,
    }


def producer_config(settings: Settings, **more: Any) -> dict[str, Any]:
    """An idempotent producer whose keys go where Faust's and Java's would (`murmur2_random`)."""
    return client_config(
        settings,
        **{
            "enable.idempotence": True,
            "acks": "all",
            "compression.type": "zstd",
            "partitioner": "murmur2_random",
            "linger.ms": 20,
            "batch.size": 512 * 1024,
            "message.max.bytes": 16 * 1024 * 1024,
            "queue.buffering.max.messages": 20_000,
            "queue.buffering.max.kbytes": 64 * 1024,
            **more,
        },
    )


def consumer_config(settings: Settings, group: str, **more: Any) -> dict[str, Any]:
    """A consumer that commits only when told to."""
    return client_config(
        settings,
        **{
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.message.max.bytes": 16 * 1024 * 1024,
            "fetch.max.bytes": 16 * 1024 * 1024,
            "queued.max.messages.kbytes": 32 * 1024,
            # A broker that has just come back knows no leaders yet; librdkafka then joins only at the next refresh.
            "topic.metadata.refresh.interval.ms": 10_000,
            **more,
        },
    )


def connect_admin(settings: Settings) -> AdminClient:
    """An admin client that has reached the broker.

    Raises DependencyUnavailable after 10 s.
    """
    admin = AdminClient(client_config(settings, log_level=2))  # one clear message, not librdkafka's many
    try:
        _metadata(admin)
    except KafkaException:
        raise unreachable(settings) from None
    return admin


def _metadata(admin: AdminClient) -> Any:
    """What the broker says of itself. A connection that breaks is no answer: a broker that was paused for a while drops the
    first one after it.

    Raises KafkaException after 10 s.
    """
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            return admin.list_topics(timeout=max(0.1, deadline - time.monotonic()))
        except KafkaException:
            if time.monotonic() + RETRY_SECONDS >= deadline:
                raise
            time.sleep(RETRY_SECONDS)


def unreachable(settings: Settings) -> DependencyUnavailable:
    """The error for a broker that does not answer."""
    return DependencyUnavailable(
        f"Kafka does not answer at {settings.brokers} (setting KHABAR_BROKERS or --brokers). "
        "Is it running? `khabar stack up` starts one on this machine."
    )


def partition_counts(admin: AdminClient) -> Mapping[str, int]:
    """Every topic on the broker with its number of partitions.

    Raises DependencyUnavailable after 10 s.
    """
    try:
        topics = _metadata(admin).topics
    except KafkaException as error:
        raise DependencyUnavailable(f"Kafka answered, and then no longer: {error.args[0].str()}; try again") from None
    return {name: len(metadata.partitions) for name, metadata in topics.items()}


def generation_partitions(admin: AdminClient, generation: int) -> int:
    """The partition count that all topics of the generation share.

    Raises ContractViolation where a topic is missing or the counts differ, DependencyUnavailable after 10 s.
    """
    existing = partition_counts(admin)
    names = [topic_name(topic, generation) for topic in Topic]
    missing = [name for name in names if name not in existing]
    if missing:
        raise ContractViolation(
            f"topics are missing: {', '.join(missing)}. "
            f"Create them with `khabar topics create --generation {generation} --partitions N`."
        )
    counts = {name: existing[name] for name in names}
    if len(set(counts.values())) > 1:
        listing = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ContractViolation(f"one generation has one partition count, but these differ: {listing}")
    return next(iter(counts.values()))
