"""Records as hypothesis draws them: every field, every optional one absent too, Arabic and odd characters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import strategies as st

from khabar.records import (
    QUAD,
    ActorHour,
    ActorKind,
    CopyKind,
    Event,
    EventType,
    HourCount,
    Mention,
    MentionedActor,
    ResolvedArticle,
    Role,
)

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)

ids = st.integers(0, 40).map(lambda number: f"{number:032x}")
words = st.text(st.sampled_from("قال الرئيس ـّة،\n\0\"'Aé1٢"), max_size=30)
names = st.sampled_from(["egypt", "syria", "un", "رئيس"])
times = st.integers(0, 80 * 3600).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
hours = st.integers(0, 3).map(lambda hour: EPOCH + timedelta(hours=hour))


def optional(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


mentions = st.builds(Mention, text=words, start=st.integers(0, 99), end=st.integers(0, 99))
actors = st.builds(
    MentionedActor,
    id=names,
    name=words,
    kind=st.sampled_from(get_args(ActorKind)),
    code=st.sampled_from(["EGY", "IGO:UN"]),
    sector=optional(st.just("GOV")),
    mentions=st.lists(mentions, max_size=2).map(tuple),
)
event_types = st.sampled_from(get_args(EventType))


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind: EventType = draw(event_types)
    some_names = st.lists(names, max_size=2).map(tuple)
    return Event(
        type=kind,
        quad=QUAD[kind],
        source=draw(some_names),
        source_codes=draw(some_names),
        target=draw(some_names),
        target_codes=draw(some_names),
        status=draw(st.sampled_from(["actual", "planned", "denied"])),
        date="2024-01-01",
        date_basis="article",
        trigger=draw(words),
        sentence=draw(words),
        event_key=draw(words),
    )


resolved_articles = st.builds(
    ResolvedArticle,
    id=ids,
    external_id=optional(st.sampled_from(["a", "b", "c"])),
    source=st.just("agency"),
    url=optional(st.just("https://agency.test/1")),
    title=words,
    text=words,
    language=st.sampled_from(["ar", "und"]),
    agency=optional(st.sampled_from(["afp", "spa"])),
    place=optional(words),
    published_at=st.none() | times,
    fetched_at=times,
    event_time=times,
    part_of=optional(ids),
    revision=st.integers(1, 5),
    copy_of=optional(ids),
    copy_kind=optional(st.sampled_from(get_args(CopyKind))),
    actors=st.lists(actors, max_size=2).map(tuple),
    events=st.lists(events(), max_size=2).map(tuple),
)


@st.composite
def hour_counts(draw: st.DrawFn) -> tuple[HourCount, ...]:
    roles = st.sampled_from(get_args(Role))
    kinds = draw(st.lists(st.tuples(event_types, roles), unique=True, max_size=3))
    return tuple(
        HourCount(
            type=kind, quad=QUAD[kind], role=role, articles=draw(st.integers(0, 2)), events=draw(st.integers(0, 2))
        )
        for kind, role in kinds
    )


actor_hours = st.builds(
    ActorHour,
    actor=names,
    actor_name=words,
    kind=st.just("state"),
    code=st.just("EGY"),
    hour=hours,
    revision=st.integers(1, 5),
    counts=hour_counts(),
)
