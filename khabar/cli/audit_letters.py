"""Which articles, hours and documents a dead letter is about. Pure: reads what was set aside, as far as it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.cli.audit_compare import SINK, Letter
from khabar.codec import decode
from khabar.errors import InvalidRecord
from khabar.records import (
    ContributionsEnvelope,
    DeadLetter,
    ExtractedArticle,
    FindingsEnvelope,
    FingerprintsEnvelope,
)
from khabar.topics import COMPACTED, Topic, topic_name

if TYPE_CHECKING:
    from khabar.cli.audit_tables import LetterKind

OWN_TOPICS = (Topic.FINDINGS, Topic.FINGERPRINTS, Topic.CONTRIBUTIONS)
SHOWN_CHARACTERS = 200


def short(letter: DeadLetter, *, place: str) -> Letter:
    """The letter as it is told in an explanation."""
    return Letter(letter.stage, letter.error, f"message {letter.topic}/{letter.partition}@{letter.offset}", place)


def subjects(letter: DeadLetter, *, generation: int) -> Iterator[tuple[LetterKind, str]]:
    """What a letter of this generation, or of `articles`, is about. Nothing where the input never was a message."""
    key = (letter.key or b"").decode("utf-8", "replace")[:SHOWN_CHARACTERS]
    if letter.topic == topic_name(Topic.ARTICLES, generation):
        yield "article", key
    elif letter.topic in {topic_name(topic, generation) for topic in COMPACTED}:
        if letter.stage == SINK:
            yield "indexed", key
    elif letter.topic in {topic_name(topic, generation) for topic in OWN_TOPICS}:
        try:
            yield from _inside(letter, generation)
        except InvalidRecord:
            yield "unreadable", ""


def _inside(letter: DeadLetter, generation: int) -> Iterator[tuple[LetterKind, str]]:
    from processors.aggregation import hour_key

    if letter.topic == topic_name(Topic.FINDINGS, generation):
        for finding in decode(letter.value, FindingsEnvelope).records:
            if isinstance(finding, ExtractedArticle):
                yield "finding", finding.id
            else:
                yield "copy", finding.later
    elif letter.topic == topic_name(Topic.FINGERPRINTS, generation):
        for fingerprint in decode(letter.value, FingerprintsEnvelope).records:
            yield "copy", fingerprint.id
    else:
        for contribution in decode(letter.value, ContributionsEnvelope).records:
            yield "hour", hour_key(contribution.actor, contribution.hour)
