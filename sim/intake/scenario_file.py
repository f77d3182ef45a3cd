"""The scenario file of an import: commented, every assumed number marked."""

from __future__ import annotations

import dataclasses
import datetime
import math
from typing import TYPE_CHECKING

import numpy as np

from sim.costs import Costs
from sim.intake.importing import Imported
from sim.intake.mapping import literal
from sim.intake.notes import in_sample, notes_of

if TYPE_CHECKING:
    from sim.intake.held import Held

#: days between reviews: assumed
REVIEW = 7
#: rates that are written as they are assumed: of carrying stock, and of running out
CARRYING = (
    "capital_rate",
    "storage_rate",
    "handling_rate",
    "insurance_rate",
    "obsolescence_rate",
    "shrinkage_rate",
)
STOCKOUT = ("goodwill_halts", "goodwill_breaches", "goodwill_inconveniences", "backorder_penalty")


def pairs_of(made: Imported) -> list[tuple[str, str]]:
    """Items and warehouses with demand, in order of the items."""
    sales = made.sales
    width = len(sales.sites)
    found = np.unique(sales.item_of * width + sales.site_of).tolist()
    pairs = {(sales.items[key // width], sales.sites[key % width]) for key in found}
    order = {name: number for number, name in enumerate(made.masters)}
    return sorted(pairs, key=lambda pair: (order[pair[0]], pair[1]))


def day_zero(made: Imported) -> datetime.date:
    """The plan's day: as said, or the day after the record."""
    return made.options.as_of or datetime.date.fromordinal(made.sales.last + 1)


def span(made: Imported) -> tuple[int, int | None, int]:
    """Horizon, warm-up (None: the scenario's default) and the warm-up there should be, in days."""
    longest = max(_mean(line.law) for line in made.supply.lines.values())
    wanted = 7 * math.ceil((2 * longest + REVIEW + 1) / 7)
    if made.options.as_of is None:
        return made.options.horizon, None, wanted
    before = made.options.as_of.toordinal() - made.sales.first
    after = made.sales.last + 1 - made.options.as_of.toordinal()
    return after, min(wanted, before - before % 7), wanted


def _mean(law: dict[str, str]) -> float:
    """Mean days of a law as it is written."""
    if law["law"] != "discrete":
        return float(law.get("mean", law.get("value", "0")))
    values = [float(one) for one in law["values"].split(";")]
    shares = [float(one) for one in law["probabilities"].split(";")] if "probabilities" in law else None
    return float(np.average(values, weights=shares))


def _known_keys() -> set[str]:
    """Keys that scenarios have: what they cannot hold (yet) is written as a comment."""
    from sim.scenario import Scenario

    return set(Scenario.__dataclass_fields__)


def text(made: Imported, records: str, plans_by: Held) -> str:
    """The scenario file."""
    horizon, warm_up, wanted = span(made)
    zero = day_zero(made)
    replay = made.options.as_of is not None
    name = made.options.name or "imported"
    known = _known_keys()
    extra = [("deliveries", records, "what was ordered, promised and delivered")]
    extra += [("current", "current.csv" if plans_by else "", "what the ERP plans by: the posture `current`")]
    demand = "recorded after it, replayed" if replay else "resampled in whole weeks"
    parts = [
        "# Written by `bufferstock import`. Edit it freely; then",
        "#   bufferstock check .      every problem at once",
        "#   bufferstock compare .    what each posture costs and loses",
        "# Times are in days from day 0, money in `currency`, volume in m3. What the files did not say is marked: assumed.",
        f"name = {literal(name)}",
        f"title = {literal(f'{name}: {len(made.masters)} items, plans of {zero}, demand {demand}')}",
        "notes = [",
        *(f"  {literal(note)}," for note in notes_of(made, zero, horizon, warm_up, wanted, plans_by)),
        "]",
        *([f"in_sample = [{', '.join(map(literal, sample))}]"] if (sample := in_sample(made)) else []),
        f"currency = {literal(made.currency or 'USD')}" + ("" if made.currency else "   # assumed"),
        f"horizon = {horizon}"
        + ("   # all of the record that is left" if replay else "   # assumed: days that are booked"),
    ]
    if warm_up is not None:
        parts.append(f"warm_up = {warm_up}   # days of the record before day 0 that are lived through and not booked")
    parts += [
        f'units = "{"integer" if made.sales.whole else "continuous"}"',
        f"review_every = {REVIEW}   # assumed: stock is reviewed once a week",
        "lost_share = 0.5   # assumed: share of unmet demand that is lost; the rest waits",
        'items = "items.csv"',
        'suppliers = "suppliers.csv"',
        'demand = "demand.csv"',
        'history = "history.parquet"',
        *(
            [f"history_period = {made.sales.period}   # days of one period of the record, spread evenly over them"]
            if made.sales.period > 1
            else []
        ),
        f'as_of = "{zero}"   # day 0: plans see what lay before it',
    ]
    for key, value, about in extra:
        if value:
            parts.append(f"{'' if key in known else '# '}{key} = {literal(value)}   # {about}")
    parts += [
        "",
        *_costs(),
        "",
    ]
    parts += [
        "# [[stretches]]   # windows of the history that were disrupted or stable, if you know them; end is exclusive",
        '# name = "port strike"',
        '# start = "2021-10-01"',
        '# end = "2022-02-01"',
        '# kind = "disrupted"',
        "",
    ]
    for site in made.warehouses:
        parts += ["[[warehouses]]", f"name = {literal(site)}", ""]
    return "\n".join([*parts, *_lanes(made)])


def _costs() -> list[str]:
    """The rates that rule where nobody gives others, each on its line: figures to put one's own in the place of."""
    assumed, about = Costs(), {field.name: field.metadata["description"] for field in dataclasses.fields(Costs)}
    carrying = sum(float(getattr(assumed, name)) for name in CARRYING)
    return [
        f"[costs]   # assumed, all of them: carrying {100 * carrying:g} % of value a year, and what a stockout costs",
        *(f"{name} = {getattr(assumed, name):g}   # {about[name]}" for name in (*CARRYING, *STOCKOUT)),
    ]


def _lanes(made: Imported) -> list[str]:
    """A lane for each line and each warehouse that it serves, now or on record."""
    served: dict[tuple[str, str], str] = {}
    for item, site in pairs_of(made):
        line = made.supply.first(item)
        served[line.name, site] = line.mode
    records = made.records
    for item, supplier, mode, site in zip(records.items, records.suppliers, records.modes, records.sites, strict=True):
        way = made.supply.line_of(item, supplier, mode)
        assert way is not None
        served[way.name, site] = way.mode
    parts = []
    for (line_name, site), mode in sorted(served.items()):
        name = line_name if len(made.warehouses) == 1 else f"{line_name} to {site}"
        parts += [
            "[[lanes]]",
            f"name = {literal(name)}",
            f"origin = [{literal(line_name)}]",
            f"destination = {literal(site)}",
            f"mode = {literal(mode)}",
            "",
        ]
    return parts
