"""The library of events told: one line each, or everything about one; for the terminal, for JSON and for the docs page."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date
from typing import Any

from sim.events import Effect, Event, Figure, clearing

#: scale of the mild variant that stands beside every event
MILD = 0.25
#: factor k where neither port nor event has one (calibration, rule 1)
DEFAULT_SURGE = 1.3
#: key by which a scenario aims at each kind of node, with an example
AIM = {
    "port": 'port = "Your port"',
    "supplier": 'supplier = "Your supplier"',
    "lane": 'lanes = ["Your lane"]',
    "pool": 'pools = ["Your pool"]',
    "item": 'family = "your family"',
}
#: units that go without saying
PLAIN = ("date", "share", "index", "day")
WORDS = {
    "remaining": "capacity left",
    "dwell_add": "days more from berth to gate",
    "dwell_factor": "berth to gate times",
    "transit_add": "days more in transit",
    "transit_factor": "transit times",
    "freight_factor": "freight times",
    "freight_profile": "freight times",
    "expedite_factor": "price of expediting times",
    "cycle_factor": "boxes away times",
    "traffic_profile": "other ships times",
    "traffic_load": "other ships, over full capacity",
    "price_factor": "purchase price times",
    "demand_factor": "demand times",
    "demand_profile": "demand times",
    "exam_share": "share of days examined",
    "exam_days": "days an examination takes",
    "allocation": "share of past demand accepted",
    "stock_share": "share of stock taken out",
    "released": "share of it that comes back",
    "under_way": "goods in transit",
    "work": "work in progress",
    "orders": "orders placed meanwhile",
    "open_orders": "orders not yet made",
    "stock": "stock on hand",
}


def shown(value: Any) -> str:
    """A number, range, profile or word as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        if not math.isfinite(value):
            return "for good"
        return f"{value:,.0f}" if abs(value) >= 10000 else f"{value:.4g}"
    if isinstance(value, tuple | list):
        if value and isinstance(value[0], tuple | list):
            return ", ".join(" ".join(shown(part) for part in point) for point in value)
        return " to ".join(shown(part) for part in value)
    return str(value)


def dates(event: Event) -> str:
    """From when to when."""
    if event.begun is None:
        return "always"
    return f"{event.begun} to {event.ended or 'open'}"


def when(event: Event) -> str:
    """The same, short: 1-4 Oct 2024, or Nov 2020-Sep 2022."""
    if event.begun is None:
        return "always"
    start = date.fromisoformat(event.begun)
    if event.ended is None:
        return f"from {start:%b %Y}"
    end = date.fromisoformat(event.ended)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}-{end.day} {end:%b %Y}"
    if start.year == end.year:
        return f"{start.day} {start:%b}-{end.day} {end:%b %Y}"
    return f"{start:%b %Y}-{end:%b %Y}"


def targets(event: Event) -> tuple[str, ...]:
    """Kinds of nodes at which it can be aimed, in any of its variants."""
    return tuple(dict.fromkeys(effect.target.removeprefix("air ") for effect in event.effects))


def outage(event: Event, scale: float = 1.0) -> str:
    """Days out."""
    return f"{event.days * scale:.4g}" if math.isfinite(event.days) else "open"


def tail(event: Event) -> str:
    """Recorded days until flow was normal again, with the range where one is recorded."""
    if event.tail is None:
        return "-"
    span = event.figure("recovery_days_range")
    return f"{event.tail:.4g}" + ("" if span is None else f" ({shown(span.value)})")


def span(effect: Effect, scale: float = 1.0) -> str:
    """From which day to which."""
    end = shown(effect.end * scale) if math.isfinite(effect.end) else "for good"
    return f"{shown(effect.start * scale)} to {end}" if end != "for good" else "for good"


def queue(event: Event, scale: float = 1.0) -> float | None:
    """Days from the end of the outage until a port's queue is gone, by the event's own factor k or the default.

    None where the event closes no port or has no end.
    """
    curve = event.capacity("port")
    if not curve or not math.isfinite(event.days):
        return None
    scaled = tuple((day * scale, share) for day, share in curve)
    return clearing(scaled, event.surge or DEFAULT_SURGE, event.days * scale)


def call(event: Event, target: str, scale: float = 1.0) -> str:
    """How a scenario calls it, as TOML."""
    lines = ["[[disruptions]]", 'kind = "event"', f'event = "{event.id}"', AIM[target], "start = 30"]
    if scale != 1.0:
        lines.append(f"length = {scale:g}")
    return "\n".join(lines)


def figure(one: Figure) -> tuple[str, str, str, str]:
    """What, how much, on what basis, and why."""
    value = shown(one.value) + (f" {one.unit}" if one.unit and "," not in one.unit and one.unit not in PLAIN else "")
    name = one.name + (f" ({one.unit})" if "," in one.unit else "")
    return name, value, one.basis, one.note


def counts(event: Event) -> dict[str, int]:
    """How many of its recorded figures rest on what."""
    found: dict[str, int] = {}
    for one in event.figures:
        found[one.basis] = found.get(one.basis, 0) + 1
    return found


def document(event: Event) -> dict[str, Any]:
    """Everything about an event, for JSON; what never ends has a null there."""
    made = asdict(event)
    for effect in made["effects"]:
        effect["end"] = effect["end"] if math.isfinite(effect["end"]) else None
    finite = math.isfinite(event.days)
    made |= {
        "days": event.days if finite else None,
        "tail": event.tail,
        "surge": event.surge,
        "notice": event.notice,
        "variants": list(event.variants),
        "targets": list(targets(event)),
        "mild": {"length": MILD, "days": event.days * MILD if finite else None, "queue_days": queue(event, MILD)},
        "queue_days": queue(event),
        "call": {target: call(event, target) for target in event.targets()},
    }
    return made
