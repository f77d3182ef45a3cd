"""What is drawn has the law that was asked for. Statistical tests say how many standard errors, and the seed."""

import dataclasses
import math
from hashlib import blake2b

import numpy as np
import pytest
from scipy.special import ndtri

import sim
from sim import reading
from sim.chance import Counter, correlated_scores, generator, stream_key
from sim.demand import DemandStream
from sim.distributions import (
    Discrete,
    Exponential,
    Fixed,
    Gamma,
    Geometric,
    Lognormal,
    Normal,
    OnTimeOrLate,
    Triangular,
    Uniform,
    Weibull,
)
from sim.draws import daily, shape, single_orders, sizes
from sim.futures import draw, draw_incidents
from sim.history import History


def scenario(demand, horizon=365, units="integer", **keys):
    """One item unless told otherwise, one warehouse, no lead time."""
    streams = demand if isinstance(demand, list) else [demand]
    names = list(dict.fromkeys(stream.get("item", "a") for stream in streams))
    return reading.scenario_of(
        {
            "horizon": horizon,
            "warm_up": 0,
            "units": units,
            "review_every": 1,
            "items": [{"item": name, "standard_cost": 1.0, "supplier": "source"} for name in names],
            "suppliers": [{"name": "source"}],
            "warehouses": [{"name": "site"}],
            "lanes": [{"name": "lane", "origin": ["source"], "destination": "site"}],
            "demand": [{"item": "a", "warehouse": "site", **stream} for stream in streams],
            **keys,
        },
        file="test",
    )


# -- laws ----------------------------------------------------------------------------------------------------------

LAWS = [
    Fixed(value=3.0),
    Lognormal(law="lognormal", mean=21.0, cv=0.25),
    Lognormal(law="lognormal", mean=3.0, cv=0.0),
    Gamma(law="gamma", mean=6.0, cv=0.5),
    Gamma(law="gamma", mean=6.0, cv=1.5),
    Exponential(law="exponential", mean=30.0),
    Geometric(law="geometric", mean=1.0),
    Geometric(law="geometric", mean=1.6),
    Geometric(law="geometric", mean=40.0),
    Weibull(law="weibull", mean=5.0, shape=0.8),
    Weibull(law="weibull", mean=5.0, shape=2.0),
    Uniform(law="uniform", low=2.0, high=9.0),
    Triangular(law="triangular", low=1.0, mode=2.0, high=9.0),
    Triangular(law="triangular", low=1.0, mode=1.0, high=9.0),
    Discrete(law="discrete", values=(30.0, 5.0), probabilities=(0.2, 0.8)),
    Discrete(law="discrete", values=(1.0, 2.0, 9.0)),
    OnTimeOrLate(law="on_time_or_late", plan=10.0, on_time=0.7, late_mean=8.0),
    OnTimeOrLate(law="on_time_or_late", plan=10.0, on_time=0.0, late_mean=8.0),
    Normal(law="normal", mean=50.0, sd=4.0),
]


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_a_law_has_its_mean_and_deviation(law):
    """200,000 stratified scores, middles of equal cells: mean within 0.2 %, deviation 0.5 % (2 % with a long tail)."""
    scores = ndtri((np.arange(200_000) + 0.5) / 200_000)
    values = law.from_score(scores)
    assert values.shape == scores.shape
    assert (values >= 0).all()
    assert (np.diff(values) >= -1e-12).all(), "a quantile never falls"
    assert values.mean() == pytest.approx(law.mean, rel=2e-3)
    assert values.std() == pytest.approx(
        law.sd, rel=2e-2 if isinstance(law, Weibull | Gamma | OnTimeOrLate) else 5e-3, abs=1e-9
    )


def test_geometric_is_the_time_of_a_state_left_with_a_fixed_probability():
    values = Geometric(law="geometric", mean=4.0).from_score(ndtri((np.arange(200_000) + 0.5) / 200_000))
    assert values.min() == 1
    assert (values == np.rint(values)).all()
    for length in range(1, 12):
        assert (values == length).mean() == pytest.approx(0.25 * 0.75 ** (length - 1), abs=1e-5)


# -- generators ----------------------------------------------------------------------------------------------------


def test_streams_are_keyed_by_seed_replication_and_names():
    first = generator(1, 2, "demand", "site", "a").random(4)
    np.testing.assert_array_equal(first, generator(1, 2, "demand", "site", "a").random(4))
    for other in (
        (2, 2, "demand", "site", "a"),
        (1, 3, "demand", "site", "a"),
        (1, 2, "demand", "sitea"),
        (1, 2, "demand", "site", "b"),
    ):
        assert (generator(*other).random(4) != first).all()
    assert stream_key("ab", "c") != stream_key("a", "bc")
    assert stream_key("a") == tuple(np.frombuffer(blake2b(b"a", digest_size=16).digest(), "<u4").tolist())


def test_a_draw_by_number_is_a_pure_function_of_its_number():
    one, other = Counter(1, 2, "cycle", "pool"), Counter(1, 2, "cycle", "pool")
    forwards = [one.score(number) for number in range(600)]
    assert [other.score(number) for number in (599, 0, 256, 255)] == [forwards[k] for k in (599, 0, 256, 255)]
    assert len(set(forwards)) == 600
    # 600 standard normal scores, seed 1: within 4 standard errors
    assert abs(np.mean(forwards)) < 4 / math.sqrt(600)


def test_correlated_scores_are_standard_normal_on_each_day_and_stay_alike():
    """Seed 7, 20,000 streams, 5 standard errors: variance 1 on every day, correlation (1 + 2t/T) exp(-2t/T)."""
    count, days, time = 20_000, 40, 9.0
    rng = np.random.default_rng(7)

    class Stream:
        standard_normal = staticmethod(rng.standard_normal)

    scores = correlated_scores([Stream()] * count, [time] * count, days)
    assert scores.shape == (count, days)
    assert np.abs(scores.mean(axis=0)).max() < 5 / math.sqrt(count)
    assert np.abs(scores.var(axis=0) - 1).max() < 5 * math.sqrt(2 / count)
    for start in (0, 1, 5, 20):
        for lag in (1, 2, 5, 12):
            expected = (1 + 2 * lag / time) * math.exp(-2 * lag / time)
            found = (scores[:, start] * scores[:, start + lag]).mean()
            assert abs(found - expected) < 5 * math.sqrt((1 + expected**2) / count), (start, lag)
    free = correlated_scores([Stream()] * count, [0.0] * count, 3)
    assert abs((free[:, 0] * free[:, 1]).mean()) < 5 / math.sqrt(count)


def test_streams_of_scores_do_not_know_each_other():
    alone = correlated_scores([generator(1, 1, "a")], [30.0], 50)
    together = correlated_scores([generator(1, 1, "b"), generator(1, 1, "a")], [0.0, 30.0], 50)
    np.testing.assert_array_equal(alone[0], together[1])


# -- demand --------------------------------------------------------------------------------------------------------


def stream(**keys):
    return DemandStream(item="a", warehouse="site", **keys)


@pytest.mark.parametrize("units", ["integer", "continuous"])
@pytest.mark.parametrize(
    ("keys", "mean", "variance"),
    [
        ({"model": "poisson", "mean": 3.0}, 3.0, 3.0),
        ({"model": "negative_binomial", "mean": 3.0, "cv": 1.1}, 3.0, (3 * 1.1) ** 2),
        ({"model": "normal", "mean": 40.0, "sd": 4.0}, 40.0, 16.0),
        ({"model": "compound", "rate": 0.6, "size": 5.0, "size_cv": 0.8}, 3.0, 0.6 * 25 * (1 + 0.64)),
        ({"model": "compound", "rate": 0.6, "size": 5.0, "size_cv": 0.3}, 3.0, 0.6 * 25 * (1 + 0.09)),
        ({"model": "compound", "rate": 0.6, "size": 5.0}, 3.0, 0.6 * 25 * (2 - 1 / 5)),
        ({"model": "intermittent", "interval": 4.0, "size": 6.0, "size_cv": 0.7}, 1.5, 36 * (1 + 0.49) / 4 - 1.5**2),
        ({"model": "intermittent", "interval": 4.0, "size": 6.0}, 1.5, 36 / 4 - 1.5**2),
    ],
    ids=str,
)
def test_daily_demand_has_its_mean_and_variance(keys, mean, variance, units):
    """200,000 days, seed 3: the mean within 4 standard errors, the variance within 5 %."""
    made = scenario(keys, units=units)
    days = 200_000
    values = daily(made, made.demand[0], generator(3, 0, "test", str(keys)), np.arange(days, dtype=float), {})
    assert abs(values.mean() - mean) < 4 * math.sqrt(variance / days)
    rounding = 0.25 if units == "integer" and keys["model"] in ("normal", "compound") else 0.0
    assert values.var() == pytest.approx(variance + rounding * (keys["model"] == "normal") / 3, rel=0.05)
    assert (values >= 0).all()
    if units == "integer":
        assert (values == np.rint(values)).all()
    known = made.demand[0].mean_per_day
    assert known == pytest.approx(mean)


def test_sizes_are_whole_and_at_least_one():
    """100,000 sizes, seed 4: mean within 4 standard errors, deviation within 3 % and the rounding's own."""
    for size, cv in ((5.0, 0.8), (5.0, 0.2), (1.0, 0.0), (2.4, 0.0), (20.0, 1.5)):
        one = stream(model="intermittent", interval=2.0, size=size, size_cv=cv)
        values = sizes(generator(4, 0, str(size), str(cv)), 100_000, one, True)
        assert values.min() >= 1
        assert (values == np.rint(values)).all()
        spread = max(cv * size, 0.5)
        assert abs(values.mean() - size) < 4 * spread / math.sqrt(100_000) + 1e-12
        assert values.var() <= ((cv * size) ** 2 + 0.25) * 1.03 + 1e-12


def test_season_trend_and_common_factor_shape_the_mean():
    days = np.arange(-30, 700, dtype=float)
    season = shape(stream(model="poisson", mean=1.0, amplitude=0.4, peak=40.0), days, {})
    np.testing.assert_allclose(season, 1 + 0.4 * np.cos(2 * np.pi * (days - 40) / 365))
    assert days[np.argmax(season)] in (40.0, 405.0)
    grown = shape(stream(model="poisson", mean=1.0, trend=0.2), days, {})
    np.testing.assert_allclose(grown, 1 + 0.2 * days / 365)
    assert (shape(stream(model="poisson", mean=1.0, trend=-9.0), days, {}) >= 0).all()
    weekly = shape(stream(model="poisson", mean=1.0, amplitude=0.5, peak=2.0, period=7.0), days, {})
    np.testing.assert_allclose(weekly[:7], weekly[7:14])
    factors = {"mood": np.linspace(0.5, 2, days.size)}
    np.testing.assert_allclose(
        shape(stream(model="poisson", mean=1.0, factor="mood", loading=2.0), days, factors), factors["mood"] ** 2
    )
    assert shape(stream(model="poisson", mean=1.0), days, {}) == 1.0


def test_a_common_factor_has_mean_one_and_moves_its_streams_together():
    """400 Futures of 60 days, seed 6: mean within 4 standard errors; two items correlate as the factor says."""
    made = scenario(
        [{"item": name, "model": "poisson", "mean": 400.0, "factor": "mood"} for name in "ab"],
        horizon=60,
        factors=[{"name": "mood", "sd": 0.3, "correlation_time": 20.0}],
    )
    drawn = np.array([draw(made, 6, number).demand["site"] for number in range(400)]) / 400.0
    means = drawn.mean(axis=(1, 2))
    assert abs(means.mean() - 1) < 4 * means.std(ddof=1) / 20
    together = np.corrcoef(drawn[:, 30, 0], drawn[:, 30, 1])[0, 1]
    factor = math.expm1(0.3**2)
    assert together == pytest.approx(factor / (factor + 1 / 400), abs=0.02)
    # a factor stays alike from day to day, and is forgotten after a while
    assert np.corrcoef(drawn[:, 30, 0], drawn[:, 31, 0])[0, 1] > 0.9
    assert abs(np.corrcoef(drawn[:, 0, 0], drawn[:, 59, 0])[0, 1]) < 4 / 20 + 0.05


def test_single_orders_come_at_their_rate():
    """Seed 8, 40,000 days: Poisson, renewal and fixed intervals; counts within 4 standard errors."""
    for keys, variance in (
        ({"rate": 0.7}, 0.7),
        ({"between": {"law": "gamma", "mean": 2.0, "cv": 0.5}}, 0.5 * 0.25),
        ({"between": {"law": "fixed", "value": 2.5}}, 0.0),
    ):
        made = scenario({"model": "orders", "size": 3.0, "size_cv": 1.0, **keys}, review="continuous")
        one = made.demand[0]
        times, quantities, patience = single_orders(made, one, generator(8, 0, str(keys)), -1000.0, 39_000.0)
        rate = one.mean_per_day / 3.0
        assert abs(times.size - 40_000 * rate) <= 4 * math.sqrt(40_000 * variance) + 1
        assert (np.diff(times) >= 0).all()
        assert times[0] >= -1000
        assert times[-1] < 39_000
        assert abs(quantities.mean() - 3.0) < 4 * 3.0 / math.sqrt(times.size)
        assert np.isinf(patience).all()


# -- history -------------------------------------------------------------------------------------------------------


def recorded(days=700, horizon=90):
    """Two items with a pattern by weekday, and ups and downs in common."""
    rng = np.random.default_rng(2)
    first = -days
    day = np.arange(first, first + days + horizon)
    level = 100 + 20 * rng.standard_normal(day.size)
    units = np.stack([(day % 7) * 1000 + level, (day % 7) * 1000 + 3 * level + rng.random(day.size)], axis=1)
    return History(first, {"site": units})


def with_record(model, record, horizon=90, **keys):
    plain = scenario(
        [{"item": name, "model": "poisson", "mean": 1.0} for name in "ab"], horizon=horizon, units="continuous"
    )
    streams = tuple(DemandStream(item=name, warehouse="site", model=model, **keys) for name in "ab")
    return dataclasses.replace(plain, demand=streams, record=record)


def test_replay_is_history():
    record = recorded()
    future = draw(with_record("replay", record), 1, 5)
    np.testing.assert_array_equal(future.demand["site"], record.between("site", 0, 90))


def test_bootstrap_in_weeks_keeps_weekdays_and_what_items_share_and_looks_only_back():
    record = recorded()
    made = with_record("bootstrap", record, block=7)
    past = {tuple(row) for row in record.before(0)["site"].tolist()}
    seen = set()
    for number in range(20):
        values = draw(made, 3, number).demand["site"]
        # every day is one day of the past, both items from the same one, on its own weekday
        assert all(tuple(row) in past for row in values.tolist())
        np.testing.assert_array_equal(values[:, 0] // 1000, np.arange(90) % 7)
        seen.add(values.tobytes())
    assert len(seen) == 20
    # seed 3: the mean over many Futures is that of the past, within 4 standard errors
    means = np.array([draw(made, 3, number).demand["site"][:84, 0].mean() for number in range(200)])
    expected = record.before(0)["site"][:, 0].mean()
    assert abs(means.mean() - expected) < 4 * means.std(ddof=1) / math.sqrt(200)


def test_bootstrap_of_a_record_that_ends_early_uses_what_there_is():
    record = recorded()
    early = History(record.first, {"site": record.units["site"][:650]})
    values = draw(with_record("bootstrap", early, block=7), 1, 0).demand["site"]
    there = {tuple(row) for row in early.units["site"].tolist()}
    assert all(tuple(row) in there for row in values.tolist())


# -- incidents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "up", "down"), [("geometric", 20.0, 5.0), ("exponential", 20.0, 5.0), ("exponential", 3.0, 0.5)]
)
def test_a_two_state_outage_has_its_means_and_its_share_of_time(law, up, down):
    """Seed 2, 200 Futures of 1,000 days: spells within 5 standard errors of their laws."""
    made = scenario(
        {"model": "poisson", "mean": 1.0},
        horizon=1000,
        disruptions=[
            {
                "kind": "random_outage",
                "name": "o",
                "supplier": "source",
                "up": {"law": law, "mean": up},
                "down": {"law": law, "mean": down},
                "clock": "whole_days" if law == "geometric" else "continuous",
            }
        ],
    )
    ups, downs = [], []
    for number in range(200):
        found = draw_incidents(made, 2, number)
        assert found[0].start > 0, "it starts up"
        edges = np.array([[one.start, one.end] for one in found])
        ups += (edges[1:, 0] - edges[:-1, 1]).tolist()
        downs += (edges[:, 1] - edges[:, 0]).tolist()
    for spells, mean in ((np.array(ups), up), (np.array(downs), down)):
        sd = math.sqrt(mean * (mean - 1)) if law == "geometric" else mean
        assert abs(spells.mean() - mean) < 5 * sd / math.sqrt(spells.size)
        if law == "geometric":
            assert spells.min() == 1
            assert (spells == np.rint(spells)).all()
            for length in (1, 2, 3):
                chance = (1 / mean) * (1 - 1 / mean) ** (length - 1)
                assert abs((spells == length).mean() - chance) < 5 * math.sqrt(chance / spells.size)


def test_a_future_needs_a_seed_and_a_number_from_0():
    made = scenario({"model": "poisson", "mean": 1.0})
    for seed, number in ((-1, 0), (0, -1)):
        with pytest.raises(sim.UsageError, match="0 or more"):
            draw(made, seed, number)
