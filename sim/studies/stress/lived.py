"""One run lived through, and what an outage did to it: time to survive, time to recover, impact in money and units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.futures import Future
from sim.money import YEAR, rates
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.stress.nodes import Node
from sim.world import Blueprint

Floats = NDArray[np.float64]
TINY = 1e-9
#: stock is back when it is within this share of its mean undisturbed value
BACK = 0.01
#: items told of each node
TOLD = 5

#: what is read off a pair of runs, in the order of the last axis of all arrays of figures
FIGURES = (
    "first_failure",
    "time_to_recover",
    "stock_recovery",
    "stockout_cost",
    "total_cost",
    "sales_short",
    "units_short",
    "units_lost",
    "backlog_unit_days",
    "largest_backlog",
    "days_failing",
    "lowest_service",
)
PLACE = {name: place for place, name in enumerate(FIGURES)}


@dataclass(frozen=True)
class Rules:
    """When service counts as failed, and when as recovered.

    Attributes
    ----------
    start : day of the outage's first morning.
    failure, recovery : shares of demand; service fails below the one and has recovered at or above the other.
    hold : days that it must stay there (or to the end of the horizon, if that is sooner).
    """

    start: int
    failure: float = 0.95
    recovery: float = 0.99
    hold: int = 56


@dataclass(frozen=True)
class Lived:
    """What one run left behind; arrays are (days, pairs), a pair being an item at a warehouse, or (pairs,).

    Attributes
    ----------
    short, net : units not served from stock when asked for; units on hand less waiting customers, at the end of a day.
    money : measures that are compared, over the whole horizon.
    """

    short: Floats
    net: Floats
    money: Mapping[str, float]


class Ground:
    """A scenario and a plan on which outages are tried; the run without one is lived once for each Future."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan = scenario, plan
        self.blueprint = Blueprint(scenario, plan)
        self.pairs = [(name, item) for name, site in self.blueprint.sites.items() for item in site.items]
        sites = self.blueprint.sites.values()
        self.price = np.concatenate([rates(scenario, site.items).price for site in sites])
        self.cost = np.concatenate([site.cost for site in sites])
        self.lost_share = np.concatenate([site.lost_share for site in sites])
        offset, self._offset = 0, {}
        for name, site in self.blueprint.sites.items():
            self._offset[name] = offset
            offset += len(site.items)

    def columns(self, node: Node) -> NDArray[np.intp]:
        """Positions among the pairs of what passes a node."""
        found = node.passing(self.scenario, self.plan)
        parts = [places + self._offset[name] for name, places in found.items()]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)

    def demand(self, future: Future) -> Floats:
        """(days, pairs) units asked for from day 0."""
        return np.concatenate([future.demand[name][-future.end :] for name in self.blueprint.sites], axis=1)

    def live(self, future: Future) -> Lived:
        """Live through a Future.

        Raises
        ------
        UsageError : demand does not come by day, so that there is no service by day.
        """
        ledger = self.blueprint.live(future, series=True, by_item=True)
        sites = [ledger.sites[name] for name in self.blueprint.sites]
        if any(site.step != 1.0 for site in sites):
            raise UsageError("a stress test under futures needs demand by day; leave --futures out: mean demand does")
        measures = made(self.scenario, self.plan.posture, ledger).measures
        span = future.end / YEAR
        names = ("stockout_cost", "total_cost", "lost_units", "backorder_unit_days")
        return Lived(
            short=np.concatenate([site.series["short_units"] for site in sites], axis=1),
            net=np.concatenate([site.series["net"] for site in sites], axis=1),
            money={name: measures[name] * span for name in names},
        )


def service(extra: Floats, demand: Floats, price: Floats) -> Floats:
    """(days,) share of the day's demand, at sales value, that the outage does not cost; 1 where nothing is asked for.

    Parameters
    ----------
    extra, demand : (days, pairs) units not served that would have been served without the outage; units asked for.
    price : (pairs,) sales value; units count where nothing has a price.
    """
    weight = price if price.any() else np.ones_like(price)
    asked = demand @ weight
    lack = extra @ weight
    found: Floats = 1.0 - np.divide(lack, asked, out=np.zeros_like(lack), where=asked > 0)
    return found


def recovery_day(failing: NDArray[np.bool_], below: NDArray[np.bool_], first: int, hold: int) -> float:
    """Number of the first good day that lasts, counted from 1; 0 where service never failed, infinite where none lasts.

    Parameters
    ----------
    failing, below : (days,) from the start of the outage: below the failure threshold, below the recovery threshold.
    first : days from its start to its end.
    hold : days that count as lasting; up to the end of the horizon where that is sooner.
    """
    if not failing.any():
        return 0.0
    begin = max(first, int(failing.argmax()))
    bad = below[begin:]
    after = np.flatnonzero(bad)
    for good, until in zip((0, *(after + 1)), (*after, bad.size), strict=True):
        if good < bad.size and until - good >= min(hold, bad.size - good):
            return float(begin + good - first + 1)
    return math.inf


def stock_back(gap: Floats, first: int, tolerance: float) -> float:
    """Number of the first day after the largest gap, counted from the outage's end, on which stock is back.

    Parameters
    ----------
    gap : (days,) undisturbed stock less stock, at standard cost, from the start of the outage.
    first : days from its start to its end.
    tolerance : a gap that counts as none.

    Returns
    -------
    0 where there never was a gap, infinite where it is not closed by the end of the horizon.
    """
    widest = int(gap.argmax()) if gap.size else 0
    if not gap.size or gap[widest] <= tolerance:
        return 0.0
    begin = max(widest, first)
    closed = np.flatnonzero(gap[begin:] <= tolerance)
    return float(begin + closed[0] - first + 1) if closed.size else math.inf


class Damage:
    """What one outage did to what passes its node, read off a run with it and the same run without.

    Parameters
    ----------
    ground, demand : where it was tried; (days, pairs) units asked for.
    base, hit : the run without, and with the outage.
    columns : positions of the pairs that pass the node.
    length : days of the outage.
    rules : thresholds.
    """

    def __init__(
        self,
        ground: Ground,
        demand: Floats,
        base: Lived,
        hit: Lived,
        columns: NDArray[np.intp],
        length: int,
        rules: Rules,
    ) -> None:
        begin = rules.start
        self._ground, self._columns, self._rules = ground, columns, rules
        self.demand = demand[begin:, columns]
        self.extra = np.maximum(hit.short[begin:, columns] - base.short[begin:, columns], 0.0)
        self.service = service(self.extra, self.demand, ground.price[columns])
        cost = ground.cost[columns]
        before, after = base.net[begin:, columns], hit.net[begin:, columns]
        gap = (before - after) @ cost
        normal = float((np.maximum(base.net[:, columns], 0.0) @ cost).mean())
        waiting = np.maximum(-after, 0.0).sum(axis=1) - np.maximum(-before, 0.0).sum(axis=1)
        failing = self.service < rules.failure - TINY
        below = self.service < rules.recovery - TINY
        self.figures = np.array(
            [
                float(failing.argmax()) if failing.any() else math.inf,
                recovery_day(failing, below, length, rules.hold),
                stock_back(gap, length, BACK * normal + TINY),
                hit.money["stockout_cost"] - base.money["stockout_cost"],
                hit.money["total_cost"] - base.money["total_cost"],
                float((self.extra @ ground.price[columns]).sum()),
                float(self.extra.sum()),
                hit.money["lost_units"] - base.money["lost_units"],
                hit.money["backorder_unit_days"] - base.money["backorder_unit_days"],
                max(float(waiting.max()), 0.0),
                float(failing.sum()),
                float(self.service.min()),
            ]
        )

    def first_to_fail(self) -> tuple[tuple[str, str, float], ...]:
        """Items whose own service fails first: item, warehouse, days from the start; ties by sales value not served."""
        lack = self.extra > (1.0 - self._rules.failure + TINY) * self.demand
        some = np.flatnonzero(lack.any(axis=0))
        days = lack.argmax(axis=0)
        value = (self.extra * self._ground.price[self._columns]).sum(axis=0)
        ranked = sorted(some.tolist(), key=lambda place: (days[place], -value[place]))[:TOLD]
        pairs = self._ground.pairs
        return tuple((*reversed(pairs[self._columns[place]]), float(days[place])) for place in ranked)
