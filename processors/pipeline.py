"""The four stages, put together for one generation. Both engines get them from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from processors.aggregation import Aggregation
from processors.deduplication import Deduplication
from processors.extraction.coding import Coder
from processors.extraction.stage import Extraction
from processors.fingerprints import fingerprint_texts
from processors.resolution import Resolution
from processors.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The stages in the order in which a record meets them first."""

    extraction: Extraction
    deduplication: Deduplication
    resolution: Resolution
    aggregation: Aggregation

    @property
    def stages(self) -> tuple[Stage[Any], ...]:
        return (self.extraction, self.deduplication, self.resolution, self.aggregation)


def build(*, coder: Coder, partitions: int, window_hours: int, lateness_hours: int) -> Pipeline:
    """Stages that agree on the partition count, as all topics of a generation do."""
    return Pipeline(
        extraction=Extraction(coder=coder, fingerprint=fingerprint_texts, partitions=partitions),
        deduplication=Deduplication(partitions=partitions, window_hours=window_hours, lateness_hours=lateness_hours),
        resolution=Resolution(states=coder.states, partitions=partitions),
        aggregation=Aggregation(partitions=partitions),
    )


def layout_of(*, window_hours: int, lateness_hours: int, coder: Coder) -> str:
    """What one generation, or one store, holds fixed, in words: results of two of them must not mix."""
    return f"a window of {window_hours} h, lateness {lateness_hours} h, rules {coder.version}"
