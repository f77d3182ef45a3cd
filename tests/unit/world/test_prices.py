"""Prices of the day, quotes, buying ahead, and contracts: path by path against arithmetic by hand."""

import numpy as np
import pytest

import sim
from sim import reading
from sim.errors import ModelError
from sim.outcome import made
from sim.plan import Plan, PlanLine
from sim.postures import Posture
from sim.theory.forward_buying import days_ahead, orders_ahead
from sim.theory.quantity_discount import discount_lot
from sim.world import Blueprint


def world(**keys):
    """Ten units a day of one item that costs 10, ordered weekly, there at once, all stock on hand at the start."""
    given = {
        "units": "continuous",
        "lost_share": 0.0,
        "start": "on hand",
        "review_every": 7,
        "warm_up": 0,
        "horizon": 70,
        "plan_on": "truth",
        "items": [{"item": "part", "standard_cost": 10.0, "price": 20.0, "supplier": "maker"}],
        "suppliers": [{"name": "maker"}],
        "warehouses": [{"name": "shop"}],
        "lanes": [{"name": "road", "origin": ["maker"], "destination": "shop"}],
        "demand": [{"item": "part", "warehouse": "shop", "model": "deterministic", "mean": 10.0}],
    }
    return reading.scenario_of({**given, **keys}, file="test")


def weekly(level=70.0, policy="base_stock", **numbers):
    line = PlanLine("part", "shop", "maker", policy, order_up_to=level, review_every=7.0, forecast=10.0, **numbers)
    return Plan("weekly", (line,))


def live(scenario, plan, replication=0):
    return sim.live(scenario, plan, sim.draw(scenario, 1, replication))


@pytest.mark.parametrize("price_on", ["order", "shipment"])
def test_drift_is_paid_on_the_day_that_is_stated(price_on):
    making = 4.0
    scenario = world(
        prices=[{"name": "inflation", "drift": 0.1}],
        price_on=price_on,
        suppliers=[{"name": "maker", "production_time": making}],
    )
    outcome = live(scenario, weekly(140.0))
    # 70 units a week, ordered on days 7, 14, … and received four days later, those of day 63 too
    days = np.arange(7, 70, 7) + (making if price_on == "shipment" else 0.0)
    paid = 10.0 * 70.0 * (1.1 ** (days / 365)).sum()
    assert outcome.measures["purchase_outlay"] == pytest.approx(paid * 365 / 70, rel=1e-12)
    assert outcome.measures["purchase_price_variance"] == pytest.approx((paid - 6300.0) * 365 / 70, rel=1e-9)


def test_a_step_rules_from_its_day_to_the_day_before_its_end_and_paths_multiply():
    scenario = world(
        prices=[
            {"name": "tariff", "step": 0.25, "start": 21, "until": 42},
            {"name": "deal", "step": -0.1, "start": 35, "suppliers": ["maker"], "items": ["part"]},
        ]
    )
    factors = [1.0, 1.0, 1.25, 1.25, 1.25 * 0.9, 0.9, 0.9, 0.9, 0.9]
    assert live(scenario, weekly()).ledger.sites["shop"].surcharge.sum() == pytest.approx(70 * (sum(factors) - 9))


def test_what_an_incident_at_the_supplier_adds_is_a_share_of_its_price_of_the_day():
    scenario = world(
        prices=[{"name": "level", "step": 0.5, "start": -1000}],
        disruptions=[
            {
                "kind": "price_shock",
                "name": "shock",
                "supplier": "maker",
                "start": 30,
                "length": 10,
                "price_factor": 1.2,
            }
        ],
    )
    assert live(scenario, weekly()).ledger.sites["shop"].surcharge.sum() == pytest.approx(70 * (9 * 0.5 + 1.5 * 0.2))


@pytest.mark.parametrize("log", [None, []])
def test_a_duty_on_the_lane_is_a_share_of_the_price_paid(log):
    """Quoted 8 of a base of 10, a path of 1.5, the supplier's shock of 1.2 and a duty of 25 %: 18 a unit, 8 more than 10."""
    scenario = world(
        quotes=[{"item": "part", "supplier": "maker", "price": 8.0}],
        prices=[{"name": "level", "step": 0.5, "start": -1000}],
        disruptions=[
            {
                "kind": "price_shock",
                "name": "shock",
                "supplier": "maker",
                "start": 30,
                "length": 30,
                "price_factor": 1.2,
            },
            {"kind": "tariff", "name": "duty", "lanes": ["road"], "start": 30, "length": 10, "duty": 0.25},
        ],
    )
    ledger = Blueprint(scenario, weekly()).live(sim.draw(scenario, 1, 0), log=log)
    # nine orders of 70: day 35 with both, days 42, 49 and 56 with the shock alone, the other five at 12
    assert ledger.sites["shop"].surcharge.sum() == pytest.approx(70 * (0.8 + 3 * 0.44 + 5 * 0.2))


def test_a_surge_premium_is_a_share_of_the_quoted_price():
    """Ten a day made, five more in a surge at 25 %: of each week's 70, sent in parts, those are paid 10 and not 8."""
    scenario = world(
        quotes=[{"item": "part", "supplier": "maker", "price": 8.0}],
        suppliers=[{"name": "maker", "capacity": 9.0, "surge_capacity": 5.0, "surge_premium": 0.25}],
    )
    plain, hasty = weekly(70.0), weekly(70.0, surge_below=100.0)
    before, after = (live(scenario, plan).ledger.sites["shop"] for plan in (plain, hasty))
    assert before.surcharge.sum() == pytest.approx(-0.2 * before.received.sum())
    # in a surge 14 a day for five days: 9 x 0.8 + 5 x 1.0 of the base price
    assert after.received.sum() == pytest.approx(9 * 70)
    assert after.surcharge.sum() == pytest.approx(9 * 5 * (-0.2 * 9 + 0.0 * 5))


@pytest.mark.parametrize("ahead", [0.0, 28.0])
def test_the_worked_example_of_the_page_buying_four_weeks_ahead_of_a_tariff(ahead):
    scenario = world(prices=[{"name": "tariff", "step": 0.25, "start": 35, "announced": 0}])
    without, with_it = live(scenario, weekly()), live(scenario, weekly(buy_ahead=ahead))
    saved = without.measures["total_cost"] - with_it.measures["total_cost"]
    weeks = round(ahead / 7)
    price = 70 * weeks * 2.5
    carried = 70 * 7 * sum(range(1, weeks + 1)) * 2.5 / 365
    assert saved * 70 / 365 == pytest.approx(price - carried, abs=1e-9)
    if ahead:
        assert (price, round(carried, 2)) == (700.0, 33.56)
        assert with_it.ledger.sites["shop"].surcharge.sum() == pytest.approx(70 * 0.25)
        assert without.ledger.sites["shop"].surcharge.sum() == pytest.approx(70 * 5 * 0.25)


class Forced:
    """Base-stock, and so many weeks more on day 28."""

    def __init__(self, weeks):
        self.weeks = weeks

    def __call__(self, view):
        return np.maximum(view.order_up_to - view.position, 0.0) + (70.0 * self.weeks if view.day == 28 else 0.0)


def test_the_best_forward_buy_is_what_brute_force_finds():
    scenario = world(horizon=140, prices=[{"name": "tariff", "step": 0.03, "start": 30, "announced": 0}])
    costs = [live(scenario, weekly(policy=Forced(weeks))).measures["total_cost"] for weeks in range(11)]
    best = orders_ahead(days_ahead(0.3, 2.5), 7.0, 7.0)
    assert best == int(np.argmin(costs)) == 6
    assert live(scenario, weekly(buy_ahead=1000.0)).measures["total_cost"] == pytest.approx(min(costs), rel=1e-12)


def test_a_known_end_of_a_discount_is_a_rise_and_an_unannounced_step_is_not_foreseen():
    deal = {"name": "deal", "step": -0.2, "start": 14, "until": 35}
    told = world(prices=[{**deal, "announced": 14}])
    assert live(told, weekly(buy_ahead=14.0)).ledger.sites["shop"].surcharge.sum() == pytest.approx(-70 * 5 * 0.2)
    untold = world(prices=[deal])
    assert live(untold, weekly(buy_ahead=14.0)).ledger.sites["shop"].surcharge.sum() == pytest.approx(-70 * 3 * 0.2)


def test_a_rise_that_production_time_leaves_no_review_for_is_met_at_the_last_that_can():
    """Made in ten days: what is ordered on day 21 leaves on day 31, before the step of day 35; day 28 is too late."""
    scenario = world(
        prices=[{"name": "tariff", "step": 0.25, "start": 35, "announced": 0}],
        suppliers=[{"name": "maker", "production_time": 10}],
    )
    site = live(scenario, weekly(170.0, buy_ahead=14.0)).ledger.sites["shop"]
    plain = live(scenario, weekly(170.0)).ledger.sites["shop"]
    assert (plain.surcharge - site.surcharge).sum() == pytest.approx(2 * 70 * 0.25)


def test_a_policy_sees_prices_of_today_and_before_and_what_is_announced():
    seen = {}

    def looks(view):
        seen[view.day] = (view.prices[0], view.past_prices(3)[:, 0], view.announced[0][0], view.announced[1][0])
        return np.maximum(view.order_up_to - view.position, 0.0)

    scenario = world(prices=[{"name": "tariff", "step": 0.5, "start": 30, "until": 50, "announced": 10}])
    live(scenario, weekly(policy=looks))
    assert seen[7.0][2:] == (np.inf, 1.0)
    assert seen[14.0][2:] == (16.0, 1.5)
    assert seen[35.0][0] == 1.5
    assert seen[35.0][2] == 15.0
    assert seen[35.0][3] == pytest.approx(1 / 1.5)
    np.testing.assert_array_equal(seen[28.0][1], [1.0, 1.0, 1.0])
    assert seen[56.0] == (1.0, pytest.approx([1.0, 1.0, 1.0]), np.inf, 1.0)


QUOTE = {"item": "part", "supplier": "maker", "price": 10.0, "breaks": [{"quantity": 500, "price": 9.8}]}


@pytest.mark.parametrize(("scheme", "price"), [("all units", 9.8), ("incremental", (500 * 10 + 100 * 9.8) / 600)])
def test_the_unit_price_of_an_order_goes_by_its_quantity(scheme, price):
    scenario = world(quotes=[{**QUOTE, "scheme": scheme}], horizon=140)
    line = PlanLine("part", "shop", "maker", "r_nQ", 600.0, reorder_point=10.0, order_quantity=600.0, review_every=7.0)
    site = live(scenario, Plan("lots", (line,))).ledger.sites["shop"]
    assert site.received.sum() == 1200.0
    assert site.surcharge.sum() == pytest.approx(1200.0 * (price / 10 - 1))
    assert live(scenario, weekly()).ledger.sites["shop"].surcharge.sum() == 0.0


def test_discount_lots_cost_what_the_formula_says_and_the_posture_finds_the_best():
    keys = {"horizon": 1200, "warm_up": 600, "review_every": 1, "costs": {"per_line": 40.0}, "quotes": [QUOTE]}
    scenario = world(**keys)
    prices = [(0.0, 10.0), (500.0, 9.8)]
    best = discount_lot(40.0, 3650.0, prices, carrying=2.5)
    found = {}
    for lot in (200.0, 250.0, 300.0, 400.0, 500.0, 600.0, 750.0, 1000.0):
        line = PlanLine("part", "shop", "maker", "r_nQ", lot, reorder_point=0.0, order_quantity=lot, forecast=10.0)
        found[lot] = live(scenario, Plan("lots", (line,))).measures["total_cost"]
        price = 9.8 if lot >= 500 else 10.0
        # the books are taken after demand, half a day's demand below the mean of the textbook
        text = (price - 10.0) * 3650 + 40.0 * 3650 / lot + 2.5 * (lot / 2 - 5.0)
        assert found[lot] == pytest.approx(text, rel=1e-9)
    assert min(found, key=found.get) == best.order_quantity == 500.0
    plan = Posture(name="lots", cover=0, discount_lots=True).plan(scenario)
    assert plan.lines[0].order_quantity == 500.0
    assert plan.lines[0].policy == "r_nQ"
    assert plan.notes == ()


def test_quoted_minimum_and_multiple_are_the_plan_lines():
    scenario = world(quotes=[{"item": "part", "supplier": "maker", "price": 9.0, "minimum_order": 90, "multiple": 30}])
    line = Posture(name="lots").plan(scenario).lines[0]
    assert (line.minimum, line.multiple) == (90.0, 30.0)


CONTRACT = {"supplier": "maker", "fixed": 5000.0, "per_order": 20.0}


def test_fees_of_contracts_and_deliveries_by_hand():
    road = [{"name": "road", "origin": ["maker"], "destination": "shop", "per_delivery": 11.0}]
    scenario = world(contracts=[{**CONTRACT, "minimum_units": 7300, "shortfall": 0.4}], lanes=road)
    outcome = live(scenario, weekly())
    fees = outcome.ledger.fees
    # 630 of 1400 units, at 10 each; nine orders, nine deliveries
    assert fees["relationship"] == pytest.approx(5000 * 70 / 365)
    assert fees["shortfall"] == pytest.approx(0.4 * (1400 - 630) * 10)
    assert fees["delivery"] == pytest.approx(9 * 20 + 9 * 11)
    assert outcome.measures["sourcing_cost"] == pytest.approx((fees["relationship"] + fees["shortfall"]) * 365 / 70)
    assert outcome.measures["ordering_cost"] == pytest.approx(fees["delivery"] * 365 / 70)
    value = world(contracts=[{**CONTRACT, "minimum_value": 73000, "shortfall": 0.4}], lanes=road)
    assert live(value, weekly()).ledger.fees == fees
    met = world(contracts=[{**CONTRACT, "minimum_units": 630 * 365 / 70}])
    assert "shortfall" not in live(met, weekly()).ledger.fees


@pytest.mark.parametrize("capacity", [None, 35.0])
def test_what_comes_in_parts_is_one_order_at_its_price_and_several_deliveries(capacity):
    """At 35 units a day an order of 70 leaves the factory on two days: two deliveries, and the price of each day."""
    scenario = world(
        suppliers=[{"name": "maker", **({"capacity": capacity} if capacity else {})}],
        contracts=[{"supplier": "maker", "per_order": 1.0}],
        lanes=[{"name": "road", "origin": ["maker"], "destination": "shop", "per_delivery": 100.0}],
        prices=[{"name": "inflation", "drift": 0.5}],
        quotes=[{"item": "part", "supplier": "maker", "price": 10.0, "breaks": [{"quantity": 70, "price": 9.0}]}],
    )
    outcome = live(scenario, weekly(140.0))
    assert outcome.ledger.fees["delivery"] == (9 + 9 * (2 if capacity else 1) * 100)
    days = np.arange(7, 70, 7)
    paid = sum(
        0.9 * 1.5 ** (day / 365) * units
        for start in days.tolist()
        for day, units in ([(start, 35), (start + 1, 35)] if capacity else [(start, 70)])
    )
    assert outcome.ledger.sites["shop"].surcharge.sum() == pytest.approx(paid - 630)


def test_small_and_often_against_large_and_rare_differ_by_deliveries_and_stock_alone():
    road = [{"name": "road", "origin": ["maker"], "destination": "shop", "per_delivery": 50.0}]
    scenario = world(horizon=280, warm_up=56, lanes=road)
    often = live(scenario, weekly()).measures
    line = PlanLine("part", "shop", "maker", "r_nQ", 280.0, reorder_point=0.0, order_quantity=280.0, review_every=7.0)
    rarely = live(scenario, Plan("rare", (line,))).measures
    deliveries = 50 * (40 - 10) * 365 / 280
    stock = (280 - 70) / 2 * 2.5
    assert often["total_cost"] - rarely["total_cost"] == pytest.approx(deliveries - stock)


def test_a_second_supplier_and_air_pay_the_price_of_their_day_and_count_for_contracts():
    """Half of each order from the near supplier, at 1.1 of the price; air leaves the far one's dock on the same day."""
    scenario = world(
        items=[{"item": "part", "standard_cost": 10.0, "price": 20.0, "supplier": "maker;near"}],
        suppliers=[{"name": "maker", "production_time": 4}, {"name": "near", "price_factor": 1.1}],
        lanes=[
            {"name": "road", "origin": ["maker"], "destination": "shop", "per_delivery": 1.0},
            {"name": "street", "origin": ["near"], "destination": "shop", "per_delivery": 100.0},
            {"name": "air", "origin": ["maker"], "destination": "shop", "role": "expedite", "from_stock": True},
        ],
        prices=[{"name": "tariff", "step": 0.5, "start": 30, "suppliers": ["maker"]}],
        contracts=[{"supplier": "maker", "fixed": 365.0}, {"supplier": "near", "fixed": 730.0}],
        disruptions=[
            {"kind": "demand_surge", "name": "rush", "items": ["part"], "start": 36, "length": 3, "factor": 3}
        ],
    )
    numbers = {"second_origin": "near", "second_share": 0.5}
    outcome = live(scenario, weekly(110.0, lead_time=4.0, **numbers))
    site, bought = outcome.ledger.sites["shop"], outcome.ledger.purchases
    assert bought.used == ("maker", "near")
    assert bought.units["shop", "maker"].sum() == bought.units["shop", "near"].sum() == site.ordered.sum() / 2
    assert bought.deliveries == {"road": 9, "street": 9}
    # of both suppliers each week half of what was asked for the week before; 60 more after the rush
    asked = np.array([70, 70, 70, 70, 70, 130, 70, 70, 70]) / 2
    left = np.arange(7, 70, 7) + 4
    assert site.surcharge.sum() == pytest.approx(0.1 * asked.sum() + 0.5 * asked[left >= 30].sum())
    assert outcome.ledger.fees["relationship"] == pytest.approx(3 * 70)
    air = live(scenario, weekly(110.0, lead_time=4.0, expedite_by="air", expedite_below=3.0, expedite_most=7.0))
    site = air.ledger.sites["shop"]
    assert site.expedited.sum() > 0
    assert air.ledger.purchases.units["shop", "maker"].sum() == pytest.approx(site.ordered.sum())


def test_the_audit_finds_money_that_no_day_and_no_contract_has():
    scenario = world(prices=[{"name": "inflation", "drift": 0.1}], contracts=[CONTRACT])
    ledger = live(scenario, weekly()).ledger
    ledger.sites["shop"].columns["surcharge"] = ledger.sites["shop"].surcharge + 20.0
    with pytest.raises(ModelError, match=r"mean price of 'part' at 'shop'"):
        made(scenario, "weekly", ledger)
    ledger = live(scenario, weekly()).ledger
    ledger.purchases.units["shop", "maker"][0] += 1.0
    with pytest.raises(ModelError, match="ordered from all suppliers"):
        made(scenario, "weekly", ledger)
    ledger = live(scenario, weekly()).ledger
    ledger.fees["relationship"] += 1.0
    with pytest.raises(ModelError, match="fixed costs of relationships"):
        made(scenario, "weekly", ledger)


def test_nothing_is_counted_where_nothing_asks_for_it():
    scenario = world()
    ledger = Blueprint(scenario, weekly(buy_ahead=100.0)).live(sim.draw(scenario, 1, 0))
    assert ledger.purchases is None
    assert ledger.fees == {}
