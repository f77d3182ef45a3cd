"""Sensitivity: the register, the tornado, break-even values with intervals, Morris and Sobol against known answers."""

import math

import numpy as np
import pytest
from scipy import stats

import sim
from sim.assumptions import Assumption
from sim.chance import generator
from sim.errors import ScenarioError, UsageError
from sim.reading import scenario_of
from sim.studies.sensitivity import break_evens, chosen, register, tornado
from sim.studies.sensitivity.break_even import Curve, _near_zero, solved
from sim.studies.sensitivity.design import text_at
from sim.studies.sensitivity.morris import LEVELS, STEP, elementary, morris, trajectories
from sim.studies.sensitivity.rows import break_even_rows, register_rows, tornado_rows
from sim.studies.sensitivity.sobol import indices, sobol
from sim.studies.source import Source

SMALL = ("goodwill of a critical", "share of lost", "cost of capital", "overtake")


def labels(found):
    return [one.label for one in found]


# --- the register ----------------------------------------------------------------------------------------------------


def test_the_register_of_the_demo_holds_what_is_known_to_matter():
    scenario = sim.load("meridian")
    found = {one.label: one for one in register(scenario.under("strike"))}
    assert {
        "goodwill of a critical item",
        "share of lost sales",
        "correlation time of lead times",
        "orders overtake each other",
        "length of la_strike",
        "chance that la_strike comes",
        "level of demand",
        "spread of demand (cv)",
        "mean lead time",
        "spread of lead times (cv)",
        "freight",
        "price and so margin",
        "cost of capital",
        "cost of an order line",
    } <= set(found)
    assert all(one.source for one in found.values())
    assert found["goodwill of a critical item"].base == "1"
    assert "length of la_strike" not in labels(register(scenario.under("calm")))
    assert "length of container_crisis" in labels(register(scenario.under("crisis")))


@pytest.mark.parametrize(
    ("name", "weather"),
    [
        pytest.param("meridian", "strike", marks=pytest.mark.slow),
        ("starter", "strike"),
        ("first_strike", "strike"),
        ("ordinary_year", "ordinary"),
    ],
)
def test_every_end_of_every_assumption_can_be_set(name, weather):
    """And the present value, set, changes nothing that the ends change."""
    source = Source(name, ("jit",), weather=weather)
    for one in register(source.scenario().under(weather)):
        for value in (one.low, one.high):
            assert source.scenario(one.settings(value)).horizon > 0
        if one.base is not None and not one.chance:
            same, ends = source.scenario(one.settings(one.base)), source.scenario(one.settings(one.high))
            if one.base != one.high:
                assert same != ends
    assert len(register(source.scenario().under(weather))) > 15


def test_a_file_adds_assumptions_and_puts_others_in_their_place():
    own = [
        {"label": "what a pump is worth", "key": "costs.goodwill_halts", "low": 2, "high": 5, "source": "sales, 2024"},
        {"label": "both rates", "key": ["costs.capital_rate*=", "costs.storage_rate*="], "low": 0.5, "high": 2},
    ]
    scenario = _with(own)
    found = register(scenario)
    assert labels(found)[0] == "what a pump is worth"
    assert "goodwill of a critical item" not in labels(found)
    assert (found[0].low, found[0].base, found[0].source) == ("2", "1", "sales, 2024")
    assert found[-1].label == "both rates"
    assert found[-1].settings("0.5") == ("costs.capital_rate*=0.5", "costs.storage_rate*=0.5")
    assert found[-1].base == "1"


def _with(own):
    import tomllib

    from sim.library import folder

    content = tomllib.loads((folder() / "first_strike.toml").read_text(encoding="utf-8"))
    return scenario_of(content | {"assumptions": own}, file="mine.toml")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"label": "x", "key": "costs.per_line", "low": 1, "high": 1},
            r"assumptions\[0\] \(x\): low and high are both 1",
        ),
        ({"label": "x", "key": "costs.per_line", "low": 3, "high": 1}, r"low \(3\) is above high \(1\)"),
        ({"label": "x", "key": "costs.per_line=3", "low": 1, "high": 2}, r"give it without its value"),
        ({"label": "x", "key": "costs.per_line", "high": 2}, r"assumptions\[0\] \(x\).low: is missing"),
        ({"label": "x", "kay": "costs.per_line", "low": 1, "high": 2}, r"kay: unknown key \(did you mean 'key'\?\)"),
    ],
)
def test_an_assumption_that_makes_no_sense_is_told_with_the_file(keys, message):
    with pytest.raises(ScenarioError, match=message):
        _with([keys])


def test_words_choose_assumptions():
    found = register(sim.load("first_strike").under("strike"))
    assert labels(chosen(found, ["goodwill", "crossing"])) == [
        "goodwill of a critical item",
        "orders overtake each other",
    ]
    assert chosen(found, []) == found
    with pytest.raises(UsageError, match=r"--only 'freigt': no assumption is called so \(did you mean 'freight'\?\)"):
        chosen(found, ["freigt"])


# --- tornado ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    source = Source("first_strike", ("jit", "hybrid"))
    return tornado(source, replications=16, seed=1, only=SMALL, between=("hybrid", "jit"))


def test_the_tornado_pairs_each_end_with_the_base(found):
    alone = sim.compare(sim.load("first_strike"), ("jit", "hybrid"), 16, 1, weathers=["strike"])
    jit, hybrid = (alone.values("strike", name, "total_cost") for name in ("jit", "hybrid"))
    assert np.array_equal(found.apart(found.base), hybrid - jit)
    dear = sim.load("first_strike", ["costs.goodwill_halts=3"])
    more = sim.compare(dear, ("jit", "hybrid"), 16, 1, weathers=["strike"])
    swing = found.ends(found.assumptions[0])["high"]
    assert np.array_equal(swing.values[:, 0], more.values("strike", "jit", "total_cost"))
    change = found.change(swing)
    assert change.mean == pytest.approx((found.apart(swing.values) - (hybrid - jit)).mean())
    assert swing.money_only
    assert not found.ends(found.assumptions[1])["high"].money_only


def test_an_end_that_is_the_base_is_left_out(found):
    overtake = next(one for one in found.assumptions if "overtake" in one.label)
    assert set(found.ends(overtake)) == {"high"}
    assert [swing.side for swing in found.swings].count("low") == 3


def test_order_turned_and_rows(found):
    spans = []
    for one in found.order:
        means = [0.0, *(found.change(swing).mean for swing in found.ends(one).values())]
        spans.append(max(means) - min(means))
    assert spans == sorted(spans, reverse=True)
    for swing in found.swings:
        mean = found.apart(swing.values).mean()
        assert found.turned(swing) == (mean * found.difference.mean < 0)
        assert not found.clearly(swing) or found.turned(swing)
    table = tornado_rows(found)
    assert len(table) == 1 + len(found.swings)
    assert table[0]["assumption"] == "as things stand"
    assert table[0]["change"] == 0.0
    assert {row["assumption"] for row in register_rows(found.assumptions)} == set(labels(found.assumptions))


def test_the_best_two_are_held_against_each_other_when_none_are_named():
    few = tornado(Source("first_strike", ("jit", "jic", "hybrid")), 4, only=("cost of capital",))
    means = dict(zip(few.postures, few.base.mean(axis=0), strict=True))
    assert list(few.between) == sorted(means, key=means.get)[:2]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"measure": "totl_cost"}, "is not a measure"),
        ({"measure": "purchase_outlay"}, "ranks no postures"),
        ({"between": ("jit", "hybird")}, r"'hybird' is no posture of this run \(did you mean 'hybrid'\?\)"),
        ({"seed": -1}, "seed -1: 0 or more"),
    ],
)
def test_a_tornado_that_makes_no_sense_is_refused(keys, message):
    with pytest.raises(UsageError, match=message):
        tornado(Source("first_strike", ("jit", "hybrid")), 2, **keys)
    with pytest.raises(UsageError, match="nothing to be ranked against"):
        tornado(Source("first_strike", ("jit",)), 2)


# --- break-even ------------------------------------------------------------------------------------------------------


def line(low=0.0, high=10.0, **keys):
    return Assumption(label="x", key=("costs.per_line",), low=f"{low}", high=f"{high}", **keys)


def test_the_interval_of_a_straight_line_is_that_of_fieller():
    """a + b x per Future, with a and b going together: closed form of Fieller (1954) for the ratio -mean(a)/mean(b)."""
    source = generator(3, 0, "fieller")
    b = 2.0 + 0.5 * source.standard_normal(40)
    a = -9.0 + 3.0 * source.standard_normal(40) - 1.5 * (b - 2)
    at = np.array([0.0, 10.0])
    found = solved(Curve(line(), at, a[:, None] + b[:, None] * at, True))
    n, t = 40, stats.t.ppf(0.975, 39)
    va, vb, cab = a.var(ddof=1) / n, b.var(ddof=1) / n, np.cov(a, b, ddof=1)[0, 1] / n
    ma, mb = a.mean(), b.mean()
    # roots in x of (ma + mb x)^2 = t^2 (va + 2 cab x + vb x^2)
    roots = np.sort(np.roots([mb**2 - t**2 * vb, 2 * (ma * mb - t**2 * cab), ma**2 - t**2 * va]).real)
    assert found.value == pytest.approx(-ma / mb)
    assert (found.low, found.high) == pytest.approx(tuple(roots), rel=1e-4)


def test_the_interval_holds_the_truth_as_often_as_promised():
    """1,000 experiments of 30 Futures with a true crossing at 4: coverage of 95 % within 3 standard errors (seed 11)."""
    source, hits, at = generator(11, 0, "coverage"), 0, np.array([0.0, 10.0])
    for _ in range(1_000):
        b = 2.0 + 0.4 * source.standard_normal(30)
        a = -8.0 + 2.0 * source.standard_normal(30)
        found = solved(Curve(line(), at, a[:, None] + b[:, None] * at, True))
        hits += found.low <= 4.0 <= found.high
    assert abs(hits / 1_000 - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 1_000)


def test_no_crossing_is_said_as_such():
    at = np.array([0.0, 10.0])
    near = solved(Curve(line(), at, np.array([[-30.0, -10.0], [-32.0, -10.0]]), True))
    assert near.kind == "beyond"
    assert near.value == pytest.approx(14.76, abs=0.01)
    curved = solved(Curve(line(), at, np.array([[-30.0, -10.0], [-32.0, -10.0]]), False))
    assert curved.kind == "none"
    assert math.isnan(curved.value)
    away = solved(Curve(line(), at, np.array([[10.0, 30.0], [11.0, 30.0]]), True))
    assert away.kind == "none"  # it would be below 0


def test_several_crossings_are_counted_and_the_one_nearest_to_now_is_told():
    at = np.array([0.0, 4.0, 8.0, 10.0])
    values = np.array([[-2.0, 2.0, -2.0, -3.0], [-2.1, 1.9, -2.1, -3.1]])
    found = solved(Curve(line(base="7"), at, values, False))
    assert found.crossings == 2
    assert found.value == pytest.approx(6.0, abs=0.1)


def test_an_interval_without_an_end_in_the_range_says_so():
    at = np.array([0.0, 10.0])
    found = solved(Curve(line(), at, np.array([[-30.0, 10.0], [20.0, 5.0], [-20.0, 3.0]]), True))
    assert found.kind == "crosses"
    assert (found.low, found.high) == (-math.inf, math.inf)
    row = break_even_rows([found])[0]
    assert (row["interval_low"], row["interval_high"]) == ("below range", "above range")


def test_break_even_values_of_a_business(found):
    """Where goodwill has the break-even value, both postures cost the same on the same Futures."""
    evens = {one.curve.assumption.label: one for one in break_evens(found)}
    assert "orders overtake each other" not in evens  # it is no number
    goodwill = evens["goodwill of a critical item"]
    assert goodwill.curve.straight
    assert not evens["share of lost sales"].curve.straight
    if goodwill.kind == "crosses":
        scenario = sim.load("first_strike", [f"costs.goodwill_halts={goodwill.value!r}"])
        alone = sim.compare(scenario, ("jit", "hybrid"), 16, 1, weathers=["strike"])
        apart = alone.values("strike", "hybrid", "total_cost") - alone.values("strike", "jit", "total_cost")
        assert abs(apart.mean()) < 1e-6 * abs(alone.values("strike", "jit", "total_cost").mean())
    assert goodwill.kind == "crosses"
    lost = evens["share of lost sales"]
    if lost.kind == "crosses":
        assert lost.curve.at.size > 3  # lived in between


def test_a_setting_of_a_third_posture_stands_in_the_way_of_nothing():
    """Values in between are lived under two postures alone; what is set for the third is still understood."""
    source = Source("first_strike", ("jit", "jic", "hybrid"), ("jic.cover=30",))
    found = tornado(source, 6, only=("share of lost",), between=("hybrid", "jit"))
    evens = break_evens(found)
    assert len(evens) == 1
    assert evens[0].curve.at.size > 3


# --- all at once -----------------------------------------------------------------------------------------------------


def test_elementary_effects_of_a_known_function():
    """y = 3 x0 + 5 x1 - 2 x2 without interaction: effects are the slopes, on every trajectory."""
    points, order = trajectories(5, 3, generator(1, 0, "paths"))
    assert points.min() >= 0
    assert points.max() <= 1
    assert np.allclose(np.abs(np.diff(points, axis=1)).sum(axis=2), STEP)  # one step at a time
    assert set(np.round(points.ravel() * (LEVELS - 1), 9)) <= {0.0, 1.0, 2.0, 3.0}
    values = points @ np.array([3.0, 5.0, -2.0])
    assert np.allclose(elementary(values, points, order), [3.0, 5.0, -2.0])
    mixed = elementary(points[..., 0] * points[..., 1], points, order)
    assert mixed[:, 0].std() > 0.1  # x0 x1: the effect of one hangs on the other
    assert np.allclose(mixed[:, 2], 0)


def test_sobol_indices_of_a_known_function():
    """Additive y = 3 x0 + 1 x1: 0.9 and 0.1 of the variance, alone and in all."""
    rows = generator(1, 0, "sobol test").random((4096, 4))
    a, b = rows[:, :2], rows[:, 2:]
    weights = np.array([3.0, 1.0])
    crossed = np.stack([np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]])])
    first, total = indices(a @ weights, b @ weights, crossed @ weights)
    assert first == pytest.approx([0.9, 0.1], abs=0.06)
    assert total == pytest.approx([0.9, 0.1], abs=0.03)


def test_sobol_indices_of_a_single_assumption():
    """All of the variance is its own."""
    a, b = generator(1, 0, "sobol test").random((2, 4096))
    first, total = indices(a, b, b[None])
    assert first.shape == total.shape == (1,)
    assert first == pytest.approx([1.0], abs=0.06)
    assert total == pytest.approx([1.0], abs=0.03)


def test_a_future_without_a_value_does_not_keep_a_break_even_from_being_looked_for():
    crossing = Curve(line(), np.array([1.0, 2.0]), np.array([[-3.0, 5.0], [-2.0, 4.0], [np.nan, 4.0]]), False)
    assert _near_zero(crossing)
    assert not _near_zero(Curve(line(), np.array([1.0, 2.0]), np.full((3, 2), np.nan), False))


def test_values_along_a_range():
    assert text_at(line(2, 4), 0.25) == "2.5"
    word = Assumption(label="c", key=("crossing",), low="none", high="independent")
    assert (text_at(word, 0.4), text_at(word, 0.6)) == ("none", "independent")


def test_morris_on_a_business_finds_a_straight_effect():
    """Capital rate acts on value alone: its effect is the same on every trajectory up to what stock there is."""
    source = Source("first_strike", ("jit", "hybrid"))
    found = morris(source, 3, 4, only=("cost of capital", "per_line"), between=("hybrid", "jit"))
    place = labels(found.lived.assumptions).index("cost of capital")
    assert found.spread[place] == pytest.approx(0, abs=1e-6 * found.size[place])
    both = tornado(source, 4, only=("cost of capital",), between=("hybrid", "jit"))
    ends = both.ends(both.assumptions[0])
    whole = both.apart(ends["high"].values).mean() - both.apart(ends["low"].values).mean()
    assert found.mean[place] == pytest.approx(whole)
    assert found.low[place] <= found.size[place] <= found.high[place]


def test_sobol_on_a_business_shares_the_variance():
    source = Source("first_strike", ("jit", "hybrid"))
    found = sobol(source, 8, 3, only=("cost of capital", "per_line"), between=("hybrid", "jit"))
    place = labels(found.lived.assumptions).index("cost of capital")
    assert found.total[place] > 0.2
    assert found.total[1 - place] < 1e-3  # order lines: as many under both
    again = sobol(source, 8, 3, only=("cost of capital", "per_line"), between=("hybrid", "jit"))
    assert np.array_equal(found.first_low, again.first_low)  # resampling has a seed too
    with pytest.raises(UsageError, match="a power of 2"):
        sobol(source, 12, 3)
    with pytest.raises(UsageError, match="2 or more"):
        morris(source, 1, 3)
