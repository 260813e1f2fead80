"""Workers, their partitions and what befalls them: deaths between any two operations, sleep, rebalances, in one process.

Everything is decided by one seed. The stages are the real ones; so is the code that says which records count.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from khabar.partitioning import partition_for
from khabar.records import ResolvedArticle
from khabar.topics import Topic
from processors.aggregation import Aggregation
from processors.deduplication import Deduplication
from processors.extraction import Extraction
from processors.fingerprints import fingerprint_texts
from processors.resolution import Resolution
from processors.stage import Message, Stage, State, Step
from sinks import documents
from tests.simulation import stories
from tests.simulation.broker import Broker, Partition
from tests.simulation.broker import Lane as Place
from tests.simulation.lanes import MARKER, Died, Lane, Law, Letter
from tests.simulation.stories import CountKey, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How likely each is at every operation, and how many there are at most."""

    death: float = 0.0
    sleep: float = 0.0
    rebalance: float = 0.0
    compaction: float = 0.0
    at_most: int = 60


NONE = Faults()
MANY = Faults(death=0.02, sleep=0.006, rebalance=0.02, compaction=0.01)


class Fragile:
    """A stage with a bug: it raises where a message holds one of `words`, until it is mended."""

    def __init__(self, stage: Stage[Any], words: Sequence[bytes]) -> None:
        self._stage, self._words = stage, words
        self.broken = bool(words)

    @property
    def name(self) -> str:
        return self._stage.name

    @property
    def source(self) -> Topic:
        return self._stage.source

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> Any:
        return self._stage.load(rows)

    def absorb(self, memory: Any, writes: Mapping[bytes, bytes | None]) -> Any:
        return self._stage.absorb(memory, writes)

    def step(self, state: State[Any], partition: int, messages: Sequence[Message]) -> Step:
        if self.broken and any(word in message.value for message in messages for word in self._words):
            raise ValueError("a bug")
        return self._stage.step(state, partition, messages)


@dataclass(slots=True, kw_only=True, eq=False)
class Process:
    """One worker process. `asleep`: frozen, its partitions are given to others after the session timeout."""

    name: str
    lanes: dict[Place, Lane] = field(default_factory=dict)
    asleep: bool = False


class Index:
    """What a sink writes to: documents with their revision as external version."""

    def __init__(self) -> None:
        self.articles: dict[str, ResolvedArticle] = {}
        self.counts: dict[str, tuple[int, CountKey, int, int]] = {}

    def put(self, record: documents.Record) -> None:
        if isinstance(record, ResolvedArticle):
            standing = self.articles.get(record.id)
            if standing is None or record.revision >= standing.revision:
                self.articles[record.id] = record
            return
        for count in documents.flatten(record):
            known = self.counts.get(documents.count_id(count))
            if known is None or count.revision >= known[0]:
                key = (count.actor, count.hour, count.type, count.role)
                self.counts[documents.count_id(count)] = (count.revision, key, count.articles, count.events)


class World:
    """Runs until everything published is applied. `arrivals` come one after another, `bad` (no articles at all) among them."""

    def __init__(
        self,
        *,
        arrivals: Sequence[Told],
        partitions: int,
        window_hours: int,
        lateness_hours: int,
        seed: int,
        faults: Faults = NONE,
        processes: int = 3,
        law: Law = Law(),  # noqa: B008 - immutable
        bad: Sequence[bytes] = (),
        fragile: Sequence[bytes] = (),
    ) -> None:
        self._rng = random.Random(seed)
        self._partitions, self._faults, self._law = partitions, faults, law
        self.broker = Broker(edges_apart=not law.edges_with_findings)
        self.letters: list[Letter] = []
        self.index = Index()
        self.happened: dict[str, int] = dict.fromkeys(("death", "sleep", "rebalance", "compaction", "left"), 0)
        coder = stories.coder()
        stages: tuple[Stage[Any], ...] = (
            Extraction(coder=coder, fingerprint=fingerprint_texts, partitions=partitions),
            Deduplication(partitions=partitions, window_hours=window_hours, lateness_hours=lateness_hours),
            Resolution(states=coder.states, partitions=partitions),
            Aggregation(partitions=partitions),
        )
        self.stages = [Fragile(stage, fragile) for stage in stages]
        self._places = {(stage.name, p): (stage, p) for stage in self.stages for p in range(partitions)}
        self._generations = 0
        self._processes = [self._process(number) for number in range(processes)]
        self._owners: dict[Place, Process] = {}
        self.applied = dict.fromkeys(self._places, -1)
        self.takebacks = 0
        self._sink_offsets = {
            (topic, p): 0 for topic in (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS) for p in range(partitions)
        }
        self._waiting = [(told.article.id.encode(), stories.value_of(told)) for told in arrivals]
        for value in bad:
            self._waiting.insert(self._rng.randint(0, len(self._waiting)), (b"%d" % len(value), value))
        self._waiting.reverse()
        self._retried: set[tuple[Topic, int, int]] = set()

    # What may happen

    def run(self) -> None:
        """Until nothing is left to do. Raises Torn where a recovered state is not complete."""
        while self.act():
            pass

    def act(self) -> bool:
        """One operation of somebody, or one fault; False where nothing is left to do."""
        rng = self._rng
        if sum(self.happened.values()) < self._faults.at_most:
            for fault in (self.death, self.sleep, self.rebalance, self.compaction):
                if rng.random() < getattr(self._faults, fault.__name__):
                    fault()
                    break
        working = [place for place in self._places if self._has_work(place)]
        unread = [place for place, offset in self._sink_offsets.items() if self.broker.end(*place) > offset]
        choices: list[tuple[Callable[[], None], int]] = []
        if self._waiting:
            choices.append((self.publish, 2))
        if working:
            choices.append((lambda: self.work(working), 8))
        if unread:
            choices.append((lambda: self.sink(unread), 2))
        if choices:
            acts, weights = zip(*choices, strict=True)
            rng.choices(acts, weights=weights)[0]()
            return True
        return self.mend() or self.wake_all()

    def _has_work(self, place: Place) -> bool:
        stage, partition = self._places[place]
        lane = self._owners[place].lanes.get(place) if place in self._owners else None
        return (lane is not None and lane.busy) or self.broker.end(stage.source, partition) > self.applied[place] + 1

    def publish(self) -> None:
        """The next article reaches the broker."""
        key, value = self._waiting.pop()
        self.broker.publish(Topic.ARTICLES, partition_for(key.decode(), self._partitions), key, value)

    def work(self, working: Sequence[Place]) -> None:
        """The next operation of a lane that has work, or of one that somebody woke up with and no longer owns."""
        zombies = [
            (process, place)
            for process in self._processes
            if not process.asleep
            for place, lane in process.lanes.items()
            if lane.busy and self._owners.get(place) is not process
        ]
        if zombies and self._rng.random() < 0.3:
            process, place = self._rng.choice(zombies)
        else:
            place = self._rng.choice(working)
            process = self._owner(place)
        self._advance(process, place)

    def _owner(self, place: Place) -> Process:
        owner = self._owners.get(place)
        if owner is None or owner.asleep:
            owner = self._rng.choice([process for process in self._processes if not process.asleep])
            # what it had of this partition before is no longer good
            owner.lanes.pop(place, None)
            self._owners[place] = owner
        return owner

    def _advance(self, process: Process, place: Place) -> None:
        stage, partition = self._places[place]
        try:
            lane = process.lanes.get(place)
            if lane is None:
                lane = process.lanes[place] = Lane(
                    stage=stage, partition=partition, broker=self.broker, letters=self.letters, law=self._law,
                    writer=process.name, rng=self._rng,
                )  # fmt: skip
            before = lane.takebacks
            lane.advance()
        except Died:
            self.happened["left"] += 1
            self._end(process)
            return
        if self._owners.get(place) is process:
            self.applied[place] = lane.applied
            self.takebacks += lane.takebacks - before

    def sink(self, unread: Sequence[Partition]) -> None:
        """Write what one of these topics has next; at times the process dies before it commits."""
        place = self._rng.choice(unread)
        start = self._sink_offsets[place]
        messages = self.broker.topics[place][start : start + self._rng.randint(1, 6)]
        for message in messages:
            given = documents.Message(
                topic=place[0].value, partition=place[1], offset=message.offset, key=message.key, value=message.value
            )
            self.index.put(documents.read(given, place[0]))
        if self._rng.random() < 0.8 or self._faults is NONE:
            self._sink_offsets[place] = start + len(messages)

    # What may go wrong

    def death(self) -> None:
        """A process is killed, and started again at once with nothing."""
        self.happened["death"] += 1
        self._end(self._rng.choice(self._processes))

    def sleep(self) -> None:
        """A process is frozen for longer than its session; or one that was wakes up, in the middle of what it did."""
        sleeping = [process for process in self._processes if process.asleep]
        awake = [process for process in self._processes if not process.asleep]
        self.happened["sleep"] += 1
        if sleeping and (len(awake) < 2 or self._rng.random() < 0.5):
            self._wake(self._rng.choice(sleeping))
        elif len(awake) > 1:
            self._rng.choice(awake).asleep = True

    def rebalance(self) -> None:
        """A partition goes to another process, once its owner has finished the batch in hand."""
        self.happened["rebalance"] += 1
        place = self._rng.choice(list(self._places))
        owner = self._owners.pop(place, None)
        if owner is None or owner.asleep:
            return
        self._owners[place] = owner
        lane = owner.lanes.get(place)
        while lane is not None and lane.busy and owner.lanes.get(place) is lane:
            self._advance(owner, place)
        self._owners.pop(place, None)
        owner.lanes.pop(place, None)

    def compaction(self) -> None:
        """Old records of a changelog go, but for the last batch: an owner that finds records of others behind its own starts again
        within the time for which Kafka leaves young records alone.
        """
        self.happened["compaction"] += 1
        place = self._rng.choice(list(self._places))
        changelog = self.broker.changelogs[place]
        owner = self._owners.get(place)
        lane = None if owner is None or owner.asleep else owner.lanes.get(place)
        markers = [record.offset for record in changelog.records if record.key == MARKER]
        if lane is not None and lane.is_alone and markers:
            changelog.compact(self._rng.choice(markers) if self._rng.random() < 0.5 else markers[-1])

    def mend(self) -> bool:
        """The bug is found: stages work, and all dead letters that it made are sent again."""
        if not any(stage.broken for stage in self.stages):
            return False
        for stage in self.stages:
            stage.broken = False
        for letter in self.letters:
            place = (letter.topic, letter.partition, letter.offset)
            if letter.error == "stage_raised" and place not in self._retried:
                self._retried.add(place)
                self.broker.publish(letter.topic, letter.partition, letter.key, letter.value)
        return True

    def wake_all(self) -> bool:
        """Whoever is frozen wakes up at last; what it then does must change nothing."""
        sleeping = [process for process in self._processes if process.asleep]
        for process in sleeping:
            self._wake(process)
        busy = [
            (process, place)
            for process in self._processes
            for place, lane in process.lanes.items()
            if lane.busy and self._owners.get(place) is not process
        ]
        if busy:
            self._advance(*self._rng.choice(busy))
        return bool(sleeping or busy)

    def _wake(self, process: Process) -> None:
        process.asleep = False
        for lane in process.lanes.values():
            lane.slept = True

    def _end(self, process: Process) -> None:
        self._processes[self._processes.index(process)] = self._process(self._processes.index(process))
        self._owners = {place: owner for place, owner in self._owners.items() if owner is not process}
        process.lanes.clear()

    def _process(self, number: int) -> Process:
        self._generations += 1
        return Process(name=f"worker-{number}-{self._generations}")

    # What came out

    def copies(self) -> dict[str, str | None]:
        """`copy_of` by id, as the index has it."""
        return {article.id: article.copy_of for article in self.index.articles.values()}

    def counts(self) -> dict[CountKey, tuple[int, int]]:
        """Articles and events by actor, hour, type and role, as the index has them; lines that were taken back left out."""
        return {
            key: (articles, events) for _, key, articles, events in self.index.counts.values() if articles or events
        }

    def rows(self, stage: str) -> int:
        """Rows that a stage keeps, in all partitions and processes."""
        places = [place for place in self._owners if place[0] == stage]
        return sum(self._owners[place].lanes[place].row_count for place in places if place in self._owners[place].lanes)
