"""Articles and hours for the audit's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from khabar.records import ActorCount, ResolvedArticle

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)


def article(number: int, *, hours: float = 0, copy_of: int | None = None, revision: int = 1) -> ResolvedArticle:
    """An article, so many hours after noon."""
    time = NOON + timedelta(hours=hours)
    plain = ResolvedArticle(
        id=name(number),
        source="النهر",
        title=f"خبر {number}",
        text="أعلنت الوزارة فتح الطريق الساحلي",
        language="ar",
        published_at=time,
        fetched_at=time,
        event_time=time,
        revision=revision,
    )
    if copy_of is None:
        return plain
    return msgspec.structs.replace(plain, copy_of=name(copy_of), copy_kind="copy", copy_similarity=0.5)


def name(number: int) -> str:
    return f"{number:032x}"


def line(articles: int, events: int, *, hours: int = 0, revision: int = 1) -> ActorCount:
    """A line of Egypt's counts, so many hours after noon."""
    return ActorCount(
        actor="egypt",
        actor_name="مصر",
        kind="state",
        code="EGY",
        hour=NOON + timedelta(hours=hours),
        type="AID",
        quad=2,
        role="source",
        articles=articles,
        events=events,
        revision=revision,
    )
