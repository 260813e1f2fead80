"""Finds a Java and Maven on this machine, and says in words what to install where there is none.

Knows nothing of Kafka or Elasticsearch but the versions of Java they are given as numbers.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from khabar.errors import KhabarError

JVM_FOLDER = Path("/usr/lib/jvm")
VERSION_SECONDS = 20.0


class MissingTool(KhabarError):  # noqa: N818
    """Java or Maven is not installed, or too old. Says what to install."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """An installed Java: its folder (what JAVA_HOME would be) and its feature version, e.g. 17."""

    home: Path
    version: int

    @property
    def executable(self) -> Path:
        """The `java` to run."""
        return self.home / "bin" / "java"


def find_javas(environment: Mapping[str, str], jvm_folder: Path = JVM_FOLDER) -> list[Java]:
    """Every Java that can be run, as ES_JAVA_HOME, JAVA_HOME, PATH and `jvm_folder` name them, in this order."""
    found = {home.resolve(): None for home in _candidates(environment, jvm_folder)}
    return [
        Java(home=home, version=version) for home in found if (version := _version(home / "bin" / "java")) is not None
    ]


def choose(javas: Iterable[Java], *, least: int) -> Java | None:
    """The oldest Java of at least version `least`: servers are tested with those, not with the newest."""
    return min((java for java in javas if java.version >= least), key=lambda java: java.version, default=None)


def missing_java(javas: Iterable[Java], *, least: int) -> MissingTool:
    """The error for a machine without Java `least` or newer."""
    versions = sorted({java.version for java in javas})
    found = f"found only Java {', '.join(map(str, versions))}" if versions else "found none"
    return MissingTool(
        f"the local stack needs Java {least} or newer; {found} (looked at JAVA_HOME, PATH and {JVM_FOLDER}). "
        f"On Debian or Ubuntu: `apt-get install openjdk-{least}-jre-headless maven`; "
        "or point JAVA_HOME at an installation."
    )


def find_maven(environment: Mapping[str, str]) -> Path:
    """The `mvn` on PATH. Raises MissingTool."""
    found = shutil.which("mvn", path=environment.get("PATH", ""))
    if found is None:
        raise MissingTool(
            "the local stack fetches its servers with Maven, but there is no `mvn` on PATH. "
            "On Debian or Ubuntu: `apt-get install maven`."
        )
    return Path(found)


def _candidates(environment: Mapping[str, str], jvm_folder: Path) -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if environment.get(name):
            yield Path(environment[name])
    on_path = shutil.which("java", path=environment.get("PATH", ""))
    if on_path is not None:
        yield Path(on_path).resolve().parent.parent
    if jvm_folder.is_dir():
        yield from sorted(jvm_folder.iterdir())


def _version(executable: Path) -> int | None:
    """The feature version, None where `executable` is no Java that runs. 1.8 counts as 8."""
    if not os.access(executable, os.X_OK):
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - an installed java, asked for its version
            [executable, "-version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    return int(match[1]) if match else None
