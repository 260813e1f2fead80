"""`khabar sink`: results from the topics into Elasticsearch or SQLite."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from khabar.cli.options import brokers_option, elasticsearch_option, generation_option, metrics_options, resolve

if TYPE_CHECKING:
    from khabar.metrics import SinkMetrics
    from khabar.settings import Settings
    from sinks.consumer import Limits, Totals
    from sinks.writer import Writer

F = TypeVar("F", bound=Callable[..., Any])
MEGABYTE = 1024 * 1024
INTERRUPTED = 130


def _batch_options(command: F) -> F:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON when it ends."),
        click.option(
            "--until-idle",
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            help="Stop when caught up and nothing came for so long. Default: run until stopped.",
        ),
        click.option(
            "--batch-seconds",
            type=click.FloatRange(min=0),
            default=0.5,
            show_default=True,
            help="Write after so long at the latest.",
        ),
        click.option(
            "--batch-megabytes",
            type=click.FloatRange(min=0.001),
            default=5.0,
            show_default=True,
            help="Size of a batch.",
        ),
        click.option(
            "--batch-documents", type=click.IntRange(min=1), default=1_000, show_default=True, help="Size of a batch."
        ),
    ):
        command = option(command)
    return command


@click.group()
def sink() -> None:
    """Write results to Elasticsearch or SQLite.

    \b
    Examples:
      khabar sink elasticsearch
      khabar sink sqlite --store news.db --until-idle 5
    """


@sink.command()
@brokers_option
@generation_option
@elasticsearch_option
@click.option(
    "--promote", is_flag=True, help="Let the aliases khabar-articles and khabar-actor-counts show this generation."
)
@_batch_options
@metrics_options
def elasticsearch(
    brokers: str | None,
    generation: int | None,
    elasticsearch: str | None,
    promote: bool,
    batch_documents: int,
    batch_megabytes: float,
    batch_seconds: float,
    until_idle: float | None,
    as_json: bool,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    """Write articles and actor counts to Elasticsearch, until Ctrl-C or SIGTERM.

    Creates index templates, the indices khabar-g{N}-articles and khabar-g{N}-actor-counts, and the aliases
    khabar-articles and khabar-actor-counts for readers. Start several to share the work. Waits while Elasticsearch does
    not answer. What it refuses goes to dead-letters.

    \b
    Examples:
      khabar sink elasticsearch
      khabar sink elasticsearch --generation 2 --promote
      KHABAR_ELASTICSEARCH_API_KEY_FILE=key khabar sink elasticsearch --elasticsearch https://search:9200
      khabar sink elasticsearch --until-idle 5 --json
    """
    from sinks.consumer import Limits
    from sinks.elasticsearch import ElasticsearchWriter

    settings = resolve(brokers=brokers, generation=generation, elasticsearch=elasticsearch)
    limits = Limits(documents=batch_documents, bytes=int(batch_megabytes * MEGABYTE), seconds=batch_seconds)

    def writer(abandon: threading.Event, metrics: SinkMetrics) -> Writer:
        return ElasticsearchWriter(
            settings,
            abandon=abandon,
            retried=lambda reason: metrics.retries.labels(reason=reason).inc(),
            promote=promote,
            max_bulk_documents=limits.documents,
            max_bulk_bytes=limits.bytes,
        )

    _run(settings, writer, limits, until_idle, as_json, metrics_port, metrics_host)


@sink.command()
@click.option(
    "--store", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file; created where missing."
)
@brokers_option
@generation_option
@_batch_options
@metrics_options
def sqlite(
    store: Path,
    brokers: str | None,
    generation: int | None,
    batch_documents: int,
    batch_megabytes: float,
    batch_seconds: float,
    until_idle: float | None,
    as_json: bool,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    """Write articles and actor counts to an SQLite file, until Ctrl-C or SIGTERM.

    The file itself remembers how far it has got: start the command again, and it goes on there. One process a file.
    `khabar export` and any SQLite client may read it meanwhile.

    \b
    Examples:
      khabar sink sqlite --store news.db
      khabar sink sqlite --store news.db --until-idle 5 --json
    """
    from sinks.consumer import Limits
    from sinks.sqlite_writer import SqliteWriter

    settings = resolve(brokers=brokers, generation=generation)
    limits = Limits(documents=batch_documents, bytes=int(batch_megabytes * MEGABYTE), seconds=batch_seconds)

    def writer(abandon: threading.Event, metrics: SinkMetrics) -> Writer:
        return SqliteWriter(
            store,
            generation=settings.generation,
            abandon=abandon,
            retried=lambda reason: metrics.retries.labels(reason=reason).inc(),
        )

    _run(settings, writer, limits, until_idle, as_json, metrics_port, metrics_host)


def _run(
    settings: Settings,
    make_writer: Callable[[threading.Event, SinkMetrics], Writer],
    limits: Limits,
    until_idle: float | None,
    as_json: bool,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    from prometheus_client import CollectorRegistry

    from khabar.metrics import SinkMetrics, served
    from sinks.consumer import Sink

    registry = CollectorRegistry()
    metrics = SinkMetrics.create(registry)
    stop, abandon = threading.Event(), threading.Event()
    signals: list[int] = []

    def asked_to_stop(number: int, _frame: FrameType | None) -> None:
        # The first asks; a second, of somebody who will not wait for the batch in flight, insists.
        signals.append(number)
        stop.set()
        if len(signals) > 1:
            abandon.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked_to_stop)
    writer = make_writer(abandon, metrics)
    with served(registry, port=metrics_port, host=metrics_host) as address:
        if address:
            click.echo(f"metrics at {address}", err=True)
        click.echo(
            f"sink {writer.name}: generation {settings.generation}, {settings.brokers}; Ctrl-C stops it", err=True
        )
        totals = Sink(
            settings,
            writer,
            metrics=metrics,
            stop=stop,
            abandon=abandon,
            limits=limits,
            until_idle_seconds=until_idle,
        ).run()
    _report(totals, as_json)
    if signals and signals[0] == signal.SIGINT:
        sys.exit(INTERRUPTED)


def _report(totals: Totals, as_json: bool) -> None:
    if as_json:
        import orjson

        document = {
            "written": {"article": 0, "count": 0, **totals.written},
            "stale": {"article": 0, "count": 0, **totals.stale},
            "dead_letters": totals.dead_letters,
        }
        click.echo(orjson.dumps(document).decode())
        return
    click.echo(
        f"written: {totals.written['article']:,} articles, {totals.written['count']:,} counts; "
        f"already newer: {totals.stale.total():,}; dead letters: {totals.dead_letters:,}",
        err=True,
    )
