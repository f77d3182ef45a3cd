"""Layers: what lies of some items, batch by batch, in the order in which it leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY = 1e-9
NAMES = ("units", "bad", "expires", "key", "spell")


@dataclass
class Batch:
    """Goods of one receipt, or the same part of several layers; all are (n_items,), or (layers, n_items).

    Attributes
    ----------
    units, bad : units, and defective ones among them.
    expires : morning on which they expire, infinite where they do not.
    key : what they leave by, the lowest first: receipt (first in, first out) or expiry (first expired, first out).
    spell : number of the bad spell they were made in, -1 none.
    """

    units: Floats
    bad: Floats
    expires: Floats
    key: Floats
    spell: Floats

    @property
    def total(self) -> Floats:
        """(n_items,) units."""
        return self.units.sum(axis=0) if self.units.ndim == 2 else self.units


class Layers:
    """Layers of some items, (layers, n_items); each item has its own, the first to leave at the top."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._depth = np.zeros(size, dtype=np.intp)
        self._make(8)

    def _make(self, room: int) -> None:
        self.units, self.bad = np.zeros((room, self.size)), np.zeros((room, self.size))
        self.expires, self.key = np.full((room, self.size), np.inf), np.full((room, self.size), np.inf)
        self.spell = np.full((room, self.size), -1.0)

    @property
    def total(self) -> Floats:
        """(n_items,) units that lie here."""
        found: Floats = self.units.sum(axis=0)
        return found

    def add(self, batch: Batch) -> None:
        """Put goods where they belong in the order."""
        if batch.units.ndim == 2:
            for row in range(batch.units.shape[0]):
                self.add(Batch(*(getattr(batch, name)[row] for name in NAMES)))
            return
        some = np.flatnonzero(batch.units > TINY)
        if not some.size:
            return
        if self._depth[some].max() == self.units.shape[0]:
            self._tidy()
        depth = self._depth[some]
        for name in NAMES:
            getattr(self, name)[depth, some] = getattr(batch, name)[some]
        self._depth[some] += 1
        before = np.where(depth > 0, self.key[np.maximum(depth - 1, 0), some], -np.inf)
        if (before > batch.key[some]).any():
            self._tidy()

    def _tidy(self) -> None:
        """Drop empty layers, sort by what leaves first, and make room."""
        empty = self.units <= TINY
        order = np.argsort(np.where(empty, np.inf, self.key), axis=0, kind="stable")
        old = {name: np.take_along_axis(getattr(self, name), order, axis=0) for name in NAMES}
        self._depth = (~empty).sum(axis=0)
        most = int(self._depth.max())
        room = self.units.shape[0] * (2 if most > self.units.shape[0] // 2 else 1)
        self._make(room)
        there = np.arange(most)[:, None] < self._depth
        for name in NAMES:
            into = getattr(self, name)
            into[:most] = np.where(there, old[name][:most], into[:most])

    def take(self, amount: Floats) -> Batch:
        """Take (n_items,) units, those first that leave first; defective ones in proportion within a layer."""
        reach = np.cumsum(self.units, axis=0)
        taken = np.clip(amount - (reach - self.units), 0.0, self.units)
        return self._remove(taken)

    def pick(self, chosen: NDArray[np.bool_]) -> Batch:
        """Take whole layers, (layers, n_items) true where."""
        return self._remove(np.where(chosen, self.units, 0.0))

    def _remove(self, taken: Floats) -> Batch:
        rows = np.flatnonzero(taken.any(axis=1))
        part = taken[rows]
        share = np.divide(part, self.units[rows], out=np.zeros_like(part), where=self.units[rows] > 0)
        bad = self.bad[rows] * share
        made = Batch(part, bad, self.expires[rows].copy(), self.key[rows].copy(), self.spell[rows].copy())
        self.units[rows] -= part
        self.bad[rows] -= bad
        return made

    def first_expiry(self) -> float:
        """The morning on which something expires next; infinite where nothing does."""
        left = self.expires[self.units > TINY]
        return float(left.min()) if left.size else np.inf
