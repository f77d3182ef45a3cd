"""Who gets on board when there are too few boxes: critical items first, then what has waited, then the new cargo."""

from __future__ import annotations

import numpy as np

from sim.world.parcel import Parcel

TINY = 1e-9


def squeezed(cargo: list[Parcel], space: float, now: float) -> tuple[list[Parcel], list[Parcel]]:
    """Divide cargo for one warehouse into what fits in `space` m3 and what stays.

    What has waited before comes before what is new; within that, the order of the catalogue. Whole units where the
    scenario counts in units. Time in transit is booked up to now, so that the parts can travel on as one parcel.

    Parameters
    ----------
    cargo : parcels of one stocking point, those that have waited longest first.
    space : m3 on board.
    now : time of departure.
    """
    stock = cargo[0].stock
    for parcel in cargo:
        stock.credit(parcel, now)
    if isinstance(cargo[0].index, int):
        return _single(cargo, space, now)
    size = stock.size
    waited, fresh = np.zeros(size), np.zeros(size)
    oldest = min(parcel.ordered for parcel in cargo)
    for parcel in cargo:
        into = waited if parcel.ready < now - TINY and parcel is cargo[0] else fresh
        if parcel.index is None:
            into += parcel.quantity
        else:
            into[parcel.index] += parcel.quantity
    order = np.argsort(np.concatenate([stock.rank, stock.rank]), kind="stable")
    wanted = np.concatenate([waited, fresh])[order]
    each = np.concatenate([stock.volume, stock.volume])[order]
    filled = wanted * each
    room = np.maximum(space - (np.cumsum(filled) - filled), 0.0)
    fits = np.divide(room, each, out=np.full(room.shape, np.inf), where=each > 0)
    if stock.whole_units:
        fits = np.floor(fits + TINY)
    given = np.empty(2 * size)
    given[order] = np.minimum(wanted, fits)
    taken = given[:size] + given[size:]
    rest = waited + fresh - taken
    return [
        [Parcel(stock, place, part[place], oldest, now)] if (place := np.flatnonzero(part > 0)).size else []
        for part in (taken, rest)
    ]  # type: ignore[return-value]


def _single(cargo: list[Parcel], space: float, now: float) -> tuple[list[Parcel], list[Parcel]]:
    """The same for parcels that hold one order line each."""
    loaded: list[Parcel] = []
    left: list[Parcel] = []
    for parcel in sorted(cargo, key=lambda one: one.stock.rank[one.index]):
        each = float(parcel.stock.volume[parcel.index])
        fits = space / each if each > 0 else float("inf")
        given = min(parcel.quantity, float(np.floor(fits + TINY)) if parcel.stock.whole_units else fits)
        space = max(space - given * each, 0.0)
        for part, quantity in ((loaded, given), (left, parcel.quantity - given)):
            if quantity > 0:
                part.append(Parcel(parcel.stock, parcel.index, quantity, parcel.ordered, now))
    return loaded, sorted(left, key=lambda one: one.ordered)
