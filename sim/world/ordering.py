"""Orders of a stocking point under continuous review: which quantity, and which way the goods take."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.chance import Counter
from sim.plan import PlanLine
from sim.policies import POLICIES, View
from sim.world.asking import asked
from sim.world.clock import RECEIPT, Clock
from sim.world.orderstock import OrderStock
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.works import Works

TINY = 1e-9


def orderer(line: PlanLine, stock: OrderStock, item: int, clock: Clock, replication: int) -> Callable[[float], float]:
    """A function from the inventory position of one item to the quantity to order now."""
    level, point, lot = line.order_up_to, line.reorder_point, line.order_quantity
    multiple, minimum = line.multiple, line.minimum

    def base_stock(position: float) -> float:
        return level - position

    def s_S(position: float) -> float:  # noqa: N802
        return level - position if position <= point + TINY else 0.0

    def r_nQ(position: float) -> float:  # noqa: N802
        return (math.floor((point - position + TINY) / lot) + 1) * lot if position <= point + TINY else 0.0

    own = {"base_stock": base_stock, "s_S": s_S, "r_nQ": r_nQ}
    if isinstance(line.policy, str) and line.policy in own:
        wanted: Callable[[float], float] = own[line.policy]
    else:
        policy = POLICIES[line.policy] if isinstance(line.policy, str) else line.policy
        columns = {
            "order_up_to": level,
            "reorder_point": point,
            "order_quantity": lot,
            "safety_stock": line.safety_stock,
            "forecast": line.forecast,
            "lead_time": line.lead_time,
            "review_every": line.review_every,
        }
        view = View(line.warehouse, (line.item,), {name: np.array([value]) for name, value in columns.items()})

        name = (
            line.policy
            if isinstance(line.policy, str)
            else getattr(line.policy, "__name__", type(line.policy).__name__)
        )

        def wanted(position: float) -> float:
            view.day = clock.now
            view.position = np.array([position])
            view.net = view.position - stock.on_order[item]
            return float(asked(policy, name, view, replication)[0])

    if not multiple and not minimum:
        return wanted

    def rounded(position: float) -> float:
        quantity = wanted(position)
        if quantity <= TINY:
            return 0.0
        quantity = max(quantity, minimum)
        return math.ceil(quantity / multiple - TINY) * multiple if multiple else quantity

    return rounded


def supplied(
    stock: OrderStock, works: Works, route: Route, counters: list[tuple[Any, Counter]] | None
) -> Callable[[int, float], None]:
    """A function that sends an order of one item through a supplier and a route.

    Parameters
    ----------
    counters : laws and draws by order number, production first, where each order draws its own lead time; None where
        luck goes by calendar day.
    """
    clock, receive, end = stock.clock, stock.receive, stock.end
    simple = (
        not works.limited
        and works.undisturbed
        and route.undisturbed
        and not route.contended
        and route.lane.departures is None
        and not route.lane.freight
        and all(leg.port is None for leg in route.lane.legs)
    )
    if simple and counters is not None:
        number = 0
        made: list[float] = []
        done: list[float] = []
        making_draws, moving_draws = counters[:1], counters[1:]

        def drawn(item: int, quantity: float) -> None:
            nonlocal number, made, done
            place = number % Counter.BLOCK
            if place == 0:
                block = number // Counter.BLOCK
                first, *rest = (law.from_score(counter.block(block)) for law, counter in (*making_draws, *moving_draws))
                made, done = first.tolist(), sum(rest, first).tolist()
            number += 1
            now = clock._now
            ready, arrival = now + made[place], now + done[place]
            moving = (arrival if arrival < end else end) - (ready if ready > 0 else 0.0)
            if moving > 0:
                stock.counts["transit_days"][item] += quantity * moving
            parcel = Parcel(stock, item, quantity, now, ready)
            parcel.credited = True
            clock.at(arrival, RECEIPT, receive, parcel)

        return drawn

    production = works.supplier.production_time
    if (
        simple
        and production.sd == 0
        and all(leg.transit is not None and leg.transit.sd == 0 for leg in route.lane.legs)
    ):
        making = production.mean
        lasting = making + sum(leg.transit.mean for leg in route.lane.legs if leg.transit is not None)

        def constant(item: int, quantity: float) -> None:
            now = clock._now
            ready, arrival = now + making, now + lasting
            moving = (arrival if arrival < end else end) - (ready if ready > 0 else 0.0)
            if moving > 0:
                stock.counts["transit_days"][item] += quantity * moving
            parcel = Parcel(stock, item, quantity, now, ready)
            parcel.credited = True
            clock.at(arrival, RECEIPT, receive, parcel)

        return constant

    def general(item: int, quantity: float) -> None:
        works.order(Parcel(stock, item, quantity, clock.now, math.inf), route)

    return general


def fed(stock: OrderStock, feeder: OrderStock, columns: list[int], route: Route) -> Callable[[int, float], None]:
    """A function that claims goods for one item from the warehouse that feeds this one."""
    clock = stock.clock
    back = {above: below for below, above in enumerate(columns)}

    def give(above: int, quantity: float) -> None:
        route.send(Parcel(stock, back[above], quantity, clock.now, clock.now))

    lane = route.lane
    if (
        not route.contended
        and lane.departures is None
        and route.undisturbed
        and not lane.freight
        and all(leg.transit is not None and leg.transit.sd == 0 for leg in lane.legs)
    ):
        lasting = sum(leg.transit.mean for leg in lane.legs if leg.transit is not None)
        end, receive = stock.end, stock.receive

        def give(above: int, quantity: float) -> None:
            now, item = clock._now, back[above]
            arrival = now + lasting
            moving = (arrival if arrival < end else end) - (now if now > 0 else 0.0)
            if moving > 0:
                stock.counts["transit_days"][item] += quantity * moving
            parcel = Parcel(stock, item, quantity, now, now)
            parcel.credited = True
            clock.at(arrival, RECEIPT, receive, parcel)

    def order(item: int, quantity: float) -> None:
        feeder.claim(columns[item], quantity, give, stock.name)

    return order
