"""Whether factories fit their scenario: bills, stores, sources, schedules; and what of them is likely not meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.errors import near_miss
from sim.factory import Factory, bills, components

if TYPE_CHECKING:
    from sim.scenario import Scenario

Place = tuple[str | int, ...]
Members = Mapping[str, Mapping[int, Any]]
Names = Mapping[str, Collection[str] | None]


def problems(members: Members, names: Names, parts: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """What does not fit between factories, bills of materials and the rest of a scenario.

    Parameters
    ----------
    members : sound rows of each list by their position in it.
    names : for each list, all names found in the file; None where they cannot be known.
    parts : keys of the scenario with their sound values.
    """
    factories, bom = members.get("factories", {}), members.get("bom", {})
    if not factories:
        return [(("bom",), "there is no factory that makes anything: add [[factories]]")] if bom else []
    found = [*_names(factories, bom, names), *_places(factories, members, names), *_clock(members, parts)]
    if any(place[0] in ("factories", "bom") for place, _ in found):
        return found
    return [*found, *_bills(factories, bom), *_levels(factories, members)]


def needs(members: Members) -> list[tuple[str, str]]:
    """(component, store) for which somebody must supply."""
    return list(components(members.get("factories", {}).values(), members.get("bom", {}).values()))


def _lacks(name: str, known: Collection[str] | None, what: str) -> str:
    """That a name is not there; "" where it is, or where nobody can say."""
    if known is None or name in known:
        return ""
    return f"{name!r} is not {what} of this scenario{near_miss(name, sorted(known))}"


def _names(factories: Mapping[int, Factory], bom: Mapping[int, Any], names: Names) -> Iterator[tuple[Place, str]]:
    items = names["items"]
    made: dict[str, str] = {}
    for number, factory in factories.items():
        if problem := _lacks(factory.store, names["warehouses"], "a warehouse"):
            yield ("factories", number, "store"), problem
        if factory.name in (names["warehouses"] or ()):
            yield ("factories", number, "name"), f"{factory.name!r} is a warehouse too: one name, one place"
        for row, product in enumerate(factory.makes):
            here: Place = ("factories", number, "makes", row)
            if problem := _lacks(product.product, items, "an item"):
                yield (*here, "product"), problem
            for component in product.parts:
                if problem := _lacks(component, items, "an item"):
                    yield (*here, "parts"), problem
            if product.product in made:
                other = made[product.product]
                twice = "twice" if other == factory.name else f"at {other!r} too: one factory makes a product"
                yield (*here, "product"), f"{product.product!r} is made {twice}"
            made.setdefault(product.product, factory.name)
    inline = {
        (one.product, component) for factory in factories.values() for one in factory.makes for component in one.parts
    }
    pairs = Counter((row.product, row.component) for row in bom.values())
    for number, row in bom.items():
        if row.product not in made:
            yield (
                ("bom", number, "product"),
                f"{row.product!r} is made by no factory{near_miss(row.product, sorted(made))}",
            )
        if problem := _lacks(row.component, items, "an item"):
            yield ("bom", number, "component"), problem
        if row.component == row.product:
            yield ("bom", number), f"{row.product!r} is a component of itself"
        if pairs[row.product, row.component] > 1:
            yield ("bom", number), f"{row.component!r} in {row.product!r} is there more than once"
        elif (row.product, row.component) in inline:
            yield ("bom", number), f"{row.component!r} in {row.product!r} is given under parts as well"


def _places(factories: Mapping[int, Factory], members: Members, names: Names) -> Iterator[tuple[Place, str]]:
    """Names used twice, stores that feed others, products with other sources."""
    suppliers = {one.name for one in members.get("suppliers", {}).values()}
    fed = {one.fed_by: one.name for one in members.get("warehouses", {}).values() if one.fed_by is not None}
    sources = {item.item: (number, item.suppliers) for number, item in members.get("items", {}).items()}
    for number, factory in factories.items():
        if factory.name in suppliers:
            yield ("factories", number, "name"), f"{factory.name!r} is a supplier too: a factory needs no row there"
        if factory.store in fed:
            yield (
                ("factories", number, "store"),
                f"{factory.store!r} feeds {fed[factory.store]!r}: a store of components feeds no other warehouse",
            )
        for product in factory.makes:
            row, named = sources.get(product.product, (0, ()))
            if factory.name in named and len(named) > 1:
                yield (
                    ("items", row, "supplier"),
                    f"{product.product!r} is made at {factory.name!r} and has other suppliers: leave them out",
                )


def _clock(members: Members, parts: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    others = sorted({one.model for one in members.get("demand", {}).values()} & {"orders", "fixed_interval"})
    if others or parts.get("review") == "continuous":
        why = f"demand model {others[0]!r}" if others else "review = 'continuous'"
        yield (
            ("factories",),
            f"a factory works by day: {why} does not go with it (daily demand, reviewed morning or evening)",
        )


def _bills(factories: Mapping[int, Factory], bom: Mapping[int, Any]) -> Iterator[tuple[Place, str]]:
    """Products without a bill, and products that go into themselves through others; each circle told once."""
    made: dict[str, Mapping[str, float]] = {}
    for number, factory in factories.items():
        for row, product in enumerate(factory.makes):
            bill = bills([factory], bom.values())[factory.name][product.product]
            made[product.product] = bill
            if not bill:
                yield (
                    ("factories", number, "makes", row),
                    f"{product.product!r} has no bill of materials: give parts, or rows of bom",
                )
    told: set[str] = set()
    for start in made:
        path = _circle(start, made)
        if path and not told & set(path):
            told |= set(path)
            yield ("factories",), f"{' <- '.join(path)} is a circle: {start!r} would be a component of itself"


def _circle(start: str, made: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A way from a product through its components back to it; empty where there is none."""
    seen: set[str] = set()
    ways = [[start, component] for component in made[start]]
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        if way[-1] in made and way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, component] for component in made[way[-1]]]
    return []


def _levels(factories: Mapping[int, Factory], members: Members) -> Iterator[tuple[Place, str]]:
    """Whether a level schedule says how much, and has one place to go."""
    lanes = members.get("lanes", {}).values()
    for number, factory in factories.items():
        for row, product in enumerate(factory.makes):
            here: Place = ("factories", number, "makes", row, "level")
            if factory.schedule == "level" and not product.level:
                yield here, f"is missing: schedule = 'level' builds so many units of {product.product!r} a day"
            if factory.schedule == "orders" and product.level:
                yield here, f"{product.level:g}: is used with schedule = 'level' only"
        leads = sorted({lane.destination for lane in lanes if factory.name in lane.origin})
        if factory.schedule == "level" and len(leads) > 1:
            yield (
                ("factories", number, "schedule"),
                f"a level schedule pushes to one warehouse, and lanes lead from {factory.name!r} to {', '.join(leads)}",
            )
        hours = sum(product.level * product.hours for product in factory.makes)
        if factory.schedule == "level" and factory.capacity is not None and hours > factory.capacity * (1 + 1e-9):
            yield (
                ("factories", number, "capacity"),
                f"{factory.capacity:g} a day is less than the {hours:g} that the level schedule takes",
            )


def warnings(scenario: Scenario) -> Iterator[str]:
    """Factories from which nobody orders, and components that sell for less than they cost to hold the line."""
    for factory in scenario.factories:
        for product in factory.makes:
            stocked = any(
                product.product in items and scenario.origin_of(site, product.product) == factory.name
                for site, items in scenario.sites.items()
            )
            if not stocked:
                yield f"factory {factory.name!r}: nobody orders {product.product!r} from it (supplier = {factory.name!r})"
        if not factory.line_down_cost:
            yield f"factory {factory.name!r}: line_down_cost is 0: a line that stands still costs nothing"
