"""`size`: from a method, a target and a protection interval to the numbers of a buffer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sim.errors import UsageError, near_miss
from sim.sizing import classical
from sim.sizing.choice import chosen, warning
from sim.sizing.exact import Exact
from sim.sizing.exposure import Exposure, exposure
from sim.sizing.given import Protection
from sim.sizing.laws import day_law
from sim.sizing.outstanding import Outstanding
from sim.sizing.paths import DRAWN_PATHS, Paths, drawn
from sim.sizing.search import Search
from sim.sizing.sized import Sized
from sim.sizing.target import Cover, CycleService, Everyday, Factor, FillRate, Target, WithCover
from sim.sizing.windows import Windows, least

Policy = Literal["base_stock", "r_nQ"]
METHODS = ("classical", "poisson", "negative_binomial", "gamma", "empirical", "auto")
POLICIES = ("base_stock", "r_nQ")
NAMES = {
    "classical": "classical formula, normal demand",
    "poisson": "exact, Poisson demand",
    "negative_binomial": "exact, negative binomial demand",
    "gamma": "exact, gamma demand",
    "empirical": "empirical, windows of history joined with recorded lead times",
}
TINY = 1e-9


def size(method: str, target: Target, protection: Protection, policy: str = "base_stock") -> Sized:
    """The smallest buffer that keeps a target.

    Parameters
    ----------
    method : one of `METHODS`; "auto" chooses by documented rules and says why.
    target : what the buffer is to achieve; with `Cover` alone the method plays no part.
    protection : demand, lead time and the rules by which orders are placed.
    policy : "base_stock" or "r_nQ".

    Returns
    -------
    Its numbers, the formula and inputs in words, and a warning where the formula is known to fail.

    Raises
    ------
    UsageError : the method or policy is unknown, (r, nQ) lacks a lot, or the empirical method lacks history.

    Notes
    -----
    What each target means under each policy is written in docs/sizing.md. Not modelled: demand of one day that depends
    on the day before (but by the empirical method), season and trend, minimum orders, lost sales (stock is then a little
    better off than sized for).
    """
    if method not in METHODS:
        raise UsageError(f"size: {method!r} is not a method{near_miss(method, METHODS)}")
    if policy not in POLICIES:
        raise UsageError(f"size: {policy!r} is not a policy that can be sized{near_miss(policy, POLICIES)}")
    if policy == "r_nQ" and protection.lot == 0:
        raise UsageError("size: lot: (r, nQ) needs an order quantity above 0")
    task = Task(protection, policy)
    everyday = target.target if isinstance(target, WithCover) else target
    cover = target.cover if isinstance(target, WithCover) else target if isinstance(target, Cover) else None
    why = ""
    if protection.demand.mean == 0:
        return task.sized(0.0, "none", "no demand: nothing is held", "")
    if isinstance(everyday, Cover):
        return task.sized(task.base + task.covered(cover), "cover", task.words("cover", cover=cover), "")
    if method == "auto":
        method, why = chosen(protection, target)
    level = task.level(method, everyday) + task.covered(cover)
    words = task.words(method, everyday, cover) + (f"; chosen because {why}" if why else "")
    return task.sized(level, method, words, warning(method, target, protection))


def lasting(protection: Protection, policy: str = "base_stock") -> float:
    """Mean demand that a level has to last for until the next receipt, units: what it holds above is safety stock.

    Parameters
    ----------
    protection : demand, lead time and the rules by which orders are placed; `lot` where orders come in lots.
    policy : "base_stock": the level is S; "r_nQ": it is the reorder point.
    """
    return Task(protection, policy).base if protection.demand.mean > 0 else 0.0


@dataclass(frozen=True)
class Task:
    """One item to size under one policy."""

    protection: Protection
    policy: str

    @property
    def unit(self) -> float:
        return 1.0 if self.protection.whole else 0.0

    @property
    def lot(self) -> float:
        """Order quantity Q, a whole number of multiples; for base-stock the multiple, 0 where any quantity is ordered."""
        given, multiple = self.protection.lot if self.policy == "r_nQ" else 0.0, self.protection.multiple
        if multiple > self.unit:
            given = max(math.ceil(given / multiple - TINY), 1) * multiple
        return float(math.ceil(given - TINY)) if self.unit else given

    @property
    def every(self) -> int:
        return 0 if self.protection.continuous else int(self.protection.review_every)

    @property
    def base(self) -> float:
        """Mean demand that the level has to last for: the level less it is the safety stock."""
        demand, protection = self.protection.demand, self.protection
        if self.lot:
            below = classical.overshoot(protection, self.lot).mean + (self.unit if self.policy == "base_stock" else 0.0)
            return demand.mean * protection.exposed + below
        return demand.mean * protection.days

    def covered(self, cover: Cover | None) -> float:
        """Units of some days of cover."""
        return cover.days * self.protection.demand.mean if cover else 0.0

    def level(self, method: str, target: Everyday) -> float:
        """Base-stock level, or reorder point of (r, nQ), that keeps a target, units."""
        if isinstance(target, Factor):
            return self.base + target.z * self.sigma(method)
        # a base-stock level ordered in multiples is one unit above the reorder point of (r, nQ) with that multiple
        above = self.unit if self.lot and self.policy == "base_stock" else 0.0
        if method == "classical":
            p = target.p if isinstance(target, CycleService) else None
            beta = target.beta if isinstance(target, FillRate) else None
            if self.lot:
                return classical.reorder_level(self.protection, self.lot, p, beta) + above
            return classical.base_stock_level(self.protection, p, beta)
        return self.search(method, target).level + above

    def search(self, method: str, target: CycleService | FillRate) -> Search:
        """The least level, or reorder point of (r, nQ), that keeps a target where no formula gives it."""
        missed, cycles = self._missed(target), isinstance(target, CycleService)
        if method == "empirical" or (self.crosses and self.lot):
            windows = self._windows(method)
            share = windows.failing if cycles else windows.short
            level = least(share, missed, 2 * self.base, self.protection.whole)
            # `least` looks to a part in 4,096 of its guess, or of twice what it finds at most, where not whole
            step = self.unit or max(math.ceil(2 * self.base), 1.0, 2 * level) / 4096
            return Search(level, missed, share, step, 0.0 if self.unit else step)
        exact = self._exact(method)
        shares = exact.failing if cycles else exact.short
        step, low = exact.lattice.step, exact.lattice.low
        return Search(
            exact.at_most(shares, missed),
            missed,
            lambda at: float(shares[max(round(at / step) - low, 0)]),
            step,
            low * step,
        )

    @cached_property
    def _exposure(self) -> Exposure:
        return exposure(self.protection)

    @property
    def crosses(self) -> bool:
        """Whether what is outstanding has to be followed order by order: lots that last longer do not cross."""
        if not self.protection.crossing or self.every == 0:
            return False
        days, lasts = self._exposure.days, self.lot / self.protection.demand.mean
        return float(days[-1] - days[0]) > max(lasts / 2, self.every if self.lot else 0)

    def _exact(self, method: str) -> Exact:
        demand = self.protection.demand
        made = Outstanding if self.crosses else Exact
        law = day_law(method, demand.mean, demand.sd)
        return made(law, self._exposure, self.every, self.lot, self.protection.whole)

    def _windows(self, method: str = "empirical") -> Windows:
        """Windows of history; of one drawn from the method's law where lots cross and no formula is known."""
        demand = self.protection.demand
        past = (
            demand.past
            if method == "empirical"
            else drawn(day_law(method, demand.mean, demand.sd), self.protection.whole)
        )
        if not past.any():
            raise UsageError("size: the empirical method needs a demand history with some demand in it")
        given: dict[str, Any] = {
            "past": past,
            "exposure": self._exposure,
            "every": self.every,
            "lot": self.lot,
            "whole": self.protection.whole,
            "single": demand.klass in ("intermittent", "lumpy"),
        }
        if not self.crosses:
            return Windows(**given)
        return Paths(**given) if method == "empirical" else Paths(**given, most=DRAWN_PATHS)

    def sigma(self, method: str) -> float:
        """Standard deviation of demand over the protection interval, units."""
        protection = self.protection
        below = classical.overshoot(protection, self.lot).variance if self.lot else 0.0
        if method == "empirical":
            to_receipt, to_next = self._windows().spread
            return math.sqrt(to_receipt**2 + below) if self.lot else to_next
        demand = protection.demand
        days = protection.exposed if self.lot else protection.days
        law = day_law(method, demand.mean, demand.sd) if method != "classical" else demand
        return math.sqrt(days * law.sd**2 + (demand.mean * protection.lead_time.sd) ** 2 + below)

    def sized(self, level: float, method: str, formula: str, cautions: str) -> Sized:
        """The numbers of a level, whole where units are."""
        if self.unit:
            level = float(math.ceil(level - 1e-6))
        level = max(level, 0.0)
        base = self.base if self.protection.demand.mean > 0 else 0.0
        lots = self.policy == "r_nQ"
        return Sized(
            safety_stock=level - base,
            reorder_point=level if lots else level - self.unit,
            order_up_to=level + self.lot if lots else level,
            order_quantity=self.lot if self.lot else 1.0,
            method=method,
            formula=formula,
            inputs=self.inputs(),
            warning=cautions,
        )

    def words(self, method: str, target: Everyday | None = None, cover: Cover | None = None) -> str:
        """The formula, in words and symbols."""
        level = "r" if self.policy == "r_nQ" else "S"
        protection = self.protection
        interval = "L" if protection.continuous else "L + R - 1" if protection.evening else "L + R"
        parts = []
        if method == "cover" or isinstance(target, Factor) or method == "classical":
            lasts = f"d ({interval})" if not self.lot else f"d {'(L - 1)' if protection.evening else 'L'} + overshoot"
            parts.append(f"{level} = {lasts}")
        if isinstance(target, Factor):
            parts[0] += f" + {target.z:g} sigma"
        elif method == "classical":
            parts[0] += (
                " + z sigma" if isinstance(target, CycleService) else " + k sigma, k by the normal loss function"
            )
        if method == "classical" or (isinstance(target, Factor) and method not in ("cover", "empirical")):
            days = f"({interval})" if not self.lot else "(L - 1)" if protection.evening else "L"
            beyond = " + var(overshoot)" if self.lot else ""
            parts.append(f"sigma = sqrt({days} sd_d^2 + d^2 sd_L^2{beyond})")
        if target is not None and method != "classical" and not isinstance(target, Factor):
            kind = "cycles that run short" if isinstance(target, CycleService) else "demand not served from stock"
            parts.append(f"least {level} with the share of {kind} <= {self._missed(target):.4g}")
            if protection.crossing and protection.lead_time.sd > 0:
                parts.append("orders cross: by what is outstanding (S03)")
            elif protection.lead_time.sd > 0:
                parts.append("orders do not cross: over the mixture of lead times (S14)")
        if cover is not None:
            named = f" against {cover.against}" if cover.against else ""
            parts.append(f"{'' if method == 'cover' else 'plus '}{cover.days:g} days of mean demand{named}")
        name = NAMES.get(method, "days of cover")
        return f"{name}: {'; '.join(parts)}"

    def _missed(self, target: CycleService | FillRate) -> float:
        return 1 - (target.p if isinstance(target, CycleService) else target.beta)

    def inputs(self) -> str:
        """The figures that went in."""
        protection = self.protection
        demand, lead = protection.demand, protection.lead_time
        review = "continuous review" if protection.continuous else f"review every {protection.review_every:g} d"
        if not protection.continuous:
            review += " in the evening" if protection.evening else " in the morning"
        parts = [
            f"demand {demand.mean:.4g} a day (sd {demand.sd:.4g})" + (f", {demand.klass}" if demand.klass else ""),
            f"{demand.past.size} days of history" if demand.past.size else "no history",
            f"lead time {lead.mean:.4g} d (sd {lead.sd:.3g})"
            + (f", {lead.records} records" if lead.values.size else ", as published"),
            review,
            f"protection interval {protection.days:.4g} d",
        ]
        if self.lot:
            parts.append(f"lot {self.lot:g}")
        return "; ".join(parts)
