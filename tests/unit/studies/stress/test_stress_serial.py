"""Serial chains whose outages theory knows: instance S16 exactly, and the time to survive for any cover and lead time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serial_chains import Serial

from sim.studies.stress.lived import PLACE
from sim.theory.outage import daily_outage, serial_survival
from sim.validation.case import expected, truths

GIVEN = truths()["S16"]["parameters"]
LENGTHS = tuple(GIVEN["outage_days_T"])


def s16(lost_share):
    """The instance as it is: base stock d(B + 1), a supplier of finite capacity, an outage of 5 or 21 days."""
    level = GIVEN["demand_per_day"] * (GIVEN["cover_days_B"] + 1)
    limit = {"capacity": GIVEN["supplier_capacity_per_day"]}
    chain = Serial(level, GIVEN["demand_per_day"], supplier=limit, lost_share=lost_share, horizon=150)
    return chain.stress(["supplier:source"], LENGTHS, start=10)


def figure(found, name, length):
    return float(found.figures[0, found.lengths.index(length), 0, PLACE[name]])


def test_s16_with_backorders_is_exact():
    found = s16(0.0)
    truth = {name: expected("S16", f"T21_backorder.{name}") for name in truths()["S16"]["expected"]["T21_backorder"]}
    assert found.survival[0, 0] == expected("S16", "time_to_survive_days")
    assert figure(found, "first_failure", 21) + 1 == truth["first_short_day"]
    assert figure(found, "largest_backlog", 21) == pytest.approx(truth["max_backlog"], abs=1e-6)
    assert figure(found, "backlog_unit_days", 21) == pytest.approx(truth["backlog_unit_days_end_of_day"], abs=1e-6)
    assert figure(found, "time_to_recover", 21) == truth["days_after_recovery_until_backlog_zero"]
    assert figure(found, "stock_recovery", 21) == truth["days_after_recovery_until_stock_restored"]
    assert figure(found, "units_lost", 21) == 0


def test_s16_with_lost_sales_is_exact():
    found = s16(1.0)
    assert figure(found, "units_lost", 21) == pytest.approx(expected("S16", "T21_lost_sales_units"), abs=1e-6)
    assert figure(found, "units_short", 21) == pytest.approx(expected("S16", "T21_lost_sales_units"), abs=1e-6)
    # price 2, cost 1: each lost unit loses a margin of 1
    assert figure(found, "stockout_cost", 21) == pytest.approx(expected("S16", "T21_lost_sales_units"), abs=1e-6)
    assert found.survival[0, 0] == expected("S16", "time_to_survive_days")


def test_s16_is_survived_when_the_cover_outlasts_the_outage():
    found = s16(0.0)
    assert math.isinf(figure(found, "first_failure", 5))
    assert figure(found, "largest_backlog", 5) == expected("S16", "T5_max_backlog")
    assert figure(found, "time_to_recover", 5) == 0
    assert figure(found, "lowest_service", 5) == 1
    assert found.shortest_that_fails(0, 0) == 21


def test_a_shared_capacity_has_no_closed_form():
    assert np.isnan(s16(0.0).closed).all()


@settings(max_examples=40, deadline=None)
@given(cover=st.integers(0, 20), length=st.integers(1, 30), spare=st.integers(10, 200), lost=st.booleans())
def test_one_supplier_of_finite_capacity_is_the_recursion(cover, length, spare, lost):
    """The study reads off the engine what the recursion of `sim.theory.outage` says, whatever the cover and length."""
    capacity = 100.0 + spare
    known = daily_outage(100.0, cover, length, capacity, "lost" if lost else "backorder")
    horizon = 20 + length + math.ceil(100 * length / spare) + 5
    chain = Serial(100.0 * (cover + 1), supplier={"capacity": capacity}, lost_share=float(lost), horizon=horizon)
    found = chain.stress(["source"], (length,), start=10, failure=1.0, recovery=1.0)
    assert found.survival[0, 0] == (known.time_to_survive if known.first_short_day else math.inf)
    assert figure(found, "units_lost", length) == pytest.approx(known.lost_sales, abs=1e-6)
    assert figure(found, "largest_backlog", length) == pytest.approx(known.max_backlog, abs=1e-6)
    assert figure(found, "backlog_unit_days", length) == pytest.approx(known.backlog_unit_days, abs=1e-6)
    if not lost:
        assert figure(found, "time_to_recover", length) == known.days_after_recovery_until_backlog_zero


@settings(max_examples=60, deadline=None)
@given(
    node=st.sampled_from(["supplier", "lane", "port"]),
    review=st.integers(1, 9),
    production=st.integers(0, 25),
    sea=st.integers(0, 25),
    truck=st.integers(0, 5),
    cover=st.integers(0, 30),
    part=st.sampled_from([0.0, 0.4]),
)
def test_time_to_survive_is_cover_and_pipeline_that_still_arrives(node, review, production, sea, truck, cover, part):
    """Simulated, from the books of the undisturbed run, and by formula: the same day, for every node of a serial chain."""
    lead = production + sea + truck
    level = 100.0 * (lead + review + cover + part)
    port = {"name": "port", "background": 0}
    legs = ({"transit": sea}, {"port": "port"}, {"transit": truck})
    longest, start = lead + review + cover + 2, review * math.ceil((lead + 2 * review + 2) / review)
    horizon = start + 2 * longest + 5
    chain = Serial(level, production=production, legs=legs, every=review, ports=[port], horizon=horizon)
    found = chain.stress([f"{node}s"], (longest,), start, failure=1.0, recovery=1.0)
    upstream = production + (sea if node == "port" else 0)
    wanted = serial_survival(level, 100.0, review, upstream, ships=node != "supplier" or production == 0)
    assert found.survival[0, 0] == wanted
    assert found.closed[0, 0] == wanted


@pytest.mark.parametrize("name", ["supplier", "lane", "port", "pool"])
def test_closed_form_with_sailings_boxes_dwell_and_other_ships(name):
    """A weekly sailing, a berth shared with other ships, dwell and boxes that suffice: still the same day."""
    chain = Serial(
        100.0 * 90,
        production=9,
        legs=({"port": "port"}, {"transit": 18.3}, {"port": "port 2"}, {"transit": 2}),
        every=7,
        ports=[
            {"name": "port", "service_time": 0.1, "dwell": 2},
            {"name": "port 2", "service_time": 0.3, "berths": 3, "dwell": 3},
        ],
        pools=[{"name": "boxes", "containers": 1000}],
        lane={"departures": {"every": 7}, "containers": "boxes"},
        items=[{"item": "pump", "standard_cost": 1.0, "price": 2.0, "volume": 0.5, "supplier": "source"}],
        horizon=365,
    )
    found = chain.stress([f"{name}s"], (14, 60, 90), start=98)
    assert np.isfinite(found.survival).all()
    assert found.survival.tolist() == found.closed.tolist()


@pytest.mark.parametrize("when", ["morning", "evening"])
@pytest.mark.parametrize("every", [1, 3, 7])
@pytest.mark.parametrize("production", [0, 1, 5])
def test_closed_form_knows_when_books_are_taken(when, every, production):
    """An order of an evening that needs no time is in the books of the next day."""
    chain = Serial(100.0 * (production + every + 20), production=production, every=every, review=when)
    found = chain.stress(["lane", "source"], (60,), start=42, failure=1.0, recovery=1.0)
    assert np.isfinite(found.survival).all()
    assert found.survival.tolist() == found.closed.tolist()


def test_the_pipeline_past_the_node_counts_as_cover():
    """The nearer the node to the customer, the less still arrives."""
    legs = ({"transit": 10}, {"port": "port"}, {"transit": 3})
    chain = Serial(100.0 * 40, production=12, legs=legs, ports=[{"name": "port", "background": 0}])
    found = chain.stress(["source", "lane", "port"], (60,), start=50)
    supplier, lane, port = found.survival[:, 0]
    assert (supplier, lane, port) == (28, 27, 17)


@settings(max_examples=25, deadline=None)
@given(
    cover=st.integers(0, 15),
    lead=st.integers(0, 20),
    review=st.integers(1, 7),
    one=st.integers(1, 40),
    more=st.integers(1, 40),
)
def test_a_longer_outage_never_helps(cover, lead, review, one, more):
    """On a serial chain under base stock; a chain that shares boxes or capacity may be helped by luck of the queue."""
    chain = Serial(100.0 * (lead + review + cover), production=lead, every=review, lost_share=0.5, horizon=400)
    found = chain.stress(["source"], (one, one + more), start=review * math.ceil((lead + 2 * review) / review))
    for name in ("units_short", "stockout_cost", "days_failing", "largest_backlog"):
        short, long = found.values(name)[0, :, 0]
        assert long >= short - 1e-6, name
    short, long = found.values("first_failure")[0, :, 0]
    assert long <= short
