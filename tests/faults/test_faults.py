"""A short run on real servers, and that its parts can fail. The long one is `make faults`."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.faults.articles import write_input
from tests.faults.checking import Checked, Difference
from tests.faults.faults import KINDS, plan
from tests.faults.report import Report
from tests.faults.run import Scenario, run
from tests.faults.supervisor import Supervisor


@pytest.mark.long
@pytest.mark.kafka
@pytest.mark.elasticsearch
@pytest.mark.usefixtures("kafka")  # only to be left out where there is no Java: the run kills servers of its own
def test_after_a_minute_of_faults_all_tables_are_those_of_the_local_engine() -> None:
    said: list[str] = []
    report = run(Scenario(seed=20, minutes=0.8, articles=2_400), say=said.append)
    told = "\n".join([*said, report.as_text])
    assert report.differences == [], told
    assert report.told == [], told
    assert sum(report.faults.values()) >= 12, told  # of 18; on a busy machine some meet nobody
    assert report.numbers["copies"] > 500, told


def test_a_difference_of_any_kind_is_noted_with_examples() -> None:
    checked = Checked()
    checked.compare("here", {"a": b'{"n":1}', "b": b'{"n":1}'}, {"b": b'{"n":2}', "c": b'{"n":1}'})
    found = {(one.what, one.count, tuple(one.examples)) for one in checked.differences}
    assert found == {("missing", 1, ("a",)), ("too many", 1, ("c",)), ("other values", 1, ("b: n is 2, not 1",))}


def test_a_report_can_be_read_by_people_and_programs() -> None:
    difference = Difference(where="the index", what="missing", count=2, examples=["a", "b"])
    report = Report(
        seed=1, lines=10, rate=5.0, planned=3, faults={"worker_killed": 2}, restarts={"worker": 2}, exits={"worker 75": 1},
        told=["worker-1 ended with 1: worker-1.log"], numbers={"articles": 10}, pauses={"index": 1.25}, seconds={"faults": 60.0},
        differences=[difference], logs="/somewhere",
    )  # fmt: skip
    assert orjson.loads(report.as_json)["faults"] == {"worker_killed": 2}
    for words in (
        "worker_killed",
        "DIFFERENCE in the index: 2 missing",
        "differences: 2",
        "worker-1 ended",
        "/somewhere",
    ):
        assert words in report.as_text


def test_equal_tables_differ_in_nothing() -> None:
    checked = Checked()
    checked.compare("here", {"a": b"1"}, {"a": b"1"})
    assert checked.differences == []


def test_a_seed_gives_the_same_plan_again_and_a_long_one_has_every_kind() -> None:
    planned = plan(5, 20)
    assert planned == plan(5, 20) != plan(6, 20)
    assert len(planned) >= 200
    assert {one.kind.name for one in planned} == set(KINDS)
    assert [one.at for one in planned] == sorted(one.at for one in planned)


def test_a_seed_gives_the_same_input_again(tmp_path: Path) -> None:
    def made(seed: int) -> list[bytes]:
        folder = tmp_path / str(time.monotonic_ns())
        folder.mkdir()
        return [file.read_bytes() for file in write_input(folder, seed=seed, count=500, per_file=200)]

    assert made(1) == made(1) != made(2)
    assert [len(part.splitlines()) for part in made(1)] == [200, 200, 100]


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_ends_is_started_again_until_it_is_done(tmp_path: Path) -> None:
    supervisor = Supervisor(logs=tmp_path, environment={})
    last = tmp_path / "last"
    script = f"import pathlib, sys, time; p = pathlib.Path({str(last)!r}); p.exists() and sys.exit(5); time.sleep(60)"
    with supervisor.watching():
        supervisor.keep("sleeper-1", [sys.executable, "-c", script], done=frozenset({5}))
        until(lambda: supervisor.runs("sleeper-1"))
        supervisor.signal("sleeper-1", signal.SIGKILL)
        until(lambda: supervisor.restarts["sleeper"] == 1)
        last.touch()
        supervisor.signal("sleeper-1", signal.SIGTERM)
        until(lambda: supervisor.is_done("sleeper-1"))
    assert [(one.code, one.asked, one.plain) for one in supervisor.exits] == [(-9, True, True), (-15, True, True)]


def test_what_ends_by_itself_is_told(tmp_path: Path) -> None:
    supervisor = Supervisor(logs=tmp_path, environment={})
    with supervisor.watching():
        supervisor.keep("worker-1", [sys.executable, "-c", "raise SystemExit(4)"])
        until(lambda: len(supervisor.exits) == 1)
        supervisor.release("worker-1")
    assert not supervisor.exits[0].plain


def test_nothing_outlives_the_block(tmp_path: Path) -> None:
    supervisor = Supervisor(logs=tmp_path, environment={})
    with supervisor.watching():
        supervisor.keep("sleeper-1", [sys.executable, "-c", "import time; time.sleep(60)"])
        until(lambda: supervisor.runs("sleeper-1"))
    assert not supervisor.runs("sleeper-1")
