"""Options that several commands share, and how they become Settings."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from khabar import settings
from khabar.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def brokers_option(command: F) -> F:
    """--brokers, for commands that talk to Kafka."""
    return click.option(
        "--brokers", metavar="HOST:PORT,…", help="Kafka. Default: KHABAR_BROKERS, the local stack, 127.0.0.1:9092."
    )(command)


def generation_option(command: F) -> F:
    """--generation, for commands that work on the topics or indices of one."""
    return click.option("--generation", type=click.IntRange(min=1), help="Default: KHABAR_GENERATION, 1.")(command)


def elasticsearch_option(command: F) -> F:
    """--elasticsearch, for commands that talk to it."""
    return click.option(
        "--elasticsearch", metavar="URL", help="Default: KHABAR_ELASTICSEARCH, the local stack, http://127.0.0.1:9200."
    )(command)


def coding_options(command: F) -> F:
    """--actors and --tagger, for commands that code texts."""
    command = click.option(
        "--tagger",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="MODEL",
        help="Names that no list has, by a model of khabar train-tagger. Default: KHABAR_TAGGER, none.",
    )(command)
    return click.option(
        "--actors",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Your own actors beside the shipped ones (docs/actors.md). Default: KHABAR_ACTORS, none.",
    )(command)


def step_limit_option(command: F) -> F:
    """--step-limit, for commands that run the stages."""
    return click.option(
        "--step-limit",
        "step_limit_seconds",
        type=click.FloatRange(0.1, 86_400),
        metavar="SECONDS",
        help="An article that takes a stage longer goes to dead-letters. Default: KHABAR_STEP_LIMIT_SECONDS, 60.",
    )(command)


def metrics_options(command: F) -> F:
    """--metrics-port and --metrics-host, for long-running processes."""
    command = click.option(
        "--metrics-host", default="127.0.0.1", show_default=True, help="Address the metrics server binds to."
    )(command)
    return click.option(
        "--metrics-port", type=click.IntRange(0, 65535), help="Serve Prometheus metrics on this port (0: any free one)."
    )(command)


def resolve(**given: Any) -> Settings:
    """Settings from the environment, with the options that were given in place of theirs."""
    loaded = settings.load(os.environ)
    return dataclasses.replace(loaded, **{name: value for name, value in given.items() if value is not None})
