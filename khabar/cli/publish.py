"""`khabar publish`: articles to the topic `articles`."""

from __future__ import annotations

import dataclasses
import logging
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from khabar.cli.inputs import check_paths, input_options, parsed_fields
from khabar.cli.options import brokers_option, metrics_options, resolve
from khabar.cli.progress import Progress
from khabar.cli.stopping import Stop
from khabar.cli.tables import print_table
from khabar.errors import InvalidRecord, SettingsError

if TYPE_CHECKING:
    from producers.publisher import Summary

EXIT_FAILED = 1
EXIT_REFUSED = 5
STOP_WAIT_SECONDS = 10.0
IDLE_SECONDS = 0.2


@click.group()
def publish() -> None:
    """Publish articles to Kafka."""


@publish.command()
@input_options
@click.option("--dry-run", is_flag=True, help="Read and check everything, send nothing; needs no Kafka.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N articles a second.")
@click.option("--follow", is_flag=True, help="Go on with one JSON Lines file as it grows, like tail -F, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@metrics_options
@brokers_option
def files(
    paths: tuple[str, ...],
    source: str | None,
    language: str | None,
    fields: tuple[str, ...],
    dry_run: bool,
    rate: float | None,
    follow: bool,
    as_json: bool,
    metrics_port: int | None,
    metrics_host: str,
    brokers: str | None,
) -> None:
    """Publish articles from files, folders and standard input ("-", JSON Lines).

    \b
    .txt .md (or no suffix)   the text of one article
    .html .htm                the page of one article
    .json                     one article, an array, or an array under "articles"
    .jsonl .ndjson            one article a line
    each also with .gz, .xz or .zst; folders are read with all below them

    Articles are JSON objects with text (or html) and, if known, source, url, title, language, published_at, fetched_at,
    external_id, byline, section; docs/records.md lists the other names these may have. What is no article goes to the
    topic dead-letters with its reason, and the rest goes on. Publishing the same articles again is harmless. An article
    without any date takes the time of its file, or now where there is none: give dates, or the same text read again much
    later is another article.

    \b
    khabar publish files articles.jsonl
    khabar publish files archive/ --source "Al Akhbar" --language ar
    zcat feed.jsonl.gz | khabar publish files - --field text=story
    khabar publish files crawl.jsonl --dry-run
    khabar publish files live.jsonl --follow --metrics-port 9101

    \b
    Exit code: 0 all went through, 1 some could not be delivered, 2 wrong usage, 3 Kafka does not answer,
    4 a topic is missing, 5 some input was refused, 130 or 143 stopped by Ctrl-C or SIGTERM.
    """
    from producers.articles import rules as rules_for
    from producers.files import read, read_growing
    from producers.publisher import Pace, Publisher, Rehearsal, Tally, check_topics
    from producers.publisher import publish as publish_all
    from producers.reading import STDIN, bytes_below
    from producers.waiting import Stopped, open_pipe

    if follow:
        _check_followed(paths)
    else:
        check_paths(paths)
    try:
        rules = rules_for(source=source, language=language, fields=parsed_fields(fields))
    except InvalidRecord as error:
        raise SettingsError(str(error)) from None
    settings = resolve(brokers=brokers)
    logging.getLogger("khabar.kafka").setLevel(logging.CRITICAL)  # the publisher says it, once
    if not dry_run:
        check_topics(settings)

    stop = Stop()
    tally = Tally()
    progress = Progress("publishing", None if follow else bytes_below(paths))
    started = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(stop.listening())
        metrics = _metrics(stack, metrics_port, metrics_host)
        publisher = (
            None
            if dry_run
            else Publisher(settings, tally, rules=rules, clock=_now, stopped=stop.requested, metrics=metrics)
        )
        outlet = publisher or Rehearsal(tally, sleep=time.sleep)

        def wait() -> None:
            if stop.requested():
                raise Stopped
            outlet.idle(IDLE_SECONDS)

        if follow:
            outcomes = read_growing(paths[0], rules=rules, clock=_now, progress=progress.took, wait=wait)
        else:
            stdin = open_pipe(sys.stdin.fileno(), wait) if STDIN in paths else None
            outcomes = read(paths, rules=rules, clock=_now, progress=progress.took, stdin=stdin)
        with progress.shown():
            publish_all(
                outcomes,
                outlet,
                tally,
                seconds=time.monotonic,
                pace=None if rate is None else Pace(rate),
                stopped=stop.requested,
                duplicate=metrics.articles.labels(outcome="duplicate").inc if metrics else _nothing,
            )
            if publisher is not None:
                publisher.drain(lambda: stop.may_wait(STOP_WAIT_SECONDS))
        unconfirmed = publisher.unconfirmed if publisher is not None else 0
        summary = tally.summary(unconfirmed=unconfirmed)
        if publisher is not None and unconfirmed:
            publisher.abandon()
    seconds = time.monotonic() - started
    (_print_json if as_json else _print_summary)(summary, seconds, dry_run=dry_run)
    if stop.requested():
        sys.exit(stop.exit_code)
    if summary.failed or summary.unconfirmed:
        sys.exit(EXIT_FAILED)
    if summary.refused:
        sys.exit(EXIT_REFUSED)


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing() -> None:
    pass


def _metrics(stack: ExitStack, port: int | None, host: str) -> Any:
    if port is None:
        return None
    from prometheus_client import CollectorRegistry

    from khabar.metrics import ProducerMetrics, served

    registry = CollectorRegistry()
    metrics = ProducerMetrics.create(registry)
    address = stack.enter_context(served(registry, port=port, host=host))
    click.echo(f"metrics at {address}", err=True)
    return metrics


def _check_followed(paths: Sequence[str]) -> None:
    from producers.reading import Format, input_file

    if len(paths) != 1 or paths[0] == "-" or Path(paths[0]).is_dir():
        raise click.UsageError("--follow takes exactly one file")
    if input_file(paths[0]).format is not Format.LINES or input_file(paths[0]).compression:
        raise click.UsageError("--follow needs a plain .jsonl or .ndjson file")


def _rate(summary: Summary, seconds: float) -> float:
    return round(summary.published / seconds, 1) if seconds > 0 else 0.0


def _print_json(summary: Summary, seconds: float, *, dry_run: bool) -> None:
    document = dataclasses.asdict(summary) | {
        "seconds": round(seconds, 3),
        "articles_per_second": _rate(summary, seconds),
        "dry_run": dry_run,
    }
    click.echo(orjson.dumps(document))


def _print_summary(summary: Summary, seconds: float, *, dry_run: bool) -> None:
    refused = sum(summary.refused.values())
    rows = [
        ("could be published" if dry_run else "published", f"{summary.published:,}"),
        ("duplicates in the input", f"{summary.duplicates:,}"),
        ("refused", f"{refused:,}"),
    ]
    if summary.failed:
        rows.append(("not delivered", f"{summary.failed:,} ({summary.failure})"))
    if summary.unconfirmed:
        rows.append(("not confirmed before the stop", f"{summary.unconfirmed:,}"))
    rows += [
        ("bytes", f"{summary.published_bytes:,}"),
        ("seconds", f"{seconds:.1f}"),
        ("articles/s", f"{_rate(summary, seconds):,}"),
    ]
    reasons = [(reason, f"{count:,}", summary.examples[reason]) for reason, count in summary.refused.items()]
    print_table(("", ""), rows)
    if reasons:
        print_table(("refused because", "number", "first"), reasons)
