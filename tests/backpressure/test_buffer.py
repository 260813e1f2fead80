"""Faust's queue between consumer and agent is bounded by bytes as well as by messages."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from mode.utils.queues import FlowControlEvent

from processors.faust_engine.buffer import BUFFER_BYTES, BoundedQueue


def event(size: int) -> SimpleNamespace:
    return SimpleNamespace(message=SimpleNamespace(key=b"", value=b"x" * size))


def queue(maxsize: int = 4096) -> BoundedQueue:
    flow = FlowControlEvent()
    flow.resume()
    return BoundedQueue(maxsize=maxsize, flow_control=flow, clear_on_resume=True)


def test_few_large_messages_fill_it_and_stop_the_fetching_until_most_are_taken() -> None:
    async def run() -> list[str]:
        happened: list[str] = []
        bounded = queue()

        def high() -> None:
            happened.append("high")

        def drop() -> None:
            happened.append("drop")

        for _ in range(10):
            bounded.put_nowait_enhanced(event(BUFFER_BYTES // 8), on_pressure_high=high, on_pressure_drop=drop)
        assert happened == ["high"]
        assert bounded.full()
        for _ in range(6):
            bounded.get_nowait()
        assert happened == ["high"]
        assert not bounded.full()
        for _ in range(4):
            bounded.get_nowait()
        assert bounded.waiting_bytes == 0
        return happened

    assert asyncio.run(run()) == ["high", "drop"]


def test_whoever_puts_into_a_full_one_waits() -> None:
    async def run() -> None:
        bounded = queue()
        await bounded.put(event(BUFFER_BYTES))
        waiting = asyncio.ensure_future(bounded.put(event(1)))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await bounded.get()
        await asyncio.wait_for(waiting, 1)
        assert bounded.waiting_bytes == 1
        bounded.clear()
        assert (bounded.waiting_bytes, bounded.qsize()) == (0, 0)

    asyncio.run(run())


def test_many_small_messages_fill_it_as_they_do_with_faust() -> None:
    async def run() -> None:
        bounded = queue(maxsize=10)
        for _ in range(10):
            bounded.put_nowait(event(1))
        assert bounded.full()
        assert bounded.waiting_bytes == 10

    asyncio.run(run())
