"""Who gets on board when there are too few boxes: critical items first, then what has waited, then the new cargo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.lot import Lot
from sim.world.parcel import Parcel

Floats = NDArray[np.float64]
TINY = 1e-9


Waiting = tuple[list[Parcel], list[Parcel]]


def rationed(cargoes: list[Waiting], boxes: float, capacity: float, whole: bool) -> list[float]:
    """Boxes for each of several departures at one instant: by criticality, and within one in proportion to need.

    Where boxes are taken whole, what is left of a box is filled with what is less critical, and what rounding down leaves
    goes to the largest remainders, the first of equals.
    """
    need = np.zeros((len(cargoes), 3))
    for row, (old, new) in enumerate(cargoes):
        for parcel in [*old, *new]:
            stock, index = parcel.stock, parcel.index
            places = slice(None) if index is None else np.atleast_1d(index)
            volume = np.atleast_1d(parcel.quantity) * stock.volume[places] / capacity
            need[row] += np.bincount(stock.rank[places], volume, 3)
    given = np.zeros(len(cargoes))
    if whole:
        for rank in range(3):
            wanted = np.ceil(need[:, : rank + 1].sum(axis=1) - TINY) - given
            total = float(wanted.sum())
            if total > boxes + TINY:
                shares = wanted * boxes / total
                full = np.floor(shares + TINY)
                first = np.argsort(full - shares, kind="stable")
                full[first[: round(boxes - float(full.sum()))]] += 1.0
                return [float(one) for one in given + full]
            given += wanted
            boxes -= total
        return given.tolist()
    for rank in range(3):
        wanted = need[:, rank]
        total = float(wanted.sum())
        share = min(boxes / total, 1.0) if total > 0 else 0.0
        given += wanted * share
        boxes = max(boxes - total * share, 0.0)
    return given.tolist()


def squeezed(old: list[Parcel], new: list[Parcel], space: float, now: float) -> Waiting:
    """Divide cargo for one warehouse into what fits in `space` m3 and what stays.

    What has waited before comes before what is new; within that, the order of the catalogue. Whole units where the
    scenario counts in units. Time in transit is booked up to now, so that the parts can travel on as one parcel.

    Parameters
    ----------
    old, new : parcels of one stocking point that were left behind before, and that are new.
    space : m3 on board.
    now : time of departure.
    """
    cargo = [*old, *new]
    if not cargo:
        return [], []
    stock = cargo[0].stock
    for parcel in cargo:
        stock.credit(parcel, now)
    if isinstance(cargo[0].index, int):
        return _single(cargo, space, now)
    size = stock.size
    waited, fresh, dear = np.zeros(size), np.zeros(size), np.zeros(size)
    for parcels, into in ((old, waited), (new, fresh)):
        for parcel in parcels:
            places = slice(None) if parcel.index is None else parcel.index
            into[places] += parcel.quantity
            dear[places] += parcel.quantity * parcel.dear
    # units of one item that were bought at several prices are from now on at their mean
    dear = np.divide(dear, waited + fresh, out=dear, where=waited + fresh > 0)
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
    oldest = min(parcel.ordered for parcel in cargo)
    origins = tuple(sorted({origin for parcel in cargo for origin in parcel.origins}))
    made: list[list[Parcel]] = []
    for part in (taken, waited + fresh - taken):
        place = np.flatnonzero(part > 0)
        parcels = [Parcel(stock, place, part[place], oldest, now)] if place.size else []
        for parcel in parcels:
            parcel.origins = origins
            parcel.dear = dear[place]
        made.append(parcels)
    if stock.log is not None:
        _trace(old, new, given[:size], given[size:], made)
    return made[0], made[1]


def _trace(old: list[Parcel], new: list[Parcel], waited: Floats, fresh: Floats, made: list[list[Parcel]]) -> None:
    """Deal the lots of the cargo to what is loaded and what stays, those that have waited longest first.

    Parameters
    ----------
    waited, fresh : (n_items,) units loaded of what was left behind before, and of what is new.
    made : parcels loaded, and parcels that stay.
    """
    loaded: list[Lot] = []
    stays: list[Lot] = []
    for parcels, room in ((old, waited.copy()), (new, fresh.copy())):
        for lot in (lot for parcel in parcels for lot in parcel.lots):
            goes, rest = lot.split(room[lot.index], lot.stock.log)
            if goes is not None:
                room[goes.index] -= goes.quantity
                loaded.append(goes)
            if rest is not None:
                stays.append(rest)
    for parts, lots in zip(made, (loaded, stays), strict=True):
        for parcel in parts:
            parcel.lots = lots


def _single(cargo: list[Parcel], space: float, now: float) -> Waiting:
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
                piece = Parcel(parcel.stock, parcel.index, quantity, parcel.ordered, now)
                piece.dear = parcel.dear
                part.append(piece)
    return loaded, sorted(left, key=lambda one: one.ordered)
