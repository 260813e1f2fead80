"""`khabar demo`: the sample articles through the local engine into a store, and a report of what came of them."""

from __future__ import annotations

import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from khabar.cli.options import resolve
from khabar.errors import SettingsError
from khabar.settings import Settings

if TYPE_CHECKING:
    from rich.text import Text

    from khabar.cli.batch import BatchSummary
    from khabar.demo.printing import Paper
    from khabar.records import ActorCount, DeadLetter, ResolvedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run over the samples left in its store."""

    summary: BatchSummary
    articles: tuple[ResolvedArticle, ...]
    counts: tuple[ActorCount, ...]
    dead_letters: tuple[DeadLetter, ...]


@click.command()
@click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.db",
    help="A new file for the results. Default: demo.db in KHABAR_HOME (~/.khabar), replaced each time.",
)
@click.option("--keep", is_flag=True, help="Keep the sample articles too, in demo-articles beside the store.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary object instead of the report.")
def demo(store: Path | None, keep: bool, as_json: bool) -> None:
    """Run the whole pipeline on sixty sample articles, without any server, and show what came of them.

    The samples are invented wire stories in Arabic (and one in English) with their copies: credited, cut, corrected, spelt
    otherwise, embedded in other pages; and input that nobody could use.

    \b
    Examples:
      khabar demo
      khabar demo --store news.db --keep
      khabar demo --json | jq .stories
      khabar demo | less
    """
    from rich.console import Console

    settings = resolve()
    path = _store_path(store, settings)
    signal.signal(signal.SIGTERM, _stopped)
    with TemporaryDirectory(prefix="khabar-demo-") as name:
        folder = Path(name)
        with Console(stderr=True).status("Running the pipeline … the first run compiles its kernels and takes longer"):
            run = run_demo(folder / "demo.db", settings, folder)
        # Moved when it is whole: whoever stops the demo finds no half a store, and still has the one of the last run.
        _put(folder / "demo.db", path)
        kept = _keep(folder / "articles", path.with_name("demo-articles")) if keep else None
    if as_json:
        click.echo(_json(summary(run, path)))
        return
    console = Console(highlight=False, markup=False, emoji=False)
    from khabar.demo.printing import PLAIN, terminal

    paper = terminal(console.width) if console.is_terminal else PLAIN
    for line in report(run, store=str(path), articles=None if kept is None else str(kept), paper=paper):
        console.print(line, soft_wrap=True)


def run_demo(store: Path, settings: Settings, folder: Path) -> Run:
    """Lay the samples out below `folder`, run them into the new store at `store`, and read back what stands there.

    Raises ContractViolation where `store` cannot be made.
    """
    from khabar.cli.batch import run_batch
    from khabar.demo import NOW, lay_out
    from sinks.sqlite import Store

    opened = Store.open(store)
    try:
        done = run_batch([str(lay_out(folder))], store=opened, settings=settings, now=lambda: NOW)
        return Run(
            summary=done,
            articles=tuple(opened.articles()),
            counts=tuple(opened.actor_counts()),
            dead_letters=tuple(opened.dead_letters()),
        )
    finally:
        opened.close()


def report(run: Run, *, store: str, articles: str | None, paper: Paper) -> Iterable[Text]:
    """The whole report, line by line."""
    from khabar.demo import printing
    from khabar.demo.report import actor_totals, deeds, stories

    told = stories(run.articles)
    yield from printing.summary_lines(
        pieces=run.summary.read,
        outlets=len({article.source for article in run.articles}),
        outcomes=_outcomes(run),
        taken_back=run.summary.outcomes.get("taken_back", 0),
        paper=paper,
    )
    yield from printing.story_lines(told, paper)
    yield from printing.actor_lines(actor_totals(run.counts, run.articles), paper)
    yield from printing.deed_lines(deeds(run.articles), paper)
    yield from printing.refused_lines(run.dead_letters, paper)
    yield from printing.next_lines(store, articles, paper)


def summary(run: Run, store: Path) -> dict[str, Any]:
    """The report for scripts: what `--json` prints."""
    from khabar.demo.report import actor_totals, deeds, place, stories

    def names(article: ResolvedArticle) -> dict[str, Any]:
        return {"id": article.id, "external_id": article.external_id, "source": article.source, "title": article.title}

    return {
        "store": str(store),
        "read": run.summary.read,
        "outcomes": _outcomes(run),
        "taken_back": run.summary.outcomes.get("taken_back", 0),
        "stories": [
            {
                **names(story.head),
                "event_time": story.head.event_time,
                "copy_of": story.head.copy_of,
                "copies": [
                    {
                        **names(copy),
                        "part_of": copy.part_of,
                        "kind": copy.copy_kind,
                        "similarity": copy.copy_similarity,
                        "containment": copy.copy_containment,
                    }
                    for copy in story.copies
                ],
            }
            for story in stories(run.articles)
        ],
        "actors": [
            {
                "id": total.id,
                "name": total.name,
                "events": total.total,
                "stories": total.stories,
                "reports": total.reports,
            }
            for total in actor_totals(run.counts, run.articles)
        ],
        "events": {type_: len(some) for type_, some in deeds(run.articles).items()},
        "refused": [
            {"where": place(letter), "error": letter.error, "message": letter.message} for letter in run.dead_letters
        ],
    }


def _outcomes(run: Run) -> dict[str, int]:
    """What became of each piece of input in the end, after all that was taken back, and of what was cut out of pages."""
    counted = Counter(
        "part" if article.part_of is not None else "original" if article.copy_of is None else "copy"
        for article in run.articles
    )
    return {
        **{outcome: counted[outcome] for outcome in ("original", "copy", "part")},
        "repeat": run.summary.outcomes.get("repeat", 0),
        "refused": len(run.dead_letters),
    }


def _store_path(given: Path | None, settings: Settings) -> Path:
    """Where the store will stand. The default one is ours to replace, any other file is not."""
    if given is None:
        return settings.home / "demo.db"
    if given.exists():
        raise SettingsError(f"{given} exists; the demo wants a store of its own, so name another file")
    return given


def _put(made: Path, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for log in ("-wal", "-shm"):
            path.with_name(path.name + log).unlink(missing_ok=True)
        shutil.move(made, path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}; name another file with --store") from None


def _keep(articles: Path, target: Path) -> Path:
    try:
        shutil.copytree(articles, target, dirs_exist_ok=True)
    except OSError as error:
        raise SettingsError(f"the samples cannot be kept in {target}: {error}") from None
    return target


def _stopped(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    sys.exit(128 + number)


def _json(value: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()
