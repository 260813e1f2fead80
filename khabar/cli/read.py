"""`khabar read`: a page as extraction reads it, piece by piece, each with what it is and why it is no part of the article."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec
import orjson

from khabar.cli.inputs import check_paths
from khabar.cli.page_input import EXIT_REFUSED, pages

if TYPE_CHECKING:
    from khabar.records import Article
    from processors.extraction.dates import DateSpan
    from processors.extraction.reading import Page


@click.command()
@click.argument("path", metavar="FILE")
@click.option("--source", metavar="NAME", help="Source of articles that name none: some rules are for one source only.")
@click.option("--language", metavar="CODE", help="Language of articles that name none, e.g. ar. Default: und.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an article, with offsets and patterns.")
def read(path: str, source: str | None, language: str | None, as_json: bool) -> None:
    """Show a page as Khabar reads it: title, dateline, body, embedded articles, what was removed and why, and the dates in it.

    FILE is text, HTML, JSON or JSON Lines, also compressed; - is standard input, as JSON Lines where it begins with { and
    as one page otherwise. Nothing is stored. docs/reading.md says where the rules stand and how to add one.

    \b
    khabar read page.html
    khabar read articles.jsonl --source sahel.example --language ar
    khabar read page.txt --json

    \b
    Exit code: 0 the pages were read, 2 wrong usage, 5 some input was refused, or nothing was left of a page.
    """
    from rich.console import Console

    from khabar.cli.page_view import page_lines
    from khabar.demo.printing import PLAIN, terminal
    from producers.articles import Accepted

    check_paths([path])
    console = Console(highlight=False, markup=False, emoji=False)
    paper = terminal(console.width) if console.is_terminal else PLAIN
    refused = False
    for number, item in enumerate(pages(path, source=source, language=language)):
        if not isinstance(item, Accepted):
            click.echo(f"khabar: {item.origin}: {item.message} ({item.error})", err=True)
            refused = True
            continue
        page, dates = _page(item.article)
        refused = refused or not page.text
        if as_json:
            click.echo(orjson.dumps(_summary(item.article, page, dates), option=orjson.OPT_UTC_Z))
            continue
        if number:
            console.print()
        for line in page_lines(page, item.article, dates=dates, paper=paper):
            console.print(line, soft_wrap=True)
    if refused:
        sys.exit(EXIT_REFUSED)


def _page(article: Article) -> tuple[Page, list[tuple[int, DateSpan]]]:
    from processors.extraction.stage import dates_of, page_of

    page = page_of(article)
    return page, dates_of(article, page)


def _summary(article: Article, page: Page, dates: list[tuple[int, DateSpan]]) -> dict[str, Any]:
    """For scripts: what `--json` prints."""
    return {
        "id": article.id,
        "source": article.source,
        "language": page.language,
        "title": page.title,
        "published_at": article.published_at,
        "utc_offset_minutes": article.utc_offset_minutes,
        "published_at_from": article.extra.get("published_at_from"),
        "agency": page.agency,
        "place": page.place,
        "text": page.text,
        "parts": [
            {
                "title": part.title,
                "published_at": part.published_at,
                "agency": part.agency,
                "place": part.place,
                "text": part.text,
            }
            for part in page.parts
        ],
        "dates": [{"part": part, **msgspec.structs.asdict(span)} for part, span in dates],
        "original": page.original,
        "pieces": [
            {
                "label": piece.label.value,
                "part": piece.part,
                "start": piece.start,
                "end": piece.end,
                "text": piece.text,
                "clean": None if piece.clean is None else list(piece.clean),
                "removes": piece.removes or None,
                "rule": piece.rule or None,
            }
            for piece in page.places().pieces
        ],
    }
