"""A watch: what a firm knows, from outside, of whether a supplier works. It never reads ahead."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from sim.world.works import Works

Spell = tuple[float, float]


def stops(works: Works, below: float) -> list[Spell]:
    """Spells in which a supplier has no more than a share of its capacity, or takes no orders; merged, in order of time."""
    refused = [(one.begins, one.ends) for one in works.incidents if one.orders == "refused"]
    merged: list[Spell] = []
    for start, end in sorted([*works.capacity.stops(below), *refused]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def noticed(spells: Sequence[Spell], after: float) -> list[Spell]:
    """Spells in which a supplier is held to be stopped.

    A stop is noticed once it has lasted `after` days; that it is over, once the supplier has worked for as long. So a
    shorter stop is never noticed, and a shorter respite does not count. What is known at a time follows from the state of
    the supplier up to that time alone.
    """
    found: list[Spell] = []
    for start, end in spells:
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], end + after  # the respite before was too short to be noticed
        elif end - start > after:
            found.append((start + after, end + after))
    return found


class Watch:
    """A backup behind one supplier: from when it steps in, and how much of an order it takes.

    Parameters
    ----------
    spells : in which the supplier is held to be stopped, see `noticed`.
    ramp : days over which the backup grows, in a straight line, to all that is ordered; each time anew.
    qualifies : days from the first notice until it may take anything; then it is qualified for good.

    Not modelled: a qualification that is broken off, that fails, or that lapses; stops of the backup (orders wait there).
    """

    def __init__(self, spells: Sequence[Spell], ramp: float, qualifies: float) -> None:
        self.notice = spells[0][0] if spells else math.inf
        ready = self.notice + qualifies
        self._spells = [(max(on, ready), off) for on, off in spells if max(on, ready) < off]
        self._starts = [on for on, _ in self._spells]
        self._ramp = ramp

    def share(self, now: float) -> float | None:
        """Share of an order that the backup takes now; None: orders go to the supplier itself."""
        place = bisect_right(self._starts, now) - 1
        if place < 0 or now >= self._spells[place][1]:
            return None
        return min((now - self._starts[place]) / self._ramp, 1.0) if self._ramp > 0 else 1.0
