"""Which method suits an item, and where a method is known to fail."""

from __future__ import annotations

import math

import numpy as np

from sim.sizing.given import LeadTime, Protection
from sim.sizing.target import CycleService, FillRate, Target, WithCover

#: the empirical method needs this many days of history, this many protection intervals of it, and this many lead times
LEAST_DAYS, LEAST_INTERVALS, LEAST_RECORDS = 365, 20, 30
#: the classical formula needs a lead time at least this steady, and a normal law that hardly reaches below zero
STEADY, NARROW = 0.1, 1 / 3
#: a variance this many times the mean is more than Poisson
OVERDISPERSED = 1.1
#: bimodality coefficient of a uniform law: above it, values come in groups (SAS Institute 1990; Pfister et al. 2013)
GROUPED = 5 / 9
#: a kurtosis above this is a heavy tail (normal: 3, exponential: 9)
HEAVY = 6.0


def chosen(protection: Protection, target: Target) -> tuple[str, str]:
    """The method that suits an item, and why.

    Empirical where history and records are long enough to show the tail; else classical where demand is smooth and the
    lead time steady; else the law that the mean and variance of demand suggest.
    """
    demand, lead = protection.demand, protection.lead_time
    thin = thin_history(protection, target)
    if not thin:
        return "empirical", f"{demand.past.size} days of history and {_records(lead)} show the tail themselves"
    if demand.klass == "smooth" and lead.sd <= STEADY * lead.mean and _relative_spread(protection) <= NARROW:
        return "classical", f"smooth demand and a steady lead time ({thin})"
    if not protection.whole:
        return "gamma", f"quantities are not whole ({thin})"
    ratio = demand.sd**2 / demand.mean if demand.mean > 0 else 0.0
    if ratio > OVERDISPERSED:
        return "negative_binomial", f"variance of a day's demand is {ratio:.3g} times its mean ({thin})"
    return "poisson", f"variance of a day's demand is {ratio:.2g} times its mean ({thin})"


def thin_history(protection: Protection, target: Target) -> str:
    """Why the empirical method has too little to go on; "" where it has enough."""
    demand, lead = protection.demand, protection.lead_time
    days, missed = demand.past.size, _missed(target)
    # the case that the target leaves unprotected should have come up once
    intervals = max(LEAST_INTERVALS, 1 / missed if missed else 0.0)
    wanted = max(LEAST_DAYS, math.ceil(intervals * protection.days - 1e-6))
    if days < wanted:
        return f"history of {days} days is short of {wanted}: a year, and {intervals:.3g} protection intervals"
    if not demand.past.any():
        return "history holds no demand"
    if lead.sd > 0 and lead.records < LEAST_RECORDS:
        return f"{lead.records} recorded lead times are short of {LEAST_RECORDS}"
    return ""


def warning(method: str, target: Target, protection: Protection) -> str:
    """Where a method is known to fail for such an item; "" where nothing is known against it."""
    found: list[str] = []
    if method == "classical":
        found += _against_classical(protection)
    elif method == "empirical":
        found += _against_empirical(target, protection)
    else:
        found += _against_law(method, protection)
    lead = protection.lead_time
    if method != "classical" and lead.sd > 0 and not lead.values.size:
        found.append("lead times were not recorded: a gamma law of their mean and sd stands in")
    return "; ".join(found)


def _against_classical(protection: Protection) -> list[str]:
    demand, lead, found = protection.demand, protection.lead_time, []
    spread = _relative_spread(protection)
    if demand.klass in ("intermittent", "lumpy"):
        found.append(
            f"demand is {demand.klass}, not normal: the classical formula falls short; method = 'auto' does not"
        )
    elif spread > NARROW:
        found.append(f"demand over the protection interval has a cv of {spread:.2g}: too skewed for a normal law")
    if (demand.mean * lead.sd) ** 2 > 0.1 * protection.days * demand.sd**2:
        shape = lead_time_shape(lead)
        if shape:
            found.append(f"lead times {shape}: the classical formula misses its promise by far")
        if protection.crossing:
            found.append("orders cross, so that the spread of lead times counts for less than the formula says")
    if 0 < demand.past.size < LEAST_DAYS:
        found.append(f"short history ({demand.past.size} days): mean and sd are themselves uncertain")
    return found


def _against_empirical(target: Target, protection: Protection) -> list[str]:
    thin, missed, found = thin_history(protection, target), _missed(target), []
    if thin:
        found.append(f"{thin}: expect a shortfall of service")
    records = protection.lead_time.records
    if protection.lead_time.sd > 0 and 0 < records * missed < 1:
        found.append(f"{records} lead times cannot show what happens in {missed:.2g} of cases")
    return found


def _against_law(method: str, protection: Protection) -> list[str]:
    demand, found = protection.demand, []
    ratio = demand.sd**2 / demand.mean
    if method == "poisson" and ratio > 1.5:
        found.append(f"variance of a day's demand is {ratio:.3g} times its mean: a Poisson law promises too much")
    if method == "negative_binomial" and ratio <= 1:
        found.append("demand varies no more than Poisson: a Poisson law stands in")
    if method == "gamma" and demand.klass in ("intermittent", "lumpy"):
        found.append(f"demand is {demand.klass}: a gamma law knows no days without demand")
    if method == "negative_binomial" and demand.past.size >= LEAST_DAYS and ratio > 1:
        seen = float(np.mean(demand.past == 0))
        law = (demand.mean / demand.sd**2) ** (demand.mean**2 / (demand.sd**2 - demand.mean))
        if abs(seen - law) > 0.1:
            found.append(f"{seen:.0%} of days had no demand, a negative binomial law says {law:.0%}: its tail is off")
    if 0 < demand.past.size < LEAST_DAYS:
        found.append(f"short history ({demand.past.size} days): mean and sd are themselves uncertain")
    return found


def lead_time_shape(lead: LeadTime) -> str:
    """In words, what makes lead times unlike a normal law; "" where they are much like one or not recorded."""
    if lead.records >= 10:
        mean = float(lead.values @ lead.weights)
        centred = lead.values - mean
        variance = float(centred**2 @ lead.weights)
        if variance > 0:
            skew = float(centred**3 @ lead.weights) / variance**1.5
            kurtosis = float(centred**4 @ lead.weights) / variance**2
            if (skew**2 + 1) / kurtosis > GROUPED:
                return "come in two or more groups"
            if kurtosis > HEAVY:
                return "have a heavy tail"
    return "vary by half their mean or more" if lead.sd >= 0.5 * lead.mean > 0 else ""


def _missed(target: Target) -> float:
    """Share of cases that a target leaves unprotected; 0 where it names none."""
    everyday = target.target if isinstance(target, WithCover) else target
    if isinstance(everyday, CycleService):
        return 1 - everyday.p
    return 1 - everyday.beta if isinstance(everyday, FillRate) else 0.0


def _relative_spread(protection: Protection) -> float:
    """Coefficient of variation of demand over the protection interval."""
    demand, days = protection.demand, protection.days
    mean = demand.mean * days
    return math.sqrt(days * demand.sd**2 + (demand.mean * protection.lead_time.sd) ** 2) / mean if mean > 0 else 0.0


def _records(lead: LeadTime) -> str:
    return f"{lead.records} recorded lead times" if lead.sd > 0 else "a lead time that does not vary"
