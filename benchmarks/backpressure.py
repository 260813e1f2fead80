"""How large processes grow when more comes than they can take: a worker in a burst, a sink whose destination is slow.

    python -m benchmarks.backpressure [--articles 100000] [--json FILE] [--only worker,sink] [--seconds 600]

Starts a real Kafka of its own. All articles are published at full speed, and read by one `khabar process`
with four partitions; resident memory is looked at every half second, with what its gauges say. Then a sink whose writer takes
two seconds a batch reads what the worker wrote. The texts are made up, each of some 80 words out of a few thousand.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from khabar.codec import encode
from khabar.identity import article_id, event_time
from khabar.records import Article
from khabar.topics import Topic

PARTITIONS = 4
WORKER_PORT, SINK_PORT = 19_701, 19_702
START = datetime(2031, 3, 1, tzinfo=UTC)
LOOK_SECONDS = 0.5
SLOW_SECONDS = 2.0
MEGABYTE = 1024 * 1024
WATCHED = {
    "worker": ("khabar_worker_waiting_messages", "khabar_worker_waiting_bytes", "khabar_worker_in_flight_bytes"),
    "sink": ("khabar_sink_queued_messages", "khabar_sink_queued_bytes", "khabar_sink_in_flight_bytes"),
}


@dataclass(slots=True, kw_only=True)
class Growth:
    """What was seen of one process: megabytes idle, at most, at the end, and after a start with the same state; the highest value of each gauge; every look."""

    process: str
    idle_megabytes: float = 0.0
    most_megabytes: float = 0.0
    end_megabytes: float = 0.0
    state_megabytes: float = 0.0
    seconds: float = 0.0
    gauges: dict[str, float] = field(default_factory=dict)
    looks: list[tuple[float, float]] = field(default_factory=list)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=600, help="for the worker, at most")
    parser.add_argument("--json", type=Path, default=None, help="write the figures there too")
    parser.add_argument("--only", default="worker,sink")
    options = parser.parse_args()
    from khabar import stack

    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="khabar-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ["KHABAR_HOME"] = str(home)
        addresses = stack.start(home, elasticsearch=False, usual_ports=False)
        brokers = str(addresses.brokers)
        os.environ["KHABAR_BROKERS"] = brokers
        try:
            _khabar("topics", "create", "--partitions", str(PARTITIONS))
            grown = []
            if "worker" in options.only:
                grown.append(worker(brokers, options.articles, options.seconds))
            if "sink" in options.only:
                grown.append(sink(brokers, options.articles, fill="worker" not in options.only))
        finally:
            stack.stop(home)
    show(grown)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps([asdict(one) for one in grown]) + "\n", encoding="utf-8")


def worker(brokers: str, count: int, seconds: float) -> Growth:
    """One worker from before the burst until all is applied; then started again, to see how much of its size is its state."""
    process = _started("process", "--metrics-port", str(WORKER_PORT))
    growth = Growth(process=f"worker, burst of {count:,} articles")
    with _ended(process):
        _wait(lambda: "khabar_table_rows{" in "\n".join(_scrape(WORKER_PORT)), 90)
        time.sleep(2)
        growth.idle_megabytes = _resident(process.pid)
        started = time.monotonic()
        rate = publish(brokers, articles(count))
        print(f"published {count:,} articles, {rate:,.0f} a second", file=sys.stderr)
        _watch(growth, process.pid, WORKER_PORT, WATCHED["worker"], started, seconds, lambda: _lag(WORKER_PORT) == 0)
    process = _started("process", "--metrics-port", str(WORKER_PORT))
    with _ended(process):
        _wait(
            lambda: sum(line.startswith("khabar_table_rows{") for line in _scrape(WORKER_PORT)) == 4 * PARTITIONS, 120
        )
        time.sleep(5)
        growth.state_megabytes = _resident(process.pid)
    return growth


def sink(brokers: str, count: int, *, fill: bool) -> Growth:
    """A sink with a slow writer over what the worker wrote (or made-up results), for a minute."""
    if fill:
        publish_results(brokers, count)
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=slow_sink, args=(brokers,), daemon=True)
    growth = Growth(process=f"sink, {SLOW_SECONDS:g} s a batch")
    started = time.monotonic()
    process.start()
    assert process.pid is not None
    try:
        _wait(lambda: bool(_scrape(SINK_PORT)), 60)
        growth.idle_megabytes = _resident(process.pid)
        _watch(growth, process.pid, SINK_PORT, WATCHED["sink"], started, 60, lambda: False)
    finally:
        process.terminate()
        process.join(30)
    return growth


def slow_sink(brokers: str) -> None:
    """In a process of its own: the real consumer loop, and a writer that takes its time."""
    import threading

    from prometheus_client import CollectorRegistry

    from khabar.metrics import SinkMetrics, served
    from khabar.settings import Settings
    from sinks.consumer import Sink
    from sinks.writer import Batch, Settled

    class SlowWriter:
        name = "slow"
        concurrency = 2

        def prepare(self) -> None: ...

        def offsets(self) -> Mapping[tuple[str, int], int] | None:
            return None

        def destination(self, topic: Topic) -> str:
            return topic.value

        def write(self, batch: Batch) -> Settled:
            time.sleep(SLOW_SECONDS)
            return Settled(written={"article": len(batch.records)})

        def close(self) -> None: ...

    registry = CollectorRegistry()
    with served(registry, port=SINK_PORT, host="127.0.0.1"):
        Sink(
            Settings(brokers=brokers, home=Path()),
            SlowWriter(),
            metrics=SinkMetrics.create(registry),
            stop=threading.Event(),
            abandon=threading.Event(),
        ).run()


def articles(count: int) -> Iterator[tuple[str, bytes]]:
    """Made-up articles, about a kilobyte each; one in ten repeats most of the one before it."""
    rng = random.Random(7)
    words = ["".join(rng.choices("ابتجحدرسصعفقكلمنهوي", k=rng.randint(3, 8))) for _ in range(5_000)]
    text: list[str] = []
    for number in range(count):
        text = [*text[:70], *rng.choices(words, k=10)] if number % 10 == 9 else rng.choices(words, k=80)
        yield article(number, text, START + timedelta(seconds=number))


def article(number: int, words: Sequence[str], when: datetime, *, lede: str = "") -> tuple[str, bytes]:
    """The id and the bytes of an article of these words, behind `lede`, in sentences of 16."""
    source, title = f"outlet-{number % 50}.example", " ".join(words[:8])
    body = lede + ". ".join(" ".join(words[start : start + 16]) for start in range(0, len(words), 16)) + "."
    url = f"https://{source}/{number}"
    identifier = article_id(
        source=source, external_id=None, url=url,
        event_time=event_time(published_at=when, fetched_at=when), title=title, text=body, html=None,
        language="ar", byline=None, section=None, utc_offset_minutes=None,
    )  # fmt: skip
    made = Article(
        id=identifier, source=source, url=url, title=title, text=body, language="ar", published_at=when, fetched_at=when
    )
    return identifier, encode(made)


def publish(brokers: str, messages: Iterator[tuple[str, bytes]]) -> float:
    """At full speed; returns messages a second."""
    from confluent_kafka import Producer

    from khabar.kafka import producer_config
    from khabar.settings import Settings

    client = Producer(producer_config(Settings(brokers=brokers, home=Path())))
    ready = list(messages)
    started = time.monotonic()
    for key, value in ready:
        while True:
            try:
                client.produce(Topic.ARTICLES.value, value, key)
                break
            except BufferError:
                client.poll(0.05)
    client.flush()
    return len(ready) / (time.monotonic() - started)


def publish_results(brokers: str, count: int) -> None:
    """Resolved articles without the stages, for a run of the sink alone."""
    from confluent_kafka import Producer

    from khabar.kafka import producer_config
    from khabar.settings import Settings
    from khabar.topics import topic_name

    client = Producer(producer_config(Settings(brokers=brokers, home=Path())))
    for key, value in articles(count):
        while True:
            try:
                client.produce(topic_name(Topic.RESOLVED_ARTICLES, 1), value, key)
                break
            except BufferError:
                client.poll(0.05)
    client.flush()


def _watch(
    growth: Growth,
    pid: int,
    port: int,
    gauges: Sequence[str],
    started: float,
    seconds: float,
    done: Callable[[], bool],
) -> None:
    quiet = 0
    while time.monotonic() - started < seconds and quiet < 6:
        resident = _resident(pid)
        growth.looks.append((round(time.monotonic() - started, 1), resident))
        growth.most_megabytes = max(growth.most_megabytes, resident)
        lines = _scrape(port)
        for gauge in gauges:
            values = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{gauge}{{", f"{gauge} "))]
            growth.gauges[gauge] = max(growth.gauges.get(gauge, 0.0), sum(values))
        quiet = quiet + 1 if done() and growth.looks[-1][0] > 10 else 0
        time.sleep(LOOK_SECONDS)
    growth.end_megabytes, growth.seconds = _resident(pid), round(time.monotonic() - started, 1)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _scrape(port: int) -> list[str]:
    with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=90) as answer:
        return str(answer.read().decode()).splitlines()
    return []


def _lag(port: int) -> float:
    values = [
        float(line.rsplit(" ", 1)[1])
        for line in _scrape(port)
        if line.startswith(("khabar_consumer_lag_messages{", "khabar_worker_waiting_messages{"))
    ]
    return sum(values) if values else 1.0


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "khabar", *arguments])


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _khabar(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "khabar", *arguments], check=True, capture_output=True)


def _wait(until: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            sys.exit(f"benchmarks.backpressure: waited {seconds} s in vain")
        time.sleep(0.2)


def show(grown: Sequence[Growth]) -> None:
    """The table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("process", "idle MB", "most MB", "end MB", "started again MB", "seconds", "highest gauges", box=None)
    for one in grown:
        gauges: list[Any] = [
            f"{name.removeprefix('khabar_')} {value / MEGABYTE:,.1f} MB"
            if name.endswith("_bytes")
            else f"{name.removeprefix('khabar_')} {value:,.0f}"
            for name, value in one.gauges.items()
        ]
        table.add_row(
            one.process,
            f"{one.idle_megabytes:,.0f}",
            f"{one.most_megabytes:,.0f}",
            f"{one.end_megabytes:,.0f}",
            f"{one.state_megabytes:,.0f}" if one.state_megabytes else "",
            f"{one.seconds:,.0f}",
            "\n".join(gauges),
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
