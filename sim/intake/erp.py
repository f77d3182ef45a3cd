"""What the fields of an ERP mean: price units, lead times in parts, critical flags and classes, zeros for "not set"."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.intake.aliases import UNITS, plain
from sim.intake.master import Master, Value
from sim.intake.options import Options
from sim.intake.tally import IN_PART, USED
from sim.intake.words import BREACHES, BY_ABC, HALTS, INCONVENIENCES, NO, YES, criticality_of

OWN = "own production"


def cost_of(master: Master, options: Options) -> float:
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


def lead_time_of(master: Master) -> float | None:
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


def judge(master: Master, options: Options) -> None:
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
    if "order_up_to" in made and made["order_up_to"] <= made.get("reorder_point", 0.0):
        told = f"{made['order_up_to']:g} is not above the reorder point, {made['reorder_point']:g}"
        master.say("order_up_to", told, "left out of current.csv", IN_PART)
        del made["order_up_to"]
    return made


CRITICALITY_TOLD = (
    f"Criticality from the ERP's fields: the critical-part flag (KZKRI) is {HALTS!r}; else ABC class A is {BREACHES!r} and "
    f"B and C {INCONVENIENCES!r} (assumed: a class by value says little about what a stockout does)."
)
