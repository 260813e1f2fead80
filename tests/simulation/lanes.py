"""One stage in one partition of one process, as the engine runs it: an iterator that stops between any two operations.

The rules that matter are the engine's own code: what an intake takes, which batches of a changelog count, what the next batch
holds, and whether somebody else writes. What is written anew here is their order, which `Law` can break.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from faust.types import TP

from khabar.codec import decode, encode
from khabar.topics import Topic
from processors.faust_engine.attempts import Attempt, next_attempt
from processors.faust_engine.batch_log import BatchLog, LogRecord, Marker, Tag, follows, next_batch, row_digest
from processors.faust_engine.intake import Intake, Verdict
from processors.stage import Message, Outcome, Stage, State, Step, poisoned
from tests.simulation.broker import Broker, Changelog, Delivered

MARKER = b"@marker"
ATTEMPT = b"@attempt"
NOTHING: Mapping[bytes, bytes] = MappingProxyType({})


class Died(Exception):  # noqa: N818
    """The process ends here, by its own decision: it is not alone, or slept too long."""


class Torn(Exception):  # noqa: N818
    """A recovered state is not complete: its marker says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What the engine holds to. Each can be broken, to see whether anybody notices."""

    outputs_before_writes: bool = True
    marker_after_rows: bool = True
    resume_at_marker: bool = True
    edges_with_findings: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What went to dead-letters."""

    topic: Topic
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    error: str


class Lane:
    """Runs with `advance`. `busy`: in the middle of a batch. `applied`: the last source offset it applied. `wrote_here`: its
    first batch is in the changelog, and with it all that the log had to be told again.
    """

    def __init__(
        self,
        *,
        stage: Stage[Any],
        partition: int,
        broker: Broker,
        letters: list[Letter],
        law: Law,
        writer: str,
        rng: random.Random,
    ) -> None:
        self._stage, self._partition, self._broker, self._letters = stage, partition, broker, letters
        self._law, self._writer, self._rng = law, writer, rng
        self.busy = False
        self.slept = False
        self.wrote_here = False
        self.applied = -1
        self.takebacks = 0
        self._rows: dict[bytes, bytes] = {}
        self._log = BatchLog(marker_key=MARKER)
        self._steps = self._run()

    def advance(self) -> None:
        """The next operation. Raises Died, Torn."""
        next(self._steps)

    @property
    def is_alone(self) -> bool:
        """Whether its first batch is in the changelog, and nothing of anybody else behind its last."""
        return self.wrote_here and self._log.seen == self._changelog.next_offset - 1

    @property
    def row_count(self) -> int:
        """Rows as applied here, with the marker."""
        return len(self._rows)

    @property
    def _changelog(self) -> Changelog:
        return self._broker.changelogs[self._stage.name, self._partition]

    def _marker(self) -> Marker:
        found = self._rows.get(MARKER)
        return Marker() if found is None else decode(found, Marker)

    def _run(self) -> Iterator[None]:
        self._recover()
        place, source = (self._stage.name, self._partition), self._stage.source
        position = self._marker().position
        self.applied = -1 if position is None else position
        if not self._law.resume_at_marker:
            self.applied = self._broker.committed[place] - 1
        intake = Intake(
            tp=TP(source.value, self._partition), position=self.applied, next_offset=self.applied + 1, memory=None,
            committed=self.applied, moved=0.0,
        )  # fmt: skip
        self._broker.forget_merging(source, self._partition, self.applied + 1)
        if self._log.stale:
            yield from self._write([], Step(), self.applied)
        while True:
            yield
            self.busy = True
            for message in self._broker.fetch(source, self._partition, intake.next_offset, self._rng):
                if intake.offer(message) is Verdict.GAP:
                    break  # read again from the next offset
            # A framework commits what it has handed over, done or not.
            self._broker.committed[place] = self._rng.randint(self.applied + 1, intake.next_offset)
            while intake.waiting:
                count = self._rng.randint(1, len(intake.waiting))
                batch = [intake.waiting.popleft() for _ in range(count)]
                if not intake.begun:
                    found = self._rows.get(ATTEMPT)
                    before = None if found is None else decode(found, Attempt)
                    attempt = next_attempt(before, batch[0].offset, batch[-1].offset)
                    yield from self._write([], Step(), self.applied, {ATTEMPT: encode(attempt)})
                yield from self._process(batch)
                intake.begun = True
            self.busy = False

    def _recover(self) -> None:
        for record in self._changelog.records:
            self._apply(self._log.feed(record))
        rows = {key: value for key, value in self._rows.items() if key not in (MARKER, ATTEMPT)}
        digest = 0
        for key, value in rows.items():
            digest ^= row_digest(key, value)
        marker = self._marker()
        if (len(rows), digest) != (marker.rows, marker.digest):
            raise Torn
        self._log.close()
        self._memory = self._stage.load(iter(rows.items()))

    def _apply(self, records: Sequence[LogRecord]) -> None:
        for record in records:
            if record.value is None:
                self._rows.pop(record.key, None)
            else:
                self._rows[record.key] = record.value

    def _process(self, batch: Sequence[Delivered]) -> Iterator[None]:
        messages = [Message(offset=m.offset, key=m.key, value=m.value) for m in batch]
        state = State(row=self._rows.get, memory=self._memory)
        try:
            step = self._stage.step(state, self._partition, messages)
        except Exception as error:  # noqa: BLE001 - whatever a stage raises is the message's fault
            if len(batch) > 1:
                yield from self._process(batch[: len(batch) // 2])
                yield from self._process(batch[len(batch) // 2 :])
                return
            step = poisoned(self._stage, messages[0], error)
        yield from self._write(batch, step, batch[-1].offset)
        self._memory = self._stage.absorb(self._memory, step.writes)
        self.takebacks += step.outcomes.get(Outcome.TAKEN_BACK, 0)

    def _write(
        self, batch: Sequence[Delivered], step: Step, position: int, uncounted: Mapping[bytes, bytes] = NOTHING
    ) -> Iterator[None]:
        """Outputs and rows in any order, each acknowledged; then the marker; then the rows here."""
        yield
        if self.slept and self._rng.random() < 0.7:
            raise Died  # a courtesy: the fence below is what counts
        log, changelog = self._log, self._changelog
        records, marker = next_batch(
            log, self._marker(), self._rows.get, step.writes, position=position, layout="", uncounted=uncounted
        )
        tag = Tag(marker.sequence, self._writer)
        by_offset = {message.offset: message for message in batch}
        lost = [
            Letter(
                topic=self._stage.source, partition=self._partition, offset=rejected.offset,
                key=by_offset[rejected.offset].key, value=by_offset[rejected.offset].value, error=rejected.error,
            )
            for rejected in step.rejected
        ]  # fmt: skip
        destinations: dict[tuple[Topic, int], list[partial[Any]]] = {}
        for output in step.outputs:
            send = partial(self._broker.publish, output.topic, output.partition, output.key, output.value)
            destinations.setdefault((output.topic, output.partition), []).append(partial(send, sender=self._stage.name))
        sends = [*destinations.values(), [partial(self._letters.append, letter) for letter in lost]]
        written: list[LogRecord] = []

        def put(key: bytes, value: bytes | None) -> None:
            written.append(LogRecord(changelog.append(key, value, tag), key, value, tag))

        rows = [partial(put, key, value) for key, value in records]
        mark = [partial(put, MARKER, encode(marker))]
        first: list[list[partial[Any]]] = [*sends, rows]
        then: list[list[partial[Any]]] = [mark]
        if not self._law.outputs_before_writes:
            first, then = [rows], [mark, *sends]
        elif not self._law.marker_after_rows:
            first, then = sends, [mark, rows]
        seen = log.seen
        yield from self._interleaved(first)
        if not follows(seen, [record.offset for record in written]):
            raise Died
        yield from self._in_order(then)
        if not follows(seen, [record.offset for record in written]):
            raise Died
        self._apply(written)
        log.wrote(next(record for record in written if record.key == MARKER))
        log.seen = written[-1].offset  # where a broken law put rows behind the marker
        self.applied, self.wrote_here = position, True

    def _interleaved(self, queues: Sequence[list[partial[Any]]]) -> Iterator[None]:
        """All of the queues, each in its order, one operation after another."""
        waiting = [list(reversed(queue)) for queue in queues if queue]
        while waiting:
            queue = self._rng.choice(waiting)
            queue.pop()()
            waiting = [queue for queue in waiting if queue]
            yield

    def _in_order(self, queues: Sequence[list[partial[Any]]]) -> Iterator[None]:
        for queue in queues:
            for operation in queue:
                operation()
                yield
