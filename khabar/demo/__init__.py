"""The sample articles of `khabar demo`, and the folder they are laid out in. Knows files, nothing of what becomes of them.

Three inputs are made on the spot, because they would not survive in a repository: a compressed archive, a text that is
not UTF-8, and one over the size limit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import zstandard

from khabar.records import MAX_TEXT_CHARACTERS

NOW = datetime(2031, 3, 7, 6, tzinfo=UTC)
"""The morning after the last sample article: what undated samples take for the time they were fetched."""
ARCHIVED = "marfa.jsonl"
CLIPPINGS_SOURCE = "clippings"
"""The source of samples that name none: loose texts and pages."""


def lay_out(folder: Path) -> Path:
    """Write all sample input below `folder`, which must exist, and return the folder to read.

    The same bytes each time. Raises OSError where the folder cannot be written.
    """
    articles = folder / "articles"
    _copy(files(__name__) / "articles", articles)
    plain = articles / ARCHIVED
    plain.with_name(f"{ARCHIVED}.zst").write_bytes(zstandard.ZstdCompressor(level=9).compress(plain.read_bytes()))
    plain.unlink()
    (articles / "clippings" / "endless.txt").write_text(
        "خبر لا ينتهي " * (MAX_TEXT_CHARACTERS // 13 + 1), encoding="utf-8"
    )
    (articles / "windows-1256.jsonl").write_bytes(
        '{"source": "al-manara", "title": "نص بترميز قديم", "text": "كتب هذا السطر بترميز لم يعد أحد يستعمله"}\n'.encode(
            "cp1256"
        )
    )
    return articles


def _copy(source: Traversable, target: Path) -> None:
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            _copy(entry, target / entry.name)
    else:
        target.write_bytes(source.read_bytes())
