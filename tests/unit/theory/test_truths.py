"""Every expected number of every analytic instance of the validation file, by formula."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import sim.theory
from sim.theory.base_stock import ContinuousBaseStock, DailyBaseStock, continuous_review, daily_review
from sim.theory.bullwhip import moving_average_ratio
from sim.theory.disruption import (
    cover_against_outages,
    markov_outage,
    optimal_cover_days,
    optimal_markov_outage,
)
from sim.theory.echelon import echelon_system, optimal_echelon_system
from sim.theory.economic_order import DisruptedSupplier, economic_order_quantity
from sim.theory.excess import poisson_pmf
from sim.theory.guaranteed_service import optimal_service_times
from sim.theory.loss import AnnualLoss
from sim.theory.lost_sales import lost_sales
from sim.theory.min_max import min_max, optimal_min_max
from sim.theory.newsvendor import normal_newsvendor, poisson_newsvendor
from sim.theory.order_quantity import optimal_order_quantity, order_quantity
from sim.theory.outage import daily_outage, fluid_outage
from sim.theory.output_analysis import difference, mser, relative_half_width, replications_for_precision
from sim.theory.queueing import berths, discrete_closure, fluid_closure
from sim.theory.safety_stock import formula_check, lumpy_demand, safety_stock
from sim.theory.serial import serial_poisson
from sim.theory.two_echelon import Site, metric, two_echelon

Json = dict[str, Any]

TRUTHS = Path(sim.theory.__file__ or "").parents[1] / "validation" / "truths.json"
INSTANCES: dict[str, Json] = {
    instance["id"]: instance for instance in json.loads(TRUTHS.read_text(encoding="utf-8"))["instances"]
}


def _continuous(result: ContinuousBaseStock) -> Json:
    values = asdict(result)
    values["ready_rate_on_hand_gt_0"] = values.pop("ready_rate")
    return values


def base_stock(given: Json) -> Json:
    return _continuous(
        continuous_review(given["demand_rate_per_day"], given["lead_time_days"], given["base_stock_S_units"])
    )


def two_sequences(given: Json) -> Json:
    def outcome(result: DailyBaseStock) -> Json:
        return asdict(result)

    numbers = given["demand_mean_units_per_day"], given["lead_time_days"], given["base_stock_S_units"]
    return {
        "sequence_A": outcome(daily_review(*numbers, review="morning")),
        "sequence_B": outcome(daily_review(*numbers, review="evening")),
    }


def palm(given: Json) -> Json:
    assert given["lead_time_distribution"].startswith("gamma, shape 4, scale 1.5 day (mean 6")
    return _continuous(continuous_review(given["demand_rate_per_day"], 4 * 1.5, given["base_stock_S_units"]))


def order_quantities(given: Json) -> Json:
    rate, time = given["demand_rate_per_month"], given["lead_time_months"]
    costs = given["holding_per_unit_month"], given["backorder_per_unit_month"], given["fixed_order_cost"]
    best = optimal_order_quantity(rate, time, *costs)
    other = order_quantity(rate, time, reorder_point=4, quantity=8)
    kept = "mean_on_hand", "mean_backorders", "fill_rate", "orders_per_time"
    return {
        "optimal_r": best.reorder_point,
        "optimal_Q": best.order_quantity,
        "optimal_cost_per_month": best.cost(*costs),
        "at_optimum": {name: getattr(best, name) for name in kept},
        "at_r_4_Q_8": {name: getattr(other, name) for name in kept} | {"cost_per_month": other.cost(*costs)},
    }


def min_max_policies(given: Json) -> Json:
    costs = (
        given["holding_per_unit_period"],
        given["backorder_per_unit_period"],
        given["fixed_order_cost_K"],
    )
    lead_time = given["lead_time_periods"]
    found: Json = {}
    for mean in given["demand_means"]:
        best = optimal_min_max(mean, lead_time, *costs)
        found[f"mu_{mean}"] = {
            "optimal_s": best.reorder_level,
            "optimal_S": best.order_up_to,
            "optimal_cost_per_period": best.cost(*costs),
            "orders_per_period_at_optimum": best.orders_per_period,
        }
    other = min_max(20, lead_time, reorder_level=10, order_up_to=50)
    found["mu_20_policy_s10_S50"] = {
        "cost_per_period": other.cost(*costs),
        "orders_per_period": other.orders_per_period,
    }
    return found


def lost_sales_base_stock(given: Json) -> Json:
    found = lost_sales(given["demand_rate_per_day"], given["mean_lead_time_days"], given["base_stock_S_units"])
    return {name: value for name, value in asdict(found).items() if name != "variance_outstanding_orders"}


def newsvendors(given: Json) -> Json:
    normal = normal_newsvendor(**given["normal"])
    poisson = poisson_newsvendor(**given["poisson"])
    return {
        "normal_S": normal.order_up_to,
        "normal_cost": normal.cost,
        "normal_expected_shortage": normal.expected_shortage,
        "poisson_S": poisson.order_up_to,
        "poisson_cost": poisson.cost,
        "poisson_cost_at_S_18": poisson_newsvendor(**given["poisson"], order_up_to=18).cost,
    }


def economic_orders(given: Json) -> Json:
    assert given["lead_time"] == 0
    supplier = DisruptedSupplier(
        fixed_order=given["fixed_order_cost"],
        holding=given["holding_per_unit_year"],
        lost_sale=given["lost_sale_penalty_per_unit"],
        demand_rate=given["demand_per_year"],
        disruption_rate=given["disruption_rate_per_year"],
        recovery_rate=given["recovery_rate_per_year"],
    )
    best, close, other = supplier.optimum(), supplier.approximation(), supplier.evaluate(700)
    kept = "cost_per_time", "fraction_demand_lost", "mean_on_hand", "orders_per_time"
    return {
        "optimal_Q": best.order_quantity,
        "optimal_cost_per_year": best.cost_per_time,
        "approx_Q": close.order_quantity,
        "approx_cost": close.cost_per_time,
        "at_Q_700": {name: getattr(other, name) for name in kept},
        "at_optimal_Q": {name: getattr(best, name) for name in kept},
        "classical_EOQ": economic_order_quantity(supplier.fixed_order, supplier.holding, supplier.demand_rate),
    }


def markov_supplier(given: Json) -> Json:
    chain = given["demand_per_period"], given["disruption_prob_alpha"], given["recovery_prob_beta"]
    costs = given["holding_per_unit_period"], given["backorder_per_unit_period"]
    best = optimal_markov_outage(*chain, *costs)
    found: Json = {"optimal_S": best.order_up_to, "optimal_cost_per_period": best.cost(*costs)}
    for level in (2000, 4000, 6000, 8000, 10000, 12000):
        measures = markov_outage(*chain, level)
        values = asdict(measures) | {"cost_per_period": measures.cost(*costs)}
        del values["order_up_to"]
        found[f"S_{level}"] = values
    return found


def clark_scarf(given: Json) -> Json:
    system = (
        given["echelon_holding_stage1_2_3"],
        given["lead_times_stage1_2_3"],
        given["demand_mean"],
        given["demand_sd"],
        given["backorder_cost"],
    )
    best = optimal_echelon_system(*system)
    given_levels = echelon_system(*system, [6.49, 12.02, 22.71])
    return {
        "echelon_S_stage1_2_3": list(best.echelon_levels),
        "cost_per_time": best.cost_per_time,
        "evaluation_at_6.49_12.02_22.71": {
            "cost_per_time": given_levels.cost_per_time,
            "on_hand_stage1_2_3": list(given_levels.on_hand),
            "mean_backorders": given_levels.mean_backorders,
        },
    }


def serial(given: Json) -> Json:
    stages = serial_poisson(
        given["demand_rate_per_day"], given["lead_times_days_stage1_2_3"], given["local_base_stock_stage1_2_3"]
    )
    found: Json = {"in_transit_to_stage1_2_3": [stage.mean_in_transit for stage in stages]}
    for number, stage in enumerate(stages, start=1):
        found[f"stage{number}"] = {
            "mean_on_hand": stage.mean_on_hand,
            "mean_backorders": stage.mean_backorders,
            "fill_rate": stage.fill_rate,
        }
    return found


def depot_and_outlets(given: Json) -> Json:
    def site(measures: Site, prefix: str = "") -> Json:
        return {prefix + name: value for name, value in asdict(measures).items()}

    found: Json = {}
    for depot, *outlets in given["stock_settings_depot_outlet_outlet"]:
        network = given["outlet_demand_per_day"], given["outlet_resupply_days"], given["depot_resupply_days"]
        exact = two_echelon(*network, depot, outlets)
        rough = metric(*network, depot, outlets)
        found[f"S0_{depot}_S_" + "_".join(map(str, outlets))] = {
            "exact": site(exact.depot, "warehouse_")
            | {
                "retailers": [site(outlet) for outlet in exact.outlets],
                "total_retailer_backorders": exact.total_outlet_backorders,
            },
            "metric_mean_warehouse_delay": rough.mean_depot_delay,
            "metric_retailer_backorders": [outlet.mean_backorders for outlet in rough.outlets],
            "metric_total_backorders": rough.total_outlet_backorders,
        }
    return found


def bullwhip(given: Json) -> Json:
    return {
        "var_order_over_var_demand": {
            f"L{lead_time}_p{periods}": moving_average_ratio(lead_time, periods)
            for lead_time, periods in given["pairs_L_p"]
        }
    }


def safety_stocks(given: Json) -> Json:
    def textbook(row: Json) -> tuple[float, float]:
        found = safety_stock(row["d_per_day"], row["sd_per_day"], row["L_days"], row["sL_days"], row["cycle_service"])
        return found.sd_lead_time_demand, found.safety_stock

    assert "0 w.p. 0.9, else geometric on 1,2,.. with mean 20; L = 10 days fixed" in given["lumpy"]
    assert "Poisson(20); L = 5 days w.p. 0.8, 30 days w.p. 0.2" in given["bimodal_lead_time"]
    first, second = textbook(given["textbook_1"]), textbook(given["textbook_2"])
    lumpy = formula_check(lumpy_demand(0.1, 20), {10: 1.0}, 0.95)
    bimodal = formula_check(poisson_pmf(20), {5: 0.8, 30: 0.2}, 0.95)
    return {
        "textbook_1_sigma_LTD": first[0],
        "textbook_1_SS": first[1],
        "textbook_2_sigma_LTD": second[0],
        "textbook_2_SS": second[1],
        "lumpy_mean_LTD": lumpy.formula.mean_lead_time_demand,
        "lumpy_sd_LTD": lumpy.formula.sd_lead_time_demand,
        "lumpy_formula_ROP": lumpy.formula_reorder_point,
        "lumpy_actual_cycle_service": lumpy.achieved_cycle_service,
        "lumpy_ROP_needed_for_95": lumpy.needed_reorder_point,
        "lumpy_expected_short_units_per_cycle_at_formula_ROP": lumpy.expected_short_per_cycle,
        "bimodal_formula_sigma": bimodal.formula.sd_lead_time_demand,
        "bimodal_formula_ROP": bimodal.formula_reorder_point,
        "bimodal_actual_cycle_service": bimodal.achieved_cycle_service,
        "bimodal_ROP_needed_for_95": bimodal.needed_reorder_point,
    }


def random_outage(given: Json) -> Json:
    up_down = given["mtbf_days"], given["mttr_days"]
    costs = given["holding_per_unit_day"], given["lost_sale_penalty_per_unit"]
    found: Json = {"costs": {}}
    for days in given["cover_days_B"]:
        outcome = cover_against_outages(given["demand_units_per_day"], *up_down, days)
        values = asdict(outcome)
        del values["cover_days"]
        for name in ("lost_units", "stockout_episodes"):
            values[f"{name}_per_time"] = values.pop(f"{name}_per_day")
        found[f"B_{days}"] = values
        if days in (0, 10, 30):
            found["costs"][f"B_{days}"] = outcome.cost(*costs)
    best = optimal_cover_days(*up_down, *costs)
    at_best = cover_against_outages(given["demand_units_per_day"], *up_down, best)
    found["costs"] |= {"optimal_B_days": best, "optimal_cost_per_day": at_best.cost(*costs)}
    return found


def time_to_survive(given: Json) -> Json:
    rate, cover, capacity = given["demand_per_day"], given["cover_days_B"], given["supplier_capacity_per_day"]
    short, long = given["outage_days_T"]
    backorder = daily_outage(rate, cover, long, capacity)
    fluid = fluid_outage(rate, cover, long, capacity)
    return {
        "T21_lost_sales_units": daily_outage(rate, cover, long, capacity, unmet="lost").lost_sales,
        "T21_backorder": {
            "max_backlog": backorder.max_backlog,
            "backlog_unit_days_end_of_day": backorder.backlog_unit_days,
            "first_short_day": backorder.first_short_day,
            "days_after_recovery_until_backlog_zero": backorder.days_after_recovery_until_backlog_zero,
            "days_after_recovery_until_stock_restored": backorder.days_after_recovery_until_stock_restored,
        },
        "T5_max_backlog": daily_outage(rate, cover, short, capacity).max_backlog,
        "time_to_survive_days": backorder.time_to_survive,
        "fluid": {
            "max_backlog": fluid.max_backlog,
            "backlog_clear_days": fluid.backlog_clear_days,
            "stock_restore_days": fluid.stock_restore_days,
            "backlog_unit_days": fluid.backlog_unit_days,
        },
    }


def port(given: Json) -> Json:
    found = berths(given["ships_per_day"], given["service_rate_per_berth_per_day"], given["berths"])
    return {
        "utilisation": found.utilisation,
        "prob_wait": found.prob_wait,
        "mean_wait_days": found.mean_wait,
        "mean_queue": found.mean_queue,
        "mean_time_in_port_days": found.mean_time_in_port,
        "prob_wait_gt_half_day": found.prob_wait_above(0.5),
    }


def strike(given: Json) -> Json:
    assert "[100,107)" in given["discrete"]
    numbers = given["arrivals_per_day"], given["throughput_per_day"], given["closure_days_T"]
    fluid, discrete = fluid_closure(*numbers), discrete_closure(*numbers, closure_start=100)
    return {
        "fluid_max_queue": fluid.max_queue,
        "fluid_clearing_days_after_reopening": fluid.clearing_time,
        "fluid_total_delay_ship_days": fluid.total_delay,
        "fluid_mean_delay_of_affected_days": fluid.mean_delay_of_affected,
        "fluid_max_delay_days": fluid.max_delay,
        "discrete_total_wait_ship_days": discrete.total_wait,
        "discrete_ships_delayed": discrete.ships_delayed,
        "discrete_max_wait_days": discrete.max_wait,
        "discrete_ships_waiting_at_reopening": discrete.ships_waiting_at_reopening,
        "discrete_last_delayed_ship_starts_days_after_reopening": discrete.last_delayed_start,
    }


def annual_loss(given: Json) -> Json:
    loss = AnnualLoss(given["events_per_year"], given["mean_loss_per_event_musd"])
    return {
        "expected_annual_loss": loss.mean,
        "sd_annual_loss": loss.sd,
        "prob_no_loss": loss.prob_no_loss,
        "prob_loss_gt_5": loss.exceedance(5),
        "VaR_95": loss.value_at_risk(0.95),
        "CVaR_95": loss.conditional_value_at_risk(0.95),
        "VaR_99": loss.value_at_risk(0.99),
        "CVaR_99": loss.conditional_value_at_risk(0.99),
        "return_period_years_of_loss_5": loss.return_period(5),
    }


def output_analysis(given: Json) -> Json:
    assert given["mser5_series"].startswith("y_t = 50 + 40 exp(-t/12) + 5 sin(0.7 t), t = 0..199; batches of 5")
    jit, jic = given["jit_cost_by_replication"], given["jic_cost_by_replication"]
    pair = difference(jit, jic)
    cut = mser([50 + 40 * math.exp(-t / 12) + 5 * math.sin(0.7 * t) for t in range(200)])
    return {
        "mean_difference_jit_minus_jic": pair.mean,
        "paired_95_half_width": pair.paired_half_width,
        "welch_95_half_width": pair.welch_half_width,
        "correlation": pair.correlation,
        "variance_reduction_factor_vs_independent": pair.variance_reduction,
        "relative_half_width_jit_n12": relative_half_width(jit),
        "first_n_ge_3_with_relative_half_width_le_15pct": replications_for_precision(jit, 0.15),
        "mser5_observations_truncated": cut.observations,
        "mser5_min_statistic": cut.statistic,
    }


def guaranteed_service(given: Json) -> Json:
    best = optimal_service_times(
        processing_times=given["processing_times"],
        holding=given["local_holding"],
        arcs=[(str(upper), str(lower)) for upper, lower in given["arcs"]],
        demand_sd=given["demand_sd"],
        max_outbound=given["max_outbound_service"],
        bound_constant=given["demand_bound_constant"],
        external_inbound={"1": given["external_inbound_service_node1"]},
    )
    return {"optimal_cost": best.cost, "outbound_service_times": best.outbound}


FORMULAS: dict[str, Callable[[Json], Json]] = {
    "S01_base_stock_cr_poisson": base_stock,
    "S02_base_stock_periodic_two_sequences": two_sequences,
    "S03_palm_stochastic_lead_time": palm,
    "S04_rQ_poisson_exact": order_quantities,
    "S05_sS_zheng_federgruen": min_max_policies,
    "S06_lost_sales_erlang_B": lost_sales_base_stock,
    "S07_newsvendor_normal_and_poisson": newsvendors,
    "S08_eoq_with_disruptions": economic_orders,
    "S09_base_stock_with_disruptions": markov_supplier,
    "S10_clark_scarf_serial": clark_scarf,
    "S11_serial_poisson_evaluation": serial,
    "S12_two_echelon_metric_vs_exact": depot_and_outlets,
    "S13_bullwhip_moving_average": bullwhip,
    "S14_safety_stock_formula_and_where_it_fails": safety_stocks,
    "S15_random_outage_cover_lost_sales": random_outage,
    "S16_time_to_survive_identity": time_to_survive,
    "S17_port_MMc": port,
    "S18_port_strike_fluid_and_discrete": strike,
    "S19_loss_exceedance_compound_poisson": annual_loss,
    "S20_output_analysis_arithmetic": output_analysis,
    "S21_guaranteed_service_tree": guaranteed_service,
}


def leaves(value: object, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a nested structure with the way to it."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}/{key}")
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value):
            yield from leaves(part, f"{path}/{index}")
    else:
        assert isinstance(value, (int, float)), (path, value)
        yield path, float(value)


def test_every_analytic_instance_has_a_formula() -> None:
    analytic = {name for name, instance in INSTANCES.items() if "analytic" in instance["use"]}
    assert analytic == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_expected_numbers(name: str) -> None:
    instance = INSTANCES[name]
    expected = dict(leaves(instance["expected"]))
    found = dict(leaves(FORMULAS[name](instance["parameters"])))
    assert found.keys() == expected.keys()
    tolerance = instance["tolerance"]["analytic_rel"]
    wrong = {
        path: (found[path], value)
        for path, value in expected.items()
        if not math.isclose(found[path], value, rel_tol=tolerance, abs_tol=1e-12)
    }
    assert not wrong


def test_published_numbers() -> None:
    """The literature's own digits, beyond the eight that the file's expected values carry."""

    def published(name: str) -> Any:
        return INSTANCES[name]["published"]

    def found(name: str) -> Json:
        return FORMULAS[name](INSTANCES[name]["parameters"])

    assert found("S04_rQ_poisson_exact")["optimal_cost_per_month"] == pytest.approx(
        published("S04_rQ_poisson_exact")["cost"], rel=1e-12
    )
    for name, (low, high, cost) in published("S05_sS_zheng_federgruen").items():
        row = found("S05_sS_zheng_federgruen")[name]
        assert (row["optimal_s"], row["optimal_S"]) == (low, high)
        assert row["optimal_cost_per_period"] == pytest.approx(cost, abs=5.1e-4)
    newsvendor, literature = found("S07_newsvendor_normal_and_poisson"), published("S07_newsvendor_normal_and_poisson")
    assert [newsvendor["normal_S"], newsvendor["normal_cost"]] == pytest.approx(literature["normal"], rel=1e-10)
    assert [newsvendor["poisson_S"], newsvendor["poisson_cost"]] == pytest.approx(literature["poisson"], rel=1e-10)
    eoqd = found("S08_eoq_with_disruptions")
    assert [eoqd["optimal_Q"], eoqd["optimal_cost_per_year"], eoqd["at_Q_700"]["cost_per_time"]] == pytest.approx(
        list(published("S08_eoq_with_disruptions").values()), rel=1e-6
    )
    tomlin = published("S09_base_stock_with_disruptions")
    assert markov_outage(2000, 0.04, 0.25, 8000).cost(0.25, 3) == pytest.approx(tomlin["cost"], rel=1e-7)
    assert markov_outage(2000, 0.04, 0.25, 1200).cost(0.25, 3) == pytest.approx(tomlin["cost_at_1200"], rel=1e-7)
    assert found("S10_clark_scarf_serial")["cost_per_time"] == pytest.approx(47.65, abs=0.02)
    assert found("S21_guaranteed_service_tree")["optimal_cost"] == pytest.approx(
        published("S21_guaranteed_service_tree")["cost"], rel=1e-14
    )
