"""Small worlds for the property tests, and naive ways to count what happened in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import reading
from sim.futures import Future, draw
from sim.ledger import Ledger
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.world import Blueprint

#: what a world is where a test does not say otherwise
PLAIN: dict[str, Any] = {
    "units": "continuous",
    "lost_share": 0.0,
    "start": "on hand",
    "review_every": 1,
    "warm_up": 0,
    "suppliers": [{"name": "source"}],
    "warehouses": [{"name": "site"}],
}


def world(**keys: Any) -> Scenario:
    """A scenario from plain data."""
    return reading.scenario_of({**PLAIN, **keys}, file="test")


def one_lane(*legs: Any, **keys: Any) -> list[dict[str, Any]]:
    """A lane from the one supplier to the one warehouse."""
    return [
        {
            "name": "lane",
            "origin": ["source"],
            "destination": "site",
            "legs": [{"transit": leg} for leg in legs],
            **keys,
        }
    ]


def some_items(*names: str, **keys: Any) -> list[dict[str, Any]]:
    """Items of cost 1 from the one supplier."""
    return [{"item": name, "standard_cost": 1.0, "price": 2.0, "supplier": "source", **keys} for name in names]


def line(item: str, level: float = 0.0, **numbers: Any) -> PlanLine:
    """A plan line for the one warehouse and the one supplier."""
    given: dict[str, Any] = {"warehouse": "site", "origin": "source", "policy": "base_stock", **numbers}
    return PlanLine(item=item, order_up_to=level, **given)


def relive(scenario: Scenario, plan: Plan, future: Future, log: list[Any] | None = None) -> Ledger:
    """Live with all series, from a fresh cache."""
    return Blueprint(scenario, plan).live(future.without_cache(), series=True, by_item=True, log=log)


def alike(one: Ledger, other: Ledger, exactly: bool = False) -> None:
    """Two ledgers say the same: to the bit, or up to the order of adding."""
    same = np.testing.assert_array_equal if exactly else _close
    assert one.sites.keys() == other.sites.keys()
    for name, a in one.sites.items():
        b = other.sites[name]
        assert (a.items, a.days, a.step, a.orders) == (b.items, b.days, b.step, b.orders), name
        for group in ("columns", "opening", "closing", "series"):
            left, right = getattr(a, group), getattr(b, group)
            assert left.keys() == right.keys(), (name, group)
            for key in left:
                same(left[key], right[key], err_msg=f"{name} {group} {key}")
        for key in ("claims", "claims_served", "claims_days", "shipped"):
            same(getattr(a, key), getattr(b, key), err_msg=f"{name} {key}")
        same(
            np.sum(list(a.pipeline.values()), axis=0),
            np.sum(list(b.pipeline.values()), axis=0),
            err_msg=f"{name} pipeline",
        )
        for key in ("volume_days", "peak_volume", "overflow_days"):
            same(getattr(a, key), getattr(b, key), err_msg=f"{name} {key}")


def _close(a: Any, b: Any, err_msg: str) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-8, err_msg=err_msg)


def receipts(log: list[Any], warehouse: str) -> list[tuple[float, Any, Any]]:
    """(time, at once, positions, units) of all that a warehouse received, by the lots that were followed."""
    return [
        (lot.received, lot.received == lot.ordered, lot.index, lot.quantity)
        for lot in log
        if lot.stock.name == warehouse and np.isfinite(lot.received)
    ]


def releases(log: list[Any], warehouse: str) -> list[tuple[float, float]]:
    """(time, units) of all that a feeding warehouse gave to others."""
    return [
        (lot.steps[0].end if lot.steps and lot.steps[0].stage == "stock" else lot.ordered, lot.units)
        for lot in log
        if lot.origin == warehouse
    ]


class Book:
    """Counts of one warehouse, added up day by day with plain loops from receipts and demand alone."""

    def __init__(self, scenario: Scenario, plan: Plan, future: Future, name: str, log: list[Any]) -> None:
        items, shares = scenario.sites[name], {item.item: item.lost_share for item in scenario.items}
        demand, instants = future.demand[name], future.instants[name]
        came: dict[int, list[float]] = {}
        early = [0.0] * len(items)  # between the last noon before day 0 and day 0
        for time, at_once, index, quantity in receipts(log, name):
            # what an evening review gets at once comes after the demand of its noon
            row = int(np.searchsorted(instants, time, "right" if at_once else "left"))
            day = came.setdefault(row, [0.0] * len(items))
            if time < 0 and row < instants.size and instants[row] >= 0:
                day = early
            places = range(len(items)) if index is None else np.atleast_1d(index).tolist()
            for place, units in zip(places, np.atleast_1d(quantity).tolist(), strict=True):
                day[place] += units
        self.columns = {
            key: [0.0] * len(items)
            for key in (
                "demand",
                "served",
                "lost",
                "late",
                "on_hand_days",
                "before_days",
                "ready_days",
                "backorder_days",
                "clear_days",
                "short_days",
                "episodes",
                "cycles",
                "failed_cycles",
                "backordered",
            )
        }
        whole = scenario.units == "integer"
        self.net = np.zeros((int((instants >= 0).sum()), len(items)))
        self.short = np.zeros_like(self.net)
        levels = {line.item: line.order_up_to for line in plan.lines if line.warehouse == name}
        for place, item in enumerate(items):
            share = scenario.lost_share if shares[item] is None else shares[item]
            net, remainder, was_short, failed, shown = max(levels[item], 0.0), 0.0, False, False, 0
            for row, instant in enumerate(instants.tolist()):
                arrived = came.get(row, [0.0] * len(items))[place]
                asked = float(demand[row, place])
                if row == int((instants < 0).sum()):
                    net, failed = net + early[place], failed and early[place] <= 1e-9
                late = min(arrived, max(-net, 0.0))
                before = net + arrived
                served = min(asked, max(before, 0.0))
                short = asked - served
                lost = short * share
                if whole:
                    lost += remainder
                    given = min(math.floor(lost + 1e-9), short)
                    remainder, lost = lost - given, float(given)
                net = before - asked + lost
                new_cycle, is_short = arrived > 1e-9, short > 1e-9
                failed = failed and not new_cycle
                if instant >= 0:
                    for key, value in (
                        ("demand", asked),
                        ("served", served),
                        ("lost", lost),
                        ("late", late),
                        ("on_hand_days", max(net, 0.0)),
                        ("before_days", max(before, 0.0)),
                        ("ready_days", before > 1e-9),
                        ("backorder_days", max(-net, 0.0)),
                        ("clear_days", net > -1e-9),
                        ("short_days", is_short),
                        ("episodes", is_short and not was_short),
                        ("cycles", new_cycle),
                        ("failed_cycles", is_short and not failed),
                        ("backordered", short - lost),
                    ):
                        self.columns[key][place] += value
                    self.net[shown, place], self.short[shown, place] = net, short
                    shown += 1
                failed, was_short = failed or is_short, is_short
            # after the last noon
            last = came.get(instants.size, [0.0] * len(items))[place]
            self.columns["late"][place] += min(last, max(-net, 0.0))
            self.columns["cycles"][place] += last > 1e-9


__all__ = ["Book", "alike", "draw", "line", "one_lane", "receipts", "releases", "relive", "some_items", "world"]
