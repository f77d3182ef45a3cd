"""Writes docs/coverage.md from the tables in results/coverage/; no number of a table is typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, str]
LOW, HIGH = 0.93, 0.97

HEAD = """# Do intervals hold what they promise?

This page is made by `python tools/interval_coverage.py measure` and `python tools/interval_coverage.py page`; no
number in its tables is typed. The tables, with what they were made with, are in
[results/coverage](../results/coverage/README.md).

An interval of 95 % should hold the truth in 95 of 100 studies. Whether it does can be seen only where the truth is
known exactly. So {experiments} studies were run on each of two models with known answers, and counted. Every interval
comes from the function that the program prints from. A share near 95 % is known to ± {error:.1f} points (one standard
error); within a row the studies of 30 are the beginning of those of 200, and so on, so its figures move together.
**Bold**: outside 93 to 97 %.

## The two models

**S19, the loss of a year.** A Poisson number of events (0.8 a year), each with an exponential loss (mean 1.5
million); see [validation](validation.md). 45 % of years lose nothing, and the law is skewed (2.4). The pair: a
posture that bears each loss in full, and one whose buffer takes the first million of each. What is left of an
exponential loss above a level is exponential again, so both laws are known exactly. Years are drawn as they come
(*plain*) and by strata, as `bufferstock loss` does by default.

**The engine.** One warehouse, reviewed every morning, Poisson demand of 2 a day, a lead time of one day; a unit on
hand costs 1 a year, a unit that waits 10. Four base-stock levels live through the same futures of 28 days: *lean*
(4), *middle* (6), *ample* (9), *fortress* (12). The evening's stock is the level less the demand of two days, so the
law of the cost of the 28 days can be carried forward day by day, exactly, and with it mean and CVaR. Days before the
first booked one are lived too, so there is no start to forget. Items do not influence each other: one run of the
engine with 5,000 items is 5,000 replications of a shop with one, each demand drawn from its own stream.

"""

RARE = """## What happens rarely

The backorder cost of the ample stock is 0 in 82 % of futures (skewness 4), that of the fortress in 99.3 % (skewness
19): one future in 138 pays for all. Few replications see too few of them, or none, and then the interval is too
narrow, or shrinks to 0 alone.

"""

TRUST = """## From which n on

The smallest size from which on all sizes measured held the truth in 93 % of studies or more:

"""

ADVICE = """
So:

- **Means and paired differences** of costs whose law is not far from symmetric keep their promise from 30
  replications on; skewed ones (S19) want 200.
- **Paired differences whose spread is a rare loss** (ample against fortress) want 1,000: they inherit the rare part.
- **CVaR 95** rests on one replication in twenty. Below 41 replications plain sampling gives no interval at all; at
  200 it misses in 7 to 13 % of studies, nearly always because the truth is worse than it says; from 1,000 on it holds
  in 93 to 96 %, give or take the error of this measurement.
- **A cost that most futures do not have** cannot be believed before some dozens of futures have had it: with 7 of
  them on average (fortress, 1,000 replications) the interval misses in one study of ten, with 36 (5,000) it is all
  but right. Strata help where what is rare is an incident, since they look at the rare futures more often.
- **Shares of futures** (Wilson) keep their promise even where hardly anything happens.

When an interval misses, it is nearly always on the same side: the truth is *worse* than the interval says (last
columns of `coverage.csv`). A cautious reader of a small study leans that way.

"""

LOOKS = """## Looking again and again

Who looks at an interval at 50, 100, 150, 200, 300 … {most:,} replications ({looks} looks) and stops when it pleases
is wrong more often. The table counts studies whose interval missed the truth at *any* look: Student's interval of 95
%, and the one that `--precision` uses, which is made for looking (`sim.statistics.looks`), at 95 and at 99 % (what
"the sign is certain at 99 %" rests on). The last columns let the rule of `--precision 0.05` stop by itself.

"""

LOOKED = """
Looking at ordinary intervals multiplies the error; intervals made for looking bring it back to its promise where the
law is not far from symmetric.{skewed} The rule for precision stops late where the law is skewed, since skewed laws
are wide, so its last interval is better than the worst look.

"""

SKEWED = "Where it is skewed they miss more often than they promise, mostly at the first looks"

TAIL = """## Not measured

Intervals of VaR, and of CVaR at 99 %: see [the loss of a year](loss.md). Dependence between replications: there is
none, replications are independent by construction. Wrong assumptions: an interval tells how far a number would move
with more replications, and never whether the scenario is right.
"""


def read(path: Path) -> list[Row]:
    """A table on file."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _share(row: Row) -> str:
    """Coverage in a cell."""
    given = int(row["experiments"]) - int(row["without_interval"])
    if not given:
        return "no interval"
    share = float(row["coverage"])
    told = f"{100 * share:.1f}"
    told = told if LOW <= share <= HIGH else f"**{told}**"
    missing = int(row["without_interval"]) / int(row["experiments"])
    return f"{told} ({100 * missing:.1f} % give none)" if missing else told


def _table(rows: Sequence[Row], method: bool) -> list[str]:
    """Quantities down, sizes across."""
    sizes = list(dict.fromkeys(row["n"] for row in rows))
    head = ["interval of", *(["drawn"] if method else []), "truth", *(f"n = {int(size):,}" for size in sizes)]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + (" --- |" if method else "") + " ---: |" * (len(sizes) + 1)]
    for key in dict.fromkeys((row["quantity"], row["method"]) for row in rows):
        same = [row for row in rows if (row["quantity"], row["method"]) == key]
        cells = [key[0], *([key[1]] if method else []), f"{float(same[0]['truth']):.4g}", *map(_share, same)]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def trusted(rows: Sequence[Row]) -> int | None:
    """Smallest size from which on coverage is 93 % or more; none where no size is."""
    good = None
    for row in sorted(rows, key=lambda row: -int(row["n"])):
        given = int(row["experiments"]) - int(row["without_interval"])
        if not given or float(row["coverage"]) < LOW:
            break
        good = int(row["n"])
    return good


def _trust(rows: Sequence[Row]) -> list[str]:
    """Which quantities may be trusted from which size on."""
    groups: dict[int | None, list[str]] = {}
    for key in dict.fromkeys((row["model"], row["quantity"], row["method"]) for row in rows):
        same = [row for row in rows if (row["model"], row["quantity"], row["method"]) == key]
        name = f"{key[1]} (S19, {key[2]})" if key[0] == "S19" else key[1]
        groups.setdefault(trusted(same), []).append(name)
    lines = ["| from n = | intervals |", "| ---: | --- |"]
    for size in sorted(groups, key=lambda size: (size is None, size)):
        lines.append(f"| {'none of these' if size is None else f'{size:,}'} | {'; '.join(groups[size])} |")
    return lines


def _looks(rows: Sequence[Row]) -> list[str]:
    """Errors of looking."""
    lines = [
        "| values | looked at | Student 95 % | looking 95 % | looking 99 % | wrong where it stops | stops at (5, 50, 95 %) |"
    ]
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        told = [
            f"{100 * float(row[f'wrong_{name}']):.1f} ± {100 * float(row[f'standard_error_{name}']):.1f}"
            for name in ("student_95", "looking_95", "looking_99", "at_stop")
        ]
        stops = ", ".join(f"{float(row[f'stops_{name}']):,.0f}" for name in ("5", "median", "95"))
        capped = "" if float(row["reached"]) == 1 else f" ({100 * (1 - float(row['reached'])):.0f} % not reached)"
        lines.append(f"| {row['model']} | {row['quantity']} | {' | '.join(told)} | {stops}{capped} |")
    return lines


def write(folder: Path, page: Path) -> None:
    """The page."""
    rows, looks = read(folder / "coverage.csv"), read(folder / "looks.csv")
    made: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    count = int(made["experiments"])
    lines = [HEAD.format(experiments=f"{count:,}", error=100 * (0.95 * 0.05 / count) ** 0.5)]
    lines += ["## The loss of a year (S19)\n", *_table([row for row in rows if row["model"] == "S19"], True)]
    lines += ["## The engine\n", *_table([row for row in rows if row["model"] == "engine"], False)]
    lines += [RARE, *_table([row for row in rows if row["model"] == "rare"], False)]
    lines += [TRUST, *_trust(rows), ADVICE]
    skewed = [
        f"{row['quantity']} ({row['model']})"
        for row in looks
        if float(row["wrong_looking_95"]) > 0.05 + 3 * float(row["standard_error_looking_95"])
    ]
    told = f" {SKEWED}: {'; '.join(skewed)}." if skewed else ""
    lines += [LOOKS.format(most=5_000, looks=looks[0]["looks"]), *_looks(looks), LOOKED.format(skewed=told), TAIL]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    page.write_text(text, encoding="utf-8")
