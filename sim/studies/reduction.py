"""Means and spreads over replications that do not depend on who computed what: reduced along one fixed binary tree.

Addition of floating-point numbers is not associative. So replications are merged only as neighbours of a fixed tree:
[0, 1) with [1, 2), [0, 2) with [2, 4), [4, 6) with [6, 8) …. Whatever pieces a study was cut into, by however many
processes, in whatever order, interrupted or extended, the same merges are made and the same bytes come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Piece:
    """Mean and spread over the replications [first, first + count); count is a power of two that divides first.

    Attributes
    ----------
    mean, squares : of any one shape: mean, and sum of squared deviations from it.
    """

    first: int
    count: int
    mean: Floats
    squares: Floats

    def __reduce__(self) -> tuple[Any, ...]:
        if self.count == 1:  # nothing to deviate from: half the bytes to send
            return single, (self.first, self.mean)
        return Piece, (self.first, self.count, self.mean, self.squares)

    @property
    def end(self) -> int:
        """The replication after the last one."""
        return self.first + self.count


def single(number: int, values: Floats) -> Piece:
    """The piece of one replication."""
    return Piece(number, 1, values, np.zeros_like(values))


def _merged(a: Piece, b: Piece) -> Piece:
    """Two neighbours of equal size as one (Chan, Golub and LeVeque 1983, equation 1.5)."""
    apart = b.mean - a.mean
    return Piece(a.first, 2 * a.count, a.mean + apart / 2, a.squares + b.squares + apart**2 * (a.count / 2))


class Folding:
    """Pieces as they come, each merged with its neighbour as soon as that is there.

    Parameters
    ----------
    most : pieces grow to this many replications, a power of two; without end when left out.
    """

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self._there: dict[tuple[int, int], Piece] = {}

    def add(self, piece: Piece) -> None:
        """Take in a piece that shares no replication with those that are there."""
        while self.most is None or piece.count < self.most:
            left = piece.first % (2 * piece.count) == 0
            other = self._there.pop((piece.count, piece.end if left else piece.first - piece.count), None)
            if other is None:
                break
            piece = _merged(piece, other) if left else _merged(other, piece)
        self._there[piece.count, piece.first] = piece

    @property
    def pieces(self) -> list[Piece]:
        """What is there now, in order of replication."""
        return sorted(self._there.values(), key=lambda one: one.first)


def folded(numbers: Sequence[int], values: Floats, most: int) -> list[Piece]:
    """Pieces of some replications.

    Parameters
    ----------
    numbers : replication numbers.
    values : (replications, …).
    most : no piece is larger.
    """
    folding = Folding(most)
    for number, row in zip(numbers, values, strict=True):
        folding.add(single(number, row))
    return folding.pieces


def total(pieces: Iterable[Piece]) -> tuple[int, Floats, Floats]:
    """Replications, mean and sum of squared deviations of pieces that follow each other from 0 without gap.

    Raises
    ------
    ValueError : there is a gap, or nothing.
    """
    folding = Folding()
    for piece in pieces:
        folding.add(piece)
    found = folding.pieces
    if not found or found[0].first or any(a.end != b.first for a, b in zip(found, found[1:], strict=False)):
        raise ValueError("pieces do not follow each other from replication 0")
    *rest, last = found
    count, mean, squares = last.count, last.mean, last.squares
    for one in reversed(rest):  # the smallest first
        apart, both = mean - one.mean, one.count + count
        squares = one.squares + squares + apart**2 * (one.count * count / both)
        mean, count = one.mean + apart * (count / both), both
    return count, mean, squares
