"""`khabar train-tagger`: a sequence tagger from sentences whose names a person has marked."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from khabar.cli.output_file import check_output, write_output
from khabar.cli.progress import REPORT_EVERY_SECONDS
from khabar.cli.stopping import Stop, StopRequested
from khabar.cli.tables import print_table

if TYPE_CHECKING:
    from processors.extraction.tagger.conll import Corpus
    from processors.extraction.tagger.scoring import Score


@click.command(name="train-tagger")
@click.argument("train", metavar="TRAIN.conll", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dev",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="DEV.conll",
    help="Sentences to try the model on, none of them in TRAIN: prints precision, recall and F1 of whole entities.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="MODEL",
    help="The model to write. Nothing stands there before it is whole.",
)
@click.option("--force", is_flag=True, help="Replace MODEL if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def train_tagger(train: Path, dev: Path | None, output: Path, force: bool, as_json: bool) -> None:
    """Train a tagger that finds persons and organisations which the lists lack.

    TRAIN.conll has one token and its tag a line, with a TAB between, and a blank line between sentences. Tags are IOB2: B-PER,
    I-PER, B-ORG, I-ORG, any other types in capitals, and O. Leave sentences in the order of their texts: what stands around
    a sentence counts. The same data give the same model, byte for byte. 110,000 tokens take about half a minute.

    Needs python-crfsuite: pip install 'khabar[tagger]'.

    \b
    khabar train-tagger train.conll --output names.model
    khabar train-tagger train.conll --dev dev.conll --output names.model --force --json

    \b
    Exit code: 0 the model is written, 2 wrong usage, 3 the library is missing, 5 a line of the data cannot be used (file and
    line are named, nothing is written), 130 or 143 stopped (nothing is written).
    """
    from processors.extraction.tagger import training
    from processors.extraction.tagger.conll import read_conll
    from processors.extraction.tagger.gazetteer import package_gazetteer
    from processors.extraction.tagger.library import crfsuite
    from processors.extraction.tagger.model import unpack
    from processors.extraction.tagger.scoring import score
    from processors.extraction.tagger.tagging import Tagger

    crfsuite()
    check_output(output, force=force)
    corpus = read_conll(train)
    tried = read_conll(dev) if dev else None
    gazetteer = package_gazetteer()
    stop = Stop()
    started = time.monotonic()
    try:
        with stop.listening(), _shown(training.ITERATIONS) as told:
            data = training.train(corpus.sentences, gazetteer, progress=_stoppable(told, stop))
            seconds = time.monotonic() - started
            scores: dict[str, Score] = {}
            if tried:
                said = Tagger(unpack(data, file=str(output)), gazetteer).tag([s.tokens for s in tried.sentences])
                scores = score([sentence.tags for sentence in tried.sentences], said)
        if stop.requested():
            raise StopRequested
        write_output(output, data, force=force)
    except StopRequested:
        click.echo(f"khabar: stopped; {output} is not written", err=True)
        sys.exit(stop.exit_code)
    _report(corpus, tried, scores, data, seconds, output, as_json=as_json)


@contextmanager
def _shown(iterations: int) -> Iterator[Callable[[int], None]]:
    """Shows how far training is, on stderr: a bar on a terminal, a line every ten seconds elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("training", total=iterations)
            yield lambda iteration: bar.update(task, completed=iteration)
        return
    said_at = time.monotonic()

    def told(iteration: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= REPORT_EVERY_SECONDS:
            said_at = time.monotonic()
            click.echo(f"training: iteration {iteration} of at most {iterations}", err=True)

    yield told


def _stoppable(told: Callable[[int], None], stop: Stop) -> Callable[[int], None]:
    def progress(iteration: int) -> None:
        if stop.requested():
            raise StopRequested
        told(iteration)

    return progress


def _report(
    corpus: Corpus,
    tried: Corpus | None,
    scores: Mapping[str, Score],
    data: bytes,
    seconds: float,
    output: Path,
    *,
    as_json: bool,
) -> None:
    digest = hashlib.sha256(data).hexdigest()
    mended = len(corpus.mended_lines) + (len(tried.mended_lines) if tried else 0)
    tokens = sum(len(sentence.tokens) for sentence in corpus.sentences)
    if as_json:
        summary = {
            "sentences": len(corpus.sentences),
            "tokens": tokens,
            "mended_tags": mended,
            "scores": {
                name: {
                    "precision": round(found.precision, 4),
                    "recall": round(found.recall, 4),
                    "f1": round(found.f1, 4),
                    "right": found.right,
                    "said": found.said,
                    "wanted": found.wanted,
                }
                for name, found in scores.items()
            },
            "digest": digest,
            "seconds": round(seconds, 3),
            "output": str(output),
        }
        click.echo(orjson.dumps(summary))
        return
    rows = [
        ("sentences", f"{len(corpus.sentences):,}"),
        ("tokens", f"{tokens:,}"),
        ("tags I- that continued nothing, read as B-", f"{mended:,}"),
        ("seconds", f"{seconds:.1f}"),
        ("digest", digest[:12]),
        ("model", str(output)),
    ]
    print_table(("", ""), rows)
    if scores:
        click.echo()
        print_table(
            ("", "precision", "recall", "F1", "right", "said", "wanted"),
            [
                (
                    name, f"{found.precision:.3f}", f"{found.recall:.3f}", f"{found.f1:.3f}",
                    f"{found.right:,}", f"{found.said:,}", f"{found.wanted:,}",
                )
                for name, found in scores.items()
            ],
        )  # fmt: skip
