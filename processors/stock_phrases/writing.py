"""The list of stock phrases as a file that people edit and `processors.fingerprints.stop_list` reads. Does no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from processors.fingerprints.stop_list import VERSION, StopList, built_in, built_in_phrases, stop_list
from processors.fingerprints.words import key_shingles
from processors.stock_phrases.search import Found, Thresholds

VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseFile:
    """The `text` of the file, the list it will be read as, and how many phrases it has from the corpus and built in."""

    text: str
    stop_list: StopList
    found: int
    built_in: int


def phrase_file(
    found: Found, *, articles: int, thresholds: Thresholds, version: str | None, with_built_in: bool
) -> PhraseFile:
    """The file for what was found in `articles` articles. `version`: None derives one from the phrases.

    Built-in phrases follow those found, but for those that would add nothing.
    """
    own = [phrase.text for phrase in found.phrases]
    more = _not_covered(own) if with_built_in else []
    name = version or sha256("\n".join([*own, *more]).encode()).hexdigest()[:VERSION_DIGITS]
    lines = [
        f"{VERSION} {name}",
        "# Stock phrases, made by `khabar stop-phrases`: what unrelated articles have in common word for word. Any five words",
        f"# in a row of a phrase stand in at least {found.least:,} of {found.originals:,} originals, copies left out",
        f"# (articles: {articles:,}; --min-articles {thresholds.min_articles} --min-share {thresholds.min_share}).",
        "# One phrase a line, of at least five words; before it, and for people only, the number of originals and a tab.",
        "# Lines can be added, changed and removed. Then give the list another version and start a new generation.",
        "",
        *(f"{phrase.articles}\t{phrase.text}" for phrase in found.phrases),
    ]
    if more:
        lines += ["", f"# Built into Khabar, version {built_in().version}", *more]
    return PhraseFile(
        text="\n".join(lines) + "\n",
        stop_list=stop_list([*own, *more], version=name),
        found=len(own),
        built_in=len(more),
    )


def _not_covered(phrases: Sequence[str]) -> list[str]:
    hashes = stop_list(phrases, version="").hashes
    return [phrase for phrase in built_in_phrases() if not np.isin(key_shingles(phrase), hashes).all()]
