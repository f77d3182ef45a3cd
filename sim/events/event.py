"""A real event: what happened, what the simulation makes of it, and what each of its numbers rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

#: what a number may rest on, the firmest first
BASES = {
    "sourced": "a source listed with the event says so",
    "derived": "worked out from other figures; the formula or the reading is given",
    "assumed": "chosen, because nothing better was found",
    "memory": "taken from memory or without a stated basis; no look-up confirms it",
}


@dataclass(frozen=True)
class Figure:
    """One recorded figure.

    Attributes
    ----------
    name : what it is; a dot leads to one of several of a kind.
    value : a number, a range, a profile of (day from start, height) points, a date or a word.
    unit : unit of the value, "" where it has none.
    basis : one of `BASES`.
    note : formula, reading or reservation.
    """

    name: str
    value: Any
    unit: str
    basis: str
    note: str


@dataclass(frozen=True)
class Effect:
    """One thing that the simulation does for an event.

    Attributes
    ----------
    target : kind of node it falls on: port, supplier, lane, air lane, pool or item.
    effect : the effect of an incident, or a profile of one (`freight_profile`, `traffic_profile`, `traffic_load`).
    value : number, word or curve of (day from start, height) points.
    start, end : days from the event's start; infinite where it never ends.
    basis : one of `BASES`.
    how : the figure it is, or the formula that makes it.
    variant : the variant of the event it belongs to, "" all.
    """

    target: str
    effect: str
    value: Any
    start: float
    end: float
    basis: str
    how: str
    variant: str


@dataclass(frozen=True)
class Rate:
    """How often such an event comes: times a year (None where that has no meaning), for what, and on what basis."""

    per_year: float | None
    scope: str
    basis: str
    note: str


@dataclass(frozen=True)
class Source:
    """Where figures come from."""

    title: str
    year: int | None
    url: str


@dataclass(frozen=True)
class Event:
    """One event of the library.

    Attributes
    ----------
    id : name by which a scenario calls it.
    name, kind, place, scope : what it was, where, and how far it reached.
    lost : what was lost, in a few words.
    confidence : how well it is recorded: high, medium or low.
    effects : what the simulation does.
    figures : all that is recorded.
    rate : how often; None where nobody can say.
    sources : citations.
    """

    id: str
    name: str
    kind: str
    place: str
    scope: str
    lost: str
    confidence: str
    effects: tuple[Effect, ...]
    figures: tuple[Figure, ...]
    rate: Rate | None
    sources: tuple[Source, ...]

    @cached_property
    def _by_name(self) -> dict[str, Figure]:
        return {figure.name: figure for figure in self.figures}

    def figure(self, name: str) -> Figure | None:
        """A recorded figure; None where it is not recorded."""
        return self._by_name.get(name)

    def _number(self, name: str) -> float | None:
        found = self.figure(name)
        return None if found is None else float(found.value)

    @property
    def begun(self) -> str | None:
        """First day of loss, as a date."""
        found = self.figure("start")
        return None if found is None else str(found.value)

    @property
    def ended(self) -> str | None:
        """First day that is open again; None where it is open-ended."""
        found = self.figure("end")
        return None if found is None else str(found.value)

    @property
    def days(self) -> float:
        """Length of the outage, days; infinite where it is open-ended."""
        found = self._number("duration_days")
        return math.inf if found is None else found

    @property
    def tail(self) -> float | None:
        """Recorded days from the end until flow was normal; None where that has no meaning."""
        found = self._number("recovery_days")
        return found if found and math.isfinite(self.days) else None

    @property
    def surge(self) -> float | None:
        """Factor k: throughput after reopening over normal; None where it is not recorded."""
        return self._number("surge_capacity_factor")

    @property
    def notice(self) -> float:
        """Days for which it was known before."""
        return self._number("anticipation_days") or self._number("pull_forward_days") or 0.0

    @property
    def first_estimate(self) -> float | None:
        """Length as first announced, days; None where that is not recorded."""
        return self._number("initial_estimate_days")

    @property
    def variants(self) -> tuple[str, ...]:
        """Its variants; the first is taken where none is asked for."""
        return tuple(dict.fromkeys(effect.variant for effect in self.effects if effect.variant))

    def acts(self, variant: str | None = None) -> tuple[Effect, ...]:
        """What the simulation does in a variant, the first one where None is asked for."""
        chosen = variant if variant is not None else next(iter(self.variants), "")
        return tuple(effect for effect in self.effects if effect.variant in ("", chosen))

    def targets(self, variant: str | None = None) -> tuple[str, ...]:
        """Kinds of nodes at which a variant can be aimed."""
        found = dict.fromkeys(effect.target.removeprefix("air ") for effect in self.acts(variant))
        return tuple(found)

    def capacity(self, target: str, variant: str | None = None) -> tuple[tuple[float, float], ...]:
        """Capacity left as (day from start, share) points, linear between; empty where the event leaves it alone.

        Where an event takes capacity several times, all its spells are in it.
        """
        points: list[tuple[float, float]] = []
        for effect in self.acts(variant):
            if effect.target != target or effect.effect != "remaining":
                continue
            if points and effect.start > points[-1][0]:
                points += [(points[-1][0], 1.0), (effect.start, 1.0)]
            if isinstance(effect.value, tuple):
                points += effect.value
            else:
                points += [(effect.start, float(effect.value)), (effect.end, float(effect.value))]
        return tuple(points)
