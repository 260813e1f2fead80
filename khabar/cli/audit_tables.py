"""The file in which `khabar audit` lays side by side what was recomputed, what the topics say and what the index says.

SQLite, temporary, never committed: of an article its signature, of counts the numbers. Knows how differing pairs are found,
not what is thought of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from khabar.cli.audit_compare import UNREADABLE, Count, Letter, Version, signature
from khabar.records import ActorCount, ActorHour, ResolvedArticle

Kind: TypeAlias = Literal["article", "count"]
LetterKind: TypeAlias = Literal["article", "finding", "copy", "hour", "indexed", "unreadable"]
"""What the message that was set aside would have brought: an article of `articles`; one of `findings`; what an article
repeats; an actor's hour; a document."""
FOREVER: Final = 2**62
CACHE_KILOBYTES: Final = 64 * 1024

SCHEMA: Final = """
CREATE TABLE expected (id TEXT PRIMARY KEY, signature BLOB, time INTEGER, copy_of TEXT, part_of TEXT, late INTEGER,
                       pass INTEGER) WITHOUT ROWID;
CREATE TABLE topic (id TEXT PRIMARY KEY, signature BLOB, time INTEGER, copy_of TEXT, part_of TEXT, revision INTEGER,
                    partition INTEGER, place INTEGER) WITHOUT ROWID;
CREATE TABLE indexed (id TEXT PRIMARY KEY, signature BLOB, revision INTEGER, version INTEGER) WITHOUT ROWID;
CREATE TABLE expected_counts (id TEXT PRIMARY KEY, hour_id TEXT, hour INTEGER, articles INTEGER, events INTEGER,
                              pass INTEGER) WITHOUT ROWID;
CREATE TABLE topic_hours (id TEXT PRIMARY KEY, revision INTEGER, partition INTEGER, place INTEGER) WITHOUT ROWID;
CREATE TABLE topic_counts (id TEXT PRIMARY KEY, hour_id TEXT, hour INTEGER, articles INTEGER, events INTEGER,
                           revision INTEGER) WITHOUT ROWID;
CREATE TABLE indexed_counts (id TEXT PRIMARY KEY, hour_id TEXT, articles INTEGER, events INTEGER, revision INTEGER,
                             version INTEGER) WITHOUT ROWID;
CREATE TABLE letters (kind TEXT, subject TEXT, stage TEXT, error TEXT, topic TEXT, partition INTEGER, place INTEGER,
                      at TEXT, PRIMARY KEY (kind, subject, topic, partition, place, stage)) WITHOUT ROWID;
CREATE TABLE refused (partition INTEGER, place INTEGER, id TEXT, error TEXT, pass INTEGER,
                      PRIMARY KEY (partition, place)) WITHOUT ROWID;
CREATE TABLE touched (hour_id TEXT PRIMARY KEY, article TEXT, letter TEXT) WITHOUT ROWID;
"""


class ArticlePair(NamedTuple):
    """An article as recomputed and as the topic has it, which are not the same. `copies`: what either repeats. `moving`: it
    was recomputed anew in the last pass, so the topic may not show it yet.
    """

    id: str
    expected: bytes | None
    found: bytes | None
    part_of: str | None
    copies: tuple[str | None, str | None]
    late: str | None
    moving: bool
    time: int


class CountPair(NamedTuple):
    """A line of counts, likewise."""

    id: str
    hour_id: str
    expected: Count | None
    found: Count | None
    moving: bool


class IndexedPair(NamedTuple):
    """What the topic and the index have of one article or line. `partition`, `place`: where on the topic, if it is there."""

    kind: Kind
    id: str
    hour_id: str | None
    on_topic: Version | Count | None
    in_index: Version | Count | None
    partition: int | None
    place: int | None


class RefusedArticle(NamedTuple):
    """An article that extraction refuses, by its place in `articles`; `number`: of the pass that met it."""

    partition: int
    place: int
    id: str
    error: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is compared, in epoch seconds: articles of [since, until), and hours wholly inside it. What lies before
    `known_from` may repeat articles that are gone from `articles`. `window`: how far before `since` lies what the compared may
    repeat. `whole`: the recomputation began with the first article.
    """

    since: int = -FOREVER
    until: int = FOREVER
    known_from: int = -FOREVER
    window: int = 0
    whole: bool = True

    @property
    def hours(self) -> tuple[int, int]:
        """From this hour to before that one."""
        return max(self.since, self.known_from), self.until - (3_600 if self.until != FOREVER else 0)

    def keeps_article(self, time: datetime) -> bool:
        """Whether an article of that time is compared, or may be an original of one that is."""
        return self.since - self.window <= int(time.timestamp()) < self.until

    def has_hour(self, hour: datetime) -> bool:
        first, last = self.hours
        return first <= int(hour.timestamp()) <= last


class AuditTables:
    """All tables. `connection` is shared with the local engine, whose rows stand in the same file."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        # Nothing of it outlives the process, so nothing need survive a crash.
        self.connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KILOBYTES}; "
            f"PRAGMA temp_store = FILE; {SCHEMA}"
        )
        self.connection.execute("BEGIN")

    def close(self) -> None:
        self.connection.close()

    # What was recomputed

    def expect(self, articles: Iterable[ResolvedArticle], *, watermark: int, lateness: int, number: int) -> None:
        """Articles as the recomputation's pass `number` has them, the last of one id counts."""
        self.connection.executemany(
            "INSERT INTO expected VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "signature = excluded.signature, copy_of = excluded.copy_of, part_of = excluded.part_of, pass = excluded.pass",
            [
                (
                    article.id,
                    signature(article),
                    _seconds(article.event_time),
                    article.copy_of,
                    article.part_of,
                    _seconds(article.event_time) < watermark - lateness,
                    number,
                )
                for article in {article.id: article for article in articles}.values()
            ],
        )

    def expect_counts(self, lines: Iterable[tuple[str, str, ActorCount]], *, number: int) -> None:
        """Lines of counts, each with its document's id and its hour's."""
        self.connection.executemany(
            "INSERT INTO expected_counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "articles = excluded.articles, events = excluded.events, pass = excluded.pass",
            [
                (identifier, hour_id, _seconds(line.hour), line.articles, line.events, number)
                for identifier, hour_id, line in lines
            ],
        )

    def refuse(self, partition: int, place: int, identifier: str, error: str, *, number: int) -> None:
        """An article that extraction refuses, in pass `number`."""
        self.connection.execute(
            "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?)", (partition, place, identifier, error, number)
        )

    # What the topics say

    def found_articles(self, articles: Iterable[tuple[ResolvedArticle, int, int]]) -> None:
        """Articles with their partition and offset. The highest revision stands, of equal ones the last."""
        self.connection.executemany(
            "INSERT INTO topic VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET signature = excluded.signature, "
            "time = excluded.time, copy_of = excluded.copy_of, part_of = excluded.part_of, revision = excluded.revision, "
            "partition = excluded.partition, place = excluded.place WHERE excluded.revision >= revision",
            [
                (
                    article.id,
                    signature(article),
                    _seconds(article.event_time),
                    article.copy_of,
                    article.part_of,
                    article.revision,
                    partition,
                    place,
                )
                for article, partition, place in articles
            ],
        )

    def found_hours(
        self, hours: Iterable[tuple[str, ActorHour, int, int]], lines: Iterable[tuple[str, str, ActorCount]]
    ) -> None:
        """Hours with their id, partition and offset; and their lines, each with its document's id and its hour's."""
        self.connection.executemany(
            "INSERT INTO topic_hours VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, "
            "partition = excluded.partition, place = excluded.place WHERE excluded.revision >= revision",
            [(hour_id, hour.revision, partition, place) for hour_id, hour, partition, place in hours],
        )
        self.connection.executemany(
            "INSERT INTO topic_counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET articles = excluded.articles, "
            "events = excluded.events, revision = excluded.revision WHERE excluded.revision >= revision",
            [
                (identifier, hour_id, _seconds(line.hour), line.articles, line.events, line.revision)
                for identifier, hour_id, line in lines
            ],
        )

    # What the index says

    def indexed_articles(self, documents: Iterable[tuple[str, ResolvedArticle | None, int]]) -> None:
        """Documents with their id and version; None where one is no article."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO indexed VALUES (?, ?, ?, ?)",
            [
                (
                    identifier,
                    UNREADABLE if article is None else signature(article),
                    version if article is None else article.revision,
                    version,
                )
                for identifier, article, version in documents
            ],
        )

    def indexed_counts(self, documents: Iterable[tuple[str, str, ActorCount | None, int]]) -> None:
        """Documents with their id, that of their hour, and their version; None where one is no count."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO indexed_counts VALUES (?, ?, ?, ?, ?, ?)",
            [
                (identifier, hour_id, -1, -1, version, version)
                if line is None
                else (identifier, hour_id, line.articles, line.events, line.revision, version)
                for identifier, hour_id, line, version in documents
            ],
        )

    def forget_indexed(self, kind: Kind, ids: Sequence[str]) -> None:
        """Before they are read again."""
        table = "indexed" if kind == "article" else "indexed_counts"
        self.connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(one,) for one in ids])  # noqa: S608 - constants

    # Dead letters

    def add_letter(
        self, kind: LetterKind, subject: str, letter: Letter, *, topic: str, partition: int, place: int
    ) -> None:
        """A dead letter about `subject`; `topic`, `partition`, `place`: of the message it is about."""
        self.connection.execute(
            "INSERT OR IGNORE INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, subject, letter.stage, letter.error, topic, partition, place, letter.place),
        )

    def letter(self, kinds: Sequence[LetterKind], subjects: Iterable[str | None]) -> Letter | None:
        """A letter of one of these kinds about one of these."""
        for subject in subjects:
            for kind in kinds:
                found = self.connection.execute(
                    "SELECT stage, error, topic, partition, place, at FROM letters WHERE kind = ? AND subject = ?",
                    (kind, subject),
                ).fetchone()
                if found is not None:
                    return _letter(found)
        return None

    def sink_letter(self, subject: str, *, partition: int, since_place: int) -> Letter | None:
        """A letter about the message of the topic at that place, or a later one of the same key."""
        found = self.connection.execute(
            "SELECT stage, error, topic, partition, place, at FROM letters WHERE kind = 'indexed' AND subject = ? "
            "AND partition = ? AND place >= ?",
            (subject, partition, since_place),
        ).fetchone()
        return None if found is None else _letter(found)

    def letter_numbers(self) -> tuple[int, int, int]:
        """Of the articles that stand in dead-letters: how many are not in the topic, how many are all the same; and how
        many letters of the generation's own topics hold nothing that can be read.
        """
        row = self.connection.execute(
            "SELECT count(DISTINCT CASE WHEN kind <> 'unreadable' AND topic.id IS NULL THEN subject END), "
            "count(DISTINCT CASE WHEN topic.id IS NOT NULL THEN subject END), count(DISTINCT CASE WHEN kind = 'unreadable' "
            "THEN letters.topic || '/' || letters.partition || '/' || letters.place END) "
            "FROM letters LEFT JOIN topic ON topic.id = subject WHERE kind IN ('article', 'finding', 'unreadable')"
        ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def refused_without_letter(self) -> Iterator[RefusedArticle]:
        """Articles that were refused and do not stand in dead-letters."""
        for row in self.connection.execute(
            "SELECT partition, place, id, error, pass FROM refused WHERE NOT EXISTS (SELECT 1 FROM letters WHERE "
            "letters.topic = 'articles' AND letters.partition = refused.partition AND letters.place = refused.place) "
            "ORDER BY partition, place"
        ):
            yield RefusedArticle(*row)

    # What differs

    def differing_articles(self, scope: Scope, *, last_pass: int) -> Iterator[ArticlePair]:
        """Pairs of the recomputation and the topic."""
        late = (
            "CASE WHEN e.late THEN e.id ELSE (SELECT id FROM expected AS o "
            "WHERE o.id IN (e.copy_of, t.copy_of) AND o.late) END"
        )
        for row in self.connection.execute(
            f"SELECT e.id, e.signature, t.signature, e.part_of, e.copy_of, t.copy_of, {late}, e.pass = ?, e.time "  # noqa: S608 - constants
            "FROM expected AS e LEFT JOIN topic AS t ON t.id = e.id WHERE e.time >= ? AND e.time < ? "
            "AND (t.signature IS NULL OR t.signature <> e.signature)",
            (last_pass, scope.since, scope.until),
        ):
            yield ArticlePair(row[0], row[1], row[2], row[3], (row[4], row[5]), row[6], bool(row[7]), row[8])
        # Of a page that was not recomputed neither were the articles embedded in it.
        whole = (
            "" if scope.whole else " AND (t.part_of IS NULL OR EXISTS (SELECT 1 FROM expected WHERE id = t.part_of))"
        )
        for row in self.connection.execute(
            "SELECT t.id, NULL, t.signature, t.part_of, NULL, t.copy_of, t.time FROM topic AS t "  # noqa: S608 - constants
            "WHERE t.time >= ? AND t.time < ? AND NOT EXISTS (SELECT 1 FROM expected WHERE id = t.id)" + whole,
            (max(scope.since, scope.known_from), scope.until),
        ):
            yield ArticlePair(row[0], row[1], row[2], row[3], (row[4], row[5]), None, False, row[6])

    def differing_counts(self, scope: Scope, *, last_pass: int) -> Iterator[CountPair]:
        """Pairs of the recomputation and the topic. Lines that the newest record of an hour no longer has do not count."""
        first, last = scope.hours
        for row in self.connection.execute(
            "SELECT e.id, e.hour_id, e.articles, e.events, e.pass = ?, h.id IS NOT NULL, t.articles, t.events, t.revision "
            "FROM expected_counts AS e LEFT JOIN topic_counts AS t ON t.id = e.id "
            "LEFT JOIN topic_hours AS h ON h.id = t.hour_id AND h.revision = t.revision WHERE e.hour >= ? AND e.hour <= ? "
            "AND (CASE WHEN h.id IS NULL THEN 0 ELSE t.articles END <> e.articles "
            "OR CASE WHEN h.id IS NULL THEN 0 ELSE t.events END <> e.events)",
            (last_pass, first, last),
        ):
            found = Count(*row[6:9]) if row[5] else None
            yield CountPair(row[0], row[1], Count(row[2], row[3]), found, bool(row[4]))
        for row in self.connection.execute(
            "SELECT t.id, t.hour_id, t.articles, t.events, t.revision FROM topic_counts AS t JOIN topic_hours AS h "
            "ON h.id = t.hour_id AND h.revision = t.revision WHERE t.hour >= ? AND t.hour <= ? "
            "AND (t.articles <> 0 OR t.events <> 0) AND NOT EXISTS (SELECT 1 FROM expected_counts WHERE id = t.id)",
            (first, last),
        ):
            yield CountPair(row[0], row[1], None, Count(*row[2:]), False)

    def differing_documents(self, scope: Scope) -> Iterator[IndexedPair]:
        """Pairs of the topics and the index."""
        for row in self.connection.execute(
            "SELECT t.id, t.revision, t.signature, t.partition, t.place, i.revision, i.signature, i.version FROM topic AS t "
            "LEFT JOIN indexed AS i ON i.id = t.id WHERE t.time >= ? AND t.time < ? AND (i.id IS NULL "
            "OR i.revision <> t.revision OR i.version <> t.revision OR i.signature <> t.signature)",
            (scope.since, scope.until),
        ):
            index = None if row[5] is None else Version(*row[5:8])
            yield IndexedPair("article", row[0], None, Version(row[1], row[2]), index, row[3], row[4])
        for row in self.connection.execute(
            "SELECT id, revision, signature, version FROM indexed WHERE NOT EXISTS (SELECT 1 FROM topic WHERE id = indexed.id)"
        ):
            yield IndexedPair("article", row[0], None, None, Version(*row[1:]), None, None)
        for row in self.connection.execute(
            "SELECT t.id, t.hour_id, t.articles, t.events, t.revision, h.partition, h.place, i.articles, i.events, i.revision, "
            "i.version FROM topic_hours AS h JOIN topic_counts AS t ON t.hour_id = h.id AND t.revision = h.revision "
            "LEFT JOIN indexed_counts AS i ON i.id = t.id WHERE i.id IS NULL OR i.articles <> t.articles "
            "OR i.events <> t.events OR i.revision <> t.revision OR i.version <> t.revision"
        ):
            yield IndexedPair("count", row[0], row[1], Count(*row[2:5]), _indexed_count(row[7:11]), row[5], row[6])
        for row in self.connection.execute(
            "SELECT i.id, i.hour_id, i.articles, i.events, i.revision, i.version FROM indexed_counts AS i "
            "WHERE (i.articles <> 0 OR i.events <> 0) AND NOT EXISTS (SELECT 1 FROM topic_counts AS t "
            "JOIN topic_hours AS h ON h.id = t.hour_id AND h.revision = t.revision WHERE t.id = i.id)"
        ):
            yield IndexedPair("count", row[0], row[1], None, _indexed_count(row[2:]), None, None)

    # Articles that differ, and the hours in which they count

    def touch(self, hour_ids: Iterable[str], article: str, letter: Letter | None) -> None:
        """`article` differs and counts in these hours; `letter` says why, if it was set aside."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO touched VALUES (?, ?, ?)",
            [(hour_id, article, None if letter is None else "\t".join(letter)) for hour_id in hour_ids],
        )

    def touching(self, hour_id: str) -> tuple[str | None, Letter | None]:
        """The article that differs and counts in the hour, and why it was set aside, if it was."""
        found = self.connection.execute("SELECT article, letter FROM touched WHERE hour_id = ?", (hour_id,)).fetchone()
        if found is None:
            return None, None
        return found[0], None if found[1] is None else Letter(*found[1].split("\t"))

    def forget_touched(self) -> None:
        """Before another look."""
        self.connection.execute("DELETE FROM touched")

    def is_in_topic(self, identifier: str | None) -> bool:
        """Whether the topic has that article."""
        return self.connection.execute("SELECT 1 FROM topic WHERE id = ?", (identifier,)).fetchone() is not None

    def sizes(self, scope: Scope) -> dict[str, int]:
        """How much was compared."""
        first, last = scope.hours
        return {
            "articles": self._count("expected WHERE time >= ? AND time < ?", scope.since, scope.until),
            "counts": self._count("expected_counts WHERE hour >= ? AND hour <= ?", first, last),
            "topic_articles": self._count("topic WHERE time >= ? AND time < ?", scope.since, scope.until),
            "topic_counts": self._count("topic_counts"),
            "indexed_articles": self._count("indexed"),
            "indexed_counts": self._count("indexed_counts"),
        }

    def _count(self, what: str, *bounds: int) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {what}", bounds).fetchone()[0])  # noqa: S608 - constants


def _indexed_count(row: Sequence[int | None]) -> Count | None:
    """A document whose version is not its revision is of a revision that nobody published."""
    articles, events, revision, version = row
    if articles is None or events is None or revision is None or version is None:
        return None
    return Count(articles, events, max(revision, version))


def _letter(row: Sequence[str]) -> Letter:
    stage, error, topic, partition, place, at = row
    return Letter(stage, error, f"message {topic}/{partition}@{place}", at)


def _seconds(time: datetime) -> int:
    return int(time.timestamp())
