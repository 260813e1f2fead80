"""The command line of the audit, without any server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from khabar.cli import khabar
from khabar.cli.audit import _Moment
from khabar.cli.progress import Progress
from khabar.errors import DependencyUnavailable


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-04", datetime(2025, 3, 4, tzinfo=UTC)),
        ("2025-03-04T05:00:00Z", datetime(2025, 3, 4, 5, tzinfo=UTC)),
        ("2025-03-04T05:00+03:00", datetime(2025, 3, 4, 2, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_date_or_has_its_zone(text: str, moment: datetime) -> None:
    assert _Moment().convert(text, None, None) == moment


@pytest.mark.parametrize("text", ["2025-03-04T05:00:00", "yesterday", "2025-13-01", ""])
def test_any_other_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError):
        _Moment().convert(text, None, None)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    result = CliRunner().invoke(khabar, ["audit", "--from", "2025-03-05", "--to", "2025-03-05"])
    assert result.exit_code == 2
    assert "--from has to be before --to" in result.output


def test_a_kafka_that_does_not_answer_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        khabar, ["audit", "--no-index", "--brokers", "127.0.0.1:1", "--directory", str(tmp_path)]
    )
    assert isinstance(result.exception, DependencyUnavailable)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_what_it_is_told_to_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("khabar.cli.progress.REPORT_EVERY_SECONDS", 0.0)
    Progress("reading topics", 20, unit="messages").took(5)
    assert capsys.readouterr().err == "reading topics: read 5 of 20 messages\n"
