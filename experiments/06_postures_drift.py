"""Claim 6: without quarterly review last year's emergency buffer becomes this year's dead stock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from experiments.support import (
    Attack,
    Case,
    Claim,
    Figure,
    Finding,
    Flip,
    Setting,
    Table,
    Verdict,
    cell,
    estimate,
    flip_of,
    judge,
    ratio,
)
from experiments.support.distributor import SOURCES, distributor
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.measured import Measured, measured
from experiments.support.meridian import jit, plans
from experiments.support.page import flip_words, shown, told
from sim.postures import Posture
from sim.scenario import Scenario

ITEMS, DAYS, QUARTER = 8, 1095, 91
#: how demand moves: growth a year as a share of today's mean, and ends a year and item
STEADY, DRIFTING, ENDING = "steady demand", "drifting demand", "drifting and ending demand"
TREND, ENDS = 0.25, 0.1
MARKETS: dict[str, tuple[float, float]] = {STEADY: (0.0, 0.0), DRIFTING: (TREND, 0.0), ENDING: (TREND, ENDS)}
#: the same in the words of a verdict
MOVES = {STEADY: "is steady", DRIFTING: "drifts", ENDING: "drifts and ends"}
#: what is judged in each market
WHAT = ("dead stock", "total cost")
CLAIM = Claim(
    number=6,
    name="postures_drift",
    claim="Postures drift: without quarterly review last year's emergency buffer becomes this year's dead stock.",
    question="After a supplier failure a buffer of 45 days was put on every item. If nobody looks at it for three "
    "years, how much of it dies, and what does a review each quarter save?",
    design="A distributor of 8 items over three years; the supplier fails for 60 days at the start of the first year. "
    "Half of the items lose a quarter of their first year's demand each year, the others gain as much; and demand for "
    "an item ends for good at 10 % a year. One posture keeps the numbers of day 0; the other makes them anew each "
    "quarter by the same rule (45 days of cover) from what has been seen. A lean posture that is never reviewed stands "
    "beside them.",
    fair="Both have the same rule, the same stock at the start, and the failure falls on both. The review sees only "
    "past demand; it knows nothing of trends and ends. It is free here. Steady demand, where there is nothing to see, "
    "is one of the markets.",
    expected="In a market that moves, the numbers of day 0 hold too much of what fades and too little of what grows; "
    "the review saves write-downs and stockouts. In a steady market it saves nothing.",
    parameters=(
        *SOURCES,
        ("drift", "demand -25 % and +25 % of its first level a year, half of the items each", "assumed"),
        ("ends of demand", "10 % of items a year", "assumed"),
        ("write-down", "above 365 days of recent demand, or after 91 days without: a quarter each quarter", "assumed"),
        (
            "emergency buffer",
            "z 1.65 and 45 days of cover on every item, weekly lots",
            "the cover of JIC, docs/meridian.md",
        ),
        ("goodwill of a lost unit", "30 % of value", "assumed (breach of contract), docs/meridian.md"),
    ),
    minutes=1.5,
)


def _business(market: str) -> Scenario:
    trend, ends = MARKETS[market]
    stop = {"kind": "supplier_outage", "name": "stop", "supplier": "maker", "start": 10, "length": 60}
    dying = {"kind": "demand_end", "name": "ends", "rate": ends, "each": True}
    items = []
    for number in range(ITEMS):
        stream = {"mean": 40.0, "cv": 0.8, **({"trend": trend if number % 2 else -trend} if trend else {})}
        items.append({"criticality": "breaches a contract", "demand": stream})
    return distributor(
        items,
        [stop, *([dying] if ends else [])],
        horizon=DAYS,
        history_days=365,
        write_down={"after": 91, "cover": 365, "share": 0.25, "every": 91},
    )


def _buffer(name: str, every: int | None) -> Posture:
    return jit(name=name, called=name, cover=45.0, reassess_every=every)


def run(setting: Setting) -> Finding:
    """Three markets; the buffer never reviewed, the same reviewed each quarter, and a lean posture."""
    count = setting.replications(16, 4)
    postures = (
        _buffer("never reviewed", None),
        _buffer("each quarter", QUARTER),
        jit(name="lean, never reviewed", called="lean"),
    )
    cases = []
    for market in MARKETS:
        scenario = _business(market)
        cases.append(Case(market, scenario, plans(scenario, *postures)))
    # before anything is lived: a posture that is reassessed keeps what it has seen
    hashes = tuple(hashed(case.label, case.scenario, case.plans, setting.seed) for case in cases)
    found = measured(cases, count, setting.seed, setting.jobs)
    cells = []
    for market in (DRIFTING, ENDING):
        cells += [
            cell(
                f"{market}: more is written down without review",
                found.apart(market, "never reviewed", "each quarter", "written_down"),
                "more",
                unit="USD a year",
                group=f"{market}, dead stock",
            ),
            cell(
                f"{market}: total cost is higher without review",
                found.apart(market, "never reviewed", "each quarter", "total_cost"),
                "more",
                unit="USD a year",
                group=f"{market}, total cost",
            ),
        ]
    verdict = judge(
        cells,
        lambda there: "; ".join(_when(group) for group in there),
        rule="In a market that drifts, and in one where demand ends as well: without review more is written down, and total "
        "cost is higher.",
    )
    estimates = []
    for market in MARKETS:
        for posture in found.postures:
            estimates += [
                estimate(
                    f"{market}, {posture}: {what}", found.values(market, posture, key), unit, share=unit == "share"
                )
                for what, key, unit in (
                    ("written down", "written_down", "USD a year"),
                    ("stock on hand", "on_hand_value", "USD"),
                    ("fill rate", "fill_rate", "share"),
                    ("total cost", "total_cost", "USD a year"),
                )
            ]
    saved = {
        (market, key): estimate(
            f"{market}: {what}, never less each quarter",
            found.apart(market, "never reviewed", "each quarter", key),
            "USD a year",
        )
        for market in MARKETS
        for key, what in (("written_down", "written down"), ("total_cost", "total cost"))
    }
    lean = ratio(
        f"{ENDING}, never reviewed: written down, buffer over lean",
        found.values(ENDING, "never reviewed", "written_down"),
        found.values(ENDING, "lean, never reviewed", "written_down"),
        "times",
    )
    main = _main(verdict)
    other = next(market for market in (ENDING, DRIFTING) if market != main)
    flips = {market: _flip(found, market) for market in (main, other)}
    flip = replace(flips[main], meaning=f"{flips[main].meaning} If demand {MOVES[other]}: {flip_words(flips[other])}")
    by = {one.name: one for one in estimates}
    steady = saved[STEADY, "total_cost"]
    return Finding(
        verdict=verdict,
        headline="The buffer that nobody looks at, less the one reviewed each quarter: "
        + "; ".join(
            f"where demand {MOVES[market]}, written down {told(saved[market, 'written_down'])} and total cost "
            f"{told(saved[market, 'total_cost'])} ({_decided(verdict, market)}), on "
            f"{shown(by[f'{market}, never reviewed: stock on hand'].mean)} USD of stock"
            for market in (main, other)
        )
        + f"; total cost in a steady market {told(steady)}.",
        key=saved[main, "written_down"].name,
        estimates=(*estimates, *saved.values(), lean),
        tables=(_table(by, found),),
        figure=_figure(by),
        flip=flip,
        attack=Attack(
            "It is the market that kills stock, not the missing review: a lean posture that nobody looks at has dead "
            "stock too.",
            "JIT's two days of cover, planned on day 0 and never reviewed, in the same market.",
            f"The buffer has {told(lean)} as much written down as the lean posture. Lean costs "
            f"{told(by[f'{ENDING}, lean, never reviewed: total cost'])} in all, the buffer "
            f"{told(by[f'{ENDING}, never reviewed: total cost'])}, and the buffer with review "
            f"{told(by[f'{ENDING}, each quarter: total cost'])}.",
        ),
        replications=count,
        notes=(
            "The key number and the flip are those of the hardest market in which both cells of the verdict are decided, "
            "and of the hardest market of all where there is none: a difference that is left open is no finding. The "
            "other market stands beside it. Where demand ends, most of what is written down is stock of items that are "
            "asked for no more; no review of past demand sees an end come, so that both buffers lose it.",
        ),
        limits=(
            "A review that lifts the emergency buffer altogether; here it keeps 45 days, of what demand has become.",
            "What a review costs (see what flips the verdict), and reviews of suppliers and segments.",
            "Orders that can be cancelled, and dead stock that can be sold.",
            "Reviews each half year and each year: they were part of the first design and were dropped for run time.",
            "Changed after seeing results: the key number and the flip were those of the market that drifts and ends, "
            "whatever the verdict said of it; now they follow the rule told below the table. No cell of the verdict and "
            "no life was changed.",
        ),
        hashes=hashes,
    )


def _when(group: str) -> str:
    """A group of cells in the words of a verdict."""
    market, what = group.split(", ")
    return f"demand {MOVES[market]} and {what} is what counts"


def _main(verdict: Verdict) -> str:
    """The hardest market in which all cells are decided; the hardest of all where there is none."""
    return next((market for market in (ENDING, DRIFTING) if "open" not in _sides(verdict, market)), ENDING)


def _sides(verdict: Verdict, market: str) -> list[str]:
    """What the groups of a market say: dead stock, total cost."""
    return [verdict.groups[f"{market}, {what}"] for what in WHAT]


def _decided(verdict: Verdict, market: str) -> str:
    """What the verdict says of a market, in words."""
    return ", ".join(
        f"{what} {'left open' if side == 'open' else f'{side} the claim'}"
        for what, side in zip(WHAT, _sides(verdict, market), strict=True)
    )


def _flip(found: Measured, market: str) -> Flip:
    """What a review may cost."""
    size = np.array([0.0, 1.0])
    price = np.column_stack([found.apart(market, "never reviewed", "each quarter", "total_cost")] * 2)
    reviews = 365 / QUARTER
    return flip_of(
        "cost of one review",
        "USD",
        0.0,
        size * 50_000,
        price - size * 50_000 * reviews,
        f"Total cost saved by the review where demand {MOVES[market]}, less {reviews:.1f} reviews a year at a price each: "
        "a straight line, on the same futures.",
        "Below it the quarterly review pays for itself; above it nobody should look.",
        straight=True,
    )


def _table(by: dict[str, Any], found: Measured) -> Table:
    rows = [
        (
            f"{market}, {posture}",
            *(
                shown(by[f"{market}, {posture}: {what}"].mean, "share" if what == "fill rate" else "")
                for what in ("stock on hand", "written down", "fill rate", "total cost")
            ),
        )
        for market in MARKETS
        for posture in found.postures
    ]
    return Table(
        "Means, USD and USD a year", ("", "stock on hand", "written down", "fill rate", "total cost"), tuple(rows)
    )


def _figure(by: dict[str, Any]) -> Figure:
    from sim.report.style import BLUE, VERMILION

    def draw(axes: Any) -> None:
        for place, market in enumerate(reversed(list(MARKETS))):
            for posture, colour, off in (("never reviewed", VERMILION, 0.12), ("each quarter", BLUE, -0.12)):
                one = by[f"{market}, {posture}: written down"]
                mark(
                    axes,
                    one,
                    place + off,
                    colour,
                    "o",
                    times=1e-3,
                    label=f"reviewed {posture}"
                    if posture != "never reviewed" and place == 0
                    else posture
                    if place == 0
                    else None,
                )
        axes.set_yticks(range(len(MARKETS)), list(reversed(list(MARKETS))))
        axes.set_ylim(-0.6, len(MARKETS) - 0.4)
        axes.set_xlabel("written down, USD 1,000 a year")
        axes.legend(frameon=False, fontsize=8.5)

    return Figure(
        title="How much of an emergency buffer dies when nobody looks at it?",
        draw=draw,
        alt="; ".join(
            f"{market}, {posture}: {shown(by[f'{market}, {posture}: written down'].mean)} USD a year"
            for market in MARKETS
            for posture in ("never reviewed", "each quarter")
        )
        + ".",
        note="Means with 95 % intervals on the same futures.",
        height=2.8,
    )
