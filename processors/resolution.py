"""Resolution: for every article, original or copy, once for all; and what each original adds to the counts of its actors.

Knows findings and the rows it wrote itself. An article is a copy if any edge names it as the later one; of several
earlier ones the earliest by (event time, publisher's id, id) is its `copy_of`. Never union-find: a chain of weak similarity must not
become one story. What an original contributed stands in its row, so a later edge takes back exactly that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from khabar.codec import decode, encode
from khabar.errors import InvalidRecord
from khabar.partitioning import partition_for
from khabar.records import (
    ActorKind,
    Contribution,
    ContributionsEnvelope,
    CopyEdge,
    CountChange,
    CountedType,
    ExtractedArticle,
    FindingsEnvelope,
    MentionedActor,
    ResolvedArticle,
    Role,
)
from khabar.topics import Topic
from processors.envelopes import pack
from processors.stage import Message, Outcome, Output, Rejected, State, Step

Line = tuple[CountedType, Role]


class Share(Struct, frozen=True, kw_only=True):
    """What one article adds to one actor's hour."""

    actor: str
    actor_name: str
    kind: ActorKind
    code: str
    changes: tuple[CountChange, ...]


class Row(Struct, frozen=True, kw_only=True):
    """What resolution remembers of an article id. `article` is None while only edges have arrived."""

    article: ExtractedArticle | None = None
    edge: CopyEdge | None = None
    revision: int = 0
    shares: tuple[Share, ...] = ()


class Resolution:
    """The stage. `states` gives the state actor of an ISO-3 code: an official's event counts for the state as well."""

    name = "resolution"
    source = Topic.FINDINGS

    def __init__(self, *, states: Mapping[str, MentionedActor], partitions: int) -> None:
        self._states = states
        self._partitions = partitions

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing is kept in memory."""

    def absorb(self, memory: None, writes: Mapping[bytes, bytes | None]) -> None:
        """Nothing is kept in memory."""

    def step(self, state: State[None], partition: int, messages: Sequence[Message]) -> Step:
        """Resolve a batch of findings. Contributions carry the offset of their message as cause."""
        rows: dict[str, Row] = {}
        changed: dict[str, None] = {}
        rejected: list[Rejected] = []
        outcomes: Counter[Outcome] = Counter()
        contributions: list[Contribution] = []

        def row_of(article: str) -> Row:
            if article not in rows:
                stored = state.row(article.encode())
                rows[article] = Row() if stored is None else decode(stored, Row)
            return rows[article]

        for message in messages:
            try:
                envelope = decode(message.value, FindingsEnvelope)
            except InvalidRecord as error:
                rejected.append(Rejected(offset=message.offset, error=error.reason, message=str(error)))
                continue
            ledger = _Ledger()
            for finding in envelope.records:
                if isinstance(finding, ExtractedArticle):
                    key, old = finding.id, row_of(finding.id)
                    new = self._with_article(old, finding, outcomes)
                else:
                    key, old = finding.later, row_of(finding.later)
                    new = _with_edge(old, finding)
                if new is old:
                    continue
                if old.article is not None and old.shares and not new.shares:
                    outcomes[Outcome.TAKEN_BACK] += 1
                for row, sign in ((old, -1), (new, +1)):
                    if row.article is not None:
                        ledger.add(row.shares, hour_of(row.article.event_time), sign)
                rows[key] = new
                changed[key] = None
            contributions += ledger.contributions(partition, message.offset)
        return Step(
            outputs=[
                *(_resolved(rows[key], self._partitions) for key in changed if rows[key].article is not None),
                *pack(
                    Topic.CONTRIBUTIONS,
                    ((partition_for(c.actor, self._partitions), c) for c in contributions),
                    lambda records: ContributionsEnvelope(records=records),
                ),
            ],
            writes={key.encode(): encode(rows[key]) for key in changed},
            rejected=rejected,
            outcomes=outcomes,
        )

    def _with_article(self, row: Row, article: ExtractedArticle, outcomes: Counter[Outcome]) -> Row:
        if row.article is None:
            if not article.countable:
                outcomes[Outcome.PART] += 1
            else:
                outcomes[Outcome.ORIGINAL if row.edge is None else Outcome.COPY] += 1
            counted = article.countable and row.edge is None
            return Row(
                article=article,
                edge=row.edge,
                revision=row.revision + 1,
                shares=shares(article, self._states) if counted else (),
            )
        outcomes[Outcome.REPEAT] += 1
        # Two fetches of one article differ at most in when and under which spelling of its URL: the least of them stands,
        # whichever came first.
        if _fetch(article) >= _fetch(row.article):
            return row
        return Row(article=article, edge=row.edge, revision=row.revision + 1, shares=row.shares)


def _with_edge(row: Row, edge: CopyEdge) -> Row:
    if row.edge is not None and _order(row.edge) <= _order(edge):
        return row
    return Row(article=row.article, edge=edge, revision=row.revision + (row.article is not None), shares=())


def _order(edge: CopyEdge) -> tuple[datetime, bytes, str]:
    return edge.earlier_time, edge.earlier_order, edge.earlier


def _fetch(article: ExtractedArticle) -> tuple[datetime, str]:
    return article.fetched_at, article.url or ""


def _resolved(row: Row, partitions: int) -> Output:
    article, edge = row.article, row.edge
    assert article is not None
    resolved = ResolvedArticle(
        id=article.id,
        external_id=article.external_id,
        source=article.source,
        url=article.url,
        title=article.title,
        text=article.text,
        language=article.language,
        agency=article.agency,
        place=article.place,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        event_time=article.event_time,
        part_of=article.part_of,
        revision=row.revision,
        copy_of=None if edge is None else edge.earlier,
        copy_kind=None if edge is None else edge.kind,
        copy_similarity=None if edge is None else edge.similarity,
        copy_containment=None if edge is None else edge.containment,
        actors=article.actors,
        events=article.events,
    )
    return Output(
        topic=Topic.RESOLVED_ARTICLES,
        partition=partition_for(article.id, partitions),
        key=article.id.encode(),
        value=encode(resolved),
    )


def hour_of(time: datetime) -> datetime:
    """The full hour that `time` falls into."""
    return time.replace(minute=0, second=0, microsecond=0)


def shares(article: ExtractedArticle, states: Mapping[str, MentionedActor]) -> tuple[Share, ...]:
    """What an original adds, per actor: one mention; and for every event that was not denied, its roles.

    `articles` is 1 for each (type, role) the article has for the actor, `events` how many of its events that are. An event
    of whoever belongs to a state counts for the state too.
    """
    actors = {actor.id: actor for actor in article.actors}
    events: dict[str, Counter[Line]] = {actor.id: Counter() for actor in article.actors}
    for event in article.events:
        if event.status == "denied":
            continue
        sides: tuple[tuple[Role, tuple[str, ...], tuple[str, ...]], ...] = (
            ("source", event.source, event.source_codes),
            ("target", event.target, event.target_codes),
        )
        for role, ids, codes in sides:
            involved = dict.fromkeys(ids)
            for code in codes:
                if code in states:
                    state = states[code]
                    actors.setdefault(state.id, state)
                    involved[state.id] = None
            for who in involved:
                events.setdefault(who, Counter())[event.type, role] += 1
    result = []
    for actor_id in sorted(events):
        actor = actors.get(actor_id)
        if actor is None:
            continue
        mentioned = CountChange(type="MENTION", role="mention", articles=1, events=0)
        lines = tuple(
            CountChange(type=type_, role=role, articles=1, events=events[actor_id][type_, role])
            for type_, role in sorted(events[actor_id])
        )
        result.append(
            Share(
                actor=actor_id,
                actor_name=actor.name,
                kind=actor.kind,
                code=actor.code,
                changes=((mentioned, *lines) if actor.mentions else lines),
            )
        )
    return tuple(share for share in result if share.changes)


class _Ledger:
    """Sums up what one message changes: all of it for one (actor, hour) must be one record, for it has one cause."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, datetime], dict[Line, list[int]]] = {}
        self._actors: dict[str, Share] = {}

    def add(self, changes: Iterable[Share], hour: datetime, sign: int) -> None:
        for share in changes:
            self._actors[share.actor] = share
            lines = self._sums.setdefault((share.actor, hour), {})
            for change in share.changes:
                line = lines.setdefault((change.type, change.role), [0, 0])
                line[0] += sign * change.articles
                line[1] += sign * change.events

    def contributions(self, partition: int, offset: int) -> list[Contribution]:
        result = []
        for (actor, hour), lines in self._sums.items():
            changes = tuple(
                CountChange(type=type_, role=role, articles=articles, events=events)
                for (type_, role), (articles, events) in sorted(lines.items())
                if articles or events
            )
            if changes:
                about = self._actors[actor]
                result.append(
                    Contribution(
                        actor=actor,
                        actor_name=about.actor_name,
                        kind=about.kind,
                        code=about.code,
                        hour=hour,
                        cause_partition=partition,
                        cause_offset=offset,
                        changes=changes,
                    )
                )
        return result
