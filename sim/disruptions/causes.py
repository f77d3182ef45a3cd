"""Causes of a random background: how often each comes for each of its units, how long it lasts, what it does.

Rates are those of calibration section 4, set so that a firm with twelve suppliers and three ports meets 1.37 troubles a
year, near the 1.33 that McKinsey (2020) counts. Every number can be given anew in the scenario; most are assumed.
"""

from __future__ import annotations

from sim.distributions import Discrete, Law, Lognormal, Uniform, fixed
from sim.keys import key, spec


def between(low: float, high: float) -> Uniform:
    """Any length from one to the other, all alike."""
    return Uniform(law="uniform", low=low, high=high)


#: median 21 days, sigma 1.0 (calibration, rule 2: assumed, since recorded outages are the famous ones)
SITE_OUTAGE = Lognormal(law="lognormal", mean=34.6231, cv=1.31083)
#: mu 2.15, sigma 0.52: eight recorded stoppages, median 9 days (calibration, rule 5)
PORT_STOPPAGE = Lognormal(law="lognormal", mean=9.82759, cv=0.557231)
#: labour stoppages a year of a port of which nothing is known: 0.07, 0.02 and 0.02 at the three ports of the demo
PORT_LABOUR_RATE = 0.11 / 3


@spec
class SiteOutage:
    """Fire, flood, quake or a utility that fails at a supplier: a stop, then capacity back in a straight line."""

    rate: float = key(default=0.04, ge=0, about="times a year, for each supplier")
    length: Law = key(default=SITE_OUTAGE, about="days of the stop")
    recovery_ratio: float = key(default=2.0, ge=0, about="days of recovery over days of the stop")


@spec
class Insolvency:
    """A supplier fails; with some probability supply stops until another one is found."""

    rate: float = key(default=0.015, ge=0, about="times a year, for each supplier")
    stops: float = key(default=0.5, ge=0, le=1, about="chance that supply stops")
    length: Law = key(default=between(60, 270), about="days until another supplier is ready")


@spec
class PortLabour:
    """A strike or lockout closes a port."""

    rate: float | None = key(
        default=None,
        ge=0,
        about="times a year, for each port; left out: the port's own stoppages less those by weather, or else 0.037",
    )
    length: Law = key(default=PORT_STOPPAGE, about="days closed")


@spec
class Weather:
    """A storm closes a port."""

    rate: float = key(default=0.03, ge=0, about="times a year, for each port")
    length: Law = key(default=between(3, 10), about="days closed")


@spec
class CanalRestriction:
    """A drought or a danger: ships wait for a slot or go a longer way."""

    rate: float = key(default=0.05, ge=0, about="times a year")
    length: Law = key(default=between(180, 400), about="days")
    lanes: tuple[str, ...] = key(default=(), about="lanes that pass the canal; left out: all by sea")
    transit_add: float = key(default=7.0, ge=0, about="days more in transit (assumed, as Panama in 2023)")


@spec
class CanalBlockage:
    """A canal is blocked: nothing leaves, and what is under way waits."""

    rate: float = key(default=0.03, ge=0, about="times a year")
    length: Law = key(default=between(3, 10), about="days")
    lanes: tuple[str, ...] = key(default=(), about="lanes that pass the canal; left out: all by sea")


@spec
class QualityHold:
    """Stock of all items of one supplier, and what arrives of them, is held; some of it never comes back."""

    rate: float = key(default=0.05, ge=0, about="times a year")
    length: Law = key(default=between(30, 180), about="days")
    share: float = key(default=0.5, ge=0, le=1, about="share of stock and arrivals held (assumed, as Abbott in 2022)")
    released: float = key(default=0.5, ge=0, le=1, about="share of it that comes back (assumed)")


@spec
class Cyber:
    """Computers are down at the firm itself, at one supplier, or at the carrier of one lane: a third each (assumed)."""

    rate: float = key(default=0.10, ge=0, about="times a year")
    length: Law = key(default=between(1, 14), about="days")


@spec
class DemandSurge:
    """Demand for one family of items goes up."""

    rate: float = key(default=0.10, ge=0, about="times a year")
    length: Law = key(default=between(30, 120), about="days")
    factor: Law = key(default=between(1.5, 3.0), about="multiplies demand")


@spec
class TariffStep:
    """A duty on what comes from one region, for good or for a while."""

    rate: float = key(default=0.10, ge=0, about="times a year")
    permanent: float = key(default=0.5, ge=0, le=1, about="chance that it stays for good (assumed)")
    length: Law = key(default=between(40, 400), about="days, where it does not stay")
    duty: Law = key(default=between(0.10, 0.25), about="share of the purchase price (assumed, as in 2018)")


@spec
class FreightRegime:
    """Boxes come back late and freight by sea is dear, as in 2020 to 2022 but at any strength up to that."""

    rate: float = key(default=0.03, ge=0, about="times a year")
    length: Law = key(default=between(300, 700), about="days")
    cycle_factor: float = key(default=2.24, gt=0, about="multiplies the days that boxes are away, at full strength")
    freight_factor: float = key(
        default=5.0, ge=0, about="multiplies freight by sea, at full strength (mean of 2020-22)"
    )
    strength: Law = key(default=between(0.3, 1.0), about="strength (assumed)")


@spec
class Pandemic:
    """All suppliers slow down in one or several waves, and demand for one family multiplies."""

    rate: float = key(default=0.02, ge=0, about="times a year")
    length: Law = key(default=between(30, 65), about="days of each wave")
    waves: Law = key(default=Discrete(law="discrete", values=(1.0, 2.0, 3.0)), about="number of waves (assumed)")
    gap: Law = key(default=between(60, 180), about="days from one wave to the next (assumed)")
    remaining: float = key(default=0.5, ge=0, le=1, about="capacity left at suppliers (assumed, as China in 2020)")
    demand_factor: Law = key(default=fixed(5.0), about="multiplies demand for one family during the first wave")


@spec
class CustomsRegime:
    """A new border regime with one region: shipments of many days are late, as after Brexit."""

    rate: float = key(default=0.03, ge=0, about="times a year")
    length: Law = key(default=fixed(180.0), about="days")
    exam_share: float = key(default=0.63, ge=0, le=1, about="share of days whose shipments are late")
    exam_days: float = key(default=3.5, ge=0, about="days that they are late")


@spec
class DurationClass:
    """One class of durations: how many of all disruptions, and between which bounds."""

    share: float = key(ge=0, le=1, about="share of all disruptions")
    low: float = key(gt=0, about="shortest, days")
    high: float = key(gt=0, about="longest, days")

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError(f"high ({self.high:g}) is below low ({self.low:g})")


@spec
class McKinsey:
    """All causes at once, by length: McKinsey Global Institute (2020), per company.

    One to two weeks every 2.0 years, two to four every 2.8, one to two months every 3.7, longer every 4.9 (the figures 2.8
    and 4.9 from memory): 1.33 a year in all. Inside a class the logarithm of the length is uniform (assumed).
    """

    rate: float = key(default=1.33, ge=0, about="times a year")
    classes: tuple[DurationClass, ...] = key(
        default=(
            DurationClass(share=0.38, low=7, high=14),
            DurationClass(share=0.27, low=14, high=28),
            DurationClass(share=0.20, low=30, high=60),
            DurationClass(share=0.15, low=60, high=180),
        ),
        about="classes of length",
        min_length=1,
    )
    remaining: float = key(default=0.0, ge=0, le=1, about="capacity left at the supplier that is hit")

    def __post_init__(self) -> None:
        total = sum(one.share for one in self.classes)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of the classes add up to {total:g}, not to 1")
