"""A small importer for experiments on signals and policies: a dozen items, three suppliers, a port, a pool of boxes, one
warehouse. Its rates are those of Meridian (docs/meridian.md); it is small so that many Futures can be lived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim import reading
from sim.scenario import Scenario

COSTS = {
    "capital_rate": 0.10,
    "storage_rate": 0.05,
    "handling_rate": 0.02,
    "insurance_rate": 0.02,
    "obsolescence_rate": 0.05,
    "shrinkage_rate": 0.01,
    "per_line": 60,
    "goodwill_halts": 1.0,
    "goodwill_breaches": 0.3,
    "goodwill_inconveniences": 0.0,
    "backorder_penalty": 0.05,
}
#: name, supplier, standard cost, criticality, mean demand a day, its daily cv (0: intermittent, every 6 days)
ITEMS = (
    ("monitor", "Shenzhen", 900.0, "halts production", 4.0, 0.8),
    ("pump", "Shenzhen", 600.0, "breaches a contract", 6.0, 0.8),
    ("cable", "Shenzhen", 24.0, "breaches a contract", 30.0, 0.6),
    ("battery", "Shenzhen", 30.0, "inconveniences", 20.0, 1.2),
    ("chip", "Taoyuan", 26.0, "halts production", 60.0, 0.6),
    ("board", "Taoyuan", 90.0, "halts production", 15.0, 1.2),
    ("sensor", "Taoyuan", 45.0, "breaches a contract", 20.0, 0.6),
    ("display", "Taoyuan", 140.0, "breaches a contract", 5.0, 0.0),
    ("tubing", "Monterrey", 12.0, "breaches a contract", 80.0, 0.6),
    ("housing", "Monterrey", 35.0, "halts production", 20.0, 0.6),
    ("stand", "Monterrey", 60.0, "inconveniences", 8.0, 1.2),
    ("bracket", "Monterrey", 9.0, "inconveniences", 40.0, 0.6),
)
VOLUME = {"monitor": 0.06, "pump": 0.06, "stand": 0.1, "housing": 0.03, "display": 0.02}
SOURCES: tuple[tuple[str, str, str], ...] = (
    (
        "business",
        "a small importer: 12 items, 3 suppliers, 1 port, 1 warehouse, invented",
        "experiments/support/importer.py",
    ),
    ("make times", "16 to 60 days, cv 0.25 to 0.35", "quantiles of 38 real supply chains, Willems (2008)"),
    ("carrying cost", "25 % of value a year", "rule of thumb; published range 20 to 40 % (Richardson 1995)"),
    ("price, unmet demand, goodwill", "cost / 0.55; half lost, half waits; 100, 30 or 0 % of cost", "assumed"),
)


def _supplier(name: str, mean: float, cv: float) -> dict[str, Any]:
    return {"name": name, "production_time": {"law": "lognormal", "mean": mean, "cv": cv}}


def _sea(origin: str) -> dict[str, Any]:
    return {
        "name": f"{origin} by sea",
        "origin": [origin],
        "destination": "Ontario",
        "mode": "sea",
        "freight": 60,
        "containers": "Asia",
        "departures": {"every": 7},
        "legs": [
            {"transit": {"law": "lognormal", "mean": 18.0, "cv": 0.25}},
            {"port": "Los Angeles"},
            {"transit": 2},
        ],
    }


def importer(
    disruptions: Sequence[dict[str, Any]] = (), level: float = 1.0, horizon: int = 730, **keys: Any
) -> Scenario:
    """The importer.

    Parameters
    ----------
    disruptions : tables as in a scenario file.
    level : multiplies mean demand from the warm-up on, not the history that plans are made on.
    horizon : booked days.
    keys : other keys of its file.
    """
    streams = []
    volume = 0.0
    for name, supplier, _, _, mean, cv in ITEMS:
        model: dict[str, Any] = {"model": "negative_binomial", "mean": mean, "cv": max(cv, 1.05 / mean**0.5)}
        if cv == 0:
            model = {"model": "intermittent", "interval": 6.0, "size": 6.0 * mean, "size_cv": 0.5}
        streams.append({"item": name, "warehouse": "Ontario", **model})
        volume += mean * VOLUME.get(name, 0.004) if supplier != "Monterrey" else 0.0
    truck = {
        "name": "Monterrey by truck",
        "origin": ["Monterrey"],
        "destination": "Ontario",
        "mode": "truck",
        "freight": 70,
        "legs": [{"transit": {"law": "lognormal", "mean": 6.0, "cv": 0.25}}],
    }
    return reading.scenario_of(
        {
            "name": "importer",
            "horizon": horizon,
            "warm_up": 180,
            "units": "integer",
            "review_every": 7,
            "lost_share": 0.5,
            "demand_level": level,
            "costs": COSTS,
            "items": [
                {
                    "item": name,
                    "supplier": supplier,
                    "standard_cost": cost,
                    "price": round(cost / 0.55, 2),
                    "criticality": criticality,
                    "volume": VOLUME.get(name, 0.004),
                }
                for name, supplier, cost, criticality, _, _ in ITEMS
            ],
            "suppliers": [
                _supplier("Shenzhen", 35, 0.3),
                _supplier("Taoyuan", 60, 0.35),
                _supplier("Monterrey", 16, 0.25),
            ],
            "ports": [{"name": "Los Angeles", "service_time": 0.1, "surge": 1.3, "dwell": 3, "stoppages": 0.1}],
            "pools": [
                # as at Meridian, 1.6 times the mean need, a box being away 60 days
                {
                    "name": "Asia",
                    "containers": round(volume / 55 * 60 * 1.6, 2),
                    "capacity": 55,
                    "cycle_time": 60,
                    "whole": False,
                }
            ],
            "warehouses": [{"name": "Ontario"}],
            "lanes": [_sea("Shenzhen"), _sea("Taoyuan"), truck],
            "demand": streams,
            "disruptions": list(disruptions),
            **keys,
        },
        file="importer",
    )
