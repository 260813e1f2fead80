"""`khabar audit`: do the tables of a live system say what its articles come to?"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from khabar.cli.options import brokers_option, elasticsearch_option, generation_option, resolve
from khabar.cli.progress import Progress
from khabar.cli.stopping import Stop
from khabar.cli.tables import print_table

if TYPE_CHECKING:
    from khabar.cli.audit_compare import Difference
    from khabar.cli.audit_run import Plan, Report, Took

EXIT_DIFFERENT = 1


class _Moment(click.ParamType):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            if len(value) == len("2024-01-31"):
                return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 2024-01-31 (midnight UTC) or 2024-01-31T12:00:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no zone; write {value}Z for UTC, or {value}+03:00", param, ctx)
        return moment.astimezone(UTC)


@click.command()
@brokers_option
@generation_option
@elasticsearch_option
@click.option("--no-index", is_flag=True, help="Compare the topics only.")
@click.option("--from", "since", type=_Moment(), metavar="TIME", help="Only articles of this event time and later.")
@click.option("--to", "until", type=_Moment(), metavar="TIME", help="Only articles of before this event time.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long, all in all, for stages and sink to catch up.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Print so many differences of each cause and reason.",
)
@click.option(
    "--directory",
    type=click.Path(file_okay=False, exists=True, writable=True, path_type=Path),
    help="Where the temporary files go, about as large as the articles. Default: the system's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def audit(
    brokers: str | None,
    generation: int | None,
    elasticsearch: str | None,
    no_index: bool,
    since: datetime | None,
    until: datetime | None,
    patience: float,
    limit: int,
    directory: Path | None,
    as_json: bool,
) -> None:
    """Check a live system: recompute from the topic `articles` and compare with the tables.

    Reads `articles` through the local engine, and compares the result with resolved-articles, actor-counts and the indices.
    Runs beside workers and sinks and changes nothing. Window and lateness are those the generation was made with.

    A date is midnight UTC, any other time needs its zone. --from is the first moment, --to the one after the last. Of counts
    only the hours wholly inside are compared.

    \b
    Examples:
      khabar audit
      khabar audit --no-index --json | jq .differences
      khabar audit --from 2025-03-01 --to 2025-03-08 --directory /var/tmp
      khabar audit --generation 2 --elasticsearch http://search:9200 --patience 300

    \b
    Exit code: 0 no difference, 1 differences, 2 wrong usage, 3 a server does not answer, 4 the generation was made by other
    rules, or topics or indices are missing, 130 or 143 stopped.
    """
    from khabar.cli.audit_kafka import Stopped
    from khabar.cli.audit_run import Plan

    if since is not None and until is not None and since >= until:
        raise click.UsageError("--from has to be before --to")
    plan = Plan(
        settings=resolve(brokers=brokers, generation=generation, elasticsearch=elasticsearch),
        since=since,
        until=until,
        index=not no_index,
        patience_seconds=patience,
        limit=limit,
    )
    for name in ("khabar.kafka", "elastic_transport"):  # who does not answer is said once, by the error
        logging.getLogger(name).setLevel(logging.CRITICAL)
    stop = Stop()
    try:
        with stop.listening():
            report = run_audit(plan, directory=directory, stop=stop)
    except Stopped:
        click.echo("stopped; nothing was compared to the end", err=True)
        sys.exit(stop.exit_code)
    if as_json:
        click.echo(orjson.dumps(as_object(report)))
    else:
        _print(report)
    if report.differs:
        sys.exit(EXIT_DIFFERENT)


def run_audit(plan: Plan, *, directory: Path | None, stop: Stop) -> Report:
    """One audit, its temporary files deleted whatever happens.

    Raises Stopped, DependencyUnavailable, ContractViolation, SettingsError.
    """
    from khabar.cli.audit_kafka import Broker
    from khabar.cli.audit_run import Audit, open_tables
    from sinks.index_tables import IndexTables

    with tempfile.TemporaryDirectory(prefix="khabar-audit-", dir=directory) as folder:
        index = IndexTables(plan.settings, stop=stop.requested) if plan.index else None
        with closing(open_tables(Path(folder))) as tables, closing(index) if index is not None else nullcontext():
            return Audit(
                plan,
                tables,
                broker=Broker(plan.settings, stop=stop.requested),
                index=index,
                say=lambda text: click.echo(text, err=True),
                progress=_progress,
                stop=stop.requested,
            ).run()


@contextmanager
def _progress(verb: str, total: int, unit: str) -> Iterator[Took]:
    progress = Progress(verb, total, unit=unit)
    with progress.shown():
        yield progress.took


def as_object(report: Report) -> dict[str, Any]:
    """What --json prints."""
    findings = report.findings
    aside, in_tables, unreadable = report.letters
    return {
        "generation": report.generation,
        "window_hours": report.window_hours,
        "lateness_hours": report.lateness_hours,
        "from": report.since,
        "to": report.until,
        "known_from": report.known_from,
        "articles": {
            "read": report.articles_read,
            "before_range": report.articles_skipped,
            "refused": report.articles_refused,
        },
        "compared": dict(report.compared),
        "differences": findings.differences.total(),
        "by_cause": [
            {"cause": cause, "because": because, "number": number}
            for (cause, because), number in findings.differences.most_common()
        ],
        "samples": [_difference(one) for one in findings.samples],
        "set_aside": {
            "articles": aside,
            "differences": findings.aside.total(),
            "samples": [_difference(one) for one in findings.aside_samples],
        },
        "letters_of_what_is_in_the_tables": in_tables,
        "unreadable_letters": unreadable,
        "unsettled": findings.unsettled,
        "lag": [
            {"stage": stage, "partition": partition, "messages": lag}
            for (stage, partition), lag in sorted(report.lags.stages.items())
        ],
        "sink_lag": [
            {"topic": topic, "partition": partition, "messages": lag}
            for (topic, partition), lag in sorted(report.lags.sink.items())
        ],
        "rounds": report.rounds,
        "seconds": round(report.seconds, 3),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "because": one.reason.because,
        "kind": one.kind,
        "key": one.key,
        "fields": one.fields,
        "expected": one.expected,
        "found": one.found,
        "detail": one.reason.detail,
    }


def _print(report: Report) -> None:
    findings, compared = report.findings, report.compared
    aside, in_tables, unreadable = report.letters
    rows = [
        ("generation", f"{report.generation}, window {report.window_hours} h, lateness {report.lateness_hours} h"),
        ("articles read", f"{report.articles_read:,}"),
        ("before the range", f"{report.articles_skipped:,}"),
        ("refused", f"{report.articles_refused:,}"),
        ("articles compared", f"{compared['articles']:,}, {compared['topic_articles']:,} in the topic"),
        ("counts compared", f"{compared['counts']:,}, {compared['topic_counts']:,} in the topic"),
        ("documents compared", f"{compared['indexed_articles']:,} articles, {compared['indexed_counts']:,} counts"),
        ("set aside, by dead letters", f"{aside:,} articles; {findings.aside.total():,} differences"),
        ("dead letters of what is there all the same", f"{in_tables:,}"),
        ("dead letters that cannot be read", f"{unreadable:,}"),
        ("still coming in", f"{findings.unsettled:,}"),
        ("differences", f"{findings.differences.total():,}"),
        ("seconds", f"{report.seconds:.1f}"),
    ]
    needless = ("0", "0 articles; 0 differences", "0 articles, 0 counts")
    print_table(("", ""), [row for row in rows if row[0] == "differences" or row[1] not in needless])
    if report.known_from is not None:
        click.echo(
            f"retention has taken the beginning of `articles`: of what is older than {report.known_from:%Y-%m-%d %H:%M}Z "
            "neither copies nor counts were compared, nor articles that are no longer there"
        )
    if findings.aside_samples:
        click.echo()
        _print_samples(findings.aside_samples)
    if findings.differences:
        click.echo()
        print_table(
            ("difference", "because", "number"),
            [(cause, because, f"{number:,}") for (cause, because), number in findings.differences.most_common()],
        )
        click.echo()
        _print_samples(findings.samples)


def _print_samples(samples: list[Difference]) -> None:
    for one in samples:
        sides = f"expected {one.expected or 'nothing'}, found {one.found or 'nothing'}"
        fields = f" ({', '.join(one.fields)})" if one.fields else ""
        reason = one.reason.detail or one.reason.because
        click.echo(f"{one.cause} {one.kind} {_printable(one.key)}{fields}: {sides}; {reason}")


def _printable(text: str) -> str:
    """Control characters made visible: what came from outside must not steer the terminal."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
