"""The command line. Commands are imported when they are called, so `khabar --help` is quick and needs no broker."""

from __future__ import annotations

import importlib
import logging
import sys

import click

from khabar import __version__
from khabar.errors import KhabarError

COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (module, attribute, one line for --help)
    "demo": ("khabar.cli.demo", "demo", "Run everything on sixty sample articles, without any server."),
    "batch": ("khabar.cli.batch", "batch", "Process files into an SQLite store, without any server."),
    "read": ("khabar.cli.read", "read", "Show a page as extraction reads it: what is kept, removed, and why."),
    "code": ("khabar.cli.code", "code", "Show a text with its actors and events marked, sentence by sentence."),
    "publish": ("khabar.cli.publish", "publish", "Publish articles to Kafka."),
    "process": ("khabar.cli.process", "process", "Run the stages as a Faust worker."),
    "sink": ("khabar.cli.sink", "sink", "Write results to Elasticsearch or SQLite."),
    "stop-phrases": ("khabar.cli.stop_phrases", "stop_phrases", "Make a stop-list of stock phrases from a corpus."),
    "train-tagger": ("khabar.cli.train_tagger", "train_tagger", "Train a tagger of names that no list has."),
    "status": ("khabar.cli.status", "status", "Show topics, lag, last article, tables, dead letters."),
    "export": ("khabar.cli.export", "export", "Print articles, actor counts or copies as JSONL or CSV."),
    "explain": ("khabar.cli.explain", "explain", "Say why two articles are copies of one another, or why not."),
    "dead-letters": ("khabar.cli.dead_letters", "dead_letters", "List, show and retry what could not be processed."),
    "topics": ("khabar.cli.topics", "topics", "Create, list and describe the Kafka topics."),
    "stack": ("khabar.cli.stack", "stack", "Run a real Kafka and Elasticsearch on this machine, without Docker."),
    "schema": ("khabar.cli.schema", "schema", "Print the JSON Schema of a record."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="khabar")
def khabar() -> None:
    """Khabar streams news articles through Kafka, tells wire copies from originals, extracts actors and events, and keeps
    exact per-actor event counts.

    \b
    Try it without any server:   khabar demo
    Process your own files:      khabar batch articles.jsonl --store news.db
    The whole road:              khabar stack up && khabar topics create
                                 khabar publish files articles.jsonl
                                 khabar process        (in another terminal)
                                 khabar sink elasticsearch
    """


def main() -> None:
    """Entry point: prints Khabar's own errors plainly and turns them into exit codes."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        khabar(prog_name="khabar", standalone_mode=False)
    except KhabarError as error:
        click.echo(f"khabar: {error}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
