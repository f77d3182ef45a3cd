"""The tornado: each assumption at its low and its high end, on the Futures of the base."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.assumptions import Assumption
from sim.errors import UsageError, near_miss
from sim.measures import BY_NAME, MEASURES
from sim.plan import Plan
from sim.scenario import Scenario
from sim.statistics.interval import Interval, interval
from sim.studies.sensitivity.register import chosen, register
from sim.studies.source import Family, Point, Source, family
from sim.studies.variants import Variants, lived

Floats = NDArray[np.float64]
Side = Literal["low", "high"]
Told = Callable[[Variants], None]


@dataclass(frozen=True)
class Swing:
    """One assumption at one end.

    Attributes
    ----------
    assumption, side, value : which, and what it is set to.
    values : (replications, postures) of the measure.
    money_only : no life was lived for it: prices alone differ from the base.
    """

    assumption: Assumption
    side: Side
    value: str
    values: Floats
    money_only: bool


@dataclass(frozen=True)
class Tornado:
    """All assumptions at both ends, against the base.

    Attributes
    ----------
    source : where variants come from; with what keeps further variants in step put in.
    base : (replications, postures) of the measure as things stand.
    swings : in the order of the register, low before high; an end that is the base is left out.
    assumptions : the register.
    between : the two postures whose difference a − b is looked at; at the base, a has the better mean.
    scenario, plans, weather, seed, numbers, measure, notes, lives : what was run.
    """

    source: Source
    base: Floats
    swings: tuple[Swing, ...]
    assumptions: tuple[Assumption, ...]
    between: tuple[str, str]
    scenario: Scenario
    plans: tuple[Plan, ...]
    weather: str
    seed: int
    numbers: tuple[int, ...]
    measure: str
    notes: tuple[str, ...]
    lives: int

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        """The one weather."""
        return (self.weather,)

    def apart(self, values: Floats) -> Floats:
        """(replications,) differences a − b of (replications, postures) values."""
        a, b = (self.postures.index(name) for name in self.between)
        found: Floats = values[:, a] - values[:, b]
        return found

    @cached_property
    def difference(self) -> Interval:
        """a − b at the base."""
        return interval(self.apart(self.base))

    def ends(self, one: Assumption) -> dict[Side, Swing]:
        """Its ends that differ from the base."""
        return {swing.side: swing for swing in self.swings if swing.assumption is one}

    def change(self, swing: Swing) -> Interval:
        """How much a − b changes from the base, on the same Futures."""
        return interval(self.apart(swing.values) - self.apart(self.base))

    def turned(self, swing: Swing) -> bool:
        """Whether the other of the two postures has the better mean."""
        mean = interval(self.apart(swing.values)).mean
        return mean * self.difference.mean < 0

    def clearly(self, swing: Swing) -> bool:
        """Whether the turned difference is clear of zero, with Bonferroni over all ends that were tried."""
        one = interval(self.apart(swing.values), 1 - 0.05 / max(len(self.swings), 1))
        return self.turned(swing) and (one.low > 0 or one.high < 0)

    def best(self, values: Floats) -> str:
        """The posture with the best mean."""
        sign = -1.0 if BY_NAME[self.measure].better == "higher" else 1.0
        return self.postures[int((sign * np.nanmean(values, axis=0)).argmin())]

    @cached_property
    def order(self) -> tuple[Assumption, ...]:
        """Assumptions from the one that moves a − b most to the one that moves it least."""

        def span(one: Assumption) -> float:
            means = [0.0, *(self.change(swing).mean for swing in self.ends(one).values())]
            return max(means) - min(means)

        return tuple(sorted(self.assumptions, key=span, reverse=True))


def tornado(
    source: Source,
    replications: int = 50,
    seed: int = 1,
    jobs: int = 1,
    measure: str = "total_cost",
    between: tuple[str, str] | None = None,
    only: Sequence[str] = (),
    done: Callable[[int], None] | None = None,
    told: Told | None = None,
) -> Tornado:
    """Each assumption at its low and its high end, everything else as it stands.

    Parameters
    ----------
    source : the business and at least two postures.
    replications, seed, jobs, done : as of `sim.compare`.
    measure : what is looked at.
    between : the two postures whose difference is looked at; the best two at the base when left out.
    only : words; assumptions whose label or key holds one.
    told : called with what is to be lived, before it starts.

    Raises
    ------
    UsageError, ScenarioError : an assumption cannot be set; the message names it and its value.
    """
    checked(source, measure, between, seed)
    found = register_of(source, only)
    ends: list[tuple[Assumption, Side, str]] = []
    for one in found:
        ends += [(one, "low", one.low)] * (not same(one.low, one.base))
        ends += [(one, "high", one.high)] * (not same(one.high, one.base))
    points = [Point("", ()), *(point_of(one, value) for one, _, value in ends)]
    made = family(source, points)
    errand = Variants.of(made.variants, seed)
    if told is not None:
        told(errand)
    lives = lived(errand, range(replications), jobs, done=done)
    values = lives.measures[..., place_of(measure)]
    swings = tuple(
        Swing(one, side, value, values[:, number], errand.life[number] == errand.life[0])
        for number, (one, side, value) in enumerate(ends, start=1)
    )
    base = made.variants[0]
    names = tuple(plan.posture for plan in base.plans)
    return Tornado(
        source=in_step(source, made),
        base=values[:, 0],
        swings=swings,
        assumptions=found,
        between=between or best_two(values[:, 0], names, measure),
        scenario=base.scenario,
        plans=base.plans,
        weather=base.scenario.weather or base.scenario.weather_names[0],
        seed=seed,
        numbers=lives.numbers,
        measure=measure,
        notes=made.notes,
        lives=len(errand.lives),
    )


def checked(source: Source, measure: str, between: tuple[str, str] | None, seed: int) -> None:
    """Refuse what makes no sense.

    Raises
    ------
    UsageError : what, and what is allowed.
    """
    if measure not in BY_NAME:
        raise UsageError(f"{measure!r} is not a measure{near_miss(measure, BY_NAME)}")
    if BY_NAME[measure].better == "neither":
        raise UsageError(f"{measure!r} is neither better high nor better low: it ranks no postures")
    if seed < 0:
        raise UsageError(f"seed {seed}: 0 or more is needed")
    if len(source.postures) < 2:
        raise UsageError("one posture has nothing to be ranked against: name two or more")
    for name in between or ():
        if name not in source.postures:
            raise UsageError(f"{name!r} is no posture of this run{near_miss(name, source.postures)}")


def register_of(source: Source, only: Sequence[str]) -> tuple[Assumption, ...]:
    """The assumptions of a source under its weather, those wanted.

    Raises
    ------
    UsageError : there is none.
    """
    read = source.scenario()
    found = chosen(register(read.under(source.weather or read.weather_names[0])), only)
    if not found:
        raise UsageError(f"scenario {read.name!r} has no assumption to vary: add [[assumptions]] to its file")
    return found


def point_of(one: Assumption, value: str) -> Point:
    """The variant in which an assumption has a value."""
    return Point(f"{one.label} = {value}", one.settings(value))


def place_of(measure: str) -> int:
    """Position of a measure among all."""
    return [one.name for one in MEASURES].index(measure)


def same(value: str, base: str | None) -> bool:
    """Whether a value is the base."""
    if base is None:
        return False
    try:
        return float(value) == float(base)
    except ValueError:
        return value == base


def best_two(values: Floats, names: Sequence[str], measure: str) -> tuple[str, str]:
    """The two postures with the best means, the better one first.

    Raises
    ------
    UsageError : the measure is null in every Future of a posture.
    """
    if np.isnan(values).all(axis=0).any():
        raise UsageError(f"{measure!r} is null here in every future: choose another measure")
    sign = -1.0 if BY_NAME[measure].better == "higher" else 1.0
    order = np.argsort(sign * np.nanmean(values, axis=0), kind="stable")
    return names[int(order[0])], names[int(order[1])]


def in_step(source: Source, made: Family) -> Source:
    """The source with what kept a family in step put in, so that further variants keep step with it."""
    more = []
    base = made.variants[0].scenario
    if base.draws == "quantile":
        more.append("draws=quantile")
    if base.warm_up is not None:
        more.append(f"warm_up={base.warm_up}")
    return dataclasses.replace(source, settings=(*source.settings, *more), _scenarios=[], _plans=[])
