"""Claim 12: buffers that follow real-time signals beat fixed ones; and what visibility is worth."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sim
from experiments.support import (
    Attack,
    Case,
    Cell,
    Claim,
    Estimate,
    Figure,
    Finding,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
    plain_value,
)
from experiments.support.figure import mark
from experiments.support.finding import hashed, named
from experiments.support.importer import SOURCES, importer
from experiments.support.measured import Measured, measured
from experiments.support.meridian import hybrid, jic, jit
from experiments.support.page import called, shown, told, told_in
from sim.plan import Plan
from sim.postures.adaptation import Adaptation
from sim.report.style import listed
from sim.scenario import Scenario
from sim.visibility import Signal, Visibility

Floats = NDArray[np.float64]
STRIKE: dict[str, Any] = {
    "kind": "port_strike",
    "name": "strike",
    "port": "Los Angeles",
    "start": {"law": "uniform", "low": 60, "high": 400},
    "length": {"law": "lognormal", "mean": 30, "cv": 0.5},
    "notice": 30,
    "estimate_factor": {"law": "lognormal", "mean": 1.0, "cv": 0.5},
}
OUTAGES: tuple[dict[str, Any], ...] = tuple(
    {
        "kind": "supplier_outage",
        "name": f"outage {name}",
        "supplier": name,
        "rate": 0.5,
        "length": {"law": "lognormal", "mean": 30, "cv": 0.8},
    }
    for name in ("Shenzhen", "Taoyuan", "Monterrey")
)
CRISIS: dict[str, Any] = {
    "kind": "container_shortage",
    "name": "crisis",
    "pools": ["Asia"],
    "start": {"law": "uniform", "low": 60, "high": 200},
    "length": 300,
    "remaining": 0.85,
    "cycle_factor": 1.5,
    "freight_factor": 7,
    "estimate_factor": {"law": "lognormal", "mean": 1.0, "cv": 0.5},
}
WEATHERS: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
    "calm": ("nothing happens", ()),
    "strike": ("an announced port strike", (STRIKE,)),
    "outages": ("supplier outages without notice", OUTAGES),
    "crisis": ("a container crisis of 300 days", (CRISIS,)),
}
DELAYED = Visibility(delay=14.0, noise=0.5, false_alarms=1.0, count_interval=28, record_error=0.1)
#: false alarms a year at the port and at each supplier
ALARMS = (1.0, 4.0, 12.0)
DELAYS = (14.0, 28.0, 56.0)
#: other rules of adaptation, with all signals in real time or some
RULES: dict[str, tuple[Adaptation, Visibility]] = {
    "notices alone": (Adaptation(), Visibility(signals=(Signal(signal="notices"),))),
    "a guard of 15 days": (Adaptation(cover=15.0), Visibility()),
    "falls in four weeks": (Adaptation(decay_days=28.0), Visibility()),
}
#: covers, in days, between which the fixed buffer of equal stock is searched
COVERS = (2.0, 30.0)
UNIT = "USD a year"
#: futures of the calibration have another seed than those of the comparison
APART = 1000
CLAIM = Claim(
    number=12,
    name="visibility",
    claim="Buffers that follow real-time signals beat fixed ones.",
    question="Is the total cost of buffers that follow signals in real time below that of JIT, of JIC, of "
    "hybrid, and of one "
    "fixed cover for all items that holds as much stock on average? What is sight worth in money a year, by "
    "weather, when it "
    "is late and blurred, and with false alarms?",
    design="A small importer lives two years under four weathers: nothing happens; a port strike announced 30 "
    "days before; "
    "supplier outages without notice; a container crisis. *Sighted* is the adaptive posture with all signals in "
    "real time; "
    "*delayed* has them 14 days late, blurred (sd 0.5 of the logarithm), with a false alarm a year at the port "
    "and at each "
    "supplier, and a stock record that is counted every 28 days; *blind* has no signals, so that it stays at "
    "JIT's numbers: the "
    "difference to it is what sight is worth. *Even* is JIT with one cover for all items, chosen for each "
    "weather on other "
    "futures so that its average inventory is that of sighted. All live through the same futures. In each "
    "weather the claim "
    "needs four cells: total cost below JIT, JIC, hybrid and even. Visibility itself costs nothing in them; what "
    "it may cost "
    "is the flip.",
    fair="Even holds as much as sighted and is told by weather how much that is, which no planner knows. JIT, "
    "JIC and hybrid "
    "keep their bundled numbers, and so does the adaptive rule: its scales and thresholds were set before the "
    "run and not "
    "tuned to these weathers. Nobody sees anything before it is there or announced, "
    "and nobody knows how long it lasts: of the strike and the crisis a first estimate is believed, of an outage "
    "the law of such outages.",
    expected="Signals pay where there is time to act: an announced strike longer than the notice, a crisis that "
    "lasts. They "
    "do little where goods take longer than the trouble. In calm, noise in the signals costs a little stock.",
    parameters=(
        *SOURCES,
        (
            "notice of the strike",
            "30 days",
            "talks run months ahead of a strike (docs/events.md); assumed, varied below",
        ),
        ("length of the strike", "lognormal, mean 30 days, cv 0.5, first believed with an error of cv 0.5", "assumed"),
        ("supplier outages", "0.5 a year each, mean 30 days, cv 0.8, no notice", "assumed"),
        (
            "container crisis",
            "300 days: 15 % fewer boxes, away 90 days instead of 60; first believed with an error of cv 0.5",
            "2020 to 2022 (docs/meridian.md)",
        ),
        ("quiet and alarm of each signal", "docs/adaptive.md", "assumed"),
        (
            "adaptive rule",
            "rises from index 0.5 in a week, falls below 0.25 in eight weeks",
            "assumed (docs/adaptive.md)",
        ),
        (
            "containers",
            "1.6 times the mean need, each away 60 days in calm; no more can be had",
            "assumed, as at Meridian (docs/meridian.md)",
        ),
    ),
    minutes=2.0,
)


def run(setting: Setting) -> Finding:
    """Six postures in four weathers; false alarms, delays and no notice in the strike."""
    count = setting.replications(40, 3)
    cases = []
    for weather, (_, disruptions) in WEATHERS.items():
        scenario = importer(disruptions)
        cases.append(Case(weather, scenario, _plans(scenario, setting)))
    found = measured(cases, count, setting.seed, setting.jobs)
    strike = cases[list(WEATHERS).index("strike")].scenario
    swept = measured(
        [Case("strike", strike, _swept(strike))], setting.replications(count, 2), setting.seed, setting.jobs
    )
    sudden = importer(({**STRIKE, "notice": 0},))
    seen = (jit().plan(sudden), _adaptive("sighted", Visibility()).plan(sudden))
    attacked = measured([Case("strike", sudden, seen)], setting.replications(count, 2), setting.seed, setting.jobs)

    cells = [one for weather in WEATHERS for one in _cells(found, weather)]
    verdict = judge(
        cells,
        lambda there: f"the weather is: {listed(there, 'or')}",
        "Four cells for each weather, which hold together: total cost of sighted, visibility for nothing, below "
        "JIT, JIC, "
        "hybrid and even.",
    )
    worth = {weather: _worth(found, weather, "sighted") for weather in WEATHERS}
    late = {weather: _worth(found, weather, "delayed") for weather in WEATHERS}
    lost = {weather: _lost(found, weather) for weather in WEATHERS}
    against = [
        estimate(
            f"total cost, {weather}, sighted less {other}", found.apart(weather, "sighted", other, "total_cost"), UNIT
        )
        for weather in WEATHERS
        for other in ("jit", "jic", "hybrid", "even")
    ]
    alarms = [_beside(found, swept, f"{rate:g} false alarms") for rate in ALARMS]
    delays = [_beside(found, swept, f"{delay:g} days late") for delay in DELAYS]
    rules = [_beside(found, swept, name) for name in RULES]
    sudden_worth = estimate(
        "worth of sight, strike without notice", attacked.apart("strike", "jit", "sighted", "total_cost"), UNIT
    )
    stock = plain_value(
        "average inventory, strike, even over sighted",
        float(
            found.values("strike", "even", "average_inventory_value").mean()
            / found.values("strike", "sighted", "average_inventory_value").mean()
        ),
        "share",
    )
    stock = dataclasses.replace(stock, searched=True)  # made equal anew by each run
    gain = found.apart("strike", "jit", "sighted", "total_cost")
    most = max(2 * abs(float(gain.mean())), 1.0)
    prices = np.array([-most, most])
    flip = flip_of(
        "cost of visibility (strike, against blind)",
        UNIT,
        0.0,
        prices,
        prices - gain[:, None],
        "Sight is charged a price a year on the same futures; the difference is a straight line in it, and its "
        "interval is "
        "Fieller's.",
        "Below it sight pays in a span of two years with a strike, above it it does not; a price below 0 says that sight "
        "does not pay even for nothing. In the other weathers: "
        + "; ".join(f"{WEATHERS[one][0]}, {_money(worth[one])}" for one in WEATHERS if one != "strike")
        + ".",
        straight=True,
    )
    return Finding(
        verdict=verdict,
        headline=f"Sight in real time is worth {_money(worth['strike'])} where a strike comes announced, "
        f"{_money(worth['crisis'])} in a container crisis, {_money(worth['outages'])} where suppliers stop "
        f"without notice, "
        f"and {_money(worth['calm'])} in calm. Late and blurred it is worth {_money(late['strike'])} in the strike. "
        f"Against one fixed cover with as much stock, buffers that follow signals cost "
        f"{_money(named(against, 'total cost, strike, sighted less even'))} more in the strike (negative: less).",
        key=worth["strike"].name,
        estimates=(
            *worth.values(),
            *late.values(),
            *lost.values(),
            *against,
            *alarms,
            *delays,
            *rules,
            sudden_worth,
            stock,
        ),
        tables=(_table(found, worth, late), _against(against), _sweep([*alarms, *delays, *rules, sudden_worth])),
        figure=_figure(worth, late),
        flip=flip,
        attack=Attack(
            "The rule was not tuned: a better one might win. And the strike is announced 30 days before, which "
            "many are not.",
            "In the strike, on the same futures: a rule that sees notices alone, one whose guard is 15 days of "
            "cover and not "
            "45, one that falls in four weeks and not in eight; and the strike without notice.",
            f"Sight is worth {_money(worth['strike'])} by the bundled rule; "
            + "; ".join(f"{name}, {_money(one)}" for name, one in zip(RULES, rules, strict=True))
            + f"; without notice, {_money(sudden_worth)}. Less even, the cover of equal stock that the bundled rule has "
            "to beat (negative: cheaper than even): "
            + "; ".join(f"{name}, {_money(_over(found, swept, name))}" for name in RULES)
            + ".",
        ),
        replications=count,
        notes=(
            "In the crisis sighted holds "
            f"{shown(_mean(found, 'crisis', 'sighted', 'average_inventory_value') / 1e3)} thousand USD of stock and serves "
            f"{shown(_mean(found, 'crisis', 'sighted', 'fill_rate'), 'share')}, blind "
            f"{shown(_mean(found, 'crisis', 'jit', 'average_inventory_value') / 1e3)} thousand and "
            f"{shown(_mean(found, 'crisis', 'jit', 'fill_rate'), 'share')}. What a signal adds to an order can only wait "
            "for the containers that are there, together with all other orders, and pays the freight of the crisis. A firm "
            "that can get more boxes when it asks would see another crisis.",
        ),
        limits=(
            "Signals that move sourcing or air freight and not stock.",
            "Tuning of the rule: other thresholds and scales than the bundled ones.",
            "A firm large enough that its own orders crowd the port.",
            "Estimates that are put right while a stoppage lasts: what was first said of the strike and the crisis stays.",
            "The design was changed after a first look at results.",
        ),
        hashes=tuple(hashed(one.label, one.scenario, one.plans, setting.seed) for one in cases),
    )


def _adaptive(name: str, seeing: Visibility) -> sim.Posture:
    """The bundled adaptive posture under a name, with a visibility."""
    return dataclasses.replace(sim.posture("adaptive"), name=name, visibility=seeing)


def _plans(scenario: Scenario, setting: Setting) -> tuple[Plan, ...]:
    """JIT (blind), JIC, hybrid, sighted, delayed, and one cover for all with the stock of sighted."""
    sighted = _adaptive("sighted", Visibility()).plan(scenario)
    delayed = _adaptive("delayed", DELAYED).plan(scenario)
    fixed = [jit(name=f"cover {cover:g}", cover=cover).plan(scenario) for cover in COVERS]
    pilot = measured(
        [Case("pilot", scenario, (*fixed, sighted))], setting.replications(20, 1), setting.seed + APART, setting.jobs
    )
    low, high, wanted = (
        float(pilot.values("pilot", name, "average_inventory_value").mean()) for name in pilot.postures
    )
    cover = COVERS[0] + (COVERS[1] - COVERS[0]) * (wanted - low) / (high - low)
    even = jit(name="even", cover=max(cover, 0.0)).plan(scenario)
    return (jit().plan(scenario), jic().plan(scenario), hybrid().plan(scenario), sighted, delayed, even)


def _swept(scenario: Scenario) -> tuple[Plan, ...]:
    """Sight with false alarms, sight that is late, and other rules; one thing at a time."""
    alarms = [_adaptive(f"{rate:g} false alarms", Visibility(false_alarms=rate)) for rate in ALARMS]
    delays = [_adaptive(f"{delay:g} days late", Visibility(delay=delay)) for delay in DELAYS]
    rules = [dataclasses.replace(_adaptive(name, seeing), adapts=rule) for name, (rule, seeing) in RULES.items()]
    return tuple(one.plan(scenario) for one in (*alarms, *delays, *rules))


def _cells(found: Measured, weather: str) -> list[Cell]:
    words = WEATHERS[weather][0]
    return [
        cell(
            f"{words}: total cost, sighted less {called(other)}",
            found.apart(weather, "sighted", other, "total_cost"),
            "less",
            0.0,
            UNIT,
            words,
        )
        for other in ("jit", "jic", "hybrid", "even")
    ]


def _worth(found: Measured, weather: str, seeing: str) -> Estimate:
    """What sight is worth: total cost of blind less that of who sees."""
    what = "sight in real time" if seeing == "sighted" else "sight late and blurred"
    return estimate(f"worth of {what}, {weather}", found.apart(weather, "jit", seeing, "total_cost"), UNIT)


def _lost(found: Measured, weather: str) -> Estimate:
    """Fill rate that sight adds."""
    return estimate(
        f"fill rate, {weather}, sighted less blind", found.apart(weather, "sighted", "jit", "fill_rate"), "share"
    )


def _beside(found: Measured, swept: Measured, name: str) -> Estimate:
    theirs = swept.values("strike", name, "total_cost")  # a quick run has fewer of them
    gain = found.values("strike", "jit", "total_cost")[: theirs.size] - theirs
    return estimate(f"worth of sight, strike, {name}", gain, UNIT)


def _over(found: Measured, swept: Measured, name: str) -> Estimate:
    """Total cost of a rule less that of even."""
    mine = swept.values("strike", name, "total_cost")
    return estimate("", mine - found.values("strike", "even", "total_cost")[: mine.size], UNIT)


def _mean(found: Measured, weather: str, posture: str, measure: str) -> float:
    return float(found.values(weather, posture, measure).mean())


def _money(one: Estimate) -> str:
    return told_in(one, 1e3, "thousand USD a year")


def _table(found: Measured, worth: dict[str, Estimate], late: dict[str, Estimate]) -> Table:
    rows = []
    for weather, (words, _) in WEATHERS.items():
        for posture in found.postures:
            rows.append(
                (
                    f"{words}, {'JIT (blind)' if posture == 'jit' else called(posture)}",
                    told(estimate("", found.values(weather, posture, "total_cost") / 1e3)),
                    shown(float(found.values(weather, posture, "stockout_cost").mean()) / 1e3),
                    shown(float(found.values(weather, posture, "average_inventory_value").mean()) / 1e3),
                    shown(float(found.values(weather, posture, "fill_rate").mean()), "share"),
                    {"sighted": _money(worth[weather]), "delayed": _money(late[weather])}.get(posture, ""),
                )
            )
    head = ("", "total cost, $k a year", "stockouts, $k a year", "stock, $k", "fill rate", "worth of sight")
    return Table(
        "Means over the same futures, with 95 % intervals of total cost and of the worth of sight", head, tuple(rows)
    )


def _against(against: list[Estimate]) -> Table:
    rows = [
        (words, *(_money(named(against, f"total cost, {weather}, sighted less {other}")) for other in others))
        for weather, (words, _) in WEATHERS.items()
        for others in [("jit", "jic", "hybrid", "even")]
    ]
    head = ("sighted less", "JIT", "JIC", "hybrid", "even")
    return Table(
        "Total cost, paired, 95 % intervals; negative: buffers that follow signals are cheaper", head, tuple(rows)
    )


def _sweep(estimates: list[Estimate]) -> Table:
    rows = tuple(
        (one.name.removeprefix("worth of sight, strike, ").removeprefix("worth of sight, strike "), _money(one))
        for one in estimates
    )
    return Table(
        "Worth of sight in the strike, one thing changed at a time (false alarms are a year at each place)",
        ("", "worth"),
        rows,
    )


def _figure(worth: dict[str, Estimate], late: dict[str, Estimate]) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        for label, found, colour, marker, shift in (
            ("in real time", worth, BLUE, "s", 0.12),
            ("late and blurred", late, VERMILION, "o", -0.12),
        ):
            for place, weather in enumerate(reversed(WEATHERS)):
                one = found[weather]
                mark(axes, one, place + shift, colour, marker, times=1e-3, label=label if place == 0 else None)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(WEATHERS)), [WEATHERS[one][0] for one in reversed(WEATHERS)])
        axes.set_ylim(-0.5, len(WEATHERS) - 0.5)
        axes.set_xlabel("worth of sight, thousand USD a year")
        axes.legend(frameon=False, loc="best")

    return Figure(
        title=f"What is sight worth? With an announced strike {_money(worth['strike'])}, in calm "
        f"{_money(worth['calm'])}",
        draw=draw,
        alt="Worth of sight by weather, in real time and late and blurred: "
        + "; ".join(f"{WEATHERS[one][0]}, {_money(worth[one])} and {_money(late[one])}" for one in WEATHERS)
        + ".",
        note="Total cost of the blind posture less that of the one that sees, same futures, 95 % intervals. "
        "Sight is free here.",
        height=2.8,
    )
