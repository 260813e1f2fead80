"""Actors and events against annotated ledes and sentences. The gold and its scorer stand in ../shared and are never copied."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.extraction.coding.coder import Coder, Coding

GOALS = {"actor_code": 0.88, "person": 0.88, "event_type": 0.68, "event": 0.55, "main": 0.65}
"""F1, but for person and main, of which there is only recall."""
SENTENCE_GOAL = 0.80
SENTENCES = {"PROTEST": "events_protest_dev.json", "ASSAULT": "events_assault_dev.json"}
UNDATED = datetime(2012, 1, 1, tzinfo=UTC)


def ledes(shared: Path) -> list[dict[str, Any]]:
    """The annotated ledes: docno, title, lede, published, actors, events."""
    with (shared / "eval" / "events_dev.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def code_lede(coder: Coder, gold: Mapping[str, Any]) -> Coding:
    """One lede, coded as an article of these few lines would be."""
    time = datetime.fromisoformat(gold["published"])
    return coder.code(title=gold["title"], text=gold["lede"], language="ar", event_time=time)


def score_ledes(shared: Path, coder: Coder, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What tools/score_events.py says of the coder on `rows`, and for each measure the goal."""
    golds = list(rows)
    with tempfile.TemporaryDirectory() as folder:
        gold_file, said_file = Path(folder) / "gold.jsonl", Path(folder) / "said.jsonl"
        gold_file.write_text("".join(json.dumps(gold) + "\n" for gold in golds), encoding="utf-8")
        said = (_prediction(gold["docno"], code_lede(coder, gold)) for gold in golds)
        said_file.write_text("".join(json.dumps(line) + "\n" for line in said), encoding="utf-8")
        tool = [sys.executable, str(shared / "tools" / "score_events.py"), str(gold_file), str(said_file)]
        printed = subprocess.run(tool, check=True, capture_output=True, text=True).stdout
    found = json.loads(printed)
    return {
        name: {**found[name], "goal": goal, "reached": _figure(found[name]) >= goal} for name, goal in GOALS.items()
    }


def score_sentences(shared: Path, coder: Coder) -> dict[str, Any]:
    """For each type, over the texts of its file: does the coder tell such an event where the annotators marked a verb?

    A text of which no verb was agreed upon is a negative one.
    """
    report: dict[str, Any] = {}
    for type_, name in SENTENCES.items():
        hit = said = wanted = 0
        for row in json.loads((shared / "eval" / name).read_text(encoding="utf-8")):
            coding = coder.code(title="", text=row["text"], language="ar", event_time=UNDATED)
            told, meant = any(event.type == type_ for event in coding.events), bool(row["verb_gold"])
            hit, said, wanted = hit + (told and meant), said + told, wanted + meant
        precision, recall = hit / max(1, said), hit / max(1, wanted)
        f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
        report[type_] = {
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(f1, 3),
            "wanted": wanted,
            "said": said,
            "goal": SENTENCE_GOAL,
            "reached": f1 >= SENTENCE_GOAL,
        }
    return report


def _figure(measure: Mapping[str, Any]) -> float:
    return float(measure["f1"] if "f1" in measure else measure["recall"])


def _prediction(docno: str, coding: Coding) -> dict[str, Any]:
    return {
        "id": docno,
        "actors": [
            {"code": actor.code, "kind": actor.kind, "mentions": [mention.text for mention in actor.mentions]}
            for actor in coding.actors
        ],
        "events": [
            {"type": event.type, "source": event.source_codes, "target": event.target_codes} for event in coding.events
        ],
    }
