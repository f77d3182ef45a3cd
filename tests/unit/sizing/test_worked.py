"""The worked calculation of a size: numbers that were worked out by hand, and steps that always lead to the size."""

import math

import numpy as np
import pytest
from scipy.stats import norm, poisson

from sim.sizing import (
    METHODS,
    Cover,
    CycleService,
    Demand,
    Factor,
    FillRate,
    LeadTime,
    Protection,
    WithCover,
    capped,
    size,
)
from sim.sizing.rebuilt import rebuilt
from sim.sizing.step import value
from sim.sizing.worked import life_steps, worked

PAST = np.random.default_rng(3).negative_binomial(1.0, 0.1, 730).astype(float)
RECORDS = np.random.default_rng(4).gamma(11.0, 1.0, 80)


def numbers(found):
    return {step.key: step.value for step in found.steps}


def test_a_base_stock_line_by_hand():
    protection = Protection(Demand(10, 4), LeadTime(9, 2), review_every=7)
    found = worked("classical", WithCover(Factor(2), Cover(5)), protection)
    told = numbers(found)
    # 16 days of 10; sqrt(16 x 16 + 100 x 4) = sqrt(656) = 25.6125; 160 + 51.225 + 50 = 261.225
    assert (told["d"], told["sd_d"], told["L"], told["sd_L"], told["R"]) == (10, 4, 9, 2, 7)
    assert (told["days"], told["base"], told["factor"], told["cover_units"]) == (16, 160, 2, 50)
    assert told["sigma"] == pytest.approx(25.6125, abs=1e-4)
    assert told["raw"] == pytest.approx(261.2250, abs=1e-4)
    assert (told["level"], told["safety"]) == (262, 102)
    assert (found.sized.order_up_to, found.sized.safety_stock) == (262, 102)
    how = {step.key: step.how for step in found.steps}
    assert how["base"] == "d (L + R) = 10 x 16"
    assert how["sigma"] == "sqrt(16 x 4^2 + 10^2 x 2^2)"
    assert how["raw"] == "160 + 2 x 25.6125 + 50"
    assert how["safety"] == "S - base = 262 - 160"


def test_an_evening_review_lasts_a_day_less():
    protection = Protection(Demand(10, 4), LeadTime(9, 2), review_every=7, evening=True)
    found = worked("classical", Factor(2), protection)
    assert numbers(found)["days"] == 15
    assert next(step for step in found.steps if step.key == "days").how == "L + R - 1 = 9 + 7 - 1, an evening review"


def test_a_reorder_point_with_overshoot_by_hand():
    protection = Protection(Demand(10, 4), LeadTime(9), review_every=1, lot=50)
    found = worked("classical", Factor(1), protection, "r_nQ")
    told = numbers(found)
    # X has mean 10 and variance 16: 116 / 20 - 1/2 = 5.3; 1480 / 30 - 5.8^2 = 15.6933; sqrt(9 x 16 + 15.6933) = 12.6370
    assert told["overshoot"] == pytest.approx(5.3)
    assert told["var_overshoot"] == pytest.approx(15.69333, abs=1e-5)
    assert told["base"] == pytest.approx(95.3)
    assert told["sigma"] == pytest.approx(12.63698, abs=1e-5)
    assert (told["Q"], told["level"]) == (50, 108)
    assert told["safety"] == pytest.approx(12.7)
    assert (found.sized.reorder_point, found.sized.order_up_to) == (108, 158)


def test_the_k_of_a_fill_rate_is_that_of_the_tables():
    # sigma = sqrt(9) 4 = 12, 2 % of a lot of 100 may be short: G(k) = 2 / 12 = 0.1667
    # tables: G(0.60) = 0.1687, G(0.61) = 0.1659
    protection = Protection(Demand(10, 4), LeadTime(9), lot=100, continuous=True, whole=False)
    told = numbers(worked("classical", FillRate(0.98), protection, "r_nQ"))
    assert told["allowed"] == pytest.approx(2)
    assert told["sigma"] == pytest.approx(12)
    assert told["factor"] == pytest.approx(0.607, abs=0.001)
    k = told["factor"]
    assert 12 * (norm.pdf(k) - k * norm.sf(k)) == pytest.approx(2, abs=1e-6)


def test_the_equation_of_k_can_be_solved_with_what_is_told():
    protection = Protection(Demand(10, 4), LeadTime(9, 2), review_every=7)
    found = worked("classical", WithCover(FillRate(0.95), Cover(3)), protection)
    told = numbers(found)
    assert (told["allowed"], told["before_mean"]) == (pytest.approx(3.5), 90)
    assert told["before_sd"] == pytest.approx(math.sqrt(9 * 16 + 400))

    def excess(mean, sd):
        x = (160 + told["factor"] * told["sigma"] - mean) / sd
        return sd * (norm.pdf(x) - x * norm.sf(x))

    assert excess(160, told["sigma"]) - excess(90, told["before_sd"]) == pytest.approx(3.5, abs=1e-6)
    how = next(step.how for step in found.steps if step.key == "factor")
    assert how == (
        "solves 25.6125 G((base + k sigma - 160) / 25.6125) - 23.3238 G((base + k sigma - 90) / 23.3238) = 3.5, "
        "G the normal loss function"
    )


def test_an_exact_line_tells_the_share_at_its_level_and_just_below():
    def short(level):
        """Share of demand not served: Poisson demand of 4 days over the level, less what was short after 3, of 2 a day."""
        units = np.arange(200)
        over = np.maximum(units - level, 0)
        return float(over @ (poisson.pmf(units, 8) - poisson.pmf(units, 6))) / 2

    protection = Protection(Demand(2, math.sqrt(2)), LeadTime(3))
    found = worked("poisson", FillRate(0.95), protection)
    told = numbers(found)
    least = next(level for level in range(100) if short(level) <= 0.05)
    assert told["searched"] == told["level"] == least == found.sized.order_up_to
    assert told["allowed_share"] == pytest.approx(0.05)
    assert told["share"] == pytest.approx(short(least), abs=1e-9)
    assert told["share_below"] == pytest.approx(short(least - 1), abs=1e-9)
    assert told["share"] <= 0.05 < told["share_below"]


def test_a_line_that_does_not_keep_is_cut_by_hand():
    protection = Protection(Demand(10, 4), LeadTime(9, 2), review_every=7)
    before = worked("classical", WithCover(Factor(2), Cover(5)), protection).sized
    after = capped(before, protection, shelf_life_days=12)
    # 12 days keep 120 units; 102 and a week's 70 are 172: 52 are cut
    told = {step.key: step.value for step in life_steps(before, after, protection, 12)}
    assert told == {"life_most": 120, "life_peak": 172, "life_cut": 52}
    assert after.order_up_to == before.order_up_to - 52 == 210
    assert life_steps(before, capped(before, protection, shelf_life_days=90), protection, 90) == ()


def test_nothing_is_worked_out_where_nothing_is_asked_for():
    found = worked("classical", Factor(2), Protection(Demand(0, 0), LeadTime(9, 2), review_every=7))
    assert value(found.steps, "level") == 0
    assert math.isnan(value(found.steps, "sigma"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "target",
    [
        CycleService(0.95),
        FillRate(0.98),
        Factor(1.65),
        Factor(-9),
        Cover(20, "a strike"),
        WithCover(FillRate(0.9), Cover(5)),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        ("base_stock", {}),
        ("base_stock", {"review_every": 7, "evening": True, "multiple": 24}),
        ("base_stock", {"whole": False, "continuous": True}),
        ("r_nQ", {"review_every": 7, "lot": 100, "multiple": 24}),
        ("r_nQ", {"lot": 5, "evening": True}),
        ("r_nQ", {"lot": 300, "whole": False}),
        ("r_nQ", {"lot": 40, "continuous": True}),
        ("r_nQ", {"lot": 30, "crossing": True}),
    ],
    ids=str,
)
def test_the_steps_lead_to_the_size(method, target, policy, rules):
    lead = LeadTime(float(RECORDS.mean()), float(RECORDS.std()), RECORDS)
    protection = Protection(Demand(float(PAST.mean()), float(PAST.std()), PAST, "erratic"), lead, **rules)
    found, sized = worked(method, target, protection, policy), size(method, target, protection, policy)
    assert found.sized == sized
    again = rebuilt(found.steps, sized.method, target, protection, policy)
    assert again.misfits == ()
    numbers = (again.order_up_to, again.reorder_point, again.safety_stock)
    assert numbers == pytest.approx((sized.order_up_to, sized.reorder_point, sized.safety_stock), rel=1e-9, abs=1e-9)
    keys = [step.key for step in found.steps]
    assert len(keys) == len(set(keys))
    if (
        share := value(found.steps, "share")
    ) == share:  # a level that was searched for: the least that keeps the target
        assert share <= value(found.steps, "allowed_share") + 1e-9
        below = value(found.steps, "share_below")
        assert math.isnan(below) or below > value(found.steps, "allowed_share")
