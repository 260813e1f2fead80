"""`khabar publish`: articles to the topic `articles`."""

from __future__ import annotations

import dataclasses
import logging
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from khabar.cli.options import brokers_option, metrics_options, resolve
from khabar.errors import InvalidRecord, SettingsError

if TYPE_CHECKING:
    from producers.publisher import Summary

EXIT_FAILED = 1
EXIT_REFUSED = 5
STOP_WAIT_SECONDS = 10.0
IDLE_SECONDS = 0.2
REPORT_EVERY_SECONDS = 10.0


class Stop:
    """Whether SIGINT or SIGTERM came, and when. A second one ends the process at once."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.at_seconds = 0.0

    @contextmanager
    def listening(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: object) -> None:
        if self.signal is not None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.signal = number
        self.at_seconds = time.monotonic()

    def requested(self) -> bool:
        return self.signal is not None

    def may_wait(self) -> bool:
        return self.signal is None or time.monotonic() - self.at_seconds < STOP_WAIT_SECONDS


class Progress:
    """How far the reading has got: a bar on a terminal, a line every ten seconds elsewhere. All on stderr."""

    def __init__(self, total_bytes: int | None) -> None:
        self._total = total_bytes
        self._taken = 0
        self._said_at = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        known = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        columns = known if self._total else (SpinnerColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(
            TextColumn("publishing"), *columns, console=Console(stderr=True), transient=True, refresh_per_second=5
        ) as self._bar:
            self._task = self._bar.add_task("publishing", total=self._total)
            yield
        self._bar = None

    def took(self, size: int) -> None:
        self._taken += size
        if self._bar is not None:
            self._bar.advance(self._task, size)
        elif time.monotonic() - self._said_at >= REPORT_EVERY_SECONDS:
            self._said_at = time.monotonic()
            share = f" of {self._total:,}" if self._total else ""
            click.echo(f"read {self._taken:,}{share} bytes", err=True)


@click.group()
def publish() -> None:
    """Publish articles to Kafka."""


@publish.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--source", metavar="NAME", help="Source of articles that name none. Default: the URL's host, the folder."
)
@click.option("--language", metavar="CODE", help="Language of articles that name none, e.g. ar. Default: und.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="TARGET=NAME",
    help="In this input, TARGET (text, title, published_at, …) is called NAME. Repeatable.",
)
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
    topic dead-letters with its reason, and the rest goes on. Publishing the same articles again is harmless; an article
    without any date takes the time of its file, or now where there is none.

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
    from producers.reading import STDIN, Format, bytes_below, input_file
    from producers.waiting import Stopped, open_pipe

    _check_paths(paths, follow=follow)
    if follow and (input_file(paths[0]).format is not Format.LINES or input_file(paths[0]).compression):
        raise click.UsageError("--follow needs a plain .jsonl or .ndjson file")
    try:
        rules = rules_for(source=source, language=language, fields=_parsed_fields(fields))
    except InvalidRecord as error:
        raise SettingsError(str(error)) from None
    settings = resolve(brokers=brokers)
    logging.getLogger("khabar.kafka").setLevel(logging.CRITICAL)  # the publisher says it, once
    if not dry_run:
        check_topics(settings)

    stop = Stop()
    tally = Tally()
    progress = Progress(None if follow else bytes_below(paths))
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
                publisher.drain(stop.may_wait)
        unconfirmed = publisher.unconfirmed if publisher is not None else 0
        summary = tally.summary(unconfirmed=unconfirmed)
        if publisher is not None and unconfirmed:
            publisher.abandon()
    seconds = time.monotonic() - started
    (_print_json if as_json else _print_summary)(summary, seconds, dry_run=dry_run)
    if stop.signal is not None:
        sys.exit(128 + stop.signal)
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
    try:
        address = stack.enter_context(served(registry, port=port, host=host))
    except OSError as error:
        raise SettingsError(f"metrics cannot be served on {host}:{port} (--metrics-port): {error.strerror}") from None
    click.echo(f"metrics at {address}", err=True)
    return metrics


def _check_paths(paths: Sequence[str], *, follow: bool) -> None:
    """What is not there at all is a slip of the pen, to be told before anything is sent."""
    if follow:
        if len(paths) != 1 or paths[0] == "-" or Path(paths[0]).is_dir():
            raise click.UsageError("--follow takes exactly one file")
        return
    if paths.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise click.UsageError(f"there is no file or folder {path}")


def _parsed_fields(given: Sequence[str]) -> dict[str, str]:
    fields = {}
    for item in given:
        target, equals, name = item.partition("=")
        if not equals or not target or not name:
            raise click.UsageError(f"--field {item}: write TARGET=NAME, for example --field text=story")
        fields[target] = name
    return fields


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
    _table(("", ""), rows)
    if reasons:
        _table(("refused because", "number", "first"), reasons)


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headings, show_header=any(headings), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
