"""`khabar stop-phrases`: a stop-list of stock phrases from a corpus."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from khabar.cli.inputs import check_paths, input_options, parsed_fields
from khabar.cli.options import resolve
from khabar.cli.output_file import check_output, write_output
from khabar.cli.progress import Progress
from khabar.cli.stopping import Stop, StopRequested
from khabar.cli.tables import print_table
from khabar.errors import InvalidRecord, SettingsError

if TYPE_CHECKING:
    from processors.stock_phrases.search import Found
    from processors.stock_phrases.spool import Spool
    from processors.stock_phrases.writing import PhraseFile

EXIT_REFUSED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read: `articles` with the embedded ones among them, repeats too; `refused` by reason."""

    articles: int
    refused: Counter[str]


def _version_name(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    del context, parameter
    if value is None:
        return None
    if not value.strip() or not value.isprintable():
        raise click.BadParameter("one line of visible characters is wanted")
    return value.strip()


@click.command(name="stop-phrases")
@input_options
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The list to write. Nothing stands there before it is whole.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option(
    "--min-articles",
    type=click.IntRange(min=2),
    default=20,
    show_default=True,
    help="Five words in a row are stock if they stand in at least so many originals …",
)
@click.option(
    "--min-share",
    type=click.FloatRange(0, 1),
    default=0.001,
    show_default=True,
    help="… and in at least this share of them.",
)
@click.option(
    "--version-name",
    metavar="NAME",
    callback=_version_name,
    help="The version the list is known by. Default: twelve hex digits that depend on its phrases.",
)
@click.option("--without-built-in", is_flag=True, help="Leave Khabar's own stock phrases out.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def stop_phrases(
    paths: tuple[str, ...],
    source: str | None,
    language: str | None,
    fields: tuple[str, ...],
    output: Path,
    force: bool,
    min_articles: int,
    min_share: float,
    version_name: str | None,
    without_built_in: bool,
    as_json: bool,
) -> None:
    """Find the stock phrases of a corpus: what unrelated articles have in common word for word.

    Footers, notices of rights and invitations to subscribe say nothing of where a text comes from, so deduplication should
    not look for copies by them. This makes a list of such phrases; give it to `khabar process` and `khabar batch` with
    KHABAR_STOP_PHRASES. Copies are told first, by the window of KHABAR_WINDOW_HOURS, and only originals are counted: a
    story that many print is no stock phrase. The order of the input changes nothing.

    Each article is read and cleaned once; clean texts are kept, compressed, in a temporary file without a name in
    SQLITE_TMPDIR, else TMPDIR, else /var/tmp (a few KB an article). Memory does not grow with the corpus, but for the
    fingerprints of one window (1 KB each).

    \b
    khabar stop-phrases archive/ --output stock.txt
    khabar stop-phrases articles.jsonl.gz --output stock.txt --min-articles 50 --force
    KHABAR_STOP_PHRASES=stock.txt khabar batch articles.jsonl --store news.db

    \b
    Exit code: 0 the list is written, 2 wrong usage, 5 some input was refused (the list is written, unless all was),
    130 or 143 stopped (nothing is written).
    """
    from processors.stock_phrases.search import PASSES, Thresholds, find_stock_phrases
    from processors.stock_phrases.spool import Spool
    from processors.stock_phrases.writing import phrase_file
    from producers.reading import bytes_below

    check_paths(paths)
    check_output(output, force=force)
    settings = resolve()
    thresholds = Thresholds(min_articles=min_articles, min_share=min_share)
    stop = Stop()
    started = time.monotonic()
    try:
        with stop.listening(), Spool() as spool:
            reading = Progress("reading", bytes_below(paths))
            with reading.shown():
                read = _spool(
                    paths,
                    spool,
                    source=source,
                    language=language,
                    fields=parsed_fields(fields),
                    progress=reading.took,
                    stop=stop,
                )
            if not spool.distinct:
                _report_refused(read.refused)
                click.echo("khabar: there is no article in the input; nothing is written", err=True)
                sys.exit(EXIT_REFUSED)
            searching = Progress("searching", PASSES * spool.size_bytes)
            with searching.shown():
                found = find_stock_phrases(
                    spool,
                    thresholds=thresholds,
                    window_hours=settings.window_hours,
                    progress=_stoppable(searching.took, stop),
                )
            made = phrase_file(
                found,
                articles=read.articles,
                thresholds=thresholds,
                version=version_name,
                with_built_in=not without_built_in,
            )
            if stop.requested():
                raise StopRequested
            write_output(output, made.text.encode(), force=force)
    except StopRequested:
        click.echo(f"khabar: stopped; {output} is not written", err=True)
        sys.exit(stop.exit_code)
    _report(read, found, made, time.monotonic() - started, output, as_json=as_json)
    if read.refused:
        sys.exit(EXIT_REFUSED)


def _spool(
    paths: Sequence[str],
    spool: Spool,
    *,
    source: str | None,
    language: str | None,
    fields: Mapping[str, str],
    progress: Callable[[int], None],
    stop: Stop,
) -> _Read:
    """Read and clean all of `paths` into `spool`. Raises SettingsError, StopRequested."""
    from processors.stock_phrases.spool import spool_article
    from producers.articles import rules as rules_for
    from producers.files import Refused, read

    try:
        rules = rules_for(source=source, language=language, fields=fields)
    except InvalidRecord as error:
        raise SettingsError(str(error)) from None
    # One time for all articles without a date: which of them came first must not depend on the order of reading.
    now = datetime.now(UTC)
    articles = 0
    refused: Counter[str] = Counter()
    for item in read(paths, rules=rules, clock=lambda: now, progress=progress):
        if isinstance(item, Refused):
            refused[str(item.error)] += 1
        else:
            try:
                articles += spool_article(item.article, spool)
            except InvalidRecord as error:
                refused[error.reason] += 1
        if stop.requested():
            raise StopRequested
    spool.finish()
    return _Read(articles=articles, refused=refused)


def _stoppable(progress: Callable[[int], None], stop: Stop) -> Callable[[int], None]:
    def took(size: int) -> None:
        if stop.requested():
            raise StopRequested
        progress(size)

    return took


def _report(read: _Read, found: Found, made: PhraseFile, seconds: float, output: Path, *, as_json: bool) -> None:
    if as_json:
        click.echo(
            orjson.dumps(
                {
                    "articles": read.articles,
                    "originals": found.originals,
                    "refused": read.refused,
                    "least_articles": found.least,
                    "stock_shingles": found.shingles,
                    "phrases": made.found,
                    "built_in_phrases": made.built_in,
                    "version": made.stop_list.version,
                    "digest": made.stop_list.digest,
                    "seconds": round(seconds, 3),
                    "output": str(output),
                }
            )
        )
        return
    rows = [
        ("articles", f"{read.articles:,}"),
        ("originals", f"{found.originals:,}"),
        ("refused", f"{sum(read.refused.values()):,}"),
        ("stock from so many originals", f"{found.least:,}"),
        ("stock shingles", f"{found.shingles:,}"),
        ("phrases", f"{made.found:,}"),
        ("built-in phrases", f"{made.built_in:,}"),
        ("version", made.stop_list.version),
        ("seconds", f"{seconds:.1f}"),
        ("list", str(output)),
    ]
    print_table(("", ""), rows)
    _report_refused(read.refused)


def _report_refused(refused: Counter[str]) -> None:
    if refused:
        print_table(("refused because", "number"), [(reason, f"{n:,}") for reason, n in refused.most_common()])
