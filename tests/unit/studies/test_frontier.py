"""The optimiser against known optima, what it promises, and the frontier's dominance."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.stats import poisson

import sim
from sim.errors import UsageError
from sim.plan import Plan, PlanLine
from sim.reading import scenario_of
from sim.report.frontier_words import limited
from sim.studies.frontier import Limit, frontier, optimise
from sim.studies.frontier.choice import Rows, tail, worst
from sim.studies.frontier.climb import CARRYING, INVENTORY, SERVED, STOCKOUT, VALUE, Step
from sim.studies.frontier.ladder import finer, ladder
from sim.theory.echelon import echelon_system

YEAR = 365.0
BARE = {
    "capital_rate": 0.0,
    "storage_rate": 0.0,
    "handling_rate": 0.0,
    "insurance_rate": 0.0,
    "obsolescence_rate": 0.0,
    "shrinkage_rate": 0.0,
    "backorder_penalty": 0.0,
}


def shop(holding=1.0, stockout=9.0, days=200, rate=10.0, lead=4):
    """One item, one site, Poisson demand, everything backordered at a cost a unit-day: base-stock is a newsvendor."""
    return scenario_of(
        {
            "name": "shop",
            "horizon": days,
            "warm_up": 30,
            "review_every": 1,
            "lost_share": 0.0,
            "costs": {**BARE, "storage_per_m3": holding, "backorder_per_unit_day": stockout},
            "items": [{"item": "a", "standard_cost": 1.0, "price": 2.0, "volume": 1.0, "supplier": "source"}],
            "suppliers": [{"name": "source"}],
            "warehouses": [{"name": "site"}],
            "lanes": [{"name": "way", "origin": ["source"], "destination": "site", "legs": [{"transit": lead}]}],
            "demand": [{"item": "a", "warehouse": "site", "model": "poisson", "mean": rate}],
        },
        file="shop",
    )


def lean(scenario, levels, **numbers):
    """A base-stock plan without safety stock at each site."""
    lines = []
    for site, (level, forecast, origin) in levels.items():
        lines.append(
            PlanLine(
                item="a",
                warehouse=site,
                origin=origin,
                policy="base_stock",
                order_up_to=level,
                forecast=forecast,
                **numbers,
            )
        )
    return Plan(posture="lean", lines=tuple(lines))


def base_stock_cost(level, mean, holding, stockout):
    """Expected holding and backorder cost a day of a base-stock level over lead-time demand Poisson(mean)."""
    units = np.arange(int(mean + 20 * math.sqrt(mean)) + 1)
    chance = poisson.pmf(units, mean)
    return float(chance @ (holding * np.maximum(level - units, 0) + stockout * np.maximum(units - level, 0)))


def test_base_stock_is_found_within_its_interval():
    """The exact optimum: the least S with P(D <= S) >= b / (b + h), D Poisson over lead time and review (5 days here)."""
    scenario = shop()
    mean = 10.0 * 5
    best = int(poisson.ppf(0.9, mean))
    found = optimise(scenario, None, lean(scenario, {"site": (mean, 10.0, "source")}), (), 10, 10, seed=3)
    level = found.plan.lines[0].order_up_to
    exact = base_stock_cost(best, mean, 1.0, 9.0) * YEAR
    assert base_stock_cost(level, mean, 1.0, 9.0) * YEAR <= 1.02 * exact
    told = found.total("optimised")
    assert told.low - 0.02 * exact <= exact <= told.high  # within the interval of what it reports
    assert abs(level - best) <= 1


def test_one_period_newsvendor():
    """One day of demand a review, received at once: the newsvendor's critical ratio, p / (p + h)."""
    scenario = shop(holding=2.0, stockout=6.0, lead=0, rate=40.0)
    best = int(poisson.ppf(0.75, 40.0))
    found = optimise(scenario, None, lean(scenario, {"site": (40.0, 40.0, "source")}), (), 10, 10, refined=3, seed=5)
    level = found.plan.lines[0].order_up_to
    assert abs(level - best) <= 2
    assert base_stock_cost(level, 40.0, 2.0, 6.0) <= 1.02 * base_stock_cost(best, 40.0, 2.0, 6.0)


def serial():
    """The serial system of truth S10: local holding 7, 4, 2 a unit and period, lead times 1, 1, 2, demand N(5, 1).

    A morning review and books at noon: what is sent on is gone from a feeding warehouse when its stock is counted, and the
    shop's lead time of 1 is the day of demand that its review does not see, so that its transit takes no time.
    """
    sites = ("shop", "depot", "plant")
    return scenario_of(
        {
            "name": "serial",
            "horizon": 120,
            "warm_up": 20,
            "units": "continuous",
            "review": "morning",
            "review_every": 1,
            "lost_share": 0.0,
            "start": "on hand",
            "crossing": "independent",
            "costs": {**BARE, "backorder_per_unit_day": 37.12},
            "items": [{"item": "a", "standard_cost": 1.0, "price": 2.0, "volume": 1.0, "supplier": "source"}],
            "suppliers": [{"name": "source"}],
            "warehouses": [
                {"name": name, "storage_per_m3": rent, **({} if above is None else {"fed_by": above})}
                for name, rent, above in zip(sites, (7.0, 4.0, 2.0), ("depot", "plant", None), strict=True)
            ],
            "lanes": [
                {"name": f"to {to}", "origin": [origin], "destination": to, "legs": [{"transit": days}]}
                for to, origin, days in (("shop", "depot", 0), ("depot", "plant", 1), ("plant", "source", 2))
            ],
            "demand": [{"item": "a", "warehouse": "shop", "model": "normal", "mean": 5.0, "sd": 1.0}],
        },
        file="serial",
    )


@pytest.mark.slow
def test_the_serial_system_of_s10():
    """Clark and Scarf (1960): the least cost is 47.660 a period, 30 of it the pipeline that no level changes."""
    scenario = serial()
    start = lean(scenario, {"shop": (5.0, 5.0, "depot"), "depot": (5.0, 5.0, "plant"), "plant": (10.0, 5.0, "source")})
    found = optimise(scenario, None, start, (), 12, 24, refined=2, seed=2)
    exact = (47.660178 - 30.0) * YEAR
    told = found.total("optimised")
    error = (told.high - told.low) / 2 / 2.069  # 23 degrees of freedom
    assert told.mean <= exact + 3.5 * error + 0.02 * exact
    assert told.mean >= exact - 3.5 * error
    # and by the exact cost of the levels found, which no luck of 24 futures moves
    level = {line.warehouse: line.order_up_to for line in found.plan.lines}
    echelon = np.cumsum([level[site] for site in ("shop", "depot", "plant")]).tolist()
    system = echelon_system((3.0, 2.0, 2.0), (1.0, 1.0, 2.0), 5.0, 1.0, 37.12, echelon)
    assert system.cost_per_time - system.pipeline_cost <= 1.03 * (47.660178 - 30.0)


def test_a_limit_is_kept_or_refused():
    scenario = sim.load("first_strike")
    free = optimise(scenario, None, "jit", (), 10, 10, refined=1)
    cash = 0.8 * free.total("optimised", INVENTORY).mean
    tight = optimise(scenario, Limit("cash", cash), "jit", (), 10, 10, refined=1)
    assert tight.before[:, INVENTORY].mean() <= cash
    assert tight.price > 0
    assert tight.total("optimised").mean >= free.total("optimised").mean
    with pytest.raises(UsageError, match=r"no choice of buffers keeps the limit .carrying cost of at most 1 a year"):
        optimise(scenario, Limit("carrying", 1.0), "jit", (), 10, 10)


def test_a_limit_that_the_mean_alone_keeps_is_told_as_that():
    found = optimise(shop(days=60), None, "jit", (), 10, 10, refined=0)
    mean = found.total("optimised", INVENTORY).mean
    near, far = (dataclasses.replace(found, limit=Limit("cash", share * mean)) for share in (1.0001, 10.0))
    assert (near.kept, near.clear, far.kept, far.clear) == (True, False, True, True)
    assert limited(near).endswith(", by the mean alone: chance may turn it).")
    assert "chance" not in limited(far)
    served = dataclasses.replace(found, limit=Limit("fill_rate", 0.001))
    assert (served.kept, served.clear) == (True, True)


def test_every_changed_line_has_its_reason_and_the_plan_is_the_ladders():
    found = optimise(sim.load("first_strike"), Limit("fill_rate", 0.995), "jit", ("jic",), 10, 10, refined=1)
    (line,), (one,) = found.plan.lines, found.purchases
    lean = found.rivals[0].lines[0]
    days = line.safety_stock / line.forecast
    assert line.reason.startswith(f"optimised: buffer of {days:.0f} days, {one.days:+.0f} beside jit: avoids ")
    assert line.reason.endswith(f"without the search, jit says: {lean.reason}")
    assert one.places == (0,)
    assert one.net.mean == pytest.approx(one.avoided.mean - one.carrying.mean)
    assert one.told in line.reason
    assert line.formula.startswith(
        f"safety stock of {line.safety_stock:.6g} = {lean.safety_stock:.6g} of jit {one.units:+g} "
    )
    assert lean.formula in line.formula
    assert lean.inputs in line.inputs
    assert "fill rate of at least 0.995" in line.target
    assert line.safety_stock == found.rivals[0].lines[0].safety_stock + one.units
    assert (
        line.order_up_to - line.safety_stock
        == found.rivals[0].lines[0].order_up_to - found.rivals[0].lines[0].safety_stock
    )
    assert set(found.searched).isdisjoint(found.fresh)


def test_any_number_of_jobs_finds_the_same():
    one, two = (optimise(sim.load("first_strike"), None, "jit", (), 10, 10, refined=0, jobs=jobs) for jobs in (1, 2))
    assert (one.rungs == two.rungs).all()
    assert (one.after == two.after).all()


def test_worst_share_and_its_weights():
    values = np.array([5.0, 1.0, 9.0, 7.0])
    assert worst(values, 0.5) == 8.0
    assert worst(values, 0.375) == pytest.approx((9 + 0.5 * 7) / 1.5)  # an atom counted in part
    assert tail(values, 0.375) @ values == pytest.approx(worst(values, 0.375))


def made_step(seed=1, lines=6, rungs=5, count=30):
    generator = np.random.default_rng(seed)
    figures = np.zeros((count, rungs, lines, 6), dtype=np.float32)
    figures[..., CARRYING] = np.arange(rungs)[None, :, None] * generator.uniform(1, 3, lines)
    figures[..., STOCKOUT] = generator.gamma(2, 10, (count, 1, lines)) / (1 + np.arange(rungs)[None, :, None])
    figures[..., VALUE] = 100.0
    figures[..., SERVED] = 100.0 - figures[..., STOCKOUT]
    figures[..., INVENTORY] = 4 * figures[..., CARRYING]
    return Step(tuple(range(count)), figures, np.zeros((count, rungs)))


@pytest.mark.parametrize("seed", range(5))
def test_choices_under_a_limit_against_all_choices(seed):
    """Everett: no choice that keeps what the found one reaches costs less."""
    step = made_step(seed, lines=4, rungs=4)
    rows = Rows(step)
    free, _ = rows.chosen(Limit())
    bound = 0.7 * rows.totals(free)[:, CARRYING].mean()
    rungs, price = rows.chosen(Limit("carrying", bound))
    reached = rows.totals(rungs)[:, CARRYING].mean()
    assert reached <= bound
    assert price > 0
    every = np.array(np.meshgrid(*[range(4)] * 4)).reshape(4, -1).T
    cost = {tuple(one): rows.totals(one)[:, -1].mean() for one in every}
    fits = [
        value for one, value in cost.items() if rows.totals(np.array(one))[:, CARRYING].mean() <= reached * (1 + 1e-9)
    ]
    assert cost[tuple(rungs)] <= min(fits) * (1 + 1e-6)


def test_a_ladder_rises_keeps_whole_units_and_is_made_finer_about_a_choice():
    scenario = sim.load("first_strike")
    steps = ladder(scenario, sim.jit().plan(scenario))
    assert (np.diff(steps.units, axis=0) >= 0).all()
    assert (steps.units == np.rint(steps.units)).all()
    assert steps.units[0, 0] == -math.floor(steps.plan.lines[0].safety_stock)
    middle = np.array([5])
    near = finer(steps, middle, True)
    assert steps.units[5, 0] in near.units[:, 0]
    assert steps.units[4, 0] < near.units[0, 0]
    assert near.units[-1, 0] < steps.units[6, 0]


def test_a_ladder_ends_at_the_shelf_life():
    scenario = sim.load("first_strike")
    item = dataclasses.replace(scenario.items[0], shelf_life=40.0)
    short = dataclasses.replace(scenario, items=(item,))
    plan = sim.jit().plan(short)
    steps = ladder(short, plan)
    assert plan.lines[0].order_up_to + steps.units[-1, 0] <= max(40 * plan.lines[0].forecast, plan.lines[0].order_up_to)


def test_a_beaten_point_is_beaten_in_both_costs():
    found = frontier(sim.load("first_strike"), ("jit", "jic"), 0.99, factors=(0.0, 1.0, 3.0), replications=10, fresh=20)
    for point, by in enumerate(found.dominated):
        if by is not None:
            assert (found.means[by] <= found.means[point]).all()
    jic = next(place for place, one in enumerate(found.points) if one.label == "jic x 3")
    assert found.dominated[jic] is not None  # three times 45 days of cover
    assert found.cheapest in found.efficient
    assert found.meets is not None
    assert found.fill(found.meets).mean >= 0.99
    assert [found.means[point, 0] for point in found.efficient] == sorted(
        found.means[point, 0] for point in found.efficient
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda s: optimise(s, replications=5), "replications 5: 10 or more is needed"),
        (lambda s: optimise(s, Limit("fill_rate", 1.2)), "fill_rate=1.2: above 0 and below 1"),
        (lambda s: optimise(s, Limit("cash", -3)), "cash of at most -3: more than 0"),
        (lambda s: frontier(s, factors=(-1.0,)), "factors -1: 0 or more"),
        (lambda s: frontier(s, prices=(0.0,)), "prices 0: more than 0"),
        (lambda s: frontier(s, target=2.0), "target 2: between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_told(call, told):
    with pytest.raises(UsageError, match=told.replace("=", "=")):
        call(sim.load("first_strike"))
