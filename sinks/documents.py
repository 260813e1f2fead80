"""From messages to records, and from records to the flat documents that indices, SQL and exports hold.

Pure: values in, values out. Knows neither Kafka's client nor any store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias

from khabar.codec import decode
from khabar.errors import InvalidRecord
from khabar.records import ActorCount, ActorHour, ResolvedArticle
from khabar.topics import Topic

MAX_ID_BYTES = 512
"""The longest document id that Elasticsearch takes."""
MAX_INTEGER = 2**63 - 1
"""The largest integer, and revision, that Elasticsearch and SQLite take."""

Record: TypeAlias = ResolvedArticle | ActorHour
Partition: TypeAlias = tuple[str, int]
"""The name of a topic, and a partition of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands on a topic. `published`: epoch milliseconds of the oldest article behind it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None
    published: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A record and the message it came in: its bytes can be indexed as they are, or become a dead letter."""

    record: Record
    message: Message

    @property
    def document_count(self) -> int:
        return len(self.record.counts) if isinstance(self.record, ActorHour) else 1


def read(message: Message, topic: Topic) -> Record:
    """The record in a message of `topic`.

    Raises InvalidRecord, also for a record no store can hold and for a message without a value.
    """
    if message.value is None:
        raise InvalidRecord("tombstone", "the message has no value; nothing of Khabar writes such on this topic")
    record: Record
    if topic is Topic.ACTOR_COUNTS:
        record = decode(message.value, ActorHour)
        largest = max(max(abs(line.articles), abs(line.events)) for line in record.counts) if record.counts else 0
    else:
        record, largest = decode(message.value, ResolvedArticle), 0
    if max(record.revision, largest) > MAX_INTEGER:
        raise InvalidRecord("invalid_field", "an integer is beyond 64 bits")
    return record


def newest(arrived: Iterable[Arrived]) -> list[Arrived]:
    """Of every article and every actor's hour the highest revision only; of equal ones the last.

    A higher revision says all that a lower one says, so the lower need not be written at all.
    """
    latest: dict[tuple[str, datetime | None], Arrived] = {}
    for one in arrived:
        record = one.record
        key = (record.actor, record.hour) if isinstance(record, ActorHour) else (record.id, None)
        standing = latest.get(key)
        if standing is None or record.revision >= standing.record.revision:
            latest[key] = one
    return list(latest.values())


def flatten(hour: ActorHour) -> Iterator[ActorCount]:
    """One document per event type and role, all with the hour's revision; lines that were taken back with zeros."""
    for line in hour.counts:
        yield ActorCount(
            actor=hour.actor,
            actor_name=hour.actor_name,
            kind=hour.kind,
            code=hour.code,
            hour=hour.hour,
            type=line.type,
            quad=line.quad,
            role=line.role,
            articles=line.articles,
            events=line.events,
            revision=hour.revision,
        )


def count_id(count: ActorCount) -> str:
    """`actor|2024-01-01T05|TYPE|role`, the same for every revision. An actor too long for an id is replaced by its hash."""
    rest = f"|{rfc3339(count.hour)[:13]}|{count.type}|{count.role}"
    if len(count.actor.encode()) + len(rest) > MAX_ID_BYTES:
        return f"sha256:{sha256(count.actor.encode()).hexdigest()}{rest}"
    return f"{count.actor}{rest}"


def rfc3339(time: datetime) -> str:
    """UTC with `Z`, as records encode it: sorts as text in the order of time, for whole seconds."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
