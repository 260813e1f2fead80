"""A broker, tables and crashes in one deterministic process, running the real deduplication, resolution and aggregation.

Only extraction is light: an article is a word of text, a time and an actor, so the oracle can be computed by other code.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from khabar.codec import decode
from khabar.partitioning import partition_for
from khabar.records import (
    ActorHour,
    ExtractedArticle,
    FindingsEnvelope,
    FingerprintsEnvelope,
    Mention,
    MentionedActor,
    ResolvedArticle,
)
from khabar.topics import Topic
from processors.aggregation import Aggregation
from processors.deduplication import Deduplication
from processors.envelopes import pack
from processors.fingerprints import fingerprint_texts, key_partitions
from processors.resolution import Resolution, hour_of
from processors.stage import Message, Output, Stage, State, Step

EPOCH = 1_900_000_000
HOUR = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article: `text` is the same for copies."""

    number: int
    text: str
    time: int
    actor: str

    @property
    def id(self) -> str:
        return sha256(b"%d" % self.number).hexdigest()[:32]

    @property
    def when(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)


class LightExtraction:
    """Reads the number of a story and says of it what the real extraction would."""

    name = "extraction"
    source = Topic.ARTICLES

    def __init__(self, stories: Sequence[Story], partitions: int) -> None:
        self._stories = stories
        self._partitions = partitions
        self._prints = fingerprint_texts([story.text for story in stories])

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        pass

    def absorb(self, memory: None, writes: Mapping[bytes, bytes | None]) -> None:
        pass

    def step(self, state: State[None], partition: int, messages: Sequence[Message]) -> Step:
        findings, prints = [], []
        for message in messages:
            story, text = self._stories[int(message.value)], self._prints[int(message.value)]
            actor = MentionedActor(
                id=story.actor, name=story.actor, kind="group", code="NGO:TEST",
                mentions=(Mention(text=story.actor, start=0, end=1),),
            )  # fmt: skip
            article = ExtractedArticle(
                id=story.id, source="s", title="", text=story.text, language="und", fetched_at=story.when,
                event_time=story.when, actors=(actor,),
            )  # fmt: skip
            findings.append((partition_for(story.id, self._partitions), article))
            record = text.record(id=story.id, time=story.time, origin=partition)
            prints += [(p, record) for p in sorted(key_partitions(text.keys, self._partitions))]
        return Step(
            outputs=[
                *pack(Topic.FINDINGS, findings, lambda r: FindingsEnvelope(records=r)),
                *pack(Topic.FINGERPRINTS, prints, lambda r: FingerprintsEnvelope(records=r)),
            ]
        )


class Crash(Exception):  # noqa: N818
    """The process dies here."""


class World:
    """Runs until everything is applied. `crash_rate`: probability before each operation. `writes_first` breaks the law."""

    def __init__(
        self,
        *,
        stories: Sequence[Story],
        arrivals: Sequence[int],
        partitions: int,
        window_hours: int,
        lateness_hours: int,
        seed: int,
        crash_rate: float = 0.0,
        writes_first: bool = False,
    ) -> None:
        self._random = random.Random(seed)
        self._crash_rate = crash_rate
        self._writes_first = writes_first
        self.crashes = 0
        self.takebacks = 0
        self._partitions = partitions
        self.topics: defaultdict[tuple[Topic, int], list[tuple[bytes | None, bytes]]] = defaultdict(list)
        self._stages: list[Stage[Any]] = [
            LightExtraction(stories, partitions),
            Deduplication(partitions=partitions, window_hours=window_hours, lateness_hours=lateness_hours),
            Resolution(states={}, partitions=partitions),
            Aggregation(partitions=partitions),
        ]
        self._rows: defaultdict[tuple[str, int], dict[bytes, bytes]] = defaultdict(dict)
        self._markers: Counter[tuple[str, int]] = Counter()
        self._memories: dict[tuple[str, int], Any] = {}
        for number in arrivals:
            key = stories[number].id
            self._publish(Output(topic=Topic.ARTICLES, partition=partition_for(key, partitions), value=b"%d" % number))

    def run(self) -> None:
        """Until every stage has applied its whole source."""
        while work := [(s, p) for s in self._stages for p in range(self._partitions) if self._behind(s, p)]:
            stage, partition = self._random.choice(work)
            try:
                self._batch(stage, partition)
            except Crash:
                self.crashes += 1
                self._memories.clear()

    def articles(self) -> dict[str, ResolvedArticle]:
        """Highest revision of each article."""
        found = [decode(v, ResolvedArticle) for v in self._values(Topic.RESOLVED_ARTICLES)]
        return {a.id: a for a in sorted(found, key=lambda a: a.revision)}

    def counts(self) -> dict[tuple[str, datetime], int]:
        """Mentions by actor and hour, highest revision, without zeros."""
        found = [decode(v, ActorHour) for v in self._values(Topic.ACTOR_COUNTS)]
        newest = {(h.actor, h.hour): h for h in sorted(found, key=lambda h: h.revision)}
        sums = {key: sum(line.articles for line in hour.counts) for key, hour in newest.items()}
        return {key: count for key, count in sums.items() if count}

    def table_size(self, stage: str) -> int:
        return sum(len(rows) for (name, _), rows in self._rows.items() if name == stage)

    def _values(self, topic: Topic) -> list[bytes]:
        return [value for p in range(self._partitions) for _, value in self.topics[topic, p]]

    def _behind(self, stage: Stage[Any], partition: int) -> bool:
        return self._markers[stage.name, partition] < len(self.topics[stage.source, partition])

    def _batch(self, stage: Stage[Any], partition: int) -> None:
        place = (stage.name, partition)
        start = self._markers[place]
        log = self.topics[stage.source, partition]
        end = min(len(log), start + self._random.randint(1, 8))
        messages = [Message(offset=o, key=log[o][0], value=log[o][1]) for o in range(start, end)]
        if place not in self._memories:
            self._memories[place] = stage.load(self._rows[place].items())
        step = stage.step(State(row=partial(self._row, place), memory=self._memories[place]), partition, messages)
        assert not step.rejected
        operations = [partial(self._publish, output) for output in step.outputs]
        self._random.shuffle(operations)  # destinations are independent; within one, a batch is one envelope here
        write = partial(self._write, stage, place, step, end)
        operations = [write, *operations] if self._writes_first else [*operations, write]
        for operation in operations:
            if self._random.random() < self._crash_rate:
                raise Crash
            operation()

    def _row(self, place: tuple[str, int], key: bytes) -> bytes | None:
        return self._rows[place].get(key)

    def _publish(self, output: Output) -> None:
        self.topics[output.topic, output.partition].append((output.key, output.value))

    def _write(self, stage: Stage[Any], place: tuple[str, int], step: Step, end: int) -> None:
        for key, value in step.writes.items():
            if value is None:
                self._rows[place].pop(key, None)
            else:
                self._rows[place][key] = value
        self._markers[place] = end
        self._memories[place] = stage.absorb(self._memories[place], step.writes)
        self.takebacks += sum(count for outcome, count in step.outcomes.items() if outcome == "taken_back")


def oracle(
    stories: Sequence[Story], window_hours: int
) -> tuple[dict[str, str | None], dict[tuple[str, datetime], int]]:
    """`copy_of` by id and mentions by actor and hour, over the whole set at once."""
    originals: dict[str, str | None] = {}
    counts: Counter[tuple[str, datetime]] = Counter()
    for story in stories:
        earlier = [
            (other.time, other.id)
            for other in stories
            if other.text == story.text
            and (other.time, other.id) < (story.time, story.id)
            and story.time - other.time <= window_hours * HOUR
        ]
        originals[story.id] = min(earlier)[1] if earlier else None
        if not earlier:
            counts[story.actor, hour_of(story.when)] += 1
    return originals, dict(counts)
