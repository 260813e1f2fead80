"""Wire copies: accuracy, speed, memory and order, beside datasketch and rensa in one run.

\b
    python -m benchmarks.copies                       everything, some minutes
    python -m benchmarks.copies labelled --seed 3     one part
    python -m benchmarks.copies natural product --json

\b
labelled  the benchmark that ../shared/tools/make_copies_bench.py builds, for each --seed
natural   the pairs that stand in the corpus by nature
product   both, by `khabar batch` and `khabar export copies`: with reading, from file to store
memory    of a million articles in the window
rebuild   of the index, from its table
orders    the same edges at any number of partitions, in any order of arrival
crafted   texts that nobody would write: time by length, and by the size of a crowd that shares a key

The first three need ../shared, beside the project, and datasketch and rensa from the extra `bench`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from benchmarks.copies import accuracy, capacity, crafted, orders, product
from benchmarks.copies.methods import DATASKETCH, KHABAR, RENSA, STAGE
from benchmarks.running import run
from khabar.errors import DependencyUnavailable

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEEDS = (11, 5, 77)
PARTS = ("labelled", "natural", "product", "memory", "rebuild", "orders", "crafted")
MILLION = 1_000_000


@click.command(help=__doc__)
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--shared", type=click.Path(path_type=Path), default=SHARED, help="Where the benchmark's material is.")
@click.option("--seed", "seeds", type=int, multiple=True, help=f"Of the labelled benchmark. Default: {SEEDS}.")
@click.option("--rounds", default=3, show_default=True, help="Times each method is measured; the best counts.")
@click.option("--articles", default=MILLION, show_default=True, help="Of the parts memory and (a third) rebuild.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def main(
    parts: tuple[str, ...], shared: Path, seeds: tuple[int, ...], rounds: int, articles: int, as_json: bool
) -> None:
    wanted = parts or PARTS
    if {"labelled", "natural", "product", "orders"} & set(wanted) and not (shared / "tools").is_dir():
        raise DependencyUnavailable(
            f"{shared} has no tools: these parts need the shared material; name it with --shared"
        )
    others = [method for method in (DATASKETCH, RENSA) if find_spec(method.name)]
    if len(others) < 2:
        click.echo("datasketch or rensa is not installed (pip install 'khabar[bench]'): left out", err=True)
    say: Callable[[str], None] = (lambda line: None) if as_json else click.echo
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "labelled" in wanted:
            report["labelled"] = {}
            for seed in seeds or SEEDS:
                lines = accuracy.labelled(
                    [KHABAR, STAGE, *others], seed=seed, shared=shared, folder=folder, rounds=rounds
                )
                report["labelled"][seed] = _with_ratios(lines)
                _show_accuracy(say, f"labelled benchmark, seed {seed}", lines)
        if "natural" in wanted:
            report["natural"] = accuracy.natural([KHABAR, *others], shared=shared, folder=folder)
            _show_accuracy(say, "natural pairs of the corpus", report["natural"])
        if "product" in wanted:
            report["product"] = product.scores(seeds or SEEDS, shared=shared, folder=folder)
            _show_accuracy(say, "khabar batch, then khabar export copies --ids external", report["product"])
        if "memory" in wanted:
            report["memory"] = capacity.measured_memory(articles)
            say(f"\nmemory\n{json.dumps(report['memory'])}")
        if "rebuild" in wanted:
            report["rebuild"] = capacity.rebuild_rates(articles // 3, folder)
            say(f"\nindex from its table, articles/s\n{json.dumps(report['rebuild'])}")
        if "orders" in wanted:
            found = orders.edge_digests(accuracy.labelled_articles((seeds or SEEDS)[0], shared=shared, folder=folder))
            report["orders"] = {"equal": len(set(found.values())) == 1, "digests": found}
            say(f"\nedges {'equal' if report['orders']['equal'] else 'DIFFERENT'}: {', '.join(found)}")
        if "crafted" in wanted:
            texts, crowd = crafted.nanoseconds_a_byte(), crafted.microseconds_an_article_of_a_crowd()
            report["crafted"] = {"nanoseconds_a_byte": texts, "microseconds_an_article_of_a_crowd": crowd}
            say(f"\nnanoseconds a byte of a text of {crafted.MEGABYTES} MB")
            for kind, times in texts.items():
                say(f"{kind:16}{''.join(f'{one:8.1f}' for one in times)}")
            say(
                f"microseconds an article of a crowd of {crafted.CROWDS}\n{'':16}{''.join(f'{one:8.1f}' for one in crowd)}"
            )
    if as_json:
        click.echo(json.dumps(report))
    if not report.get("orders", {}).get("equal", True):
        sys.exit(1)


def _with_ratios(lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    rates = {line["method"]: line["articles_per_second"] for line in lines}
    for line in lines:
        for other in (DATASKETCH.name, RENSA.name):
            if other in rates and line["method"] != other:
                line[f"times_{other}"] = round(line["articles_per_second"] / rates[other], 1)
    return lines


def _show_accuracy(say: Callable[[str], None], title: str, lines: Sequence[Mapping[str, Any]]) -> None:
    say(f"\n{title}")
    say(
        f"{'':16}{'precision':>10}{'recall':>8}{'F1':>8}{'templates':>11}{'articles/s':>12}{'x datasketch':>14}{'x rensa':>9}"
    )
    for line in lines:
        say(
            f"{line['method']:16}{line['precision']:10.4f}{line['recall']:8.4f}{line['f1']:8.4f}"
            f"{line.get('template_joined', ''):>11}{line.get('articles_per_second', ''):>12}"
            f"{line.get('times_datasketch', ''):>14}{line.get('times_rensa', ''):>9}"
        )


if __name__ == "__main__":
    run(main)
