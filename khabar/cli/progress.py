"""How far a long reading has got: a bar on a terminal, a line every ten seconds elsewhere. All on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

REPORT_EVERY_SECONDS = 10.0
BYTES = "bytes"


class Progress:
    """`verb` is what is being done ("publishing"), `total` how much there is, where that is known; `unit` what is counted."""

    def __init__(self, verb: str, total: int | None, *, unit: str = BYTES) -> None:
        self._verb = verb
        self._total = total
        self._unit = unit
        self._taken = 0
        self._said_at = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bar while the block runs."""
        if not sys.stderr.isatty():
            yield
            return
        from rich import progress
        from rich.console import Console

        sizes: tuple[progress.ProgressColumn, ...] = (progress.DownloadColumn(), progress.TransferSpeedColumn())
        if self._unit != BYTES:
            sizes = (progress.MofNCompleteColumn(), progress.TextColumn(self._unit))
        known = (progress.BarColumn(), *sizes, progress.TimeRemainingColumn())
        unknown = (progress.SpinnerColumn(), *sizes)
        with progress.Progress(
            progress.TextColumn(self._verb),
            *(known if self._total else unknown),
            console=Console(stderr=True),
            transient=True,
            refresh_per_second=5,
        ) as self._bar:
            self._task = self._bar.add_task(self._verb, total=self._total)
            yield
        self._bar = None

    def took(self, size: int) -> None:
        """So much more was read."""
        self._taken += size
        if self._bar is not None:
            self._bar.advance(self._task, size)
        elif time.monotonic() - self._said_at >= REPORT_EVERY_SECONDS:
            self._said_at = time.monotonic()
            share = f" of {self._total:,}" if self._total else ""
            click.echo(f"{self._verb}: read {self._taken:,}{share} {self._unit}", err=True)
