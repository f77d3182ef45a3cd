"""Claim 9: JIT finds defects at once; in a batch of 10,000 JIC finds them months later."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.support import Attack, Case, Claim, Figure, Finding, Setting, Table, cell, estimate, flip_of, judge
from experiments.support.distributor import distributor
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.measured import Measured, measured
from experiments.support.meridian import jic, jit, plans
from experiments.support.page import shown, told
from sim.scenario import Scenario

SHARE, LOT, MONTH = 0.05, 100.0, 30.0
NEAR, FAR = "supplier at 3 days", "supplier at 30 days"
#: the same in the words of a verdict
AWAY = {NEAR: "the supplier is 3 days away", FAR: "the supplier is 30 days away"}
LANES: dict[str, Any] = {NEAR: 3.0, FAR: {"law": "lognormal", "mean": 30.0, "cv": 0.17}}
INSPECTED = (0.0, 0.001, 0.01, 0.1, 1.0)
SPELL: Mapping[str, Any] = {
    "kind": "bad_spell",
    "name": "bad spell",
    "supplier": "maker",
    "start": {"law": "uniform", "low": 30, "high": 395},
    "defects": SHARE,
}
CLAIM = Claim(
    number=9,
    name="defects_found_late",
    claim="JIT finds defects at once; in a batch of 10,000 JIC finds them months later.",
    question="A supplier begins to make 5 % of its units badly. How many days until somebody knows, how many bad units are "
    "bought by then, and what does it cost, under JIT and under JIC that buys 10,000 at a time?",
    design="One part, 100 a day. The spell begins on a random day and lasts until a unit is noticed in use, reported, "
    "and the supplier has put things right. JIT orders weekly with two days of cover; JIC buys 10,000 (100 days) at a "
    "time and keeps 45 days of cover. A third posture keeps JIC's cover and orders weekly, to tell the batch from the "
    "buffer. Both a near and a far supplier. The cost of the spell is total cost less that of the same future without it.",
    fair="Same futures, same defects by day of production, first in first out, the same chance to notice a bad unit. JIC's "
    "stock also bridges the quarantine, where JIT may run out; that is in the cost. JIC's usual answer, inspection at "
    "receipt, is tried as what flips the verdict.",
    expected="JIT finds it sooner by the stock that JIC has in front. But goods on the way are stock too: with a far "
    "supplier JIT does not find it at once. A single inspected box can undo the difference.",
    parameters=(
        ("demand", "100 a day (cv 0.6); make time 15 days (cv 0.2)", "invented; the batch of 10,000 is the claim's"),
        ("bad units in the spell", "5 %", "assumed"),
        ("noticed in use", "each bad unit with chance 0.5, reported after 5 days", "assumed"),
        (
            "quarantine, repair",
            "14 days to sort, bad units scrapped; 14 days until the supplier is right again",
            "assumed",
        ),
        ("cost of a bad unit in use", "2 x standard cost (replacement and handling)", "assumed"),
        (
            "JIT and JIC",
            "z 1.65 and 2 days of cover, weekly; z 2.33, 45 days, lots of 100 days",
            "docs/meridian.md; lot: claim",
        ),
    ),
    minutes=1.0,
)


def _business(lane: str, spell: Mapping[str, Any] | None, inspection: float = 0.0) -> Scenario:
    item = {
        "standard_cost": 10.0,
        "criticality": "breaches a contract",
        "demand": {"mean": 100.0, "cv": 0.6},
    }
    return distributor(
        [item],
        [] if spell is None else [spell],
        {"production_time": {"law": "lognormal", "mean": 15.0, "cv": 0.2}, "inspection": inspection},
        LANES[lane],
        {"defect_cost": 2.0},
        horizon=900,
        quality={"detection": 0.5, "report_days": 5, "sort_days": 14, "repair_days": 14},
    )


def run(setting: Setting) -> Finding:
    """Three postures, two lanes, with the spell and without; and inspection for JIC."""
    count = setting.replications(60, 6)
    postures = (jit(), jic(lot=LOT), jit(name="buffer", called="buffer", z=2.33, cover=45.0))
    cases = []
    for lane in LANES:
        calm = _business(lane, None)
        all_plans = plans(calm, *postures)
        cases.append(Case(f"{lane}, no spell", calm, all_plans))
        cases.append(Case(lane, _business(lane, SPELL), all_plans))
        if lane == NEAR:
            cases.append(Case(f"{lane}, 30 days", _business(lane, {**SPELL, "length": 30}), all_plans))
            cases += [
                Case(f"{lane}, inspection {share:g}", _business(lane, SPELL, share), all_plans)
                for share in INSPECTED[1:]
            ]
    found = measured(cases, count, setting.seed, setting.jobs)
    cells = []
    for lane in LANES:
        days = {name: found.values(lane, name, "days_to_discovery") for name in ("jit", "jic")}
        bad = {name: _bad(found, lane, name) for name in ("jit", "jic")}
        cost = {name: _cost(found, lane, name) for name in ("jit", "jic")}
        cells += [
            cell(f"{lane}: JIT knows within a month", days["jit"], "less", MONTH, "days", lane),
            cell(
                f"{lane}: JIT knows sooner than JIC by two months",
                days["jit"] - days["jic"],
                "less",
                -60.0,
                "days",
                lane,
            ),
            cell(f"{lane}: JIT buys fewer bad units", bad["jit"] - bad["jic"], "less", unit="units", group=lane),
            cell(f"{lane}: the spell costs JIT less", cost["jit"] - cost["jic"], "less", unit="USD", group=lane),
        ]
    verdict = judge(
        cells,
        condition=lambda yes: (
            " or ".join(AWAY[lane] for lane in yes)
            + "".join(f", and not when {AWAY[lane]}" for lane in LANES if lane not in yes)
        ),
        rule="Two groups of cells, one for each supplier: JIT knows within 30 days of the first bad unit made; two months "
        "sooner than JIC; buys fewer bad units; and the spell costs it less.",
    )
    estimates = []
    for lane in LANES:
        for name in found.postures:
            called = _called(name)
            estimates += [
                estimate(f"{lane}, {called}: days to discovery", found.values(lane, name, "days_to_discovery"), "days"),
                estimate(f"{lane}, {called}: bad units bought", _bad(found, lane, name), "units"),
                estimate(f"{lane}, {called}: cost of the spell", _cost(found, lane, name), "USD"),
            ]
    ended = f"{NEAR}, 30 days"
    apart_ended = estimate(
        "a spell that ends by itself after 30 days: bad units, JIT less JIC",
        _bad(found, ended, "jit") - _bad(found, ended, "jic"),
        "units",
    )
    apart = estimate(
        f"{NEAR}: days to discovery, JIC less JIT", -found.apart(NEAR, "jit", "jic", "days_to_discovery"), "days"
    )
    costs = np.column_stack(
        [
            _cost(found, NEAR, "jit")
            - _cost(found, NEAR if share == 0 else f"{NEAR}, inspection {share:g}", "jic", NEAR)
            for share in INSPECTED
        ]
    )
    flip = flip_of(
        "share of bad units that JIC's inspection at receipt finds",
        "",
        0.0,
        INSPECTED,
        costs,
        "Cost of the spell (near supplier), JIT without inspection less JIC with it, at 0, 0.1, 1, 10 and 100 % on "
        "the same futures; straight lines between. Inspection itself is free here.",
        "Below it the spell costs JIT less; above it JIC, which inspects, is no worse off than JIT, which does not.",
    )
    inspected = estimate(
        f"{NEAR}, JIC with full inspection: days to discovery",
        found.values(f"{NEAR}, inspection 1", "jic", "days_to_discovery"),
        "days",
    )
    by = {one.name: one for one in estimates}
    first = by[f"{NEAR}, JIT: days to discovery"]
    return Finding(
        verdict=verdict,
        headline=f"With a near supplier JIT knows after {told(first)}, JIC after "
        f"{told(by[f'{NEAR}, JIC: days to discovery'])}; JIC's cover bought weekly, without the big batch, after "
        f"{told(by[f'{NEAR}, JIC cover, weekly: days to discovery'])}. With a supplier 30 days away JIT needs "
        f"{told(by[f'{FAR}, JIT: days to discovery'])}: goods under way are stock that nobody has looked at.",
        key=apart.name,
        estimates=(*estimates, apart, apart_ended, inspected),
        tables=(_table(found, by),),
        figure=_figure(by),
        flip=flip,
        attack=Attack(
            "The spell lasts until somebody finds it, so whoever finds it late pays for a longer spell. Many spells end by "
            "themselves, with the batch of material or the worker that caused them.",
            "A spell of 30 days at a near supplier, found or not.",
            f"Bad units bought then, JIT less JIC: {told(apart_ended)}. Who buys rarely often misses a short spell, and now "
            "and then has 10,000 units of it.",
        ),
        replications=count,
        limits=(
            "Harm done by bad units that reach customers, beside their replacement.",
            "What inspection costs, and good units that it rejects.",
            "Defects that have a common look, so that one leads at once to all others in a box.",
            "For run time the number of futures was cut from 400 to 60 after a first draft, and two of seven shares of "
            "inspection were left out.",
        ),
        hashes=tuple(hashed(lane, _business(lane, SPELL), cases[1].plans, setting.seed) for lane in LANES),
    )


def _called(name: str) -> str:
    return {"jit": "JIT", "jic": "JIC", "buffer": "JIC cover, weekly"}[name]


def _bad(found: Measured, case: str, name: str) -> Any:
    """(replications,) bad units bought in the whole horizon."""
    return found.values(case, name, "defective_units") * 900 / 365


def _cost(found: Measured, case: str, name: str, calm: str = "") -> Any:
    """(replications,) what the spell cost, USD over the horizon."""
    base = found.values(f"{calm or case}, no spell", name, "total_cost")
    return (found.values(case, name, "total_cost") - base) * 900 / 365


def _table(found: Measured, by: dict[str, Any]) -> Table:
    rows = []
    for lane in LANES:
        for name in found.postures:
            called = _called(name)
            rows.append(
                (
                    f"{lane}, {called}",
                    *(
                        told(by[f"{lane}, {called}: {what}"])
                        for what in ("days to discovery", "bad units bought", "cost of the spell")
                    ),
                )
            )
    return Table(
        "Means with 95 % intervals", ("", "days to discovery", "bad units bought", "cost of the spell"), tuple(rows)
    )


def _figure(by: dict[str, Any]) -> Figure:
    from sim.report.style import BLUE, VERMILION

    def draw(axes: Any) -> None:
        labels = [f"{lane}, {name}" for lane in LANES for name in ("JIT", "JIC cover, weekly", "JIC")]
        for place, label in enumerate(reversed(labels)):
            one = by[f"{label}: days to discovery"]
            colour = VERMILION if label.endswith("JIT") else BLUE
            mark(axes, one, place, colour)
            axes.annotate(
                shown(one.mean), (one.mean, place), (0, 7), textcoords="offset points", ha="center", fontsize=8.5
            )
        axes.set_yticks(range(len(labels)), list(reversed(labels)))
        axes.set_ylim(-0.6, len(labels) - 0.3)
        axes.set_xlim(0, math.ceil(max(by[f"{label}: days to discovery"].high for label in labels) * 1.15))
        axes.set_xlabel("days from the first bad unit made to discovery")

    near, late = by[f"{NEAR}, JIT: days to discovery"], by[f"{NEAR}, JIC: days to discovery"]
    return Figure(
        title=f"How soon is a bad spell found? JIT {shown(near.mean)} days, JIC {shown(late.mean)} days, near supplier",
        draw=draw,
        alt="Mean days to discovery by supplier and posture: "
        + "; ".join(f"{name} {shown(one.mean)}" for name, one in by.items() if name.endswith("discovery"))
        + ".",
        note="Means with 95 % intervals, first in first out, no inspection.",
        height=3.0,
    )
