"""The score of an item at a warehouse: impact of a stockout times fragility of supply, and what each point is for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.catalogue import Item
from sim.network import Lane, Supplier
from sim.scenario import Scenario
from sim.segments.scoring import Level, Scoring

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """One reason for points.

    Attributes
    ----------
    name : key of the rules, for example ``single_source``.
    points : what it adds, out of 100; NaN where it is not known and therefore left out.
    most : what it could add, out of 100 (0 where it is left out).
    says : the fact behind it, in words; "" where it says nothing worth a reason.
    """

    name: str
    points: float
    most: float
    says: str


@dataclass(frozen=True)
class Score:
    """What is known of one item at one warehouse.

    Attributes
    ----------
    item, warehouse, origin : which.
    impact, fragility : 0 to 100.
    impact_level, fragility_level : low, medium or high.
    factors : impact's, then fragility's.
    margin : margin at stake, money a year: of customers served here, and of those served through warehouses it feeds.
    direct : the part of it of customers served here, so that over all warehouses nothing counts twice.
    """

    item: str
    warehouse: str
    origin: str
    impact: float
    fragility: float
    impact_level: Level
    fragility_level: Level
    factors: tuple[Factor, ...]
    margin: float
    direct: float = 0.0

    @property
    def segment(self) -> str:
        """Its place in the table of nine, in words."""
        return f"{self.impact_level} impact, {self.fragility_level} fragility"

    @property
    def unknown(self) -> tuple[str, ...]:
        """Factors left out because nothing is known of them."""
        return tuple(factor.name for factor in self.factors if not factor.most)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Facts that earned points, the weightiest first within impact and within fragility."""
        earned = [factor for factor in self.factors if factor.points > 0 and factor.says]
        first = [factor for factor in earned if factor.name in ("criticality", "margin")]
        rest = sorted((factor for factor in earned if factor not in first), key=lambda factor: -factor.points)
        return tuple(factor.says for factor in (*first, *rest))


@dataclass(frozen=True)
class Supply:
    """What is known of one supply line's lead time, days, and by which mode goods come."""

    mean: float
    sd: float
    mode: str = ""

    @property
    def cv(self) -> float:
        """Coefficient of variation."""
        return self.sd / self.mean if self.mean > 0 else 0.0


def scores(
    scenario: Scenario, demand: Mapping[str, Floats], supply: Mapping[tuple[str, str], Supply], rules: Scoring
) -> dict[str, tuple[Score, ...]]:
    """Scores of all items at all warehouses.

    Parameters
    ----------
    scenario : the business.
    demand : for each warehouse, (items,) mean units a day as known.
    supply : lead times as known, by (warehouse, origin).
    rules : weights and scales.

    Returns
    -------
    For each warehouse one score an item, in the order of `scenario.sites`.
    """
    margins, direct = _margins(scenario, demand), _margins(scenario, _direct(scenario, demand))
    halves = _margin_points(margins, rules)
    made: dict[str, tuple[Score, ...]] = {}
    chains: dict[tuple[str, str], tuple[Lane, ...]] = {}
    for site, names in scenario.sites.items():
        found = []
        for place, name in enumerate(names):
            item = scenario.items[scenario.catalogue.index[name]]
            origin = scenario.origin_of(site, name)
            first = item.suppliers[0] if item.suppliers else ""
            if (site, first) not in chains:
                chains[site, first] = chain(scenario, site, first)
            impact, about = _impact(item, float(margins[site][place]), float(halves[site][place]), scenario, rules)
            fragility, more = _fragility(scenario, item, supply[site, origin], chains[site, first], rules)
            found.append(
                Score(
                    item=name,
                    warehouse=site,
                    origin=origin,
                    impact=impact,
                    fragility=fragility,
                    impact_level=rules.level(impact),
                    fragility_level=rules.level(fragility),
                    factors=(*about, *more),
                    margin=float(margins[site][place]),
                    direct=float(direct[site][place]),
                )
            )
        made[site] = tuple(found)
    return made


def _margins(scenario: Scenario, demand: Mapping[str, Floats]) -> dict[str, Floats]:
    """Margin (price - standard cost) at stake a year, by warehouse and item."""
    catalogue = scenario.catalogue
    unit = np.maximum(catalogue.price - catalogue.standard_cost, 0.0)
    return {
        site: np.asarray(demand[site] * 365.0 * unit[[catalogue.index[name] for name in names]])
        for site, names in scenario.sites.items()
    }


def _direct(scenario: Scenario, demand: Mapping[str, Floats]) -> dict[str, Floats]:
    """Mean demand of customers served at each warehouse, units a day: without that of warehouses it feeds."""
    found = {site: np.array(values, dtype=float) for site, values in demand.items()}
    for site, names in scenario.sites.items():
        above = scenario.warehouse(site).fed_by
        if above is not None:
            place = {item: n for n, item in enumerate(scenario.sites[above])}
            found[above][[place[item] for item in names]] -= demand[site]
    # what is left of sums that cancel is no demand
    return {site: np.where(values > 1e-9 * demand[site], values, 0.0) for site, values in found.items()}


def _margin_points(margins: Mapping[str, Floats], rules: Scoring) -> dict[str, Floats]:
    """1 for items that hold the first share of all margin, one half up to the second, else 0 (ABC classes).

    Items are ranked over all warehouses together; an item counts by the share held by those before it, so that one item
    that holds everything is in the first class. NaN where no item has a margin: then none is known.
    """
    sites = list(margins)
    every = np.concatenate([margins[site] for site in sites]) if sites else np.zeros(0)
    total = float(every.sum())
    points = np.zeros(every.size) if total > 0 else np.full(every.size, np.nan)
    if total > 0:
        order = np.argsort(-every, kind="stable")
        before = np.concatenate([[0.0], np.cumsum(every[order])[:-1]]) / total
        upper, middle = rules.impact.margin_shares
        points[order] = np.where(before < upper, 1.0, np.where(before < middle, 0.5, 0.0))
        points[every <= 0] = 0.0
    found: dict[str, Floats] = {}
    start = 0
    for site in sites:
        found[site] = points[start : start + margins[site].size]
        start += margins[site].size
    return found


def _impact(
    item: Item, margin: float, points: float, scenario: Scenario, rules: Scoring
) -> tuple[float, tuple[Factor, ...]]:
    impact = rules.impact
    parts: list[tuple[str, float, float | None, str]] = [
        ("criticality", impact.criticality, impact.points[item.criticality], f"a stockout {item.criticality}"),
        (
            "margin",
            impact.margin,
            None if math.isnan(points) else points,
            f"{margin:,.0f} {scenario.currency} of margin a year at stake",
        ),
    ]
    return _weighed(parts)


def _fragility(
    scenario: Scenario, item: Item, supply: Supply, lanes: tuple[Lane, ...], rules: Scoring
) -> tuple[float, tuple[Factor, ...]]:
    rule = rules.fragility
    named = {supplier.name: supplier for supplier in scenario.suppliers}
    sources = [named[name] for name in item.suppliers if name in named]
    regions = {supplier.region for supplier in sources}
    first = sources[0] if sources else None
    port, stoppages = _riskiest(scenario, lanes)
    parts: list[tuple[str, float, float | None, str]] = [
        ("lead_time", rule.lead_time, _between(supply.mean, rule.lead_time_days), _lead(supply)),
        ("variability", rule.variability, _between(supply.cv, rule.variability_cv), f"lead-time cv {supply.cv:.2f}"),
        (
            "single_source",
            rule.single_source,
            float(len(sources) == 1) if sources else None,
            f"single source {first.name}" if first else "",
        ),
        (
            "single_region",
            rule.single_region,
            None if not regions or "" in regions else float(len(regions) == 1),
            f"all sources in {first.region}" if first else "",
        ),
        ("grade", rule.grade, rule.grades.get(first.grade) if first else None, f"supplier graded {_grade(first)}"),
        (
            "exposure",
            rule.exposure,
            first.exposure if first else None,
            f"political exposure {first.exposure:g} of 1" if first and first.exposure is not None else "",
        ),
        (
            "port",
            rule.port,
            None if stoppages is None else _between(stoppages, rule.port_stoppages),
            f"passes {port}, {stoppages:g} stoppages a year" if stoppages else "",
        ),
    ]
    return _weighed(parts)


def _grade(supplier: Supplier | None) -> str:
    return supplier.grade if supplier is not None else ""


def _lead(supply: Supply) -> str:
    return f"{supply.mean:.0f}-day lead time" + (f" by {supply.mode}" if supply.mode else "")


def _weighed(
    parts: list[tuple[str, float, float | None, str]],
) -> tuple[float, tuple[Factor, ...]]:
    """Points out of 100 over the factors that are known."""
    known = sum(weight for _, weight, share, _ in parts if share is not None)
    scale = 100.0 / known if known > 0 else 0.0
    factors = tuple(
        Factor(
            name,
            float("nan") if share is None else share * weight * scale,
            0.0 if share is None else weight * scale,
            says,
        )
        for name, weight, share, says in parts
        if weight > 0
    )
    return min(sum(factor.points for factor in factors if factor.most), 100.0), factors


def _between(value: float, scale: tuple[float, ...]) -> float:
    """0 at the first number or below, 1 at the second or above, linear between."""
    low, high = scale
    return min(max((value - low) / (high - low), 0.0), 1.0)


def chain(scenario: Scenario, site: str, supplier: str) -> tuple[Lane, ...]:
    """Lanes that goods of a supplier pass on their way to a warehouse, through the warehouses that feed it."""
    lanes = []
    place: str | None = site
    while place is not None:
        feeder = scenario.warehouse(place).fed_by
        lanes.append(scenario.lane_to(place, feeder if feeder is not None else supplier))
        place = feeder
    return tuple(lanes)


def _riskiest(scenario: Scenario, lanes: tuple[Lane, ...]) -> tuple[str, float | None]:
    """The port on the way with most stoppages a year; (…, 0) where it passes none, (…, None) where one is not known."""
    ports = {port.name: port.stoppages for port in scenario.ports}
    passed = [leg.port for lane in lanes for leg in lane.legs if leg.port is not None]
    if not passed:
        return "", 0.0
    known = [(ports[port] or 0.0, port) for port in passed if ports[port] is not None]
    if not known:
        return "", None
    most, port = max(known)
    return port, most
