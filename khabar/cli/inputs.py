"""Arguments and options of the commands that read articles from files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def input_options(command: F) -> F:
    """PATH…, --source, --language and --field."""
    return reading_options(click.argument("paths", nargs=-1, required=True, metavar="PATH…")(command))


def reading_options(command: F) -> F:
    """--source, --language and --field."""
    for option in (
        click.option(
            "--field",
            "fields",
            multiple=True,
            metavar="TARGET=NAME",
            help="In this input, TARGET (text, title, published_at, …) is called NAME. Repeatable.",
        ),
        click.option("--language", metavar="CODE", help="Language of articles that name none, e.g. ar. Default: und."),
        click.option(
            "--source", metavar="NAME", help="Source of articles that name none. Default: the URL's host, the folder."
        ),
    ):
        command = option(command)
    return command


def check_paths(paths: Sequence[str]) -> None:
    """What is not there at all is a slip of the pen, to be told before anything is done. Raises click.UsageError."""
    if paths.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise click.UsageError(f"there is no file or folder {path}")


def parsed_fields(given: Sequence[str]) -> dict[str, str]:
    """TARGET=NAME options as a mapping. Raises click.UsageError."""
    fields = {}
    for item in given:
        target, equals, name = item.partition("=")
        if not equals or not target or not name:
            raise click.UsageError(f"--field {item}: write TARGET=NAME, for example --field text=story")
        fields[target] = name
    return fields
