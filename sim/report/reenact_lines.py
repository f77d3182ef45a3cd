"""Incidents of a re-enactment as lines: nodes that the same befalls together, and what befalls them in few words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.disruptions import Incident
from sim.report.style import clipped

#: letters of a row's name
LETTERS = 28
#: what an incident does, in few words, where it takes no capacity
WORDS = (
    ("transit_add", "+{:.3g} days on the way"),
    ("dwell_add", "+{:.3g} days to the gate"),
    ("demand_factor", "demand × {:.3g}"),
    ("price_factor", "price × {:.3g}"),
    ("transit_factor", "transit × {:.3g}"),
    ("dwell_factor", "to the gate × {:.3g}"),
    ("traffic_factor", "other ships × {:.3g}"),
    ("cycle_factor", "boxes away × {:.3g}"),
    ("freight_factor", "freight × {:.3g}"),
)
#: other ships that an event brings so that its own factor k rules a queue: no incident of its own to a reader
HELPER = "traffic_of_event"


@dataclass(frozen=True)
class Row:
    """One line of the Gantt: nodes that the same befalls, and incidents one after the other."""

    label: str
    incidents: tuple[Incident, ...]
    own: bool


def rows_of(incidents: Sequence[Incident], window: tuple[int, int], own: bool) -> list[Row]:
    """Lines from top to bottom; nodes that the same befalls share one, what overlaps at one node has its own.

    Parameters
    ----------
    window : first day shown, and the day after the last; what lies outside is left out.
    own : whether they are the event's.
    """
    nodes: dict[tuple[str, str, tuple[str, ...]], list[list[Incident]]] = {}
    for one in incidents:
        if one.kind == HELPER or one.begins >= window[1] or one.ends <= window[0]:
            continue
        lines = nodes.setdefault((one.target, one.where, one.items), [])
        free = next((line for line in lines if line[-1].ends <= one.begins), None)
        if free is None:
            lines.append([one])
        else:
            free.append(one)
    alike: dict[tuple[str, tuple[Incident, ...]], list[tuple[str, tuple[Incident, ...]]]] = {}
    for (target, where, items), lines in nodes.items():
        for line in lines:
            # not a number is not equal to itself
            bare = tuple(replace(one, where="", items=(), estimate=float(np.nan_to_num(one.estimate))) for one in line)
            name = f"{_counted(items)} at {where}" if items and target == "warehouse" else where
            alike.setdefault((target, bare), []).append((name, tuple(line)))
    rows = [Row(_named(target, [name for name, _ in found]), found[0][1], own) for (target, _), found in alike.items()]
    return sorted(rows, key=lambda row: (row.incidents[0].begins, row.label))


def _named(target: str, names: Sequence[str]) -> str:
    """What a line is called."""
    if target == "firm":
        return "the firm"
    if len(names) == 1:
        return clipped(names[0] if " at " in names[0] else f"{target} {names[0]}", LETTERS)
    told = f"{target}s {', '.join(names)}"
    return told if len(told) <= LETTERS else f"{len(names)} {target}s"


def _counted(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{len(items)} items"


def misjudged(one: Incident) -> bool:
    """Whether its length was first believed to be another."""
    return math.isfinite(one.estimate) and abs(one.estimate - (one.end - one.start)) > 0.5


def told(incidents: Sequence[Incident]) -> str:
    """What the incidents of one line do, in few words: one, steps of one, or how many spells."""
    begins, ends = incidents[0].begins, incidents[-1].ends
    when = f"days {begins:.0f} to {ends:.0f}" if math.isfinite(ends) else f"from day {begins:.0f} on"
    if len(incidents) == 1:
        return f"{does(incidents[0])} ({when})"
    joined = all(a.ends == b.begins for a, b in zip(incidents, incidents[1:], strict=False))
    strongest = max(incidents, key=strength)
    if joined:
        return f"{does(strongest)} at most ({when})"
    lasted = sum(one.ends - one.begins for one in incidents)
    return f"{len(incidents)} times, {lasted:.0f} days in all"


def strength(one: Incident) -> float:
    """How far an incident is from doing nothing, to find the worst of several of a kind."""
    factors = [float(getattr(one, name)) - (0.0 if name.endswith("add") else 1.0) for name, _ in WORDS]
    return 1 - least(one) + sum(abs(factor) for factor in factors)


def does(one: Incident) -> str:
    """What an incident does, in few words."""
    parts = []
    if one.target != "item" and least(one) < 1:
        worst = "" if isinstance(one.remaining, float | int) else " at worst"
        parts.append(("shut" if least(one) <= 0 else f"{least(one):.0%} left") + worst)
    if one.stock != "untouched":
        parts.append(f"{one.stock_share:.0%} of the stock {one.stock}")
    if one.allocation is not None:
        parts.append(f"{one.allocation:.0%} of usual orders accepted")
    if one.orders == "refused":
        parts.append("no orders accepted")
    if one.demand_profile:
        parts.append(f"demand × {max(height for _, height in one.demand_profile):.3g} at most")
    for name, words in WORDS:
        value = getattr(one, name)
        if value != (0.0 if name.endswith("add") else 1.0):
            parts.append(words.format(value))
    if one.exam_share:
        parts.append(f"{one.exam_share:.0%} of days examined")
    return ", ".join(parts[:3]) or one.kind.replace("_", " ")


def least(one: Incident) -> float:
    """Least capacity that an incident leaves."""
    left = one.remaining
    return float(left) if isinstance(left, float | int) else min(share for _, share in left)


def known(incidents: Sequence[Incident]) -> str:
    """What was known of the incidents of one line before they were over."""
    found = ""
    if incidents[0].notice:
        found += f"; known {incidents[0].notice:.0f} days before"
    believed = [one for one in incidents if misjudged(one)]
    if len(believed) == 1:
        (one,) = believed
        after = f", all normal after {one.end - one.start:.0f}" if math.isfinite(one.end) else ", never over"
        found += f"; first believed to last {one.estimate:.0f} days{after}"
    return found
