"""The tables as the compacted topics have them: read from beginning to present end, the highest revision of each key.

For exports and for `khabar explain`. Commits nothing and joins no group. Keeps in memory the encoded form of every record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from khabar.codec import decode
from khabar.errors import ContractViolation, DependencyUnavailable, InvalidRecord
from khabar.kafka import connect_admin, consumer_config, partition_counts, unreachable
from khabar.records import ActorCount, ActorHour, ResolvedArticle
from khabar.settings import Settings
from khabar.topics import Topic, topic_name
from sinks.documents import Message, Record, flatten, read, rfc3339

SILENCE_SECONDS = 30.0
"""So long may the broker keep silent before the topic's end is reached."""


class TopicTables:
    """Reads a topic when its table is asked for, each time anew."""

    def __init__(self, settings: Settings, skipped: Callable[[Message, InvalidRecord], None]) -> None:
        self._settings = settings
        self._skipped = skipped

    def articles(self) -> Iterator[ResolvedArticle]:
        """Every article, by (event_time, id)."""
        return self._articles(lambda _: True)

    def named(self, names: Collection[str]) -> Iterator[ResolvedArticle]:
        """The articles whose id, or whose publisher's id, is one of `names`, by (event_time, id). Reads the whole topic."""
        return self._articles(lambda article: article.id in names or article.external_id in names)

    def _articles(self, wanted: Callable[[ResolvedArticle], bool]) -> Iterator[ResolvedArticle]:
        latest: dict[str, tuple[int, str, bytes]] = {}
        for record, value in self._records(Topic.RESOLVED_ARTICLES):
            assert isinstance(record, ResolvedArticle)
            if not wanted(record):
                continue
            standing = latest.get(record.id)
            if standing is None or record.revision >= standing[0]:
                latest[record.id] = (record.revision, rfc3339(record.event_time), value)
        for identifier in sorted(latest, key=lambda identifier: (latest[identifier][1], identifier)):
            yield decode(latest[identifier][2], ResolvedArticle)

    def actor_counts(self) -> Iterator[ActorCount]:
        """Every count by (actor, hour, type, role). Lines that were taken back altogether are left out."""
        latest: dict[tuple[str, str], ActorHour] = {}
        for record, _ in self._records(Topic.ACTOR_COUNTS):
            assert isinstance(record, ActorHour)
            key = (record.actor, rfc3339(record.hour))
            if key not in latest or record.revision >= latest[key].revision:
                latest[key] = record
        for key in sorted(latest):
            lines = [line for line in flatten(latest[key]) if line.articles or line.events]
            yield from sorted(lines, key=lambda line: (line.type, line.role))

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def _records(self, topic: Topic) -> Iterator[tuple[Record, bytes]]:
        name = topic_name(topic, self._settings.generation)
        partitions = partition_counts(connect_admin(self._settings)).get(name)
        if partitions is None:
            raise ContractViolation(f"there is no topic {name}; `khabar topics list` shows which generations there are")
        consumer = Consumer(
            consumer_config(
                self._settings,
                f"khabar-g{self._settings.generation}-export",
                **{"enable.partition.eof": True},
            )
        )
        try:
            consumer.assign([TopicPartition(name, partition, OFFSET_BEGINNING) for partition in range(partitions)])
            yield from self._until_ends(consumer, topic, partitions)
        finally:
            consumer.close()

    def _until_ends(self, consumer: Consumer, topic: Topic, partitions: int) -> Iterator[tuple[Record, bytes]]:
        ended: set[int] = set()
        while len(ended) < partitions:
            message = consumer.poll(SILENCE_SECONDS)
            if message is None:
                raise unreachable(self._settings)
            error = message.error()
            if error is not None:
                if error.code() == KafkaError._PARTITION_EOF:
                    ended.add(message.partition() or 0)
                elif error.code() not in (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT):
                    raise DependencyUnavailable(f"Kafka at {self._settings.brokers}: {error.str()}")
                continue
            found = Message(
                topic=message.topic() or "",
                partition=message.partition() or 0,
                offset=message.offset() or 0,
                value=message.value(),
            )
            # What was written after the end was seen belongs to the next export.
            if found.partition in ended:
                continue
            try:
                yield read(found, topic), found.value or b""
            except InvalidRecord as invalid:
                self._skipped(found, invalid)


def read_tables(settings: Settings, skipped: Callable[[Message, InvalidRecord], None]) -> TopicTables:
    """The tables of the generation. `skipped` is told of messages that hold no record.

    Raises DependencyUnavailable within 10 s where Kafka does not answer.
    """
    connect_admin(settings)
    return TopicTables(settings, skipped)
