"""Ports as queues: berths in steady state (M/M/c) and the tail after a closure (D/D/1, fluid and ship by ship)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from sim.theory.arguments import require_non_negative, require_positive, require_whole
from sim.theory.lost_sales import erlang_b


@dataclass(frozen=True, slots=True)
class Berths:
    """Steady state of ships at c berths.

    Attributes
    ----------
    arrival_rate, service_rate
        Ships per time unit, the latter for one berth.
    berths
        Number of berths.
    utilisation
        Share of berth time in use.
    prob_wait
        Probability that an arriving ship has to wait.
    mean_wait, mean_time_in_port
        Time units, before service and including it.
    mean_queue
        Ships waiting, time average.
    """

    arrival_rate: float
    service_rate: float
    berths: int
    utilisation: float
    prob_wait: float
    mean_wait: float
    mean_queue: float
    mean_time_in_port: float

    def prob_wait_above(self, time: float) -> float:
        """Probability that a ship waits longer than a given time.

        Parameters
        ----------
        time
            Time units, at least 0.

        Returns
        -------
        The probability.

        Raises
        ------
        ValueError
            If the time is negative.
        """
        require_non_negative("time", time)
        return self.prob_wait * math.exp(-(self.berths * self.service_rate - self.arrival_rate) * time)


def berths(arrival_rate: float, service_rate: float, number: int) -> Berths:
    """Steady state of M/M/c, first come, first served.

    Parameters
    ----------
    arrival_rate
        Ships per time unit, Poisson.
    service_rate
        Ships per time unit and berth, exponential service.
    number
        Number of berths c.

    Returns
    -------
    The steady state.

    Raises
    ------
    ValueError
        If a rate is not above 0, the number is not a whole number of at least 1, or the berths cannot keep up.

    Notes
    -----
    Erlang (1917): ``C = B / (1 - rho (1 - B))`` with the loss probability B, mean wait ``C / (c mu - lambda)``.
    """
    require_positive("arrival_rate", arrival_rate)
    require_positive("service_rate", service_rate)
    require_whole("number", number, minimum=1)
    utilisation = arrival_rate / (number * service_rate)
    if utilisation >= 1:
        raise ValueError(f"arrival_rate: {arrival_rate!r} is not allowed (a number < {number * service_rate!r} is)")
    loss = erlang_b(arrival_rate / service_rate, number)
    prob_wait = loss / (1.0 - utilisation * (1.0 - loss))
    mean_wait = prob_wait / (number * service_rate - arrival_rate)
    return Berths(
        arrival_rate=arrival_rate,
        service_rate=service_rate,
        berths=number,
        utilisation=utilisation,
        prob_wait=prob_wait,
        mean_wait=mean_wait,
        mean_queue=arrival_rate * mean_wait,
        mean_time_in_port=mean_wait + 1.0 / service_rate,
    )


@dataclass(frozen=True, slots=True)
class FluidClosure:
    """What a closure does when ships flow continuously.

    Attributes
    ----------
    max_queue
        Ships, at reopening.
    clearing_time
        Time units from reopening until the queue is gone.
    total_delay
        Ships times time units.
    mean_delay_of_affected, max_delay
        Time units.
    """

    max_queue: float
    clearing_time: float
    total_delay: float
    mean_delay_of_affected: float
    max_delay: float


@dataclass(frozen=True, slots=True)
class DiscreteClosure:
    """What a closure does, ship by ship.

    Attributes
    ----------
    total_wait
        Ships times time units, service excluded.
    ships_delayed
        Ships that wait at all.
    max_wait
        Time units.
    ships_waiting_at_reopening
        Ships that arrived during the closure.
    last_delayed_start
        Time units from reopening until the last delayed ship starts service; 0 if none is delayed.
    """

    total_wait: float
    ships_delayed: int
    max_wait: float
    ships_waiting_at_reopening: int
    last_delayed_start: float


def _check_closure(arrival_rate: float, throughput: float, closure: float) -> None:
    require_positive("arrival_rate", arrival_rate)
    require_positive("throughput", throughput)
    require_non_negative("closure", closure)
    if throughput <= arrival_rate:
        raise ValueError(f"throughput: {throughput!r} is not allowed (a number > {arrival_rate!r}, the arrivals, is)")


def fluid_closure(arrival_rate: float, throughput: float, closure: float) -> FluidClosure:
    """Closed form for a continuous flow through a port that closes once.

    Parameters
    ----------
    arrival_rate
        Ships per time unit, lambda.
    throughput
        Ships per time unit when open, mu.
    closure
        Length of the closure, T time units.

    Returns
    -------
    The effects.

    Raises
    ------
    ValueError
        If a rate is not above 0, the closure is negative, or the throughput does not exceed the arrivals.

    Notes
    -----
    Fluid queue (Newell 1982, Applications of Queueing Theory, chapter 2): queue ``lambda T``, clearing
    ``lambda T / (mu - lambda)``, total delay ``lambda mu T^2 / (2 (mu - lambda))``; the mean over all affected ships
    is T / 2.
    """
    _check_closure(arrival_rate, throughput, closure)
    spare = throughput - arrival_rate
    return FluidClosure(
        max_queue=arrival_rate * closure,
        clearing_time=arrival_rate * closure / spare,
        total_delay=arrival_rate * throughput * closure**2 / (2.0 * spare),
        mean_delay_of_affected=closure / 2.0,
        max_delay=closure,
    )


def _exact(number: float) -> Fraction:
    """The fraction that a decimal number means: 0.05 is one twentieth."""
    return Fraction(repr(float(number)))


def discrete_closure(
    arrival_rate: float, throughput: float, closure: float, closure_start: float = 0.0
) -> DiscreteClosure:
    """Ship-by-ship recursion for evenly spaced arrivals, a constant service time and one channel.

    Parameters
    ----------
    arrival_rate
        Ships per time unit; ship k arrives at time k / arrival_rate, k = 0, 1, ...
    throughput
        Ships per time unit when open; service takes 1 / throughput.
    closure
        Length of the closure, time units. No service starts in [start, start + closure); one under way is finished.
    closure_start
        Start of the closure, time units.

    Returns
    -------
    The effects, in exact rational arithmetic until the end.

    Raises
    ------
    ValueError
        If a rate is not above 0, a time is negative, or the throughput does not exceed the arrivals.

    Notes
    -----
    Lindley's recursion (1952) with a vacation: own derivation.
    """
    _check_closure(arrival_rate, throughput, closure)
    require_non_negative("closure_start", closure_start)
    gap, service = 1 / _exact(arrival_rate), 1 / _exact(throughput)
    start = _exact(closure_start)
    reopening = start + _exact(closure)
    ship = math.ceil(start / gap)
    free, total, longest, last_start = start, Fraction(0), Fraction(0), reopening
    delayed = at_reopening = 0
    while True:
        arrival = ship * gap
        begin = max(arrival, reopening, free) if arrival < reopening else max(arrival, free)
        wait = begin - arrival
        if wait == 0:
            break
        total += wait
        delayed += 1
        at_reopening += arrival < reopening
        longest = max(longest, wait)
        last_start = begin
        free = begin + service
        ship += 1
    return DiscreteClosure(
        total_wait=float(total),
        ships_delayed=delayed,
        max_wait=float(longest),
        ships_waiting_at_reopening=at_reopening,
        last_delayed_start=float(last_start - reopening),
    )
