"""Items: what is bought, stocked and sold. A scenario lists `Item`s; the world works on a `Catalogue`, items as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.distributions import Law, fixed
from sim.keys import key, spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

Criticality = Literal["halts production", "breaches a contract", "inconveniences"]
CRITICALITIES: tuple[Criticality, ...] = ("halts production", "breaches a contract", "inconveniences")


@spec
class Item:
    """One stock-keeping unit.

    Not modelled: substitution between items.
    """

    item: str = key(about="identifier, kept as text", min_length=1)
    description: str = key(default="", about="what it is")
    family: str = key(default="", about="family or product group")
    standard_cost: float = key(gt=0, about="standard cost, money per unit")
    price: float | None = key(default=None, ge=0, about="selling price, money per unit; standard cost when left out")
    volume: float = key(default=0.0, ge=0, about="volume, m3 per unit")
    shelf_life: float | None = key(
        default=None, gt=0, about="shelf life, days, at receipt unless life_from says otherwise; empty: does not age"
    )
    life_at_receipt: Law = key(
        default=fixed(1.0),
        about="share of the shelf life that is left at receipt, a number or a law by item and day (0.7: sterile goods)",
    )
    life_from: Literal["receipt", "production"] = key(
        default="receipt", about="whether the shelf life runs from receipt, or from the day goods leave the factory"
    )
    least_life: float = key(
        default=0.0, ge=0, about="days of life that customers want to be left; with less, goods count as expired"
    )
    criticality: Criticality = key(default="inconveniences", about="what a stockout does")
    supplier: str = key(default="", about="supplier; several divided by ';', the first is the one used")
    candidate: str = key(
        default="",
        about="supplier that could be its second source and is in no use so far: only postures with `second_source` or "
        "`backup` buy there, and scores see the item as it is without",
    )
    minimum_order: float = key(default=0.0, ge=0, about="smallest order, units")
    owner: Literal["own", "supplier"] = key(
        default="own", about="'supplier': stock of it is on consignment, the supplier's until it is used, everywhere"
    )
    multiple: float = key(default=0.0, ge=0, about="orders come in multiples of this, units; 0: any quantity")
    purchase_price: float | None = key(
        default=None, ge=0, about="price paid, money per unit; standard cost when left out"
    )
    goodwill: float | None = key(
        default=None, ge=0, about="goodwill lost with each lost unit, money; by criticality when left out"
    )
    lost_share: float | None = key(
        default=None,
        ge=0,
        le=1,
        about="share of unmet demand that is lost, the rest waits; the scenario's when left out",
    )
    backorder_penalty: float | None = key(
        default=None,
        ge=0,
        about="penalty once per unit backordered, money; the scenario's share of price when left out",
    )

    @property
    def life(self) -> float | None:
        """Mean days that a unit may lie in stock; None where it does not age (transit from production is not deducted)."""
        if self.shelf_life is None:
            return None
        share = self.life_at_receipt.mean if self.life_from == "receipt" else 1.0
        return max(self.shelf_life * share - self.least_life, 0.0)

    @property
    def suppliers(self) -> tuple[str, ...]:
        """The suppliers named, in order of preference."""
        return tuple(part.strip() for part in self.supplier.split(";") if part.strip())


@dataclass(frozen=True)
class Catalogue:
    """Items as columns; every array is (n_items,) and read-only by convention.

    Attributes
    ----------
    ids : identifiers; `index` maps them to positions.
    standard_cost, price, purchase_price : money per unit.
    volume : m3 per unit.
    minimum_order, multiple : units.
    rank : 0 halts production, 1 breaches a contract, 2 inconveniences.
    supplier : name of the supplier used, "" where the item is not bought directly.
    """

    ids: tuple[str, ...]
    index: dict[str, int]
    standard_cost: Floats
    price: Floats
    purchase_price: Floats
    volume: Floats
    minimum_order: Floats
    multiple: Floats
    rank: NDArray[Any]
    supplier: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, items: Sequence[Item]) -> Catalogue:
        """Columns of a list of items."""
        import numpy as np

        def column(values: Sequence[float]) -> Floats:
            return np.asarray(values, dtype=float)

        ids = tuple(item.item for item in items)
        return cls(
            ids=ids,
            index={name: place for place, name in enumerate(ids)},
            standard_cost=column([item.standard_cost for item in items]),
            price=column([item.standard_cost if item.price is None else item.price for item in items]),
            purchase_price=column(
                [item.standard_cost if item.purchase_price is None else item.purchase_price for item in items]
            ),
            volume=column([item.volume for item in items]),
            minimum_order=column([item.minimum_order for item in items]),
            multiple=column([item.multiple for item in items]),
            rank=np.asarray([CRITICALITIES.index(item.criticality) for item in items]),
            supplier=tuple(item.suppliers[0] if item.suppliers else "" for item in items),
        )
