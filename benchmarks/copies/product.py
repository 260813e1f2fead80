"""The same scores by the commands that people use: reading, cleaning, parts cut off, store and export included."""

from __future__ import annotations

import lzma
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.copies.accuracy import build_labelled, scored


def scores(seeds: Sequence[int], *, shared: Path, folder: Path) -> list[dict[str, Any]]:
    """One line a seed of the labelled benchmark, and one for the natural pairs."""
    lines = []
    for seed in seeds:
        articles = build_labelled(seed, shared=shared, folder=folder)
        predicted = _predicted(articles, folder / f"labelled-{seed}.db")
        lines.append({"method": f"seed {seed}", **scored(shared, "labelled", [folder / "gold.jsonl"], predicted)})
    corpus = folder / "corpus.jsonl"
    with lzma.open(shared / "corpus" / "ant.jsonl.xz", "rt", encoding="utf-8") as source:
        corpus.write_text(source.read(), encoding="utf-8")
    pairs = shared / "eval" / "wire_pairs_ant.jsonl"
    predicted = _predicted(corpus, folder / "natural.db")
    lines.append({"method": "natural", **scored(shared, "natural", [pairs, corpus], predicted)})
    return lines


def _predicted(articles: Path, store: Path) -> Path:
    predicted = store.with_suffix(".jsonl")
    batch = subprocess.run(
        [sys.executable, "-m", "khabar", "batch", str(articles), "--store", str(store), "--language", "ar"],
        capture_output=True,
        text=True,
    )
    if batch.returncode not in (0, 5):  # 5: some were refused, with a reason; they are missing from the export
        sys.exit(batch.stderr)
    with predicted.open("wb") as out:
        subprocess.run(
            [sys.executable, "-m", "khabar", "export", "copies", "--store", str(store), "--ids", "external"],
            check=True,
            stdout=out,
        )
    return predicted
