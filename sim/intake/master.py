"""One item of the item masters."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.intake.bound import Source
from sim.intake.words import INCONVENIENCES

Value = float | str
Row = tuple[Source, int]


@dataclass
class Master:
    """One item.

    Attributes
    ----------
    values : field -> value, the same at every warehouse.
    sites : warehouse ("" where the master names none) -> what the ERP holds there.
    rows : where it stands.
    """

    item: str
    values: dict[str, Value] = field(default_factory=dict)
    sites: dict[str, dict[str, Value]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    cost: float = math.nan
    lead_time: float | None = None
    criticality: str = INCONVENIENCES

    def number(self, name: str) -> float | None:
        """A number of the item, or None."""
        found = self.values.get(name)
        return found if isinstance(found, float) else None

    def text(self, name: str) -> str:
        """A text of the item, or ""."""
        return str(self.values.get(name, ""))

    def say(self, name: str, reason: str, done: str, fate: int) -> None:
        """Say something of every row of the item."""
        for source, row in self.rows:
            source.say(row, name if source.has(name) else "item", reason, done, fate)
