"""The rules by which items are scored: a table in TOML that a user can read and replace."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from sim import inputs, reading
from sim.errors import ScenarioError, UsageError
from sim.keys import key, spec

Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")
Pair = tuple[float, ...]


def _rising(name: str, pair: Pair) -> None:
    """Raise ValueError where two numbers that must rise do not."""
    if len(pair) != 2 or not pair[0] < pair[1]:
        raise ValueError(f"{name} must be two rising numbers, not {list(pair)}")


@spec
class ImpactRules:
    """What a stockout does: its factors and their weights."""

    criticality: float = key(ge=0, about="weight of what a stockout does")
    margin: float = key(ge=0, about="weight of the margin at stake")
    margin_shares: Pair = key(about="shares of all margin: items within the first count 1, within the second one half")
    points: dict[str, float] = key(about="0 to 1 by criticality")

    def __post_init__(self) -> None:
        from sim.catalogue import CRITICALITIES

        _rising("margin_shares", self.margin_shares)
        if set(self.points) != set(CRITICALITIES):
            raise ValueError(f"points must name {', '.join(map(repr, CRITICALITIES))} and nothing else")
        if not all(0 <= point <= 1 for point in self.points.values()):
            raise ValueError("points must lie between 0 and 1")
        if self.criticality + self.margin <= 0:
            raise ValueError("one of the weights must be above 0")


@spec
class FragilityRules:
    """How easily supply fails: its factors, their scales and weights."""

    lead_time: float = key(ge=0, about="weight of the lead time")
    lead_time_days: Pair = key(about="days at which it counts 0 and 1")
    variability: float = key(ge=0, about="weight of the lead time's coefficient of variation")
    variability_cv: Pair = key(about="coefficients of variation at which it counts 0 and 1")
    single_source: float = key(ge=0, about="weight of having one supplier only")
    single_region: float = key(ge=0, about="weight of having all suppliers in one region")
    grade: float = key(ge=0, about="weight of the supplier's credit grade")
    grades: dict[str, float] = key(about="0 to 1 by grade")
    exposure: float = key(ge=0, about="weight of the supplier's political exposure")
    port: float = key(ge=0, about="weight of the riskiest port on the way")
    port_stoppages: Pair = key(about="stoppages a year at which it counts 0 and 1")

    def __post_init__(self) -> None:
        for name in ("lead_time_days", "variability_cv", "port_stoppages"):
            _rising(name, getattr(self, name))
        if not all(0 <= point <= 1 for point in self.grades.values()):
            raise ValueError("grades must lie between 0 and 1")
        weights = ("lead_time", "variability", "single_source", "single_region", "grade", "exposure", "port")
        if sum(getattr(self, name) for name in weights) <= 0:
            raise ValueError("one of the weights must be above 0")


@spec
class Scoring:
    """All rules of scoring."""

    levels: Pair = key(about="points from which an item counts as medium and as high")
    impact: ImpactRules = key(about="impact of a stockout")
    fragility: FragilityRules = key(about="fragility of supply")

    def __post_init__(self) -> None:
        _rising("levels", self.levels)

    def level(self, points: float) -> Level:
        """Low, medium or high."""
        return LEVELS[sum(points >= bound for bound in self.levels)]


def scoring_of(path: Path) -> Scoring:
    """Rules from a TOML file.

    Raises
    ------
    UsageError : there is no such file.
    ScenarioError : with every problem of the file.
    """
    if not path.is_file():
        raise UsageError(
            f"{path}: there is no such file of scoring rules; the ones in use are printed by score --show-rules"
        )
    made: Scoring = reading.spec(Scoring, reading.toml(path), path.name)
    return made


def default_text() -> str:
    """The bundled rules as the file that holds them."""
    return (Path(__file__).parent / "scoring.toml").read_text(encoding="utf-8")


def default_scoring() -> Scoring:
    """The bundled rules."""
    inputs.note(Path(__file__).parent / "scoring.toml")  # whether it is read now or was before in this process
    return _default_scoring()


@lru_cache(maxsize=1)
def _default_scoring() -> Scoring:
    return scoring_of(Path(__file__).parent / "scoring.toml")


__all__ = ["LEVELS", "Level", "ScenarioError", "Scoring", "default_scoring", "default_text", "scoring_of"]
