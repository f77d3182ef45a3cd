"""Sizing against the exact instances and the textbook formula."""

import numpy as np
import pytest
from scipy import stats

from sim.sizing import CycleService, Demand, Factor, FillRate, LeadTime, Protection, size
from sim.sizing.exact import Exact
from sim.sizing.exposure import Exposure, exposure
from sim.sizing.laws import day_law
from sim.theory.base_stock import daily_review
from sim.theory.order_quantity import order_quantity
from sim.validation.case import expected

ONE = np.ones(1)
BIMODAL = LeadTime(10.0, 10.0, np.array([5.0, 30.0]), np.array([0.8, 0.2]))


def exact(law, days, every, lot=0.0, whole=True, weights=ONE):
    return Exact(law, Exposure(np.atleast_1d(np.asarray(days, dtype=float)), weights), every, lot, whole)


def at(model, shares, level):
    return shares[round(level / model.lattice.step) - model.lattice.low]


@pytest.mark.parametrize(("evening", "sequence"), [(False, "sequence_A"), (True, "sequence_B")])
def test_fill_rate_of_s02_at_its_level(evening, sequence):
    protection = Protection(Demand(4.0, 2.0), LeadTime(3.0), evening=evening)
    law = exposure(protection)
    model = Exact(day_law("poisson", 4.0, 2.0), law, 1, 0.0, True)
    assert 1 - at(model, model.short, 20) == pytest.approx(expected("S02", f"{sequence}.fill_rate"), rel=1e-7)
    beta = daily_review(4.0, 3, 20, "evening" if evening else "morning").fill_rate
    assert size("poisson", FillRate(beta - 1e-9), protection).order_up_to == 20
    assert size("poisson", FillRate(beta + 1e-9), protection).order_up_to == 21


def test_s03_is_palm_and_not_the_mixture():
    """With crossing, lead times of any spread give what their mean gives; without, the mixture asks for more."""
    lead = LeadTime(6.0, 3.0)
    fill = expected("S03", "fill_rate")

    def level(beta, crossing, spread=lead):
        given = Protection(Demand(1.5, 1.5**0.5), spread, crossing=crossing, continuous=True)
        return size("poisson", FillRate(beta), given).order_up_to

    assert level(fill - 1e-6, True) == 12
    assert level(fill + 1e-6, True) == 13
    assert level(fill - 1e-6, True, LeadTime(6.0)) == 12
    assert level(fill - 1e-6, False) > 13


@pytest.mark.parametrize(("point", "quantity"), [(3, 5), (4, 8), (0, 20), (9, 1)])
def test_r_q_of_hadley_and_whitin(point, quantity):
    model = exact(day_law("poisson", 4.0, 2.0), 1.5, 0, lot=quantity)
    assert 1 - at(model, model.short, point) == pytest.approx(
        order_quantity(4.0, 1.5, point, quantity).fill_rate, rel=1e-9
    )


@pytest.mark.parametrize(
    ("given", "p", "name"),
    [
        ((2500.0, 500.0, 7.0, 7.0), 0.9, "textbook_1"),
        ((5.0, 0.0, 3.0, 2.0), 0.95, "textbook_2"),
    ],
)
def test_textbook_safety_stock(given, p, name):
    mean, sd, lead, spread = given
    protection = Protection(Demand(mean, sd), LeadTime(lead, spread), continuous=True, whole=False, lot=mean)
    found = size("classical", CycleService(p), protection, "r_nQ")
    assert found.safety_stock == pytest.approx(expected("S14", f"{name}_SS"), rel=1e-6)
    assert found.reorder_point == pytest.approx(mean * lead + found.safety_stock)
    same = size("classical", Factor(float(stats.norm.ppf(p))), protection, "r_nQ")
    assert same.safety_stock == pytest.approx(found.safety_stock)


def test_s14_bimodal_lead_time():
    """Reviewed continuously, as S14 is stated: the formula's point and the one that keeps the promise."""
    protection = Protection(Demand(20.0, 20.0**0.5), BIMODAL, continuous=True, lot=200.0)
    formula = size("classical", CycleService(0.95), protection, "r_nQ")
    assert formula.reorder_point == expected("S14", "bimodal_formula_ROP")
    assert "S14" not in formula.warning or "lead times" in formula.warning
    assert size("poisson", CycleService(0.95), protection, "r_nQ").reorder_point == expected(
        "S14", "bimodal_ROP_needed_for_95"
    )


def test_s14_lumpy_demand():
    """Windows of a long drawn history find what 95 % needs; one standard error of the share is below 0.1 point."""
    source = np.random.default_rng(14)
    past = np.where(source.random(60_000) < 0.1, source.geometric(1 / 20, 60_000), 0).astype(float)
    lumpy = Protection(Demand(2.0, 74.0**0.5, past), LeadTime(10.0), continuous=True, lot=40.0)
    formula = size("classical", CycleService(0.95), lumpy, "r_nQ")
    assert formula.reorder_point == expected("S14", "lumpy_formula_ROP")
    needed = size("empirical", CycleService(0.95), lumpy, "r_nQ").reorder_point
    assert needed == pytest.approx(expected("S14", "lumpy_ROP_needed_for_95"), abs=3)


@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize("p", [0.5, 0.9, 0.95, 0.98, 0.999])
def test_fixed_lead_times_give_the_quantile_of_protection_interval_demand(every, p):
    """Where nearly every period has demand, cycle service is P(D over L + R <= S)."""
    days = 10 + every
    common = {"lead_time": LeadTime(10.0), "review_every": every}
    found = size("poisson", CycleService(p), Protection(Demand(20.0, 20.0**0.5), **common))
    assert found.order_up_to == stats.poisson.ppf(p, 20.0 * days)
    shape, success = 400 / (900 - 20), 20 / 900
    none = success**shape
    found = size("negative_binomial", CycleService(p), Protection(Demand(20.0, 30.0), **common))
    if none**every < 1e-3:
        assert found.order_up_to == pytest.approx(stats.nbinom.ppf(p, shape * days, success), abs=1)
    found = size("gamma", CycleService(p), Protection(Demand(20.0, 30.0), whole=False, **common))
    quantile = stats.gamma.ppf(p, days * 4 / 9, scale=45.0)
    # the lattice has some thousand steps, and the answer is rounded up to one
    assert found.order_up_to == pytest.approx(quantile, rel=0.01)


@pytest.mark.parametrize("mean", [0.02, 3.0, 700.0, 40_000.0])
def test_scale_does_not_matter(mean):
    """A lattice of coarse steps gives the quantile as well."""
    found = size("gamma", CycleService(0.98), Protection(Demand(mean, mean), LeadTime(20.0), 7, whole=False))
    assert found.order_up_to == pytest.approx(stats.gamma.ppf(0.98, 27, scale=mean), rel=0.01)
    if mean >= 3:
        whole = size("negative_binomial", CycleService(0.98), Protection(Demand(mean, 3 * mean), LeadTime(20.0), 7))
        shape = mean**2 / (9 * mean**2 - mean)
        none = (1 / (9 * mean)) ** shape
        plain = stats.nbinom.ppf(0.98, 27 * shape, 1 / (9 * mean))
        assert none**7 < 0.05 or mean < 100
        assert whole.order_up_to == pytest.approx(plain, rel=0.06)
