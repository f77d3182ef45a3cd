"""A size recomputed from the steps of its worked calculation, by arithmetic that is written out here once more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.sizing.given import Protection
from sim.sizing.step import Step, value
from sim.sizing.target import Cover, CycleService, Everyday, Factor, FillRate, Target, WithCover

#: relative error that the equations of z and k are allowed
SOLVED = 1e-6


@dataclass(frozen=True)
class Rebuilt:
    """The numbers of a size, and what of its steps does not lead to them.

    Attributes
    ----------
    order_up_to, reorder_point, safety_stock : units.
    misfits : steps whose numbers do not follow from those before them, in words.
    """

    order_up_to: float
    reorder_point: float
    safety_stock: float
    misfits: tuple[str, ...]


@dataclass(frozen=True)
class _Sum:
    """Moments of demand that the givens of a line lead to, units.

    Attributes
    ----------
    d, sd, lead_sd : mean and standard deviation of a day's demand, and that of the lead time, as the steps give them.
    every : days between reviews; 0: continuous.
    lot : Q; 0 for any quantity.
    extra : 1 where S is one unit above the r of (r, nQ).
    exposed, days : days of demand up to a receipt, and up to the next order's.
    over, over_variance : overshoot.
    base, sigma : mean and standard deviation of what the level has to last for.
    """

    d: float
    sd: float
    lead_sd: float
    every: float
    lot: float
    extra: float
    exposed: float
    days: float
    over: float
    over_variance: float
    base: float
    sigma: float

    @property
    def before(self) -> tuple[float, float]:
        """Mean and standard deviation of demand up to the cycle's beginning, orders of any quantity."""
        return self.d * self.exposed, math.sqrt(self.exposed * self.sd**2 + (self.d * self.lead_sd) ** 2)

    @property
    def served(self) -> float:
        """Mean demand of a cycle."""
        if self.lot:
            return max(self.lot, self.d * self.every)
        return self.d * self.every if self.every else 1.0

    def short(self, level: float) -> float:
        """Units short in a cycle: normal demand over the level at its end, less what was short at its beginning."""
        if self.lot:
            mean, level = self.base - self.extra, level - self.extra
            return _over(mean, self.sigma, level) - _over(mean, self.sigma, level + self.served)
        mean, sd = self.before
        end = (self.base, self.sigma) if self.every else (mean + 1.0, sd)
        return _over(*end, level) - _over(mean, sd, level)


def rebuilt(steps: Sequence[Step], method: str, target: Target, protection: Protection, policy: str) -> Rebuilt:
    """Order-up-to level, reorder point and safety stock, from the numbers of the steps and plain arithmetic.

    Base, sigma, cover and z are computed anew from demand, lead time, review and lot; that k or a level that was searched
    for keeps the target is checked. Taken as they are told: sigma of the empirical method, and shares missed.

    Parameters
    ----------
    steps : of one size, as `worked` gives them.
    method : that was used, never "auto".
    target, protection, policy : as `size` takes them; of the protection, what went in and the rules of ordering.
    """
    whole, lots = protection.whole, policy == "r_nQ"
    found = _moments(steps, method, protection, lots)
    wrong = list(_given(steps, protection, lots))
    base = level = 0.0
    if found.d > 0:
        everyday = target.target if isinstance(target, WithCover) else None if isinstance(target, Cover) else target
        cover = target.cover if isinstance(target, WithCover) else target if isinstance(target, Cover) else None
        base, raw = found.base, _everyday(steps, found, everyday)
        units = cover.days * found.d if cover else 0.0
        raw += units
        level = max(float(math.ceil(raw - 1e-6)) if whole and math.isfinite(raw) else raw, 0.0)
        wrong += _middle(steps, found)
        wrong += _kept(steps, found, method, everyday)
        wrong += _unlike(steps, [("cover_units", "cover", units)] if cover else [])
        wrong += _unlike(steps, [("raw", "level before rounding", raw), ("safety", "safety stock", level - base)])
    wrong += _unlike(steps, [("level", "level", level)])
    point = level if lots else level - (1.0 if whole else 0.0)
    return Rebuilt(level + found.lot if lots else level, point, level - base, tuple(dict.fromkeys(wrong)))


def life_misfits(
    steps: Sequence[Step], size: Rebuilt, protection: Protection, lot: float, days: float
) -> tuple[str, ...]:
    """What of a cut by shelf life does not follow from the size that is cut.

    Parameters
    ----------
    steps : of the line.
    size : before it is cut.
    protection : what it was sized from.
    lot : Q of (r, nQ), units; 0 for any quantity.
    days : shelf life.
    """
    d, every = value(steps, "d"), value(steps, "R")
    lots = lot > 1
    received = lot if lots else 0.0 if math.isnan(every) else d * every
    most, peak = days * d, size.safety_stock + received
    if math.isnan(value(steps, "life_cut")):
        return ("cut by shelf life",) if peak > most + 1e-6 else ()
    if lots and lot > most:
        unit = protection.multiple or (1.0 if protection.whole else 0.0)
        received = max(math.floor(most / unit + 1e-9), 1) * unit if unit else most
    cut = size.safety_stock - max(most - received, min(size.safety_stock, 0.0))
    cut = float(math.ceil(cut - 1e-9)) if protection.whole else cut
    cut = max(min(cut, size.reorder_point if lots else size.order_up_to), 0.0)
    told = [("life_most", "most that keeps", most), ("life_peak", "asked for after a receipt", peak)]
    return tuple(_unlike(steps, [*told, ("life_cut", "cut by shelf life", cut)]))


def _near(one: float, other: float, relative: float = 1e-9) -> bool:
    return one == other or math.isclose(one, other, rel_tol=relative, abs_tol=1e-9)


def _unlike(steps: Sequence[Step], wanted: Sequence[tuple[str, str, float]]) -> Iterator[str]:
    """Names of steps, by key, that are not there or have another number."""
    for key, name, number in wanted:
        if not _near(value(steps, key), number):
            yield name


def _over(mean: float, sd: float, level: float) -> float:
    """Units by which normal demand is expected to exceed a level: sd (phi(x) - x (1 - Phi(x)))."""
    if sd == 0:
        return max(mean - level, 0.0)
    x = (level - mean) / sd
    return sd * (math.exp(-x * x / 2) / math.sqrt(2 * math.pi) - x * math.erfc(x / math.sqrt(2)) / 2)


def _moments(steps: Sequence[Step], method: str, protection: Protection, lots: bool) -> _Sum:
    """Everything that d, sd_d, L, sd_L, R and Q lead to."""
    d, sd, lead, lead_sd = (value(steps, key) for key in ("d", "sd_d", "L", "sd_L"))
    every = 0.0 if protection.continuous else value(steps, "R")
    lot = value(steps, "Q") if _quantity(protection, lots) else 0.0
    exposed = max(lead - 1, 0.0) if protection.evening and not protection.continuous else lead
    extra = 1.0 if lot and not lots and protection.whole else 0.0
    over = over_variance = 0.0
    if lot and every and d > 0:
        # demand between reviews X: mean, variance, E X^2 and E X^3 of a normal law
        mean, variance = d * every, sd * sd * every
        square, cube = variance + mean * mean, mean**3 + 3 * mean * variance
        half = 0.5 if protection.whole else 0.0
        if lot <= mean:
            over, over_variance = max(mean - lot / 2 - half, 0.0), variance + lot * lot / 12
        else:
            first = square / (2 * mean)
            over, over_variance = max(first - half, 0.0), max(cube / (3 * mean) - first * first, 0.0)
    days = exposed if lot else exposed + every
    daily = sd
    if method == "poisson" or (method == "negative_binomial" and sd * sd <= d * (1 + 1e-9)):
        daily = math.sqrt(d)
    sigma = math.sqrt(days * daily**2 + (d * lead_sd) ** 2 + over_variance)
    if method == "empirical":
        sigma = value(steps, "sigma")
    return _Sum(d, sd, lead_sd, every, lot, extra, exposed, days, over, over_variance, d * days + over + extra, sigma)


def _quantity(protection: Protection, lots: bool) -> float:
    """Q: the lot of (r, nQ) in whole multiples, or the multiple of other orders; 0 for any quantity."""
    unit = 1.0 if protection.whole else 0.0
    asked = protection.lot if lots else 0.0
    if protection.multiple > unit:
        asked = protection.multiple * max(math.ceil(asked / protection.multiple - 1e-9), 1)
    return float(math.ceil(asked - 1e-9)) if protection.whole else asked


def _given(steps: Sequence[Step], protection: Protection, lots: bool) -> Iterator[str]:
    """What went in."""
    demand, lead = protection.demand, protection.lead_time
    wanted = [("d", demand.mean), ("sd_d", demand.sd), ("L", lead.mean), ("sd_L", lead.sd)]
    if not protection.continuous:
        wanted.append(("R", protection.review_every))
    if lot := _quantity(protection, lots):
        wanted.append(("Q", lot))
    yield from _unlike(steps, [(key, key, number) for key, number in wanted])


def _middle(steps: Sequence[Step], found: _Sum) -> Iterator[str]:
    """Interval, overshoot, base and sigma."""
    wanted = [("base", "base", found.base)]
    if found.lot:
        wanted += [
            ("exposed", "days from an order to its receipt", found.exposed),
            ("overshoot", "overshoot", found.over),
        ]
        wanted.append(("var_overshoot", "variance of the overshoot", found.over_variance))
    else:
        wanted.append(("days", "interval", found.days))
    yield from _unlike(steps, wanted)


def _everyday(steps: Sequence[Step], found: _Sum, target: Everyday | None) -> float:
    """The level for everyday chance."""
    if target is None:
        return found.base
    factor = target.z if isinstance(target, Factor) else value(steps, "factor")
    return value(steps, "searched") if math.isnan(factor) else found.base + factor * found.sigma


def _kept(steps: Sequence[Step], found: _Sum, method: str, target: Everyday | None) -> Iterator[str]:
    """Whether what protects against everyday chance is what the target asks for."""
    if target is None:
        return
    if isinstance(target, Factor) or method == "classical":
        yield from _unlike(steps, [("sigma", "sigma", found.sigma)])
    if isinstance(target, Factor):
        yield from _unlike(steps, [("factor", "z", target.z)])
    elif method != "classical":
        yield from _searched(steps, 1 - (target.p if isinstance(target, CycleService) else target.beta))
    elif isinstance(target, CycleService):
        if not _near(math.erfc(value(steps, "factor") / math.sqrt(2)) / 2, 1 - target.p, SOLVED):
            yield "z"
    else:
        yield from _filled(steps, found, target)


def _filled(steps: Sequence[Step], found: _Sum, target: FillRate) -> Iterator[str]:
    """Whether just as much is short in a cycle as a fill rate allows."""
    allowed = (1 - target.beta) * found.served
    wanted = [("allowed", "units that may be short", allowed)]
    if not found.lot:
        mean, sd = found.before
        wanted += [("before_mean", "demand before the cycle", mean), ("before_sd", "sd before the cycle", sd)]
    yield from _unlike(steps, wanted)
    if not _near(found.short(_everyday(steps, found, target)), allowed, SOLVED):
        yield "k" if found.sigma else "level for everyday chance"


def _searched(steps: Sequence[Step], missed: float) -> Iterator[str]:
    """Whether a level that was searched for keeps the target, and the one below it does not."""
    yield from _unlike(steps, [("allowed_share", "share that the target lets go", missed)])
    if not value(steps, "share") <= missed + 1e-11:
        yield "share missed at the level"
    lowest = value(steps, "lowest")
    if math.isnan(lowest):
        if not value(steps, "share_below") > missed:
            yield "share missed one step below"
    elif not value(steps, "searched") <= lowest + 1e-9:
        yield "lowest level looked at"


__all__ = ["Rebuilt", "life_misfits", "rebuilt"]
