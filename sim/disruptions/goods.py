"""Groups of items: quality holds and recalls, demand shocks, tariffs and price shocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

from sim.catalogue import Criticality
from sim.disruptions.incident import Incident, Points, Target, check_curve
from sim.disruptions.timing import Occurrence, Timed
from sim.keys import key, spec

if TYPE_CHECKING:
    from sim.scenario import Scenario


@spec
class Grouped(Timed):
    """Keys of kinds that hit a group of items: by name, family, criticality or supplier, at some warehouses or all."""

    items: tuple[str, ...] = key(default=(), about="items hit; left out: all that the other keys of the group allow")
    family: str | None = key(default=None, about="family hit")
    criticality: Criticality | None = key(default=None, about="criticality hit")
    supplier: str | None = key(default=None, about="hits what this supplier makes")
    warehouses: tuple[str, ...] = key(default=(), about="warehouses hit; left out: all")

    def _chosen(self, items: Any) -> tuple[str, ...]:
        return tuple(
            item.item
            for item in items
            if (not self.items or item.item in self.items)
            and self.family in (None, item.family)
            and self.criticality in (None, item.criticality)
            and (self.supplier is None or item.suppliers[:1] == (self.supplier,))
        )

    def bound(self, scenario: Scenario) -> Self:
        """The same with the items and warehouses of this scenario."""
        warehouses = self.warehouses or tuple(scenario.sites)
        items = self._chosen(scenario.items)
        there = tuple(site for site in warehouses if set(items) & set(scenario.sites[site]))
        return replace(self, items=items, warehouses=there, family=None, criticality=None, supplier=None)

    def targets(self) -> list[tuple[Target, str]]:
        """The items and warehouses named; the others follow from the scenario."""
        found: list[tuple[Target, str]] = [("item", item) for item in self.items]
        found += [("warehouse", warehouse) for warehouse in self.warehouses]
        return found + ([] if self.supplier is None else [("supplier", self.supplier)])

    def adrift(self, rows: Mapping[str, Mapping[int, Any]]) -> list[tuple[str, str, list[str]]]:
        """A family that no item has, or a group without members: key, name and what there is."""
        items = rows.get("items", {}).values()
        families = sorted({item.family for item in items if item.family})
        if self.family is not None and self.family not in families:
            return [("family", self.family, families)]
        unknown = set(self.items) - {item.item for item in items}
        return [] if unknown or self._chosen(items) or not items else [("", "", [])]

    def at(self, occurrence: Occurrence, **effects: Any) -> list[Incident]:
        """One incident for each warehouse, limited to the items."""
        return [
            Incident(
                name="",
                kind="",
                target="warehouse",
                where=warehouse,
                start=0.0,
                end=occurrence.length,
                remaining=1.0,
                items=self.items,
                **effects,
            )
            for warehouse in self.warehouses
        ]


@spec
class QualityHold(Grouped):
    """Stock on hand, and what arrives meanwhile, is quarantined; at the end a share is released and the rest scrapped.

    Not modelled: goods already with customers; the inspection itself.
    """

    kind: Literal["quality_hold", "quality_recall"] = key(about="kind of disruption")
    share: float = key(default=1.0, ge=0, le=1, about="share of stock on hand and of arrivals that is quarantined")
    released: float | None = key(
        default=None,
        ge=0,
        le=1,
        about="share of it that is released at the end, the rest is scrapped; left out: all after a hold, none after a "
        "recall",
    )

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each warehouse."""
        released = float(self.kind == "quality_hold") if self.released is None else self.released
        return self.at(occurrence, stock="quarantined", stock_share=self.share, released=released)


@spec
class DemandShock(Grouped):
    """Demand multiplied for a while: by one factor, or along a profile of factors.

    Not modelled: orders placed twice in a shortage; demand that is only brought forward (use two shocks).
    """

    kind: Literal["demand_surge", "demand_collapse", "demand_shock"] = key(about="kind of disruption")
    factor: float = key(default=1.0, ge=0, le=1000, about="multiplies demand meanwhile")
    profile: Points = key(
        default=(), about="the factor as [day from start, factor] points, linear between; replaces factor"
    )

    endless = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_curve(self.profile, 1000.0, "the factors 0 to 1000")
        if not self.profile and self.factor == 1:
            raise ValueError("a demand shock needs a factor other than 1, or a profile")
        if (self.kind == "demand_surge" and not self.profile and self.factor < 1) or (
            self.kind == "demand_collapse" and not self.profile and self.factor > 1
        ):
            raise ValueError(
                f"factor {self.factor:g} does not suit {self.kind!r}: a surge is above 1, a collapse below"
            )

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each warehouse."""
        return self.at(occurrence, demand_factor=self.factor, demand_profile=self.profile)


@spec
class PriceShock(Grouped):
    """A tariff or another step in purchase prices: on lanes, on what a supplier makes, or on a group of items.

    On lanes and groups the price of the day of receipt counts (duty falls due at the border), from a supplier that of the
    day on which goods leave the factory.

    Not modelled: prices passed on to customers; duty drawback.
    """

    kind: Literal["tariff", "price_shock"] = key(about="kind of disruption")
    lanes: tuple[str, ...] = key(default=(), about="lanes hit, for a tariff between two countries")
    duty: float | None = key(default=None, ge=0, about="duty as a share of the purchase price, added to it")
    price_factor: float | None = key(default=None, ge=0, about="multiplies purchase prices; instead of duty")

    endless = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.duty is None) == (self.price_factor is None):
            raise ValueError("give either duty or price_factor")
        grouped = self.items or self.warehouses or self.family or self.criticality
        if self.lanes and (grouped or self.supplier):
            raise ValueError("give either lanes or a group of items")

    @property
    def _by_supplier(self) -> bool:
        return bool(self.supplier) and not (self.items or self.family or self.criticality or self.warehouses)

    def bound(self, scenario: Scenario) -> Self:
        """The same with the items and warehouses of this scenario, where a group of items is hit."""
        return self if self.lanes or self._by_supplier else super().bound(scenario)

    def targets(self) -> list[tuple[Target, str]]:
        """The lanes, items, warehouses and suppliers named."""
        return [*(("lane", lane) for lane in self.lanes), *super().targets()]

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each lane, for the supplier, or for each warehouse."""
        factor = 1 + (self.duty or 0.0) if self.price_factor is None else self.price_factor
        if not self.lanes and not self._by_supplier:
            return self.at(occurrence, price_factor=factor)
        places: list[tuple[Target, str]] = [("lane", lane) for lane in self.lanes] or [("supplier", str(self.supplier))]
        return [
            Incident(
                name="",
                kind="",
                target=target,
                where=where,
                start=0.0,
                end=occurrence.length,
                remaining=1.0,
                price_factor=factor,
            )
            for target, where in places
        ]
