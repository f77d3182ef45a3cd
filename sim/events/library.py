"""The data file of the library, read once it is asked for."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

from sim.errors import UsageError, near_miss
from sim.events.event import Effect, Event, Figure, Rate, Source


@cache
def _library() -> dict[str, Event]:
    rows = json.loads((Path(__file__).parent / "events.json").read_text(encoding="utf-8"))
    return {row["id"]: _event(row) for row in rows}


def events(kind: str | None = None) -> tuple[Event, ...]:
    """All events, or those of one kind.

    Raises
    ------
    UsageError : no event is of this kind.
    """
    if kind is not None and kind not in kinds():
        raise UsageError(f"no event of the library is a {kind!r}{near_miss(kind, kinds())}")
    return tuple(one for one in _library().values() if kind in (None, one.kind))


def event(name: str) -> Event:
    """An event by its id.

    Raises
    ------
    UsageError : the library has no such event.
    """
    found = _library().get(name)
    if found is None:
        part = [one for one in _library() if name and name.lower() in one]
        near = f" (did you mean {part[0]!r}?)" if part else near_miss(name, _library())
        raise UsageError(f"{name!r} is not an event of the library{near}")
    return found


def kinds() -> tuple[str, ...]:
    """Kinds of events that there are."""
    return tuple(sorted({one.kind for one in _library().values()}))


def _event(row: dict[str, Any]) -> Event:
    figures = tuple(
        Figure(one["name"], _frozen(one["value"]), one.get("unit", ""), one["basis"], one.get("note", ""))
        for one in row["figures"]
    )
    lasting = next((one.value for one in figures if one.name == "duration_days"), math.inf)
    return Event(
        **{name: row[name] for name in ("id", "name", "kind", "place", "scope", "lost", "confidence")},
        effects=tuple(_effect(one, float(lasting)) for one in row["effects"]),
        figures=figures,
        rate=None if row["rate"] is None else Rate(**row["rate"]),
        sources=tuple(Source(**one) for one in row["sources"]),
    )


def _effect(row: dict[str, Any], lasting: float) -> Effect:
    return Effect(
        target=row["target"],
        effect=row["effect"],
        value=_frozen(row["value"]),
        start=float(row.get("from", 0.0)),
        end=float(row.get("to", lasting)),
        basis=row["basis"],
        how=row["how"],
        variant=row.get("variant", ""),
    )


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
