"""Pages of the lessons say what the lessons say; the commands of the sheets work."""

import re
import shlex
from pathlib import Path

import pytest

from sim.lessons import LESSONS, lesson
from sim.lessons.folder import texts

PAGES = Path(__file__).resolve().parents[3] / "docs" / "lessons"


@pytest.mark.parametrize("number", LESSONS)
def test_a_page_holds_goals_answers_debrief_and_limits(number):
    (page,) = [
        text
        for path in PAGES.glob("*.md")
        if (text := path.read_text(encoding="utf-8")).startswith(f"# Lesson {number}: {LESSONS[number][1]}\n")
    ]
    made = lesson(number, "class")
    for told in (*made.goals, *made.debrief, *made.limits):
        assert f"- {told}\n" in page
    for place, one in enumerate(made.exercises, 1):
        assert f"| {place} | {one.question} | {one.told} |\n" in page
    assert f"| prediction | {made.prediction.question} | {made.prediction.answer} |\n" in page
    assert f"(seed {made.seed})" in page


@pytest.mark.parametrize("number", LESSONS)
def test_the_commands_of_the_sheet_work_and_write_what_it_names(number, bufferstock, tmp_path):
    """With two short futures in place of many long ones."""
    made = lesson(number, "Ada")
    for name, text in texts(made).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for step in made.steps:
        program, *arguments = shlex.split(
            re.sub(r"-n \d+", "-n 2 -j 1 --no-progress --set scenario.horizon=180", step.command)
        )
        assert program == "bufferstock"
        ended = bufferstock(*arguments)
        assert ended.code == 0, (step.command, ended.err)
        for path, row in re.findall(r"(\w+/summary\.csv).*?row (\w+)", step.look):
            assert f",{row}," in (tmp_path / path).read_text(encoding="utf-8")
        for path, *columns in re.findall(r"(\w+\.csv).*?columns (\w+) and (\w+)", step.look):
            head = (tmp_path / path).read_text(encoding="utf-8-sig").splitlines()[0]
            assert {f'"{name}"' for name in columns} <= set(head.split(","))


@pytest.mark.parametrize("number", LESSONS)
def test_every_comparison_of_the_sheet_has_a_cell_with_the_same_futures(number):
    made = lesson(number, "Ada")
    cells = [code for _, code in made.code]
    for step in made.steps:
        called = re.search(r"--postures (\S+) .*-n (\d+) --seed (\d+)", step.command)
        if called:
            postures, futures, seed = called.groups()
            same = [cell for cell in cells if f"replications={futures}, seed={seed}" in cell]
            assert any(all(f'"{name}"' in cell for name in postures.split(",")) for cell in same), step.command


def test_a_run_in_the_folder_of_a_lesson_leads_nowhere_else(bufferstock, tmp_path):
    made = lesson(1, "Ada")
    for name, text in texts(made).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = shlex.split(made.steps[0].command)[1:]
    assert "Next:" not in bufferstock(*command).out
    (tmp_path / "answers.toml").unlink()
    assert "Next: bufferstock compare" in bufferstock(*command).out


@pytest.mark.parametrize("number", LESSONS)
def test_the_sheet_says_how_to_run_a_command_again(number):
    made = lesson(number, "Ada")
    assert any(" -o " in step.command for step in made.steps)
    for name in ("sheet.md", "sheet.html", "notes.html"):
        assert "put --force behind it" in texts(made, instructor=True)[name]


@pytest.mark.parametrize("number", LESSONS)
def test_the_count_of_minutes_adds_up_and_is_of_the_sheet_as_it_is(number):
    """By the rule above the table; waits and words on the screen stand as measured."""
    page = (PAGES / "index.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {number} \| (.*) \|$", page, re.MULTILINE)[1].replace(",", "").split(" | ")
    words, screen, typed, waits, thought, minutes, whole = map(float, row)
    made = lesson(number, "Ada")
    assert words == len(texts(made)["sheet.md"].split())
    assert thought == len(made.exercises) + 1
    most = words / 200 + screen / 400 + typed / 3 + waits / 60 + 2 * thought
    assert most - 0.5 < minutes < most + 0.06  # less where one command writes more than a minute's reading
    assert abs(whole - minutes - 10) <= 0.55  # both are rounded
    assert whole <= 45
