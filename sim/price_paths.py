"""Price paths by day: what chance decides of them, drawn in the Future by name and day."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.prices import PricePath

Floats = NDArray[np.float64]
YEAR = 365.0


def drawn(path: PricePath, seed: int, replication: int, first: int, end: int) -> Floats:
    """Factor of the purchase price by day, (end - first,), from day `first` on.

    Day 0 is where luck stands at 1; it is drawn forwards from there, and backwards from a stream of its own, so that
    neither a longer warm-up nor a longer horizon changes the price of any day.
    """
    days = np.arange(first, end, dtype=float)
    factor = (1.0 + path.drift) ** (days / YEAR)
    if path.volatility:
        after = luck(path, generator(seed, replication, "price", path.name).standard_normal(max(end - 1, 0)))
        before = luck(path, generator(seed, replication, "price before", path.name).standard_normal(max(-first, 0)))
        factor *= np.concatenate([before[:0:-1], after])[-days.size :]
    if path.step:
        rules = (days >= path.start) & (days < (math.inf if path.until is None else path.until))
        factor[rules] *= 1.0 + path.step
    return factor


def luck(path: PricePath, scores: Floats) -> Floats:
    """Factor with mean 1 from standard normal scores, one a day, (days + 1,): it starts at 1.

    The logarithm x moves by x' = b x + e. A random walk has b = 1 and e of variance s^2 = volatility^2 / 365. With a
    half-life, k = ln 2 / half-life, b = exp(-k) and e of variance s^2 (1 - b^2) / 2k: the Ornstein-Uhlenbeck process seen
    once a day (Uhlenbeck and Ornstein 1930). Half its variance is taken off, so that the mean of the factor is 1.
    """
    square = path.volatility**2 / YEAR
    days = np.arange(scores.size + 1)
    if path.half_life is None:
        walk = np.concatenate([[0.0], np.cumsum(scores * math.sqrt(square))])
        return np.asarray(np.exp(walk - square * days / 2))
    rate = math.log(2.0) / path.half_life
    kept = math.exp(-rate)
    spread = square * (1.0 - kept**2) / (2.0 * rate)
    walk = np.zeros(scores.size + 1)
    moved = scores * math.sqrt(spread)
    value = 0.0
    for day, move in enumerate(moved.tolist(), start=1):
        walk[day] = value = kept * value + move
    variance = square * (1.0 - kept ** (2 * days)) / (2.0 * rate)
    return np.asarray(np.exp(walk - variance / 2))
