"""Adaptation: how the buffers of an adaptive posture move between lean and guarded; few numbers, all readable."""

from __future__ import annotations

from typing import Literal

from sim.keys import key, spec

#: of each signal, the value up to which all is quiet and the value from which it is a full alarm, in its own unit
SCALES = {
    "notices": (0.0, 14.0),
    "queues": (1.0, 7.0),
    "lateness": (1.0, 3.0),
    "forecast_error": (2.0, 4.0),
    "containers": (0.0, 0.25),
}


@spec
class Adaptation:
    """Cover of each line moves from the posture's own (lean) to that of a guarded posture, and back.

    The index of a line is the strongest of its signals, each 0 where all is quiet and 1 at a full alarm. At or above
    `raise_at` the level of the line rises towards the index; below `lower_at` it falls; in between it is held.
    """

    guarded: Literal["jic", "hybrid"] = key(default="jic", about="posture whose cover and target lines move to")
    cover: float | None = key(
        default=None, ge=0, about="days of cover of a guarded line, in place of those of `guarded` for all lines"
    )
    raise_at: float = key(default=0.5, gt=0, le=1, about="index from which the buffer rises")
    lower_at: float = key(default=0.25, ge=0, le=1, about="index below which the buffer falls again")
    rise_days: float = key(default=7.0, gt=0, about="days from lean to guarded at a full alarm")
    decay_days: float = key(default=56.0, gt=0, about="days from guarded back to lean when all is quiet")

    def __post_init__(self) -> None:
        if self.lower_at > self.raise_at:
            raise ValueError(
                f"lower_at {self.lower_at:g} is above raise_at {self.raise_at:g}: a buffer would rise and fall at one "
                "index; lower_at must be the smaller"
            )


def index(signal: str, value: float) -> float:
    """A signal's value as an index: 0 quiet, 1 full alarm, linear between."""
    quiet, alarm = SCALES[signal]
    return min(max((value - quiet) / (alarm - quiet), 0.0), 1.0)
