"""Returns: negative demand, set against what the same item sold shortly before.

Policy: a return takes back the latest sales of its item at its warehouse, on its day or up to `return_days` before, as if
they had not been made. A return on or after the plan's day takes back nothing from before it, for a plan cannot know it.
What finds no sale is reported and not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.intake.bound import Floats, Source
from sim.intake.options import Options
from sim.intake.tally import IN_PART, NOT_USED, USED

if TYPE_CHECKING:
    from sim.intake.periods import Lines

Whole = NDArray[np.int64]


def netted(
    source: Source,
    back: Lines,
    key: Whole,
    day: Whole,
    units: Floats,
    width: int,
    first: int,
    last: int,
    options: Options,
) -> tuple[str, list[int]]:
    """Set returns against sales.

    Parameters
    ----------
    back : returns, units below 0.
    key, day, units : sales, sorted by key (item x `width` + warehouse) and day; `units` is changed.
    first, last : days the record covers.

    Returns
    -------
    What was done, in one sentence; and the rows of which something was set against sales.
    """
    span = last - first + 1
    both = key * span + (day - first)
    zero = options.as_of.toordinal() if options.as_of is not None else None
    open_: dict[int, float] = {}
    asked: dict[int, float] = {}
    until = back.start + back.length - 1
    for place in np.lexsort((back.row, until)).tolist():
        when = int(until[place])
        since = max(when - options.return_days, first)
        if zero is not None and when >= zero:
            since = max(since, zero)
        base = int(back.item[place] * width + back.site[place]) * span - first
        low, high = np.searchsorted(both, base + since), np.searchsorted(both, base + when, side="right")
        left = -float(back.units[place])
        row = int(back.row[place])
        asked[row] = asked.get(row, 0.0) + left
        for sale in range(int(high) - 1, int(low) - 1, -1):
            taken = min(left, float(units[sale]))
            units[sale] -= taken
            left -= taken
            if left <= 0:
                break
        open_[row] = open_.get(row, 0.0) + left
    _say(source, asked, open_, options.return_days)
    total, lost = sum(asked.values()), sum(open_.values())
    told = (
        f"{source.source}: {len(asked)} rows hold returns, {total:,.6g} units: {total - lost:,.6g} set against sales of "
        f"up to {options.return_days} days before, {lost:,.6g} left out for want of a sale."
    )
    return told, [row for row, units_ in asked.items() if open_[row] < units_]


def _say(source: Source, asked: dict[int, float], open_: dict[int, float], days: int) -> None:
    name = "units"
    for row, total in asked.items():
        left = open_[row]
        value = [f"{-total:g}"]
        if left == 0:
            source.say(row, name, "is below 0: a return", f"set against sales of up to {days} days before", USED, value)
        elif left < total or source.wide:
            done = f"{total - left:g} units set against sales of up to {days} days before, {left:g} not used"
            source.say(row, name, "is below 0: a return", done, IN_PART, value)
        else:
            source.say(
                row,
                name,
                f"is below 0: a return without a sale in the {days} days before",
                "row not used",
                NOT_USED,
                value,
            )
