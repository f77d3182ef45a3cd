"""Formulas that somebody typed into a workbook and whose value is not saved with it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

#: a cell's formula in a sheet's XML; those of colours and checks have other names
_FORMULA = re.compile(rb"<(\w+:)?f[ >/]")


def unsaved(path: Path, sheet: str) -> list[tuple[int, str, str]]:
    """Row, name of the column and text of each formula without a usable value on a sheet.

    A formula whose value a spreadsheet program has saved is as good as the value.

    Parameters
    ----------
    path, sheet : of a workbook that can be opened, the names of its columns in row 1.
    """
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        if not any(_FORMULA.search(archive.read(name)) for name in sheets):
            return []
    import openpyxl

    asked, worked_out = (openpyxl.load_workbook(path, data_only=saved)[sheet] for saved in (False, True))
    names = [str(cell.value or "").strip() for cell in asked[1]]
    found = []
    for line in asked.iter_rows(min_row=2):
        for cell in line:
            if cell.data_type == "f":
                value = worked_out.cell(cell.row, cell.column)
                if value.value is None or value.data_type == "e":
                    found.append((cell.row, names[cell.column - 1], str(cell.value)))
    return found
