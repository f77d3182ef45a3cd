"""Rivals: strategies for one and the same item, lived side by side in one business.

Each strategy is an item of its own with the same price and the same law of demand. Where the main supplier has a limited
capacity, each has its own copy of it, so that no strategy takes another's; all copies stop together. So strategies are
compared on the same outages, and any number of them costs one life.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sim
from sim.disruptions import Incident
from sim.disruptions.random_outage import RandomOutage
from sim.futures import Future
from sim.money import YEAR, site_money
from sim.outcome import Outcome
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario

Floats = NDArray[np.float64]
SITE = "site"
#: what `looked` reads of each rival
READ = ("total", "carrying", "stockout", "goodwill", "dearer", "fill")
DEMAND, COST = 20.0, 100.0
#: price = value / 0.55
PRICE = COST / 0.55
#: parts of total cost that go by item
COSTS = (
    *("capital_cost", "storage_cost", "insurance_cost", "handling_cost", "obsolescence_cost", "spoilage_cost"),
    *("lost_margin", "goodwill_cost", "backorder_penalty", "line_cost", "freight_cost", "purchase_price_variance"),
)
CARRYING, STOCKOUT = COSTS[:6], COSTS[6:9]


@dataclass(frozen=True)
class Together:
    """Suppliers that stop and start together: one drawn two-state outage hits them all.

    Attributes
    ----------
    name : it keys the random stream.
    suppliers : all of them.
    outage : the law of the outages, of any one supplier.
    """

    name: str
    suppliers: tuple[str, ...]
    outage: RandomOutage

    def targets(self) -> list[tuple[Any, str]]:
        """What it hits."""
        return [("supplier", one) for one in self.suppliers]

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """The outages, each at every supplier."""
        drawn = self.outage.incidents(generator, first, last)
        return [dataclasses.replace(one, name=self.name, where=who) for one in drawn for who in self.suppliers]


def outages(name: str, suppliers: Sequence[str], up: float, down: float) -> Together:
    """Outages with geometric up and down times of these means, days."""
    law = {"law": "geometric"}
    made = sim.scenario_of(
        {
            "horizon": 30,
            "items": [{"item": "x", "standard_cost": 1.0, "supplier": "s"}],
            "suppliers": [{"name": "s"}],
            "warehouses": [{"name": SITE}],
            "lanes": [{"name": "l", "origin": ["s"], "destination": SITE, "legs": [{"transit": 0}]}],
            "demand": [{"item": "x", "warehouse": SITE, "model": "deterministic", "mean": 1}],
            "disruptions": [
                {
                    "kind": "random_outage",
                    "name": name,
                    "supplier": "s",
                    "up": {**law, "mean": up},
                    "down": {**law, "mean": down},
                }
            ],
        }
    ).disruptions[0]
    assert isinstance(made, RandomOutage)
    return Together(name, tuple(suppliers), made)


def stopping(base: Scenario, *stops: Together) -> Scenario:
    """The business with these outages and no other disruption."""
    given: Any = stops  # a scenario from a file has the kinds of disruptions that files know
    return dataclasses.replace(base, disruptions=given)


@dataclass(frozen=True)
class Rival:
    """One strategy.

    Attributes
    ----------
    name : as figures call it; also the item.
    cover : days of mean demand held beyond what ordinary chance asks for.
    source : "main", or the name of another supplier.
    main : name of its main supplier; a copy of its own when left out.
    fields : sourcing fields of the plan's line.
    fee : money a year, beside what the world books by item.
    """

    name: str
    cover: float = 0.0
    source: str = "main"
    main: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    fee: float = 0.0


def main_of(rival: Rival) -> str:
    """Name of a rival's main supplier."""
    return rival.main or f"main of {rival.name}"


def mains(rivals: Sequence[Rival]) -> list[str]:
    """All main suppliers."""
    return list(dict.fromkeys(main_of(one) for one in rivals))


def business(
    rivals: Sequence[Rival],
    main: dict[str, Any],
    transit: float,
    others: Sequence[tuple[dict[str, Any], float]],
    horizon: int,
    model: str = "poisson",
    **keys: Any,
) -> Scenario:
    """The business of all rivals, without disruptions.

    Parameters
    ----------
    main, transit : keys of the main supplier, and days on its lane.
    others : keys of other suppliers (shared by all), and days on their lanes.
    model : law of demand, `DEMAND` a day.
    """
    names = [one["name"] for one, _ in others]
    return sim.scenario_of(
        {
            "name": "rivals",
            "horizon": horizon,
            "review_every": 7,
            "plan_on": "truth",
            "items": [
                {
                    "item": one.name,
                    "standard_cost": COST,
                    "price": PRICE,
                    "criticality": "halts production",
                    "supplier": ";".join([main_of(one), *names]),
                }
                for one in rivals
            ],
            "suppliers": [*({"name": one, **main} for one in mains(rivals)), *(one for one, _ in others)],
            "warehouses": [{"name": SITE}],
            "lanes": [
                {
                    "name": "main lane",
                    "origin": mains(rivals),
                    "destination": SITE,
                    "legs": [{"transit": transit}],
                },
                *(
                    {
                        "name": f"lane of {one['name']}",
                        "origin": [one["name"]],
                        "destination": SITE,
                        "legs": [{"transit": t}],
                    }
                    for one, t in others
                ),
            ],
            "demand": [{"item": one.name, "warehouse": SITE, "model": model, "mean": DEMAND} for one in rivals],
            **keys,
        }
    )


def plan(scenario: Scenario, rivals: Sequence[Rival], z: float = 1.65) -> Plan:
    """Base stock for each rival: demand over lead time and review, z standard deviations of it (Poisson), and its cover.

    Under a standing split the lead time is the mean of both; under a reserved slot, the slot's.
    """
    lines = []
    for one in rivals:
        origin = main_of(one) if one.source == "main" else one.source
        lead = _lead(scenario, origin, bool(one.fields.get("reserved")))
        share = float(one.fields.get("second_share", 0.0))
        if share:
            lead = (1 - share) * lead + share * _lead(scenario, str(one.fields["second_origin"]), False)
        over = DEMAND * (lead + 7.0)
        lines.append(
            PlanLine(
                item=one.name,
                warehouse=SITE,
                origin=origin,
                policy="base_stock",
                order_up_to=math.ceil(over + z * math.sqrt(over) + one.cover * DEMAND),
                review_every=7.0,
                forecast=DEMAND,
                lead_time=lead,
                **one.fields,
            )
        )
    return Plan("rivals", tuple(lines))


def _lead(scenario: Scenario, origin: str, reserved: bool) -> float:
    found = scenario.lead_time(scenario.lane_to(SITE, origin), origin)
    one = next(supplier for supplier in scenario.suppliers if supplier.name == origin)
    if reserved and one.reserved_time is not None:
        found += one.reserved_time.mean - one.production_time.mean
    return found


def looked(scenario: Scenario, fees: tuple[float, ...], outcome: Outcome, future: Future) -> list[float]:
    """Of each rival, in order: `READ`; money a year."""
    site = outcome.ledger.sites[SITE]
    place = {item: row for row, item in enumerate(site.items)}
    order = [place[stream.item] for stream in scenario.demand]
    money = site_money(scenario, SITE, site)
    booked = {name: np.sum([money[part] for part in parts], axis=0)[order] for name, parts in _PARTS.items()}
    asked = np.maximum(site.demand, 1.0)
    rows = np.array(
        [
            booked["total"] + np.array(fees),
            booked["carrying"],
            booked["stockout"],
            money["goodwill_cost"][order],
            money["purchase_price_variance"][order] + np.array(fees),
            (site.served / asked)[order],
        ]
    )
    return [float(value) for value in rows.T.ravel()]


_PARTS = {"total": COSTS, "carrying": CARRYING, "stockout": STOCKOUT}
A_YEAR = YEAR * DEMAND * COST
