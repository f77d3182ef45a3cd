"""Sizes recomputed from their steps: random ones come out and add up, and every wrong number is told."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.sizing import Cover, CycleService, Demand, Factor, FillRate, LeadTime, Protection, WithCover, capped, classical
from sim.sizing.rebuilt import life_misfits, rebuilt
from sim.sizing.search import Search
from sim.sizing.size import Task
from sim.sizing.step import value
from sim.sizing.worked import life_steps, worked

PAST = np.random.default_rng(3).negative_binomial(1.0, 0.1, 200).astype(float)
WEEKLY = Protection(Demand(10, 4), LeadTime(9, 2), review_every=7)
LOTS = Protection(Demand(10, 4), LeadTime(9, 2), review_every=7, lot=100)
NEAR = {"rel": 1e-9, "abs": 1e-6}


def misfits(method, target, protection, policy="base_stock"):
    found = worked(method, target, protection, policy)
    return rebuilt(found.steps, found.sized.method, target, protection, policy).misfits


def some(low, high):
    """Numbers of three decimals, as a firm may have on record."""
    return st.integers(round(1000 * low), round(1000 * high)).map(lambda found: found / 1000)


everyday = st.one_of(
    st.floats(-4, 4).map(Factor), st.floats(0.01, 0.9999).map(CycleService), st.floats(0.01, 0.9999).map(FillRate)
)
covers = st.floats(0, 60).map(Cover)
protections = st.builds(
    Protection,
    st.builds(Demand, some(0.05, 300), some(0, 300), st.just(PAST)),
    st.one_of(
        st.builds(LeadTime, some(0, 60), st.just(0.0)),
        st.builds(LeadTime, some(0, 60), some(0, 20)),
        st.just(LeadTime(9.0, 3.3, np.array([5.0, 9.0, 9.0, 13.0]))),
    ),
    review_every=st.integers(1, 30),
    evening=st.booleans(),
    lot=some(0.1, 3000),
    multiple=st.sampled_from([0.0, 0.0, 1.0, 24.0, 500.0]),
    whole=st.booleans(),
    continuous=st.booleans(),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    protections,
    st.one_of(everyday, covers, st.builds(WithCover, everyday, covers)),
    st.sampled_from(["classical", "classical", "poisson", "negative_binomial", "gamma", "empirical"]),
    st.sampled_from(["base_stock", "r_nQ"]),
)
def test_random_sizes_come_out_again_and_their_steps_add_up(protection, target, method, policy):
    found = worked(method, target, protection, policy)
    again = rebuilt(found.steps, found.sized.method, target, protection, policy)
    assert again.misfits == ()
    sized = found.sized
    told = (again.order_up_to, again.reorder_point, again.safety_stock)
    assert told == pytest.approx((sized.order_up_to, sized.reorder_point, sized.safety_stock), **NEAR)


CASES = [
    ("classical", WithCover(Factor(2), Cover(5)), WEEKLY, "base_stock"),
    ("classical", CycleService(0.95), WEEKLY, "base_stock"),
    ("classical", WithCover(FillRate(0.98), Cover(5)), WEEKLY, "base_stock"),
    ("classical", FillRate(0.98), LOTS, "r_nQ"),
    ("classical", FillRate(0.98), dataclasses.replace(WEEKLY, multiple=24.0), "base_stock"),
    ("poisson", FillRate(0.98), WEEKLY, "base_stock"),
    ("gamma", CycleService(0.95), LOTS, "r_nQ"),
    ("poisson", Factor(1.65), LOTS, "r_nQ"),
    ("classical", FillRate(0.98), Protection(Demand(10, 0), LeadTime(9), lot=200, continuous=True), "r_nQ"),
]
#: steps that are taken as they are told, within what they must hold
LOOSE = {"share": 1e6, "share_below": 0.0}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_number_that_is_changed_is_told(case):
    method, target, protection, policy = case
    steps = worked(*case).steps
    assert rebuilt(steps, method, target, protection, policy).misfits == ()
    for place, step in enumerate(steps):
        wrong = step.value * LOOSE.get(step.key, 1.01) + (1.0 if step.value == 0 else 0.0)
        tampered = [*steps[:place], dataclasses.replace(step, value=wrong), *steps[place + 1 :]]
        assert rebuilt(tampered, method, target, protection, policy).misfits, step.key
        missing = [*steps[:place], *steps[place + 1 :]]
        assert rebuilt(missing, method, target, protection, policy).misfits, step.key


def scaled(name, by):
    """A change of `Task`: one of its numbers is so many times what it should be."""
    right = Task.__dict__[name]
    if isinstance(right, property):
        return name, property(lambda task: by * right.fget(task))
    if name == "search":

        def search(task, method, target):
            found = right(task, method, target)
            told = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
            return Search(**{**told, "level": float(math.ceil(by * found.level))})

        return name, search
    return name, lambda task, *more: by * right(task, *more)


@pytest.mark.parametrize(
    ("name", "by", "case", "told"),
    [
        ("sigma", 2, CASES[0], "sigma"),
        ("sigma", 2, CASES[2], "sigma"),
        ("sigma", 2, CASES[7], "sigma"),
        ("base", 2, CASES[0], "base"),
        ("base", 2, CASES[3], "base"),
        ("covered", 3, CASES[0], "cover"),
        ("covered", 3, CASES[2], "cover"),
        ("level", 1.5, CASES[2], "k"),
        ("level", 1.5, CASES[3], "k"),
        ("level", 0.9, CASES[8], "level for everyday chance"),
        ("search", 1.5, CASES[5], "share missed one step below"),
        ("search", 0.5, CASES[5], "share missed at the level"),
        ("search", 1.5, CASES[6], "share missed one step below"),
        ("lot", 2, CASES[3], "Q"),
    ],
)
def test_sizing_code_that_is_wrong_is_told(name, by, case, told, monkeypatch):
    assert misfits(*case) == ()
    monkeypatch.setattr(Task, *scaled(name, by))
    assert told in misfits(*case)


def test_an_overshoot_that_is_wrong_is_told(monkeypatch):
    right = classical.overshoot

    def wrong(protection, lot):
        found = right(protection, lot)
        return classical.Overshoot(found.mean + 1, 2 * found.variance)

    monkeypatch.setattr(classical, "overshoot", wrong)
    assert {"overshoot", "variance of the overshoot", "base", "sigma"} <= set(misfits(*CASES[7]))


def test_a_cut_by_shelf_life_that_is_wrong_is_told():
    found = worked(*CASES[0])
    size = rebuilt(found.steps, "classical", CASES[0][1], WEEKLY, "base_stock")
    steps = [*found.steps, *life_steps(found.sized, capped(found.sized, WEEKLY, shelf_life_days=12), WEEKLY, 12)]
    assert value(steps, "life_cut") == 52
    assert life_misfits(steps, size, WEEKLY, 0.0, 12) == ()
    assert life_misfits(steps, size, WEEKLY, 0.0, 13) == ("most that keeps", "cut by shelf life")
    assert life_misfits(found.steps, size, WEEKLY, 0.0, 12) == ("cut by shelf life",)
    assert life_misfits(found.steps, size, WEEKLY, 0.0, 90) == ()


def how(found, key):
    return next(step.how for step in found.steps if step.key == key)


def test_what_cannot_be_below_0_says_so():
    evening = Protection(Demand(10, 4), LeadTime(0.5), review_every=7, evening=True)
    found = worked("classical", Factor(2), evening)
    assert value(found.steps, "days") == 7
    assert how(found, "days") == "L + R - 1 = 0.5 + 7 - 1, L - 1 not below 0, an evening review"
    lots = dataclasses.replace(evening, lot=40)
    assert how(worked("classical", Factor(2), lots, "r_nQ"), "exposed") == (
        "L - 1 = 0.5 - 1, L - 1 not below 0, an evening review"
    )
    slow = Protection(Demand(0.05, 0.0), LeadTime(9), lot=40)
    found = worked("classical", Factor(2), slow, "r_nQ")
    assert value(found.steps, "overshoot") == 0
    assert " - 0.5, not below 0; X" in how(found, "overshoot")
    assert "not below 0" not in how(worked("classical", Factor(2), LOTS, "r_nQ"), "overshoot")


def test_a_level_at_the_lower_end_of_the_search_is_not_called_the_least():
    wide = Protection(Demand(500, 20), LeadTime(40), lot=30_000)
    found = worked("poisson", FillRate(0.9), wide, "r_nQ")
    assert value(found.steps, "searched") == value(found.steps, "lowest") > 0
    assert value(found.steps, "share") < 0.1
    assert math.isnan(value(found.steps, "share_below"))
    assert (
        how(found, "searched")
        == "the lowest level looked at has a share of no more than 0.1 already: a lower one may do"
    )
    assert rebuilt(found.steps, "poisson", FillRate(0.9), wide, "r_nQ").misfits == ()


def test_nothing_varies_and_still_the_level_keeps_the_fill_rate():
    method, target, protection, policy = CASES[8]
    found = worked(*CASES[8])
    # 90 units are asked for until the receipt; 2 % of a lot of 200 may be short: 4
    assert value(found.steps, "searched") == pytest.approx(86)
    assert found.sized.reorder_point == rebuilt(found.steps, method, target, protection, policy).reorder_point == 86
    assert how(found, "searched") == "nothing varies: the level that each cycle falls short of by just what is allowed"
