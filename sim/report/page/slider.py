"""The slider page's numbers: taken from the cache where they are there, lived otherwise."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.report.page.rows import Table
from sim.report.style import Money
from sim.studies.strike_grid import BUFFERS, FUTURES, LENGTHS, Case, StrikeGrid, mark_of, strike_grid


def cache_folder() -> Path:
    """Where grids are kept between reports: that of the system for such things."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bufferstock"


def grid(
    jobs: int = -1,
    done: Callable[[int], None] | None = None,
    cache: Path | None = None,
    buffers: Sequence[int] = BUFFERS,
    lengths: Sequence[int] = LENGTHS,
    futures: int = FUTURES,
    seed: int = 1,
    case: Case | None = None,
) -> StrikeGrid:
    """The grid; a cache that cannot be read or written costs time and nothing else.

    Raises
    ------
    ModelError : the books do not balance.
    """
    mark = mark_of(buffers, lengths, futures, seed, case)
    path = (cache or cache_folder()) / f"strike-{mark[:16]}.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("mark") == mark:
            told |= {key: tuple(told[key]) for key in ("buffers", "lengths")}
            return StrikeGrid(**told)
    found = strike_grid(buffers, lengths, futures, seed, jobs, done, case)
    with contextlib.suppress(OSError, UsageError):
        from sim.runs.folder import write_atomic

        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps(found.told() | {"mark": mark}))
    return found


def data(found: StrikeGrid) -> dict[str, Any]:
    """What the page's script needs."""
    return {
        "buffers": list(found.buffers),
        "lengths": list(found.lengths),
        "sign": Money.of(found.currency, [1.0]).sign,
        "values": found.values,
        "halves": found.halves,
        "totals": found.totals,
        "t": found.t,
    }


def grid_table(found: StrikeGrid) -> Table:
    """Mean and half-width of carrying, stockout and total cost of every cell, for readers without the sliders."""
    names = ("carrying_cost", "stockout_cost", "total_cost", "stockout_days")
    rows = [
        (held, length, *(part[name][i][j] for name in names for part in (found.values, found.halves)))
        for i, held in enumerate(found.buffers)
        for j, length in enumerate(found.lengths)
    ]  # fmt: skip
    money = f"{found.currency} a year"
    heads = (
        f"Carrying cost ({money})",
        f"Stockout cost ({money})",
        f"Total cost ({money})",
        "Days out of stock a year",
    )
    columns = ("Buffer (days)", "Strike (days)", *(one for head in heads for one in (head, "± 95 %")))
    return Table(
        "Strike grid",
        "Buffer against strike: means over the same futures, and half-widths of their 95 % intervals",
        columns,
        tuple(rows),
    )


def cost_table(found: StrikeGrid) -> Table:
    """Mean total cost with its half-width: buffers down, strikes across."""
    money = Money.of(found.currency, [value for row in found.values["total_cost"] for value in row])

    def cell(i: int, j: int) -> str:
        half = found.halves["total_cost"][i][j]
        mean = money.number(found.values["total_cost"][i][j])
        return mean if half is None else f"{mean} ± {money.number(half)}"

    rows = tuple(
        (f"{held} days", *(cell(i, j) for j in range(len(found.lengths)))) for i, held in enumerate(found.buffers)
    )
    columns = ("Buffer", *(f"{length} days" if length else "no strike" for length in found.lengths))
    return Table("Strike costs", f"Mean total cost ({money.unit} a year) ± 95 %, strike length across", columns, rows)
