"""What `khabar audit` reads from Kafka: ranges of topics in the order of publication, how far stages and sink have got.

Joins no group, commits nothing. A consumer a partition, each with a small queue, so that partitions can be read side by
side without keeping what one of them is ahead.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from khabar.cli.audit_compare import STAGES
from khabar.errors import ContractViolation, DependencyUnavailable
from khabar.kafka import connect_admin, consumer_config, generation_partitions, partition_counts, unreachable
from khabar.settings import Settings
from khabar.status import MARKER_PREFIX, SOURCES, committed_offsets, tails
from khabar.topic_admin import offset_ranges
from khabar.topics import Topic, app_id, changelog_name, topic_name

if TYPE_CHECKING:
    from processors.faust_engine.batch_log import Marker

SILENCE_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.25
POLL_MESSAGES: Final = 200
TAIL_RECORDS: Final = 50
"""So many records at the end of a changelog are looked at first for its last marker."""
QUEUE_KILOBYTES: Final = 2_048
"""A partition's queue of messages that were fetched and not yet asked for."""

Ends: TypeAlias = Mapping[int, int]
"""By partition the offset the next record gets."""


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """Ctrl-C or SIGTERM."""


class Record(NamedTuple):
    """A message where it stands. `time`: epoch milliseconds."""

    partition: int
    offset: int
    time: int
    key: bytes | None
    value: bytes | None


class Broker:
    """The topics of the generation in the settings."""

    def __init__(self, settings: Settings, *, stop: Callable[[], bool]) -> None:
        """Raises DependencyUnavailable, ContractViolation where topics are missing."""
        self._settings = settings
        self._stop = stop
        self._admin = connect_admin(settings)
        self.partitions = generation_partitions(self._admin, settings.generation)
        existing = partition_counts(self._admin)
        self._changelogs = {stage: changelog_name(stage, settings.generation) for stage in STAGES}
        missing = [name for name in self._changelogs.values() if name not in existing]
        if missing:
            raise ContractViolation(
                f"topics are missing: {', '.join(missing)}. Create them with "
                f"`khabar topics create --generation {settings.generation} --partitions {self.partitions}`."
            )

    def name(self, topic: Topic) -> str:
        """What the topic is called."""
        return topic_name(topic, self._settings.generation)

    def ranges(self, topic: Topic) -> dict[int, tuple[int, int]]:
        """By partition the first offset kept, and the one the next record gets."""
        return self._ranges([self.name(topic)])[self.name(topic)]

    def ends(self, topic: Topic) -> dict[int, int]:
        """By partition the offset the next record gets."""
        return {partition: high for partition, (_, high) in self.ranges(topic).items()}

    def read(self, topic: Topic, begin: Ends, end: Ends) -> Iterator[Record]:
        """What stands at offsets [begin, end), each partition in order, and the partitions by the time of publication.

        Raises Stopped, DependencyUnavailable after 30 s of silence.
        """
        wanted = {partition: (begin.get(partition, 0), last) for partition, last in end.items()}
        wanted = {partition: (first, last) for partition, (first, last) in wanted.items() if first < last}
        consumers: list[Consumer] = []
        try:
            streams = []
            for partition, (first, last) in wanted.items():
                consumer = Consumer(
                    consumer_config(
                        self._settings,
                        f"{app_id(self._settings.generation)}-audit",
                        **{
                            "enable.partition.eof": True,
                            "fetch.message.max.bytes": 1024 * 1024,
                            "queued.max.messages.kbytes": QUEUE_KILOBYTES,
                            "log_level": 2,
                        },
                    )
                )
                consumers.append(consumer)
                consumer.assign([TopicPartition(self.name(topic), partition, first)])
                streams.append(self._partition(consumer, partition, last))
            yield from heapq.merge(*streams, key=lambda record: record.time)
        except KafkaException as error:
            raise self._gone(error) from None
        finally:
            for consumer in consumers:
                consumer.close()

    def markers(self, stages: Sequence[str] = STAGES) -> dict[tuple[str, int], Marker]:
        """By stage and partition the last marker in the changelog: how far the input is applied, and by which rules."""
        found: dict[tuple[str, int], Marker] = {}
        for stage in stages:
            name = self._changelogs[stage]
            unknown = {place: bounds for place, bounds in self._ranges([name])[name].items() if bounds[1] > bounds[0]}
            records = TAIL_RECORDS
            while unknown:  # a batch may have more rows than were looked at
                self._check_stop()
                starts = {place: max(low, high - records) for place, (low, high) in unknown.items()}
                wanted = {(name, place): (starts[place], high) for place, (_, high) in unknown.items()}
                for message in tails(self._settings, wanted).get(name, []):
                    place, marker = message.partition() or 0, _marker(message)
                    known = found.get((stage, place))
                    # What a writer left that slept through a rebalance has a lower sequence, and does not count.
                    if marker is not None and (known is None or marker.sequence >= known.sequence):
                        found[stage, place] = marker
                unknown = {
                    place: bounds
                    for place, bounds in unknown.items()
                    if (stage, place) not in found and starts[place] > bounds[0]
                }
                records *= 8
        return found

    def stage_lags(self, stage: str, targets: Ends | None = None) -> dict[tuple[str, int], int]:
        """By partition how many messages of its source below `targets`, or below its end, the stage has not applied."""
        ranges = self.ranges(SOURCES[stage])
        markers = self.markers([stage])
        lags = {}
        for partition, (low, high) in ranges.items():
            marker = markers.get((stage, partition))
            position = marker.position if marker is not None else None
            applied = low if position is None else max(low, position + 1)
            lag = (high if targets is None else targets.get(partition, 0)) - applied
            if lag > 0:
                lags[stage, partition] = lag
        return lags

    def sink_lags(self, targets: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
        """By topic and partition how many messages below `targets` the Elasticsearch sink has not committed as written."""
        topics = sorted({topic for topic, _ in targets})
        group = f"{app_id(self._settings.generation)}-sink-elasticsearch"
        try:
            written = committed_offsets(self._settings, group, topics, dict.fromkeys(topics, self.partitions))
        except KafkaException as error:
            raise self._gone(error) from None
        ranges = self._ranges(topics)
        lags = {}
        for (topic, partition), target in targets.items():
            low, _ = ranges[topic][partition]
            lag = target - max(low, written[topic].get(partition, low))
            if lag > 0:
                lags[topic, partition] = lag
        return lags

    def _ranges(self, names: Iterable[str]) -> dict[str, dict[int, tuple[int, int]]]:
        try:
            return offset_ranges(self._admin, {name: range(self.partitions) for name in names})
        except KafkaException as error:
            raise self._gone(error) from None

    def _partition(self, consumer: Consumer, partition: int, end: int) -> Iterator[Record]:
        heard = time.monotonic()
        while True:
            messages = consumer.consume(POLL_MESSAGES, timeout=POLL_SECONDS)
            self._check_stop()
            if time.monotonic() - heard > SILENCE_SECONDS:
                raise unreachable(self._settings)
            for message in messages:
                error = message.error()
                if error is not None:
                    if error.code() == KafkaError._PARTITION_EOF:
                        return
                    if error.code() in (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT):
                        continue
                    raise KafkaException(error)
                heard = time.monotonic()
                offset = message.offset() or 0
                if offset >= end:
                    return
                yield Record(partition, offset, message.timestamp()[1], _bytes(message.key()), _bytes(message.value()))
                heard = time.monotonic()
                if offset + 1 >= end:
                    return

    def _check_stop(self) -> None:
        if self._stop():
            raise Stopped

    def _gone(self, error: KafkaException) -> DependencyUnavailable:
        return DependencyUnavailable(f"Kafka at {self._settings.brokers} stopped answering: {error.args[0].str()}")


def _marker(message: KafkaMessage) -> Marker | None:
    from khabar.codec import decode
    from processors.faust_engine.batch_log import Marker

    key, value = _bytes(message.key()), _bytes(message.value())
    if key is None or value is None or not key.startswith(MARKER_PREFIX):
        return None
    return decode(value, Marker)


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
