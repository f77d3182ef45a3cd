"""Numbers of a report traced back: money to quantities and rates, futures to the command that lives them again."""

import csv
import html
import json
import shlex
from pathlib import Path

import pytest

from sim.errors import UsageError
from sim.report.page import page as pages
from sim.report.page.account import WRONG
from sim.report.page.accounts import account_table, unfit
from sim.report.page.again import code, costliest, opened
from sim.report.page.source import sources

VALID = Path(__file__).parents[2] / "scenarios" / "valid"


@pytest.fixture
def ran(bufferstock):
    """Runs a small comparison, and gives what a report takes in."""

    def run(scenario, *settings):
        words = [word for setting in settings for word in ("--set", setting)]
        fixed = ("-n", "2", "-j", "1", "--postures", "jit,hybrid", "--no-figures", "-o", "run")
        ended = bufferstock("compare", str(scenario), *words, *fixed)
        assert ended.code == 0, ended.err
        return sources([Path("run")])

    return run


SPACE = (
    *("costs.storage_rate=0", "costs.storage_per_m3=0.5", "costs.handling_rate=0", "costs.handling_per_m3=3"),
    *("costs.storage_fixed=1000", "costs.backorder_per_unit_day=2", "items.pump.volume=0.4"),
)


@pytest.mark.parametrize(
    ("scenario", "settings", "parts"),
    [
        ("first_strike", SPACE, {"Storage, space", "Storage, fixed", "Handling, space", "Backorder penalty, a day"}),
        ("first_strike", ("items.pump.owner=supplier",), {"Storage"}),
        ("first_strike", ("ageing=true", "items.pump.shelf_life=40", "costs.shrinkage_rate=0"), {"Written off"}),
        ("first_strike", ("items.pump.goodwill=77",), {"Goodwill, items with one of their own"}),
        ("assembly", (), {"Line-down", "Lost margin"}),
        ("ordinary_year", (), {"Purchase-price variance", "Lost margin"}),
        (VALID / "single_orders.toml", (), {"Backorder penalty, once"}),
        (VALID / "chain.toml", (), {"Capital"}),
        (VALID / "tables", (), {"Capital"}),
    ],
)
def test_every_way_of_booking_fits(ran, scenario, settings, parts):
    main = ran(scenario, *settings).main
    table = account_table(main)
    assert unfit([table]) == []
    assert parts <= {row[2] for row in table.rows}
    for weather in main.comparison.weathers:
        for posture in main.comparison.postures:
            here = {row[2]: row for row in table.rows if row[:2] == (weather, posture)}
            assert here["Total cost"][7] == main.comparison.interval(weather, posture, "total_cost").mean
            # rows that are quantity × rate are just that
            for row in here.values():
                if row[8] == "recomputed":
                    assert row[7] == pytest.approx(row[3] * row[5], rel=1e-9)


def test_what_does_not_fit_stands_on_the_page(ran):
    found = ran("first_strike")
    made = pages.report(found, lambda: (_ for _ in ()).throw(UsageError("gone")))
    assert WRONG not in made.html
    assert "From quantities and rates to these costs" in made.html
    path = Path("run") / "items.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    place = lines[0].index("lost_units")
    for line in lines[1:]:
        line[place] = str(float(line[place]) + 1.0)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    found.main.run.__dict__.pop("items", None)
    made = pages.report(found, lambda: (_ for _ in ()).throw(UsageError("gone")))
    assert f"<strong>Lost margin: not explained of jit in strike, USD: {WRONG}" in made.html
    assert '<details class="accounts" open>' in made.html


def test_the_command_of_a_future_gives_the_costs_that_were_stored(bufferstock, tmp_path):
    assert bufferstock("plan", "first_strike", "--posture", "jic", "-o", "mine.csv").code == 0
    settings = ("--set", "jit.cover=20", "--set", "costs.capital_rate=0.2")
    fixed = ("-n", "5", "-j", "1", "--seed", "7", "--no-figures", "-o", "run")
    assert bufferstock("compare", "first_strike", "--postures", "jit,hybrid,mine.csv", *settings, *fixed).code == 0
    found = sources([Path("run")])
    table = costliest(found.main)
    assert [row[0] for row in table.rows[::3]] == found.main.comparison.ranking("strike")
    stored = found.main.run.replications
    for posture, number, total, stockout, command in table.rows[::3]:
        ended = bufferstock(*shlex.split(command)[1:], "--json", "-o", f"again-{posture}")
        assert ended.code == 0, ended.err
        again = json.loads(ended.out)["measures"]
        here = stored[(stored.weather == "strike") & (stored.posture == posture) & (stored.replication == number)]
        assert again["total_cost"] == total == here.total_cost.item()
        assert again["stockout_cost"] == stockout == here.stockout_cost.item()


def test_the_page_says_how_each_number_is_found_again(ran):
    found = ran("first_strike")
    made = pages.report(found, lambda: (_ for _ in ()).throw(UsageError("gone")))
    _, lines = opened(found.main)
    *before, last = lines.splitlines()
    space = {}
    exec("\n".join(before), space)
    name = found.main.comparison.ranking("strike")[0]
    assert eval(last, space) == pytest.approx(
        found.main.comparison.interval("strike", name, "total_cost").mean, rel=1e-12
    )
    text = html.unescape(made.html)
    for part in (lines, code(found.main), *(row[4] for row in costliest(found.main).rows), "manifest.json: plans"):
        assert part in text
