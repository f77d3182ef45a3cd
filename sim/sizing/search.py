"""A level that no formula gives: the least that keeps a target, and how the search came to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Search:
    """A level that was searched for.

    Attributes
    ----------
    level : the least that keeps the target, units.
    missed : share of cycles, or of demand, that the target lets go.
    share : the share missed at a level.
    step : from one level to the next, or how narrowly the search looks where any quantity is a level, units.
    lowest : level below which it does not look, units.
    """

    level: float
    missed: float
    share: Callable[[float], float]
    step: float
    lowest: float
