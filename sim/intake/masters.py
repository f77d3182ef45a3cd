"""Item masters: one or several tables made into one record an item, with what the ERP plans by at each warehouse."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.intake.aliases import UNITS, plain
from sim.intake.bound import Floats, Source, parsed
from sim.intake.options import Options
from sim.intake.tally import IN_PART, NOT_USED, USED, Tally
from sim.intake.words import BREACHES, BY_ABC, HALTS, INCONVENIENCES, NO, YES, criticality_of

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
OWN = "own production"

Value = float | str
Row = tuple[Source, int]


@dataclass
class Master:
    """One item.

    Attributes
    ----------
    values : field -> value, the same at every warehouse.
    sites : warehouse ("" where the master names none) -> what the ERP holds there.
    rows : where it stands.
    """

    item: str
    values: dict[str, Value] = field(default_factory=dict)
    sites: dict[str, dict[str, Value]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    cost: float = math.nan
    lead_time: float | None = None
    criticality: str = INCONVENIENCES

    def number(self, name: str) -> float | None:
        """A number of the item, or None."""
        found = self.values.get(name)
        return found if isinstance(found, float) else None

    def text(self, name: str) -> str:
        """A text of the item, or ""."""
        return str(self.values.get(name, ""))

    def say(self, name: str, reason: str, done: str, fate: int) -> None:
        """Say something of every row of the item."""
        for source, row in self.rows:
            source.say(row, name if source.has(name) else "item", reason, done, fate)


def read(tally: Tally, sources: Sequence[Source], options: Options) -> dict[str, Master]:
    """Items by identifier, in the order of the files; those of which no cost is known are said and left out."""
    made: dict[str, Master] = {}
    for source in sources:
        _gather(source, made, options)
        _defaults(source)
    for master in list(made.values()):
        master.cost = _cost(master, options)
        master.lead_time = _lead_time(master)
        _criticality(master, options)
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


def _cost(master: Master, options: Options) -> float:
    """Standard cost of one unit; SAP: standard price where VPRSV is S, else moving average, over the price unit."""
    found = master.number("standard_cost")
    standard, moving = master.number("stprs"), master.number("verpr")
    if found is None and (standard is not None or moving is not None):
        control = master.text("vprsv").upper()
        found = standard if control == "S" or moving is None else moving
        if not control and standard is not None and moving is not None:
            master.say("vprsv", "no price control (VPRSV): S or V", "moving average price used", USED)
    if found is None:
        price = master.number("price")
        if price is None or options.cost_share is None:
            return math.nan
        return options.cost_share * price
    per = master.number("price_unit")
    if per == 0:
        master.say("price_unit", "a price for 0 units", "taken for 1 unit", IN_PART)
    return found / per if per else found


def _lead_time(master: Master) -> float | None:
    """Days from order to stock: delivery (or own production, BESKZ = E) and goods receipt."""
    made_here = master.text("procurement").strip().upper() in ("E", "MAKE", "M")
    own, bought = master.number("own_time"), master.number("lead_time")
    found = own if made_here and own is not None else bought
    if made_here and not master.text("supplier"):
        master.values["supplier"] = OWN
    receipt = master.number("goods_receipt_time")
    if found is None:
        return None
    return found + (receipt or 0.0)


def _criticality(master: Master, options: Options) -> None:
    """What a stockout does: as said, else critical where KZKRI says so, else by ABC class."""
    said, flag, abc = (master.text(name) for name in ("criticality", "critical_flag", "abc"))
    if said:
        found = criticality_of(said, options.criticality)
        if found is not None:
            master.criticality = found
            return
        master.say("criticality", f"{said!r} is no known criticality", f"taken for {INCONVENIENCES!r}", IN_PART)
        return
    if flag and plain(flag) in YES:
        master.criticality = HALTS
        return
    if flag and plain(flag) not in NO:
        master.say("critical_flag", f"{flag!r} is neither yes nor no", "taken for no", IN_PART)
    if abc:
        own = criticality_of(abc, options.criticality)
        found = own if own and plain(abc) in {plain(word) for word in options.criticality} else BY_ABC.get(plain(abc))
        if found is None:
            master.say("abc", f"{abc!r} is not one of A, B, C", f"taken for {INCONVENIENCES!r}", IN_PART)
            return
        master.criticality = found


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


def volume_of(master: Master) -> float:
    """m3 of one unit, by the unit the master names (VOLEH)."""
    found = master.number("volume") or 0.0
    word = plain(master.text("volume_unit"))
    return found * UNITS[word][1] if word in UNITS else found


def current(master: Master, site: Mapping[str, Value], mean: float) -> dict[str, float]:
    """What the ERP plans by at one warehouse; a 0 that means "not set" is left out.

    Parameters
    ----------
    mean : demand a day, units, for a safety stock counted in days.
    """
    numbers = {name: value for name, value in site.items() if isinstance(value, float)}
    made: dict[str, float] = {}
    if "safety_stock" in numbers:
        made["safety_stock"] = numbers["safety_stock"]
    elif "safety_stock_days" in numbers:
        made["safety_stock"] = numbers["safety_stock_days"] * mean
    reorder = numbers.get("reorder_point")
    by_point = str(site.get("mrp_type", "")).upper().startswith("V")
    if reorder is not None and (reorder > 0 or by_point):
        made["reorder_point"] = reorder
    for name, column in (
        ("order_up_to", "order_up_to"),
        ("order_quantity", "order_quantity"),
        ("review_every", "review_every"),
        ("multiple", "multiple"),
        ("minimum_order", "minimum"),
    ):
        if numbers.get(name, 0.0) > 0:
            made[column] = numbers[name]
    if made.get("order_up_to", 1.0) <= made.get("reorder_point", 0.0):
        told = f"{made['order_up_to']:g} is not above the reorder point, {made['reorder_point']:g}"
        master.say("order_up_to", told, "left out of current.csv", IN_PART)
        del made["order_up_to"]
    return made


CRITICALITY_TOLD = (
    f"Criticality from the ERP's fields: the critical-part flag (KZKRI) is {HALTS!r}; else ABC class A is {BREACHES!r} and "
    f"B and C {INCONVENIENCES!r} (assumed: a class by value says little about what a stockout does)."
)
