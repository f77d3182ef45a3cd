"""Ages against a naive loop unit by unit, and the books of stock that is scrapped, expires or lies in quarantine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import draw, line, one_lane, relive, some_items, world

from sim.outcome import made
from sim.plan import Plan

COSTS = {"shrinkage_rate": 0.0, "obsolescence_rate": 0.0}


def unit_by_unit(scenario: Any, future: Any, log: list[Any], level: int) -> tuple[int, list[int]]:
    """Units expired from day 0 on, and net stock by day, with a list of single units and plain loops.

    Each unit is (what it leaves by, morning on which it expires); the first in the list leaves first.
    """
    item, fefo = scenario.items[0], scenario.warehouses[0].picking == "fefo"
    came: dict[int, list[tuple[float, float, int]]] = {}
    for lot in log:
        if np.isfinite(lot.received):
            born = next((step.end for step in lot.steps if step.stage == "production"), lot.ordered)
            came.setdefault(math.ceil(lot.received), []).append((lot.received, born, round(lot.units)))
    first = future.first

    def life(received: float, born: float) -> int:
        since = born if item.life_from == "production" else received
        return math.ceil(since + item.shelf_life - item.least_life - 1e-9)

    shelf = [(life(first, first) if fefo else first, life(first, first))] * level
    expired, waiting, net = 0, 0, []
    for day in range(first, future.end):
        for received, born, units in came.get(day, []):
            dies = life(received, born)
            shelf += [(dies if fefo else received, dies)] * units
        shelf.sort(key=lambda unit: unit[0])
        now = min(waiting, len(shelf))
        shelf, waiting = shelf[now:], waiting - now
        fresh = [unit for unit in shelf if unit[1] > day]
        expired += (len(shelf) - len(fresh)) * (day >= 0)
        asked = int(future.demand["site"][day - first, 0])
        given = min(asked, len(fresh))
        shelf, waiting = fresh[given:], waiting + asked - given
        if day >= 0:
            net.append(len(shelf) - waiting)
    return expired, net


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["fifo", "fefo"]),
    st.sampled_from(["receipt", "production"]),
    st.integers(3, 14),
    st.sampled_from([0, 1, 4, 5]),
    st.integers(1, 40),
    st.sampled_from([1, 3]),
    st.integers(0, 9999),
)
def test_ages_are_those_of_a_loop_over_single_units(picking, since, life, transit, level, every, replication):
    scenario = world(
        horizon=60,
        warm_up=5,
        units="integer",
        ageing=True,
        review_every=every,
        costs=COSTS,
        warehouses=[{"name": "site", "picking": picking}],
        items=some_items("a", shelf_life=life + (transit if since == "production" else 0) + 1.0, life_from=since),
        suppliers=[
            {"name": "source", "production_time": {"law": "discrete", "values": [0, 1, 3]}, "correlation_time": 0}
        ],
        lanes=one_lane({"law": "discrete", "values": [transit, transit, transit + 4]}, correlation_time=0),
        demand=[{"item": "a", "warehouse": "site", "model": "poisson", "mean": 2.0}],
        crossing="none",
    )
    future, log = draw(scenario, 5, replication), []
    ledger = relive(scenario, Plan(posture="x", lines=(line("a", float(level), review_every=every),)), future, log)
    expired, net = unit_by_unit(scenario, future, log, level)
    site = ledger.sites["site"]
    assert site.columns["expired"][0] == expired
    np.testing.assert_allclose(site.series["net"][:, 0], net)


@st.composite
def troubled(choose: Any) -> dict[str, Any]:
    """Two items that age and are made badly, in a warehouse that is closed, burns, and has recalls of its own."""

    def one(*values: Any) -> Any:
        return choose(st.sampled_from(values))

    whole = one("integer", "continuous")
    spells = [
        {
            "kind": "bad_spell",
            "name": f"spell {n}",
            "supplier": "source",
            "start": one(0, 3, 12.5),
            **one({}, {"length": 9}, {"length": 20}),
            "defects": one(0.2, 1.0),
            **one({}, {"items": ["a"]}),
        }
        for n in range(one(0, 1, 2))
    ]
    others = choose(
        st.lists(
            st.sampled_from(
                [
                    {"kind": "warehouse_closure", "warehouse": "site", "start": 10, "length": 6},
                    {"kind": "warehouse_loss", "warehouse": "site", "start": 14, "length": 3, "share": 0.4},
                    {"kind": "quality_hold", "items": ["a"], "start": 8, "length": 9, "share": 0.5, "released": 0.5},
                    {"kind": "supplier_outage", "supplier": "source", "start": 5, "length": 9},
                    {"kind": "demand_end", "items": ["b"], "start": 20},
                ]
            ),
            max_size=2,
            unique_by=lambda one: one["kind"],
        )
    )
    return {
        "horizon": 60,
        "warm_up": one(0, 10),
        "start": one("pipeline", "on hand"),
        "units": whole,
        "ageing": one(True, False),
        "lost_share": one(0.0, 0.5),
        "costs": {**COSTS, "rework": 0.3, "defect_cost": 1.5},
        "quality": {
            "detection": one(1.0, 0.2),
            "report_days": one(0.0, 2.5),
            "sort_days": one(0.0, 4.0),
            "scrap": one(1.0, 0.3),
            "whole_batches": one(True, False),
            "repair_days": one(0.0, 5.0),
        },
        "write_down": one(None, {"every": 9, "cover": 4.0, "share": 0.4}, {"every": 10, "after": 12}),
        "warehouses": [{"name": "site", "picking": one("fifo", "fefo")}],
        "items": some_items(
            "a", "b", shelf_life=one(6.0, 11.0), life_at_receipt=one(1.0, {"law": "uniform", "low": 0.4, "high": 1.0})
        ),
        "suppliers": [
            {
                "name": "source",
                "production_time": 2.0,
                "capacity": one(None, 3.0),
                "defect_rate": one(0.0, 0.1),
                "inspection": one(0.0, 0.6),
                "inspection_days": one(0.0, 2.0),
                "inspection_cost": 0.2,
            }
        ],
        "lanes": one_lane({"law": "lognormal", "mean": 3.0, "cv": 0.5}),
        "demand": [
            {"item": item, "warehouse": "site", "model": "negative_binomial", "mean": 2.0, "cv": 1.2} for item in "ab"
        ],
        "disruptions": spells + others,
    }


def reads(keys: dict[str, Any]) -> Any:
    maker = keys["suppliers"][0]
    if maker["capacity"] is None:
        keys["suppliers"] = [{key: value for key, value in maker.items() if key != "capacity"}]
    return world(**{key: value for key, value in keys.items() if value is not None})


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(troubled(), st.integers(0, 9999))
def test_nothing_is_lost_or_made_up_whatever_befalls_the_stock(keys, replication):
    """The world checks its own books and the outcome its money; what lies in batches is what the stock says."""
    from sim.world.blueprint import Blueprint
    from sim.world.world import World

    scenario = reads(keys)
    plan = Plan(
        posture="x", lines=(line("a", 22.0, lead_time=5.0, forecast=2.0), line("b", 30.0, lead_time=5.0, forecast=2.0))
    )
    alive = World(Blueprint(scenario, plan), draw(scenario, 3, replication), True, True, None)
    ledger = alive.run()
    made(scenario, "x", ledger)
    site, stock = ledger.sites["site"], alive.stocks["site"]
    if stock.shelf is not None:
        np.testing.assert_allclose(stock.shelf.hand.total, np.maximum(stock.net, 0.0), atol=1e-7)
        assert (stock.shelf.hand.bad <= stock.shelf.hand.units + 1e-9).all()
        assert (stock.shelf.aside >= 0).all()
        assert (stock.shelf.counted <= stock.shelf.aside + 1e-9).all()
        assert not (stock.shelf.hand.expires[stock.shelf.hand.units > 1e-9] <= scenario.horizon - 1).any()
    lying = site.closing["on_hand"] + site.closing["aside"]
    for writing in alive.writing:
        assert (writing.written <= lying + 1e-9).all()
        assert (site.columns["written_down"] >= writing.written - 1e-9).all()
    if scenario.units == "integer":
        for name in ("expired", "scrapped", "reworked", "quarantined", "released"):
            np.testing.assert_allclose(site.columns[name], np.round(site.columns[name]), atol=1e-9)


@pytest.mark.parametrize("posture", [22.0, 80.0])
def test_defective_units_bought_are_what_the_rate_says(posture):
    """Binomial numbers over 400 days: 5 standard errors, seed 11, 6 replications."""
    scenario = world(
        horizon=400,
        units="integer",
        items=some_items("a"),
        suppliers=[{"name": "source", "defect_rate": 0.07}],
        lanes=one_lane(1.0),
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 20.0}],
    )
    found = [
        float(
            relive(scenario, Plan(posture="x", lines=(line("a", posture),)), draw(scenario, 11, n))
            .sites["site"]
            .defective[0]
        )
        for n in range(6)
    ]
    bought = 6 * 8000
    assert abs(sum(found) - 0.07 * bought) < 5 * math.sqrt(bought * 0.07 * 0.93)
