"""What a firm sees of its supply: as late, as blurred and as true as its visibility has it, and never ahead of time."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.plan import Plan, PlanLine
from sim.visibility import SIGNALS, Signal, Visibility
from sim.world import Blueprint
from sim.world.senses import waiting

CONTENT = {
    "name": "signals",
    "horizon": 140,
    "warm_up": 60,
    "units": "continuous",
    "review_every": 7,
    "lost_share": 0.0,
    "items": [{"item": "pump", "standard_cost": 10.0, "price": 20.0, "supplier": "maker", "volume": 1.0}],
    "suppliers": [{"name": "maker", "production_time": 3.0}],
    "ports": [{"name": "Los Angeles", "service_time": 0.1, "surge": 1.25, "background_arrivals": "regular"}],
    "warehouses": [{"name": "site"}],
    "lanes": [
        {
            "name": "sea",
            "origin": ["maker"],
            "destination": "site",
            "legs": [{"transit": 4.0}, {"port": "Los Angeles"}, {"transit": 1.0}],
        }
    ],
    "demand": [{"item": "pump", "warehouse": "site", "model": "poisson", "mean": 10.0}],
}
STRIKE = {"kind": "port_strike", "name": "strike", "port": "Los Angeles", "start": 70, "length": 20, "notice": 21}


def scenario_of(**changes):
    return sim.scenario_of({**CONTENT, **changes})


class Watching:
    """Keeps the signals it is shown; the plan stays."""

    wants_signals = True

    def __init__(self, plan):
        self.plan, self.shown = plan, []

    def __call__(self, seen):
        self.shown.append(seen.signals)
        return self.plan


def shown(scenario, visibility, future=None, every=7):
    """The signals of each reassessment of one replication, by day."""
    plan = dataclasses.replace(sim.jit().plan(scenario), visibility=visibility)
    watching = Watching(plan)
    Blueprint(scenario, dataclasses.replace(plan, reviser=watching, reassess_every=every)).live(
        sim.draw(scenario, 1, 0) if future is None else future
    )
    return {int(signals.day): signals for signals in watching.shown}


def test_a_strike_is_known_from_its_notice_to_its_end_each_so_many_days_late():
    scenario = scenario_of(disruptions=[STRIKE])
    for delay in (0.0, 5.0):
        found = shown(scenario, Visibility(delay=delay), every=1)
        known = [day for day, signals in found.items() if signals.notices]
        assert known == list(range(49 + int(delay), 90 + int(delay)))
        (notice,) = found[60].notices
        assert (notice.where, notice.start, notice.length, notice.standstill) == ("Los Angeles", 70.0, 20.0, 20.0)
    assert found[60].notices[0].words(60) == "port strike announced at Los Angeles for day 70"
    assert found[75].notices[0].words(75) == "port strike at Los Angeles"


def test_the_length_is_the_one_first_believed_not_the_true_one():
    one = {**STRIKE, "estimate_factor": 0.5}
    found = shown(scenario_of(disruptions=[one]), Visibility())
    assert found[70].notices[0].length == 10.0


def lengths(one, days, seed=1, **changes):
    """The length believed on some days, None where nothing is known, and the true one; replication by seed."""
    scenario = scenario_of(disruptions=[one], **changes)
    future = sim.draw(scenario, seed, 0)
    found = shown(scenario, Visibility(), future, every=1)
    told = [found[day].notices[0].length if found[day].notices else None for day in days]
    return told, future.incidents[0].end - future.incidents[0].start


def test_without_an_estimate_the_law_of_such_stoppages_is_believed_and_not_the_end_of_this_one():
    """10 or 30 days, as likely: 20 before and at first; who sees the eleventh day knows that it is 30."""
    law = {"law": "discrete", "values": [10.0, 30.0]}
    found = {}
    for seed in range(1, 12):
        told, true = lengths({**STRIKE, "length": law}, (49, 70, 79, 80, 99, 100), seed)
        found[true] = told
    assert found == {10.0: [20.0, 20.0, 20.0, None, None, None], 30.0: [20.0, 20.0, 20.0, 30.0, 30.0, None]}


def test_an_exponential_stoppage_is_believed_to_have_its_mean_before_it_whatever_its_age():
    """It forgets how long it has run: age + 20. The 400 points that stand for the law cost up to 1 % here."""
    law = {"law": "exponential", "mean": 20.0}
    running = 0
    for seed in range(1, 6):
        told, true = lengths({**STRIKE, "length": law}, (60, 70, 75, 85), seed)
        for length, age in zip(told, (0, 0, 5, 15), strict=True):
            assert (length is None) == (age > 0 and age >= true)
            running += length is not None
            if length is not None:
                assert length == pytest.approx(age + 20.0, rel=0.01)
    assert running > 10


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # mean 20 and a recovery of half as long
        ({"kind": "supplier_outage", "supplier": "maker", "recovery_ratio": 0.5}, 30.0),
        ({"kind": "random_outage", "supplier": "maker", "up": 30}, 20.0),
        ({"kind": "hazard", "members": [{"kind": "port_strike", "port": "Los Angeles"}]}, 20.0),
        ({"kind": "event", "event": "shanghai_2022", "supplier": "maker"}, None),
    ],
)
def test_every_kind_with_a_law_is_believed_by_it(one, expected):
    law = {"law": "uniform", "low": 10.0, "high": 30.0}
    span = {"down": law} if one["kind"] == "random_outage" else {"start": 70, "length": law}
    if one["kind"] == "event":
        span["length"] = {"law": "uniform", "low": 0.5, "high": 1.5}
    scenario = scenario_of(disruptions=[{**one, "name": "it", **span}])
    future = sim.draw(scenario, 3, 0)
    incident = next(
        one
        for one in future.incidents
        if 0 < one.start < 120 and one.target in ("supplier", "port") and abs(one.end - one.start - 20) > 1
    )
    found = shown(scenario, Visibility(), future, every=1)
    first = found[int(np.ceil(incident.start))].notices[-1].length
    if expected is None:
        # half to one and a half times as long as it was: as it was in the mean
        from sim.disruptions.timing import Occurrence

        (bound,) = scenario.bound_disruptions
        like = bound.effects(Occurrence(0.0, bound.days, extra=(1.0,)))[0]
        expected = like.end - like.start
    assert abs(incident.end - incident.start - expected) > 0.5
    assert first == pytest.approx(expected, rel=0.05)


def test_a_background_is_believed_by_the_laws_of_its_causes():
    from sim.world.outlook import believed, outlook

    for rates, cause in (("causes", "port_weather"), ("mckinsey", "mckinsey")):
        scenario = scenario_of(
            disruptions=[{"kind": "background", "name": "all", "rates": rates, "scale": 50.0}], horizon=700
        )
        one = next(one for one in sim.draw(scenario, 1, 0).incidents if one.kind == cause)
        law = outlook(scenario, one)
        # storms last 3 to 10 days; the mean of a length whose logarithm is uniform is (high - low) / ln(high / low)
        classes = ((0.38, 7, 14), (0.27, 14, 28), (0.20, 30, 60), (0.15, 60, 180))
        mean = 6.5 if cause != "mckinsey" else sum(share * (b - a) / np.log(b / a) for share, a, b in classes)
        assert believed(law, 0.0) == pytest.approx(mean, rel=0.005)


def test_a_fixed_length_without_an_estimate_is_told_of():
    told = "visibility: notices of 'strike' tell the true end from the first day"
    for changes, warned in (
        ({}, True),
        ({"estimate_factor": 1.0}, False),
        ({"length": {"law": "exponential", "mean": 9.0}}, False),
    ):
        scenario = scenario_of(disruptions=[{**STRIKE, **changes}], visibility="real time")
        assert any(one.startswith(told) for one in scenario.warnings) == warned, changes
        assert any(one.startswith(told) for one in sim.posture("adaptive").plan(scenario).notes) == warned, changes
    assert not [one for one in scenario_of(disruptions=[STRIKE]).warnings if one.startswith("visibility")]
    blind = scenario_of(disruptions=[STRIKE], visibility={"signals": ["queues"]})
    assert not [one for one in blind.warnings if one.startswith("visibility: notices")]


def test_a_queue_is_what_arrived_and_was_not_worked_off():
    """Regular ships, 8 a day, 10 a day can be worked: after 20 days of standstill 160 wait, and 2 a day are worked off."""
    scenario = scenario_of(disruptions=[STRIKE])
    found = shown(scenario, Visibility(), every=1)
    for day, days in ((69, 0.0), (80, 8.0), (90, 16.0), (100, 14.0), (130, 8.0)):
        assert found[day].queues["Los Angeles"] == pytest.approx(days, abs=0.21), day
    late = shown(scenario, Visibility(signals=(Signal(signal="queues", delay=10.0),)), every=1)
    assert late[100].queues == found[90].queues
    assert late[100].notices == ()


def test_ships_that_wait_are_counted_the_same_where_own_ships_count():
    scenario = scenario_of(disruptions=[STRIKE])
    future = sim.draw(scenario, 1, 0)
    from sim.world.quay import Quay

    port = scenario.ports[0]
    quays = [Quay(one, future) for one in (port, dataclasses.replace(port, own_share="counts"))]
    for time in (50.0, 85.0, 120.0):
        assert waiting(quays[0], time, {}) == waiting(quays[1], time, {})


def test_lateness_is_told_in_published_standard_deviations():
    """Published lead time is 8.1 days without spread, so that one day counts as one; a strike makes receipts late."""
    found = shown(scenario_of(disruptions=[STRIKE]), Visibility(), every=1)
    assert found[63].lateness[("site", "maker")] == pytest.approx(0.0, abs=0.21)
    late = max(signals.lateness.get(("site", "maker"), 0.0) for signals in found.values())
    assert 10 < late < 25


def test_forecast_error_counts_what_is_above_the_forecast():
    shock = {"kind": "demand_shock", "name": "rush", "items": ["pump"], "start": 50, "length": 40, "factor": 1.5}
    found = shown(scenario_of(disruptions=[shock]), Visibility())
    before, after = found[49].forecast_error["site"][0], found[84].forecast_error["site"][0]
    assert before < 3
    # 28 days of mean 15 against a forecast near 10, standard error near sqrt(15 / 28)
    assert after == pytest.approx(5 / (15 / 28) ** 0.5, abs=3)


def test_cargo_left_behind_is_a_share_of_the_pool_as_it_was_when_looked_at():
    pool = {"name": "boxes", "containers": 10.0, "capacity": 10.0, "cycle_time": 7.0, "whole": False}
    lane = {**CONTENT["lanes"][0], "containers": "boxes", "departures": {"every": 7}}
    gone = {
        "kind": "container_shortage",
        "name": "gone",
        "pools": ["boxes"],
        "start": 60,
        "length": 21,
        "remaining": 0.0,
    }
    scenario = scenario_of(pools=[pool], lanes=[lane], disruptions=[gone])
    found = shown(scenario, Visibility(), every=1)
    assert found[55].containers["boxes"] == 0
    assert found[75].containers["boxes"] > 0.5
    late = shown(scenario, Visibility(signals=(Signal(signal="containers", delay=4.0),)), every=1)
    for day in (60, 75, 79, 90):
        assert late[day].containers == found[day - 4].containers


def test_noise_blurs_by_signal_and_day_and_changes_nothing_else():
    scenario = scenario_of(disruptions=[STRIKE])
    clear, blurred = shown(scenario, Visibility()), shown(scenario, Visibility(noise=0.3))
    future = sim.draw(scenario, 1, 0)
    scores = future.noise("queues", "Los Angeles")
    for day in (84, 91):
        factor = np.exp(0.3 * scores[day - future.first])
        assert blurred[day].queues["Los Angeles"] == pytest.approx(clear[day].queues["Los Angeles"] * factor)
    for day, signals in clear.items():
        factor = np.exp(0.3 * future.noise("forecast_error", "site")[day - future.first])
        assert blurred[day].forecast_error["site"][0] == pytest.approx(signals.forecast_error["site"][0] * factor)
    assert any(signals.forecast_error["site"][0] > 0 for signals in clear.values())
    only = shown(scenario, Visibility(signals=(Signal(signal="queues", noise=0.3),)))
    assert only[91].queues == blurred[91].queues


def test_false_alarms_come_at_their_rate_and_are_dropped():
    scenario = scenario_of(horizon=3650)
    future = sim.draw(scenario, 1, 0)
    plan = sim.jit().plan(scenario)
    from sim.world.senses import Senses
    from sim.world.world import World

    visibility = Visibility(false_alarms=4.0)
    alarms = Senses(World(Blueprint(scenario, plan), future, False, False, None), visibility)._alarms
    days = future.end - future.first
    expected = 2 * 4.0 * days / 365  # one port and one supplier
    assert abs(len(alarms) - expected) < 4 * expected**0.5  # four standard errors of a Poisson count
    found = shown(scenario_of(), Visibility(false_alarms=20.0), every=1)
    assert any(signals.notices for signals in found.values())
    assert all(notice.start > day - 1e-9 for day, signals in found.items() for notice in signals.notices)


def test_nothing_is_built_where_nobody_asks():
    scenario = scenario_of(disruptions=[STRIKE])
    plan = sim.jit().plan(scenario)
    future = sim.draw(scenario, 1, 0)
    from sim.world.world import World

    seen = World(Blueprint(scenario, dataclasses.replace(plan, visibility=Visibility())), future, False, False, None)
    assert seen.senses is None
    assert not [key for key in future.cache if key[0] == "noise"]


# -- the stock record --------------------------------------------------------------------------------------------------


def recorded(interval, error=0.5, change=None):
    """Positions that a policy saw each morning, and the true ones, of a plan that orders nothing."""
    scenario = scenario_of(review_every=1, start="on hand")
    positions = []

    def watching(view):
        positions.append((view.day, float(view.position[0]), float(view.on_hand[0])))
        return np.zeros(1)

    line = PlanLine("pump", "site", "maker", watching, order_up_to=5000.0, forecast=10.0)
    plan = Plan("watching", (line,), visibility=Visibility(signals=(), count_interval=interval, record_error=error))
    future = sim.draw(scenario, 1, 0)
    if change is not None:
        change(future)
    Blueprint(scenario, plan).live(future)
    demand = np.concatenate([[0.0], np.cumsum(future.demand["site"][:, 0])])
    truth = [5000.0 - float(demand[int(day) - future.first]) for day, *_ in positions]
    return (
        np.array([day for day, *_ in positions]),
        np.array([seen for _, seen, _ in positions]),
        np.array(truth),
        future,
    )


def test_the_record_drifts_between_counts_by_what_the_future_says_and_a_count_puts_it_right():
    days, seen, truth, future = recorded(28)
    off = seen - truth
    since = (days - future.first) % 28
    np.testing.assert_allclose(off[since == 0], 0.0, atol=1e-9)
    steps = future.noise("record", "site", "pump") * 0.5 * 10.0
    for place in np.flatnonzero(since > 0):
        day = int(days[place]) - future.first
        expected = steps[day - int(since[place]) : day].sum()
        assert off[place] == pytest.approx(expected, abs=1e-6)


def test_real_time_tracking_sees_the_truth():
    _, seen, truth, _ = recorded(1)
    np.testing.assert_allclose(seen, truth, atol=1e-9)


def test_the_books_use_the_truth():
    scenario = scenario_of()
    plan = sim.jit().plan(scenario)
    off = dataclasses.replace(plan, visibility=Visibility(signals=(), count_interval=28, record_error=1.0))
    ledgers = [Blueprint(scenario, one).live(sim.draw(scenario, 1, 0)) for one in (plan, off)]
    sites = [ledger.sites["site"] for ledger in ledgers]
    np.testing.assert_array_equal(sites[0].demand, sites[1].demand)
    assert not np.array_equal(sites[0].on_hand_days, sites[1].on_hand_days)
    assert [ledger.imbalances for ledger in ledgers] == [[], []]


def test_single_orders_and_a_drifting_record_do_not_go_together():
    demand = [{"item": "pump", "warehouse": "site", "model": "orders", "rate": 1.0}]
    scenario = scenario_of(demand=demand, review="continuous", visibility={"count_interval": 7, "record_error": 0.1})
    with pytest.raises(ScenarioError, match="visibility: a stock record that drifts needs demand by day"):
        Blueprint(scenario, sim.jit().plan(scenario))


# -- money, keys and warnings ------------------------------------------------------------------------------------------


def test_what_visibility_costs_is_booked_for_the_booked_days():
    scenario = scenario_of(visibility={"cost": 36500})
    ledger = Blueprint(scenario, sim.jit().plan(scenario)).live(sim.draw(scenario, 1, 0))
    assert ledger.fees == {"signals": pytest.approx(100.0 * 140)}


def test_a_visibility_is_a_table_or_a_name():
    assert scenario_of(visibility="real time").visibility == Visibility()
    assert scenario_of(visibility="none").visibility.signals == ()
    table = {"signals": ["notices", {"signal": "queues", "delay": 3}], "delay": 1, "noise": 0.2}
    assert scenario_of(visibility=table).visibility.senses == {"notices": (1.0, 0.2), "queues": (3.0, 0.2)}
    assert set(Visibility().senses) == set(SIGNALS)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("realtime", "visibility: 'realtime' is not a known name (did you mean 'real time'?)"),
        ({"signals": ["queue"]}, "'queue' is not a known name (did you mean 'queues'?)"),
        ({"signals": ["queues", "queues"]}, "signals: queues is there more than once"),
        ({"delay": -1}, "visibility.delay: -1: must be greater than or equal to 0"),
        ({"count_interval": 0}, "visibility.count_interval: 0: must be greater than or equal to 1"),
        ({"signals": [{"signal": "queues", "noise": -0.1}]}, "noise: -0.1: must be greater than or equal to 0"),
        ({"cost": "much"}, "visibility.cost: 'much'"),
    ],
)
def test_what_is_wrong_with_a_visibility_is_told(given, told):
    with pytest.raises(ScenarioError) as error:
        scenario_of(visibility=given)
    assert told in str(error.value)


def test_signals_that_nothing_can_move_are_warned_of():
    quiet = {"signals": ["notices", "containers", "queues"]}
    told = [one for one in scenario_of(visibility=quiet).warnings if one.startswith("visibility")]
    assert len(told) == 2
    assert "'notices'" in told[0]
    assert "'containers'" in told[1]
    assert not [one for one in scenario_of(visibility=quiet, disruptions=[STRIKE]).warnings if "'notices'" in one]


def test_the_record_errs_beside_what_a_backup_leaves_out_of_the_position():
    """What is stuck at a stopped supplier is not counted as coming, whether the record is true or not."""

    def shown_to_policy(error):
        scenario = scenario_of(
            review_every=1,
            lost_share=1.0,
            suppliers=[{"name": "maker", "production_time": 20.0}, {"name": "other"}],
            lanes=[{"name": "sea", "origin": ["maker", "other"], "destination": "site", "legs": [{"transit": 4.0}]}],
            items=[{**CONTENT["items"][0], "supplier": "maker"}],
            ports=[],
            disruptions=[{"kind": "supplier_outage", "name": "stop", "supplier": "maker", "start": 20, "length": 60}],
        )
        shown = {}

        def policy(view):
            shown[view.day] = float(view.position[0])
            return np.array([10.0 if view.day < 20 else 0.0])

        line = PlanLine(
            "pump", "site", "maker", policy, order_up_to=0.0, forecast=10.0, backup_origin="other", backup_after=1.0
        )
        visibility = Visibility(signals=(), count_interval=140, record_error=error)
        Blueprint(scenario, Plan("watching", (line,), visibility=visibility)).live(sim.draw(scenario, 1, 0))
        return shown

    true, almost = shown_to_policy(0.0), shown_to_policy(1e-9)
    assert true[22.0] < true[20.0] - 150.0  # of the 200 units ordered in the last 20 days, none has left
    assert almost[22.0] == pytest.approx(true[22.0], abs=1e-3)


def test_the_record_errs_beside_the_view_of_the_warehouses_below():
    """A warehouse that orders on demand sees what those below lack, whether its record is true or not."""

    def positions(error):
        scenario = scenario_of(
            review_every=1,
            ports=[],
            warehouses=[{"name": "hub", "orders_on": "demand"}, {"name": "site", "fed_by": "hub"}],
            lanes=[
                {"name": "sea", "origin": ["maker"], "destination": "hub", "legs": [{"transit": 4.0}]},
                {"name": "road", "origin": ["hub"], "destination": "site", "legs": [{"transit": 1.0}]},
            ],
        )
        lines = (
            PlanLine("pump", "hub", "maker", "base_stock", order_up_to=200.0, forecast=10.0),
            PlanLine("pump", "site", "hub", "base_stock", order_up_to=60.0, forecast=10.0, review_every=7.0),
        )
        visibility = Visibility(signals=(), count_interval=140, record_error=error)
        ledger = Blueprint(scenario, Plan("below", lines, visibility=visibility)).live(sim.draw(scenario, 1, 0), True)
        return ledger.sites["hub"].on_hand_days[0]

    assert positions(1e-9) == pytest.approx(positions(0.0), abs=1e-2)


def test_emergency_orders_go_by_the_record_too():
    """Nothing is ordered the ordinary way; by the record there are 1000 units more than there are, so no alarm is raised."""

    def expedited(error):
        lanes = [*CONTENT["lanes"], {"name": "air", "origin": ["maker"], "destination": "site", "role": "expedite"}]
        scenario = scenario_of(review_every=1, start="on hand", lanes=lanes)
        air = {"expedite_by": "air", "expedite_below": 3.0, "expedite_most": 20.0}
        line = PlanLine(
            "pump", "site", "maker", lambda view: np.zeros(1), order_up_to=900.0, forecast=10.0, lead_time=8.0, **air
        )
        visibility = Visibility(signals=(), count_interval=400, record_error=error)
        future = sim.draw(scenario, 1, 0)
        future.cache[("record", "site", ("pump",))] = np.full((future.end - future.first, 1), 1.0)
        return Blueprint(scenario, Plan("air", (line,), visibility=visibility)).live(future).sites["site"].expedited[0]

    assert expedited(0.0) > 0
    assert expedited(10.0) == 0
