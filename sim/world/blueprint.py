"""A blueprint: a scenario and a plan made ready to be lived through many times, with all that no Future changes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import sourcing, ways
from sim.errors import ScenarioError, near_miss
from sim.futures import Future
from sim.ledger import Ledger
from sim.plan import Plan, PlanLine
from sim.policies import NAMES, POLICIES, View
from sim.policies.policy import VIEW_COLUMNS
from sim.scenario import Scenario
from sim.sourcing import levers
from sim.world.consignment import consigned
from sim.world.feeding import tiers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Items of one warehouse that share a policy and review moments.

    `parts` are positions in the group by origin; `sourced`, those whose line names more than one supplier, a reserved slot
    or a surge.
    """

    index: NDArray[np.intp] | None
    policy: Callable[[View], Floats]
    name: str
    every: float
    offset: float
    items: tuple[str, ...]
    columns: dict[str, Floats]
    multiple: Floats
    minimum: Floats
    parts: tuple[tuple[str, NDArray[np.intp]], ...]
    sourced: NDArray[np.intp]

    @property
    def one_source(self) -> bool:
        """Whether all its items come from one origin and nothing else is said of them."""
        return len(self.parts) == 1 and not self.sourced.size


@dataclass(frozen=True)
class Site:
    """What does not change between Futures about one warehouse under one plan; arrays are (n_items,)."""

    name: str
    items: tuple[str, ...]
    lines: tuple[PlanLine, ...]
    rank: NDArray[Any]
    volume: Floats
    cost: Floats
    price: Floats
    lost_share: Floats
    floor: float
    feeder: str | None
    order: int
    tier: int
    groups: tuple[Group, ...]
    level: Floats
    lead: Floats
    mean: Floats


class Blueprint:
    """A scenario and a plan made ready to be lived through many times.

    Parameters
    ----------
    scenario, plan : what is given and what is decided; the plan needs a line for every item stocked.

    Raises
    ------
    ScenarioError : the plan does not fit the scenario.
    """

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan = scenario, plan
        sourcing.check(scenario, plan)
        self.feeder: dict[str, str | None] = {w.name: w.fed_by for w in scenario.warehouses}
        self.tier = tiers(self.feeder)
        self.sites = {name: self._site(name, items) for name, items in scenario.sites.items() if items}
        self.lanes = scenario.standard_lanes
        #: by warehouse, (n_items,) 1 where stock is the supplier's; only those that hold any
        self.consigned = consigned(scenario, self.sites)
        if wrong := ways.plan_problems(scenario, plan):
            raise ScenarioError(wrong)
        self.single = any(stream.model == "orders" for stream in scenario.demand)
        #: whether some warehouse keeps its goods batch by batch whatever befalls
        self.keeps = scenario.ageing or any(one.defect_rate or one.inspection for one in scenario.suppliers)
        #: what is seen of supply and stock; None: nothing but the true stock
        self.visibility = scenario.visibility if plan.visibility is None else plan.visibility
        #: whether the plan's reviser asks for signals
        self.asks = bool(getattr(plan.reviser, "wants_signals", False))
        if self.single and self.visibility is not None and self.visibility.drifts:
            raise ScenarioError(
                [f"{scenario.name}: visibility: a stock record that drifts needs demand by day, not single orders"]
            )
        if plan.reviser is not None and any(s.model in ("orders", "fixed_interval") for s in scenario.demand):
            raise ScenarioError(
                [f"plan {plan.posture!r}: reassess_every: a plan is reassessed only where demand comes by day"]
            )

    def _site(self, name: str, items: tuple[str, ...]) -> Site:
        scenario, catalogue = self.scenario, self.scenario.catalogue
        place = np.array([catalogue.index[item] for item in items], dtype=np.intp)
        lines = self.plan.lines_for(name, items)
        warehouse = scenario.warehouse(name)
        share = [scenario.items[row].lost_share for row in place.tolist()]
        return Site(
            name=name,
            items=items,
            lines=tuple(lines),
            rank=catalogue.rank[place],
            volume=catalogue.volume[place],
            cost=catalogue.standard_cost[place],
            price=catalogue.price[place],
            lost_share=np.array([scenario.lost_share if one is None else one for one in share], dtype=float),
            floor=math.inf if warehouse.floor_space is None else warehouse.floor_space,
            feeder=self.feeder[name],
            order=warehouse.rank,
            tier=self.tier[name],
            groups=self._groups(items, lines),
            level=np.array([line.order_up_to for line in lines], dtype=float),
            lead=np.array([line.lead_time for line in lines], dtype=float),
            mean=np.array([line.forecast for line in lines], dtype=float),
        )

    def _groups(self, items: tuple[str, ...], lines: list[PlanLine]) -> tuple[Group, ...]:
        found: dict[Any, list[int]] = {}
        for number, line in enumerate(lines):
            key = line.policy if isinstance(line.policy, str) else id(line.policy)
            found.setdefault((key, line.review_every, line.review_offset), []).append(number)
        groups = []
        for (_, every, offset), numbers in found.items():
            policy = lines[numbers[0]].policy
            if isinstance(policy, str) and policy not in POLICIES:
                raise ScenarioError(
                    [f"plan {self.plan.posture!r}: {policy!r} is not a policy{near_miss(policy, NAMES)}"]
                )
            chosen = [lines[number] for number in numbers]
            origins: dict[str, list[int]] = {}
            sourced = []
            for number, line in enumerate(chosen):
                if levers(line):
                    sourced.append(number)
                else:
                    origins.setdefault(line.origin, []).append(number)
            columns = {name: np.array([getattr(line, name) for line in chosen], dtype=float) for name in VIEW_COLUMNS}
            for column in columns.values():
                column.setflags(write=False)  # shared by all replications
            if not all(np.isfinite(columns["order_up_to"])):
                raise ScenarioError([f"plan {self.plan.posture!r}: an order-up-to level is not a number"])
            groups.append(
                Group(
                    index=None if len(numbers) == len(items) else np.array(numbers, dtype=np.intp),
                    policy=POLICIES[policy] if isinstance(policy, str) else policy,
                    name=policy if isinstance(policy, str) else getattr(policy, "__name__", "policy"),
                    every=every,
                    offset=offset,
                    items=tuple(items[number] for number in numbers),
                    columns=columns,
                    multiple=np.array([line.multiple for line in chosen], dtype=float),
                    minimum=np.array([line.minimum for line in chosen], dtype=float),
                    parts=tuple((origin, np.array(rows, dtype=np.intp)) for origin, rows in origins.items()),
                    sourced=np.array(sourced, dtype=np.intp),
                )
            )
        return tuple(groups)

    def live(self, future: Future, series: bool = False, by_item: bool = False, log: list[Any] | None = None) -> Ledger:
        """Live through one Future; no random number is drawn in here.

        Parameters
        ----------
        future : drawn for this scenario.
        series : keep value by day, for figures.
        by_item : keep net stock and unserved demand by day and item.
        log : where to note every parcel, for the event log of one replication.

        Raises
        ------
        ModelError : goods, demand, orders or containers do not add up.
        """
        from sim.world.world import World

        return World(self, future, series, by_item, log).run()
