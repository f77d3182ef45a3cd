"""Re-enactment: the same future with an event and without it, under each posture, day by day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.errors import UsageError
from sim.futures import draw_incidents
from sim.money import YEAR
from sim.outcome import Outcome, made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.holds import Holds
from sim.studies.reenact_aim import Aim
from sim.studies.reenact_many import Many
from sim.studies.reenact_many import many as many_futures
from sim.studies.reenact_setting import SERIES, WITH, WITHOUT, Setting, daily, waits, with_event
from sim.studies.story import Stockout, Story, told
from sim.world import Blueprint

Floats = NDArray[np.float64]
#: days shown before the start at least, and at most where it was announced; least and most days shown after it
BEFORE, NOTICE, SOON, FAR = 30, 90, 45, 400
#: futures looked through for one in which something goes wrong
LOOKED = 50


@dataclass(frozen=True)
class Lived:
    """One posture in the future that is shown.

    Attributes
    ----------
    story : what happened with the event, explained.
    without : the same future without it.
    spared : by warehouse, (instants, items) units not served from stock without the event.
    series : by name of `SERIES`, (2, days) money by day, with the event and without it.
    waits : by port, (2, days) days that a ship arriving that day waits.
    """

    story: Story
    without: Outcome
    spared: dict[str, Floats]
    series: dict[str, Floats]
    waits: dict[str, Floats]

    @property
    def outcomes(self) -> tuple[Outcome, Outcome]:
        """With the event, and without it."""
        return self.story.outcome, self.without

    def whole(self, measure: str, case: int) -> float:
        """A measure that is given a year, over the booked days instead."""
        days = next(iter(self.without.ledger.sites.values())).days
        return float(self.outcomes[case].measures[measure]) * days / YEAR

    def cost(self, measure: str = "total_cost") -> float:
        """What the event cost over the booked days: with it less without it."""
        return self.whole(measure, WITH) - self.whole(measure, WITHOUT)

    def more(self, one: Stockout) -> bool:
        """Whether less was served in a stockout than on the same days without the event."""
        site = self.without.ledger.sites[one.warehouse]
        rows = slice(math.floor(one.start / site.step), math.ceil((one.start + one.days) / site.step))
        spared = float(self.spared[one.warehouse][rows, site.items.index(one.item)].sum())
        return one.units > spared + 1e-6

    def missed(self, case: int) -> float:
        """Units of customer demand not served from stock when they came."""
        return sum(float((site.demand - site.served).sum()) for site in self.outcomes[case].ledger.sites.values())


@dataclass(frozen=True)
class Reenactment:
    """What would have happened.

    Attributes
    ----------
    setting : what was re-enacted.
    aim : at which nodes the event was aimed; None where the scenario's own incidents are shown.
    label : name of the event, or of the weather.
    weather : the weather around it; None where the scenario's own disruptions are off.
    replication : number of the future shown.
    incidents : those shown; `others` are there with and without the event.
    lived : for each posture.
    zero : first day of the event.
    window : first day shown, and the day after the last.
    many : other futures; None where only one was asked for.
    """

    setting: Setting
    aim: Aim | None
    label: str
    weather: str | None
    replication: int
    incidents: tuple[Incident, ...]
    others: tuple[Incident, ...]
    lived: tuple[Lived, ...]
    zero: int
    window: tuple[int, int]
    many: Many | None

    @property
    def scenario(self) -> Scenario:
        """The business with the event."""
        return self.setting.scenario

    @property
    def plans(self) -> tuple[Plan, ...]:
        return self.setting.plans

    @property
    def seed(self) -> int:
        return self.setting.seed

    @property
    def postures(self) -> tuple[str, ...]:
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        return (self.weather or "own disruptions off",)

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.replication,) if self.many is None else tuple(range(self.many.drawn))

    def blamed(self, lived: Lived) -> list[Stockout]:
        """Stockouts because of the event, the first ones first.

        One of its incidents is found behind them, and without it more would have been served on the same days.
        """
        mine = {one.name for one in self.incidents}
        found = [one for one in lived.story.stockouts if mine & set(one.causes) and lived.more(one)]
        return sorted(found, key=lambda one: (one.start, -one.value, one.item, one.warehouse))

    @cached_property
    def ports(self) -> tuple[str, ...]:
        """Ports at which the event makes ships wait at least half a day longer in the window."""
        found = []
        for port in self.lived[0].waits:
            more = max(
                float(np.max((one.waits[port][WITH] - one.waits[port][WITHOUT])[slice(*self.window)]))
                for one in self.lived
            )
            if more >= 0.5:
                found.append(port)
        return tuple(found)


def reenact(
    setting: Setting,
    replication: int,
    futures: int = 1,
    jobs: int = 1,
    aim: Aim | None = None,
    label: str = "",
    weather: str | None = None,
) -> Reenactment:
    """Live one future with the event and without it under each posture, and explain it; others for a band.

    Parameters
    ----------
    setting : what to live.
    replication : which future is shown in detail.
    futures : how many futures (numbers 0 on) the median and band are of; 1: none.
    jobs : worker processes for them; -1 for all processors.
    aim, label, weather : how the event is told.

    Raises
    ------
    UsageError : customers order one by one, or nothing goes wrong in the future chosen.
    """
    sound(setting, replication)
    scenario = setting.scenario
    future, calm = setting.pair(replication)
    mine = setting.mine(future.incidents)
    holds = Holds(scenario, future), Holds(scenario, calm)
    lived = tuple(_lived(scenario, plan, *holds) for plan in setting.plans)
    zero = max(math.ceil(min(one.begins for one in mine)), 0)
    shown = tuple(one for one in future.incidents if one.happens and one.end > 0 and one.start < future.end)
    window = _window(mine, lived, zero, future.end)
    many = many_futures(setting, window[0] - zero, window[1] - zero, futures, jobs) if futures > 1 else None
    others = tuple(one for one in shown if one not in mine)
    return Reenactment(setting, aim, label, weather, replication, mine, others, lived, zero, window, many)


def sound(setting: Setting, replication: int) -> None:
    """See that there is something to show, before anything is lived.

    Raises
    ------
    UsageError : customers order one by one, or nothing goes wrong in the future chosen.
    """
    scenario = setting.scenario
    if any(stream.model == "orders" for stream in scenario.demand):
        raise UsageError(f"{scenario.name!r} has single customer orders: a replay needs demand by day")
    if not setting.mine(draw_incidents(scenario, setting.seed, replication)):
        raise UsageError(_nothing(setting, replication))


def _nothing(setting: Setting, replication: int) -> str:
    """What to do where nothing goes wrong."""
    told = f"nothing goes wrong in future {replication} of seed {setting.seed}"
    scenario = setting.scenario
    numbers = (k for k in range(LOOKED) if setting.mine(draw_incidents(scenario, setting.seed, k)))
    some = [str(number) for number, _ in zip(numbers, range(5), strict=False)]
    if not some:
        return f"{told}, nor in the first {LOOKED}: choose a --weather in which something may, or an --event"
    return f"{told}: choose another --replication, for example {', '.join(some)}, or an --event"


def _lived(scenario: Scenario, plan: Plan, struck: Holds, spared: Holds) -> Lived:
    """One posture in the future that is shown, traced, and in the same without the event."""
    future, calm = struck.future, spared.future
    story = told(scenario, plan, future)
    ledger = Blueprint(scenario, plan).live(calm, series=True, by_item=True)
    without = made(scenario, plan.posture, ledger)
    pair = (story.outcome.ledger, ledger)
    series = [daily(one, future) for one in pair]
    return Lived(
        story,
        without,
        {name: site.series["short_units"] for name, site in ledger.sites.items()},
        {name: np.stack([found[place] for found in series]) for place, name in enumerate(SERIES)},
        {
            port.name: np.stack([waits(case, port.name, one) for case, one in zip((struck, spared), pair, strict=True)])
            for port in scenario.ports
        },
    )


def _window(mine: Sequence[Incident], lived: Sequence[Lived], zero: int, end: int) -> tuple[int, int]:
    """Days shown: from before the start, the notice included, until all is as it would have been, or nearly so."""
    notice = max(one.notice for one in mine)
    first = max(zero - max(BEFORE, min(math.ceil(notice) + 5, NOTICE)), 0)
    busy = np.zeros(end, dtype=bool)
    lasting = max((one.ends for one in mine if math.isfinite(one.ends)), default=float(zero))
    busy[zero : min(math.ceil(lasting), end)] = True
    for one in lived:
        short, stock = one.series["short"], one.series["on_hand"]
        week = np.ones(7) / 7
        more = np.convolve(np.abs(short[WITH] - short[WITHOUT]), week, "same")
        busy |= more > 0.1 * max(float(short[WITH, zero:].max()), 1e-9)
        busy |= np.abs(stock[WITH] - stock[WITHOUT]) > 0.1 * float(stock[WITHOUT].mean())
        for values in one.waits.values():
            busy |= values[WITH] - values[WITHOUT] > 0.5
    busy[:zero] = False
    last = int(np.flatnonzero(busy)[-1]) + 15 if busy.any() else zero
    most = max(zero + FAR, math.ceil(lasting) + 2 * SOON)
    return first, min(max(last, zero + SOON), most, end)


__all__ = ["Lived", "Many", "Reenactment", "Setting", "reenact", "sound", "with_event"]
