"""The adaptive posture: buffers between lean and guarded that follow signals, with reasons, and never ahead of them."""

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.plan import Seen
from sim.postures.adaptation import Adaptation
from sim.signals import Notice, Signals
from sim.visibility import Signal, Visibility
from sim.world import Blueprint

NOTICE = Notice("port", "Los Angeles", "port_strike", 120.0, 21.0, 21.0)


@pytest.fixture(scope="module")
def strike():
    """The teaching example with a strike that is announced three weeks ahead, on a day that is known."""
    given = sim.load("first_strike")
    (one,) = given.disruptions
    told = dataclasses.replace(one, start=type(one.length)(value=120.0), notice=21.0)
    return dataclasses.replace(given, disruptions=(told,))


@pytest.fixture(scope="module")
def plan(strike):
    return sim.adaptive().plan(strike)


def walked(plan, days):
    """The only line after each of these days' notices, of one replication."""
    memory, lines = {}, []
    for day, notices in days:
        made = plan.reviser(Seen(day, {}, {}, Signals(float(day), notices=notices), memory))
        lines.append(made.lines[0])
    return lines


def test_on_day_zero_it_is_lean_and_its_guard_is_just_in_case_with_lean_lots(strike, plan):
    jit, (line,) = sim.jit().plan(strike).lines[0], plan.lines
    assert (line.order_up_to, line.safety_stock, line.policy) == (jit.order_up_to, jit.safety_stock, jit.policy)
    guard = sim.posture("jic", ["lot=7"]).plan(strike).lines[0]
    assert plan.reviser.guarded.lines[0].order_up_to == guard.order_up_to
    assert plan.reassess_every == 7


def test_the_example_of_the_docs(plan):
    """An announced strike takes the level to the guarded one within a week; when it is over it falls by an eighth a week."""
    days = [(98, ()), (105, (NOTICE,)), (112, (NOTICE,)), (147, ()), (154, ()), (203, ()), (210, ())]
    lines = walked(plan, days)
    lean, guarded = plan.lines[0].order_up_to, plan.reviser.guarded.lines[0].order_up_to
    assert (lean, guarded) == (670.0, 1139.0)
    step = (guarded - lean) / 8
    expected = [lean, guarded, guarded, guarded - step, guarded - 2 * step, guarded - 3 * step, guarded - 4 * step]
    assert [line.order_up_to for line in lines] == [float(np.ceil(level)) for level in expected]
    page = (Path(__file__).parents[3] / "docs" / "adaptive.md").read_text(encoding="utf-8")
    for (day, notices), line in zip(days[:5], lines, strict=False):
        told = "strike for day 120" if notices else "none"
        assert f"| {day} | {told} | {line.order_up_to:.0f} |" in page
    assert lines[1].reason.startswith("port strike announced at Los Angeles for day 120: cover 61 d; lean: ")
    assert lines[3].reason.startswith("falling: quiet: cover 55 d; ")


def test_between_the_thresholds_it_is_held_and_weak_signals_move_nothing(plan):
    weak = dataclasses.replace(NOTICE, standstill=5.0)  # an index of 0.36, between 0.25 and 0.5
    quiet = dataclasses.replace(NOTICE, standstill=2.0)
    lines = walked(plan, [(7, (weak,)), (14, (NOTICE,)), (21, (weak,)), (28, (quiet,))])
    lean, guarded = plan.lines[0].order_up_to, plan.reviser.guarded.lines[0].order_up_to
    assert [line.order_up_to for line in lines[:3]] == [lean, guarded, guarded]
    assert lean < lines[3].order_up_to < guarded


def test_a_notice_elsewhere_moves_nothing_and_the_plan_comes_back_itself(plan):
    memory = {}
    elsewhere = dataclasses.replace(NOTICE, where="Oakland")
    made = plan.reviser(Seen(7, {}, {}, Signals(7.0, notices=(elsewhere,)), memory))
    assert made is plan.reviser(Seen(14, {}, {}, Signals(14.0), memory)) is plan.reviser.lean


def test_each_signal_of_its_way_counts_and_the_strongest_decides(plan):
    site, origin = plan.lines[0].warehouse, plan.lines[0].origin
    for signals, index, words in (
        (Signals(7.0, queues={"Los Angeles": 4.0}), 0.5, "4 days of queue at Los Angeles"),
        (Signals(7.0, lateness={(site, origin): 2.5}), 0.75, "Shenzhen late by 2.5 standard deviations"),
        (Signals(7.0, lateness={("elsewhere", origin): 2.5}), 0.0, ""),
        (Signals(7.0, forecast_error={site: np.array([3.0])}), 0.5, ""),
        (Signals(7.0, queues={"Los Angeles": 4.0}, lateness={(site, origin): 9.0}), 1.0, "Shenzhen late by 9.0"),
    ):
        found, own, said = plan.reviser.indices(signals)
        assert found[0] == pytest.approx(index)
        assert said.get(0, "").startswith(words)
        assert own[0] == (3.0 if signals.forecast_error else 0.0)


def test_it_orders_more_before_an_announced_strike_and_not_without_sight(strike, plan):
    future = sim.draw(strike, 1, 0)
    blind = sim.adaptive(visibility=Visibility(signals=())).plan(strike)
    jit = sim.jit().plan(strike)
    ledgers = [Blueprint(strike, one).live(future, by_item=True) for one in (plan, blind, jit)]
    orders = [ledger.sites["Ontario"].series["ordered"][:, 0] for ledger in ledgers]
    np.testing.assert_array_equal(orders[1], orders[2])
    np.testing.assert_array_equal(orders[0][:105], orders[2][:105])  # the first look after the notice of day 99
    assert orders[0][105:120].sum() > orders[2][105:120].sum() + 300
    assert "sees no signal" in blind.notes[-1]


def test_replications_leave_nothing_behind(strike, plan):
    futures = [sim.draw(strike, 1, k) for k in range(2)]
    blueprint = Blueprint(strike, plan)
    first = blueprint.live(futures[0]).revisions
    blueprint.live(futures[1])
    assert blueprint.live(futures[0]).revisions == first
    again = pickle.loads(pickle.dumps(plan))
    assert Blueprint(strike, again).live(futures[0]).revisions == first


SEEING = (
    Visibility(),
    Visibility(delay=5.0, noise=0.5, false_alarms=2.0, count_interval=28, record_error=0.3),
)


@pytest.mark.parametrize("seeing", SEEING)
@pytest.mark.parametrize("policy", [None, "sba(alpha=0.2)"])
def test_orders_up_to_a_day_are_the_same_whatever_comes_after_it(seeing, policy):
    """Another Future from day 100 on (demand, times, traffic, incidents, noise): the same orders before it."""
    day = 100
    given = sim.load("first_strike")
    given = dataclasses.replace(given, horizon=200)
    futures = [sim.draw(given, 1, k) for k in (0, 1)]
    base, other = futures
    at = day - base.first

    def mixed(ours, theirs):
        return np.concatenate([ours[:at], theirs[at:]])

    known = tuple(one for one in base.incidents if one.start - one.notice < day)
    after = tuple(dataclasses.replace(one, start=150.0, end=180.0, notice=20.0) for one in other.incidents)
    port = "Los Angeles"
    ships = base.traffic[port].arrivals < day
    later = other.traffic[port].arrivals >= day
    traffic = type(base.traffic[port])(
        np.concatenate([base.traffic[port].arrivals[ships], other.traffic[port].arrivals[later]]),
        np.concatenate([base.traffic[port].services[ships], other.traffic[port].services[later]]),
    )
    changed = dataclasses.replace(
        base,
        demand={site: mixed(values, other.demand[site]) for site, values in base.demand.items()},
        production={name: mixed(values, other.production[name]) for name, values in base.production.items()},
        dwell={name: mixed(values, other.dwell[name]) for name, values in base.dwell.items()},
        traffic={port: traffic},
        incidents=known + after,
        cache={},
    )
    names = [("queues", port), ("lateness", "Ontario", "Shenzhen"), ("forecast_error", "Ontario")]
    names += [("record", "Ontario", "pump"), ("false alarm", "port", port), ("false alarm", "supplier", "Shenzhen")]
    for name in names:
        changed.cache["noise", *name] = mixed(base.noise(*name), other.noise(*name))
    plan = sim.adaptive(visibility=seeing, policy=policy).plan(given)
    base.cache.pop(("record", "Ontario", ("pump",)), None)
    ledgers = [Blueprint(given, plan).live(future, by_item=True) for future in (base, changed)]
    orders = [ledger.sites["Ontario"].series["ordered"][:, 0] for ledger in ledgers]
    np.testing.assert_array_equal(orders[0][:day], orders[1][:day])
    assert not np.array_equal(orders[0][day:], orders[1][day:])


def test_a_posture_file_sets_what_differs(tmp_path):
    path = tmp_path / "careful.toml"
    path.write_text(
        'base = "adaptive"\nreassess_every = 14\n[adapts]\nguarded = "hybrid"\ncover = 20\n'
        '[visibility]\nsignals = ["notices"]\ndelay = 3\n'
    )
    posture = sim.posture(path)
    assert (posture.adapts, posture.reassess_every) == (Adaptation(guarded="hybrid", cover=20.0), 14)
    assert posture.visibility == Visibility(signals=(Signal(signal="notices"),), delay=3.0)
    plan = posture.plan(sim.load("first_strike"))
    line = plan.reviser.guarded.lines[0]
    assert line.safety_stock - plan.lines[0].safety_stock > 0
    assert "20 days of mean demand" in line.formula
    assert sim.posture("adaptive", ["visibility=delayed"]).visibility == Visibility.named()["delayed"]


def test_the_scenario_says_what_is_seen_where_the_posture_does_not(strike):
    seeing = dataclasses.replace(strike, visibility=Visibility(delay=9.0))
    assert sim.adaptive().plan(seeing).visibility.delay == 9.0
    assert sim.adaptive(visibility=Visibility()).plan(seeing).visibility.delay == 0.0
    assert sim.jit().plan(seeing).visibility is None


def test_wrong_thresholds_and_single_orders_are_refused(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('base = "adaptive"\n[adapts]\nraise_at = 0.2\nlower_at = 0.4\nguarded = "jti"\n')
    with pytest.raises(ScenarioError) as error:
        sim.posture(path)
    assert "adapts.guarded: 'jti' is not allowed" in str(error.value)
    path.write_text('base = "adaptive"\n[adapts]\nraise_at = 0.2\nlower_at = 0.4\n')
    with pytest.raises(ScenarioError, match=r"adapts: lower_at 0\.4 is above raise_at 0\.2"):
        sim.posture(path)
    single = sim.scenario_of(
        {
            "horizon": 100,
            "review": "continuous",
            "items": [{"item": "pump", "standard_cost": 10.0, "supplier": "maker"}],
            "suppliers": [{"name": "maker"}],
            "warehouses": [{"name": "site"}],
            "lanes": [{"name": "lane", "origin": ["maker"], "destination": "site"}],
            "demand": [{"item": "pump", "warehouse": "site", "model": "orders", "rate": 1.0}],
        }
    )
    with pytest.raises(ScenarioError, match="adapts: signals are looked at only where demand comes by day"):
        sim.adaptive().plan(single)


def test_it_runs_through_warehouses_that_feed_each_other():
    chained = Path(__file__).parent.parent.parent / "scenarios" / "valid" / "chain.toml"
    scenario = dataclasses.replace(sim.load(str(chained)), horizon=120)
    plan = sim.adaptive(visibility=SEEING[1]).plan(scenario)
    assert Blueprint(scenario, plan).live(sim.draw(scenario, 1, 0)).imbalances == []
