"""The stop-list: which word 5-shingles are never keys. Knows phrases and the files they stand in; not how they are found.

A file of stock phrases is UTF-8 text. Lines that start with "#" are comments; one of them must be `# version: NAME`. Every
other line that is not blank is a phrase of at least five words, which a number of articles and a tab may go before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np

from khabar.errors import SettingsError
from processors.fingerprints.kernels import KEY_WORDS, Hashes, hash_set
from processors.fingerprints.words import key_shingles

BUILT_IN = "stop_phrases.txt"
VERSION = "# version:"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopList:
    """Shingles that are never keys. `version` is the name people gave the list; `digest`, 64 hex digits, is equal where two
    lists act alike; `hashes` are ascending and distinct, and `table` holds them for the kernels to look up.
    """

    version: str
    digest: str
    hashes: Hashes = field(repr=False, compare=False)
    table: Hashes = field(repr=False, compare=False)


@cache
def built_in() -> StopList:
    """The list that comes with Khabar."""
    return _stop_list((files(__package__) / BUILT_IN).read_bytes(), BUILT_IN)


@cache
def built_in_phrases() -> tuple[str, ...]:
    """The phrases of the built-in list, in the order of its file."""
    return tuple(phrase for _, phrase in _phrases(_lines((files(__package__) / BUILT_IN).read_bytes(), BUILT_IN)))


def load_stop_list(path: Path) -> StopList:
    """The list in the file at `path`.

    Raises SettingsError, with the path and where it can the line, for a file that cannot be read or is not UTF-8, a phrase
    of fewer than five words, and a file without a version.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"the stock phrases in {path} cannot be read: {error.strerror}") from None
    return _stop_list(data, str(path))


def stop_list_of(path: Path | None) -> StopList:
    """What the setting KHABAR_STOP_PHRASES comes to: the list at `path`, else the built-in one. Raises SettingsError."""
    return built_in() if path is None else load_stop_list(path)


def stop_list(phrases: Iterable[str], *, version: str) -> StopList:
    """The list of `phrases`."""
    hashes = np.unique(np.concatenate([np.empty(0, np.uint64), *(key_shingles(phrase) for phrase in phrases)]))
    return StopList(
        version=version,
        digest=sha256(hashes.astype("<u8").tobytes()).hexdigest(),
        hashes=hashes,
        table=hash_set(hashes),
    )


def _stop_list(data: bytes, name: str) -> StopList:
    lines = _lines(data, name)
    version = next((line.removeprefix(VERSION).strip() for line in lines if line.startswith(VERSION)), "")
    if not version:
        raise SettingsError(
            f"{name}: no line says `{VERSION} NAME`; add one at the top, so that lists can be told apart"
        )
    phrases = []
    for number, phrase in _phrases(lines):
        if len(key_shingles(phrase)) == 0:
            raise SettingsError(
                f"{name}:{number}: a phrase has at least {KEY_WORDS} words, or it has no effect; lengthen or remove it"
            )
        phrases.append(phrase)
    return stop_list(phrases, version=version)


def _lines(data: bytes, name: str) -> list[str]:
    lines = []
    # By bytes: str.splitlines would also cut at signs that editors do not count as line ends.
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8").strip())
        except UnicodeDecodeError as error:
            raise SettingsError(
                f"{name}:{number}: not UTF-8 ({error.reason} at byte {error.start} of the line); save the file as UTF-8"
            ) from None
    return lines


def _phrases(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each phrase with the number of its line, from 1."""
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#"):
            articles, tab, phrase = line.partition("\t")
            yield number, phrase if tab and articles.strip().isdecimal() else line
