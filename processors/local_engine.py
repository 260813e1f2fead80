"""The local engine: the four stages in one process, without a broker. For the demo, batch use, and as the oracle.

Topics are lists in memory, emptied before `process` returns; rows and positions live in Tables, in memory or in SQLite.
With SQLite all of one `process` call is one transaction of the caller's, so outputs and rows can never part.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from khabar.codec import decode
from khabar.partitioning import partition_for
from khabar.records import ActorHour, DeadLetter, ResolvedArticle
from khabar.topics import Topic
from processors.stage import Message, Outcome, Stage, State, Step, parts, poisoned
from processors.time_limit import StepTooLong, limited

POSITION = b"@position"
"""The key of the row that holds the next offset of a stage's source partition: what the marker is on Kafka."""
BATCH_MESSAGES = 500


class Tables(Protocol):
    """Where rows live: by stage and partition."""

    def row(self, stage: str, partition: int, key: bytes) -> bytes | None: ...

    def rows(self, stage: str, partition: int) -> Iterable[tuple[bytes, bytes]]: ...

    def write(self, stage: str, partition: int, writes: Mapping[bytes, bytes | None]) -> None: ...


class MemoryTables:
    """Tables in dicts."""

    def __init__(self) -> None:
        self._tables: defaultdict[tuple[str, int], dict[bytes, bytes]] = defaultdict(dict)

    def row(self, stage: str, partition: int, key: bytes) -> bytes | None:
        return self._tables[stage, partition].get(key)

    def rows(self, stage: str, partition: int) -> Iterable[tuple[bytes, bytes]]:
        return self._tables[stage, partition].items()

    def write(self, stage: str, partition: int, writes: Mapping[bytes, bytes | None]) -> None:
        table = self._tables[stage, partition]
        for key, value in writes.items():
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value


class SQLiteTables:
    """Tables in an SQLite file, so that a later batch goes on where this one ended. Never commits: the caller does."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS state (stage TEXT, partition INTEGER, key BLOB, value BLOB NOT NULL, "
            "PRIMARY KEY (stage, partition, key)) WITHOUT ROWID"
        )

    def row(self, stage: str, partition: int, key: bytes) -> bytes | None:
        found = self._connection.execute(
            "SELECT value FROM state WHERE stage = ? AND partition = ? AND key = ?", (stage, partition, key)
        ).fetchone()
        return None if found is None else found[0]

    def rows(self, stage: str, partition: int) -> Iterator[tuple[bytes, bytes]]:
        return self._connection.execute(
            "SELECT key, value FROM state WHERE stage = ? AND partition = ?", (stage, partition)
        )

    def write(self, stage: str, partition: int, writes: Mapping[bytes, bytes | None]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)",
            [(stage, partition, key, value) for key, value in writes.items() if value is not None],
        )
        self._connection.executemany(
            "DELETE FROM state WHERE stage = ? AND partition = ? AND key = ?",
            [(stage, partition, key) for key, value in writes.items() if value is None],
        )


@dataclass(slots=True, kw_only=True)
class Results:
    """What one `process` call brought. Articles and hours may repeat with rising revisions; the last one counts."""

    articles: list[ResolvedArticle] = field(default_factory=list)
    actor_hours: list[ActorHour] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, kw_only=True)
class _Lane:
    """One stage in one partition."""

    stage: Stage[Any]
    partition: int
    memory: Any
    next_offset: int
    waiting: list[Message]


class LocalEngine:
    """Runs stages to the end over whatever it is given.

    `clock` gives the time written on dead letters; it decides nothing else. `step_limit_seconds`: what takes a stage longer
    goes to dead-letters.
    """

    def __init__(
        self,
        *,
        stages: Sequence[Stage[Any]],
        partitions: int,
        tables: Tables,
        clock: Callable[[], datetime],
        step_limit_seconds: float | None = None,
    ) -> None:
        self._tables = tables
        self._partitions = partitions
        self._clock = clock
        self._step_limit_seconds = step_limit_seconds
        self._lanes = {(stage.source, p): self._open(stage, p) for stage in stages for p in range(partitions)}
        self._results = Results()

    def process(self, messages: Iterable[tuple[str, bytes]]) -> Results:
        """Run `messages` (article id, encoded Article) and all that follows from them. Returns when nothing is left."""
        self._results = Results()
        for key, value in messages:
            self._publish(Topic.ARTICLES, partition_for(key, self._partitions), key.encode(), value)
        while waiting := [lane for lane in self._lanes.values() if lane.waiting]:
            for lane in waiting:
                self._run(lane)
        return self._results

    def _open(self, stage: Stage[Any], partition: int) -> _Lane:
        rows = ((key, value) for key, value in self._tables.rows(stage.name, partition) if key != POSITION)
        memory = stage.load(rows)
        position = self._tables.row(stage.name, partition, POSITION)
        return _Lane(stage=stage, partition=partition, memory=memory, next_offset=int(position or b"0"), waiting=[])

    def _publish(self, topic: Topic, partition: int, key: bytes | None, value: bytes) -> None:
        if topic is Topic.RESOLVED_ARTICLES:
            self._results.articles.append(decode(value, ResolvedArticle))
        elif topic is Topic.ACTOR_COUNTS:
            self._results.actor_hours.append(decode(value, ActorHour))
        else:
            lane = self._lanes[topic, partition]
            offset = lane.next_offset + len(lane.waiting)
            lane.waiting.append(Message(offset=offset, key=key, value=value))

    def _run(self, lane: _Lane) -> None:
        batch = lane.waiting[:BATCH_MESSAGES]
        self._apply(lane, batch)
        lane.next_offset += len(batch)
        del lane.waiting[: len(batch)]
        self._tables.write(lane.stage.name, lane.partition, {POSITION: b"%d" % lane.next_offset})

    def _apply(self, lane: _Lane, batch: Sequence[Message]) -> None:
        """One step, its outputs and its writes. A batch that makes the stage raise, or run too long, is split down to the
        message.
        """
        state = State(row=partial(self._tables.row, lane.stage.name, lane.partition), memory=lane.memory)
        try:
            with limited(self._step_limit_seconds):
                step = lane.stage.step(state, lane.partition, batch)
        except (Exception, StepTooLong) as error:  # noqa: BLE001 - whatever a stage raises is the message's fault
            if len(batch) > 1:
                for part in parts(batch, error):
                    self._apply(lane, part)
                return
            step = poisoned(lane.stage, batch[0], error)
        for output in step.outputs:
            self._publish(output.topic, output.partition, output.key, output.value)
        self._tables.write(lane.stage.name, lane.partition, step.writes)
        lane.memory = lane.stage.absorb(lane.memory, step.writes)
        self._results.outcomes.update(step.outcomes)
        self._results.copies.update(step.copies)
        self._results.dead_letters += self._dead_letters(lane, batch, step)

    def _dead_letters(self, lane: _Lane, batch: Sequence[Message], step: Step) -> list[DeadLetter]:
        by_offset = {message.offset: message for message in batch}
        return [
            DeadLetter(
                topic=lane.stage.source,
                partition=lane.partition,
                offset=rejected.offset,
                stage=lane.stage.name,
                error=rejected.error,
                message=rejected.message,
                time=self._clock(),
                key=by_offset[rejected.offset].key,
                value=by_offset[rejected.offset].value,
            )
            for rejected in step.rejected
        ]
