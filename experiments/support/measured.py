"""Measures of many businesses and plans on the same Futures; those that differ in prices alone share one life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.support.lives import Case
from sim.measures import MEASURES
from sim.studies.variants import Variant, Variants, lived

Floats = NDArray[np.float64]
PLACES = {measure.name: place for place, measure in enumerate(MEASURES)}


@dataclass(frozen=True)
class Measured:
    """Measures of all lives.

    Attributes
    ----------
    cases : labels.
    postures : names, the same in all cases.
    measures : (replications, cases, postures, measures) in the order of `sim.measures.MEASURES`.
    """

    cases: tuple[str, ...]
    postures: tuple[str, ...]
    measures: Floats

    def values(self, case: str, posture: str, measure: str) -> Floats:
        """(replications,) one measure of one posture in one case."""
        found: Floats = self.measures[:, self.cases.index(case), self.postures.index(posture), PLACES[measure]]
        return found

    def apart(self, case: str, a: str, b: str, measure: str) -> Floats:
        """(replications,) posture a less posture b, Future by Future."""
        found: Floats = self.values(case, a, measure) - self.values(case, b, measure)
        return found


def measured(cases: Sequence[Case], replications: int, seed: int = 1, jobs: int = 1) -> Measured:
    """Let all cases live through the same Futures.

    Parameters
    ----------
    cases : all with plans of the same postures in the same order.
    replications, seed, jobs : as in `sim.compare`.
    """
    errand = Variants.of([Variant(case.label, case.scenario, case.plans) for case in cases], seed)
    found = lived(errand, range(replications), jobs)
    return Measured(tuple(case.label for case in cases), errand.names, found.measures)
