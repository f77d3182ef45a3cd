"""Random backgrounds: all that goes wrong in an ordinary year, by causes and rates, or by McKinsey's classes of length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from sim.disruptions import striking
from sim.disruptions.causes import (
    PORT_LABOUR_RATE,
    CanalBlockage,
    CanalRestriction,
    CustomsRegime,
    Cyber,
    DemandSurge,
    FreightRegime,
    Insolvency,
    McKinsey,
    Pandemic,
    PortLabour,
    QualityHold,
    SiteOutage,
    TariffStep,
    Weather,
)
from sim.disruptions.incident import Incident, Target
from sim.disruptions.nodes import Nodes
from sim.disruptions.timing import YEAR
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario import Scenario

#: what each cause does, in the order of the table of calibration section 4
STRIKES = {
    "site_outage": striking.site_outage,
    "insolvency": striking.insolvency,
    "port_labour": striking.port_closed,
    "port_weather": striking.port_closed,
    "canal_restriction": striking.canal_restriction,
    "canal_blockage": striking.canal_blockage,
    "quality_hold": striking.quality_hold,
    "cyber": striking.cyber,
    "demand_surge": striking.demand_surge,
    "tariff_step": striking.tariff_step,
    "freight_regime": striking.freight_regime,
    "pandemic": striking.pandemic,
    "customs_regime": striking.customs_regime,
}


@dataclass(frozen=True)
class Cell:
    """A cause at a node (or at none): how often it strikes there, times a year."""

    cause: str
    node: str
    rate: float


@spec
class Background:
    """Everything that goes wrong at random, on all nodes of the scenario: by causes and rates, or by lengths alone.

    Draws belong to a cause and a node: another supplier or port changes the draws of no other.

    Not modelled: causes that depend on each other; troubles that began before the warm-up.
    """

    kind: Literal["background"] = key(about="kind of disruption")
    name: str = key(default="", about="unique name; made from kind and place in the list when left out")
    rates: Literal["causes", "mckinsey"] = key(
        about="'causes': each cause at its own rate and with its own effects; 'mckinsey': suppliers stop, for lengths of "
        "McKinsey's four classes"
    )
    scale: float = key(default=1.0, ge=0, le=1000, about="multiplies all rates")
    site_outage: SiteOutage = key(default=SiteOutage(), about="fire, flood, quake, utility at a supplier")
    insolvency: Insolvency = key(default=Insolvency(), about="a supplier fails")
    port_labour: PortLabour = key(default=PortLabour(), about="a port is on strike")
    port_weather: Weather = key(default=Weather(), about="a storm closes a port")
    canal_restriction: CanalRestriction = key(default=CanalRestriction(), about="a canal takes fewer ships")
    canal_blockage: CanalBlockage = key(default=CanalBlockage(), about="a canal is blocked")
    quality_hold: QualityHold = key(default=QualityHold(), about="stock is held or recalled")
    cyber: Cyber = key(default=Cyber(), about="computers are down")
    demand_surge: DemandSurge = key(default=DemandSurge(), about="demand goes up")
    tariff_step: TariffStep = key(default=TariffStep(), about="a new duty")
    freight_regime: FreightRegime = key(default=FreightRegime(), about="boxes are short and freight is dear")
    pandemic: Pandemic = key(default=Pandemic(), about="suppliers shut in waves")
    customs_regime: CustomsRegime = key(default=CustomsRegime(), about="a border works anew")
    mckinsey: McKinsey = key(default=McKinsey(), about="all causes at once, by length")

    def targets(self) -> list[tuple[Target, str]]:
        """Lanes named as passing a canal; all else follows from the scenario."""
        named = dict.fromkeys((*self.canal_restriction.lanes, *self.canal_blockage.lanes))
        return [("lane", lane) for lane in named]

    def bound(self, scenario: Scenario) -> BoundBackground:
        """The same on the nodes of this scenario."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return BoundBackground(**given | {"nodes": Nodes.of(scenario)})

    def expected(self, first: float, last: float) -> float:
        """Mean number of times that it strikes between two days: none before it is bound to a scenario."""
        return 0.0

    def incidents(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Incident]:
        """None before it is bound to a scenario."""
        return []


@spec
class BoundBackground(Background):
    """A background with the nodes of one scenario.

    Attributes
    ----------
    nodes : what it can hit.
    """

    nodes: Any = key(default=None, about="nodes of the scenario")

    def targets(self) -> list[tuple[Target, str]]:
        """All that it can hit."""
        found: list[Any] = self.nodes.targets()
        return found if self.rates == "causes" else [one for one in found if one[0] == "supplier"]

    def cells(self) -> list[Cell]:
        """Causes and nodes with their rates; causes that can hit nothing here are not among them."""
        nodes: Nodes = self.nodes
        if self.rates == "mckinsey":
            return [Cell("mckinsey", "", self.scale * self.mckinsey.rate)] if nodes.suppliers else []
        found = []
        for cause in STRIKES:
            found += [Cell(cause, node, self.scale * rate) for node, rate in self._units(cause).items()]
        return [cell for cell in found if cell.rate > 0]

    def _units(self, cause: str) -> Mapping[str, float]:
        """Units of a cause, with the rate of each."""
        nodes: Nodes = self.nodes
        rate = getattr(self, cause).rate
        if cause in ("site_outage", "insolvency"):
            return dict.fromkeys(nodes.suppliers, rate)
        if cause == "port_weather":
            return dict.fromkeys(nodes.stoppages, rate)
        if cause == "port_labour":
            return {port: self._labour(rate, stoppages) for port, stoppages in nodes.stoppages.items()}
        hits: dict[str, Any] = {
            "canal_restriction": self.canal_restriction.lanes or nodes.sea,
            "canal_blockage": self.canal_blockage.lanes or nodes.sea,
            "freight_regime": nodes.pools or nodes.sea,
            "customs_regime": nodes.inbound,
            "tariff_step": nodes.regions,
            "pandemic": nodes.suppliers,
            "quality_hold": nodes.made,
        }
        return {"": rate} if hits.get(cause, True) else {}

    def _labour(self, rate: float | None, stoppages: float | None) -> float:
        """Labour stoppages a year of a port: as given, or what its stoppages leave beside the weather."""
        if rate is not None:
            return rate
        return PORT_LABOUR_RATE if stoppages is None else max(stoppages - self.port_weather.rate, 0.0)

    def expected(self, first: float, last: float) -> float:
        """Mean number of times that any cause strikes between two days."""
        return sum(cell.rate for cell in self.cells()) * (last - first) / YEAR

    def incidents(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Incident]:
        """Incidents that start between two days.

        Parameters
        ----------
        count : how often all causes together strike, given instead of drawn; it is spread over them by their rates.
        """
        from sim.chance import generator as stream

        root = int(generator.integers(2**63))
        cells = self.cells()
        rates = [cell.rate for cell in cells]
        numbers: list[int] = []
        if count is not None and cells:
            numbers = [int(one) for one in generator.multinomial(count, [rate / sum(rates) for rate in rates])]
        found: list[tuple[float, str, str, list[Incident]]] = []
        for place, cell in enumerate(cells):
            source = stream(root, 0, cell.cause, cell.node)
            times = numbers[place] if numbers else int(source.poisson(cell.rate * (last - first) / YEAR))
            starts = sorted(float(first + (last - first) * luck) for luck in source.random(times))
            strike = STRIKES.get(cell.cause, striking.mckinsey)
            for number, start in enumerate(starts):
                one = striking.Strike(cell.cause, cell.node, start, number, root, source)
                found.append((start, cell.cause, cell.node, strike(one, getattr(self, cell.cause), self.nodes)))
        found.sort(key=lambda row: row[:3])
        return [
            replace(incident, name=self.name, number=number)
            for number, (*_, incidents) in enumerate(found)
            for incident in incidents
        ]
