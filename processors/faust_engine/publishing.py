"""Sends messages in record batches and waits until the broker has acknowledged every one of them.

A batch a partition, not a future a message: sending one by one costs a worker more than the lighter stages do.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faust
from aiokafka import AIOKafkaProducer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as it is sent. `value` None is a tombstone."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class Publisher:
    """Publishes for all stages of a process, through the producer of its Faust app."""

    def __init__(self, app: faust.App) -> None:
        self._app = app
        # aiokafka queues one batch a partition and counts the time of those that wait for the place against a limit, as if
        # each had waited alone. Waiting here has no limit.
        self._turns: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def publish(self, messages: Sequence[Outgoing]) -> list[int]:
        """The offset of each message, once all are acknowledged. Those of one partition are sent in the order given.

        Raises the KafkaError of the first batch that was not acknowledged, while others may have been.
        """
        places: dict[tuple[str, int], list[int]] = {}
        for place, message in enumerate(messages):
            places.setdefault((message.topic, message.partition), []).append(place)
        offsets = [-1] * len(messages)
        acknowledged = await asyncio.gather(
            *[self._to_partition([messages[place] for place in own]) for own in places.values()]
        )
        for own, found in zip(places.values(), acknowledged, strict=True):
            for place, offset in zip(own, found, strict=True):
                offsets[place] = offset
        return offsets

    async def _to_partition(self, messages: Sequence[Outgoing]) -> list[int]:
        # Faust's own `send` takes single messages only; this is the client below it.
        producer: AIOKafkaProducer = self._app.producer._ensure_producer()
        topic, partition = messages[0].topic, messages[0].partition
        sent = []
        rest = list(reversed(messages))
        async with self._turns[topic, partition]:
            while rest:
                batch = producer.create_batch()
                # A batch takes its first message whatever its size.
                while rest and _append(batch, rest[-1]):
                    rest.pop()
                batch.close()
                sent.append((batch.record_count(), await producer.send_batch(batch, topic, partition=partition)))
        offsets: list[int] = []
        for count, future in sent:
            first = (await future).offset
            offsets += range(first, first + count)
        return offsets


def _append(batch: Any, message: Outgoing) -> bool:
    return batch.append(timestamp=None, key=message.key, value=message.value, headers=message.headers) is not None
