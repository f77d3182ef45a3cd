"""Reviews: at its moments, a group of items of one stocking point is shown to its policy, and orders go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy import count_nonzero
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.policies import POLICIES, View
from sim.policies.policy import VIEW_COLUMNS
from sim.world.ahead import Ahead
from sim.world.asking import asked
from sim.world.clock import REVIEW, Clock, Occurrence
from sim.world.echelon import Echelon
from sim.world.sourcing import Sourcing
from sim.world.stock import Stock
from sim.world.urgent import Urgent

Floats = NDArray[np.float64]
TINY = 1e-9
BUILT_IN = tuple(POLICIES.values())
#: policies whose quantities are whole whenever plan and demand are
WHOLE = frozenset({"base_stock", "s_S", "r_nQ"})


class Review:
    """One group of items of a stocking point: same policy, same moments.

    Parameters
    ----------
    stock : the stocking point.
    index : positions of the group's items there; None for all, in order.
    policy : a callable from a view to (items,) units.
    flows : (positions within the group, or None for all; where their orders go).
    """

    def __init__(
        self,
        stock: Stock,
        index: NDArray[np.intp] | None,
        policy: Callable[[View], Floats],
        name: str,
        view: View,
        moments: Floats,
        multiple: Floats,
        minimum: Floats,
        tier: int,
        replication: int,
        every: float = 1.0,
    ) -> None:
        self.stock, self.index, self.policy, self.view = stock, index, policy, view
        self.clock: Clock = stock.clock
        self.moments: list[float] = moments.tolist()
        self.flows: list[tuple[NDArray[np.intp] | None, Any]] = []
        #: lines that come from more than one supplier, from a slot, or with a surge
        self.sourcing: Sourcing | None = None
        #: suppliers that refuse or ration orders: positions within the group, and how
        self._gates: list[tuple[NDArray[np.intp], Any]] = []
        #: emergency ways, and what is seen of the warehouses below, where there are any
        self.urgent: Urgent | None = None
        self.echelon: Echelon | None = None
        self._first = every
        #: what is ordered on top before an announced price rise
        self.ahead: Ahead | None = None
        #: whether no other group and no other origin shares the orders of this one's moments
        self.alone = False
        self._moment = 0
        self._multiple = multiple if (multiple > 0).any() else None
        self._minimum = minimum if (minimum > 0).any() else None
        self._priority = REVIEW + tier
        self._own = all(policy is not one for one in BUILT_IN)
        self._name = name
        self._ceil = stock.whole_units and name not in WHOLE
        self._carry = np.zeros(len(view.items)) if name.split("(")[0] == "push" else None
        self._plain = not (self._own or self._ceil) and self._carry is self._minimum is self._multiple is None
        self._count, self._tick = len(self.moments), Occurrence(self.review, None)
        self._replication = replication
        #: lines whose numbers the view has, where the plan has been made anew
        self._lines: list[PlanLine] | None = None
        view._past = self._past
        if index is None:
            view.net, view.position = stock.net, stock.position

    def _past(self, days: int) -> Floats:
        rows, stock = self.stock.past(days), self.stock
        if stock.drawn is not None:  # what production lines drew is asked for as much as what customers bought
            rows = rows + stock.drawn[max(stock._instant - days, 0) : stock._instant]
        return rows if self.index is None else rows[:, self.index]

    def revise(self, lines: Mapping[str, PlanLine]) -> int:
        """Take the numbers of new lines, by item; how many lines changed.

        What the policy is, and when it is asked, stays as it was.
        """
        before, self._lines = self._lines, [lines[item] for item in self.view.items]
        rows = list(range(len(self._lines)))
        if before is not None:
            rows = [row for row, line in enumerate(self._lines) if line is not before[row]]
            if not rows:
                return 0
        changed = np.zeros(len(rows), dtype=bool)
        for name in VIEW_COLUMNS:
            if name != "review_every":
                old, column = getattr(self.view, name), getattr(self.view, name).copy()
                column[rows] = [getattr(self._lines[row], name) for row in rows]
                changed |= column[rows] != old[rows]
                setattr(self.view, name, column)
        return int(changed.sum())

    def guard(self, rows: NDArray[np.intp], gate: Any) -> None:
        """Let a supplier refuse or ration the orders of some positions of the group."""
        self._gates.append((rows, gate))
        self._plain = False

    def source(self, sourcing: Sourcing) -> None:
        """Let the orders of some positions of the group be divided among suppliers."""
        self.sourcing, self._plain = sourcing, False

    def begin(self) -> None:
        """Set the first review."""
        if self.moments:
            self.clock.again(self.moments[0], self._priority, self._tick)

    def review(self, _: Any) -> None:
        """Show the books to the policy and send out what it orders."""
        moment, stock, index, view = self._moment, self.stock, self.index, self.view
        view.day = now = self.moments[moment]
        if stock.inbound and stock.inbound[0][0] <= now:
            stock.collect(now)
        if self.urgent is not None:
            self.urgent.look(now)
        if index is None:
            view.net, view.position = stock.net, stock.position
        else:
            view.net = stock.net[index]
            view.position = stock.position[index]
        if self.echelon is not None:
            view.position = self.echelon.position(index)
        quantity = self.policy(view) if self._plain and self.ahead is None else self._rounded(view)
        if self.urgent is not None:
            self.urgent.placed(quantity)
        if count_nonzero(quantity):
            stock.place(index, quantity)
            for part, flow in self.flows:
                if part is None:
                    flow.order(moment, index, quantity)
                    if self.alone:
                        stock.orders += now >= 0
                    else:
                        flow.count(quantity)
                else:
                    some = quantity[part]
                    if count_nonzero(some):
                        flow.order(moment, part if index is None else index[part], some)
                        flow.count(some)
        self._moment = moment = moment + 1
        if moment < self._count:
            self.clock.again(self.moments[moment], self._priority, self._tick)

    def _rounded(self, view: View) -> Floats:
        """What the policy asks for, in whole units, not below minimum orders, in multiples."""
        if self.sourcing is not None:
            self.sourcing.show(view)
        quantity = self._asked(view) if self._own else self.policy(view)
        if self.ahead is not None:
            quantity = quantity + self.ahead.extra(view, quantity)
            self._ceil = self.stock.whole_units
        if self._carry is not None:
            quantity = quantity + self._carry
            whole = np.floor(quantity + TINY) if self.stock.whole_units else quantity
            self._carry = quantity - whole
            quantity = whole
        elif self._ceil:
            quantity = np.ceil(quantity - TINY)
        if self._minimum is not None:
            quantity = np.where(quantity > 0, np.maximum(quantity, self._minimum), 0.0)
        if self._multiple is not None:
            lots = np.divide(quantity, self._multiple, out=quantity.copy(), where=self._multiple > 0)
            quantity = np.where(self._multiple > 0, np.ceil(lots - TINY) * self._multiple, quantity)
        if self._gates or self.sourcing is not None:
            before = self.moments[self._moment - 1] if self._moment else view.day - self._first
            quantity = np.array(quantity, dtype=float)
            for rows, gate in self._gates:
                quantity[rows] = gate.accepted(view.day, view.day - before, quantity[rows])
            if self.sourcing is not None:
                quantity = self.sourcing.divided(view, view.day - before, quantity)
        return quantity

    def _asked(self, view: View) -> Floats:
        """A user's own policy; what it is shown are copies, so that it cannot write in the books."""
        view.net = view.net.copy()
        if self.index is None:
            view.position = (self.stock.position if self.sourcing is None else view.position).copy()
        return asked(self.policy, self._name, view, self._replication)
