"""How sharp loss studies are: what strata save, and how often intervals hold the truth; prints the tables of docs/loss.md.

Usage: python tools/loss_precision.py [coverage | saving] [years of the saving's brute force]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw_incidents
from sim.library import load
from sim.strata import strata_of
from sim.studies.loss import loss
from sim.studies.loss_sample import Estimate, Sample
from sim.theory.loss import AnnualLoss
from sim.validation.losses import scenario

Floats = NDArray[np.float64]
SEEDS = 400
SIZES = (100, 200, 500, 2_000)
RATES = (0.1, 0.3, 0.8, 2.0)
LEVELS = {"VaR_95": 0.95, "VaR_99": 0.99, "CVaR_95": 0.95, "CVaR_99": 0.99}
READ: dict[str, Callable[[Sample], Estimate]] = {
    "expected_annual_loss": lambda sample: sample.mean,
    "VaR_95": lambda sample: sample.value_at_risk(0.95),
    "CVaR_95": lambda sample: sample.conditional_value_at_risk(0.95),
    "VaR_99": lambda sample: sample.value_at_risk(0.99),
    "CVaR_99": lambda sample: sample.conditional_value_at_risk(0.99),
}


def truth(rate: float) -> dict[str, float]:
    """Exact numbers of the compound Poisson law with a mean severity of 1.5."""
    law = AnnualLoss(rate, 1.5)
    tail = {"V": law.value_at_risk, "C": law.conditional_value_at_risk}
    return {"expected_annual_loss": law.mean, **{name: tail[name[0]](level) for name, level in LEVELS.items()}}


def studies(rate: float, plain: bool, sizes: Sequence[int]) -> dict[int, dict[str, list[Estimate]]]:
    """Estimates of many studies of the law of S19, one seed each, at each size.

    Incidents are drawn as ever, and their severities added; a test lives such years and finds the same losses.
    """
    business = scenario(rate)
    strata = strata_of(business, plain)
    places = np.asarray([strata.place(number) for number in range(max(sizes))], dtype=np.intp)
    found: dict[int, dict[str, list[Estimate]]] = {size: {name: [] for name in READ} for size in sizes}
    for seed in range(SEEDS):
        losses = np.zeros(max(sizes))
        for number in range(max(sizes)):
            for one in draw_incidents(business, seed, number, strata.counts(seed, number)):
                if 0 <= one.begins < business.horizon:
                    losses[number] += one.price_factor - 1
        for size in sizes:
            sample = Sample(losses[:size], places[:size], strata.probabilities)
            for name, read in READ.items():
                found[size][name].append(read(sample))
    return found


def spread(ones: Sequence[Estimate]) -> float:
    """Standard deviation of an estimate over studies."""
    return float(np.std([one.value for one in ones], ddof=1))


def coverage() -> None:
    """Share of 95 % intervals that hold the truth and bias on S19 by size; then what strata save at several rates."""
    exact = truth(0.8)
    print("| years | sampling | number | intervals that hold the truth | bias |")
    print("| ---: | --- | --- | ---: | ---: |")
    for plain in (True, False):
        for size, numbers in studies(0.8, plain, SIZES).items():
            for name, ones in numbers.items():
                held = np.mean([one.low <= exact[name] <= one.high for one in ones])
                unsaid = np.mean([np.isnan(one.low) for one in ones])
                bias = np.mean([one.value for one in ones]) / exact[name] - 1
                none = f" ({unsaid:.0%} give none)" if unsaid else ""
                print(f"| {size:,} | {'plain' if plain else 'strata'} | {name} | {held:.1%}{none} | {bias:+.1%} |")
    print("\n| events a year | " + " | ".join(READ) + " |")
    print("| ---: |" + " ---: |" * len(READ))
    for rate in RATES:
        sharp, brute = (studies(rate, plain, (500,))[500] for plain in (False, True))
        told = []
        for name in READ:
            told.append(f"{(spread(brute[name]) / spread(sharp[name])) ** 2:.1f}" if spread(sharp[name]) > 0 else "-")
        print(f"| {rate:g} | " + " | ".join(told) + " |")


def saving(years: int) -> None:
    """Strata against brute force on a bundled scenario: agreement, and replications for the same half-width."""
    business = load("ordinary_year")
    brute = loss(business, ("jit", "jic", "hybrid"), years, seed=5, jobs=1, plain=True)
    sharp = loss(business, ("jit", "jic", "hybrid"), years // 3, seed=6, jobs=1)
    print(
        "| posture | number | brute force | strata | difference in its standard errors | plain years for one by strata |"
    )
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name in brute.postures:
        for what, read in READ.items():
            a, b = read(brute.sample(name)), read(sharp.sample(name))
            z = (a.value - b.value) / float(np.hypot(a.error, b.error))
            ratio = (a.error / b.error) ** 2 * len(brute.numbers) / len(sharp.numbers)
            told = [f"{one.value / 1e3:,.0f} ± {1.96 * one.error / 1e3:,.0f}" for one in (a, b)]
            print(f"| {name} | {what} | {told[0]} | {told[1]} | {z:+.2f} | {ratio:.1f} |")
    lived = [f"{one.lived:,} of {len(one.numbers):,}" for one in (brute, sharp)]
    print(f"\nYears lived: {lived[0]} by brute force, {lived[1]} by strata.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["saving"]:
        saving(int(sys.argv[2]) if len(sys.argv) > 2 else 12_000)
    else:
        coverage()
