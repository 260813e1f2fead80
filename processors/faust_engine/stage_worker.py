"""One stage in one worker process: which partitions are ours, batch after batch, hand-over, and a watch over it all.

It may die anywhere. Rows are applied here only when the log has them for certain, and whoever owns the partition next begins
behind the last marker.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import faust
from aiokafka.errors import MessageSizeTooLargeError
from faust.types import TP

from khabar import dead_letters
from khabar.metrics import WorkerMetrics
from khabar.records import DeadLetter
from khabar.topics import MAX_MESSAGE_BYTES, Topic, changelog_config, topic_name
from processors.faust_engine.attempts import Attempt, Turns, excused, is_deadly, next_attempt, suspected
from processors.faust_engine.batch_log import TAG_HEADER, LogRecord, Tag, follows
from processors.faust_engine.buffer import BoundedQueue
from processors.faust_engine.exit import EXIT_CONTRACT, stop_process
from processors.faust_engine.in_hand import InHand
from processors.faust_engine.intake import Intake, Verdict
from processors.faust_engine.publishing import Outgoing, Publisher
from processors.faust_engine.pulse import Pulse
from processors.faust_engine.refetch import refetch
from processors.faust_engine.table import ROCKSDB_OPTIONS, LogTable
from processors.stage import Message, Outcome, Stage, State, Step, deadly, parts, poisoned
from processors.time_limit import StepTooLong, limited

LOG = logging.getLogger(__name__)
PUBLISHED_HEADER = "published"
"""Header of every output: when the oldest article behind it was published, in epoch milliseconds. For metrics only."""
TICK_SECONDS = 0.5
WATCH_SECONDS = 0.5
LOOK_SECONDS = 5.0
LEAVE_SECONDS = 5.0
QUIET_SECONDS = 3.0
STUCK_SECONDS = 120.0
RECORD_OVERHEAD_BYTES = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is left of a partition that was let go: good for as long as nobody writes to its changelog behind `sequence`."""

    sequence: int
    memory: Any
    begun: bool


class OversizeError(Exception):
    """A record of the batch is larger than topics allow. Found before anything of the batch is sent."""


class StageWorker:
    """Runs `stage` for the partitions that Faust assigns to this process. `layout`: what a generation holds fixed, in
    words; a partition whose marker names another is refused.
    """

    def __init__(
        self,
        *,
        app: faust.App,
        stage: Stage[Any],
        generation: int,
        partitions: int,
        layout: str,
        metrics: WorkerMetrics,
        publisher: Publisher,
        pulse: Pulse,
        turns: Turns,
        in_hand: InHand,
        step_limit_seconds: float | None = None,
    ) -> None:
        self._app = app
        self._stage = stage
        self._generation = generation
        self._partitions = partitions
        self._layout = layout
        self._metrics = metrics
        self._publisher = publisher
        self._pulse = pulse
        self._turns = turns
        self._in_hand = in_hand
        self._step_limit_seconds = step_limit_seconds
        self._writer = _writer()
        self._intakes: dict[int, Intake] = {}
        self._memories: dict[int, _Kept] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._queue: BoundedQueue | None = None
        self._in_flight_bytes = 0
        self._answered = asyncio.Event()
        self._leaving = False
        # acks=False leaves all commits of this topic to _commit().
        self._topic = app.topic(
            topic_name(stage.source, generation),
            key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw",
            partitions=partitions, acks=False,
        )  # fmt: skip
        self._table = LogTable(
            app, name=stage.name, key_type=bytes, value_type=bytes, partitions=partitions,
            extra_topic_configs=changelog_config(), options=dict(ROCKSDB_OPTIONS),
        )  # fmt: skip
        self._table.recovered = self._recovered
        app.tables.add(self._table)
        app.agent(self._topic, name=stage.name)(self._agent())
        metrics.waiting_messages.labels(stage.name).set_function(self._waiting_messages)
        metrics.waiting_bytes.labels(stage.name).set_function(self._waiting_bytes)
        metrics.in_flight_bytes.labels(stage.name).set_function(lambda: self._in_flight_bytes)
        app.on_partitions_revoked.connect(self._hand_over)
        app.task(self._tick)
        app.task(self._watch)

    # ---- ownership ----

    async def _recovered(self, ours: set[int]) -> None:
        consumer, epoch = self._app.consumer, self._app.rebalancing_count
        source = self._topic.get_topic_name()
        markers = {partition: self._table.marker(partition) for partition in ours}
        fresh = [TP(source, partition) for partition in ours if markers[partition].position is None]
        earliest = await consumer.earliest_offsets(*fresh) if fresh else {}
        if epoch != self._app.rebalancing_count or self._leaving:
            return  # another rebalance is on its way
        for partition, marker in markers.items():
            if partition in self._intakes:
                self._intakes[partition].stop()
            tp = TP(source, partition)
            if marker.layout and marker.layout != self._layout:
                stop_process(
                    f"{self._stage.name}/{partition} was made with {marker.layout}, this worker has {self._layout}. A "
                    "generation keeps its window and its rules: use the same, or start a new one (--generation)",
                    code=EXIT_CONTRACT,
                )
            position = earliest[tp] - 1 if marker.position is None else marker.position
            memory, begun = self._memory(partition, marker.sequence)
            self._intakes[partition] = intake = Intake(
                tp=tp,
                position=position,
                next_offset=position + 1,
                memory=memory,
                attempt=self._table.attempt(partition),
                begun=begun,
                committed=position,
                moved=asyncio.get_running_loop().time(),
            )
            self._metrics.table_rows.labels(self._stage.name, partition).set(marker.rows)
            self._spawn(self._work(intake))
        self._memories = {p: kept for p, kept in self._memories.items() if p in ours}
        self._spawn(self._refuse_truncated_source(list(self._intakes.values())))

    def _memory(self, partition: int, sequence: int) -> tuple[Any, bool]:
        """The stage's memory of the partition, and whether this process has begun there: both are kept through a rebalance where
        the rows did not change meanwhile.
        """
        kept = self._memories.get(partition)
        if kept is not None and kept.sequence == sequence:
            return kept.memory, kept.begun
        return self._stage.load(self._table.rows(partition)), False

    async def _refuse_truncated_source(self, intakes: Sequence[Intake]) -> None:
        ends = await self._app.consumer.highwaters(*[intake.tp for intake in intakes]) if intakes else {}
        for intake in intakes:
            end = ends[intake.tp]
            if end is not None and not intake.stopped and end <= intake.position:
                stop_process(
                    f"{intake.tp.topic}/{intake.tp.partition}: the marker is at {intake.position}, the topic ends at {end}: it "
                    "was truncated or made anew. Start a new generation (--generation) or delete this one's changelogs",
                    code=EXIT_CONTRACT,
                )

    async def _hand_over(self, app: Any, revoked: Any = None, **_: Any) -> None:
        """Let go of all partitions, each with its last batch done. Faust holds the rebalance up for us meanwhile."""
        intakes, self._intakes = list(self._intakes.values()), {}
        for intake in intakes:
            intake.stop()
        try:
            waiting = asyncio.gather(*[intake.idle.wait() for intake in intakes])
            await asyncio.wait_for(waiting, self._app.conf.broker_rebalance_timeout * 0.6)
        except TimeoutError:
            await self._excuse(intakes)
            stop_process(f"{self._stage.name}: the batch in flight did not finish before the rebalance timeout")
        for intake in intakes:
            partition = intake.tp.partition
            self._memories[partition] = _Kept(
                sequence=self._table.marker(partition).sequence, memory=intake.memory, begun=intake.begun
            )
            self._forget_gauges(intake.tp)
        await self._commit(intakes)

    async def leave(self) -> None:
        """The process is about to end: finish the batches in flight, commit, take nothing more.

        Faust's consumer thread must not be left with a question of the watch, it would break on it; but a rebalance may
        keep the answer back, so nothing is waited for longer than LEAVE_SECONDS.
        """
        self._leaving = True
        intakes = list(self._intakes.values())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), LEAVE_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hand_over(self._app), LEAVE_SECONDS)
        await self._excuse(intakes)

    # ---- intake ----

    def _agent(self) -> Callable[[Any], Awaitable[None]]:
        async def read(stream: Any) -> None:
            self._queue = stream.channel.queue
            async for event in stream.noack().events():
                message = event.message
                intake = self._intakes.get(message.partition)
                if intake is None:
                    continue
                verdict = intake.offer(message)
                if verdict is Verdict.TAKEN:
                    intake.moved = asyncio.get_running_loop().time()
                    await intake.room.wait()
                elif verdict is Verdict.GAP:
                    intake.last_stray = asyncio.get_running_loop().time()
                    self._refetch(intake)
            if not self._app.should_stop and not self._leaving:
                stop_process(f"{self._stage.name}: Faust ended the agent")

        read.__name__ = self._stage.name
        return read

    def _refetch(self, intake: Intake) -> None:
        if intake.refetch is None or intake.refetch.done():
            intake.refetch = self._spawn(
                refetch(
                    intake,
                    consumer=self._app.consumer,
                    brokers=",".join(f"{url.host}:{url.port}" for url in self._app.conf.broker),
                    on_attempt=self._metrics.refetches.labels(self._stage.name).inc,
                    on_lost=self._metrics.retention_lost.labels(self._stage.name).inc,
                )
            )

    # ---- one batch after another ----

    async def _work(self, intake: Intake) -> None:
        if self._table.batch_log(intake.tp.partition).stale and not intake.stopped:
            intake.idle.clear()
            await self._write(intake, [], {}, intake.position)
            intake.idle.set()
        while not intake.stopped:
            batch = await intake.batch()
            if batch:
                intake.idle.clear()
                await self._take(intake, batch)
                intake.idle.set()

    async def _take(self, intake: Intake, batch: Sequence[Any]) -> None:
        """What was in flight when the process before this one died goes message by message."""
        while batch and self._is_suspect(intake, batch[0].offset):
            if not await self._begin(intake, batch[:1], alone=True):
                return
            batch = batch[1:]
        if batch and intake.begun:
            await self._process(intake, batch)
        elif batch:
            await self._begin(intake, batch, alone=False)

    def _is_suspect(self, intake: Intake, offset: int) -> bool:
        return suspected(intake.attempt, offset) or self._in_hand.suspects(
            self._stage.name, intake.tp.partition, offset
        )

    async def _begin(self, intake: Intake, batch: Sequence[Any], *, alone: bool) -> bool:
        """Write down that a start begins here, in case it does not come back from it; and begin. Whether it did: a partition that
        is stopped goes on here with its next owner.
        """
        async with self._turns.beginning(alone=alone):
            if intake.stopped:
                return False
            offset, place = batch[0].offset, (self._stage.name, intake.tp.partition)
            if intake.attempt is not None and is_deadly(intake.attempt, offset):
                await self._spare(intake, batch[0], intake.attempt.starts)
                return True
            if self._in_hand.is_deadly(*place, offset):
                await self._spare(intake, batch[0], self._in_hand.deaths_of(*place, offset))
                return True
            intake.attempt = next_attempt(intake.attempt, batch[0].offset, batch[-1].offset)
            await self._write(intake, [], {}, intake.position, attempt=intake.attempt)
            await self._process(intake, batch, alone=alone)
            return True

    async def _spare(self, intake: Intake, message: Any, starts: int) -> None:
        LOG.error(
            "%s offset %s goes to dead-letters: the process died %s times with it in hand",
            intake.tp, message.offset, starts,
        )  # fmt: skip
        step = deadly(self._stage, _plain(message), starts)
        await self._settle(intake, [message], step, self._outgoing([message], step))

    async def _excuse(self, intakes: Iterable[Intake]) -> None:
        """Take back the attempts at batches in flight, as far as the broker lets us: the process ends, but not because of them.

        Under a writer's name of its own, for rows of the batch in flight may be in the changelog already, and must not count.
        """

        async def take_back(intake: Intake, attempt: Attempt) -> None:
            partition = intake.tp.partition
            rows, marker, _ = self._table.batch(partition, {}, intake.position, self._layout, excused(attempt))
            tag = Tag(self._table.batch_log(partition).sequence + 1, _writer())
            await self._publisher.publish(self._logged(partition, rows, tag))
            await self._publisher.publish(self._logged(partition, [marker], tag))

        undone = [
            take_back(intake, intake.attempt)
            for intake in intakes
            if not intake.idle.is_set() and intake.attempt is not None and intake.attempt.offset > intake.position
        ]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*undone, return_exceptions=True), LEAVE_SECONDS)

    async def _process(self, intake: Intake, batch: Sequence[Any], *, alone: bool = False) -> None:
        if not alone:
            await self._turns.step()
        partition = intake.tp.partition
        state = State(row=partial(self._table.row, partition), memory=intake.memory)
        messages = [_plain(message) for message in batch]
        started = time.perf_counter()
        try:
            in_hand = self._in_hand.step(self._stage.name, partition, batch[0].offset, batch[-1].offset)
            with in_hand, limited(self._step_limit_seconds):
                step = self._stage.step(state, partition, messages)
            outgoing = self._outgoing(batch, step)
        except (Exception, StepTooLong) as error:
            if len(batch) > 1:
                for part in parts(batch, error):
                    await self._process(intake, part)
                return
            LOG.exception("%s/%s offset %s goes to dead-letters", intake.tp.topic, partition, batch[0].offset)
            step = poisoned(self._stage, messages[0], error)
            outgoing = self._outgoing(batch, step)
        self._observe("step", started)
        await self._settle(intake, batch, step, outgoing)

    async def _settle(self, intake: Intake, batch: Sequence[Any], step: Step, outgoing: Sequence[Outgoing]) -> None:
        await self._write(intake, outgoing, dict(step.writes), batch[-1].offset)
        intake.begun = True
        intake.memory = self._stage.absorb(intake.memory, step.writes)
        self._count(batch, step)
        await asyncio.sleep(0)

    def _outgoing(self, batch: Sequence[Any], step: Step) -> list[Outgoing]:
        published = [(PUBLISHED_HEADER, b"%d" % min(_published(message) for message in batch))]
        outgoing = [
            Outgoing(
                topic=topic_name(output.topic, self._generation),
                partition=output.partition,
                key=output.key,
                value=output.value,
                headers=published,
            )
            for output in step.outputs
        ]
        sizes = [len(value or b"") for value in (*(message.value for message in outgoing), *step.writes.values())]
        if max(sizes, default=0) > MAX_MESSAGE_BYTES - RECORD_OVERHEAD_BYTES:
            raise OversizeError(f"an output or a row has {max(sizes)} bytes")
        by_offset = {message.offset: message for message in batch}
        return outgoing + [self._dead_letter(by_offset[r.offset], r.error, r.message) for r in step.rejected]

    def _dead_letter(self, message: Any, error: str, text: str) -> Outgoing:
        letter = DeadLetter(
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            stage=self._stage.name,
            error=error,
            message=text,
            time=datetime.now(UTC),
            key=message.key,
            value=message.value or b"",
        )
        return Outgoing(
            topic=topic_name(Topic.DEAD_LETTERS, self._generation),
            partition=message.partition,
            key=message.key,
            value=letter.value,
            headers=dead_letters.to_headers(letter),
        )

    async def _write(
        self,
        intake: Intake,
        outgoing: Sequence[Outgoing],
        writes: dict[bytes, bytes | None],
        position: int,
        *,
        attempt: Attempt | None = None,
    ) -> None:
        """The law: outputs and rows acknowledged, then the marker acknowledged, then applied here."""
        self._leave_if_frozen()
        partition = intake.tp.partition
        log = self._table.batch_log(partition)
        rows, marker_record, marker = self._table.batch(partition, writes, position, self._layout, attempt)
        tag = Tag(marker.sequence, self._writer)
        started = time.perf_counter()
        sent = await self._send(intake, [*outgoing, *self._logged(partition, rows, tag)])
        self._observe("publish", started)
        started = time.perf_counter()
        row_offsets = sent[len(outgoing) :]
        marking = self._send(intake, self._logged(partition, [marker_record], tag))
        [marker_offset] = await self._fenced(log.seen, row_offsets, marking, partition)
        records = [
            LogRecord(offset, key, value, tag)
            for (key, value), offset in zip([*rows, marker_record], [*row_offsets, marker_offset], strict=True)
        ]
        self._table.apply(partition, records)
        log.wrote(records[-1])
        intake.position, intake.moved = position, asyncio.get_running_loop().time()
        self._metrics.table_rows.labels(self._stage.name, partition).set(marker.rows)
        self._observe("write", started)

    def _logged(self, partition: int, records: Iterable[tuple[bytes, bytes | None]], tag: Tag) -> list[Outgoing]:
        headers = [(TAG_HEADER, tag.encode())]
        changelog = self._table.changelog_topic_name
        return [
            Outgoing(topic=changelog, partition=partition, key=key, value=value, headers=headers)
            for key, value in records
        ]

    async def _fenced(
        self, seen: int, row_offsets: Sequence[int], marker: Coroutine[Any, Any, list[int]], partition: int
    ) -> list[int]:
        """The marker, once the rows stand right behind what this process knew of its changelog; and it behind them.

        Anything else means that another worker writes here: this one was frozen, and must go before it touches state.
        """
        if not follows(seen, row_offsets):
            marker.close()
            self._leave_to_other_writer(partition, seen)
        acknowledged = await marker
        if not follows(seen + len(row_offsets), acknowledged):
            self._leave_to_other_writer(partition, seen)
        return acknowledged

    def _leave_to_other_writer(self, partition: int, seen: int) -> None:
        stop_process(
            f"{self._stage.name}/{partition}: another writer is in the changelog behind offset {seen}; this process was paused "
            "for longer than the session timeout and is no longer the owner"
        )

    async def _send(self, intake: Intake, messages: Sequence[Outgoing]) -> list[int]:
        """Send all, in order, and wait until the broker has acknowledged every one. Returns their offsets."""
        size = sum(len(message.key or b"") + len(message.value or b"") for message in messages)
        self._in_flight_bytes += size
        try:
            return await self._publisher.publish(messages)
        except MessageSizeTooLargeError as error:
            await self._excuse([intake])
            stop_process(
                f"{self._stage.name}: the broker refused a message for its size ({error}); a topic's max.message.bytes is below "
                f"{MAX_MESSAGE_BYTES}: `khabar topics describe` shows it"
            )
        except Exception as error:  # noqa: BLE001 - not acknowledged: the next start does it again
            await self._excuse([intake])
            stop_process(f"{self._stage.name}: publishing failed: {error!r}")
        finally:
            self._in_flight_bytes -= size

    # ---- metrics, commits, watch ----

    def _observe(self, part: str, started: float) -> None:
        self._metrics.stage_seconds.labels(self._stage.name, part).observe(time.perf_counter() - started)

    def _waiting_messages(self) -> int:
        queued = 0 if self._queue is None else self._queue.qsize()
        return queued + sum(len(intake.waiting) for intake in list(self._intakes.values()))

    def _waiting_bytes(self) -> int:
        queued = 0 if self._queue is None else self._queue.waiting_bytes
        return queued + sum(intake.waiting_bytes for intake in list(self._intakes.values()))

    def _count(self, batch: Sequence[Any], step: Step) -> None:
        metrics, stage = self._metrics, self._stage.name
        metrics.batch_messages.labels(stage).observe(len(batch))
        for outcome, count in step.outcomes.items():
            if outcome is Outcome.TAKEN_BACK:
                metrics.takebacks.inc(count)
            else:
                metrics.articles.labels(outcome.value).inc(count)
        for kind, count in step.copies.items():
            metrics.copies.labels(kind).inc(count)
        metrics.crowded.inc(step.crowded)
        metrics.late.inc(step.late)
        for rejected in step.rejected:
            metrics.dead_letters.labels(stage, rejected.error).inc()
        for language, count in step.languages.items():
            metrics.languages.labels(language).inc(count)
        for source, newest in step.newest.items():
            metrics.sources.saw(source, newest)
        if self._stage.source is Topic.CONTRIBUTIONS:
            oldest = min(_published(message) for message in batch)
            metrics.end_to_end_seconds.labels("table").observe(max(0.0, time.time() - oldest / 1000))

    def _forget_gauges(self, tp: TP) -> None:
        """What is no longer ours must not be told as if it were: two workers would add up to too much."""
        for gauge, label in ((self._metrics.table_rows, self._stage.name), (self._metrics.lag_messages, tp.topic)):
            with contextlib.suppress(KeyError):
                gauge.remove(label, tp.partition)

    async def _commit(self, intakes: Iterable[Intake]) -> None:
        """For lag and monitoring; nothing resumes here."""
        due = {intake.tp: intake.position + 1 for intake in intakes if intake.position > intake.committed}
        if due and await self._app.consumer._commit(due):
            for intake in intakes:
                if intake.tp in due:
                    intake.committed = max(intake.committed, due[intake.tp] - 1)

    def _leave_if_frozen(self) -> None:
        """Publish nothing after a pause in which the partitions may have gone to somebody else.

        A long step is no such pause: see `Pulse`.

        What is on its way already when the pause begins is caught by the fence in the changelog: it never counts.
        """
        paused = self._pulse.longest_pause()
        if paused > self._app.conf.broker_session_timeout:
            stop_process(
                f"paused for {paused:.0f} s, longer than the session timeout: others may own its partitions now"
            )

    async def _tick(self) -> None:
        self._pulse.start()  # starting may have taken long, but then nothing was owned yet
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._leave_if_frozen()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        unsettled_since, looked_at = loop.time(), 0.0
        self._answered.set()
        while not self._leaving:
            await asyncio.sleep(WATCH_SECONDS)
            if (
                self._leaving
                or self._app.rebalancing
                or not self._app.consumer
                or self._app.tables.recovery.in_recovery
            ):
                if not self._intakes and loop.time() - unsettled_since > STUCK_SECONDS:
                    LOG.warning("%s: recovery takes long", self._stage.name)
                    unsettled_since = loop.time()
                continue
            unsettled_since = loop.time()
            self._answered.clear()
            intakes = list(self._intakes.values())
            await self._commit(intakes)
            if loop.time() - looked_at > LOOK_SECONDS and intakes:
                await self._look_at_ends(intakes)
                looked_at = loop.time()
            self._answered.set()

    async def _look_at_ends(self, intakes: Sequence[Intake]) -> None:
        """Measure the lag; find what was lost at the end of a topic, where no later offset shows a gap; and what others have
        written to the changelog of a partition that has nothing to do.

        Faust answers a question about offsets only between two polls, so up to a second late: this asks once for all.
        """
        consumer, now = self._app.consumer, asyncio.get_running_loop().time()
        changelogs = [TP(self._table.changelog_topic_name, intake.tp.partition) for intake in intakes]
        known = [self._table.batch_log(intake.tp.partition).seen for intake in intakes]
        ends = await consumer.highwaters(*[intake.tp for intake in intakes], *changelogs)
        for intake, changelog, seen in zip(intakes, changelogs, known, strict=True):
            if intake.stopped or self._app.rebalancing:
                continue
            if (
                intake.idle.is_set()
                and (ends[changelog] or 0) > seen + 1 == self._table.batch_log(changelog.partition).seen + 1
            ):
                # A writer that slept has left something behind ours. It does not count, but compaction would keep it: the
                # next start writes anew what stands under it.
                self._leave_to_other_writer(changelog.partition, seen)
            end = ends[intake.tp] or 0
            lag = max(0, end - intake.position - 1)
            self._metrics.lag_messages.labels(intake.tp.topic, intake.tp.partition).set(lag)
            quiet = not intake.waiting and intake.idle.is_set() and now - intake.moved > QUIET_SECONDS
            in_queue = self._queue is not None and self._queue.qsize() >= 100 and now - intake.moved < 30
            if end <= intake.next_offset or not quiet or in_queue:
                continue
            if (await consumer.position(intake.tp) or 0) > intake.next_offset:
                self._refetch(intake)  # fetched, but never handed to us
            elif not intake.stopped:
                consumer.resume_partitions({intake.tp})  # nobody fetches them

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and task.exception() is not None:
                LOG.error("%s", self._stage.name, exc_info=task.exception())
                stop_process(f"{self._stage.name}: {task.exception()!r}")

        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(ended)
        return task


def _writer() -> str:
    """A name under which batches are written, and nobody else's."""
    return uuid.uuid4().hex[:12]


def _plain(message: Any) -> Message:
    return Message(offset=message.offset, key=message.key, value=message.value or b"")


def _published(message: Any) -> int:
    """Epoch milliseconds at which the oldest article behind the message was published."""
    header = dict(message.headers or ()).get(PUBLISHED_HEADER)
    return int(header) if header is not None else int((message.timestamp or 0) * 1000)
