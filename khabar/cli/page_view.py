"""A page as read, as lines of text: for a terminal of some width, or plain for pipes and tests. Pure; prints nothing itself.

As in the demo's report, Arabic stands alone in its line or last, so that terminals with and without reordering show it right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta, timezone
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from khabar.demo.printing import Paper
    from khabar.records import Article
    from processors.extraction.dates import DateSpan
    from processors.extraction.reading import Page, Piece

STYLES = {"title": "bold", "dateline": "cyan", "body": "", "removed": "red"}
EMBEDDED_STYLE = "green"
_INDENT = 4


def page_lines(
    page: Page, article: Article, *, dates: Iterable[tuple[int, DateSpan]] = (), paper: Paper
) -> Iterator[Text]:
    """The fields of `article`, then every piece of `page`, as which it was read, under a heading that says what it is, then `dates`.

    On plain paper each piece is one line that begins with its marker: [body], [removed: related links], [part 1 title], [date].
    """
    for name, value in (
        ("source", article.source),
        ("language", page.language),
        ("published", published(article)),
        ("agency", page.agency),
        ("place", page.place),
        ("title", page.title),
    ):
        if value:
            shown = "".join(character for character in value if character.isprintable())
            yield Text.assemble((f"{name + ':':<11}", "bright_black"), (shown, "bold" if name == "title" else ""))
    for number, part in enumerate(page.parts, start=1):
        told = ", ".join(
            [
                "dated " + part.published_at.strftime("%Y-%m-%d %H:%M UTC")
                if part.published_at
                else "undated: counted only as a copy of a dated one",
                *([f"agency {part.agency}"] if part.agency else []),
            ]
        )
        yield Text.assemble((f"{f'part {number}:':<11}", "bright_black"), told)
    if article.html:
        yield Text("The page is HTML: shown is the text that the extractor made of it.", style="bright_black")
    if not page.text:
        yield Text("Nothing is left of this page: it would be refused (empty_text).", style="red")
    for (what, style), pieces in groupby(page.places().pieces, key=_heading):
        if paper.width is None:
            yield from (Text(f"[{what}] {piece.text}") for piece in pieces)
            continue
        yield Text()
        yield Text(what, style=f"bold {style}".strip())
        for piece in pieces:
            yield from _wrapped(piece.text, style, paper.width)
    yield from _dates(dates, paper)


def published(article: Article) -> str:
    """The time of publication where the publisher is, and who said so."""
    if article.published_at is None:
        return ""
    offset = article.utc_offset_minutes
    time = article.published_at.astimezone(timezone(timedelta(minutes=offset or 0)))
    zone = "UTC" if offset is None else time.strftime("%z")
    said = article.extra.get("published_at_from")
    return f"{time:%Y-%m-%d %H:%M} {zone}" + (f", from the page ({said})" if said else "")


def _dates(dates: Iterable[tuple[int, DateSpan]], paper: Paper) -> Iterator[Text]:
    """What each date in the text means, and what it was resolved against. The words stand last."""
    for index, (part, span) in enumerate(dates):
        if paper.width is not None and not index:
            yield Text()
            yield Text("date", style="bold")
        known = span.basis.value if span.anchor is None else f"{span.basis.value} against {span.anchor}"
        ahead = f", or {span.ahead} if yet to come" if span.ahead not in (None, span.value) else ""
        where = f"part {part} " if part else ""
        told = f"{span.value} ({span.precision.value}, {known}{ahead})"
        if paper.width is None:
            yield Text(f"[{where}date] {told}: {span.words}")
        else:
            yield from _wrapped(f"{where}{told}: {span.words}", "magenta", paper.width)


def _heading(piece: Piece) -> tuple[str, str]:
    what = piece.label.value
    style = STYLES[what]
    if piece.removes:
        what = f"{what}: {piece.removes}"
    if piece.part and not piece.removes:
        what, style = f"part {piece.part} {what}", f"{style} {EMBEDDED_STYLE}".strip()
    return what, style


def _wrapped(text: str, style: str, width: int) -> Iterator[Text]:
    """`text` in lines of `width` cells at most, but for longer words: cut within, Arabic would change its letters' shapes."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".lstrip()
        if line and cell_len(longer) > width - _INDENT:
            yield Text(" " * _INDENT + line, style=style)
            line = word
        else:
            line = longer
    yield Text(" " * _INDENT + line, style=style)
