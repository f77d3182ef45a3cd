"""Delivery records: who delivered what, when it was ordered, promised and delivered."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.intake.bound import Floats, Source
from sim.intake.master import Master
from sim.intake.options import Options
from sim.intake.tally import IN_PART, NOT_USED, USED
from sim.intake.words import mode_of

Positions = NDArray[np.intp]
CHECKED = ("ordered", "promised", "delivered")


@dataclass
class Deliveries:
    """Usable records, as columns of equal length.

    Attributes
    ----------
    items, suppliers, modes, sites : names of each record; mode and site "" where no file names one.
    ordered, promised, delivered : day numbers (`date.toordinal`), NaN where blank.
    quantity : units, NaN where blank.
    source, row : where each record stands: number of its source, and position in it.
    """

    items: list[str]
    suppliers: list[str]
    modes: list[str]
    sites: list[str]
    ordered: Floats
    promised: Floats
    delivered: Floats
    quantity: Floats
    source: Positions
    row: Positions

    @property
    def size(self) -> int:
        return len(self.items)

    def taken(self, rows: Positions) -> Deliveries:
        """Some of the records."""
        made: dict[str, Any] = {
            name: [values[row] for row in rows] if isinstance(values, list) else values[rows]
            for name, values in vars(self).items()
        }
        return Deliveries(**made)


def read(sources: Sequence[Source], masters: Mapping[str, Master], options: Options) -> Deliveries:
    """All usable records; what is wrong with the others is said."""
    parts = [_read(number, source, masters, options) for number, source in enumerate(sources)]
    made: dict[str, Any] = {}
    for one in dataclasses.fields(Deliveries):
        values = [getattr(part, one.name) for part in parts]
        if one.name in ("items", "suppliers", "modes", "sites"):
            made[one.name] = [name for names in values for name in names]
        else:
            kind = np.intp if one.name in ("source", "row") else np.float64
            made[one.name] = np.concatenate([*values, np.zeros(0, dtype=kind)])
    return Deliveries(**made)


def _read(number: int, source: Source, masters: Mapping[str, Master], options: Options) -> Deliveries:
    items, item_of = source.keys("item")
    suppliers, supplier_of = source.keys("supplier")
    sites, site_of = source.keys("warehouse")
    modes, mode_at = source.texts("mode")
    days = {name: source.days(name)[0] for name in CHECKED}
    quantity = source.numbers("quantity", "record not used", NOT_USED)
    ordered, delivered = days["ordered"], days["delivered"]
    blank = np.asarray([not name for name in items], dtype=bool)[item_of]
    _drop(source, blank, "item", "the item is blank")
    known = np.asarray([name in masters for name in items], dtype=bool)[item_of]
    _drop(source, ~known & ~blank, "item", "is not an item that is used (no master, or no cost)")
    _drop(source, np.isnan(ordered), "ordered", "no order date: gives no lead time")
    _drop(source, quantity <= 0, "quantity", "is not above 0: a return or a correction")
    today = options.today.toordinal()
    for name in ("ordered", "delivered"):
        _drop(source, days[name] > today, name, f"lies after {options.today}")
    _drop(source, delivered < ordered, "delivered", "delivered before it was ordered")
    same = (delivered == ordered) & (source.account.fate < NOT_USED)
    if options.drop_same_day:
        _drop(source, same, "delivered", "delivered on the day of the order: no lead time (--drop-same-day)")
    elif same.any():
        column = source.bound["delivered"].column.name
        told = f"{int(same.sum())} records are delivered on the day of their order: entered after the fact?"
        source.tally.tell(source.source, column, told, "used; --drop-same-day leaves them out")
    rows = np.flatnonzero(source.account.fate < NOT_USED)
    own = [masters[items[item_of[row]]].text("supplier") for row in rows]
    named = [suppliers[supplier_of[row]] for row in rows]
    lacking = np.asarray([not one and not two for one, two in zip(named, own, strict=True)], dtype=bool)
    source.say(rows[lacking], "supplier", "no supplier, here or in the item master")
    lent = np.asarray([not one and bool(two) for one, two in zip(named, own, strict=True)], dtype=bool)
    source.say(rows[lent], "supplier", "the supplier is blank", "taken from the item master", USED)
    kept = ~lacking if rows.size else np.zeros(0, dtype=bool)
    word = [mode_of(text) for text in modes]
    chosen = [place for place, keep in enumerate(kept) if keep]
    rows = rows[kept]
    return Deliveries(
        items=[items[item_of[row]] for row in rows],
        suppliers=[named[place] or own[place] for place in chosen],
        modes=[word[mode_at[row]] for row in rows],
        sites=[options.one_warehouse or sites[site_of[row]] or (options.warehouse or "") for row in rows],
        ordered=ordered[rows],
        promised=days["promised"][rows],
        delivered=delivered[rows],
        quantity=quantity[rows],
        source=np.full(rows.size, number, dtype=np.intp),
        row=rows.astype(np.intp),
    )


def _drop(source: Source, which: NDArray[np.bool_], name: str, reason: str) -> None:
    """Say why rows are not used, once for each row."""
    source.say(np.flatnonzero(which & (source.account.fate < NOT_USED)), name, reason)


def placed(found: Deliveries, sources: Sequence[Source], sites: Sequence[str]) -> Deliveries:
    """Records of the warehouses of the scenario; the others gave a lead time, and nothing else, which is said."""
    if len(sites) == 1:
        found = Deliveries(**{**vars(found), "sites": [site or sites[0] for site in found.sites]})
    known = np.asarray([site in sites for site in found.sites], dtype=bool)
    for number, source in enumerate(sources):
        rows = found.row[~known & (found.source == number)]
        why = "has no demand that is used" if source.has("warehouse") else "no warehouse (say --warehouse)"
        source.say(rows, "warehouse", why, "used for the lead time of the supplier alone", IN_PART)
    return found.taken(np.flatnonzero(known))


def lined(found: Deliveries, sources: Sequence[Source], known: NDArray[np.bool_]) -> Deliveries:
    """Records whose supplier and mode are a supply line; the others, open orders all of them, are said."""
    for number, source in enumerate(sources):
        rows = found.row[~known & (found.source == number)]
        source.say(rows, "delivered", "still open, and its supplier and mode have not delivered yet")
    return found.taken(np.flatnonzero(known))
