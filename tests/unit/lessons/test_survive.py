"""Lesson 1: every answer is what the simulation does."""

import json
import math
import re

import pytest

import sim
from sim.lessons import lesson
from sim.lessons.folder import texts
from sim.lessons.survive import chance_of_loss, expected_loss, parameters

STUDENTS = ("Ada", "s-1042", "Zoë")


def lived(folder, weather, settings=(), changes=(), seed=1, replication=0):
    scenario = sim.load(folder / "scenario.toml", settings).under(weather)
    plan = sim.posture(folder / "cover.toml", changes).plan(scenario)
    return sim.live(scenario, plan, sim.draw(scenario, seed, replication), series=True)


def written(tmp_path, student):
    made = lesson(1, student)
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return made


def lost(outcome):
    return outcome.measures["lost_units"] * 180 / 365


@pytest.mark.parametrize("student", STUDENTS)
def test_answers_are_what_happens(tmp_path, student):
    from sim.studies.story import tell

    made, (own, seed) = written(tmp_path, student), parameters(student)
    answers = [one.answer for one in made.exercises]

    def first_short(weather):
        scenario = sim.load(tmp_path / "scenario.toml").under(weather)
        (spell,) = tell(scenario, sim.posture(tmp_path / "cover.toml").plan(scenario), seed, 0).stockouts
        assert spell.days == int(made.choices["ABC".index(made.prediction.answer)].split()[0])
        return spell.start - 30

    assert first_short("factory") == answers[0]
    assert first_short("road") == answers[2]
    assert lost(lived(tmp_path, "factory")) == pytest.approx(answers[1])
    assert lost(lived(tmp_path, "factory", changes=[f"cover={answers[3]}"])) == 0
    assert lost(lived(tmp_path, "factory", changes=[f"cover={answers[3] - 1}"])) == pytest.approx(own.demand)
    twice = [f"disruptions.factory stops.length={2 * own.outage}"]
    assert lost(lived(tmp_path, "factory", twice)) == pytest.approx(answers[4])


def test_an_outage_of_chance_is_what_the_formula_says(tmp_path):
    """50 futures of the student's seed; within 4 standard errors."""
    (made, (own, seed)), futures = (written(tmp_path, "Ada"), parameters("Ada")), 50
    scenario = sim.load(tmp_path / "scenario.toml").under("luck")
    plan = sim.posture(tmp_path / "cover.toml").plan(scenario)
    units = [lost(sim.live(scenario, plan, sim.draw(scenario, seed, k))) for k in range(futures)]
    chance = chance_of_loss(own.outage, own.cover)
    assert made.exercises[5].answer == pytest.approx(100 * chance)
    share = sum(one > 0 for one in units) / futures
    assert abs(share - chance) < 4 * math.sqrt(chance * (1 - chance) / futures)
    mean = sum(units) / futures
    error = math.sqrt(sum((one - mean) ** 2 for one in units) / (futures - 1) / futures)
    assert abs(mean - expected_loss(own.demand, own.outage, own.cover)) < 4 * error


def test_the_notebook_prints_what_the_sheet_asks_for(tmp_path, monkeypatch, capsys):
    """Every cell of Ada's notebook, its 200 futures too."""
    made = written(tmp_path, "Ada")
    book = json.loads(texts(made)["lesson.ipynb"])
    monkeypatch.chdir(tmp_path)
    names, told = {}, []
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            told.append(capsys.readouterr().out)
    factory, road, covers, twice, luck = told
    answers = [one.answer for one in made.exercises]
    valve = r"valve: day (\d+) for \d+ days, (\d+) units"
    assert [int(one) for one in re.search(valve, factory).groups()] == [30 + answers[0], answers[1]]
    assert int(re.search(valve, road)[1]) == 30 + answers[2]
    lost = {int(days): int(units) for days, units in re.findall(r"(\d+) days of cover: (\d+) units", covers)}
    assert {days: units == 0 for days, units in lost.items()} == {days: days >= answers[3] for days in lost}
    assert int(re.search(valve, twice)[2]) == answers[4]
    assert (float(luck.split(":")[1]),) == made.exercises[5].other.values()
    short = float(re.search(r"a year: ([\d.]+)", factory)[1])
    assert short * 180 / 365 == pytest.approx(answers[1] / parameters("Ada")[0].demand, abs=0.05)
