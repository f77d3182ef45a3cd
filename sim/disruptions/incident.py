"""An incident: a disruption that did happen in one Future, with its days and what it does to its target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np

Target = Literal["port", "supplier", "lane", "pool", "warehouse", "item", "firm"]
Points = tuple[tuple[float, float], ...]
#: where of an incident that hits the firm itself
FIRM = "firm"


@dataclass(frozen=True)
class Incident:
    """What one incident does, from `start` (included) to `end` (excluded), in days from day 0.

    Every effect is neutral unless given; which effects a target knows stands in docs/disruptions.md.

    Attributes
    ----------
    name : the disruption it comes from.
    kind : kind of that disruption.
    target, where : what it hits, by name: a port, supplier, lane, container pool, warehouse or item; "firm" for the firm.
    start, end : days; may be negative (warm-up), pass the horizon, or never end (infinite).
    remaining : capacity left, as (days from start, fraction) points, linear between, or one constant.
    whole_days : the state at a morning rules the whole day; otherwise the exact times rule.
    transit_factor, transit_add : transit times of departures meanwhile: multiplied, and days added.
    under_way : what befalls goods in transit on the lane at the start.
    cycle_factor : multiplies the cycle time of containers loaded meanwhile.
    freight_factor, expedite_factor : multiply freight, and the price of expediting, of the lanes it touches.
    dwell_factor, dwell_add : time from berth to gate at a port: multiplied, and days added.
    traffic_factor : multiplies other shippers' arrivals at a port.
    work : what befalls goods in production at the supplier at the start.
    orders : what befalls orders placed meanwhile: they wait, are not accepted, or are accepted and never come.
    open_orders : what befalls orders not yet made when it starts.
    allocation : share of each item's historic demand that is accepted at a review; None: no rationing.
    stock, stock_share : what befalls stock on hand (and, in quarantine, arrivals meanwhile), and which share of it.
    released : share of quarantined stock that comes back at the end; the rest is scrapped.
    demand_factor, demand_profile : multiplies demand; by (days from start, factor) points where the factor changes.
    price_factor : multiplies the purchase price, duty included.
    defects : share of what a supplier makes meanwhile that is defective.
    exam_share, exam_days : share of calendar days whose shipments are examined, and the days that takes.
    sites, items : warehouses and items it is restricted to; empty: all.
    notice : days it is known before it starts.
    estimate : its length as first believed, days; not a number: nobody says, so that the law of its kind is believed.
    cause : name of the disruption that triggered it, "" none.
    number : which occurrence of its disruption it belongs to, 0 the first; incidents of one occurrence share it.
    """

    name: str
    kind: str
    target: Target
    where: str
    start: float
    end: float
    remaining: Points | float = 0.0
    whole_days: bool = True
    transit_factor: float = 1.0
    cycle_factor: float = 1.0
    freight_factor: float = 1.0
    transit_add: float = 0.0
    under_way: Literal["goes on", "held", "lost"] = "goes on"
    expedite_factor: float = 1.0
    dwell_factor: float = 1.0
    dwell_add: float = 0.0
    traffic_factor: float = 1.0
    work: Literal["resumes", "restarts", "lost"] = "resumes"
    orders: Literal["queue", "refused", "lost"] = "queue"
    open_orders: Literal["kept", "lost"] = "kept"
    allocation: float | None = None
    stock: Literal["untouched", "quarantined", "destroyed"] = "untouched"
    stock_share: float = 1.0
    released: float = 0.0
    demand_factor: float = 1.0
    demand_profile: Points = ()
    price_factor: float = 1.0
    defects: float = 0.0
    exam_share: float = 0.0
    exam_days: float = 0.0
    sites: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    notice: float = 0.0
    estimate: float = math.nan
    cause: str = ""
    number: int = 0

    @property
    def begins(self) -> float:
        """When it takes effect: a whole-day incident with the first morning in it."""
        return _up(self.start) if self.whole_days else self.start

    @property
    def ends(self) -> float:
        """When its effect is over."""
        return _up(self.end) if self.whole_days else self.end

    @property
    def happens(self) -> bool:
        """Whether it lasts at all: without length, or without a morning where whole days count, it changes nothing."""
        return self.begins < self.ends

    def covers(self, day: float) -> bool:
        """Whether it is on at this time."""
        return self.start <= day < self.end

    def on(self, time: float) -> bool:
        """Whether it is on at this time by its own clock: by the morning of the day, or exactly."""
        return self.begins <= time < self.ends

    def fraction(self, day: float) -> float:
        """Capacity left at this time, 1 outside the incident."""
        if not self.covers(day):
            return 1.0
        if isinstance(self.remaining, float | int):
            return float(self.remaining)
        return along(self.remaining, day - self.start)

    def demand_at(self, day: float) -> float:
        """What it multiplies the demand of this day with."""
        if not self.covers(day):
            return 1.0
        return along(self.demand_profile, day - self.start) if self.demand_profile else self.demand_factor

    def touches(self, site: str, item: str) -> bool:
        """Whether it concerns an item at a warehouse: by its own target where that is one of them, and its limits."""
        if (self.target == "warehouse" and self.where != site) or (self.target == "item" and self.where != item):
            return False
        return (not self.sites or site in self.sites) and (not self.items or item in self.items)

    def scaled(self, severity: float) -> Incident:
        """The same incident at a severity: 0 does nothing, 1 is as given, in between (or beyond) in proportion.

        Fractions, factors and days are scaled; what befalls goods and orders happens at any severity above 0. Two things
        are in proportion as products: the days that examinations take on average (share x days), and the stock that is
        scrapped (share x what is not released). Their shares are scaled, and where a share has reached 1, the other part is.
        """
        if severity == 1.0:
            return self
        if severity <= 0:
            neutral: dict[str, Any] = {name: getattr(NEUTRAL, name) for name in EFFECTS}
            return replace(self, **neutral, remaining=1.0)

        def share(of: float) -> float:
            return min(max(of * severity, 0.0), 1.0)

        def beyond(of: float) -> float:
            """What a share cannot take on, as a factor."""
            return max(of * severity, 1.0)

        def left(of: float) -> float:
            return min(max(1 - severity * (1 - of), 0.0), 1.0)

        def factor(of: float) -> float:
            return max(1 + severity * (of - 1), 0.0)

        remaining = self.remaining
        factors: dict[str, Any] = {name: factor(getattr(self, name)) for name in FACTORS}
        return replace(
            self,
            **factors,
            remaining=left(float(remaining))
            if isinstance(remaining, float | int)
            else tuple((day, left(fraction)) for day, fraction in remaining),
            transit_factor=max(factor(self.transit_factor), 0.01),
            transit_add=self.transit_add * severity,
            dwell_add=self.dwell_add * severity,
            allocation=None if self.allocation is None else left(self.allocation),
            stock_share=share(self.stock_share),
            exam_share=share(self.exam_share),
            defects=share(self.defects),
            exam_days=self.exam_days * beyond(self.exam_share),
            released=1 - min((1 - self.released) * beyond(self.stock_share), 1.0)
            if self.stock_share * severity > 1
            else self.released,
            demand_profile=tuple((day, factor(height)) for day, height in self.demand_profile),
        )


#: factors that a severity scales
FACTORS = (
    *("cycle_factor", "freight_factor", "expedite_factor", "dwell_factor", "traffic_factor"),
    *("demand_factor", "price_factor"),
)
#: everything an incident does besides taking capacity
EFFECTS = (
    *("transit_factor", "transit_add", "under_way", "dwell_add", "work", "orders", "open_orders", "allocation"),
    *("stock", "stock_share", "released", "demand_profile", "exam_share", "exam_days", "defects"),
    *FACTORS,
)
NEUTRAL = Incident("", "", "firm", FIRM, 0.0, 0.0)


class Disruption(Protocol):
    """Anything that can say which incidents befall a Future; a frozen dataclass is enough.

    Attributes
    ----------
    name : unique name; it keys the disruption's own random stream.
    """

    @property
    def name(self) -> str: ...

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        ...

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """Incidents that touch the days from `first` to `last`, drawn from its own generator."""
        ...


class Chained(Protocol):
    """A disruption that follows others: it is asked once those of `after` are drawn, instead of `incidents`."""

    @property
    def after(self) -> str | None:
        """Name of the disruption it follows; None: it stands alone."""
        ...

    def follows(self, incidents: Sequence[Incident], generator: np.random.Generator) -> list[Incident]:
        """Incidents that follow from those drawn so far."""
        ...


def along(points: Points, since: float) -> float:
    """Height of a curve of (day, height) points: linear between, level before and after; at a jump, what comes after."""
    if since < points[0][0]:
        return points[0][1]
    for (before, low), (after, high) in zip(points, points[1:], strict=False):
        if before <= since < after:
            return low + (high - low) * (since - before) / (after - before)
    return points[-1][1]


def check_curve(points: Points, most: float = 1.0, what: str = "the fractions 0 to 1") -> None:
    """Raise ValueError when a curve goes back in time or leaves its bounds."""
    days = [day for day, _ in points]
    shown = [list(point) for point in points]
    if any(b < a for a, b in zip(days, days[1:], strict=False)) or (days and days[0] < 0):
        raise ValueError(f"the curve {shown} goes back in time")
    if any(not 0 <= height <= most for _, height in points):
        raise ValueError(f"the curve {shown} leaves {what}")


def drawn(law: Any, generator: np.random.Generator) -> float:
    """One value of a law from a generator: exactly one normal score is used."""
    import numpy as np

    return float(law.from_score(np.asarray([generator.standard_normal()]))[0])


def _up(time: float) -> float:
    return float(math.ceil(time)) if math.isfinite(time) else time
