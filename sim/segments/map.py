"""The map of scores: nine cells of impact and fragility, with what is in them and what a posture decides there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.plan import Plan
from sim.segments.score import Score
from sim.segments.scoring import LEVELS, Level


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    impact, fragility : its levels.
    items : items in it, each once, from the most margin at stake down.
    count : how many item-sites.
    margin : margin at stake, money a year, at the warehouses that serve the customers: those that feed them add none.
    decision : what the posture decides there most often, in a few words; "" in an empty cell.
    """

    impact: Level
    fragility: Level
    items: tuple[str, ...]
    count: int
    margin: float
    decision: str


@dataclass(frozen=True)
class Map:
    """All nine cells, low impact and low fragility first."""

    cells: tuple[Cell, ...]
    posture: str
    currency: str

    @property
    def count(self) -> int:
        """Item-sites in all."""
        return sum(cell.count for cell in self.cells)

    def cell(self, impact: Level, fragility: Level) -> Cell:
        """The cell of these levels."""
        return next(cell for cell in self.cells if (cell.impact, cell.fragility) == (impact, fragility))

    @property
    def finding(self) -> str:
        """What the map says, in one sentence."""
        corner = [cell for cell in self.cells if cell.impact == "high" and cell.fragility != "low"]
        hurt, total = sum(cell.count for cell in corner), sum(cell.margin for cell in self.cells)
        share = sum(cell.margin for cell in corner) / total if total > 0 else 0.0
        if not hurt:
            return f"No item of {self.count:,} both hurts when it is out and has a fragile supply"
        told = f"{hurt:,} of {self.count:,} item-sites hurt when they run out and have fragile supply"
        return f"{told}: {share:.0%} of the margin at stake" if total > 0 else told


def map_of(scores: Mapping[str, Sequence[Score]], plan: Plan, currency: str) -> Map:
    """Sort scores into the nine cells.

    Parameters
    ----------
    scores : by warehouse.
    plan : what a posture decides for the same items.
    currency : of the margins.
    """
    cells = []
    for impact in LEVELS:
        for fragility in LEVELS:
            inside = [
                score
                for site in scores.values()
                for score in site
                if (score.impact_level, score.fragility_level) == (impact, fragility)
            ]
            margin: Counter[str] = Counter()
            for score in inside:
                margin[score.item] += score.direct  # type: ignore[assignment]
            words = Counter(_decision(plan, score) for score in inside)
            cells.append(
                Cell(
                    impact,
                    fragility,
                    tuple(sorted(margin, key=lambda item: (-margin[item], item))),
                    len(inside),
                    float(sum(margin.values())),
                    _most(words),
                )
            )
    return Map(tuple(cells), plan.posture, currency)


def _decision(plan: Plan, score: Score) -> str:
    """What a plan decides for one item, without its reasons."""
    return plan.by_site[score.warehouse][score.item].reason.partition(":")[0]


def _most(words: Counter[str]) -> str:
    """The commonest decision, and the next where it is nearly as common."""
    if not words:
        return ""
    (first, count), *rest = words.most_common()
    return f"{first}, some {rest[0][0]}" if rest and rest[0][1] > count / 4 else first
