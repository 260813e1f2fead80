"""`khabar code`: a text with its actors and events marked, sentence by sentence, as extraction finds them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import orjson

from khabar.cli.options import coding_options, resolve
from khabar.cli.page_input import EXIT_REFUSED, page_of_text, pages
from khabar.cli.page_view import published
from khabar.dates.written import Written, written_date
from khabar.errors import InvalidRecord, SettingsError
from khabar.identity import article_id, event_time

if TYPE_CHECKING:
    from khabar.records import Article, ExtractedArticle
    from processors.extraction.sentences import Span
    from producers.articles import Accepted
    from producers.refused import Refused

MIN_TEXT_WORDS = 2
"""A text of fewer words may be a misspelt file."""
_LIKE_A_FILE = re.compile(r"^[.~]{0,2}/|\.(?:txt|html?|jsonl?|json|tsv|csv|xml|gz|zst|bz2|xz)$", re.IGNORECASE)


@click.command()
@click.argument("given", metavar="FILE|TEXT")
@click.option("--source", metavar="NAME", help="Source of articles that name none: some rules are for one source only.")
@click.option("--language", metavar="CODE", help="Language of articles that name none, e.g. ar. Default: und.")
@click.option("--date", metavar="DATE", help="When articles without a date appeared, ISO 8601. Default: now.")
@coding_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object an article, with offsets.")
def code(
    given: str,
    source: str | None,
    language: str | None,
    date: str | None,
    actors: Path | None,
    tagger: Path | None,
    as_json: bool,
) -> None:
    """Show a text as Khabar codes it: every sentence with its actors and triggers marked, and the events below.

    FILE is text, HTML, JSON or JSON Lines, also compressed, or a folder of such; - is standard input. What is no file is the TEXT
    itself. Pages are cleaned first, as `khabar read` shows. Nothing is stored. docs/actors.md and docs/events.md say what the
    words mean.

    \b
    khabar code page.html
    khabar code "التقى وزير الخارجية المصري نظيره الأردني في القاهرة" --date 2024-03-10
    khabar code articles.jsonl --actors own.tsv --json

    \b
    Exit code: 0 the texts were coded, 2 wrong usage or a table that cannot be used,
    5 some input was refused, or nothing was left of a page.
    """
    from rich.console import Console

    from khabar.cli.code_view import article_lines
    from khabar.demo.printing import PLAIN, terminal
    from processors.extraction.coding import coder_of
    from processors.extraction.stage import extract_with_codings
    from producers.articles import Accepted

    settings = resolve(actors=actors, tagger=tagger)
    coder = coder_of(settings.actors, settings.tagger)
    appeared = _date(date)
    console = Console(highlight=False, markup=False, emoji=False)
    paper = terminal(console.width) if console.is_terminal else PLAIN
    refused = shown = False
    for item in _items(given, source=source, language=language):
        if not isinstance(item, Accepted):
            click.echo(f"khabar: {item.origin}: {item.message} ({item.error})", err=True)
            refused = True
            continue
        given_article = _dated(item.article, appeared)
        try:
            found = extract_with_codings(given_article, coder)
        except InvalidRecord as error:
            click.echo(f"khabar: {error} ({error.reason})", err=True)
            refused = True
            continue
        for article, coding in found:
            if as_json:
                click.echo(orjson.dumps(_summary(article, coding.triggers), option=orjson.OPT_UTC_Z))
                continue
            if shown:
                console.print()
            shown = True
            appears = _appeared(given_article, article)
            for line in article_lines(article, coding.triggers, paper=paper, appeared=appears):
                console.print(line, soft_wrap=True)
    if refused:
        sys.exit(EXIT_REFUSED)


def _items(given: str, *, source: str | None, language: str | None) -> Iterator[Accepted | Refused]:
    if not given.strip():
        raise SettingsError("nothing is given: name a file, write a text in quotes, or - for standard input")
    if given == "-" or _is_file(given):
        yield from pages(given, source=source, language=language)
        return
    if _LIKE_A_FILE.search(given):
        raise SettingsError(f"there is no file {given!r}")
    if len(given.split()) < MIN_TEXT_WORDS:
        click.echo(f"khabar: there is no file {given!r}: taken as a text", err=True)
    yield page_of_text(given, source=source, language=language)


def _is_file(given: str) -> bool:
    try:
        return Path(given).exists()
    except (OSError, ValueError):
        return False  # longer than a path may be, or with a null character: a text


def _date(given: str | None) -> Written | None:
    from producers.articles import parse_date

    if given is None:
        return None
    try:
        parse_date(given)
    except InvalidRecord as error:
        raise SettingsError(f"--date: {error}") from None
    return written_date(given)


def _dated(article: Article, appeared: Written | None) -> Article:
    """`article` as it would be had its publisher said when it appeared: with the id of that article."""
    if appeared is None or article.published_at is not None:
        return article
    time, offset = appeared
    fetched_at = max(time, article.fetched_at)
    identity = article_id(
        source=article.source,
        external_id=article.external_id,
        url=article.url,
        event_time=event_time(published_at=time, fetched_at=fetched_at),
        title=article.title,
        text=article.text,
        html=article.html,
        language=article.language,
        byline=article.byline,
        section=article.section,
        utc_offset_minutes=offset,
    )
    return msgspec.structs.replace(
        article, id=identity, published_at=time, utc_offset_minutes=offset, fetched_at=fetched_at
    )


def _appeared(given: Article, found: ExtractedArticle) -> str:
    """When the article appeared, where its publisher is, and who says so."""
    if found.part_of is not None:
        return f"{found.event_time:%Y-%m-%d %H:%M} UTC" + ("" if found.published_at else ", the page's")
    return (
        published(given) or f"{found.event_time:%Y-%m-%d %H:%M} UTC, when it was fetched: nothing says when it appeared"
    )


def _summary(article: ExtractedArticle, triggers: Sequence[Span]) -> dict[str, Any]:
    """For scripts: what `--json` prints. Offsets count characters of `title`, a line end, and `text`."""
    from khabar.cli.code_view import sentences_of

    _, sentences = sentences_of(article)
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
            for event, span in zip(article.events, triggers, strict=True)
        ],
    }
