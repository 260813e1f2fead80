"""Accuracy and speed side by side: the labelled benchmark, and the pairs that stand in the corpus by nature.

Time is CPU time of this process, so that other processes hardly change it; methods take turns, and of each the best round
counts, for noise only ever slows.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.copies.methods import Article, Method, copy_of

WARM_UP = 600
WITHIN = 4


def build_labelled(seed: int, *, shared: Path, folder: Path) -> Path:
    """The benchmark's articles, a JSONL file below `folder`; gold.jsonl lies beside it."""
    subprocess.run(
        [sys.executable, str(shared / "tools" / "make_copies_bench.py"), str(folder), "--seed", str(seed)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder / "articles.jsonl"


def labelled_articles(seed: int, *, shared: Path, folder: Path) -> list[Article]:
    """The benchmark's articles in order of arrival."""
    with build_labelled(seed, shared=shared, folder=folder).open(encoding="utf-8") as lines:
        return [_article(json.loads(line), name="id", time_field="published_at") for line in lines]


def labelled(methods: Sequence[Method], *, seed: int, shared: Path, folder: Path, rounds: int) -> list[dict[str, Any]]:
    """One line a method: precision, recall, F1, templates joined, articles/s."""
    articles = labelled_articles(seed, shared=shared, folder=folder)
    gold = folder / "gold.jsonl"
    return [
        {
            "method": method.name,
            "articles_per_second": round(len(articles) / seconds),
            **_score(shared, "labelled", [gold], copy_of(articles, method.read(articles, result)), folder),
        }
        for method, (seconds, result) in _in_turns(methods, articles, rounds)
    ]


def natural(methods: Sequence[Method], *, shared: Path, folder: Path) -> list[dict[str, Any]]:
    """One line a method: precision, recall, F1."""
    corpus = folder / "corpus.jsonl"
    with lzma.open(shared / "corpus" / "ant.jsonl.xz", "rt", encoding="utf-8") as lines:
        corpus.write_text(lines.read(), encoding="utf-8")
    with corpus.open(encoding="utf-8") as lines:
        articles = [_article(json.loads(line), name="docno", time_field="published") for line in lines]
    files = [shared / "eval" / "wire_pairs_ant.jsonl", corpus]
    return [
        {
            "method": method.name,
            **_score(shared, "natural", files, copy_of(articles, method.read(articles, method.find(articles))), folder),
        }
        for method in methods
    ]


def scored(shared: Path, kind: str, files: Sequence[Path], predicted: Path) -> dict[str, Any]:
    """What score_copies.py says of a file of predictions."""
    score = subprocess.run(
        [sys.executable, str(shared / "tools" / "score_copies.py"), kind, *map(str, files), str(predicted)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(score.stdout)
    return found


def _article(row: Mapping[str, str], *, name: str, time_field: str) -> Article:
    moment = datetime.fromisoformat(row[time_field])
    return Article(id=row[name], time=int(moment.timestamp()), text=row["text"])


def _in_turns(
    methods: Sequence[Method], articles: Sequence[Article], rounds: int
) -> Iterable[tuple[Method, tuple[float, Any]]]:
    results: dict[str, tuple[float, Any]] = {}
    for method in methods:
        method.find(articles[:WARM_UP])
    for number in range(rounds):
        for method in methods:
            if number and results[method.name][0] > WITHIN * min(seconds for seconds, _ in results.values()):
                continue  # a method that is many times slower is measured once
            start = time.process_time()
            result = method.find(articles)
            seconds = time.process_time() - start
            if number == 0 or seconds < results[method.name][0]:
                results[method.name] = seconds, result
    return [(method, results[method.name]) for method in methods]


def _score(
    shared: Path, kind: str, files: Sequence[Path], found: Mapping[str, str | None], folder: Path
) -> dict[str, Any]:
    predicted = folder / "predicted.jsonl"
    with predicted.open("w", encoding="utf-8") as lines:
        for name, original in found.items():
            lines.write(json.dumps({"id": name, "copy_of": original}) + "\n")
    return scored(shared, kind, files, predicted)
