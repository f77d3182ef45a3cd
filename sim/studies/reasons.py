"""Why an item ran out: what befell its stock and its orders, which delivery it waited for, and which incident held that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.disruptions import Incident
from sim.plan import PlanLine
from sim.studies.holds import Hold, Holds
from sim.world.gates import Darkness, narrow
from sim.world.lot import Lot

#: a delivery is late, and a hold worth telling, from so many days on
LATE, TOLD = 1.0, 0.5
#: most holds told of one delivery
MOST = 3
#: days for which a late delivery that has come still explains a stockout
RECENT = 30.0
FULL = 1e-9


@dataclass(frozen=True)
class Reason:
    """Why one item ran out at one warehouse.

    Attributes
    ----------
    text : in words.
    shipment : number of the shipment it waited for, 0 where there is none.
    causes : incidents behind it, the main one first.
    days : days by which that shipment was held, 0 where none was.
    """

    text: str
    shipment: int
    causes: tuple[Incident, ...]
    days: float


class Reasons:
    """Explains the stockouts of one replication.

    Parameters
    ----------
    holds : what held deliveries in this Future.
    lots : all deliveries.
    lines : the plan's lines by warehouse and item.
    places : by warehouse, the items in the order of its arrays.
    """

    def __init__(
        self,
        holds: Holds,
        lots: Sequence[Lot],
        lines: dict[str, dict[str, PlanLine]],
        places: dict[str, tuple[str, ...]],
    ) -> None:
        self._holds, self._lines = holds, lines
        self.incidents = holds.incidents
        self.numbers = numbered(lots)
        self._lots: dict[tuple[str, str], list[tuple[Lot, float]]] = {}
        for lot in lots:
            items = places[lot.stock.name]
            for place, units in zip(lot.index.tolist(), lot.quantity.tolist(), strict=True):
                if units > 0:
                    self._lots.setdefault((lot.stock.name, items[place]), []).append((lot, units))
        holds.fronts(lots)

    def number(self, lot: Lot) -> int:
        """Number of the shipment that a delivery is part of, 0 where it has not left."""
        return self.numbers.get((lot.lane, lot.departs), 0)

    def of(self, site: str, item: str, day: float, until: float, depth: int = 0) -> Reason:
        """Why there was nothing left from a day until another.

        Parameters
        ----------
        depth : how many warehouses downstream have asked already.
        """
        line = self._lines[site][item]
        span = line.lead_time + line.review_every
        found = [self._taken(site, item, day, span), self._lost(site, item, day, span)]
        found += [self._awaited(site, item, day, until, depth), self._barred(site, item, day, span)]
        found.append(self._surged(site, item, day, span))
        told = [reason for reason in found if reason is not None]
        caused = [reason for reason in told if reason.causes]
        if caused or told:
            told = caused or told
            main = max(told, key=lambda one: one.days)
            causes = dict.fromkeys(cause for one in told for cause in one.causes)
            shipment = next((one.shipment for one in told if one.shipment), 0)
            return Reason("; ".join(one.text for one in told), shipment, tuple(causes), main.days)
        return self._outrun(site, item, day)

    # -- the stock itself ----------------------------------------------------------------------------------------------

    def _taken(self, site: str, item: str, day: float, span: float) -> Reason | None:
        """Stock that was destroyed, set aside or locked in, and is not yet made good."""
        told, causes = [], []
        for one in self.incidents:
            if one.target not in ("warehouse", "item") or not one.touches(site, item) or one.begins > day + 0.5:
                continue
            share = f"{one.stock_share:.0%} of the stock" if one.stock_share < 1 else "the stock"
            if one.stock == "destroyed" and one.begins >= day - span:
                told.append(f"{share} was destroyed ({words(one)})")
            elif one.stock == "quarantined" and one.ends + span > day:
                told.append(f"{share} was quarantined ({words(one)})")
            elif one.target == "warehouse" and one.remaining != 1.0 and one.on(day):
                told.append(f"{site} was closed ({words(one)})")
            else:
                continue
            causes.append(one)
        return Reason("; ".join(dict.fromkeys(told)), 0, tuple(causes), span) if told else None

    def _surged(self, site: str, item: str, day: float, span: float) -> Reason | None:
        """Demand that incidents made larger since the last order that could have met it."""
        told, causes = [], []
        days = [day - back for back in range(min(math.ceil(span), 400) + 1)]
        for one in self.incidents:
            if one.target not in ("warehouse", "item") or not one.touches(site, item):
                continue
            most = max(one.demand_at(when) for when in days)
            if most > 1 + FULL:
                told.append(f"demand rose to {most:.3g} times the usual ({words(one)})")
                causes.append(one)
        return Reason("; ".join(dict.fromkeys(told)), 0, tuple(causes), 0.0) if told else None

    # -- orders --------------------------------------------------------------------------------------------------------

    def _barred(self, site: str, item: str, day: float, span: float) -> Reason | None:
        """Orders that could not be placed, or were not accepted, in the time in which they would have helped."""
        told, causes = [], []
        origin = self._lines[site][item].origin
        for one in self.incidents:
            if not (one.begins <= day + 0.5 and one.ends > day - span):
                continue
            if Darkness([one], site):
                told.append(f"no orders could be placed ({words(one)})")
            elif one.target == "supplier" and one.where == origin and narrow([one]):
                if one.items and item not in one.items:
                    continue
                share = "no orders" if one.orders == "refused" else f"{one.allocation:.0%} of the usual orders"
                told.append(f"{origin} accepted {share} ({words(one)})")
            else:
                continue
            causes.append(one)
        return Reason("; ".join(dict.fromkeys(told)), 0, tuple(causes), 0.0) if told else None

    def _lost(self, site: str, item: str, day: float, span: float) -> Reason | None:
        """Deliveries that would have been here, had they not been lost."""
        lead = self._lines[site][item].lead_time
        gone: dict[tuple[str, float, str], list[tuple[Lot, float]]] = {}
        for lot, units in self._lots.get((site, item), []):
            if lot.fate and lot.lost <= day + 0.5 and day - span < lot.ordered + lead <= day + 0.5:
                gone.setdefault((lot.fate, lot.lost, lot.lane or lot.origin), []).append((lot, units))
        told: list[str] = []
        causes: dict[Incident, None] = {}
        for (fate, moment, where), lots in gone.items():
            behind = [one for one in self.incidents if self._loses(one, lots[0][0])][:1]
            units = sum(units for _, units in lots)
            orders = f"{len(lots)} orders from {lots[0][0].origin}"
            what = self.called(lots[0][0]) if len(lots) == 1 else orders
            how = "cancelled" if fate == "cancelled" else f"lost on {where}"
            were = "was" if len(lots) == 1 else "were"
            why = f", {words(behind[0])}" if behind else ""
            told.append(f"{what} with {units:,.0f} units {were} {how} on day {moment:.0f}{why}")
            causes |= dict.fromkeys(behind)
        if not told:
            return None
        shipments = [self.number(lot) for lots in gone.values() for lot, _ in lots if self.number(lot)]
        return Reason("; ".join(told[:MOST]), next(iter(shipments), 0), tuple(causes), span)

    def _loses(self, one: Incident, lot: Lot) -> bool:
        if lot.fate == "cancelled":
            same = one.target == "supplier" and one.where == lot.origin
            return same and (abs(one.begins - lot.lost) < 1e-6 or abs(one.ends - lot.lost) < 1e-6)
        return one.target == "lane" and one.where == lot.lane and abs(one.begins - lot.lost) < 1e-6

    # -- the delivery it waited for --------------------------------------------------------------------------------------

    def _awaited(self, site: str, item: str, day: float, until: float, depth: int) -> Reason | None:
        """The first delivery under way, where it was late; or else a late one that came not long before."""
        lead = self._lines[site][item].lead_time
        lots = [lot for lot, _ in self._lots.get((site, item), []) if not lot.fate]
        ahead = [lot for lot in lots if lot.ordered <= day + 0.5 < lot.received]
        for lot in sorted(ahead, key=lambda one: (one.received, one.ordered))[:1]:
            if self._late(lot, lead, day + 0.5) > LATE and lot.ordered + lead <= until:
                reason = self._held(lot, lead, day, item, depth)
                if reason.causes or lot.ordered + lead <= day + 0.5:
                    return reason
        came = [lot for lot in lots if day - RECENT <= lot.received <= day + 0.5]
        for lot in sorted(came, key=lambda one: (-one.received, one.ordered)):
            reason = self._held(lot, lead, day, item, depth)
            if self._late(lot, lead, day) > LATE and reason.causes:
                return reason
        return None

    def _late(self, lot: Lot, lead: float, now: float) -> float:
        """Days by which it was late, or is by now where it never comes."""
        return (lot.received if math.isfinite(lot.received) else now) - lot.ordered - lead

    def _held(self, lot: Lot, lead: float, day: float, item: str, depth: int) -> Reason:
        """A late delivery, and what held it."""
        held = [hold for hold in self._holds.of(lot) if hold.days >= TOLD]
        main = [hold for hold in held if hold.causes] or held
        causes = tuple(dict.fromkeys(cause for hold in main[:MOST] for cause in hold.causes))
        told = [self._hold(lot, hold, item, depth) for hold in main[:MOST]]
        due = f"due day {lot.ordered + lead:.0f}"
        if math.isfinite(lot.received):
            when = f"came day {lot.received:.0f}" if lot.received <= day + 0.5 else f"comes day {lot.received:.0f}"
        else:
            when = "does not come before the end"
        if not told:
            told = [f"was late by luck, without an incident{self._slow(lot)}"]
        text = f"{self.called(lot)} {', '.join(told)}; {due}, {when}"
        return Reason(text, self.number(lot), causes, sum(hold.days for hold in main[:MOST]))

    def _slow(self, lot: Lot) -> str:
        """The stage that chance made longest."""
        found = self._holds.luck(lot)
        return "" if found is None else f" ({found[1]:.1f} days more {STAGES[found[0].stage]} {found[0].where})"

    def _hold(self, lot: Lot, hold: Hold, item: str, depth: int) -> str:
        """One hold in words, with its causes."""
        step, lasted = hold.step, hold.step.end - hold.step.start
        told = HELD[step.stage].format(days=hold.days, lasted=lasted, where=step.where)
        if step.stage == "behind":
            front = self._holds.front(lot)
            told += f" behind {self.called(front)}" if front is not None else " behind an earlier shipment"
        if step.stage == "stock" and depth < 3 and item in self._lines.get(step.where, {}):
            return f"{told} ({self.of(step.where, item, step.start, step.end, depth + 1).text})"
        different = {cause.name: cause for cause in reversed(hold.causes)}
        listed = ", ".join(words(cause) for cause in list(different.values())[::-1][:2])
        return f"{told}, {listed}" if listed else told

    def called(self, lot: Lot) -> str:
        """What a delivery is called."""
        number = self.number(lot)
        return f"shipment {number}" if number else f"the order of day {lot.ordered:.0f} from {lot.origin}"

    def _outrun(self, site: str, item: str, day: float) -> Reason:
        """Nothing was late: the buffer was too small, or there was none."""
        lead = self._lines[site][item].lead_time
        ahead = [lot for lot, _ in self._lots.get((site, item), []) if lot.ordered <= day + 0.5 < lot.received]
        ahead = [lot for lot in ahead if not lot.fate]
        if not ahead:
            return Reason("nothing was on order", 0, (), 0.0)
        lot = min(ahead, key=lambda one: (one.received, one.ordered))
        when = f"{self.called(lot)}, ordered day {lot.ordered:.0f}, due day {lot.ordered + lead:.0f}"
        return Reason(f"demand outran the buffer; the next delivery is not late ({when})", self.number(lot), (), 0.0)


HELD = {
    "capacity": "waited {lasted:.1f} days for capacity at {where}",
    "kits": "waited {lasted:.1f} days for {where}",
    "production": "was in production {days:.1f} days longer at {where}",
    "stock": "waited {lasted:.1f} days for stock at {where}",
    "departure": "waited {days:.1f} days longer for a departure on {where}",
    "boxes": "waited {lasted:.1f} days for containers on {where}",
    "transit": "took {days:.1f} days longer on {where}",
    "queue": "waited {lasted:.1f} days at {where}",
    "port": "took {days:.1f} days longer from berth to gate at {where}",
    "delay": "was delayed {lasted:.1f} days (customs or a longer way) on {where}",
    "door": "waited {lasted:.1f} days at the door of {where}",
    "behind": "waited {lasted:.1f} days",
}
STAGES = {
    "capacity": "for capacity at",
    "kits": "for",
    "production": "in production at",
    "stock": "for stock at",
    "departure": "for a departure on",
    "boxes": "for containers on",
    "transit": "on",
    "queue": "in the queue at",
    "port": "from berth to gate at",
    "delay": "of delay on",
    "door": "at the door of",
    "behind": "behind another shipment on",
}


def words(one: Incident) -> str:
    """An incident in words: what, and on which days."""
    end = f"-{one.ends:.0f}" if math.isfinite(one.ends) else " on, for good"
    return f"{one.kind.replace('_', ' ')} days {one.begins:.0f}{end}"


def numbered(lots: Sequence[Lot]) -> dict[tuple[str, float], int]:
    """Numbers of shipments by lane and departure, from 1 on, in the order in which they left."""
    left = {(lot.departs, lot.lane) for lot in lots if np.isfinite(lot.departs)}
    return {(lane, departs): number for number, (departs, lane) in enumerate(sorted(left), start=1)}
