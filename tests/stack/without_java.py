"""A pytest plugin for test_missing_java.py: this machine has no Java."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from khabar.stack import control
from khabar.stack.java import Java


def _none(_environment: Mapping[str, str]) -> list[Java]:
    return []


pytest.MonkeyPatch().setattr(control, "find_javas", _none)
