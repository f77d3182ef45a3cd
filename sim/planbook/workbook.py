"""The workbook of a plan: README, Plan, Changes and Summary."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.plan import Plan
from sim.planbook import log
from sim.planbook.cells import MOST, date_of, runs, shown
from sim.planbook.columns import AS_WRITTEN, COLUMNS, DECISIONS, WAS, Column
from sim.planbook.explained import readme
from sim.planbook.summary import parts, total
from sim.planbook.written import Head, packed, policy_name
from sim.policies import POLICIES
from sim.scenario import Scenario

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: rows below the last line that are made ready for lines to be added
SPARE = 200
#: date of a document whose plan has none, and of every member of the archive
NO_DATE = datetime.datetime(1980, 1, 1)
EDITABLE, GREY, HEAD, HEAD_EDITABLE, EDITED, OPEN = "FFFBE6", "EFEFEF", "404040", "7F6000", "FCD5A8", "F4B6B6"
DATE = "yyyy-mm-dd"
#: most characters of a list of choices, less than Excel's 255 by the quotation marks
LONGEST_LIST = 253


def workbook(plan: Plan, scenario: Scenario, head: Head, date: str) -> bytes:
    """A plan as the bytes of an .xlsx file; the same plan and date give the same bytes.

    Parameters
    ----------
    plan, scenario : what is decided, for which business.
    head : what the file says of the plan as a whole.
    date : ISO date of the document, "" for none.

    Raises
    ------
    UsageError : a text is longer than a cell can hold.
    """
    import openpyxl

    book = openpyxl.Workbook()
    _readme(book.active, plan, scenario, head, date)
    _plan(book.create_sheet("Plan"), plan, scenario, head)
    _changes(book.create_sheet(log.SHEET), plan)
    _summary(book.create_sheet("Summary"), plan, scenario)
    book.active = 1
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == "Plan"
    book.properties.creator = "bufferstock"
    book.properties.title = shown(f"Plan {plan.posture} of {scenario.name}")
    stamp = datetime.datetime.fromisoformat(date) if date else NO_DATE
    book.properties.created = stamp
    made = io.BytesIO()
    book.save(made)
    return _settled(made.getvalue(), stamp)


def _settled(content: bytes, stamp: datetime.datetime) -> bytes:
    """The same archive without the moment at which it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                when = stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(<)", rb"\g<1>" + when + rb"\g<2>", part)
            new.writestr(zipfile.ZipInfo(name, NO_DATE.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _readme(sheet: Worksheet, plan: Plan, scenario: Scenario, head: Head, date: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = "README"
    for row, (name, text) in enumerate(readme(plan, scenario, head, date), start=1):
        _put(sheet, row, 1, name)
        sheet.cell(row, 1).font = Font(bold=True, size=14 if row == 1 else 11)
        sheet.cell(row, 1).alignment = Alignment(vertical="top", wrap_text=row > 1)
        _put(sheet, row, 2, text)
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 110
    sheet.sheet_view.showGridLines = False


def _plan(sheet: Worksheet, plan: Plan, scenario: Scenario, head: Head) -> None:
    from openpyxl.utils import get_column_letter

    from sim.planbook.contents import values

    names = [*(column.label for column in COLUMNS), *WAS, AS_WRITTEN]
    _header(sheet, names, {column.label for column in COLUMNS if column.editable})
    styles = {column.field: _style(sheet, column, scenario) for column in COLUMNS}
    for place, line in enumerate(plan.lines):
        row, cells = place + 2, values(line)
        for number, column in enumerate(COLUMNS, start=1):
            value = cells[column.field]
            if column.kind == "date" and value is not None:
                value = _date(value)
            _put(sheet, row, number, value, styles[column.field], (line.item, line.warehouse, column.label))
        for number, field in enumerate(WAS.values(), start=len(COLUMNS) + 1):
            _put(sheet, row, number, cells[field])
        _put(sheet, row, len(names), packed(head, place, line), None, (line.item, line.warehouse, "all texts together"))
    last = len(plan.lines) + 1
    for number in range(1, len(names) + 1):
        width = sheet.column_dimensions[get_column_letter(number)]
        if number <= len(COLUMNS):
            width.width = COLUMNS[number - 1].width
        else:
            width.hidden = True
    sheet.freeze_panes = "C2"
    # hidden columns too: sorting by a filter's arrow moves what is inside the filter's range and nothing else
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
    _validate(sheet, plan, last + SPARE)
    _mark(sheet, last)


def _style(sheet: Worksheet, column: Column, scenario: Scenario) -> Any:
    """The style of a column's cells, made once and shared."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell = sheet.cell(1, sheet.max_column + 2)
    line = Side(style="hair", color="BFBFBF")
    cell.fill = PatternFill("solid", fgColor=EDITABLE if column.editable else GREY)
    cell.font = Font(color="1F3864" if column.editable else "595959")
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    cell.alignment = Alignment(vertical="top", horizontal="right" if column.kind == "number" else "left")
    if column.kind == "number":
        counted = column.unit == "units" and scenario.units == "integer"
        fixed = {"units": "#,##0.00", "units a day": "#,##0.000", "days": "General", "share": "General", "": "General"}
        cell.number_format = "#,##0" if counted else fixed[column.unit]
    elif column.kind == "date":
        cell.number_format = DATE
    elif column.kind == "key":
        cell.number_format = "@"
    made = cell._style
    del sheet._cells[cell.row, cell.column]
    return made


def _header(sheet: Worksheet, names: list[str], editable: set[str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for number, name in enumerate(names, start=1):
        cell = sheet.cell(1, number, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD_EDITABLE if name in editable else HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[1].height = 32


def _put(
    sheet: Worksheet, row: int, column: int, value: Any, style: Any = None, where: tuple[str, str, str] | None = None
) -> None:
    """Fill a cell; text stays text, whatever it begins with.

    Raises
    ------
    UsageError : it is longer than a cell can hold.
    """
    from copy import copy

    cell = sheet.cell(row, column)
    if style is not None:
        cell._style = copy(style)
    if value is None:
        return
    if not isinstance(value, str):
        cell.value = value
        if style is not None and isinstance(value, datetime.date):
            cell._style = copy(style)
        return
    text = shown(value)
    if len(text) > MOST:
        told = "" if where is None else f"item {where[0]!r} at {where[1]!r}: {where[2]}: "
        raise UsageError(f"{told}{len(text):,} characters: a cell holds {MOST:,}; write the plan as .csv")
    cell.value = text
    cell.data_type = "s"
    if runs(text):
        cell.quotePrefix = True


def _date(text: str) -> Any:
    """A date a spreadsheet can reckon with, or the text where it is none."""
    try:
        found = datetime.date.fromisoformat(date_of(text))
    except ValueError:
        return text
    return found if found.year >= 1900 else text


def _validate(sheet: Worksheet, plan: Plan, last: int) -> None:
    """Let the spreadsheet program refuse what would be refused on reading."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    own = sorted({policy_name(line) for line in plan.lines} - set(POLICIES))
    for number, column in enumerate(COLUMNS, start=1):
        if not column.editable or column.kind in ("text", "source"):
            continue
        if column.kind == "policy":
            choice = ",".join([*POLICIES, *own])
            if len(choice) > LONGEST_LIST or any("," in name for name in own):
                continue
            check = DataValidation(type="list", formula1=f'"{choice}"', allow_blank=False)
            check.error, check.errorStyle = f"Choose one of {', '.join(POLICIES)}.", "warning" if own else "stop"
        elif column.kind == "date":
            check = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
            check.error = "Write a date, for example 2025-12-31."
        elif column.least is None and column.above is None:
            check = DataValidation(type="decimal", operator="between", formula1="-1E+15", formula2="1E+15")
            check.error = "Write a number."
        else:
            operator = "greaterThan" if column.above is not None else "greaterThanOrEqual"
            bound = column.above if column.above is not None else column.least
            check = DataValidation(type="decimal", operator=operator, formula1=f"{bound:g}", allow_blank=True)
            check.error = f"{column.title}: {column.allowed} is needed."
        check.errorTitle, check.showErrorMessage = column.title, True
        letter = get_column_letter(number)
        check.add(f"{letter}2:{letter}{last}")
        sheet.add_data_validation(check)


def _mark(sheet: Worksheet, last: int) -> None:
    """Colour edited cells as they are edited, and Why where it is still to be written."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    letters = {column.field: get_column_letter(number) for number, column in enumerate(COLUMNS, start=1)}
    was = {field: get_column_letter(len(COLUMNS) + number) for number, field in enumerate(WAS.values(), start=1)}
    kept = get_column_letter(len(COLUMNS) + len(WAS) + 1)
    differ = {column.field: f"${letters[column.field]}2<>${was[column.field]}2" for column in DECISIONS}
    for field, test in differ.items():
        fill = PatternFill("solid", bgColor=EDITED)
        rule = FormulaRule(formula=[f'AND(${kept}2<>"",{test})'], fill=fill)
        sheet.conditional_formatting.add(f"{letters[field]}2:{letters[field]}{last}", rule)
    why, explain = letters["why"], letters["to_explain"]
    missing = f'AND(${kept}2<>"",${why}2="",OR(${explain}2<>"",{",".join(differ.values())}))'
    rule = FormulaRule(formula=[missing], fill=PatternFill("solid", bgColor=OPEN))
    sheet.conditional_formatting.add(f"{why}2:{why}{last}", rule)


def _changes(sheet: Worksheet, plan: Plan) -> None:
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    _header(sheet, list(log.HEADER), set(log.OPEN))
    for number, width in enumerate(log.HEADER.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    row = 1
    for line in plan.lines:
        for order, change in enumerate(line.changes, start=1):
            row += 1
            when = _date(change.when) if change.when else None
            cells = [
                line.item,
                line.warehouse,
                order,
                change.field,
                change.old,
                change.new,
                change.who,
                when,
                change.why,
            ]
            for number, (name, value) in enumerate(zip(log.HEADER, cells, strict=True), start=1):
                _put(sheet, row, number, _finite(value), None, (line.item, line.warehouse, f"change {order}: {name}"))
                cell = sheet.cell(row, number)
                cell.fill = PatternFill("solid", fgColor=EDITABLE if name in log.OPEN else GREY)
                if name == "Why" and not change.why.strip():
                    cell.fill = PatternFill("solid", fgColor=OPEN)
                if name == "When (date)":
                    cell.number_format = DATE
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(log.HEADER))}{row}"


def _finite(value: Any) -> Any:
    """A number that a cell can hold; infinity as text, a blank text as a blank cell."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return None if value == "" else value


def _summary(sheet: Worksheet, plan: Plan, scenario: Scenario) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    names = {
        "Warehouse": 20, "Policy": 16, "Segment": 24, "Lines": 9,
        f"Buffer value at standard cost ({scenario.currency})": 24, "Lines changed": 12, "Of these without a reason": 14,
    }  # fmt: skip
    _header(sheet, list(names), set())
    for number, width in enumerate(names.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    found = [*parts(plan, scenario), total(plan, scenario)]
    for row, part in enumerate(found, start=2):
        cells = (
            part.warehouse, part.policy, part.segment, part.lines, part.buffer_value, part.changed, part.unexplained,
        )  # fmt: skip
        for number, value in enumerate(cells, start=1):
            _put(sheet, row, number, value or (None if isinstance(value, str) else 0))
            sheet.cell(row, number).font = Font(bold=row == len(found) + 1)
        sheet.cell(row, 5).number_format = "#,##0"
    sheet.freeze_panes = "A2"
