"""What is paid: how purchase prices move from day to day, and what a supplier quotes for an order of some size."""

from __future__ import annotations

from typing import Literal

from sim.keys import key, spec

DAY_OF_PRICE = Literal["order", "shipment"]


@spec
class PricePath:
    """One cause that moves purchase prices; several multiply. On day 0 a path without a step stands at 1, the base price.

    The path is drift x luck x step. Drift compounds: (1 + drift)^(t / 365). Luck is drawn in the Future: the logarithm is a
    random walk, or, with a half-life, is pulled back to 0 (Ornstein and Uhlenbeck 1930); it is corrected so that the
    expected price is that of drift and step alone.

    Not modelled: prices that react to what the firm buys; jumps other than given steps.
    """

    name: str = key(about="name", min_length=1)
    suppliers: tuple[str, ...] = key(default=(), about="only what these suppliers sell; all when left out")
    items: tuple[str, ...] = key(default=(), about="only these items; all when left out")
    drift: float = key(
        default=0.0, gt=-1, le=10, about="growth of the price, share a year, compounded, also before day 0"
    )
    volatility: float = key(
        default=0.0, ge=0, le=5, about="standard deviation of the logarithm of the price over a year of a random walk"
    )
    half_life: float | None = key(
        default=None, gt=0, about="days in which half of a deviation is gone (mean-reverting); left out: a random walk"
    )
    step: float = key(
        default=0.0, gt=-1, le=100, about="share added to the price while the step rules, for example a tariff"
    )
    start: float = key(default=0.0, about="day from which the step rules")
    until: float | None = key(default=None, about="day from which the step rules no more; left out: it stays")
    announced: float | None = key(
        default=None,
        about="day from which planners know when the step begins and ends; left out: they see the price of today alone",
    )

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.start:
            raise ValueError(f"until: day {self.until:g} is not after start, day {self.start:g}")
        if self.announced is not None and self.announced > (self.until if self.until is not None else self.start):
            raise ValueError(f"announced: day {self.announced:g} is after all of the step has happened")
        if not self.step and (self.start or self.until is not None or self.announced is not None):
            raise ValueError("start, until and announced are of a step: give step, the share added to the price")
        if self.half_life is not None and not self.volatility:
            raise ValueError("half_life needs volatility: without it nothing deviates")

    @property
    def moves(self) -> bool:
        """Whether it ever changes a price."""
        return bool(self.drift or self.volatility or self.step)

    def concerns(self, supplier: str, item: str) -> bool:
        """Whether it moves the price of an item at a supplier."""
        return (not self.suppliers or supplier in self.suppliers) and (not self.items or item in self.items)


@spec
class Break:
    """From this quantity on, another price."""

    quantity: float = key(gt=0, about="units in one order line")
    price: float = key(gt=0, about="money per unit")


@spec
class Quote:
    """What one supplier asks for one item, before price paths: a base price, and discounts for large order lines.

    Not modelled: discounts over several items or over a year; quotes that expire.
    """

    item: str = key(about="item")
    supplier: str = key(about="supplier")
    price: float = key(gt=0, about="money per unit in the smallest orders, on day 0")
    minimum_order: float | None = key(default=None, ge=0, about="smallest order, units; the item's own when left out")
    multiple: float | None = key(default=None, ge=0, about="order multiple, units; the item's own when left out")
    breaks: tuple[Break, ...] = key(default=(), about="quantities from which the price is another, rising")
    scheme: Literal["all units", "incremental"] = key(
        default="all units",
        about="whether a break's price holds for all units of the order, or for those above the break",
    )

    def __post_init__(self) -> None:
        quantities = [one.quantity for one in self.breaks]
        if any(after <= before for before, after in zip(quantities, quantities[1:], strict=False)):
            told = ", ".join(f"{quantity:g}" for quantity in quantities)
            raise ValueError(f"breaks: quantities must rise from one to the next, not {told}")

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.item} from {self.supplier}"
