"""How many articles a second: each stage, both engines, the sink and the producer, each beside its bare counterpart.

    python -m benchmarks.pipeline [--articles 5000] [--corpus FILE.jsonl[.xz]] [--json FILE] [--only stages,engines,…]

Starts a real Kafka and a real Elasticsearch of its own (`khabar.stack`) and stops them. The corpus is
../shared/corpus/ant.jsonl.xz unless another is named.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
import orjson

from khabar.topics import Topic, topic_name
from producers.articles import Accepted
from producers.articles import rules as rules_for
from producers.files import read

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "ant.jsonl.xz"
PARTITIONS = 4
WARM_UP = 100
PRODUCER_ARTICLES = 30_000
PRODUCER_GENERATION = 999
PARTS = ("stages", "local", "faust", "sink", "producer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: `rate` in `unit` a second."""

    part: str
    name: str
    rate: float
    unit: str = "articles"
    ratio: float | None = None
    against: str = ""
    rounds: tuple[float, ...] = ()
    """The rates of all rounds, where there were several: `rate` is their median, `ratio` the median of the rounds' ratios."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The same articles in the forms that the parts need."""

    file: Path
    accepted: list[Accepted]
    messages: list[tuple[str, bytes]]
    refused: int


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--json", type=Path, default=None, help="write the figures there too")
    parser.add_argument("--only", default=",".join(PARTS), help=f"comma-separated, of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=3, help="of the engines, which take turns; the medians count")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: at least one")
    if not options.corpus.exists():
        sys.exit(f"benchmarks.pipeline: there is no corpus at {options.corpus}; name one with --corpus FILE.jsonl")
    wanted = set(options.only.split(","))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="khabar-bench-") as folder:
        Path(folder).chmod(0o755)
        data = load(options.corpus, options.articles, Path(folder))
        print(
            f"{len(data.messages)} articles, {data.refused} refused, {platform.python_version()}, {os.cpu_count()} cores"
        )
        if "stages" in wanted:
            rows += stages_alone(data)
        if "local" in wanted:
            rows += local_engine(data, Path(folder))
        if wanted & {"faust", "sink", "producer"}:
            rows += on_servers(options.corpus, data, Path(folder), wanted, options.rounds)
    show(rows)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps([_plain(row) for row in rows], indent=1) + "\n", encoding="utf-8")


def load(corpus: Path, count: int, folder: Path) -> Input:
    """The first `count` articles of the corpus, as a file of lines and as encoded messages."""
    opener: Callable[..., Any] = open
    if corpus.suffix == ".xz":
        import lzma

        opener = lzma.open
    file = folder / "articles.jsonl"
    with opener(corpus, "rb") as source, file.open("wb") as target:
        target.writelines(itertools.islice(source, count))
    rules = rules_for(source=None, language=None, fields={})
    found = list(read([str(file)], rules=rules, clock=lambda: datetime.now(UTC), progress=lambda _: None))
    accepted = list({item.article.id: item for item in found if isinstance(item, Accepted)}.values())
    return Input(
        file=file,
        accepted=accepted,
        messages=[(item.article.id, item.value) for item in accepted],
        refused=len(found) - len(accepted),
    )


# ---- (a) each stage alone ----


def stages_alone(data: Input) -> list[Row]:
    """Every stage over all its messages, one partition, rows in a dict; no broker, no encoding but its own."""
    from processors.extraction.coding import load_coder
    from processors.pipeline import build, warm_up
    from processors.stage import Message, Output, State

    warm_up()
    pipeline = build(coder=load_coder(), partitions=1, window_hours=72, lateness_hours=168)
    topics: defaultdict[Topic, list[Message]] = defaultdict(list)
    rows: list[Row] = []
    warm = [Message(offset=0, value=value) for _, value in data.messages[:1]]
    pipeline.extraction.step(State(row=lambda _: None, memory=None), 0, warm)
    for key, value in data.messages:
        topics[Topic.ARTICLES].append(Message(offset=len(topics[Topic.ARTICLES]), key=key.encode(), value=value))
    for stage in pipeline.stages:
        table: dict[bytes, bytes] = {}
        memory = stage.load([])
        source, size = topics[stage.source], 200 if stage.source is Topic.ARTICLES else 4
        outputs: list[Output] = []
        started = time.perf_counter()
        for start in range(0, len(source), size):
            step = stage.step(State(row=table.get, memory=memory), 0, source[start : start + size])
            for written, content in step.writes.items():
                if content is None:
                    table.pop(written, None)
                else:
                    table[written] = content
            memory = stage.absorb(memory, step.writes)
            outputs += step.outputs
        seconds = time.perf_counter() - started
        rows.append(Row(part="stages", name=stage.name, rate=len(data.messages) / seconds))
        for output in outputs:
            log = topics[output.topic]
            log.append(Message(offset=len(log), key=output.key, value=output.value))
    together = 1 / sum(1 / row.rate for row in rows)
    return [*rows, Row(part="stages", name="all four, one after another", rate=together)]


# ---- (b) the local engine ----


def local_engine(data: Input, folder: Path) -> list[Row]:
    """The engine with tables in memory; and `khabar batch` as users run it, file to SQLite."""
    answer = _khabar("batch", str(data.file), "--store", str(folder / "batch.db"), "--json", ok=(0, 5))
    batch = orjson.loads(answer)["articles_per_second"]
    return [
        Row(part="local", name="local engine, tables in memory", rate=in_memory(data)),
        Row(part="local", name="khabar batch, file to SQLite", rate=batch),
    ]


def in_memory(data: Input) -> float:
    """Articles a second of the local engine with tables in memory."""
    from processors.extraction.coding import load_coder
    from processors.local_engine import LocalEngine, MemoryTables
    from processors.pipeline import build

    pipeline = build(coder=load_coder(), partitions=1, window_hours=72, lateness_hours=168)
    engine = LocalEngine(stages=pipeline.stages, partitions=1, tables=MemoryTables(), clock=lambda: datetime.now(UTC))
    engine.process(data.messages[:1])
    started = time.perf_counter()
    for start in range(0, len(data.messages), 500):
        engine.process(data.messages[start : start + 500])
    return len(data.messages) / (time.perf_counter() - started)


# ---- (c), (d), (e): on real servers ----


def on_servers(corpus: Path, data: Input, folder: Path, wanted: set[str], rounds: int) -> list[Row]:
    """Faust with one and with two workers, the sink, the producer."""
    from khabar import stack

    home = folder / "home"
    home.mkdir()
    os.environ["KHABAR_HOME"] = str(home)
    addresses = stack.start(home, kafka=True, elasticsearch="sink" in wanted)
    try:
        rows: list[Row] = []
        if "faust" in wanted:
            rows += engines(data, str(addresses.brokers), rounds)
        elif "sink" in wanted:
            faust(data, str(addresses.brokers), generation=1, workers=1)
        if "sink" in wanted:
            rows += sink(str(addresses.brokers), str(addresses.elasticsearch), generation=1)
        if "producer" in wanted:
            rows += producer(corpus, str(addresses.brokers), folder)
        return rows
    finally:
        stack.stop(home)


def engines(data: Input, brokers: str, rounds: int) -> list[Row]:
    """The local engine, one worker and two, in turns: what drifts on the machine meanwhile meets all three."""
    local, one, two = [], [], []
    for n in range(rounds):
        local.append(in_memory(data))
        one.append(faust(data, brokers, generation=2 * n + 1, workers=1))
        two.append(faust(data, brokers, generation=2 * n + 2, workers=2))
    return [
        _of_rounds("local engine, tables in memory", local),
        _of_rounds("one worker", one, "local engine", local),
        _of_rounds("two workers", two, "one worker", one),
    ]


def _of_rounds(name: str, rates: Sequence[float], against: str = "", other: Sequence[float] = ()) -> Row:
    ratio = statistics.median(a / b for a, b in zip(rates, other, strict=True)) if other else None
    return Row(
        part="faust",
        name=name,
        rate=statistics.median(rates),
        ratio=ratio,
        against=against,
        rounds=tuple(round(rate, 1) for rate in rates),
    )


def faust(data: Input, brokers: str, *, generation: int, workers: int) -> float:
    """Articles a second from the first one published until every stage has applied all."""
    _remake_topics(brokers, generation)
    ports = [19600 + generation * 10 + n for n in range(workers)]
    processes = [_worker(generation, port) for port in ports]
    try:
        _publish(brokers, data.messages[:WARM_UP])
        _wait(lambda: _applied(generation) and all(_owned(port) == PARTITIONS // workers for port in ports), 120)
        started = time.perf_counter()
        _publish(brokers, data.messages[WARM_UP:])
        finished = _last_batch(generation, ports)
        return (len(data.messages) - WARM_UP) / (finished - started)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _last_batch(generation: int, ports: Sequence[int]) -> float:
    """When the last batch of any stage was applied, seen to half a second; asked for until nothing lags."""
    batches, changed = 0, time.perf_counter()
    deadline = changed + 900
    while time.perf_counter() < deadline:
        time.sleep(0.5)
        seen = sum(map(_batches, ports))
        if seen != batches:
            batches, changed = seen, time.perf_counter()
        elif time.perf_counter() - changed > 3 and _applied(generation):
            return changed
    sys.exit("benchmarks.pipeline: the workers did not finish in 900 s")


def _remake_topics(brokers: str, generation: int) -> None:
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": brokers})
    existing = admin.list_topics(timeout=10).topics
    doomed: list[str] = [topic.value for topic in (Topic.ARTICLES, Topic.DEAD_LETTERS) if topic.value in existing]
    if doomed:
        for future in admin.delete_topics(doomed).values():
            future.result()
        time.sleep(2)
    _khabar("topics", "create", "--partitions", str(PARTITIONS), "--generation", str(generation))


def _worker(generation: int, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "khabar", "process", "--generation", str(generation), "--metrics-port", str(port)]
    )


def _publish(brokers: str, messages: Sequence[tuple[str, bytes]]) -> None:
    _bare_producer(brokers, messages)


def _scrape(port: int) -> list[str]:
    with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return str(answer.read().decode()).splitlines()
    return []


def _batches(port: int) -> int:
    prefix = "khabar_stage_batch_messages_count{"
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in _scrape(port) if line.startswith(prefix)))


def _owned(port: int) -> int:
    return sum(line.startswith("khabar_table_rows{") and 'stage="extraction"' in line for line in _scrape(port))


def _applied(generation: int) -> bool:
    answer = orjson.loads(_khabar("status", "--generation", str(generation), "--json"))
    return all(f["lag"] == 0 for f in answer["followers"] if not f["name"].startswith("sink"))


def sink(brokers: str, elasticsearch: str, *, generation: int) -> list[Row]:
    """Documents a second of the Elasticsearch sink, reading Kafka, beside `elasticsearch.helpers.bulk` of the same documents
    from memory, into an index of the same mapping. The bulk runs before and after, the mean counts.
    """
    from khabar.codec import decode
    from khabar.records import ActorHour
    from sinks.documents import count_id, flatten

    articles = dict(_read(brokers, topic_name(Topic.RESOLVED_ARTICLES, generation)))
    hours = dict(_read(brokers, topic_name(Topic.ACTOR_COUNTS, generation)))
    documents = [(key.decode(), orjson.loads(value)) for key, value in articles.items()]
    for value in hours.values():
        documents += [
            (count_id(count), orjson.loads(orjson.dumps(msgspec.to_builtins(count))))
            for count in flatten(decode(value, ActorHour))
        ]
    before = _bare_bulk(elasticsearch, "bench-before", documents)
    written, seconds = _run_sink(brokers, elasticsearch, generation)
    after = _bare_bulk(elasticsearch, "bench-after", documents)
    bare = (before + after) / 2
    rate = written / seconds
    return [
        Row(
            part="sink",
            name="khabar sink elasticsearch, from Kafka",
            rate=rate,
            unit="documents",
            ratio=rate / bare,
            against="bare bulk",
        ),
        Row(part="sink", name="elasticsearch.helpers.bulk, from memory", rate=bare, unit="documents"),
    ]


def _run_sink(brokers: str, elasticsearch: str, generation: int) -> tuple[int, float]:
    """Documents written and seconds until the last was settled, from the start of the consumer."""
    from prometheus_client import CollectorRegistry

    from khabar.metrics import SinkMetrics
    from khabar.settings import Settings
    from sinks.consumer import Sink
    from sinks.elasticsearch import ElasticsearchWriter

    settings = Settings(brokers=brokers, elasticsearch=elasticsearch, generation=generation, home=Path())
    registry, stop, abandon = CollectorRegistry(), threading.Event(), threading.Event()
    metrics = SinkMetrics.create(registry)
    writer = ElasticsearchWriter(settings, abandon=abandon, retried=lambda _: None)
    runner = Sink(settings, writer, metrics=metrics, stop=stop, abandon=abandon, until_idle_seconds=3)
    last = [time.perf_counter(), 0.0]

    def watch() -> None:
        while not stop.wait(0.05):
            samples = [x for metric in registry.collect() for x in metric.samples]
            settled = sum(x.value for x in samples if x.name == "khabar_sink_documents_total")
            if settled != last[1]:
                last[:] = time.perf_counter(), settled

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    totals = runner.run()
    stop.set()
    watcher.join()
    return sum(totals.written.values()), last[0] - started


def _bare_bulk(elasticsearch: str, index: str, documents: Sequence[tuple[str, Any]]) -> float:
    """Documents a second. The mappings are those of the sink's templates."""
    from elasticsearch import Elasticsearch
    from elasticsearch.helpers import bulk

    from sinks.elasticsearch import index_template

    client = Elasticsearch(elasticsearch, request_timeout=120)
    names = {}
    for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS):
        names[topic] = f"{index}-{topic}"
        template = index_template(topic, 1, "standard")["template"]
        client.indices.create(index=names[topic], mappings=template["mappings"], settings=template.get("settings"))
    actions = [
        {
            "_index": names[Topic.RESOLVED_ARTICLES if "text" in source else Topic.ACTOR_COUNTS],
            "_id": identifier,
            "_source": source,
            "version": source["revision"],
            "version_type": "external_gte",
        }
        for identifier, source in documents
    ]
    started = time.perf_counter()
    bulk(client, actions, chunk_size=1_000, max_chunk_bytes=5 * 1024 * 1024)
    return len(documents) / (time.perf_counter() - started)


def _read(brokers: str, topic: str) -> Iterator[tuple[bytes, bytes]]:
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "bench", "enable.partition.eof": True})
    consumer.assign([TopicPartition(topic, p, 0) for p in range(PARTITIONS)])
    ended: set[int] = set()
    try:
        while len(ended) < PARTITIONS:
            for message in consumer.consume(1000, timeout=1):
                if message.error() is not None:
                    ended.add(message.partition() or 0)
                else:
                    yield message.key() or b"", message.value() or b""
    finally:
        consumer.close()


def producer(corpus: Path, brokers: str, folder: Path) -> list[Row]:
    """The publisher beside bare confluent-kafka with the same settings and the same encoded articles; and the whole command."""
    from khabar.settings import Settings
    from producers.publisher import Publisher, Tally, publish

    data = load(corpus, PRODUCER_ARTICLES, folder)
    _remake_topics(brokers, PRODUCER_GENERATION)
    _bare_producer(brokers, data.messages[:WARM_UP])

    def bare() -> float:
        started = time.perf_counter()
        _bare_producer(brokers, data.messages)
        return len(data.messages) / (time.perf_counter() - started)

    before = bare()
    tally = Tally()
    rules = rules_for(source=None, language=None, fields={})
    outlet = Publisher(Settings(brokers=brokers, home=Path()), tally, rules=rules, clock=lambda: datetime.now(UTC))
    started = time.perf_counter()
    publish(data.accepted, outlet, tally, seconds=time.monotonic)
    outlet.drain(lambda: True)
    ours = len(data.messages) / (time.perf_counter() - started)
    mean = (before + bare()) / 2
    answer = _khabar("publish", "files", str(data.file), "--json", ok=(0, 5))
    command = float(orjson.loads(answer)["articles_per_second"])
    return [
        Row(
            part="producer",
            name="publisher, articles in memory",
            rate=ours,
            ratio=ours / mean,
            against="bare confluent-kafka",
        ),
        Row(
            part="producer",
            name="khabar publish files, JSONL to confirmed",
            rate=command,
            ratio=command / mean,
            against="bare confluent-kafka",
        ),
        Row(part="producer", name="bare confluent-kafka, encoded articles in memory", rate=mean),
    ]


def _bare_producer(brokers: str, messages: Sequence[tuple[str, bytes]]) -> None:
    from confluent_kafka import Producer

    from khabar.kafka import producer_config
    from khabar.settings import Settings

    client = Producer(producer_config(Settings(brokers=brokers, home=Path())))
    for key, value in messages:
        while True:
            try:
                client.produce(Topic.ARTICLES, value, key)
                break
            except BufferError:
                client.poll(0.05)
    client.flush()


def _khabar(*arguments: str, ok: tuple[int, ...] = (0,)) -> bytes:
    done = subprocess.run([sys.executable, "-m", "khabar", *arguments], capture_output=True, check=False)
    if done.returncode not in ok:
        sys.exit(f"khabar {' '.join(arguments)} gave {done.returncode}:\n{(done.stdout + done.stderr).decode()}")
    return done.stdout


def _wait(until: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            sys.exit(f"benchmarks.pipeline: waited {seconds} s in vain")
        time.sleep(0.2)


def show(rows: Sequence[Row]) -> None:
    """The table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("part", "what", "rate/s", "of", "ratio", "against", "rounds", box=None)
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(
            row.part,
            row.name,
            f"{row.rate:,.0f}",
            row.unit,
            ratio,
            row.against if ratio else "",
            " ".join(f"{x:,.0f}" for x in row.rounds),
        )
    Console(width=110).print(table)


def _plain(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("part", "name", "rate", "unit", "ratio", "against", "rounds")}


if __name__ == "__main__":
    main()
