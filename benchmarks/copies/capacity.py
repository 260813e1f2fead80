"""How much memory a million articles in the window take, and how fast the index is built again from its table.

    python -m benchmarks.copies.capacity memory 1000000

measures in this process, so that nothing else is in it; benchmarks.copies runs it as a child. Rows are random and full: 16
keys, 128 hashes, 24 numbers, so no real article takes more. As many articles expire as come, from the moment the window is
full until all of the first were replaced.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rocksdict import Rdict

from processors.deduplication import Deduplication
from processors.deduplication.arrivals import HOUR_SECONDS, cutoff_of, watermark_of
from processors.deduplication.rows import ROW, Rows, to_bytes
from processors.deduplication.stage import row_key
from processors.fingerprints.kernels import KEYS, NUMBERS, SKETCH
from processors.local_engine import SQLiteTables

WINDOW_HOURS = 72
REMEMBERED_HOURS = 240
MESSAGE = 64
"""Articles in a message, and so in a row of the table."""


def random_rows(chance: np.random.Generator, count: int, time: int) -> Rows:
    """Rows of articles that have nothing in common, of that event time."""
    rows = np.zeros(count, dtype=ROW)
    rows["id"] = chance.integers(0, 2**64, (count, 2), dtype=np.uint64)
    rows["time"] = time
    rows["text_hash"] = chance.integers(0, 2**64, count, dtype=np.uint64)
    rows["keys"] = np.sort(chance.integers(0, 2**58, (count, KEYS), dtype=np.uint64), axis=1)
    rows["sketch"] = np.sort(chance.integers(0, 2**31, (count, SKETCH), dtype=np.uint32), axis=1)
    rows["numbers"] = np.sort(chance.integers(0, 2**32, (count, NUMBERS), dtype=np.uint32), axis=1)
    rows["shingles"] = 300
    rows["key_count"], rows["sketch_count"], rows["number_count"] = KEYS, SKETCH, NUMBERS
    return rows


def table(articles: int, *, remembered: int | None = None) -> Iterator[tuple[bytes, bytes]]:
    """The rows of the table that hold so many articles, of which `remembered` come in the time that one is remembered."""
    chance = np.random.default_rng(1)
    for offset in range(articles // MESSAGE):
        time = 0 if remembered is None else offset * MESSAGE * REMEMBERED_HOURS * HOUR_SECONDS // remembered
        yield row_key(offset), to_bytes(random_rows(chance, MESSAGE, 1_700_000_000 + time))


def measured_memory(articles: int) -> dict[str, Any]:
    """Of a fresh process: bytes an article in the index, at rest and at the highest."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.copies.capacity", "memory", str(articles)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rebuild_rates(articles: int, folder: Path) -> dict[str, float]:
    """Articles/s from the first row read to an index that answers, from each kind of table."""
    rows = list(table(articles))
    database = sqlite3.connect(folder / "tables.db")
    tables = SQLiteTables(database)
    tables.write("deduplication", 0, dict(rows))
    database.commit()
    store = Rdict(str(folder / "rocksdb"))
    for key, value in rows:
        store[key] = value
    store.flush()
    stage = _stage()
    stage.load(rows[:10])

    def rate(source: Iterable[tuple[bytes, bytes]]) -> float:
        start = time.process_time()
        index = stage.load(source)
        seconds = time.process_time() - start
        assert len(index) == articles // MESSAGE * MESSAGE
        return round(len(index) / seconds)

    return {
        "memory": rate(rows),
        "rocksdb": rate((bytes(key), bytes(value)) for key, value in store.items()),
        "sqlite": rate(tables.rows("deduplication", 0)),
    }


def _stage() -> Deduplication:
    return Deduplication(partitions=1, window_hours=WINDOW_HOURS, lateness_hours=REMEMBERED_HOURS - WINDOW_HOURS)


def _memory(articles: int) -> dict[str, Any]:
    stage = _stage()
    warm = stage.load(table(10 * MESSAGE))
    stage.absorb(warm, dict(table(2 * MESSAGE)))
    del warm
    before = _resident_bytes()
    index = stage.load([])
    at_rest, most = 0.0, 0.0
    for number, (key, value) in enumerate(table(2 * articles, remembered=articles)):
        stage.absorb(index, {key: value})
        watermark = watermark_of(index.largest)
        due = index.expired(cutoff_of(watermark, REMEMBERED_HOURS * HOUR_SECONDS))
        if due:
            stage.absorb(index, dict.fromkeys(map(row_key, due)))
        if number * MESSAGE == articles:
            at_rest = (_resident_bytes() - before) / len(index)
        if number * MESSAGE >= articles and number % 64 == 0:
            most = max(most, (_resident_bytes() - before) / len(index))
    return {
        "articles": len(index),
        "process_before_bytes": before,
        "bytes_an_article_when_full": round(at_rest),
        "bytes_an_article_at_most": round(most),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    print(json.dumps(_memory(int(sys.argv[2]))))
