"""The selection study: the same postures live the same futures as in a comparison, and only those still in live on."""

import numpy as np
import pytest

import sim
from sim.errors import UsageError
from sim.postures import plan_named
from sim.report.selection_findings import verdict
from sim.studies.compare import compare
from sim.studies.selecting import rules_of, select


@pytest.fixture(scope="module")
def scenario():
    return sim.load("first_strike")


@pytest.fixture(scope="module")
def plans(scenario):
    return tuple(plan_named(name, scenario) for name in ("jit", "jic", "hybrid"))


@pytest.fixture(scope="module")
def found(scenario, plans):
    return select(scenario, plans, 20_000.0)


def test_it_selects_the_cheapest_and_drops_the_others_on_the_way(found):
    assert found.standing.done
    assert found.standing.best == "hybrid"
    assert {one.name for one in found.standing.eliminated} == {"jit", "jic"}
    sizes = {name: one.size for name, one in found.values.items()}
    assert sizes["jic"] == 20  # dropped at the first stage, and not lived on
    assert sizes["hybrid"] == max(sizes.values())
    assert found.lived == sum(sizes.values())
    assert found.spared == 3 * sizes["hybrid"] - found.lived > 0


def test_values_are_those_of_a_comparison(found, scenario, plans):
    compared = compare(scenario, plans, replications=25, weathers=["strike"])
    for name, values in found.values.items():
        n = min(values.size, 25)
        np.testing.assert_array_equal(values[:n], compared.values("strike", name, "total_cost")[:n])


def test_jobs_change_nothing(found, scenario, plans):
    again = select(scenario, plans, 20_000.0, jobs=2)
    assert again.standing == found.standing
    for name, values in found.values.items():
        np.testing.assert_array_equal(again.values[name], values)


def test_rows_tell_who_was_dropped_when_the_last_one_first(found):
    rows = found.rows
    assert [row["posture"] for row in rows] == ["hybrid", "jit", "jic"]
    assert [row["outcome"] for row in rows] == ["selected", "eliminated", "eliminated"]
    assert rows[0]["difference_to_best"] == 0
    out = {one.name: one for one in found.standing.eliminated}
    for row in rows[1:]:
        one = out[row["posture"]]
        assert (row["eliminated_at"], row["eliminated_by"], row["behind_by"]) == (one.at, one.by, one.behind)
        n = found.values[row["posture"]].size
        gap = found.values[row["posture"]] - found.values["hybrid"][:n]
        assert row["difference_to_best"] == pytest.approx(gap.mean())


def test_those_within_the_indifference_are_named_and_the_nearest_comes_first(scenario, plans):
    wide = select(scenario, plans, 100_000.0)
    assert wide.standing.done
    assert wide.standing.at == 20
    gaps = [abs(row["difference_to_best"]) for row in wide.rows]
    assert gaps == sorted(gaps)
    assert set(wide.near) == {row["posture"] for row in wide.rows[1:]}
    assert "are within the indifference of it, so as good" in verdict(wide)
    assert select(scenario, plans, 1_000.0, most=20).near == ()


def test_a_choice_made_early_is_told(found, scenario, plans):
    assert any(one.startswith("jic dropped after 20 futures: what comes in up to 15 %") for one in found.cautions)
    later = select(scenario, plans, 20_000.0, first=50)
    assert not any("dropped after" in one for one in later.cautions)


def test_the_cap_leaves_it_open(scenario, plans):
    capped = select(scenario, plans, 10.0, most=30)
    assert capped.standing.capped
    assert capped.numbers == tuple(range(30))
    assert capped.rows[0]["outcome"] == "best so far"
    assert "still in" in {row["outcome"] for row in capped.rows[1:]}


def test_more_can_be_better(scenario, plans):
    found = select(scenario, plans, 0.05, "fill_rate")
    assert found.rules.higher
    assert found.standing.best != "jit"


def test_what_is_far_from_normal_is_cautioned_against(scenario, plans):
    """In calm futures jit runs out seldom: its stockout cost less that of the others is 0 in most."""
    found = select(scenario, plans[:2], 30_000.0, "stockout_cost", "calm", first=60)
    assert any("should not be believed" in one for one in found.cautions)


def test_rules_need_a_measure_with_a_better_side(plans):
    with pytest.raises(UsageError, match="did you mean 'total_cost'"):
        rules_of(plans, "total_costs", 1.0)
    with pytest.raises(UsageError, match="nothing can be selected by it"):
        rules_of(plans, "purchase_outlay", 1.0)
    with pytest.raises(UsageError, match="needs two"):
        rules_of(plans[:1], "total_cost", 1.0)


def test_a_measure_without_values_is_refused_by_name(scenario, plans):
    with pytest.raises(UsageError, match="replication 0 has no value"):
        select(scenario, plans, 0.01, "fill_rate_inconveniences")


def test_a_seed_below_zero_is_refused(scenario, plans):
    with pytest.raises(UsageError, match="seed -1"):
        select(scenario, plans, 1.0, seed=-1)
