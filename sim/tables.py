"""Rows of a table file (CSV, Parquet, one sheet of an Excel workbook) as dictionaries of text or values.

Empty cells are left out of their row, and empty rows of the table. A dotted column (``production_time.mean``) makes a
nested key.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim import inputs
from sim.errors import ScenarioError, near_miss

FORMATS = (".csv", ".parquet", ".xlsx")


class Rows(list[dict[str, Any]]):
    """Rows of a table file, and where they stand in it.

    Attributes
    ----------
    source : the reference that names the table.
    columns : all columns, empty ones too.
    numbers : for each row its number as a spreadsheet shows it; the columns' names are row 1.
    """

    def __init__(self, source: str, columns: Iterable[str], numbered: Iterable[tuple[int, dict[str, Any]]]) -> None:
        filled = list(numbered)
        super().__init__(row for _, row in filled)
        self.source, self.columns, self.numbers = source, tuple(columns), [number for number, _ in filled]


def rows(reference: str, folder: Path) -> Rows:
    """Rows of the table a scenario refers to.

    Parameters
    ----------
    reference : file name relative to the scenario's folder; ``book.xlsx#Sheet`` names a sheet.
    folder : folder of the scenario file.

    Raises
    ------
    ScenarioError : the file or sheet is missing or cannot be read.
    """
    name, _, sheet = reference.partition("#")
    path = folder / name
    if path.suffix.lower() not in FORMATS:
        raise ScenarioError([f"{name!r} is not a table: a table is one of {', '.join(FORMATS)}"])
    if not path.is_file():
        there = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in FORMATS) if folder.is_dir() else []
        near = near_miss(name, there) if there else ""
        raise ScenarioError([f"{name}: there is no such table in the scenario's folder{near}"])
    inputs.note(path)
    try:
        if path.suffix.lower() == ".csv":
            columns, cells = _csv(path)
        elif path.suffix.lower() == ".parquet":
            columns, cells = _parquet(path)
        else:
            columns, cells = _sheet(path, sheet)
    except UnicodeError as error:
        raise ScenarioError([f"{name}: {error}"]) from error
    except (OSError, csv.Error) as error:
        raise ScenarioError([f"{name}: cannot be read: {error}"]) from error
    problems = _header(columns)
    for number, line in cells:
        if len(line) != len(columns):
            problems.append(f"row {number} has {len(line)} cells for {len(columns)} columns")
        elif not problems:
            problems += _twofold(columns, line, number)
    if problems:
        raise ScenarioError([f"{reference}: {problem}" for problem in problems])
    return Rows(reference, columns, [(number, _nested(columns, line)) for number, line in cells])


def decoded(content: bytes) -> str:
    """UTF-8 text, with or without a byte order mark; the message of the `UnicodeError` names the line."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x} in line {line}"
        raise UnicodeError(f"is not UTF-8 text: {found}; save it as UTF-8") from error


Cells = list[tuple[int, list[Any]]]


def _csv(path: Path) -> tuple[list[str], Cells]:
    lines = list(csv.reader(io.StringIO(decoded(path.read_bytes()), newline="")))
    return _cells(lines)


def _parquet(path: Path) -> tuple[list[str], Cells]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except pa.ArrowException as error:
        raise ScenarioError([f"{path.name}: is not a Parquet file: {error}"]) from error
    lines = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return _cells([table.column_names, *(list(line) for line in lines)])


def _sheet(path: Path, sheet: str) -> tuple[list[str], Cells]:
    import zipfile
    from xml.etree.ElementTree import ParseError

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheets = {one.title: one for one in book.worksheets}
            wanted = sheet or next(iter(sheets), "")
            if wanted not in sheets:
                raise ScenarioError([f"{path.name}: has no sheet {wanted!r}{near_miss(wanted, sheets)}"])
            lines = [list(line) for line in sheets[wanted].iter_rows(values_only=True)]
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError) as error:
        raise ScenarioError([f"{path.name}: is not an Excel workbook that can be opened ({error})"]) from error
    return _cells(lines)


def _cells(lines: list[list[Any]]) -> tuple[list[str], Cells]:
    """Columns, and the rows that are not empty with their numbers; empty cells right of the columns are left out."""
    columns = ["" if cell is None else str(cell).strip() for cell in (lines[0] if lines else [])]
    while columns and not columns[-1]:
        del columns[-1]
    cells: Cells = []
    for number, line in enumerate(lines[1:], start=2):
        line = [_cell(one) for one in line]
        if any(one is not None for one in line):
            while len(line) > len(columns) and line[-1] is None:
                del line[-1]
            cells.append((number, line))
    return columns, cells


def _cell(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _header(columns: list[str]) -> list[str]:
    """What is wrong with the names of the columns."""
    if not columns:
        return ["is empty: the first row must name the columns"]
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t"):
        mark = "semicolons" if ";" in columns[0] else "tabs"
        return [f"the columns {columns[0]!r} are divided by {mark}: a CSV table uses commas"]
    twice = [column for column in dict.fromkeys(columns) if column and columns.count(column) > 1]
    found = [f"column {column!r} is there twice" for column in twice]
    if "" in columns:
        found.append(f"column {columns.index('') + 1} has no name")
    return found


def _twofold(columns: list[str], line: list[Any], number: int) -> list[str]:
    """A value and a part of the same value, both given in one row."""
    filled = [column for column, cell in zip(columns, line, strict=True) if cell is not None]
    return [
        f"row {number}: columns {whole!r} and {part!r} are both filled: give the value or its parts"
        for part in filled
        for whole in filled
        if "." in part and part.startswith(f"{whole}.")
    ]


def _nested(columns: list[str], line: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column, cell in zip(columns, line, strict=True):
        if cell is None:
            continue
        place = made
        *parents, last = column.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = cell
    return made
