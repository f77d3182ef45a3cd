"""Service achieved: items of every demand class and lead-time class, sized by every method, lived through by the engine.

``python tools/service_table.py`` writes the tables of docs/sizing.md between its markers; ``--quick`` is a shorter run that
prints them. Every row is an ordinary scenario and plan that goes through the same `live` as ``bufferstock compare``.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw
from sim.plan import Plan
from sim.sizing import METHODS, CycleService, Demand, FillRate, LeadTime, Protection, size
from sim.sizing.target import Everyday
from sim.validation.case import items, line, world
from sim.world import Blueprint

Floats = NDArray[np.float64]
PAGE = Path(__file__).parent.parent / "docs" / "sizing.md"
TABLES = tuple(method for method in METHODS if method != "auto")
TARGETS: tuple[Everyday, ...] = (CycleService(0.95), CycleService(0.98), FillRate(0.98))
#: days of drawn history that the empirical method gets in the main table
HISTORY = 50_000
WARM_UP = 150
POINT = 0.01


@dataclass(frozen=True)
class DemandClass:
    """A demand law of the engine, its moments, and the exact method whose law it is ("" where none is)."""

    name: str
    klass: str
    law: str
    mean: float
    sd: float
    stream: dict[str, Any] = field(hash=False)
    whole: bool = True

    @property
    def lot(self) -> float:
        """Two weeks of demand."""
        return float(math.ceil(14 * self.mean))


DEMANDS = (
    DemandClass("smooth: Poisson 20", "smooth", "poisson", 20.0, math.sqrt(20), {"model": "poisson", "mean": 20.0}),
    DemandClass(
        "erratic: negative binomial 20, cv 1",
        "erratic",
        "negative_binomial",
        20.0,
        20.0,
        {"model": "negative_binomial", "mean": 20.0, "cv": 1.0},
    ),
    DemandClass(
        "erratic: gamma 20, cv 1, not whole",
        "erratic",
        "gamma",
        20.0,
        20.0,
        {"model": "intermittent", "interval": 1.0, "size": 20.0, "size_cv": 1.0},
        whole=False,
    ),
    DemandClass(
        "intermittent: Poisson 0.3", "intermittent", "poisson", 0.3, math.sqrt(0.3), {"model": "poisson", "mean": 0.3}
    ),
    DemandClass(
        "lumpy: negative binomial 2, cv 4.3",
        "lumpy",
        "negative_binomial",
        2.0,
        8.6,
        {"model": "negative_binomial", "mean": 2.0, "cv": 4.3},
    ),
    DemandClass(
        "lumpy of S14: none on 9 days in 10, else geometric 20",
        "lumpy",
        "",
        2.0,
        math.sqrt(0.1 * (400 + 380) - 4),
        {"model": "intermittent", "interval": 10.0, "size": 20.0, "size_cv": math.sqrt(0.95)},
    ),
)
LEADS: dict[str, dict[str, Any]] = {
    "fixed 10": {"law": "fixed", "value": 10.0},
    "gamma 10, cv 0.3": {"law": "gamma", "mean": 10.0, "cv": 0.3},
    "5 (80 %) or 30 (20 %)": {"law": "discrete", "values": [5.0, 30.0], "probabilities": [0.8, 0.2]},
}


@dataclass(frozen=True)
class Setting:
    """A demand class, a lead-time class, whether orders cross, and the policy."""

    demand: DemandClass
    lead: str
    crossing: bool
    policy: str
    every: int

    @property
    def lot(self) -> float:
        return self.demand.lot if self.policy == "r_nQ" else 0.0

    @property
    def policy_name(self) -> str:
        return f"(r, nQ), daily review, Q {self.lot:g}" if self.lot else f"base-stock, review every {self.every} d"

    @property
    def lead_name(self) -> str:
        return self.lead + ("" if self.lead.startswith("fixed") else ", crossing" if self.crossing else ", in turn")


def settings() -> Iterator[Setting]:
    """Every demand class with every lead-time class, under base-stock by the week and lots reviewed by the day."""
    for demand in DEMANDS:
        for lead in LEADS:
            for crossing in (False,) if lead.startswith("fixed") else (False, True):
                yield Setting(demand, lead, crossing, "base_stock", 7)
                yield Setting(demand, lead, crossing, "r_nQ", 1)


@dataclass(frozen=True)
class Run:
    """How long and how many: each level lives in `copies` copies, each with a supplier of its own, for `days` days."""

    copies: int = 64
    days: int = 6_000
    seed: int = 1


@dataclass(frozen=True)
class Service:
    """Simulated service of a level, with standard errors over its copies."""

    cycles: float
    cycles_error: float
    fill: float
    fill_error: float

    def of(self, target: Everyday) -> tuple[float, float]:
        """Value and standard error of the measure that a target is about."""
        if isinstance(target, CycleService):
            return self.cycles, self.cycles_error
        return self.fill, self.fill_error


def scenario_of(setting: Setting, names: Sequence[str], run: Run) -> Any:
    """A warehouse with an item for each name; item n of a level is bought from supplier n."""
    places = [int(name.rsplit(" ", 1)[1]) if not setting.lead.startswith("fixed") else 0 for name in names]
    suppliers = sorted(set(places))
    return world(
        name="service",
        units="integer" if setting.demand.whole else "continuous",
        horizon=run.days,
        warm_up=WARM_UP,
        crossing="independent" if setting.crossing else "none",
        items=items(list(names), [f"source {place}" for place in places]),
        suppliers=[{"name": f"source {place}"} for place in suppliers],
        warehouses=[{"name": "site"}],
        lanes=[
            {
                "name": f"lane {place}",
                "origin": [f"source {place}"],
                "destination": "site",
                "legs": [{"transit": LEADS[setting.lead]}],
            }
            for place in suppliers
        ],
        demand=[{"item": name, "warehouse": "site", **setting.demand.stream} for name in names],
    )


def plan_of(setting: Setting, levels: Sequence[float], names: Sequence[str], scenario: Any) -> Plan:
    """Base-stock levels, or reorder points, item by item."""
    origin = {item.item: item.supplier for item in scenario.items}
    lot = setting.lot
    return Plan(
        "service",
        tuple(
            line(
                name,
                setting.policy,
                origin=origin[name],
                reorder_point=level if lot else level - 1,
                order_up_to=level + lot,
                order_quantity=lot or 1.0,
                review_every=float(setting.every),
            )
            for name, level in zip(names, levels, strict=True)
        ),
    )


def lived(setting: Setting, levels: Sequence[float], names: Sequence[str], run: Run) -> Any:
    """The ledger of one replication."""
    scenario = scenario_of(setting, names, run)
    blueprint = Blueprint(scenario, plan_of(setting, levels, names, scenario))
    return blueprint.live(draw(scenario, run.seed, 0)).sites["site"]


def ratio(above: Floats, below: Floats) -> tuple[float, float]:
    """Share of two sums over copies, and its standard error (ratio estimator)."""
    share = float(above.sum() / below.sum())
    rest = above - share * below
    return share, float(rest.std(ddof=1)) / float(below.mean()) / math.sqrt(above.size)


def simulated(setting: Setting, levels: Iterable[float], run: Run) -> dict[float, Service]:
    """Service of each level, through the engine."""
    unique = sorted(set(levels))
    names = [f"{number} {copy}" for number in range(len(unique)) for copy in range(run.copies)]
    site = lived(setting, [level for level in unique for _ in range(run.copies)], names, run)
    found = {}
    for number, level in enumerate(unique):
        mine = slice(number * run.copies, (number + 1) * run.copies)
        failed, cycles_error = ratio(site.failed_cycles[mine], site.cycles[mine])
        fill, fill_error = ratio(site.served[mine], site.demand[mine])
        found[level] = Service(1 - failed, cycles_error, fill, fill_error)
    return found


@lru_cache(maxsize=64)
def history(demand: DemandClass, days: int, count: int) -> Floats:
    """(days, count) demand drawn from the class for planners, by another seed than the futures'."""
    setting = Setting(demand, "fixed 10", False, "base_stock", 1)
    scenario = scenario_of(setting, [f"past {copy}" for copy in range(count)], Run(days=days))
    found: Floats = draw(scenario, 1_000, 0).demand["site"][WARM_UP:]
    return found


@lru_cache(maxsize=16)
def records(lead: str, crossing: bool) -> Floats:
    """Lead times of 64 suppliers over 3,000 days, from order to receipt; 2,000 quantiles of them."""
    setting = Setting(DEMANDS[0], lead, crossing, "base_stock", 1)
    scenario = scenario_of(setting, [f"past {copy}" for copy in range(64)], Run(days=3_000))
    future = draw(scenario, 1_001, 0)
    seen = []
    for legs in future.transit.values():
        transit = legs[0]
        assert transit is not None
        ordered = np.arange(transit.size)
        arrival = ordered + transit if crossing else np.maximum.accumulate(ordered + transit)
        seen.append((arrival - ordered)[60:])
    values = np.sort(np.concatenate(seen))
    places = ((np.arange(2_000) + 0.5) / 2_000 * values.size).astype(int)
    found: Floats = values[places]
    return found


def protection_of(
    setting: Setting, past: Floats | None = None, moments: tuple[float, float] | None = None
) -> Protection:
    """What a planner gives to `size`; the true moments unless told otherwise."""
    demand = setting.demand
    mean, sd = moments or (demand.mean, demand.sd)
    if setting.lead.startswith("fixed"):
        lead = LeadTime(10.0)
    else:
        seen = records(setting.lead, setting.crossing)
        lead = LeadTime(float(seen.mean()), float(seen.std()), seen)
    return Protection(
        Demand(mean, sd, np.empty(0) if past is None else past, demand.klass),
        lead,
        review_every=float(setting.every),
        lot=setting.lot,
        whole=demand.whole,
        crossing=setting.crossing,
    )


def level_of(method: str, target: Everyday, protection: Protection, policy: str) -> float:
    """Base-stock level, or reorder point."""
    found = size(method, target, protection, policy)
    return found.reorder_point if policy == "r_nQ" else found.order_up_to


@dataclass(frozen=True)
class Cell:
    """One method's answer in one setting for one target, and what became of it."""

    setting: Setting
    target: Everyday
    method: str
    level: float
    service: float
    error: float
    less: float

    @property
    def promised(self) -> float:
        return self.target.p if isinstance(self.target, CycleService) else self.target.beta  # type: ignore[union-attr]

    @property
    def bound(self) -> bool:
        """Whether criterion 3 asks this of it: the empirical method, and the exact method whose law it is."""
        return self.method in ("empirical", self.setting.demand.law)

    @property
    def verdict(self) -> str:
        """kept, short, or over: one unit less would still be more than a point above the target."""
        if self.service < self.promised - POINT:
            return "short"
        return "over" if self.less >= self.promised + POINT else "kept"


def cells(setting: Setting, run: Run, days: int = HISTORY) -> list[Cell]:
    """All methods and targets in one setting."""
    past = history(setting.demand, days, 1)[:, 0]
    protection = protection_of(setting, past)
    levels = {
        (method, target): level_of(method, target, protection, setting.policy)
        for target in TARGETS
        for method in TABLES
    }
    found = simulated(setting, [value for level in levels.values() for value in (level, max(level - 1, 0.0))], run)
    return [
        Cell(
            setting,
            target,
            method,
            level,
            *found[level].of(target),
            found[max(level - 1, 0.0)].of(target)[0] if level > 0 else 0.0,
        )
        for (method, target), level in levels.items()
    ]


@dataclass(frozen=True)
class Thin:
    """Mean service of many planners who each size from a short history of their own."""

    setting: Setting
    target: Everyday
    days: int
    method: str
    service: float
    error: float


def thin(setting: Setting, days: int, run: Run, methods: Sequence[str]) -> list[Thin]:
    """Each copy is sized from its own `days` days of history and their mean and sd."""
    pasts = history(setting.demand, days, run.copies)
    found = []
    tasks = [(method, target) for method in methods for target in TARGETS]
    levels, names = [], []
    for number, (method, target) in enumerate(tasks):
        for copy in range(run.copies):
            past = pasts[:, copy]
            moments = (float(past.mean()), float(past.std(ddof=1)))
            protection = protection_of(setting, past, moments)
            levels.append(level_of(method, target, protection, setting.policy))
            names.append(f"{number} {copy}")
    site = lived(setting, levels, names, run)
    for number, (method, target) in enumerate(tasks):
        mine = slice(number * run.copies, (number + 1) * run.copies)
        if isinstance(target, CycleService):
            failed, error = ratio(site.failed_cycles[mine], site.cycles[mine])
            found.append(Thin(setting, target, days, method, 1 - failed, error))
        else:
            found.append(Thin(setting, target, days, method, *ratio(site.served[mine], site.demand[mine])))
    return found


def textbook(setting: Setting, run: Run) -> tuple[float, Service]:
    """Reorder point of the formula as textbooks print it, with neither review nor overshoot, and its service."""
    lead = LeadTime(10.0, 0.0 if setting.lead.startswith("fixed") else 10.0)
    protection = replace(protection_of(setting), lead_time=lead, continuous=True)
    found = size("classical", CycleService(0.95), protection, "r_nQ")
    return found.reorder_point, simulated(setting, [found.reorder_point], run)[found.reorder_point]


@dataclass
class Report:
    """What was found, and how long it took."""

    cells: list[Cell] = field(default_factory=list)
    thin: list[Thin] = field(default_factory=list)
    textbook: list[tuple[Setting, float, Service]] = field(default_factory=list)
    seconds: float = 0.0


def percent(value: float, error: float) -> str:
    return f"{value:.1%} ± {error:.1%}".replace("%", " %")


def s14_lines(report: Report) -> Iterator[str]:
    """How far the classical formula misses its promise in the two cases of S14."""
    yield "| case | method | reorder point | cycle service (promised 95 %) |"
    yield "| --- | --- | ---: | ---: |"
    for setting, point, service in report.textbook:
        case = f"{setting.demand.name}; lead time {setting.lead_name}"
        yield f"| {case} | formula as in textbooks | {point:g} | {percent(service.cycles, service.cycles_error)} |"
        for cell in report.cells:
            if (
                cell.setting == setting
                and cell.target == CycleService(0.95)
                and cell.method in ("classical", "empirical")
            ):
                name = "formula with review and overshoot" if cell.method == "classical" else "empirical"
                yield f"| {case} | {name} | {cell.level:g} | {percent(cell.service, cell.error)} |"


def table_lines(report: Report) -> Iterator[str]:
    """The table of criterion 3: a row for a setting and target, a column for a method."""
    yield "| demand | lead time | policy | target | " + " | ".join(TABLES) + " |"
    yield "| --- | --- | --- | --- |" + " ---: |" * len(TABLES)
    rows: dict[Any, list[Cell]] = {}
    for cell in report.cells:
        rows.setdefault((cell.setting, cell.target), []).append(cell)
    for (setting, target), row in rows.items():
        kind = "cycle" if isinstance(target, CycleService) else "fill"
        texts = []
        for cell in row:
            level = f"{cell.level:g}" if setting.demand.whole else f"{cell.level:.1f}"
            mark = "**" if cell.bound else ""
            texts.append(f"{level}: {percent(cell.service, cell.error)}, {mark}{cell.verdict}{mark}")
        yield (
            f"| {setting.demand.name} | {setting.lead_name} | {setting.policy_name} | {row[0].promised:.0%} {kind} | "
            + " | ".join(texts)
            + " |"
        )


def tally_lines(report: Report) -> Iterator[str]:
    """How often each method kept, missed or overdid its promise."""
    yield "| method | settings × targets | kept | short | over | largest shortfall |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    groups: dict[str, list[Cell]] = {
        "exact (the method whose law it is)": [cell for cell in report.cells if cell.method == cell.setting.demand.law],
        "empirical": [cell for cell in report.cells if cell.method == "empirical"],
        **{
            f"{method} (another law)": [
                cell for cell in report.cells if cell.method == method and method != cell.setting.demand.law
            ]
            for method in ("poisson", "negative_binomial", "gamma")
        },
        "classical": [cell for cell in report.cells if cell.method == "classical"],
    }
    for name, group in groups.items():
        if not group:
            continue
        count = {verdict: sum(cell.verdict == verdict for cell in group) for verdict in ("kept", "short", "over")}
        worst = max(cell.promised - cell.service for cell in group)
        yield (
            f"| {name} | {len(group)} | {count['kept']} | {count['short']} | {count['over']} | "
            f"{max(worst, 0.0) * 100:.1f} points |"
        )


def thin_lines(report: Report) -> Iterator[str]:
    """Service that planners with short histories get on average."""
    yield "| demand | days of history | method | 95 % cycle | 98 % cycle | 98 % fill |"
    yield "| --- | ---: | --- | ---: | ---: | ---: |"
    rows: dict[Any, list[Thin]] = {}
    for one in report.thin:
        rows.setdefault((one.setting.demand.name, one.days, one.method), []).append(one)
    for (demand, days, method), row in rows.items():
        yield f"| {demand} | {days} | {method} | " + " | ".join(percent(one.service, one.error) for one in row) + " |"


SECTIONS: dict[str, Callable[[Report], Iterator[str]]] = {
    "s14": s14_lines,
    "tally": tally_lines,
    "thin": thin_lines,
    "table": table_lines,
}


def report_of(run: Run, said: Callable[[str], None] = print) -> Report:
    """Everything the page shows."""
    began, report = time.process_time(), Report()
    for setting in settings():
        report.cells += cells(setting, run)
        said(f"{time.process_time() - began:6.0f} s  {setting.demand.name}; {setting.lead_name}; {setting.policy_name}")
    fixed, _, bimodal = LEADS
    for demand, lead in ((DEMANDS[-1], fixed), (DEMANDS[0], bimodal)):
        setting = Setting(demand, lead, False, "r_nQ", 1)
        report.textbook.append((setting, *textbook(setting, run)))
    for demand in DEMANDS:
        setting = Setting(demand, "fixed 10", False, "base_stock", 7)
        for days in (180, 730):
            exact = demand.law or "negative_binomial"
            report.thin += thin(setting, days, run, ("classical", exact, "empirical", "auto"))
    report.seconds = time.process_time() - began
    return report


def written(page: str, report: Report) -> str:
    """The page with its tables replaced."""
    for name, lines in SECTIONS.items():
        head, tail = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = page.partition(head)
        _, _, after = rest.partition(tail)
        page = f"{before}{head}\n" + "\n".join(lines(report)) + f"\n\n{tail}{after}"
    return page


def main() -> None:
    """Run it, and write the page or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the days; print, do not write")
    given = parser.parse_args()
    report = report_of(Run(days=600) if given.quick else Run())
    if given.quick:
        for lines in SECTIONS.values():
            print("\n".join(lines(report)), end="\n\n")
    else:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), report), encoding="utf-8")
    bound = [cell for cell in report.cells if cell.bound]
    missed = [cell for cell in bound if cell.verdict != "kept"]
    print(f"{len(bound) - len(missed)} of {len(bound)} kept; {report.seconds:.0f} s of processor time")
    for cell in missed:
        print(
            f"  {cell.verdict}: {cell.setting.demand.name}; {cell.setting.lead_name}; {cell.setting.policy_name}; "
            f"{cell.target}; {cell.method} {cell.level:g}: {percent(cell.service, cell.error)}, less {cell.less:.4f}"
        )


if __name__ == "__main__":
    main()
