"""Claim 15: rare long outages favour sourcing, frequent short ones favour inventory, at the same share of time down."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.support import (
    Attack,
    Case,
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
from experiments.support.finding import hashed
from experiments.support.page import between, shown, told
from experiments.support.rivals import A_YEAR, READ, Rival, business, looked, mains, outages, plan, stopping
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: mean length of an outage, days; the share of time down stays
LENGTHS = (2, 5, 10, 20, 40, 80)
SHORT, LONG = (2, 5), (40, 80)
DOWN = 0.05
LEAD, PREMIUM, ALIVE, NOTICE, EVERYDAY = 10.0, 0.15, 0.10, 7.0, 7.0
COVERS = (0, 7, 14, 21, 30, 45, 60, 90, 120, 180)
YEARS = 10
#: goodwill lost with a unit whose stockout breaches a contract, over that of one that halts production
CONTRACT = 0.3
BACKUP: dict[str, Any] = {"backup_origin": "other", "backup_after": NOTICE}
SOURCING = Rival("sourcing", EVERYDAY, main="main", fields={"second_origin": "other", "second_share": ALIVE, **BACKUP})
FREE = Rival("backup that costs nothing to keep", EVERYDAY, main="main", fields=BACKUP)
UNQUALIFIED = Rival("backup not qualified", EVERYDAY, main="main", fields={**BACKUP, "backup_qualifies": 180.0})
DEAR = Rival("the reliable supplier alone", EVERYDAY, source="other", main="main")
STOCKS = tuple(Rival(f"{days} days", float(days), main="main") for days in COVERS)
RIVALS = (*STOCKS, SOURCING, FREE, UNQUALIFIED, DEAR)
PLACE = {one.name: number for number, one in enumerate(RIVALS)}
CLAIM = Claim(
    number=15,
    name="rare_long_outages",
    claim="Rare long outages favour sourcing, frequent short ones favour inventory.",
    question="A supplier is down for the same share of the time, in many short outages or in few long ones. For "
    "which mean "
    "length does a second supplier cost less than the best buffer?",
    design=f"One item that halts production, one unreliable supplier that is down {DOWN:.0%} of the time (geometric "
    "up and down times, whole days), "
    f"{YEARS} years, mean outages of {', '.join(str(one) for one in LENGTHS)} days. Inventory: a buffer of the size "
    "that costs "
    f"least at that length, out of {len(COVERS)} from {COVERS[0]} to {COVERS[-1]} days. Sourcing: {EVERYDAY:g} days "
    "of everyday "
    f"buffer, and a reliable supplier that is kept alive with {ALIVE:.0%} of the volume at {PREMIUM:.0%} more and "
    "takes all "
    f"orders once an outage has lasted {NOTICE:g} days, until it has been over for as long. All strategies live "
    "through the same "
    "outages, side by side. The cost is all of it: carrying, lost sales, waiting, dearer purchases.",
    fair="The buffer is tuned to each length, the second supplier is one and the same throughout. The size of the "
    "buffer is chosen "
    "on one half of the futures and judged on the other, and the other way round, so that neither side profits from "
    "luck. The "
    "second supplier has to be paid in calm times too (its share at its price); without that it would win nearly "
    "everywhere, as "
    "the attack below shows.",
    expected="Tomlin (2006): for a given share of time up, inventory mitigation is preferred when disruptions are "
    "short and frequent, "
    "and sourcing as they become rarer and longer, because the stock that bridges an outage grows with its length "
    "and the price "
    "of sourcing does not.",
    parameters=(
        ("share of time down", f"{DOWN:.0%}", "assumed"),
        ("value, price", "$100, $182", "assumed: price = value / 0.55"),
        ("demand", "20 a day, Poisson", "assumed"),
        ("lead time", f"{LEAD:g} days from either supplier, weekly review", "assumed"),
        ("carrying cost", "25 % of value a year", "rule of thumb; published range 20 to 40 % (Richardson 1995)"),
        ("unmet demand", "half lost (margin and goodwill of 100 % of value), half waits at 5 % of price", "assumed"),
        ("premium of the reliable supplier", f"{PREMIUM:.0%}", "assumed"),
        ("share that keeps it alive", f"{ALIVE:.0%}", "assumed"),
        ("notice", f"{NOTICE:g} days", "assumed"),
    ),
    minutes=1.8,
)


def run(setting: Setting) -> Finding:
    """All strategies as items of one business, one business for each length."""
    count = setting.replications(100, 6)
    base = business(RIVALS, {}, LEAD, [({"name": "other", "price_factor": 1 + PREMIUM}, LEAD)], 365 * YEARS)
    made = plan(base, RIVALS)
    worlds = [_world(base, days) for days in LENGTHS]
    seen = np.stack(
        [
            lives(
                [Case(str(days), world, (made,))],
                partial(looked, world, tuple(one.fee for one in RIVALS)),
                count,
                setting.seed,
                setting.jobs,
            )[:, 0, 0].reshape(count, len(RIVALS), len(READ))
            for days, world in zip(LENGTHS, worlds, strict=True)
        ],
        axis=1,
    )  # (replications, lengths, rivals, read)
    total = seen[..., 0] / A_YEAR  # as a share of what the goods cost a year
    best, chosen = _tuned(total)
    apart = best - total[..., PLACE[SOURCING.name]]
    cells = [
        cell(f"outages of {days} days", apart[:, place], "less" if days in SHORT else "more", unit="share", group=group)
        for group, days_of in (("outages are short and frequent", SHORT), ("outages are rare and long", LONG))
        for days in days_of
        for place in [LENGTHS.index(days)]
    ]
    verdict = judge(
        cells,
        rule="Cost of the best buffer less that of sourcing, as a share of yearly purchases: below 0 for the two "
        "shortest lengths, "
        "above 0 for the two longest.",
    )
    flip = _flip(apart, "Below it the best buffer costs less, above it the second supplier does.")
    free = _flip(best - total[..., PLACE[FREE.name]], "")
    late = best - total[..., PLACE[UNQUALIFIED.name]]
    mild = total - (1 - CONTRACT) * seen[..., 3] / A_YEAR
    milder = _flip(_tuned(mild)[0] - mild[..., PLACE[SOURCING.name]], "")
    estimates = []
    for place, days in enumerate(LENGTHS):
        estimates.append(estimate(f"best buffer, outages of {days} days", best[:, place], "share"))
        estimates += [
            estimate(f"{one.name}, outages of {days} days", total[:, place, PLACE[one.name]], "share")
            for one in (SOURCING, FREE, UNQUALIFIED, DEAR)
        ]
        estimates.append(estimate(f"buffer less sourcing, outages of {days} days", apart[:, place], "share"))
    by_name = {one.name: one for one in estimates}
    shortest, longest = (by_name[f"buffer less sourcing, outages of {days} days"] for days in (LENGTHS[0], LENGTHS[-1]))
    key = longest.name
    return Finding(
        verdict=verdict,
        headline=f"At {DOWN:.0%} of time down, the best buffer less sourcing is {told(shortest)} of yearly purchases "
        "with outages of "
        f"{LENGTHS[0]} days and {told(longest)} with outages of {LENGTHS[-1]} days. They cost the same at "
        f"{shown(flip.value)} days ({between(flip.low, flip.high)}).",
        key=key,
        estimates=tuple(estimates),
        tables=(_table(total, best, chosen, by_name),),
        figure=_figure(by_name, flip),
        flip=flip,
        attack=Attack(
            "What it costs to have a second supplier at hand, and what a lost unit costs. Here the second supplier "
            f"gets {ALIVE:.0%} "
            "of the volume for good; a firm may find one that waits for nothing, or one that must be qualified first.",
            "On the same futures: a qualified backup that costs nothing until it is used; a backup that may deliver "
            "only 180 "
            f"days after the first outage was noticed; and an item whose lost units cost {CONTRACT:.0%} of the "
            "goodwill.",
            f"The free backup: {_crossing(free)} With the backup that is not qualified, buffer less sourcing is "
            f"{told(estimate('', late[:, 0], 'share'))} at {LENGTHS[0]} days and "
            f"{told(estimate('', late[:, -1], 'share'))} at "
            f"{LENGTHS[-1]}. With less goodwill at stake: {_crossing(milder)}",
        ),
        replications=count,
        limits=(
            "Outages of the second supplier, and outages that hit both.",
            "A buffer and a second supplier together; claim 5 asks which lever wins where.",
            "Risk aversion: costs are means. Rare long outages also spread the cost more from one decade to the next.",
            "Changed after a first look at results: the item is of the class that halts production. With less goodwill at "
            "stake the lengths at which sourcing wins are others (see what is most likely to be attacked).",
        ),
        hashes=tuple(
            hashed(str(days), world, (made,), setting.seed) for days, world in zip(LENGTHS, worlds, strict=True)
        ),
    )


def _world(base: Scenario, days: int) -> Scenario:
    outage = outages("outage", mains(RIVALS), days * (1 - DOWN) / DOWN, float(days))
    return stopping(base, outage)


def _tuned(total: Floats) -> tuple[Floats, list[tuple[int, int]]]:
    """(replications, lengths) cost of the buffer that was best on the other half of the futures; which these were."""
    half = total.shape[0] // 2
    best = np.empty(total.shape[:2])
    chosen = []
    for place in range(total.shape[1]):
        stocks = total[:, place, : len(STOCKS)]
        first, second = int(stocks[:half].mean(axis=0).argmin()), int(stocks[half:].mean(axis=0).argmin())
        best[:half, place], best[half:, place] = stocks[:half, second], stocks[half:, first]
        chosen.append((COVERS[first], COVERS[second]))
    return best, chosen


def _flip(apart: Floats, meaning: str) -> Any:
    return flip_of(
        "mean length of an outage",
        "days",
        float(LENGTHS[0]),
        LENGTHS,
        apart,
        f"Mean outages of {', '.join(str(one) for one in LENGTHS)} days on the same futures, the share of time down "
        "unchanged; "
        "straight lines between them.",
        meaning,
    )


def _crossing(flip: Any) -> str:
    """Where a crossing lies, as a sentence."""
    if not flip.found:
        return "no crossing among the lengths looked at."
    return f"it costs what the best buffer costs at {shown(flip.value)} days ({between(flip.low, flip.high)})."


def _table(total: Floats, best: Floats, chosen: list[tuple[int, int]], by_name: Any) -> Table:
    rows = []
    for place, days in enumerate(LENGTHS):
        a, b = chosen[place]
        rows.append(
            (
                str(days),
                f"{a}" if a == b else f"{a}, {b}",
                *(
                    shown(by_name[f"{name}, outages of {days} days"].mean, "share")
                    for name in ("best buffer", *(one.name for one in (SOURCING, FREE, UNQUALIFIED, DEAR)))
                ),
                told(by_name[f"buffer less sourcing, outages of {days} days"]),
            )
        )
    head = (
        "mean outage, days",
        "best buffer, days (by half)",
        "best buffer",
        *(one.name for one in (SOURCING, FREE, UNQUALIFIED, DEAR)),
        "buffer less sourcing",
    )
    return Table(
        "Cost a year as a share of yearly purchases at the main price (means; last column with 95 % interval)",
        head,
        tuple(rows),
    )


def _figure(by_name: Any, flip: Any) -> Figure:
    from sim.report.style import BLUE, GREY, VERMILION

    def draw(axes: Any) -> None:
        for name, colour, marker in (("best buffer", BLUE, "s"), (SOURCING.name, VERMILION, "o")):
            found = [by_name[f"{name}, outages of {days} days"] for days in LENGTHS]
            axes.errorbar(
                LENGTHS,
                [100 * one.mean for one in found],
                yerr=[[100 * (one.mean - one.low) for one in found], [100 * (one.high - one.mean) for one in found]],
                marker=marker,
                color=colour,
                capsize=3,
                label=name,
            )
        if flip.found:
            axes.axvline(flip.value, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_xscale("log")
        axes.set_xticks(LENGTHS, [str(one) for one in LENGTHS])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set_xlabel(f"mean length of an outage, days ({DOWN:.0%} of time down throughout)")
        axes.set_ylabel("cost a year, % of purchases")
        axes.legend(frameon=False)

    answer = f"from about {flip.value:.0f} days on" if flip.found else "at none or all of the lengths looked at"
    return Figure(
        title=f"When does a second supplier beat the best buffer? With outages {answer}",
        draw=draw,
        alt="Cost of the best buffer and of sourcing by mean length of an outage: "
        + "; ".join(
            f"{days} days: {shown(by_name[f'best buffer, outages of {days} days'].mean, 'share')} and "
            f"{shown(by_name[f'{SOURCING.name}, outages of {days} days'].mean, 'share')}"
            for days in LENGTHS
        )
        + ".",
        note="Means with 95 % intervals; the buffer is the best of its kind at each length.",
        height=3.4,
    )
