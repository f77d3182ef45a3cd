"""Cases with single customer orders under continuous review: S01, S03, S04, S06, S11 and S12."""

from __future__ import annotations

from typing import Any

from sim.futures import Future
from sim.ledger import Ledger
from sim.plan import Plan
from sim.validation.case import Case, Quantity, Reader, items, known, line, mean_of, orders_at, share_of, truths, world

SITE = [{"name": "site"}]


def _lane(days: float, origin: str = "source", destination: str = "site") -> dict[str, Any]:
    return {"name": f"to {destination}", "origin": [origin], "destination": destination, "legs": [{"transit": days}]}


def _orders(rates: dict[str, float], warehouse: str = "site") -> list[dict[str, Any]]:
    return [{"item": item, "warehouse": warehouse, "model": "orders", "rate": rate} for item, rate in rates.items()]


def _wait(place: int) -> Reader:
    return share_of("backorder_days", "demand", place)


def _base_stock(instance: str, place: int = 0) -> tuple[Quantity, ...]:
    """The numbers of a one-for-one system with backorders."""
    return (
        known(instance, "mean_outstanding_orders", mean_of("transit_days", place)),
        known(instance, "mean_on_hand", mean_of("on_hand_days", place)),
        known(instance, "mean_backorders", mean_of("backorder_days", place)),
        known(instance, "fill_rate", share_of("served", "demand", place)),
        known(instance, "ready_rate_on_hand_gt_0", mean_of("ready_days", place)),
        known(instance, "prob_no_backorders", mean_of("clear_days", place)),
        known(instance, "mean_customer_wait", _wait(place)),
    )


def s01(days: int = 1) -> Case:
    """Continuous-review base-stock, Poisson unit demand, fixed lead time."""
    given = truths()["S01"]["parameters"]
    scenario = world(
        name="S01",
        horizon=days,
        warm_up=60,
        review="continuous",
        items=items(["unit"]),
        suppliers=[{"name": "source"}],
        warehouses=SITE,
        lanes=[_lane(given["lead_time_days"])],
        demand=_orders({"unit": given["demand_rate_per_day"]}),
    )
    plan = Plan("S01", (line("unit", order_up_to=float(given["base_stock_S_units"])),))
    return Case(
        "S01",
        scenario,
        plan,
        _base_stock("S01"),
        note="single orders in continuous time, one-for-one",
        controls=(orders_at("site", given["demand_rate_per_day"], days),),
    )


def s03(days: int = 1) -> Case:
    """Palm: independent lead times that may cross."""
    given = truths()["S03"]["parameters"]
    scenario = world(
        name="S03",
        horizon=days,
        warm_up=80,
        review="continuous",
        crossing="independent",
        items=items(["unit"]),
        suppliers=[{"name": "source"}],
        warehouses=SITE,
        lanes=[{**_lane(0.0), "legs": [{"transit": {"law": "gamma", "mean": 6.0, "cv": 0.5}}]}],
        demand=_orders({"unit": given["demand_rate_per_day"]}),
    )
    plan = Plan("S03", (line("unit", order_up_to=float(given["base_stock_S_units"])),))
    return Case(
        "S03",
        scenario,
        plan,
        _base_stock("S03"),
        note="each order draws its own gamma lead time; orders cross",
        controls=(orders_at("site", given["demand_rate_per_day"], days),),
    )


def s04(days: int = 1) -> Case:
    """(r, Q) with Poisson unit demand; a day of the engine is a month."""
    given = truths()["S04"]["parameters"]
    holding, backorder, fixed = (
        given["holding_per_unit_month"],
        given["backorder_per_unit_month"],
        given["fixed_order_cost"],
    )
    rate = given["demand_rate_per_month"]
    scenario = world(
        name="S04",
        horizon=days,
        warm_up=100,
        review="continuous",
        items=items(["3 5", "4 8"]),
        suppliers=[{"name": "source"}],
        warehouses=SITE,
        lanes=[_lane(given["lead_time_months"])],
        demand=_orders({"3 5": rate, "4 8": rate}),
    )
    plan = Plan(
        "S04",
        tuple(
            line(f"{r} {q}", "r_nQ", reorder_point=float(r), order_quantity=float(q), order_up_to=float(r + q))
            for r, q in ((3, 5), (4, 8))
        ),
    )

    def cost(place: int) -> Reader:
        def read(ledger: Ledger, _: Future) -> float:
            site = ledger.sites["site"]
            money = (
                holding * site.on_hand_days[place] + backorder * site.backorder_days[place] + fixed * site.lines[place]
            )
            return float(money) / site.days

        return read

    quantities = []
    for place, where in enumerate(("at_optimum", "at_r_4_Q_8")):
        quantities += [
            known("S04", f"{where}.mean_on_hand", mean_of("on_hand_days", place)),
            known("S04", f"{where}.mean_backorders", mean_of("backorder_days", place)),
            known("S04", f"{where}.fill_rate", share_of("served", "demand", place)),
            known("S04", f"{where}.orders_per_time", mean_of("lines", place)),
        ]
    quantities += [
        known("S04", "optimal_cost_per_month", cost(0)),
        known("S04", "at_r_4_Q_8.cost_per_month", cost(1)),
    ]
    return Case("S04", scenario, plan, tuple(quantities), note="a day of the engine stands for a month")


def _s06(law: str, days: int) -> Case:
    given = truths()["S06"]["parameters"]
    mean = given["mean_lead_time_days"]
    leg = mean if law == "fixed" else {"law": "exponential", "mean": mean}
    scenario = world(
        name="S06",
        horizon=days,
        warm_up=80,
        review="continuous",
        lost_share=1.0,
        items=items(["unit"]),
        crossing="none" if law == "fixed" else "independent",
        suppliers=[{"name": "source"}],
        warehouses=SITE,
        lanes=[{**_lane(0.0), "legs": [{"transit": leg}]}],
        demand=_orders({"unit": given["demand_rate_per_day"]}),
    )
    plan = Plan("S06", (line("unit", order_up_to=float(given["base_stock_S_units"])),))
    quantities = (
        known("S06", "prob_lost", share_of("lost", "demand", 0)),
        known("S06", "fill_rate", share_of("served", "demand", 0)),
        known("S06", "mean_outstanding_orders", mean_of("transit_days", 0)),
        known("S06", "mean_on_hand", mean_of("on_hand_days", 0)),
    )
    return Case(
        f"S06 {law}",
        scenario,
        plan,
        quantities,
        note=f"lost sales, {law} lead times",
        controls=(orders_at("site", given["demand_rate_per_day"], days),),
    )


def s06_fixed(days: int = 1) -> Case:
    """Lost sales with fixed lead times (Erlang B)."""
    return _s06("fixed", days)


def s06_exponential(days: int = 1) -> Case:
    """Lost sales with exponential lead times that cross: the same numbers."""
    return _s06("exponential", days)


def s11(days: int = 1) -> Case:
    """Three stages in series, one-for-one."""
    given = truths()["S11"]["parameters"]
    lead, stock = given["lead_times_days_stage1_2_3"], given["local_base_stock_stage1_2_3"]
    stages = ["stage1", "stage2", "stage3"]
    lanes = [
        _lane(lead[0], "stage2", "stage1"),
        _lane(lead[1], "stage3", "stage2"),
        _lane(lead[2], "source", "stage3"),
    ]
    scenario = world(
        name="S11",
        horizon=days,
        warm_up=40,
        review="continuous",
        items=items(["unit"]),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "stage1", "fed_by": "stage2"}, {"name": "stage2", "fed_by": "stage3"}, {"name": "stage3"}],
        lanes=lanes,
        demand=_orders({"unit": given["demand_rate_per_day"]}, "stage1"),
    )
    plan = Plan(
        "S11",
        tuple(
            line("unit", warehouse=stage, origin=origin, order_up_to=float(level))
            for stage, origin, level in zip(stages, ["stage2", "stage3", "source"], stock, strict=True)
        ),
    )
    quantities = [
        known("S11", "stage1.mean_on_hand", mean_of("on_hand_days", 0, "stage1")),
        known("S11", "stage1.mean_backorders", mean_of("backorder_days", 0, "stage1")),
        known("S11", "stage1.fill_rate", share_of("served", "demand", 0, "stage1")),
    ]
    for stage in stages[1:]:
        quantities += _feeding("S11", stage, 0, stage, f"{stage}.")
    quantities += [
        known("S11", f"in_transit_to_stage1_2_3.{place}", mean_of("transit_days", 0, stage))
        for place, stage in enumerate(stages)
    ]
    return Case(
        "S11",
        scenario,
        plan,
        tuple(quantities),
        note="warehouses feed warehouses, first come first served",
        controls=(orders_at("stage1", given["demand_rate_per_day"], days),),
    )


def _feeding(instance: str, site: str, place: int, label: str, prefix: str, spelt: str = "") -> list[Quantity]:
    """On hand, backorders and fill rate of a warehouse towards the warehouses it feeds."""

    def waiting(ledger: Ledger, _: Future) -> float:
        found = ledger.sites[site]
        return float(found.claims_days[place]) / found.days

    def fill(ledger: Ledger, _: Future) -> float:
        found = ledger.sites[site]
        return float(found.claims_served[place] / found.claims[place])

    return [
        known(instance, f"{prefix}{spelt}mean_on_hand", mean_of("on_hand_days", place, site)),
        known(instance, f"{prefix}{spelt}mean_backorders", waiting),
        known(instance, f"{prefix}{spelt}fill_rate", fill),
    ]


def s12(days: int = 1) -> Case:
    """One depot, two outlets; the three settings are three items."""
    given = truths()["S12"]["parameters"]
    settings = given["stock_settings_depot_outlet_outlet"]
    names = ["_".join(str(level) for level in setting) for setting in settings]
    outlets = ["outlet1", "outlet2"]
    lanes = [_lane(given["depot_resupply_days"], "source", "depot")]
    lanes += [_lane(time, "depot", outlet) for outlet, time in zip(outlets, given["outlet_resupply_days"], strict=True)]
    demand = []
    for outlet, rate in zip(outlets, given["outlet_demand_per_day"], strict=True):
        demand += _orders(dict.fromkeys(names, rate), outlet)
    scenario = world(
        name="S12",
        horizon=days,
        warm_up=200,
        review="continuous",
        items=items(names),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "depot"}, *({"name": outlet, "fed_by": "depot"} for outlet in outlets)],
        lanes=lanes,
        demand=demand,
    )
    lines, quantities = [], []
    for place, (name, setting) in enumerate(zip(names, settings, strict=True)):
        lines.append(line(name, warehouse="depot", order_up_to=float(setting[0])))
        prefix = f"S0_{setting[0]}_S_{setting[1]}_{setting[2]}.exact."
        quantities += _feeding("S12", "depot", place, "depot", prefix, "warehouse_")
        for number, outlet in enumerate(outlets):
            lines.append(line(name, warehouse=outlet, origin="depot", order_up_to=float(setting[number + 1])))
            quantities += [
                known("S12", f"{prefix}retailers.{number}.mean_on_hand", mean_of("on_hand_days", place, outlet)),
                known("S12", f"{prefix}retailers.{number}.mean_backorders", mean_of("backorder_days", place, outlet)),
                known("S12", f"{prefix}retailers.{number}.fill_rate", share_of("served", "demand", place, outlet)),
            ]
        quantities.append(known("S12", f"{prefix}total_retailer_backorders", _together(place, outlets)))
    return Case(
        "S12",
        scenario,
        Plan("S12", tuple(lines)),
        tuple(quantities),
        note="exact values, not METRIC's; the three stock settings are three items",
    )


def _together(place: int, sites: list[str]) -> Reader:
    """Backorders of several sites added up."""

    def read(ledger: Ledger, _: Future) -> float:
        return sum(float(ledger.sites[site].backorder_days[place]) / ledger.sites[site].days for site in sites)

    return read
