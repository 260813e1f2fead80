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
    DeadLetter,
    Event,
    EventType,
    MentionedActor,
    Quad,
    ResolvedArticle,
)

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article and all that repeats it, in order of time. It is an original, or a copy that something repeats: a page that
    took in two stories repeats one of them, and the other's copies repeat the page.
    """

    head: ResolvedArticle
    copies: tuple[ResolvedArticle, ...]


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


def stories(articles: Iterable[ResolvedArticle]) -> tuple[Story, ...]:
    """Originals, and copies that something repeats, in order of time, with what repeats each.

    A copy of a copy stays with what it repeats: it need not have anything in common with what that one repeats. Uncounted
    parts of pages appear only as copies.
    """
    in_order = sorted(articles, key=attrgetter("event_time", "id"))
    copies: defaultdict[str, list[ResolvedArticle]] = defaultdict(list)
    for article in in_order:
        if article.copy_of is not None:
            copies[article.copy_of].append(article)
    return tuple(
        Story(head=article, copies=tuple(copies[article.id]))
        for article in in_order
        if copies[article.id] or (article.copy_of is None and _counted(article))
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
