"""Claim 3: one posture for all items is a false economy; hybrid keeps most of the protection for little more."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.support import (
    Attack,
    Case,
    Cell,
    Claim,
    Estimate,
    Figure,
    Finding,
    Flip,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
    ratio,
)
from experiments.support.figure import mark
from experiments.support.finding import hashed, named
from experiments.support.measured import PLACES, Measured, measured
from experiments.support.meridian import SOURCES, hybrid, jic, jit, meridian
from experiments.support.page import between, called, flip_words, shown, told, told_in
from sim.plan import Plan
from sim.report.style import capital, listed
from sim.scenario import Scenario

Floats = NDArray[np.float64]
WEATHERS = {"calm": "calm", "strike": "a 30-day port strike", "crisis": "a 300-day container crisis"}
HALF = 0.5
#: weathers that are lived under the other rule of crossing too
CROSSED = ("crisis",)
CLAIM = Claim(
    number=3,
    name="one_posture_for_all",
    claim="One posture for the whole catalogue is a false economy; hybrid keeps most of JIC's protection at "
    "near JIT's cost.",
    question="Of the stockout cost that JIC saves against JIT, which share does hybrid save; of what JIC costs "
    "more to run, which share does "
    "hybrid pay; is its total cost below that of JIT, of JIC, and of one posture for all items that holds as "
    "much stock by value?",
    design="Meridian under JIT, JIC, hybrid and a fourth posture, *even*: one cover for all items, chosen so "
    "that its planned stock has "
    "the value of hybrid's (two plans and a straight line; no simulation). Two years in calm weather, with a "
    "30-day strike at Los "
    "Angeles and with a container crisis of 300 days, all on the same futures. Protection is stockout cost "
    "saved against JIT "
    "(lost margin, goodwill, backorder penalty: items weigh by what their stockout costs); cost to run is all "
    "other cost. Words "
    "were fixed before the run: *most* is more than half; *near JIT's cost* is less than half of the way from "
    "JIT's cost to JIC's. "
    "In each weather the claim needs all five cells: kept more than half, paid less than half, total cost below "
    "JIT, JIC and even.",
    fair="All four order from the same sources, by stock alone. JIT and JIC are not straw men: each is given "
    "its own safety factor and "
    "lots. Even has hybrid's money, so that it is the choice item by item that is tested and not the amount of "
    "stock. Hybrid places by "
    "scores of impact and fragility known before day 0, not by what happens.",
    expected="In calm JIT is as cheap; in the long crisis hybrid is cheapest; JIC serves best and costs most, "
    "unless a missed critical item "
    "costs far more than assumed.",
    parameters=(
        *SOURCES,
        ("JIT", "z 1.65, 2 days of extra cover, weekly lots", "assumed (docs/meridian.md)"),
        ("JIC", "z 2.33, 45 days of extra cover, lots of four weeks", "assumed (docs/meridian.md)"),
        (
            "hybrid",
            "high impact 25 or 45 days, medium and fragile 12, cheap and fragile 30, rest as JIT",
            "assumed (docs/meridian.md)",
        ),
        (
            "goodwill of a lost unit",
            "100 % of cost (halts production), 30 % (breaches a contract), 0",
            "assumed; varied below",
        ),
        (
            "strike",
            "30 days at Los Angeles, begins on day 60 to 400",
            "a stress: eight recorded stoppages have a median of 9 days (docs/events.md)",
        ),
        (
            "container crisis",
            "300 days: 15 % fewer boxes, away 90 days instead of 60, freight times 7",
            "2020 to 2022 (docs/meridian.md)",
        ),
    ),
    minutes=1.5,
)


def run(setting: Setting) -> Finding:
    """Four postures in three weathers; three of them again in the crisis where orders may overtake each other."""
    count = setting.replications(40, 2)
    base = meridian("calm")
    made = _plans(base)
    cases = [Case(weather, meridian(weather), made) for weather in WEATHERS]
    found = measured(cases, count, setting.seed, setting.jobs)
    other = _crossing(base, count // 2, setting)

    cells = [one for weather in WEATHERS for one in _cells(found, weather)]
    verdict = judge(
        cells,
        _weather,
        "Five cells for each weather, which hold together: more than half of the protection kept, less than "
        "half of the extra cost "
        "to run paid (both as differences, so that no ratio is tested), total cost below that of JIT, of JIC "
        "and of even.",
    )
    spoken = judge([one for one in cells if not one.label.endswith("less even")], _weather)
    kept = {weather: _kept(found, weather) for weather in WEATHERS}
    paid = {weather: _paid(found, weather) for weather in WEATHERS}
    kept_crossed = {weather: _kept(other, weather, ", orders overtake") for weather in CROSSED}
    paid_crossed = {weather: _paid(other, weather, ", orders overtake") for weather in CROSSED}
    totals = [
        estimate(
            f"total cost, {weather}, hybrid less {posture}",
            found.apart(weather, "hybrid", posture, "total_cost"),
            "USD a year",
        )
        for weather in WEATHERS
        for posture in ("jit", "jic", "even")
    ]
    fills = [
        estimate(f"fill rate, {weather}, {posture}", found.values(weather, posture, "fill_rate"), "share", share=True)
        for weather in WEATHERS
        for posture in found.postures
    ]
    stock = ratio(
        "average inventory, calm, even as a share of hybrid",
        found.values("calm", "even", "average_inventory_value"),
        found.values("calm", "hybrid", "average_inventory_value"),
    )
    crossed_totals = [
        estimate(
            f"total cost, {weather}, orders overtake, hybrid less {posture}",
            other.apart(weather, "hybrid", posture, "total_cost"),
            "USD a year",
        )
        for weather in CROSSED
        for posture in ("jit", "jic")
    ]
    flip = _flip(found)
    estimates = (
        *kept.values(),
        *paid.values(),
        *totals,
        stock,
        *fills,
        *kept_crossed.values(),
        *paid_crossed.values(),
        *crossed_totals,
    )
    return Finding(
        verdict=verdict,
        headline=f"Hybrid keeps {_range(kept)} of JIC's protection and pays {_range(paid)} of what JIC costs more to "
        f"run than JIT. "
        f"Its total cost in calm is {_lower(named(totals, 'total cost, calm, hybrid less jit'))} than JIT's and "
        f"{_lower(named(totals, 'total cost, calm, hybrid less jic'))} than JIC's; in the crisis "
        f"{_lower(named(totals, 'total cost, crisis, hybrid less jit'))} than JIT's. One cover for all items with "
        f"the same stock by "
        f"value is the harder test: against it hybrid is "
        f"{_lower(named(totals, 'total cost, calm, hybrid less even'))} in calm and "
        f"{_lower(named(totals, 'total cost, crisis, hybrid less even'))} in the crisis.",
        key=kept["crisis"].name,
        estimates=estimates,
        tables=(_table(found, kept, paid),),
        figure=_figure(kept, paid),
        flip=flip,
        attack=Attack(
            "*Even* is one posture for all items too, but it is not one that the debate speaks of: whoever reads the claim "
            "as against JIT and JIC alone will say that the bar was set too high. And orders of one supplier do not "
            "overtake each other here: where each order draws its own lead time, those who order often gain by what "
            "comes early, and the safety stock of a formula made for one lead time is too large (Palm 1938).",
            "The same verdict without the cells against even, corrected for as many as are left; and the crisis again with "
            "independent lead times that may cross, plans made for that rule, on half of the futures.",
            f"Without even: {spoken.words}. "
            + " ".join(
                f"{capital(WEATHERS[weather])}: hybrid keeps {told(kept_crossed[weather])} and pays "
                f"{told(paid_crossed[weather])}; total cost "
                f"less JIT "
                f"{_millions(named(crossed_totals, f'total cost, {weather}, orders overtake, hybrid less jit'))}, "
                f"less JIC "
                f"{_millions(named(crossed_totals, f'total cost, {weather}, orders overtake, hybrid less jic'))}."
                for weather in CROSSED
            ),
        ),
        replications=count,
        limits=(
            "Second sources and air freight, which hybrid has in the bundled posture: they are claim 5.",
            "What it costs to plan item by item and to review the plan.",
            "Other ways to choose the items: claim 19.",
        ),
        hashes=tuple(hashed(weather, meridian(weather), made, setting.seed) for weather in WEATHERS),
    )


def _crossing(base: Scenario, count: int, setting: Setting) -> Measured:
    """Three postures where orders may overtake each other; a quick run has no time for it and shows no number there."""
    postures = (jit(), jic(), hybrid())
    if setting.quick:
        return Measured(CROSSED, tuple(one.name for one in postures), np.empty((0, len(CROSSED), 3, len(PLACES))))
    crossed = dataclasses.replace(base, crossing="independent")
    theirs = tuple(one.plan(crossed) for one in postures)
    cases = [
        Case(weather, dataclasses.replace(meridian(weather), crossing="independent"), theirs) for weather in CROSSED
    ]
    return measured(cases, count, setting.seed, setting.jobs)


def _weather(there: list[str]) -> str:
    """Weathers in the words of a verdict."""
    return f"the weather is {listed(there, 'or')}"


def _plans(base: Scenario) -> tuple[Plan, ...]:
    """JIT, JIC, hybrid, and one cover for all with the planned value of hybrid."""
    three = [one.plan(base) for one in (jit(), jic(), hybrid())]
    covers = (5.0, 30.0)
    low, high = (_value(base, jit(name="even", cover=cover).plan(base)) for cover in covers)
    cover = covers[0] + (covers[1] - covers[0]) * (_value(base, three[2]) - low) / (high - low)
    return (*three, jit(name="even", called="even", cover=cover).plan(base))


def _value(base: Scenario, plan: Plan) -> float:
    """Planned stock on hand by value: safety stock and half of a lot."""
    cost = {item.item: item.standard_cost for item in base.items}
    lots = (one.order_quantity if one.policy == "r_nQ" else one.review_every * one.forecast for one in plan.lines)
    return float(sum(cost[one.item] * (one.safety_stock + lot / 2) for one, lot in zip(plan.lines, lots, strict=True)))


def _running(found: Measured, weather: str, posture: str) -> Floats:
    """(replications,) all cost but that of stockouts."""
    cost: Floats = found.values(weather, posture, "total_cost") - found.values(weather, posture, "stockout_cost")
    return cost


def _saved(found: Measured, weather: str) -> tuple[Floats, Floats]:
    """(replications,) stockout cost saved against JIT by hybrid and by JIC."""
    return found.apart(weather, "jit", "hybrid", "stockout_cost"), found.apart(weather, "jit", "jic", "stockout_cost")


def _more(found: Measured, weather: str) -> tuple[Floats, Floats]:
    """(replications,) cost to run above that of JIT, of hybrid and of JIC."""
    lean = _running(found, weather, "jit")
    return _running(found, weather, "hybrid") - lean, _running(found, weather, "jic") - lean


def _cells(found: Measured, weather: str) -> list[Cell]:
    words = WEATHERS[weather]
    mine, theirs = _saved(found, weather)
    more, most = _more(found, weather)
    unit = "USD a year"
    cells = [
        cell(f"{words}: protection kept, less half of JIC's", mine - HALF * theirs, "more", 0.0, unit, words),
        cell(f"{words}: extra cost to run, less half of JIC's", more - HALF * most, "less", 0.0, unit, words),
    ]
    for posture in ("jit", "jic", "even"):
        values = found.apart(weather, "hybrid", posture, "total_cost")
        cells.append(cell(f"{words}: total cost, hybrid less {called(posture)}", values, "less", 0.0, unit, words))
    return cells


def _kept(found: Measured, weather: str, more: str = "") -> Estimate:
    return ratio(f"share of JIC's protection that hybrid keeps, {weather}{more}", *_saved(found, weather))


def _paid(found: Measured, weather: str, more: str = "") -> Estimate:
    return ratio(f"share of JIC's extra cost to run that hybrid pays, {weather}{more}", *_more(found, weather))


def _flip(found: Measured) -> Flip:
    """The worth of stockouts at which hybrid and JIT, and hybrid and JIC, cost the same; two years in calm."""
    at = np.array([0.0, 1.0, 4.0])

    def over(weather: str, posture: str) -> Flip:
        apart = _running(found, weather, "hybrid") - _running(found, weather, posture)
        worth = found.apart(weather, "hybrid", posture, "stockout_cost")
        return flip_of(
            f"what all stockouts cost, relative to what is assumed (hybrid against {called(posture)}, {weather})",
            "times",
            1.0,
            at,
            apart[:, None] + worth[:, None] * at,
            "The same futures priced again: lost margin, goodwill and penalties all times a factor from 0 to 4, "
            "so that the difference "
            "in total cost is a straight line; the interval is Fieller's.",
            "",
            straight=True,
        )

    first = over("calm", "jit")
    others = [
        flip_words(over(weather, posture))
        for weather, posture in (("calm", "jic"), ("calm", "even"), ("crisis", "jit"), ("crisis", "even"))
    ]
    return dataclasses.replace(
        first,
        meaning="Below it JIT's total cost is lower than hybrid's, above it hybrid's. The other borders: "
        "" + " ".join(others),
    )


def _range(found: dict[str, Estimate]) -> str:
    means = [one.mean for one in found.values()]
    return between(min(means), max(means), "share")


def _lower(one: Estimate) -> str:
    """A difference of costs with its interval as lower or higher, in millions."""
    word, sign = ("lower", -1) if one.mean < 0 else ("higher", 1)
    low, high = sorted((sign * one.low / 1e6, sign * one.high / 1e6))
    return f"{shown(sign * one.mean / 1e6)} million USD a year ({between(low, high)}) {word}"


def _millions(one: Estimate) -> str:
    return told_in(one, 1e6, "million USD a year")


def _table(found: Measured, kept: dict[str, Estimate], paid: dict[str, Estimate]) -> Table:
    rows = []
    for weather, words in WEATHERS.items():
        for posture in found.postures:
            values = [
                _running(found, weather, posture) / 1e6,
                found.values(weather, posture, "stockout_cost") / 1e6,
                found.values(weather, posture, "total_cost") / 1e6,
            ]
            shares = (told(kept[weather]), told(paid[weather])) if posture == "hybrid" else ("", "")
            rows.append(
                (
                    f"{words}, {called(posture)}",
                    *(told(estimate("", one)) for one in values),
                    shown(float(found.values(weather, posture, "fill_rate").mean()), "share"),
                    shown(float(found.values(weather, posture, "average_inventory_value").mean()) / 1e6),
                    *shares,
                )
            )
    head = (
        "",
        "to run, $m a year",
        "stockouts, $m a year",
        "total, $m a year",
        "fill rate",
        "stock, $m",
        "protection kept",
        "extra paid",
    )
    return Table("Means and 95 % intervals over the same futures", head, tuple(rows))


def _figure(kept: dict[str, Estimate], paid: dict[str, Estimate]) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        shown_sets = (
            ("protection kept", kept, BLUE, "s", 0.12),
            ("extra cost to run paid", paid, VERMILION, "o", -0.12),
        )
        for label, found, colour, marker, shift in shown_sets:
            for place, weather in enumerate(reversed(WEATHERS)):
                one = found[weather]
                mark(axes, one, place + shift, colour, marker, times=100, label=label if place == 0 else None)
        axes.axvline(50, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_yticks(range(len(WEATHERS)), [WEATHERS[weather] for weather in reversed(WEATHERS)])
        axes.set_ylim(-0.5, len(WEATHERS) - 0.5)
        axes.set_xlim(0, 105)
        axes.set_xlabel("hybrid on the way from JIT (0) to JIC (100), %")
        axes.legend(frameon=False, loc="lower right")

    return Figure(
        title=f"What does hybrid keep, and what does it pay? It keeps {_range(kept)} of JIC's protection "
        f"and pays {_range(paid)} of its extra cost",
        draw=draw,
        alt="For each weather the share of JIC's protection that hybrid keeps and the share of its extra cost "
        "that hybrid pays: "
        + "; ".join(
            f"{WEATHERS[one]}, {shown(kept[one].mean, 'share')} and {shown(paid[one].mean, 'share')}"
            for one in WEATHERS
        )
        + ".",
        note="Ratios of means over the same futures with 95 % intervals (Fieller 1954). Dashed: half of the way.",
        height=2.8,
    )
