"""Strata of futures: exact probabilities, a stratum for each replication number, events as they would be drawn."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.stats import poisson

import sim
from sim.chance import generator
from sim.futures import draw_incidents
from sim.reading import scenario_of
from sim.strata import strata_of
from sim.validation.losses import scenario as price_shocks

STRIKE = {"kind": "port_strike", "port": "Los Angeles", "length": {"law": "exponential", "mean": 5}}


def business(*disruptions, **keys):
    """The first scenario with other disruptions, at any time in its year."""
    bare = sim.load("first_strike")
    told = [{"name": f"d{number}", **one} for number, one in enumerate(disruptions)]
    donor = scenario_of(
        {
            "horizon": 365,
            "items": [{"item": "pump", "standard_cost": 1, "supplier": "Shenzhen"}],
            "suppliers": [{"name": "Shenzhen"}],
            "ports": [{"name": "Los Angeles"}],
            "warehouses": [{"name": "Ontario"}],
            "lanes": [
                {"name": "l", "origin": ["Shenzhen"], "destination": "Ontario", "legs": [{"port": "Los Angeles"}]}
            ],
            "demand": [{"item": "pump", "warehouse": "Ontario", "model": "poisson", "mean": 1}],
            "disruptions": told,
        }
    )
    return dataclasses.replace(bare, disruptions=donor.disruptions, weathers={}, headline=None, **keys)


def test_probabilities_are_those_of_the_poisson_law_over_the_whole_span():
    strata = strata_of(business({**STRIKE, "rate": 0.5}, {**STRIKE, "rate": 0.3}))
    mean = 0.8 * (365 + 180) / 365
    assert dict(strata.triggers) == pytest.approx({"d0": mean * 5 / 8, "d1": mean * 3 / 8})
    assert strata.labels[:4] == ("0", "1", "2", "3")
    for (low, high), probability in zip(strata.ranges, strata.probabilities, strict=True):
        above = 0.0 if math.isinf(high) else poisson.sf(high, mean)
        assert probability == pytest.approx(poisson.sf(low - 1, mean) - above, abs=1e-13)
    assert math.fsum(strata.probabilities) == pytest.approx(1, abs=1e-14)
    assert strata.probabilities[-1] <= 0.01 < poisson.sf(strata.ranges[-1][0] - 2, mean)


@pytest.mark.parametrize("rate", [0.001, 0.02, 1.0, 7.0, 40.0])
def test_ranges_leave_no_number_out(rate):
    strata = strata_of(business({**STRIKE, "rate": rate}))
    assert strata.ranges[0] == (0, 0)
    assert math.isinf(strata.ranges[-1][1])
    for (_, high), (low, _) in zip(strata.ranges, strata.ranges[1:], strict=False):
        assert low == high + 1
    assert math.fsum(strata.shares) == pytest.approx(1)
    for replication in range(3 * strata.least):
        low, high = strata.ranges[strata.place(replication)]
        assert low <= sum(strata.counts(1, replication).values()) <= high


def test_the_stratum_is_a_function_of_the_number_and_keeps_to_the_shares():
    strata = strata_of(price_shocks())
    places = np.asarray([strata.place(number) for number in range(5_000)])
    assert strata.free
    assert strata.shares[0] == 0
    assert set(places[: strata.least].tolist()) == set(strata.sampled)
    for size in (100, 1_000, 5_000):
        drawn = np.bincount(places[:size], minlength=len(strata.shares))
        assert np.abs(drawn - size * np.asarray(strata.shares)).max() <= strata.least + 4
        assert drawn[list(strata.sampled)].min() >= 2
    again = strata_of(price_shocks())
    assert [again.place(number) for number in (7, 4_321)] == [places[7], places[4_321]]


def test_shares_grow_with_probability_and_events():
    strata = strata_of(price_shocks())
    ratio = np.asarray(strata.shares[1:4]) / np.asarray(strata.probabilities[1:4])
    assert ratio / ratio[0] == pytest.approx([1, 2, 3])


def test_weighted_events_are_as_many_as_the_rates_say():
    """Mean numbers of each trigger, over strata, within 3.5 standard errors over 4,000 futures, seed 3."""
    chosen = business({**STRIKE, "rate": 0.9}, {**STRIKE, "rate": 0.3, "season": {"peak_day": 100, "strength": 1}})
    strata = strata_of(chosen)
    rows = [(strata.place(k), draw_incidents(chosen, 3, k, strata.counts(3, k))) for k in range(4_000)]
    places = np.asarray([place for place, _ in rows])
    for name, mean in strata.triggers:
        counts = np.asarray([sum(one.name == name for one in incidents) for _, incidents in rows], dtype=float)
        total, variance = 0.0, 0.0
        for place in strata.sampled:
            here = counts[places == place]
            total += strata.probabilities[place] * here.mean()
            variance += strata.probabilities[place] ** 2 * here.var(ddof=1) / here.size
        assert abs(total - mean) <= 3.5 * math.sqrt(variance)


def test_exponential_up_times_are_a_trigger_and_their_outages_keep_their_law():
    """Outages and days down over strata against the renewal process itself: 3.5 standard errors, 3,000 futures, seed 5."""
    laws = {"up": {"law": "exponential", "mean": 200}, "down": {"law": "lognormal", "mean": 60, "cv": 1}}
    for kind in ({"kind": "random_outage", "port": "Los Angeles"}, {"kind": "port_closure", "port": "Los Angeles"}):
        chosen = business({**kind, **laws})
        strata = strata_of(chosen)
        ((_, mean),) = strata.triggers
        assert mean == pytest.approx((365 + 180) / 200)
        plainly, divided, places = [], [], []
        for k in range(3_000):
            place = strata.place(k)
            places.append(place)
            for rows, counts in ((plainly, None), (divided, strata.counts(5, k))):
                found = [one for one in draw_incidents(chosen, 5 if counts else 6, k, counts) if one.start < 365]
                rows.append((len(found), sum(min(one.end, 365) - one.start for one in found)))
        at = np.asarray(places)
        for column in (0, 1):
            a = np.asarray(plainly, dtype=float)[:, column]
            b = np.asarray(divided, dtype=float)[:, column]
            total, variance = 0.0, a.var(ddof=1) / a.size
            for place in strata.sampled:
                here = b[at == place]
                total += strata.probabilities[place] * here.mean()
                variance += strata.probabilities[place] ** 2 * here.var(ddof=1) / here.size
            assert abs(total - a.mean()) <= 3.5 * math.sqrt(variance)


def test_candidates_during_an_outage_do_nothing():
    (one,) = business(
        {
            "kind": "random_outage",
            "port": "Los Angeles",
            "up": {"law": "exponential", "mean": 1},
            "down": {"law": "fixed", "value": 100},
        }
    ).disruptions
    found = one.incidents(generator(1, 0, "x"), 0.0, 365.0, 500)
    assert len(found) <= 4
    for before, after in zip(found, found[1:], strict=False):
        assert after.start >= before.end


def test_a_future_without_an_event_is_free_only_where_nothing_else_strikes():
    strike = {**STRIKE, "rate": 0.5}
    after = {**STRIKE, "after": "d0", "lag": 10}
    fixed = {"kind": "port_strike", "port": "Los Angeles", "start": 50, "length": 5}
    outage = {"up": {"law": "fixed", "value": 300}, "down": {"law": "fixed", "value": 9}}
    renewal = {"kind": "port_closure", "port": "Los Angeles", **outage}
    assert strata_of(business(strike, after)).free
    for other in (fixed, renewal):
        strata = strata_of(business(strike, other))
        assert not strata.free
        assert strata.shares[0] > 0
        assert strata.sampled[0] == 0
        assert [name for name, _ in strata.triggers] == ["d0"]


def test_without_a_trigger_or_when_asked_there_is_one_stratum():
    fixed = {"kind": "port_strike", "port": "Los Angeles", "start": 50, "length": 5}
    for strata in (strata_of(business(fixed)), strata_of(business({**STRIKE, "rate": 2}), plain=True)):
        assert strata.plain
        assert (strata.probabilities, strata.labels, strata.sampled) == ((1.0,), ("all",), (0,))
        assert strata.counts(1, 0) is None
        assert strata.place(123) == 0
