"""What `khabar audit` makes of two views of one thing: whether they differ, in what, and what may be behind it.

Pure: values in, values out. Knows neither Kafka, Elasticsearch nor the audit's file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple
from zlib import crc32

import msgspec

from khabar.identity import CLOCK_TOLERANCE
from khabar.records import ResolvedArticle

COPY_FIELDS: Final = ("copy_of", "copy_kind", "copy_similarity", "copy_containment")
CONTENT_FIELDS: Final = tuple(
    name for name in ResolvedArticle.__struct_fields__ if name != "revision" and name not in COPY_FIELDS
)
"""`revision` says how often an article changed, which depends on the order of arrival; it is compared between topic and index."""
FIELDS: Final = (*CONTENT_FIELDS, *COPY_FIELDS)
DIGEST_BYTES: Final = 16
SUM_BYTES: Final = 2
HOUR_SECONDS: Final = 3_600
UNREADABLE: Final = b""
"""The signature of what is no article at all."""
STAGES: Final = ("extraction", "deduplication", "resolution", "aggregation")
SINK: Final = "sink-elasticsearch"


class Cause(StrEnum):
    """What is wrong, in one word."""

    MISSING_IN_TOPIC = "missing_in_topic"
    DIFFERENT_IN_TOPIC = "different_in_topic"
    EXTRA_IN_TOPIC = "extra_in_topic"
    MISSING_IN_INDEX = "missing_in_index"
    STALE_IN_INDEX = "stale_in_index"
    DIFFERENT_IN_INDEX = "different_in_index"
    EXTRA_IN_INDEX = "extra_in_index"
    NOT_IN_DEAD_LETTERS = "not_in_dead_letters"


class Because(StrEnum):
    """Why it is so, as far as it can be told."""

    DEAD_LETTER = "dead_letter"
    WORKER_BEHIND = "worker_behind"
    SINK_BEHIND = "sink_behind"
    LATE = "late"
    FOLLOWS = "follows"
    UNKNOWN = "unknown"


class Reason(NamedTuple):
    """An explanation: the word, and the details for people."""

    because: Because
    detail: str = ""


NO_REASON: Final = Reason(Because.UNKNOWN)


class Version(NamedTuple):
    """An article as the topic or the index has it. `document_version`: what Elasticsearch calls `_version`."""

    revision: int
    signature: bytes
    document_version: int | None = None


class Count(NamedTuple):
    """A line of an actor's hour. Without a revision it is the recomputed one."""

    articles: int
    events: int
    revision: int | None = None

    @property
    def is_zero(self) -> bool:
        return not self.articles and not self.events


class Letter(NamedTuple):
    """A dead letter: who wrote it and why, the message it is about, and where it stands in `dead-letters` itself."""

    stage: str
    error: str
    message: str
    place: str

    def __str__(self) -> str:
        return f"set aside by {self.stage} ({self.error}), {self.message}; `khabar dead-letters show {self.place}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lags:
    """Messages that were not applied in time: by stage and partition of its source; of the sink by topic and partition."""

    stages: Mapping[tuple[str, int], int] = field(default_factory=dict)
    sink: Mapping[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. `kind` is article, count or message; `expected` and `found` are short forms, None for nothing."""

    cause: Cause
    kind: str
    key: str
    reason: Reason = NO_REASON
    fields: tuple[str, ...] = ()
    expected: str | None = None
    found: str | None = None


def signature(article: ResolvedArticle) -> bytes:
    """Equal for articles that say the same: 16 bytes for the content, 16 for what is said of copies, and 2 for each field,
    so that it can be told which differ.
    """
    digests = []
    sums = []
    for names in (CONTENT_FIELDS, COPY_FIELDS):
        digest = blake2b(digest_size=DIGEST_BYTES)
        for name in names:
            value = msgspec.json.encode(getattr(article, name))
            digest.update(b"%d:" % len(value))
            digest.update(value)
            sums.append((crc32(value) & 0xFFFF).to_bytes(SUM_BYTES, "big"))
        digests.append(digest.digest())
    return b"".join([*digests, *sums])


def changed_fields(a: bytes, b: bytes) -> tuple[str, ...]:
    """The fields in which two signatures differ; none where one of them stands for no article."""
    if UNREADABLE in (a, b):
        return ()
    start = 2 * DIGEST_BYTES
    return tuple(
        name
        for number, name in enumerate(FIELDS)
        if a[start + number * SUM_BYTES : start + (number + 1) * SUM_BYTES]
        != b[start + number * SUM_BYTES : start + (number + 1) * SUM_BYTES]
    )


def same_content(a: bytes, b: bytes) -> bool:
    """Whether two signatures agree in all but what is said of copies."""
    return a[:DIGEST_BYTES] == b[:DIGEST_BYTES]


def judge_article(expected: bytes | None, found: bytes | None, *, content_only: bool = False) -> Cause | None:
    """An article's signature as recomputed, and as the topic has it. `content_only`: what it repeats cannot be known."""
    if expected is None:
        return None if found is None else Cause.EXTRA_IN_TOPIC
    if found is None:
        return Cause.MISSING_IN_TOPIC
    same = same_content(expected, found) if content_only else expected == found
    return None if same else Cause.DIFFERENT_IN_TOPIC


def judge_indexed_article(topic: Version | None, index: Version | None) -> Cause | None:
    """An article's highest revision on the topic, and the document."""
    if topic is None:
        return None if index is None else Cause.EXTRA_IN_INDEX
    if index is None:
        return Cause.MISSING_IN_INDEX
    if index.revision < topic.revision:
        return Cause.STALE_IN_INDEX
    same = (index.revision, index.signature) == (topic.revision, topic.signature)
    return None if same and index.document_version == topic.revision else Cause.DIFFERENT_IN_INDEX


def judge_count(expected: Count | None, found: Count | None) -> Cause | None:
    """A line of counts as recomputed, and as the topic has it. Zeros are as good as nothing."""
    if expected is None or expected.is_zero:
        return None if found is None or found.is_zero else Cause.EXTRA_IN_TOPIC
    if found is None or found.is_zero:
        return Cause.MISSING_IN_TOPIC
    return None if expected[:2] == found[:2] else Cause.DIFFERENT_IN_TOPIC


def judge_indexed_count(topic: Count | None, index: Count | None) -> Cause | None:
    """A line of the highest revision on the topic, and the document. Zeros are as good as nothing."""
    if topic is None:
        return None if index is None or index.is_zero else Cause.EXTRA_IN_INDEX
    if index is None:
        return None if topic.is_zero else Cause.MISSING_IN_INDEX
    if (index.revision or 0) < (topic.revision or 0):
        return Cause.STALE_IN_INDEX
    return None if topic == index else Cause.DIFFERENT_IN_INDEX


def explain_article(
    cause: Cause,
    *,
    letter: Letter | None,
    late: str | None,
    lags: Lags,
    page_partition: int,
    partition: int,
) -> Reason:
    """Why the topic does not have an article as it should be.

    `letter`: of this article, or of one that decides what it repeats. `late`: the id of whichever of these came later than
    the lateness allows. `partition`: of the article among findings; `page_partition`: of its page in `articles`.
    """
    if letter is not None:
        return Reason(Because.DEAD_LETTER, str(letter))
    if cause is Cause.EXTRA_IN_TOPIC:
        return NO_REASON
    stages: list[tuple[str, int | None]] = [("extraction", page_partition), ("resolution", partition)]
    if cause is Cause.DIFFERENT_IN_TOPIC:
        # What it repeats came from any partition.
        stages += [("deduplication", None), ("extraction", None)]
    if behind := _behind(lags, stages):
        return Reason(Because.WORKER_BEHIND, behind)
    if late is not None and cause is Cause.DIFFERENT_IN_TOPIC:
        return Reason(
            Because.LATE, f"{late} arrived later than the lateness allows; what it repeats depends on the order"
        )
    return NO_REASON


def explain_count(*, letter: Letter | None, follows: str | None, lags: Lags, partition: int) -> Reason:
    """Why the topic does not have a line of counts as it should be.

    `letter`: of its hour, or of an article that counts in it. `follows`: a differing article that counts in it.
    """
    if letter is not None:
        return Reason(Because.DEAD_LETTER, str(letter))
    stages: list[tuple[str, int | None]] = [("aggregation", partition), *((stage, None) for stage in STAGES[2::-1])]
    if behind := _behind(lags, stages):
        return Reason(Because.WORKER_BEHIND, behind)
    if follows is not None:
        return Reason(Because.FOLLOWS, f"article {follows} counts in it and differs, too")
    return NO_REASON


def explain_indexed(cause: Cause, *, letter: Letter | None, lags: Lags, place: tuple[str, int] | None) -> Reason:
    """Why the index does not have what the topic has. `place`: topic and partition of the record."""
    if letter is not None:
        return Reason(Because.DEAD_LETTER, str(letter))
    if place is None or cause not in (Cause.MISSING_IN_INDEX, Cause.STALE_IN_INDEX):
        return NO_REASON
    lag = lags.sink.get(place, 0)
    if not lag:
        return NO_REASON
    return Reason(Because.SINK_BEHIND, f"{SINK} has {lag:,} messages of {place[0]}, partition {place[1]}, to write")


def explain_refused(*, lags: Lags, partition: int) -> Reason:
    """Why an article that extraction refuses does not stand in dead-letters."""
    behind = _behind(lags, [("extraction", partition)])
    return Reason(Because.WORKER_BEHIND, behind) if behind else NO_REASON


def _behind(lags: Lags, stages: Sequence[tuple[str, int | None]]) -> str | None:
    """What lags of the named stages and partitions, the first of them; partition None is any."""
    for stage, wanted in stages:
        for (name, partition), lag in sorted(lags.stages.items()):
            if name == stage and wanted in (None, partition) and lag:
                return f"{stage} has {lag:,} messages of partition {partition} to apply"
    return None


def known_from(
    kept: Mapping[int, tuple[int, int]], first_kept: Mapping[int, int], *, window_hours: int, now_seconds: int
) -> int | None:
    """From when on, in epoch seconds, no article can repeat one that retention took; None where it took none.

    `kept`: by partition of `articles` the first offset kept and the end; `first_kept`: by partition the time of publication of
    the first message kept, in milliseconds. What is gone was published before, and no event time is later than publication
    by more than an hour. Of a partition in which nothing is left nobody knows.
    """
    gone = [partition for partition, (low, _) in kept.items() if low > 0]
    if not gone:
        return None
    newest = max(first_kept.get(partition, now_seconds * 1_000) for partition in gone) / 1_000
    after = newest + CLOCK_TOLERANCE.total_seconds() + window_hours * HOUR_SECONDS
    return math.ceil(after / HOUR_SECONDS) * HOUR_SECONDS
