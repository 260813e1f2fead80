"""How long a worker takes until it works again, with the state of 100,000 articles behind it.

    python -m benchmarks.recovery [--articles 100000] [--json FILE] [--only cold,warm,memory,faust]

Starts a real Kafka of its own. The four stages run here, in one process, and what they write goes to the topics and
changelogs as the engine's batches would; that is quicker than a worker is. One article in ten is read and coded; the others are
its findings and fingerprints under other ids, hashes and times, for the state does not show the difference. Some articles more are published than were
processed. Then `khabar process` is started: with no disk (RocksDB cold), killed and started with its disk (warm), killed and
started with the memory store; with no disk and Faust's own recovery (`faust`); and once on an empty generation, to see what a
start costs without any state.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.backpressure import _resident, _scrape, article
from khabar.codec import decode, encode
from khabar.partitioning import partition_for
from khabar.records import ExtractedArticle, FindingsEnvelope, Fingerprint, FingerprintsEnvelope
from khabar.topics import Topic, changelog_name, topic_name
from processors.envelopes import pack
from processors.faust_engine.batch_log import TAG_HEADER, BatchLog, LogRecord, Marker, Tag, next_batch
from processors.fingerprints import key_partitions
from processors.stage import Message, Output, Stage, State

PARTITIONS = 4
PORT = 19_711
REPLICAS = 10
NEW_ARTICLES = 40
BATCH_MESSAGES = 250
START = datetime(2031, 3, 1, tzinfo=UTC)
STATES = ("مصر", "فرنسا", "تركيا", "إيران", "الأردن", "لبنان", "المغرب", "تونس", "العراق", "روسيا", "الصين", "ألمانيا")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start: seconds until every stage has all its partitions, and until it has processed what was waiting; and the time on
    a processor until then, which says more on a busy machine.
    """

    way: str
    recovered_seconds: float
    working_seconds: float
    processor_seconds: float
    megabytes: float


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--json", type=Path, default=None, help="write the figures there too")
    parser.add_argument(
        "--only", default="cold,warm,memory,faust", help="comma-separated, of cold, warm, memory, faust"
    )
    options = parser.parse_args()
    from khabar import stack

    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="khabar-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ["KHABAR_HOME"] = str(home)
        addresses = stack.start(home, elasticsearch=False, usual_ports=False)
        os.environ["KHABAR_BROKERS"] = str(addresses.brokers)
        try:
            state, starts = run(str(addresses.brokers), Path(folder), options.articles, options.only.split(","))
        finally:
            stack.stop(home)
    show(state, starts)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        figures = {"state": state, "starts": [asdict(start) for start in starts]}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def run(brokers: str, folder: Path, count: int, ways: Sequence[str]) -> tuple[dict[str, int], list[Start]]:
    """The state built, then one start after another over it."""
    from khabar.settings import load

    settings = load(os.environ)
    for generation in (1, 2):
        _khabar("topics", "create", "--partitions", str(PARTITIONS), "--generation", str(generation))
    started = time.monotonic()
    builder = Builder(brokers, settings.window_hours, settings.lateness_hours)
    state = builder.build(articles(count // REPLICAS))
    print(f"state of {count:,} articles built in {time.monotonic() - started:.0f} s: {state}", file=sys.stderr)
    disk = folder / "disk"
    starts = [start("empty generation", generation=2, store="rocksdb", disk=folder / "empty", waiting=0)]
    for way in ways:
        if way != "warm":
            shutil.rmtree(disk, ignore_errors=True)
        builder.publish_new(NEW_ARTICLES)
        starts.append(
            start(way, generation=1, store="memory" if way == "memory" else "rocksdb", disk=disk, waiting=NEW_ARTICLES)
        )
    return state, starts


def start(way: str, *, generation: int, store: str, disk: Path, waiting: int) -> Start:
    """Start a worker, wait until it works, kill it."""
    command = [sys.executable, "-m", "khabar", "process", "--generation", str(generation), "--store", store]
    if way == "faust":
        command.append("--faust-recovery")
    began = time.monotonic()
    process = subprocess.Popen([*command, "--data-directory", str(disk), "--metrics-port", str(PORT)])
    try:
        _wait(process, lambda: _samples("khabar_table_rows{") == 4 * PARTITIONS, 300)
        recovered = time.monotonic() - began
        _wait(process, lambda: _sum("khabar_articles_total{") >= waiting, 120)
        return Start(
            way=way,
            recovered_seconds=round(recovered, 1),
            working_seconds=round(time.monotonic() - began, 1),
            processor_seconds=_processor(process.pid),
            megabytes=_resident(process.pid),
        )
    finally:
        process.kill()
        process.wait()


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 1)


def articles(count: int, *, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Made-up articles of some 150 words; one in ten repeats most of the one before it; each names two states."""
    rng = random.Random(first)
    words = ["".join(rng.choices("ابتجحدرسصعفقكلمنهوي", k=rng.randint(3, 8))) for _ in range(5_000)]
    text: list[str] = []
    for number in range(first, first + count):
        text = [*text[:130], *rng.choices(words, k=20)] if number % 10 == 9 else rng.choices(words, k=150)
        one, other = rng.sample(STATES, 2)
        lede = f"زار وزير خارجية {one} {other}، وأدان الهجوم على {other}. "
        yield article(number, text, START + timedelta(seconds=2 * number), lede=lede)


def replicas(outputs: Sequence[Output], number: int) -> list[Output]:
    """What extraction found, once more, as if of other articles that resemble none of those."""
    findings: list[tuple[int, ExtractedArticle]] = []
    prints: list[tuple[int, Fingerprint]] = []
    for output in outputs:
        if output.topic is Topic.FINDINGS:
            for record in decode(output.value, FindingsEnvelope).records:
                if isinstance(record, ExtractedArticle):
                    identifier = _other_id(record.id, number)
                    when = record.event_time + timedelta(minutes=number)
                    other = msgspec.structs.replace(record, id=identifier, event_time=when)
                    findings.append((partition_for(identifier, PARTITIONS), other))
        else:
            for fingerprint in decode(output.value, FingerprintsEnvelope).records:
                keys = np.frombuffer(fingerprint.keys, dtype="<u8")
                if output.partition != int(keys[0]) % PARTITIONS:
                    continue  # it comes once for every partition of its keys
                keys = np.sort(keys + np.uint64(number * 1_000_003))
                other_print = msgspec.structs.replace(
                    fingerprint,
                    id=_other_id(fingerprint.id, number),
                    time=fingerprint.time + 60 * number,
                    keys=keys.tobytes(),
                    text_hash=blake2b(fingerprint.text_hash + b"%d" % number, digest_size=8).digest(),
                    page_hash=None,
                )
                prints += [
                    (partition, other_print) for partition in sorted(key_partitions(other_print.keys, PARTITIONS))
                ]
    return [
        *pack(Topic.FINDINGS, findings, lambda records: FindingsEnvelope(records=records)),
        *pack(Topic.FINGERPRINTS, prints, lambda records: FingerprintsEnvelope(records=records)),
    ]


def _other_id(identifier: str, number: int) -> str:
    return blake2b(f"{identifier}/{number}".encode(), digest_size=16).hexdigest()


@dataclass(slots=True, kw_only=True)
class _Lane:
    """One stage in one partition, as a worker would have it."""

    stage: Stage[Any]
    partition: int
    memory: Any
    rows: dict[bytes, bytes] = field(default_factory=dict)
    marker: Marker = Marker()  # noqa: RUF009 - immutable
    log: BatchLog
    waiting: deque[Message] = field(default_factory=deque)
    end: int = 0
    changelog_end: int = 0


class Builder:
    """Runs the stages, and writes topics and changelogs as the engine would."""

    def __init__(self, brokers: str, window_hours: int, lateness_hours: int) -> None:
        from confluent_kafka import Producer

        from khabar.kafka import producer_config
        from khabar.settings import Settings
        from processors.extraction.coding import load_coder
        from processors.fingerprints.stop_list import stop_list_of
        from processors.pipeline import build, layout_of, warm_up

        settings = Settings(brokers=brokers, home=Path())
        self._producer = Producer(producer_config(settings, **{"compression.type": "none"}))
        warm_up()
        coder, stop_list = load_coder(), stop_list_of(None)
        pipeline = build(
            coder=coder,
            partitions=PARTITIONS,
            window_hours=window_hours,
            lateness_hours=lateness_hours,
            stop_list=stop_list,
        )
        self._layout = layout_of(
            window_hours=window_hours, lateness_hours=lateness_hours, coder=coder, stop_list=stop_list
        )
        self._lanes = {
            (stage.source, p): _Lane(
                stage=stage, partition=p, memory=stage.load([]), log=BatchLog(marker_key=b"@marker/%d" % p)
            )
            for stage in pipeline.stages
            for p in range(PARTITIONS)
        }
        self._published = 0

    def build(self, messages: Iterator[tuple[str, bytes]]) -> dict[str, int]:
        """Everything processed; records by changelog."""
        for key, value in messages:
            self._publish(Topic.ARTICLES, partition_for(key, PARTITIONS), key.encode(), value)
            self._published += 1
            if self._published % 500 == 0:
                self._work()
        self._work()
        self._producer.flush()
        records: defaultdict[str, int] = defaultdict(int)
        for lane in self._lanes.values():
            records[lane.stage.name] += lane.changelog_end
        return dict(records)

    def publish_new(self, count: int) -> None:
        """Articles that no stage has seen."""
        for key, value in articles(count, first=self._published):
            self._send(Topic.ARTICLES.value, partition_for(key, PARTITIONS), key.encode(), value)
        self._published += count
        self._producer.flush()

    def _work(self) -> None:
        while busy := [lane for lane in self._lanes.values() if lane.waiting]:
            for lane in busy:
                self._step(lane)

    def _step(self, lane: _Lane) -> None:
        batch = [lane.waiting.popleft() for _ in range(min(BATCH_MESSAGES, len(lane.waiting)))]
        prefix = b"%d/" % lane.partition
        state = State(row=lambda key: lane.rows.get(prefix + key), memory=lane.memory)
        step = lane.stage.step(state, lane.partition, batch)
        for output in step.outputs:
            self._publish(output.topic, output.partition, output.key, output.value)
        if lane.stage.source is Topic.ARTICLES:
            for number in range(1, REPLICAS):
                for output in replicas(step.outputs, number):
                    self._publish(output.topic, output.partition, output.key, output.value)
        records, lane.marker = next_batch(
            lane.log,
            lane.marker,
            lane.rows.get,
            {prefix + key: value for key, value in step.writes.items()},
            position=batch[-1].offset,
            layout=self._layout,
        )
        tag = Tag(lane.marker.sequence, "benchmark")
        everything = [*records, (lane.log.marker_key, encode(lane.marker))]
        for key, value in everything:
            self._send(changelog_name(lane.stage.name, 1), lane.partition, key, value, [(TAG_HEADER, tag.encode())])
            lane.changelog_end += 1
        lane.log.wrote(LogRecord(lane.changelog_end - 1, lane.log.marker_key, None, tag))
        for key, value in records:
            if value is None:
                lane.rows.pop(key, None)
            else:
                lane.rows[key] = value
        lane.memory = lane.stage.absorb(lane.memory, step.writes)

    def _publish(self, topic: Topic, partition: int, key: bytes | None, value: bytes) -> None:
        self._send(topic_name(topic, 1), partition, key, value)
        lane = self._lanes.get((topic, partition))
        if lane is not None:
            lane.waiting.append(Message(offset=lane.end, key=key, value=value))
            lane.end += 1

    def _send(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: list[tuple[str, str | bytes | None]] | None = None,
    ) -> None:
        while True:
            try:
                self._producer.produce(topic, value, key, partition, headers=headers or [])
                return
            except BufferError:
                self._producer.poll(0.05)


def _samples(prefix: str) -> int:
    return sum(line.startswith(prefix) for line in _scrape(PORT))


def _sum(prefix: str) -> float:
    return sum(float(line.rsplit(" ", 1)[1]) for line in _scrape(PORT) if line.startswith(prefix))


def _khabar(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "khabar", *arguments], check=True, capture_output=True)


def _wait(process: subprocess.Popen[bytes], until: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if process.poll() is not None:
            sys.exit(f"benchmarks.recovery: the worker ended with {process.returncode}")
        if time.monotonic() > deadline:
            sys.exit(f"benchmarks.recovery: waited {seconds} s in vain")
        time.sleep(0.1)


def show(state: dict[str, int], starts: Sequence[Start]) -> None:
    """The table."""
    from rich.console import Console
    from rich.table import Table

    print("records in the changelogs: " + ", ".join(f"{stage} {count:,}" for stage, count in state.items()))
    table = Table("start", "recovered after s", "working after s", "processor s", "MB", box=None)
    for one in starts:
        table.add_row(
            one.way,
            f"{one.recovered_seconds:.1f}",
            f"{one.working_seconds:.1f}",
            f"{one.processor_seconds:.1f}",
            f"{one.megabytes:,.0f}",
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
