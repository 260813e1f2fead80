"""The shipped coder, built once a run: it is immutable."""

from __future__ import annotations

import pytest

from processors.extraction.coding import Coder, load_coder


@pytest.fixture(scope="session")
def coder() -> Coder:
    return load_coder()
