"""Making a plan: profile → score → rules → size, one line for each item and warehouse, with every reason kept."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Callable
from typing import Any

from sim import profiles, ways
from sim.errors import BufferstockError, PolicyError, ScenarioError, near_miss
from sim.knowledge import lead_time
from sim.plan import Plan, PlanLine, callable_named
from sim.policies import POLICIES
from sim.postures import against
from sim.postures.decision import Numbers, Posture
from sim.postures.emergency import Emergency, words
from sim.postures.lots import discounted, quoted, unlikely
from sim.postures.made import Made, reason_of, warning_of
from sim.postures.room import Buffer, fitted
from sim.postures.rule import Case
from sim.postures.sourcing import Buyer, Sourced
from sim.profiles import LeadTimeProfile, Profile
from sim.scenario import Scenario
from sim.segments.score import Score, Supply, chain, scores
from sim.segments.scoring import default_scoring
from sim.sizing import (
    Cover,
    CycleService,
    Demand,
    Factor,
    FillRate,
    LeadTime,
    Protection,
    WithCover,
    capped,
    size,
)
from sim.sizing.target import Everyday

EPSILON = 1e-9
BASIS = {"delivery records": "delivery records", "published": "published figures"}
EVERYDAY: dict[str, Callable[[float], Everyday]] = {"z": Factor, "cycle_service": CycleService, "fill_rate": FillRate}


def plan(
    posture: Posture,
    scenario: Scenario,
    trust: bool = False,
    keep: Plan | None = None,
    observe: Callable[[Made], None] | None = None,
) -> Plan:
    """The plan of a posture.

    Parameters
    ----------
    posture, scenario : what is decided, and for what.
    trust : allow a policy that is the user's own code.
    keep : an earlier plan whose policies stay as they are (a reassessment changes numbers only).
    observe : is shown each line of day 0 with what it was made from.
    """
    known = profiles.of(scenario)
    maker = _Maker(posture, scenario, known, _policy(posture, trust), keep)
    found = [made for site in scenario.sites for made in maker.lines(site)]
    if observe is not None:
        for one in found:
            observe(one)
    lines = tuple(one.line for one in found)
    notes = (
        *posture.notes,
        *maker.emergency.notes,
        *maker.buyer.notes(lines),
        *unlikely(posture, scenario, lines),
    )
    made = Plan(
        posture=posture.name,
        lines=lines,
        notes=notes,
        visibility=posture.visibility,
        review_after=posture.review_after,
    )
    made = dataclasses.replace(made, notes=(*made.notes, *ways.plan_notes(scenario, made)))
    if posture.adapts is not None and keep is None:
        from sim.postures.adapter import adaptive_plan

        return adaptive_plan(posture, scenario, made, posture.adapts)
    if posture.reassess_every is None or keep is not None:
        return made
    from sim.postures.reassessment import Reassessor

    return dataclasses.replace(made, reviser=Reassessor(posture, scenario, made), reassess_every=posture.reassess_every)


def scores_of(scenario: Scenario, known: Profile, posture: Posture) -> dict[str, tuple[Score, ...]]:
    """Scores of all items under the posture's rules of scoring, from the stretch of history that it sizes on."""
    rules = posture.scoring or default_scoring()
    demand = {site: known.demand_of(site, posture.size_on).mean_since for site in scenario.sites}
    leads = {line: known.lead_of(*line, posture.size_on) for line in known.lead}
    supply = {line: Supply(one.mean, _spread(scenario, *line, one), one.mode) for line, one in leads.items()}
    return scores(scenario, demand, supply, rules)


def _spread(scenario: Scenario, site: str, origin: str, found: LeadTimeProfile) -> float:
    """Standard deviation of a lead time, days; the published one where a single delivery shows none."""
    return found.sd if math.isfinite(found.sd) else lead_time(scenario, site, origin).sd


def _policy(posture: Posture, trust: bool) -> Any:
    """The policy that is named for all items, if one is."""
    if posture.policy is None:
        return None
    if posture.policy in POLICIES:
        POLICIES[posture.policy]  # parameters in its name are checked now
        return posture.policy
    if ":" not in posture.policy:
        near = near_miss(posture.policy, [*POLICIES, "module:name"])
        raise ScenarioError([f"posture {posture.name!r}: policy: {posture.policy!r} is not a policy{near}"])
    try:
        return callable_named(posture.policy, trust)
    except BufferstockError:
        raise
    except Exception as error:
        raise PolicyError(f"policy {posture.policy!r}: importing it raised {type(error).__name__}: {error}") from error


class _Maker:
    """Makes the lines of one plan."""

    def __init__(self, posture: Posture, scenario: Scenario, known: Profile, policy: Any, keep: Plan | None) -> None:
        self.posture, self.scenario, self.known, self.policy, self.keep = posture, scenario, known, policy, keep
        self.emergency = Emergency(scenario, posture.name)
        self.scores = scores_of(scenario, known, posture)
        self.buyer = Buyer(scenario)
        self.against = against.lengths(scenario, posture.against, posture.name)
        self.decided = known.as_of
        self.next_review = ""
        if known.as_of:
            day = datetime.date.fromisoformat(known.as_of) + datetime.timedelta(days=posture.review_after)
            self.next_review = day.isoformat()

    def lines(self, site: str) -> list[Made]:
        """Lines of one warehouse, each with what it was made from."""
        scenario, posture = self.scenario, self.posture
        demand = self.known.demand_of(site, posture.size_on)
        past, days = self.known.past[site], self.known.days(site, posture.size_on)
        reviews: dict[str, tuple[float, float]] = {}
        leads: dict[str, tuple[LeadTimeProfile, LeadTime]] = {}

        def lead_of(origin: str) -> LeadTime:
            if origin not in leads:
                found = self.known.lead_of(site, origin, posture.size_on)
                leads[origin] = (
                    found,
                    LeadTime(found.mean, _spread(scenario, site, origin, found), found.values, found.weights, found.n),
                )
                reviews[origin] = _review(scenario, site, origin)
            return leads[origin][1]

        made: list[Made] = []
        buffers = []
        for place, score in enumerate(self.scores[site]):
            item, origin = scenario.items[scenario.catalogue.index[score.item]], score.origin
            lead_of(origin)
            case = Case(quoted(scenario, item, origin), leads[origin][0].mode, score, str(demand.klass[place]))
            numbers = posture.numbers(case)
            sourced = self.buyer.chosen(numbers.levers, item, site, origin)
            if sourced.origin != origin:
                case = dataclasses.replace(case, item=quoted(scenario, item, sourced.origin))
            lead = self.buyer.lead(sourced, lead_of)
            profile, review = leads[sourced.origin][0], reviews[sourced.origin]
            numbers = self._covered(numbers, site, case, sourced.origin)
            mean, sd = float(demand.mean_since[place]), float(demand.sd_since[place])
            if posture.discount_lots:
                numbers = discounted(scenario, numbers, case.item, site, sourced.origin, mean)
            chosen = days[:, place].copy()
            if demand.late[place]:  # a new item: the days before its first demand say nothing
                chosen[: max(past.shape[0] + int(demand.first[place]), 0)] = False
            column = past[chosen, place] if chosen.any() else past[:, place]
            given = Demand(mean, sd, column, case.klass)
            one = self._line(case, numbers, profile, given, lead, review, site, sourced, place)
            if (why := demand.thin_why[place]) and mean > 0:
                words = "; ".join(part for part in (one.line.warning, f"thin demand record: {why}") if part)
                one = dataclasses.replace(one, line=dataclasses.replace(one.line, warning=words))
            made.append(one)
            buffers.append(Buffer(one.cover, item.volume, score.impact + score.fragility))
        if posture.within_space and (room := scenario.warehouse(site).floor_space) is not None:
            lines = fitted([one.line for one in made], buffers, room, site, scenario.units == "integer")
            return [dataclasses.replace(one, line=line) for one, line in zip(made, lines, strict=True)]
        return made

    def _covered(self, numbers: Numbers, site: str, case: Case, origin: str) -> Numbers:
        """The numbers with as much cover as the disruptions ask for that the posture wants to survive."""
        if not self.against:
            return numbers
        suppliers = case.item.suppliers
        supplier = origin if origin in suppliers else suppliers[0] if suppliers else ""
        way = against.passed(supplier, chain(self.scenario, site, supplier))
        cover = max([numbers.cover, *(days for _, days, targets in self.against if targets & way)])
        return dataclasses.replace(numbers, cover=cover)

    def _line(
        self,
        case: Case,
        numbers: Numbers,
        profile: LeadTimeProfile,
        demand: Demand,
        lead: LeadTime,
        review: tuple[float, float],
        site: str,
        sourced: Sourced,
        place: int,
    ) -> Made:
        """One line."""
        scenario, posture, item, score = self.scenario, self.posture, case.item, case.score
        (every, offset), mean, whole = review, demand.mean, scenario.units == "integer"
        continuous = scenario.review == "continuous"
        quantity = max(numbers.lot * mean, item.minimum_order, item.multiple)
        if item.multiple:
            quantity = math.ceil(quantity / item.multiple - EPSILON) * item.multiple
        if whole:
            quantity = math.ceil(quantity - EPSILON)
        quantity = quantity or 1.0  # where nothing is asked for, (r, nQ) still needs a lot
        policy = self._policy_of(item.item, site, numbers.lot > every or continuous, mean)
        lots = policy == "r_nQ"
        protection = Protection(
            demand,
            lead,
            review_every=every,
            evening=scenario.review == "evening",
            lot=quantity if lots else 0.0,
            multiple=0.0 if lots else item.multiple,
            whole=whole,
            crossing=scenario.crossing == "independent",
            continuous=continuous,
        )
        kind, value = numbers.target
        target = WithCover(EVERYDAY[kind](value), Cover(numbers.cover, ", ".join(posture.against)))
        rule = "r_nQ" if lots else "base_stock"
        asked = sized = size(numbers.method, target, protection, rule)
        everyday = sized.safety_stock - numbers.cover * mean
        if posture.within_shelf_life and item.life is not None:
            sized = capped(sized, protection, shelf_life_days=item.life)
        emergency = self.emergency.fields(numbers, site, item.item, score.origin)
        line = PlanLine(
            item=item.item,
            warehouse=site,
            origin=sourced.origin,
            policy=policy,
            order_up_to=sized.order_up_to,
            reorder_point=sized.reorder_point,
            order_quantity=sized.order_quantity if sized.order_quantity > 0 else 1.0,
            safety_stock=sized.safety_stock,
            review_every=every,
            review_offset=offset,
            multiple=0.0 if lots else item.multiple,
            minimum=item.minimum_order,
            buy_ahead=numbers.buy_ahead,
            **emergency,
            forecast=mean,
            lead_time=lead.mean,
            **sourced.fields,
            reason="; ".join((reason_of(numbers, item.criticality, score, sized, mean), *sourced.reasons))
            + words(emergency),
            segment=score.segment,
            target=str(target),
            formula=sized.formula,
            inputs="; ".join(
                (
                    f"{sized.inputs}; demand from {self.known.basis}; lead time from {BASIS[profile.basis]}",
                    *sourced.inputs,
                )
            ),
            warning=warning_of(sized, profile),
            decided=self.decided,
            next_review=self.next_review,
        )
        # what shelf life has cut already cannot be cut again for want of room
        cover = min(numbers.cover * mean, max(sized.safety_stock - everyday, 0.0))
        sizing = (protection, target, numbers.method, rule, asked, sized, cover)
        return Made(line, case, numbers, *sizing, self.known, place, profile, sourced)

    def _policy_of(self, item: str, site: str, lots: bool, mean: float) -> Any:
        if self.keep is not None:
            return self.keep.by_site[site][item].policy
        if self.policy is not None:
            return self.policy
        return "r_nQ" if lots and mean > 0 else "base_stock"


def _review(scenario: Scenario, site: str, origin: str) -> tuple[float, float]:
    """Review period and offset; the weekday follows the sailing where the periods agree."""
    lane = scenario.lane_to(site, origin)
    every = float(scenario.review_every)
    if lane.departures is not None and lane.departures.every == every:
        return every, lane.departures.offset % every
    return every, 0.0
