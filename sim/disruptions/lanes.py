"""Lanes: closures, slow-downs, diversions, carriers that fail, freight shocks, and customs at a lane or port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from sim.disruptions.incident import Incident, Target
from sim.disruptions.timing import Occurrence, Timed, Weakened
from sim.distributions import Law, fixed
from sim.keys import key, spec

if TYPE_CHECKING:
    from sim.scenario import Scenario

UnderWay = Literal["goes on", "held", "lost"]


@spec
class LaneDisruption(Weakened):
    """Lanes without departures, or with longer transit or dearer freight (a diversion).

    Not modelled: a choice of way shipment by shipment; the whole lane is diverted or waits.
    """

    kind: Literal["lane_closure", "lane_slowdown", "lane_diversion"] = key(about="kind of disruption")
    lane: str | None = key(default=None, about="lane; or several as lanes")
    lanes: tuple[str, ...] = key(default=(), about="lanes hit together")
    remaining: float | None = key(
        default=None,
        ge=0,
        le=1,
        about="0: no departures; between: transit takes 1/remaining as long; left out: 0, and 1 for lane_diversion",
    )
    transit_factor: float = key(default=1.0, gt=0, about="multiplies transit times of departures meanwhile")
    transit_add: float = key(default=0.0, ge=0, about="days added to the transit of departures meanwhile")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight of departures meanwhile")
    under_way: UnderWay = key(default="goes on", about="goods in transit when it starts")

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.lane is None) == (not self.lanes):
            raise ValueError("give either lane or lanes")

    @property
    def endless(self) -> bool:  # type: ignore[override]
        """A diversion may last."""
        return self.kind == "lane_diversion"

    @property
    def usual(self) -> float:
        """A diversion stops nothing."""
        return float(self.kind == "lane_diversion")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each lane."""
        return [
            Incident(
                name="",
                kind="",
                target="lane",
                where=lane,
                start=0.0,
                end=occurrence.length,
                remaining=self.left,
                transit_factor=self.transit_factor,
                transit_add=self.transit_add,
                freight_factor=self.freight_factor,
                under_way=self.under_way,
            )
            for lane in self.lanes or (str(self.lane),)
        ]


@spec
class CarrierFailure(Weakened):
    """A carrier that fails: its lanes stop until another takes over, and what is under way is late or lost."""

    kind: Literal["carrier_failure"] = key(about="kind of disruption")
    lanes: tuple[str, ...] = key(about="lanes it serves", min_length=1)
    late: Law = key(default=fixed(0.0), about="days by which goods under way are held up")
    under_way: Literal["held", "lost"] = key(default="held", about="goods in transit when it starts")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight of departures meanwhile")

    def laws(self) -> tuple[Law, ...]:
        """How late goods under way are."""
        return (self.late,)

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """For each lane its stop, and what befalls the goods under way."""
        late = occurrence.extra[0] if occurrence.extra else self.late.mean
        found = []
        for lane in self.lanes:
            stop = Incident(
                name="",
                kind="",
                target="lane",
                where=lane,
                start=0.0,
                end=occurrence.length,
                remaining=self.left,
                freight_factor=self.freight_factor,
                under_way="lost" if self.under_way == "lost" else "goes on",
            )
            found.append(stop)
            if self.under_way == "held" and min(late, occurrence.length) > 0:
                found.append(
                    replace(stop, kind="goods_held_up", end=late, remaining=1.0, freight_factor=1.0, under_way="held")
                )
        return found


@spec
class FreightShock(Timed):
    """Freight, and the price of expediting, go up (or down): on some lanes, on one mode, or on all."""

    kind: Literal["freight_shock"] = key(about="kind of disruption")
    lanes: tuple[str, ...] = key(default=(), about="lanes hit; left out: all, or those of the mode")
    mode: str | None = key(default=None, about="mode hit, for example 'sea' or 'air'")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight of departures meanwhile")
    expedite_factor: float = key(default=1.0, ge=0, about="multiplies the price of expediting meanwhile")

    endless = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.freight_factor == self.expedite_factor == 1:
            raise ValueError("a freight shock needs a freight_factor or an expedite_factor")
        if self.lanes and self.mode is not None:
            raise ValueError("give either lanes or a mode")

    def bound(self, scenario: Scenario) -> FreightShock:
        """The same with the lanes of this scenario."""
        if self.lanes:
            return self
        lanes = tuple(lane.name for lane in scenario.lanes if self.mode in (None, lane.mode))
        return replace(self, lanes=lanes, mode=None)

    def adrift(self, rows: Mapping[str, Mapping[int, Any]]) -> list[tuple[str, str, list[str]]]:
        """A mode that no lane has: key, name and what there is."""
        modes = sorted({lane.mode for lane in rows.get("lanes", {}).values()})
        return [] if self.mode is None or self.mode in modes else [("mode", self.mode, modes)]

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each lane."""
        return [
            Incident(
                name="",
                kind="",
                target="lane",
                where=lane,
                start=0.0,
                end=occurrence.length,
                remaining=1.0,
                freight_factor=self.freight_factor,
                expedite_factor=self.expedite_factor,
            )
            for lane in self.lanes
        ]


@spec
class CustomsDelay(Timed):
    """Customs: every shipment takes longer, or those of some days are examined. At ports, or at lanes (a land border).

    Not modelled: fees; an examination of one box rather than of a day's.
    """

    kind: Literal["customs_delay"] = key(about="kind of disruption")
    ports: tuple[str, ...] = key(default=(), about="ports of discharge")
    lanes: tuple[str, ...] = key(default=(), about="lanes, where no port is modelled")
    delay: float = key(default=0.0, ge=0, about="days that every shipment takes longer")
    exam_share: float = key(default=0.0, ge=0, le=1, about="share of calendar days whose shipments are examined")
    exam_days: float = key(default=0.0, ge=0, about="days that an examination takes")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight of the lanes meanwhile")

    endless = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.ports and not self.lanes:
            raise ValueError("give ports or lanes")
        if not self.delay and not (self.exam_share and self.exam_days) and self.freight_factor == 1:
            raise ValueError("customs need a delay, or exam_share and exam_days")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each port and lane."""

        def at(target: Target, where: str) -> Incident:
            return Incident(
                name="",
                kind="",
                target=target,
                where=where,
                start=0.0,
                end=occurrence.length,
                remaining=1.0,
                dwell_add=self.delay if target == "port" else 0.0,
                transit_add=self.delay if target == "lane" else 0.0,
                freight_factor=self.freight_factor if target == "lane" else 1.0,
                exam_share=self.exam_share,
                exam_days=self.exam_days,
            )

        return [*(at("port", port) for port in self.ports), *(at("lane", lane) for lane in self.lanes)]
