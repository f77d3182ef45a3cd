"""The buffer ledger as rows of plain data: one a line, one a group, one a check."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np

from sim.plan import PlanLine
from sim.studies.buffers import COSTS, DOUBTFUL, LEAN, NOT_SHOWN, PAYS, WOULD_PAY, Group, Justification, rise
from sim.studies.columns import Estimates, means, tails
from sim.studies.false_discovery import ENOUGH
from sim.studies.statistics import Interval, interval

Row = dict[str, Any]


def _spread(name: str, one: Estimates, place: int) -> Row:
    """A figure with its interval, as three columns."""
    return {
        name: float(one.mean[place]),
        f"{name}_low": float(one.low[place]),
        f"{name}_high": float(one.high[place]),
    }


def _interval(name: str, one: Interval) -> Row:
    return {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}


def lot_of(line: PlanLine) -> float:
    """Units that an order of the line brings: its order quantity, or what is sold between two reviews."""
    return line.order_quantity if line.policy == "r_nQ" else max(line.review_every, 0.0) * line.forecast


def differences(line: PlanLine, lean: PlanLine) -> str:
    """What else but the buffer differs from the lean line, in words: it is no buffer, and is not taken away."""
    told = []
    mine, theirs = lot_of(line), lot_of(lean)
    # the lot of a base-stock line is a mean; a lot of whole units is the same lot
    if abs(mine - theirs) > max(1.0, 0.01 * max(mine, theirs)):
        told.append(f"lots of {mine:.4g} units, lean {theirs:.4g}")
    for name, words in (("origin", "from"), ("policy", "policy"), ("review_every", "reviewed every")):
        if getattr(line, name) != getattr(lean, name) and not (name == "policy" and told):
            told.append(f"{words} {getattr(line, name)}, lean {getattr(lean, name)}")
    return "; ".join(told)


def why(found: Justification, place: int) -> str:
    """The verdict on one line in words."""
    verdict, used, count = found.verdicts[place], int(found.uses[place]), len(found.numbers)
    trial = not found.buffered[place]
    if not found.units[place]:
        return "the plan has no forecast of it: no trial buffer could be made"
    what = "a trial buffer" if trial else "the buffer"
    if used < ENOUGH:
        return f"{what} changed what customers got in {used} of {count} futures: fewer than {ENOUGH} are too few to judge by"
    money = found.net.mean[place]
    net = f"{abs(money):,.0f} {found.scenario.currency} a year"
    shown = f"used in {used} of {count} futures, adjusted p {found.p_adjusted[place]:.2g}"
    told = {
        PAYS: f"avoids {net} more than it costs; {shown}",
        COSTS: f"costs {net} more than it avoids; {shown}",
        WOULD_PAY: f"{found.trial_days:g} days more would avoid {net} more than they cost; {shown}",
        LEAN: f"{found.trial_days:g} days more would cost {net} more than they avoid; {shown}",
    }
    if verdict in (DOUBTFUL, NOT_SHOWN):
        return f"whether {what} costs or saves is not clear over so many lines; {shown}"
    return told[verdict]


def ledger_rows(found: Justification) -> list[Row]:
    """One row for each line of the plan, every figure with its interval."""
    items = {item.item: item for item in found.scenario.items}
    count = len(found.numbers)
    expected = {
        "carrying_cost": found.carrying,
        "other_cost": found.other,
        **dict(zip(("stockout_cost_avoided", "days_out_avoided", "lost_units_avoided"), found.avoided, strict=True)),
        **dict(
            zip(
                ("stockout_cost_avoided_tail", "days_out_avoided_tail", "lost_units_avoided_tail"),
                found.avoided_tail,
                strict=True,
            )
        ),
        "net_benefit": found.net,
    }
    levels = {
        f"{what}_{state}": means(found.values[..., column])
        for column, (state, what) in enumerate(
            product(("with", "without"), ("stockout_cost", "days_out", "lost_units"))
        )
    }
    rows = []
    for place, (line, lean) in enumerate(zip(found.lines, found.lean_lines, strict=True)):
        used = interval(found.used[:, place].astype(float), yes_no=True)
        units = abs(float(found.units[place]))
        row: Row = {
            "warehouse": line.warehouse,
            "item": line.item,
            "origin": line.origin,
            "criticality": items[line.item].criticality,
            "segment": line.segment,
            "kind": "buffered" if found.buffered[place] else "lean",
            "verdict": found.verdicts[place],
            "why": why(found, place),
            "safety_stock": line.safety_stock,
            "lean_safety_stock": lean.safety_stock,
            "buffer_units": units if found.buffered[place] else 0.0,
            "trial_units": 0.0 if found.buffered[place] else units,
            "days_of_forecast": units / line.forecast if line.forecast > 0 else math.nan,
            "not_a_buffer": differences(line, lean),
        }
        for name, one in expected.items():
            row |= _spread(name, one, place)
        for name, one in levels.items():
            row |= _spread(name, one, place)
        row |= {
            "futures_used": int(found.uses[place]),
            "futures": count,
            **_interval("share_used", used),
            "p": float(found.p[place]),
            "p_adjusted": float(found.p_adjusted[place]),
            "p_any_dependence": float(found.p_any[place]),
            "alone_in_its_run": "yes" if found.alone[place] else "no",
            "reason": line.reason,
            "next_review": line.next_review,
            "owner": line.owner,
            "changed_without_a_why": ", ".join(line.unexplained),
            "in_sample": "; ".join(found.scenario.judged_in_sample),
        }
        rows.append(row)
    return rows


def group_rows(found: Justification) -> list[Row]:
    """One row for each group of lines changed at once; differences are changed - planned, above 0 where cost rises."""
    return [_group(found, group, "same futures") for group in found.groups] + [
        _group(found, group, "other futures than the verdicts rest on") for group in found.advice
    ]


def _group(found: Justification, group: Group, futures: str) -> Row:
    own = group.own
    row: Row = {"by": group.by, "group": group.name, "lines": group.places.size, "futures": futures}
    row |= _interval("total_cost", interval(group.total))
    for name, values in (
        ("stockout_cost", own[:, 3] - own[:, 0]),
        ("days_out", own[:, 4] - own[:, 1]),
        ("lost_units", own[:, 5] - own[:, 2]),
        ("carrying_cost", own[:, 6]),
        ("other_cost", own[:, 7]),
    ):
        row |= _interval(name, interval(values))
    for name, column in (("stockout_cost_tail", 0), ("days_out_tail", 1), ("lost_units_tail", 2)):
        row |= _spread(name, tails(own[:, [3 + column]], own[:, [column]]), 0)
    row |= _interval("on_other_lines", interval(rise(group.others)))
    nothing = Interval(math.nan, math.nan, math.nan, 0)
    row |= _interval("belongs_to_no_line", nothing if group.shared is None else interval(group.shared))
    row |= _interval("sum_of_single_removals", nothing if group.singles is None else interval(group.singles))
    apart = nothing if group.singles is None else interval(group.total - group.singles)
    return row | _interval("at_once_less_sum", apart)


def check_rows(found: Justification) -> list[Row]:
    """One row for each line that was also changed by itself."""
    rows = []
    for one in found.checks:
        line = found.lines[one.place]
        apart = one.together - one.alone
        rows.append(
            {
                "warehouse": line.warehouse,
                "item": line.item,
                "kind": "buffered" if found.buffered[one.place] else "lean",
                "chosen": one.why,
                "alone_in_its_run": "yes" if found.alone[one.place] else "no",
                **_interval("net_benefit_in_shared_run", interval(one.together)),
                **_interval("net_benefit_alone", interval(one.alone)),
                **_interval("shared_less_alone", interval(apart)),
                "largest_in_one_future": float(np.abs(apart).max()),
                **_interval("on_other_lines", interval(one.others)),
                "verdict": found.verdicts[one.place],
            }
        )
    return rows
