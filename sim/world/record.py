"""The stock record: what policies see of the stock of a warehouse that is counted every so many days."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future
from sim.policies import View
from sim.visibility import Visibility
from sim.world.blueprint import Site

if TYPE_CHECKING:
    from sim.world.reviewing import Review

Floats = NDArray[np.float64]


class Record:
    """How far the record of one warehouse is from the truth, by day; the books go on with the truth.

    From a count on it drifts by errors drawn in the Future by item and day; the next count, in the morning before
    anything is ordered, puts it right.

    Not modelled: goods that are gone for good (see expiry and losses); counts that are wrong themselves.
    """

    def __init__(self, site: Site, future: Future, visibility: Visibility, whole: bool) -> None:
        self._first = future.first
        days = future.end - future.first
        key = ("record", site.name, site.items)
        if key not in future.cache:
            future.cache[key] = np.column_stack([future.noise("record", site.name, item) for item in site.items])
        drift = future.cache[key] * (visibility.record_error * site.mean)
        off = np.zeros((days + 1, len(site.items)))
        for count in range(0, days, visibility.count_interval):
            upto = min(count + visibility.count_interval, days + 1)
            off[count + 1 : upto] = np.cumsum(drift[count : upto - 1], axis=0)
        self._off = np.rint(off) if whole else off

    def off(self, day: float) -> Floats:
        """Record less truth on a day, (items,) units, as if there were enough on hand."""
        found: Floats = self._off[min(max(math.floor(day) - self._first, 0), self._off.shape[0] - 1)]
        return found


class Recorded:
    """A policy that is shown the record in the place of the stock."""

    def __init__(self, review: Review, record: Record) -> None:
        self.policy: Callable[[View], Floats] = review.policy
        self.index, self.record = review.index, record

    def __call__(self, view: View) -> Any:
        """What the policy asks for, seeing the record."""
        off, net = self.record.off(view.day), view.net
        if self.index is not None:
            off = off[self.index]
        # a record shows less than nothing on hand never
        off = np.maximum(off, -np.maximum(net, 0.0))
        # the position is that which the review shows: of the echelon, or without what is stuck at a supplier
        view.net, view.position = net + off, view.position + off
        return self.policy(view)


def kept(review: Review, record: Record) -> None:
    """Let a review see the record."""
    review.policy = Recorded(review, record)
