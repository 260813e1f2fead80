"""One run: servers and processes up, articles in at a steady rate, faults as planned; then none, all caught up, all compared."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from khabar.stack import StackError
from tests.faults import checking, system
from tests.faults.articles import write_input
from tests.faults.checking import Checked
from tests.faults.faults import Planned, plan
from tests.faults.producer import acknowledged
from tests.faults.report import Report
from tests.faults.supervisor import Exit, kind_of
from tests.faults.system import PRODUCER, Pauses, System

FILES_A_RUN = 20
LEAST_IN_A_FILE = 400
MAX_FAULTS_AT_ONCE = 24
FEED_SHARE = 0.85
"""Of the time for faults, the share in which all articles would be in if the producer were never interrupted."""
FIRST_RESULT_SECONDS = 120.0
PATIENCE_SECONDS = 180.0
"""So long may nothing move before all is said to be stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a run is told. `rate`: articles a second; None: so that they last for the time."""

    seed: int
    minutes: float
    articles: int
    rate: float | None = None

    @property
    def pace(self) -> float:
        return self.rate or self.articles / (self.minutes * 60 * FEED_SHARE)


def run(scenario: Scenario, *, say: Callable[[str], None]) -> Report:
    """Raises StackError, MissingTool where servers cannot be started. Logs are kept where anything was not as it should be."""
    with system.own_folder() as folder:
        report = _run(scenario, folder, say)
        if report.differences or report.told:
            (folder / "keep").touch()
        return report


def _run(scenario: Scenario, folder: Path, say: Callable[[str], None]) -> Report:
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(what: str) -> Iterator[None]:
        say(what)
        started = time.monotonic()
        yield
        seconds[what] = time.monotonic() - started

    with ExitStack() as opened:
        with timed("servers"):
            made = opened.enter_context(system.running(folder))
        files = _write_input(scenario, folder)
        planned = plan(scenario.seed, scenario.minutes)
        feeder = Feeder(made, files[1:], scenario.pace)
        pauses = Pauses(made)
        with timed("processes"):
            made.start_processes()
            _begin(made, files[0])
        with timed("faults"), pauses.watched(feeder.feeds):
            before = len(acknowledged(made.acknowledged))
            feeder.start()
            happened = _inject(made, planned, say)
            meanwhile = len(acknowledged(made.acknowledged)) - before
        with checking.batch(files, folder, made.supervisor.environment) as store:
            with timed("the rest of the input"):
                feeder.finish()
            with timed("catching up"):
                behind = made.wait_until_caught_up(PATIENCE_SECONDS)
            made.supervisor.release_all()
        with timed("checks"):
            checked = _stuck(behind) if behind else checking.check(made, store)
    exits = made.supervisor.exits
    return Report(
        seed=scenario.seed,
        lines=scenario.articles,
        rate=scenario.pace,
        planned=len(planned),
        faults=dict(happened),
        restarts=dict(made.supervisor.restarts),
        exits=dict(Counter(f"{kind_of(one.name)} {one.code}" for one in exits if not one.asked)),
        told=[_told(made, one) for one in exits if not one.plain],
        numbers={**checked.numbers, "acknowledged while faults were on": meanwhile},
        pauses=pauses.longest,
        seconds=seconds,
        differences=checked.differences,
        logs=str(made.supervisor.logs),
    )


def _write_input(scenario: Scenario, folder: Path) -> list[Path]:
    below = folder / "input"
    below.mkdir()
    per_file = max(LEAST_IN_A_FILE, -(-scenario.articles // FILES_A_RUN))
    return write_input(below, seed=scenario.seed, count=scenario.articles, per_file=per_file)


def _stuck(behind: str) -> Checked:
    """Nothing to compare while something lags; that is the difference."""
    checked = Checked()
    checked.note("progress", "lag that does not end", [behind])
    return checked


class Feeder:
    """Publishes the files, one process a file; a killed one begins its file anew."""

    def __init__(self, made: System, files: Sequence[Path], rate: float) -> None:
        self._made = made
        self._files = files
        self._rate: float | None = rate
        self._thread = threading.Thread(target=self._feed, name="feeder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def feeds(self) -> bool:
        """Whether there is something left to publish."""
        return self._thread.is_alive()

    def finish(self) -> None:
        """Wait until all is in; what is not yet begun goes as fast as it can."""
        self._rate = None
        self._thread.join()

    def _feed(self) -> None:
        for file in self._files:
            _publish(self._made, file, self._rate)


def _publish(made: System, file: Path, rate: float | None) -> None:
    made.start_producer(file, rate)
    while not made.supervisor.is_done(PRODUCER):
        time.sleep(0.1)


def _begin(made: System, file: Path) -> None:
    """Publish the first file, and wait until everything has something to do."""
    _publish(made, file, None)
    deadline = time.monotonic() + FIRST_RESULT_SECONDS
    while not all(proxy.taken for proxy in made.proxies.values()):
        if time.monotonic() > deadline:
            raise StackError(f"no result in the index after {FIRST_RESULT_SECONDS:.0f} s: {made.supervisor.logs}")
        time.sleep(0.2)


def _inject(made: System, planned: Sequence[Planned], say: Callable[[str], None]) -> Counter[str]:
    """Do what is planned, each at its moment. An error here is one of the run, not of what it tries."""
    happened: Counter[str] = Counter()
    started = time.monotonic()
    futures: list[tuple[Planned, Future[bool]]] = []

    def act(one: Planned) -> bool:
        begun = time.monotonic()
        met = one.kind.act(made, random.Random(one.seed))
        late = begun - started - one.at
        say(
            f"{begun - started:7.1f} s  {one.kind.name}{'' if met else ' met nobody'}"
            f"{f' ({late:.0f} s late)' if late > 1 else ''}, {time.monotonic() - begun:.1f} s"
        )
        return met

    with ThreadPoolExecutor(MAX_FAULTS_AT_ONCE) as pool:
        for one in planned:
            time.sleep(max(0.0, started + one.at - time.monotonic()))
            futures.append((one, pool.submit(act, one)))
            for _, future in futures:
                if future.done():
                    future.result()
    for one, future in futures:
        happened[one.kind.name] += future.result()
    return +happened


def _told(made: System, one: Exit) -> str:
    return f"{one.name} ended with {one.code}: {made.supervisor.log(one.name)}"
