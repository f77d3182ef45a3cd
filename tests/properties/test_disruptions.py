"""Whatever incidents do: nothing is lost or made up, none without severity or length, and nothing is left behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from disrupted import ASKED, KINDS, LEAD, arrivals, kind, lived, net, scene, total
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import alike, draw, relive
from test_conservation import a_plan, money, networks

from sim import reading
from sim.disruptions import Incident
from sim.outcome import made
from sim.plan import Plan, PlanLine
from sim.world.quay import Quay

WORLDS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def effects(choose: Any, target: str) -> dict[str, Any]:
    """Any effects that a target knows, at any strength."""

    def one(*values: Any) -> Any:
        return choose(st.sampled_from(values))

    remaining = one(0.0, 0.0, 0.4, 1.0, ((0.0, 0.2), (4.0, 1.0)))
    exams = {"exam_share": one(0.0, 0.4, 1.0), "exam_days": one(1.0, 2.5)}
    stock = {
        "stock": one("untouched", "quarantined", "destroyed"),
        "stock_share": one(0.3, 1.0),
        "released": one(0.0, 0.6, 1.0),
        "demand_factor": one(1.0, 1.0, 0.0, 0.45, 2.6),
        "demand_profile": one((), (), ((0.0, 3.0), (5.0, 0.5))),
        "price_factor": one(1.0, 1.3),
    }
    known: dict[str, dict[str, Any]] = {
        "port": {
            "remaining": remaining,
            "dwell_factor": one(1.0, 2.0),
            "dwell_add": one(0.0, 1.5),
            "traffic_factor": one(1.0, 0.3, 1.4),
            **exams,
        },
        "supplier": {
            "remaining": remaining,
            "work": one("resumes", "restarts", "lost"),
            "orders": one("queue", "refused", "lost"),
            "open_orders": one("kept", "kept", "lost"),
            "allocation": one(None, None, 0.0, 0.4, 0.9),
            "price_factor": one(1.0, 1.3),
        },
        "lane": {
            "remaining": remaining,
            "transit_factor": one(1.0, 1.7),
            "transit_add": one(0.0, 2.0),
            "under_way": one("goes on", "held", "lost"),
            "freight_factor": one(1.0, 3.0),
            "price_factor": one(1.0, 1.25),
            **exams,
        },
        "pool": {"remaining": one(0.5, 1.0), "cycle_factor": one(1.0, 2.0), "freight_factor": one(1.0, 2.0)},
        "warehouse": {"remaining": one(0.0, 1.0, 1.0, 0.5), "orders": one("queue", "refused"), **stock},
        "item": {"remaining": 1.0, **stock},
        "firm": {"remaining": 0.0},
    }
    return known[target]


@st.composite
def storms(choose: Any) -> tuple[dict[str, Any], list[Any], list[dict[str, Any]]]:
    """A network, plan lines, and incidents on anything in it, as plain data."""
    network, choices = choose(networks())
    network = {**network, "disruptions": []}
    places = [("firm", "firm")]
    for target, section in (
        ("port", "ports"),
        ("supplier", "suppliers"),
        ("lane", "lanes"),
        ("pool", "pools"),
        ("warehouse", "warehouses"),
        ("item", "items"),
    ):
        places += [(target, one["item" if target == "item" else "name"]) for one in network[section]] * (
            1 if target in ("port", "pool") else 2
        )
    found = []
    for number in range(choose(st.integers(1, 4))):
        target, where = choose(st.sampled_from(places))
        start = choose(st.sampled_from([-9.0, -2.5, 0.0, 3.0, 4.6, 11.0, 20.0]))
        found.append(
            {
                "name": f"i{number}",
                "kind": "any",
                "target": target,
                "where": where,
                "start": start,
                "end": start + choose(st.sampled_from([1.0, 3.0, 8.4, 17.0, 60.0, float("inf")])),
                "whole_days": choose(st.booleans()),
                **choose(effects(target)),
            }
        )
        if not found[-1]["whole_days"] and isinstance(found[-1].get("remaining"), tuple):
            found[-1]["remaining"] = 0.4  # curves go by whole days
    return network, choices, found


@WORLDS
@given(storms())
def test_books_balance_under_any_incidents(storm: Any) -> None:
    """Goods, orders, demand, boxes and money; a traced run is the run that was measured; units stay whole."""
    network, choices, incidents = storm
    scenario = reading.scenario_of(network, file="storm")
    plan = a_plan(scenario, choices)
    future = draw(scenario, 1, 0).with_incidents(tuple(Incident(**one) for one in incidents))
    plain = relive(scenario, plan, future)  # raises where something does not add up
    alike(plain, relive(scenario, plan, future, []))
    outcome = made(scenario, plan.posture, plain)
    for key, value in money(scenario, plain).items():
        assert outcome.measures[key] == pytest.approx(value, rel=1e-9, abs=1e-7), key
    for name, site in plain.sites.items():
        for group in (site.opening, site.closing, site.pipeline, site.columns):
            for key, values in group.items():
                assert (values >= -1e-7).all(), (name, key)
                if scenario.units == "integer" and key in ("quarantined", "released", "scrapped", "destroyed", "lost"):
                    assert np.abs(values - np.rint(values)).max() < 1e-7, (name, key)
        if scenario.units == "integer":
            assert np.abs(site.series["net"] - np.rint(site.series["net"])).max() < 1e-7, name


@WORLDS
@given(storms())
def test_without_severity_or_length_nothing_changes(storm: Any) -> None:
    """To the bit, in every count and series, for every effect."""
    network, choices, incidents = storm
    scenario = reading.scenario_of(network, file="storm")
    plan = a_plan(scenario, choices)
    calm = draw(scenario, 1, 0)
    expected = relive(scenario, plan, calm)
    given_ones = [Incident(**one) for one in incidents]
    weak = tuple(one.scaled(0.0) for one in given_ones)
    short = tuple(Incident(**{**one, "end": one["start"]}) for one in incidents)
    for nothing in (weak, short):
        alike(expected, relive(scenario, plan, calm.with_incidents(nothing)), exactly=True)
    # and what was there once leaves no trace in the Future
    again = calm.with_incidents(tuple(given_ones)).with_incidents(())
    alike(expected, relive(scenario, plan, again), exactly=True)


@st.composite
def single_storms(choose: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Single orders at two warehouses, one fed by the other, and incidents on anything."""

    def one(*values: Any) -> Any:
        return choose(st.sampled_from(values))

    transit = one(0.0, 2.0, {"law": "gamma", "mean": 2.0, "cv": 0.5})
    network = {
        "horizon": 60,
        "warm_up": one(0, 15),
        "units": one("integer", "continuous"),
        "review": "continuous",
        "crossing": one("none", "independent"),
        "lost_share": one(0.0, 0.4, 1.0),
        "start": one("on hand", "pipeline"),
        "complete_orders": one(False, False, True),
        "items": [{"item": name, "standard_cost": 2.0, "volume": 0.5, "supplier": "source"} for name in "ab"],
        "suppliers": [{"name": "source", "production_time": one(0.0, 3.0), **one({}, {}, {"capacity": 3.0})}],
        "ports": [{"name": "quay", "service_time": 0.2, "own_share": one("negligible", "counts")}],
        "warehouses": [{"name": "site"}, {"name": "shop", "fed_by": "site"}],
        "lanes": [
            {
                "name": "lane",
                "origin": ["source"],
                "destination": "site",
                "legs": [{"transit": transit}, *one([], [{"port": "quay"}]), {"transit": 1.0}],
            },
            {"name": "van", "origin": ["site"], "destination": "shop", "legs": [{"transit": transit}]},
        ],
        "demand": [
            {"item": item, "warehouse": place, "model": "orders", "rate": 1.3, "size": one(1.0, 2.0)}
            for item in "ab"
            for place in ("site", "shop")
        ],
    }
    network["demand"] = [dict(stream, size=network["demand"][0]["size"]) for stream in network["demand"]]
    scenario = reading.scenario_of({**network, "costs": {}}, file="storm")
    places = [("supplier", "source"), ("lane", "lane"), ("lane", "van"), ("warehouse", "site"), ("warehouse", "shop")]
    places += [("item", "a"), ("firm", "firm"), ("port", "quay")]
    found = []
    for number in range(choose(st.integers(1, 4))):
        target, where = choose(st.sampled_from(places))
        start = choose(st.sampled_from([-4.0, 0.0, 3.0, 9.6, 20.0]))
        length = choose(st.sampled_from([1.0, 5.0, 12.3, 30.0, float("inf")]))
        keys = {"name": f"i{number}", "kind": "any", "target": target, "where": where, "start": start}
        found.append({**keys, "end": start + length, **choose(effects(target))})
    return scenario, found


@WORLDS
@given(single_storms(), st.sampled_from([(8.0, 3.0), (20.0, 12.0)]))
def test_books_balance_at_single_orders(storm: Any, levels: tuple[float, float]) -> None:
    """The same with one order at a time; without severity nothing changes."""
    scenario, incidents = storm
    lines = tuple(
        PlanLine(item, site, scenario.origin_of(site, item), "s_S", levels[0], levels[1], forecast=1.3, lead_time=4.0)
        for site, items in scenario.sites.items()
        for item in items
    )
    plan, calm = Plan("test", lines), draw(scenario, 1, 0)
    struck = tuple(Incident(**one) for one in incidents)
    outcome = made(scenario, "test", relive(scenario, plan, calm.with_incidents(struck)))
    for site in outcome.ledger.sites.values():
        for group in (site.opening, site.closing, site.pipeline, site.columns):
            for key, values in group.items():
                assert (values >= -1e-7).all(), key
    weak = calm.with_incidents(tuple(one.scaled(0.0) for one in struck))
    alike(relive(scenario, plan, calm), relive(scenario, plan, weak), exactly=True)


# -- kind by kind --------------------------------------------------------------------------------------------------

LENGTHS = (1, 4, 9)


def late_by(day: float) -> Any:
    """How much longer than normal an order of this day takes."""
    return lambda *disruptions, **keys: arrivals(*disruptions, **keys)[day][0] - day - LEAD


def slow_by(day: float) -> Any:
    """How much longer a box takes that needs a day of service, at a port that has all but stopped."""
    return lambda *disruptions: arrivals(*disruptions, service=1.0)[day][0] - day - LEAD - 1


def dark_days(*disruptions: Any) -> int:
    """Days without an order."""
    return sum(float(day) not in arrivals(*disruptions) for day in range(1, 60))


def unserved_days(*disruptions: Any) -> int:
    """Days on which stock would have been there, and nobody was served."""
    series = lived(scene(*disruptions)).sites["site"].series
    return int((series["short_units"][15:60] >= ASKED).sum())


def demand_days(*disruptions: Any) -> int:
    """Days whose demand is not ten."""
    future = draw(scene(*disruptions), 1, 0)
    return int((future.demand["site"][:, 0] != ASKED).sum())


def per_day(column: str, a_day: float) -> Any:
    """Days on which something was booked, a_day units on each."""
    return lambda *disruptions: (total(lived(scene(*disruptions)), column) - total(lived(scene()), column)) / a_day


def rationed_days(*disruptions: Any) -> int:
    """Orders of five units instead of ten."""
    return sum(units == 5.0 for _, units in arrivals(*disruptions).values())


def slowed_days(*disruptions: Any) -> int:
    """Orders that take longer on their way."""
    return sum(
        time > day + LEAD for day, (time, _) in arrivals(*disruptions, crossing="independent").items() if day < 60
    )


def spoiled_days(disruption: dict[str, Any]) -> float:
    """Days of production of which a half is defective, when nobody ever notices."""
    ledger = lived(scene(disruption, quality={"detection": 1e-9}))
    return total(ledger, "defective") / (ASKED * 0.5)


#: for each kind, how many days it lasts by what it does to the world, and the keys that make that plain
LASTING: dict[str, tuple[Any, dict[str, Any]]] = {
    "port_strike": (late_by(15.0), {}),
    "port_closure": (late_by(15.0), {}),
    "port_slowdown": (slow_by(15.0), {"remaining": 1e-9}),
    "port_congestion": (slowed_days, {"traffic_factor": 1.0}),
    "canal_blockage": (late_by(15.0), {}),
    "canal_restriction": (slow_by(15.0), {"remaining": 1e-9}),
    "lane_closure": (late_by(18.0), {}),
    "lane_slowdown": (slowed_days, {}),
    "lane_diversion": (slowed_days, {}),
    "carrier_failure": (late_by(18.0), {"late": 0}),
    "freight_shock": (per_day("freight", ASKED * 2.0 * 2), {}),
    "customs_delay": (slowed_days, {}),
    "supplier_outage": (late_by(20.0), {}),
    "supplier_slowdown": (late_by(20.0), {"remaining": 1e-9}),
    "factory_fire": (late_by(20.0), {}),
    "factory_flood": (late_by(20.0), {}),
    "factory_quake": (late_by(20.0), {}),
    "component_shortage": (rationed_days, {}),
    "supplier_insolvency": (dark_days, {}),
    "quality_hold": (unserved_days, {}),
    "quality_recall": (unserved_days, {"released": 1.0}),
    "bad_spell": (spoiled_days, {}),
    "demand_surge": (demand_days, {}),
    "demand_collapse": (demand_days, {}),
    "demand_shock": (demand_days, {}),
    "demand_end": (demand_days, {}),
    "tariff": (per_day("surcharge", ASKED * 0.25), {}),
    "price_shock": (per_day("surcharge", ASKED * 0.4), {}),
    "warehouse_loss": (unserved_days, {"share": 0.0}),
    "warehouse_closure": (unserved_days, {}),
    "regional_shutdown": (late_by(20.0), {}),
    "cyber_outage": (dark_days, {}),
    "hazard": (late_by(15.0), {}),
    "regime": (demand_days, {}),
}


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", [*LASTING, "container_shortage"])
def test_an_outage_lasts_its_length_exactly(name: str, length: int) -> None:
    """By what it does to the world, not by its own dates."""
    if name == "container_shortage":
        series = lived(scene(kind(name, length=length))).sites["site"].series["net"][:, 0]
        # receipts stop on day 25 for as long as boxes were missing
        assert (np.diff(series)[22:60] == -ASKED).sum() == length
        return
    measured, keys = LASTING[name]
    days = measured(kind(name, **{"length": length, **keys}))
    assert days == pytest.approx(length, abs=1e-6 if name.endswith(("slowdown", "restriction")) else 1e-9)


def test_every_kind_is_measured() -> None:
    assert {*LASTING, "container_shortage"} == set(KINDS)


@pytest.mark.parametrize("name", list(KINDS))
def test_each_kind_changes_something_at_full_severity_and_nothing_at_none(name: str) -> None:
    short, struck = lived(scene(kind(name, length=0), service=1.0)), lived(scene(kind(name), service=1.0))
    with pytest.raises(AssertionError):
        alike(short, struck, exactly=True)
    alike(short, lived(scene(kind(name, severity=0), service=1.0)), exactly=True)
    if name != "container_shortage":  # whose lane loads boxes, shortage or not
        alike(short, lived(scene(service=1.0)), exactly=True)


#: kinds for which theory says that a longer one never helps who keeps a base stock and whose customers wait: orders do not
#: depend on what has arrived, and every order arrives later or not earlier. Not so for a collapse of demand (it helps), for
#: a recall or a bad spell (what leaves the books is ordered anew, and may be there sooner than the end of a longer one), for
#: freight and prices (nobody waits longer), and with lost sales (what is lost today need not be bought for tomorrow).
MONOTONE = sorted(
    set(KINDS)
    - {"demand_collapse", "demand_end", "demand_shock", "freight_shock", "tariff", "price_shock", "quality_recall"}
    - {"bad_spell"}
)


@pytest.mark.parametrize("name", MONOTONE)
def test_a_longer_outage_never_helps_on_the_same_future(name: str) -> None:
    """Random demand and lead times, five Futures: units waiting on each day never fall as the outage grows."""
    luck = {"law": "lognormal", "mean": 2.0, "cv": 0.4}
    keys = {
        "units": "integer",
        "suppliers": [{"name": "source", "production_time": luck}],
        "demand": [{"item": "a", "warehouse": "site", "model": "negative_binomial", "mean": ASKED, "cv": 0.6}],
    }
    for seed in range(5):
        before = None
        for length in (0, 1, 2, 5, 9, 20):
            series = net(lived(scene(kind(name, length=length), **keys), seed))
            if before is not None:
                assert (series <= before + 1e-9).all(), (seed, length)
            before = series


@pytest.mark.parametrize("name", list(KINDS))
@pytest.mark.parametrize("second", [(25, 15), (25, 5), (20, 20), (15, 35)], ids=["chained", "inside", "same", "around"])
def test_overlapping_incidents_leave_no_residue(name: str, second: tuple[int, int]) -> None:
    """Whoever ends first: when all is over and worked off, stock is what it would have been, and so is every order."""
    start, length = second
    pair = [kind(name, length=20), {**kind(name), "name": "second", "start": start, "length": length}]
    calm = lived(scene())
    ledger, turned = lived(scene(*pair)), lived(scene(*reversed(pair)))
    alike(ledger, turned)
    np.testing.assert_allclose(net(ledger)[-20:], net(calm)[-20:], atol=1e-6)
    site = ledger.sites["site"]
    assert site.closing["aside"][0] == pytest.approx(0.0, abs=1e-6)
    assert site.closing["on_order"][0] == pytest.approx(calm.sites["site"].closing["on_order"][0])


@pytest.mark.parametrize("surge", [1.2, 1.5, 2.0])
@pytest.mark.parametrize("closed", [5, 10])
def test_the_tail_of_a_closure_comes_out_of_the_queue(surge: float, closed: int) -> None:
    """Background at 1/k of a berth, closed for C days: the wait is gone after C / (k - 1) days, to a ship's service."""
    service = 0.02
    quay = {
        "name": "quay",
        "service_time": service,
        "dwell": 0.0,
        "surge": surge,
        "background_arrivals": "regular",
    }
    made = scene(kind("port_closure", length=closed), ports=[quay], horizon=120)
    future = draw(made, 1, 0)
    port = Quay(made.ports[0], future)
    times = np.arange(20.0, 110.0, 0.01)
    waits = port.starts(times) - times
    waiting = times[waits > 2 * service]
    assert waits.max() == pytest.approx(closed, abs=0.05)
    assert waiting.max() - (20 + closed) == pytest.approx(closed / (surge - 1), abs=0.3)
