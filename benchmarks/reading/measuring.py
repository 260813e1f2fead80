"""Precision and recall of the body by token over injected pages, and pages a second."""

from __future__ import annotations

import json
import lzma
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.reading.injection import Injected, Raw, inject
from processors.extraction.reading import Label, Page, read_page

EVENT_TIME = datetime(2030, 1, 1, tzinfo=UTC)
MIN_LINES = 3
MIN_CHARACTERS = 400
"""A shorter article below another is its teaser: reading does not take it for an article, and neither does the benchmark."""
WORDS = 400


def read(title: str, text: str) -> Page:
    """The page as reading makes it of plain text."""
    return read_page(title=title, text=text, html=None, language="ar", event_time=EVENT_TIME)


def articles(shared: Path, *, seed: int, count: int) -> list[Raw]:
    """`count` articles of the corpus, drawn by `seed`. Their own datelines, links and credits stay in the raw text."""
    drawn = random.Random(seed)
    with lzma.open(shared / "corpus" / "ant.jsonl.xz", "rt", encoding="utf-8") as file:
        lines = file.readlines()
    found: list[Raw] = []
    for line in drawn.sample(lines, len(lines)):
        given = json.loads(line)
        page = read(given["title"], given["text"])
        if page.text.count("\n") + 1 < MIN_LINES or len(page.text) < MIN_CHARACTERS or page.parts or not given["title"]:
            continue
        own = any(piece.label is Label.DATELINE for piece in page.places().pieces)
        found.append(Raw(title=given["title"], text=given["text"], body=page.text, dateline=own))
        if len(found) == count:
            break
    return found


def accuracy(raws: Sequence[Raw], *, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Token precision and recall of the body and of embedded articles; and the pages that are not exactly right."""
    draw = random.Random(seed)
    body, embedded = Counter[str](), Counter[str]()
    exact = with_part = 0
    wrong: list[dict[str, Any]] = []
    for number, raw in enumerate(raws):
        others = [raws[draw.randrange(len(raws))] for _ in range(12)]
        injected = inject(raw, [other for other in others if other is not raw] or [raws[number - 1]], draw)
        page = read(injected.title, injected.text)
        part = "\n".join(part.text for part in page.parts)
        _count(body, page.text, injected.body)
        _count(embedded, part, injected.embedded)
        with_part += bool(injected.embedded)
        if page.text == injected.body and part == injected.embedded:
            exact += 1
        else:
            wrong.append({"page": number, **_difference(page, injected)})
    return {
        "seed": seed,
        "pages": len(raws),
        "precision": _share(body, "both", "found"),
        "recall": _share(body, "both", "gold"),
        "embedded": with_part,
        "embedded_precision": _share(embedded, "both", "found"),
        "embedded_recall": _share(embedded, "both", "gold"),
        "exact": round(exact / len(raws), 4),
    }, wrong


def pages_a_second(raws: Sequence[Raw], *, seed: int, rounds: int = 3) -> dict[str, Any]:
    """CPU time of reading injected pages, scaled to pages of WORDS words; the best of `rounds`."""
    draw = random.Random(seed)
    pages = [inject(raw, raws, draw) for raw in raws]
    words = sum(len(page.text.split()) for page in pages)
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for page in pages:
            read(page.title, page.text)
        best = min(best, time.process_time() - started)
    return {"pages_of_words": WORDS, "pages_per_second": round(words / WORDS / best)}


def _count(counts: Counter[str], found: str, gold: str) -> None:
    of_found, of_gold = Counter(found.split()), Counter(gold.split())
    counts["found"] += of_found.total()
    counts["gold"] += of_gold.total()
    counts["both"] += (of_found & of_gold).total()


def _share(counts: Counter[str], part: str, whole: str) -> float:
    return round(counts[part] / counts[whole], 5) if counts[whole] else 1.0


def _difference(page: Page, injected: Injected) -> dict[str, Any]:
    return {
        "left": _only(page.text, injected.body),
        "lost": _only(injected.body, page.text),
        "left_in_part": _only("\n".join(part.text for part in page.parts), injected.embedded),
        "lost_of_part": _only(injected.embedded, "\n".join(part.text for part in page.parts)),
    }


def _only(text: str, other: str) -> list[str]:
    lines: Iterable[str] = text.split("\n") if text else ()
    others = set(other.split("\n"))
    return [line for line in lines if line not in others]
