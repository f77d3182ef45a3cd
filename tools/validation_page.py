"""Writes docs/validation.md from the JSON of `bufferstock validate --json` (path as the first argument)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sim.validation.arithmetic import ARITHMETIC
from sim.validation.case import truths
from sim.validation.run import CASES, PENDING, STUDIES

HEAD = """# Validation: the shipped engine against exact results

This page is made by `bufferstock validate --jobs 1 --json > validate.json` and `python tools/validation_page.py
validate.json`; no number in it is typed. Every case is an ordinary scenario and plan that goes through the same `live` as
`bufferstock compare`.

A value passes when its mean over at least 100 replications lies within as many standard errors of the exact value as keep
the family-wise error over all values and seeds at 1 %, **and** its 99 % half-width is small enough to show anything (1 %;
2 % for values below 0.05; 3 % for S09, S17 and the plain sampling of S19; 5 % for S08's lost fraction, S15 and the years
that S19 lives one by one through the loss study). S15 may add the 1 % discretisation error that its source allows. S16 and
S18 hold exactly. Each of the seeds 1, 2 and 3 must pass; none is chosen. In S01, S03, S06 and S11 the number of customer
orders, whose mean the input gives exactly, is a control variate: what luck gave too much of it is taken out of each mean,
and out of its error (Lavenberg and Welch 1981). All analytic instances, S10, S13, S20 and S21 among them, are reproduced by
the formulas of `sim.theory` (in `make test`).

"""


def main() -> None:
    """Read the JSON, write the page."""
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = document["instances"]
    judged = [row for row in rows if row["verdict"] != "pending"]
    passed = sum(row["verdict"] == "pass" for row in judged)
    waiting = f"; {len(PENDING)} pending" if PENDING else ""
    lines = [HEAD, f"{passed} of {len(judged)} values pass{waiting}. {_run(document)}\n"]
    notes: dict[str, list[str]] = {}
    for name, (builder, _, short) in CASES.items():
        notes.setdefault(name.split()[0], []).append(builder(short).note)
    for name, study in STUDIES.items():
        notes.setdefault(name.split()[0], []).append(study().note)
    for instance in dict.fromkeys(row["id"] for row in judged):
        truth = truths()[instance]
        lines.append(f"## {instance}: {truth['model']}\n")
        if instance in ARITHMETIC:
            lines += [f"Source: {truth['source']}. Computed, to a relative error of 1e-6; no seed.\n"]
            lines += ["| quantity | expected | computed | verdict |", "| --- | ---: | ---: | --- |"]
            here = [row for row in judged if row["id"] == instance]
            lines += [
                f"| {row['quantity']} | {row['expected']:.8g} | {row['simulated']:.8g} | {row['verdict']} |"
                for row in here
            ]
            lines.append("")
            continue
        lines.append(f"Source: {truth['source']}. In the engine: {'; '.join(dict.fromkeys(notes[instance]))}.\n")
        lines.append("| quantity | expected | simulated (seeds 1, 2, 3) | largest 99 % half-width | verdict |")
        lines.append("| --- | ---: | ---: | ---: | --- |")
        here = [row for row in judged if row["id"] == instance]
        for quantity in dict.fromkeys(row["quantity"] for row in here):
            same = [row for row in here if row["quantity"] == quantity]
            simulated = ", ".join(f"{row['simulated']:.5g}" for row in same)
            expected = same[0]["expected"]
            width = max(row["half_width_99"] or 0.0 for row in same)
            verdict = "pass" if all(row["verdict"] == "pass" for row in same) else "**fail**"
            if expected is None:
                verdict = "shown beside"
            lines.append(
                f"| {quantity} | {'-' if expected is None else f'{expected:.6g}'} | {simulated} | "
                f"{f'{width:.2%}' if width else 'exact' if expected is not None else '-'} | {verdict} |"
            )
        lines.append("")
    if PENDING:
        lines.append("## Pending\n")
        lines += [f"- {instance}: {why}" for instance, (_, why) in PENDING.items()]
    Path("docs/validation.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(document: dict[str, Any]) -> str:
    """When, on what, with which seeds, and for how long."""
    machine, versions = document["machine"], ", ".join(f"{name} {one}" for name, one in document["versions"].items())
    seeds = ", ".join(str(seed) for seed in document["seeds"])
    minutes = document["cpu_minutes"]
    spent = "several processes" if minutes is None else f"{minutes:.1f} CPU-minutes in one process"
    when = f"{document['date']}{' (quick)' if document['quick'] else ''}"
    where = f"{machine['platform'].split('-')[0]} with {machine['processors']} processors"
    return f"Run on {when}, seeds {seeds}, {spent}, on {where}; {versions}."


if __name__ == "__main__":
    main()
