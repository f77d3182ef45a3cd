"""The trace of a line: from its numbers back to rule, scores, formula and figures, made anew from posture and scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.knowledge import Part, lead_time_parts
from sim.plan import PlanLine
from sim.postures.decided import Decided, decided, meets_facts
from sim.postures.held import alike
from sim.postures.made import Made
from sim.postures.making import plan
from sim.segments.score import Score
from sim.segments.scoring import Scoring, default_scoring
from sim.sizing.rebuilt import life_misfits, rebuilt
from sim.sizing.step import Step, number
from sim.sizing.worked import life_steps, worked

if TYPE_CHECKING:
    from sim.postures.decision import Posture
    from sim.scenario import Scenario


LEVELS = ("order_up_to", "reorder_point", "safety_stock")


@dataclass(frozen=True)
class Trace:
    """Where a line comes from.

    Attributes
    ----------
    line : as it is made anew.
    method : how its buffer was sized, never "auto".
    steps : of its calculation, caps included.
    rebuilt : order-up-to level, reorder point and safety stock by plain arithmetic from those steps.
    misfits : steps that do not follow from those before them, and numbers of the line that the steps do not lead to.
    decided : what the posture decides for it, and by which rule.
    facts : what the rules looked at.
    orders : how it orders, and why so.
    score : its points for impact and fragility.
    bounds : points from which a score counts as medium, and as high.
    demand : where mean and standard deviation of its demand come from.
    lead : where its lead time comes from.
    parts : of the published lead time; none where it was measured.
    """

    line: PlanLine
    method: str
    steps: tuple[Step, ...]
    rebuilt: tuple[float, float, float]
    misfits: tuple[str, ...]
    decided: tuple[Decided, ...]
    facts: str
    orders: str
    score: Score
    bounds: tuple[float, ...]
    demand: str
    lead: str
    parts: tuple[Part, ...]

    @property
    def adds_up(self) -> bool:
        """Whether each step follows from those before it, and all lead to the numbers of the line."""
        return not self.misfits


def traces(posture: Posture, scenario: Scenario, trust: bool = False) -> dict[tuple[str, str], Trace]:
    """Traces of all lines of the plan that a posture makes of a scenario, by item and warehouse.

    Parameters
    ----------
    posture, scenario : as the plan was made from them.
    trust : allow a policy that is the user's own code.

    Raises
    ------
    ScenarioError, UsageError : as `Posture.plan` raises them.
    """
    made: list[Made] = []
    lines = plan(posture, scenario, trust, observe=made.append).by_site
    rules = posture.scoring or default_scoring()
    return {
        (one.line.item, one.line.warehouse): _trace(
            posture, scenario, rules, one, lines[one.line.warehouse][one.line.item]
        )
        for one in made
    }


def _trace(posture: Posture, scenario: Scenario, rules: Scoring, made: Made, line: PlanLine) -> Trace:
    found = worked(made.method, made.target, made.protection, made.policy)
    cuts = [*_capped(made), *_fitted(made, line)]
    steps = (*_ordered(made), *found.steps, *cuts, *_final(made, line, bool(cuts)))
    size = rebuilt(found.steps, found.sized.method, made.target, made.protection, made.policy)
    cut = sum(step.value for step in cuts if step.key in ("life_cut", "room_cut"))
    lots = made.policy == "r_nQ"
    lot_cut = made.sized.order_quantity - made.capped.order_quantity if lots else 0.0
    again = (size.order_up_to - cut - lot_cut, size.reorder_point - cut, size.safety_stock - cut)
    wrong = list(size.misfits)
    if posture.within_shelf_life and made.case.item.life is not None:
        lot = made.sized.order_quantity if lots else 0.0
        wrong += life_misfits(steps, size, made.protection, lot, made.case.item.life)
    wrong += [name.replace("_", " ") for name, number in zip(LEVELS, again, strict=True)
              if not alike(number, getattr(line, name))]  # fmt: skip
    lead, parts = _lead(scenario, made)
    return Trace(
        line=line,
        method=found.sized.method,
        steps=steps,
        rebuilt=again,
        misfits=tuple(dict.fromkeys(wrong)),
        decided=decided(posture, made),
        facts=meets_facts(made.case),
        orders=_orders(posture, made),
        score=made.case.score,
        bounds=rules.levels,
        demand=_demand(posture, made),
        lead=lead,
        parts=parts,
    )


def _orders(posture: Posture, made: Made) -> str:
    """How a line orders, and why so."""
    line, lot, every = made.line, made.numbers.lot, made.protection.review_every
    name = line.policy if isinstance(line.policy, str) else getattr(line.policy, "__name__", "its own policy")
    if posture.policy is not None:
        told = f"{name}, which {posture.name} names for all items"
    elif made.policy == "r_nQ":
        longer = (
            "review is continuous"
            if made.protection.continuous
            else f"it lasts longer than the {every:g} between reviews"
        )
        told = f"{name}, in lots of {number(lot)} days: {longer}"
    elif made.protection.demand.mean == 0:
        told = f"{name}: nothing is asked for"
    else:
        told = f"{name}: a lot of {number(lot)} days lasts no longer than the {every:g} between reviews"
    if made.case.item.multiple:
        told += f"; in multiples of {number(made.case.item.multiple)}"
    return told + (f"; at least {number(line.minimum)} at a time" if line.minimum else "")


def _ordered(made: Made) -> Sequence[Step]:
    """The order quantity, where orders come in lots."""
    if made.policy != "r_nQ":
        return ()
    item, days, mean = made.case.item, made.numbers.lot, made.protection.demand.mean
    parts = [f"{number(days)} days x d = {number(days * mean)}"]
    if item.minimum_order:
        parts.append(f"smallest order {number(item.minimum_order)}")
    if item.multiple:
        parts.append(f"multiple {number(item.multiple)}")
    how = parts[0] if len(parts) == 1 else f"largest of {', '.join(parts)}"
    up = f"rounded up to {'multiples' if item.multiple else 'whole units'}"
    return (Step("lot", "Q", "lot", made.protection.lot, "units", f"{how}; {up}"),)


def _capped(made: Made) -> Sequence[Step]:
    life = made.case.item.life
    return () if life is None else life_steps(made.sized, made.capped, made.protection, life)


def _fitted(made: Made, line: PlanLine) -> Sequence[Step]:
    """What want of room at the warehouse cut."""
    cut = made.capped.order_up_to - line.order_up_to
    if cut == 0:
        return ()
    told = f"at most its deliberate cover, {number(made.cover)}: the warehouse has no room for all cover of its lines"
    return (Step("room_cut", "", f"cut for room at {line.warehouse}", cut, "units", told),)


def _final(made: Made, line: PlanLine, cut: bool) -> Iterator[Step]:
    """The numbers of the line that the steps before do not name."""
    lots = made.policy == "r_nQ"
    top, point = number(line.order_up_to), number(line.reorder_point)
    below = " - 1: ordered as soon as a unit is asked for" if made.protection.whole else ": ordered at every review"
    if cut and not lots:
        yield Step("S", "S", "order-up-to level that is left", line.order_up_to, "units", "level - cuts")
    if cut or not lots:
        how = "r - cuts" if lots else f"{top}{below}"
        yield Step("r", "r", "reorder point", line.reorder_point, "units", how)
    if lots:
        how = f"r + Q = {point} + {number(line.order_quantity)}"
        yield Step("S", "S", "order-up-to level", line.order_up_to, "units", how)
    if cut:
        yield Step("left", "buffer", "safety stock that is left", line.safety_stock, "units", "safety stock - cuts")


def _demand(posture: Posture, made: Made) -> str:
    """Where mean and standard deviation of demand come from."""
    known, site, place = made.known, made.line.warehouse, made.place
    days = made.protection.demand.past.size
    if not days:
        return known.basis
    found = known.demand_of(site, posture.size_on)
    whole = known.past[site].shape[0]
    told = f"mean and standard deviation (n - 1) over {days} days"
    if days < whole:
        what = "since its first demand" if bool(found.late[place]) else f"the {posture.size_on} ones"
        told += f" ({what} of {whole})"
    told += f"; {known.basis}"
    low, high = float(found.mean_low[place]), float(found.mean_high[place])
    if math.isfinite(low) and math.isfinite(high):
        told += f"; 95 % interval of the mean {number(low)} to {number(high)}"
    return f"{told}; class {made.case.klass}"


def _lead(scenario: Scenario, made: Made) -> tuple[str, tuple[Part, ...]]:
    """Where the lead time comes from, and its parts where it is published."""
    profile, site, origin, lead = made.profile, made.line.warehouse, made.line.origin, made.protection.lead_time
    if profile.basis == "published":
        told, parts = f"published figures of {origin} and its lane", lead_time_parts(scenario, site, origin)
    else:
        told, parts = f"{profile.n} delivery records from {origin}", ()
        if profile.open:
            told += f", {profile.open} still open (counted as longer than they have waited so far)"
    if not (alike(lead.mean, profile.mean) and (not math.isfinite(profile.sd) or alike(lead.sd, profile.sd))):
        told += (
            f": mean {number(profile.mean)} d, sd {number(profile.sd)} d; sized on mean {number(lead.mean)} d, sd "
            f"{number(lead.sd)} d: {'; '.join(made.sourced.reasons)}"
        )
    return told, parts
