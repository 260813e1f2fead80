"""What a run came to, for people and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from tests.faults.checking import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`faults` that really happened, by kind; `planned` of them; `exits` nobody asked for, by process and code; `told`:
    the exits that no supervisor has to expect; `numbers` what was counted; `seconds` and `pauses` by part.
    """

    seed: int
    lines: int
    rate: float
    planned: int
    faults: Mapping[str, int]
    restarts: Mapping[str, int]
    exits: Mapping[str, int]
    told: Sequence[str]
    numbers: Mapping[str, int]
    pauses: Mapping[str, float]
    seconds: Mapping[str, float]
    differences: Sequence[Difference]
    logs: str

    @property
    def as_json(self) -> str:
        return orjson.dumps(dataclasses.asdict(self)).decode()

    @property
    def as_text(self) -> str:
        """Tables, and at the end the verdict."""
        kinds = dict(sorted(self.faults.items(), key=lambda pair: (-pair[1], pair[0])))
        parts = [
            f"seed {self.seed}: {self.lines:,} lines at {self.rate:.0f} a second",
            _table("faults that happened", {**kinds, f"all of {self.planned} planned": sum(self.faults.values())}),
            _table("restarts", self.restarts),
            _table("exits that nobody asked for (code)", self.exits),
            _table("counted", self.numbers),
            _table("longest pause while articles came in, seconds", {k: round(v, 1) for k, v in self.pauses.items()}),
            _table("seconds", {k: round(v) for k, v in self.seconds.items()}),
        ]
        parts += [f"NOT EXPECTED OF A PROCESS: {one}" for one in self.told]
        for one in self.differences:
            parts.append(f"DIFFERENCE in {one.where}: {one.count:,} {one.what}, as {'; '.join(one.examples)}")
        parts.append(f"differences: {sum(one.count for one in self.differences):,}")
        if self.differences or self.told:
            parts.append(f"logs: {self.logs}")
        return "\n".join(parts)


def _table(title: str, rows: Mapping[str, float]) -> str:
    width = max((len(name) for name in rows), default=0)
    lines = [f"  {name:{width}}  {number:>9,}" for name, number in rows.items()]
    return "\n".join([f"{title}:", *(lines or ["  none"])])
