"""What a loss study shows: words no stronger than its intervals, figures that are the same bytes every time."""

import numpy as np
import pytest

from sim.plan import Plan
from sim.report.loss_curve import figures
from sim.report.loss_findings import board, clear, order, remarks, sampling
from sim.report.loss_table import table
from sim.strata import strata_of
from sim.studies.loss import Losses
from sim.studies.loss_rows import curve_rows, loss_rows, stratum_rows, year_rows
from sim.validation.losses import scenario


def study(years=400, scale=(3.0, 1.0), seed=1, days=365, same=False):
    """Losses made up for two postures of a business whose events come by strata."""
    import dataclasses

    business = dataclasses.replace(scenario(), horizon=days)
    strata = strata_of(business)
    source = np.random.default_rng(seed)
    places = np.asarray([strata.place(number) for number in range(years)], dtype=np.intp)
    lost = source.gamma(places, 1e6)
    losses = np.stack([lost * one for one in scale], axis=1)
    if not same:
        losses[:, 1] *= source.uniform(0.5, 1.5, years)
    calm = np.full((years, 2), 1e6) * [1.0, 2.0]
    plans = (Plan("jit", ()), Plan("jic", ()))
    return Losses(business, "as written", plans, seed, strata, tuple(range(years)), places, losses, calm)


def test_a_clear_difference_is_claimed_and_the_price_of_it_told():
    found = study()
    assert clear(found, "jit", "jic")
    assert order(found) == "jic < jit"
    told = board(found)
    assert told.startswith("Disruptions cost jit $")
    assert "jic loses least on average." in told
    assert "Without disruptions a year costs $2.00 m under jic and $1.00 m under jit." in told
    assert "95 % interval" in told


def test_a_difference_that_is_not_clear_is_not_claimed():
    found = study(years=40, scale=(1.0, 1.02))
    assert not clear(found, "jit", "jic")
    assert "≈" in order(found)
    assert "not clear from these years" in board(found)
    assert "loses least on average." not in board(found)


def test_few_years_are_said_to_be_few():
    told = " ".join(remarks(study(years=40)))
    assert "VaR and CVaR at 99% of jit and jic rest on few years" in told
    assert remarks(study(years=20_000)) == []


def test_gains_are_explained():
    found = study()
    found.losses[::10, 1] = -5.0
    (told,) = [one for one in remarks(found) if "cost less than without" in one]
    assert "under jic" in told
    assert "under jit" not in told


def test_no_loss_is_said_plainly_and_draws_nothing(tmp_path):
    found = study(scale=(0.0, 0.0), same=True)
    assert board(found) == "In 400 years drawn, disruptions cost no posture anything."
    assert figures(found, tmp_path) == []


def test_a_period_that_is_no_year_is_not_called_one():
    found = study(days=11)
    assert "period of 11 days" in board(found)
    assert "year" not in board(found)
    assert "400 period of 11 dayss" not in sampling(found)


def test_rows_hold_every_number_with_its_interval():
    found = study()
    rows = loss_rows(found)
    (row,) = [one for one in rows if one["a"] == "jit" and one["measure"] == "VaR_95"]
    assert row["low"] <= row["value"] <= row["high"]
    assert row["unit"] == "USD"
    assert {one["kind"] for one in rows} == {"posture", "pair"}
    assert {"CVaR_99", "loss_of_one_year_in_100", "share_of_years_without_loss"} <= {one["measure"] for one in rows}
    assert sum(one["weight"] for one in year_rows(found)) == pytest.approx(1 - found.strata.probabilities[0])
    assert sum(one["years"] for one in stratum_rows(found)) == 400
    assert len(curve_rows(study(years=3_000))) <= 800


def test_the_table_fits_a_hundred_columns():
    from rich.console import Console

    console = Console(width=100)
    with console.capture() as caught:
        console.print(table(study()))
    told = caught.get()
    assert "Expected annual loss" in told
    assert "…" not in told
    assert max(map(len, told.splitlines())) <= 100


def test_figures_are_the_same_bytes_and_tell_the_answer(tmp_path):
    found = study()
    first, second = figures(found, tmp_path / "a"), figures(found, tmp_path / "b")
    assert [path.name for path in first] == [
        "loss_exceedance.svg",
        "loss_exceedance.png",
        "loss_risk_or_error.svg",
        "loss_risk_or_error.png",
    ]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
    drawn = first[0].read_text(encoding="utf-8")
    for part in ("one year in 20 loses more than", "no loss in", "5 %, 1 in 20", "jic", "$ million"):
        assert part in drawn
    assert "Risk or error?" in first[2].read_text(encoding="utf-8")
