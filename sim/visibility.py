"""Visibility: which signals a firm sees, how late and how blurred, how true its stock record is, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sim.errors import listing
from sim.keys import key, spec

if TYPE_CHECKING:
    from sim.scenario import Scenario

SignalName = Literal["notices", "queues", "lateness", "forecast_error", "containers"]
#: what each signal is, in words
SIGNALS: dict[SignalName, str] = {
    "notices": "stoppages announced or begun at ports, suppliers, lanes and container pools, days of standstill believed",
    "queues": "other shippers' ships that wait at a port, days of work",
    "lateness": "receipts of the last 28 days against the published lead time, published standard deviations",
    "forecast_error": "demand of the last 28 days above the plan's forecast, standard errors",
    "containers": "cargo left behind for want of boxes, share of the pool",
}


@spec
class Signal:
    """One signal with a delay and a noise of its own."""

    signal: SignalName = key(about="which signal")
    delay: float | None = key(default=None, ge=0, about="days it is late; that of the visibility when left out")
    noise: float | None = key(
        default=None,
        ge=0,
        about="standard deviation of the error of its logarithm; that of the visibility when left out",
    )

    @staticmethod
    def named() -> dict[str, Signal]:
        """Signals that their name alone stands for."""
        return {name: Signal(signal=name) for name in SIGNALS}


@spec
class Visibility:
    """What a firm sees of its supply while time passes; nothing in it is seen before it is there.

    Not modelled: signals that are correlated in their errors; suppliers who hide their troubles.
    """

    signals: tuple[Signal, ...] = key(
        default=tuple(Signal(signal=name) for name in SIGNALS),
        about="signals seen, by name or as tables with a delay and a noise of their own; all when left out",
    )
    delay: float = key(default=0.0, ge=0, le=365, about="days that signals are late")
    noise: float = key(default=0.0, ge=0, le=5, about="standard deviation of the error of a signal's logarithm")
    false_alarms: float = key(
        default=0.0,
        ge=0,
        lt=365,
        about="stoppages announced that never come, times a year at each port and each supplier",
    )
    count_interval: int = key(
        default=1, ge=1, about="days between counts of stock: 1 is tracking in real time, 28 a monthly count by hand"
    )
    record_error: float = key(
        default=0.0,
        ge=0,
        le=10,
        about="standard deviation by which the stock record drifts from the truth in a day, days of mean demand; a count "
        "puts it right",
    )
    cost: float = key(default=0.0, ge=0, about="money a year for seeing all this")

    def __post_init__(self) -> None:
        names = [one.signal for one in self.signals]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"signals: {', '.join(twice)} is there more than once")

    @staticmethod
    def named() -> dict[str, Visibility]:
        """Visibilities that a name alone stands for."""
        return {
            "none": Visibility(signals=()),
            "real time": Visibility(),
            "delayed": Visibility(delay=14.0, noise=0.5, count_interval=28, record_error=0.1),
        }

    @property
    def senses(self) -> dict[str, tuple[float, float]]:
        """Delay in days and noise of each signal seen."""
        return {
            one.signal: (
                self.delay if one.delay is None else one.delay,
                self.noise if one.noise is None else one.noise,
            )
            for one in self.signals
        }

    @property
    def drifts(self) -> bool:
        """Whether the stock record is ever off at a morning review."""
        return self.record_error > 0 and self.count_interval > 1


REAL_TIME = Visibility()


def idle(visibility: Visibility, causes: dict[str, bool]) -> list[str]:
    """Sentences on signals that nothing can move.

    Parameters
    ----------
    causes : by signal, whether anything of the scenario moves it.
    """
    seen = [one.signal for one in visibility.signals]
    still = [name for name in seen if not causes.get(name, True)]
    if not still or (len(seen) == len(SIGNALS) and len(still) < len(seen)):
        return []  # who sees everything sees what is still, too
    return [f"visibility: nothing in the scenario can move the signal {name!r}: {WHY[name]}" for name in still]


WHY = {
    "notices": "it has no disruption that stops or slows a port, supplier, lane or container pool",
    "queues": "no lane in use passes a port with other shippers' ships",
    "lateness": "lead times never vary, and nothing disrupts them",
    "forecast_error": "demand is the same every day",
    "containers": "no lane in use needs boxes of a pool",
}


def told(visibility: Visibility, scenario: Scenario) -> list[str]:
    """Sentences on signals of a visibility that nothing in a scenario can move, and on notices that tell too much."""
    from sim.disruptions import check

    used = check.used(scenario)
    targets = [target for one in scenario.bound_disruptions for target in one.targets()]
    struck = any(kind in ("port", "supplier", "lane", "pool") and name in used[kind] for kind, name in targets)
    laws = [one.production_time for one in scenario.suppliers] + [one.dwell for one in scenario.ports]
    laws += [leg.transit for lane in scenario.lanes for leg in lane.legs if leg.transit is not None]
    crowded = any(port.arrivals_per_day > 0 and port.name in used["port"] for port in scenario.ports)
    still = idle(
        visibility,
        {
            "notices": struck or visibility.false_alarms > 0,
            "queues": crowded,
            "lateness": struck or crowded or bool(used["pool"]) or any(law.sd > 0 for law in laws),
            "forecast_error": bool(targets)
            or any(one.model not in ("none", "deterministic") for one in scenario.demand),
            "containers": bool(used["pool"]),
        },
    )
    return still + (foretold(scenario) if "notices" in visibility.senses else [])


def foretold(scenario: Scenario) -> list[str]:
    """A sentence on stoppages whose end a notice tells from the first day, since nothing says that it is not known."""
    from sim.disruptions import CommonCause, OwnDisruption, Timed

    found = []
    for one in scenario.bound_disruptions:
        parts = one.members if isinstance(one, CommonCause) else (one,)
        if not any(place in ("port", "supplier", "lane", "pool") for place, _ in one.targets()):
            continue
        if isinstance(one, OwnDisruption) or any(isinstance(part, Timed) and _fixed(part, one) for part in parts):
            found.append(one.name)
    if not found:
        return []
    return [
        f"visibility: notices of {listing([repr(name) for name in found])} tell the true end from the first day, which no "
        "firm knows: give an estimate_factor (in an own kind, the incident's estimate), or a law as length"
    ]


def _fixed(part: Any, whole: Any) -> bool:
    """Whether a stoppage always lasts the same and nobody misjudges it."""
    from sim.disruptions import LibraryEvent
    from sim.disruptions.effects import only_money
    from sim.disruptions.timing import Occurrence
    from sim.events import event

    own = part.length if part.down is None else part.down
    giver = part if own is not None else whole
    law = own if own is not None else (whole.length if whole.down is None else whole.down)
    if law is None or law.sd > 0 or giver.estimate_factor is not None:
        return False
    if isinstance(part, LibraryEvent) and event(part.event).first_estimate is not None:
        return False
    made = part.effects(Occurrence(0.0, 1.0))
    return any(effect.target in ("port", "supplier", "lane", "pool") and not only_money(effect) for effect in made)
