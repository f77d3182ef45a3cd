"""A plan made anew inside a replication: what the planner is shown, and that its new numbers are used."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.plan import Plan
from sim.world import Blueprint

VALID = Path(__file__).parent.parent.parent / "scenarios" / "valid"


class Watching:
    """Keeps what it is shown and returns a plan of its own making."""

    def __init__(self, plan, change=lambda plan, seen: plan):
        self.plan, self.change, self.shown = plan, change, []

    def __call__(self, seen):
        self.shown.append(seen)
        return self.change(self.plan, seen)


def watched(scenario, plan, future, every=30, change=lambda plan, seen: plan):
    """The ledger of one replication with reassessment, and what the planner saw."""
    watching = Watching(plan, change)
    ledger = Blueprint(scenario, dataclasses.replace(plan, reviser=watching, reassess_every=every)).live(future)
    return ledger, watching.shown


def raised(plan, factor):
    """The plan with higher levels."""
    lines = tuple(
        dataclasses.replace(line, order_up_to=line.order_up_to * factor, reorder_point=line.reorder_point * factor)
        for line in plan.lines
    )
    return Plan(plan.posture, lines)


@pytest.fixture(scope="module", params=["first_strike", "meridian", str(VALID / "chain.toml")])
def world(request):
    scenario = dataclasses.replace(sim.load(request.param), horizon=240)
    scenario = scenario.under(scenario.weather_names[0])
    return scenario, sim.jit().plan(scenario), sim.draw(scenario, 1, 0)


def test_the_same_plan_again_changes_nothing(world):
    scenario, plan, future = world
    ledger, shown = watched(scenario, plan, future)
    plain = Blueprint(scenario, plan).live(future)
    assert shown
    for name, site in plain.sites.items():
        for column, values in site.columns.items():
            np.testing.assert_allclose(ledger.sites[name].columns[column], values, rtol=1e-9, atol=1e-6)
    assert [changed for _, changed in ledger.revisions] == [0] * len(shown)


def test_it_is_shown_what_lies_before_that_morning_and_nothing_else(world):
    scenario, plan, future = world
    _, shown = watched(scenario, plan, future)
    assert [seen.day for seen in shown] == list(range(30, future.end, 30))
    for seen in shown:
        for site, values in seen.demand.items():
            expected = future.demand[site][-future.first : -future.first + seen.day]
            np.testing.assert_array_equal(values, expected)
        for receipts in seen.lead_times.values():
            assert (receipts[:, 1] <= seen.day).all()
            assert (receipts[:, 1] >= 0).all()
            assert (receipts[:, 0] <= receipts[:, 1]).all()
    assert sum(receipts.shape[0] for receipts in shown[-1].lead_times.values()) > 0


def test_what_happens_later_is_not_shown(world):
    scenario, plan, future = world
    day = 60
    later = {site: values.copy() for site, values in future.demand.items()}
    for values in later.values():
        values[-future.first + day :] *= 3
    _, shown = watched(scenario, plan, future)
    _, other = watched(scenario, plan, dataclasses.replace(future, demand=later, cache={}))
    for one, two in zip(shown, other, strict=True):
        if one.day > day:
            break
        for site in one.demand:
            np.testing.assert_array_equal(one.demand[site], two.demand[site])
        for line in one.lead_times:
            np.testing.assert_array_equal(one.lead_times[line], two.lead_times[line])


def test_new_numbers_are_used_from_that_day_on(world):
    scenario, plan, future = world
    ledger, _ = watched(scenario, plan, future, change=lambda plan, seen: raised(plan, 2.0))
    plain = Blueprint(scenario, plan).live(future)
    more = sum(site.on_hand_days.sum() for site in ledger.sites.values())
    assert more > 1.2 * sum(site.on_hand_days.sum() for site in plain.sites.values())
    first, *rest = [changed for _, changed in ledger.revisions]
    assert first > 0
    assert not any(rest)


def test_a_plan_is_reassessed_only_where_demand_comes_by_day():
    scenario = sim.load(VALID / "single_orders.toml")
    plan = dataclasses.replace(sim.jit().plan(scenario), reviser=lambda seen: None, reassess_every=91)
    with pytest.raises(ScenarioError, match="reassess_every: a plan is reassessed only where demand comes by day"):
        Blueprint(scenario, plan)
