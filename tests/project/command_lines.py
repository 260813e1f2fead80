"""Checks a `khabar …` line, as documents and deployment files hold them, against the command line as it is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from khabar.cli import khabar


def problem(words: Sequence[str]) -> str | None:
    """What is wrong with `khabar WORDS…`: a command or an option that does not exist. None where nothing is.

    Values are not checked: the files they name are not here.
    """
    command: click.Command = khabar
    path = "khabar"
    waiting = list(words)
    while isinstance(command, click.Group) and waiting and not waiting[0].startswith("-"):
        name = waiting.pop(0)
        found = command.get_command(click.Context(command), name)
        if found is None:
            return f"`{path}` has no command {name}"
        command, path = found, f"{path} {name}"
    known = {"-h", "--help", *(option for param in command.params for option in (*param.opts, *param.secondary_opts))}
    for word in waiting:
        option = word.split("=", 1)[0]
        if option.startswith("-") and option != "-" and option not in known:
            return f"`{path}` has no option {option}"
    return None
