"""Columns of a plan in a spreadsheet: what stands in each, in which unit, and who may change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "text", "policy", "source", "number", "date", "derived"]


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    field : name of the field of `PlanLine`, or of the edit; the column's name in CSV.
    title, unit : the column's name in a workbook.
    kind : what its cells hold.
    editable : whether a person may change it; all others are grey.
    least, above : bounds of an edited number; None: none.
    width : characters.
    about : for the page that explains the workbook.
    later : whether files of earlier versions lack it; then it is as where nothing is said.
    """

    field: str
    title: str
    kind: Kind
    unit: str = ""
    editable: bool = False
    least: float | None = None
    above: float | None = None
    width: int = 14
    about: str = ""
    later: bool = False

    @property
    def label(self) -> str:
        """Title and unit, as the header of a workbook has it."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def allowed(self) -> str:
        """What an edited number may be, in words."""
        if self.above is not None:
            return f"a number above {self.above:g}"
        return "a number" if self.least is None else f"a number of {self.least:g} or more"


COLUMNS = (
    Column("item", "Item", "key", width=16, about="which item; with the warehouse it names the line"),
    Column("warehouse", "Warehouse", "key", width=16, about="where it is stocked"),
    Column("origin", "From", "text", width=14, about="the supplier or warehouse it is ordered from"),
    Column(
        "policy", "Policy", "policy", editable=True, width=13,
        about="base_stock: order up to the level at every review; s_S: at or below the reorder point, order up to the "
        "level; r_nQ: at or below the reorder point, order whole order quantities; days_of_cover; push",
    ),
    Column(
        "safety_stock", "Safety stock", "number", "units", editable=True, least=0.0,
        about="stock held against chance, part of the levels; edit it alone and both levels move by as much",
    ),
    Column(
        "reorder_point", "Reorder point", "number", "units", editable=True,
        about="s_S and r_nQ order at or below it; edit it and the safety stock follows",
    ),
    Column(
        "order_up_to", "Order-up-to level", "number", "units", editable=True, least=0.0,
        about="base_stock and s_S order up to it; under base_stock, edit it and the safety stock follows",
    ),
    Column(
        "order_quantity", "Order quantity", "number", "units", editable=True, above=0.0,
        about="r_nQ orders multiples of it",
    ),
    Column(
        "multiple", "Order multiple", "number", "units", editable=True, least=0.0,
        about="orders are rounded up to a multiple of it; 0: any quantity",
    ),
    Column("minimum", "Smallest order", "number", "units", editable=True, least=0.0, about="orders are at least that"),
    Column(
        "buy_ahead", "Buy ahead", "number", "days", editable=True, least=0.0,
        about="most days of demand bought ahead of an announced price rise; 0: never",
    ),
    Column("expedite_by", "Expedite by", "text", editable=True, width=18, about="lane of emergency orders; blank: none"),
    Column(
        "expedite_below", "Expedite below", "number", "days", editable=True,
        about="an emergency order is placed at or below this projected cover",
    ),
    Column(
        "expedite_most", "Expedite at most", "number", "days", editable=True, least=0.0,
        about="most of one emergency order",
    ),
    Column(
        "transship_by", "Transship by", "text", editable=True, width=18,
        about="lane by which goods are taken from another warehouse; blank: none",
    ),
    Column(
        "transship_below", "Transship below", "number", "days", editable=True,
        about="goods are taken at or below this projected cover",
    ),
    Column(
        "transship_keep", "Keep", "number", "days", editable=True, least=0.0,
        about="not given to other warehouses; the safety stock never is",
    ),
    Column("review_every", "Review every", "number", "days", editable=True, above=0.0, about="days between reviews"),
    Column(
        "review_offset", "Review offset", "number", "days", editable=True, least=0.0,
        about="day of the first review, counted from day 0",
    ),
    Column(
        "second_origin", "Second supplier", "source", editable=True, later=True,
        about="supplier that gets a share of every order besides the first; blank: none",
    ),
    Column(
        "second_share", "Second share", "number", "share", editable=True, least=0.0, later=True,
        about="share of every order's units that the second supplier gets, above 0 and below 1",
    ),
    Column(
        "backup_origin", "Backup", "source", editable=True, later=True,
        about="supplier that takes the orders of the first while that is known to be stopped; blank: none",
    ),
    Column(
        "backup_after", "Backup after", "number", "days", editable=True, least=0.0, later=True,
        about="days until a stop, or its end, is noticed",
    ),
    Column(
        "backup_ramp", "Backup ramp", "number", "days", editable=True, least=0.0, later=True,
        about="days over which the backup grows to all that is ordered",
    ),
    Column(
        "backup_qualifies", "Backup qualifies", "number", "days", editable=True, least=0.0, later=True,
        about="days from notice until the backup may take anything; 0: it is qualified",
    ),
    Column(
        "backup_below", "Stopped below", "number", "share", editable=True, least=0.0, later=True,
        about="share of the first supplier's capacity at or below which it counts as stopped; 0: only a full stop",
    ),
    Column(
        "reserved", "Reserved slot", "number", editable=True, least=0.0, later=True,
        about="1: orders go into a slot reserved at the first supplier; 0: they do not",
    ),
    Column(
        "surge_below", "Surge below", "number", "days", editable=True, least=0.0, later=True,
        about="days of stock on hand below which orders that wait for capacity are made in a surge; 0: never",
    ),
    Column("changed_by", "Changed by", "text", editable=True, width=14, about="who edited this row"),
    Column("changed_on", "Changed on", "date", "date", editable=True, width=13, about="when"),
    Column("why", "Why", "text", editable=True, width=34, about="the reason; a row edited without one is flagged"),
    Column(
        "to_explain", "To explain", "derived", width=18,
        about="numbers that were changed without a reason: write it under Why",
    ),
    Column("next_review", "Next review", "date", "date", editable=True, width=13, about="when to look again"),
    Column("owner", "Owner", "text", editable=True, width=14, about="who answers for the line"),
    Column("approver", "Approver", "text", editable=True, width=14, about="who approved it"),
    Column("segment", "Segment", "text", width=18, about="where the item stands by impact and fragility"),
    Column("target", "Target", "text", width=22, about="what the buffer is to achieve"),
    Column("reason", "Reason", "text", width=50, about="why this buffer and this policy"),
    Column("forecast", "Forecast", "number", "units a day", about="mean demand the plan was made on"),
    Column("lead_time", "Lead time", "number", "days", about="mean lead time the plan was made on"),
    Column("formula", "Formula", "text", width=40, about="how the numbers were made"),
    Column("inputs", "Inputs", "text", width=40, about="from which figures"),
    Column("warning", "Warning", "text", width=30, about="where that formula is known to fail"),
    Column("decided", "Decided", "date", "date", width=13, about="when the line was decided"),
)  # fmt: skip
BY_FIELD = {column.field: column for column in COLUMNS}
#: columns that hold a field of `PlanLine`
HELD = tuple(column for column in COLUMNS if column.field not in ("changed_by", "changed_on", "why", "to_explain"))
#: what counts as a change of the plan, to be explained; people and dates of review do not
DECISIONS = tuple(column for column in HELD if column.editable and column.kind in ("number", "policy", "source"))
#: the hidden column that keeps each line as it was written
AS_WRITTEN = "as_written"
#: names of the hidden columns of a workbook that mark edited cells
WAS = {f"{column.title} as written": column.field for column in DECISIONS}


def field_of(header: str) -> str | None:
    """The field that a column's name means, in a workbook or in CSV; None for an unknown one."""
    folded = " ".join(header.split()).casefold()
    return _NAMES.get(folded)


_NAMES = {
    **{column.label.casefold(): column.field for column in COLUMNS},
    **{column.field: column.field for column in COLUMNS},
    **{name.casefold(): "" for name in WAS},
    AS_WRITTEN: AS_WRITTEN,
}
