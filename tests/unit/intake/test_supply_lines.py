"""Supply lines, their laws, and what a plan may know: records before its day, a world made of those after it."""

import csv
import datetime
import tomllib

import numpy as np
import pytest

import sim
from sim.costs import Costs
from sim.errors import ScenarioError, UsageError
from sim.studies.sensitivity.register import register

FIRST = datetime.date(2024, 1, 1)
DAYS = 540
AS_OF = datetime.date(2025, 1, 1)


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def files(tmp_path):
    """Two items; V1 by sea ever more slowly, by air seldom; V2 without records."""

    def make(slower=30, scale=1, after=True):
        folder = tmp_path / f"files{slower}-{scale}-{after}"
        folder.mkdir()
        others = [["B", "V2", 12], ["C", "V2", 40], ["D", "", ""], ["E", "", ""]]
        items = write(
            folder / "items.csv",
            ["sku", "cost", "price", "vendor", "lead time"],
            [["A", 10, 20, "V1", 15], *([item, 5, 8, *rest] for item, *rest in others)],
        )
        rng = np.random.default_rng(3)
        sold = []
        for day in range(DAYS):
            date = FIRST + datetime.timedelta(days=day)
            factor = scale if date >= AS_OF else 1
            sold += [[item, date, int(factor * rng.poisson(4))] for item in "ABCDE"]
        records = []
        for day in range(0, 520, 6):
            ordered = FIRST + datetime.timedelta(days=day)
            if ordered >= AS_OF and not after:
                continue
            lead = 20 + day % 5 + (slower if ordered >= AS_OF else 0)
            records.append(["A", "V1", "OCEAN", ordered, ordered + datetime.timedelta(days=lead), 30])
            if day % 60 == 0:
                records.append(["A", "V1", "AIR", ordered, ordered + datetime.timedelta(days=4 + day % 7), 3])
            if day < 13:
                records.append(["D", "V3", "", ordered, ordered + datetime.timedelta(days=9), 3])
        demand = write(folder / "demand.csv", ["sku", "date", "qty"], sold)
        deliveries = write(folder / "deliveries.csv", ["sku", "vendor", "mode", "ordered", "delivered", "qty"], records)
        return items, demand, deliveries

    return make


def test_the_world_draws_from_what_was_ordered_after_the_plans_day(files, bring):
    made = bring(*files(), "--as-of", str(AS_OF))
    sea = made.suppliers["V1 sea"]
    values = [float(value) for value in sea["production_time.values"].split(";")]
    assert sea["production_time.law"] == "discrete"
    assert min(values) == 50
    assert len(values) >= 20
    lead_times = made.scenario.suppliers[0].production_time
    assert lead_times.mean == pytest.approx(np.mean(values))
    known = made.scenario.delivered.before(0)
    assert np.nanmax(known.lead_times) <= 24  # what a plan sees is the quick time before
    assert "of 22 records ordered from 2025-01-01 on" in " ".join(made.scenario.notes)


def test_few_records_published_lead_times_and_none(files, bring):
    made = bring(*files(), "--as-of", str(AS_OF))
    laws = {
        name: (row["production_time.law"], row["production_time.mean"], row["production_time.cv"])
        for name, row in made.suppliers.items()
    }
    assert laws["V1 air"][0] == "lognormal"  # nine records
    assert laws["V2 12 d"] == ("lognormal", "12", "0.3")
    assert laws["V2 40 d"] == ("lognormal", "40", "0.3")
    assert laws["V3"] == ("lognormal", "9", "0.3")  # three records, nothing published
    assert made.items["A"]["supplier"] == "V1 sea;V1 air"
    assert (made.items["B"]["supplier"], made.items["C"]["supplier"]) == ("V2 12 d", "V2 40 d")
    assert made.items["D"]["supplier"] == "V3"
    assert "no lead time, here or in delivery records" in made.said("items.csv", 6)
    assert "E" not in made.items
    notes = " ".join(made.scenario.notes)
    assert "In-sample: V1 air" in notes
    assert "Assumed: a spread (cv) of 0.3 for the lead times of V2 12 d, V2 40 d, V3" in notes
    assert "V1 sea: 15 days published" in notes
    fixed = bring(*files(slower=31), "--as-of", str(AS_OF), "--lead-time-cv", "0", "--lead-time", "7")
    assert fixed.suppliers["V2 12 d"]["production_time.law"] == "fixed"
    assert fixed.suppliers[fixed.items["E"]["supplier"]]["production_time.value"] == "7"
    assert "assumed 7 days (--lead-time)" in [line["what was done"] for line in fixed.table("import-report.csv")]


def test_replay_is_the_record_after_the_day_and_the_history_before_it(files, bring):
    made = bring(*files(), "--as-of", str(AS_OF))
    scenario = made.scenario
    last = FIRST + datetime.timedelta(days=DAYS - 1)
    assert scenario.horizon == (last - AS_OF).days + 1
    assert scenario.warm_up % 7 == 0
    assert {stream.model for stream in scenario.demand} == {"replay"}
    future = sim.draw(scenario, 1, 0)
    place = {item: n for n, item in enumerate(scenario.sites["Main"])}
    day = 10 - future.first
    assert future.demand["Main"][day, place["A"]] == made.sales.get(("A", "Main", "2025-01-11"), 0)
    assert scenario.record.before(0)["Main"].shape[0] == (AS_OF - FIRST).days


def test_a_plan_does_not_change_with_what_came_after_its_day(files, bring):
    """Demand after the day trebled: tables that plans are made of, and the history before the day, stay the same."""
    one = bring(*files(), "--as-of", str(AS_OF))
    two = bring(*files(scale=3), "--as-of", str(AS_OF))
    for name in ("items.csv", "demand.csv", "suppliers.csv"):
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes()
    ours, theirs = one.scenario, two.scenario
    assert (ours.record.before(0)["Main"] == theirs.record.before(0)["Main"]).all()
    plan = sim.posture("jit").plan(ours).table()
    assert sim.posture("jit").plan(theirs).table() == plan


def test_a_line_that_first_delivers_after_the_plans_day_is_in_sample_and_said_so(files, bring):
    """Nobody knew its lead time on that day: the plan's comes from the records that the world draws from."""
    items, demand, deliveries = files()
    head, *rows = deliveries.read_text(encoding="utf-8").splitlines()
    sea = [row for row in rows if row.split(",")[2] == "OCEAN"]
    deliveries.write_text("\n".join([head, *sea]), encoding="utf-8")
    late = deliveries.with_name("late.csv")
    late.write_text("\n".join([head, *(row for row in sea if row.split(",")[3] >= str(AS_OF))]), encoding="utf-8")
    early, unseen = (bring(items, demand, file, "--as-of", str(AS_OF)) for file in (deliveries, late))
    assert early.scenario.judged_in_sample == ()
    (why,) = unseen.scenario.judged_in_sample
    assert why.startswith("plans know the lead times of 1 of ")
    assert "V1 sea had delivered fewer than 2 times" in " ".join(unseen.scenario.notes)


def test_without_a_day_everything_is_in_sample_and_said_so(files, bring):
    made = bring(*files())
    scenario = made.scenario
    assert {(stream.model, stream.block) for stream in scenario.demand} == {("bootstrap", 7)}
    assert scenario.as_of == str(FIRST + datetime.timedelta(days=DAYS))
    assert scenario.horizon == 365
    notes = " ".join(scenario.notes)
    assert "In-sample: demand is whole weeks" in notes
    assert "In-sample: lead times are drawn from the records that plans are made on" in notes


def test_all_sites_as_one(files, bring, tmp_path):
    items, demand, deliveries = files()
    text = demand.read_text(encoding="utf-8").splitlines()
    text = ["plant," + text[0], *(f"P{number % 2}," + line for number, line in enumerate(text[1:]))]
    demand.write_text("\n".join(text), encoding="utf-8")
    apart = bring(items, demand, deliveries)
    assert apart.scenario.sites.keys() == {"P0", "P1"}
    assert "no warehouse (say --warehouse)" in apart.said("deliveries.csv")
    assert not (apart.folder / "deliveries.csv").exists()
    together = bring(items, demand, deliveries, "--one-warehouse", "All")
    assert together.scenario.sites.keys() == {"All"}
    assert sum(together.sales.values()) == sum(apart.sales.values())
    named = bring(items, demand, deliveries, "--warehouse", "P1")
    assert set(named.scenario.delivered.warehouse[0]) == {"P1"}


def test_the_folder_can_be_compared(files, bring):
    made = bring(*files(), "--as-of", str(AS_OF))
    found = sim.compare(made.scenario, replications=2, jobs=1)
    assert 0 < found.interval("as written", "jit", "fill_rate").mean <= 1


def test_lead_times_as_recorded_scale_record_by_record(files, bring):
    made = bring(*files())
    plain = {one.name: one.production_time for one in made.scenario.suppliers}
    for word in ("production_time[*]*=1.25", "production_time.values[name=V1 sea]*=1.25", "production_time[*]/=0.8"):
        scaled = {one.name: one.production_time for one in sim.load(made.folder, [f"suppliers.{word}"]).suppliers}
        assert scaled["V1 sea"].values == pytest.approx([1.25 * one for one in plain["V1 sea"].values])
    later = sim.load(made.folder, ["suppliers.production_time.values[name=V1 sea]+=2"]).suppliers[0].production_time
    assert later.mean == pytest.approx(plain["V1 sea"].mean + 2)


def test_every_assumption_of_an_import_can_be_set(files, bring):
    folder = bring(*files()).folder
    found = register(sim.load(folder))
    assert "mean lead time" in [one.label for one in found]
    for one in found:
        for value in (one.low, one.high):
            assert sim.load(folder, one.settings(value)).items


def test_a_law_of_records_that_are_no_numbers_is_refused_in_words(files, bring):
    folder = bring(*files()).folder
    table = folder / "suppliers.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("20;", "soon;", 1), encoding="utf-8")
    with pytest.raises(UsageError, match=r"\*= changes numbers, and \['soon', .* … is there: give it with ="):
        sim.load(folder, ["suppliers.production_time[*]*=1.25"])
    with pytest.raises(UsageError, match=r"\+= changes a number, and {'law': 'discrete'"):
        sim.load(folder, ["suppliers.production_time[*]+=1"])


def test_rates_of_carrying_and_of_running_out_are_written_as_assumed(files, bring):
    made = bring(*files())
    written = tomllib.loads((made.folder / "scenario.toml").read_text(encoding="utf-8"))["costs"]
    carrying = [name for name in written if name.endswith("_rate")]
    assert len(carrying) == 6
    assert sum(written[name] for name in carrying) == pytest.approx(0.25)
    assert made.scenario.costs == Costs()  # what is written is what rules where nothing is


def test_items_without_a_lot_are_said_to_be_ordered_at_every_review(files, bring, tmp_path):
    _, demand, deliveries = files()

    def said(*columns, rows):
        write(tmp_path / "planned.csv", ["sku", "cost", "vendor", "lead time", *columns], rows)
        made = bring(tmp_path / "planned.csv", demand, deliveries)
        notes = [note for note in made.scenario.notes if "lot size" in note]
        assert all(note in made.told for note in notes)
        return notes

    two = [["A", 10, "V1", 15], ["B", 5, "V2", 12]]
    points = said("reorder point", rows=[[*two[0], 90], [*two[1], 60]])
    assert len(points) == 1
    assert points[0].startswith(
        "Assumed: no lot size for 2 of 2 items by warehouse: the posture `current` orders up to the"
    )
    assert "up to the reorder point at every review" in points[0]
    mixed = said("reorder point", "safety stock", rows=[[*two[0], 90, 9], [*two[1], "", 6]])
    assert "up to the reorder point, or without one up to its forecast and safety stock, at every review" in mixed[0]
    one = said("reorder point", "lot size", rows=[[*two[0], 90, 30], [*two[1], 60, ""]])
    assert "for 1 of 2 items" in one[0]
    assert said("reorder point", "lot size", rows=[[*two[0], 90, 30], [*two[1], 60, 40]]) == []
    assert said("reorder point", "max stock", rows=[[*two[0], 90, 130], [*two[1], 60, 100]]) == []
    assert said(rows=two) == []  # the system plans by nothing that is known: no posture `current`


def test_a_record_before_its_order_date_or_of_an_unknown_item_gives_no_lead_time(files, bring, tmp_path):
    items, demand, _ = files()
    rows = [["A", "V1", "2024-05-05", "2024-05-01"], ["Z", "V1", "2024-05-05", "2024-05-09"]]
    bad = write(tmp_path / "bad.csv", ["sku", "vendor", "ordered", "delivered"], rows)
    made = bring(items, demand, bad)
    assert made.counts()["bad.csv", "deliveries"] == (2, 0, 2)
    assert made.suppliers["V1"]["production_time.mean"] == "15"


def test_nothing_without_a_lead_time(tmp_path, bring, files):
    _, demand, _ = files()
    items = write(tmp_path / "bare.csv", ["sku", "cost"], [["A", 1], ["B", 2]])
    with pytest.raises(ScenarioError, match="no item has a lead time"):
        bring(items, demand)


def test_many_delivery_records_are_written_as_parquet(files, bring, monkeypatch):
    from sim.intake import folder

    few = bring(*files(), "--as-of", str(AS_OF)).scenario.delivered
    monkeypatch.setattr(folder, "MANY_RECORDS", 10)
    made = bring(*files(slower=30, after=True, scale=2), "--as-of", str(AS_OF))
    many = made.scenario.delivered
    assert (made.folder / "deliveries.parquet").is_file()
    assert (few.ordered == many.ordered).all()
    assert np.array_equal(few.lead_times, many.lead_times, equal_nan=True)
    assert np.array_equal(few.quantity, many.quantity)
    assert [few.supplier[0][n] for n in few.supplier[1]] == [many.supplier[0][n] for n in many.supplier[1]]
