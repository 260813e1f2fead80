"""A file that grows, and standard input that stays open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from producers.articles import Accepted, rules
from producers.files import read_growing
from producers.waiting import Stopped, open_pipe

NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)


def line(name: str, padding: int = 0) -> bytes:
    return orjson.dumps({"id": name, "text": "x" * (padding + 1)}) + b"\n"


def followed(path: Path, changes: list[Callable[[], object]]) -> Iterator[str]:
    """What is read from `path`; each time there is nothing to read, the next change is made."""
    left = iter(changes)

    def wait() -> None:
        change = next(left, None)
        if change is None:
            raise Stopped
        change()

    found = read_growing(str(path), rules=rules(), clock=lambda: NOW, progress=lambda taken: None, wait=wait)
    try:
        for outcome in found:
            if isinstance(outcome, Accepted):
                yield str(outcome.article.external_id)
            else:
                yield f"{outcome.origin.rpartition(':')[2]} {outcome.error}"
    except Stopped:
        return


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_file_may_come_later_and_grow_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "live.jsonl"
    half = line("b")
    changes: list[Callable[[], object]] = [
        lambda: None,
        lambda: path.write_bytes(line("a") + half[:9]),
        lambda: append(path, half[9:]),
    ]
    assert list(followed(path, changes)) == ["a", "b"]


def test_a_file_that_was_moved_away_is_read_to_its_end_and_then_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "live.jsonl"
    path.write_bytes(line("a"))

    def rotate() -> None:
        append(path, line("b"))
        path.rename(tmp_path / "live.1")
        path.write_bytes(line("c"))

    assert list(followed(path, [rotate])) == ["a", "b", "c"]


def test_between_the_two_moves_of_a_rotation_there_may_be_no_file(tmp_path: Path) -> None:
    path = tmp_path / "live.jsonl"
    path.write_bytes(line("a"))
    changes: list[Callable[[], object]] = [
        lambda: path.rename(tmp_path / "live.1"),
        lambda: append(tmp_path / "live.1", line("b")),
        lambda: path.write_bytes(line("c")),
    ]
    assert list(followed(path, changes)) == ["a", "b", "c"]


@pytest.mark.parametrize("padding", [0, 1000])
def test_a_file_that_was_cut_begins_anew_even_if_it_has_grown_past_where_it_was_read(
    tmp_path: Path, padding: int
) -> None:
    path = tmp_path / "live.jsonl"
    path.write_bytes(line("a", 300) + line("b", 300))
    assert list(followed(path, [lambda: path.write_bytes(line("c", padding))])) == ["a", "b", "c"]


def test_half_a_line_that_never_got_its_rest_is_refused_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "live.jsonl"
    path.write_bytes(line("a") + b'{"te')
    assert list(followed(path, [lambda: path.write_bytes(line("b", 99))])) == ["a", "2 invalid_json", "b"]


def test_an_open_pipe_gives_each_line_as_it_comes_and_can_be_left(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    waits = 0

    def wait() -> None:
        nonlocal waits
        waits += 1
        if waits == 2:
            raise Stopped
        os.write(writing, b"two\nthr")

    try:
        os.write(writing, b"one\n")
        stream = open_pipe(reading, wait)
        assert [stream.readline(), stream.readline()] == [b"one\n", b"two\n"]
        with pytest.raises(Stopped):
            stream.readline()
    finally:
        os.close(reading)
        os.close(writing)


def test_a_closed_pipe_ends_with_its_last_line() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"one\ntwo")
    os.close(writing)

    def never() -> None:
        raise AssertionError("there was something to read")

    try:
        assert list(open_pipe(reading, never)) == [b"one\n", b"two"]
    finally:
        os.close(reading)
