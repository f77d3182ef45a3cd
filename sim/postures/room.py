"""Room: where a warehouse cannot hold what its plan asks for, the least needed cover is cut first."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.plan import PlanLine

EPSILON = 1e-9


@dataclass(frozen=True)
class Buffer:
    """Deliberate cover of one line.

    Attributes
    ----------
    units : of cover, part of the line's safety stock.
    volume : m3 per unit.
    need : impact plus fragility; what has least is cut first.
    """

    units: float
    volume: float
    need: float


def fitted(lines: Sequence[PlanLine], buffers: Sequence[Buffer], room: float, site: str, whole: bool) -> list[PlanLine]:
    """Lines of one warehouse, their cover cut until mean stock fits the floor space.

    Mean stock of a line is taken as its safety stock and half of what is ordered at a time. Safety stock against
    everyday chance is never cut: where that alone does not fit, the plan says so and overflows.

    Parameters
    ----------
    lines, buffers : of equal length.
    room : m3 of floor space.
    site : name of the warehouse, for the words.
    whole : cut in whole units.
    """
    held = [max(line.safety_stock, 0.0) + _cycle(line) / 2 for line in lines]
    over = sum(stock * buffer.volume for stock, buffer in zip(held, buffers, strict=True)) - room
    made = list(lines)
    if over <= 0:
        return made
    for place in sorted(range(len(lines)), key=lambda place: (buffers[place].need, place)):
        buffer, line = buffers[place], lines[place]
        if over <= 0 or buffer.volume <= 0:
            continue
        cut = min(buffer.units, over / buffer.volume)
        cut = min(math.ceil(cut - EPSILON), math.floor(buffer.units + EPSILON)) if whole else cut
        if cut <= 0:
            continue
        over -= cut * buffer.volume
        told = f"{cut:g} units of cover cut: {site} has room for {room:,.0f} m3"
        made[place] = dataclasses.replace(
            line,
            safety_stock=line.safety_stock - cut,
            order_up_to=line.order_up_to - cut,
            reorder_point=line.reorder_point - cut,
            warning="; ".join(part for part in (line.warning, told) if part),
        )
    return made


def _cycle(line: PlanLine) -> float:
    """Units ordered at a time, on average."""
    return line.order_quantity if line.policy == "r_nQ" else line.forecast * line.review_every
