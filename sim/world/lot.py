"""A lot: what one order holds of some items, and every stage it went through, kept where a run is traced."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY = 1e-9
#: stages shorter than this many days are rounding
MOMENT = 1e-6


class Step(NamedTuple):
    """One stage of a lot's way.

    Attributes
    ----------
    stage : capacity (waits for it at the supplier), kits (waits for components at a factory), production, stock (waits for
        it at the warehouse that feeds), departure (waits for one), boxes (waits for them), transit, queue (at a port), port
        (berth to gate), delay (customs and what else adds days to a lane), door (of a closed warehouse), behind (a shipment
        that it may not overtake).
    where : supplier, lane, port or warehouse.
    start, end : days; the end is infinite where it never ends.
    leg : number of the lane's leg, -1 where it is none.
    """

    stage: str
    where: str
    start: float
    end: float
    leg: int


class Lot:
    """What one order holds and how far it is; stages follow each other without gaps.

    Attributes
    ----------
    stock : the stocking point that ordered it.
    index, quantity : (n,) positions of its items at that stocking point, and units; 0 for what a part has taken along.
    ordered, origin : when, and from whom.
    steps : stages so far.
    lane, departs : the lane it left on, and when; infinite before that.
    left : when it was first left behind for want of boxes; infinite where it never was.
    received : when it arrived; infinite where it did not.
    fate, lost : how it was lost ("cancelled", "lost_in_transit"; "" where it was not), and when.
    """

    __slots__ = (
        *("departs", "fate", "index", "lane", "left", "lost", "ordered", "origin", "quantity", "received"),
        *("steps", "stock"),
    )

    def __init__(self, stock: Any, index: Any, quantity: Any, ordered: float, origin: str) -> None:
        self.stock, self.ordered, self.origin = stock, ordered, origin
        self.index, self.quantity = np.atleast_1d(index), np.atleast_1d(np.asarray(quantity, dtype=float))
        self.steps: list[Step] = []
        self.lane, self.departs, self.left = "", math.inf, math.inf
        self.received, self.fate, self.lost = math.inf, "", math.inf

    @property
    def since(self) -> float:
        """When its last stage ended."""
        return self.steps[-1].end if self.steps else self.ordered

    @property
    def units(self) -> float:
        """Units of all its items."""
        return float(self.quantity.sum())

    def passed(self, stage: str, where: str, until: float, leg: int = -1) -> None:
        """A stage that it goes through next, and when that ends."""
        since = self.since
        if until > since + MOMENT:
            self.steps.append(Step(stage, where, since, until, leg))

    def leaves(self, lane: str, now: float) -> None:
        """It departs: until then it waited for a departure, and for boxes where it was left behind."""
        self.passed("departure", lane, min(self.left, now))
        self.passed("boxes", lane, now)
        self.lane, self.departs = lane, now

    def ends(self, fate: str, now: float) -> None:
        """It is lost now: what was foreseen after that does not happen."""
        kept = [step for step in self.steps if step.start < now]
        self.steps = [step if step.end <= now else step._replace(end=now) for step in kept]
        self.fate, self.lost = fate, now

    def part(self, quantity: Floats) -> Lot:
        """A part of it with the same past; `quantity` is (n,) units, items without any left out."""
        some = quantity > TINY
        made = Lot(self.stock, self.index[some], quantity[some], self.ordered, self.origin)
        made.steps, made.left = list(self.steps), self.left
        return made

    def split(self, given: Floats, log: list[Lot]) -> tuple[Lot | None, Lot | None]:
        """Divide it into (n,) units that go on and what stays; a new lot is put on the log where both are something."""
        given = np.minimum(given, self.quantity)
        stays = self.quantity - given
        if not (stays > TINY).any():
            return self, None
        if not (given > TINY).any():
            return None, self
        goes = self.part(given)
        self.quantity = np.where(stays > TINY, stays, 0.0)
        log.append(goes)
        return goes, self
