"""docs/metrics.md against what the processes expose, in both directions; and the law of names and labels."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from khabar.metrics import MAX_SOURCES, ProducerMetrics, SinkMetrics, SourceClock, WorkerMetrics
from producers.refused import Reason

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "metrics.md"
PROCESSES: dict[str, type[ProducerMetrics | WorkerMetrics | SinkMetrics]] = {
    "publish": ProducerMetrics,
    "process": WorkerMetrics,
    "sink": SinkMetrics,
}
ALLOWED_LABELS = {
    "outcome",
    "stage",
    "error",
    "kind",
    "part",
    "to",
    "topic",
    "partition",
    "reason",
    "source",
    "language",
}
UNITS = ("_seconds", "_bytes", "_messages", "_documents", "_rows")

Collector = Counter | Gauge | Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One row of a table in docs/metrics.md."""

    name: str
    type: str
    labels: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


def documented(process: str) -> dict[str, Documented]:
    section = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(f"`khabar {process}`"))
    return {row.name: row for line in text.splitlines() if line.startswith("| `khabar_") for row in [_row(line)]}


def _row(line: str) -> Documented:
    name, kind, labels, unit, meaning = (cell.strip() for cell in line.strip().strip("|").split("|"))
    assert unit, f"{name}: no unit"
    assert meaning, f"{name}: no meaning"
    names: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    for clause in labels.split(";") if labels != "–" else []:
        before, _, after = clause.partition(":")
        of_clause = re.findall(r"`([^`]+)`", before)
        names.extend(of_clause)
        if len(of_clause) == 1:
            values[of_clause[0]] = tuple(re.findall(r"`([^`]+)`", after))
    return Documented(name=name.strip("`"), type=kind, labels=tuple(names), values=values)


def collectors(process: str) -> tuple[CollectorRegistry, dict[str, Collector]]:
    """The metrics of a process by the name under which they are exposed."""
    registry = CollectorRegistry()
    metrics = PROCESSES[process].create(registry)
    found: dict[str, Collector] = {}
    for field in dataclasses.fields(metrics):
        value = getattr(metrics, field.name)
        collector: Collector = value.gauge if isinstance(value, SourceClock) else value
        family = next(iter(collector.describe()))
        found[f"{family.name}_total" if isinstance(collector, Counter) else family.name] = collector
    return registry, found


def every_metric() -> list[tuple[str, str, Collector]]:
    return [(process, name, metric) for process in PROCESSES for name, metric in collectors(process)[1].items()]


@pytest.mark.parametrize("process", PROCESSES)
def test_the_document_lists_exactly_what_a_process_exposes(process: str) -> None:
    registry, existing = collectors(process)
    assert set(documented(process)) == set(existing)
    registered = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in registry.collect()
        if family.type != "unknown"
    }
    assert registered == set(existing), "a metric stands in the registry but in no field"


@pytest.mark.parametrize("process", PROCESSES)
def test_the_document_has_the_type_and_the_labels_of_every_metric(process: str) -> None:
    registry, existing = collectors(process)
    for row in documented(process).values():
        metric = existing[row.name]
        assert row.type == type(metric).__name__.lower(), row.name
        choices = [row.values.get(label, ()) or ("some",) for label in row.labels]
        for combination in product(*choices):
            child = metric.labels(**dict(zip(row.labels, combination, strict=True))) if row.labels else metric
            _touch(child)
    exposed = {family.name: family for family in text_string_to_metric_families(generate_latest(registry).decode())}
    for row in documented(process).values():
        family = exposed[row.name.removesuffix("_total") if row.type == "counter" else row.name]
        labels = {label for sample in family.samples for label in sample.labels if label != "le"}
        assert labels == set(row.labels), row.name


def _touch(metric: Collector) -> None:
    if isinstance(metric, Histogram):
        metric.observe(1)
    else:
        metric.inc()


def test_counters_and_nothing_else_end_in_total() -> None:
    for process, name, metric in every_metric():
        assert name.endswith("_total") == isinstance(metric, Counter), (process, name)


def test_gauges_and_histograms_name_their_base_unit() -> None:
    for process, name, metric in every_metric():
        if not isinstance(metric, Counter):
            assert name.endswith(UNITS), (process, name)


def test_names_are_khabars_own_and_plain() -> None:
    for process, name, metric in every_metric():
        assert re.fullmatch(r"khabar(_[a-z]+)+", name), (process, name)
        assert not re.search(r"_(ms|millis\w*|minutes|hours|days|kb|mb|kilobytes|percent|ratio)(_|$)", name), name
        assert next(iter(metric.describe())).documentation, f"{name} has no help text"


def test_labels_come_from_a_short_list_that_holds_no_unbounded_one() -> None:
    for process in PROCESSES:
        for row in documented(process).values():
            assert set(row.labels) <= ALLOWED_LABELS, row.name


def test_one_name_means_one_type_and_the_same_labels_in_every_process() -> None:
    seen: dict[str, tuple[str, tuple[str, ...]]] = {}
    for process in PROCESSES:
        for row in documented(process).values():
            assert seen.setdefault(row.name, (row.type, row.labels)) == (row.type, row.labels), row.name


def errors_in_code(*folders: str) -> set[str]:
    """The reasons that InvalidRecord and Rejected are made with in the code, where they are written out."""
    found: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                reason = (
                    node.args[0]
                    if node.func.id == "InvalidRecord" and node.args
                    else given.get("error")
                    if node.func.id == "Rejected"
                    else None
                )
                if isinstance(reason, ast.Constant) and isinstance(reason.value, str):
                    found.add(reason.value)
    return found


def errors_in_document(*stages: str) -> set[str]:
    rows = re.findall(r"^\| ([^|]*) \| ([^|]*) \|$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        error
        for names, errors in rows
        if set(stages) & set(re.findall(r"`([^`]+)`", names))
        for error in re.findall(r"`([a-z_0-9]+)`", errors)
    }


def test_the_document_lists_why_publishing_refuses_input() -> None:
    assert errors_in_document("publish") == {reason.value for reason in Reason}


def test_the_document_lists_every_error_that_a_stage_or_a_sink_writes_out() -> None:
    of_codec = errors_in_code("khabar") - {"invalid_dead_letter"}
    assert {"invalid_json", "invalid_utf8", "invalid_field", "unknown_schema_version"} <= of_codec
    in_stages = errors_in_code("processors") | of_codec
    assert "stage_raised" in in_stages
    assert errors_in_document("extraction", "deduplication", "resolution", "aggregation") == in_stages
    assert errors_in_document("sink-sqlite") == errors_in_code("sinks") | of_codec


def test_sources_beyond_the_bound_share_one_series() -> None:
    registry = CollectorRegistry()
    metrics = WorkerMetrics.create(registry)
    for number in range(MAX_SOURCES + 500):
        metrics.sources.saw(f"outlet-{number}", 1_700_000_000 + number)
    name = "khabar_source_last_article_timestamp_seconds"
    family = next(family for family in registry.collect() if family.name == name)
    assert len(family.samples) == MAX_SOURCES + 1
    assert registry.get_sample_value(name, {"source": "other"}) == 1_700_000_000 + MAX_SOURCES + 499


def test_an_older_article_does_not_turn_a_source_back() -> None:
    registry = CollectorRegistry()
    metrics = ProducerMetrics.create(registry)
    metrics.sources.saw("outlet", 2_000)
    metrics.sources.saw("outlet", 1_000)
    assert registry.get_sample_value("khabar_source_last_article_timestamp_seconds", {"source": "outlet"}) == 2_000
