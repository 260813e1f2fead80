"""Counts per actor and hour: each cause counts once."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from khabar.codec import decode, encode
from khabar.records import ActorHour, Contribution, ContributionsEnvelope, CountChange
from processors.aggregation import Aggregation, hour_key
from processors.stage import Message, State

HOUR = datetime(2031, 3, 5, 12, tzinfo=UTC)


def contribution(offset: int, articles: int = 1, *, actor: str = "egypt", partition: int = 0) -> Contribution:
    return Contribution(
        actor=actor, actor_name=actor.title(), kind="state", code="EGY", hour=HOUR, cause_partition=partition,
        cause_offset=offset, changes=(CountChange(type="AID", role="source", articles=articles, events=2 * articles),),
    )  # fmt: skip


def run(rows: dict[bytes, bytes], *messages: list[Contribution]) -> list[ActorHour]:
    """One batch; every argument is one message."""
    batch = [Message(offset=n, value=encode(ContributionsEnvelope(records=tuple(m)))) for n, m in enumerate(messages)]
    step = Aggregation(partitions=3).step(State(row=rows.get, memory=None), 0, batch)
    rows |= {key: value for key, value in step.writes.items() if value is not None}
    return [decode(output.value, ActorHour) for output in step.outputs]


def articles(hours: list[ActorHour]) -> list[int]:
    return [sum(line.articles for line in hour.counts) for hour in hours]


def test_a_batch_gives_one_message_for_each_hour_it_changed_with_all_its_counts() -> None:
    rows: dict[bytes, bytes] = {}
    found = run(rows, [contribution(1)], [contribution(2), contribution(1, actor="iraq")])
    assert [(hour.actor, hour.revision) for hour in found] == [("egypt", 2), ("iraq", 1)]
    assert found[0].counts[0].articles == 2
    assert found[0].counts[0].events == 4
    assert found[0].counts[0].quad == 2


def test_a_cause_that_comes_twice_counts_once() -> None:
    rows: dict[bytes, bytes] = {}
    assert articles(run(rows, [contribution(5)], [contribution(5)])) == [1]
    assert run(rows, [contribution(5)]) == []
    assert run(rows, [contribution(4)]) == []


def test_causes_are_told_apart_by_the_partition_of_findings() -> None:
    rows: dict[bytes, bytes] = {}
    assert articles(run(rows, [contribution(5)], [contribution(5, partition=1)])) == [2]


def test_what_is_taken_back_leaves_a_line_of_zeros_for_readers_of_older_revisions() -> None:
    rows: dict[bytes, bytes] = {}
    run(rows, [contribution(1)])
    [hour] = run(rows, [contribution(2, articles=-1)])
    assert [(line.articles, line.events) for line in hour.counts] == [(0, 0)]
    assert hour.revision == 2


def test_the_key_of_an_hour_is_in_utc() -> None:
    assert hour_key("egypt", HOUR) == "egypt|2031-03-05T12"


@given(st.lists(st.integers(0, 20), max_size=30), st.data())
def test_counts_and_revision_depend_on_the_causes_alone_not_on_batches_or_repeats(
    offsets: list[int], data: st.DataObject
) -> None:
    causes = sorted(set(offsets))
    once: dict[bytes, bytes] = {}
    for cause in causes:
        run(once, [contribution(cause)])
    # As after crashes: every batch may start again from somewhere behind.
    again: dict[bytes, bytes] = {}
    done = 0
    while done < len(causes):
        start = data.draw(st.integers(0, done))
        end = data.draw(st.integers(done + 1, len(causes)))
        run(again, *[[contribution(cause)] for cause in causes[start:end]])
        done = end
    assert again == once
