"""The metrics of each kind of process. docs/metrics.md lists them; a test holds the two together.

Labels are bounded: never an actor, a URL or an id. Sources are bounded by `SourceClock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from khabar.errors import SettingsError

STAGE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
LATENCY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
BATCH_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
MAX_SOURCES = 1_000


@dataclass(frozen=True, slots=True)
class SourceClock:
    """The event time of the newest article of each source, for at most MAX_SOURCES sources; the rest share `other`."""

    gauge: Gauge
    seen: dict[str, int]

    def saw(self, source: str, timestamp_seconds: int) -> None:
        label = source if source in self.seen or len(self.seen) < MAX_SOURCES else "other"
        if timestamp_seconds > self.seen.get(label, -(2**62)):
            self.seen[label] = timestamp_seconds
            self.gauge.labels(source=label).set(timestamp_seconds)


def _source_clock(registry: CollectorRegistry) -> SourceClock:
    gauge = Gauge(
        "khabar_source_last_article_timestamp_seconds",
        "Event time of the newest article of a source",
        ["source"],
        registry=registry,
    )
    return SourceClock(gauge, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerMetrics:
    """What `khabar publish` exposes."""

    articles: Counter
    dead_letters: Counter
    delivery_seconds: Histogram
    queue_messages: Gauge
    queue_bytes: Gauge
    sources: SourceClock

    @classmethod
    def create(cls, registry: CollectorRegistry) -> Self:
        return cls(
            articles=Counter(
                "khabar_producer_articles_total",
                "Articles read, by outcome: published, duplicate, refused, failed",
                ["outcome"],
                registry=registry,
            ),
            dead_letters=Counter(
                "khabar_dead_letters_total", "Dead letters written", ["stage", "error"], registry=registry
            ),
            delivery_seconds=Histogram(
                "khabar_producer_delivery_seconds",
                "From handing an article to the client until the broker confirmed it",
                buckets=LATENCY_BUCKETS,
                registry=registry,
            ),
            queue_messages=Gauge(
                "khabar_producer_queue_messages", "Messages waiting for their confirmation", registry=registry
            ),
            queue_bytes=Gauge(
                "khabar_producer_queue_bytes", "Bytes of the messages waiting for their confirmation", registry=registry
            ),
            sources=_source_clock(registry),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerMetrics:
    """What `khabar process` exposes."""

    articles: Counter
    takebacks: Counter
    copies: Counter
    languages: Counter
    crowded: Counter
    late: Counter
    dead_letters: Counter
    stage_seconds: Histogram
    batch_messages: Histogram
    end_to_end_seconds: Histogram
    lag_messages: Gauge
    table_rows: Gauge
    waiting_messages: Gauge
    waiting_bytes: Gauge
    in_flight_bytes: Gauge
    refetches: Counter
    retention_lost: Counter
    sources: SourceClock

    @classmethod
    def create(cls, registry: CollectorRegistry) -> Self:
        return cls(
            articles=Counter(
                "khabar_articles_total",
                "Articles by outcome, each counted once: original, copy, part, repeat, dead_letter",
                ["outcome"],
                registry=registry,
            ),
            takebacks=Counter(
                "khabar_takebacks_total", "Originals found to be copies after they had been counted", registry=registry
            ),
            copies=Counter("khabar_copy_edges_total", "Pairs found, by kind of copy", ["kind"], registry=registry),
            languages=Counter(
                "khabar_coded_articles_total",
                "Articles coded, embedded ones among them, by language: ar and en have events; und and other only actors",
                ["language"],
                registry=registry,
            ),
            crowded=Counter(
                "khabar_crowded_keys_total",
                "Min-keys shared by so many articles that only the newest were compared",
                registry=registry,
            ),
            late=Counter(
                "khabar_late_fingerprints_total",
                "Fingerprints behind the watermark by more than the lateness: copies that came before them may be missed",
                registry=registry,
            ),
            dead_letters=Counter(
                "khabar_dead_letters_total", "Dead letters written", ["stage", "error"], registry=registry
            ),
            stage_seconds=Histogram(
                "khabar_stage_seconds",
                "Time of one batch in a stage, by part: step (deciding), publish, write",
                ["stage", "part"],
                buckets=STAGE_BUCKETS,
                registry=registry,
            ),
            batch_messages=Histogram(
                "khabar_stage_batch_messages",
                "Messages in a batch",
                ["stage"],
                buckets=BATCH_BUCKETS,
                registry=registry,
            ),
            end_to_end_seconds=Histogram(
                "khabar_end_to_end_seconds",
                "From publishing an article until its change stands in a table or an index (oldest article of a batch)",
                ["to"],
                buckets=LATENCY_BUCKETS,
                registry=registry,
            ),
            lag_messages=Gauge(
                "khabar_consumer_lag_messages",
                "Messages not yet applied, of the partitions this process owns",
                ["topic", "partition"],
                registry=registry,
            ),
            table_rows=Gauge(
                "khabar_table_rows", "Rows in a table's partition", ["stage", "partition"], registry=registry
            ),
            waiting_messages=Gauge(
                "khabar_worker_waiting_messages",
                "Messages delivered to a stage and not yet in a batch",
                ["stage"],
                registry=registry,
            ),
            waiting_bytes=Gauge(
                "khabar_worker_waiting_bytes",
                "Bytes of the messages delivered to a stage and not yet in a batch",
                ["stage"],
                registry=registry,
            ),
            in_flight_bytes=Gauge(
                "khabar_worker_in_flight_bytes",
                "Bytes of outputs and rows that the broker has not yet acknowledged",
                ["stage"],
                registry=registry,
            ),
            refetches=Counter(
                "khabar_refetches_total", "Gaps above the marker that were read again", ["stage"], registry=registry
            ),
            retention_lost=Counter(
                "khabar_retention_lost_messages_total",
                "Messages that retention removed before they were processed",
                ["stage"],
                registry=registry,
            ),
            sources=_source_clock(registry),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkMetrics:
    """What `khabar sink …` exposes."""

    documents: Counter
    dead_letters: Counter
    batch_documents: Histogram
    write_seconds: Histogram
    end_to_end_seconds: Histogram
    lag_messages: Gauge
    retries: Counter
    queued_messages: Gauge
    queued_bytes: Gauge
    in_flight_messages: Gauge
    in_flight_bytes: Gauge
    sources: SourceClock

    @classmethod
    def create(cls, registry: CollectorRegistry) -> Self:
        return cls(
            documents=Counter(
                "khabar_sink_documents_total",
                "Documents settled, by kind (article, count) and outcome (written, stale, dead_letter)",
                ["kind", "outcome"],
                registry=registry,
            ),
            dead_letters=Counter(
                "khabar_dead_letters_total", "Dead letters written", ["stage", "error"], registry=registry
            ),
            batch_documents=Histogram(
                "khabar_sink_batch_documents", "Documents in a bulk", buckets=BATCH_BUCKETS, registry=registry
            ),
            write_seconds=Histogram(
                "khabar_sink_write_seconds",
                "Time of one bulk until every item is settled",
                buckets=STAGE_BUCKETS,
                registry=registry,
            ),
            end_to_end_seconds=Histogram(
                "khabar_end_to_end_seconds",
                "From publishing an article until its change stands in a table or an index (oldest article of a batch)",
                ["to"],
                buckets=LATENCY_BUCKETS,
                registry=registry,
            ),
            lag_messages=Gauge(
                "khabar_consumer_lag_messages",
                "Messages not yet applied, of the partitions this process owns",
                ["topic", "partition"],
                registry=registry,
            ),
            retries=Counter("khabar_sink_retries_total", "Bulks or items tried again", ["reason"], registry=registry),
            queued_messages=Gauge(
                "khabar_sink_queued_messages", "Messages fetched and not yet gathered for a bulk", registry=registry
            ),
            queued_bytes=Gauge(
                "khabar_sink_queued_bytes", "Bytes of messages fetched and not yet gathered", registry=registry
            ),
            in_flight_messages=Gauge(
                "khabar_sink_in_flight_messages", "Messages gathered for a bulk or being written", registry=registry
            ),
            in_flight_bytes=Gauge(
                "khabar_sink_in_flight_bytes", "Bytes of messages gathered or being written", registry=registry
            ),
            sources=_source_clock(registry),
        )


@contextmanager
def served(registry: CollectorRegistry, *, port: int | None, host: str) -> Iterator[str | None]:
    """Serve `registry` over HTTP while the block runs; gives the address, or None where no port was asked for.

    Raises SettingsError where the port cannot be had.
    """
    if port is None:
        yield None
        return
    try:
        server, thread = start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        raise SettingsError(
            f"--metrics-port {port}: cannot listen on {host}: {error.strerror}; another port, or 0 for any free one"
        ) from None
    try:
        yield f"http://{host}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
