"""What a client of Kafka says again and again is said once in a while."""

from __future__ import annotations

import logging

from khabar.sparing import Sparingly


def record(name: str, message: str, *args: object, at: float = 100.0) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "", 0, message, args, None)
    made.created = at
    return made


def test_a_message_comes_through_once_in_a_while() -> None:
    sparingly = Sparingly("aiokafka", seconds=30)
    passed = [at for at in (100.0, 100.1, 129.0, 130.0, 131.0) if sparingly.filter(record("aiokafka.x", "gone", at=at))]
    assert passed == [100.0, 130.0]


def test_librdkafka_has_one_template_and_many_kinds() -> None:
    sparingly = Sparingly("khabar.kafka", seconds=30)
    said = [("FAIL", "refused"), ("FAIL", "refused again"), ("MAXPOLL", "too late")]
    passed = [text for kind, text in said if sparingly.filter(record("khabar.kafka", "%s [%s] %s", kind, "x", text))]
    assert passed == ["refused", "too late"]


def test_others_always_come_through() -> None:
    sparingly = Sparingly("aiokafka", seconds=30)
    assert all(sparingly.filter(record("khabar.sink", "waiting")) for _ in range(3))
