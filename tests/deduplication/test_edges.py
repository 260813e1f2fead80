"""What stands in the edges, and where they go."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from khabar.partitioning import partition_for
from processors.deduplication.edges import find_partitions
from tests.deduplication.articles import HOUR, NOON, article, edges_between, story

BASE = story(300, seed=1)


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=20), st.integers(1, 1000))
def test_partitions_of_ids_are_those_of_kafkas_partitioner(ids: list[bytes], partitions: int) -> None:
    found = np.empty(len(ids), dtype=np.int64)
    integers = np.frombuffer(b"".join(ids), dtype=">u8").astype(np.uint64).reshape(-1, 2)
    find_partitions(integers, partitions, found)
    assert found.tolist() == [partition_for(one.hex(), partitions) for one in ids]


def test_an_edge_names_its_articles_and_the_order_of_the_earlier() -> None:
    original = article(BASE, name="a", order="رقم-17".encode())
    copy = article(BASE, name="b", time=NOON + HOUR)
    [edge] = edges_between(original, copy)
    assert (edge.later, edge.earlier, edge.earlier_order) == (copy.id, original.id, "رقم-17".encode())
    assert edge.earlier_time.timestamp() == NOON
    assert edge.earlier_time.tzinfo is not None


def test_edges_before_1970_have_their_time() -> None:
    [edge] = edges_between(article(BASE, name="a", time=-HOUR), article(BASE, name="b", time=0))
    assert edge.earlier_time.timestamp() == -HOUR
