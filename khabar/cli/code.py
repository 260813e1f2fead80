"""`khabar code`: a text with its actors and events marked, sentence by sentence, as extraction finds them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import orjson

from khabar.cli.options import actors_option, resolve
from khabar.cli.page_input import EXIT_REFUSED, page_of_text, pages
from khabar.errors import InvalidRecord, SettingsError

if TYPE_CHECKING:
    from khabar.records import Article, ExtractedArticle
    from producers.articles import Accepted
    from producers.refused import Refused


@click.command()
@click.argument("given", metavar="FILE|TEXT")
@click.option("--source", metavar="NAME", help="Source of articles that name none: some rules are for one source only.")
@click.option("--language", metavar="CODE", help="Language of articles that name none, e.g. ar. Default: und.")
@click.option("--date", metavar="DATE", help="When articles without a date appeared, ISO 8601. Default: now.")
@actors_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object an article, with offsets.")
def code(
    given: str, source: str | None, language: str | None, date: str | None, actors: Path | None, as_json: bool
) -> None:
    """Show a text as Khabar codes it: every sentence with its actors and triggers marked, and the events below.

    FILE is text, HTML, JSON or JSON Lines, also compressed; - is standard input. What is no file is the TEXT itself. Pages are
    cleaned first, as `khabar read` shows. Nothing is stored. docs/actors.md and docs/events.md say what the words mean.

    \b
    khabar code page.html
    khabar code "التقى وزير الخارجية المصري نظيره الأردني في القاهرة" --date 2024-03-10
    khabar code articles.jsonl --actors own.tsv --json

    \b
    Exit code: 0 the texts were coded, 2 wrong usage or a table that cannot be used, 5 some input was refused, or nothing was
    left of a page.
    """
    from rich.console import Console

    from khabar.cli.code_view import article_lines
    from khabar.demo.printing import PLAIN, terminal
    from processors.extraction.coding import coder_of
    from processors.extraction.stage import extract
    from producers.articles import Accepted

    coder = coder_of(resolve(actors=actors).actors)
    appeared = _date(date)
    console = Console(highlight=False, markup=False, emoji=False)
    paper = terminal(console.width) if console.is_terminal else PLAIN
    refused = shown = False
    for item in _items(given, source=source, language=language):
        if not isinstance(item, Accepted):
            click.echo(f"khabar: {item.origin}: {item.message} ({item.error})", err=True)
            refused = True
            continue
        try:
            found = extract(_dated(item.article, appeared), coder)
        except InvalidRecord as error:
            click.echo(f"khabar: {error} ({error.reason})", err=True)
            refused = True
            continue
        for article in found:
            if as_json:
                click.echo(orjson.dumps(_summary(article), option=orjson.OPT_UTC_Z))
                continue
            if shown:
                console.print()
            shown = True
            for line in article_lines(article, paper=paper):
                console.print(line, soft_wrap=True)
    if refused:
        sys.exit(EXIT_REFUSED)


def _items(given: str, *, source: str | None, language: str | None) -> Iterator[Accepted | Refused]:
    if given == "-" or _is_file(given):
        yield from pages(given, source=source, language=language)
        return
    if not given.strip() or (" " not in given.strip() and ("/" in given or "." in given)):
        raise SettingsError(f"there is no file {given!r}")
    yield page_of_text(given, source=source, language=language)


def _is_file(given: str) -> bool:
    try:
        return Path(given).exists()
    except (OSError, ValueError):
        return False  # longer than a path may be, or with a null character: a text


def _date(given: str | None) -> datetime | None:
    from producers.articles import parse_date

    if given is None:
        return None
    try:
        return parse_date(given)
    except InvalidRecord as error:
        raise SettingsError(f"--date: {error}") from None


def _dated(article: Article, appeared: datetime | None) -> Article:
    if appeared is None or article.published_at is not None:
        return article
    return msgspec.structs.replace(article, published_at=appeared, fetched_at=max(appeared, article.fetched_at))


def _summary(article: ExtractedArticle) -> dict[str, Any]:
    """For scripts: what `--json` prints. Offsets count characters of `title`, a line end, and `text`."""
    from khabar.cli.code_view import sentences_of, trigger_of

    whole, sentences = sentences_of(article)
    return {
        "id": article.id,
        "part_of": article.part_of,
        "source": article.source,
        "language": article.language,
        "event_time": article.event_time,
        "title": article.title,
        "text": article.text,
        "sentences": [{"start": span.start, "end": span.end} for span in sentences],
        "actors": msgspec.to_builtins(article.actors),
        "events": [
            {**msgspec.to_builtins(event), "start": span.start, "end": span.end}
            for event in article.events
            for span in (trigger_of(event, whole),)
        ],
    }
