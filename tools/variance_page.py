"""Writes docs/common-random-numbers.md from the tables in results/common-random-numbers/; no number in it is typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, str]
NAMES = {"jit": "JIT", "jic": "JIC", "hybrid": "hybrid"}
LABELS = {
    "total_cost": "total cost",
    "carrying_cost": "carrying cost",
    "stockout_cost": "stockout cost",
    "fill_rate": "fill rate",
}
#: a factor below this is explained
LITTLE = 4.0

HEAD = """# Common random numbers: what they save on Meridian

This page is made by `python tools/variance_reduction.py measure` and `python tools/variance_reduction.py page`; no
number of its tables is typed. Tables: [results/common-random-numbers](../results/common-random-numbers/README.md).

All postures live the same futures: the same demand, the same lead times, the same strike. What they share cancels in
the difference, so the difference is known better than from as many separate runs. How much better is the
**variance-reduction factor**, (var a + var b) / var(a − b): so many times more replications would be needed if each
posture had futures of its own. A factor of 1 saves nothing.

How large can it be? With standard deviations s and t and correlation r,

    var(a − b) = (s − t)² + 2 s t (1 − r)

The first part comes from **unequal spreads**: one posture is shaken more than the other by the same luck, and nothing
can pair that away. The second is **luck that is not shared**. At a correlation of 1 only the first is left, so the
factor is at most (s² + t²) / (s − t)²: the **bound**.

Meridian, {n} replications, seed {seed}; in brackets the 95 % interval of the factor (percentile bootstrap over
replications).

"""

REASONS = """## Each factor below {little:g}, explained

"""

SPLIT = """## Why total cost can be paired so badly

Total cost is carrying plus stockouts plus little else, and the two answer to luck in opposite ways. The correlation
of two total costs is the sum of what their parts have in common. The table splits it: carrying with carrying,
stockouts with stockouts, stockouts of the first with carrying of the second and the other way round.

"""

SPLIT_SAID = """
JIT against JIC in calm weather and in the strike is the case that matters: their parts agree (both plus), and yet the
totals do not. When deliveries are late, JIT's shelves run empty and it pays in lost sales; JIC's shelves, three times
as full, only get thinner, and *it saves carrying cost*. The luck is shared in full. It just has the opposite sign for
the two, so it adds up in the difference instead of cancelling. A factor below 1 says that separate futures would have
done slightly better. That is no fault of the pairing: the difference really is that uncertain from year to year, and
a planner who chooses between JIT and JIC carries that risk. In the crisis both postures run out, stockouts rule both
totals, and the correlation turns positive.

"""

SPREAD = """## Where the spread sits

Standard deviation over futures in thousand dollars a year, and the number of items (of 200) that make up half of the
variance of stockout cost.

"""

SPREAD_SAID = """
JIT's stockouts are spread over many items. What varies under hybrid and JIC sits in a few: DEV-022, the largest item
by sales value, and BRD-042, the fifth, whose lead time is 108 days. Hybrid holds these two as lean as JIT does, or
nearly so, and fills up around them; under JIC BRD-042 alone is what is left to go wrong. So even in the same future
the postures miss different sales: item by item, the correlation of stockout cost is {alike}. That is the luck that is
not shared.

"""

SOURCE = """## Which luck is it?

The calm weather again, {n} replications: once as it is, once with the demand of each replication and the deliveries
(production and transit times, ports) of replication 0, once the other way round.

"""

SOURCE_SAID = """
Deliveries carry {share_jit} of the variance of JIT's total cost and {share_jic} of JIC's (the parts need not add up
to the whole). Luck in deliveries is what turns the correlation of JIT and JIC negative: {with_deliveries} with
deliveries alone, {with_demand} with demand alone (known to about ± 0.1).

"""

TAIL = """## What to make of it

- **Compare neighbours.** Postures that hold similar stock in similar places (JIT and hybrid, variants of one posture
  in a sweep) share their luck and pair well. Extremes do not, whatever the generator of random numbers does.
- **Carrying cost** always pairs well: all postures carry the same pipeline and the same demand.
- **Stockout cost and fill rate** against JIC cannot be paired well in quiet weathers, since JIC's hardly vary: the
  bound says so.
- **It seldom matters for the verdict.** Differences between extremes are large: in the {weather}, JIT − JIC in total
  cost is {extreme} million dollars a year after {n} replications. `--precision` asks for as many replications as the
  difference needs, with or without help from pairing.

**Not modelled**: antithetic or control variates; they could take away some of what unequal spreads leave.
"""


def read(path: Path) -> list[Row]:
    """A table on file."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _pair(row: Row) -> str:
    return f"{NAMES[row['a']]} − {NAMES[row['b']]}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value < 1 else f"{value:.1f}"


def pairs_table(rows: Sequence[Row]) -> list[str]:
    """Factors, bounds and correlations."""
    lines = [
        "| weather | measure | difference | correlation | factor | bound | share of the variance from unequal spreads |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        factor, low, high, bound = (float(row[name]) for name in ("factor", "factor_low", "factor_high", "bound"))
        told = f"{_figure(factor)} ({_figure(low)} to {_figure(high)})"
        told = f"**{told}**" if factor < LITTLE else told
        lines.append(
            f"| {row['weather']} | {LABELS[row['measure']]} | {_pair(row)} | {float(row['correlation']):.2f} | {told} | "
            f"{_figure(bound)} | {100 * float(row['unequal']):.0f} % |"
        )
    return [*lines, ""]


def reason(row: Row, splits: Sequence[Row]) -> str:
    """Why this factor is low, from the tables."""
    s, t, bound = float(row["sd_a"]), float(row["sd_b"]), float(row["bound"])
    more, less = (row["a"], row["b"]) if s > t else (row["b"], row["a"])
    times = max(s, t) / min(s, t)
    unequal = 100 * float(row["unequal"])
    said = [
        f"{NAMES[more]} varies {times:.1f} times as much as {NAMES[less]}: {unequal:.0f} % of the variance, and the bound "
        f"is {_figure(bound)}"
    ]
    (split,) = [one for one in splits if all(one[key] == row[key] for key in ("weather", "a", "b"))]
    if row["measure"] == "total_cost":
        against = float(split["stockout_carrying"]) + float(split["carrying_stockout"])
        along = float(split["stockout_stockout"]) + float(split["carrying_carrying"])
        said.append(
            f"what stockouts cost one posture the other saves in carrying: {against:+.2f} of the correlation, against "
            f"{along:+.2f} from like with like"
        )
    else:
        said.append(
            f"correlation {float(row['correlation']):.2f}: what runs out is not the same under both (item by item "
            f"{float(split['items_stockout']):.2f})"
        )
    return "; ".join(said)


def reasons(rows: Sequence[Row], splits: Sequence[Row]) -> list[str]:
    """A line for each low factor."""
    lines = ["| weather | measure | difference | factor | why |", "| --- | --- | --- | ---: | --- |"]
    for row in rows:
        if float(row["factor"]) < LITTLE:
            lines.append(
                f"| {row['weather']} | {LABELS[row['measure']]} | {_pair(row)} | {_figure(float(row['factor']))} | "
                f"{reason(row, splits)} |"
            )
    return [*lines, ""]


def split_table(splits: Sequence[Row]) -> list[str]:
    """The correlation of total costs in parts."""
    parts = ("carrying_carrying", "stockout_stockout", "stockout_carrying", "carrying_stockout", "rest", "correlation")
    lines = [
        "| weather | a − b | carrying, carrying | stockout, stockout | stockout a, carrying b | carrying a, stockout b "
        "| rest | together |",
        "| --- | --- |" + " ---: |" * len(parts),
    ]
    for row in splits:
        lines.append(
            f"| {row['weather']} | {_pair(row)} | " + " | ".join(f"{float(row[part]):+.2f}" for part in parts) + " |"
        )
    return lines


def spread_table(spreads: Sequence[Row]) -> list[str]:
    """Standard deviations by posture."""
    lines = [
        "| weather | posture | total | carrying | stockouts | fill rate, points | items with half | first of them |"
    ]
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for row in spreads:
        money = " | ".join(
            f"{float(row[f'sd_{name}']) / 1e3:,.0f}" for name in ("total_cost", "carrying_cost", "stockout_cost")
        )
        fill = 100 * float(row["sd_fill_rate"])
        lines.append(
            f"| {row['weather']} | {NAMES[row['posture']]} | {money} | {fill:.2f} | {row['items_half']} | "
            f"{row['items_top']} |"
        )
    return lines


def source_table(sources: Sequence[Row]) -> list[str]:
    """What varies when part of chance is held still."""
    lines = ["| what varies | sd JIT | sd JIC | sd hybrid | correlation JIT, JIC | JIT, hybrid | JIC, hybrid |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in sources:
        money = " | ".join(f"{float(row[f'sd_{name}']) / 1e3:,.0f}" for name in ("jit", "jic", "hybrid"))
        alike = [float(row[f"correlation_{pair}"]) for pair in ("jit_jic", "jit_hybrid", "jic_hybrid")]
        lines.append(f"| {row['varies']} | {money} | " + " | ".join(f"{one:+.2f}" for one in alike) + " |")
    return lines


def tail(row: Row) -> str:
    """The end of the page, with the first difference of the table."""
    mean, half = float(row["mean_difference"]) / 1e6, float(row["half_width_95"]) / 1e6
    return TAIL.format(weather=row["weather"], n=row["n"], extreme=f"{mean:.2f} ± {half:.2f}".replace("-", "−"))


def write(folder: Path, page: Path) -> None:
    """The page."""
    pairs, splits, spreads, sources = (
        read(folder / f"{name}.csv") for name in ("pairs", "splits", "spreads", "sources")
    )
    made: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    alike = [float(row["items_stockout"]) for row in splits]
    whole, demand, deliveries = sources
    share = {
        name: f"{100 * (float(deliveries[f'sd_{name}']) / float(whole[f'sd_{name}'])) ** 2:.0f} %"
        for name in ("jit", "jic")
    }
    said = SOURCE_SAID.format(
        share_jit=share["jit"],
        share_jic=share["jic"],
        with_deliveries=f"{float(deliveries['correlation_jit_jic']):+.2f}",
        with_demand=f"{float(demand['correlation_jit_jic']):+.2f}",
    )
    lines = [HEAD.format(n=made["replications"], seed=made["seed"]), *pairs_table(pairs)]
    lines += [REASONS.format(little=LITTLE), *reasons(pairs, splits), SPLIT, *split_table(splits), SPLIT_SAID]
    lines += [SPREAD, *spread_table(spreads), SPREAD_SAID.format(alike=f"{min(alike):.2f} to {max(alike):.2f}")]
    lines += [SOURCE.format(n=whole["n"]), *source_table(sources), said, tail(pairs[0])]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    page.write_text(text, encoding="utf-8")
