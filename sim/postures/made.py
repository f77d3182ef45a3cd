"""A line as it was made: the objects that its numbers come from, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.plan import PlanLine
from sim.postures.rule import Case
from sim.postures.sourcing import Sourced
from sim.profiles import LeadTimeProfile, Profile
from sim.segments.score import Score
from sim.sizing import Protection, Sized, WithCover

if TYPE_CHECKING:
    from sim.postures.decision import Numbers

#: reasons of a score that a line tells
TOLD = 4


@dataclass(frozen=True)
class Made:
    """One line and what it was made from.

    Attributes
    ----------
    line : in the plan.
    case : the item that the rules looked at.
    numbers : what is decided for it, cover against named disruptions and lots at a discount included.
    protection, target, method, policy : what its buffer was sized from, as `sim.sizing.size` takes them.
    sized : what the target asks for.
    capped : what the shelf life leaves of it.
    cover : units of its safety stock that are deliberate cover.
    known, place : the profile, and the position of the item at its warehouse.
    profile : of the lead time from its main supplier.
    sourced : from whom it comes.
    """

    line: PlanLine
    case: Case
    numbers: Numbers
    protection: Protection
    target: WithCover
    method: str
    policy: str
    sized: Sized
    capped: Sized
    cover: float
    known: Profile
    place: int
    profile: LeadTimeProfile
    sourced: Sourced


def reason_of(numbers: Numbers, criticality: str, score: Score, sized: Sized, mean: float) -> str:
    """Why, in words a board can read."""
    days = sized.safety_stock / mean if mean > 0 else 0.0
    stock = f"buffer covers {days:.0f} days" if mean > 0 else "no demand on record"
    if numbers.cover and mean > 0:
        stock += f", {numbers.cover:g} of them deliberate cover"
    hurts = f"a stockout {criticality}"
    facts = [hurts, *(reason for reason in score.reasons if reason != hurts)][:TOLD]
    return f"{numbers.called}: {'; '.join(facts)}; {stock}"


def warning_of(sized: Sized, profile: LeadTimeProfile) -> str:
    """Where the formula is known to fail, and where it rests on little."""
    thin = f"thin lead-time record: {profile.thin_why}" if profile.thin else ""
    return "; ".join(part for part in (sized.warning, thin) if part)
