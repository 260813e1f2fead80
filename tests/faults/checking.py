"""What must hold at the end. Every check gives differences, none of them stops at the first.

The measure is `khabar batch`, the local engine, over the same files. It is compared with the topics as `khabar export` reads
them, and these with the index and the SQLite file, documents and revisions.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import msgspec
import orjson
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from khabar.codec import decode
from khabar.dead_letter_admin import cause, stored_letters
from khabar.errors import InvalidRecord
from khabar.records import ActorCount, Article, DeadLetter, ResolvedArticle
from khabar.status import SOURCES
from khabar.topics import Topic, changelog_name, topic_name
from processors.faust_engine.batch_log import TAG_HEADER, Tag
from sinks.documents import count_id
from sinks.elasticsearch import index_name
from sinks.sqlite import Store
from sinks.topic_tables import read_tables
from tests.faults.producer import acknowledged
from tests.faults.system import System
from tests.faust_engine.cluster import each_message

EXAMPLES = 3
SINK_STAGES = ("sink-elasticsearch", "sink-sqlite")
Table = Mapping[str, bytes]
Letter = tuple[str | int | bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`count` things of a kind that should not be, with a few of them."""

    where: str
    what: str
    count: int
    examples: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Checked:
    """What the checks found, and what they counted on the way."""

    differences: list[Difference] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def note(self, where: str, what: str, found: Collection[object]) -> None:
        """A difference, where there is any."""
        if found:
            examples = [str(one)[:300] for one in sorted(found, key=str)[:EXAMPLES]]
            self.differences.append(Difference(where=where, what=what, count=len(found), examples=examples))

    def compare(self, where: str, expected: Table, found: Table) -> None:
        """Keys and values of two tables."""
        self.note(where, "missing", expected.keys() - found.keys())
        self.note(where, "too many", found.keys() - expected.keys())
        differing = [key for key in expected.keys() & found.keys() if expected[key] != found[key]]
        self.note(where, "other values", [f"{k}: {_differing(expected[k], found[k])}" for k in differing])


class _Tables(Protocol):
    def articles(self) -> Iterator[ResolvedArticle]: ...

    def actor_counts(self) -> Iterator[ActorCount]: ...


@contextmanager
def batch(files: Sequence[Path], folder: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Run `khabar batch` over the files beside the block, and wait for it at the end of the block. Gives its store."""
    store = folder / "batch.db"
    command = [sys.executable, "-m", "khabar", "batch", *map(str, files), "--store", str(store), "--json"]
    with (folder / "logs" / "batch.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
    try:
        yield store
        assert process.wait() in (0, 5), f"khabar batch ended with {process.returncode}: {log.name}"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def check(system: System, batch_store: Path) -> Checked:
    """All differences. Nothing may be running any more but the servers."""
    checked = Checked()
    with closing(Store.open(batch_store)) as store:
        expected_articles, expected_counts = _articles(store), _counts(store)
        expected_letters = list(store.dead_letters())
    skipped: list[object] = []
    topics = read_tables(system.settings, skipped=lambda message, _: skipped.append(message))
    articles, counts = _articles(topics), _counts(topics)
    checked.compare("articles in the topics", _unrevised(expected_articles), _unrevised(articles))
    checked.compare("counts in the topics", _unrevised(expected_counts), _unrevised(counts))
    with closing(Store.open(system.store)) as store:
        checked.compare("articles in SQLite", articles, _articles(store))
        checked.compare("counts in SQLite", counts, _counts(store))
    checked.compare("articles in the index", articles, dict(_indexed(system, Topic.RESOLVED_ARTICLES, checked)))
    checked.compare("counts in the index", counts, dict(_indexed(system, Topic.ACTOR_COUNTS, checked)))
    published = _published(system)
    _check_acknowledged(checked, system, published, articles, expected_letters)
    _check_letters(checked, system, published, expected_letters)
    checked.numbers |= {
        "articles": len(articles),
        "copies": sum(orjson.loads(article)["copy_of"] is not None for article in articles.values()),
        "counts": len(counts),
        "messages on articles": len(published),
        "messages without a record on result topics": len(skipped),
        "batches cut short in changelogs": _cut_short(system),
    }
    return checked


# ---- tables in one form: by key, encoded with sorted names ----


def _articles(tables: _Tables) -> dict[str, bytes]:
    return {article.id: _encoded(msgspec.to_builtins(article)) for article in tables.articles()}


def _counts(tables: _Tables) -> dict[str, bytes]:
    return {count_id(count): _encoded(msgspec.to_builtins(count)) for count in tables.actor_counts()}


def _indexed(system: System, topic: Topic, checked: Checked) -> Iterator[tuple[str, bytes]]:
    """The documents of an index; without lines that were taken back, which exports leave out too."""
    index = index_name(topic, system.settings.generation)
    versions = []
    with Elasticsearch(system.settings.elasticsearch, request_timeout=60) as client:
        client.indices.refresh(index=index)
        for hit in scan(client, index=index, query={"version": True}, size=2_000):
            source = hit["_source"]
            if hit["_version"] != source["revision"]:
                versions.append(hit["_id"])
            if topic is Topic.RESOLVED_ARTICLES or source["articles"] or source["events"]:
                record = ResolvedArticle if topic is Topic.RESOLVED_ARTICLES else ActorCount
                yield hit["_id"], _encoded(msgspec.to_builtins(msgspec.convert(source, record)))
    checked.note(index, "another version than its revision", versions)


def _unrevised(table: Table) -> dict[str, bytes]:
    """How often something was revised depends on the order of arrival; what it is does not."""
    return {key: _encoded(orjson.loads(value) | {"revision": None}) for key, value in table.items()}


def _encoded(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _differing(expected: bytes, found: bytes) -> str:
    one, other = orjson.loads(expected), orjson.loads(found)
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    return ", ".join(f"{name} is {str(other.get(name))[:80]}, not {str(one.get(name))[:80]}" for name in names)


# ---- articles and dead letters ----


@dataclass(frozen=True, slots=True)
class _Published:
    """A message on topic `articles`. `id` None: it holds no article."""

    partition: int
    offset: int
    key: str
    id: str | None


def _published(system: System) -> list[_Published]:
    found = []
    for message in each_message(system.settings.brokers, Topic.ARTICLES):
        key = message.key() or b""
        try:
            article = decode(message.value() or b"", Article).id
        except InvalidRecord:
            article = None
        name = key if isinstance(key, str) else key.decode()
        found.append(_Published(message.partition() or 0, message.offset() or 0, name, article))
    return found


def _check_acknowledged(
    checked: Checked,
    system: System,
    published: Iterable[_Published],
    articles: Table,
    expected_letters: Iterable[DeadLetter],
) -> None:
    """Each acknowledged article is on the topic, and then an article or a dead letter, not both."""
    told = acknowledged(system.acknowledged)
    dead = {(letter.key or b"").decode() for letter in expected_letters if letter.topic}
    on_topic = {one.id for one in published if one.id is not None}
    checked.note("topic articles", "acknowledged, and not there", told - on_topic)
    checked.note("topic articles", "there, and never acknowledged", on_topic - told)
    checked.note("topics", "acknowledged, and neither an article nor a dead letter", told - articles.keys() - dead)
    checked.note("topics", "an article and a dead letter", articles.keys() & dead)
    checked.numbers["acknowledged"] = len(told)


def _check_letters(
    checked: Checked, system: System, published: Sequence[_Published], expected_letters: Iterable[DeadLetter]
) -> None:
    """One cause each for what is no article and for every corrupt message, by its stage; and none besides.

    A cause may stand in the topic several times: whoever crashed between a dead letter and its commit has written it again.
    """
    generation = system.settings.generation
    expected: set[Letter] = set()
    refused = {}
    for letter in expected_letters:
        if letter.topic:
            refused[(letter.key or b"").decode()] = letter.value
        else:
            expected.add((letter.origin, letter.stage, letter.error, _digest(letter.value)))
    for one in published:
        if one.id in refused:
            digest = _digest(refused[one.id])
            expected.add((Topic.ARTICLES, one.partition, one.offset, "extraction", digest))
    stages = {source: (stage,) for stage, source in SOURCES.items()}
    for corrupt in system.corrupt:
        place = (topic_name(corrupt.topic, generation), corrupt.partition, corrupt.offset)
        for stage in stages.get(corrupt.topic, SINK_STAGES):
            expected.add((*place, stage, _digest(corrupt.value)))
    found: Counter[Letter] = Counter()
    for stored in stored_letters(system.settings):
        own = cause(stored)
        found[own if not stored.letter.topic else (*own, _digest(stored.letter.value))] += 1
    checked.note("dead letters", "missing", expected - found.keys())
    checked.note("dead letters", "too many", found.keys() - expected)
    checked.numbers |= {"dead letters": len(found), "dead letters on the topic": found.total()}


def _digest(value: bytes) -> str:
    return blake2b(value, digest_size=16).hexdigest()


# ---- evidence ----


def _cut_short(system: System) -> int:
    """Batches whose rows stand in a changelog without their marker: how often a crash met a worker in the middle of one."""
    cut = 0
    for stage in SOURCES:
        begun: set[tuple[int | None, Tag]] = set()
        ended: set[tuple[int | None, Tag]] = set()
        for message in each_message(system.settings.brokers, changelog_name(stage, system.settings.generation)):
            header = dict(message.headers() or [])[TAG_HEADER]
            tag = (message.partition(), Tag.decode(header if isinstance(header, bytes) else b""))
            key = message.key()
            marker = isinstance(key, bytes) and key.startswith(b"@marker/")
            (ended if marker else begun).add(tag)
        cut += len(begun - ended)
    return cut
