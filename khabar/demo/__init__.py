"""The sample articles of `khabar demo`, and the folder they are laid out in. Knows files, nothing of what becomes of them.

Three inputs are made on the spot, because they would not survive in a repository: a compressed archive, a text that is
not UTF-8, and one over the size limit.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import zstandard

from khabar.records import MAX_TEXT_CHARACTERS

NOW = datetime(2031, 3, 7, 6, tzinfo=UTC)
"""The morning after the last sample article. Every file is as old as that: loose texts take their date from it."""
ARCHIVED = "marfa.jsonl"


def lay_out(folder: Path) -> Path:
    """Write all sample input below `folder`, which must exist, and return the folder to read.

    The same bytes and the same file times, always. Raises OSError where the folder cannot be written.
    """
    articles = folder / "articles"
    _copy(files(__name__) / "articles", articles)
    plain = articles / ARCHIVED
    plain.with_name(f"{ARCHIVED}.zst").write_bytes(zstandard.ZstdCompressor(level=9).compress(plain.read_bytes()))
    plain.unlink()
    sentence = "خبر لا ينتهي "
    endless = sentence * (MAX_TEXT_CHARACTERS // len(sentence) + 1)
    (articles / "clippings" / "endless.txt").write_text(endless, encoding="utf-8")
    old_encoding = '{"source": "al-manara", "title": "نص بترميز قديم", "text": "كتب هذا السطر بترميز هجره الناس"}\n'
    (articles / "windows-1256.jsonl").write_bytes(old_encoding.encode("cp1256"))
    for path in articles.rglob("*"):
        if path.is_file():
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return articles


def _copy(source: Traversable, target: Path) -> None:
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            _copy(entry, target / entry.name)
    else:
        target.write_bytes(source.read_bytes())
