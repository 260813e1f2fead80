"""The edges of a set of articles are the same in any order of arrival, any batches, and on any number of partitions."""

from __future__ import annotations

import random
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.codec import encode
from khabar.records import Fingerprint, FingerprintsEnvelope
from processors.deduplication import Index
from processors.deduplication.arrivals import watermark_of
from processors.pipeline import COPY_RULES
from processors.stage import Message, State
from tests.deduplication.articles import HOUR, NOON, Partition, all_edges, article, story


def family(seed: int) -> list[Fingerprint]:
    """A story with copies of all kinds, one that shares a page with the next story, and three on one form with other numbers."""
    chance = random.Random(seed)
    base, following = story(chance.randint(40, 400), seed=seed), story(200, seed=seed + 1)
    words = base.split()
    reworded = " ".join("بدل" if chance.random() < 0.1 else word for word in words)
    texts = [
        base,
        base,
        f"القاهرة (وكالات): {base} المصدر وكالات",
        " ".join(words[: len(words) // 2]),
        " ".join(words[: len(words) // 5]),
        " ".join(words[: len(words) // 7]),
        reworded,
        f"{base}\n{story(chance.randint(20, 200), seed=seed + 1000)}",
        f"{base} {following}",
        *(" ".join(w if n % 9 else f"{w} {chance.randint(3, 999)}" for n, w in enumerate(words)) for _ in range(3)),
        " ".join(words[:6]),
        " ".join(words[:6]),
    ]
    return [
        article(
            text,
            name=f"{seed}/{place}",
            time=NOON + chance.randint(0, 40) * HOUR,
            page="page" if chance.random() < 0.3 else None,
            dated=chance.random() < 0.9,
        )
        for place, text in enumerate(texts)
    ]


ARTICLES = [record for seed in range(4) for record in family(seed)]
EDGES = all_edges(ARTICLES, partitions=1)


def test_the_set_has_copies_of_all_kinds() -> None:
    assert len(EDGES) > 80
    for kind in ("identical", "copy", "excerpt", "revision"):
        assert any(f'"kind":"{kind}"'.encode() in edge for edge in EDGES), kind


def test_edges_are_those_of_every_other_machine() -> None:
    """Where they change, `processors.pipeline.COPY_RULES` must rise: generations must not mix two sets of rules."""
    assert COPY_RULES == 2
    assert sha256(b"\n".join(EDGES)).hexdigest()[:16] == "52233afea69a77a7"


@settings(max_examples=40, deadline=None)
@given(st.permutations(ARTICLES), st.sampled_from([1, 2, 3, 4, 8, 16]), st.lists(st.integers(1, 40), max_size=12))
def test_any_order_batches_and_partitions_give_the_same_edges(
    order: list[Fingerprint], partitions: int, cuts: list[int]
) -> None:
    assert all_edges(order, partitions=partitions, cuts=cuts) == EDGES


@settings(max_examples=20, deadline=None)
@given(st.permutations(ARTICLES), st.lists(st.integers(1, 40), max_size=6))
def test_a_rebuilt_index_goes_on_as_if_nothing_had_happened(order: list[Fingerprint], cuts: list[int]) -> None:
    table: dict[bytes, bytes] = {}
    found: list[bytes] = []
    offset = 0
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(order)], strict=True):
        rows = list(table.items())
        random.Random(start).shuffle(rows)
        partition = Partition(table=dict(rows), offset=offset)
        found += [encode(edge) for edge in partition.send(*([record] for record in order[start:end]))]
        table, offset = partition.table, partition.offset
    assert sorted(found) == EDGES


def test_a_step_does_not_change_what_it_looks_at() -> None:
    partition = Partition()
    partition.send(ARTICLES[:10])
    value = encode(FingerprintsEnvelope(records=tuple(ARTICLES[10:20])))
    before = everything(partition.memory)
    steps = [
        partition.stage.step(State(partition.table.get, partition.memory), 0, [Message(offset=1, value=value)])
        for _ in range(2)
    ]
    assert steps[0] == steps[1]
    assert steps[0].outputs
    assert everything(partition.memory) == before


def everything(index: Index) -> tuple[object, ...]:
    used = slice(index.size)
    arrays = (index.rows[used], index.anchors[used], index.heads, index.older[used])
    return (len(index), watermark_of(index.largest), *(array.tobytes() for array in arrays))
