"""The demand profile against figures worked by hand, and its intervals against simulation."""

import numpy as np
import pytest

import sim
from sim.chance import generator
from sim.errors import ScenarioError
from sim.knowledge import known_demand
from sim.profiles import of
from sim.profiles.demand import classes, of_days, of_moments


def weeks_of(*totals):
    """Daily demand of one item with these weekly totals, all on the third day of the week."""
    past = np.zeros((7 * len(totals), 1))
    past[2::7, 0] = totals
    return past


@pytest.mark.parametrize("name", ["first_strike", "starter", "meridian"])
def test_mean_and_sd_of_all_days_are_those_that_plans_are_made_on(name):
    """To the bit, the demand of fed warehouses included."""
    scenario = sim.load(name)
    known, profile = known_demand(scenario), of(scenario)
    for site in scenario.sites:
        assert (profile.demand[site]["all"].mean == known[site].mean).all()
        assert (profile.demand[site]["all"].sd == known[site].sd).all()
    assert profile.basis == next(iter(known.values())).basis


def test_a_feeding_warehouse_sees_the_demand_of_those_it_feeds():
    scenario = sim.scenario_of(
        {
            "horizon": 10,
            "items": [{"item": "a", "standard_cost": 1, "supplier": "m"}],
            "suppliers": [{"name": "m"}],
            "warehouses": [{"name": "hub"}, {"name": "shop", "fed_by": "hub"}],
            "lanes": [
                {"name": "in", "origin": ["m"], "destination": "hub"},
                {"name": "on", "origin": ["hub"], "destination": "shop"},
            ],
            "demand": [{"item": "a", "warehouse": "shop", "model": "poisson", "mean": 3}],
            "history_days": 140,
        }
    )
    profile = of(scenario)
    assert profile.past["hub"].sum() == profile.past["shop"].sum() > 0
    assert profile.demand["hub"]["all"].mean == profile.demand["shop"]["all"].mean
    assert set(profile.lead) == {("hub", "m"), ("shop", "hub")}


def test_adi_and_cv2_as_worked_by_hand():
    """Five demands in eight weeks; sizes 4, 6, 2, 8, 5: mean 5, variance 5 (n - 1), so CV² = 0.2."""
    found = of_days(weeks_of(4, 0, 6, 0, 2, 8, 0, 5))
    assert found.adi[0] == pytest.approx(8 / 5)
    assert found.cv2[0] == pytest.approx(5 / 25)
    assert found.klass[0] == "intermittent"
    assert (found.demand_days[0], found.weeks[0], found.days[0]) == (5, 8, 56)


def test_the_four_classes_meet_at_their_cuts():
    adi, cv2 = np.asarray([1.32, 1.32, 1.33, 1.33, np.nan]), np.asarray([0.49, 0.5, 0.49, 0.5, np.nan])
    assert classes(adi, cv2).tolist() == ["smooth", "erratic", "intermittent", "lumpy", "none"]


def test_weeks_do_not_mistake_weekends_for_intermittence():
    past = np.tile(np.asarray([[10.0]] * 5 + [[0.0]] * 2), (20, 1))
    assert of_days(past).klass[0] == "smooth"
    assert of_days(past, bucket=1).klass[0] == "intermittent"


def test_weeks_are_counted_back_from_day_0_and_days_left_over_stay_out_of_them():
    past = np.concatenate([np.full((3, 1), 99.0), weeks_of(7, 7)])
    found = of_days(past)
    assert (found.weeks[0], found.cv2[0], found.days[0]) == (2, 0.0, 17)
    assert found.mean[0] == pytest.approx((3 * 99 + 14) / 17)


def test_items_without_history_are_told_so():
    past = np.zeros((140, 2))
    past[:, 1] = 1.0
    found = of_days(past)
    assert found.klass.tolist() == ["none", "smooth"]
    assert found.thin.tolist() == [True, True]
    assert found.thin_why[0] == "no demand on record"
    assert found.thin_why[1] == "20 weeks of history"
    assert found.mean[0] == 0
    assert np.isnan(found.mean_high[0])
    assert np.isnan(found.first[0])


def test_an_item_that_starts_late_is_new_and_judged_since_its_start():
    past = np.zeros((364, 2))
    past[-70:, 0] = 5.0
    past[:, 1] = 5.0
    found = of_days(past)
    assert found.late.tolist() == [True, False]
    assert (found.first[0], found.adi[0], found.klass[0]) == (-70, 1.0, "smooth")
    assert (found.mean[0], found.mean_since[0]) == (pytest.approx(5 * 70 / 364), 5.0)
    assert found.thin_why[0] == "new: first demand 70 days before day 0; 10 weeks of history"
    assert found.weeks.tolist() == [10, 52]


def test_a_rare_item_whose_first_demand_came_late_by_chance_is_not_new():
    """One demand in eight weeks: a first one after 16 weeks is (7/8)^16 = 12 % likely."""
    totals = np.zeros(104)
    totals[16::8] = 3.0
    found = of_days(weeks_of(*totals))
    assert not found.late[0]
    assert found.adi[0] == pytest.approx(104 / 11)


def test_trend_is_growth_a_year_as_a_share_of_the_mean():
    when = np.arange(-728, 0)[:, None] + 0.5
    found = of_days(10 + 4 * when / 365.25 + 4)
    assert found.trend[0] == pytest.approx(4 / (14 - 4 * 364 / 365.25), rel=1e-6)
    assert found.season[0] == 0.0
    flat = of_days(np.tile(np.arange(1.0, 8.0)[:, None], (104, 1)))
    assert flat.trend[0] == pytest.approx(0.0, abs=1e-12)


def test_a_season_is_found_with_its_size_and_peak_and_needs_two_years():
    day = np.arange(-1096, 0) + 0.5
    past = generator(1, 0, "season").poisson(40 * (1 + 0.3 * np.cos(2 * np.pi * (day + 100) / 365.25)))[:, None] * 1.0
    found = of_days(past)
    assert found.season[0] == pytest.approx(0.3, abs=0.03)
    assert found.peak[0] == pytest.approx(-100, abs=10)
    assert np.isnan(of_days(past[-600:]).season[0])


def test_seasons_are_not_read_into_noise():
    """At 1 %: 400 series give 4 on average; more than 12 would be 4 standard errors beyond (seed 3)."""
    found = of_days(generator(3, 0, "noise").poisson(3.0, (730, 400)) * 1.0)
    assert (found.season > 0).sum() <= 12
    beyond = ((found.trend_low > 0) | (found.trend_high < 0)).sum()
    assert beyond <= 20 + 4 * np.sqrt(400 * 0.05 * 0.95)


def wandering(source, days, items, length):
    """Stationary AR(1) demand of mean 100 and sd 30 whose luck stays alike over `length` days."""
    alike = np.exp(-1 / length)
    noise = source.standard_normal((days, items))
    for day in range(1, days):
        noise[day] = alike * noise[day - 1] + np.sqrt(1 - alike**2) * noise[day]
    return 100 + 30 * noise


@pytest.mark.parametrize(
    ("days", "length", "least"), [(730, 14, 0.95), (365, 14, 0.95), (730, 30, 0.95), (182, 14, 0.90)]
)
def test_the_interval_of_the_mean_respects_autocorrelation(days, length, least):
    """Coverage over 1,000 items (one standard error about 0.7 %; seed 5); the naive one covers a third at best."""
    past = wandering(generator(5, 0, "coverage"), days, 1000, length)
    found = of_days(past)
    assert ((found.mean_low <= 100) & (found.mean_high >= 100)).mean() >= least - 2 * 0.007
    naive = 1.96 * found.sd / np.sqrt(days)
    assert (np.abs(found.mean - 100) <= naive).mean() < 0.5


def test_the_interval_of_a_mean_of_independent_days_holds_without_being_much_too_wide():
    """Nominal 95 %; 1,000 items, one standard error 0.7 % (seed 6)."""
    past = generator(6, 0, "coverage").poisson(0.5, (730, 1000)) * 1.0
    found = of_days(past)
    assert 0.936 <= ((found.mean_low <= 0.5) & (found.mean_high >= 0.5)).mean() <= 0.995
    assert np.median(found.mean_high - found.mean) < 1.5 * 1.96 * np.sqrt(0.5 / 730)


def test_weekly_autocorrelation_is_that_of_the_process():
    past = wandering(generator(7, 0, "lag"), 7 * 104, 400, 60)
    weekly = past.reshape(104, 7, -1).sum(axis=1)
    by_hand = [np.corrcoef(weekly[1:, n], weekly[:-1, n])[0, 1] for n in range(400)]
    assert np.median(of_days(past).autocorrelation) == pytest.approx(np.median(by_hand), abs=0.01)


def test_truth_gives_the_models_moments_and_a_class_without_history():
    scenario = sim.scenario_of(
        {
            "horizon": 10,
            "plan_on": "truth",
            "items": [{"item": name, "standard_cost": 1, "supplier": "m"} for name in ("often", "rare", "wild")],
            "suppliers": [{"name": "m"}],
            "warehouses": [{"name": "shop"}],
            "lanes": [{"name": "in", "origin": ["m"], "destination": "shop"}],
            "demand": [
                {"item": "often", "warehouse": "shop", "model": "poisson", "mean": 9},
                {"item": "rare", "warehouse": "shop", "model": "poisson", "mean": 0.05},
                {"item": "wild", "warehouse": "shop", "model": "negative_binomial", "mean": 2, "cv": 6},
            ],
        }
    )
    profile, known = of(scenario), known_demand(scenario)["shop"]
    found = profile.demand["shop"]["all"]
    assert (found.mean == known.mean).all()
    assert (found.sd == known.sd).all()
    assert profile.basis == known.basis
    assert found.klass.tolist() == ["smooth", "intermittent", "lumpy"]
    assert found.adi[1] == pytest.approx(1 / (1 - np.exp(-0.35)))
    assert profile.past["shop"].shape == (0, 3)
    assert profile.stretches == ()


def test_the_class_of_a_model_is_that_of_its_own_long_history():
    """ADI and CV² by the moments against 40,000 drawn weeks, some 4 standard errors (seed 8)."""
    source = generator(8, 0, "moments")
    for past, moments in (
        (source.poisson(0.2, (280_000, 1)), (0.2, np.sqrt(0.2))),
        (source.poisson(source.gamma(0.3, 5, (280_000, 1))), (1.5, np.sqrt(1.5 + 0.3 * 25))),
    ):
        drawn = of_days(past * 1.0)
        exact = of_moments(*(np.asarray([value]) for value in moments))
        assert exact.adi[0] == pytest.approx(drawn.adi[0], rel=0.03)
        assert exact.cv2[0] == pytest.approx(drawn.cv2[0], rel=0.04)


def test_no_demand_at_all_is_an_error_as_it_is_for_plans(shop):
    with pytest.raises(ScenarioError, match="no positive demand at all before day 0"):
        of(shop(np.zeros((30, 2))))
    with pytest.raises(ScenarioError, match="at least 2"):
        of(shop(np.ones((1, 2))))
