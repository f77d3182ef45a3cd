"""Points in the space of all assumptions at once: shared by the Morris and the Sobol study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.assumptions import Assumption
from sim.errors import UsageError
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.sensitivity.tornado import Told, best_two, checked, place_of, register_of
from sim.studies.source import Point, Source, family
from sim.studies.variants import Variants, lived

Floats = NDArray[np.float64]
#: most points of a design
MOST = 20_000


@dataclass(frozen=True)
class Lived:
    """What a design was lived on, for the manifest.

    Attributes
    ----------
    scenario, plans, weather, seed, numbers, measure, between, notes, lives : as of `Tornado`.
    assumptions : those varied.
    values : (replications, points) of a − b.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    weather: str
    seed: int
    numbers: tuple[int, ...]
    measure: str
    between: tuple[str, str]
    notes: tuple[str, ...]
    lives: int
    assumptions: tuple[Assumption, ...]
    values: Floats

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        """The one weather."""
        return (self.weather,)


def text_at(one: Assumption, share: float) -> str:
    """The value at a share of the way from low to high; of words the nearer one."""
    if not one.numeric:
        return one.low if share < 0.5 else one.high
    low, high = Assumption.number(one.low), Assumption.number(one.high)
    return f"{low + share * (high - low):.9g}"


def live_design(
    source: Source,
    design: Callable[[int], Floats],
    only: Sequence[str],
    replications: int,
    seed: int,
    jobs: int,
    measure: str,
    between: tuple[str, str] | None,
    done: Callable[[int], None] | None,
    told: Told | None,
) -> Lived:
    """Live all points of a design, and the base, on the same Futures.

    Parameters
    ----------
    source : the business.
    design : from the number of assumptions to (points, assumptions) shares in [0, 1].
    only, replications, seed, jobs, measure, between, done, told : as of `tornado`.

    Raises
    ------
    UsageError, ScenarioError : too many points, or a point is refused.
    """
    checked(source, measure, between, seed)
    found = register_of(source, only)
    shares = design(len(found))
    if len(shares) > MOST:
        raise UsageError(
            f"{len(shares):,} points: at most {MOST:,} are possible; take fewer assumptions (--only) or points"
        )
    points = [Point("", ())]
    for number, row in enumerate(shares):
        values = [text_at(one, float(share)) for one, share in zip(found, row, strict=True)]
        settings = tuple(text for one, value in zip(found, values, strict=True) for text in one.settings(value))
        points.append(Point(f"point {number + 1} of the design", settings))
    made = family(source, points)
    errand = Variants.of(made.variants, seed)
    if told is not None:
        told(errand)
    lives = lived(errand, range(replications), jobs, done=done)
    values_of = lives.measures[..., place_of(measure)]
    base = made.variants[0]
    names = tuple(plan.posture for plan in base.plans)
    chosen = between or best_two(values_of[:, 0], names, measure)
    a, b = (names.index(name) for name in chosen)
    return Lived(
        scenario=base.scenario,
        plans=base.plans,
        weather=base.scenario.weather or base.scenario.weather_names[0],
        seed=seed,
        numbers=lives.numbers,
        measure=measure,
        between=chosen,
        notes=made.notes,
        lives=len(errand.lives),
        assumptions=found,
        values=(values_of[:, :, a] - values_of[:, :, b])[:, 1:],
    )
