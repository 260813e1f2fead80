"""Wire copies: accuracy and speed of Khabar's deduplication beside datasketch, on the labelled benchmark, in one run.

    python -m benchmarks.copies [--shared DIR] [--seed 11] [--limit N] [--json]

Reads the benchmark's tools and corpus from ../shared, beside the project, and datasketch from the extra `bench`. Time is CPU
time of this process from text to edges, after a warm-up, so other processes hardly change it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from khabar.codec import decode, encode
from khabar.errors import DependencyUnavailable
from khabar.records import CopyEdge, FindingsEnvelope, Fingerprint, FingerprintsEnvelope
from processors.deduplication import Deduplication
from processors.fingerprints import fingerprint_texts
from processors.stage import Message, State

SHARED = Path(__file__).resolve().parents[2] / "shared"
BATCH = 64
WINDOW_HOURS = 72
PERMUTATIONS = 125
DATASKETCH_THRESHOLD = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What both methods are given."""

    id: str
    time: int
    text: str


Originals = dict[str, tuple[int, str]]
"""By the id of a copy: time and id of its original, the earliest article that it is a copy of."""


def by_khabar(articles: Sequence[Article]) -> Originals:
    """Fingerprints, envelopes, the stage and its index, as a worker runs them, on one partition."""
    stage = Deduplication(partitions=1, window_hours=WINDOW_HOURS, lateness_hours=48)
    index = stage.load([])
    names = {sha256(article.id.encode()).hexdigest()[:32]: article.id for article in articles}
    ids = list(names)
    originals: Originals = {}
    for start in range(0, len(articles), BATCH):
        batch = articles[start : start + BATCH]
        prints = fingerprint_texts([article.text for article in batch])
        records = tuple(
            Fingerprint(
                id=article_id,
                order=article.id.encode()[:32],
                time=article.time,
                origin=0,
                keys=print_.keys,
                sketch=print_.sketch,
                shingles=print_.shingles,
                words=print_.words,
                numbers=print_.numbers,
                text_hash=print_.text_hash,
            )
            for article_id, article, print_ in zip(ids[start : start + BATCH], batch, prints, strict=True)
        )
        message = Message(offset=start, value=encode(FingerprintsEnvelope(records=records)))
        step = stage.step(State(lambda key: None, index), 0, [message])
        index = stage.absorb(index, step.writes)
        for output in step.outputs:
            for edge in decode(output.value, FindingsEnvelope).records:
                if isinstance(edge, CopyEdge):
                    _keep_earliest(
                        originals,
                        names[edge.later],
                        (int(edge.earlier_time.timestamp()), names[edge.earlier]),
                    )
    return originals


def by_datasketch(articles: Sequence[Article]) -> Originals:
    """MinHash LSH over word 3-shingles."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=DATASKETCH_THRESHOLD, num_perm=PERMUTATIONS)
    originals: Originals = {}
    times: dict[str, int] = {}
    for article in articles:
        words = re.findall(r"\w+", article.text)
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch({" ".join(words[n : n + 3]).encode() for n in range(len(words) - 2)} or {b""})
        times[article.id] = article.time
        for other in index.query(minhash):
            if abs(times[other] - article.time) <= WINDOW_HOURS * 3600:
                earlier, later = sorted([(article.time, article.id), (times[other], other)])
                _keep_earliest(originals, later[1], earlier)
        index.insert(article.id, minhash)
    return originals


def _keep_earliest(originals: Originals, later: str, earlier: tuple[int, str]) -> None:
    if later not in originals or earlier < originals[later]:
        originals[later] = earlier


def measure(
    name: str, method: Callable[[Sequence[Article]], Originals], articles: Sequence[Article], folder: Path, tools: Path
) -> dict[str, Any]:
    """The method's figures, and what score_copies.py says of its result."""
    method(articles[: 2 * BATCH])
    start = time.process_time()
    originals = method(articles)
    seconds = time.process_time() - start
    predicted = folder / f"{name}.jsonl"
    with predicted.open("w", encoding="utf-8") as lines:
        for article in articles:
            copy_of = originals[article.id][1] if article.id in originals else None
            lines.write(json.dumps({"id": article.id, "copy_of": copy_of}) + "\n")
    score = subprocess.run(
        [sys.executable, str(tools / "score_copies.py"), "labelled", str(folder / "gold.jsonl"), str(predicted)],
        check=True,
        capture_output=True,
        text=True,
    )
    return {"method": name, "articles_per_second": round(len(articles) / seconds), **json.loads(score.stdout)}


def _articles(folder: Path, limit: int | None) -> list[Article]:
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:limit]
    kept = {row["id"] for row in rows}
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        gold = [line for line in lines if json.loads(line)["id"] in kept]
    (folder / "gold.jsonl").write_text("".join(gold), encoding="utf-8")
    return [
        Article(
            id=row["id"],
            time=int(datetime.fromisoformat(row["published_at"]).timestamp()),
            text=row["text"],
        )
        for row in rows
    ]


@click.command(help=__doc__)
@click.option("--shared", type=click.Path(path_type=Path), default=SHARED, help="Where the benchmark's material is.")
@click.option("--seed", default=11, show_default=True, help="Seed of the benchmark.")
@click.option("--limit", type=int, default=None, help="Only the first N articles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of the table.")
def main(shared: Path, seed: int, limit: int | None, as_json: bool) -> None:
    tools = shared / "tools"
    if not (tools / "make_copies_bench.py").is_file():
        raise DependencyUnavailable(
            f"{tools} does not have make_copies_bench.py: the benchmark needs the shared material; name it with --shared"
        )
    methods: list[tuple[str, Callable[[Sequence[Article]], Originals]]] = [("khabar", by_khabar)]
    if find_spec("datasketch"):
        methods.append(("datasketch", by_datasketch))
    else:
        click.echo("datasketch is not installed (pip install 'khabar[bench]'): without comparison", err=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(
            [sys.executable, str(tools / "make_copies_bench.py"), name, "--seed", str(seed)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        articles = _articles(folder, limit)
        results = [measure(name, method, articles, folder, tools) for name, method in methods]
    if as_json:
        click.echo(json.dumps({"articles": len(articles), "seed": seed, "results": results}))
        return
    click.echo(f"{len(articles)} articles, seed {seed}")
    click.echo(f"{'method':12}{'precision':>10}{'recall':>10}{'F1':>10}{'templates':>11}{'articles/s':>12}")
    for row in results:
        click.echo(
            f"{row['method']:12}{row['precision']:10.4f}{row['recall']:10.4f}{row['f1']:10.4f}"
            f"{row['template_joined']:11}{row['articles_per_second']:12}"
        )
    if len(results) == 2:
        ratio = results[0]["articles_per_second"] / results[1]["articles_per_second"]
        click.echo(f"{ratio:.1f} times as fast as datasketch")


if __name__ == "__main__":
    try:
        main.main(standalone_mode=False)
    except DependencyUnavailable as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
