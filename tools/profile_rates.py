"""How often the rule for disrupted stretches errs, and how often the intervals of the profile hold what they should.

Prints the tables of docs/profile.md. ``--series`` sets how many series each line of them rests on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.profiles.demand import of_days
from sim.profiles.lead_time import half_width
from sim.profiles.rule import Finding, Rule, findings
from sim.profiles.stretches import ITEM_RULE, LEAD_RULE, SITE_RULE

Floats = NDArray[np.floating[Any]]
Source = np.random.Generator
Make = Callable[[Source, int, int], Floats]
YEAR = 365.25 / 7
#: a planted stretch ends so many weeks before day 0
REST = 12


def median(values: Floats) -> float:
    """What a level of lead times is."""
    return float(np.median(values))


def mean(values: Floats) -> float:
    """What a level of demand is."""
    return float(values.mean())


def wandering(source: Source, weeks: int, series: int, alike: float) -> Floats:
    """Stationary AR(1) normal scores, (weeks, series), with this autocorrelation from week to week."""
    noise = source.standard_normal((weeks, series))
    for week in range(1, weeks):
        noise[week] = alike * noise[week - 1] + np.sqrt(1 - alike**2) * noise[week]
    return noise


def wave(source: Source, weeks: int, series: int, amplitude: float) -> Floats:
    """A yearly sine with mean 1, its peak anywhere."""
    phase = source.uniform(0, 2 * np.pi, series)
    return 1 + amplitude * np.sin(2 * np.pi * np.arange(weeks)[:, None] / YEAR + phase)


def christmas(source: Source, weeks: int, series: int) -> Floats:
    """Eight weeks a year at three times the level: a season that is no sine."""
    begins = source.integers(0, 52, series)
    return np.where((np.arange(weeks)[:, None] - begins) % 52 < 8, 3.0, 1.0)


def lumpy(source: Source, weeks: int, series: int) -> Floats:
    """Demand in one week of five, of very different sizes."""
    return (source.random((weeks, series)) < 0.2) * source.lognormal(2.0, 1.2, (weeks, series))


#: weekly demand in which nothing happens
CALM: dict[str, Make] = {
    "Poisson, 70 a week": lambda source, weeks, series: source.poisson(70.0, (weeks, series)) * 1.0,
    "Poisson, 2 a week": lambda source, weeks, series: source.poisson(2.0, (weeks, series)) * 1.0,
    "negative binomial, weekly cv 1": lambda source, weeks, series: (
        source.negative_binomial(1, 0.1, (weeks, series)) * 1.0
    ),
    "lumpy: one week in five, sizes of cv 1.8": lumpy,
    "very lumpy: one week in twenty": lambda source, weeks, series: (
        lumpy(source, weeks, series) * (source.random((weeks, series)) < 0.25)
    ),
    "wandering: cv 0.5, weekly autocorrelation 0.6": lambda source, weeks, series: np.exp(
        0.47 * wandering(source, weeks, series, 0.6)
    ),
    "wandering: cv 0.5, weekly autocorrelation 0.9": lambda source, weeks, series: np.exp(
        0.47 * wandering(source, weeks, series, 0.9)
    ),
    "season of 45 %, 70 a week": lambda source, weeks, series: (
        source.poisson(70 * wave(source, weeks, series, 0.45)) * 1.0
    ),
    "season of 45 %, 2 a week": lambda source, weeks, series: (
        source.poisson(2 * wave(source, weeks, series, 0.45)) * 1.0
    ),
    "Christmas: 8 weeks a year at 3 times": lambda source, weeks, series: (
        source.poisson(20 * christmas(source, weeks, series)) * 1.0
    ),
    "growth of 50 % a year": lambda source, weeks, series: (
        source.poisson(50 * (1 + 0.5 * np.arange(weeks)[:, None] / YEAR) * np.ones(series)) * 1.0
    ),
}

#: what is planted in weekly demand: base a week, factor, weeks
PLANTED = (
    *((70.0, 2.0, 13), (70.0, 3.0, 6), (70.0, 0.0, 6), (70.0, 0.4, 13), (7.0, 2.0, 13), (7.0, 3.0, 6)),
    *((7.0, 0.0, 13), (2.0, 3.0, 13), (2.0, 0.0, 13), (2.0, 0.0, 26)),
)


def lead_times(source: Source, weeks: int, series: int, law: str, days: float) -> Floats:
    """Weekly lead times of mean about 60 days, (weeks, series); luck stays alike over so many days.

    Laws: ``cv 0.3`` and the like are lognormal, ``two-point`` 20 or (one in six) 200 days, ``on time or late`` 60 days or
    (one in five) a gamma delay of 30 on top.
    """
    luck = wandering(source, weeks, series, float(np.exp(-7 / days)) if days else 0.0)
    if law == "two-point":
        return np.where(luck > 0.967, 200.0, 20.0)
    if law == "on time or late":
        return 60 + np.where(luck > 0.842, source.gamma(1.5, 20, luck.shape), 0.0)
    spread = np.sqrt(np.log1p(float(law.removeprefix("cv ")) ** 2))
    found: Floats = 60 * np.exp(spread * luck - spread**2 / 2)
    return found


LAWS = ("cv 0.3", "cv 0.6", "cv 1.15", "on time or late", "two-point")


def found_in(values: Floats, rule: Rule, centre: Callable[[Floats], float]) -> list[Finding]:
    """What the rule finds in complete weekly series."""
    weeks = values.shape[0]
    return findings(
        np.asarray(values, dtype=np.float64), np.ones(values.shape, dtype=bool), rule, np.arange(-weeks, 0), centre
    )


def share(found: list[Finding], series: int, planted: tuple[int, int] | None = None) -> float:
    """Share of series with a finding; with a planted stretch, one that shares half of their common weeks with it."""
    hit = set()
    for one in found:
        start, end = one.start, one.start + one.length
        if planted is not None:
            common = min(end, planted[1]) - max(start, planted[0])
            if common < 0.5 * (max(end, planted[1]) - min(start, planted[0])):
                continue
        hit.add(one.series)
    return len(hit) / series


def false_alarms(name: str, weeks: int, series: int, rule: Rule = ITEM_RULE, seed: int = 1) -> float:
    """Share of calm demand series in which the rule finds something."""
    values = CALM[name](generator(seed, 0, "rates", name), weeks, series)
    return share(found_in(values, rule, mean), series)


def hits(base: float, factor: float, length: int, weeks: int, series: int, seed: int = 1) -> float:
    """Share of Poisson demand series in which the rule finds a planted stretch."""
    source = generator(seed, 0, "rates", f"{base} {factor} {length}")
    level = np.full((weeks, 1), base)
    start = weeks - REST - length
    level[start : start + length] *= factor
    values = source.poisson(np.repeat(level, series, axis=1)) * 1.0
    return share(found_in(values, ITEM_RULE, mean), series, (start, start + length))


def lead_alarms(law: str, days: float, weeks: int, series: int, seed: int = 1) -> float:
    """Share of calm supply lines with an order a week in which the rule finds something."""
    values = lead_times(generator(seed, 0, "rates", f"{law} {days}"), weeks, series, law, days)
    return share(found_in(values, LEAD_RULE, median), series)


def lead_hits(law: str, days: float, factor: float, length: int, weeks: int, series: int, seed: int = 1) -> float:
    """Share of supply lines in which lead times times `factor` over `length` weeks are found."""
    values = lead_times(generator(seed, 0, "rates", f"{law} {days} {factor}"), weeks, series, law, days)
    start = weeks - REST - length
    values[start : start + length] *= factor
    return share(found_in(values, LEAD_RULE, median), series, (start, start + length))


def demand_coverage(name: str, days: int, series: int, seed: int = 1) -> tuple[float, float]:
    """Share of items whose 95 % interval of the mean holds the true one, and the same for days taken as independent."""
    source, truth = generator(seed, 0, "coverage", name), 100.0
    if name.startswith("Poisson"):
        past, truth = source.poisson(0.5, (days, series)) * 1.0, 0.5
    elif name.startswith("a demand"):
        past = (source.random((days, series)) < 0.05) * source.lognormal(0.0, 1.0, (days, series))
        truth = 0.05 * float(np.exp(0.5))
    else:
        length = float(name.split()[-2])
        past = 100 + 30 * wandering(source, days, series, float(np.exp(-1 / length)))
    found = of_days(np.asarray(past, dtype=np.float64))
    naive = 1.96 * found.sd / np.sqrt(days)
    inside = (found.mean_low <= truth) & (truth <= found.mean_high)
    return float(inside.mean()), float((np.abs(found.mean - truth) <= naive).mean())


COVERED = (
    *("Poisson, one unit in two days", "a demand in one day of twenty, sizes of cv 1.3"),
    *("luck alike for 14 days", "luck alike for 30 days"),
)


def lead_coverage(days: float, series: int, seed: int = 1) -> tuple[float, float]:
    """The same for the mean of 104 weekly lead times of mean 60 and cv 0.6 whose luck stays alike over so many days."""
    values = lead_times(generator(seed, 0, "coverage", f"{days}"), 104, series, "cv 0.6", days)
    ordered = np.arange(-104.0, 0) * 7
    held = naive = 0
    for column in np.asarray(values, dtype=np.float64).T:
        off = abs(float(column.mean()) - 60)
        held += off <= half_width(ordered, column - column.mean())
        naive += off <= 1.96 * float(column.std(ddof=1)) / np.sqrt(column.size)
    return held / series, naive / series


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a Markdown table."""
    for row in (headings, ("---",) * len(headings), *rows):
        print(f"| {' | '.join(row)} |")
    print()


def percent(value: float) -> str:
    """A share in per cent with one decimal, or two below one."""
    return f"{value:.2%}" if 0 < value < 0.01 else f"{value:.1%}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=4000)
    count: int = parser.parse_args().series
    table(
        (
            "demand in which nothing happens: stretches found",
            "item, 2 years",
            "item, 1 year",
            "item, 3 years",
            "site total, 2 years",
        ),
        [
            (
                name,
                *(percent(false_alarms(name, weeks, count)) for weeks in (104, 52, 156)),
                percent(false_alarms(name, 104, count, SITE_RULE)),
            )
            for name in CALM
        ],
    )
    table(
        ("planted in Poisson demand: found", "2 years on record", "3 years", "1 year"),
        [
            (
                f"{base:g} a week, {factor:g} times for {length} weeks",
                *(percent(hits(base, factor, length, weeks, count // 4)) for weeks in (104, 156, 52)),
            )
            for base, factor, length in PLANTED
        ],
    )
    table(
        (
            "calm lead times: stretches found",
            *(f"luck alike for {days} days" for days in (0, 30, 60, 80)),
        ),
        [(law, *(percent(lead_alarms(law, days, 104, count)) for days in (0.0, 30.0, 60.0, 80.0))) for law in LAWS],
    )
    planted = ((2.0, 13), (2.0, 26), (3.0, 13), (5.0, 13))
    table(
        ("planted in lead times: found", *(f"{factor:g} times for {length} weeks" for factor, length in planted)),
        [
            (
                f"{law}, luck alike for {days:g} days",
                *(percent(lead_hits(law, days, factor, length, 104, count // 4)) for factor, length in planted),
            )
            for law in LAWS[:4]
            for days in (0.0, 60.0)
        ],
    )
    table(
        ("interval of mean demand: holds", "half a year", "one year", "two years", "two years, days as independent"),
        [
            (
                name,
                *(percent(demand_coverage(name, days, count // 2)[0]) for days in (182, 365, 730)),
                percent(demand_coverage(name, 730, count // 2)[1]),
            )
            for name in COVERED
        ],
    )
    table(
        ("interval of the mean lead time: holds", "this one", "orders as independent"),
        [
            (f"luck alike for {days:g} days", *(percent(one) for one in lead_coverage(days, count // 4)))
            for days in (0.0, 30.0, 60.0, 80.0)
        ],
    )


if __name__ == "__main__":
    main()
