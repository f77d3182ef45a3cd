"""Which intervals of a comparison should not be believed, and why; in a sentence for each weather."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from sim.errors import listing
from sim.measures import BY_NAME
from sim.statistics.trust import Doubt, doubts

if TYPE_CHECKING:
    from sim.studies.compare import Comparison

#: measures of the table on the terminal that are looked at, and the one that pairs are compared by
LOOKED_AT = ("total_cost", "stockout_cost", "carrying_cost", "fill_rate")
PAIRED = "total_cost"
#: an error below this share of total cost misleads nobody; a tenth of it for shares of demand
SMALL = 0.01
WORDS = {
    "few": "few futures count",
    "rare": "what varies happened in few of them",
    "skewed": "bad years are too uneven for so few futures",
    "tail": "one future alone makes up much of the spread",
}


@dataclass(frozen=True)
class Doubtful:
    """An interval that should not be believed.

    Attributes
    ----------
    weather, measure, whose : which; whose is a posture, or a pair ``a - b``.
    doubts : why, at least one.
    """

    weather: str
    measure: str
    whose: str
    doubts: tuple[Doubt, ...]


def doubtful(comparison: Comparison) -> list[Doubtful]:
    """Every interval of the table on the terminal, and of the differences in total cost, that should not be believed."""
    found = []
    for weather in comparison.weathers:
        for measure in LOOKED_AT:
            for name in comparison.postures:
                if _matters(comparison, weather, name, measure):
                    found.append(Doubtful(weather, measure, name, doubts(comparison.values(weather, name, measure))))
        for a, b in combinations(comparison.postures, 2):
            apart = comparison.values(weather, a, PAIRED) - comparison.values(weather, b, PAIRED)
            found.append(Doubtful(weather, PAIRED, f"{a} - {b}", doubts(apart)))
    return [one for one in found if one.doubts]


def _matters(comparison: Comparison, weather: str, name: str, measure: str) -> bool:
    """Whether an interval could mislead anybody: its error is not small beside the posture's total cost or all demand."""
    found = comparison.interval(weather, name, measure)
    if math.isnan(found.half_width) or measure == PAIRED or found.half_width == 0:
        return True
    if BY_NAME[measure].share:
        return 1 - found.mean > SMALL / 10
    return found.half_width > SMALL * abs(comparison.interval(weather, name, PAIRED).mean)


def cautions_of(comparison: Comparison) -> list[str]:
    """One sentence for each weather whose intervals should not all be believed, and one for what was never seen."""
    found, count = doubtful(comparison), len(comparison.numbers)
    told = []
    for weather in comparison.weathers:
        here = [one for one in found if one.weather == weather]
        short = [(one, doubt) for one in here for doubt in one.doubts if doubt.kind != "alike"]
        if short:
            whose = list(dict.fromkeys(f"{BY_NAME[one.measure].label.lower()} of {one.whose}" for one, _ in short))
            why = [WORDS[kind] for kind in WORDS if any(doubt.kind == kind for _, doubt in short)]
            wanted = max(doubt.wanted or 0 for _, doubt in short)
            enough = f"; run at least {wanted:,} futures" if wanted > count else ""
            these = "all intervals" if len(whose) == _all(comparison) else f"the intervals of {listing(whose, 3)}"
            told.append(f"In {weather}, do not believe {these} yet: {' and '.join(why)}{enough}.")
        alike = [one for one in here if any(doubt.kind == "alike" for doubt in one.doubts)]
        if alike:
            whose = [f"{BY_NAME[one.measure].label.lower()} of {one.whose}" for one in alike]
            unseen = min(3 / count, 1)
            rare = f"what comes in up to {100 * unseen:.2g} % of futures may not have been seen"
            told.append(f"In {weather}, {listing(whose, 3)} came out the same in all {count} futures; {rare}.")
    return told


def _all(comparison: Comparison) -> int:
    """How many intervals are looked at in one weather."""
    postures = len(comparison.postures)
    return len(LOOKED_AT) * postures + postures * (postures - 1) // 2
