"""One outage of known length against B days of cover: time to survive, gap, backlog and recovery."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sim.theory.arguments import require_non_negative, require_positive, require_whole


@dataclass(frozen=True, slots=True)
class FluidOutage:
    """What an outage does when goods flow continuously.

    Attributes
    ----------
    time_to_survive
        Days the cover lasts.
    lost_sales
        Units, if unmet demand is lost.
    max_backlog
        Units, if unmet demand waits.
    backlog_unit_days
        Units times days.
    backlog_clear_days, stock_restore_days
        Days after recovery until the backlog is gone and until full cover is back, with backorders.
    """

    time_to_survive: float
    lost_sales: float
    max_backlog: float
    backlog_unit_days: float
    backlog_clear_days: float
    stock_restore_days: float


@dataclass(frozen=True, slots=True)
class DailyOutage:
    """What an outage does day by day.

    Attributes
    ----------
    time_to_survive
        Full days that the cover would meet if the outage never ended.
    first_short_day
        Number of the first day, counted from 1, with unmet demand; none if every day is met.
    lost_sales
        Units; zero when unmet demand waits.
    max_backlog
        Largest end-of-day backlog, units; zero when unmet demand is lost.
    backlog_unit_days
        Sum of the end-of-day backlogs.
    days_after_recovery_until_backlog_zero, days_after_recovery_until_stock_restored
        Days after the outage until a day ends without backlog, and with full cover again.
    """

    time_to_survive: int
    first_short_day: int | None
    lost_sales: float
    max_backlog: float
    backlog_unit_days: float
    days_after_recovery_until_backlog_zero: int
    days_after_recovery_until_stock_restored: int


def _check(demand_rate: float, cover_days: float, outage_days: float, capacity: float) -> None:
    require_positive("demand_rate", demand_rate)
    require_non_negative("cover_days", cover_days)
    require_non_negative("outage_days", outage_days)
    require_positive("capacity", capacity)
    if capacity <= demand_rate:
        raise ValueError(f"capacity: {capacity!r} is not allowed (a number > {demand_rate!r}, the demand rate, is)")


def fluid_outage(demand_rate: float, cover_days: float, outage_days: float, capacity: float) -> FluidOutage:
    """Closed form for a continuous flow.

    Parameters
    ----------
    demand_rate
        Units per day, d.
    cover_days
        Days of demand on hand at the start, B.
    outage_days
        Length of the outage, T days.
    capacity
        Supplier's capacity after recovery, C units per day.

    Returns
    -------
    The effects.

    Raises
    ------
    ValueError
        If a rate is not above 0, a time is negative, or the capacity does not exceed the demand rate.

    Notes
    -----
    Time to survive after Simchi-Levi et al. (2015), Interfaces 45(5):375-390. Lost ``d (T - B)+``; backlog clears
    ``d (T - B)+ / (C - d)`` after recovery, full cover is back after ``d T / (C - d)``.
    """
    _check(demand_rate, cover_days, outage_days, capacity)
    gap = max(0.0, outage_days - cover_days)
    backlog = demand_rate * gap
    clear = backlog / (capacity - demand_rate)
    return FluidOutage(
        time_to_survive=cover_days,
        lost_sales=backlog,
        max_backlog=backlog,
        backlog_unit_days=0.5 * backlog * (gap + clear),
        backlog_clear_days=clear,
        stock_restore_days=demand_rate * outage_days / (capacity - demand_rate),
    )


def serial_survival(base_stock: float, demand_rate: float, review_days: int, upstream_days: float, ships: bool) -> int:
    """Whole days of demand that are met after a node of a serial chain stops for good on a review morning.

    Parameters
    ----------
    base_stock
        Order-up-to level of the inventory position, units.
    demand_rate
        Units per day.
    review_days
        Days between reviews.
    upstream_days
        Time from an order to the node: to the end of production (a supplier), to departure (a lane).
    ships
        Whether the node lets go at an instant (a lane: what would leave that very morning stays); otherwise what is
        done by that morning goes on (a supplier with a production time above 0).

    Returns
    -------
    The time to survive.

    Raises
    ------
    ValueError
        If the demand rate is not above 0, another number is negative, or the review period is not whole.

    Notes
    -----
    Just before the review the position is ``S - dR``; of it, orders of the last `upstream_days` have not passed the
    node: n of them, each ``dR``. So ``(S - dR(1 + n))/d`` days are covered, by stock on hand and by the pipeline that
    still arrives. Own derivation; with R = 1 and nothing upstream it is the time to survive of `daily_outage`, B days
    for ``S = d(B + 1)``.
    """
    require_positive("demand_rate", demand_rate)
    require_non_negative("base_stock", base_stock)
    require_non_negative("upstream_days", upstream_days)
    require_whole("review_days", review_days)
    require_positive("review_days", review_days)
    cycles = upstream_days / review_days
    held = math.floor(cycles + 1e-9) if ships else max(math.ceil(cycles - 1e-9) - 1, 0)
    return max(math.floor(base_stock / demand_rate - review_days * (1 + held) + 1e-9), 0)


def daily_outage(
    demand_rate: float,
    cover_days: float,
    outage_days: int,
    capacity: float,
    unmet: Literal["backorder", "lost"] = "backorder",
) -> DailyOutage:
    """Day-by-day recursion.

    Parameters
    ----------
    demand_rate
        Units per day, d.
    cover_days
        Days of demand at the end of an undisrupted day, B; the base stock is d (B + 1).
    outage_days
        Whole days 1, ..., T without supply.
    capacity
        Largest delivery per day after recovery, units.
    unmet
        Whether unmet demand waits (``"backorder"``) or is gone (``"lost"``).

    Returns
    -------
    The effects. Each day: the supplier, if up, delivers min(capacity, base stock - level); then demand.

    Raises
    ------
    ValueError
        If a rate is not above 0, a time is negative or not whole, the capacity does not exceed the demand rate, or
        `unmet` is neither ``"backorder"`` nor ``"lost"``.

    Notes
    -----
    Own recursion; it agrees with `fluid_outage` up to the rounding of days.
    """
    _check(demand_rate, cover_days, outage_days, capacity)
    require_whole("outage_days", outage_days)
    if unmet not in ("backorder", "lost"):
        raise ValueError(f"unmet: {unmet!r} is not allowed ('backorder' or 'lost' is)")
    base_stock = demand_rate * (cover_days + 1.0)
    full = demand_rate * cover_days
    slack = 1e-9 * base_stock
    horizon = outage_days + math.ceil(demand_rate * outage_days / (capacity - demand_rate)) + 2
    level, lost, peak, unit_days = full, 0.0, 0.0, 0.0
    first_short: int | None = None
    last_backlog_day, last_low_day = outage_days, outage_days
    for day in range(1, horizon + 1):
        if day > outage_days:
            level += min(capacity, base_stock - level)
        short = min(demand_rate, demand_rate - level)
        level -= demand_rate
        if short > slack and first_short is None:
            first_short = day
        if unmet == "lost" and level < 0:
            lost -= level
            level = 0.0
        backlog = max(0.0, -level)
        peak = max(peak, backlog)
        unit_days += backlog
        if day > outage_days and backlog > slack:
            last_backlog_day = day
        if day > outage_days and level < full - slack:
            last_low_day = day
    recovered = 1 if outage_days else 0
    return DailyOutage(
        time_to_survive=math.floor(cover_days + 1e-9),
        first_short_day=first_short,
        lost_sales=lost,
        max_backlog=peak,
        backlog_unit_days=unit_days,
        days_after_recovery_until_backlog_zero=(last_backlog_day - outage_days + recovered) if peak > slack else 0,
        days_after_recovery_until_stock_restored=last_low_day - outage_days + recovered,
    )
