"""The faults, each a function that does it and says whether it really happened; and the plan of a run, drawn from its seed.

Several may be on at once, as in life; those that befall one server take turns.
"""

from __future__ import annotations

import random
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from khabar.stack import Server
from khabar.topics import Topic
from sinks.elasticsearch import ALIASES, index_name
from tests.faults.proxy import after_indexing, silent_after_indexing, slow, spoil
from tests.faults.system import PARTITIONS, PRODUCER, SQLITE, System
from tests.sinks.faulty import Fault, FaultyElasticsearch, answering, losing_the_answer, refusing_items

Act = Callable[[System, random.Random], bool]
PER_MINUTE = 14.0
SHORT_MINUTES = 4.0
BEYOND_THE_SESSION_SECONDS = 13.0
"""Workers and sinks are given up by their groups after ten seconds."""
BEYOND_THE_REQUEST_SECONDS = 65.0
"""A sink gives up a request after sixty."""
MEETING_SECONDS = 45.0
SIZE_LIMIT_BYTES = 256 * 1024
CORRUPT_VALUES = (
    b"\x00\xff\xfe no UTF-8",
    b'{"records": [',
    b'{"records": 7, "id": 7, "actor": 7}',
    b'{"schema_version": 99, "records": []}',
    b"[]",
    b"",
    None,
)
CORRUPTIBLE = (
    Topic.ARTICLES,
    Topic.FINDINGS,
    Topic.FINGERPRINTS,
    Topic.CONTRIBUTIONS,
    Topic.RESOLVED_ARTICLES,
    Topic.ACTOR_COUNTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A fault. `weight`: how often among the others; `quick`: fit for a run of a minute."""

    name: str
    act: Act
    weight: int
    quick: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A fault at its moment, in seconds from the beginning. `seed` is for what it draws itself."""

    at: float
    kind: Kind
    seed: str


KINDS: dict[str, Kind] = {}


def fault(*, weight: int, quick: bool = False) -> Callable[[Act], Act]:
    """Enter a function under its name."""

    def enter(act: Act) -> Act:
        _enter(act.__name__, act, weight, quick)
        return act

    return enter


def _enter(name: str, act: Act, weight: int, quick: bool) -> None:
    KINDS[name] = Kind(name=name, act=act, weight=weight, quick=quick)


def plan(seed: int, minutes: float) -> list[Planned]:
    """Every kind once at least, the rest by weight, at moments spread over the time. A short run has quick kinds only."""
    rng = random.Random(f"faults {seed}")
    kinds = [kind for kind in KINDS.values() if kind.quick or minutes >= SHORT_MINUTES]
    count = max(len(kinds), round(minutes * PER_MINUTE))
    drawn = kinds + rng.choices(kinds, [kind.weight for kind in kinds], k=count - len(kinds))
    rng.shuffle(drawn)
    moments = sorted(rng.uniform(0, minutes * 60) for _ in drawn)
    return [
        Planned(at=at, kind=kind, seed=f"{seed} {number}")
        for number, (at, kind) in enumerate(zip(moments, drawn, strict=True))
    ]


# ---- workers ----


@fault(weight=14, quick=True)
def worker_killed(system: System, rng: random.Random) -> bool:
    """kill -9, wherever it stands in its batches."""
    return _signal_one(system, rng, "worker-", signal.SIGKILL)


@fault(weight=7, quick=True)
def worker_terminated(system: System, rng: random.Random) -> bool:
    """SIGTERM: it hands over and ends."""
    return _signal_one(system, rng, "worker-", signal.SIGTERM)


@fault(weight=5)
def worker_paused(system: System, rng: random.Random) -> bool:
    """Stopped for longer than its session, and then it goes on where it was."""
    return _pause_one(system, rng, "worker-")


@fault(weight=4)
def worker_joins_and_leaves(system: System, rng: random.Random) -> bool:
    """A further one for a while."""
    name = f"worker-guest-{rng.randrange(1_000_000)}"
    system.start_worker(name)
    time.sleep(rng.uniform(12, 25))
    system.supervisor.release(name)
    return True


# ---- sinks ----


@fault(weight=16, quick=True)
def sink_killed_between_bulk_and_commit(system: System, rng: random.Random) -> bool:
    """kill -9 at the moment at which Elasticsearch has written and the sink does not know."""
    name = rng.choice(sorted(system.proxies))
    killed: list[bool] = []
    act = after_indexing(lambda: killed.append(system.supervisor.signal(name, signal.SIGKILL)))
    if not spoil(system.proxies[name], [act], seconds=MEETING_SECONDS):
        return False
    deadline = time.monotonic() + MEETING_SECONDS
    while not killed and time.monotonic() < deadline:
        time.sleep(0.05)
    return any(killed)


@fault(weight=8)
def sink_killed(system: System, rng: random.Random) -> bool:
    """kill -9 at any moment."""
    return _signal_one(system, rng, "sink-", signal.SIGKILL)


@fault(weight=6)
def sink_terminated(system: System, rng: random.Random) -> bool:
    """SIGTERM: what is in flight is settled and committed."""
    return _signal_one(system, rng, "sink-", signal.SIGTERM)


@fault(weight=3)
def sink_paused(system: System, rng: random.Random) -> bool:
    """Stopped for longer than its session, and then it goes on where it was."""
    return _pause_one(system, rng, "sink-")


@fault(weight=6)
def sqlite_killed(system: System, _rng: random.Random) -> bool:
    """kill -9 of the SQLite sink."""
    return system.supervisor.signal(SQLITE, signal.SIGKILL)


@fault(weight=8, quick=True)
def sqlite_disk_full(system: System, rng: random.Random) -> bool:
    """No file of the SQLite sink may grow for a while. Happened where the sink said that it met it."""
    with system.turns[SQLITE]:
        before = _said(system, SQLITE, b"cannot be written")
        deadline = time.monotonic() + MEETING_SECONDS
        while not (met := _said(system, SQLITE, b"cannot be written") > before) and time.monotonic() < deadline:
            _limit_files(system, SIZE_LIMIT_BYTES)  # again, should it have been killed meanwhile
            time.sleep(0.5)
        time.sleep(rng.uniform(1, 4))
        _limit_files(system, resource.RLIM_INFINITY)
        return met


# ---- producer, everything, the broker ----


@fault(weight=12, quick=True)
def producer_killed(system: System, _rng: random.Random) -> bool:
    """kill -9: what it had in its queue is gone, and it begins its file anew."""
    return system.supervisor.signal(PRODUCER, signal.SIGKILL)


@fault(weight=4)
def producer_terminated(system: System, _rng: random.Random) -> bool:
    """SIGTERM: it waits for its confirmations; started again, it begins its file anew."""
    return system.supervisor.signal(PRODUCER, signal.SIGTERM)


@fault(weight=2)
def all_terminated(system: System, _rng: random.Random) -> bool:
    """SIGTERM of all processes at once."""
    names = system.supervisor.names("")
    return sum(system.supervisor.signal(name, signal.SIGTERM) for name in names) > 1


@fault(weight=4, quick=True)
def broker_killed(system: System, rng: random.Random) -> bool:
    """kill -9 of Kafka, started again with its data."""
    return _restart(system, rng, Server.KAFKA, signal.SIGKILL)


@fault(weight=4)
def broker_terminated(system: System, rng: random.Random) -> bool:
    """SIGTERM of Kafka, started again with its data."""
    return _restart(system, rng, Server.KAFKA, signal.SIGTERM)


# ---- Elasticsearch ----


@fault(weight=3)
def elasticsearch_killed(system: System, rng: random.Random) -> bool:
    """kill -9, started again with its data."""
    return _restart(system, rng, Server.ELASTICSEARCH, signal.SIGKILL)


@fault(weight=2)
def elasticsearch_terminated(system: System, rng: random.Random) -> bool:
    """SIGTERM, started again with its data."""
    return _restart(system, rng, Server.ELASTICSEARCH, signal.SIGTERM)


@fault(weight=16, quick=True)
def elasticsearch_busy(system: System, rng: random.Random) -> bool:
    """429 to whole bulks, some in a row."""
    return _spoil_one(system, rng, answering(429), rng.randint(1, 4))


@fault(weight=14, quick=True)
def elasticsearch_unavailable(system: System, rng: random.Random) -> bool:
    """503 to whole bulks, some in a row."""
    return _spoil_one(system, rng, answering(503), rng.randint(1, 4))


@fault(weight=14, quick=True)
def elasticsearch_refuses_items(system: System, rng: random.Random) -> bool:
    """429 to some documents of a bulk, which stand in the index nevertheless."""
    return _spoil_one(system, rng, refusing_items(429, every=rng.randint(2, 5)), rng.randint(1, 2))


@fault(weight=12, quick=True)
def elasticsearch_slow(system: System, rng: random.Random) -> bool:
    """Seconds for a bulk."""
    return _spoil_one(system, rng, slow(rng.uniform(1, 6)), rng.randint(1, 2))


@fault(weight=16, quick=True)
def elasticsearch_answer_lost(system: System, rng: random.Random) -> bool:
    """The bulk is indexed, and the connection cut before the answer."""
    return _spoil_one(system, rng, losing_the_answer, rng.randint(1, 2))


@fault(weight=2)
def elasticsearch_times_out_after_indexing(system: System, rng: random.Random) -> bool:
    """The bulk is indexed, and the answer does not come within the time that the sink waits."""
    return _spoil_one(system, rng, silent_after_indexing(BEYOND_THE_REQUEST_SECONDS), 1)


@fault(weight=10, quick=True)
def elasticsearch_read_only(system: System, rng: random.Random) -> bool:
    """The indices are blocked as at the flood stage of a disk, and released. Happened where a sink said that it met it."""
    with system.turns[Server.ELASTICSEARCH], _client(system) as client:
        before = _said(system, "sink-", b"cluster_block_exception")
        deadline = time.monotonic() + MEETING_SECONDS
        _block(client, system, True)
        while not (met := _said(system, "sink-", b"cluster_block_exception") > before) and time.monotonic() < deadline:
            time.sleep(0.5)
        time.sleep(rng.uniform(1, 4))
        _block(client, system, None)
    return met


# ---- messages that hold no record ----


def _corrupt(topic: Topic) -> Act:
    def act(system: System, rng: random.Random) -> bool:
        value = rng.choice(CORRUPT_VALUES)
        with system.turns[Server.KAFKA]:
            system.send(topic, b"corrupt-%d" % rng.getrandbits(60), value, rng.randrange(PARTITIONS))
        return True

    return act


for _topic in CORRUPTIBLE:
    _enter(f"corrupt_in_{_topic.value}", _corrupt(_topic), 6, True)


# ---- what several have in common ----


def _signal_one(system: System, rng: random.Random, prefix: str, number: signal.Signals) -> bool:
    names = system.supervisor.names(prefix)
    return bool(names) and system.supervisor.signal(rng.choice(names), number)


def _pause_one(system: System, rng: random.Random, prefix: str) -> bool:
    names = system.supervisor.names(prefix)
    if not names:
        return False
    name = rng.choice(names)
    if not system.supervisor.signal(name, signal.SIGSTOP):
        return False
    time.sleep(BEYOND_THE_SESSION_SECONDS + rng.uniform(0, 4))
    system.supervisor.signal(name, signal.SIGCONT)
    return True


def _restart(system: System, rng: random.Random, server: Server, number: signal.Signals) -> bool:
    with system.turns[server]:
        system.end_server(server, number)
        time.sleep(rng.uniform(0, 3))
        system.start_server(server)
    return True


def _spoil_one(system: System, rng: random.Random, what: Fault, times: int) -> bool:
    proxy: FaultyElasticsearch = system.proxies[rng.choice(sorted(system.proxies))]
    return spoil(proxy, [what] * times, seconds=MEETING_SECONDS)


def _limit_files(system: System, size: int) -> None:
    pid = system.supervisor.pid(SQLITE)
    if pid is not None:
        with suppress(ProcessLookupError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def _said(system: System, prefix: str, words: bytes) -> int:
    return sum(log.read_bytes().count(words) for log in system.supervisor.logs.glob(f"{prefix}*.log"))


@contextmanager
def _client(system: System) -> Iterator[Elasticsearch]:
    with Elasticsearch(system.settings.elasticsearch, request_timeout=10, max_retries=0) as client:
        yield client


def _block(client: Elasticsearch, system: System, value: bool | None) -> None:
    """Until it is so: the server may just have been restarted, and is then slow to take it."""
    names = [index_name(topic, system.settings.generation) for topic in ALIASES]
    deadline = time.monotonic() + MEETING_SECONDS
    while True:
        try:
            client.indices.put_settings(index=names, settings={"index.blocks.read_only_allow_delete": value})
        except (ApiError, TransportError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return
