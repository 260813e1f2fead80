"""Coding: how well actors and events are found, against hand-made annotations, and how fast.

\b
    python -m benchmarks.coding                    everything, about a minute and a half
    python -m benchmarks.coding ledes --show       each lede with what was expected and what was said
    python -m benchmarks.coding ledes --half odd   only every second lede, to hold the others out while rules are written
    python -m benchmarks.coding --json

\b
ledes      118 annotated ledes of real news (../shared/eval/events_dev.jsonl), scored by ../shared/tools/score_events.py
sentences  PROTEST and ASSAULT: texts whose verb annotators agreed upon, against the type that the coder tells
names      entities of ner_dev.conll by the tagger trained on ner_train.conll (needs the extra `tagger`)
speed      articles of 350 words a second through the coder, CPU time of one core

Ends with 1 where a goal is not reached. All of it needs ../shared, beside the project.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks.coding import accuracy, names, speed
from benchmarks.running import run
from khabar.errors import DependencyUnavailable
from processors.extraction.coding.coder import Coder, load_coder
from processors.extraction.tagger.library import LibraryMissing

SHARED = Path(__file__).resolve().parents[3] / "shared"
PARTS = ("ledes", "sentences", "names", "speed")


@click.command(help=__doc__)
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--shared", type=click.Path(path_type=Path), default=SHARED, help="Where the material is.")
@click.option("--half", type=click.Choice(["even", "odd"]), help="Only every second lede.")
@click.option("--articles", default=1000, show_default=True, help="Articles for the speed.")
@click.option("--show", is_flag=True, help="Show the ledes with gold and result (they are of the corpus).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def main(parts: tuple[str, ...], shared: Path, half: str | None, articles: int, show: bool, as_json: bool) -> None:
    wanted = parts or PARTS
    if not (shared / "eval").is_dir():
        raise DependencyUnavailable(f"{shared} has no eval: the benchmark needs the shared material; see --shared")
    say: Callable[[str], None] = (lambda line: None) if as_json else click.echo
    coder = load_coder()
    report: dict[str, Any] = {}
    say(f"{'measure':14}{'precision':>11}{'recall':>9}{'f1':>8}{'wanted':>8}{'said':>7}{'goal':>8}")
    if "ledes" in wanted:
        rows = accuracy.ledes(shared)
        chosen = rows[("even", "odd").index(half) :: 2] if half else rows
        for row in chosen if show and not as_json else ():
            click.echo("\n".join(_shown(coder, row)))
        report["ledes"] = accuracy.score_ledes(shared, coder, chosen)
        for name, measure in report["ledes"].items():
            say(_line(name, measure))
    if "sentences" in wanted:
        report["sentences"] = accuracy.score_sentences(shared, coder)
        for name, measure in report["sentences"].items():
            say(_line(name, measure))
    if "names" in wanted:
        try:
            report["names"] = names.score_names(shared)
        except LibraryMissing as error:
            click.echo(f"names are left out: {error}", err=True)
        else:
            say(_line("names", report["names"]))
            trained, rate = report["names"]["seconds_to_train"], report["names"]["tokens_per_second"]
            say(f"{'':14}trained in {trained:.0f} s, {rate:,} tokens a second, one core")
    if "speed" in wanted:
        report["speed"] = speed.articles_a_second(shared, coder, count=articles)
        rate, goal = report["speed"]["articles_per_second"], report["speed"]["goal"]
        how = "compiled" if report["speed"]["compiled"] else "not compiled: `make compile`"
        say(f"\narticles of {speed.WORDS} words a second, one core: {rate:,} (goal {goal:,}; the coder is {how})")
    if as_json:
        click.echo(json.dumps(report))
    if not all(_reached(report)):
        sys.exit(1)


def _line(name: str, measure: Mapping[str, Any]) -> str:
    cells = [f"{measure[column]:.3f}" if column in measure else "" for column in ("precision", "recall", "f1")]
    missed = "" if measure["reached"] else "  not reached"
    return (
        f"{name:14}{cells[0]:>11}{cells[1]:>9}{cells[2]:>8}{measure['wanted']:8}{measure.get('said', ''):>7}"
        f"{measure['goal']:8.2f}{missed}"
    )


def _shown(coder: Coder, gold: Mapping[str, Any]) -> Iterator[str]:
    coding = accuracy.code_lede(coder, gold)
    yield f"\n{gold['docno']}\n{gold['title']}\n{gold['lede']}"
    for event in gold["events"]:
        main = " main" if event.get("main") else ""
        yield f"  gold {event['type']}: {_who(event['source'])} > {_who(event['target'])} [{event['trigger']}] {event['status']}{main}"
    for told in coding.events:
        yield f"  said {told.type}: {_who(told.source_codes)} > {_who(told.target_codes)} [{told.trigger}] {told.status}"
    codes = {actor["code"] for actor in gold["actors"]}, {actor.code for actor in coding.actors}
    yield f"  codes missed: {_who(codes[0] - codes[1])}; not in the gold: {_who(codes[1] - codes[0])}"


def _who(codes: Any) -> str:
    return " ".join(sorted(codes)) or "-"


def _reached(report: Mapping[str, Any]) -> Iterator[bool]:
    for part in ("ledes", "sentences"):
        yield from (measure["reached"] for measure in report.get(part, {}).values())
    yield from (report[part]["reached"] for part in ("names", "speed") if part in report)


if __name__ == "__main__":
    run(main)
