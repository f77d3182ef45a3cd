"""Random backgrounds reproduce their rates and laws; a node more changes no other's draws.

Statistical tests are at 3.5 standard errors; the seed stands with each.
"""

import dataclasses
import math
from collections import Counter

import numpy as np
import pytest
from scipy.special import ndtri

from sim import reading
from sim.chance import generator
from sim.errors import ScenarioError
from sim.futures import draw, draw_incidents
from sim.library import load, locate
from sim.outcome import live
from sim.postures import jit

ERRORS = 3.5
#: causes that choose one node, family or region among several
CHOOSING = {"quality_hold", "cyber", "demand_surge", "tariff_step", "customs_regime", "pandemic"}
ROW = {"kind": "background", "name": "background"}


def meridian(rates):
    """Meridian for one year, with a background and nothing else."""
    path = locate("meridian")
    content = reading.toml(path) | {"horizon": 365, "warm_up": 0, "disruptions": [{**ROW, "rates": rates}]}
    content = {name: value for name, value in content.items() if name not in ("weathers", "headline")}
    return reading.scenario_of(content, path.parent, path.name)


def strikes(scenario, futures, seed):
    """For each cause, the incidents of each time it struck."""
    found = {}
    for replication in range(futures):
        mine = {}
        for one in draw_incidents(scenario, seed, replication):
            mine.setdefault((one.kind, one.number), []).append(one)
        for (kind, _), incidents in mine.items():
            found.setdefault(kind, []).append(incidents)
    return found


def stop(incidents):
    """Days of the stop, without recovery; of the first wave."""
    first = incidents[0]
    if isinstance(first.remaining, tuple):
        return first.remaining[1][0]
    return first.end - first.start


def agrees(count, mean, what):
    """A Poisson count near its mean."""
    assert abs(count - mean) < ERRORS * math.sqrt(mean), (what, count, mean)


def shares_agree(values, law, what):
    """A quarter, a half and three quarters of the values lie below the law's quartiles."""
    if law.sd == 0:
        assert np.allclose(values, law.mean), what
        return
    for part in (0.25, 0.5, 0.75):
        below = float((values < law.from_score(ndtri(np.asarray([part])))[0]).mean())
        assert abs(below - part) < ERRORS * math.sqrt(part * (1 - part) / values.size), (what, part, below)


def check_causes(scenario, futures, seed):
    """Rates, lengths and what else is drawn, cause by cause."""
    (bound,) = scenario.bound_disruptions
    years = futures * (scenario.span[1] - scenario.span[0]) / 365
    rates = Counter()
    for cell in bound.cells():
        rates[cell.cause] += cell.rate
    rates["insolvency"] *= bound.insolvency.stops
    found = strikes(scenario, futures, seed)
    assert set(found) <= set(rates)
    for cause, rate in rates.items():
        struck = found.get(cause, [])
        agrees(len(struck), rate * years, cause)
        lengths = np.asarray([stop(one) for one in struck])
        if cause == "tariff_step":
            stays = np.isinf(lengths)
            assert abs(stays.mean() - 0.5) < ERRORS * math.sqrt(0.25 / stays.size)
            lengths = lengths[~stays]
        if cause == "freight_regime":
            strength = np.asarray([(one[0].cycle_factor - 1) / 1.24 for one in struck])
            shares_agree(strength, bound.freight_regime.strength, "strength")
        if cause == "demand_surge":
            shares_agree(np.asarray([one[0].demand_factor for one in struck]), bound.demand_surge.factor, "factor")
        if cause == "site_outage":
            ends = np.asarray([one[0].end - one[0].start for one in struck])
            assert np.allclose(ends, 3 * lengths)
        if lengths.size >= 30:
            shares_agree(lengths, getattr(bound, cause).length, cause)
    for cause in ("site_outage", "port_weather", "port_labour"):
        each = Counter(one[0].where for one in found[cause])
        for cell in bound.cells():
            if cell.cause == cause:
                agrees(each[cell.node], cell.rate * years, cell)
    return found


def check_mckinsey(scenario, futures, seed):
    """The total, the classes, the lengths inside them, and that every supplier is as likely."""
    (bound,) = scenario.bound_disruptions
    years = futures * (scenario.span[1] - scenario.span[0]) / 365
    (found,) = strikes(scenario, futures, seed).values()
    assert all(len(one) == 1 and one[0].remaining == 0.0 and one[0].target == "supplier" for one in found)
    agrees(len(found), 1.33 * years, "all")
    lengths = np.asarray([stop(one) for one in found])
    inside = 0
    for one in bound.mckinsey.classes:
        mine = lengths[(lengths >= one.low) & (lengths < one.high)]
        inside += mine.size
        error = math.sqrt(one.share * (1 - one.share) / lengths.size)
        assert abs(mine.size / lengths.size - one.share) < ERRORS * error, one
        middle = float((mine < math.sqrt(one.low * one.high)).mean())
        assert abs(middle - 0.5) < ERRORS * math.sqrt(0.25 / mine.size), one
    assert inside == lengths.size
    each = Counter(one[0].where for one in found)
    suppliers = bound.nodes.suppliers
    assert set(each) == set(suppliers)
    for supplier in suppliers:
        error = math.sqrt((1 / len(suppliers)) * (1 - 1 / len(suppliers)) / len(found))
        assert abs(each[supplier] / len(found) - 1 / len(suppliers)) < ERRORS * error


def test_causes_keep_their_rates_and_laws(world):
    """800 futures of two years at three times the rates, seed 11."""
    check_causes(world({**ROW, "rates": "causes", "scale": 3.0}), 800, 11)


def test_mckinsey_keeps_its_rate_and_classes(world):
    """800 futures of two years, seed 12."""
    check_mckinsey(world({**ROW, "rates": "mckinsey"}), 800, 12)


@pytest.mark.slow
def test_causes_over_twenty_thousand_futures():
    """Meridian, 20,000 futures of a year, seed 1."""
    found = check_causes(meridian("causes"), 20_000, 1)
    agrees(sum(len(one) for one in found.values()), (1.37 - 0.09) * 20_000, "all causes")


@pytest.mark.slow
def test_mckinsey_over_twenty_thousand_futures():
    """Meridian, 20,000 futures of a year, seed 1."""
    check_mckinsey(meridian("mckinsey"), 20_000, 1)


def test_the_rates_on_meridian_are_those_of_the_table():
    (bound,) = meridian("causes").bound_disruptions
    rates, units = Counter(), Counter()
    for cell in bound.cells():
        rates[cell.cause] += cell.rate
        units[cell.cause] += 1
    assert {cause: round(rate, 6) for cause, rate in rates.items()} == {
        "site_outage": 0.48,
        "insolvency": 0.18,
        "port_labour": 0.11,
        "port_weather": 0.09,
        "canal_restriction": 0.05,
        "canal_blockage": 0.03,
        "quality_hold": 0.05,
        "cyber": 0.10,
        "demand_surge": 0.10,
        "tariff_step": 0.10,
        "freight_regime": 0.03,
        "pandemic": 0.02,
        "customs_regime": 0.03,
    }
    assert (units["site_outage"], units["port_weather"]) == (12, 3)
    assert bound.expected(0, 365) == pytest.approx(1.37)


def test_another_node_changes_the_draws_of_no_other(world):
    """One supplier, port and lane more, seed 5: whatever does not hit them stays what it was."""
    row = {**ROW, "rates": "causes", "scale": 4.0}
    small = world(row)
    more = {
        "items": [
            *small.items,
            dataclasses.replace(small.items[0], item="valve", supplier="third", family="valve"),
        ],
        "suppliers": [*small.suppliers, dataclasses.replace(small.suppliers[0], name="third", region="North")],
        "ports": [*small.ports, dataclasses.replace(small.ports[0], name="quay")],
        "lanes": [
            *small.lanes,
            dataclasses.replace(
                small.lanes[0],
                name="new",
                origin=("third",),
                legs=(dataclasses.replace(small.lanes[0].legs[0], port="quay"), small.lanes[0].legs[1]),
            ),
        ],
        "demand": [*small.demand, dataclasses.replace(small.demand[0], item="valve")],
    }
    large = dataclasses.replace(small, **{section: tuple(rows) for section, rows in more.items()})
    assert large.bound_disruptions[0].nodes.suppliers == ("maker", "other", "third")
    chosen = Counter()
    for replication in range(60):
        old, new = ([*draw_incidents(one, 5, replication)] for one in (small, large))

        def told(one):
            return one.kind, one.target, one.where, one.start, one.end, one.remaining

        added = {"third", "quay", "new"}
        ours = {told(one) for one in new if one.where not in added}
        gone = {told(one) for one in old} - ours
        # what is gone had one of several to choose from, and the new one was chosen, at the same time for the same days
        moved = {(one.kind, one.start) for one in new if one.where in added or "valve" in one.items}
        assert {(one[0], one[3]) for one in gone} <= moved
        assert {one[0] for one in gone} <= CHOOSING
        chosen["kept"] += len(ours)
        chosen["gone"] += len(gone)
    assert chosen["kept"] > 300
    assert chosen["gone"] > 0


def test_a_count_may_be_given_in_place_of_chance(world):
    """Strata of a loss study: 20 strikes each in 100 futures, spread by their rates (seed 3)."""
    (bound,) = world({**ROW, "rates": "causes", "insolvency": {"stops": 1.0}}).bound_disruptions
    total, numbers = Counter(), 100
    for replication in range(numbers):
        found = bound.incidents(generator(3, replication, "x"), 0.0, 365.0, 20)
        strikes_of = {(one.kind, one.number) for one in found}
        assert len(strikes_of) == 20
        total.update(kind for kind, _ in strikes_of)
    all_rates = sum(cell.rate for cell in bound.cells())
    for cause in ("site_outage", "demand_surge"):
        share = sum(cell.rate for cell in bound.cells() if cell.cause == cause) / all_rates
        assert abs(total[cause] / (20 * numbers) - share) < ERRORS * math.sqrt(share * (1 - share) / (20 * numbers))


def test_every_number_can_be_given_anew(world):
    (bound,) = world(
        {
            **ROW,
            "rates": "causes",
            "scale": 2.0,
            "site_outage": {"rate": 0.5, "length": 10, "recovery_ratio": 0},
            "port_labour": {"rate": 0.2},
            "port_weather": {"rate": 0},
            "canal_blockage": {"lanes": ["by sea"]},
        }
    ).bound_disruptions
    rates = {(cell.cause, cell.node): cell.rate for cell in bound.cells()}
    assert rates["site_outage", "maker"] == 1.0
    assert rates["port_labour", "harbour"] == 0.4
    assert not any(cause == "port_weather" for cause, _ in rates)
    found = [one for one in bound.incidents(generator(1, 0, "x"), 0.0, 3650.0) if one.kind == "site_outage"]
    assert found
    assert all((one.end - one.start, one.remaining) == (pytest.approx(10), 0.0) for one in found)


@pytest.mark.parametrize(("stoppages", "labour"), [(None, 0.11 / 3), (0.1, 0.07), (0.02, 0.0)])
def test_a_ports_own_stoppages_are_split(world, stoppages, labour):
    port = {"name": "harbour", "service_time": 0.1} | ({} if stoppages is None else {"stoppages": stoppages})
    (bound,) = world({**ROW, "rates": "causes"}, ports=[port]).bound_disruptions
    rates = {cell.cause: cell.rate for cell in bound.cells()}
    assert rates.get("port_labour", 0.0) == pytest.approx(labour)


def test_a_cause_that_can_hit_nothing_does_not_count(world):
    lanes = [
        {"name": name, "origin": [origin], "destination": "depot", "legs": [{"transit": 3.0}]}
        for name, origin in (("road", "maker"), ("rail", "other"))
    ]
    scenario = world({**ROW, "rates": "causes"}, lanes=lanes, ports=[], pools=[])
    (bound,) = scenario.bound_disruptions
    causes = {cell.cause for cell in bound.cells()}
    assert not causes & {"port_weather", "port_labour", "canal_blockage", "canal_restriction", "freight_regime"}
    assert causes >= {"site_outage", "cyber", "customs_regime"}


def test_a_background_that_never_strikes_is_a_warning(world):
    (told,) = world({**ROW, "rates": "causes", "scale": 0}).warnings
    assert told == ("disruption 'background' can touch nothing: its rates are 0, or none of its causes can strike here")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"rates": "mckinsy"}, "rates: 'mckinsy' is not allowed (did you mean 'mckinsey'?)"),
        (
            {"rates": "causes", "port_whether": {"rate": 0.1}},
            "port_whether: unknown key (did you mean 'port_weather'?)",
        ),
        ({"rates": "causes", "port_weather": {"rat": 0.1}}, "port_weather.rat: unknown key (did you mean 'rate'?)"),
        (
            {"rates": "causes", "port_weather": {"rate": -0.1}},
            "port_weather.rate: -0.1: must be greater than or equal to 0",
        ),
        (
            {"rates": "causes", "canal_blockage": {"lanes": ["by see"]}},
            "'by see' is not a lane of this scenario (did you mean 'by sea'?)",
        ),
        (
            {"rates": "mckinsey", "mckinsey": {"classes": [{"share": 0.5, "low": 1, "high": 2}]}},
            "the shares of the classes add up to 0.5, not to 1",
        ),
        (
            {"rates": "mckinsey", "mckinsey": {"classes": [{"share": 1, "low": 3, "high": 2}]}},
            "high (2) is below low (3)",
        ),
    ],
)
def test_a_wrong_key_is_told(world, row, told):
    with pytest.raises(ScenarioError) as error:
        world({**ROW, **row})
    assert any(told in problem for problem in error.value.problems)


@pytest.mark.parametrize("rates", ["causes", "mckinsey"])
def test_the_world_lives_through_bad_years(world, rates):
    """Thirty times the rates, seed 2: books balance (the engine checks) and a bad year costs more than a calm one."""
    scenario = world({**ROW, "rates": rates, "scale": 30.0})
    assert scenario.warnings == ()
    plan = jit().plan(scenario)
    for replication in range(5):
        future = draw(scenario, 2, replication)
        assert len(future.incidents) > 20
        calm = live(scenario, plan, future.with_incidents(()))
        assert live(scenario, plan, future).measures["fill_rate"] < calm.measures["fill_rate"]


def test_meridian_can_have_a_background_beside_its_weathers():
    scenario = load("meridian")
    with_background = dataclasses.replace(
        scenario, disruptions=(*scenario.disruptions, *meridian("causes").disruptions)
    )
    before, after = draw_incidents(scenario, 1, 3), draw_incidents(with_background, 1, 3)
    assert set(before) <= set(after)
