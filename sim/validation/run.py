"""Runs the cases and judges them: expected, simulated, standard error, verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw
from sim.studies.statistics import t_quantile
from sim.validation import days, forecasts, losses, ports, single_orders
from sim.validation.arithmetic import ARITHMETIC
from sim.validation.case import Case, Quantity

Floats = NDArray[np.float64]
Verdict = Literal["pass", "fail", "pending"]
FAMILY = 0.01
#: relative error that arithmetic may have: the truths carry eight digits
ROUNDING = 1e-6
SEEDS = (1, 2, 3)
#: builder of each case, booked days per replication of a full run and of a quick one
CASES: dict[str, tuple[Callable[[int], Case], int, int]] = {
    "S01": (single_orders.s01, 30_000, 300),
    "S02 morning": (days.s02_morning, 600, 40),
    "S02 evening": (days.s02_evening, 600, 40),
    "S03": (single_orders.s03, 33_000, 400),
    "S04": (single_orders.s04, 20_000, 400),
    "S05": (days.s05, 200, 30),
    "S06 fixed": (single_orders.s06_fixed, 17_000, 600),
    "S06 exponential": (single_orders.s06_exponential, 17_000, 600),
    "S07": (days.s07, 300, 20),
    "S08": (days.s08, 5_500, 200),
    "S09": (days.s09, 600, 40),
    "S11": (single_orders.s11, 5_500, 60),
    "S12": (single_orders.s12, 150_000, 1_000),
    "S13": (forecasts.s13, 150, 40),
    "S14": (ports.s14, 1_500, 200),
    "S15 levels": (days.s15_levels, 2_800, 60),
    "S15 backorders": (days.s15_backorders, 9_500, 60),
    "S15 spells": (days.s15_spells, 7_500, 150),
    "S16": (days.s16, 150, 150),
    "S17": (ports.s17, 2_500, 60),
    "S18": (ports.s18, 160, 160),
}
#: instances that wait for a later part of the engine
PENDING: dict[str, tuple[str, str]] = {}
#: studies whose estimates, of many years each, are known
STUDIES: dict[str, Callable[[], losses.Study]] = {
    "S19 strata": losses.by_strata,
    "S19 plain": losses.plainly,
    "S19 study": losses.as_studied,
}
#: everything that is held against theory
KNOWN = (*CASES, *STUDIES, *ARITHMETIC)


@dataclass(frozen=True)
class Finding:
    """One known number under one seed.

    Attributes
    ----------
    instance, quantity, seed : what; seed 0 where chance has no part.
    expected, simulated, standard_error : values; the standard error is over replications.
    half_width : relative 99 % half-width reached; `wanted` the largest that counts (None: exact instance).
    verdict : pass, fail or pending.
    why : what decided.
    """

    instance: str
    quantity: str
    seed: int
    expected: float
    simulated: float
    standard_error: float
    half_width: float
    wanted: float | None
    verdict: Verdict
    why: str


def replications(name: str, length: int, seed: int, numbers: Sequence[int]) -> Floats:
    """Values of a case's quantities, then of its controls, (replications, both); the shipped `live` does the work."""
    from sim.world import Blueprint

    case = CASES[name][0](length)
    blueprint = Blueprint(case.scenario, case.plan)
    readers = [*(quantity.read for quantity in case.quantities), *(read for read, _ in case.controls)]
    rows = np.empty((len(numbers), len(readers)))
    for row, number in enumerate(numbers):
        if case.plan_of is not None:
            blueprint = Blueprint(case.scenario, case.plan_of(number))
        future = draw(case.scenario, seed, number)
        ledger = blueprint.live(future, by_item=case.series)
        rows[row] = [read(ledger, future) for read in readers]
    return rows


def controlled(values: Floats, above: Floats) -> tuple[float, float, int]:
    """Mean, standard error and degrees of freedom of values, what controls explain of their luck taken out.

    The mean is that of a linear regression on the controls, at the known means of these; its error is the regression's
    (control variates: Lavenberg and Welch 1981). Without controls, the plain mean.

    Parameters
    ----------
    values : (replications,).
    above : (replications, controls) controls less their known means.
    """
    n, q = values.size, above.shape[1]
    mean = float(values.mean())
    if n <= q + 1:
        return mean, 0.0, 0
    centre = above.mean(axis=0)
    spread = above - centre
    slope = np.linalg.lstsq(spread, values - mean, rcond=None)[0]
    left = values - mean - spread @ slope
    share = 1 / n + float(centre @ np.linalg.pinv(spread.T @ spread) @ centre)
    freedom = n - 1 - q
    return mean - float(centre @ slope), math.sqrt(float(left @ left) / freedom * share), freedom


def judge(
    quantity: Quantity, values: Floats, seed: int, tests: int, quick: bool, above: Floats | None = None
) -> Finding:
    """The verdict on one quantity.

    Passes when the mean lies within c standard errors of the exact value (plus the discretisation the truth allows),
    c being Student's quantile that keeps the family-wise error over all `tests` values at 1 %, and when the 99 %
    half-width is small enough to show anything (a quick run reports it and does not ask for it).

    Parameters
    ----------
    values : (replications,).
    above : (replications, controls) controls less their known means; None: none.
    """
    mean, error, freedom = controlled(values, np.empty((values.size, 0)) if above is None else above)
    expected = quantity.expected
    if math.isnan(expected):
        return Finding(
            quantity.instance, quantity.name, seed, expected, mean, error, 0.0, None, "pass", "shown beside, not judged"
        )
    if quantity.half_width is None or error == 0.0:
        good = abs(mean - expected) <= 1e-6
        return Finding(
            quantity.instance,
            quantity.name,
            seed,
            expected,
            mean,
            error,
            0.0,
            None,
            "pass" if good else "fail",
            "exact",
        )
    return _weighed(
        (quantity.instance, quantity.name, seed),
        expected,
        mean,
        error,
        freedom,
        quantity.half_width,
        quantity.bias,
        tests,
        quick,
    )


def _weighed(
    of: tuple[str, str, int],
    expected: float,
    mean: float,
    error: float,
    freedom: int,
    wanted: float,
    bias: float,
    tests: int,
    quick: bool,
) -> Finding:
    """The verdict on an estimate: near enough, and sharp enough."""
    half = t_quantile(0.995, freedom) * error / abs(expected)
    critical = t_quantile(1 - FAMILY / (2 * tests), freedom)
    off = abs(mean - expected) - bias * abs(expected)
    close, sharp = off <= critical * error, half <= wanted
    why = f"{(mean - expected) / error:+.2f} standard errors (|z| <= {critical:.2f})"
    if not sharp and not quick:
        why += f"; half-width {half:.1%} is above {wanted:.0%}"
    verdict: Verdict = "pass" if close and (sharp or quick) else "fail"
    return Finding(*of, expected, mean, error, half, wanted, verdict, why)


def studied(name: str, seed: int, tests: int, quick: bool, jobs: int) -> Iterator[Finding]:
    """Findings of one study of many years under one seed; value and standard error are its own estimates."""
    study = STUDIES[name]()
    years = study.quick if quick else study.full
    sample = study.sample(years, seed, jobs)
    for one in study.known:
        found = one.read(sample)
        of = name.split()[0], f"{one.name} ({name.split()[1]})", seed
        yield _weighed(of, one.expected, found.value, found.error, years - 1, one.half_width, 0.0, tests, quick)


def computed(name: str) -> Iterator[Finding]:
    """Findings of one instance of arithmetic: the relative error is at most 1e-6, whatever the seed."""
    for quantity, (wanted, found) in ARITHMETIC[name]().items():
        good = abs(found - wanted) <= ROUNDING * abs(wanted)
        verdict: Verdict = "pass" if good else "fail"
        yield Finding(name, quantity, 0, wanted, found, 0.0, 0.0, None, verdict, "exact, by arithmetic")


def stochastic(names: Sequence[str], seeds: Sequence[int]) -> int:
    """How many values are tested in all: the family whose error is kept at 1 %."""
    count = 0
    for name in names:
        if name in ARITHMETIC:
            continue
        if name in STUDIES:
            count += len(STUDIES[name]().known)
            continue
        builder, _, short = CASES[name]
        case = builder(short)
        count += sum(1 for one in case.quantities if one.half_width is not None and not math.isnan(one.expected))
    return max(count * len(seeds), 1)


def validate(
    names: Sequence[str] | None = None,
    seeds: Sequence[int] = SEEDS,
    quick: bool = False,
    jobs: int = 1,
    done: Callable[[str], None] | None = None,
) -> Iterator[Finding]:
    """Findings of each case under each seed, in order.

    Parameters
    ----------
    names : cases, studies and arithmetic; all when left out.
    seeds : each must pass; none is chosen.
    quick : short runs with wider half-widths.
    jobs : worker processes.
    done : called with the name of each case when it is finished.
    """
    from joblib import Parallel, delayed

    chosen = list(KNOWN) if names is None else list(names)
    tests = stochastic(chosen, seeds)
    for name in chosen:
        if name in ARITHMETIC:
            yield from computed(name)
            if done is not None:
                done(name)
            continue
        if name in STUDIES:
            for seed in seeds:
                yield from studied(name, seed, tests, quick, jobs)
            if done is not None:
                done(name)
            continue
        builder, full, short = CASES[name]
        length = short if quick else full
        case = builder(length)
        count = case.quick if quick else case.replications
        for seed in seeds:
            pieces = np.array_split(np.arange(count), max(min(count, 4 * jobs), 1)) if jobs > 1 else [np.arange(count)]
            found = Parallel(n_jobs=jobs)(delayed(replications)(name, length, seed, piece.tolist()) for piece in pieces)
            values = np.concatenate(found)
            above = values[:, len(case.quantities) :] - np.asarray([mean for _, mean in case.controls])
            for column, quantity in enumerate(case.quantities):
                yield judge(quantity, values[:, column], seed, tests, quick, above)
        if done is not None:
            done(name)
