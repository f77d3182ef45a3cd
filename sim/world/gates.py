"""What stands between a review and its order: a firm in the dark, a supplier that refuses, a supplier that rations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident

Floats = NDArray[np.float64]
TINY = 1e-9


class Darkness:
    """Spells in which a warehouse places no orders: its own computers, or the firm's, are down."""

    def __init__(self, incidents: Iterable[Incident], site: str) -> None:
        self.spells = [
            (one.begins, one.ends)
            for one in incidents
            if one.happens
            and (
                (one.target == "firm" and one.remaining != 1.0)
                or (one.target == "warehouse" and one.where == site and one.orders == "refused")
            )
        ]

    def __bool__(self) -> bool:
        return bool(self.spells)

    def at(self, time: float) -> bool:
        """Whether it is dark at this time."""
        return any(begins <= time < ends for begins, ends in self.spells)


class Gate:
    """How much of an order a supplier accepts.

    In a shortage it accepts, at each review, a share of what the item's historic demand was since the review before; in
    whole units with a carried remainder. What is not accepted is not on order: the policy may ask again.

    Parameters
    ----------
    incidents : those of the supplier that refuse or ration.
    items, rates : items of the order in question, and their historic demand in units a day, (n_items,).
    whole : whether units are whole.
    """

    def __init__(self, incidents: Sequence[Incident], items: Sequence[str], rates: Floats, whole: bool) -> None:
        self._rates, self._whole = rates, whole
        self._hit = [
            (one, np.array([not one.items or item in one.items for item in items], dtype=bool), np.zeros(len(items)))
            for one in incidents
        ]

    def accepted(self, now: float, since: float, quantity: Floats) -> Floats:
        """What is accepted now of an order, (n_items,) units; `since`: days since the review before."""
        for one, mask, remainder in self._hit:
            if not one.on(now):
                continue
            if one.orders == "refused":
                quantity = np.where(mask, 0.0, quantity)
            elif one.allocation is not None:
                most = one.allocation * self._rates * since + remainder
                if self._whole:
                    whole = np.floor(most + TINY)
                    remainder[:] = np.maximum(most - whole, 0.0)
                    most = whole
                quantity = np.where(mask, np.minimum(quantity, most), quantity)
        return quantity


def narrow(incidents: Iterable[Incident]) -> list[Incident]:
    """Those that refuse or ration orders."""
    return [one for one in incidents if one.orders == "refused" or one.allocation is not None]


def guarded(
    order: Callable[[float], float], now: Callable[[], float], dark: Darkness, gate: Gate | None
) -> Callable[[float], float]:
    """An orderer under continuous review that keeps still in the dark, and takes what is accepted."""
    last: float | None = None

    def asked(position: float) -> float:
        nonlocal last
        time = now()
        if dark.at(time):
            return 0.0
        since, last = 1.0 if last is None else max(time - last, 0.0), time
        quantity = order(position)
        if quantity <= 0 or gate is None:
            return quantity
        return float(gate.accepted(time, since, np.array([quantity]))[0])

    return asked


def reopenings(dark: Darkness, incidents: Iterable[Incident], first: float, end: float) -> list[float]:
    """When orders may go out again: those who only react to events are asked then."""
    moments: set[Any] = {ends for _, ends in dark.spells} | {one.ends for one in incidents}
    return sorted(moment for moment in moments if first < moment < end)
