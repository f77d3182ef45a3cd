"""A sensitivity study as rows of plain data: the register, the tornado, break-even values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.assumptions import Assumption
from sim.measures import BY_NAME
from sim.statistics.interval import Interval, interval
from sim.studies.sensitivity.break_even import BreakEven
from sim.studies.sensitivity.morris import Morris
from sim.studies.sensitivity.sobol import Sobol
from sim.studies.sensitivity.tornado import Tornado

Row = dict[str, Any]


def _spread(name: str, one: Interval) -> Row:
    return {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}


def register_rows(assumptions: Sequence[Assumption]) -> list[Row]:
    """The assumptions with their ranges and where these come from."""
    return [
        {
            "assumption": one.label,
            "keys": "; ".join(one.key),
            "low": one.low,
            "now": one.base or "",
            "high": one.high,
            "unit": one.unit,
            "source": one.source,
        }
        for one in assumptions
    ]


def tornado_rows(found: Tornado) -> list[Row]:
    """One row for each assumption and end, in the order of the tornado; the base first. Changes are from the base."""
    unit = BY_NAME[found.measure].unit.format(currency=found.scenario.currency)
    nothing: Row = {"assumption": "as things stand", "end": "", "value": "", "now": "", "source": ""}
    rows = [{**nothing, **_numbers(found, None)}]
    for one in found.order:
        for side, swing in found.ends(one).items():
            about = {
                "assumption": one.label,
                "end": side,
                "value": swing.value,
                "now": one.base or "",
                "source": one.source,
            }
            rows.append({**about, **_numbers(found, swing)})
    return [{**row, "measure": found.measure, "unit": unit, "futures": len(found.numbers)} for row in rows]


def _numbers(found: Tornado, swing: Any) -> Row:
    values = found.base if swing is None else swing.values
    a, b = found.between
    row = _spread(f"{a}-{b}", interval(found.apart(values)))
    row |= _spread("change", interval(found.apart(values) - found.apart(found.base)))
    row["turned"] = (
        "" if swing is None else "clearly" if found.clearly(swing) else "yes" if found.turned(swing) else "no"
    )
    row["best"] = found.best(values)
    for place, name in enumerate(found.postures):
        row |= _spread(name, interval(values[:, place]))
        row |= _spread(f"{name}_change", interval(values[:, place] - found.base[:, place]))
    return row


def break_even_rows(evens: Sequence[BreakEven]) -> list[Row]:
    """One row for each assumption that is a number."""
    rows = []
    for one in evens:
        of = one.curve.assumption
        rows.append(
            {
                "assumption": of.label,
                "low": of.low,
                "now": of.base or "",
                "high": of.high,
                "unit": of.unit,
                "found": {"crosses": "crosses", "beyond": "no crossing in range", "none": "no crossing in range"}[
                    one.kind
                ],
                "break_even": one.value if one.kind == "crosses" else math.nan,
                "interval_low": _end(one, one.low, "below range"),
                "interval_high": _end(one, one.high, "above range"),
                "crossings": one.crossings,
                "difference_at_low": one.below,
                "difference_at_high": one.above,
                "beyond_range_on_a_straight_line": one.value if one.kind == "beyond" else math.nan,
                "values_lived": one.curve.at.size,
            }
        )
    return rows


def _end(one: BreakEven, end: float, without: str) -> float | str:
    if one.kind != "crosses":
        return math.nan
    return without if math.isinf(end) else end


def morris_rows(found: Morris) -> list[Row]:
    """One row for each assumption: elementary effects over its whole range."""
    return [
        {
            "assumption": one.label,
            "low": one.low,
            "high": one.high,
            "mean_effect": float(found.mean[place]),
            "size": float(found.size[place]),
            "size_low": float(found.low[place]),
            "size_high": float(found.high[place]),
            "spread": float(found.spread[place]),
            "measure": found.lived.measure,
            "source": one.source,
        }
        for place, one in enumerate(found.lived.assumptions)
    ]


def sobol_rows(found: Sobol) -> list[Row]:
    """One row for each assumption: shares of the variance."""
    return [
        {
            "assumption": one.label,
            "low": one.low,
            "high": one.high,
            **{
                name: float(getattr(found, name)[place])
                for name in ("first", "first_low", "first_high", "total", "total_low", "total_high")
            },
            "measure": found.lived.measure,
            "source": one.source,
        }
        for place, one in enumerate(found.lived.assumptions)
    ]
