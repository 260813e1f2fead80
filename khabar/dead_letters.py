"""Dead letters as Kafka messages: the original key and bytes, everything else in headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from khabar.errors import InvalidRecord
from khabar.records import DeadLetter

MAX_MESSAGE_CHARACTERS = 2_000

Headers = list[tuple[str, bytes]]


def to_headers(letter: DeadLetter) -> Headers:
    """The headers topic, partition, offset, origin, stage, error, message, time (RFC 3339)."""
    fields = {
        "topic": letter.topic,
        "partition": str(letter.partition),
        "offset": str(letter.offset),
        "origin": letter.origin,
        "stage": letter.stage,
        "error": letter.error,
        "message": letter.message[:MAX_MESSAGE_CHARACTERS],
        "time": letter.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    return [(name, value.encode("utf-8", "replace")) for name, value in fields.items()]


def from_message(
    *, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]] | Sequence[tuple[str, bytes]]
) -> DeadLetter:
    """The dead letter in a message. Raises InvalidRecord where its headers are not those of `to_headers`."""
    found = {name: (content or b"").decode("utf-8", "replace") for name, content in headers}
    try:
        return DeadLetter(
            topic=found["topic"],
            partition=int(found["partition"]),
            offset=int(found["offset"]),
            origin=found.get("origin", ""),
            stage=found["stage"],
            error=found["error"],
            message=found["message"],
            time=datetime.fromisoformat(found["time"]),
            key=key,
            value=value or b"",
        )
    except (KeyError, ValueError) as error:
        raise InvalidRecord("invalid_dead_letter", f"headers of a dead letter are missing or broken: {error}") from None
