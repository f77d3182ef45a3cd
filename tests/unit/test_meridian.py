"""The bundled demo company: what its files hold, how they are made again, how long its goods take."""

import dataclasses
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import sim
from sim.demand import DemandStream
from sim.knowledge import lead_time
from sim.library import locate

ROOT = Path(__file__).parent.parent.parent
TOOL = ROOT / "tools" / "make_meridian.py"
WEST, EAST = "Ontario CA", "Allentown PA"
#: door to the distribution centre on the natural coast: centre, mean and sd in days
TRANSIT = {
    "S01": (WEST, 29, 5),
    "S02": (WEST, 30, 5),
    "S03": (WEST, 29, 5),
    "S04": (WEST, 27, 5),
    "S05": (EAST, 44, 7),
    "S06": (WEST, 24, 4),
    "S07": (WEST, 33, 6),
    "S08": (EAST, 27, 5),
    "S09": (EAST, 24, 4),
    "S10": (WEST, 4, 1),
    "S11": (WEST, 3, 1),
    "S12": (WEST, 6, 1.5),
}
ACROSS = {WEST: 5, EAST: 4}


@pytest.fixture(scope="module")
def meridian():
    return sim.load("meridian")


def test_the_script_makes_the_same_files_again(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, str(TOOL), str(tmp_path)], check=True, env=environment, capture_output=True)
    here = locate("meridian").parent
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["demand.csv", "history.parquet", "items.csv", "scenario.toml", "suppliers.csv"]
    for name in ("demand.csv", "items.csv", "scenario.toml", "suppliers.csv"):
        assert (tmp_path / name).read_bytes() == (here / name).read_bytes(), name
    assert pq.read_table(tmp_path / "history.parquet").equals(pq.read_table(here / "history.parquet"))
    assert (here / "history.parquet").stat().st_size < 1_500_000


def test_items_hold_the_families_values_and_shares(meridian):
    assert len(meridian.items) == 200
    assert Counter(item.family for item in meridian.items) == {
        "device": 24,
        "board and chip": 44,
        "sterile disposable": 50,
        "plastic and mechanical": 34,
        "cable and battery": 28,
        "service part": 20,
    }
    cost = {item.item: item.standard_cost for item in meridian.items}
    bought = dict.fromkeys((WEST, EAST), 0.0)
    for stream in meridian.demand:
        bought[stream.warehouse] += stream.mean_per_day * cost[stream.item] * 365
    assert sum(bought.values()) == pytest.approx(120e6, rel=0.01)
    assert bought[WEST] / sum(bought.values()) == pytest.approx(0.55, abs=0.001)
    devices = Counter(item.criticality for item in meridian.items if item.family == "device")
    assert devices == {"halts production": 12, "breaches a contract": 10, "inconveniences": 2}
    for item in meridian.items:
        assert item.price == pytest.approx(item.standard_cost / 0.55, abs=0.01)
        aged = {"sterile disposable": 639, "cable and battery": 548}.get(item.family)
        assert item.shelf_life == aged
        assert 1 <= len(set(item.suppliers)) == len(item.suppliers) <= 2
    chips = [item for item in meridian.items if item.suppliers[0] == "S06"]
    assert sum(len(item.suppliers) == 1 for item in chips) == round(0.9 * len(chips))


def test_the_history_is_the_past_of_the_same_demand(meridian):
    assert (meridian.record.first, meridian.record.last) == (-730, 0)
    cost = meridian.catalogue.standard_cost
    spent = sum(float((values @ cost).sum()) for values in meridian.record.units.values()) / 2
    assert spent == pytest.approx(120e6, rel=0.03)


@pytest.mark.parametrize("supplier", TRANSIT)
def test_the_parts_of_a_lane_add_up_to_the_door_to_door_figures(meridian, supplier):
    centre, mean, sd = TRANSIT[supplier]
    making = next(one.production_time for one in meridian.suppliers if one.name == supplier)
    for place in (WEST, EAST):
        found = lead_time(meridian, place, supplier)
        further = 0 if place == centre or found.mode == "truck" else ACROSS[centre]
        assert found.mean - making.mean == pytest.approx(mean + further, abs=0.05)
        assert (found.sd**2 - making.sd**2) ** 0.5 == pytest.approx(sd, abs=0.05)


def test_goods_take_the_door_to_door_time_in_calm(meridian):
    """In transit on average / received a day = time in transit (Little's law), over 160 years of an item a supplier."""
    first = {
        supplier: next(i for i in meridian.items if i.suppliers[0] == supplier) for supplier in ("S01", "S05", "S10")
    }
    streams = tuple(
        DemandStream(item=item.item, warehouse=place, model="poisson", mean=5.0)
        for item in first.values()
        for place in (WEST, EAST)
    )
    small = dataclasses.replace(
        meridian.under("calm"),
        items=tuple(first.values()),
        demand=streams,
        horizon=7300,
        record=None,
        history=None,
        plan_on="truth",
    )
    plan = sim.jit().plan(small)
    moving, received = Counter(), Counter()
    for replication in range(8):
        for place, site in sim.live(small, plan, sim.draw(small, 1, replication)).ledger.sites.items():
            for row, item in enumerate(site.items):
                moving[item, place] += site.transit_days[row]
                received[item, place] += site.received[row]
    for supplier, item in first.items():
        centre, mean, _ = TRANSIT[supplier]
        assert moving[item.item, centre] / received[item.item, centre] == pytest.approx(mean, abs=0.5)


@pytest.mark.parametrize("replications", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_postures_stand_in_the_expected_order(meridian, replications):
    found = sim.compare(meridian, replications=replications)

    def mean(weather, posture, measure):
        return found.interval(weather, posture, measure).mean

    for weather in ("calm", "strike", "crisis"):
        for measure in ("days_of_cover", "fill_rate", "carrying_cost"):
            assert mean(weather, "jit", measure) < mean(weather, "hybrid", measure) < mean(weather, "jic", measure)
    for posture in ("jit", "hybrid", "jic"):
        assert mean("crisis", posture, "fill_rate") < mean("calm", posture, "fill_rate")
        assert mean("crisis", posture, "freight_cost") > 1.5 * mean("calm", posture, "freight_cost")
    for weather in ("calm", "strike", "crisis"):
        assert found.ranking(weather)[-1] == "jic"
