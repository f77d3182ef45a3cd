"""What a unit costs to carry for a year: by hand, and as the books have it."""

import pytest

import sim
from sim import reading
from sim.carrying import carrying_per_unit
from sim.plan import Plan, PlanLine
from sim.postures.decision import Numbers
from sim.postures.lots import discounted
from sim.postures.sourcing import Levers


def scenario(item=None, **shop):
    """An item that costs 10 and takes 0.1 m3, at two shops of which one has terms of its own; it just lies there."""
    return reading.scenario_of(
        {
            "units": "continuous",
            "start": "on hand",
            "warm_up": 0,
            "horizon": 73,
            "plan_on": "truth",
            "costs": {"storage_rate": 0.0, "storage_per_m3": 0.02, "per_line": 40.0},
            "items": [
                {
                    "item": "part",
                    "standard_cost": 10.0,
                    "price": 20.0,
                    "supplier": "maker",
                    "volume": 0.1,
                    **(item or {}),
                }
            ],
            "suppliers": [{"name": "maker"}],
            "warehouses": [{"name": "shop", **shop}, {"name": "other"}],
            "lanes": [{"name": f"to {name}", "origin": ["maker"], "destination": name} for name in ("shop", "other")],
            "demand": [
                {"item": "part", "warehouse": name, "model": "deterministic", "mean": 1e-9}
                for name in ("shop", "other")
            ],
            "quotes": [
                {"item": "part", "supplier": "maker", "price": 10.0, "breaks": [{"quantity": 1000, "price": 9.99}]}
            ],
        },
        file="test",
    )


@pytest.mark.parametrize(
    ("item", "shop", "more"),
    [
        (None, {}, 0.0),
        # 0.08 more for each m3-day
        (None, {"storage_per_m3": 0.1}, 0.08 * 365 * 0.1),
        # no capital, a fee of 4 % instead
        (None, {"owner": "supplier", "holding_fee": 0.04}, "consigned"),
        ({"owner": "supplier"}, {}, "item"),
    ],
)
def test_a_unit_costs_what_the_books_charge_for_it(item, shop, more):
    made = scenario(item, **shop)
    costs = made.costs
    rate = (
        costs.capital_rate + costs.insurance_rate + costs.handling_rate + costs.obsolescence_rate + costs.shrinkage_rate
    )
    plain = 10 * rate + 0.02 * 365 * 0.1
    expected = {
        "consigned": plain + 10 * (0.04 - costs.capital_rate),
        "item": plain - 10 * costs.capital_rate,
    }.get(more) or plain + more
    assert carrying_per_unit(made, "shop", ["part"]) == pytest.approx([expected])
    assert carrying_per_unit(made, "other", ["part"]) == pytest.approx([plain if more != "item" else expected])

    lines = tuple(
        PlanLine("part", name, "maker", "base_stock", order_up_to=level, forecast=1e-9)
        for name, level in (("shop", 100.0), ("other", 0.0))
    )
    found = sim.live(made, Plan("lies", lines), sim.draw(made, 1, 0)).measures
    booked = found["carrying_cost"] + found["sourcing_cost"]
    assert booked == pytest.approx(100 * expected, rel=1e-6)


def test_the_lot_of_least_cost_goes_by_the_warehouse_s_own_storage():
    """An order costs 40 at a unit a day: sqrt(2 x 40 x 365 / h) units, far below the break of 1000."""
    made = scenario(storage_per_m3=2.0)
    numbers = Numbers(("z", 0.0), 0.0, 7.0, "", "", Levers())
    costs = made.costs
    plain = 10 * (
        costs.capital_rate + costs.insurance_rate + costs.handling_rate + costs.obsolescence_rate + costs.shrinkage_rate
    )
    for site, rent in (("shop", 2.0), ("other", 0.02)):
        found = discounted(made, numbers, made.items[0], site, "maker", 1.0)
        assert found.lot == pytest.approx((2 * 40 * 365 / (plain + rent * 365 * 0.1)) ** 0.5)
