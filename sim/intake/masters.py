"""Item masters: one or several tables made into one record an item, with what the ERP plans by at each warehouse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.intake import erp
from sim.intake.bound import Floats, Source, parsed
from sim.intake.master import Master, Value
from sim.intake.options import Options
from sim.intake.tally import IN_PART, NOT_USED, Tally
from sim.intake.words import INCONVENIENCES

#: numbers of an item master; all must be 0 or more
NUMBERS = [
    "standard_cost",
    "stprs",
    "verpr",
    "price_unit",
    "price",
    "purchase_price",
    "volume",
    "shelf_life",
    "lead_time",
    "goods_receipt_time",
    "own_time",
    "safety_stock",
    "safety_stock_days",
    "reorder_point",
    "order_up_to",
    "minimum_order",
    "order_quantity",
    "multiple",
    "review_every",
    "on_hand",
]
WORDS = [
    "description",
    "family",
    "vprsv",
    "volume_unit",
    "criticality",
    "critical_flag",
    "abc",
    "supplier",
    "mode",
    "supplier_place",
    "supplier_grade",
    "procurement",
    "mrp_type",
]
#: what may differ between warehouses; all else is one for an item
BY_SITE = frozenset(
    [
        "safety_stock",
        "safety_stock_days",
        "reorder_point",
        "order_up_to",
        "minimum_order",
        "order_quantity",
        "multiple",
        "review_every",
        "on_hand",
        "mrp_type",
    ]
)
#: numbers nobody set: what a system puts in where nothing was entered
SYSTEM_DEFAULTS = {
    ("lead_time", 14.0): "NetSuite",
    ("safety_stock_days", 7.0): "NetSuite",
    ("safety_stock", 7.0): "NetSuite",
}
FLAGGED = [
    "standard_cost",
    "price",
    "lead_time",
    "goods_receipt_time",
    "own_time",
    "safety_stock",
    "safety_stock_days",
    "reorder_point",
    "order_up_to",
    "minimum_order",
    "order_quantity",
    "multiple",
    "shelf_life",
]
#: rows from which on equal values are no accident
ENOUGH = 5


def read(tally: Tally, sources: Sequence[Source], options: Options) -> dict[str, Master]:
    """Items by identifier, in the order of the files; those of which no cost is known are said and left out."""
    made: dict[str, Master] = {}
    for source in sources:
        _gather(source, made, options)
        _defaults(source)
    for master in list(made.values()):
        master.cost = erp.cost_of(master, options)
        master.lead_time = erp.lead_time_of(master)
        erp.judge(master, options)
        if not master.cost > 0:
            told = "costs nothing" if master.cost == 0 else "has no cost"
            hint = "" if master.number("price") is None else " (--cost-share makes it a share of the price)"
            master.say("standard_cost", f"{told}{hint}", "item not used", NOT_USED)
            del made[master.item]
    if sources and not any(source.has(name) for source in sources for name in ("criticality", "critical_flag", "abc")):
        tally.tell(
            sources[0].source,
            "criticality",
            "no file says what a stockout does",
            f"all items: {INCONVENIENCES!r} (default)",
        )
    return made


def _gather(source: Source, made: dict[str, Master], options: Options) -> None:
    """Put the rows of one table into the records of items."""
    items, item_of = source.keys("item")
    sites, site_of = source.keys("warehouse")
    numbers = {name: _positive(source, name) for name in NUMBERS if source.has(name)}
    words = {
        name: source.keys(name) if name == "supplier" else source.texts(name) for name in WORDS if source.has(name)
    }
    first: dict[tuple[str, str], int] = {}
    for row in np.flatnonzero(source.account.fate < NOT_USED).tolist():
        item = items[item_of[row]]
        site = options.one_warehouse or sites[site_of[row]]
        if not item:
            source.say(row, "item", "the item is blank")
            continue
        found: dict[str, Value] = {
            name: float(values[row]) for name, values in numbers.items() if values[row] == values[row]
        }
        found |= {name: text for name, (texts, codes) in words.items() if (text := texts[codes[row]])}
        master = made.setdefault(item, Master(item))
        if (item, site) in first:
            _again(source, row, first[item, site], found, master, site)
            continue
        first[item, site] = row
        master.rows.append((source, row))
        _merge(source, row, master, site, found)


def _positive(source: Source, name: str) -> Floats:
    """A column of numbers of 0 or more; others are said and left out."""
    values = source.numbers(name, "left out of the item", IN_PART)
    below = np.flatnonzero(values < 0)
    if name == "on_hand":
        source.say(below, name, "is below 0", "left out of the stock", IN_PART)
    else:
        source.say(below, name, "is below 0", "left out of the item", IN_PART)
    values = values.copy()
    values[below] = np.nan
    return values


def _again(source: Source, row: int, before: int, found: dict[str, Value], master: Master, site: str) -> None:
    """A second row of one item at one warehouse."""
    known = {**master.values, **master.sites.get(site, {})}
    other = [name for name, value in found.items() if known.get(name) != value]
    at = int(source.table.numbers[before])
    if not other:
        source.say(row, "item", f"says what row {at} says")
    else:
        source.say(row, other[0], f"the item stands in row {at} already, with another {', '.join(other)}")


def _merge(source: Source, row: int, master: Master, site: str, found: dict[str, Value]) -> None:
    """Put a row into the record of an item; what an earlier row or table said stays."""
    here = master.sites.setdefault(site, {})
    for name, value in found.items():
        place = here if name in BY_SITE else master.values
        if name not in place:
            place[name] = value
        elif place[name] != value and name not in ("description", "family"):
            kept = place[name]
            told = f"{kept:g}" if isinstance(kept, float) else repr(kept)
            source.say(
                row, name, f"differs from {told}, which came first; a scenario has one for an item", "left out", IN_PART
            )


def _defaults(source: Source) -> None:
    """Say of columns in which every row holds the same number that nobody may have set it."""
    for name in FLAGGED:
        if not source.has(name) or source.rows < ENOUGH:
            continue
        one = source.bound[name]
        values, _ = parsed(one.column, source.decimal)
        found = set(values[np.unique(one.column.codes)].tolist())
        if len(found) != 1 or any(value != value for value in found):
            continue
        value = found.pop()
        system = SYSTEM_DEFAULTS.get((name, value))
        told = f", the default of {system}" if system else ""
        source.tally.tell(
            source.source,
            one.column.name,
            f"every row holds {value:g}{told}: a figure that nobody set?",
            "used as it is, and told in the notes",
            f"{value:g}",
        )
        source.notes.append(
            f"{one.column.name} is {value:g} in every row of {source.source}{told}: nobody may have set it."
        )
