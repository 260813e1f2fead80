"""Our partitioner is Kafka's: aiokafka has an implementation of its own to compare with."""

from __future__ import annotations

from aiokafka.partitioner import murmur2 as murmur2_of_aiokafka
from hypothesis import given
from hypothesis import strategies as st

from khabar.partitioning import murmur2, partition_for


@given(st.binary(max_size=64))
def test_murmur2_is_that_of_the_java_client(data: bytes) -> None:
    assert murmur2(data) == murmur2_of_aiokafka(data) & 0xFFFFFFFF


def test_known_values_of_the_java_client() -> None:
    assert murmur2(b"foobar") == -790332482 & 0xFFFFFFFF
    assert murmur2(b"abc") == 479470107


@given(st.text(max_size=40), st.integers(1, 64))
def test_a_partition_is_one_of_the_topic(key: str, partitions: int) -> None:
    assert 0 <= partition_for(key, partitions) < partitions
