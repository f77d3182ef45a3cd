"""When a disruption strikes: on a given day, at random, in season, or after another; and what is known of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sim.disruptions.incident import Incident, Points, Target, check_curve, drawn
from sim.distributions import Law, fixed
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np

YEAR = 365.0
#: ways in which a disruption may come about; one of them is given
TRIGGERS = ("start", "up", "rate", "after")


@dataclass(frozen=True)
class Occurrence:
    """One time that a disruption strikes.

    Attributes
    ----------
    start, length : days from day 0, and days; the length is infinite where it never ends.
    severity : 0 does nothing, 1 is as given.
    estimate : length as first believed, days; not a number: nobody says.
    number : 0 for the first.
    cause : name of the disruption it follows.
    extra : values of the kind's own laws.
    """

    start: float
    length: float
    severity: float = 1.0
    estimate: float = math.nan
    number: int = 0
    cause: str = ""
    extra: tuple[float, ...] = ()


@spec
class Season:
    """A rate that swings over the year around its mean."""

    peak_day: float = key(about="day number of the yearly peak")
    strength: float = key(
        ge=0, le=1, about="swing as a share of the mean rate: 1 doubles it at the peak, none opposite"
    )


@spec
class Timed:
    """Keys that every kind shares: how it comes about, how severe it is, and what is known of it.

    Exactly one of `start`, `up`, `rate` and `after` is given; a member of a hazard or regime has none of them.
    """

    name: str = key(default="", about="unique name; made from kind and place in the list when left out")
    start: Law | None = key(default=None, about="first day, a day number or a law to draw it from")
    length: Law | None = key(default=None, about="days from start to end")
    up: Law | None = key(default=None, about="at random, renewal: days from the end of one to the start of the next")
    down: Law | None = key(default=None, about="with up: days of each")
    rate: float | None = key(default=None, ge=0, le=YEAR, about="at random, Poisson: times a year")
    season: Season | None = key(default=None, about="with rate: when in the year it is more likely")
    after: str | None = key(default=None, about="name of the disruption that it follows")
    probability: float = key(default=1.0, ge=0, le=1, about="chance to follow, or as a member of a hazard to be hit")
    lag: Law = key(default=fixed(0.0), about="with after, or as a member: days it comes later")
    lag_from: Literal["start", "end"] = key(default="start", about="with after: what the lag counts from")
    severity: Law = key(default=fixed(1.0), about="scales all it does: 0 nothing, 1 as given")
    notice: float = key(default=0.0, ge=0, about="days it is known before it starts")
    estimate_factor: Law | None = key(
        default=None, about="its length as first believed over its true length; left out: nobody says how long it lasts"
    )
    clock: Literal["whole_days", "continuous"] = key(
        default="whole_days", about="'whole_days': the state at a morning rules the day; 'continuous': exact times"
    )

    #: whether it may go on for ever, when no length is given
    endless = False

    def __post_init__(self) -> None:
        given = [name for name in TRIGGERS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are given: only one of {', '.join(TRIGGERS)} says when it comes")
        if (self.up is None) != (self.down is None):
            raise ValueError("up and down belong together: days between outages, and days of each")
        if self.up is not None and self.length is not None:
            raise ValueError("with up and down, down is the length: leave length out")
        if self.up is not None and self.up.mean <= 0:
            raise ValueError(f"the mean up time is {self.up.mean:g}: it must be above 0")
        if self.season is not None and self.rate is None:
            raise ValueError("a season needs a rate")
        if self.probability < 1 and (self.start or self.up or self.rate is not None):
            raise ValueError("probability is for what follows another disruption, and for members of a hazard")

    @property
    def days(self) -> float:
        """Days that a length of 1 stands for."""
        return 1.0

    # -- what a kind says ----------------------------------------------------------------------------------------------

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        return list(dict.fromkeys((one.target, one.where) for one in self.effects(Occurrence(0.0, 1.0))))

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """What one occurrence does at full severity, one incident for each target."""
        raise NotImplementedError

    def laws(self) -> tuple[Law, ...]:
        """Laws of the kind's own, one value of each drawn for every occurrence."""
        return ()

    # -- drawing -------------------------------------------------------------------------------------------------------

    def occurrences(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Occurrence]:
        """When it strikes between `first` and `last`.

        Parameters
        ----------
        count : how often, given instead of drawn (only with a rate, or exponential up times); the times are then drawn as
            they are distributed given that number. With up times it counts the candidates of `standing`.
        """
        if self.start is not None:
            return [self._drawn(generator, drawn(self.start, generator), 0)]
        if self.up is not None:
            found: list[Occurrence] = []
            if count is not None:
                return standing(
                    generator, first, last, count, lambda time, number: self._drawn(generator, time, number)
                )
            now = first
            while now < last:
                one = self._drawn(generator, now + drawn(self.up, generator), len(found))
                found.append(one)
                now = one.start + one.length
            return found
        if self.rate is not None:
            times = self._times(generator, first, last, count)
            return [self._drawn(generator, time, number) for number, time in enumerate(times)]
        return []

    def expected(self, first: float, last: float) -> float:
        """Mean number of times it strikes between two days, where it has a rate; 0 otherwise."""
        return float(self._cumulative(last) - self._cumulative(first)) if self.rate is not None else 0.0

    def _cumulative(self, time: float) -> float:
        season, rate = self.season, (self.rate or 0.0) / YEAR
        if season is None:
            return rate * time
        turn = 2 * math.pi / YEAR
        return rate * (time + season.strength * math.sin(turn * (time - season.peak_day)) / turn)

    def _times(self, generator: np.random.Generator, first: float, last: float, count: int | None) -> list[float]:
        """Times of a Poisson process: their number, then each through the inverse of the cumulative rate."""
        import numpy as np

        number = int(generator.poisson(self.expected(first, last))) if count is None else count
        places = np.sort(generator.random(number))
        if self.season is None:
            return [float(time) for time in first + places * (last - first)]
        days = np.linspace(first, last, max(math.ceil(last - first), 1) + 1)
        reached = np.asarray([self._cumulative(float(day)) for day in days]) - self._cumulative(first)
        return [float(time) for time in np.interp(places * reached[-1], reached, days)]

    def _drawn(self, generator: np.random.Generator, start: float, number: int, cause: str = "") -> Occurrence:
        law = self.down if self.up is not None else self.length
        length = math.inf if law is None else drawn(law, generator)
        severity = drawn(self.severity, generator)
        estimate = math.nan
        if self.estimate_factor is not None:
            estimate = length * drawn(self.estimate_factor, generator)
        extra = tuple(drawn(one, generator) for one in self.laws())
        return Occurrence(start, length, severity, estimate, number, cause, extra)

    def incidents(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Incident]:
        """Incidents from `first` to `last`; `count` as of `occurrences`."""
        return self.struck(self.occurrences(generator, first, last, count))

    def follows(self, incidents: Sequence[Incident], generator: np.random.Generator) -> list[Incident]:
        """Incidents that follow from those drawn so far."""
        return self.struck(self.following(incidents, generator))

    def following(self, incidents: Sequence[Incident], generator: np.random.Generator) -> list[Occurrence]:
        """When it follows the disruption named in `after`: at most once for each of its occurrences."""
        spans: dict[int, tuple[float, float]] = {}
        for one in incidents:
            if one.name == self.after:
                start, end = spans.get(one.number, (math.inf, -math.inf))
                if one.start < start:
                    spans[one.number] = one.start, one.end
                elif one.start == start:
                    spans[one.number] = start, max(end, one.end)
        found: list[Occurrence] = []
        for start, end in spans.values():
            # the same numbers are drawn whether it follows or not
            happens = generator.random() < self.probability
            time = (start if self.lag_from == "start" else end) + drawn(self.lag, generator)
            next_one = self._drawn(generator, time, len(found), str(self.after))
            if happens and math.isfinite(time):
                found.append(next_one)
        return found

    def struck(self, occurrences: Sequence[Occurrence]) -> list[Incident]:
        """The incidents of some occurrences: the kind's effects, each at its time and severity."""
        return [self._placed(one, effect) for one in occurrences for effect in self.effects(one)]

    def _placed(self, one: Occurrence, effect: Incident) -> Incident:
        """An effect, its times counted from the start, as an incident on its days."""
        placed = replace(
            effect,
            name=self.name,
            kind=effect.kind or str(getattr(self, "kind", "")),
            start=one.start + effect.start,
            end=one.start + effect.end,
            whole_days=self.clock == "whole_days",
            notice=self.notice,
            estimate=one.estimate,
            cause=one.cause,
            number=one.number,
        )
        return placed.scaled(one.severity)


def standing(
    generator: np.random.Generator, first: float, last: float, count: int, strike: Callable[[float, int], Occurrence]
) -> list[Occurrence]:
    """Outages of a renewal process with exponential up times, given the number of candidates.

    An exponential time forgets how long it has run (Cox 1962, Renewal Theory, chapter 7). So the process is a Poisson
    process of candidates at the rate of the up times, of which those that come during an outage do nothing.
    """
    found: list[Occurrence] = []
    free = -math.inf
    for time in sorted((first + (last - first) * generator.random(count)).tolist()):
        if time >= free:
            found.append(strike(time, len(found)))
            free = time + found[-1].length
    return found


@spec
class Weakened(Timed):
    """Keys of kinds that take capacity away: how much is left, and how it comes back."""

    remaining: float | None = key(
        default=None,
        ge=0,
        le=1,
        about="capacity left meanwhile, as a fraction; left out: 0, or all where the kind is about something else",
    )
    curve: Points = key(
        default=(), about="capacity left as [day from start, fraction] points, linear between; replaces remaining"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_curve(self.curve)
        if self.curve and self.clock == "continuous":
            raise ValueError("a curve needs clock = 'whole_days'")
        slow = str(getattr(self, "kind", "")).endswith(("slowdown", "restriction"))
        if slow and not self.remaining and not self.curve:
            raise ValueError(
                "a slow-down leaves some capacity: give remaining above 0 (1 where only times or prices change)"
            )

    @property
    def left(self) -> Points | float:
        """Capacity left, as an incident says it."""
        if self.curve:
            return self.curve
        return float(self.usual) if self.remaining is None else self.remaining

    @property
    def usual(self) -> float:
        """Capacity left where the file does not say."""
        return 0.0


@spec
class Recovering(Weakened):
    """The same, with a recovery in a straight line after the outage itself."""

    recovery: Law = key(
        default=fixed(0.0), about="days after the outage in which capacity comes back in a straight line"
    )
    recovery_ratio: float = key(default=0.0, ge=0, about="the same as a multiple of the length; added to recovery")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.curve and (self.recovery != fixed(0.0) or self.recovery_ratio):
            raise ValueError("a curve says how capacity comes back: leave recovery and recovery_ratio out")
        if self.clock == "continuous" and (self.recovery != fixed(0.0) or self.recovery_ratio):
            raise ValueError("a recovery needs clock = 'whole_days'")

    def laws(self) -> tuple[Law, ...]:
        """The recovery."""
        return (self.recovery,)

    def course(self, one: Occurrence) -> tuple[float, Points | float]:
        """Days until all is normal, and capacity left on the way there."""
        tail = one.extra[0] + self.recovery_ratio * one.length if one.extra else 0.0
        low, end = self.left, one.length
        if tail <= 0 or not math.isfinite(end) or not isinstance(low, float | int):
            return end, low
        return end + tail, ((0.0, low), (end, low), (end + tail, 1.0))
