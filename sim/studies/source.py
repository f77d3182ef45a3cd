"""Where variants come from: a scenario and postures by name, read once, with overrides put on again and again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.disruptions.timing import Timed
from sim.errors import BufferstockError, ScenarioError, UsageError
from sim.futures import ingredients
from sim.library import Opened, opened
from sim.overrides import split_settings
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.variants import Variant, alike

#: makes the plans of all postures: names, scenario, settings of each, trust
Planner = Callable[[Sequence[str], Scenario, dict[str, list[str]], bool], tuple[Plan, ...]]


@dataclass(frozen=True)
class Point:
    """What is changed in one variant.

    Attributes
    ----------
    label : what it is called, for example 'hybrid.cover=20'; empty: nothing is changed.
    settings : overrides, as of ``--set``.
    """

    label: str
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A scenario and postures by name.

    Attributes
    ----------
    name : of the scenario: a path, a folder or a bundled name.
    postures : names or files.
    settings : overrides that hold in every variant.
    weather : the one to live in; the headline when left out.
    trust : import code of the user's own.
    planner : makes plans; `named_plans` knows names and posture files.
    wanted : postures that are lived, where not all are; settings may name the others too.
    """

    name: str
    postures: tuple[str, ...]
    settings: tuple[str, ...] = ()
    weather: str | None = None
    trust: bool = False
    planner: Planner | None = None
    wanted: tuple[str, ...] = ()
    _scenarios: list[Scenario] = field(default_factory=list, repr=False, compare=False)
    _plans: list[tuple[Any, ...]] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def file(self) -> Opened:
        """The scenario's file, opened once."""
        return opened(self.name)

    def scenario(self, settings: Sequence[str] = ()) -> Scenario:
        """The scenario with more overrides, in all weathers."""
        mine, _ = split_settings((*self.settings, *settings), self.postures)
        made = self.file.scenario(mine, self.trust)
        self._scenarios[:] = self._scenarios or [made]
        return with_records_of(made, self._scenarios[0])

    def plans(self, scenario: Scenario, settings: Sequence[str] = ()) -> tuple[Plan, ...]:
        """Plans of all postures; where nothing that a plan rests on differs, those made before."""
        _, theirs = split_settings((*self.settings, *settings), self.postures)
        bare = _planned_on(scenario)
        for known, given, made in self._plans:
            if given == theirs and _same(known, bare):
                return made  # type: ignore[no-any-return]
        found = (self.planner or named_plans)(self.wanted or self.postures, scenario, theirs, self.trust)
        self._plans.append((bare, theirs, found))
        return found


def with_records_of(scenario: Scenario, first: Scenario) -> Scenario:
    """The scenario with the records of an earlier one where they are the same: what rests on them is then made once."""
    if scenario.record is not None and alike(scenario.record, first.record):
        scenario = dataclasses.replace(scenario, record=first.record)
    if scenario.delivered is not None and _read_alike(scenario) == _read_alike(first):
        scenario = dataclasses.replace(scenario, delivered=first.delivered)
    return scenario


def _read_alike(scenario: Scenario) -> tuple[Any, ...]:
    """What the reading of delivery records hangs on."""
    lanes = tuple((lane.origin, lane.destination, lane.mode) for lane in scenario.lanes)
    items = tuple((item.item, item.supplier) for item in scenario.items)
    names = (*(one.name for one in scenario.suppliers), *(one.name for one in scenario.warehouses))
    return scenario.deliveries, scenario.day_zero, scenario.stretches, lanes, items, names


def named_plans(
    names: Sequence[str], scenario: Scenario, settings: dict[str, list[str]], trust: bool
) -> tuple[Plan, ...]:
    """Plans of postures by name or posture file."""
    from sim.postures import plan_named
    from sim.studies.compare import plans_of

    return plans_of(scenario, [plan_named(name, scenario, settings.get(name, ()), trust) for name in names], trust)


def _planned_on(scenario: Scenario) -> Scenario:
    """The scenario without what no plan rests on: cost rates, penalties, and what becomes of unmet demand."""
    from sim.costs import Costs

    bare: dict[str, Any] = {"goodwill": None, "backorder_penalty": None, "lost_share": None}
    items = tuple(dataclasses.replace(item, **bare) for item in scenario.items)
    return dataclasses.replace(scenario, costs=Costs(), items=items, lost_share=0.5)


def _same(a: Scenario, b: Scenario) -> bool:
    """Whether two scenarios are the same, records told apart by being the same object."""
    names = [one.name for one in dataclasses.fields(a)]
    kept = ("record", "delivered")
    return all(getattr(a, name) is getattr(b, name) for name in kept) and all(
        getattr(a, name) == getattr(b, name) for name in names if name not in kept
    )


@dataclass(frozen=True)
class Family:
    """Variants made ready to live through the same Futures.

    Attributes
    ----------
    variants : in the order of the points.
    notes : what was done so that they stay in step.
    """

    variants: tuple[Variant, ...]
    notes: tuple[str, ...]


def family(source: Source, points: Sequence[Point], quantile: bool | None = None) -> Family:
    """Variants of one business for some points, in step with each other.

    Where demand or the rate of a disruption differs between them, all are drawn through quantile functions (see
    `sim.quantiles`); where their warm-up would differ, all have the longest.

    Parameters
    ----------
    source : the business.
    points : what is changed in each variant.
    quantile : draw through quantiles whatever the points are (True), or as the scenario says (False).

    Raises
    ------
    ScenarioError, UsageError : a point is refused; the message names it.
    """
    scenarios = [_named(point, lambda point=point: source.scenario(point.settings)) for point in points]  # type: ignore[misc]
    notes = []
    weather = source.weather
    changed = len({one.draws for one in scenarios}) == 1 and (
        any(_streams(one) != _streams(scenarios[0]) for one in scenarios)
        or any(_rates(one) != _rates(scenarios[0]) for one in scenarios)
    )
    if quantile or (quantile is None and changed):
        if any(one.draws != "quantile" for one in scenarios):
            notes.append(
                "demand is drawn through quantile functions, so that changed demand stays in step: the law is that of "
                "other studies, the luck is not"
            )
        scenarios = [dataclasses.replace(one, draws="quantile") for one in scenarios]
    starts = {one.span[0] for one in scenarios}
    if len(starts) > 1:
        longest = -min(starts)
        notes.append(f"all variants have the longest warm-up, {longest} days, so that their luck stays in step")
        scenarios = [dataclasses.replace(one, warm_up=longest) for one in scenarios]
    variants = []
    for point, scenario in zip(points, scenarios, strict=True):
        plans = _named(point, lambda point=point, scenario=scenario: source.plans(scenario, point.settings))  # type: ignore[misc]
        variants.append(Variant(point.label, scenario.under(_weather(scenario, weather)), plans))
    return Family(tuple(variants), tuple(notes))


def _weather(scenario: Scenario, weather: str | None) -> str:
    return scenario.weather_names[0] if weather is None else weather


def _streams(scenario: Scenario) -> tuple[Any, ...]:
    """What demand is drawn from, without records."""
    return tuple(one for one in ingredients(scenario)["demand"][2:-1])


def _rates(scenario: Scenario) -> tuple[Any, ...]:
    return tuple(one.rate for one in scenario.disruptions if isinstance(one, Timed))


def _named(point: Point, make: Callable[[], Any]) -> Any:
    """What is made of a point; its problems are told with its name."""
    try:
        return make()
    except ScenarioError as error:
        if not point.label:
            raise
        raise ScenarioError([f"at {point.label}: {problem}" for problem in error.problems]) from error
    except BufferstockError as error:
        if not point.label or not isinstance(error, UsageError):
            raise
        raise UsageError(f"at {point.label}: {error}") from error
