"""The Grafana dashboards and the queries in docs/metrics.md ask only for metrics and labels that processes expose."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sinks.elasticsearch import ALIASES
from tests.metrics.test_metrics import PROCESSES, collectors, documented

ROOT = Path(__file__).parents[2]
GRAFANA = ROOT / "deploy" / "grafana"
DASHBOARDS = sorted(path.name for path in (GRAFANA / "dashboards").glob("*.json"))
OF_EVERY_SERIES = {"job", "instance", "le"}


def dashboard(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GRAFANA / "dashboards" / name).read_text(encoding="utf-8"))
    return loaded


def queries(name: str) -> list[str]:
    return [target["expr"] for panel in dashboard(name)["panels"] for target in panel["targets"]]


def labels_by_sample() -> dict[str, set[str]]:
    """Every name a query may use, with the labels its series carry."""
    labels: dict[str, set[str]] = {}
    for process in PROCESSES:
        rows = documented(process)
        for name in collectors(process)[1]:
            row = rows[name]
            samples = [f"{name}_{part}" for part in ("bucket", "sum", "count")] if row.type == "histogram" else [name]
            labels.update({sample: set(row.labels) for sample in samples})
    return labels


def unknown(query: str) -> list[str]:
    """The metrics of `query` that no process exposes, and labels that none of its metrics has."""
    known = labels_by_sample()
    metrics = set(re.findall(r"\bkhabar_[a-z_]+", query))
    labels = {
        label
        for group in re.findall(r"\b(?:by|without|on)\s*\(([^)]*)\)", query)
        for label in re.split(r"\s*,\s*", group.strip())
    } | set(re.findall(r"[{,]\s*([a-z_]+)\s*(?:=~|!=|!~|=)", query))
    have = {label for metric in metrics for label in known.get(metric, set())} | OF_EVERY_SERIES
    return sorted(metrics - set(known)) + sorted(labels - have)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_query_of_a_dashboard_uses_what_exists(name: str) -> None:
    assert queries(name)
    for query in queries(name):
        assert re.search(r"\bkhabar_", query), query
        assert not unknown(query), (query, unknown(query))


def test_every_query_in_the_document_uses_what_exists() -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    found = re.findall(r"\| `([^`]*khabar_[^`]*[)(][^`]*)`", text)
    assert len(found) >= 5
    for query in found:
        assert not unknown(query), (query, unknown(query))


def test_a_metric_or_a_label_that_does_not_exist_is_found() -> None:
    assert unknown("sum(khabar_no_such_thing_total)") == ["khabar_no_such_thing_total"]
    assert unknown('sum by (actor) (khabar_copy_edges_total{kind="copy", url="x"})') == ["actor", "url"]
    assert unknown("sum by (kind) (rate(khabar_copy_edges_total[5m]))") == []


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_metric_of_importance_is_on_some_panel(name: str) -> None:
    shown = set(re.findall(r"\bkhabar_[a-z_]+", " ".join(queries(name))))
    for metric in (
        "khabar_articles_total",
        "khabar_end_to_end_seconds_bucket",
        "khabar_consumer_lag_messages",
        "khabar_stage_batch_messages_bucket",
        "khabar_stage_seconds_bucket",
        "khabar_copy_edges_total",
        "khabar_dead_letters_total",
        "khabar_table_rows",
        "khabar_source_last_article_timestamp_seconds",
    ):
        assert metric in shown


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_have_titles_units_descriptions_and_do_not_overlap(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    ids = [panel["id"] for panel in dashboard(name)["panels"]]
    assert len(ids) == len(set(ids))
    for panel in dashboard(name)["panels"]:
        assert panel["title"]
        assert panel["description"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        grid = panel["gridPos"]
        assert grid["x"] + grid["w"] <= 24
        cells = {(grid["x"] + i, grid["y"] + j) for i in range(grid["w"]) for j in range(grid["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize("name", DASHBOARDS)
def test_dashboards_ask_only_datasources_that_are_provisioned(name: str) -> None:
    text = (GRAFANA / "provisioning" / "datasources" / "khabar.yml").read_text(encoding="utf-8")
    provisioned = {source["uid"]: source["type"] for source in yaml.safe_load(text)["datasources"]}
    asked = [part["datasource"] for panel in dashboard(name)["panels"] for part in (panel, *panel["targets"])]
    assert all(provisioned[source["uid"]] == source["type"] for source in asked)


def test_grafana_reads_the_aliases_that_the_sink_keeps() -> None:
    text = (GRAFANA / "provisioning" / "datasources" / "khabar.yml").read_text(encoding="utf-8")
    sources = [source for source in yaml.safe_load(text)["datasources"] if source["type"] == "elasticsearch"]
    assert {source["jsonData"]["index"] for source in sources} == set(ALIASES.values())


def test_grafana_finds_the_dashboards_where_compose_mounts_them() -> None:
    providers = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "khabar.yml").read_text(encoding="utf-8"))
    folder = providers["providers"][0]["options"]["path"]
    grafana = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["grafana"]
    assert f"./deploy/grafana/dashboards:{folder}:ro" in grafana["volumes"]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home.removeprefix(f"{folder}/") in DASHBOARDS
