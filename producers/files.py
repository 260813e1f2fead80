"""Articles from files and standard input: every piece of input becomes an article or a refusal, in order.

Knows files; no Kafka, no clock. `khabar publish files`, `khabar batch` and the demo read through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from khabar.errors import InvalidRecord
from khabar.records import Article
from producers.articles import Accepted, Place, Rules, from_html, from_json, from_text
from producers.articles import rules as rules_for
from producers.reading import STDIN, InputFile, Piece, input_file, lines, pieces, walk
from producers.refused import Kind, Refused
from producers.waiting import follow

__all__ = ["Refused", "accept", "read", "read_articles", "read_file", "read_growing"]

_READERS = {Kind.JSON: from_json, Kind.TEXT: from_text, Kind.HTML: from_html}


def read_articles(
    paths: Sequence[str],
    *,
    source: str | None = None,
    language: str | None = None,
    fields: Mapping[str, str] | None = None,
    now: datetime,
    progress: Callable[[int], None] = lambda taken: None,
) -> Iterator[Article | Refused]:
    """Every article under `paths` (files, folders, "-" for standard input), and every refusal, in order.

    `source`, `language`: for articles that name none. `fields`: own names for fields, e.g. {"text": "story"}.
    `now`: aware; what is published an hour after it is refused. `progress` is told how many further bytes were read from
    disk. Raises InvalidRecord only where `language` or `fields` are wrong.
    """
    for outcome in read(
        paths, rules=rules_for(source=source, language=language, fields=fields), clock=lambda: now, progress=progress
    ):
        yield outcome.article if isinstance(outcome, Accepted) else outcome


def read(
    paths: Sequence[str],
    *,
    rules: Rules,
    clock: Callable[[], datetime],
    progress: Callable[[int], None],
    stdin: BinaryIO | None = None,
) -> Iterator[Accepted | Refused]:
    """Like `read_articles`, with each article's encoding. `clock` is asked once for every piece: standard input may last."""
    for file in walk(paths):
        if isinstance(file, Refused):
            yield file
            continue
        for _, outcome in read_file(file, rules=rules, clock=clock, progress=progress, stdin=stdin):
            yield outcome


def read_file(
    file: InputFile,
    *,
    rules: Rules,
    clock: Callable[[], datetime],
    progress: Callable[[int], None] = lambda taken: None,
    stdin: BinaryIO | None = None,
) -> Iterator[tuple[str, Accepted | Refused]]:
    """The articles and refusals of one file, each with where it stood, as `Refused.origin` tells it."""
    place = Place(folder=file.folder, modified=_modified(file))
    for piece in pieces(file, progress=progress, stdin=stdin):
        if isinstance(piece, Refused):
            yield piece.origin, piece
        else:
            yield piece.origin, accept(piece, file.kind, rules, place, clock())


def read_growing(
    path: str,
    *,
    rules: Rules,
    clock: Callable[[], datetime],
    progress: Callable[[int], None],
    wait: Callable[[], None],
) -> Iterator[Accepted | Refused]:
    """The lines of a JSON Lines file, now and as it grows; ends only when `wait` raises Stopped."""
    place = Place(folder=input_file(path).folder, modified=None)
    for stream in follow(path, progress=progress, wait=wait):
        for piece in lines(stream, path):
            yield piece if isinstance(piece, Refused) else accept(piece, Kind.JSON, rules, place, clock())


def accept(piece: Piece, kind: Kind, rules: Rules, place: Place, now: datetime) -> Accepted | Refused:
    """The article in one piece of input, or why it is none."""
    try:
        return _READERS[kind](piece.value, rules, place, now)
    except InvalidRecord as error:
        return Refused(
            origin=piece.origin,
            error=error.reason,
            message=str(error),
            value=piece.value,
            kind=kind,
            folder=place.folder,
            modified=None if place.modified is None else int(place.modified.timestamp()),
        )


def _modified(file: InputFile) -> datetime | None:
    if file.path == STDIN:
        return None
    try:
        return datetime.fromtimestamp(int(Path(file.path).stat().st_mtime), UTC)
    except (OSError, OverflowError, ValueError):
        return None
