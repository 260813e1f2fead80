"""`khabar dead-letters`: what could not be processed, and another chance for it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click
import orjson

from khabar.cli.options import brokers_option, resolve
from khabar.errors import InvalidRecord

if TYPE_CHECKING:
    from khabar.dead_letter_admin import Position, Refusal, Resend, RetryReport, Selection, StoredLetter
    from khabar.settings import Settings

EXIT_LEFT = 5
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SHOWN_MESSAGE_CHARACTERS = 100
WRAPPED = {"from": 14, "message": 24}
"""Columns that may take several lines, with the least width in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A letter in the list, without its bytes. `times`: so many letters have this one cause."""

    at: str
    time: datetime
    stage: str
    error: str
    topic: str
    partition: int
    offset: int
    origin: str
    size_bytes: int
    message: str
    times: int = 1

    @property
    def came_from(self) -> str:
        return f"{self.topic} {self.partition}:{self.offset}" if self.topic else self.origin


@click.group("dead-letters")
def dead_letters() -> None:
    """List, show and retry what could not be processed."""
    logging.getLogger("khabar.kafka").setLevel(logging.CRITICAL)  # errors come as exceptions


@dead_letters.command("list")
@click.option("--stage", help="Only of this stage, e.g. publish, extraction.")
@click.option("--error", help="Only with this reason, e.g. invalid_json.")
@click.option("--since", metavar="TIME", help="Only since then: 30m, 2h, 7d, or a date (UTC).")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@brokers_option
def list_letters(
    stage: str | None, error: str | None, since: str | None, limit: int, as_json: bool, brokers: str | None
) -> None:
    """List dead letters, oldest first. Letters with one and the same cause are one line.

    \b
    khabar dead-letters list
    khabar dead-letters list --stage publish --since 2h
    khabar dead-letters list --error invalid_json --json
    """
    from khabar.dead_letter_admin import cause, stored_letters

    wanted = _selection(stage, error, since)
    lines: dict[tuple[str | int, ...], Line] = {}
    for stored in stored_letters(resolve(brokers=brokers)):
        if wanted.covers(stored.letter):
            before = lines.get(cause(stored))
            lines[cause(stored)] = _line(stored) if before is None else replace(before, times=before.times + 1)
    shown = sorted(lines.values(), key=lambda line: line.time)[-limit:]
    if as_json:
        for line in shown:
            click.echo(orjson.dumps(asdict(line)))
        return
    _print_lines(shown)
    more = f", the newest {limit} shown" if len(lines) > limit else ""
    click.echo(f"{len(lines):,} dead letters{more}", err=True)


@dead_letters.command()
@click.argument("at", metavar="PARTITION:OFFSET")
@click.option("--raw", is_flag=True, help="Only the original bytes, as they are.")
@brokers_option
def show(at: str, raw: bool, brokers: str | None) -> None:
    """Show one dead letter: why, where from, and the original bytes.

    \b
    khabar dead-letters show 0:17
    khabar dead-letters show 0:17 --raw > input.bin
    """
    from khabar.dead_letter_admin import letter_at

    stored = letter_at(resolve(brokers=brokers), _position(at))
    letter = stored.letter
    if raw:
        sys.stdout.buffer.write(letter.value)
        sys.stdout.buffer.flush()
        return
    rows = [
        ("stage", letter.stage),
        ("error", letter.error),
        ("message", letter.message),
        ("time", _time(letter.time)),
        ("topic", f"{letter.topic} partition {letter.partition} offset {letter.offset}" if letter.topic else ""),
        ("origin", letter.origin),
        ("key", "" if letter.key is None else letter.key.decode("utf-8", "backslashreplace")),
        ("size", f"{len(letter.value):,} bytes"),
    ]
    for name, value in rows:
        if value:
            click.echo(f"{name:8} {_printable(value)}")
    click.echo()
    click.echo(_printable(letter.value.decode("utf-8", "backslashreplace"), keep="\n\t"))


@dead_letters.command()
@click.argument("at", nargs=-1, metavar="[PARTITION:OFFSET]…")
@click.option("--all", "every", is_flag=True, help="All letters.")
@click.option("--stage", help="All of this stage.")
@click.option("--error", help="All with this reason.")
@click.option("--since", metavar="TIME", help="All since then: 30m, 2h, 7d, or a date (UTC).")
@click.option("--dry-run", is_flag=True, help="Decide, and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@brokers_option
def retry(
    at: tuple[str, ...],
    every: bool,
    stage: str | None,
    error: str | None,
    since: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    brokers: str | None,
) -> None:
    """Send the original bytes of dead letters again.

    What a stage or a sink could not process goes back to the topic and partition it came from; what `khabar publish`
    refused is read again and published if it now passes. The letters stay where they are; sending one twice is harmless.
    Not sent is what a newer revision has replaced, and what only part of was kept.

    \b
    khabar dead-letters retry 0:17 2:4
    khabar dead-letters retry --stage extraction --error invalid_field
    khabar dead-letters retry --all --dry-run

    Exit code: 0 all sent, 1 a delivery failed, 5 some were refused again.
    """
    from khabar.dead_letter_admin import letter_at, resend, selected, stored_letters

    by_rule = every or stage is not None or error is not None or since is not None
    if bool(at) == by_rule:
        raise click.UsageError("name letters as PARTITION:OFFSET, or use --all, --stage, --error or --since")
    settings = resolve(brokers=brokers)
    if at:
        letters = [letter_at(settings, _position(place)) for place in at]
        report = resend(settings, letters, again=_read_again, dry_run=dry_run)
    else:
        positions = _positions(settings, _selection(stage, error, since))
        if positions and not yes and not dry_run:
            click.confirm(f"Send {len(positions):,} dead letters again?", abort=True, err=True)
        report = resend(settings, selected(stored_letters(settings), positions), again=_read_again, dry_run=dry_run)
    _print_report(report, as_json=as_json, dry_run=dry_run)
    if report.failed:
        sys.exit(1)
    if report.left:
        sys.exit(EXIT_LEFT)


def _positions(settings: Settings, wanted: Selection) -> set[Position]:
    from khabar.dead_letter_admin import cause, stored_letters

    first: dict[tuple[str | int, ...], Position] = {}
    for stored in stored_letters(settings):
        if wanted.covers(stored.letter):
            first.setdefault(cause(stored), stored.position)
    return set(first.values())


def _read_again(stored: StoredLetter) -> Resend | Refusal:
    from khabar.dead_letter_admin import Refusal, Resend
    from khabar.topics import Topic
    from producers.refused import Refused
    from producers.retrying import read_again

    outcome = read_again(stored.letter, stored.reading, now=datetime.now(UTC))
    if isinstance(outcome, Refused):
        return Refusal(reason=str(outcome.error), message=outcome.message)
    return Resend(topic=Topic.ARTICLES.value, partition=None, key=outcome.article.id.encode(), value=outcome.value)


def _selection(stage: str | None, error: str | None, since: str | None) -> Selection:
    from khabar.dead_letter_admin import Selection

    return Selection(stage=stage, error=error, since=None if since is None else _since(since))


def _since(text: str) -> datetime:
    from producers.articles import parse_date

    if match := re.fullmatch(r"(\d{1,6})([smhd])", text):
        return datetime.now(UTC) - timedelta(**{UNITS[match[2]]: int(match[1])})
    try:
        return parse_date(text)
    except InvalidRecord as error:
        raise click.UsageError(f"--since: {error}") from None


def _position(text: str) -> Position:
    from khabar.dead_letter_admin import Position

    match = re.fullmatch(r"(\d{1,9}):(\d{1,18})", text)
    if match is None:
        raise click.UsageError(f"{text!r} is no place of a dead letter; write PARTITION:OFFSET, for example 0:17")
    return Position(int(match[1]), int(match[2]))


def _line(stored: StoredLetter) -> Line:
    letter = stored.letter
    return Line(
        at=str(stored.position),
        time=letter.time,
        stage=letter.stage,
        error=letter.error,
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.offset,
        origin=letter.origin,
        size_bytes=len(letter.value),
        message=letter.message,
    )


def _print_lines(lines: Sequence[Line]) -> None:
    headings = ("at", "time", "stage", "error", "from", "bytes", "times", "message")
    rows = [
        (
            line.at,
            _time(line.time),
            line.stage,
            line.error,
            _printable(line.came_from),
            f"{line.size_bytes:,}",
            str(line.times),
            _printable(line.message)[:SHOWN_MESSAGE_CHARACTERS],
        )
        for line in lines
    ]
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading not in WRAPPED, min_width=WRAPPED.get(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _print_report(report: RetryReport, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        document = {
            "dry_run": dry_run,
            "sent": dict(report.sent),
            "left": dict(report.left),
            "examples": report.examples,
            "failed": report.failed,
            "failure": report.failure,
        }
        click.echo(orjson.dumps(document))
        return
    for topic, count in sorted(report.sent.items()):
        click.echo(f"{'would be sent' if dry_run else 'sent'} to {topic}\t{count:,}")
    for reason, count in report.left.most_common():
        click.echo(f"not sent, {reason}\t{count:,}\t{_printable(report.examples[reason])}")
    if report.failed:
        click.echo(f"not delivered\t{report.failed:,}\t{report.failure}")
    if not report.sent and not report.left and not report.failed:
        click.echo("no dead letters")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _printable(text: str, keep: str = "") -> str:
    """Control characters made visible: what came from outside must not steer the terminal."""
    return "".join(
        character if character.isprintable() or character in keep else character.encode("unicode_escape").decode()
        for character in text
    )
