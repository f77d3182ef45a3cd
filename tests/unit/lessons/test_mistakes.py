"""Over a hundred students: what is right is marked right, and no mistake that is easily made passes for it."""

import math

import pytest

import sim
from sim.lessons import lesson, mix, survive, threshold
from sim.lessons.formula import parameters as of_formula
from sim.lessons.lived import cost_a_year, mornings_down, outages, share_short
from sim.lessons.marking import verdict

STUDENTS = [f"s{n}" for n in range(100)]


def marked(exercise, value, *formats):
    """Marks of a value written in each format."""
    return {verdict(exercise, format(value, one)).right for one in formats}


def days(mttr, above, below):
    return mttr * math.log(above / below)


def test_lesson_1():
    for student in STUDENTS:
        own, seed = survive.parameters(student)
        made = lesson(1, student)
        last, lost = made.exercises[5], made.exercises[1]
        share = 100 * math.exp(-own.cover / own.outage)
        lived = 100 * share_short(outages(made.files, seed, 200, "luck")[0], own.cover)
        assert marked(last, share, ".0f", ".1f", ".4f") == {True}, student
        assert marked(last, lived, ".0f", ".1f") == {True}, student
        for wrong in (100 - share, 100 - lived):
            assert marked(last, wrong, ".0f", ".1f", ".4f") == {False}, student
        assert marked(lost, own.demand * (own.outage - own.cover), "d") == {True}
        assert marked(lost, own.demand * (own.outage - own.cover - own.transit), "d") == {False}


@pytest.mark.parametrize("mark", ["exact", "h in four digits"])
def test_lesson_2(mark):
    for student in STUDENTS:
        fat, _, _ = threshold.parameters(student)
        h_of_a_day, limit, _, _, cover, out, quick = lesson(2, student).exercises
        exact = 0.2 * fat.cost / 365
        h = exact if mark == "exact" else float(f"{exact:.4g}")
        margin, mtbf, mttr = fat.margin, fat.mtbf, fat.mttr
        best = days(mttr, h * mttr + margin, h * (mtbf + mttr))
        assert marked(h_of_a_day, h, ".3f", ".4f") == {True}, student
        assert marked(h_of_a_day, 0.2 * fat.cost / 360, ".3f", ".4f") == {False}, student
        assert marked(limit, h * mtbf, ".1f", ".2f") == {True}, student
        assert marked(limit, h * (mtbf + mttr), ".1f", ".2f") == {False}, student
        for exercise, cut in ((cover, 1), (quick, 2)):
            up, down = mtbf / cut, mttr / cut
            assert marked(exercise, days(down, h * down + margin, h * (up + down)), ".2f", ".3f") == {True}, student
            assert marked(exercise, days(down, margin, exact * (up + down)), ".2f", ".3f") == {False}, student
            assert marked(exercise, days(down, exact * down + margin, exact * up), ".2f", ".3f") == {False}, student
        short = 100 * math.exp(-round(best, 2) / mttr)
        assert marked(out, short * mttr / (mtbf + mttr), ".2f", ".3f") == {True}, student
        assert marked(out, short * mttr / mtbf, ".2f", ".3f") == {False}, student
        assert marked(out, short, ".2f") == {False}, student


def test_lesson_3():
    for student in STUDENTS:
        own, _ = of_formula(student)
        made, lead = lesson(3, student).exercises, own.lead
        mean = own.size / own.interval
        sd = math.sqrt((2 * own.size**2 - own.size) / own.interval - mean**2)
        level = (lead + 1) * mean + 2.326 * sd * math.sqrt(lead + 1)
        assert marked(made[0], (lead + 1) * mean, ".1f", ".2f") == {True}, student
        assert marked(made[0], lead * mean, ".1f", ".2f") == {False}, student
        assert marked(made[1], level, ".1f", ".2f") == {True}, student
        assert marked(made[1], math.ceil(level), "d") == {True}, student
        for wrong in (
            (lead + 1) * mean + 2.326 * sd * math.sqrt(lead),
            (lead + 1) * mean + 1.645 * sd * math.sqrt(lead + 1),
        ):
            assert marked(made[1], wrong, ".1f", ".2f") == {False}, student
            assert marked(made[1], math.ceil(wrong), "d") == {False}, student
        assert own.backlog_days > 0.02
        late = 100 * own.backlog_days
        assert marked(made[2], late, ".1f", ".2f") == {True}, student
        assert marked(made[2], 1, ".1f") | marked(made[2], 100 - late, ".1f") == {False}, student
        assert marked(made[3], own.part.needed_reorder_point, "d") == {True}, student
        assert marked(made[3], own.part.formula_reorder_point, "d") == {False}, student
        point = own.rate * (10 + 16.45)
        assert marked(made[4], math.ceil(point), "d") == {True}, student
        assert marked(made[4], own.rate * (11 + 16.45), ".0f", ".1f") == {False}, student
        assert marked(made[5], 95, "d") == {False}, student


def test_lesson_4(monkeypatch):
    drawn = {}

    def outages_once(files, seed, futures):
        if seed not in drawn:
            drawn[seed] = outages(files, seed, futures)
        return drawn[seed]

    monkeypatch.setattr("sim.lessons.lived.outages", outages_once)
    for student in STUDENTS:
        products, seed = mix.parameters(student)
        made = lesson(4, student)
        for one, exercise in zip(products, made.exercises, strict=False):
            if not one.pays:
                assert marked(exercise, 0, "d", ".1f") == {True}, student
                assert marked(exercise, one.mttr, ".2f") == {False}, student
                continue
            h, up, down = 0.2 * one.cost / 365, one.mtbf, one.mttr
            assert marked(exercise, days(down, h * down + one.margin, h * (up + down)), ".2f", ".3f") == {True}
            assert marked(exercise, days(down, one.margin, h * (up + down)), ".2f", ".3f") == {False}, student
            assert marked(exercise, days(down, h * down + one.margin, h * up), ".2f", ".3f") == {False}, student
        cover, *formula = mix.costs(products)
        down = mornings_down(products, *outages_once(made.files, seed, 50))
        best = [round(one.best, 2) for one in products]
        lived = [cost_a_year(products, covers, down) for covers in ([0] * 4, [cover] * 4, best)]
        for place, exercise in enumerate(made.exercises[4:]):
            for totals in (formula, lived):
                for other, total in enumerate(totals):
                    written = {verdict(exercise, f"{told:.0f}").right for told in (total, round(total, -2))}
                    assert written == {other == place}, (student, place, other)
        wrong = sum(365 * one.demand * one.margin * one.mttr / one.mtbf for one in products)
        if all(abs(wrong - one) > 60 for one in lived):  # else it is what the student's own run shows
            assert marked(made.exercises[4], wrong, ".0f") == {False}, student


@pytest.mark.parametrize("number", [1, 4])
def test_the_other_way_is_the_run_of_the_sheet(number, tmp_path):
    """To the last digit, with 5 futures of Ada's seed."""
    made = lesson(number, "Ada")
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    scenario = sim.load(tmp_path / "scenario.toml")
    if number == 1:
        own, seed = survive.parameters("Ada")
        run = sim.compare(scenario, [str(tmp_path / "cover.toml")], replications=5, seed=seed, weathers=["luck"])
        share = share_short(outages(made.files, seed, 5, "luck")[0], own.cover)
        assert run.values("luck", "cover", "halt_stockout").mean() == pytest.approx(share)
        return
    products, seed = mix.parameters("Ada")
    run = sim.compare(
        scenario, [str(tmp_path / f"{name}.toml") for name in ("lean", "full")], replications=5, seed=seed
    )
    down = mornings_down(products, *outages(made.files, seed, 5))
    for name, cover in (("lean", 0), ("full", mix.costs(products)[0])):
        total = run.values(run.weathers[0], name, "total_cost").mean()
        assert cost_a_year(products, [cover] * 4, down) == pytest.approx(total)
