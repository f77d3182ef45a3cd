"""Random prices: what is paid is quantity x rate, lot by lot, whichever way the goods take through the engine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import alike, draw, relive

from sim import reading
from sim.outcome import made
from sim.plan import Plan, PlanLine


@st.composite
def worlds(choose: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A scenario with prices that move, and plan lines, as plain data."""

    def one(*values: Any) -> Any:
        return choose(st.sampled_from(values))

    suppliers = []
    for name in ("near", "far"):
        supplier = {"name": name, "production_time": one(0.0, 2.3, {"law": "lognormal", "mean": 3.0, "cv": 0.6})}
        if (capacity := one(None, None, 9.0)) is not None:
            supplier["capacity"] = capacity
        suppliers.append(supplier)
    items, quotes, lines = [], [], []
    for number in range(one(1, 2, 4)):
        item, supplier = f"i{number}", one("near", "far")
        items.append(
            {"item": item, "standard_cost": 5.0, "price": 9.0, "purchase_price": one(5.0, 4.0), "supplier": supplier}
        )
        if one(True, False):
            breaks = [{"quantity": 6.0, "price": 4.2}, {"quantity": 11.5, "price": 3.9}]
            quotes.append(
                {
                    "item": item,
                    "supplier": supplier,
                    "price": 4.5,
                    "breaks": breaks,
                    "scheme": one("all units", "incremental"),
                }
            )
        lines.append(
            {
                "item": item,
                "origin": supplier,
                "order_up_to": one(12.0, 30.0),
                "review_every": one(1.0, 7.0),
                "buy_ahead": one(0.0, 20.0),
            }
        )
    prices = [
        {"name": "walk", "volatility": 0.5, "drift": one(0.0, 0.3)},
        {"name": "near only", "suppliers": ["near"], "volatility": 0.8, "half_life": 20.0},
        {
            "name": "one item",
            "items": ["i0"],
            "step": one(0.3, -0.4),
            "start": 11.0,
            "until": 30.0,
            "announced": one(None, 2.0),
        },
    ]
    lanes = [
        {"name": name, "origin": [name], "destination": "shop", "per_delivery": 3.0, "legs": [{"transit": 1.5}]}
        for name in ("near", "far")
    ]
    lanes[1]["departures"] = {"every": one(1.0, 7.0)}
    return (
        {
            "horizon": one(40, 61),
            "warm_up": one(0, 20),
            "start": "on hand",
            "units": one("integer", "continuous"),
            "price_on": one("order", "shipment"),
            "items": items,
            "suppliers": suppliers,
            "warehouses": [{"name": "shop"}],
            "lanes": lanes,
            "quotes": quotes,
            "prices": [{key: value for key, value in path.items() if value is not None} for path in prices],
            "contracts": [{"supplier": "near", "fixed": 100.0, "per_order": 2.0, "minimum_units": 900.0}],
            "demand": [{"item": row["item"], "warehouse": "shop", "model": "poisson", "mean": 1.7} for row in items],
        },
        lines,
    )


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.integers(0, 1000))
def test_what_is_paid_is_quantity_times_the_price_of_the_day(made_up: Any, seed: int) -> None:
    content, lines = made_up
    scenario = reading.scenario_of(content)
    plan = Plan("any", tuple(PlanLine(warehouse="shop", policy="base_stock", forecast=1.7, **line) for line in lines))
    future = draw(scenario, seed, 0)
    log: list[Any] = []
    traced, ledger = relive(scenario, plan, future, log), relive(scenario, plan, future)
    alike(traced, ledger)
    assert traced.purchases is not None
    assert ledger.purchases is not None
    assert traced.purchases.orders == ledger.purchases.orders
    assert traced.purchases.deliveries == ledger.purchases.deliveries
    quotes = {(quote["supplier"], quote["item"]): quote for quote in content["quotes"]}
    whole: dict[tuple[float, str, int], float] = {}
    for lot in log:
        for place, units in zip(lot.index.tolist(), lot.quantity.tolist(), strict=True):
            whole[lot.ordered, lot.origin, place] = whole.get((lot.ordered, lot.origin, place), 0.0) + units
    extra, orders, deliveries = [0.0] * len(lines), set(), set()
    for lot in log:
        if lot.ordered >= 0:
            orders.add((lot.origin, lot.ordered))
        if not 0 <= lot.received < scenario.horizon:
            continue
        deliveries.add((lot.origin, lot.received))
        made_at = max([lot.ordered, *(step.end for step in lot.steps if step.stage in ("capacity", "production"))])
        day = lot.ordered if content["price_on"] == "order" else made_at
        for place, units in zip(lot.index.tolist(), lot.quantity.tolist(), strict=True):
            item = content["items"][place]
            price = item["purchase_price"]
            if (lot.origin, item["item"]) in quotes:
                price = unit_price(quotes[lot.origin, item["item"]], whole[lot.ordered, lot.origin, place])
            for path in scenario.prices:
                if path.concerns(lot.origin, item["item"]):
                    price *= float(future.prices[path.name][math.floor(day) - future.first])
            extra[place] += units * (price / item["purchase_price"] - 1.0)
    np.testing.assert_allclose(ledger.sites["shop"].surcharge, extra, rtol=1e-9, atol=1e-8)
    assert sum(ledger.purchases.orders.values()) == len(orders)
    assert sum(ledger.purchases.deliveries.values()) == len(deliveries)
    due = 3.0 * len(deliveries) + 2.0 * sum(origin == "near" for origin, _ in orders) * (
        "near" in ledger.purchases.used
    )
    assert ledger.fees.get("delivery", 0.0) == pytest.approx(due)
    made(scenario, "any", ledger)


def unit_price(quote: dict[str, Any], quantity: float) -> float:
    """Mean price of an order line, added up bracket by bracket."""
    steps = [(0.0, quote["price"]), *((one["quantity"], one["price"]) for one in quote["breaks"])]
    if quote["scheme"] == "all units":
        return float([price for start, price in steps if quantity >= start][-1])
    ends = [start for start, _ in steps[1:]] + [math.inf]
    spent = [
        (min(quantity, end) - start) * price
        for (start, price), end in zip(steps, ends, strict=True)
        if quantity > start
    ]
    return float(sum(spent)) / quantity
