"""What a buffer ledger says, in words for a planner and in one sentence for a board."""

from __future__ import annotations

import math

import numpy as np

from sim.report.style import Money, counted, percent
from sim.studies.buffers import COSTS, DOUBTFUL, LEAN, NOT_SHOWN, PAYS, WOULD_PAY, Group, Justification
from sim.studies.false_discovery import ENOUGH, RATE
from sim.studies.statistics import Interval, interval

#: from which share of the buffers' carrying cost on the effect of lines on each other is pointed out
MUCH = 0.05


def money_of(found: Justification) -> Money:
    """The unit in which sums over all lines are easy to read."""
    groups = [float(group.total.mean()) for group in (*found.groups, *found.advice)]
    sums = [float(found.carrying.mean[found.buffered].sum()), float(found.avoided[0].mean[found.buffered].sum())]
    return Money.of(found.scenario.currency, [*groups, *sums])


def span(one: Interval, money: Money, sign: float = 1.0) -> str:
    """An amount with its interval."""
    ends = sorted((sign * one.low, sign * one.high))
    told = money.text(sign * one.mean)
    return told if one.n < 2 else f"{told} ({money.number(ends[0])} to {money.number(ends[1])})"


def counts(found: Justification) -> list[str]:
    """How many lines have which verdict."""
    buffered = int(found.buffered.sum())
    lean = len(found.lines) - buffered
    told = []
    if buffered:
        told.append(
            f"{counted(buffered, 'buffer')}: {found.count(PAYS)} pay, {found.count(DOUBTFUL)} are doubtful, "
            f"{found.count(COSTS)} do not pay."
        )
        few = int((found.buffered & (found.uses < ENOUGH)).sum())
        if few:
            told.append(f"Of the doubtful ones, {few} were used in fewer than {ENOUGH} futures.")
    if lean:
        told.append(
            f"{counted(lean, 'lean line')}: {found.count(LEAN)} confirmed lean, {found.count(NOT_SHOWN)} not shown, "
            f"{found.count(WOULD_PAY)} would pay for a buffer of {found.trial_days:g} days."
        )
    shown, firm = found.firm
    if shown:
        told.append(
            f"Verdicts are held to {percent(RATE)} false ones in the mean (Benjamini-Hochberg over all "
            f"{counted(len(found.lines), 'line')}); {firm} of the {shown} hold whatever the dependence between lines."
        )
    return told


def all_at_once(found: Justification) -> Group | None:
    """The removal of all buffers."""
    return next((group for group in found.groups if group.by == "all"), None)


def board(found: Justification) -> str:
    """What a board should know, in a sentence or two."""
    group, name = all_at_once(found), found.plan.posture
    if group is None:
        would = found.count(WOULD_PAY)
        return (
            f"Plan {name} holds no buffer above {found.lean.posture}; {would} of its {counted(len(found.lines), 'line')} "
            "would pay for one."
        )
    money = money_of(found)
    own = group.own
    carrying, stockout, total = -own[:, 6], own[:, 3] - own[:, 0], interval(group.total)
    told = (
        f"The buffers of {name} cost {money.text(float(carrying.mean()))} a year to carry and avoid "
        f"{money.text(float(stockout.mean()))} of stockouts; without any of them the year would cost "
    )
    if total.n < 2:
        return f"{told}{money.text(abs(total.mean))} {'more' if total.mean > 0 else 'less'}, in the one future run."
    side = 1.0 if total.mean > 0 else -1.0
    told += f"{span(total, money, side)} {'more' if side > 0 else 'less'}"
    clear = total.low > 0 or total.high < 0
    told += "." if clear else ", which is not clear of nothing."
    part = found.count(PAYS), int(found.buffered.sum())
    return f"{told} {part[0]} of the {part[1]} are shown to pay for themselves."


def additivity(found: Justification) -> str:
    """That removals do not add up, with the figures of all buffers at once."""
    group = all_at_once(found)
    if group is None or group.singles is None:
        return ""
    money = money_of(found)
    together, singles = interval(group.total), interval(group.singles)
    apart = interval(group.total - group.singles)
    told = f"Removals do not add up: all at once {span(together, money)}, the sum of the single ones {span(singles, money)}"
    if abs(apart.mean) < 0.5e-6 * max(abs(together.mean), 1.0):
        return f"Here removals add up: all at once {span(together, money)}, just the sum of the single ones."
    told += f"; apart by {span(apart, money.near([apart.mean, apart.low, apart.high]))}."
    known = apart.n > 1 and (apart.low > 0 or apart.high < 0)
    if known and abs(apart.mean) > MUCH * abs(float(group.own[:, 6].mean())):
        told += (
            f" That is more than {percent(MUCH)} of what the buffers cost to carry: here lines take from each other, and a "
            "verdict on one line is about that line alone. Read the groups."
        )
    return told


def assumption(found: Justification) -> list[str]:
    """What was assumed so that lines could share runs, and what the check of it found."""
    shared = found.sharing.shared()
    tried = found.units != 0
    alone, mixed = int((found.alone & tried).sum()), int((~found.alone & tried).sum())
    if not shared:
        return [
            f"No two lines share anything: each of the {alone} figures is just what changing that line alone would show."
        ]
    names = [name for name in shared if not name.startswith("order of")]
    first = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    told = [
        f"Assumed: {counted(mixed, 'line')} shared a run with others they can touch through "
        f"{counted(len(names), 'shared resource')} ({first}); a share of them was changed in each of "
        f"{found.shared.shape[1]} runs, and what changed on a line is booked to that line. "
        f"{counted(alone, 'line')} touched no other changed line: exact."
    ]
    checks = [one for one in found.checks if not found.alone[one.place]]
    if checks:
        gaps = np.array([abs(float((one.together - one.alone).mean())) for one in checks])
        others = np.array([abs(float(one.others.mean())) for one in checks])
        worst = checks[int(gaps.argmax())]
        money = Money.of(found.scenario.currency, [float(gaps.max()), float(others.max())])
        line = found.lines[worst.place]
        size = abs(float(worst.alone.mean()))
        share = f", {percent(gaps.max() / size, 1)} of it" if size > 0 else ""
        told.append(
            f"Checked on {counted(len(checks), 'line')} changed by themselves: largest difference in net benefit "
            f"{money.text(float(gaps.max()))} a year ({line.item} at {line.warehouse}{share}); largest change on other "
            f"lines, not in the ledger, {money.text(float(others.max()))} a year."
        )
    elif mixed:
        told.append("Not checked: no line was changed by itself (--checks 0).")
    money = Money.of(found.scenario.currency, [float(np.abs(found.spill.mean(axis=0)).max(initial=0.0))])
    spilt = float(found.spill.sum(axis=1).mean())
    told.append(
        "What the changes did to lines not changed is in no line: at most "
        f"{money.text(float(np.abs(found.spill.mean(axis=0)).max(initial=0.0)))} a year in a run, "
        f"{money.text(spilt, plus=True)} in all runs together."
    )
    if found.leak > 0:
        told.append(
            f"Warning: a line that shares nothing with what was changed moved by {found.leak:.3g} a year: something is "
            "shared that is not known, and the figures of single lines are not exact."
        )
    return told


def unattributed(found: Justification) -> str:
    """Cost that belongs to no single line: what it is, and by how much the buffers move it."""
    group = all_at_once(found)
    if not found.base[:, 1].any() and not found.shared.any():
        return "No cost was booked that belongs to no single line (orders, fixed storage, space above the floor)."
    money = Money.of(found.scenario.currency, [float(found.base[:, 1].mean())])
    told = (
        "Cost that belongs to no single line (orders, fixed storage, space above the floor): "
        f"{money.text(float(found.base[:, 1].mean()))} a year"
    )
    if group is None or group.shared is None:
        return f"{told}; it is in no line of the ledger."
    moved = interval(group.shared)
    near = Money.of(found.scenario.currency, [moved.mean])
    return (
        f"{told}; without any buffer it changes by {near.text(moved.mean, plus=True)}. It is in no line of the ledger."
    )


def luck(found: Justification) -> str:
    """That the best lines look better than they are, because they were chosen for it."""
    chosen, told = found.luck()
    if not math.isfinite(chosen) or int(found.buffered.sum()) <= 10:
        return ""
    money = Money.of(found.scenario.currency, [chosen, told])
    return (
        "The best were chosen for looking best: the ten best on half of the futures bring "
        f"{money.text(chosen)} a year there, {money.text(told)} on the other half."
    )


def edited(found: Justification) -> list[str]:
    """Lines that a person changed without saying why."""
    lines = [line for line in found.lines if line.unexplained]
    if not lines:
        return []
    first = ", ".join(f"{line.item} at {line.warehouse} ({', '.join(line.unexplained)})" for line in lines[:3])
    more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""
    return [f"Changed by hand without a reason: {first}{more}. Write down why, or put back the old value."]


def advice(found: Justification) -> list[str]:
    """What following the verdicts brings on other futures."""
    told = []
    for group in found.advice:
        saved = interval(-group.total)
        money = Money.of(found.scenario.currency, [saved.mean])
        side = 1.0 if saved.mean >= 0 else -1.0
        clear = "" if saved.n > 1 and (saved.low > 0 or saved.high < 0) else ", not clear of nothing"
        lines = counted(group.places.size, "line")
        told.append(
            f"{group.name[0].upper()}{group.name[1:]} ({lines}): {'saves' if side > 0 else 'costs'} "
            f"{span(saved, money, side)} a year{clear}."
        )
    return told
