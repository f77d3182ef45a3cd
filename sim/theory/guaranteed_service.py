"""The guaranteed-service model: where in a network to hold safety stock when every stage promises a service time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from sim.theory.arguments import require_non_negative, require_positive, require_whole


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """A choice of service times and what it costs.

    Attributes
    ----------
    cost
        Holding cost of the safety stock, money per time unit.
    outbound
        Service time that each stage promises downstream, time units.
    inbound
        Service time that each stage is promised, time units.
    safety_stock
        Units at each stage.
    """

    cost: float
    outbound: dict[str, int]
    inbound: dict[str, int]
    safety_stock: dict[str, float]


def pooled_sds(arcs: Sequence[tuple[str, str]], demand_sd: Mapping[str, float]) -> dict[str, float]:
    """Standard deviation of demand at every stage, from independent demands at the customer-facing ones.

    Parameters
    ----------
    arcs
        Pairs (supplying stage, supplied stage), one unit each for one unit.
    demand_sd
        Standard deviation of external demand per time unit at the customer-facing stages, units.

    Returns
    -------
    Root of the sum of squares over all external demands that a stage serves, units per time unit.

    Raises
    ------
    ValueError
        If the arcs form a cycle.

    Notes
    -----
    Exact for trees. Where two paths lead from a stage to one demand, the demands of the stages between are not
    independent and the true figure is larger.
    """
    variance = {stage: sd * sd for stage, sd in demand_sd.items()}
    for stage in reversed(_order(arcs, demand_sd)):
        own = variance.get(stage, 0.0)
        variance[stage] = own + sum(variance[lower] for upper, lower in arcs if upper == stage)
    return {stage: math.sqrt(value) for stage, value in variance.items()}


def _order(arcs: Sequence[tuple[str, str]], stages: Mapping[str, float]) -> list[str]:
    """Stages sorted with suppliers first."""
    suppliers: dict[str, list[str]] = {stage: [] for stage in stages}
    for upper, lower in arcs:
        suppliers.setdefault(upper, [])
        suppliers.setdefault(lower, []).append(upper)
    try:
        return list(TopologicalSorter(suppliers).static_order())
    except CycleError as error:
        raise ValueError(f"arcs: {error.args[1]!r} is a cycle (a network without cycles is allowed)") from error


def optimal_service_times(
    processing_times: Mapping[str, int],
    holding: Mapping[str, float],
    arcs: Sequence[tuple[str, str]],
    demand_sd: Mapping[str, float],
    max_outbound: Mapping[str, int],
    bound_constant: float = 1.0,
    external_inbound: Mapping[str, int] | None = None,
) -> ServiceTimes:
    """Whole service times of least holding cost, by complete search with pruning.

    Parameters
    ----------
    processing_times
        Processing time of each stage, whole time units.
    holding
        Local holding cost of each stage, money per unit and time unit.
    arcs
        Pairs (supplying stage, supplied stage).
    demand_sd
        Standard deviation of external demand per time unit, units, at the customer-facing stages.
    max_outbound
        Longest service time each customer-facing stage may promise, whole time units.
    bound_constant
        Safety factor k of the demand bound ``k sigma sqrt(t)``.
    external_inbound
        Service time promised by outside suppliers, whole time units; 0 where absent.

    Returns
    -------
    The best service times.

    Raises
    ------
    ValueError
        If an arc names an unknown stage, the arcs form a cycle, or a number is negative or a time not whole.

    Notes
    -----
    Graves & Willems (2000), Manufacturing & Service Operations Management 2(1):68-83: minimise
    ``sum h_i k sigma_i sqrt(SI_i + T_i - S_i)`` with ``SI_i >= S_j`` for each supplier j. The search is exponential
    in the number of stages; it is a reference for small networks, not a solver for large ones.
    """
    for name in {name for arc in arcs for name in arc} | set(demand_sd) | set(max_outbound):
        if name not in processing_times:
            raise ValueError(f"stage {name!r} has no processing time (known stages: {sorted(processing_times)})")
    external = external_inbound or {}
    for stage, time in processing_times.items():
        require_whole(f"processing_times of {stage}", time)
        require_whole(f"external_inbound of {stage}", external.get(stage, 0))
        require_non_negative(f"holding of {stage}", holding[stage])
    for stage, time in max_outbound.items():
        require_whole(f"max_outbound of {stage}", time)
    require_positive("bound_constant", bound_constant)

    order = _order(arcs, processing_times)
    sds = pooled_sds(arcs, {stage: demand_sd.get(stage, 0.0) for stage in order})
    suppliers = {stage: [upper for upper, lower in arcs if lower == stage] for stage in order}
    best_cost = math.inf
    best_outbound: dict[str, int] = {}
    chosen: dict[str, int] = {}

    def inbound(stage: str, promised: Mapping[str, int]) -> int:
        return max([external.get(stage, 0), *(promised[upper] for upper in suppliers[stage])])

    def search(position: int, cost: float) -> None:
        nonlocal best_cost, best_outbound
        if cost >= best_cost:
            return
        if position == len(order):
            best_cost, best_outbound = cost, dict(chosen)
            return
        stage = order[position]
        latest = inbound(stage, chosen) + processing_times[stage]
        for outbound in range(min(latest, max_outbound.get(stage, latest)) + 1):
            chosen[stage] = outbound
            search(position + 1, cost + holding[stage] * bound_constant * sds[stage] * math.sqrt(latest - outbound))
        del chosen[stage]

    search(0, 0.0)
    promised = {stage: inbound(stage, best_outbound) for stage in order}
    return ServiceTimes(
        cost=best_cost,
        outbound=best_outbound,
        inbound=promised,
        safety_stock={
            stage: bound_constant
            * sds[stage]
            * math.sqrt(promised[stage] + processing_times[stage] - best_outbound[stage])
            for stage in order
        },
    )
