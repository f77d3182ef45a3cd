"""Cases at a port, S17 and S18, and lead-time demand on drawn windows, S14."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.futures import Future
from sim.ledger import Ledger
from sim.plan import Plan
from sim.validation.case import Case, Quantity, Reader, items, known, line, truths, world


def _port(name: str, days: int, warm_up: int, port: dict[str, Any], demand: dict[str, Any], **keys: Any) -> Any:
    """Own ships pass one port: each customer order sends for one ship."""
    return world(
        name=name,
        horizon=days,
        warm_up=warm_up,
        review="continuous",
        crossing="independent",
        items=items(["ship"]),
        suppliers=[{"name": "source"}],
        ports=[{"name": "port", "background": 0.0, "own_share": "counts", **port}],
        warehouses=[{"name": "site"}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site", "legs": [{"port": "port"}]}],
        demand=[{"item": "ship", "warehouse": "site", **demand}],
        **keys,
    )


def _ships(read: Any) -> Reader:
    """Reader on the (ships, 3) table of arrival, wait and time in port."""

    def wrapped(ledger: Ledger, future: Future) -> float:
        return float(read(ledger.ports["port"], future))

    return wrapped


def s17(days: int = 1) -> Case:
    """A port with four berths as M/M/4."""
    given = truths()["S17"]["parameters"]
    mean = 1 / given["service_rate_per_berth_per_day"]
    scenario = _port(
        "S17",
        days,
        60,
        {"berths": given["berths"], "service_time": {"law": "exponential", "mean": mean}},
        {"model": "orders", "rate": given["ships_per_day"]},
    )
    quantities = (
        known("S17", "prob_wait", _ships(lambda rows, _: (rows[:, 1] > 1e-9).mean()), 0.03),
        known("S17", "mean_wait_days", _ships(lambda rows, _: rows[:, 1].mean()), 0.03),
        known("S17", "mean_queue", _ships(lambda rows, future: rows[:, 1].sum() / future.end), 0.03),
        known("S17", "mean_time_in_port_days", _ships(lambda rows, _: rows[:, 2].mean()), 0.03),
        known("S17", "prob_wait_gt_half_day", _ships(lambda rows, _: (rows[:, 1] > 0.5).mean()), 0.03),
        known(
            "S17",
            "utilisation",
            _ships(lambda rows, future: (rows[:, 2] - rows[:, 1]).sum() / future.end / given["berths"]),
            0.03,
        ),
    )
    return Case(
        "S17", scenario, Plan("S17", (line("ship"),)), quantities, note="own ships in the berths, no background"
    )


def s18(days: int = 160) -> Case:
    """A port closed for a week, deterministic ships: exact."""
    given = truths()["S18"]["parameters"]
    closed, opened = 100.0, 100.0 + given["closure_days_T"]
    scenario = _port(
        "S18",
        days,
        0,
        {"berths": 1, "service_time": 1 / given["throughput_per_day"]},
        {"model": "fixed_interval", "interval": 1 / given["arrivals_per_day"], "size": 1.0},
        disruptions=[
            {
                "kind": "port_closure",
                "name": "closure",
                "port": "port",
                "start": closed,
                "length": given["closure_days_T"],
            }
        ],
    )

    def delayed(rows: Any) -> Any:
        return rows[rows[:, 1] > 1e-9]

    quantities = (
        known("S18", "discrete_total_wait_ship_days", _ships(lambda rows, _: delayed(rows)[:, 1].sum()), None),
        known("S18", "discrete_ships_delayed", _ships(lambda rows, _: len(delayed(rows))), None),
        known("S18", "discrete_max_wait_days", _ships(lambda rows, _: rows[:, 1].max()), None),
        known(
            "S18",
            "discrete_ships_waiting_at_reopening",
            _ships(lambda rows, _: ((rows[:, 0] < opened) & (rows[:, 0] + rows[:, 1] >= opened)).sum()),
            None,
        ),
        known(
            "S18",
            "discrete_last_delayed_ship_starts_days_after_reopening",
            _ships(lambda rows, _: delayed(rows)[-1, :2].sum() - opened),
            None,
        ),
    )
    return Case(
        "S18",
        scenario,
        Plan("S18", (line("ship"),)),
        quantities,
        replications=1,
        quick=1,
        note="one ship every 0.05 days; no service starts while the port is closed",
    )


def s14(days: int = 1) -> Case:
    """Lead-time demand against the classical reorder point, on drawn windows; the engine's own cycle service beside it."""
    given = truths()["S14"]["expected"]
    copies = 50
    names = [f"{kind} {n}" for kind in ("lumpy", "bimodal") for n in range(copies)]
    laws = {
        "lumpy": ({"model": "intermittent", "interval": 10.0, "size": 20.0, "size_cv": (1 - 1 / 20) ** 0.5}, 10.0),
        "bimodal": (
            {"model": "poisson", "mean": 20.0},
            {"law": "discrete", "values": [5, 30], "probabilities": [0.8, 0.2]},
        ),
    }
    scenario = world(
        name="S14",
        horizon=days,
        warm_up=100,
        units="integer",
        crossing="independent",
        items=items(names, [f"source {name}" for name in names]),
        suppliers=[{"name": f"source {name}", "production_time": laws[name.split()[0]][1]} for name in names],
        warehouses=[{"name": "site"}],
        lanes=[{"name": f"lane {name}", "origin": [f"source {name}"], "destination": "site"} for name in names],
        demand=[{"item": name, "warehouse": "site", **laws[name.split()[0]][0]} for name in names],
    )
    points = {"lumpy": given["lumpy_formula_ROP"], "bimodal": given["bimodal_formula_ROP"]}
    lots = {"lumpy": 200.0, "bimodal": 1000.0}
    plan = Plan(
        "S14",
        tuple(
            line(
                name,
                "r_nQ",
                origin=f"source {name}",
                reorder_point=float(points[name.split()[0]]),
                order_quantity=lots[name.split()[0]],
                order_up_to=points[name.split()[0]] + lots[name.split()[0]],
            )
            for name in names
        ),
    )

    def windows(kind: str) -> Reader:
        first = 0 if kind == "lumpy" else copies

        def read(_: Ledger, future: Future) -> float:
            within = total = 0
            demand = future.demand["site"]
            for place in range(first, first + copies):
                sums = np.concatenate([[0.0], np.cumsum(demand[:, place])])
                lengths = future.production[f"source {names[place]}"].astype(int)
                # windows that do not overlap: the next one starts after the longest possible lead time
                starts = np.arange(0, demand.shape[0] - 30, 10 if kind == "lumpy" else 30)
                found = sums[starts + lengths[starts]] - sums[starts]
                within += int((found <= points[kind]).sum())
                total += starts.size
            return within / total

        return read

    def cycles(kind: str) -> Reader:
        places = slice(0, copies) if kind == "lumpy" else slice(copies, 2 * copies)

        def read(ledger: Ledger, _: Future) -> float:
            site = ledger.sites["site"]
            return 1 - float(site.failed_cycles[places].sum() / site.cycles[places].sum())

        return read

    quantities = (
        known("S14", "lumpy_actual_cycle_service", windows("lumpy")),
        known("S14", "bimodal_actual_cycle_service", windows("bimodal")),
        Quantity(
            "S14",
            "lumpy: cycle service of the engine (review every day, overshoot included)",
            float("nan"),
            cycles("lumpy"),
            None,
        ),
        Quantity(
            "S14", "bimodal: cycle service of the engine (review every day)", float("nan"), cycles("bimodal"), None
        ),
    )
    return Case("S14", scenario, plan, quantities, note="P(lead-time demand <= reorder point) on drawn windows")
