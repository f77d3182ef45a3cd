"""Stock against a supplier that goes down at random: by the day (Markov) and in continuous time (exponential)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.theory.arguments import require_non_negative, require_positive, require_probability


@dataclass(frozen=True, slots=True)
class MarkovOutage:
    """Long-run measures of a base stock behind a supplier that is up or down for whole periods.

    Attributes
    ----------
    order_up_to
        Base-stock level S, units.
    mean_end_on_hand, mean_end_backorders
        Averages over the ends of periods, units.
    fraction_periods_with_backorders, fraction_periods_disrupted
        Shares of periods.
    """

    order_up_to: float
    mean_end_on_hand: float
    mean_end_backorders: float
    fraction_periods_with_backorders: float
    fraction_periods_disrupted: float

    def cost(self, holding: float, backorder: float) -> float:
        """Long-run cost rate.

        Parameters
        ----------
        holding, backorder
            Money per unit at the end of a period.

        Returns
        -------
        Money per period.
        """
        return holding * self.mean_end_on_hand + backorder * self.mean_end_backorders


def markov_outage(demand: float, disruption: float, recovery: float, order_up_to: float) -> MarkovOutage:
    """Exact measures for constant demand, zero lead time, backorders and a two-state Markov supplier.

    Parameters
    ----------
    demand
        Units per period.
    disruption, recovery
        Probability per period of going down when up, and of coming up when down.
    order_up_to
        Base-stock level S, units. Each period: the supplier's state moves; if it is up, order up to S and receive
        at once; demand; books.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If demand is not above 0, a probability is not strictly between 0 and 1, or the level is negative.

    Notes
    -----
    Tomlin (2006), Management Science 52(5):639-657; Snyder & Shen (2019), section 9.2.2. With n the number of
    periods the supplier has been down, ``pi_0 = beta / (alpha + beta)``,
    ``pi_n = alpha pi_0 (1 - beta)^(n - 1)``, and the period ends at level ``S - (n + 1) d``.
    """
    require_positive("demand", demand)
    require_probability("disruption", disruption)
    require_probability("recovery", recovery)
    require_non_negative("order_up_to", order_up_to)
    up = recovery / (disruption + recovery)
    down = disruption / (disruption + recovery)
    covered = math.floor(order_up_to / demand + 1e-9)  # periods of demand that S meets in full
    on_hand = 0.0
    for outage in range(covered):
        share = up if outage == 0 else disruption * up * (1.0 - recovery) ** (outage - 1)
        on_hand += share * (order_up_to - (outage + 1) * demand)
    short = 1.0 if covered == 0 else down * (1.0 - recovery) ** (covered - 1)
    mean_level = order_up_to - demand * (1.0 + down / recovery)
    return MarkovOutage(
        order_up_to=order_up_to,
        mean_end_on_hand=on_hand,
        mean_end_backorders=on_hand - mean_level,
        fraction_periods_with_backorders=short,
        fraction_periods_disrupted=down,
    )


def optimal_markov_outage(
    demand: float, disruption: float, recovery: float, holding: float, backorder: float
) -> MarkovOutage:
    """The base-stock level of least cost behind a two-state Markov supplier.

    Parameters
    ----------
    demand
        Units per period.
    disruption, recovery
        Probability per period of going down when up, and of coming up when down.
    holding, backorder
        Money per unit at the end of a period.

    Returns
    -------
    The best level with its measures.

    Raises
    ------
    ValueError
        If demand or a cost is not above 0, or a probability is not strictly between 0 and 1.

    Notes
    -----
    A newsvendor in periods of demand: the smallest multiple ``(n + 1) d`` with ``P(down for <= n periods)`` at least
    ``p / (p + h)``. Tomlin (2006); Snyder & Shen (2019), theorem in section 9.2.2.
    """
    require_positive("holding", holding)
    require_positive("backorder", backorder)
    periods = 1
    while True:
        measures = markov_outage(demand, disruption, recovery, periods * demand)
        if 1.0 - measures.fraction_periods_with_backorders >= backorder / (backorder + holding):
            return measures
        periods += 1


@dataclass(frozen=True, slots=True)
class CoverOutcome:
    """Long-run measures of B days of cover against exponential outages.

    Attributes
    ----------
    cover_days
        Days of demand held, B.
    availability
        Share of time the supplier is up.
    fraction_time_out_of_stock
        Share of time.
    lost_sales_fill_rate
        Share of demand met when unmet demand is lost.
    mean_on_hand
        Time average, units.
    lost_units_per_day
        Units per day when unmet demand is lost.
    stockout_episodes_per_day
        Outages that outlast the cover, per day.
    mean_backorders_if_backordered
        Time average, units, when unmet demand waits and is met at once on recovery.
    """

    cover_days: float
    availability: float
    fraction_time_out_of_stock: float
    lost_sales_fill_rate: float
    mean_on_hand: float
    lost_units_per_day: float
    stockout_episodes_per_day: float
    mean_backorders_if_backordered: float

    def cost(self, holding: float, lost_sale: float) -> float:
        """Long-run cost rate with lost sales.

        Parameters
        ----------
        holding
            Money per unit and day.
        lost_sale
            Money per unit of lost demand.

        Returns
        -------
        Money per day.
        """
        return holding * self.mean_on_hand + lost_sale * self.lost_units_per_day


def cover_against_outages(demand_rate: float, mtbf: float, mttr: float, cover_days: float) -> CoverOutcome:
    """Exact measures of B days of cover against exponential up and down times, for constant demand.

    Parameters
    ----------
    demand_rate
        Units per day, constant.
    mtbf, mttr
        Mean up time and mean down time, days.
    cover_days
        Days of demand on hand while the supplier is up, B. Stock is restored at once on recovery.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If the demand rate or a mean time is not above 0, or the cover is negative.

    Notes
    -----
    Renewal reward over one up and one down time (Ross 1996, Stochastic Processes, chapter 3), the continuous analogue
    of Tomlin (2006). Time without stock per cycle is ``E(T - B)+ = MTTR exp(-B / MTTR)``.
    """
    require_positive("demand_rate", demand_rate)
    require_positive("mtbf", mtbf)
    require_positive("mttr", mttr)
    require_non_negative("cover_days", cover_days)
    cycle = mtbf + mttr
    outlast = math.exp(-cover_days / mttr)
    out = mttr * outlast / cycle
    stock_days = cover_days * cycle + mttr * mttr * math.expm1(-cover_days / mttr)  # days of cover x days
    return CoverOutcome(
        cover_days=cover_days,
        availability=mtbf / cycle,
        fraction_time_out_of_stock=out,
        lost_sales_fill_rate=1.0 - out,
        mean_on_hand=demand_rate * stock_days / cycle,
        lost_units_per_day=demand_rate * out,
        stockout_episodes_per_day=outlast / cycle,
        mean_backorders_if_backordered=demand_rate * mttr * out,
    )


def optimal_cover_days(mtbf: float, mttr: float, holding: float, lost_sale: float) -> float:
    """Days of cover of least cost against exponential outages with lost sales.

    Parameters
    ----------
    mtbf, mttr
        Mean up time and mean down time, days.
    holding
        Money per unit and day.
    lost_sale
        Money per unit of lost demand.

    Returns
    -------
    The best cover, days; zero (just-in-time) if and only if ``lost_sale <= holding * mtbf``.

    Raises
    ------
    ValueError
        If an argument is not above 0.

    Notes
    -----
    First-order condition of `cover_against_outages`:
    ``B* = MTTR ln((h MTTR + pi) / (h (MTBF + MTTR)))``, or 0 if that is negative.
    """
    require_positive("mtbf", mtbf)
    require_positive("mttr", mttr)
    require_positive("holding", holding)
    require_positive("lost_sale", lost_sale)
    return max(0.0, mttr * math.log((holding * mttr + lost_sale) / (holding * (mtbf + mttr))))
