"""How far the reading of files has got: a bar on a terminal, a line every ten seconds elsewhere. All on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

REPORT_EVERY_SECONDS = 10.0


class Progress:
    """`verb` is what is being done ("publishing"), `total_bytes` how much there is, where that is known."""

    def __init__(self, verb: str, total_bytes: int | None) -> None:
        self._verb = verb
        self._total = total_bytes
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

        known = (
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
        )
        unknown = (progress.SpinnerColumn(), progress.DownloadColumn(), progress.TransferSpeedColumn())
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
        """`size` further bytes were read."""
        self._taken += size
        if self._bar is not None:
            self._bar.advance(self._task, size)
        elif time.monotonic() - self._said_at >= REPORT_EVERY_SECONDS:
            self._said_at = time.monotonic()
            share = f" of {self._total:,}" if self._total else ""
            click.echo(f"{self._verb}: read {self._taken:,}{share} bytes", err=True)
