"""What common random numbers save on Meridian, and why it is little where it is; writes docs/common-random-numbers.md.

    python tools/variance_reduction.py measure [-n 200] [--jobs 1] [--seed 1]
    python tools/variance_reduction.py page

`measure` lives the same futures under JIT, JIC and hybrid in each weather (some minutes of one processor) and writes the
tables of results/common-random-numbers/.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from interval_coverage import told, versions
from numpy.typing import NDArray

import sim
from sim.chance import generator
from sim.futures import Future, draw, draw_incidents
from sim.ledger import Ledger
from sim.money import site_money
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.statistics.interval import paired
from sim.studies.compare import plans_of
from sim.studies.montecarlo import spread
from sim.world import Blueprint

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "results" / "common-random-numbers"
POSTURES = ("jit", "jic", "hybrid")
PAIRS = tuple(combinations(range(len(POSTURES)), 2))
MEASURED = ("total_cost", "carrying_cost", "stockout_cost", "fill_rate")
STOCKOUT = ("lost_margin", "goodwill_cost", "backorder_penalty")
#: what remains of chance when the rest is that of replication 0, in the weather without disruptions
SOURCES = ("all of it", "demand", "deliveries")
CALM = "calm"
RESAMPLES = 2_000
#: replications in which sources of chance are told apart
APART = 100


@dataclass(frozen=True)
class Lived:
    """Replications of all postures.

    Attributes
    ----------
    numbers : of the replications.
    measures : (replications, weathers, postures, measures).
    stockouts : (replications, weathers, postures, items) stockout cost, money a year.
    sources : (replications, sources of chance, postures) total cost in the calm weather; NaN from number `APART` on.
    """

    numbers: tuple[int, ...]
    measures: Floats
    stockouts: Floats
    sources: Floats


@dataclass(frozen=True)
class Shared:
    """What to live: an errand."""

    scenario: Scenario
    plans: tuple[Plan, ...]
    seed: int

    def prepare(self) -> SharedRunner:
        """Blueprints of all postures in all weathers."""
        return SharedRunner(self)


class SharedRunner:
    """A worker's blueprints."""

    def __init__(self, job: Shared) -> None:
        self.job = job
        self.under = {name: job.scenario.under(name) for name in job.scenario.weather_names}
        self.blueprints = {name: [Blueprint(one, plan) for plan in job.plans] for name, one in self.under.items()}
        self.first = draw(self.under[CALM], job.seed, 0)

    def run(self, numbers: Sequence[int]) -> Lived:
        """Live some replications."""
        weathers, items = list(self.under), len(self.job.scenario.items)
        shape = len(numbers), len(weathers), len(POSTURES)
        measures, stockouts = np.empty((*shape, len(MEASURED))), np.zeros((*shape, items))
        sources = np.full((len(numbers), len(SOURCES), len(POSTURES)), np.nan)
        for row, number in enumerate(numbers):
            base: Future | None = None
            for column, (weather, scenario) in enumerate(self.under.items()):
                if base is None:
                    future = base = draw(scenario, self.job.seed, number)
                else:
                    future = base.with_incidents(draw_incidents(scenario, self.job.seed, number))
                for place in range(len(POSTURES)):
                    found, ledger = self._live(weather, place, future)
                    measures[row, column, place] = [found[name] for name in MEASURED]
                    stockouts[row, column, place] = self._stockouts(ledger)
                if weather == CALM and number < APART:
                    sources[row, 0] = measures[row, column, :, 0]
                    for which, mixed in enumerate(self._mixed(future), start=1):
                        for place in range(len(POSTURES)):
                            sources[row, which, place] = self._live(weather, place, mixed)[0]["total_cost"]
        return Lived(tuple(numbers), measures, stockouts, sources)

    def _live(self, weather: str, place: int, future: Future) -> tuple[Any, Ledger]:
        ledger = self.blueprints[weather][place].live(future)
        return made(self.under[weather], self.job.plans[place].posture, ledger).measures, ledger

    def _stockouts(self, ledger: Ledger) -> Floats:
        total, index = np.zeros(len(self.job.scenario.items)), self.job.scenario.catalogue.index
        for name, site in ledger.sites.items():
            money = site_money(self.job.scenario, name, site)
            places = [index[item] for item in site.items]
            np.add.at(total, places, sum(money[part] for part in STOCKOUT))
        return total

    def _mixed(self, future: Future) -> Iterator[Future]:
        """This demand with the deliveries of replication 0, and the other way round."""
        for demand, other in ((future, self.first), (self.first, future)):
            yield replace(
                other, instants=demand.instants, demand=demand.demand, orders=demand.orders, calm=other.calm, cache={}
            )


def reduction(a: Floats, b: Floats) -> Floats:
    """Variance-reduction factors of samples along the last axis."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = (a.var(axis=-1, ddof=1) + b.var(axis=-1, ddof=1)) / (a - b).var(axis=-1, ddof=1)
    return found


def pair_row(a: Floats, b: Floats, seed: int) -> dict[str, float]:
    """What pairing does to one difference.

    With standard deviations s and t and correlation r the variance of the difference is (s - t)² + 2 s t (1 - r): the
    first part comes from unequal spreads and stays at a correlation of 1, the second from luck that is not shared.
    """
    found = paired(a, b, "lower")
    s, t = float(a.std(ddof=1)), float(b.std(ddof=1))
    spread = float((a - b).var(ddof=1))
    again = generator(seed, 0, "variance reduction").integers(0, a.size, (RESAMPLES, a.size))
    low, high = np.nanquantile(reduction(a[again], b[again]), [0.025, 0.975], method="nearest").tolist()
    return {
        "n": a.size,
        "mean_difference": found.difference.mean,
        "half_width_95": found.difference.half_width,
        "sd_a": s,
        "sd_b": t,
        "correlation": found.correlation,
        "factor": found.variance_reduction,
        "factor_low": low,
        "factor_high": high,
        "bound": (s * s + t * t) / (s - t) ** 2 if s != t else math.inf,
        "unequal": (s - t) ** 2 / spread,
    }


def crossed(a: Floats, b: Floats) -> dict[str, float]:
    """The correlation of two total costs, split into the parts of cost that meet in it.

    Parameters
    ----------
    a, b : (replications, measures), measures as in `MEASURED`.
    """
    total, carrying, stockout = (MEASURED.index(name) for name in ("total_cost", "carrying_cost", "stockout_cost"))
    scale = float(a[:, total].std(ddof=1) * b[:, total].std(ddof=1))

    def part(x: int, y: int) -> float:
        return float(np.cov(a[:, x], b[:, y])[0, 1]) / scale

    found = {
        "carrying_carrying": part(carrying, carrying),
        "stockout_stockout": part(stockout, stockout),
        "stockout_carrying": part(stockout, carrying),
        "carrying_stockout": part(carrying, stockout),
    }
    return {"correlation": part(total, total), **found, "rest": part(total, total) - sum(found.values())}


def carriers(values: Floats) -> Floats:
    """(items,) shares of the variance of their sum that items make up, of (replications, items)."""
    total = values.sum(axis=1)
    share = ((values - values.mean(axis=0)) * (total - total.mean())[:, None]).sum(axis=0)
    found: Floats = share / share.sum()
    return found


def tables(lived: Lived, weathers: Sequence[str], items: Sequence[str], seed: int) -> dict[str, list[dict[str, Any]]]:
    """The tables by name of file."""
    pairs, splits, spreads, sources = [], [], [], []
    for column, weather in enumerate(weathers):
        here, out = lived.measures[:, column], lived.stockouts[:, column]
        for place, posture in enumerate(POSTURES):
            share = carriers(out[:, place])
            order = np.argsort(-share)
            half = int(np.argmax(share[order].cumsum() >= 0.5)) + 1
            top = "; ".join(f"{items[one]} {100 * share[one]:.0f} %" for one in order[:3])
            sd = {f"sd_{name}": float(here[:, place, k].std(ddof=1)) for k, name in enumerate(MEASURED)}
            spreads.append({"weather": weather, "posture": posture, "items_half": half, "items_top": top, **sd})
        for a, b in PAIRS:
            of = {"weather": weather, "a": POSTURES[a], "b": POSTURES[b]}
            for k, name in enumerate(MEASURED):
                pairs.append({**of, "measure": name, **pair_row(here[:, a, k], here[:, b, k], seed)})
            x, y = (out[:, place] - out[:, place].mean(axis=0) for place in (a, b))
            alike = float((x * y).sum() / math.sqrt((x * x).sum() * (y * y).sum()))
            splits.append({**of, **crossed(here[:, a], here[:, b]), "items_stockout": alike})
    for which, source in enumerate(SOURCES):
        cost = lived.sources[:APART, which]
        row: dict[str, Any] = {"weather": CALM, "varies": source, "n": len(cost)}
        row |= {f"sd_{name}": float(cost[:, place].std(ddof=1)) for place, name in enumerate(POSTURES)}
        for a, b in PAIRS:
            row[f"correlation_{POSTURES[a]}_{POSTURES[b]}"] = float(np.corrcoef(cost[:, a], cost[:, b])[0, 1])
        sources.append(row)
    return {"pairs": pairs, "splits": splits, "spreads": spreads, "sources": sources}


def measure(count: int, seed: int, jobs: int, folder: Path) -> None:
    """Live, count, and write the tables."""
    start, scenario = time.process_time(), sim.load("meridian")
    job = Shared(scenario, plans_of(scenario, POSTURES), seed)
    pieces = sorted(spread(job, range(count), jobs, chunk=10), key=lambda piece: piece.numbers)
    joined: dict[str, Floats] = {
        name: np.concatenate([getattr(piece, name) for piece in pieces])
        for name in ("measures", "stockouts", "sources")
    }
    lived = Lived(tuple(range(count)), **joined)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(lived, scenario.weather_names, [item.item for item in scenario.items], seed).items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            told([{key: _short(value) for key, value in row.items()} for row in table], file)
    header = {
        "command": f"python tools/variance_reduction.py measure -n {count} --seed {seed}",
        "scenario": "meridian",
        "seed": seed,
        "replications": count,
        "versions": versions(),
        "cpu_seconds": round(time.process_time() - start) if jobs == 1 else None,
    }
    (folder / "manifest.json").write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")


def _short(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def main() -> None:
    """Measure, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["measure", "page"])
    parser.add_argument("-n", "--replications", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.what == "page":
        from variance_page import write

        write(FOLDER, ROOT / "docs" / "common-random-numbers.md")
        return
    measure(arguments.replications, arguments.seed, arguments.jobs, FOLDER)


if __name__ == "__main__":
    main()
