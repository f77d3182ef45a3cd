"""Random networks with random sources: nothing is lost or made up, whoever the orders go to."""

import dataclasses

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import draw, relive
from test_conservation import a_plan, check, networks

from sim import reading
from sim.plan import Plan
from sim.sourcing import problems

LEVERS = st.fixed_dictionaries(
    {
        "share": st.sampled_from([0.0, 0.25, 0.6]),
        "backup": st.booleans(),
        "after": st.sampled_from([0.0, 2.0, 5.0]),
        "ramp": st.sampled_from([0.0, 6.0]),
        "qualifies": st.sampled_from([0.0, 4.0]),
        "below": st.sampled_from([0.0, 0.5]),
        "reserved": st.booleans(),
        "surge": st.sampled_from([0.0, 4.0]),
    }
)


def sourced(data):
    """The network with dearer suppliers that sell slots and surges, and a plan that uses them where it may."""
    for number, supplier in enumerate(data["suppliers"]):
        supplier |= {"price_factor": 1 + 0.1 * number, "reserved_time": 1.0, "reservation": 90.0, "qualification": 40.0}
        if "capacity" in supplier:
            supplier |= {"surge_capacity": 2.5, "surge_premium": 0.3}
    names = [supplier["name"] for supplier in data["suppliers"]]
    for item in data["items"]:
        item["supplier"] = ";".join([item["supplier"], *(name for name in names if name != item["supplier"])])
    return reading.scenario_of(data, file="random")


def with_levers(scenario, plan, chosen):
    """Each line with what is chosen for it, as far as it may have it."""
    lines = []
    for number, line in enumerate(plan.lines):
        one = chosen[number % len(chosen)]
        others = [name for name in scenario.items[scenario.catalogue.index[line.item]].suppliers if name != line.origin]
        if scenario.warehouse(line.warehouse).fed_by is None:
            if others and one["share"]:
                line = dataclasses.replace(line, second_origin=others[0], second_share=one["share"])
            if others and one["backup"]:
                line = dataclasses.replace(
                    line,
                    backup_origin=others[-1],
                    backup_after=one["after"],
                    backup_ramp=one["ramp"],
                    backup_qualifies=one["qualifies"],
                    backup_below=one["below"],
                )
            limited = next(s for s in scenario.suppliers if s.name == line.origin).capacity is not None
            if one["reserved"]:
                line = dataclasses.replace(line, reserved=1.0)
            elif limited and one["surge"]:
                line = dataclasses.replace(line, surge_below=one["surge"])
        assert not problems(scenario, line)
        lines.append(line)
    return Plan(plan.posture, tuple(lines))


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(networks(), st.lists(LEVERS, min_size=3, max_size=3), st.integers(0, 10_000))
def test_random_sources_keep_their_books(network, chosen, replication):
    data, choices = network
    scenario = sourced(data)
    plan = with_levers(scenario, a_plan(scenario, choices), chosen)
    check(scenario, plan, draw(scenario, 79, replication))


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(networks(), st.integers(0, 10_000), st.sampled_from([0.25, 0.5]))
def test_a_second_source_that_is_the_first_in_all_but_name_changes_no_stock(network, replication, share):
    """Two suppliers that are alike in time, lane and luck, without limits: who gets what part makes no difference."""
    data, choices = network
    data["disruptions"], data["crossing"] = [], "none"
    data["suppliers"] = [{"name": name, "production_time": 2.0} for name in ("s0", "s1")]
    data["pools"], data["ports"] = [], []
    for lane in data["lanes"]:
        lane.pop("containers", None)
        lane["legs"] = [{"transit": 3.0}]
        if lane["origin"][0].startswith("s"):
            lane["origin"] = ["s0", "s1"]
    data["lanes"] = list({(lane["destination"]): lane for lane in data["lanes"]}.values())
    for item in data["items"]:
        item |= {"supplier": "s0;s1", "minimum_order": 0.0, "multiple": 0.0}
    scenario = reading.scenario_of(data, file="random")
    plan = a_plan(scenario, choices)
    split = Plan(
        plan.posture,
        tuple(
            dataclasses.replace(line, second_origin="s1", second_share=share) if line.origin == "s0" else line
            for line in plan.lines
        ),
    )
    future = draw(scenario, 80, replication)
    one, two = relive(scenario, plan, future), relive(scenario, split, future)
    for name in one.sites:
        np.testing.assert_allclose(one.sites[name].series["net"], two.sites[name].series["net"], atol=1e-7)
        np.testing.assert_allclose(one.sites[name].received, two.sites[name].received, atol=1e-7)
