"""The demand profile of the items of one warehouse: arrays over items throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KLASSES = ("smooth", "erratic", "intermittent", "lumpy", "none")


@dataclass(frozen=True)
class DemandProfile:
    """Demand of the items of one warehouse on one set of days; every array is (items,).

    Attributes
    ----------
    days, weeks : days, and whole weeks (counted back from day 0), that the figures rest on.
    mean, sd : of a day's demand, units; all days of the set.
    mean_low, mean_high : 95 % interval of the mean that respects autocorrelation.
    demand_days : days with demand.
    adi : mean interval between weeks with demand, weeks.
    cv2 : squared coefficient of variation of the units in weeks with demand.
    klass : ``smooth``, ``erratic``, ``intermittent``, ``lumpy``, or ``none`` without any demand.
    trend, trend_low, trend_high : growth a year as a share of the mean, with its 95 % interval.
    season : amplitude of the yearly wave as a share of the mean; 0 where it cannot be told from noise, NaN where there
        are less than two years.
    peak : day of its last peak before day 0; NaN where there is no season.
    autocorrelation : of weekly demand from one week to the next.
    first : day of the first demand, NaN without any.
    late : the item's history starts late: a new item; its class, trend and interval rest on the days since.
    mean_since, sd_since : of a day's demand since the first one where `late`, else those of all days.
    thin : the figures rest on little.
    thin_why : why, in words; "" where they do not.
    """

    days: Ints
    weeks: Ints
    mean: Floats
    sd: Floats
    mean_low: Floats
    mean_high: Floats
    demand_days: Ints
    adi: Floats
    cv2: Floats
    klass: NDArray[np.str_]
    trend: Floats
    trend_low: Floats
    trend_high: Floats
    season: Floats
    peak: Floats
    autocorrelation: Floats
    first: Floats
    late: NDArray[np.bool_]
    mean_since: Floats
    sd_since: Floats
    thin: NDArray[np.bool_]
    thin_why: tuple[str, ...]
