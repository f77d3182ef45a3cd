"""The report: structure, words that claim no more than intervals, escaping, the same bytes, and what it refuses."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pytest

from sim.about import POSTURES
from sim.errors import UsageError
from sim.measures import MEASURES
from sim.report.page import cast
from sim.report.page import page as pages
from sim.report.page.board import board
from sim.report.page.checklist import warm_up
from sim.report.page.decision import decision
from sim.report.page.figures import drawing
from sim.report.page.ledger import ledger, ledger_table
from sim.report.page.rows import Table, cell_text, file_table
from sim.report.page.slider import data, grid
from sim.report.page.source import sources
from sim.report.style import Money
from sim.studies.strike_grid import StrikeGrid, strike_grid

EVIL = '=HYPERLINK("http://example.invalid","x")<script>alert(1)</script>'


class Structure(HTMLParser):
    """What a page holds, by element."""

    def __init__(self, text):
        super().__init__()
        self.found, self.ids, self.open, self.text = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.found.append((tag, told))
        if "id" in told:
            self.ids.append(told["id"])

    def all(self, tag):
        return [told for name, told in self.found if name == tag]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small comparison on disk, without figures."""
    from sim.cli.main import main

    home = tmp_path_factory.mktemp("report") / "run"
    before = sys.argv
    sys.argv = ["bufferstock", "compare", "first_strike", "-n", "4", "-j", "1", "--postures", "jit,hybrid"]
    sys.argv += ["--no-figures", "--no-progress", "--json", "-o", str(home)]
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = before
    assert ended.value.code == 0
    return home


@pytest.fixture(scope="module")
def small():
    """A grid of the sliders, made up: costs fall with the buffer and rise with the strike."""
    names = ("total_cost", "carrying_cost", "stockout_cost", "stockout_days", "fill_rate")
    values = {name: [[3.0, 4.0], [1.0, 2.0]] for name in names}
    halves = {name: [[0.5, 0.5], [0.5, 0.5]] for name in names}
    totals = [[[2.0, 4.0], [3.0, 5.0]], [[0.5, 1.5], [1.0, 3.0]]]
    title, axes = "One <item>", ((0, 3), (0, 5))
    return StrikeGrid("s", title, "USD", "pump", "jit", *axes, 2, 1, values, halves, totals, 12.706, why="of <reasons>")


def scenario():
    from sim.library import load

    return load("first_strike")


@pytest.fixture(scope="module")
def made(run, small):
    return pages.report(sources([run]), scenario, small)


def copied(run, tmp_path, change):
    """The run with its manifest changed."""
    home = tmp_path / "copy"
    shutil.copytree(run, home)
    path = home / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    return home


def test_the_page_has_the_structure_that_readers_of_all_kinds_need(made):
    page = Structure(made.html)
    assert [told["lang"] for told in page.all("html")] == ["en"]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("header")) == len(page.all("footer")) == 1
    assert page.all("nav")[0]["aria-label"]
    assert len(page.ids) == len(set(page.ids))
    drawn = page.all("svg")
    assert len(drawn) >= 3
    assert all(told["role"] == "img" and told["aria-label"].strip() for told in drawn)
    assert page.all("th")
    assert all(told["scope"] in ("col", "row") for told in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    links = [told["href"] for told in page.all("a")]
    assert all(link.startswith("#") and link[1:] in page.ids for link in links)
    assert "#main" in links
    labels = {told["for"] for told in page.all("label")}
    assert labels == {told["id"] for told in page.all("input")} == {"buffer", "strike-length"}


def test_the_page_loads_nothing(made):
    page = Structure(made.html)
    for _, told in page.found:
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert told.get(name, "#").startswith(("#", "data:"))
    assert not re.search(r"@import|url\((?!#)", made.html)


def test_sections_come_in_the_order_in_which_people_read(made):
    names = ["main", "postures", "figures", "strike", "ledger", "assumptions", "not-modelled", "measures"]
    page = Structure(made.html)
    places = [page.ids.index(name) for name in (*names, "stress-des", "validation", "again")]
    assert places == sorted(places)
    for text in ("TODO(author)", "costs.goodwill_halts", "bufferstock rerun", "Substitution between items"):
        assert text in made.html
    assert len(page.all("dt")) >= 20


def test_the_checklist_has_its_twenty_items(run):
    from sim.report.page.checklist import checklist

    def diagram(mapped):
        return next(
            one for part in checklist(sources([run]).main, 3, mapped) for one in part.answers if one.number == "2.1"
        )

    assert diagram(False).open
    assert not diagram(True).open
    assert "network map" in diagram(True).text.lower()
    found = checklist(sources([run]).main, 3)
    numbers = [answer.number for section in found for answer in section.answers]
    sizes = (3, 5, 4, 3, 4, 1)
    assert numbers == [f"{group}.{item}" for group, size in enumerate(sizes, 1) for item in range(1, size + 1)]
    assert all(("TODO(author)" in answer.text) == answer.open for section in found for answer in section.answers)


def test_the_same_run_gives_the_same_bytes(run, small, made):
    again = pages.report(sources([run]), scenario, small)
    assert again.html == made.html
    assert again.xlsx == made.xlsx


def test_the_comparison_is_the_one_that_was_run(run):
    main = sources([run]).main
    summary = main.run.summary
    for weather in main.comparison.weathers:
        for name in main.comparison.postures:
            found = main.comparison.interval(weather, name, "total_cost")
            row = summary[(summary.kind == "posture") & (summary.weather == weather) & (summary.a == name)]
            row = row[row.measure == "total_cost"].iloc[0]
            np.testing.assert_allclose(
                (found.mean, found.low, found.high), (row["mean"], row.low, row.high), rtol=1e-12
            )


def test_no_posture_is_chosen_that_the_intervals_do_not_single_out(run):
    from dataclasses import replace

    found = sources([run])
    comparison = found.main.comparison
    clear, tied = comparison.measures.copy(), comparison.measures.copy()
    place = [number for number, one in enumerate(MEASURES) if not one.yes_no]
    generator = np.random.default_rng(1)
    noise = generator.normal(size=(clear.shape[0], clear.shape[1]))
    clear[:, :, 1, place] = clear[:, :, 0, place] - 1000 - noise[..., None]
    tied[:, :, 1, place] = tied[:, :, 0, place] + np.array([-1000.0, 1000.0, -900.0, 899.0])[:, None, None]

    def answer(values, cautions=()):
        run = replace(found.main.run, manifest={**found.main.manifest, "cautions": list(cautions)})
        main = replace(found.main, run=run, comparison=replace(comparison, measures=values))
        return decision(replace(found, main=main)).answer

    early = "In strike, do not believe all intervals yet: few futures count; run at least 50 futures."
    assert answer(clear, [early]).startswith("Too early to choose: so far hybrid costs $1.00 k a year less than jit")
    assert answer(clear, [early.replace("strike", "calm")]).startswith("Choose hybrid")
    assert answer(clear).startswith("Choose hybrid: hybrid costs $1.00 k a year less than jit")
    assert answer(tied).startswith("By cost it is unclear whether to leave jit: hybrid costs $0.00 k a year less")


def test_every_line_of_every_plan_is_in_the_ledger(run, made):
    main = sources([run]).main
    assert [book.posture for book in ledger(main)] == main.comparison.ranking("strike")
    rows = ledger_table(main).rows
    assert len(rows) == sum(len(lines) for lines in main.manifest["plans"].values())
    for line in rows:
        for text in (line[0], line[1], line[11]):
            assert text in made.html
    total = {name: main.comparison.interval("strike", name, "carrying_cost").mean for name in main.comparison.postures}
    for name, mean in total.items():
        np.testing.assert_allclose(sum(row[-2] for row in rows if row[0] == name), mean, rtol=1e-6)


def test_text_of_a_scenario_cannot_run(run, tmp_path, small):
    def change(told):
        told["resolved_scenario"]["title"] = EVIL
        told["notes"] = [EVIL]
        for lines in told["plans"].values():
            for line in lines:
                line["reason"] = line["segment"] = line["item"] = EVIL

    made = pages.report(sources([copied(run, tmp_path, change)]), scenario, small)
    assert "<script>alert" not in made.html
    assert "&lt;script&gt;alert" in made.html
    path = tmp_path / "report.xlsx"
    path.write_bytes(made.xlsx)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert "Ledger" in book.sheetnames


def test_a_figure_that_was_not_drawn_here_is_refused(tmp_path):
    path = tmp_path / "figure.svg"
    for inside in ("<script>x</script>", '<g onload="x"/>', '<image href="http://example.invalid/x.png"/>'):
        path.write_text(f"<svg viewBox='0 0 1 1'><title>t</title>{inside}</svg>", encoding="utf-8")
        with pytest.raises(UsageError, match="scripts or links"):
            drawing(path, "c0", ())
    path.write_text(
        '<svg viewBox="0 0 1 1"><title>a &lt; b</title><g id="x" clip-path="url(#x)"/></svg>', encoding="utf-8"
    )
    found = drawing(path, "c0", ())
    assert found.finding == "a < b"
    assert 'id="c0-x"' in found.svg
    assert "url(#c0-x)" in found.svg
    assert 'aria-label="a &lt; b"' in found.svg


def test_a_figure_is_told_by_the_longest_name_it_begins_with():
    from sim.report.page.figures import QUESTIONS, TABLES, named

    assert named("tornado_costs", QUESTIONS) == "Which assumption moves each posture?"
    assert named("tornado", QUESTIONS) == "Which assumption moves the answer most?"
    assert named("tornado_costs", TABLES) == "tornado.csv"
    assert named("unheard_of", QUESTIONS) == ""


def test_a_run_of_another_verb_brings_its_figures_with_their_tables(tmp_path, run):
    from sim.report.page.figures import of_beside
    from sim.report.page.part import part
    from sim.report.page.source import Beside

    svg = "<svg viewBox='0 0 1 1'><title>the answer</title><g/></svg>"
    (tmp_path / "figures").mkdir()
    for name in ("loss_risk_or_error", "loss_exceedance"):
        (tmp_path / "figures" / f"{name}.svg").write_text(svg, encoding="utf-8")
    for name in ("loss", "curve", "strata"):
        (tmp_path / f"{name}.csv").write_text("posture,loss\njit,3\n", encoding="utf-8")
    outputs = [*(f"{name}.csv" for name in ("loss", "curve", "strata"))]
    outputs += ["figures/loss_risk_or_error.svg", "figures/loss_exceedance.svg"]
    told = {
        "outputs": dict.fromkeys(outputs, ""),
        "loss": {"board": "it is bad", "remarks": [f"r{k}" for k in range(6)]},
    }
    one = Beside(tmp_path, "loss", told)
    assert [each.question for each in of_beside(one, 0)] == ["How bad can a year be?", "Is it risk, or error?"]
    made = part(one, 0)
    assert [figure.tables[0].caption.split()[0] for figure in made.figures] == ["curve.csv", "loss.csv"]
    assert [table.caption.split()[0] for table in made.tables] == ["strata.csv"]
    assert len(made.sheets) == 3
    assert (made.sentences, made.more) == (("It is bad.", "R0.", "R1.", "R2."), ("R3.", "R4.", "R5."))


def sensitivity_beside(run, folder, change):
    """The folder of a sensitivity run of the comparison's scenario, postures and weather, with some lines changed."""
    told = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    del told["recipe"]
    told["volatile"]["arguments"] = {"argv": ["sensitivity", "first_strike"]}
    change(told)
    found = ["As things stand hybrid costs less.", "It turns round at a price of 3."]
    told["sensitivity"] = {"between": ["hybrid", "jit"], "measure": "total_cost", "findings": found}
    told |= {"weathers": told["weathers"][:1], "outputs": {}}
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def swapped(told):
    told["plans"] = {name: [*reversed(lines)] for name, lines in told["plans"].items()}
    told["plans"]["jic"] = [{"item": "pump", "warehouse": "W", "order_up_to": 1.0}]
    for lines in told["plans"].values():  # who decided it, and why, changes nothing that is lived
        lines[0] |= {"owner": "A. Planner", "reason": "said otherwise"}


def other_plans(told):
    for lines in told["plans"].values():
        lines[0]["order_up_to"] += 1


def redrawn(told):
    """Demand and its history drawn anew, as sensitivity does: other levels by the same rules."""
    told["resolved_scenario"]["draws"] = "another"
    for lines in told["plans"].values():
        lines[0]["order_up_to"] += 16


def redrawn_by_other_rules(told):
    redrawn(told)
    line = told["plans"]["jit"][0]
    line["formula"] = line["formula"].replace("1.65 sigma", "6 sigma")


def redrawn_with_a_setting(told):
    redrawn(told)
    told["volatile"]["arguments"]["argv"] += ["--set", "hybrid.size_on=all"]


def with_a_warm_up_of_its_own(told):
    told["resolved_scenario"]["warm_up"] = None


def other_plan(told):
    told["plans"]["jit"].pop()


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (swapped, ""),
        (other_plan, "of the same scenario with other plans of jit"),
        (other_plans, "of the same scenario with other plans of jit and hybrid"),
        (redrawn, ""),
        (redrawn_with_a_setting, "of the same scenario with other plans of hybrid"),
        (with_a_warm_up_of_its_own, ""),
        (redrawn_by_other_rules, "of the same scenario with other plans of jit"),
        (lambda told: told.pop("plans"), ""),
        (lambda told: told["resolved_scenario"].update(currency="EUR"), "of the same scenario with other currency"),
    ],
)
def test_a_run_beside_with_other_plans_says_so_and_is_not_quoted(tmp_path, run, change, differs):
    found = sources([run, sensitivity_beside(run, tmp_path / "beside", change)])
    assert [one.other for one in found.beside] == [differs]
    whole = found.main.comparison
    alone = replace(whole, weathers=whole.weathers[:1], measures=whole.measures[:, :1])
    told = board(alone, found.main.headline, Money.of("USD", [1e6]), beside=found.beside)
    assert ("It turns round at a price of 3" in told.told) == (not differs)


def test_a_ranked_list_that_is_damaged_is_refused(tmp_path):
    from sim.report.page.figures import of_beside
    from sim.report.page.source import Beside

    one = Beside(tmp_path, "optimise", {"outputs": {}, "optimum": {"purchases": [{"units": "many"}], "fresh": 3}})
    with pytest.raises(UsageError, match="is damaged"):
        of_beside(one, 0)
    assert of_beside(Beside(tmp_path, "optimise", {"outputs": {}, "optimum": {"purchases": []}}), 0) == []


def test_runs_that_cannot_be_reported_are_refused_in_one_line_each(run, tmp_path):
    with pytest.raises(UsageError, match="there is no such folder"):
        sources([tmp_path / "nowhere"])
    half = tmp_path / "half"
    shutil.copytree(run, half)
    (half / "manifest.json").unlink()
    with pytest.raises(UsageError, match=r"half a run.*bufferstock resume"):
        sources([half])
    with pytest.raises(UsageError, match=r"run by bufferstock 0\.0\.1"):
        sources([copied(run, tmp_path, lambda told: told.update(version="0.0.1"))])
    with pytest.raises(UsageError, match="are comparisons"):
        sources([run, twice(run, tmp_path)])
    damaged = tmp_path / "damaged"
    shutil.copytree(run, damaged)
    (damaged / "items.csv").write_text("x\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"items\.csv"):
        sources([damaged])
    with pytest.raises(UsageError) as told:
        sources([half, damaged])
    assert len(str(told.value).splitlines()) == 2


def twice(run, tmp_path):
    shutil.copytree(run, tmp_path / "twice")
    return tmp_path / "twice"


def test_a_scenario_that_changed_since_shows_no_register(run, small):
    from sim.library import load

    made = pages.report(sources([run]), lambda: load("first_strike", ("horizon=400",)), small)
    assert "has changed since the run" in made.html
    assert "costs.goodwill_halts" not in made.html.split('id="not-modelled"')[0].split('id="assumptions"')[1]


def test_a_browser_runs_the_sliders(made, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium); make test-slow needs it")
    path = tmp_path / "report.html"
    path.write_text(made.html, encoding="utf-8")
    asked = [
        chromium,
        "--headless",
        "--no-sandbox",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
        path.as_uri(),
    ]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=120).stdout
    assert '<strong id="grid-total_cost">$3</strong> <span id="span-total_cost">($3 to $4)</span>' in found
    # 2 less 0.5 and 4 less 1.5: mean 2, standard error 0.5, so 2 ± 12.706 × 0.5
    assert "$2 less than where you are, on the same futures (\u2212$4 to $8; the interval holds zero" in found
    assert '<output id="buffer-told" for="buffer">0 days</output>' in found


def test_numbers_are_told_with_the_digits_that_help():
    assert [cell_text(one) for one in (1234567.8, 12.345, 0.5, 3, float("nan"), None, True)] == [
        "1,234,568", "12.35", "0.500", "3", "n/a", "", "yes",
    ]  # fmt: skip
    table = Table("t", "t", ("a", "b"), (("x", 1), ("y", 2.5), ("z", 3)), 2)
    assert table.shown == [["x", "1"], ["y", "2.50"]]
    assert table.cut.startswith("2 of 3 rows")
    assert table.classes == ["", "n"]


def test_the_first_page_says_who_is_who(run, made):
    found = sources([run]).main
    assert dict(cast.postures(found)) == {name: POSTURES[name] for name in ("jit", "hybrid")}
    recipe = replace(found.run.recipe, settings=("horizon=200", "hybrid.cover=1", "hybrid.z=2"))
    with_settings = replace(found, run=replace(found.run, recipe=recipe))
    assert dict(cast.postures(with_settings)) == {
        "jit": POSTURES["jit"],
        "hybrid": f"{POSTURES['hybrid']}, with hybrid.cover=1 and hybrid.z=2",
    }
    assert cast.weathers(found) == [
        ("strike", "Port strike at Los Angeles for 21 days in every future"),
        ("calm", "Nothing goes wrong but everyday luck"),
    ]
    assert all(text in made.html for _, text in (*cast.postures(found), *cast.weathers(found)))


def test_names_in_digits_stay_names(tmp_path):
    path = tmp_path / "purchases.csv"
    path.write_text("item,Warehouse,units,code\n10003,0007,1200,0012\n'=1,7,0.5,0\n", encoding="utf-8")
    table = file_table(path, "purchases", "purchases")
    assert table.rows == (("10003", "0007", 1200, "0012"), ("=1", "7", 0.5, 0))
    assert table.shown[0] == ["10003", "0007", "1,200", "0012"]


def test_a_warm_up_left_open_is_told_by_its_rule():
    assert warm_up({"warm_up": None}) == "twice the longest lead time and a review period"
    assert warm_up({"warm_up": 90}) == "90 days"


def test_more_buffer_serves_more_and_a_longer_strike_loses_more(tmp_path):
    found = strike_grid(buffers=(0, 12), lengths=(0, 30), futures=2, jobs=1)
    days = np.array(found.values["stockout_days"])
    assert (days[1] < days[0]).all()
    assert (days[:, 1] > days[:, 0]).all()
    assert (np.diff(found.values["carrying_cost"], axis=0) > 0).all()
    assert data(found)["lengths"] == [0, 30]
    # mean and half-width of total cost are those of the two futures told with them
    one, two = np.moveaxis(np.array(found.totals), -1, 0)
    np.testing.assert_allclose(found.values["total_cost"], (one + two) / 2, atol=0.01)
    np.testing.assert_allclose(found.halves["total_cost"], 12.7062 * np.abs(one - two) / 2, rtol=1e-4)
    assert not found.own


def test_sliders_stand_on_the_business_where_it_is_small():
    from sim.library import load
    from sim.postures import plan_named
    from sim.studies.strike_grid import case_of, job_of

    def case(name, weather, settings=()):
        read = load(name, settings)
        return case_of(read, plan_named("jit", read.under(weather)), weather)

    own = case("first_strike", "strike", ("items.pump.price=1700",))
    assert (own.own, own.strike) == (True, "strike")
    job, _ = job_of((0, 5), (0, 10), 1, own)
    assert [len(one.disruptions) for one in job.scenarios] == [0, 1]
    assert job.scenarios[1].disruptions[0].length.mean == 10
    assert job.scenarios[0].items[0].price == 1700
    for other, why in (
        (case("ordinary_year", "ordinary"), "takes too long"),
        (case("ordinary_year", "ordinary", ("horizon=150", "warm_up=30")), "no length"),
        (case("first_strike", "calm"), "not made of one disruption alone"),
        (case("first_strike", "strike", ("warm_up=3000",)), "takes too long"),
    ):
        assert not other.own
        assert why in other.why
        assert other.scenario.name == "first_strike"


def test_a_grid_is_lived_once(tmp_path, monkeypatch):
    first = grid(1, None, tmp_path, (0, 3), (0,), 1)
    monkeypatch.setattr("sim.report.page.slider.strike_grid", None)
    assert grid(1, None, tmp_path, (0, 3), (0,), 1) == first
