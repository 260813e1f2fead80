"""The optional tagger, trained on the shared training sentences, against the shared development sentences."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from processors.extraction.tagger.conll import read_conll
from processors.extraction.tagger.gazetteer import package_gazetteer
from processors.extraction.tagger.library import crfsuite
from processors.extraction.tagger.model import unpack
from processors.extraction.tagger.scoring import OVERALL, score
from processors.extraction.tagger.tagging import Tagger
from processors.extraction.tagger.training import train

GOAL = 0.75


def score_names(shared: Path) -> dict[str, Any]:
    """Whole entities of all types, and by type; the time of training, and tokens tagged a second of CPU time.

    Raises:
        LibraryMissing: python-crfsuite is not installed.
    """
    crfsuite()
    taught = read_conll(shared / "eval" / "ner_train.conll").sentences
    tried = read_conll(shared / "eval" / "ner_dev.conll").sentences
    gazetteer = package_gazetteer()
    started = time.process_time()
    data = train(taught, gazetteer)
    trained = time.process_time()
    said = Tagger(unpack(data, file="the model"), gazetteer).tag([sentence.tokens for sentence in tried])
    tagging_seconds = time.process_time() - trained
    scores = score([sentence.tags for sentence in tried], said)
    overall = scores[OVERALL]
    return {
        "precision": round(overall.precision, 3),
        "recall": round(overall.recall, 3),
        "f1": round(overall.f1, 3),
        "wanted": overall.wanted,
        "said": overall.said,
        "goal": GOAL,
        "reached": overall.f1 >= GOAL,
        "f1_by_type": {type_: round(found.f1, 3) for type_, found in scores.items() if type_ != OVERALL},
        "seconds_to_train": round(trained - started, 1),
        "tokens_per_second": round(sum(len(sentence.tokens) for sentence in tried) / tagging_seconds),
    }
