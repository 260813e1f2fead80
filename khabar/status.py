"""How a generation stands on the broker: topics, how far each stage and sink has got, tables, dead letters.

Reads metadata, committed offsets, the ends of topics and of changelogs; commits nothing, changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import orjson
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient

from khabar.dead_letters import from_message
from khabar.errors import InvalidRecord
from khabar.kafka import START_TIMEOUT_SECONDS, consumer_config, partition_counts
from khabar.settings import Settings
from khabar.topic_admin import offset_ranges
from khabar.topics import Topic, app_id, changelog_name, topic_name

SOURCES: Mapping[str, Topic] = {
    "extraction": Topic.ARTICLES,
    "deduplication": Topic.FINGERPRINTS,
    "resolution": Topic.FINDINGS,
    "aggregation": Topic.CONTRIBUTIONS,
}
SINK_TOPICS = (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS)
MARKER_PREFIX = b"@marker/"
TAIL_RECORDS = 500
Offsets: TypeAlias = Mapping[str, Mapping[int, tuple[int, int]]]
"""By topic and partition the first offset kept and the one the next record gets."""
READ_SECONDS = 10.0
NO_COORDINATOR_YET = frozenset(
    {KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A stage or a sink: messages of its source not yet applied, and the rows of its table (None: it has none)."""

    name: str
    lag: int
    rows: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastArticle:
    """The article that was published last."""

    published_at: datetime
    id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLetter:
    """The newest dead letter."""

    time: datetime
    stage: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`partitions`: by topic, 0 where it is missing. `articles` and `dead_letters` count what the topics still hold."""

    generation: int
    partitions: Mapping[str, int]
    articles: int
    dead_letters: int
    followers: Sequence[Follower]
    last_article: LastArticle | None
    last_letter: LastLetter | None

    @property
    def missing(self) -> list[str]:
        return [name for name, count in self.partitions.items() if count == 0]

    @property
    def lag(self) -> int:
        return max((follower.lag for follower in self.followers), default=0)


def read_status(settings: Settings, admin: AdminClient) -> Status:
    """The state of the generation now. Raises KafkaException where the broker goes away in the middle."""
    existing = partition_counts(admin)
    generation, workers = settings.generation, app_id(settings.generation)
    wanted = {topic: topic_name(topic, generation) for topic in Topic}
    changelogs = {stage: changelog_name(stage, generation) for stage in SOURCES}
    there = {name: range(existing[name]) for name in (*wanted.values(), *changelogs.values()) if name in existing}
    offsets = offset_ranges(admin, there)
    ends_of_topics = tails(
        settings,
        {
            (name, partition): (max(low, high - (1 if name in wanted.values() else TAIL_RECORDS)), high)
            for name in (wanted[Topic.ARTICLES], wanted[Topic.DEAD_LETTERS], *changelogs.values())
            for partition, (low, high) in offsets.get(name, {}).items()
            if high > low
        },
    )
    applied = committed_offsets(settings, workers, [wanted[source] for source in SOURCES.values()], existing)
    followers = [
        Follower(
            name=stage,
            lag=_lag(offsets, wanted[source], applied),
            rows=_rows(ends_of_topics.get(changelogs[stage], [])) if changelogs[stage] in existing else None,
        )
        for stage, source in SOURCES.items()
    ]
    sink_topics = [wanted[topic] for topic in SINK_TOPICS]
    for group in _sink_groups(admin, generation):
        written = committed_offsets(settings, group, sink_topics, existing)
        lag = sum(_lag(offsets, topic, written) for topic in sink_topics)
        followers.append(Follower(name=group.removeprefix(f"{workers}-"), lag=lag, rows=None))
    return Status(
        generation=generation,
        partitions={name: existing.get(name, 0) for name in wanted.values()},
        articles=_held(offsets, wanted[Topic.ARTICLES]),
        dead_letters=_held(offsets, wanted[Topic.DEAD_LETTERS]),
        followers=followers,
        last_article=_last_article(ends_of_topics.get(wanted[Topic.ARTICLES], [])),
        last_letter=_last_letter(ends_of_topics.get(wanted[Topic.DEAD_LETTERS], [])),
    )


def _held(offsets: Offsets, topic: str) -> int:
    return sum(high - low for low, high in offsets.get(topic, {}).values())


def _lag(offsets: Offsets, topic: str, committed: Mapping[str, Mapping[int, int]]) -> int:
    done = committed[topic]
    return sum(
        max(0, high - max(low, done.get(partition, low))) for partition, (low, high) in offsets.get(topic, {}).items()
    )


def _rows(changelog: Sequence[Message]) -> int:
    """Rows of the table behind the changelog: its markers, the last records of batches, keep count."""
    rows: dict[int, int] = {}
    for message in changelog:
        key, value = message.key(), message.value()
        if isinstance(key, bytes) and key.startswith(MARKER_PREFIX) and value:
            rows[message.partition() or 0] = int(orjson.loads(value)["rows"])
    return sum(rows.values())


def tails(settings: Settings, wanted: Mapping[tuple[str, int], tuple[int, int]]) -> dict[str, list[Message]]:
    """By topic the records in the wanted ranges of offsets, each partition in order. All at once: every new assignment
    would cost a second.
    """
    if not wanted:
        return {}
    consumer = Consumer(consumer_config(settings, "khabar-status", **{"enable.partition.eof": True}))
    try:
        consumer.assign([TopicPartition(topic, p, start) for (topic, p), (start, _) in wanted.items()])
        found: dict[str, list[Message]] = {}
        unread = set(wanted)
        deadline = time.monotonic() + READ_SECONDS
        while unread and time.monotonic() < deadline:
            for message in consumer.consume(500, timeout=0.1):
                place = (message.topic() or "", message.partition() or 0)
                if message.error() is None:
                    found.setdefault(place[0], []).append(message)
                if message.error() is not None or (message.offset() or 0) >= wanted[place][1] - 1:
                    unread.discard(place)
        return found
    finally:
        consumer.close()


def committed_offsets(
    settings: Settings, group: str, topics: Sequence[str], existing: Mapping[str, int]
) -> dict[str, dict[int, int]]:
    """Topic to partition to committed offset. Asked as a member would: the admin client's own call (confluent-kafka 2.16)
    ends the process where the group has no coordinator yet, as on a new broker.
    """
    member = Consumer(consumer_config(settings, group))
    try:
        wanted = [TopicPartition(topic, p) for topic in topics for p in range(existing.get(topic, 0))]
        answers = _once_there_is_a_coordinator(lambda: member.committed(wanted, timeout=START_TIMEOUT_SECONDS))
    finally:
        member.close()
    found: dict[str, dict[int, int]] = {topic: {} for topic in topics}
    for answer in answers:
        if answer.offset >= 0:
            found[answer.topic][answer.partition] = answer.offset
    return found


def _once_there_is_a_coordinator(ask: Callable[[], list[TopicPartition]]) -> list[TopicPartition]:
    """A broker that has just started may need a few seconds for that."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in NO_COORDINATOR_YET or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _sink_groups(admin: AdminClient, generation: int) -> list[str]:
    groups = admin.list_consumer_groups(request_timeout=START_TIMEOUT_SECONDS).result().valid
    prefix = f"{app_id(generation)}-sink-"
    return sorted(group.group_id for group in groups if group.group_id.startswith(prefix))


def _last_article(messages: Sequence[Message]) -> LastArticle | None:
    if not messages:
        return None
    last = max(messages, key=lambda message: message.timestamp()[1])
    try:
        source = str(orjson.loads(last.value() or b"").get("source", "?"))
    except (orjson.JSONDecodeError, AttributeError):
        source = "? (not an article)"
    return LastArticle(
        published_at=datetime.fromtimestamp(last.timestamp()[1] / 1000, UTC),
        id=(last.key() or b"").decode("utf-8", "replace") if isinstance(last.key(), bytes) else "",
        source=source,
    )


def _last_letter(messages: Sequence[Message]) -> LastLetter | None:
    letters = []
    for message in messages:
        try:
            letters.append(from_message(key=None, value=b"", headers=_headers(message)))
        except InvalidRecord:
            continue
    if not letters:
        return None
    last = max(letters, key=lambda letter: letter.time)
    return LastLetter(time=last.time, stage=last.stage, error=last.error)


def _headers(message: Message) -> list[tuple[str, bytes | None]]:
    headers: list[tuple[str, str | bytes | None]] = list(message.headers() or [])  # type: ignore[arg-type]
    return [(name, value if isinstance(value, bytes) else None) for name, value in headers]
