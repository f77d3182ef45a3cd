"""Supply lines: one for each supplier and mode, with the lead-time law that the world draws from."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.intake.deliveries import Deliveries
from sim.intake.master import Master
from sim.intake.options import Options
from sim.intake.tally import NOT_USED, USED
from sim.intake.words import NO_MODE, mode_of

#: records from which on the law is the records themselves; and fewest for a law of their mean and spread
MANY, FEW = 20, 5
#: deliveries from which on a plan knows mean and spread of a line at a warehouse
KNOWN = 2
NO_SUPPLIER = "supplier not named"


@dataclass
class Line:
    """A supplier by one mode.

    Attributes
    ----------
    published : lead time of the item master, days, where the line stands for that alone.
    records, after : delivery records of the line, and those ordered from the plan's day on.
    mean : mean lead time of all its records, days.
    law : columns of the law of its lead time.
    told : the law and its basis in words.
    in_sample : plans may have seen the records of the law.
    unseen : plans find too few records before their day, and take the figures of the law, which come from after it.
    """

    supplier: str
    mode: str
    published: float | None = None
    records: int = 0
    after: int = 0
    mean: float = math.nan
    name: str = ""
    law: dict[str, str] = field(default_factory=dict)
    told: str = ""
    in_sample: bool = False
    unseen: bool = False
    assumed: bool = False


Key = tuple[str, str, float | None]


@dataclass
class Supply:
    """Lines by key, and for each item its lines, the first the one it comes by."""

    lines: dict[Key, Line]
    of_item: dict[str, list[Key]]

    def line_of(self, item: str, supplier: str, mode: str) -> Line | None:
        """The line of a delivery record: the item's own of that supplier and mode, or else any; None where there is none."""
        own = [key for key in self.of_item.get(item, []) if key[:2] == (supplier, mode)]
        keys = own or [key for key in self.lines if key[:2] == (supplier, mode)]
        return self.lines[keys[0]] if keys else None

    def first(self, item: str) -> Line:
        """The line an item comes by."""
        return self.lines[self.of_item[item][0]]


def connect(masters: dict[str, Master], found: Deliveries, options: Options) -> Supply:
    """Find the lines of each item; items without any lead time are said and left out of `masters`.

    An item comes by the supplier its master names, by the mode with most of its delivery records (before the plan's day,
    where there are some); without a named supplier, by the line with most of its records. Where a line has fewer than
    `FEW` records and the master publishes a lead time, the published one counts.
    """
    closed = ~np.isnan(found.delivered)
    records = Counter((s, m) for s, m, done in zip(found.suppliers, found.modes, closed, strict=True) if done)
    before = np.ones(found.size, dtype=bool) if options.as_of is None else found.ordered < options.as_of.toordinal()
    by_item: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    early: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for item, supplier, mode, done, known in zip(
        found.items, found.suppliers, found.modes, closed, before, strict=True
    ):
        by_item[item][supplier, mode] += int(done)
        if known:
            early[item][supplier, mode] += 1
    supply = Supply({}, {})
    for master in list(masters.values()):
        lead = master.lead_time if master.lead_time is not None else options.lead_time
        keys = _keys(master, lead, by_item[master.item], early[master.item], records)
        if not keys:
            master.say("lead_time", "no lead time, here or in delivery records", "item not used", NOT_USED)
            del masters[master.item]
            continue
        if master.lead_time is None and keys[0][2] is not None:
            master.say("lead_time", "no lead time", f"assumed {lead:g} days (--lead-time)", USED)
        supply.of_item[master.item] = keys
        for key in keys:
            supply.lines.setdefault(key, Line(*key))
    _named(supply)
    _laws(supply, found, options)
    return supply


def _keys(
    master: Master,
    lead: float | None,
    ever: Counter[tuple[str, str]],
    early: Counter[tuple[str, str]],
    records: Counter[tuple[str, str]],
) -> list[Key]:
    """Lines of an item, best first."""
    supplier, mode = master.text("supplier"), mode_of(master.text("mode"))
    ranked = sorted(ever, key=lambda pair: (-early[pair], -ever[pair], pair))
    if supplier:
        theirs = [pair for pair in ranked if pair[0] == supplier and (not mode or pair[1] == mode)]
        if not theirs:
            theirs = sorted(
                (pair for pair in records if pair[0] == supplier and (not mode or pair[1] == mode)),
                key=lambda pair: (-records[pair], pair),
            )[:1]
        if not theirs:
            theirs = [(supplier, mode)]
        ranked = [*theirs, *(pair for pair in ranked if pair not in theirs)]
    elif not ranked and lead is not None:
        ranked = [(NO_SUPPLIER, mode)]
    made: list[Key] = []
    for one, by in ranked:
        count = records[one, by]
        if lead is not None and count < FEW:
            made.append((one, by, lead))
        elif count:
            made.append((one, by, None))
    return made


def _named(supply: Supply) -> None:
    """Give lines their names: supplier and mode, and the lead time where several are published."""
    several = Counter((line.supplier, line.mode) for line in supply.lines.values())
    taken: set[str] = set()
    for line in supply.lines.values():
        name = f"{line.supplier} {line.mode}" if line.mode else line.supplier
        if several[line.supplier, line.mode] > 1 and line.published is not None:
            name = f"{name} {line.published:g} d"
        while name in taken:
            name = f"{name} '"
        taken.add(name)
        line.name = name.replace(";", ",")
        line.mode = line.mode or NO_MODE


def _laws(supply: Supply, found: Deliveries, options: Options) -> None:
    """Make the laws: of records ordered after the plan's day where there are `MANY`, else of all."""
    day = None if options.as_of is None else options.as_of.toordinal()
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    later: dict[tuple[str, str], list[float]] = defaultdict(list)
    for supplier, mode, ordered, delivered in zip(
        found.suppliers, found.modes, found.ordered, found.delivered, strict=True
    ):
        if math.isnan(delivered):
            continue
        times[supplier, mode].append(float(delivered - ordered))
        if day is not None and ordered >= day:
            later[supplier, mode].append(float(delivered - ordered))
    for (supplier, mode, lead), line in supply.lines.items():
        every, after = times[supplier, mode], later[supplier, mode]
        line.records, line.after = len(every), len(after)
        line.mean = float(np.mean(every)) if every else math.nan
        if lead is not None:
            line.law, line.told = published(lead, options.lead_time_cv)
            line.assumed = options.lead_time_cv > 0
            continue
        use_later = len(after) >= MANY
        line.in_sample = not use_later
        which = f"{len(after)} records ordered from {options.as_of} on" if use_later else f"all {len(every)} records"
        line.law, told = recorded(after if use_later else every, options.lead_time_cv)
        line.assumed = "assumed" in told
        line.told = f"{told}, of {which}"


def foreseen(supply: Supply, records: Deliveries, pairs: Iterable[tuple[str, str]], options: Options) -> None:
    """Mark lines of which a plan knows mean and spread only from records after its day.

    A plan takes a line's own figures from `KNOWN` deliveries before its day on; with less, it takes those of the law.

    Parameters
    ----------
    records : of the warehouses of the scenario.
    pairs : (item, warehouse) with demand.
    """
    if options.as_of is None:
        return
    ways = zip(records.suppliers, records.modes, records.sites, strict=True)
    early = (records.delivered < options.as_of.toordinal()).tolist()
    before = Counter(way for way, known in zip(ways, early, strict=True) if known)
    for item, site in pairs:
        line = supply.first(item)
        mode = supply.of_item[item][0][1]
        if line.published is None and not line.in_sample and before[line.supplier, mode, site] < KNOWN:
            line.unseen = True


def published(lead: float, cv: float) -> tuple[dict[str, str], str]:
    """The law of a lead time of which only the figure in the ERP is known."""
    if cv == 0 or lead == 0:
        return {"law": "fixed", "value": f"{lead:.6g}"}, f"{lead:.4g} days as published, taken for fixed"
    law = {"law": "lognormal", "mean": f"{lead:.6g}", "cv": f"{cv:.6g}"}
    return law, f"{lead:.4g} days as published, cv {cv:g} assumed"


def recorded(times: Sequence[float], cv: float) -> tuple[dict[str, str], str]:
    """The law of recorded lead times: the records themselves, or a lognormal law where they are few."""
    values = np.asarray(times)
    mean = float(values.mean())
    if values.size >= MANY:
        listed = sorted(values.tolist())
        told = f"as recorded (mean {mean:.4g} days, cv {values.std(ddof=1) / mean if mean else 0.0:.2f})"
        if len(listed) <= 400:
            return {"law": "discrete", "values": ";".join(f"{value:g}" for value in listed)}, told
        counts = Counter(listed)
        shares = ";".join(repr(count / len(listed)) for count in counts.values())
        return {"law": "discrete", "values": ";".join(f"{v:g}" for v in counts), "probabilities": shares}, told
    if mean == 0:
        return {"law": "fixed", "value": "0"}, "0 days as recorded"
    found = float(values.std(ddof=1) / mean) if values.size >= FEW else cv
    basis = "" if values.size >= FEW else " assumed, for the records are too few"
    if found == 0:
        return {"law": "fixed", "value": f"{mean:.6g}"}, f"{mean:.4g} days, each time"
    law = {"law": "lognormal", "mean": f"{mean:.6g}", "cv": f"{found:.6g}"}
    return law, f"lognormal, mean {mean:.4g} days, cv {found:.2f}{basis}"


def disagreements(masters: Mapping[str, Master], supply: Supply) -> list[str]:
    """Lines whose records differ from the published lead times of their items by more than a quarter, in words."""
    wanted: dict[Key, list[float]] = defaultdict(list)
    for item, keys in supply.of_item.items():
        own = masters[item].lead_time
        if keys[0][2] is None and own:
            wanted[keys[0]].append(own)
    told = []
    for key, leads in wanted.items():
        line, said = supply.lines[key], float(np.mean(leads))
        if abs(line.mean - said) > 0.25 * said:
            told.append(f"{line.name}: {said:.0f} days published, {line.mean:.0f} days on record")
    return told
