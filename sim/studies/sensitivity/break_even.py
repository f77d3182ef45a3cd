"""Break-even values: where the difference between two postures crosses zero as one assumption varies."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.assumptions import Assumption
from sim.statistics.interval import t_quantile
from sim.studies.sensitivity.tornado import Told, Tornado, place_of, point_of, same
from sim.studies.source import Point, family
from sim.studies.variants import Variants, lived

Floats = NDArray[np.float64]
#: values between low and high that are lived where the difference is no straight line
BETWEEN = 5
#: values at which the interval of the difference is looked at
FINE = 801


@dataclass(frozen=True)
class Curve:
    """The difference a − b of two postures over one assumption.

    Attributes
    ----------
    assumption : which.
    at : (values,) ascending.
    differences : (replications, values) a − b.
    straight : the difference is a straight line in the assumption: in every Future where prices alone differ, in the mean
        over what comes and what does not where the assumption is a chance.
    """

    assumption: Assumption
    at: Floats
    differences: Floats
    straight: bool

    def between(self, x: Floats) -> Floats:
        """(replications, x) differences at any values, Future by Future on straight lines between those lived."""
        place = np.clip(np.searchsorted(self.at, x, side="right") - 1, 0, self.at.size - 2)
        share = (x - self.at[place]) / (self.at[place + 1] - self.at[place])
        found: Floats = self.differences[:, place] * (1 - share) + self.differences[:, place + 1] * share
        return found

    def band(self, x: Floats, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Mean of the difference and its interval at any values."""
        values = self.between(x)
        count = values.shape[0]
        mean = values.mean(axis=0)
        if count < 2:
            return mean, np.full_like(mean, -math.inf), np.full_like(mean, math.inf)
        half = t_quantile((1 + level) / 2, count - 1) * values.std(axis=0, ddof=1) / math.sqrt(count)
        return mean, mean - half, mean + half


@dataclass(frozen=True)
class BreakEven:
    """Where two postures cost the same.

    Attributes
    ----------
    curve : what it was found on.
    kind : 'crosses' within the range; 'beyond' it, told where the difference is a straight line; 'none' in the range.
    value : where the mean difference is zero; NaN where there is no such value.
    low, high : 95 % interval: all values around it at which zero lies in the interval of the difference; for a straight line
        that is the interval of Fieller (1954). Infinite where it has no end within the range.
    below, above : mean difference at the low and the high end of the range.
    crossings : how often the mean changes sign within the range.
    """

    curve: Curve
    kind: Literal["crosses", "beyond", "none"]
    value: float
    low: float
    high: float
    below: float
    above: float
    crossings: int


def solved(curve: Curve) -> BreakEven:
    """The break-even value of a curve: the crossing nearest to the base, where there are several."""
    curve = _counting(curve)
    if not curve.differences.size:
        return BreakEven(curve, "none", math.nan, math.nan, math.nan, math.nan, math.nan, 0)
    means = curve.differences.mean(axis=0)
    ends = float(means[0]), float(means[-1])
    roots = [
        float(curve.at[n] - means[n] * (curve.at[n + 1] - curve.at[n]) / (means[n + 1] - means[n]))
        for n in range(means.size - 1)
        if means[n] * means[n + 1] < 0 or (means[n] == 0 and means[n + 1] != 0)
    ]
    if not roots:
        beyond = _beyond(curve, *ends) if curve.straight else math.nan
        kind: Literal["beyond", "none"] = "beyond" if math.isfinite(beyond) else "none"
        return BreakEven(curve, kind, beyond, math.nan, math.nan, *ends, 0)
    base = _number(curve.assumption.base)
    root = roots[0] if base is None else min(roots, key=lambda one: abs(one - base))
    low, high = _interval(curve, root)
    return BreakEven(curve, "crosses", root, low, high, *ends, len(roots))


def _counting(curve: Curve) -> Curve:
    """The curve of those Futures that have all values: a null one is left out everywhere, so that values stay comparable."""
    null = np.isnan(curve.differences).any(axis=1)
    return dataclasses.replace(curve, differences=curve.differences[~null])


def _beyond(curve: Curve, below: float, above: float) -> float:
    """Where the straight line would cross outside the range; NaN where it never does, or below 0."""
    if above == below:
        return math.nan
    root = float(curve.at[0] - below * (curve.at[-1] - curve.at[0]) / (above - below))
    return root if root >= 0 else math.nan


def _interval(curve: Curve, root: float) -> tuple[float, float]:
    """Values around the root at which zero lies in the interval of the difference."""
    x = np.unique(np.concatenate([np.linspace(curve.at[0], curve.at[-1], FINE), curve.at, [root]]))
    _, low, high = curve.band(x)
    inside = (low <= 0) & (high >= 0)
    place = int(np.searchsorted(x, root))
    first, last = place, place
    while first > 0 and inside[first - 1]:
        first -= 1
    while last < x.size - 1 and inside[last + 1]:
        last += 1
    left = -math.inf if first == 0 else _edge(x, low, high, first - 1, first)
    right = math.inf if last == x.size - 1 else _edge(x, low, high, last, last + 1)
    return left, right


def _edge(x: Floats, low: Floats, high: Floats, left: int, right: int) -> float:
    """Where the end of the interval that leaves zero behind is zero, between two neighbouring values."""
    end = low if low[left] * low[right] < 0 else high
    if end[left] == end[right]:
        return float(x[right])
    return float(x[left] - end[left] * (x[right] - x[left]) / (end[right] - end[left]))


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def break_evens(
    found: Tornado,
    jobs: int = 1,
    begin: Callable[[], Callable[[int], None] | None] = lambda: None,
    told: Told | None = None,
) -> tuple[BreakEven, ...]:
    """Break-even values of all assumptions that are numbers, in the order of the tornado.

    Where the ends and the base lie on a straight line in every Future, they are enough; where they do not, and the
    difference changes its sign or comes near it, values in between are lived on the same Futures.

    Parameters
    ----------
    found : the tornado.
    jobs, told : as of `sim.studies.sensitivity.tornado.tornado`.
    begin : called if values in between are lived; it gives what is called with the number of replications finished.
    """
    curves = {one.label: _three(found, one) for one in found.order if one.numeric}
    wanted = [curve for curve in curves.values() if not curve.straight and _near_zero(curve)]
    if wanted:
        curves.update({curve.assumption.label: curve for curve in _refined(found, wanted, jobs, begin(), told)})
    return tuple(solved(curve) for curve in curves.values())


def _three(found: Tornado, one: Assumption) -> Curve:
    """The curve over low, base and high."""
    points = {float(swing.value): found.apart(swing.values) for swing in found.ends(one).values()}
    base = _number(one.base)
    if base is not None:
        points[base] = found.apart(found.base)
    at = np.array(sorted(points))
    differences = np.stack([points[x] for x in at], axis=1)
    return Curve(one, at, differences, one.chance or (_priced(found, one) and _straight(at, differences)))


def _priced(found: Tornado, one: Assumption) -> bool:
    """Whether prices alone differ at both ends."""
    return all(swing.money_only for swing in found.ends(one).values())


def _straight(at: Floats, differences: Floats) -> bool:
    """Whether inner points lie on the line between the ends, in every Future."""
    share = (at - at[0]) / (at[-1] - at[0])
    line = differences[:, :1] * (1 - share) + differences[:, -1:] * share
    scale = np.abs(differences).max(initial=1.0)
    return bool(np.abs(differences - line).max(initial=0.0) <= 1e-9 * scale)


def _near_zero(curve: Curve) -> bool:
    """Whether the mean changes sign between the points, or an interval there holds zero."""
    curve = _counting(curve)
    if not curve.differences.size:
        return False
    mean, low, high = curve.band(curve.at)
    return bool((mean.min() < 0 < mean.max()) or ((low <= 0) & (high >= 0)).any())


def _refined(
    found: Tornado, curves: Sequence[Curve], jobs: int, done: Callable[[int], None] | None, told: Told | None
) -> list[Curve]:
    """The curves with values in between lived too, under the two postures alone."""
    named = zip(found.source.postures, found.postures, strict=True)
    wanted = tuple(given for given, name in named if name in found.between)
    source = dataclasses.replace(found.source, wanted=wanted, _scenarios=[], _plans=[])
    points: list[Point] = []
    places: list[tuple[int, float]] = []
    for number, curve in enumerate(curves):
        for x in np.linspace(curve.at[0], curve.at[-1], BETWEEN + 2)[1:-1]:
            value = f"{x:.6g}"
            if not any(same(value, f"{there:.12g}") for there in curve.at):
                points.append(point_of(curve.assumption, value))
                places.append((number, float(value)))
    made = family(source, points, quantile=False)
    errand = Variants.of(made.variants, found.seed)
    if told is not None:
        told(errand)
    lives = lived(errand, found.numbers, jobs, done=done)
    values = lives.measures[..., place_of(found.measure)]
    a, b = (errand.names.index(name) for name in found.between)
    apart = values[:, :, a] - values[:, :, b]
    refined = []
    for number, curve in enumerate(curves):
        mine = [place for place, (of, _) in enumerate(places) if of == number]
        at = np.concatenate([curve.at, [places[place][1] for place in mine]])
        differences = np.concatenate([curve.differences, apart[:, mine]], axis=1)
        order = np.argsort(at)
        refined.append(dataclasses.replace(curve, at=at[order], differences=differences[:, order]))
    return refined
