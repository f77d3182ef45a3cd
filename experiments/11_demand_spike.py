"""Claim 11: JIC fills a demand spike at once. How large a spike, for how long, and what comes after?"""

from __future__ import annotations

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
    ratio,
)
from experiments.support.finding import hashed
from experiments.support.meridian import hybrid, jic, jit
from experiments.support.page import between, shown, told
from sim.catalogue import CRITICALITIES, Item
from sim.costs import Costs
from sim.demand import DemandStream
from sim.disruptions.goods import DemandShock
from sim.distributions import Fixed, Lognormal, Uniform
from sim.events import event
from sim.futures import Future
from sim.network import Lane, Leg, Supplier, Warehouse
from sim.outcome import Outcome
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: mean days from order to receipt: near by truck, far by sea
LEADS = (10, 35)
FACTORS = (1.5, 2.0, 3.0, 5.0, 10.0, 17.0)
#: spikes of other lengths: days and factors
OTHERS = {7: (3.0, 5.0, 10.0, 17.0), 56: (1.5, 2.0, 3.0)}
LENGTHS = (7, 28, 56)
#: lead time of the figure and of the cells
LEAD = 35
MEAN = 20.0
YEAR = 365
#: served at once: this share of a spike's demand
ENOUGH = 0.99
SLUMP, SLUMP_DAYS = 0.3, 84
EVENTS = ("toilet_paper_2020", "n95_2020")
CALLED = {"toilet_paper_2020": "toilet paper 2020", "n95_2020": "N95 respirators 2020"}
#: most days of an event's profile that are lived
LONGEST = 180
CAPACITY = 1.2
NAMES = ("jit", "jic", "hybrid")
TOLD = {"jit": "JIT", "jic": "JIC", "hybrid": "hybrid"}
CLAIM = Claim(
    number=11,
    name="demand_spike",
    claim="JIC fills a demand spike at once.",
    question="What share of a spike's demand is served from stock on the day, by size and length of the spike and by "
    "lead time; when is it "
    "too big for JIC too; and who profits when a slump follows?",
    design="Six items: three criticalities, each with a lead time of 10 and 35 days, under JIT, JIC and hybrid "
    "by stock alone. "
    "Demand is multiplied by 1.5 to 17 for 1, 4 or 8 weeks from a day that chance decides; and two real spikes are "
    "lived day "
    "by day, toilet paper and N95 respirators of 2020. The same futures are lived without the spike, so that what it "
    "does "
    "is the difference. 'At once' means 99 % of the spike's demand served from stock on its day; shortages after the "
    "spike "
    "count against it too.",
    fair="Suppliers have no limit here, so that every posture gets all it orders after one lead time: this favours "
    "whoever holds "
    "least (a limit comes in under attack). No posture knows of the spike, none changes its levels, and none "
    "expedites. The "
    "year's whole cost is shown for all, with and without a slump after the spike.",
    expected="A buffer of B days fills a spike while (factor − 1) × the shorter of spike and lead time is at most B: "
    "JIC fills spikes of a "
    "few weeks at twice or three times demand, and no panic of ten times for long.",
    parameters=(
        ("JIT; JIC", "2 and 45 days of cover, z 1.65 and 2.33, lots of 1 and 4 weeks", "assumed (docs/meridian.md)"),
        ("hybrid", "cover by impact and fragility of the item", "assumed (docs/meridian.md)"),
        (
            "lead times",
            "10, 35, 75 days; cv about 0.25",
            "truck, and sea from a make time near Willems (2008) with two weeks on the way",
        ),
        ("demand", "20 units a day, cv 0.6", "smooth class near Willems (2008)"),
        ("toilet paper 2020", "× 9.45 for two days, × 1.71 over nine weeks", "NCSolutions (2020)"),
        (
            "N95 2020",
            "× 5 to × 17 over 60 days, slowly back",
            "Premier survey (2020); days assumed; its first 180 days are lived",
        ),
        (
            "spike followed by a slump",
            "× 0.3 for 12 weeks",
            "assumed: about what a spike of × 3 for 4 weeks brought forward",
        ),
        ("unmet demand", "half lost, half waits", "assumed"),
    ),
    minutes=1.2,
)


def scenario(shocks: Sequence[DemandShock] = (), capacity: float | None = None) -> Scenario:
    """Six items and the shocks to their demand; a limit to suppliers is a multiple of mean demand."""
    items = [
        (f"{criticality}, {lead} days", criticality, f"{lead} days") for lead in LEADS for criticality in CRITICALITIES
    ]
    return Scenario(
        name="demand_spike",
        horizon=YEAR,
        warm_up=100,
        costs=Costs(per_line=60.0),
        items=tuple(
            Item(item=name, standard_cost=50.0, price=50.0 / 0.55, criticality=criticality, supplier=supplier)
            for name, criticality, supplier in items
        ),
        suppliers=tuple(
            Supplier(
                name=f"{lead} days",
                production_time=Lognormal(law="lognormal", mean=0.6 * lead, cv=0.3),
                capacity=None if capacity is None else capacity * MEAN * len(CRITICALITIES),
            )
            for lead in LEADS
        ),
        warehouses=(Warehouse(name="Main"),),
        lanes=tuple(
            Lane(
                name=f"from {lead} days",
                origin=(f"{lead} days",),
                destination="Main",
                mode="truck" if lead == LEADS[0] else "sea",
                legs=(Leg(transit=Lognormal(law="lognormal", mean=0.4 * lead, cv=0.2)),),
            )
            for lead in LEADS
        ),
        demand=tuple(
            DemandStream(item=name, warehouse="Main", model="negative_binomial", mean=MEAN, cv=0.6)
            for name, _, _ in items
        ),
        disruptions=tuple(shocks),
    )


START = Uniform(law="uniform", low=56.0, high=84.0)


def spike(factor: float, days: float) -> DemandShock:
    """One factor for some days."""
    return DemandShock(kind="demand_surge", name="spike", start=START, length=Fixed(value=days), factor=factor)


def slump(days: float) -> DemandShock:
    """What follows a spike of so many days, without a gap."""
    return DemandShock(
        kind="demand_collapse",
        name="slump",
        after="spike",
        lag=Fixed(value=days),
        length=Fixed(value=float(SLUMP_DAYS)),
        factor=SLUMP,
    )


def real(name: str) -> DemandShock:
    """A real spike along its profile, at most `LONGEST` days of it."""
    points = next(one.value for one in event(name).effects if one.effect == "demand_profile")
    days = min(float(points[-1][0]), LONGEST)
    kept = [(float(day), float(height)) for day, height in points if day <= days]
    if kept[-1][0] < days:
        kept.append((days, float(np.interp(days, [p[0] for p in points], [p[1] for p in points]))))
    return DemandShock(kind="demand_shock", name="spike", start=START, length=Fixed(value=days), profile=tuple(kept))


#: label and shocks of all cases; the first is calm
SHOCKS: tuple[tuple[str, tuple[DemandShock, ...]], ...] = (
    ("calm", ()),
    *(
        (f"× {factor:g} for {days} days", (spike(factor, days),))
        for days in LENGTHS
        for factor in OTHERS.get(days, FACTORS)
    ),
    *((name, (real(name),)) for name in EVENTS),
    ("× 3 for 28 days and a slump", (spike(3.0, 28), slump(28))),
)
TIGHT = ("calm, tight", "× 3 for 28 days, tight", "toilet_paper_2020, tight")


def look(outcome: Outcome, future: Future) -> Sequence[float]:
    """Of each item: units asked for, served at once, backordered, unit-days waiting, days short; then costs of the year."""
    site = outcome.ledger.sites["Main"]
    one = outcome.measures
    return [
        *site.demand,
        *site.served,
        *site.backordered,
        *site.backorder_days,
        *site.short_days,
        *(site.before_days / site.days / MEAN),
        *(one[key] for key in ("carrying_cost", "stockout_cost", "ordering_cost", "total_cost")),
    ]


def run(setting: Setting) -> Finding:
    """Spikes of all sizes, two real ones, and a slump."""
    count = setting.replications(36, 4)
    calm = scenario()
    plans = (jit().plan(calm), jic().plan(calm), hybrid().plan(calm))
    cases = [Case(label, scenario(shocks), plans) for label, shocks in SHOCKS]
    by_label = dict(SHOCKS)
    cases += [Case(label, scenario(by_label[label.removesuffix(", tight")], CAPACITY), plans) for label in TIGHT]
    found = lives(cases, look, count, setting.seed, setting.jobs)
    seen = Spikes(found, [case.label for case in cases])

    tried = [f"× {factor:g} for 28 days" for factor in FACTORS] + list(EVENTS)
    cells = [
        cell(CALLED.get(label, label), seen.filled(label, "jic", LEAD), "more", ENOUGH, unit="share") for label in tried
    ]
    bound = {(days, lead, name): _bound(seen, days, lead, name) for days in LENGTHS for lead in LEADS for name in NAMES}
    main = bound[28, LEAD, "jic"]
    verdict = judge(
        cells,
        condition=_condition(seen, main, cells),
        rule=f"One cell for each spike of four weeks and each real one, at a lead time of {LEAD} days: the share of "
        "its demand that JIC serves "
        f"at once, against {ENOUGH:.0%}.".replace("%.", " %."),
    )
    fills = [
        estimate(f"filled at once by {TOLD[name]}, {CALLED.get(label, label)}", seen.filled(label, name, LEAD), "share")
        for label in ("× 1.5 for 28 days", "× 3 for 28 days", "× 10 for 28 days", *EVENTS)
        for name in NAMES
    ]
    waits = {
        (label, name): ratio(
            f"mean wait of those who had to wait, {TOLD[name]}, {CALLED.get(label, label)}",
            *seen.waited(label, name),
            unit="days",
        )
        for label in ("× 3 for 28 days", *EVENTS)
        for name in NAMES
    }
    steady = [waits["× 3 for 28 days", "jit"], *(waits["n95_2020", name] for name in NAMES)]
    spiked, slumped = "× 3 for 28 days", "× 3 for 28 days and a slump"
    worth = {
        label: estimate(
            f"JIC less JIT, total cost of the year, {label}",
            seen.money(label, "jic", 3) - seen.money(label, "jit", 3),
            "USD",
        )
        for label in ("calm", spiked, slumped)
    }
    profit = {
        name: estimate(
            f"what the slump adds to the cost of the year, {TOLD[name]}",
            seen.money(slumped, name, 3) - seen.money(spiked, name, 3),
            "USD",
        )
        for name in NAMES
    }
    often = ratio(
        "spikes of × 3 for 28 days a year at which JIC costs what JIT does",
        seen.money("calm", "jic", 3) - seen.money("calm", "jit", 3),
        (seen.money("calm", "jic", 3) - seen.money("calm", "jit", 3))
        - (seen.money(spiked, "jic", 3) - seen.money(spiked, "jit", 3)),
        unit="a year",
    )
    tight = {label: estimate("", seen.filled(label, "jic", LEAD, "calm, tight"), "share") for label in TIGHT[1:]}
    loose = {
        label: estimate("", seen.filled(label.removesuffix(", tight"), "jic", LEAD), "share") for label in TIGHT[1:]
    }
    paper = next(one for one in fills if one.name == "filled at once by JIC, toilet paper 2020")
    thin = next(one for one in fills if one.name == "filled at once by JIT, toilet paper 2020")
    mask = next(one for one in fills if one.name == "filled at once by JIC, N95 respirators 2020")
    return Finding(
        verdict=verdict,
        headline=f"With 35 days of lead time JIC fills a four-week spike of up to {_times(main)} normal demand. Of "
        "the toilet-paper panic of "
        f"2020 it serves {told(paper)} at once (JIT {shown(thin.mean, 'share')}), of the N95 surge {told(mask)}. A "
        "slump after the "
        f"spike costs JIC {_money(profit['jic'])} and JIT {_money(profit['jit'])} of the year's cost; JIC less JIT "
        "is then "
        f"{_money(worth[slumped])}, against {_money(worth[spiked])} without it and {_money(worth['calm'])} in a calm "
        "year.",
        key=paper.name,
        estimates=(*fills, *steady, *worth.values(), *profit.values(), often),
        tables=(_bounds(bound, seen), _filled(seen), _after(seen, waits)),
        figure=_figure(seen, main),
        flip=main,
        attack=Attack(
            "Suppliers deliver whatever is ordered. In 2020 they could not: mills and mask makers ran near their "
            "limit.",
            f"Each supplier can make {CAPACITY:g} times mean demand, no more; the same futures.",
            "JIC then fills at once: "
            + "; ".join(
                f"{CALLED.get(label.removesuffix(', tight'), label.removesuffix(', tight'))} {told(tight[label])}, was "
                f"{shown(loose[label].mean, 'share')}"
                for label in TIGHT[1:]
            )
            + ".",
        ),
        replications=count,
        notes=(
            f"JIC costs what JIT does, over all six items, if a spike like × 3 for four weeks comes {told(often)} on "
            "average "
            "(its stock and its smaller number of order lines both counted).",
            "Closed form: stock on hand at the start, B days of demand, is drawn down by factor − 1 days a day and "
            "lasts B ÷ (factor − 1) "
            "days. If that is less than the shorter of the spike and the time to the first reorder (a lead time and "
            "half a review period), "
            "nothing more is served at once until that comes, in the spike and after it: what arrives goes to those "
            "who wait. B is each "
            "posture's mean stock just before demand in the calm year. Luck is left out, and the place in the order "
            "cycle, by which "
            "JIC's stock at the start may be half a lot of four weeks below its mean.",
            f"n = {count}: shares filled are known to within about two hundredths, three items each.",
        ),
        limits=(
            "Levels that are raised in the spike, and what they leave behind in the slump (claims 6, 8 and 12).",
            "Orders placed twice, rationing among customers, and prices.",
            "A spike that is announced.",
        ),
        hashes=tuple(hashed(case.label, case.scenario, case.plans, setting.seed) for case in cases),
    )


class Spikes:
    """What was read of all lives, by case and posture.

    Parameters
    ----------
    found : (replications, cases, postures, numbers) as of `look`.
    labels : of the cases.
    """

    def __init__(self, found: Floats, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        items = len(LEADS) * len(CRITICALITIES)
        count = found.shape[0]
        self.units = found[..., : 6 * items].reshape(count, len(labels), len(NAMES), 6, len(LEADS), len(CRITICALITIES))
        self.costs = found[..., 6 * items :]

    def _of(self, label: str, name: str, column: int, lead: int) -> Floats:
        one: Floats = self.units[:, self.labels.index(label), NAMES.index(name), column, LEADS.index(lead)].sum(axis=-1)
        return one

    def _extra(self, label: str, name: str, column: int, lead: int, calm: str = "calm") -> Floats:
        return self._of(label, name, column, lead) - self._of(calm, name, column, lead)

    def filled(self, label: str, name: str, lead: int, calm: str = "calm") -> Floats:
        """(replications,) share of the spike's demand that was served from stock on its day."""
        asked, served = (self._extra(label, name, column, lead, calm) for column in (0, 1))
        whole = asked * _whole(label.removesuffix(", tight"))
        return 1 - (asked - served) / whole

    def waited(self, label: str, name: str) -> tuple[Floats, Floats]:
        """Unit-days waited, and units that waited, more than without the spike; (replications,) each."""
        return self._extra(label, name, 3, LEAD), self._extra(label, name, 2, LEAD)

    def stock(self, name: str, lead: int) -> Floats:
        """(replications,) mean stock just before demand in the calm year, days of demand."""
        return self._of("calm", name, 5, lead) / len(CRITICALITIES)

    def short(self, label: str, name: str) -> Floats:
        """(replications,) more days short than without the spike, a mean item."""
        return self._extra(label, name, 4, LEAD) / len(CRITICALITIES)

    def money(self, label: str, name: str, column: int) -> Floats:
        """(replications,) carrying, stockout, ordering or total cost of the year, all items."""
        one: Floats = self.costs[:, self.labels.index(label), NAMES.index(name), column]
        return one


def _whole(label: str) -> float:
    """A spike's whole demand over the demand that it adds."""
    shock = dict(SHOCKS)[label][0]
    if not shock.profile:
        return shock.factor / (shock.factor - 1)
    days = np.arange(0.0, shock.profile[-1][0])
    factors = np.interp(days, [p[0] for p in shock.profile], [p[1] for p in shock.profile])
    return float(factors.sum() / (factors - 1).sum())


def _bound(seen: Spikes, days: int, lead: int, name: str) -> Flip:
    """The factor up to which a spike is filled at once."""
    factors = OTHERS.get(days, FACTORS)
    short = np.stack([ENOUGH - seen.filled(f"× {factor:g} for {days} days", name, lead) for factor in factors], axis=1)
    return flip_of(
        f"size of a spike of {days} days, {TOLD[name]}, lead time {lead} days",
        "times normal demand",
        3.0,
        factors,
        short,
        f"On straight lines between the factors that were lived ({factors[0]:g} to {factors[-1]:g}), on the same "
        "futures; the interval holds all "
        f"factors at which the share filled cannot be told from {ENOUGH * 100:g} %.",
        "Below it the spike is filled at once, above it customers wait or leave.",
    )


def _exact(seen: Spikes, factor: float, days: int, name: str) -> float:
    """The share filled at once by the closed form."""
    lasts = float(seen.stock(name, LEAD).mean()) / (factor - 1)
    if lasts >= min(days, LEAD + 3.5):
        return 1.0
    return (factor * lasts - max(LEAD + 3.5 - days, 0.0)) / (factor * days)


def _times(one: Flip) -> str:
    if not one.found:
        return f"less than {FACTORS[0]:g} times" if one.high != one.high else "n/a"
    return f"{shown(one.value)} times ({between(one.low, one.high)})"


def _money(one: Estimate) -> str:
    return (
        f"${one.mean / 1000:,.1f}k ({one.low / 1000:,.1f} to {one.high / 1000:,.1f})".replace("$-", "−$")
        .replace("(-", "(−")
        .replace("to -", "to −")
    )


def _condition(seen: Spikes, main: Flip, cells: Sequence[Any]) -> str:
    filled = [one.cell.label for one in judge(cells).cells if one.side == "for"]
    size = f"four weeks of up to {_times(main)} normal demand" if main.found else "; ".join(filled)
    sure = [name for name in CALLED.values() if name in filled]
    also = f", {' and '.join(sure)} included" if sure else f"; not, or not surely, {' or '.join(CALLED.values())}"
    return f"the spike is small: {size} at {LEAD} days of lead time{also}"


def _bounds(bound: dict[tuple[int, int, str], Flip], seen: Spikes) -> Table:
    rows = []
    for days in LENGTHS:
        factors = OTHERS.get(days, FACTORS)
        for lead in LEADS:
            row = [f"{days} days, lead time {lead} days"]
            for name in NAMES:
                one = bound[days, lead, name]
                fill = float(seen.filled(f"× {factors[0]:g} for {days} days", name, lead).mean())
                ends = f"under {factors[0]:g}" if fill < ENOUGH else f"over {factors[-1]:g}"
                row.append(f"{shown(one.value)} ({between(one.low, one.high)})" if one.found else ends)
            rows.append(tuple(row))
    return Table(
        f"The largest spike of which {ENOUGH * 100:g} % are served at once, times normal demand (95 % intervals)",
        ("spike", *(TOLD[name] for name in NAMES)),
        tuple(rows),
    )


def _filled(seen: Spikes) -> Table:
    rows = []
    for label in [f"× {factor:g} for 28 days" for factor in FACTORS] + list(EVENTS):
        row = [CALLED.get(label, label)]
        for name in NAMES:
            row.append(told(estimate("", seen.filled(label, name, LEAD), "share")))
            if label not in EVENTS and name != "hybrid":
                row.append(shown(_exact(seen, float(label.split(" ")[1]), 28, name), "share"))
            elif name != "hybrid":
                row.append("")
        rows.append((*row, *(shown(float(seen.short(label, name).mean())) for name in NAMES)))
    return Table(
        "Share of the spike's demand served at once (shortages after it count, so that it can fall below 0), and "
        "days short of an item; "
        f"lead time {LEAD} days",
        (
            "spike",
            "JIT",
            "closed form",
            "JIC",
            "closed form",
            "hybrid",
            *(f"days short, {TOLD[name]}" for name in NAMES),
        ),
        tuple(rows),
    )


def _after(seen: Spikes, waits: dict[tuple[str, str], Estimate]) -> Table:
    rows = []
    for label in ("calm", "× 3 for 28 days", "× 3 for 28 days and a slump", *EVENTS):
        rows.append(
            (
                CALLED.get(label, label),
                *(shown(float(seen.money(label, name, 3).mean()) / 1000) for name in NAMES),
                *(told(waits[label, name]).replace(" days", "") if (label, name) in waits else "" for name in NAMES),
            )
        )
    return Table(
        "Total cost of the year, thousand USD, all six items; and mean days that those waited who had to (lead "
        f"time {LEAD} days)",
        ("", *(TOLD[name] for name in NAMES), *(f"wait, {TOLD[name]}" for name in NAMES)),
        tuple(rows),
    )


def _figure(seen: Spikes, main: Flip) -> Figure:
    def draw(axes: Any) -> None:
        from sim.report.style import GREY, looks

        for name, one in looks(NAMES).items():
            values = [estimate("", seen.filled(f"× {factor:g} for 28 days", name, LEAD)) for factor in FACTORS]
            means = np.array([each.mean for each in values])
            half = np.array([each.high - each.mean for each in values])
            axes.fill_between(
                FACTORS,
                100 * (means - half),
                np.minimum(100 * (means + half), 100),
                color=one.colour,
                alpha=0.2,
                linewidth=0,
            )
            axes.plot(
                FACTORS,
                100 * means,
                color=one.colour,
                marker=one.marker,
                linestyle=one.line,
                markersize=5,
                label=TOLD[name],
            )
        for place, label in enumerate(EVENTS):
            x = 24.0 + 9.0 * place
            for name, one in looks(NAMES).items():
                fill = estimate("", seen.filled(label, name, LEAD))
                axes.plot([x], [100 * fill.mean], color=one.colour, marker=one.marker, markersize=8, linestyle="none")
        axes.axvline(20.0, color=GREY, linewidth=0.8)
        axes.axhline(100 * ENOUGH, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_xscale("log")
        axes.set_xlim(1.4, 40)
        axes.set_ylim(0, 104)
        axes.set_xticks([*FACTORS, 24.0, 33.0], [*(f"× {factor:g}" for factor in FACTORS), "toilet\npaper", "N95"])
        axes.set_xticks([], minor=True)
        axes.set_ylabel("served at once, % of the spike's demand")
        axes.set_xlabel(
            "demand for four weeks, times normal                                        real spikes of 2020"
        )
        axes.legend(frameon=False, fontsize=9, loc="lower left")

    return Figure(
        title=f"JIC fills a four-week spike of up to {_times(main)} normal demand; beyond that its customers wait too",
        draw=draw,
        alt="Share of a spike's demand served at once over the size of a four-week spike, for JIT, JIC and hybrid, "
        "and the same for two real "
        "spikes of 2020.",
        note=f"Lead time {LEAD} days; bands: 95 % intervals; dotted: {ENOUGH * 100:g} %. Hybrid is the mean of a "
        "critical, a middling and a plain item.",
        height=3.5,
    )
