"""The consumer loop of every sink: reads the two result topics, hands batches to a writer, commits what is settled.

Knows Kafka and the order of things; nothing of any destination. The order, which is what makes a crash harmless: read,
write, dead letters acknowledged, commit. Whatever was not committed is read again, and writing again changes nothing.

The main thread polls and commits; batches are written in the writer's own threads, so that a destination that does not
answer for hours costs the consumer neither its group membership nor its attention for a signal.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import orjson
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from khabar.errors import ContractViolation, DependencyUnavailable, InvalidRecord, KhabarError, SettingsError
from khabar.kafka import connect_admin, consumer_config, partition_counts
from khabar.metrics import SinkMetrics
from khabar.records import ResolvedArticle
from khabar.settings import Settings
from khabar.topics import Topic, topic_name
from sinks.dead_letters import DeadLetterOffice
from sinks.documents import Arrived, Message, Partition, newest, read
from sinks.writer import Abandoned, Batch, Rejected, Writer

LOG = logging.getLogger("khabar.sink")

TOPICS = (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS)
KINDS = {Topic.RESOLVED_ARTICLES: "article", Topic.ACTOR_COUNTS: "count"}
POLL_SECONDS = 0.1
LAG_SECONDS = 2.0
BROKER_SECONDS = 10.0
COMMIT_RETRY_SECONDS = 2.0
SESSION_MILLISECONDS = 10_000
"""So long after a sink was killed, the partitions it had go to another. A background thread keeps the session alive."""
STATISTICS_MILLISECONDS = 5_000
HANDOVER_SECONDS = 20.0
"""How long a partition's departure, or the end of the process, waits for batches in flight before it abandons them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a batch is closed: whichever comes first."""

    documents: int = 1_000
    bytes: int = 5 * 1024 * 1024
    seconds: float = 0.5


LIMITS = Limits()


@dataclass(slots=True, kw_only=True)
class Totals:
    """What a run came to, by kind of document (`article`, `count`)."""

    written: Counter[str] = field(default_factory=Counter)
    stale: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    next_offsets: Mapping[Partition, int]
    written: Mapping[str, int]
    stale: Mapping[str, int]
    dead_letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """A batch that the writer has."""

    future: Future[_Result]
    messages: int
    bytes: int


class _Pending:
    """Messages gathered for the next batch."""

    __slots__ = ("bytes", "messages", "since")

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.bytes = 0
        self.since = 0.0

    def add(self, message: Message) -> None:
        if not self.messages:
            self.since = time.monotonic()
        self.messages.append(message)
        self.bytes += len(message.value or b"")

    def due(self, limits: Limits) -> bool:
        return bool(self.messages) and (
            len(self.messages) >= limits.documents
            or self.bytes >= limits.bytes
            or time.monotonic() - self.since >= limits.seconds
        )


class Sink:
    """One run of a sink. `stop` ends it in order: batches in flight are finished and committed.

    `abandon` is the same event the writer got: set when waiting any longer is no use.
    """

    def __init__(
        self,
        settings: Settings,
        writer: Writer,
        *,
        metrics: SinkMetrics,
        stop: threading.Event,
        abandon: threading.Event,
        limits: Limits = LIMITS,
        until_idle_seconds: float | None = None,
        handover_seconds: float = HANDOVER_SECONDS,
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._metrics = metrics
        self._stop = stop
        self._abandon = abandon
        self._limits = limits
        self._until_idle_seconds = until_idle_seconds
        self._handover_seconds = handover_seconds
        self._topics = {topic_name(topic, settings.generation): topic for topic in TOPICS}
        self._pending = _Pending()
        self._in_flight: deque[_Writing] = deque()
        self._uncommitted: dict[Partition, int] = {}
        self._committing: dict[Partition, int] | None = None
        self._commit_after = 0.0
        self._settled: dict[Partition, int] = {}
        self._ended: set[Partition] = set()
        self._destinations: dict[Topic, str] = {}
        self._assigned = False
        self._held = False
        self._group_offsets = True
        self._failure: BaseException | None = None
        self._last_activity = time.monotonic()
        self._lag_told = 0.0
        self._totals = Totals()

    def run(self) -> Totals:
        """Until told to stop, or idle for the given time.

        Raises DependencyUnavailable within 15 s where Kafka or the destination does not answer at start, and whatever
        KhabarError the writer stops with.
        """
        self._check_topics()
        self._writer.prepare()
        self._office = DeadLetterOffice(self._settings, stage=f"sink-{self._writer.name}", abandon=self._abandon)
        group = f"khabar-g{self._settings.generation}-sink-{self._writer.name}"
        self._consumer = Consumer(
            consumer_config(
                self._settings,
                group,
                **{
                    "enable.partition.eof": True,
                    "session.timeout.ms": SESSION_MILLISECONDS,
                    "statistics.interval.ms": STATISTICS_MILLISECONDS,
                    "stats_cb": self._on_statistics,
                    "on_commit": self._on_commit,
                },
            )
        )
        self._pool = ThreadPoolExecutor(self._writer.concurrency, thread_name_prefix="sink")
        try:
            self._begin()
            self._loop()
            self._finish()
        finally:
            self._abandon.set()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._leave()
            self._writer.close()
        return self._totals

    def _check_topics(self) -> None:
        existing = partition_counts(connect_admin(self._settings))
        missing = [name for name in (*self._topics, Topic.DEAD_LETTERS.value) if name not in existing]
        if missing:
            raise ContractViolation(
                f"topics are missing: {', '.join(missing)}. Create them with "
                f"`khabar topics create --generation {self._settings.generation}`."
            )

    # Where to begin

    def _begin(self) -> None:
        stored = self._writer.offsets()
        if stored is None:
            self._consumer.subscribe(
                list(self._topics), on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
            )
            return
        self._group_offsets = False
        counts = partition_counts(connect_admin(self._settings))
        partitions = [
            TopicPartition(name, partition, self._stored_start(name, partition, stored))
            for name in self._topics
            for partition in range(counts[name])
        ]
        self._consumer.assign(partitions)
        self._took(partitions)

    def _stored_start(self, name: str, partition: int, stored: Mapping[Partition, int]) -> int:
        offset = stored.get((name, partition))
        if offset is None:
            return OFFSET_BEGINNING
        low, high = self._watermarks(TopicPartition(name, partition))
        if offset > high:
            raise ContractViolation(
                f"the store has read {name}, partition {partition}, up to offset {offset}, but it ends at {high}: "
                "this is another Kafka, or the topic was made anew. Name another file."
            )
        if offset < low:
            LOG.warning("%s, partition %d: offsets %d to %d are gone; going on", name, partition, offset, low - 1)
        return max(offset, low)

    def _watermarks(self, place: TopicPartition) -> tuple[int, int]:
        """The first offset and the next one. A broker that has just come back knows no leaders for a while."""
        deadline = time.monotonic() + BROKER_SECONDS
        while True:
            try:
                return self._consumer.get_watermark_offsets(place, timeout=BROKER_SECONDS)
            except KafkaException as error:
                if time.monotonic() > deadline:
                    raise DependencyUnavailable(
                        f"Kafka at {self._settings.brokers} does not say where {place.topic} ends: {error.args[0].str()}"
                    ) from None
                time.sleep(POLL_SECONDS)

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Go on where the group has got to, or from the beginning where that was said of another destination."""
        try:
            for topic in TOPICS:
                self._destinations[topic] = self._writer.destination(topic)
            committed = consumer.committed(partitions, timeout=BROKER_SECONDS) if partitions else []
        except KafkaException as error:
            self._failure = DependencyUnavailable(
                f"Kafka at {self._settings.brokers} does not give the committed offsets: {error.args[0].str()}"
            )
            return
        except KhabarError as error:
            self._failure = error
            return
        for partition in committed:
            here = self._destinations[self._topics[partition.topic]]
            if partition.offset >= 0 and partition.metadata != here:
                LOG.warning(
                    "%s, partition %d: reading from the beginning, the index is another than the one offsets were committed for",
                    partition.topic,
                    partition.partition,
                )
            if partition.offset < 0 or partition.metadata != here:
                partition.offset = OFFSET_BEGINNING
        consumer.assign(committed)
        # Held back before a rebalance, a partition would stay so after it, without end: librdkafka remembers.
        consumer.resume(committed)
        self._took(committed)

    def _took(self, partitions: Sequence[TopicPartition]) -> None:
        self._assigned = True
        self._held = False
        self._last_activity = time.monotonic()
        self._settled = {(one.topic, one.partition): one.offset for one in partitions if one.offset >= 0}

    def _on_revoke(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._drain(self._handover_seconds)
        self._let_go(partitions)

    def _on_lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._let_go(partitions)

    def _let_go(self, partitions: Sequence[TopicPartition]) -> None:
        """What is in flight still may be written, which is harmless; it must not be committed, nor what comes after it."""
        for writing in self._in_flight:
            writing.future.cancel()
        self._in_flight.clear()
        self._pending = _Pending()
        self._uncommitted.clear()
        self._committing = None
        self._settled.clear()
        self._ended.clear()
        self._assigned = False
        for one in partitions:
            self._metrics.lag_messages.labels(topic=one.topic, partition=str(one.partition)).set(0)

    # Reading

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._collect()
            if self._failure is not None:
                raise self._failure
            self._tell_lag()
            if self._pending.due(self._limits):
                if len(self._in_flight) < self._writer.concurrency:
                    self._submit()
                    continue
                wait([self._in_flight[0].future], timeout=1.0 if not self._held else POLL_SECONDS)
                if self._in_flight[0].future.done():
                    continue
                if not self._held:
                    self._consumer.pause(self._consumer.assignment())
                    self._held = True
            elif self._held:
                self._consumer.resume(self._consumer.assignment())
                self._held = False
            elif self._idle():
                return
            self._poll(0 if self._held else POLL_SECONDS)

    def _poll(self, seconds: float) -> None:
        # One message a call: a batch of them may hold, after a rebalance within the call, messages of before it.
        message = self._consumer.poll(seconds)
        if message is None:
            return
        error = message.error()
        if error is None:
            self._last_activity = time.monotonic()
            read_message = _message(message)
            self._ended.discard((read_message.topic, read_message.partition))
            self._pending.add(read_message)
        elif error.code() == KafkaError._PARTITION_EOF:
            self._ended.add((message.topic() or "", message.partition() or 0))
        else:
            self._consider(error)

    def _consider(self, error: KafkaError) -> None:
        code = error.code()
        if code in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC):
            raise ContractViolation(
                f"{error.str()}: the topics of generation {self._settings.generation} are gone. "
                "Create them with `khabar topics create`."
            )
        if code in (
            KafkaError.TOPIC_AUTHORIZATION_FAILED,
            KafkaError.GROUP_AUTHORIZATION_FAILED,
            KafkaError.SASL_AUTHENTICATION_FAILED,
        ):
            raise SettingsError(f"Kafka at {self._settings.brokers} does not allow it: {error.str()}")
        if error.fatal():
            raise DependencyUnavailable(f"Kafka at {self._settings.brokers}: {error.str()}; start the sink again")
        LOG.warning("Kafka: %s; waiting for it", error.str())

    def _idle(self) -> bool:
        if self._until_idle_seconds is None or not self._assigned or self._in_flight or self._pending.messages:
            return False
        if time.monotonic() - self._last_activity < self._until_idle_seconds:
            return False
        return all((one.topic, one.partition) in self._ended for one in self._consumer.assignment())

    # Writing, in the writer's threads

    def _submit(self) -> None:
        taken, self._pending = self._pending, _Pending()
        future = self._pool.submit(self._write, taken.messages)
        self._in_flight.append(_Writing(future=future, messages=len(taken.messages), bytes=taken.bytes))

    def _write(self, messages: Sequence[Message]) -> _Result:
        started = time.monotonic()
        arrived, invalid = self._read(messages)
        self._bury(invalid)
        latest = newest(arrived)
        next_offsets = {(message.topic, message.partition): message.offset + 1 for message in messages}
        settled = self._writer.write(Batch(records=latest, next_offsets=next_offsets))
        self._bury(settled.rejected)
        stale = Counter(settled.stale)
        kept = {id(one) for one in latest}
        for one in arrived:
            if id(one) not in kept:
                stale[KINDS[self._topics[one.message.topic]]] += one.document_count
        self._measure(arrived, sum(one.document_count for one in latest), time.monotonic() - started)
        for outcome, numbers in (("written", settled.written), ("stale", stale)):
            for kind, number in numbers.items():
                self._metrics.documents.labels(kind=kind, outcome=outcome).inc(number)
        return _Result(
            next_offsets=next_offsets,
            written=settled.written,
            stale=stale,
            dead_letters=len(invalid) + len(settled.rejected),
        )

    def _read(self, messages: Sequence[Message]) -> tuple[list[Arrived], list[Rejected]]:
        arrived: list[Arrived] = []
        invalid: list[Rejected] = []
        for message in messages:
            try:
                arrived.append(Arrived(record=read(message, self._topics[message.topic]), message=message))
            except InvalidRecord as error:
                invalid.append(Rejected(message=message, error=error.reason, detail=str(error)))
        return arrived, invalid

    def _bury(self, rejected: Sequence[Rejected]) -> None:
        if not rejected:
            return
        self._office.send(rejected)
        LOG.warning("%d messages went to dead-letters, the first: %s", len(rejected), rejected[0].detail[:300])
        for one in rejected:
            kind = KINDS[self._topics[one.message.topic]]
            self._metrics.documents.labels(kind=kind, outcome="dead_letter").inc()
            self._metrics.dead_letters.labels(stage=f"sink-{self._writer.name}", error=one.error).inc()

    def _measure(self, arrived: Sequence[Arrived], documents: int, seconds: float) -> None:
        self._metrics.write_seconds.observe(seconds)
        self._metrics.batch_documents.observe(documents)
        oldest = min((one.message.published for one in arrived if one.message.published is not None), default=None)
        if oldest is not None:
            self._metrics.end_to_end_seconds.labels(to="index").observe(max(0.0, time.time() - oldest / 1000))
        for one in arrived:
            if isinstance(one.record, ResolvedArticle):
                self._metrics.sources.saw(one.record.source, int(one.record.event_time.timestamp()))

    # Settling

    def _collect(self) -> None:
        """Take note of batches that are settled, in the order they were read, and commit."""
        while self._in_flight and self._in_flight[0].future.done():
            future = self._in_flight.popleft().future
            try:
                result = future.result()
            except Abandoned:
                # Asked for, by a second signal: like a crash here, which is harmless.
                LOG.warning("a batch in flight was abandoned; the next run reads it again")
                self._in_flight.clear()
                self._stop.set()
                break
            except BaseException as error:  # noqa: BLE001 - kept, and raised by the loop; later batches must not be committed
                self._failure = self._failure or error
                self._in_flight.clear()
                break
            self._last_activity = time.monotonic()
            self._totals.written.update(result.written)
            self._totals.stale.update(result.stale)
            self._totals.dead_letters += result.dead_letters
            self._settled.update(result.next_offsets)
            self._uncommitted.update(result.next_offsets)
        self._commit()

    def _commit(self) -> None:
        """Ask for the settled offsets to be committed, unless such a request is on its way.

        Not a call that waits: a broker that does not answer would keep it, and with it the whole process, for ever.
        """
        if self._committing is not None or not self._uncommitted or not self._group_offsets:
            return
        if time.monotonic() < self._commit_after:
            return
        self._committing = dict(self._uncommitted)
        offsets = [
            TopicPartition(topic, partition, offset, self._destinations[self._topics[topic]])
            for (topic, partition), offset in self._committing.items()
        ]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=True)
        except KafkaException as error:
            self._on_commit(error.args[0], [])

    def _on_commit(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        """The broker's answer, delivered within a poll."""
        asked, self._committing = self._committing, None
        error = error or next((one.error for one in partitions if one.error is not None), None)
        if asked is None:
            return
        if error is not None:
            # Nothing is lost: the next commit says the same and more, or the batches are read and written again.
            LOG.warning("offsets were not committed (%s); trying again", error.str())
            self._commit_after = time.monotonic() + COMMIT_RETRY_SECONDS
            return
        for partition, offset in asked.items():
            if self._uncommitted.get(partition) == offset:
                del self._uncommitted[partition]

    def _drain(self, seconds: float) -> bool:
        """Wait for the batches in flight; whether all of them are settled."""
        wait([writing.future for writing in self._in_flight], timeout=seconds)
        self._collect()
        return not self._in_flight

    def _finish(self) -> None:
        """Settle and commit what is in flight. What else arrives meanwhile is not taken: the next run reads it."""
        deadline = time.monotonic() + self._handover_seconds
        if not self._drain(self._handover_seconds):
            LOG.warning("a batch in flight is not settled yet; it is left, and read again by the next run")
        if self._failure is not None:
            raise self._failure
        while self._group_offsets and self._uncommitted and time.monotonic() < deadline:
            self._commit()
            self._consumer.poll(POLL_SECONDS)
        if self._group_offsets and self._uncommitted:
            LOG.warning(
                "Kafka does not take the last offsets; the next run writes some batches again, which is harmless"
            )

    def _leave(self) -> None:
        """Leave the group, so that others take over at once; but do not wait for a broker that does not answer."""
        leaving = threading.Thread(target=self._consumer.close, name="leave", daemon=True)
        leaving.start()
        leaving.join(BROKER_SECONDS)
        if leaving.is_alive():
            LOG.warning("Kafka does not answer the good-bye; others take over when the session has timed out")

    # Lag, and what waits

    def _on_statistics(self, statistics: str) -> None:
        """How much the client has fetched, which only its statistics tell."""
        partitions = [
            partition
            for topic in orjson.loads(statistics)["topics"].values()
            for partition in topic["partitions"].values()
        ]
        # One queue for all partitions: each of them that takes part tells the size of the whole.
        self._metrics.queued_messages.set(max((partition["fetchq_cnt"] for partition in partitions), default=0))
        self._metrics.queued_bytes.set(max((partition["fetchq_size"] for partition in partitions), default=0))

    def _tell_lag(self) -> None:
        now = time.monotonic()
        if now - self._lag_told < LAG_SECONDS:
            return
        self._lag_told = now
        in_flight = list(self._in_flight)
        self._metrics.in_flight_messages.set(len(self._pending.messages) + sum(one.messages for one in in_flight))
        self._metrics.in_flight_bytes.set(self._pending.bytes + sum(one.bytes for one in in_flight))
        for one in self._consumer.assignment():
            # What the last fetches said of the ends; negative before the first.
            low, high = self._consumer.get_watermark_offsets(one, cached=True)
            if high >= 0:
                lag = high - max(self._settled.get((one.topic, one.partition), 0), low)
                self._metrics.lag_messages.labels(topic=one.topic, partition=str(one.partition)).set(max(0, lag))


def _message(message: KafkaMessage) -> Message:
    published: int | None = None
    headers = message.headers()
    value = dict(headers).get("published") if headers else None
    if isinstance(value, bytes) and value.isdigit():
        published = int(value)
    return Message(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        key=message.key(),
        value=message.value(),
        published=published,
    )
