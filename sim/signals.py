"""Signals: what a firm sees of its supply on one morning, as late and as blurred as its visibility has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Notice:
    """A stoppage that is announced or has begun.

    Attributes
    ----------
    target, where, kind : what it hits, and its kind; ``port``, ``Los Angeles``, ``port_strike``.
    start, length : first day and days it is believed to last.
    standstill : days of standstill believed: capacity lost x length, and days it adds to the way.
    """

    target: str
    where: str
    kind: str
    start: float
    length: float
    standstill: float

    def words(self, day: float) -> str:
        """In words, on a morning."""
        what = self.kind.replace("_", " ") or "stoppage"
        when = f"announced at {self.where} for day {self.start:.0f}" if self.start > day else f"at {self.where}"
        return f"{what} {when}"


@dataclass(frozen=True)
class Signals:
    """What is seen on the morning of a day; a signal that the visibility leaves out is empty.

    Attributes
    ----------
    day : that day.
    notices : stoppages announced or begun, and not known to be over.
    queues : by port, days of work for its berths that wait before it.
    containers : by pool, cargo left behind as a share of the pool.
    lateness : by (warehouse, origin), mean lateness of recent receipts, published standard deviations.
    forecast_error : by warehouse, (items,) recent demand above the plan's forecast, standard errors; 0 where below.
    """

    day: float
    notices: tuple[Notice, ...] = ()
    queues: Mapping[str, float] = field(default_factory=dict)
    containers: Mapping[str, float] = field(default_factory=dict)
    lateness: Mapping[tuple[str, str], float] = field(default_factory=dict)
    forecast_error: Mapping[str, Floats] = field(default_factory=dict)
