"""What `size` returns, says and refuses; caps; which method is chosen."""

import ast
import time
from pathlib import Path

import numpy as np
import pytest

from sim.errors import UsageError
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
from sim.sizing.choice import chosen, warning

ROOM = Path(__file__).parent.parent.parent.parent / "sim" / "sizing"
PAST = np.random.default_rng(3).negative_binomial(1.0, 0.1, 730).astype(float)
RECORDS = np.random.default_rng(4).gamma(11.0, 1.0, 80)
TARGETS = (CycleService(0.95), FillRate(0.98), Factor(1.65), Cover(20, "a strike"), WithCover(FillRate(0.9), Cover(5)))


def protection(klass="erratic", past=PAST, lead=None, **rules):
    lead = LeadTime(float(RECORDS.mean()), float(RECORDS.std()), RECORDS) if lead is None else lead
    return Protection(Demand(float(PAST.mean()), float(PAST.std()), past, klass), lead, **rules)


def test_the_room_stands_on_numbers_alone():
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                allowed = ("sim.sizing", "sim.errors", "sim.chance", "sim.theory")
                assert not name.startswith("sim") or name.startswith(allowed), f"{path.name}: {name}"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"review_every": 7, "evening": True},
        {"whole": False},
        {"continuous": True},
        {"crossing": True},
        {"crossing": True, "review_every": 7, "multiple": 12},
        {"multiple": 24},
    ],
    ids=str,
)
@pytest.mark.parametrize("policy", ["base_stock", "r_nQ"])
def test_numbers_hang_together(method, target, rules, policy):
    given = protection(lot=50, **rules)
    found = size(method, target, given, policy)
    whole = given.whole
    if policy == "base_stock":
        assert found.reorder_point == found.order_up_to - (1 if whole else 0)
        assert found.order_quantity == max(given.multiple, 1)
    else:
        lot = np.ceil(50 / given.multiple) * given.multiple if given.multiple else 50
        assert found.order_quantity == lot
        assert found.order_up_to == found.reorder_point + lot
    numbers = (found.safety_stock, found.reorder_point, found.order_up_to, found.order_quantity)
    assert all(type(number) is float for number in numbers)
    if whole:
        assert found.reorder_point == round(found.reorder_point)
    assert found.method in (*METHODS[:-1], "cover")
    assert found.formula
    assert found.inputs
    if isinstance(target, Cover):
        assert found.safety_stock == pytest.approx(20 * given.demand.mean, abs=1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("policy", ["base_stock", "r_nQ"])
@pytest.mark.parametrize("crossing", [False, True])
def test_more_is_asked_for_more(method, policy, crossing):
    def level(target, **rules):
        return size(method, target, protection(lot=50, crossing=crossing, **rules), policy).reorder_point

    for made in (CycleService, FillRate):
        levels = [level(made(share)) for share in (0.8, 0.9, 0.95, 0.98, 0.995)]
        assert levels == sorted(levels)
        assert levels[0] < levels[-1]
        assert level(made(0.95), review_every=7) > level(made(0.95))
        assert level(made(0.95), evening=True) <= level(made(0.95))
        plain, covered = level(made(0.95)), level(WithCover(made(0.95), Cover(10)))
        assert covered - plain == pytest.approx(10 * PAST.mean(), abs=1)


def test_the_overshoot_is_in_the_reorder_point():
    """Reviewed by the week, a position falls further below r than reviewed by the day; never, unit by unit."""
    base = {"lead": LeadTime(10.0), "lot": 200}
    for method in ("classical", "negative_binomial", "empirical"):
        by_unit, by_day, by_week = (
            size(method, CycleService(0.95), protection(**base, **rules), "r_nQ").reorder_point
            for rules in ({"continuous": True}, {}, {"review_every": 7})
        )
        assert by_unit < by_day < by_week


@pytest.mark.parametrize("method", METHODS)
def test_no_demand_needs_nothing(method):
    found = size(method, CycleService(0.95), Protection(Demand(0.0, 0.0), LeadTime(10.0)))
    assert (found.order_up_to, found.safety_stock) == (0, 0)
    assert "no demand" in found.formula


@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("empirical", "poisson")])
def test_steady_demand_and_lead_time_need_no_safety(method):
    given = Protection(Demand(5.0, 0.0), LeadTime(10.0), review_every=2, whole=True)
    found = size(method, CycleService(0.95), given)
    if method != "auto" and method != "negative_binomial":
        assert found.order_up_to == 60


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: size("clasical", CycleService(0.9), protection()), "did you mean 'classical'"),
        (lambda: size("auto", CycleService(0.9), protection(), "s_S"), "'s_S' is not a policy"),
        (lambda: size("auto", CycleService(0.9), protection(), "r_nQ"), "needs an order quantity above 0"),
        (lambda: size("empirical", CycleService(0.9), protection(past=np.zeros(400))), "some demand in it"),
        (lambda: size("empirical", FillRate(0.9), protection(past=np.empty(0))), "some demand in it"),
        (lambda: CycleService(95), "cycle service: 95 is not allowed"),
        (lambda: FillRate(1.0), "fill rate: 1.0 is not allowed"),
        (lambda: Factor(float("nan")), "safety factor: nan"),
        (lambda: Cover(-1), "cover: -1 is not allowed"),
        (lambda: Demand(-1.0, 0.0), "mean demand: -1.0"),
        (lambda: Demand(1.0, float("inf")), "standard deviation of demand: inf"),
        (lambda: Demand(1.0, 1.0, np.array([1.0, -2.0])), "a day is negative or missing"),
        (lambda: LeadTime(float("nan")), "mean lead time: nan"),
        (lambda: LeadTime(1.0, 0.0, np.array([1.0]), np.array([1.0, 2.0])), "1 values with 2 weights"),
        (lambda: LeadTime(1.0, 0.0, np.array([1.0]), np.array([0.0])), "all weights are 0"),
        (lambda: protection(review_every=0.5), "review_every: 0.5"),
        (lambda: protection(review_every=1.5), "a whole number of days"),
        (lambda: protection(lot=-1), "lot: -1.0"),
        (lambda: capped(size("auto", Factor(1), protection()), protection(), shelf_life_days=-1), "shelf life: -1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, said):
    with pytest.raises(UsageError, match=r"^size: ") as caught:
        call()
    assert said in str(caught.value)


def test_shelf_life_and_space_cut_the_safety_stock_first():
    given = protection(lot=50)
    mean = given.demand.mean
    asked = size("auto", CycleService(0.99), given, "r_nQ")
    assert capped(asked, given) is asked
    assert capped(asked, given, shelf_life_days=1_000, space_units=1e6) is asked
    aged = capped(asked, given, shelf_life_days=8)
    assert aged.order_quantity == 50
    assert aged.safety_stock + 50 <= 8 * mean < asked.safety_stock + 50
    assert aged.safety_stock + 50 > 8 * mean - 1
    assert aged.order_up_to == aged.reorder_point + 50
    assert asked.reorder_point - aged.reorder_point == pytest.approx(asked.safety_stock - aged.safety_stock)
    assert "shelf life of 8 days" in aged.warning
    assert "the target is not kept" in aged.warning
    small = capped(asked, given, shelf_life_days=8, space_units=30)
    assert small.order_quantity == 30
    assert small.safety_stock <= 0.5
    assert "space for 30 units" in small.warning
    assert "the lot from 50 to 30" in small.warning


def test_a_base_stock_level_is_capped_too():
    given = protection(review_every=7)
    asked = size("auto", CycleService(0.99), given)
    room = 9 * given.demand.mean
    found = capped(asked, given, space_units=room)
    assert found.safety_stock + 7 * given.demand.mean <= room + 1e-9
    assert found.reorder_point == found.order_up_to - 1


@pytest.mark.parametrize(
    ("given", "method", "why"),
    [
        (protection(), "empirical", "730 days of history"),
        (protection(past=PAST[:200]), "negative_binomial", "history of 200 days is short of 365"),
        (protection(lead=LeadTime(60.0)), "negative_binomial", "20 protection intervals"),
        (protection(lead=LeadTime(10.0, 3.0, RECORDS[:10])), "negative_binomial", "10 recorded lead times"),
        (protection(past=PAST[:200], whole=False), "gamma", "not whole"),
        (Protection(Demand(3.0, 1.7), LeadTime(10.0)), "poisson", "times its mean"),
        (Protection(Demand(30.0, 8.0, klass="smooth"), LeadTime(10.0, 0.5)), "classical", "steady lead time"),
        (Protection(Demand(30.0, 8.0, klass="smooth"), LeadTime(10.0, 5.0)), "negative_binomial", "times its mean"),
    ],
)
def test_auto_says_what_it_chose_and_why(given, method, why):
    assert chosen(given, CycleService(0.95))[0] == method
    assert why in chosen(given, CycleService(0.95))[1]
    found = size("auto", CycleService(0.95), given)
    assert found.method == method
    assert why in found.formula


@pytest.mark.parametrize(
    ("method", "given", "said"),
    [
        ("classical", protection("lumpy"), "demand is lumpy"),
        ("classical", protection("erratic", lead=LeadTime(1.0)), "too skewed for a normal law"),
        ("classical", protection(lead=LeadTime(10.0, 10.0, np.repeat([5.0, 30.0], [16, 4]))), "two or more groups"),
        ("classical", protection(lead=LeadTime(10.0, 8.0)), "vary by half their mean"),
        ("classical", protection(lead=LeadTime(12.0, 3.4, RECORDS), crossing=True), "orders cross"),
        ("classical", protection(past=PAST[:90]), "short history (90 days)"),
        ("poisson", protection(), "a Poisson law promises too much"),
        ("negative_binomial", Protection(Demand(5.0, 1.0), LeadTime(3.0)), "a Poisson law stands in"),
        (
            "negative_binomial",
            Protection(Demand(5.0, 9.0, np.repeat([0.0, 50.0], [657, 73])), LeadTime(3.0)),
            "its tail is off",
        ),
        ("gamma", protection("lumpy"), "no days without demand"),
        ("gamma", protection(lead=LeadTime(10.0, 3.0)), "a gamma law of their mean and sd stands in"),
        ("empirical", protection(past=PAST[:180]), "expect a shortfall of service"),
        ("empirical", protection(lead=LeadTime(10.0, 3.0, RECORDS[:40])), "cannot show what happens in 0.02"),
    ],
)
def test_known_failures_are_warned_of(method, given, said):
    found = size(method, CycleService(0.98), given)
    assert said in found.warning


def test_a_rarer_miss_needs_a_longer_history():
    given = protection(lead=LeadTime(12.0), review_every=7)
    assert chosen(given, FillRate(0.95))[0] == "empirical"
    assert chosen(given, Factor(2.0))[0] == "empirical"
    method, why = chosen(given, WithCover(FillRate(0.98), Cover(5)))
    assert method == "negative_binomial"
    assert "history of 730 days is short of 950" in why
    assert "short of 950" in size("empirical", FillRate(0.98), given).warning


def test_no_warning_without_a_reason():
    heavy = 10 + np.random.default_rng(5).standard_t(3, 400)
    assert "heavy tail" in warning("classical", Factor(1), protection("smooth", lead=LeadTime(12.0, 4.0, heavy)))
    smooth = Protection(Demand(30.0, 8.0, klass="smooth"), LeadTime(10.0, 0.5))
    assert size("classical", CycleService(0.95), smooth).warning == ""
    assert size("empirical", CycleService(0.95), protection()).warning == ""
    assert size("negative_binomial", CycleService(0.95), protection()).warning == ""


@pytest.mark.parametrize("method", METHODS)
def test_ten_thousand_items_take_well_under_half_a_minute(method):
    """A hundred in 1 s of processor time leaves room for a slow machine; docs/sizing.md has what was measured."""
    given = [protection(lead=LeadTime(11.0 + n / 100, 3.3, RECORDS), lot=50 + n, review_every=7) for n in range(100)]
    size(method, CycleService(0.95), given[0])
    began = time.process_time()
    for number, one in enumerate(given):
        size(method, CycleService(0.95), one, ("base_stock", "r_nQ")[number % 2])
    assert time.process_time() - began < 1.0
