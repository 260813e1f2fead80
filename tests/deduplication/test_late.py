"""What arrives behind the watermark: it finds its copies, goes when the watermark has advanced, and is counted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from khabar.codec import encode
from khabar.records import Fingerprint
from processors.deduplication import Index
from processors.deduplication.arrivals import watermark_of
from processors.deduplication.postings import DEAD, FOREVER, NEVER
from processors.fingerprints import key_partitions
from tests.deduplication.articles import HOUR, LATENESS_HOURS, NOON, WINDOW_HOURS, Partition, article, ids_in, story
from tests.deduplication.test_order import ARTICLES, EDGES

BASE = story(100, seed=1)
YEARS = 8 * 365 * 24 * HOUR
REMEMBERED_HOURS = WINDOW_HOURS + LATENESS_HOURS

TEXTS = [story(12, seed=seed) for seed in range(3)]


def other(seed: int, *, time: int = NOON, origin: int = 0) -> Fingerprint:
    return article(story(30, seed=seed), time=time, origin=origin)


def names(partition: Partition) -> set[str]:
    """The ids that the table holds."""
    return {article_id for value in partition.table.values() for article_id in ids_in(value)}


@settings(max_examples=25, deadline=None)
@given(st.permutations(ARTICLES), st.sampled_from([1, 4]), st.lists(st.integers(1, 40), max_size=6))
def test_a_backfill_after_newer_articles_finds_its_copies(
    order: list[Fingerprint], partitions: int, cuts: list[int]
) -> None:
    newer = [other(n, time=NOON + YEARS, origin=n) for n in range(partitions)]
    found: list[bytes] = []
    late = 0
    for number in range(partitions):
        own = [[record] for record in order if number in key_partitions(record.keys, partitions)]
        partition = Partition(number=number, partitions=partitions)
        assert partition.send(newer) == []
        assert watermark_of(partition.memory.largest) == NOON + YEARS
        bounds = sorted({0, len(own), *(cut for cut in cuts if cut < len(own))})
        for start, end in pairwise(bounds):
            found += [encode(edge) for edge in partition.send(*own[start:end])]
        assert partition.steps[0].late == 0
        assert sum(step.late for step in partition.steps) == len(own)
        late += len(own)
    assert sorted(found) == EDGES
    assert late >= len(order)


def test_a_late_article_is_forgotten_when_the_watermark_has_advanced() -> None:
    partition = Partition()
    partition.send([other(2, time=NOON + YEARS)])
    late = article(BASE)
    partition.send([late])
    partition.send([other(3, time=NOON + YEARS + (REMEMBERED_HOURS - 1) * HOUR)])
    assert len(partition.send([article(BASE, name="another", time=NOON + HOUR)])) == 1
    partition.send([other(4, time=NOON + YEARS + (REMEMBERED_HOURS + 1) * HOUR)])
    assert late.id not in names(partition)
    assert article(BASE, name="another").id in names(partition), "it arrived later, so it stays longer"
    [edge] = partition.send([article(BASE, name="third", time=NOON + 2 * HOUR)])
    assert edge.earlier == article(BASE, name="another").id


def test_a_repeat_of_a_late_article_is_a_repeat_until_it_is_forgotten() -> None:
    partition = Partition()
    partition.send([other(2, time=NOON + YEARS)], [article(BASE, name="a")], [article(BASE, name="b")])
    assert partition.send([article(BASE, name="a")], [article(BASE, name="b")]) == []
    assert len(partition.table) == 3
    again = [article(BASE, name="a")], [article(BASE, name="b")]
    assert len(partition.send([other(3, time=NOON + YEARS + 2 * REMEMBERED_HOURS * HOUR)], *again)) == 1
    assert len(partition.table) == 3


def test_a_live_feed_with_late_articles_stays_bounded() -> None:
    partition = Partition()
    for hour in range(0, 3000, 2):
        now = NOON + hour * HOUR
        partition.send([other(hour, time=now)], [other(hour + 10_000, time=now - YEARS)])
        assert len(partition.table) <= REMEMBERED_HOURS + 4


@pytest.mark.parametrize(("hours", "late"), [(LATENESS_HOURS, 0), (LATENESS_HOURS + 1, 1)])
def test_late_is_what_is_behind_the_watermark_by_more_than_the_lateness(hours: int, late: int) -> None:
    partition = Partition()
    record = other(2, time=NOON - hours * HOUR)
    partition.send([other(1)], [record], [record])
    assert partition.steps[0].late == late


def test_nothing_is_late_before_every_origin_was_seen() -> None:
    partition = Partition(partitions=2)
    partition.send([other(1, time=NOON + YEARS)], [other(2)])
    assert partition.steps[0].late == 0


Arrival = tuple[int, int, int]
"""Hour, text and origin."""

messages_of_records = st.lists(
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=3),
    min_size=1,
    max_size=40,
)


def records_of(messages: list[list[Arrival]]) -> list[list[Fingerprint]]:
    """The same arrival twice is the same article twice."""
    return [
        [article(TEXTS[text], name=f"{hour} {text} {origin}", time=NOON + hour * HOUR, origin=origin)
         for hour, text, origin in message]
        for message in messages
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(messages_of_records, st.lists(st.integers(1, 40), max_size=8))
@example([[(0, 0, 0)], [(0, 0, 1)], [(500, 1, 0)], [(500, 1, 1)], [(10, 0, 0)], [(600, 2, 0), (600, 2, 1)]], [3])
def test_batches_rebuilding_and_late_articles_change_nothing(messages: list[list[Arrival]], cuts: list[int]) -> None:
    sent = records_of(messages)
    expected_edges, expected_table, expected_late = by_the_book(sent)
    lived = Partition(partitions=2)
    found: list[tuple[str, str]] = []
    for start, end in pairwise(sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})):
        found += [(edge.later, edge.earlier) for edge in lived.send(*sent[start:end])]
        assert everything(Partition(partitions=2, table=dict(lived.table)).memory) == everything(lived.memory)
    assert sorted(found) == sorted(expected_edges)
    assert {int(key): ids_in(value) for key, value in lived.table.items()} == expected_table
    assert sum(step.late for step in lived.steps) == expected_late


def by_the_book(messages: list[list[Fingerprint]]) -> tuple[list[tuple[str, str]], dict[int, list[str]], int]:
    """Edges on partition 0 of 2, ids by message and the number of late ones, message after message and pair by pair."""
    largest = [NEVER, NEVER]
    rows: dict[int, tuple[int, list[Fingerprint]]] = {}
    edges: list[tuple[str, str]] = []
    late = 0
    for offset, records in enumerate(messages):
        watermark = min(largest)
        new: list[Fingerprint] = []
        for record in records:
            here = [known for _, kept in rows.values() for known in kept] + new
            if any(known.id == record.id for known in here):
                continue
            late += record.time < watermark - LATENESS_HOURS * HOUR
            for known in here:
                same = known.text_hash == record.text_hash and 0 in key_partitions(record.keys[:8], 2)
                if same and abs(known.time - record.time) <= WINDOW_HOURS * HOUR:
                    earlier, later = sorted((known, record), key=lambda r: (r.time, r.id))
                    edges.append((later.id, earlier.id))
            new.append(record)
        if new:
            rows[offset] = max(watermark, *(record.time for record in new)), new
        for record in new:
            largest[record.origin] = max(largest[record.origin], record.time)
        cutoff = (min(largest) - REMEMBERED_HOURS * HOUR) // HOUR * HOUR
        rows = {offset: row for offset, row in rows.items() if row[0] >= cutoff}
    return edges, {offset: [record.id for record in kept] for offset, (_, kept) in rows.items()}, late


def everything(index: Index) -> tuple[object, ...]:
    """What decides: the living rows with their anchors, the messages, the clock."""
    used = slice(index.size)
    alive = index.anchors[used] != DEAD
    return (
        index.rows[used][alive].tobytes(),
        index.anchors[used][alive].tolist(),
        index.expired(FOREVER),
        index.largest.tolist(),
    )
