"""`khabar topics`: the topics from the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import orjson

from khabar.cli.options import brokers_option, generation_option, resolve
from khabar.topics import Retention, Topic, topic_name

if TYPE_CHECKING:
    from khabar.topic_admin import Creation, TopicDescription, TopicSummary

DEFAULTS = Retention()


@click.group()
def topics() -> None:
    """Create, list and describe the Kafka topics.

    \b
    khabar topics create --partitions 4
    khabar topics list
    khabar topics describe findings
    """


@topics.command()
@click.option("--partitions", type=click.IntRange(1, 1000), default=4, show_default=True, help="Of every topic.")
@click.option("--replication-factor", type=click.IntRange(1, 100), default=1, show_default=True, help="Of every topic.")
@click.option(
    "--articles-days",
    type=click.IntRange(min=1),
    default=DEFAULTS.articles_days,
    show_default=True,
    help="How long articles are kept: what can be rebuilt from them.",
)
@click.option(
    "--internal-days",
    type=click.IntRange(min=1),
    default=DEFAULTS.internal_days,
    show_default=True,
    help="How long what stages send one another is kept: how long a worker may be away.",
)
@click.option(
    "--dead-letters-days",
    type=click.IntRange(min=1),
    default=DEFAULTS.dead_letters_days,
    show_default=True,
    help="How long what could not be processed is kept.",
)
@generation_option
@brokers_option
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def create(
    partitions: int,
    replication_factor: int,
    articles_days: int,
    internal_days: int,
    dead_letters_days: int,
    generation: int | None,
    brokers: str | None,
    as_json: bool,
) -> None:
    """Create the topics of a generation that are not there yet.

    May be run again: what exists stays as it is, and settings that differ are shown, never changed. Another number of
    partitions than that of the existing topics is refused, with exit code 4.

    \b
    khabar topics create
    khabar topics create --partitions 12 --replication-factor 3 --articles-days 730
    khabar topics create --generation 2 --partitions 12
    """
    from khabar import topic_admin
    from khabar.kafka import connect_admin

    settings = resolve(brokers=brokers, generation=generation)
    done = topic_admin.create(
        connect_admin(settings),
        generation=settings.generation,
        partitions=partitions,
        replication_factor=replication_factor,
        retention=Retention(
            articles_days=articles_days, internal_days=internal_days, dead_letters_days=dead_letters_days
        ),
    )
    if as_json:
        click.echo(orjson.dumps(dataclasses.asdict(done), option=orjson.OPT_INDENT_2))
    else:
        _print_creation(done, settings.brokers)


@topics.command("list")
@brokers_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one object a topic.")
def list_(brokers: str | None, as_json: bool) -> None:
    """List Khabar's topics: partitions, what is deleted when, and how many messages they hold.

    In compacted topics the number of messages is the most there can be.

    \b
    khabar topics list
    khabar topics list --json | jq '.[] | select(.name == "articles") | .messages'
    """
    from khabar import topic_admin
    from khabar.kafka import connect_admin

    found = topic_admin.summaries(connect_admin(resolve(brokers=brokers)))
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    elif found:
        _print_summaries(found)
    else:
        click.echo("there are no topics of Khabar yet; create them with `khabar topics create`")


@topics.command()
@click.argument("name")
@generation_option
@brokers_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with all settings in force.")
def describe(name: str, generation: int | None, brokers: str | None, as_json: bool) -> None:
    """Show the settings of one topic and the offsets of its partitions.

    NAME is a topic's name, or its role in the generation: findings stands for g1.findings.

    \b
    khabar topics describe articles
    khabar topics describe findings --generation 2
    khabar topics describe khabar-g1-resolution-changelog --json
    """
    from khabar import topic_admin
    from khabar.kafka import connect_admin

    settings = resolve(brokers=brokers, generation=generation)
    if name in set(Topic):
        name = topic_name(Topic(name), settings.generation)
    found = topic_admin.describe(connect_admin(settings), name)
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    else:
        _print_description(found)


def _print_creation(done: Creation, brokers: str) -> None:
    for name in done.created:
        click.echo(f"created  {name}")
    for name in done.existing:
        click.echo(f"exists   {name}")
    for one in done.differences:
        click.echo(f"differs  {one.topic}: {one.setting} is {one.value}, not {one.wanted}; left as it is", err=True)
        click.echo(
            f"         to change it: kafka-configs.sh --bootstrap-server {brokers} --alter --entity-type topics "
            f"--entity-name {one.topic} --add-config {one.setting}={one.wanted}",
            err=True,
        )


def _print_summaries(found: tuple[TopicSummary, ...]) -> None:
    header = ("TOPIC", "GENERATION", "PARTITIONS", "REPLICAS", "CLEANUP", "KEPT", "MESSAGES")
    rows = [
        (
            topic.name,
            "all" if topic.generation is None else str(topic.generation),
            str(topic.partitions),
            str(topic.replication_factor),
            topic.cleanup,
            "for ever" if topic.retention_days is None else f"{topic.retention_days:g} days",
            f"{topic.messages:,}",
        )
        for topic in found
    ]
    _print_table(header, rows)


def _print_description(found: TopicDescription) -> None:
    generation = "all generations" if found.generation is None else f"generation {found.generation}"
    click.echo(f"{found.name} ({generation}, {len(found.partitions)} partitions)")
    click.echo("\nsettings of its own:")
    for name, value in found.own_config.items():
        click.echo(f"  {name} = {value}")
    click.echo("")
    rows = [
        (
            str(one.partition),
            str(one.low),
            str(one.high),
            f"{one.high - one.low:,}",
            str(one.leader),
            " ".join(map(str, one.replicas)),
            " ".join(map(str, one.in_sync)),
        )
        for one in found.partitions
    ]
    _print_table(("PARTITION", "FIRST", "NEXT", "MESSAGES", "LEADER", "REPLICAS", "IN SYNC"), rows)


def _print_table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Aligned columns without frames: read by people, cut by awk."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
