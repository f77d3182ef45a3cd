"""Accounts: quantities × rates are the money that was booked, for every way of booking; what does not fit is told."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.errors import ModelError, UsageError
from sim.measures import BY_NAME, MEASURES
from sim.report.page.account import AUDITED, WRONG, Account, Term
from sim.report.page.accounts import account_tables, unfit
from sim.report.page.source import Business, Named
from sim.report.page.terms import accounts
from sim.studies.compare import Comparison

NAMES = [measure.name for measure in MEASURES]
COSTS = {
    "capital_rate": 0.1,
    "storage_rate": 0.05,
    "storage_per_m3": 0.0,
    "storage_fixed": 0.0,
    "handling_rate": 0.0,
    "handling_per_m3": 0.0,
    "insurance_rate": 0.02,
    "obsolescence_rate": 0.0,
    "shrinkage_rate": 0.01,
    "goodwill_halts": 1.0,
    "goodwill_breaches": 0.3,
    "goodwill_inconveniences": 0.0,
    "backorder_penalty": 0.05,
    "backorder_per_unit_day": 2.0,
}


def item(name, **more):
    told = {"item": name, "standard_cost": 10.0, "price": 15.0, "volume": 0.0, "goodwill": None}
    return {**told, "backorder_penalty": None, "criticality": "halts production", **more}


def by_hand(changes=(), costs=(), items=None, demand=({"patience": None},), factories=(), houses=None):
    """Two futures of one posture: 8 and 12 units of 10 lost, 1,000 held on average, 100 of it written off."""
    # means: on hand 800, in transit 200, tied up 1,000; lost 10 of 100, 85 served at once, so 5 waited, 20 unit-days
    means = {
        "on_hand_value": 800.0,
        "in_transit_value": 200.0,
        "average_inventory_value": 1000.0,
        "capital_cost": 100.0,
        "storage_cost": 40.0,
        "insurance_cost": 20.0,
        "spoilage_cost": 108.0,
        "written_off": 100.0,
        "carrying_cost": 268.0,
        "lost_margin": 50.0,
        "goodwill_cost": 100.0,
        # 5 units waited at 15 × 0.05, and 20 unit-days at 2
        "backorder_penalty": 43.75,
        "backorder_unit_days": 20.0,
        "stockout_cost": 193.75,
        "ordering_cost": 7.0,
        "total_cost": 468.75,
        **dict(changes),
    }
    values = np.zeros((2, 1, 1, len(NAMES)))
    for name, mean in means.items():
        values[:, 0, 0, NAMES.index(name)] = [0.8 * mean, 1.2 * mean]
    frame = pd.DataFrame({"weather": ["calm"], "posture": ["jit"], "item": ["a"], "warehouse": ["w"]})
    frame = frame.assign(demand_units=100.0, served_units=85.0, lost_units=10.0)
    houses = houses or [{"name": "w", "storage_per_m3": None, "overflow_cost": 0.0, "floor_space": None}]
    scenario = {"costs": {**COSTS, **dict(costs)}, "items": items or [item("a")], "warehouses": houses}
    scenario |= {"factories": list(factories), "demand": list(demand)}
    none = np.zeros((0, 0, 0, 0, 0), dtype=np.float32)
    business = Business("b", "B", "", "USD", (), ())
    comparison = Comparison(business, ("calm",), (Named("jit"),), 1, (0, 1), values, none)
    run = SimpleNamespace(items=frame)
    return SimpleNamespace(
        run=run, comparison=comparison, business=business, manifest={"resolved_scenario": scenario}, folder=Path("run")
    )


def rows(source):
    (table,) = account_tables(source, "calm")
    return {row[0]: row for row in table.rows}, unfit([table])


def test_parts_are_quantities_times_rates_and_sum_to_the_costs():
    found, wrong = rows(by_hand())
    assert wrong == []
    assert found["Capital"][1:6] == (1000.0, "USD tied up", 0.1, "costs.capital_rate", 100.0)
    assert found["Insurance and tax"][1:6] == (1000.0, "USD on hand and in transit", 0.02, "costs.insurance_rate", 20.0)
    assert found["Shrinkage and spoilage"][1:6] == (800.0, "USD on hand", 0.01, "costs.shrinkage_rate", 8.0)
    assert found["Written off"][5:] == (100.0, f"booked; checked: {BY_NAME['written_off'].definition}")
    assert found["Lost margin"][1] == 10
    assert found["Lost margin"][3] == 5
    assert found["Goodwill, halts production"][1:6] == (
        *(100.0, "USD lost a year, at standard cost"),
        *(1.0, "costs.goodwill_halts", 100.0),
    )
    assert found["Backorder penalty, once"][1:6] == (
        *(75.0, "USD of sales backordered a year"),
        *(0.05, "costs.backorder_penalty", 3.75),
    )
    assert found["Backorder penalty, a day"][5] == 40
    assert found["Ordering"][6] == f"booked: {BY_NAME['ordering_cost'].definition}"
    sums = {name: found[name][5] for name in ("Carrying cost", "Stockout cost", "Total cost")}
    assert sums == {"Carrying cost": 268.0, "Stockout cost": 193.75, "Total cost": 468.75}
    assert {found[name][6] for name in sums} == {"sum of the above"}
    assert "Freight" not in found  # zero in every future


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"capital_cost": 101.0, "carrying_cost": 269.0, "total_cost": 469.75}, "Capital: not explained"),
        ({"written_off": 109.0}, "Shrinkage and spoilage: not explained"),
        ({"lost_margin": 50.001, "stockout_cost": 193.751, "total_cost": 468.751}, "Lost margin: not explained"),
        ({"carrying_cost": 300.0, "total_cost": 500.75}, "Carrying cost"),
        ({"total_cost": 468.76}, "Total cost"),
    ],
)
def test_what_does_not_fit_is_told_in_its_row(changes, what):
    found, wrong = rows(by_hand(changes))
    assert len(wrong) == 1
    assert wrong[0].startswith(f"{what} of jit in calm, USD: {WRONG}")
    assert found[what][6].startswith(WRONG)


def test_figures_of_an_item_go_before_those_of_the_scenario():
    own = item("a", goodwill=3.0, backorder_penalty=2.0)
    changes = {"goodwill_cost": 30.0, "backorder_penalty": 50.0, "stockout_cost": 130.0, "total_cost": 405.0}
    found, wrong = rows(by_hand(changes, items=[own]))
    assert wrong == []
    assert found["Goodwill, items with one of their own"][1:4] == (10.0, "units a year", 3.0)
    assert found["Backorder penalty, items with one of their own"][5] == 10


def test_what_the_run_keeps_no_quantity_of_is_left_to_what_was_booked():
    # customers who leave the queue were backordered first: who waited cannot be told from demand, served and lost
    impatient, wrong = rows(by_hand({"backorder_penalty": 50.0, "stockout_cost": 200.0, "total_cost": 475.0},
                                    demand=({"patience": {"law": "fixed"}},)))  # fmt: skip
    assert wrong == []
    assert impatient["Backorder penalty, once"][1:6] == ("", "", "", "costs.backorder_penalty", 10.0)
    less = {"backorder_penalty": 39.0, "stockout_cost": 189.0, "total_cost": 464.0}
    _, wrong = rows(by_hand(less, demand=({"patience": {"law": "fixed"}},)))
    assert wrong[0].startswith("Backorder penalty: not explained")
    over = [{"name": "w", "storage_per_m3": None, "overflow_cost": 0.4, "floor_space": 5.0}]
    changes = {"storage_cost": 45.0, "carrying_cost": 273.0, "total_cost": 473.75}
    found, wrong = rows(by_hand(changes, houses=over))
    assert wrong == []
    assert found["Storage, overflow"][4:6] == ("warehouses.overflow_cost", 5.0)


def test_a_warehouse_that_stocks_nothing_is_booked_nothing():
    one = {"name": "w", "storage_per_m3": None, "overflow_cost": 0.0, "floor_space": None}
    empty = {**one, "name": "Annex", "storage_per_m3": 9.0}
    changes = {"storage_cost": 1040.0, "carrying_cost": 1268.0, "total_cost": 1468.75}
    found, wrong = rows(by_hand(changes, costs={"storage_fixed": 1000.0}.items(), houses=[one, empty]))
    assert wrong == []
    assert found["Storage, fixed"][1:6] == (1, "warehouses", 1000.0, "costs.storage_fixed", 1000.0)


def test_line_down_days_are_told_where_all_factories_cost_the_same():
    changes = {"line_down_days": 2.0, "line_down_cost": 60.0, "stockout_cost": 253.75, "total_cost": 528.75}
    found, wrong = rows(by_hand(changes, factories=[{"line_down_cost": 30.0}]))
    assert wrong == []
    assert found["Line-down"][1:6] == (2.0, "days a year", 30.0, "factories.line_down_cost", 60.0)
    found, wrong = rows(by_hand(changes, factories=[{"line_down_cost": 30.0}, {"line_down_cost": 5.0}]))
    assert wrong == []
    assert found["Line-down, by factory"][5] == 60


def test_measures_that_are_null_in_some_futures_are_not_multiplied():
    source = by_hand()
    source.comparison.measures[0, 0, 0, NAMES.index("average_inventory_value")] = np.nan
    found, wrong = rows(source)
    assert wrong == []
    assert found["Capital, null in some futures"][1:6] == ("", "", "", "", 100.0)


def test_an_item_that_the_manifest_does_not_know_is_told_as_damage():
    with pytest.raises(UsageError, match=r"manifest\.json: is damaged: KeyError"):
        accounts(by_hand(items=[item("b")]), "calm", "jit")


def test_a_little_rounding_is_no_error():
    one = Account("capital_cost", 2e-12, (Term.of("Capital", 1e-11, "USD", 0.1, "k"),))
    assert one.fits
    assert not replace(one, booked=1.0).fits


def test_what_is_said_to_be_checked_is_what_the_audit_holds():
    from sim.futures import draw
    from sim.library import load
    from sim.money import audit
    from sim.outcome import live
    from sim.postures import plan_named

    scenario = load("first_strike").under("strike")
    lived = live(scenario, plan_named("jit", scenario), draw(scenario, 1, 0))
    audit(scenario, lived.ledger, lived.measures)
    for measure in AUDITED:
        with pytest.raises(ModelError, match=f"{measure} is booked"):
            audit(scenario, lived.ledger, {**lived.measures, measure: lived.measures[measure] + 1})
