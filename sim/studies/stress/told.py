"""What the stress test found, as plain data: rows for tables and one document."""

from __future__ import annotations

import math
from typing import Any

from sim.studies.statistics import Interval
from sim.studies.stress.lived import PLACE
from sim.studies.stress.odds import QUANTILES, odds
from sim.studies.stress.study import Stress
from sim.studies.stress.words import assumed, days, first_words

#: figures of money and units in tables
AMOUNTS = (
    "stockout_cost",
    "total_cost",
    "sales_short",
    "units_short",
    "units_lost",
    "backlog_unit_days",
    "largest_backlog",
    "days_failing",
    "lowest_service",
)


def days_plain(value: float, most: int) -> dict[str, float | int | None] | None:
    """Days for JSON: a number, or the number that it is known to exceed."""
    if math.isnan(value):
        return None
    return {"days": None if math.isinf(value) else value, "more_than": most if math.isinf(value) else None}


def cells(found: Stress) -> list[dict[str, Any]]:
    """One row for each node, posture and length, with every figure."""
    rows = []
    for place, node in enumerate(found.nodes):
        for column, name in enumerate(found.postures):
            if math.isnan(found.values("total_cost")[place, 0, column]):
                continue
            for step, length in enumerate(found.lengths):
                figure = {key: float(found.figures[place, step, column, at]) for key, at in PLACE.items()}
                after = found.seen_after(length)
                fails = math.isfinite(figure["first_failure"])
                rows.append(
                    {
                        "kind": node.kind,
                        "node": node.name,
                        "posture": name,
                        "length": length,
                        "time_to_survive": days(found.survival[place, column], found.longest),
                        "time_to_survive_closed_form": days(found.closed[place, column], found.longest),
                        "fails": "yes" if fails else "no",
                        "first_failure": f"{figure['first_failure']:g}" if fails else "",
                        "time_to_recover": days(figure["time_to_recover"], after),
                        "stock_recovery": days(figure["stock_recovery"], after),
                        **{key: round(figure[key], 6) + 0.0 for key in AMOUNTS},
                        "risk_exposure_index": round(float(found.exposure[place, step, column]), 6),
                    }
                )
    return rows


def ranks(found: Stress) -> list[dict[str, Any]]:
    """One row for each posture and node, the worst first."""
    rows = []
    for column, name in enumerate(found.postures):
        for rank, place in enumerate(found.ranking(name), start=1):
            node = found.nodes[place]
            shortest = found.shortest_that_fails(place, column)
            rows.append(
                {
                    "posture": name,
                    "rank": rank,
                    "kind": node.kind,
                    "node": node.name,
                    "time_to_survive": days(found.survival[place, column], found.longest),
                    "time_to_survive_closed_form": days(found.closed[place, column], found.longest),
                    "shortest_outage_that_fails": "" if shortest is None else shortest,
                    **{
                        f"stockout_cost_{length}": round(float(found.values("stockout_cost")[place, step, column]), 6)
                        + 0.0
                        for step, length in enumerate(found.lengths)
                    },
                    "risk_exposure_index": round(float(found.exposure[place, -1, column]), 6),
                    "first_to_fail": first_words(found, place, column),
                }
            )
    return rows


def chances(found: Stress) -> list[dict[str, Any]]:
    """One row for each node under futures, posture and length."""
    rows = []
    for place in found.chance.nodes if found.chance is not None else ():
        for column, name in enumerate(found.postures):
            seen = odds(found, place, column)
            if seen is None or found.chance is None:
                continue
            for step, length in enumerate(found.lengths):
                row: dict[str, Any] = {
                    "kind": found.nodes[place].kind,
                    "node": found.nodes[place].name,
                    "posture": name,
                    "length": length,
                    "futures": found.chance.count,
                }
                for share, one in zip(QUANTILES, seen.survive, strict=True):
                    label = f"time_to_survive_p{round(share * 100)}"
                    row |= {
                        label: days(one.value, found.longest),
                        f"{label}_low": days(one.low, found.longest),
                        f"{label}_high": days(one.high, found.longest),
                    }
                row |= {
                    "never_fails": seen.never.mean,
                    "never_fails_low": seen.never.low,
                    "never_fails_high": seen.never.high,
                }
                for label, told in (("fails", seen.fails), ("stockout_cost", seen.cost), ("total_cost", seen.total)):
                    row |= {
                        label: told[step].mean,
                        f"{label}_low": _blank(told[step].low),
                        f"{label}_high": _blank(told[step].high),
                    }
                rows.append(row)
    return rows


def _blank(value: float) -> float | str:
    return "" if math.isnan(value) else value


def document(found: Stress, out: str) -> dict[str, Any]:
    """Everything as one JSON document."""
    nodes = []
    for place, node in enumerate(found.nodes):
        under: dict[str, Any] = {}
        for column, name in enumerate(found.postures):
            if not math.isnan(found.values("total_cost")[place, 0, column]):
                under[name] = _of_posture(found, place, column)
        nodes.append({"kind": node.kind, "node": node.name, "postures": under})
    rules = found.rules
    return {
        "scenario": found.scenario.name,
        "currency": found.scenario.currency,
        "seed": found.seed,
        "start": rules.start,
        "lengths": list(found.lengths),
        "failure": rules.failure,
        "recovery": rules.recovery,
        "futures": 0 if found.chance is None else found.chance.count,
        "nodes": nodes,
        "ranking": {name: [found.nodes[place].label for place in found.ranking(name)] for name in found.postures},
        "left_out": list(found.left_out),
        "assumed": assumed(found),
        "notes": [*found.scenario.notes, *(note for plan in found.plans for note in plan.notes)],
        "in_sample": list(found.scenario.judged_in_sample),
        "out": out,
    }


def _of_posture(found: Stress, place: int, column: int) -> dict[str, Any]:
    lengths = []
    for step, length in enumerate(found.lengths):
        figure = {key: float(found.figures[place, step, column, at]) for key, at in PLACE.items()}
        after = found.seen_after(length)
        lengths.append(
            {
                "length": length,
                "fails": math.isfinite(figure["first_failure"]),
                "first_failure": figure["first_failure"] if math.isfinite(figure["first_failure"]) else None,
                "time_to_recover": days_plain(figure["time_to_recover"], after),
                "stock_recovery": days_plain(figure["stock_recovery"], after),
                **{key: figure[key] for key in AMOUNTS},
                "risk_exposure_index": float(found.exposure[place, step, column]),
            }
        )
    told: dict[str, Any] = {
        "time_to_survive": days_plain(found.survival[place, column], found.longest),
        "time_to_survive_closed_form": days_plain(found.closed[place, column], found.longest),
        "lengths": lengths,
        "first_to_fail": [
            {"item": item, "warehouse": site, "day": day} for item, site, day in found.first[place, column]
        ],
    }
    seen = odds(found, place, column)
    if seen is not None:
        told["futures"] = {
            "time_to_survive": {
                f"p{round(share * 100)}": {
                    key: days_plain(getattr(one, key), found.longest) for key in ("value", "low", "high")
                }
                for share, one in zip(QUANTILES, seen.survive, strict=True)
            },
            "never_fails": _interval(seen.never),
            "lengths": [
                {
                    "length": length,
                    "fails": _interval(seen.fails[step]),
                    "stockout_cost": _interval(seen.cost[step]),
                    "total_cost": _interval(seen.total[step]),
                }
                for step, length in enumerate(found.lengths)
            ],
        }
    return told


def _interval(one: Interval) -> dict[str, float | int | None]:
    def plain(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {"mean": plain(one.mean), "low": plain(one.low), "high": plain(one.high), "n": one.n}
