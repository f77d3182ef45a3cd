"""Lots and prices: the order quantity of least cost under quoted discounts, and options that can do nothing here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.carrying import YEAR, carrying_per_unit
from sim.catalogue import Item
from sim.plan import PlanLine
from sim.prices import Quote
from sim.theory.quantity_discount import discount_lot

if TYPE_CHECKING:
    from sim.postures.decision import Numbers, Posture
    from sim.scenario import Scenario


def quote_of(scenario: Scenario, item: str, supplier: str) -> Quote | None:
    """What a supplier quotes for an item; None where it quotes nothing."""
    return next((one for one in scenario.quotes if one.item == item and one.supplier == supplier), None)


def quoted(scenario: Scenario, item: Item, supplier: str) -> Item:
    """The item with the smallest order and the order multiple of its supplier's quote, where that names them."""
    quote = quote_of(scenario, item.item, supplier) if scenario.quotes else None
    if quote is None:
        return item
    given = {name: value for name in ("minimum_order", "multiple") if (value := getattr(quote, name)) is not None}
    return dataclasses.replace(item, **given)


def cost_of_an_order(scenario: Scenario, site: str, supplier: str) -> float:
    """Money for one order of one item that is ordered and comes alone: line, order, contract and delivery."""
    lane = scenario.lane_to(site, supplier)
    contract = sum(one.per_order for one in scenario.contracts if one.supplier == supplier)
    return scenario.costs.per_line + scenario.costs.per_order + contract + lane.per_delivery


def discounted(scenario: Scenario, numbers: Numbers, item: Item, site: str, supplier: str, mean: float) -> Numbers:
    """The numbers with the lot of least cost, where the supplier quotes discounts for the item; as they were elsewhere.

    Capital and all else is charged at standard cost, as the books do, whatever the price paid.
    """
    quote = quote_of(scenario, item.item, supplier)
    carrying = float(carrying_per_unit(scenario, site, [item.item])[0])
    if quote is None or not quote.breaks or mean <= 0 or carrying <= 0:
        return numbers
    fixed = cost_of_an_order(scenario, site, supplier)
    prices = [(0.0, quote.price), *((one.quantity, one.price) for one in quote.breaks)]
    # an order that costs nothing still has a quantity: of a millionth of a day's price
    lot = discount_lot(
        max(fixed, 1e-6 * quote.price * mean), mean * YEAR, prices, carrying, incremental=quote.scheme == "incremental"
    )
    return dataclasses.replace(numbers, lot=lot.order_quantity / mean)


def unlikely(posture: Posture, scenario: Scenario, lines: Sequence[PlanLine]) -> Iterator[str]:
    """Notes on options of a posture that can do nothing here."""
    ahead = [line for line in lines if line.buy_ahead > 0]
    told = [path for path in scenario.prices if path.step and path.announced is not None]
    if ahead and not any(path.concerns(line.origin, line.item) for path in told for line in ahead):
        yield (
            f"posture {posture.name!r}: buy_ahead does nothing: no price path with an announced step concerns what it buys"
        )
    if posture.discount_lots and not any(quote.breaks for quote in scenario.quotes):
        yield f"posture {posture.name!r}: discount_lots does nothing: no quote has breaks"
