"""The verb profile: files, summary, JSON, and what can be wrong."""

import csv
import datetime
import json

import pytest

SCENARIO = """
horizon = 30
history = "history.csv"
deliveries = "deliveries.csv"

[[items]]
item = "bolt"
standard_cost = 1
price = 2
supplier = "maker"

[[items]]
item = "never"
standard_cost = 1
supplier = "maker"

[[suppliers]]
name = "maker"
production_time = 30

[[warehouses]]
name = "shop"

[[lanes]]
name = "road"
origin = ["maker"]
destination = "shop"
mode = "truck"

[[demand]]
item = "bolt"
warehouse = "shop"
model = "none"

[[demand]]
item = "never"
warehouse = "shop"
model = "none"
"""


@pytest.fixture
def mine(tmp_path):
    """Two years of steady sales and weekly orders, both disrupted for 13 weeks."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "scenario.toml").write_text(SCENARIO)
    day = datetime.date(2022, 1, 3)
    sales, orders = ["item,date,units"], ["item,supplier,ordered,promised,delivered"]
    for number in range(728):
        date = day + datetime.timedelta(days=number)
        shock = 350 <= number < 441
        sales.append(f"bolt,{date},{0 if shock else 4 + number % 3}")
        if number % 7 == 0 and number < 700:
            came = date + datetime.timedelta(days=70 if shock else 20 + number % 4)
            done = came if came < day + datetime.timedelta(days=728) else ""
            orders.append(f"bolt,maker,{date},{date + datetime.timedelta(days=22)},{done}")
    (folder / "history.csv").write_text("\n".join(sales))
    (folder / "deliveries.csv").write_text("\n".join(orders))
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_tells_what_it_found_where_it_wrote_and_what_to_do_next(bufferstock, mine, tmp_path):
    ended = bufferstock("profile", "mine", "-o", "made")
    assert (ended.code, ended.err) == (0, "")
    said = " ".join(ended.out.split())
    assert "mine: profile as of 2024-01-01, from recorded history before day 0" in said
    assert "Stretches told apart (2)" in said
    assert "No demand of bolt at shop (2022-12-19 to 2023-03-20, found): none for 13 weeks" in said
    assert "Lead times of maker to shop, 3.3 times as long" in said
    assert "- never at shop: no demand on record" in said
    assert "Found: 2 items by warehouse (1 thin), 1 supply line (1 with deliveries on record), 2 disrupted" in said
    assert "Written: made/profile.csv, made/lead_times.csv, made/stretches.csv" in said
    assert "declare what you agree with as [[stretches]] in the scenario, then" in said
    assert said.endswith("bufferstock plan mine --posture hybrid --out plan.xlsx")
    items = rows(tmp_path / "made" / "profile.csv")
    assert [(row["item"], row["stretch"], row["class"]) for row in items] == [
        ("bolt", "all", "smooth"),
        ("bolt", "stable", "smooth"),
        ("bolt", "disrupted", "none"),
        ("never", "all", "none"),
    ]
    leads = rows(tmp_path / "made" / "lead_times.csv")
    assert [row["stretch"] for row in leads] == ["all", "stable", "disrupted"]
    assert float(leads[2]["mean"]) == 70
    assert 20 <= float(leads[1]["mean"]) <= 23
    assert [row["warehouse"] for row in rows(tmp_path / "made" / "stretches.csv")] == ["shop", "shop"]


def test_json_is_one_document_with_the_same_rows(bufferstock, mine, tmp_path):
    ended = bufferstock("profile", "mine", "--json", "-o", "made")
    document = json.loads(ended.out)
    assert (document["scenario"], document["as_of"], document["bucket"]) == ("mine", "2024-01-01", 7)
    for which, file in (("items", "profile"), ("lead_times", "lead_times"), ("stretches", "stretches")):
        assert len(document[which]) == len(rows(tmp_path / "made" / f"{file}.csv"))
    assert document["items"][3]["mean_high"] is None
    assert document["items"][0]["thin"] is False


def test_as_of_uses_only_what_lay_before_it(bufferstock, mine, tmp_path):
    whole = json.loads(bufferstock("profile", "mine", "--json", "--as-of", "2022-12-01").out)
    assert whole["as_of"] == "2022-12-01"
    assert whole["stretches"] == []
    assert whole["items"][0]["days"] == 332
    assert whole["lead_times"][0]["open"] == 3
    history, deliveries = mine / "history.csv", mine / "deliveries.csv"
    kept = [line for line in history.read_text().splitlines() if "date" in line or line.split(",")[1] < "2022-12-01"]
    history.write_text("\n".join([*kept, "never,2023-12-31,900"]))
    lines = [
        line for line in deliveries.read_text().splitlines() if "item" in line or line.split(",")[2] < "2022-12-01"
    ]
    cut = [
        line if line.split(",")[-1] < "2022-12-01" or "item" in line else line.rpartition(",")[0] + ","
        for line in lines
    ]
    deliveries.write_text("\n".join([*cut, "bolt,maker,2023-12-01,2023-12-02,2023-12-30"]))
    assert json.loads(bufferstock("profile", "mine", "--json", "--as-of", "2022-12-01").out) == whole


def test_declared_stretches_are_used_as_they_are(bufferstock, mine, tmp_path):
    file = mine / "scenario.toml"
    window = '\n[[stretches]]\nname = "flood"\nstart = 2023-06-01\nend = 2023-07-01\nkind = "disrupted"\n'
    file.write_text(file.read_text() + window)
    said = " ".join(bufferstock("profile", "mine", "-o", "made").out.split())
    assert "- Flood (2023-06-01 to 2023-07-01, given, disrupted): declared in the scenario's stretches" in said
    assert said.endswith("bufferstock plan mine --posture hybrid --out plan.xlsx")
    moved = bufferstock("profile", "mine", "--set", "stretches.flood.end=2023-06-11", "--json", "-o", "made")
    assert json.loads(moved.out)["stretches"][0]["end"] == "2023-06-11"


def test_without_delivery_records_it_says_that_lead_times_are_published(bufferstock, tmp_path):
    said = " ".join(bufferstock("profile", "first_strike").out.split())
    assert "No delivery is on record: lead times are the published ones (key: deliveries)." in said
    assert (tmp_path / "results" / "first_strike-profile" / "profile.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("meridien",), 2, "did you mean 'meridian'?"),
        (("first_strike", "--bucket", "0"), 2, "--bucket 0: at least 1 day is needed"),
        (("first_strike", "--set", "horizn=3"), 2, "did you mean 'horizon'?"),
        (("mine", "--as-of", "yesterday"), 3, "as_of: 'yesterday' is not a date"),
        (("mine", "--as-of", "2030-01-01"), 3, "is outside the record 2022-01-03 to 2023-12-31"),
        (("mine", "-o", "mine/scenario.toml"), 2, "is a file; --out names a folder"),
    ],
)
def test_what_is_wrong_is_told_in_one_message(bufferstock, mine, arguments, code, message):
    ended = bufferstock("profile", *arguments)
    assert ended.code == code
    assert message in ended.err
    assert ended.out == ""
