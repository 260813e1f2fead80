"""The tables are a pure function of the set of articles: whatever the order, repeats, partitions and crashes."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khabar.records import Contribution
from processors import aggregation
from tests.simulation.world import EPOCH, HOUR, Story, World, oracle

WINDOW_HOURS = 10
LATENESS_HOURS = 30
SPAN_HOURS = 300


def make_stories(rng: random.Random, count: int) -> list[Story]:
    return [
        Story(
            number=n,
            text=f"story {rng.randrange(max(1, count // 3))}",
            time=EPOCH + rng.randrange(SPAN_HOURS * HOUR),
            actor=f"actor-{rng.randrange(4)}",
        )
        for n in range(count)
    ]


def arrivals_of(rng: random.Random, stories: list[Story]) -> list[int]:
    """By time, each delayed by less than the lateness; a third of them twice."""
    late = {s.number: s.time + rng.uniform(0, LATENESS_HOURS) * HOUR * 0.9 for s in stories}
    again = [(late[s.number] + rng.uniform(0, 2) * HOUR, s.number) for s in stories if rng.random() < 0.33]
    return [number for _, number in sorted([*((at, n) for n, at in late.items()), *again])]


def simulate(seed: int, *, crash_rate: float, writes_first: bool = False) -> bool:
    """Whether a random world came out as the oracle says."""
    rng = random.Random(seed)
    stories = make_stories(rng, rng.randint(2, 40))
    world = World(
        stories=stories,
        arrivals=arrivals_of(rng, stories),
        partitions=rng.randint(1, 5),
        window_hours=WINDOW_HOURS,
        lateness_hours=2 * LATENESS_HOURS,
        seed=seed,
        crash_rate=crash_rate,
        writes_first=writes_first,
    )
    world.run()
    originals, counts = oracle(stories, WINDOW_HOURS)
    return {a.id: a.copy_of for a in world.articles().values()} == originals and world.counts() == counts


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_crashes_between_any_two_operations_change_nothing(seed: int) -> None:
    assert simulate(seed, crash_rate=0.08)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_order_repeats_and_partitions_change_nothing(seed: int) -> None:
    assert simulate(seed, crash_rate=0.0)


def test_rows_of_the_window_expire_and_the_result_is_the_same() -> None:
    rng = random.Random(5)
    stories = make_stories(rng, 400)
    world = World(
        stories=stories, arrivals=arrivals_of(rng, stories), partitions=2, window_hours=WINDOW_HOURS,
        lateness_hours=2 * LATENESS_HOURS, seed=5,
    )  # fmt: skip
    world.run()
    originals, counts = oracle(stories, WINDOW_HOURS)
    assert {a.id: a.copy_of for a in world.articles().values()} == originals
    assert world.counts() == counts
    assert world.takebacks > 0, "no copy arrived before its original: the test would show nothing"
    assert world.table_size("deduplication") < len(stories) / 2


def test_the_simulation_notices_writes_before_outputs() -> None:
    assert not all(simulate(seed, crash_rate=0.08, writes_first=True) for seed in range(60))


def test_the_simulation_notices_a_missing_cause_check(monkeypatch: pytest.MonkeyPatch) -> None:
    apply = aggregation._apply

    def trusting(row: aggregation.Row, contribution: Contribution) -> bool:
        row.applied.clear()
        return apply(row, contribution)

    monkeypatch.setattr(aggregation, "_apply", trusting)
    assert not all(simulate(seed, crash_rate=0.08) for seed in range(60))
