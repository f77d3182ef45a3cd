"""Cases with demand by day (or one fixed interval) and reviews: S02, S05, S07, S08, S09, S14, S15 and S16.

Many copies of an item, or many suppliers with their own outages, live in one world: arrays make them cheap.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.futures import Future
from sim.ledger import Ledger
from sim.plan import Plan
from sim.validation.case import Case, Quantity, Reader, items, known, line, mean_of, share_of, truths, world

COPIES = 100


def _scenario(name: str, days: int, warm_up: int, names: list[str], demand: dict[str, Any], **keys: Any) -> Any:
    """One warehouse, one perfect supplier, one lane."""
    lead = keys.pop("lead", 0.0)
    return world(
        name=name,
        horizon=days,
        warm_up=warm_up,
        items=items(names),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "site"}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site", "legs": [{"transit": lead}]}],
        demand=[{"item": item, "warehouse": "site", **demand} for item in names],
        **keys,
    )


def _s02(review: str, days: int) -> Case:
    given = truths()["S02"]["parameters"]
    names = [f"copy {n}" for n in range(COPIES)]
    scenario = _scenario(
        "S02",
        days,
        30,
        names,
        {"model": "poisson", "mean": given["demand_mean_units_per_day"]},
        review=review,
        lead=given["lead_time_days"],
    )
    plan = Plan("S02", tuple(line(name, order_up_to=float(given["base_stock_S_units"])) for name in names))
    places, prefix = list(range(COPIES)), "sequence_A." if review == "morning" else "sequence_B."
    quantities = (
        known("S02", f"{prefix}mean_end_of_day_on_hand", mean_of("on_hand_days", places)),
        known("S02", f"{prefix}mean_end_of_day_backorders", mean_of("backorder_days", places)),
        known("S02", f"{prefix}prob_day_ends_without_backorder", mean_of("clear_days", places)),
        known("S02", f"{prefix}mean_on_hand_just_before_demand", mean_of("before_days", places)),
        known("S02", f"{prefix}fill_rate", share_of("served", "demand", places)),
    )
    return Case(f"S02 {review}", scenario, plan, quantities, note=f"review in the {review}")


def s02_morning(days: int = 1) -> Case:
    """Daily base-stock, review before demand: protects lead time + 1 days."""
    return _s02("morning", days)


def s02_evening(days: int = 1) -> Case:
    """Daily base-stock, review after demand: protects lead time days."""
    return _s02("evening", days)


def s05(days: int = 1) -> Case:
    """(s, S) with zero lead time, ordering at <= s."""
    given = truths()["S05"]
    fixed, holding, backorder = (
        given["parameters"]["fixed_order_cost_K"],
        given["parameters"]["holding_per_unit_period"],
        given["parameters"]["backorder_per_unit_period"],
    )
    settings = [
        (f"mu_{mean}", mean, given["expected"][f"mu_{mean}"]["optimal_s"], given["expected"][f"mu_{mean}"]["optimal_S"])
        for mean in given["parameters"]["demand_means"]
    ] + [("mu_20_policy_s10_S50", 20, 10, 50)]
    names = [f"{label} {n}" for label, *_ in settings for n in range(COPIES)]
    scenario = _scenario("S05", days, 60, names, {"model": "poisson", "mean": 0.0})
    means = {f"{label} {n}": mean for label, mean, *_ in settings for n in range(COPIES)}
    scenario = world(
        name="S05",
        horizon=days,
        warm_up=60,
        items=items(names),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "site"}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site"}],
        demand=[{"item": item, "warehouse": "site", "model": "poisson", "mean": means[item]} for item in names],
    )
    lines, quantities = [], []
    for number, (label, _, low, high) in enumerate(settings):
        places = list(range(number * COPIES, (number + 1) * COPIES))
        lines += [line(f"{label} {n}", "s_S", reorder_point=float(low), order_up_to=float(high)) for n in range(COPIES)]

        def cost(ledger: Ledger, _: Future, places: list[int] = places) -> float:
            site = ledger.sites["site"]
            money = holding * site.on_hand_days + backorder * site.backorder_days + fixed * site.lines
            return float(money[places].mean()) / site.days

        optimum = label.startswith("mu_") and "policy" not in label
        quantities += [
            known("S05", f"{label}.{'optimal_cost_per_period' if optimum else 'cost_per_period'}", cost),
            known(
                "S05",
                f"{label}.{'orders_per_period_at_optimum' if optimum else 'orders_per_period'}",
                mean_of("lines", places),
            ),
        ]
    return Case("S05", scenario, Plan("S05", tuple(lines)), tuple(quantities), note="morning review, zero lead time")


def s07(days: int = 1) -> Case:
    """Newsvendor as daily base-stock with zero lead time."""
    given = truths()["S07"]
    normal, poisson = given["parameters"]["normal"], given["parameters"]["poisson"]
    levels = [
        ("normal", given["expected"]["normal_S"]),
        ("poisson", given["expected"]["poisson_S"]),
        ("poisson_18", 18.0),
    ]
    names = [f"{label} {n}" for label, _ in levels for n in range(COPIES)]
    demand = []
    for name in names:
        law = (
            {"model": "normal", "mean": normal["mean"], "sd": normal["sd"]}
            if name.startswith("normal")
            else {"model": "poisson", "mean": poisson["mean"]}
        )
        demand.append({"item": name, "warehouse": "site", **law})
    scenario = world(
        name="S07",
        horizon=days,
        warm_up=5,
        items=items(names),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "site"}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site"}],
        demand=demand,
    )
    plan = Plan("S07", tuple(line(f"{label} {n}", order_up_to=level) for label, level in levels for n in range(COPIES)))
    places = {label: list(range(k * COPIES, (k + 1) * COPIES)) for k, (label, _) in enumerate(levels)}

    def cost(where: str, rates: dict[str, float]) -> Reader:
        chosen = places[where]

        def read(ledger: Ledger, _: Future) -> float:
            site = ledger.sites["site"]
            money = rates["holding"] * site.on_hand_days + rates["stockout"] * site.backorder_days
            return float(money[chosen].mean()) / site.days

        return read

    quantities = (
        known("S07", "normal_cost", cost("normal", normal)),
        known("S07", "normal_expected_shortage", mean_of("backorder_days", places["normal"])),
        known("S07", "poisson_cost", cost("poisson", poisson)),
        known("S07", "poisson_cost_at_S_18", cost("poisson_18", poisson)),
    )
    return Case("S07", scenario, plan, quantities, note="a period is a day; what is short waits for the next morning")


def _fleet(count: int, **outage: Any) -> dict[str, Any]:
    """Suppliers that fail independently, each with a lane of its own."""
    return {
        "suppliers": [{"name": f"source {n}"} for n in range(count)],
        "lanes": [{"name": f"lane {n}", "origin": [f"source {n}"], "destination": "site"} for n in range(count)],
        "disruptions": [
            {"kind": "random_outage", "name": f"outage {n}", "supplier": f"source {n}", **outage} for n in range(count)
        ],
        "warehouses": [{"name": "site"}],
    }


def s08(days: int = 1) -> Case:
    """EOQ with disruptions: order Q at zero stock, exponential outages, lost sales; unit orders at fixed intervals.

    A day of the engine is the time of one unit of demand, 1/1300 year. Copies start at different points of the cycle.
    """
    given = truths()["S08"]
    rate = given["parameters"]["demand_per_year"]
    suppliers, lots = 100, (700, 773)
    names = [f"{lot} {n}" for lot in lots for n in range(suppliers)]
    scenario = world(
        name="S08",
        horizon=days,
        warm_up=800,
        review="continuous",
        lost_share=1.0,
        items=items(names, [f"source {n}" for _ in lots for n in range(suppliers)]),
        demand=[
            {"item": name, "warehouse": "site", "model": "fixed_interval", "interval": 1.0, "size": 1.0}
            for name in names
        ],
        **_fleet(
            suppliers,
            clock="continuous",
            up={"law": "exponential", "mean": rate / given["parameters"]["disruption_rate_per_year"]},
            down={"law": "exponential", "mean": rate / given["parameters"]["recovery_rate_per_year"]},
        ),
    )
    from sim.theory.economic_order import DisruptedSupplier

    parameters = given["parameters"]
    theory = DisruptedSupplier(
        parameters["fixed_order_cost"],
        parameters["holding_per_unit_year"],
        parameters["lost_sale_penalty_per_unit"],
        rate,
        parameters["disruption_rate_per_year"],
        parameters["recovery_rate_per_year"],
    )
    down = rate / parameters["recovery_rate_per_year"]

    def residual(lot: int, place: float) -> float:
        """Units until the next order: a quantile of the stationary residual cycle, so that no copy is in step."""
        dry: float = theory.prob_down(float(lot)) * down
        share = lot / (lot + dry)
        return place / share * lot if place < share else lot - down * math.log((1 - place) / (1 - share))

    def plan(replication: int) -> Plan:
        """Copies start evenly over the cycle; the replications shift them, so that all of it is covered."""
        shift = ((replication + 0.5) * 0.618033988749895) % 1.0
        return Plan(
            "S08",
            tuple(
                line(
                    f"{lot} {n}",
                    "r_nQ",
                    origin=f"source {n}",
                    reorder_point=0.0,
                    order_quantity=float(lot),
                    order_up_to=float(math.ceil(residual(lot, (n + shift) / suppliers))),
                )
                for lot in lots
                for n in range(suppliers)
            ),
        )

    quantities = []
    for number, lot in enumerate(lots):
        places = list(range(number * suppliers, (number + 1) * suppliers))
        exact = theory.evaluate(float(lot))

        def orders(ledger: Ledger, _: Future, places: list[int] = places) -> float:
            site = ledger.sites["site"]
            found: float = float(site.lines[places].mean()) / site.days * rate
            return found

        def between(ledger: Ledger, _: Future, places: list[int] = places) -> float:
            site = ledger.sites["site"]
            return float((site.on_hand_days + site.before_days)[places].mean()) / 2 / site.days

        quantities += [
            Quantity(
                "S08",
                f"Q_{lot}.fraction_demand_lost",
                exact.fraction_demand_lost,
                share_of("lost", "demand", places),
                0.05,
            ),
            Quantity("S08", f"Q_{lot}.mean_on_hand", exact.mean_on_hand, between, 0.01),
            Quantity("S08", f"Q_{lot}.orders_per_time", exact.orders_per_time, orders, 0.01),
        ]
    return Case(
        "S08",
        scenario,
        plan(0),
        tuple(quantities),
        note="unit orders at fixed intervals, against the formula at Q = 700 and 773",
        plan_of=plan,
    )


def s09(days: int = 1) -> Case:
    """Base-stock against a two-state Markov supplier, whole-day incidents: the JIT-to-JIC cost curve."""
    given = truths()["S09"]
    parameters, suppliers = given["parameters"], 100
    levels = [2000, 4000, 6000, 8000, 10000, 12000]
    names = [f"{level} {n}" for level in levels for n in range(suppliers)]
    scenario = world(
        name="S09",
        horizon=days,
        warm_up=60,
        items=items(names, [f"source {n}" for _ in levels for n in range(suppliers)]),
        demand=[
            {"item": name, "warehouse": "site", "model": "deterministic", "mean": parameters["demand_per_period"]}
            for name in names
        ],
        **_fleet(
            suppliers,
            up={"law": "geometric", "mean": 1 / parameters["disruption_prob_alpha"]},
            down={"law": "geometric", "mean": 1 / parameters["recovery_prob_beta"]},
        ),
    )
    plan = Plan(
        "S09",
        tuple(
            line(f"{level} {n}", origin=f"source {n}", order_up_to=float(level))
            for level in levels
            for n in range(suppliers)
        ),
    )
    holding, backorder = parameters["holding_per_unit_period"], parameters["backorder_per_unit_period"]
    quantities = []
    for number, level in enumerate(levels):
        places = list(range(number * suppliers, (number + 1) * suppliers))

        def cost(ledger: Ledger, _: Future, places: list[int] = places) -> float:
            site = ledger.sites["site"]
            return float((holding * site.on_hand_days + backorder * site.backorder_days)[places].mean()) / site.days

        def late(ledger: Ledger, _: Future, places: list[int] = places) -> float:
            site = ledger.sites["site"]
            return 1 - float(site.clear_days[places].mean()) / site.days

        quantities += [
            known("S09", f"S_{level}.cost_per_period", cost, 0.03),
            known("S09", f"S_{level}.mean_end_on_hand", mean_of("on_hand_days", places), 0.03),
            known("S09", f"S_{level}.mean_end_backorders", mean_of("backorder_days", places), 0.03),
            known("S09", f"S_{level}.fraction_periods_with_backorders", late, 0.03),
        ]

    def disrupted(_: Ledger, future: Future) -> float:
        down = sum(max(min(i.end, future.end) - max(i.start, 0.0), 0.0) for i in future.incidents)
        return down / future.end / suppliers

    quantities.append(known("S09", "S_2000.fraction_periods_disrupted", disrupted, 0.03))
    return Case("S09", scenario, plan, tuple(quantities), note="100 suppliers that fail independently, six levels each")


def _s15(days: int, ticks: int, fates: dict[int, tuple[str, ...]], wanted: tuple[str, ...]) -> Case:
    """Cover against exponential outages, whole-day incidents, with `ticks` days of the engine to a day of the truth.

    `fates` says for each cover whether unmet demand is lost, waits, or both. On hand and backorders are averaged over the
    day (half before demand, half after), as the formula's fluid time is.
    """
    given = truths()["S15"]
    parameters, suppliers = given["parameters"], 100
    rate = parameters["demand_units_per_day"] / ticks
    labels = [(cover, fate) for cover, these in fates.items() for fate in these]
    names = [f"{cover} {fate} {n}" for cover, fate in labels for n in range(suppliers)]
    scenario = world(
        name="S15",
        horizon=days,
        warm_up=100 * ticks,
        items=[
            {**one, "lost_share": float(" lost " in one["item"])}
            for one in items(names, [f"source {n}" for _ in labels for n in range(suppliers)])
        ],
        demand=[{"item": name, "warehouse": "site", "model": "deterministic", "mean": rate} for name in names],
        **_fleet(
            suppliers,
            up={"law": "exponential", "mean": parameters["mtbf_days"] * ticks},
            down={"law": "exponential", "mean": parameters["mttr_days"] * ticks},
        ),
    )
    lines, quantities = [], []
    for number, (cover, fate) in enumerate(labels):
        places = list(range(number * suppliers, (number + 1) * suppliers))
        level = rate * (cover * ticks + 1)
        lines += [line(f"{cover} {fate} {n}", origin=f"source {n}", order_up_to=level) for n in range(suppliers)]

        def mean(read: Any, places: list[int] = places) -> Reader:
            return lambda ledger, _: float(read(ledger.sites["site"])[places].mean()) / ledger.sites["site"].days

        readers = {
            "fraction_time_out_of_stock": mean_of("short_days", places),
            "lost_sales_fill_rate": share_of("served", "demand", places),
            "lost_units_per_time": mean(lambda site: site.lost * ticks),
            "stockout_episodes_per_time": mean(lambda site: site.episodes * ticks),
            "mean_on_hand": mean(lambda site: (site.on_hand_days + site.before_days) / 2 - rate / 2 * site.days),
        }
        if fate == "waits":
            # half a day earlier the day's own demand was not yet waiting
            waiting = mean(lambda site: site.backorder_days - site.short_days * rate / 2)
            readers = {"mean_backorders_if_backordered": waiting}
        quantities += [
            known("S15", f"B_{cover}.{name}", read, 0.05, 0.01)
            for name, read in readers.items()
            if name in wanted and (cover or name != "mean_on_hand")
        ]
    note = f"{ticks} days of the engine to one of the truth; 1 % discretisation is allowed by the truth"
    return Case("S15", scenario, Plan("S15", tuple(lines)), tuple(quantities), note=note)


SHARES = ("fraction_time_out_of_stock", "lost_sales_fill_rate", "lost_units_per_time", "mean_on_hand")
WAITING = "mean_backorders_if_backordered"


def s15_levels(days: int = 1) -> Case:
    """Shares of time, units and stock: a day of the engine is a day."""
    fates = {0: ("lost", "waits"), 5: ("lost", "waits"), 10: ("lost", "waits"), 20: ("lost",), 30: ("lost",)}
    return _s15(days, 1, fates, (*SHARES, WAITING))


def s15_backorders(days: int = 1) -> Case:
    """Backorders under long covers need the longest run: they grow with the square of rare long outages."""
    return _s15(days, 1, {20: ("waits",), 30: ("waits",)}, (WAITING,))


def s15_spells(days: int = 1) -> Case:
    """Spells out of stock: whole days swallow outages of hours, so a day of the engine is a sixth of a day."""
    return _s15(days, 6, dict.fromkeys((0, 5, 10, 20, 30), ("lost",)), ("stockout_episodes_per_time",))


def s16(days: int = 150) -> Case:
    """A deterministic outage with finite recovery capacity: exact."""
    given = truths()["S16"]["parameters"]
    start, demand = 10, given["demand_per_day"]
    outages = given["outage_days_T"]
    fates = [(length, lost) for length in outages for lost in (False, True)]
    names = [f"T{length} {'lost' if lost else 'waits'}" for length, lost in fates]
    scenario = world(
        name="S16",
        horizon=days,
        warm_up=0,
        items=[
            {**one, "lost_share": float("lost" in one["item"])}
            for one in items(names, [f"source {name}" for name in names])
        ],
        suppliers=[{"name": f"source {name}", "capacity": given["supplier_capacity_per_day"]} for name in names],
        warehouses=[{"name": "site"}],
        lanes=[{"name": f"lane {name}", "origin": [f"source {name}"], "destination": "site"} for name in names],
        demand=[{"item": name, "warehouse": "site", "model": "deterministic", "mean": demand} for name in names],
        disruptions=[
            {
                "kind": "supplier_outage",
                "name": f"outage {name}",
                "supplier": f"source {name}",
                "start": start,
                "length": length,
            }
            for name, (length, _) in zip(names, fates, strict=True)
        ],
    )
    cover = given["cover_days_B"]
    plan = Plan("S16", tuple(line(name, origin=f"source {name}", order_up_to=demand * (cover + 1)) for name in names))
    place = {name: n for n, name in enumerate(names)}
    end = start + max(outages)

    def paths(ledger: Ledger, item: str) -> tuple[Any, Any]:
        rows = ledger.sites["site"].series
        return rows["net"][:, place[item]], rows["short_units"][:, place[item]]

    def backlog(item: str, what: str) -> Reader:
        def read(ledger: Ledger, _: Future) -> float:
            net, short = paths(ledger, item)
            waiting = np.maximum(-net, 0.0)
            if what == "max":
                return float(waiting.max())
            if what == "unit_days":
                return float(waiting.sum())
            if what == "first":
                return float(np.flatnonzero(short > 0)[0] - start + 1)
            if what == "survive":
                return float(np.flatnonzero(short > 0)[0] - start)
            level = 0.0 if what == "clear" else demand * cover
            return float(np.flatnonzero(net[end:] >= level)[0] + 1)

        return read

    longest = f"T{max(outages)} waits"
    quantities = (
        known(
            "S16", "T21_lost_sales_units", lambda ledger, _: float(ledger.sites["site"].lost[place["T21 lost"]]), None
        ),
        known("S16", "T21_backorder.max_backlog", backlog(longest, "max"), None),
        known("S16", "T21_backorder.backlog_unit_days_end_of_day", backlog(longest, "unit_days"), None),
        known("S16", "T21_backorder.first_short_day", backlog(longest, "first"), None),
        known("S16", "T21_backorder.days_after_recovery_until_backlog_zero", backlog(longest, "clear"), None),
        known("S16", "T21_backorder.days_after_recovery_until_stock_restored", backlog(longest, "restored"), None),
        known("S16", "T5_max_backlog", backlog("T5 waits", "max"), None),
        known("S16", "time_to_survive_days", backlog(longest, "survive"), None),
    )
    return Case(
        "S16",
        scenario,
        plan,
        quantities,
        replications=1,
        quick=1,
        series=True,
        note="whole-day incidents, no chance at all",
    )
