"""Fetches the servers with Maven, once, into a cache that all stacks of this machine's user share.

Maven uses the settings of the machine; no repository is named anywhere in Khabar. A folder in the cache is complete
or does not exist: it is filled under another name and renamed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from khabar.stack.errors import StackError
from khabar.stack.java import Java, find_maven

POM = Path(__file__).with_name("pom.xml")
ROOM_BYTES = 600_000_000
"""Free space asked for before a download: Kafka takes 54 MB; Elasticsearch 100 MB packed and 150 MB unpacked."""
Progress = Callable[[str], None]


def default_cache() -> Path:
    """Where downloads are kept: not below KHABAR_HOME, so that stacks with homes of their own share them."""
    return Path.home() / ".khabar" / "artifacts"


def fetch_kafka(cache: Path, version: str, java: Java, on_progress: Progress) -> Path:
    """The folder with Kafka's jars. Raises StackError, MissingTool."""
    with _locked(cache):
        folder = cache / f"kafka-{version}"
        if not folder.is_dir():
            partial = _empty(cache / f"{folder.name}.partial")
            _maven("kafka", version, partial, java, on_progress)
            partial.rename(folder)
        return folder


def fetch_elasticsearch(cache: Path, version: str, java: Java, on_progress: Progress) -> Path:
    """The folder with Elasticsearch's distribution, readable by every user who can enter the cache.

    Raises StackError, MissingTool.
    """
    with _locked(cache):
        folder = cache / f"elasticsearch-{version}"
        if not folder.is_dir():
            partial = _empty(cache / f"{folder.name}.partial")
            _maven("elasticsearch", version, partial, java, on_progress)
            on_progress(f"unpacking Elasticsearch {version}")
            _unpack(partial / f"elasticsearch-{version}.zip", partial)
            (partial / folder.name).rename(folder)
            shutil.rmtree(partial)
        return folder


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """One download at a time: the second waits and finds it done."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise StackError(f"cannot write to {cache}: {error.strerror or error}") from error


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _maven(server: str, version: str, folder: Path, java: Java, on_progress: Progress) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_BYTES:
        raise StackError(
            f"no room to download {server}: {free // 1_000_000} MB free at {folder.parent}, "
            f"{ROOM_BYTES // 1_000_000} MB needed. Make room there and run `khabar stack up` again."
        )
    maven = find_maven(os.environ)
    on_progress(f"fetching {server} {version} with Maven (once)")
    command = [
        str(maven),
        "--batch-mode",
        f"--file={POM}",
        f"--activate-profiles={server}",
        f"-Dkhabar.version={version}",
        f"-DoutputDirectory={folder}",
        "dependency:copy-dependencies",
    ]
    lines = []
    with subprocess.Popen(  # noqa: S603 - the mvn found on PATH, with our own pom
        command,
        env={**os.environ, "JAVA_HOME": str(java.home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                downloaded = re.match(r"(?:\[INFO\] )?Downloaded from \S+: \S*/(\S+\.(?:jar|zip)) ", line)
                if downloaded:
                    on_progress(f"fetched {downloaded[1]}")
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise StackError(f"Maven could not fetch {server} {version}:\n{_complaint(lines)}")


def _complaint(lines: list[str]) -> str:
    """What Maven says is wrong, without the passwords that an address in its settings may carry."""
    errors = [line for line in lines if line.startswith("[ERROR]") and len(line) > len("[ERROR] ")]
    text = "\n".join(errors[:6] or lines[-10:])
    return re.sub(r"://[^/@\s]+@", "://…@", text)


def _unpack(archive: Path, folder: Path) -> None:
    """zipfile forgets modes: scripts must be executable, and all readable by the user the server will run as."""
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            path = Path(packed.extract(member, folder))
            executable = member.is_dir() or (member.external_attr >> 16) & 0o111
            path.chmod(0o755 if executable else 0o644)
    archive.unlink()


def environment_for(java: Java, environment: Mapping[str, str], **more: str) -> dict[str, str]:
    """What a server is started with: nothing of ours, above all no secrets, which any child could read."""
    inherited = {name: environment[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in environment}
    return {**inherited, "JAVA_HOME": str(java.home), **more}
