"""`khabar status`: is everything there, and how far is it?"""

from __future__ import annotations

import dataclasses
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import orjson

from khabar.cli.options import brokers_option, generation_option, resolve
from khabar.cli.tables import print_table
from khabar.errors import DependencyUnavailable

if TYPE_CHECKING:
    from khabar.status import Status

EXIT_BEHIND = 1
EXIT_MISSING = 4


@click.command()
@brokers_option
@generation_option
@click.option(
    "--max-lag",
    type=click.IntRange(min=0),
    metavar="N",
    help="Exit with 1 where anything lags by more than N messages.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(brokers: str | None, generation: int | None, max_lag: int | None, as_json: bool) -> None:
    """Show whether the topics are there, the lag of every stage and sink, table sizes, the last article, dead letters.

    \b
    khabar status
    khabar status --max-lag 0 && echo "all is processed and written"
    khabar status --json | jq .followers

    \b
    Exit code: 0 all is there, 1 something lags by more than --max-lag, 3 Kafka does not answer, 4 a topic is missing.
    """
    from confluent_kafka import KafkaException

    from khabar.kafka import connect_admin
    from khabar.status import read_status

    settings = resolve(brokers=brokers, generation=generation)
    logging.getLogger("khabar.kafka").setLevel(logging.CRITICAL)  # connect_admin says it, once
    try:
        found = read_status(settings, connect_admin(settings))
    except KafkaException as error:
        raise DependencyUnavailable(f"Kafka at {settings.brokers} stopped answering: {error.args[0].str()}") from None
    if as_json:
        click.echo(orjson.dumps({**dataclasses.asdict(found), "missing": found.missing, "lag": found.lag}))
    else:
        _print(found)
    if found.missing:
        sys.exit(EXIT_MISSING)
    if max_lag is not None and found.lag > max_lag:
        sys.exit(EXIT_BEHIND)


def _print(found: Status) -> None:
    now = datetime.now(UTC)
    click.echo(f"generation {found.generation}")
    print_table(
        ("topic", "partitions"),
        [(name, str(count) if count else "MISSING: khabar topics create") for name, count in found.partitions.items()],
    )
    click.echo()
    print_table(
        ("stage or sink", "lag", "table rows"),
        [(f.name, f"{f.lag:,}", "" if f.rows is None else f"{f.rows:,}") for f in found.followers],
    )
    click.echo()
    article, letter = found.last_article, found.last_letter
    print_table(
        ("", "", ""),
        [
            (
                "articles",
                f"{found.articles:,}",
                "" if article is None else f"last {_ago(article.published_at, now)} from {article.source}",
            ),
            (
                "dead letters",
                f"{found.dead_letters:,}",
                "" if letter is None else f"last {_ago(letter.time, now)}: {letter.stage}, {letter.error}",
            ),
        ],
    )


def _ago(then: datetime, now: datetime) -> str:
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"
