"""Stretches of history: stable and disrupted, given by the user or found in the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.profiles.rule import Finding, Rule, findings
from sim.windows import Covers, Kind

if TYPE_CHECKING:
    from sim.deliveries import Deliveries
    from sim.scenario import Scenario

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
WEEK = 7
#: one item; all items of a site together, whose noise is smaller; the lead times of one supply line
ITEM_RULE = Rule()
SITE_RULE = Rule(factor=1.4, strict=2.0)
LEAD_RULE = Rule(distance=6.0, factor=1.5, strict=2.0, both_sides=False, beyond=4.0, upward=True)
#: a stretch of longer lead times is longer by at least so many days
LEAST_DAYS = 3.0
#: weeks up to day 0 after which a stretch that stands apart is taken as the new level, not as a disruption
NEW_LEVEL = 13


@dataclass(frozen=True)
class Stretch:
    """Days of the past that are told apart from the rest.

    Attributes
    ----------
    name : what it is called.
    start, end : first day and first day after, counted from day 0.
    kind : ``disrupted`` or ``stable``.
    basis : ``given`` by the user, or ``found`` by the rule.
    why : the reason in words, with the figures that speak for it.
    of : what it tells apart; lead times belong to a stretch by the day of the order.
    site, item, origin : where it holds; "" for all.
    """

    name: str
    start: float
    end: float
    kind: Kind
    basis: Literal["given", "found"]
    why: str
    of: Covers = "all"
    site: str = ""
    item: str = ""
    origin: str = ""


def given(scenario: Scenario) -> tuple[Stretch, ...]:
    """The windows that the scenario declares."""
    made = []
    for window in scenario.stretches:
        start, end = window.days(scenario.day_zero)
        made.append(
            Stretch(
                window.name, start, end, window.kind, "given", "declared in the scenario's stretches", window.covers
            )
        )
    return tuple(made)


def speak_of(stretches: Iterable[Stretch], what: Covers) -> list[Stretch]:
    """The stretches that tell demand, or lead times, apart."""
    return [stretch for stretch in stretches if stretch.of in ("all", what)]


def told_apart(stretches: Sequence[Stretch], days: Floats) -> tuple[Mask, Mask]:
    """Which of these days are stable, and which are disrupted.

    Where only one kind is declared, all other days are of the other; where both are, days in neither are neither.

    Parameters
    ----------
    stretches : those that hold for these days.
    days : (n,) days counted from day 0.

    Returns
    -------
    Two masks, (n,).
    """
    marks = {"stable": np.zeros(days.shape, dtype=bool), "disrupted": np.zeros(days.shape, dtype=bool)}
    for stretch in stretches:
        marks[stretch.kind] |= (days >= stretch.start) & (days < stretch.end)
    kinds = {stretch.kind for stretch in stretches}
    if kinds == {"stable"}:
        return marks["stable"], ~marks["stable"]
    return (marks["stable"] if len(kinds) == 2 else ~marks["disrupted"]), marks["disrupted"]


def found_in_demand(past: Floats, items: Sequence[str], site: str, late: Mask, first: Floats) -> list[Stretch]:
    """Stretches in which demand of a whole site, or of one item, stood apart from all the rest of its history.

    First the site's total is searched, then each item in the weeks that are left. What counts is written in docs/profile.md
    and in `sim.profiles.rule`; a single item's demand is judged by its mean.

    Parameters
    ----------
    past : (days, items) units before day 0.
    items : their names.
    site : the warehouse.
    late : (items,) items whose history starts late: nothing is looked for before their first demand.
    first : (items,) day of the first demand.
    """
    weeks = past.shape[0] // WEEK
    if not weeks:
        return []
    weekly = past[past.shape[0] - weeks * WEEK :].reshape(weeks, WEEK, -1).sum(axis=1)
    calendar = np.arange(-weeks, 0)
    made: list[Stretch] = []
    free = np.ones(weekly.shape, dtype=bool)
    old = ~late & weekly.any(axis=0)
    if np.count_nonzero(old) > 1:
        total = weekly[:, old].sum(axis=1, keepdims=True)  # new items would look like a rise of the whole site
        for finding in findings(total, free[:, :1], SITE_RULE, calendar, _mean):
            made.append(_of_demand(finding, calendar, site, ""))
            free[finding.start : finding.start + finding.length] = False
    begins = np.where(late, np.floor(first / WEEK), -weeks)
    free &= calendar[:, None] >= begins
    for finding in sorted(findings(weekly, free, ITEM_RULE, calendar, _mean), key=lambda one: one.series):
        made.append(_of_demand(finding, calendar, site, items[finding.series]))
    return made


def found_in_lead_times(line: Deliveries, origin: str, site: str) -> list[Stretch]:
    """Stretches of orders that took far longer than the others of one supply line.

    One figure a week, the median lead time of the week's orders; weeks without orders are left out. Orders younger than
    what a long lead time takes (1.5 times the median, or the third quartile) are left out too: only quick ones of them
    can have arrived. Older open orders count with the days they have waited.

    Parameters
    ----------
    line : records of one supply line, as known on the morning of day 0.
    origin, site : the line.
    """
    taken = np.where(np.isnan(line.lead_times), line.waited, line.lead_times)
    if not taken.size:
        return []
    known = line.ordered <= line.seen - max(1.5 * float(np.median(taken)), float(np.quantile(taken, 0.75)))
    weeks, place = np.unique(np.floor(line.ordered[known] / WEEK).astype(np.intp), return_inverse=True)
    if weeks.size < 4 * LEAD_RULE.least:
        return []
    order = np.argsort(place, kind="stable")
    parts = np.split(taken[known][order], np.cumsum(np.bincount(place))[:-1])
    typical = np.asarray([[_median(part)] for part in parts])
    made: list[Stretch] = []
    for finding in findings(typical, np.ones(typical.shape, dtype=bool), LEAD_RULE, weeks, _median):
        if finding.inside - finding.outside < LEAST_DAYS:
            continue
        start, end = _span(finding, weeks)
        why = f"half of its orders took {finding.inside:.0f} days or more, against {finding.outside:.0f} otherwise"
        times = f"{finding.inside / finding.outside:.1f} times as long" if finding.outside else "far longer"
        name = f"lead times of {origin} to {site}, {times}"
        kind: Kind = "disrupted"
        if finding.start + finding.length == weeks.size and end - start >= NEW_LEVEL * WEEK:
            kind, name, end = "stable", f"new level: {name}", 0.0
            why += "; it has lasted up to the latest orders known, so that it is taken as the new level"
        made.append(
            Stretch(
                name,
                start,
                end,
                kind,
                "found",
                why + _years(finding, "{:.0f}"),
                "lead times",
                site=site,
                origin=origin,
            )
        )
    return made


def _of_demand(finding: Finding, calendar: NDArray[np.intp], site: str, item: str) -> Stretch:
    start, end = _span(finding, calendar)
    what = f"demand of {item or 'all items'} at {site}"
    if finding.inside == 0:
        name, why = (
            f"no {what}",
            f"none for {finding.length} weeks, against {finding.outside / WEEK:.3g} a day otherwise",
        )
    else:
        times = finding.inside / finding.outside if finding.outside else np.inf
        name = f"{what}, {times:.2g} times the rest" if times > 1 else f"{what}, {times:.1%} of the rest"
        why = f"{finding.inside / WEEK:.3g} a day for {finding.length} weeks, against {finding.outside / WEEK:.3g} otherwise"
    kind: Kind = "disrupted"
    if end == 0 and finding.length >= NEW_LEVEL:
        kind, name = "stable", f"new level: {name}"
        why += "; it has lasted so long up to day 0 that it is taken as the new level, and what lies before it as past"
    elif end == 0:
        why += "; it lasts to day 0 and may be a new level, not a disruption"
    return Stretch(name, start, end, kind, "found", why + _years(finding, "{:.3g}"), "demand", site, item)


def _span(finding: Finding, weeks: NDArray[np.intp]) -> tuple[float, float]:
    last = weeks[finding.start + finding.length - 1]
    return float(weeks[finding.start] * WEEK), float((last + 1) * WEEK)


def _years(finding: Finding, form: str) -> str:
    """What other years say of the same weeks."""
    if np.isnan(finding.other):
        return "; no other year is on record, so that it may be a season"
    level = finding.other if form == "{:.0f}" else finding.other / WEEK
    return f"; {form.format(level)} in the same weeks of other years"


def _mean(values: Floats) -> float:
    return float(values.mean())


def _median(values: Floats) -> float:
    return float(np.median(values))
