"""Aggregation: counts per actor and hour.

Knows contributions and its own rows. A contribution names its cause, a message of `findings`; a row remembers the highest
cause it has applied per partition of findings, so what is published twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from khabar.codec import decode, encode
from khabar.errors import InvalidRecord
from khabar.partitioning import partition_for
from khabar.records import (
    QUAD,
    ActorHour,
    ActorKind,
    Contribution,
    ContributionsEnvelope,
    HourCount,
)
from khabar.topics import Topic
from processors.stage import Message, Output, Rejected, State, Step


class Row(Struct, kw_only=True):
    """An actor's hour as it stands. `applied`: partition of findings to the highest cause offset.

    Mutable, because a batch applies many contributions to it; a step works on its own decoded copy.
    """

    actor: str
    actor_name: str
    kind: ActorKind
    code: str
    hour: datetime
    revision: int = 0
    applied: dict[int, int] = {}
    counts: dict[str, HourCount] = {}


class Aggregation:
    """The stage."""

    name = "aggregation"
    source = Topic.CONTRIBUTIONS

    def __init__(self, *, partitions: int) -> None:
        self._partitions = partitions

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing is kept in memory."""

    def absorb(self, memory: None, writes: Mapping[bytes, bytes | None]) -> None:
        """Nothing is kept in memory."""

    def step(self, state: State[None], partition: int, messages: Sequence[Message]) -> Step:
        """Apply a batch of contributions; one message per changed hour comes out.

        The revision counts the contributions applied, so it names the same counts however batches are cut.
        """
        rows: dict[str, Row] = {}
        changed: dict[str, None] = {}
        rejected: list[Rejected] = []
        for message in messages:
            try:
                envelope = decode(message.value, ContributionsEnvelope)
            except InvalidRecord as error:
                rejected.append(Rejected(offset=message.offset, error=error.reason, message=str(error)))
                continue
            for contribution in envelope.records:
                key = hour_key(contribution.actor, contribution.hour)
                if key not in rows:
                    stored = state.row(key.encode())
                    rows[key] = _new_row(contribution) if stored is None else decode(stored, Row)
                if _apply(rows[key], contribution):
                    changed[key] = None
        return Step(
            outputs=[_actor_hour(key, rows[key], self._partitions) for key in changed],
            writes={key.encode(): encode(rows[key]) for key in changed},
            rejected=rejected,
        )


def hour_key(actor: str, hour: datetime) -> str:
    """The key of an actor's hour: `actor|2024-01-31T05`, hours in UTC."""
    return f"{actor}|{hour.astimezone(UTC):%Y-%m-%dT%H}"


def _new_row(contribution: Contribution) -> Row:
    return Row(
        actor=contribution.actor,
        actor_name=contribution.actor_name,
        kind=contribution.kind,
        code=contribution.code,
        hour=contribution.hour,
        applied={},
        counts={},
    )


def _apply(row: Row, contribution: Contribution) -> bool:
    if contribution.cause_offset <= row.applied.get(contribution.cause_partition, -1):
        return False
    row.applied[contribution.cause_partition] = contribution.cause_offset
    row.revision += 1
    for change in contribution.changes:
        line = f"{change.type} {change.role}"
        before = row.counts.get(line)
        row.counts[line] = HourCount(
            type=change.type,
            quad=0 if change.type == "MENTION" else QUAD[change.type],
            role=change.role,
            articles=change.articles + (before.articles if before else 0),
            events=change.events + (before.events if before else 0),
        )
    return True


def _actor_hour(key: str, row: Row, partitions: int) -> Output:
    value = ActorHour(
        actor=row.actor,
        actor_name=row.actor_name,
        kind=row.kind,
        code=row.code,
        hour=row.hour,
        revision=row.revision,
        counts=tuple(row.counts[line] for line in sorted(row.counts)),
    )
    return Output(
        topic=Topic.ACTOR_COUNTS,
        partition=partition_for(row.actor, partitions),
        key=key.encode(),
        value=encode(value),
    )
