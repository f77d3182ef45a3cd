"""The trace of a line in words, for the page, the workbook and the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.sizing.step import number, value

if TYPE_CHECKING:
    from sim.postures.trace import Trace
    from sim.scenario import Scenario
    from sim.segments.score import Factor

#: factors of a score that belong to impact
IMPACT = ("criticality", "margin")
#: steps that were given
GIVEN = ("d", "sd_d", "L", "sd_L", "R", "Q")
#: columns of numbers: key of the step, heading
STEPS = (
    ("d", "d (units a day)"),
    ("sd_d", "sd_d (units)"),
    ("L", "L (days)"),
    ("sd_L", "sd_L (days)"),
    ("R", "R (days)"),
    ("exposed", "Order to receipt (days of demand)"),
    ("days", "Interval (days)"),
    ("Q", "Q (units)"),
    ("overshoot", "Overshoot, mean (units)"),
    ("var_overshoot", "Overshoot, variance (units^2)"),
    ("base", "Base (units)"),
    ("factor", "z or k"),
    ("sigma", "sigma (units)"),
    ("allowed", "Short in a cycle, allowed (units)"),
    ("before_mean", "Demand before the cycle, mean (units)"),
    ("before_sd", "Demand before the cycle, sd (units)"),
    ("allowed_share", "Share missed, allowed"),
    ("share", "Share missed at the level"),
    ("share_below", "Share missed one step below"),
    ("lowest", "Lowest level looked at (units)"),
    ("searched", "Level searched for (units)"),
    ("cover_units", "Cover (units)"),
    ("raw", "Level before rounding (units)"),
    ("level", "Level (units)"),
    ("safety", "Safety stock, level - base (units)"),
    ("life_most", "Most that keeps (units)"),
    ("life_peak", "Asked for after a receipt (units)"),
    ("life_cut", "Cut by shelf life (units)"),
    ("room_cut", "Cut for room (units)"),
)


@dataclass(frozen=True)
class Told:
    """A trace in words.

    Attributes
    ----------
    steps : symbol, number with its unit, and what it is and how it was made.
    facts : heading and text of what stands behind the steps.
    """

    steps: tuple[tuple[str, str, str], ...]
    facts: tuple[tuple[str, str], ...]


def told(trace: Trace) -> Told:
    """A trace in words."""
    given = [step for step in trace.steps if step.key in GIVEN]
    steps = [("given", "", "; ".join(f"{step.symbol} = {number(step.value)} {step.unit}" for step in given))]
    for step in trace.steps:
        if step.key not in GIVEN:
            mark = " = " if step.how[:1].isdigit() or " = " in step.how else ": " if step.how else ""
            steps.append((step.symbol, f"{number(step.value)} {step.unit}".strip(), f"{step.what}{mark}{step.how}"))
    return Told(tuple(steps), tuple(facts(trace)))


def facts(trace: Trace) -> Iterable[tuple[str, str]]:
    """What stands behind the steps: rules, scores, and where demand and lead time come from."""
    score, (middle, high) = trace.score, trace.bounds
    by: dict[str, list[str]] = {}
    for one in trace.decided:
        by.setdefault(one.by, []).append(one.what)
    yield "Rules", "; ".join(f"{rule}: {', '.join(numbers)}" for rule, numbers in by.items())
    yield "The item", trace.facts
    yield "Orders", trace.orders
    bounds = f"medium from {middle:g}, high from {high:g}"
    impact = [factor for factor in score.factors if factor.name in IMPACT]
    fragile = [factor for factor in score.factors if factor.name not in IMPACT]
    yield "Impact", f"{score.impact:.1f} of 100, {score.impact_level} ({bounds}): {_points(impact)}"
    yield "Fragility", f"{score.fragility:.1f} of 100, {score.fragility_level}: {_points(fragile)}"
    yield "Demand", trace.demand
    parts = "; ".join(
        f"{part.name} {number(part.mean)} d" + (f" (sd {number(part.sd)})" if part.sd else "") for part in trace.parts
    )
    yield "Lead time", f"{trace.lead}{': ' if parts else ''}{parts}"


def _points(factors: Iterable[Factor]) -> str:
    """Points of each factor, and what is left out."""
    known = [factor for factor in factors if factor.most]
    words = [
        f"{factor.name.replace('_', ' ')} {factor.points:.1f} of {factor.most:.1f}"
        + (f" ({factor.says})" if factor.says and factor.points > 0 else "")
        for factor in known
    ]
    missing = [factor.name.replace("_", " ") for factor in factors if not factor.most]
    return "; ".join(words + ([f"not known and left out: {', '.join(missing)}"] if missing else []))


def columns() -> tuple[str, ...]:
    """Headings of the sheet of worked calculations, after those that name the line."""
    return (
        *("Method", *(heading for _, heading in STEPS)),
        *(
            "S (units)",
            "r (units)",
            "Safety stock (units)",
            "Rules",
            "Orders",
            "Impact",
            "Fragility",
            "Demand",
            "Lead time",
        ),
    )


def row(trace: Trace) -> tuple[object, ...]:
    """The cells of a trace under `columns`; blank where a line has no such step."""
    behind = dict(facts(trace))
    line = trace.line
    numbers = (value(trace.steps, key) for key, _ in STEPS)
    return (
        *(trace.method, *("" if math.isnan(found) else found for found in numbers)),
        *(line.order_up_to, line.reorder_point, line.safety_stock),
        *(behind[name] for name in ("Rules", "Orders", "Impact", "Fragility", "Demand", "Lead time")),
    )


def edited(line: Mapping[str, Any], file: str) -> str:
    """What a person changed in a line of a plan file, from its record of changes."""
    if not line.get("changes"):
        return f"{file}: no number was changed by hand; the formula is that of the posture that made the file"
    found = []
    for change in line["changes"]:
        by = ", ".join(part for part in (change["who"], change["when"]) if part) or "nobody named"
        why = change["why"].strip() or "no reason written down"
        found.append(f"{change['field']} from {_cell(change['old'])} to {_cell(change['new'])} ({by}: {why})")
    return f"{file}, changed by hand: {'; '.join(found)}. The formula is of the line before"


def _cell(found: Any) -> str:
    return number(float(found)) if isinstance(found, int | float) else str(found)


def erp_rows(scenario: Scenario) -> dict[tuple[str, str], str]:
    """File, row and columns that a line of the posture `current` is from, by item and warehouse."""
    names = ("safety_stock", "reorder_point", "order_up_to", "order_quantity", "review_every", "multiple", "minimum")
    found = {}
    for one in scenario.parameters:
        given = ", ".join(f"{name} {number(held)}" for name in names if (held := getattr(one, name)) is not None)
        found[one.item, one.warehouse] = f"{scenario.current}, row of {one.item} at {one.warehouse}: {given}"
    return found
