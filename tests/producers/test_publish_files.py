"""`khabar publish files` on a real Kafka: what is confirmed, what is refused, and how it stops."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from khabar.codec import decode
from khabar.dead_letters import from_message
from khabar.partitioning import partition_for
from khabar.records import Article
from tests.producers.kafka import COMMAND, ends, ensure_topics, environment, khabar, messages_since, summary

pytestmark = pytest.mark.kafka


@pytest.fixture
def brokers(kafka: str) -> str:
    ensure_topics(kafka)
    return kafka


@pytest.fixture
def run() -> str:
    """A source of this test alone: topics are shared."""
    return f"test-{uuid.uuid4().hex[:12]}"


def line(run: str, number: int) -> bytes:
    return orjson.dumps({"id": str(number), "source": run, "text": f"بيان رقم {number}", "date": "2024-03-09"}) + b"\n"


def lines(run: str, numbers: range) -> bytes:
    return b"".join(line(run, number) for number in numbers)


def published(brokers: str, begin: dict[int, int], run: str) -> list[Article]:
    articles = [
        decode(bytes(message.value() or b""), Article) for message in messages_since(brokers, "articles", begin)
    ]
    return [article for article in articles if article.source == run]


def wait_for(brokers: str, begin: dict[int, int], run: str, count: int) -> list[Article]:
    deadline = time.monotonic() + 30
    while len(found := published(brokers, begin, run)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} articles came"
        time.sleep(0.1)
    return found


@contextlib.contextmanager
def running(*arguments: str, home: Path, brokers: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home, brokers),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_each_article_arrives_once_under_its_id_where_faust_would_look_for_it(
    brokers: str, run: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(lines(run, range(50)) + lines(run, range(10)))
    begin = ends(brokers, "articles")
    finished = khabar("publish", "files", str(file), "--json", home=tmp_path, brokers=brokers)
    assert finished.returncode == 0, finished.stderr
    assert {name: summary(finished)[name] for name in ("articles", "published", "duplicates", "refused", "failed")} == {
        "articles": 50,
        "published": 50,
        "duplicates": 10,
        "refused": {},
        "failed": 0,
    }
    messages = [m for m in messages_since(brokers, "articles", begin) if run.encode() in bytes(m.value() or b"")]
    assert len(messages) == 50
    for message in messages:
        article = decode(bytes(message.value() or b""), Article)
        assert message.key() == article.id.encode()
        assert message.partition() == partition_for(article.id, len(begin))


def test_refused_input_becomes_dead_letters_and_the_rest_goes_on(brokers: str, run: str, tmp_path: Path) -> None:
    file = tmp_path / f"{run}.jsonl"
    long = b'{"text": "' + b"x" * 10_000_000 + b'"}\n'
    bad = [b"{bad\n", b'{"text": "\xff"}\n', b"{}\n", b'{"text": "x", "schema_version": 9}\n', long]
    bad.append(b'{"text": "x", "date": "2024-02-31"}\n')
    file.write_bytes(line(run, 0) + b"".join(bad) + line(run, 1))
    begin = {topic: ends(brokers, topic) for topic in ("articles", "dead-letters")}
    finished = khabar("publish", "files", str(file), "--json", home=tmp_path, brokers=brokers)
    assert finished.returncode == 5, finished.stderr
    reasons = ["invalid_json", "invalid_utf8", "empty_text", "unknown_schema_version", "line_too_long", "invalid_date"]
    assert summary(finished)["refused"] == dict.fromkeys(reasons, 1)
    assert len(published(brokers, begin["articles"], run)) == 2
    letters = {}
    for message in messages_since(brokers, "dead-letters", begin["dead-letters"]):
        headers: Any = message.headers() or []
        letter = from_message(key=None, value=bytes(message.value() or b""), headers=headers)
        if run in letter.origin:
            assert message.key() is None
            letters[letter.origin] = letter
    assert [letters[f"{file}:{number}"].error for number in range(2, 8)] == reasons
    assert [letters[f"{file}:{number}"].value for number in range(2, 8)] == [one[: 1024 * 1024] for one in bad]
    assert {letter.stage for letter in letters.values()} == {"publish"}


def test_every_kind_of_file_in_a_folder_is_published(brokers: str, run: str, tmp_path: Path) -> None:
    folder = tmp_path / run
    folder.mkdir()
    (folder / "a.txt").write_text("نص البيان", "utf-8")
    (folder / "b.html").write_text("<p>نص البيان</p>", "utf-8")
    (folder / "c.json").write_bytes(b"[" + line(run, 0) + b"," + line(run, 1) + b"]")
    (folder / "d.jsonl").write_bytes(line(run, 2))
    begin = ends(brokers, "articles")
    finished = khabar("publish", "files", str(folder), "--language", "ar", home=tmp_path, brokers=brokers)
    assert finished.returncode == 0, finished.stderr
    found = published(brokers, begin, run)
    assert len(found) == 5
    assert {article.language for article in found} == {"ar"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_reading_and_what_was_read_is_delivered(
    brokers: str, run: str, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    begin = ends(brokers, "articles")
    with running("publish", "files", "-", "--json", home=tmp_path, brokers=brokers) as process:
        assert process.stdin is not None
        process.stdin.write(lines(run, range(20)))
        process.stdin.flush()
        wait_for(brokers, begin, run, 20)  # while the standard input stays open
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == code, stderr
    assert orjson.loads(stdout)["published"] == 20


def test_follow_takes_what_is_appended_and_survives_rotation_and_truncation(
    brokers: str, run: str, tmp_path: Path
) -> None:
    file = tmp_path / "live.jsonl"
    begin = ends(brokers, "articles")
    with running("publish", "files", str(file), "--follow", "--json", home=tmp_path, brokers=brokers) as process:
        file.write_bytes(lines(run, range(3)))
        wait_for(brokers, begin, run, 3)
        with file.open("ab") as growing:
            half = line(run, 3)
            growing.write(half[:20])
            growing.flush()
            time.sleep(0.5)
            growing.write(half[20:])
        wait_for(brokers, begin, run, 4)
        file.rename(tmp_path / "live.1")
        file.write_bytes(lines(run, range(4, 6)))
        wait_for(brokers, begin, run, 6)
        os.truncate(file, 0)
        file.write_bytes(lines(run, range(6, 20)))
        found = wait_for(brokers, begin, run, 20)
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 143, stderr
    assert orjson.loads(stdout)["refused"] == {}
    assert sorted(int(article.external_id or -1) for article in found) == list(range(20))


def test_metrics_say_what_was_published(brokers: str, run: str, tmp_path: Path) -> None:
    begin = ends(brokers, "articles")
    arguments = ("publish", "files", "-", "--metrics-port", "0")
    with running(*arguments, home=tmp_path, brokers=brokers) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        address = process.stderr.readline().split()[-1].decode()
        process.stdin.write(lines(run, range(7)) + line(run, 0) + b"{bad\n")
        process.stdin.flush()
        wait_for(brokers, begin, run, 7)
        deadline = time.monotonic() + 10
        wanted = {
            'khabar_producer_articles_total{outcome="published"} 7.0',
            'khabar_producer_articles_total{outcome="duplicate"} 1.0',
            'khabar_producer_articles_total{outcome="refused"} 1.0',
            'khabar_dead_letters_total{error="invalid_json",stage="publish"} 1.0',
            "khabar_producer_delivery_seconds_count 7.0",
        }
        missing = wanted
        while missing and time.monotonic() < deadline:
            with urllib.request.urlopen(address) as answer:
                missing = wanted - set(answer.read().decode().splitlines())
            time.sleep(0.1)
    assert missing == set()


def test_without_the_topics_it_says_how_to_make_them(empty_kafka: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص", "utf-8")
    finished = khabar("publish", "files", str(tmp_path / "a.txt"), home=tmp_path, brokers=empty_kafka)
    assert finished.returncode == 4
    assert b"khabar topics create" in finished.stderr
    assert b"Traceback" not in finished.stderr
