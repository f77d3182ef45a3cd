"""The parts: chance taken out, nodes and what passes them, suppliers divided by group, thresholds, quantiles."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from serial_chains import Serial

import sim
from sim import reading
from sim.errors import UsageError
from sim.futures import draw
from sim.studies.compare import plans_of
from sim.studies.stress import nodes as nodes_module
from sim.studies.stress.calm import without_chance
from sim.studies.stress.checks import default_start
from sim.studies.stress.lived import Ground, recovery_day, service, stock_back
from sim.studies.stress.nodes import chosen, groups_of, nodes_of
from sim.studies.stress.odds import quantile
from sim.studies.stress.split import split_future, split_plan, split_scenario
from sim.studies.stress.words import ACTS, _acts


def many(**keys):
    """Two suppliers, a depot that feeds a store, a warehouse of its own, three items of two criticalities."""
    content = {
        "name": "many",
        "horizon": 300,
        "items": [
            {"item": "a", "standard_cost": 1, "price": 2, "supplier": "north", "criticality": "halts production"},
            {"item": "b", "standard_cost": 1, "price": 2, "supplier": "south", "criticality": "inconveniences"},
            {"item": "c", "standard_cost": 1, "price": 2, "supplier": "north", "criticality": "inconveniences"},
        ],
        "suppliers": [
            {"name": "north", "production_time": {"law": "lognormal", "mean": 8, "cv": 0.3}},
            {"name": "south", "production_time": 5},
            {"name": "spare"},
        ],
        "ports": [{"name": "harbour", "service_time": 0.1, "dwell": {"law": "gamma", "mean": 2, "cv": 0.5}}],
        "warehouses": [{"name": "depot"}, {"name": "store", "fed_by": "depot"}, {"name": "outlet"}],
        "lanes": [
            {"name": "in", "origin": ["north", "south"], "destination": "depot", "legs": [{"port": "harbour"}]},
            {"name": "on", "origin": ["depot"], "destination": "store", "legs": [{"transit": 2}]},
            {"name": "out", "origin": ["north", "south"], "destination": "outlet", "legs": [{"transit": 3}]},
        ],
        "demand": [
            {"item": "a", "warehouse": "store", "model": "poisson", "mean": 5},
            {"item": "b", "warehouse": "store", "model": "poisson", "mean": 4},
            {"item": "a", "warehouse": "outlet", "model": "compound", "rate": 2, "size": 3},
            {"item": "c", "warehouse": "outlet", "model": "intermittent", "interval": 4, "size": 6},
        ],
    }
    return reading.scenario_of({**content, **keys}, file="many")


def test_without_chance_every_seed_is_the_same_future_and_the_means_stay():
    scenario = many()
    calm = without_chance(scenario)
    one, other = draw(calm, 1, 0), draw(calm, 9, 4)
    for site in one.demand:
        assert np.array_equal(one.demand[site], other.demand[site])
    assert np.array_equal(one.traffic["harbour"].arrivals, other.traffic["harbour"].arrivals)
    assert set(one.production["north"]) == {8.0}
    assert set(one.dwell["harbour"]) == {2.0}
    assert one.demand["outlet"].mean(axis=0).tolist() == pytest.approx([6.0, 1.5])
    assert calm.span == scenario.span
    assert without_chance(calm) == calm


def test_the_mean_of_normal_demand_is_that_after_the_cut_and_a_factor_keeps_its_own():
    stream = {"item": "pump", "warehouse": "site", "model": "normal", "mean": 10.0, "sd": 10.0}
    factor = {"name": "market", "sd": 0.4}
    chain = Serial(900.0, demand=1.0)
    content = {"units": "continuous", "horizon": 20000, "factors": [factor], "history_days": 2}
    drawn = Serial(900.0, horizon=20000).scenario
    cut = reading.scenario_of(
        {**_content(chain), **content, "demand": [{**stream, "factor": "market", "loading": 2.0}]}, file="cut"
    )
    plain = reading.scenario_of({**_content(chain), **content, "factors": [], "demand": [stream]}, file="plain")
    # E[max(N(10, 10), 0)] = 10 Phi(1) + 10 phi(1)
    assert without_chance(plain).demand[0].mean == pytest.approx(10.8331547, rel=1e-6)
    assert without_chance(cut).demand[0].mean == pytest.approx(10.8331547 * math.exp(0.16), rel=1e-6)
    # 20,000 independent days: standard error of the mean 8.15/sqrt(20000) = 0.058; seed 1, 3.5 standard errors
    assert draw(plain, 1, 0).demand["site"].mean() == pytest.approx(10.8331547, abs=0.21)
    assert drawn.horizon == 20000


def _content(chain):
    return {
        "name": "serial",
        "warm_up": 0,
        "review_every": 1,
        "items": [{"item": "pump", "standard_cost": 1.0, "supplier": "source"}],
        "suppliers": [{"name": "source"}],
        "warehouses": [{"name": "site"}],
        "lanes": [{"name": "lane", "origin": ["source"], "destination": "site"}],
    }


@pytest.fixture
def closed_doors(monkeypatch):
    """Warehouses that cannot be stopped by themselves, whatever the engine can do."""
    monkeypatch.setattr(nodes_module, "STOPPABLE", frozenset({"supplier", "lane", "port", "pool"}))


def labels(found):
    return [node.label for node in found]


@pytest.mark.usefixtures("closed_doors")
def test_every_kind_of_node_is_there_and_what_nothing_passes_is_told():
    scenario = many()
    plans = plans_of(scenario, ["jit"])
    found, left_out = nodes_of(scenario, plans, groups_of(scenario, None))
    assert labels(found) == [
        "supplier north",
        "supplier south",
        "lane in",
        "lane on",
        "lane out",
        "port harbour",
        "items: halts production",
        "items: inconveniences",
    ]
    assert left_out == {"supplier:spare": "no item passes it under these plans"}


def test_what_passes_a_node_passes_on_to_the_warehouses_it_feeds():
    scenario = many()
    (plan,) = plans_of(scenario, ["jit"])
    found = {node.label: node for node in nodes_of(scenario, [plan], groups_of(scenario, None))[0]}

    def passing(label):
        return {site: places.tolist() for site, places in found[label].passing(scenario, plan).items()}

    assert passing("supplier north") == {"depot": [0], "store": [0], "outlet": [0, 1]}
    assert passing("port harbour") == {"depot": [0, 1], "store": [0, 1]}
    assert passing("lane on") == {"store": [0, 1]}
    assert passing("lane out") == {"outlet": [0, 1]}


@pytest.mark.usefixtures("closed_doors")
def test_a_warehouse_with_several_lanes_can_be_cut_off():
    scenario = sim.load("meridian")
    plans = plans_of(scenario, ["jit"])
    found, left_out = nodes_of(scenario, plans, groups_of(scenario, None))
    cut = {node.name: node for node in found if node.kind == "inbound"}
    assert set(cut) == {"Ontario CA", "Allentown PA"}
    assert len(cut["Ontario CA"].targets) == 21  # standard, by air, and from the other centre
    assert {len(cut["Ontario CA"].outage(5, 10))} == {21}
    kinds = [node.kind for node in found]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "supplier": 12,
        "lane": 22,
        "port": 3,
        "pool": 7,
        "inbound": 2,
        "group": 6,
    }
    assert set(left_out) == {"supplier:S13", "lane:Guadalajara - Ontario CA", "lane:Guadalajara - Allentown PA"}


def test_a_warehouse_is_a_node_where_the_engine_can_stop_one(monkeypatch):
    monkeypatch.setattr(nodes_module, "STOPPABLE", frozenset({"warehouse"}))
    scenario = many()
    (plan,) = plans_of(scenario, ["jit"])
    found = {node.label: node for node in nodes_of(scenario, [plan], {})[0]}
    (incident,) = found["warehouse depot"].outage(3, 4)
    assert (incident.kind, incident.target, incident.where) == ("warehouse_closure", "warehouse", "depot")
    assert (incident.start, incident.end, incident.remaining) == (3.0, 7.0, 0.0)
    assert set(found["warehouse depot"].passing(scenario, plan)) == {"depot", "store"}


def test_groups_that_cannot_stop_alone_are_told():
    limited = many(suppliers=[{"name": "north", "capacity": 40}, {"name": "south"}])
    plans = plans_of(limited, ["jit"])
    _, left_out = nodes_of(limited, plans, groups_of(limited, "criticality"))
    why = "north has one capacity for several groups"
    assert left_out == {"group:halts production": why, "group:inconveniences": why}
    assert groups_of(limited, "none") == {}


def test_nodes_by_name_kind_and_both():
    scenario = many()
    found, _ = nodes_of(scenario, plans_of(scenario, ["jit"]), groups_of(scenario, None))
    assert labels(chosen(found, ["harbour", "supplier:north", "ports"], {})) == ["port harbour", "supplier north"]
    assert labels(chosen(found, None, {})) == labels(found)
    with pytest.raises(UsageError, match=r"'harbor' is nothing that can fail here \(did you mean 'harbour'"):
        chosen(found, ["harbor"], {})
    with pytest.raises(UsageError, match="name at least one"):
        chosen(found, [" "], {})
    with pytest.raises(UsageError, match="'spare' cannot be tried: no item passes it under these plans"):
        chosen(found, ["spare"], {"supplier:spare": "no item passes it under these plans"})
    with pytest.raises(UsageError, match="there are none in this scenario"):
        chosen(found, ["pools"], {})


def test_a_name_that_means_two_things_asks_which():
    scenario = many(ports=[{"name": "in", "service_time": 0.1}], lanes=[
        {"name": "in", "origin": ["north", "south"], "destination": "depot", "legs": [{"port": "in"}]},
        {"name": "on", "origin": ["depot"], "destination": "store"},
        {"name": "out", "origin": ["north", "south"], "destination": "outlet"},
    ])  # fmt: skip
    found, _ = nodes_of(scenario, plans_of(scenario, ["jit"]), {})
    with pytest.raises(UsageError, match="'in' is several things: write 'lane:in' or 'port:in'"):
        chosen(found, ["in"], {})
    assert labels(chosen(found, ["port:in"], {})) == ["port in"]


def test_divided_suppliers_are_the_same_world():
    """The same luck, goods and service, to the unit; that is what makes the outage of one group comparable."""
    scenario = many()
    (plan,) = plans_of(scenario, ["jit"])
    groups = groups_of(scenario, "criticality")
    whole, parts = Ground(scenario, plan), Ground(split_scenario(scenario, groups), split_plan(scenario, plan, groups))
    future = draw(scenario, 3, 1)
    one, other = whole.live(future), parts.live(split_future(future, groups))
    assert np.array_equal(one.net, other.net)
    assert np.array_equal(one.short, other.short)
    assert one.short.sum() > 0
    assert one.money == pytest.approx(other.money)


def test_service_weighs_by_sales_value_and_a_day_without_demand_is_served():
    demand = np.array([[10.0, 10.0], [0.0, 0.0], [10.0, 0.0]])
    extra = np.array([[0.0, 5.0], [0.0, 0.0], [10.0, 0.0]])
    assert service(extra, demand, np.array([1.0, 3.0])).tolist() == [1 - 15 / 40, 1.0, 0.0]
    assert service(extra, demand, np.zeros(2)).tolist() == [0.75, 1.0, 0.0]


def test_recovery_is_counted_from_the_end_and_must_last():
    failing = np.array([0, 0, 1, 1, 0, 1, 0, 0, 0, 0], dtype=bool)
    below = np.array([0, 0, 1, 1, 0, 1, 1, 0, 0, 0], dtype=bool)
    assert recovery_day(failing, below, first=4, hold=1) == 1
    assert recovery_day(failing, below, first=4, hold=2) == 4
    assert recovery_day(failing, below, first=4, hold=100) == 4
    # service that is good when the outage ends, and fails later, has not recovered before it failed
    assert recovery_day(failing, below, first=1, hold=2) == 7
    assert recovery_day(np.zeros(5, dtype=bool), np.ones(5, dtype=bool), first=2, hold=2) == 0
    assert math.isinf(recovery_day(np.ones(5, dtype=bool), np.ones(5, dtype=bool), first=2, hold=2))


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.integers(0, 40), st.integers(1, 10))
def test_recovery_is_the_first_day_that_the_definition_allows(states, first, hold):
    """0 fails, 1 is between the thresholds, 2 has recovered."""
    state = np.array(states)
    failing, below = state == 0, state < 2
    if not failing.any():
        assert recovery_day(failing, below, first, hold) == 0
        return
    begin = max(first, int(np.flatnonzero(failing)[0]))
    good = [day for day in range(begin, state.size) if not below[day : day + hold].any()]
    wanted = good[0] - first + 1 if good else math.inf
    assert recovery_day(failing, below, first, hold) == wanted


def test_stock_is_back_after_the_largest_gap():
    assert stock_back(np.array([0.0, 0.0, 5.0, 9.0, 3.0, 0.5, 2.0]), first=2, tolerance=1.0) == 4
    assert stock_back(np.array([0.0, 0.5]), first=1, tolerance=1.0) == 0
    assert math.isinf(stock_back(np.array([0.0, 5.0, 5.0]), first=1, tolerance=1.0))


def test_quantiles_know_what_they_cannot_know():
    days = np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, math.inf])
    middle = quantile(days, 0.5)
    # ranks 2 and 9 of ten hold the median with 97.9 % (binomial)
    assert (middle.value, middle.low, middle.high) == (50.0, 20.0, 90.0)
    assert math.isinf(quantile(days, 0.95).value)
    assert quantile(days[:2], 0.5).low == 0.0
    assert math.isinf(quantile(days[:2], 0.5).high)


@given(st.integers(1, 40), st.sampled_from([0.1, 0.5, 0.9]))
def test_the_interval_of_a_quantile_covers_it(n, share):
    """Exact coverage by the binomial law, for the ranks that are used: at least 95 % unless an end is left open."""
    from scipy.stats import binom

    found = quantile(np.arange(1.0, n + 1), share)
    low = 0 if found.low == 0 else int(found.low)
    high = n + 1 if math.isinf(found.high) else int(found.high)
    assert binom.cdf(high - 1, n, share) - binom.cdf(low - 1, n, share) >= 0.95 - 1e-9


def test_the_outage_starts_on_a_review_day_about_a_quarter_of_a_year_in():
    assert default_start(sim.load("meridian")) == 91
    assert default_start(Serial(1.0, horizon=40).scenario) == 10


def test_what_plans_do_while_a_node_is_out_is_told():
    def plan(posture, **fields):
        line = SimpleNamespace(**dict.fromkeys(ACTS, "") | fields)
        return SimpleNamespace(posture=posture, lines=(line,))

    lean, flies = plan("lean"), plan("air", expedite_by="by air", backup_origin="Far")
    assert _acts(SimpleNamespace(plans=(lean,))).startswith("No plan has another way or source; nobody rations")
    told = _acts(SimpleNamespace(plans=(lean, flies)))
    assert told.startswith("While a node is out air has emergency orders and backup suppliers; nobody rations")
