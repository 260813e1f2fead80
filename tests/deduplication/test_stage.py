"""What the stage remembers, forgets and refuses."""

from __future__ import annotations

import struct
from collections import Counter
from hashlib import sha256

import msgspec
import pytest

from khabar.codec import encode
from khabar.partitioning import partition_for
from khabar.records import Fingerprint, FingerprintsEnvelope
from processors.deduplication.arrivals import watermark_of
from processors.deduplication.join import MAX_POSTINGS
from processors.deduplication.rows import to_bytes, to_rows
from processors.pipeline import COPY_RULES
from tests.deduplication.articles import HOUR, LATENESS_HOURS, NOON, WINDOW_HOURS, Partition, article, ids_in, story

BASE = story(100, seed=1)
REMEMBERED = (WINDOW_HOURS + LATENESS_HOURS) * HOUR


def other(seed: int, *, time: int = NOON, origin: int = 0) -> Fingerprint:
    return article(story(30, seed=seed), time=time, origin=origin)


def names(partition: Partition) -> set[str]:
    """The ids that the table holds."""
    return {article_id for value in partition.table.values() for article_id in ids_in(value)}


def test_a_message_costs_one_write() -> None:
    partition = Partition(offset=41)
    records = (other(1), other(2))
    partition.send(records)
    assert partition.table == {b"%016d" % 41: to_bytes(to_rows(records))}


def test_a_repeat_is_neither_compared_nor_kept() -> None:
    partition = Partition()
    first = article(BASE)
    assert partition.send([first, first], [first]) == []
    assert partition.send([first]) == []
    assert len(partition.table) == 1
    partition.send([first, other(2)])
    assert names(partition) == {first.id, other(2).id}
    assert ids_in(partition.table[b"%016d" % 3]) == [other(2).id]


def test_edges_go_to_the_partition_of_the_later_article_and_are_counted() -> None:
    partition = Partition(number=0, partitions=1)
    partition.send([article(BASE, name=f"copy {n}", time=NOON + n) for n in range(4)], [article(BASE + " زيادة")])
    [step] = partition.steps
    assert step.copies == Counter(identical=6, copy=4)

    key = struct.unpack("<Q", article(BASE).keys[:8])[0] % 4
    records = [article(BASE, name=f"copy {n}", time=NOON + n) for n in range(9)]
    partition = Partition(number=key, partitions=4)
    for edge in partition.send(records):
        assert edge.earlier != edge.later
    for output in partition.steps[0].outputs:
        ids = {edge["later"] for edge in msgspec.json.decode(output.value)["records"]}
        assert {partition_for(later, 4) for later in ids} == {output.partition}


def test_an_article_is_forgotten_once_it_is_out_of_every_window() -> None:
    partition = Partition()
    partition.send([article(BASE)])
    partition.send([other(2, time=NOON + REMEMBERED - HOUR)])
    assert len(partition.table) == 2
    partition.send([other(3, time=NOON + REMEMBERED + HOUR)])
    assert names(partition) == {other(2).id, other(3).id}
    assert len(partition.memory) == 2


def test_a_message_is_forgotten_with_the_last_of_its_articles() -> None:
    partition = Partition()
    partition.send([article(BASE), other(2, time=NOON + 10 * HOUR)])
    partition.send([other(3, time=NOON + REMEMBERED + 2 * HOUR)])
    assert len(partition.table) == 2
    partition.send([other(4, time=NOON + REMEMBERED + 12 * HOUR)])
    assert names(partition) == {other(3).id, other(4).id}


def test_nothing_is_forgotten_before_every_origin_was_seen_to_pass() -> None:
    partition = Partition(number=0, partitions=2)
    partition.send([article(BASE, origin=0)])
    partition.send([other(2, time=NOON + 10 * REMEMBERED, origin=0)])
    assert len(partition.table) == 2, "origin 1 may still be a year behind"
    partition.send([other(3, time=NOON + HOUR, origin=1)])
    assert len(partition.table) == 3
    partition.send([other(4, time=NOON + 9 * REMEMBERED, origin=1)])
    assert names(partition) == {other(2).id, other(4).id}


def test_the_clock_is_read_off_the_rows_that_are_left() -> None:
    partition = Partition(number=0, partitions=2)
    for hour in range(0, 400, 7):
        partition.send([other(hour, time=NOON + hour * HOUR, origin=hour % 2)])
        rebuilt = Partition(number=0, partitions=2, table=dict(partition.table))
        assert watermark_of(rebuilt.memory.largest) == watermark_of(partition.memory.largest)
        assert len(rebuilt.memory) == len(partition.memory)
    assert len(partition.memory) < 30


def test_forgetting_does_not_depend_on_batches() -> None:
    messages = [[other(hour, time=NOON + hour * HOUR), other(hour + 1000, time=NOON)] for hour in range(0, 400, 9)]
    one, each = Partition(), Partition()
    one.send(*messages)
    for message in messages:
        each.send(message)
    assert one.table == each.table


def test_a_long_run_finds_copies_and_keeps_only_the_window() -> None:
    """Through many removals and compactions: each article is a copy of the one 50 hours before."""
    partition = Partition()
    found = 0
    for start in range(0, 12_000, 200):
        batch = [
            article(story(14, seed=n % 500), name=str(n), time=NOON + n // 10 * HOUR) for n in range(start, start + 200)
        ]
        found += len(partition.send(*([record] for record in batch)))
    assert found == 12_000 - 500
    assert len(partition.memory) <= 10 * (WINDOW_HOURS + LATENESS_HOURS + 2)
    assert partition.memory.size <= 2 * len(partition.memory) + 1024
    assert len(partition.table) == len(partition.memory)


def test_of_one_text_many_times_over_a_thousand_are_compared() -> None:
    partition = Partition()
    newest = [article("خبر عاجل جدا", name=str(n), time=NOON + n) for n in range(MAX_POSTINGS)]
    partition.send([article("خبر عاجل جدا", name="first", time=NOON)])
    partition.stage.absorb(partition.memory, {b"%016d" % 1: to_bytes(to_rows(newest))})
    partition.offset = 2
    edges = partition.send([article("خبر عاجل جدا", name="last", time=NOON + HOUR)])
    assert {edge.earlier for edge in edges} == {record.id for record in newest}


GOOD = article(BASE)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"\xff", "invalid_utf8"),
        (b"{", "invalid_json"),
        (b'{"schema_version":2,"records":[]}', "unknown_schema_version"),
        (b'{"schema_version":1}', "invalid_field"),
        *(
            (encode(FingerprintsEnvelope(records=(msgspec.structs.replace(GOOD, **change),))), "invalid_field")
            for change in (
                {"keys": b"1234567"},
                {"keys": bytes(8 * 17)},
                {"sketch": b"123"},
                {"sketch": bytes(4 * 129)},
                {"text_hash": b"123"},
                {"time": 2**62},
                {"time": -(2**62)},
                {"origin": 1},
                {"origin": -1},
                {"shingles": -1},
                {"numbers": b"12345"},
                {"numbers": bytes(4 * 25)},
                {"order": bytes(33)},
                {"keys": GOOD.keys[8:16] + GOOD.keys[:8]},
                {"keys": GOOD.keys[:8] * 2},
                {"sketch": GOOD.sketch[4:8] + GOOD.sketch[:4]},
                {"sketch": GOOD.sketch[:4] * 5},
                {"sketch": bytes(4) + GOOD.sketch[4:]},
                {"sketch": b""},
                {"numbers": b"2222" + b"1111"},
                {"numbers": b"1111" * 2},
                {"shingles": 0},
                {"shingles": len(GOOD.sketch) // 4 - 1},
            )
        ),
    ],
)
def test_a_malformed_message_is_rejected_with_its_reason_and_the_rest_goes_on(value: bytes, reason: str) -> None:
    partition = Partition()
    good = [encode(FingerprintsEnvelope(records=(article(BASE, name=name),))) for name in ("a", "b")]
    assert len(partition.send_bytes(good[0], value, good[1])) == 1
    [rejected] = partition.steps[0].rejected
    assert (rejected.offset, rejected.error) == (1, reason)
    assert rejected.message


def test_more_records_than_a_row_of_the_table_can_hold_are_rejected() -> None:
    partition = Partition()
    short = article("خبر عاجل")
    value = encode(FingerprintsEnvelope(records=(short,) * 16_001))
    assert partition.send_bytes(value, encode(FingerprintsEnvelope(records=(short,)))) == []
    assert [rejected.offset for rejected in partition.steps[0].rejected] == [0]
    assert names(partition) == {short.id}


def test_the_rows_of_the_table_are_those_of_every_other_machine() -> None:
    """Stored bytes: where they change, `processors.pipeline.COPY_RULES` must rise."""
    assert COPY_RULES == 2
    record = article(f"{BASE} 17 23", time=-5, page="p", dated=False, order="رقم 7".encode(), origin=513)
    stored = to_bytes(to_rows([record]))
    assert len(stored) == 824
    assert stored[:16].hex() == bytes.fromhex(record.id)[7::-1].hex() + bytes.fromhex(record.id)[:7:-1].hex()
    assert sha256(stored).hexdigest()[:16] == "046931c5c1595106"


def test_an_empty_batch_and_an_empty_envelope_come_to_nothing() -> None:
    partition = Partition()
    assert partition.send() == []
    assert partition.send([]) == []
    assert partition.table == {}


def test_absorbing_a_removal_twice_changes_nothing() -> None:
    partition = Partition()
    partition.send([article(BASE)], [other(2)])
    for _ in range(2):
        partition.stage.absorb(partition.memory, {b"%016d" % 0: None})
        assert len(partition.memory) == 1
