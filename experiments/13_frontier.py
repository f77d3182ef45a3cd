"""Claim 13: steady demand and short lead times suit JIT; lumpy, seasonal, long-lead items need a buffer. Where?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
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
    Flip,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
)
from experiments.support.finding import hashed
from experiments.support.newsvendor import balanced as safety_factor
from experiments.support.page import between, shown, told
from experiments.support.pasts import lives, past_of
from sim.catalogue import Item
from sim.demand import DemandStream
from sim.distributions import Lognormal
from sim.futures import Future
from sim.history import History
from sim.network import Lane, Supplier, Warehouse
from sim.outcome import Outcome
from sim.postures import Posture
from sim.scenario import Scenario
from sim.theory.excess import normal_excess
from sim.windows import Window

Floats = NDArray[np.float64]
LEADS = (7, 14, 28, 42, 63, 84, 112)
CVS = (0.3, 0.6, 1.2, 2.0, 3.0, 4.5)
SWINGS = (0.45, 0.9)
ROWS = (*(f"cv {cv:g}" for cv in CVS), *(f"season ±{swing * 100:g} %" for swing in SWINGS))
MEAN, COST, PRICE = 20.0, 50.0, 50.0 / 0.55
GOODWILL, PENALTY, CARRYING, LOST = 0.3, 0.05, 0.25, 0.5
PAST, HORIZON, WARM_UP = 730, 730, 300
POSTURES = (
    Posture(name="JIT", z=1.65, cover=2.0, lot=7.0),
    Posture(name="two weeks", z=1.65, cover=14.0, lot=7.0),
    Posture(name="JIC", z=2.33, cover=45.0, lot=7.0),
)
#: corners of the map whose cells make the verdict: label, row, lead time, whether the claim wants the buffer
CORNERS = (
    ("steady demand, 1 week of lead time", "cv 0.3", 7, False),
    ("lumpy demand, 1 week of lead time", "cv 4.5", 7, True),
    ("seasonal demand, 1 week of lead time", "season ±90 %", 7, True),
    ("steady demand, 16 weeks of lead time", "cv 0.3", 112, True),
    ("lumpy demand, 16 weeks of lead time", "cv 4.5", 112, True),
    ("seasonal demand, 16 weeks of lead time", "season ±90 %", 112, True),
)
#: other money: label, carrying cost, goodwill as a share of cost
PRICES = (
    ("carrying cost 15 %", 0.15, 0.3),
    ("carrying cost 40 %", 0.40, 0.3),
    ("no goodwill lost", 0.25, 0.0),
    ("goodwill 100 % of cost", 0.25, 1.0),
)
CLAIM = Claim(
    number=13,
    name="frontier",
    claim="Steady demand and short lead times suit JIT; lumpy, seasonal, long-lead items need a buffer.",
    question="On a grid of demand variability and lead time, where does just-in-time stop being the cheaper posture?",
    design="Fifty-six items that differ in two things alone: demand (daily cv 0.3 to 4.5, or seasonal) and mean lead "
    "time (1 to 16 "
    "weeks). Each is planned by JIT, by the same with two weeks of cover, and by JIC with 45 days, all reviewed "
    "weekly with the "
    "same weekly lots, so that nothing but the buffer differs. Cost is carrying and stockout cost over two calm "
    "years. Every "
    "future has a past of its own (two years of records), on which plans are made anew, so that the border does not "
    "hang on one "
    "lucky history. The border is where the paired difference in cost crosses zero along a column of the map.",
    fair="All three postures get the same formula, the same records and the same prices. JIT has its safety stock "
    "(95 %) and two "
    "days of cover, as its defenders run it. Nothing is disrupted: buffers earn their keep against demand and lead "
    "time alone, "
    "which is what the claim speaks of. The money that decides is varied under attack.",
    expected="JIT in the steady, short corner; a buffer where demand is lumpy or seasonal. Long lead times alone "
    "need not ask for more "
    "cover, for the formula's safety stock grows with them.",
    parameters=(
        ("JIT", "z 1.65, 2 days of cover", "assumed (docs/meridian.md)"),
        ("two weeks; JIC", "z 1.65, 14 days; z 2.33, 45 days", "assumed (docs/meridian.md, lots made equal)"),
        (
            "daily cv of demand",
            "0.3 to 4.5",
            "Willems (2008), electromedical chains: 0.69, 1.21, 2.73 (p10, 50, 90); lumpy with an interval of 8 days "
            "and cv 1.1: 4.1",
        ),
        ("season", "±45 % and ±90 %", "Meridian's seasonal items (assumed), and twice that"),
        (
            "lead time",
            "7 to 112 days, lognormal, cv 0.3",
            "Willems (2008): 15, 30, 45 days (p10, 50, 90), at most 112; cv of steady repeat orders 0.25 to 0.40 "
            "(USAID SCMS deliveries, adjusted)",
        ),
        ("carrying cost", "25 % of value a year", "rule of thumb; published range 20 to 40 % (Richardson 1995)"),
        ("a lost unit", "margin 82 % and goodwill 30 % of cost", "Meridian (assumed)"),
        ("unmet demand", "half lost, half waits at 5 % of price", "assumed"),
    ),
    minutes=1.5,
)


def scenario() -> Scenario:
    """One item for each cell of the map; those of one lead time share a supplier."""
    items, demand = [], []
    for lead in LEADS:
        for row in ROWS:
            name = f"{row}, {lead} days"
            items.append(
                Item(
                    item=name,
                    standard_cost=COST,
                    price=PRICE,
                    criticality="breaches a contract",
                    supplier=f"{lead} days",
                )
            )
            kind, size = row.split(" ")[0], float(row.split(" ")[1].lstrip("±"))
            demand.append(
                DemandStream(item=name, warehouse="Main", model="negative_binomial", mean=MEAN, cv=size)
                if kind == "cv"
                else DemandStream(
                    item=name,
                    warehouse="Main",
                    model="negative_binomial",
                    mean=MEAN,
                    cv=0.6,
                    amplitude=size / 100,
                    peak=182.0,
                )
            )
    return Scenario(
        name="frontier",
        horizon=HORIZON,
        warm_up=WARM_UP,
        lost_share=LOST,
        items=tuple(items),
        suppliers=tuple(
            Supplier(name=f"{lead} days", production_time=Lognormal(law="lognormal", mean=lead, cv=0.3))
            for lead in LEADS
        ),
        warehouses=(Warehouse(name="Main"),),
        lanes=(Lane(name="truck", origin=tuple(f"{lead} days" for lead in LEADS), destination="Main"),),
        demand=tuple(demand),
        stretches=(Window(name="all of it", start=str(-PAST), end="0", kind="stable"),),
    )


SCENARIO = scenario()


def make(seed: int, number: int) -> Sequence[Case]:
    """One future with its own past, and the plans made on that."""
    past = past_of(SCENARIO, PAST, seed, number).demand["Main"][:PAST]
    known = replace(SCENARIO, record=History(first=-PAST, units={"Main": past}))
    plans = (*(one.plan(known) for one in POSTURES), balanced().plan(known))
    return (Case("calm", known, plans),)


def balanced() -> Posture:
    """JIT at the safety factor of its own prices: one more unit of stock costs as much as it saves (newsvendor, a week)."""
    z = safety_factor(COST, PRICE, CARRYING, LOST, GOODWILL, PENALTY)
    return Posture(name="JIT by cost", z=z, cover=2.0, lot=7.0)


def look(outcome: Outcome, future: Future) -> Sequence[float]:
    """For each item, days of demand: on hand, in transit, and shares of demand that were lost and that waited."""
    site = outcome.ledger.sites["Main"]
    day = MEAN * site.days
    return [*(site.on_hand_days / day), *(site.lost / day), *(site.backordered / day), *(site.served / site.demand)]


def cost(seen: Floats, carrying: float = CARRYING, goodwill: float = GOODWILL) -> Floats:
    """(replications, postures, rows, leads) carrying and stockout cost, per cent of the yearly cost of goods."""
    held, lost, waited = (np.moveaxis(seen[..., part, :, :], -1, -2) for part in range(3))
    a_unit = (PRICE - COST) / COST + goodwill
    found: Floats = 100 * (carrying * held / 365 + lost * a_unit + waited * PENALTY * PRICE / COST)
    return found


def run(setting: Setting) -> Finding:
    """The map, its border, and what moves it."""
    count = setting.replications(120, 12)
    found = lives(make, look, count, setting.seed, setting.jobs)[:, 0]
    seen = found.reshape(count, len(POSTURES) + 1, 4, len(LEADS), len(ROWS))
    money = cost(seen)
    gain = {
        name: money[:, place] - money[:, 0] for place, name in enumerate(("JIT", "two weeks", "JIC", "JIT by cost"))
    }
    two = gain["two weeks"]
    cells = [
        cell(label, two[:, ROWS.index(row), LEADS.index(lead)], "less" if buffer else "more", unit="% of cost of goods")
        for label, row, lead, buffer in CORNERS
    ]
    border = {lead: _border(two, lead) for lead in LEADS}
    far = {lead: _border(gain["JIC"], lead) for lead in LEADS}
    theory = {lead: _theory(lead) for lead in LEADS}
    at = border[7]
    verdict = judge(
        cells,
        condition=_condition(cells, at),
        rule="One cell for each corner of the map: cost with two weeks of cover less cost with just-in-time's two "
        "days. The claim wants "
        "just-in-time cheaper in the first and the buffer cheaper in all others.",
    )
    corner = {
        label: estimate(
            f"two weeks of cover less JIT, {label}", two[:, ROWS.index(row), LEADS.index(lead)], "% of cost of goods"
        )
        for label, row, lead, _ in CORNERS
    }
    jic = [
        estimate(f"JIC less JIT, {label}", gain["JIC"][:, ROWS.index(row), LEADS.index(lead)], "% of cost of goods")
        for label, row, lead, _ in CORNERS
    ]
    attacks = {label: cost(seen, carrying, goodwill) for label, carrying, goodwill in PRICES}
    moved = {label: _moved(one[:, 1] - one[:, 0]) for label, one in attacks.items()}
    own = _moved(money[:, 1] - money[:, 3])
    every = gain["JIT by cost"]
    return Finding(
        verdict=verdict,
        headline="Two weeks of cover pay once a day's demand varies by more than cv "
        f"{_where(at)} at one week of lead time, {_where(border[28])} at four; the 45 days of JIC {_from(far[7])} "
        f"and {_from(far[28])}. "
        f"{_long(two)}",
        key=corner[CORNERS[1][0]].name,
        estimates=(*corner.values(), *jic),
        tables=(_borders(gain, theory), _map(money)),
        figure=_figure(gain, border),
        flip=at,
        attack=Attack(
            "The border is a matter of money, and of how well just-in-time is sized: 95 % is a convention, not what "
            "these prices ask for.",
            "The same lives at other prices; and just-in-time sized by its own prices (z "
            f"{balanced().z:.2f}: one more unit of stock costs what it saves).",
            "Border at four weeks of lead time: "
            + "; ".join(f"{label}, {one}" for label, one in moved.items())
            + f". Against just-in-time sized by cost, {own}; that alone saves it "
            f"{told(estimate('', -every[:, : len(CVS)].mean(axis=(1, 2)), '% of cost of goods'))} on the average of "
            "all cells without season.",
        ),
        replications=count,
        notes=(
            f"n = {count} futures keep the 95 % interval of a corner's difference within about half a per cent of "
            "the cost of goods, which "
            "is the height of the effects near the border.",
            "Theory: the same two postures if demand over the lead time were normal and the past told its mean and "
            "spread exactly "
            "(shortage of a cycle by the normal loss function; Silver, Pyke and Thomas 2017). Real records are "
            "short, lumpy demand is "
            "skewed, and lead-time luck lasts, so that shortages come together. Where theory says 'always' the "
            "simulated difference "
            "is small: at long lead times the formula's safety stock is large and twelve days more or less change "
            "little.",
        ),
        limits=(
            "Disruptions (claims 2, 10 and 15), and lots larger than a week.",
            "Postures that follow the season or a forecast (claims 12 and 17).",
            "Items whose value is small beside the cost of an order line.",
        ),
        hashes=(hashed("calm", SCENARIO, tuple(one.plan(SCENARIO) for one in POSTURES), setting.seed),),
    )


def _border(difference: Floats, lead: int) -> Flip:
    """The cv at which a buffer becomes the cheaper one, along one lead time."""
    return flip_of(
        f"daily cv of demand at {lead} days of lead time",
        "",
        0.6,
        CVS,
        difference[:, : len(CVS), LEADS.index(lead)],
        f"Along the map's column of {lead} days, on straight lines between the values of cv that were lived "
        f"({CVS[0]:g} to {CVS[-1]:g}), on "
        "the same futures; the interval holds all values at which zero lies in the interval of the mean difference.",
        "Below it just-in-time is cheaper, above it the two weeks of cover are.",
    )


def _where(one: Flip) -> str:
    if not one.found:
        return "none tried"
    if math.isinf(one.low) and math.isinf(one.high):
        return f"{shown(one.value)} (not told apart)"
    ends = (
        f"up to {shown(one.high)}"
        if math.isinf(one.low)
        else f"from {shown(one.low)} on"
        if math.isinf(one.high)
        else between(one.low, one.high)
    )
    return f"{shown(one.value)} ({ends})"


def _from(one: Flip) -> str:
    return f"from cv {_where(one)}" if one.found else f"at none up to cv {CVS[-1]:g}"


def _moved(difference: Floats) -> str:
    """Where the border lies at four weeks of lead time, or who is cheaper all along it."""
    one = _border(difference, 28)
    if one.found:
        return f"cv {_where(one)}"
    cheaper = "the buffer" if difference[:, : len(CVS), LEADS.index(28)].mean() < 0 else "just-in-time"
    return f"none, {cheaper} is cheaper at every cv tried"


def _long(two: Floats) -> str:
    """What long lead time does alone."""
    one = estimate("", two[:, 0, -1], "% of cost of goods")
    if one.low > 0:
        return f"Sixteen weeks of lead time alone, with steady demand, do not ask for it: it costs {told(one)} more."
    if one.high < 0:
        return (
            f"Sixteen weeks of lead time ask for it even with steady demand: {shown(-one.mean)} % of the cost of goods."
        )
    return f"Whether sixteen weeks of lead time ask for it with steady demand stays open ({told(one)})."


def _condition(cells: Sequence[Cell], at: Flip) -> str:
    """Kinds of demand, and for each the lead times of those corners that speak for the claim."""
    weeks: dict[str, list[str]] = {}
    for one in judge(cells).cells:
        if one.side == "for":
            kind, lead = one.cell.label.removesuffix(" of lead time").split(", ")
            weeks.setdefault(kind, []).append(lead)
    told = ", ".join(f"{kind} ({' or '.join(leads)} of lead time)" for kind, leads in weeks.items())
    where = f"; the border at 1 week of lead time is a daily cv of {_where(at)}" if at.found else ""
    return f"it speaks of {told}{where}"


def _theory(lead: float, days: float = 14.0, z: float = 1.65) -> float:
    """The cv at which two postures cost the same under normal demand with known moments; NaN where there is none."""

    def apart(cv: float) -> float:
        sizes = math.sqrt((lead + 8) * cv**2 + (0.3 * lead) ** 2)
        after = (lead + 8.0, sizes)
        before = (lead + 1.0, math.sqrt((lead + 1) * cv**2 + (0.3 * lead) ** 2))
        totals = []
        for cover, factor in ((2.0, 1.65), (days, z)):
            level = lead + 8 + cover + factor * sizes
            short = (normal_excess(*after, level) - normal_excess(*before, level)) / 7  # share of demand
            a_unit = LOST * ((PRICE - COST) / COST + GOODWILL) + (1 - LOST) * PENALTY * PRICE / COST
            totals.append(CARRYING / 365 * (level - lead - 8) + short * a_unit)
        return totals[1] - totals[0]

    at = np.linspace(0.05, 8.0, 800)
    values = np.array([apart(float(cv)) for cv in at])
    change = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    return float(at[change[0]]) if change.size else (0.0 if values[0] < 0 else math.nan)


def _borders(gain: dict[str, Floats], theory: dict[int, float]) -> Table:
    def told_at(name: str, lead: int) -> str:
        one = _border(gain[name], lead)
        if one.found:
            return _where(one)
        return "always" if gain[name][:, : len(CVS), LEADS.index(lead)].mean() < 0 else "never"

    def exact(value: float) -> str:
        return "never up to cv 8" if math.isnan(value) else "always" if value == 0 else shown(value)

    return Table(
        "The border: daily cv of demand above which the buffer is cheaper than just-in-time (95 % intervals; "
        "'always' and 'never': on the "
        "average of all cv that were lived, where no border lies between them)",
        ("lead time", "two weeks of cover", "theory, normal demand", "JIC, 45 days"),
        tuple(
            (f"{lead} days", told_at("two weeks", lead), exact(theory[lead]), told_at("JIC", lead)) for lead in LEADS
        ),
    )


def _map(money: Floats) -> Table:
    rows = []
    for place, row in reversed(list(enumerate(ROWS))):
        values = []
        for column in range(len(LEADS)):
            means = money[:, : len(POSTURES), place, column].mean(axis=0)
            values.append(" / ".join(shown(one) for one in means))
        rows.append((row, *values))
    return Table(
        "Carrying and stockout cost, per cent of the cost of goods: JIT / two weeks / JIC",
        ("demand", *(f"{lead} d" for lead in LEADS)),
        tuple(rows),
    )


def _figure(gain: dict[str, Floats], border: dict[int, Flip]) -> Figure:
    names = ("JIT", "two weeks", "JIC")

    def draw(axes: Any) -> None:
        from matplotlib.patches import Rectangle

        from sim.report.style import BLACK, BLUE, MINUS, SKY, VERMILION

        colours = {"JIT": VERMILION, "two weeks": SKY, "JIC": BLUE}
        for y in range(len(ROWS)):
            for x in range(len(LEADS)):
                means = {name: float(gain[name][:, y, x].mean()) for name in names}
                best = min(means, key=means.__getitem__)
                others = [estimate("", gain[best][:, y, x] - gain[name][:, y, x]) for name in names if name != best]
                sure = all(one.high < 0 for one in others)
                axes.add_patch(
                    Rectangle(
                        (x - 0.5, y - 0.5),
                        1,
                        1,
                        facecolor=colours[best],
                        alpha=0.85 if sure else 0.3,
                        edgecolor="white",
                        linewidth=1.5,
                    )
                )
                lead = min((name for name in names if name != "JIT"), key=means.__getitem__) if best == "JIT" else best
                axes.text(
                    x,
                    y,
                    f"{means[lead]:+.1f}".replace("-", MINUS),
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="white" if sure and best == "JIC" else BLACK,
                )
        points = [(x + 0.38, border[lead]) for x, lead in enumerate(LEADS) if border[lead].found]
        axes.plot(
            [x for x, _ in points],
            [_height(one.value) for _, one in points],
            color=BLACK,
            marker="o",
            markersize=5,
            linewidth=1.5,
        )
        for at, one in points:
            axes.plot([at, at], [_height(one.low), _height(one.high)], color=BLACK, linewidth=1)
        axes.axhline(len(CVS) - 0.5, color=BLACK, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_xlim(-0.5, len(LEADS) - 0.5)
        axes.set_ylim(-0.5, len(ROWS) - 0.5)
        axes.set_xticks(range(len(LEADS)), [f"{lead} d" for lead in LEADS])
        axes.set_yticks(range(len(ROWS)), [*(f"cv {cv:g}" for cv in CVS), *ROWS[len(CVS) :]])
        axes.set_xlabel("mean lead time")
        axes.set_ylabel("steady  →  lumpy;  seasonal on top")
        handles = [Rectangle((0, 0), 1, 1, facecolor=colours[name], alpha=0.85) for name in names]
        axes.legend(
            [*handles, Rectangle((0, 0), 1, 1, facecolor="#999999", alpha=0.3)],
            ["JIT cheapest", "two weeks of cover", "JIC, 45 days", "pale: may be chance"],
            loc="center left",
            bbox_to_anchor=(1.01, 0.5),
            frameon=False,
            fontsize=9,
        )

    at = border[7]
    return Figure(
        title=_title(gain, at),
        draw=draw,
        alt="A map of lead time against demand variability: each cell coloured by the cheapest of JIT, two weeks of "
        "cover and JIC, with the "
        "line where two weeks of cover become cheaper than JIT.",
        note="Numbers: cost of the best buffer less cost of JIT, per cent of the cost of goods a year. Line: two "
        "weeks of cover and JIT cost\n"
        "the same, with 95 % interval.",
        height=4.3,
    )


def _title(gain: dict[str, Floats], at: Flip) -> str:
    """The answer in a line."""
    seasonal = all(
        estimate("", gain["two weeks"][:, y, x]).high < 0 for y in range(len(CVS), len(ROWS)) for x in range(len(LEADS))
    )
    also = ", and always for seasonal demand" if seasonal else ""
    return f"JIT for steady demand; two weeks of cover pay from a daily cv of {_where(at)} at 1 week of lead time{also}"


def _height(cv: float) -> float:
    """Where a cv lies on the map's axis."""
    return float(np.interp(min(max(cv, CVS[0]), CVS[-1]), CVS, range(len(CVS))))
