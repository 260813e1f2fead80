"""`khabar demo` from end to end: what comes of each sample, and that neither order nor repetition changes it."""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from rich.cells import cell_len

from khabar.cli import khabar
from khabar.cli.batch import run_batch
from khabar.cli.demo import Run, report, run_demo
from khabar.demo import NOW, lay_out
from khabar.demo.printing import PLAIN, terminal
from khabar.demo.report import EVENT_TYPES, deeds, stories
from khabar.errors import SettingsError
from khabar.records import ActorCount, ResolvedArticle
from khabar.settings import Settings
from sinks.sqlite import Store

COPIES = {
    "madar-call": {"difaf-call": "copy", "manara-call": "excerpt", "sanabil-call": "copy"},
    "madar-truce": {"manara-truce": "copy", "sanabil-truce": "copy"},
    "shira-aid": {"difaf-aid": "copy", "shira-aid-2": "revision", "clippings": "copy"},
    "madar-withdrawal": {"difaf-withdrawal": "copy", "manara-withdrawal": "excerpt"},
    "madar-meeting": {"difaf-meeting": "copy", "nakheel-meeting": "copy", "marfa-meeting": "copy"},
    "shira-water": {"marfa-water": "identical", "nakheel-water": "excerpt"},
    "madar-threat": {"difaf-threat": "copy", "marfa-threat": "copy"},
    "madar-arrests": {"marfa-arrests": "copy"},
    "harbour-coastguard": {"lantern-coastguard": "copy"},
    "madar-grid": {"nakheel-grid": "copy", "sanabil": "copy"},
    "shira-protest": {"manara-protest": "copy", "difaf-protest": "excerpt"},
    "madar-troops": {"difaf-troops": "copy", "nakheel-troops": "copy"},
    "shira-attack": {"nakheel-attack": "identical", "shira-attack-2": "revision"},
    "shira-border": {"marfa-border": "copy", "part of sanabil": "copy"},
    "madar-sanctions": {"nakheel-sanctions": "copy", "clippings": "excerpt"},
    "shira-drill": {"manara-drill": "copy"},
    "madar-support": {"nakheel-support": "copy", "clippings": "copy"},
}
LEADS = {
    ("madar-call", "CONSULT", "abdel-fattah-el-sisi", "recep-tayyip-erdogan"),
    ("shira-aid", "AID", "united-arab-emirates", "mozambique"),
    ("madar-truce", "REQUEST", "united-nations", "sudan-army"),
    ("madar-truce", "REQUEST", "united-nations", "rsf"),
    ("shira-water", "ACCUSE", "pakistan", "india"),
    ("shira-water", "REJECT", "india", "pakistan"),
    ("madar-threat", "THREATEN", "north-korea", "south-korea"),
    ("madar-sanctions", "SANCTION", "european-union", "belarus"),
    ("shira-attack", "ASSAULT", "al-shabaab", "somalia-army"),
}
ALONE = {"shira-weather1", "shira-weather2", "difaf-rates1", "difaf-rates2"}


def name(article: ResolvedArticle) -> str:
    if article.part_of is not None:
        return f"part of {article.source}"
    return article.external_id or article.source


def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return run_demo(folder / "demo.db", settings(folder), folder)


def test_every_copy_is_found_and_every_kind_told(run: Run) -> None:
    told = stories(run.articles)
    found = {name(s.head): {name(c): c.copy_kind for c in s.copies} for s in told if s.copies}
    assert found == COPIES


def test_reports_on_one_template_stay_apart(run: Run) -> None:
    assert {name(story.head) for story in stories(run.articles) if not story.copies} == ALONE


def test_all_sixteen_event_types_are_found(run: Run) -> None:
    assert set(deeds(run.articles)) == set(EVENT_TYPES)


def test_who_did_what_to_whom_in_the_leads(run: Run) -> None:
    found = {
        (name(deed.article), type_, source.id, target.id)
        for type_, some in deeds(run.articles).items()
        for deed in some
        for source in deed.source
        for target in deed.target
    }
    assert found >= LEADS


def test_every_refusal_stands_in_the_store_with_its_reason(run: Run) -> None:
    assert Counter(letter.error for letter in run.dead_letters) == {
        "invalid_json": 1,
        "empty_text": 2,
        "invalid_date": 1,
        "unknown_schema_version": 1,
        "invalid_utf8": 1,
        "text_too_long": 1,
    }
    assert all(letter.value for letter in run.dead_letters)


def test_every_piece_of_input_is_accounted_for(run: Run) -> None:
    whole = [article for article in run.articles if article.part_of is None]
    assert run.summary.outcomes["repeat"] == 2
    assert len(whole) + 2 + len(run.dead_letters) == run.summary.read


def test_the_report_fits_the_terminal_but_for_commands(run: Run) -> None:
    for width in (80, 100, 140):
        lines = [line.plain for line in report(run, store="demo.db", articles=None, paper=terminal(width))]
        assert max(cell_len(line) for line in lines if not line.startswith(("    khabar ", "    sqlite3 "))) <= width


def tables(folder: Path, inputs: Sequence[Sequence[Path]]) -> tuple[list[ActorCount], dict[str, str | None]]:
    """Counts and copies after batches of `inputs`, one after the other, into one store."""
    store = Store.open(folder / "store.db")
    try:
        for paths in inputs:
            run_batch([str(path) for path in paths], store=store, settings=settings(folder), now=lambda: NOW)
        return [replace(count, revision=1) for count in store.actor_counts()], {
            a.id: a.copy_of for a in store.articles()
        }
    finally:
        store.close()


def test_the_counts_are_the_same_when_agencies_come_after_their_reprints(tmp_path: Path) -> None:
    samples = lay_out(tmp_path)
    agencies = [samples / "madar.jsonl", samples / "shira.jsonl"]
    others = sorted(path for path in samples.iterdir() if path not in agencies)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    originals_first = tables(tmp_path / "a", [agencies, others])
    copies_first = tables(tmp_path / "b", [others, agencies])
    assert copies_first == originals_first
    assert originals_first[0]


def test_the_summary_for_scripts_is_one_object(tmp_path: Path) -> None:
    done = CliRunner().invoke(khabar, ["demo", "--json"], env={"KHABAR_HOME": str(tmp_path / "home")})
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["outcomes"]["copy"] == sum(len(copies) for copies in COPIES.values()) - 1  # one is a part of a page
    assert {event for event, count in told["events"].items() if count} == set(EVENT_TYPES)
    assert Path(told["store"]).is_file()


def test_the_suggested_queries_find_something(run: Run, folder: Path) -> None:
    lines = [line.plain for line in report(run, store=str(folder / "demo.db"), articles=None, paper=PLAIN)]
    queries = [shlex.split(line) for line in lines if line.startswith("    sqlite3 ")]
    assert len(queries) == 2
    for _, file, query in queries:
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute(query).fetchall()


def test_into_a_pipe_it_prints_plain_lines(tmp_path: Path) -> None:
    done = CliRunner().invoke(khabar, ["demo", "--keep"], env={"KHABAR_HOME": str(tmp_path)})
    assert done.exit_code == 0, done.output
    assert not re.search(r"\x1b|[\u2500-\u25ff]", done.stdout)
    assert f"khabar export copies --store {tmp_path / 'demo.db'}" in done.stdout
    assert (tmp_path / "demo-articles" / "madar.jsonl").is_file()


def test_the_default_store_is_made_anew_each_time(tmp_path: Path) -> None:
    runner, environment = CliRunner(), {"KHABAR_HOME": str(tmp_path)}
    first, second = (runner.invoke(khabar, ["demo"], env=environment).stdout for _ in range(2))
    assert first == second


def test_a_file_that_exists_is_never_written_to(tmp_path: Path) -> None:
    mine = tmp_path / "mine.db"
    mine.write_bytes(b"mine")
    done = CliRunner().invoke(khabar, ["demo", "--store", str(mine)], env={"KHABAR_HOME": str(tmp_path)})
    assert isinstance(done.exception, SettingsError)
    assert mine.read_bytes() == b"mine"


def test_it_runs_from_an_installed_package(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    build = [
        sys.executable,
        "-m",
        "build",
        "--quiet",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(root),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with ZipFile(wheel) as packed:
        packed.extractall(site)
    script = "import khabar, sys; from khabar.cli import main; print(khabar.__file__, file=sys.stderr); main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "demo", "--json", "--store", "demo.db"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "KHABAR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stderr
    assert json.loads(done.stdout)["outcomes"]["original"] == len(COPIES) + len(ALONE)
