"""The stack as a user sees it, with real servers. A start takes seconds, so a test follows one stack through several."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from khabar import settings, stack
from khabar.cli.stack import stack as command
from khabar.stack import child


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, which another user can enter; whatever runs in it is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="khabar-stack-"))
    folder.chmod(0o755)
    monkeypatch.setenv("KHABAR_HOME", str(folder))
    yield folder
    stack.reset(folder)
    shutil.rmtree(folder)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def pid_of(home: Path, server: stack.Server) -> int:
    started = next(one.started for one in stack.status(home) if one.server is server)
    assert started is not None
    return started.identity.pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while child.identify(pid) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def listens(host: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex((host, port)) == 0


def create_topic(brokers: str | None, name: str) -> None:
    admin = AdminClient({"bootstrap.servers": brokers or ""})
    admin.create_topics([NewTopic(name, num_partitions=1)])[name].result(timeout=30)


def topics(brokers: str | None) -> set[str]:
    return set(AdminClient({"bootstrap.servers": brokers or ""}).list_topics(timeout=10).topics)


@contextmanager
def occupied(ports: Iterable[int]) -> Iterator[None]:
    with ExitStack() as held:
        for port in ports:
            other = held.enter_context(socket.socket())
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", port))
            other.listen(1)
        yield


@pytest.mark.kafka
@pytest.mark.usefixtures("kafka")  # which skips, or fails, where Java is missing
def test_up_twice_starts_once_all_commands_find_it_and_down_and_reset_undo_it(home: Path) -> None:
    address = stack.start(home, elasticsearch=False, usual_ports=False).brokers
    pid = pid_of(home, stack.Server.KAFKA)

    up = run("up", "--kafka-only", "--json")
    status = run("status", "--json")

    assert json.loads(up.stdout) == {"brokers": address}
    assert pid_of(home, stack.Server.KAFKA) == pid
    assert settings.load({"KHABAR_HOME": str(home)}).brokers == address
    assert status.exit_code == 0
    assert {name: one["state"] for name, one in json.loads(status.stdout).items()} == {
        "kafka": "running",
        "elasticsearch": "stopped",
    }

    assert "stopped kafka" in run("down").stdout
    assert child.identify(pid) is None
    assert not (home / settings.STACK_ADDRESSES).exists()
    assert run("status").exit_code == 3
    assert run("down").stdout == "nothing was running\n"

    assert CliRunner().invoke(command, ["reset"], input="n\n").exit_code != 0
    assert (home / "stack" / "kafka" / "data").is_dir()
    assert run("reset", "--yes").exit_code == 0
    assert not (home / "stack" / "kafka").exists()


@pytest.mark.kafka
@pytest.mark.usefixtures("kafka")
def test_a_killed_server_comes_back_with_its_data_on_its_ports_or_where_they_are_taken_on_others(home: Path) -> None:
    address = stack.start(home, elasticsearch=False, usual_ports=False).brokers
    create_topic(address, "kept")
    ports = next(started.ports for one in stack.status(home) if (started := one.started))
    kill(pid_of(home, stack.Server.KAFKA))

    died = run("status")
    again = stack.start(home, elasticsearch=False).brokers
    kept = topics(again)
    stack.stop(home)
    with occupied(ports):
        moved = stack.start(home, elasticsearch=False).brokers

    assert (died.exit_code, "died" in died.stdout) == (3, True)
    assert again == address
    assert "kept" in kept
    assert moved != address
    assert "kept" in topics(moved)


@pytest.mark.kafka
def test_kafka_listens_on_the_loopback_interface_only(kafka: str) -> None:
    port = int(kafka.rpartition(":")[2])

    assert listens("127.0.0.1", port)
    assert not listens("127.0.0.2", port)


@pytest.mark.elasticsearch
def test_elasticsearch_takes_documents_on_the_loopback_interface_only(elasticsearch_url: str) -> None:
    request = urllib.request.Request(
        f"{elasticsearch_url}/stack-test/_doc/1?refresh=true",
        data=b'{"word": "khabar"}',
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        created = answer.status
    with urllib.request.urlopen(f"{elasticsearch_url}/stack-test/_count", timeout=30) as answer:
        count = json.load(answer)["count"]

    assert (created, count) == (201, 1)
    assert not listens("127.0.0.2", int(elasticsearch_url.rpartition(":")[2]))


@pytest.mark.elasticsearch
def test_elasticsearch_never_runs_as_root(elasticsearch_url: str, stack_home: Path) -> None:
    owner = Path(f"/proc/{pid_of(stack_home, stack.Server.ELASTICSEARCH)}").stat().st_uid

    assert elasticsearch_url
    assert owner != 0


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("elasticsearch_url")
def test_elasticsearch_runs_where_only_we_can_enter_our_home_and_stops_with_all_its_processes(home: Path) -> None:
    """Where we are root and home is closed, as /root is, it has to live elsewhere."""
    home.chmod(0o700)
    stack.start(home, kafka=False, usual_ports=False)
    pid = pid_of(home, stack.Server.ELASTICSEARCH)
    members = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and in_group(entry, pid)]
    status = run("status")

    run("down")

    assert status.exit_code == 0
    assert ("cannot enter" in status.stdout) is (os.geteuid() == 0)
    assert len(members) > 1
    assert [one for one in members if child.identify(one) is not None] == []


def in_group(entry: Path, group: int) -> bool:
    try:
        return os.getpgid(int(entry.name)) == group
    except ProcessLookupError:
        return False
