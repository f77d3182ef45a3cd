"""How a replication ends: every parcel that is still under way is found, and each warehouse becomes a ledger."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ledger import SiteLedger
from sim.world.blueprint import Site
from sim.world.feeding import FeedingStock
from sim.world.orderstock import OrderStock
from sim.world.parcel import Parcel
from sim.world.stock import Stock

if TYPE_CHECKING:
    from sim.world.world import World

Floats = NDArray[np.float64]


def pipeline_of(world: World) -> dict[str, dict[str, Floats]]:
    """Every parcel that is still under way, found where it is: in events, at works, at routes, in claims."""
    end = float(world.future.end)
    found = {
        name: {"making": np.zeros(stock.size), "moving": np.zeros(stock.size), "claimed": np.zeros(stock.size)}
        for name, stock in world.stocks.items()
    }
    parcels: list[Parcel] = []
    for payload in world.clock.pending():
        if isinstance(payload, Parcel):
            parcels.append(payload)
        elif isinstance(payload, tuple) and payload and isinstance(payload[0], Parcel):
            parcels.append(payload[0])
    for stock in world.stocks.values():
        if isinstance(stock, Stock):
            parcels += [parcel for _, parcel in stock.inbound]
    for works in (*world.works.values(), *world.slots.values()):
        parcels += works.queued()
    for route in world.routes.values():
        parcels += route.held()
    for parcel in parcels:
        parcel.stock.credit(parcel, end)
        where = found[parcel.stock.name]["making" if parcel.ready >= end else "moving"]
        if parcel.index is None:
            where += parcel.quantity
        else:
            where[parcel.index] += parcel.quantity
    for stock in world.stocks.values():
        if isinstance(stock, FeedingStock):
            for claim in [*stock.queue, *stock._fresh]:
                if claim.stock is not None:
                    found[claim.stock.name]["claimed"] += claim.quantity[stock.columns[claim.stock.name]]
    if world.blueprint.single:
        for name, above in world.blueprint.feeder.items():
            if above is not None and name in found:
                found[name]["claimed"] += _claimed(world, name, above)
    return found


def _claimed(world: World, name: str, above: str) -> Floats:
    """Units a fed warehouse waits for at the one that feeds it (single orders)."""
    place = world.blueprint.sites[above].items
    queues = world.stocks[above].queues
    return np.array(
        [
            sum(claim.quantity for claim in queues[place.index(item)] if claim.who == name)
            for item in world.blueprint.sites[name].items
        ]
    )


def site_ledger(world: World, site: Site, pipeline: dict[str, Floats]) -> SiteLedger:
    stock = world.stocks[site.name]
    size = len(site.items)
    if isinstance(stock, OrderStock):
        return SiteLedger(
            items=site.items,
            days=float(world.future.end),
            step=0.0,
            columns={
                name: np.array(values) + (stock.ward.sums.get(name, 0.0) if stock.ward is not None else 0.0)
                for name, values in stock.counts.items()
            },
            claims=np.array(stock.claims),
            claims_served=np.array(stock.claims_served),
            claims_days=np.array(stock.claims_days),
            shipped=np.array(stock.shipped),
            opening=stock.opening,
            closing=stock.closing(),
            pipeline=pipeline,
            orders=stock.orders,
            volume_days=float((np.array(stock.counts["on_hand_days"]) * site.volume).sum()),
            peak_volume=math.nan if site.volume.any() else 0.0,
        )
    journal = stock.journal
    feeds = isinstance(stock, FeedingStock)
    columns = dict(journal.sums)
    columns["transit_days"], columns["freight"] = stock.transit_days + journal.transit_days, stock.freight
    for sums in (stock.besides, stock.ward.sums if stock.ward is not None else {}):
        for name, values in sums.items():
            columns[name] = columns[name] + values
    owed = stock.owed if feeds else np.zeros(size)
    customers = stock.net + owed
    return SiteLedger(
        items=site.items,
        days=float(world.future.end),
        step=journal.step,
        columns=columns,
        claims=stock.claims if feeds else np.zeros(size),
        claims_served=stock.claims_served if feeds else np.zeros(size),
        claims_days=journal.claims_days,
        shipped=journal.shipped_sum,
        opening=stock.opening,
        closing={
            "on_hand": np.maximum(customers, 0.0),
            "aside": stock.aside,
            "waiting": np.maximum(-customers, 0.0),
            "owed": owed,
            "on_order": stock.on_order,
        },
        pipeline=pipeline,
        orders=stock.orders,
        volume_days=journal.volume_days,
        peak_volume=journal.peak_volume,
        overflow_days=journal.overflow_days,
        series={name: np.concatenate(parts) for name, parts in journal.series.items() if parts},
    )
