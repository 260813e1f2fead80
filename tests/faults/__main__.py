"""Real faults on real servers, for so many minutes; exit code 1 at any difference.

\b
    python -m tests.faults --minutes 20
    python -m tests.faults --seed 7 --minutes 5 --articles 12000 --json
"""

from __future__ import annotations

import secrets
import signal
import sys
import time
from types import FrameType

import click

from khabar.errors import KhabarError
from khabar.stack import StackError
from tests.faults.run import Scenario, run

ARTICLES_A_MINUTE = 3_200


@click.command(help=__doc__)
@click.option("--seed", type=int, help="The plan of faults and the articles. Default: drawn, and printed.")
@click.option("--minutes", type=click.FloatRange(min=0.5), default=20.0, show_default=True, help="Inject for so long.")
@click.option("--articles", type=click.IntRange(min=200), help=f"Default: {ARTICLES_A_MINUTE} a minute.")
@click.option(
    "--rate", type=click.FloatRange(min=1), help="Articles a second. Default: so that they last for the time."
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def main(seed: int | None, minutes: float, articles: int | None, rate: float | None, as_json: bool) -> None:
    signal.signal(signal.SIGTERM, _stop)
    scenario = Scenario(
        seed=secrets.randbelow(2**31) if seed is None else seed,
        minutes=minutes,
        articles=articles or round(minutes * ARTICLES_A_MINUTE),
        rate=rate,
    )
    click.echo(f"seed {scenario.seed}", err=True)
    try:
        report = run(scenario, say=_say)
    except (StackError, KhabarError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(report.as_json if as_json else report.as_text)
    sys.exit(1 if report.differences else 0)


def _say(text: str) -> None:
    click.echo(f"[{time.strftime('%H:%M:%S')}] {text}", err=True)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End as on Ctrl-C: nothing that was started is left behind."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
