"""Elasticsearch as a single node: its files, its command, and whether it answers.

The distribution is the one Elastic builds for integration tests: the genuine server without some modules. Knows nothing
of Kafka nor of the processes it will run in.
"""

from __future__ import annotations

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from khabar.stack.child import User
from khabar.stack.java import Java, choose

VERSIONS = {"9.2.0": 21, "8.19.8": 17}
"""Version and the least Java it needs, the preferred one first."""
LEAST_JAVA = min(VERSIONS.values())
USUAL_PORTS = (9200, 9300)
"""HTTP and transport."""
HEAP = "-Xms768m -Xmx768m"
USERS = ("elasticsearch", "nobody")
"""Whom it may run as where we are root, which it refuses."""
OWN_FOLDERS = ("config", "data", "logs", "tmp")


def choose_version(javas: Iterable[Java], environment: Mapping[str, str]) -> tuple[str, Java] | None:
    """The preferred version that an installed Java can run, and that Java; None where none can.

    ES_JAVA_HOME is the operator's word: where it fits a version, it is taken.
    """
    javas = list(javas)
    told = Path(environment["ES_JAVA_HOME"]).resolve() if environment.get("ES_JAVA_HOME") else None
    for version, least in VERSIONS.items():
        java = choose((java for java in javas if java.home == told), least=least) or choose(javas, least=least)
        if java is not None:
            return version, java
    return None


def configure(folder: Path, *, distribution: Path, port: int, transport_port: int, user: User | None) -> None:
    """Write the configuration below `folder`, and give the folders the server writes to `user`."""
    for name in OWN_FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    for name in ("log4j2.properties", "jvm.options"):
        shutil.copyfile(distribution / "config" / name, folder / "config" / name)
    settings = {
        "cluster.name": "khabar",
        "node.name": "khabar-1",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.host": "127.0.0.1",
        "http.port": port,
        "transport.port": transport_port,
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "xpack.security.enabled": "false",
        # The defaults are shares of the disk: on a large, fairly full one they would refuse writes with room to spare.
        "cluster.routing.allocation.disk.watermark.low": "2gb",
        "cluster.routing.allocation.disk.watermark.high": "1gb",
        "cluster.routing.allocation.disk.watermark.flood_stage": "500mb",
    }
    text = "".join(f'{name}: "{value}"\n' for name, value in settings.items())
    (folder / "config" / "elasticsearch.yml").write_text(text, encoding="utf-8")
    if user is not None:
        for name in OWN_FOLDERS:
            give(folder / name, user)


def give(folder: Path, user: User) -> None:
    """Make `user` the owner of `folder` and all in it."""
    os.chown(folder, user.uid, user.gid)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent) / name, user.uid, user.gid, follow_symlinks=False)


def command(distribution: Path) -> list[str]:
    """What starts the server."""
    return [str(distribution / "bin" / "elasticsearch")]


def variables(folder: Path, java: Java) -> dict[str, str]:
    """What the start script reads from its environment."""
    return {
        "ES_JAVA_HOME": str(java.home),
        "ES_JAVA_OPTS": HEAP,
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "HOME": str(folder),
    }


def answers(url: str, timeout_seconds: float) -> bool:
    """Whether the node at `url` answers and can take writes."""
    request = f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s"
    try:
        # No proxy: the node is on this machine.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            request, timeout=timeout_seconds
        ) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
