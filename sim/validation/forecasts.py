"""Cases with forecasting inside the world: the bullwhip of a moving average (S13), read off the orders of the journal."""

from __future__ import annotations

from typing import Any

from sim.errors import ModelError
from sim.futures import Future
from sim.ledger import Ledger
from sim.plan import Plan
from sim.validation.case import Case, Reader, items, known, line, truths, world

COPIES = 20
#: mean daily demand; its standard deviation, 20, is so far below that no order of S13 is ever negative
MEAN = 400.0


def s13(days: int = 1) -> Case:
    """Order variance over demand variance: order-up-to with the mean of the last p days, five pairs of L and p.

    L counts the review period: with a morning review, a lead time of L - 1 days is protected for L days of demand.
    """
    pairs = [(int(cover), int(periods)) for cover, periods in truths()["S13"]["parameters"]["pairs_L_p"]]
    names = [f"L{cover}_p{periods} {n}" for cover, periods in pairs for n in range(COPIES)]
    origins = {f"L{cover}_p{periods}": f"source {cover - 1}" for cover, periods in pairs}
    of = {name: origins[name.split()[0]] for name in names}
    sources = sorted(set(origins.values()))
    scenario = world(
        name="S13",
        horizon=days,
        warm_up=60,
        items=items(names, [of[name] for name in names]),
        suppliers=[{"name": name} for name in sources],
        warehouses=[{"name": "site"}],
        lanes=[
            {"name": name, "origin": [name], "destination": "site", "legs": [{"transit": float(name.split()[1])}]}
            for name in sources
        ],
        demand=[{"item": name, "warehouse": "site", "model": "poisson", "mean": MEAN} for name in names],
    )
    lines = [
        line(
            f"L{cover}_p{periods} {n}",
            f"moving_average(periods={periods})",
            origin=origins[f"L{cover}_p{periods}"],
            order_up_to=cover * MEAN,
            forecast=MEAN,
            lead_time=float(cover - 1),
        )
        for cover, periods in pairs
        for n in range(COPIES)
    ]
    quantities = [
        known("S13", f"var_order_over_var_demand.L{cover}_p{periods}", _ratio(number))
        for number, (cover, periods) in enumerate(pairs)
    ]
    note = (
        f"morning review every day; Poisson demand of mean {MEAN:g}, so that no order is negative (a case with one stops); "
        "variances about the known mean, over all copies and booked days"
    )
    return Case("S13", scenario, Plan("S13", tuple(lines)), tuple(quantities), 100, 30, note, series=True)


def _ratio(number: int) -> Reader:
    """Reader: variance of the orders of one setting's copies over that of their demand."""
    chosen = slice(number * COPIES, (number + 1) * COPIES)

    def read(ledger: Ledger, future: Future) -> float:
        orders: Any = ledger.sites["site"].series["ordered"][:, chosen]
        demand = future.demand["site"][-future.first :, chosen]
        if orders.min() <= 0:
            raise ModelError("S13: an order fell to zero, where theory lets it be negative: raise the mean demand")
        return float(((orders - MEAN) ** 2).sum() / ((demand - MEAN) ** 2).sum())

    return read
