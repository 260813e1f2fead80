"""`khabar stop-phrases` from the input to the list in use."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from khabar import settings
from khabar.cli import khabar
from khabar.errors import ContractViolation, SettingsError
from khabar.records import ResolvedArticle
from processors.extraction.coding import load_coder
from processors.fingerprints import TextFingerprint, fingerprint_texts
from processors.fingerprints.stop_list import built_in, built_in_phrases, load_stop_list, stop_list, stop_list_of
from processors.pipeline import build, layout_of
from sinks.sqlite import Store
from tests.stock_phrases.corpus import CHINESE, FOOTER, LATIN, body, line, with_footer, written

REFUSED = b'{"title": "neither a source nor a text"}'


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twenty-four unrelated articles with a footer, and a story with twenty-four copies."""
    story = body(5_000)
    copies = [line(200 + n, f"{story} {body(300 + n, words=6)}", hour=n) for n in range(24)]
    return written(tmp_path / "corpus.jsonl", [*with_footer(FOOTER, range(24)), *copies])


def run(*arguments: str | Path, variables: dict[str, str] | None = None, data: bytes | None = None) -> Result:
    return CliRunner().invoke(khabar, [str(argument) for argument in arguments], env=variables or {}, input=data)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def phrase_lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_the_list_holds_the_footer_and_the_built_in_phrases_and_loads(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "stock.txt"
    result = run("stop-phrases", corpus, "--output", output, "--json")
    assert result.exit_code == 0, result.output
    summary = orjson.loads(result.stdout)
    assert phrase_lines(output) == [f"24\t{FOOTER}", *built_in_phrases()]
    loaded = load_stop_list(output)
    assert loaded == stop_list([FOOTER, *built_in_phrases()], version=loaded.version)
    assert summary == {
        "articles": 48,
        "originals": 25,
        "refused": {},
        "least_articles": 20,
        "stock_shingles": len(FOOTER.split()) - 4,
        "phrases": 1,
        "built_in_phrases": len(built_in_phrases()),
        "version": loaded.version,
        "digest": loaded.digest,
        "seconds": summary["seconds"],
        "output": str(output),
    }
    assert len(loaded.version) == 12
    assert set(loaded.version) <= set("0123456789abcdef")


def test_the_file_says_what_it_was_made_of(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "stock.txt"
    run("stop-phrases", corpus, "--output", output, "--version-name", "harbour 2025-03", "--min-articles", "24")
    comments = [line for line in output.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert comments[0] == "# version: harbour 2025-03"
    assert "24 of 25 originals" in " ".join(comments)
    assert "articles: 48; --min-articles 24 --min-share 0.001" in " ".join(comments)
    assert load_stop_list(output).version == "harbour 2025-03"


def test_built_in_phrases_can_be_left_out_and_those_found_again_stand_once(tmp_path: Path) -> None:
    known = built_in_phrases()[0]
    path = written(tmp_path / "corpus.jsonl", [line(n, f"{body(n)} {known} {body(900 + n, 20)}") for n in range(20)])
    run("stop-phrases", path, "--output", tmp_path / "with.txt")
    run("stop-phrases", path, "--output", tmp_path / "without.txt", "--without-built-in")
    assert phrase_lines(tmp_path / "without.txt") == [f"20\t{known}"]
    assert phrase_lines(tmp_path / "with.txt") == [f"20\t{known}", *built_in_phrases()[1:]]


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_articles_and_files_and_the_hash_seed_change_nothing(
    corpus: Path, tmp_path: Path, seed: int
) -> None:
    lines = corpus.read_bytes().splitlines()
    random.Random(seed).shuffle(lines)
    written(tmp_path / "b.jsonl", lines[:20])
    written(tmp_path / "a.jsonl", lines[20:])
    run("stop-phrases", corpus, "--output", tmp_path / "one.txt")
    command = [sys.executable, "-m", "khabar", "stop-phrases", "b.jsonl", "a.jsonl", "--output", "other.txt"]
    subprocess.run(command, cwd=tmp_path, env={**environment(), "PYTHONHASHSEED": str(seed)}, check=True, timeout=120)
    assert (tmp_path / "other.txt").read_bytes() == (tmp_path / "one.txt").read_bytes()


def test_standard_input_and_fields_are_read_as_by_batch(tmp_path: Path) -> None:
    data = b"\n".join(item.replace(b'"text"', b'"story"') for item in with_footer(LATIN, range(20)))
    result = run("stop-phrases", "-", "--field", "text=story", "--output", tmp_path / "stock.txt", data=data)
    assert result.exit_code == 0, result.output
    assert phrase_lines(tmp_path / "stock.txt")[0] == f"20\t{LATIN}"


def test_refused_input_is_counted_and_the_list_is_written_all_the_same(corpus: Path, tmp_path: Path) -> None:
    written(corpus, [corpus.read_bytes(), REFUSED])
    result = run("stop-phrases", corpus, "--output", tmp_path / "stock.txt", "--json")
    assert result.exit_code == 5
    assert sum(orjson.loads(result.stdout)["refused"].values()) == 1
    assert (tmp_path / "stock.txt").exists()


def test_where_all_is_refused_a_list_that_exists_is_kept(tmp_path: Path) -> None:
    output = written(tmp_path / "stock.txt", [b"# version: mine"])
    result = run("stop-phrases", written(tmp_path / "bad.jsonl", [REFUSED]), "--output", output, "--force")
    assert result.exit_code == 5
    assert output.read_bytes() == b"# version: mine\n"


def test_a_list_that_exists_is_replaced_only_by_force(corpus: Path, tmp_path: Path) -> None:
    output = written(tmp_path / "stock.txt", [b"# version: mine"])
    refused = run("stop-phrases", corpus, "--output", output)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert output.read_bytes() == b"# version: mine\n"
    assert run("stop-phrases", corpus, "--output", output, "--force").exit_code == 0
    assert FOOTER in output.read_text(encoding="utf-8")


def test_an_output_in_no_folder_is_refused_before_anything_is_read(corpus: Path, tmp_path: Path) -> None:
    result = run("stop-phrases", corpus, "--output", tmp_path / "nowhere" / "stock.txt")
    assert result.exit_code == 2
    assert "nowhere" in result.output


@pytest.mark.parametrize("name", ["", " ", "two\nlines"])
def test_a_version_is_one_line(corpus: Path, tmp_path: Path, name: str) -> None:
    assert run("stop-phrases", corpus, "--output", tmp_path / "s", "--version-name", name).exit_code == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_by_a_signal_it_leaves_no_file(tmp_path: Path, number: signal.Signals, code: int) -> None:
    pipe = tmp_path / "articles.jsonl"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "khabar", "stop-phrases", str(pipe), "--output", str(tmp_path / "stock.txt")]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)
    try:
        with pipe.open("wb", buffering=0) as articles:  # opens when the command reads, so it listens already
            articles.write(line(1, body(1)) + b"\n")
            process.send_signal(number)
            articles.write(line(2, body(2)) + b"\n")
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == code, said
    assert b"is not written" in said
    assert [path.name for path in tmp_path.iterdir()] == [pipe.name]


@pytest.fixture
def stock(corpus: Path, tmp_path: Path) -> Path:
    output = tmp_path / "stock.txt"
    assert run("stop-phrases", corpus, "--output", output).exit_code == 0
    return output


def shared_keys(one: TextFingerprint, other: TextFingerprint) -> set[bytes]:
    first, second = ({data[at : at + 8] for at in range(0, len(data), 8)} for data in (one.keys, other.keys))
    return first & second


def test_texts_that_share_only_the_footer_share_no_key_with_the_list(stock: Path) -> None:
    loaded = settings.load({"KHABAR_STOP_PHRASES": str(stock)})
    pipeline = build(
        coder=load_coder(),
        partitions=4,
        window_hours=loaded.window_hours,
        lateness_hours=loaded.lateness_hours,
        stop_list=stop_list_of(loaded.stop_phrases),
    )
    texts = [f"{body(n, words=30)}\n{FOOTER}" for n in (700, 701)]
    assert not shared_keys(*pipeline.extraction.fingerprint(texts))
    assert shared_keys(*fingerprint_texts(texts))


def test_short_articles_under_a_long_footer_are_copies_only_without_the_list(stock: Path, tmp_path: Path) -> None:
    articles = written(
        tmp_path / "new.jsonl", [line(n, f"{body(n, words=13)}\n{FOOTER}", hour=n - 800) for n in (800, 801)]
    )

    def copies(store: Path) -> list[ResolvedArticle]:
        opened = Store.open(store)
        try:
            return [article for article in opened.articles() if article.copy_of]
        finally:
            opened.close()

    assert run("batch", articles, "--store", tmp_path / "without.db").exit_code == 0
    with_list = run("batch", articles, "--store", tmp_path / "with.db", variables={"KHABAR_STOP_PHRASES": str(stock)})
    assert with_list.exit_code == 0, with_list.output
    assert len(copies(tmp_path / "without.db")) == 1
    assert copies(tmp_path / "with.db") == []


def test_one_store_never_mixes_two_lists(stock: Path, corpus: Path, tmp_path: Path) -> None:
    store = tmp_path / "news.db"
    assert run("batch", corpus, "--store", store).exit_code == 0
    mixed = run("batch", corpus, "--store", store, variables={"KHABAR_STOP_PHRASES": str(stock)})
    assert isinstance(mixed.exception, ContractViolation)
    assert f"stock phrases 1 ({built_in().digest[:8]})" in str(mixed.exception)
    assert f"stock phrases {load_stop_list(stock).version} (" in str(mixed.exception)


def test_an_edited_list_of_the_same_version_is_another_list(stock: Path) -> None:
    before = load_stop_list(stock)
    stock.write_text(stock.read_text(encoding="utf-8").replace(f"24\t{FOOTER}\n", f"{CHINESE}\n"), encoding="utf-8")
    after = load_stop_list(stock)
    coder = load_coder()
    one, other = (
        layout_of(window_hours=72, lateness_hours=168, coder=coder, stop_list=found) for found in (before, after)
    )
    assert before.version == after.version
    assert one != other


def test_a_list_that_is_not_there_is_named_by_batch(corpus: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    result = run("batch", corpus, "--store", tmp_path / "n.db", variables={"KHABAR_STOP_PHRASES": str(missing)})
    assert isinstance(result.exception, SettingsError)
    assert str(missing) in str(result.exception)
