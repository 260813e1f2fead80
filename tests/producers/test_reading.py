"""Files, folders and streams: every piece of input is given or refused, in bounded memory."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.records import Article
from producers.files import Refused, read_articles
from producers.reading import MAX_LINE_BYTES, JsonSplitter, Piece, bytes_below, lines
from producers.refused import KEPT_BYTES, Reason

NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)
TEXT = "أعلنت البلدية افتتاح الحديقة العامة"


def document(number: int) -> dict[str, Any]:
    return {"id": f"n{number}", "source": "Daily", "text": f"{TEXT} {number}", "date": "2024-03-09"}


def jsonl(count: int) -> bytes:
    return b"".join(orjson.dumps(document(number)) + b"\n" for number in range(count))


def read(*paths: Path, **options: Any) -> tuple[list[Article], list[Refused]]:
    outcomes = list(read_articles([str(path) for path in paths], now=NOW, **options))
    return [o for o in outcomes if isinstance(o, Article)], [o for o in outcomes if isinstance(o, Refused)]


def ids(articles: list[Article]) -> list[str | None]:
    return [article.external_id for article in articles]


def errors(refused: list[Refused]) -> list[tuple[str, str]]:
    return [(Path(refusal.origin).name, refusal.error) for refusal in refused]


def test_one_line_is_one_article_and_blank_lines_are_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n" + jsonl(2).replace(b"\n", b"\r\n") + b"  \n" + orjson.dumps(document(2)))
    assert ids(read(file)[0]) == ["n0", "n1", "n2"]
    assert read(file)[1] == []


def test_a_bad_line_is_refused_with_its_place_and_bytes_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(jsonl(1) + b"{bad\n" + orjson.dumps(document(1)))
    articles, refused = read(file)
    assert ids(articles) == ["n0", "n1"]
    assert [(r.origin, r.error, r.value) for r in refused] == [(f"{file}:2", Reason.INVALID_JSON, b"{bad\n")]


def test_a_line_of_ten_megabytes_is_refused_and_the_next_ones_go_on(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"text": "' + b"x" * 10_000_000 + b'"}\n' + jsonl(1))
    articles, (refusal,) = read(file)
    assert ids(articles) == ["n0"]
    assert (refusal.origin, refusal.error, len(refusal.value)) == (f"{file}:1", Reason.LINE_TOO_LONG, KEPT_BYTES)
    assert "8,388,608" in refusal.message
    assert "1,048,576" in refusal.message


def test_a_line_at_the_limit_is_read() -> None:
    whole = b" " * (MAX_LINE_BYTES - 2) + b"x\n"
    over = b" " * MAX_LINE_BYTES + b"x\n"
    assert list(lines(io.BytesIO(whole), "a")) == [Piece("a:1", whole)]
    (refusal, piece) = lines(io.BytesIO(over + b"next"), "a")
    assert isinstance(refusal, Refused)
    assert piece == Piece("a:2", b"next")


@pytest.mark.parametrize("shape", ["jsonl", "json"])
def test_memory_stays_bounded_however_long_a_line_is(tmp_path: Path, shape: str) -> None:
    file = tmp_path / f"a.{shape}"
    with file.open("wb") as out:
        out.write(b'[{"text": "')
        for _ in range(64):
            out.write(b"y" * 1024 * 1024)
        out.write(b'"}]')
    tracemalloc.start()
    articles, refused = read(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (articles, [refusal.error for refusal in refused]) == ([], [Reason.LINE_TOO_LONG])
    assert peak < 5 * MAX_LINE_BYTES


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [
        (".gz", gzip.compress),
        (".xz", lzma.compress),
        (".zst", zstandard.ZstdCompressor().compress),
    ],
)
class TestCompressed:
    def test_files_are_read_also_with_several_frames(
        self, tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
    ) -> None:
        data = jsonl(100)
        file = tmp_path / f"a.jsonl{suffix}"
        file.write_bytes(compress(data[:1000]) + compress(data[1000:]))
        assert ids(read(file)[0]) == [f"n{number}" for number in range(100)]
        (tmp_path / f"b.txt{suffix}").write_bytes(compress(TEXT.encode()))
        assert [article.text for article in read(tmp_path / f"b.txt{suffix}")[0]] == [TEXT]

    def test_a_file_that_was_cut_off_is_refused_after_what_could_be_read(
        self, tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
    ) -> None:
        file = tmp_path / f"a.jsonl{suffix}"
        file.write_bytes(compress(jsonl(100))[:-10])
        assert read(file)[1][-1].error == Reason.UNREADABLE

    def test_rubbish_is_refused(self, tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]) -> None:
        file = tmp_path / f"a.jsonl{suffix}"
        file.write_bytes(b"this was never compressed")
        assert errors(read(file)[1]) == [(file.name, Reason.UNREADABLE)]

    def test_nothing_compressed_is_an_empty_file(
        self, tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
    ) -> None:
        file = tmp_path / f"a.jsonl{suffix}"
        file.write_bytes(compress(b""))
        assert errors(read(file)[1]) == [(file.name, Reason.EMPTY_FILE)]


@pytest.mark.parametrize("indent", [None, orjson.OPT_INDENT_2])
@pytest.mark.parametrize("shape", ["array", "container", "one after another"])
def test_json_files_hold_an_array_or_an_object_with_one_or_several_values(
    tmp_path: Path, shape: str, indent: int | None
) -> None:
    documents = [document(number) | {"tags": [["]"], {"a": '{"'}]} for number in range(3)]
    file = tmp_path / "a.json"
    if shape == "array":
        data = orjson.dumps(documents, option=indent)
    elif shape == "container":
        data = orjson.dumps({"status": "ok", "articles": documents, "rest": [{"articles": [{}]}]}, option=indent)
    else:
        data = b"\n".join(orjson.dumps(one, option=indent) for one in documents)
    file.write_bytes(b"\xef\xbb\xbf" + data)
    assert ids(read(file)[0]) == ["n0", "n1", "n2"]
    assert read(file)[1] == []


def test_one_bad_element_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    good = orjson.dumps(document(0))
    file.write_bytes(b"[" + good + b", {bad: 1}, 5, " + good.replace(b"n0", b"n1") + b"]")
    articles, refused = read(file)
    assert ids(articles) == ["n0", "n1"]
    assert errors(refused) == [("a.json#2", Reason.INVALID_JSON), ("a.json#3", Reason.INVALID_FIELD)]


def test_an_array_that_was_cut_off_is_refused_even_between_elements(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"[" + orjson.dumps(document(0)) + b",")
    articles, refused = read(file)
    assert ids(articles) == ["n0"]
    assert errors(refused) == [("a.json", Reason.INVALID_JSON)]


@pytest.mark.parametrize("content", [b"[]", b" [ ] \n"])
def test_json_without_an_article_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content)
    assert errors(read(file)[1]) == [("a.json", Reason.NO_ARTICLES)]


@pytest.mark.parametrize("name", ["a.txt", "a", "a.html", "a.json", "a.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert errors(read(tmp_path)[1]) == [(name, Reason.EMPTY_FILE)]


def test_a_folder_without_articles_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "empty" / "below").mkdir(parents=True)
    assert errors(read(tmp_path / "empty")[1]) == [("empty", Reason.NO_ARTICLES)]


def test_a_folder_is_read_in_sorted_order_with_all_below_it_but_nothing_hidden(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/c", "a/.hidden.txt", ".git/x.txt", "c.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{TEXT} {name}", "utf-8")
    articles, refused = read(tmp_path)
    assert [article.text.split()[-1] for article in articles] == ["b.txt", "c.TXT", "a/c", "a/z.md"]
    assert [article.source for article in articles] == [tmp_path.name, tmp_path.name, "a", "a"]
    assert refused == []


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert errors(read(tmp_path)[1]) == [("gone.txt", Reason.UNSUPPORTED_FILE), ("photo.jpg", Reason.UNSUPPORTED_FILE)]
    assert errors(read(tmp_path / "never.txt")[1]) == [("never.txt", Reason.UNREADABLE)]


def test_a_text_file_that_is_far_too_long_is_refused_with_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x" * 5_000_000)
    _, (refusal,) = read(file)
    assert (refusal.error, len(refusal.value), refusal.whole) == (Reason.TEXT_TOO_LONG, KEPT_BYTES, False)
    assert "1,000,000" in refusal.message


def test_the_files_time_is_when_an_undated_article_was_fetched(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT, "utf-8")
    os.utime(file, (1_700_000_000.75, 1_700_000_000.75))
    (article,) = read(file)[0]
    assert article.fetched_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert read(file)[0] == [article]


def test_progress_adds_up_to_the_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(3000))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(jsonl(50)))
    taken: list[int] = []
    read(tmp_path, progress=taken.append)
    assert sum(taken) == bytes_below([str(tmp_path)])


def test_the_size_of_standard_input_is_not_known() -> None:
    assert bytes_below(["-"]) is None


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=12))
def test_every_line_is_an_article_or_a_refusal(content: list[bytes]) -> None:
    data = [line.replace(b"\n", b"") for line in content] + [orjson.dumps(document(0))]
    found = list(lines(io.BytesIO(b"\n".join(data)), "x"))
    assert [piece.value.rstrip(b"\n") for piece in found if isinstance(piece, Piece)] == [
        line for line in data if line and not (line + b"\n").isspace()
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def split(data: bytes, sizes: list[int]) -> tuple[list[bytes], bool]:
    splitter = JsonSplitter()
    found: list[bytes] = []
    while data:
        size = sizes.pop() if sizes else len(data)
        found += [element.value for element in splitter.feed(data[:size])]
        data = data[size:]
    unfinished = splitter.unfinished
    return found + [element.value for element in splitter.finish()], unfinished


@settings(deadline=None)
@given(st.lists(json_values, max_size=6), st.sampled_from([0, 2]), st.booleans(), st.lists(st.integers(1, 9)))
def test_an_array_cut_anywhere_gives_its_elements(
    values: list[Any], indent: int, ascii_only: bool, sizes: list[int]
) -> None:
    data = json.dumps(values, indent=indent or None, ensure_ascii=ascii_only).encode("utf-8", "replace")
    found, unfinished = split(data, sizes)
    assert [json.loads(element) for element in found] == json.loads(data)
    assert not unfinished


@settings(deadline=None)
@given(
    st.binary(max_size=80) | st.text('[]{}",: \n\\articles1', max_size=80).map(str.encode), st.lists(st.integers(1, 9))
)
def test_no_byte_outside_arrays_and_containers_is_lost_wherever_the_input_is_cut(data: bytes, sizes: list[int]) -> None:
    whole, whole_unfinished = split(data, [])
    assert split(data, sizes) == (whole, whole_unfinished)
    if not data.lstrip().startswith(b"[") and b"[" not in data:
        assert b"".join(b"".join(whole).split()) == b"".join(data.removeprefix(b"\xef\xbb\xbf").split())
