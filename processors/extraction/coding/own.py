"""The coder with a user's own actors, from a file: what the setting KHABAR_ACTORS and --actors come to.

The only module of coding that reads a file that did not come with the package.
"""

from __future__ import annotations

from pathlib import Path

from khabar.errors import SettingsError
from processors.extraction.coding.coder import Coder, load_coder
from processors.extraction.coding.tables import TableError


def coder_of(path: Path | None) -> Coder:
    """The coder, with the actors of the file at `path` beside the shipped ones, where one is given.

    Raises:
        SettingsError: the file cannot be read or used; says file and line.
    """
    if path is None:
        return load_coder()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror} (setting KHABAR_ACTORS or --actors)") from None
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: not UTF-8: {error.reason}; save the file as UTF-8") from None
    try:
        return load_coder((str(path), text))
    except TableError as error:
        raise SettingsError(f"{error} (your own actors: docs/actors.md has the columns)") from None
