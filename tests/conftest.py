"""Real servers for the tests that ask for them: started once a run, on ports of their own, stopped at its end.

Nothing here touches a stack the user runs; only the downloaded servers are shared with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from khabar import stack
from khabar.stack import child

HOMES = "khabar-test-"
OWNER = "owner.json"
MISSING = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def stack_home() -> Iterator[Path]:
    """The home folder of this run's stack. Everything started in it is stopped, and the folder deleted, at the end."""
    _clear_after_killed_runs()
    home = Path(tempfile.mkdtemp(prefix=HOMES))
    home.chmod(0o755)  # where we are root, Elasticsearch runs as somebody else and must get in
    owner = child.identify(os.getpid())
    (home / OWNER).write_bytes(msgspec.json.encode(owner))
    yield home
    _remove(home)


@pytest.fixture(scope="session")
def kafka(stack_home: Path, request: pytest.FixtureRequest) -> str:
    """The brokers of a real Kafka, as host:port. Other tests of the run use it too: see `empty_kafka`."""
    try:
        addresses = stack.start(stack_home, elasticsearch=False, usual_ports=False)
    except stack.MissingTool as error:
        _without_java(request.config, str(error))
    assert addresses.brokers is not None
    return addresses.brokers


@pytest.fixture(scope="session")
def elasticsearch_url(stack_home: Path, request: pytest.FixtureRequest) -> str:
    """The address of a real Elasticsearch. Other tests of the run use it too."""
    try:
        addresses = stack.start(stack_home, kafka=False, usual_ports=False)
    except stack.MissingTool as error:
        _without_java(request.config, str(error))
    assert addresses.elasticsearch is not None
    return addresses.elasticsearch


@pytest.fixture
def empty_kafka(kafka: str) -> str:
    """The brokers of a Kafka without any topic, for tests that create `articles` with a partition count of their own."""
    admin = AdminClient({"bootstrap.servers": kafka, "log_level": 0})
    deadline = time.monotonic() + 60
    empty_looks = 0
    while empty_looks < 3:  # a broker hears of a creation or deletion a little after it was confirmed
        assert time.monotonic() < deadline, "Kafka still lists topics that it has deleted"
        topics = [name for name in admin.list_topics(timeout=10).topics if not name.startswith("__")]
        for deleted in admin.delete_topics(topics).values() if topics else ():
            with suppress(KafkaException):  # deleted already, but still listed
                deleted.result(timeout=30)
        empty_looks = 0 if topics else empty_looks + 1
        time.sleep(0.1)
    return kafka


def _without_java(config: pytest.Config, reason: str) -> NoReturn:
    """On a developer's machine a reason to skip; in CI, where nobody reads the skips, a failure."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    config.stash[MISSING] = reason
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end, where it is read, what did not run for want of Java or Maven."""
    reason = config.stash.get(MISSING, None)
    if reason is None:
        return
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if reason in str(report.longrepr)]
    terminalreporter.section("not run: real servers are missing", red=True)
    terminalreporter.line(f"{len(skipped)} integration tests did not run: {reason}")
    for report in skipped:
        terminalreporter.line(f"  {report.nodeid}")


def _clear_after_killed_runs() -> None:
    """A run that was killed with -9 could not stop its servers; the next one does it."""
    for home in Path(tempfile.gettempdir()).glob(f"{HOMES}*"):
        try:
            owner = msgspec.json.decode((home / OWNER).read_bytes(), type=child.Identity)
        except (OSError, msgspec.MsgspecError):
            continue  # just being made by a run beside this one
        if not child.is_alive(owner):
            _remove(home)


def _remove(home: Path) -> None:
    stack.reset(home)
    shutil.rmtree(home, ignore_errors=True)
