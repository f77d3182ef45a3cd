"""Which warehouses keep their goods batch by batch, and what they tell at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.ledger import Ledger
from sim.sourcing import origins
from sim.ways import source
from sim.world.alarm import Alarm, alarms
from sim.world.blueprint import Site
from sim.world.shelf import Shelf
from sim.world.stock import Stock

if TYPE_CHECKING:
    from sim.world.world import World


def sound_alarms(world: World) -> list[Alarm]:
    """The bad spells of the Future; none where nobody makes defects."""
    if not any(one.defects for one in world.future.incidents):
        return []
    scenario = world.blueprint.scenario
    return alarms(world.clock, world.future, scenario.quality, [one.name for one in scenario.suppliers])


def shelve(world: World, site: Site, stock: Stock) -> Shelf | None:
    """The shelf of a warehouse; None where no item ages and no supplier makes defects or is inspected."""
    scenario = world.blueprint.scenario
    spoiled = {alarm.cause.where for alarm in world.alarms}
    makers = {one.name: one for one in scenario.suppliers}
    risky = {one.name for one in scenario.suppliers if one.defect_rate or one.inspection or one.name in spoiled}
    lanes = {lane.name: lane for lane in scenario.lanes}
    rows = []
    for place, line in enumerate(site.lines):
        item = scenario.items[scenario.catalogue.index[line.item]]
        # a plan may buy from others than those that the item names: a second supplier, a backup, by air
        makers_of = {*origins(line), *item.suppliers}
        if line.expedite_by in lanes:
            makers_of.add(source(lanes[line.expedite_by], line))
        if (scenario.ageing and item.shelf_life is not None) or risky & makers_of:
            rows.append(place)
    if not rows:
        return None
    lines = [site.lines[place] for place in rows]
    return Shelf(
        stock,
        world.clock,
        world.future,
        [scenario.items[scenario.catalogue.index[line.item]] for line in lines],
        np.array(rows, dtype=np.intp),
        [line.origin for line in lines],
        {name: makers[name] for name in sorted(risky)},
        scenario.ageing,
        scenario.warehouse(site.name).picking == "fefo",
        scenario.quality,
        world.alarms,
    )


def tell(world: World, ledger: Ledger) -> None:
    """Put the discoveries, and what inspection cost, on the ledger."""
    found = [alarm for alarm in world.alarms if 0 <= alarm.discovered < world.future.end]
    if found:
        ledger.told["discoveries"] = float(len(found))
        ledger.told["discovery_days"] = sum(alarm.discovered - alarm.cause.begins for alarm in found)
    fees = sum(stock.shelf.fees for stock in world.stocks.values() if getattr(stock, "shelf", None) is not None)
    if fees:
        ledger.fees["inspection"] = fees
