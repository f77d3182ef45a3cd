"""Working time under incidents: how much work a target has done by a time, and when a piece of work begins and ends.

A capacity fraction f multiplies the speed of work; work done is the integral of f. So work in service at a closure
resumes, and a stopped supplier finishes late but does not forget.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident

Floats = NDArray[np.float64]
SNAP = 1e-9


def settled(times: Floats) -> Floats:
    """Times with rounding noise next to a half day removed, so that a receipt does not miss its morning by 1e-12."""
    near = np.rint(times * 2) / 2
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(times - near) < SNAP, near, times)


class Capacity:
    """The work function of one target: piecewise linear, speed 1 where no incident is on.

    Parameters
    ----------
    incidents : those of this target.
    first, end : days covered; outside, speed is 1.
    """

    def __init__(self, incidents: Sequence[Incident], first: float, end: float) -> None:
        # an incident without length, that holds no morning, or that leaves all capacity, changes nothing
        incidents = [incident for incident in incidents if incident.happens and incident.remaining != 1.0]
        self.calm = not incidents
        if self.calm:
            return
        knots = {float(first)}
        whole = [incident for incident in incidents if incident.whole_days]
        for incident in incidents:
            if incident.whole_days:
                # a day is affected when its morning lies in [start, end); past the horizon nothing is looked at
                opening = max(incident.begins, math.floor(first))
                closing = min(incident.ends, math.ceil(end) + 1)
                knots |= {opening + day for day in range(int(closing - opening) + 1)}
            else:
                knots |= {max(time, first) for time in (incident.start, incident.end) if math.isfinite(time)}
        times = sorted(knots)
        mornings = [math.floor(time) for time in times]
        slopes = [1.0] * len(times)
        # each incident looks only at the knots it covers: many short ones, one after another, cost no more than one
        for incident in [one for one in incidents if not one.whole_days] + whole:
            clock = mornings if incident.whole_days else times
            for place in range(bisect_left(clock, incident.start), bisect_left(clock, incident.end)):
                slopes[place] *= incident.fraction(clock[place])
        self._times, self._slopes = times, slopes
        done = [0.0]
        for left, right, slope in zip(times, times[1:], slopes, strict=False):
            done.append(done[-1] + (right - left) * slope)
        self._done = done
        self._t, self._s, self._w = np.asarray(times), np.asarray(slopes), np.asarray(done)

    def speed(self, time: float) -> float:
        """Fraction of capacity at a time."""
        if self.calm:
            return 1.0
        place = bisect_right(self._times, time) - 1
        return self._slopes[place] if place >= 0 else 1.0

    def stops(self, below: float) -> list[tuple[float, float]]:
        """Spells (start, end) in which no more than a share of capacity is left, in order of time."""
        if self.calm:
            return []
        found: list[tuple[float, float]] = []
        for start, end, speed in zip(self._times, [*self._times[1:], math.inf], self._slopes, strict=True):
            if speed > below + SNAP:
                continue
            if found and found[-1][1] == start:
                found[-1] = found[-1][0], end
            else:
                found.append((start, end))
        return found

    def done(self, time: float) -> float:
        """Work done by a time."""
        if self.calm:
            return time
        place = max(bisect_right(self._times, time) - 1, 0)
        return self._done[place] + (time - self._times[place]) * (
            self._slopes[place] if time >= self._times[0] else 1.0
        )

    def begins(self, work: float) -> float:
        """Latest time at which no more than this work is done: when the next piece really starts."""
        if self.calm:
            return work
        place = bisect_right(self._done, work) - 1
        if place < 0:
            return self._times[0] + (work - self._done[0])
        slope = self._slopes[place]
        return self._times[place] + (work - self._done[place]) / slope if slope > 0 else math.inf

    def ends(self, work: float) -> float:
        """Earliest time by which this work is done."""
        if self.calm:
            return work
        place = bisect_left(self._done, work) - 1
        if place < 0:
            return self._times[0] + (work - self._done[0])
        slope = self._slopes[place]
        return self._times[place] + (work - self._done[place]) / slope if slope > 0 else math.inf

    def done_many(self, times: Floats) -> Floats:
        """`done` for an array."""
        if self.calm:
            return times
        place = np.maximum(np.searchsorted(self._t, times, "right") - 1, 0)
        since = np.where(np.isfinite(times), times - self._t[place], 0.0)
        found: Floats = self._w[place] + since * np.where(times >= self._t[0], self._s[place], 1.0)
        return np.where(np.isfinite(times), found, np.inf)

    def _at(self, work: Floats, side: str) -> Floats:
        place = np.searchsorted(self._w, work, side) - 1  # type: ignore[call-overload]
        inside = np.maximum(place, 0)
        slope = np.where(place >= 0, self._s[inside], 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self._t[inside] + (work - self._w[inside]) / slope
        return settled(np.where(slope > 0, found, np.inf))

    def begins_many(self, work: Floats) -> Floats:
        """`begins` for an array."""
        return work if self.calm else self._at(work, "right")

    def ends_many(self, work: Floats) -> Floats:
        """`ends` for an array."""
        return work if self.calm else self._at(work, "left")

    def finished_at(self, start: float, duration: float) -> float:
        """When one piece of work that may start at `start` and takes `duration` ends."""
        if self.calm:
            return start + duration
        work = self.done(start)
        end = self.ends(work + duration) if duration > 0 else self.begins(work)
        near = round(end * 2) / 2 if math.isfinite(end) else end
        return near if abs(near - end) < SNAP else end

    def finished(self, starts: Floats, durations: Floats) -> tuple[Floats, Floats]:
        """When pieces of work that may start at `starts` and take `durations` begin and end; same shapes."""
        if self.calm:
            return starts, settled(starts + durations)
        work = self.done_many(starts)
        begin = self.begins_many(work)
        return begin, np.where(durations > 0, self.ends_many(work + durations), begin)
