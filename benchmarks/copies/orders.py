"""Are the edges the same, byte for byte, whatever the number of partitions and the order of arrival?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from benchmarks.copies.methods import BATCH, WINDOW_HOURS, Article, fingerprints
from khabar.codec import decode, encode
from khabar.records import FindingsEnvelope, Fingerprint, FingerprintsEnvelope
from processors.deduplication import Deduplication
from processors.fingerprints import key_partitions
from processors.stage import Message, State

PARTITIONS = (1, 2, 4, 8, 16)
LATENESS_HOURS = 24 * 365


def edge_digests(articles: Sequence[Article]) -> dict[str, str]:
    """A digest of all edges, sorted, by how they were found."""
    records = fingerprints(articles)
    found = {f"{partitions} partitions": _digest(records, partitions) for partitions in PARTITIONS}
    shuffled = list(records)
    for seed in range(3):
        random.Random(seed).shuffle(shuffled)
        found[f"4 partitions, shuffled {seed + 1}"] = _digest(shuffled, 4)
    return found


def _digest(records: Sequence[Fingerprint], partitions: int) -> str:
    edges: list[bytes] = []
    for number in range(partitions):
        own = [record for record in records if number in key_partitions(record.keys, partitions)]
        stage = Deduplication(partitions=partitions, window_hours=WINDOW_HOURS, lateness_hours=LATENESS_HOURS)
        index = stage.load([])
        for offset, start in enumerate(range(0, len(own), BATCH)):
            value = encode(FingerprintsEnvelope(records=tuple(own[start : start + BATCH])))
            step = stage.step(State(lambda key: None, index), number, [Message(offset=offset, value=value)])
            index = stage.absorb(index, step.writes)
            for output in step.outputs:
                edges += [msgspec.json.encode(edge) for edge in decode(output.value, FindingsEnvelope).records]
    return sha256(b"\n".join(sorted(edges))).hexdigest()
