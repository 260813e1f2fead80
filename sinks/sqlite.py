"""The SQLite store: articles, actors, events, counts and dead letters in one file, and how far a sink has got.

Knows SQL and the records; knows nothing of Kafka. Readers of the file may use any SQLite client: docs/sinks.md has the
tables. Rows and offsets share a transaction, so after a crash the file is as it was after some whole batch.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

import msgspec

from khabar.errors import ContractViolation
from khabar.records import ActorCount, ActorHour, DeadLetter, Event, MentionedActor, ResolvedArticle
from sinks.documents import rfc3339
from sinks.folding import fold

SCHEMA_VERSION = 3
APPLICATION_ID = 0x4B484252
"""`KHBR` in the file's header, so that `file` and we can tell it from other databases."""
BUSY_SECONDS = 30.0

SCHEMA = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    external_id TEXT,
    source TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    agency TEXT,
    place TEXT,
    published_at TEXT,
    fetched_at TEXT NOT NULL,
    event_time TEXT NOT NULL,
    part_of TEXT,
    revision INTEGER NOT NULL,
    copy_of TEXT,
    copy_kind TEXT,
    copy_similarity REAL,
    copy_containment REAL
);
CREATE INDEX articles_by_time ON articles (event_time, id);
CREATE INDEX articles_by_original ON articles (copy_of) WHERE copy_of IS NOT NULL;
CREATE TABLE actors (
    article INTEGER NOT NULL REFERENCES articles (number),
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    sector TEXT,
    mentions TEXT NOT NULL,
    PRIMARY KEY (article, position)
) WITHOUT ROWID;
CREATE INDEX actors_by_id ON actors (id);
CREATE TABLE events (
    article INTEGER NOT NULL REFERENCES articles (number),
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    quad INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_codes TEXT NOT NULL,
    target TEXT NOT NULL,
    target_codes TEXT NOT NULL,
    status TEXT NOT NULL,
    date TEXT NOT NULL,
    date_basis TEXT NOT NULL,
    trigger TEXT NOT NULL,
    sentence TEXT NOT NULL,
    event_key TEXT NOT NULL,
    PRIMARY KEY (article, position)
) WITHOUT ROWID;
CREATE INDEX events_by_type ON events (type, date);
CREATE TABLE actor_counts (
    actor TEXT NOT NULL,
    hour TEXT NOT NULL,
    type TEXT NOT NULL,
    role TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    quad INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    events INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (actor, hour, type, role)
) WITHOUT ROWID;
CREATE TABLE dead_letters (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    stage TEXT NOT NULL,
    origin TEXT NOT NULL,
    error TEXT NOT NULL,
    message TEXT NOT NULL,
    time TEXT NOT NULL,
    key BLOB,
    value BLOB NOT NULL,
    PRIMARY KEY (topic, partition, offset, stage, origin)
);
CREATE TABLE offsets (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE articles_text USING fts5 (
    title, text, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
"""

UPSERT_ARTICLE = """
INSERT INTO articles (id, external_id, source, url, title, text, language, agency, place, published_at,
                      fetched_at, event_time, part_of, revision, copy_of, copy_kind, copy_similarity, copy_containment)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    external_id = excluded.external_id, source = excluded.source, url = excluded.url, title = excluded.title,
    text = excluded.text, language = excluded.language, agency = excluded.agency, place = excluded.place,
    published_at = excluded.published_at, fetched_at = excluded.fetched_at,
    event_time = excluded.event_time, part_of = excluded.part_of, revision = excluded.revision,
    copy_of = excluded.copy_of, copy_kind = excluded.copy_kind,
    copy_similarity = excluded.copy_similarity, copy_containment = excluded.copy_containment
RETURNING number
"""
UPSERT_COUNT = """
INSERT INTO actor_counts (actor, hour, type, role, actor_name, kind, code, quad, articles, events, revision)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (actor, hour, type, role) DO UPDATE SET
    actor_name = excluded.actor_name, kind = excluded.kind, code = excluded.code, quad = excluded.quad,
    articles = excluded.articles, events = excluded.events, revision = excluded.revision
WHERE excluded.revision >= revision
"""
UPSERT_OFFSET = """
INSERT INTO offsets (topic, partition, next_offset) VALUES (?, ?, ?)
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)
"""
ARTICLE_COLUMNS = (
    "id", "external_id", "source", "url", "title", "text", "language", "agency", "place", "published_at", "fetched_at",
    "event_time", "part_of", "revision", "copy_of", "copy_kind", "copy_similarity", "copy_containment",
)  # fmt: skip


class Store:
    """One SQLite file. Writing methods do not commit: what belongs together is committed together, by `commit`.

    Not for several threads at once. Several processes may read while one writes.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """The store at `path`, created where there is none; `:memory:` keeps it in memory.

        Raises ContractViolation where the file is no Khabar store, or one of a newer Khabar.
        """
        try:
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level="IMMEDIATE", check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise ContractViolation(
                f"{path} cannot be opened: {error}. Does its folder exist, may you write?"
            ) from None
        try:
            _prepare(connection, path)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise ContractViolation(f"{path} cannot be used as a store: {error}") from None
        except ContractViolation:
            connection.close()
            raise
        return cls(connection)

    def write_articles(self, articles: Iterable[ResolvedArticle]) -> int:
        """Put in, or replace where the revision is not lower than the one that stands. Gives the number of stale ones."""
        return sum(not self._write_article(article) for article in articles)

    def _write_article(self, article: ResolvedArticle) -> bool:
        execute = self.connection.execute
        old = execute("SELECT number, revision, title, text FROM articles WHERE id = ?", (article.id,)).fetchone()
        if old is not None and old[1] > article.revision:
            return False
        row = (
            article.id,
            article.external_id,
            article.source,
            article.url,
            article.title,
            article.text,
            article.language,
            article.agency,
            article.place,
            None if article.published_at is None else rfc3339(article.published_at),
            rfc3339(article.fetched_at),
            rfc3339(article.event_time),
            article.part_of,
            article.revision,
            article.copy_of,
            article.copy_kind,
            article.copy_similarity,
            article.copy_containment,
        )
        # fetchall, not fetchone: the statement must be finished before the transaction can be committed.
        ((number,),) = execute(UPSERT_ARTICLE, row).fetchall()
        if old is not None:
            execute("DELETE FROM actors WHERE article = ?", (number,))
            execute("DELETE FROM events WHERE article = ?", (number,))
        if old is not None and (old[2], old[3]) != (article.title, article.text):
            execute(
                "INSERT INTO articles_text (articles_text, rowid, title, text) VALUES ('delete', ?, ?, ?)",
                (number, fold(old[2]), fold(old[3])),
            )
            old = None
        if old is None:
            execute(
                "INSERT INTO articles_text (rowid, title, text) VALUES (?, ?, ?)",
                (number, fold(article.title), fold(article.text)),
            )
        self.connection.executemany(
            "INSERT INTO actors VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, position, actor.id, actor.name, actor.kind, actor.code, actor.sector, _json(actor.mentions))
                for position, actor in enumerate(article.actors)
            ],
        )
        self.connection.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    position,
                    event.type,
                    event.quad,
                    _json(event.source),
                    _json(event.source_codes),
                    _json(event.target),
                    _json(event.target_codes),
                    event.status,
                    event.date,
                    event.date_basis,
                    event.trigger,
                    event.sentence,
                    event.event_key,
                )
                for position, event in enumerate(article.events)
            ],
        )
        return True

    def write_actor_hours(self, hours: Iterable[ActorHour]) -> int:
        """Put in every line, or replace where the revision is not lower. Gives the number of stale lines."""
        rows = [
            (
                hour.actor,
                rfc3339(hour.hour),
                line.type,
                line.role,
                hour.actor_name,
                hour.kind,
                hour.code,
                line.quad,
                line.articles,
                line.events,
                hour.revision,
            )
            for hour in hours
            for line in hour.counts
        ]
        before = self.connection.total_changes
        self.connection.executemany(UPSERT_COUNT, rows)
        return len(rows) - (self.connection.total_changes - before)

    def write_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        """Keep each once: a letter of the same topic, partition, offset, stage and origin stands already after a crash."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    letter.topic,
                    letter.partition,
                    letter.offset,
                    letter.stage,
                    letter.origin,
                    letter.error,
                    letter.message,
                    rfc3339(letter.time),
                    letter.key,
                    letter.value,
                )
                for letter in letters
            ],
        )

    def write_offsets(self, next_offsets: Mapping[tuple[str, int], int]) -> None:
        """Remember, by topic and partition, the offset to go on at. Never goes back."""
        self.connection.executemany(
            UPSERT_OFFSET, [(topic, partition, offset) for (topic, partition), offset in next_offsets.items()]
        )

    def commit(self) -> None:
        """Make everything written since the last commit lasting, all of it or nothing."""
        self.connection.commit()

    def rollback(self) -> None:
        """Forget everything written since the last commit."""
        self.connection.rollback()

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self.connection.close()

    def offsets(self) -> dict[tuple[str, int], int]:
        """By topic and partition, the offset to go on at."""
        rows = self.connection.execute("SELECT topic, partition, next_offset FROM offsets")
        return {(topic, partition): offset for topic, partition, offset in rows}

    def is_empty(self) -> bool:
        """Whether neither an article nor a count stands in it."""
        query = "SELECT EXISTS (SELECT 1 FROM articles) OR EXISTS (SELECT 1 FROM actor_counts)"
        return not self.connection.execute(query).fetchone()[0]

    def articles(self) -> Iterator[ResolvedArticle]:
        """Every article, by (event_time, id), read as it is asked for."""
        query = f"SELECT number, {', '.join(ARTICLE_COLUMNS)} FROM articles ORDER BY event_time, id"  # noqa: S608 - constants
        for number, *columns in self.connection.execute(query):
            yield self._article(number, columns)

    def named(self, names: Collection[str]) -> Iterator[ResolvedArticle]:
        """The articles whose id, or whose publisher's id, is one of `names`, by (event_time, id).

        Publishers' ids have no index, so the whole file is read, without texts. That is for a person who asks once.
        """
        marks = ", ".join("?" * len(names))
        query = (
            f"SELECT number, {', '.join(ARTICLE_COLUMNS)} FROM articles "  # noqa: S608 - constants
            f"WHERE id IN ({marks}) OR external_id IN ({marks}) ORDER BY event_time, id"
        )
        for number, *columns in self.connection.execute(query, [*names, *names]).fetchall():
            yield self._article(number, columns)

    def search(self, words: str, *, limit: int = 20) -> list[ResolvedArticle]:
        """The articles whose title or text has all `words`, in any of their Arabic spellings, best first."""
        terms = " ".join('"' + term.replace('"', '""') + '"' for term in fold(words).split())
        if not terms:
            return []
        columns = ", ".join(f"articles.{name}" for name in ARTICLE_COLUMNS)
        query = (
            f"SELECT number, {columns} FROM articles_text JOIN articles ON number = articles_text.rowid "  # noqa: S608 - constants
            "WHERE articles_text MATCH ? ORDER BY articles_text.rank, articles.id LIMIT ?"
        )
        return [self._article(row[0], row[1:]) for row in self.connection.execute(query, (terms, limit)).fetchall()]

    def _article(self, number: int, columns: Iterable[object]) -> ResolvedArticle:
        actors = self.connection.execute(
            "SELECT id, name, kind, code, sector, mentions FROM actors WHERE article = ? ORDER BY position", (number,)
        )
        events = self.connection.execute(
            "SELECT type, quad, source, source_codes, target, target_codes, status, date, date_basis, trigger, sentence,"
            " event_key FROM events WHERE article = ? ORDER BY position",
            (number,),
        )
        fields = dict(zip(ARTICLE_COLUMNS, columns, strict=True))
        fields["actors"] = [_actor(row) for row in actors]
        fields["events"] = [_event(row) for row in events]
        return msgspec.convert(fields, ResolvedArticle)

    def actor_counts(self) -> Iterator[ActorCount]:
        """Every count by (actor, hour, type, role). Lines that were taken back altogether are left out."""
        names = (
            "actor",
            "hour",
            "type",
            "role",
            "actor_name",
            "kind",
            "code",
            "quad",
            "articles",
            "events",
            "revision",
        )
        query = (
            f"SELECT {', '.join(names)} FROM actor_counts WHERE articles <> 0 OR events <> 0 "  # noqa: S608 - constants
            "ORDER BY actor, hour, type, role"
        )
        for row in self.connection.execute(query):
            yield msgspec.convert(dict(zip(names, row, strict=True)), ActorCount)

    def dead_letters(self) -> Iterator[DeadLetter]:
        """Every dead letter, by topic, partition, offset, origin and stage."""
        names = ("topic", "partition", "offset", "origin", "stage", "error", "message", "time", "key", "value")
        query = f"SELECT {', '.join(names)} FROM dead_letters ORDER BY topic, partition, offset, origin, stage"  # noqa: S608 - constants
        for row in self.connection.execute(query):
            yield msgspec.convert(dict(zip(names, row, strict=True)), DeadLetter, builtin_types=(bytes,))


def _prepare(connection: sqlite3.Connection, path: Path | str) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise ContractViolation(f"{path} is a database, but no Khabar store; name another file")
    if version > SCHEMA_VERSION:
        raise ContractViolation(
            f"{path} has schema version {version}, this Khabar knows up to {SCHEMA_VERSION}; "
            "upgrade Khabar or name another file"
        )
    if 0 < version < SCHEMA_VERSION:
        raise ContractViolation(
            f"{path} was made by an earlier Khabar (schema version {version}, now {SCHEMA_VERSION}), which read its articles "
            "by other rules; name another file and fill it anew"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    # In WAL mode a power cut may undo the last transactions but never tears one: offsets go back with their rows.
    connection.execute("PRAGMA synchronous = NORMAL")
    if version == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _actor(row: tuple[object, ...]) -> dict[str, object]:
    *plain, mentions = row
    names = MentionedActor.__struct_fields__
    return dict(zip(names, [*plain, msgspec.json.decode(str(mentions))], strict=True))


def _event(row: tuple[object, ...]) -> dict[str, object]:
    fields = dict(zip(Event.__struct_fields__, row, strict=True))
    for name in ("source", "source_codes", "target", "target_codes"):
        fields[name] = msgspec.json.decode(str(fields[name]))
    return fields
