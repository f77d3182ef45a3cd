"""Factories: what is made of what, and how a factory appears to those who buy from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from sim.distributions import Law, fixed
from sim.keys import key, spec
from sim.network import Supplier

#: units of each component in one unit of a product, by product
Bills = Mapping[str, Mapping[str, float]]


@spec
class BillLine:
    """One row of the table of bills of materials."""

    product: str = key(about="item that is made", min_length=1)
    component: str = key(about="item that goes into it", min_length=1)
    quantity: float = key(gt=0, about="units of the component in one unit of the product")


@spec
class Product:
    """One thing that a factory makes."""

    product: str = key(about="item that is made; its supplier is the factory", min_length=1)
    parts: dict[str, float] = key(
        default_factory=dict, about="units of each component in one unit; left out: the rows of `bom` for this product"
    )
    hours: float = key(default=1.0, gt=0, about="capacity that one unit takes, in the unit of the factory's capacity")
    level: float = key(default=0.0, ge=0, about="units a day to be built, with schedule = 'level'")

    def __post_init__(self) -> None:
        for component, quantity in self.parts.items():
            if quantity <= 0:
                raise ValueError(
                    f"parts: {quantity:g} units of {component!r}: a bill needs more than 0 of each component"
                )
        if self.product in self.parts:
            raise ValueError(f"parts: {self.product!r} is a component of itself")


@spec
class Factory:
    """A production line: it starts a product when every component of its bill is on hand, and stops when one is missing.

    To those who buy from it, it is a supplier: its name is the origin of lanes and the supplier of its products.

    Not modelled: change-overs; scrap and rework at the line; labour; stock between stations; the value that work adds while
    a product is made.
    """

    name: str = key(about="name", min_length=1)
    place: str = key(default="", about="where it is")
    region: str = key(default="", about="country or region whose troubles it shares; empty: not known")
    store: str = key(about="warehouse that holds its components", min_length=1)
    makes: tuple[Product, ...] = key(about="products, in order of priority", min_length=1)
    capacity: float | None = key(
        default=None,
        gt=0,
        about="work that may start a day: units, or hours where products say how many they take; left out: not limited",
    )
    production_time: Law = key(default=fixed(0.0), about="start of a product to its being ready, days")
    correlation_time: float = key(
        default=80.0, ge=0, about="days over which production luck stays alike (assumed; 0: independent days)"
    )
    schedule: Literal["orders", "level"] = key(
        default="orders",
        about="'orders': it makes what warehouses order; 'level': so many units a day, whatever they ask for",
    )
    sequence: Literal["orders", "priority", "rotation"] = key(
        default="orders",
        about="which product comes first in a morning: that of the oldest order, the first of `makes`, or each in turn",
    )
    missing: Literal["stops", "skips"] = key(
        default="stops",
        about="a component is missing: the line stands still, or goes on with what has all its components",
    )
    line_down_cost: float = key(
        default=0.0, ge=0, about="cost of a day that the line stands still for want of a component"
    )


@spec
class Plant(Supplier):
    """A factory as its customers see it: a supplier with its name, its capacity and its production time."""

    of: Factory = key(about="the factory")


def plant(factory: Factory) -> Plant:
    """The supplier that a factory is to its customers; its capacity is never free to be divided."""
    return Plant(
        name=factory.name,
        place=factory.place,
        region=factory.region,
        production_time=factory.production_time,
        capacity=float("inf") if factory.capacity is None else factory.capacity,
        correlation_time=factory.correlation_time,
        of=factory,
    )


def with_plants(suppliers: Iterable[Supplier], factories: Iterable[Factory]) -> tuple[Supplier, ...]:
    """Suppliers and, after them, every factory as one; those that are there already stay as they are."""
    suppliers = tuple(suppliers)
    there = {one.name: one for one in suppliers if isinstance(one, Plant)}
    own = [one for one in suppliers if not isinstance(one, Plant)]
    for factory in factories:
        known = there.get(factory.name)
        own.append(known if known is not None and known.of == factory else plant(factory))
    return tuple(own)


def bills(factories: Iterable[Factory], bom: Iterable[BillLine]) -> dict[str, Bills]:
    """Bills of materials by factory and product, those of the table added to those of the file."""
    rows: dict[str, dict[str, float]] = {}
    for row in bom:
        rows.setdefault(row.product, {})[row.component] = row.quantity
    return {
        factory.name: {made.product: {**made.parts, **rows.get(made.product, {})} for made in factory.makes}
        for factory in factories
    }


def components(factories: Iterable[Factory], bom: Iterable[BillLine]) -> dict[tuple[str, str], None]:
    """(component, store) of every component of every factory, in order, each once."""
    factories = tuple(factories)
    made = bills(factories, bom)
    return {
        (component, factory.store): None
        for factory in factories
        for bill in made[factory.name].values()
        for component in bill
    }


def summary(factory: Factory, made: Bills, currency: str) -> str:
    """What a factory is, in one line."""
    parts = list(dict.fromkeys(component for bill in made.values() for component in bill))
    most = "no limit to its capacity" if factory.capacity is None else f"{factory.capacity:g} a day"
    how = {"orders": "to order", "level": "to a level schedule"}[factory.schedule]
    return (
        f"factory {factory.name}: makes {', '.join(made)} {how} from {len(parts)} components at {factory.store} "
        f"({', '.join(parts)}); {most}; a line-down day costs {factory.line_down_cost:,.0f} {currency}"
    )
