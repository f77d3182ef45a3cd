"""A posture: what is decided about buffers, before any Future is known. It turns a scenario into a plan with reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.catalogue import CRITICALITIES, Criticality, Item
from sim.errors import BufferstockError, PolicyError, ScenarioError, near_miss
from sim.keys import key, spec
from sim.plan import Plan, PlanLine, callable_named
from sim.policies import POLICIES
from sim.postures.knowledge import Known, LeadTime, known_demand, lead_time
from sim.scenario import Scenario

EPSILON = 1e-9


@spec
class Rule:
    """An exception to a posture: items that meet all its conditions get its numbers."""

    criticality: Criticality | None = key(default=None, about="only items of this criticality")
    mode: str | None = key(default=None, about="only items that come by this mode, for example 'sea'")
    cheaper_than: float | None = key(default=None, gt=0, about="only items whose standard cost is below this")
    z: float | None = key(default=None, about="safety factor")
    cover: float | None = key(default=None, ge=0, about="extra cover, days of mean demand")
    lot: float | None = key(default=None, gt=0, about="order quantity, days of mean demand")

    def meets(self, item: Item, mode: str) -> bool:
        """Whether an item that comes by this mode meets all conditions."""
        return (
            self.criticality in (None, item.criticality)
            and self.mode in (None, mode)
            and (self.cheaper_than is None or item.standard_cost < self.cheaper_than)
        )


@spec
class Posture:
    """Safety stock z·σ over the protection interval, plus days of cover, plus a lot size; with exceptions by rule.

    For each of z, cover and lot the first rule that meets the item and names that number decides; otherwise the
    posture's own. The protection interval is lead time plus review period (less a day when review is in the evening);
    σ² = interval·σ_d² + d²·σ_L², the classical formula. Where the lot is longer than the review period, orders are
    (r, nQ) with Q = lot; otherwise base-stock.

    Not modelled: second sources and expediting (a hybrid posture is without them so far).
    """

    name: str = key(default="", about="name")
    z: float = key(default=1.65, about="safety factor on lead-time demand")
    cover: float = key(default=2.0, ge=0, about="extra cover, days of mean demand")
    lot: float = key(default=7.0, gt=0, about="order quantity, days of mean demand")
    rules: tuple[Rule, ...] = key(default=(), about="exceptions, first match decides, number by number")
    policy: str | None = key(
        default=None, about="policy for all items; chosen by lot size when left out; 'module:name' is yours"
    )
    notes: tuple[str, ...] = key(default=(), about="what to print with its results")

    def plan(self, scenario: Scenario, trust: bool = False) -> Plan:
        """The plan this posture makes of a scenario, from what is known on the morning of day 0.

        Parameters
        ----------
        scenario : the business.
        trust : allow a policy that is the user's own code.
        """
        known = known_demand(scenario)
        lines: list[PlanLine] = []
        own = self._own(trust)
        for site, names in scenario.sites.items():
            supply: dict[str, tuple[LeadTime, float, float]] = {}
            for place, name in enumerate(names):
                origin = scenario.origin_of(site, name)
                if origin not in supply:
                    supply[origin] = (lead_time(scenario, site, origin), *_review(scenario, site, origin))
                item = scenario.items[scenario.catalogue.index[name]]
                lines.append(self._line(scenario, item, site, origin, supply[origin], known[site], place, own))
        return Plan(posture=self.name, lines=tuple(lines), notes=self.notes)

    def _own(self, trust: bool) -> Any:
        """The policy that is named for all items, if one is."""
        if self.policy is None or self.policy in POLICIES:
            return self.policy
        if ":" not in self.policy:
            near = near_miss(self.policy, [*POLICIES, "module:name"])
            raise ScenarioError([f"posture {self.name!r}: policy: {self.policy!r} is not a policy{near}"])
        try:
            return callable_named(self.policy, trust)
        except BufferstockError:
            raise
        except Exception as error:
            raise PolicyError(f"policy {self.policy!r}: importing it raised {type(error).__name__}: {error}") from error

    def numbers(self, item: Item, mode: str) -> tuple[float, float, float]:
        """z, cover (days) and lot (days) for an item that comes by this mode."""
        chosen: Mapping[str, float] = {}
        for rule in self.rules:
            if rule.meets(item, mode):
                given = {name: value for name in ("z", "cover", "lot") if (value := getattr(rule, name)) is not None}
                chosen = {**given, **chosen}
        return chosen.get("z", self.z), chosen.get("cover", self.cover), chosen.get("lot", self.lot)

    def _line(
        self,
        scenario: Scenario,
        item: Item,
        site: str,
        origin: str,
        supply: tuple[LeadTime, float, float],
        known: Known,
        place: int,
        own: Any,
    ) -> PlanLine:
        lead, every, offset = supply
        mean, sd = float(known.mean[place]), float(known.sd[place])
        z, cover, lot = self.numbers(item, lead.mode)
        interval = lead.mean + (0.0 if scenario.review == "continuous" else every - (scenario.review == "evening"))
        sigma = math.sqrt(max(interval, 0.0) * sd**2 + mean**2 * lead.sd**2)
        safety = z * sigma + cover * mean
        level = mean * interval + safety
        quantity = max(lot * mean, item.minimum_order, item.multiple)
        if item.multiple:
            quantity = math.ceil(quantity / item.multiple - EPSILON) * item.multiple
        if scenario.units == "integer":
            level, quantity, safety = (
                math.ceil(level - EPSILON),
                max(math.ceil(quantity - EPSILON), 1.0),
                math.ceil(safety - EPSILON),
            )
        lots = lot > every or scenario.review == "continuous"
        policy = own if own is not None else ("r_nQ" if lots and mean > 0 else "base_stock")
        return PlanLine(
            item=item.item,
            warehouse=site,
            origin=origin,
            policy=policy,
            order_up_to=float(level + (quantity if policy == "r_nQ" else 0.0)),
            reorder_point=float(level if policy == "r_nQ" else level - 1.0),
            order_quantity=float(quantity) if quantity > 0 else 1.0,
            safety_stock=float(safety),
            review_every=every,
            review_offset=offset,
            multiple=item.multiple if policy != "r_nQ" else 0.0,
            minimum=item.minimum_order,
            forecast=mean,
            lead_time=lead.mean,
            reason=(
                f"{self.name}: a stockout {item.criticality}; by {lead.mode} from {origin}, lead time {lead.mean:.0f} d "
                f"(sd {lead.sd:.1f}), demand {mean:.3g} a day (sd {sd:.3g}); z = {z:g} and {cover:g} days of cover give a "
                f"safety stock of {safety:.4g}, lots of {lot:g} days; demand from {known.basis}"
            ),
        )


def _review(scenario: Scenario, site: str, origin: str) -> tuple[float, float]:
    """Review period and offset; the weekday follows the sailing where the periods agree."""
    lane = scenario.lane_to(site, origin)
    every = float(scenario.review_every)
    if lane.departures is not None and lane.departures.every == every:
        return every, lane.departures.offset % every
    return every, 0.0


def jit(**changes: Any) -> Posture:
    """Just-in-time: z 1.65, two days of extra cover, weekly lots (calibration section 7)."""
    return Posture(**{"name": "jit", "z": 1.65, "cover": 2.0, "lot": 7.0, **changes})


def jic(**changes: Any) -> Posture:
    """Just-in-case: z 2.33, 45 days of extra cover on everything, lots of four weeks (calibration section 7)."""
    return Posture(**{"name": "jic", "z": 2.33, "cover": 45.0, "lot": 28.0, **changes})


def hybrid(**changes: Any) -> Posture:
    """Hybrid: buffers on what is critical or cheap and comes by sea, lean on the rest (calibration section 7).

    Criticality and mode stand in for the scored segments; its second sources and air freight are not modelled yet.
    """
    halts, breaches, _ = CRITICALITIES
    rules = (
        Rule(criticality=halts, z=2.33),
        Rule(criticality=breaches, z=1.88),
        Rule(criticality=halts, mode="sea", cover=45.0),
        Rule(criticality=halts, cover=25.0),
        Rule(cheaper_than=15.0, mode="sea", cover=30.0),
        Rule(criticality=breaches, mode="sea", cover=12.0),
        Rule(cheaper_than=15.0, lot=28.0),
    )
    notes = (
        "hybrid: second sources and air freight of critical items are not modelled yet; it is shown by its stock alone",
    )
    return Posture(**{"name": "hybrid", "z": 1.65, "cover": 2.0, "lot": 7.0, "rules": rules, "notes": notes, **changes})


POSTURES = {"jit": jit, "jic": jic, "hybrid": hybrid}
