"""Kafka as a single KRaft node, broker and controller in one: its files, its command, and whether it answers.

Knows nothing of Elasticsearch nor of the processes it will run in.
"""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from khabar.stack.errors import StackError
from khabar.stack.java import Java

VERSION = "4.1.1"
LEAST_JAVA = 17
USUAL_PORTS = (9092, 9093)
"""Broker and controller."""
HEAP = "-Xms512m", "-Xmx768m"
LOGGING = Path(__file__).with_name("kafka-log4j2.properties")
FORMAT_SECONDS = 120.0


def configure(folder: Path, *, port: int, controller_port: int) -> Path:
    """Write `folder`/server.properties and return it."""
    properties = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": folder / "data",
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }
    path = folder / "server.properties"
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")
    return path


def format_storage(
    folder: Path, properties: Path, *, libraries: Path, java: Java, environment: Mapping[str, str]
) -> None:
    """Give an empty data folder its cluster id; one that has it is left alone. Raises StackError."""
    data = folder / "data"
    if (data / "meta.properties").exists():
        return
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted format left
    answer = subprocess.run(  # noqa: S603 - Kafka's own tool
        [
            *_java(folder, ("-Xmx256m",), libraries=libraries, java=java),
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            f"--cluster-id={_cluster_id()}",
            f"--config={properties}",
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=FORMAT_SECONDS,
        check=False,
    )
    if answer.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise StackError(f"Kafka cannot format {data}:\n{(answer.stderr or answer.stdout).strip()[-1500:]}")


def command(folder: Path, properties: Path, *, libraries: Path, java: Java) -> list[str]:
    """What starts the server."""
    return [
        *_java(folder, (*HEAP, "-XX:+ExitOnOutOfMemoryError"), libraries=libraries, java=java),
        "kafka.Kafka",
        str(properties),
    ]


def answers(brokers: str, timeout_seconds: float) -> bool:
    """Whether a broker at `brokers` answers and counts itself as alive."""
    host, _, port = brokers.rpartition(":")
    try:
        # librdkafka would spend the whole timeout on a port where nobody listens yet.
        socket.create_connection((host, int(port)), timeout=timeout_seconds).close()
    except OSError:
        return False
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 0, "client.id": "khabar-stack"})
    try:
        return bool(admin.list_topics(timeout=timeout_seconds).brokers)
    except KafkaException:
        return False


def _java(folder: Path, options: Sequence[str], *, libraries: Path, java: Java) -> list[str]:
    return [
        str(java.executable),
        *options,
        f"-Dlog4j2.configurationFile={LOGGING}",
        f"-Dkhabar.logs={folder / 'logs'}",
        "-cp",
        f"{libraries}/*",
    ]


def _cluster_id() -> str:
    """As Kafka's Uuid: 16 bytes, base64url, no leading dash (it would look like an option)."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text
