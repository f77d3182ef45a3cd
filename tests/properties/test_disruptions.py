"""Whatever incidents do: nothing is lost or made up, without severity or length nothing changes, and nothing is left behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import alike, draw, relive
from test_conservation import a_plan, money, networks

from sim import reading
from sim.disruptions import Incident
from sim.outcome import made

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
