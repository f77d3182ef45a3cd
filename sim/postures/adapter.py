"""The adaptive posture ("lean supply"): buffers that follow the signals a firm sees, line by line."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.plan import Plan, PlanLine, Seen
from sim.postures import against
from sim.postures.adaptation import SCALES, Adaptation, index
from sim.scenario import Scenario
from sim.segments.score import chain
from sim.signals import Signals
from sim.visibility import REAL_TIME, told

if TYPE_CHECKING:
    from sim.postures.decision import Posture

Floats = NDArray[np.float64]
#: numbers of a line that move
MOVED = ("order_up_to", "reorder_point", "safety_stock")
EPSILON = 1e-9
#: days between reassessments where the posture does not say
EVERY = 7


@dataclass(frozen=True)
class Way:
    """Lines of one supply line: what their goods pass, and where they stand in the plan.

    Attributes
    ----------
    site, origin : which supply line.
    passes : (target, name) of all that its goods pass, through warehouses that feed it too.
    supply : (warehouse, origin) of each link of the way, whose receipts tell of it.
    lines : positions in the plan.
    items : of each line, the position of its item at the warehouse.
    """

    site: str
    origin: str
    passes: tuple[tuple[str, str], ...]
    supply: tuple[tuple[str, str], ...]
    lines: tuple[int, ...]
    items: tuple[int, ...]

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """`lines` as an array."""
        return np.array(self.lines, dtype=np.intp)

    @cached_property
    def columns(self) -> NDArray[np.intp]:
        """`items` as an array."""
        return np.array(self.items, dtype=np.intp)


@dataclass(frozen=True)
class Adapter:
    """Moves the lines of a plan between lean and guarded by the signals of the day. It keeps nothing between replications.

    Not modelled: forecasts and lead times made anew (the numbers of day 0 hold, moved by signals alone).

    Attributes
    ----------
    lean, guarded : both plans of day 0, line by line alike but for the numbers that move.
    rule : when and how fast they move.
    every : days between reassessments.
    whole : levels are whole numbers.
    ways : lines by supply line.
    """

    lean: Plan
    guarded: Plan
    rule: Adaptation
    every: int
    whole: bool
    ways: tuple[Way, ...]

    #: what the world asks before it builds what is seen
    wants_signals = True
    wants_records = False

    def __call__(self, seen: Seen) -> Plan:
        """The plan on the morning of a day; the same object as last time where nothing moves."""
        memory = seen.memory
        if not memory:
            memory.update(level=np.zeros(len(self.lean.lines)), lines=list(self.lean.lines), plan=self.lean)
        assert seen.signals is not None
        found, own, shared = self.indices(seen.signals)
        level: Floats = memory["level"]
        moved = self.moved(level, found)
        changed = np.flatnonzero(moved != level).tolist()
        if not changed:
            same: Plan = memory["plan"]
            return same
        lines: list[PlanLine] = memory["lines"]
        for place in changed:
            why = f"demand {own[place]:.1f} standard errors above the forecast" if own[place] else shared.get(place, "")
            lines[place] = self.line(place, float(moved[place]), why, moved[place] > level[place])
        made = dataclasses.replace(self.lean, lines=tuple(lines))
        memory.update(level=moved, plan=made)
        return made

    def moved(self, level: Floats, found: Floats) -> Floats:
        """Levels a reassessment later: fast up towards the index, slowly down, held in between."""
        rule = self.rule
        up = np.minimum(level + self.every / rule.rise_days, found)
        down = np.maximum(level - self.every / rule.decay_days, found)
        made = np.where((found >= rule.raise_at) & (found > level), up, level)
        return np.where((found < rule.lower_at) & (found < level), down, made)

    def indices(self, signals: Signals) -> tuple[Floats, Floats, dict[int, str]]:
        """The strongest signal of each line as an index, (lines,), and what it is.

        Where that is its own forecast error, it is given in standard errors, (lines,), 0 elsewhere; the others in words.
        """
        found, own = np.zeros(len(self.lean.lines)), np.zeros(len(self.lean.lines))
        words: dict[int, str] = {}
        quiet, alarm = SCALES["forecast_error"]
        for way in self.ways:
            shared, why = _of_way(way, signals)
            if shared > 0:
                found[way.places] = shared
                words.update(dict.fromkeys(way.places.tolist(), why))
            if way.site in signals.forecast_error:
                errors = signals.forecast_error[way.site][way.columns]
                strength = np.clip((errors - quiet) / (alarm - quiet), 0.0, 1.0)
                found[way.places] = np.maximum(strength, shared)
                own[way.places] = np.where(strength > shared, errors, 0.0)
        return found, own, words

    def line(self, place: int, level: float, why: str, rises: bool) -> PlanLine:
        """A line at a level between lean (0) and guarded (1), with its reason."""
        lean, guarded = self.lean.lines[place], self.guarded.lines[place]
        if level <= 0:
            return dataclasses.replace(lean, reason=f"quiet again; {lean.reason}")
        numbers: dict[str, Any] = {name: _between(getattr(lean, name), getattr(guarded, name), level) for name in MOVED}
        if self.whole:
            for name in ("order_up_to", "reorder_point"):
                if math.isfinite(numbers[name]):
                    numbers[name] = float(math.ceil(numbers[name] - EPSILON))
        cover = numbers["safety_stock"] / lean.forecast if lean.forecast > 0 else 0.0
        says = why if rises else f"falling{', ' + why if why else ': quiet'}"
        return dataclasses.replace(lean, reason=f"{says}: cover {cover:.0f} d; {lean.reason}", **numbers)


def _between(lean: float, guarded: float, level: float) -> float:
    """A number on its way from lean to guarded; a guarded line never holds less."""
    if not (math.isfinite(lean) and math.isfinite(guarded)):
        return lean
    return lean + level * max(guarded - lean, 0.0)


def _of_way(way: Way, signals: Signals) -> tuple[float, str]:
    """The strongest signal of a supply line, as an index, and in words."""
    best, words = 0.0, ""
    for notice in signals.notices:
        if (notice.target, notice.where) in way.passes:
            value = index("notices", notice.standstill)
            if value > best:
                best, words = value, notice.words(signals.day)
    for port, days in signals.queues.items():
        if ("port", port) in way.passes and (value := index("queues", days)) > best:
            best, words = value, f"{days:.0f} days of queue at {port}"
    for pool, share in signals.containers.items():
        if ("pool", pool) in way.passes and (value := index("containers", share)) > best:
            best, words = value, f"cargo left behind at {pool}"
    for link in way.supply:
        late = signals.lateness.get(link, 0.0)
        if (value := index("lateness", late)) > best:
            best, words = value, f"{link[1]} late by {late:.1f} standard deviations"
    return best, words


def adaptive_plan(posture: Posture, scenario: Scenario, lean: Plan, rule: Adaptation) -> Plan:
    """The plan of an adaptive posture: lean on day 0, and what moves it.

    Raises
    ------
    ScenarioError : demand comes as single orders, or at other times than by day.
    """
    if any(stream.model in ("orders", "fixed_interval") for stream in scenario.demand):
        raise ScenarioError([f"posture {posture.name!r}: adapts: signals are looked at only where demand comes by day"])
    seeing = posture.visibility or scenario.visibility or REAL_TIME
    notes = [*lean.notes, *told(seeing, scenario)]
    names = ", ".join(one.signal for one in seeing.signals)
    every = posture.reassess_every or EVERY
    if names:
        notes.append(f"{posture.name}: between lean and {rule.guarded}, every {every} days, by {names}")
    else:
        notes.append(f"{posture.name}: it sees no signal, so that it stays lean")
    known = dataclasses.replace(lean, visibility=seeing, notes=tuple(notes))
    reviser = adapting(posture, scenario, known, rule)
    return dataclasses.replace(known, reviser=reviser, reassess_every=reviser.every)


def adapting(posture: Posture, scenario: Scenario, lean: Plan, rule: Adaptation) -> Adapter:
    """What moves the lines of a plan.

    Parameters
    ----------
    posture, scenario : what is decided, and for what.
    lean : the plan of day 0.
    rule : when and how fast it moves.
    """
    from sim.postures.builtin import POSTURES
    from sim.postures.making import plan

    other: Any = POSTURES[rule.guarded]()
    target = {name: getattr(other, name) for name in ("z", "cycle_service", "fill_rate", "cover")}
    rules = tuple(dataclasses.replace(one, lot=None) for one in other.rules)
    if rule.cover is not None:
        target["cover"] = rule.cover
        rules = tuple(dataclasses.replace(one, cover=None) for one in rules)
    guard = dataclasses.replace(posture, **target, rules=rules, called=other.called, adapts=None, reassess_every=None)
    guarded = plan(guard, scenario, keep=lean)
    lots = [
        dataclasses.replace(high, order_quantity=low.order_quantity)
        for high, low in zip(guarded.lines, lean.lines, strict=True)
    ]
    every = posture.reassess_every or EVERY
    whole = scenario.units == "integer"
    return Adapter(lean, dataclasses.replace(guarded, lines=tuple(lots)), rule, every, whole, _ways(scenario, lean))


def _ways(scenario: Scenario, lean: Plan) -> tuple[Way, ...]:
    """Lines of a plan by supply line."""
    columns = {site: {item: n for n, item in enumerate(items)} for site, items in scenario.sites.items()}
    found: dict[tuple[str, str, str], list[int]] = {}
    for place, line in enumerate(lean.lines):
        item = scenario.items[scenario.catalogue.index[line.item]]
        first = item.suppliers[0] if item.suppliers else ""
        found.setdefault((line.warehouse, line.origin, first), []).append(place)
    ways = []
    for (site, origin, supplier), places in found.items():
        lanes = chain(scenario, site, supplier)
        supply: list[tuple[str, str]] = []
        here: str | None = site
        while here is not None:
            feeder = scenario.warehouse(here).fed_by
            supply.append((here, feeder if feeder is not None else supplier))
            here = feeder
        where = [columns[site][lean.lines[place].item] for place in places]
        ways.append(
            Way(
                site,
                origin,
                tuple(sorted(against.passed(supplier, lanes))),
                tuple(supply),
                tuple(places),
                tuple(where),
            )
        )
    return tuple(ways)
