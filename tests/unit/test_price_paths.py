"""Price paths as chance draws them, and what does not fit between prices, contracts and their scenario."""

import math

import numpy as np
import pytest

import sim
from sim import reading
from sim.errors import ScenarioError
from sim.postures import Posture
from sim.price_paths import drawn
from sim.prices import PricePath

WALK = PricePath(name="walk", drift=0.04, volatility=0.3)
PULLED = PricePath(name="pulled", volatility=0.3, half_life=60.0)


@pytest.mark.parametrize("path", [WALK, PULLED], ids=lambda path: path.name)
def test_the_expected_price_is_that_of_drift_alone(path):
    """1000 futures of seed 5; within 3.5 standard errors on four days."""
    days = np.array([-40, 30, 200, 399])
    prices = np.array([drawn(path, 5, k, -50, 400)[days + 50] for k in range(1000)])
    mean, error = prices.mean(axis=0), prices.std(axis=0, ddof=1) / math.sqrt(1000)
    assert (np.abs(mean - (1 + path.drift) ** (days / 365)) < 3.5 * error).all()
    if path.half_life is None:
        spread = 0.3 * np.sqrt(np.abs(days) / 365)
    else:
        rate = math.log(2) / 60
        spread = 0.3 * np.sqrt((1 - np.exp(-2 * rate * np.abs(days))) / (2 * rate * 365))
    # the standard error of a standard deviation of normal scores is sd / sqrt(2 n)
    assert (np.abs(np.log(prices).std(axis=0, ddof=1) / spread - 1) < 3.5 / math.sqrt(2000)).all()


@pytest.mark.parametrize("path", [WALK, PULLED], ids=lambda path: path.name)
def test_a_longer_warm_up_or_horizon_changes_the_price_of_no_day(path):
    short, long = drawn(path, 1, 0, -10, 50), drawn(path, 1, 0, -300, 400)
    np.testing.assert_array_equal(short, long[290:350])
    assert short[10] == 1.0
    assert drawn(path, 1, 0, 0, 1).tolist() == [1.0]


def content(**keys):
    return {
        "horizon": 100,
        "items": [{"item": "part", "standard_cost": 10.0, "price": 20.0, "supplier": "maker"}],
        "suppliers": [{"name": "maker"}],
        "warehouses": [{"name": "shop"}],
        "lanes": [{"name": "road", "origin": ["maker"], "destination": "shop"}],
        "demand": [{"item": "part", "warehouse": "shop", "model": "poisson", "mean": 10.0}],
        **keys,
    }


def test_another_path_changes_no_draw():
    one = {"name": "steel", "volatility": 0.2}
    alone = sim.draw(reading.scenario_of(content(prices=[one])), 3, 1)
    other = sim.draw(reading.scenario_of(content(prices=[{"name": "oil", "volatility": 0.4}, one])), 3, 1)
    np.testing.assert_array_equal(alone.prices["steel"], other.prices["steel"])
    np.testing.assert_array_equal(alone.demand["shop"], other.demand["shop"])


QUOTE = {"item": "part", "supplier": "maker", "price": 9.0}
ORDERS = [{"item": "part", "warehouse": "shop", "model": "orders", "rate": 1.0, "size": 2.0}]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"prices": [{"name": "p", "drift": 0.1, "suppliers": ["makr"]}]},
            r"prices\[0\] \(p\).suppliers: 'makr' .*'maker'",
        ),
        ({"prices": [{"name": "p", "drift": 0.1, "items": ["prt"]}]}, r"prices\[0\] \(p\).items: 'prt' .*'part'"),
        ({"prices": [{"name": "p", "drift": 1}, {"name": "p", "drift": 2}]}, "prices: 'p' is there 2 times"),
        ({"prices": [{"name": "p", "drift": -1.0}]}, r"prices\[0\] \(p\).drift: .*greater than -1"),
        ({"prices": [{"name": "p", "step": 0.1, "start": 9, "until": 9}]}, "until: day 9 is not after start, day 9"),
        ({"prices": [{"name": "p", "step": 0.1, "start": 9, "announced": 10}]}, "announced: day 10 is after all"),
        ({"prices": [{"name": "p", "start": 9}]}, "give step"),
        ({"prices": [{"name": "p", "drift": 0.1, "half_life": 9}]}, "half_life needs volatility"),
        ({"quotes": [{**QUOTE, "price": 0}]}, r"quotes\[0\] \(part\).price: .*greater than 0"),
        ({"quotes": [{**QUOTE, "item": "prt"}]}, r"quotes\[0\].*item: 'prt' .*'part'"),
        ({"quotes": [{**QUOTE, "supplier": "mker"}]}, r"quotes\[0\].*supplier: 'mker' .*'maker'"),
        (
            {"quotes": [QUOTE], "suppliers": [{"name": "maker", "price_factor": 1.2}]},
            r"quotes\[0\] \(part\).supplier: 'maker' has a price_factor of 1.2, and a quote is the whole price",
        ),
        ({"quotes": [QUOTE, QUOTE]}, "quotes: 'part from maker' is there 2 times"),
        (
            {"quotes": [{**QUOTE, "breaks": [{"quantity": 50, "price": 8}, {"quantity": 50, "price": 7}]}]},
            "quantities must rise from one to the next, not 50, 50",
        ),
        ({"contracts": [{"supplier": "mker"}]}, r"contracts\[0\] \(mker\).supplier: 'mker' .*'maker'"),
        ({"contracts": [{"supplier": "maker", "minimum_units": 1, "minimum_value": 1}]}, "two ways to say one thing"),
        ({"price_on": "ship"}, "price_on: 'ship' is not allowed"),
        (
            {"demand": ORDERS, "review": "continuous", "contracts": [{"supplier": "maker"}]},
            "contracts: not for single orders",
        ),
        ({"demand": ORDERS, "review": "continuous", "quotes": [QUOTE]}, "quotes: not for single orders"),
    ],
)
def test_what_does_not_fit_is_told(keys, message):
    with pytest.raises(ScenarioError, match=message):
        reading.scenario_of(content(**keys))


def test_all_problems_are_told_at_once():
    with pytest.raises(ScenarioError) as told:
        reading.scenario_of(content(prices=[{"name": "p", "items": ["a"]}], contracts=[{"supplier": "b"}]))
    assert len(told.value.problems) == 2


def test_a_quote_needs_a_base_price():
    items = [{"item": "part", "standard_cost": 10.0, "supplier": "maker", "purchase_price": 0}]
    with pytest.raises(ScenarioError, match="purchase_price of 0"):
        reading.scenario_of(content(items=items, quotes=[QUOTE]))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"prices": [{"name": "p"}]}, "'p' moves no price: give"),
        ({"prices": [{"name": "p", "drift": 0.1, "suppliers": ["idle"]}]}, "none of its suppliers sells"),
        ({"prices": [{"name": "p", "step": 0.1, "start": 100}]}, "day 100, after the horizon"),
        ({"quotes": [{**QUOTE, "supplier": "idle"}]}, "not among the suppliers of 'part'"),
        ({"quotes": [{**QUOTE, "breaks": [{"quantity": 5, "price": 9.5}]}]}, "does not fall"),
        ({"contracts": [{"supplier": "maker", "minimum_units": 3651}]}, "must get 3651 units a year"),
        ({"contracts": [{"supplier": "maker", "minimum_value": 36501}]}, "must get 36501 USD a year"),
        ({"contracts": [{"supplier": "idle", "fixed": 1}]}, "no item is bought from 'idle'"),
    ],
)
def test_what_is_likely_not_meant_is_warned_of(keys, message):
    scenario = reading.scenario_of(content(suppliers=[{"name": "maker"}, {"name": "idle"}], **keys))
    assert [one for one in scenario.warnings if message in one]


def test_sound_prices_and_contracts_give_no_warning():
    keys = {
        "prices": [{"name": "p", "drift": 0.1, "suppliers": ["maker"], "items": ["part"]}],
        "quotes": [{**QUOTE, "breaks": [{"quantity": 5, "price": 8.5}]}],
        "contracts": [{"supplier": "maker", "minimum_units": 3650}],
    }
    told = reading.scenario_of(content(**keys)).warnings
    assert not [one for one in told if one.startswith(("prices", "quotes", "contracts"))]


def test_options_of_a_posture_that_can_do_nothing_are_noted():
    scenario = reading.scenario_of(content(prices=[{"name": "p", "step": 0.1, "start": 50}]))
    notes = Posture(name="eager", buy_ahead=30.0, discount_lots=True).plan(scenario).notes
    assert [note.split(":")[1].split()[0] for note in notes] == ["buy_ahead", "discount_lots"]
    told = reading.scenario_of(content(prices=[{"name": "p", "step": 0.1, "start": 50, "announced": 10}]))
    assert Posture(name="eager", buy_ahead=30.0).plan(told).notes == ()
