"""A case: a scenario and a plan whose outcome theory knows, and how each known number is read off a replication."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim import reading
from sim.futures import Future
from sim.ledger import Ledger
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario

Reader = Callable[[Ledger, Future], float]


@dataclass(frozen=True)
class Quantity:
    """One known number of a case.

    Attributes
    ----------
    instance, name : where it stands among the truths, ``S02`` and ``sequence_A.fill_rate``.
    expected : the exact value.
    read : its value in one replication.
    half_width : largest relative 99 % half-width with which it counts as shown; None: exact instance.
    bias : relative discretisation error that the truth itself allows.
    """

    instance: str
    name: str
    expected: float
    read: Reader
    half_width: float | None = 0.01
    bias: float = 0.0


@dataclass(frozen=True)
class Case:
    """A scenario and plan to live through, long enough for the precision that is asked for.

    Attributes
    ----------
    replications : of a full run; `quick` of a quick one.
    note : how the instance was put into the world's terms.
    plan_of : the plan of one replication, where copies start at points that differ from replication to replication.
    controls : counts whose means the input gives exactly, as (reader, mean): what luck gave too much of them in a
        replication is taken out of its values (control variates, see `sim.validation.run.judge`).
    """

    name: str
    scenario: Scenario
    plan: Plan
    quantities: tuple[Quantity, ...]
    replications: int = 100
    quick: int = 100
    note: str = ""
    series: bool = False
    plan_of: Callable[[int], Plan] | None = None
    controls: tuple[tuple[Reader, float], ...] = ()


@lru_cache(maxsize=1)
def truths() -> dict[str, dict[str, Any]]:
    """The exact instances, by the first three letters of their id."""
    content = json.loads((Path(__file__).parent / "truths.json").read_text(encoding="utf-8"))
    return {instance["id"][:3]: instance for instance in content["instances"]}


def expected(instance: str, name: str) -> float:
    """One expected value by its dotted name; digits are places in lists."""
    found: Any = truths()[instance]["expected"]
    for part in name.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return float(found)


def known(instance: str, name: str, read: Reader, half_width: float | None = 0.01, bias: float = 0.0) -> Quantity:
    """A quantity whose expected value is looked up among the truths; small values may be known to 2 %."""
    value = expected(instance, name)
    if half_width == 0.01 and abs(value) < 0.05:
        half_width = 0.02
    return Quantity(instance, name, value, read, half_width, bias)


def world(**keys: Any) -> Scenario:
    """A scenario for validation: continuous quantities, zero-cost details left out, everything else as given."""
    plain: dict[str, Any] = {"units": "continuous", "lost_share": 0.0, "start": "on hand", "review_every": 1}
    return reading.scenario_of({**plain, **keys}, file=str(keys.get("name", "validation")))


def items(names: list[str], suppliers: list[str] | str = "source") -> list[dict[str, Any]]:
    """Items of cost 1, each with its supplier."""
    given = [suppliers] * len(names) if isinstance(suppliers, str) else suppliers
    return [
        {"item": name, "standard_cost": 1.0, "supplier": supplier} for name, supplier in zip(names, given, strict=True)
    ]


def line(
    item: str, policy: str = "base_stock", warehouse: str = "site", origin: str = "source", **numbers: float
) -> PlanLine:
    """A plan line with the numbers of an instance."""
    return PlanLine(item=item, warehouse=warehouse, origin=origin, policy=policy, **{"order_up_to": 0.0, **numbers})  # type: ignore[arg-type]


def orders_at(site: str, rate: float, days: int) -> tuple[Reader, float]:
    """Control: units that customers asked for at a warehouse, and their mean, rate x days, by the input alone."""
    return lambda ledger, _: float(ledger.sites[site].demand.sum()), rate * days


def mean_of(column: str, places: list[int] | int, site: str = "site") -> Reader:
    """Reader: a count per day, averaged over some items of a site."""
    chosen = [places] if isinstance(places, int) else places

    def read(ledger: Ledger, _: Future) -> float:
        found = ledger.sites[site]
        return float(found.columns[column][chosen].mean()) / found.days

    return read


def share_of(above: str, below: str, places: list[int] | int, site: str = "site") -> Reader:
    """Reader: one count over another, summed over some items of a site."""
    chosen = [places] if isinstance(places, int) else places

    def read(ledger: Ledger, _: Future) -> float:
        columns = ledger.sites[site].columns
        return float(columns[above][chosen].sum() / columns[below][chosen].sum())

    return read
