"""Claim 20: single-source items deserve a cushion regardless of cost. Up to which cost?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    flip_of,
    judge,
    lives,
    plain_value,
    ratio,
)
from experiments.support.finding import hashed
from experiments.support.page import between, shown, told
from sim.catalogue import Item
from sim.demand import DemandStream
from sim.disruptions.random_outage import RandomOutage
from sim.distributions import Exponential, Law, Lognormal, fixed
from sim.futures import Future
from sim.network import Lane, Leg, Supplier, Warehouse
from sim.outcome import Outcome
from sim.plan import Plan
from sim.postures import Posture
from sim.report.style import capital
from sim.scenario import Scenario
from sim.theory.disruption import cover_against_outages, optimal_cover_days

Floats = NDArray[np.float64]
MAKERS = 16
YEARS = 10
CUSHIONS = (0, 7, 14, 30, 45, 60, 90, 120)
#: the cushion whose cells make the verdict
TRIED = 14
#: mean years between outages of one supplier
EVERY = (25.0, 10.0, 3.7)
OUT = 35.0
#: unit value as a share of the loss for each unit that is missing, and whose it is
WORTH = (
    (0.01, "a part that stops a product a hundred times its worth"),
    (0.035, "a chip of $26 that stops a device with a margin of $736"),
    (0.55, "a critical item sold on its own: margin and goodwill lost"),
    (1.22, "a plain item sold on its own: its margin lost"),
)
CARRYING = 0.25
#: safety factor where there is everyday luck
LUCK = 2.33
CLAIM = Claim(
    number=20,
    name="single_source_cushion",
    claim="Single-source items deserve a cushion regardless of cost.",
    question="Up to which unit value, told as a share of the loss for each unit that is missing, does a cushion "
    "against a stop of "
    "the only supplier pay for itself?",
    design="Sixteen makers stop at random for five weeks on average, ten years a future. Each makes like items that "
    "have no other "
    "source and differ only in their cushion, 0 to 120 days, so that all cushions meet the same stops. Demand and "
    "lead time are "
    "constant, so that a cushion earns its keep against stops alone (everyday luck comes in under attack); unmet "
    "demand is lost. "
    "Stock and lost units do not depend on prices, so each unit value is priced on the same lives: the cushion pays "
    "while unit "
    "value × carrying cost of the cushion < loss per unit × units it saves. The highest unit value at which it pays "
    "is the ratio "
    "of these two differences. Eighty futures are 12,800 maker-years, about 500 stops at the rarest rate, which "
    "gives the limits "
    "to about a tenth.",
    fair="The cushion is charged nothing but its carrying cost, and credited with every unit that it saves. Whoever "
    "has no "
    "cushion gets no second source, no air freight and no warning either, which favours the cushion. All cushions "
    "meet the same "
    "stops.",
    expected="A limit near loss per unit ÷ (carrying cost a day × days between outages), as for continuous review "
    "(B* > 0 if and only if "
    "the loss exceeds holding cost × mean time between outages): it falls with rarer outages, and does not depend on "
    "how long "
    "they last.",
    parameters=(
        (
            "length of an outage",
            "35 days on average, exponential",
            "mean of McKinsey Global Institute's (2020) lengths of disruption",
        ),
        (
            "years between outages of one supplier",
            "25; 10; 3.7",
            "site outages 0.04 a year (assumed); between; a stop of one to two months at some supplier of a company "
            "(McKinsey "
            "Global Institute 2020), as if it were always this one",
        ),
        ("carrying cost", "25 % of value a year", "rule of thumb; published range 20 to 40 % (Richardson 1995)"),
        ("lead time", "30 days to make and 5 on the way", "make time near Willems (2008), electromedical parts"),
        ("demand", "10 units a day", "assumed; results are in days of demand"),
        ("review", "weekly", "assumed"),
        (
            "loss of an item sold on its own",
            "margin 0.82, goodwill 1.0 (critical) or 0 times its cost",
            "Meridian (assumed)",
        ),
    ),
    minutes=1.5,
)


def scenario(every: float, length: Law | None = None, luck: bool = False) -> Scenario:
    """Makers that stop once in so many years on average, and what each makes: like items that differ in their cushion.

    Unit value and loss are 1: stock and lost units hang on neither.
    """
    makers = [f"maker {number:02d}" for number in range(MAKERS)]
    items = [(maker, f"{maker}, {days} days") for maker in makers for days in CUSHIONS]
    return Scenario(
        name="single_source",
        horizon=365 * YEARS,
        warm_up=91,
        units="integer" if luck else "continuous",
        lost_share=1.0,
        items=tuple(
            Item(item=item, standard_cost=1.0, price=1.0, goodwill=1.0, supplier=maker) for maker, item in items
        ),
        suppliers=tuple(
            Supplier(name=maker, production_time=Lognormal(law="lognormal", mean=30, cv=0.3) if luck else fixed(30.0))
            for maker in makers
        ),
        warehouses=(Warehouse(name="Main"),),
        lanes=(Lane(name="truck", origin=tuple(makers), destination="Main", legs=(Leg(transit=fixed(5.0)),)),),
        demand=tuple(
            DemandStream(item=item, warehouse="Main", model="negative_binomial", mean=10.0, cv=0.6)
            if luck
            else DemandStream(item=item, warehouse="Main", model="deterministic", mean=10.0)
            for _, item in items
        ),
        disruptions=tuple(
            RandomOutage(
                kind="random_outage",
                name=f"stop of {maker}",
                supplier=maker,
                up=Exponential(law="exponential", mean=every * 365),
                down=length or Exponential(law="exponential", mean=OUT),
            )
            for maker in makers
        ),
    )


def cushioned(given: Scenario, luck: bool) -> Plan:
    """Just-in-time's numbers, and each item's cushion on top."""
    bare = Posture(name="cushions", z=LUCK if luck else 0.0, cover=0.0, lot=7.0).plan(given)
    lines = []
    for line in bare.lines:
        extra = 10.0 * float(line.item.split(", ")[1].removesuffix(" days"))
        lines.append(replace(line, safety_stock=line.safety_stock + extra, order_up_to=line.order_up_to + extra))
    return replace(bare, lines=tuple(lines))


def look(outcome: Outcome, future: Future) -> Sequence[float]:
    """Days of demand lost a year, and days of stock held on the average, of each item."""
    site = outcome.ledger.sites["Main"]
    return [*(site.lost * 365 / site.days / 10.0), *(site.on_hand_days / site.days / 10.0)]


CASES: tuple[tuple[str, float, Law | None, bool], ...] = (
    *((f"every {years:g} years", years, None, False) for years in EVERY),
    ("every 10 years, heavy tail", 10.0, Lognormal(law="lognormal", mean=34.9, cv=1.486), False),
    ("every 10 years, everyday luck", 10.0, None, True),
)


def run(setting: Setting) -> Finding:
    """Cushions against outages of three rates, priced at every unit value."""
    count = setting.replications(80, 5)
    cases = []
    for label, every, length, luck in CASES:
        given = scenario(every, length, luck)
        cases.append(Case(label, given, (cushioned(given, luck),)))
    found = lives(cases, look, count, setting.seed, setting.jobs)[:, :, 0]
    lost, held = (part.reshape(count, len(cases), MAKERS, len(CUSHIONS)) for part in np.split(found, 2, axis=2))
    place = {case.label: number for number, case in enumerate(cases)}

    def saved(label: str, days: int) -> tuple[Floats, Floats]:
        """Days of demand a year that a cushion saves, and its carrying cost a year at unit value 1; (replications,) each."""
        at, with_ = place[label], CUSHIONS.index(days)
        return (
            (lost[:, at, :, 0] - lost[:, at, :, with_]).mean(axis=1),
            CARRYING * (held[:, at, :, with_] - held[:, at, :, 0]).mean(axis=1),
        )

    cells = []
    for years in EVERY:
        units, cost = saved(f"every {years:g} years", TRIED)
        cells += [
            cell(
                f"a unit costs {shown(worth, 'share')} of the loss when it is missing, a stop every {years:g} years",
                (worth * cost - units) / 365.0,
                "less",
                unit="share",
            )
            for worth, _ in WORTH
        ]
    limits = {
        (label, days): ratio(f"highest unit value at which {days} days pay, a stop {label}", *saved(label, days))
        for label in place
        for days in CUSHIONS[1:]
    }
    limit = {years: limits[f"every {years:g} years", TRIED] for years in EVERY}
    first = {years: 1 / (CARRYING * years) for years in EVERY}
    exact = {(years, days): _closed(years, days) for years in EVERY for days in CUSHIONS[1:]}
    base = limit[10.0]
    verdict = judge(
        cells,
        condition="a unit costs less than "
        + ", ".join(f"{shown(limit[years].mean, 'share')} (a stop every {years:g} years)" for years in EVERY)
        + " of the loss when it is missing",
        rule=f"One cell for each unit value and rate of stops: cost with a cushion of {TRIED} days less cost "
        "without, as a share of "
        "the loss if all demand were lost. 'Regardless of cost' asks for all of them.",
    )
    units, cost = saved("every 10 years", TRIED)
    flip = flip_of(
        "unit value as a share of the loss for a unit that is missing, with a stop every 10 years",
        "share",
        0.55,
        [0.0, 4.0],
        np.stack([-units, 4.0 * cost - units], axis=1),
        "Priced on the same lives: the difference is a straight line in the unit value; the interval is Fieller's.",
        f"Below it a cushion of {TRIED} days pays for itself, above it the item is better off without.",
        straight=True,
    )
    tail = {years: _tail(lost, held, place[f"every {years:g} years"]) for years in EVERY}
    heavy, everyday = (limits[f"every 10 years, {word}", TRIED] for word in ("heavy tail", "everyday luck"))
    return Finding(
        verdict=verdict,
        headline=f"With a stop every 10 years a cushion of {TRIED} days pays while a unit costs less than "
        f"{shown(base.mean, 'share')} ({between(base.low, base.high, 'share')}) of what its absence costs; with one "
        "every 25 years the "
        f"limit is {shown(limit[25.0].mean, 'share')}, every 3.7 years {shown(limit[3.7].mean, 'share')}. "
        f"{_examples(limit)}",
        key=base.name,
        estimates=(
            *limit.values(),
            *(limits[f"every {years:g} years", 60] for years in EVERY),
            heavy,
            everyday,
            *(
                plain_value(f"closed form, {TRIED} days, every {years:g} years", exact[years, TRIED], "share")
                for years in EVERY
            ),
            *(plain_value(f"closed form, first day, every {years:g} years", first[years], "share") for years in EVERY),
        ),
        tables=(_limits(limits, exact, first), _best(lost, held, place)),
        figure=_figure(limit, exact),
        flip=flip,
        attack=Attack(
            "Cost is an average, while a board that holds a cushion thinks of the worst case; outages may have a "
            "heavier tail than "
            "the exponential law; and items have everyday luck and everyday safety stock, which may do the cushion's "
            "work.",
            f"(1) Judged by the worst twentieth of item-decades alone: the cushion of {TRIED} days pays while unit "
            "value × its carrying "
            "cost < loss × units it saves in those. (2) Lengths lognormal with the same mean (sigma 1.08). (3) "
            "Demand with cv 0.6, "
            f"make time with cv 0.3, and a safety stock at z {LUCK} that is there without a cushion.",
            "(1) The limits become "
            + ", ".join(f"{shown(tail[years], 'share')} (every {years:g} years)" for years in EVERY)
            + f". With a stop every 10 years: (2) {told(heavy)}; (3) {told(everyday)}. There is a limit in all of them.",
        ),
        replications=count,
        notes=(
            "The closed form is that of constant demand and continuous review (Tomlin 2006 in continuous time): B "
            "days of cushion "
            "save MTTR (1 − exp(−B/MTTR)) / (MTBF + MTTR) of demand. The first day pays if and only if the loss per "
            "unit exceeds carrying "
            "cost a day × days between stops, however long a stop lasts.",
        ),
        limits=(
            "A second source, air freight or a redesign in place of the cushion (claims 5 and 15).",
            "Shelf life, and obsolescence beyond the 5 % a year that carrying cost holds (claims 8 and 21).",
            "A loss that grows with the length of the outage (customers who leave for good).",
        ),
        hashes=tuple(hashed(case.label, case.scenario, case.plans, setting.seed) for case in cases),
    )


def _closed(years: float, days: float) -> float:
    """The limit for a cushion by the closed form: share of demand saved over the carrying cost of the stock that it adds."""
    found = [cover_against_outages(1.0, years * 365, OUT, float(cover)) for cover in (0, days)]
    saved = (found[0].lost_units_per_day - found[1].lost_units_per_day) * 365
    return saved / (CARRYING * (found[1].mean_on_hand - found[0].mean_on_hand))


def _examples(limit: dict[float, Estimate]) -> str:
    """Which of the examples lie below or above all limits, in words."""
    low, high = min(one.low for one in limit.values()), max(one.high for one in limit.values())
    below = [shown(worth, "share") for worth, _ in WORTH if worth < low]
    above = [shown(worth, "share") for worth, _ in WORTH if worth > high]
    words = []
    if below:
        words.append(f"parts at {' and '.join(below)} of the loss are below all limits")
    if above:
        words.append(f"items at {' and '.join(above)} are above all of them")
    return f"{capital('; '.join(words))}." if words else ""


def _tail(lost: Floats, held: Floats, at: int) -> float:
    """The limit when only the worst twentieth of item-decades without a cushion counts."""
    column = CUSHIONS.index(TRIED)
    without, with_ = lost[:, at, :, 0].ravel(), lost[:, at, :, column].ravel()
    worst = np.argsort(-without, kind="stable")[: max(without.size // 20, 1)]
    cost = CARRYING * (held[:, at, :, column].mean() - held[:, at, :, 0].mean())
    return float((without - with_)[worst].mean() / cost)


def _limits(
    limits: dict[tuple[str, int], Estimate], exact: dict[tuple[float, int], float], first: dict[float, float]
) -> Table:
    shown_days = (7, 14, 30, 60, 120)
    rows = []
    for years in reversed(EVERY):
        label = f"every {years:g} years"
        rows.append((label, "", *(told(limits[label, days]) for days in shown_days)))
        rows.append(
            (
                f"{label}, closed form",
                shown(first[years], "share"),
                *(shown(exact[years, days], "share") for days in shown_days),
            )
        )
    return Table(
        "Highest unit value at which the whole cushion pays, as a share of the loss for a unit that is missing (95 % "
        "intervals)",
        ("supplier stops", "first day", *(f"{days} days" for days in shown_days)),
        tuple(rows),
    )


def _best(lost: Floats, held: Floats, place: dict[str, int]) -> Table:
    """The cushion of least mean cost at each worth, beside the closed form."""
    rows = []
    for worth, whose in WORTH:
        row = [f"{shown(worth, 'share')}: {whose}"]
        for years in EVERY:
            at = place[f"every {years:g} years"]
            cost = worth * CARRYING * held[:, at].mean(axis=(0, 1)) + lost[:, at].mean(axis=(0, 1))
            best = optimal_cover_days(years * 365, OUT, CARRYING / 365 * worth, 1.0)
            row.append(f"{CUSHIONS[int(cost.argmin())]} ({best:.0f})")
        rows.append(tuple(row))
    return Table(
        "Best of the cushions tried, days; in brackets the closed form B* = MTTR ln((h MTTR + p) / (h (MTBF + MTTR)))",
        ("unit value as a share of the loss", *(f"a stop every {years:g} years" for years in EVERY)),
        tuple(rows),
    )


def _figure(limit: dict[float, Estimate], exact: dict[tuple[float, int], float]) -> Figure:
    def draw(axes: Any) -> None:
        from sim.report.style import BLACK, BLUE, GREY, LIGHT, VERMILION

        low, high = 0.008, 4.0
        for row, years in enumerate(EVERY):
            one = limit[years]
            axes.barh(row, one.mean - low, left=low, height=0.5, color=BLUE, alpha=0.8)
            axes.barh(row, high - one.mean, left=one.mean, height=0.5, color=LIGHT, alpha=0.6)
            axes.plot([one.low, one.high], [row, row], color=BLACK, linewidth=3, solid_capstyle="butt")
            axes.plot(
                [exact[years, TRIED]],
                [row],
                marker="D",
                color=VERMILION,
                markersize=6,
                linestyle="none",
                markeredgecolor="white",
            )
            axes.annotate(
                f"{one.mean * 100:.0f} %",
                (one.mean, row),
                (0, 16),
                textcoords="offset points",
                ha="center",
                fontsize=9.5,
            )
        axes.text(low * 1.15, 0, "the cushion pays", va="center", color="white", fontsize=9.5, fontweight="bold")
        axes.text(high / 1.15, 0, "it costs more than it saves", va="center", ha="right", fontsize=9.5)
        for worth, name in (
            (0.035, "chip that\nstops a device"),
            (0.55, "critical item\nsold alone"),
            (1.22, "plain item\nsold alone"),
        ):
            axes.axvline(worth, color=GREY, linewidth=1, linestyle=(0, (3, 2)))
            axes.text(worth, 2.72, name, ha="center", va="bottom", fontsize=8.5, color=GREY)
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.set_ylim(-0.5, 3.3)
        ticks = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
        axes.set_xticks(ticks, [f"{tick * 100:g} %" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_yticks(range(3), [f"supplier stops once\nin {years:g} years" for years in EVERY])
        axes.set_xlabel("what a unit costs, as a share of what is lost when it is missing")

    ends = f"{limit[25.0].mean:.0%} to {limit[3.7].mean:.0%}".replace("%", " %")
    return Figure(
        title=f"A cushion of {TRIED} days pays for units that cost up to {ends} of what their absence costs, by how "
        "often the source stops",
        draw=draw,
        alt="Three bars, one for each rate of stops: the unit value, as a share of the loss for a missing unit, up "
        "to which a cushion "
        "pays. Dashed lines mark a chip that stops a device and items sold on their own.",
        note="Black: 95 % interval of the limit. Red: closed form.",
        height=3.0,
    )
