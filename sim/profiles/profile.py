"""The profile of a whole scenario: demand by item and site, lead time by supply line, and the stretches of its past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.errors import UsageError, near_miss
from sim.knowledge import TRUTH, known_past, lead_time, require_demand, true_moments
from sim.profiles import demand as profiles_of_demand
from sim.profiles.demand import DemandProfile, Floats, Mask
from sim.profiles.lead_time import LeadTimeProfile, of_orders, published
from sim.profiles.stretches import Stretch, found_in_demand, found_in_lead_times, given, speak_of, told_apart
from sim.scenario import Scenario

Kind = Literal["all", "stable", "disrupted"]
KINDS: tuple[Kind, ...] = ("all", "stable", "disrupted")


@dataclass(frozen=True)
class Profile:
    """What is known on the morning of day 0.

    Attributes
    ----------
    as_of : date of day 0 (ISO), "" where the scenario has no calendar.
    items : for each site, the items in the order of the arrays.
    demand : for each site and kind, the demand profile of its items; ``stable`` is ``all`` where nothing was disrupted, and
        ``disrupted`` is there only where something was.
    lead : for each (site, origin) and kind, the lead-time profile; ``all`` always, the others where orders came.
    stretches : what was told apart, and why.
    past : for each site, (days, items) units before day 0, the demand of warehouses it feeds added; no days where the
        demand models' own parameters are known.
    basis : where demand comes from, in words.
    bucket : days of one period for ADI, CV² and class.
    """

    as_of: str
    items: Mapping[str, tuple[str, ...]]
    demand: Mapping[str, Mapping[str, DemandProfile]]
    lead: Mapping[tuple[str, str], Mapping[str, LeadTimeProfile]]
    stretches: tuple[Stretch, ...]
    past: Mapping[str, Floats]
    basis: str
    bucket: int = 7

    def days(self, site: str, kind: Kind) -> Mask:
        """Which days of `past` are of a kind for each item, (days, items)."""
        count = self.past[site].shape[0]
        made = np.ones(self.past[site].shape, dtype=bool)
        if kind == "all":
            return made
        when = np.arange(-count, 0, dtype=float)
        told = [one for one in speak_of(self.stretches, "demand") if one.site in ("", site)]
        of_item = {one.item for one in told}
        shared = told_apart([one for one in told if not one.item], when)
        which = 0 if kind == "stable" else 1
        made[:] = shared[which][:, None]
        for column, item in enumerate(self.items[site]):
            if item in of_item:
                made[:, column] = told_apart([one for one in told if one.item in ("", item)], when)[which]
        return made

    def demand_of(self, site: str, kind: Kind) -> DemandProfile:
        """The demand profile to size on: of a kind, and of all days for items with too few of that kind to show a spread."""
        here = self.demand[site]
        if kind not in here:
            return here["all"]
        lacking = np.flatnonzero(here[kind].days < 2)
        return (
            profiles_of_demand.merged(here[kind], _part(here["all"], lacking), lacking) if lacking.size else here[kind]
        )

    def lead_of(self, site: str, origin: str, kind: Kind) -> LeadTimeProfile:
        """The lead-time profile to size on: of a kind, or of all orders where none of that kind came."""
        here = self.lead[site, origin]
        return here.get(kind, here["all"])


def of(scenario: Scenario, bucket: int = 7) -> Profile:
    """The profile of a scenario, from nothing but what lay before day 0.

    Parameters
    ----------
    scenario : the business.
    bucket : days of one period for ADI, CV² and class; weeks, because weekends make daily demand look intermittent.

    Raises
    ------
    ScenarioError : there is too little history, or no demand at all.
    UsageError : a bucket of less than a day.
    """
    if bucket < 1:
        raise UsageError(f"bucket {bucket}: at least 1 day is needed")
    windows = given(scenario)
    demand, past, basis, found = _demand(scenario, windows, bucket)
    lead, late = _lead(scenario, windows)
    return Profile(
        as_of=scenario.day_zero or "",
        items=dict(scenario.sites),
        demand=demand,
        lead=lead,
        stretches=(*windows, *found, *late),
        past=past,
        basis=basis,
        bucket=bucket,
    )


def _demand(
    scenario: Scenario, windows: Sequence[Stretch], bucket: int
) -> tuple[dict[str, dict[str, DemandProfile]], dict[str, Floats], str, list[Stretch]]:
    """Demand by site and kind, the past it rests on, its basis, and the stretches that were found."""
    if scenario.plan_on == "truth":
        known = {site: profiles_of_demand.of_moments(*moments) for site, moments in true_moments(scenario).items()}
        require_demand(scenario, [one.mean for one in known.values()])
        past = {site: np.zeros((0, len(items))) for site, items in scenario.sites.items()}
        return {site: {"all": one, "stable": one} for site, one in known.items()}, past, TRUTH, []
    past, basis = known_past(scenario)
    made: dict[str, dict[str, DemandProfile]] = {}
    found: list[Stretch] = []
    if scenario.history_period > 1:
        basis += f", recorded by {scenario.history_period} days and spread evenly"
    declared = speak_of(windows, "demand")
    for site, items in scenario.sites.items():
        whole = profiles_of_demand.of_days(past[site], bucket=bucket)
        here = [] if declared else found_in_demand(past[site], items, site, whole.late, whole.first)
        kinds = _kinds(whole, past[site], items, [*declared, *here], bucket)
        made[site] = {kind: one.of_periods(scenario.history_period) for kind, one in kinds.items()}
        found += here
    require_demand(scenario, [kinds["all"].mean for kinds in made.values()])
    return made, past, basis, found


def _kinds(
    whole: DemandProfile, past: Floats, items: Sequence[str], stretches: Sequence[Stretch], bucket: int
) -> dict[str, DemandProfile]:
    """The profiles of one site: of all days, and side by side of stable and of disrupted ones."""
    when = np.arange(-past.shape[0], 0, dtype=float)
    shared = [one for one in stretches if not one.item]
    own: dict[str, list[Stretch]] = {}
    for one in stretches:
        if one.item:
            own.setdefault(one.item, []).append(one)
    masks = told_apart(shared, when)
    all_stable = bool(masks[0].all())
    columns = np.asarray([place for place, item in enumerate(items) if not all_stable or item in own], dtype=np.intp)
    if not columns.size:
        return {"all": whole, "stable": whole}
    chosen = [np.repeat(mask[:, None], columns.size, axis=1) for mask in masks]
    for place, column in enumerate(columns):
        if items[column] in own:
            for mask, told in zip(chosen, told_apart([*shared, *own[items[column]]], when), strict=True):
                mask[:, place] = told
    affected = past[:, columns]
    stable, disrupted = (profiles_of_demand.of_days(affected, mask, bucket) for mask in chosen)
    never = profiles_of_demand.of_days(past, np.zeros(past.shape, dtype=bool), bucket)
    return {
        "all": whole,
        "stable": profiles_of_demand.merged(whole, stable, columns),
        "disrupted": profiles_of_demand.merged(never, disrupted, columns),
    }


def _lead(
    scenario: Scenario, windows: Sequence[Stretch]
) -> tuple[dict[tuple[str, str], dict[str, LeadTimeProfile]], list[Stretch]]:
    """Lead time by supply line and kind, and the stretches that were found."""
    records = None if scenario.delivered is None else scenario.delivered.before(0)
    declared = speak_of(windows, "lead times")
    made: dict[tuple[str, str], dict[str, LeadTimeProfile]] = {}
    found: list[Stretch] = []
    for site, origin in _lines(scenario, () if records is None else records.lines):
        known = lead_time(scenario, site, origin)
        line = None if records is None else records.of_line(origin, site)
        if line is None or not np.isfinite(line.delivered).any():
            whole = published(known, 0 if line is None else len(line))
            made[site, origin] = {"all": whole, "stable": whole}
            continue
        here = [] if declared else found_in_lead_times(line, origin, site)
        found += here
        made[site, origin] = {"all": of_orders(line, known.mode)}
        for kind, mask in zip(("stable", "disrupted"), told_apart([*declared, *here], line.ordered), strict=True):
            if mask.all():
                made[site, origin][kind] = made[site, origin]["all"]
            elif np.isfinite(line.delivered[mask]).any():
                made[site, origin][kind] = of_orders(line.chosen(mask), known.mode)
    return made, found


def _lines(scenario: Scenario, recorded: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Supply lines (site, origin): of every item's suppliers that have a lane to it, of feeding warehouses, of records."""
    lanes = scenario.standard_lanes
    found: dict[tuple[str, str], None] = {}
    for warehouse in scenario.warehouses:
        if warehouse.fed_by is not None:
            found[warehouse.name, warehouse.fed_by] = None
            continue
        for item in scenario.sites[warehouse.name]:
            one = scenario.items[scenario.catalogue.index[item]]
            for origin in (*one.suppliers, one.candidate):
                if (warehouse.name, origin) in lanes:
                    found[warehouse.name, origin] = None
    return list(dict.fromkeys([*found, *recorded]))


def _part(whole: DemandProfile, columns: np.typing.NDArray[np.intp]) -> DemandProfile:
    """The profile of some of the items."""
    made = {name: value[columns] for name, value in vars(whole).items() if name != "thin_why"}
    return DemandProfile(**made, thin_why=tuple(whole.thin_why[column] for column in columns))


def kind_named(text: str) -> Kind:
    """A kind of stretch from its name.

    Raises
    ------
    UsageError : there is no such kind.
    """
    for kind in KINDS:
        if kind == text:
            return kind
    raise UsageError(f"{text!r} is not a kind of stretch{near_miss(text, KINDS)}")
