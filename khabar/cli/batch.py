"""`khabar batch`: files through the local engine into an SQLite store. The demo runs the same road."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from khabar.cli.inputs import check_paths, input_options, parsed_fields
from khabar.cli.options import coding_options, resolve, step_limit_option
from khabar.cli.progress import Progress
from khabar.cli.stopping import Stop
from khabar.cli.tables import print_table
from khabar.errors import ContractViolation, InvalidRecord, SettingsError
from khabar.records import DeadLetter
from khabar.settings import Settings

if TYPE_CHECKING:
    from processors.local_engine import SQLiteTables
    from producers.articles import Accepted
    from producers.files import Refused
    from sinks.sqlite import Store

CHUNK_ARTICLES = 500
EXIT_REFUSED = 5


@dataclass(slots=True, kw_only=True)
class BatchSummary:
    """What came of a batch. `read` counts pieces of input, `outcomes` articles (original, copy, part, repeat, dead_letter;
    and taken_back, originals found to be copies later), `copies` pairs by kind, `refused` everything refused by reason.
    """

    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@click.command()
@input_options
@click.option(
    "--store",
    "store_path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.db",
    help="SQLite file for the results. An existing one is added to.",
)
@click.option(
    "--partitions",
    type=click.IntRange(1, 1024),
    default=1,
    show_default=True,
    help="Work as a cluster of so many partitions would. Changes nothing in the results.",
)
@coding_options
@step_limit_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def batch(
    paths: tuple[str, ...],
    source: str | None,
    language: str | None,
    fields: tuple[str, ...],
    store_path: Path,
    partitions: int,
    actors: Path | None,
    tagger: Path | None,
    step_limit_seconds: float | None,
    as_json: bool,
) -> None:
    """Run the whole pipeline over files, without any server, into an SQLite store.

    The stages are those of `khabar process`, and so are the results. Reading the same input again changes nothing; further
    input goes on where the last batch ended. Stopped by Ctrl-C or SIGTERM it keeps what is done; start it again with the
    same input to finish.

    \b
    khabar batch articles.jsonl --store news.db
    khabar batch archive/ today.jsonl.gz --store news.db --language ar
    khabar export copies --store news.db

    \b
    Exit code: 0 all went through, 2 wrong usage, 4 the store does not fit, 5 some input was refused (it stands in the
    store's dead_letters with its reason), 130 or 143 stopped.
    """
    from producers.reading import bytes_below
    from sinks.sqlite import Store

    check_paths(paths)
    settings = resolve(actors=actors, tagger=tagger, step_limit_seconds=step_limit_seconds)
    stop = Stop()
    progress = Progress("processing", bytes_below(paths))
    started = time.monotonic()
    store = Store.open(store_path)
    try:
        with stop.listening(), progress.shown():
            summary = run_batch(
                paths,
                store=store,
                settings=settings,
                partitions=partitions,
                source=source,
                language=language,
                fields=parsed_fields(fields),
                progress=progress.took,
                stop=stop.requested,
            )
    finally:
        store.close()
    _report(summary, time.monotonic() - started, store_path, as_json=as_json)
    if stop.requested():
        sys.exit(stop.exit_code)
    if summary.refused:
        sys.exit(EXIT_REFUSED)


def run_batch(
    paths: Sequence[str],
    *,
    store: Store,
    settings: Settings,
    partitions: int = 1,
    source: str | None = None,
    language: str | None = None,
    fields: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> BatchSummary:
    """Read `paths`, run the stages, write the store; one transaction per chunk of CHUNK_ARTICLES articles.

    `now` is asked for articles without a date and for the time on dead letters. Raises ContractViolation where the store
    was made with other settings, SettingsError where the stock phrases cannot be read.
    """
    from processors.extraction.coding import coder_of
    from processors.fingerprints.stop_list import stop_list_of
    from processors.local_engine import LocalEngine, SQLiteTables
    from processors.pipeline import build, layout_of
    from producers.articles import rules as rules_for
    from producers.files import read

    try:
        rules = rules_for(source=source, language=language, fields=fields)
    except InvalidRecord as error:
        raise SettingsError(str(error)) from None
    if store.offsets():
        raise ContractViolation("this store is filled by `khabar sink sqlite` from Kafka; take another --store")
    stop_list = stop_list_of(settings.stop_phrases)
    tables = SQLiteTables(store.connection)
    coder = coder_of(settings.actors, settings.tagger)
    layout = layout_of(
        window_hours=settings.window_hours, lateness_hours=settings.lateness_hours, coder=coder, stop_list=stop_list
    )
    _hold_layout(tables, f"{partitions} partitions, {layout}".encode())
    pipeline = build(
        coder=coder,
        partitions=partitions,
        window_hours=settings.window_hours,
        lateness_hours=settings.lateness_hours,
        stop_list=stop_list,
    )
    engine = LocalEngine(
        stages=pipeline.stages,
        partitions=partitions,
        tables=tables,
        clock=now,
        step_limit_seconds=settings.step_limit_seconds,
    )
    summary = BatchSummary()
    items = read(paths, rules=rules, clock=now, progress=progress)
    while chunk := list(islice(items, CHUNK_ARTICLES)):
        accepted, refused = _sort_out(chunk)
        results = engine.process((item.article.id, item.value) for item in accepted)
        store.write_articles(results.articles)
        store.write_actor_hours(results.actor_hours)
        store.write_dead_letters([*results.dead_letters, *(_dead_letter(item, now()) for item in refused)])
        store.commit()
        summary.read += len(chunk)
        summary.outcomes.update({outcome.value: count for outcome, count in results.outcomes.items()})
        summary.copies.update(results.copies)
        summary.refused.update(str(item.error) for item in refused)
        summary.refused.update(letter.error for letter in results.dead_letters)
        if stop():
            break
    store.commit()
    return summary


def stored_layout(store: Store) -> str | None:
    """What `layout_of` said of the batches that filled the store, with their partitions before it; None where none did."""
    tables = store.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone()
    if tables is None:
        return None
    from processors.local_engine import SQLiteTables

    layout = SQLiteTables(store.connection).row("batch", 0, b"layout")
    return None if layout is None else layout.decode()


def _hold_layout(tables: SQLiteTables, layout: bytes) -> None:
    """A store holds rows of one layout; refuse to mix."""
    stored = tables.row("batch", 0, b"layout")
    if stored is not None and stored != layout:
        raise ContractViolation(
            f"this store was made with {stored.decode()}, this run has {layout.decode()}; "
            "use the same settings and version, or another --store"
        )
    tables.write("batch", 0, {b"layout": layout})


def _sort_out(items: Iterable[Accepted | Refused]) -> tuple[list[Accepted], list[Refused]]:
    from producers.files import Refused

    accepted: list[Accepted] = []
    refused: list[Refused] = []
    for item in items:
        if isinstance(item, Refused):
            refused.append(item)
        else:
            accepted.append(item)
    return accepted, refused


def _dead_letter(item: Refused, time: datetime) -> DeadLetter:
    return DeadLetter(
        origin=item.origin, stage="publish", error=item.error, message=item.message, time=time, value=item.value
    )


def _report(summary: BatchSummary, seconds: float, store: Path, *, as_json: bool) -> None:
    rate = round(summary.read / seconds, 1) if seconds > 0 else 0.0
    if as_json:
        numbers = {field.name: getattr(summary, field.name) for field in dataclasses.fields(summary)}
        click.echo(orjson.dumps(numbers | {"seconds": round(seconds, 3), "articles_per_second": rate}))
        return
    outcomes = summary.outcomes
    rows = [
        ("read", f"{summary.read:,}"),
        ("originals", f"{outcomes['original'] - outcomes['taken_back']:,}"),
        ("copies", f"{outcomes['copy'] + outcomes['taken_back']:,}"),
        ("embedded parts", f"{outcomes['part']:,}"),
        ("repeats", f"{outcomes['repeat']:,}"),
        ("refused", f"{sum(summary.refused.values()):,}"),
        ("seconds", f"{seconds:.1f}"),
        ("articles/s", f"{rate:,}"),
        ("store", str(store)),
    ]
    print_table(("", ""), rows)
    if summary.refused:
        print_table(("refused because", "number"), [(reason, f"{n:,}") for reason, n in summary.refused.most_common()])
