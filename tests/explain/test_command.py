"""`khabar explain` from its arguments to its exit code."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from khabar.cli import khabar
from khabar.cli.explain_inputs import RefusedInput
from khabar.errors import ContractViolation, DependencyUnavailable, SettingsError
from khabar.records import ResolvedArticle
from processors.deduplication.explanation import Rule
from sinks.sqlite import Store
from tests.explain.texts import MARKET, MONDAY, PORT, PORT_COPY, PORT_EXCERPT, SUNDAY, line, written

EMBEDDED = "\n".join(
    [PORT, "المصدر: وكالة", "اقرأ أيضا:", "سوق للحرف القديمة في خان التلال", MARKET, MARKET.replace("جمعة", "سبت")]
)


def run(*arguments: str | Path, data: bytes | None = None, **variables: str) -> Result:
    return CliRunner().invoke(khabar, ["explain", *map(str, arguments)], input=data, env=variables)


def told(*arguments: str | Path, data: bytes | None = None, **variables: str) -> dict[str, Any]:
    result = run(*arguments, "--json", data=data, **variables)
    assert result.exit_code in (0, 1), (result.output, result.exception)
    found: dict[str, Any] = orjson.loads(result.stdout)
    assert found["copy"] == (result.exit_code == 0)
    return found


@pytest.fixture
def port(tmp_path: Path) -> str:
    return written(tmp_path / "port.jsonl", line(PORT, id="port-1", url="https://agency.example/1", title="ميناء"))


@pytest.fixture
def copy(tmp_path: Path) -> str:
    return written(tmp_path / "copy.jsonl", line(PORT_COPY, hour=11, source="صحيفة"))


@pytest.fixture
def several(tmp_path: Path) -> str:
    articles = (line(PORT), b"\n", line(PORT_COPY, hour=11), b"{broken\n", line(SUNDAY, hour=12))
    return written(tmp_path / "several.jsonl", *articles)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store that a batch filled, with a story, its copy, and two versions of another story."""
    path = tmp_path / "articles.jsonl"
    written(
        path,
        line(PORT, id="port-1"),
        line(PORT_COPY, hour=11, id="port-2"),
        line(SUNDAY, day=2, id="flood"),
        line(f"{SUNDAY} {MARKET}", day=2, hour=10, id="flood"),
    )
    target = str(tmp_path / "news.db")
    result = CliRunner().invoke(khabar, ["batch", str(path), "--store", target])
    assert result.exit_code == 0, result.output
    return target


def stored(path: str) -> list[ResolvedArticle]:
    opened = Store.open(path)
    try:
        return list(opened.articles())
    finally:
        opened.close()


def test_copies_are_0_and_others_1(port: str, copy: str, tmp_path: Path) -> None:
    result = run(port, copy)
    assert result.exit_code == 0
    assert result.stdout.startswith("COPY: B repeats A (copy)\n")
    other = run(port, written(tmp_path / "market.jsonl", line(MARKET)))
    assert other.exit_code == 1
    assert other.stdout.startswith("NO COPY: no shared key\n")


def test_nothing_but_text_is_printed_where_no_terminal_is(port: str, copy: str) -> None:
    assert "\x1b" not in run(port, copy).output


def test_the_document_holds_everything(port: str, copy: str) -> None:
    found = told(port, copy, "--partitions", "8")
    assert (found["rule"], found["kind"], found["later"], found["later_by"]) == ("copy", "copy", "b", "time")
    assert (found["window_hours"], found["apart_seconds"], found["partitions"]) == (72, 7200, 8)
    assert found["partition"] == int(found["shared_keys"][0]["key"], 16) % 8
    assert all(len(key["phrase"].split()) >= 4 for key in found["shared_keys"])
    assert found["a"]["external_id"] == "port-1"
    assert found["a"]["text"] == PORT
    for passage in found["passages"]:
        (a, a_end), (b, b_end) = passage["a"], passage["b"]
        assert found["a"]["text"][a:a_end] == found["b"]["text"][b:b_end]
    assert found["exact"]["containment"] == pytest.approx(found["sample"]["containment"], abs=0.1)
    assert found["numbers"]["agree"] == len(found["numbers"]["contexts"]) > 0
    assert found["numbers"]["contexts"][0]["a"]["number"] == "14"


def test_numbers_that_differ_are_told(tmp_path: Path) -> None:
    found = told(written(tmp_path / "a.jsonl", line(SUNDAY, day=2)), written(tmp_path / "b.jsonl", line(MONDAY, day=3)))
    assert (found["rule"], found["if_met"], found["numbers"]["against"]) == ("other_numbers", "other_numbers", True)
    assert {context["values"] for context in found["numbers"]["contexts"]} == {"differ"}


def test_a_file_is_read_and_cleaned_as_a_batch_does(store: str, tmp_path: Path) -> None:
    """HTML, text and compressed lines; the same articles from the store have the same ids."""
    html = f"<html><head><title>ميناء</title></head><body><article><p>{PORT}</p></article></body></html>"
    page = tmp_path / "page.html"
    page.write_text(html, encoding="utf-8")
    plain = tmp_path / "plain.txt"
    plain.write_text(PORT_EXCERPT, encoding="utf-8")
    for path in (page, plain):
        os.utime(path, (1_741_100_000, 1_741_100_000))
    assert told(page, plain)["kind"] == "excerpt"
    packed = tmp_path / "again.jsonl.gz"
    packed.write_bytes(gzip.compress(line(PORT, id="port-1")))
    found = told("port-1", packed, "--store", store)
    assert found["rule"] == "one_article"
    assert found["a"]["text"] == found["b"]["text"]


def test_a_file_against_itself_is_one_article(port: str) -> None:
    assert run(port, port).stdout.startswith("NO COPY: one article\n")


def test_a_file_of_several_wants_a_line(several: str) -> None:
    result = run(several, several)
    assert result.exit_code == 2
    assert f"name one as FILE:LINE, for example {several}:3" in result.output
    found = told(f"{several}:1", f"{several}:3")
    assert (found["rule"], found["a"]["name"]) == ("copy", f"{several}:1")


@pytest.mark.parametrize("place", [":2", ":9", "#1"])
def test_a_place_without_an_article_is_wrong_usage(several: str, place: str) -> None:
    result = run(several + place, f"{several}:1")
    assert result.exit_code == 2
    assert "no article stands at" in result.output


def test_an_element_of_json_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_bytes(b"[" + line(PORT).strip() + b"," + line(PORT_COPY, hour=11).strip() + b"]")
    assert "name one as FILE#NUMBER, for example" in run(path, path).output
    assert told(f"{path}#1", f"{path}#2")["rule"] == "copy"


def test_one_may_come_from_standard_input(port: str) -> None:
    assert told("-", port, data=line(PORT_COPY, hour=11))["later"] == "a"
    assert "only once" in run("-", "-", data=line(PORT)).output
    nothing = run("-", port, data=b"")
    assert isinstance(nothing.exception, RefusedInput)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("blank.txt", b" \n\t "),
        ("empty.html", b"<html><body><nav>menu</nav></body></html>"),
        ("broken.json", b'{"text": '),
        ("latin.txt", b"caf\xe9"),
        ("surrogate.jsonl", b'{"text": "\\ud800 \xd8\xae\xd8\xa8\xd8\xb1"}'),
        ("nothing.json", b"[]"),
        ("picture.png", b"\x89PNG"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(port: str, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = run(path, port)
    assert isinstance(result.exception, RefusedInput), result.output
    assert result.exception.exit_code == 5
    assert name in str(result.exception)


def test_a_folder_is_wrong_usage(port: str, tmp_path: Path) -> None:
    result = run(tmp_path, port)
    assert result.exit_code == 2
    assert "is a folder" in result.output


def test_what_is_no_file_needs_a_place_to_be_looked_up(port: str) -> None:
    result = run(port, "no-such-file.txt")
    assert result.exit_code == 2
    assert "there is no file no-such-file.txt" in result.output
    assert "--store" in result.output


def test_ids_of_khabar_and_of_the_publisher_are_looked_up(store: str) -> None:
    own = {article.external_id: article.id for article in stored(store)}
    by_publisher = told("port-1", "port-2", "--store", store)
    by_own = told(own["port-1"], own["port-2"].upper(), "--store", store)
    assert by_publisher["rule"] == by_own["rule"] == "copy"
    assert (by_own["a"]["id"], by_own["b"]["id"]) == (own["port-1"], own["port-2"])
    assert by_own["notes"] == ["In the tables: A repeats nobody; B repeats A."]


def test_an_id_that_is_not_there_is_said(store: str) -> None:
    result = run("port-1", "port-7", "--store", store)
    assert isinstance(result.exception, ContractViolation)
    assert "no article with the id port-7" in str(result.exception)


def test_an_id_that_stands_for_several_lists_them(store: str) -> None:
    result = run("flood", "port-1", "--store", store)
    assert isinstance(result.exception, SettingsError)
    versions = [article.id for article in stored(store) if article.external_id == "flood"]
    assert len(versions) == 2
    assert all(version in str(result.exception) for version in versions)


def test_there_must_be_a_store(port: str, tmp_path: Path) -> None:
    result = run(port, "port-1", "--store", tmp_path / "none.db")
    assert isinstance(result.exception, ContractViolation)
    assert not (tmp_path / "none.db").exists()


def test_a_kafka_that_does_not_answer_is_said(port: str) -> None:
    result = run(port, "port-1", "--from", "kafka", "--brokers", "127.0.0.1:1")
    assert isinstance(result.exception, DependencyUnavailable)


def test_window_and_stock_phrases_are_those_of_the_settings(port: str, copy: str, store: str, tmp_path: Path) -> None:
    found = told(port, copy, KHABAR_WINDOW_HOURS="1")
    assert (found["rule"], found["if_met"]) == ("outside_window", "copy")
    stock = tmp_path / "stock.txt"
    stock.write_text(f"# version: all\n{PORT.replace(chr(10), ' ')}\n", encoding="utf-8")
    assert told(port, copy, KHABAR_STOP_PHRASES=str(stock))["rule"] == "no_shared_key"
    notes = told("port-1", "port-2", "--store", store, KHABAR_WINDOW_HOURS="1")["notes"]
    assert [note for note in notes if "made with other settings than these: 1 partitions, a window of 72 h" in note]


def test_embedded_articles_are_mentioned(tmp_path: Path, copy: str) -> None:
    page = written(tmp_path / "page.jsonl", line(EMBEDDED))
    found = told(page, copy)
    assert found["a"]["embedded"] == 1
    assert found["a"]["text"] == PORT
    assert "1 article embedded in this page" in run(page, copy).output


def test_names_of_fields_are_those_of_a_batch(port: str, tmp_path: Path) -> None:
    other = written(tmp_path / "own.jsonl", orjson.dumps({"story": PORT_COPY, "published_at": "2025-03-04T11:00:00Z"}))
    found = told(port, other, "--field", "text=story", "--source", "صحيفة", "--language", "ar")
    assert (found["rule"], found["b"]["source"]) == ("copy", "صحيفة")
    assert isinstance(run(port, other, "--language", "no language").exception, SettingsError)


def test_signs_that_nobody_sees_do_not_reach_the_terminal(port: str, tmp_path: Path) -> None:
    hostile = "\x1b]0;x\x07\u202e"
    other = written(tmp_path / "h.jsonl", line(f"{PORT_COPY}{hostile}", hour=11, source=f"s{hostile}", title=hostile))
    output = run(port, other).output
    assert not set("\x1b\x07\u202e") & set(output)
    assert told(port, other)["rule"] == "copy"


def test_the_sample_in_the_document_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sunday = line(SUNDAY, day=2, hour=18, source="وكالة الوادي", title="حصيلة السيول")
    monday = line(MONDAY, day=3, hour=18, source="وكالة الوادي", title="حصيلة جديدة للسيول")
    written(Path("floods.jsonl"), sunday, monday)
    document = (Path(__file__).parents[2] / "docs" / "copies.md").read_text(encoding="utf-8")
    [sample] = re.findall(r"<!-- khabar explain (.+) -->\n```text\n(.+?)```", document, flags=re.DOTALL)
    assert run(*sample[0].split()).stdout == sample[1]


def test_the_document_has_every_rule() -> None:
    document = (Path(__file__).parents[2] / "docs" / "copies.md").read_text(encoding="utf-8")
    rules = re.findall(r"^\| `(\w+)` \| (yes|no) \|", document, flags=re.MULTILINE)
    assert {name: copies == "yes" for name, copies in rules} == {
        rule.value: rule in (Rule.IDENTICAL, Rule.COPY, Rule.EXCERPT, Rule.REVISION) for rule in Rule
    }
