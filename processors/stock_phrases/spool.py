"""Clean texts in a temporary file: taken in once, gone over several times. Knows texts and times, nothing of phrases.

The order is by time and then by a digest of the text, whatever the order in which they came; so all that follows from it is
the same for any order of the input. A text that came several times stands here once, with the earliest of its times.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from types import TracebackType
from typing import NamedTuple, Self

import zstandard

from khabar.errors import KhabarError, SettingsError
from khabar.identity import event_time
from khabar.records import Article
from processors.extraction.stage import read_article

CHUNK_TEXTS = 500
ID_BYTES = 16
"""As long as an article's id, because deduplication is given it as one."""
CACHE_KIBIBYTES = 32 * 1024


class SpooledText(NamedTuple):
    """`id`: 32 hex digits that depend on the text alone. `time`: seconds since 1970."""

    id: str
    time: int
    text: str


class Spool:
    """A context manager; the file is gone when it ends, however it ends.

    SQLite puts the file into SQLITE_TMPDIR, else TMPDIR, else /var/tmp, and takes its name away while it is open. All
    methods raise SettingsError where it cannot be written.
    """

    def __init__(self) -> None:
        self.distinct = 0
        """Texts in the spool."""
        self.size_bytes = 0
        """Their length together, in UTF-8."""
        self._pending: list[tuple[int, bytes, int, bytes]] = []
        self._packer = zstandard.ZstdCompressor()
        self._connection = sqlite3.connect("")
        self._execute("PRAGMA journal_mode = OFF")
        self._execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        self._execute("CREATE TABLE texts (id BLOB UNIQUE, time INTEGER, size INTEGER, text BLOB)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def add(self, text: str, time: int) -> None:
        """Take in a text that appeared at `time` (seconds since 1970)."""
        encoded = text.encode("utf-8", "replace")
        identity = blake2b(encoded, digest_size=ID_BYTES).digest()
        self._pending.append((time, identity, len(encoded), self._packer.compress(encoded)))
        if len(self._pending) >= CHUNK_TEXTS:
            self._write()

    def finish(self) -> None:
        """All are taken in: put them in order."""
        self._write()
        self._execute("CREATE INDEX by_time ON texts (time, id)")
        ((self.distinct, self.size_bytes),) = self._execute("SELECT count(*), coalesce(sum(size), 0) FROM texts")

    def chunks(self, progress: Callable[[int], None]) -> Iterator[list[SpooledText]]:
        """The texts in their order, up to CHUNK_TEXTS at a time. After each chunk `progress` is told its length in bytes;
        what it raises ends the pass.
        """
        unpacker = zstandard.ZstdDecompressor()
        found = self._execute("SELECT id, time, size, text FROM texts INDEXED BY by_time ORDER BY time, id")
        while rows := found.fetchmany(CHUNK_TEXTS):
            yield [
                SpooledText(identity.hex(), time, unpacker.decompress(text).decode("utf-8"))
                for identity, time, _, text in rows
            ]
            progress(sum(size for _, _, size, _ in rows))

    def _write(self) -> None:
        self._execute_many(
            "INSERT INTO texts (time, id, size, text) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET time = min(time, excluded.time)",
            self._pending,
        )
        self._pending = []

    def _execute(self, statement: str) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement)
        except sqlite3.OperationalError as error:
            raise _unwritable(error) from None

    def _execute_many(self, statement: str, rows: list[tuple[int, bytes, int, bytes]]) -> None:
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise _unwritable(error) from None


def spool_article(article: Article, spool: Spool) -> int:
    """Take in the texts that extraction would fingerprint: the article and those embedded in it. How many there were.

    Raises InvalidRecord (`empty_text`) where extraction would refuse the article.
    """
    page = read_article(article)
    time = event_time(published_at=article.published_at, fetched_at=article.fetched_at)
    spool.add(page.text, _seconds(time))
    for part in page.parts:
        spool.add(part.text, _seconds(part.published_at or time))
    return 1 + len(page.parts)


def _seconds(time: datetime) -> int:
    return int(time.timestamp())


def _unwritable(error: sqlite3.OperationalError) -> KhabarError:
    return SettingsError(
        f"the temporary file cannot be written: {error}; name a folder with more room in SQLITE_TMPDIR"
    )
