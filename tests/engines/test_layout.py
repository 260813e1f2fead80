"""What a store was filled with, it is filled with to the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from khabar.cli import khabar
from khabar.errors import ContractViolation
from processors import pipeline


def test_a_store_made_by_other_rules_of_copies_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = tmp_path / "articles.jsonl"
    article = {
        "source": "النهر",
        "text": "أعلنت الوزارة اليوم أن الطريق الساحلي سيفتح أمام المركبات مساء الغد بعد الصيانة",
    }
    articles.write_text(json.dumps(article), encoding="utf-8")
    batch = ["batch", str(articles), "--store", str(tmp_path / "news.db")]
    assert CliRunner().invoke(khabar, batch).exit_code == 0
    monkeypatch.setattr(pipeline, "COPY_RULES", pipeline.COPY_RULES + 1)
    refused = CliRunner().invoke(khabar, batch)
    assert isinstance(refused.exception, ContractViolation)
    assert f"rules {pipeline.COPY_RULES}" in str(refused.exception)
