"""The verb run: one replication, its log of events, and why items ran out."""

import csv
import json

import pytest

from sim import draw, jit, live, load
from sim.library import locate


@pytest.fixture
def short(bufferstock):
    """A future in which the pump runs out: just-in-time under the strike."""
    ended = bufferstock("run", "first_strike", "--posture", "jit", "--replication", "1", "-o", "told", "--json")
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_the_document_tells_the_measures_of_that_future(short):
    scenario = load("first_strike").under("strike")
    outcome = live(scenario, jit().plan(scenario), draw(scenario, 1, 1))
    assert short["measures"]["total_cost"] == pytest.approx(outcome.measures["total_cost"])
    assert (short["scenario"], short["weather"], short["posture"]) == ("first_strike", "strike", "jit")
    assert (short["seed"], short["replication"], short["out"]) == (1, 1, "told")


def test_events_are_written_in_order_of_days(short, tmp_path):
    rows = list(csv.DictReader((tmp_path / "told" / "events.csv").read_text().splitlines()))
    assert list(rows[0]) == ["day", "event", "item", "warehouse", "units", "text"]
    days = [float(row["day"]) for row in rows]
    assert days == sorted(days)
    told = [row["event"] for row in rows]
    assert {"incident begins", "incident ends", "stockout begins"} <= set(told)
    assert told.count("stockout begins") == len(short["stockouts"])
    assert json.loads((tmp_path / "told" / "outcome.json").read_text()) == short


def test_stockouts_are_explained_by_the_delivery_that_was_late(short):
    worst = short["stockouts"][0]
    assert worst["item"] == "pump"
    assert worst["days"] > 0
    assert worst["why"].startswith(f"shipment {worst['shipment']} waited ")
    assert "days at Los Angeles, port strike days " in worst["why"]
    assert worst["causes"] == ["strike"]
    values = [one["value"] for one in short["stockouts"]]
    assert values == sorted(values, reverse=True)


def test_the_terminal_tells_the_same(bufferstock, short):
    ended = bufferstock("run", "first_strike", "--replication", "1", "-o", "again", "--most", "1")
    assert ended.code == 0
    assert f"{len(short['stockouts'])} stockouts" in ended.out
    assert ended.out.count("- pump at Ontario") == 1
    assert short["stockouts"][0]["why"] in ended.out
    assert "Next: bufferstock compare first_strike --postures jit,hybrid" in ended.out


def test_what_it_suggests_next_can_be_called(bufferstock):
    ended = bufferstock("run", "first_strike", "--posture", "hybrid", "-o", "told")
    (following,) = [line for line in ended.out.splitlines() if line.startswith("Next: bufferstock ")]
    arguments = following.removeprefix("Next: bufferstock ").split()
    assert bufferstock(*arguments, "-n", "2", "-j", "1", "--no-figures").code == 0


def test_replication_k_of_a_study_is_the_same_future(bufferstock, short, tmp_path):
    """What `compare` books for replication 1, `run --replication 1` books too."""
    import pyarrow.parquet as pq

    assert bufferstock("compare", "first_strike", "-n", "2", "-j", "1", "--no-figures", "-o", "all").code == 0
    kept = pq.read_table(tmp_path / "all" / "replications" / "part-00000.parquet").to_pylist()
    (row,) = [row for row in kept if (row["replication"], row["weather"], row["posture"]) == (1, "strike", "jit")]
    assert row["total_cost"] == pytest.approx(short["measures"]["total_cost"])
    assert row["lost_units"] == pytest.approx(short["measures"]["lost_units"])


def test_the_log_can_be_of_one_item_only(bufferstock, tmp_path):
    ended = bufferstock("run", "starter", "--item", "0002", "-o", "told", "--json")
    assert ended.code == 0
    assert all(one["item"] == "0002" for one in json.loads(ended.out)["stockouts"])
    rows = list(csv.DictReader((tmp_path / "told" / "events.csv").read_text().splitlines()))
    assert {row["item"].split(" and ")[0] for row in rows} <= {"", "0002"}


def test_what_was_known_of_an_incident_and_that_it_never_ends_is_told(bufferstock, tmp_path):
    text = locate("first_strike").read_text().replace("length = 21\n", "length = 21\nnotice = 30\n")
    text += 'estimate_factor = 0.5\n[[disruptions]]\nkind = "tariff"\nname = "duty"\nsupplier = "Shenzhen"\n'
    (tmp_path / "told.toml").write_text(text + "duty = 0.1\nstart = 50\n")
    told = bufferstock("run", "told.toml", "-o", "told").out
    assert "tariff at Shenzhen, from day 50 for good\n" in told
    assert ", known 30 days before, first believed to last 10.5 days\n" in told


def test_the_document_tells_the_incidents(bufferstock, tmp_path):
    text = locate("first_strike").read_text().replace("length = 21\n", "length = 21\nnotice = 30\n")
    text += 'estimate_factor = 0.5\n[[disruptions]]\nkind = "tariff"\nname = "duty"\nsupplier = "Shenzhen"\n'
    (tmp_path / "told.toml").write_text(text + "duty = 0.25\nstart = 50\n")
    document = json.loads(bufferstock("run", "told.toml", "-o", "told", "--json").out)
    duty, strike = sorted(document["incidents"], key=lambda one: one["name"])
    assert duty == {
        "name": "duty",
        "kind": "tariff",
        "target": "supplier",
        "where": "Shenzhen",
        "start": 50.0,
        "end": None,
        "clock": "whole_days",
        "notice": 0.0,
        "estimate": None,
        "cause": None,
        "warehouses": [],
        "items": [],
        "effects": {"price_factor": 1.25},
    }
    assert (strike["kind"], strike["where"], strike["notice"], strike["estimate"]) == (
        *("port_strike", "Los Angeles"),
        *(30.0, 10.5),
    )
    assert strike["end"] - strike["start"] == pytest.approx(21.0)
    assert strike["effects"] == {"remaining": 0.0}
