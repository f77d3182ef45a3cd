"""What the stress test found, in words: days that may be "longer than", a sentence for a board, what was assumed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.studies.stress.nodes import MEANING
from sim.studies.stress.study import Stress


def days(value: float, most: int) -> str:
    """Days as text, ``> most`` where all that is known is that it takes longer, nothing where it is not known."""
    if math.isnan(value):
        return ""
    return f"> {most}" if math.isinf(value) else f"{value:g}"


def first_words(found: Stress, node: int, posture: int, most: int = 5) -> str:
    """Items that fail first, in words: ``BRD-011 at Allentown PA, day 65; …``."""
    these = found.first[node, posture][:most]
    return "; ".join(f"{item} at {site}, day {day:g}" for item, site, day in these)


def reference(found: Stress) -> int:
    """Position of the length that figures and tables show where there is room for one: the middle of the grid."""
    return len(found.lengths) // 2 if len(found.lengths) % 2 else len(found.lengths) // 2 - 1


def board(found: Stress, money: Callable[[float], str]) -> list[str]:
    """What a board should hear: one sentence, and one for the worst node of each posture.

    Parameters
    ----------
    money : turns an amount into text.
    """
    step = reference(found)
    length = found.lengths[step]
    first, cost = found.values("first_failure")[:, step], found.values("stockout_cost")
    told = []
    for column, name in enumerate(found.postures):
        there = ~np.isnan(first[:, column])
        short = int(np.isfinite(first[there, column]).sum())
        most = max(float(np.nanmax(cost[:, step, column])), 0.0)
        told.append(f"{short} of {int(there.sum())} under {name} (at worst {money(most)})")
    lines = [f"If one node stops for {length} days, customers go short at {_listed(told)}, whatever the odds of it."]
    for column, name in enumerate(found.postures):
        worst = found.ranking(name)[0]
        amount = cost[worst, -1, column]
        if amount <= 0:
            lines.append(f"{name}: no outage tried costs anything in stockouts.")
            continue
        lasts = days(found.survival[worst, column], found.longest).replace("> ", "more than ")
        lines.append(
            f"{name}: the worst is {found.nodes[worst].label}: service holds for {lasts} days, and a stop of "
            f"{found.longest} days costs {money(amount)} in stockouts."
        )
    return lines


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


#: what a line of a plan may do by itself while a node is out, by the field that asks for it
ACTS = {
    "expedite_by": "emergency orders",
    "transship_by": "transfers between warehouses",
    "second_origin": "second suppliers",
    "backup_origin": "backup suppliers",
}


def _acts(found: Stress) -> str:
    """Who acts while a node is out: the plans, as far as their lines ask for it, and nobody else."""
    rest = "nobody rations customers or orders early because an outage was announced"
    told = [
        f"{plan.posture} has {_listed(named)}"
        for plan in found.plans
        if (named := [word for field, word in ACTS.items() if any(getattr(line, field) for line in plan.lines)])
    ]
    return f"While a node is out {'; '.join(told)}; {rest}." if told else f"No plan has another way or source; {rest}."


def assumed(found: Stress) -> list[str]:
    """What was assumed, one sentence each, for the foot of tables and the docs of a run."""
    rules, chance = found.rules, found.chance
    kinds = dict.fromkeys(node.kind for node in found.nodes)
    lines = [
        f"Every outage is full and starts on the morning of day {rules.start}; one node (or group) at a time.",
        *(MEANING[kind] for kind in kinds),
        f"Service is the day's sales value, of what passes the node, that the outage does not cost; it fails below "
        f"{rules.failure:.0%} and has recovered from the first day on which it is at {rules.recovery:.0%} or more for "
        f"{rules.hold} days.",
        "Without chance: mean demand by day (seasons kept), mean times, no other disruption, quantities not rounded; "
        "the plans are those made against chance.",
        "No probability is used: the ranking is what an outage would cost, not how likely it is.",
        _acts(found),
    ]
    if chance is not None:
        on = f"the weather {chance.weather!r}" if chance.weather else "no other disruption"
        lines.append(f"Under futures: the number is {chance.count}, with {on}, each lived with and without the outage.")
    return lines
