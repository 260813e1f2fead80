"""`khabar topics` where no broker listens."""

from __future__ import annotations

import time

from click.testing import CliRunner

from khabar.cli.topics import topics
from khabar.errors import DependencyUnavailable


def test_an_unreachable_broker_is_told_within_15_seconds_with_its_address_and_setting() -> None:
    begin = time.monotonic()
    error = CliRunner().invoke(topics, ["create", "--brokers", "127.0.0.1:1"]).exception

    assert time.monotonic() - begin < 15
    assert isinstance(error, DependencyUnavailable)
    assert "127.0.0.1:1" in str(error)
    assert "KHABAR_BROKERS" in str(error)
