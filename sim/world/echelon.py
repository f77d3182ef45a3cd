"""Shared demand: a warehouse that feeds others orders on what their customers take, not on what they order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.world.stock import Stock

Floats = NDArray[np.float64]


def top(line: PlanLine) -> float:
    """Inventory position to which a line's order raises it, at most."""
    return line.reorder_point + line.order_quantity if line.policy == "r_nQ" else line.order_up_to


class Below:
    """One warehouse that is fed: its stock, positions of its items at the one that feeds, and the tops of its lines."""

    __slots__ = ("columns", "items", "stock", "top")

    def __init__(self, stock: Stock, columns: NDArray[np.intp], lines: Sequence[PlanLine]) -> None:
        self.stock, self.columns = stock, columns
        self.items = tuple(line.item for line in lines)
        self.top = np.array([top(line) for line in lines])


class Echelon:
    """What the inventory positions of the warehouses below lack of their tops, (n_items,) at the one that feeds.

    The echelon position (on hand, on order from outside, and all that is in the warehouses below or on its way there, less
    what customers wait for) against an echelon level (own level plus the tops below) is the own position plus this (Axsäter
    and Rosling 1993). Where those below order up to their level at every review it is 0 once they have ordered.

    Not modelled: warehouses two levels down are seen through those in between only.
    """

    def __init__(self, stock: Stock, below: Sequence[Below]) -> None:
        self.stock, self._below = stock, list(below)

    def position(self, index: NDArray[np.intp] | None) -> Floats:
        """Own inventory position plus what those below lack, for some items."""
        found = self.stock.position.copy()
        for one in self._below:
            found[one.columns] += one.stock.position - one.top
        return found if index is None else found[index]

    def revise(self, lines: Mapping[str, Mapping[str, PlanLine]]) -> None:
        """Take the tops of a new plan."""
        for one in self._below:
            one.top = np.array([top(lines[one.stock.name][item]) for item in one.items])
