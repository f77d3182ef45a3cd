"""Claim 10: a strike or a factory fire halts a line fed just in time, and a small component buffer prevents it."""

from __future__ import annotations

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
    cell,
    estimate,
    flip_of,
    judge,
    lives,
    ratio,
)
from experiments.support.finding import hashed
from experiments.support.page import shown, told
from sim import reading
from sim.futures import Future
from sim.outcome import Outcome
from sim.plan import Plan, PlanLine
from sim.report.style import listed
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: component: cost in USD, units in a car
PARTS = {
    "valve": (10.0, 2),
    "harness": (250.0, 1),
    "seat": (150.0, 4),
    "electronics": (900.0, 1),
    "gearbox": (1_500.0, 1),
    "engine": (2_500.0, 1),
}
MEAN, CAPACITY, LEAD = 100, 110, 2
#: units a day that each maker can make, per unit that the line takes on a mean day
SPARE = 1.3
LINE_DOWN = 200_000.0
HORIZON = 110
#: days of mean use on top of what a line fed just in time holds
BUFFERS = (0.0, 1.0, 2.5, 5.0, 7.0, 10.0, 14.0, 16.0, 18.0)
SMALL = 7.0
#: against the strike: as long as it lasts
LONG = 14.0
LENGTHS = (4, 6, 8, 10)
START = {"law": "uniform", "low": 20, "high": 40}
#: weather, words, disruption
TROUBLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "fire",
        "a fire with supply back after 5 days",
        {"kind": "factory_fire", "supplier": "maker of valve", "length": 5},
    ),
    (
        "slow",
        "a fire of 5 days that takes 30 more to recover from",
        {"kind": "event", "event": "aisin_1997", "supplier": "maker of valve"},
    ),
    ("strike", "a strike of 14 days", {"kind": "supplier_outage", "supplier": "maker of valve", "length": 14}),
)
WORDS = {name: words for name, words, _ in TROUBLES}
HALTS, PREVENTS = 1.0, 0.5
#: share of the line-down cost that is left where most lost cars are built later
LEFT = 0.2
#: supplier site outages a year, each supplier
RATE = 0.04
CLAIM = Claim(
    number=10,
    name="buffer_prevents_halt",
    claim="A single strike or factory fire halts production under JIT; a small component buffer prevents it.",
    question="For how many days does a line that is fed just in time stand still when one of its six suppliers "
    "stops, how many "
    "days of components would have prevented it, what do they cost a year, and how often must it happen for "
    "them to pay?",
    design=f"One line builds {MEAN} cars a day (at most {CAPACITY}) to orders; every morning it takes complete "
    f"kits of six "
    f"components, and stands still when one is missing. Each component has one maker, {LEAD} days away, and is "
    f"ordered every "
    "day up to a level. JIT's level is the least with which the line never stops in calm (a third of a day on "
    "hand above "
    f"mean use); buffers of {BUFFERS[1]:g} to {BUFFERS[-1]:g} days of mean use are added to it, on the same "
    f"futures: calm, a "
    "fire at the maker of the cheapest component with supply back after 5 days, the same fire with a straight "
    "recovery over 30 "
    "days (Aisin 1997, without the makers who helped out), and a strike of 14 days. "
    f"A small buffer is {SMALL:g} days. The line is halted where it stands still for more than {HALTS:g} day in "
    f"the mean, and "
    f"the halt is prevented where less than {PREVENTS:g} is left.",
    fair="JIT never stops in calm, so that no bad luck of its own is held against it; the buffer is charged in "
    "full, on all "
    "six components, because nobody knows before which of them will be missing, and once on the one that was. "
    "Customers wait, "
    "so that a standstill costs its line-down cost and nothing else.",
    expected="JIT stands still for as long as supply is away. A buffer prevents what lasts less than it: the "
    "5-day fire, not the "
    "strike of 14 days, nor a fire with a slow recovery. A cheap component is worth its buffer at almost any "
    "frequency; all six "
    "together are not.",
    parameters=(
        (
            "stock in 1997",
            "4 hours, or 2 to 3 days",
            "Aisin fire (Wall Street Journal 1997; MIT Sloan Management Review 1998)",
        ),
        ("fire", "5 days, recovery 30 days", "Aisin Seiki, 1 February 1997 (docs/events.md; the recovery is assumed)"),
        ("strike", "14 days", "assumed"),
        ("line", f"{MEAN} cars a day, at most {CAPACITY}", "invented"),
        ("line-down cost", f"${LINE_DOWN:,.0f} a day, $2,000 a car", "assumed"),
        ("components", "six, $10 to $2,500, $5,770 a car", "invented"),
        ("spare capacity of the maker that burns", "30 %", "assumed"),
        ("carrying cost", "25 % of value a year", "common rule of thumb, 20 to 40 % (docs/model.md)"),
        ("small", f"{SMALL:g} days", "assumed: a week, and twice what the best-stocked account of 1997 tells"),
        ("supplier site outages", f"{RATE:g} a year, each supplier", "docs/events.md, background by causes"),
    ),
    minutes=1.5,
)


def world() -> Scenario:
    """The line, its six makers, and what may befall them, one weather each."""
    tables = [{**one, "name": name, "start": START} for name, _, one in TROUBLES]
    tables += [
        {
            "kind": "factory_fire",
            "name": f"stop {days}",
            "supplier": "maker of valve",
            "length": days,
            "start": START,
        }
        for days in LENGTHS
    ]
    tables.append(
        {"kind": "supplier_outage", "name": "other", "supplier": "maker of harness", "length": 14, "start": START}
    )
    content: dict[str, Any] = {
        "name": "one line",
        "horizon": HORIZON,
        "warm_up": 15,
        "review_every": 1,
        "lost_share": 0.0,
        "costs": {"backorder_penalty": 0.0, "per_line": 0.0},
        "items": [
            {"item": "car", "standard_cost": 15_000, "price": 20_000, "supplier": "line"},
            *(
                {"item": part, "standard_cost": cost, "supplier": f"maker of {part}"}
                for part, (cost, _) in PARTS.items()
            ),
        ],
        "suppliers": [
            # how fast supply comes back hangs on spare capacity; the others are never short of it
            {"name": f"maker of {part}", "production_time": 1}
            | ({"capacity": SPARE * MEAN * units} if part == "valve" else {})
            for part, (_, units) in PARTS.items()
        ],
        "factories": [
            {
                "name": "line",
                "store": "store",
                "capacity": CAPACITY,
                "line_down_cost": LINE_DOWN,
                "makes": [{"product": "car", "parts": {part: units for part, (_, units) in PARTS.items()}}],
            }
        ],
        "warehouses": [{"name": "store"}, {"name": "yard"}],
        "lanes": [
            {
                "name": "to the line",
                "origin": [f"maker of {part}" for part in PARTS],
                "destination": "store",
                "legs": [{"transit": LEAD - 1}],
            },
            {"name": "to the yard", "origin": ["line"], "destination": "yard"},
        ],
        "demand": [{"item": "car", "warehouse": "yard", "model": "normal", "mean": MEAN, "sd": 15}],
        "disruptions": tables,
        "weathers": {"calm": [], **{one["name"]: [one["name"]] for one in tables}},
    }
    return reading.scenario_of(content, file="one line")


def plan(name: str, days: dict[str, float]) -> Plan:
    """Base-stock levels with so many days of mean use on top, by component."""
    lines = [
        PlanLine(
            item=part,
            warehouse="store",
            origin=f"maker of {part}",
            policy="base_stock",
            # what the line can take until the next order is there, a day's review included
            order_up_to=units * (CAPACITY * (LEAD + 1) + MEAN * days.get(part, 0.0)),
            forecast=float(MEAN * units),
            lead_time=float(LEAD),
        )
        for part, (_, units) in PARTS.items()
    ]
    car = PlanLine(
        item="car", warehouse="yard", origin="line", policy="base_stock", order_up_to=3.0 * MEAN, forecast=float(MEAN)
    )
    return Plan(name, (*lines, car))


def everywhere(days: float) -> Plan:
    """The same days of all components."""
    return plan(f"{days:g} days", dict.fromkeys(PARTS, days))


def looked(outcome: Outcome, future: Future) -> list[float]:
    """Line-down days, their cost, and all other cost, over the horizon; days without valves, without harnesses."""
    scale = HORIZON / 365
    down = outcome.ledger.fees["line_down"]
    store = outcome.ledger.sites["store"]
    missing = dict(zip(store.items, store.short_days.tolist(), strict=True))
    rest = outcome.measures["total_cost"] * scale - down
    return [outcome.ledger.told["line_down_days"], down, rest, missing["valve"], missing["harness"]]


def run(setting: Setting) -> Finding:
    """Buffers against troubles; lengths of a stop against the small buffer; one component buffered, another missing."""
    count = setting.replications(24, 3)
    scenario = world()
    buffers = tuple(everywhere(days) for days in BUFFERS)
    weathers = ("calm", *WORDS)
    cases = [Case(name, scenario.under(name), buffers) for name in weathers]
    seen = lives(cases, looked, count, setting.seed, setting.jobs)
    small = BUFFERS.index(SMALL)

    def of(weather: str, days: float, what: int = 0) -> Floats:
        found: Floats = seen[:, weathers.index(weather), BUFFERS.index(days), what]
        return found

    cells = []
    for name, words in WORDS.items():
        cells.append(cell(f"JIT stands still: {words}", of(name, 0.0), "more", HALTS, "days", words))
        cells.append(cell(f"{SMALL:g} days prevent it: {words}", of(name, SMALL), "less", PREVENTS, "days", words))
    verdict = judge(
        cells,
        lambda there: f"the trouble is {listed(there, 'or')} (buffer of {SMALL:g} days)",
        f"For each trouble two cells that hold together: JIT stands still for more than {HALTS:g} day, and with "
        f"{SMALL:g} days "
        f"of all components less than {PREVENTS:g} is left.",
    )

    stops = [Case(f"stop {days}", scenario.under(f"stop {days}"), (buffers[small],)) for days in LENGTHS]
    left = lives(stops, looked, count, setting.seed, setting.jobs)[:, :, 0, 0]
    flip = flip_of(
        "length of the stop, back at once",
        "days",
        5.0,
        LENGTHS,
        left - PREVENTS,
        f"Fires of {listed([str(days) for days in LENGTHS])} days on the same futures; straight lines between them.",
        f"A shorter stop is prevented by {SMALL:g} days of components; a longer one halts the line for the days "
        f"that are left.",
    )

    enough = {name: _least(seen[:, weathers.index(name), :, 0]) for name in WORDS}
    alone = (plan("none", {}), plan("valve alone", {"valve": LONG}), everywhere(LONG))
    others = ("calm", "strike", "other")
    kits = lives(
        [Case(name, scenario.under(name), alone) for name in others], looked, count, setting.seed, setting.jobs
    )

    estimates: list[Estimate] = [
        estimate(f"line-down days, {name}, buffer of {days:g} days", of(name, days), "days")
        for name in weathers
        for days in BUFFERS
    ]
    yearly = np.round((seen[:, 0, :, 2] - seen[:, 0, :1, 2]) * 365 / HORIZON, 2)
    estimates += [
        estimate(f"cost of a buffer of {days:g} days of all components", yearly[:, place], "USD a year")
        for place, days in enumerate(BUFFERS)
        if days
    ]
    valve = np.round((kits[:, 0, 1, 2] - kits[:, 0, 0, 2]) * 365 / HORIZON, 2)
    estimates.append(estimate("cost of a buffer of the valve alone", valve, "USD a year"))
    pays: dict[str, Estimate] = {}
    for name in ("fire", "strike"):
        days = SMALL if name == "fire" else LONG
        saved = _loss(seen, weathers, name, 0.0) - _loss(seen, weathers, name, days)
        pays[name] = ratio(
            f"times a year that {name} must come for a buffer of all components to pay",
            yearly[:, BUFFERS.index(days)],
            saved,
            "a year",
        )
    saved = (kits[:, 1, 0, 1:3].sum(-1) - kits[:, 0, 0, 1:3].sum(-1)) - (
        kits[:, 1, 1, 1:3].sum(-1) - kits[:, 0, 1, 1:3].sum(-1)
    )
    pays["valve"] = ratio(
        "times a year that strike must come for a buffer of the valve alone to pay", valve, saved, "a year"
    )
    cheaper = (kits[:, 1, 0, 1] - kits[:, 1, 1, 1]) * (1 - LEFT)
    pays["caught up"] = ratio(
        "times a year that strike must come for a buffer of the valve alone to pay, lost cars built later",
        valve,
        saved - cheaper,
        "a year",
    )
    all_later = _loss(seen, weathers, "strike", 0.0) - _loss(seen, weathers, "strike", LONG)
    all_later = all_later - (1 - LEFT) * (of("strike", 0.0, 1) - of("strike", LONG, 1))
    pays["all caught up"] = ratio(
        "times a year that strike must come for a buffer of all components to pay, lost cars built later",
        yearly[:, BUFFERS.index(LONG)],
        all_later,
        "a year",
    )
    estimates += list(pays.values())
    shifted = [
        estimate("line-down days, strike at the maker of the valve, valve alone buffered", kits[:, 1, 1, 0], "days"),
        estimate("line-down days, strike at the maker of the harness, valve alone buffered", kits[:, 2, 1, 0], "days"),
        estimate("line-down days, strike at the maker of the harness, no buffer", kits[:, 2, 0, 0], "days"),
        estimate("line-down days, strike at the maker of the harness, all buffered", kits[:, 2, 2, 0], "days"),
    ]
    estimates += shifted
    by_name = {one.name: one for one in estimates}

    def down(name: str, days: float) -> Estimate:
        return by_name[f"line-down days, {name}, buffer of {days:g} days"]

    key = "line-down days, strike, buffer of 0 days"
    least = "; ".join(
        f"{WORDS[name]}: {f'{days:g} days' if days is not None else f'more than {BUFFERS[-1]:g} days'}"
        for name, days in enough.items()
    )
    return Finding(
        verdict=verdict,
        headline=f"Under JIT the line stands still for {told(down('fire', 0.0))} in the fire and "
        f"{told(down('strike', 0.0))} in the strike; with {SMALL:g} days of components for "
        f"{told(down('fire', SMALL))} and "
        f"{told(down('strike', SMALL))}. Least buffer of those tried that prevents the halt: {least}. {LONG:g} "
        f"days of the "
        f"$10 component alone cost {told(by_name['cost of a buffer of the valve alone'])} and pay if its maker strikes "
        f"{_once(pays['valve'])}; {LONG:g} days of all components, if one of the six strikes {_once(pays['strike'])}. "
        f"Usual are {RATE:g} outages a year a supplier, {RATE * len(PARTS):g} at any of six: the buffer of the cheap "
        f"component {_pays(pays['valve'], RATE)}, that of all components {_pays(pays['strike'], RATE * len(PARTS))}.",
        key=key,
        estimates=tuple(estimates),
        tables=(
            _days(down),
            _costs(by_name),
            Table(
                f"The weakest component rules: {LONG:g} days of the valve alone, line-down days",
                ("", "line-down days"),
                tuple((one.name.removeprefix("line-down days, "), told(one)) for one in shifted),
            ),
            Table(
                f"How often it must happen for the buffer to pay; {RATE:g} outages a year a supplier are usual, "
                f"{RATE * len(PARTS):g} at any of six",
                ("", "times a year"),
                tuple((one.name.removeprefix("times a year that "), told(one)) for one in pays.values()),
            ),
        ),
        figure=_figure(down, enough),
        flip=flip,
        attack=Attack(
            "Every line-down day is taken to be lost for good. A firm may build most of the missed cars later, "
            "in overtime.",
            f"Only {100 * LEFT:.0f} % of the line-down cost is left (overtime at a premium), on the same futures.",
            f"A buffer of the cheap component still pays if the strike comes {_once(pays['caught up'])}; one of "
            f"all components needs "
            f"it {_once(pays['all caught up'])}, where it needed it {_once(pays['strike'])}.",
        ),
        replications=count,
        limits=(
            "What a firm does once the line stands still: other makers (36 of them helped in 1997), air "
            "freight, building "
            "other products first.",
            "Two suppliers that stop together, as in an earthquake; a buffer of all components bears that as it "
            "bears one.",
            "Defects that lie in a buffer (claim 9), and components that go out of date in it (claim 8).",
        ),
        hashes=(
            hashed("one line", scenario, buffers, setting.seed),
            hashed("one component", scenario, alone, setting.seed),
        ),
    )


def _least(down: Floats) -> float | None:
    """Least buffer of those tried with which less than half a day is left in the mean; None: none of them."""
    for place, days in enumerate(BUFFERS):
        if float(down[:, place].mean()) < PREVENTS:
            return days
    return None


def _loss(seen: Floats, weathers: tuple[str, ...], name: str, days: float) -> Floats:
    """(replications,) what one trouble costs under a buffer: total cost in it less in calm, USD."""
    place = BUFFERS.index(days)
    found: Floats = seen[:, weathers.index(name), place, 1:3].sum(-1) - seen[:, 0, place, 1:3].sum(-1)
    return found


def _once(one: Estimate) -> str:
    """A frequency: times a year, or once in so many years, to two digits."""
    if one.mean >= 1 or one.low <= 0:
        return f"{one.mean:.2g} times a year ({one.low:.2g} to {one.high:.2g})"
    mean, low, high = (_years(1 / value) for value in (one.mean, one.high, one.low))
    return f"once in {mean} years ({low} to {high})"


def _pays(one: Estimate, rate: float) -> str:
    """Whether a buffer pays at this rate."""
    return "pays" if one.high < rate else "does not pay" if one.low > rate else "may pay or not"


def _years(value: float) -> str:
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def _days(down: Any) -> Table:
    rows = [
        (f"{days:g}", *(told(down(name, days)).replace(" days", "") for name in ("calm", *WORDS))) for days in BUFFERS
    ]
    return Table(
        "Line-down days by buffer of all components: means and 95 % intervals",
        ("buffer, days", "calm", *WORDS.values()),
        tuple(rows),
    )


def _costs(by_name: dict[str, Estimate]) -> Table:
    rows = [
        (
            f"{days:g}",
            told(by_name[f"cost of a buffer of {days:g} days of all components"]).replace(" USD a year", ""),
        )
        for days in BUFFERS
        if days
    ]
    rows.append(
        (
            f"{LONG:g}, of the valve alone",
            told(by_name["cost of a buffer of the valve alone"]).replace(" USD a year", ""),
        )
    )
    return Table("What the buffer costs in calm, USD a year", ("buffer, days", "more than JIT"), tuple(rows))


def _figure(down: Any, enough: dict[str, float | None]) -> Figure:
    from sim.report.style import BLUE, GREY, ORANGE, VERMILION

    looks = {"fire": (BLUE, "o"), "slow": (ORANGE, "s"), "strike": (VERMILION, "^")}

    def draw(axes: Any) -> None:
        for name, (colour, marker) in looks.items():
            found = [down(name, days) for days in BUFFERS]
            axes.errorbar(
                BUFFERS,
                [one.mean for one in found],
                yerr=[[one.mean - one.low for one in found], [one.high - one.mean for one in found]],
                color=colour,
                marker=marker,
                capsize=2,
                label=WORDS[name],
            )
        axes.axvline(SMALL, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_xlabel("buffer of all components, days of mean use")
        axes.set_ylabel("line-down days")
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False)

    def needs(name: str) -> str:
        days = enough[name]
        return f"more than {BUFFERS[-1]:g}" if days is None else f"{days:g}"

    return Figure(
        title=f"How many days of components keep the line running? {needs('fire')} in the fire, "
        f"{needs('strike')} in the strike, "
        f"{needs('slow')} with a slow recovery",
        draw=draw,
        alt="Line-down days by buffer: "
        + "; ".join(
            f"{WORDS[name]}, {shown(down(name, 0.0).mean)} without and {shown(down(name, SMALL).mean)} with "
            f"{SMALL:g} days"
            for name in WORDS
        )
        + ".",
        note=f"Means with 95 % intervals over the same futures; dashed: {SMALL:g} days, what is called small here.",
        height=3.4,
    )
