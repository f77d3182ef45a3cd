"""A rule of a posture: items that meet all its conditions get its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.catalogue import Criticality, Item
from sim.keys import key, spec
from sim.segments.score import Score
from sim.segments.scoring import Level

Klass = Literal["smooth", "erratic", "intermittent", "lumpy", "none"]
Method = Literal["classical", "poisson", "negative_binomial", "gamma", "empirical", "auto"]


@dataclass(frozen=True)
class Case:
    """What a rule looks at: one item at one warehouse.

    Attributes
    ----------
    item : the item.
    mode : how it comes there.
    score : its impact and fragility.
    klass : class of its demand.
    """

    item: Item
    mode: str
    score: Score
    klass: str


@spec
class Rule:
    """An exception to a posture: items that meet all its conditions get its numbers."""

    criticality: Criticality | None = key(default=None, about="only items of this criticality")
    mode: str | None = key(default=None, about="only items that come by this mode, for example 'sea'")
    single_source: bool | None = key(
        default=None, about="true: only items with one supplier in use; false: only those with several"
    )
    cheaper_than: float | None = key(default=None, gt=0, about="only items whose standard cost is below this")
    shelf_life_below: float | None = key(default=None, gt=0, about="only items that keep for fewer days than this")
    impact: tuple[Level, ...] = key(default=(), about="only items whose stockout has this impact; all when left out")
    fragility: tuple[Level, ...] = key(default=(), about="only items with supply so fragile; all when left out")
    demand: tuple[Klass, ...] = key(default=(), about="only items with demand of this class; all when left out")
    z: float | None = key(default=None, about="safety factor")
    cycle_service: float | None = key(
        default=None, gt=0, lt=1, about="share of cycles without a stockout, in place of z"
    )
    fill_rate: float | None = key(default=None, gt=0, lt=1, about="share of demand served at once, in place of z")
    cover: float | None = key(default=None, ge=0, about="extra cover, days of mean demand")
    lot: float | None = key(default=None, gt=0, about="order quantity, days of mean demand")
    buy_ahead: float | None = key(
        default=None, ge=0, about="most days of mean demand bought ahead of an announced price rise; 0: never"
    )
    expedite_below: float | None = key(
        default=None,
        ge=0,
        about="days of projected cover at or below which an emergency order goes by the expedite lane; 0: only when out",
    )
    expedite_most: float | None = key(
        default=None, ge=0, about="most of it at one review, days of mean demand; left out: not limited"
    )
    transship_below: float | None = key(
        default=None,
        ge=0,
        about="days of projected cover at or below which goods are taken from another warehouse; 0: only when out",
    )
    transship_keep: float | None = key(
        default=None, ge=0, about="days of mean demand that are not given to others; the safety stock never is"
    )
    method: Method | None = key(default=None, about="how the buffer is sized")
    source: int | None = key(default=None, ge=1, about="which of the item's suppliers is the main one, 1 the first")
    second_source: float | None = key(
        default=None, ge=0, lt=1, about="share of every order that goes to the next supplier of the item; 0: none"
    )
    backup: bool | None = key(default=None, about="whether the next supplier steps in when the main one stops")
    backup_after: float | None = key(default=None, ge=0, about="days until a stop, or its end, is noticed")
    backup_ramp: float | None = key(default=None, ge=0, about="days over which a backup grows to all that is ordered")
    backup_qualifies: float | None = key(
        default=None, ge=0, about="days from notice until a backup may take anything; 0: it is qualified"
    )
    reserved: bool | None = key(default=None, about="whether orders go into a reserved slot at the main supplier")
    flex_below: float | None = key(
        default=None, ge=0, about="days of stock on hand below which waiting orders are made in a surge; 0: never"
    )
    called: str | None = key(default=None, about="what the decision is called, for example 'JIC'")

    def __post_init__(self) -> None:
        one_target(self.z, self.cycle_service, self.fill_rate)

    def meets(self, case: Case) -> bool:
        """Whether an item meets all conditions."""
        item, life = case.item, case.item.shelf_life
        return (
            self.criticality in (None, item.criticality)
            and self.mode in (None, case.mode)
            and self.single_source in (None, len(item.suppliers) < 2)
            and (self.cheaper_than is None or item.standard_cost < self.cheaper_than)
            and (self.shelf_life_below is None or (life is not None and life < self.shelf_life_below))
            and (not self.impact or case.score.impact_level in self.impact)
            and (not self.fragility or case.score.fragility_level in self.fragility)
            and (not self.demand or case.klass in self.demand)
        )


def one_target(*targets: float | None) -> None:
    """Raise ValueError where more than one of z, cycle_service and fill_rate is given."""
    if sum(target is not None for target in targets) > 1:
        raise ValueError("z, cycle_service and fill_rate are three ways to say one thing: give one of them")
