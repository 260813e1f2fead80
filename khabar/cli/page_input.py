"""Pages that a command is to look at: files of any kind that Khabar reads, or standard input."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from khabar.errors import InvalidRecord, SettingsError

if TYPE_CHECKING:
    from producers.articles import Accepted, Rules
    from producers.refused import Refused

EXIT_REFUSED = 5


def pages(path: str, *, source: str | None, language: str | None) -> Iterator[Accepted | Refused]:
    """What `path` holds (- is standard input: JSON Lines where it begins with {, else one page), article by article.

    Raises SettingsError where `language` is no code.
    """
    from producers import files

    rules = _rules(source=source, language=language)
    if path == "-":
        return _from_standard_input(sys.stdin.buffer.read(), rules, _now())
    return files.read([path], rules=rules, clock=_now, progress=lambda taken: None)


def page_of_text(text: str, *, source: str | None, language: str | None) -> Accepted | Refused:
    """`text`, given on the command line, as an article that was fetched now. Raises SettingsError where `language` is no code."""
    from producers.articles import Place
    from producers.files import accept
    from producers.reading import Piece
    from producers.refused import Kind

    place = Place(folder="text", modified=None)
    rules = _rules(source=source, language=language)
    return accept(Piece("the text given", text.encode("utf-8", "surrogateescape")), Kind.TEXT, rules, place, _now())


def _now() -> datetime:
    return datetime.now(UTC)


def _rules(*, source: str | None, language: str | None) -> Rules:
    from producers.articles import rules

    try:
        return rules(source=source, language=language)
    except InvalidRecord as error:
        raise SettingsError(str(error)) from None


def _from_standard_input(given: bytes, rules: Rules, now: datetime) -> Iterator[Accepted | Refused]:
    from producers.articles import Place
    from producers.files import accept
    from producers.reading import Piece, lines
    from producers.refused import Kind

    place = Place(folder="stdin", modified=None)
    given = given.removeprefix(codecs.BOM_UTF8)
    if given.lstrip()[:1] != b"{":
        yield accept(Piece("-", given), Kind.TEXT, rules, place, now)
        return
    for piece in lines(io.BytesIO(given), "-"):
        yield accept(piece, Kind.JSON, rules, place, now) if isinstance(piece, Piece) else piece
