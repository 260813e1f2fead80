"""Reading: how exactly the article is found on a page, how fast, and whether five real pages come out as they should.

\b
    python -m benchmarks.reading                       everything, under a minute
    python -m benchmarks.reading accuracy --seed 3     one part
    python -m benchmarks.reading accuracy --wrong      and the lines that came out wrong
    python -m benchmarks.reading --json

\b
accuracy  articles of the corpus with furniture injected (lists of links, tags, footers, captions, datelines, on half of the
          pages a second whole article): precision and recall of the body by token. The gold is what reading makes of the
          article untouched, for the corpus has datelines and links of its own; so this measures what injection adds, and
          nothing that reading does to clean articles
raw       74 articles of the corpus as they stand, against what a reader took for their body (raw.json: ranges and digests):
          what reading loses or leaves by itself
speed     pages of 400 words a second, CPU time of one core
seeds     the five pages of ../shared/seeds against expectations made by hand (seeds.json: digests and offsets)

Ends with 1 where a goal is not reached: precision and recall .99, 1,500 pages a second, every seed as expected. All of it needs
../shared, beside the project.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchmarks.reading import measuring, raw, seeds
from benchmarks.running import run
from khabar.errors import DependencyUnavailable

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEEDS = (11, 5, 77)
PARTS = ("accuracy", "raw", "speed", "seeds")
ACCURACY_GOAL = 0.99
SPEED_GOAL = 1_500


@click.command(help=__doc__)
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--shared", type=click.Path(path_type=Path), default=SHARED, help="Where the material is.")
@click.option("--seed", "chosen", type=int, multiple=True, help=f"Of articles and injection. Default: {SEEDS}.")
@click.option("--articles", default=500, show_default=True, help="Articles a seed.")
@click.option("--wrong", is_flag=True, help="Show the lines that came out wrong (they are of the corpus).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def main(
    parts: tuple[str, ...], shared: Path, chosen: tuple[int, ...], articles: int, wrong: bool, as_json: bool
) -> None:
    wanted = parts or PARTS
    if not (shared / "corpus").is_dir():
        raise DependencyUnavailable(f"{shared} has no corpus: the benchmark needs the shared material; see --shared")
    say: Callable[[str], None] = (lambda line: None) if as_json else click.echo
    report: dict[str, Any] = {}
    drawn = {
        seed: measuring.articles(shared, seed=seed, count=articles)
        for seed in chosen or SEEDS
        if {"accuracy", "speed"} & set(wanted)
    }
    if "accuracy" in wanted:
        report["accuracy"] = []
        say(
            f"{'seed':>6}{'pages':>7}{'precision':>11}{'recall':>9}{'embedded':>10}{'precision':>11}{'recall':>9}{'exact':>8}"
        )
        for seed, raws in drawn.items():
            found, differences = measuring.accuracy(raws, seed=seed)
            report["accuracy"].append(found)
            say(
                f"{seed:6}{found['pages']:7}{found['precision']:11.5f}{found['recall']:9.5f}{found['embedded']:10}"
                f"{found['embedded_precision']:11.5f}{found['embedded_recall']:9.5f}{found['exact']:8.3f}"
            )
            for difference in differences if wrong else ():
                say(json.dumps(difference, ensure_ascii=False, indent=1))
    if "raw" in wanted:
        report["raw"], differences = raw.accuracy(shared)
        found = report["raw"]
        say(
            f"\nas they stand: {found['articles']} articles, precision {found['precision']:.5f}, "
            f"recall {found['recall']:.5f}, {found['exact']} exactly right"
        )
        for difference in differences if wrong else ():
            say(json.dumps(difference, ensure_ascii=False, indent=1))
    if "speed" in wanted:
        raws = next(iter(drawn.values()))
        report["speed"] = measuring.pages_a_second(raws, seed=1)
        say(f"\npages of {measuring.WORDS} words a second, one core: {report['speed']['pages_per_second']:,}")
    if "seeds" in wanted:
        report["seeds"] = seeds.check(shared / "seeds")
        say("")
        for line in report["seeds"]:
            say(f"{line['file']:32}{'as expected' if line['holds'] else 'DIFFERS: ' + ', '.join(line['differs'])}")
    if as_json:
        click.echo(json.dumps(report))
    if not _reached(report):
        sys.exit(1)


def _reached(report: dict[str, Any]) -> bool:
    measured = [*report.get("accuracy", []), *([report["raw"]] if "raw" in report else [])]
    return (
        all(min(found["precision"], found["recall"]) >= ACCURACY_GOAL for found in measured)
        and report.get("speed", {}).get("pages_per_second", SPEED_GOAL) >= SPEED_GOAL
        and all(line["holds"] for line in report.get("seeds", []))
    )


if __name__ == "__main__":
    run(main)
