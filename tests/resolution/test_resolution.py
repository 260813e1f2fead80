"""Original or copy, once for all; and counts given and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from khabar.codec import decode, encode
from khabar.records import (
    Contribution,
    ContributionsEnvelope,
    CopyEdge,
    CountChange,
    Event,
    ExtractedArticle,
    Finding,
    FindingsEnvelope,
    Mention,
    MentionedActor,
    ResolvedArticle,
)
from khabar.topics import Topic
from processors.resolution import Resolution
from processors.stage import Message, Outcome, State, Step

NOON = datetime(2031, 3, 5, 12, 30, tzinfo=UTC)
STATE = MentionedActor(id="egypt", name="Egypt", kind="state", code="EGY")
MINISTER = MentionedActor(
    id="minister", name="Minister", kind="person", code="EGY", mentions=(Mention(text="m", start=0, end=1),)
)
GROUP = MentionedActor(
    id="group", name="Group", kind="armed_group", code="NSA:G", mentions=(Mention(text="g", start=2, end=3),)
)
MEETING = Event(
    type="CONSULT", quad=1, source=("minister",), source_codes=("EGY",), target=("group",), target_codes=("NSA:G",),
    date="2031-03-05", trigger="met", sentence="m met g", event_key="k",
)  # fmt: skip


def article(number: int, **changes: Any) -> ExtractedArticle:
    fields: dict[str, Any] = {
        "id": f"{number:032x}", "source": "s", "title": "t", "text": "m met g", "language": "en", "fetched_at": NOON,
        "event_time": NOON, "actors": (MINISTER, GROUP), "events": (MEETING,),
    }  # fmt: skip
    return ExtractedArticle(**{**fields, **changes})


def edge(later: int, earlier: int, minutes_before_noon: int = 5) -> CopyEdge:
    return CopyEdge(
        later=f"{later:032x}", earlier=f"{earlier:032x}", earlier_time=NOON - timedelta(minutes=minutes_before_noon),
        kind="copy", similarity=0.9, containment=0.95,
    )  # fmt: skip


class Log:
    """One partition of findings with the stage behind it; every argument of `put` is one message."""

    def __init__(self) -> None:
        self.stage = Resolution(states={"EGY": STATE}, partitions=1)
        self.rows: dict[bytes, bytes] = {}
        self.offset = 0
        self.steps: list[Step] = []

    def put(self, *messages: list[Finding]) -> Step:
        batch = []
        for records in messages:
            batch.append(Message(offset=self.offset, value=encode(FindingsEnvelope(records=tuple(records)))))
            self.offset += 1
        step = self.stage.step(State(row=self.rows.get, memory=None), 0, batch)
        self.rows |= {key: value for key, value in step.writes.items() if value is not None}
        self.steps.append(step)
        return step

    def resolved(self) -> dict[str, ResolvedArticle]:
        found = [
            decode(o.value, ResolvedArticle)
            for s in self.steps
            for o in s.outputs
            if o.topic is Topic.RESOLVED_ARTICLES
        ]
        return {a.id: a for a in found}

    def contributions(self) -> list[Contribution]:
        return [
            record
            for s in self.steps
            for o in s.outputs
            if o.topic is Topic.CONTRIBUTIONS
            for record in decode(o.value, ContributionsEnvelope).records
        ]

    def sums(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        totals: dict[tuple[str, str, str], tuple[int, int]] = {}
        for contribution in self.contributions():
            for change in contribution.changes:
                key = (contribution.actor, change.type, change.role)
                articles, events = totals.get(key, (0, 0))
                totals[key] = (articles + change.articles, events + change.events)
        return {key: counts for key, counts in totals.items() if counts != (0, 0)}


def test_agency_and_place_go_with_the_article() -> None:
    log = Log()
    step = log.put([article(1, agency="afp", place="Cairo")])
    (resolved,) = [decode(out.value, ResolvedArticle) for out in step.outputs if out.topic is Topic.RESOLVED_ARTICLES]
    assert (resolved.agency, resolved.place) == ("afp", "Cairo")


def test_an_original_counts_its_mentions_and_events_once_and_a_ministers_event_for_the_state_too() -> None:
    log = Log()
    log.put([article(1)])
    assert log.sums() == {
        ("minister", "MENTION", "mention"): (1, 0),
        ("group", "MENTION", "mention"): (1, 0),
        ("minister", "CONSULT", "source"): (1, 1),
        ("egypt", "CONSULT", "source"): (1, 1),
        ("group", "CONSULT", "target"): (1, 1),
    }
    assert {c.hour for c in log.contributions()} == {NOON.replace(minute=0)}


def test_two_events_of_one_type_are_one_article_and_two_events() -> None:
    log = Log()
    log.put([article(1, events=(MEETING, MEETING))])
    assert log.sums()["egypt", "CONSULT", "source"] == (1, 2)


def test_a_denied_event_is_not_counted() -> None:
    log = Log()
    log.put([article(1, events=(msgspec.structs.replace(MEETING, status="denied"),))])
    assert set(log.sums()) == {("minister", "MENTION", "mention"), ("group", "MENTION", "mention")}


def test_a_copy_that_arrives_before_its_original_gives_its_counts_back() -> None:
    log = Log()
    log.put([article(2)])
    step = log.put([edge(2, 1)])
    assert step.outcomes[Outcome.TAKEN_BACK] == 1
    assert log.sums() == {}
    assert log.resolved()[f"{2:032x}"].copy_of == f"{1:032x}"
    assert log.resolved()[f"{2:032x}"].revision == 2


def test_what_is_taken_back_is_what_was_added_even_if_the_rules_have_changed() -> None:
    log = Log()
    log.put([article(2)])
    log.stage = Resolution(states={}, partitions=1)
    log.put([edge(2, 1)])
    assert log.sums() == {}


def test_an_edge_may_come_before_its_article() -> None:
    log = Log()
    assert log.put([edge(2, 1)]).outputs == []
    step = log.put([article(2)])
    assert step.outcomes == {Outcome.COPY: 1}
    assert log.sums() == {}


def test_the_earliest_of_several_earlier_articles_is_the_original_whatever_the_order() -> None:
    edges: list[Finding] = [edge(9, 1, 10), edge(9, 2, 30), edge(9, 3, 30), edge(9, 4, 20)]
    for order in (edges, edges[::-1], [edges[2], edges[0], edges[1], edges[3]]):
        log = Log()
        log.put([article(9)], *[[e] for e in order])
        assert log.resolved()[f"{9:032x}"].copy_of == f"{2:032x}"
        assert log.sums() == {}


def test_the_same_edge_again_changes_nothing() -> None:
    log = Log()
    log.put([article(2)], [edge(2, 1)])
    step = log.put([edge(2, 1)])
    assert (step.outputs, step.writes) == ([], {})


def test_the_same_article_again_is_a_repeat_and_changes_nothing() -> None:
    log = Log()
    log.put([article(1)])
    step = log.put([article(1)])
    assert (step.outputs, step.writes, step.outcomes) == ([], {}, {Outcome.REPEAT: 1})


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_fetches_the_earlier_stands_whichever_came_first(order: tuple[int, int]) -> None:
    fetches = [article(1), article(1, fetched_at=NOON - timedelta(hours=1), url="https://a.example/?utm_x=1")]
    log = Log()
    for which in order:
        log.put([fetches[which]])
    assert log.resolved()[f"{1:032x}"].fetched_at == NOON - timedelta(hours=1)
    assert log.sums()["egypt", "CONSULT", "source"] == (1, 1)


def test_an_undated_part_of_a_page_is_never_counted() -> None:
    log = Log()
    step = log.put([article(3, part_of=f"{1:032x}", countable=False)])
    assert step.outcomes == {Outcome.PART: 1}
    log.put([edge(3, 1)])
    assert log.sums() == {}
    assert log.resolved()[f"{3:032x}"].copy_of == f"{1:032x}"


def test_all_that_one_message_changes_for_an_actors_hour_is_one_contribution() -> None:
    log = Log()
    log.put([article(1), article(2), article(3)])
    assert [c.actor for c in log.contributions()].count("egypt") == 1
    assert next(c for c in log.contributions() if c.actor == "egypt").changes == (
        CountChange(type="CONSULT", role="source", articles=3, events=3),
    )


def test_what_one_message_gives_and_takes_back_cancels_out() -> None:
    log = Log()
    log.put([article(2), edge(2, 1)])
    assert log.contributions() == []


def test_contributions_do_not_depend_on_how_messages_come_in_batches() -> None:
    messages: list[list[Finding]] = [[article(1)], [article(2), edge(2, 1)], [edge(3, 1)], [article(3), article(4)]]
    together, apart = Log(), Log()
    together.put(*messages)
    for message in messages:
        apart.put(message)
    assert sorted(map(encode, together.contributions())) == sorted(map(encode, apart.contributions()))
    assert together.rows == apart.rows


def test_a_message_that_is_no_envelope_is_rejected_and_its_neighbours_are_not() -> None:
    log = Log()
    good = encode(FindingsEnvelope(records=(article(1),)))
    batch = [Message(offset=0, value=b"{"), Message(offset=1, value=good), Message(offset=2, value=b'{"records": 3}')]
    step = log.stage.step(State(row=log.rows.get, memory=None), 0, batch)
    assert [(r.offset, r.error) for r in step.rejected] == [(0, "invalid_json"), (2, "invalid_field")]
    assert step.outcomes == {Outcome.ORIGINAL: 1}
