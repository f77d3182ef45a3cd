"""Claim 19: impact times fragility places buffers better than either alone, for the same money."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
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
)
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.meridian import SOURCES, jit, variant
from experiments.support.page import between, shown, told, told_in
from sim import profiles
from sim.chance import generator
from sim.futures import Future
from sim.money import site_money
from sim.outcome import Outcome
from sim.plan import Plan
from sim.postures.making import scores_of
from sim.report.style import listed
from sim.scenario import Scenario
from sim.segments.score import Score

Floats = NDArray[np.float64]
COVER, SHARE, SPREAD = 45.0, 0.25, 20.0
#: how often troubles come, times the rates of docs/events.md
SCALES = (0.0, 1.0, 3.0)
PLACED = ("product", "impact", "fragility", "sum", "spread", "even", "random")
WORDS = {
    "jit": "no buffer (JIT as it is)",
    "product": "impact x fragility",
    "impact": "impact alone",
    "fragility": "fragility alone",
    "sum": "impact + fragility",
    "spread": f"impact x fragility, {SPREAD:g} days each",
    "even": "the same cover for all",
    "random": "a random order",
}
LOSSES = ("lost_margin", "goodwill_cost", "backorder_penalty")
CLAIM = Claim(
    number=19,
    name="impact_times_fragility",
    claim="Impact × fragility places buffers better than either alone, for the same money.",
    question="A budget for extra stock goes to the items with the highest score. Which score saves most stockout "
    "cost: the product of impact and "
    "fragility, or one of them alone? And how well does each score rank items by the loss that they bring?",
    design="Meridian under JIT; a quarter of what 45 days of cover for everything would cost is spent on 45 days of "
    "cover for the items with the "
    "highest score, item by item and warehouse by warehouse, until the money is gone. Scores are those of the bundled "
    "rules (`bufferstock "
    "score`, docs/score.md), known before day 0. Beside the three of the claim: the sum, the product "
    "with 20 days for more items, the same cover for all, and one random order. The weather is the random background "
    "of ordinary "
    "troubles at all suppliers, ports and lanes (docs/events.md), two years, the same futures for all.",
    fair="All placements spend the same planned money from the same base, on the same futures. The weather is no "
    "single event that one score "
    "would happen to foresee: each node has its troubles at published or assumed rates. Impact counts criticality and "
    "margin, fragility the "
    "way of supply; both are the tool's own rules, unchanged.",
    expected="The product first; impact close behind, since stockout cost is counted in the money that impact counts; "
    "fragility alone behind, since it "
    "buys cover for items that cost little when they are missing.",
    parameters=(
        *SOURCES,
        ("base", "JIT: z 1.65, 2 days of extra cover, weekly lots", "assumed (docs/meridian.md)"),
        ("cover of a chosen item", "45 days", "as JIC's (docs/meridian.md)"),
        ("budget", "a quarter of 45 days of cover for everything", "assumed"),
        (
            "troubles",
            "1.37 a year for twelve suppliers and three ports",
            "near the 1.33 a year of McKinsey (2020); causes in docs/events.md",
        ),
        ("weights of the scores", "the bundled rules", "docs/score.md"),
    ),
    minutes=1.8,
)


def looked(scenario: Scenario, outcome: Outcome, future: Future) -> list[float]:
    """Stockout cost, total cost, average inventory, and stockout cost of each item and warehouse."""
    found = [outcome.measures[name] for name in ("stockout_cost", "total_cost", "average_inventory_value")]
    for name, site in outcome.ledger.sites.items():
        money = site_money(scenario, name, site)
        found += np.sum([money[key] for key in LOSSES], axis=0).tolist()
    return found


def run(setting: Setting) -> Finding:
    """Seven placements of the same money in the ordinary weather; three of them again without and with more of them."""
    count = setting.replications(40, 2)
    worlds = variant(
        [
            {"kind": "background", "name": f"troubles {scale:g}", "rates": "causes", "scale": scale}
            for scale in SCALES
            if scale
        ],
        {f"{scale:g}": [f"troubles {scale:g}"] if scale else [] for scale in SCALES},
    )
    base = worlds.under("1")
    lean = jit().plan(base)
    scored = _scores(base)
    made = {name: _placed(base, lean, name, scored, setting.seed) for name in PLACED}
    every = (lean, *made.values())
    few = tuple(made[name] for name in PLACED[:3])
    reader = partial(looked, dataclasses.replace(base, record=None))
    seen = lives([Case("1", base, every)], reader, count, setting.seed, setting.jobs)[:, 0]
    rest = [scale for scale in SCALES if scale != 1.0]
    cases = [Case(f"{scale:g}", worlds.under(f"{scale:g}"), few) for scale in rest]
    others = lives(cases, reader, count, setting.seed, setting.jobs)

    names = ("jit", *PLACED)
    loss = {name: seen[:, place, 0] for place, name in enumerate(names)}
    total = {name: seen[:, place, 1] for place, name in enumerate(names)}
    stock = {name: seen[:, place, 2] for place, name in enumerate(names)}
    cells = [
        cell(f"against {WORDS[other]}", loss["product"] - loss[other], "less", 0.0, "USD a year")
        for other in ("impact", "fragility")
    ]
    verdict = judge(
        cells,
        lambda there: f"it is measured {listed(there, 'and')}",
        "Two cells: stockout cost with the money placed by the product, less that with it placed by impact, and by "
        "fragility, alone.",
    )
    saved = {
        name: estimate(f"stockout cost saved by the buffer, {WORDS[name]}", loss["jit"] - loss[name], "USD a year")
        for name in PLACED
    }
    apart = {
        name: estimate(f"stockout cost, product less {WORDS[name]}", loss["product"] - loss[name], "USD a year")
        for name in PLACED
        if name != "product"
    }
    totals = [
        estimate(f"total cost less that of JIT, {WORDS[name]}", total[name] - total["jit"], "USD a year")
        for name in PLACED
    ]
    ranks = {
        name: estimate(
            f"rank correlation with the loss of a future, {WORDS[name]}", _ranks(scored[name], seen[:, 0, 3:])
        )
        for name in ("product", "impact", "fragility", "sum")
    }
    long_run = {name: _rank(scored[name], seen[:, 0, 3:].mean(axis=0)) for name in ranks}
    values = {1.0: {name: loss[name] for name in PLACED[:3]}}
    for row, scale in enumerate(rest):
        values[scale] = {name: others[:, row, place, 0] for place, name in enumerate(PLACED[:3])}
    swept = [
        estimate(
            f"stockout cost, product less {WORDS[name]}, troubles times {scale:g}",
            values[scale]["product"] - values[scale][name],
            "USD a year",
        )
        for scale in rest
        for name in ("impact", "fragility")
    ]
    flip = flip_of(
        "how often troubles come, relative to an ordinary year (product against impact alone)",
        "times",
        1.0,
        SCALES,
        np.column_stack([values[scale]["product"] - values[scale]["impact"] for scale in SCALES]),
        "No troubles, the ordinary rates and three times as many, on the same futures; straight lines between them.",
        "A positive difference means that impact alone saves more. "
        + "; ".join(
            f"times {scale:g}: {_thousands(estimate('', values[scale]['product'] - values[scale]['impact']))}"
            for scale in SCALES
        )
        + ".",
    )
    estimates = (*saved.values(), *apart.values(), *totals, *ranks.values(), *swept)
    best = max(saved.values(), key=lambda one: one.mean)
    return Finding(
        verdict=verdict,
        headline=f"The money saves {_thousands(saved['product'])} of stockout cost a year when it is placed by impact "
        f"x fragility, "
        f"{_thousands(saved['impact'])} by impact alone and {_thousands(saved['fragility'])} by fragility alone. With "
        f"the product "
        f"instead of impact alone stockout cost changes by {_thousands(apart['impact'])}, instead of fragility alone "
        f"by "
        f"{_thousands(apart['fragility'])}. "
        f"Best of all seven placements is {best.name.split(', ', 1)[1]}: {_thousands(best)}.",
        key=apart["impact"].name,
        estimates=estimates,
        tables=(_table(saved, total, stock, ranks, long_run),),
        figure=_figure(saved),
        flip=flip,
        attack=Attack(
            "Whoever is chosen gets 45 days at once. Each day of cover saves less than the day before it, so that few "
            "long covers may be a "
            "poor use of money whatever the score.",
            f"The product with {SPREAD:g} days of cover each for more items; no score at all, but the same cover for "
            f"all; and a random order; the "
            "same money on the same futures.",
            f"With {SPREAD:g} days each the product saves {_thousands(saved['spread'])}; the same cover for all "
            f"{_thousands(saved['even'])}; a "
            f"random order {_thousands(saved['random'])}. Total cost, product less the same cover for all: "
            f"{_thousands(estimate('', total['product'] - total['even'], ''))}.",
        ),
        replications=count,
        limits=(
            "Other budgets, and cover of other lengths.",
            "Weights of the scores: the bundled rules are taken as they are.",
            "Second sources for fragile items (claims 5 and 20).",
        ),
        hashes=(hashed("ordinary troubles", base, every, setting.seed),),
    )


def _scores(base: Scenario) -> dict[str, Floats]:
    """(lines,) scores by each rule, in the order of warehouses and their items."""
    found = scores_of(base, profiles.of(base), jit())
    lines: list[Score] = [one for site in base.sites for one in found[site]]
    impact, fragility = (np.array([getattr(one, key) for one in lines]) for key in ("impact", "fragility"))
    return {"impact": impact, "fragility": fragility, "product": impact * fragility, "sum": impact + fragility}


def _placed(base: Scenario, lean: Plan, name: str, scored: Mapping[str, Floats], seed: int) -> Plan:
    """JIT's plan with the budget spent in the order of a score."""
    cost = {item.item: item.standard_cost for item in base.items}
    forecast = np.array([line.forecast for line in lean.lines])
    worth = np.array([cost[line.item] for line in lean.lines])
    budget = SHARE * float((np.round(COVER * forecast) * worth).sum())
    full = np.round((SPREAD if name == "spread" else COVER) * forecast)
    if name == "even":
        return _with(lean, name, np.round(SHARE * COVER * forecast))
    if name == "random":
        score = generator(seed, 0, "placement", "random").random(full.size)
    else:
        score = scored["product" if name == "spread" else name]
    extra = np.zeros(full.size)
    for place in np.argsort(-score, kind="stable"):
        extra[place] = min(full[place], np.floor(budget / worth[place] + 1e-9))
        budget -= extra[place] * worth[place]
    return _with(lean, name, extra)


def _with(lean: Plan, name: str, extra: Floats) -> Plan:
    """The plan with so many units more of each line."""
    lines = tuple(
        dataclasses.replace(
            line,
            safety_stock=line.safety_stock + more,
            order_up_to=line.order_up_to + more,
            reorder_point=line.reorder_point + more,
        )
        for line, more in zip(lean.lines, extra.tolist(), strict=True)
    )
    return dataclasses.replace(lean, posture=name, lines=lines)


def _rank(score: Floats, loss: Floats) -> float:
    """Spearman's rank correlation."""
    from scipy.stats import spearmanr

    return float(spearmanr(score, loss).statistic)


def _ranks(score: Floats, losses: Floats) -> Floats:
    """(replications,) rank correlation of a score with the losses of each future; losses are (replications, lines)."""
    return np.array([_rank(score, one) if np.ptp(one) > 0 else np.nan for one in losses])


def _thousands(one: Estimate) -> str:
    return told_in(one, 1e3, "thousand USD")


def _table(
    saved: Mapping[str, Estimate],
    total: Mapping[str, Floats],
    stock: Mapping[str, Floats],
    ranks: Mapping[str, Estimate],
    long_run: Mapping[str, float],
) -> Table:
    rows: list[Sequence[str]] = []
    for name in PLACED:
        one = saved[name]
        rows.append(
            (
                WORDS[name],
                f"{shown(one.mean / 1e3)} ({between(one.low / 1e3, one.high / 1e3)})",
                shown(float((total[name] - total["jit"]).mean()) / 1e3),
                shown(float((stock[name] - stock["jit"]).mean()) / 1e6),
                told(ranks[name]) if name in ranks else "",
                shown(long_run[name]) if name in long_run else "",
            )
        )
    head = (
        "money placed by",
        "stockout cost saved, $k a year",
        "total cost less JIT's, $k a year",
        "stock added, $m",
        "rank correlation of the score with the loss of an item, a future",
        "with the mean loss over all futures",
    )
    return Table("The same money in seven ways, ordinary troubles", head, tuple(tuple(row) for row in rows))


def _figure(saved: Mapping[str, Estimate]) -> Figure:
    from sim.report.style import BLUE, GREY

    order = sorted(PLACED, key=lambda name: saved[name].mean)

    def draw(axes: Any) -> None:
        for place, name in enumerate(order):
            one = saved[name]
            mark(axes, one, place, BLUE if name in PLACED[:3] else GREY, "s" if name == "product" else "o", times=1e-6)
        axes.set_yticks(range(len(order)), [WORDS[name] for name in order])
        axes.set_ylim(-0.5, len(order) - 0.5)
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
        axes.set_xlabel("stockout cost saved by the buffer, $ million a year")

    return Figure(
        title=f"Which score places the same money best? Most is saved by {WORDS[order[-1]]}, least by "
        f"{WORDS[order[0]]}",
        draw=draw,
        alt="Stockout cost saved a year by the same money: "
        + "; ".join(f"{WORDS[name]} ${saved[name].mean / 1e6:.2f}m" for name in reversed(order))
        + ".",
        note="Means with 95 % intervals over the same futures; blue: the three of the claim, grey: others to compare "
        "with.",
        height=3.2,
    )
