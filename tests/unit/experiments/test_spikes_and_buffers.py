"""Claims 11, 13, 14, 16 and 20: what their figures are made of by hand arithmetic; and lives with a past of their own."""

import importlib
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent.parent.parent
sys.path.insert(0, str(ROOT))

from experiments.support import Case, pasts  # noqa: E402
from sim.history import History  # noqa: E402
from sim.postures import Posture  # noqa: E402
from sim.theory.disruption import optimal_cover_days  # noqa: E402

spikes, border, averages, parts, cushions = (
    importlib.import_module(f"experiments.{name}")
    for name in (
        "11_demand_spike",
        "13_frontier",
        "14_averaging_stretches",
        "16_cheap_parts",
        "20_single_source_cushion",
    )
)


# --- 11 ---------------------------------------------------------------------------------------------------------------


class Stock:
    """Stands in for what was lived: mean stock of 20 days."""

    def stock(self, name, lead):
        return np.array([19.0, 21.0])


@pytest.mark.parametrize(
    ("factor", "days", "filled"),
    [
        (1.5, 28, 1.0),  # 14 days of extra demand against 20
        (
            2.0,
            28,
            (2 * 20 - 10.5) / 56,
        ),  # lasts 20 days; then nothing until day 38.5, ten and a half days after the spike
        (3.0, 56, 3 * 10 / 168),  # lasts 10 days
    ],
)
def test_a_spike_is_filled_until_the_stock_is_gone(factor, days, filled):
    assert spikes._exact(Stock(), factor, days, "jit") == pytest.approx(filled)


def test_a_spikes_whole_demand_follows_from_what_it_adds():
    assert spikes._whole("× 3 for 28 days") == pytest.approx(1.5)
    paper = spikes.real("toilet_paper_2020")
    assert max(height for _, height in paper.profile) == 9.45
    assert spikes.real("n95_2020").length.value == spikes.LONGEST == spikes.real("n95_2020").profile[-1][0]


# --- 13 ---------------------------------------------------------------------------------------------------------------


def test_the_factor_that_prices_ask_for_balances_a_week_of_stock_and_a_missing_unit():
    from scipy.special import ndtr

    held, short = 0.25 * 50 * 7 / 365, 0.5 * (50 / 0.55 - 50 + 15) + 0.5 * 0.05 * 50 / 0.55
    assert 1 - ndtr(border.balanced().z) == pytest.approx(held / short)
    assert averages.factor() == pytest.approx(border.balanced().z)


def test_the_border_of_theory_falls_as_lead_times_grow():
    week, fortnight = border._theory(7), border._theory(14)
    assert week > fortnight > 0
    assert border._theory(112) == 0.0  # always cheaper


def test_costs_are_quantity_times_rate():
    seen = np.zeros((1, 1, 4, 1, 1))
    seen[0, 0, :3, 0, 0] = 36.5, 0.02, 0.02  # days on hand, shares lost and waiting
    expected = 100 * (0.25 * 36.5 / 365 + 0.02 * (0.45 / 0.55 + 0.3) + 0.02 * 0.05 / 0.55)
    assert border.cost(seen)[0, 0, 0, 0] == pytest.approx(expected)


# --- 14 and pasts -----------------------------------------------------------------------------------------------------


def test_what_is_remembered_was_disrupted_when_it_is_said_to_have_been():
    calm = averages.past_of(averages.SCENARIOS["demand"], averages.PAST + 2 * averages.WARM_UP, 3, 0).demand["Main"]
    units = averages.remembered("demand", 3, 0).record.units["Main"]
    then = slice(averages.PAST + averages.FIRST, averages.PAST + averages.LAST)
    assert np.array_equal(units[then], np.round(calm[then] * averages.DEMAND))
    assert np.array_equal(units[then.stop :], calm[then.stop : averages.PAST])
    late = averages.remembered("lead times", 3, 0).delivered
    inside = (late.ordered >= averages.FIRST) & (late.ordered < averages.LAST - 70)
    before = late.ordered < averages.FIRST - 150
    # 1.24 times 29 days of transit more, give or take the luck of make times (sd 10.5, alike for months)
    assert late.lead_times[inside].mean() - late.lead_times[before].mean() == pytest.approx(36, abs=25)


def small(seed, number):
    """One item of the map, two plans, in a future with its own past."""
    given = replace(
        border.SCENARIO,
        horizon=60,
        warm_up=30,
        items=border.SCENARIO.items[:1],
        demand=border.SCENARIO.demand[:1],
    )
    past = pasts.past_of(given, border.PAST, seed, number).demand["Main"][: border.PAST]
    known = replace(given, record=History(first=-border.PAST, units={"Main": past}))
    return (Case("calm", known, tuple(Posture(name=f"{days}", cover=days).plan(known) for days in (2.0, 14.0))),)


def read(outcome, future):
    """Carrying cost, the plan's own mean, demand of the first day."""
    return [outcome.measures["carrying_cost"], future.demand["Main"][30, 0]]


def test_lives_with_pasts_are_the_same_for_any_number_and_order():
    three = pasts.lives(small, read, 3, seed=5)
    assert three.shape == (3, 1, 2, 2)
    assert np.array_equal(three[:2], pasts.lives(small, read, 2, seed=5))
    assert (three[:, 0, 1, 0] > three[:, 0, 0, 0]).all()  # more cover carries more
    assert np.ptp(three[:, 0, 0, 1]) > 0  # futures differ


def test_a_past_is_of_its_own_replication_and_not_the_future():
    first, again, second = (small(5, number)[0].scenario.record.units["Main"] for number in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, second)
    future = pasts.draw(small(5, 0)[0].scenario, 5, 0).demand["Main"][30:]
    assert not np.array_equal(first[:60], future[:60])


# --- 16 ---------------------------------------------------------------------------------------------------------------


def test_what_is_hidden_is_counted_among_the_largest():
    spend = np.arange(1.0, 11.0)
    exposed = np.array([9.0, 0, 0, 0, 0, 0, 0, 0, 0, 8.0])  # the two largest: the cheapest and the dearest
    assert parts.hidden(exposed, spend) == 0.5
    assert parts.hidden(spend, spend) == 0.0
    assert math.isnan(parts.hidden(np.zeros(10), spend))
    assert parts.correlation(spend, spend**3) == pytest.approx(1.0)
    assert parts.correlation(spend, np.ones(10)) == 0.0


def test_a_line_loses_days_for_what_halts_it_alone():
    one = parts.Exposure(np.array([1.0, 2.0]), np.array([10.0, 20.0]), np.array([3.0, 4.0]))
    assert one.of(100.0, np.array([1.0, 0.0])).tolist() == [311.0, 22.0]
    assert one.of(0.0, np.array([1.0, 0.0]), goodwill=False).tolist() == [1.0, 2.0]


# --- 20 ---------------------------------------------------------------------------------------------------------------


def test_the_closed_limit_of_a_cushion_tends_to_that_of_its_first_day():
    # loss ÷ (carrying cost a day × days between stops): nothing pays above it, something pays below it
    limit = cushions._closed(10.0, 0.01)
    assert limit == pytest.approx(1 / (0.25 * 10), rel=0.001)
    assert cushions._closed(10.0, 60) < cushions._closed(10.0, 14) < limit
    for worth, pays in ((0.39, True), (0.41, False)):
        assert (optimal_cover_days(3650, 35, 0.25 / 365 * worth, 1.0) > 0) is pays


def test_cushions_are_added_to_what_just_in_time_holds():
    given = cushions.scenario(10.0)
    levels = {line.item: line.order_up_to for line in cushions.cushioned(given, luck=False).lines}
    bare = levels["maker 00, 0 days"]
    assert levels["maker 00, 14 days"] == pytest.approx(bare + 140)
    assert levels["maker 07, 120 days"] == pytest.approx(bare + 1200)
