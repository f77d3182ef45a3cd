"""Rates that turn quantities into money. Each carrying component is a rate or a mechanism, never both."""

from __future__ import annotations

from sim.keys import key, spec


@spec
class Costs:
    """Cost rates of a scenario; defaults from calibration section 5 (25 % a year in all)."""

    capital_rate: float = key(
        default=0.10, ge=0, about="cost of capital, share of value a year, on hand and in transit"
    )
    storage_rate: float = key(
        default=0.05, ge=0, about="storage, share of value a year, on hand; 0 where storage_per_m3 is given"
    )
    storage_per_m3: float = key(default=0.0, ge=0, about="storage, money per m3-day on hand; needs storage_rate = 0")
    storage_fixed: float = key(default=0.0, ge=0, about="storage that does not vary, money per warehouse and year")
    handling_rate: float = key(
        default=0.02, ge=0, about="handling, share of value a year; 0 where handling_per_m3 is given"
    )
    handling_per_m3: float = key(
        default=0.0, ge=0, about="handling, money per m3 moved in or out; needs handling_rate = 0"
    )
    insurance_rate: float = key(
        default=0.02, ge=0, about="insurance and tax, share of value a year, on hand and in transit"
    )
    obsolescence_rate: float = key(default=0.05, ge=0, about="obsolescence, share of value a year, on hand")
    shrinkage_rate: float = key(default=0.01, ge=0, about="shrinkage and spoilage, share of value a year, on hand")
    per_order: float = key(default=0.0, ge=0, about="ordering, money per order (one supplier, one warehouse, one day)")
    per_line: float = key(default=0.0, ge=0, about="ordering, money per order line (one item)")
    goodwill_halts: float = key(
        default=1.0, ge=0, about="goodwill lost with a lost unit that halts production, share of standard cost"
    )
    goodwill_breaches: float = key(
        default=0.3, ge=0, about="goodwill lost with a lost unit that breaches a contract, share of standard cost"
    )
    goodwill_inconveniences: float = key(
        default=0.0, ge=0, about="goodwill lost with a lost unit that inconveniences, share of standard cost"
    )
    backorder_penalty: float = key(default=0.05, ge=0, about="penalty once per unit backordered, share of price")
    rework: float = key(
        default=0.0,
        ge=0,
        about="cost of making a defective unit good, share of standard cost (where defects are reworked)",
    )
    defect_cost: float = key(
        default=1.0,
        ge=0,
        about="cost of a defective unit found in use, share of standard cost: 1 is a free replacement",
    )
    backorder_per_unit_day: float = key(default=0.0, ge=0, about="penalty per unit and day backordered, money")

    def __post_init__(self) -> None:
        for rate, mechanism in (("storage_rate", "storage_per_m3"), ("handling_rate", "handling_per_m3")):
            if getattr(self, rate) and getattr(self, mechanism):
                raise ValueError(f"{rate} and {mechanism} are both given: a cost is a rate or a mechanism, never both")

    @property
    def goodwill_shares(self) -> tuple[float, float, float]:
        """Goodwill by criticality: halts production, breaches a contract, inconveniences."""
        return self.goodwill_halts, self.goodwill_breaches, self.goodwill_inconveniences
