"""What to buy first: buffers that a search adds to the lean plan, each with what it costs and avoids on fresh futures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.plan import Plan
from sim.studies.frontier.climb import CARRYING, OTHER, STOCKOUT
from sim.studies.statistics import Interval, interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Purchase:
    """One entry of the ranked list: a buffer that is added to the lean plan, or a part of the lean one that is let go.

    Lines of an item at warehouses that feed each other are one entry: what one of them avoids hangs on the others.

    Attributes
    ----------
    places : positions of the lines that change; `item`, `warehouse` name them.
    each : added to the safety stock of each (negative: let go), units.
    units, days : the same in all, in units and in days of the largest forecast among them; NaN without a forecast.
    carrying, avoided : what that costs in carrying and what it avoids in stockout and other cost, money a year, with
        intervals, on futures that the search did not see.
    net : avoided less carrying.
    returns : avoided / carrying; infinite where it costs nothing, NaN where something is let go, or nothing is avoided for
        nothing.
    helps : share of futures in which the lines cost less with it, ties half.
    """

    places: tuple[int, ...]
    item: str
    warehouse: str
    each: tuple[float, ...]
    units: float
    days: float
    carrying: Interval
    avoided: Interval
    net: Interval
    returns: float
    helps: float

    @property
    def clear(self) -> bool:
        """Whether it is clear that it pays, or that it does not: the 95 % interval of the net does not hold zero."""
        return self.net.low > 0 or self.net.high < 0

    @property
    def told(self) -> str:
        """What it avoids and costs, or frees and loses, in words; without the currency."""
        if self.carrying.mean < 0:
            does, sign = ("loses {} more", -1) if self.avoided.mean < 0 else ("avoids {}", 1)
            low, high = sorted((sign * self.avoided.low, sign * self.avoided.high))
            told = does.format(f"{sign * self.avoided.mean:,.0f}")
            return f"frees {-self.carrying.mean:,.0f} a year of carrying and {told} ({low:,.0f} to {high:,.0f})"
        return (
            f"avoids {self.avoided.mean:,.0f} ({self.avoided.low:,.0f} to {self.avoided.high:,.0f}) and costs "
            f"{self.carrying.mean:,.0f} a year to carry"
        )


def purchases(
    plan: Plan, units: Floats, chain: NDArray[np.intp], fresh: NDArray[np.float32], searched: NDArray[np.float32]
) -> tuple[Purchase, ...]:
    """The ranked list: the largest return on the futures of the search first, what is let go last.

    The order comes from the futures of the search and every figure from fresh ones: a figure that decided its own place
    would look better than it is.

    Parameters
    ----------
    plan : the lean plan, its lines in the order of all arrays.
    units : (lines,) added to each safety stock.
    chain : (lines,) the same number for lines of an item that feed each other.
    fresh, searched : (futures, 2, lines, 6) what each line did with the buffers and under the lean plan (`climb.KEPT`).
    """
    found: list[tuple[tuple[bool, float, int], Purchase]] = []
    for number in dict.fromkeys(chain[units != 0].tolist()):
        together = np.flatnonzero(chain == number)
        places = [place for place in together.tolist() if units[place] != 0]
        lines = [plan.lines[place] for place in places]
        carrying, avoided = _change(fresh, together)
        cost, saved, net = interval(carrying), interval(avoided), interval(avoided - carrying)
        added = tuple(float(units[place]) for place in places)
        total, forecast = math.fsum(added), max(line.forecast for line in lines)
        gain = avoided - carrying
        one = Purchase(
            places=tuple(places),
            item=lines[0].item,
            warehouse=" + ".join(line.warehouse for line in lines),
            each=added,
            units=total,
            days=total / forecast if forecast > 0 else math.nan,
            carrying=cost,
            avoided=saved,
            net=net,
            returns=_return(saved.mean, cost.mean, total),
            helps=float((gain > 0).mean() + 0.5 * (gain == 0).mean()),
        )
        before, spared = (float(values.mean()) for values in _change(searched, together))
        rank = -_return(spared, before, total)
        rank = math.inf if math.isnan(rank) else rank
        found.append(((total < 0, rank, places[0]), one))
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _change(lines: NDArray[np.float32], together: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """(futures,) carrying cost that some lines add, and stockout and other cost that they avoid, a year."""
    values = lines[:, :, together].astype(np.float64).sum(axis=2)
    more = values[:, 0] - values[:, 1]
    return more[:, CARRYING], -(more[:, STOCKOUT] + more[:, OTHER])


def _return(avoided: float, carrying: float, units: float) -> float:
    if units < 0 or (carrying <= 0 and avoided <= 0):
        return math.nan
    return avoided / carrying if carrying > 0 else math.inf
