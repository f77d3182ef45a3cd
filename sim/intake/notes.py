"""Notes of an imported scenario: what is recorded, what is assumed, what is in-sample. They stand under every result."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sim.errors import listing
from sim.intake.erp import CRITICALITY_TOLD
from sim.intake.importing import Imported
from sim.intake.supply import KNOWN, MANY, disagreements

if TYPE_CHECKING:
    from sim.intake.held import Held


def notes_of(
    made: Imported, zero: datetime.date, horizon: int, warm_up: int | None, wanted: int, plans_by: Held
) -> list[str]:
    """One sentence or two each, the matter first."""
    notes = [_files(made), *_time(made, zero, horizon, warm_up, wanted), *_lead_times(made), *made.notes]
    notes += [note for source in made.sources if source.role == "items" for note in source.notes]
    return [*notes, *_money(made), *_lots(plans_by), *_items(made)]


def in_sample(made: Imported) -> list[str]:
    """What the world is made of that plans were made on too, for the key ``in_sample``; demand speaks for itself."""
    lines = made.supply.lines.values()
    whole = f"of {len(lines)} supply lines"
    told = []
    if seen := sum(line.published is None and line.in_sample for line in lines):
        told.append(f"lead times of {seen} {whole} are drawn from records that plans are made on")
    if unseen := sum(line.unseen for line in lines):
        told.append(f"plans know the lead times of {unseen} {whole} from records after their day alone")
    return told


def _files(made: Imported) -> str:
    files = listing([f"{source.source} ({source.role})" for source in made.sources], most=8)
    return f"Imported from {files}; what became of each row is in import-report.csv."


def _time(made: Imported, zero: datetime.date, horizon: int, warm_up: int | None, wanted: int) -> list[str]:
    first = datetime.date.fromordinal(made.sales.first)
    last = datetime.date.fromordinal(made.sales.last)
    if made.options.as_of is None:
        return [
            f"In-sample: demand is whole weeks of {first} to {last}, drawn with replacement for all items at once; plans "
            "are made on the same days that they are judged on. Import with --as-of for a judgement out of sample."
        ]
    told = [
        f"Demand is out of sample: plans of {zero} see demand and deliveries from {first} to the day before; they live "
        f"through the demand recorded from {zero} to {last} ({horizon} days), the same in every future: intervals are "
        "about lead times."
    ]
    new = len(made.masters) - len({item for item, _ in made.sales.mean(zero.toordinal())})
    if new:
        told.append(f"{new} items have no demand before {zero}: a plan cannot know them.")
    if warm_up is not None and warm_up < wanted:
        told.append(
            f"Warm-up is {warm_up} days, all that the record has before {zero} in whole weeks; twice the longest lead time "
            f"and a review would be {wanted}."
        )
    return told


def _lead_times(made: Imported) -> list[str]:
    lines = list(made.supply.lines.values())
    recorded = [line for line in lines if line.published is None]
    told = []
    if recorded:
        often = sorted(recorded, key=lambda line: (-line.records, line.name))
        names = "; ".join(f"{line.name} {line.told}" for line in often[:5])
        rest = f"; and {len(often) - 5} lines more in suppliers.csv" if len(often) > 5 else ""
        told.append(
            f"Lead times of the world, order to stock: {names}{rest}. Orders still open at the end are not in them."
        )
    sample = [line.name for line in recorded if line.in_sample]
    if sample and made.options.as_of is not None:
        told.append(
            f"In-sample: {listing(sample)} had fewer than {MANY} records ordered from {made.options.as_of} on, so all are "
            "used: the world draws from lead times that plans may have seen, or see no other."
        )
    elif sample:
        told.append("In-sample: lead times are drawn from the records that plans are made on.")
    if unseen := [line.name for line in lines if line.unseen]:
        told.append(
            f"In-sample: {listing(unseen)} had delivered fewer than {KNOWN} times to a warehouse before "
            f"{made.options.as_of}, so plans take the mean and spread of the records after it, which nobody could know. "
            "Publish a lead time in the item master, or import with a later --as-of."
        )
    assumed = [line.name for line in lines if line.assumed]
    if assumed:
        told.append(
            f"Assumed: a spread (cv) of {made.options.lead_time_cv:g} for the lead times of {listing(assumed, most=8)}: the "
            "files give their mean alone. 0.25 to 0.40 is usual for steady repeat orders."
        )
    told += [
        f"Published and recorded lead times differ: {line}." for line in disagreements(made.masters, made.supply)[:8]
    ]
    if any(line.mode == "unknown" for line in lines):
        told.append(
            "Assumed: mode of transport 'unknown' where no file names one; what a posture does for sea goods passes them by."
        )
    return told


def _money(made: Imported) -> list[str]:
    masters = made.masters.values()
    told = [
        "Assumed: carrying rates of 25 % of value a year, goodwill of a lost sale by criticality, half of unmet demand "
        "lost, weekly review, no freight, no ports: the files do not say."
    ]
    if not made.currency:
        told.append("Assumed: money is in USD; say --currency if it is not.")
    priced = sum(master.number("price") is not None for master in masters)
    if priced < len(masters):
        told.append(
            f"{len(masters) - priced} items have no selling price: the cost is taken, a lost sale loses no margin."
        )
    if made.options.cost_share is not None:
        share = sum(master.number("standard_cost") is None and not master.text("vprsv") for master in masters)
        told.append(
            f"Assumed: cost is {made.options.cost_share:g} of the price for items without a cost ({share} of them)."
        )
    if not any((master.number("volume") or 0) > 0 for master in masters):
        told.append("No item has a volume: space and freight cost nothing.")
    return told


def _lots(plans_by: Held) -> list[str]:
    """How the posture `current` orders what the system holds no lot for."""
    alone = [figures for figures in plans_by.values() if not figures.keys() & {"order_quantity", "order_up_to"}]
    if not alone:
        return []
    pointed = sum("reorder_point" in figures for figures in alone)
    top = "the reorder point" if pointed else "its forecast and safety stock"
    if 0 < pointed < len(alone):
        top += ", or without one up to its forecast and safety stock,"
    return [
        f"Assumed: no lot size for {len(alone)} of {len(plans_by)} items by warehouse: the posture `current` orders up to "
        f"{top} at every review (lot for lot). If the system orders lots, add a column with the lot size."
    ]


def _items(made: Imported) -> list[str]:
    sources = made.of("items")
    fields = {name for source in sources for name in source.bound}
    if fields & {"critical_flag", "abc"} and "criticality" not in fields:
        return [CRITICALITY_TOLD]
    if "criticality" not in fields:
        return ["Missing: what a stockout of each item does; all are taken for 'inconveniences', the default."]
    return []
