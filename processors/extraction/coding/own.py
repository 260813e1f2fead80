"""The coder with a user's own actors and tagger: what KHABAR_ACTORS, KHABAR_TAGGER and their options come to.

The only module of coding that reads files that did not come with the package.
"""

from __future__ import annotations

from pathlib import Path

from khabar.errors import SettingsError
from processors.extraction.coding.coder import Coder, load_coder
from processors.extraction.coding.tables import TableError


def coder_of(actors: Path | None, tagger: Path | None = None) -> Coder:
    """The coder, with the actors of the file `actors` beside the shipped ones, and with the names that the model `tagger` finds.

    Raises:
        SettingsError: a file cannot be read or used; says which, and for actors the line.
        LibraryMissing: a tagger needs a library that is not installed.
    """
    finder = None
    if tagger is not None:
        from processors.extraction.tagger import load_tagger

        finder = load_tagger(tagger)
    if actors is None:
        return load_coder(finder=finder)
    try:
        return load_coder((str(actors), _text(actors)), finder)
    except TableError as error:
        raise SettingsError(f"{error} (your own actors: docs/actors.md has the columns)") from None


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror} (setting KHABAR_ACTORS or --actors)") from None
    try:
        return data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: not UTF-8: {error.reason}; save the file as UTF-8") from None
