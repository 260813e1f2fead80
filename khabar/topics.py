"""The topics: what each is for, how it is named in a generation, and how it must be configured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY_MILLISECONDS = 86_400_000
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""Room for a resolved article of the greatest size; every topic allows it, so no record can be refused for its size."""
DEAD_LETTER_HEADER_BYTES = 64 * 1024
MAX_ENVELOPE_BYTES = 1024 * 1024
"""Envelopes are closed at about this size; a single record may exceed it."""


class Topic(StrEnum):
    """A topic by its role; `topic_name` gives its name on the broker."""

    ARTICLES = "articles"
    FINDINGS = "findings"
    FINGERPRINTS = "fingerprints"
    CONTRIBUTIONS = "contributions"
    RESOLVED_ARTICLES = "resolved-articles"
    ACTOR_COUNTS = "actor-counts"
    DEAD_LETTERS = "dead-letters"


SHARED = frozenset({Topic.ARTICLES, Topic.DEAD_LETTERS})
"""Topics that outlive a generation: the log of record and what could not be processed."""
COMPACTED = frozenset({Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long deletable topics keep their records, in days."""

    articles_days: int = 365
    internal_days: int = 7
    dead_letters_days: int = 365


def topic_name(topic: Topic, generation: int) -> str:
    """`articles`, `dead-letters`, else `g{generation}.{topic}`."""
    return topic.value if topic in SHARED else f"g{generation}.{topic.value}"


def app_id(generation: int) -> str:
    """The Faust app id: consumer group of the workers and prefix of the changelogs."""
    return f"khabar-g{generation}"


def changelog_name(stage: str, generation: int) -> str:
    """The changelog topic behind the table of a stage."""
    return f"{app_id(generation)}-{stage}-changelog"


def topic_config(topic: Topic, retention: Retention) -> dict[str, str]:
    """The broker-side configuration of a topic."""
    # A dead letter is an original message with more headers.
    room = MAX_MESSAGE_BYTES + (DEAD_LETTER_HEADER_BYTES if topic is Topic.DEAD_LETTERS else 0)
    common = {"max.message.bytes": str(room)}
    if topic in COMPACTED:
        return {**common, "cleanup.policy": "compact"}
    days = {
        Topic.ARTICLES: retention.articles_days,
        Topic.DEAD_LETTERS: retention.dead_letters_days,
    }.get(topic, retention.internal_days)
    return {**common, "cleanup.policy": "delete", "retention.ms": str(days * DAY_MILLISECONDS)}


def changelog_config() -> dict[str, str]:
    """The configuration of a table's changelog. Young records are not compacted: a torn batch must stay recognisable."""
    return {
        "cleanup.policy": "compact",
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
        "min.compaction.lag.ms": "3600000",
    }
