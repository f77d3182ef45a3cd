"""How sharp loss studies are: what strata save, and how often intervals hold the truth; prints the tables of docs/loss.md.

Usage: python tools/loss_precision.py [coverage | saving] [years of the saving's brute force]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.library import load
from sim.plan import Plan
from sim.strata import strata_of
from sim.studies.loss import LossJob, loss
from sim.studies.loss_sample import Estimate, Sample
from sim.validation.case import expected, line
from sim.validation.losses import scenario

Floats = NDArray[np.float64]
POOL = 400_000
READ: dict[str, Callable[[Sample], Estimate]] = {
    "expected_annual_loss": lambda sample: sample.mean,
    "VaR_95": lambda sample: sample.value_at_risk(0.95),
    "CVaR_95": lambda sample: sample.conditional_value_at_risk(0.95),
    "VaR_99": lambda sample: sample.value_at_risk(0.99),
    "CVaR_99": lambda sample: sample.conditional_value_at_risk(0.99),
}


def pool(plain: bool, seed: int = 11) -> tuple[Floats, NDArray[np.intp], tuple[float, ...]]:
    """Losses of many years of S19: incidents are drawn as ever, and their severities added.

    A test lives such years and finds the same losses.
    """
    business = scenario()
    job = LossJob(business, (Plan("S19", (line("unit", order_up_to=1.0),)),), seed, strata_of(business, plain))
    runner = job.prepare()
    losses = np.zeros(POOL)
    for number in range(POOL):
        for one in runner.befalls(number):
            if 0 <= one.begins < business.horizon:
                losses[number] += one.price_factor - 1
    places = np.asarray([job.strata.place(number) for number in range(POOL)], dtype=np.intp)
    return losses, places, job.strata.probabilities


def coverage() -> None:
    """Share of 95 % intervals that hold the truth, bias and true spread, on S19, for studies of several sizes."""
    print("| years | sampling | number | intervals that hold the truth | bias | spread of the estimate |")
    print("| ---: | --- | --- | ---: | ---: | ---: |")
    saved = {}
    for plain in (True, False):
        losses, places, probabilities = pool(plain)
        for size in (100, 200, 500, 2_000):
            found: dict[str, list[Estimate]] = {name: [] for name in READ}
            for start in range(0, min(POOL, 1_000 * size) - size + 1, size):
                part = slice(start, start + size)
                sample = Sample(losses[part], places[part], probabilities)
                for name, read in READ.items():
                    found[name].append(read(sample))
            for name, ones in found.items():
                truth = expected("S19", name)
                values = np.asarray([one.value for one in ones])
                held = np.mean([one.low <= truth <= one.high for one in ones])
                how = "plain" if plain else "strata"
                spread = float(values.std(ddof=1))
                saved[size, how, name] = spread
                print(f"| {size:,} | {how} | {name} | {held:.1%} | {values.mean() / truth - 1:+.1%} | {spread:.3g} |")
    print("\n| years | number | plain years for one by strata |")
    print("| ---: | --- | ---: |")
    for size in (500, 2_000):
        for name in READ:
            ratio = (saved[size, "plain", name] / saved[size, "strata", name]) ** 2
            print(f"| {size:,} | {name} | {ratio:.1f} |")


def saving(years: int) -> None:
    """Strata against brute force on a bundled scenario: agreement, and replications for the same half-width."""
    business = load("ordinary_year")
    brute = loss(business, ("jit", "jic", "hybrid"), years, seed=5, jobs=-1, plain=True)
    sharp = loss(business, ("jit", "jic", "hybrid"), years // 3, seed=6, jobs=-1)
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
