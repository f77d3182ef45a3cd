"""Day 0 of the figure of stock around the first incident: the first that can move stock."""

import dataclasses

import sim
from sim.disruptions import Incident, PriceShock
from sim.distributions import fixed
from sim.report import around
from sim.studies.montecarlo import first_incident

DEARER = Incident("dearer", "price_shock", "supplier", "s", 5, 60, remaining=1.0, price_factor=1.3)
FREIGHT = Incident("freight", "freight_shock", "lane", "l", 3, 90, remaining=1.0, freight_factor=4.0)
NOTHING = Incident("nothing", "supplier_outage", "supplier", "s", 1, 4, remaining=1.0)
STRIKE = Incident("strike", "port_strike", "port", "p", 20, 30)
SURGE = Incident("surge", "demand_surge", "item", "i", 25, 30, demand_factor=2.0)


def test_what_changes_prices_only_waits_for_what_moves_stock():
    assert first_incident([DEARER, FREIGHT, STRIKE, SURGE], 100.0) is STRIKE
    assert first_incident([DEARER, SURGE, NOTHING], 100.0) is SURGE
    both = dataclasses.replace(DEARER, remaining=0.5)
    assert first_incident([both, STRIKE], 100.0) is both


def test_where_only_prices_change_the_first_of_them_is_day_0():
    assert first_incident([DEARER, FREIGHT, NOTHING], 100.0) is FREIGHT
    assert first_incident([DEARER, dataclasses.replace(STRIKE, start=100, end=110)], 100.0) is DEARER
    assert first_incident([NOTHING], 100.0) is None


def test_the_figure_says_that_only_prices_change():
    scenario = sim.load("first_strike")
    tariff = PriceShock(
        name="tariff", kind="tariff", start=fixed(30.0), length=fixed(20.0), duty=0.1, lanes=(scenario.lanes[0].name,)
    )
    changed = dataclasses.replace(scenario, disruptions=(tariff,), weathers={}, headline=None)
    found = sim.compare(changed, ("jit",), replications=2, seed=1)
    (weather,) = found.weathers
    assert around.window(found, weather) == (20.0, "tariff, 20 days; only prices change")
