"""`khabar explain --from kafka`: the articles as the topics have them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import orjson
import pytest
from click.testing import CliRunner

from khabar.cli import khabar
from khabar.errors import ContractViolation
from tests.explain.texts import PORT, PORT_COPY
from tests.sinks.topics import article, new_generation, publish


@pytest.mark.kafka
def test_articles_are_looked_up_in_the_topics_by_their_ids(
    kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHABAR_HOME", str(tmp_path))
    own = new_generation(kafka)
    later = datetime(2025, 3, 4, 11, tzinfo=UTC)
    original = article(1, text=PORT)
    copy = msgspec.structs.replace(
        article(2, text=PORT_COPY), published_at=original.published_at, fetched_at=later, event_time=original.event_time
    )
    corrected = msgspec.structs.replace(copy, revision=2, copy_of=original.id, copy_kind="copy")
    publish(own, [original, copy, corrected, *(article(n) for n in range(3, 20))])
    topics = ("--from", "kafka", "--brokers", kafka, "--generation", str(own.generation))
    result = CliRunner().invoke(khabar, ["explain", "x1", copy.id, *topics, "--json"])
    assert result.exit_code == 0, (result.output, result.exception)
    found = orjson.loads(result.stdout)
    assert (found["rule"], found["later"], found["later_by"]) == ("copy", "b", "publishers_id")
    assert found["notes"] == ["In the tables: A repeats nobody; B repeats A."]
    missing = CliRunner().invoke(khabar, ["explain", "x1", "x99", *topics])
    assert isinstance(missing.exception, ContractViolation)
