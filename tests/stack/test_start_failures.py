"""What `start` says and leaves behind where it cannot succeed. Needs no Java: a script stands in for it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from khabar import settings, stack
from khabar.cli.stack import stack as command
from khabar.stack import artifacts, child, control, java, kafka_server
from tests.stack.machine import install, install_java

MACHINE_PATH = "/usr/bin:/bin"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed but what the test puts under bin/ and jvm/."""
    monkeypatch.setattr(control, "find_javas", lambda environment: java.find_javas(environment, tmp_path / "jvm"))
    for name in ("JAVA_HOME", "ES_JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def start_kafka(machine: Path, on_progress: Callable[[str], None] = control.silent) -> stack.Addresses:
    return stack.start(
        machine / "home", elasticsearch=False, usual_ports=False, cache=machine / "cache", on_progress=on_progress
    )


def with_kafka_downloaded(machine: Path) -> None:
    (machine / "cache" / f"kafka-{kafka_server.VERSION}").mkdir(parents=True)


def test_without_java_up_says_what_to_install(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_HOME", str(machine / "home"))
    error = CliRunner().invoke(command, ["up"]).exception

    assert isinstance(error, stack.MissingTool)
    assert error.exit_code == 3
    assert "found none" in str(error)
    assert "apt-get install openjdk-17-jre-headless maven" in str(error)


def test_without_maven_up_says_what_to_install(machine: Path) -> None:
    install_java(machine / "jvm" / "17", "17.0.1")

    with pytest.raises(stack.MissingTool, match="apt-get install maven"):
        start_kafka(machine)


def test_mavens_complaint_is_passed_on_without_the_password_in_it(machine: Path) -> None:
    install_java(machine / "jvm" / "17", "17.0.1")
    install(
        machine / "bin" / "mvn",
        "echo '[INFO] Scanning'; echo '[ERROR] not found in https://reader:secret@repository.example/m2'; exit 1",
    )

    with pytest.raises(stack.StackError) as error:
        start_kafka(machine)

    assert "repository.example" in str(error.value)
    assert "secret" not in str(error.value)


def test_a_download_that_failed_is_not_taken_for_one_that_is_complete(machine: Path) -> None:
    install_java(machine / "jvm" / "17", "17.0.1")
    install(
        machine / "bin" / "mvn",
        'for a; do case $a in -DoutputDirectory=*) : > "${a#*=}/half.jar" ;; esac; done; exit 1',
    )
    for _ in range(2):
        with pytest.raises(stack.StackError, match="Maven could not fetch"):
            start_kafka(machine)

    assert not (machine / "cache" / f"kafka-{kafka_server.VERSION}").exists()


def test_a_disk_without_room_for_the_download_is_told_before_it_starts(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_java(machine / "jvm" / "17", "17.0.1")
    monkeypatch.setattr(artifacts, "ROOM_BYTES", 10**18)

    with pytest.raises(stack.StackError, match="no room"):
        start_kafka(machine)


def test_a_disk_without_room_for_data_is_told_before_a_server_starts(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_java(machine / "jvm" / "17", "17.0.1")
    with_kafka_downloaded(machine)
    monkeypatch.setattr(control, "ROOM_BYTES", 10**18)

    with pytest.raises(stack.StackError, match="disk is full"):
        start_kafka(machine)


def test_a_server_that_dies_at_start_is_told_with_the_end_of_its_log(machine: Path) -> None:
    install_java(machine / "jvm" / "17", "17.0.1", server="echo 'No space left on device' >&2; exit 1")
    with_kafka_downloaded(machine)

    with pytest.raises(stack.StackError, match="No space left on device"):
        start_kafka(machine)

    assert {one.state for one in stack.status(machine / "home")} == {stack.State.STOPPED}


def test_a_server_that_loses_its_port_to_another_tries_again_on_others(machine: Path) -> None:
    tries = machine / "tries"
    install_java(machine / "jvm" / "17", "17.0.1", server=f"echo try >> {tries}; echo 'Address already in use'; exit 1")
    with_kafka_downloaded(machine)

    with pytest.raises(stack.StackError):
        start_kafka(machine)

    assert tries.read_text().split() == ["try"] * control.BIND_ATTEMPTS


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(128 + signal.SIGTERM)])
def test_an_interrupted_start_leaves_no_server_behind(machine: Path, interruption: BaseException) -> None:
    pid = machine / "pid"
    install_java(machine / "jvm" / "17", "17.0.1", server=f"echo $$ > {pid}; PATH={MACHINE_PATH}; exec sleep 60")
    with_kafka_downloaded(machine)

    def interrupt(message: str) -> None:
        if message.startswith("waiting"):
            while not (pid.exists() and pid.read_text().strip()):
                time.sleep(0.02)
            raise interruption

    with pytest.raises(type(interruption)):
        start_kafka(machine, interrupt)

    assert child.identify(int(pid.read_text())) is None
    assert {one.state for one in stack.status(machine / "home")} == {stack.State.STOPPED}


def test_after_a_failed_start_no_command_is_sent_to_a_server_that_does_not_run(machine: Path) -> None:
    install_java(machine / "jvm" / "17", "17.0.1", server="exit 1")
    with_kafka_downloaded(machine)
    addresses = machine / "home" / settings.STACK_ADDRESSES
    addresses.parent.mkdir(parents=True)
    addresses.write_text('{"brokers": "127.0.0.1:1"}')

    with pytest.raises(stack.StackError):
        start_kafka(machine)

    assert not addresses.exists()
