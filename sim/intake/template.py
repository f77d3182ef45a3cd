"""The Excel template: one sheet a table, headings that `import` knows, lists to choose from, comments on every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.catalogue import CRITICALITIES

#: rows below the headings that are formatted and checked
ROWS = 5000
TEXT = "@"
ISO_DATE = "yyyy-mm-dd"
CREATED = (2000, 1, 1)


@dataclass(frozen=True)
class Field:
    """One column: its heading with the unit, what to write in it, and how its cells are shown."""

    heading: str
    about: str
    format: str = "General"
    needed: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None


ITEM = Field(
    "Item", "Your item number, kept as text with its leading zeros. The same in every sheet.", TEXT, needed=True
)
WAREHOUSE = Field("Warehouse", "Where it is stocked. Leave the column empty where there is one warehouse only.", TEXT)
MODES = ("sea", "air", "truck", "rail")
SHEETS: dict[str, tuple[str, tuple[Field, ...]]] = {
    "Items": (
        "One row for each item (and warehouse, where the ERP plans by warehouse).",
        (
            ITEM,
            WAREHOUSE,
            Field("Description", "What it is.", TEXT),
            Field("Family", "Product group.", TEXT),
            Field("Standard cost", "Money for one unit, not for a hundred.", "0.00##", needed=True, least=0),
            Field(
                "Price",
                "Selling price of one unit. Empty: the cost is taken, so that a lost sale loses nothing.",
                "0.00##",
                least=0,
            ),
            Field("Volume (m3)", "Volume of one unit.", "0.0000##", least=0),
            Field("Shelf life (days)", "At receipt. Empty: it does not age.", "0", least=0),
            Field("Criticality", "What a stockout does. Empty: inconveniences.", choices=CRITICALITIES),
            Field("Supplier", "Who delivers it, in the same words as in the sheet Deliveries.", TEXT),
            Field("Mode", "How it comes.", choices=MODES),
            Field("Supplier country", "Where the supplier is.", TEXT),
            Field("Supplier grade", "Its credit grade, for example BBB.", TEXT),
            Field(
                "Lead time (days)",
                "Order to delivery, calendar days; used where the sheet Deliveries has few records.",
                "0.#",
                least=0,
            ),
            Field(
                "Goods receipt time (days)", "Delivery to stock, calendar days; added to the lead time.", "0.#", least=0
            ),
            Field("Safety stock", "Units that the ERP holds today.", "0.##", least=0),
            Field("Reorder point", "Units at which the ERP orders today.", "0.##", least=0),
            Field("Order-up-to level", "Units up to which the ERP orders today.", "0.##", least=0),
            Field("Order quantity", "Fixed lot that the ERP orders today, units.", "0.##", least=0),
            Field("Minimum order", "Smallest order, units.", "0.##", least=0),
            Field("Multiple", "Orders come in multiples of this, units.", "0.##", least=0),
        ),
    ),
    "Demand": (
        "One row for what was asked for of an item on a day. Returns are negative. Days without a row had none.",
        (
            ITEM,
            WAREHOUSE,
            Field("Date", "The day.", ISO_DATE, needed=True),
            Field("Units", "Units asked for, returns negative.", "0.##", needed=True),
        ),
    ),
    "Deliveries": (
        "One row for each delivery. Leave Delivered empty while an order is open.",
        (
            ITEM,
            Field("Supplier", "Who delivered. Empty: the supplier in the sheet Items.", TEXT),
            WAREHOUSE,
            Field("Mode", "How it came.", choices=MODES),
            Field("Ordered", "Day of the order.", ISO_DATE, needed=True),
            Field("Promised", "Day that was confirmed.", ISO_DATE),
            Field("Delivered", "Day it was in stock; empty while open.", ISO_DATE),
            Field("Quantity", "Units.", "0.##", least=0),
        ),
    ),
    "Stock": (
        "One row for each item and warehouse: what is there today.",
        (ITEM, WAREHOUSE, Field("On hand", "Units.", "0.##", needed=True, least=0)),
    ),
}
AGENDA = (
    "Fill in the sheets and import the file:  bufferstock import template.xlsx --out mine",
    "Items and Demand are needed; Deliveries and Stock make it better. Headings in bold italics must be filled.",
    "Units stand in the headings. You may delete columns you do not need, and add columns of your own: they are not read.",
    "Each heading has a comment. Criticality and mode are chosen from a list.",
    "The import writes what became of every row to import-report.csv: nothing is dropped in silence.",
)


def write(path: Path) -> None:
    """Write the template."""
    import datetime

    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime.datetime(*CREATED)
    book.properties.creator = "bufferstock"
    agenda = book.active
    agenda.title = "Agenda"
    agenda["A1"] = "bufferstock: your data"
    agenda["A1"].font = Font(bold=True, size=14)
    for number, line in enumerate(AGENDA, start=3):
        agenda.cell(number, 1, line)
    row = len(AGENDA) + 4
    for number, (name, (about, fields)) in enumerate(SHEETS.items(), start=row):
        link = agenda.cell(number, 1, name)
        link.hyperlink = f"#'{name}'!A1"
        link.font = Font(underline="single", color="0563C1")
        agenda.cell(number, 2, about)
        _sheet(book.create_sheet(name), fields)
    agenda.column_dimensions["A"].width = 14
    agenda.column_dimensions["B"].width = 100
    book.save(path)


def _sheet(sheet: Any, fields: Sequence[Field]) -> None:
    """Headings, comments, formats and checks of one sheet."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, field in enumerate(fields, start=1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number, field.heading)
        head.font = Font(bold=True, italic=field.needed)
        head.fill = PatternFill("solid", fgColor="DDE6EE")
        head.comment = Comment(("Needed. " if field.needed else "") + field.about, "bufferstock")
        sheet.column_dimensions[letter].width = max(12, len(field.heading) + 4)
        sheet.column_dimensions[letter].number_format = field.format
        check = None
        if field.choices:
            listed = ",".join(field.choices)
            check = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            check.error = f"Choose one of: {', '.join(field.choices)}"
        elif field.least is not None:
            check = DataValidation(
                type="decimal", operator="greaterThanOrEqual", formula1=f"{field.least:g}", allow_blank=True
            )
            check.error = f"A number of {field.least:g} or more"
        if check is not None:
            check.errorTitle = field.heading
            check.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(check)
        if field.format in (TEXT, ISO_DATE):
            for row in range(2, 202):
                sheet.cell(row, number).number_format = field.format
    sheet.freeze_panes = "B2"
