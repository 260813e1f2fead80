"""`khabar export`: the tables as JSON lines or CSV, from an SQLite store or from the topics, byte for byte the same."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from io import StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import click

from khabar.cli.options import brokers_option, generation_option, resolve
from khabar.errors import ContractViolation, InvalidRecord, SettingsError
from khabar.settings import Settings

if TYPE_CHECKING:
    from khabar.records import ActorCount, ResolvedArticle
    from sinks.documents import Message

Format = Literal["jsonl", "csv"]
F = TypeVar("F", bound=Callable[..., Any])

ARTICLE_COLUMNS = (
    "id", "external_id", "source", "url", "title", "text", "language", "agency", "place", "published_at", "fetched_at", "event_time",
    "part_of", "revision", "copy_of", "copy_kind", "copy_similarity", "copy_containment",
    "actors", "events",
)  # fmt: skip
COUNT_COLUMNS = ("actor", "actor_name", "kind", "code", "hour", "type", "quad", "role", "articles", "events")
COPY_COLUMNS = ("id", "copy_of")


class Tables(Protocol):
    """Where the tables are read from. `articles` by (event_time, id), `actor_counts` by (actor, hour, type, role); `named`
    are the articles whose id or publisher's id is one of `names`.
    """

    def articles(self) -> Iterator[ResolvedArticle]: ...

    def named(self, names: Collection[str]) -> Iterator[ResolvedArticle]: ...

    def actor_counts(self) -> Iterator[ActorCount]: ...

    def close(self) -> None: ...


def _source_options(command: F) -> F:
    for option in (
        click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output."),
        click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True),
        tables_options("Default: store where --store is given, else kafka."),
    ):
        command = option(command)
    return command


def tables_options(default: str) -> Callable[[F], F]:
    """--store, --from, --brokers and --generation: what `open_tables` wants to know. `default`: what is said of --from."""

    def decorate(command: F) -> F:
        for option in (
            generation_option,
            brokers_option,
            click.option("--from", "origin", type=click.Choice(["store", "kafka"]), help=default),
            click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The SQLite file."),
        ):
            command = option(command)
        return command

    return decorate


@click.group()
def export() -> None:
    """Print articles, actor counts or copies as JSONL or CSV.

    \b
    From a store that `khabar batch` or `khabar sink sqlite` filled:  --store news.db
    From the topics, read to their present end:                       --from kafka
    """


@export.command()
@_source_options
def articles(**options: Any) -> None:
    """Every article with its actors, events and what it is a copy of, by event time.

    CSV has actors and events as lists of ids and of types, separated by spaces.

    \b
    Examples:
      khabar export articles --store news.db > articles.jsonl
      khabar export articles --from kafka --format csv --output articles.csv
    """
    _export(options, _article_lines, ARTICLE_COLUMNS)


@export.command(name="actor-counts")
@_source_options
def actor_counts(**options: Any) -> None:
    """One line per actor, hour, event type and role. What was taken back altogether is left out, and so is the revision:
    how often a count changed depends on the order of arrival; what it is does not.

    \b
    Examples:
      khabar export actor-counts --store news.db
      khabar export actor-counts --from kafka --generation 2 --format csv
    """
    _export(options, _count_lines, COUNT_COLUMNS)


@export.command()
@_source_options
@click.option(
    "--ids",
    type=click.Choice(["own", "external"]),
    default="own",
    show_default=True,
    help="external: the publisher's own; articles without one are left out.",
)
def copies(ids: Literal["own", "external"], **options: Any) -> None:
    """One line an article: its id, and the id of the earliest article it repeats, or null.

    \b
    Examples:
      khabar export copies --store news.db
      khabar export copies --store news.db --ids external
    """
    _export(options, partial(_copy_lines, external=ids == "external"), COPY_COLUMNS)


def _export(
    options: dict[str, Any], lines: Callable[[Tables, Format], Iterator[dict[str, Any]]], columns: tuple[str, ...]
) -> None:
    form: Format = options["form"]
    tables = open_tables(
        store=options["store"],
        origin=options["origin"],
        settings=resolve(brokers=options["brokers"], generation=options["generation"]),
    )
    with closing(tables), _output(options["output"]) as output:
        write = _jsonl if form == "jsonl" else partial(_csv, columns=columns)
        for chunk in write(lines(tables, form)):
            output.write(chunk)


def open_tables(*, store: Path | None, origin: Literal["store", "kafka"] | None, settings: Settings) -> Tables:
    """The tables in the store, or in the topics of the generation where `origin` says so or no store is given.

    Raises SettingsError, ContractViolation, DependencyUnavailable.
    """
    if (origin or ("store" if store else "kafka")) == "kafka":
        from sinks.topic_tables import read_tables

        return read_tables(settings, skipped=_say_skipped)
    if store is None:
        raise SettingsError("--from store needs --store FILE")
    if not store.exists():
        raise ContractViolation(f"there is no store at {store}; `khabar batch` or `khabar sink sqlite` makes one")
    from sinks.sqlite import Store

    return Store.open(store)


def _say_skipped(message: Message, invalid: InvalidRecord) -> None:
    click.echo(f"left out {message.topic}/{message.partition}@{message.offset}, no record: {invalid}", err=True)


@contextmanager
def _output(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    # Whole or not at all: a script that finds the file may trust it.
    partial_path = path.with_name(f"{path.name}.part")
    try:
        with partial_path.open("wb") as output:
            yield output
        partial_path.replace(path)
    except OSError as error:
        raise SettingsError(f"--output {path} cannot be written: {error.strerror}") from None


def _article_lines(tables: Tables, form: Format) -> Iterator[dict[str, Any]]:
    import msgspec

    for article in tables.articles():
        line = msgspec.to_builtins(article)
        if form == "csv":
            line["actors"] = " ".join(actor.id for actor in article.actors)
            line["events"] = " ".join(event.type for event in article.events)
        yield line


def _count_lines(tables: Tables, _form: Format) -> Iterator[dict[str, Any]]:
    import msgspec

    for count in tables.actor_counts():
        line = msgspec.to_builtins(count)
        yield {name: line[name] for name in COUNT_COLUMNS}


def _copy_lines(tables: Tables, _form: Format, *, external: bool) -> Iterator[dict[str, Any]]:
    """Sorted by id. Of articles that share an external id the earliest speaks for all."""
    copy_of: dict[str, str | None] = {}
    names: dict[str, str | None] = {}
    for article in tables.articles():
        copy_of[article.id] = article.copy_of
        names[article.id] = article.external_id
    if not external:
        yield from ({"id": own, "copy_of": copy_of[own]} for own in sorted(copy_of))
        return
    speaker: dict[str, str] = {}
    for own, name in names.items():
        if name is not None:
            speaker.setdefault(name, own)
    for name in sorted(speaker):
        original = copy_of[speaker[name]]
        yield {"id": name, "copy_of": None if original is None else names.get(original)}


def _jsonl(lines: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    import orjson

    for line in lines:
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _csv(lines: Iterable[dict[str, Any]], *, columns: tuple[str, ...]) -> Iterator[bytes]:
    buffer = StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerow(line)
        if buffer.tell() > 65_536:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
