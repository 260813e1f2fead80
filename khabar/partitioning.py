"""Which partition a key belongs to: Kafka's murmur2, as Java's, Faust's and librdkafka's `murmur2_random` compute it."""

from __future__ import annotations


def murmur2(data: bytes) -> int:
    """MurmurHash2, 32 bits, seed 0x9747b28c, as in Apache Kafka's `Utils.murmur2`. Unsigned."""
    length = len(data)
    h = (0x9747B28C ^ length) & 0xFFFFFFFF
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * 0x5BD1E995 & 0xFFFFFFFF
        k = (k ^ (k >> 24)) * 0x5BD1E995 & 0xFFFFFFFF
        h = (h * 0x5BD1E995 & 0xFFFFFFFF) ^ k
    if length > whole:
        h = (h ^ int.from_bytes(data[whole:], "little")) * 0x5BD1E995 & 0xFFFFFFFF
    h = (h ^ (h >> 13)) * 0x5BD1E995 & 0xFFFFFFFF
    return h ^ (h >> 15)


def partition_for(key: str, partitions: int) -> int:
    """The partition of `key` in a topic of `partitions` partitions."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
