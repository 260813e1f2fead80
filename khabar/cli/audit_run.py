"""The audit itself: recompute, wait, read, compare, and look again at what differed.

Knows the order of things, which is what makes comparing beside a live system sound; docs/audit.md says why.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from khabar.cli.audit_compare import HOUR_SECONDS, SINK, STAGES, Lags, known_from
from khabar.cli.audit_judge import Circumstances, Findings, Judge
from khabar.cli.audit_kafka import Broker, Ends, Record, Stopped
from khabar.cli.audit_letters import short, subjects
from khabar.cli.audit_tables import FOREVER, AuditTables, Scope
from khabar.codec import decode
from khabar.errors import ContractViolation, InvalidRecord
from khabar.identity import event_time
from khabar.records import ActorCount, ActorHour, Article, ResolvedArticle
from khabar.settings import Settings
from khabar.status import SOURCES
from khabar.topics import Topic

if TYPE_CHECKING:
    from processors.extraction.coding import Coder
    from processors.fingerprints.stop_list import StopList
    from processors.local_engine import LocalEngine, SQLiteTables
    from sinks.index_tables import Document, IndexTables

CHUNK_MESSAGES: Final = 500
CHUNK_BYTES: Final = 16 * 1024 * 1024
ROUNDS: Final = 3
WAIT_SECONDS: Final = 1.0
IDS_AT_ONCE: Final = 500
RESULTS: Final = (Topic.RESOLVED_ARTICLES, Topic.ACTOR_COUNTS)

Took = Callable[[int], None]
ShowProgress = Callable[[str, int, str], AbstractContextManager[Took]]
"""Called with what is read, how much of it there is, and its unit; gives what is to be told of each step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to audit. `since`, `until`: event times, aware. `limit`: differences kept of each cause and reason."""

    settings: Settings
    since: datetime | None = None
    until: datetime | None = None
    index: bool = True
    patience_seconds: float = 60.0
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an audit came to. `known_from`: where retention has taken the beginning of `articles`, what lies before was
    compared but for copies and counts. `letters`: articles in dead-letters that are not in the tables, that are there all the
    same, and letters nothing can be read from.
    """

    generation: int
    window_hours: int
    lateness_hours: int
    since: datetime | None
    until: datetime | None
    known_from: datetime | None
    articles_read: int
    articles_skipped: int
    articles_refused: int
    compared: Mapping[str, int]
    findings: Findings
    letters: tuple[int, int, int]
    lags: Lags
    rounds: int
    seconds: float

    @property
    def differs(self) -> bool:
        return bool(self.findings.differences)


class Audit:
    """One audit. `tables` is its file; `say` tells people what is waited for."""

    def __init__(
        self,
        plan: Plan,
        tables: AuditTables,
        *,
        broker: Broker,
        index: IndexTables | None,
        say: Callable[[str], None],
        progress: ShowProgress,
        stop: Callable[[], bool],
    ) -> None:
        """Raises ContractViolation where the generation was made with other rules than ours."""
        self._plan = plan
        self._tables = tables
        self._broker = broker
        self._index = index
        self._say = say
        self._progress = progress
        self._stop = stop
        self._patience_left = plan.patience_seconds
        self._window_hours, self._lateness_hours, stop_list = self._layout()
        self._coder, self._engine_tables, self._engine = self._local_engine(stop_list)
        self._fed = 0
        self._read = 0
        self._skipped = 0
        self._refused = 0
        self._pass = 0
        self._watermark = -FOREVER
        self._first_kept: dict[int, int] = {}
        self._next: dict[Topic, dict[int, int]] = {topic: {} for topic in RESULTS}
        self._scope = Scope(
            since=-FOREVER if plan.since is None else math.ceil(plan.since.timestamp()),
            until=FOREVER if plan.until is None else math.ceil(plan.until.timestamp()),
            window=self._window_hours * HOUR_SECONDS,
            whole=plan.since is None,
        )

    def run(self) -> Report:
        """Raises Stopped, DependencyUnavailable."""
        started = time.monotonic()
        if self._index is not None:
            self._index.check()
        kept = self._broker.ranges(Topic.ARTICLES)
        ends = {partition: high for partition, (_, high) in kept.items()}
        self._recompute({partition: low for partition, (low, _) in kept.items()}, ends)
        known = known_from(kept, self._first_kept, window_hours=self._window_hours, now_seconds=math.ceil(time.time()))
        if known is not None:
            self._scope = replace(self._scope, known_from=known, whole=False)
        for number in range(1, ROUNDS + 1):
            lags, targets = self._wait(ends)
            moved = self._read_topics()
            if self._index is not None:
                self._read_index(whole=number == 1)
                moved += self._read_topics()
            self._read_letters()
            later = self._broker.ends(Topic.ARTICLES)
            self._recompute(ends, later)
            findings = self._judge(lags, targets)
            still = later == ends and not moved and number > 1
            ends = later
            if not findings.differences or still:
                break
        return Report(
            generation=self._plan.settings.generation,
            window_hours=self._window_hours,
            lateness_hours=self._lateness_hours,
            since=self._plan.since,
            until=self._plan.until,
            known_from=None if known is None else datetime.fromtimestamp(known, UTC),
            articles_read=self._read,
            articles_skipped=self._skipped,
            articles_refused=self._refused,
            compared=self._tables.sizes(self._scope),
            findings=findings,
            letters=self._tables.letter_numbers(),
            lags=lags,
            rounds=number,
            seconds=time.monotonic() - started,
        )

    # The rules of the generation

    def _layout(self) -> tuple[int, int, StopList]:
        from processors.extraction.coding import load_coder
        from processors.fingerprints.stop_list import stop_list_of
        from processors.pipeline import hours_of, layout_of

        settings = self._plan.settings
        stop_list = stop_list_of(settings.stop_phrases)
        layouts = sorted({marker.layout for marker in self._broker.markers().values()})
        if not layouts:
            return settings.window_hours, settings.lateness_hours, stop_list
        hours = hours_of(layouts[0])
        window, lateness = hours or (settings.window_hours, settings.lateness_hours)
        ours = layout_of(window_hours=window, lateness_hours=lateness, coder=load_coder(), stop_list=stop_list)
        if layouts != [ours]:
            raise ContractViolation(
                f"generation {settings.generation} was made with {' and with '.join(layouts)}; this version would recompute it "
                f"with {ours}. Audit it with the version and the stock phrases (KHABAR_STOP_PHRASES) that process it"
            )
        return window, lateness, stop_list

    def _local_engine(self, stop_list: StopList) -> tuple[Coder, SQLiteTables, LocalEngine]:
        from processors.extraction.coding import load_coder
        from processors.local_engine import LocalEngine, SQLiteTables
        from processors.pipeline import build, warm_up

        warm_up()
        coder = load_coder()
        engine_tables = SQLiteTables(self._tables.connection)
        # One partition: the tables do not depend on how many there are, and each further one would hold most fingerprints, too.
        pipeline = build(
            coder=coder,
            partitions=1,
            window_hours=self._window_hours,
            lateness_hours=self._lateness_hours,
            stop_list=stop_list,
        )
        engine = LocalEngine(
            stages=pipeline.stages, partitions=1, tables=engine_tables, clock=lambda: datetime.now(UTC)
        )
        return coder, engine_tables, engine

    # Recomputing

    def _recompute(self, begin: Ends, end: Ends) -> None:
        """What follows from further articles."""
        self._pass += 1
        total = sum(max(0, last - begin.get(partition, 0)) for partition, last in end.items())
        if not total:
            return
        with self._progress("recomputing", total, "articles") as took:
            for chunk in _chunks(self._broker.read(Topic.ARTICLES, begin, end)):
                for record in chunk:
                    self._first_kept.setdefault(record.partition, record.time)
                self._feed([record for record in chunk if self._concerns(record)])
                self._read += len(chunk)
                took(len(chunk))

    def _concerns(self, record: Record) -> bool:
        """Whether it may be in the range, or an original of what is. Pages embed what is older than they are, so all that
        comes later may.
        """
        if self._plan.since is None:
            return True
        try:
            article = decode(record.value or b"", Article)
        except InvalidRecord:
            return self._plan.since.timestamp() <= record.time / 1_000
        moment = event_time(published_at=article.published_at, fetched_at=article.fetched_at)
        concerns = moment.timestamp() >= self._scope.since - self._scope.window
        self._skipped += not concerns
        return concerns

    def _feed(self, chunk: Sequence[Record]) -> None:
        from processors.aggregation import hour_key

        results = self._engine.process(
            # A key that is missing or no text cannot be an id, and is refused for it here as there.
            ((record.key or b"").decode("utf-8", "replace"), record.value or b"")
            for record in chunk
        )
        times = [int(article.event_time.timestamp()) for article in results.articles]
        self._watermark = max([self._watermark, *times])
        self._tables.expect(
            results.articles, watermark=self._watermark, lateness=self._lateness_hours * HOUR_SECONDS, number=self._pass
        )
        hours = {hour_key(hour.actor, hour.hour): hour for hour in results.actor_hours}
        self._tables.expect_counts(_lines(hours.items()), number=self._pass)
        for letter in results.dead_letters:
            if letter.topic == Topic.ARTICLES:
                record = chunk[letter.offset - self._fed]
                self._refused += 1
                key = (record.key or b"").decode("utf-8", "replace")
                self._tables.refuse(record.partition, record.offset, key, letter.error, number=self._pass)
            else:
                self._say(f"the recomputation itself could not process a message of {letter.topic}: {letter.message}")
        self._fed += len(chunk)

    # Waiting

    def _wait(self, ends: Ends) -> tuple[Lags, dict[tuple[str, int], int]]:
        """Until stages and sink have applied what follows from the articles before `ends`, as long as there is patience.

        Gives what lags if it ran out, and up to where the sink was waited for.
        """
        started = time.monotonic()
        try:
            return self._wait_until(ends, started + self._patience_left)
        finally:
            self._patience_left = max(0.0, self._patience_left - (time.monotonic() - started))

    def _wait_until(self, ends: Ends, deadline: float) -> tuple[Lags, dict[tuple[str, int], int]]:
        behind: dict[tuple[str, int], int] = {}
        targets: Ends = ends
        for stage, following in zip(STAGES, (*STAGES[1:], None), strict=True):
            if not self._waited(stage, partial(self._broker.stage_lags, stage, targets), deadline):
                behind = {place: lag for one in STAGES for place, lag in self._broker.stage_lags(one).items()}
                break
            if following is not None:
                targets = self._broker.ends(SOURCES[following])
        written = {
            (self._broker.name(topic), partition): end
            for topic in RESULTS
            for partition, end in self._broker.ends(topic).items()
        }
        if self._index is None or self._waited(SINK, partial(self._broker.sink_lags, written), deadline):
            return Lags(stages=behind), written
        return Lags(stages=behind, sink=self._broker.sink_lags(written)), written

    def _waited(self, who: str, lags: Callable[[], Mapping[Any, int]], deadline: float) -> bool:
        said = False
        while left := sum(lags().values()):
            self._check_stop()
            if time.monotonic() >= deadline:
                self._say(f"{who} still has {left:,} messages to apply; comparing all the same")
                return False
            if not said:
                self._say(f"waiting for {who}: {left:,} messages (at most {deadline - time.monotonic():.0f} s)")
                said = True
            time.sleep(WAIT_SECONDS)
        return True

    # Reading

    def _read_topics(self) -> int:
        """What was not read yet of both result topics. How many messages that was."""
        ends = {topic: self._broker.ranges(topic) for topic in RESULTS}
        total = sum(
            high - max(low, self._next[topic].get(partition, 0))
            for topic, ranges in ends.items()
            for partition, (low, high) in ranges.items()
        )
        if not total:
            return 0
        with self._progress("reading topics", total, "messages") as took:
            for topic, ranges in ends.items():
                begin = {p: max(low, self._next[topic].get(p, 0)) for p, (low, _) in ranges.items()}
                end = {p: high for p, (_, high) in ranges.items()}
                for chunk in _chunks(self._broker.read(topic, begin, end)):
                    self._take(topic, chunk)
                    took(len(chunk))
                self._next[topic] = end
        return total

    def _take(self, topic: Topic, chunk: Sequence[Record]) -> None:
        from processors.aggregation import hour_key

        if topic is Topic.RESOLVED_ARTICLES:
            articles = [(one, r.partition, r.offset) for one, r in self._decoded(chunk, ResolvedArticle)]
            self._tables.found_articles(one for one in articles if self._scope.keeps_article(one[0].event_time))
            return
        hours = [
            (hour_key(one.actor, one.hour), one, record.partition, record.offset)
            for one, record in self._decoded(chunk, ActorHour)
            if self._scope.has_hour(one.hour)
        ]
        self._tables.found_hours(hours, _lines((hour_id, hour) for hour_id, hour, _, _ in hours))

    def _decoded(self, chunk: Iterable[Record], record: type[Any]) -> Iterator[tuple[Any, Record]]:
        for message in chunk:
            try:
                yield decode(message.value or b"", record), message
            except InvalidRecord as invalid:
                self._say(f"left out {record.__name__} {message.partition}@{message.offset}, no record: {invalid}")

    def _read_index(self, *, whole: bool) -> None:
        """All documents; or, once they are known, those that are not as the topics have them."""
        assert self._index is not None
        if not whole:
            self._read_again("article", Topic.RESOLVED_ARTICLES)
            self._read_again("count", Topic.ACTOR_COUNTS)
            return
        since, until = self._plan.since, self._plan.until
        for topic in RESULTS:
            self._index.refresh(topic)
            total = self._index.count(topic, since=since, until=until)
            with self._progress(f"reading index, {topic.value}", total, "documents") as took:
                for page in self._index.pages(topic, since=since, until=until):
                    self._check_stop()
                    self._take_documents(topic, page)
                    took(len(page))

    def _read_again(self, kind: str, topic: Topic) -> None:
        assert self._index is not None
        # Laid down first: the table that the pairs come from changes under the reading.
        connection = self._tables.connection
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS again (id TEXT)")
        connection.execute("DELETE FROM again")
        connection.executemany(
            "INSERT INTO again VALUES (?)",
            ((pair.id,) for pair in self._tables.differing_documents(self._scope) if pair.kind == kind),
        )
        rows = iter(connection.execute("SELECT id FROM again"))
        while ids := [row[0] for row in islice(rows, IDS_AT_ONCE)]:
            self._check_stop()
            self._tables.forget_indexed("article" if kind == "article" else "count", ids)
            self._take_documents(topic, self._index.named(topic, ids))

    def _take_documents(self, topic: Topic, page: Iterable[Document]) -> None:
        from processors.aggregation import hour_key

        if topic is Topic.RESOLVED_ARTICLES:
            self._tables.indexed_articles((one.id, _converted(one, ResolvedArticle), one.version) for one in page)
            return
        found: list[tuple[str, str, ActorCount | None, int]] = []
        for one in page:
            line: ActorCount | None = _converted(one, ActorCount)
            if line is None:
                found.append((one.id, one.id.rpartition("|")[0].rpartition("|")[0], None, one.version))
            elif self._scope.has_hour(line.hour):
                found.append((one.id, hour_key(line.actor, line.hour), line, one.version))
        self._tables.indexed_counts(found)

    def _read_letters(self) -> None:
        from khabar.dead_letter_admin import stored_letters

        generation = self._plan.settings.generation
        for stored in stored_letters(self._plan.settings):
            self._check_stop()
            letter = stored.letter
            for kind, subject in subjects(letter, generation=generation):
                self._tables.add_letter(
                    kind,
                    subject,
                    short(letter, place=str(stored.position)),
                    topic=letter.topic,
                    partition=letter.partition,
                    place=letter.offset,
                )

    # Comparing

    def _judge(self, lags: Lags, targets: Mapping[tuple[str, int], int]) -> Findings:
        letters_are_whole = all(low == 0 for low, _ in self._broker.ranges(Topic.DEAD_LETTERS).values())
        if not letters_are_whole:
            self._say("retention has taken the beginning of dead-letters: what is not there may have been")
        judge = Judge(
            self._tables,
            Circumstances(
                scope=self._scope,
                partitions=self._broker.partitions,
                lags=lags,
                sink_targets=targets,
                last_pass=self._pass,
                letters_are_whole=letters_are_whole,
            ),
            names={topic: self._broker.name(topic) for topic in RESULTS},
            hours_of=self._hours_of,
            limit=self._plan.limit,
        )
        return judge.all(index=self._index is not None, check_stop=self._check_stop)

    def _hours_of(self, article: str) -> set[str]:
        """The hours in which an article counts, or would if it were an original."""
        from processors.aggregation import hour_key
        from processors.resolution import Row, hour_of, shares

        stored = self._engine_tables.row("resolution", 0, article.encode())
        if stored is None:
            return set()
        row = decode(stored, Row).article
        if row is None:
            return set()
        return {hour_key(share.actor, hour_of(row.event_time)) for share in shares(row, self._coder.states)}

    def _check_stop(self) -> None:
        if self._stop():
            raise Stopped


def open_tables(directory: Path) -> AuditTables:
    """The audit's file, in a directory that is deleted at its end."""
    return AuditTables(directory / "audit.db")


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += len(record.value or b"")
        if len(chunk) >= CHUNK_MESSAGES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _lines(hours: Iterable[tuple[str, ActorHour]]) -> Iterator[tuple[str, str, ActorCount]]:
    from sinks.documents import count_id, flatten

    for hour_id, hour in hours:
        for line in flatten(hour):
            yield count_id(line), hour_id, line


def _converted(document: Document, record: type[Any]) -> Any:
    try:
        return msgspec.convert(document.source, record)
    except msgspec.ValidationError:
        return None
