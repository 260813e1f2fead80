"""What a worker compiles, it compiles before it joins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import gc
from numba.core.dispatcher import Dispatcher
from processors.pipeline import warm_up
from tests.deduplication.articles import HOUR, NOON, Partition, article, story

def compiled():
    return {d.py_func.__qualname__: len(d.signatures) for d in gc.get_objects() if isinstance(d, Dispatcher)}

warm_up()
before = compiled()
partition = Partition(partitions=3)
for n in range(0, 1600, 80):
    records = [article(story(14, seed=k % 70) + " 17 " * (k % 3), name=str(k), time=NOON + 2 * k * HOUR, origin=k % 3)
               for k in range(n, n + 80)]
    partition.send(*([record] for record in records))
partition.send([article("", name="empty")], [], [article("كلمة", name="one", order=b"7")])
partition.stage.load(partition.table.items())
print(sum(before.values()), {name: count for name, count in compiled().items() if before.get(name) != count})
"""


def test_after_warming_up_no_kernel_is_left_to_compile() -> None:
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", CODE], cwd=root, capture_output=True, text=True, check=True)
    count, _, changed = run.stdout.strip().partition(" ")
    assert int(count) > 10
    assert changed == "{}"
