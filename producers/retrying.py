"""A second attempt at input that was refused: newer code may understand it. No I/O."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

import msgspec

from khabar.records import DeadLetter
from producers.articles import Accepted, Place, rules
from producers.files import accept
from producers.reading import FORMATS, KINDS, Piece
from producers.refused import Kind, Refused


class _Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the header `reading` says, see producers.publisher.reading_header."""

    kind: Kind = Kind.JSON
    whole: bool = True
    folder: str = ""
    modified: int | None = None
    source: str | None = None
    language: str | None = None
    fields: dict[str, str] = {}


def read_again(letter: DeadLetter, reading: bytes | None, *, now: datetime) -> Accepted | Refused:
    """The article in a dead letter of stage `publish`, or why it is still none.

    `reading`: the header of that name, which says how the bytes were read the first time. Input without any date is dated
    by the file it came from, or by the letter.
    """
    how = _Reading(kind=_kind(letter.origin)) if reading is None else _decoded(reading)
    if not letter.value or not how.whole:
        kept = "only its beginning was kept" if letter.value else "its bytes were not kept"
        message = f"{letter.message}; {kept}: publish the file itself again"
        return Refused(origin=letter.origin, error=letter.error, message=message, value=letter.value, whole=False)
    modified = letter.time if how.modified is None else datetime.fromtimestamp(how.modified, tz=letter.time.tzinfo)
    return accept(
        Piece(letter.origin, letter.value),
        how.kind,
        rules(source=how.source, language=how.language, fields=how.fields),
        Place(folder=how.folder, modified=modified.replace(microsecond=0)),
        now,
    )


def _decoded(reading: bytes) -> _Reading:
    try:
        return msgspec.json.decode(reading, type=_Reading)
    except msgspec.DecodeError:  # written by a version that said it otherwise: take the defaults
        return _Reading()


def _kind(origin: str) -> Kind:
    """By the file's name; a line or an element of a file is JSON."""
    if ":" in PurePath(origin).name or "#" in PurePath(origin).name:
        return Kind.JSON
    known = FORMATS.get(PurePath(origin).suffix.lower())
    return KINDS[known] if known else Kind.TEXT
