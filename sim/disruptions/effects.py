"""Which effects an incident has, and which its target knows: what a target does not know would be dropped in silence."""

from __future__ import annotations

from sim.disruptions.incident import EFFECTS, NEUTRAL, Incident, Target

#: effects that each kind of target knows; every target but an item knows what capacity remains
KNOWN: dict[Target, frozenset[str]] = {
    "port": frozenset({"remaining", "dwell_factor", "dwell_add", "traffic_factor", "exam_share", "exam_days"}),
    "supplier": frozenset({"remaining", "work", "orders", "open_orders", "allocation", "price_factor", "defects"}),
    "lane": frozenset(
        {
            *("remaining", "transit_factor", "transit_add", "under_way", "freight_factor", "expedite_factor"),
            *("price_factor", "exam_share", "exam_days"),
        }
    ),
    "pool": frozenset({"remaining", "cycle_factor", "freight_factor"}),
    "warehouse": frozenset(
        {
            *("remaining", "orders", "stock", "stock_share", "released", "demand_factor", "demand_profile"),
            "price_factor",
        }
    ),
    "item": frozenset({"stock", "stock_share", "released", "demand_factor", "demand_profile", "price_factor"}),
    "firm": frozenset({"remaining"}),
}
#: effects that do nothing alone
SILENT = frozenset({"stock_share", "released"})
#: effects that change what things cost, and move no goods
MONEY = frozenset({"price_factor", "freight_factor", "expedite_factor"})


def effects(incident: Incident) -> set[str]:
    """Names of the effects that differ from doing nothing; what remains of capacity among them."""
    found = {name for name in EFFECTS if getattr(incident, name) != getattr(NEUTRAL, name)}
    if incident.target != "item" and incident.remaining != 1.0:
        found.add("remaining")
    if not incident.exam_share or not incident.exam_days:
        found -= {"exam_share", "exam_days"}
    if incident.stock == "untouched" or not incident.stock_share:
        found -= {"stock", "stock_share", "released"}
    return found


def misplaced(incident: Incident) -> list[str]:
    """Effects that its target does not know."""
    return sorted(effects(incident) - KNOWN[incident.target])


def only_money(incident: Incident) -> bool:
    """Whether it changes nothing but prices, so that no stock moves otherwise because of it."""
    return not (effects(incident) & KNOWN[incident.target]) - SILENT - MONEY


def idle(incident: Incident) -> bool:
    """Whether it does nothing, wherever it strikes."""
    return not (effects(incident) & KNOWN[incident.target]) - SILENT
