"""The five real pages of ../shared/seeds against expectations made by hand: digests and offsets, never their words."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.extraction.reading import Label, Page, read_page

EXPECTED = Path(__file__).with_name("seeds.json")
EVENT_TIME = datetime(2024, 6, 30, tzinfo=UTC)


def check(folder: Path) -> list[dict[str, Any]]:
    """For each page what of its expectation holds; `missing` where the file is not there or is another one."""
    return [_checked(folder / name, expected) for name, expected in json.loads(EXPECTED.read_text("utf-8")).items()]


def _checked(path: Path, expected: dict[str, Any]) -> dict[str, Any]:
    if not path.exists():
        return {"file": path.name, "holds": False, "differs": ["missing"]}
    text = path.read_text(encoding="utf-8")
    if _digest(text) != expected["page_sha256"]:
        return {"file": path.name, "holds": False, "differs": ["another page"]}
    found = facts(read_page(title="", text=text, html=None, language="ar", event_time=EVENT_TIME))
    differs = sorted(name for name, value in expected.items() if name != "page_sha256" and found[name] != value)
    return {"file": path.name, "holds": not differs, "differs": differs}


def facts(page: Page) -> dict[str, Any]:
    """What an expectation says of a page: ranges are [start, end) in the characters of the file."""
    pieces = page.places().pieces
    return {
        "body_sha256": _digest(page.text),
        "body_characters": len(page.text),
        "body_lines": page.text.count("\n") + 1,
        "body_range": _range([piece for piece in pieces if piece.part == 0 and piece.label is Label.BODY]),
        "parts": [
            {
                "title_sha256": _digest(part.title),
                "body_sha256": _digest(part.text),
                "body_characters": len(part.text),
                "range": _range(
                    [piece for piece in pieces if piece.part == number and piece.label is not Label.REMOVED]
                ),
            }
            for number, part in enumerate(page.parts, start=1)
        ],
        "removed": [[piece.start, piece.end] for piece in pieces if piece.label is Label.REMOVED],
    }


def _range(pieces: list[Any]) -> list[int]:
    return [pieces[0].start, pieces[-1].end] if pieces else []


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
