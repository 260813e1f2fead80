"""Starts, stops and looks after the local stack: a real Kafka and a real Elasticsearch without Docker.

One stack belongs to one home folder. What was started is written down there, one `process.json` a server, from before
the server answers until it is stopped; so a server that died is known as such, and nothing is started twice. All
functions may be called by several processes at once: they take turns.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from khabar.settings import STACK_ADDRESSES
from khabar.stack import artifacts, child, elasticsearch_server, kafka_server
from khabar.stack.artifacts import Progress, environment_for
from khabar.stack.child import Identity, User
from khabar.stack.errors import StackError
from khabar.stack.java import choose, find_javas, missing_java
from khabar.stack.ports import choose_ports

START_SECONDS = 240.0
"""A server that has not answered by then is given up; a busy laptop needs a minute, an idle one fifteen seconds."""
STOP_SECONDS = 45.0
ANSWER_SECONDS = 5.0
POLL_SECONDS = 0.25
BIND_ATTEMPTS = 3
ROOM_BYTES = 300_000_000
SHARED_FOLDER = Path("/var/lib/khabar")
"""Where Elasticsearch lives when we are root and it could not enter our home folder."""


class Server(StrEnum):
    """The servers of the stack."""

    KAFKA = "kafka"
    ELASTICSEARCH = "elasticsearch"


class State(StrEnum):
    """How a server stands."""

    STOPPED = "stopped"
    RUNNING = "running"
    SILENT = "not answering"
    DIED = "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the running servers listen; None where one does not run."""

    brokers: str | None = None
    elasticsearch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What is written down of a server that was started."""

    identity: Identity
    version: str
    java: int
    since: datetime
    address: str
    ports: tuple[int, int]
    folder: str
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """One line of `khabar stack status`."""

    server: Server
    state: State
    started: Started | None = None


def silent(_message: str) -> None:
    """Progress for callers who want none."""


def start(
    home: Path,
    *,
    kafka: bool = True,
    elasticsearch: bool = True,
    usual_ports: bool = True,
    cache: Path | None = None,
    on_progress: Progress = silent,
) -> Addresses:
    """Start what is asked for and does not run yet, wait until it answers, and return where everything listens.

    `home`: the folder the stack belongs to; data, logs and notes are kept below it.
    `usual_ports`: take 9092, 9093, 9200 and 9300 where they are free; else only ports that nobody expects to be theirs.
    `cache`: where downloads are kept; by default all stacks of a user share one.
    Where one server fails, those that this call started are stopped again. Raises StackError, MissingTool.
    """
    wanted = [server for server, asked in ((Server.KAFKA, kafka), (Server.ELASTICSEARCH, elasticsearch)) if asked]
    home = home.resolve()
    with _locked(home):
        new: list[Server] = []
        try:
            for server in wanted:
                if not _runs(home, server):
                    new.append(server)
                    _launch(home, server, cache or artifacts.default_cache(), usual_ports, on_progress)
            for server in wanted:
                _await(home, server, cache or artifacts.default_cache(), on_progress)
        except BaseException:
            for server in new:
                _stop(home, server, on_progress)
            _write_addresses(home)
            raise
        return _write_addresses(home)


def stop(home: Path, *, on_progress: Progress = silent) -> tuple[Server, ...]:
    """Stop what runs and return it. Data stay. Raises StackError."""
    home = home.resolve()
    with _locked(home):
        (home / STACK_ADDRESSES).unlink(missing_ok=True)
        return tuple(server for server in Server if _stop(home, server, on_progress))


def reset(home: Path, *, on_progress: Progress = silent) -> tuple[Path, ...]:
    """Stop what runs, delete all data, logs and configuration of the stack, and return the folders deleted."""
    stop(home, on_progress=on_progress)
    home = home.resolve()
    with _locked(home):
        deleted = tuple(folder for folder in data_folders(home) if folder.is_dir())
        for folder in deleted:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise StackError(f"cannot delete {folder}: {error.strerror or error}") from error
        return deleted


def data_folders(home: Path) -> tuple[Path, ...]:
    """Every folder in which servers of this stack may have left data."""
    home = home.resolve()
    return (*(home / "stack" / server for server in Server), _shared_folder(home))


def status(home: Path) -> tuple[ServerStatus, ...]:
    """How each server stands. A server that was never started, or was stopped, is STOPPED."""
    home = home.resolve()
    return tuple(_status(home, server) for server in Server)


def _status(home: Path, server: Server) -> ServerStatus:
    started = _read(home, server)
    if started is None:
        return ServerStatus(server=server, state=State.STOPPED)
    if not child.is_alive(started.identity):
        return ServerStatus(server=server, state=State.DIED, started=started)
    state = State.RUNNING if _answers(server, started.address) else State.SILENT
    return ServerStatus(server=server, state=state, started=started)


def _launch(home: Path, server: Server, cache: Path, usual_ports: bool, on_progress: Progress) -> None:
    """Start the process and write it down; it may not answer for a while."""
    before = _read(home, server) or _read(home, server, name="last.json")
    if server is Server.KAFKA:
        started = _launch_kafka(home, cache, before, usual_ports, on_progress)
    else:
        started = _launch_elasticsearch(home, cache, before, usual_ports, on_progress)
    note = msgspec.json.format(msgspec.json.encode(started), indent=2)
    _note(home, server).write_bytes(note)


def _launch_kafka(home: Path, cache: Path, before: Started | None, usual_ports: bool, on_progress: Progress) -> Started:
    javas = find_javas(os.environ)
    java = choose(javas, least=kafka_server.LEAST_JAVA)
    if java is None:
        raise missing_java(javas, least=kafka_server.LEAST_JAVA)
    libraries = artifacts.fetch_kafka(cache, kafka_server.VERSION, java, on_progress)
    folder = _folder(home / "stack" / Server.KAFKA)
    _check_room(folder)
    port, controller_port = choose_ports(_wanted_ports(before, kafka_server.USUAL_PORTS, usual_ports))
    environment = environment_for(java, os.environ)
    properties = kafka_server.configure(folder, port=port, controller_port=controller_port)
    kafka_server.format_storage(folder, properties, libraries=libraries, java=java, environment=environment)
    on_progress(f"starting Kafka {kafka_server.VERSION} with Java {java.version}")
    identity = child.spawn(
        kafka_server.command(folder, properties, libraries=libraries, java=java),
        environment=environment,
        folder=folder,
        console=folder / "console.log",
    )
    return Started(
        identity=identity,
        version=kafka_server.VERSION,
        java=java.version,
        since=datetime.now(UTC),
        address=f"127.0.0.1:{port}",
        ports=(port, controller_port),
        folder=str(folder),
        user=None,
    )


def _launch_elasticsearch(
    home: Path, cache: Path, before: Started | None, usual_ports: bool, on_progress: Progress
) -> Started:
    user = child.unprivileged_user(elasticsearch_server.USERS)
    javas = [java for java in find_javas(os.environ) if user is None or child.can_enter(java.home, user)]
    chosen = elasticsearch_server.choose_version(javas, os.environ)
    if chosen is None:
        raise missing_java(javas, least=elasticsearch_server.LEAST_JAVA)
    version, java = chosen
    folder = _elasticsearch_folder(home, user)
    distribution = artifacts.fetch_elasticsearch(_enterable_cache(cache, user), version, java, on_progress)
    _check_room(folder)
    port, transport_port = choose_ports(_wanted_ports(before, elasticsearch_server.USUAL_PORTS, usual_ports))
    elasticsearch_server.configure(
        folder, distribution=distribution, port=port, transport_port=transport_port, user=user
    )
    on_progress(
        f"starting Elasticsearch {version} with Java {java.version}" + (f" as user {user.name}" if user else "")
    )
    identity = child.spawn(
        elasticsearch_server.command(distribution),
        environment=environment_for(java, os.environ, **elasticsearch_server.variables(folder, java)),
        folder=folder,
        console=folder / "console.log",
        user=user,
    )
    return Started(
        identity=identity,
        version=version,
        java=java.version,
        since=datetime.now(UTC),
        address=f"http://127.0.0.1:{port}",
        ports=(port, transport_port),
        folder=str(folder),
        user=user.name if user else None,
    )


def _await(home: Path, server: Server, cache: Path, on_progress: Progress) -> None:
    """Wait until the server answers. Where it lost the race for a port, start it again on another."""
    on_progress(f"waiting for {server}")
    attempts = 1
    deadline = time.monotonic() + START_SECONDS
    while (started := _read(home, server)) is not None:
        if not child.is_alive(started.identity):
            if attempts < BIND_ATTEMPTS and _port_was_taken(started):
                attempts += 1
                _launch(home, server, cache, False, on_progress)
                continue
            raise StackError(f"{server} died at start. The end of its log:\n{_tail(started)}")
        if _answers(server, started.address):
            on_progress(f"{server} answers at {started.address}")
            return
        if time.monotonic() > deadline:
            raise StackError(f"{server} did not answer within {START_SECONDS:.0f} s. Its log:\n{_tail(started)}")
        time.sleep(POLL_SECONDS)


def _stop(home: Path, server: Server, on_progress: Progress) -> bool:
    """Stop one server and strike it off. Returns whether it ran."""
    started = _read(home, server)
    if started is None:
        return False
    ran = child.is_alive(started.identity)
    if ran:
        on_progress(f"stopping {server} (process {started.identity.pid})")
        if not child.terminate(started.identity, patience_seconds=STOP_SECONDS):
            on_progress(f"{server} did not stop within {STOP_SECONDS:.0f} s and was killed")
    # Kept under another name: the next start takes the same ports.
    _note(home, server).replace(_note(home, server, name="last.json"))
    return ran


def _runs(home: Path, server: Server) -> bool:
    started = _read(home, server)
    return started is not None and child.is_alive(started.identity)


def _answers(server: Server, address: str) -> bool:
    if server is Server.KAFKA:
        return kafka_server.answers(address, ANSWER_SECONDS)
    return elasticsearch_server.answers(address, ANSWER_SECONDS)


def _write_addresses(home: Path) -> Addresses:
    """Tell all commands where the servers are that run now."""
    found: dict[str, str] = {}
    for server, name in ((Server.KAFKA, "brokers"), (Server.ELASTICSEARCH, "elasticsearch")):
        started = _read(home, server)
        if started is not None and child.is_alive(started.identity):
            found[name] = started.address
    path = home / STACK_ADDRESSES
    if found:
        partial = path.with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(found))
        partial.replace(path)
    else:
        path.unlink(missing_ok=True)
    return Addresses(**found)


def _wanted_ports(before: Started | None, usual: tuple[int, int], usual_ports: bool) -> tuple[int, int]:
    if before is not None:
        return before.ports
    return usual if usual_ports else (0, 0)


def _port_was_taken(started: Started) -> bool:
    log = _tail(started, lines=500)
    return any(words in log for words in ("Address already in use", "BindException", "Failed to bind"))


def _tail(started: Started, lines: int = 25) -> str:
    """The end of what the server said, without the frames of Java's stack traces: the cause stands above them."""
    path = Path(started.folder) / "console.log"
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return f"({path} cannot be read: {error.strerror})"
    said = [line for line in text.splitlines() if not line.startswith(("\tat ", "\t..."))]
    return "\n".join(said[-lines:]) or f"(nothing in {path})"


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_BYTES:
        raise StackError(
            f"the disk is full: {free // 1_000_000} MB free at {folder}, {ROOM_BYTES // 1_000_000} MB needed to start. "
            "Make room, or set KHABAR_HOME to a folder on another disk."
        )


def _enterable_cache(cache: Path, user: User | None) -> Path:
    """The cache, or one that the unprivileged user can read."""
    if user is None:
        return cache
    cache.mkdir(parents=True, exist_ok=True)
    return cache if child.can_enter(cache, user) else _folder(SHARED_FOLDER / "artifacts")


def _elasticsearch_folder(home: Path, user: User | None) -> Path:
    folder = _folder(home / "stack" / Server.ELASTICSEARCH)
    if user is None or child.can_enter(folder, user):
        return folder
    shared = _folder(_shared_folder(home))
    if not child.can_enter(shared, user):
        raise StackError(
            f"Elasticsearch runs as user {user.name}, who can enter neither {folder} nor {shared}. "
            "Set KHABAR_HOME to a folder everybody can enter."
        )
    return shared


def _shared_folder(home: Path) -> Path:
    return SHARED_FOLDER / f"elasticsearch-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(f"cannot make the folder {path}: {error.strerror or error}") from error
    return path


def _note(home: Path, server: Server, *, name: str = "process.json") -> Path:
    return home / "stack" / server / name


def _read(home: Path, server: Server, *, name: str = "process.json") -> Started | None:
    path = _note(home, server, name=name)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Started)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise StackError(f"{path} is damaged ({error}); delete it and run `khabar stack up`") from error


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One command at a time on one stack."""
    folder = _folder(home / "stack")
    try:
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise StackError(f"cannot write to {folder}: {error.strerror or error}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
