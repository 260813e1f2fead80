"""The four stages, put together for one generation. Both engines get them from here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from khabar.codec import encode
from khabar.records import FingerprintsEnvelope
from processors.aggregation import Aggregation
from processors.deduplication import Deduplication
from processors.extraction import reading
from processors.extraction.coding import Coder
from processors.extraction.stage import Extraction
from processors.fingerprints import fingerprint_texts
from processors.fingerprints.stop_list import StopList
from processors.resolution import Resolution
from processors.stage import Message, Stage, State

COPY_RULES = 2
"""Raise it with any change in what a fingerprint is or which pairs are copies: one generation keeps to one set of rules."""


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


def build(
    *, coder: Coder, partitions: int, window_hours: int, lateness_hours: int, stop_list: StopList | None = None
) -> Pipeline:
    """Stages that agree on the partition count, as all topics of a generation do. `stop_list`: None is the built-in one."""
    return Pipeline(
        extraction=Extraction(
            coder=coder, fingerprint=partial(fingerprint_texts, stop_list=stop_list), partitions=partitions
        ),
        deduplication=Deduplication(partitions=partitions, window_hours=window_hours, lateness_hours=lateness_hours),
        resolution=Resolution(states=coder.states, partitions=partitions),
        aggregation=Aggregation(partitions=partitions),
    )


def layout_of(*, window_hours: int, lateness_hours: int, coder: Coder, stop_list: StopList) -> str:
    """What one generation, or one store, holds fixed, in words: results of two of them must not mix."""
    return (
        f"{_window(window_hours)}, lateness {lateness_hours} h, rules {coder.version}, reading {reading.version()}, "
        f"{_copy_rules(stop_list)}"
    )


def finds_the_same_copies(layout: str, *, window_hours: int, stop_list: StopList) -> bool:
    """Whether what `layout_of` says, or words around it, speaks of this window, this stop-list and our rules of copies."""
    return f"{_window(window_hours)}, " in layout and layout.endswith(_copy_rules(stop_list))


def hours_of(layout: str) -> tuple[int, int] | None:
    """The window and the lateness that `layout_of` says, in hours; None where these words are not its own."""
    found = re.search(r"\ba window of (\d+) h, lateness (\d+) h, ", layout)
    return None if found is None else (int(found[1]), int(found[2]))


def _window(hours: int) -> str:
    return f"a window of {hours} h"


def _copy_rules(stop_list: StopList) -> str:
    return f"copies by rules {COPY_RULES}, stock phrases {stop_list.version} ({stop_list.digest[:8]})"


def warm_up() -> None:
    """Compile the kernels, or read them from their cache: some ten seconds the first time, then a third of one. Better now
    than while a broker waits for a heartbeat.
    """
    stage = Deduplication(partitions=1, window_hours=1, lateness_hours=1)
    memory = stage.load([])
    for offset, hours in enumerate((0, 0, 1_000)):  # a first article, a copy of it, and one that lets both expire
        text = " ".join(f"word{n}" for n in range(40)) + " end" * offset
        record = fingerprint_texts([text])[0].record(id=f"{offset:032x}", time=hours * 3_600, origin=0, order=b"x")
        message = Message(offset=offset, value=encode(FingerprintsEnvelope(records=(record,))))
        step = stage.step(State(row=lambda _: None, memory=memory), 0, [message])
        memory = stage.absorb(memory, step.writes)
    memory.compact()
