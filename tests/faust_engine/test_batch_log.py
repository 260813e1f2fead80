"""A changelog partition is a log of batches: what counts, whoever wrote, however the log was cut or compacted."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from processors.faust_engine.batch_log import BatchLog, LogRecord, Tag, row_digest

MARKER = b"@marker/0"


def batch(sequence: int, writer: str, rows: Mapping[bytes, bytes | None], *, marker: bool = True) -> list[LogRecord]:
    tag = Tag(sequence, writer)
    records = [LogRecord(0, key, value, tag) for key, value in rows.items()]
    return [*records, LogRecord(0, MARKER, b"m", tag)] if marker else records


def numbered(records: list[LogRecord]) -> list[LogRecord]:
    return [record._replace(offset=offset) for offset, record in enumerate(records)]


def replay(records: list[LogRecord]) -> tuple[dict[bytes, bytes], BatchLog]:
    log = BatchLog(marker_key=MARKER)
    rows: dict[bytes, bytes] = {}
    for record in records:
        for counted in log.feed(record):
            if counted.value is None:
                rows.pop(counted.key, None)
            elif counted.key != MARKER:
                rows[counted.key] = counted.value
    return rows, log


def test_a_batch_without_its_marker_does_not_count() -> None:
    rows, log = replay(numbered([*batch(1, "a", {b"x": b"1"}), *batch(2, "a", {b"x": b"2"}, marker=False)]))
    assert rows == {b"x": b"1"}
    assert log.sequence == 1
    log.close()
    assert log.stale == {b"x"}, "its newest record in the log does not count, so it must be written anew"


def test_a_batch_of_a_writer_that_woke_up_too_late_does_not_count() -> None:
    rows, log = replay(
        numbered([*batch(1, "a", {b"x": b"1"}), *batch(2, "b", {b"x": b"2"}), *batch(2, "a", {b"x": b"late"})])
    )
    assert rows == {b"x": b"2"}
    assert log.stale == {b"x", MARKER}


def test_rows_count_whose_marker_was_compacted_away_under_one_that_came_late() -> None:
    # the marker of batch 2 stood before that of a sleeper's batch 1; compaction keeps the last of one key, below batch 3
    rows, log = replay(
        numbered(
            [
                *batch(2, "b", {b"x": b"2", b"y": b"2"}, marker=False),
                *batch(1, "a", {}),
                *batch(3, "b", {b"z": b"3"}),
            ]
        )
    )
    assert rows == {b"x": b"2", b"y": b"2", b"z": b"3"}
    assert (log.sequence, log.stale) == (3, set())


def test_records_of_two_writers_mixed_up_count_by_their_tag() -> None:
    one, other = batch(1, "a", {b"x": b"1", b"y": b"1"}), batch(1, "b", {b"x": b"2"}, marker=False)
    rows, log = replay(numbered([one[0], other[0], one[1], one[2]]))
    assert rows == {b"x": b"1", b"y": b"1"}
    assert log.stale == {b"x"}


def test_deleted_rows_are_gone() -> None:
    rows, _ = replay(numbered([*batch(1, "a", {b"x": b"1", b"y": b"1"}), *batch(2, "a", {b"x": None})]))
    assert rows == {b"y": b"1"}


@given(seed=st.integers(0, 2**32), compact=st.booleans())
def test_every_reader_comes_to_the_rows_of_the_finished_batches(seed: int, compact: bool) -> None:
    rng = random.Random(seed)
    truth: dict[bytes, bytes] = {}
    records: list[LogRecord] = []
    for sequence in range(1, rng.randint(2, 12)):
        for _ in range(rng.randrange(3)):  # crashed attempts
            torn = {b"%d" % rng.randrange(5): b"torn" for _ in range(rng.randint(1, 3))}
            records += batch(sequence, f"w{rng.randrange(10**9)}", torn, marker=False)
        rows: dict[bytes, bytes | None] = {
            b"%d" % rng.randrange(5): rng.choice([None, b"%d" % sequence]) for _ in range(rng.randint(1, 4))
        }
        # as the engine does: keys left stale by torn batches are written anew
        stale = replay(numbered(records))[1]
        stale.close()
        rows |= {key: truth.get(key) for key in stale.stale - rows.keys() - {MARKER}}
        records += batch(sequence, "owner", rows)
        for key, value in rows.items():
            if value is None:
                truth.pop(key, None)
            else:
                truth[key] = value
    records = numbered(records)
    if compact:  # keep the newest record of each key in some prefix of the log
        cut = rng.randrange(len(records) + 1)
        newest = {record.key: record.offset for record in records[:cut]}
        records = [r for r in records if r.offset >= cut or newest[r.key] == r.offset]
    assert replay(records)[0] == truth


@given(st.dictionaries(st.binary(max_size=8), st.binary(max_size=8)), st.randoms())
def test_the_digest_of_rows_does_not_depend_on_their_order(rows: dict[bytes, bytes], rng: random.Random) -> None:
    items = list(rows.items())
    shuffled = rng.sample(items, len(items))

    def digest(of: list[tuple[bytes, bytes]]) -> int:
        total = 0
        for key, value in of:
            total ^= row_digest(key, value)
        return total

    assert digest(items) == digest(shuffled)
    assert digest([(b"", b""), *items]) != digest(items)
