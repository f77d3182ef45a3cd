"""Annual loss from a Poisson number of events of exponential severity: exceedance, VaR and CVaR."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaincc

from sim.theory.arguments import require_non_negative, require_positive, require_probability
from sim.theory.excess import poisson_pmf


@dataclass(frozen=True, slots=True)
class AnnualLoss:
    """A compound Poisson-exponential loss.

    Attributes
    ----------
    events_per_year
        Mean number of events in a year.
    mean_loss_per_event
        Mean severity, money.

    Raises
    ------
    ValueError
        If an attribute is not above 0.

    Notes
    -----
    Given n events the loss is gamma with shape n, so every quantity is a Poisson-weighted series of incomplete gamma
    functions: Panjer & Willmot (1992), Insurance Risk Models.
    """

    events_per_year: float
    mean_loss_per_event: float

    def __post_init__(self) -> None:
        require_positive("events_per_year", self.events_per_year)
        require_positive("mean_loss_per_event", self.mean_loss_per_event)

    @property
    def mean(self) -> float:
        """Expected annual loss, money per year."""
        return self.events_per_year * self.mean_loss_per_event

    @property
    def sd(self) -> float:
        """Standard deviation of the annual loss, money per year: ``m sqrt(2 lambda)``."""
        return self.mean_loss_per_event * math.sqrt(2.0 * self.events_per_year)

    @property
    def prob_no_loss(self) -> float:
        """Probability of a year without events, the atom at zero."""
        return math.exp(-self.events_per_year)

    def exceedance(self, loss: float) -> float:
        """Probability that the annual loss is above a given one: a point of the loss exceedance curve.

        Parameters
        ----------
        loss
            Money, at least 0.

        Returns
        -------
        The probability.

        Raises
        ------
        ValueError
            If the loss is negative.
        """
        require_non_negative("loss", loss)
        events = poisson_pmf(self.events_per_year)
        counts = np.arange(1, events.size, dtype=np.float64)
        return float(events[1:] @ gammaincc(counts, loss / self.mean_loss_per_event))

    def return_period(self, loss: float) -> float:
        """Mean number of years between years whose loss is above a given one.

        Parameters
        ----------
        loss
            Money, at least 0.

        Returns
        -------
        Years.

        Raises
        ------
        ValueError
            If the loss is negative.
        """
        return 1.0 / self.exceedance(loss)

    def expected_excess(self, loss: float) -> float:
        """Expected part of the annual loss above a given one, the stop-loss premium.

        Parameters
        ----------
        loss
            Money, at least 0.

        Returns
        -------
        Money per year.

        Raises
        ------
        ValueError
            If the loss is negative.
        """
        require_non_negative("loss", loss)
        events = poisson_pmf(self.events_per_year)
        counts = np.arange(1, events.size, dtype=np.float64)
        scaled = loss / self.mean_loss_per_event
        above = counts * gammaincc(counts + 1.0, scaled) - scaled * gammaincc(counts, scaled)
        return float(self.mean_loss_per_event * (events[1:] @ above))

    def value_at_risk(self, level: float) -> float:
        """Smallest loss that is not exceeded with at least a given probability.

        Parameters
        ----------
        level
            Probability, for example 0.95.

        Returns
        -------
        Money; zero if a year without events is at least that likely.

        Raises
        ------
        ValueError
            If the level is not strictly between 0 and 1.
        """
        require_probability("level", level)
        if level <= self.prob_no_loss:
            return 0.0
        high = self.mean + self.mean_loss_per_event
        while self.exceedance(high) > 1.0 - level:
            high *= 2.0
        return float(brentq(lambda loss: self.exceedance(loss) - (1.0 - level), 0.0, high, xtol=1e-13 * high))

    def conditional_value_at_risk(self, level: float) -> float:
        """Mean of the worst share ``1 - level`` of years, safe at the atom at zero.

        Parameters
        ----------
        level
            Probability, for example 0.95.

        Returns
        -------
        Money.

        Raises
        ------
        ValueError
            If the level is not strictly between 0 and 1.

        Notes
        -----
        ``VaR + E(L - VaR)+ / (1 - level)``: Rockafellar & Uryasev (2002), Journal of Banking & Finance
        26(7):1443-1471, theorem 10.
        """
        threshold = self.value_at_risk(level)
        return threshold + self.expected_excess(threshold) / (1.0 - level)
