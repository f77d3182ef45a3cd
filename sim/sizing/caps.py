"""Caps: a buffer is cut to what keeps within its shelf life and fits its space, and says so."""

from __future__ import annotations

from sim.sizing.given import Protection
from sim.sizing.sized import Sized


def capped(
    sized: Sized, protection: Protection, shelf_life_days: float | None = None, space_units: float | None = None
) -> Sized:
    """A size cut by shelf life and space; the same size where neither binds.

    Parameters
    ----------
    sized : what a target asks for.
    protection : what it was sized from.
    shelf_life_days : days a unit may lie in stock; None: does not age.
    space_units : units that fit; None: as many as one likes.
    """
    raise NotImplementedError
