"""What chance decides is fixed before anyone acts: by number and name, in any order, and nobody reads ahead."""

import dataclasses

import numpy as np
import pytest
from small_worlds import alike, draw, line, one_lane, relive, some_items, world

import sim
from sim import runs
from sim.disruptions import Incident
from sim.plan import Plan
from sim.policies import POLICIES
from sim.runs.parts import Parts
from sim.studies.compare import compare
from sim.studies.montecarlo import Job
from sim.world.capacity import Capacity

LAW = {"law": "lognormal", "mean": 6.0, "cv": 0.5}
STRIKE = {
    "kind": "port_strike",
    "name": "strike",
    "port": "quay",
    "start": {"law": "uniform", "low": 10, "high": 60},
    "length": 9,
}


def rich(**keys):
    """Two warehouses, one fed by the other, a port with traffic, boxes, and everything random."""
    given = {
        "horizon": 90,
        "warm_up": 30,
        "units": "integer",
        "lost_share": 0.5,
        "review_every": 1,
        "start": "pipeline",
        "factors": [{"name": "mood", "sd": 0.2}],
        "items": some_items("a", "b", volume=0.1),
        "suppliers": [{"name": "source", "production_time": LAW}],
        "ports": [{"name": "quay", "service_time": {"law": "exponential", "mean": 0.2}, "dwell": LAW}],
        "warehouses": [{"name": "site"}, {"name": "shop", "fed_by": "site"}],
        "lanes": [
            {"name": "lane", "origin": ["source"], "destination": "site", "legs": [{"transit": LAW}, {"port": "quay"}]},
            {"name": "van", "origin": ["site"], "destination": "shop", "legs": [{"transit": LAW}]},
        ],
        "demand": [
            {"item": "a", "warehouse": "site", "model": "poisson", "mean": 3.0, "factor": "mood"},
            {"item": "b", "warehouse": "shop", "model": "negative_binomial", "mean": 2.0, "cv": 1.2},
        ],
        "disruptions": [STRIKE],
    }
    return world(**{**given, **keys})


def same_draws(one, other):
    """What two Futures both decide, they decide alike, to the bit."""
    for name in ("production", "dwell"):
        a, b = getattr(one, name), getattr(other, name)
        for key in a.keys() & b.keys():
            np.testing.assert_array_equal(a[key], b[key])
    for lane in one.transit.keys() & other.transit.keys():
        for a, b in zip(one.transit[lane], other.transit[lane], strict=True):
            assert (a is None) == (b is None)
            np.testing.assert_array_equal(0 if a is None else a, 0 if b is None else b)
    for port in one.traffic.keys() & other.traffic.keys():
        np.testing.assert_array_equal(one.traffic[port].arrivals, other.traffic[port].arrivals)
        np.testing.assert_array_equal(one.traffic[port].services, other.traffic[port].services)


def test_replication_17_alone_is_replication_17_of_many():
    scenario = rich()
    many = [draw(scenario, 4, number) for number in range(18)]
    alone = draw(rich(), 4, 17)
    same_draws(alone, many[17])
    for site in ("site", "shop"):
        np.testing.assert_array_equal(alone.demand[site], many[17].demand[site])
    assert alone.incidents == many[17].incidents
    assert len({future.demand["site"].tobytes() for future in many}) == 18


@pytest.mark.parametrize(
    "more",
    [
        {
            "items": some_items("new", "a", "b", volume=0.1),
            "demand": [
                {"item": "new", "warehouse": "site", "model": "poisson", "mean": 3.0, "factor": "mood"},
                {"item": "a", "warehouse": "site", "model": "poisson", "mean": 3.0, "factor": "mood"},
                {"item": "b", "warehouse": "shop", "model": "negative_binomial", "mean": 2.0, "cv": 1.2},
            ],
        },
        {"suppliers": [{"name": "first", "production_time": LAW}, {"name": "source", "production_time": LAW}]},
        {
            "ports": [
                {"name": "canal", "service_time": {"law": "exponential", "mean": 0.3}, "dwell": LAW},
                {"name": "quay", "service_time": {"law": "exponential", "mean": 0.2}, "dwell": LAW},
            ]
        },
        {
            "lanes": [
                {
                    "name": "rail",
                    "origin": ["spare"],
                    "destination": "site",
                    "legs": [{"transit": LAW}, {"transit": LAW}],
                },
                {
                    "name": "lane",
                    "origin": ["source"],
                    "destination": "site",
                    "legs": [{"transit": LAW}, {"port": "quay"}],
                },
                {"name": "van", "origin": ["site"], "destination": "shop", "legs": [{"transit": LAW}]},
            ],
            "suppliers": [{"name": "source", "production_time": LAW}, {"name": "spare"}],
        },
        {"factors": [{"name": "weather", "sd": 0.5}, {"name": "mood", "sd": 0.2}]},
        {"disruptions": [{**STRIKE, "name": "another"}, STRIKE]},
    ],
    ids=["item", "supplier", "port", "lane", "factor", "disruption"],
)
def test_what_is_added_changes_no_other_draw(more):
    before, after = draw(rich(), 4, 2), draw(rich(**more), 4, 2)
    same_draws(before, after)
    changed = rich(**more)
    for site, item in (("site", "a"), ("shop", "b")):
        a = before.demand[site][:, rich().sites[site].index(item)]
        np.testing.assert_array_equal(a, after.demand[site][:, changed.sites[site].index(item)])
    assert set(before.incidents) <= set(after.incidents)


def test_ten_thousand_replications_have_ten_thousand_demands():
    scenario = world(
        horizon=30,
        items=some_items("a"),
        lanes=one_lane(1.0),
        demand=[{"item": "a", "warehouse": "site", "model": "poisson", "mean": 50.0}],
    )
    seen = {draw(scenario, 1, number).demand["site"].tobytes() for number in range(10_000)}
    assert len(seen) == 10_000
    assert draw(scenario, 2, 0).demand["site"].tobytes() not in seen


@pytest.mark.parametrize("split", [(1, None), (2, None), (1, 1), (1, 7), (2, 3)])
def test_same_bytes_for_any_number_of_jobs_and_any_chunks(split, tmp_path, first_run):
    jobs, chunk = split
    comparison, folder = study(tmp_path, jobs, chunk)
    expected, there = first_run
    np.testing.assert_array_equal(comparison.measures, expected.measures)
    np.testing.assert_array_equal(comparison.around, expected.around)
    assert comparison.numbers == expected.numbers
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.*"))
    assert names == sorted(path.relative_to(there) for path in there.rglob("*.*"))
    for name in names:
        assert (folder / name).read_bytes() == (there / name).read_bytes(), name


def study(folder, jobs, chunk):
    """first_strike, 20 replications, as the command writes it."""
    scenario = sim.load("first_strike")
    made = runs.open_folder(folder / "run", False)
    plans = tuple(sim.posture(name).plan(scenario) for name in ("jit", "jic"))
    parts = Parts(made, Job(scenario, scenario.weather_names, plans, 3), "study")
    comparison = compare(scenario, plans, 20, seed=3, jobs=jobs, chunk=chunk, keep=parts.add)
    parts.close()
    runs.summary(comparison, made / "summary.csv")
    return comparison, made


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    return study(tmp_path_factory.mktemp("first"), 1, 20)


# -- incidents -----------------------------------------------------------------------------------------------------


def test_an_incident_without_length_changes_nothing():
    plan = Plan(
        "test",
        (
            line("a", 50.0),
            line("b", 50.0),
            line("b", 30.0, warehouse="shop", origin="site"),
        ),
    )
    where = [("port", "quay"), ("supplier", "source"), ("lane", "lane"), ("lane", "van")]
    scenario = rich()
    future = draw(scenario, 4, 5).with_incidents(())
    for whole in (True, False):
        for start in (20.0, 33.7):
            nothing = tuple(
                Incident("n", "x", target, name, start, start, 0.0, whole, transit_factor=9.0, freight_factor=9.0)
                for target, name in where
            )
            alike(relive(scenario, plan, future), relive(scenario, plan, future.with_incidents(nothing)), exactly=True)


OUTAGES = {
    "supplier": {"kind": "supplier_outage", "supplier": "source"},
    "port": {"kind": "port_closure", "port": "quay"},
    "lane": {"kind": "lane_closure", "lane": "lane"},
}


@pytest.mark.parametrize("target", OUTAGES)
@pytest.mark.parametrize("length", [1, 7, 30])
@pytest.mark.parametrize(
    ("clock", "start"), [("whole_days", 20), ("whole_days", 20.4), ("continuous", 20), ("continuous", 20.4)]
)
def test_an_outage_of_so_many_days_lasts_exactly_so_long(target, length, clock, start):
    """Goods ordered each morning with no lead time at all arrive when the outage ends, not a moment before or after."""
    scenario = world(
        horizon=90,
        items=some_items("a"),
        ports=[{"name": "quay", "background": 0.0}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site", "legs": [{"port": "quay"}]}],
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 1.0}],
        disruptions=[{**OUTAGES[target], "name": "outage", "start": start, "length": length, "clock": clock}],
    )
    first = np.ceil(start) if clock == "whole_days" else start
    log = []
    ledger = relive(scenario, Plan("test", (line("a", 1.0),)), draw(scenario, 1, 0), log)
    waits = {lot.ordered: lot.received - lot.ordered for lot in log}
    for day in range(1, 90):
        held = first <= day < first + length
        assert waits[float(day)] == pytest.approx(first + length - day if held else 0.0, abs=1e-9), day
    missed = sum(1 for day in range(1, 90) if first <= day and day + 0.5 < first + length)
    assert ledger.sites["site"].short_days[0] == missed
    incidents = draw(scenario, 1, 0).incidents
    for moment in np.arange(0, 90, 0.05):
        down = Capacity(incidents, 0, 90).speed(moment) == 0
        assert down == (first <= moment < first + length), moment


def test_overlapping_incidents_in_any_order_leave_no_residue():
    """Fractions multiply; when all are over, speed is 1 again, exactly."""
    rng = np.random.default_rng(5)
    for whole in (True, False):
        for _ in range(30):
            made = [
                Incident(
                    str(n),
                    "x",
                    "port",
                    "quay",
                    start,
                    start + rng.uniform(0, 20),
                    float(rng.choice([0, 0.3, 0.5, 1.0])),
                    whole,
                )
                for n, start in enumerate(rng.uniform(0, 40, 4))
            ]
            one, other = Capacity(made, -5, 90), Capacity(made[::-1], -5, 90)
            moments = np.arange(-5, 90, 0.25)
            for moment in moments:
                day = np.floor(moment) if whole else moment
                expected = np.prod([incident.fraction(day) for incident in made])
                assert one.speed(moment) == pytest.approx(expected, abs=1e-12)
            np.testing.assert_allclose(one.done_many(moments), other.done_many(moments), atol=1e-12)
            assert one.speed(70.0) == other.speed(70.0) == 1.0
            assert one.finished_at(70.0, 3.25) == 73.25


# -- nobody reads ahead --------------------------------------------------------------------------------------------


def later(future, day):
    """The same Future up to a day, and another one after it."""
    noise = np.random.default_rng(day + 1000)
    cut = day - future.first + 1

    def changed(values):
        values = np.array(values)
        values[cut:] = values[cut:] * noise.uniform(0.3, 2.5, values[cut:].shape)
        return values

    demand = {}
    for site, values in future.demand.items():
        rows = np.array(values)
        after = future.instants[site] > day
        rows[after] = noise.integers(0, 12, rows[after].shape)
        demand[site] = rows
    incidents = (
        *future.incidents,
        *(
            Incident("later", "x", target, where, day + 1 + k, day + 9.3 + k, 0.0, whole, cycle_factor=3.0)
            for k, (target, where, whole) in enumerate(
                [("port", "quay", True), ("supplier", "source", False), ("lane", "lane", True), ("pool", "boxes", True)]
            )
        ),
    )
    return dataclasses.replace(
        future,
        demand=demand,
        production={key: changed(values) for key, values in future.production.items()},
        transit={
            key: tuple(None if leg is None else changed(leg) for leg in legs) for key, legs in future.transit.items()
        },
        dwell={key: changed(values) for key, values in future.dwell.items()},
        incidents=incidents,
        cache={},
    )


@pytest.mark.parametrize("review", ["morning", "evening"])
@pytest.mark.parametrize("policy", ["base_stock", "s_S", "r_nQ", "days_of_cover", "push"])
def test_what_comes_later_changes_no_order_before(review, policy):
    scenario = rich(
        review=review,
        pools=[{"name": "boxes", "containers": 1, "capacity": 2.0, "cycle_time": 4.0}],
        ports=[{"name": "quay", "service_time": 0.1, "dwell": LAW, "own_share": "counts"}],
        suppliers=[{"name": "source", "production_time": LAW, "capacity": 6.0}],
        lanes=[
            {
                "name": "lane",
                "origin": ["source"],
                "destination": "site",
                "legs": [{"transit": LAW}, {"port": "quay"}],
                "containers": "boxes",
            },
            {"name": "van", "origin": ["site"], "destination": "shop", "legs": [{"transit": LAW}]},
        ],
    )
    seen = []

    def noted(view):
        quantity = POLICIES[policy](view)
        seen.append((view.day, view.warehouse, *quantity.tolist()))
        return quantity

    numbers = {"policy": noted, "reorder_point": 40.0, "order_quantity": 15.0, "forecast": 2.5, "lead_time": 14.0}
    plan = Plan(
        "test",
        (
            line("a", 60.0, **numbers),
            line("b", 60.0, **numbers),
            line("b", 45.0, warehouse="shop", origin="site", **numbers),
        ),
    )
    future = draw(scenario, 4, 8)

    def orders(one, until):
        log = []
        seen.clear()
        relive(scenario, plan, one, log)
        return [row for row in seen if row[0] <= until], [
            (lot.received, lot.stock.name, tuple(lot.quantity.tolist())) for lot in log if lot.received <= until
        ]

    for day in (-10, 15, 40):
        ordered, received = orders(future, day)
        assert sum(sum(row[2:]) for row in ordered) > 0
        assert (ordered, received) == orders(later(future, day), day)


def test_a_policy_cannot_reach_the_future_or_the_books():
    """What a policy is shown are copies: it may scribble on them, and finds nothing behind them."""
    held = []

    def curious(view):
        past = view.demand(5)
        held.append(past.base is None and past.shape[0] <= 5)
        past[:] = 1e9
        view.position[:] = -1e9
        view.net[:] = -1e9
        return np.full(len(view.items), 2.0)

    def plain(view):
        return np.full(len(view.items), 2.0)

    scenario = world(
        horizon=40,
        items=some_items("a", "b"),
        lanes=one_lane(2.0),
        demand=[{"item": item, "warehouse": "site", "model": "poisson", "mean": 2.0} for item in "ab"],
    )
    future = draw(scenario, 1, 0)
    ledgers = [
        relive(scenario, Plan("test", tuple(line(item, 9.0, policy=policy) for item in "ab")), future)
        for policy in (curious, plain)
    ]
    alike(*ledgers, exactly=True)
    assert all(held)
