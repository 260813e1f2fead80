"""Everything a run consists of: servers of its own, the project's processes under a supervisor, proxies before the sinks."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from confluent_kafka import KafkaException, Producer

from khabar import stack
from khabar.errors import KhabarError
from khabar.kafka import connect_admin, producer_config
from khabar.settings import Settings
from khabar.stack import child
from khabar.status import SINK_TOPICS, read_status
from khabar.topics import Topic, topic_name
from tests.faults.supervisor import Supervisor
from tests.faust_engine.cluster import create_topics, end_offsets
from tests.sinks.faulty import FaultyElasticsearch, before

PARTITIONS = 4
WORKERS = 3
SINKS = 2
SQLITE = "sqlite"
PRODUCER = "producer"
SERVER_SECONDS = 60.0
SEND_SECONDS = 120.0
LOOK_SECONDS = 2.0
QUIET_LOOKS = 3
"""So often in a row nothing may lag before all counts as caught up: what a stage has just sent on, the next may not yet show."""
HOMES = "khabar-test-faults-"
OWNER = "owner.json"
"""Prefix and note by which the tests clear away what a killed run has left (tests/conftest.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrupt:
    """A message of ours that holds no record, where it stands."""

    topic: Topic
    partition: int
    offset: int
    value: bytes


@dataclass(slots=True, kw_only=True)
class System:
    """A run's servers and processes. `settings` names the real servers."""

    folder: Path
    settings: Settings
    supervisor: Supervisor
    proxies: Mapping[str, FaultyElasticsearch]
    corrupt: list[Corrupt] = field(default_factory=list)
    turns: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    """For faults that cannot befall the same server at once."""

    @property
    def store(self) -> Path:
        return self.folder / "news.db"

    @property
    def acknowledged(self) -> Path:
        return self.folder / "acknowledged"

    # ---- processes ----

    def start_processes(self) -> None:
        for number in range(WORKERS):
            self.start_worker(f"worker-{number}")
        for name, proxy in self.proxies.items():
            self.supervisor.keep(name, [*_KHABAR, "sink", "elasticsearch", "--elasticsearch", proxy.url])
        self.supervisor.keep(SQLITE, [*_KHABAR, "sink", "sqlite", "--store", str(self.store)])

    def start_worker(self, name: str) -> None:
        self.supervisor.keep(name, [*_KHABAR, "process"])

    def start_producer(self, file: Path, rate: float | None) -> None:
        """Publish one file; killed, it begins it anew."""
        pace = [] if rate is None else ["--rate", f"{rate:g}"]
        command = [sys.executable, "-m", "tests.faults.producer", str(self.acknowledged), "publish", "files", str(file)]
        # 5: some lines were no articles, and stand in dead-letters.
        self.supervisor.keep(PRODUCER, [*command, *pace], done=frozenset({0, 5}))

    # ---- servers ----

    def end_server(self, server: stack.Server, number: signal.Signals) -> None:
        """End it and all it has started, and wait until nothing of it is left."""
        started = next(one.started for one in stack.status(self.settings.home) if one.server is server)
        assert started is not None
        if number is signal.SIGTERM:
            child.terminate(started.identity, patience_seconds=SERVER_SECONDS)
            return
        os.killpg(started.identity.pid, number)
        deadline = time.monotonic() + SERVER_SECONDS
        while child.is_alive(started.identity) or child._group_lives(started.identity.pid):
            assert time.monotonic() < deadline, f"{server} outlives a {number.name}"
            time.sleep(0.05)

    def start_server(self, server: stack.Server) -> None:
        """Start it again on its data. Raises StackError."""
        kafka = server is stack.Server.KAFKA
        now = stack.start(self.settings.home, kafka=kafka, elasticsearch=not kafka, usual_ports=False)
        was = self.settings.brokers if kafka else self.settings.elasticsearch
        if (now.brokers if kafka else now.elasticsearch) != was:
            raise stack.StackError(f"{server} came back elsewhere: somebody took its port while it was down")

    def send(self, topic: Topic, key: bytes, value: bytes | None, partition: int) -> None:
        """Put bytes on a topic, and remember where they stand."""
        producer = Producer(producer_config(self.settings, log_level=0))
        places: list[int] = []
        producer.produce(
            topic_name(topic, self.settings.generation),
            value,
            key,
            partition,
            on_delivery=lambda error, message: places.append(-1 if error else message.offset() or 0),
        )
        producer.flush(SEND_SECONDS)
        assert places, f"Kafka took nothing for {SEND_SECONDS:.0f} s"
        assert places[0] >= 0
        self.corrupt.append(Corrupt(topic=topic, partition=partition, offset=places[0], value=value or b""))

    # ---- catching up ----

    def wait_until_caught_up(self, patience_seconds: float) -> str:
        """Wait until no stage and no sink lags. Empty, or who lags where nothing has moved for so long."""
        quiet, last, moved = 0, "nobody has looked", time.monotonic()
        while quiet < QUIET_LOOKS:
            time.sleep(LOOK_SECONDS)
            try:
                behind = self._behind()
            except (KafkaException, KhabarError) as error:
                behind = f"Kafka: {error}"
            if behind != last:
                last, moved = behind, time.monotonic()
            elif behind and time.monotonic() - moved > patience_seconds:
                return behind
            quiet = 0 if behind else quiet + 1
        return ""

    def _behind(self) -> str:
        status = read_status(self.settings, connect_admin(self.settings))
        lags = {one.name: one.lag for one in status.followers}
        lags.setdefault("sink-elasticsearch", -1)
        lags[SQLITE] = self._sqlite_lag()
        return ", ".join(f"{name} lags by {lag}" for name, lag in lags.items() if lag)

    def _sqlite_lag(self) -> int:
        with sqlite3.connect(self.store, timeout=10) as reader:
            read = {
                (topic, p): o for topic, p, o in reader.execute("SELECT topic, partition, next_offset FROM offsets")
            }
        reader.close()
        names = [topic_name(topic, self.settings.generation) for topic in SINK_TOPICS]
        ends = {(name, p): end for name in names for p, end in end_offsets(self.settings.brokers, name).items()}
        return sum(end - read.get(place, 0) for place, end in ends.items())


@contextmanager
def running(folder: Path) -> Iterator[System]:
    """Servers of the run's own in `folder`, empty, and a supervisor without processes; all is stopped at the end."""
    logs = folder / "logs"
    logs.mkdir()
    with ExitStack() as opened:
        opened.callback(stack.stop, folder)
        addresses = stack.start(folder, usual_ports=False)
        assert addresses.brokers is not None
        assert addresses.elasticsearch is not None
        settings = Settings(brokers=addresses.brokers, elasticsearch=addresses.elasticsearch, home=folder)
        create_topics(settings.brokers, settings.generation, PARTITIONS)
        supervisor = Supervisor(logs=logs, environment=environment(settings))
        proxies = {f"sink-{n}": opened.enter_context(before(settings.elasticsearch)) for n in range(SINKS)}
        opened.enter_context(supervisor.watching())
        yield System(folder=folder, settings=settings, supervisor=supervisor, proxies=proxies)


def environment(settings: Settings) -> dict[str, str]:
    """What the processes of the run inherit. Addresses are named, or one that starts while a server is down would take the
    usual ports, where somebody else's may listen.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    return ours | {
        "KHABAR_HOME": str(settings.home),
        "KHABAR_BROKERS": settings.brokers,
        "KHABAR_ELASTICSEARCH": settings.elasticsearch,
    }


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that other users can enter. It is removed unless the block raises or asks to keep it (a file `keep` in it)."""
    folder = Path(tempfile.mkdtemp(prefix=HOMES))
    folder.chmod(0o755)  # where we are root, Elasticsearch runs as somebody else and must get in
    owner = folder / OWNER
    owner.write_bytes(msgspec.json.encode(child.identify(os.getpid())))
    try:
        yield folder
        if not (folder / "keep").exists():
            stack.reset(folder)
            shutil.rmtree(folder)
    finally:
        owner.unlink(missing_ok=True)  # what is kept is for people, no longer for those who clear away


class Pauses:
    """How long nothing went on while articles came in: looks once in a while at the ends of the results' topic, and at the
    bulks that the real Elasticsearch has taken.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self.longest = {"stages": 0.0, "index": 0.0}

    @contextmanager
    def watched(self, feeds: Callable[[], bool]) -> Iterator[None]:
        """Look while the block runs and `feeds` says that there is input."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over, feeds), name="pauses")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _watch(self, over: threading.Event, feeds: Callable[[], bool]) -> None:
        seen: dict[str, tuple[int, float]] = {}
        while not over.wait(0.5) and feeds():
            for what, progress in (("stages", self._resolved()), ("index", self._taken())):
                now = time.monotonic()
                if progress is not None and progress > seen.get(what, (0, 0.0))[0]:
                    seen[what] = progress, now
                elif what in seen:
                    self.longest[what] = max(self.longest[what], now - seen[what][1])

    def _resolved(self) -> int | None:
        try:
            name = topic_name(Topic.RESOLVED_ARTICLES, self._system.settings.generation)
            return sum(end_offsets(self._system.settings.brokers, name).values())
        except KafkaException:
            return None

    def _taken(self) -> int:
        return sum(proxy.taken for proxy in self._system.proxies.values())


_KHABAR = (sys.executable, "-m", "khabar")
