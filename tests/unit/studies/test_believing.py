"""Which intervals of a comparison should not be believed."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.measures import MEASURES
from sim.studies.believing import cautions_of, doubtful


@pytest.fixture(scope="module")
def real():
    return sim.compare(sim.load("first_strike"), replications=12)


def of(real, make, futures):
    """The comparison with other values in all measures, made from standard normal ones."""
    shape = (futures, *real.measures.shape[1:3], 1)
    luck = np.random.default_rng(4).standard_normal(shape)
    costs = make(luck)
    measures = np.repeat(costs, len(MEASURES), axis=3)
    share = [place for place, measure in enumerate(MEASURES) if measure.share]
    measures[..., share] = 0.9 + 0.01 * luck
    return dataclasses.replace(real, numbers=tuple(range(futures)), measures=measures)


def test_few_futures_are_not_enough_for_anything(real):
    told = cautions_of(real)
    assert [line.partition(",")[0] for line in told if "do not believe" in line] == ["In strike", "In calm"]
    assert "few futures count" in told[0]
    assert "run at least 50 futures" in told[0]


def test_steady_costs_are_believed(real):
    assert cautions_of(of(real, lambda luck: 1e6 + 1e4 * luck, 200)) == []


def test_costs_with_rare_bad_years_are_not(real):
    found = of(real, lambda luck: 1e6 + 1e6 * np.exp(1.5 * luck), 200)
    told = cautions_of(found)
    assert len(told) == 2
    assert "bad years are too uneven for so few futures" in told[0]
    assert {one.measure for one in doubtful(found)} >= {"total_cost", "stockout_cost"}


def test_what_is_small_beside_the_total_is_left_out(real):
    """The same skewness, but at a thousandth of the total cost."""

    def make(luck):
        return 1e6 + 1e3 * np.exp(1.5 * luck)

    found = of(real, make, 200)
    assert {one.measure for one in doubtful(found)} == {"total_cost"}


def test_what_never_varied_may_not_have_been_seen(real):
    found = of(real, lambda luck: 1e6 + 0 * luck, 200)
    assert any("came out the same in all 200 futures" in line and "up to 1.5 %" in line for line in cautions_of(found))
