"""Sends what a sink cannot write to topic `dead-letters`, and returns only when the broker has acknowledged it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from khabar.dead_letters import to_headers
from khabar.errors import ContractViolation
from khabar.kafka import producer_config
from khabar.records import DeadLetter
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.writer import Abandoned, Rejected

LOG = logging.getLogger("khabar.sink")
POLL_SECONDS = 0.2
RETRY_SECONDS = 1.0


class DeadLetterOffice:
    """For several threads. `abandon` ends the waiting for a broker that does not come back."""

    def __init__(self, settings: Settings, *, stage: str, abandon: threading.Event) -> None:
        self._producer = Producer(producer_config(settings))
        self._stage = stage
        self._abandon = abandon

    def send(self, rejected: Iterable[Rejected]) -> None:
        """Publish the original bytes of each, and wait for all acknowledgements.

        Raises Abandoned, or ContractViolation where the topic is missing.
        """
        waiting = [_letter(one, self._stage) for one in rejected]
        while waiting:
            waiting = self._try(waiting)
            if waiting and self._abandon.wait(RETRY_SECONDS):
                raise Abandoned

    def _try(self, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        """Publish once. Gives those that were not acknowledged."""
        answers: list[tuple[DeadLetter, KafkaError | None]] = []
        for letter in letters:
            self._produce(letter, answers)
        while len(answers) < len(letters):
            self._producer.poll(POLL_SECONDS)
            if self._abandon.is_set():
                raise Abandoned
        errors = {error.code(): error.str() for _, error in answers if error is not None}
        if KafkaError.UNKNOWN_TOPIC_OR_PART in errors or KafkaError._UNKNOWN_TOPIC in errors:
            raise ContractViolation("topic dead-letters is missing; create it with `khabar topics create`")
        if errors:
            LOG.warning("dead letters were not acknowledged (%s); trying again", ", ".join(errors.values()))
        return [letter for letter, error in answers if error is not None]

    def _produce(self, letter: DeadLetter, answers: list[tuple[DeadLetter, KafkaError | None]]) -> None:
        def delivered(error: KafkaError | None, _message: Message) -> None:
            # Whichever thread polls runs this, so it must be one atomic operation.
            answers.append((letter, error))

        while True:
            try:
                self._producer.produce(
                    Topic.DEAD_LETTERS.value,
                    key=letter.key,
                    value=letter.value,
                    headers=list(to_headers(letter)),
                    on_delivery=delivered,
                )
            except BufferError:
                self._producer.poll(POLL_SECONDS)
            except KafkaException as error:
                raise ContractViolation(f"a dead letter cannot be published: {error.args[0].str()}") from None
            else:
                return


def _letter(rejected: Rejected, stage: str) -> DeadLetter:
    message = rejected.message
    return DeadLetter(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        stage=stage,
        error=rejected.error,
        message=rejected.detail,
        time=datetime.now(UTC).replace(microsecond=0),
        key=message.key,
        value=message.value or b"",
    )
