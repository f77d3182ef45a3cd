"""How an event of the library becomes incidents: its effects gathered by node and span, its profiles cut into steps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from sim.disruptions.incident import FACTORS, Incident, Points, Target, along
from sim.events import Effect, Event, clearing

#: longest step that a profile is cut into, days before it is scaled (assumed: finer steps change little)
STEP = 60.0
#: profiles and what each of their steps is to an incident
STEPPED = {"freight_profile": "freight_factor", "traffic_profile": "traffic_factor", "traffic_load": "traffic_factor"}


def parts(
    event: Event,
    effects: Iterable[Effect],
    target: Target,
    where: str,
    scale: float,
    load: float = 1.0,
    items: tuple[str, ...] = (),
) -> list[Incident]:
    """Incidents of some effects on one node, their times counted from the event's start.

    Parameters
    ----------
    event : whose effects they are.
    effects : effects on this node.
    target, where : the node.
    scale : of all its days.
    load : factor k of a port: full capacity over normal arrivals, which turns a load into a factor of arrivals.
    items : items it is restricted to.
    """
    spans: dict[tuple[float, float], dict[str, Any]] = {}
    found: list[Incident] = []

    def incident(start: float, end: float, does: dict[str, Any]) -> Incident:
        base: dict[str, Any] = {"remaining": 1.0, "items": items}
        return Incident("", event.kind, target, where, _at(start, scale), _at(end, scale), **{**base, **does})

    for effect in effects:
        if effect.effect in STEPPED:
            for start, end, height in steps(effect, load):
                found.append(incident(start, end, {STEPPED[effect.effect]: height}))
        else:
            value = effect.value
            if isinstance(value, tuple):
                value = tuple((_at(day, scale), height) for day, height in value)
            spans.setdefault((effect.start, effect.end), {})[effect.effect] = value
    made = [incident(start, end, does) for (start, end), does in spans.items()]
    return [*made, *found]


def steps(effect: Effect, load: float) -> list[tuple[float, float, float]]:
    """A profile as steps (start, end, height at the middle); a load is one step, as a factor of normal arrivals."""
    if effect.effect == "traffic_load":
        return [(effect.start, effect.end, float(effect.value) * load)]
    points: Points = effect.value
    found = []
    for (before, _), (after, _) in zip(points, points[1:], strict=False):
        pieces = math.ceil((after - before) / STEP)
        for piece in range(pieces):
            start = before + (after - before) * piece / pieces
            end = before + (after - before) * (piece + 1) / pieces
            found.append((start, end, along(points, (start + end) / 2)))
    return found


def busier(event: Event, variant: str | None, port: str, scale: float, slack: float, surge: float) -> list[Incident]:
    """Other ships come so often, from the start until the queue is gone, that the given surge factor rules.

    Parameters
    ----------
    slack : factor k of the port as the scenario has it.
    surge : factor k wanted.
    """
    curve = tuple((_at(day, scale), share) for day, share in event.capacity("port", variant))
    if not curve or not math.isfinite(slack) or slack == surge or not math.isfinite(event.days * scale):
        return []
    end = event.days * scale
    start = min(curve[0][0], 0.0)
    last = max(end, curve[-1][0], end + clearing(curve, surge, end))
    factor = slack / surge
    return [
        Incident("", "traffic_of_event", "port", port, start, last, remaining=1.0, traffic_factor=factor),
    ]


def doubled(event: Event, variant: str | None, targets: Iterable[str]) -> tuple[str, list[str]] | None:
    """An effect that would count twice if the event were aimed at all these kinds of nodes, and those kinds."""
    wanted, places = set(targets), dict[str, dict[str, None]]()
    for effect in event.acts(variant):
        name = STEPPED.get(effect.effect, effect.effect)
        if effect.target.removeprefix("air ") in wanted and name in {*FACTORS, "exam_share"}:
            places.setdefault(name, {})[effect.target.removeprefix("air ")] = None
    return next(((name, list(these)) for name, these in places.items() if len(these) > 1), None)


def _at(day: float, scale: float) -> float:
    """A day of the event at a scale; what never ends still does not, unless nothing is left of it."""
    return day * scale if scale else 0.0
