"""Sweeps: axes are read with care, points share their luck, and the best point is told with what cannot be told from it."""

import numpy as np
import pytest

import sim
from sim.errors import UsageError
from sim.studies.sweep import grid_of, sweep
from sim.studies.sweep.rows import rows


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("jit.cover=0:60:20", ("0", "20", "40", "60")),
        ("jit.cover=0:0.3:0.1", ("0", "0.1", "0.2", "0.3")),
        ("jit.cover=10:0:-5", ("10", "5", "0")),
        ("jit.cover=0:9:4", ("0", "4", "8")),
        ("jit.cover=5:5:1", ("5",)),
        ("lost_share=.2,0.5", (".2", "0.5")),
        ("crossing=none, independent", ("none", "independent")),
        ("items.goodwill[criticality=halts]*=1,2", ("1", "2")),
    ],
)
def test_values_of_an_axis(text, values):
    axis = grid_of([text]).axes[0]
    assert axis.values == values
    assert axis.setting(0).replace(" ", "").startswith(text.split("=")[0].split("[")[0])


def test_a_grid_is_all_combinations_and_single_values_hold_everywhere():
    grid = grid_of(["jit.cover=0,9", "horizon=200", "lost_share=0:1:0.5"])
    assert grid.fixed == ("horizon=200",)
    assert [point.label for point in grid.points][:2] == ["jit.cover=0, lost_share=0", "jit.cover=0, lost_share=0.5"]
    assert len(grid.points) == 6
    laws = grid_of(["jit.cover=1,2", "disruptions.strike.length={law='uniform', low=1, high=9}"])
    assert len(laws.axes) == 1  # a law's commas divide no values


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["jit.cover=0:60:-5"], "the step must be above 0, not -5"),
        (["jit.cover=60:0:5"], "the step must be below 0, not 5"),
        (["jit.cover=0:60:0"], "the step is 0"),
        (["jit.cover=0:1e400:1"], "numbers from 1e-300 to 1e.300 are possible"),
        (["jit.cover=0:1:1e-9999999"], "numbers from 1e-300 to 1e.300 are possible"),
        (["jit.cover=0:1e299:1e-299"], "at most 1,000 are possible"),
        (["jit.cover=0:60"], "write a range as start:stop:step, for example jit.cover=0:60:5"),
        (["jit.cover=0:60:x"], "write a range as start:stop:step"),
        (["jit.cover=1,,2"], "a value is missing between commas"),
        (["jit.cover=1,1"], "1 is there twice"),
        (["jit.cover=1,2", "jit.cover=3,4"], "jit.cover is swept twice"),
        (["jit.cover=1"], "nothing to sweep"),
        (["jit.cover=0:10:0.000001"], "the grid has 10,000,001 points, and at most 1,000 are possible"),
        (["jit.cover=0:99:1", "lost_share=0:1:0.01"], "the grid has 10,100 points"),
        (["jit.cover"], "write key=value"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(settings, message):
    with pytest.raises(UsageError, match=message):
        grid_of(settings)


@pytest.fixture(scope="module")
def found():
    return sweep("first_strike", {"jit.cover": "0:40:20"}, ("jit", "hybrid"), replications=12, seed=2)


def test_a_point_is_what_compare_says_of_it(found):
    """The base and a point against `sim.compare` with the same setting: the same numbers, to the last bit."""
    alone = sim.compare(sim.load("first_strike"), ("jit", "hybrid"), 12, 2, weathers=["strike"])
    for name in ("jit", "hybrid"):
        assert np.array_equal(found.values(-1, name), alone.values("strike", name, "total_cost"))
    scenario = sim.load("first_strike")
    plan = sim.posture("jit", ["cover=20"]).plan(scenario)
    one = sim.compare(scenario, [plan], 12, 2, weathers=["strike"])
    assert np.array_equal(found.values(1, "jit"), one.values("strike", "jit", "total_cost"))


def test_the_best_point_and_what_is_as_good(found):
    assert found.moves("jit")
    assert not found.moves("hybrid")
    means = found.means[:, 0]
    assert found.best("jit") == int(means.argmin())
    assert found.best("jit") in found.as_good("jit")
    assert 0 not in found.as_good("jit")  # no cover costs clearly more
    apart = found.pair(0, 2, "jit").difference
    assert apart.mean == pytest.approx(means[0] - means[2])


def test_rows_hold_base_points_and_changes(found):
    table = [row for row in rows(found) if row["measure"] == "total_cost"]
    assert len(table) == 4 * 2
    assert table[0]["jit.cover"] == "as it stands"
    assert {row["change_from_base_mean"] for row in table if row["posture"] == "hybrid"} == {0.0}
    assert {row["n"] for row in table} == {12}


def test_an_unknown_measure_tells_the_near_miss():
    with pytest.raises(UsageError, match=r"'totl_cost' is not a measure \(did you mean 'total_cost'\?\)"):
        sweep("first_strike", {"jit.cover": (1, 2)}, measure="totl_cost")
