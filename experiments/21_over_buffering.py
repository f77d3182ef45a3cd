"""Claim 21: dear or perishable goods punish over-buffering, cheap stable ones forgive it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.support import (
    Attack,
    Case,
    Claim,
    Estimate,
    Figure,
    Finding,
    Setting,
    Table,
    Verdict,
    cell,
    estimate,
    flip_of,
    judge,
    plain_value,
)
from experiments.support.distributor import SOURCES, distributor
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.measured import Measured, measured
from experiments.support.page import shown, told
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: standard cost, USD; shelf life, days (None: keeps)
GOODS: dict[str, tuple[float, float | None]] = {
    "cheap, keeps": (9.0, None),
    "cheap, perishable": (9.0, 45.0),
    "dear, keeps": (900.0, None),
    "dear, perishable": (900.0, 45.0),
}
FORGIVING = ("cheap, keeps",)
MEAN, LEAD, DAYS = 40.0, 20.0, 365
#: what a missed unit costs beside its margin, whatever its value, USD
MISSED = 50.0
#: each the square root of 2 times the one before, so that twice and half of one are two steps away
BUFFERS = tuple(2.0 ** (step / 2) for step in range(2, 14))
#: other shelf lives of cheap goods, lived through the first so many of the futures
LIVES, FEWER = (15.0, 90.0), 48
#: a shelf life, days, that no stock here outlasts: goods that keep stand for it
ENOUGH = 180.0
IN_PROPORTION = "dear, missed units in proportion"
CLAIM = Claim(
    number=21,
    name="over_buffering",
    claim="Dear or perishable goods punish over-buffering, cheap stable ones forgive it.",
    question="What does it cost to keep twice the best buffer, and half of it, for goods that are cheap or dear and keep or "
    "perish? Which of the two errors is worse?",
    design="Four items that differ in value ($9 or $900) and shelf life (none or 45 days at receipt), each in a world "
    "of its own with the same demand and the same lead-time luck, and a supplier that fails now and then. The best "
    "buffer (days of mean demand above mean demand over lead time and review) is searched for on a grid on one half of "
    "the futures; twice and half of it are then judged on the other half, and the other way round, so that all futures "
    "judge.",
    fair="Best, half and double are measured on the same futures, never on those used for their search, so that the best "
    "is not flattered. Costs are shown as a share of the value of yearly demand, so that dear items are not punished more "
    "merely because they are dear.",
    expected="For what perishes, double is the worse error; for what is cheap and keeps, half is. For dear goods it "
    "depends on what a missed unit costs beside its value: where that is in proportion to value, value changes nothing.",
    parameters=(
        *SOURCES,
        ("values", "$9 and $900", "medians of mechanical parts and devices, docs/meridian.md"),
        ("shelf life of perishables", "45 days at receipt", f"assumed; varied from {LIVES[0]:g} to {ENOUGH:g} days"),
        (
            "lead time",
            "10 days making, 10 days on the way (cv 0.3 each)",
            "assumed: short, so that perishables are feasible",
        ),
        (
            "supplier stops",
            "1 a year, lognormal, mean 14 days (cv 1)",
            "assumed, near McKinsey's 1.33 a firm and year (2020)",
        ),
        (
            "a missed unit",
            f"its margin and ${MISSED:g} of goodwill, whatever its value; half of the misses are lost",
            "assumed",
        ),
    ),
    minutes=1.5,
)


def _business(cost: float, life: float | None, goodwill: float = MISSED) -> Scenario:
    item: dict[str, Any] = {"standard_cost": cost, "goodwill": goodwill, "backorder_penalty": 0.1 * goodwill}
    if life is not None:
        item["shelf_life"] = life
    law = {"law": "lognormal", "mean": LEAD / 2, "cv": 0.3}
    stops = {
        "kind": "supplier_outage",
        "name": "stops",
        "supplier": "maker",
        "rate": 1.0,
        "length": {"law": "lognormal", "mean": 14, "cv": 1.0},
    }
    return distributor(
        [item],
        [stops],
        {"production_time": law},
        law,
        horizon=DAYS,
        ageing=life is not None,
        review_every=3,
        warehouses=[{"name": "DC", "picking": "fefo"}],
    )


def _plan(days: float) -> Plan:
    level = MEAN * (LEAD + 4) + round(days * MEAN)
    line = PlanLine(
        item="i00",
        warehouse="DC",
        origin="maker",
        policy="base_stock",
        order_up_to=level,
        review_every=3.0,
        forecast=MEAN,
        lead_time=LEAD,
    )
    return Plan(posture=f"{days:.4g} days", lines=(line,))


def run(setting: Setting) -> Finding:
    """Search on some futures, judge on others."""
    goods = {**GOODS, IN_PROPORTION: (900.0, None)}
    living = {} if setting.quick else {_living(life): (9.0, life) for life in LIVES}
    worlds = {
        name: _business(cost, life, MISSED * 100 if name == IN_PROPORTION else MISSED)
        for name, (cost, life) in {**goods, **living}.items()
    }
    count = setting.replications(72, 8)
    plans = tuple(_plan(days) for days in BUFFERS)
    wrong: dict[str, Wrong] = {}
    for some, futures in ((goods, count), (living, min(count, FEWER))):
        if some:
            cases = [Case(name, worlds[name], plans) for name in some]
            found = measured(cases, futures, setting.seed, setting.jobs)
            wrong |= {name: _wrong(found, name, some[name][0] * MEAN * 365) for name in some}
    goods |= living
    apart = {name: one.double - one.half for name, one in wrong.items()}
    cells = [
        cell(
            f"{name}: {'half' if name in FORGIVING else 'double'} is the worse error",
            apart[name],
            "less" if name in FORGIVING else "more",
            unit="share",
            group=name,
        )
        for name in GOODS
    ]
    verdict = judge(
        cells,
        condition=lambda yes: (
            f"goods are {'; '.join(yes)}; not shown for those that are "
            + "; ".join(name for name in GOODS if name not in yes)
        ),
        rule="One cell for each kind of goods: the extra cost of twice the best buffer less that of half of it is above 0 "
        "(dear or perishable), or below 0 (cheap and stable).",
    )
    estimates = []
    for name, one in wrong.items():
        estimates += [
            plain_value(f"{name}: best buffer by the first half of the futures", one.best[0], "days"),
            plain_value(f"{name}: best buffer by the second half of the futures", one.best[1], "days"),
            estimate(f"{name}: extra cost of twice the best buffer", one.double, "share"),
            estimate(f"{name}: extra cost of half the best buffer", one.half, "share"),
        ]
    estimates += [estimate(f"{name}: twice less half", apart[name], "share") for name in goods]
    estimates = [replace(one, searched=True) for one in estimates]  # all of them rest on the best buffer found
    by = {one.name: one for one in estimates}
    named = {life: _living(life) for life in LIVES if _living(life) in goods}
    named |= {45.0: "cheap, perishable", ENOUGH: "cheap, keeps"}
    lives = sorted(named)
    common = min(apart[name].size for name in named.values())
    flip = flip_of(
        "shelf life of cheap goods",
        "days",
        45.0,
        lives,
        np.column_stack([apart[named[life]][:common] for life in lives]),
        f"Twice less half at shelf lives of {', '.join(f'{life:g}' for life in lives)} days, each with its own best buffer, "
        f"on the first {common} futures; straight lines between. No stock here outlasts {ENOUGH:g} days, so that goods that "
        "keep stand for them.",
        "Below it too much is the worse error for cheap goods, above it too little.",
    )
    over, under = "extra cost of twice the best buffer", "extra cost of half the best buffer"
    key = "dear, perishable: twice less half"
    return Finding(
        verdict=verdict,
        headline="Twice the best buffer costs, as a share of the value of yearly demand, "
        + "; ".join(
            f"{name} {told(by[f'{name}: {over}'])} against {told(by[f'{name}: {under}'])} for half" for name in GOODS
        )
        + ".",
        key=key,
        estimates=tuple(estimates),
        tables=(_table(by, wrong),),
        notes=(_wide(verdict, wrong),),
        figure=_figure(by),
        flip=flip,
        attack=Attack(
            f"A missed unit costs ${MISSED:g} beside its margin whatever it is worth, so that a dear item has a small "
            "buffer and a cheap one a large one. Where a missed device hurts in proportion to its value, value drops out.",
            f"The dear item that keeps, with ${MISSED * 100:g} of goodwill for a missed unit, in proportion to its value.",
            f"Its best buffer changes from {wrong['dear, keeps'].days} to {wrong[IN_PROPORTION].days} days "
            f"(cheap, keeps: {wrong['cheap, keeps'].days}), and "
            f"twice less half becomes {told(by[f'{IN_PROPORTION}: twice less half'])}.",
        ),
        replications=count,
        limits=(
            "Best buffers are the best of a grid of 8 from 4 to 45 days, each 1.41 times the one before; half and "
            "double go on to 2 and 91 days.",
            "Several items that compete for room or money.",
            "Selling off what is about to expire.",
            "Changed after a quick look at results: the horizon is 365 days and not 730; the number of futures and the "
            "shelf lives that are tried were changed too.",
            "Changed after a full run, whose intervals were wide: both halves of the futures judge and not the second "
            "alone, and there are 72 futures and not 48, in the same run time: a shelf life of 180 days, which gave the "
            "very numbers of goods that keep, is not lived any more. The key number is that of a kind of goods that the "
            "verdict decides, and no longer of one that it leaves open.",
        ),
        hashes=tuple(hashed(name, worlds[name], plans, setting.seed) for name in goods),
    )


@dataclass(frozen=True)
class Wrong:
    """What wrong buffers cost one kind of goods.

    Attributes
    ----------
    best : best buffer by the first and by the second half of the futures, days.
    double, half : (replications,) extra cost of twice and of half of the best, share of the value of yearly demand; the best
        is that of the other half.
    """

    best: tuple[float, float]
    double: Floats
    half: Floats

    @property
    def days(self) -> str:
        """The best buffer in words."""
        return " or ".join(dict.fromkeys(f"{one:.3g}" for one in self.best))


def _wrong(found: Measured, name: str, value: float) -> Wrong:
    """Wrong buffers of some goods; `value` is that of yearly demand, USD."""
    costs = np.stack([_cost(found, name, days) for days in BUFFERS], axis=1) / value
    middle = len(costs) // 2
    # twice and half of it have to be on the grid
    first, second = (
        min(max(int(part.mean(axis=0).argmin()), 2), len(BUFFERS) - 3) for part in (costs[:middle], costs[middle:])
    )

    def extra(steps: int) -> Floats:
        return np.concatenate(
            [
                part[:, best + steps] - part[:, best]
                for part, best in ((costs[:middle], second), (costs[middle:], first))
            ]
        )

    return Wrong((BUFFERS[first], BUFFERS[second]), extra(2), extra(-2))


def _wide(verdict: Verdict, wrong: Mapping[str, Wrong]) -> str:
    """What is left open, and why intervals are wide."""
    still = [name for name in GOODS if verdict.groups[name] == "open"]
    few = "; ".join(f"{name} {shown(_dear(wrong[name].half), 'share')}" for name in GOODS)
    return (
        (f"Left open with these futures: {'; '.join(still)}. " if still else "")
        + "Half of a buffer costs more than the best only where a stop is long enough, and then by much; so its interval is "
        "wide, however well it is paired, and a few long stops more or less move it. Share of the futures in which half "
        f"costs more than the best: {few}."
    )


def _dear(extra: Floats) -> float:
    """Share of the futures in which a buffer costs more than the best."""
    return float((extra > 0).mean())


def _living(life: float) -> str:
    return f"cheap, {life:g} days"


def _cost(found: Measured, name: str, days: float) -> Floats:
    """(replications,) total cost of a buffer, USD a year."""
    return found.values(name, _plan(days).posture, "total_cost")


def _table(by: Mapping[str, Estimate], wrong: Mapping[str, Wrong]) -> Table:
    rows = [
        (
            name,
            one.days,
            *(
                told(by[f"{name}: {what}"])
                for what in (
                    "extra cost of twice the best buffer",
                    "extra cost of half the best buffer",
                    "twice less half",
                )
            ),
        )
        for name, one in wrong.items()
    ]
    return Table(
        "Extra cost a year of a wrong buffer, share of the value of yearly demand",
        ("goods", "best buffer, days", "twice", "half", "twice less half"),
        tuple(rows),
    )


def _figure(by: Mapping[str, Estimate]) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        for place, name in enumerate(reversed(list(GOODS))):
            for what, colour, off in (("twice", VERMILION, 0.12), ("half", BLUE, -0.12)):
                one = by[f"{name}: extra cost of {what} the best buffer"]
                mark(
                    axes,
                    one,
                    place + off,
                    colour,
                    "o",
                    times=100,
                    label=f"{what} the best buffer" if place == 0 else None,
                )
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(GOODS)), list(reversed(list(GOODS))))
        axes.set_ylim(-0.6, len(GOODS) - 0.4)
        axes.set_xlabel("extra cost a year, % of the value of yearly demand")
        axes.legend(frameon=False, fontsize=8.5)

    return Figure(
        title="Which error is worse, twice the best buffer or half of it?",
        draw=draw,
        alt="; ".join(
            f"{name}: twice {shown(by[f'{name}: extra cost of twice the best buffer'].mean, 'share')}, "
            f"half {shown(by[f'{name}: extra cost of half the best buffer'].mean, 'share')}"
            for name in GOODS
        )
        + ".",
        note="Means with 95 % intervals on the same futures.",
        height=3.0,
    )
