"""The queue that a stoppage leaves behind, as a fluid: what the port of the engine does on average, without its chance."""

from __future__ import annotations

import math

Points = tuple[tuple[float, float], ...]


def share(points: Points, day: float) -> float:
    """Height of a curve of (day, height) points, linear between, 1 before the first and after the last."""
    if not points or day < points[0][0] or day >= points[-1][0]:
        return 1.0
    for (before, low), (after, high) in zip(points, points[1:], strict=False):
        if before <= day < after:
            return low + (high - low) * (day - before) / (after - before)
    return 1.0


def backlog(points: Points, surge: float, until: float) -> float:
    """Work that waits at a time, in days of full capacity, when arrivals are 1/k of it and the queue was empty.

    The state of a morning rules its day, as in the engine.

    Parameters
    ----------
    points : capacity left, as (day from start, share) points.
    surge : factor k, above 1.
    until : day from start.
    """
    waiting = 0.0
    for day in range(math.floor(points[0][0]) if points else 0, math.ceil(until)):
        lasting = min(1.0, until - day)
        waiting = max(waiting + (1 / surge - share(points, day)) * lasting, 0.0)
    return waiting


def clearing(points: Points, surge: float, end: float) -> float:
    """Days from `end` until the queue is gone; C/(k - 1) after C closed days (calibration, rule 1).

    The queue left by a full closure of C days is C/k; it shrinks by 1 - 1/k a day, hence C/(k - 1).

    Parameters
    ----------
    points, surge : as for `backlog`.
    end : day from start on which the outage counts as over.
    """
    last = max(math.ceil(points[-1][0]) if points else 0, math.ceil(end))
    for day in range(math.floor(end), last):
        if backlog(points, surge, day) <= 0 and all(share(points, later) >= 1 / surge for later in range(day, last)):
            return float(max(day - end, 0.0))
    return last - end + backlog(points, surge, last) / (1 - 1 / surge)
