"""The register of assumptions: those that follow from a scenario, and those that its file adds or puts in their place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from sim.assumptions import REST, VALUE, Assumption
from sim.catalogue import CRITICALITIES
from sim.demand import SHAPED
from sim.errors import UsageError, near_miss
from sim.scenario import Scenario

#: what is said of a range that rests on nothing better
ASSUMED = "assumed"
#: share of the present value at the low and the high end, for rates of carrying cost
CARRYING = {
    "capital_rate": (0.5, 1.5, "cost of capital"),
    "storage_rate": (0.5, 2.0, "storage rate"),
    "storage_per_m3": (0.5, 2.0, "storage rate"),
    "handling_rate": (0.5, 2.0, "handling rate"),
    "handling_per_m3": (0.5, 2.0, "handling rate"),
    "insurance_rate": (0.5, 2.0, "insurance and tax rate"),
    "obsolescence_rate": (0.5, 2.0, "obsolescence rate"),
    "shrinkage_rate": (0.5, 2.0, "shrinkage rate"),
}
GOODWILL = ((0.25, 3.0, 0.0, 1.0), (0.0, 3.0, 0.0, 0.3), (0.0, 2.0, 0.0, 0.3))
CLASSES = ("halts", "breaches", "inconveniences")
TITLES = ("a critical item", "an item that breaches a contract", "an item that inconveniences")


def register(scenario: Scenario) -> tuple[Assumption, ...]:
    """All assumptions of a scenario under one weather.

    Those of the file come in the place of built-in ones with the same keys, or after them.

    Parameters
    ----------
    scenario : under one weather.
    """
    built_in = [
        *_unmet(scenario),
        *_money(scenario),
        *_times(scenario),
        *_demand(scenario),
        *_disruptions(scenario),
    ]
    own = {one.key: one for one in scenario.assumptions}
    found = [own.pop(one.key, one) for one in built_in]
    made = []
    for one in (*found, *own.values()):
        base = one.base if one.base is not None else _base(scenario, one)
        made.append(dataclasses.replace(one, base=base))
    return tuple(made)


def chosen(found: Sequence[Assumption], wanted: Sequence[str]) -> tuple[Assumption, ...]:
    """Those whose label or key holds one of some words, in their order; all where none are wanted.

    Raises
    ------
    UsageError : a word fits none.
    """
    if not wanted:
        return tuple(found)

    def fits(one: Assumption, word: str) -> bool:
        return any(word.lower() in text.lower() for text in (one.label, *one.key))

    for word in wanted:
        if not any(fits(one, word) for one in found):
            labels = [text for one in found for text in (one.label, *one.key)]
            raise UsageError(f"--only {word!r}: no assumption is called so{near_miss(word, labels)}")
    return tuple(one for one in found if any(fits(one, word) for word in wanted))


def _of(label: str, key: str | tuple[str, ...], low: float, high: float, base: float | None = None, **more: str) -> Any:
    """An assumption with numbers as its ends."""
    texts: dict[str, Any] = {
        "low": f"{low:.6g}",
        "high": f"{high:.6g}",
        "base": None if base is None else f"{base:.6g}",
    }
    return Assumption(label=label, key=(key,) if isinstance(key, str) else key, **texts, **more)


def _scale(label: str, key: str | tuple[str, ...], low: float, high: float, source: str = ASSUMED) -> Any:
    """An assumption that multiplies what is there."""
    keys = (key,) if isinstance(key, str) else key
    return _of(label, tuple(f"{one}*=" for one in keys), low, high, 1.0, unit="times as now", source=source)


def _unmet(scenario: Scenario) -> Iterator[Assumption]:
    """What a customer who finds nothing does, and what that costs."""
    costs = scenario.costs
    for rank, (kind, title) in enumerate(zip(CLASSES, TITLES, strict=True)):
        here = [item for item in scenario.items if item.criticality == CRITICALITIES[rank]]
        if not here:
            continue
        less, more, least, instead = GOODWILL[rank]
        label = f"goodwill of {title}"
        base = costs.goodwill_shares[rank]
        if all(item.goodwill is None for item in here):
            ends = (less * base, more * base) if base else (least, instead)
            yield _of(label, f"costs.goodwill_{kind}", *ends, base, unit="of its standard cost", source=ASSUMED)
        else:
            yield _scale(label, f"items.goodwill[criticality={kind}]", less, more)
    if not all(item.lost_share is not None for item in scenario.items):
        yield _of(
            "share of lost sales", "lost_share", 0.1, 0.9, scenario.lost_share, unit="of unmet demand", source=ASSUMED
        )
    if costs.backorder_penalty:
        base = costs.backorder_penalty
        yield _of("backorder penalty", "costs.backorder_penalty", 0.0, 3 * base, base, unit="of price", source=ASSUMED)
    if any((item.price or 0.0) > item.standard_cost for item in scenario.items):
        yield _scale("price and so margin", "items.price[price>0]", 0.9, 1.1)


def _money(scenario: Scenario) -> Iterator[Assumption]:
    """Rates of carrying, ordering and freight."""
    for name, (less, more, words) in CARRYING.items():
        base = getattr(scenario.costs, name)
        if base:
            unit = "money per m3" if name.endswith("m3") else "of value a year"
            source = "assumed; 15 to 35 % of value a year in all is usual"
            yield _of(words, f"costs.{name}", less * base, more * base, base, unit=unit, source=source)
    for name, words in (("per_line", "cost of an order line"), ("per_order", "cost of an order")):
        base = getattr(scenario.costs, name)
        if base:
            yield _of(words, f"costs.{name}", 0.5 * base, 2 * base, base, unit=scenario.currency, source=ASSUMED)
    if any(lane.freight for lane in scenario.lanes):
        yield _scale("freight", "lanes.freight[freight>0]", 0.7, 2.0)


def _times(scenario: Scenario) -> Iterator[Assumption]:
    """Lead times: how long, how uncertain, how long luck stays alike, and whether orders overtake."""
    makers = [one for one in scenario.suppliers if one.production_time.mean > 0]
    legs = [leg for lane in scenario.lanes for leg in lane.legs if leg.transit is not None and leg.transit.mean > 0]
    keys = (
        *(["suppliers.production_time[*]"] if makers else []),
        *(["lanes.legs.transit[*]"] if legs else []),
    )
    if keys:
        yield _scale("mean lead time", keys, 0.8, 1.25)
    random_makers = [one for one in makers if hasattr(one.production_time, "cv")]
    spread = (
        *(["suppliers.production_time.cv[production_time.cv>0]"] if random_makers else []),
        *(["lanes.legs.transit.cv[*]"] if any(hasattr(leg.transit, "cv") for leg in legs) else []),
    )
    if spread:
        yield _scale("spread of lead times (cv)", spread, 0.5, 1.5)
    random = any(one.production_time.sd > 0 for one in makers)
    moving = any(leg.transit is not None and leg.transit.sd > 0 for leg in legs)
    alike = (
        *(["suppliers.correlation_time[*]"] if random else []),
        *(["lanes.correlation_time[*]"] if moving else []),
    )
    if alike and scenario.crossing == "none":
        yield _scale("correlation time of lead times", alike, 0.25, 2.0)
    if alike:
        other = "independent" if scenario.crossing == "none" else "none"
        yield Assumption(label="orders overtake each other", key=("crossing",), low=scenario.crossing, high=other)


def _demand(scenario: Scenario) -> Iterator[Assumption]:
    """Level and spread of demand."""
    models = {stream.model for stream in scenario.demand} - {"none"}
    if models and models <= SHAPED:
        label = "level of demand"
        yield _of(
            label,
            "demand_level",
            0.85,
            1.15,
            scenario.demand_level,
            unit="times the mean",
            source="assumed; plans are made on history as it is",
        )
    keys = []
    binomial = [one for one in scenario.demand if one.model == "negative_binomial" and one.mean and one.cv]
    narrow = [one.mean or 0.0 for one in binomial if (0.8 * (one.cv or 1.0)) ** 2 * (one.mean or 1.0) <= 1.000001]
    least = max(narrow, default=0.0)
    if any((one.mean or 0.0) > least for one in binomial):
        keys.append(
            f"demand.cv[model=negative_binomial,mean>{least:.6g}]" if least else "demand.cv[model=negative_binomial]"
        )
    if any(one.size_cv for one in scenario.demand):
        keys.append("demand.size_cv[size_cv>0]")
    if keys:
        yield _scale("spread of demand (cv)", tuple(keys), 0.8, 1.25)


def _disruptions(scenario: Scenario) -> Iterator[Assumption]:
    """What strikes: how long, how often, whether at all."""
    strikes: tuple[Any, ...] = scenario.disruptions
    for one in strikes:
        place = f"disruptions.{one.name}"
        if getattr(one, "length", None) is not None and one.length.mean > 0:
            yield _scale(f"length of {one.name}", f"{place}.length", 0.5, 2.0)
        if getattr(one, "kind", "") == "background":
            base = float(one.scale)
            label = f"rates of all causes of {one.name}"
            yield _of(
                label,
                f"{place}.scale",
                0.5 * base,
                2 * base,
                base,
                unit="times the table's",
                source="docs/events.md: rates are uncertain",
            )
        if getattr(one, "rate", None):
            base = float(one.rate)
            yield _of(f"rate of {one.name}", f"{place}.rate", 0.5 * base, 2 * base, base, unit="a year", source=ASSUMED)
        start, severity = getattr(one, "start", None), getattr(one, "severity", None)
        if start is not None and severity is not None and severity.sd == 0 and severity.mean == 1:
            law = f"{{law='discrete', values=[0, 1], probabilities=[{REST}, {VALUE}]}}"
            label, key = f"chance that {one.name} comes", f"{place}.severity={law}"
            yield _of(label, key, 0.0, 1.0, 1.0, unit="in the horizon", source="assumed: it comes in every future here")


def _base(scenario: Scenario, one: Assumption) -> str | None:
    """What a plain key is now; 1 for a scale; nothing where it cannot be said."""
    if one.scales:
        return "1"
    if len(one.key) != 1 or "[" in one.key[0] or VALUE in one.key[0]:
        return None
    place: Any = scenario
    for part in one.key[0].removeprefix("scenario.").split("."):
        if isinstance(place, tuple):
            named = [row for row in place if part in (getattr(row, "name", None), getattr(row, "item", None))]
            place = named[0] if named else None
        else:
            place = getattr(place, part, None)
    if hasattr(place, "law") and place.sd == 0:
        place = place.mean
    if isinstance(place, bool) or not isinstance(place, int | float | str):
        return None
    return f"{place:.12g}" if isinstance(place, int | float) else place
