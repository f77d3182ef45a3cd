"""Classes and lead times of the real records against the tables that were derived from them by others' code."""

import csv
import dataclasses
import os
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim import reading
from sim.history import History
from sim.profiles import of
from sim.profiles.demand import classes

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("BUFFERSTOCK_DATA", ROOT.parent / "shared" / "data"))
SALES, PRODUCTS = "retail_demand_daily.csv", "retail_skus.csv"
DELIVERIES, LANES = "scms_deliveries.csv", "scms_lane_parameters.csv"
LACKING = [name for name in (SALES, PRODUCTS, DELIVERIES, LANES) if not (DATA / name).is_file()]
pytestmark = pytest.mark.skipif(
    bool(LACKING), reason=f"the records are not part of the project, and {DATA} lacks {', '.join(LACKING)}"
)
#: Monday after the 52 whole weeks of the table of products
AS_OF = date(2011, 12, 5)
FIRST = date(2010, 12, 1)
MODES = {"AIR": "air", "OCEAN": "sea", "TRUCK": "truck"}


def table(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def products():
    return table(PRODUCTS)


@pytest.fixture(scope="module")
def shop(products):
    """The profile on 5 December 2011, from the 369 days before."""
    names = [row["sku_id"] for row in products]
    place = {name: n for n, name in enumerate(names)}
    past = np.zeros(((AS_OF - FIRST).days, len(names)))
    for row in table(SALES):
        day = (date.fromisoformat(row["date"]) - FIRST).days
        if day < len(past):
            past[day, place[row["sku_id"]]] += float(row["units"])
    scenario = reading.scenario_of(
        {
            "horizon": 5,
            "items": [{"item": name, "standard_cost": 1, "supplier": "s"} for name in names],
            "suppliers": [{"name": "s"}],
            "warehouses": [{"name": "Shop"}],
            "lanes": [{"name": "l", "origin": ["s"], "destination": "Shop"}],
            "demand": [{"item": name, "warehouse": "Shop", "model": "none"} for name in names],
        }
    )
    record = History(-len(past), {"Shop": past}, str(AS_OF))
    return of(dataclasses.replace(scenario, record=record)).demand["Shop"]["all"]


def test_classes_of_300_retail_items_agree_but_for_new_items(products, shop):
    """The table counts all 52 weeks for every item; here an item that starts late is judged since its start."""
    theirs = np.asarray([row["class"] for row in products])
    agree = shop.klass == theirs
    assert shop.late.sum() == 36
    assert agree[~shop.late].all()
    assert agree.sum() == 270
    moved = Counter(zip(theirs[~agree].tolist(), shop.klass[~agree].tolist(), strict=True))
    assert moved == {("intermittent", "smooth"): 18, ("lumpy", "erratic"): 12}
    # by the table's own definition, all weeks for every item, all agree
    adi = np.asarray([float(row["adi"]) for row in products])
    cv2 = np.asarray([float(row["cv2"]) for row in products])
    assert shop.cv2 == pytest.approx(cv2, abs=6e-5)
    assert shop.adi[~shop.late] == pytest.approx(adi[~shop.late], abs=6e-5)
    asked = np.round(shop.weeks / shop.adi)
    assert 52 / asked == pytest.approx(adi, abs=6e-5)
    assert (asked == [int(row["nonzero_weeks"]) for row in products]).all()
    assert (classes(52 / asked, shop.cv2) == theirs).all()
    first = np.asarray([int(row["first_week"]) for row in products])
    assert (first[shop.late] == 52 - shop.weeks[shop.late]).all()


@pytest.fixture(scope="module")
def lines():
    return [row for row in table(LANES) if row["level"] == "vendor_mode"]


@pytest.fixture(scope="module")
def programme(lines, tmp_path_factory):
    """Direct deliveries of the table's vendors and modes that have an order date; lead times of 0 days are left out."""
    folder = tmp_path_factory.mktemp("programme")
    names = {(row["vendor_id"], row["mode"]): f"{row['vendor_id']} {MODES[row['mode']]}" for row in lines}
    supplier_of, counts = {}, defaultdict(int)
    with (folder / "deliveries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item", "supplier", "mode", "ordered", "promised", "delivered", "quantity"])
        for row in table(DELIVERIES):
            name = names.get((row["vendor_id"], row["mode"]))
            if row["fulfil_via"] == "DIRECT" and name and float(row["lead_time_days"] or 0) > 0:
                supplier_of.setdefault(row["sku_id"], name)
                counts[name] += 1
                times = (row["po_sent"], row["scheduled"], row["delivered"])
                writer.writerow([row["sku_id"], name, MODES[row["mode"]], *times, row["qty_packs"]])
    scenario = reading.scenario_of(
        {
            "horizon": 5,
            "as_of": "2016-01-01",
            "deliveries": "deliveries.csv",
            "items": [{"item": i, "standard_cost": 1, "supplier": s} for i, s in supplier_of.items()],
            "suppliers": [{"name": name} for name in names.values()],
            "warehouses": [{"name": "Programme"}],
            "lanes": [
                {"name": name, "origin": [name], "destination": "Programme", "mode": name.split()[1]}
                for name in names.values()
            ],
            "demand": [{"item": i, "warehouse": "Programme", "model": "poisson", "mean": 1} for i in supplier_of],
        },
        folder,
    )
    return scenario.delivered, of(scenario)


def line_of(programme, row):
    return programme[1].lead["Programme", f"{row['vendor_id']} {MODES[row['mode']]}"]["all"]


def test_lead_times_of_24_vendors_and_modes_agree(programme, lines):
    assert len(lines) == 24
    for row in lines:
        found = line_of(programme, row)
        assert (found.n, found.open) == (int(row["n_lead"]), 0)
        assert found.mean == pytest.approx(float(row["lead_mean"]), abs=6e-4)
        assert found.sd / found.mean == pytest.approx(float(row["lead_cv"]), abs=6e-4)
        sample = np.repeat(found.values, np.round(found.weights * found.n).astype(int))
        for share, ours in ((10, found.p10), (50, found.p50), (90, found.p90)):
            theirs = float(row[f"lead_p{share}"])
            # the table interpolates between orders: by its definition on our distribution it is the same
            assert np.quantile(sample, share / 100) == pytest.approx(theirs, abs=0.051)
            assert ours == np.quantile(sample, share / 100, method="inverted_cdf")


def test_punctuality_of_24_vendors_and_modes_agrees(programme, lines):
    """The table's shares rest on all deliveries, ours on those with an order date: equal where these are the same."""
    same = [row for row in lines if row["n"] == row["n_lead"]]
    assert len(same) == 9
    for row in lines:
        found, theirs = line_of(programme, row), float(row["share_early"]) + float(row["share_on_day"])
        missing = int(row["n"]) - int(row["n_lead"])
        assert abs(found.on_time - theirs) <= 0.0011 + missing / int(row["n"])
    for row in same:
        found = line_of(programme, row)
        assert found.on_time == pytest.approx(float(row["share_early"]) + float(row["share_on_day"]), abs=0.0011)
        line = programme[0].of_line(f"{row['vendor_id']} {MODES[row['mode']]}", "Programme")
        late = line.lateness[line.lateness > 0]
        assert np.mean(line.lateness > 7) == pytest.approx(float(row["share_late_over7"]), abs=6e-4)
        assert np.mean(line.lateness > 30) == pytest.approx(float(row["share_late_over30"]), abs=6e-4)
        if not row["late_p50"]:
            assert late.size == 0
            assert np.isnan(found.late_p50)
            continue
        for share, ours in ((50, found.late_p50), (90, found.late_p90)):
            assert np.quantile(late, share / 100) == pytest.approx(float(row[f"late_p{share}"]), abs=0.051)
            assert ours == np.quantile(late, share / 100, method="inverted_cdf")
