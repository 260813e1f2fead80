"""A filter for the logs of Kafka's clients, which repeat themselves many times a second while the broker is away."""

from __future__ import annotations

import logging

REPEAT_SECONDS = 30.0


class Sparingly(logging.Filter):
    """Lets each kind of message of the loggers below `name` through once in `seconds`; everything else always."""

    def __init__(self, name: str, *, seconds: float = REPEAT_SECONDS) -> None:
        super().__init__(name)
        self._seconds = seconds
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not super().filter(record):
            return True
        kind = str(record.msg)
        # librdkafka has one template for all it says, and begins with a word for the kind.
        if kind.startswith("%s") and isinstance(record.args, tuple) and record.args:
            kind = str(record.args[0])
        if record.created - self._said.get(kind, 0.0) < self._seconds:
            return False
        self._said[kind] = record.created
        return True
