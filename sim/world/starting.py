"""How a replication starts: every posture at its own position, mean demand staged in the pipeline, the rest on hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.world.blueprint import Site
from sim.world.clock import RECEIPT
from sim.world.orderstock import OrderStock
from sim.world.parcel import Parcel

if TYPE_CHECKING:
    from sim.world.world import World

Floats = NDArray[np.float64]


def fill(world: World, site: Site) -> None:
    """Start at the plan's own position: mean demand staged in the pipeline, the rest on hand."""
    stock, first = world.stocks[site.name], float(world.future.first)
    doors = world.doors.get(site.name)
    level = np.maximum(site.level, 0.0)
    staged: list[tuple[float, Floats]] = []
    if world.blueprint.scenario.start == "pipeline" and site.lead.max(initial=0.0) > 0:
        every = max(max((group.every for group in site.groups), default=1.0), 1.0)
        before, times = np.zeros(level.size), 0.0
        cap = np.minimum(site.mean * site.lead, level)
        while times < site.lead.max():
            times += every
            so_far = np.minimum(site.mean * np.minimum(site.lead, times), cap)
            if world.whole:
                so_far = np.floor(so_far + 1e-9)
            if (so_far > before).any():
                staged.append((first + times, so_far - before))
            before = so_far
        on_hand = level - before
    else:
        on_hand = level
    if isinstance(stock, OrderStock):
        stock.on_hand = on_hand.tolist()
        for time, quantity in staged:
            if doors is not None:
                time = doors.begins(doors.done(time))
            for item in np.flatnonzero(quantity).tolist():
                parcel = Parcel(stock, item, float(quantity[item]), first, first)
                stock.on_order[item] += parcel.quantity
                stock.credit(parcel, time)
                world.clock.at(time, RECEIPT, stock.receive, parcel)
        return
    stock.net[:] = on_hand
    stock.position[:] = on_hand
    for time, quantity in staged:
        if doors is not None:
            time = doors.begins(doors.done(time))
        parcel = Parcel(stock, None, quantity, first, first)
        stock.position += quantity
        stock.credit(parcel, time)
        world.clock.at(time, RECEIPT, stock.receive, parcel)
