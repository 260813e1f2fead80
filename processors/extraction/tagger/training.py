"""Trains a model on tagged sentences. The same sentences and tables give the same bytes: nothing is drawn at random.

Knows the library's training. Must not know files of data or the command line.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from processors.extraction.tagger import features
from processors.extraction.tagger.conll import Sentence
from processors.extraction.tagger.features import Vocabulary
from processors.extraction.tagger.gazetteer import Gazetteer
from processors.extraction.tagger.library import crfsuite
from processors.extraction.tagger.model import pack
from processors.extraction.tagger.pieces import cut

ITERATIONS: Final = 100
_PARAMETERS: Final = {
    "c1": 0.05, "c2": 0.1, "max_iterations": ITERATIONS, "feature.possible_transitions": True,
}  # fmt: skip
"""Found by cross-validation within training data: what is around them differs little."""


def train(
    sentences: Sequence[Sentence],
    gazetteer: Gazetteer,
    *,
    progress: Callable[[int], None] = lambda iteration: None,
) -> bytes:
    """The model as a file's bytes.

    Args:
        sentences: in the order of the text they are from, as what stands around a sentence counts.
        gazetteer: the one that tagging will use.
        progress: told the iteration often, from 0; what it raises ends the training.

    Raises:
        LibraryMissing: python-crfsuite is not installed.
    """
    library: Any = crfsuite()
    text = [piece for sentence in sentences for piece in cut(sentence.tokens)]
    tags = [piece for sentence in sentences for piece in cut(sentence.tags)]
    vocabulary = Vocabulary.of(text)
    iteration = 0

    class Told(library.BaseTrainer):  # type: ignore[misc]  # the library has no types
        def message(self, message: str) -> None:
            nonlocal iteration
            iteration += message.startswith("***** Iteration")
            progress(iteration)

    trainer = Told(algorithm="lbfgs", params=_PARAMETERS)
    for look, given in zip(features.look(text, gazetteer, vocabulary, training=True), tags, strict=True):
        trainer.append(look, given)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model"
        trainer.train(str(file))
        return pack(vocabulary.counts, file.read_bytes())
