"""What an engine left, in a form that can be compared: without revisions, which say how often a thing changed, not what
it is, and without lines of zeros.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from khabar.codec import decode
from khabar.records import ActorHour, HourCount, ResolvedArticle
from khabar.topics import Topic, topic_name
from processors.extraction.coding import load_coder
from processors.local_engine import LocalEngine, MemoryTables
from processors.pipeline import build
from tests.faust_engine.cluster import read_topic

WINDOW_HOURS = 72
LATENESS_HOURS = 24 * 365


@dataclass(frozen=True, slots=True)
class Tables:
    """Articles by id; nonzero counts by actor and hour."""

    articles: dict[str, ResolvedArticle]
    counts: dict[tuple[str, datetime], frozenset[HourCount]]


def tables(articles: Iterable[ResolvedArticle], hours: Iterable[ActorHour]) -> Tables:
    """The highest revision of everything."""
    newest = {a.id: a for a in sorted(articles, key=lambda a: a.revision)}
    latest = {(h.actor, h.hour): h for h in sorted(hours, key=lambda h: h.revision)}
    counts = {
        key: frozenset(line for line in hour.counts if line.articles or line.events) for key, hour in latest.items()
    }
    return Tables(
        {key: msgspec.structs.replace(article, revision=1) for key, article in newest.items()},
        {key: lines for key, lines in counts.items() if lines},
    )


def tables_on_kafka(brokers: str, generation: int) -> Tables:
    """What stands on the compacted topics."""

    def values(topic: Topic) -> list[bytes]:
        return [message.value() or b"" for message in read_topic(brokers, topic_name(topic, generation))]

    return tables(
        [decode(value, ResolvedArticle) for value in values(Topic.RESOLVED_ARTICLES)],
        [decode(value, ActorHour) for value in values(Topic.ACTOR_COUNTS)],
    )


def tables_locally(messages: Iterable[tuple[str, bytes]], partitions: int) -> Tables:
    """What the local engine makes of encoded articles."""
    pipeline = build(
        coder=load_coder(), partitions=partitions, window_hours=WINDOW_HOURS, lateness_hours=LATENESS_HOURS
    )
    engine = LocalEngine(
        stages=pipeline.stages, partitions=partitions, tables=MemoryTables(), clock=lambda: datetime.now(UTC)
    )
    results = engine.process(messages)
    assert [(letter.error, letter.message) for letter in results.dead_letters] == []
    return tables(results.articles, results.actor_hours)
