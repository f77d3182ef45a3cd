"""Claim 14: averaging disrupted and stable stretches of history missizes buffers. When is the average right?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from experiments.support import (
    Attack,
    Case,
    Cell,
    Claim,
    Figure,
    Finding,
    Flip,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
)
from experiments.support.finding import hashed
from experiments.support.newsvendor import balanced
from experiments.support.page import between, shown, told
from experiments.support.pasts import lives, past_of
from sim.catalogue import Item
from sim.deliveries import Deliveries
from sim.demand import DemandStream
from sim.disruptions.goods import DemandShock
from sim.disruptions.lanes import LaneDisruption
from sim.distributions import Fixed, Lognormal, Uniform
from sim.futures import Future
from sim.history import History
from sim.network import Lane, Leg, Supplier, Warehouse
from sim.outcome import Outcome
from sim.postures import Posture
from sim.scenario import Scenario
from sim.windows import Window

Floats = NDArray[np.float64]
ITEMS = 6
MEAN, COST, PRICE, GOODWILL = 20.0, 50.0, 50.0 / 0.55, 0.3
CARRYING, LOST, PENALTY = 0.25, 0.5, 0.05
PAST, YEAR, WARM_UP = 730, 365, 220
#: the stretch of history that was disrupted: a quarter of it, over half a year ago
FIRST, LAST = -365, -182
#: days of the stretch in a year like the past
PART = 91
TRANSIT, DEMAND = 2.24, 1.71
SIZES: tuple[Literal["stable", "all", "disrupted"], ...] = ("stable", "all", "disrupted")
CALLED = {"stable": "calm days alone", "all": "all days (the average)", "disrupted": "disrupted days alone"}
FUTURES = ("calm", "disrupted", "as before")
SHOCKS = ("lead times", "demand")
TARGETS = ("by cost", "95 %")
CLAIM = Claim(
    number=14,
    name="averaging_stretches",
    claim="Averaging disrupted and stable stretches of history missizes buffers.",
    question="Two years of records hold half a year that was disrupted. What does it cost to size buffers on all of "
    "it, rather than on the "
    "stretch that is like the year to come; and when is the average right?",
    design="Six items from one far supplier. The records of the last two years hold a disrupted half-year: transit "
    "2.24 times as long "
    "(one trial), or demand 1.71 times as high (the other). The same posture is sized on calm days alone, on all "
    "days, or on "
    "disrupted days alone. Each plan lives through a year that is calm, one that is disrupted from end to end, and "
    "one like the "
    "past (disrupted for a quarter, whenever). Every future has a past of its own, on which plans are made anew. "
    "Cost is "
    "carrying and stockout cost. Expected cost is a straight line in the chance that the year is disrupted, so the "
    "chances at "
    "which the average is the cheapest of the three follow.",
    fair="All three sizings use the same formula and the same safety factor, the one at which one more unit of stock "
    "costs what it saves at "
    "these prices, so that no sizing profits from a target that was too low to begin with (95 % is shown under "
    "attack). The "
    "disrupted stretch is known exactly; nobody has to find it. The average is also tested on the future it describes.",
    expected="The average pays too much for a calm year and too little for a disrupted one. In between there may be "
    "chances at which it is "
    "the right compromise.",
    parameters=(
        (
            "lead time",
            "35 days to make (cv 0.3), 29 on the way (sd 5)",
            "make time within Willems (2008); transit Shenzhen to US West, published 20 to 35 days",
        ),
        (
            "disrupted transit",
            "× 2.24",
            "Flexport Ocean Timeliness Indicator, Asia to US: 51 days in January 2020, 114 at the peak of 2022",
        ),
        ("disrupted demand", "× 1.71", "US toilet paper, 2 March to 2 May 2020 (NCSolutions)"),
        ("demand", "20 units a day, cv 0.6 (three items) and 1.2 (three)", "Willems (2008): 0.69, 1.21 (p10, 50)"),
        ("carrying cost", "25 % of value a year", "rule of thumb; published range 20 to 40 % (Richardson 1995)"),
        ("a lost unit", "margin 82 % and goodwill 30 % of cost", "Meridian (assumed)"),
        ("unmet demand", "half lost, half waits at 5 % of price", "assumed"),
    ),
    minutes=1.2,
)


def scenario(shock: str) -> Scenario:
    """The business, with the disruption that makes a year disrupted (`whole`) or like the past (`part`)."""
    names = [f"item {number}" for number in range(ITEMS)]

    def strikes(name: str, start: Any, length: float) -> Any:
        if shock == "lead times":
            return LaneDisruption(
                kind="lane_diversion",
                name=name,
                lane="sea",
                start=start,
                length=Fixed(value=length),
                transit_factor=TRANSIT,
            )
        return DemandShock(kind="demand_surge", name=name, start=start, length=Fixed(value=length), factor=DEMAND)

    return Scenario(
        name=f"averaging, {shock}",
        horizon=YEAR,
        warm_up=WARM_UP,
        lost_share=LOST,
        items=tuple(
            Item(item=name, standard_cost=COST, price=PRICE, criticality="breaches a contract", supplier="far")
            for name in names
        ),
        suppliers=(Supplier(name="far", production_time=Lognormal(law="lognormal", mean=35, cv=0.3)),),
        warehouses=(Warehouse(name="Main"),),
        lanes=(
            Lane(
                name="sea",
                origin=("far",),
                destination="Main",
                legs=(Leg(transit=Lognormal(law="lognormal", mean=29, cv=5 / 29)),),
            ),
        ),
        demand=tuple(
            DemandStream(
                item=name, warehouse="Main", model="negative_binomial", mean=MEAN, cv=1.2 if number % 2 else 0.6
            )
            for number, name in enumerate(names)
        ),
        disruptions=(
            strikes("whole", Fixed(value=-float(WARM_UP)), WARM_UP + YEAR),
            strikes("part", Uniform(law="uniform", low=0, high=YEAR - PART), PART),
        ),
        weathers={"calm": (), "disrupted": ("whole",), "as before": ("part",)},
        stretches=(
            Window(name="then", start=str(FIRST), end=str(LAST), kind="disrupted", covers="demand"),
            # lead times belong to a stretch by the day of the order: those on their way then were ordered a make time before
            Window(
                name="ordered then", start=str(FIRST - 35), end=str(LAST - 35), kind="disrupted", covers="lead times"
            ),
        ),
    )


SCENARIOS = {shock: scenario(shock) for shock in SHOCKS}


def factor() -> float:
    """The safety factor at which one more unit of stock for a week costs what it saves (newsvendor)."""
    return balanced(COST, PRICE, CARRYING, LOST, GOODWILL, PENALTY)


def remembered(shock: str, seed: int, number: int) -> Scenario:
    """The business with a past of its own: demand by day, and the deliveries of weekly orders."""
    given = SCENARIOS[shock]
    past = past_of(given, PAST + 2 * WARM_UP, seed, number)
    units = past.demand["Main"][:PAST].copy()
    ordered = np.arange(0.0, PAST, 7.0)
    leaves = ordered + past.production["far"][ordered.astype(int)]
    transit = past.transit["sea"][0]
    assert transit is not None
    days = transit[leaves.astype(int)].copy()
    then = slice(PAST + FIRST, PAST + LAST)
    if shock == "demand":
        units[then] = np.round(units[then] * DEMAND)
    else:
        days[(leaves >= then.start) & (leaves < then.stop)] *= TRANSIT
    received = np.maximum.accumulate(leaves + days)  # shipments of one lane do not overtake
    zeros = np.zeros(ordered.size, dtype=np.intp)
    missing = np.full(ordered.size, np.nan)
    deliveries = Deliveries(
        (["item 0"], zeros),
        (["far"], zeros),
        (["Main"], zeros),
        (["sea"], zeros),
        ordered - PAST,
        missing,
        received - PAST,
        missing,
    )
    return replace(given, record=History(first=-PAST, units={"Main": units}), delivered=deliveries)


def make(seed: int, number: int) -> Sequence[Case]:
    """Both trials, three futures each; six plans: three sizings at two targets."""
    cases = []
    for shock in SHOCKS:
        known = remembered(shock, seed, number)
        plans = tuple(
            Posture(
                name=f"{size}, {target}", z=factor() if target == "by cost" else 1.65, cover=0.0, lot=7.0, size_on=size
            ).plan(known)
            for target in TARGETS
            for size in SIZES
        )
        cases += [Case(f"{shock}, {future}", known.under(future), plans) for future in FUTURES]
    return cases


def look(outcome: Outcome, future: Future) -> Sequence[float]:
    """Carrying and stockout cost in per cent of the yearly cost of goods at mean demand, and the fill rate."""
    goods = ITEMS * MEAN * 365 * COST / 100
    one = outcome.measures
    return [one["carrying_cost"] / goods, one["stockout_cost"] / goods, one["unit_fill_rate"]]


def run(setting: Setting) -> Finding:
    """Three sizings, three futures, two kinds of disruption."""
    count = setting.replications(80, 8)
    found = lives(make, look, count, setting.seed, setting.jobs)
    # (replications, shocks, futures, targets, sizes, numbers)
    seen = found.reshape(count, len(SHOCKS), len(FUTURES), len(TARGETS), len(SIZES), 3)
    money = seen[..., 0] + seen[..., 1]

    def cost(shock: str, future: str, size: str, target: str = "by cost") -> Floats:
        one: Floats = money[:, SHOCKS.index(shock), FUTURES.index(future), TARGETS.index(target), SIZES.index(size)]
        return one

    cells: list[Cell] = []
    for shock in SHOCKS:
        for future, right in (("calm", "stable"), ("disrupted", "disrupted"), ("as before", "disrupted")):
            cells.append(
                cell(
                    f"a {future} year after disrupted {shock}".replace("a as before year", "a year like the past"),
                    cost(shock, future, "all") - cost(shock, future, right),
                    "more",
                    unit="% of cost of goods",
                )
            )
    chances = {shock: _chances(shock, cost) for shock in SHOCKS}
    usual = {shock: _chances(shock, cost, "95 %") for shock in SHOCKS}
    verdict = judge(
        cells,
        condition=_condition(cells),
        rule="One cell for each kind of disruption and future: cost with buffers sized on all days less cost with "
        "buffers sized on the "
        "stretch that is like that future (for a year like the past: on the disrupted days).",
    )
    wrong = {
        (shock, future): estimate(
            f"cost of averaging {shock}, {future} year",
            cost(shock, future, "all") - cost(shock, future, right),
            "% of cost of goods",
        )
        for shock in SHOCKS
        for future, right in (("calm", "stable"), ("disrupted", "disrupted"))
    }
    before = {
        (shock, size): estimate(
            f"average less {CALLED[size]}, {shock}, a year like the past",
            cost(shock, "as before", "all") - cost(shock, "as before", size),
            "% of cost of goods",
        )
        for shock in SHOCKS
        for size in ("stable", "disrupted")
    }
    calm95 = {
        shock: estimate(
            f"cost of averaging {shock}, calm year, 95 %",
            cost(shock, "calm", "all", "95 %") - cost(shock, "calm", "stable", "95 %"),
            "% of cost of goods",
        )
        for shock in SHOCKS
    }
    flip = chances["lead times"][1]
    return Finding(
        verdict=verdict,
        headline=_headline(wrong, chances, before),
        key=wrong["demand", "disrupted"].name,
        estimates=(*wrong.values(), *before.values(), *calm95.values()),
        tables=(_costs(seen), _buffers(setting.seed)),
        figure=_figure(money, chances),
        flip=flip,
        attack=Attack(
            "The safety factor. Buffers are sized here at the factor that these prices ask for "
            f"(z {factor():.2f}); most firms use a conventional 95 % (z 1.65), which is too low for these prices in "
            "a calm year already.",
            "The same pasts and futures with z 1.65.",
            "; ".join(
                f"{shock}: in a calm year the average less calm days alone is now {told(calm95[shock])}, and the "
                "average is the cheapest of "
                f"the three {_range(usual[shock])}"
                for shock in SHOCKS
            )
            + ". Where it looks right at 95 % it makes good a target that was too low: two errors that cancel.",
        ),
        replications=count,
        notes=(
            "A mixture has the variance between its parts on top: with a share q of disrupted records the average "
            "sizes on a mean of "
            "(1 − q) m_calm + q m_disrupted and a variance of (1 − q) v_calm + q v_disrupted + q (1 − q) "
            "(m_disrupted − m_calm)². So its "
            "safety stock can exceed that of either stretch, while its order-up-to level is still too low for a "
            "disrupted year.",
            f"n = {count}: the differences between sizings in a disrupted year are known to about a tenth.",
        ),
        limits=(
            "Finding the stretch (docs/profile.md measures how often the search finds what was planted).",
            "Buffers that change when the disruption is noticed (claims 6 and 12).",
            "A disruption of another kind or strength than the one on record.",
        ),
        hashes=tuple(hashed(shock, SCENARIOS[shock], (), setting.seed) for shock in SHOCKS),
    )


def _condition(cells: Sequence[Cell]) -> str:
    judged = judge(cells).cells
    return "the average is used for " + "; ".join(one.cell.label for one in judged if one.side == "for")


def _chances(shock: str, cost: Callable[..., Floats], target: str = "by cost") -> tuple[Flip, Flip]:
    """Chances of a disrupted year: above the first the average beats calm days alone, below the second disrupted ones."""
    found = []
    for other, word in (("stable", "above"), ("disrupted", "below")):
        ends = np.stack(
            [
                cost(shock, future, "all", target) - cost(shock, future, other, target)
                for future in ("calm", "disrupted")
            ],
            axis=1,
        )
        found.append(
            flip_of(
                f"chance that the year is disrupted ({shock})",
                "share",
                0.25,
                [0.0, 1.0],
                ends,
                "Expected cost is a straight line in the chance, between the calm and the disrupted futures that "
                "were lived; the interval "
                "is Fieller's.",
                f"{word.capitalize()} it the average is cheaper than {CALLED[other]}.",
            )
        )
    return found[0], found[1]


def _range(pair: tuple[Flip, Flip]) -> str:
    """When the average is the cheapest of the three, in words."""
    low, high = (one.value if one.found else 0.0 for one in pair)
    if high <= low:
        return "at no chance of a disrupted year"
    ends = [between(one.low, one.high, "share") for one in pair if one.found]
    below = (
        f"lies between {shown(low, 'share')} and {shown(high, 'share')}" if low else f"is below {shown(high, 'share')}"
    )
    return (
        f"when the chance of a disrupted year {below} (95 % {'intervals' if low else 'interval'} {' and '.join(ends)})"
    )


def _band(pair: tuple[Flip, Flip]) -> str:
    """The same in a few words, for a title."""
    low, high = (one.value if one.found else 0.0 for one in pair)
    return f"{low * 100:.0f} to {high * 100:.0f} %" if high > low else "none"


def _headline(wrong: dict[Any, Any], chances: dict[str, tuple[Flip, Flip]], before: dict[Any, Any]) -> str:
    calm, bad = wrong["lead times", "calm"], wrong["lead times", "disrupted"]
    return (
        f"Averaging lead times costs {told(calm)} in a calm year and {told(bad)} in a disrupted one; averaging "
        "demand costs "
        f"{told(wrong['demand', 'calm'])} and {told(wrong['demand', 'disrupted'])}. Lead times: the average is the "
        "cheapest of the three "
        f"{_range(chances['lead times'])}. Demand: {_range(chances['demand'])}. In a year like the past, which the "
        "average describes, the average less sizing on the disrupted days alone is "
        f"{told(before['lead times', 'disrupted'])} (lead times) and {told(before['demand', 'disrupted'])} (demand)."
    )


def _costs(seen: Floats) -> Table:
    rows = []
    for number, shock in enumerate(SHOCKS):
        for place, future in enumerate(FUTURES):
            for column, size in enumerate(SIZES):
                one = seen[:, number, place, 0, column]
                rows.append(
                    (
                        f"{shock}, {future} year, sized on {CALLED[size]}",
                        *(told(estimate("", part)) for part in (one[:, 0] + one[:, 1], one[:, 0], one[:, 1])),
                        shown(float(one[:, 2].mean()), "share"),
                    )
                )
    return Table(
        "Cost a year, per cent of the yearly cost of goods, with 95 % intervals",
        ("", "carrying and stockout", "carrying", "stockout", "fill rate"),
        tuple(rows),
    )


def _buffers(seed: int) -> Table:
    """What the formula makes of the stretches: the first past of the study, and the mixture's moments."""
    rows = []
    for shock in SHOCKS:
        known = remembered(shock, seed, 0)
        for size in SIZES:
            plan = Posture(name=size, z=factor(), cover=0.0, lot=7.0, size_on=size).plan(known)
            safety = sum(line.safety_stock for line in plan.lines) / ITEMS / MEAN
            level = sum(line.order_up_to for line in plan.lines) / ITEMS / MEAN
            rows.append(
                (
                    f"{shock}, {CALLED[size]}",
                    f"{plan.lines[0].lead_time:.0f}",
                    f"{sum(line.forecast for line in plan.lines) / ITEMS:.1f}",
                    f"{safety:.0f}",
                    f"{level:.0f}",
                )
            )
    return Table(
        "What is sized, for the first past: lead time and safety stock in days, mean demand in units a day",
        ("sized on", "lead time", "demand", "safety stock", "order-up-to level, days of calm demand"),
        tuple(rows),
    )


def _figure(money: Floats, chances: dict[str, tuple[Flip, Flip]]) -> Figure:
    def draw(panels: Any) -> None:
        from sim.report.style import BLACK, BLUE, LIGHT, VERMILION

        looks = {"stable": (VERMILION, (0, (4, 2))), "all": (BLACK, "-"), "disrupted": (BLUE, (0, (7, 2, 1, 2)))}
        at = np.linspace(0, 1, 51)
        for axes, (number, shock) in zip(panels, enumerate(SHOCKS), strict=True):
            ends = money[:, number, :2, 0].mean(axis=0)  # (futures, sizes)
            lines = {size: (1 - at) * ends[0, place] + at * ends[1, place] for place, size in enumerate(SIZES)}
            low, high = (100 * one.value if one.found else float("nan") for one in chances[shock])
            if high > low:
                axes.axvspan(low, high, color=LIGHT, alpha=0.6, linewidth=0)
                axes.text(
                    (low + high) / 2,
                    0.97,
                    "average\ncheapest",
                    transform=axes.get_xaxis_transform(),
                    ha="center",
                    va="top",
                    fontsize=8.5,
                )
            for size, line in lines.items():
                axes.plot(
                    at * 100, line, color=looks[size][0], linestyle=looks[size][1], label=f"sized on {CALLED[size]}"
                )
            axes.set_title("Lead times were disrupted" if shock == "lead times" else "Demand was disrupted")
            axes.set_xlabel("chance that the year is disrupted, %")
            axes.set_ylim(0, None)
            axes.set_xlim(0, 100)
        panels[0].set_ylabel("cost, % of cost of goods")
        panels[1].legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0.24, 1.02))

    return Figure(
        title="Averaged history gives the cheapest buffers if the chance of a disrupted year is "
        + " or ".join(f"{_band(chances[shock])} ({shock})" for shock in SHOCKS),
        draw=draw,
        alt="Two panels, lead times and demand: expected cost over the chance that the year is disrupted, for "
        "buffers sized on calm days, all "
        "days and disrupted days.",
        note="A chance of 25 % is the share of the record that was disrupted.",
        height=3.3,
        panels=2,
    )
