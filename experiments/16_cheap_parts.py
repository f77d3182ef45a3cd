"""Claim 16: cheap parts hide large exposures (Simchi-Levi et al. 2015). In which business?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from experiments.support import (
    Attack,
    Cell,
    Claim,
    Estimate,
    Figure,
    Finding,
    Flip,
    Setting,
    Table,
    judge,
    never,
    plain_value,
)
from experiments.support.exposure import Exposure, Firm, exposure
from experiments.support.finding import hashed
from experiments.support.meridian import SOURCES, hybrid, jic, jit, meridian
from experiments.support.page import between, shown, told
from sim.chance import generator
from sim.scenario import Scenario
from sim.studies.stress import without_chance

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
#: days a supplier is out: of the verdict, and others that are shown
OUT = 60
LENGTHS = (30, 60, 120)
TOP = 0.20
HALF = 0.50
#: "hide": an auditor who looks at the dearer half misses at least this share of the largest exposures
MISSED = 0.20
RESAMPLED = 1000
SHUFFLED = 200
#: money a day of a line that stands still, USD, for the flip
LINES = tuple(float(value) for value in np.geomspace(100, 1e7, 61))
CLAIM = Claim(
    number=16,
    name="cheap_parts",
    claim="Cheap parts hide large exposures (Simchi-Levi et al. 2015).",
    question="Each supplier stops in turn for its time to recover: how far does the loss by item follow the money "
    "spent on it, and how many of "
    "the largest exposures lie in the cheaper half of the catalogue?",
    design="Meridian without chance, under JIT by stock alone. Each of the 12 suppliers it buys from stops for 60 days; the "
    "exposure of an item is what the "
    "stop of its supplier costs there (a stress test as in the paper: a time to recover for every node, no "
    "probabilities). It is "
    "counted in four businesses on the same runs: items sold on their own, without and with lost goodwill; and a "
    "factory, in "
    "which an item that halts production also stops a line for as many days of its demand as are short, at the "
    "margin of one "
    "device (the mean of Meridian's 24) or of the whole firm. 'Hidden' means: of the largest fifth of exposures, "
    "more than a "
    "fifth lie in the cheaper half by yearly spend, or by unit cost. Intervals come from drawing the catalogue's 200 "
    "items "
    "anew (bootstrap), for there is no other chance in it; that is also what limits their width.",
    fair="The same stop for all suppliers, so that nothing but stock, demand and prices tells items apart. Both "
    "meanings of cheap are tested. The "
    "line's loss is not typed in: it is the margin that the firm's own devices, or all its items, make in a day. JIT "
    "is the "
    "posture with the fewest buffers of its own choosing; hybrid and JIC, whose buffers follow price or protect "
    "everything, are shown beside.",
    expected="At Ford no correlation between spend and loss was found, and the largest losses came from low-cost "
    "parts: one missing part stops a "
    "car. Where every item is sold on its own the loss is its own margin, which follows spend.",
    parameters=(
        *SOURCES,
        (
            "time to recover",
            "60 days (30 and 120 beside)",
            "between Renesas Naka 2021, 29 days out, and Xirallic 2011, 58 days out and 40 of recovery (events "
            "library)",
        ),
        ("items that halt production", "by family 10 to 50 %", "Meridian (assumed)"),
        ("margin", "82 % of cost", "Meridian (assumed)"),
        ("goodwill", "100, 30, 0 % of cost by criticality", "Meridian (assumed)"),
        ("a line that stops", "one device, or everything the firm sells, at its margin a day", "derived from Meridian"),
    ),
    minutes=1.0,
)


def hidden(exposed: Floats, cheap: Floats) -> float:
    """Share of the largest fifth of exposures that lies in the cheaper half; of those that lose anything."""
    ranked = np.argsort(-exposed, kind="stable")[: max(round(TOP * exposed.size), 1)]
    ranked = ranked[exposed[ranked] > 0]
    limit = np.sort(cheap, kind="stable")[round(HALF * cheap.size) - 1]
    return float((cheap[ranked] <= limit).mean()) if ranked.size else float("nan")


def correlation(a: Floats, b: Floats) -> float:
    """Spearman's rank correlation (1904); 0 where one of them never varies."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])


def run(setting: Setting) -> Finding:
    """One stress test, counted in four businesses."""
    business = replace(meridian("calm"), horizon=330, warm_up=90)
    calm = without_chance(business)
    firm = Firm.of(business)
    plan = jit().plan(business)
    one = exposure(calm, plan, OUT)
    source = generator(setting.seed, 0, "bootstrap of items")
    chosen: Places = source.integers(firm.cost.size, size=(RESAMPLED, firm.cost.size))
    cheap = {"spend": firm.spend, "unit cost": firm.cost}
    cases = {
        "items sold on their own, goodwill not counted": one.of(0.0, firm.halts, goodwill=False),
        "items sold on their own, goodwill counted": one.of(0.0, firm.halts),
        "a missing part stops one device": one.of(firm.device, firm.halts),
        "a missing part stops the whole firm": one.of(firm.all_items, firm.halts),
    }
    shares = {
        (label, by): _resampled(
            f"large exposures in the cheaper half by {by}: {label}", hidden, exposed, cheap[by], chosen, "share"
        )
        for label, exposed in cases.items()
        for by in cheap
    }
    ranks = {
        (label, by): _resampled(
            f"rank correlation of {by} and exposure: {label}", correlation, exposed, cheap[by], chosen, ""
        )
        for label, exposed in cases.items()
        for by in cheap
    }
    cells = [
        Cell(f"cheap by {by}; {label}", each.mean, each.error, each.n, "more", MISSED, "share")
        for (label, by), each in shares.items()
    ]
    judged = judge(cells)
    verdict = judge(
        cells,
        condition=_condition(list(cheap), list(cases), [side.side == "for" for side in judged.cells]),
        rule=f"One cell for each business and each meaning of cheap: of the largest {TOP:.0%} of exposures, the "
        "share in the cheaper half, "
        f"against {MISSED:.0%}. The error is that of a bootstrap over the items of the catalogue.".replace("%", " %"),
    )
    flip = _flip(one, firm, chosen)
    bare, own, _, whole = cases
    shuffled = _shuffled(one, firm, setting.seed)
    least, most = (float(edge) for edge in np.quantile(shuffled, [0.025, 0.975]))
    others = [] if setting.quick else _others(business, calm, firm)
    return Finding(
        verdict=verdict,
        headline="Where items are sold on their own, loss follows spend (rank correlation "
        f"{_plain(ranks[own, 'spend'])}) and "
        f"{_share(shares[own, 'spend'])} of the largest exposures lie in the cheaper half by spend; by unit cost "
        f"{_share(shares[own, 'unit cost'])} do "
        f"(rank correlation {_plain(ranks[own, 'unit cost'])}). Where a missing part stops the whole firm, "
        f"{_share(shares[whole, 'spend'])} lie "
        f"in the cheaper half by spend and {_share(shares[whole, 'unit cost'])} by unit cost. What hides an exposure "
        "is not that a part is "
        "cheap but that its absence costs more than itself.",
        key=shares[whole, "spend"].name,
        estimates=(
            *shares.values(),
            *ranks.values(),
            plain_value("margin a day of one device", firm.device, "USD"),
            plain_value("margin a day of the whole firm", firm.all_items, "USD"),
        ),
        tables=(_table(shares, ranks), *([_beside(others)] if others else [])),
        figure=_figure(cases, firm, shares),
        flip=flip,
        attack=Attack(
            "That it is made by our own assumptions: goodwill of critical items, and which items are said to halt "
            "production.",
            "(1) Goodwill left out. (2) The label 'halts production' dealt out anew at random to as many items, "
            f"{SHUFFLED} times, in the business where a missing part stops the whole firm.",
            f"(1) Sold on their own without goodwill, {_share(shares[bare, 'spend'])} of the largest "
            "exposures lie in the cheaper half by "
            f"spend, with goodwill {_share(shares[own, 'spend'])}: goodwill does not make the finding. (2) With "
            "labels at random the share is "
            f"{shown(float(shuffled.mean()), 'share')} (95 % of the deals: "
            f"{between(least, most, 'share')}): it does not hang "
            "on which items carry the label, but on the label standing for a loss that has nothing to do with the "
            "item's own price. That is "
            "the assumption to check in a real firm: which parts stop what.",
        ),
        replications=1,
        notes=(
            "Time to survive decides first, the price second: with items sold on their own, loss = margin a day × "
            "max(0, time to recover − "
            "time to survive), so under a common stop it is proportional to spend wherever all items survive alike. "
            "Where most items survive the "
            "stop (short stops, large buffers) the few exposures that are left fall by what is buffered and not by "
            "price: there "
            "they say where the posture has holes.",
        ),
        limits=(
            "Stops of different length by supplier, and suppliers of suppliers.",
            "A bill of materials part by part: here a part either stops nothing, one device or the firm (claim 10 "
            "has the factory).",
            "Chance in demand and lead times; buffers are those that postures hold against it.",
        ),
        hashes=(hashed("calm", business, (plan,), setting.seed),),
    )


def _resampled(name: str, of: Any, exposed: Floats, cheap: Floats, chosen: Places, unit: str) -> Estimate:
    """A figure of the catalogue with the percentile interval and the error of a bootstrap over its items (Efron 1979)."""
    found = np.array([of(exposed[row], cheap[row]) for row in chosen])
    found = found[~np.isnan(found)]
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(name, of(exposed, cheap), float(found.std(ddof=1)), float(low), float(high), exposed.size, unit)


def _condition(cheap: list[str], cases: list[str], yes: list[bool]) -> str:
    """In which businesses, by which meaning of cheap; cells go by business, then by meaning."""
    told = []
    for place, by in enumerate(cheap):
        where = [label for label, sure in zip(cases, yes[place :: len(cheap)], strict=True) if sure]
        if where:
            told.append(f"cheap means by {by}, and {' or '.join(where)}")
    return "; ".join(told)


def _flip(one: Exposure, firm: Firm, chosen: Places) -> Flip:
    """The loss of a line that stands still from which more than a fifth of the large exposures are hidden, by spend."""

    def first(rows: Any) -> float:
        for line in LINES:
            if hidden(one.of(line, firm.halts)[rows], firm.spend[rows]) > MISSED:
                return line
        return float("inf")

    parameter, base = "loss of a line that stands still for want of a part", f"{firm.device:,.0f} (one device)"
    how = (
        f"The same runs with {LINES[0]:g} to {LINES[-1]:,.0f} USD a day, {len(LINES)} steps alike in ratio; the "
        "first at which more than "
        f"{MISSED * 100:g} % of the largest fifth of exposures lie in the cheaper half by spend; interval from the "
        "bootstrap over items."
    )
    meaning = (
        "Below it the large exposures are where the money is spent; above it more than a fifth are in the cheaper half."
    )
    value = first(slice(None))
    if value == float("inf"):
        return never(parameter, "USD a day", base, how, meaning)
    low, high = np.quantile([first(row) for row in chosen[:200]], [0.025, 0.975], method="nearest")
    return Flip(parameter, "USD a day", base, value, float(low), float(high), how, meaning)


def _shuffled(one: Exposure, firm: Firm, seed: int) -> Floats:
    """(deals,) share hidden by spend where the label is dealt out at random."""
    source = generator(seed, 0, "labels at random")
    return np.array(
        [hidden(one.of(firm.all_items, source.permutation(firm.halts)), firm.spend) for _ in range(SHUFFLED)]
    )


def _others(business: Scenario, calm: Scenario, firm: Firm) -> list[tuple[str, ...]]:
    """The same for other postures and lengths of the stop."""
    rows = []
    for name, posture in (("JIT", jit()), ("hybrid", hybrid()), ("JIC", jic())):
        plan = posture.plan(business)
        for length in LENGTHS:
            one = exposure(calm, plan, length)
            row = [f"{name}, {length} days", shown(float((one.days <= 0).mean()), "share")]
            for line in (0.0, firm.device, firm.all_items):
                exposed = one.of(line, firm.halts)
                row += [shown(hidden(exposed, firm.spend), "share"), shown(correlation(exposed, firm.spend))]
            rows.append(tuple(row))
    return rows


def _beside(rows: list[tuple[str, ...]]) -> Table:
    return Table(
        "Other postures and stops: items without any loss; then, for items sold on their own, a part that stops one "
        "device, and one that stops "
        "the firm: share of the large exposures in the cheaper half by spend, and rank correlation with spend",
        ("posture, stop", "no loss", "sold alone", "rank", "one device", "rank", "firm", "rank"),
        tuple(rows),
    )


def _share(one: Estimate) -> str:
    return f"{one.mean * 100:.0f} % ({one.low * 100:.0f} to {one.high * 100:.0f} %)"


def _plain(one: Estimate) -> str:
    return f"{shown(one.mean)}, {between(one.low, one.high)}"


def _table(shares: dict[tuple[str, str], Estimate], ranks: dict[tuple[str, str], Estimate]) -> Table:
    labels = list(dict.fromkeys(label for label, _ in shares))
    return Table(
        f"JIT, a stop of {OUT} days: of the largest fifth of exposures, the share in the cheaper half; and rank "
        "correlation (95 % intervals)",
        ("business", "cheap by spend", "rank correlation", "cheap by unit cost", "rank correlation"),
        tuple(
            (
                label,
                *(text for by in ("spend", "unit cost") for text in (told(shares[label, by]), told(ranks[label, by]))),
            )
            for label in labels
        ),
    )


def _figure(cases: dict[str, Floats], firm: Firm, shares: dict[tuple[str, str], Estimate]) -> Figure:
    chosen = ("items sold on their own, goodwill counted", "a missing part stops the whole firm")

    def draw(panels: Any) -> None:
        from sim.report.style import BLACK, GREY, LIGHT, VERMILION

        half = float(np.median(firm.spend))
        for axes, label in zip(panels, chosen, strict=True):
            exposed = np.maximum(cases[label], 1e3)
            large = np.argsort(-cases[label], kind="stable")[: round(TOP * exposed.size)]
            found = np.isin(np.arange(exposed.size), large)
            missed = found & (firm.spend <= half)
            axes.axvspan(firm.spend.min() * 0.7, half, color=LIGHT, alpha=0.35, linewidth=0)
            axes.scatter(firm.spend[~found], exposed[~found], s=10, color=GREY, alpha=0.5, linewidths=0)
            axes.scatter(firm.spend[found & ~missed], exposed[found & ~missed], s=30, color=BLACK, marker="s")
            axes.scatter(firm.spend[missed], exposed[missed], s=42, color=VERMILION, marker="D")
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_ylim(700, 6e8)
            axes.set_xticks([1e4, 1e5, 1e6, 1e7], ["$10k", "$100k", "$1m", "$10m"])
            axes.set_yticks([1e3, 1e4, 1e5, 1e6, 1e7, 1e8], ["$1k", "$10k", "$100k", "$1m", "$10m", "$100m"])
            axes.set_xticks([], minor=True)
            axes.set_yticks([], minor=True)
            axes.set_title({"items": "Sold on their own", "a": "A missing part stops the firm"}[label.split(" ")[0]])
            axes.set_xlabel("spent on the item a year")
            axes.set_xlim(firm.spend.min() * 0.7, firm.spend.max() * 1.4)
            axes.text(0.02, 0.02, "cheaper half", transform=axes.transAxes, fontsize=9, color=GREY)
            axes.text(
                0.02,
                0.97,
                f"{int(missed.sum())} of {int(found.sum())} largest\nlie in the cheaper half",
                transform=axes.transAxes,
                va="top",
                fontsize=9.5,
                color=VERMILION if missed.any() else BLACK,
            )
        panels[0].set_ylabel(f"loss if its supplier stops {OUT} days")

    alone, firmly = (shares[label, "spend"].mean * 100 for label in chosen)
    return Figure(
        title=f"Large exposures in the cheaper half of spend: {alone:.0f} % where items are sold alone, {firmly:.0f} "
        "% where a part stops the firm",
        draw=draw,
        alt="Two scatter plots of yearly spend against loss by item: items sold on their own, where loss follows "
        "spend, and a firm that a missing "
        "critical part stops, where large losses lie in the cheaper half too.",
        note="One point an item, JIT. Squares and diamonds: the largest fifth; diamonds: those of them in the "
        "cheaper half by spend. Losses under\n$1,000 "
        "are drawn there.",
        height=3.5,
        panels=2,
    )
