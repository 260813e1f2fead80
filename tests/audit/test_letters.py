"""What a dead letter is about."""

from __future__ import annotations

import pytest

from khabar.cli.audit_letters import subjects
from khabar.codec import encode
from khabar.records import (
    Contribution,
    ContributionsEnvelope,
    CopyEdge,
    CountChange,
    DeadLetter,
    ExtractedArticle,
    FindingsEnvelope,
    Fingerprint,
    FingerprintsEnvelope,
)
from tests.audit.things import NOON, article, name


def letter(topic: str, value: bytes = b"", *, key: bytes | None = None, stage: str = "resolution") -> DeadLetter:
    return DeadLetter(
        topic=topic, partition=0, offset=1, stage=stage, error="x", message="", time=NOON, key=key, value=value
    )


FOUND = ExtractedArticle(id=name(1), source="s", title="", text="t", language="ar", fetched_at=NOON, event_time=NOON)
EDGE = CopyEdge(later=name(2), earlier=name(1), earlier_time=NOON, kind="copy", similarity=1, containment=1)
PRINT = Fingerprint(id=name(3), time=0, origin=0, keys=b"", sketch=b"", shingles=0, words=0, text_hash=bytes(8))
ADDED = Contribution(
    actor="egypt",
    actor_name="مصر",
    kind="state",
    code="EGY",
    hour=NOON,
    cause_partition=0,
    cause_offset=0,
    changes=(CountChange(type="AID", role="source", articles=1, events=1),),
)


@pytest.mark.parametrize(
    ("stored", "about"),
    [
        (letter("articles", b"?", key=name(1).encode()), [("article", name(1))]),
        (letter("articles", b"?", key=b"\xff"), [("article", "\ufffd")]),
        (
            letter("g1.findings", encode(FindingsEnvelope(records=(FOUND, EDGE)))),
            [("finding", name(1)), ("copy", name(2))],
        ),
        (letter("g1.fingerprints", encode(FingerprintsEnvelope(records=(PRINT,)))), [("copy", name(3))]),
        (
            letter("g1.contributions", encode(ContributionsEnvelope(records=(ADDED,)))),
            [("hour", "egypt|2025-03-04T12")],
        ),
        (letter("g1.contributions", b"{"), [("unreadable", "")]),
        (letter("g2.findings", encode(FindingsEnvelope(records=(FOUND,)))), []),
        (letter("", b"never was a message", stage="publish"), []),
        (
            letter("g1.resolved-articles", encode(article(1)), key=name(1).encode(), stage="sink-elasticsearch"),
            [("indexed", name(1))],
        ),
        (letter("g1.resolved-articles", encode(article(1)), key=name(1).encode(), stage="sink-sqlite"), []),
    ],
)
def test_a_letter_names_what_it_would_have_brought(stored: DeadLetter, about: list[tuple[str, str]]) -> None:
    assert list(subjects(stored, generation=1)) == about
