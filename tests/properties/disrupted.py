"""One item, one supplier, one lane through one port, one warehouse: what a disruption does to each day's order.

Ten units are asked for every day and ordered the next morning. An order of day d is made by d + 2, departs, reaches the port
on d + 5, leaves it on d + 6 and arrives on d + 7.
"""

from __future__ import annotations

from typing import Any

from small_worlds import draw, line, relive, some_items, world

from sim.ledger import Ledger
from sim.plan import Plan

LEAD, LEVEL, ASKED, DAYS = 7, 100.0, 10.0, 120
#: the smallest sound disruption of each kind, on days 20 to 24
KINDS: dict[str, dict[str, Any]] = {
    "port_strike": {"port": "quay"},
    "port_closure": {"port": "quay"},
    "port_slowdown": {"port": "quay", "remaining": 0.5},
    "port_congestion": {"port": "quay", "dwell_add": 4.0, "traffic_factor": 3.0},
    "canal_blockage": {"port": "quay"},
    "canal_restriction": {"port": "quay", "remaining": 0.5},
    "lane_closure": {"lane": "lane"},
    "lane_slowdown": {"lane": "lane", "remaining": 0.5},
    "lane_diversion": {"lane": "lane", "transit_add": 4.0, "freight_factor": 2.0},
    "carrier_failure": {"lanes": ["lane"], "late": 8},
    "freight_shock": {"mode": "sea", "freight_factor": 3.0},
    "customs_delay": {"ports": ["quay"], "delay": 2.0, "exam_share": 1.0, "exam_days": 1.0},
    "container_shortage": {"pools": ["boxes"], "remaining": 0.0},
    "supplier_outage": {"supplier": "source"},
    "supplier_slowdown": {"supplier": "source", "remaining": 0.5},
    "factory_fire": {"supplier": "source"},
    "factory_flood": {"supplier": "source"},
    "factory_quake": {"supplier": "source"},
    "component_shortage": {"supplier": "source", "allocation": 0.5},
    "supplier_insolvency": {"supplier": "source", "price_factor": 1.5},
    "quality_hold": {"items": ["a"]},
    "quality_recall": {"items": ["a"]},
    "bad_spell": {"supplier": "source", "defects": 0.5},
    "demand_surge": {"items": ["a"], "factor": 2.5},
    "demand_collapse": {"items": ["a"], "factor": 0.2},
    "demand_shock": {"items": ["a"], "profile": [[0, 3.0], [4, 1.5]]},
    "demand_end": {"items": ["a"]},
    "tariff": {"lanes": ["lane"], "duty": 0.25},
    "price_shock": {"supplier": "source", "price_factor": 1.4},
    "warehouse_loss": {"warehouse": "site"},
    "warehouse_closure": {"warehouse": "site"},
    "regional_shutdown": {"suppliers": ["source"], "ports": ["quay"]},
    "cyber_outage": {"firm": True},
    "hazard": {
        "members": [{"kind": "port_closure", "port": "quay"}, {"kind": "supplier_outage", "supplier": "source"}]
    },
    "regime": {
        "members": [
            {"kind": "port_congestion", "port": "quay", "dwell_add": 3.0},
            {"kind": "demand_surge", "factor": 1.5},
            {"kind": "freight_shock", "freight_factor": 7.0},
        ]
    },
}


def kind(name: str, **keys: Any) -> dict[str, Any]:
    """A disruption of this kind on days 20 to 24, as a file says it."""
    return {"kind": name, "name": name, "start": 20, "length": 5, **KINDS[name], **keys}


def scene(*disruptions: dict[str, Any], service: Any = 0.0, background: float = 0.0, **keys: Any) -> Any:
    """The scenario of these tests."""
    given: dict[str, Any] = {
        "horizon": DAYS,
        "items": some_items("a", price=3.0, volume=1.0),
        "suppliers": [{"name": "source", "production_time": 2.0}],
        "ports": [
            {"name": "quay", "service_time": service, "dwell": 1.0, "background": background},
        ],
        "pools": [{"name": "boxes", "containers": 1000.0, "capacity": 1.0, "cycle_time": 10.0}],
        "lanes": [
            {
                "name": "lane",
                "origin": ["source"],
                "destination": "site",
                "mode": "sea",
                "freight": 2.0,
                "legs": [{"transit": 3.0}, {"port": "quay"}, {"transit": 1.0}],
            }
        ],
        "demand": [{"item": "a", "warehouse": "site", "model": "deterministic", "mean": ASKED}],
        "disruptions": list(disruptions),
    }
    made = {**given, **keys}
    if any("boxes" in one.get("pools", ()) for one in disruptions):
        made["lanes"] = [{**made["lanes"][0], "containers": "boxes", "departures": {"every": 1}}]
    return world(**made)


PLAN = Plan("test", (line("a", level=LEVEL, forecast=ASKED, lead_time=float(LEAD)),))


def lived(scenario: Any, seed: int = 1, log: list[Any] | None = None) -> Ledger:
    """One replication of it."""
    return relive(scenario, PLAN, draw(scenario, seed, 0), log)


def arrivals(*disruptions: dict[str, Any], **keys: Any) -> dict[float, tuple[float, float]]:
    """For each day on which an order went out: when it arrived (infinite: it did not), and its units."""
    log: list[Any] = []
    lived(scene(*disruptions, **keys), log=log)
    found: dict[float, tuple[float, float]] = {}
    for lot in log:
        found[lot.ordered] = (lot.received, lot.units)
    return found


def moved(found: dict[float, tuple[float, float]]) -> dict[float, float]:
    """Orders that did not arrive after their seven days: day ordered, and day received."""
    return {day: time for day, (time, _) in found.items() if time != day + LEAD and day + LEAD < DAYS}


def net(ledger: Ledger) -> Any:
    """Stock after each day's demand, less customers waiting, (days,) units."""
    return ledger.sites["site"].series["net"][:, 0]


def total(ledger: Ledger, column: str) -> float:
    """One count of the one item."""
    return float(ledger.sites["site"].columns[column][0])
