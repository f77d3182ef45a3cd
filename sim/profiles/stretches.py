"""Stretches of history: stable and disrupted, given by the user or found in the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["disrupted", "stable"]
Of = Literal["all", "demand", "lead times"]


@dataclass(frozen=True)
class Stretch:
    """Days of the past that are told apart from the rest.

    Attributes
    ----------
    name : what it is called.
    start, end : first day and first day after, counted from day 0.
    kind : ``disrupted`` or ``stable``.
    basis : ``given`` by the user, or ``found`` by the rule.
    why : the reason in words, with the figures that speak for it.
    of : what it tells apart; lead times belong to a stretch by the day of the order.
    site, item, origin : where it holds; "" for all.
    """

    name: str
    start: float
    end: float
    kind: Kind
    basis: Literal["given", "found"]
    why: str
    of: Of = "all"
    site: str = ""
    item: str = ""
    origin: str = ""
