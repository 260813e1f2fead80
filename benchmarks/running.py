"""How every benchmark's command ends: what is missing or wrong in one line on stderr, with its exit code."""

from __future__ import annotations

import sys

import click

from khabar.errors import DependencyUnavailable


def run(command: click.Command) -> None:
    """Run `command` on the process's arguments; exits with the error's code if it cannot go on."""
    try:
        command.main(standalone_mode=False)
    except DependencyUnavailable as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
