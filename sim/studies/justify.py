"""Justify each buffer of a plan: what it costs, what it buys on the same Futures, and whether that is shown."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.plan import Plan, PlanLine
from sim.postures import Posture
from sim.scenario import Scenario
from sim.studies.buffers import Justification
from sim.studies.compare import plans_of, weathers_of
from sim.studies.montecarlo import workers_of
from sim.studies.sharing import lines_of, sharing
from sim.studies.stages import Pace, Study, Watch, checked, first_look, followed, groupings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EPSILON = 1e-9


def buffers(scenario: Scenario, lines: Sequence[PlanLine], lean: Sequence[PlanLine], trial_days: float) -> Floats:
    """(lines,) units to take away (negative) or to add on trial (positive); 0 where there is nothing to try.

    A buffer is the safety stock above the lean plan's, to the nearest unit where items come in whole units: levels stay
    whole, and less than half a unit is no buffer. A trial buffer is so many days of the line's forecast, rounded up to
    whole units where items come in whole units.
    """
    extra = np.array([line.safety_stock - thin.safety_stock for line, thin in zip(lines, lean, strict=True)])
    trial = trial_days * np.array([line.forecast for line in lines])
    if scenario.units == "integer":
        extra, trial = np.rint(extra), np.ceil(trial - EPSILON)
    return np.where(extra > EPSILON, -extra, np.maximum(trial, 0.0))


def _standing(plan: Plan) -> Plan:
    """The plan of day 0 without its reassessments, which would bring a removed buffer back; it says so."""
    if plan.reviser is None:
        return plan
    note = f"{plan.posture}: buffers are judged on the plan of day 0; its reassessments are left out"
    return dataclasses.replace(plan, reviser=None, reassess_every=0, notes=(*plan.notes, note))


def justify(
    scenario: Scenario,
    posture: str | Path | Posture | Plan = "hybrid",
    lean: str | Path | Posture | Plan = "jit",
    replications: int = 200,
    seed: int = 1,
    jobs: int = 1,
    weather: str | None = None,
    trial_days: float = 14.0,
    batches_of: int = 4,
    checks: int = 2,
    by: Sequence[str] | None = None,
    trust: bool = False,
    chunk: int | None = None,
    watch: Watch | None = None,
) -> Justification:
    """Remove each buffer of a plan, and add one to each lean line, on the same Futures.

    Parameters
    ----------
    scenario : the business.
    posture : whose buffers are judged: a name, file, `Posture` or `Plan`.
    lean : what counts as no buffer, in the same ways.
    replications : how many Futures; following the verdicts is tried on as many more.
    seed : seed of the study.
    jobs : worker processes; -1 for all processors.
    weather : of the scenario; its headline when left out.
    trial_days : days of forecast in the buffer that lean lines get on trial.
    batches_of : runs over which lines that can touch each other are dealt.
    checks : how many lines of each set that can touch each other are also changed by themselves.
    by : groups to remove: 'criticality', 'segment', 'supplier'; left out: supplier, and segment where the plan has it, or
        else criticality. All buffers at once is always among them.
    trust : allow policies that are the user's own code.
    chunk : replications a task; it changes nothing but the pace.
    watch : told of each stage of the work, for a progress bar.

    Raises
    ------
    UsageError, ScenarioError, ModelError, PolicyError : see `sim.errors`.
    """
    for name, value, least in (("replications", replications, 1), ("seed", seed, 0), ("batches", batches_of, 1)):
        if value < least:
            raise UsageError(f"{name} {value}: {least} or more is needed")
    if checks < 0 or not 0 < trial_days < math.inf:
        raise UsageError(f"{checks} checks and {trial_days:g} trial days: 0 or more, and more than 0, are needed")
    workers_of(jobs)
    under = scenario.under(weathers_of(scenario, None if weather is None else [weather])[0])
    told = weather if weather is not None else scenario.weather_names[0]
    (plan,), (thin,) = plans_of(scenario, [posture], trust), plans_of(scenario, [lean], trust)
    shared = sharing(under, plan)
    plan = dataclasses.replace(_standing(plan), lines=shared.lines)
    lean_lines = lines_of(under, thin)
    units = buffers(under, shared.lines, lean_lines, trial_days)
    study = Study(under, plan, shared, units, seed, Pace(jobs, chunk, watch))
    numbers = range(replications)
    ledger = first_look(study, numbers, batches_of, groupings(shared.lines, under, units < 0, by))
    found = Justification(
        scenario=under,
        weather=told,
        plan=plan,
        lean=thin,
        seed=seed,
        numbers=tuple(numbers),
        trial_days=trial_days,
        lean_lines=lean_lines,
        advice=(),
        checks=(),
        **ledger,
    )
    alone, leak = checked(study, found, checks)
    return dataclasses.replace(found, advice=followed(study, found), checks=alone, leak=max(found.leak, leak))
