"""Clauses of the decision: what one posture costs and saves against another, each no more than its interval allows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.measures import BY_NAME
from sim.report.style import Money, bare, digits, number
from sim.studies.statistics import paired

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.statistics.interval import Interval
    from sim.studies.compare import Comparison

#: measures told, each with what is said where a posture has less and where it has more than another; "{}" is the amount
COSTS = {
    "carrying_cost": ("costs {} less than {b} a year to carry", "costs {} more than {b} a year to carry"),
    "average_inventory_value": ("ties up {} less in goods", "ties up {} more in goods"),
}
SAVES = {
    "stockout_cost": ("saves {} a year in stockouts", "loses {} a year more in stockouts"),
    "rest": (
        "pays {} a year less for orders, freight, prices and the like",
        "pays {} a year more for orders, freight, prices and the like",
    ),
    "fill_rate": ("serves {} points less of demand from stock", "serves {} points more of demand from stock"),
}
NAMES = {
    "carrying_cost": "carrying cost",
    "average_inventory_value": "cash in goods",
    "stockout_cost": "stockout cost",
    "rest": "orders, freight, prices and the like",
    "fill_rate": "demand served from stock",
}


#: what is in total cost beside carrying and stockouts is told from this share of the larger of these on, or twice this
#: share of the total
TOLD = 0.05


def clauses(
    comparison: Comparison,
    weather: str,
    a: str,
    b: str,
    measures: dict[str, tuple[str, str]],
    money: Money,
    untold: dict[str, list[str]],
) -> list[str]:
    """What is clear of these measures, as verbs with their amounts; what is not goes to `untold`."""
    made = []
    for measure, (less, more) in measures.items():
        if measure == "rest" and not tells(comparison, weather, a, b):
            continue
        one, all_pairs = both(comparison, weather, a, b, measure)
        if one.n < 2:
            untold.setdefault("Not counted in these futures", []).append(NAMES[measure])
        elif one.low == one.high == 0:
            untold.setdefault("The same with {a} and {b} in every future", []).append(NAMES[measure])
        elif all_pairs.low > 0 or all_pairs.high < 0:
            mean, low, high = amounts_of(one, measure, money, True)
            made.append(f"{(more if one.mean > 0 else less).format(mean, b=b)} ({low} to {high})")
        else:
            _, low, high = amounts_of(one, measure, money, False)
            untold.setdefault("Not told apart ({a} − {b})", []).append(f"{NAMES[measure]} ({low} to {high})")
    return made


def values_of(comparison: Comparison, weather: str, posture: str, measure: str) -> NDArray[np.float64]:
    """(futures,) a measure; "rest" is total cost beside carrying and stockouts."""
    if measure != "rest":
        return comparison.values(weather, posture, measure)
    total, carrying, stockout = (
        comparison.values(weather, posture, name) for name in ("total_cost", "carrying_cost", "stockout_cost")
    )
    return total - carrying - stockout


def both(comparison: Comparison, weather: str, a: str, b: str, measure: str) -> tuple[Interval, Interval]:
    """The difference of a measure: with the interval of one pair, and with the one that holds for all pairs at once."""
    first, second = (values_of(comparison, weather, name, measure) for name in (a, b))
    better = "lower" if measure == "rest" else BY_NAME[measure].better
    levels = (comparison.level, comparison.level_of_all_pairs)
    one, all_pairs = (paired(first, second, better, level).difference for level in levels)
    return one, all_pairs


def tells(comparison: Comparison, weather: str, a: str, b: str) -> bool:
    """Whether what is in total cost beside carrying and stockouts is large enough to be told."""
    rest, carrying, stockout, total = (
        abs(float((values_of(comparison, weather, a, name) - values_of(comparison, weather, b, name)).mean()))
        for name in ("rest", "carrying_cost", "stockout_cost", "total_cost")
    )
    return rest > TOLD * max(carrying, stockout) or rest > 2 * TOLD * total


def amounts_of(one: Interval, measure: str, money: Money, size: bool) -> tuple[str, str, str]:
    """Mean and ends of a difference: without signs, the smaller first, where `size`; else with signs and units."""
    ends = sorted((abs(one.low), abs(one.high))) if size else [one.low, one.high]
    if measure == "fill_rate":
        points = [100 * value for value in (one.mean, *ends)]
        least = 1 if max(map(abs, points)) >= 1 else 2
        if size:
            fine = digits(points, least, 4)
            mean, low, high = (bare(value, fine) for value in points)
            return mean, low, high
        told = [number(value, least, plus=True) for value in points]
        return told[0], told[1], f"{told[2]} points"
    amounts = (one.mean, one.low, one.high)
    near = money.showing(amounts) if size else money.near(amounts)
    if near.number(one.low) == near.number(one.high):
        near = replace(near, decimals=near.decimals + 1)
    if size:
        return near.size(one.mean), near.bare(ends[0]), near.bare(ends[1])
    return near.text(one.mean), near.text(ends[0], plus=True), near.text(ends[1], plus=True)
