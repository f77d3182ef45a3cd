"""Claim 17: pull follows demand, push follows the forecast; which loses at equal mean stock when the forecast is off?"""

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
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
)
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.importer import SOURCES, importer
from experiments.support.measured import Measured, measured
from experiments.support.meridian import jit
from experiments.support.page import shown, told, told_in
from sim.plan import Plan
from sim.report.style import listed
from sim.scenario import Scenario

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Off:
    """How the forecast is off: its words, the bias of the forecast, and the factor on demand that nobody foresaw."""

    words: str
    bias: float = 1.0
    level: float = 1.0


RIGHT = "right"
OFFS = {
    RIGHT: Off("the forecast is right"),
    "high": Off("the forecast is 20 % too high", bias=1.2),
    "low": Off("the forecast is 20 % too low", bias=0.8),
    "up": Off("demand rises by 20 %", level=1.2),
    "down": Off("demand falls by 20 %", level=0.8),
}
WRONG = [name for name in OFFS if name != RIGHT]
#: days of extra cover of pull where the forecast is right: its mean stock is what all others are given
COVER = 25.0
#: covers between which equal stock is searched, days
COVERS = (5.0, 40.0)
#: days between planning runs of push that net its stock
NETTED = 28
OTHERS = (14, 56)
UNIT = "USD a year"
#: futures of the calibration have another seed than those of the comparison
APART = 1000
CLAIM = Claim(
    number=17,
    name="pull_or_push",
    claim="Pull follows demand, push follows the forecast: at equal mean stock push loses when the forecast is biased or "
    "demand shifts.",
    question="At equal mean stock, is the total cost of push above that of pull where the forecast is 20 % too "
    "high, 20 % too "
    "low, and where demand rises or falls by 20 % and nobody says so?",
    design="A small importer lives two calm years. *Pull* orders up to a base-stock level every week (the level "
    "is made on the "
    "forecast, orders follow demand). *Push* orders a week of forecast every week, whatever the stock; every 28 days a "
    "planning run nets the stock and orders up to the same kind of level. A bias multiplies the forecast of "
    "either. In each "
    "case the extra cover of both is chosen on other futures so that their average inventory is that of pull "
    "with 25 days of "
    "cover and a right forecast; then both live through the same futures. The claim needs push to cost more in "
    "all four "
    "cases. As a surprise, both also live through each case with the covers of the right forecast.",
    fair="Both make their levels by one formula from one forecast, buy from the same sources, and hold the same "
    "stock by value. "
    "Push is not the straw man that never looks: it nets its stock every four weeks, as a monthly planning run "
    "does. What level "
    "orders are worth to a supplier is not booked.",
    expected="Pull repeats what was sold, so that a bias is only another level and is gone once stock is equal. "
    "Push adds the bias "
    "of four weeks between two runs, which equal stock cannot take away; where demand shifts it is behind by as much.",
    parameters=(
        *SOURCES,
        ("bias, shift", "20 % up or down; a shift holds from the warm-up on", "assumed"),
        ("planning run of push", f"every {NETTED} days", "assumed: a monthly run; varied below"),
        ("mean stock", f"that of pull with {COVER:g} days of extra cover and a right forecast", "assumed"),
    ),
    minutes=1.5,
)


def run(setting: Setting) -> Finding:
    """Pull and push in five cases at equal stock; again as a surprise; push that is netted more and less often."""
    count = setting.replications(40, 3)
    target = _target(setting)
    covers = {name: _covers(off, NETTED, target, setting) for name, off in OFFS.items()}
    cases = [Case(name, _business(off), _plans(off, NETTED, covers[name])) for name, off in OFFS.items()]
    found = measured(cases, count, setting.seed, setting.jobs)
    taken = [Case(name, _business(OFFS[name]), _plans(OFFS[name], NETTED, covers[RIGHT])) for name in WRONG]
    surprised = measured(taken, count, setting.seed, setting.jobs)
    high = OFFS["high"]
    other = measured(
        [Case(str(days), _business(high), _plans(high, days, _covers(high, days, target, setting))) for days in OTHERS],
        max(count // 2, 2),
        setting.seed,
        setting.jobs,
    )

    verdict = judge(
        [_cell(found, name) for name in WRONG],
        lambda there: listed(there, "or"),
        "One cell for each case: total cost of push less that of pull at equal mean stock is above 0.",
    )
    unforeseen = judge([_cell(surprised, name) for name in WRONG], lambda there: listed(there, "or"))
    apart = {name: _apart(found, name, "equal stock") for name in OFFS}
    shock = {name: _apart(surprised, name, "as a surprise") for name in WRONG}
    fills = [
        estimate(f"fill rate, {name}, push less pull", found.apart(name, "push", "pull", "fill_rate"), "share")
        for name in OFFS
    ]
    stocks = [
        estimate(
            f"average inventory, {name}, push over pull",
            found.values(name, "push", "average_inventory_value")
            / found.values(name, "pull", "average_inventory_value"),
            "share",
        )
        for name in OFFS
    ]
    netted = [
        estimate(
            f"push less pull, forecast too high, netted every {days} days",
            other.apart(str(days), "push", "pull", "total_cost"),
            UNIT,
        )
        for days in OTHERS
    ]
    stocks += [
        estimate(
            f"average inventory, high, netted every {days} days, push over pull",
            other.values(str(days), "push", "average_inventory_value")
            / other.values(str(days), "pull", "average_inventory_value"),
            "share",
        )
        for days in OTHERS
    ]
    days = np.array([OTHERS[0], NETTED, OTHERS[1]], dtype=float)
    half = other.measures.shape[0]
    ways = [
        other.apart(str(OTHERS[0]), "push", "pull", "total_cost"),
        found.apart("high", "push", "pull", "total_cost")[:half],
        other.apart(str(OTHERS[1]), "push", "pull", "total_cost"),
    ]
    full = stocks[-1]
    flip = flip_of(
        "days between planning runs of push (forecast 20 % too high)",
        "days",
        float(NETTED),
        days,
        np.stack(ways, axis=1),
        f"Push less pull at {listed([f'{one:g}' for one in days], 'and')} days between planning runs, each with "
        f"stock made "
        "equal as far as that goes, on the same futures; straight lines between.",
        "Below it push costs no more than pull, above it more. "
        f"At {OTHERS[1]} days stock cannot be made equal: without any cover push holds {told(full)} of pull's.",
    )
    return Finding(
        verdict=verdict,
        headline=f"At equal mean stock push costs {_money(apart['high'])} more than pull where the forecast is "
        f"20 % too high, "
        f"{_money(apart['low'])} where it is 20 % too low, {_money(apart['up'])} where demand rises by 20 % and "
        f"{_money(apart['down'])} where it falls; {_money(apart[RIGHT])} where the forecast is right.",
        key=apart["high"].name,
        estimates=(*apart.values(), *shock.values(), *fills, *stocks, *netted),
        tables=(_table(found, apart, shock), _often(apart["high"], netted)),
        figure=_figure(apart, shock),
        flip=flip,
        attack=Attack(
            "Stock is made equal case by case, and so as if each firm knew how far its forecast is off: what push does "
            "wrong is taken back by less cover. And push nets its stock every "
            f"{NETTED} days: who plans more often comes nearer to pull, who plans less often strays further.",
            "The four cases as a surprise, with the covers of the right forecast, judged by the same rule; and the forecast "
            "20 % too high with other intervals between planning runs, stock made equal again as far as cover, which is "
            "never below 0, allows.",
            f"As a surprise the verdict is: {unforeseen.words} "
            f"({'; '.join(f'{OFFS[name].words}, {_money(shock[name])}' for name in WRONG)}); the stock of the two is not "
            "equal then. "
            + " ".join(
                f"Every {number} days push costs {_money(one)} more, with {told(level)} of pull's stock."
                for number, one, level in zip(OTHERS, netted, stocks[-len(OTHERS) :], strict=True)
            ),
        ),
        replications=count,
        notes=(
            "With so much stock little is missed: where the forecast is right pull serves "
            f"{shown(float(found.values(RIGHT, 'pull', 'fill_rate').mean()), 'share')} from stock. A business that runs "
            "leaner has more to lose from orders that come late, and was not lived.",
        ),
        limits=(
            "Forecasts that learn: a pull level, or a push plan, that is made anew as demand is seen.",
            "What steady orders are worth to a supplier (capacity, crews).",
            "Trouble in supply: the weather is calm.",
            "Changed after the first full run, in sight of its results: the cover of the reference is 25 days and not 15, "
            "and the longest time between plans of push 56 days and not 91.",
        ),
        hashes=tuple(hashed(one.label, one.scenario, one.plans, setting.seed) for one in cases),
    )


def _business(off: Off) -> Scenario:
    return importer(level=off.level, draws="quantile")


def _posture(kind: str, off: Off, netted: int, cover: float) -> Any:
    """Pull or push on a biased forecast, with days of extra cover."""
    policy = f"base_stock(bias={off.bias:g})" if kind == "pull" else f"push(bias={off.bias:g}, correct_every={netted})"
    return jit(name=kind, called=kind, cover=cover, policy=policy)


def _target(setting: Setting) -> float:
    """Mean stock that all are given: that of pull with a right forecast, on the futures of the calibration."""
    scenario = _business(OFFS[RIGHT])
    plan = _posture("pull", OFFS[RIGHT], NETTED, COVER).plan(scenario)
    return float(_stock(scenario, (plan,), setting)[0])


def _stock(scenario: Scenario, plans: tuple[Plan, ...], setting: Setting) -> Floats:
    """(plans,) average inventory on the futures of the calibration."""
    seed, count = setting.seed + APART, setting.replications(12, 2)
    found = measured([Case("pilot", scenario, plans)], count, seed, setting.jobs)
    return np.array([found.values("pilot", name, "average_inventory_value").mean() for name in found.postures])


def _covers(off: Off, netted: int, target: float, setting: Setting) -> dict[str, float]:
    """Days of extra cover with which the average inventory of pull and push is the target, on futures of their own."""
    scenario = _business(off)
    pilots = tuple(
        dataclasses.replace(_posture(kind, off, netted, cover).plan(scenario), posture=f"{kind} {cover:g}")
        for kind in ("pull", "push")
        for cover in COVERS
    )
    stock = _stock(scenario, pilots, setting).reshape(2, 2)
    found = {}
    for kind, (low, high) in zip(("pull", "push"), stock, strict=True):
        found[kind] = max(COVERS[0] + (COVERS[1] - COVERS[0]) * float((target - low) / (high - low)), 0.0)
    return found


def _plans(off: Off, netted: int, covers: dict[str, float]) -> tuple[Plan, ...]:
    """Pull and push with these days of extra cover."""
    return tuple(_posture(kind, off, netted, cover).plan(_business(off)) for kind, cover in covers.items())


def _cell(found: Measured, name: str) -> Cell:
    more = found.apart(name, "push", "pull", "total_cost")
    return cell(OFFS[name].words, more, "more", 0.0, UNIT)


def _apart(found: Measured, name: str, how: str) -> Estimate:
    return estimate(f"push less pull, {OFFS[name].words}, {how}", found.apart(name, "push", "pull", "total_cost"), UNIT)


def _money(one: Estimate) -> str:
    return told_in(one, 1e3, "thousand USD a year")


def _table(found: Measured, apart: dict[str, Estimate], shock: dict[str, Estimate]) -> Table:
    rows = []
    for name, off in OFFS.items():
        for kind in found.postures:
            rows.append(
                (
                    f"{off.words}, {kind}",
                    told(estimate("", found.values(name, kind, "total_cost") / 1e3)),
                    shown(float(found.values(name, kind, "stockout_cost").mean()) / 1e3),
                    shown(float(found.values(name, kind, "average_inventory_value").mean()) / 1e3),
                    shown(float(found.values(name, kind, "fill_rate").mean()), "share"),
                    _money(apart[name]) if kind == "push" else "",
                    _money(shock[name]) if kind == "push" and name in shock else "",
                )
            )
    head = (
        "",
        "total cost, $k a year",
        "stockouts, $k a year",
        "stock, $k",
        "fill rate",
        "push less pull, equal stock",
        "push less pull, as a surprise",
    )
    return Table("Means over the same futures, 95 % intervals", head, tuple(rows))


def _often(every: Estimate, netted: list[Estimate]) -> Table:
    days = [*zip(OTHERS, netted, strict=True), (NETTED, every)]
    rows = tuple((f"every {number} days", _money(one)) for number, one in sorted(days, key=lambda pair: pair[0]))
    return Table(
        "Push less pull by how often push is netted, forecast 20 % too high, equal stock", ("", "total cost"), rows
    )


def _figure(apart: dict[str, Estimate], shock: dict[str, Estimate]) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        for label, found, colour, marker, shift in (
            ("equal stock", apart, BLUE, "s", 0.12),
            ("as a surprise", shock, VERMILION, "o", -0.12),
        ):
            first = True
            for place, name in enumerate(reversed(OFFS)):
                if name not in found:
                    continue
                one = found[name]
                mark(axes, one, place + shift, colour, marker, times=1e-3, label=label if first else None)
                first = False
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(OFFS)), [OFFS[name].words for name in reversed(OFFS)])
        axes.set_ylim(-0.5, len(OFFS) - 0.5)
        axes.set_xlabel("total cost of push less that of pull, thousand USD a year")
        axes.legend(frameon=False, loc="best")

    return Figure(
        title=f"What does push cost more than pull? {_money(apart['high'])} at equal stock, forecast 20 % too high",
        draw=draw,
        alt="Total cost of push less that of pull at equal mean stock: "
        + "; ".join(f"{OFFS[name].words}, {_money(one)}" for name, one in apart.items())
        + ".",
        note="Paired on the same futures, 95 % intervals. As a surprise: covers of the right forecast, stock not "
        "equal.",
        height=3.0,
    )
