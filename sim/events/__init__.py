"""The library of real events: 41 disruptions with their figures, what each figure rests on, and sources."""

from __future__ import annotations

from sim.events.event import BASES, Effect, Event, Figure, Rate, Source
from sim.events.library import event, events, kinds
from sim.events.queue import backlog, clearing

__all__ = [
    "BASES",
    "Effect",
    "Event",
    "Figure",
    "Rate",
    "Source",
    "backlog",
    "clearing",
    "event",
    "events",
    "kinds",
]
