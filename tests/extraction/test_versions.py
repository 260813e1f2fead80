"""Whatever decides a result is in the words that keep two generations apart."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

import khabar.dates
import processors.extraction
from processors.extraction import reading
from processors.extraction.coding import load_coder
from processors.fingerprints.stop_list import built_in
from processors.pipeline import layout_of

TABLES = sorted(
    table for package in (processors.extraction, khabar.dates) for table in Path(package.__path__[0]).rglob("*.tsv")
)


def layout() -> str:
    reading.version.cache_clear()
    load_coder.cache_clear()
    try:
        return layout_of(window_hours=72, lateness_hours=6, coder=load_coder(), stop_list=built_in())
    finally:
        reading.version.cache_clear()
        load_coder.cache_clear()


@pytest.fixture(scope="module")
def before() -> str:
    return layout()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.parent.name}/{table.name}")
def test_a_byte_more_in_any_table_is_another_layout(table: Path, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes

    def changed(path: Path) -> bytes:
        return read_bytes(path) + (b"#" if path.samefile(table) else b"")

    monkeypatch.setattr(Path, "read_bytes", changed)
    monkeypatch.setattr(Path, "read_text", lambda path, *_, **__: changed(path).decode())
    assert layout() != before


@pytest.mark.parametrize("library", ["trafilatura", "lxml"])
def test_another_release_of_a_library_that_reads_html_is_another_layout(
    library: str, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.0.1" if name == library else installed(name))
    assert layout() != before
