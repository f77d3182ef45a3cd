"""Rows of a table file (CSV, Parquet, one sheet of an Excel workbook) as dictionaries of text or values.

Empty cells are left out of their row. A dotted column (``production_time.mean``) makes a nested key.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, near_miss

FORMATS = (".csv", ".parquet", ".xlsx")


def rows(reference: str, folder: Path) -> list[dict[str, Any]]:
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
        raise ScenarioError([f"{name}: a table is one of {', '.join(FORMATS)}"])
    if not path.is_file():
        there = [p.name for p in folder.iterdir() if p.suffix.lower() in FORMATS] if folder.is_dir() else []
        raise ScenarioError([f"{name}: there is no such table in the scenario's folder{near_miss(name, there)}"])
    try:
        if path.suffix.lower() == ".csv":
            found = _csv(path)
        elif path.suffix.lower() == ".parquet":
            found = _parquet(path)
        else:
            found = _sheet(path, sheet)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError([f"{name}: cannot be read: {error}"]) from error
    return [_nested(row) for row in found if any(value not in ("", None) for value in row.values())]


def _csv(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = [cell.strip() for cell in next(reader, [])]
        body = list(reader)
    return _table(path.name, header, body)


def _parquet(path: Path) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]
    except pa.ArrowException as error:
        raise ScenarioError([f"{path.name}: is not a Parquet file: {error}"]) from error


def _sheet(path: Path, sheet: str) -> list[dict[str, Any]]:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise ScenarioError([f"{path.name}: is not an Excel workbook that can be opened ({error})"]) from error
    try:
        wanted = sheet or book.sheetnames[0]
        if wanted not in book.sheetnames:
            raise ScenarioError([f"{path.name}: has no sheet {wanted!r}{near_miss(wanted, book.sheetnames)}"])
        lines = [list(line) for line in book[wanted].iter_rows(values_only=True)]
    finally:
        book.close()
    header = ["" if cell is None else str(cell).strip() for cell in (lines[0] if lines else [])]
    return _table(f"{path.name}#{wanted}", header, lines[1:])


def _table(name: str, header: list[str], body: list[list[Any]]) -> list[dict[str, Any]]:
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise ScenarioError([f"{name}: is empty: the first row must name the columns"])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice or "" in header:
        raise ScenarioError([f"{name}: column {twice[0]!r} is there twice" if twice else f"{name}: a column has no name"])
    found = []
    for number, line in enumerate(body, start=2):
        if any(cell not in ("", None) for cell in line[len(header) :]):
            raise ScenarioError([f"{name}: row {number} has {len(line)} cells for {len(header)} columns"])
        found.append(dict(zip(header, line, strict=False)))
    return found


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column, value in row.items():
        cell = value.strip() if isinstance(value, str) else value
        if cell in ("", None):
            continue
        place = made
        *parents, last = column.split(".")
        for parent in parents:
            inside = place.setdefault(parent, {})
            if not isinstance(inside, dict):
                raise ScenarioError([f"column {column!r} and column {parent!r} are both filled in one row"])
            place = inside
        place[last] = cell
    return made
