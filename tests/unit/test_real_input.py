"""The scenario of real records: one command runs it, plans see no future, items keep their weeks together."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli.main import commands
from sim.knowledge import lead_time

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "experiments" / "real_retail.py"
sys.path.insert(0, str(SCRIPT.parent))
import real_retail  # noqa: E402
import retail_scenario  # noqa: E402

DATA = real_retail.data_folder()
LACKING = retail_scenario.missing(DATA)
needs_records = pytest.mark.skipif(
    bool(LACKING), reason=f"the records are not part of the project, and {DATA} lacks {', '.join(LACKING)}"
)
POSTURES = ("jit", "jic", "hybrid")
MODES = ("replay", "bootstrap")


@pytest.fixture(scope="module")
def records():
    return retail_scenario.read(DATA)


@pytest.fixture(scope="module")
def scenarios(records, tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    return {mode: sim.load(retail_scenario.write(folder / mode, records, mode)) for mode in MODES}


def altered(folder, after):
    """A copy of the records, with what was sold from AS_OF on (or before it) made quite different."""
    folder.mkdir()
    for name in (retail_scenario.PRODUCTS, retail_scenario.LANES):
        shutil.copy(DATA / name, folder / name)
    with (
        (DATA / retail_scenario.DEMAND).open(encoding="utf-8", newline="") as old,
        (folder / retail_scenario.DEMAND).open("w", encoding="utf-8", newline="") as new,
    ):
        reader = csv.DictReader(old)
        writer = csv.DictWriter(new, list(reader.fieldnames))
        writer.writeheader()
        for row in reader:
            if (date.fromisoformat(row["date"]) >= retail_scenario.AS_OF) == after:
                row["units"] = str(3 * int(row["units"]) + len(row["sku_id"]))
            writer.writerow(row)
    return folder


@needs_records
@pytest.mark.parametrize("mode", MODES)
def test_one_command_runs_it_and_says_how_to_repeat_it(mode, tmp_path):
    options = ["--quick", "-n", "2", "-j", "1", "--seed", "5", "--demand", mode, "--out", "made"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BUFFERSTOCK_DATA": str(DATA)}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert "doi:10.24432/C5BW33" in told
    assert "USAID SCMS" in told
    assert told.count("Note: Invented:") >= 4
    assert "Recorded in the 131 days after" in told
    line = re.search(r"^Repeat: bufferstock (compare .*)$", done.stdout, re.M).group(1)
    run = tmp_path / "made" / mode / "run"
    words = [str(tmp_path / word) if word.startswith("made") else word for word in shlex.split(line)]
    again = CliRunner().invoke(commands, [*words, "-j", "1", "-o", str(tmp_path / "again")], catch_exceptions=False)
    assert again.exit_code == 0
    assert (run / "summary.csv").read_bytes() == (tmp_path / "again" / "summary.csv").read_bytes()
    manifest = (run / "manifest.json").read_text(encoding="utf-8")
    assert "Chen, D. (2015) Online Retail" in manifest
    assert str(DATA) not in manifest


@needs_records
@pytest.mark.parametrize("mode", MODES)
def test_plans_use_nothing_on_or_after_their_day(mode, records, scenarios, tmp_path):
    scenario = scenarios[mode]
    later = retail_scenario.read(altered(tmp_path / "later", after=True))
    earlier = retail_scenario.read(altered(tmp_path / "earlier", after=False))
    ours, theirs, others = (
        retail_scenario.write(tmp_path / name, found, mode)
        for name, found in (("a", records), ("b", later), ("c", earlier))
    )
    for name in ("items.csv", "demand.csv", "scenario.toml"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name
    after, before = sim.load(theirs), sim.load(others)
    for name in POSTURES:
        plan = sim.posture(name).plan(scenario).table()
        assert sim.posture(name).plan(after).table() == plan
        assert sim.posture(name).plan(before).table() != plan
    mine, changed = (sim.draw(one, 1, 0).demand["Shop"] for one in (scenario, after))
    until = -scenario.span[0] if mode == "replay" else None
    assert (mine[:until] == changed[:until]).all()
    if mode == "replay":
        assert changed[until:].sum() > 3 * mine[until:].sum()


@needs_records
def test_replay_is_the_record_and_only_lead_times_are_drawn(records, scenarios):
    scenario = scenarios["replay"]
    first, second = (sim.draw(scenario, 1, number) for number in (0, 1))
    place = {item: n for n, item in enumerate(scenario.sites["Shop"])}
    wanted = np.zeros_like(first.demand["Shop"])
    for sale in records.sales:
        day = (sale.day - retail_scenario.AS_OF).days - first.first
        if day >= 0:
            wanted[day, place[sale.sku]] += sale.units
    assert (first.demand["Shop"] == wanted).all()
    assert (second.demand["Shop"] == wanted).all()
    assert all((first.production[name] != second.production[name]).any() for name in first.production)
    assert first.end == (max(sale.day for sale in records.sales) - retail_scenario.AS_OF).days + 1


@needs_records
def test_bootstrap_takes_whole_weeks_of_all_items_so_that_correlation_survives(scenarios):
    scenario = scenarios["bootstrap"]
    record = scenario.record.before(0)["Shop"]
    start = (-scenario.record.first) % 7
    recorded = record[start:].reshape(-1, 7, record.shape[1])
    assert (retail_scenario.AS_OF - timedelta(days=7 * len(recorded))).weekday() == 0
    drawn = np.concatenate([_weeks(sim.draw(scenario, 1, number).demand["Shop"]) for number in range(10)])
    known = {week.tobytes() for week in recorded}
    assert {week.tobytes() for week in drawn} == known
    value = scenario.catalogue.price
    was, now = ((weeks.sum(axis=1) * value) for weeks in (recorded, drawn))
    # independent items would bring the first ratio to 1 and the second to 0
    assert _together(was) > 5
    assert _together(now) == pytest.approx(_together(was), rel=0.15)
    busy = np.argsort(-was.mean(axis=0))[:50]
    pairs = np.triu_indices(50, 1)
    assert np.corrcoef(np.corrcoef(was[:, busy].T)[pairs], np.corrcoef(now[:, busy].T)[pairs])[0, 1] > 0.95


def _weeks(demand):
    count = demand.shape[0] // 7
    return demand[: 7 * count].reshape(count, 7, -1)


def _together(weekly):
    """Variance of the sum over items, in terms of the sum of variances."""
    return weekly.sum(axis=1).var(ddof=1) / weekly.var(axis=0, ddof=1).sum()


@needs_records
@pytest.mark.parametrize("mode", MODES)
def test_lead_times_are_those_of_the_table(mode, scenarios):
    with (DATA / retail_scenario.LANES).open(encoding="utf-8", newline="") as file:
        table = {
            (row["vendor_id"], row["mode"]): (float(row["lead_mean"]), float(row["lead_cv"]))
            for row in csv.DictReader(file)
            if row["level"] == "vendor_mode" and row["lead_cv"]
        }
    scenario = scenarios[mode]
    named = {"sea": "OCEAN", "air": "AIR", "truck": "TRUCK"}
    assert {lane.mode for lane in scenario.lanes} == set(named)
    for lane in scenario.lanes:
        found = lead_time(scenario, "Shop", lane.origin[0])
        mean, cv = table[lane.origin[0].split()[0], named[lane.mode]]
        assert found.mean == pytest.approx(mean, abs=0.01)
        assert found.sd / found.mean == pytest.approx(min(cv, 0.4), abs=1e-3)


@needs_records
def test_the_join_follows_the_stated_rule(scenarios):
    scenario = scenarios["replay"]
    mode = {lane.name: lane.mode for lane in scenario.lanes}
    dearest = {name: max(i.price for i in scenario.items if mode[i.supplier] == name) for name in ("sea", "air")}
    counts = {name: sum(mode[item.supplier] == name for item in scenario.items) for name in ("sea", "air", "truck")}
    assert counts == {"sea": 150, "air": 90, "truck": 60}
    assert all(item.price >= dearest["sea"] for item in scenario.items if mode[item.supplier] != "sea")
    assert all(item.price >= dearest["air"] for item in scenario.items if mode[item.supplier] == "truck")
    assert all(item.standard_cost == pytest.approx(item.price / 2) for item in scenario.items)
    ranks = Counter(item.criticality for item in scenario.items)
    assert ranks == {"halts production": 60, "breaches a contract": 90, "inconveniences": 150}


@needs_records
def test_fill_rates_stand_in_the_expected_order(scenarios):
    """More stock serves better; and the autumn that the plan did not see costs far more service than lead times do."""
    found = {mode: sim.compare(scenario, replications=20, weathers=["calm"]) for mode, scenario in scenarios.items()}
    fill = {
        mode: [comparison.interval("calm", name, "fill_rate").mean for name in ("jit", "hybrid", "jic")]
        for mode, comparison in found.items()
    }
    for rates in fill.values():
        assert rates == sorted(rates)
    assert fill["bootstrap"][0] > 0.9
    assert fill["replay"][2] < 0.9


def test_without_the_records_it_says_what_is_missing(tmp_path, capsys):
    assert real_retail.main(["--data", str(tmp_path), "--out", str(tmp_path / "made")]) == 2
    told = capsys.readouterr().err
    assert "retail_demand_daily.csv" in told
    assert "--data" in told
    assert not (tmp_path / "made").exists()


def test_the_folder_of_records_can_be_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("BUFFERSTOCK_DATA", str(tmp_path))
    assert real_retail.data_folder() == tmp_path
    monkeypatch.delenv("BUFFERSTOCK_DATA")
    assert real_retail.data_folder() == ROOT.resolve().parent / "shared" / "data"


def test_vendors_are_the_steady_ones_or_else_the_best_recorded():
    def row(vendor, mode, count, cv):
        name = {"level": "vendor_mode", "vendor_id": vendor, "mode": mode}
        return {**name, "n_lead": count, "lead_mean": "100", "lead_cv": cv}

    rows = [row("V1", "OCEAN", "40", "0.3"), row("V2", "OCEAN", "29", "0.3"), row("V3", "OCEAN", "40", "0.41")]
    rows += [row("V4", "AIR", "30", "0.4"), row("V5", "TRUCK", "50", "0.9"), row("V6", "TRUCK", "60", "1.2")]
    found = [(way.name, way.cv) for way in retail_scenario.ways_of(rows)]
    assert found == [("V1 sea", 0.3), ("V4 air", 0.4), ("V6 truck", 0.4)]
    with pytest.raises(ValueError, match="OCEAN"):
        retail_scenario.ways_of(rows[1:2] + rows[3:])
