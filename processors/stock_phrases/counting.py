"""In how many texts does a shingle stand? Estimates for all in a table of fixed size, exact counts for the few that matter.

The table is a count-min sketch with conservative update (G. Cormode and S. Muthukrishnan, "An improved data stream summary",
2005; C. Estan and G. Varghese, "New directions in traffic measurement and accounting", 2002): a shingle has two counters,
shared with others; of the two only the lower is raised. So an estimate may be too high, never too low.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from khabar.errors import SettingsError
from processors.fingerprints.compiling import kernel
from processors.fingerprints.kernels import Hashes
from processors.fingerprints.words import key_shingles

COUNTERS: Final = 1 << 25
"""128 MB. A million articles have some 400 million shingles: a few on each counter, where the threshold is a thousand."""
MAX_CANDIDATES: Final = 1_000_000
"""About 150 MB in `ExactCounts`."""

_SHIFT_32 = np.uint64(32)


def distinct_shingles(text: str) -> Hashes:
    """The word 5-shingles of `text`, each once, ascending."""
    return np.unique(key_shingles(text))


class Estimates:
    """Counts of shingles in a fixed number of counters, a power of two."""

    def __init__(self, counters: int = COUNTERS) -> None:
        self._counters = np.zeros(counters, dtype=np.uint32)

    @property
    def size_bytes(self) -> int:
        return self._counters.nbytes

    def add(self, shingles: Hashes) -> None:
        """Count each of `shingles`, the distinct ones of a text, once more."""
        _add(self._counters, shingles)

    def of(self, shingles: Hashes) -> NDArray[np.uint32]:
        """How often each of `shingles` was counted, or more."""
        found = np.empty(len(shingles), dtype=np.uint32)
        _estimate(self._counters, shingles, found)
        return found


class ExactCounts:
    """Counts of those shingles that `estimates` gives at least `least`."""

    def __init__(self, estimates: Estimates, least: int, max_candidates: int = MAX_CANDIDATES) -> None:
        self._estimates = estimates
        self._least = least
        self._max_candidates = max_candidates
        self._counts: Counter[int] = Counter()

    def add(self, shingles: Hashes) -> None:
        """Count each of `shingles`, the distinct ones of a text that `estimates` has counted, once more.

        Raises SettingsError where more shingles may be frequent than fit into memory.
        """
        self._counts.update(shingles[self._estimates.of(shingles) >= self._least].tolist())
        if len(self._counts) > self._max_candidates:
            raise SettingsError(
                f"more than {self._max_candidates:,} sequences of five words may stand in {self._least:,} originals or "
                "more; ask for more articles with --min-articles or --min-share"
            )

    def frequent(self) -> tuple[Hashes, NDArray[np.int64]]:
        """The shingles that were counted at least `least` times, ascending; and how often each was."""
        found = sorted((shingle, count) for shingle, count in self._counts.items() if count >= self._least)
        return (
            np.array([shingle for shingle, _ in found], dtype=np.uint64),
            np.array([count for _, count in found], dtype=np.int64),
        )


@kernel
def _add(counters: NDArray[np.uint32], shingles: Hashes) -> None:
    mask = np.uint64(len(counters) - 1)
    for shingle in shingles:
        # The halves of a finalised hash depend on each other in no way that matters.
        one = shingle & mask
        other = (shingle >> _SHIFT_32) & mask
        count = min(counters[one], counters[other]) + 1
        counters[one] = max(counters[one], count)
        counters[other] = max(counters[other], count)


@kernel
def _estimate(counters: NDArray[np.uint32], shingles: Hashes, found: NDArray[np.uint32]) -> None:
    mask = np.uint64(len(counters) - 1)
    for place in range(len(shingles)):
        shingle = shingles[place]
        found[place] = min(counters[shingle & mask], counters[(shingle >> _SHIFT_32) & mask])
