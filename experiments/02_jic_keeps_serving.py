"""Claim 2: JIC keeps serving through a strike, a container shortage, a factory fire and a pandemic shutdown."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.support import (
    Attack,
    Case,
    Cell,
    Claim,
    Figure,
    Finding,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
    lives,
)
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.meridian import SOURCES, jic, jit, plans, variant
from experiments.support.page import shown, told
from sim.futures import Future
from sim.outcome import Outcome
from sim.report.style import listed
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: share of the exposed demand, by value, that "keeps serving" means
KEEPS = 0.95
ASIA = ("S01", "S02", "S03", "S04", "S05", "S06", "S07")
BY_LA = ("S01", "S02", "S03", "S04", "S06", "S07")
STRIKES = (10, 30, 60, 90, 120)
#: days of the window of the sweep over lengths of a strike: the longest stop, half of its queue, and the pipeline
LONG = 240
#: factors on the demand of exposed items in the attack
SURGES = (1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Trouble:
    """One disruption: its name, its words, the table of a scenario file, whom it touches, and days of the window."""

    name: str
    words: str
    tables: tuple[dict[str, Any], ...]
    exposed: tuple[str, ...]
    window: int


TROUBLES = (
    Trouble(
        "strike",
        "a 10-day port strike",
        ({"kind": "event", "event": "ilwu_2002", "port": "Los Angeles", "start": 0},),
        BY_LA,
        120,
    ),
    Trouble(
        "container shortage",
        "a 300-day container shortage",
        (
            {
                "kind": "container_shortage",
                "pools": ["South China", "East China", "Taiwan", "Penang", "Japan", "Vietnam"],
                "start": 0,
                "length": 300,
                "remaining": 0.85,
                "cycle_factor": 1.5,
                "freight_factor": 7,
            },
        ),
        ASIA,
        365,
    ),
    Trouble(
        "factory fire",
        "a fire at the sole chip maker",
        ({"kind": "event", "event": "renesas_fire_2021", "supplier": "S06", "start": 0},),
        ("S06",),
        240,
    ),
    Trouble(
        "pandemic shutdown",
        "a pandemic shutdown of the Chinese suppliers",
        ({"kind": "event", "event": "china_2020", "suppliers": ["S01", "S02", "S03"], "start": 0},),
        ("S01", "S02", "S03"),
        180,
    ),
)
CLAIM = Claim(
    number=2,
    name="jic_keeps_serving",
    claim="JIC keeps serving through a strike, a container shortage, a factory fire, a pandemic shutdown.",
    question="Of the demand for items whose supply is hit, how much does JIC serve from stock while the trouble "
    "lasts and its tail "
    "runs out; how much does JIT; and where does JIC fail too?",
    design="Each trouble befalls Meridian on day 0, after a calm warm-up of half a year, and the booked days "
    "are the window: the stop, "
    "its tail and the way through the pipeline. Counted are items whose supplier or way is hit, by sales value. "
    "The same futures "
    'are lived without the trouble. "Keeps serving" was fixed before the run as 95 % of the exposed demand '
    "served from stock "
    "when it came. The claim is tested for each trouble: JIC at 95 % or more, and above JIT. Then the strike is "
    "made longer, and "
    "demand is raised while supply is down, to find where JIC fails.",
    fair="Only items that are hit are counted: over the whole catalogue the loss would be diluted and both "
    "would look good. JIT is "
    "judged by what the trouble takes from it as well, since it serves less in calm. Neither has a second "
    "source or air freight. "
    "JIC is paid for with more stock (claim 1 says how much), which this page does not charge.",
    expected="JIC's 45 days of cover outlast a strike of 10 days with its queue and a part of the shutdown; a "
    "fire at a maker with 12 "
    "weeks of production time and months of ramp outlasts them; so does a container shortage of 300 days.",
    parameters=(
        *SOURCES[:2],
        ("JIT", "z 1.65, 2 days of extra cover, weekly lots", "assumed (docs/meridian.md)"),
        ("JIC", "z 2.33, 45 days of extra cover, lots of four weeks", "assumed (docs/meridian.md)"),
        (
            "strike",
            "10 days at Los Angeles; the queue clears at 1.3 times normal arrivals",
            "West Coast lockout 2002 (docs/events.md)",
        ),
        (
            "container shortage",
            "300 days: 15 % fewer boxes, away 90 days instead of 60",
            "2020 to 2022, cargo-ready to port-out 51 to 114 days (docs/meridian.md; the shares are assumed)",
        ),
        (
            "factory fire",
            "29 days at S06, full again after 90; work in process lost",
            "Renesas, Naka, March 2021 (docs/events.md)",
        ),
        (
            "pandemic shutdown",
            "half of capacity for 45 days, back over 30, at S01, S02, S03",
            "China, January 2020 (docs/events.md; the half is assumed)",
        ),
        (
            "keeps serving",
            "95 % of exposed demand by value",
            "assumed: the lower end of what B items are promised by convention",
        ),
    ),
    minutes=1.8,
)


def looked(prices: Floats, places: Sequence[Sequence[int]], outcome: Outcome, future: Future) -> list[float]:
    """For each group of items: demand and demand served by value, item-site-days out of stock, item-sites.

    Parameters
    ----------
    prices : (items,) of the catalogue.
    places : for each group, positions in the catalogue.
    """
    found = []
    for group in places:
        chosen = list(group)
        asked = served = short = lines = 0.0
        for site in outcome.ledger.sites.values():
            asked += float((prices[chosen] * site.demand[chosen]).sum())
            served += float((prices[chosen] * site.served[chosen]).sum())
            short += float(site.short_days[chosen].sum())
            lines += len(chosen)
        found += [asked, served, short, lines]
    return found


def run(setting: Setting) -> Finding:
    """Four troubles, each with its own window, and the calm of the same days."""
    count = setting.replications(40, 2)
    base, worlds = _worlds()
    both = plans(base, jit(), jic())
    prices = np.array([item.price or item.standard_cost for item in base.items])
    groups = [[place for place, item in enumerate(base.items) if item.suppliers[0] in one.exposed] for one in TROUBLES]
    reader = partial(looked, prices, groups)

    fills: dict[tuple[str, str, str], Floats] = {}
    short: dict[tuple[str, str, str], Floats] = {}
    for place, trouble in enumerate(TROUBLES):
        cases = [
            Case(name, dataclasses.replace(worlds.under(name), horizon=trouble.window), both)
            for name in ("calm", trouble.name)
        ]
        seen = lives(cases, reader, count, setting.seed, setting.jobs)[..., 4 * place : 4 * place + 4]
        for row, weather in enumerate(("calm", "struck")):
            for column, plan in enumerate(both):
                asked, served, days, lines = np.moveaxis(seen[:, row, column], -1, 0)
                fills[trouble.name, weather, plan.posture] = served / asked
                short[trouble.name, weather, plan.posture] = days / lines

    cells: list[Cell] = []
    for one in TROUBLES:
        mine, theirs = (fills[one.name, "struck", posture] for posture in ("jic", "jit"))
        cells.append(cell(f"JIC's fill rate in {one.words}", mine, "more", KEEPS, "share", one.words))
        cells.append(cell(f"JIC above JIT in {one.words}", mine - theirs, "more", 0.0, "share", one.words))
    verdict = judge(
        cells,
        lambda there: f"the trouble is {listed(there, 'or')}",
        "For each trouble two cells that hold together: JIC serves 95 % or more, and more than JIT.",
    )

    long, surge = _longer(count, setting, worlds, both[1:], reader), _surges(count, setting, base, both[1:], reader)
    flip = flip_of(
        "length of the strike",
        "days",
        10.0,
        STRIKES,
        long - KEEPS,
        f"Strikes of {', '.join(str(days) for days in STRIKES)} days at Los Angeles on the same futures, each "
        f"over a window of "
        f"{LONG} days; straight lines between them.",
        "In a shorter one JIC serves 95 % of the exposed demand over the window; in a longer one it does not.",
    )
    worst = min(TROUBLES, key=lambda one: float(fills[one.name, "struck", "jic"].mean()))
    estimates = [
        estimate(
            f"fill rate of exposed items, {one.name}, {weather}, {posture}",
            fills[one.name, weather, posture],
            "share",
            share=True,
        )
        for one in TROUBLES
        for weather in ("calm", "struck")
        for posture in ("jit", "jic")
    ]
    estimates += [
        estimate(f"days out of stock an item, {one.name}, {posture}", short[one.name, "struck", posture], "days")
        for one in TROUBLES
        for posture in ("jit", "jic")
    ]
    estimates += [
        estimate(f"JIC's fill rate over {LONG} days, strike of {days} days", long[:, place], "share", share=True)
        for place, days in enumerate(STRIKES)
    ]
    estimates += [
        estimate(f"JIC's fill rate, shutdown with demand times {factor:g}", surge[:, place], "share", share=True)
        for place, factor in enumerate(SURGES)
    ]
    by_name = {one.name: one for one in estimates}
    key = f"fill rate of exposed items, {worst.name}, struck, jic"
    apart = estimate("", 100 * (fills[worst.name, "struck", "jic"] - fills[worst.name, "struck", "jit"]), "points")
    surged = [by_name[f"JIC's fill rate, shutdown with demand times {factor:g}"] for factor in SURGES]
    return Finding(
        verdict=verdict,
        headline=f"Where it is hit hardest ({worst.words}), JIC serves {told(by_name[key])} of the exposed "
        f"demand, {told(apart)} more than "
        "JIT. "
        + "; ".join(
            f"{one.name}: JIC {shown(float(fills[one.name, 'struck', 'jic'].mean()), 'share')}, "
            f"JIT {shown(float(fills[one.name, 'struck', 'jit'].mean()), 'share')}"
            for one in TROUBLES
        )
        + ".",
        key=key,
        estimates=tuple(estimates),
        tables=(_table(fills, short), _failing(by_name)),
        figure=_figure(fills),
        flip=flip,
        attack=Attack(
            "Only supply breaks here. In a pandemic the demand for the very items that cannot be had jumps as "
            "well, as that for masks "
            "and gowns did in 2020 (3.3 and 5 times normal in a survey of hospitals, docs/events.md).",
            f"The same shutdown with the demand of the exposed items multiplied by "
            f"{', '.join(f'{one:g}' for one in SURGES)} for the first 60 days.",
            "JIC serves "
            + ", ".join(f"{told(one)} (times {factor:g})" for factor, one in zip(SURGES, surged, strict=True))
            + f"; with demand as usual {told(by_name['fill rate of exposed items, pandemic shutdown, struck, jic'])}.",
        ),
        replications=count,
        limits=(
            "What the stock costs (claim 1), and whether a second source or air freight would do as well for "
            "less (claim 5).",
            "Seasons: every trouble begins on 1 January.",
            "Buyers who order more because they fear a shortage, and suppliers who ration by history.",
        ),
        hashes=tuple(hashed(one.name, worlds.under(one.name), both, setting.seed) for one in TROUBLES),
    )


def _worlds() -> tuple[Scenario, Scenario]:
    """Meridian as it is, and with all troubles as weathers of their own."""
    tables: list[dict[str, Any]] = []
    weathers: dict[str, list[str]] = {}

    def add(name: str, *given: dict[str, Any]) -> None:
        named = [{"name": f"{name} {place}", **one} for place, one in enumerate(given)]
        tables.extend(named)
        weathers[name] = [one["name"] for one in named]

    for one in TROUBLES:
        add(one.name, *one.tables)
    for days in STRIKES:
        add(f"stop {days}", {"kind": "port_strike", "port": "Los Angeles", "start": 0, "length": days})
    made = variant(tables, weathers)
    return made.under("calm"), made


def _longer(count: int, setting: Setting, worlds: Scenario, both: Any, reader: Any) -> Floats:
    """(replications, lengths) JIC's fill rate of items by Los Angeles over the long window."""
    cases = [Case(str(days), dataclasses.replace(worlds.under(f"stop {days}"), horizon=LONG), both) for days in STRIKES]
    seen = lives(cases, reader, _fewer(count), setting.seed, setting.jobs)
    found: Floats = seen[:, :, 0, 1] / seen[:, :, 0, 0]
    return found


def _fewer(count: int) -> int:
    return max(count // 2, 2)


def _surges(count: int, setting: Setting, base: Scenario, both: Any, reader: Any) -> Floats:
    """(replications, factors) JIC's fill rate of the items of the Chinese suppliers when their demand jumps too."""
    trouble = TROUBLES[3]
    items = [item.item for item in base.items if item.suppliers[0] in trouble.exposed]
    tables: list[dict[str, Any]] = [{"name": "shutdown", **trouble.tables[0]}]
    tables += [
        {
            "name": f"surge {factor:g}",
            "kind": "demand_surge",
            "items": items,
            "factor": factor,
            "start": 0,
            "length": 60,
        }
        for factor in SURGES
    ]
    worlds = variant(
        tables, {f"{factor:g}": ["shutdown", f"surge {factor:g}"] for factor in SURGES}, horizon=trouble.window
    )
    cases = [Case(f"{factor:g}", worlds.under(f"{factor:g}"), both) for factor in SURGES]
    seen = lives(cases, reader, _fewer(count), setting.seed, setting.jobs)
    place = 4 * TROUBLES.index(trouble)
    found: Floats = seen[:, :, 0, place + 1] / seen[:, :, 0, place]
    return found


def _table(fills: Any, short: Any) -> Table:
    rows = []
    for one in TROUBLES:
        for posture in ("jit", "jic"):
            calm, struck = (
                estimate("", fills[one.name, weather, posture], "share", share=True) for weather in ("calm", "struck")
            )
            taken = estimate("", 100 * (fills[one.name, "calm", posture] - fills[one.name, "struck", posture]))
            out = estimate("", short[one.name, "struck", posture])
            rows.append(
                (f"{one.words}, {posture.upper()}", str(one.window), told(calm), told(struck), told(taken), told(out))
            )
    head = (
        "",
        "window, days",
        "fill rate without it",
        "fill rate in it",
        "taken by it, points",
        "days out of stock an item",
    )
    return Table("Exposed items over the window: means and 95 % intervals", head, tuple(rows))


def _failing(by_name: Any) -> Table:
    rows = [
        (f"strike of {days} days", str(LONG), told(by_name[f"JIC's fill rate over {LONG} days, strike of {days} days"]))
        for days in STRIKES
    ]
    rows += [
        (
            f"pandemic shutdown, demand times {factor:g} for 60 days",
            str(TROUBLES[3].window),
            told(by_name[f"JIC's fill rate, shutdown with demand times {factor:g}"]),
        )
        for factor in SURGES
    ]
    head = ("", "window, days", "JIC's fill rate")
    return Table("Where JIC fails too: fill rate of exposed items in worse troubles", head, tuple(rows))


def _figure(fills: Any) -> Figure:
    from sim.report.style import FIXED, GREY

    def draw(axes: Any) -> None:
        for posture, shift in (("jic", 0.14), ("jit", -0.14)):
            look = FIXED[posture]
            for place, one in enumerate(reversed(TROUBLES)):
                found = estimate("", fills[one.name, "struck", posture], share=True)
                calm = 100 * float(fills[one.name, "calm", posture].mean())
                axes.plot([calm, 100 * found.mean], [place + shift] * 2, color=look.colour, linewidth=0.8, alpha=0.6)
                axes.plot([calm], [place + shift], marker="|", color=look.colour, markersize=9)
                mark(
                    axes,
                    found,
                    place + shift,
                    look.colour,
                    look.marker,
                    times=100,
                    label=posture.upper() if place == 0 else None,
                )
        axes.axvline(100 * KEEPS, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_yticks(range(len(TROUBLES)), [one.name for one in reversed(TROUBLES)])
        axes.set_ylim(-0.5, len(TROUBLES) - 0.5)
        axes.set_xlim(right=101)
        axes.set_xlabel("fill rate of exposed items over the window, % of sales value")
        axes.legend(frameon=False, loc="lower left")

    lowest = {
        posture: min((float(fills[one.name, "struck", posture].mean()), one.name) for one in TROUBLES)
        for posture in ("jit", "jic")
    }
    return Figure(
        title=f"Who keeps serving? JIC at least {shown(lowest['jic'][0], 'share')} ({lowest['jic'][1]}), "
        f"JIT at least {shown(lowest['jit'][0], 'share')} ({lowest['jit'][1]})",
        draw=draw,
        alt="Fill rate of the items hit, in each trouble: "
        + "; ".join(
            f"{one.name}, JIC {shown(float(fills[one.name, 'struck', 'jic'].mean()), 'share')} and "
            f"JIT {shown(float(fills[one.name, 'struck', 'jit'].mean()), 'share')}"
            for one in TROUBLES
        )
        + ".",
        note="Points: in the trouble, with 95 % intervals; strokes: the same days without it; dashed: 95 %, "
        'what "keeps serving" means here.',
        height=3.2,
    )
