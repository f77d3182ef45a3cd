"""One depot that feeds several outlets, one for one: the exact answer and METRIC's approximation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.arguments import require_length, require_positive, require_whole
from sim.theory.base_stock import continuous_review
from sim.theory.excess import FloatArray, pmf_excess, poisson_pmf, trimmed
from sim.theory.serial import backorder_law


@dataclass(frozen=True, slots=True)
class Site:
    """Long-run measures of a depot or an outlet.

    Attributes
    ----------
    mean_on_hand, mean_backorders
        Time averages, units.
    fill_rate
        Share of demand (at a depot: of outlets' orders) served from stock at once.
    """

    mean_on_hand: float
    mean_backorders: float
    fill_rate: float


@dataclass(frozen=True, slots=True)
class TwoEchelon:
    """Long-run measures of a depot and its outlets.

    Attributes
    ----------
    depot
        The depot's measures.
    outlets
        Each outlet's measures.
    mean_depot_delay
        Time units that an outlet's order waits at the depot, averaged over all orders.
    """

    depot: Site
    outlets: tuple[Site, ...]
    mean_depot_delay: float

    @property
    def total_outlet_backorders(self) -> float:
        """Customer backorders summed over the outlets, units."""
        return sum(outlet.mean_backorders for outlet in self.outlets)


def _depot(
    demand_rates: Sequence[float],
    outlet_lead_times: Sequence[float],
    depot_lead_time: float,
    depot_stock: int,
    outlet_stocks: Sequence[int],
) -> Site:
    """Check the arguments and evaluate the depot, which sees Poisson demand at the summed rate."""
    require_length("outlet_lead_times", outlet_lead_times, len(demand_rates))
    require_length("outlet_stocks", outlet_stocks, len(demand_rates))
    require_positive("depot_lead_time", depot_lead_time)
    require_whole("depot_stock", depot_stock)
    for number, (rate, time, stock) in enumerate(
        zip(demand_rates, outlet_lead_times, outlet_stocks, strict=True), start=1
    ):
        require_positive(f"demand_rates of outlet {number}", rate)
        require_positive(f"outlet_lead_times of outlet {number}", time)
        require_whole(f"outlet_stocks of outlet {number}", stock)
    alone = continuous_review(sum(demand_rates), depot_lead_time, depot_stock)
    return Site(alone.mean_on_hand, alone.mean_backorders, alone.fill_rate)


def thinned(pmf: FloatArray, keep: float) -> FloatArray:
    """Distribution of a count after each unit is kept independently with a given probability.

    Parameters
    ----------
    pmf : (n,), probability of 0, 1, ..., n - 1
    keep
        Probability of keeping a unit.

    Returns
    -------
    (n,), probability of 0, 1, ..., n - 1 units kept.

    Notes
    -----
    Horner's rule on the generating function ``f(1 - q + q z)``.
    """
    result = np.zeros(pmf.size)
    for probability in pmf[::-1]:
        result[1:] = (1.0 - keep) * result[1:] + keep * result[:-1]
        result[0] = (1.0 - keep) * result[0] + probability
    return result


def two_echelon(
    demand_rates: Sequence[float],
    outlet_lead_times: Sequence[float],
    depot_lead_time: float,
    depot_stock: int,
    outlet_stocks: Sequence[int],
) -> TwoEchelon:
    """Exact measures for unit Poisson demand, constant lead times and first come, first served at the depot.

    Parameters
    ----------
    demand_rates
        Units per time unit at each outlet.
    outlet_lead_times
        Time units from the depot to each outlet, constant.
    depot_lead_time
        Time units from the source to the depot, constant.
    depot_stock
        The depot's base-stock level, units.
    outlet_stocks
        Each outlet's base-stock level, units.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If a rate or time is not above 0, a level is not a whole number of at least 0, or the sequences differ in
        length.

    Notes
    -----
    Simon (1971), Operations Research 19(3):762-773; Graves (1985), Management Science 31(10):1247-1256: each of the
    depot's backorders belongs to outlet i with probability ``lambda_i / lambda``, independently, and outlet i's
    outstanding orders are its share plus an independent Poisson demand over its own lead time.
    """
    depot = _depot(demand_rates, outlet_lead_times, depot_lead_time, depot_stock, outlet_stocks)
    rate = sum(demand_rates)
    waiting = backorder_law(poisson_pmf(rate * depot_lead_time), depot_stock)
    outlets = []
    for own_rate, time, stock in zip(demand_rates, outlet_lead_times, outlet_stocks, strict=True):
        outstanding = trimmed(np.convolve(thinned(waiting, own_rate / rate), poisson_pmf(own_rate * time)))
        backorders = pmf_excess(outstanding, stock)
        mean = own_rate / rate * depot.mean_backorders + own_rate * time
        outlets.append(Site(stock - mean + backorders, backorders, float(outstanding[:stock].sum())))
    return TwoEchelon(depot, tuple(outlets), depot.mean_backorders / rate)


def metric(
    demand_rates: Sequence[float],
    outlet_lead_times: Sequence[float],
    depot_lead_time: float,
    depot_stock: int,
    outlet_stocks: Sequence[int],
) -> TwoEchelon:
    """METRIC's approximation: outlets with independent orders and the mean delay at the depot.

    Parameters
    ----------
    demand_rates
        Units per time unit at each outlet.
    outlet_lead_times
        Time units from the depot to each outlet.
    depot_lead_time
        Mean time from the source to the depot, time units.
    depot_stock
        The depot's base-stock level, units.
    outlet_stocks
        Each outlet's base-stock level, units.

    Returns
    -------
    The approximate measures. A correct simulation converges to `two_echelon`, not to these.

    Raises
    ------
    ValueError
        If a rate or time is not above 0, a level is not a whole number of at least 0, or the sequences differ in
        length.

    Notes
    -----
    Sherbrooke (1968), METRIC: a multi-echelon technique for recoverable item control, Operations Research
    16(1):122-141. It ignores that successive orders' delays at the depot are correlated, and so understates
    backorders at outlets that hold stock.
    """
    depot = _depot(demand_rates, outlet_lead_times, depot_lead_time, depot_stock, outlet_stocks)
    delay = depot.mean_backorders / sum(demand_rates)
    outlets = []
    for rate, time, stock in zip(demand_rates, outlet_lead_times, outlet_stocks, strict=True):
        alone = continuous_review(rate, time + delay, stock)
        outlets.append(Site(alone.mean_on_hand, alone.mean_backorders, alone.fill_rate))
    return TwoEchelon(depot, tuple(outlets), delay)
