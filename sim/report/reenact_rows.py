"""A re-enactment as tables: the log of events, days, futures; and as one JSON document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.disruptions import Incident
from sim.report.reenact_lines import least
from sim.studies.reenact import Lived, Reenactment
from sim.studies.reenact_many import BAND, Many
from sim.studies.reenact_setting import SERIES, WITH, WITHOUT
from sim.studies.story import Stockout

CASES = {WITH: "with", WITHOUT: "without"}
#: columns of `daily.csv` that are money
COLUMNS = {"on_hand": "stock_value", "waiting": "waiting_value", "short": "unserved_value"}
#: stockouts that the JSON document tells for each posture; `events.csv` has them all
MOST = 50


def event_rows(found: Reenactment) -> list[dict[str, Any]]:
    """The log of the days shown: incidents once, then what happened under each posture, by day."""
    first, last = found.window
    rows = []
    for place, (posture, lived) in enumerate(zip(found.postures, found.lived, strict=True)):
        for one in lived.story.events:
            incident = one.event.startswith("incident")
            if not first <= one.day < last or (incident and place):
                continue
            text = one.text
            if one.event == "stockout begins":
                text = f"{one.item} out at {one.warehouse} on day {one.day:.0f}: {one.text}"
            rows.append(
                {
                    "day": round(one.day, 3),
                    "posture": "" if incident else posture,
                    "event": one.event,
                    "item": one.item,
                    "warehouse": "" if incident else one.warehouse,
                    "node": one.warehouse if incident else "",
                    "shipment": one.shipment or "",
                    "units": round(one.units, 6),
                    "text": text,
                }
            )
    return sorted(rows, key=lambda row: (row["day"], row["posture"]))


def daily_rows(found: Reenactment) -> list[dict[str, Any]]:
    """One row for each booked day, posture and case (with the event, without it)."""
    rows = []
    days = found.lived[0].series["short"].shape[1]
    for posture, lived in zip(found.postures, found.lived, strict=True):
        for case, name in CASES.items():
            for day in range(days):
                row: dict[str, Any] = {"day": day, "from_start": day - found.zero, "posture": posture, "event": name}
                row |= {column: round(float(lived.series[key][case, day]), 4) for key, column in COLUMNS.items()}
                row |= {
                    f"queue_days_{port}": round(float(values[case, day]), 4) for port, values in lived.waits.items()
                }
                rows.append(row)
    return rows


def band_rows(found: Reenactment, many: Many) -> list[dict[str, Any]]:
    """Low, median and high over futures, by day from the start."""
    start = found.window[0] - found.zero
    rows: list[dict[str, Any]] = []
    for place, posture in enumerate(found.postures):
        for case, name in CASES.items():
            for series in SERIES:
                band = many.band(place, series, case)
                for day in np.flatnonzero(np.isfinite(band[1])).tolist():
                    row = {"from_start": start + day, "posture": posture, "event": name, "series": COLUMNS[series]}
                    named = zip(BAND, band[:, day].tolist(), strict=True)
                    rows.append({**row, **{f"q{round(100 * share):02d}": round(value, 4) for share, value in named}})
    return rows


def future_rows(found: Reenactment, many: Many) -> list[dict[str, Any]]:
    """One row for each future and posture: cost of the event, days out with it and without it."""
    return [
        {
            "future": number,
            "posture": posture,
            "event_cost": round(float(many.costs[row, place]), 4),
            "days_out_with": float(round(many.outs[row, place, WITH])),
            "days_out_without": float(round(many.outs[row, place, WITHOUT])),
        }
        for row, number in enumerate(many.numbers)
        for place, posture in enumerate(found.postures)
    ]


def document(found: Reenactment, out: str) -> dict[str, Any]:
    """Everything for a program; money over the booked days."""
    postures = zip(found.postures, found.lived, strict=True)
    return {
        "scenario": found.scenario.name,
        "event": found.label if found.setting.event is not None else None,
        "weather": found.weather,
        "aimed_at": list(found.aim.why) if found.aim is not None else [],
        "seed": found.seed,
        "replication": found.replication,
        "start": found.zero,
        "window": list(found.window),
        "booked_days": found.scenario.horizon,
        "currency": found.scenario.currency,
        "incidents": [incident_row(one) for one in found.incidents],
        "other_incidents": [incident_row(one) for one in found.others],
        "postures": {name: _posture(found, lived) for name, lived in postures},
        "futures": None if found.many is None else _many(found, found.many),
        "notes": list(dict.fromkeys((*found.scenario.notes, *(note for plan in found.plans for note in plan.notes)))),
        "in_sample": list(found.scenario.judged_in_sample),
        "out": out,
    }


def incident_row(one: Incident) -> dict[str, Any]:
    """An incident for a program: what never ends, or is not estimated, has a null there."""
    return {
        "name": one.name,
        "kind": one.kind,
        "target": one.target,
        "where": one.where,
        "start": one.start,
        "end": one.end if math.isfinite(one.end) else None,
        "least_capacity": least(one),
        "notice": one.notice,
        "first_estimate": one.estimate if math.isfinite(one.estimate) else None,
    }


def _posture(found: Reenactment, lived: Lived) -> dict[str, Any]:
    outs = [lived.whole("stockout_days", case) for case in CASES]
    mine = found.blamed(lived)
    return {
        "days_out": {"with": round(outs[WITH], 6), "without": round(outs[WITHOUT], 6)},
        "units_not_served": {CASES[case]: lived.missed(case) for case in CASES},
        "total_cost": {CASES[case]: lived.whole("total_cost", case) for case in CASES},
        "event_cost": lived.cost(),
        "event_cost_parts": {part: lived.cost(part) for part in PARTS},
        "stockouts": len(lived.story.stockouts),
        "stockouts_of_the_event": len(mine),
        "first_stockout": _told(mine[0]) if mine else None,
        "worst_stockouts": [_told(one) for one in sorted(mine, key=lambda one: (-one.value, one.start))[:MOST]],
    }


#: parts that add up to the total cost
PARTS = (
    *("carrying_cost", "stockout_cost", "ordering_cost", "freight_cost", "expediting_cost", "sourcing_cost"),
    "purchase_price_variance",
)


def _told(one: Stockout) -> Mapping[str, Any]:
    return {**vars(one), "causes": list(one.causes), "text": one.sentence}


def _many(found: Reenactment, many: Many) -> dict[str, Any]:
    return {
        "drawn": many.drawn,
        "with_the_event": len(many.numbers),
        "event_cost": {
            posture: {
                "mean": float(many.costs[:, place].mean()),
                **{f"q{round(100 * share):02d}": float(np.quantile(many.costs[:, place], share)) for share in BAND},
            }
            for place, posture in enumerate(found.postures)
        },
    }
