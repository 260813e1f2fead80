"""From records to the flat documents that indices, SQL and exports hold. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from khabar.records import ActorCount, ActorHour

MAX_ID_BYTES = 512
"""The longest document id that Elasticsearch takes."""


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
