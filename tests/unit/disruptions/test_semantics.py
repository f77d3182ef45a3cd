"""One test for each row of the table in docs/disruptions.md: what stops, what befalls goods, how it ends."""

import re
from pathlib import Path

import numpy as np
import pytest
from disrupted import ASKED, DAYS, KINDS, LEAD, LEVEL, arrivals, kind, lived, moved, net, scene, total

DOCS = Path(__file__).parent.parent.parent.parent / "docs" / "disruptions.md"
ROWS = {}


def row(name):
    """Register a test for a row of the table."""

    def register(test):
        ROWS[name] = test
        return test

    return register


def freight(ledger):
    return total(ledger, "freight")


def received(scenario):
    """Units received on each day."""
    log = []
    lived(scenario, log=log)
    found = np.zeros(DAYS)
    for lot in log:
        if lot.received < DAYS:
            found[int(lot.received)] += lot.units
    return found


@row("port_strike")
def port_strike():
    """Who reaches the port on days 20 to 24 waits for day 25; then a day to the gate and a day of transit."""
    assert moved(arrivals(kind("port_strike"))) == dict.fromkeys([15.0, 16.0, 17.0, 18.0, 19.0], 27.0)


@row("port_closure")
def port_closure():
    """Work in service resumes: half of a day's service is done when the port closes."""
    found = arrivals(kind("port_closure", clock="continuous", start=20.5), service=1.0)
    calm = arrivals(service=1.0)
    assert calm[15.0][0] == 23.0
    assert found[15.0][0] == 28.0


@row("port_slowdown")
def port_slowdown():
    found, calm = arrivals(kind("port_slowdown", length=10), service=1.0), arrivals(service=1.0)
    assert found[16.0][0] - calm[16.0][0] == 1.0  # one day of service takes two


@row("port_congestion")
def port_congestion():
    """The dwell of boxes that leave the berth meanwhile grows; nobody overtakes."""
    found = moved(arrivals(kind("port_congestion", traffic_factor=1.0, dwell_add=2.0)))
    assert found == {15.0: 24.0, 16.0: 25.0, 17.0: 26.0, 18.0: 27.0, 19.0: 28.0, 20.0: 28.0}
    crowded = kind("port_congestion", dwell_add=0.0, traffic_factor=4.0)
    quay = {"service": 1.0, "background": 0.5}
    late = {day: time for day, (time, _) in arrivals(crowded, **quay).items() if time < DAYS}
    calm = arrivals(**quay)
    assert max(time - calm[day][0] for day, time in late.items()) > 3


@row("canal_blockage")
def canal_blockage():
    assert set(moved(arrivals(kind("canal_blockage"))).values()) == {27.0}


@row("canal_restriction")
def canal_restriction():
    found, calm = arrivals(kind("canal_restriction", length=10), service=1.0), arrivals(service=1.0)
    assert found[16.0][0] - calm[16.0][0] == 1.0


@row("lane_closure")
def lane_closure():
    """Goods that are ready wait for day 25; what has left goes on, or stands still, or is lost."""
    found = moved(arrivals(kind("lane_closure")))
    assert found == dict.fromkeys((18.0, 19.0, 20.0, 21.0, 22.0), 30.0)
    held = moved(arrivals(kind("lane_closure", under_way="held")))
    # left on day 16, at the port until day 20: the last leg waits for day 25; left on day 19: 2 days of 3 are still to go
    assert held[14.0] == 26.0
    assert held[17.0] == 29.0
    assert 13.0 not in held
    lost = arrivals(kind("lane_closure", under_way="lost"))
    gone = sorted(day for day, (time, _) in lost.items() if time == np.inf and day < 100)
    assert gone == [13.0, 14.0, 15.0, 16.0, 17.0]
    assert lost[20.0][1] == ASKED + 5 * ASKED  # ordered anew at once
    assert total(lived(scene(kind("lane_closure", under_way="lost"))), "lost_in_transit") == 5 * ASKED


@row("lane_slowdown")
def lane_slowdown():
    found = moved(arrivals(kind("lane_slowdown")))
    # 3 + 1 days take 6 + 2 for what departs on days 20 to 24; nobody overtakes
    assert found[18.0] == 29.0
    assert found[22.0] == 33.0
    assert found[23.0] == found[25.0] == 33.0
    assert 26.0 not in found


@row("lane_diversion")
def lane_diversion():
    ledger = lived(scene(kind("lane_diversion")))
    found = moved(arrivals(kind("lane_diversion")))
    assert found[18.0] == 29.0
    assert found[22.0] == 33.0
    assert freight(ledger) - freight(lived(scene())) == pytest.approx(5 * ASKED * 2.0)


@row("carrier_failure")
def carrier_failure():
    found = moved(arrivals(kind("carrier_failure")))
    assert [found[day] for day in (18.0, 22.0)] == [32.0, 32.0]  # behind what left on day 19 and was held until day 28
    assert found[17.0] == 32.0
    lost = arrivals(kind("carrier_failure", under_way="lost"))
    assert lost[17.0][0] == np.inf
    assert lost[18.0][0] == 30.0


@row("container_shortage")
def container_shortage():
    came = received(scene(kind("container_shortage")))
    assert came[24] == ASKED
    assert came[25:30].sum() == 0.0
    assert came[30] == 6 * ASKED
    # boxes that come back after 40 days instead of 10: 100 boxes carry 10 a day for 10 days, then nothing for 30
    slow = kind("container_shortage", remaining=1.0, cycle_factor=4.0, length=30)
    tight = {"pools": [{"name": "boxes", "containers": 110.0, "capacity": 1.0, "cycle_time": 10.0}]}
    assert (received(scene(slow, **tight))[40:55] == 0.0).any()
    assert (received(scene({**slow, "length": 0}, **tight))[10:] == ASKED).all()


@row("freight_shock")
def freight_shock():
    ledger = lived(scene(kind("freight_shock")))
    assert freight(ledger) - freight(lived(scene())) == pytest.approx(5 * ASKED * 2.0 * 2)
    assert moved(arrivals(kind("freight_shock"))) == {}


@row("customs_delay")
def customs_delay():
    found = moved(arrivals(kind("customs_delay")))
    assert found[15.0] == 25.0
    by_lane = moved(arrivals(kind("customs_delay", ports=[], lanes=["lane"], exam_share=0.0, delay=3.0)))
    assert by_lane[18.0] == 28.0
    some = moved(arrivals(kind("customs_delay", delay=0.0, exam_share=0.4, exam_days=5.0, length=60)))
    late = [day for day, time in some.items() if time == day + LEAD + 5]
    assert 0 < len(late) < 50


@row("supplier_outage")
def supplier_outage():
    """What is in production resumes; what is ordered meanwhile waits."""
    found = moved(arrivals(kind("supplier_outage")))
    assert found == {19.0: 31.0} | dict.fromkeys((20.0, 21.0, 22.0, 23.0, 24.0), 32.0)
    back = moved(arrivals(kind("supplier_outage", recovery=10)))
    assert back[20.0] > 32.0
    curve = moved(arrivals(kind("supplier_outage", length=10, curve=[[0, 0.0], [5, 0.0], [5, 1.0], [10, 1.0]])))
    assert curve == found


@row("supplier_slowdown")
def supplier_slowdown():
    found = moved(arrivals(kind("supplier_slowdown", length=10)))
    assert found[20.0] == 29.0  # two days of work take four


@row("factory_fire")
def factory_fire():
    """What is in production is lost, known at once and ordered anew."""
    found = arrivals(kind("factory_fire"))
    assert found[19.0][0] == np.inf
    assert found[20.0] == (32.0, 2 * ASKED)
    assert found[18.0][0] == 25.0
    assert total(lived(scene(kind("factory_fire"))), "cancelled") == ASKED


@row("factory_flood")
def factory_flood():
    found = arrivals(kind("factory_flood"))
    assert found[19.0][0] == np.inf
    assert found[20.0] == (32.0, 2 * ASKED)


@row("factory_quake")
def factory_quake():
    """What is in production starts anew when the factory works again."""
    assert moved(arrivals(kind("factory_quake")))[19.0] == 32.0
    assert moved(arrivals(kind("factory_quake", work="resumes")))[19.0] == 31.0


@row("component_shortage")
def component_shortage():
    """Half of the historic ten a day is accepted; when it is over, all that was not is ordered at once."""
    found = arrivals(kind("component_shortage"))
    assert [found[float(day)][1] for day in range(20, 25)] == [5.0] * 5
    assert found[25.0] == (32.0, ASKED + 5 * 5.0)
    assert moved(found) == {}


@row("supplier_insolvency")
def supplier_insolvency():
    """Open orders are cancelled, none is accepted until day 50; then all at once, at a higher price."""
    found = arrivals(kind("supplier_insolvency", length=30))
    assert found[19.0][0] == np.inf
    assert found[18.0][0] == 25.0
    assert not any(20 <= day < 50 for day in found)
    assert found[50.0] == (57.0, 32 * ASKED)  # those of days 19 to 50
    ledger = lived(scene(kind("supplier_insolvency", length=30)))
    # made on day 52 and on every day after: those that are received by the end, five days later, cost half as much again
    assert total(ledger, "surcharge") == pytest.approx(0.5 * (32 * ASKED + 62 * ASKED))
    assert total(ledger, "cancelled") == ASKED
    never = {key: value for key, value in kind("supplier_insolvency").items() if key != "length"}
    assert max(arrivals(never)) == 19.0


@row("regional_shutdown")
def regional_shutdown():
    found = moved(arrivals(kind("regional_shutdown")))
    assert found[15.0] == 27.0
    assert found[20.0] == 32.0


@row("quality_hold")
def quality_hold():
    """Stock and arrivals are set aside, nobody is served from them, all come back on day 25 and serve who waits."""
    assert {units for _, units in arrivals(kind("quality_hold")).values()} == {ASKED}
    ledger, calm = lived(scene(kind("quality_hold"))), lived(scene())
    assert net(calm)[20] == 20.0
    np.testing.assert_allclose(net(ledger)[19:25], [20.0, -10.0, -20.0, -30.0, -40.0, -50.0])
    # 20 on hand on the morning of day 20, and the receipts of five days, come back
    assert total(ledger, "quarantined") == total(ledger, "released") == 20.0 + 5 * ASKED
    assert total(ledger, "scrapped") == 0.0
    assert net(ledger)[25] == 20.0 + 5 * ASKED + ASKED - 50.0 - ASKED


@row("quality_recall")
def quality_recall():
    """The same, and all of it is scrapped; what was on the shelf is ordered anew at once, what arrives when it is over."""
    ledger = lived(scene(kind("quality_recall")))
    assert total(ledger, "scrapped") == total(ledger, "quarantined") == 20.0 + 5 * ASKED
    found = arrivals(kind("quality_recall"))
    assert found[20.0][1] == ASKED + 20.0
    assert found[25.0][1] == ASKED + 5 * ASKED
    half = lived(scene(kind("quality_recall", share=0.5)))
    assert total(half, "quarantined") == 10.0 + 5 * 5.0


@row("bad_spell")
def bad_spell():
    """Half of what is made on days 20 to 24 is defective. It arrives from day 25 on, behind 20 units that lie there, and is
    found in use on day 27: then 30 units have come, 5 have been used, and what is made until the end is caught on arrival.
    """
    ledger = lived(scene(kind("bad_spell"), quality={"sort_days": 3}))
    assert total(ledger, "defective") == 5 * ASKED * 0.5
    assert (ledger.told["discoveries"], ledger.told["discovery_days"]) == (1.0, 7.5)
    assert total(ledger, "scrapped") + total(ledger, "returned") == 25.0
    assert total(ledger, "quarantined") == total(ledger, "scrapped") + total(ledger, "released")


@row("demand_end")
def demand_end():
    for_good = {key: value for key, value in kind("demand_end", factor=0.1).items() if key != "length"}
    assert total(lived(scene(for_good)), "demand") == pytest.approx(20 * ASKED + 100 * ASKED * 0.1)


@row("demand_surge")
def demand_surge():
    ledger = lived(scene(kind("demand_surge")))
    assert total(ledger, "demand") == DAYS * ASKED + 5 * 15.0


@row("demand_collapse")
def demand_collapse():
    """Whole units stay whole: 0.3 of 5 a day for 5 days is 7 in all, the remainder carried from day to day."""
    made = scene(
        kind("demand_collapse", factor=0.3),
        units="integer",
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 5.0}],
    )
    assert total(lived(made), "demand") == (DAYS - 5) * 5 + 7


@row("demand_shock")
def demand_shock():
    ledger = lived(scene(kind("demand_shock")))
    more = sum(3.0 - 1.5 * day / 4 for day in range(5)) * ASKED - 5 * ASKED
    assert total(ledger, "demand") == pytest.approx(DAYS * ASKED + more)


@row("tariff")
def tariff():
    """Duty falls due on what is received on days 20 to 24."""
    assert total(lived(scene(kind("tariff"))), "surcharge") == pytest.approx(0.25 * 5 * ASKED)
    by_group = {**kind("tariff"), "lanes": [], "items": ["a"]}
    assert total(lived(scene(by_group)), "surcharge") == pytest.approx(0.25 * 5 * ASKED)
    for_good = {key: value for key, value in kind("tariff").items() if key != "length"}
    assert total(lived(scene(for_good)), "surcharge") == pytest.approx(0.25 * 100 * ASKED)


@row("price_shock")
def price_shock():
    """The supplier's price is that of the day on which goods leave the factory, and is paid for what is received."""
    assert total(lived(scene(kind("price_shock", start=20, length=3))), "surcharge") == pytest.approx(0.4 * 3 * ASKED)
    late = kind("price_shock", start=DAYS - 8, length=50)
    # made in the last eight days; what is made in the last five is received after the end, and not paid for by then
    assert total(lived(scene(late)), "surcharge") == pytest.approx(0.4 * 3 * ASKED)


@row("warehouse_loss")
def warehouse_loss():
    """Stock is destroyed and ordered anew; for five days nobody is served and trucks wait at the door."""
    ledger = lived(scene(kind("warehouse_loss")))
    assert total(ledger, "destroyed") == 20.0
    found = arrivals(kind("warehouse_loss"))
    assert [found[float(day)][0] for day in (12, 13, 17, 18)] == [19.0, 25.0, 25.0, 25.0]
    assert found[20.0][1] == ASKED + 20.0
    np.testing.assert_allclose(net(ledger)[20:25], [-10.0, -20.0, -30.0, -40.0, -50.0])


@row("warehouse_closure")
def warehouse_closure():
    """Stock is locked in, and is there again on day 25; nothing is ordered for it."""
    ledger = lived(scene(kind("warehouse_closure")))
    np.testing.assert_allclose(net(ledger)[20:25], [-10.0, -20.0, -30.0, -40.0, -50.0])
    assert net(ledger)[25] == net(lived(scene()))[25]
    assert {units for _, units in arrivals(kind("warehouse_closure")).values()} == {ASKED}
    assert total(ledger, "quarantined") == total(ledger, "destroyed") == 0.0


@row("cyber_outage (firm)")
def cyber_firm():
    """No orders for five days; customers are served and goods come in."""
    found = arrivals(kind("cyber_outage"))
    assert not any(20 <= day < 25 for day in found)
    assert found[25.0] == (32.0, 6 * ASKED)
    assert moved(found) == {}
    assert net(lived(scene(kind("cyber_outage"))))[24] == net(lived(scene()))[24]


def cyber(**place):
    return {"kind": "cyber_outage", "name": "c", "start": 20, "length": 5, **place}


@row("cyber_outage (supplier)")
def cyber_supplier():
    """Nothing is made and no order is taken."""
    found = arrivals(cyber(supplier="source"))
    assert not any(20 <= day < 25 for day in found)
    assert found[19.0][0] == 31.0
    assert found[25.0] == (32.0, 6 * ASKED)


@row("cyber_outage (port)")
def cyber_port():
    assert set(moved(arrivals(cyber(port="quay"))).values()) == {27.0}


@row("cyber_outage (carrier)")
def cyber_carrier():
    assert moved(arrivals(cyber(lanes=["lane"]))) == dict.fromkeys((18.0, 19.0, 20.0, 21.0, 22.0), 30.0)


@row("cyber_outage (warehouse)")
def cyber_warehouse():
    """No orders, nobody served, trucks wait; then all is as it was."""
    found = arrivals(cyber(warehouse="site"))
    assert not any(20 <= day < 25 for day in found)
    assert found[13.0][0] == found[17.0][0] == 25.0
    np.testing.assert_allclose(net(lived(scene(cyber(warehouse="site"))))[20:25], [-10.0, -20.0, -30.0, -40.0, -50.0])


@row("random_outage")
def random_outage():
    outage = {
        "kind": "random_outage",
        "name": "r",
        "supplier": "source",
        "up": {"law": "discrete", "values": [20], "probabilities": [1.0]},
        "down": 5,
    }
    found = moved(arrivals(outage))
    assert found[20.0] == 32.0
    assert found[45.0] == 57.0  # 25 + 20 days later


@row("hazard")
def hazard():
    """Each member is hit with its own probability and severity, for the length of the hazard or its own."""
    assert moved(arrivals(kind("hazard")))[15.0] == 27.0
    spared = kind("hazard")
    spared["members"] = [{**spared["members"][0], "probability": 0.0}, {**spared["members"][1], "length": 3}]
    assert moved(arrivals(spared)) == {19.0: 29.0} | dict.fromkeys((20.0, 21.0, 22.0), 30.0)


@row("regime")
def regime():
    """One strength moves all members: at half of it, half of the days, of the extra demand and of the extra freight."""
    whole, half = lived(scene(kind("regime"))), lived(scene(kind("regime", strength=0.5)))
    assert total(whole, "demand") == DAYS * ASKED + 5 * 5.0
    assert total(half, "demand") == DAYS * ASKED + 5 * 2.5
    assert moved(arrivals(kind("regime")))[15.0] == 25.0
    assert moved(arrivals(kind("regime", strength=0.5)))[15.0] == 23.5


@pytest.mark.parametrize("name", list(ROWS))
def test_row(name):
    ROWS[name]()


def test_calm_is_calm():
    assert moved(arrivals()) == {}
    assert (net(lived(scene()))[LEAD + 1 :] == LEVEL - (LEAD + 1) * ASKED).all()


def test_every_kind_has_a_row_in_the_docs_and_a_test():
    table = re.findall(r"^\| `([^`]+)`", DOCS.read_text(encoding="utf-8"), flags=re.M)
    assert {name.split(" (")[0] for name in ROWS} == set(KINDS) | {"random_outage"}
    assert set(table) >= set(ROWS)
