"""Trains a model on tagged sentences. The same sentences and tables give the same bytes: nothing is drawn at random.

Knows how the two looks are trained. Must not know files of data or the command line.

The second look learns from the first one's tags. Those it gives on its own training data are too good to learn from, so
they come from models that did not see the sentence: one for each of FOLDS parts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from processors.extraction.tagger import features
from processors.extraction.tagger.conll import Sentence
from processors.extraction.tagger.features import Features, Vocabulary
from processors.extraction.tagger.gazetteer import Gazetteer
from processors.extraction.tagger.library import crfsuite
from processors.extraction.tagger.model import pack
from processors.extraction.tagger.pieces import cut

FOLDS: Final = 3
ITERATIONS: Final = 100
_PARAMETERS: Final = {
    "c1": 0.05, "c2": 0.1, "max_iterations": ITERATIONS, "feature.possible_transitions": True,
}  # fmt: skip
"""Found by cross-validation within training data: what is around them differs little."""


def train(
    sentences: Sequence[Sentence],
    gazetteer: Gazetteer,
    *,
    progress: Callable[[int, int], None] = lambda run, iteration: None,
) -> bytes:
    """The model as a file's bytes.

    Args:
        sentences: in the order of the text they are from, as what stands around a sentence counts.
        gazetteer: the one that tagging will use.
        progress: told (run, iteration) often; what it raises ends the training.

    Raises:
        LibraryMissing: python-crfsuite is not installed.
    """
    trainer = _Trainer(progress)
    text = [piece for sentence in sentences for piece in cut(sentence.tokens)]
    tags = [piece for sentence in sentences for piece in cut(sentence.tags)]
    vocabulary = Vocabulary.of(text)
    looks = list(features.first_look(text, gazetteer, vocabulary, training=True))
    first = trainer.fit(looks, tags)
    guessed: list[list[str]] = []
    for fold in range(FOLDS):
        begin, end = len(looks) * fold // FOLDS, len(looks) * (fold + 1) // FOLDS
        others = trainer.fit(looks[:begin] + looks[end:], tags[:begin] + tags[end:])
        guessed.extend(trainer.tag(others, looks[begin:end]))
    second = trainer.fit(list(features.second_look(text, looks, guessed)), tags)
    return pack(vocabulary.counts, (first, second))


RUNS: Final = FOLDS + 2
"""So many models are fitted for one."""


class _Trainer:
    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self._library: Any = crfsuite()
        self._progress = progress
        self._run = 0

    def fit(self, looks: Sequence[Features], tags: Sequence[Sequence[str]]) -> bytes:
        self._run += 1
        run, iteration, progress = self._run, 0, self._progress

        class Told(self._library.BaseTrainer):  # type: ignore[name-defined, misc]  # the library has no types
            def message(self, message: str) -> None:
                nonlocal iteration
                iteration += message.startswith("***** Iteration")
                progress(run, iteration)

        trainer = Told(algorithm="lbfgs", params=_PARAMETERS)
        for look, given in zip(looks, tags, strict=True):
            trainer.append(look, given)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "model"
            trainer.train(str(file))
            return file.read_bytes()

    def tag(self, model: bytes, looks: Sequence[Features]) -> list[list[str]]:
        tagger = self._library.Tagger()
        tagger.open_inmemory(model)
        return [tagger.tag(look) for look in looks]
