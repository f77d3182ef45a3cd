"""Conservation: goods, demand, orders and claims of a ledger must add up, for every item of every warehouse."""

from __future__ import annotations

import numpy as np

from sim.ledger import Ledger
from sim.world.journal import TOLERANCE


def conservation(ledger: Ledger) -> list[str]:
    """What does not add up in a ledger, naming warehouse and item; empty when the books are right.

    Goods: on hand and set aside at day 0 + received = delivered at once + delivered late + shipped to warehouses (those it
    feeds and others) + scrapped + expired + destroyed + consumed in kits + on hand and set aside at the end. Quarantine:
    what was put there has been released, scrapped, destroyed or is still there.
    Demand: waiting at day 0 + demand = delivered at once + delivered late + lost + waiting at the end.
    Orders: on order at day 0 + ordered = received + cancelled + lost in transit + on order at the end, and on order at the
    end = what is found in production, in transit and in claims by looking at every parcel.
    """
    wrong = []
    for name, site in ledger.sites.items():
        opening, closing = site.opening, site.closing
        sides = {
            "goods": (
                opening["on_hand"] + opening["aside"] + site.received,
                site.served
                + site.late
                + site.shipped
                + site.transshipped
                + site.scrapped
                + site.expired
                + site.destroyed
                + site.consumed
                + closing["on_hand"]
                + closing["aside"],
            ),
            "demand": (opening["waiting"] + site.demand, site.served + site.late + site.lost + closing["waiting"]),
            "orders": (
                opening["on_order"] + site.ordered,
                site.received + site.cancelled + site.lost_in_transit + closing["on_order"],
            ),
            "pipeline": (closing["on_order"], sum(site.pipeline.values())),
            "claims": (opening["owed"] + site.claims, site.shipped + closing["owed"]),
        }
        for what, (left, right) in sides.items():
            off = np.abs(left - right) > TOLERANCE * np.maximum(np.abs(left) + np.abs(right), 1.0)
            for place in np.flatnonzero(off)[:3].tolist():
                here, there = np.asarray(left)[place], np.asarray(right)[place]
                wrong.append(f"{what} of item {site.items[place]!r} at {name!r}: {here:.9g} is not {there:.9g}")
    return wrong
