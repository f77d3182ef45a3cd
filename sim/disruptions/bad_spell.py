"""Bad spells: for a while a share of what a supplier makes is defective, until it ends or somebody notices."""

from __future__ import annotations

from typing import Literal

from sim.disruptions.incident import Incident, Target
from sim.disruptions.timing import Occurrence, Timed
from sim.keys import key, spec


@spec
class BadSpell(Timed):
    """A supplier makes defective units, unknown to all until one is found in use or at inspection (see `Scenario.quality`).

    Not modelled: a supplier that notices by itself (give a length); signs before the first defective unit is found.
    """

    kind: Literal["bad_spell"] = key(about="kind of disruption")
    supplier: str = key(about="supplier")
    items: tuple[str, ...] = key(default=(), about="items of which units are defective; empty: all of this supplier")
    defects: float = key(gt=0, le=1, about="share of the units made meanwhile that is defective")

    endless = True

    def targets(self) -> list[tuple[Target, str]]:
        """The supplier, and the items named."""
        named: list[tuple[Target, str]] = [("item", item) for item in self.items]
        return [("supplier", self.supplier), *named]

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """The supplier's one incident; without a length it lasts until it is discovered and repaired."""
        return [
            Incident(
                name="",
                kind="",
                target="supplier",
                where=self.supplier,
                start=0.0,
                end=occurrence.length,
                remaining=1.0,
                defects=self.defects,
                items=self.items,
            )
        ]
