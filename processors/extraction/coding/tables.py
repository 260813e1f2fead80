"""Reads the tables that a linguist edits: tab-separated, # for comments, errors with file and line.

Knows the shape of a table only, not what its columns mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from khabar.errors import KhabarError


class TableError(KhabarError):
    """A line of a table cannot be used. The text names the file and the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table, its cells by column name."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def items(self, column: str) -> tuple[str, ...]:
        """The cell's list, split at |; empty items are refused, an empty cell is an empty list."""
        cell = self.cells[column]
        if not cell:
            return ()
        found = tuple(item.strip() for item in cell.split("|"))
        if not all(found):
            raise self.error(f"column {column}: an empty item between two |")
        return found

    def error(self, message: str) -> TableError:
        """An error that says where it stands."""
        return TableError(f"{self.file}:{self.line}: {message}")


def package_table(name: str) -> str:
    """The text of a table that ships with the package."""
    return resources.files("processors.extraction").joinpath("data", name).read_text(encoding="utf-8")


def package_folder(name: str) -> list[tuple[str, str]]:
    """The tables of a folder that ships with the package, as (file name, text), by name. Empty if there is no such folder."""
    folder = resources.files("processors.extraction").joinpath("data", name)
    if not folder.is_dir():
        return []
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".tsv"))
    return [(f"{name}/{file}", package_table(f"{name}/{file}")) for file in names]


def rows(text: str, *, file: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a table. Cells missing at a line's end are empty.

    Raises:
        TableError: more cells than columns, or an empty first cell.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        row = Row(file=file, line=number, cells=dict(zip(columns, cells + [""] * len(columns), strict=False)))
        if len(cells) > len(columns):
            raise row.error(f"{len(cells)} cells, but the table has {len(columns)} columns: {', '.join(columns)}")
        if not cells[0]:
            raise row.error(f"column {columns[0]} is empty")
        yield row
