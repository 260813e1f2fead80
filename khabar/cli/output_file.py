"""A file that a long command makes: checked before the work, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import click

from khabar.errors import SettingsError


def check_output(output: Path, *, force: bool) -> None:
    """Whether `output` can be written, before minutes or hours are spent on what to write. Raises click.UsageError."""
    if output.exists() and not force:
        raise click.UsageError(f"{output} exists; name another file, or replace it with --force")
    if not os.access(output.parent, os.W_OK | os.X_OK):
        raise click.UsageError(f"no file can be made in {output.parent}: the folder is not there or not yours to write")


def write_output(output: Path, data: bytes, *, force: bool) -> None:
    """Write `output` as a whole or not at all. Raises SettingsError."""
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with partial.open("xb") as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                if output.exists() and not force:
                    raise SettingsError(f"{output} came into being meanwhile; replace it with --force")
                partial.replace(output)
            finally:
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{output} cannot be written: {error.strerror}; name another file with --output") from None
