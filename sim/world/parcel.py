"""Goods on order: one order line set of one warehouse with one origin, from release to receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.world.lot import Lot


class Parcel:
    """What one order (or a part of it) holds and how far it is.

    Attributes
    ----------
    stock : the stocking point that ordered it.
    index : positions of its items at that stocking point; None: all of them, in order; an int for a single order.
    quantity : units, one number or (n,) array matching `index`.
    ordered : when it was ordered.
    ready : when it left the factory or the feeding warehouse (title transfer); infinite while it is being made.
    credited : whether its time in transit has been booked.
    lots : what it holds, order by order, where the run is traced; empty otherwise.
    dear : share that incidents at the supplier and price paths added to its purchase price, one number or matching `index`.
    departs : when it left on its lane, where that is followed.
    fate : where it is lost: "cancelled" before it was made, "lost_in_transit" after.
    quoted : unit price by the size of the order line, relative to the base price, matching `index`; None where there is no
        quote.
    origins : from whom, where the planner keeps a record of lead times (several where cargo was put together).
    kin : all parts of the orders it belongs to, where somebody asks what has not left the supplier; None otherwise.
    """

    __slots__ = (
        "credited",
        "dear",
        "departs",
        "fate",
        "index",
        "kin",
        "lots",
        "ordered",
        "origins",
        "quantity",
        "quoted",
        "ready",
        "stock",
    )

    def __init__(
        self, stock: Any, index: Any, quantity: Any, ordered: float, ready: float, credited: bool = False
    ) -> None:
        self.stock = stock
        self.index = index
        self.quantity = quantity
        self.ordered = ordered
        self.ready = ready
        self.credited = credited
        self.departs = ready
        self.dear: Any = 0.0
        self.quoted: Any = None
        self.fate = ""
        self.lots: list[Lot] = []
        self.origins: tuple[str, ...] = ()
        self.kin: list[Parcel] | None = None
