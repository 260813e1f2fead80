"""`khabar process`: one Faust worker."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from pathlib import Path
from typing import IO, Literal

import click

from khabar.cli.options import (
    brokers_option,
    coding_options,
    generation_option,
    metrics_options,
    resolve,
    step_limit_option,
)
from khabar.errors import SettingsError

STAGES = ("extraction", "deduplication", "resolution", "aggregation")
MAX_WORKERS = 64


@click.command()
@brokers_option
@generation_option
@click.option(
    "--stage",
    "stages",
    type=click.Choice(STAGES),
    multiple=True,
    help="Run only this stage (repeatable). Default: all four.",
)
@click.option(
    "--store",
    type=click.Choice(["rocksdb", "memory"]),
    default="rocksdb",
    show_default=True,
    help="Where tables live between their changelog and the stage.",
)
@click.option(
    "--data-directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="RocksDB files of this worker. Default: the first free one below the home folder.",
)
@step_limit_option
@click.option(
    "--faust-recovery", is_flag=True, help="Let Faust itself read the changelogs after a start, as it does: slower."
)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="warning", show_default=True
)
@coding_options
@metrics_options
def process(
    brokers: str | None,
    generation: int | None,
    stages: tuple[str, ...],
    store: Literal["rocksdb", "memory"],
    data_directory: Path | None,
    step_limit_seconds: float | None,
    faust_recovery: bool,
    log_level: str,
    actors: Path | None,
    tagger: Path | None,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    """Run the stages as a Faust worker, until Ctrl-C or SIGTERM.

    Start as many as there are partitions; they share the work. One that was killed is replaced by the others within
    seconds, and when it is started again it goes on at its marker. Exit code 75 asks for a restart: nothing is lost.

    \b
    Examples:
      khabar process
      khabar process --metrics-port 9601
      khabar process --stage deduplication --stage resolution
    """
    from prometheus_client import CollectorRegistry

    from khabar.kafka import START_TIMEOUT_SECONDS, connect_admin, generation_partitions
    from khabar.metrics import WorkerMetrics, served
    from processors.extraction.coding import COMPILED, coder_of
    from processors.faust_engine.app import WorkerSettings, create_app, run_worker
    from processors.fingerprints.stop_list import stop_list_of
    from processors.pipeline import build, layout_of, warm_up

    settings = resolve(
        brokers=brokers, generation=generation, actors=actors, tagger=tagger, step_limit_seconds=step_limit_seconds
    )
    stop_list = stop_list_of(settings.stop_phrases)
    admin = connect_admin(settings)
    partitions = generation_partitions(admin, settings.generation)
    # By cluster: tables of one that was reset must not be taken for those of the next.
    cluster = admin.list_topics(timeout=START_TIMEOUT_SECONDS).cluster_id or "cluster"
    directory, lock = _own_directory(data_directory, settings.home / "workers" / cluster / f"g{settings.generation}")
    registry = CollectorRegistry()
    coder = coder_of(settings.actors, settings.tagger)
    pipeline = build(
        coder=coder,
        partitions=partitions,
        window_hours=settings.window_hours,
        lateness_hours=settings.lateness_hours,
        stop_list=stop_list,
    )
    warm_up()
    gc.freeze()  # the lexicon stays for ever: no collection need walk through it
    app, stage_workers = create_app(
        WorkerSettings(
            brokers=settings.brokers,
            generation=settings.generation,
            partitions=partitions,
            store=store,
            data_directory=directory,
            step_limit_seconds=settings.step_limit_seconds,
            quick_recovery=not faust_recovery,
            layout=layout_of(
                window_hours=settings.window_hours,
                lateness_hours=settings.lateness_hours,
                coder=coder,
                stop_list=stop_list,
            ),
        ),
        [stage for stage in pipeline.stages if stage.name in (stages or STAGES)],
        WorkerMetrics.create(registry),
    )
    with lock, served(registry, port=metrics_port, host=metrics_host) as address:
        click.echo(
            f"worker {os.getpid()}: generation {settings.generation}, {partitions} partitions, {settings.brokers}",
            err=True,
        )
        if address:
            click.echo(f"metrics at {address}", err=True)
        if not COMPILED:
            click.echo(
                "the coder of actors and events is not compiled: half the speed, the same results (make compile)",
                err=True,
            )
        sys.stderr.flush()
        run_worker(app, stage_workers, loglevel=log_level.upper())


def _own_directory(wanted: Path | None, below: Path) -> tuple[Path, IO[bytes]]:
    """A data directory that no other worker uses, and the lock that says so."""
    candidates = [wanted] if wanted else [below / str(n) for n in range(MAX_WORKERS)]
    for directory in candidates:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "worker.lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        return directory, lock
    raise SettingsError(
        f"another worker uses {wanted}; give each worker a --data-directory of its own"
        if wanted
        else f"all {MAX_WORKERS} worker directories below {below} are in use"
    )
