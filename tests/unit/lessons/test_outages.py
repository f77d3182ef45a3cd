"""Lessons 2 and 4: the formulas of cover against random outages, held against the engine."""

import math

import pytest

import sim
from sim.lessons import lesson, mix, threshold
from sim.lessons.outages import Product

STUDENTS = [f"s{n}" for n in range(40)]


def written(tmp_path, made):
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return sim.load(tmp_path / "scenario.toml")


def held(values, expected):
    """Within 4 standard errors."""
    mean = sum(values) / len(values)
    error = math.sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1) / len(values))
    assert abs(mean - expected) < 4 * error + 1e-9, (mean, expected, error)


def lived(scenario, plan, seed, futures):
    found = [sim.live(scenario, plan, sim.draw(scenario, seed, k)).measures for k in range(futures)]
    for one in found:
        assert one["total_cost"] == pytest.approx(one["carrying_cost"] + one["stockout_cost"])
    return [one["carrying_cost"] for one in found], [one["stockout_cost"] for one in found]


@pytest.mark.parametrize("student", STUDENTS)
def test_just_in_time_is_optimal_exactly_up_to_the_threshold(student):
    fat, thin, _ = threshold.parameters(student)
    assert fat.pays
    assert not thin.pays
    assert thin.best == 0
    for product in (fat, thin):
        costs = [product.cost_a_year(cover / 4) for cover in range(241)]
        cheapest = costs.index(min(costs)) / 4
        assert cheapest == pytest.approx(product.best, abs=0.13)
    made = lesson(2, student)
    verdicts = [one for one in made.exercises if one.unit == "yes or no"]
    for product in (fat, thin):
        (one,) = [verdict for verdict in verdicts if f"buffer of the {product.name} pay" in verdict.question]
        assert one.answer == ("yes" if product is fat else "no")


def test_days_and_flow_differ_by_a_few_percent():
    product = Product("pump", "halts production", 10, 200, 260, 240, 15)
    for cover in (0, 6, 15, 30):
        assert sum(product.daily(cover)) == pytest.approx(product.cost_a_year(cover), rel=0.08)


def test_the_engine_costs_what_the_chain_says(tmp_path):
    """Lesson 2 of Ada: 10 futures of 5 years of her seed."""
    scenario = written(tmp_path, lesson(2, "Ada"))
    fat, thin, seed = threshold.parameters("Ada")
    plan = sim.posture(tmp_path / "buffer.toml").plan(scenario)
    carrying, stockouts = lived(scenario, plan, seed, 10)
    held(carrying, sum(one.daily(fat.mttr)[0] for one in (fat, thin)))
    held(stockouts, sum(one.daily(fat.mttr)[1] for one in (fat, thin)))


def test_split_holds_the_cover_written_for_its_product_alone(tmp_path):
    scenario = written(tmp_path, lesson(2, "Ada"))
    fat, thin, _ = threshold.parameters("Ada")
    path = tmp_path / "split.toml"
    text = path.read_text()
    assert text.count("cover = 0   # days: write") == 1
    path.write_text(text.replace("cover = 0   # days: write", "cover = 16   # days: write"))
    levels = {line.item: line.order_up_to for line in sim.posture(path).plan(scenario).lines}
    assert levels == {fat.name: 17 * fat.demand, thin.name: thin.demand}


@pytest.mark.parametrize("student", STUDENTS)
def test_every_student_has_two_products_that_deserve_a_buffer(student):
    products, _ = mix.parameters(student)
    assert sum(one.pays for one in products) == 2
    for one in products:
        assert not 0.8 < one.margin / one.threshold < 1.5, one
    cover, lean, full, best = mix.costs(products)
    assert best < min(lean, full)
    assert lean == pytest.approx(
        sum(365 * one.demand * one.margin * one.mttr / (one.mtbf + one.mttr) for one in products)
    )
    assert 10 <= cover <= 22


def test_a_mix_written_as_rules_costs_what_the_chain_says(tmp_path):
    """Lesson 4 of Ada: the best whole covers, 8 futures of 5 years of her seed."""
    scenario = written(tmp_path, lesson(4, "Ada"))
    products, seed = mix.parameters("Ada")
    covers = {one.name: round(one.best) for one in products}
    text = (tmp_path / "mix.toml").read_text()
    for name, cover in covers.items():
        head, tail = text.split(f"# {name}\n")
        text = head + f"# {name}\n" + tail.replace("cover = 0   # days", f"cover = {cover}   # days", 1)
    (tmp_path / "mix.toml").write_text(text)
    plan = sim.posture(tmp_path / "mix.toml").plan(scenario)
    levels = {line.item: line.order_up_to for line in plan.lines}
    assert levels == {one.name: one.demand * (covers[one.name] + 1) for one in products}
    carrying, stockouts = lived(scenario, plan, seed, 8)
    held(carrying, sum(one.daily(covers[one.name])[0] for one in products))
    held(stockouts, sum(one.daily(covers[one.name])[1] for one in products))
