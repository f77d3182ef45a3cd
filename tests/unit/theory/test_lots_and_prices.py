"""Quantity discounts and buying ahead, against brute force over the quantity."""

import math

import numpy as np
import pytest

from sim.theory.economic_order import economic_order_quantity
from sim.theory.forward_buying import break_even_drift, days_ahead, orders_ahead, special_order
from sim.theory.quantity_discount import discount_lot

PRICES = [(0.0, 5.0), (1000.0, 4.8), (2000.0, 4.75)]


def cost(quantity, fixed, demand, prices, carrying, rate, incremental):
    """Cost a year of one quantity, from the price list itself."""
    if incremental:
        ends = [start for start, _ in prices[1:]] + [math.inf]
        spent = sum(
            (min(quantity, end) - start) * price
            for (start, price), end in zip(prices, ends, strict=True)
            if quantity > start
        )
        mean = spent / quantity
    else:
        mean = [price for start, price in prices if quantity >= start][-1]
    return mean * demand + fixed * demand / quantity + (carrying + rate * mean) * quantity / 2


@pytest.mark.parametrize("incremental", [False, True])
@pytest.mark.parametrize(
    ("fixed", "carrying", "rate"), [(49.0, 0.0, 0.2), (49.0, 1.0, 0.0), (300.0, 0.0, 0.3), (2.0, 3.0, 0.1)]
)
def test_the_discount_lot_is_the_cheapest_of_all_quantities(incremental, fixed, carrying, rate):
    found = discount_lot(fixed, 5000.0, PRICES, carrying, rate, incremental)
    grid = np.concatenate([np.arange(5.0, 9000.0, 1.0), [found.order_quantity]])
    costs = [cost(float(q), fixed, 5000.0, PRICES, carrying, rate, incremental) for q in grid]
    assert found.cost_per_time == pytest.approx(costs[-1], rel=1e-12)
    assert found.cost_per_time <= min(costs) * (1 + 1e-9)


def test_without_breaks_it_is_the_economic_order_quantity():
    assert discount_lot(40.0, 3650.0, [(0.0, 10.0)], 2.5).order_quantity == economic_order_quantity(40.0, 2.5, 3650.0)


def test_a_special_order_before_a_rise_is_the_one_of_greatest_gain():
    price, rise, fixed, rate, demand = 10.0, 0.8, 50.0, 0.25, 3650.0
    new = price + rise
    lot = economic_order_quantity(fixed, rate * new, demand)
    quantity = np.arange(100.0, 4000.0, 0.25)
    gain = (
        quantity / demand * (new * demand + rate * new * lot)
        - price * quantity
        - rate * price * quantity**2 / (2 * demand)
        - fixed
    )
    found = special_order(price, rise, fixed, rate, demand)
    assert found == pytest.approx(quantity[np.argmax(gain)], abs=0.25)
    nearly_free = special_order(price, rise, 1e-12, rate, demand)
    assert nearly_free / demand * 365 == pytest.approx(days_ahead(rise, rate * price), rel=1e-5)


def test_orders_ahead_counts_those_that_would_follow_in_time():
    assert [orders_ahead(days, 7.0, 7.0) for days in (0.0, 6.9, 7.0, 43.8, 49.0)] == [0, 0, 1, 6, 7]
    assert [orders_ahead(days, 3.0, 30.0) for days in (2.0, 3.0, 32.9, 33.0)] == [0, 1, 1, 2]
    assert days_ahead(0.0, 0.0) == 0.0
    assert days_ahead(1.0, 0.0) == math.inf


@pytest.mark.parametrize("lot", [14.0, 91.0, 364.0])
def test_break_even_drift_is_the_carrying_rate_to_first_order(lot):
    growth = break_even_drift(2.5, 10.0, 7.0, lot)
    years = [number * 7 / 365 for number in range(round(lot / 7))]
    assert sum(10 * ((1 + growth) ** one - 1) for one in years) == pytest.approx(2.5 * sum(years), rel=1e-9)
    assert 0.9 * 0.25 < math.log1p(growth) <= 0.25


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: discount_lot(40.0, 10.0, [(1.0, 5.0)], 1.0), "rising, the first 0"),
        (lambda: discount_lot(40.0, 10.0, [(0.0, 5.0), (0.0, 4.0)], 1.0), "rising, the first 0"),
        (lambda: discount_lot(40.0, 10.0, [(0.0, 0.0)], 1.0), "price"),
        (lambda: discount_lot(40.0, 10.0, [(0.0, 5.0)]), "carrying cost of a unit"),
        (lambda: break_even_drift(2.5, 10.0, 7.0, 10.0), "multiple of the period"),
        (lambda: days_ahead(-1.0, 1.0), "rise"),
        (lambda: orders_ahead(5.0, 0.0, 7.0), "first"),
    ],
)
def test_arguments_out_of_bounds_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
