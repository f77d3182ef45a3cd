"""Random small networks: nothing is lost or made up, and every count is what a naive day-by-day count says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import Book, alike, draw, receipts, releases, relive

from sim import reading
from sim.outcome import YEAR, made
from sim.plan import Plan, PlanLine

CRITICALITIES = ("halts production", "breaches a contract", "inconveniences")
GOODWILL = {"halts production": 1.0, "breaches a contract": 0.3, "inconveniences": 0.1}
COSTS = {
    "capital_rate": 0.11,
    "storage_rate": 0.0,
    "storage_per_m3": 0.7,
    "storage_fixed": 900.0,
    "handling_rate": 0.0,
    "handling_per_m3": 1.3,
    "insurance_rate": 0.023,
    "obsolescence_rate": 0.05,
    "shrinkage_rate": 0.013,
    "per_order": 31.0,
    "per_line": 7.0,
    "goodwill_halts": 1.0,
    "goodwill_breaches": 0.3,
    "goodwill_inconveniences": 0.1,
    "backorder_penalty": 0.06,
    "backorder_per_unit_day": 0.2,
}


@st.composite
def networks(choose: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A scenario and plan lines as plain data."""

    def one(*values: Any) -> Any:
        return choose(st.sampled_from(values))

    def luck() -> Any:
        return one(0.0, 1.0, 2.3, {"law": "lognormal", "mean": 3.0, "cv": 0.6}, {"law": "discrete", "values": [0, 5]})

    horizon = one(25, 40, 61)
    suppliers = [
        {"name": f"s{n}", "production_time": luck(), "capacity": one(None, 4.0, 2.5, 30.0)}
        for n in range(one(1, 1, 2, 3))
    ]
    suppliers = [{key: value for key, value in supplier.items() if value is not None} for supplier in suppliers]
    ports = [
        {
            "name": f"p{n}",
            "berths": one(1, 2, 3),
            "service_time": one(0.1, 0.4, {"law": "exponential", "mean": 0.2}),
            "dwell": luck(),
            "own_share": one("negligible", "counts"),
            **one({}, {"background": 0.0}, {"background": 2.0, "background_arrivals": "regular"}),
        }
        for n in range(one(0, 1, 2))
    ]
    pools = [
        {
            "name": "pool",
            "containers": one(1, 2, 3.5),
            "capacity": one(2.0, 11.0),
            "whole": one(True, False),
            "cycle_time": one(3.0, 9.5, {"law": "gamma", "mean": 6.0, "cv": 0.4}),
        }
    ] * one(0, 1)
    warehouses = one(
        [("w0", None)],
        [("w0", None), ("w1", "w0")],
        [("w0", None), ("w1", "w0"), ("w2", "w0")],
        [("w0", None), ("w1", "w0"), ("w2", "w1")],
        [("w0", None), ("v0", None), ("w1", "w0"), ("w2", "w1"), ("w3", "w0")],
    )

    def lane(name: str, origin: list[str], destination: str) -> dict[str, Any]:
        legs: list[dict[str, Any]] = [{"transit": one(0.5, 2.0, 2.3, {"law": "lognormal", "mean": 4.0, "cv": 0.5})}]
        if ports and one(True, False):
            legs += [{"port": one(*ports)["name"]}, {"transit": one(0.0, 1.5)}]
        return {
            "name": name,
            "origin": origin,
            "destination": destination,
            "legs": legs,
            "freight": one(0.0, 3.0),
            "correlation_time": 3.0,
            **one({}, {"departures": {"every": 7, "offset": one(0, 2, 3.5)}}),
            **({"containers": "pool"} if pools and one(True, False) else {}),
        }

    lanes = []
    names = [supplier["name"] for supplier in suppliers]
    for name, feeder in warehouses:
        if feeder is not None:
            lanes.append(lane(f"{feeder}-{name}", [feeder], name))
        elif one(True, False):
            lanes.append(lane(f"all-{name}", names, name))
        else:
            lanes += [lane(f"{who}-{name}", [who], name) for who in names]
    items = [
        {
            "item": f"i{n}",
            "standard_cost": one(1.0, 7.5),
            "price": 11.0,
            "purchase_price": one(1.5, 8.0),
            "volume": one(0.05, 0.3),
            "criticality": one(*CRITICALITIES),
            "supplier": one(*names),
            "minimum_order": one(0.0, 0.0, 6.0),
            "multiple": one(0.0, 0.0, 4.0),
            **one({}, {"lost_share": 0.5}),
        }
        for n in range(one(1, 2, 4))
    ]
    models = [
        {"model": "poisson", "mean": 2.0},
        {"model": "deterministic", "mean": 1.0},
        {"model": "compound", "rate": 0.5, "size": 4.0},
        {"model": "intermittent", "interval": 4.0, "size": 6.0},
        {"model": "negative_binomial", "mean": 3.0, "cv": 1.2},
        {"model": "normal", "mean": 2.0, "sd": 1.0},
    ]
    demand = []
    for item in items:
        places = choose(
            st.lists(st.sampled_from([name for name, _ in warehouses]), min_size=1, max_size=3, unique=True)
        )
        demand += [{"item": item["item"], "warehouse": place, **one(*models)} for place in places]
    disruptions: list[dict[str, Any]] = []
    clock = one("whole_days", "continuous")
    for kind in choose(st.lists(st.sampled_from(["port", "supplier", "lane", "slow", "pool", "random"]), max_size=3)):
        when = {
            "name": f"d{len(disruptions)}",
            "start": one(0, 4.6, 12, horizon - 1),
            "length": one(0, 3, 8.4, 60),
            "clock": clock,
        }
        if kind == "port" and ports:
            disruptions.append(
                {"kind": "port_closure", "port": one(*ports)["name"], "remaining": one(0.0, 0.4), **when}
            )
        elif kind == "supplier":
            disruptions.append({"kind": "supplier_outage", "supplier": one(*names), "remaining": one(0.0, 0.5), **when})
        elif kind == "lane":
            disruptions.append({"kind": "lane_closure", "lane": one(*lanes)["name"], **when})
        elif kind == "slow":
            disruptions.append(
                {
                    "kind": "lane_slowdown",
                    "lane": one(*lanes)["name"],
                    "remaining": 0.5,
                    "transit_factor": 1.7,
                    "freight_factor": 2.0,
                    **when,
                }
            )
        elif kind == "pool" and pools:
            disruptions.append(
                {"kind": "container_shortage", "pools": ["pool"], "remaining": 0.5, "cycle_factor": 2.0, **when}
            )
        elif kind == "random":
            disruptions.append(
                {
                    "kind": "random_outage",
                    "name": when["name"],
                    "supplier": names[0],
                    "up": {"law": "geometric", "mean": 9},
                    "down": {"law": "geometric", "mean": 4},
                }
            )
    scenario = {
        "horizon": horizon,
        "warm_up": one(0, 13),
        "units": one("integer", "continuous"),
        "review": one("morning", "evening"),
        "review_every": 1,
        "lost_share": one(0.0, 0.37, 1.0),
        "allocation": one("fifo", "proportional", "critical"),
        "crossing": one("none", "none", "independent"),
        "start": "on hand",
        "costs": COSTS,
        "items": items,
        "suppliers": suppliers,
        "ports": ports,
        "pools": pools,
        "lanes": lanes,
        "demand": demand,
        "disruptions": disruptions,
        "warehouses": [
            {
                "name": name,
                "rank": rank,
                "floor_space": one(1.0, 1000.0),
                "overflow_cost": 0.4,
                **({} if feeder is None else {"fed_by": feeder}),
            }
            for rank, (name, feeder) in enumerate(warehouses)
        ],
    }
    return scenario, [
        {
            "policy": one("base_stock", "base_stock", "s_S", "r_nQ", "days_of_cover", "push"),
            "every": one(1, 1, 2, 7),
            "level": one(0, 5, 14, 33),
        }
        for _ in range(4 * len(warehouses))
    ]


def a_plan(scenario: Any, choices: list[dict[str, Any]]) -> Plan:
    """A line for each item stocked, from the choices in turn."""
    lines = []
    for site, items in scenario.sites.items():
        for item in items:
            chosen, spec = choices[len(lines) % len(choices)], scenario.items[scenario.catalogue.index[item]]
            lines.append(
                PlanLine(
                    item=item,
                    warehouse=site,
                    origin=scenario.origin_of(site, item),
                    policy=chosen["policy"],
                    order_up_to=float(chosen["level"]),
                    reorder_point=float(chosen["level"]) / 2,
                    order_quantity=5.0,
                    review_every=chosen["every"],
                    multiple=spec.multiple,
                    minimum=spec.minimum_order,
                    forecast=1.6,
                    lead_time=4.0,
                )
            )
    return Plan("random", tuple(lines))


def money(scenario: Any, ledger: Any) -> dict[str, float]:
    """Costs a year by plain loops over items, from counts alone."""
    found = dict.fromkeys(
        (
            "capital_cost",
            "storage_cost",
            "insurance_cost",
            "handling_cost",
            "obsolescence_cost",
            "spoilage_cost",
            "lost_margin",
            "goodwill_cost",
            "backorder_penalty",
            "ordering_cost",
            "freight_cost",
            "purchase_price_variance",
            "purchase_outlay",
        ),
        0.0,
    )
    found["sourcing_cost"] = sum(ledger.fees.values()) * YEAR / scenario.horizon
    specs = {item.item: item for item in scenario.items}
    for name, site in ledger.sites.items():
        a_year = YEAR / scenario.horizon
        warehouse = scenario.warehouse(name)
        found["storage_cost"] += COSTS["storage_fixed"] + site.overflow_days * warehouse.overflow_cost * a_year
        found["ordering_cost"] += site.orders * COSTS["per_order"] * a_year
        for place, item in enumerate(site.items):
            spec = specs[item]
            count = {key: float(values[place]) for key, values in site.columns.items()}
            there = count["on_hand_days"] + count["aside_days"]
            hand, moving = there * spec.standard_cost, count["transit_days"] * spec.standard_cost
            gone = count["scrapped"] + count["destroyed"] + count["lost_in_transit"]
            found["spoilage_cost"] += gone * spec.standard_cost * a_year
            found["capital_cost"] += COSTS["capital_rate"] * (hand + moving) / scenario.horizon
            found["insurance_cost"] += COSTS["insurance_rate"] * (hand + moving) / scenario.horizon
            found["obsolescence_cost"] += COSTS["obsolescence_rate"] * hand / scenario.horizon
            found["spoilage_cost"] += COSTS["shrinkage_rate"] * hand / scenario.horizon
            found["storage_cost"] += COSTS["storage_per_m3"] * spec.volume * there * a_year
            moved = count["received"] + count["served"] + count["late"] + float(site.shipped[place])
            found["handling_cost"] += COSTS["handling_per_m3"] * spec.volume * moved * a_year
            found["lost_margin"] += count["lost"] * (spec.price - spec.standard_cost) * a_year
            found["goodwill_cost"] += count["lost"] * GOODWILL[spec.criticality] * spec.standard_cost * a_year
            found["backorder_penalty"] += count["backordered"] * COSTS["backorder_penalty"] * spec.price * a_year
            found["backorder_penalty"] += count["backorder_days"] * COSTS["backorder_per_unit_day"] * a_year
            found["ordering_cost"] += count["lines"] * COSTS["per_line"] * a_year
            found["freight_cost"] += count["freight"] * a_year
            if warehouse.fed_by is None:
                found["purchase_price_variance"] += (
                    count["received"] * (spec.purchase_price - spec.standard_cost)
                    + count["surcharge"] * spec.purchase_price
                ) * a_year
                found["purchase_outlay"] += (count["received"] + count["surcharge"]) * spec.purchase_price * a_year
    found["total_cost"] = math.fsum(value for key, value in found.items() if key != "purchase_outlay")
    return found


def check(scenario: Any, plan: Plan, future: Any) -> None:
    """Live, plain and traced; count again; compare."""
    plain = relive(scenario, plan, future)
    log: list[Any] = []
    traced = relive(scenario, plan, future, log)
    alike(plain, traced)
    outcome = made(scenario, plan.posture, plain)
    for key, value in money(scenario, plain).items():
        assert outcome.measures[key] == pytest.approx(value, rel=1e-9, abs=1e-7), key
    for name, site in plain.sites.items():
        for group in (site.opening, site.closing, site.pipeline, site.columns):
            for key, values in group.items():
                assert (values >= -1e-7).all(), (name, key)
        if scenario.units == "integer":
            assert np.abs(site.series["net"] - np.rint(site.series["net"])).max() < 1e-7, name
        net, short = site.series["net"], site.series["short_units"]
        asked = future.demand[name][future.instants[name] >= 0]
        np.testing.assert_allclose(site.demand, asked.sum(axis=0), atol=1e-7)
        np.testing.assert_allclose(site.served, (asked - short).sum(axis=0), atol=1e-7)
        np.testing.assert_allclose(site.on_hand_days, np.maximum(net, 0).sum(axis=0), atol=1e-7)
        np.testing.assert_allclose(site.backorder_days, np.maximum(-net, 0).sum(axis=0), atol=1e-7)
        volume = np.maximum(net, 0) @ np.array(
            [scenario.items[scenario.catalogue.index[item]].volume for item in site.items]
        )
        assert site.volume_days == pytest.approx(volume.sum(), abs=1e-7)
        assert site.peak_volume == pytest.approx(volume.max(), abs=1e-7)
        assert site.overflow_days == pytest.approx(
            np.maximum(volume - scenario.warehouse(name).floor_space, 0).sum(), abs=1e-7
        )
        if not releases(log, name):
            book = Book(scenario, plan, future, name, log)
            np.testing.assert_allclose(net, book.net, atol=1e-7)
            np.testing.assert_allclose(short, book.short, atol=1e-7)
            for key, values in book.columns.items():
                np.testing.assert_allclose(site.columns[key], values, atol=1e-7, err_msg=f"{name} {key}")
        came = sum(float(np.sum(quantity)) for time, _, _, quantity in receipts(log, name) if time >= 0)
        assert site.received.sum() == pytest.approx(came, abs=1e-6)
        given_away = sum(units for time, units in releases(log, name) if time >= 0)
        assert site.shipped.sum() == pytest.approx(given_away, abs=1e-6)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(networks(), st.integers(0, 10_000))
def test_random_networks_keep_their_books(network, replication):
    data, choices = network
    scenario = reading.scenario_of(data, file="random")
    check(scenario, a_plan(scenario, choices), draw(scenario, 77, replication))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.integers(0, 10_000))
def test_many_random_networks_keep_their_books(network, replication):
    data, choices = network
    scenario = reading.scenario_of(data, file="random")
    check(scenario, a_plan(scenario, choices), draw(scenario, 78, replication))
