"""Lesson 3: what the safety-stock formula delivers, exact and simulated."""

import math

import pytest

import sim
from sim.lessons import lesson
from sim.lessons.formula import backlog_of, parameters


def held(tmp_path, name, measure, seed, expected, futures):
    """Within 4 standard errors."""
    scenario = sim.load(tmp_path / f"{name}.toml")
    found = sim.compare(scenario, ["current"], replications=futures, seed=seed)
    values = found.values(found.weathers[0], "current", measure)
    error = values.std(ddof=1) / math.sqrt(futures)
    assert abs(values.mean() - expected) < 4 * error, (values.mean(), expected, error)


def test_the_engine_delivers_what_is_computed(tmp_path):
    """8 futures of 10 years of Ada's seed for each product."""
    made, (own, seed) = lesson(3, "Ada"), parameters("Ada")
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    held(tmp_path, "lumpy", "prob_no_backorders", seed, 1 - own.backlog_days, 8)
    held(tmp_path, "ways", "cycle_service", seed, 0.8, 8)
    (tmp_path / "ways.csv").write_text(f"item,reorder_point,order_quantity\nways,{31 * own.rate},{60 * own.rate}\n")
    scenario = sim.load(tmp_path / "ways.toml")
    found = sim.compare(scenario, ["current"], replications=1, seed=seed)
    assert found.values(found.weathers[0], "current", "cycle_service")[0] == 1


@pytest.mark.parametrize("student", [f"s{n}" for n in range(12)])
def test_the_formula_promises_too_much_to_every_student(student):
    own, _ = parameters(student)
    part, (point, lot) = own.part, own.fabric
    assert own.backlog_days == pytest.approx(backlog_of(own, part.formula_reorder_point))
    assert own.backlog_days > 0.02
    assert backlog_of(own, part.needed_reorder_point) <= 0.01 < backlog_of(own, part.needed_reorder_point - 1)
    assert part.needed_reorder_point > part.formula_reorder_point
    assert 5 * own.rate < point < 30 * own.rate < lot
    assert point == math.ceil(own.rate * 10 + 1.6448536269514722 * own.rate * 10)
