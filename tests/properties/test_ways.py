"""Random networks with air, detours, transshipment, consignment and shared demand: the books stay right, traced or not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import alike, draw, relive
from test_conservation import a_plan, networks

from sim import reading
from sim.outcome import made
from sim.plan import Plan
from sim.ways import ECHELON

SUPPRESSED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@st.composite
def ways(choose: Any) -> tuple[dict[str, Any], list[dict[str, Any]], list[int]]:
    """A random network with lanes of all roles, plan choices, and a choice of ways for each line."""
    scenario, choices = choose(networks())

    def one(*values: Any) -> Any:
        return choose(st.sampled_from(values))

    feeder = {place["name"]: place.get("fed_by") for place in scenario["warehouses"]}
    names = [supplier["name"] for supplier in scenario["suppliers"]]
    more = []
    for main in scenario["lanes"]:
        if one(True, False):
            more.append(
                {
                    "name": f"around {main['name']}",
                    "origin": main["origin"],
                    "destination": main["destination"],
                    "role": "detour",
                    "instead_of": main["name"],
                    "legs": [{"transit": one(1.0, 4.5)}],
                    "after": one(0, 2),
                    "at_or_below": one(0.0, 0.5),
                    "freight": 4.0,
                    **({"containers": "pool"} if scenario["pools"] and one(True, False) else {}),
                    **one({}, {"departures": {"every": 3}}),
                }
            )
    for place, above in feeder.items():
        more.append(
            {
                "name": f"air {place}",
                "origin": names if above is None else [above],
                "destination": place,
                "role": "expedite",
                "mode": "air",
                "legs": [{"transit": one(0.5, 2.0)}],
                "freight": 9.0,
                **one({}, {"capacity": 0.4}, {"capacity": 3.0}),
                **one({}, {"from_stock": False}),
            }
        )
        others = [other for other in feeder if other not in (place, above) and feeder[other] != place]
        if others:
            more.append(
                {
                    "name": f"across {place}",
                    "origin": [one(*others)],
                    "destination": place,
                    "role": "transship",
                    "legs": [{"transit": one(0.0, 1.5)}],
                    "freight": 2.0,
                    **one({}, {"capacity": 0.5}),
                }
            )
    for place in scenario["warehouses"]:
        place["owner"] = one("own", "supplier")
        place["holding_fee"] = one(0.0, 0.03)
    scenario["lanes"] = [*scenario["lanes"], *more]
    return scenario, choices, choose(st.lists(st.integers(0, 7), min_size=4, max_size=4))


def with_ways(scenario: Any, plan: Plan, chosen: list[int]) -> Plan:
    """The plan with an emergency way for some of its lines."""
    across = {lane.destination: lane for lane in scenario.lanes if lane.role == "transship"}
    lines = []
    for number, line in enumerate(plan.lines):
        choice, fields = chosen[number % len(chosen)], {}
        if choice & 1:
            fields.update(expedite_by=f"air {line.warehouse}", expedite_below=float(choice), expedite_most=3.0 + choice)
        lane = across.get(line.warehouse)
        if choice & 2 and lane is not None and line.item in scenario.sites.get(lane.origin[0], ()):
            fields.update(transship_by=lane.name, transship_below=2.0)
        if choice & 4:
            fields.update(transship_keep=1.0)
        lines.append(dataclasses.replace(line, **fields))
    return dataclasses.replace(plan, lines=tuple(lines))


@settings(max_examples=10, deadline=None, suppress_health_check=SUPPRESSED, derandomize=True)
@given(ways(), st.integers(0, 50))
def test_nothing_is_lost_on_any_way(case, replication):
    content, choices, chosen = case
    scenario = reading.scenario_of(content, file="random")
    plan = with_ways(scenario, a_plan(scenario, choices), chosen)
    feeding = {one.fed_by for one in scenario.warehouses if one.fed_by is not None}
    shared = {name for name in feeding if all(line.policy in ECHELON for line in plan.lines if line.warehouse == name)}
    scenario = dataclasses.replace(
        scenario,
        warehouses=tuple(
            dataclasses.replace(one, orders_on="demand" if one.name in shared and chosen[0] % 2 else "orders")
            for one in scenario.warehouses
        ),
    )
    future = draw(scenario, 7, replication)
    log: list[Any] = []
    ledger = relive(scenario, plan, future, log)  # conservation is checked at the end of every run
    alike(ledger, relive(scenario, plan, future))
    made(scenario, "random", ledger)  # and its money
    # what one warehouse gave, others took; what was flown and moved, the trace knows
    across = [lot for lot in log if lot.lane.startswith("across") and lot.ordered >= 0]
    given_away = sum(float(site.transshipped.sum()) for site in ledger.sites.values())
    assert given_away == pytest.approx(sum(lot.units for lot in across))
    came = sum(lot.units for lot in log if lot.lane.startswith("across") and 0 <= lot.received < scenario.horizon)
    assert sum(float(site.from_within.sum()) for site in ledger.sites.values()) == pytest.approx(came)
    flown = sum(float(site.expedited.sum()) for site in ledger.sites.values())
    assert flown >= sum(lot.units for lot in log if lot.lane.startswith("air") and lot.ordered >= 0) - 1e-6
