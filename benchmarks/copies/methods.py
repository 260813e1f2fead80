"""The methods that are compared: what each is given, how it finds copies, and how its result is read.

Only `find` is timed. It goes from texts to edges, with whatever the library makes of them on the way; `read` brings its
result into one form for scoring.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from khabar.codec import decode, encode
from khabar.records import CopyEdge, FindingsEnvelope, Fingerprint, FingerprintsEnvelope
from processors.deduplication import Deduplication, Index, join
from processors.deduplication.join import find_copies
from processors.deduplication.postings import NEVER
from processors.deduplication.rows import to_rows
from processors.extraction.stage import publishers_order
from processors.fingerprints import fingerprint_texts
from processors.stage import Message, State

BATCH = 256
WINDOW_HOURS = 72
WINDOW_SECONDS = WINDOW_HOURS * 3600
DATASKETCH_PERMUTATIONS = 125
DATASKETCH_THRESHOLD = 0.3
RENSA_PERMUTATIONS = 128
RENSA_BANDS = 32
RENSA_THRESHOLD = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What every method is given. `time` in seconds since 1970."""

    id: str
    time: int
    text: str


Edge = tuple[str, str]
"""Ids of the later and the earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`find` is timed, from articles in order of arrival to its own form of edges, of which `read` makes Edges."""

    name: str
    find: Callable[[Sequence[Article]], Any]
    read: Callable[[Sequence[Article], Any], Iterable[Edge]]


def copy_of(articles: Sequence[Article], edges: Iterable[Edge]) -> dict[str, str | None]:
    """By the id of each article, the earliest of those it is a copy of; of equal times the one with the lower id."""
    times = {article.id: article.time for article in articles}
    found: dict[str, str | None] = dict.fromkeys(times)
    for later, earlier in edges:
        before = found[later]
        if before is None or (times[earlier], earlier) < (times[before], before):
            found[later] = earlier
    return found


def fingerprints(articles: Sequence[Article]) -> tuple[Fingerprint, ...]:
    """The records that extraction would publish of these texts."""
    return tuple(
        found.record(id=khabar_id(article.id), time=article.time, origin=0, order=publishers_order(article.id))
        for article, found in zip(articles, fingerprint_texts([article.text for article in articles]), strict=True)
    )


def khabar_id(name: str) -> str:
    """An id as Khabar derives them: of the right form, and in no order."""
    return sha256(name.encode()).hexdigest()[:32]


def _by_kernels(articles: Sequence[Article]) -> list[tuple[int, Any]]:
    """Fingerprints, rows, the join and the index, in memory: what a library would offer."""
    index = Index(1)
    found = []
    for start in range(0, len(articles), BATCH):
        rows = to_rows(fingerprints(articles[start : start + BATCH]))
        count = len(rows)
        pairs, _ = find_copies(
            rows,
            anchors=np.zeros(count, dtype=np.int64),
            cutoffs=np.full(count, NEVER),
            index=index,
            partition=0,
            partitions=1,
            window_seconds=WINDOW_SECONDS,
        )
        found.append((start, pairs))
        index.add([start], [count], rows)
    return found


def _read_kernels(articles: Sequence[Article], found: list[tuple[int, Any]]) -> Iterable[Edge]:
    for start, pairs in found:
        for pair in pairs.tolist():
            new = articles[start + pair[join.NEW]].id
            other = articles[pair[join.OTHER] + (start if pair[join.OTHER_IS_NEW] else 0)].id
            yield (new, other) if pair[join.NEW_IS_LATER] else (other, new)


def _by_stage(articles: Sequence[Article]) -> list[bytes]:
    """As workers do it: fingerprints in messages, the stage with its table and expiry, edges in messages."""
    stage = Deduplication(partitions=1, window_hours=WINDOW_HOURS, lateness_hours=48)
    index = stage.load([])
    values = []
    for start in range(0, len(articles), BATCH):
        envelope = FingerprintsEnvelope(records=fingerprints(articles[start : start + BATCH]))
        step = stage.step(State(lambda key: None, index), 0, [Message(offset=start, value=encode(envelope))])
        index = stage.absorb(index, step.writes)
        values += [output.value for output in step.outputs]
    return values


def _read_stage(articles: Sequence[Article], values: list[bytes]) -> Iterable[Edge]:
    names = {khabar_id(article.id): article.id for article in articles}
    for value in values:
        for edge in decode(value, FindingsEnvelope).records:
            assert isinstance(edge, CopyEdge)
            yield names[edge.later], names[edge.earlier]


def _shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text)
    return {" ".join(words[place : place + 3]) for place in range(len(words) - 2)} or {""}


def _by_datasketch(articles: Sequence[Article]) -> list[Edge]:
    """MinHash LSH over word 3-shingles."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=DATASKETCH_THRESHOLD, num_perm=DATASKETCH_PERMUTATIONS)
    times: dict[str, int] = {}
    edges: list[Edge] = []
    for article in articles:
        minhash = MinHash(num_perm=DATASKETCH_PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in _shingles(article.text)])
        for other in index.query(minhash):
            if abs(times[other] - article.time) <= WINDOW_SECONDS:
                one, two = (times[other], other), (article.time, article.id)
                edges.append((article.id, other) if one < two else (other, article.id))
        index.insert(article.id, minhash)
        times[article.id] = article.time
    return edges


def _by_rensa(articles: Sequence[Article]) -> list[Edge]:
    """R-MinHash LSH over word 3-shingles; candidates are kept from the same similarity as datasketch's."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=RENSA_THRESHOLD, num_perm=RENSA_PERMUTATIONS, num_bands=RENSA_BANDS)
    hashes: list[Any] = []
    edges: list[Edge] = []
    for place, article in enumerate(articles):
        minhash = RMinHash(num_perm=RENSA_PERMUTATIONS, seed=1)
        minhash.update(list(_shingles(article.text)))
        for candidate in index.query(minhash):
            other = articles[candidate]
            if abs(other.time - article.time) > WINDOW_SECONDS or minhash.jaccard(hashes[candidate]) < RENSA_THRESHOLD:
                continue
            one, two = (other.time, other.id), (article.time, article.id)
            edges.append((article.id, other.id) if one < two else (other.id, article.id))
        index.insert(place, minhash)
        hashes.append(minhash)
    return edges


def _as_it_is(articles: Sequence[Article], edges: list[Edge]) -> Iterable[Edge]:
    return edges


KHABAR = Method(name="khabar", find=_by_kernels, read=_read_kernels)
STAGE = Method(name="khabar, stage", find=_by_stage, read=_read_stage)
DATASKETCH = Method(name="datasketch", find=_by_datasketch, read=_as_it_is)
RENSA = Method(name="rensa", find=_by_rensa, read=_as_it_is)
