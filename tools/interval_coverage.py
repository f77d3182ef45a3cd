"""How often 95 % intervals hold the truth, by number of replications; writes results/coverage/ and docs/coverage.md.

    python tools/interval_coverage.py measure [--quick] [--jobs 1] [--seed 1]
    python tools/interval_coverage.py resample [--quick] [--jobs 1] [--seed 1]
    python tools/interval_coverage.py page

Every interval comes from the functions that the program prints from, on the models of `interval_models.py`, whose
answers are known exactly. Experiments are independent; within one, the intervals of 30, 200 … replications use the first of
the same 5,000, as a study that is extended does.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import scipy
from interval_bootstrap import EXPERIMENTS as RESAMPLED
from interval_bootstrap import Resampling, resampled_rows
from interval_looks import FIELDS, look_rows, looked_at, watched
from interval_models import Shop, plain_years, years_by_strata
from interval_quantities import Data, quantities
from interval_selection import selection_rows
from numpy.typing import NDArray

import sim
from sim.statistics.interval import Interval
from sim.studies.loss_sample import Sample
from sim.studies.montecarlo import spread

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "results" / "coverage"
SIZES = (30, 200, 1_000, 5_000)
EXPERIMENTS = 1_000
QUICK = 40


def shortened(data: Data, size: int) -> Data:
    """The first replications of an experiment."""

    def first(one: Any) -> Any:
        return (
            Sample(one.losses[:size], one.places[:size], one.probabilities) if isinstance(one, Sample) else one[:size]
        )

    return {name: first(one) for name, one in data.items()}


@dataclass(frozen=True)
class Experiments:
    """Intervals of some experiments.

    Attributes
    ----------
    numbers : of the experiments.
    found : (experiments, sizes, quantities, 4) value, low, high, and whether the program warns (NaN: not asked).
    looks : (experiments, watched, fields) what became of looking.
    """

    numbers: tuple[int, ...]
    found: Floats
    looks: Floats


@dataclass(frozen=True)
class Coverage:
    """Experiments to run: an errand whose replications are whole experiments."""

    seed: int
    sizes: tuple[int, ...] = SIZES
    look: bool = True

    def prepare(self) -> CoverageRunner:
        """The shop's plans made ready."""
        return CoverageRunner(self)


class CoverageRunner:
    """A worker's shop."""

    def __init__(self, job: Coverage) -> None:
        self.job = job
        self.shop = Shop(max(job.sizes))

    def experiment(self, number: int) -> Data:
        """All samples of one experiment."""
        most, seed = max(self.job.sizes), self.job.seed
        data: dict[str, Any] = {}
        for kind, drawn in (("plain", plain_years), ("strata", years_by_strata)):
            data |= {f"{kind} {name}": sample for name, sample in drawn(seed, number, most).items()}
        one = np.zeros(most, dtype=np.intp)
        for label, (cost, waiting) in self.shop.costs(seed, number).items():
            data[label] = Sample(cost, one, (1.0,))
            data[f"{label} waiting"] = waiting
        return data

    def run(self, numbers: Sequence[int]) -> Experiments:
        """Intervals of some experiments."""
        found = np.empty((len(numbers), len(self.job.sizes), len(quantities()), 4))
        looks = np.full((len(numbers), len(watched()), len(FIELDS)), np.nan)
        for row, number in enumerate(numbers):
            data = self.experiment(number)
            for column, size in enumerate(self.job.sizes):
                short = shortened(data, size)
                for place, quantity in enumerate(quantities()):
                    one = quantity.read(short)
                    value = one.mean if isinstance(one, Interval) else one.value
                    warned = math.nan if quantity.doubt is None else float(bool(quantity.doubt(short)))
                    found[row, column, place] = value, one.low, one.high, warned
            if self.job.look:
                looks[row] = [looked_at(one, data) for one in watched()]
        return Experiments(tuple(numbers), found, looks)


def rows(found: Floats, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """The table: for each quantity and size, how often its interval held the truth.

    Parameters
    ----------
    found : (experiments, sizes, quantities, 4).
    """
    table = []
    for place, quantity in enumerate(quantities()):
        for column, size in enumerate(sizes):
            value, low, high, warned = found[:, column, place].T
            given = ~(np.isnan(low) | np.isnan(high))
            count = int(given.sum())
            holds = (low <= quantity.truth) & (quantity.truth <= high) & given
            held, trusted = int(holds.sum()), given & (warned == 0)
            share = held / count if count else math.nan
            table.append(
                {
                    "model": quantity.model,
                    "quantity": quantity.name,
                    "method": quantity.method,
                    "n": size,
                    "truth": round(quantity.truth, 9),
                    "experiments": found.shape[0],
                    "without_interval": found.shape[0] - count,
                    "held": held,
                    "coverage": round(share, 4),
                    "standard_error": round(math.sqrt(share * (1 - share) / count), 4) if count else math.nan,
                    "truth_above": int((high[given] < quantity.truth).sum()),
                    "truth_below": int((low[given] > quantity.truth).sum()),
                    "warned": _figure(float(warned.mean()), found.shape[0]),
                    "not_warned": int(trusted.sum()),
                    "coverage_not_warned": _figure(holds[trusted].sum() / max(trusted.sum(), 1), int(trusted.sum())),
                    "relative_half_width": _figure(
                        float((high - low)[given].sum()) / 2 / abs(quantity.truth) / max(count, 1), count
                    ),
                    "relative_bias": _figure(value.mean() / quantity.truth - 1, found.shape[0]),
                }
            )
    return table


def _figure(value: float, count: int) -> float:
    return float(f"{value:.4g}") if count else math.nan


def measure(experiments: int, seed: int, jobs: int) -> dict[str, list[dict[str, Any]]]:
    """Run the experiments and count: tables by name of file."""
    job = Coverage(seed)
    pieces = sorted(spread(job, range(experiments), jobs, chunk=10), key=lambda piece: piece.numbers)
    return {
        "coverage": rows(np.concatenate([piece.found for piece in pieces]), job.sizes),
        "looks": look_rows(np.concatenate([piece.looks for piece in pieces])),
        "selection": selection_rows(seed, experiments),
    }


def resample(experiments: int, seed: int, jobs: int) -> dict[str, list[dict[str, Any]]]:
    """The same for intervals by resampling."""
    job = Resampling(seed)
    pieces = sorted(spread(job, range(experiments), jobs, chunk=10), key=lambda piece: piece.numbers)
    return {"resampling": resampled_rows(np.concatenate([piece.found for piece in pieces]), job.sizes)}


def told(table: Sequence[Mapping[str, Any]], file: TextIO) -> None:
    """A table as CSV."""
    writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)


def versions() -> dict[str, str]:
    """Of everything that numbers depend on."""
    return {
        "bufferstock": sim.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "machine": platform.machine(),
    }


def main() -> None:
    """Measure, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["measure", "resample", "page"])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} experiments, printed and not kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.what == "page":
        from interval_page import write

        write(FOLDER, ROOT / "docs" / "coverage.md")
        return
    start, whole = time.process_time(), EXPERIMENTS if arguments.what == "measure" else RESAMPLED
    run = measure if arguments.what == "measure" else resample
    tables = run(QUICK if arguments.quick else whole, arguments.seed, arguments.jobs)
    if arguments.quick:
        for table in tables.values():
            told(table, sys.stdout)
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        with (FOLDER / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            told(table, file)
    header = {
        "command": f"python tools/interval_coverage.py {arguments.what} --seed {arguments.seed}",
        "tables": [f"{name}.csv" for name in tables],
        "seed": arguments.seed,
        "experiments": whole,
        "versions": versions(),
        "cpu_seconds": round(time.process_time() - start) if arguments.jobs == 1 else None,
    }
    (FOLDER / f"{arguments.what}.json").write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
