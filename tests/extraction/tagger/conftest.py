"""One model for all tests: training it takes a second."""

from __future__ import annotations

import pytest

from processors.extraction.tagger.gazetteer import Gazetteer, package_gazetteer
from processors.extraction.tagger.model import unpack
from processors.extraction.tagger.tagging import Tagger
from processors.extraction.tagger.training import train
from tests.extraction.tagger.data import SENTENCES


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return package_gazetteer()


@pytest.fixture(scope="session")
def model(gazetteer: Gazetteer) -> bytes:
    pytest.importorskip("pycrfsuite")
    return train(SENTENCES, gazetteer)


@pytest.fixture(scope="session")
def tagger(model: bytes, gazetteer: Gazetteer) -> Tagger:
    return Tagger(unpack(model, file="test.model"), gazetteer)
