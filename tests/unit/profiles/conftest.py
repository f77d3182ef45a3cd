"""Scenarios with records made in the test: one warehouse, items with any history, one or two suppliers."""

import dataclasses

import numpy as np
import pytest

from sim import reading
from sim.deliveries import Deliveries
from sim.history import History


def shop_of(past, site="shop", **keys):
    """A scenario of one warehouse whose history is `past`, (days, items), the last row the day before day 0."""
    names = [f"i{n}" for n in range(past.shape[1])]
    scenario = reading.scenario_of(
        {
            "name": "shop",
            "horizon": 30,
            "items": [{"item": name, "standard_cost": 1, "supplier": "maker"} for name in names],
            "suppliers": [{"name": "maker", "production_time": {"law": "gamma", "mean": 20, "cv": 0.5}}],
            "warehouses": [{"name": site}],
            "lanes": [{"name": "lane", "origin": ["maker"], "destination": site, "mode": "truck"}],
            "demand": [{"item": name, "warehouse": site, "model": "none"} for name in names],
            **keys,
        }
    )
    return dataclasses.replace(scenario, record=History(-past.shape[0], {site: np.asarray(past, dtype=float)}))


def records_of(ordered, taken, promised=None, item=None, supplier="maker", warehouse="shop"):
    """Delivery records of one line: days of order, lead times (NaN: open), promised lead times, positions of items."""
    ordered, taken = np.asarray(ordered, dtype=float), np.asarray(taken, dtype=float)
    zero = np.zeros(ordered.size, dtype=np.intp)
    places = zero if item is None else np.asarray(item, dtype=np.intp)
    due = np.full(ordered.size, np.nan) if promised is None else ordered + np.asarray(promised, dtype=float)
    names = [f"i{n}" for n in range(int(places.max(initial=0)) + 1)]
    return Deliveries(
        item=(names, places),
        supplier=([supplier], zero),
        warehouse=([warehouse], zero),
        mode=([""], zero),
        ordered=ordered,
        promised=due,
        delivered=ordered + taken,
        quantity=np.full(ordered.size, np.nan),
    )


@pytest.fixture
def shop():
    return shop_of


@pytest.fixture
def records():
    return records_of
