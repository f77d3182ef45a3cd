"""Whether price paths, quotes and contracts fit their scenario, and what of them is likely not meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.errors import near_miss

if TYPE_CHECKING:
    from sim.scenario import Scenario

Place = tuple[str | int, ...]


def problems(
    rows: Mapping[str, Mapping[int, Any]], names: Mapping[str, Collection[str] | None]
) -> list[tuple[Place, str]]:
    """What does not fit between prices, quotes, contracts and the rest of a scenario.

    Parameters
    ----------
    rows : sound rows of all lists of the scenario.
    names : all names of each list; None where they cannot be known.
    """
    found: list[tuple[Place, str]] = []

    def refer(place: Place, name: str, section: str, what: str) -> None:
        known = names[section]
        if known is not None and name not in known:
            found.append((place, f"{name!r} is not {what} of this scenario{near_miss(name, sorted(known))}"))

    for number, path in rows.get("prices", {}).items():
        for supplier in path.suppliers:
            refer(("prices", number, "suppliers"), supplier, "suppliers", "a supplier")
        for item in path.items:
            refer(("prices", number, "items"), item, "items", "an item")
    items = {item.item: item for item in rows.get("items", {}).values()}
    factors = {one.name: one.price_factor for one in rows.get("suppliers", {}).values()}
    for number, quote in rows.get("quotes", {}).items():
        refer(("quotes", number, "item"), quote.item, "items", "an item")
        refer(("quotes", number, "supplier"), quote.supplier, "suppliers", "a supplier")
        if quote.item in items and items[quote.item].purchase_price == 0:
            told = f"{quote.item!r} has a purchase_price of 0, so that no price can be told relative to it: give one above 0"
            found.append((("quotes", number, "item"), told))
        factor = factors.get(quote.supplier, 1.0)
        if factor != 1.0:
            told = (
                f"{quote.supplier!r} has a price_factor of {factor:g}, and a quote is the whole price of {quote.item!r} "
                "there: leave the factor out and quote every item that it is dearer (or cheaper) for, or leave the quote out"
            )
            found.append((("quotes", number, "supplier"), told))
    for number, contract in rows.get("contracts", {}).items():
        refer(("contracts", number, "supplier"), contract.supplier, "suppliers", "a supplier")
    for section in ("quotes", "contracts"):
        counts = Counter(one.name for one in rows.get(section, {}).values())
        found += [((section,), f"{name!r} is there {count} times") for name, count in counts.items() if count > 1]
    return found + _single_orders(rows)


def _single_orders(rows: Mapping[str, Mapping[int, Any]]) -> list[tuple[Place, str]]:
    """Parts that are not made for single orders."""
    if not any(stream.model == "orders" for stream in rows.get("demand", {}).values()):
        return []
    why = "not for single orders (demand model 'orders') so far: use daily demand"
    found: list[tuple[Place, str]] = [
        ((section,), why) for section in ("prices", "quotes", "contracts") if rows.get(section)
    ]
    for number, lane in rows.get("lanes", {}).items():
        if lane.per_delivery:
            found.append((("lanes", number, "per_delivery"), why))
    return found


def warnings(scenario: Scenario) -> Iterator[str]:
    """What is likely not meant."""
    sold = {supplier for item in scenario.items for supplier in item.suppliers}
    for path in scenario.prices:
        if not path.moves:
            yield f"prices: {path.name!r} moves no price: give drift, volatility or a step"
        elif path.suppliers and not any(
            path.concerns(supplier, item.item) for item in scenario.items for supplier in item.suppliers
        ):
            yield f"prices: {path.name!r} moves no price: none of its suppliers sells any of its items"
        if path.step and path.start >= scenario.horizon:
            yield (
                f"prices: the step of {path.name!r} begins on day {path.start:g}, after the horizon: the scenario ends on "
                f"day {scenario.horizon}"
            )
    for quote in scenario.quotes:
        item = scenario.items[scenario.catalogue.index[quote.item]]
        if quote.supplier not in item.suppliers:
            yield f"quotes: {quote.supplier!r} is not among the suppliers of {quote.item!r}: nobody will ask for this quote"
        prices = [quote.price, *(one.price for one in quote.breaks)]
        if any(after >= before for before, after in zip(prices, prices[1:], strict=False)):
            yield f"quotes: the price of {quote.name} does not fall with the quantity"
    for contract in scenario.contracts:
        if contract.supplier not in sold:
            yield f"contracts: no item is bought from {contract.supplier!r}"
            continue
        units, value = _most(scenario, contract.supplier)
        if units is None or value is None:
            continue
        for least, most, what in (
            (contract.minimum_units, units, "units"),
            (contract.minimum_value, value, scenario.currency),
        ):
            if least > most * (1 + 1e-9):
                yield (
                    f"contracts: {contract.supplier!r} must get {least:g} {what} a year, and mean demand for all that it "
                    f"sells is {most:g}: the rest is paid for whatever is done"
                )


def _most(scenario: Scenario, supplier: str) -> tuple[float | None, float | None]:
    """Mean demand a year, units and value, for all items that a supplier could sell; None where only history knows it."""
    units = value = 0.0
    for stream in scenario.demand:
        place = scenario.catalogue.index[stream.item]
        if supplier in scenario.items[place].suppliers:
            mean = stream.mean_per_day
            if mean is None:
                return None, None
            units += mean * 365.0
            value += mean * 365.0 * float(scenario.catalogue.purchase_price[place])
    return units, value
