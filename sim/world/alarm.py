"""An alarm: one bad spell of a supplier, from its first defective unit to its discovery and repair."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sim.disruptions import Incident
from sim.futures import Future
from sim.quality import Quality
from sim.world.clock import INCIDENT, Clock
from sim.world.motion import here

TINY = 1e-9


class Alarm:
    """One bad spell: what is made from its start on is defective in part, until it ends or is discovered and repaired.

    How many defective units are used before one of them is noticed is decided in the Future: -log(1 - detection) for each
    adds up to an exponential number. Units count whole, and those of a batch lie evenly in it, so that the first of b among
    n units is used when n/(2b) are.

    Attributes
    ----------
    number : its place among the spells of the Future.
    discovered : when it was, infinite before.

    Not modelled: reports that are doubted; several firms that find it together.
    """

    def __init__(self, number: int, cause: Incident, clock: Clock, future: Future, quality: Quality) -> None:
        self.number, self.cause, self.clock, self.quality = number, cause, clock, quality
        self.discovered = math.inf
        self.listeners: list[Callable[[int], None]] = []
        score = future.counter("discovery", cause.name, cause.where, str(cause.number)).score(0)
        self._patience = -math.log(0.5 * math.erfc(score / math.sqrt(2)))
        self._each = math.inf if quality.detection >= 1 else -math.log1p(-quality.detection)
        self._used, self._due = 0.0, math.inf

    @property
    def until(self) -> float:
        """When the supplier makes good units again, as known now."""
        return min(self.cause.ends, self.discovered + self.quality.repair_days)

    def covers(self, made: float, item: str) -> bool:
        """Whether an item made at a time was made in the spell."""
        return self.cause.begins <= made < self.until and (not self.cause.items or item in self.cause.items)

    @property
    def known(self) -> bool:
        """Whether it has been discovered."""
        return self.discovered <= self.clock.now

    def used(self, units: float) -> None:
        """Defective units of the spell were used."""
        self._used += units
        whole = math.floor(self._used + 0.5 + TINY)
        if whole > 0 and whole * self._each >= self._patience:
            self.report(self.clock.now + self.quality.report_days)

    def report(self, moment: float) -> None:
        """It will be known at a moment, if not before."""
        if moment < self._due:
            self._due = moment
            self.clock.at(moment, INCIDENT, self._discover)

    def _discover(self, _: Any) -> None:
        if math.isfinite(self.discovered):
            return
        self.discovered = self.clock.now
        for tell in self.listeners:
            tell(self.number)


def alarms(clock: Clock, future: Future, quality: Quality, suppliers: list[str]) -> list[Alarm]:
    """The bad spells of a Future, in order of supplier and start."""
    causes = [one for name in suppliers for one in here(future, "supplier", name) if one.defects > 0]
    return [Alarm(number, one, clock, future, quality) for number, one in enumerate(causes)]
