"""Speed, measured on this machine in one run: a table for people, one JSON line for programs.

Absolute times move with the machine; the ratios are taken within the run. ``--quick`` leaves out the long studies.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import simpy

import sim
from sim import profiles, reading
from sim.chance import generator
from sim.futures import draw
from sim.history import History
from sim.measures import MEASURES
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.statistics.looks import Precision
from sim.studies.compare import plans_of
from sim.studies.montecarlo import Job, lean, spread
from sim.world import Blueprint

DAYS, LEAD, LEVEL, MEAN = 730, 7, 200.0, 20.0


def hand_written(demand: list[int]) -> tuple[float, float]:
    """The same one-item shop as a bare SimPy loop with timeout callbacks: mean stock and mean backorders."""
    environment = simpy.Environment()
    net, position, on_hand, waiting = LEVEL, LEVEL, 0.0, 0.0

    def arrive(event: Any) -> None:
        nonlocal net
        net += event.value

    def days() -> Any:
        nonlocal net, position, on_hand, waiting
        for asked in demand:
            quantity = LEVEL - position
            if quantity > 0:
                position += quantity
                environment.timeout(LEAD, quantity).callbacks.append(arrive)
            net -= asked
            position -= asked
            on_hand += net if net > 0 else 0.0
            waiting += -net if net < 0 else 0.0
            yield environment.timeout(1)

    environment.process(days())
    environment.run()
    return on_hand / len(demand), waiting / len(demand)


def shop(count: int, days: int = DAYS) -> tuple[Scenario, Plan]:
    """One warehouse with `count` items: Poisson demand, daily base-stock, lead time of a week."""
    names = [f"item {n}" for n in range(count)]
    scenario = reading.scenario_of(
        {
            "name": f"shop of {count}",
            "horizon": days,
            "warm_up": 0,
            "review_every": 1,
            "lost_share": 0.0,
            "start": "on hand",
            "items": [{"item": name, "standard_cost": 1.0, "supplier": "maker"} for name in names],
            "suppliers": [{"name": "maker"}],
            "warehouses": [{"name": "site"}],
            "lanes": [{"name": "lane", "origin": ["maker"], "destination": "site", "legs": [{"transit": LEAD}]}],
            "demand": [{"item": name, "warehouse": "site", "model": "poisson", "mean": MEAN} for name in names],
        }
    )
    lines = tuple(
        PlanLine(name, "site", "maker", "base_stock", order_up_to=LEVEL, forecast=MEAN, lead_time=LEAD)
        for name in names
    )
    return scenario, Plan("base stock", lines)


def cpu(call: Callable[[], Any], repeats: int) -> float:
    """Median processor seconds of a call, after one that is not counted."""
    call()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def one_item() -> dict[str, float]:
    """One item, 730 days, drawing included, against the hand-written loop, in turn."""
    scenario, plan = shop(1)
    blueprint = Blueprint(scenario, plan)
    demand = draw(scenario, 1, 0).demand["site"][:, 0].astype(int).tolist()
    number = iter(range(10**6))
    ours, theirs = [], []
    for _ in range(40):
        start = time.process_time()
        for _ in range(4):
            blueprint.live(draw(scenario, 1, next(number)))
        middle = time.process_time()
        for _ in range(20):
            hand_written(demand)
        ours.append((middle - start) / 4)
        theirs.append((time.process_time() - middle) / 20)
    return {
        "milliseconds": 1e3 * statistics.median(ours),
        "hand_written_milliseconds": 1e3 * statistics.median(theirs),
        "ratio": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
    }


def catalogue(count: int, repeats: int) -> dict[str, float]:
    """Item-days a second, drawing of demand apart."""
    scenario, plan = shop(count)
    blueprint, future = Blueprint(scenario, plan), draw(scenario, 1, 0)
    seconds = cpu(lambda: blueprint.live(future.without_cache()), repeats)
    return {"seconds": seconds, "item_days_per_second": count * DAYS / seconds}


def meridian() -> dict[str, float]:
    """Processor seconds per replication and posture of the demo, draws shared by three postures as in a study."""
    scenario = sim.load("meridian")
    plans = [posture().plan(scenario) for posture in (sim.jit, sim.jic, sim.hybrid)]
    found = {}
    for weather in scenario.weather_names:
        under = scenario.under(weather)
        blueprints = [Blueprint(under, plan) for plan in plans]

        def replicate(number: int, under: Scenario = under, blueprints: list[Blueprint] = blueprints) -> None:
            future = draw(under, 1, number)
            for blueprint in blueprints:
                blueprint.live(future, series=True)

        replicate(0)
        start = time.process_time()
        for number in range(1, 6):
            replicate(number)
        found[weather] = (time.process_time() - start) / 15
    return found


def profiled(count: int) -> dict[str, float]:
    """Processor seconds to profile items with two years of daily history, each with a planted disruption at worst."""
    scenario, _ = shop(count)
    source = generator(1, 0, "bench", "profile")
    past = source.poisson(source.gamma(0.5, 2, count) * np.ones((DAYS, 1))).astype(float)
    calm = dataclasses.replace(scenario, record=History(-DAYS, {"site": past}))
    seconds = cpu(lambda: profiles.of(calm), 1)
    shaken = past.copy()
    for item, start in enumerate(source.integers(200, 600, count)):
        shaken[start : start + 90, item] *= 4 * (item % 2)
    worst = dataclasses.replace(scenario, record=History(-DAYS, {"site": shaken}))
    return {"seconds": seconds, "seconds_all_items_disrupted": cpu(lambda: profiles.of(worst), 1)}


def profile_memory() -> dict[str, float]:
    """Peak memory of a process that profiles 10,000 items with two years of daily history."""
    code = "from tools.bench import profiled; import resource; profiled(10_000);"
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent
    )
    return {"megabytes": int(told.stdout) / 1024}


def two_jobs(replications: int) -> dict[str, float]:
    """Wall time of a long study with one job and with two, the start of workers excluded."""
    from joblib import Parallel, delayed

    scenario = sim.load("meridian")
    Parallel(n_jobs=2)(delayed(_warm)(n) for n in range(8))
    start = time.perf_counter()
    sim.compare(scenario, replications=replications, jobs=2)
    two = time.perf_counter() - start
    start = time.perf_counter()
    sim.compare(scenario, replications=replications, jobs=1)
    one = time.perf_counter() - start
    return {"replications": replications, "one_job_seconds": one, "two_jobs_seconds": two, "ratio": one / two}


def verdict(weather: str, jobs: int, target: float = 0.05) -> dict[str, float]:
    """From the call to the verdict on hybrid - JIT in total cost on Meridian, loading and planning included.

    The verdict stands when the half-width is at most 5 % of JIT's cost (`target`; 0 leaves the sign alone to decide), or the
    sign is certain at 99 %, both valid under looking at 50, 100, 150 … replications.
    """
    start, worked = time.perf_counter(), time.process_time()
    scenario = sim.load("meridian")
    job = lean(Job(scenario, (weather,), plans_of(scenario, ("hybrid", "jit")), 1))
    rule = Precision(target or 1e-12, sign_level=0.99)
    cost = [measure.name for measure in MEASURES].index("total_cost")
    values = np.empty((0, 2))
    decision = rule.decide(values[:, 0])
    while decision.next is not None:
        pieces = sorted(spread(job, range(len(values), decision.next), jobs), key=lambda piece: piece.numbers)
        values = np.concatenate([values, *(piece.measures[:, 0, :, cost] for piece in pieces)])
        decision = rule.decide(values[:, 0] - values[:, 1], values[:, 1])
    found = {"seconds": time.perf_counter() - start, "replications": decision.at, "share_of_jit": decision.reached}
    if jobs == 1:
        found["cpu_seconds"] = time.process_time() - worked
    found |= {f"difference_{name}": getattr(decision.interval, name) for name in ("mean", "low", "high")}
    return found | {"sign_certain_at_99": float(decision.certain)}


def _warm(_: int) -> bool:
    return bool(sim.load("meridian").items) and Blueprint is not None


def memory() -> dict[str, float]:
    """Peak memory of a process that compares 1,000 Meridian replications in one weather."""
    code = (
        "import sim, resource; sim.compare(sim.load('meridian'), replications=1000, jobs=2, weathers=['strike']);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    return {"client_megabytes": int(told[0]) / 1024, "largest_worker_megabytes": int(told[1]) / 1024}


def main() -> None:
    """Run the benchmarks and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the studies of minutes")
    parser.add_argument("--replications", type=int, default=150, help="of the study that compares one and two jobs")
    arguments = parser.parse_args()
    found: dict[str, dict[str, float]] = {
        "one item, 730 days": one_item(),
        "200 items": catalogue(200, 7),
        "10,000 items": catalogue(10_000, 3),
        "profile of 10,000 items, 730 days": profiled(10_000) | profile_memory(),
        "meridian, seconds per replication and posture": meridian(),
    }
    headline = sim.load("meridian").weather_names[0]
    for jobs in (1, 2):
        found[f"verdict on hybrid - JIT, {headline}, jobs {jobs}"] = verdict(headline, jobs)
    found[f"sign of hybrid - JIT, {headline}, jobs 1"] = verdict(headline, 1, 0.0)
    if not arguments.quick:
        found["meridian study, one and two jobs"] = two_jobs(arguments.replications)
        found["1,000 meridian replications"] = memory()
    found["this process"] = {"peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    for name, numbers in found.items():
        print(name)
        for key, value in numbers.items():
            print(f"  {key:<28} {value:,.4g}")
    print(json.dumps({"versions": {"bufferstock": sim.__version__, "numpy": np.__version__}, "bench": found}))


if __name__ == "__main__":
    main()
