"""A machine as the tests need it: a Java that says what version it is and does what a test wants of a server."""

from __future__ import annotations

from pathlib import Path


def install(path: Path, script: str) -> Path:
    """An executable shell script at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def install_java(home: Path, version: str, *, server: str = "exit 0") -> Path:
    """A `java` below `home` of this version, which formats storage in silence and runs `server` as Kafka."""
    install(
        home / "bin" / "java",
        f"""case "$*" in
  -version) echo 'openjdk version "{version}" 2024-01-01' >&2 ;;
  *StorageTool*) exit 0 ;;
  *) {server} ;;
esac""",
    )
    return home
