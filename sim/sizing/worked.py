"""The worked calculation of a size: each number between what went in and what came out, in the order of the formula."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scipy.special import ndtri

from sim.sizing import classical
from sim.sizing.caps import in_lots, received
from sim.sizing.given import Protection
from sim.sizing.laws import day_law
from sim.sizing.size import TINY, Task, size
from sim.sizing.sized import Sized
from sim.sizing.step import Step, number, value
from sim.sizing.target import Cover, CycleService, Everyday, Factor, FillRate, Target, WithCover


@dataclass(frozen=True)
class Worked:
    """A size and the steps that lead to it.

    Attributes
    ----------
    steps : in the order in which they are calculated.
    sized : what `size` gives, from the same input.
    """

    steps: tuple[Step, ...]
    sized: Sized


def worked(method: str, target: Target, protection: Protection, policy: str = "base_stock") -> Worked:
    """What `size` does, step by step.

    Parameters
    ----------
    method, target, protection, policy : as `size` takes them.

    Raises
    ------
    UsageError : as `size` raises it.
    """
    sized, task = size(method, target, protection, policy), Task(protection, policy)
    if protection.demand.mean == 0:
        none = Step("level", _level(task), "level: nothing is asked for", 0.0, "units", "no demand on record")
        return Worked((*_given(task), none), sized)
    everyday = target.target if isinstance(target, WithCover) else None if isinstance(target, Cover) else target
    cover = target.cover if isinstance(target, WithCover) else target if isinstance(target, Cover) else None
    steps = [*_given(task), *_lasting(task), *_everyday(task, sized.method, everyday)]
    steps += _levels(task, steps, cover)
    return Worked(tuple(steps), sized)


def life_steps(before: Sized, after: Sized, protection: Protection, days: float) -> tuple[Step, ...]:
    """The steps by which a shelf life cut a size; none where it does not bind.

    Parameters
    ----------
    before, after : what the target asks for, and what `capped` made of it.
    protection : what it was sized from.
    days : shelf life.
    """
    if after == before:
        return ()
    mean, lot = protection.demand.mean, received(before, protection)
    kept = after.order_quantity if in_lots(before) else lot
    cut = before.safety_stock - after.safety_stock
    told = f"{number(before.safety_stock)} - {number(after.safety_stock)}"
    return (
        Step("life_most", "shelf life", "most just after a receipt that keeps", days * mean, "units",
             f"shelf life x d = {number(days)} x {number(mean)}"),
        Step("life_peak", "", "what the target asks for then", before.safety_stock + lot, "units",
             f"safety stock + lot = {number(before.safety_stock)} + {number(lot)}"),
        Step("life_cut", "", "cut by shelf life", cut, "units", told if kept == lot else f"{told}; lot {number(kept)}"),
    )  # fmt: skip


def _level(task: Task) -> str:
    return "r" if task.policy == "r_nQ" else "S"


def _exposed(task: Task) -> str:
    """Days of demand between an order and its receipt, as the formulas have it."""
    return "L - 1" if task.protection.evening and not task.protection.continuous else "L"


def _from_0(task: Task) -> str:
    """Said where a lead time shorter than the day that an evening review saves would count as less than none."""
    return ", L - 1 not below 0" if _exposed(task) != "L" and task.protection.lead_time.mean < 1 else ""


def _given(task: Task) -> Iterator[Step]:
    """What went in."""
    protection = task.protection
    demand, lead = protection.demand, protection.lead_time
    yield Step("d", "d", "mean demand", demand.mean, "units a day")
    yield Step("sd_d", "sd_d", "standard deviation of a day's demand", demand.sd, "units")
    yield Step("L", "L", "mean lead time", lead.mean, "days")
    yield Step("sd_L", "sd_L", "standard deviation of the lead time", lead.sd, "days")
    if not protection.continuous:
        yield Step("R", "R", "days between reviews", protection.review_every, "days")
    if task.lot:
        yield Step("Q", "Q", "lot" if task.policy == "r_nQ" else "order multiple", task.lot, "units")


def _lasting(task: Task) -> Iterator[Step]:
    """What the level has to last for."""
    protection, days, exposed = task.protection, task.protection.exposed, _exposed(task)
    mean, lead = protection.demand.mean, number(protection.lead_time.mean)
    less = "" if exposed == "L" else " - 1"
    if not task.lot:
        every = "" if protection.continuous else f" + {number(protection.review_every)}"
        when = "continuous review" if protection.continuous else "an evening review" if less else "a morning review"
        symbol = f"L{' + R' if every else ''}{less}"
        told = f"{symbol} = {lead}{every}{less}{_from_0(task)}, {when}"
        yield Step("days", symbol, "protection interval", protection.days, "days", told)
        told = f"d ({symbol}) = {number(mean)} x {number(protection.days)}"
        yield Step("base", "base", "mean demand that the level has to last for", task.base, "units", told)
        return
    told = f"{exposed} = {lead}{less}{_from_0(task)}, an evening review" if less else "a morning review"
    told = "continuous review" if protection.continuous else told
    yield Step("exposed", exposed, "days of demand from an order to its receipt", days, "days", told)
    below = classical.overshoot(protection, task.lot)
    first, second = _below(protection, task.lot)
    yield Step("overshoot", "overshoot", "mean fall below r before an order is placed", below.mean, "units", first)
    yield Step("var_overshoot", "var(overshoot)", "its variance", below.variance, "units^2", second)
    told = (
        f"d {f'({exposed})' if less else exposed} + overshoot = {number(mean)} x {number(days)} + {number(below.mean)}"
    )
    if task.policy == "base_stock" and task.unit:
        told += " + 1: S is one unit above the r of (r, nQ)"
    yield Step("base", "base", "mean demand that the level has to last for", task.base, "units", told)


def _below(protection: Protection, lot: float) -> tuple[str, str]:
    """How mean and variance of the overshoot are made."""
    if protection.continuous:
        return "continuous review: none", "continuous review: none"
    demand, every = protection.demand, protection.review_every
    mean, variance = demand.mean * every, demand.sd**2 * every
    half = " - 0.5" if protection.whole else ""
    known = f"X: demand between reviews, mean d R = {number(mean)}, variance sd_d^2 R = {number(variance)}"
    less = 0.5 if protection.whole else 0.0
    if lot <= mean:
        floor = ", not below 0" if mean - lot / 2 < less else ""
        return f"Q <= mean of X: mean - Q/2{half}{floor}; {known}", "variance of X + Q^2/12"
    first = (variance + mean**2) / (2 * mean)
    second = (mean**3 + 3 * mean * variance) / (3 * mean)
    floor, least = (", not below 0" if low else "" for low in (first < less, second < first**2))
    return (
        f"E X^2 / 2 E X{half} = ({number(variance)} + {number(mean)}^2) / (2 x {number(mean)}){half}{floor}; {known}",
        f"E X^3 / 3 E X - (E X^2 / 2 E X)^2 = ({number(mean)}^3 + 3 x {number(mean)} x {number(variance)}) / "
        f"(3 x {number(mean)}) - {number(first)}^2{least}",
    )


def _everyday(task: Task, method: str, target: Everyday | None) -> Iterator[Step]:
    """What protects against everyday chance: a factor on sigma, or a level that was searched for."""
    if target is None:
        return
    if isinstance(target, Factor):
        yield Step("factor", "z", "safety factor", target.z, "", "as the rules say")
        yield _sigma(task, method)
        return
    if method != "classical":
        yield from _searched(task, method, target)
        return
    sigma = _sigma(task, method)
    if isinstance(target, CycleService):
        z = float(ndtri(target.p))
        yield Step("factor", "z", "safety factor", z, "", f"normal quantile of {target.p:g}")
        yield sigma
        return
    cycle = classical.lot_cycle(task.protection, task.lot) if task.lot else classical.base_stock_cycle(task.protection)
    level = task.level(method, target)
    above = task.unit if task.lot and task.policy == "base_stock" else 0.0
    allowed = (1 - target.beta) * cycle.served
    how = f"(1 - {target.beta:g}) x demand of a cycle = {number(1 - target.beta)} x {number(cycle.served)}"
    yield Step("allowed", "allowed", "units that may be short in a cycle", allowed, "units", how)
    if not task.lot:
        mean, sd = cycle.before
        yield Step("before_mean", "before", "mean demand up to the cycle's beginning", mean, "units")
        yield Step("before_sd", "sd before", "its standard deviation", sd, "units")
    if sigma.value == 0:
        yield sigma
        told = "nothing varies: the level that each cycle falls short of by just what is allowed"
        yield Step("searched", _level(task), "level for everyday chance", level, "units", told)
        return
    k = (level - task.base) / sigma.value
    yield Step("factor", "k", "safety factor", k, "", _loss(cycle, above, allowed))
    yield sigma


def _loss(cycle: classical.Cycle, above: float, allowed: float) -> str:
    """The equation that k solves, with its numbers."""
    level = f"base + k sigma{f' - {number(above)}' if above else ''}"
    terms = [
        f"{number(sd)} G(({level}{f' + {number(lot)}' if lot else ''} - {number(mean)}) / {number(sd)})"
        for (mean, sd), lot in ((cycle.after, 0.0), (cycle.before, cycle.lot))
        if sd
    ]
    return f"solves {' - '.join(terms)} = {number(allowed)}, G the normal loss function"


def _sigma(task: Task, method: str) -> Step:
    """Standard deviation of demand over the interval."""
    protection = task.protection
    demand, lead = protection.demand, protection.lead_time
    found = task.sigma(method)
    if method == "empirical":
        how = "standard deviation over windows of history joined with lead times"
        return Step("sigma", "sigma", "standard deviation of demand over the interval", found, "units", how)
    days = protection.exposed if task.lot else protection.days
    sd = demand.sd if method == "classical" else day_law(method, demand.mean, demand.sd).sd
    how = f"sqrt({number(days)} x {number(sd)}^2 + {number(demand.mean)}^2 x {number(lead.sd)}^2"
    if task.lot:
        how += f" + {number(classical.overshoot(protection, task.lot).variance)}"
    return Step("sigma", "sigma", "standard deviation of demand over the interval", found, "units", f"{how})")


def _searched(task: Task, method: str, target: CycleService | FillRate) -> Iterator[Step]:
    """The least level that keeps a target, and the shares just at it and just below."""
    found = task.search(method, target)
    missed = "cycles that run short" if isinstance(target, CycleService) else "demand not served from stock"
    yield Step(
        "allowed_share",
        "allowed",
        f"share of {missed} that the target lets go",
        found.missed,
        "",
        f"1 - {1 - found.missed:g}",
    )
    above = task.unit if task.lot and task.policy == "base_stock" else 0.0
    yield Step("share", "missed", f"share of {missed} at the level", found.share(found.level), "", _by(task, method))
    told = f"least level whose share is no more than {found.missed:.4g}"
    if found.level > found.lowest + TINY:
        below = found.level - found.step
        yield Step("share_below", "below", f"share at {number(below + above)}, one step below", found.share(below), "")
    else:
        yield Step("lowest", "lowest", "lowest level that is looked at", found.lowest + above, "units")
        if found.lowest > 0:
            told = (
                f"the lowest level looked at has a share of no more than {found.missed:.4g} already: a lower one may do"
            )
    if above:
        told += f": r {number(found.level)} of (r, nQ), plus 1"
    yield Step("searched", _level(task), "level for everyday chance", found.level + above, "units", told)


def _by(task: Task, method: str) -> str:
    if method == "empirical":
        return f"counted over windows of {task.protection.demand.past.size} days of history"
    law = f"by the {method.replace('_', ' ')} law of a day's demand"
    return f"{law}, orders followed one by one" if task.crosses and task.lot else law


def _levels(task: Task, steps: Sequence[Step], cover: Cover | None) -> Iterator[Step]:
    """Cover, the level before and after rounding, and what is left above what it has to last for."""
    base = task.base
    factor, sigma, searched = (value(steps, key) for key in ("factor", "sigma", "searched"))
    everyday = searched if not math.isnan(searched) else base if math.isnan(factor) else base + factor * sigma
    parts = [number(searched)] if not math.isnan(searched) else [number(base)]
    if not math.isnan(factor):
        parts.append(f"{number(factor)} x {number(sigma)}")
    units = task.covered(cover)
    if cover is not None:
        against = f" against {cover.against}" if cover.against else ""
        told = f"{number(cover.days)} days x d{against}"
        yield Step("cover_units", "cover", "deliberate cover", units, "units", told)
        parts.append(number(units))
    raw = everyday + units
    yield Step("raw", "level", "level before whole units" if task.unit else "level", raw, "units", " + ".join(parts))
    level = max(float(math.ceil(raw - 1e-6)) if task.unit else raw, 0.0)
    how = "rounded up to whole units" if task.unit else "quantities need not be whole"
    name = "reorder point" if task.policy == "r_nQ" else "order-up-to level"
    yield Step("level", _level(task), name, level, "units", f"{how}; never below 0" if raw < 0 else how)
    told = f"{_level(task)} - base = {number(level)} - {number(base)}"
    yield Step("safety", "buffer", "safety stock", level - base, "units", told)
