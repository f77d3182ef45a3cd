"""The bullwhip effect: how much more orders vary than demand."""

from __future__ import annotations

from sim.theory.arguments import require_non_negative, require_whole


def moving_average_ratio(lead_time: float, periods: int) -> float:
    """Variance of orders over variance of demand, order-up-to policy with a moving-average forecast.

    Parameters
    ----------
    lead_time
        Periods of demand that the order-up-to level covers, L; count the review period in.
    periods
        Number of past demands averaged, p.

    Returns
    -------
    The ratio.

    Raises
    ------
    ValueError
        If the lead time is negative or the number of periods is not a whole number of at least 1.

    Notes
    -----
    ``1 + 2 L / p + 2 L^2 / p^2``: Chen, Drezner, Ryan & Simchi-Levi (2000), Management Science 46(3):436-443,
    at zero correlation. Exact for independent demand with a constant safety stock and orders that may be
    negative; a lower bound if the safety stock follows an estimated standard deviation.
    """
    require_non_negative("lead_time", lead_time)
    require_whole("periods", periods, minimum=1)
    share = lead_time / periods
    return 1.0 + 2.0 * share + 2.0 * share * share


def exponential_smoothing_ratio(lead_time: float, smoothing: float) -> float:
    """Variance of orders over variance of demand, order-up-to policy with an exponentially smoothed forecast.

    Parameters
    ----------
    lead_time
        Periods of demand that the order-up-to level covers, L; count the review period in.
    smoothing
        Weight of the newest demand in the forecast, above 0 and at most 1.

    Returns
    -------
    The ratio.

    Raises
    ------
    ValueError
        If the lead time is negative or the weight is not above 0 and at most 1.

    Notes
    -----
    ``1 + 2 L a + 2 L^2 a^2 / (2 - a)``: Chen, Ryan & Simchi-Levi (2000), Naval Research Logistics 47(4):269-286, for
    independent demand, a constant safety stock and orders that may be negative.
    """
    require_non_negative("lead_time", lead_time)
    if not 0.0 < smoothing <= 1.0:
        raise ValueError(f"smoothing: {smoothing!r} is not allowed (a number above 0 and at most 1 is)")
    weight = lead_time * smoothing
    return 1.0 + 2.0 * weight + 2.0 * weight * weight / (2.0 - smoothing)
