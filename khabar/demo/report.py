"""What came of a run, put together for people: stories with their copies, actors, deeds. Pure; knows records only.

It reads results, it decides nothing: who is a copy of whom and what counts was settled by the stages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import PurePath
from typing import get_args

from khabar.records import (
    ActorCount,
    CopyEdge,
    CopyKind,
    DeadLetter,
    Event,
    EventType,
    MentionedActor,
    Quad,
    ResolvedArticle,
)

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A report that repeats another. `similarity` is the estimate the pair was joined on, 0 to 1, where it is known."""

    article: ResolvedArticle
    kind: CopyKind
    similarity: float | None
    containment: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An original and all that repeats it, in order of time."""

    original: ResolvedArticle
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorTotal:
    """One actor over all hours. `events`: by quad class, both roles. `stories`: originals that name it; `reports`: all."""

    id: str
    name: str
    code: str
    events: Mapping[Quad, int]
    stories: int
    reports: int

    @property
    def total(self) -> int:
        return sum(self.events.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One event of an original: who (actors' ids) to whom."""

    event: Event
    source: tuple[MentionedActor, ...]
    target: tuple[MentionedActor, ...]
    article: ResolvedArticle


def stories(articles: Iterable[ResolvedArticle], edges: Mapping[str, CopyEdge]) -> tuple[Story, ...]:
    """Originals in order of time with their copies. `edges`: by the id of the copy.

    A copy of a copy is shown with the original the chain leads to. Uncounted parts of pages appear only as copies.
    """
    by_id = {article.id: article for article in articles}
    copies: defaultdict[str, list[Copy]] = defaultdict(list)
    for article in sorted(by_id.values(), key=attrgetter("event_time", "id")):
        if article.copy_of is None or article.copy_kind is None:
            continue
        root = article.copy_of
        while root in by_id and (earlier := by_id[root].copy_of) is not None:
            root = earlier
        edge = edges.get(article.id)
        copies[root].append(
            Copy(
                article=article,
                kind=article.copy_kind,
                similarity=None if edge is None else edge.similarity,
                containment=None if edge is None else edge.containment,
            )
        )
    originals = [article for article in by_id.values() if article.copy_of is None and _counted(article)]
    return tuple(
        Story(original=original, copies=tuple(copies[original.id]))
        for original in sorted(originals, key=attrgetter("event_time", "id"))
    )


def actor_totals(counts: Iterable[ActorCount], articles: Iterable[ResolvedArticle]) -> tuple[ActorTotal, ...]:
    """Actors by falling number of events, then of reports, then id."""
    events: defaultdict[str, Counter[Quad]] = defaultdict(Counter)
    named: Counter[str] = Counter()
    about: dict[str, ActorCount] = {}
    for count in counts:
        about[count.actor] = count
        if count.quad == 0:
            named[count.actor] += count.articles
        else:
            events[count.actor][count.quad] += count.events
    printed = Counter(actor.id for article in articles for actor in article.actors)
    totals = [
        ActorTotal(
            id=actor,
            name=count.actor_name,
            code=count.code,
            events=events[actor],
            stories=named[actor],
            reports=printed[actor],
        )
        for actor, count in about.items()
    ]
    return tuple(sorted(totals, key=lambda total: (-total.total, -total.reports, total.id)))


def deeds(articles: Iterable[ResolvedArticle]) -> Mapping[EventType, Sequence[Deed]]:
    """The events that were counted, by type in PLOVER's order. First what is clearest: both sides known, not of one state,
    no plan, early in its article; then by time.
    """
    found: dict[EventType, list[tuple[tuple[int, ...], Deed]]] = {type_: [] for type_ in EVENT_TYPES}
    for article in sorted(articles, key=attrgetter("event_time", "id")):
        if article.copy_of is not None or not _counted(article):
            continue
        actors = {actor.id: actor for actor in article.actors}
        for position, event in enumerate(article.events):
            if event.status == "denied":
                continue
            deed = Deed(
                event=event,
                source=tuple(actors[who] for who in event.source if who in actors),
                target=tuple(actors[whom] for whom in event.target if whom in actors),
                article=article,
            )
            unclear = (not deed.source) + (not deed.target)
            rank = (unclear, set(event.source_codes) == set(event.target_codes), event.status != "actual", position)
            found[event.type].append((rank, deed))
    return {
        type_: [deed for _, deed in sorted(some, key=lambda ranked: ranked[0])] for type_, some in found.items() if some
    }


def place(letter: DeadLetter) -> str:
    """Where refused input stood, short: `file:line`, or topic, partition and offset."""
    if letter.origin:
        return PurePath(letter.origin).name
    return f"{letter.topic}[{letter.partition}]@{letter.offset}"


def _counted(article: ResolvedArticle) -> bool:
    return article.part_of is None or article.published_at is not None
