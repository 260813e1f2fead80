"""The topic `dead-letters` for the person who looks after it: read, select, send again.

Knows Kafka and the shape of a dead letter, not what is in it: whoever calls says how input that never was a message is
read again. Commits no offsets and deletes nothing; the letters stay until retention takes them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from khabar.dead_letters import from_message
from khabar.errors import ContractViolation, DependencyUnavailable, InvalidRecord, KhabarError
from khabar.kafka import connect_admin, consumer_config, partition_counts, producer_config
from khabar.records import DeadLetter
from khabar.settings import Settings
from khabar.topics import COMPACTED, Topic

PATIENCE_SECONDS = 15.0
RETRY_SECONDS = 0.2
SEND_PATIENCE_MILLISECONDS = 60_000
READING_HEADER = "reading"
UNKNOWN = "unknown"
ANY_PARTITION = -1
"""librdkafka's word for: where the partitioner says."""


class NoSuchLetter(KhabarError):  # noqa: N818
    """No dead letter stands at that place."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a letter stands in the topic `dead-letters`."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLetter:
    """A dead letter where it stands. `reading`: how a producer had read the bytes, if it says so."""

    position: Position
    letter: DeadLetter
    reading: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which letters are meant; None means any. `since` is aware."""

    stage: str | None = None
    error: str | None = None
    since: datetime | None = None

    def covers(self, letter: DeadLetter) -> bool:
        """Whether all that is asked for holds."""
        return (
            (self.stage is None or letter.stage == self.stage)
            and (self.error is None or letter.error == self.error)
            and (self.since is None or letter.time >= self.since)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """What a letter becomes when it is sent again. `partition` None: by the key."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a letter is not sent again: a word, and the details."""

    reason: str
    message: str


@dataclass(slots=True, kw_only=True)
class RetryReport:
    """What a retry came to: messages sent by topic, letters left by reason with the first of each, failed deliveries."""

    sent: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    failed: int = 0
    failure: str = ""

    def leave(self, position: Position, refusal: Refusal) -> None:
        """Count a letter that is not sent."""
        self.left[refusal.reason] += 1
        self.examples.setdefault(refusal.reason, f"{position}: {refusal.message}")


class _Revisions:
    """Where the last message of each key stands on compacted topics; a partition is read when it is first asked about."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: dict[tuple[str, int], tuple[int, dict[bytes | None, int]]] = {}

    def superseded(self, letter: DeadLetter) -> bool:
        """Whether a later message than the one in `letter` has its key."""
        place = letter.topic, letter.partition
        begin, last = self._read.get(place, (None, {}))
        if begin is None or letter.offset < begin:
            later = _messages(self._settings, letter.topic, begin={letter.partition: letter.offset})
            last = {_bytes(message.key()): message.offset() or 0 for message in later}
            self._read[place] = letter.offset, last
        return last.get(letter.key, -1) > letter.offset


def stored_letters(settings: Settings) -> Iterator[StoredLetter]:
    """All letters that stand in the topic now, in the order of each partition.

    Raises DependencyUnavailable, ContractViolation (no such topic).
    """
    for message in _messages(settings, Topic.DEAD_LETTERS.value):
        yield _stored(message)


def letter_at(settings: Settings, position: Position) -> StoredLetter:
    """The letter at one place. Raises NoSuchLetter, and what `stored_letters` raises."""
    begin = {position.partition: position.offset}
    for message in _messages(settings, Topic.DEAD_LETTERS.value, begin=begin):
        if message.offset() == position.offset:
            return _stored(message)
        break
    raise NoSuchLetter(f"there is no dead letter at {position}; `khabar dead-letters list` shows which there are")


def cause(stored: StoredLetter) -> tuple[str | int, ...]:
    """Equal for letters that one and the same input caused: a crash, or publishing a file twice, writes them again."""
    letter = stored.letter
    if letter.topic:
        return letter.topic, letter.partition, letter.offset, letter.stage
    return letter.origin, letter.stage, letter.error, blake2b(letter.value, digest_size=16).hexdigest()


def resend(
    settings: Settings,
    letters: Iterable[StoredLetter],
    *,
    again: Callable[[StoredLetter], Resend | Refusal],
    dry_run: bool = False,
) -> RetryReport:
    """Send the original bytes again: a stage's message to where it came from, other input as `again` reads it now.

    Each cause once. With `dry_run` everything is decided and nothing is sent.
    """
    report = RetryReport()
    partitions = partition_counts(connect_admin(settings))
    producer = Producer(producer_config(settings, **{"message.timeout.ms": SEND_PATIENCE_MILLISECONDS, "log_level": 2}))
    revisions = _Revisions(settings)
    seen: set[tuple[str | int, ...]] = set()
    for stored in letters:
        if cause(stored) in seen:
            continue
        seen.add(cause(stored))
        verdict = _verdict(stored, partitions, revisions, again)
        if isinstance(verdict, Refusal):
            report.leave(stored.position, verdict)
        elif dry_run:
            report.sent[verdict.topic] += 1
        else:
            _send(producer, verdict, report)
    producer.flush()
    return report


def _verdict(
    stored: StoredLetter,
    partitions: Mapping[str, int],
    revisions: _Revisions,
    again: Callable[[StoredLetter], Resend | Refusal],
) -> Resend | Refusal:
    letter = stored.letter
    if letter.stage == UNKNOWN:
        return Refusal(reason="invalid_dead_letter", message=letter.message)
    if not letter.topic:
        verdict = again(stored)
    else:
        verdict = Resend(topic=letter.topic, partition=letter.partition, key=letter.key, value=letter.value)
    if isinstance(verdict, Refusal):
        return verdict
    count = partitions.get(verdict.topic)
    if count is None:
        return Refusal(reason="no_topic", message=f"there is no topic {verdict.topic} any more")
    if verdict.partition is not None and verdict.partition >= count:
        return Refusal(reason="no_partition", message=f"{verdict.topic} has no partition {verdict.partition}")
    if letter.topic and _is_compacted(letter.topic) and revisions.superseded(letter):
        return Refusal(
            reason="superseded",
            message=f"{letter.topic} has a newer revision of this record; sent again, the old one would take its place",
        )
    return verdict


def _is_compacted(topic: str) -> bool:
    return topic.partition(".")[2] in {compacted.value for compacted in COMPACTED}


def _send(producer: Producer, what: Resend, report: RetryReport) -> None:
    def delivered(error: KafkaError | None, message: Message) -> None:
        if error is None:
            report.sent[what.topic] += 1
        else:
            report.failed += 1
            report.failure = report.failure or error.str()

    partition = ANY_PARTITION if what.partition is None else what.partition
    while True:
        try:
            producer.produce(what.topic, what.value, what.key, partition, on_delivery=delivered)
        except BufferError:
            producer.poll(0.1)
        else:
            producer.poll(0)
            return


def _stored(message: Message) -> StoredLetter:
    position = Position(message.partition() or 0, message.offset() or 0)
    given = message.headers() or []
    headers = [(name, _bytes(value)) for name, value in (given.items() if isinstance(given, dict) else given)]
    key, value = _bytes(message.key()), _bytes(message.value())
    try:
        letter = from_message(key=key, value=value, headers=headers)
    except InvalidRecord as error:
        _, milliseconds = message.timestamp()
        letter = DeadLetter(
            stage=UNKNOWN,
            error=error.reason,
            message=str(error),
            time=datetime.fromtimestamp(max(0, milliseconds) / 1000, UTC),
            key=key,
            value=value or b"",
        )
    return StoredLetter(position=position, letter=letter, reading=dict(headers).get(READING_HEADER))


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


def _messages(settings: Settings, topic: str, *, begin: Mapping[int, int] | None = None) -> Iterator[Message]:
    """What stands in `topic` now: all of it, or of the partitions in `begin` what stands from these offsets on."""
    partitions = partition_counts(connect_admin(settings)).get(topic)
    if partitions is None:
        raise ContractViolation(
            f"Kafka at {settings.brokers} has no topic {topic}; `khabar topics create --partitions N` creates the topics"
        )
    consumer = Consumer(
        consumer_config(settings, "khabar-dead-letters", **{"enable.partition.eof": True, "log_level": 2})
    )
    try:
        wanted = range(partitions) if begin is None else [number for number in begin if number < partitions]
        open_ends = {}
        for number in wanted:
            low, high = _watermarks(consumer, TopicPartition(topic, number))
            first = low if begin is None else max(low, begin[number])
            if first < high:
                open_ends[number] = (first, high)
        yield from _until_ends(settings, consumer, topic, open_ends)
    except KafkaException as error:
        raise DependencyUnavailable(f"Kafka at {settings.brokers} does not give {topic}: {error}") from None
    finally:
        consumer.close()


def _watermarks(consumer: Consumer, partition: TopicPartition) -> tuple[int, int]:
    """The first offset and the next one. A topic that has just been made may have no leader yet: tries until it has."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return consumer.get_watermark_offsets(partition, timeout=PATIENCE_SECONDS)
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _until_ends(
    settings: Settings, consumer: Consumer, topic: str, ranges: Mapping[int, tuple[int, int]]
) -> Iterator[Message]:
    ends = {number: high for number, (_, high) in ranges.items()}
    consumer.assign([TopicPartition(topic, number, first) for number, (first, _) in ranges.items()])
    heard = time.monotonic()
    while ends:
        message = consumer.poll(0.5)
        if message is None:
            if time.monotonic() - heard > PATIENCE_SECONDS:
                raise DependencyUnavailable(f"Kafka at {settings.brokers} stopped answering while {topic} was read")
            continue
        heard = time.monotonic()
        number = message.partition() or 0
        error = message.error()
        if error is not None:
            if error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            ends.pop(number, None)
        elif number in ends and (message.offset() or 0) < ends[number]:
            if (message.offset() or 0) + 1 >= ends[number]:
                del ends[number]
            yield message
        else:
            ends.pop(number, None)


def selected(letters: Iterable[StoredLetter], positions: Collection[Position]) -> Iterator[StoredLetter]:
    """Those of `letters` that stand at `positions`."""
    return (stored for stored in letters if stored.position in positions)
