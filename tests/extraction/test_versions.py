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
    table
    for package in (processors.extraction, khabar.dates)
    for table in Path(package.__path__[0]).rglob("*.tsv")
    if not table.name.startswith("tagger.")  # a tagger has a version of its own
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


def test_a_byte_more_in_a_table_is_another_layout(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes
    for table in (TABLES[0], TABLES[-1]):

        def changed(path: Path, table: Path = table) -> bytes:
            return read_bytes(path) + (b"#" if path.samefile(table) else b"")

        monkeypatch.setattr(Path, "read_bytes", changed)
        monkeypatch.setattr(Path, "read_text", lambda path, *_, changed=changed, **__: changed(path).decode())
        assert layout() != before, table


def test_every_table_is_read_for_the_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    # loading takes seconds, so it is not done anew for each of them
    read: set[str] = set()
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.add(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    monkeypatch.setattr(Path, "read_text", lambda path, *_, **__: noted(path).decode())
    layout()
    assert {table.name for table in TABLES} <= read


@pytest.mark.parametrize("library", ["trafilatura", "lxml"])
def test_another_release_of_a_library_that_reads_html_is_another_layout(
    library: str, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.0.1" if name == library else installed(name))
    assert layout() != before
