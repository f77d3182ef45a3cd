"""Intervals and pairs under the name they had before the room `sim.statistics` was built; new code imports from there."""

from sim.statistics.interval import Floats, Interval, Pair, interval, paired, t_quantile

__all__ = ["Floats", "Interval", "Pair", "interval", "paired", "t_quantile"]
