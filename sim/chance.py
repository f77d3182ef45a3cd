"""Makes every random generator of the project.

A generator belongs to a seed, a replication and a name, never to the order of calls: 128 bits of BLAKE2 of the names key
a `SeedSequence`, so that adding an item, a lane or a disruption changes the draws of no other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def stream_key(*names: str) -> tuple[int, int, int, int]:
    """Four 32-bit words for a list of names; names never run together."""
    digest = blake2b("\x1f".join(names).encode(), digest_size=16).digest()
    return (
        int.from_bytes(digest[0:4], "little"),
        int.from_bytes(digest[4:8], "little"),
        int.from_bytes(digest[8:12], "little"),
        int.from_bytes(digest[12:16], "little"),
    )


def generator(seed: int, replication: int, *names: str) -> np.random.Generator:
    """The generator of one stream.

    Parameters
    ----------
    seed : seed of the study, not negative.
    replication : replication number, not negative.
    names : what is drawn, for whom; for example ``"demand", "DC-East", "pump"``.
    """
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(replication, *stream_key(*names))))
    )


class Counter:
    """Draw number n of a named stream as a pure function of (seed, replication, name, n).

    Scores are made in blocks of 256, each block from a generator of its own, so that any number can be asked for alone.
    """

    BLOCK = 256

    def __init__(self, seed: int, replication: int, *names: str) -> None:
        self._key = (seed, replication, names)
        self._blocks: dict[int, Floats] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        seed, replication, names = self._key
        return Counter, (seed, replication, *names)

    def score(self, number: int) -> float:
        """Standard normal score of draw `number`."""
        block, place = divmod(number, self.BLOCK)
        return float(self.block(block)[place])

    def block(self, block: int) -> Floats:
        """Scores of draws 256·block … 256·block + 255, shape (256,)."""
        if block not in self._blocks:
            seed, replication, names = self._key
            self._blocks[block] = generator(seed, replication, *names, str(block)).standard_normal(self.BLOCK)
        return self._blocks[block]


def correlated_scores(generators: Sequence[np.random.Generator], times: Sequence[float], days: int) -> Floats:
    """Stationary standard normal scores by day that stay alike for a while, one row a stream.

    An autoregression of order two with a double root exp(-2/time): its correlation (1 + 2t/time) exp(-2t/time) has the
    area `time`. Order one would be too rough: a lead time of 84 days (cv 0.3) would fall by more than a day a day so
    often that forbidding orders to overtake would add 8 days to its mean; here it adds half a day.

    Parameters
    ----------
    generators : one for each stream.
    times : correlation time of each stream, days; 0 makes its days independent.
    days : how many days.

    Returns
    -------
    (streams, days) scores, each day standard normal.
    """
    noise = np.empty((days, len(generators)))
    for column, source in enumerate(generators):
        noise[:, column] = source.standard_normal(days)
    root = np.asarray([math.exp(-2 / time) if time > 0 else 0.0 for time in times])
    if root.any() and days > 1:
        square = root**2
        fresh = np.sqrt((1 - square) ** 3 / (1 + square))
        first = 2 * root / (1 + square)
        noise[1] = first * noise[0] + np.sqrt(1 - first**2) * noise[1]
        for day in range(2, days):
            noise[day] = 2 * root * noise[day - 1] - square * noise[day - 2] + fresh * noise[day]
    return np.ascontiguousarray(noise.T)
