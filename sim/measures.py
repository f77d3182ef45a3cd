"""Measures: for each, one definition, its unit, and whether lower or higher is better. Printed in reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Measure:
    """One number of an outcome.

    Attributes
    ----------
    name : key in tables and JSON.
    label : what people read.
    unit : unit, with ``{currency}`` where it is money.
    better : which way is better.
    definition : what exactly is counted; 0/0 is null and left out.
    share : whether it lies between 0 and 1.
    yes_no : whether it is 0 or 1 in each replication, so that its mean is a proportion.
    """

    name: str
    label: str
    unit: str
    better: Better
    definition: str
    share: bool = False
    yes_no: bool = False


def _share(name: str, label: str, definition: str, better: Better = "higher") -> Measure:
    return Measure(name, label, "share", better, definition, share=True)


def _cost(name: str, label: str, definition: str, better: Better = "lower") -> Measure:
    return Measure(name, label, "{currency} a year", better, definition)


MEASURES: tuple[Measure, ...] = (
    _share(
        "fill_rate",
        "Fill rate",
        "sales value of customer demand served from stock when it came / sales value of demand",
    ),
    _share(
        "unit_fill_rate", "Unit fill rate", "units of customer demand served from stock when it came / units of demand"
    ),
    _share("fill_rate_halts", "Fill rate, halts production", "fill rate of items whose stockout halts production"),
    _share(
        "fill_rate_breaches", "Fill rate, breaches a contract", "fill rate of items whose stockout breaches a contract"
    ),
    _share("fill_rate_inconveniences", "Fill rate, inconveniences", "fill rate of items whose stockout inconveniences"),
    _share(
        "ready_rate",
        "Ready rate",
        "share of item-site-days with stock on hand just before the day's demand (single orders: share of time); "
        "items with demand",
    ),
    _share(
        "cycle_service",
        "Cycle service",
        "replenishment cycles, receipt to receipt, without demand unserved from stock / cycles",
    ),
    _share(
        "prob_no_backorders",
        "Time without backorders",
        "share of item-site-days that end without a waiting customer; items with demand",
    ),
    Measure(
        "halt_stockout",
        "Futures in which a production-halting item ran out",
        "share",
        "lower",
        "1 if on any day any item that halts production had demand not served from stock or stopped a line, else 0",
        share=True,
        yes_no=True,
    ),
    Measure(
        "stockout_days",
        "Days out of stock",
        "item-site-days a year",
        "lower",
        "item-site-days with demand not served from stock, or on which a component stopped a line, a year",
    ),
    Measure(
        "stockout_episodes", "Stockout spells", "a year", "lower", "spells of consecutive days out of stock, a year"
    ),
    Measure(
        "mean_customer_wait", "Mean customer wait", "days", "lower", "backorder unit-days / units of demand not lost"
    ),
    Measure("lost_units", "Lost units", "units a year", "lower", "units of demand lost, a year"),
    Measure("lost_value", "Lost sales", "{currency} a year", "lower", "sales value of demand lost, a year"),
    Measure(
        "backorder_unit_days",
        "Backorder unit-days",
        "unit-days a year",
        "lower",
        "units waiting at the books x days, a year",
    ),
    _cost("carrying_cost", "Carrying cost", "holding + obsolescence + spoilage"),
    _cost("holding_cost", "Holding", "capital + storage + insurance + handling"),
    _cost("capital_cost", "Capital", "capital rate x average value on hand and in transit"),
    _cost(
        "storage_cost",
        "Storage",
        "storage rate x average value on hand, or m3-days x rate, plus fixed and overflow storage",
    ),
    _cost("insurance_cost", "Insurance and tax", "insurance rate x average value on hand and in transit"),
    _cost("handling_cost", "Handling", "handling rate x average value on hand, or m3 moved x rate"),
    _cost("obsolescence_cost", "Obsolescence", "obsolescence rate x average value on hand + written down"),
    _cost("spoilage_cost", "Shrinkage and spoilage", "shrinkage rate x average value on hand + written off + rework"),
    _cost(
        "written_off",
        "Written off",
        "units scrapped, expired, destroyed or lost in transit x standard cost; part of shrinkage and spoilage",
    ),
    _cost(
        "written_down",
        "Written down",
        "share of standard cost that dead stock was written down by x units; part of obsolescence",
    ),
    _cost(
        "rework_cost",
        "Rework",
        "defective units made good x standard cost x rework share, and those found in use x defect cost; part of spoilage",
    ),
    _cost("stockout_cost", "Stockout cost", "lost margin + goodwill + backorder penalty + line-down"),
    _cost("lost_margin", "Lost margin", "lost units x (price - standard cost)"),
    _cost("goodwill_cost", "Goodwill", "lost units x goodwill"),
    _cost("backorder_penalty", "Backorder penalty", "units backordered x penalty, plus unit-days x daily penalty"),
    _cost("line_down_cost", "Line-down", "days a production line stood still for want of a component x cost per day"),
    Measure(
        "line_down_days",
        "Line-down days",
        "days a year",
        "lower",
        "days production lines stood still for want of a component, parts of days in proportion, a year",
    ),
    _cost(
        "ordering_cost", "Ordering", "orders x cost per order + lines x cost per line + deliveries x cost per delivery"
    ),
    _cost("freight_cost", "Freight", "m3 departed x freight rate of the day, expediting apart"),
    _cost("expediting_cost", "Expediting", "m3 departed by an expediting lane x its freight rate of the day"),
    _cost(
        "sourcing_cost",
        "Sourcing",
        "fixed cost of supplier relationships + unmet minimum volumes + reserved capacity + qualifications + signals",
    ),
    _cost(
        "purchase_price_variance",
        "Purchase-price variance",
        "units received (consigned ones when used) x (price paid - standard cost), with what incidents, sources, discounts "
        "and price paths add",
    ),
    _cost(
        "total_cost",
        "Total cost",
        "carrying + stockout + ordering + freight + expediting + sourcing + purchase-price variance; purchases are not in "
        "it",
    ),
    _cost(
        "purchase_outlay",
        "Purchase outlay",
        "units received (consigned ones when used) x price paid, with what incidents add; shown apart, never in total cost",
        "neither",
    ),
    Measure(
        "average_inventory_value",
        "Average inventory",
        "{currency}",
        "lower",
        "average value at standard cost of what is ours, on hand and in transit: cash tied up; goods on consignment are not",
    ),
    Measure(
        "on_hand_value",
        "Average stock on hand",
        "{currency}",
        "lower",
        "average value at standard cost on hand, taken at the books, quarantined and consigned goods included",
    ),
    Measure(
        "in_transit_value",
        "Average stock in transit",
        "{currency}",
        "neither",
        "average value at standard cost from leaving the factory to receipt, whoever owns it",
    ),
    Measure("days_of_cover", "Days of cover", "days", "neither", "average value on hand / value of demand a day"),
    Measure("turns", "Turns", "a year", "higher", "value delivered at standard cost a year / average inventory value"),
    Measure("mean_space", "Mean space", "m3", "lower", "average volume on hand"),
    Measure("peak_space", "Peak space", "m3", "lower", "sum over warehouses of the largest volume on hand"),
    Measure("handling_moves", "Handling moves", "units a year", "lower", "units received + units delivered, a year"),
    Measure(
        "expedited_units", "Expedited units", "units a year", "neither", "units sent by an expediting lane, a year"
    ),
    Measure(
        "transshipped_units", "Transshipped units", "units a year", "neither", "units moved between warehouses, a year"
    ),
    Measure("expired_units", "Expired units", "units a year", "lower", "units scrapped because of their age, a year"),
    Measure("defective_units", "Defective units", "units a year", "lower", "defective units bought, a year"),
    Measure(
        "days_to_discovery",
        "Days to discovery",
        "days",
        "lower",
        "mean days from the start of a bad spell to its discovery; spells that were discovered",
    ),
    Measure(
        "inventory_change",
        "Stock at end - start",
        "{currency}",
        "neither",
        "value on hand and on order at the end less at day 0",
    ),
)

BY_NAME = {measure.name: measure for measure in MEASURES}
HEADLINE = (
    "carrying_cost",
    "stockout_cost",
    "total_cost",
    "fill_rate",
    "fill_rate_halts",
    "stockout_days",
    "average_inventory_value",
    "turns",
)
