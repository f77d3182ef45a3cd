"""Tables of a stress test for the terminal: the worst nodes of each posture, and what futures say of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.report.style import Money, clipped, counted, number, percent
from sim.studies.stress.odds import Quantile, odds
from sim.studies.stress.study import Stress
from sim.studies.stress.words import days, reference

#: nodes told of each posture
WORST = 10
FRAME: dict[str, Any] = {"box": box.SIMPLE_HEAD, "show_edge": False, "pad_edge": False, "padding": (0, 1, 0, 0)}


def money_of(found: Stress) -> Money:
    """The unit in which the stockout costs are easy to read."""
    cost = found.values("stockout_cost")
    return Money.of(found.scenario.currency, cost[~np.isnan(cost)].tolist())


def amount(found: Stress, money: float) -> str:
    """An amount in the unit that suits it."""
    return Money.of(found.scenario.currency, [money]).text(money)


def table(found: Stress) -> RenderableType:
    """For each posture its worst nodes; 100 columns are enough."""
    parts: list[RenderableType] = []
    for place in range(len(found.postures)):
        parts += [_one(found, place), Text("")]
    return Group(*parts)


def _one(found: Stress, place: int) -> Table:
    name, step, money = found.postures[place], reference(found), money_of(found)
    ranked, length = found.ranking(found.postures[place]), found.lengths[reference(found)]
    worst = f"the {WORST} worst of {len(ranked)} nodes" if len(ranked) > WORST else counted(len(ranked), "node")
    made = Table(
        title=Text(f"{name}: {worst}, stockout cost in {money.unit}", style="bold"), title_justify="left", **FRAME
    )
    made.add_column("Node", max_width=33, overflow="fold")
    steps = sorted({step, len(found.lengths) - 1})
    costs = [f"Cost,\n{found.lengths[one]} d" for one in steps]
    for heading in ("Survives\ndays", "Fails when\ndown, days", f"Back after\n{length} days", *costs, "Risk\nindex"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("First to fail", max_width=24, overflow="fold")
    cost = found.values("stockout_cost")
    for node in ranked[:WORST]:
        shortest = found.shortest_that_fails(node, place)
        first = found.first[node, place]
        made.add_row(
            Text(found.nodes[node].label),
            days(found.survival[node, place], found.longest),
            "none tried" if shortest is None else str(shortest),
            _back(found, node, step, place),
            *(money.number(cost[node, one, place]) for one in steps),
            number(found.exposure[node, -1, place], 2),
            f"{clipped(first[0][0], 12)}, day {first[0][2]:g}" if first else "-",
        )
    return made


def _back(found: Stress, node: int, step: int, place: int) -> str:
    """Time to recover; nothing where service never failed."""
    if not math.isfinite(found.values("first_failure")[node, step, place]):
        return "held"
    return days(found.values("time_to_recover")[node, step, place], found.seen_after(found.lengths[step]))


def odds_table(found: Stress) -> RenderableType:
    """What the futures say: time to survive with its spread, and paired costs with intervals."""
    assert found.chance is not None
    money, step = money_of(found), reference(found)
    steps = sorted({step, len(found.lengths) - 1})
    title = f"Under {counted(found.chance.count)}, stockout cost in {money.unit}, ± 95 % half-width"
    made = Table(title=Text(title, style="bold"), title_justify="left", **FRAME)
    made.add_column("Node", max_width=30, overflow="fold")
    made.add_column("Posture", max_width=14, overflow="fold")
    for heading in (
        "Survives, median\n(95 % interval)",
        "9 of 10\nfutures",
        "Never\nfails",
        *(f"Cost,\n{found.lengths[one]} d" for one in steps),
    ):
        made.add_column(heading, justify="right", no_wrap=True)
    for node in found.chance.nodes:
        for place, name in enumerate(found.postures):
            seen = odds(found, node, place)
            if seen is None:
                continue
            low, middle, _ = seen.survive
            made.add_row(
                Text(found.nodes[node].label),
                Text(name),
                _median(middle, found.longest),
                f"≥ {low.value:g}" if math.isfinite(low.value) else f"> {found.longest}",
                percent(seen.never.mean),
                *(
                    money.number(one.mean) + (f" ± {money.number(one.half_width)}" if one.n > 1 else "")
                    for one in (seen.cost[at] for at in steps)
                ),
            )
    return Group(made, Text(""))


def _median(one: Quantile, longest: int) -> str:
    """A median with its interval, ends that are not known left open."""
    return f"{days(one.value, longest)} ({days(one.low, longest)} to {days(one.high, longest)})"


def closed_form(found: Stress) -> str:
    """How the simulated times to survive stand beside the closed form."""
    known = ~np.isnan(found.closed)
    tried = int((~np.isnan(found.survival)).sum())
    if not known.any():
        return "Closed form (cover on hand and pipeline that still arrives): it holds for no node of this network."
    same = int((found.closed[known] == found.survival[known]).sum())
    told = f"known for {int(known.sum())} of {tried} cells, equal to the simulated time to survive in {same} of them"
    return f"Closed form (cover on hand and pipeline that still arrives): {told}."
