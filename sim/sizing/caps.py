"""Caps: a buffer is cut to what keeps within its shelf life and fits its space, and says so."""

from __future__ import annotations

import math
from dataclasses import replace

from sim.errors import UsageError
from sim.sizing.given import Protection
from sim.sizing.sized import Sized

TINY = 1e-9


def capped(
    sized: Sized, protection: Protection, shelf_life_days: float | None = None, space_units: float | None = None
) -> Sized:
    """A size cut by shelf life and space; the same size where neither binds.

    What is held against them is the expected stock just after a receipt: safety stock plus a lot (base-stock: the mean
    demand of a review period). It must be sold, at mean demand and oldest first, before it is too old; and it must fit.
    The safety stock is cut first; a lot that does not keep or fit on its own is cut too.

    Parameters
    ----------
    sized : what a target asks for.
    protection : what it was sized from.
    shelf_life_days : days a unit may lie in stock; None: does not age.
    space_units : units that fit; None: as many as one likes.

    Raises
    ------
    UsageError : a cap is negative or not a number.
    """
    for name, value in (("shelf life", shelf_life_days), ("space", space_units)):
        if value is not None and not value >= 0:
            raise UsageError(f"size: {name}: {value!r} is not allowed (0 or more is)")
    mean = protection.demand.mean
    limits = []
    if shelf_life_days is not None:
        limits.append((shelf_life_days * mean, f"a shelf life of {shelf_life_days:g} days at {mean:.4g} a day"))
    if space_units is not None:
        limits.append((space_units, f"space for {space_units:g} units"))
    if not limits:
        return sized
    most, what = min(limits)
    lots = in_lots(sized)
    lot = received(sized, protection)
    peak = sized.safety_stock + lot
    if peak <= most + TINY:
        return sized
    quantity, told = sized.order_quantity, ""
    if lots and quantity > most:
        quantity = _lot(most, protection)
        told = f", the lot from {sized.order_quantity:g} to {quantity:g}"
    kept = max(most - (quantity if lots else lot), min(sized.safety_stock, 0.0))
    cut = sized.safety_stock - kept
    if protection.whole:
        cut = float(math.ceil(cut - TINY))
    cut = max(min(cut, sized.reorder_point if lots else sized.order_up_to), 0.0)
    point = sized.reorder_point - cut
    safety = sized.safety_stock - cut
    note = (
        f"capped: {what} allows {most:.4g} units just after a receipt, the target asks for {peak:.4g}; safety stock cut "
        f"from {sized.safety_stock:.4g} to {safety:.4g}{told}: the target is not kept"
    )
    return replace(
        sized,
        safety_stock=safety,
        reorder_point=point,
        order_up_to=point + quantity if lots else sized.order_up_to - cut,
        order_quantity=quantity,
        formula=f"{sized.formula}; capped by {what}",
        warning=f"{sized.warning}; {note}" if sized.warning else note,
    )


def in_lots(sized: Sized) -> bool:
    """Whether a size is of (r, nQ)."""
    return sized.order_up_to > sized.reorder_point + 1 + TINY


def received(sized: Sized, protection: Protection) -> float:
    """Units that come at a time: a lot; for base-stock the mean demand of a review period."""
    if in_lots(sized):
        return sized.order_quantity
    return protection.demand.mean * (0.0 if protection.continuous else protection.review_every)


def _lot(most: float, protection: Protection) -> float:
    """The largest lot that fits, in multiples; never less than one."""
    unit = protection.multiple or (1.0 if protection.whole else 0.0)
    return max(math.floor(most / unit + TINY), 1) * unit if unit else most
