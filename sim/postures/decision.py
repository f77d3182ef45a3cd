"""A posture: what is decided about buffers, before any Future is known. It turns a scenario into a plan with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.keys import key, spec
from sim.postures.adaptation import Adaptation
from sim.postures.rule import Case, Method, Rule, one_target
from sim.postures.sourcing import LEVERS, Levers
from sim.segments.scoring import Scoring
from sim.visibility import Visibility

if TYPE_CHECKING:
    from sim.plan import Plan
    from sim.scenario import Scenario

#: when goods are flown, or taken from another warehouse
EMERGENCY = ("expedite_below", "expedite_most", "transship_below", "transship_keep")
#: numbers that the first rule which names them decides, each for itself
SINGLE = ("cover", "lot", "method", "called", "buy_ahead", *EMERGENCY, *LEVERS)
TARGETS = ("z", "cycle_service", "fill_rate")


@dataclass(frozen=True)
class Numbers:
    """What a posture decides for one item.

    Attributes
    ----------
    target : z, cycle_service or fill_rate, and its value.
    cover : extra cover, days of mean demand.
    lot : order quantity, days of mean demand.
    method : how the buffer is sized.
    called : what the decision is called.
    buy_ahead : most days of mean demand bought ahead of an announced price rise.
    expedite_below, expedite_most, transship_below, transship_keep : when goods are flown, or taken from another warehouse,
        days of mean demand; None: never, or without limit.
    levers : from whom else, and how else, its goods may come.
    """

    target: tuple[str, float]
    cover: float
    lot: float
    method: str
    called: str
    levers: Levers
    buy_ahead: float = 0.0
    expedite_below: float | None = None
    expedite_most: float | None = None
    transship_below: float | None = None
    transship_keep: float | None = None


@spec
class Posture:
    """A target for everyday chance, days of cover against what is worse, and a lot size; with exceptions by rule.

    The way: profile (what is known of an item) → score (impact of a stockout, fragility of supply) → rules → size.
    Each of cover, lot, method and the target is decided by the first rule that meets the item and names it; otherwise by
    the posture's own. Where the lot is longer than the review period, orders are (r, nQ) with Q = lot; otherwise base-stock.
    """

    name: str = key(default="", about="name")
    called: str = key(
        default="", about="what it is called for an item that no rule names otherwise; its name when left out"
    )
    z: float | None = key(default=None, about="safety factor on lead-time demand; 1.65 where no target is given")
    cycle_service: float | None = key(
        default=None, gt=0, lt=1, about="share of cycles without a stockout, in place of z"
    )
    fill_rate: float | None = key(default=None, gt=0, lt=1, about="share of demand served at once, in place of z")
    cover: float = key(default=2.0, ge=0, about="extra cover, days of mean demand")
    lot: float = key(default=7.0, gt=0, about="order quantity, days of mean demand")
    discount_lots: bool = key(
        default=False,
        about="where a supplier quotes discounts by quantity, the lot is the one of least cost by them, in place of `lot`",
    )
    buy_ahead: float = key(
        default=0.0,
        ge=0,
        about="most days of mean demand bought ahead of an announced price rise, as far as it saves more than it costs to "
        "carry; 0: never",
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
    against: tuple[str, ...] = key(
        default=(),
        about="disruptions of the scenario to be survived: what passes their target has at least their mean length of cover",
    )
    method: Method = key(default="classical", about="how buffers are sized")
    size_on: Literal["stable", "disrupted", "all"] = key(
        default="stable", about="stretch of history that buffers are sized on, where stretches are told apart"
    )
    source: int = key(default=1, ge=1, about="which of an item's suppliers is the main one, 1 the first")
    second_source: float = key(
        default=0.0, ge=0, lt=1, about="share of every order that goes to the next supplier of the item; 0: none"
    )
    backup: bool = key(default=False, about="whether the next supplier steps in when the main one stops")
    backup_after: float = key(default=7.0, ge=0, about="days until a stop, or its end, is noticed")
    backup_ramp: float = key(default=0.0, ge=0, about="days over which a backup grows to all that is ordered")
    backup_qualifies: float = key(
        default=0.0, ge=0, about="days from notice until a backup may take anything; 0: it is qualified"
    )
    reserved: bool = key(default=False, about="whether orders go into a reserved slot at the main supplier")
    flex_below: float = key(
        default=0.0, ge=0, about="days of stock on hand below which waiting orders are made in a surge; 0: never"
    )
    rules: tuple[Rule, ...] = key(default=(), about="exceptions, first match decides, number by number")
    scoring: Scoring | None = key(
        default=None, about="rules of scoring, as a table or as the name of a TOML file; the bundled ones when left out"
    )
    within_shelf_life: bool = key(default=True, about="cut buffers that would outlive their goods")
    within_space: bool = key(default=True, about="cut the least needed cover where a warehouse has no room for it")
    policy: str | None = key(
        default=None, about="policy for all items; chosen by lot size when left out; 'module:name' is yours"
    )
    review_after: int = key(default=91, ge=1, about="days after which the plan should be looked at again")
    reassess_every: int | None = key(
        default=None,
        ge=1,
        about="days between reassessments inside a simulation, on what can be known by then; left out: none",
    )
    adapts: Adaptation | None = key(
        default=None, about="how cover follows signals inside a simulation; left out: it stays as planned"
    )
    visibility: Visibility | None = key(
        default=None,
        about="which signals are seen, and how true the stock record is: a table, 'none', 'real time' or 'delayed'; left "
        "out: what the scenario says, and for a posture that adapts, everything in real time",
    )
    notes: tuple[str, ...] = key(default=(), about="what to print with its results")

    def __post_init__(self) -> None:
        one_target(self.z, self.cycle_service, self.fill_rate)

    def plan(self, scenario: Scenario, trust: bool = False) -> Plan:
        """The plan this posture makes of a scenario, from what is known on the morning of day 0.

        Parameters
        ----------
        scenario : the business.
        trust : allow a policy that is the user's own code.

        Raises
        ------
        ScenarioError : nothing can be planned: no positive demand, an unknown policy or disruption.
        """
        from sim.postures.making import plan

        return plan(self, scenario, trust)

    def winners(self, case: Case) -> dict[str, tuple[Any, int]]:
        """What rules decide for an item: by name of the number its value, and which rule it is from, 1 the first.

        z, cycle_service and fill_rate go by the name ``target``. What no rule names is the posture's own.
        """
        found: dict[str, tuple[Any, int]] = {}
        for place, rule in enumerate(self.rules, start=1):
            if rule.meets(case):
                given = {name: value for name in SINGLE if (value := getattr(rule, name)) is not None}
                target = _target(rule)
                named = {**given, **({"target": target} if target else {})}
                found = {**{name: (value, place) for name, value in named.items()}, **found}
        return found

    def numbers(self, case: Case) -> Numbers:
        """What is decided for an item."""
        found = {name: value for name, (value, _) in self.winners(case).items()}
        return Numbers(
            target=found.get("target") or _target(self) or ("z", 1.65),
            cover=found.get("cover", self.cover),
            lot=found.get("lot", self.lot),
            method=found.get("method", self.method),
            called=found.get("called") or self.called or self.name,
            buy_ahead=found.get("buy_ahead", self.buy_ahead),
            **{name: found.get(name, getattr(self, name)) for name in EMERGENCY},
            levers=Levers(**{name: found.get(name, getattr(self, name)) for name in LEVERS}),
        )


def _target(given: Rule | Posture) -> tuple[str, float] | None:
    """The one target that a rule or posture names."""
    return next(((name, value) for name in TARGETS if (value := getattr(given, name)) is not None), None)
