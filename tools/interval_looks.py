"""How often intervals go wrong for somebody who looks again and again, and stops when it pleases.

At each of the fixed looks up to 5,000 replications stands an interval: Student's, and the one that is made for
looking (`sim.statistics.looks`). An experiment is wrong where it misses the truth at *any* look; `believed` counts
only looks with as many values as their skewness needs, before which no study stops. `sign` is the rule that stops
once the sign is certain at 99 %, on values whose true mean is taken away: every stop is an error. Last comes the rule
for precision, which stops by itself: how often its last interval misses the truth, and where it stops.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from interval_models import LEVELS, WAITING, cost_law, loss_laws
from interval_quantities import Data, Floats
from numpy.typing import NDArray

from sim.statistics.interval import Interval, interval
from sim.statistics.looks import LOOKS, Precision, looking
from sim.statistics.skew import needed

TARGET = 0.05
MOST = 5_000
SEEN = tuple(look for look in LOOKS if look <= MOST)
#: what is written down of an experiment: wrong at any look, in five ways; where the rule stops, and wrong there
FIELDS = ("student", "looking_95", "believed_95", "looking_99", "sign_99", "stops_at", "wrong_at_stop", "reached")
#: columns of the table that are shares of experiments
WRONG = ("student_95", "looking_95", "believed_95", "looking_99", "sign_99", "at_stop")


@dataclass(frozen=True)
class Watched:
    """What is looked at.

    Attributes
    ----------
    model, name : where it stands in the table.
    truth : exact mean.
    values : (replications,) of one experiment.
    scale : of the second posture, where the half-width is measured against it.
    """

    model: str
    name: str
    truth: float
    values: Callable[[Data], Floats]
    scale: Callable[[Data], Floats] | None = None


def _of(name: str) -> Callable[[Data], Floats]:
    def read(data: Data) -> Floats:
        one: Any = data[name]
        return cast(Floats, getattr(one, "losses", one))

    return read


def _less(a: str, b: str) -> Callable[[Data], Floats]:
    return lambda data: _of(a)(data) - _of(b)(data)


@lru_cache(maxsize=1)
def watched() -> tuple[Watched, ...]:
    """Means and paired differences of both models."""
    loss = {name: law.mean for name, law in loss_laws().items()}
    cost = {name: cost_law(level, 1, int(WAITING)).mean for name, level in LEVELS.items()}
    rare = cost_law(LEVELS["ample"], 0, int(WAITING)).mean
    a, b = "plain bare", "plain covered"
    return (
        Watched("S19", "mean", loss["bare"], _of(a)),
        Watched("S19", "paired difference", loss["bare"] - loss["covered"], _less(a, b), _of(b)),
        Watched("engine", "mean, middle", cost["middle"], _of("middle")),
        *(
            Watched("engine", f"paired difference, {x} - {y}", cost[x] - cost[y], _less(x, y), _of(y))
            for x, y in (("lean", "middle"), ("middle", "ample"))
        ),
        Watched("rare", "mean backorder cost, ample", rare, _of("ample waiting")),
    )


def looked_at(one: Watched, data: Data) -> NDArray[np.float64]:
    """What `FIELDS` say, of one experiment."""
    values, scale = one.values(data), None if one.scale is None else one.scale(data)

    def misses(found: Interval) -> bool:
        return not found.low <= one.truth <= found.high

    found = [looking(values[:look]) for look in SEEN]
    student = any(misses(interval(values[:look])) for look in SEEN)
    believed = any(misses(one) and needed(values[: one.n]) <= one.n for one in found)
    at_99 = any(misses(looking(values[:look], 0.99)) for look in SEEN)
    sign = Precision(1e-12, most=MOST, sign_level=0.99).decide(values - one.truth, 1.0)
    end = Precision(TARGET, most=MOST).decide(values, scale)
    wrong = (student, any(map(misses, found)), believed, at_99, sign.certain)
    return np.asarray([*wrong, end.at, misses(end.interval), not end.capped], dtype=np.float64)


def look_rows(found: Floats) -> list[dict[str, Any]]:
    """The table.

    Parameters
    ----------
    found : (experiments, watched, fields).
    """
    table = []
    for place, one in enumerate(watched()):
        *wrongs, stops, at_stop, reached = found[:, place].T
        count = found.shape[0]
        row: dict[str, Any] = {
            "model": one.model,
            "quantity": one.name,
            "truth": round(one.truth, 9),
            "looks": len(SEEN),
        }
        row["experiments"] = count
        for name, wrong in zip(WRONG, (*wrongs, at_stop), strict=True):
            share = float(wrong.mean())
            row[f"wrong_{name}"] = round(share, 4)
            row[f"standard_error_{name}"] = round(math.sqrt(share * (1 - share) / count), 4)
        low, middle, high = np.quantile(stops, [0.05, 0.5, 0.95]).tolist()
        row |= {"stops_5": low, "stops_median": middle, "stops_95": high, "reached": round(float(reached.mean()), 4)}
        table.append(row)
    return table
