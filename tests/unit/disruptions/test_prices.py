"""Purchases have one rule: what is received is paid for, at its base price and what incidents added to it."""

import numpy as np
import pytest
from disrupted import ASKED, DAYS, LEVEL, kind, lived, scene, total
from small_worlds import draw, line, relive

from sim.errors import ModelError
from sim.money import audit
from sim.outcome import made
from sim.plan import Plan

DEARER = kind("price_shock", start=0, length=DAYS, price_factor=1.4)
DUTY = kind("tariff", start=0, length=DAYS)


def bought(scenario, plan=None):
    """Received and surcharge of one replication."""
    ledger = lived(scenario) if plan is None else relive(scenario, plan, draw(scenario, 1, 0))
    return total(ledger, "received"), total(ledger, "surcharge")


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"suppliers": [{"name": "source", "production_time": 2.0, "capacity": 12.0}]},
        {"ports": [{"name": "quay", "service_time": 0.01, "dwell": 1.0, "background": 0.0, "own_share": "counts"}]},
    ],
    ids=["by calendar", "limited capacity", "ships in the berths"],
)
def test_what_is_added_is_added_to_what_is_received(keys):
    """A price that holds all the time: the surcharge is that share of what was received, however goods travel."""
    received, dear = bought(scene(DEARER, **keys))
    assert dear == pytest.approx(0.4 * received)
    received, dear = bought(scene(DUTY, **keys))
    assert dear == pytest.approx(0.25 * received)
    received, both = bought(scene(DEARER, DUTY, **keys))
    assert both == pytest.approx((1.4 * 1.25 - 1) * received)  # the duty is on the price paid


def test_boxes_that_leave_goods_behind_keep_their_price():
    """Too few boxes: parcels are divided and joined, and each unit still pays for itself once, when it is received."""
    few = kind("container_shortage", remaining=0.008, start=10, length=200)
    received, dear = bought(scene(DEARER, few))
    calm, _ = bought(scene(DEARER))
    assert received < calm
    assert dear == pytest.approx(0.4 * received)
    # dearer until day 30 only: what then waits for a box has been bought at the higher price already, and goes by day 60
    until = kind("price_shock", start=0, length=30, price_factor=1.4)
    again = {**few, "length": 40}
    assert bought(scene(until, again))[1] == pytest.approx(0.4 * 27 * ASKED)  # ordered from day 1 to day 27


def test_goods_lost_on_the_way_are_written_off_and_not_paid_for():
    """What is lost is booked at standard cost, with nothing added; a supplier's and a lane's prices alike."""
    lost = kind("lane_closure", under_way="lost")
    for dearer, share in ((DEARER, 0.4), (DUTY, 0.25)):
        scenario = scene(dearer, lost)
        ledger = lived(scenario)
        received = total(ledger, "received")
        assert total(ledger, "lost_in_transit") > 0
        assert total(ledger, "surcharge") == pytest.approx(share * received)
        found = made(scenario, "test", ledger).measures
        paid = scenario.catalogue.purchase_price[0] * (received + total(ledger, "surcharge"))
        assert found["purchase_outlay"] == pytest.approx(paid * 365 / DAYS)


def test_money_that_nobody_received_goods_for_is_found_out():
    scenario = scene(DEARER)
    never = {"kind": "lane_closure", "name": "never", "lane": "lane", "start": 0, "length": 400}
    ledger = lived(scene(never))
    assert total(ledger, "received") == 0
    measures = dict(made(scene(never), "test", ledger).measures)
    ledger.sites["site"].columns["surcharge"] = np.array([2.0])
    with pytest.raises(ModelError, match="'a' at 'site' is charged for, and nothing of it was received"):
        audit(scenario, ledger, measures)


def test_single_orders_pay_by_the_same_rule():
    """Continuous review: the same rule, order by order."""
    orders = [{"item": "a", "warehouse": "site", "model": "fixed_interval", "interval": 0.5, "size": 5.0}]
    plan = Plan("test", (line("a", level=LEVEL, forecast=ASKED),))
    received, dear = bought(scene(DUTY, review="continuous", demand=orders), plan)
    assert received > 0
    assert dear == pytest.approx(0.25 * received)
