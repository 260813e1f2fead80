"""A light pipeline for the engine's tests: a stage of its own in front of the real aggregation.

Every message of `articles` names an actor; the relay passes it on as a contribution whose cause is that very message. So
afterwards the contributions say which source offsets had their output, and the counts say what was counted.
Run as a program it is a worker process that tests may kill.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

import orjson
from prometheus_client import CollectorRegistry

from khabar.metrics import WorkerMetrics
from khabar.partitioning import partition_for
from khabar.records import Contribution, ContributionsEnvelope, CountChange
from khabar.topics import Topic
from processors.aggregation import Aggregation
from processors.envelopes import pack
from processors.faust_engine.app import WorkerSettings, create_app, run_worker
from processors.stage import Message, Rejected, State, Step

HOUR = datetime(2031, 3, 1, 5, tzinfo=UTC)
POISON = b"poison"
ENDLESS = b"endless"
DEADLY = b"deadly"
SEEN_KEY = b"seen"
LOAD_SECONDS = "RELAY_LOAD_SECONDS"
"""Environment variable: how long loading the memory of a partition takes."""


class Relay:
    """Counts what it has seen in a row of its own, so that its table has something to lose."""

    name = "extraction"
    source = Topic.ARTICLES

    def __init__(self, *, partitions: int) -> None:
        self._partitions = partitions

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> int:
        time.sleep(float(os.environ.get(LOAD_SECONDS, "0")))
        return int(dict(rows).get(SEEN_KEY, b"0"))

    def absorb(self, memory: int, writes: Mapping[bytes, bytes | None]) -> int:
        return int(writes.get(SEEN_KEY) or memory)

    def step(self, state: State[int], partition: int, messages: Sequence[Message]) -> Step:
        if state.memory != int(state.row(SEEN_KEY) or b"0"):
            raise AssertionError("memory and rows disagree")
        contributions, rejected = [], []
        for message in messages:
            if message.value == POISON:
                raise ValueError("this message poisons its batch")
            while message.value == ENDLESS:
                pass
            if message.value == DEADLY:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                actor = orjson.loads(message.value)["actor"]
            except orjson.JSONDecodeError as error:
                rejected.append(Rejected(offset=message.offset, error="invalid_json", message=str(error)))
                continue
            contributions.append(
                Contribution(
                    actor=actor,
                    actor_name=actor,
                    kind="group",
                    code="NGO:TEST",
                    hour=HOUR,
                    cause_partition=partition,
                    cause_offset=message.offset,
                    changes=(CountChange(type="MENTION", role="mention", articles=1, events=0),),
                )
            )
        return Step(
            outputs=pack(
                Topic.CONTRIBUTIONS,
                ((partition_for(c.actor, self._partitions), c) for c in contributions),
                lambda records: ContributionsEnvelope(records=records),
            ),
            writes={SEEN_KEY: b"%d" % (state.memory + len(contributions))},
            rejected=rejected,
        )


def main(
    brokers: str, generation: str, partitions: str, store: str, data_directory: str, step_limit: str = "60"
) -> None:
    count = int(partitions)
    app, stage_workers = create_app(
        WorkerSettings(
            brokers=brokers,
            generation=int(generation),
            partitions=count,
            store=cast("Literal['rocksdb', 'memory']", store),
            data_directory=Path(data_directory),
            layout="the relay of the tests",
            step_limit_seconds=float(step_limit),
        ),
        [Relay(partitions=count), Aggregation(partitions=count)],
        WorkerMetrics.create(CollectorRegistry()),
    )
    run_worker(app, stage_workers, loglevel="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
