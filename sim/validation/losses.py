"""S19: the annual loss of a Poisson number of events of exponential severity, through the loss study itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.futures import draw, draw_incidents
from sim.money import site_money
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.strata import strata_of
from sim.studies.loss import LossChunk, Losses, LossJob, LossPrepared, gather
from sim.studies.loss_sample import Estimate, Sample
from sim.studies.montecarlo import spread
from sim.validation.case import expected, items, line, truths, world

Floats = NDArray[np.float64]
#: days of the engine that stand for a year, and one more: what strikes after the last morning rules no day
DAYS = 10
#: items of one world, each with events of its own: one replication lives so many independent years
ABREAST = 100
#: what the total cost of a warehouse is made of besides what its items have in common
COSTS = (
    *("capital_cost", "storage_cost", "insurance_cost", "handling_cost", "obsolescence_cost", "spoilage_cost"),
    *("lost_margin", "goodwill_cost", "backorder_penalty", "line_cost", "freight_cost", "purchase_price_variance"),
)


@dataclass(frozen=True)
class Known:
    """One known number of the annual loss.

    Attributes
    ----------
    name : where it stands among the truths.
    expected : the exact value.
    read : its estimate.
    half_width : largest relative 99 % half-width with which it counts as shown.
    """

    name: str
    expected: float
    read: Callable[[Sample], Estimate]
    half_width: float


@dataclass(frozen=True)
class Study:
    """Years to live, plainly or by strata, and what is known of them.

    Attributes
    ----------
    full, quick : years of a full run and of a quick one.
    abreast : many years are lived in one world; otherwise each is a replication of the loss study.
    """

    name: str
    plain: bool
    full: int
    quick: int
    known: tuple[Known, ...]
    note: str = ""
    abreast: bool = True

    def sample(self, years: int, seed: int, jobs: int = 1) -> Sample:
        """Losses of so many years."""
        return (abreast if self.abreast else lived)(years, seed, self.plain, jobs).sample("S19")


def scenario(rate: float | None = None, items_: int = 1) -> Scenario:
    """A unit a day is bought at a price of 1; each event raises the price of one day by an exponential amount.

    What shocks add to a price adds up, so the loss of an event is its severity, and that of a year their sum.

    Parameters
    ----------
    rate : events a year; those of S19 when left out.
    items_ : items, each with events of its own.
    """
    names = _names("unit", items_)
    given = truths()["S19"]["parameters"]
    rate = given["events_per_year"] if rate is None else rate
    return world(
        name="S19",
        horizon=DAYS + 1,
        warm_up=0,
        items=items(names),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "site"}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site"}],
        demand=[{"item": name, "warehouse": "site", "model": "deterministic", "mean": 1.0} for name in names],
        disruptions=[
            {
                "kind": "price_shock",
                "name": event,
                "items": [name],
                "rate": rate * 365 / DAYS,
                "length": 1,
                "price_factor": 2.0,
                "severity": {"law": "exponential", "mean": given["mean_loss_per_event_musd"]},
            }
            for name, event in zip(names, _names("event", items_), strict=True)
        ],
    )


def _names(what: str, count: int) -> list[str]:
    return [what] if count == 1 else [f"{what} {n}" for n in range(count)]


def lived(years: int, seed: int, plain: bool = False, jobs: int = 1, first: int = 0) -> Losses:
    """The loss study of that scenario; the year without events is the same in every future, and is lived once."""
    business = scenario()
    plan = Plan("S19", (line("unit", order_up_to=1.0),))
    job = LossJob(business, (plan,), seed, strata_of(business, plain), certain=True)
    return gather(job, spread(job, range(first, first + years), jobs), business.weather_names[0])


@dataclass(frozen=True)
class Abreast(LossJob):
    """The loss study of a world whose items each live a year of their own.

    Year k is item k % ABREAST of replication k // ABREAST; its stratum is that of number k, as for any study. Strata are
    those of one item.
    """

    def prepare(self) -> YearsAbreast:
        """The same world for all replications."""
        return YearsAbreast(self)


class YearsAbreast(LossPrepared):
    """Lives replications as the loss study does, and tells their losses item by item."""

    def run(self, numbers: Sequence[int]) -> LossChunk:
        """Live some replications; results are numbered by year."""
        years = [number * ABREAST + n for number in numbers for n in range(ABREAST)]
        found = [self.by_item(number, self.befalls(number)) for number in numbers]
        losses, calm = (np.concatenate(part)[:, None] for part in zip(*found, strict=True))
        return LossChunk(tuple(years), losses, calm)

    def befalls(self, number: int) -> tuple[Incident, ...]:
        """Incidents of one replication, the stratum of each of its years given."""
        job, counts = self.job, dict[str, int]()
        for n, event in enumerate(_names("event", ABREAST)):
            given = job.strata.counts(job.seed, number * ABREAST + n)
            counts |= {event: sum(given.values())} if given is not None else {}
        return draw_incidents(job.scenario, job.seed, number, counts)

    def by_item(self, number: int, incidents: tuple[Incident, ...]) -> tuple[Floats, Floats]:
        """Loss of each item's year, and its cost without incidents, (items,) each."""
        calm = draw(self.bare, self.job.seed, number)
        if self.once is None:
            self.once = self._costs(calm).tolist()
        without = np.asarray(self.once)
        return self._costs(calm.with_incidents(incidents)) - without, without

    def _costs(self, future: Any) -> Floats:
        """Cost of each item in the year; what the books add up to is checked as ever."""
        ledger = self.blueprints[0].live(future)
        made(self.job.scenario, self.job.plans[0].posture, ledger)
        money = site_money(self.job.scenario, "site", ledger.sites["site"])
        total: Floats = np.sum([money[name] for name in COSTS], axis=0) * self.scale
        return total


def abreast(years: int, seed: int, plain: bool = False, jobs: int = 1) -> Losses:
    """As `lived`, with ABREAST years to a replication: many years for the price of one world.

    Parameters
    ----------
    years : how many; whole replications are lived.
    """
    business = scenario(items_=ABREAST)
    plan = Plan("S19", tuple(line(name, order_up_to=1.0) for name in _names("unit", ABREAST)))
    job = Abreast(business, (plan,), seed, strata_of(scenario(), plain), certain=True)
    return gather(job, spread(job, range(-(-years // ABREAST)), jobs), business.weather_names[0])


def _known(names: Sequence[str], width: float) -> tuple[Known, ...]:
    read: dict[str, Callable[[Sample], Estimate]] = {
        "expected_annual_loss": lambda sample: sample.mean,
        "sd_annual_loss": lambda sample: sample.sd,
        "prob_no_loss": lambda sample: sample.without_loss,
        "prob_loss_gt_5": lambda sample: sample.chance_above(5.0),
        "VaR_95": lambda sample: sample.value_at_risk(0.95),
        "CVaR_95": lambda sample: sample.conditional_value_at_risk(0.95),
        "VaR_99": lambda sample: sample.value_at_risk(0.99),
        "CVaR_99": lambda sample: sample.conditional_value_at_risk(0.99),
        "return_period_years_of_loss_5": lambda sample: sample.return_period(5.0),
    }
    return tuple(Known(name, expected("S19", name), read[name], width) for name in names)


def by_strata() -> Study:
    """Strata on the number of events, as `bufferstock loss` draws by default."""
    names = tuple(truths()["S19"]["expected"])
    return Study(
        "S19 strata",
        False,
        520_000,
        3_000,
        _known(names, 0.01),
        note=f"price shocks of one day, exponential severity, {DAYS} days of the engine for a year; {ABREAST} items with "
        "events of their own live a year each in one world; strata on the number of events; error and half-width of the "
        "loss study's own estimators",
    )


def plainly() -> Study:
    """The same futures drawn as they come; half-widths of 3 %, as 1 % would take a million years."""
    study = by_strata()
    return replace(
        study,
        name="S19 plain",
        plain=True,
        full=135_000,
        known=tuple(replace(one, half_width=0.03) for one in study.known),
        note="plain sampling beside it (half-widths up to 3 %)",
    )


def as_studied() -> Study:
    """By strata, each year a replication of the loss study as `bufferstock loss` lives it; half-widths of 5 %."""
    study = by_strata()
    return replace(
        study,
        name="S19 study",
        full=22_000,
        known=tuple(replace(one, half_width=0.05) for one in study.known),
        note="and fewer years, each a replication of the loss study itself (half-widths up to 5 %)",
        abreast=False,
    )
