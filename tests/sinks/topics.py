"""A scripted producer: result topics of a generation of the test's own, and records put on them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from khabar.codec import encode
from khabar.dead_letters import from_message
from khabar.kafka import producer_config
from khabar.records import QUAD, ActorHour, DeadLetter, Event, HourCount, MentionedActor, ResolvedArticle
from khabar.settings import Settings
from khabar.topics import Topic, topic_name
from tests.sinks.strategies import EPOCH

PARTITIONS = 3
_generations = count(7_001)


def new_generation(brokers: str, elasticsearch: str = "http://127.0.0.1:1") -> Settings:
    """Settings of a generation no other test uses, whose topics are there and empty."""
    settings = Settings(
        brokers=brokers, elasticsearch=elasticsearch, generation=next(_generations), home=Path("/nowhere")
    )
    admin = AdminClient({"bootstrap.servers": brokers})
    names = {name_of(topic, settings) for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS)} | {"dead-letters"}
    missing = names - set(admin.list_topics(timeout=10).topics)
    config = {"max.message.bytes": str(16 * 1024 * 1024)}
    created = admin.create_topics([NewTopic(name, PARTITIONS, 1, config=config) for name in sorted(missing)])
    for future in created.values():
        future.result(timeout=30)
    while names - set(admin.list_topics(timeout=10).topics):
        time.sleep(0.05)
    return settings


def name_of(topic: Topic, settings: Settings) -> str:
    return topic_name(topic, settings.generation)


def article(number: int, *, revision: int = 1, text: str = "نص الخبر", events: int = 1) -> ResolvedArticle:
    return ResolvedArticle(
        id=f"{number:032x}",
        external_id=f"x{number}",
        source="agency",
        title=f"خبر {number}",
        text=text,
        language="ar",
        published_at=EPOCH,
        fetched_at=EPOCH,
        event_time=EPOCH,
        revision=revision,
        copy_of=None if revision == 1 or number == 0 else f"{0:032x}",
        copy_kind=None if revision == 1 or number == 0 else "copy",
        actors=(MentionedActor(id="egypt", name="مصر", kind="state", code="EGY"),),
        events=(
            Event(
                type="AID",
                quad=QUAD["AID"],
                source=("egypt",),
                target=("sudan",),
                date="2024-01-01",
                trigger="ساعد",
                sentence="ساعدت مصر السودان",
                event_key="AID|EGY|SDN",
            ),
        )
        * events,
    )


def hour(number: int, *, revision: int = 1) -> ActorHour:
    return ActorHour(
        actor=f"actor-{number}",
        actor_name="مصر",
        kind="state",
        code="EGY",
        hour=EPOCH,
        revision=revision,
        counts=(
            HourCount(type="AID", quad=2, role="source", articles=revision, events=revision),
            HourCount(type="MENTION", quad=0, role="mention", articles=revision, events=0),
        ),
    )


def publish(
    settings: Settings, records: Iterable[ResolvedArticle | ActorHour], *, published: int | None = None
) -> None:
    """Put each on its topic by its key, and wait for all acknowledgements."""
    headers = [] if published is None else [("published", str(published).encode())]
    producer = Producer(producer_config(settings))
    for record in records:
        if isinstance(record, ResolvedArticle):
            topic, key = Topic.RESOLVED_ARTICLES, record.id
        else:
            topic, key = Topic.ACTOR_COUNTS, f"{record.actor}|{record.hour.isoformat()}"
        producer.produce(name_of(topic, settings), key=key, value=encode(record), headers=list(headers))
        producer.poll(0)
    assert producer.flush(30) == 0


def publish_raw(settings: Settings, topic: Topic, values: Sequence[bytes | None]) -> None:
    """Put bytes on partition 0, whatever they are."""
    producer = Producer(producer_config(settings))
    for value in values:
        producer.produce(name_of(topic, settings), partition=0, key=b"key", value=value)
    assert producer.flush(30) == 0


def committed(settings: Settings, sink: str) -> dict[tuple[str, int], int]:
    """What the group of the sink has committed, where it has."""
    group = f"khabar-g{settings.generation}-sink-{sink}"
    consumer = Consumer({"bootstrap.servers": settings.brokers, "group.id": group})
    asked = [
        TopicPartition(name_of(topic, settings), partition)
        for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS)
        for partition in range(PARTITIONS)
    ]
    found = consumer.committed(asked, timeout=10)
    consumer.close()
    return {(one.topic, one.partition): one.offset for one in found if one.offset >= 0}


def ends(settings: Settings) -> dict[tuple[str, int], int]:
    """The end of every partition that holds anything."""
    consumer = Consumer({"bootstrap.servers": settings.brokers, "group.id": "test-ends"})
    found = {}
    for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS):
        for partition in range(PARTITIONS):
            one = TopicPartition(name_of(topic, settings), partition)
            _, high = consumer.get_watermark_offsets(one, timeout=10)
            if high:
                found[one.topic, one.partition] = high
    consumer.close()
    return found


def dead_letters(settings: Settings) -> list[DeadLetter]:
    """Those of this generation, in no order."""
    consumer = Consumer(
        {"bootstrap.servers": settings.brokers, "group.id": "test-letters", "enable.partition.eof": True}
    )
    partitions = consumer.list_topics("dead-letters", timeout=10).topics["dead-letters"].partitions
    consumer.assign([TopicPartition("dead-letters", partition, 0) for partition in partitions])
    letters, ended = [], 0
    while ended < len(partitions):
        message = consumer.poll(10)
        assert message is not None
        if message.error() is not None:
            ended += 1
            continue
        letters.append(from_message(key=message.key(), value=message.value(), headers=_headers(message)))
    consumer.close()
    return [letter for letter in letters if letter.topic.startswith(f"g{settings.generation}.")]


def _headers(message: Message) -> list[tuple[str, bytes]]:
    return [(name, value) for name, value in dict(message.headers() or ()).items() if isinstance(value, bytes)]
