"""Reads lock files as `uv pip compile --generate-hashes` writes them."""

from __future__ import annotations

import re
from pathlib import Path

REQUIREMENT = re.compile(r"^(?P<package>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    """Package to version."""
    return {match["package"]: match["version"] for match in REQUIREMENT.finditer(lock.read_text(encoding="utf-8"))}


def without_hash(lock: Path) -> list[str]:
    """Packages that are pinned by version only."""
    return [
        match["package"]
        for match in REQUIREMENT.finditer(lock.read_text(encoding="utf-8"))
        if "--hash=sha256:" not in match["rest"]
    ]
