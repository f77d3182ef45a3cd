"""Small worlds for the stress test: one item, one supplier, one lane, unless more is asked for."""

from __future__ import annotations

from typing import Any

from sim import reading
from sim.plan import Plan, PlanLine
from sim.studies.stress import Stress, stress


class Serial:
    """A serial chain: supplier, lane, perhaps a port, one warehouse, steady demand (or streams), base stock."""

    def __init__(
        self,
        level: float,
        demand: Any = 100.0,
        production: float = 0.0,
        legs: tuple[Any, ...] = (),
        every: int = 1,
        horizon: int = 200,
        **keys: Any,
    ) -> None:
        supplier = {"name": "source", "production_time": production} | keys.pop("supplier", {})
        lane = {"name": "lane", "origin": ["source"], "destination": "site", "legs": list(legs)} | keys.pop("lane", {})
        if not isinstance(demand, list):
            demand = [{"item": "pump", "warehouse": "site", "model": "deterministic", "mean": demand}]
        self.scenario = reading.scenario_of(
            {
                "name": "serial",
                "horizon": horizon,
                "warm_up": 0,
                "units": "continuous",
                "start": "on hand",
                "review_every": every,
                "lost_share": 0.0,
                "items": [{"item": "pump", "standard_cost": 1.0, "price": 2.0, "supplier": "source"}],
                "suppliers": [supplier],
                "warehouses": [{"name": "site"}],
                "lanes": [lane],
                "demand": demand,
                **keys,
            },
            file="serial",
        )
        line = PlanLine("pump", "site", "source", "base_stock", order_up_to=level, review_every=float(every))
        self.plan = Plan("serial", (line,))

    def stress(self, nodes: list[str], lengths: tuple[int, ...], start: int, **keys: Any) -> Stress:
        """Stop some of its nodes."""
        return stress(self.scenario, [self.plan], nodes, lengths, start=start, **keys)
