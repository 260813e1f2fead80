"""The table of a stage while its changelog is read and partitions are given out anew in the middle of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import faust
import pytest
from faust.types import TP

from khabar.codec import encode
from processors.faust_engine.batch_log import TAG_HEADER, Marker, Tag, row_digest
from processors.faust_engine.catching_up import CatchingUpTables
from processors.faust_engine.table import ROCKSDB_OPTIONS, LogTable

ROWS = {b"0/%d" % number: b"%d" % number for number in range(6)}


def changelog() -> list[SimpleNamespace]:
    """One batch of six rows and its marker."""
    digest = 0
    for key, value in ROWS.items():
        digest ^= row_digest(key, value)
    marker = encode(Marker(sequence=1, position=9, rows=len(ROWS), digest=digest, layout=""))
    headers = [(TAG_HEADER, Tag(1, "writer").encode())]
    return [
        SimpleNamespace(offset=offset, key=key, value=value, headers=headers)
        for offset, (key, value) in enumerate([*ROWS.items(), (b"@marker/0", marker)])
    ]


def table(store: str, folder: Path) -> LogTable:
    """A table of an app that never starts: no broker is asked for anything."""
    app = faust.App(
        "khabar-test",
        broker="kafka://127.0.0.1:1",
        datadir=str(folder),
        store=f"{store}://",
        TableManager=CatchingUpTables,
    )
    app.finalize()
    app._create_directories()
    return LogTable(app, name="counts", key_type=bytes, value_type=bytes, partitions=1, options=dict(ROCKSDB_OPTIONS))


@pytest.mark.parametrize("store", ["memory", "rocksdb"])
@pytest.mark.parametrize("meanwhile", ["kept", "given to another and back"])
def test_what_a_reading_brings_after_a_rebalance_is_not_taken_for_the_next_records(
    tmp_path: Path, store: str, meanwhile: str
) -> None:
    async def run() -> LogTable:
        ours, records = table(store, tmp_path), changelog()
        place = TP(ours.changelog_topic_name, 0)

        async def rebalance(before: set[TP], now: set[TP], generation: int) -> None:
            await ours.on_rebalance(now, before - now, now - before, generation)

        await rebalance(set(), {place}, 1)
        assert ours.begin_reading(0) == 0
        ours.replay(0, records[:4], generation=1)
        if meanwhile == "kept":
            await rebalance({place}, {place}, 2)
            now = 2
        else:
            await rebalance({place}, set(), 2)
            ours.replay(0, records[4:5], generation=1)
            await rebalance(set(), {place}, 3)
            now = 3
        ours.replay(0, records[4:], generation=1)
        assert ours.marker(0) == Marker()
        start = ours.begin_reading(0)
        ours.replay(0, records[start:], generation=now)
        return ours

    found = asyncio.run(run())
    assert (found.marker(0).sequence, found.marker(0).position) == (1, 9)
    assert dict(found.rows(0)) == {key.removeprefix(b"0/"): value for key, value in ROWS.items()}


def test_of_a_partition_with_nothing_counted_faust_is_told_to_read_all(tmp_path: Path) -> None:
    """With no answer it would go on where it had read to before the rebalance."""
    ours, records = table("memory", tmp_path), changelog()
    place = TP(ours.changelog_topic_name, 0)
    ours.generation = 1
    ours.replay(0, records[:4], generation=1)
    assert ours.persisted_offset(place) == -1
    ours.replay(0, records[4:], generation=1)
    assert ours.persisted_offset(place) == records[-1].offset


def test_a_recovery_that_a_rebalance_has_overtaken_goes_no_further(tmp_path: Path) -> None:
    async def run() -> None:
        ours = table("memory", tmp_path)
        place = TP(ours.changelog_topic_name, 0)
        recovery = ours.app.tables.recovery
        recovery.tp_to_table[place], recovery._generation_id, ours.generation = ours, 1, 2
        with pytest.raises(
            TimeoutError
        ):  # it waits for the signal that ends it, and asks the consumer, which is none, nothing
            await asyncio.wait_for(recovery._build_offsets(None, {place}, {}, "active"), 0.2)

    asyncio.run(run())
