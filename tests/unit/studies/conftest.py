"""Small businesses whose buffers can be judged by hand, and the study of one of them."""

from __future__ import annotations

from typing import Any

import pytest

from sim import reading
from sim.scenario import Scenario
from sim.studies.justify import justify

LOGNORMAL = {"law": "lognormal", "mean": 10.0, "cv": 0.4}


def business(items: int = 6, suppliers: int = 1, **keys: Any) -> Scenario:
    """Items A0, A1, … at one warehouse; even ones halt production, odd ones inconvenience, none
    is so cheap that it gets a buffer for that; dealt over suppliers.

    Nothing is contended unless `keys` say so; `supplier`, `lane`, `item` and `stream` add keys to each of these.
    """
    each = {name: keys.pop(name, {}) for name in ("supplier", "lane", "item", "stream")}
    names = [f"A{number}" for number in range(items)]
    mills = [f"mill {number}" for number in range(suppliers)]
    content: dict[str, Any] = {
        "horizon": 300,
        "warm_up": 60,
        "review_every": 7,
        "items": [
            {
                "item": name,
                "standard_cost": 20.0,
                "price": 35.0,
                "volume": 0.1,
                "supplier": mills[number % suppliers],
                "criticality": "inconveniences" if number % 2 else "halts production",
                **each["item"],
            }
            for number, name in enumerate(names)
        ],
        "suppliers": [{"name": mill, "production_time": LOGNORMAL, **each["supplier"]} for mill in mills],
        "warehouses": [{"name": "DC"}],
        "lanes": [
            {
                "name": f"{mill} - DC",
                "origin": [mill],
                "destination": "DC",
                "legs": [{"transit": {"law": "lognormal", "mean": 4.0, "cv": 0.3}}],
                **each["lane"],
            }
            for mill in mills
        ],
        "demand": [
            {
                "item": name,
                "warehouse": "DC",
                "model": "negative_binomial",
                "mean": 3.0 + number,
                "cv": 1.2,
                **each["stream"],
            }
            for number, name in enumerate(names)
        ],
        **keys,
    }
    return reading.scenario_of(content, file="test")


def crowded(items: int = 12) -> Scenario:
    """The same where all items wait for the capacity of one supplier, hardly above what is asked of it."""
    mean = sum(3.0 + number for number in range(items))
    return business(items, supplier={"capacity": 1.05 * mean})


@pytest.fixture(scope="session")
def make() -> Any:
    """`business`."""
    return business


@pytest.fixture(scope="session")
def calm() -> Any:
    """Six items that share nothing, justified on 32 futures."""
    return justify(business(), replications=32, seed=3)


@pytest.fixture(scope="session")
def busy() -> Any:
    """Twelve items that wait for one supplier's capacity, justified on 12 futures."""
    return justify(crowded(), replications=12, seed=3, batches_of=2, checks=3)
