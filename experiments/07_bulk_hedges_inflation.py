"""Claim 7: bulk buying hedges inflation. Net of what it costs to carry?"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    Flip,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
    lives,
    never,
    plain_value,
)
from experiments.support.finding import hashed
from experiments.support.page import shown, told
from sim import reading
from sim.futures import Future
from sim.outcome import Outcome
from sim.postures import Posture
from sim.scenario import Scenario
from sim.theory.forward_buying import days_ahead

Floats = NDArray[np.float64]
HORIZON, YEARS = 730, 2.0
#: cost rates a year on standard cost: capital, storage, insurance, handling, obsolescence, shrinkage
RATES = {
    "capital_rate": 0.10,
    "storage_rate": 0.05,
    "insurance_rate": 0.02,
    "handling_rate": 0.02,
    "obsolescence_rate": 0.05,
    "shrinkage_rate": 0.01,
}
CARRYING = sum(RATES.values())
#: mean demand a day and unit cost of twelve items
ITEMS = tuple((mean, cost) for mean in (4.0, 12.0, 40.0) for cost in (5.0, 15.0, 40.0, 120.0))
DRIFTS = (0.0, 0.03, 0.1, 0.2, 0.25, 0.3)
CLAIMED = (0.03, 0.1, 0.2, 0.3)
FULL = 60
LOTS = {"weekly": 7, "quarterly": 91, "half-yearly": 182}
VOLATILITY = 0.3
TARIFFS = (0.1, 0.25)
KNOWN, FROM = 105.0, 180.0
DEATHS = (0.05, 0.1, 0.2)
DYING = (0.2, 0.3, 0.4, 0.5, 0.6)
LINE = 60.0
#: places of what `look` reads
LANDED, CARRIED, LINES, BOOKS, SHORT = range(5)
QUARTER = "lots of a quarter"
CLAIM = Claim(
    number=7,
    name="bulk_hedges_inflation",
    claim="Bulk buying hedges inflation, net of carrying cost.",
    question="At which growth of purchase prices do large lots cost less than weekly ones once stock is paid for? "
    "What do they do "
    "where prices move at random, and where a tariff is announced?",
    design="Twelve items from one supplier abroad at one warehouse, two years. The same plan with weekly, quarterly and "
    "half-yearly lots meets prices that grow by 0 to 30 % a year, prices that move at random without growth, and a tariff "
    "of 10 or 25 % announced 75 days ahead, before which one posture buys ahead as far as that pays. Landed cost is all "
    "that was spent for the goods consumed: stock on hand at the start at that day's price, purchases, carrying (on the "
    "price of the day) and stockouts, less stock on hand at the end at that day's price; per dollar of demand at standard "
    "cost.",
    fair="Goods left over count at what they would then cost to buy, so that bulk is credited with what its last lot has "
    "gained, and not charged for building stock up. Carrying follows the price of the day, because money tied up in dear "
    "goods is more money. Orders cost nothing in the main comparison, so that large lots win by prices alone; the saving "
    "in order lines is added apart. All plans have the same safety factor; weekly lots run the greater risk of stockouts, "
    "and pay for it.",
    expected="Buying ahead saves the growth of prices over the time that goods lie, and costs the carrying rate h over the "
    "same time: they break even where ln(1 + growth) = h, whatever the lot. Prices without growth in expectation save "
    "nothing on average, but stock moves with the price, so that the spread falls. A rise that is known pays at once.",
    parameters=(
        (
            "carrying cost",
            "25 % of standard cost a year: capital 10, storage 5, insurance 2, handling 2, obsolescence 5, shrinkage 1",
            "rule of thumb; published range 20 to 40 % (Richardson 1995)",
        ),
        ("items", "means 4, 12, 40 units a day (Poisson), unit costs 5 to 120 USD", "invented"),
        ("lead time", "14 days to make (cv 0.2), 7 days on the way", "assumed"),
        (
            "tariff",
            "10 and 25 %, the whole of it paid by the buyer, known 75 days ahead",
            "Section 301 tariffs of 2018, 10 to 25 %; complete pass-through: Amiti, Redding and Weinstein (2019); "
            "notice assumed",
        ),
        ("prices at random", "random walk, 30 % a year", "assumed"),
        ("cost of an order line, where it is added", "$60", "assumed"),
        ("safety", "z 1.65, no extra cover, all unmet demand waits", "assumed"),
    ),
    minutes=1.5,
)


def business(
    prices: Sequence[dict[str, Any]] = (), deaths: float = 0.0, costs: dict[str, float] | None = None
) -> Scenario:
    """The twelve items under some price paths; `deaths`: share of items that nobody asks for any more, a year."""
    names = [f"item {number}" for number in range(1, len(ITEMS) + 1)]
    gone = (
        []
        if not deaths
        else [
            {
                "kind": "demand_collapse",
                "name": f"end of {name}",
                "items": [name],
                "factor": 0.0,
                "start": {"law": "exponential", "mean": 365.0 / deaths},
                "length": 10 * HORIZON,
            }
            for name in names
        ]
    )
    return reading.scenario_of(
        {
            "name": "inflation",
            "horizon": HORIZON,
            "lost_share": 0.0,
            "costs": {**RATES, **(costs or {})},
            "items": [
                {"item": name, "standard_cost": cost, "price": 1.5 * cost, "supplier": "maker"}
                for name, (_, cost) in zip(names, ITEMS, strict=True)
            ],
            "suppliers": [{"name": "maker", "production_time": {"law": "lognormal", "mean": 14, "cv": 0.2}}],
            "warehouses": [{"name": "shop"}],
            "lanes": [{"name": "sea", "origin": ["maker"], "destination": "shop", "legs": [{"transit": 7}]}],
            "demand": [
                {"item": name, "warehouse": "shop", "model": "poisson", "mean": mean}
                for name, (mean, _) in zip(names, ITEMS, strict=True)
            ],
            "prices": list(prices),
            "disruptions": gone,
        },
        file="claim 7",
    )


def posture(name: str, lot: int, **changes: Any) -> Posture:
    """A posture that differs in its lots alone."""
    return Posture(name=name, z=1.65, cover=0.0, lot=float(lot), **changes)


def look(outcome: Outcome, future: Future) -> Sequence[float]:
    """Of a dollar of demand: landed cost, carrying, order lines, landed cost with carrying at standard cost, stockouts."""
    site, found = outcome.ledger.sites["shop"], outcome.measures
    cost = np.array([value for _, value in ITEMS])
    level = np.ones(future.end - future.first)
    for path in future.prices.values():
        level = level * path
    alive = future.demand["shop"][-60:].sum(axis=0) > 0
    opening = site.opening["on_hand"] + site.opening["aside"] - site.opening["waiting"]
    closing = site.closing["on_hand"] + site.closing["aside"] - site.closing["waiting"]
    stock = level[-future.end] * (opening * cost).sum() - level[-1] * (closing * cost * alive).sum()
    spent = YEARS * (found["purchase_outlay"] + found["carrying_cost"] + found["stockout_cost"])
    demand = float((site.demand * cost).sum())
    value = site.series["on_hand"]
    # carrying is booked at standard cost; what the price of the day adds to it
    rate = CARRYING - (0.0 if found["obsolescence_cost"] > 0 else RATES["obsolescence_rate"])
    dearer = float((value * (level[-value.size :] - 1.0)).sum()) / 365 * rate
    return (
        (spent + stock + dearer) / demand,
        (YEARS * found["carrying_cost"] + dearer) / demand,
        float(site.lines.sum()) / demand,
        (spent + stock) / demand,
        YEARS * found["stockout_cost"] / demand,
    )


def run(setting: Setting) -> Finding:
    """All worlds on the same futures."""
    count = setting.replications(FULL, 4)
    growth = {drift: business([{"name": "growth", "drift": drift}]) for drift in DRIFTS}
    walk = business([{"name": "luck", "volatility": VOLATILITY}])
    tariffs = {
        step: business([{"name": "tariff", "step": step, "start": FROM, "announced": KNOWN}]) for step in TARIFFS
    }
    dying = {
        (share, drift): business([{"name": "growth", "drift": drift}], share, {"obsolescence_rate": 0.0})
        for share in DEATHS
        for drift in DYING
    }
    base = growth[0.0]
    three = tuple(posture(name, lot).plan(base) for name, lot in LOTS.items())
    ahead = (three[0], posture("ahead", 7, buy_ahead=365.0).plan(tariffs[TARIFFS[0]]))
    cases = [Case(f"growth {drift}", world, three) for drift, world in growth.items()]
    values = lives(cases, look, count, setting.seed, setting.jobs, series=True)
    chances = setting.replications(4 * FULL, 12)
    lucky = lives([Case("walk", walk, three)], look, chances, setting.seed, setting.jobs, series=True)[:, 0, :, LANDED]
    told_ahead = lives(
        [Case(f"tariff {step}", world, ahead) for step, world in tariffs.items()],
        look,
        count,
        setting.seed,
        setting.jobs,
        series=True,
    )
    dead = lives(
        [Case(f"dead {key}", world, three[:2]) for key, world in dying.items()],
        look,
        count,
        setting.seed,
        setting.jobs,
        series=True,
    )
    apart = values[:, :, 1, LANDED] - values[:, :, 0, LANDED]
    half = values[:, :, 2, LANDED] - values[:, :, 0, LANDED]
    early = told_ahead[:, :, 1, LANDED] - told_ahead[:, :, 0, LANDED]

    cells = [
        cell(f"prices grow by {100 * drift:g} % a year", apart[:, DRIFTS.index(drift)], "less", unit="share")
        for drift in CLAIMED
    ]
    cells.append(cell("prices move at random and the mean counts", lucky[:, 1] - lucky[:, 0], "less", unit="share"))
    centred = (lucky - lucky.mean(axis=0)) ** 2
    cells.append(
        cell("prices move at random and only the (squared) spread counts", centred[:, 1] - centred[:, 0], "less")
    )
    cells += [
        cell(f"a tariff of {100 * step:g} % is announced and bought ahead of", early[:, place], "less", unit="share")
        for place, step in enumerate(TARIFFS)
    ]
    flip = _flip(apart, "growth of purchase prices", f"Below it {QUARTER} cost more than weekly ones; above it, less.")
    verdict = judge(
        cells,
        condition=lambda yes: _condition(yes, flip),
        rule=f"Landed cost with {QUARTER} less that with weekly lots; before a tariff, buying ahead less not doing so.",
    )
    ordered = apart + LINE * (values[:, :, 1, LINES] - values[:, :, 0, LINES])
    free = apart - values[:, :, 1, SHORT] + values[:, :, 0, SHORT]
    books = values[:, :, 1, BOOKS] - values[:, :, 0, BOOKS]
    flips = {
        "half-yearly lots": _flip(half, "growth", ""),
        f"order lines cost ${LINE:g}": _flip(ordered, "growth", ""),
        "stockouts cost nothing": _flip(free, "growth", ""),
        "carrying is charged on standard cost, as the books do": _flip(books, "growth", ""),
    }
    worn: dict[float, Flip] = {}
    ended: dict[float, Floats] = {}
    for share in DEATHS:
        places = [place for place, (one, _) in enumerate(dying) if one == share]
        difference = dead[:, places, 1, LANDED] - dead[:, places, 0, LANDED]
        ended[share] = difference
        worn[share] = _flip(difference, "growth", "", DYING)
    theory = math.expm1(CARRYING)
    estimates = [
        *(
            estimate(
                f"{QUARTER} less weekly lots, prices growing by {100 * drift:g} % a year", apart[:, place], "share"
            )
            for place, drift in enumerate(DRIFTS)
        ),
        *(
            estimate(
                f"half-yearly less weekly lots, prices growing by {100 * drift:g} % a year", half[:, place], "share"
            )
            for place, drift in enumerate(DRIFTS)
        ),
        estimate(f"{QUARTER} less weekly lots, prices at random", lucky[:, 1] - lucky[:, 0], "share"),
        *(
            estimate(f"buying ahead of a tariff of {100 * step:g} % less not doing so", early[:, place], "share")
            for place, step in enumerate(TARIFFS)
        ),
        *(
            estimate(f"carrying cost, {name} lots, a dollar of demand", values[:, 0, place, CARRIED], "share")
            for place, name in enumerate(LOTS)
        ),
        *(
            _spread(f"spread of landed cost, {name} lots, prices at random", lucky[:, place])
            for place, name in enumerate(LOTS)
        ),
        _value("break-even growth", flip, count),
        plain_value("break-even growth by formula", theory, "share"),
        *(
            estimate(
                f"{QUARTER} less weekly lots, prices growing by 20 % a year, {100 * share:g} % of items ending a year",
                one[:, 0],
                "share",
            )
            for share, one in ended.items()
        ),
    ]
    by_name = {one.name: one for one in estimates}
    spreads = [by_name[f"spread of landed cost, {name} lots, prices at random"] for name in LOTS]
    key = by_name["break-even growth"]
    return Finding(
        verdict=verdict,
        headline=f"{QUARTER.capitalize()} break even with weekly ones where prices grow by {told(key)} a year; by formula "
        f"at exp(h) - 1 = {shown(theory, 'share')} for a carrying rate h of {shown(CARRYING, 'share')}. At a growth of 3 % "
        f"they change landed cost by {told(estimates[1])} of the value of demand. Where prices move at random without "
        f"growth, they change it by {told(by_name[f'{QUARTER} less weekly lots, prices at random'])} on average, and its "
        f"spread from {shown(spreads[0].mean, 'share')} to {shown(spreads[1].mean, 'share')}. Buying ahead of an announced "
        f"tariff of 10 % changes it by {told(by_name['buying ahead of a tariff of 10 % less not doing so'])}.",
        key=key.name,
        estimates=tuple(estimates),
        tables=(_table(values, apart, half), _flips(flip, flips, worn)),
        figure=_figure(apart, half, flip),
        flip=flip,
        attack=Attack(
            "Obsolescence is a rate on what lies there, the same for small and large lots. In truth some items end: "
            "what is left is worth "
            "nothing then, and a large lot leaves more.",
            "The rate of 5 % replaced by items that nobody asks for any more from a random day on, 5, 10 or 20 % of "
            "them a year; what is "
            "left of them is worth nothing.",
            "; ".join(
                f"{100 * share:g} % a year: "
                + (f"breaks even at {told(_value('', one))}" if one.found else "no break-even up to 60 %")
                for share, one in worn.items()
            )
            + f" (with the rate: {told(key)}).",
        ),
        replications=count,
        notes=(
            f"Days to buy ahead by formula: {days_ahead(0.1, CARRYING):.0f} before a rise of 10 %, "
            f"{days_ahead(0.25, CARRYING):.0f} before one of 25 %.",
            f"Spread (standard deviation over futures) with prices at random: weekly {told(spreads[0])}, quarterly "
            f"{told(spreads[1])}, "
            f"half-yearly {told(spreads[2])} of the value of demand.",
        ),
        limits=(
            "A supplier that rations or raises prices when all buy ahead; room for the stock; credit that runs out.",
            "Sales prices that follow purchase prices, which hedge by themselves.",
            "Trends that are guessed: here growth is either there all along, or announced.",
            "Changed after a first look at results: carrying on the price of the day became the main case (it was standard "
            "cost, which is now a row of the table of break-evens), and the row without stockout cost was added.",
        ),
        hashes=(hashed("growth 0", base, three, setting.seed), hashed("tariff 0.1", tariffs[0.1], ahead, setting.seed)),
    )


def _flip(differences: Floats, parameter: str, meaning: str, at: Sequence[float] = DRIFTS) -> Flip:
    """Growth of prices at which large lots break even."""
    tried = ", ".join(f"{100 * one:g}" for one in at)
    how = f"The same futures with growth of {tried} % a year, straight lines in between."
    mean = differences.mean(axis=0)
    if not (mean[0] > 0 > mean[-1]):
        return never(parameter, "share", "0", how, meaning)
    return flip_of(parameter, "share", 0.0, at, differences, how, meaning)


def _value(name: str, flip: Flip, count: int = 0) -> Estimate:
    """A break-even as an estimate; its error is that of its interval."""
    error = (flip.high - flip.low) / (2 * 1.96)
    return Estimate(name, flip.value, error, flip.low, flip.high, count, "share")


def _spread(name: str, values: Floats) -> Estimate:
    """Standard deviation over futures; its error by the jackknife."""
    n = values.size
    found = float(values.std(ddof=1))
    left = np.array([np.delete(values, place).std(ddof=1) for place in range(n)])
    error = math.sqrt((n - 1) / n * float(((left - left.mean()) ** 2).sum()))
    return Estimate(name, found, error, found - 1.96 * error, found + 1.96 * error, n, "share")


def _condition(yes: list[str], flip: Flip) -> str:
    """For what it holds, in words: of several rates of growth the break-even stands."""
    growing = [label for label in yes if label.startswith("prices grow")]
    others = [label for label in yes if label not in growing]
    if growing and flip.found:
        growing = [
            f"prices grow by more than {shown(flip.value, 'share')} a year, at {shown(CARRYING, 'share')} carrying cost"
        ]
    return "; or ".join([*growing[:1], *others])


def _table(values: Floats, apart: Floats, half: Floats) -> Table:
    rows = []
    for place, drift in enumerate(DRIFTS):
        landed = [estimate("", values[:, place, which, LANDED], "share") for which in range(2)]
        rows.append(
            (
                f"{100 * drift:g} %",
                *(shown(one.mean, "share") for one in landed),
                told(estimate("", apart[:, place], "share")),
                told(estimate("", half[:, place], "share")),
            )
        )
    return Table(
        "Landed cost as a share of demand at standard cost, by growth of prices a year; differences with 95 % "
        "intervals",
        ("growth", "weekly", "quarterly", "quarterly less weekly", "half-yearly less weekly"),
        tuple(rows),
    )


def _flips(flip: Flip, flips: dict[str, Flip], worn: dict[float, Flip]) -> Table:
    rows = [
        ("as above", flip),
        *flips.items(),
        *((f"{100 * share:g} % of items end a year", one) for share, one in worn.items()),
    ]
    return Table(
        "Growth of prices at which quarterly lots (in one row half-yearly) cost as much as weekly ones",
        ("what is changed", "break-even a year"),
        tuple((label, told(_value("", one)) if one.found else "none in the range lived") for label, one in rows),
    )


def _figure(apart: Floats, half: Floats, flip: Flip) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        growth = 100 * np.array(DRIFTS)
        for values, colour, label in ((apart, BLUE, "quarterly"), (half, VERMILION, "half-yearly")):
            found = [estimate("", values[:, place]) for place in range(len(DRIFTS))]
            mean = 100 * np.array([one.mean for one in found])
            axes.plot(growth, mean, color=colour, marker="o")
            axes.fill_between(
                growth, [100 * one.low for one in found], [100 * one.high for one in found], color=colour, alpha=0.2
            )
            axes.annotate(label, (growth[0], mean[0]), (6, 4), textcoords="offset points", color=colour)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.axvline(100 * CARRYING, color=GREY, linewidth=0.8, linestyle="--")
        axes.annotate(
            "carrying rate", (100 * CARRYING, axes.get_ylim()[1]), (4, -10), textcoords="offset points", color=GREY
        )
        axes.set_xlabel("growth of purchase prices, % a year")
        axes.set_ylabel("landed cost less that of weekly lots,\n% of demand at standard cost")

    where = f"from {shown(flip.value, 'share')} growth a year" if flip.found else "not up to 30 % growth a year"
    return Figure(
        title=f"When do large lots pay? {where.capitalize()}",
        draw=draw,
        alt=f"Landed cost with quarterly and half-yearly lots less that with weekly ones falls with the growth of "
        f"prices and crosses zero {where}.",
        note="Means over the same futures with 95 % intervals.",
    )
