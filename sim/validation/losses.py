"""S19: the annual loss of a Poisson number of events of exponential severity, through the loss study itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sim.plan import Plan
from sim.scenario import Scenario
from sim.strata import strata_of
from sim.studies.loss import Losses, LossJob, gather
from sim.studies.loss_sample import Estimate, Sample
from sim.studies.montecarlo import spread
from sim.validation.case import expected, items, line, truths, world

#: days of the engine that stand for a year, and one more: what strikes after the last morning rules no day
DAYS = 10


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
    """

    name: str
    plain: bool
    full: int
    quick: int
    known: tuple[Known, ...]
    note: str = ""

    def sample(self, years: int, seed: int, jobs: int = 1) -> Sample:
        """Losses of so many years."""
        return lived(years, seed, self.plain, jobs).sample("S19")


def scenario() -> Scenario:
    """A unit a day is bought at a price of 1; each event raises the price of one day by an exponential amount.

    What shocks add to a price adds up, so the loss of an event is its severity, and that of a year their sum.
    """
    given = truths()["S19"]["parameters"]
    return world(
        name="S19",
        horizon=DAYS + 1,
        warm_up=0,
        items=items(["unit"]),
        suppliers=[{"name": "source"}],
        warehouses=[{"name": "site"}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site"}],
        demand=[{"item": "unit", "warehouse": "site", "model": "deterministic", "mean": 1.0}],
        disruptions=[
            {
                "kind": "price_shock",
                "name": "event",
                "items": ["unit"],
                "rate": given["events_per_year"] * 365 / DAYS,
                "length": 1,
                "price_factor": 2.0,
                "severity": {"law": "exponential", "mean": given["mean_loss_per_event_musd"]},
            }
        ],
    )


def lived(years: int, seed: int, plain: bool = False, jobs: int = 1, first: int = 0) -> Losses:
    """The loss study of that scenario; the year without events is the same in every future, and is lived once."""
    business = scenario()
    plan = Plan("S19", (line("unit", order_up_to=1.0),))
    job = LossJob(business, (plan,), seed, strata_of(business, plain), certain=True)
    return gather(job, spread(job, range(first, first + years), jobs), business.weather_names[0])


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
        note=f"price shocks of one day, exponential severity, {DAYS} days of the engine for a year; strata on their number; "
        "error and half-width of the study's own estimators",
    )


def plainly() -> Study:
    """The same futures drawn as they come; half-widths of 3 %, as 1 % would take a million years."""
    study = by_strata()
    return replace(
        study,
        name="S19 plain",
        plain=True,
        full=150_000,
        quick=3_000,
        known=tuple(replace(one, half_width=0.03) for one in study.known),
        note="plain sampling beside it (half-widths up to 3 %)",
    )
