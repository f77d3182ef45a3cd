"""The loss of a year: paired, exact where nothing happens, the same however it is run, and right on average."""

import dataclasses
import math

import numpy as np
import pytest

import sim
from sim.disruptions.incident import NEUTRAL, Incident
from sim.errors import UsageError
from sim.futures import draw, draw_incidents
from sim.ledger import Ledger
from sim.outcome import live
from sim.plan import Plan
from sim.reading import scenario_of
from sim.strata import strata_of
from sim.studies.loss import LossJob, loss, one_year, touches
from sim.validation.case import line
from sim.validation.losses import ABREAST, Abreast, abreast, lived
from sim.validation.losses import scenario as price_shocks


@pytest.fixture(scope="module")
def business():
    """The ordinary year, as bundled."""
    return sim.load("ordinary_year")


@pytest.fixture(scope="module")
def found(business):
    """Forty years of two postures."""
    return loss(business, ("jit", "hybrid"), 40, seed=2)


def columns(ledger: Ledger):
    """Every count of a ledger, by site and name."""
    return {
        (site, name): np.asarray(values) for site, one in ledger.sites.items() for name, values in one.columns.items()
    }


def lived_with(business, incident):
    """One future without and with an incident, under hybrid."""
    plan = sim.posture("hybrid").plan(business)
    future = draw(business.under("calm"), 1, 0)
    return [live(business.under("calm"), plan, one) for one in (future, future.with_incidents((incident,)))]


@pytest.mark.parametrize(
    "incident",
    [
        dataclasses.replace(NEUTRAL, name="short", target="port", where="Los Angeles", start=50.0, end=50.0),
        dataclasses.replace(NEUTRAL, name="between", target="supplier", where="Penang", start=50.2, end=50.9),
        dataclasses.replace(NEUTRAL, name="before", target="lane", where="Penang - Ontario", start=-4.5, end=-4.1),
    ],
    ids=lambda incident: incident.name,
)
def test_what_does_not_happen_leaves_every_count_as_it_is(business, incident):
    """To the bit, so that such years need not be lived: their loss is exactly 0."""
    assert not touches(incident, 365)
    calm, struck = lived_with(business, incident)
    for name, value in calm.measures.items():
        assert value == struck.measures[name] or math.isnan(value), name
    before, after = columns(calm.ledger), columns(struck.ledger)
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_what_comes_after_the_year_changes_no_more_than_rounding(business):
    """Its mere presence may add up days in transit in another order; the study takes such a loss as exactly 0."""
    late = dataclasses.replace(NEUTRAL, name="late", target="port", where="Los Angeles", start=365.0, end=400.0)
    assert not touches(late, 365)
    calm, struck = lived_with(business, late)
    assert dict(struck.measures) == pytest.approx(dict(calm.measures), rel=1e-13, nan_ok=True)


def test_what_does_touch_is_lived():
    strike = Incident("s", "port_strike", "port", "Los Angeles", 50.0, 60.0)
    assert touches(strike, 365)
    assert touches(dataclasses.replace(strike, start=364.0, end=370.0), 365)
    assert touches(dataclasses.replace(strike, start=380.0, end=390.0, notice=30.0), 365)
    assert not touches(dataclasses.replace(strike, start=400.0, end=410.0, notice=30.0), 365)


def test_the_loss_is_the_same_future_with_its_incidents_less_without(business, found):
    year = business.under("ordinary")
    strata = strata_of(year)
    for number in (0, 7, 23):
        incidents = draw_incidents(year, 2, number, strata.counts(2, number))
        calm = draw(business.under("calm"), 2, number)
        for place, plan in enumerate(found.plans):
            with_, without = live(year, plan, calm.with_incidents(incidents)), live(year, plan, calm)
            assert found.losses[number, place] == with_.measures["total_cost"] - without.measures["total_cost"]
            assert found.calm[number, place] == without.measures["total_cost"]


def test_a_demand_surge_is_taken_out_of_the_calm_future():
    """Incidents that change demand itself leave none of it in the year without them."""
    shock = {"kind": "demand_surge", "name": "surge", "items": ["unit"], "start": 3, "length": 4, "factor": 5}
    year = scenario_of({**_plain(), "disruptions": [shock]})
    job = LossJob(year, (Plan("p", (line("unit", order_up_to=3.0),)),), 1, strata_of(year))
    runner = job.prepare()
    losses, calm = runner.live(0, runner.befalls(0))
    bare = dataclasses.replace(year, disruptions=())
    assert calm == [live(bare, job.plans[0], draw(bare, 1, 0)).measures["total_cost"] * 11 / 365]
    assert losses[0] > 0


def _plain():
    """The business of S19 as keys."""
    return {
        "name": "tiny",
        "horizon": 11,
        "warm_up": 0,
        "review_every": 1,
        "start": "on hand",
        "items": [{"item": "unit", "standard_cost": 1, "price": 2, "supplier": "source"}],
        "suppliers": [{"name": "source"}],
        "warehouses": [{"name": "site"}],
        "lanes": [{"name": "lane", "origin": ["source"], "destination": "site"}],
        "demand": [{"item": "unit", "warehouse": "site", "model": "deterministic", "mean": 1}],
    }


def test_plain_years_are_the_futures_of_compare(business):
    plainly = loss(business, ("jit",), 12, seed=3, plain=True)
    compared = sim.compare(business, ("jit",), 12, seed=3, weathers=("ordinary", "calm"))
    costs = [compared.values(weather, "jit", "total_cost") for weather in ("ordinary", "calm")]
    assert plainly.losses[:, 0] == pytest.approx(costs[0] - costs[1], abs=1e-6)
    assert plainly.strata.plain
    assert 0 < plainly.lived < 12


def test_a_longer_study_begins_with_the_shorter_one(business, found):
    longer = loss(business, ("jit", "hybrid"), 46, seed=2, jobs=2, chunk=5)
    assert longer.losses[:40].tobytes() == found.losses.tobytes()
    assert longer.calm[:40].tobytes() == found.calm.tobytes()
    assert longer.places[:40].tolist() == found.places.tolist()


def test_the_ordinary_year_is_divided_and_costs_something(found):
    assert found.strata.free
    assert found.places.min() == 1
    assert (found.losses > 0).any()
    for name in found.postures:
        assert found.sample(name).certain == found.strata.probabilities[0]
    assert found.pair("jit", "hybrid").mean.value == pytest.approx(
        found.sample("jit").mean.value - found.sample("hybrid").mean.value
    )


def test_losses_of_price_shocks_are_their_severities():
    """S19's business: each year loses the sum of the severities that fall in it, to rounding."""
    studied = lived(400, 4)
    business = price_shocks()
    runner = LossJob(business, studied.plans, 4, studied.strata).prepare()
    for number in range(400):
        severities = [one.price_factor - 1 for one in runner.befalls(number) if 0 <= one.begins < business.horizon]
        assert studied.losses[number, 0] == pytest.approx(math.fsum(severities), abs=1e-9)


def test_the_year_lived_once_is_the_same_in_every_future():
    """What S19 relies on: with and without living the year without events anew, the losses are the same bits."""
    once = lived(60, 5)
    business = price_shocks()
    anew = LossJob(business, once.plans, 5, once.strata, certain=False).prepare().run(range(60))
    assert anew.losses.tobytes() == once.losses.tobytes()


def test_years_abreast_are_the_years_of_the_loss_study():
    """One world of many items: their losses add up to that of the world, and each is the sum of its item's severities."""
    studied = abreast(2 * ABREAST, 4)
    business = price_shocks(items_=ABREAST)
    whole = Abreast(business, studied.plans, 4, studied.strata, certain=True).prepare()
    for number in range(2):
        incidents = whole.befalls(number)
        by_item, _ = whole.by_item(number, incidents)
        (together,), _ = LossJob(business, studied.plans, 4, studied.strata).prepare().live(number, incidents)
        assert math.fsum(by_item) == pytest.approx(together, abs=1e-6)
        assert studied.losses[number * ABREAST : (number + 1) * ABREAST, 0].tolist() == by_item.tolist()
        for item in range(0, ABREAST, 7):
            struck = [one for one in incidents if one.items == (f"unit {item}",)]
            felt = [one.price_factor - 1 for one in struck if 0 <= one.begins < business.horizon]
            assert by_item[item] == pytest.approx(math.fsum(felt), abs=1e-9)
            low, high = studied.strata.ranges[studied.places[number * ABREAST + item]]
            assert low <= len(struck) <= high


def test_strata_agree_with_brute_force_on_the_tail():
    """CVaR 95, VaR 95 and the mean by both ways: within 3.5 standard errors of their difference (seeds 8 and 9)."""
    sharp, brute = lived(500, 8).sample("S19"), lived(1_500, 9, plain=True).sample("S19")
    for read in (
        lambda one: one.mean,
        lambda one: one.value_at_risk(0.95),
        lambda one: one.conditional_value_at_risk(0.95),
    ):
        a, b = read(sharp), read(brute)
        assert abs(a.value - b.value) <= 3.5 * math.hypot(a.error, b.error)
        assert a.error * math.sqrt(500) < b.error * math.sqrt(1_500)


def test_a_longer_horizon_is_cut_to_a_year_and_that_is_said():
    long = dataclasses.replace(sim.load("first_strike").under("strike"), horizon=730)
    cut, remarks = one_year(long)
    assert cut.horizon == 365
    assert remarks == ("the horizon of 730 days is cut to the 365 from day 0",)
    (strike,) = long.disruptions
    late = dataclasses.replace(strike, start=dataclasses.replace(strike.length, value=500.0))
    assert "'strike' would start after that year" in one_year(dataclasses.replace(long, disruptions=(late,)))[1][1]


def test_a_shorter_horizon_stays_and_its_loss_is_not_scaled_up():
    short, remarks = one_year(dataclasses.replace(price_shocks()))
    assert short.horizon == 11
    assert remarks == ("the horizon is 11 days: losses are those of 11 days",)


def test_what_cannot_be_asked_says_why(business):
    with pytest.raises(
        UsageError, match=r"nothing can go wrong in weather 'calm'.*weathers with disruptions: ordinary"
    ):
        loss(business, ("jit",), 20, weather="calm")
    with pytest.raises(
        UsageError, match=r"5 replications: 12 are needed, 2 for each number of events \(1, 2, 3, 4, 5, 6"
    ):
        loss(business, ("jit",), 5)
    with pytest.raises(UsageError, match="no weather 'ordinry'"):
        loss(business, ("jit",), 20, weather="ordinry")
    with pytest.raises(UsageError, match="seed -1"):
        loss(business, ("jit",), 20, seed=-1)


def test_a_scheduled_strike_alone_is_sampled_plainly():
    found = loss(sim.load("first_strike"), ("jit",), 6)
    assert found.strata.plain
    assert found.lived == 6
    assert found.weather == "strike"
