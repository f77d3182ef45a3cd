"""Second suppliers, backups, surge and reserved slots: stock paths by hand, and expected values."""

import dataclasses

import numpy as np
import pytest
from small_worlds import draw, line, relive, world

from sim.errors import ScenarioError
from sim.outcome import made
from sim.plan import Plan
from sim.world import Blueprint
from sim.world.watch import Watch, noticed


def outage(start, length, **keys):
    return {
        "kind": "supplier_outage",
        "name": f"at {start}",
        "supplier": "source",
        "start": start,
        "length": length,
        **keys,
    }


def two_sources(source=None, other=None, disruptions=(), mean=10.0, horizon=30, item=None, legs=(3.0, 5.0), **keys):
    """Demand of 10 a day; the first supplier is 3 days away, the other 5."""
    return world(
        horizon=horizon,
        items=[{"item": "a", "standard_cost": 1.0, "price": 2.0, "supplier": "source;other", **(item or {})}],
        suppliers=[{"name": "source", **(source or {})}, {"name": "other", **(other or {})}],
        lanes=[
            {"name": f"from {name}", "origin": [name], "destination": "site", "legs": [{"transit": days}]}
            for name, days in zip(("source", "other"), legs, strict=True)
        ],
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": mean}],
        disruptions=list(disruptions),
        **keys,
    )


def lived(scenario, level=60.0, log=None, **fields):
    plan = Plan("test", (line("a", level, **fields),))
    ledger = relive(scenario, plan, draw(scenario, 1, 0), log)
    made(scenario, "test", ledger)  # money adds up, or it raises
    return ledger


def net(ledger):
    return ledger.sites["site"].series["net"][:, 0].tolist()


def orders(log, name):
    """(ordered, units) of a supplier."""
    return [(lot.ordered, lot.units) for lot in log if lot.origin == name]


BACKUP = {"backup_origin": "other", "backup_after": 2.0}


def test_a_backup_steps_in_when_the_stop_is_noticed_and_out_when_its_end_is():
    """Stopped days 8 to 18, noticed on day 10, over and noticed on day 20.

    What was ordered on days 8 and 9 is stuck: on day 10 the backup gets those 20 units and the day's own 10, and 10 a day
    until day 17. On day 18 the stuck 20 leave and count again: nothing is ordered for two days, then 10 from the first.
    """
    log = []
    ledger = lived(two_sources(other={"price_factor": 1.5}, disruptions=[outage(8, 10)]), log=log, **BACKUP)
    assert orders(log, "other") == [(10.0, 30.0), *((float(day), 10.0) for day in range(11, 18))]
    assert [day for day, _ in orders(log, "source")] == [*range(1, 10), *range(20, 30)]
    expected = [50, 40, 30, 20, 20, 20, 20, 20, 20, 20, 20, 10, 0, -10, -20, *[0] * 6, *[20] * 9]
    assert net(ledger) == expected
    site = ledger.sites["site"]
    assert site.surcharge.tolist() == [0.5 * 100]
    # without it: what was ordered from day 8 on leaves on day 18 and comes on day 21, all at once
    bare = lived(two_sources(disruptions=[outage(8, 10)]))
    assert net(bare) == [50, 40, 30, *[20] * 8, *range(10, -81, -10), *[20] * 9]


def test_a_stop_that_is_over_before_it_is_noticed_changes_nothing():
    scenario = two_sources(disruptions=[outage(8, 2)])
    log = []
    with_backup = lived(scenario, log=log, **BACKUP)
    assert orders(log, "other") == []
    assert net(with_backup) == net(lived(scenario))


def test_qualification_takes_its_time_and_its_fee_once():
    scenario = two_sources(other={"qualification": 365.0}, disruptions=[outage(4, 6), outage(16, 6)])
    log = []
    ledger = lived(scenario, log=log, backup_qualifies=3.0, **BACKUP)
    # noticed on days 6 and 18; qualified from day 9 on for good; held to be stopped until days 12 and 24
    assert {day for day, _ in orders(log, "other")} <= {9.0, 10.0, 11.0, *range(18, 24)}
    assert orders(log, "other")[0] == (9.0, 60.0)  # five days stuck and the day's own
    assert (18.0, 30.0) in orders(log, "other")
    assert ledger.fees == {"qualification": 365.0}


def test_a_ramp_takes_a_growing_share_and_the_rest_is_asked_for_again():
    """From day 10 on with a ramp of 4 days: nothing, a quarter, a half, three quarters, all of what is asked for then."""
    log = []
    lived(two_sources(disruptions=[outage(8, 20)], units="integer"), log=log, backup_ramp=4.0, **BACKUP)
    asked, found = 30.0, []  # 20 stuck, 10 of the day
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        taken = float(np.floor(asked * share))
        found.append(taken)
        asked += 10.0 - taken
    assert [units for _, units in orders(log, "other")][:4] == found[1:]
    assert found == [0.0, 10.0, 20.0, 22.0, 18.0]


def test_a_minimum_order_holds_for_the_backup_too():
    log = []
    lived(two_sources(disruptions=[outage(8, 20)]), log=log, backup_ramp=4.0, minimum=12.0, **BACKUP)
    assert min(units for _, units in orders(log, "other")) >= 12.0


def test_the_firm_knows_no_more_than_it_has_seen():
    """Two outages that begin alike and end differently: up to the first end, every order is the same."""
    short, long = [], []
    a = lived(two_sources(disruptions=[outage(8, 6)]), log=short, **BACKUP)
    b = lived(two_sources(disruptions=[outage(8, 15)]), log=long, **BACKUP)
    assert net(a)[:14] == net(b)[:14]
    assert [one for one in orders(short, "other") if one[0] < 14] == [
        one for one in orders(long, "other") if one[0] < 14
    ]


def test_a_slow_down_counts_as_a_stop_where_the_line_says_so():
    half = outage(8, 10, remaining=0.5)
    log = []
    lived(two_sources(disruptions=[half]), log=log, **BACKUP)
    assert orders(log, "other") == []
    lived(two_sources(disruptions=[half]), log=log, backup_below=0.5, **BACKUP)
    assert orders(log, "other")


def test_what_a_firm_notices():
    assert noticed([(10, 20)], 3) == [(13, 23)]
    assert noticed([(10, 13)], 3) == []
    assert noticed([(10, 13)], 0) == [(10, 13)]
    assert noticed([(10, 20), (22, 23)], 3) == [(13, 26)]  # a respite of two days is not noticed
    assert noticed([(10, 20), (23, 24)], 3) == [(13, 23)]
    watch = Watch([(13, 23), (40, 60)], ramp=4.0, qualifies=20.0)
    assert [watch.share(day) for day in (13, 22, 39, 40, 42, 59, 60)] == [None, None, None, 0.0, 0.5, 1.0, None]


def test_a_standing_split_carries_its_remainder():
    log = []
    ledger = lived(
        two_sources(other={"price_factor": 1.2}, units="integer", horizon=20),
        log=log,
        second_origin="other",
        second_share=0.25,
    )
    assert [units for _, units in orders(log, "other")][:4] == [2.0, 3.0, 2.0, 3.0]
    site = ledger.sites["site"]
    assert (site.lines.tolist(), site.orders) == ([2 * 19], 2 * 19)
    # 10 a day: net = level - 10 x (1 + 3) less the quarter that takes two days more, 2.5 x 2 on average
    assert np.mean(net(ledger)[10:]) == 60 - 40 - 2.5 * 2


@pytest.mark.parametrize(
    ("minimum", "multiple", "share", "expected"),
    [
        (0.0, 4.0, 0.3, [0, 4, 4, 4, 4, 4]),  # owed 3.6, 7.2, 6.8, 6.4, 6, 5.6
        (5.0, 0.0, 0.3, [0, 7, 0, 7, 0, 7]),  # owed 3.6, 7.2, 3.8, 7.4, 4, 7.6
        (5.0, 0.0, 0.8, [7, 12, 7, 12, 7, 12]),  # owed 9.6, 12.2, 9.8, 12.4, 10, 12.6
        (8.0, 0.0, 0.5, [0, 12, 0, 12, 0, 12]),  # owed 6, 12, 6, 12
    ],
)
def test_minimum_orders_and_multiples_hold_for_each_supplier(minimum, multiple, share, expected):
    """12 a day: neither part is below the minimum; what the second is owed beyond is carried."""
    scenario = two_sources(mean=12.0, units="integer", horizon=40)
    log = []
    fields = {"second_origin": "other", "second_share": share, "minimum": minimum, "multiple": multiple}
    lived(scenario, level=84.0, log=log, **fields)
    second, first = dict(orders(log, "other")), dict(orders(log, "source"))
    parts = [units for units in (*second.values(), *first.values()) if units]
    assert min(parts) >= minimum
    if multiple:
        assert all(units % multiple == 0 for units in parts)
    total = sum(second.values()) + sum(first.values())
    assert sum(second.values()) == pytest.approx(share * total, abs=12)
    assert [second.get(float(day), 0.0) for day in range(1, 7)] == expected


def test_a_surge_makes_what_waits_while_stock_is_low_at_a_premium():
    """Capacity 10 a day for demand of 10, stopped days 5 to 9; then 40 units behind, 32 made up in a surge, 8 a day."""
    source = {"capacity": 10.0, "surge_capacity": 8.0, "surge_premium": 0.25}
    scenario = two_sources(source=source, disruptions=[outage(5, 4)], legs=(1.0, 1.0))
    plain, surged = lived(scenario, 30.0), lived(scenario, 30.0, surge_below=1.0, forecast=10.0)
    # capacity equal to demand never catches up
    assert net(plain) == [20, 10, 10, 10, 10, 10, 0, -10, -20, *[-30] * 21]
    # 18 a day leave on days 9 to 12; on day 13 there are 12 on hand at the review, more than a day's
    assert net(surged) == [20, 10, 10, 10, 10, 10, 0, -10, -20, -30, -22, -14, -6, *[2] * 17]
    assert surged.sites["site"].surcharge.tolist() == [0.25 * 32]


def test_a_reserved_slot_is_faster_and_has_its_fee():
    source = {"production_time": 6.0, "reserved_time": 2.0, "reservation": 730.0, "capacity": 5.0}
    log = []
    ledger = lived(two_sources(source=source), 70.0, log=log, reserved=1.0)
    assert all(lot.received - lot.ordered == 5.0 for lot in log if np.isfinite(lot.received))
    assert ledger.fees == {"reservation": pytest.approx(730.0 * 30 / 365)}
    assert net(ledger)[-1] == 70 - 10 * 6


def test_the_price_of_a_supplier_is_paid_wherever_it_is_used():
    for disruptions in ([], [outage(5, 1)]):
        scenario = two_sources(other={"price_factor": 0.8}, disruptions=disruptions)
        site = lived(scenario, origin="other").sites["site"]
        assert site.surcharge == pytest.approx(-0.2 * site.received)


@pytest.mark.parametrize("after", [0.0, 3.0])
def test_share_of_units_from_the_backup_is_the_share_of_time_down(after):
    """Renewal reward, deterministic cycle: 20 days up, 10 down. The backup has the orders of 10 days of 30.

    With instant supply (no lead time) and notice at once, nothing is ever short: sourcing costs price x share of time down
    and no stock, the case of contingent rerouting with full flexibility in Tomlin (2006).
    """
    cycle = {"kind": "random_outage", "name": "cycle", "supplier": "source", "up": 20, "down": 10}
    scenario = two_sources(other={"price_factor": 1.3}, disruptions=[cycle], horizon=300, legs=(0.0, 0.0))
    ledger = lived(scenario, 10.0, backup_origin="other", backup_after=after)
    site = ledger.sites["site"]
    dear = float(site.surcharge[0] / 0.3)
    if after == 0:
        assert dear == pytest.approx(10 * 100)
        assert site.short_days[0] == 0
    else:
        # noticed three days late, and used for three days after the end: three days of demand wait each time
        assert site.short_days[0] == 3 * 10
        # 13 days of orders each time, less the 3 stuck days that come as well
        assert dear == pytest.approx(10 * (10 * 13 - 10 * 3))


def test_expected_mean_of_a_split_with_random_demand():
    """Base stock, whole demand Poisson: mean net = S - m (1 + L1) - share x m (L2 - L1), lead times 3 and 5."""
    scenario = two_sources(horizon=2000)
    stream = dataclasses.replace(scenario.demand[0], model="poisson")
    ledger = lived(dataclasses.replace(scenario, demand=(stream,)), 60.0, second_origin="other", second_share=0.4)
    values = np.array(net(ledger)[20:])
    batches = values[: len(values) // 20 * 20].reshape(20, -1).mean(axis=1)
    error = batches.std(ddof=1) / 20**0.5
    assert abs(values.mean() - (60 - 40 - 0.4 * 10 * 2)) < 4 * error  # seed 1, 4 standard errors


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"backup_origin": "source"}, "backup_origin: 'source' is the primary itself"),
        ({"backup_origin": "othr"}, "backup_origin: 'othr' is not a supplier of this scenario (did you mean 'other'?)"),
        ({"backup_origin": "far"}, "backup_origin: 'far': this scenario has no lane from there to 'site'"),
        ({"second_origin": "far", "second_share": 0.3}, "second_origin: 'far': this scenario has no lane"),
        ({"second_origin": "source", "second_share": 0.3}, "second_origin: 'source' is the first supplier already"),
        ({"second_origin": "other"}, "second_share: 0: a share above 0 and below 1 is allowed"),
        ({"second_origin": "other", "second_share": 1.0}, "second_share: 1: a share above 0 and below 1 is allowed"),
        ({"second_share": 0.3}, "second_share: 0.3 of every order, but no second_origin"),
        ({"backup_origin": "other", "backup_after": -1.0}, "backup_after: -1 days: 0 or more is allowed"),
        ({"backup_ramp": 3.0}, "backup_ramp: 3, but no backup_origin says who steps in"),
        ({"surge_below": 3.0}, "surge_below: supplier 'source' has no surge_capacity"),
        ({"reserved": 1.0}, "reserved: supplier 'source' has no reserved_time"),
        ({"reserved": 0.5}, "reserved: 0.5: 1"),
    ],
)
def test_what_cannot_be_is_told(fields, told):
    scenario = two_sources()
    far = type(scenario.suppliers[0])(name="far")
    scenario = dataclasses.replace(scenario, suppliers=(*scenario.suppliers, far))
    with pytest.raises(ScenarioError) as caught:
        Blueprint(scenario, Plan("mine", (line("a", 10.0, **fields),)))
    assert f"plan 'mine': item 'a' at 'site': {told}" in str(caught.value)


def test_single_orders_and_fed_warehouses_are_refused():
    fed = world(
        horizon=30,
        items=[{"item": "a", "standard_cost": 1.0, "supplier": "source;other"}],
        suppliers=[{"name": "source"}, {"name": "other"}],
        warehouses=[{"name": "hub"}, {"name": "site", "fed_by": "hub"}],
        lanes=[
            {"name": "in", "origin": ["source", "other"], "destination": "hub", "legs": [{"transit": 1}]},
            {"name": "down", "origin": ["hub"], "destination": "site", "legs": [{"transit": 1}]},
        ],
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 1}],
    )
    hub = line("a", 5.0, warehouse="hub")
    with pytest.raises(ScenarioError, match="'site' is fed by 'hub'"):
        Blueprint(fed, Plan("x", (hub, line("a", 5.0, origin="hub", backup_origin="other"))))
    Blueprint(fed, Plan("x", (line("a", 5.0, warehouse="hub", backup_origin="other"), line("a", 5.0, origin="hub"))))


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"surge_capacity": 3}, "surge_capacity is units a day above capacity: give capacity"),
        ({"surge_premium": 0.3}, "give surge_capacity"),
        ({"reservation": 3}, "give reserved_time"),
    ],
)
def test_suppliers_that_make_no_sense_are_told(keys, told):
    with pytest.raises(ScenarioError, match=told):
        two_sources(source=keys)
