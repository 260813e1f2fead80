"""The simulation again and again, with seeds that no test has used.

\b
    python -m tests.simulation --minutes 30           what `make soak` runs
    python -m tests.simulation --runs 100000
    python -m tests.simulation --seed 1000123 --runs 1   one of them again

Ends at the first difference, with exit code 1 and the seed that shows it.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Mapping
from itertools import count

import click

from tests.simulation.test_promise import make_input, run_world
from tests.simulation.world import MANY

FIRST_SEED = 1_000_000
"""Below are the seeds of the tests."""


@click.command(help=__doc__)
@click.option("--minutes", type=float, help="Stop after so many minutes.")
@click.option("--runs", type=int, help="Stop after so many runs.")
@click.option("--seed", type=int, help="The first seed; one after another follows. Default: drawn.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object at the end, and nothing else.")
def main(minutes: float | None, runs: int | None, seed: int | None, as_json: bool) -> None:
    if minutes is None and runs is None:
        raise click.UsageError("say how long: --minutes or --runs")
    first = FIRST_SEED + secrets.randbelow(2**40) if seed is None else seed
    started = told = time.monotonic()
    totals: Counter[str] = Counter()
    differing: dict[str, object] | None = None
    for number in count():
        if (runs is not None and number >= runs) or (
            minutes is not None and time.monotonic() - started >= minutes * 60
        ):
            break
        given = make_input(first + number)
        world, found = run_world(given, first + number, faults=MANY)
        totals.update(world.happened, runs=1, articles=len(given.articles), takebacks=world.takebacks)
        if found:
            differing = {"seed": first + number, "differences": found}
            break
        if not as_json and time.monotonic() - told > 30:
            told = time.monotonic()
            click.echo(
                f"{totals['runs']:,} runs, {sum(totals[fault] for fault in world.happened):,} faults, no difference"
            )
    seconds = round(time.monotonic() - started)
    report = {"first_seed": first, "seconds": seconds, **totals, "difference": differing}
    click.echo(json.dumps(report) if as_json else _told(report))
    if differing is not None:
        again = f"python -m tests.simulation --seed {differing['seed']} --runs 1"
        click.echo(f"A difference. Again: {again}", err=True)
        sys.exit(1)


def _told(report: Mapping[str, object]) -> str:
    return "\n".join(
        f"{name:12} {value:,}" if isinstance(value, int) else f"{name:12} {value}" for name, value in report.items()
    )


if __name__ == "__main__":
    main()
