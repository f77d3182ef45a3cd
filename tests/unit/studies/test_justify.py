"""The buffer ledger: known answers on small businesses, exact figures, and the same bytes however the work is spread."""

import dataclasses

import numpy as np
import pytest

from sim.errors import ScenarioError, UsageError
from sim.futures import draw
from sim.outcome import live
from sim.plan import Change as Edit
from sim.plan import Plan
from sim.postures import hybrid, jit
from sim.report import buffer_findings
from sim.report.buffers import closing
from sim.studies.buffer_rows import check_rows, differences, group_rows, ledger_rows
from sim.studies.buffers import COSTS, DOUBTFUL, LEAN, NOT_SHOWN, PAYS, WOULD_PAY
from sim.studies.by_line import by_line
from sim.studies.columns import tails
from sim.studies.justify import justify
from sim.studies.removal import changed

#: no safety stock at all: short in most futures
THIN = jit(name="thin", z=0.0, cover=0.0)
DETERMINISTIC = {"stream": {"model": "deterministic", "mean": 5.0, "cv": None}}


def alone(found, place, numbers):
    """Net benefit of one buffer by the long way: two whole outcomes a Future, all costs of all items."""
    lines = list(found.lines)
    lines[place] = changed(lines[place], float(found.units[place]))
    other = Plan("changed", tuple(lines))
    told = []
    for number in numbers:
        future = draw(found.scenario, found.seed, number)
        before, after = (live(found.scenario, plan, future) for plan in (found.plan, other))
        difference = after.measures["total_cost"] - before.measures["total_cost"]
        told.append(difference if found.buffered[place] else -difference)
    return np.array(told)


def test_where_nothing_is_shared_every_figure_is_exact(calm):
    """All six buffers and trials go in two runs; each figure is what two whole runs for that line alone say."""
    assert calm.alone.all()
    assert calm.leak == 0.0
    assert calm.shared.shape == (32, 2)
    np.testing.assert_array_equal(calm.buffered, [True, False] * 3)
    for place in range(6):
        np.testing.assert_allclose(calm.benefits[:5, place], alone(calm, place, range(5)), rtol=1e-9, atol=1e-6)
    assert np.abs(calm.benefits).max() > 1
    for one in calm.checks:
        np.testing.assert_array_equal(one.alone, one.together)
        np.testing.assert_array_equal(one.others, np.zeros(32))


def test_where_nothing_is_shared_removals_add_up(calm):
    for group in calm.groups:
        np.testing.assert_allclose(group.total, group.singles, rtol=1e-9, atol=1e-6)
    assert "add up" in buffer_findings.additivity(calm)
    assert "do not" not in buffer_findings.additivity(calm)


def test_where_lines_compete_they_do_not_and_the_check_says_by_how_much(busy):
    """Twelve items at one supplier with 5 % to spare: removals do not add up, others feel them, and all this is told."""
    assert not busy.alone.any()
    whole = buffer_findings.all_at_once(busy)
    assert np.abs(whole.total - whole.singles).max() > 1
    assert np.abs(busy.spill).max() > 0
    assert [one.why for one in busy.checks] == [
        "largest effect of all, alone in its run",
        "largest effect of its set",
        "by lot",
        "by lot",
    ]
    assert len({one.place for one in busy.checks}) == 4
    for one in busy.checks[:2]:
        # by itself, and what it does to others: together the change of the whole cost
        np.testing.assert_allclose(
            (one.alone + (1 if busy.buffered[one.place] else -1) * one.others)[:4],
            alone(busy, one.place, range(4)),
            rtol=1e-9,
            atol=1e-6,
        )
    row = check_rows(busy)[0]
    gaps = np.abs(busy.checks[0].together - busy.checks[0].alone)
    assert row["largest_in_one_future"] == gaps.max()
    told = " ".join(closing(busy))
    assert "Removals do not add up" in told
    assert "Checked on 4 lines" in told


def test_every_run_adds_up_to_the_total_cost(busy):
    outcome = live(busy.scenario, busy.plan, draw(busy.scenario, busy.seed, 7))
    assert busy.base[7, 0] == pytest.approx(outcome.measures["total_cost"], rel=1e-12)
    rows = outcome.items(busy.scenario)
    lines = by_line(busy.scenario, outcome.ledger)
    for place, row in enumerate(rows):
        assert lines.stockout[place] == row["lost_margin"] + row["goodwill_cost"] + row["backorder_penalty"]
        assert lines.days[place] == pytest.approx(row["short_days"] * 365 / 300)


def test_the_same_bytes_however_the_work_is_spread(busy):
    first = justify(busy.scenario, replications=4, seed=3, batches_of=2, checks=1)
    for jobs, chunk in ((1, 1), (2, 3)):
        again = justify(busy.scenario, replications=4, seed=3, batches_of=2, checks=1, jobs=jobs, chunk=chunk)
        for name in ("values", "used", "shared", "spill", "base"):
            assert getattr(again, name).tobytes() == getattr(first, name).tobytes(), name
        for rows in (ledger_rows, group_rows, check_rows):
            assert repr(rows(again)) == repr(rows(first))


def test_a_future_is_the_same_in_a_longer_study(calm):
    short = justify(calm.scenario, replications=10, seed=3, checks=0)
    np.testing.assert_array_equal(short.values, calm.values[:10])
    assert short.checks == ()


def test_a_buffer_that_pays_and_one_that_does_not(make):
    """Demand comes in lumps and a lost unit costs its price several times over, or next to nothing."""
    dear = justify(make(1, item={"goodwill": 300.0}), hybrid(cover=10.0, rules=()), THIN, replications=40, checks=0)
    assert dear.verdicts == (PAYS,)
    assert dear.net.low[0] > 0
    cheap = justify(
        make(1, item={"price": 10.0, "goodwill": 0.0}, costs={"backorder_penalty": 0.001}, lost_share=0.0),
        hybrid(z=4.0, rules=()),
        THIN,
        replications=40,
        checks=0,
    )
    assert cheap.uses[0] >= 30
    assert cheap.verdicts == (COSTS,)
    assert "more than it avoids" in ledger_rows(cheap)[0]["why"]


def test_a_buffer_that_is_never_used_is_doubtful_whatever_it_costs(make):
    """Demand and lead time never vary and the lean plan has cover enough: nothing is ever short."""
    scenario = make(2, supplier={"production_time": 10.0}, lane={"legs": [{"transit": 3.0}]}, **DETERMINISTIC)
    found = justify(scenario, hybrid(cover=30.0, rules=()), replications=40)
    assert found.buffered.all()
    assert found.uses.tolist() == [0, 0]
    assert (found.carrying.low > 0).all()
    assert found.verdicts == (DOUBTFUL, DOUBTFUL)
    assert (found.p == 1).all()
    assert "0 of 40 futures" in ledger_rows(found)[0]["why"]


def test_fewer_than_thirty_futures_say_nothing(make):
    found = justify(make(2, item={"goodwill": 500.0}), THIN, THIN, replications=29, checks=0)
    assert found.uses.max() > 20
    assert found.verdicts == (NOT_SHOWN, NOT_SHOWN)


def test_lean_lines_get_a_buffer_on_trial(make):
    dear = justify(make(2, item={"goodwill": 300.0}), THIN, THIN, replications=40, checks=0)
    assert not dear.buffered.any()
    assert dear.units.tolist() == [np.ceil(14 * line.forecast - 1e-9) for line in dear.lines]
    assert dear.verdicts == (WOULD_PAY, WOULD_PAY)
    assert [group.name for group in dear.advice] == ["add where a buffer would pay"]
    assert dear.advice[0].total.mean() < 0
    assert dear.groups == ()
    cheap = make(2, item={"price": 10.0, "goodwill": 0.0}, costs={"backorder_penalty": 0.001}, lost_share=0.0)
    assert justify(cheap, THIN, THIN, replications=40, checks=0).verdicts == (LEAN, LEAN)
    often = justify(cheap, THIN, THIN, replications=2, checks=0, trial_days=3.0)
    assert often.units.tolist() == [np.ceil(3 * line.forecast - 1e-9) for line in often.lines]
    seldom = justify(make(2), "jit", replications=31, checks=0)
    assert (seldom.uses < 30).all()
    assert seldom.verdicts == (NOT_SHOWN, NOT_SHOWN)


def test_what_the_plan_holds_less_than_the_lean_one_is_no_buffer(make):
    found = justify(make(2), jit(z=0.5), "jit", replications=3)
    assert not found.buffered.any()


def test_the_advice_is_tried_on_futures_that_had_no_part_in_it(make):
    scenario = make(1, item={"goodwill": 300.0})
    found = justify(scenario, THIN, THIN, replications=40, checks=0)
    (group,) = found.advice
    plan = Plan("more", (changed(found.lines[0], float(found.units[0])),))
    future = draw(scenario, 1, 40)
    costs = [live(scenario, one, future).measures["total_cost"] for one in (found.plan, plan)]
    assert group.total[0] == pytest.approx(costs[1] - costs[0])


def test_a_central_buffer_is_credited_with_what_its_shops_sell(make):
    """The centre sells nothing itself; its buffer is used where its shops are served otherwise."""
    legs = {"legs": [{"transit": 2.0}]}
    scenario = make(
        2,
        warehouses=[{"name": "DC"}, {"name": "shop", "fed_by": "DC"}],
        lanes=[
            {"name": "in", "origin": ["mill 0"], "destination": "DC", "mode": "sea", **legs},
            {"name": "out", "origin": ["DC"], "destination": "shop", **legs},
        ],
        demand=[
            {"item": f"A{n}", "warehouse": "shop", "model": "negative_binomial", "mean": 5.0, "cv": 1.0}
            for n in range(2)
        ],
    )
    thick, thin = hybrid(cover=10.0, rules=()).plan(scenario), THIN.plan(scenario)
    lines = [thick.by_site[line.warehouse][line.item] if line.warehouse == "DC" else line for line in thin.lines]
    found = justify(scenario, Plan("central", tuple(lines)), thin, replications=10, checks=0)
    assert found.lines[0].warehouse == "DC"
    assert found.buffered[0]
    assert found.uses[0] > 0
    assert found.avoided[0].mean[0] > 0
    # by itself in its run: what the ledger books, and what it does to others, is all there is
    assert found.alone[0]
    np.testing.assert_allclose(found.benefits[:4, 0], alone(found, 0, range(4)), rtol=1e-9, atol=1e-6)


def test_cost_of_no_single_line_is_told_apart(make):
    """Orders and space above the floor belong to the warehouse: in no line, but in the total of a group."""
    scenario = make(
        4,
        warehouses=[{"name": "DC", "floor_space": 10.0, "overflow_cost": 3.0}],
        costs={"per_order": 100.0, "storage_fixed": 1000.0},
    )
    found = justify(scenario, replications=5, checks=0)
    assert (found.base[:, 1] > 1000).all()
    assert (found.shared[:, 0] < 0).all()
    whole = buffer_findings.all_at_once(found)
    np.testing.assert_allclose(whole.total - whole.singles, whole.shared, rtol=1e-9, atol=1e-6)
    assert "belongs to no single line" in buffer_findings.unattributed(found)
    row = group_rows(found)[len(found.groups) - 1]
    assert row["belongs_to_no_line"] == pytest.approx(whole.shared.mean())


def test_groups_are_removed_at_once(make):
    scenario = make(6, 2)
    plan = hybrid(rules=(), cover=20.0).plan(scenario)
    lines = [dataclasses.replace(line, segment="high" if n < 2 else "low") for n, line in enumerate(plan.lines)]
    found = justify(scenario, dataclasses.replace(plan, lines=tuple(lines)), replications=4, checks=0)
    assert {(group.by, group.name) for group in found.groups} == {
        ("segment", "high"),
        ("segment", "low"),
        ("supplier", "mill 0"),
        ("supplier", "mill 1"),
        ("all", "all buffers at once"),
    }
    by_hand = justify(scenario, plan, replications=4, checks=0, by=["criticality"])
    assert [group.by for group in by_hand.groups] == ["criticality", "criticality", "all"]
    with pytest.raises(UsageError, match="'colour' is not one of criticality, segment, supplier"):
        justify(scenario, plan, replications=2, by=["colour"])


def test_an_edited_line_without_a_reason_is_flagged(calm):
    edit = Edit("safety_stock", 10.0, 90.0, who="B. Li", when="2026-01-05")
    told = dataclasses.replace(edit, why="contract signed")
    lines = list(calm.plan.lines)
    lines[0], lines[2] = (
        dataclasses.replace(line, changes=(one,)) for line, one in ((lines[0], edit), (lines[2], told))
    )
    found = justify(calm.scenario, Plan("edited", tuple(lines)), replications=3, checks=0)
    flags = [row["changed_without_a_why"] for row in ledger_rows(found)]
    assert flags == ["safety_stock", "", "", "", "", ""]
    assert any("Changed by hand without a reason: A0 at DC (safety_stock)" in line for line in closing(found))


def test_a_larger_lot_is_no_buffer_and_is_told(make):
    scenario = make(1)
    found = justify(scenario, hybrid(lot=28.0, rules=(), cover=20.0), replications=3, checks=0)
    (row,) = ledger_rows(found)
    assert row["not_a_buffer"].startswith("lots of ")
    without = changed(found.lines[0], float(found.units[0]))
    assert without.order_quantity == found.lines[0].order_quantity
    assert abs(without.safety_stock - found.lean_lines[0].safety_stock) <= 0.5
    assert without.reorder_point.is_integer()
    assert differences(found.lean_lines[0], found.lean_lines[0]) == ""


def test_each_figure_of_a_row_has_its_interval(calm):
    rows = ledger_rows(calm)
    for name in ("carrying_cost", "stockout_cost_avoided", "days_out_avoided", "lost_units_avoided", "net_benefit"):
        for row in rows:
            assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]
    row = rows[0]
    stockout = calm.values[:, 0, 3] - calm.values[:, 0, 0]
    assert row["stockout_cost_avoided"] == pytest.approx(stockout.mean())
    assert row["stockout_cost_avoided"] == pytest.approx(row["stockout_cost_without"] - row["stockout_cost_with"])
    tail = tails(calm.values[:, 0, 3:4], calm.values[:, 0, 0:1])
    assert row["stockout_cost_avoided_tail"] == pytest.approx(tail.mean[0])
    assert row["net_benefit"] == pytest.approx(row["stockout_cost_avoided"] - row["carrying_cost"] - row["other_cost"])
    assert row["futures_used"] == calm.used[:, 0].sum()


def test_the_best_lose_what_they_owe_to_being_chosen(calm):
    """By hand: the best of three on even futures, measured on odd ones."""
    even, odd = calm.benefits[::2, ::2].mean(axis=0), calm.benefits[1::2, ::2].mean(axis=0)
    best = int(even.argmax())
    assert calm.luck(1) == pytest.approx((even[best], odd[best]))


def test_what_cannot_be_run_is_said(make):
    scenario = make(2)
    for keys in (
        {"replications": 0},
        {"seed": -1},
        {"batches_of": 0},
        {"checks": -1},
        {"trial_days": 0.0},
        {"jobs": 0},
    ):
        with pytest.raises(UsageError, match=r"needed|processors"):
            justify(scenario, **keys)
    with pytest.raises(UsageError, match="calm"):
        justify(scenario, weather="calm")
    short = jit().plan(scenario)
    with pytest.raises(ScenarioError, match="no line for item 'A1'"):
        justify(scenario, lean=Plan("short", short.lines[:1]))


def test_a_removed_buffer_does_not_come_back_with_a_reassessment(make):
    """A plan that is made anew each quarter is judged as it stands on day 0, and says so."""
    fixed, kept = (
        justify(make(2), hybrid(reassess_every=every), jit(), replications=3, checks=0) for every in (None, 91)
    )
    np.testing.assert_array_equal(fixed.values, kept.values)
    assert kept.plan.reviser is None
    assert any("reassessments are left out" in note for note in kept.plan.notes)


def test_the_figure_says_that_it_is_in_sample(make):
    from sim.report.buffer_figure import draw as drawn

    scenario = dataclasses.replace(make(2), in_sample=("lead times are those plans were made on",))
    found = justify(scenario, hybrid(), jit(), replications=3, checks=0)
    figure, _ = drawn(found)
    assert any("In-sample" in text.get_text() for text in figure.texts)
    assert closing(found)[0].startswith("In-sample: lead times")
