"""What `khabar audit` says of each pair that is not the same: settled or not, a difference or set aside, and why.

Reads the audit's file; knows neither Kafka nor Elasticsearch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from khabar.cli.audit_compare import (
    COPY_FIELDS,
    Because,
    Cause,
    Count,
    Difference,
    Lags,
    Letter,
    Version,
    changed_fields,
    explain_article,
    explain_count,
    explain_indexed,
    explain_refused,
    judge_article,
    judge_count,
    judge_indexed_article,
    judge_indexed_count,
)
from khabar.cli.audit_tables import ArticlePair, AuditTables, CountPair, IndexedPair, RefusedArticle, Scope
from khabar.partitioning import partition_for
from khabar.topics import Topic


@dataclass(slots=True, kw_only=True)
class Findings:
    """What differs: numbers by cause and reason, and the first of each. `aside`: follows from dead letters. `unsettled`:
    articles that keep coming may explain it.
    """

    differences: Counter[tuple[Cause, Because]] = field(default_factory=Counter)
    aside: Counter[Cause] = field(default_factory=Counter)
    samples: list[Difference] = field(default_factory=list)
    aside_samples: list[Difference] = field(default_factory=list)
    unsettled: int = 0

    def add(self, difference: Difference, limit: int) -> None:
        """Count it, and keep it where there is room."""
        cause, because = difference.cause, difference.reason.because
        if because is Because.DEAD_LETTER:
            self.aside[cause] += 1
            if self.aside[cause] <= limit:
                self.aside_samples.append(difference)
            return
        self.differences[cause, because] += 1
        if self.differences[cause, because] <= limit:
            self.samples.append(difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Under what the tables were read: how many partitions the generation has, what lagged, up to where the sink was waited
    for (by topic and partition), the number of the last pass of the recomputation, and whether `dead-letters` still has its
    beginning.
    """

    scope: Scope
    partitions: int
    lags: Lags
    sink_targets: Mapping[tuple[str, int], int]
    last_pass: int
    letters_are_whole: bool


class Judge:
    """One look at everything. `names`: what the result topics are called; `hours_of`: in which hours an article counts."""

    def __init__(
        self,
        tables: AuditTables,
        given: Circumstances,
        *,
        names: Mapping[Topic, str],
        hours_of: Callable[[str], set[str]],
        limit: int,
    ) -> None:
        self._tables = tables
        self._given = given
        self._names = names
        self._hours_of = hours_of
        self._limit = limit
        self._findings = Findings()

    def all(self, *, index: bool, check_stop: Callable[[], None]) -> Findings:
        """Articles before counts: which of them differ explains which counts do. `check_stop` may raise."""
        self._tables.forget_touched()
        for article in self._tables.differing_articles(self._given.scope, last_pass=self._given.last_pass):
            check_stop()
            self._judge_article(article)
        for count in self._tables.differing_counts(self._given.scope, last_pass=self._given.last_pass):
            check_stop()
            self._judge_count(count)
        for document in self._tables.differing_documents(self._given.scope) if index else ():
            check_stop()
            self._judge_document(document)
        for refused in self._tables.refused_without_letter() if self._given.letters_are_whole else ():
            self._judge_refused(refused)
        return self._findings

    def _judge_article(self, pair: ArticlePair) -> None:
        cause = judge_article(pair.expected, pair.found, content_only=pair.time < self._given.scope.known_from)
        if cause is None:
            return
        if pair.moving:
            self._findings.unsettled += 1
            return
        fields = changed_fields(pair.expected, pair.found) if pair.expected and pair.found else ()
        letter = self._article_letter(cause, pair, fields)
        reason = explain_article(
            cause,
            letter=letter,
            late=pair.late,
            lags=self._given.lags,
            page_partition=partition_for(pair.part_of or pair.id, self._given.partitions),
            partition=partition_for(pair.id, self._given.partitions),
        )
        self._tables.touch(self._hours_of(pair.id), pair.id, letter)
        before, after = (None if copy_of is None else f"copy of {copy_of}" for copy_of in pair.copies)
        self._findings.add(
            Difference(
                cause=cause,
                kind="article",
                key=pair.id,
                reason=reason,
                fields=fields,
                expected=None if pair.expected is None else before or "original",
                found=None if pair.found is None else after or "original",
            ),
            self._limit,
        )

    def _article_letter(self, cause: Cause, pair: ArticlePair, fields: Sequence[str]) -> Letter | None:
        if cause is Cause.MISSING_IN_TOPIC:
            return self._tables.letter(("article", "finding"), (pair.id, pair.part_of))
        if cause is Cause.DIFFERENT_IN_TOPIC and set(fields) <= set(COPY_FIELDS):
            unseen = [one for one in pair.copies if one is not None and not self._tables.is_in_topic(one)]
            return self._tables.letter(("copy",), (pair.id, *pair.copies)) or self._tables.letter(
                ("article", "finding"), unseen
            )
        return None

    def _judge_count(self, pair: CountPair) -> None:
        cause = judge_count(pair.expected, pair.found)
        if cause is None:
            return
        if pair.moving:
            self._findings.unsettled += 1
            return
        follows, letter = self._tables.touching(pair.hour_id)
        reason = explain_count(
            letter=self._tables.letter(("hour",), [pair.hour_id]) or letter,
            follows=follows,
            lags=self._given.lags,
            partition=partition_for(pair.hour_id.rpartition("|")[0], self._given.partitions),
        )
        self._findings.add(
            Difference(
                cause=cause,
                kind="count",
                key=pair.id,
                reason=reason,
                expected=_numbers(pair.expected),
                found=_numbers(pair.found),
            ),
            self._limit,
        )

    def _judge_document(self, pair: IndexedPair) -> None:
        fields: tuple[str, ...] = ()
        if pair.kind == "article":
            topic, index = _version(pair.on_topic), _version(pair.in_index)
            cause = judge_indexed_article(topic, index)
            if topic is not None and index is not None:
                fields = changed_fields(topic.signature, index.signature)
        else:
            cause = judge_indexed_count(_line(pair.on_topic), _line(pair.in_index))
        if cause is None:
            return
        name = self._names[Topic.RESOLVED_ARTICLES if pair.kind == "article" else Topic.ACTOR_COUNTS]
        place, letter = None, None
        if pair.partition is not None and pair.place is not None:
            place = (name, pair.partition)
            if pair.place >= self._given.sink_targets.get(place, 0):
                self._findings.unsettled += 1
                return
            letter = self._tables.sink_letter(pair.hour_id or pair.id, partition=pair.partition, since_place=pair.place)
        self._findings.add(
            Difference(
                cause=cause,
                kind=pair.kind,
                key=pair.id,
                reason=explain_indexed(cause, letter=letter, lags=self._given.lags, place=place),
                fields=fields,
                expected=_shown(pair.on_topic),
                found=_shown(pair.in_index),
            ),
            self._limit,
        )

    def _judge_refused(self, refused: RefusedArticle) -> None:
        if refused.number == self._given.last_pass:
            self._findings.unsettled += 1
            return
        self._findings.add(
            Difference(
                cause=Cause.NOT_IN_DEAD_LETTERS,
                kind="message",
                key=f"articles/{refused.partition}@{refused.place}",
                reason=explain_refused(lags=self._given.lags, partition=refused.partition),
                expected=f"a dead letter of extraction ({refused.error}), key {refused.id!r}",
            ),
            self._limit,
        )


def _version(found: Version | Count | None) -> Version | None:
    return found if isinstance(found, Version) else None


def _line(found: Version | Count | None) -> Count | None:
    return found if isinstance(found, Count) else None


def _numbers(count: Count | None) -> str | None:
    return None if count is None else f"{count.articles:,} articles, {count.events:,} events"


def _shown(found: Version | Count | None) -> str | None:
    if found is None:
        return None
    if isinstance(found, Version):
        return f"revision {found.revision}"
    return f"revision {found.revision}, {_numbers(found)}"
