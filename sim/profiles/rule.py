"""The rule that calls a stretch of weeks disrupted: it stands apart, it matters, and it is neither season nor growth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.profiles.scan import Mask, apart, inside_of, scores

Floats = NDArray[np.float64]
Centre = Callable[[Floats], float]
YEAR = 52
#: fewest weeks of a stretch that is judged by how far it lies above the rest alone
FEW = 6


@dataclass(frozen=True)
class Rule:
    """When a stretch counts as disrupted.

    Attributes
    ----------
    least : fewest weeks of it.
    distance : least distance from the rest, Student's t of two levels on ranks (see `scan.apart`).
    factor : the level is at least this many times that of the rest, or at most its inverse.
    strict : the same where there is no other year to tell a season by.
    both_sides : without another year, the ordinary level must be seen for `least` weeks before and after it too.
    beyond : or else the level lies at least so many standard deviations (of logarithms) above the rest; where luck is
        alike for months, ranks alone cannot tell even a gross departure.
    upward : only a higher level counts.
    rounds : most stretches of one series.
    """

    least: int = 4
    distance: float = 5.5
    factor: float = 1.8
    strict: float = 4.0
    both_sides: bool = True
    beyond: float = np.inf
    upward: bool = False
    rounds: int = 3


@dataclass(frozen=True)
class Finding:
    """One stretch of one series.

    Attributes
    ----------
    series : position of the series.
    start, length : first week and number of weeks, in positions of the series.
    inside, outside : level of the stretch and of the rest.
    other : level of the same weeks in other years; NaN where there are none.
    distance : how far it stands apart.
    """

    series: int
    start: int
    length: int
    inside: float
    outside: float
    other: float
    distance: float


def findings(values: Floats, present: Mask, rule: Rule, weeks: NDArray[np.intp], centre: Centre) -> list[Finding]:
    """Disrupted stretches of each series, longest distance first within a series.

    Parameters
    ----------
    values : (periods, series) demand of a week, or typical lead time of a week's orders.
    present : (periods, series), weeks that count.
    weeks : (periods,) calendar week of each period, rising.
    centre : what a level is: mean or median.
    """
    made: list[Finding] = []
    open_series = np.arange(values.shape[1])
    free = present.copy()
    for _ in range(rule.rounds):
        if not open_series.size:
            break
        part, there = values[:, open_series], free[:, open_series]
        ranked = scores(part, there)
        found = apart(ranked, there, rule.least, rule.upward)
        going: list[int] = []
        least = rule.distance if np.isinf(rule.beyond) else 0.0
        for place in np.flatnonzero((found.distance >= least) & (found.distance > 0)):
            series = int(open_series[place])
            inside = inside_of(found.start[place : place + 1], found.length[place : place + 1], len(weeks))[:, 0]
            inside = _trimmed(part[:, place], there[:, place], inside & there[:, place], centre)
            if inside.sum() < rule.least:
                continue
            near = found.distance[place] < rule.distance
            if near and not _beyond(part[:, place], there[:, place], inside, rule.beyond):
                continue
            finding = _judged(part[:, place], ranked[:, place], there[:, place], inside, rule, weeks, centre)
            if finding is None:
                continue
            level, rest, other = finding
            where = np.flatnonzero(inside)
            made.append(
                Finding(
                    series,
                    int(where[0]),
                    int(where[-1] - where[0] + 1),
                    level,
                    rest,
                    other,
                    float(found.distance[place]),
                )
            )
            free[inside, series] = False
            going.append(series)
        open_series = np.asarray(going, dtype=np.intp)
    return made


def _trimmed(values: Floats, present: Mask, inside: Mask, centre: Centre) -> Mask:
    """The stretch without weeks at its ends that are nearer to the level of the rest: ranks draw them in."""
    level, rest = centre(values[inside]), centre(values[present & ~inside])
    own = inside & ((values > (level + rest) / 2) == (level > rest))
    where = np.flatnonzero(own)
    found = np.zeros_like(inside)
    if where.size:
        found[where[0] : where[-1] + 1] = True
    return found & inside


def _judged(
    values: Floats, made: Floats, present: Mask, inside: Mask, rule: Rule, weeks: NDArray[np.intp], centre: Centre
) -> tuple[float, float, float] | None:
    """Levels of the stretch, of the rest and of other years, if it passes every guard."""
    outside = present & ~inside
    level, rest = centre(values[inside]), centre(values[outside])
    demanded = np.count_nonzero(values[outside])
    if inside.sum() * demanded < rule.least * outside.sum():
        return None  # too few demands are missing, or have come together, to be more than chance
    same = np.isin(weeks, np.concatenate([weeks[inside] + YEAR, weeks[inside] - YEAR])) & outside
    compared = same.sum() >= inside.sum() / 2
    other = centre(values[same]) if compared else np.nan
    if not compared and rule.both_sides and not _within(outside, inside, rule.least):
        return None
    if not _differs(level, rest, rule.factor if compared else rule.strict, rule.upward):
        return None
    if compared and not (_differs(level, other, rule.factor**0.5, rule.upward) and (level > rest) == (level > other)):
        return None
    return None if _smooth(made[present], inside[present], weeks[present]) else (level, rest, other)


def _within(outside: Mask, inside: Mask, least: int) -> bool:
    """Whether weeks of the ordinary level lie on both sides of a stretch."""
    where = np.flatnonzero(inside)
    return bool(min(outside[: where[0]].sum(), outside[where[-1] :].sum()) >= least)


def _differs(level: float, rest: float, factor: float, upward: bool) -> bool:
    return level >= factor * rest > 0 or (rest == 0 < level) or (not upward and level * factor <= rest)


def _beyond(values: Floats, present: Mask, inside: Mask, least: float) -> bool:
    """Whether three in four weeks of a stretch lie far above the rest, in standard deviations of its logarithms."""
    if inside.sum() < FEW:
        return False
    high, rest = np.log(np.maximum(values[inside], 1.0)), np.log(np.maximum(values[present & ~inside], 1.0))
    return bool(np.quantile(high, 0.25) - np.median(rest) >= least * max(float(rest.std()), 1e-9))


def _smooth(made: Floats, step: Mask, weeks: NDArray[np.intp]) -> bool:
    """Whether a straight line with a yearly wave explains the scores better than the stretch does."""
    when = weeks / 52.1775
    angle = 2 * np.pi * when
    design = np.column_stack([np.ones(when.size), when - when.mean(), np.cos(angle), np.sin(angle)])
    left = made - design @ np.linalg.lstsq(design, made, rcond=None)[0]
    rest = made - np.where(step, made[step].mean(), made[~step].mean())
    return bool((left**2).sum() <= (rest**2).sum())
