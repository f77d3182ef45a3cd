"""Of what each cost of a posture is made: mean quantities of a run, and the rates of its scenario."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.catalogue import CRITICALITIES
from sim.errors import UsageError
from sim.measures import BY_NAME
from sim.report.page.account import EXACT, Account, Term

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.page.source import Compared

Floats = NDArray[np.float64]
OTHER = ("ordering_cost", "freight_cost", "expediting_cost", "sourcing_cost", "purchase_price_variance")
#: keys of a scenario by which money is booked whose quantities the run does not keep
KEYS = {
    "ordering_cost": "costs.per_order, costs.per_line, lanes.per_delivery",
    "freight_cost": "lanes.freight",
    "expediting_cost": "lanes.freight",
    "sourcing_cost": "contracts, suppliers, quality, visibility, warehouses.holding_fee",
    "purchase_price_variance": "items.purchase_price, items.standard_cost, quotes, prices",
}


class _Means:
    """Means over futures of one posture under one weather, and the scenario's figures of its lines."""

    def __init__(self, source: Compared, weather: str, posture: str) -> None:
        self.source, self.weather, self.posture = source, weather, posture
        self.scenario: Mapping[str, Any] = source.manifest["resolved_scenario"]
        self.costs: Mapping[str, Any] = self.scenario["costs"]
        self.currency = source.business.currency
        items: pd.DataFrame = source.run.items
        here = (items["weather"].astype(str) == weather) & (items["posture"].astype(str) == posture)
        self.lines = items[here]
        catalogue = {str(item["item"]): item for item in self.scenario["items"]}
        self.items = [catalogue[str(name)] for name in self.lines["item"]]

    def mean(self, measure: str) -> float:
        """Mean of a measure; NaN where it is null in some futures, for then no product with it is exact."""
        return float(np.mean(self.source.comparison.values(self.weather, self.posture, measure)))

    def booked(self, measure: str) -> float:
        """The mean that the table of postures shows: of the futures in which it is not null."""
        return self.source.comparison.interval(self.weather, self.posture, measure).mean

    def units(self, name: str) -> Floats:
        """Mean of a figure by line, (lines,)."""
        return np.asarray(self.lines[name], dtype=float)

    def each(self, value: Callable[[Mapping[str, Any]], Any]) -> Floats:
        """A figure of each line's item, (lines,)."""
        return np.array([float(value(item)) for item in self.items])

    def share(self, measure: str, key: str, quantity: float, unit: str) -> Term:
        """A rate of the scenario on a value."""
        return Term.of(BY_NAME[measure].label, quantity, unit, self.costs[key], f"costs.{key}")

    def own(self, name: str, quantity: Floats, label: str) -> tuple[NDArray[np.bool_], Term]:
        """Which lines' items have a figure of their own, and the term that they make."""
        has = self.each(lambda item: item[name] is not None) > 0
        rate = self.each(lambda item: item[name] or 0.0)
        total, money = float(quantity[has].sum()), float((quantity * rate)[has].sum())
        mean = money / total if total else 0.0
        return has, Term(label, f"items.{name}, mean of these units", money, total, mean, "units a year")

    def account(self, measure: str, *terms: Term, rest: tuple[str, str] | None = None) -> Account:
        """An account of the terms that are not zero; where one is null in some futures, of what was booked alone."""
        booked, given = self.booked(measure), tuple(term for term in terms if term.money)
        if math.isfinite(self.mean(measure)) and all(math.isfinite(term.money) for term in given):
            return Account(measure, booked, given, rest)
        return Account(measure, booked, (), (f"{BY_NAME[measure].label}, null in some futures", ""))


def accounts(source: Compared, weather: str, posture: str) -> list[Account]:
    """Accounts of one posture under one weather, without those that are zero in every future.

    Raises
    ------
    UsageError : the manifest is damaged.
    """
    try:
        found = _Means(source, weather, posture)
        made = [*_carrying(found), *_stockout(found)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{source.folder / 'manifest.json'}: is damaged: {type(error).__name__}: {error}") from error
    made += [found.account(name, rest=(BY_NAME[name].label, KEYS[name])) for name in OTHER]
    return [one for one in made if max(map(abs, (one.booked, *(term.money for term in one.terms)))) > EXACT]


def _carrying(found: _Means) -> Iterable[Account]:
    currency, hand = found.currency, found.mean("on_hand_value")
    here, both = f"{currency} on hand", f"{currency} on hand and in transit"
    ours, moved = found.mean("average_inventory_value"), hand + found.mean("in_transit_value")
    yield found.account("capital_cost", found.share("capital_cost", "capital_rate", ours, f"{currency} tied up"))
    yield _storage(found, found.share("storage_cost", "storage_rate", hand, here))
    yield found.account("insurance_cost", found.share("insurance_cost", "insurance_rate", moved, both))
    yield _handling(found, found.share("handling_cost", "handling_rate", hand, here))
    yield found.account(
        "obsolescence_cost",
        found.share("obsolescence_cost", "obsolescence_rate", hand, here),
        Term.booked("written_down", found.mean("written_down"), "write_down"),
    )
    yield found.account(
        "spoilage_cost",
        found.share("spoilage_cost", "shrinkage_rate", hand, here),
        Term.booked("written_off", found.mean("written_off"), "items.standard_cost"),
        Term.booked("rework_cost", found.mean("rework_cost"), "costs.rework, costs.defect_cost"),
    )


def _storage(found: _Means, share: Term) -> Account:
    """Storage: share of value, or m3-days; fixed; overflow, of which the run keeps no quantity."""
    # a warehouse that stocks nothing is booked nothing
    stocked = {str(name) for name in found.lines["warehouse"]}
    costs, houses = found.costs, [one for one in found.scenario["warehouses"] if str(one["name"]) in stocked]
    fixed = Term.of("Storage, fixed", len(houses), "warehouses", costs["storage_fixed"], "costs.storage_fixed")
    terms, rest = [share, fixed], {}
    own = [house["storage_per_m3"] for house in houses]
    rents = {costs["storage_per_m3"] if rent is None else rent for rent in own}
    if len(rents) == 1:
        key = "costs.storage_per_m3" if None in own else "warehouses.storage_per_m3"
        days = 365 * found.mean("mean_space")
        terms.append(Term.of("Storage, space", days, "m3-days a year", rents.pop(), key))
    else:
        rest["space at each warehouse's rent"] = "warehouses.storage_per_m3"
    if any(house["overflow_cost"] and house["floor_space"] is not None for house in houses):
        rest["overflow"] = "warehouses.overflow_cost"
    left = (f"Storage, {' and '.join(rest)}", ", ".join(rest.values())) if rest else None
    return found.account("storage_cost", *terms, rest=left)


def _handling(found: _Means, share: Term) -> Account:
    """Handling: share of value, or m3 moved, which are known where every item has the same volume."""
    price, key = found.costs["handling_per_m3"], "costs.handling_per_m3"
    sizes = {float(item["volume"]) for item in found.items}
    if price and len(sizes) > 1:
        return found.account("handling_cost", share, rest=("Handling, m3 moved", key))
    moved = found.mean("handling_moves") * max(sizes, default=0.0)
    return found.account("handling_cost", share, Term.of("Handling, space", moved, "m3 moved a year", price, key))


def _stockout(found: _Means) -> Iterable[Account]:
    lost, cost = found.units("lost_units"), found.each(lambda item: item["standard_cost"])
    price = found.each(lambda item: item["standard_cost"] if item["price"] is None else item["price"])
    margin, units = float((lost * (price - cost)).sum()), float(lost.sum())
    key = "items.price − items.standard_cost, mean of the units lost"
    each = margin / units if units else 0.0
    yield found.account("lost_margin", Term("Lost margin", key, margin, units, each, "units lost a year"))
    has, theirs = found.own("goodwill", lost, "Goodwill, items with one of their own")
    terms = [theirs]
    classes = np.array([CRITICALITIES.index(item["criticality"]) for item in found.items], dtype=int)
    for place, kind in enumerate(CRITICALITIES):
        value, name = float((lost * cost)[~has & (classes == place)].sum()), f"goodwill_{kind.split()[0]}"
        unit = f"{found.currency} lost a year, at standard cost"
        terms.append(Term.of(f"Goodwill, {kind}", value, unit, found.costs[name], f"costs.{name}"))
    yield found.account("goodwill_cost", *terms)
    yield _backorders(found, price)
    days = {float(one["line_down_cost"]) for one in found.scenario["factories"]}
    key = "factories.line_down_cost"
    if len(days) > 1:
        yield found.account("line_down_cost", rest=("Line-down, by factory", key))
        return
    fee = max(days, default=0.0)
    yield found.account("line_down_cost", Term.of("Line-down", found.mean("line_down_days"), "days a year", fee, key))


def _backorders(found: _Means, price: Floats) -> Account:
    """Penalties: once a unit, which is known where no customer leaves the queue, and a day."""
    once, daily = "costs.backorder_penalty", "costs.backorder_per_unit_day"
    wait = found.mean("backorder_unit_days")
    rate = found.costs["backorder_per_unit_day"]
    day = Term.of("Backorder penalty, a day", wait, "unit-days a year", rate, daily)
    if any(stream["patience"] is not None for stream in found.scenario["demand"]):
        return found.account("backorder_penalty", day, rest=("Backorder penalty, once", once))
    late = np.maximum(found.units("demand_units") - found.units("served_units") - found.units("lost_units"), 0.0)
    has, theirs = found.own("backorder_penalty", late, "Backorder penalty, items with one of their own")
    value, unit = float((late * price)[~has].sum()), f"{found.currency} of sales backordered a year"
    rate = found.costs["backorder_penalty"]
    return found.account("backorder_penalty", Term.of("Backorder penalty, once", value, unit, rate, once), theirs, day)
