"""Articles and refusals to Kafka, with confirmed delivery, back-pressure and an honest count of everything.

Knows confluent-kafka and the counts; not where the articles come from. Nothing is flushed per record; an article counts
as published when the broker has confirmed it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from khabar.dead_letters import to_headers
from khabar.errors import ContractViolation
from khabar.identity import event_time
from khabar.kafka import connect_admin, partition_counts, producer_config
from khabar.metrics import ProducerMetrics
from khabar.records import DeadLetter
from khabar.settings import Settings
from khabar.topics import Topic
from producers.articles import Accepted, Rules
from producers.refused import Refused
from producers.waiting import Stopped

STAGE = "publish"
READING_HEADER = "reading"
"""A header beside those of every dead letter: how the bytes were read, so that a retry reads them the same way."""
POLL_EVERY_MESSAGES = 100
QUEUE_FULL_WAIT_SECONDS = 0.1
DRAIN_STEP_SECONDS = 0.25
LOG = logging.getLogger("khabar.publish")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run came to. `refused`: reason to number; `examples`: reason to the first such input."""

    articles: int
    published: int
    duplicates: int
    failed: int
    unconfirmed: int
    refused: Mapping[str, int]
    examples: Mapping[str, str]
    published_bytes: int
    failure: str = ""


class Tally:
    """Counts of one run, each input once: a duplicate, refused, or an article that is then published or failed."""

    def __init__(self) -> None:
        self.articles = 0
        self.duplicates = 0
        self.published = 0
        self.published_bytes = 0
        self.failed = 0
        self.failure = ""
        self.refused: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._seen: set[bytes] = set()

    def is_repeat(self, article_id: str) -> bool:
        """Whether this run has had the article before; if so, counts it as a duplicate."""
        if bytes.fromhex(article_id) not in self._seen:
            return False
        self.duplicates += 1
        return True

    def take(self, article_id: str) -> None:
        """Count an article that was handed over."""
        self._seen.add(bytes.fromhex(article_id))
        self.articles += 1

    def refuse(self, refused: Refused) -> None:
        """Count a refusal."""
        reason = str(refused.error)
        self.refused[reason] += 1
        self.examples.setdefault(reason, f"{refused.origin}: {refused.message}")

    def summary(self, *, unconfirmed: int = 0) -> Summary:
        """The counts as they stand."""
        return Summary(
            articles=self.articles,
            published=self.published,
            duplicates=self.duplicates,
            failed=self.failed,
            unconfirmed=unconfirmed,
            refused=dict(self.refused.most_common()),
            examples=dict(self.examples),
            published_bytes=self.published_bytes,
            failure=self.failure,
        )


class Pace:
    """A token bucket that holds one second's worth: how long to wait before the next article may go."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = float("-inf")

    def delay(self, now_seconds: float) -> float:
        """Take a token; the seconds to wait until it is due. `now_seconds` must not run backwards."""
        due = max(self._next, now_seconds - 1)
        self._next = due + self._interval
        return max(0.0, due - now_seconds) if due > now_seconds else 0.0


class Outlet(Protocol):
    """Where articles and refusals go."""

    def article(self, accepted: Accepted) -> None: ...

    def refusal(self, refused: Refused) -> None: ...

    def idle(self, seconds: float) -> None:
        """Spend up to so many seconds on what happens in the background."""
        ...


class Publisher:
    """The outlet to Kafka. Blocks while its queue is full, so also while the broker is away, however long.

    `stopped` is asked while it blocks; if so, it raises Stopped, and what it was given has not been sent.
    """

    def __init__(
        self,
        settings: Settings,
        tally: Tally,
        *,
        rules: Rules,
        clock: Callable[[], datetime],
        stopped: Callable[[], bool] = lambda: False,
        metrics: ProducerMetrics | None = None,
    ) -> None:
        self._producer = Producer(
            producer_config(
                settings,
                **{"message.timeout.ms": 0, "log_level": 2, "error_cb": self._on_error},
            )
        )
        self._brokers = settings.brokers
        self._tally = tally
        self._rules = rules
        self._clock = clock
        self._stopped = stopped
        self._metrics = metrics
        self._since_poll = 0
        self._unconfirmed = 0
        self._unconfirmed_bytes = 0
        self._down = False
        self._said_so = False

    @property
    def unconfirmed(self) -> int:
        """Messages handed over and neither confirmed nor failed. The client's own length counts its errors too."""
        return self._unconfirmed

    def article(self, accepted: Accepted) -> None:
        article = accepted.article
        self._produce(Topic.ARTICLES.value, accepted.value, key=article.id, on_delivery=self._on_article)
        if self._metrics is not None:
            when = event_time(published_at=article.published_at, fetched_at=article.fetched_at)
            self._metrics.sources.saw(article.source, int(when.timestamp()))

    def refusal(self, refused: Refused) -> None:
        letter = DeadLetter(
            origin=refused.origin,
            stage=STAGE,
            error=str(refused.error),
            message=refused.message,
            time=self._clock(),
            value=refused.value,
        )
        headers: list[tuple[str, str | bytes | None]] = [
            *to_headers(letter),
            (READING_HEADER, reading_header(refused, self._rules)),
        ]
        self._produce(Topic.DEAD_LETTERS.value, refused.value, headers=headers, on_delivery=self._on_refusal)
        if self._metrics is not None:
            self._metrics.articles.labels(outcome="refused").inc()
            self._metrics.dead_letters.labels(stage=STAGE, error=letter.error).inc()

    def idle(self, seconds: float) -> None:
        self._producer.poll(seconds)
        self._since_poll = 0
        if self._metrics is not None:
            self._metrics.queue_messages.set(self._unconfirmed)
            self._metrics.queue_bytes.set(self._unconfirmed_bytes)

    def drain(self, go_on: Callable[[], bool]) -> None:
        """Wait until everything is settled, for as long as `go_on` says so."""
        while self._unconfirmed and go_on():
            self._producer.flush(DRAIN_STEP_SECONDS)
        self.idle(0)

    def abandon(self) -> None:
        """Give up what is not confirmed, so that the process can end. It may or may not have reached the broker."""
        self._producer.purge()
        self._producer.poll(0)

    def _produce(
        self,
        topic: str,
        value: bytes,
        *,
        key: str | None = None,
        headers: list[tuple[str, str | bytes | None]] | None = None,
        on_delivery: Callable[[KafkaError | None, Message], None],
    ) -> None:
        self._since_poll += 1
        if self._since_poll >= POLL_EVERY_MESSAGES:
            self.idle(0)
        while True:
            try:
                if headers is None:
                    self._producer.produce(topic, value, key, on_delivery=on_delivery)
                else:
                    self._producer.produce(topic, value, key, on_delivery=on_delivery, headers=headers)
            except BufferError:
                if self._stopped():
                    raise Stopped from None
                self.idle(QUEUE_FULL_WAIT_SECONDS)
            except KafkaException as error:
                self._failed(error.args[0])
                return
            else:
                self._unconfirmed += 1
                self._unconfirmed_bytes += len(value)
                return

    def _on_article(self, error: KafkaError | None, message: Message) -> None:
        self._unconfirmed -= 1
        self._unconfirmed_bytes -= len(message)
        if error is not None:
            self._failed(error)
            return
        self._tally.published += 1
        self._tally.published_bytes += len(message)
        self._back()
        if self._metrics is not None:
            self._metrics.articles.labels(outcome="published").inc()
            self._metrics.delivery_seconds.observe(max(0.0, message.latency() or 0.0))

    def _on_refusal(self, error: KafkaError | None, message: Message) -> None:
        self._unconfirmed -= 1
        self._unconfirmed_bytes -= len(message)
        if error is not None:
            self._failed(error)
        else:
            self._back()

    def _failed(self, error: KafkaError) -> None:
        self._tally.failed += 1
        if not self._tally.failure:
            self._tally.failure = error.str()
        if self._metrics is not None:
            self._metrics.articles.labels(outcome="failed").inc()

    def _back(self) -> None:
        self._down = False
        if self._said_so:
            self._said_so = False
            LOG.warning("Kafka at %s answers again", self._brokers)

    def _on_error(self, error: KafkaError) -> None:
        """librdkafka reports every attempt to connect; one line for an outage is enough, none while nothing waits."""
        if error.fatal():
            LOG.error("the producer cannot go on: %s", error.str())
        self._down = self._down or error.code() == KafkaError._ALL_BROKERS_DOWN
        if self._down and not self._said_so and self._unconfirmed:
            self._said_so = True
            LOG.warning("Kafka at %s does not answer; waiting until it does (%s)", self._brokers, error.str())


class Rehearsal:
    """The outlet of a dry run: nothing leaves the process."""

    def __init__(self, tally: Tally, *, sleep: Callable[[float], None]) -> None:
        self._tally = tally
        self._sleep = sleep

    def article(self, accepted: Accepted) -> None:
        self._tally.published += 1
        self._tally.published_bytes += len(accepted.value)

    def refusal(self, refused: Refused) -> None:
        pass

    def idle(self, seconds: float) -> None:
        self._sleep(seconds)


def check_topics(settings: Settings) -> None:
    """Make sure that the broker answers and has the topics.

    Raises DependencyUnavailable within 10 s of silence, ContractViolation where a topic is missing.
    """
    existing = partition_counts(connect_admin(settings))
    missing = [topic.value for topic in (Topic.ARTICLES, Topic.DEAD_LETTERS) if topic.value not in existing]
    if missing:
        raise ContractViolation(
            f"Kafka at {settings.brokers} has no topic {' and no topic '.join(missing)}; "
            "create them with `khabar topics create --partitions N`"
        )


def publish(
    outcomes: Iterable[Accepted | Refused],
    outlet: Outlet,
    tally: Tally,
    *,
    seconds: Callable[[], float],
    pace: Pace | None = None,
    stopped: Callable[[], bool] = lambda: False,
    duplicate: Callable[[], None] = lambda: None,
) -> None:
    """Send everything in `outcomes`, at most as fast as `pace`, until `stopped`. Does not wait for confirmations.

    `seconds` is a monotonic clock.
    """
    try:
        for outcome in outcomes:
            if isinstance(outcome, Refused):
                outlet.refusal(outcome)
                tally.refuse(outcome)
            elif tally.is_repeat(outcome.article.id):
                duplicate()
            elif pace is None or _in_time(pace, outlet, seconds, stopped):
                outlet.article(outcome)
                tally.take(outcome.article.id)
            if stopped():
                return
    except Stopped:
        return


def reading_header(refused: Refused, rules: Rules) -> bytes:
    """How the bytes of `refused` were read, as JSON."""
    return orjson.dumps(
        {
            "kind": refused.kind,
            "whole": refused.whole,
            "folder": refused.folder,
            "modified": refused.modified,
            "source": rules.source,
            "language": rules.language,
            "fields": dict(rules.fields),
        }
    )


def _in_time(pace: Pace, outlet: Outlet, seconds: Callable[[], float], stopped: Callable[[], bool]) -> bool:
    due = seconds()
    due += pace.delay(due)
    while (left := due - seconds()) > 0:
        if stopped():
            return False
        outlet.idle(min(left, DRAIN_STEP_SECONDS))
    return True
