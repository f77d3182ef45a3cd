"""Emergency ways of a posture's lines: by which lane goods are flown, or taken from another warehouse, and below what."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from sim import ways
from sim.postures.decision import Numbers
from sim.scenario import Scenario


class Emergency:
    """Fills the emergency ways of plan lines where the scenario has such lanes, and counts where it has none."""

    def __init__(self, scenario: Scenario, posture: str) -> None:
        self.scenario, self.posture = scenario, posture
        self._missing: Counter[tuple[str, str, str]] = Counter()

    def fields(self, numbers: Numbers, site: str, item: str, origin: str) -> dict[str, Any]:
        """Fields of a plan line; empty where the posture asks for no emergency way."""
        found: dict[str, Any] = {}
        if numbers.expedite_below is not None:
            lane = ways.lane_of(self.scenario, "expedite", site, origin)
            if lane is None:
                self._missing["expedite", origin, site] += 1
            else:
                found["expedite_by"] = lane.name
                found["expedite_below"] = numbers.expedite_below
                found["expedite_most"] = math.inf if numbers.expedite_most is None else numbers.expedite_most
        if numbers.transship_below is not None:
            lane = ways.lane_of(self.scenario, "transship", site)
            if lane is None:
                self._missing["transship", "", site] += 1
            elif item in self.scenario.sites.get(lane.origin[0], ()):
                found["transship_by"], found["transship_below"] = lane.name, numbers.transship_below
        if numbers.transship_keep is not None:
            found["transship_keep"] = numbers.transship_keep
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """Where an emergency way is asked for that the scenario does not have."""
        found = []
        for role, what in (("expedite", "air"), ("transship", "goods of another warehouse")):
            lines = {key: count for key, count in self._missing.items() if key[0] == role}
            if lines:
                first = next(iter(lines))
                way = f"from {first[1]!r} to {first[2]!r}" if first[1] else f"to {first[2]!r}"
                found.append(
                    f"{self.posture}: asks for {what}, but no {role} lane leads {way}"
                    f"{' and others' if len(lines) > 1 else ''}: {sum(lines.values())} lines go without"
                )
        return tuple(found)


def words(fields: dict[str, Any]) -> str:
    """What a line does in an emergency, for its reason."""
    parts = []
    if fields.get("transship_by"):
        parts.append(f"from another warehouse {_when(fields['transship_below'])}")
    if fields.get("expedite_by"):
        parts.append(f"by {fields['expedite_by']!r} {_when(fields['expedite_below'])}")
    return "; " + ", ".join(parts) if parts else ""


def _when(below: float) -> str:
    return f"at {below:g} days of projected cover or less" if below > 0 else "when out"
