"""The verb report: its files, its document, its failures."""

import json
import shlex
from pathlib import Path

import openpyxl

from sim.report.page.source import sources


def test_a_page_and_a_workbook_are_written(bufferstock, tmp_path):
    small = ("compare", "first_strike", "-n", "2", "-j", "1", "--postures", "jit,jic", "-o", "run")
    assert bufferstock(*small).code == 0
    ended = bufferstock("report", "run", "--no-slider")
    assert (ended.code, ended.err) == (0, "")
    for part in ("Written: run/report.html", "run/report.xlsx", "sensitivity first_strike --postures jit,jic "):
        assert part in ended.out
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "costs.goodwill_halts" in page  # the scenario was found again
    assert 'id="buffer"' not in page
    # network map, incidents and score map were made again from the scenario
    for question in ("What moves where, and what stops?", "When does what fail?", "Which items deserve a buffer?"):
        assert question in page
    assert "2.1 Base model overview diagram</dt>" in page  # filled in, not to do
    told = bufferstock("report", "run", "--no-slider", "--no-map", "--json", "-o", "elsewhere")
    assert (told.code, told.err) == (0, "")
    document = json.loads(told.out)
    assert document["answer"]
    assert document["paragraph"].startswith(document["answer"])
    assert document["today"] == "jit"
    book = openpyxl.load_workbook(tmp_path / document["workbook"])
    assert [row[1].value for row in book["README"].iter_rows() if row[0].value == "Decision"] == [document["paragraph"]]
    assert document["paragraph"] in page.replace("<strong>", "").replace("</strong>", "").replace("<b>", "").replace(
        "</b>", ""
    )
    other = (tmp_path / document["page"]).read_text(encoding="utf-8")
    assert "What moves where" not in other
    assert "2.1 Base model overview diagram <mark>TODO(author)</mark>" in other
    # nothing of the run is touched: it still is what its manifest says
    assert sources([Path("run/manifest.json")]).main.folder == Path("run")


def test_the_next_command_asks_about_the_postures_of_the_run(bufferstock):
    """Plans are named by their files, overrides come along, and the command is allowed."""
    assert bufferstock("plan", "first_strike", "--posture", "hybrid", "-o", "the plan.csv").code == 0
    small = ("compare", "first_strike", "-n", "2", "-j", "1", "--postures", "jit,the plan.csv", "-o", "run")
    assert bufferstock(*small, "--set", "costs.capital_rate=0.2").code == 0
    ended = bufferstock("report", "run", "--no-slider", "--no-map")
    wanted = "bufferstock sensitivity first_strike --postures 'jit,the plan.csv' --set costs.capital_rate=0.2"
    told = next(line for line in ended.out.splitlines() if line.startswith("Next: "))
    assert told.startswith(f"Next: {wanted}  (")
    followed = bufferstock(*shlex.split(wanted)[1:], "--dry-run", "--only", "capital")
    assert (followed.code, followed.err) == (0, "")


def test_failures_are_one_message(bufferstock, tmp_path):
    ended = bufferstock("report", "nowhere")
    assert ended.code == 2
    assert ended.err.startswith("bufferstock: nowhere: there is no such folder")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "study.json").write_text("{}", encoding="utf-8")
    ended = bufferstock("report", "half")
    assert (ended.code, ended.out) == (2, "")
    assert "half a run" in ended.err
    assert not (tmp_path / "half" / "report.html").exists()
    assert bufferstock("report").code == 2
