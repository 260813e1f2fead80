"""The library that trains and applies the model, python-crfsuite: an optional extra, so imported when it is needed.

Why this one: small, C++ behind a thin binding, wheels for every platform, exact training without randomness (L-BFGS), models of
a few megabytes, tens of thousands of tokens a second on one core. sklearn-crfsuite is a wrapper of it; spaCy, Stanza and
transformers bring more accuracy for a hundred times the size and cost, which a stream of news cannot pay.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from khabar.errors import KhabarError


class LibraryMissing(KhabarError):  # noqa: N818 - it is what the machine lacks
    """The optional library is not installed."""

    exit_code = 3


def crfsuite() -> ModuleType:
    """The module.

    Raises:
        LibraryMissing: says how to install it.
    """
    try:
        return importlib.import_module("pycrfsuite")
    except ImportError:
        raise LibraryMissing("the tagger needs python-crfsuite: pip install 'khabar[tagger]'") from None
