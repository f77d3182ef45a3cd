"""What the futures of a sheet say: the same draws as its commands, without the engine."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.disruptions.incident import Incident
from sim.futures import draw_incidents
from sim.lessons.outages import YEAR, Product
from sim.library import load

Outages = tuple[tuple[Incident, ...], ...]
Counts = NDArray[np.int64]


def outages(files: Mapping[str, str], seed: int, futures: int, weather: str = "") -> tuple[Outages, tuple[int, int]]:
    """Outages of each future of a lesson, and the span of the scenario, days.

    Parameters
    ----------
    files : texts of the lesson, of which scenario.toml is read.
    weather : of the scenario; as written when empty.
    """
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "scenario.toml"
        path.write_text(files["scenario.toml"], encoding="utf-8")
        scenario = load(path)
    if weather:
        scenario = scenario.under(weather)
    return tuple(draw_incidents(scenario, seed, one) for one in range(futures)), scenario.span


def share_short(found: Outages, cover: int) -> float:
    """Share of futures, each with one outage, whose outage outlasts the cover, days."""
    return sum(one.end - one.start > cover for (one,) in found) / len(found)


def mornings_down(products: Sequence[Product], found: Outages, span: tuple[int, int]) -> Counts:
    """How many mornings in a row the supplier has been down, 0 while it is up.

    Returns
    -------
    Shape (products, futures, days of the horizon).
    """
    first, end = span
    days = np.arange(end - first)
    down = np.zeros((len(products), len(found), end - first), dtype=bool)
    row_of = {f"maker of {product.name}": row for row, product in enumerate(products)}
    for future, incidents in enumerate(found):
        for one in incidents:
            start, stop = (max(math.ceil(time) - first, 0) for time in (one.start, one.end))
            down[row_of[one.where], future, start:stop] = True
    up = np.maximum.accumulate(np.where(down, -1, days), axis=2)
    return (days - up)[:, :, -first:]


def cost_a_year(products: Sequence[Product], covers: Sequence[float], down: Counts) -> float:
    """Carrying cost and lost margin as `bufferstock compare` counts them, mean over futures, money a year.

    On the n-th morning in a row that the supplier is down, ``d (cover + 1 - n)+`` are left to sell.

    Parameters
    ----------
    covers : days of each product.
    down : see `mornings_down`.
    """
    a_day = 0.0
    for product, cover, rows in zip(products, covers, down, strict=True):
        left = float(np.maximum(cover - rows, 0.0).mean())
        lost = float(np.clip(rows - cover, 0.0, 1.0).mean())
        a_day += product.demand * (product.holding * left + product.margin * lost)
    return YEAR * a_day
