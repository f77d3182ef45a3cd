"""Contracts with suppliers: what the relationship costs whatever is bought, and what must be bought."""

from __future__ import annotations

from sim.keys import key, spec


@spec
class Contract:
    """Terms of one supplier, charged where a plan has a line that names it.

    Minimum volumes are counted on units ordered in the booked days, for the share of a year that is booked, and settled once
    at the end.

    Not modelled: bonuses for volume, terms of payment, penalties for late delivery.
    """

    supplier: str = key(about="supplier")
    fixed: float = key(default=0.0, ge=0, about="cost of the relationship, money a year")
    per_order: float = key(
        default=0.0, ge=0, about="money per order (one warehouse, one day) placed with it, besides costs.per_order"
    )
    minimum_units: float = key(default=0.0, ge=0, about="least volume, units of all its items a year")
    minimum_value: float = key(default=0.0, ge=0, about="least volume, money a year at base purchase prices")
    shortfall: float = key(default=1.0, ge=0, le=1, about="share of the value of what is missing that is charged")

    def __post_init__(self) -> None:
        if self.minimum_units and self.minimum_value:
            raise ValueError("minimum_units and minimum_value are two ways to say one thing: give one of them")

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.supplier

    @property
    def counts(self) -> bool:
        """Whether orders must be counted for it."""
        return bool(self.per_order or self.minimum_units or self.minimum_value)
