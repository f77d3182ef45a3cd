"""A small world with one node of each kind, for events and backgrounds to befall."""

import pytest

from sim import reading

WORLD = {
    "horizon": 730,
    "warm_up": 60,
    "units": "continuous",
    "review_every": 1,
    "items": [
        {"item": "pump", "family": "device", "standard_cost": 10.0, "price": 20.0, "volume": 0.2, "supplier": "maker"},
        {"item": "seal", "family": "part", "standard_cost": 1.0, "price": 2.0, "volume": 0.1, "supplier": "other"},
    ],
    "suppliers": [
        {"name": "maker", "region": "East", "production_time": 10.0},
        {"name": "other", "region": "West", "production_time": 5.0},
    ],
    "ports": [{"name": "harbour", "service_time": 0.1, "dwell": 2.0}],
    "pools": [{"name": "boxes", "containers": 30.0, "capacity": 1.0, "cycle_time": 30.0}],
    "warehouses": [{"name": "depot"}],
    "lanes": [
        {
            "name": "by sea",
            "origin": ["maker"],
            "destination": "depot",
            "mode": "sea",
            "freight": 5.0,
            "containers": "boxes",
            "legs": [{"port": "harbour"}, {"transit": 15.0}],
        },
        {
            "name": "by air",
            "origin": ["other"],
            "destination": "depot",
            "mode": "air",
            "freight": 50.0,
            "legs": [{"transit": 2.0}],
        },
    ],
    "demand": [
        {"item": "pump", "warehouse": "depot", "model": "poisson", "mean": 3.0},
        {"item": "seal", "warehouse": "depot", "model": "poisson", "mean": 5.0},
    ],
}


@pytest.fixture(scope="session")
def world():
    """Makes the world with the disruptions given, and other keys in place of its own."""

    def make(*disruptions, **keys):
        return reading.scenario_of({**WORLD, **keys, "disruptions": list(disruptions)}, file="test")

    return make
