"""The tables are a pure function of the set of articles: whatever the order, repeats, partitions and faults."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from khabar.records import Contribution
from processors import aggregation
from tests.simulation.lanes import Law, Torn
from tests.simulation.stories import Told, arrivals, make_articles, oracle
from tests.simulation.world import MANY, NONE, Faults, World

WINDOW_HOURS = 10
DELAY_HOURS = 27
LATENESS_HOURS = 60
SPAN_HOURS = 300
BAD = (b"", b"{", b'{"id": 1}', b"\xff\xfe", b'{"schema_version": 9}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What one world is given. Of `fragile` articles the stages break, until they are mended."""

    articles: list[Told]
    arrivals: list[Told]
    bad: list[bytes]
    fragile: list[bytes]
    partitions: int


def make_input(seed: int, *, most: int = 24) -> Input:
    rng = random.Random(seed)
    articles = make_articles(rng, rng.randint(2, most), span_hours=SPAN_HOURS)
    mended = rng.random() < 0.3
    return Input(
        articles=articles,
        arrivals=arrivals(rng, articles, delay_hours=DELAY_HOURS, again=0.33),
        bad=rng.sample(BAD, rng.randint(0, 2)),
        fragile=[told.article.id.encode() for told in rng.sample(articles, min(2, len(articles)))] if mended else [],
        partitions=rng.randint(1, 5),
    )


def world_of(given: Input, seed: int, *, faults: Faults, law: Law) -> World:
    return World(
        arrivals=given.arrivals,
        partitions=given.partitions,
        window_hours=WINDOW_HOURS,
        # what is sent again after a bug comes later than anything else
        lateness_hours=LATENESS_HOURS if not given.fragile else SPAN_HOURS * 2,
        seed=seed,
        faults=faults,
        law=law,
        bad=given.bad,
        fragile=given.fragile,
    )


def differences(world: World, given: Input) -> list[str]:
    """What did not come out as the oracle says."""
    copies, counts = oracle(given.articles, window_hours=WINDOW_HOURS)
    found = []
    if world.copies() != copies:
        found.append(f"copies: {dict(world.copies().items() ^ copies.items())}")
    if world.counts() != counts:
        found.append(f"counts: {sorted(set(world.counts().items()) ^ set(counts.items()))}")
    refused = {letter.value for letter in world.letters if letter.error != "stage_raised"}
    if refused != set(given.bad):
        found.append(f"dead letters: {refused ^ set(given.bad)}")
    return found


def run_world(given: Input, seed: int, *, faults: Faults, law: Law = Law()) -> tuple[World, list[str]]:  # noqa: B008
    """One world from beginning to end, and the differences it comes to."""
    world = world_of(given, seed, faults=faults, law=law)
    try:
        world.run()
    except Torn:
        return world, ["a recovered state is not complete"]
    return world, differences(world, given)


def simulate(seed: int, *, faults: Faults = MANY, law: Law = Law()) -> list[str]:  # noqa: B008 - immutable
    """The differences that one random world comes to."""
    return run_world(make_input(seed), seed, faults=faults, law=law)[1]


@pytest.mark.parametrize("start", range(0, 2_000, 100))
def test_no_fault_between_any_two_operations_changes_anything(start: int) -> None:
    for seed in range(start, start + 100):
        assert simulate(seed) == [], f"seed {seed}"


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_order_repeats_and_partitions_change_nothing(seed: int) -> None:
    assert simulate(seed, faults=NONE) == []


class Operator(RuleBasedStateMachine):
    """Somebody who does all that can be done to the workers, in the order that shows most."""

    @initialize(seed=st.integers(0, 2**16))
    def start(self, seed: int) -> None:
        self.given = make_input(seed, most=10)
        self.world = world_of(self.given, seed, faults=NONE, law=Law())
        self.going = True

    @precondition(lambda self: self.going)
    @rule(operations=st.integers(1, 40))
    def go_on(self, operations: int) -> None:
        self.going = all(self.world.act() for _ in range(operations))

    @rule()
    def kill(self) -> None:
        self.world.death()

    @rule()
    def freeze_or_wake(self) -> None:
        self.world.sleep()

    @rule()
    def rebalance(self) -> None:
        self.world.rebalance()

    @rule()
    def compact(self) -> None:
        self.world.compaction()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.run()
            assert differences(self.world, self.given) == []


TestOperator = Operator.TestCase
TestOperator.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_faults_do_happen_and_copies_do_come_before_their_originals() -> None:
    happened: dict[str, int] = {}
    takebacks = 0
    for seed in range(100):
        world = world_of(make_input(seed), seed, faults=MANY, law=Law())
        world.run()
        takebacks += world.takebacks
        for fault, count in world.happened.items():
            happened[fault] = happened.get(fault, 0) + count
    assert min(happened.values()) > 50, happened
    assert takebacks > 50


def test_rows_of_the_window_expire_and_the_result_is_the_same() -> None:
    rng = random.Random(5)
    articles = make_articles(rng, 400, span_hours=1_500)
    world = World(
        arrivals=arrivals(rng, articles, delay_hours=DELAY_HOURS, again=0.33), partitions=2, window_hours=WINDOW_HOURS,
        lateness_hours=LATENESS_HOURS, seed=5,
    )  # fmt: skip
    world.run()
    copies, counts = oracle(articles, window_hours=WINDOW_HOURS)
    assert world.copies() == copies
    assert world.counts() == counts
    assert world.takebacks > 0
    assert world.rows("deduplication") < len(articles) / 2


# A simulation that cannot fail shows nothing: each of these breaks one law, and has to be noticed.

BROKEN = {
    "writes before outputs": Law(outputs_before_writes=False),
    "the marker before the writes": Law(marker_after_rows=False),
    "resuming at the commit instead of the marker": Law(resume_at_marker=False),
    "edges in a topic of their own": Law(edges_with_findings=False),
}


def noticed(seeds: int, **broken: Any) -> bool:
    return any(simulate(seed, **broken) for seed in range(seeds))


@pytest.mark.parametrize("law", BROKEN.values(), ids=BROKEN)
def test_the_simulation_notices(law: Law) -> None:
    assert noticed(300, law=law)


@pytest.mark.parametrize("law", BROKEN.values(), ids=BROKEN)
def test_a_broken_law_shows_only_where_something_goes_wrong(law: Law) -> None:
    if law.resume_at_marker:  # a commit that runs ahead needs no more than a start
        assert not noticed(25, law=law, faults=NONE)


def test_the_simulation_notices_a_missing_cause_check(monkeypatch: pytest.MonkeyPatch) -> None:
    apply = aggregation._apply

    def trusting(row: aggregation.Row, contribution: Contribution) -> bool:
        row.applied.clear()
        return apply(row, contribution)

    monkeypatch.setattr(aggregation, "_apply", trusting)
    assert noticed(300)
