"""Writes docs/coverage.md from the tables in results/coverage/; no number of a table is typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interval_texts import ADVICE, HEAD, LOOKED, LOOKS, RARE, RESAMPLE, RESAMPLED, SELECT, TAIL, TRUST, WARN, WARNED

from sim.statistics.spending import HALF

Row = dict[str, str]
WRONG = ("student_95", "looking_95", "believed_95", "looking_99", "sign_99", "at_stop")
LOW, HIGH = 0.93, 0.97
#: studies without a warning that a share of them must rest on
ENOUGH = 100
TABLES = ("coverage", "looks", "selection", "resampling")
#: what comes once in 138 futures
SELDOM = "mean backorder cost, fortress"


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
    head = "Student 95 % | made for looking, 95 % | only looks believed | made for looking, 99 % | sign, 99 %"
    lines = [f"| values | looked at | {head} | where it stops | stops at (5, 50, 95 %) |"]
    lines.append("| --- | --- |" + " ---: |" * 7)
    for row in rows:
        told = [f"{100 * float(row[f'wrong_{name}']):.1f}" for name in WRONG]
        stops = ", ".join(f"{float(row[f'stops_{name}']):,.0f}" for name in ("5", "median", "95"))
        capped = "" if float(row["reached"]) == 1 else f" ({100 * (1 - float(row['reached'])):.0f} % not reached)"
        lines.append(f"| {row['model']} | {row['quantity']} | {' | '.join(told)} | {stops}{capped} |")
    return lines


def _selection(rows: Sequence[Row]) -> list[str]:
    """How often the best is selected."""
    lines = ["| systems | correlation | best selected, % | promised | replications, all systems together |"]
    lines.append("| ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        share = f"{100 * float(row['best_selected']):.1f} ± {100 * float(row['standard_error']):.1f}"
        promised = f"{100 * float(row['promised']):.0f}"
        told = (row["systems"], row["correlation"], share, promised, f"{float(row['replications']):,.0f}")
        lines.append(f"| {' | '.join(told)} |")
    return lines


def _warned(rows: Sequence[Row]) -> list[str]:
    """Where the program warns, and what is left without a warning."""
    sizes = list(dict.fromkeys(row["n"] for row in rows))
    lines = ["| interval of | " + " | ".join(f"n = {int(size):,}" for size in sizes) + " |"]
    lines.append("| --- |" + " ---: |" * len(sizes))
    for key in dict.fromkeys((row["model"], row["quantity"]) for row in rows if row["warned"] != "nan"):
        cells = []
        for row in (one for one in rows if (one["model"], one["quantity"]) == key and one["warned"] != "nan"):
            warned, left = float(row["warned"]), int(row["not_warned"])
            share = f"{100 * warned:.0f} %"
            cells.append(f"{share}; {100 * float(row['coverage_not_warned']):.1f}" if left >= ENOUGH else share)
        name = f"{key[1]} (S19)" if key[0] == "S19" else key[1]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _range(rows: Sequence[Row], name: str) -> str:
    """Lowest and highest share, per cent."""
    values = [100 * float(row[name]) for row in rows]
    return f"{min(values):.1f} to {max(values):.1f}"


def _resampled(rows: Sequence[Row]) -> list[str]:
    """Ways to an interval beside each other."""
    sizes = list(dict.fromkeys(row["n"] for row in rows))
    lines = ["| interval of | by | " + " | ".join(f"n = {int(size):,}" for size in sizes) + " |"]
    lines.append("| --- | --- |" + " ---: |" * len(sizes))
    for key in dict.fromkeys((row["quantity"], row["method"]) for row in rows):
        same = [row for row in rows if (row["quantity"], row["method"]) == key]
        lines.append(f"| {key[0]} | {key[1]} | " + " | ".join(map(_share, same)) + " |")
    return lines


def looked(looks: Sequence[Row]) -> str:
    """What the table of looks says."""
    count = int(looks[0]["looks"])
    return LOOKED.format(
        looks=count,
        spent=5 * count / (count + HALF),
        worst=f"{max(100 * float(row['wrong_looking_95']) for row in looks):.0f}",
        **{
            name: _range(looks, f"wrong_{of}")
            for name, of in (
                ("student", "student_95"),
                ("believed", "believed_95"),
                ("sign", "sign_99"),
                ("stop", "at_stop"),
            )
        },
    )


def write(folder: Path, page: Path) -> None:
    """The page."""
    rows, looks, selection, again = (read(folder / f"{name}.csv") for name in TABLES)
    made: dict[str, Any] = json.loads((folder / "measure.json").read_text(encoding="utf-8"))
    count, large = int(made["experiments"]), [row for row in rows if int(row["n"]) >= 1_000]
    tails = [row for row in large if "CVaR" in row["quantity"]]
    means = [row for row in large if row not in tails and row["quantity"] != SELDOM and row["method"] != "Wilson"]
    lines = [
        HEAD.format(
            experiments=f"{count:,}",
            error=100 * (0.95 * 0.05 / count) ** 0.5,
            means=_range(means, "coverage"),
            tails=_range(tails, "coverage"),
        )
    ]
    lines += ["## The loss of a year (S19)\n", *_table([row for row in rows if row["model"] == "S19"], True)]
    lines += ["## The engine\n", *_table([row for row in rows if row["model"] == "engine"], False)]
    lines += [RARE, *_table([row for row in rows if row["model"] == "rare"], False)]
    lines += [TRUST, *_trust(rows), ADVICE, WARN.format(enough=ENOUGH), *_warned(rows), WARNED]
    lines += [RESAMPLE.format(experiments=f"{int(again[0]['experiments']):,}"), *_resampled(again), RESAMPLED]
    lines += [LOOKS.format(most=5_000, looks=looks[0]["looks"]), *_looks(looks), looked(looks)]
    lines += [SELECT, *_selection(selection), "", TAIL]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    page.write_text(text, encoding="utf-8")
