"""What publishing does without a broker: counting, pacing, dry runs, and a Kafka that does not answer."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.settings import Settings
from producers.articles import Accepted, Place, rules
from producers.files import accept
from producers.publisher import Pace, Publisher, Rehearsal, Tally, publish
from producers.reading import Piece
from producers.refused import Kind, Refused
from producers.waiting import Stopped
from tests.producers.kafka import khabar, summary

NOWHERE = "127.0.0.1:1"
NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)
RULES = rules()
PLACE = Place(folder="archive", modified=NOW)


def outcome(value: bytes, number: int = 1) -> Accepted | Refused:
    return accept(Piece(f"a.jsonl:{number}", value), Kind.JSON, RULES, PLACE, NOW)


def article(number: int, size: int = 1) -> Accepted:
    accepted = outcome(orjson.dumps({"id": number, "text": "x" * size}))
    assert isinstance(accepted, Accepted)
    return accepted


def unanswered(tmp_path: Path, *, stopped: bool = False) -> tuple[Publisher, Tally]:
    tally = Tally()
    settings = Settings(brokers=NOWHERE, home=tmp_path)
    return Publisher(settings, tally, rules=RULES, clock=lambda: NOW, stopped=lambda: stopped), tally


lines = st.sampled_from([b'{"id": 1, "text": "a"}', b'{"id": 2, "text": "a"}', b"{bad", b"{}", b'{"text": "\xff"}'])


@settings(deadline=None)
@given(st.lists(lines, max_size=20))
def test_every_input_is_counted_exactly_once(values: list[bytes]) -> None:
    tally = Tally()
    outlet = Rehearsal(tally, sleep=lambda seconds: None)
    publish([outcome(value) for value in values], outlet, tally, seconds=lambda: 0.0)
    found = tally.summary()
    assert found.articles + found.duplicates + sum(found.refused.values()) == len(values)
    assert found.published == found.articles == len({value for value in values if b"id" in value})
    assert set(found.examples) == set(found.refused)


def test_reading_ends_when_asked_to_stop() -> None:
    tally = Tally()
    asked = iter([False, True])
    publish(
        [article(1), article(2), article(3)],
        Rehearsal(tally, sleep=lambda seconds: None),
        tally,
        seconds=lambda: 0.0,
        stopped=lambda: next(asked),
    )
    assert tally.articles == 2


@settings(deadline=None)
@given(st.floats(0.5, 5000), st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_span_of_time_sees_more_than_the_rate_and_one_seconds_worth(rate: float, pauses: list[float]) -> None:
    pace = Pace(rate)
    now, sent = 0.0, []
    for pause in pauses:
        now += pause / rate
        now += pace.delay(now)
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first <= (sent[last] - sent[first] + 1) * rate + 1.000001


def test_a_rate_is_kept_over_a_second() -> None:
    pace, now = Pace(10), 100.0
    for _ in range(41):
        now += pace.delay(now)
    assert now == pytest.approx(103, abs=0.11)


def test_an_article_without_confirmation_is_not_published_and_the_outage_is_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publisher, tally = unanswered(tmp_path)
    with caplog.at_level(logging.WARNING):
        publish([article(1), outcome(b"{bad")], publisher, tally, seconds=time.monotonic)
        until = time.monotonic() + 3
        publisher.drain(lambda: time.monotonic() < until)
    assert (tally.articles, tally.published, publisher.unconfirmed) == (1, 0, 2)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [f"Kafka at {NOWHERE} does not answer"]
    publisher.abandon()
    assert publisher.unconfirmed == 0


def test_a_full_queue_can_be_left_by_a_signal_and_counts_only_what_it_holds(tmp_path: Path) -> None:
    publisher, tally = unanswered(tmp_path, stopped=True)
    endless = (article(number, size=900_000) for number in range(10_000))
    publish(endless, publisher, tally, seconds=time.monotonic)
    assert 0 < tally.articles < 10_000
    assert publisher.unconfirmed == tally.articles
    with pytest.raises(Stopped):
        publisher.article(article(99_999, size=900_000))
    publisher.abandon()


def test_a_message_too_large_for_kafka_is_a_failure_that_is_counted(tmp_path: Path) -> None:
    publisher, tally = unanswered(tmp_path)
    publisher.article(Accepted(article(1).article, b"x" * (17 * 1024 * 1024)))
    assert tally.failed == 1
    assert "too large" in tally.failure.lower()


def test_a_dry_run_needs_no_kafka(tmp_path: Path) -> None:
    data = b'{"id": 1, "text": "a"}\n{"id": 1, "text": "a"}\n{bad\n'
    arguments = ("publish", "files", "-", "--dry-run", "--json", "--source", "x")
    finished = khabar(*arguments, home=tmp_path, brokers=NOWHERE, stdin=data)
    assert finished.returncode == 5
    found = summary(finished)
    # The clock dates what has no date: the two lines are one article only within one second.
    assert (found["published"], found["duplicates"]) in [(1, 1), (2, 0)]
    assert found["refused"] == {"invalid_json": 1}
    assert found["dry_run"] is True


def test_a_dry_run_of_good_input_ends_with_zero_and_plain_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص", "utf-8")
    finished = khabar("publish", "files", str(tmp_path / "a.txt"), "--dry-run", home=tmp_path, brokers=NOWHERE)
    assert finished.returncode == 0
    assert finished.stdout.decode().splitlines()[:3] == [
        "could be published\t1",
        "duplicates in the input\t0",
        "refused\t0",
    ]


def test_kafka_that_does_not_answer_is_told_within_fifteen_seconds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص", "utf-8")
    finished = khabar("publish", "files", str(tmp_path / "a.txt"), home=tmp_path, brokers=NOWHERE, timeout=15)
    assert finished.returncode == 3
    (line,) = finished.stderr.decode().splitlines()
    assert NOWHERE in line
    assert "KHABAR_BROKERS" in line


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("missing.jsonl",), "missing.jsonl"),
        (("-", "--field", "text"), "TARGET=NAME"),
        (("-", "--field", "nonsense=x"), "nonsense"),
        (("-", "--language", "Arabic"), "Arabic"),
        (("-", "-"), "standard input"),
        (("-", "--follow"), "--follow"),
        (("a.txt", "--follow"), "--follow"),
        (("-", "--rate", "0"), "rate"),
    ],
)
def test_wrong_usage_is_told_before_anything_happens(tmp_path: Path, arguments: tuple[str, ...], word: str) -> None:
    finished = khabar("publish", "files", *arguments, home=tmp_path, brokers=NOWHERE)
    assert finished.returncode == 2
    assert word in finished.stderr.decode()
    assert finished.stdout == b""
