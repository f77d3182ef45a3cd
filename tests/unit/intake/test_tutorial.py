"""The commands of the tutorial on real records work as written, and the lead times agree with the published table."""

import csv
import os
import re
import shlex
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli.main import commands

ROOT = Path(__file__).parent.parent.parent.parent
TUTORIAL = ROOT / "docs" / "tutorial-real-records.md"
DATA = Path(os.environ.get("BUFFERSTOCK_DATA") or ROOT.parent / "shared" / "data")
NEEDED = (
    "scms_skus.csv",
    "scms_deliveries.csv",
    "scms_lane_parameters.csv",
    "retail_demand_daily.csv",
    "retail_skus.csv",
)
LACKING = [name for name in NEEDED if not (DATA / name).is_file()]
pytestmark = pytest.mark.skipif(
    bool(LACKING), reason=f"the records are not part of the project, and {DATA} lacks {', '.join(LACKING)}"
)
#: what a step of the way is run for here; profile, plan, compare and justify have tests of their own
RUN = ("import", "check")


def lines():
    """Commands in the blocks of the tutorial."""
    text = TUTORIAL.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, re.S | re.M)
    return [line for block in blocks for line in block.splitlines() if line.startswith(("bufferstock ", "python "))]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The tutorial's imports, run in a folder of their own: what each printed, and the folder."""
    folder = tmp_path_factory.mktemp("tutorial")
    told = {}

    def placed(word):
        if word.startswith("../shared/data"):
            return str(DATA) + word.removeprefix("../shared/data")
        if word.startswith("experiments/"):
            return str(ROOT / word)
        return str(folder / word) if word.startswith("results/") else word

    sys.path.insert(0, str(ROOT / "experiments"))
    try:
        import retail_exports

        for line in lines():
            program, *words = shlex.split(line)
            words = [placed(word) for word in words]
            if program == "python":
                assert words[0] == str(ROOT / "experiments" / "retail_exports.py")
                assert retail_exports.main(words[1:]) == 0
            elif words[0] in RUN:
                found = CliRunner().invoke(commands, words, catch_exceptions=False)
                assert found.exit_code == 0, found.output
                told[line] = found.output
    finally:
        sys.path.remove(str(ROOT / "experiments"))
    return told, folder


def test_the_imports_are_sound_and_print_what_the_tutorial_says(done):
    told, folder = done
    assert len(told) == 4
    shown = re.search(r"^Rows in = .*?(?=^```)", TUTORIAL.read_text(encoding="utf-8"), re.S | re.M).group(0)
    assert shown.strip() in told[next(line for line in told if "results/scms" in line)]
    retail = next(output for line, output in told.items() if "import results/retail-exports" in line)
    assert "39997 = 39997 + 0" in retail
    assert "962 = 802 + 160" in retail
    for name in ("scms", "retail"):
        assert str(DATA) not in (folder / "results" / name / "scenario.toml").read_text(encoding="utf-8")


def test_the_scenarios_are_out_of_sample_and_say_what_is_not(done):
    _, folder = done
    for name, day in (("scms", "2013-01-01"), ("retail", "2011-08-01")):
        scenario = sim.load(folder / "results" / name)
        assert scenario.as_of == day
        assert {stream.model for stream in scenario.demand} == {"replay"}
        assert scenario.notes[1].startswith(f"Demand is out of sample: plans of {day}")
        assert (scenario.delivered.before(0).ordered < 0).all()
        assert any(note.startswith("In-sample: ") for note in scenario.notes)


def test_lead_times_are_those_of_the_published_table(done):
    """Number, mean and cv of all 24 lines of a vendor and mode, to the digits that the table gives."""
    _, folder = done
    times = defaultdict(list)
    with (folder / "results" / "scms" / "deliveries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            days = np.datetime64(row["delivered"]) - np.datetime64(row["ordered"])
            times[row["supplier"]].append(int(days.astype(int)))
    modes = {"AIR": "air", "OCEAN": "sea", "TRUCK": "truck"}
    with (DATA / "scms_lane_parameters.csv").open(encoding="utf-8", newline="") as file:
        table = [row for row in csv.DictReader(file) if row["level"] == "vendor_mode" and row["lead_cv"]]
    assert len(table) == 24
    for row in table:
        found = np.asarray(times[f"{row['vendor_id']} {modes[row['mode']]}"])
        assert found.size == int(row["n_lead"])
        assert found.mean() == pytest.approx(float(row["lead_mean"]), abs=0.00051)
        assert found.std(ddof=1) / found.mean() == pytest.approx(float(row["lead_cv"]), abs=0.00051)


def test_the_record_of_demand_comes_through_whole(done):
    _, folder = done
    with (DATA / "retail_demand_daily.csv").open(encoding="utf-8", newline="") as file:
        total = sum(int(row["units"]) for row in csv.DictReader(file))
    record = sim.load(folder / "results" / "retail").record
    assert sum(values.sum() for values in record.units.values()) == total
