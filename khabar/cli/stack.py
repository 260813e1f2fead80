"""`khabar stack`: the local servers from the command line."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
import orjson
from rich.console import Console

from khabar.cli.options import resolve

if TYPE_CHECKING:
    from khabar.stack import Addresses, ServerStatus
    from khabar.stack.artifacts import Progress

NOT_RUNNING = 3
"""Exit code of `status` where something that should run does not answer; as systemctl's."""


@click.group()
def stack() -> None:
    """Run a real Kafka and Elasticsearch on this machine, without Docker.

    Needs Java 17 or newer and Maven; the servers (about 150 MB) are fetched once. Everything is kept below KHABAR_HOME
    (default ~/.khabar), listens on 127.0.0.1 only, and is found by all other commands by itself.

    \b
    khabar stack up              start both, wait until they answer
    khabar stack status          what runs, since when, where
    khabar stack down            stop both, keep the data
    khabar stack reset           stop both, delete the data
    """


@stack.command()
@click.option("--kafka-only", is_flag=True, help="Leave Elasticsearch out.")
@click.option("--elasticsearch-only", is_flag=True, help="Leave Kafka out.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON.")
def up(kafka_only: bool, elasticsearch_only: bool, as_json: bool) -> None:
    """Start the servers that do not run yet and wait until they answer.

    Takes the ports 9092, 9093, 9200 and 9300, or free ones where those are taken.

    \b
    khabar stack up
    khabar stack up --kafka-only
    eval "$(khabar stack up --json | jq -r '"export KHABAR_BROKERS=" + .brokers')"
    """
    from khabar import stack as servers

    if kafka_only and elasticsearch_only:
        raise click.UsageError("--kafka-only and --elasticsearch-only exclude each other")
    with _progress() as report:
        addresses = servers.start(
            resolve().home, kafka=not elasticsearch_only, elasticsearch=not kafka_only, on_progress=report
        )
    _print_addresses(addresses, as_json=as_json)


@stack.command()
def down() -> None:
    """Stop the servers, keep their data."""
    from khabar import stack as servers

    with _progress() as report:
        stopped = servers.stop(resolve().home, on_progress=report)
    click.echo(f"stopped {' and '.join(stopped)}" if stopped else "nothing was running")


@stack.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one object a server.")
def status(as_json: bool) -> None:
    """Show what runs, since when, where.

    Exit code 0 only if something was started and all of it answers, else 3.

    \b
    khabar stack status || khabar stack up
    """
    from khabar import stack as servers

    home = resolve().home
    found = servers.status(home)
    if as_json:
        click.echo(orjson.dumps({one.server.value: _as_json(one) for one in found}, option=orjson.OPT_INDENT_2))
    else:
        for one in found:
            click.echo(_describe(one, home))
    should_run = [one for one in found if one.started is not None]
    if not should_run or any(one.state is not servers.State.RUNNING for one in should_run):
        sys.exit(NOT_RUNNING)


@stack.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Stop the servers and delete their data: topics, indices, logs. The downloads stay.

    \b
    khabar stack reset
    khabar stack reset --yes && khabar stack up
    """
    from khabar import stack as servers

    home = resolve().home
    folders = [folder for folder in servers.data_folders(home) if folder.is_dir()]
    if not folders:
        click.echo("nothing to delete")
        return
    if not yes:
        click.confirm(f"Delete all topics and indices in {', '.join(map(str, folders))}?", abort=True)
    with _progress() as report:
        deleted = servers.reset(home, on_progress=report)
    for folder in deleted:
        click.echo(f"deleted {folder}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """A spinner on a terminal, plain lines elsewhere. SIGTERM ends the command as Ctrl-C does: cleanly."""
    console = Console(stderr=True)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        if console.is_terminal:
            with console.status("…") as spinner:
                yield lambda message: spinner.update(message)
        else:
            yield lambda message: click.echo(message, err=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _print_addresses(addresses: Addresses, *, as_json: bool) -> None:
    found = {"brokers": addresses.brokers, "elasticsearch": addresses.elasticsearch}
    if as_json:
        click.echo(orjson.dumps({name: address for name, address in found.items() if address is not None}))
        return
    for label, address in (("Kafka", addresses.brokers), ("Elasticsearch", addresses.elasticsearch)):
        if address is not None:
            click.echo(f"{label:14} {address}")


def _describe(one: ServerStatus, home: Path) -> str:
    started = one.started
    if started is None:
        return f"{one.server:14} {one.state}"
    minutes = (datetime.now(UTC) - started.since).total_seconds() / 60
    who = f", user {started.user}" if started.user else ""
    elsewhere = "" if Path(started.folder).is_relative_to(home.resolve()) else f" ({started.user} cannot enter {home})"
    hint = "; `khabar stack up` starts it again" if one.state == "died" else ""
    return "\n".join(
        (
            f"{one.server:14} {one.state} at {started.address}{hint}",
            f"{'':14} version {started.version} on Java {started.java}, process {started.identity.pid}{who}",
            f"{'':14} since {started.since:%Y-%m-%d %H:%M:%S} UTC ({minutes:.0f} min)",
            f"{'':14} data and logs in {started.folder}{elsewhere}",
        )
    )


def _as_json(one: ServerStatus) -> dict[str, object]:
    started = one.started
    if started is None:
        return {"state": one.state}
    return {
        "state": one.state,
        "address": started.address,
        "version": started.version,
        "java": started.java,
        "pid": started.identity.pid,
        "since": started.since.isoformat().replace("+00:00", "Z"),
        "folder": started.folder,
        "user": started.user,
    }
