"""Claim 8: JIC risks obsolescence when the market shifts."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.support import (
    Attack,
    Case,
    Claim,
    Figure,
    Finding,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
    ratio,
)
from experiments.support.distributor import SOURCES, distributor
from experiments.support.finding import hashed
from experiments.support.measured import Measured, measured
from experiments.support.meridian import hybrid, jic, jit, plans
from experiments.support.page import shown, told
from sim.scenario import Scenario

ITEMS, DAYS = 16, 1095
#: ends of demand a year, for each item
RATES = (0.0, 0.05, 0.1, 0.2, 0.4)
JUDGED = (0.05, 0.2)
NEAR = "near supplier"
CLAIM = Claim(
    number=8,
    name="obsolescence",
    claim="JIC risks obsolescence when the market shifts.",
    question="If demand for items ends without warning, how much more is written down under JIC than under JIT, and from "
    "which rate of ends on does JIC's protection no longer pay?",
    design="A distributor of 16 items over three years. Each item's demand ends for good at random, at 0 to 40 % a "
    "year; what is left is written down by a rule. The supplier fails now and then, so that JIC's stock has something "
    "to do. JIT, JIC and hybrid live through the same futures.",
    fair="Obsolescence is a mechanism here and not a rate on value, which would decide the matter beforehand. Goods on "
    "order when demand ends count for everybody, and supplier failures, which are JIC's case, are in.",
    expected="JIC writes down more, but less than its stock would suggest: with two months of lead time JIT has much on "
    "order when demand ends. JIC's protection pays for itself up to some rate of ends.",
    parameters=(
        *SOURCES,
        ("ends of demand", "0, 5, 10, 20, 40 % of items a year", "assumed; the range is what is asked"),
        ("write-down", "after 91 days without demand, a quarter of the value at the end of each quarter", "assumed"),
        (
            "supplier fails",
            "0.5 a year, lognormal, mean 35 days (cv 1.3), recovery twice as long",
            "assumed, as docs/events.md",
        ),
        ("half of the items", "halt production (goodwill 100 % of value), the others inconvenience (none)", "assumed"),
        ("postures", "JIT, JIC and hybrid by stock alone, as on Meridian", "docs/meridian.md"),
    ),
    minutes=1.0,
)


def _business(rate: float, near: bool = False) -> Scenario:
    ends = {"kind": "demand_end", "name": "ends", "rate": rate, "each": True}
    stops = {
        "kind": "supplier_outage",
        "name": "stops",
        "supplier": "maker",
        "rate": 0.5,
        "length": {"law": "lognormal", "mean": 34.6, "cv": 1.31},
        "recovery_ratio": 2.0,
    }
    items = [
        {"criticality": "halts production" if number % 2 else "inconveniences", "demand": {"mean": 40.0, "cv": 0.8}}
        for number in range(ITEMS)
    ]
    return distributor(
        items,
        [stops, *([ends] if rate else [])],
        {"production_time": 5.0} if near else None,
        3.0 if near else None,
        horizon=DAYS,
        draws="quantile",
        write_down={"after": 91, "share": 0.25, "every": 91},
    )


def run(setting: Setting) -> Finding:
    """Five rates of ends, three postures; and a near supplier."""
    count = setting.replications(40, 8)
    calm = _business(0.0)
    three = plans(calm, jit(), jic(), hybrid())
    cases = [Case(_named(rate), _business(rate), three) for rate in RATES]
    close = _business(0.2, near=True)
    cases.append(Case(NEAR, close, plans(close, jit(), jic(), hybrid())))
    found = measured(cases, count, setting.seed, setting.jobs)
    cells = []
    for rate in JUDGED:
        name = _named(rate)
        cells += [
            cell(
                f"{name}: JIC writes down more",
                found.apart(name, "jic", "jit", "written_down"),
                "more",
                unit="USD a year",
            ),
            cell(
                f"{name}: JIC costs more in all",
                found.apart(name, "jic", "jit", "total_cost"),
                "more",
                unit="USD a year",
            ),
        ]
    verdict = judge(
        cells,
        condition=_condition,
        rule=f"For ends of {' and '.join(f'{100 * rate:g} %' for rate in JUDGED)} a year: JIC writes down more than "
        "JIT, and its total cost is higher, its protection included.",
    )
    estimates = []
    for name in found.cases:
        for posture in found.postures:
            estimates += [
                estimate(
                    f"{name}, {_called(posture)}: written down",
                    found.values(name, posture, "written_down"),
                    "USD a year",
                ),
                estimate(
                    f"{name}, {_called(posture)}: total cost", found.values(name, posture, "total_cost"), "USD a year"
                ),
            ]
    shares = [
        ratio(
            f"{name}: written down, JIC over JIT",
            found.values(name, "jic", "written_down"),
            found.values(name, "jit", "written_down"),
            "times",
        )
        for name in (*(_named(rate) for rate in RATES[1:]), NEAR)
    ]
    stock = ratio(
        "no ends: stock on hand, JIC over JIT",
        found.values(_named(0.0), "jic", "on_hand_value"),
        found.values(_named(0.0), "jit", "on_hand_value"),
        "times",
    )
    apart = [
        estimate(
            f"{_named(rate)}: written down, JIC less JIT",
            found.apart(_named(rate), "jic", "jit", "written_down"),
            "USD a year",
        )
        for rate in JUDGED
    ]
    flip = flip_of(
        "ends of demand",
        "a year and item",
        JUDGED[-1],
        RATES,
        np.column_stack([found.apart(_named(rate), "jic", "jit", "total_cost") for rate in RATES]),
        f"Total cost, JIC less JIT, at {', '.join(f'{rate:g}' for rate in RATES)} ends a year and item on the same futures; "
        "straight lines between.",
        "Below it JIC's protection is worth more than its stock and what of that dies; above it, less.",
    )
    by = {one.name: one for one in (*estimates, *shares)}
    high = _named(JUDGED[-1])
    return Finding(
        verdict=verdict,
        headline=f"With ends of {100 * JUDGED[-1]:g} % a year JIC writes down {told(apart[-1])} more than JIT: "
        f"{told(by[f'{high}: written down, JIC over JIT'])} as much, with {told(stock)} the stock on hand. What was on "
        f"order when demand ended dies as well, and of that JIT has as much. Total cost: {_cost(found, high)}.",
        key=apart[-1].name,
        estimates=(*estimates, *shares, stock, *apart),
        tables=(_table(found, by),),
        figure=_figure(found),
        flip=flip,
        attack=Attack(
            "The supplier is two months away, so that JIT's orders under way die too. With a near supplier JIT has little "
            "there.",
            f"Five days to make and three on the way, ends of {100 * JUDGED[-1]:g} % a year.",
            f"JIC then writes down {told(by[f'{NEAR}: written down, JIC over JIT'])} as much as JIT, where it was "
            f"{told(by[f'{high}: written down, JIC over JIT'])}.",
        ),
        replications=count,
        limits=(
            "Orders cannot be cancelled when demand ends, and nothing is sold off.",
            "Plans are not reassessed; claim 6 asks what reassessing does.",
            "Demand that moves to a successor.",
            "The risk in supply was chosen so that a large buffer pays where no demand ends: the claim is tried where "
            "JIC has something to lose, and not where it never pays.",
        ),
        hashes=tuple(hashed(case.label, case.scenario, case.plans, setting.seed) for case in cases),
    )


def _condition(yes: list[str]) -> str:
    """For which of the cells the claim holds."""
    dead = [rate for rate in JUDGED if f"{_named(rate)}: JIC writes down more" in yes]
    dear = [rate for rate in JUDGED if f"{_named(rate)}: JIC costs more in all" in yes]
    told_ = [
        f"{what} (ends of {' and '.join(f'{100 * rate:g} %' for rate in rates)} a year)"
        for what, rates in (("it speaks of write-downs", dead), ("of total cost", dear))
        if rates
    ]
    return "; ".join(told_)


def _named(rate: float) -> str:
    return f"{100 * rate:g} % end a year"


def _called(posture: str) -> str:
    return {"jit": "JIT", "jic": "JIC"}.get(posture, posture)


def _cost(found: Measured, name: str) -> str:
    one = estimate("", found.apart(name, "jic", "jit", "total_cost"), "USD a year")
    return f"JIC less JIT {told(one)}"


def _table(found: Measured, by: dict[str, Any]) -> Table:
    rows = [
        (
            f"{name}, {_called(posture)}",
            *(
                shown(float(found.values(name, posture, key).mean()), "share" if key == "fill_rate" else "")
                for key in ("on_hand_value", "fill_rate", "stockout_cost", "written_down", "total_cost")
            ),
        )
        for name in found.cases
        for posture in found.postures
    ]
    return Table(
        "Means, USD and USD a year",
        ("", "stock on hand", "fill rate", "stockout cost", "written down", "total cost"),
        tuple(rows),
    )


def _figure(found: Measured) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        for posture, colour in (("jit", VERMILION), ("jic", BLUE), ("hybrid", GREY)):
            means = [float(found.values(_named(rate), posture, "total_cost").mean()) / 1e3 for rate in RATES]
            dead = [float(found.values(_named(rate), posture, "written_down").mean()) / 1e3 for rate in RATES]
            axes.plot(
                [100 * rate for rate in RATES], means, "o-", color=colour, label=f"{_called(posture)}, total cost"
            )
            axes.plot(
                [100 * rate for rate in RATES], dead, "o--", color=colour, label=f"{_called(posture)}, written down"
            )
        axes.set_xlabel("items whose demand ends, % a year")
        axes.set_ylabel("USD 1,000 a year")
        axes.legend(frameon=False, fontsize=8, ncols=2)

    return Figure(
        title="What do ends of demand cost, and what of that is dead stock?",
        draw=draw,
        alt="Total cost and write-downs by rate of ends: "
        + "; ".join(
            f"{_called(posture)} {shown(float(found.values(_named(rate), posture, 'written_down').mean()))} written down at "
            f"{100 * rate:g} %"
            for posture in ("jit", "jic", "hybrid")
            for rate in RATES
        )
        + ".",
        note="Means over the same futures. What has ended cannot end again.",
        height=3.4,
    )
