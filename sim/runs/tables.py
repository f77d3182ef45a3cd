"""Tables of a run as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures import MEASURES
from sim.runs.folder import write_atomic

if TYPE_CHECKING:
    from sim.runs.parts import Parts
    from sim.studies.compare import Comparison


#: what a spreadsheet would take for a formula, and such a text that has got its apostrophes already
RUNS = re.compile(r"'*[=+\-@\t\r]")
#: the apostrophe that `table` puts in front
GUARD = re.compile(r"^'(?='*[=+\-@\t\r])")


def table(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows as CSV, numbers in full, empty where there is none; text that a spreadsheet would take for a formula gets
    an apostrophe in front.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    write_atomic(path, text.getvalue())


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else ""
    if isinstance(value, str):
        return guarded(value)
    return str(value)


def guarded(text: str) -> str:
    """Text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if RUNS.match(text) else text


#: numbers of a pair in the summary
PAIR = (
    *("mean", "low", "high", "n", "low_all_pairs", "high_all_pairs"),
    *("p_a_better", "correlation", "variance_reduction"),
)


def summary(comparison: Comparison, path: Path) -> None:
    """Mean and interval of every measure of every posture and pair, one row each, as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            "weather",
            "kind",
            "a",
            "b",
            "measure",
            "unit",
            "mean",
            "low",
            "high",
            "n",
            "low_all_pairs",
            "high_all_pairs",
            "p_a_better",
            "correlation",
            "variance_reduction",
            "in_sample",
        ]
    )
    sample = "; ".join(comparison.scenario.judged_in_sample)
    units = {measure.name: measure.unit.format(currency=comparison.scenario.currency) for measure in MEASURES}

    def cell(value: float | int | None) -> str:
        return "" if value is None else repr(value)

    for weather in comparison.weathers:
        document = comparison.document(weather)
        for name, measures in document["postures"].items():
            for measure, told in measures.items():
                numbers = [cell(told[key]) for key in ("mean", "low", "high", "n")]
                writer.writerow(
                    [weather, "posture", name, "", measure, units[measure], *numbers, "", "", "", "", "", sample]
                )
        for pair in document["pairs"]:
            numbers = [cell(pair[key]) for key in PAIR]
            names = [weather, "pair", pair["a"], pair["b"], pair["measure"], units[pair["measure"]]]
            writer.writerow([*names, *numbers, sample])
    write_atomic(path, text.getvalue())


def item_table(parts: Parts, currency: str, path: Path) -> None:
    """Mean and standard deviation over replications of what each item at each warehouse did, as CSV.

    Parameters
    ----------
    parts : the replications of a study; those finished from 0 on without gap count.
    """
    from sim.studies.per_item import FIGURES

    count, mean, squares = parts.pieces
    spread = np.sqrt(squares / (count - 1)) if count > 1 else np.full_like(mean, np.nan)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"{name}{suffix}" for name, *_ in FIGURES for suffix in ("", "_sd")]
    writer.writerow(["weather", "posture", "item", "warehouse", *names, "n", "currency"])
    labels = parts.labels
    for i, weather in enumerate(labels.weathers):
        for j, posture in enumerate(labels.postures):
            for k, (item, site) in enumerate(labels.lines):
                both = np.stack([mean[i, j, k], spread[i, j, k]], axis=1).ravel().tolist()
                cells = [_cell(one) for one in (weather, posture, item, site)]
                writer.writerow([*cells, *(_cell(value) for value in both), count, currency])
    write_atomic(path, text.getvalue())
