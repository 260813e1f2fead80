"""Articles a second through the coder alone, CPU time of one core."""

from __future__ import annotations

import gc
import json
import lzma
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.extraction.coding import COMPILED, Coder

WORDS = 350
GOAL = 800
_TIME = datetime(2018, 6, 1, tzinfo=UTC)


def articles_a_second(shared: Path, coder: Coder, *, count: int, rounds: int = 3) -> dict[str, Any]:
    """CPU time of coding `count` articles of the corpus, scaled to articles of WORDS words; the best of `rounds`."""
    with lzma.open(shared / "corpus" / "ant.jsonl.xz", "rt", encoding="utf-8") as file:
        lines = file.readlines()
    drawn = [json.loads(line) for line in random.Random(1).sample(lines, count)]
    gc.freeze()  # as the worker does: no collection need walk through the lexicon
    words = sum(len(f"{given['title']} {given['text']}".split()) for given in drawn)
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for given in drawn:
            coder.code(title=given["title"], text=given["text"], language="ar", event_time=_TIME)
        best = min(best, time.process_time() - started)
    rate = round(words / WORDS / best)
    return {
        "articles_of_words": WORDS,
        "articles_per_second": rate,
        "compiled": COMPILED,
        "goal": GOAL,
        "reached": rate >= GOAL,
    }
