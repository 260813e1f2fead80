"""`khabar publish` that writes down what was acknowledged: `python -m tests.faults.producer FILE publish files …`.

It is the command itself; only the delivery reports are listened to. A line of FILE is written at once, so that what a killed
producer had been told is not forgotten with it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from confluent_kafka import KafkaError, Message

from khabar.cli import main
from producers import publisher


class Listening(publisher.Publisher):
    """Appends the id of every acknowledged article to the file."""

    file = -1

    def _on_article(self, error: KafkaError | None, message: Message) -> None:
        super()._on_article(error, message)
        key = message.key()
        if error is None and key is not None:
            os.write(self.file, (key.encode() if isinstance(key, str) else key) + b"\n")


def acknowledged(path: Path) -> set[str]:
    """The ids in the file."""
    return set(path.read_text().split()) if path.exists() else set()


if __name__ == "__main__":
    Listening.file = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    publisher.Publisher = Listening  # type: ignore[misc]
    main()
