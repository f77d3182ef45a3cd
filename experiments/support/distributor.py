"""A small distributor for claims about goods: one supplier, one warehouse, items that are alike or differ in one thing.

Its figures are those of Meridian's sea-borne parts (docs/meridian.md), so that results can be read beside it, and one
experiment changes one thing at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim import reading
from sim.scenario import Scenario

#: make and transit times, days
MAKE = {"law": "lognormal", "mean": 30.0, "cv": 0.3}
TRANSIT = {"law": "lognormal", "mean": 30.0, "cv": 0.17}
SOURCES: tuple[tuple[str, str, str], ...] = (
    ("business", "one supplier, one warehouse, daily demand, weekly review", "invented; figures as docs/meridian.md"),
    (
        "make and transit time",
        "30 days (cv 0.3) and 30 days (cv 0.17)",
        "Willems (2008) quantiles; China to the US West",
    ),
    (
        "capital, storage, handling, insurance",
        "10 + 5 + 2 + 2 % of value a year",
        "Richardson (1995) ranges; 25 % rule",
    ),
    ("price", "value / 0.55", "assumed"),
)


def distributor(
    items: Sequence[Mapping[str, Any]],
    disruptions: Sequence[Mapping[str, Any]] = (),
    supplier: Mapping[str, Any] | None = None,
    transit: Any = None,
    costs: Mapping[str, Any] | None = None,
    **keys: Any,
) -> Scenario:
    """A scenario of items from one supplier to one warehouse.

    Parameters
    ----------
    items : keys of each item and, under ``demand``, of its stream; what is left out is as below.
    disruptions, supplier, costs : tables as in a scenario file; costs and supplier are added to what is there.
    transit : law of the transit time.
    keys : top-level keys.
    """
    rows, streams = [], []
    for number, given in enumerate(items):
        row = {"item": f"i{number:02d}", "standard_cost": 26.0, "volume": 0.003, "supplier": "maker", **given}
        stream = {"model": "negative_binomial", "mean": 40.0, "cv": 0.8, **row.pop("demand", {})}
        row.setdefault("price", row["standard_cost"] / 0.55)
        rows.append(row)
        streams.append({"item": row["item"], "warehouse": "DC", **stream})
    content = {
        "name": "distributor",
        "horizon": 730,
        "review_every": 7,
        "lost_share": 0.5,
        "costs": {"obsolescence_rate": 0.0, "shrinkage_rate": 0.0, "per_line": 60.0, **(costs or {})},
        "items": rows,
        "suppliers": [{"name": "maker", "production_time": MAKE, **(supplier or {})}],
        "warehouses": [{"name": "DC"}],
        "lanes": [
            {
                "name": "sea",
                "origin": ["maker"],
                "destination": "DC",
                "mode": "sea",
                "legs": [{"transit": TRANSIT if transit is None else transit}],
            }
        ],
        "demand": streams,
        "disruptions": [dict(one) for one in disruptions],
        **keys,
    }
    return reading.scenario_of(content, file="distributor")
