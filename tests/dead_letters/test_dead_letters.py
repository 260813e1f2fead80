"""`khabar dead-letters` on a real Kafka: what is shown, and what goes back where."""

from __future__ import annotations

import subprocess
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Producer

from khabar.codec import decode
from khabar.dead_letters import to_headers
from khabar.records import Article, DeadLetter
from tests.producers.kafka import ends, ensure_topics, khabar, messages_since

pytestmark = pytest.mark.kafka

COMPACTED = "g991.resolved-articles"
FINDINGS = "g991.findings"


class Desk:
    """The command, with this test's Kafka."""

    def __init__(self, brokers: str, home: Path) -> None:
        self.brokers = brokers
        self._home = home
        self._producer = Producer({"bootstrap.servers": brokers})

    def khabar(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return khabar(*arguments, home=self._home, brokers=self.brokers, stdin=stdin)

    def write(self, letter: DeadLetter) -> None:
        self.send("dead-letters", key=letter.key, value=letter.value, headers=to_headers(letter))

    def send(
        self,
        topic: str,
        *,
        value: bytes,
        key: bytes | None = None,
        partition: int = -1,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> int:
        """Gives the offset."""
        offsets: list[int] = []

        def delivered(error: object, message: Any) -> None:
            assert error is None
            offsets.append(message.offset())

        given: Any = headers or []
        self._producer.produce(topic, value, key, partition, on_delivery=delivered, headers=given)
        self._producer.flush(30)
        return offsets[0]

    def listed(self, stage: str) -> list[dict[str, Any]]:
        finished = self.khabar("dead-letters", "list", "--stage", stage, "--json")
        assert finished.returncode == 0, finished.stderr
        return [orjson.loads(line) for line in finished.stdout.splitlines()]


@pytest.fixture
def desk(kafka: str, tmp_path: Path) -> Desk:
    ensure_topics(kafka, ("articles", "dead-letters", COMPACTED, FINDINGS))
    return Desk(kafka, tmp_path)


@pytest.fixture
def stage() -> str:
    """A stage of this test alone: the topic is shared."""
    return f"test-{uuid.uuid4().hex[:12]}"


def letter(stage: str, **fields: Any) -> DeadLetter:
    given: dict[str, Any] = {
        "topic": FINDINGS,
        "partition": 1,
        "offset": 7,
        "stage": stage,
        "error": "invalid_json",
        "message": "not JSON",
        "time": datetime(2024, 3, 10, 12, tzinfo=UTC),
        "key": b"some-key",
        "value": b"{bad\xff",
    }
    return DeadLetter(**given | fields)


def test_letters_of_one_cause_are_one_line_with_their_number(desk: Desk, stage: str) -> None:
    for one in (letter(stage), letter(stage), letter(stage, offset=8), letter(stage, partition=2)):
        desk.write(one)
    assert sorted((line["partition"], line["offset"], line["times"]) for line in desk.listed(stage)) == [
        (1, 7, 2),
        (1, 8, 1),
        (2, 7, 1),
    ]


def test_the_list_can_be_narrowed_by_error_and_time_and_shows_the_newest(desk: Desk, stage: str) -> None:
    for hour in range(4):
        when = datetime(2024, 3, 10, hour, tzinfo=UTC)
        desk.write(letter(stage, offset=hour, time=when, error="empty_text" if hour == 3 else "invalid_json"))

    def offsets(*options: str) -> list[int]:
        finished = desk.khabar("dead-letters", "list", "--stage", stage, "--json", *options)
        return [orjson.loads(line)["offset"] for line in finished.stdout.splitlines()]

    assert offsets() == [0, 1, 2, 3]
    assert offsets("--error", "empty_text") == [3]
    assert offsets("--since", "2024-03-10T01:30:00Z") == [2, 3]
    assert offsets("--since", "5m") == []
    assert offsets("--limit", "1") == [3]


def test_show_gives_the_reason_and_the_original_bytes_without_steering_the_terminal(desk: Desk, stage: str) -> None:
    desk.write(letter(stage, value=b"{\x1b[31m\xff", message="not \x1b[2J JSON"))
    (line,) = desk.listed(stage)
    shown = desk.khabar("dead-letters", "show", line["at"])
    assert shown.returncode == 0
    assert b"\x1b" not in shown.stdout
    for part in (stage, "invalid_json", FINDINGS, "offset 7", "some-key", "\\x1b[31m\\xff"):
        assert part in shown.stdout.decode()
    assert desk.khabar("dead-letters", "show", line["at"], "--raw").stdout == b"{\x1b[31m\xff"


def test_a_place_without_a_letter_is_told(desk: Desk) -> None:
    missing = desk.khabar("dead-letters", "show", "0:999999999")
    assert missing.returncode == 1
    assert b"0:999999999" in missing.stderr
    assert desk.khabar("dead-letters", "show", "nonsense").returncode == 2


def test_a_message_that_is_no_dead_letter_is_shown_and_never_sent(desk: Desk) -> None:
    offset = desk.send("dead-letters", value=b"stray", partition=3)
    lines = desk.listed("unknown")
    assert f"3:{offset}" in [line["at"] for line in lines]
    retried = desk.khabar("dead-letters", "retry", f"3:{offset}", "--json")
    assert retried.returncode == 5
    assert orjson.loads(retried.stdout)["left"] == {"invalid_dead_letter": 1}


def test_a_stages_letter_goes_back_once_to_its_topic_and_partition_with_key_and_bytes(desk: Desk, stage: str) -> None:
    desk.write(letter(stage))
    desk.write(letter(stage))
    begin = ends(desk.brokers, FINDINGS)
    rehearsed = desk.khabar("dead-letters", "retry", "--stage", stage, "--dry-run", "--json")
    assert orjson.loads(rehearsed.stdout)["sent"] == {FINDINGS: 1}
    assert messages_since(desk.brokers, FINDINGS, begin) == []
    retried = desk.khabar("dead-letters", "retry", "--stage", stage, "--yes", "--json")
    assert retried.returncode == 0, retried.stderr
    (message,) = messages_since(desk.brokers, FINDINGS, begin)
    assert (message.partition(), message.key(), message.value()) == (1, b"some-key", b"{bad\xff")


def test_a_retry_by_rule_asks_first(desk: Desk, stage: str) -> None:
    desk.write(letter(stage))
    begin = ends(desk.brokers, FINDINGS)
    refused = desk.khabar("dead-letters", "retry", "--stage", stage, stdin=b"n\n")
    assert refused.returncode == 130
    assert b"Send 1 dead letters again?" in refused.stderr
    assert messages_since(desk.brokers, FINDINGS, begin) == []
    agreed = desk.khabar("dead-letters", "retry", "--stage", stage, stdin=b"y\n")
    assert agreed.returncode == 0
    assert len(messages_since(desk.brokers, FINDINGS, begin)) == 1


@pytest.mark.parametrize("arguments", [(), ("0:1", "--all")])
def test_a_retry_needs_places_or_a_rule(desk: Desk, arguments: tuple[str, ...]) -> None:
    assert desk.khabar("dead-letters", "retry", *arguments).returncode == 2


def test_an_old_revision_does_not_take_the_place_of_a_newer_one(desk: Desk, stage: str) -> None:
    for key in (b"superseded", b"latest"):
        offset = desk.send(COMPACTED, key=key, value=b"revision 1", partition=2)
        desk.write(letter(stage, topic=COMPACTED, partition=2, offset=offset, key=key, value=b"revision 1"))
    desk.send(COMPACTED, key=b"superseded", value=b"revision 2", partition=2)
    begin = ends(desk.brokers, COMPACTED)
    retried = desk.khabar("dead-letters", "retry", "--stage", stage, "--yes", "--json")
    assert retried.returncode == 5
    assert orjson.loads(retried.stdout)["left"] == {"superseded": 1}
    assert [message.key() for message in messages_since(desk.brokers, COMPACTED, begin)] == [b"latest"]


@pytest.mark.parametrize(
    ("fields", "reason"), [({"topic": "g991.gone"}, "no_topic"), ({"partition": 99}, "no_partition")]
)
def test_what_has_no_place_to_go_back_to_is_left(desk: Desk, stage: str, fields: dict[str, Any], reason: str) -> None:
    desk.write(letter(stage, **fields))
    retried = desk.khabar("dead-letters", "retry", "--stage", stage, "--yes", "--json")
    assert retried.returncode == 5
    assert orjson.loads(retried.stdout)["left"] == {reason: 1}


def test_refused_input_that_now_passes_is_published_as_it_was_first_read(
    desk: Desk, stage: str, tmp_path: Path
) -> None:
    """The newer code is here a newer clock: the first run read the line when its date still lay ahead."""
    good = orjson.dumps({"story": f"بيان {stage}", "date": "2024-03-09"})
    reading = {"kind": "json", "whole": True, "folder": "f", "modified": 1_710_000_000, "source": stage,
               "language": "ar", "fields": {"text": "story"}}  # fmt: skip
    headers = to_headers(letter("publish", topic="", partition=-1, offset=-1, key=None, origin=f"{stage}.jsonl:4"))
    offset = desk.send("dead-letters", value=good, partition=0, headers=[*headers, ("reading", orjson.dumps(reading))])
    begin = ends(desk.brokers, "articles")
    retried = desk.khabar("dead-letters", "retry", f"0:{offset}", "--json")
    assert retried.returncode == 0, retried.stderr
    (message,) = [
        m for m in messages_since(desk.brokers, "articles", begin) if stage.encode() in bytes(m.value() or b"")
    ]
    article = decode(bytes(message.value() or b""), Article)
    assert message.key() == article.id.encode()
    assert (article.source, article.language) == (stage, "ar")
    assert article.fetched_at == datetime.fromtimestamp(1_710_000_000, UTC)


def test_refused_input_that_is_still_none_is_refused_again(desk: Desk, stage: str, tmp_path: Path) -> None:
    file = tmp_path / f"{stage}.jsonl"
    file.write_bytes(b"{bad\n" + b"x" * 9_000_000)
    assert desk.khabar("publish", "files", str(file)).returncode == 5
    places = [line["at"] for line in desk.listed("publish") if stage in line["origin"]]
    begin = ends(desk.brokers, "articles")
    retried = desk.khabar("dead-letters", "retry", *places, "--json")
    assert retried.returncode == 5
    report = orjson.loads(retried.stdout)
    assert report["left"] == {"invalid_json": 1, "line_too_long": 1}
    assert "publish the file itself again" in report["examples"]["line_too_long"]
    assert messages_since(desk.brokers, "articles", begin) == []


def test_without_the_topic_the_list_says_how_to_make_it(empty_kafka: str, tmp_path: Path) -> None:
    finished = khabar("dead-letters", "list", home=tmp_path, brokers=empty_kafka)
    assert finished.returncode == 4
    assert b"khabar topics create" in finished.stderr
