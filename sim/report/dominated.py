"""Postures that are worse than another in both costs, in words: no weighing of the two can make them the best."""

from __future__ import annotations

from sim.report.style import clipped, listed
from sim.statistics.dominance import Dominance, dominances
from sim.studies.compare import Comparison

X, Y = "carrying_cost", "stockout_cost"
#: dominated postures told one by one
MOST_TOLD = 3


def dominated(comparison: Comparison, weather: str) -> dict[str, Dominance]:
    """The dominated postures of a weather, each with the cheapest of those that dominate it.

    All claims of a weather hold together with 95 % confidence.
    """
    costs = {
        name: (comparison.values(weather, name, X), comparison.values(weather, name, Y)) for name in _names(comparison)
    }
    place = {name: rank for rank, name in enumerate(comparison.ranking(weather))}
    found: dict[str, Dominance] = {}
    for one in dominances(costs):
        if any(side.low == side.high for side in (one.x, one.y)):
            continue  # what never varied in these futures may still do so
        if one.b not in found or place[one.a] < place[found[one.b].a]:
            found[one.b] = one
    return found


def _names(comparison: Comparison) -> tuple[str, ...]:
    return comparison.postures if len(comparison.numbers) > 1 else ()


def told(comparison: Comparison, weather: str) -> str:
    """Which postures are dominated, by which, in one line; nothing where none is."""
    found = dominated(comparison, weather)
    by: dict[tuple[str, str], list[str]] = {}
    for name, one in found.items():
        by.setdefault((one.a, _worse(one)), []).append(name)
    parts = [
        f"{listed([clipped(name) for name in names])} {_are(names)} dominated by {clipped(a)}: {worse}"
        for (a, worse), names in by.items()
    ]
    if len(parts) > MOST_TOLD:
        parts[MOST_TOLD:] = [f"{len(parts) - MOST_TOLD} more"]
    return "; ".join(parts)


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _worse(one: Dominance) -> str:
    if one.x.high < 0 and one.y.high < 0:
        return "dearer to carry and loses more"
    return "dearer to carry, loses as much" if one.x.high < 0 else "as dear to carry, loses more"


def closing(comparison: Comparison) -> list[str]:
    """A line for each weather in which a posture is dominated."""
    lines = []
    for weather in comparison.weathers:
        words = told(comparison, weather)
        if words:
            lines.append(f"In {weather} {words} (95 %, all such claims together).")
    return lines
