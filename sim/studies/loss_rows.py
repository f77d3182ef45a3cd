"""Rows of a loss study: one for each number of each posture and pair, the curve, and every year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from sim.studies.loss import Losses
from sim.studies.loss_sample import Estimate, Sample

#: years between the losses that are told
PERIODS = (2, 5, 10, 20, 50, 100, 200)
LEVELS = (0.95, 0.99)
#: most points of a curve on disk
POINTS = 400


def measures(sample: Sample) -> Iterator[tuple[str, str, Estimate]]:
    """Name, unit (money where empty) and estimate of all that is said of one posture."""
    yield "expected_annual_loss", "", sample.mean
    yield "sd_annual_loss", "", sample.sd
    yield "share_of_years_without_loss", "share", sample.without_loss
    for level in LEVELS:
        yield f"VaR_{level:.0%}".rstrip("%"), "", sample.value_at_risk(level)
        yield f"CVaR_{level:.0%}".rstrip("%"), "", sample.conditional_value_at_risk(level)
    for years in PERIODS:
        yield f"loss_of_one_year_in_{years}", "", sample.value_at_risk(1 - 1 / years)


def loss_rows(found: Losses) -> list[dict[str, Any]]:
    """Estimates with intervals: of postures, and of pairs (first less second)."""
    currency, rows = found.scenario.currency, []
    sample = "; ".join(found.scenario.judged_in_sample)

    def row(kind: str, a: str, b: str, measure: str, unit: str, one: Estimate) -> dict[str, Any]:
        told = {"value": one.value, "low": one.low, "high": one.high, "standard_error": one.error}
        return {"kind": kind, "a": a, "b": b, "measure": measure, "unit": unit or currency, **told, "in_sample": sample}

    for name in found.postures:
        calm = found.calm_cost(name)
        rows.append(row("posture", name, "", "cost_without_disruptions", "", _as_estimate(calm)))
        rows += [row("posture", name, "", measure, unit, one) for measure, unit, one in measures(found.sample(name))]
    for a, b in combinations(found.postures, 2):
        pair = found.pair(a, b)
        rows.append(row("pair", a, b, "expected_annual_loss", "", pair.mean))
        rows.append(row("pair", a, b, "CVaR_95", "", pair.cvar))
        for what in ("less", "more", "same"):
            share = Estimate(getattr(pair, what), math.nan, math.nan, math.nan)
            rows.append(row("pair", a, b, f"share_of_years_a_loses_{what}", "share", share))
    return rows


def _as_estimate(one: Any) -> Estimate:
    return Estimate(one.mean, one.low, one.high, math.nan)


def curve_rows(found: Losses) -> list[dict[str, Any]]:
    """Points of the loss-exceedance curve of each posture, thinned evenly where there are very many."""
    rows = []
    for name in found.postures:
        curve = found.sample(name).curve
        kept = np.unique(np.linspace(0, curve.losses.size - 1, min(curve.losses.size, POINTS)).round().astype(int))
        for place in kept.tolist():
            rows.append(
                {
                    "posture": name,
                    "loss": float(curve.losses[place]),
                    "chance_of_more": float(curve.chance[place]),
                    "low": float(curve.low[place]),
                    "high": float(curve.high[place]),
                }
            )
    return rows


def year_rows(found: Losses) -> list[dict[str, Any]]:
    """Every year drawn: its stratum, its weight, and what each posture lost."""
    weights = found.sample(found.postures[0]).weights
    rows = []
    for row, number in enumerate(found.numbers):
        one: dict[str, Any] = {
            "replication": number,
            "events": found.strata.labels[int(found.places[row])],
            "weight": float(weights[row]),
        }
        for place, name in enumerate(found.postures):
            one[f"loss {name}"] = float(found.losses[row, place])
            one[f"cost without disruptions {name}"] = float(found.calm[row, place])
        rows.append(one)
    return rows


def stratum_rows(found: Losses) -> list[dict[str, Any]]:
    """Strata: exact probability, years drawn, and each posture's mean loss in them."""
    rows = []
    for place, label in enumerate(found.strata.labels):
        here = found.places == place
        one: dict[str, Any] = {
            "events": label,
            "probability": found.strata.probabilities[place],
            "years": int(here.sum()),
        }
        for column, name in enumerate(found.postures):
            one[f"mean loss {name}"] = float(found.losses[here, column].mean()) if here.any() else 0.0
        rows.append(one)
    return rows
